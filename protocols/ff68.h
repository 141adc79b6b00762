/*
 * Caller keypads and four-key raters.  RS-485 or RS-232, 9600 8N1, many on one
 * line, each with a one-byte address set in the device.
 *
 *	FF 68 length length 68 address command data.. sum 16
 *
 * length, sent twice, counts from address to the byte before sum; sum is the
 * low byte of the sum of those bytes.  Nothing is escaped.
 *
 *	device	01 [digit..] key	key pressed; answered with the same frame
 *		11 button		rating given, 0-3; answered with command 01
 *	host	01 0B			start a rating
 *		02 w w w n n n		show waiting and number, 0A is a blank;
 *					three may leave what was there
 *		02 stars		rater shows 1-5 stars
 *		03			beep
 *
 * Devices speak unasked and repeat until they are answered.  An equal frame of
 * the same address within a second of one not surely answered is a repeat: answer
 * it, do nothing else.
 * Source: a running queue system, JackQChen/QueueSystem frmMain.cs, which does
 * not test sum, tail and the command byte of keys; we test the first two.
 *
 * Each function that writes a frame returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_FF68_H
#define PROTOCOLS_FF68_H

#include <stddef.h>
#include <stdint.h>

#define FF68_FRAME	15	/* the longest, that of ff68_show */
#define FF68_DATA	3	/* bytes of data a device sends, at most */

enum ff68_command {
	FF68_KEY	= 0x01,
	FF68_SHOW	= 0x02,
	FF68_BEEP	= 0x03,
	FF68_RATING	= 0x11,
};

enum ff68_key {			/* 0-9 are the digits themselves */
	FF68_RATE	= 0x0B,	/* ask for a rating, finish */
	FF68_NEXT	= 0x0C,
	FF68_RECALL	= 0x0D,
	FF68_CANCEL	= 0x0E,	/* * */
	FF68_OK		= 0x0F,	/* # */
	FF68_LINE	= 0x11,	/* keep one metre of distance */
	FF68_PAUSE	= 0x12,
	FF68_TRANSFER	= 0x13,
};

/* A frame of a device. */
struct ff68_frame {
	uint8_t	address;
	uint8_t	command;
	uint8_t	data[FF68_DATA];
	int	length;		/* of data, 1-3 */
};

/* A key, and the digits that were typed before it. */
struct ff68_press {
	uint8_t	address;
	uint8_t	command;
	uint8_t	digits[FF68_DATA - 1];
	int	digit_count;
	uint8_t	key;		/* enum ff68_key, a digit, or a code that we do not know */
};

/*
 * Read the frame of a device at the start of in.  Returns the bytes used, 0 if
 * the rest is still to come, -1 if in does not start with a frame: skip a byte.
 */
int	ff68_parse(struct ff68_frame *f, const uint8_t *in, size_t len);

/* The key that f tells of.  0, or -1 if it tells of none. */
int	ff68_press(struct ff68_press *press, const struct ff68_frame *f);

/* The button of the rater, 0-3, or -1 if f is no rating. */
int	ff68_rating(const struct ff68_frame *f);

/* The frame that a device waits for after f: an echo, for a rating with command 01. */
size_t	ff68_answer(uint8_t out[FF68_FRAME], const struct ff68_frame *f);

/*
 * Show how many wait and which ticket is at the window.  waiting: over 999 is
 * shown as 999, -1 as blank.  number: its last three digits, "" as blank.
 */
size_t	ff68_show(uint8_t out[FF68_FRAME], uint8_t address, int waiting, const char *number);

size_t	ff68_beep(uint8_t out[FF68_FRAME], uint8_t address);
size_t	ff68_start_rating(uint8_t out[FF68_FRAME], uint8_t address);

/* Show 1-5 stars on the rater. */
size_t	ff68_stars(uint8_t out[FF68_FRAME], uint8_t address, int stars);

/* Any frame; len of data is 0-6. */
size_t	ff68_frame(uint8_t out[FF68_FRAME], uint8_t address, uint8_t command, const uint8_t *data, size_t len);

#endif
