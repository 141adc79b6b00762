/*
 * Bar-code and QR scanners that send lines, and the GM65's commands.
 *
 * It says "scanned TEXT"; "triggered" and "baud divisor N" for commands of the
 * host, "read REGISTER", and refuses what it does not know with type 01.
 *
 * Source: protocols.md D3: GM812 serial notes and tools for GM65.
 */
#include <string.h>

#include "tests/hallsim/sim.h"

static const char *const ends[] = { "", "\r", "\n", "\r\n", "\t" };

/* Shift out each bit of in, then 16 more: what is left of division by 11021h. */
static uint16_t
remainder_of(const uint8_t *in, size_t len)
{
	uint32_t left = 0;

	for (size_t i = 0; i < (len + 2) * 8; i++) {
		left = left << 1 | (i < len * 8 ? in[i / 8] >> (7 - i % 8) & 1 : 0);
		if (left & 0x10000)
			left ^= 0x11021;
	}
	return left;
}

static void
answer(struct unit *u, uint8_t type, uint8_t data)
{
	uint8_t b[7] = { 0x02, 0x00, type, 1, data };
	uint16_t crc = remainder_of(b + 2, 3) ^ (u->badcheck ? 0x5555 : 0);

	b[5] = crc >> 8;
	b[6] = crc & 0xFF;
	unit_send(u, b, sizeof b);
}

static void
obey(struct unit *u, const uint8_t *b)
{
	int address = b[4] << 8 | b[5];

	if (u->nack != -1) {
		answer(u, u->nack, 0);
		return;
	}
	if (b[2] == 0x07)
		say(u->name, "read %04X", address);
	else if (b[2] == 0x08 && address == 0x0002 && b[6] & 1)
		say(u->name, "triggered");
	else if (b[2] == 0x08 && address == 0x002A && b[3] == 2)
		say(u->name, "baud divisor %d", b[7] << 8 | b[6]);
	else if (b[2] != 0x09) {
		answer(u, 1, 0);
		return;
	}
	answer(u, 0, 0);
}

static size_t
scanner_input(struct line *l, const uint8_t *b, size_t len)
{
	struct unit *u = &l->unit[0];
	size_t total;
	uint16_t crc;

	if (b[0] != 0x7E || (len > 1 && b[1] != 0)) {
		bad_frame(l->name, b, 1, "no frame begins here");
		return 1;
	}
	if (len < 4)
		return 0;
	/* What is read has one byte, how many; what is written as many as it says. */
	total = 6u + (b[2] == 0x07 ? 1 : b[3]) + 2;
	if (len < total)
		return 0;
	crc = b[total - 2] << 8 | b[total - 1];
	if (crc != 0xABCD && crc != remainder_of(b + 2, total - 4))
		bad_frame(l->name, b, total, "crc is %04X, should be %04X", crc, remainder_of(b + 2, total - 4));
	else if (!u->off)
		obey(u, b);
	return total;
}

static void
scanner_show(struct unit *u, FILE *f)
{
	fprintf(f, "%s: ready\n", u->name);
}

static const char *
control_scan(struct unit *u, int argc, char **argv, FILE *answer_to)
{
	char line[4096];

	(void)argc, (void)answer_to;
	if (u->off)
		return "no power";
	say(u->name, "scanned %s", argv[0]);
	snprintf(line, sizeof line, "%s%s", argv[0], ends[u->line->option[0]]);
	unit_send(u, (const uint8_t *)line, strlen(line));
	return NULL;
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *answer_to)
{
	(void)argc, (void)answer_to;
	if (strcmp(argv[0], "off") == 0)
		u->nack = -1;
	else if ((u->nack = number(argv[0], 1, 255)) == -1)
		return "1 to 255, or off";
	return NULL;
}

static const struct control controls[] = {
	{ "scan", "TEXT", "a code is held before it", 1, 1, ONE, control_scan },
	{ "nack", "N|off", "it refuses commands", 1, 1, EACH, control_nack },
	{ "badcheck", "on|off", "it sends wrong checks", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind scanner_kind = {
	.name = "scanner",
	.summary = "bar-code and QR scanner, GM65 commands",
	.gap_ms = 100,
	.size = 1,
	.options = { { "end", 1, 0, 4, "what ends a text: 0 nothing, 1 CR, 2 LF, 3 CR LF, 4 Tab" } },
	.controls = controls,
	.input = scanner_input,
	.show = scanner_show,
};
