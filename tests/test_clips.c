/*
 * Announcements as recorded words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/clips.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const struct { const char *what; struct announcement a; const char *words; } rows[] = {
	{ "a call",		{ .number = "A037", .window = 3 },	"please A 0 3 7 number to 3 window" },
	{ "with a chime",	{ .number = "A037", .window = 3, .chime = true }, "chime please A 0 3 7 number to 3 window" },
	{ "no prefix; 1 is yi",	{ .number = "111", .window = 1 },	"please 1 1 1 number to 1 window" },
	{ "three letters",	{ .number = "XYZ9", .window = 9 },	"please X Y Z 9 number to 9 window" },
	{ "10",			{ .number = "1", .window = 10 },	"please 1 number to ten window" },
	{ "12",			{ .number = "1", .window = 12 },	"please 1 number to ten 2 window" },
	{ "20",			{ .number = "1", .window = 20 },	"please 1 number to 2 ten window" },
	{ "21",			{ .number = "1", .window = 21 },	"please 1 number to 2 ten 1 window" },
	{ "99",			{ .number = "1", .window = 99 },	"please 1 number to 9 ten 9 window" },
	{ "100",		{ .number = "1", .window = 100 },	"please 1 number to 1 hundred window" },
	{ "105",		{ .number = "1", .window = 105 },	"please 1 number to 1 hundred 0 5 window" },
	{ "110",		{ .number = "1", .window = 110 },	"please 1 number to 1 hundred 1 ten window" },
	{ "112",		{ .number = "1", .window = 112 },	"please 1 number to 1 hundred 1 ten 2 window" },
	{ "200",		{ .number = "1", .window = 200 },	"please 1 number to 2 hundred window" },
	{ "999",		{ .number = "1", .window = 999 },	"please 1 number to 9 hundred 9 ten 9 window" },
	{ "in English",		{ .number = "A037", .window = 3, .english = true },
	  "en.ticket A en.0 en.3 en.7 en.window en.3 en.please" },
	{ "12 in English",	{ .number = "1", .window = 12, .english = true }, "en.ticket en.1 en.window en.12 en.please" },
	{ "20 in English",	{ .number = "1", .window = 20, .english = true }, "en.ticket en.1 en.window en.20 en.please" },
	{ "21 in English",	{ .number = "1", .window = 21, .english = true }, "en.ticket en.1 en.window en.20 en.1 en.please" },
	{ "100 in English",	{ .number = "1", .window = 100, .english = true }, "en.ticket en.1 en.window en.1 en.hundred en.please" },
	{ "105 in English",	{ .number = "1", .window = 105, .english = true },
	  "en.ticket en.1 en.window en.1 en.hundred en.5 en.please" },
	{ "999 in English, chime", { .number = "1", .window = 999, .english = true, .chime = true },
	  "chime en.ticket en.1 en.window en.9 en.hundred en.90 en.9 en.please" },
	{ "a correction",	{ .number = "A037", .window = 3, .corrects = true, .sentence = "in words" }, "A 0 3 7 number corrected" },
	{ "a correction in English", { .number = "A037", .window = 3, .corrects = true, .english = true },
	  "en.ticket A en.0 en.3 en.7 en.corrected" },
	{ "the longest",	{ .number = "ABC012345678901", .window = 999, .chime = true },
	  "chime please A B C 0 1 2 3 4 5 6 7 8 9 0 1 number to 9 hundred 9 ten 9 window" },
	{ "a sentence of its own", { .number = "A037", .window = 3, .sentence = "全厅暂停服务" }, "" },
	{ "a number in small letters", { .number = "a037", .window = 3 }, "" },
	{ "a Chinese prefix",	{ .number = "特1", .window = 3 },	"" },
	{ "no number",		{ .window = 3 },			"" },
	{ "no window",		{ .number = "A037" },			"" },
	{ "window too high",	{ .number = "A037", .window = 1000 },	"" },
};

static void
spells_announcements(void **state)
{
	uint8_t words[CLIPS_SAID];
	char said[400];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int count = clips_say(words, &rows[i].a);

		said[0] = '\0';
		for (int w = 0; w < count; w++) {
			strcat(said, w > 0 ? " " : "");
			strcat(said, clip_name(words[w]));
		}
		if (strcmp(said, rows[i].words) != 0)
			fail_msg("%s: %s", rows[i].what, said);
	}
}

static void
every_word_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < CLIP_WORDS; i++) {
		assert_non_null(clip_name(i));
		assert_int_equal(clip_find(clip_name(i)), i);
		assert_int_equal(clip_is_english(i), strncmp(clip_name(i), "en.", 3) == 0);
	}
	assert_int_equal(clip_find("en.A"), -1);
	assert_int_equal(clip_find(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spells_announcements),
		cmocka_unit_test(every_word_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
