/*
 * Onbon BX-5K and BX-6K font cards: LED signs, an address each.  8N1.
 *
 *	A5 x8  escaped(header 14, data, CRC 2)  5A
 *
 *	destination 2, source 2, reserved 3, option, check mode, display mode,
 *	device type, version 02, length of data 2; all low byte first
 *
 * The CRC (reflected A001, from 0) is over header and data before escaping;
 * A5 A6 5A 5B are sent as A6 02, A6 01, 5B 02, 5B 01.
 *
 * It says, a line an occurrence:
 *
 *	shows TEXT	what can be read now; areas stand in the order of their
 *			numbers with " | " between, lines of an area with " / "
 *	repainted	the same has been sent again
 *	off, blank	nothing can be read: switched off, or no area has a text
 *	blank after N s without contact		(run mode 2)
 *	last page after N s without contact	(run mode 3: it stays)
 *	speaks TEXT, ping, clock YYYY-MM-DD hh:mm:ss, brightness N,
 *	nack N		the error it refused a frame with
 *
 * Source: onbonlab/bx.k.java, the maker's own; error numbers from the SDK.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define HEADER		14
#define DATA_HEAD	5	/* group, command, reply, two bytes */
#define BODY_MAX	4096	/* header, data and CRC */
#define AREAS		16	/* a card has room for */
#define AREA_TEXT	1024	/* UTF-8 */
#define AREA_HEAD	15	/* bytes up to and with the sound byte */
#define AREA_TAIL	12	/* from the extension's length to the text */

enum address { ANYONE = 0x8000, ALL_ANSWER = 0xFFFE, ALL = 0xFFFF };

enum error {
	NONE = 0, BAD_GROUP = 1, BAD_COMMAND = 2, NO_MEMORY = 4, BAD_CRC = 5,
	BAD_DEVICE = 13, BAD_DATE = 14
};

enum { OPT_GENERATION, OPT_SECOND };

struct area {
	bool	used;
	int	id;
	int	x, y, width, height;	/* pixels */
	int	run;			/* mode 0-5 */
	int	timeout_s;
	int64_t	written_ms;
	bool	late;			/* the time-out has come */
	char	text[AREA_TEXT];
};

struct card {
	bool		dark;		/* switched off by the host */
	int		brightness;
	struct area	area[AREAS];	/* by id */
	char		shown[AREAS * (AREA_TEXT + 4)];	/* last said */
	bool		written;	/* an area has been sent again */
};

/* A request, out of its frame. */
struct request {
	int		 to, from;
	const uint8_t	*data;		/* from group on */
	size_t		 len;
	const uint8_t	*raw;		/* as it came, for reports */
	size_t		 raw_len;
};

static int
le16(const uint8_t *b)
{
	return b[0] | b[1] << 8;
}

static uint16_t
crc(const uint8_t *b, size_t len)
{
	uint16_t c = 0;

	for (size_t i = 0; i < len; i++) {
		c ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xA001 : c >> 1;
	}
	return c;
}

static void
put_escaped(uint8_t *out, size_t *n, uint8_t byte)
{
	switch (byte) {
	case 0xA5:
	case 0xA6:
		out[(*n)++] = 0xA6;
		out[(*n)++] = byte == 0xA5 ? 2 : 1;
		break;
	case 0x5A:
	case 0x5B:
		out[(*n)++] = 0x5B;
		out[(*n)++] = byte == 0x5A ? 2 : 1;
		break;
	default:
		out[(*n)++] = byte;
	}
}

static void
reply(struct unit *u, const struct request *rq, enum error error)
{
	uint8_t body[HEADER + DATA_HEAD + 2] = {
		rq->from & 0xFF, rq->from >> 8, u->address & 0xFF, u->address >> 8,
		0, 0, 0, 0, 0, 0, 0xFE, 0x02, DATA_HEAD, 0,
		0xA0, error != NONE, error, 0, 0
	};
	uint8_t out[8 + 2 * sizeof body + 1];
	uint16_t c = crc(body, HEADER + DATA_HEAD) ^ (u->badcheck ? 0x0101 : 0);
	size_t n = 0;

	body[HEADER + DATA_HEAD] = c & 0xFF;
	body[HEADER + DATA_HEAD + 1] = c >> 8;
	while (n < 8)
		out[n++] = 0xA5;
	for (size_t i = 0; i < sizeof body; i++)
		put_escaped(out, &n, body[i]);
	out[n++] = 0x5A;
	unit_send(u, out, n);
}

/* What can be read. */

/* Does this area show its text? */
static bool
readable(const struct area *a)
{
	return a->used && a->text[0] != '\0' && !(a->late && a->run == 2);
}

