/*
 * The end of a business day: what becomes of each ticket, what the next day
 * gets from it, and that no day is left open, whenever the hall is switched off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/core/carry.h"
#include "daemon/core/day.h"
#include "daemon/core/number/token.h"
#include "tests/hall_fixture.h"
#include "tests/store_fixture.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* One ticket, and what was done at window 1. */

static struct fixture f;

static void
press(enum verb verb, int window, uint32_t ticket)
{
	fixture_wait(&f, 3000);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = verb, .window = window, .ticket = ticket, .places = 1 }), OK);
}

static void
close_hall(void)
{
	do
		assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY }), OK);
	while (f.hall.day_open);
}

static const struct {
	const char	*what;
	enum verb	 done[4];		/* at window 1, DO_CANCEL and DO_DEFER by the holder; DO_CHECK_IN: from afar, and that not yet */
	const char	*before, *fact, *after;	/* states of the leg; fact NULL: none, it was over */
	int		 served;
} endings[] = {
	{ "waits", { DO_NOTHING }, "waiting", "ticket.expired", "expired", 0 },
	{ "lets another go first", { DO_DEFER }, "waiting", "ticket.expired", "expired", 0 },
	{ "is called", { DO_NEXT }, "called", "ticket.expired", "expired", 0 },
	{ "is served", { DO_NEXT, DO_START }, "serving", "ticket.finished", "done", 1 },
	{ "is held", { DO_NEXT, DO_HOLD }, "held", "ticket.expired", "expired", 0 },
	{ "was passed", { DO_NEXT, DO_PASS }, "passed", "ticket.expired", "expired", 0 },
	{ "was served", { DO_NEXT, DO_START, DO_FINISH }, "done", NULL, "done", 1 },
	{ "gave up", { DO_NEXT, DO_ABANDON }, "abandoned", NULL, "abandoned", 0 },
	{ "is not here yet", { DO_CHECK_IN }, "reserved", "ticket.no_show", "no_show", 0 },
	{ "went home", { DO_CANCEL }, "cancelled", NULL, "cancelled", 0 },
};

/* Half past ten, on a day from this one on. */
static void
book(const char *code, int days)
{
	struct service *s = &f.layout.service[0];
	struct command cmd = { .verb = DO_BOOK, .class = 1, .from_ms = date_ms(date_after(20261124, days), 630), .to_ms = date_ms(date_after(20261124, days), 660) };

	s->slot[0] = (struct bookable){ .days = 0x7f, .from_min = 630, .to_min = 660, .limit = 5 };
	s->slot_count = 1;
	strcpy(cmd.code, code);
	assert_int_equal(fixture_do(&f, &cmd), OK);
}

/* With another behind it, so that who stands aside stays there. */
static void
begin(size_t row)
{
	bool remote = endings[row].done[0] == DO_CHECK_IN;

	fixture_open(&f);
	f.layout.service[0].remote = (struct remote){ .quota = -1, .from_min = -1, .checkin_s = 60 };
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .remote = remote }), OK);
	press(DO_ISSUE, 0, 0);
	for (const enum verb *v = endings[row].done; *v != DO_NOTHING && !remote; v++) {
		bool held = *v == DO_CANCEL || *v == DO_DEFER;

		press(*v, held ? 0 : 1, held ? 1 : 0);
	}
}

static void
each_ticket_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(endings); i++) {
		const char *fact = NULL;

		begin(i);
		if (strcmp(leg_state_name(f.hall.leg[0].state), endings[i].before) != 0)
			fail_msg("%s: %s", endings[i].what, leg_state_name(f.hall.leg[0].state));
		assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY }), OK);
		for (int n = 0; n < f.change.count; n++)
			if (f.change.fact[n].ticket == 1)
				fact = kinds[f.change.fact[n].kind].name;
		if ((fact == NULL) != (endings[i].fact == NULL) || (fact != NULL && strcmp(fact, endings[i].fact) != 0) ||
		    strcmp(leg_state_name(f.hall.leg[0].state), endings[i].after) != 0 ||
		    f.hall.totals.served != endings[i].served)
			fail_msg("%s: %s, %s, %d served", endings[i].what, fact == NULL ? "nothing" : fact,
			    leg_state_name(f.hall.leg[0].state), f.hall.totals.served);
		close_hall();
	}
}

