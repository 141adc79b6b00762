/*
 * Keypads and raters of any make: see keyframe.h.
 */
#include <stdbool.h>
#include <string.h>

#include "protocols/keyframe.h"

#define HEX	"0123456789ABCDEFabcdef"
#define NONE	(-1)

static const struct { const char *word; enum keyframe_kind kind; } words_known[] = {
	{ "addr", KEYFRAME_ADDRESS }, { "len", KEYFRAME_LENGTH }, { "digits", KEYFRAME_TYPED }, { "key", KEYFRAME_KEY },
	{ "sum8", KEYFRAME_SUM8 }, { "xor", KEYFRAME_XOR }, { "crc16", KEYFRAME_CRC16 }, { "any", KEYFRAME_ANY },
};

static bool
is_check(enum keyframe_kind kind)
{
	return kind == KEYFRAME_SUM8 || kind == KEYFRAME_XOR || kind == KEYFRAME_CRC16;
}

static int
nibble(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* How many bytes a part has, but for digits. */
static int
width(enum keyframe_kind kind)
{
	return kind == KEYFRAME_CRC16 ? 2 : kind == KEYFRAME_TYPED ? 0 : 1;
}

/* From one place to another, without the digits. */
static int
widths(const struct keyframe *f, int from, int to)
{
	int n = 0;

	for (int i = from; i < to; i++)
		n += width(f->part[i].kind);
	return n;
}

static int
count(const struct keyframe *f, enum keyframe_kind kind)
{
	int n = 0;

	for (int i = 0; i < f->parts; i++)
		n += f->part[i].kind == kind;
	return n;
}

/* One word, len characters.  NULL, or what is wrong. */
static const char *
read_word(struct keyframe *f, const char *word, size_t len)
{
	if (f->parts == KEYFRAME_PARTS)
		return "must be at most 16 words";
	if (len == 2 && strspn(word, HEX) >= 2) {
		f->part[f->parts].byte = nibble(word[0]) << 4 | nibble(word[1]);
		f->part[f->parts++].kind = KEYFRAME_BYTE;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++)
		if (strlen(words_known[i].word) == len && strncmp(words_known[i].word, word, len) == 0) {
			f->part[f->parts++].kind = words_known[i].kind;
			return NULL;
		}
	return "must be bytes in hex and the words addr, len, digits, key, sum8, xor, crc16, any, [ ], ( )";
}

/* A bracket opens or closes a range once.  NULL, or what is wrong. */
static const char *
read_bracket(int *from, int *to, bool opens, int at)
{
	if (opens ? *from != NONE : *from == NONE || *to != NONE || at == *from)
		return "must have [ ] and ( ) once each, around something";
	*(opens ? from : to) = at;
	return NULL;
}

/* The parts fit together.  NULL, or what is wrong. */
static const char *
check(struct keyframe *f)
{
	int checks = count(f, KEYFRAME_SUM8) + count(f, KEYFRAME_XOR) + count(f, KEYFRAME_CRC16), at;

	if (count(f, KEYFRAME_KEY) != 1 || count(f, KEYFRAME_ADDRESS) > 1 || count(f, KEYFRAME_TYPED) > 1 || checks > 1)
		return "must have key once, and addr, digits and a check at most once";
	if ((f->counted_from == NONE) != (f->counted_to == NONE) || (f->checked_from == NONE) != (f->checked_to == NONE))
		return "must have [ ] and ( ) once each, around something";
	if ((count(f, KEYFRAME_LENGTH) > 0) != (f->counted_from != NONE))
		return "must have [ ] around what len counts, and len where there are [ ]";
	for (at = 0; at < f->parts && !is_check(f->part[at].kind); at++)
		;
	if (checks == 0 && f->checked_from != NONE)
		return "must have sum8, xor or crc16 where there are ( )";
	if (f->checked_from == NONE) {
		f->checked_from = 0;
		f->checked_to = at;
	}
	if (checks > 0 && (f->checked_to > at || f->checked_from == f->checked_to))
		return "must have what is checked before the check";
	if (widths(f, 0, f->parts) + KEYFRAME_DIGITS * count(f, KEYFRAME_TYPED) > KEYFRAME_BYTES)
		return "must be at most 16 bytes";
	for (at = 0; at < f->parts && f->part[at].kind != KEYFRAME_LENGTH; at++)
		;
	for (int i = 0; i < f->parts; i++)
		if (f->part[i].kind == KEYFRAME_TYPED && (i < at || i < f->counted_from || i >= f->counted_to))
			return "must have digits behind len and within [ ]";
	return NULL;
}

const char *
keyframe_read(struct keyframe *f, const char *words)
{
	const char *wrong = NULL;

	*f = (struct keyframe){ .counted_from = NONE, .counted_to = NONE, .checked_from = NONE, .checked_to = NONE };
	while (wrong == NULL && *(words += strspn(words, " ")) != '\0') {
		size_t len = strchr("[]()", *words) != NULL ? 1 : strcspn(words, " []()");

		if (*words == '[' || *words == ']')
			wrong = read_bracket(&f->counted_from, &f->counted_to, *words == '[', f->parts);
		else if (*words == '(' || *words == ')')
			wrong = read_bracket(&f->checked_from, &f->checked_to, *words == '(', f->parts);
		else
			wrong = read_word(f, words, len);
		words += len;
	}
	return wrong != NULL ? wrong : check(f);
}

static uint16_t
crc16(const uint8_t *in, size_t len)
{
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < len; i++) {
		crc ^= in[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return crc;
}

/* The bytes of a check: one, or two, low first. */
static uint16_t
check_of(enum keyframe_kind kind, const uint8_t *in, size_t len)
{
	uint8_t sum = 0;

	if (kind == KEYFRAME_CRC16)
		return crc16(in, len);
	for (size_t i = 0; i < len; i++)
		sum = kind == KEYFRAME_SUM8 ? sum + in[i] : sum ^ in[i];
	return sum;
}

/* Where in a frame with so many digits a part begins. */
static int
place(const struct keyframe *f, int part, int digits)
{
	int at = widths(f, 0, part);

	for (int i = 0; i < part; i++)
		if (f->part[i].kind == KEYFRAME_TYPED)
			at += digits;
	return at;
}

static uint16_t
checked(const struct keyframe *f, enum keyframe_kind kind, const uint8_t *in, int digits)
{
	int from = place(f, f->checked_from, digits);

	return check_of(kind, in + from, place(f, f->checked_to, digits) - from);
}

/* How many digits the frame must have whose len is n; -1: none has. */
static int
digits_of(const struct keyframe *f, int n)
{
	int digits = n - widths(f, f->counted_from, f->counted_to);

	return digits < 0 || digits > KEYFRAME_DIGITS * count(f, KEYFRAME_TYPED) ? -1 : digits;
}

static int
read_digits(struct keyframe_press *press, const uint8_t *in, int n)
{
	for (int i = 0; i < n; i++) {
		uint8_t digit = in[i] >= '0' && in[i] <= '9' ? in[i] - '0' : in[i];

		if (digit > 9)
			return -1;
		press->digits[press->digit_count++] = digit;
	}
	return 0;
}

/* What has come is tested before the rest is waited for: noise must not hold a frame back. */
int
keyframe_parse(const struct keyframe *f, struct keyframe_press *press, const uint8_t *in, size_t len)
{
	int digits = 0, at = 0, wide;

	*press = (struct keyframe_press){ .address = 1 };
	for (int i = 0; i < f->parts; i++, at += wide) {
		enum keyframe_kind kind = f->part[i].kind;

		wide = kind == KEYFRAME_TYPED ? digits : width(kind);
		if ((size_t)(at + wide) > len)
			return 0;
		switch (kind) {
		case KEYFRAME_BYTE:
			if (in[at] != f->part[i].byte)
				return -1;
			break;
		case KEYFRAME_ADDRESS:
			press->address = in[at];
			break;
		case KEYFRAME_LENGTH:
			if ((digits = digits_of(f, in[at])) == -1)
				return -1;
			break;
		case KEYFRAME_TYPED:
			if (read_digits(press, in + at, digits) == -1)
				return -1;
			break;
		case KEYFRAME_KEY:
			press->key = in[at];
			break;
		case KEYFRAME_SUM8:
		case KEYFRAME_XOR:
			if (in[at] != checked(f, kind, in, digits))
				return -1;
			break;
		case KEYFRAME_CRC16:
			if ((in[at] | in[at + 1] << 8) != checked(f, kind, in, digits))
				return -1;
			break;
		case KEYFRAME_ANY:
			break;
		}
	}
	memcpy(press->raw, in, at);
	press->length = at;
	/* Two lengths that differ: the frame is as long as the last says, but the first did not. */
	for (int i = 0; i < f->parts; i++)
		if (f->part[i].kind == KEYFRAME_LENGTH && digits_of(f, in[place(f, i, digits)]) != digits)
			return -1;
	return at;
}

size_t
keyframe_write(uint8_t out[KEYFRAME_BYTES], const struct keyframe *f, const struct keyframe_press *press)
{
	int digits = count(f, KEYFRAME_TYPED) > 0 ? press->digit_count : 0, at = 0;

	if (widths(f, 0, f->parts) + digits > KEYFRAME_BYTES)
		return 0;
	for (int i = 0; i < f->parts; i++) {
		enum keyframe_kind kind = f->part[i].kind;
		uint16_t value = 0;

		switch (kind) {
		case KEYFRAME_BYTE:	value = f->part[i].byte; break;
		case KEYFRAME_ADDRESS:	value = press->address; break;
		case KEYFRAME_LENGTH:	value = widths(f, f->counted_from, f->counted_to) + digits; break;
		case KEYFRAME_KEY:	value = press->key; break;
		case KEYFRAME_ANY:	value = at < press->length ? press->raw[at] : 0; break;
		case KEYFRAME_SUM8:
		case KEYFRAME_XOR:
		case KEYFRAME_CRC16:	value = checked(f, kind, out, digits); break;
		case KEYFRAME_TYPED:
			memcpy(out + at, press->digits, digits);
			at += digits;
			continue;
		}
		out[at++] = value & 0xFF;
		if (kind == KEYFRAME_CRC16)
			out[at++] = value >> 8;
	}
	return at;
}
