/* Is the hall open, is a ticket to be had, and for whom: hours, quotas, exceptions and people together. */
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
#include "daemon/core/day.h"
#include "daemon/core/decide/opening.h"
#include "tests/hall_fixture.h"

#define HM(h, m)	((h) * 60 + (m))
#define TUESDAY		20261124
#define ANN		1001
#define BOB		1002

enum { A, B, C };

static struct fixture f;

/* a: 09:00-12:00, 13:30-17:00, tickets from 08:30 until 11:45 and 16:30; b and c: always.  Days begin at 04:00. */
static int
set_up(void **state)
{
	(void)state;
	fixture_open(&f);
	f.layout.day_starts_min = HM(4, 0);
	f.layout.service[A].hours = (struct hours){ .count = 2, .row = { { 0x1F, HM(9, 0), HM(12, 0), HM(8, 30), HM(11, 45) },
	    { 0x1F, HM(13, 30), HM(17, 0), -1, HM(16, 30) } } };
	return 0;
}

/* Only a is served. */
static int
set_up_one(void **state)
{
	set_up(state);
	f.layout.service_count = 1;
	return 0;
}

/* It is this time of this date, and nothing goes back. */
static void
at(int date, int min)
{
	int64_t wall_ms = date_ms(date, min);

	f.now.steady_ms += wall_ms - f.now.wall_ms;
	f.now.wall_ms = wall_ms;
	f.now.day = day_of(wall_ms, f.layout.day_starts_min);
}

static enum refusal
issue(int service, int64_t person)
{
	static int tokens;
	struct command cmd = { .verb = DO_ISSUE, .service = service, .person = { .hash = person, .last = "002X" } };

	snprintf(cmd.token, sizeof(cmd.token), "token-%d", tokens);
	if (person != 0)
		snprintf(cmd.person_id, sizeof(cmd.person_id), "person-%d", tokens);
	tokens++;
	return fixture_do(&f, &cmd);
}

static enum refusal
rehearse(int service)
{
	return fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .service = service, .rehearsal = true });
}

static enum refusal
press(int window, enum verb verb)
{
	fixture_wait(&f, 5000);		/* no double press */
	return fixture_do(&f, &(struct command){ .verb = verb, .window = window });
}

static enum refusal
exception(int service, bool closed, int until_min, int quota)
{
	return fixture_do(&f, &(struct command){ .verb = DO_OVERRIDE, .service = service, .closed = closed, .until_min = until_min,
	    .quota = quota });
}

static const struct ticket *
newest(void)
{
	return &f.hall.ticket[f.hall.ticket_count - 1];
}

static enum hall_state
state_now(void)
{
	return hall_state(&f.hall, &f.layout, &f.now);
}

static struct opening
opening(int service)
{
	struct opening o;

	hall_opening(&o, &f.hall, &f.layout, service, &f.now);
	return o;
}

/* Closed for this reason until then; date 0: nobody knows. */
static void
closed_until(const char *what, int service, enum closed closed, int date, int min)
{
	struct opening o = opening(service);

	if (o.closed != closed)
		fail_msg("%s: %s", what, closed_name(o.closed) == NULL ? "open" : closed_name(o.closed));
	if (o.opens_ms != (date == 0 ? 0 : date_ms(date, min)))
		fail_msg("%s: opens at %lld", what, (long long)o.opens_ms);
}

/* Without people. */
static const struct { const char *what; int date, min; enum hall_state state; enum closed closed; int opens, opens_min; } times[] = {
	{ "the night before",	TUESDAY, HM(3, 59),	HALL_CLOSED, CLOSED_HOURS, TUESDAY, HM(8, 30) },
	{ "before tickets",	TUESDAY, HM(8, 29),	HALL_CLOSED, CLOSED_HOURS, TUESDAY, HM(8, 30) },
	{ "tickets",		TUESDAY, HM(8, 30),	HALL_TICKETING, NOT_CLOSED, 0, 0 },
	{ "opening",		TUESDAY, HM(9, 0),	HALL_OPEN, NOT_CLOSED, 0, 0 },
	{ "tickets end",	TUESDAY, HM(11, 45),	HALL_OPEN, CLOSED_HOURS, TUESDAY, HM(13, 30) },
	{ "lunch",		TUESDAY, HM(12, 0),	HALL_LUNCH, CLOSED_HOURS, TUESDAY, HM(13, 30) },
	{ "after lunch",	TUESDAY, HM(13, 30),	HALL_OPEN, NOT_CLOSED, 0, 0 },
	{ "the last tickets",	TUESDAY, HM(16, 30),	HALL_CLOSING, CLOSED_HOURS, TUESDAY + 1, HM(8, 30) },
	{ "closed",		TUESDAY, HM(17, 0),	HALL_CLOSED, CLOSED_HOURS, TUESDAY + 1, HM(8, 30) },
	{ "midnight",		TUESDAY + 1, HM(0, 0),	HALL_CLOSED, CLOSED_HOURS, TUESDAY + 1, HM(8, 30) },
	{ "a Saturday",		20261128, HM(10, 0),	HALL_CLOSED, CLOSED_HOURS, 20261130, HM(8, 30) },
	{ "a holiday",		20261225, HM(10, 0),	HALL_CLOSED, CLOSED_REST, 20261228, HM(8, 30) },
};

