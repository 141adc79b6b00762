/*
 * Alpha and BetaBrite LED signs (Adaptive Micro Systems).  RS-232 or RS-485,
 * 1200 to 9600, classic ones 7E1, BetaBrite also 8N1.
 *
 *	00 x5  01 type address(2 hex)  02 command data.. [03 sum(4 hex)]  04
 *
 * The zeros let the sign find the speed.  sum is of all bytes from 02 to 03, in
 * upper case.  A packet has one command here: with several, a pause is due
 * behind each 02.
 *
 * A sign has text files, which it shows in turn, and string files, which stand
 * within texts where 10 and their label are.  A text file lies in slow memory
 * and blinks when it is written: what changes often is a string.  File 0 is the
 * priority text: shown at once above all others until it is written empty.  All
 * files but that one need memory first (alpha_memory, which erases them all).
 * Source: msparks/alphasign packet.py, text.py; lancereinsmith/alphasignpy,
 * which has other names for the positions.  The maker's paper 9708-8061 was not read.
 *
 * Characters are those of ASCII.  Each function writes one packet and returns
 * its length, or writes nothing and returns 0 if it does not fit into cap bytes
 * or an argument is outside the range given.
 */
#ifndef PROTOCOLS_ALPHA_H
#define PROTOCOLS_ALPHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALPHA_TEXT	125	/* bytes of a string, and of the priority text */
#define ALPHA_PACKET	(ALPHA_TEXT + 32)	/* room that is enough for any packet */
#define ALPHA_PRIORITY	'0'	/* label of the priority text */
#define ALPHA_ANY	'Z'	/* type of sign: all */

struct alpha_sign {
	char	type;		/* 21-7E: ALPHA_ANY, or what the maker's table has */
	int	address;	/* 0-255; 0: all */
	bool	sum;		/* add the sum */
};

enum alpha_position {
	ALPHA_MIDDLE	= 0x20,
	ALPHA_TOP	= 0x22,
	ALPHA_BOTTOM	= 0x26,
	ALPHA_FILL	= 0x30,		/* centred over all lines; a sign of one line knows no other */
};

enum alpha_mode {
	ALPHA_ROTATE	= 'a',
	ALPHA_HOLD	= 'b',
	ALPHA_FLASH	= 'c',
};

/*
 * Labels are 20-7E, but for ? which means all and 1-5 which belong to counters.
 * Texts are 20-7E, at most ALPHA_TEXT of them; an empty one clears the file.
 */
size_t	alpha_text(uint8_t *out, size_t cap, const struct alpha_sign *, char label, enum alpha_position,
	    enum alpha_mode, const char *text);
size_t	alpha_string(uint8_t *out, size_t cap, const struct alpha_sign *, char label, const char *text);

/* A text file that shows a string file. */
size_t	alpha_shows(uint8_t *out, size_t cap, const struct alpha_sign *, char label, enum alpha_position,
	    enum alpha_mode, char string);

/* Memory for one text file, shown always, and one string file of so many bytes, 1-9999 and 1-125; all files are erased. */
size_t	alpha_memory(uint8_t *out, size_t cap, const struct alpha_sign *, char text, int text_size, char string,
	    int string_size);

/* The time of day, 0-23 and 0-59. */
size_t	alpha_time(uint8_t *out, size_t cap, const struct alpha_sign *, int hour, int minute);

size_t	alpha_reset(uint8_t *out, size_t cap, const struct alpha_sign *);

/* Bit 7 of each byte becomes its even parity: 7E1 on a line of 8N1.  A reader takes the low seven bits. */
void	alpha_parity(uint8_t *bytes, size_t len);

/* What a sign says that was told to: by itself none does. */
struct alpha_answer {
	bool		taken;
	unsigned	error;		/* bits, see alpha_error_name; 0 when taken */
};

/* Read the answer at the start of in.  Returns the bytes used, 0 if the rest is still to come, -1 if none starts here. */
int	alpha_parse(struct alpha_answer *, const uint8_t *in, size_t len);

/* What the most important bit of error means, for a log line; never NULL. */
const char *alpha_error_name(unsigned error);

#endif