/* Who gave up before the rest of it: that stays to be done for the day, and no longer. */
static void
what_is_behind_ends(void **state)
{
	struct command two = { .verb = DO_ISSUE, .further = { 1 }, .further_count = 1 };

	(void)state;
	fixture_open(&f);
	assert_int_equal(fixture_do(&f, &two), OK);
	press(DO_NEXT, 1, 0);
	press(DO_ABANDON, 1, 0);
	assert_int_equal(f.hall.leg[1].state, LEG_LATER);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY }), OK);
	assert_int_equal(f.change.fact[0].kind, TICKET_EXPIRED);
	assert_int_equal(f.hall.leg[0].state, LEG_ABANDONED);
	assert_int_equal(f.hall.leg[1].state, LEG_EXPIRED);
	close_hall();
}

/* Nobody and nothing is left but what goes on. */
static void
the_hall_is_empty(void **state)
{
	(void)state;
	begin(3);
	press(DO_OPEN, 2, 0);
	press(DO_PAUSE, 2, 0);
	close_hall();
	assert_int_equal(f.change.fact[0].kind, HALL_DAY_CLOSED);
	assert_int_equal(f.hall.ticket_count, 0);
	assert_int_equal(f.hall.leg_count, 0);
	assert_int_equal(f.hall.call_count, 0);
	assert_int_equal(hall_waiting(&f.hall, 0), 0);
	assert_int_equal(f.hall.window[1].state, OFFLINE);
	assert_int_equal(f.hall.window[2].state, OFFLINE);
	assert_null(hall_undo(&f.hall, 2));
	assert_int_equal(f.hall.totals.issued, 2);
	assert_int_equal(f.hall.closed_day, 20261124);
	assert_false(hall_day_over(&f.hall, &(struct instant){ .day = 20261125 }));

	/* The same day goes on if it must: numbers are not given twice on it, ids never. */
	press(DO_ISSUE, 0, 0);
	assert_string_equal(f.hall.ticket[0].number, "A003");
	assert_int_equal(f.hall.ticket[0].id, 3);
	assert_true(hall_day_over(&f.hall, &(struct instant){ .day = 20261125 }));
	close_hall();
	f.now.day = 20261125;
	press(DO_ISSUE, 0, 0);
	assert_string_equal(f.hall.ticket[0].number, "A001");
	assert_int_equal(f.hall.ticket[0].id, 4);
	assert_int_equal(f.hall.totals.issued, 1);
}

/* Nothing that a device or an account does opens a day. */
static void
a_day_nobody_came(void **state)
{
	(void)state;
	fixture_open(&f);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_DEVICE, .device = "sign", .faulty = true }), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ADD_STAFF, .name = "ann", .role = ROLE_CLERK }), OK);
	assert_false(hall_day_over(&f.hall, &(struct instant){ .day = 20261125 }));
}

/* What is carried over makes the hall again. */
static void
carried(void **state)
{
	json_t *json;

	(void)state;
	begin(1);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_STARTED, .boot = "boot", .offset_ms = 77 }), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ROLL, .device = "printer", .roll = ROLL_ASKED }), OK);
	book("code1", 1);
	book("code2", 0);
	press(DO_ISSUE, 0, 0);
	close_hall();
	assert_int_equal(f.hall.booking_count, 1);
	assert_string_equal(f.hall.booking[0].code, "code1");
	json = hall_carried(&f.hall);
	hall_init(&f.told, &f.layout);
	assert_int_equal(hall_carry(&f.told, &f.change.fact[0], json), 0);
	assert_null(hall_differs(&f.hall, &f.told));
	json_decref(json);
}

