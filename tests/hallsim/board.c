/*
 * Small boards that show a number, and a terminal that shows lines.
 *
 *	sunpn	3A colour lo hi info sum 0A, answered with 3A info sum 0A, or
 *		with answer=2 with the frame itself, its head 2A
 *	sum	id hi lo sum, not answered; an address each
 *	console	text, ends in CR LF
 *
 * sum is the low byte of the sum of all before it.  They say:
 *
 *	shows N		of a sunpn board "shows N green"
 *	shows TEXT	of a terminal, each line
 *	repainted	the same again
 *
 * Source: m.zhiliandun.com, Shenzhen Xunpeng; musicexecdevelopment.com/8238227.
 */
#include <string.h>

#include "tests/hallsim/sim.h"

#define TEXT_MAX	512

enum { OPT_ANSWER };

struct board {
	char	now[TEXT_MAX];	/* "" : nothing yet */
};

static uint8_t
sum(const uint8_t *b, size_t len)
{
	uint8_t total = 0;

	while (len-- > 0)
		total += *b++;
	return total;
}

static void
shows(struct unit *u, const char *now)
{
	struct board *b = u->state;

	if (strcmp(now, b->now) == 0)
		say(u->name, "repainted");
	else
		say(u->name, "shows %s", now);
	snprintf(b->now, sizeof b->now, "%s", now);
}

static void
board_show(struct unit *u, FILE *f)
{
	const struct board *b = u->state;

	fprintf(f, "%s: %s%s\n", u->name, b->now[0] == '\0' ? "blank" : "shows ", b->now);
}

static void
board_power(struct unit *u)
{
	memset(u->state, 0, sizeof(struct board));
}

static void
sunpn_answer(struct unit *u, const uint8_t *b)
{
	uint8_t bytes[7] = { 0x3A, b[4] };
	size_t n = 2;

	if (u->line->option[OPT_ANSWER] == 2) {
		memcpy(bytes, b, 5);
		bytes[0] = 0x2A;
		n = 5;
	}
	bytes[n] = sum(bytes, n) ^ u->badcheck;
	bytes[n + 1] = 0x0A;
	if (u->line->option[OPT_ANSWER] != 0)
		unit_send(u, bytes, n + 2);
}

static size_t
sunpn_input(struct line *l, const uint8_t *b, size_t len)
{
	static const char *const colours[] = { "green", "yellow", "red" };
	struct unit *u = &l->unit[0];
	char now[32];

	if (b[0] != 0x3A) {
		bad_frame(u->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 7)
		return 0;
	if (b[1] > 2 || b[5] != sum(b, 5) || b[6] != 0x0A) {
		bad_frame(u->name, b, 7, "colour, sum or tail is wrong");
		return 1;
	}
	snprintf(now, sizeof now, "%d %s", b[2] | b[3] << 8, colours[b[1]]);
	shows(u, now);
	sunpn_answer(u, b);
	return 7;
}

static size_t
sum_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = line_unit(l, b[0]);
	char now[32];

	if (len < 4)
		return 0;
	if (b[3] != sum(b, 3)) {
		bad_frame(l->name, b, 4, "sum is wrong");
		return 1;
	}
	if (u == NULL) {
		bad_frame(l->name, b, 4, "nobody has address %d", b[0]);
		return 4;
	}
	snprintf(now, sizeof now, "%d", b[1] << 8 | b[2]);
	if (!u->off)
		shows(u, now);
	return 4;
}

/* A bell is written as (bell). */
static size_t
console_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	const uint8_t *end = memchr(b, '\n', len);
	char now[TEXT_MAX];
	bool bell;
	size_t n;

	if (end == NULL)
		return len < TEXT_MAX ? 0 : len;
	n = end - b;
	if (n > 0 && b[n - 1] == '\r')
		n--;
	bell = n > 0 && b[n - 1] == '\a';
	text_decode(now, sizeof now - 8, "UTF-8", b, bell ? n - 1 : n);
	if (bell)
		strcat(now, " (bell)");
	say(u->name, "shows %s", now);
	strcpy(((struct board *)u->state)->now, now);
	return end + 1 - b;
}

static const struct control controls[] = {
	{ "badcheck", "on|off", "its answers carry a wrong sum", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind sunpn_kind = {
	.name = "sunpn",
	.summary = "Xunpeng number board",
	.gap_ms = 50,
	.size = sizeof(struct board),
	.options = {
		[OPT_ANSWER] = { "answer", 1, 0, 2, "0: none; 1: 3A info sum 0A; 2: the frame with head 2A" },
	},
	.controls = controls,
	.power = board_power,
	.input = sunpn_input,
	.show = board_show,
};

const struct kind sum_kind = {
	.name = "sum",
	.summary = "number boards of four bytes: id, high, low, sum",
	.addressed = true,
	.gap_ms = 50,
	.size = sizeof(struct board),
	.power = board_power,
	.input = sum_input,
	.show = board_show,
};

const struct kind console_kind = {
	.name = "console",
	.summary = "a terminal",
	.size = sizeof(struct board),
	.power = board_power,
	.input = console_input,
	.show = board_show,
};
