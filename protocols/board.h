/*
 * Two small boards that show a number.  9600 8N1, low speed, no frame worth the
 * name.
 *
 *	Xunpeng (sunpn)	3A colour value-lo value-hi info sum 0A
 *	id hi lo sum	id value-hi value-lo sum
 *
 * sum is the low byte of the sum of all before it.  The values differ in their
 * order: low byte first, high byte first.  The first board answers; the second
 * does not, and has no head that a frame could be found by.
 * Source: m.zhiliandun.com, Shenzhen Xunpeng; musicexecdevelopment.com/8238227.
 * What info means is not told there; their frame has 1.
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_BOARD_H
#define PROTOCOLS_BOARD_H

#include <stddef.h>
#include <stdint.h>

#define BOARD_SUNPN	7	/* bytes of a frame */
#define BOARD_SUM	4

enum board_colour { BOARD_GREEN, BOARD_YELLOW, BOARD_RED };

/* Show 0-65535; info 0-255. */
size_t	board_sunpn(uint8_t out[BOARD_SUNPN], int value, enum board_colour, int info);

/* Show 0-65535 on board 0-255. */
size_t	board_sum(uint8_t out[BOARD_SUM], int id, int value);

/*
 * Read the answer of a sunpn board at the start of in.  It is described as
 * 3A info sum 0A, and shown as our frame with 2A for 3A, whose sum may be either
 * head's: both are taken.  Returns the bytes used, 0 if the rest is still to
 * come, -1 if none starts here: skip a byte.
 */
int	board_sunpn_parse(const uint8_t *in, size_t len);

#endif
