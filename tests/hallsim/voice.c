/*
 * A SYN6288 voice module.  9600 8N1.
 *
 *	FD len-hi len-lo command [parameter [text]] xor
 *
 * len counts the bytes after it, the check byte included; xor is over all bytes
 * before it.  The module answers with single bytes.
 *
 * It says, a line an occurrence:
 *
 *	says TEXT	as heard, without tags
 *	raw TEXT	the same with its tags, if it has any
 *	set TAGS	a text of tags alone
 *	music N		with the text, if it is not 0
 *	done		the text has been spoken; 4F is sent
 *	cut off (a new frame came while speaking)
 *	stopped, paused, resumed, asleep, baud N
 *
 * Source: SYN6288 data sheet V1.7, sections 2.2 and 4.4 and the table of tags.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define TEXT_MAX	200	/* bytes of text in a frame */
#define SPOKEN_MAX	(TEXT_MAX * 4 + 1)	/* the same in UTF-8, or as \xNN */
#define TAGS_MAX	26	/* one a letter */

enum { STARTED = 0x4A, ACCEPTED = 0x41, REFUSED = 0x45, SPEAKING = 0x4E, IDLE = 0x4F };

enum { OPT_MS_PER_CHAR };

struct voice {
	bool	speaking, paused, asleep;
	bool	busy;			/* told to speak for ever */
	int64_t	ends_ms;		/* when the text will have been spoken */
	int64_t	left_ms;		/* how long it has to go, while paused */
	char	text[SPOKEN_MAX];	/* what it says or said last */
	int	tag[TAGS_MAX];		/* in force, by letter */
};

/* Tags with a number, their ranges and defaults. */
static const struct tag { char letter; int max, value; } tags[] = {
	{ 'v', 16, 10 }, { 'm', 16, 4 }, { 't', 5, 4 }, { 'n', 2, 0 },
	{ 'y', 1, 0 }, { 'x', 1, 1 }, { 'b', 1, 0 }, { 'o', 1, 0 },
};

static void
reset_tags(struct voice *v)
{
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		v->tag[tags[i].letter - 'a'] = tags[i].value;
}

static void
answer(struct unit *u, uint8_t byte)
{
	unit_send(u, &byte, 1);
}

/* Obey a tag, text standing behind its [.  0, or -1 if it is none. */
static int
obey_tag(struct voice *v, const char *text)
{
	int n;

	if (text[1] == ']') {
		if (text[0] == 'd')
			reset_tags(v);
		return strchr("dr23", text[0]) != NULL ? 0 : -1;
	}
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		char digits[4] = "";
		size_t len = strspn(text + 1, "0123456789");

		if (tags[i].letter != text[0] || len == 0 || len > 3 || text[1 + len] != ']')
			continue;
		memcpy(digits, text + 1, len);
		n = number(digits, 0, 999);
		/* Louder than the loudest is the loudest. */
		if (n > tags[i].max && tags[i].max == 16)
			n = 16;
		if (n > tags[i].max)
			return -1;
		v->tag[text[0] - 'a'] = n;
		return 0;
	}
	return -1;
}

/* Write to spoken what is heard of text: all but the tags. */
static void
take_tags(struct unit *u, char *spoken, const char *text)
{
	char *out = spoken;

	while (*text != '\0') {
		const char *end = *text == '[' ? strchr(text, ']') : NULL;

		if (end == NULL || obey_tag(u->state, text + 1) == -1) {
			if (end != NULL)
				say(u->name, "bad tag %.*s, is read aloud", (int)(end + 1 - text), text);
			*out++ = *text++;
			continue;
		}
		if (out != spoken && strchr("dvm", text[1]) != NULL)
			say(u->name, "bad tag %.*s, not at the start", (int)(end + 1 - text), text);
		text = end + 1;
	}
	*out = '\0';
}

static void
speak(struct unit *u, uint8_t parameter, const uint8_t *bytes, size_t len)
{
	static const char *const charsets[] = { "GB2312", "GBK", "BIG5", "UTF-16BE" };
	struct voice *v = u->state;
	char raw[SPOKEN_MAX];

	if (v->speaking)
		say(u->name, "cut off (a new frame came while speaking)");
	text_decode(raw, sizeof raw, charsets[parameter & 7], bytes, len);
	take_tags(u, v->text, raw);
	if (v->text[0] == '\0') {
		say(u->name, "set %s", raw);
	} else {
		say(u->name, "says %s", v->text);
		if (strcmp(v->text, raw) != 0)
			say(u->name, "raw %s", raw);
		if (parameter >> 3 > 0)
			say(u->name, "music %d", parameter >> 3);
	}
	v->speaking = true;
	v->paused = false;
	v->ends_ms = now_ms() + (int64_t)text_count(v->text) * u->line->option[OPT_MS_PER_CHAR];
	u->due_ms = v->busy ? NEVER : v->ends_ms;
}

static void
stop(struct unit *u)
{
	struct voice *v = u->state;

	if (v->speaking)
		say(u->name, "stopped");
	v->speaking = v->paused = false;
	u->due_ms = NEVER;
}

static void
pause_speech(struct unit *u)
{
	struct voice *v = u->state;

	if (!v->speaking || v->paused)
		return;
	v->paused = true;
	v->left_ms = v->ends_ms - now_ms();
	u->due_ms = NEVER;
	say(u->name, "paused");
}

static void
resume_speech(struct unit *u)
{
	struct voice *v = u->state;

	if (!v->paused)
		return;
	v->paused = false;
	v->ends_ms = now_ms() + v->left_ms;
	u->due_ms = v->busy ? NEVER : v->ends_ms;
	say(u->name, "resumed");
}