static void
an_empty_hall_goes_by_the_clock(void **state)
{
	(void)state;
	f.layout.calendar[f.layout.calendar_count++] = (struct calendar_day){ .date = 20261225, .kind = DAY_REST };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		at(times[i].date, times[i].min);
		if (state_now() != times[i].state)
			fail_msg("%s: %s", times[i].what, hall_state_name(state_now()));
		closed_until(times[i].what, A, times[i].closed, times[i].opens, times[i].opens_min);
		assert_int_equal(issue(A, 0) == OK, times[i].closed == NOT_CLOSED);
		if (times[i].closed == NOT_CLOSED)
			assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CANCEL, .ticket = newest()->id }), OK);
		else
			assert_int_equal(f.change.detail.opens_ms, date_ms(times[i].opens, times[i].opens_min));
	}
}

static void
a_hall_is_as_open_as_its_best_service(void **state)
{
	(void)state;
	at(TUESDAY, HM(12, 30));
	assert_int_equal(state_now(), HALL_OPEN);	/* b and c are always open */
	f.layout.service[B].hours = f.layout.service[C].hours = f.layout.service[A].hours;
	assert_int_equal(state_now(), HALL_LUNCH);
	f.layout.service[B].hours.row[1].from_min = HM(12, 30);
	assert_int_equal(state_now(), HALL_TICKETING);
	/* What no window serves opens nothing. */
	f.layout.service_count++;
	assert_int_equal(state_now(), HALL_TICKETING);
}

static void
who_is_here_is_served_after_closing(void **state)
{
	(void)state;
	at(TUESDAY, HM(16, 0));
	assert_int_equal(issue(A, 0), OK);
	assert_int_equal(issue(A, 0), OK);
	at(TUESDAY, HM(17, 30));
	assert_int_equal(state_now(), HALL_CLOSING);
	assert_int_equal(issue(A, 0), SERVICE_CLOSED);
	assert_int_equal(press(1, DO_NEXT), OK);
	assert_int_equal(press(1, DO_NEXT), OK);
	assert_int_equal(state_now(), HALL_CLOSING);
	assert_int_equal(press(1, DO_FINISH), OK);
	assert_int_equal(state_now(), HALL_CLOSED);
	assert_int_equal(press(1, DO_NEXT), NOT_ALLOWED);
	assert_string_equal(f.change.detail.state, "closed");
	at(TUESDAY + 1, HM(8, 30));
	assert_int_equal(press(1, DO_NEXT), OK);
}

static void
windows_call_at_lunch_and_before_they_open(void **state)
{
	(void)state;
	at(TUESDAY, HM(8, 31));
	assert_int_equal(issue(A, 0), OK);
	assert_int_equal(press(1, DO_NEXT), OK);
	at(TUESDAY, HM(12, 30));
	assert_int_equal(state_now(), HALL_LUNCH);
	assert_int_equal(press(1, DO_NEXT), OK);
}

