/* The business day. */
#include <stdio.h>
#include <time.h>

#include "daemon/core/calendar.h"
#include "daemon/core/day.h"

#define AN_HOUR_MS (3600 * INT64_C(1000))

/*
 * By the local clock's reading, not by subtracting seconds: on a night when the
 * clocks change, 04:00 is still when they show 04:00.
 */
int
day_of(int64_t wall_ms, int day_starts_min)
{
	time_t s = wall_ms / 1000;
	struct tm tm;

	localtime_r(&s, &tm);
	if (tm.tm_hour * 60 + tm.tm_min < day_starts_min) {
		tm.tm_mday--;
		tm.tm_hour = 12;	/* noon exists on every day */
		tm.tm_isdst = -1;
		mktime(&tm);
	}
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

int
day_find(const char *date)
{
	int year, month, day, end = 0, found;

	if (sscanf(date, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 || date[end] != '\0')
		return -1;
	found = date_of(year, month, day);
	return found == 0 ? -1 : found;
}

/* In the night in which it is set back a clock may show that time again, later. */
int64_t
day_ends_ms(int64_t wall_ms, int day_starts_min)
{
	time_t s = wall_ms / 1000;
	struct tm tm;
	int64_t ends_ms;

	localtime_r(&s, &tm);
	if (tm.tm_hour * 60 + tm.tm_min >= day_starts_min)
		tm.tm_mday++;
	tm.tm_hour = day_starts_min / 60;
	tm.tm_min = day_starts_min % 60;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	ends_ms = mktime(&tm) * INT64_C(1000);
	return ends_ms > wall_ms ? ends_ms : wall_ms + AN_HOUR_MS;
}
