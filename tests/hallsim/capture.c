/*
 * A captured line, played once more: what the device sent is sent at its times,
 * and what the host sends is compared with what it sent then.
 *
 * A capture is text.  A line of it is a piece of what was on the wire: when, in
 * seconds from the opening of the line; ">" from the device or "<" to it; its
 * bytes, two hexadecimal digits each.  What begins with # is a remark, but for
 * the line's speed, at which the bytes then take their time:
 *
 *	# Serial: 9600 8N1
 *	1.500 > FF 68 03 03 68 01 01 0C 0E 16
 *	1.504 < FF 68 03 03 68 01 01 0C 0E 16
 *
 * It begins when the line is opened, each time.  It says "sent HEX"; "heard HEX, as
 * captured" or "heard HEX, not captured"; a second after the last piece "not
 * heard HEX" for each that it missed, and "ended, N of M heard as captured".
 * The host may be earlier or later than it was, and its pieces in another order.
 */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define GAP_MS		100	/* silence that ends what was not captured */
#define END_MS		1000	/* after the last piece */
#define PIECES_MAX	4096
#define BYTES_MAX	LINE_INPUT
#define SHOWN_MAX	256	/* bytes of a piece in what is said */

const char capture_help[] =
    "A capture is text, a line for each piece of what was on the wire: seconds from the opening\n"
    "of the line, > from the device or < to it, and its bytes in hexadecimal, as in\n"
    "    # Serial: 9600 8N1\n"
    "    1.500 > FF 68 03 03 68 01 01 0C 0E 16\n"
    "    1.504 < FF 68 03 03 68 01 01 0C 0E 16\n"
    "With --replay it begins when the line is opened.  What the device sent is sent; said is\n"
    "\"sent HEX\", \"heard HEX, as captured\" or \"heard HEX, not captured\", and in the end\n"
    "\"not heard HEX\" and \"ended, N of M heard as captured\".\n";

struct piece {
	int64_t		 at_ms;
	enum way	 way;
	bool		 heard;
	const uint8_t	*bytes;
	size_t		 len;
};

struct capture {
	struct piece	piece[PIECES_MAX];
	int		pieces;
	uint8_t		bytes[BYTES_MAX];
	size_t		used;
	int64_t		began_ms;
	int		next;		/* piece to be sent, when its time has come */
};

static const char *
hex(const uint8_t *bytes, size_t len)
{
	static char text[2 * SHOWN_MAX + 4];
	size_t shown = len < SHOWN_MAX ? len : SHOWN_MAX;

	for (size_t i = 0; i < shown; i++)
		sprintf(text + 2 * i, "%02X", bytes[i]);
	if (shown < len)
		strcpy(text + 2 * shown, "...");
	return text;
}

/* One piece as text.  Returns NULL, or what is wrong. */
static const char *
add_piece(struct capture *c, char *text)
{
	static char *words[BYTES_MAX];
	char *save, *time = strtok_r(text, " \t\r\n", &save), *way = strtok_r(NULL, " \t\r\n", &save), *end;
	struct piece *p = &c->piece[c->pieces];
	double seconds = strtod(time, &end);
	int count = 0, n;

	if (c->pieces == PIECES_MAX)
		return "more pieces than there is room for";
	if (!isdigit((unsigned char)*time) || *end != '\0' || seconds > 1e9)
		return "it has to begin with a time in seconds";
	if (way == NULL || (strcmp(way, ">") != 0 && strcmp(way, "<") != 0))
		return "after the time, > from the device or < to it";
	while (count < BYTES_MAX && (words[count] = strtok_r(NULL, " \t\r\n", &save)) != NULL)
		count++;
	n = hex_parse(c->bytes + c->used, sizeof c->bytes - c->used, words, count);
	if (n <= 0)
		return n == 0 ? "no bytes" : "bytes are two hexadecimal digits each, or there is no room for them";
	*p = (struct piece){ .at_ms = (int64_t)(seconds * 1000 + 0.5), .way = *way == '>' ? FROM_DEVICE : TO_DEVICE,
		.bytes = c->bytes + c->used, .len = n };
	if (c->pieces > 0 && p->at_ms < p[-1].at_ms)
		return "time goes back";
	c->used += n;
	c->pieces++;
	return NULL;
}

