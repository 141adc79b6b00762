/* A hall played on from now. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/queue.h"
#include "daemon/wait/doubt.h"
#include "daemon/wait/future.h"
#include "daemon/wait/simulate.h"

#define LATE_MS		60000	/* whoever should be back by now */
#define LEAST_S		2.0	/* of what is left of a service */
#define AHEAD_PARTS	5	/* how far others are looked for who come */
#define EARLY_MS	(15 * 60000)	/* a break may begin so much earlier, */
#define OVERDUE_MS	(30 * 60000)	/* and who is not back so long after it is not expected */
#define BOOKED_LATE_MS	(15 * 60000)
#define BOOKED_AHEAD_MS	(90 * 60000)
#define BOOKED_EARLIEST_MS (5 * 60000)	/* called no earlier than so long before its time */
#define LEAST_ROOM	16
#define HORIZON_MS	(4 * 3600 * INT64_C(1000))

/* A window, and when it is free if nothing is known of how long somebody's service takes. */
struct post {
	const struct window_layout *window;
	const struct break_time *breaks;	/* that are still to come or to end */
	int		break_count;
	const struct hand *hand;
	double		mean_log[SERVICES_MAX];
	enum { IS_FREE, IS_SERVING, IS_AWAY, IS_GONE } is;
	int64_t		free_ms;	/* IS_FREE: from then on; IS_AWAY: not before */
	int64_t		since_ms;	/* of what it is */
	const struct leg *leg;		/* IS_SERVING */
	uint32_t	ticket;		/* likewise, its id */
	enum pending	pending;	/* likewise: what follows */
	int64_t		until_ms;	/* it means to be back from that; 0: nobody said */
};

/* Others who come meanwhile: a booking, or who comes without one in a part of a day. */
struct stream { int service, class; int64_t from_ms; double count; uint32_t who; };
struct coming { int service, class; int64_t from_ms; uint32_t who; };

struct simulator {
	struct dice	 dice;
	const struct hall *from;	/* whose future it is */
	struct future	 future;	/* who waits, then who comes */
	const struct layout *layout;
	const struct learnt *learnt;
	int64_t		 now_ms, wall_ms;
	int		 replicate;

	/* As at the start of each replicate. */
	struct leg	*leg;
	size_t		 leg_room;
	struct queue	 queue[SERVICES_MAX][CLASSES_MAX], sent[SERVICES_MAX], aside[SERVICES_MAX];
	uint32_t	 first_calls[SERVICES_MAX];

	struct outlook	*outlook;	/* by place in hall.leg */
	int		 here, outlooks, room;	/* here: of them, the first */
	int		 to_call;	/* of them */
	struct post	 post[WINDOWS_MAX];
	int		 posts;
	struct coming	*coming;
	size_t		 comings, coming_room;
	struct stream	*stream;
	size_t		 streams, stream_room;
	double		 sd_log[SERVICES_MAX], half[2];
	int64_t		 half_ms;	/* when the second half of the day begins */
};

struct simulator *
simulator_new(void)
{
	struct simulator *s = xcalloc(1, sizeof *s);

	dice_init(&s->dice);
	future_init(&s->future);
	/* Never NULL, though nobody waits. */
	s->leg = xcalloc(s->leg_room = LEAST_ROOM, sizeof *s->leg);
	s->outlook = xcalloc(s->room = LEAST_ROOM, sizeof *s->outlook);
	return s;
}

void
simulator_free(struct simulator *s)
{
	if (s == NULL)
		return;
	future_free(&s->future);
	free(s->leg);
	free(s->coming);
	free(s->outlook);
	free(s->stream);
	free(s);
}

