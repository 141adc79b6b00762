/*
 * What happened to a ticket, as people read it: each kind and variant, and what
 * its window's sign and voice were to do.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/api/past/story.h"
#include "tests/hall_fixture.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static struct fixture f;
static struct texts *texts;
static struct story *story;
static char text[LANGUAGES][8192];

static void
add(enum language lang, const char *before, const char *sentence)
{
	size_t len = strlen(text[lang]);

	if (strstr(sentence, "tory.") != NULL)
		fail_msg("%s: no such key", sentence);
	if (sentence[0] != '\0')
		snprintf(text[lang] + len, sizeof text[lang] - len, "%s%s\n", before, sentence);
}

/* The facts of the command are told; A001 is whom the story is of. */
static void
act(struct command cmd)
{
	struct told told;
	enum refusal refusal;

	if (cmd.actor[0] == '\0')
		strcpy(cmd.actor, "ctl");
	refusal = fixture_do(&f, &cmd);
	if (refusal != OK)
		fail_msg("%s: %s", verbs[cmd.verb].name, refusals[refusal].code);
	for (int i = 0; i < f.change.count; i++) {
		int its = story_fact(story, &f.change.fact[i], &told);

		if (its == -1)
			fail_msg("%s does not fit", kinds[f.change.fact[i].kind].name);
		for (int lang = 0; its == 1 && lang < LANGUAGES; lang++) {
			add(lang, "", told.sentence[lang]);
			add(lang, "  ", told.shown[lang]);
			add(lang, "  ", told.said[lang]);
		}
	}
	fixture_wait(&f, 1000);
}
#define ACT(...) act((struct command){ __VA_ARGS__ })
#define AT(n, what) ACT(.verb = DO_##what, .window = n)
#define OF(what, ...) ACT(.verb = DO_##what, .ticket = 1, __VA_ARGS__)
#define ISSUE(s, ...) ACT(.verb = DO_ISSUE, .service = s, __VA_ARGS__)

enum { A, B, C };
enum { ORDINARY, ELDERLY, FIRST };
static const struct person person = { .hash = 7, .last = "0074" };

static void
printed(int print)
{
	ACT(.verb = DO_PRINTED, .ticket = 1, .print = print);
}

static void
taken(void)
{
	ISSUE(A, .class = ELDERLY, .further = { B, C }, .further_count = 2, .files = 3, .holder_needs = NEED_DEAF,
	    .person = person, .person_id = "p");
}

static void rehearsed(void) { ISSUE(A, .rehearsal = true); }

static void
remote(void)
{
	ISSUE(A, .remote = true);
	AT(2, OPEN);
	ACT(.verb = DO_DUE);
	OF(CHECK_IN);
}

static void
remote_too_late(void)
{
	ISSUE(A, .remote = true, .class = ELDERLY);
	AT(2, OPEN);
	ACT(.verb = DO_DUE);
	fixture_wait(&f, 301000);
	ACT(.verb = DO_DUE);
	OF(CHECK_IN);
}

static void
remote_never(void)
{
	ISSUE(A, .remote = true);
	ACT(.verb = DO_CLOSE_DAY);
}

static void
booked(void)
{
	ACT(.verb = DO_BOOK, .service = B, .from_ms = f.now.wall_ms + 3600000, .to_ms = f.now.wall_ms + 5400000, .code = "X");
	fixture_wait(&f, 3500000);
	ACT(.verb = DO_CHECK_IN_BOOKING, .booking = 1, .actor = "ctl");
}

static void
on_paper(void)
{
	ISSUE(A, .printer = "p1");
	printed(PRINT_SENT);
	printed(PRINT_QUEUED);
	printed(PRINT_SENT);
	printed(PRINT_DONE);
	OF(REPRINT);
	printed(PRINT_SENT);
	printed(PRINT_UNCONFIRMED);
	OF(REPRINT, .printer = "p2");
	printed(PRINT_FAILED);
}

static void
served(void)
{
	ISSUE(B);
	AT(3, NEXT);
	fixture_wait(&f, 10000);
	AT(3, RECALL);
	AT(3, START);
	AT(3, FINISH);
	OF(RATE, .grade = 4, .words = "{}", .note = "n");
}

static void
not_started(void)
{
	ISSUE(A, .further = { C }, .further_count = 1);
	AT(2, NEXT);
	AT(2, FINISH);
	AT(4, NEXT);
	fixture_wait(&f, 5000);
	AT(4, NEXT);
}

static void
in_english(void)
{
	ISSUE(A, .language = LANG_EN);
	AT(1, NEXT);
}