/* A suspended hall goes on with the next day; one that was left does not, before somebody says so; nor does a notice end with its day. */
static void
emergencies(void **state)
{
	struct command notice = { .verb = DO_NOTICE, .until_ms = 77000, .text = { { "电梯检修", "No lift" } } };

	(void)state;
	begin(1);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_SUSPEND }), OK);
	close_hall();
	assert_int_equal(f.hall.halt, HALT_NONE);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_EVACUATE, .text = { { "从东门离开" } } }), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ALARM, .window = 1 }), OK);
	assert_int_equal(fixture_do(&f, &notice), OK);
	close_hall();
	assert_int_equal(f.hall.halt, HALT_EVACUATED);
	assert_string_equal(f.hall.evacuation.in[LANG_ZH], "从东门离开");
	assert_string_equal(f.hall.notice.text.in[LANG_EN], "No lift");
	assert_null(hall_panic(&f.hall, 1));
	json_t *json = hall_carried(&f.hall);
	hall_init(&f.told, &f.layout);
	assert_int_equal(hall_carry(&f.told, &f.change.fact[0], json), 0);
	assert_null(hall_differs(&f.hall, &f.told));
	json_decref(json);
}

static void
carried_by_others(void **state)
{
	static const char *const wrong[] = { "{}", "{\"day\": 20261124}", "[]" };
	json_t *right, *json;

	(void)state;
	begin(0);
	close_hall();
	for (size_t i = 0; i < ROWS(wrong); i++) {
		json = json_loads(wrong[i], 0, NULL);
		hall_init(&f.told, &f.layout);
		assert_int_equal(hall_carry(&f.told, &f.change.fact[0], json), -1);
		json_decref(json);
	}
	/* Each member must be there, but for what days closed before there were bookings, or emergencies, or troubles, have not. */
	right = hall_carried(&f.hall);
	for (void *at = json_object_iter(right); at != NULL; at = json_object_iter_next(right, at)) {
		const char *key = json_object_iter_key(at);
		bool newer = strstr(key, "booking") != NULL || strcmp(key, "whole") == 0 || strcmp(key, "troubles") == 0;

		json = json_copy(right);
		json_object_del(json, key);
		hall_init(&f.told, &f.layout);
		if ((hall_carry(&f.told, &f.change.fact[0], json) == 0) != newer)
			fail_msg("without %s", key);
		json_decref(json);
	}
	json_decref(right);
}

/* Who did not come is told of; those of days to come go on, also when it was the clock that was wrong. */
static void
bookings_end(void **state)
{
	static const struct { int goes_on, kept; const char *first; } rows[] = {
		{ 0, 1, "later" }, { 20261125, 1, "later" }, { 20261124, 2, "today" }, { 20261120, 2, "today" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		fixture_open(&f);
		book("today", 0);
		book("later", 2);
		book("given up", 0);
		assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CANCEL_BOOKING, .booking = 3 }), OK);
		press(DO_ISSUE, 0, 0);
		assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY, .goes_on = rows[i].goes_on }), OK);
		assert_int_equal(f.change.count, rows[i].kept == 1 ? 2 : 1);
		assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY, .goes_on = rows[i].goes_on }), OK);
		assert_false(f.hall.day_open);
		assert_int_equal(f.hall.booking_count, rows[i].kept);
		assert_string_equal(f.hall.booking[0].code, rows[i].first);
		book("new", 3);
		assert_int_equal(f.hall.booking[rows[i].kept].id, 4);
	}
}

