/*
 * What three text-to-speech modules have in common: SYN6288 (syn6288.h),
 * SYN6658 (syn6658.h) and XFS5152CE (xfs5152.h).
 *
 *	FD length-hi length-lo command [parameter] [text..] [check]
 *
 * length counts all that follows it.  Only the SYN6288 has a check, the XOR of
 * all bytes before it.  The modules answer with single bytes, all three alike.
 * Source: SYN6288 data sheet V1.7, 2.2; SYN6658 user manual, 9; XFS5152CE: code
 * that drives it.
 *
 * Text may hold tags, [v10]: letter and number in brackets.  Which there are,
 * and what they mean, differs from module to module: they stand here and in the
 * modules' files, never in sentences.
 */
#ifndef PROTOCOLS_TTS_H
#define PROTOCOLS_TTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocols/device.h"

enum tts_command {
	TTS_STOP	= 0x02,
	TTS_PAUSE	= 0x03,
	TTS_RESUME	= 0x04,
	TTS_QUERY	= 0x21,
	TTS_STANDBY	= 0x88,
	TTS_WAKE	= 0xFF,		/* not the SYN6288 */
};

#define TTS_SPEAK	0x01

/*
 * Write a frame and return its length.  One with a parameter has 5 bytes and the
 * text, one without has 4, or 0 for what is no command; the check is one more.
 */
size_t	tts_frame(uint8_t *out, uint8_t command, uint8_t parameter, const uint8_t *text, size_t len, bool check);
size_t	tts_short_frame(uint8_t *out, enum tts_command, bool check);

/* What one received byte says. */
enum voice_answer tts_answer(uint8_t byte);

/* How a module is told to speak. */
struct tts {
	int		 volume_max;	/* of its tag v */
	const char	*chime;		/* the name of a sound, or NULL */
};

/*
 * Write the text that says a: UTF-8, NUL at its end.
 *
 *	[v16]sounda,请[n1][y1]A037号,到[n2]3号窗口
 *	[v16][n2][y1]Ticket A 0 3 7, window 3, please
 *
 * v volume (only at the start), n1 digit by digit, n2 as a quantity, y1 says 1
 * as yi; tags last, so each text sets its own.  Square brackets of the sentence
 * and the number are dropped: they would be tags.
 * Returns its length, or 0 if it does not fit or an argument is out of range.
 */
size_t	tts_announce(char *out, size_t cap, const struct announcement *a, const struct tts *);

/*
 * Copy a part of a text, from 0, that is at most `bytes` long in GBK: up to the
 * last punctuation that fits, or blank, or character; no tag is broken.  Tags
 * last, so they stand for the parts behind them as well.  Returns its length
 * without the NUL; 0: there is no such part, or it does not fit into cap.
 */
size_t	tts_part(char *out, size_t cap, const char *text, int part, size_t bytes);

/* How many characters of a text are heard: all but its tags. */
int	tts_characters(const char *text);

#endif
