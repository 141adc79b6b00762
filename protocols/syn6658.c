/*
 * SYN6658 text-to-speech module: see syn6658.h.
 */
#include "protocols/syn6658.h"
#include "protocols/text.h"

enum {
	STORE = 0x31,
	SPEAK_CACHE = 0x32,
};

/* The first of its sounds; sounda is another name of it. */
const struct tts syn6658_tts = { .volume_max = 10, .chime = "sound101" };

size_t
syn6658_speak_bytes(uint8_t out[SYN6658_FRAME], enum syn6658_encoding encoding, const uint8_t *text, size_t len)
{
	if (encoding > SYN6658_UNICODE_BE || len < 1 || len > SYN6658_TEXT)
		return 0;
	return tts_frame(out, TTS_SPEAK, encoding, text, len, false);
}

size_t
syn6658_speak(uint8_t out[SYN6658_FRAME], const char *text)
{
	uint8_t gbk[SYN6658_TEXT + 2];	/* a text that is cut here is longer than SYN6658_TEXT */

	return syn6658_speak_bytes(out, SYN6658_GBK, gbk, text_gbk(gbk, sizeof(gbk), text));
}

size_t
syn6658_command(uint8_t out[SYN6658_FRAME], enum tts_command cmd)
{
	return tts_short_frame(out, cmd, false);
}

size_t
syn6658_store(uint8_t out[SYN6658_FRAME], int zone, const uint8_t *text, size_t len)
{
	if (zone < 0 || zone >= SYN6658_ZONES || len < 1 || len > (size_t)(SYN6658_ZONES - zone) * SYN6658_ZONE)
		return 0;
	return tts_frame(out, STORE, zone, text, len, false);
}

size_t
syn6658_speak_cache(uint8_t out[SYN6658_FRAME], enum syn6658_encoding encoding, int times)
{
	if (encoding > SYN6658_UNICODE_BE || times < 1 || times > 15)
		return 0;
	return tts_frame(out, SPEAK_CACHE, times << 4 | encoding, NULL, 0, false);
}