/* When a day ends, by the clock on the wall. */
static void
days_end(void **state)
{
	static const struct { const char *what, *zone; int starts_min; const char *at, *ends; } rows[] = {
		{ "in the morning", "Asia/Shanghai", 240, "2026-11-24 09:00", "2026-11-25 04:00" },
		{ "after midnight", "Asia/Shanghai", 240, "2026-11-25 03:59", "2026-11-25 04:00" },
		{ "at its start", "Asia/Shanghai", 240, "2026-11-25 04:00", "2026-11-26 04:00" },
		{ "at midnight", "Asia/Shanghai", 0, "2026-11-24 23:59", "2026-11-25 00:00" },
		{ "before the leap day", "Asia/Shanghai", 240, "2028-02-28 12:00", "2028-02-29 04:00" },
		{ "the leap day", "Asia/Shanghai", 240, "2028-02-29 12:00", "2028-03-01 04:00" },
		{ "the year", "Asia/Shanghai", 240, "2026-12-31 12:00", "2027-01-01 04:00" },
		{ "23 hours", "Europe/Berlin", 240, "2026-03-28 12:00", "2026-03-29 04:00" },
		{ "25 hours", "Europe/Berlin", 240, "2026-10-24 12:00", "2026-10-25 04:00" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct tm tm = { .tm_isdst = -1 };
		char ends[32];
		int64_t at_ms;
		time_t s;

		setenv("TZ", rows[i].zone, 1);
		tzset();
		strptime(rows[i].at, "%Y-%m-%d %H:%M", &tm);
		at_ms = mktime(&tm) * INT64_C(1000);
		s = day_ends_ms(at_ms, rows[i].starts_min) / 1000;
		strftime(ends, sizeof ends, "%Y-%m-%d %H:%M", localtime_r(&s, &tm));
		if (strcmp(ends, rows[i].ends) != 0)
			fail_msg("%s: %s", rows[i].what, ends);
		assert_int_not_equal(day_of(s * INT64_C(1000), rows[i].starts_min), day_of(at_ms, rows[i].starts_min));
		assert_int_equal(day_of(s * INT64_C(1000) - 1, rows[i].starts_min), day_of(at_ms, rows[i].starts_min));
	}
	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
}

/* A token says of which day it is, and nothing more. */
static void
tokens(void **state)
{
	static const struct { const char *what, *token; int day; bool other; } rows[] = {
		{ "of the day", "40123456789abcdef", 20261124, false }, { "the day after", "40123456789abcdef", 20261125, true },
		{ "the month after", "40123456789abcdef", 20261224, true }, { "of before there were days in them", "0123456789abcdef", 20261125, false },
		{ "too long", "40123456789abcdefg", 20261125, false }, { "no token", "4.123456789abcdef", 20261125, false },
		{ "nothing", "", 20261125, false }, { "the last of a month", "_0123456789abcdef", 20260831, true },
	};
	char made[TOKEN_MAX];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (token_of_another_day(rows[i].token, rows[i].day) != rows[i].other)
			fail_msg("%s", rows[i].what);
	token_make(made, 20261124, "0123456789abcdef");
	assert_string_equal(made, rows[0].token);
	token_make(made, 20260131, "0123456789abcdef");
	assert_string_equal(made, rows[7].token);
}

/* Days on disk. */

static struct store store;

#define NINE_MS	INT64_C(1795568400000)		/* 2026-11-25 09:00 in Shanghai */
#define DAY_MS	(24 * 3600 * INT64_C(1000))
#define HOUR_MS	(3600 * INT64_C(1000))

static int
make(void **state)
{
	(void)state;
	store_make(&store);
	clock_hold(store.clock, NINE_MS);
	return 0;
}

static int
unmake(void **state)
{
	(void)state;
	store_remove(&store);
	return 0;
}

static const char *
take(void)
{
	static struct asked asked;
	static char number[64];

	asked = (struct asked){ 0 };
	store_issue(&store, &asked, NULL, 0);
	store_settle(&store);
	assert_int_equal(asked.outcome, OK);
	strcpy(number, asked.answer);
	number[strcspn(number, " ")] = '\0';
	return number;
}

static int
closings(void)
{
	return store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'hall.day_closed'");
}

static void
by_the_first_command(void **state)
{
	(void)state;
	store_opens(&store);
	assert_string_equal(take(), "A001");
	assert_string_equal(take(), "A002");
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
	clock_move(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A001");
	assert_int_equal(closings(), 1);
	store_holds(&store, "the second day");
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM leg WHERE state = 'expired'"), 2);
	assert_int_equal(ledger_shown(store.ledger)->ticket_count, 1);
	assert_int_equal(store_sql(store.dir, "SELECT max(day) FROM event WHERE kind = 'hall.day_closed'"), 20261125);
	store_close(&store);
	store_opens(&store);
	assert_string_equal(take(), "A002");
	assert_int_equal(closings(), 1);
	store_holds(&store, "the second day, opened again");
}

static void
by_the_clock(void **state)
{
	(void)state;
	store_opens(&store);
	take();
	clock_move(store.clock, NINE_MS + 18 * HOUR_MS);
	store_turn(&store);
	assert_int_equal(closings(), 0);
	clock_move(store.clock, NINE_MS + 19 * HOUR_MS);
	while (ledger_shown(store.ledger)->day_open)
		store_turn(&store);
	assert_int_equal(closings(), 1);
	store_holds(&store, "at four");
	assert_int_equal(ledger_shown(store.ledger)->ticket_count, 0);
	clock_move(store.clock, NINE_MS + 7 * DAY_MS);
	store_turn(&store);
	assert_int_equal(closings(), 1);
}

/* Once the hall has closed and everybody has gone, an hour later; whoever is still here, or does something, puts it off. */
static void
after_closing(void **state)
{
	(void)state;
	for (int i = 0; i < store.layout.service_count; i++) {
		store.layout.service[i].hours.count = 1;
		store.layout.service[i].hours.row[0] = (struct hours_row){ .days = 0x7f, .open_min = 9 * 60, .close_min = 17 * 60,
		    .from_min = -1, .until_min = -1 };
	}
	store_opens(&store);
	take();
	clock_move(store.clock, NINE_MS + 10 * HOUR_MS);
	store_turn(&store);
	assert_int_equal(closings(), 0);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_FINISH, .window = 1 }), OK);
	clock_move(store.clock, NINE_MS + 11 * HOUR_MS - 1);
	store_turn(&store);
	assert_int_equal(closings(), 0);
	clock_move(store.clock, NINE_MS + 11 * HOUR_MS);
	while (ledger_shown(store.ledger)->day_open)
		store_turn(&store);
	assert_int_equal(closings(), 1);
	assert_int_equal(ledger_shown(store.ledger)->window[1].state, OFFLINE);
	assert_int_equal(store_sql(store.dir, "SELECT max(day) FROM event WHERE kind = 'hall.day_closed'"), 20261125);
	store_holds(&store, "after closing");
	/* What is done yet on that day goes on with its numbers, and the day is closed once more. */
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_OPEN, .window = 1 }), OK);
	clock_move(store.clock, NINE_MS + 13 * HOUR_MS);
	while (ledger_shown(store.ledger)->day_open)
		store_turn(&store);
	assert_int_equal(closings(), 2);
	store_holds(&store, "after closing again");
	clock_move(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A001");
}

