/*
 * LED-485 number displays: Modbus RTU slaves, an address each.  8N1.
 *
 *	address function data.. CRC (reflected A001, from FFFF, low byte first)
 *
 * Registers: 0000 a signed number, 0004 the decimal point, 001D a counter of
 * keys, 0070 text, two characters each, 0080 raw segments, 0088 a number.  03
 * and 04 read, 06 and 10 write; address 0 is for all and not answered.
 * A request is found by its length; one whose function is not known ends at a
 * silence.
 *
 * It says, a line an occurrence:
 *
 *	shows TEXT	what can be read now, without the blanks around it
 *	blank		nothing can be read
 *	repainted	the same has been written again
 *	read N at R	registers were read
 *	exception N	the error it refused a request with
 *
 * Source: sman-dk/LED-485_setuptool; pymodbus test_framer.py.
 */
#include <string.h>

#include "tests/hallsim/sim.h"

#define FRAME_MAX	256
#define REGISTERS	0x100

enum { OPT_DIGITS, OPT_TEXT, OPT_NUMBER };
enum { NUMBER = 0x00, POINT = 0x04, KEYS = 0x1D, SEGMENTS = 0x80, NUMBER_2 = 0x88 };

struct display {
	uint16_t	reg[0x10000];
	char		now[20];	/* what it shows */
	char		said[20];
};

static uint16_t
crc(const uint8_t *b, size_t len)
{
	uint16_t c = 0xFFFF;

	for (size_t i = 0; i < len; i++) {
		c ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xA001 : c >> 1;
	}
	return c;
}

static int
be16(const uint8_t *b)
{
	return b[0] << 8 | b[1];
}

static void
answer(struct unit *u, bool wanted, uint8_t *bytes, size_t len)
{
	uint16_t c = crc(bytes, len) ^ (u->badcheck ? 0x0101 : 0);

	bytes[len] = c & 0xFF;
	bytes[len + 1] = c >> 8;
	if (wanted)
		unit_send(u, bytes, len + 2);
}

static void
refuse(struct unit *u, bool wanted, int function, int exception)
{
	uint8_t bytes[5] = { u->address, function | 0x80, exception };

	say(u->name, "exception %d", exception);
	answer(u, wanted, bytes, 3);
}

/* Where the text is, and how many registers it has. */
static bool
is_text(const struct unit *u, int reg)
{
	int first = u->line->option[OPT_TEXT];

	return reg >= first && reg < first + (u->line->option[OPT_DIGITS] + 1) / 2;
}

static bool
is_number(const struct unit *u, int reg)
{
	return reg == u->line->option[OPT_NUMBER] || reg == NUMBER_2;
}

static bool
is_segments(const struct unit *u, int reg)
{
	return reg >= SEGMENTS && reg < SEGMENTS + (u->line->option[OPT_DIGITS] + 1) / 2;
}

static bool
is_register(const struct unit *u, int reg)
{
	return is_text(u, reg) || is_number(u, reg) || is_segments(u, reg) || reg == POINT || reg == KEYS;
}

static void
put_text(struct unit *u)
{
	struct display *d = u->state;
	int digits = u->line->option[OPT_DIGITS], first = u->line->option[OPT_TEXT], n = 0;

	for (int i = 0; i < digits; i++) {
		int c = d->reg[first + i / 2] >> (i % 2 == 0 ? 8 : 0) & 0xFF;

		d->now[n++] = c >= 0x20 && c < 0x7F ? c : '?';
	}
	d->now[n] = '\0';
}

static void
put_segments(struct unit *u)
{
	struct display *d = u->state;
	bool lit = false;

	for (int i = 0; i < (u->line->option[OPT_DIGITS] + 1) / 2; i++)
		lit |= d->reg[SEGMENTS + i] != 0;
	snprintf(d->now, sizeof d->now, "%s", lit ? "segments" : "");
}

/* A register takes a value.  Returns an exception, or 0. */
static int
write_one(struct unit *u, int reg, int value)
{
	static const int over[] = { 1, 10, 100, 1000, 10000, 100000 };
	struct display *d = u->state;
	int digits = u->line->option[OPT_DIGITS], number = (int16_t)value;

	if (!is_register(u, reg) || reg == KEYS)
		return 2;
	if (is_number(u, reg) && digits < 6 && (number >= over[digits] || number <= -over[digits - 1]))
		return 3;
	if (reg == POINT && value > 3)
		return 3;
	d->reg[reg] = value;
	if (is_number(u, reg))
		snprintf(d->now, sizeof d->now, "%d", number);
	else if (is_text(u, reg))
		put_text(u);
	else if (is_segments(u, reg))
		put_segments(u);
	return 0;
}

/* Say what can be read now, if that is new. */
static void
refresh(struct unit *u)
{
	struct display *d = u->state;
	const char *text = d->now + strspn(d->now, " ");
	char said[sizeof d->said];

	snprintf(said, sizeof said, "%.*s", (int)strcspn(text, " "), text);
	if (strcmp(said, d->said) == 0) {
		say(u->name, "repainted");
		return;
	}
	strcpy(d->said, said);
	if (said[0] == '\0')
		say(u->name, "blank");
	else
		say(u->name, "shows %s", said);
}

