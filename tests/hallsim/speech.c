/*
 * Text-to-speech modules: SYN6288 ("voice"), SYN6658, XFS5152CE.
 *
 *	FD len-hi len-lo command [parameter [text]] [xor]
 *
 * len counts the bytes after it.  The SYN6288 ends its frames with the xor of
 * all bytes before it, which len counts too; the others have no check.  The
 * modules answer with single bytes.
 *
 * It says, a line an occurrence:
 *
 *	says TEXT	as heard, without tags
 *	raw TEXT	the same with its tags, if it has any
 *	set TAGS	a text of tags alone
 *	music N		with the text, if it is not 0
 *	done		the text has been spoken; 4F is sent
 *	cut off (a new frame came while speaking)
 *	stopped, paused, resumed, asleep, awake, baud N
 *	stored N bytes in zone Z (of the cache)
 *
 * Source: SYN6288 data sheet V1.7, sections 2.2 and 4.4 and the table of tags;
 * SYN6658 user manual, sections 9.4 and 13.2; for the XFS5152CE, code that
 * drives it: its tags are taken to be those of the SYN6658.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define CACHE_MAX	4096	/* also the longest text in a frame */
#define ZONE		256	/* bytes */
#define SPOKEN_MAX	(CACHE_MAX * 4 + 1)	/* a text in UTF-8, or as \xNN */
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
	uint8_t	cache[CACHE_MAX];
	size_t	cached;			/* bytes of it */
};

/* Tags with a number, their ranges and defaults. */
struct tag { char letter; int max, value; };

static const struct tag syn6288_tags[] = {
	{ 'v', 16, 10 }, { 'm', 16, 4 }, { 't', 5, 4 }, { 'n', 2, 0 },
	{ 'y', 1, 0 }, { 'x', 1, 1 }, { 'b', 1, 0 }, { 'o', 1, 0 }, { 0 }
};

static const struct tag syn6658_tags[] = {
	{ 'v', 10, 5 }, { 's', 10, 5 }, { 't', 10, 5 }, { 'm', 55, 3 }, { 'n', 2, 0 }, { 'y', 1, 0 },
	{ 'x', 1, 1 }, { 'b', 1, 0 }, { 'f', 1, 0 }, { 'i', 1, 0 }, { 'r', 2, 0 }, { 'z', 1, 0 }, { 0 }
};

static const struct model {
	const struct kind	*kind;
	bool			 check;		/* frames end with one */
	size_t			 text_max;	/* bytes of text in a frame */
	const char		*charset[5];
	int			 charsets;
	const struct tag	*tags;		/* up to one without a letter */
} models[] = {
	{ &voice_kind, true, 200, { "GB2312", "GBK", "BIG5", "UTF-16BE" }, 4, syn6288_tags },
	{ &syn6658_kind, false, 4096, { "GB2312", "GBK", "BIG5", "UTF-16LE", "UTF-16BE" }, 5, syn6658_tags },
	{ &xfs5152_kind, false, 4096, { "GB2312", "GBK", "BIG5", "UTF-16LE" }, 4, syn6658_tags },
};

static const struct model *
model_of(const struct line *l)
{
	const struct model *m = models;

	while (m->kind != l->kind)
		m++;
	return m;
}

/* [d] leaves a SYN6658 its voice. */
static void
reset_tags(struct unit *u, bool all)
{
	const struct model *m = model_of(u->line);
	struct voice *v = u->state;

	for (const struct tag *t = m->tags; t->letter != 0; t++)
		if (all || m->check || t->letter != 'm')
			v->tag[t->letter - 'a'] = t->value;
}

static void
answer(struct unit *u, uint8_t byte)
{
	unit_send(u, &byte, 1);
}

/* Obey a tag without a number, text standing behind its [.  0, or -1 if it is none. */
static int
obey_plain_tag(struct unit *u, const char *text)
{
	if (text[0] == 'd')
		reset_tags(u, false);
	return strchr(model_of(u->line)->check ? "dr23" : "d", text[0]) != NULL ? 0 : -1;
}

