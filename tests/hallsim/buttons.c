/*
 * A box of buttons, or a rater, of a make that nobody knows.  Its frames:
 *
 *	frame=0		the key alone, and nothing is waited for
 *	frame=1		A5 01 key sum 0D, sum of all before; it waits 500 ms for 5A key
 *
 * It says "pressed KEY", then with frame=1 "answered", or "no answer".
 */
#include <string.h>

#include "tests/hallsim/sim.h"

#define ANSWER_MS 500

struct box {
	bool	waiting;
	uint8_t	key;
};

static size_t
buttons_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	struct box *box = u->state;

	if (b[0] != 0x5A) {
		bad_frame(l->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 2)
		return 0;
	if (!box->waiting || b[1] != box->key) {
		bad_frame(l->name, b, 2, "answers no key");
		return 2;
	}
	box->waiting = false;
	u->due_ms = NEVER;
	say(u->name, "answered");
	return 2;
}

static void
buttons_tick(struct unit *u)
{
	struct box *box = u->state;

	box->waiting = false;
	say(u->name, "no answer");
}

static void
buttons_show(struct unit *u, FILE *f)
{
	fprintf(f, "%s: ready\n", u->name);
}

static const char *
control_press(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct box *box = u->state;
	uint8_t b[5] = { 0xA5, 0x01 };

	(void)argc, (void)answer;
	if (u->off)
		return "no power";
	if (hex_parse(&box->key, 1, argv, 1) != 1)
		return "a key is two hexadecimal digits";
	say(u->name, "pressed %02X", box->key);
	if (u->line->option[0] == 0) {
		unit_send(u, &box->key, 1);
		return NULL;
	}
	b[2] = box->key;
	b[3] = (0xA5 + 0x01 + box->key) & 0xFF;
	b[4] = 0x0D;
	if (u->badcheck)
		b[3] ^= 0x55;
	unit_send(u, b, sizeof b);
	box->waiting = true;
	u->due_ms = now_ms() + ANSWER_MS;
	return NULL;
}

static const struct control controls[] = {
	{ "press", "KEY", "press a key, in hexadecimal", 1, 1, ONE, control_press },
	{ "badcheck", "on|off", "it sends wrong sums", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind buttons_kind = {
	.name = "buttons",
	.summary = "box of buttons or rater of an unknown make",
	.gap_ms = 100,
	.size = sizeof(struct box),
	.options = { { "frame", 0, 0, 1, "0 the key alone, 1 with head, sum and end" } },
	.controls = controls,
	.input = buttons_input,
	.tick = buttons_tick,
	.show = buttons_show,
};