static void
passed(void)
{
	ISSUE(A);
	ISSUE(A);
	AT(2, NEXT);
	AT(2, PASS);
	OF(RETURN, .actor = "holder");
	AT(2, NEXT);
	AT(2, PASS);
	OF(RETURN, .words = "w", .note = "n");
}

static void
passed_and_picked(void)
{
	ISSUE(A);
	ISSUE(A);
	AT(2, NEXT);
	AT(2, PASS);
	ACT(.verb = DO_PICK, .window = 2, .ticket = 1);
}

static void
held(void)
{
	ISSUE(A);
	AT(2, NEXT);
	ACT(.verb = DO_HOLD, .window = 2, .minutes = 5, .words = "w", .note = "n");
	AT(2, UNHOLD);
	AT(2, HOLD);
	fixture_wait(&f, 900000);
	ACT(.verb = DO_DUE);
	f.layout.policy.hold_s = 0;
	AT(2, NEXT);
	AT(2, HOLD);
}

static void
transferred(void)
{
	ISSUE(A);
	AT(2, NEXT);
	ACT(.verb = DO_TRANSFER, .window = 2, .service = C);
	AT(4, NEXT);
	ACT(.verb = DO_TRANSFER, .window = 4, .service = -1, .to = 1, .new_time = true);
}

static void
legs(void)
{
	ISSUE(A, .further = { B }, .further_count = 1);
	AT(2, NEXT);
	ACT(.verb = DO_LEGS, .window = 2, .further = { C }, .further_count = 1);
	fixture_wait(&f, 11000);
	ACT(.verb = DO_LEGS, .window = 2, .further = { C, B }, .further_count = 2);
	ACT(.verb = DO_FINISH, .window = 2, .needs = true, .further = { B }, .further_count = 1);
}

static void
changed(void)
{
	ISSUE(A);
	ISSUE(B);
	OF(CHANGE_CLASS, .class = ELDERLY, .words = "w", .note = "n");
	OF(CHANGE_SERVICE, .service = B);
	OF(NEEDS, .holder_needs = NEED_DEAF);
	OF(NEEDS, .holder_needs = 0);
	OF(LINK, .link = 2);
	OF(DEFER, .places = 1);
}

static void
linked_to(void)
{
	ISSUE(A);
	ISSUE(B);
	ACT(.verb = DO_LINK, .ticket = 2, .link = 1);
}

static void
deferred(void)
{
	ISSUE(A);
	ISSUE(A);
	OF(DEFER, .places = 2);
	AT(1, NEXT);
	ACT(.verb = DO_DUE);
}

static void
cancelled(void)
{
	ISSUE(A);
	AT(2, NEXT);
	OF(CANCEL, .actor = "holder");
}

static void
voided(void)
{
	ISSUE(A);
	OF(VOID, .words = "w", .note = "n");
}

static void
undone(void)
{
	ISSUE(A);
	AT(2, NEXT);
	AT(2, UNDO);
	AT(2, NEXT);
	AT(2, FINISH);
	AT(2, UNDO);
	ACT(.verb = DO_TRANSFER, .window = 2, .service = C);
	AT(2, UNDO);
}

/* Who was called with the same press is not told of who was finished. */
static void
undone_next(void)
{
	ISSUE(A);
	ISSUE(A);
	AT(2, NEXT);
	fixture_wait(&f, 3000);
	AT(2, NEXT);
	AT(2, UNDO);
}

static void
stands_still(void)
{
	ISSUE(A);
	AT(2, NEXT);
	ACT(.verb = DO_SUSPEND);
	ACT(.verb = DO_RESUME_HALL);
	AT(2, START);
	ACT(.verb = DO_EVACUATE, .drill = true);
	ACT(.verb = DO_RESUME_HALL);
	ACT(.verb = DO_EVACUATE);
}

static void
day_ends(void)
{
	ISSUE(A);
	AT(2, NEXT);
	ACT(.verb = DO_CLOSE_DAY);
}

static void
day_ends_serving(void)
{
	ISSUE(A);
	AT(2, NEXT);
	AT(2, START);
	ACT(.verb = DO_CLOSE_DAY);
}

static void
day_ends_waiting(void)
{
	ISSUE(A);
	ACT(.verb = DO_CLOSE_DAY);
}

static void
fails(const char *device, int address, bool faulty)
{
	struct command cmd = { .verb = DO_DEVICE, .address = address, .faulty = faulty };

	strcpy(cmd.device, device);
	strcpy(cmd.reason, faulty ? "no answer" : "");
	act(cmd);
}

