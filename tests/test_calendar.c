/* Days of services: hours of the week, holidays, days that make up for them, today's exceptions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <time.h>

#include "daemon/core/calendar.h"
#include "tests/hall_fixture.h"

#define HM(h, m)	((h) * 60 + (m))
#define HOUR_MS		INT64_C(3600000)

/*
 * a: Monday to Friday 09:00-12:00 and 13:30-17:00, tickets from 08:30 to 11:45 and from 13:00 to 16:30.
 * b: always.  c: Saturdays 10:00-16:00.
 *
 * 2026-11-28 is a Saturday.
 */
static struct layout l;

static const struct calendar_day calendar[] = {
	{ .date = 20261001, .kind = DAY_REST },
	{ .date = 20261002, .kind = DAY_REST },
	{ .date = 20261010, .kind = DAY_MAKEUP },	/* a Saturday */
	{ .date = 20261231, .kind = DAY_WORK, .hours = { .count = 1, .row = { { .open_min = HM(9, 0), .close_min = HM(11, 0),
	    .from_min = -1, .until_min = -1 } } } },
	{ .date = 20270101, .kind = DAY_REST },
};

static void
in_zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static int
set_up(void **state)
{
	struct service *s;

	(void)state;
	in_zone("Asia/Shanghai");
	fixture_layout(&l);
	l.day_starts_min = HM(4, 0);
	s = fixture_service(&l, "a", "A");
	/* The afternoon stands first: rows have no order. */
	s->hours = (struct hours){ .count = 2, .row = { { 0x1F, HM(13, 30), HM(17, 0), HM(13, 0), HM(16, 30) },
	    { 0x1F, HM(9, 0), HM(12, 0), HM(8, 30), HM(11, 45) } } };
	fixture_service(&l, "b", "B");
	s = fixture_service(&l, "c", "C");
	s->hours = (struct hours){ .count = 1, .row = { { 0x20, HM(10, 0), HM(16, 0), -1, -1 } } };
	memcpy(l.calendar, calendar, sizeof(calendar));
	l.calendar_count = sizeof(calendar) / sizeof(calendar[0]);
	return 0;
}

enum { A, B, C };

static const struct {
	const char	*what;
	int		 service, date, min;
	enum phase	 phase;
	bool		 gives;
} moments[] = {
	{ "a workday, midnight",		A, 20261124, HM(0, 0),   PHASE_CLOSED, false },
	{ "the minute before tickets",		A, 20261124, HM(8, 29),  PHASE_CLOSED, false },
	{ "tickets",				A, 20261124, HM(8, 30),  PHASE_TICKETING, true },
	{ "the minute before opening",		A, 20261124, HM(8, 59),  PHASE_TICKETING, true },
	{ "opening",				A, 20261124, HM(9, 0),   PHASE_OPEN, true },
	{ "the morning's last tickets",		A, 20261124, HM(11, 44), PHASE_OPEN, true },
	{ "no tickets before lunch",		A, 20261124, HM(11, 45), PHASE_OPEN, false },
	{ "lunch",				A, 20261124, HM(12, 0),  PHASE_LUNCH, false },
	{ "the minute before tickets again",	A, 20261124, HM(12, 59), PHASE_LUNCH, false },
	{ "tickets for the afternoon",		A, 20261124, HM(13, 0),  PHASE_TICKETING, true },
	{ "the afternoon",			A, 20261124, HM(13, 30), PHASE_OPEN, true },
	{ "the day's last tickets",		A, 20261124, HM(16, 29), PHASE_OPEN, true },
	{ "no more tickets",			A, 20261124, HM(16, 30), PHASE_CLOSING, false },
	{ "the last minute",			A, 20261124, HM(16, 59), PHASE_CLOSING, false },
	{ "closed",				A, 20261124, HM(17, 0),  PHASE_CLOSED, false },
	{ "the day's last minute",		A, 20261124, HM(23, 59), PHASE_CLOSED, false },
	{ "a Saturday",				A, 20261128, HM(10, 0),  PHASE_CLOSED, false },
	{ "a Saturday of its own",		C, 20261128, HM(10, 0),  PHASE_OPEN, true },
	{ "and before",				C, 20261128, HM(9, 59),  PHASE_CLOSED, false },
	{ "and after",				C, 20261128, HM(16, 0),  PHASE_CLOSED, false },
	{ "always: at night",			B, 20261128, HM(3, 0),   PHASE_OPEN, true },
	{ "always: the last minute",		B, 20261128, HM(23, 59), PHASE_OPEN, true },
	{ "a holiday, a Thursday",		A, 20261001, HM(10, 0),  PHASE_CLOSED, false },
	{ "a holiday of what is always open",	B, 20261001, HM(10, 0),  PHASE_CLOSED, false },
	{ "its last minute",			B, 20261002, HM(23, 59), PHASE_CLOSED, false },
	{ "the minute after it",		B, 20261003, HM(0, 0),   PHASE_OPEN, true },
	{ "a Saturday made a Monday",		A, 20261010, HM(8, 30),  PHASE_TICKETING, true },
	{ "its lunch",				A, 20261010, HM(12, 30), PHASE_LUNCH, false },
	{ "who is open on Saturdays alone",	C, 20261010, HM(10, 0),  PHASE_CLOSED, false },
	{ "hours of a date",			A, 20261231, HM(9, 0),   PHASE_OPEN, true },
	{ "for all",				B, 20261231, HM(8, 59),  PHASE_CLOSED, false },
	{ "until it closes",			C, 20261231, HM(10, 59), PHASE_OPEN, true },
	{ "and then not",			A, 20261231, HM(13, 30), PHASE_CLOSED, false },
	{ "29 February 2028, a Tuesday",	A, 20280229, HM(10, 0),  PHASE_OPEN, true },
};

