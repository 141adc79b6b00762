/* The opening check: what is known, and what is found of it, the worst first; each finding can be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/settings/settings.h"
#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"
#include "daemon/office/ready.h"
#include "display/ready.h"

#define TODAY 20260901		/* a Tuesday */
#define METRE 1000

static struct layout layout;
static struct hall hall;
static struct ready_known known;
static struct texts *texts;
static json_t *windows;

static const struct driver_name drivers[] = { { .name = "escpos", .kind = "printer" }, { .name = NULL } };

static const char conf[] =
"{\"hall\": {\"id\": \"h\", \"name\": {\"zh\": \"厅\"}, \"timezone\": \"Asia/Shanghai\", \"languages\": [\"zh\", \"en\"]},"
" \"services\": [{\"id\": \"A\", \"prefix\": \"A\", \"name\": {\"zh\": \"综合\", \"en\": \"General\"},"
"   \"hours\": [{\"days\": [1, 2, 3, 4, 5], \"open\": \"09:00\", \"close\": \"12:00\"}, {\"days\": [1, 2, 3, 4, 5], \"open\": \"13:30\", \"close\": \"17:00\"}]}],"
" \"classes\": [{\"id\": \"o\", \"name\": {\"zh\": \"普通\"}}], \"windows\": [{\"no\": 1, \"services\": [\"A\"]}],"
" \"calendar\": [{\"date\": \"2026-09-03\", \"kind\": \"rest\", \"note\": {\"zh\": \"纪念日\"}}],"
" \"devices\": [{\"id\": \"printer\", \"driver\": \"escpos\", \"port\": \"/dev/x\", \"roll_m\": 80}]}";

/* All is well on Tuesday at 08:30: yesterday was closed and copied, a day brings 20 tickets in each half hour from nine to five. */
static void
all_well(void)
{
	layout.backup.folder[0] = '\0';
	known = (struct ready_known){ .hall = &hall, .layout = &layout, .now = { .wall_ms = date_ms(TODAY, 8 * 60 + 30), .steady_ms = 1000000000,
	    .day = TODAY }, .stores = true, .free_bytes = INT64_C(8) << 30, .ntp = 1, .backup_day = 20260831, .layout_problem = "", .learnt_problem = "",
	    .expects = true, .printers = 1, .printer = { { .id = "printer", .left_mm = 60 * METRE, .print_mm = 100 } } };
	for (int part = 18; part < 34; part++)
		known.came[part] = 20;
	hall_init(&hall, &layout);
	hall.closed_day = 20260831;
}

static void
add_device(const char *state, bool asked)
{
	known.device[known.devices++] = (struct ready_device){ .id = "signs", .kind = "sign", .reason = "no answer", .state = state,
	    .since_ms = known.now.wall_ms - 60000, .asked = asked, .windows = windows };
}