/* domain.md 16.5: two from 09:00 to 10:00; the third is refused, and at 10:00:00 the next segment opens. */
static void
segments(void **state)
{
	static const struct segment two[] = { { HM(9, 0), HM(10, 0), 2 }, { HM(10, 0), HM(11, 0), 0 }, { HM(11, 0), HM(12, 0), 1 } };

	(void)state;
	memcpy(f.layout.service[B].segment, two, sizeof(two));
	f.layout.service[B].segment_count = 1;
	at(TUESDAY, HM(8, 59));
	assert_int_equal(opening(B).left, -1);
	assert_int_equal(issue(B, 0), OK);		/* in no segment: counts in none */
	at(TUESDAY, HM(9, 0));
	assert_int_equal(opening(B).left, 2);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(issue(A, 0), OK);		/* another service's */
	assert_int_equal(opening(B).left, 0);
	closed_until("the third", B, CLOSED_SEGMENT, TUESDAY, HM(10, 0));
	assert_int_equal(issue(B, 0), QUOTA_FULL);
	assert_int_equal(f.change.detail.opens_ms, date_ms(TUESDAY, HM(10, 0)));
	f.now.wall_ms = date_ms(TUESDAY, HM(10, 0)) - 1;
	assert_int_equal(issue(B, 0), QUOTA_FULL);
	at(TUESDAY, HM(10, 0));
	assert_int_equal(issue(B, 0), OK);

	f.layout.service[B].segment_count = 3;
	closed_until("one that has none is passed over", B, CLOSED_SEGMENT, TUESDAY, HM(11, 0));
	at(TUESDAY, HM(11, 0));
	assert_int_equal(opening(B).left, 1);
	assert_int_equal(issue(B, 0), OK);
	closed_until("and then none", B, CLOSED_SEGMENT, TUESDAY, HM(12, 0));
}

static void
quota_of_a_day(void **state)
{
	(void)state;
	f.layout.service[A].quota_day = 2;
	at(TUESDAY, HM(9, 0));
	assert_int_equal(issue(A, 0), OK);
	assert_int_equal(rehearse(A), OK);		/* counted nowhere */
	assert_int_equal(opening(A).left, 1);
	assert_int_equal(issue(A, 0), OK);
	closed_until("the third", A, CLOSED_DAY, TUESDAY + 1, HM(8, 30));
	assert_int_equal(issue(A, 0), QUOTA_FULL);
	at(TUESDAY + 1, HM(9, 0));
	assert_int_equal(opening(A).left, 2);
	f.layout.service[A].quota_day = 0;
	assert_int_equal(issue(A, 0), QUOTA_FULL);
}

/* Also one that is sent from window to window; who is served without a ticket takes none, nor does what was undone. */
static void
a_quota_counts_each_ticket_once(void **state)
{
	(void)state;
	f.layout.service[A].quota_day = f.layout.service[B].quota_day = 5;
	at(TUESDAY, HM(9, 0));
	assert_int_equal(issue(A, 0), OK);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(press(3, DO_NEXT), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_TRANSFER, .window = 3, .service = -1, .to = 1 }), OK);
	assert_int_equal(opening(B).left, 4);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_SERVE, .window = 3, .service = B }), OK);
	assert_int_equal(opening(B).left, 4);
	assert_int_equal(press(3, DO_FINISH), OK);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(press(3, DO_NEXT), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_TRANSFER, .window = 3, .service = C }), OK);
	assert_int_equal(issue(C, 0), OK);
	assert_int_equal(press(3, DO_UNDO), OK);
	assert_int_equal(opening(A).left, 4);
	assert_int_equal(opening(B).left, 3);
}

/* At midnight the business day goes on until 04:00, and its quota with it. */
static void
a_quota_goes_by_the_business_day(void **state)
{
	(void)state;
	f.layout.service[B].quota_day = 1;
	at(TUESDAY, HM(23, 59));
	assert_int_equal(issue(B, 0), OK);
	at(TUESDAY + 1, HM(0, 30));
	assert_int_equal(issue(B, 0), QUOTA_FULL);
	at(TUESDAY + 1, HM(3, 59));
	assert_int_equal(issue(B, 0), QUOTA_FULL);
	at(TUESDAY + 1, HM(4, 0));
	assert_int_equal(issue(B, 0), OK);
}

