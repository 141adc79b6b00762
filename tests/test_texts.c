/* Sentences: both languages agree, placeholders are filled, refusals and states have their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/base/file.h"
#include "daemon/core/command.h"
#include "daemon/core/decide/opening.h"
#include "daemon/core/leg.h"
#include "daemon/core/refusal.h"
#include "display/texts.h"

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

static const struct { const char *what, *zh, *en, *error; } pairs[] = {
	{ "the same keys and placeholders", "{\"a\": \"{x}人\", \"b\": \"门\"}", "{\"b\": \"door\", \"a\": \"for {x}\"}", NULL },
	{ "a key missing in English", "{\"a\": \"人\", \"b\": \"门\"}", "{\"a\": \"man\"}", "b: missing in en.json" },
	{ "a key missing in Chinese", "{\"a\": \"人\"}", "{\"a\": \"man\", \"b\": \"door\"}", "b: missing in zh.json" },
	{ "a placeholder less in English", "{\"a\": \"{x}{y}\"}", "{\"a\": \"{y}\"}", "a: {x} of zh.json is not in en.json" },
	{ "a placeholder more in English", "{\"a\": \"{x}\"}", "{\"a\": \"{x} {y}\"}", "a: {y} of en.json is not in zh.json" },
	{ "a brace alone", "{\"a\": \"{x\"}", "{\"a\": \"{x\"}", "a: { of zh.json is not in en.json" },
	{ "a number", "{\"a\": 5}", "{\"a\": \"5\"}", "a: must be a sentence in zh.json" },
	{ "an empty sentence", "{\"a\": \"人\"}", "{\"a\": \"\"}", "a: must be a sentence in en.json" },
};

static void
write_in(const char *folder, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
}

static void
test_pairs(void **state)
{
	char folder[] = "/tmp/test_texts.XXXXXX", path[128], error[256];
	struct texts *t;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		write_in(folder, "zh.json", pairs[i].zh);
		write_in(folder, "en.json", pairs[i].en);
		error[0] = '\0';
		t = texts_open(folder, error, sizeof(error));
		if ((t == NULL) != (pairs[i].error != NULL) || (t == NULL && strcmp(error, pairs[i].error) != 0))
			fail_msg("%s: %s", pairs[i].what, error);
		texts_free(t);
	}
	snprintf(path, sizeof(path), "%s/en.json", folder);
	unlink(path);
	assert_null(texts_open(folder, error, sizeof(error)));
	assert_non_null(strstr(error, "en.json"));
	snprintf(path, sizeof(path), "%s/zh.json", folder);
	unlink(path);
	rmdir(folder);
}

static const struct { const char *what, *sentence; struct slot slots[4]; int cap; const char *filled; /* NULL: refused */ } fills[] = {
	{ "none", "当日有效", { { NULL, NULL } }, 64, "当日有效" },
	{ "nothing", "", { { NULL, NULL } }, 64, "" },
	{ "two", "{number} 请到{window}号窗口", { { "window", "3" }, { "number", "A037" } }, 64, "A037 请到3号窗口" },
	{ "one twice", "{x}{x}", { { "x", "ab" } }, 64, "abab" },
	{ "a slot too many", "{x}", { { "y", "1" }, { "x", "2" } }, 64, "2" },
	{ "a value in braces is not filled again", "{x}", { { "x", "{y}" }, { "y", "1" } }, 64, "{y}" },
	{ "fits exactly", "{x}c", { { "x", "ab" } }, 4, "abc" },
	{ "does not fit", "{x}c", { { "x", "ab" } }, 3, NULL },
	{ "no such slot", "{number} {windo}", { { "number", "A037" }, { "window", "3" } }, 64, NULL },
	{ "a brace alone", "a { b", { { NULL, NULL } }, 64, NULL },
	{ "empty braces", "{}", { { "", "x" } }, 64, NULL },
};

