/*
 * Readers of ID cards, the module's side (SAM, GA 450).
 *
 *	AA AA AA 96 69 lenH lenL body.. xor
 *
 * A card lies on it or does not; it is found once for each time it is put
 * down, and read once for each time it was found and selected.
 *
 * It says "found", "selected", "read", and "asked out of turn"; never what is on
 * the card.
 *
 * Source: protocols.md D4.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define TEXT	256
#define PHOTO	1024

struct reader {
	bool	there, found, selected;	/* the card; since it was put down; since it was read */
	int	finds;			/* frames that asked for a card */
	uint8_t	text[TEXT];
};

static void
reply(struct unit *u, uint8_t sw3, const uint8_t *data, size_t len)
{
	static uint8_t b[5 + 2 + 3 + 4 + TEXT + PHOTO + 1];
	size_t n = 0;
	uint8_t check = 0;

	for (const char *p = "\xAA\xAA\xAA\x96\x69"; *p != '\0'; p++)
		b[n++] = *p;
	b[n++] = (len + 4) >> 8;
	b[n++] = (len + 4) & 0xFF;
	b[n++] = 0;
	b[n++] = 0;
	b[n++] = sw3;
	while (len-- > 0)
		b[n++] = *data++;
	for (size_t i = 5; i < n; i++)
		check ^= b[i];
	b[n++] = u->badcheck ? check ^ 0x55 : check;
	unit_send(u, b, n);
}

static void
find(struct unit *u)
{
	struct reader *r = u->state;

	r->finds++;
	r->selected = false;
	if (!r->there || r->found) {
		reply(u, 0x80, NULL, 0);
		return;
	}
	r->found = true;
	say(u->name, "found");
	reply(u, 0x9F, (const uint8_t *)"\0\0\0", 4);
}

static void
pick(struct unit *u)
{
	struct reader *r = u->state;

	if (!r->there || !r->found) {
		say(u->name, "asked out of turn");
		reply(u, 0x81, NULL, 0);
		return;
	}
	r->selected = true;
	say(u->name, "selected");
	reply(u, 0x90, (const uint8_t *)"\0\0\0\0\0\0\0", 8);
}

static void
give(struct unit *u)
{
	struct reader *r = u->state;
	uint8_t data[4 + TEXT + PHOTO] = { TEXT >> 8, TEXT & 0xFF, PHOTO >> 8, PHOTO & 0xFF };

	if (!r->there || !r->selected) {
		say(u->name, "asked out of turn");
		reply(u, 0x41, NULL, 0);
		return;
	}
	r->selected = false;
	memcpy(data + 4, r->text, TEXT);
	for (size_t i = 4 + TEXT; i < sizeof data; i++)
		data[i] = rand();
	say(u->name, "read");
	reply(u, 0x90, data, sizeof data);
}

static void
obey(struct unit *u, const uint8_t *body, size_t len)
{
	int command = len == 2 ? body[0] << 8 | body[1] : -1;

	if (u->nack != -1)
		reply(u, u->nack, NULL, 0);
	else if (command == 0x2001)
		find(u);
	else if (command == 0x2002)
		pick(u);
	else if (command == 0x3001)
		give(u);
	else if (command == 0x12FF)
		reply(u, 0x90, (const uint8_t *)"0123456789ABCDE", 16);
	else if (command == 0x11FF || command == 0x10FF)
		reply(u, 0x90, NULL, 0);
	else if (len == 1 && body[0] == 0)
		say(u->name, "asleep");
	else
		reply(u, 0x21, NULL, 0);
}

/* The head is looked for in a window that slides. */
static size_t
idcard_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	size_t n;
	uint8_t check = 0;

	if (len < 7)
		return 0;
	n = b[5] << 8 | b[6];
	if (memcmp(b, "\xAA\xAA\xAA\x96\x69", 5) != 0 || n < 2 || n > 64) {
		bad_frame(l->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 7 + n)
		return 0;
	for (size_t i = 5; i < 7 + n; i++)
		check ^= b[i];
	if (check != 0) {
		bad_frame(l->name, b, 7 + n, "xor is %02X too many", check);
		return 1;
	}
	if (!u->off)
		obey(u, b + 7, n - 1);
	return 7 + n;
}

static void
idcard_show(struct unit *u, FILE *f)
{
	struct reader *r = u->state;

	fprintf(f, "%s: %s, asked for a card %d times\n", u->name, r->there ? "a card" : "no card", r->finds);
}

static void
idcard_power(struct unit *u)
{
	struct reader *r = u->state;

	r->found = r->selected = false;
}

/* UTF-8 to UTF-16LE, filled up with blanks.  Returns what is behind it. */
static uint8_t *
put(uint8_t *out, size_t size, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0; i < size; i += 2) {
		unsigned c = ' ';

		if (*p >= 0xE0 && p[1] != '\0' && p[2] != '\0') {
			c = (*p & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
			p += 3;
		} else if (*p != '\0')
			c = *p++;
		out[i] = c & 0xFF;
		out[i + 1] = c >> 8;
	}
	return out + size;
}

static const char *
control_card(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct reader *r = u->state;
	uint8_t *p = r->text;

	(void)argc, (void)answer;
	p = put(p, 30, argv[0]);
	p = put(p, 2, "1");
	p = put(p, 4, "01");
	p = put(p, 16, argv[2]);
	p = put(p, 70, "云岭区青山路1号");
	p = put(p, 36, argv[1]);
	p = put(p, 30, "云岭区公安局");
	p = put(p, 16, "20100101");
	p = put(p, 16, "长期");
	put(p, 36, "");
	r->there = true;
	r->found = r->selected = false;
	return NULL;
}

static const char *
control_remove(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct reader *r = u->state;

	(void)argc, (void)argv, (void)answer;
	if (!r->there)
		return "no card lies there";
	memset(r, 0, sizeof *r);
	return NULL;
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *answer)
{
	uint8_t status;

	(void)argc, (void)answer;
	u->nack = -1;
	if (strcmp(argv[0], "off") == 0)
		return NULL;
	if (hex_parse(&status, 1, argv, 1) != 1)
		return "a status in hex such as 41, or off";
	u->nack = status;
	return NULL;
}

static const struct control controls[] = {
	{ "card", "NAME NUMBER BIRTH", "put a card down; birth as 19500131", 3, 3, ONE, control_card },
	{ "remove", "", "take it away", 0, 0, ONE, control_remove },
	{ "nack", "SW3|off", "it answers all with this status", 1, 1, EACH, control_nack },
	{ "badcheck", "on|off", "it sends wrong checks", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind idcard_kind = {
	.name = "idcard",
	.summary = "reader of ID cards, SAM module",
	.gap_ms = 100,
	.size = sizeof(struct reader),
	.controls = controls,
	.power = idcard_power,
	.input = idcard_input,
	.show = idcard_show,
};
