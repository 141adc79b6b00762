/*
 * XFS5152CE text-to-speech module: see xfs5152.h.
 */
#include "protocols/text.h"
#include "protocols/xfs5152.h"

const struct tts xfs5152_tts = { .volume_max = 10 };

size_t
xfs5152_speak_bytes(uint8_t out[XFS5152_FRAME], enum xfs5152_encoding encoding, const uint8_t *text, size_t len)
{
	if (encoding > XFS5152_UNICODE || len < 1 || len > XFS5152_TEXT)
		return 0;
	return tts_frame(out, TTS_SPEAK, encoding, text, len, false);
}

size_t
xfs5152_speak(uint8_t out[XFS5152_FRAME], const char *text)
{
	uint8_t gbk[XFS5152_TEXT + 2];	/* a text that is cut here is longer than XFS5152_TEXT */

	return xfs5152_speak_bytes(out, XFS5152_GBK, gbk, text_gbk(gbk, sizeof(gbk), text));
}

size_t
xfs5152_command(uint8_t out[XFS5152_FRAME], enum tts_command cmd)
{
	return tts_short_frame(out, cmd, false);
}
