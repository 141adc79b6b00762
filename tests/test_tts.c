/*
 * Text-to-speech modules: how an announcement is spelt with each one's tags, and cut into parts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/syn6288.h"
#include "protocols/syn6658.h"
#include "protocols/text.h"
#include "protocols/xfs5152.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const struct { const char *what; struct announcement a; const char *text; } announcements[] = {
	{ "a call", { .number = "A037", .window = 3, .volume = 60 },
	  "[v10]请[n1][y1]A037号,到[n2]3号窗口" },
	{ "with a chime", { .number = "A011", .window = 12, .volume = 100, .chime = true },
	  "[v16]sounda,请[n1][y1]A011号,到[n2]12号窗口" },
	{ "in English", { .number = "A037", .window = 3, .volume = 60, .english = true },
	  "[v10][n2][y1]Ticket A 0 3 7, window 3, please" },
	{ "in English with a chime", { .number = "B1", .window = 101, .volume = 60, .english = true, .chime = true },
	  "[v10]sounda,[n2][y1]Ticket B 1, window 101, please" },
	{ "silent", { .number = "1", .window = 1 },
	  "[v0]请[n1][y1]1号,到[n2]1号窗口" },
	{ "a sentence of the hall's own", { .sentence = "{number}号请往{window}号台", .number = "特12", .window = 999, .volume = 50 },
	  "[v8][n1][y1]特12号请往[n2]999号台" },
	{ "a notice", { .sentence = "全厅暂停服务,请稍候", .volume = 100 },
	  "[v16]全厅暂停服务,请稍候" },
	{ "tags from data are none", { .sentence = "[d]{number}[m16]", .number = "A[v0]1", .volume = 100 },
	  "[v16]d[n1][y1]Av01m16" },
	{ "Chinese prefix in English", { .number = "特1", .window = 1, .volume = 100, .english = true },
	  "[v16][n2][y1]Ticket 特 1, window 1, please" },
	{ "no number", { .window = 3, .volume = 60 }, NULL },
	{ "no window", { .number = "A037", .volume = 60 }, NULL },
	{ "window too high", { .number = "A037", .window = 1000, .volume = 60 }, NULL },
	{ "window below 0", { .number = "A037", .window = -1, .volume = 60 }, NULL },
	{ "volume too high", { .number = "A037", .window = 3, .volume = 101 }, NULL },
	{ "volume below 0", { .number = "A037", .window = 3, .volume = -1 }, NULL },
};

static void
spells_announcements(void **state)
{
	uint8_t frame[SYN6288_FRAME];
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(announcements); i++) {
		const char *want = announcements[i].text;
		size_t n = tts_announce(text, sizeof(text), &announcements[i].a, &syn6288_tts);

		if (n != (want ? strlen(want) : 0) || (want && strcmp(text, want) != 0))
			fail_msg("%s: %s", announcements[i].what, text);
		if (want && syn6288_speak(frame, text) == 0)
			fail_msg("%s: more than one frame", announcements[i].what);
	}
}

static void
an_announcement_fits_or_is_refused(void **state)
{
	const struct announcement *a = &announcements[1].a;
	size_t len = strlen(announcements[1].text);
	char text[128];

	(void)state;
	for (size_t cap = 0; cap < sizeof(text); cap++) {
		memset(text, 'x', sizeof(text));
		assert_int_equal(tts_announce(text, cap, a, &syn6288_tts), cap > len ? len : 0);
		assert_int_equal(text[cap], 'x');
	}
}

/* The tags of one module mean other things to the next: [t] is speed here and pitch there, [m] music or the voice. */
static void
each_module_has_its_own_tags(void **state)
{
	static const struct { const char *what; const struct tts *tts; int volume; bool chime; const char *text; } rows[] = {
		{ "SYN6288, loudest",	&syn6288_tts, 100, false, "[v16]请[n1][y1]A011号,到[n2]12号窗口" },
		{ "SYN6658, loudest",	&syn6658_tts, 100, false, "[v10]请[n1][y1]A011号,到[n2]12号窗口" },
		{ "XFS5152, loudest",	&xfs5152_tts, 100, false, "[v10]请[n1][y1]A011号,到[n2]12号窗口" },
		{ "SYN6658, half",	&syn6658_tts, 50, true, "[v5]sound101,请[n1][y1]A011号,到[n2]12号窗口" },
		{ "XFS5152: no chime that we know of", &xfs5152_tts, 44, true, "[v4]请[n1][y1]A011号,到[n2]12号窗口" },
		{ "silent",		&xfs5152_tts, 0, false, "[v0]请[n1][y1]A011号,到[n2]12号窗口" },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct announcement a = { .number = "A011", .window = 12, .volume = rows[i].volume, .chime = rows[i].chime };

		if (tts_announce(text, sizeof(text), &a, rows[i].tts) == 0 || strcmp(text, rows[i].text) != 0)
			fail_msg("%s: %s", rows[i].what, text);
	}
}

