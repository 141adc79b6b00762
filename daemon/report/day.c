/* A day as reports count it. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/calendar.h"
#include "daemon/core/opening.h"
#include "daemon/core/relayout.h"
#include "daemon/office/roster.h"
#include "daemon/report/day.h"

#define HALF_MS	(30 * 60000)
#define WINDOW_SLOTS (2 * WINDOWS_MAX)
#define GAPS_MAX 64
#define AT_A_WINDOW 16	/* who came to one on a day, and has not gone */

/* What a leg does not keep: times as steady and wall time. */
struct moment { int64_t steady_ms, wall_ms; };
struct seen {
	struct moment	began, called, ended;
	uint32_t	staff;
	uint8_t		channel;	/* of the first leg: its ticket's */
	uint8_t		recalls, grade;
	uint8_t		rule;
	bool		at_close;
};

struct day {
	struct hall	hall;
	struct layout	layout;
	struct seen	seen[TICKETS_MAX];
	struct moment	last;		/* of the last fact; steady_ms 0: there was none */
	int		no[WINDOW_SLOTS];	/* of windows, as they were met; layouts change */
	int		windows;
	int64_t		window_ms[HALVES][WINDOW_SLOTS][WINDOW_TIMES];
	int64_t		late_ms[HALVES][WINDOW_SLOTS][WINDOW_TIMES];	/* since the hall closed, and nobody has done anything there */
	int		peak[HALVES][SERVICES_MAX + 1];	/* the last: of the hall */
	struct manning	manning;
	int64_t		closes_ms;		/* the hall, for the last time on closes_day */
	int		closes_day;		/* 0: it is to be looked up */
	struct { int64_t from_ms, to_ms; } gap[GAPS_MAX];	/* in which nothing ran: wall time */
	int		gaps;
	int64_t		ends_off_ms;	/* the next start closes it, wall time; 0: none does */
	bool		any;		/* has something happened yet? */
	struct day_state state;
};

const char *
channel_name(enum channel channel)
{
	static const char *const names[CHANNELS] = { "kiosk", "staff", "phone", "booking", "window" };

	return names[channel];
}

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
	memset(d->seen, 0, sizeof d->seen);
	memset(d->window_ms, 0, sizeof d->window_ms);
	memset(d->late_ms, 0, sizeof d->late_ms);
	memset(d->peak, 0, sizeof d->peak);
	manning_again(&d->manning);
	d->state = (struct day_state){ 0 };
}

/* Services have the places of the layout that it goes by: what is kept by place moves along. */
void
day_layout(struct day *d, const struct layout *layout)
{
	int count = d->hall.service_count, peak[HALVES][SERVICES_MAX];
	char id[SERVICES_MAX][ID_MAX];

	memcpy(id, d->hall.service_id, sizeof id);
	for (int half = 0; half < HALVES; half++)
		memcpy(peak[half], d->peak[half], sizeof peak[half]);
	d->layout = *layout;
	d->closes_day = 0;
	if (hall_relayout(&d->hall, layout) == -1)
		return;
	for (int half = 0; half < HALVES; half++) {
		memset(d->peak[half], 0, sizeof peak[half]);
		for (int s = 0; s < count; s++)
			d->peak[half][hall_service(&d->hall, id[s])] = peak[half][s];
	}
}

struct hall *day_hall(struct day *d) { return &d->hall; }
struct day_state day_state(const struct day *d) { return d->state; }

/* Time that went by. */

static int
half_at(int64_t wall_ms, int64_t *left_ms)
{
	int min;

	date_at(wall_ms, &min);
	*left_ms = HALF_MS - (min % 30 * 60000 + wall_ms % 60000);
	return min / 30 % HALVES;
}

/* Whom the window serves; a rehearsal is nobody. */
static bool
has_somebody(const struct day *d, const struct window_layout *w, const struct queue *q)
{
	const struct leg *leg;

	for (uint32_t at = q->head; at != 0; at = leg->queue_next) {
		leg = &d->hall.leg[at - 1];
		if (!d->hall.ticket[leg->ticket].rehearsal && hall_level(&d->hall, &d->layout, w, leg) != 0)
			return true;
	}
	return false;
}

