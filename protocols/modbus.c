/*
 * Modbus RTU: see modbus.h.
 */
#include <string.h>

#include "protocols/modbus.h"

#define HEAD		6	/* address, function, register, count or value */
#define CRC		2
#define EXCEPTION	0x80	/* in the function of an answer */

static unsigned
crc16(const uint8_t *in, size_t len)
{
	unsigned crc = 0xFFFF;

	while (len-- > 0) {
		crc ^= *in++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return crc;
}

static void
put16(uint8_t *out, int value)
{
	out[0] = value >> 8 & 0xFF;
	out[1] = value & 0xFF;
}

static int
get16(const uint8_t *in)
{
	return in[0] << 8 | in[1];
}

static bool
checked(const uint8_t *in, size_t len)
{
	unsigned crc = crc16(in, len - CRC);

	return in[len - 2] == (crc & 0xFF) && in[len - 1] == crc >> 8;
}

/* Write the head; what stands behind it is there already, up to len. */
static size_t
finish(uint8_t *out, size_t len, int address, int function, int reg, int second)
{
	unsigned crc;

	out[0] = address;
	out[1] = function;
	put16(out + 2, reg);
	put16(out + 4, second);
	crc = crc16(out, len);
	out[len] = crc & 0xFF;
	out[len + 1] = crc >> 8;
	return len + CRC;
}

static bool
reads(int function)
{
	return function == MODBUS_HOLDING || function == MODBUS_INPUT;
}

static bool
place_ok(int address, int reg, int count, int most)
{
	return address >= 0 && address <= 255 && count >= 1 && count <= most && reg >= 0 && reg + count <= 0x10000;
}

size_t
modbus_read(uint8_t out[MODBUS_FRAME], int address, enum modbus_function function, int reg, int count)
{
	if (!place_ok(address, reg, count, MODBUS_READ) || !reads(function))
		return 0;
	return finish(out, HEAD, address, function, reg, count);
}

size_t
modbus_write(uint8_t out[MODBUS_FRAME], int address, int reg, int value)
{
	if (!place_ok(address, reg, 1, 1) || value < -32768 || value > 65535)
		return 0;
	return finish(out, HEAD, address, MODBUS_ONE, reg, value);
}

size_t
modbus_write_many(uint8_t out[MODBUS_FRAME], int address, int reg, const uint16_t *values, int count)
{
	if (!place_ok(address, reg, count, MODBUS_WRITE))
		return 0;
	out[HEAD] = 2 * count;
	for (int i = 0; i < count; i++)
		put16(out + HEAD + 1 + 2 * i, values[i]);
	return finish(out, HEAD + 1 + 2 * count, address, MODBUS_MANY, reg, count);
}

size_t
modbus_text(uint8_t out[MODBUS_FRAME], int address, int reg, const char *text, int width)
{
	uint16_t values[MODBUS_WRITE] = { 0 };
	int len = strlen(text), count = (width + 1) / 2;

	if (width < 1 || width > 2 * MODBUS_WRITE || len > width)
		return 0;
	for (int i = 0; i < 2 * count; i++) {
		int at = i - (width - len);
		char c = at >= 0 && at < len ? text[at] : ' ';

		if (c < 0x20 || c > 0x7E)
			return 0;
		values[i / 2] |= i % 2 == 0 ? c << 8 : c;
	}
	return modbus_write_many(out, address, reg, values, count);
}

void
modbus_ask(struct modbus_asked *asked, const uint8_t *request, size_t len)
{
	*asked = (struct modbus_asked){ 0 };
	if (len < HEAD + CRC || request[0] == 0 || !checked(request, len))
		return;
	if (reads(request[1]) && !place_ok(request[0], get16(request + 2), get16(request + 4), MODBUS_READ))
		return;
	asked->address = request[0];
	asked->function = request[1];
	memcpy(asked->head, request + 2, sizeof asked->head);
}

/* Bytes that an answer has before its CRC. */
static size_t
length_of(const struct modbus_asked *asked, uint8_t function)
{
	if (function & EXCEPTION)
		return 3;
	if (reads(function))
		return 3 + 2 * get16(asked->head + 2);
	return HEAD;
}

/* Is this how an answer to what was asked begins?  As far as there are bytes of it. */
static bool
fits(const struct modbus_asked *asked, const uint8_t *in, size_t len)
{
	uint8_t bytes = 2 * get16(asked->head + 2);

	if (asked->function == 0 || in[0] != asked->address)
		return false;
	if (len < 2)
		return true;
	if (in[1] == (asked->function | EXCEPTION))
		return true;
	if (in[1] != asked->function)
		return false;
	if (reads(asked->function))
		return len < 3 || in[2] == bytes;
	return memcmp(in + 2, asked->head, len - 2 < sizeof asked->head ? len - 2 : sizeof asked->head) == 0;
}

int
modbus_parse(struct modbus_answer *a, const struct modbus_asked *asked, const uint8_t *in, size_t len)
{
	size_t length;

	*a = (struct modbus_answer){ 0 };
	if (len == 0)
		return 0;
	if (!fits(asked, in, len))
		return -1;
	if (len < 2 || len < (length = length_of(asked, in[1])) + CRC)
		return 0;
	if (!checked(in, length + CRC))
		return -1;
	if (in[1] & EXCEPTION)
		a->exception = in[2];
	else if (length != HEAD)
		for (a->count = 0; a->count < in[2] / 2; a->count++)
			a->value[a->count] = get16(in + 3 + 2 * a->count);
	return (int)(length + CRC);
}

const char *
modbus_exception_name(int exception)
{
	static const char *const names[] = {
		"no exception", "unknown function", "no such register", "value out of range", "device failure",
		"unknown exception", "busy",
	};

	if (exception < 0 || exception >= (int)(sizeof(names) / sizeof(names[0])))
		return "unknown exception";
	return names[exception];
}
