/*
 * ESC/POS ticket printers, Chinese models: 203 dpi (8 dots a mm), GBK.
 * Serial 8N1 at 9600 to 115200, TCP port 9100, or /dev/usb/lpN.
 *
 * A stream of text and commands without frame, checksum or acknowledgement.
 * That a ticket is printed is known by asking after it: GS r 1 stands behind
 * the cut and is answered when all before it was done; a printer that is
 * offline does not answer it.
 *
 * Sources: Epson programming manuals TM-L90 p.319, TM-T88 p.43, TM-L60II
 * pp.1217-1236, TM-U220 p.83; Citizen CT-S310 5.3, CT-S2000 p.58, iDP3221
 * p.60; byte examples of escpos-php's and python-escpos's unit tests.
 *
 * Each function writes one command and returns its length, or writes nothing
 * and returns 0 if it does not fit into cap bytes or an argument is outside the
 * range given.
 */
#ifndef PROTOCOLS_ESCPOS_H
#define PROTOCOLS_ESCPOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocols/device.h"

/* Room that is enough for any paper. */
#define ESCPOS_PAPER_MAX	(PAPER_LINES * 384 + 512 + ESCPOS_CODE_BYTES)
#define ESCPOS_CODE_BYTES	13312	/* of the largest code as a picture */

/*
 * Render p whole, for paper of 58 mm (32 columns) or 80 mm (48 columns):
 *
 *	init, ASB on, line spacing, { align, bold, size, { text LF }, reset }, QR or picture, lines below it, cut, GS r 1
 *
 * 1B 40 ends ASB on some models and changes the Chinese mode on others: both
 * are set after it.
 */
size_t	escpos_paper(uint8_t *out, size_t cap, const struct paper *p, int paper_mm);

/*
 * Millimetres that p takes, rounded up: rows as wrapped, the QR code and the
 * feed that escpos_paper adds before the cut.  A printer adds the way from its
 * head to its cutter, 10 to 20 mm by model, blank above the first line.  -1 if
 * escpos_paper would refuse p.
 */
int	escpos_paper_mm(const struct paper *p, int paper_mm);

/* 1B 40: clears the print buffer and all modes, not the receive buffer. */
size_t	escpos_init(uint8_t *out, size_t cap);

/* 1C 26 text 0A 1C 2E: one row in GBK.  text is UTF-8; cap is at least strlen(text) + 5. */
size_t	escpos_row(uint8_t *out, size_t cap, const char *text);

/* 1B 21 mode: 01 font B, 08 bold, 10 double height, 20 double width, 80 underline; it sets all of them. */
size_t	escpos_print_mode(uint8_t *out, size_t cap, unsigned mode);

/* 1B 45: bold. */
size_t	escpos_bold(uint8_t *out, size_t cap, bool on);

/* 1B 61: alignment; heeded at the start of a line only. */
size_t	escpos_align(uint8_t *out, size_t cap, enum paper_align align);

/* 1D 21: character size, each 1-8 times the normal one. */
size_t	escpos_size(uint8_t *out, size_t cap, int width, int height);

/* 1B 33: line spacing in dots, 0-255; a taller line takes its own height. */
size_t	escpos_spacing(uint8_t *out, size_t cap, int dots);

/* 1D 56: cut at once, through the lines between head and cutter. */
size_t	escpos_cut(uint8_t *out, size_t cap, bool partial);

/* 1D 56: feed the last line to the cutter and 0-255 dots more, then cut. */
size_t	escpos_feed_cut(uint8_t *out, size_t cap, bool partial, int dots);

/* 1D 28 6B: QR code, model 2.  dots 1-16 a module; level L, M, Q or H; data without control bytes. */
size_t	escpos_qr(uint8_t *out, size_t cap, const char *data, int dots, char level);

/* 1D 6B 49: Code 128.  data begins with {A, {B or {C and has 3-255 bytes. */
size_t	escpos_code128(uint8_t *out, size_t cap, const char *data);

/*
 * 1D 76 30: dots, row by row, the highest bit is the left one, 1 is black.
 * width 1-72 bytes a row (72 bytes are 80 mm), rows 1-256: send a taller
 * picture in slices, some printers lock up on it.
 */
size_t	escpos_raster(uint8_t *out, size_t cap, const uint8_t *dots, int width, int rows);

/* 10 04 n: ask for status n, 1-4 (enum below).  Answered even when offline. */
size_t	escpos_ask(uint8_t *out, size_t cap, int n);

/* 1D 61 items: report by itself when one changes (FF all, 0 none); answered with an ASB at once. */
size_t	escpos_asb(uint8_t *out, size_t cap, unsigned items);

/* 1D 72 01: ask for the paper sensors when all before it is printed. */
size_t	escpos_marker(uint8_t *out, size_t cap);

/* 10 05 02: recover from an error and forget what was not printed. */
size_t	escpos_recover(uint8_t *out, size_t cap);

/*
 * The answer stream.  Bits of the first byte (* is any) tell the kinds apart:
 *
 *	00010001 00010011	XON, XOFF
 *	0**1**10		answer to DLE EOT
 *	0**1**00		ASB; the next three 0**0**** belong to it, an XOFF may stand between
 *	0**0****		answer to GS r
 *	35 37 3B 3D 5F		block data up to 00: skipped
 *
 * A byte that cannot go on an ASB ends it as damaged and is looked at afresh.
 *
 * An answer to DLE EOT does not say to which n: keep one request outstanding,
 * set asked when it is sent and 0 when its time (200-500 ms) is over.  Text
 * and pictures that hold 10 04 01 make printers answer unasked: n is 0 then,
 * and nothing is known.
 */
enum escpos_kind {
	ESCPOS_NOTHING,
	ESCPOS_DLE_EOT,
	ESCPOS_ASB,
	ESCPOS_GS_R,		/* all that was sent before the marker is printed */
	ESCPOS_XON,
	ESCPOS_XOFF,
};

enum escpos_request {		/* the order to ask in; 3 only if n = 2 told PRINTER_OTHER_ERROR */
	ESCPOS_ASK_PRINTER = 1,
	ESCPOS_ASK_OFFLINE,
	ESCPOS_ASK_ERROR,
	ESCPOS_ASK_PAPER,
};

struct escpos_parser {		/* all zero at the start and after a reconnect */
	int		asked;		/* n of the DLE EOT under way; 0 none.  The caller sets it, the answer clears it */
	unsigned	damaged;	/* ASBs given up, for statistics */
	uint8_t		asb[4];
	int		asb_length;	/* 0: none is open */
	int		block_left;	/* bytes until block data is given up; 0: none is open */
};

struct escpos_answer {
	enum escpos_kind	kind;
	int			n;	/* ESCPOS_DLE_EOT: 1-4, or 0 unasked */
	uint8_t			bytes[4];	/* as received: 4 of an ASB, else 1 */
	struct printer_status	status;
};

/*
 * Read up to the end of one answer.  Returns the bytes used, which is len when
 * answer->kind is ESCPOS_NOTHING: call it until all is used.
 */
size_t	escpos_parse(struct escpos_parser *p, struct escpos_answer *answer, const uint8_t *in, size_t len);

#endif