static void
phases(void **state)
{
	struct day_plan p;

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		calendar_plan(&p, &l, moments[i].service, NULL, moments[i].date);
		if (plan_phase(&p, moments[i].min) != moments[i].phase)
			fail_msg("%s: phase %d", moments[i].what, plan_phase(&p, moments[i].min));
		if (plan_gives(&p, moments[i].min) != moments[i].gives)
			fail_msg("%s: tickets", moments[i].what);
	}
}

static const struct {
	const char	*what;
	int		 service, date, min, after_day, opens, opens_min;	/* opens 0: not known */
} openings[] = {
	{ "in the night",			A, 20261124, HM(3, 0),   0, 20261124, HM(8, 30) },
	{ "the minute before",			A, 20261124, HM(8, 29),  0, 20261124, HM(8, 30) },
	{ "the very moment: the one after",	A, 20261124, HM(8, 30),  0, 20261124, HM(13, 0) },
	{ "before lunch",			A, 20261124, HM(11, 50), 0, 20261124, HM(13, 0) },
	{ "in the evening",			A, 20261124, HM(16, 30), 0, 20261125, HM(8, 30) },
	{ "on a Friday evening",		A, 20261127, HM(18, 0),  0, 20261130, HM(8, 30) },
	{ "half past midnight after it",	A, 20261128, HM(0, 30),  0, 20261130, HM(8, 30) },
	{ "over a holiday",			A, 20260930, HM(18, 0),  0, 20261005, HM(8, 30) },
	{ "to a makeup Saturday",		A, 20261009, HM(18, 0),  0, 20261010, HM(8, 30) },
	{ "over New Year",			A, 20261231, HM(12, 0),  0, 20270104, HM(8, 30) },
	{ "to 29 February",			A, 20280228, HM(18, 0),  0, 20280229, HM(8, 30) },
	{ "and from it",			A, 20280229, HM(18, 0),  0, 20280301, HM(8, 30) },
	{ "not again today",			A, 20261124, HM(10, 0),  20261124, 20261125, HM(8, 30) },
	{ "a business day later, at night",	B, 20261124, HM(23, 30), 20261124, 20261125, HM(4, 0) },
	{ "the same after midnight",		B, 20261125, HM(0, 30),  20261124, 20261125, HM(4, 0) },
	{ "over a holiday, at night",		B, 20260930, HM(23, 30), 20260930, 20261003, HM(0, 0) },
};