static int
read_registers(struct unit *u, bool wanted, const uint8_t *b)
{
	struct display *d = u->state;
	int reg = be16(b + 2), count = be16(b + 4);
	uint8_t bytes[FRAME_MAX + 2] = { u->address, b[1], 2 * count };

	if (count < 1 || count > 125)
		return 3;
	for (int i = 0; i < count; i++) {
		if (!is_register(u, reg + i))
			return 2;
		bytes[3 + 2 * i] = d->reg[reg + i] >> 8;
		bytes[4 + 2 * i] = d->reg[reg + i] & 0xFF;
	}
	say(u->name, "read %d at %04X", count, reg);
	answer(u, wanted, bytes, 3 + 2 * count);
	return 0;
}

static int
write_registers(struct unit *u, bool wanted, const uint8_t *b)
{
	int reg = be16(b + 2), count = b[1] == 0x10 ? be16(b + 4) : 1, error = 0;
	uint8_t bytes[8];

	if (count < 1 || count > 123 || (b[1] == 0x10 && b[6] != 2 * count))
		return 3;
	for (int i = 0; i < count && error == 0; i++)
		error = write_one(u, reg + i, b[1] == 0x10 ? be16(b + 7 + 2 * i) : be16(b + 4));
	if (error != 0)
		return error;
	memcpy(bytes, b, 6);
	bytes[0] = u->address;
	refresh(u);
	answer(u, wanted, bytes, 6);
	return 0;
}

static void
request(struct unit *u, const uint8_t *b)
{
	bool wanted = b[0] != 0;
	int error = 1;

	if (u->nack != -1)
		error = u->nack;
	else if (b[1] == 0x03 || b[1] == 0x04)
		error = read_registers(u, wanted, b);
	else if (b[1] == 0x06 || b[1] == 0x10)
		error = write_registers(u, wanted, b);
	if (error != 0)
		refuse(u, wanted, b[1], error);
}

/* A whole frame, its CRC right. */
static void
frame(struct line *l, const uint8_t *b, size_t len)
{
	bool heard = false;

	for (int i = 0; i < l->units; i++) {
		struct unit *u = &l->unit[i];

		if (b[0] != 0 && b[0] != u->address)
			continue;
		heard = true;
		if (!u->off)
			request(u, b);
	}
	if (!heard)
		bad_frame(l->name, b, len, "nobody has address %d", b[0]);
}

/* Bytes of the request that begins here; 0: its function is not known. */
static size_t
length_of(const uint8_t *b, size_t len)
{
	if (b[1] >= 0x01 && b[1] <= 0x06)
		return 8;
	if (b[1] == 0x0F || b[1] == 0x10)
		return len < 7 ? 9 : 9 + b[6];
	return 0;
}

static bool
checked(const uint8_t *b, size_t len)
{
	return crc(b, len - 2) == (b[len - 2] | b[len - 1] << 8);
}

static size_t
modbus_input(struct line *l, const uint8_t *b, size_t len)
{
	size_t length = len < 2 ? 0 : length_of(b, len);

	if (length == 0 || len < length)
		return 0;		/* the rest comes, or a silence */
	if (!checked(b, length)) {
		bad_frame(l->name, b, len, "check is wrong");
		return len;		/* up to the silence, which a slave waits for */
	}
	frame(l, b, length);
	return length;
}

/* What a silence ends is a frame if its check says so. */
static void
modbus_gap(struct line *l, const uint8_t *b, size_t len)
{
	if (len >= 4 && length_of(b, len) == 0 && checked(b, len))
		frame(l, b, len);
	else
		bad_frame(l->name, b, len, "cut short");
}

static void
modbus_power(struct unit *u)
{
	memset(u->state, 0, sizeof(struct display));
}

static void
modbus_show(struct unit *u, FILE *f)
{
	const struct display *d = u->state;

	if (d->said[0] == '\0')
		fprintf(f, "%s: blank\n", u->name);
	else
		fprintf(f, "%s: shows %s\n", u->name, d->said);
}

static const char *
control_nack(struct unit *u, int argc, char **argv, FILE *answer)
{
	int n = strcmp(argv[0], "off") == 0 ? -1 : number(argv[0], 1, 11);

	(void)argc, (void)answer;
	if (n == -1 && strcmp(argv[0], "off") != 0)
		return "an exception, 1 to 11, or off";
	u->nack = n;
	return NULL;
}

static const struct control controls[] = {
	{ "nack", "EXCEPTION|off", "it refuses every request with this exception, 6 is busy", 1, 1, EACH, control_nack },
	{ "badcheck", "on|off", "its answers carry a wrong CRC", 1, 1, EACH, control_badcheck },
	{ .word = NULL },
};

const struct kind modbus_kind = {
	.name = "modbus",
	.summary = "LED-485 number displays, Modbus RTU",
	.addressed = true,
	.gap_ms = 50,
	.size = sizeof(struct display),
	.options = {
		[OPT_DIGITS] = { "digits", 4, 3, 8, "characters it has" },
		[OPT_TEXT] = { "text", 0x70, 0, 65000, "register of the text" },
		[OPT_NUMBER] = { "number", NUMBER, 0, 65000, "register of the number" },
	},
	.controls = controls,
	.power = modbus_power,
	.input = modbus_input,
	.gap = modbus_gap,
	.show = modbus_show,
};
