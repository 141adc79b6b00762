/* The sign over a window: what it shows in each state, and when it flashes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/sign.h"
#include "tests/hall_fixture.h"

static struct fixture hall;
static struct texts *texts;

static int
open_texts(void **state)
{
	char error[256] = "";

	(void)state;
	if ((texts = texts_open("display/text", error, sizeof(error))) == NULL)
		fail_msg("%s", error);
	return 0;
}

static int
close_texts(void **state)
{
	(void)state;
	texts_free(texts);
	return 0;
}

/* The hall of the fixture with Chinese names, two of them in English, and window 5, which serves all that 1 does and c. */
static void
open_hall(void)
{
	static const char *const names[] = { "综合受理", "社保医保", "税务" };

	fixture_open(&hall);
	for (int i = 0; i < 3; i++)
		strcpy(hall.layout.service[i].name.in[LANG_ZH], names[i]);
	for (int i = 0; i < 3; i++)
		strcpy(hall.layout.service[i].name.in[LANG_EN], (const char *[]){ "General", "", "Taxes" }[i]);
	fixture_window(&hall.layout, 5, "111");
}

/* A word: "a" takes a ticket for it, "2s" waits 2 s, "1next" is a command at window 1, "1pause30m" a pause of so long, "1lendc" lends it. */
static void
happen(const char *word)
{
	struct command cmd = { .actor = "ctl" };
	char *end;
	int n = strtol(word, &end, 10);

	if (end == word && word[1] == '\0') {
		cmd.verb = DO_ISSUE;
		cmd.service = layout_service(&hall.layout, word);
	} else if (strcmp(end, "suspend") == 0 || strcmp(end, "evacuate") == 0 || strcmp(end, "drill") == 0) {
		cmd.verb = *end == 's' ? DO_SUSPEND : DO_EVACUATE;
		cmd.drill = *end == 'd';
		if (n != 0) {
			strcpy(cmd.text.in[LANG_ZH], "请从东门离开");
			strcpy(cmd.text.in[LANG_EN], "Leave by the east door");
		}
	} else if (strcmp(end, "s") == 0) {
		fixture_wait(&hall, n * INT64_C(1000));
		return;
	} else if (strncmp(end, "lend", 4) == 0) {
		cmd.verb = DO_LEND;
		cmd.window = n;
		cmd.lent = UINT64_C(1) << layout_service(&hall.layout, end + 4);
		cmd.until_ms = hall.now.wall_ms + 1800000;
	} else {
		cmd.verb = verb_at_window(strcmp(end, "pause30m") == 0 ? "pause" : end);
		cmd.window = n;
		cmd.until_ms = strcmp(end, "pause30m") == 0 ? hall.now.wall_ms + 1800000 : 0;
	}
	if (fixture_do(&hall, &cmd) != OK)
		fail_msg("%s was refused", word);
}

static void
happen_all(const char *words)
{
	char copy[128], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			happen(word);
}

enum { STEADY, FLASHING };

