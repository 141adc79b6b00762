/* Hours, quotas and people put together. */
#include <stdio.h>

#include "daemon/core/calendar.h"
#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/opening.h"
#include "daemon/core/queue.h"

#define DONE_MS	(3600 * INT64_C(1000))

static const struct { const char *name; enum refusal refusal; } closeds[CLOSEDS] = {
	[NOT_CLOSED]		= { NULL, OK },
	[CLOSED_SUSPENDED]	= { "suspended", SERVICE_CLOSED },
	[CLOSED_NO_WINDOW]	= { "no_window", SERVICE_CLOSED },
	[CLOSED_FULL]		= { "full", QUOTA_FULL },
	[CLOSED_TODAY]		= { "today", SERVICE_CLOSED },
	[CLOSED_REST]		= { "rest", SERVICE_CLOSED },
	[CLOSED_HOURS]		= { "hours", SERVICE_CLOSED },
	[CLOSED_DAY]		= { "quota_day", QUOTA_FULL },
	[CLOSED_SEGMENT]	= { "quota_segment", QUOTA_FULL },
};

const char *closed_name(enum closed closed) { return closeds[closed].name; }
enum refusal closed_refusal(enum closed closed) { return closeds[closed].refusal; }

const char *
hall_state_name(int state)
{
	static const char *const names[HALL_STATES] = {
		[HALL_CLOSED] = "closed", [HALL_CLOSING] = "closing", [HALL_LUNCH] = "lunch", [HALL_TICKETING] = "ticketing",
		[HALL_OPEN] = "open", [HALL_SUSPENDED] = "suspended"
	};

	return names[state];
}

const struct override *
hall_override(const struct hall *h, int service, int day)
{
	const struct override *o = &h->override[service];

	return o->day != 0 && o->day == day ? o : NULL;
}

/* Is a ticket here that has not been served: somebody's, or a rehearsal's? */
static bool
has_live(const struct hall *h, bool rehearsal)
{
	for (uint32_t i = h->ticket_count; i-- > 0; ) {
		enum leg_state state = hall_leg(h, &h->ticket[i])->state;

		if (h->ticket[i].rehearsal == rehearsal && leg_live(state) && state != LEG_RESERVED)
			return true;
	}
	return false;
}

bool
hall_rehearses(const struct hall *h)
{
	return has_live(h, true);
}

static enum phase
phase_at(const struct hall *h, const struct layout *l, int service, const struct instant *now)
{
	int min, date = date_at(now->wall_ms, &min);
	struct day_plan p;

	calendar_plan(&p, l, service, hall_override(h, service, now->day), date);
	return plan_phase(&p, min);
}

bool
hall_anybody(const struct hall *h)
{
	return has_live(h, false);
}

/* As its service that is furthest open; who came in time is served after that. */
enum hall_state
hall_state(const struct hall *h, const struct layout *l, const struct instant *now)
{
	static const enum hall_state states[] = {
		[PHASE_CLOSED] = HALL_CLOSED, [PHASE_CLOSING] = HALL_CLOSING, [PHASE_LUNCH] = HALL_LUNCH,
		[PHASE_TICKETING] = HALL_TICKETING, [PHASE_OPEN] = HALL_OPEN
	};
	enum phase best = PHASE_CLOSED;

	if (hall_halted(h))
		return HALL_SUSPENDED;
	if (h->ending)
		return has_live(h, false) ? HALL_CLOSING : HALL_CLOSED;
	for (int s = 0; s < l->service_count && best != PHASE_OPEN; s++) {
		enum phase phase = layout_served(l, s) ? phase_at(h, l, s, now) : PHASE_CLOSED;

		best = phase > best ? phase : best;
	}
	return best == PHASE_CLOSED && has_live(h, false) ? HALL_CLOSING : states[best];
}

bool
hall_duty(const struct hall *h, const struct layout *l, int date, int64_t *from_ms, int64_t *to_ms)
{
	int first = DAY_MIN, last = 0;
	struct day_plan p;

	for (int s = 0; s < l->service_count; s++) {
		if (!layout_served(l, s))
			continue;
		calendar_plan(&p, l, s, h == NULL ? NULL : &h->override[s], date);
		for (const struct span *span = p.span; span < p.span + p.count; span++) {
			first = span->open < first ? span->open : first;
			last = span->close > last ? span->close : last;
		}
	}
	*from_ms = first < last ? date_ms(date, first) : 0;
	*to_ms = first < last ? date_ms(date, last) : 0;
	return first < last;
}

