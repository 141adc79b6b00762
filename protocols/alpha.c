/*
 * Alpha and BetaBrite signs: see alpha.h.
 */
#include <stdio.h>
#include <string.h>

#include "protocols/alpha.h"

#define ACK	0x06
#define NAK	0x15
#define ERROR	0x40	/* an error byte has it, and the bits below it */

/* A character that may stand in a text, or be a type or a label. */
static bool
is_plain(int c)
{
	return c >= 0x20 && c <= 0x7E;
}

static bool
label_ok(char label)
{
	return is_plain(label) && label != '?' && (label < '1' || label > '5');
}

static bool
text_ok(const char *text)
{
	size_t len = 0;

	for (; text[len] != '\0'; len++)
		if (!is_plain(text[len]))
			return false;
	return len <= ALPHA_TEXT;
}

/* Pack a command and its data; the arguments were looked at, but for the sign. */
static size_t
pack(uint8_t *out, size_t cap, const struct alpha_sign *s, char command, const char *data)
{
	char packet[ALPHA_PACKET + 1];
	unsigned sum = 0;
	int n, begin;

	if (s->type < 0x21 || s->type > 0x7E || s->address < 0 || s->address > 255)
		return 0;
	begin = snprintf(packet, sizeof packet, "%5s\1%c%02X", "", s->type, s->address);
	memset(packet, 0, 5);
	n = begin + snprintf(packet + begin, sizeof packet - begin, "\2%c%s%s", command, data, s->sum ? "\3" : "");
	for (int i = begin; i < n; i++)
		sum += (uint8_t)packet[i];
	if (s->sum)
		n += snprintf(packet + n, sizeof packet - n, "%04X", sum & 0xFFFF);
	packet[n++] = 4;
	if ((size_t)n > cap)
		return 0;
	memcpy(out, packet, n);
	return n;
}

size_t
alpha_text(uint8_t *out, size_t cap, const struct alpha_sign *s, char label, enum alpha_position position,
    enum alpha_mode mode, const char *text)
{
	char data[ALPHA_TEXT + 8];

	if (!label_ok(label) || !is_plain(position) || !is_plain(mode) || !text_ok(text))
		return 0;
	if (text[0] == '\0')
		snprintf(data, sizeof data, "%c", label);
	else
		snprintf(data, sizeof data, "%c\33%c%c%s", label, position, mode, text);
	return pack(out, cap, s, 'A', data);
}

size_t
alpha_string(uint8_t *out, size_t cap, const struct alpha_sign *s, char label, const char *text)
{
	char data[ALPHA_TEXT + 8];

	if (!label_ok(label) || label == ALPHA_PRIORITY || !text_ok(text))
		return 0;
	snprintf(data, sizeof data, "%c%s", label, text);
	return pack(out, cap, s, 'G', data);
}

size_t
alpha_shows(uint8_t *out, size_t cap, const struct alpha_sign *s, char label, enum alpha_position position,
    enum alpha_mode mode, char string)
{
	const char data[] = { label, 0x1B, position, mode, 0x10, string, '\0' };

	if (!label_ok(label) || !is_plain(position) || !is_plain(mode) || !label_ok(string) || string == ALPHA_PRIORITY)
		return 0;
	return pack(out, cap, s, 'A', data);
}

size_t
alpha_memory(uint8_t *out, size_t cap, const struct alpha_sign *s, char text, int text_size, char string, int string_size)
{
	char data[32];

	if (!label_ok(text) || text == ALPHA_PRIORITY || !label_ok(string) || string == ALPHA_PRIORITY || text == string ||
	    text_size < 1 || text_size > 9999 || string_size < 1 || string_size > ALPHA_TEXT)
		return 0;
	snprintf(data, sizeof data, "$%cAU%04XFF00%cBL%04X0000", text, text_size, string, string_size);
	return pack(out, cap, s, 'E', data);
}

size_t
alpha_time(uint8_t *out, size_t cap, const struct alpha_sign *s, int hour, int minute)
{
	char data[16];

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return 0;
	snprintf(data, sizeof data, " %02d%02d", hour, minute);
	return pack(out, cap, s, 'E', data);
}

size_t
alpha_reset(uint8_t *out, size_t cap, const struct alpha_sign *s)
{
	return pack(out, cap, s, 'E', ",");
}

void
alpha_parity(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (bytes[i] & 0x7F) | (__builtin_parity(bytes[i] & 0x7F) ? 0x80 : 0);
}

int
alpha_parse(struct alpha_answer *a, const uint8_t *in, size_t len)
{
	*a = (struct alpha_answer){ 0 };
	if (len == 0)
		return 0;
	if ((in[0] & 0x7F) == ACK) {
		a->taken = true;
		return 1;
	}
	if ((in[0] & 0x7F) != NAK)
		return -1;
	if (len < 2)
		return 0;
	if (!(in[1] & ERROR))
		return -1;
	a->error = in[1] & (ERROR - 1);
	return 2;
}

const char *
alpha_error_name(unsigned error)
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{ 0x20, "illegal command or label" }, { 0x10, "checksum" }, { 0x08, "too long" }, { 0x04, "time-out" },
		{ 0x02, "framing" }, { 0x01, "parity" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (error & names[i].bit)
			return names[i].name;
	return "unknown error";
}
