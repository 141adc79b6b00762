/*
 * Characters and hexadecimal digits.
 */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

/* Write one byte that is no character. */
static void
put_byte(FILE *f, uint8_t byte)
{
	fprintf(f, "\\x%02X", byte);
}

/* Write UTF-8, its control characters made visible. */
static void
put_text(FILE *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = text[i];

		if (c < 0x20 || c == 0x7F)
			put_byte(f, c);
		else
			fputc(c, f);
	}
}

static void
decode(FILE *f, iconv_t cd, const uint8_t *bytes, size_t len)
{
	char *in = (char *)bytes;
	size_t in_left = len;

	while (in_left > 0) {
		char buf[1024];
		char *out = buf;
		size_t out_left = sizeof buf;
		size_t rc = iconv(cd, &in, &in_left, &out, &out_left);

		put_text(f, buf, sizeof buf - out_left);
		if (rc == (size_t)-1 && errno != E2BIG && in_left > 0) {
			put_byte(f, *in++);
			in_left--;
		}
	}
}

size_t
text_decode(char *out, size_t cap, const char *charset, const uint8_t *in, size_t len)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		abort();
	if (cd == (iconv_t)-1) {
		for (size_t i = 0; i < len; i++)
			put_byte(f, in[i]);
	} else {
		decode(f, cd, in, len);
		iconv_close(cd);
	}
	fclose(f);
	if (size >= cap)
		size = cap - 1;
	memcpy(out, text, size);
	out[size] = '\0';
	free(text);
	return size;
}

size_t
text_count(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += (*text & 0xC0) != 0x80;
	return n;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
hex_parse(uint8_t *out, size_t cap, char **words, int count)
{
	size_t n = 0;

	for (int i = 0; i < count; i++) {
		for (const char *p = words[i]; *p != '\0'; p += 2) {
			int high = digit(p[0]);
			int low = high == -1 ? -1 : digit(p[1]);

			if (low == -1 || n == cap)
				return -1;
			out[n++] = high << 4 | low;
		}
	}
	return (int)n;
}
