/*
 * Text for devices that know GBK: see text.h.
 */
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "protocols/text.h"

size_t
text_character(const char *utf8)
{
	unsigned char head = *utf8;
	size_t want = head >= 0xF8 ? 1 : head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : head >= 0xC0 ? 2 : 1;

	if (head == '\0')
		return 0;
	for (size_t i = 1; i < want; i++)
		if (((unsigned char)utf8[i] & 0xC0) != 0x80)
			return 1;
	return want;
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7F;
}

static int
columns(const char *s, size_t bytes)
{
	return bytes > 1 ? 2 : is_control(*s) ? 0 : 1;
}

/* One sequence to its two bytes; false if GBK has none. */
static bool
to_gbk(iconv_t gbk, uint8_t two[2], const char *s, size_t bytes)
{
	char *in = (char *)s, *out = (char *)two;
	size_t room = 2;

	if (gbk == (iconv_t)-1 || bytes == 1)
		return false;
	iconv(gbk, NULL, NULL, NULL, NULL);
	return iconv(gbk, &in, &bytes, &out, &room) == 0 && room == 0;
}

size_t
text_gbk(uint8_t *out, size_t cap, const char *utf8)
{
	iconv_t gbk = iconv_open("GBK", "UTF-8");
	uint8_t two[2];
	size_t used = 0, bytes, n;

	for (; (bytes = text_character(utf8)) > 0; utf8 += bytes) {
		if (is_control(*utf8))
			continue;
		n = 1;
		if ((unsigned char)*utf8 < 0x80)
			two[0] = *utf8;
		else if (to_gbk(gbk, two, utf8, bytes))
			n = 2;
		else
			two[0] = '?';
		if (used + n > cap)
			break;
		memcpy(out + used, two, n);
		used += n;
	}
	if (gbk != (iconv_t)-1)
		iconv_close(gbk);
	return used;
}

int
text_columns(const char *utf8)
{
	int sum = 0;

	for (size_t bytes; (bytes = text_character(utf8)) > 0; utf8 += bytes)
		sum += columns(utf8, bytes);
	return sum;
}

size_t
text_cut(char *out, size_t cap, const char *utf8)
{
	size_t used = 0, bytes;

	if (cap == 0)
		return 0;
	while ((bytes = text_character(utf8 + used)) > 0 && used + bytes < cap)
		used += bytes;
	memcpy(out, utf8, used);
	out[used] = '\0';
	return used;
}

static bool
in_word(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7F;
}

size_t
text_row(const char *utf8, int width)
{
	size_t used = 0, blank = 0, bytes;
	int sum = 0;

	while ((bytes = text_character(utf8 + used)) > 0) {
		sum += columns(utf8 + used, bytes);
		if (sum > width && used > 0)
			break;
		used += bytes;
		if (utf8[used - 1] == ' ')
			blank = used;
	}
	if (blank > 0 && bytes > 0 && in_word(utf8[used]) && in_word(utf8[used - 1]))
		return blank;
	return used;
}
