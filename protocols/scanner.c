/*
 * Bar-code and QR scanners: see scanner.h.
 */
#include <string.h>

#include "protocols/scanner.h"

#define READ	0x07
#define WRITE	0x08
#define TRIGGER	0x0002	/* register: bit 0 starts a scan */
#define BAUD	0x002A	/* register, two bytes, low first: 3000000 / baud */
#define CLOCK	3000000

static uint16_t
crc(const uint8_t *in, size_t len)
{
	uint16_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		sum ^= in[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			sum = sum & 0x8000 ? sum << 1 ^ 0x1021 : sum << 1;
	}
	return sum;
}

static size_t
frame(uint8_t out[SCANNER_FRAME], uint8_t type, uint16_t address, const uint8_t *data, size_t len)
{
	uint16_t sum;

	memcpy(out, (const uint8_t[]){ 0x7E, 0x00, type, len, address >> 8, address & 0xFF }, 6);
	memcpy(out + 6, data, len);
	sum = crc(out + 2, 4 + len);
	out[6 + len] = sum >> 8;
	out[7 + len] = sum & 0xFF;
	return 8 + len;
}

/* "Do not check", as the maker's own example has it. */
size_t
gm65_trigger(uint8_t out[SCANNER_FRAME])
{
	size_t n = frame(out, WRITE, TRIGGER, (const uint8_t[]){ 1 }, 1);

	out[n - 2] = 0xAB;
	out[n - 1] = 0xCD;
	return n;
}

size_t
gm65_baud(uint8_t out[SCANNER_FRAME], int baud)
{
	int divisor;

	if (baud < 1200 || baud > 115200)
		return 0;
	divisor = (CLOCK + baud / 2) / baud;
	return frame(out, WRITE, BAUD, (const uint8_t[]){ divisor & 0xFF, divisor >> 8 }, 2);
}

size_t
gm65_read(uint8_t out[SCANNER_FRAME], int address)
{
	if (address < 0 || address > 0xFFFF)
		return 0;
	return frame(out, READ, address, (const uint8_t[]){ 1 }, 1);
}

/* An answer of the module.  As scanner_parse; -1: it is none. */
static int
parse_answer(struct scan *scan, const uint8_t *in, size_t len)
{
	size_t total;
	uint16_t sum;

	if (in[0] != 0x02 || (len > 1 && in[1] != 0x00))
		return -1;
	if (len < 4)
		return 0;
	total = 6u + in[3];
	if (len < total)
		return 0;
	sum = in[total - 2] << 8 | in[total - 1];
	if (sum != 0xABCD && sum != crc(in + 2, total - 4))
		return -1;
	scan->answer = in[2];
	scan->text = in + 4;
	scan->length = in[3];
	return (int)total;
}

static size_t
line_end(const uint8_t *in, size_t len)
{
	size_t n = 0;

	while (n < len && in[n] != '\r' && in[n] != '\n')
		n++;
	return n;
}

int
scanner_parse(struct scan *scan, bool *skip, const uint8_t *in, size_t len, bool ended)
{
	size_t n;
	int used;

	*scan = (struct scan){ .answer = -1 };
	if (len == 0) {
		*skip &= !ended;
		return 0;
	}
	if (!*skip && (used = parse_answer(scan, in, len)) != -1)
		return used == 0 && ended ? (int)len : used;
	n = line_end(in, len);
	if (n == len && !ended && n <= SCANNER_TEXT)
		return 0;
	if (!*skip && n <= SCANNER_TEXT) {
		scan->text = in;
		scan->length = n;
	}
	*skip = n == len && !ended;
	return (int)(n < len ? n + 1 : n);
}
