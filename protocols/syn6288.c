/*
 * SYN6288 text-to-speech module: see syn6288.h.
 */
#include "protocols/syn6288.h"
#include "protocols/text.h"

#define SET_BAUD	0x31

const struct tts syn6288_tts = { .volume_max = 16, .chime = "sounda" };

size_t
syn6288_speak_bytes(uint8_t out[SYN6288_FRAME], enum syn6288_encoding encoding, int music,
    const uint8_t *text, size_t len)
{
	if (encoding > SYN6288_UNICODE || music < 0 || music > 15 || len < 1 || len > SYN6288_TEXT)
		return 0;
	return tts_frame(out, TTS_SPEAK, music << 3 | encoding, text, len, true);
}

size_t
syn6288_speak(uint8_t out[SYN6288_FRAME], const char *text)
{
	uint8_t gbk[SYN6288_TEXT + 2];	/* a text that is cut here is longer than SYN6288_TEXT */

	return syn6288_speak_bytes(out, SYN6288_GBK, 0, gbk, text_gbk(gbk, sizeof(gbk), text));
}

size_t
syn6288_command(uint8_t out[SYN6288_FRAME], enum tts_command cmd)
{
	return cmd == TTS_WAKE ? 0 : tts_short_frame(out, cmd, true);
}

size_t
syn6288_baud(uint8_t out[SYN6288_FRAME], int baud)
{
	static const int rates[] = { 9600, 19200, 38400 };

	for (int i = 0; i < 3; i++)
		if (rates[i] == baud)
			return tts_frame(out, SET_BAUD, i, NULL, 0, true);
	return 0;
}
