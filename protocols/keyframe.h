/*
 * Keypads and raters of any make: a frame is described in words, one a byte,
 * so that a device that nobody knew of needs no code.
 *
 *	FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16
 *
 *	two hex digits	this byte
 *	addr		the device's address
 *	len		how many bytes stand between [ and ]
 *	digits		up to two digits typed before the key, 00-09 or 30-39; needs len
 *	key		the key; each frame has one
 *	sum8 xor	low byte of the sum, exclusive or, of the bytes between ( and )
 *	crc16		two bytes, low first: CRC-16/MODBUS of them
 *	any		whatever byte; in an answer as the key's frame has it
 *
 * Without ( and ) a check is of all bytes before it.  A frame without addr
 * comes from address 1.  "key" alone is a rater that sends one character.
 * Source: protocols of keypads that are known (ff68.h) and customs of others.
 */
#ifndef PROTOCOLS_KEYFRAME_H
#define PROTOCOLS_KEYFRAME_H

#include <stddef.h>
#include <stdint.h>

#define KEYFRAME_PARTS	16
#define KEYFRAME_BYTES	16	/* the longest frame */
#define KEYFRAME_DIGITS	2

enum keyframe_kind { KEYFRAME_BYTE, KEYFRAME_ADDRESS, KEYFRAME_LENGTH, KEYFRAME_TYPED, KEYFRAME_KEY, KEYFRAME_SUM8,
	KEYFRAME_XOR, KEYFRAME_CRC16, KEYFRAME_ANY };

/* The words, read.  Places are in part[], ends one behind. */
struct keyframe {
	struct { enum keyframe_kind kind; uint8_t byte; } part[KEYFRAME_PARTS];
	int	parts;
	int	counted_from, counted_to;	/* what len counts */
	int	checked_from, checked_to;	/* what the check is of */
};

/* What a frame says. */
struct keyframe_press {
	int	address;
	uint8_t	digits[KEYFRAME_DIGITS];	/* 0-9 */
	int	digit_count;
	uint8_t	key;
	uint8_t	raw[KEYFRAME_BYTES];		/* the frame itself, length bytes */
	int	length;
};

/* Read the words.  NULL, or what is wrong with them. */
const char *keyframe_read(struct keyframe *, const char *words);

/*
 * Read the frame at the start of in.  Returns the bytes used, 0 if the rest is
 * still to come, -1 if in does not start with a frame: skip a byte.
 */
int	keyframe_parse(const struct keyframe *, struct keyframe_press *, const uint8_t *in, size_t len);

/* Write a frame of this form that tells what press tells: an answer to it.  Its length; 0: it is too long. */
size_t	keyframe_write(uint8_t out[KEYFRAME_BYTES], const struct keyframe *, const struct keyframe_press *);

#endif