/* Write what the card shows now as it is said. */
static void
put_shown(const struct card *c, char *out, size_t cap)
{
	size_t n = 0;

	if (c->dark) {
		snprintf(out, cap, "off");
		return;
	}
	for (int i = 0; i < AREAS; i++) {
		if (!readable(&c->area[i]))
			continue;
		n += snprintf(out + n, cap - n, "%s%s", n == 0 ? "shows " : " | ", c->area[i].text);
	}
	if (n == 0)
		snprintf(out, cap, "blank");
}

/* Something has been done to the card: say what can be read now, if that is new. */
static void
refresh(struct unit *u, const char *why)
{
	struct card *c = u->state;
	char now[sizeof c->shown];

	put_shown(c, now, sizeof now);
	if (strcmp(now, c->shown) != 0) {
		memcpy(c->shown, now, sizeof now);
		say(u->name, "%s%s", now, why);
	} else if (c->written) {
		say(u->name, "repainted");
	}
	c->written = false;
}

/* Set the timer for the first time-out to come. */
static void
set_timer(struct unit *u)
{
	struct card *c = u->state;

	u->due_ms = NEVER;
	for (int i = 0; i < AREAS; i++) {
		const struct area *a = &c->area[i];
		int64_t due = a->written_ms + (int64_t)a->timeout_s * u->line->option[OPT_SECOND];

		if (a->used && !a->late && (a->run == 2 || a->run == 3) && a->timeout_s > 0 &&
		    due < u->due_ms)
			u->due_ms = due;
	}
}

static void
sign_tick(struct unit *u)
{
	struct card *c = u->state;
	int64_t now = now_ms();
	char why[64];

	for (int i = 0; i < AREAS; i++) {
		struct area *a = &c->area[i];

		if (!a->used || a->late || (a->run != 2 && a->run != 3) || a->timeout_s == 0 ||
		    now < a->written_ms + (int64_t)a->timeout_s * u->line->option[OPT_SECOND])
			continue;
		a->late = true;
		snprintf(why, sizeof why, " after %d s without contact", a->timeout_s);
		if (a->run == 3)
			say(u->name, "last page%s", why);
		refresh(u, why);
	}
	set_timer(u);
}

/* Dynamic areas. */

/* Take the plain text of an area: colours out, \n to " / ". */
static void
area_text(char *out, size_t cap, const uint8_t *bytes, size_t len)
{
	char text[AREA_TEXT];
	size_t n = 0;

	text_decode(text, sizeof text, "GBK", bytes, len);
	for (const char *p = text; *p != '\0' && n + 4 < cap; p++) {
		if (p[0] == '\\' && p[1] == 'C' && p[2] >= '1' && p[2] <= '3') {
			p += 2;
		} else if (p[0] == '\\' && p[1] == 'n') {
			memcpy(out + n, " / ", 3);
			n += 3;
			p++;
		} else {
			out[n++] = *p;
		}
	}
	out[n] = '\0';
}

static void
say_speech(struct unit *u, const uint8_t *bytes, size_t len)
{
	char text[AREA_TEXT];

	text_decode(text, sizeof text, "GBK", bytes, len);
	say(u->name, "speaks %s", text);
}

/* Take the sound part behind the sound byte.  Returns its length, or -1. */
static int
sound_part(struct unit *u, int sound, const uint8_t *b, size_t len)
{
	size_t n;

	if (sound == 0)
		return 0;
	if (sound > 2 || len < 3 || b[1] > 10 || b[2] < 1 || b[2] > 10)
		return -1;
	if (sound == 1)
		return 3;
	if (len < 7)
		return -1;
	n = le16(b + 3) | (size_t)le16(b + 5) << 16;
	if (n > len - 7)
		return -1;
	say_speech(u, b + 7, n);
	return (int)(7 + n);
}

/* The place of the area id, made free for it if need be.  NULL: no room. */
static struct area *
area_place(struct card *c, int id)
{
	for (int i = 0; i < AREAS; i++)
		if (c->area[i].used && c->area[i].id == id)
			return &c->area[i];
	/* Keep them in the order of their numbers. */
	if (c->area[AREAS - 1].used)
		return NULL;
	for (int i = 0; i < AREAS; i++) {
		if (c->area[i].used && c->area[i].id < id)
			continue;
		memmove(&c->area[i + 1], &c->area[i], (AREAS - 1 - i) * sizeof c->area[0]);
		return &c->area[i];
	}
	return NULL;
}