static void device_unplugged(void) { add_device("unplugged", false); }
static void device_fault(void) { add_device("fault", false); }
static void device_degraded(void) { add_device("degraded", false); }
static void device_silent(void) { add_device("silent", false); }
static void device_asked(void) { add_device("silent", true); }
static void paper_low(void) { known.printer[0].low = true; }
static void paper_out(void) { known.printer[0].low = known.printer[0].out = true; }
static void paper_near(void) { known.printer[0].left_mm = layout.office.near_mm; }
static void paper_ends(void) { known.printer[0].left_mm = 30 * METRE; }
static void paper_enough(void) { known.printer[0].left_mm = 32 * METRE + 1; }
static void paper_shared(void) { paper_ends(); known.printer[known.printers++] = (struct ready_printer){ .id = "other", .left_mm = -1 }; }
static void paper_mine(void) { paper_shared(); known.printer[0].left_mm = 28 * METRE; known.printer[0].printed = 90; known.printer[1].printed = 10; }
static void paper_theirs(void) { paper_shared(); known.printer[0].left_mm = 5 * METRE; known.printer[0].printed = 1; known.printer[1].printed = 9; }
static void paper_late(void) { known.printer[0].left_mm = 5500; known.now.wall_ms = date_ms(TODAY, 15 * 60 + 50); }
static void paper_at_last(void) { paper_late(); known.printer[0].left_mm = 5 * METRE - 100; known.now.wall_ms = date_ms(TODAY, 15 * 60 + 45); }
static void paper_unknown(void) { known.printer[0].left_mm = -1; }
static void paper_no_basis(void) { paper_ends(); known.expects = false; }
static void paper_rest(void) { paper_ends(); known.now.wall_ms = date_ms(20260903, 510); }
static void clock_doubted(void) { known.now.doubted = true; }
static void clock_stepped(void) { hall.flagged = true; }
static void clock_no_ntp(void) { known.ntp = 0; }
static void clock_not_known(void) { known.ntp = -1; }
static void disk_store(void) { known.stores = false; }
static void disk_low(void) { known.free_bytes = INT64_C(900) << 20; }
static void disk_full(void) { known.free_bytes = INT64_C(200) << 20; }
static void disk_unknown(void) { known.free_bytes = -1; }
static void backup_none(void) { known.backup_day = 0; }
static void backup_none_yet(void) { known.backup_day = hall.closed_day = 0; }
static void backup_old(void) { known.backup_day = 20260830; }
static void backup_very_old(void) { known.backup_day = 20260828; }
static void backup_failed(void) { known.backup_failed = true; }
static void second_has_it(void) { strcpy(layout.backup.folder, "/mnt/usb"); known.second_day = 20260831; }
static void second_old(void) { strcpy(layout.backup.folder, "/mnt/usb"); known.second_day = 20260830; }
static void second_none(void) { strcpy(layout.backup.folder, "/mnt/usb"); }
static void second_hangs(void) { second_none(); known.second_hangs = true; }
static void uplink(const char *state) { known.endpoint[known.endpoints++] = (struct ready_endpoint){ "https://x/", state, "HTTP 500" }; }
static void uplink_ok(void) { uplink("ok"); uplink("begins"); }
static void uplink_fails(void) { uplink("fails"); }
static void uplink_disabled(void) { uplink("disabled"); }
static void layout_problem(void) { known.layout_problem = "/windows/2/no: 1200 is over 999"; }
static void learnt_problem(void) { known.learnt_problem = "learnt.json: No space left on device"; }
static void hours_closed(void) { hall.override[0] = (struct override){ TODAY, true, -1, -1 }; }
static void hours_until(void) { hall.override[0] = (struct override){ TODAY, false, 15 * 60, -1 }; }
static void hours_quota(void) { hall.override[0] = (struct override){ TODAY, false, -1, 30 }; }
static void hours_rest(void) { known.now.wall_ms = date_ms(20260903, 510); }
static void hours_over(void) { known.now.wall_ms = date_ms(TODAY, 18 * 60); }
static void hours_halted(void) { hall.halt = HALT_SUSPENDED; }
static void two(void) { paper_low(); disk_low(); device_fault(); }