/* The main breaker is thrown each evening, and on Friday for a week. */
static void
at_the_next_start(void **state)
{
	(void)state;
	for (int day = 0; day < 20; day += day == 9 ? 7 : 1) {
		clock_hold(store.clock, NINE_MS + day * DAY_MS);
		store_opens(&store);
		for (int n = 1; n <= 3; n++) {
			char want[16];

			snprintf(want, sizeof want, "A%03d", n);
			assert_string_equal(take(), want);
		}
		assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
		store_close(&store);
	}
	assert_int_equal(closings(), 13);
	assert_int_equal(store_tickets(store.dir, NULL), 42);
	store_holds(&store, "twenty days");
}

/* A year with a leap day; now and then the hall is off for some days, or started anew. */
static void
a_year(void **state)
{
	int days = 0;

	(void)state;
	clock_hold(store.clock, NINE_MS + 400 * DAY_MS);
	store_opens(&store);
	for (int day = 400; day < 766; day += day % 50 == 0 ? 3 : 1, days++) {
		static struct asked asked[12];

		clock_move(store.clock, NINE_MS + day * DAY_MS);
		if (day % 30 == 0) {
			store_close(&store);
			store_opens(&store);
		}
		for (int n = 0; n < 12; n++) {
			asked[n] = (struct asked){ 0 };
			if (n < 6)
				store_issue(&store, &asked[n], NULL, 0);
			else
				store_window(&store, &asked[n], NULL, n % 3 == 2 ? DO_PASS : DO_NEXT, 1 + n % 2);
		}
		store_settle(&store);
		for (int n = 0; n < 6; n++) {
			char want[16];

			snprintf(want, sizeof want, "A%03d ", n + 1);
			if (strncmp(asked[n].answer, want, strlen(want)) != 0)
				fail_msg("day %d: %s", day, asked[n].answer);
		}
	}
	assert_int_equal(closings(), days - 1);
	assert_int_equal(store_tickets(store.dir, NULL), 6 * days);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM ticket WHERE day = 20280229"), 6);
	store_holds(&store, "a year");
}

