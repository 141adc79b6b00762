/* Text of any bytes, for devices that know GBK. */
#include <iconv.h>

#include "protocols/bx.h"
#include "protocols/text.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { NULL };

const char *
fuzz_part(int i)
{
	(void)i;
	return NULL;
}

int
fuzz_longest(int part)
{
	(void)part;
	return 128;
}

/* No byte of GBK is a command, and each character is one that was there or '?'. */
static void
check_gbk(const char *text, size_t cap)
{
	static iconv_t back;
	uint8_t out[512];
	const char *at = text;
	size_t n, i = 0;

	if (back == NULL)
		must((back = iconv_open("UTF-8", "GBK")) != (iconv_t)-1);
	ASAN_POISON_MEMORY_REGION(out + cap, sizeof out - cap);
	n = text_gbk(out, cap, text);
	ASAN_UNPOISON_MEMORY_REGION(out + cap, sizeof out - cap);
	must(n <= cap);
	while (i < n) {
		char utf8[8], *in = (char *)out + i, *to = utf8;
		size_t left = out[i] < 0x80 ? 1 : 2, room = sizeof utf8, bytes;

		must(out[i] >= 0x20 && out[i] != 0x7F && i + left <= n);
		while ((unsigned char)*at < 0x20 || *at == 0x7F)
			must(*at++ != '\0');
		bytes = text_character(at);
		i += left;
		if (out[i - 1] == '?' && left == 1)
			must(*at == '?' || (unsigned char)*at >= 0x80);
		else {
			must(iconv(back, &in, &left, &to, &room) == 0 && left == 0);
			must((size_t)(to - utf8) == bytes && memcmp(utf8, at, bytes) == 0);
		}
		at += bytes;
	}
}

static void
check_rows(const char *text, int width)
{
	char row[160];
	size_t bytes;

	for (; (bytes = text_row(text, width)) > 0; text += bytes) {
		must(bytes <= strlen(text));
		memcpy(row, text, bytes);
		row[bytes] = '\0';
		must(text_columns(row) <= width || bytes == text_character(text));
	}
	must(*text == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input b = { bytes, len };
	size_t cap = 1 + choose(&b) % 160, n;
	int width = choose(&b) % 50;
	char *text, out[512];

	b.len = b.len < 150 ? b.len : 150;
	text = malloc(b.len + 1);
	text_of_bytes(text, b.len + 1, b);
	for (const char *c = text; (n = text_character(c)) > 0; c += n)
		must(n <= 4 && n <= strlen(c));
	check_gbk(text, cap);
	check_rows(text, width);
	n = text_cut(out, cap, text);
	must(n < cap && strlen(out) == n && memcmp(out, text, n) == 0);
	must(!is_utf8(text) || is_utf8(out));
	n = bx_plain(out, sizeof out, text);
	must(strlen(out) == n && strchr(out, '\\') == NULL);
	must(!is_utf8(text) || is_utf8(out));
	free(text);
	return 0;
}

void
fuzz_seeds(void)
{
	static const char *const texts[] = { "请A037号到12号窗口", "Ticket A 037, window 12, please", "\\n\\C1 😀 €\x01\x7F", "\xE4\xBD\xA0\xC3\x28\xF0\x9F",
		"𠮷䶮·—…", "A very-long-word-that-is-broken somewhere" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char seed[96];

		fuzz_seed(seed, snprintf(seed, sizeof seed, "%s%c%c", texts[i], 24, 90));
	}
}