static bool
is_beside(const struct day *d, int no)
{
	const struct window_layout *w = layout_window(&d->layout, no);
	const struct hall *h = &d->hall;

	if (w == NULL || hall_halted(h))
		return false;
	for (int s = 0; s < h->service_count; s++) {
		for (int c = 0; s < d->layout.service_count && window_level(h, w, s) != 0 && c < h->class_count; c++)
			if (has_somebody(d, w, &h->queue[s][c]))
				return true;
		if (has_somebody(d, w, &h->sent[s]))
			return true;
	}
	return false;
}

/* Its place in window_ms; -1: there is no more room. */
static int
slot(struct day *d, int no)
{
	for (int i = 0; i < d->windows; i++)
		if (d->no[i] == no)
			return i;
	if (d->windows == WINDOW_SLOTS)
		return -1;
	d->no[d->windows] = no;
	return d->windows++;
}

static void
add_window(struct day *d, int half, int no, int64_t ms, bool late)
{
	enum window_state state = d->hall.window[no].state;
	int place = state == OFFLINE || state == CLOSED ? -1 : slot(d, no);
	int64_t *times;

	if (place == -1)
		return;
	times = late ? d->late_ms[half][place] : d->window_ms[half][place];
	times[TIME_OPEN] += ms;
	times[TIME_IDLE] += state == IDLE ? ms : 0;
	times[TIME_BESIDE] += state == IDLE && is_beside(d, no) ? ms : 0;
	times[TIME_PAUSED] += state == PAUSED ? ms : 0;
}

static void
note_peaks(struct day *d, int half)
{
	int all = 0;

	for (int s = 0; s < d->hall.service_count; s++) {
		int waiting = hall_waiting(&d->hall, s);

		all += waiting;
		if (waiting > d->peak[half][s])
			d->peak[half][s] = waiting;
	}
	if (all > d->peak[half][SERVICES_MAX])
		d->peak[half][SERVICES_MAX] = all;
}

/* Somebody works there after the hall has closed: it was open until now, and is not one that was left so. */
static void
stays_late(struct day *d, const struct fact *f)
{
	int place = f->window == 0 || strcmp(f->actor, "system") == 0 ? -1 : slot(d, f->window);

	for (int half = 0; half < HALVES && place != -1; half++)
		for (int i = 0; i < WINDOW_TIMES; i++) {
			d->window_ms[half][place][i] += d->late_ms[half][place][i];
			d->late_ms[half][place][i] = 0;
		}
}

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
	int64_t left_ms = at->steady_ms - d->last.steady_ms, wall_ms = d->last.wall_ms, closes_ms = closing_ms(d), room_ms;

	for (int i = 0; i < d->layout.window_count && d->last.steady_ms != 0 && left_ms > 0; i++)
		manning_goes_on(&d->manning, &d->hall, d->layout.window[i].no, wall_ms, wall_ms + left_ms);
	while (d->last.steady_ms != 0 && left_ms > 0) {
		int half = half_at(wall_ms, &room_ms);
		int64_t ms = left_ms < room_ms ? left_ms : room_ms;

		if (wall_ms < closes_ms && wall_ms + ms > closes_ms)
			ms = closes_ms - wall_ms;
		for (int i = 0; i < d->layout.window_count; i++)
			add_window(d, half, d->layout.window[i].no, ms, wall_ms >= closes_ms);
		if (wall_ms < closes_ms)
			note_peaks(d, half);
		left_ms -= ms;
		wall_ms += ms;
	}
	d->last = (struct moment){ at->steady_ms, at->wall_ms };
}

/* Legs. */

static const struct moment never;

static enum channel
channel_of(const struct fact *f, const struct ticket *t)
{
	if (t->remote)
		return BY_PHONE;
	if (strncmp(f->actor, "device:", 7) == 0)
		return BY_KIOSK;
	return strcmp(f->actor, "holder") == 0 ? BY_KIOSK : BY_STAFF;
}

static bool
sits_somewhere(const struct day *d, uint32_t account)
{
	for (int i = 0; i < d->layout.window_count; i++)
		if (d->hall.window[d->layout.window[i].no].staff == account)
			return true;
	return false;
}

/* Did somebody come to a window on the day, who has not gone and is at no other? */
static bool
came_to(const struct day *d, int no, const struct record *attendance)
{
	return record_day(attendance) == d->hall.day && record_value(attendance, "window") == no && record_value(attendance, "in") != 0 &&
	    record_value(attendance, "out") == 0 && !sits_somewhere(d, record_value(attendance, "account"));
}

