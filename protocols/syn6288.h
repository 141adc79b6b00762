/*
 * SYN6288 text-to-speech module.  UART 8N1, 9600 at power-on, no flow control.
 *
 *	FD length-hi length-lo command [parameter text..] check
 *
 * length counts all that follows it, check included; check is the XOR of all
 * bytes before it.  The module answers with single bytes (tts.h).
 *
 * At most 8 ms between the bytes of a frame, more than 8 ms between frames.  A
 * new text cuts off the one being spoken.  After "idle" wait 1 ms; if it never
 * comes, query after 300 ms a character.
 * Source: SYN6288 data sheet V1.7, 2.2, 4.4.  Drivers that shift the music
 * number by 4 are wrong: the sheet's own frames shift by 3.
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_SYN6288_H
#define PROTOCOLS_SYN6288_H

#include "protocols/tts.h"

#define SYN6288_TEXT	200	/* bytes of text in one frame */
#define SYN6288_FRAME	(SYN6288_TEXT + 6)

enum syn6288_encoding {
	SYN6288_GB2312,
	SYN6288_GBK,
	SYN6288_BIG5,
	SYN6288_UNICODE,	/* UTF-16, high byte first */
};

/* Volume 0-16; the sheet's default is 10 in its table and 8 in an example, so it is always set. */
extern const struct tts syn6288_tts;

/* Speak UTF-8 text, 1-200 bytes in GBK, without music.  The module's tags may stand in it. */
size_t	syn6288_speak(uint8_t out[SYN6288_FRAME], const char *text);

/* Speak len bytes, 1-200, that are encoded already; music 0 (none) to 15. */
size_t	syn6288_speak_bytes(uint8_t out[SYN6288_FRAME], enum syn6288_encoding encoding, int music,
	    const uint8_t *text, size_t len);

/* Stop, pause, resume, query, stand by (until a reset); nothing else. */
size_t	syn6288_command(uint8_t out[SYN6288_FRAME], enum tts_command);

/* Set 9600, 19200 or 38400 baud until the next reset; change the line 500 ms later. */
size_t	syn6288_baud(uint8_t out[SYN6288_FRAME], int baud);

#endif