static int
earlier(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
outlook_sort(const struct outlook *o, int64_t ms[REPLICATES])
{
	memcpy(ms, o->called_ms, sizeof o->called_ms);
	qsort(ms, REPLICATES, sizeof ms[0], earlier);
}

static double
roll(const struct simulator *s, uint32_t who, enum purpose purpose)
{
	return dice(&s->dice, s->replicate, who, purpose);
}

static int64_t
in_ms(double s)
{
	return llrint(s * 1000);
}

/* The hall of those who wait. */

static void
gather(struct simulator *s, const struct hall *h, const struct queue *q)
{
	for (uint32_t at = q->head; at != 0; at = h->leg[at - 1].queue_next) {
		GROW(s->outlook, s->here, s->room);
		s->outlook[s->here++] = (struct outlook){ .leg = at - 1, .service = h->leg[at - 1].service };
	}
}

static int
by_leg(const void *a, const void *b, void *arg)
{
	const struct leg *leg = arg, *x = &leg[((const struct outlook *)a)->leg], *y = &leg[((const struct outlook *)b)->leg];

	return (x->ticket > y->ticket) - (x->ticket < y->ticket);
}

static void
gather_all(struct simulator *s, const struct hall *h)
{
	s->here = 0;
	for (int i = 0; i < h->service_count; i++) {
		for (int c = 0; c < h->class_count; c++)
			gather(s, h, &h->queue[i][c]);
		gather(s, h, &h->sent[i]);
		gather(s, h, &h->away[i]);
		gather(s, h, &h->aside[i]);
	}
	gather(s, h, &h->reserved);
	qsort_r(s->outlook, s->here, sizeof *s->outlook, by_leg, (void *)h->leg);
}

static void
fill_hall(struct simulator *s, const struct hall *h)
{
	struct hall *to = s->future.hall;

	future_clear(&s->future, s->layout, h->service_count, h->class_count);
	to->wall_ms = h->wall_ms;
	to->steady_ms = h->steady_ms;
	memcpy(to->override, h->override, sizeof to->override);
	memcpy(to->window, h->window, sizeof to->window);
	memcpy(to->first_calls, h->first_calls, sizeof to->first_calls);
	memcpy(to->stop, h->stop, sizeof to->stop);
	to->stop_count = h->stop_count;
	for (int i = 0; i < s->here; i++) {
		const struct leg *from = &h->leg[s->outlook[i].leg];
		struct leg *leg = future_person(&s->future, h->ticket[from->ticket].id, from->service, h->ticket[from->ticket].class, from->entry_ms);

		leg->to = from->to;
		leg->until = from->until;
		queue_add(to, i);
	}
}

/* Windows. */

/* The break that this moment is in, or NULL. */
static const struct break_time *
break_at(const struct post *p, int64_t at_ms)
{
	for (int i = 0; i < p->break_count; i++)
		if (at_ms >= p->breaks[i].from_ms && at_ms < p->breaks[i].to_ms)
			return &p->breaks[i];
	return NULL;
}

/* When a window that would be free then is: a break that began meanwhile comes first. */
static int64_t
past_breaks(const struct post *p, int64_t at_ms)
{
	const struct break_time *b = break_at(p, at_ms);

	return b == NULL ? at_ms : b->to_ms + LATE_MS;
}

/* When somebody who is not there is back by plan; 0: not any more. */
static int64_t
planned_back_ms(const struct simulator *s, const struct post *p, const struct plan *plan, bool was_there)
{
	int64_t now_ms = s->now_ms;

	for (int i = 0; i < p->break_count; i++)
		if (now_ms >= p->breaks[i].from_ms - EARLY_MS && now_ms < p->breaks[i].to_ms + OVERDUE_MS)
			return (p->breaks[i].to_ms > now_ms ? p->breaks[i].to_ms : now_ms) + LATE_MS;
	if (!was_there && !plan->absent[p->window - s->layout->window] && plan->opens_ms != 0 && now_ms < plan->opens_ms + OVERDUE_MS)
		return (plan->opens_ms > now_ms ? plan->opens_ms : now_ms) + LATE_MS;
	return 0;
}

static void
post_set(struct simulator *s, struct post *p, const struct hall *h, const struct plan *plan)
{
	const struct window *w = &h->window[p->window->no];
	const struct ticket *t = w->ticket == 0 ? NULL : hall_ticket(h, w->ticket);
	int64_t ended_ms = s->learnt->ended_ms[p->window->no];

	p->since_ms = w->since_ms;
	p->free_ms = s->now_ms;
	p->leg = NULL;
	p->until_ms = w->until_ms == 0 ? 0 : w->until_ms - s->wall_ms + s->now_ms;
	if (window_doubt(h, s->layout, s->learnt, p->window->no, s->now_ms, &p->since_ms) != DOUBT_NONE) {
		p->is = IS_AWAY;
		return;
	}
	switch (w->state) {
	case IDLE:
		p->is = IS_FREE;
		if (ended_ms != 0 && ended_ms + in_ms(learnt_gap_s(s->learnt)) > s->now_ms)
			p->free_ms = ended_ms + in_ms(learnt_gap_s(s->learnt));
		break;
	case CALLING:
	case SERVING:
		p->is = t == NULL ? IS_FREE : IS_SERVING;
		p->leg = t == NULL ? NULL : hall_leg(h, t);
		p->ticket = w->ticket;
		p->pending = w->pending;
		break;
	case PAUSED:
		p->is = IS_AWAY;
		if (p->until_ms != 0)
			p->free_ms = p->until_ms;
		break;
	default:
		p->free_ms = planned_back_ms(s, p, plan, w->state == CLOSED);
		p->is = p->free_ms == 0 ? IS_GONE : IS_FREE;
	}
}

static void
set_breaks(struct post *p, const struct break_time breaks[BREAKS_MAX])
{
	p->breaks = breaks;
	p->break_count = 0;
	while (p->break_count < BREAKS_MAX && breaks[p->break_count].from_ms != 0)
		p->break_count++;
}

/* Whoever is at work so long after one began does not take it. */
static void
drop_untaken(struct post *p, int64_t now_ms)
{
	while (p->break_count > 0 && p->breaks->from_ms + OVERDUE_MS <= now_ms) {
		p->breaks++;
		p->break_count--;
	}
}

static void
set_posts(struct simulator *s, const struct hall *h, const struct plan *plan)
{
	const struct layout *l = s->layout;
	int min;

	/* Also of a service that the layout has no more: somebody may be at it, or be sent to a window for it. */
	for (int i = 0; i < h->service_count; i++)
		s->sd_log[i] = learnt_sd_log(s->learnt, i);
	for (int i = 0; i < 2; i++)
		s->half[i] = learnt_half(s->learnt, i);
	s->half_ms = date_ms(date_at(s->wall_ms, &min), HALF_MIN) - s->wall_ms + s->now_ms;
	s->posts = l->window_count;
	for (int i = 0; i < l->window_count; i++) {
		struct post *p = &s->post[i];

		p->window = &l->window[i];
		set_breaks(p, plan->breaks[i]);
		p->hand = learnt_hand(s->learnt, h, p->window->no);
		for (int v = 0; v < h->service_count; v++)
			p->mean_log[v] = learnt_mean_log(s->learnt, l, v, p->hand);
		post_set(s, p, h, plan);
		if (p->is != IS_AWAY && window_open(&h->window[p->window->no]))
			drop_untaken(p, s->now_ms);
	}
}

static double
half_of(const struct simulator *s, int64_t at_ms)
{
	return s->half[at_ms >= s->half_ms];
}

static uint32_t
window_dice(const struct post *p)
{
	return UINT32_MAX - p->window->no;
}

static int64_t
pause_ms(const struct simulator *s, uint32_t who, double elapsed_s, enum purpose purpose)
{
	return in_ms(lognormal_rest(learnt_pause_mean_log(s->learnt), learnt_pause_sd_log(s->learnt), elapsed_s, roll(s, who, purpose), 1));
}

/* From the end of a service to the next call. */
static int64_t
after_ms(const struct simulator *s, uint32_t who)
{
	int64_t ms = in_ms(learnt_gap_s(s->learnt));

	if (roll(s, who, DRAW_PAUSES) < learnt_pauses(s->learnt))
		ms += pause_ms(s, who, 0, DRAW_PAUSE);
	return ms;
}

static int64_t
rest_ms(const struct simulator *s, const struct post *p)
{
	double elapsed_s = (s->now_ms - p->leg->called_ms) / 1e3, absent_s = learnt_absent_s(s->learnt);
	double waited_s = (p->leg->called_ms - p->leg->entry_ms) / 1e3;
	int service = p->leg->service;

	if (elapsed_s < absent_s && p->leg->started_ms == 0 && roll(s, p->ticket, DRAW_NO_SHOW) < learnt_no_show(s->learnt, waited_s))
		return in_ms(fmax(absent_s - elapsed_s, LEAST_S));
	return in_ms(lognormal_rest(p->mean_log[service] + half_of(s, p->leg->called_ms), s->sd_log[service], elapsed_s, roll(s, p->ticket, DRAW_REST), LEAST_S));
}

/* Who comes. */

/* Is there somebody that one of this class, or of this service, may be called before although they came earlier? */
static bool
overtakes(const struct hall *h, const struct layout *l, int service, int class)
{
	const struct class *c = &l->class[class];

	for (int i = 0; i < l->class_count; i++)
		if (c->strict > l->class[i].strict || c->base_s > l->class[i].base_s || c->rate > l->class[i].rate)
			return true;
	for (int w = 0; w < l->window_count; w++)
		for (int i = 0; window_level(h, &l->window[w], service) != 0 && i < l->service_count; i++)
			if (window_level(h, &l->window[w], i) > window_level(h, &l->window[w], service))
				return true;
	return false;
}

static void
add_streams(struct simulator *s, int service, int class)
{
	int min, part;
	int64_t start_ms;

	if (!overtakes(s->from, s->layout, service, class))
		return;
	date_at(s->wall_ms, &min);
	part = min * 60 / PART_S;
	start_ms = s->now_ms - s->wall_ms % PART_MS;
	for (int i = 0; i < AHEAD_PARTS; i++) {
		double n = learnt_arrivals(s->learnt, service, class, part + i);

		if (n == 0)
			continue;
		GROW(s->stream, s->streams, s->stream_room);
		s->stream[s->streams++] = (struct stream){ .service = service, .class = class,
		    .from_ms = start_ms + i * PART_MS, .count = n,
		    .who = 0x80000000u + ((part + i) * SERVICES_MAX + service) * CLASSES_MAX + class };
	}
}

static void
set_coming(struct simulator *s, const struct hall *h)
{
	s->streams = s->comings = 0;
	for (int v = 0; v < s->layout->service_count; v++)
		for (int c = 0; c < s->layout->class_count; c++)
			add_streams(s, v, c);
	for (int i = 0; i < h->booking_count; i++) {
		const struct booking *b = &h->booking[i];
		int64_t from_ms = b->from_ms - s->wall_ms + s->now_ms;

		if (b->state != BOOKING_IS_MADE || from_ms < s->now_ms - BOOKED_LATE_MS || from_ms > s->now_ms + BOOKED_AHEAD_MS)
			continue;
		GROW(s->coming, s->comings, s->coming_room);
		s->coming[s->comings++] = (struct coming){ b->service, b->class, from_ms, 0x40000000u + b->id };
	}
}

static void
comes(struct simulator *s, int service, int class, int64_t at_ms, int64_t entry_ms)
{
	uint32_t place = s->future.hall->leg_count;

	if (at_ms > s->now_ms && future_person(&s->future, 0x20000000u + place - s->outlooks, service, class, entry_ms) != NULL)
		future_add(&s->future, at_ms, COMES, place);
}

/* Whoever has not come yet comes later, or not at all. */
static void
booked_comes(struct simulator *s, const struct coming *c)
{
	double sd_s, early_s = learnt_early_s(s->learnt, &sd_s), shows = learnt_shows(s->learnt), by_now, at;
	int64_t from_ms = c->from_ms - BOOKED_EARLIEST_MS, at_ms;

	by_now = normal(((s->now_ms - c->from_ms) / 1e3 + early_s) / sd_s);
	if (roll(s, c->who, DRAW_COMES) >= shows * (1 - by_now) / (1 - shows * by_now))
		return;
	at = by_now + (1 - by_now) * roll(s, c->who, DRAW_WHEN);
	at_ms = c->from_ms + in_ms(sd_s * normal_inverse(fmin(at, 1 - 1e-6)) - early_s);
	comes(s, c->service, c->class, at_ms, at_ms > from_ms ? at_ms : from_ms);
}

static void
stream_comes(struct simulator *s, const struct stream *c)
{
	int n = poisson(c->count, roll(s, c->who, DRAW_COUNT));

	for (int i = 0; i < n; i++) {
		int64_t at_ms = c->from_ms + in_ms(PART_S * roll(s, c->who + 0x01000000u * (i + 1), DRAW_ARRIVAL));

		comes(s, c->service, c->class, at_ms, at_ms);
	}
}

/* A ticket with further legs goes on to the next, with its first entry. */
static void
goes_on(struct simulator *s, const struct leg *leg, int64_t at_ms)
{
	const struct hall *h = s->from;
	uint32_t at = leg == NULL ? 0 : leg->next;

	while (at != 0 && h->leg[at - 1].state != LEG_LATER)
		at = h->leg[at - 1].next;
	if (at != 0)
		comes(s, h->leg[at - 1].service, h->ticket[leg->ticket].class, at_ms, h->leg[at - 1].entry_ms);
}

/* A replicate. */

/* When a window that served until then is free; NEVER_CALLED: it closes. */
static int64_t
free_after(const struct simulator *s, const struct post *p, int64_t at_ms)
{
	switch (p->pending) {
	case PENDING_CLOSE:
		return NEVER_CALLED;
	case PENDING_PAUSE:
		return p->until_ms > at_ms ? p->until_ms : at_ms + pause_ms(s, window_dice(p), 0, DRAW_BACK);
	default:
		return at_ms + after_ms(s, p->ticket);
	}
}

static void
post_begin(struct simulator *s, int i)
{
	const struct post *p = &s->post[i];
	int64_t at_ms = p->free_ms;

	switch (p->is) {
	case IS_GONE:
		return;
	case IS_FREE:
		break;
	case IS_SERVING:
		at_ms = s->now_ms + rest_ms(s, p);
		goes_on(s, p->leg, at_ms);
		if ((at_ms = free_after(s, p, at_ms)) == NEVER_CALLED)
			return;
		break;
	case IS_AWAY:
		if (p->free_ms <= s->now_ms)
			at_ms = s->now_ms + pause_ms(s, window_dice(p), (s->now_ms - p->since_ms) / 1e3, DRAW_BACK);
	}
	future_add(&s->future, past_breaks(p, at_ms), FREE, i);
}

static void
restart(struct simulator *s)
{
	struct hall *h = s->future.hall;

	future_clear(&s->future, s->layout, h->service_count, h->class_count);
	memcpy(h->leg, s->leg, s->outlooks * sizeof *s->leg);
	memcpy(h->queue, s->queue, sizeof h->queue);
	memcpy(h->sent, s->sent, sizeof h->sent);
	memcpy(h->aside, s->aside, sizeof h->aside);
	memcpy(h->first_calls, s->first_calls, sizeof h->first_calls);
	h->leg_count = h->ticket_count = s->outlooks;
	s->to_call = s->outlooks;
	for (int i = 0; i < s->outlooks; i++)
		s->outlook[i].called_ms[s->replicate] = NEVER_CALLED;
	for (int i = 0; i < s->posts; i++)
		post_begin(s, i);
	for (size_t i = 0; i < s->comings; i++)
		booked_comes(s, &s->coming[i]);
	for (size_t i = 0; i < s->streams; i++)
		stream_comes(s, &s->stream[i]);
}

/* Of somebody who is here now: the leg that it is; NULL: of who comes later nothing more is known. */
static const struct leg *
known(const struct simulator *s, uint32_t place)
{
	return place < (uint32_t)s->here ? &s->from->leg[s->outlook[place].leg] : NULL;
}

/* Is somebody not called at all: cancelled meanwhile, or taken from afar and never here? */
static bool
left(const struct simulator *s, uint32_t place, uint32_t who, int64_t at_ms)
{
	const struct leg *leg = known(s, place);
	double stays = exp(-learnt_cancelling(s->learnt) * (at_ms - s->now_ms) / 1e3);

	if (leg != NULL && leg->state == LEG_RESERVED)
		stays *= learnt_arriving(s->learnt);
	return roll(s, who, DRAW_CANCEL) >= stays;
}

/* How long a window is busy with whom it calls. */
static int64_t
busy_ms(const struct simulator *s, const struct post *p, uint32_t place, uint32_t who, int64_t at_ms)
{
	const struct leg *leg = &s->future.hall->leg[place], *was = known(s, place);
	double absent = learnt_no_show(s->learnt, (at_ms - leg->entry_ms) / 1e3);

	if (was != NULL && was->passes > 0)
		absent = 1 - learnt_returning(s->learnt);
	if (roll(s, who, DRAW_NO_SHOW) < absent)
		return in_ms(learnt_absent_s(s->learnt));
	return in_ms(lognormal(p->mean_log[leg->service] + half_of(s, at_ms), s->sd_log[leg->service], roll(s, who, DRAW_SERVICE)));
}

static bool
served(const struct simulator *s, int service)
{
	for (int i = 0; i < s->posts; i++)
		if (s->post[i].is != IS_GONE && window_level(s->from, s->post[i].window, service) != 0)
			return true;
	return false;
}

/* Who would come now: behind all who are here, and nobody's time is taken by them. */
static void
add_newcomers(struct simulator *s)
{
	for (int service = 0; service < s->layout->service_count; service++) {
		if (!served(s, service) || future_person(&s->future, 0, service, 0, s->now_ms) == NULL)
			continue;
		queue_add(s->future.hall, s->outlooks);
		GROW(s->outlook, s->outlooks, s->room);
		s->outlook[s->outlooks++] = (struct outlook){ .leg = NOBODY, .service = service };
	}
}

static int64_t
calls_ms(void *owner, int window, int64_t at_ms)
{
	const struct simulator *s = owner;

	return past_breaks(&s->post[window], at_ms);
}

static int64_t
called(void *owner, int window, uint32_t place, int64_t at_ms)
{
	struct simulator *s = owner;
	const struct post *p = &s->post[window];
	uint32_t who = s->future.hall->ticket[place].id;

	if (place < (uint32_t)s->outlooks) {
		s->outlook[place].called_ms[s->replicate] = at_ms;
		s->future.over = --s->to_call == 0;
	}
	if ((place < (uint32_t)s->outlooks && s->outlook[place].leg == NOBODY) || left(s, place, who, at_ms))
		return -1;
	at_ms += busy_ms(s, p, place, who, at_ms);
	goes_on(s, known(s, place), at_ms);
	return past_breaks(p, at_ms + after_ms(s, who));
}

static const struct laws laws = { .calls_ms = calls_ms, .called = called };

int
simulate(struct simulator *s, const struct hall *h, const struct layout *l, const struct learnt *learnt, const struct plan *plan,
    int64_t steady_ms, int64_t wall_ms, bool newcomers, const struct outlook **out)
{
	s->from = h;
	s->layout = l;
	s->learnt = learnt;
	s->now_ms = steady_ms;
	s->wall_ms = wall_ms;
	gather_all(s, h);
	fill_hall(s, h);
	set_posts(s, h, plan);
	s->outlooks = s->here;
	if (newcomers)
		add_newcomers(s);
	set_coming(s, h);
	if (s->leg_room < (size_t)s->outlooks)
		s->leg = xrealloc(s->leg, s->leg_room = s->outlooks, sizeof *s->leg);
	memcpy(s->leg, s->future.hall->leg, s->outlooks * sizeof *s->leg);
	memcpy(s->queue, s->future.hall->queue, sizeof s->queue);
	memcpy(s->sent, s->future.hall->sent, sizeof s->sent);
	memcpy(s->aside, s->future.hall->aside, sizeof s->aside);
	memcpy(s->first_calls, s->future.hall->first_calls, sizeof s->first_calls);
	for (s->replicate = 0; s->replicate < REPLICATES && s->outlooks > 0; s->replicate++) {
		restart(s);
		future_play(&s->future, &laws, s, s->now_ms + HORIZON_MS);
	}
	*out = s->outlook;
	return s->outlooks;
}
