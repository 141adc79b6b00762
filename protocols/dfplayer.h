/*
 * DFPlayer Mini voice module (YX5200, FN-M16P).  UART 9600 8N1, both ways:
 *
 *	7E FF 06 cmd ack hi lo sum-hi sum-lo EF
 *
 * sum is minus the sum of the six bytes FF to lo, 16 bits, high byte first.  ack
 * 01 asks for the answer 41, which says that the frame was taken; an error may
 * still follow, as when there is no such file.  The end of a clip comes unasked.
 *
 * After power-on 3F comes in 0.5-1.5 s; what is sent before is refused with
 * error 1.  Leave 20 ms between frames, 100 for copies of the chip; 200 after
 * the source was chosen.  "Finished" often comes twice.
 * Source: FN-M16P data sheet 3.1-3.7.  Three of its examples have sums that its
 * own formula does not give: such frames are refused.  The pauses of copies, and
 * what comes twice, are what users of the module report.
 *
 * Each function writes one frame and returns DFPLAYER_FRAME, or writes nothing
 * and returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_DFPLAYER_H
#define PROTOCOLS_DFPLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DFPLAYER_FRAME	10

/* Commands and the range of their parameter.  Those from QUERY_STATE on are answered with the same number. */
enum dfplayer_command {
	DFPLAYER_NEXT		= 0x01,		/* 0 */
	DFPLAYER_PREVIOUS	= 0x02,		/* 0 */
	DFPLAYER_TRACK		= 0x03,		/* 1-3000 in the order of copying, not by name */
	DFPLAYER_VOLUME		= 0x06,		/* 0 (silent) to 30 */
	DFPLAYER_SOURCE		= 0x09,		/* 1 USB, 2 SD */
	DFPLAYER_RESET		= 0x0C,		/* 0 */
	DFPLAYER_MP3		= 0x12,		/* 1-3000: the file 0001 to 3000 in the folder MP3 */
	DFPLAYER_STOP		= 0x16,		/* 0 */
	DFPLAYER_QUERY_STATE	= 0x42,		/* 0 */
	DFPLAYER_QUERY_VOLUME	= 0x43,		/* 0 */
	DFPLAYER_QUERY_FILES	= 0x4E,		/* 1-99: how many files the folder has */
};

size_t	dfplayer_command(uint8_t out[DFPLAYER_FRAME], enum dfplayer_command, bool ack, int parameter);

/* Play file 1-255 of folder 1-99: /07/012.mp3 is folder 7, file 12. */
size_t	dfplayer_folder(uint8_t out[DFPLAYER_FRAME], bool ack, int folder, int file);

/* Play file 1-3000 of folder 1-15: /07/0012.mp3. */
size_t	dfplayer_big_folder(uint8_t out[DFPLAYER_FRAME], bool ack, int folder, int file);

enum dfplayer_kind {
	DFPLAYER_OTHER,		/* of no meaning to us */
	DFPLAYER_STARTED,	/* power was switched on; parameter: sources, bit 0 USB, bit 1 SD */
	DFPLAYER_PLUGGED,	/* a source; as above */
	DFPLAYER_REMOVED,
	DFPLAYER_FINISHED,	/* a clip; parameter is its number in the order of copying */
	DFPLAYER_TAKEN,		/* a frame that asked for it */
	DFPLAYER_ERROR,		/* parameter: which, see dfplayer_error */
	DFPLAYER_STATE,		/* answer to QUERY_STATE; low byte 0 stopped, 1 playing, 2 paused */
};

struct dfplayer_said {
	enum dfplayer_kind	kind;
	uint8_t			command;
	int			parameter;
};

/* Bytes used, 0: the rest is still to come, -1: no frame starts here. */
int	dfplayer_parse(struct dfplayer_said *, const uint8_t *in, size_t len);

/* An error in words, borrowed for ever. */
const char *dfplayer_error(int error);

/* Errors that a driver looks at. */
#define DFPLAYER_STARTING	1
#define DFPLAYER_CUT		3	/* the frame was damaged under way */
#define DFPLAYER_SUM		4

#endif
