/*
 * Alpha and BetaBrite LED signs, an address each.  8N1, or 7E1 as eight bits
 * without parity carry it.
 *
 *	00 x5  01 type address(2 hex) { 02 command data [03 sum(4 hex)] } 04
 *
 * sum is of all bytes from 02 to 03.  Type Z and address 00 mean all, ? is any
 * digit.  Text files are shown in the order of their labels; string files stand
 * in them where 10 and a label are; text file 0 is above all.  Memory is kept
 * without power, and all files but 0 must have been given some.
 *
 * It says, a line an occurrence:
 *
 *	shows TEXT	what can be read now; "flashes" instead, with mode c;
 *			files stand with " | " between
 *	blank		nothing can be read
 *	repainted	the same has been written again
 *	blinks		a text file was rewritten that is not the priority one:
 *			slow memory
 *	memory A B	these files have memory now, and are empty
 *	time hh:mm, reset
 *	nak BITS	the error it refused a packet with; sent only with ack=1
 *
 * Source: msparks/alphasign, lancereinsmith/alphasignpy.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define PACKET_MAX	4096
#define TEXT_MAX	125
#define ZEROS		5

enum { OPT_ACK, OPT_PARITY };
enum error { NONE = 0, SUM = 0x10, ILLEGAL = 0x20, OVERFLOW_ = 0x08, PARITY = 0x01 };

struct file {
	char	kind;		/* 'A' text, 'B' string; 0: no memory */
	int	size;
	char	mode;
	char	bytes[PACKET_MAX];
};

struct panel {
	struct file	file[128];	/* by label */
	char		shown[PACKET_MAX];	/* last said */
	bool		written;
};

/* What can be read. */

