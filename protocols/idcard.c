/*
 * Readers of ID cards: see idcard.h.
 */
#include <stdlib.h>
#include <string.h>

#include "protocols/idcard.h"

#define HEAD	5
static const uint8_t head[HEAD] = { 0xAA, 0xAA, 0xAA, 0x96, 0x69 };

static const struct { uint8_t length, body[2]; } commands[IDCARD_COMMANDS] = {
	[IDCARD_STATUS]	    = { 2, { 0x11, 0xFF } },
	[IDCARD_FIND]	    = { 2, { 0x20, 0x01 } },
	[IDCARD_SELECT]	    = { 2, { 0x20, 0x02 } },
	[IDCARD_READ]	    = { 2, { 0x30, 0x01 } },
	[IDCARD_SAM_NUMBER] = { 2, { 0x12, 0xFF } },
	[IDCARD_SLEEP]	    = { 1, { 0x00 } },
};

/* Bytes of each field; they stand in this order. */
static const uint8_t sizes[IDCARD_FIELDS] = {
	[IDCARD_NAME] = 30, [IDCARD_SEX] = 2, [IDCARD_NATION] = 4, [IDCARD_BIRTH] = 16, [IDCARD_ADDRESS] = 70,
	[IDCARD_NUMBER] = 36, [IDCARD_AUTHORITY] = 30, [IDCARD_VALID_FROM] = 16, [IDCARD_VALID_TO] = 16,
	[IDCARD_RESERVE] = 36,
};

static const struct { int status; const char *why; } whys[] = {
	{ 0x10, "the reader got a wrong check" }, { 0x11, "the reader got a wrong length" },
	{ 0x21, "the reader does not know the command" }, { 0x24, "the reader does not know the command" },
	{ 0x31, "the card refused the reader" }, { 0x32, "the reader refused the card" }, { 0x33, "verification failed" },
	{ 0x40, "a card of another kind" }, { 0x41, "reading failed" }, { 0x47, "random number failed" },
	{ 0x60, "self-test failed" }, { 0x66, "the module is not licensed" },
	{ 0x80, "no card" }, { 0x81, "selecting failed" }, { 0x91, "not on the card" },
};

static uint8_t
xor(const uint8_t *in, size_t len)
{
	uint8_t x = 0;

	while (len-- > 0)
		x ^= *in++;
	return x;
}

size_t
idcard_command(uint8_t out[IDCARD_FRAME], enum idcard_command command)
{
	size_t n;

	if ((unsigned)command >= IDCARD_COMMANDS)
		return 0;
	n = commands[command].length;
	memcpy(out, head, HEAD);
	out[5] = 0;
	out[6] = n + 1;
	memcpy(out + 7, commands[command].body, n);
	out[7 + n] = xor(out + HEAD, 2 + n);
	return 8 + n;
}

int
idcard_parse(struct idcard_answer *a, const uint8_t *in, size_t len)
{
	size_t n;

	/* What has come is tested before the rest is waited for: noise must not hold a frame back. */
	if (memcmp(in, head, len < HEAD ? len : HEAD) != 0)
		return -1;
	if (len < HEAD + 2)
		return 0;
	n = in[5] << 8 | in[6];
	if (n < 4 || n > IDCARD_BODY + 1)
		return -1;
	if (len < HEAD + 2 + n)
		return 0;
	if (xor(in + HEAD, 2 + n) != 0)
		return -1;
	a->status = in[7] == 0 && in[8] == 0 ? in[9] : -1;
	a->data = in + 10;
	a->length = n - 4;
	return (int)(HEAD + 2 + n);
}

const char *
idcard_why(int status)
{
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++)
		if (whys[i].status == status)
			return whys[i].why;
	return "an error without a name";
}

const uint8_t *
idcard_text(const struct idcard_answer *a)
{
	if (a->status != IDCARD_DONE || a->length < 4 + IDCARD_TEXT || (a->data[0] << 8 | a->data[1]) != IDCARD_TEXT)
		return NULL;
	/* Before the text a third length may stand, that of fingerprints. */
	size_t photo = a->data[2] << 8 | a->data[3];

	if (a->length == 4 + IDCARD_TEXT + photo)
		return a->data + 4;
	if (a->length >= 6 && a->length == 6u + IDCARD_TEXT + photo + (size_t)(a->data[4] << 8 | a->data[5]))
		return a->data + 6;
	return NULL;
}

/* One character of the plane that ID cards use.  Its length in UTF-8. */
static size_t
put(char *out, uint16_t c)
{
	if (c < 0x80) {
		out[0] = c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = 0xC0 | c >> 6;
		out[1] = 0x80 | (c & 0x3F);
		return 2;
	}
	out[0] = 0xE0 | c >> 12;
	out[1] = 0x80 | (c >> 6 & 0x3F);
	out[2] = 0x80 | (c & 0x3F);
	return 3;
}

static bool
is_date(const char *s)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
		return false;
	day = atoi(s + 6);
	month = (s[4] - '0') * 10 + s[5] - '0';
	year = atoi((char[]){ s[0], s[1], s[2], s[3], '\0' });
	return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

static bool
is_number(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	return strlen(s) == 18 && (digits == 18 || (digits == 17 && s[17] == 'X'));
}

int
idcard_field(char out[IDCARD_FIELD], const uint8_t text[IDCARD_TEXT], enum idcard_field field)
{
	const uint8_t *in = text;
	size_t n = 0, end = 0;

	for (int i = 0; i < (int)field; i++)
		in += sizes[i];
	for (int i = 0; i < sizes[field]; i += 2) {
		uint16_t c = in[i] | in[i + 1] << 8;

		if (c < 0x20 || (c >= 0xD800 && c < 0xE000))
			return -1;
		n += put(out + n, c);
		if (c != ' ')
			end = n;
	}
	out[end] = '\0';
	if ((field == IDCARD_BIRTH && !is_date(out)) || (field == IDCARD_NUMBER && !is_number(out)))
		return -1;
	return 0;
}