/*
 * The account of who is at a window: signed in, or rostered there, come and not
 * gone; 0: nobody known.  Who worked there before need not have gone: of several
 * it is who is to be there now.
 */
static uint32_t
staff_at(const struct day *d, int no, int64_t wall_ms)
{
	uint32_t account = d->hall.window[no].staff;
	struct duty duty[AT_A_WINDOW];
	struct duty_day of_day = { 0 };
	const struct record *its;
	const struct duty *now;
	int count = 0;

	if (account != 0)
		return account;
	for (const struct record *r = NULL; count < AT_A_WINDOW && (r = record_next(&d->hall, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		if (!came_to(d, no, r))
			continue;
		account = account == 0 ? record_value(r, "account") : account;
		its = record_find(&d->hall, SUBJECT_DUTY, record_value(r, "duty"));
		count += its != NULL && roster_duty(&d->hall, its, &duty[count], &of_day);
	}
	now = count < 2 ? NULL : roster_at(duty, count, no, wall_ms);
	return now == NULL ? account : now->account;
}

/* A leg after a fact that touched it; one that was undone is as if that had not been. */
static void
see_leg(struct day *d, uint32_t place, const struct fact *f)
{
	const struct leg *leg = &d->hall.leg[place];
	struct seen *seen = &d->seen[place];
	struct moment now = { f->at.steady_ms, f->at.wall_ms };
	uint32_t staff;
	bool waits = leg->state != LEG_RESERVED && leg->state != LEG_LATER && leg->state != LEG_NO_SHOW && leg->state != LEG_NONE;

	if (!waits)
		seen->began = never;
	else if (waits && seen->began.steady_ms == 0) {
		int64_t early_ms = leg->state == LEG_WAITING && leg->entry_ms > now.steady_ms ? leg->entry_ms - now.steady_ms : 0;

		seen->began = (struct moment){ now.steady_ms + early_ms, now.wall_ms + early_ms };
	}
	if (!leg->called_before) {
		seen->called = never;
		seen->rule = RULE_NONE;
	} else if (seen->called.steady_ms == 0)
		seen->called = now;
	if (leg_live(leg->state))
		seen->ended = never;
	else if (seen->ended.steady_ms == 0)
		seen->ended = now;
	if (leg->window != 0 && (leg->state == LEG_CALLED || leg->state == LEG_SERVING) && (staff = staff_at(d, leg->window, now.wall_ms)) != 0)
		seen->staff = staff;
}

static void
see_ticket(struct day *d, const struct ticket *t, const struct fact *f)
{
	for (uint32_t place = t->first, more = 1; more != 0; more = d->hall.leg[place].next, place = more - 1)
		see_leg(d, place, f);
}

/* A rating is of what was done, though the ticket may go on. */
static uint32_t
rated_leg(const struct day *d, const struct ticket *t)
{
	const struct leg *leg = hall_done(&d->hall, t);

	return leg == NULL ? t->leg : (uint32_t)(leg - d->hall.leg);
}

static void
see(struct day *d, const struct fact *f)
{
	/* Who comes with a press of their keypad is known after the call. */
	int came_to = f->kind == RECORD_FACTS + SUBJECT_ATTENDANCE ? record_value(&f->record, "window") : 0;
	uint32_t ticket = came_to != 0 ? d->hall.window[came_to].ticket : f->ticket;
	const struct ticket *t = ticket == 0 ? NULL : hall_ticket(&d->hall, ticket);
	struct seen *seen = t == NULL ? NULL : &d->seen[f->kind == RATING_GIVEN ? rated_leg(d, t) : t->leg];

	/* Legs that are gone leave nothing behind for those that take their places. */
	if (f->kind == TICKET_UNDONE)
		memset(&d->seen[d->hall.leg_count], 0, (TICKETS_MAX - d->hall.leg_count) * sizeof d->seen[0]);
	if (f->kind == TICKET_UNDONE)
		for (uint32_t i = 0; i < d->hall.ticket_count; i++)
			see_ticket(d, &d->hall.ticket[i], f);
	if (t == NULL)
		return;
	see_ticket(d, t, f);
	switch (f->kind) {
	case TICKET_ISSUED:
		d->seen[t->first].channel = channel_of(f, t);
		break;
	case BOOKING_CHECKED_IN:
		d->seen[t->first].channel = BY_BOOKING;
		break;
	case TICKET_CALLED:
		seen->rule = f->why.rule;
		break;
	case TICKET_RECALLED:
		seen->recalls++;
		break;
	case TICKET_FINISHED:
		seen->at_close = f->at_close;
		break;
	case RATING_GIVEN:
		seen->grade = f->grade;
		break;
	default:
		break;
	}
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
	int64_t left_ms;

	if (f->kind == HALL_STARTED || (is_closing(f) && f->at.wall_ms == d->ends_off_ms))
		begin_again(d, &f->at);
	else if (is_closing(f))
		go_on_to_closing(d, &f->at);
	else {
		go_on(d, &f->at);
		stays_late(d, f);
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
	see(d, f);
	manning_fact(&d->manning, &d->hall, f);
	note_peaks(d, half_at(d->last.wall_ms, &left_ms));
	return 0;
}

/* What came of it. */

static const char *
service_name(const struct day *d, int service)
{
	return d->hall.service_id[service];
}

static int64_t
between(int64_t from_ms, int64_t to_ms)
{
	return from_ms == 0 || to_ms == 0 || to_ms < from_ms ? NO_TIME : to_ms - from_ms;
}

static struct visit
visit_of(const struct day *d, const struct ticket *t, uint32_t place, int n)
{
	const struct leg *leg = &d->hall.leg[place];
	const struct seen *seen = &d->seen[place];
	bool served = (leg->state == LEG_DONE && !seen->at_close) || leg->state == LEG_TRANSFERRED;
	int64_t start_ms = leg->started_ms == 0 ? leg->called_ms : leg->started_ms;
	bool queued = t->number[0] != '\0';	/* else nobody waited, and nobody was called */
	bool early = seen->called.steady_ms != 0 && seen->called.steady_ms < seen->began.steady_ms;	/* booked, and nobody else was there */

	return (struct visit){
		.ticket = t->id, .n = n, .number = t->number, .service = service_name(d, leg->service), .class = d->hall.class_id[t->class],
		.state = leg->state, .channel = t->number[0] == '\0' ? BY_WINDOW : d->seen[t->first].channel, .window = leg->window, .staff = seen->staff,
		.issued_ms = seen->began.wall_ms, .called_ms = queued ? seen->called.wall_ms : 0, .ended_ms = seen->ended.wall_ms,
		.wait_ms = !queued ? NO_TIME : early ? 0 : between(seen->began.steady_ms, seen->called.steady_ms),
		.way_ms = leg->started_ms == 0 ? NO_TIME : between(leg->called_ms, leg->started_ms),
		.service_ms = served ? between(start_ms, leg->ended_ms) : NO_TIME,
		.recalls = seen->recalls, .passes = leg->passes, .files = t->files, .grade = seen->grade,
		.first = n == 1, .rule = seen->rule,
		.started_ms = leg->started_ms != 0 || served ? seen->called.wall_ms + start_ms - seen->called.steady_ms : 0,
	};
}

void
day_visits(const struct day *d, void (*each)(void *, const struct visit *), void *arg)
{
	for (const struct ticket *t = d->hall.ticket; t < d->hall.ticket + d->hall.ticket_count; t++) {
		int n = 1;

		if (t->rehearsal || t->voided)
			continue;
		for (uint32_t place = t->first, more = 1; more != 0; more = d->hall.leg[place].next, place = more - 1, n++) {
			struct visit v = visit_of(d, t, place, n);

			each(arg, &v);
		}
	}
}

void
day_windows(const struct day *d, void (*each)(void *, const struct window_half *), void *arg)
{
	for (int half = 0; half < HALVES; half++)
		for (int i = 0; i < d->windows; i++) {
			struct window_half w = { .half = half, .no = d->no[i] };

			memcpy(w.ms, d->window_ms[half][i], sizeof w.ms);
			if (w.ms[TIME_OPEN] > 0)
				each(arg, &w);
		}
}

void
day_manned(const struct day *d, void (*each)(void *, const struct manned *), void *arg)
{
	manning_each(&d->manning, each, arg);
}

void
day_peaks(const struct day *d, void (*each)(void *, const struct peak *), void *arg)
{
	for (int half = 0; half < HALVES; half++) {
		for (int s = 0; s < d->hall.service_count; s++)
			if (d->peak[half][s] > 0)
				each(arg, &(struct peak){ half, service_name(d, s), d->peak[half][s] });
		if (d->peak[half][SERVICES_MAX] > 0)
			each(arg, &(struct peak){ half, NULL, d->peak[half][SERVICES_MAX] });
	}
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