/* Append a text file's characters, its strings in their places. */
static void
put_text(const struct panel *p, const char *text, char *out, size_t cap)
{
	size_t n = strlen(out);

	for (; *text != '\0' && n + 1 < cap; text++) {
		if (*text == 0x10 && text[1] != '\0') {
			const struct file *string = &p->file[(int)*++text];

			if (string->kind == 'B')
				n += snprintf(out + n, cap - n, "%s", string->bytes);
		} else if (*text == 0x1C || *text == 0x1A) {
			text += text[1] != '\0';	/* colour, font */
		} else if (*text == 0x0D) {
			out[n++] = '/';
		} else if (*text >= 0x20) {
			out[n++] = *text;
		}
	}
	out[n < cap ? n : cap - 1] = '\0';
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

static void
put_shown(const struct panel *p, char *out, size_t cap)
{
	char text[PACKET_MAX] = "";
	bool flashes = false;

	for (int label = '0'; label < 127; label++) {
		const struct file *f = &p->file[label];
		size_t n = strlen(text);

		if (f->kind != 'A' || f->bytes[0] == '\0')
			continue;
		if (n > 0)
			snprintf(text + n, sizeof text - n, " | ");
		put_text(p, f->bytes, text, sizeof text);
		flashes |= f->mode == 'c';
		if (label == '0')
			break;
	}
	if (is_blank(text))
		snprintf(out, cap, "blank");
	else
		snprintf(out, cap, "%s %.*s", flashes ? "flashes" : "shows", (int)cap - 10, text);
}

static void
refresh(struct unit *u)
{
	struct panel *p = u->state;
	char now[sizeof p->shown];

	put_shown(p, now, sizeof now);
	if (strcmp(now, p->shown) != 0) {
		memcpy(p->shown, now, sizeof now);
		say(u->name, "%s", now);
	} else if (p->written) {
		say(u->name, "repainted");
	}
	p->written = false;
}

/* Commands.  Each returns an error, and why; data ends with a NUL. */

static bool
label_ok(char label)
{
	return label >= 0x20 && label < 0x7F && label != '?' && (label < '1' || label > '5');
}

static enum error
write_text(struct unit *u, const char *data, const char **why)
{
	struct panel *p = u->state;
	struct file *f = &p->file[(int)data[0]];
	const char *text = data + 1;

	*why = "no such label";
	if (!label_ok(data[0]))
		return ILLEGAL;
	*why = "no memory for this text file";
	if (f->kind != 'A')
		return ILLEGAL;
	f->mode = 'b';
	if (*text == 0x1B) {
		*why = "no such position or mode";
		if (strlen(text) < 3 || strchr(" \"&01234", text[1]) == NULL || text[2] < 'a' || text[2] > 't')
			return ILLEGAL;
		f->mode = text[2];
		text += 3;
	}
	*why = "longer than its memory";
	if ((int)strlen(text) > f->size)
		return OVERFLOW_;
	snprintf(f->bytes, sizeof f->bytes, "%s", text);
	if (data[0] != '0')
		say(u->name, "blinks");
	p->written = true;
	return NONE;
}

static enum error
write_string(struct unit *u, const char *data, const char **why)
{
	struct panel *p = u->state;
	struct file *f = &p->file[(int)data[0]];

	*why = "no memory for this string file";
	if (!label_ok(data[0]) || f->kind != 'B')
		return ILLEGAL;
	*why = "longer than its memory";
	if ((int)strlen(data + 1) > f->size)
		return OVERFLOW_;
	snprintf(f->bytes, sizeof f->bytes, "%s", data + 1);
	p->written = true;
	return NONE;
}

/* All files but the priority text lose their memory and text. */
static void
forget(struct panel *p)
{
	memset(p->file, 0, sizeof p->file);
	p->file['0'] = (struct file){ .kind = 'A', .size = TEXT_MAX, .mode = 'b' };
}

static enum error
memory(struct unit *u, const char *data, const char **why)
{
	struct panel *p = u->state;
	char said[300] = "";

	*why = "entries are label, A or B or D, U or L, size, times";
	forget(p);
	for (; *data != '\0'; data += 11) {
		char label = data[0], rest[5];
		unsigned size;

		if (strlen(data) < 11 || !label_ok(label) || label == '0' || strchr("ABD", data[1]) == NULL ||
		    strchr("UL", data[2]) == NULL || sscanf(data + 3, "%4X%4[0-9A-F]", &size, rest) != 2 || strlen(rest) != 4)
			return ILLEGAL;
		if (data[1] == 'B' && (size > TEXT_MAX || strcmp(rest, "0000") != 0))
			return ILLEGAL;
		p->file[(int)label] = (struct file){ .kind = data[1], .size = (int)size, .mode = 'b' };
		snprintf(said + strlen(said), sizeof said - strlen(said), " %c", label);
	}
	say(u->name, "memory%s", said);
	return NONE;
}

static enum error
special(struct unit *u, const char *data, const char **why)
{
	int hour, minute;

	switch (data[0]) {
	case '$':
		return memory(u, data + 1, why);
	case ' ':
		*why = "the time is hhmm";
		if (strlen(data) != 5 || sscanf(data + 1, "%2d%2d", &hour, &minute) != 2 || hour > 23 || minute > 59)
			return ILLEGAL;
		say(u->name, "time %02d:%02d", hour, minute);
		return NONE;
	case ',':
		say(u->name, "reset");
		return NONE;
	}
	*why = "no such special function";
	return ILLEGAL;
}

static enum error
obey(struct unit *u, char command, const char *data, const char **why)
{
	switch (command) {
	case 'A':
		return write_text(u, data, why);
	case 'G':
		return write_string(u, data, why);
	case 'E':
		return special(u, data, why);
	}
	*why = "no such command";
	return ILLEGAL;
}

/* Packets. */

static void
answer(struct unit *u, enum error error)
{
	const uint8_t bytes[] = { error == NONE ? 0x06 : 0x15, 0x40 | error };

	if (error != NONE)
		say(u->name, "nak %02X", error);
	if (u->line->option[OPT_ACK])
		unit_send(u, bytes, error == NONE ? 1 : 2);
}

/* Do the commands of a packet: text from the first 02 on, without the 04. */
static void
commands(struct unit *u, const char *text, const uint8_t *raw, size_t raw_len)
{
	enum error error = NONE;
	const char *why = "";

	if (u->nack != -1) {
		answer(u, u->nack);
		return;
	}
	while (error == NONE && *text == 0x02) {
		size_t len = 1 + strcspn(text + 1, "\2\3");
		char data[PACKET_MAX];
		unsigned sum = 0x03, given;

		snprintf(data, sizeof data, "%.*s", (int)len - 1, text + 1);
		for (size_t i = 0; i < len; i++)
			sum += (uint8_t)text[i];
		text += len;
		if (*text == 0x03) {
			why = "sum is wrong";
			if (sscanf(text + 1, "%4X", &given) != 1 || given != (sum & 0xFFFF) || strlen(text) < 5) {
				error = SUM;
				break;
			}
			text += 5;
		}
		why = "no command";
		error = data[0] == '\0' || data[1] == '\0' ? ILLEGAL : obey(u, data[0], data + 1, &why);
	}
	if (error == NONE && *text != '\0') {
		error = ILLEGAL;
		why = "bytes behind the last command";
	}
	if (error != NONE)
		bad_frame(u->name, raw, raw_len, "%s", why);
	answer(u, error);
	refresh(u);
}

/* Do the two hexadecimal digits, of which ? is any, name this address? */
static bool
meant(const struct unit *u, const char *digits)
{
	char own[3];

	snprintf(own, sizeof own, "%02X", u->address & 0xFF);
	if (strncmp(digits, "00", 2) == 0)
		return true;
	return (digits[0] == '?' || digits[0] == own[0]) && (digits[1] == '?' || digits[1] == own[1]);
}

/* A whole packet: raw from 01 up to the 04. */
static void
packet(struct line *l, const uint8_t *raw, size_t raw_len)
{
	char text[PACKET_MAX];
	bool heard = false, parity_wrong = false;

	for (size_t i = 0; i < raw_len; i++) {
		text[i] = raw[i] & 0x7F;
		if (l->option[OPT_PARITY])
			parity_wrong |= __builtin_parity(raw[i]) != 0;
		else
			parity_wrong |= raw[i] > 0x7F;
	}
	text[raw_len] = '\0';
	if (parity_wrong || strlen(text) != raw_len || raw_len < 4 || strchr("Zf!", text[1]) == NULL) {
		bad_frame(l->name, raw, raw_len, parity_wrong ? "parity is wrong" : "no type and address");
		return;
	}
	for (int i = 0; i < l->units; i++) {
		if (!meant(&l->unit[i], text + 2))
			continue;
		heard = true;
		if (!l->unit[i].off)
			commands(&l->unit[i], text + 4, raw, raw_len);
	}
	if (!heard)
		bad_frame(l->name, raw, raw_len, "nobody has address %.2s", text + 2);
}

static size_t
alpha_input(struct line *l, const uint8_t *b, size_t len)
{
	size_t zeros = 0, end;

	while (zeros < len && b[zeros] == 0)
		zeros++;
	if (zeros == len)
		return len > PACKET_MAX ? len - ZEROS : 0;
	if ((b[zeros] & 0x7F) != 0x01 || zeros < ZEROS) {
		bad_frame(l->name, b, zeros + 1, zeros < ZEROS && (b[zeros] & 0x7F) == 0x01 ? "fewer than five zeros" :
		    "no packet begins here");
		return zeros + 1;
	}
	for (end = zeros; end < len && (b[end] & 0x7F) != 0x04 && b[end] != 0; end++)
		;
	if (end == len) {
		if (len - zeros < PACKET_MAX)
			return 0;
		bad_frame(l->name, b, len, "no end");
		return len;
	}
	if (end - zeros >= PACKET_MAX || b[end] == 0) {
		bad_frame(l->name, b, end, "no end");
		return end;
	}
	packet(l, b + zeros, end - zeros);
	return end + 1;
}

/* Zeros alone are a pause, and no packet. */
static void
alpha_gap(struct line *l, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (b[i] != 0) {
			bad_frame(l->name, b, len, "cut short");
			return;
		}
}

static void
alpha_power(struct unit *u)
{
	struct panel *p = u->state;

	if (p->file['0'].kind == 0)
		forget(p);
	put_shown(p, p->shown, sizeof p->shown);
}

static void
alpha_show(struct unit *u, FILE *f)
{
	const struct panel *p = u->state;
	char now[sizeof p->shown];

	put_shown(p, now, sizeof now);
	fprintf(f, "%s: %s\n", u->name, now);
	for (int label = 0x20; label < 127; label++)
		if (p->file[label].kind != 0)
			fprintf(f, "%s: file %c is a %s of %d bytes\n", u->name, label,
			    p->file[label].kind == 'A' ? "text" : "string", p->file[label].size);
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *answer)
{
	int n = strcmp(argv[0], "off") == 0 ? -1 : number(argv[0], 1, 63);

	(void)argc, (void)answer;
	if (n == -1 && strcmp(argv[0], "off") != 0)
		return "bits of an error, 1 to 63, or off";
	u->nack = n;
	return NULL;
}

static const char *
control_replace(struct unit *u, int argc, char **argv, FILE *answer)
{
	(void)argc, (void)argv, (void)answer;
	forget(u->state);
	refresh(u);
	return NULL;
}

static const struct control controls[] = {
	{ "nack", "BITS|off", "it refuses every packet with this error", 1, 1, EACH, control_nack },
	{ "replace", "", "another sign hangs there, whose files have no memory", 0, 0, EACH, control_replace },
	{ .word = NULL },
};

const struct kind alpha_kind = {
	.name = "alpha",
	.summary = "Alpha and BetaBrite LED signs",
	.addressed = true,
	.gap_ms = 2000,
	.size = sizeof(struct panel),
	.options = {
		[OPT_ACK] = { "ack", 0, 0, 1, "1: it answers" },
		[OPT_PARITY] = { "parity", 0, 0, 1, "1: bit 7 is an even parity, as with 7E1" },
	},
	.controls = controls,
	.power = alpha_power,
	.input = alpha_input,
	.gap = alpha_gap,
	.show = alpha_show,
};
