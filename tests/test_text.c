/*
 * Text for devices: what becomes of UTF-8 on its way to GBK, and how wide it is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "protocols/text.h"

static const struct { const char *what, *utf8, *gbk; } conversions[] = {
	{ "nothing",				"",			"" },
	{ "ASCII stays",			"A001 3~",		"A001 3~" },
	{ "Chinese",				"请A023号到5号窗口",	"\xC7\xEB" "A023\xBA\xC5\xB5\xBD" "5\xBA\xC5\xB4\xB0\xBF\xDA" },
	{ "a character of GBK only",		"喆",			"\x86\xB4" },
	{ "second byte is a backslash",		"昞",			"\x95\x5C" },
	{ "full-width comma, middle dot, dash",	"，·—",			"\xA3\xAC\xA1\xA4\xA1\xAA" },
	{ "rare character: four bytes in GB18030", "㐀",			"?" },
	{ "above the BMP",			"𠮷A",			"?A" },
	{ "emoji",				"a😀b",			"a?b" },
	{ "accent that GBK lacks",		"Ø",			"?" },
	{ "control bytes are dropped",		"a\x01\x10\x04\x1B\n\r\t\x7F" "b", "ab" },
	{ "lone continuation bytes",		"\x80\xBF" "a",		"??a" },
	{ "sequence cut off by the end",	"a\xE8\xAF",		"a??" },
	{ "sequence cut off by ASCII",		"\xE8\xAF" "a",		"??a" },
	{ "overlong slash",			"\xC0\xAF",		"?" },
	{ "surrogate",				"\xED\xA0\x80",		"?" },
	{ "beyond Unicode",			"\xF5\x80\x80\x80\xFF",	"??" },
	{ "C1 control",				"\xC2\x9B",		"?" },
};

static void
converts(void **state)
{
	uint8_t out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++) {
		size_t want = strlen(conversions[i].gbk), n = text_gbk(out, sizeof(out), conversions[i].utf8);

		if (n != want || memcmp(out, conversions[i].gbk, n) != 0)
			fail_msg("%s", conversions[i].what);
	}
}

static void
never_half_a_character(void **state)
{
	static const size_t fits[] = { 0, 1, 1, 3, 3, 5, 6, 6 };
	uint8_t out[8];

	(void)state;
	for (size_t cap = 0; cap < sizeof(fits) / sizeof(fits[0]); cap++) {
		memset(out, 0xEE, sizeof(out));
		assert_int_equal(text_gbk(out, cap, "a请号b"), fits[cap]);
		assert_int_equal(out[cap], 0xEE);
	}
}

static size_t
utf8_of(char out[5], uint32_t code)
{
	size_t n = 0;

	if (code < 0x800)
		out[n++] = 0xC0 | code >> 6;
	else if (code < 0x10000) {
		out[n++] = 0xE0 | code >> 12;
		out[n++] = 0x80 | (code >> 6 & 0x3F);
	} else {
		out[n++] = 0xF0 | code >> 18;
		out[n++] = 0x80 | (code >> 12 & 0x3F);
		out[n++] = 0x80 | (code >> 6 & 0x3F);
	}
	out[n++] = 0x80 | (code & 0x3F);
	out[n] = '\0';
	return n;
}

/* Every fourth code point of the BMP and a little beyond: '?', or two bytes that mean the same character. */
static void
every_character_survives_or_is_a_question_mark(void **state)
{
	iconv_t back = iconv_open("UTF-8", "GBK");
	size_t converted = 0;

	(void)state;
	for (uint32_t code = 0x80; code < 0x20000; code += 4) {
		char utf8[5], again[8] = "", *in, *to = again;
		uint8_t gbk[4];
		size_t len = utf8_of(utf8, code), n = text_gbk(gbk, sizeof(gbk), utf8), room = sizeof(again) - 1;

		if (n == 1 && gbk[0] == '?')
			continue;
		assert_int_equal(n, 2);
		in = (char *)gbk;
		assert_int_equal(iconv(back, &in, &n, &to, &room), 0);
		if (strcmp(again, utf8) != 0 || strlen(again) != len)
			fail_msg("U+%04X", code);
		converted++;
	}
	iconv_close(back);
	assert_in_range(converted, 5000, 6000);	/* a quarter of GBK's 21 886 */
}

static const struct { const char *what, *utf8; int columns; } widths[] = {
	{ "nothing",		"",			0 },
	{ "ASCII is 1",		"A001",			4 },
	{ "Chinese is 2",	"请A023号",		8 },
	{ "control is 0",	"a\n\x7F" "b",		2 },
	{ "a broken byte is 1",	"\xE8\xAF",		2 },
	{ "80 mm",		"一二三四五六七八九十一二三四五六七八九十一二三四", 48 },
};

static void
counts_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		if (text_columns(widths[i].utf8) != widths[i].columns)
			fail_msg("%s", widths[i].what);
}

static const struct { const char *what; size_t cap; const char *utf8, *cut; } cuts[] = {
	{ "all fits",			8, "a请b",	"a请b" },
	{ "just fits",			6, "a请b",	"a请b" },
	{ "the last byte does not",	5, "a请b",	"a请" },
	{ "two of three bytes",		4, "a请b",	"a" },
	{ "one of three bytes",		3, "a请b",	"a" },
	{ "half of an emoji",		4, "😀",	"" },
	{ "only the NUL",		1, "a",		"" },
};

static void
cuts_at_characters(void **state)
{
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		memset(out, 'x', sizeof(out));
		if (text_cut(out, cuts[i].cap, cuts[i].utf8) != strlen(cuts[i].cut) || strcmp(out, cuts[i].cut) != 0)
			fail_msg("%s", cuts[i].what);
		assert_int_equal(out[cuts[i].cap], 'x');
	}
	assert_int_equal(text_cut(NULL, 0, "a"), 0);
}

static const struct { const char *what, *utf8; int width; const char *row; } rows[] = {
	{ "the end",				"",			8, "" },
	{ "all fits",				"abc",			8, "abc" },
	{ "just fits",				"一二三四",		8, "一二三四" },
	{ "Chinese breaks anywhere",		"一二三四五",		8, "一二三四" },
	{ "an odd column stays free",		"a一二三四",		8, "a一二三" },
	{ "a word is not broken",		"to window 3",		8, "to " },
	{ "a word ends with the row",		"a window 3",		8, "a window" },
	{ "a word longer than the row",		"abcdefghij",		8, "abcdefgh" },
	{ "Chinese after a blank",		"a 一二三四",		8, "a 一二三" },
	{ "a number before Chinese",		"前面约 12人",		8, "前面约 " },
	{ "at least one character",		"请",			1, "请" },
};

static void
breaks_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = text_row(rows[i].utf8, rows[i].width);

		if (n != strlen(rows[i].row) || strncmp(rows[i].utf8, rows[i].row, n) != 0)
			fail_msg("%s: %zu bytes", rows[i].what, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts),
		cmocka_unit_test(never_half_a_character),
		cmocka_unit_test(every_character_survives_or_is_a_question_mark),
		cmocka_unit_test(counts_columns),
		cmocka_unit_test(cuts_at_characters),
		cmocka_unit_test(breaks_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
