/*
 * Voice modules of the AA family: JQ8900, JQ8400, DY-SV17F, DY-SV5W, DY-SV8F.
 * UART 9600 8N1, both ways:
 *
 *	AA cmd len data.. sum
 *
 * sum is the low byte of the sum of all bytes before it.  Numbers high byte first.
 *
 * Commands that set or play something are not answered, and the end of a clip is
 * not told: whether one was heard, and when it has ended, only the question 01
 * (or a pin called BUSY) tells.
 * Source: SnijderC/dyplayer, which drives such modules, and a test sketch of
 * another user; no maker's paper.  That library inserts with command 0B, other
 * sheets say 16: nothing here needs either.
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_DY_H
#define PROTOCOLS_DY_H

#include <stddef.h>
#include <stdint.h>

#define DY_SEQUENCE	120	/* files in one sequence, at most */
#define DY_FRAME	(2 * DY_SEQUENCE + 4)

/* Commands without data. */
enum dy_command {
	DY_QUERY_STATE	= 0x01,
	DY_PLAY		= 0x02,
	DY_PAUSE	= 0x03,
	DY_STOP		= 0x04,
	DY_PREVIOUS	= 0x05,
	DY_NEXT		= 0x06,
	DY_QUERY_DRIVES	= 0x09,
	DY_QUERY_COUNT	= 0x0C,
	DY_END_SEQUENCE	= 0x1C,
};
size_t	dy_command(uint8_t out[DY_FRAME], enum dy_command);

/* Play track 1-65535, in the order of copying. */
size_t	dy_track(uint8_t out[DY_FRAME], int track);

/* Play files of the folder ZH one after the other, 1 to DY_SEQUENCE; names are two ASCII letters or digits each. */
size_t	dy_sequence(uint8_t out[DY_FRAME], const char (*names)[3], int count);

/* Volume 0 (silent) to 30. */
size_t	dy_volume(uint8_t out[DY_FRAME], int volume);

/* What follows a track: 0 all again and again, 1 the same again, 2 nothing, to 7. */
size_t	dy_mode(uint8_t out[DY_FRAME], int mode);

/* An answer: command is that of the question. */
struct dy_said {
	uint8_t	command;
	int	value;		/* QUERY_STATE: 0 stopped, 1 playing, 2 paused */
};

/* Bytes used, 0: the rest is still to come, -1: no answer that we know starts here. */
int	dy_parse(struct dy_said *, const uint8_t *in, size_t len);

#endif