/* The night's work is done an hour after the last closing time, also if it is midnight by then. */
static void
a_late_evening_is_done_after_midnight(void **state)
{
	static const struct { const char *what; struct hours hours; int min, done_min; } rows[] = {
		{ "an evening", { .count = 1, .row = { { 0x7F, HM(9, 0), HM(17, 0), -1, -1 } } }, HM(17, 30), HM(18, 0) },
		{ "a late one", { .count = 1, .row = { { 0x7F, HM(9, 0), HM(23, 30), -1, -1 } } }, HM(23, 40), HM(24, 30) },
		{ "a late one, after midnight", { .count = 1, .row = { { 0x7F, HM(9, 0), HM(23, 30), -1, -1 } } }, HM(24, 10), HM(24, 30) },
		{ "midnight", { .count = 1, .row = { { 0x7F, HM(9, 0), HM(23, 59), -1, -1 } } }, HM(23, 40), HM(24, 59) },
		{ "over midnight", { .count = 2, .row = { { 0x7F, HM(0, 0), HM(1, 30), -1, -1 }, { 0x7F, HM(20, 0), HM(23, 59), -1, -1 } } },
		  HM(24, 10), HM(26, 30) },
		{ "an early morning is another's", { .count = 1, .row = { { 0x7F, HM(3, 30), HM(17, 0), -1, -1 } } }, HM(17, 10), HM(18, 0) },
		{ "always open", { .count = 0 }, HM(23, 40), 0 },
		{ "the same, said otherwise", { .count = 1, .row = { { 0x7F, 0, HM(23, 59), -1, -1 } } }, HM(24, 10), 0 },
	};

	(void)state;
	f.hall.day = TUESDAY;
	f.hall.day_open = true;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t done_ms, wanted_ms = date_ms(TUESDAY, rows[i].done_min);

		f.layout.service[A].hours = rows[i].hours;
		at(TUESDAY, rows[i].min);
		done_ms = hall_done_ms(&f.hall, &f.layout, &f.now);
		if (rows[i].done_min == 0 ? done_ms <= f.now.steady_ms + 4 * 3600 * 1000 : done_ms - f.now.steady_ms != wanted_ms - f.now.wall_ms)
			fail_msg("%s: %lld", rows[i].what, (long long)(done_ms - f.now.steady_ms) / 60000);
	}
}

static void
several_services_are_all_to_be_had(void **state)
{
	struct command both = { .verb = DO_ISSUE, .service = B, .further = { A }, .further_count = 1 };

	(void)state;
	at(TUESDAY, HM(12, 0));
	assert_int_equal(fixture_do(&f, &both), SERVICE_CLOSED);
	at(TUESDAY, HM(14, 0));
	f.layout.service[A].quota_day = 1;
	assert_int_equal(fixture_do(&f, &both), OK);
	assert_int_equal(fixture_do(&f, &both), QUOTA_FULL);
}

/* domain.md 16.6: the same ID takes the same service twice: refused with the number it has; once that is done, allowed. */
static void
one_unfinished_ticket_of_a_person(void **state)
{
	(void)state;
	f.layout.service[B].real_name = f.layout.service[C].real_name = REAL_NAME_OPTIONAL;
	assert_int_equal(issue(B, ANN), OK);
	assert_int_equal(newest()->person.hash, ANN);
	assert_string_equal(newest()->person.last, "002X");
	assert_int_equal(issue(B, ANN), ALREADY_WAITING);
	assert_string_equal(f.change.detail.number, "B001");
	assert_int_equal(issue(C, ANN), OK);		/* of another service */
	assert_int_equal(issue(B, BOB), OK);		/* another person */
	assert_int_equal(issue(B, 0), OK);		/* nobody that is known */
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(press(3, DO_NEXT), OK);
	assert_int_equal(issue(B, ANN), ALREADY_WAITING);	/* while called */
	assert_int_equal(press(3, DO_FINISH), OK);
	assert_int_equal(issue(B, ANN), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CANCEL, .ticket = newest()->id }), OK);
	assert_int_equal(issue(B, ANN), OK);
}

/* peers.md 3: one person is not called to two windows, whatever they took. */
static void
one_person_at_one_window(void **state)
{
	(void)state;
	f.layout.service[B].real_name = f.layout.service[C].real_name = REAL_NAME_OPTIONAL;
	assert_int_equal(issue(B, ANN), OK);
	assert_int_equal(issue(C, BOB), OK);
	assert_int_equal(issue(C, ANN), OK);
	assert_int_equal(newest()->link, 1);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_CHANGE_SERVICE, .ticket = 3, .service = B }), ALREADY_WAITING);
	assert_string_equal(f.change.detail.number, "B001");
	assert_int_equal(press(3, DO_NEXT), OK);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_PICK, .window = 4, .ticket = 3 }), ELSEWHERE);
	assert_int_equal(f.change.detail.window, 3);
	assert_int_equal(press(4, DO_NEXT), OK);
	assert_int_equal(f.change.ticket, 2);
	assert_int_equal(press(4, DO_FINISH), OK);
	assert_int_equal(press(4, DO_NEXT), OK);
	assert_int_equal(f.change.ticket, 0);
	assert_int_equal(press(3, DO_FINISH), OK);
	assert_int_equal(press(4, DO_NEXT), OK);
	assert_int_equal(f.change.ticket, 3);
}

