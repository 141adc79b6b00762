/*
 * SYN6288 text-to-speech module: see syn6288.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocols/syn6288.h"
#include "protocols/text.h"

enum {
	SPEAK = 0x01,
	STOP = 0x02,
	PAUSE = 0x03,
	RESUME = 0x04,
	QUERY = 0x21,
	SET_BAUD = 0x31,
	POWER_DOWN = 0x88,
};

/* parameter: -1 if the command has none. */
static size_t
frame(uint8_t *out, uint8_t command, int parameter, const uint8_t *text, size_t len)
{
	size_t length = len + 2 + (parameter != -1), n = 0;
	uint8_t check = 0;

	out[n++] = 0xFD;
	out[n++] = length >> 8;
	out[n++] = length & 0xFF;
	out[n++] = command;
	if (parameter != -1)
		out[n++] = parameter;
	if (len > 0)
		memcpy(out + n, text, len);
	n += len;
	for (size_t i = 0; i < n; i++)
		check ^= out[i];
	out[n++] = check;
	return n;
}

size_t
syn6288_speak_bytes(uint8_t out[SYN6288_FRAME], enum syn6288_encoding encoding, int music,
    const uint8_t *text, size_t len)
{
	if (encoding > SYN6288_UNICODE || music < 0 || music > 15 || len < 1 || len > SYN6288_TEXT)
		return 0;
	return frame(out, SPEAK, music << 3 | encoding, text, len);
}

size_t
syn6288_speak(uint8_t out[SYN6288_FRAME], const char *text)
{
	uint8_t gbk[SYN6288_TEXT + 2];	/* a text that is cut here is longer than SYN6288_TEXT */

	return syn6288_speak_bytes(out, SYN6288_GBK, 0, gbk, text_gbk(gbk, sizeof(gbk), text));
}

size_t
syn6288_stop(uint8_t out[SYN6288_FRAME])
{
	return frame(out, STOP, -1, NULL, 0);
}

size_t
syn6288_pause(uint8_t out[SYN6288_FRAME])
{
	return frame(out, PAUSE, -1, NULL, 0);
}

size_t
syn6288_resume(uint8_t out[SYN6288_FRAME])
{
	return frame(out, RESUME, -1, NULL, 0);
}

size_t
syn6288_query(uint8_t out[SYN6288_FRAME])
{
	return frame(out, QUERY, -1, NULL, 0);
}

size_t
syn6288_power_down(uint8_t out[SYN6288_FRAME])
{
	return frame(out, POWER_DOWN, -1, NULL, 0);
}

size_t
syn6288_baud(uint8_t out[SYN6288_FRAME], int baud)
{
	static const int rates[] = { 9600, 19200, 38400 };

	for (int i = 0; i < 3; i++)
		if (rates[i] == baud)
			return frame(out, SET_BAUD, i, NULL, 0);
	return 0;
}

enum voice_answer
syn6288_answer(uint8_t byte)
{
	switch (byte) {
	case 0x4A:
		return VOICE_STARTED;
	case 0x41:
		return VOICE_ACCEPTED;
	case 0x45:
		return VOICE_REFUSED;
	case 0x4E:
		return VOICE_BUSY;
	case 0x4F:
		return VOICE_IDLE;
	}
	return VOICE_NOTHING;
}

/* What has been written to out of cap bytes; failed if something did not fit. */
struct writer {
	char	*out;
	size_t	 cap;
	size_t	 used;
	bool	 failed;
};

static void __attribute__((format(printf, 2, 3)))
add(struct writer *w, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(w->out + w->used, w->cap - w->used, format, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= w->cap - w->used)
		w->failed = true;
	else
		w->used += len;
}

/* Add one byte of data; a bracket would make it a tag. */
static void
add_plain(struct writer *w, char c)
{
	if (c != '[' && c != ']')
		add(w, "%c", c);
}

static void
add_number(struct writer *w, const struct announcement *a)
{
	if (!a->english)
		add(w, "[n1][y1]");
	for (const char *c = a->number; *c != '\0'; c++) {
		bool starts = ((unsigned char)*c & 0xC0) != 0x80;	/* a character */

		if (a->english && starts && c > a->number)
			add(w, " ");
		add_plain(w, *c);
	}
	w->failed |= a->number[0] == '\0';
}

static void
add_window(struct writer *w, const struct announcement *a)
{
	add(w, a->english ? "%d" : "[n2]%d", a->window);
	w->failed |= a->window < 1 || a->window > 999;
}

static void
add_sentence(struct writer *w, const struct announcement *a)
{
	static const char number[] = "{number}", window[] = "{window}";
	const char *c = a->sentence;

	if (*c == '\0')
		c = a->english ? "Ticket {number}, window {window}, please" : "请{number}号,到{window}号窗口";
	while (*c != '\0') {
		if (strncmp(c, number, sizeof(number) - 1) == 0) {
			add_number(w, a);
			c += sizeof(number) - 1;
		} else if (strncmp(c, window, sizeof(window) - 1) == 0) {
			add_window(w, a);
			c += sizeof(window) - 1;
		} else
			add_plain(w, *c++);
	}
}

size_t
syn6288_announce(char *out, size_t cap, const struct announcement *a)
{
	struct writer w = { .out = out, .cap = cap };

	if (cap == 0 || a->volume < 0 || a->volume > 100)
		return 0;
	add(&w, "[v%d]", (a->volume * 16 + 50) / 100);
	if (a->chime)
		add(&w, "sounda,");
	if (a->english)
		add(&w, "[n2][y1]");
	add_sentence(&w, a);
	return w.failed ? 0 : w.used;
}
