/* When windows are meant to be away. */
#include <string.h>

#include "daemon/wait/plan.h"

/* A day by the minute: is anything open? */
struct minutes { bool open[DAY_MIN]; };

static void
add_service(struct minutes *m, const struct hall *h, const struct layout *l, int service, int date)
{
	struct day_plan day;

	calendar_plan(&day, l, service, &h->override[service], date);
	for (int i = 0; i < day.count; i++)
		for (int min = day.span[i].open; min < day.span[i].close && min < DAY_MIN; min++)
			m->open[min] = true;
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

/* The gaps between the first opening of the day and the last closing. */
static void
set_breaks(struct break_time breaks[BREAKS_MAX], const struct minutes *m, const struct instant *now, int date)
{
	int close = next_that(m, next_that(m, 0, true), false), open = next_that(m, close, true);

	for (int i = 0; i < BREAKS_MAX && open < DAY_MIN; i++) {
		breaks[i] = (struct break_time){ steady(now, date, close), steady(now, date, open) };
		close = next_that(m, open, false);
		open = next_that(m, close, true);
	}
}

void
plan_set(struct plan *p, const struct hall *h, const struct layout *l, const struct instant *now)
{
	int min, date = date_at(now->wall_ms, &min), first = DAY_MIN;

	memset(p, 0, sizeof *p);
	for (int i = 0; i < l->window_count; i++) {
		struct minutes m = { { false } };

		for (int s = 0; s < l->service_count; s++)
			if (l->window[i].level[s] != 0)
				add_service(&m, h, l, s, date);
		set_breaks(p->breaks[i], &m, now, date);
		if (next_that(&m, 0, true) < first)
			first = next_that(&m, 0, true);
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
