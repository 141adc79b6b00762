/* Days of services. */
#include <time.h>

#include "daemon/core/calendar.h"

#define MIN_MS	(60 * INT64_C(1000))

static struct tm
tm_of(int date, int min)
{
	return (struct tm){ .tm_year = date / 10000 - 1900, .tm_mon = date / 100 % 100 - 1, .tm_mday = date % 100,
	    .tm_hour = min / 60, .tm_min = min % 60, .tm_isdst = -1 };
}

static int
tm_date(const struct tm *tm)
{
	return (tm->tm_year + 1900) * 10000 + (tm->tm_mon + 1) * 100 + tm->tm_mday;
}

int
date_of(int year, int month, int day)
{
	int date = year * 10000 + month * 100 + day;

	return date_after(date, 0) == date ? date : 0;
}

int
date_after(int date, int days)
{
	struct tm tm = tm_of(date, DAY_MIN / 2);	/* noon exists on every day */

	tm.tm_mday += days;
	mktime(&tm);
	return tm_date(&tm);
}

int
date_at(int64_t wall_ms, int *min)
{
	time_t s = wall_ms / 1000;
	struct tm tm;

	localtime_r(&s, &tm);
	*min = tm.tm_hour * 60 + tm.tm_min;
	return tm_date(&tm);
}

int64_t
date_ms(int date, int min)
{
	struct tm tm = tm_of(date, min);

	return (int64_t)mktime(&tm) * 1000;
}

/* Sakamoto's method; of no zone, and asked for each command. */
int
date_weekday(int date)
{
	static const int months[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };
	int year = date / 10000, month = date / 100 % 100;

	year -= month < 3;
	return (year + year / 4 - year / 100 + year / 400 + months[month - 1] + date % 100 + 6) % 7;
}

const struct calendar_day *
calendar_day(const struct layout *l, int date)
{
	for (int i = 0; i < l->calendar_count; i++)
		if (l->calendar[i].date == date)
			return &l->calendar[i];
	return NULL;
}

static void
plan_add(struct day_plan *p, const struct span *s)
{
	int at = p->count++;

	for (; at > 0 && p->span[at - 1].open > s->open; at--)
		p->span[at] = p->span[at - 1];
	p->span[at] = *s;
}

/* The rows of one day of the week (a bit of hours_row.days); 0: all there are. */
static void
plan_rows(struct day_plan *p, const struct hours *h, int day)
{
	for (const struct hours_row *r = h->row; r < h->row + h->count; r++)
		if (day == 0 || (r->days & day) != 0)
			plan_add(p, &(struct span){ r->open_min, r->close_min, r->from_min == -1 ? r->open_min : r->from_min,
			    r->until_min == -1 ? r->close_min : r->until_min });
}

/* It closes at a minute; tickets end as long before it as they would have. */
static void
plan_close(struct day_plan *p, int close)
{
	struct span *last;

	while (p->count > 0 && p->span[p->count - 1].open >= close)
		p->count--;
	if (p->count == 0)
		return;
	last = &p->span[p->count - 1];
	last->until += close - last->close;
	last->close = close;
}

void
calendar_plan(struct day_plan *p, const struct layout *l, int service, const struct override *o, int date)
{
	const struct calendar_day *d = calendar_day(l, date);
	const struct hours *h = &l->service[service].hours;
	bool today = o != NULL && o->day == date;

	p->count = 0;
	if ((d != NULL && d->kind == DAY_REST) || (today && o->closed))
		return;
	if (d != NULL && d->hours.count > 0)
		plan_rows(p, &d->hours, 0);
	else if (h->count == 0)
		plan_add(p, &(struct span){ 0, DAY_MIN, 0, DAY_MIN });
	else
		plan_rows(p, h, 1 << (d != NULL && d->kind == DAY_MAKEUP ? 0 : date_weekday(date)));
	if (today && o->until_min != -1)
		plan_close(p, o->until_min);
}

int
calendar_weekday(const struct layout *l, int date)
{
	const struct calendar_day *d = calendar_day(l, date);

	if (d != NULL && d->kind == DAY_REST)
		return 0;
	return 1 << (d != NULL && d->kind == DAY_MAKEUP ? 0 : date_weekday(date));
}

bool
plan_gives(const struct day_plan *p, int min)
{
	for (const struct span *s = p->span; s < p->span + p->count; s++)
		if (s->from <= min && min < s->until)
			return true;
	return false;
}

enum phase
plan_phase(const struct day_plan *p, int min)
{
	bool begun = false, later = false, open = false;

	for (const struct span *s = p->span; s < p->span + p->count; s++) {
		begun |= s->open <= min;
		later |= min < s->until;
		open |= s->open <= min && min < s->close;
	}
	if (open)
		return later ? PHASE_OPEN : PHASE_CLOSING;
	if (plan_gives(p, min))
		return PHASE_TICKETING;
	return begun && later ? PHASE_LUNCH : PHASE_CLOSED;
}

int64_t
calendar_opens(const struct layout *l, int service, const struct override *o, int64_t wall_ms, int after_day)
{
	int min, today = date_at(wall_ms, &min);
	struct day_plan p;

	for (int i = 0; i <= AHEAD_DAYS; i++) {
		int date = date_after(today, i);
		/* The first hours of the date after it are its own. */
		int first = after_day != 0 && date == date_after(after_day, 1) ? l->day_starts_min : 0;

		calendar_plan(&p, l, service, o, date);
		for (const struct span *s = p.span; s < p.span + p.count && date > after_day; s++) {
			int from = s->from > first ? s->from : first;

			if (from < s->until && date_ms(date, from) > wall_ms)
				return date_ms(date, from);
		}
	}
	return 0;
}

/* How much of one time is within another. */
static int64_t
overlap(int64_t open_ms, int64_t close_ms, int64_t from_ms, int64_t to_ms)
{
	int64_t begin_ms = open_ms > from_ms ? open_ms : from_ms, end_ms = close_ms < to_ms ? close_ms : to_ms;

	return end_ms > begin_ms ? end_ms - begin_ms : 0;
}

int64_t
calendar_open_ms(const struct layout *l, int service, const struct override *o, int64_t from_ms, int64_t to_ms)
{
	time_t from_s = from_ms / 1000, to_s = to_ms / 1000;
	int64_t open_ms = 0, midnight_ms;
	struct tm from, to;
	struct day_plan p;

	localtime_r(&from_s, &from);
	localtime_r(&to_s, &to);
	/* Nearly always, and asked for everybody who waits for long each time somebody is called: no date is looked up. */
	if (tm_date(&from) == tm_date(&to) && from.tm_gmtoff == to.tm_gmtoff) {
		midnight_ms = from_s / 60 * MIN_MS - (from.tm_hour * 60 + from.tm_min) * MIN_MS;
		calendar_plan(&p, l, service, o, tm_date(&from));
		for (const struct span *s = p.span; s < p.span + p.count; s++)
			open_ms += overlap(midnight_ms + s->open * MIN_MS, midnight_ms + s->close * MIN_MS, from_ms, to_ms);
		return open_ms;
	}
	for (int date = tm_date(&from); date <= tm_date(&to); date = date_after(date, 1)) {
		calendar_plan(&p, l, service, o, date);
		for (const struct span *s = p.span; s < p.span + p.count; s++)
			open_ms += overlap(date_ms(date, s->open), date_ms(date, s->close), from_ms, to_ms);
	}
	return open_ms;
}
