/*
 * Bar-code and QR scanners.  9600 or 115200 8N1, or USB CDC.
 *
 * Plain mode, all makes: the decoded text, then CR, LF, both, or nothing at
 * all; then 150 ms of silence end it.  Empty lines are dropped, and so is
 * every byte of a line longer than SCANNER_TEXT.  The text is UTF-8 or GBK.
 *
 * GM65, GM861, GM812 modules take commands between the texts:
 *
 *	host	7E 00 type len addrH addrL data.. crcH crcL
 *		type 07 read (data: how many), 08 write (len: bytes of data), 09 save
 *	module	02 00 type len data.. crcH crcL		type 00: it was done
 *
 * crc is CRC-16/XMODEM of what stands behind the two head bytes; AB CD in its
 * place means "do not check".
 * Source: GM812 and GM65 tools in public; protocols.md D3.
 *
 * Each function that writes a frame returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_SCANNER_H
#define PROTOCOLS_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCANNER_TEXT	512	/* bytes of a text, at most */
#define SCANNER_GAP_MS	150	/* silence that ends a text without CR or LF */
#define SCANNER_FRAME	11

/* A text or an answer of the module; length 0 is neither: it says nothing. */
struct scan {
	const uint8_t	*text;		/* borrowed from in */
	size_t		 length;
	int		 answer;	/* type of the module's answer, 0 is done; -1: a text */
};

/*
 * Read what starts at in.  ended: nothing came after it for SCANNER_GAP_MS.
 * skip, false at first, is kept from call to call: a line was too long and is
 * not over.  Returns the bytes used, 0 if the rest is still to come.
 */
int	scanner_parse(struct scan *, bool *skip, const uint8_t *in, size_t len, bool ended);

/* GM65: scan once now. */
size_t	gm65_trigger(uint8_t out[SCANNER_FRAME]);

/* GM65: 1200 to 115200 baud, in effect at once. */
size_t	gm65_baud(uint8_t out[SCANNER_FRAME], int baud);

/* GM65: read one byte of a register, 0-65535; changes nothing. */
size_t	gm65_read(uint8_t out[SCANNER_FRAME], int address);

#endif