bool
hall_always(int64_t from_ms, int64_t to_ms, int date)
{
	return from_ms == date_ms(date, 0) && to_ms == date_ms(date, DAY_MIN);
}

/* The last closing time of a date among its hours that begin by a minute, minutes after midnight; 0: there are none. */
static int
last_closing(const struct hall *h, const struct layout *l, int date, int day, int begin_by)
{
	struct day_plan p;
	int last = 0;

	for (int s = 0; s < l->service_count; s++) {
		if (!layout_served(l, s))
			continue;
		calendar_plan(&p, l, s, hall_override(h, s, day), date);
		for (const struct span *span = p.span; span < p.span + p.count && span->open <= begin_by; span++)
			last = span->close > last ? span->close : last;
	}
	return last;
}

/* That of a business day, whose hours may go on over midnight (until 23:59, from 00:00 on); 0: it is a day of rest. */
static int
day_closing(const struct hall *h, const struct layout *l, int day)
{
	int last = last_closing(h, l, day, day, DAY_MIN), next = last < DAY_MIN - 1 ? 0 : last_closing(h, l, date_after(day, 1), day, 0);

	return next == 0 ? last : DAY_MIN + next;
}

int64_t
hall_done_ms(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int last;
	int64_t at_ms;

	if (!h->day_open || h->ending == ENDING_WITH_SLIPS || now->doubted || now->day != h->day || hall_halted(h) || has_live(h, false) || has_live(h, true))
		return INT64_MAX;
	if ((last = day_closing(h, l, h->day)) == 0)
		return INT64_MAX;
	at_ms = date_ms(h->day, last) - now->wall_ms + now->steady_ms;
	return (at_ms > h->steady_ms ? at_ms : h->steady_ms) + DONE_MS;
}

static bool
is_for(const struct hall *h, const struct ticket *t, int service)
{
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (h->leg[at - 1].service == service)
			return true;
	return false;
}

/*
 * Tickets of a service issued on a business day, within [from_ms, to_ms): each
 * once, to whatever windows it went; who was served without one took none.
 */
static int
taken(const struct hall *h, int service, int day, int64_t from_ms, int64_t to_ms)
{
	int count = 0;

	for (uint32_t i = h->ticket_count; i-- > 0 && h->ticket[i].day == day; ) {
		const struct ticket *t = &h->ticket[i];

		count += t->number[0] != '\0' && !t->rehearsal && !t->voided && t->issued_ms >= from_ms && t->issued_ms < to_ms &&
		    is_for(h, t, service);
	}
	return count;
}

static const struct segment *
segment_at(const struct service *s, int min)
{
	for (const struct segment *g = s->segment; g < s->segment + s->segment_count; g++)
		if (g->from_min <= min && min < g->to_min)
			return g;
	return NULL;
}

static int
segment_left(const struct hall *h, int service, const struct segment *g, int date, int day)
{
	int left = g->limit - taken(h, service, day, date_ms(date, g->from_min), date_ms(date, g->to_min));

	return left > 0 ? left : 0;
}

/* The next minute of the day that is in no segment, or in one that is to have tickets; -1: there is none. */
static int
next_segment(const struct service *s, const struct day_plan *p, const struct segment *full, int min)
{
	while (++min < DAY_MIN) {
		const struct segment *g = segment_at(s, min);

		if (plan_gives(p, min) && g != full && (g == NULL || g->limit > 0))
			return min;
	}
	return -1;
}

static void
close_until(struct opening *o, enum closed closed, int64_t opens_ms)
{
	o->closed = closed;
	o->opens_ms = opens_ms;
}