/* What the call itself found out comes after it; what is not of its window is not told. */
static void
at_fault(void)
{
	ISSUE(A);
	AT(2, NEXT);
	fails("signs", 1, true);
	fails("signs", 2, true);
	fails("voice", 0, true);
	AT(2, RECALL);
	AT(2, START);
	fails("signs", 2, false);
	fails("voice", 0, false);
}

static void
recalled_at_fault(void)
{
	ISSUE(A);
	fails("signs", 2, true);
	fails("voice", 0, true);
	AT(2, NEXT);
	fails("voice", 0, false);
	fixture_wait(&f, 11000);
	AT(2, RECALL);
}

static void
started_anew(void)
{
	ISSUE(A);
	AT(2, NEXT);
	ACT(.verb = DO_STARTED, .boot = "b");
	fixture_wait(&f, 61000);
	ACT(.verb = DO_STARTED, .boot = "c");
}

static void
out_of_hours(void)
{
	ISSUE(B);
	AT(3, NEXT);
}

static void
dumb_and_dark(void)
{
	ISSUE(C);
	AT(4, NEXT);
}

static void
layout_unknown(void)
{
	ISSUE(A);
	story_layout(story, NULL);
	AT(2, NEXT);
}

static int64_t
in_minutes(int minutes)
{
	return f.now.wall_ms + minutes * INT64_C(60000);
}

/* Of services that it does not wait for nothing is told, nor once it is called. */
static void
lent(void)
{
	ISSUE(A, .class = ORDINARY);
	ACT(.verb = DO_LEND, .window = 3, .lent = 1 << A | 1 << C, .until_ms = in_minutes(30));
	ACT(.verb = DO_LEND, .window = 3, .lent = 1 << C, .until_ms = in_minutes(60));
	ACT(.verb = DO_LEND, .window = 3, .until_ms = 0);
	ACT(.verb = DO_LEND, .window = 3, .lent = 1 << A, .until_ms = in_minutes(60));
	AT(3, NEXT);
	ACT(.verb = DO_LEND, .window = 3);
}

static const struct {
	const char *what;
	void (*play)(void);
	const char *zh, *en;
} rows[] = {
#include "tests/stories.h"
};

static void
open_hall(void)
{
	struct layout *l = &f.layout;

	fixture_open(&f);
	l->policy.double_press_s = 0;
	l->policy.recall_gap_s = 0;
	strcpy(l->service[A].name.in[LANG_ZH], "综合");
	strcpy(l->service[A].name.in[LANG_EN], "General");
	strcpy(l->service[B].name.in[LANG_ZH], "社保");
	strcpy(l->service[B].name.in[LANG_EN], "Insurance");
	strcpy(l->class[ORDINARY].name.in[LANG_ZH], "普通");
	strcpy(l->class[ELDERLY].name.in[LANG_ZH], "老年人");
	strcpy(l->class[ELDERLY].name.in[LANG_EN], "Elderly");
	l->service[A].remote = (struct remote){ .quota = -1, .from_min = -1, .checkin_s = 300 };
	l->service[B].slot[l->service[B].slot_count++] = (struct bookable){ .days = 127, .from_min = 600, .to_min = 630, .limit = 5 };
	strcpy(l->device[0].id, "signs");
	strcpy(l->device[1].id, "voice");
	strcpy(l->device[2].id, "p1");
	strcpy(l->device[3].id, "p2");
	l->device_count = 4;
	l->zone_count = 2;
	l->zone[0].voice = l->zone[1].voice = 1;
	l->zone[1].hours = (struct hours){ .count = 1, .row = { { .days = 127, .open_min = 600, .close_min = 720 } } };
	for (int i = 0; i < 3; i++) {
		l->window[i].zone = i == 2;
		l->window[i].sign = (struct seat){ .device = 0, .address = i + 1 };
	}
}

static void
stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		open_hall();
		memset(text, 0, sizeof text);
		story = story_new(&f.layout, texts, 1);
		rows[i].play();
		story_free(story);
		if (getenv("STORIES") != NULL)
			printf("### %s\n%s---\n%s", rows[i].what, text[LANG_ZH], text[LANG_EN]);
		else if (strcmp(text[LANG_ZH], rows[i].zh) != 0 || strcmp(text[LANG_EN], rows[i].en) != 0)
			fail_msg("%s:\n%s%s", rows[i].what, text[LANG_ZH], text[LANG_EN]);
	}
}

static int
open_texts(void **state)
{
	char error[256];

	(void)state;
	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	if ((texts = texts_open("display/text", error, sizeof error)) == NULL)
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