static void
by_real_name(void **state)
{
	(void)state;
	assert_int_equal(issue(B, ANN), OK);
	assert_int_equal(issue(B, ANN), ALREADY_WAITING);	/* though nobody was asked */
	f.layout.service[B].real_name = REAL_NAME_REQUIRED;
	assert_int_equal(issue(B, 0), BAD_REQUEST);
	assert_string_equal(f.change.detail.pointer, "/id_number");
	assert_int_equal(issue(B, BOB), OK);
	assert_int_equal(rehearse(B), OK);
}

static void
quota_of_a_person(void **state)
{
	(void)state;
	f.layout.service[B].real_name = REAL_NAME_REQUIRED;
	f.layout.service[B].quota_person = 2;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(issue(B, ANN), OK);
		assert_int_equal(press(3, DO_NEXT), OK);
		assert_int_equal(press(3, DO_FINISH), OK);
	}
	assert_int_equal(issue(B, ANN), QUOTA_FULL);
	assert_int_equal(f.change.detail.opens_ms, date_ms(TUESDAY + 1, HM(4, 0)));
	assert_int_equal(issue(B, BOB), OK);
	at(TUESDAY + 1, HM(9, 0));
	assert_int_equal(issue(B, ANN), OK);
	assert_int_equal(f.hall.ticket[0].person.hash, 0);	/* of yesterday: forgotten */
}

static void
exceptions(void **state)
{
	(void)state;
	at(TUESDAY, HM(10, 0));
	assert_int_equal(exception(A, true, -1, -1), OK);
	closed_until("closed for today", A, CLOSED_TODAY, TUESDAY + 1, HM(8, 30));
	assert_int_equal(issue(A, 0), SERVICE_CLOSED);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(exception(A, false, -1, -1), OK);
	assert_int_equal(issue(A, 0), OK);

	assert_int_equal(exception(A, false, HM(18, 0), -1), OK);
	at(TUESDAY, HM(17, 0));
	assert_int_equal(issue(A, 0), OK);
	at(TUESDAY, HM(17, 30));
	assert_int_equal(issue(A, 0), SERVICE_CLOSED);

	assert_int_equal(exception(B, false, -1, 2), OK);
	assert_int_equal(opening(B).left, 1);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(issue(B, 0), QUOTA_FULL);
	assert_int_equal(exception(B, false, -1, 0), OK);
	assert_int_equal(issue(B, 0), QUOTA_FULL);

	at(TUESDAY + 1, HM(10, 0));		/* a day later all is as ever */
	assert_int_equal(issue(A, 0), OK);
	assert_int_equal(issue(B, 0), OK);
	assert_null(hall_override(&f.hall, B, f.now.day));

	at(20261128, HM(10, 0));
	assert_int_equal(exception(A, false, HM(18, 0), -1), BAD_REQUEST);
	assert_int_equal(exception(9, true, -1, -1), UNKNOWN_SERVICE);
}

static void
rehearsals_count_nowhere(void **state)
{
	(void)state;
	at(TUESDAY, HM(8, 0));
	assert_int_equal(state_now(), HALL_CLOSED);
	assert_int_equal(press(1, DO_NEXT), NOT_ALLOWED);
	assert_int_equal(rehearse(A), OK);
	assert_string_equal(newest()->number, "T001");
	assert_int_equal(state_now(), HALL_CLOSED);
	assert_int_equal(hall_waiting(&f.hall, A), 0);
	assert_int_equal(press(1, DO_NEXT), OK);
	assert_int_equal(f.hall.window[1].ticket, newest()->id);
	assert_int_equal(press(1, DO_FINISH), OK);
	assert_int_equal(press(1, DO_NEXT), NOT_ALLOWED);
	assert_int_equal(rehearse(A), OK);
	assert_string_equal(newest()->number, "T002");
	assert_int_equal(press(1, DO_NEXT), OK);
	assert_int_equal(press(1, DO_ABANDON), OK);
	assert_int_equal(f.hall.totals.issued + f.hall.totals.served + f.hall.totals.abandoned, 0);
	at(TUESDAY, HM(9, 0));
	assert_int_equal(issue(A, 0), OK);
	assert_string_equal(newest()->number, "A001");
	assert_int_equal(hall_waiting(&f.hall, A), 1);
}