/* What the quotas leave of an opening by hours. */
static void
limit(struct opening *o, const struct hall *h, const struct layout *l, int service, const struct day_plan *p,
    const struct instant *now)
{
	const struct override *x = hall_override(h, service, now->day);
	const struct service *s = &l->service[service];
	int quota = x != NULL && x->quota != -1 ? x->quota : s->quota_day;
	int min, date = date_at(now->wall_ms, &min), left, next;
	const struct segment *g = segment_at(s, min);

	if (quota != -1) {
		left = quota - taken(h, service, now->day, 0, INT64_MAX);
		o->left = left > 0 ? left : 0;
		if (o->left == 0) {
			close_until(o, CLOSED_DAY, calendar_opens(l, service, x, now->wall_ms, now->day));
			return;
		}
	}
	if (g == NULL)
		return;
	left = segment_left(h, service, g, date, now->day);
	if (o->left == -1 || left < o->left)
		o->left = left;
	if (left == 0) {
		next = next_segment(s, p, g, min);
		close_until(o, CLOSED_SEGMENT, next != -1 ? date_ms(date, next) :
		    calendar_opens(l, service, x, now->wall_ms, now->day));
	}
}

void
hall_opening(struct opening *o, const struct hall *h, const struct layout *l, int service, const struct instant *now)
{
	const struct override *x = hall_override(h, service, now->day);
	int min, date = date_at(now->wall_ms, &min);
	const struct calendar_day *d = calendar_day(l, date);
	struct day_plan p;

	*o = (struct opening){ .left = -1 };
	calendar_plan(&p, l, service, x, date);
	if (hall_halted(h))
		close_until(o, CLOSED_SUSPENDED, 0);
	else if (!layout_served(l, service))
		close_until(o, CLOSED_NO_WINDOW, 0);
	else if (h->ticket_count == TICKETS_MAX || h->leg_count == TICKETS_MAX)
		close_until(o, CLOSED_FULL, 0);
	else if (h->ending || (x != NULL && x->closed))
		close_until(o, CLOSED_TODAY, calendar_opens(l, service, x, now->wall_ms, now->day));
	else if (!plan_gives(&p, min))
		close_until(o, d != NULL && d->kind == DAY_REST ? CLOSED_REST : CLOSED_HOURS,
		    calendar_opens(l, service, x, now->wall_ms, 0));
	else
		limit(o, h, l, service, &p, now);
}

int
windows_open(const struct hall *h, const struct layout *l, int service)
{
	int open = 0;

	for (int i = 0; i < l->window_count; i++)
		open += window_level(h, &l->window[i], service) != 0 && window_open(&h->window[l->window[i].no]);
	return open;
}

bool
hall_alarm(const struct hall *h, const struct layout *l, int service, const struct instant *now)
{
	enum phase phase = phase_at(h, l, service, now);

	return !hall_halted(h) && hall_waiting(h, service) > 0 && phase != PHASE_LUNCH && phase != PHASE_TICKETING &&
	    windows_open(h, l, service) == 0;
}

int64_t
hall_alarm_since(const struct hall *h, const struct layout *l, int service)
{
	int64_t since_ms = queue_oldest(h, service);

	for (int i = 0; i < l->window_count; i++)
		if (window_level(h, &l->window[i], service) != 0 && h->window[l->window[i].no].since_ms > since_ms)
			since_ms = h->window[l->window[i].no].since_ms;
	return since_ms;
}

/* The same as it is without one takes an exception back.  Hours do not go on over midnight: what is before the day starts would be long past. */
enum refusal
do_override(struct desk *d)
{
	const struct command *cmd = d->cmd;
	int min, date = date_at(d->now.wall_ms, &min), starts_min = d->layout->day_starts_min;
	struct day_plan p;
	char expected[64];

	if (cmd->service < 0 || cmd->service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	calendar_plan(&p, d->layout, cmd->service, NULL, date);
	if (cmd->until_min != -1 && cmd->until_min < starts_min) {
		snprintf(expected, sizeof expected, "a time of this day, %02d:%02d to 23:59", starts_min / 60, starts_min % 60);
		return bad_request(d, "/open_until", expected);
	}
	if (cmd->until_min != -1 && p.count == 0)
		return bad_request(d, "/open_until", "left out: it is a day of rest for the service");
	struct fact f = fact(d, HALL_OVERRIDE);
	f.service = cmd->service;
	f.closed = cmd->closed;
	f.until_min = cmd->until_min;
	f.quota = cmd->quota;
	put(d, &f);
	return OK;
}