#define TEN	"一二三四五六七八九十"	/* 20 bytes of GBK */

static void
long_texts_are_cut_at_punctuation(void **state)
{
	static const struct { const char *what, *text; size_t bytes; const char *parts[5]; } rows[] = {
		{ "fits",			"[v5]请进", 200, { "[v5]请进" } },
		{ "just fits",			TEN, 20, { TEN } },
		{ "one byte too long",		TEN "a", 20, { TEN, "a" } },
		{ "behind the last comma that fits", "一,二,三四", 7, { "一,二,", "三四" } },
		{ "Chinese punctuation",	"一\uFF0C二。三四", 8, { "一\uFF0C二。", "三四" } },
		{ "at a blank, if there is no other", "ab cd ef", 6, { "ab cd ", "ef" } },
		{ "a mark before a blank",	"ab, cd ef", 8, { "ab,", " cd ef" } },
		{ "without either: anywhere between characters", TEN, 7, { "一二三", "四五六", "七八九", "十" } },
		{ "no tag is broken",		"一二[n1]三", 7, { "一二", "[n1]三" } },
		{ "a tag counts as long as it is", "[v10]一二", 8, { "[v10]一", "二" } },
		{ "a bracket that opens nothing", "[一二", 3, { "[一", "二" } },
		{ "nothing",			"", 20, { NULL } },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int part = 0;

		for (; rows[i].parts[part] != NULL; part++)
			if (tts_part(text, sizeof(text), rows[i].text, part, rows[i].bytes) == 0 ||
			    strcmp(text, rows[i].parts[part]) != 0)
				fail_msg("%s, part %d: %s", rows[i].what, part, text);
		if (tts_part(text, sizeof(text), rows[i].text, part, rows[i].bytes) != 0)
			fail_msg("%s: a part more: %s", rows[i].what, text);
	}
	assert_int_equal(tts_part(text, 3, "一", 0, 200), 0);
	assert_int_equal(tts_part(text, 4, "一", 0, 200), 3);
}

/* Whatever the text, its parts are the text, and each fits. */
static void
parts_make_the_text(void **state)
{
	static const char *const pieces[] = { "一", ",", "。", "a", " ", "[n1]", "[", "]", "\xFF", "é", "😀" };

	(void)state;
	srand(6288);
	for (int round = 0; round < 2000; round++) {
		char text[600] = "", all[600] = "", part[600];
		uint8_t gbk[600];
		size_t bytes = 8 + rand() % 40;

		for (int n = rand() % 100; n > 0; n--)
			strcat(text, pieces[rand() % COUNT(pieces)]);
		for (int i = 0; tts_part(part, sizeof(part), text, i, bytes) > 0; i++) {
			strcat(all, part);
			if (text_gbk(gbk, sizeof(gbk), part) > bytes)
				fail_msg("%zu bytes of \"%s\": \"%s\"", bytes, text, part);
		}
		if (strchr(text, '[') == NULL || strchr(text, ']') == NULL)
			assert_string_equal(all, text);
	}
}

static void
what_is_heard(void **state)
{
	(void)state;
	assert_int_equal(tts_characters(""), 0);
	assert_int_equal(tts_characters("[v10]"), 0);
	assert_int_equal(tts_characters("[v16]请[n1][y1]A037号,到[n2]3号窗口"), 12);
	assert_int_equal(tts_characters("[A"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spells_announcements),
		cmocka_unit_test(an_announcement_fits_or_is_refused),
		cmocka_unit_test(each_module_has_its_own_tags),
		cmocka_unit_test(long_texts_are_cut_at_punctuation),
		cmocka_unit_test(parts_make_the_text),
		cmocka_unit_test(what_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
