/* When windows are meant to be away. */
#include <string.h>

#include "daemon/wait/plan.h"

#define DAYS_LEAST	3	/* before these, nothing is usual */
#define USUAL		0.5

/* A day by the minute: is anything open? */
struct minutes { bool open[DAY_MIN]; };

static void
add_service(struct minutes *m, const struct hall *h, const struct layout *l, int service, int date)
{
	struct day_plan day;

	calendar_plan(&day, l, service, &h->override[service], date);
	for (int i = 0; i < day.count; i++)
		memset(m->open + day.span[i].open, true, (day.span[i].close < DAY_MIN ? day.span[i].close : DAY_MIN) - day.span[i].open);
}

static int
next_that(const struct minutes *m, int from, bool open)
{
	while (from < DAY_MIN && m->open[from] != open)
		from++;
	return from;
}

static int64_t
steady(const struct instant *now, int date, int min)
{
	return date_ms(date, min) - now->wall_ms + now->steady_ms;
}

/* What a window is not open for on most days it is not expected for. */
static void
drop_unusual(struct minutes *m, const struct learnt *learnt, int window)
{
	for (int part = 0; part < PARTS && learnt->days >= DAYS_LEAST; part++)
		if (learnt_there(learnt, window, part) < USUAL)
			memset(m->open + part * PART_S / 60, false, PART_S / 60);
}

/* The gaps after the first coming, and, before the last closing, the last going. */
static void
set_breaks(struct break_time breaks[BREAKS_MAX], const struct minutes *m, int closes, const struct instant *now, int date)
{
	int close = next_that(m, next_that(m, 0, true), false);

	for (int i = 0; i < BREAKS_MAX && close < closes; i++) {
		int open = next_that(m, close, true);

		breaks[i] = (struct break_time){ steady(now, date, close), steady(now, date, open) };
		close = next_that(m, open, false);
	}
}

static int
last_open(const struct minutes *m)
{
	int min = DAY_MIN;

	while (min > 0 && !m->open[min - 1])
		min--;
	return min;
}

void
plan_set(struct plan *p, const struct hall *h, const struct layout *l, const struct learnt *learnt, const struct instant *now)
{
	int min, date = date_at(now->wall_ms, &min), first = DAY_MIN;

	memset(p, 0, sizeof *p);
	for (int i = 0; i < l->window_count; i++) {
		struct minutes m = { { false } };
		int closes;

		for (int s = 0; s < l->service_count; s++)
			if (window_level(h, &l->window[i], s) != 0)
				add_service(&m, h, l, s, date);
		if (next_that(&m, 0, true) < first)
			first = next_that(&m, 0, true);
		closes = last_open(&m);
		drop_unusual(&m, learnt, l->window[i].no);
		p->absent[i] = next_that(&m, 0, true) == DAY_MIN;
		if (!p->absent[i])
			set_breaks(p->breaks[i], &m, closes, now, date);
	}
	if (first > 0 && first < DAY_MIN)
		p->opens_ms = steady(now, date, first);
}

int64_t
plan_last_ms(const struct hall *h, const struct layout *l, int service, const struct instant *now)
{
	int min, date = date_at(now->wall_ms, &min);
	struct day_plan day;

	if (l->policy.serve_on_s == SERVE_ALL)
		return INT64_MAX;
	calendar_plan(&day, l, service, &h->override[service], date);
	if (day.count == 0 || day.span[day.count - 1].close >= DAY_MIN)
		return INT64_MAX;
	return steady(now, date, day.span[day.count - 1].close) + l->policy.serve_on_s * INT64_C(1000);
}
