/* A day as reports count it. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/apply/relayout.h"
#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"
#include "daemon/report/day.h"

#define GAPS_MAX 64

struct day {
	struct hall	hall;
	struct layout	layout;
	struct moment	last;		/* of the last fact; steady_ms 0: there was none */
	struct visits	visits;
	struct halves	halves;
	struct manning	manning;
	int64_t		closes_ms;		/* the hall, for the last time on closes_day */
	int		closes_day;		/* 0: it is to be looked up */
	struct { int64_t from_ms, to_ms; } gap[GAPS_MAX];	/* in which nothing ran: wall time */
	int		gaps;
	int64_t		ends_off_ms;	/* the next start closes it, wall time; 0: none does */
	bool		any;		/* has something happened yet? */
	struct day_state state;
};

struct day *
day_new(const struct layout *layout)
{
	struct day *d = xcalloc(1, sizeof *d);

	d->layout = *layout;
	hall_init(&d->hall, layout);
	return d;
}

void
day_free(struct day *d)
{
	if (d != NULL)
		manning_free(&d->manning);
	free(d);
}

void
day_again(struct day *d)
{
	memset(&d->visits, 0, sizeof d->visits);
	memset(&d->halves, 0, sizeof d->halves);
	manning_again(&d->manning);
	d->state = (struct day_state){ 0 };
}

/* Services have the places of the layout that it goes by: what is kept by place moves along. */
void
day_layout(struct day *d, const struct layout *layout)
{
	int count = d->hall.service_count;
	char id[SERVICES_MAX][ID_MAX];

	memcpy(id, d->hall.service_id, sizeof id);
	d->layout = *layout;
	d->closes_day = 0;
	if (hall_relayout(&d->hall, layout) == 0)
		halves_moved(&d->halves, &d->hall, (const char (*)[ID_MAX])id, count);
}

struct hall *day_hall(struct day *d) { return &d->hall; }
struct day_state day_state(const struct day *d) { return d->state; }

/* Time that went by. */

/* Asked for each fact. */
static int64_t
closing_ms(struct day *d)
{
	int64_t from_ms, to_ms;

	if (d->closes_day != d->hall.day) {
		d->closes_day = d->hall.day;
		d->closes_ms = hall_duty(&d->hall, &d->layout, d->hall.day, &from_ms, &to_ms) ? to_ms : INT64_MAX;
	}
	return d->closes_ms;
}

/* All was as it was since the last fact. */
static void
go_on(struct day *d, const struct instant *at)
{
	int64_t ms = d->last.steady_ms == 0 ? 0 : at->steady_ms - d->last.steady_ms, wall_ms = d->last.wall_ms;

	for (int i = 0; i < d->layout.window_count && ms > 0; i++)
		manning_goes_on(&d->manning, &d->hall, d->layout.window[i].no, wall_ms, wall_ms + ms);
	halves_go_on(&d->halves, &d->hall, &d->layout, wall_ms, ms, closing_ms(d));
	d->last = (struct moment){ at->steady_ms, at->wall_ms };
}

/* The day's closing may be the next morning: what is open then was so until the hall's last closing time. */
static bool
is_closing(const struct fact *f)
{
	return f->kind == HALL_DAY_CLOSED || f->kind == TICKET_EXPIRED || f->at_close;
}

static void
go_on_to_closing(struct day *d, const struct instant *at)
{
	struct instant until = *at;
	int64_t from_ms, to_ms;
	bool has_hours = hall_duty(&d->hall, &d->layout, d->hall.day, &from_ms, &to_ms);

	if (at->wall_ms > to_ms) {
		until.steady_ms -= at->wall_ms - to_ms;
		until.wall_ms = to_ms;
	}
	if (has_hours && until.steady_ms > d->last.steady_ms)
		go_on(d, &until);
	d->last = (struct moment){ at->steady_ms, at->wall_ms };
}

/* With many of them the last one takes in the next. */
static void
add_gap(struct day *d, int64_t from_ms, int64_t to_ms)
{
	if (d->gaps == GAPS_MAX)
		d->gap[d->gaps - 1].to_ms = to_ms;
	else if (from_ms < to_ms) {
		d->gap[d->gaps].from_ms = from_ms;
		d->gap[d->gaps++].to_ms = to_ms;
	}
}

void
day_begins(struct day *d, int64_t wall_ms)
{
	add_gap(d, 0, wall_ms);
}

void day_ends_off(struct day *d, int64_t wall_ms) { d->ends_off_ms = wall_ms; }