static void
next_openings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		int64_t now_ms = date_ms(openings[i].date, openings[i].min), expected = date_ms(openings[i].opens, openings[i].opens_min);
		int64_t opens_ms = calendar_opens(&l, openings[i].service, NULL, now_ms, openings[i].after_day);
		int min, date = date_at(opens_ms, &min);

		if (opens_ms != expected)
			fail_msg("%s: %d %02d:%02d", openings[i].what, date, min / 60, min % 60);
	}
	l.service[A].hours.row[0].days = l.service[A].hours.row[1].days = 0x40;
	for (int i = 0; i < CALENDAR_MAX; i++)
		l.calendar[i] = (struct calendar_day){ .date = date_after(20261124, i), .kind = DAY_REST };
	l.calendar_count = CALENDAR_MAX;
	assert_int_equal(calendar_opens(&l, A, NULL, date_ms(20261124, HM(9, 0)), 0), 0);
}

static const struct {
	const char	*what;
	int		 service, from, from_min, to, to_min, open_min;
} stretches[] = {
	{ "within the morning",		A, 20261124, HM(9, 30),  20261124, HM(10, 15), 45 },
	{ "before it opens",		A, 20261124, HM(8, 30),  20261124, HM(9, 10),  10 },
	{ "over lunch",			A, 20261124, HM(11, 30), 20261124, HM(14, 0),  60 },
	{ "within lunch",		A, 20261124, HM(12, 10), 20261124, HM(13, 20), 0 },
	{ "over a weekend",		A, 20261127, HM(16, 0),  20261130, HM(10, 0),  120 },
	{ "over a holiday",		A, 20260930, HM(16, 50), 20261005, HM(9, 10),  20 },
	{ "a whole day of always",	B, 20261124, HM(0, 0),   20261125, HM(0, 0),   24 * 60 },
	{ "nothing",			A, 20261124, HM(10, 0),  20261124, HM(10, 0),  0 },
};

static void
open_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stretches) / sizeof(stretches[0]); i++) {
		int64_t open_ms = calendar_open_ms(&l, stretches[i].service, NULL, date_ms(stretches[i].from, stretches[i].from_min),
		    date_ms(stretches[i].to, stretches[i].to_min));

		if (open_ms != stretches[i].open_min * INT64_C(60000))
			fail_msg("%s: %lld min", stretches[i].what, (long long)open_ms / 60000);
	}
}

#define TODAY 20261124
static const struct {
	const char	*what;
	int		 service;
	struct override	 override;
	int		 date, min;
	enum phase	 phase;
	bool		 gives;
} exceptions[] = {
	{ "closed today",		A, { TODAY, true, -1, -1 },	TODAY, HM(10, 0), PHASE_CLOSED, false },
	{ "not tomorrow",		A, { TODAY, true, -1, -1 },	TODAY + 1, HM(10, 0), PHASE_OPEN, true },
	{ "always, but not today",	B, { TODAY, true, -1, -1 },	TODAY, HM(10, 0), PHASE_CLOSED, false },
	{ "later: tickets too",		A, { TODAY, false, HM(18, 0), -1 }, TODAY, HM(17, 29), PHASE_OPEN, true },
	{ "later: as long before",	A, { TODAY, false, HM(18, 0), -1 }, TODAY, HM(17, 30), PHASE_CLOSING, false },
	{ "later: closed",		A, { TODAY, false, HM(18, 0), -1 }, TODAY, HM(18, 0), PHASE_CLOSED, false },
	{ "later: lunch as ever",	A, { TODAY, false, HM(18, 0), -1 }, TODAY, HM(12, 30), PHASE_LUNCH, false },
	{ "earlier",			A, { TODAY, false, HM(15, 0), -1 }, TODAY, HM(14, 30), PHASE_CLOSING, false },
	{ "the morning alone",		A, { TODAY, false, HM(12, 0), -1 }, TODAY, HM(12, 0), PHASE_CLOSED, false },
	{ "until lunch, in the morning", A, { TODAY, false, HM(13, 0), -1 }, TODAY, HM(12, 30), PHASE_OPEN, true },
	{ "before it opens",		A, { TODAY, false, HM(8, 0), -1 }, TODAY, HM(9, 0), PHASE_CLOSED, false },
	{ "always, until 18:00",	B, { TODAY, false, HM(18, 0), -1 }, TODAY, HM(18, 0), PHASE_CLOSED, false },
	{ "a quota closes nothing",	A, { TODAY, false, -1, 3 },	TODAY, HM(10, 0), PHASE_OPEN, true },
};

