/*
 * Ticket numbers: prefix and padded value, per prefix and business day.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/number/number.h"
#include "tests/hall_fixture.h"

#define MONDAY	20261123
#define TUESDAY	20261124

static const struct {
	const char	*what;
	const char	*prefix;
	int		 first, last, width;
	int		 day, given;		/* the counter; given 0: there is none yet */
	const char	*live, *over;		/* values of tickets on their way and of those that are not */
	const char	*number;		/* the next on Tuesday */
} rows[] = {
	{ "the first of a hall",			"A",   1, 999, 3, 0,       0,    "", "", "A001" },
	{ "the next of a day",				"A",   1, 999, 3, TUESDAY, 36,   "36", "", "A037" },
	{ "a range of its own begins at its first",	"B", 300, 399, 3, 0,       0,    "", "", "B300" },
	{ "and goes on",				"B", 300, 399, 3, TUESDAY, 300,  "300", "", "B301" },
	{ "padded to its width",			"C",   1, 9999, 6, TUESDAY, 41,  "", "", "C000042" },
	{ "no padding",					"C",   1,   9, 1, TUESDAY, 4,    "", "", "C5" },
	{ "no prefix",					"",  100, 999, 3, TUESDAY, 122,  "", "", "123" },
	{ "three letters",				"XYZ", 1, 999, 3, 0,       0,    "", "", "XYZ001" },
	{ "the last of the range",			"A",   1, 999, 3, TUESDAY, 998,  "", "", "A999" },
	{ "then it begins again",			"A",   1, 999, 3, TUESDAY, 999,  "", "1 2 999", "A001" },
	{ "begins again at its own first",		"B", 300, 399, 3, TUESDAY, 399,  "", "300", "B300" },
	{ "skips a number in use",			"A",   1, 999, 3, TUESDAY, 999,  "1", "2", "A002" },
	{ "skips several, wherever they are",		"A",   1,   9, 1, TUESDAY, 2,    "3 4 6", "5", "A5" },
	{ "skips over the end",				"A",   1,   9, 1, TUESDAY, 7,    "8 9 1 2", "3", "A3" },
	{ "a number given twice is free when both are over", "A", 1, 9, 1, TUESDAY, 9,  "2", "1 1", "A1" },
	{ "one free is found",				"A",   1,   9, 1, TUESDAY, 5,    "1 2 3 4 6 7 8 9", "5", "A5" },
	{ "a full range widens by a digit",		"A",   1,   9, 1, TUESDAY, 9,    "1 2 3 4 5 6 7 8 9", "", "A10" },
	{ "full before its end",			"A",   1,   9, 1, TUESDAY, 3,    "1 2 3 4 5 6 7 8 9", "", "A10" },
	{ "once widened it goes on above",		"A",   1,   9, 1, TUESDAY, 10,   "10", "1 2 3 4 5 6 7 8 9", "A11" },
	{ "above the range it skips those in use too",	"A",   1,   9, 1, MONDAY,  12,   "1 2 3 4 5 6 7 8 9 10", "", "A11" },
	{ "a new business day begins again",		"A",   1, 999, 3, MONDAY,  412,  "", "1", "A001" },
	{ "also after a widened one",			"A",   1,   9, 1, MONDAY,  27,   "", "", "A1" },
	{ "a number still waiting from yesterday is in use", "A", 1, 999, 3, MONDAY, 412, "1", "", "A002" },
	{ "a counter from 2000-01-01",			"A",   1, 999, 3, 20000101, 42,  "", "", "A001" },
	{ "a range moved up during the day",		"A", 500, 599, 3, TUESDAY, 7,    "", "", "A500" },
};

static struct hall hall;
static struct fixture fixture;

/* Tickets with these values, over or still waiting. */
static void
put_tickets(const struct service *s, const char *values, bool over)
{
	char *end;

	for (long value = strtol(values, &end, 10); end != values; value = strtol(values = end, &end, 10)) {
		struct ticket *t = &hall.ticket[hall.ticket_count];
		struct leg *leg = &hall.leg[hall.leg_count];

		*leg = (struct leg){ .ticket = hall.ticket_count };
		*t = (struct ticket){ .id = hall.ticket_count + 1, .leg = hall.leg_count };
		snprintf(t->number, sizeof(t->number), "%s%0*ld", s->prefix, s->width, value);
		leg_step(leg, STEP_ISSUE);
		if (over)
			leg_step(leg, STEP_CANCEL);
		hall.ticket_count++;
		hall.leg_count++;
	}
}