static const char *
add_remark(struct line *l, const char *text)
{
	int baud, used = 0;

	if (strncmp(text, "# Serial:", 9) != 0)
		return NULL;
	if (sscanf(text, "# Serial: %d 8N1 %n", &baud, &used) != 1 || text[used] != '\0' || used == 0 ||
	    baud < 300 || baud > 1000000)
		return "a line is \"# Serial: 9600 8N1\", of 300 to 1000000 baud";
	wire_baud(l->wire, baud);
	return NULL;
}

void
capture_load(struct line *l, const char *path)
{
	struct capture *c = l->unit[0].state;
	FILE *f = fopen(path, "r");
	const char *why = NULL;
	char *text = NULL;
	size_t size = 0;
	int no = 0;

	if (f == NULL)
		err(1, "%s", path);
	while (why == NULL && getline(&text, &size, f) != -1) {
		no++;
		if (*text == '#')
			why = add_remark(l, text);
		else if (text[strspn(text, " \t\r\n")] != '\0')
			why = add_piece(c, text);
	}
	if (why != NULL)
		errx(1, "%s:%d: %s", path, no, why);
	if (c->pieces == 0)
		errx(1, "%s: nothing was captured", path);
	free(text);
	fclose(f);
}

static void
capture_opened(struct line *l)
{
	struct capture *c = l->unit[0].state;

	c->began_ms = now_ms();
	c->next = 0;
	for (int i = 0; i < c->pieces; i++)
		c->piece[i].heard = false;
	l->unit[0].due_ms = now_ms();
}

static void
end(struct unit *u)
{
	struct capture *c = u->state;
	int heard = 0, all = 0;

	for (int i = 0; i < c->pieces; i++) {
		const struct piece *p = &c->piece[i];

		if (p->way == FROM_DEVICE)
			continue;
		all++;
		heard += p->heard;
		if (!p->heard)
			say(u->name, "not heard %s", hex(p->bytes, p->len));
	}
	say(u->name, "ended, %d of %d heard as captured", heard, all);
}

/* Send what is due, and set when the next is. */
static void
capture_tick(struct unit *u)
{
	struct capture *c = u->state;
	int64_t at_ms = now_ms() - c->began_ms;

	for (; c->next < c->pieces && c->piece[c->next].at_ms <= at_ms; c->next++) {
		const struct piece *p = &c->piece[c->next];

		if (p->way != FROM_DEVICE || u->off || u->silent)
			continue;
		say(u->name, "sent %s", hex(p->bytes, p->len));
		unit_send(u, p->bytes, p->len);
	}
	if (c->next < c->pieces)
		u->due_ms = c->began_ms + c->piece[c->next].at_ms;
	else if (at_ms < c->piece[c->pieces - 1].at_ms + END_MS)
		u->due_ms = c->began_ms + c->piece[c->pieces - 1].at_ms + END_MS;
	else
		end(u);
}

/* The first piece to the device that was not heard yet and that begins here; NULL: there is none. */
static struct piece *
find_piece(struct capture *c, const uint8_t *bytes, size_t len)
{
	for (struct piece *p = c->piece; p < c->piece + c->pieces; p++)
		if (p->way == TO_DEVICE && !p->heard && p->len <= len && memcmp(p->bytes, bytes, p->len) == 0)
			return p;
	return NULL;
}

/* What is no piece lasts until a whole one begins, or the line is silent. */
static size_t
capture_input(struct line *l, const uint8_t *bytes, size_t len)
{
	struct capture *c = l->unit[0].state;

	for (size_t from = 0; from < len; from++) {
		struct piece *p = find_piece(c, bytes + from, len - from);

		if (p == NULL)
			continue;
		if (from > 0) {
			say(l->name, "heard %s, not captured", hex(bytes, from));
			return from;
		}
		p->heard = true;
		say(l->name, "heard %s, as captured", hex(p->bytes, p->len));
		return p->len;
	}
	return 0;
}

static void
capture_gap(struct line *l, const uint8_t *bytes, size_t len)
{
	say(l->name, "heard %s, not captured", hex(bytes, len));
}

static void
capture_show(struct unit *u, FILE *f)
{
	const struct capture *c = u->state;

	fprintf(f, "%s: piece %d of %d\n", u->name, c->next, c->pieces);
}

const struct kind capture_kind = {
	.name = "capture",
	.summary = "what was captured on a line",
	.gap_ms = GAP_MS,
	.size = sizeof(struct capture),
	.opened = capture_opened,
	.input = capture_input,
	.gap = capture_gap,
	.tick = capture_tick,
	.show = capture_show,
};