static void
exceptions_of_a_day(void **state)
{
	struct day_plan p;

	(void)state;
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		calendar_plan(&p, &l, exceptions[i].service, &exceptions[i].override, exceptions[i].date);
		if (plan_phase(&p, exceptions[i].min) != exceptions[i].phase || plan_gives(&p, exceptions[i].min) != exceptions[i].gives)
			fail_msg("%s: phase %d", exceptions[i].what, plan_phase(&p, exceptions[i].min));
	}
}

/* In Berlin 2026-03-29 has 23 hours (02:00 to 03:00 is not there), 2026-10-25 has 25 (it is there twice). */
static void
clocks_that_change(void **state)
{
	static const struct { const char *what; int date, hours; } days[] = {
		{ "an ordinary day", 20260328, 24 }, { "the short one", 20260329, 23 }, { "the long one", 20261025, 25 },
	};
	int min;

	(void)state;
	in_zone("Europe/Berlin");
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		int64_t from_ms = date_ms(days[i].date, 0), to_ms = date_ms(date_after(days[i].date, 1), 0);

		if (to_ms - from_ms != days[i].hours * HOUR_MS || calendar_open_ms(&l, B, NULL, from_ms, to_ms) != to_ms - from_ms)
			fail_msg("%s: %lld h", days[i].what, (long long)((to_ms - from_ms) / HOUR_MS));
		/* Nine o'clock is when clocks show nine. */
		assert_int_equal(date_at(date_ms(days[i].date, HM(9, 0)), &min), days[i].date);
		assert_int_equal(min, HM(9, 0));
	}
	assert_int_equal(calendar_opens(&l, A, NULL, date_ms(20260327, HM(18, 0)), 0), date_ms(20260330, HM(8, 30)));
	assert_int_equal(calendar_opens(&l, A, NULL, date_ms(20261023, HM(18, 0)), 0), date_ms(20261026, HM(8, 30)));
}

static void
dates(void **state)
{
	static const struct { const char *what; int year, month, day, date; } rows[] = {
		{ "a date", 2026, 11, 24, 20261124 }, { "the last of a year", 2026, 12, 31, 20261231 },
		{ "29 February 2028", 2028, 2, 29, 20280229 }, { "29 February 2027", 2027, 2, 29, 0 },
		{ "31 April", 2026, 4, 31, 0 }, { "month 0", 2026, 0, 1, 0 }, { "month 13", 2026, 13, 1, 0 },
		{ "day 0", 2026, 1, 0, 0 }, { "day 32", 2026, 1, 32, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (date_of(rows[i].year, rows[i].month, rows[i].day) != rows[i].date)
			fail_msg("%s: %d", rows[i].what, date_of(rows[i].year, rows[i].month, rows[i].day));
	assert_int_equal(date_after(20280228, 2), 20280301);
	assert_int_equal(date_after(20270301, -1), 20270228);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(phases, set_up),
		cmocka_unit_test_setup(next_openings, set_up),
		cmocka_unit_test_setup(open_time, set_up),
		cmocka_unit_test_setup(exceptions_of_a_day, set_up),
		cmocka_unit_test_setup(clocks_that_change, set_up),
		cmocka_unit_test_setup(dates, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