static const struct {
	const char	*what;
	void		(*make)(void);
	enum ready_state state;
	const char	*found[4];	/* the worst first; the line about the day's hours comes behind them */
	const char	*hours;
} rows[] = {
	{ "all is well", NULL, READY_GREEN, { NULL }, "hours.today" },
	{ "a device unplugged", device_unplugged, READY_RED, { "devices.unplugged" }, "hours.today" },
	{ "one that cannot work", device_fault, READY_RED, { "devices.fault" }, "hours.today" },
	{ "one that answers no more", device_degraded, READY_RED, { "devices.degraded" }, "hours.today" },
	{ "one that never answered", device_silent, READY_RED, { "devices.silent" }, "hours.today" },
	{ "one that is being asked", device_asked, READY_AMBER, { "devices.silent" }, "hours.today" },
	{ "the sensor sees the end of the paper", paper_low, READY_RED, { "paper.low" }, "hours.today" },
	{ "no paper is the device's fault", paper_out, READY_GREEN, { NULL }, "hours.today" },
	{ "the book sees it", paper_near, READY_RED, { "paper.low" }, "hours.today" },
	{ "320 tickets, paper for 300", paper_ends, READY_AMBER, { "paper.ends" }, "hours.today" },
	{ "paper for 320", paper_enough, READY_GREEN, { NULL }, "hours.today" },
	{ "two printers share them", paper_shared, READY_GREEN, { NULL }, "hours.today" },
	{ "one that printed nine of ten", paper_mine, READY_AMBER, { "paper.ends" }, "hours.today" },
	{ "one that printed one of ten", paper_theirs, READY_GREEN, { NULL }, "hours.today" },
	{ "46 are still to come, paper for 55", paper_late, READY_GREEN, { NULL }, "hours.today" },
	{ "50 are still to come, paper for 49", paper_at_last, READY_AMBER, { "paper.ends" }, "hours.today" },
	{ "nobody knows how long the roll is", paper_unknown, READY_GREEN, { NULL }, "hours.today" },
	{ "nobody knows what a day brings", paper_no_basis, READY_GREEN, { NULL }, "hours.today" },
	{ "a day of rest takes none", paper_rest, READY_GREEN, { NULL }, "hours.rest" },
	{ "a clock that is not believed", clock_doubted, READY_RED, { "clock.doubted" }, "hours.today" },
	{ "a clock that was stepped", clock_stepped, READY_AMBER, { "clock.stepped" }, "hours.today" },
	{ "a clock that nothing keeps", clock_no_ntp, READY_AMBER, { "clock.ntp" }, "hours.today" },
	{ "a clock of which nobody knows", clock_not_known, READY_GREEN, { NULL }, "hours.today" },
	{ "nothing is written", disk_store, READY_RED, { "disk.store" }, "hours.today" },
	{ "under a gigabyte is left", disk_low, READY_AMBER, { "disk.full" }, "hours.today" },
	{ "hardly anything is left", disk_full, READY_RED, { "disk.full" }, "hours.today" },
	{ "nobody knows what is left", disk_unknown, READY_GREEN, { NULL }, "hours.today" },
	{ "no backup", backup_none, READY_RED, { "backup.none" }, "hours.today" },
	{ "no day was closed yet", backup_none_yet, READY_GREEN, { NULL }, "hours.today" },
	{ "a backup of the day before", backup_old, READY_AMBER, { "backup.old" }, "hours.today" },
	{ "a backup three days behind", backup_very_old, READY_RED, { "backup.old" }, "hours.today" },
	{ "in a second place too", second_has_it, READY_GREEN, { NULL }, "hours.today" },
	{ "a second place that lacks the newest", second_old, READY_AMBER, { "backup.second" }, "hours.today" },
	{ "a second place that says nothing", second_hangs, READY_AMBER, { "backup.hangs" }, "hours.today" },
	{ "a second place with none", second_none, READY_AMBER, { "backup.second" }, "hours.today" },
	{ "the last one failed", backup_failed, READY_RED, { "backup.failed" }, "hours.today" },
	{ "endpoints that answer, or were not told yet", uplink_ok, READY_GREEN, { NULL }, "hours.today" },
	{ "one that does not", uplink_fails, READY_AMBER, { "uplink.fails" }, "hours.today" },
	{ "one that wants no more", uplink_disabled, READY_AMBER, { "uplink.disabled" }, "hours.today" },
	{ "hall.json is wrong", layout_problem, READY_AMBER, { "layout.problem" }, "hours.today" },
	{ "what was learnt is not kept", learnt_problem, READY_AMBER, { "learnt.problem" }, "hours.today" },
	{ "a service closed for today", hours_closed, READY_AMBER, { "hours.closed" }, "hours.later" },
	{ "one that closes early", hours_until, READY_AMBER, { "hours.until" }, "hours.today" },
	{ "one with fewer tickets", hours_quota, READY_AMBER, { "hours.quota" }, "hours.today" },
	{ "a day of rest", hours_rest, READY_GREEN, { NULL }, "hours.rest" },
	{ "in the evening", hours_over, READY_GREEN, { NULL }, "hours.later" },
	{ "suspended", hours_halted, READY_RED, { "hours.halted" }, "hours.today" },
	{ "several: red before amber, as the points come", two, READY_RED, { "devices.fault", "paper.low", "disk.full" }, "hours.today" },
};

/* A sentence with no placeholder left in it, in each language. */
static void
assert_said(const char *what, const struct finding *f)
{
	char out[READY_SAID];

	for (int lang = 0; lang < LANGUAGES; lang++)
		for (int i = 0; i < 2; i++) {
			ready_sentence(out, texts, lang, i == 0 ? "what" : "do", f->key, f->values, known.now.wall_ms);
			if (out[0] == '\0' || strncmp(out, "ready.", 6) == 0)
				fail_msg("%s: %s cannot be said: \"%s\"", what, f->key, out);
		}
}

static void
test_findings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct readiness r;
		int bad = 0;

		all_well();
		if (rows[i].make != NULL)
			rows[i].make();
		ready_look(&r, &known);
		for (; bad < 4 && rows[i].found[bad] != NULL; bad++)
			if (bad >= r.count || strcmp(r.finding[bad].key, rows[i].found[bad]) != 0)
				fail_msg("%s: not %s but %s", rows[i].what, rows[i].found[bad], bad < r.count ? r.finding[bad].key : "nothing");
		if (r.count != bad + 1 || strcmp(r.finding[bad].key, rows[i].hours) != 0)
			fail_msg("%s: %d findings, then %s", rows[i].what, r.count, bad < r.count ? r.finding[bad].key : "nothing");
		if (r.state != rows[i].state || r.bad != bad)
			fail_msg("%s: %s, %d bad", rows[i].what, ready_state_name(r.state), r.bad);
		for (int f = 0; f < r.count; f++)
			assert_said(rows[i].what, &r.finding[f]);
		ready_clear(&r);
	}
}

