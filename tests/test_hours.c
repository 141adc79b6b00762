/* Hours of the week. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <time.h>

#include "daemon/core/hours.h"

#define MONDAY	INT64_C(1788105600000)	/* 2026-08-31 00:00 in China */
#define DAY_MS	INT64_C(86400000)
#define MIN_MS	INT64_C(60000)

static const struct hours always, week = {
	.count = 3,
	.row = { { 0x1F, 9 * 60, 12 * 60 }, { 0x1F, 13 * 60 + 30, 17 * 60 }, { 0x20, 0, 23 * 60 + 59 } },
};

static const struct { const char *what; const struct hours *hours; int day, hour, min; bool open; } rows[] = {
	{ "none: always",		&always, 7, 3, 0,	true },
	{ "just before",		&week, 1, 8, 59,	false },
	{ "from open",			&week, 1, 9, 0,		true },
	{ "the last minute",		&week, 1, 11, 59,	true },
	{ "until close",		&week, 1, 12, 0,	false },
	{ "afternoon",			&week, 5, 13, 30,	true },
	{ "midnight before Saturday",	&week, 5, 23, 59,	false },
	{ "Saturday from midnight",	&week, 6, 0, 0,		true },
	{ "Saturday's last minute",	&week, 6, 23, 59,	false },
	{ "Sunday",			&week, 7, 10, 0,	false },
};

static void
hours_of_the_week(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t at_ms = MONDAY + (rows[i].day - 1) * DAY_MS + (rows[i].hour * 60 + rows[i].min) * MIN_MS;

		if (hours_open(rows[i].hours, at_ms) != rows[i].open || hours_open(rows[i].hours, at_ms + MIN_MS - 1) != rows[i].open)
			fail_msg("%s", rows[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(hours_of_the_week) };

	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
