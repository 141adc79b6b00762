/*
 * What devices are given and what they say, as plain structs that the codecs
 * of more than one family share.  Nothing here knows a wire format, a layout
 * or a language: paper is laid out and sentences are worded elsewhere.
 *
 * All text is UTF-8 with a NUL at its end.
 */
#ifndef PROTOCOLS_DEVICE_H
#define PROTOCOLS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A piece of paper, from the cut before it to the cut after it.
 */
#define PAPER_LINES	32
#define PAPER_TEXT	96	/* bytes of one line, its NUL included */
#define PAPER_QR	160	/* bytes of a QR code's content, its NUL included */
#define PAPER_MODULES	53	/* of a side of a QR code, the most: version 9 */

enum paper_align {
	PAPER_LEFT,
	PAPER_CENTRE,
};

/* A line wider than the paper is wrapped by the codec; an empty one is a gap. */
struct paper_line {
	char			text[PAPER_TEXT];
	uint8_t			width;	/* times the normal width, 1-8 */
	uint8_t			height;	/* times the normal height, 1-8; 1 is 3 mm */
	bool			bold;
	enum paper_align	align;
};

/* A QR code as a picture. */
struct paper_code {
	int	side;		/* modules; 0: there is none */
	bool	dark[PAPER_MODULES][PAPER_MODULES];	/* rows from above */
};

struct paper {
	struct paper_line	lines[PAPER_LINES];
	int			count;	/* of lines */
	char			qr[PAPER_QR];	/* drawn by the printer, centred, no control bytes; empty: none */
	struct paper_code	code;		/* the same, where the printer does not draw it */
	int			below;	/* how many of the lines, the last ones, stand below the code */
};

/*
 * The state of a printer: no bit set is a printer that is ready.  One answer
 * tells of some bits only; merge it into what is known with
 *
 *	state = (state & ~status.known) | status.flags;
 */
enum printer_flag {
	PRINTER_OFFLINE		= 1 << 0,	/* cause may be in the other bits, or a held button */
	PRINTER_COVER_OPEN	= 1 << 1,
	PRINTER_PAPER_LOW	= 1 << 2,	/* near its end; never set without the sensor */
	PRINTER_PAPER_OUT	= 1 << 3,
	PRINTER_CUTTER_ERROR	= 1 << 4,
	PRINTER_OTHER_ERROR	= 1 << 5,	/* head too hot, mechanics, unrecoverable */
};

struct printer_status {
	unsigned	flags;	/* set bits of enum printer_flag */
	unsigned	known;	/* the bits that this answer tells of */
};

/*
 * One thing to be said, once: the zone repeats it.
 *
 * In sentence {number} and {window} are put in as the module speaks them best:
 * the number digit by digit, the window as a quantity.  An empty sentence is
 * the call "请{number}号,到{window}号窗口", or with english
 * "Ticket {number}, window {window}, please".  Modules that play clips know the
 * call and its correction alone (clips.h).
 */
struct announcement {
	char	sentence[400];
	bool	corrects;	/* it takes a call back; sentence says so in words */
	char	number[16];	/* of the ticket, as printed: A037 */
	int	window;		/* 1-999 */
	bool	english;
	int	volume;		/* 0 (silent) to 100 */
	bool	chime;		/* one sound before the text */
};

/* What a voice module says by itself or in answer. */
enum voice_answer {
	VOICE_NOTHING,		/* not an answer */
	VOICE_STARTED,		/* power was switched on: its settings are gone */
	VOICE_ACCEPTED,		/* the frame was taken; it is not yet spoken */
	VOICE_REFUSED,		/* the frame was damaged or too long */
	VOICE_BUSY,		/* queried while it speaks */
	VOICE_IDLE,		/* queried while silent, or unasked: the text was spoken */
	VOICE_ENDED,		/* unasked: a clip has ended.  May be said twice */
};

#endif
