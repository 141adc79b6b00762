/*
 * The reasons of calls, as people read them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "display/why.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(m) ((m) * INT64_C(60000))

static const struct { const char *what; struct why why; const char *zh, *en; } rows[] = {
	{ "nobody else", { .rule = RULE_ONLY, .level = 1, .score = 65000, .waited_ms = 65000 },
	  "只有 A037 在等，等候 1:05",
	  "A037 was the only one waiting, for 1:05" },
	{ "nobody else, with a head start and hardly a second", { .rule = RULE_ONLY, .score = 900400, .waited_ms = 400 },
	  "只有 A037 在等，等候 0:00",
	  "A037 was the only one waiting, for 0:00" },
	{ "over the limit", { .rule = RULE_MAX_WAIT, .limit_s = 3600, .waited_ms = MIN(61), .runner_waited_ms = MIN(2), .runner_up = "B002" },
	  "A037 等候 1:01:00，超过 1:00:00 的上限，先于所有人；其次 B002，等候 2:00",
	  "A037 had waited 1:01:00, over the limit of 1:00:00: before everybody; then B002, 2:00" },
	{ "level", { .rule = RULE_LEVEL, .level = 1, .runner_level = 2, .waited_ms = MIN(3), .runner_waited_ms = MIN(9), .runner_up = "B002" },
	  "A037 的业务在本窗口是第 1 级，先于 B002 的第 2 级；等候 3:00",
	  "A037 is for a service of level 1 at this window, before level 2 of B002; waited 3:00" },
	{ "class", { .rule = RULE_CLASS, .waited_ms = MIN(3), .runner_up = "B002" },
	  "A037 属于优先类别，先于 B002；等候 3:00",
	  "A037 is of a class that goes first, before B002; waited 3:00" },
	{ "score with a head start", { .rule = RULE_SCORE, .score = MIN(18), .waited_ms = MIN(3), .runner_score = MIN(10),
	    .runner_waited_ms = MIN(10), .runner_up = "B002" },
	  "A037 计分 18:00（等候 3:00）最高；其次 B002，计分 10:00（等候 10:00）",
	  "A037 had the highest score, 18:00 (waited 3:00); then B002, 10:00 (waited 10:00)" },
	{ "score that is but the wait", { .rule = RULE_SCORE, .score = MIN(12), .waited_ms = MIN(12), .runner_score = MIN(3),
	    .runner_waited_ms = MIN(3), .runner_up = "B002" },
	  "A037 等得最久，12:00；其次 B002，3:00",
	  "A037 had waited longest, 12:00; then B002, 3:00" },
	{ "within the same second", { .rule = RULE_SCORE, .score = 5020, .waited_ms = 5020, .runner_score = 5007,
	    .runner_waited_ms = 5007, .runner_up = "B002" },
	  "A037 等得最久，0:05.020；其次 B002，0:05.007",
	  "A037 had waited longest, 0:05.020; then B002, 0:05.007" },
	{ "equal scores", { .rule = RULE_ENTRY, .score = MIN(15), .waited_ms = MIN(15), .runner_score = MIN(15),
	    .runner_up = "B002" },
	  "A037 与 B002 计分同为 15:00，到得早：等候 15:00，B002 0:00",
	  "A037 and B002 both score 15:00; it came earlier: waited 15:00, B002 0:00" },
	{ "together", { .rule = RULE_ID, .waited_ms = MIN(1), .runner_waited_ms = MIN(1), .runner_up = "B002" },
	  "A037 与 B002 同时到，号在前；等候 1:00",
	  "A037 came together with B002 and has the earlier number; waited 1:00" },
	{ "not recorded", { .rule = RULE_NONE },
	  "没有记录为什么叫 A037",
	  "Why A037 was called is not recorded" },
};

static void
sentences(void **state)
{
	char error[256], zh[WHY_MAX], en[WHY_MAX];
	struct texts *texts = texts_open("display/text", error, sizeof error);

	(void)state;
	if (texts == NULL)
		fail_msg("%s", error);
	for (size_t i = 0; i < ROWS(rows); i++) {
		why_sentence(zh, texts, LANG_ZH, "A037", &rows[i].why);
		why_sentence(en, texts, LANG_EN, "A037", &rows[i].why);
		if (strcmp(zh, rows[i].zh) != 0 || strcmp(en, rows[i].en) != 0)
			fail_msg("%s: \"%s\", \"%s\"", rows[i].what, zh, en);
	}
	texts_free(texts);
}

/* The longest of everything fits. */
static void
longest(void **state)
{
	struct why why = { .limit_s = 86400, .level = 255, .runner_level = 255, .score = INT64_MAX, .runner_score = INT64_MAX - 1,
	    .waited_ms = INT64_MAX, .runner_waited_ms = INT64_MAX - 1, .runner_up = "AAA00000000" };
	char error[256], sentence[WHY_MAX];
	struct texts *texts = texts_open("display/text", error, sizeof error);

	(void)state;
	assert_non_null(texts);
	for (int rule = 0; rule < RULES; rule++)
		for (int lang = 0; lang < LANGUAGES; lang++) {
			why.rule = rule;
			why_sentence(sentence, texts, lang, "AAA00000001", &why);
			if (sentence[0] == '\0')
				fail_msg("%s in %s does not fit", rule_name(rule), language_name(lang));
		}
	texts_free(texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
		cmocka_unit_test(longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
