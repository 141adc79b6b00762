/*
 * FF 68 keypads and raters.  RS-485, 9600 8N1, an address each.
 *
 *	FF 68 len len 68 address command data.. sum 16
 *
 * len counts address, command and data; sum is the low byte of their sum.
 * Every address is a keypad with a display of six digits, and a rater.  They
 * speak by themselves when a key is pressed, and again, up to three times each
 * after 300 ms, until the host has answered.
 *
 * It says, a line an occurrence:
 *
 *	pressed KEY..		in hexadecimal; then "again KEY.." for each repeat,
 *				and "echoed" or "no echo"
 *	rated N			the button; then "again", and "answered" or "no answer"
 *	echoed again		an echo nothing waited for
 *	display 012 037		what the host sent: people waiting, current ticket; a
 *				blank is -, three of them leave that half as it was
 *	stars N, beep, asked for a rating
 *
 * Source: JackQChen/QueueSystem, CallSystem/frmMain.cs, a running queue system.
 * That keys are sent with command 01, and the repeats, are inferred from it.
 */
#include <string.h>

#include "tests/hallsim/sim.h"

#define DATA_MAX	3	/* bytes of data a device sends: len is 5 at most */
#define LEN_MAX		16	/* what it takes as a length */
#define QUEUE		8	/* presses that wait for the echo of those before */
#define REPEATS		3
#define REPEAT_MS	300
#define BLANK		0x0A

enum { KEY = 0x01, SHOW = 0x02, BEEP = 0x03, RATING = 0x11 };

struct press {
	uint8_t	command;		/* KEY or RATING */
	uint8_t	data[DATA_MAX];
	int	len;
};

struct keypad {
	struct press	queue[QUEUE];	/* the first has been sent */
	int		queued;
	int		repeats;	/* of the first */
	uint8_t		digits[6];
	int		stars;
};

/* "06 0F" of a press. */
static const char *
press_text(const struct press *press, char out[3 * DATA_MAX + 1])
{
	char *p = out;

	*out = '\0';
	for (int i = 0; i < press->len; i++)
		p += sprintf(p, "%s%02X", i > 0 ? " " : "", press->data[i]);
	return out;
}

static void
send_press(struct unit *u)
{
	struct keypad *k = u->state;
	const struct press *press = &k->queue[0];
	uint8_t b[7 + 2 + DATA_MAX], sum = u->address + press->command;
	size_t n = 0;

	b[n++] = 0xFF;
	b[n++] = 0x68;
	b[n++] = 2 + press->len;
	b[n++] = 2 + press->len;
	b[n++] = 0x68;
	b[n++] = u->address;
	b[n++] = press->command;
	for (int i = 0; i < press->len; i++)
		sum += b[n++] = press->data[i];
	b[n++] = u->badcheck ? sum ^ 0x55 : sum;
	b[n++] = 0x16;
	unit_send(u, b, n);
	u->due_ms = now_ms() + REPEAT_MS;
}

/* Send the first of the queue, if there is one. */
static void
send_first(struct unit *u)
{
	struct keypad *k = u->state;
	char text[3 * DATA_MAX + 1];

	u->due_ms = NEVER;
	k->repeats = 0;
	if (k->queued == 0)
		return;
	if (k->queue[0].command == RATING)
		say(u->name, "rated %d", k->queue[0].data[0]);
	else
		say(u->name, "pressed %s", press_text(&k->queue[0], text));
	send_press(u);
}

/* The first of the queue has been settled, one way or the other. */
static void
settle(struct unit *u, const char *how)
{
	struct keypad *k = u->state;

	say(u->name, "%s", how);
	k->queued--;
	memmove(k->queue, k->queue + 1, k->queued * sizeof k->queue[0]);
	send_first(u);
}

static const char *
press(struct unit *u, const struct press *p)
{
	struct keypad *k = u->state;

	if (u->off)
		return "no power";
	if (k->queued == QUEUE)
		return "too many presses wait for their echo";
	k->queue[k->queued++] = *p;
	if (k->queued == 1)
		send_first(u);
	return NULL;
}

static void
keypad_tick(struct unit *u)
{
	struct keypad *k = u->state;
	bool rating = k->queue[0].command == RATING;
	char text[3 * DATA_MAX + 1];

	if (k->queued == 0)
		return;
	if (k->repeats++ == REPEATS) {
		settle(u, rating ? "no answer" : "no echo");
		return;
	}
	if (rating)
		say(u->name, "again rated %d", k->queue[0].data[0]);
	else
		say(u->name, "again %s", press_text(&k->queue[0], text));
	send_press(u);
}

/* Command 01: an echo, or the wish that somebody may rate, or both. */
static void
host_key(struct unit *u, const uint8_t *data, size_t len)
{
	struct keypad *k = u->state;
	const struct press *first = &k->queue[0];
	bool expected = k->queued > 0 && len == (size_t)first->len &&
	    memcmp(data, first->data, len) == 0;
	bool ask = len == 1 && data[0] == 0x0B;

	if (ask)
		say(u->name, "asked for a rating");
	if (expected)
		settle(u, first->command == RATING ? "answered" : "echoed");
	else if (!ask)
		say(u->name, "echoed again");
}