static void
area_delete(struct card *c, int id)
{
	for (int i = 0; i < AREAS; i++) {
		if (!c->area[i].used || c->area[i].id != id)
			continue;
		memmove(&c->area[i], &c->area[i + 1], (AREAS - 1 - i) * sizeof c->area[0]);
		c->area[AREAS - 1].used = false;
		return;
	}
}

/* Pixels of a horizontal measure, which the 5K gives in bytes unless bit 15 is set. */
static int
pixels(const struct unit *u, int value)
{
	if (value & 0x8000)
		return value & 0x7FFF;
	return u->line->option[OPT_GENERATION] == 5 ? value * 8 : value;
}

/* Take an area.  Returns an error, and why. */
static enum error
area_write(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	struct card *c = u->state;
	const uint8_t *tail;
	struct area *a;
	size_t text_len;
	int sound;

	*why = "area too short";
	if (len < AREA_HEAD + AREA_TAIL)
		return BAD_COMMAND;
	*why = "area type is 0";
	if (b[0] != 0)
		return BAD_COMMAND;
	*why = "run mode is 0 to 5";
	if (b[11] > 5)
		return BAD_COMMAND;
	*why = "sound part is damaged";
	if ((sound = sound_part(u, b[14], b + AREA_HEAD, len - AREA_HEAD)) == -1)
		return BAD_COMMAND;
	tail = b + AREA_HEAD + sound;
	len -= AREA_HEAD + sound;
	*why = "text length does not fit the area's length";
	if (len < AREA_TAIL || tail[0] != 0)
		return BAD_COMMAND;
	text_len = le16(tail + 8) | (size_t)le16(tail + 10) << 16;
	if (text_len != len - AREA_TAIL)
		return BAD_COMMAND;
	*why = "alignment, lines, wrap, display or speed out of range";
	if (tail[1] & 0xF0 || (tail[1] & 3) == 3 || tail[1] >> 2 == 3 || tail[2] < 1 || tail[2] > 2 ||
	    tail[3] < 1 || tail[3] > 2 || tail[4] < 1 || tail[4] > 6 || tail[6] > 24)
		return BAD_COMMAND;
	*why = "no room for another area";
	if ((a = area_place(c, b[9])) == NULL)
		return NO_MEMORY;
	*a = (struct area){
		.used = true, .id = b[9],
		.x = pixels(u, le16(b + 1)), .y = le16(b + 3),
		.width = pixels(u, le16(b + 5)), .height = le16(b + 7),
		.run = b[11], .timeout_s = le16(b + 12), .written_ms = now_ms(),
	};
	area_text(a->text, sizeof a->text, tail + AREA_TAIL, text_len);
	if (b[14] == 1)
		say_speech(u, tail + AREA_TAIL, text_len);
	c->written = true;
	return NONE;
}

/* A3 06: delete and write dynamic areas. */
static enum error
areas(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	struct card *c = u->state;
	size_t at = DATA_HEAD, n;
	enum error error;

	*why = "dynamic areas cut short";
	if (len < at + 1)
		return BAD_COMMAND;
	n = b[at++];
	if (n != 0xFF && len < at + n)
		return BAD_COMMAND;
	if (b[3] == 1 || n == 0xFF)
		memset(c->area, 0, sizeof c->area);
	for (size_t i = 0; n != 0xFF && i < n; i++)
		area_delete(c, b[at++]);
	if (len < at + 1)
		return BAD_COMMAND;
	for (int count = b[at++]; count > 0; count--) {
		*why = "area cut short";
		if (len < at + 2)
			return BAD_COMMAND;
		n = le16(b + at);
		at += 2;
		if (len < at + n)
			return BAD_COMMAND;
		if ((error = area_write(u, b + at, n, why)) != NONE)
			return error;
		at += n;
	}
	*why = "bytes behind the last area";
	return at == len ? NONE : BAD_COMMAND;
}

/* The other commands.  Each returns an error, and why. */

static enum error
ping(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	(void)b, (void)len, (void)why;
	say(u->name, "ping");
	return NONE;
}

/* A BCD byte within a range, or -1. */
static int
bcd(uint8_t byte, int min, int max)
{
	int n = (byte >> 4) * 10 + (byte & 0x0F);

	return (byte & 0x0F) > 9 || byte >> 4 > 9 || n < min || n > max ? -1 : n;
}