/* A booking and whose it is, over a night and a start, until the day after. */
static void
bookings_on_disk(void **state)
{
	struct command book = { .verb = DO_BOOK, .code = "K7", .person = { .hash = 77, .last = "002X" },
	    .from_ms = NINE_MS + DAY_MS + HOUR_MS, .to_ms = NINE_MS + DAY_MS + 2 * HOUR_MS };
	struct command come = { .verb = DO_CHECK_IN_BOOKING, .booking = 1, .token = "token of a booking", .person_id = "somebody" };
	struct service *s;
	const struct hall *h;

	(void)state;
	store_opens(&store);
	s = (struct service *)&ledger_layout(store.ledger)->service[0];
	s->slot[0] = (struct bookable){ .days = 0x7f, .from_min = 600, .to_min = 660, .limit = 5 };
	s->slot_count = 1;
	((struct layout *)ledger_layout(store.ledger))->policy.bookings_days = 14;
	take();
	assert_int_equal(store_do(&store, &book), OK);
	store_holds(&store, "booked");
	clock_move(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A001");
	store_holds(&store, "on the second day");
	store_close(&store);
	store_opens(&store);
	h = ledger_shown(store.ledger);
	assert_int_equal(hall_code(h, "K7")->person.hash, 77);
	assert_string_equal(hall_code(h, "K7")->person.last, "002X");
	clock_move(store.clock, NINE_MS + DAY_MS + HOUR_MS);
	assert_int_equal(store_do(&store, &come), OK);
	store_holds(&store, "come to");
	assert_int_equal(h->ticket[1].person.hash, 77);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM booking WHERE state = 'checked_in' AND ticket = 3 AND hash = 0 AND last = ''"), 1);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE body LIKE '%002X%'"), 0);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE subject = 'booking:1'"), 1);
}

/* In the same commit as what came before it and after it. */
static void
in_one_batch(void **state)
{
	static struct asked asked[4];

	(void)state;
	memset(asked, 0, sizeof asked);
	store_opens(&store);
	store_settle(&store);
	store_issue(&store, &asked[0], NULL, 0);
	store_window(&store, &asked[1], NULL, DO_NEXT, 1);
	clock_move(store.clock, NINE_MS + DAY_MS);
	store_issue(&store, &asked[2], NULL, 0);
	store_window(&store, &asked[3], NULL, DO_NEXT, 1);
	store_settle(&store);
	assert_string_equal(asked[1].answer, "1 A001");
	assert_string_equal(asked[3].answer, "1 A001");
	assert_int_equal(store_tickets(store.dir, NULL), 2);
	store_holds(&store, "two days in a batch");
}