/* Does the module have this number? */
static bool
has_number(const struct model *m, const struct tag *t, int n)
{
	if (!m->check && t->letter == 'm')
		return n == 3 || (n >= 51 && n <= 55);
	return n <= t->max;
}

/* The same for any tag. */
static int
obey_tag(struct unit *u, const char *text)
{
	const struct model *m = model_of(u->line);
	struct voice *v = u->state;
	size_t len = strspn(text + 1, "0123456789");
	char digits[6] = "";
	int n;

	if (text[1] == ']')
		return obey_plain_tag(u, text);
	if (!m->check && text[0] == '=')	/* how the character before is read */
		return 0;
	if (len == 0 || len > 5 || text[1 + len] != ']')
		return -1;
	memcpy(digits, text + 1, len);
	n = number(digits, 0, 99999);
	if (!m->check && text[0] == 'p')	/* silence */
		return 0;
	for (const struct tag *t = m->tags; t->letter != 0; t++) {
		if (t->letter != text[0])
			continue;
		/* Louder than the loudest is the loudest. */
		if (n > t->max && t->max == 16)
			n = 16;
		if (!has_number(m, t, n))
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

		if (end == NULL || obey_tag(u, text + 1) == -1) {
			if (end != NULL)
				say(u->name, "bad tag %.*s, is read aloud", (int)(end + 1 - text), text);
			*out++ = *text++;
			continue;
		}
		if (out != spoken && model_of(u->line)->check && strchr("dvm", text[1]) != NULL)
			say(u->name, "bad tag %.*s, not at the start", (int)(end + 1 - text), text);
		text = end + 1;
	}
	*out = '\0';
}