static enum error
set_clock(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	int low, century, month, day, hour, minute, second, weekday;

	*why = "not year 2, month, day, hour, minute, second, weekday in BCD";
	if (len != DATA_HEAD + 8)
		return BAD_DATE;
	b += DATA_HEAD;
	low = bcd(b[0], 0, 99);
	century = bcd(b[1], 19, 21);
	month = bcd(b[2], 1, 12);
	day = bcd(b[3], 1, 31);
	hour = bcd(b[4], 0, 23);
	minute = bcd(b[5], 0, 59);
	second = bcd(b[6], 0, 59);
	weekday = bcd(b[7], 1, 7);
	if ((low | century | month | day | hour | minute | second | weekday) < 0)
		return BAD_DATE;
	say(u->name, "clock %02d%02d-%02d-%02d %02d:%02d:%02d", century, low, month, day,
	    hour, minute, second);
	return NONE;
}

static enum error
screen(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	struct card *c = u->state;

	*why = "screen is 1 on, 2 off";
	if (len != DATA_HEAD + 1 || b[DATA_HEAD] < 1 || b[DATA_HEAD] > 2)
		return BAD_COMMAND;
	c->dark = b[DATA_HEAD] == 2;
	return NONE;
}

static enum error
brightness(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	struct card *c = u->state;

	*why = "brightness is a mode, 1 to 16, and 48 half hours";
	if (len != DATA_HEAD + 50 || b[DATA_HEAD + 1] < 1 || b[DATA_HEAD + 1] > 16)
		return BAD_COMMAND;
	c->brightness = b[DATA_HEAD + 1];
	say(u->name, "brightness %d", c->brightness);
	return NONE;
}

static enum error
clear(struct unit *u, const uint8_t *b, size_t len, const char **why)
{
	struct card *c = u->state;

	(void)b, (void)len, (void)why;
	memset(c->area, 0, sizeof c->area);
	return NONE;
}

static const struct command {
	uint8_t		  group, command;
	enum error	(*run)(struct unit *, const uint8_t *data, size_t len, const char **why);
} commands[] = {
	{ 0xA2, 0x00, ping },
	{ 0xA2, 0x03, set_clock },
	{ 0xA3, 0x00, screen },
	{ 0xA3, 0x02, brightness },
	{ 0xA3, 0x06, areas },
	{ 0xA3, 0x10, clear },
};

static enum error
obey(struct unit *u, const struct request *rq, const char **why)
{
	int group = rq->data[0];

	*why = "no such command";
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (commands[i].group == group && commands[i].command == rq->data[1])
			return commands[i].run(u, rq->data, rq->len, why);
	return group >= 0xA1 && group <= 0xA4 ? BAD_COMMAND : BAD_GROUP;
}

/* Is a frame for this card, and does the card answer it? */
static bool
meant(const struct unit *u, const struct request *rq)
{
	return !u->off && (rq->to == u->address || rq->to == ALL || rq->to == ALL_ANSWER ||
	    rq->to == ANYONE);
}

static void
refuse(struct unit *u, const struct request *rq, enum error error, bool answer)
{
	say(u->name, "nack %d", error);
	if (answer)
		reply(u, rq, error);
}

static void
request(struct unit *u, const struct request *rq)
{
	bool answer = rq->to != ALL && rq->data[2] == 1;
	const char *why;
	enum error error;

	if (u->nack != -1) {
		refuse(u, rq, u->nack, answer);
		return;
	}
	if ((error = obey(u, rq, &why)) != NONE) {
		bad_frame(u->name, rq->raw, rq->raw_len, "%s", why);
		refuse(u, rq, error, answer);
	} else if (answer) {
		reply(u, rq, NONE);
	}
	refresh(u, "");
	set_timer(u);
}

/* Frames. */

/* Take escapes out.  Returns the length, or -1: damaged or too long. */
static int
unescape(uint8_t out[BODY_MAX], const uint8_t *b, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t byte = b[i];

		if (byte == 0xA6 || byte == 0x5B) {
			if (++i == len || b[i] < 1 || b[i] > 2)
				return -1;
			if (b[i] == 2)
				byte--;
		}
		if (n == BODY_MAX)
			return -1;
		out[n++] = byte;
	}
	return (int)n;
}

/* Is the body's check right, in the mode its header names? */
static bool
checked(const uint8_t *body, size_t len)
{
	int given = le16(body + len - 2), sum = 0;

	if (le16(body + 12) != (int)len - HEADER - 2)
		return false;
	switch (body[8]) {
	case 0:
		return crc(body, len - 2) == given;
	case 1:
		for (size_t i = 0; i < len - 2; i++)
			sum += body[i];
		return (sum & 0xFFFF) == given;
	case 2:
		return true;
	}
	return false;
}

/* Is the device type one that a card of this line's generation obeys? */
static bool
device_known(const struct line *l, int type)
{
	switch (type) {
	case 0xFE:
		return true;
	case 0x51: case 0x53: case 0x54: case 0x58: case 0x5C:
		return l->option[OPT_GENERATION] == 5;
	}
	return type >= 0x61 && type <= 0x66 && l->option[OPT_GENERATION] == 6;
}