static void
numbers(void **state)
{
	static struct layout layout;

	(void)state;
	fixture_layout(&layout);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct service s = { .first = rows[i].first, .last = rows[i].last, .width = rows[i].width };
		char number[NUMBER_MAX];
		int value;

		hall_init(&hall, &layout);
		strcpy(s.prefix, rows[i].prefix);
		put_tickets(&s, rows[i].live, false);
		put_tickets(&s, rows[i].over, true);
		if (rows[i].given != 0) {
			strcpy(hall.counter[0].prefix, s.prefix);
			hall.counter[0].day = rows[i].day;
			hall.counter[0].last = rows[i].given;
			hall.counter_count = 1;
		}
		value = number_next(&hall, &s, TUESDAY, number);
		if (strcmp(number, rows[i].number) != 0 || value != atoi(number + strlen(s.prefix)))
			fail_msg("%s: %s, value %d", rows[i].what, number, value);
	}
}

static const char *
issued(int service)
{
	if (fixture_do(&fixture, &(struct command){ .verb = DO_ISSUE, .actor = "ctl", .service = service }) != OK)
		fail_msg("issue was refused");
	return fixture.change.fact[0].number;
}

static void
a_shared_prefix_is_one_counter(void **state)
{
	(void)state;
	fixture_open(&fixture);
	fixture_service(&fixture.layout, "d", "A");
	fixture.layout.window[0].level[3] = 1;
	hall_init(&fixture.hall, &fixture.layout);
	hall_init(&fixture.told, &fixture.layout);
	assert_string_equal(issued(0), "A001");
	assert_string_equal(issued(3), "A002");
	assert_string_equal(issued(1), "B001");
	assert_string_equal(issued(0), "A003");
	assert_string_equal(issued(3), "A004");
	assert_int_equal(fixture.hall.counter_count, 2);
	assert_int_equal(number_counter(&fixture.hall, "C"), -1);
}

/* Two of one number would wait, and by the number only the newer is found. */
static void
who_may_come_back_keeps_the_number(void **state)
{
	(void)state;
	fixture_open(&fixture);
	fixture.layout.service[0].last = 3;
	fixture.layout.service[0].remote = (struct remote){ .checkin_s = 60, .quota = -1, .from_min = -1 };
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_ISSUE, .actor = "holder", .remote = true }), OK);
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_OPEN, .window = 1 }), OK);
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_DUE, .actor = "system" }), OK);
	fixture_wait(&fixture, 60000);
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_DUE, .actor = "system" }), OK);
	assert_int_equal(hall_leg(&fixture.hall, &fixture.hall.ticket[0])->state, LEG_NO_SHOW);
	assert_string_equal(issued(0), "A002");
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_NEXT, .window = 1 }), OK);
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_ABANDON, .window = 1 }), OK);
	assert_string_equal(issued(0), "A003");
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_CANCEL, .ticket = 3 }), OK);
	assert_string_equal(issued(0), "A003");
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_RETURN, .actor = "staff:1", .ticket = 2 }), OK);
	assert_int_equal(fixture_do(&fixture, &(struct command){ .verb = DO_CHECK_IN, .actor = "holder", .ticket = 1 }), OK);
}

/* A clock that was set back does not bring yesterday's counter again. */
static void
the_day_never_goes_back(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_string_equal(issued(0), "A001");
	fixture.now.day = MONDAY;
	assert_string_equal(issued(0), "A002");
	assert_int_equal(fixture.hall.day, TUESDAY);
	assert_int_equal(fixture.hall.ticket[1].day, TUESDAY);
	fixture.now.day = TUESDAY;
	assert_string_equal(issued(0), "A003");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_shared_prefix_is_one_counter),
		cmocka_unit_test(who_may_come_back_keeps_the_number),
		cmocka_unit_test(the_day_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
