/*
 * Onbon BX font cards: see bx.h.
 */
#include <string.h>

#include "protocols/bx.h"
#include "protocols/text.h"

#define HEAD	14
#define CRC	2
#define BODY	(HEAD + BX_DATA + CRC)
#define SYNC	8	/* A5s before a frame */

#define WANTED	1	/* reply flag */
#define NONE	2

static unsigned
crc16(const uint8_t *in, size_t len)
{
	unsigned crc = 0;

	while (len-- > 0) {
		crc ^= *in++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return crc;
}

static void
put16(uint8_t *out, unsigned value)
{
	out[0] = value & 0xFF;
	out[1] = value >> 8 & 0xFF;
}

static unsigned
get16(const uint8_t *in)
{
	return in[0] | in[1] << 8;
}

/* The first byte of the pair that stands for byte, or 0 if it stands for itself; *second is the other one. */
static uint8_t
escape(uint8_t byte, uint8_t *second)
{
	*second = byte == 0xA5 || byte == 0x5A ? 2 : 1;
	if (byte == 0xA5 || byte == 0xA6)
		return 0xA6;
	if (byte == 0x5A || byte == 0x5B)
		return 0x5B;
	return 0;
}

size_t
bx_pack(uint8_t *out, size_t cap, unsigned address, const uint8_t *data, size_t len)
{
	uint8_t body[BODY] = { [10] = 0xFE, [11] = 0x02 };
	uint8_t first, second;
	size_t n = SYNC;

	if (address < 1 || address > 0xFFFF || len < 1 || len > BX_DATA)
		return 0;
	put16(body, address);
	put16(body + 2, BX_HOST);
	put16(body + 12, len);
	memcpy(body + HEAD, data, len);
	put16(body + HEAD + len, crc16(body, HEAD + len));

	if (cap < SYNC)
		return 0;
	memset(out, 0xA5, SYNC);
	for (size_t i = 0; i < HEAD + len + CRC; i++) {
		if (n + 3 > cap)	/* a pair and the tail */
			return 0;
		first = escape(body[i], &second);
		if (first != 0)
			out[n++] = first;
		out[n++] = first != 0 ? second : body[i];
	}
	out[n++] = 0x5A;
	return n;
}

static int
reply(unsigned address, bool wanted)
{
	return wanted && address != BX_ALL ? WANTED : NONE;
}

size_t
bx_ping(uint8_t *out, size_t cap, unsigned address)
{
	const uint8_t data[] = { 0xA2, 0x00, reply(address, true), 0, 0 };

	return bx_pack(out, cap, address, data, sizeof(data));
}

size_t
bx_power(uint8_t *out, size_t cap, unsigned address, bool on)
{
	const uint8_t data[] = { 0xA3, 0x00, reply(address, true), 0, 0, on ? 1 : 2 };

	return bx_pack(out, cap, address, data, sizeof(data));
}

size_t
bx_delete(uint8_t *out, size_t cap, unsigned address, int id)
{
	const uint8_t one[] = { 0xA3, 0x06, reply(address, true), 0, 0, 1, id, 0 };
	const uint8_t every[] = { 0xA3, 0x06, reply(address, true), 0, 0, 0xFF, 0 };

	if (id == BX_EVERY_AREA)
		return bx_pack(out, cap, address, every, sizeof(every));
	if (id < 0 || id > 254)
		return 0;
	return bx_pack(out, cap, address, one, sizeof(one));
}

static bool
area_ok(const struct bx_area *a)
{
	return a->id >= 0 && a->id <= 254 &&
	    a->x >= 0 && a->x <= 0xFFFF && a->y >= 0 && a->y <= 0xFFFF &&
	    a->width >= 1 && a->width <= 0xFFFF && a->height >= 1 && a->height <= 0xFFFF &&
	    a->run <= BX_TIMES && a->timeout_s >= 0 && a->timeout_s <= 0xFFFF &&
	    (a->align & 3) <= BX_CENTRE && (a->align & ~3u) <= BX_MIDDLE &&
	    a->spacing >= 0 && a->spacing <= 255 &&
	    a->show >= BX_STATIC && a->show <= BX_FROM_ABOVE &&
	    a->speed >= 0 && a->speed <= 24 && a->stay >= 0 && a->stay <= 255;
}

size_t
bx_show(uint8_t *out, size_t cap, unsigned address, const struct bx_area *a)
{
	uint8_t data[BX_DATA] = {
		0xA3, 0x06, reply(address, !a->unanswered), a->process, 0,
		0,	/* areas to delete */
		1,	/* areas to show */
	};
	uint8_t *area = data + 9, gbk[BX_TEXT + 2];	/* a text that is cut here is longer than BX_TEXT */
	size_t len;

	if (!area_ok(a))
		return 0;
	len = text_gbk(gbk, sizeof(gbk), a->text);
	if (len > BX_TEXT)
		return 0;
	put16(data + 7, 27 + len);
	put16(area + 1, a->x);
	put16(area + 3, a->y);
	put16(area + 5, a->width);
	put16(area + 7, a->height);
	area[9] = a->id;
	area[10] = a->spacing;
	area[11] = a->run;
	put16(area + 12, a->timeout_s);
	area[16] = a->align;
	area[17] = a->several_lines ? 2 : 1;
	area[18] = a->wrap ? 2 : 1;
	area[19] = a->show;
	area[21] = a->speed;
	area[22] = a->stay;
	put16(area + 23, len);
	memcpy(area + 27, gbk, len);
	return bx_pack(out, cap, address, data, 9 + 27 + len);
}

size_t
bx_plain(char *out, size_t cap, const char *text)
{
	static const char full_width[] = "\uFF3C";
	size_t used = 0, bytes, n;

	if (cap == 0)
		return 0;
	for (; (bytes = text_character(text)) > 0; text += bytes) {
		n = *text == '\\' ? sizeof(full_width) - 1 : bytes;
		if (used + n >= cap)
			break;
		memcpy(out + used, *text == '\\' ? full_width : text, n);
		used += n;
	}
	out[used] = '\0';
	return used;
}

/* Take the escapes out of in, up to the tail.  Returns as bx_parse does, the tail counted. */
static int
unescape(uint8_t body[BODY], size_t *length, const uint8_t *in, size_t len)
{
	size_t n = 0, i = 0;

	while (i < len && in[i] != 0x5A) {
		uint8_t byte = in[i++];

		if (byte == 0xA5 || n == BODY)
			return -1;
		if (byte == 0xA6 || byte == 0x5B) {
			if (i == len)
				return 0;
			if (in[i] != 1 && in[i] != 2)
				return -1;
			byte = byte == 0xA6 ? 0xA7 - in[i] : 0x5C - in[i];
			i++;
		}
		body[n++] = byte;
	}
	*length = n;
	return i < len ? (int)i + 1 : 0;
}

int
bx_parse(struct bx_frame *f, const uint8_t *in, size_t len)
{
	uint8_t body[BODY];
	size_t sync = 0, length = 0, data;
	int used;

	if (len == 0)
		return 0;
	while (sync < len && in[sync] == 0xA5)
		sync++;
	if (sync == 0 || sync > SYNC)
		return -1;
	used = unescape(body, &length, in + sync, len - sync);
	if (used <= 0)
		return used;
	if (length < HEAD + CRC)
		return -1;
	data = length - HEAD - CRC;
	if (get16(body + 12) != data || get16(body + HEAD + data) != crc16(body, HEAD + data))
		return -1;
	f->destination = get16(body);
	f->source = get16(body + 2);
	f->length = data;
	memcpy(f->data, body + HEAD, data);
	return (int)sync + used;
}

int
bx_answer(struct bx_answer *answer, const struct bx_frame *f, unsigned address)
{
	bool any = address == BX_HOST || address == BX_ANY;

	if (f->destination != BX_HOST || (!any && f->source != address))
		return -1;
	if (f->length < 3 || f->data[0] != 0xA0 || f->data[1] > 1)
		return -1;
	answer->taken = f->data[1] == 0;
	answer->error = f->data[2];
	return 0;
}

const char *
bx_error_name(int error)
{
	static const char *const names[] = {
		"no error", "unknown command group", "unknown command", "busy", "out of memory", "CRC error",
		"no such file", "flash error", "download error", "bad file name", "bad file type", "file CRC error",
		"no such font", "firmware does not fit", "bad date", "file exists", "bad block number",
	};

	if (error < 0 || error >= (int)(sizeof(names) / sizeof(names[0])))
		return "unknown error";
	return names[error];
}