/* Why a body is refused before its command is looked at.  NONE: it is not. */
static enum error
check(const struct line *l, const uint8_t *body, size_t len, const char **why)
{
	*why = "check or length is wrong";
	if (!checked(body, len))
		return BAD_CRC;
	*why = "version is not 2, or an option is set";
	if (body[11] != 2 || body[7] != 0)
		return BAD_COMMAND;
	*why = "another type of card is meant";
	return device_known(l, body[10]) ? NONE : BAD_DEVICE;
}

/* A whole frame: raw is what stood between the A5s and the 5A. */
static void
frame(struct line *l, const uint8_t *raw, size_t raw_len)
{
	uint8_t body[BODY_MAX];
	int len = unescape(body, raw, raw_len);
	struct request rq = { .raw = raw, .raw_len = raw_len };
	const char *why;
	enum error error;
	bool heard = false;

	if (len < HEADER + DATA_HEAD + 2) {
		bad_frame(l->name, raw, raw_len, len == -1 ? "escapes are damaged" : "too short");
		return;
	}
	rq.to = le16(body);
	rq.from = le16(body + 2);
	rq.data = body + HEADER;
	rq.len = len - HEADER - 2;
	error = check(l, body, len, &why);
	for (int i = 0; i < l->units; i++) {
		struct unit *u = &l->unit[i];

		heard |= l->unit[i].address == rq.to;
		if (!meant(u, &rq))
			continue;
		heard = true;
		if (error == NONE) {
			request(u, &rq);
			continue;
		}
		bad_frame(u->name, raw, raw_len, "%s", why);
		refuse(u, &rq, error, rq.to != ALL && rq.data[2] != 2);
	}
	if (!heard)
		bad_frame(l->name, raw, raw_len, "nobody has address %d", rq.to);
}

static size_t
sign_input(struct line *l, const uint8_t *b, size_t len)
{
	size_t n = 0, end;

	while (n < len && b[n] != 0xA5)
		n++;
	if (n > 0) {
		bad_frame(l->name, b, n, "no frame begins here");
		return n;
	}
	while (n < len && b[n] == 0xA5)
		n++;
	for (end = n; end < len && b[end] != 0x5A; end++) {
		if (b[end] == 0xA5) {
			bad_frame(l->name, b, end, "another frame begins before its end");
			return end;
		}
	}
	if (end == len) {
		if (len > 2 * BODY_MAX + 64) {
			bad_frame(l->name, b, len, "no end");
			return len;
		}
		return 0;
	}
	frame(l, b + n, end - n);
	return end + 1;
}

static void
sign_power(struct unit *u)
{
	struct card *c = u->state;

	memset(c, 0, sizeof *c);
	c->brightness = 16;
	put_shown(c, c->shown, sizeof c->shown);
}

static void
sign_show(struct unit *u, FILE *f)
{
	struct card *c = u->state;
	char now[sizeof c->shown];

	put_shown(c, now, sizeof now);
	fprintf(f, "%s: %s\n", u->name, now);
	for (int i = 0; i < AREAS; i++) {
		const struct area *a = &c->area[i];

		if (a->used)
			fprintf(f, "%s: area %d at %d,%d %dx%d run %d time-out %d s%s %s\n", u->name,
			    a->id, a->x, a->y, a->width, a->height, a->run, a->timeout_s,
			    a->late ? " (over)" : "", a->text);
	}
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *answer)
{
	int n = strcmp(argv[0], "off") == 0 ? -1 : number(argv[0], 1, 16);

	(void)argc, (void)answer;
	if (n == -1 && strcmp(argv[0], "off") != 0)
		return "an error, 1 to 16, or off";
	u->nack = n;
	return NULL;
}

static const struct control controls[] = {
	{ "nack", "ERROR|off", "it refuses every frame with this error, 3 is busy", 1, 1, EACH,
	  control_nack },
	{ "badcheck", "on|off", "its answers carry a wrong CRC", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind sign_kind = {
	.name = "sign",
	.summary = "Onbon BX font cards, LED signs",
	.addressed = true,
	.gap_ms = 500,
	.size = sizeof(struct card),
	.options = {
		[OPT_GENERATION] = { "generation", 5, 5, 6, "5: 5K cards, x in units of 8; 6: 6K cards" },
		[OPT_SECOND] = { "second_ms", 1000, 1, 1000, "length of a second of the time-outs" },
	},
	.controls = controls,
	.power = sign_power,
	.input = sign_input,
	.tick = sign_tick,
	.show = sign_show,
};
