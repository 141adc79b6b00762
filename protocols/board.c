/*
 * Small boards: see board.h.
 */
#include "protocols/board.h"

#define HEAD	0x3A
#define ECHO	0x2A	/* the head of an answer that repeats our frame */
#define TAIL	0x0A
#define ANSWER	4	/* bytes of the short one */

static uint8_t
sum(const uint8_t *in, size_t len)
{
	uint8_t total = 0;

	while (len-- > 0)
		total += *in++;
	return total;
}

size_t
board_sunpn(uint8_t out[BOARD_SUNPN], int value, enum board_colour colour, int info)
{
	if (value < 0 || value > 0xFFFF || colour > BOARD_RED || info < 0 || info > 255)
		return 0;
	out[0] = HEAD;
	out[1] = colour;
	out[2] = value & 0xFF;
	out[3] = value >> 8;
	out[4] = info;
	out[5] = sum(out, 5);
	out[6] = TAIL;
	return BOARD_SUNPN;
}

size_t
board_sum(uint8_t out[BOARD_SUM], int id, int value)
{
	if (id < 0 || id > 255 || value < 0 || value > 0xFFFF)
		return 0;
	out[0] = id;
	out[1] = value >> 8;
	out[2] = value & 0xFF;
	out[3] = sum(out, 3);
	return BOARD_SUM;
}

int
board_sunpn_parse(const uint8_t *in, size_t len)
{
	size_t length;
	uint8_t check;

	if (len == 0)
		return 0;
	if (in[0] != HEAD && in[0] != ECHO)
		return -1;
	length = in[0] == HEAD ? ANSWER : BOARD_SUNPN;
	if (len < length)
		return 0;
	check = sum(in, length - 2);
	if (in[length - 1] != TAIL ||
	    (in[length - 2] != check && (in[0] == HEAD || in[length - 2] != (uint8_t)(check + HEAD - ECHO))))
		return -1;
	return (int)length;
}