static void
somebody_waits_and_nobody_is_there(void **state)
{
	(void)state;
	at(TUESDAY, HM(8, 30));
	assert_int_equal(issue(A, 0), OK);
	assert_false(hall_alarm(&f.hall, &f.layout, A, &f.now));	/* no window is expected yet */
	at(TUESDAY, HM(9, 0));
	assert_true(hall_alarm(&f.hall, &f.layout, A, &f.now));
	assert_false(hall_alarm(&f.hall, &f.layout, B, &f.now));	/* nobody waits */
	assert_int_equal(press(3, DO_OPEN), OK);			/* does not serve a */
	assert_true(hall_alarm(&f.hall, &f.layout, A, &f.now));
	assert_int_equal(press(2, DO_OPEN), OK);
	assert_false(hall_alarm(&f.hall, &f.layout, A, &f.now));
	assert_int_equal(press(2, DO_PAUSE), OK);
	assert_true(hall_alarm(&f.hall, &f.layout, A, &f.now));
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_LEND, .window = 3, .lent = 1 << A, .until_ms = f.now.wall_ms + 60000 }), OK);
	assert_false(hall_alarm(&f.hall, &f.layout, A, &f.now));
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_LEND, .window = 3 }), OK);
	assert_true(hall_alarm(&f.hall, &f.layout, A, &f.now));
	at(TUESDAY, HM(12, 0));
	assert_false(hall_alarm(&f.hall, &f.layout, A, &f.now));	/* lunch */
	at(TUESDAY, HM(17, 0));
	assert_true(hall_alarm(&f.hall, &f.layout, A, &f.now));		/* left over */
}

static void
files_of_a_ticket(void **state)
{
	(void)state;
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .service = B, .files = 12 }), OK);
	assert_int_equal(newest()->files, 12);
	assert_int_equal(issue(B, 0), OK);
	assert_int_equal(newest()->files, 1);
}

static void
id_numbers(void **state)
{
	static const struct { const char *what, *number; bool right; } rows[] = {
		{ "the standard's own example",	"11010519491231002X", true },
		{ "its x in small",		"11010519491231002x", true },
		{ "the standard's other one",	"440524188001010014", true },
		{ "a digit wrong",		"110105194912310021", false },
		{ "two digits changed places",	"11010519491213002X", false },
		{ "no such date",		"110105194913310026", false },
		{ "17 digits",			"11010519491231002", false },
		{ "19 characters",		"11010519491231002X0", false },
		{ "a letter inside",		"1101051949123100XX", false },
		{ "nothing",			"", false },
	};
	char number[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(number, rows[i].number);
		if (id_number_right(number) != rows[i].right)
			fail_msg("%s", rows[i].what);
	}
	strcpy(number, "11010519491231002x");
	id_number_right(number);
	assert_string_equal(number, "11010519491231002X");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_empty_hall_goes_by_the_clock, set_up_one),
		cmocka_unit_test_setup(a_hall_is_as_open_as_its_best_service, set_up),
		cmocka_unit_test_setup(who_is_here_is_served_after_closing, set_up_one),
		cmocka_unit_test_setup(windows_call_at_lunch_and_before_they_open, set_up_one),
		cmocka_unit_test_setup(segments, set_up),
		cmocka_unit_test_setup(quota_of_a_day, set_up),
		cmocka_unit_test_setup(a_quota_counts_each_ticket_once, set_up),
		cmocka_unit_test_setup(a_quota_goes_by_the_business_day, set_up),
		cmocka_unit_test_setup(a_late_evening_is_done_after_midnight, set_up_one),
		cmocka_unit_test_setup(several_services_are_all_to_be_had, set_up),
		cmocka_unit_test_setup(one_unfinished_ticket_of_a_person, set_up),
		cmocka_unit_test_setup(by_real_name, set_up),
		cmocka_unit_test_setup(one_person_at_one_window, set_up),
		cmocka_unit_test_setup(quota_of_a_person, set_up),
		cmocka_unit_test_setup(exceptions, set_up),
		cmocka_unit_test_setup(rehearsals_count_nowhere, set_up_one),
		cmocka_unit_test_setup(somebody_waits_and_nobody_is_there, set_up),
		cmocka_unit_test_setup(files_of_a_ticket, set_up),
		cmocka_unit_test(id_numbers),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