/* Is the body of a frame a command with its parameters?  Returns NULL, or why not. */
static const char *
check(const uint8_t *body, size_t len)
{
	switch (body[0]) {
	case 0x01:
		if (len < 2)
			return "speak has no parameter";
		return (body[1] & 7) > 3 ? "encoding is 0 to 3" : NULL;
	case 0x31:
		return len != 2 || body[1] > 2 ? "baud rate is 0 to 2" : NULL;
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x21:
	case 0x88:
		return len != 1 ? "this command has no parameters" : NULL;
	}
	return "no such command";
}

/* Obey a frame that is in order. */
static void
obey(struct unit *u, const uint8_t *body, size_t len)
{
	static const char *const bauds[] = { "9600", "19200", "38400" };
	struct voice *v = u->state;

	if (body[0] == 0x21) {
		answer(u, v->speaking || v->busy ? SPEAKING : IDLE);
		return;
	}
	answer(u, ACCEPTED);
	switch (body[0]) {
	case 0x01:
		speak(u, body[1], body + 2, len - 2);
		break;
	case 0x02:
		stop(u);
		break;
	case 0x03:
		pause_speech(u);
		break;
	case 0x04:
		resume_speech(u);
		break;
	case 0x31:
		say(u->name, "baud %s", bauds[body[1]]);
		break;
	case 0x88:
		stop(u);
		v->asleep = true;
		say(u->name, "asleep");
		break;
	}
}

static void
frame(struct unit *u, const uint8_t *b, size_t len)
{
	struct voice *v = u->state;
	const char *why;
	uint8_t xor = 0;

	if (v->asleep) {
		bad_frame(u->name, b, len, "asleep, hears nothing");
		return;
	}
	for (size_t i = 0; i < len - 1; i++)
		xor ^= b[i];
	if (xor != b[len - 1]) {
		bad_frame(u->name, b, len, "check byte is %02X, should be %02X", b[len - 1], xor);
		answer(u, REFUSED);
	} else if ((why = check(b + 3, len - 4)) != NULL) {
		bad_frame(u->name, b, len, "%s", why);
		answer(u, REFUSED);
	} else if (u->nack != -1) {
		answer(u, REFUSED);
	} else {
		obey(u, b + 3, len - 4);
	}
}

static size_t
voice_input(struct line *l, const uint8_t *b, size_t len)
{
	const uint8_t *head = memchr(b, 0xFD, len);
	size_t n = head == NULL ? len : (size_t)(head - b);

	if (n > 0) {
		bad_frame(l->name, b, n, "no frame begins here");
		return n;
	}
	if (len < 3)
		return 0;
	n = b[1] << 8 | b[2];
	/* Where a frame with a bad length ends only the silence after it tells. */
	if (n < 2 || n > TEXT_MAX + 3 || len < n + 3)
		return 0;
	frame(&l->unit[0], b, n + 3);
	return n + 3;
}

static void
voice_gap(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	struct voice *v = u->state;

	bad_frame(l->name, b, len, "bad length, or cut short");
	if (!v->asleep)
		answer(u, REFUSED);
}

static void
voice_tick(struct unit *u)
{
	struct voice *v = u->state;

	if (!v->speaking)
		return;
	v->speaking = false;
	if (v->text[0] != '\0')
		say(u->name, "done");
	answer(u, IDLE);
}

static void
voice_power(struct unit *u)
{
	struct voice *v = u->state;

	*v = (struct voice){ .busy = v->busy };
	reset_tags(v);
	answer(u, STARTED);
}

static void
voice_show(struct unit *u, FILE *f)
{
	struct voice *v = u->state;
	const char *doing = v->asleep ? "asleep" : v->paused ? "paused in" :
	    v->speaking ? "says" : v->text[0] != '\0' ? "idle, said" : "idle";

	fprintf(f, "%s: %s%s%s\n%s: tags", u->name, doing, v->text[0] != '\0' ? " " : "",
	    v->text, u->name);
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		fprintf(f, " [%c%d]", tags[i].letter, v->tag[tags[i].letter - 'a']);
	fputc('\n', f);
}

static const char *
control_busy(struct unit *u, int argc, char **argv, FILE *f)
{
	struct voice *v = u->state;
	int on = on_off(argv[0]);

	(void)argc, (void)f;
	if (on == -1)
		return "on or off";
	v->busy = on;
	u->due_ms = on || !v->speaking || v->paused ? NEVER : v->ends_ms;
	return NULL;
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *f)
{
	int on = strcmp(argv[0], "45") == 0 ? 1 : on_off(argv[0]);

	(void)argc, (void)f;
	if (on == -1)
		return "on, 45 or off";
	u->nack = on ? REFUSED : -1;
	return NULL;
}

static const struct control controls[] = {
	{ "busy", "on|off", "it says that it speaks, and never ends", 1, 1, ONE, control_busy },
	{ "nack", "on|45|off", "it refuses every frame with 45", 1, 1, ONE, control_nack },
	{ .word = NULL },
};

const struct kind voice_kind = {
	.name = "voice",
	.summary = "SYN6288 text to speech module",
	/* The real one allows 8 ms between the bytes of a frame; a busy machine
	 * may hand over the parts of one write later than that. */
	.gap_ms = 60,
	.size = sizeof(struct voice),
	.options = {
		[OPT_MS_PER_CHAR] = { "ms_per_char", 30, 0, 1000,
		    "time to speak a character; the real one takes about 250" },
	},
	.controls = controls,
	.power = voice_power,
	.input = voice_input,
	.gap = voice_gap,
	.tick = voice_tick,
	.show = voice_show,
};