/* No new tickets, and with the last one served the day is closed. */
static void
serve_on(void **state)
{
	static struct asked late;

	(void)state;
	store_opens(&store);
	take();
	take();
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_END_DAY }), OK);
	late = (struct asked){ 0 };
	store_issue(&store, &late, NULL, 0);
	assert_int_equal(late.outcome, SERVICE_CLOSED);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
	assert_int_equal(closings(), 0);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_FINISH, .window = 1 }), OK);
	store_settle(&store);
	assert_false(ledger_next(store.ledger)->day_open);
	store_close(&store);
	assert_int_equal(closings(), 1);
	store_holds(&store, "served on");
	store_opens(&store);
	assert_string_equal(take(), "A003");
}

/* In one batch with all that came of it; the day stays open, for who looks at the code, and is closed at its hour. */
static void
with_slips(void **state)
{
	const struct hall *h;
	char code[CODE_MAX];
	struct service *s;

	(void)state;
	for (int i = 0; i < store.layout.service_count; i++) {
		store.layout.service[i].hours.count = 1;
		store.layout.service[i].hours.row[0] = (struct hours_row){ .days = 0x7f, .open_min = 9 * 60, .close_min = 17 * 60,
		    .from_min = -1, .until_min = -1 };
	}
	store_opens(&store);
	h = ledger_shown(store.ledger);
	s = (struct service *)&ledger_layout(store.ledger)->service[0];
	s->slot[0] = (struct bookable){ .days = 0x7f, .from_min = 570, .to_min = 600, .limit = 2 };
	s->slot_count = 1;
	((struct layout *)ledger_layout(store.ledger))->policy.bookings_days = 14;
	for (int i = 0; i < 3; i++)
		take();
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_END_DAY, .slips = true, .actor = "staff:1" }), OK);
	store_holds(&store, "slips");
	assert_true(h->day_open);
	assert_int_equal(h->booking_count, 3);
	assert_int_equal(store_sql(store.dir, "SELECT count(DISTINCT code) FROM booking WHERE length(code) = 8"), 3);
	assert_int_equal(store_sql(store.dir, "SELECT count(DISTINCT at_ms) FROM event WHERE kind = 'ticket.expired'"), 1);
	assert_int_equal(store_sql(store.dir, "SELECT body ->> 'booking' FROM event WHERE kind = 'ticket.expired' AND subject = 'ticket:2'"), 2);
	strcpy(code, h->booking[1].code);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_END_DAY, .slips = true }), NOT_ALLOWED);
	store_close(&store);
	store_opens(&store);
	h = ledger_shown(store.ledger);
	assert_string_equal(hall_booking(h, hall_ticket(h, 2)->booking)->code, code);
	clock_move(store.clock, NINE_MS + 12 * HOUR_MS);
	for (int i = 0; i < 3; i++)
		store_turn(&store);
	assert_true(ledger_next(store.ledger)->day_open);
	clock_move(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A001");
	assert_int_equal(closings(), 1);
	assert_int_equal(hall_code(h, code)->state, BOOKING_IS_MADE);
	assert_int_equal(hall_code(h, code)->from_ms, NINE_MS + DAY_MS + HOUR_MS / 2);
	store_holds(&store, "the day after");
}

/* A full hall, more than one step of it. */
static void
many_at_once(void **state)
{
	static struct asked asked[500];

	(void)state;
	store_opens(&store);
	for (size_t i = 0; i < ROWS(asked); i++) {
		asked[i] = (struct asked){ 0 };
		store_issue(&store, &asked[i], NULL, i % 3);
	}
	store_settle(&store);
	clock_move(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A001");
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'ticket.expired'"), 500);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM leg WHERE state = 'expired'"), 500);
	store_holds(&store, "five hundred");
}

/* On a clock without a battery time begins anew at each start: the day goes on, its numbers too. */
static void
a_dead_battery(void **state)
{
	(void)state;
	store_opens(&store);
	take();
	store_close(&store);
	clock_hold(store.clock, INT64_C(946684800000));
	store_opens(&store);
	assert_string_equal(take(), "A002");
	assert_int_equal(closings(), 0);
	assert_int_equal(ledger_shown(store.ledger)->day, 20261125);
	store_holds(&store, "in the year 2000");
}