static void
speak(struct unit *u, int charset, int music, int times, const uint8_t *bytes, size_t len)
{
	struct voice *v = u->state;
	char raw[SPOKEN_MAX];

	if (v->speaking)
		say(u->name, "cut off (a new frame came while speaking)");
	text_decode(raw, sizeof raw, model_of(u->line)->charset[charset], bytes, len);
	take_tags(u, v->text, raw);
	if (v->text[0] == '\0') {
		say(u->name, "set %s", raw);
	} else {
		say(u->name, "says %s", v->text);
		if (strcmp(v->text, raw) != 0)
			say(u->name, "raw %s", raw);
		if (music > 0)
			say(u->name, "music %d", music);
		if (times > 1)
			say(u->name, "%d times", times);
	}
	v->speaking = true;
	v->paused = false;
	v->ends_ms = now_ms() + (int64_t)text_count(v->text) * times * u->line->option[OPT_MS_PER_CHAR];
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

/* The parts of the parameter of a text. */
static int
encoding(const struct model *m, uint8_t parameter)
{
	return m->check ? parameter & 7 : parameter;
}

static int
music(const struct model *m, uint8_t parameter)
{
	return m->check ? parameter >> 3 : 0;
}

static const char *
check_encoding(const struct model *m, int n)
{
	if (n < m->charsets)
		return NULL;
	return m->charsets == 5 ? "encoding is 0 to 4" : "encoding is 0 to 3";
}

/* What only modules with a cache know. */
static const char *
check_cache(const struct model *m, const uint8_t *body, size_t len)
{
	switch (body[0]) {
	case 0x31:
		if (len < 3 || body[1] > 15)
			return "zone is 0 to 15, and there is a text";
		return len - 2 > (size_t)(16 - body[1]) * ZONE ? "the cache has no room for it" : NULL;
	case 0x32:
		if (len != 2 || body[1] >> 4 == 0)
			return "times is 1 to 15";
		return check_encoding(m, body[1] & 15);
	case 0x22:
	case 0xFF:
		return len != 1 ? "this command has no parameters" : NULL;
	}
	return "no such command";
}

/* Is the body of a frame a command with its parameters?  Returns NULL, or why not. */
static const char *
check(const struct model *m, const uint8_t *body, size_t len)
{
	switch (body[0]) {
	case 0x01:
		if (len < 2)
			return "speak has no parameter";
		return check_encoding(m, encoding(m, body[1]));
	case 0x31:
		if (!m->check)
			break;
		return len != 2 || body[1] > 2 ? "baud rate is 0 to 2" : NULL;
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x21:
	case 0x88:
		return len != 1 ? "this command has no parameters" : NULL;
	}
	return m->check ? "no such command" : check_cache(m, body, len);
}

static void
store(struct unit *u, int zone, const uint8_t *text, size_t len)
{
	struct voice *v = u->state;

	memcpy(v->cache + zone * ZONE, text, len);
	v->cached = zone * ZONE + len;
	say(u->name, "stored %zu bytes in zone %d", len, zone);
}

/* Obey a frame that is in order. */
static void
obey(struct unit *u, const uint8_t *body, size_t len)
{
	static const char *const bauds[] = { "9600", "19200", "38400" };
	const struct model *m = model_of(u->line);
	struct voice *v = u->state;

	if (body[0] == 0x21) {
		answer(u, v->speaking || v->busy ? SPEAKING : IDLE);
		return;
	}
	answer(u, ACCEPTED);
	switch (body[0]) {
	case 0x01:
		speak(u, encoding(m, body[1]), music(m, body[1]), 1, body + 2, len - 2);
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
		if (m->check)
			say(u->name, "baud %s", bauds[body[1]]);
		else
			store(u, body[1], body + 2, len - 2);
		break;
	case 0x32:
		speak(u, body[1] & 15, 0, body[1] >> 4, v->cache, v->cached);
		break;
	case 0x22:
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
	const struct model *m = model_of(u->line);
	struct voice *v = u->state;
	size_t body = len - 3 - m->check;
	const char *why;
	uint8_t xor = 0;

	if (v->asleep && !m->check && b[3] == 0xFF) {
		v->asleep = false;
		say(u->name, "awake");
	}
	if (v->asleep) {
		bad_frame(u->name, b, len, "asleep, hears nothing");
		return;
	}
	for (size_t i = 0; i < len - 1; i++)
		xor ^= b[i];
	if (m->check && xor != b[len - 1]) {
		bad_frame(u->name, b, len, "check byte is %02X, should be %02X", b[len - 1], xor);
		answer(u, REFUSED);
	} else if ((why = check(m, b + 3, body)) != NULL) {
		bad_frame(u->name, b, len, "%s", why);
		answer(u, REFUSED);
	} else if (u->nack != -1) {
		answer(u, REFUSED);
	} else {
		obey(u, b + 3, body);
	}
}

static size_t
voice_input(struct line *l, const uint8_t *b, size_t len)
{
	const struct model *m = model_of(l);
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
	if (n < 1u + m->check || n > m->text_max + 2 + m->check || len < n + 3)
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
	reset_tags(u, true);
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
	for (const struct tag *t = model_of(u->line)->tags; t->letter != 0; t++)
		fprintf(f, " [%c%d]", t->letter, v->tag[t->letter - 'a']);
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

/* The real ones allow 8 ms (SYN6288) or 15 ms between the bytes of a frame; a
 * busy machine may hand over the parts of one write later than that. */
#define KIND(model, words) { \
	.name = model, \
	.summary = words " text to speech module", \
	.gap_ms = 60, \
	.size = sizeof(struct voice), \
	.options = { \
		[OPT_MS_PER_CHAR] = { "ms_per_char", 30, 0, 1000, \
		    "time to speak a character; the real one takes about 250" }, \
	}, \
	.controls = controls, \
	.power = voice_power, \
	.input = voice_input, \
	.gap = voice_gap, \
	.tick = voice_tick, \
	.show = voice_show, \
}

const struct kind voice_kind = KIND("voice", "SYN6288");
const struct kind syn6658_kind = KIND("syn6658", "SYN6658");
const struct kind xfs5152_kind = KIND("xfs5152", "XFS5152CE");
