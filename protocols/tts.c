/*
 * What text-to-speech modules have in common: see tts.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocols/text.h"
#include "protocols/tts.h"

static size_t
finish(uint8_t *out, size_t n, bool check)
{
	size_t length = n - 3 + check;
	uint8_t xor = 0;

	out[0] = 0xFD;
	out[1] = length >> 8;
	out[2] = length & 0xFF;
	for (size_t i = 0; check && i < n; i++)
		xor ^= out[i];
	if (check)
		out[n++] = xor;
	return n;
}

size_t
tts_frame(uint8_t *out, uint8_t command, uint8_t parameter, const uint8_t *text, size_t len, bool check)
{
	out[3] = command;
	out[4] = parameter;
	if (len > 0)
		memcpy(out + 5, text, len);
	return finish(out, 5 + len, check);
}

size_t
tts_short_frame(uint8_t *out, enum tts_command command, bool check)
{
	switch (command) {
	case TTS_STOP:
	case TTS_PAUSE:
	case TTS_RESUME:
	case TTS_QUERY:
	case TTS_STANDBY:
	case TTS_WAKE:
		out[3] = command;
		return finish(out, 4, check);
	}
	return 0;
}

enum voice_answer
tts_answer(uint8_t byte)
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
tts_announce(char *out, size_t cap, const struct announcement *a, const struct tts *tts)
{
	struct writer w = { .out = out, .cap = cap };

	if (cap == 0 || a->volume < 0 || a->volume > 100)
		return 0;
	add(&w, "[v%d]", (a->volume * tts->volume_max + 50) / 100);
	if (a->chime && tts->chime != NULL)
		add(&w, "%s,", tts->chime);
	if (a->english)
		add(&w, "[n2][y1]");
	add_sentence(&w, a);
	return w.failed ? 0 : w.used;
}

/* The bytes of the tag or the character that text starts with; 0 at its end. */
static size_t
piece(const char *text)
{
	const char *end = *text == '[' ? strchr(text, ']') : NULL;

	return end != NULL ? (size_t)(end + 1 - text) : text_character(text);
}

/* How many bytes of GBK a piece takes, at most: a tag its own, a character one or two. */
static size_t
gbk_bytes(const char *text, size_t len)
{
	return *text == '[' || len == 1 ? len : 2;
}

/* How well a part may end behind this character. */
static int
fitness(const char *text, size_t len)
{
	static const char *const marks[] = { ",", ";", ".", "!", "?", ":", "\uFF0C", "\uFF1B", "\uFF01", "\uFF1F", "\uFF1A", "。", "、" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strlen(marks[i]) == len && strncmp(text, marks[i], len) == 0)
			return 2;
	return *text == ' ';
}

/* Where the first part of a text ends. */
static size_t
first_part(const char *text, size_t bytes)
{
	size_t at = 0, width = 0, len, end = 0;
	int best = 0, fit;

	while ((len = piece(text + at)) > 0) {
		width += gbk_bytes(text + at, len);
		if (width > bytes)
			return end > 0 ? end : at;
		fit = fitness(text + at, len);
		at += len;
		if (fit > 0 && fit >= best) {
			best = fit;
			end = at;
		}
	}
	return at;
}

size_t
tts_part(char *out, size_t cap, const char *text, int part, size_t bytes)
{
	size_t len = first_part(text, bytes);

	for (; part > 0 && len > 0; part--) {
		text += len;
		len = first_part(text, bytes);
	}
	if (len >= cap)
		return 0;
	memcpy(out, text, len);
	out[len] = '\0';
	return len;
}

int
tts_characters(const char *text)
{
	int count = 0;

	for (size_t len; (len = piece(text)) > 0; text += len)
		count += *text != '[' || len == 1;
	return count;
}