/* A clock that is stepped far is not believed, so nobody's ticket expires for it. */
static void
a_wrong_date(void **state)
{
	(void)state;
	store_opens(&store);
	take();
	clock_step(store.clock, NINE_MS + 400 * DAY_MS);
	assert_string_equal(take(), "A002");
	assert_true(ledger_now(store.ledger).doubted);
	assert_int_equal(closings(), 0);
	clock_move(store.clock, NINE_MS + 400 * DAY_MS + HOUR_MS);
	assert_string_equal(take(), "A003");
	assert_int_equal(ledger_shown(store.ledger)->day, 20261125);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'hall.clock'"), 1);

	/* It is right again, and so is the time. */
	clock_step(store.clock, NINE_MS + 2 * HOUR_MS);
	assert_string_equal(take(), "A004");
	assert_false(ledger_now(store.ledger).doubted);

	/* Somebody says that it is right: a new day it is. */
	clock_step(store.clock, NINE_MS + 3 * DAY_MS);
	assert_string_equal(take(), "A005");
	clock_believe(store.clock);
	assert_string_equal(take(), "A001");
	assert_int_equal(store_sql(store.dir, "SELECT body ->> 'flagged' FROM event WHERE kind = 'hall.day_closed'"), 1);
	store_holds(&store, "a wrong date");
}

/* What was believed at a start turns out to be years ahead: the day that is goes on, under its date. */
static void
years_ahead(void **state)
{
	(void)state;
	store_opens(&store);
	take();
	store_close(&store);
	clock_hold(store.clock, NINE_MS + 3650 * DAY_MS);
	store_opens(&store);
	assert_string_equal(take(), "A001");
	clock_step(store.clock, NINE_MS + DAY_MS);
	assert_string_equal(take(), "A002");
	clock_believe(store.clock);
	assert_int_equal(ledger_now(store.ledger).day, 20261126);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_CLOSE_DAY, .goes_on = 20261126 }), OK);
	assert_string_equal(take(), "A003");
	assert_int_equal(ledger_shown(store.ledger)->day, 20261126);
	store_holds(&store, "years ahead");
}

/* Small steps are what NTP does: the day goes by them, and is flagged when they can be seen. */
static void
small_steps(void **state)
{
	static const struct { const char *what; int64_t by_ms; int told; } rows[] = {
		{ "drift", 1500, 0 }, { "ten minutes back", -600000, 1 }, { "an hour ahead", 3600000, 2 },
	};
	int64_t at_ms = NINE_MS;

	(void)state;
	store_opens(&store);
	take();
	for (size_t i = 0; i < ROWS(rows); i++) {
		at_ms += rows[i].by_ms;
		clock_step(store.clock, at_ms);
		take();
		if (ledger_now(store.ledger).doubted ||
		    store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'hall.clock'") != rows[i].told)
			fail_msg("%s", rows[i].what);
	}
	store_holds(&store, "small steps");
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, make, unmake)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ticket_ends), cmocka_unit_test(what_is_behind_ends), cmocka_unit_test(the_hall_is_empty), cmocka_unit_test(a_day_nobody_came),
		cmocka_unit_test(carried), cmocka_unit_test(emergencies), cmocka_unit_test(carried_by_others), cmocka_unit_test(bookings_end), cmocka_unit_test(days_end), cmocka_unit_test(tokens),
		TEST(by_the_first_command), TEST(by_the_clock), TEST(after_closing), TEST(at_the_next_start), TEST(bookings_on_disk), TEST(a_year), TEST(in_one_batch), TEST(serve_on), TEST(with_slips), TEST(many_at_once),
		TEST(a_dead_battery), TEST(a_wrong_date), TEST(years_ahead), TEST(small_steps),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
