/*
 * SYN6658 text-to-speech module.  UART 8N1; two of its pins choose 4800, 9600,
 * 57600 or 115200 baud.
 *
 *	FD length-hi length-lo command [parameter text..]
 *
 * length counts all that follows it.  There is no check: a damaged text is
 * spoken as it came.  The module answers with single bytes (tts.h).
 *
 * At most 15 ms between the bytes of a frame, more than 15 ms (17 advised)
 * between frames; 1 ms after a wake and after "idle".
 * Source: SYN6658 user manual, 9.4 and 13.2.
 *
 * Its tags are not those of the SYN6288: [t] is the pitch and [s] the speed, [m]
 * is the voice, volume goes to 10.  [n] and [y] are the same.
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_SYN6658_H
#define PROTOCOLS_SYN6658_H

#include "protocols/tts.h"

#define SYN6658_TEXT	4096	/* bytes of text in one frame */
#define SYN6658_FRAME	(SYN6658_TEXT + 5)

#define SYN6658_ZONES	16	/* of its cache, 256 bytes each */
#define SYN6658_ZONE	256

enum syn6658_encoding {
	SYN6658_GB2312,
	SYN6658_GBK,
	SYN6658_BIG5,
	SYN6658_UNICODE_LE,	/* UTF-16, low byte first */
	SYN6658_UNICODE_BE,
};

/* Volume 0-10. */
extern const struct tts syn6658_tts;

/* Speak UTF-8 text, 1-4096 bytes in GBK.  The module's tags may stand in it. */
size_t	syn6658_speak(uint8_t out[SYN6658_FRAME], const char *text);

/* Speak len bytes, 1-4096, that are encoded already. */
size_t	syn6658_speak_bytes(uint8_t out[SYN6658_FRAME], enum syn6658_encoding encoding, const uint8_t *text, size_t len);

/* Stop, pause, resume, query, stand by, wake. */
size_t	syn6658_command(uint8_t out[SYN6658_FRAME], enum tts_command);

/* Put len bytes into the cache from zone 0-15 on: 1 to (16 - zone) * 256. */
size_t	syn6658_store(uint8_t out[SYN6658_FRAME], int zone, const uint8_t *text, size_t len);

/* Speak the cache 1-15 times; nothing else may be sent between storing and this. */
size_t	syn6658_speak_cache(uint8_t out[SYN6658_FRAME], enum syn6658_encoding encoding, int times);

#endif