/* Six digits or blanks.  0, or -1. */
static int
host_digits(struct unit *u, const uint8_t *data)
{
	struct keypad *k = u->state;
	char text[7];

	for (int i = 0; i < 6; i++) {
		if (data[i] > BLANK)
			return -1;
		text[i] = data[i] == BLANK ? '-' : '0' + data[i];
	}
	text[6] = '\0';
	for (int i = 0; i < 6; i += 3)
		if (memcmp(text + i, "---", 3) != 0)
			memcpy(k->digits + i, data + i, 3);
	say(u->name, "display %.3s %s", text, text + 3);
	return 0;
}

/* Obey a frame that is in order.  Returns NULL, or why not. */
static const char *
obey(struct unit *u, uint8_t command, const uint8_t *data, size_t len)
{
	struct keypad *k = u->state;

	switch (command) {
	case KEY:
		if (len < 1 || len > DATA_MAX)
			return "an echo has 1 to 3 bytes";
		host_key(u, data, len);
		return NULL;
	case SHOW:
		if (len == 6)
			return host_digits(u, data) == -1 ? "digits are 00 to 0A" : NULL;
		if (len != 1 || data[0] < 1 || data[0] > 5)
			return "shows six digits, or 1 to 5 stars";
		k->stars = data[0];
		say(u->name, "stars %d", k->stars);
		return NULL;
	case BEEP:
		if (len != 0)
			return "a beep has no data";
		say(u->name, "beep");
		return NULL;
	}
	return "no such command";
}

static size_t
noise(const uint8_t *b, size_t len)
{
	size_t n = 0;

	while (n < len && (b[n] != 0xFF || (n + 1 < len && b[n + 1] != 0x68)))
		n++;
	return n;
}

static size_t
keypad_input(struct line *l, const uint8_t *b, size_t len)
{
	size_t n = noise(b, len), total;
	const char *why;
	struct unit *u;
	uint8_t sum = 0;

	if (n > 0) {
		bad_frame(l->name, b, n, "no frame begins here");
		return n;
	}
	if (len < 5)
		return 0;
	n = b[2];
	total = n + 7;
	if (b[3] != n || n < 2 || n > LEN_MAX || b[4] != 0x68) {
		bad_frame(l->name, b, 5, "no head: lengths %02X %02X, then %02X", b[2], b[3], b[4]);
		return 1;
	}
	if (len < total)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum += b[5 + i];
	if (b[5 + n] != sum || b[6 + n] != 0x16) {
		bad_frame(l->name, b, total, "sum is %02X, should be %02X; end is %02X",
		    b[5 + n], sum, b[6 + n]);
		return b[6 + n] == 0x16 ? total : 1;
	}
	if ((u = line_unit(l, b[5])) == NULL)
		bad_frame(l->name, b, total, "nobody has address %d", b[5]);
	else if (!u->off && (why = obey(u, b[6], b + 7, n - 2)) != NULL)
		bad_frame(u->name, b, total, "%s", why);
	return total;
}

static void
keypad_power(struct unit *u)
{
	struct keypad *k = u->state;

	*k = (struct keypad){ .queued = 0 };
	memset(k->digits, BLANK, sizeof k->digits);
}

static void
keypad_show(struct unit *u, FILE *f)
{
	struct keypad *k = u->state;

	fprintf(f, "%s: display", u->name);
	for (int i = 0; i < 6; i++)
		fprintf(f, "%s%c", i % 3 == 0 ? " " : "",
		    k->digits[i] == BLANK ? '-' : '0' + k->digits[i]);
	fprintf(f, ", stars %d\n", k->stars);
}

static const char *
control_press(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct press p = { .command = KEY };

	(void)answer;
	for (int i = 0; i < argc; i++) {
		char padded[] = { '0', argv[i][0], '\0' };	/* "6" may be said for 06 */
		char *key = argv[i][1] == '\0' ? padded : argv[i];

		if (hex_parse(&p.data[p.len++], 1, &key, 1) != 1)
			return "keys are up to two hexadecimal digits each";
	}
	return press(u, &p);
}

static const char *
control_rate(struct unit *u, int argc, char **argv, FILE *answer)
{
	int n = number(argv[0], 0, 3);

	(void)argc, (void)answer;
	if (n == -1)
		return "a button, 0 to 3";
	return press(u, &(struct press){ .command = RATING, .data = { n }, .len = 1 });
}

static const struct control controls[] = {
	{ "press", "KEY [KEY [KEY]]", "press keys, such as 0C, or 6 0F", 1, DATA_MAX, ONE,
	  control_press },
	{ "rate", "N", "press button 0 to 3 of the rater", 1, 1, ONE, control_rate },
	{ "badcheck", "on|off", "it sends wrong sums", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind keypad_kind = {
	.name = "keypad",
	.summary = "FF 68 keypads with display and rater",
	.addressed = true,
	.gap_ms = 100,
	.size = sizeof(struct keypad),
	.controls = controls,
	.power = keypad_power,
	.input = keypad_input,
	.tick = keypad_tick,
	.show = keypad_show,
};