static void
test_fills(void **state)
{
	char out[64];
	int n;

	(void)state;
	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		n = text_fill(out, fills[i].cap, fills[i].sentence, fills[i].slots);
		if (n != (fills[i].filled != NULL ? (int)strlen(fills[i].filled) : -1) ||
		    strcmp(out, fills[i].filled != NULL ? fills[i].filled : "") != 0)
			fail_msg("%s: %d \"%s\"", fills[i].what, n, out);
	}
}

/* What the contract words exactly. */
static const struct { const char *key; struct slot slots[3]; const char *zh; } worded[] = {
	{ "ticket.place_windows", { { "place", "二楼B区" }, { "windows", "3-8" } }, "二楼B区 3-8号窗口" },
	{ "ticket.ahead", { { "ahead", "5" } }, "前面约 5 人" },
	{ "ticket.scan", { { NULL, NULL } }, "扫码看进度" },
	{ "ticket.passed", { { "calls", "三" }, { "after", "3" } }, "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台" },
	{ "ticket.valid", { { NULL, NULL } }, "当日有效" },
	{ "ticket.reprint", { { NULL, NULL } }, "补打" },
	{ "sign.closed", { { "window", "3" } }, "3号窗口 暂未开放" },
	{ "sign.idle", { { "window", "3" }, { "services", "税务" } }, "3号窗口 税务" },
	{ "sign.calling", { { "number", "A037" }, { "window", "3" } }, "A037 请到3号窗口" },
	{ "sign.serving", { { "number", "A037" } }, "A037 正在办理" },
	{ "sign.paused", { { NULL, NULL } }, "暂停服务" },
	{ "sign.paused_others", { { "others", "1、2" } }, "暂停服务 请到1、2号窗口" },
	{ "sign.paused_until", { { "until", "14:30" } }, "暂停服务 14:30恢复" },
	{ "sign.suspended", { { NULL, NULL } }, "全厅暂停服务 请稍候" },
	{ "sign.join", { { NULL, NULL } }, "、" },
	{ "count.3", { { NULL, NULL } }, "三" },
};

static void
test_worded(void **state)
{
	char out[128];

	(void)state;
	for (size_t i = 0; i < sizeof(worded) / sizeof(worded[0]); i++) {
		text_fill(out, sizeof(out), texts_get(texts, LANG_ZH, worded[i].key), worded[i].slots);
		if (strcmp(out, worded[i].zh) != 0)
			fail_msg("%s: \"%s\"", worded[i].key, out);
	}
}

static void
require_sentence(const char *group, const char *name)
{
	char key[64];

	snprintf(key, sizeof(key), "%s.%s", group, name);
	for (int lang = 0; lang < LANGUAGES; lang++)
		if (texts_get(texts, lang, key) == key)
			fail_msg("%s has no sentence", key);
}

static void
test_every_code_state_and_command(void **state)
{
	static const char *const actors[] = { "staff", "device", "holder", "ctl", "system" };

	(void)state;
	for (int code = OK + 1; code < REFUSALS; code++)
		require_sentence("code", refusals[code].code);
	for (int hall = 0; hall < HALL_STATES; hall++)
		require_sentence("hall", hall_state_name(hall));
	for (int closed = NOT_CLOSED + 1; closed < CLOSEDS; closed++)
		require_sentence("closed", closed_name(closed));
	for (int leg = LEG_NONE + 1; leg < LEG_STATES; leg++)
		require_sentence("leg", leg_state_name(leg));
	for (int window = 0; window < WINDOW_STATES; window++)
		require_sentence("window", window_state_name(window));
	for (int print = PRINT_NONE + 1; print < PRINT_STATES; print++)
		require_sentence("print", print_state_name(print));
	for (int rule = 0; rule < RULES; rule++)
		require_sentence("why", rule_name(rule));
	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++)
		require_sentence("who", actors[i]);
	for (int role = ROLE_KIOSK; role < ROLES; role++)
		require_sentence("who", role_name(role));
	for (int subject = NO_SUBJECT + 1; subject < SUBJECTS; subject++) {
		const struct subject_row *s = &subjects[subject];

		require_sentence("record.subject", s->path);
		for (const struct record_field *f = s->field; f->name != NULL; f++) {
			require_sentence("record.field", f->name);
			for (int i = 0; f->type == FIELD_CHOICE && f->names[i] != NULL; i++)
				require_sentence("record.choice", f->names[i]);
		}
		for (int i = 0; s->state[i] != NULL; i++)
			require_sentence("record.state", s->state[i]);
		for (const struct record_step *step = s->step; step->verb != NULL; step++)
			require_sentence("record.step", step->verb);
	}
	for (int kind = TICKET_ISSUED; kind <= RATING_GIVEN; kind++)
		require_sentence("story", kinds[kind].name);
	for (int verb = 0; verb < VERBS; verb++)
		if (verbs[verb].at == AT_WINDOW)
			require_sentence("page.command", verbs[verb].name);
}