static const struct { const char *what, *happened; int window; bool flash; const char *text; } signs[] = {
	{ "nobody was there yet",	"",				1, STEADY, "1号窗口 暂未开放" },
	{ "closed",			"1open 1close",			1, STEADY, "1号窗口 暂未开放" },
	{ "idle: all its services",	"1open",			1, STEADY, "1号窗口 综合受理、社保医保" },
	{ "idle: one service",		"4open",			4, STEADY, "4号窗口 税务" },
	{ "idle and lent: that one too", "4open 4lendb",		4, STEADY, "4号窗口 社保医保、税务" },
	{ "called",			"a 1next",			1, FLASHING, "A001 请到1号窗口" },
	{ "called 2 s ago",		"a 1next 2s",			1, FLASHING, "A001 请到1号窗口" },
	{ "called 3 s ago",		"a 1next 3s",			1, STEADY, "A001 请到1号窗口" },
	{ "called again",		"a 1next 15s 1recall 1s",	1, FLASHING, "A001 请到1号窗口" },
	{ "called again 3 s ago",	"a 1next 15s 1recall 3s",	1, STEADY, "A001 请到1号窗口" },
	{ "the next one",		"a a 1next 9s 1next 9s",	1, STEADY, "A002 请到1号窗口" },
	{ "passed",			"a 1next 1pass",		1, STEADY, "1号窗口 综合受理、社保医保" },
	{ "serving",			"b 3next 3start",		3, STEADY, "B001 正在办理" },
	{ "to pause after this one",	"b 3next 3start 3pause",	3, STEADY, "B001 正在办理" },
	{ "paused, and so are others",	"1open 1pause",			1, STEADY, "暂停服务" },
	{ "paused: one with more services is open", "1open 1pause 5open", 1, STEADY, "暂停服务 请到5号窗口" },
	{ "paused: one is busy, one serves more", "2open 2pause a 1next 5open", 2, STEADY, "暂停服务 请到1、5号窗口" },
	{ "paused: those with less are no help", "1open 1pause 2open 3open", 1, STEADY, "暂停服务" },
	{ "paused: nor are paused ones", "2open 2pause 1open 1pause 5open", 2, STEADY, "暂停服务 请到5号窗口" },
	{ "paused: one that is lent to it is open", "4open 4pause 2open 2lendc", 4, STEADY, "暂停服务 请到2号窗口" },
	{ "paused, back at 9:30",	"1open 1pause30m",		1, STEADY, "暂停服务 09:30恢复" },
	{ "paused, back at 9:30: others first", "1open 1pause30m 5open", 1, STEADY, "暂停服务 请到5号窗口" },
	{ "paused, back at 9:30, which it is", "1open 1pause30m 1800s",	1, STEADY, "暂停服务" },
	{ "resumed",			"2open 2pause 2resume",		2, STEADY, "2号窗口 综合受理" },
	{ "the hall is suspended, whoever was called", "a 1next suspend", 1, STEADY, "全厅暂停服务 请稍候" },
	{ "and whether the window is open or not", "suspend",		1, STEADY, "全厅暂停服务 请稍候" },
	{ "the hall is left",		"a 1next evacuate",		1, STEADY, "请听从工作人员指挥 有序离开大厅" },
	{ "as the manager says",	"1evacuate",			1, STEADY, "请从东门离开" },
	{ "a drill says so",		"drill",			1, STEADY, "疏散演练 请听从工作人员指挥" },
	{ "a drill says so before what the manager says", "1drill",	1, STEADY, "疏散演练 请从东门离开" },
	{ "in earnest, after a drill",	"drill evacuate",		1, STEADY, "请听从工作人员指挥 有序离开大厅" },
	{ "no such window",		"",				77, STEADY, "" },
};

static void
test_signs(void **state)
{
	struct sign s;

	(void)state;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		open_hall();
		happen_all(signs[i].happened);
		sign_of(&s, &hall.hall, &hall.layout, texts, signs[i].window, &hall.now);
		if (strcmp(s.text, signs[i].text) != 0 || s.flash != signs[i].flash)
			fail_msg("%s: %s%s", signs[i].what, s.text, s.flash ? ", flashing" : "");
		const struct window *w = &hall.hall.window[signs[i].window];
		bool back = w->state == PAUSED && w->until_ms > hall.now.wall_ms;

		if ((s.flash || back) != (s.until_ms != INT64_MAX))
			fail_msg("%s: a sign changes by itself when it flashes or a pause is to end, and only then", signs[i].what);
	}
}

/* What signs without Chinese, and those of a few characters, show of the same. */
static const struct { const char *what, *happened; int window; const char *latin, *number; } latins[] = {
	{ "closed",			"",			1, "Window 1 not open",			"" },
	{ "idle",			"1open",		1, "Window 1 General",			"" },
	{ "idle: a service without an English name", "2open", 2, "Window 2 General",		"" },
	{ "called",			"a 1next",		1, "A001 -> 1",				"A001" },
	{ "serving",			"a 1next 1start",	1, "A001 being served",			"A001" },
	{ "finished",			"a 1next 1finish",	1, "Window 1 General",			"" },
	{ "paused",			"1open 1pause",		1, "Paused",				"" },
	{ "paused, others are open",	"2open 2pause a 1next 5open", 2, "Paused, go to window 1,5",	"" },
	{ "the hall is suspended",	"a 1next suspend",	1, "Hall suspended, please wait",	"" },
	{ "the hall is left",		"evacuate",		1, "Please leave the hall as staff direct you", "" },
	{ "a drill, in the manager's words", "1drill",		1, "Drill: Leave by the east door",	"" },
	{ "no such window",		"",			77, "",					"" },
};

