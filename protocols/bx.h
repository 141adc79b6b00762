/*
 * Onbon BX-5K, 5MK and 6K "font cards": LED signs that hold their own fonts and
 * are sent text.  8N1, 57600 or 9600 by setting, or TCP port 5005.
 *
 *	A5 x8  escaped{ header  data  crc-lo crc-hi }  5A
 *
 *	header	destination(2) source(2) 00 00 00 option(1) check(1) mode(1) type(1) version(1) length(2)
 *	data	group command reply(01 wanted, 02 none) x x parameters..
 *
 * Numbers are little endian.  crc is CRC-16/ARC (reflected A001, start 0) of
 * header and data before escaping; length is that of the data.  Escapes, in one
 * pass: A5 to A6 02, A6 to A6 01, 5A to 5B 02, 5B to 5B 01.
 * Source: the maker's own Java library, onbonlab/bx.k.java, and its SDK's error
 * tables.  The printed example in older papers has 2D 00, a length, where
 * process and 0 stand today; cards ignore it.
 *
 * Dynamic areas are in the card's RAM: show them again after a power failure.
 * On RS-485 wait for the answer or 500 ms before the next frame.
 *
 * Each function writes one frame and returns its length, or returns 0 if it
 * does not fit into cap bytes or an argument is outside the range given.
 */
#ifndef PROTOCOLS_BX_H
#define PROTOCOLS_BX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BX_TEXT		512	/* bytes of GBK in one area */
#define BX_DATA		(BX_TEXT + 36)
#define BX_FRAME	(8 + 2 * (14 + BX_DATA + 2) + 1)	/* room that is enough for any frame */

/* Addresses: a card's own, 1-7FFF, or one of these. */
#define BX_HOST		0x8000	/* ourselves; as destination, any card (TCP) */
#define BX_ANY		0xFFFE	/* every card, answered */
#define BX_ALL		0xFFFF	/* every card, not answered */

#define BX_EVERY_AREA	(-1)

enum bx_run {
	BX_LOOP,
	BX_HOLD,		/* show, then hold the last page */
	BX_BLANK,		/* loop, blank when not written for timeout_s */
	BX_LOGO,		/* loop, the last page when not written for timeout_s */
	BX_ONCE,
	BX_TIMES,		/* timeout_s times */
};

enum bx_show {
	BX_STATIC = 1,
	BX_QUICK,
	BX_FROM_RIGHT,		/* moves left */
	BX_FROM_LEFT,
	BX_FROM_BELOW,
	BX_FROM_ABOVE,
};

enum bx_align {			/* one of each row */
	BX_LEFT = 0,	BX_RIGHT = 1,	BX_CENTRE = 2,
	BX_TOP = 0,	BX_BOTTOM = 4,	BX_MIDDLE = 8,
};

/* A part of the sign with its own text; the same id replaces what it showed. */
struct bx_area {
	int		 id;		/* 0-254 */
	int		 x, width;	/* as the card counts: pixels on 6K, 8 pixels on 5K */
	int		 y, height;	/* pixels */
	uint8_t		 process;	/* 0 keep what is shown until then, 1 clear it first */
	enum bx_run	 run;
	int		 timeout_s;	/* 0-65535; or times to show */
	unsigned	 align;		/* of enum bx_align */
	int		 spacing;	/* between lines, 0-255 pixels */
	bool		 several_lines;
	bool		 wrap;
	enum bx_show	 show;
	int		 speed;		/* 0 (fast) to 24 */
	int		 stay;		/* of a page, 0-255 half seconds */
	bool		 unanswered;	/* no answer is wanted */
	const char	*text;		/* UTF-8, 0-512 bytes in GBK, with the card's escapes */
};

/*
 * The card's escapes in a text: \C1 red, \C2 green, \C3 yellow from here on;
 * \n (backslash and letter) a new line.  What comes from data is passed through
 * bx_plain first: it copies text with every backslash made full width (U+FF3C),
 * cut at a character to cap - 1 bytes and a NUL.  Returns its length.
 */
size_t	bx_plain(char *out, size_t cap, const char *text);

size_t	bx_ping(uint8_t *out, size_t cap, unsigned address);
size_t	bx_power(uint8_t *out, size_t cap, unsigned address, bool on);
size_t	bx_show(uint8_t *out, size_t cap, unsigned address, const struct bx_area *a);

/* Delete area id, or BX_EVERY_AREA. */
size_t	bx_delete(uint8_t *out, size_t cap, unsigned address, int id);

/* Pack any data of 1 to BX_DATA bytes. */
size_t	bx_pack(uint8_t *out, size_t cap, unsigned address, const uint8_t *data, size_t len);

/* A frame as received, unescaped and its CRC right. */
struct bx_frame {
	unsigned	destination;
	unsigned	source;
	size_t		length;
	uint8_t		data[BX_DATA];
};

/*
 * Read the frame at the start of in.  Returns the bytes used, 0 if the rest is
 * still to come, -1 if in does not start with a frame: skip one byte.  A ninth
 * A5 of a head is such a byte, so that a line stuck at A5 fills no buffer.
 */
int	bx_parse(struct bx_frame *f, const uint8_t *in, size_t len);

struct bx_answer {
	bool	taken;		/* ACK */
	int	error;		/* see bx_error_name */
};

/* What f answers to a frame sent to address.  0, or -1 if it is no answer from there to us. */
int	bx_answer(struct bx_answer *answer, const struct bx_frame *f, unsigned address);

/* What error means, for a log line; never NULL. */
const char *bx_error_name(int error);

#endif
