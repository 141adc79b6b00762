/*
 * XFS5152CE text-to-speech module.  UART 8N1, on most boards 9600 baud (other
 * rates by its pins).
 *
 *	FD length-hi length-lo command [encoding text..]
 *
 * length counts all that follows it; there is no check.  The module answers with
 * single bytes (tts.h); "started" comes up to 300 ms after a reset.
 *
 * No maker's paper was read: this is what code that drives such modules sends.
 * Volume goes to 10 ([v9] and [v10] are in that code); [n] is named there, [y]
 * (says 1 as yi) only for its sister, the SYN6658.  Its sounds are named
 * nowhere, so there is no chime.
 * Pause between frames: not known, so as the SYN6658 wants it, 17 ms.
 *
 * Each function writes one frame and returns its length, or writes nothing and
 * returns 0 if an argument is outside the range given.
 */
#ifndef PROTOCOLS_XFS5152_H
#define PROTOCOLS_XFS5152_H

#include "protocols/tts.h"

#define XFS5152_TEXT	4096	/* bytes of text in one frame */
#define XFS5152_FRAME	(XFS5152_TEXT + 5)

enum xfs5152_encoding {
	XFS5152_GB2312,
	XFS5152_GBK,
	XFS5152_BIG5,
	XFS5152_UNICODE,	/* UTF-16, low byte first as on the SYN6658: not sure, so prefer GBK */
};

/* Volume 0-10. */
extern const struct tts xfs5152_tts;

/* Speak UTF-8 text, 1-4096 bytes in GBK.  The module's tags may stand in it. */
size_t	xfs5152_speak(uint8_t out[XFS5152_FRAME], const char *text);

/* Speak len bytes, 1-4096, that are encoded already. */
size_t	xfs5152_speak_bytes(uint8_t out[XFS5152_FRAME], enum xfs5152_encoding encoding, const uint8_t *text, size_t len);

/* Stop, pause, resume, query, stand by, wake. */
size_t	xfs5152_command(uint8_t out[XFS5152_FRAME], enum tts_command);

#endif