#define SOME(...) { __VA_ARGS__ }
static const struct { const char *what; struct sentence own[2]; const char *error; } owns[] = {
	{ "one language", SOME({ "ticket.valid", { "仅限当日", "" } }), NULL },
	{ "placeholders in another order", SOME({ "sign.calling", { "{window}号窗口 请{number}", "" } }), NULL },
	{ "no such key", SOME({ "ticket.valid", { "x", "" } }, { "ticket.vaild", { "x", "" } }), "/texts/ticket.vaild: there is no such sentence in display/text/" },
	{ "a placeholder that is missing", SOME({ "sign.calling", { "{number} 请到", "" } }),
	  "/texts/sign.calling/zh: {window} is missing; it is in \"{number} 请到{window}号窗口\"" },
	{ "one that is not known", SOME({ "ticket.valid", { "", "Valid on {date}" } }), "/texts/ticket.valid/en: {date} is not in \"Valid today only\"" },
	{ "a brace alone", SOME({ "ticket.valid", { "{", "" } }), "/texts/ticket.valid/zh: { is not in \"当日有效\"" },
	{ "too long for a sign", SOME({ "sign.paused", { "0123456789012345678901234567890123456789012345678901234567890123", "" } }),
	  "/texts/sign.paused/zh: 64 bytes are over 63" },
};

static void
test_own_words(void **state)
{
	static struct layout layout;
	char error[256];
	const char *lent;

	(void)state;
	for (size_t i = 0; i < sizeof(owns) / sizeof(owns[0]); i++) {
		layout = (struct layout){ 0 };
		memcpy(layout.sentence, owns[i].own, sizeof(owns[i].own));
		layout.sentence_count = owns[i].own[1].key[0] == '\0' ? 1 : 2;
		error[0] = '\0';
		if ((texts_check(texts, &layout, error, sizeof(error)) == -1) != (owns[i].error != NULL) ||
		    (owns[i].error != NULL && strcmp(error, owns[i].error) != 0))
			fail_msg("%s: %s", owns[i].what, error);
	}
	layout = (struct layout){ .sentence = { { "ticket.valid", { "仅限当日", "" } } }, .sentence_count = 1 };
	texts_follow(texts, &layout);
	lent = texts_get(texts, LANG_ZH, "ticket.valid");
	assert_string_equal(lent, "仅限当日");
	assert_string_equal(texts_get(texts, LANG_EN, "ticket.valid"), "Valid today only");
	layout.sentence_count = 0;
	texts_follow(texts, &layout);
	assert_string_equal(texts_get(texts, LANG_ZH, "ticket.valid"), "当日有效");
	assert_string_equal(lent, "仅限当日");
}

static void
test_unknown_key(void **state)
{
	(void)state;
	assert_string_equal(texts_get(texts, LANG_EN, "no.such.key"), "no.such.key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_fills),
		cmocka_unit_test(test_worded),
		cmocka_unit_test(test_every_code_state_and_command),
		cmocka_unit_test(test_own_words),
		cmocka_unit_test(test_unknown_key),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