static void
signs_without_chinese(void **state)
{
	struct sign s;

	(void)state;
	for (size_t i = 0; i < sizeof(latins) / sizeof(latins[0]); i++) {
		open_hall();
		happen_all(latins[i].happened);
		sign_of(&s, &hall.hall, &hall.layout, texts, latins[i].window, &hall.now);
		if (strcmp(s.latin, latins[i].latin) != 0 || strcmp(s.number, latins[i].number) != 0)
			fail_msg("%s: %s, %s", latins[i].what, s.latin, s.number);
	}
}

/* An Alpha sign takes 125 bytes of ASCII: names that do not fit, or are none, are left out. */
static void
latin_names_are_not_cut(void **state)
{
	struct sign s;

	(void)state;
	open_hall();
	for (int i = 0; i < 3; i++)
		memset(hall.layout.service[i].name.in[LANG_EN], 'a' + i, 60);
	happen_all("5open");
	sign_of(&s, &hall.hall, &hall.layout, texts, 5, &hall.now);
	assert_int_equal(strlen(s.latin), strlen("Window 5 ") + 60);
	strcpy(hall.layout.service[0].name.in[LANG_EN], "Caf\u00e9");
	sign_of(&s, &hall.hall, &hall.layout, texts, 5, &hall.now);
	assert_string_equal(s.latin + strlen("Window 5 "), hall.layout.service[1].name.in[LANG_EN]);
}

static void
flashes_until_it_changes(void **state)
{
	struct sign s;

	(void)state;
	open_hall();
	happen_all("a 1next 1s");
	sign_of(&s, &hall.hall, &hall.layout, texts, 1, &hall.now);
	assert_int_equal(s.until_ms, hall.now.steady_ms + 2000);
	sign_of(&s, &hall.hall, &hall.layout, texts, 1, &(struct instant){ .steady_ms = s.until_ms - 1 });
	assert_true(s.flash);
	sign_of(&s, &hall.hall, &hall.layout, texts, 1, &(struct instant){ .steady_ms = s.until_ms });
	assert_false(s.flash);
}

/* At most three, the first of them. */
static void
sends_to_three_at_most(void **state)
{
	struct sign s;

	(void)state;
	open_hall();
	for (int no = 11; no <= 15; no++)
		fixture_window(&hall.layout, no, "110");
	happen_all("1open 1pause 12open 13open 14open 15open");
	sign_of(&s, &hall.hall, &hall.layout, texts, 1, &hall.now);
	assert_string_equal(s.text, "暂停服务 请到12、13、14号窗口");
}

/* Services whose names do not fit are left out whole. */
static void
names_are_not_cut(void **state)
{
	struct sign s;

	(void)state;
	open_hall();
	for (int i = 0; i < 3; i++) {
		strcpy(hall.layout.service[i].name.in[LANG_ZH], "");
		for (int n = 0; n < 30; n++)
			strcat(hall.layout.service[i].name.in[LANG_ZH], i == 0 ? "一" : i == 1 ? "二" : "三");
	}
	happen_all("5open");
	sign_of(&s, &hall.hall, &hall.layout, texts, 5, &hall.now);
	assert_int_equal(strlen(s.text), strlen("5号窗口 ") + 90 + strlen("、") + 90);
	assert_null(strstr(s.text, "三"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs),
		cmocka_unit_test(flashes_until_it_changes),
		cmocka_unit_test(sends_to_three_at_most),
		cmocka_unit_test(names_are_not_cut),
		cmocka_unit_test(signs_without_chinese),
		cmocka_unit_test(latin_names_are_not_cut),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
