/*
 * Readers of second-generation ID cards (SAM module, GA 450, "SDT").
 * 115200 8N1; USB readers carry the same frames.
 *
 *	AA AA AA 96 69 lenH lenL body.. xor
 *
 * len counts the body and xor; xor is of the two length bytes and the body.
 * The head is also what a receiver falls into step by: AA may stand before it
 * any number of times.
 *
 *	host	cmd [para]
		20 01		find a card: 9F, or 80 while there is none
 *		20 02		select it: 90
 *		30 01		read text and photo: 90, lenText(2) lenPhoto(2) text photo
 *		11 FF		is the module well: 90
		00		sleep, some makers
 *	reader	SW1 SW2 SW3 [data..]
 *
 * Each reading needs find and select again; a reader finds a card once for
 * each time it is put down.  The photo is not looked at.
 *
 * The text has 256 bytes, UTF-16LE, filled up with blanks.
 * Source: GA 450 by way of yzsam.com and public drivers; protocols.md D4.
 */
#ifndef PROTOCOLS_IDCARD_H
#define PROTOCOLS_IDCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDCARD_FRAME	10	/* of a host */
#define IDCARD_BODY	2314	/* of a reader: text, photo and two fingerprints, without xor */
#define IDCARD_TEXT	256
#define IDCARD_FIELD	106	/* bytes of a field in UTF-8 with a NUL */

enum idcard_command { IDCARD_STATUS, IDCARD_FIND, IDCARD_SELECT, IDCARD_READ, IDCARD_SAM_NUMBER,
	IDCARD_SLEEP, IDCARD_COMMANDS };

/* Write the frame of a command.  Returns its length, or 0 if there is none such. */
size_t	idcard_command(uint8_t out[IDCARD_FRAME], enum idcard_command);

struct idcard_answer {
	int		 status;	/* SW3; -1 if SW1 or SW2 is not 0 */
	const uint8_t	*data;		/* borrowed from in */
	size_t		 length;
};

/*
 * Read the frame of a reader at the start of in.  Returns the bytes used, 0 if
 * the rest is still to come, -1 if in does not start with a frame: skip a byte.
 */
int	idcard_parse(struct idcard_answer *, const uint8_t *in, size_t len);

#define IDCARD_DONE	0x90
#define IDCARD_FOUND	0x9F
#define IDCARD_NO_CARD	0x80

/* What a status that is no success means; borrowed for ever. */
const char *idcard_why(int status);

enum idcard_field {
	IDCARD_NAME, IDCARD_SEX, IDCARD_NATION, IDCARD_BIRTH, IDCARD_ADDRESS, IDCARD_NUMBER, IDCARD_AUTHORITY,
	IDCARD_VALID_FROM, IDCARD_VALID_TO, IDCARD_RESERVE, IDCARD_FIELDS
};

/* The text of the answer to IDCARD_READ, IDCARD_TEXT bytes of it, or NULL: it is no such answer. */
const uint8_t *idcard_text(const struct idcard_answer *);

/*
 * One field in UTF-8, without the blanks behind it.  0, or -1 if it is no
 * UTF-16, or if a birth is no date YYYYMMDD, a number not 17 digits and a digit or X.
 */
int	idcard_field(char out[IDCARD_FIELD], const uint8_t text[IDCARD_TEXT], enum idcard_field);

#endif