static void
test_words(void **state)
{
	struct readiness r;
	char out[READY_SAID];

	(void)state;
	all_well();
	device_unplugged();
	paper_ends();
	ready_look(&r, &known);
	ready_sentence(out, texts, LANG_ZH, "what", r.finding[0].key, r.finding[0].values, known.now.wall_ms);
	assert_string_equal(out, "signs（1、2号窗口）没有接上，从08:29起");
	ready_sentence(out, texts, LANG_EN, "what", r.finding[0].key, r.finding[0].values, known.now.wall_ms);
	assert_string_equal(out, "signs (window 1, 2) is not connected, since 08:29");
	ready_sentence(out, texts, LANG_EN, "what", r.finding[1].key, r.finding[1].values, known.now.wall_ms);
	assert_string_equal(out, "The roll in printer ends at about 16:30");	/* 15 half hours of 20 tickets of 10 cm */
	ready_clear(&r);

	all_well();
	paper_at_last();
	ready_look(&r, &known);
	ready_sentence(out, texts, LANG_EN, "what", r.finding[0].key, r.finding[0].values, known.now.wall_ms);
	assert_string_equal(out, "The roll in printer ends at about 16:58");
	ready_clear(&r);
}

static void
uplink_lost(void)
{
	known.endpoint[known.endpoints++] = (struct ready_endpoint){ "https://hall.example:8443/in?key=1", "failing", "" };
}

static void
many_faults(void)
{
	for (int i = 0; i < 20; i++)
		device_fault();
}

#define FAULT "devices.fault signs 1 2"

static const struct { const char *what; void (*make)(void); const char *summary; } summaries[] = {
	{ "nothing", NULL, "" },
	{ "a device and its windows; paper", two, FAULT "; paper.low printer; disk.full" },
	{ "a place outside: its name alone", uplink_lost, "uplink.fails hall.example:8443" },
	{ "as many as there is room for", many_faults,
	  FAULT "; " FAULT "; " FAULT "; " FAULT "; " FAULT "; " FAULT "; " FAULT "; " FAULT "; " FAULT "; …" },
};

static void
test_summary(void **state)
{
	char out[READY_SUMMARY];

	(void)state;
	for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++) {
		struct record inspection = record_new(SUBJECT_INSPECTION);
		struct readiness r;

		all_well();
		if (summaries[i].make != NULL)
			summaries[i].make();
		ready_look(&r, &known);
		ready_summary(out, &r);
		if (strcmp(out, summaries[i].summary) != 0)
			fail_msg("%s: \"%s\"", summaries[i].what, out);
		assert_int_equal(record_set_text(&inspection, "findings", out), 0);
		ready_clear(&r);
	}
}

/* written: of this date, by itself; written_min: then, 0: by people. */
static const struct { const char *what; int date, min; int written, written_min; int at_date, at_min; } times[] = {
	{ "in the morning", 20260901, 6 * 60, 0, 0, 20260901, 8 * 60 + 30 },
	{ "late: at once", 20260901, 10 * 60, 0, 0, 20260901, 10 * 60 },
	{ "after closing: for tomorrow", 20260901, 17 * 60, 0, 0, 20260902, 8 * 60 + 30 },
	{ "looked before it opens: when it does", 20260901, 8 * 60 + 31, 20260901, 8 * 60 + 30, 20260901, 9 * 60 },
	{ "and not since: at once", 20260901, 10 * 60, 20260901, 8 * 60 + 30, 20260901, 10 * 60 },
	{ "done: for tomorrow", 20260901, 10 * 60, 20260901, 9 * 60, 20260902, 8 * 60 + 30 },
	{ "done by people: for tomorrow", 20260901, 8 * 60 + 31, 20260901, 0, 20260902, 8 * 60 + 30 },
	{ "before a day of rest", 20260902, 18 * 60, 0, 0, 20260904, 8 * 60 + 30 },
	{ "before a weekend", 20260904, 18 * 60, 0, 0, 20260907, 8 * 60 + 30 },
};

static void
test_when(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct record done = record_new(SUBJECT_INSPECTION);
		int64_t at_ms, wanted_ms = date_ms(times[i].at_date, times[i].at_min);
		int date;

		all_well();
		done.id = done.rev = 1;
		record_set(&done, "day", times[i].written);
		record_choose(&done, "kind", "opening");
		record_set(&done, "at", date_ms(TODAY, times[i].written_min));
		record_set(&done, "by_itself", times[i].written_min != 0);
		if (times[i].written != 0)
			assert_int_equal(record_put(&hall.records, &done), 0);
		at_ms = ready_at(&hall, &layout, date_ms(times[i].date, times[i].min), &date);
		if (at_ms != wanted_ms || date != times[i].at_date)
			fail_msg("%s: %+lld min from when it should be", times[i].what, (long long)(at_ms - wanted_ms) / 60000);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings), cmocka_unit_test(test_words), cmocka_unit_test(test_summary), cmocka_unit_test(test_when),
	};
	char error[512];

	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	if (settings_read(&layout, conf, strlen(conf), drivers, error, sizeof error) == -1 ||
	    (texts = texts_open("display/text", error, sizeof error)) == NULL) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	windows = json_pack("[i, i]", 1, 2);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