static void
begin_again(struct day *d, const struct instant *at)
{
	if (d->hall.wall_ms != 0)
		add_gap(d, d->hall.wall_ms, at->wall_ms);
	d->last = (struct moment){ at->steady_ms, at->wall_ms };
}

int
day_fact(struct day *d, const struct fact *f)
{
	if (f->kind == HALL_STARTED || (is_closing(f) && f->at.wall_ms == d->ends_off_ms))
		begin_again(d, &f->at);
	else if (is_closing(f))
		go_on_to_closing(d, &f->at);
	else {
		go_on(d, &f->at);
		halves_act(&d->halves, f);
	}
	d->state.restarts += f->kind == HALL_STARTED && d->any && d->hall.day_open;
	if (f->kind == HALL_DAY_CLOSED) {
		d->state.flagged = f->flagged;
		return 0;
	}
	d->any = true;
	if (hall_apply(&d->hall, f) == -1)
		return -1;
	if (f->kind == HALL_OVERRIDE)
		d->closes_day = 0;
	visits_fact(&d->visits, &d->hall, &d->layout, f);
	manning_fact(&d->manning, &d->hall, f);
	halves_now(&d->halves, &d->hall, d->last.wall_ms);
	return 0;
}

/* What came of it. */

void
day_visits(const struct day *d, void (*each)(void *, const struct visit *), void *arg)
{
	visits_each(&d->visits, &d->hall, each, arg);
}

void
day_windows(const struct day *d, void (*each)(void *, const struct window_half *), void *arg)
{
	halves_windows(&d->halves, each, arg);
}

void
day_peaks(const struct day *d, void (*each)(void *, const struct peak *), void *arg)
{
	halves_peaks(&d->halves, &d->hall, each, arg);
}

void
day_manned(const struct day *d, void (*each)(void *, const struct manned *), void *arg)
{
	manning_each(&d->manning, each, arg);
}

bool
day_duty(const struct day *d, int date, bool closed, int64_t *from_ms, int64_t *to_ms)
{
	if (!hall_duty(&d->hall, &d->layout, date, from_ms, to_ms))
		return false;
	if (!closed && *to_ms > d->last.wall_ms)
		*to_ms = d->last.wall_ms;
	return *from_ms < *to_ms;
}

/* Without hours nobody knows when it was to run: a night's rest is no gap. */
int64_t
day_away_ms(const struct day *d, int date)
{
	int64_t from_ms, to_ms, away_ms = 0;
	bool always;

	if (!hall_duty(&d->hall, &d->layout, date, &from_ms, &to_ms))
		return 0;
	always = hall_always(from_ms, to_ms, date);
	if (from_ms < date_ms(date, d->layout.day_starts_min))
		from_ms = date_ms(date, d->layout.day_starts_min);
	for (int i = always && d->gaps > 0 && d->gap[0].from_ms == 0; i < d->gaps; i++) {
		int64_t a = d->gap[i].from_ms > from_ms ? d->gap[i].from_ms : from_ms, b = d->gap[i].to_ms < to_ms ? d->gap[i].to_ms : to_ms;

		away_ms += a < b ? b - a : 0;
	}
	return away_ms;
}

bool
day_skipped(const struct day *d, int date, int64_t *from_ms, int64_t *to_ms)
{
	return hall_duty(NULL, &d->layout, date, from_ms, to_ms) && !hall_always(*from_ms, *to_ms, date);
}

/* Addresses of one device, each once. */
#define ADDRESSES (3 * WINDOWS_MAX + BUTTONS_MAX)
struct addresses { int at[ADDRESSES], count; };

static void
add_address(struct addresses *a, int address)
{
	for (int i = 0; i < a->count; i++)
		if (a->at[i] == address)
			return;
	a->at[a->count++] = address;
}

static void
add_seat(struct addresses *a, int device, const struct seat *seat)
{
	if (seat->device == device)
		add_address(a, seat->address);
}

void
day_devices(const struct day *d, void (*each)(void *, const char *, int), void *arg)
{
	const struct layout *l = &d->layout;

	for (int i = 0; i < l->device_count; i++) {
		struct addresses a = { .count = 0 };

		for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
			add_seat(&a, i, &w->sign);
			add_seat(&a, i, &w->keypad);
			add_seat(&a, i, &w->rater);
		}
		for (int b = 0; b < l->device[i].button_count; b++)
			add_address(&a, l->device[i].buttons[b].address);
		if (a.count == 0)
			add_address(&a, 0);
		for (int k = 0; k < a.count; k++)
			each(arg, l->device[i].id, a.at[k]);
	}
}
