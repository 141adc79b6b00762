/* How long people will wait. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/wait/estimate.h"

#define LOOK_MS		600000	/* between two estimates of a ticket that are judged */
#define HALF_LIFE	500	/* looks, of how far simulation and formula were off */
#define FAVOURS		32	/* the better of the two, by this power of how far they were off */
#define LATER_MS	300000
#define NEVER_MS	(2 * 3600 * INT64_C(1000))	/* counts for a replicate in which somebody is not called for hours; at least as long as any in which they are */
#define FORMULA_TERMS	256	/* added up one by one */
#define QUARTER		6	/* of the replicates: the mean of those between the quarters is what is simulated */
#define STEP		0.04	/* of a width, by one that was not within it */
#define WITHIN		0.9
#define WIDTH_MIN	0.4
#define WIDTH_MAX	2.5

/* An estimate that will be judged when its ticket is called. */
struct look { int64_t at_ms; struct estimate told; uint32_t next; };	/* next: the one before of the same ticket, or free; place + 1 */

/*
 * What somebody was told: p90 as a time, which moves no more than LATER_MS later
 * in LATER_MS, from what it was at from_ms; but when a window has left.
 */
struct promise { uint32_t ticket; int64_t from_ms, was_ms, told_ms; unsigned leaves; uint32_t looks; };

/* Somebody's place in the order in which the formula goes through them. */
struct turn { double score; size_t estimate; };

struct estimator {
	struct learnt	 learnt;
	struct judgement judgement;
	struct look	*look;
	size_t		 looks, look_room;
	uint32_t	 free_look;	/* place + 1; 0: none */
	struct promise	 promise[TICKETS_MAX];	/* by ticket id, as many as a hall can have at once */
	unsigned	 leaves;	/* so often a window left, or the hall had stood still */
	struct estimate	 newcomer[SERVICES_MAX];	/* of who would come, as of the last time; called 0: none */
};

static const struct judgement before_all = { .simulated_off = 60, .formula_off = 100, .width = { { 1, 1, 1, 1, 1, 1 }, { 1.2, 1.2, 1.2, 1.2, 1.2, 1.2 } } };

static void
know_nothing(struct estimator *e)
{
	learn_init(&e->learnt);
	e->judgement = before_all;
}

/* Promises are all zero as they come; clearing them would take their 2 MB of memory before anybody waits. */
struct estimator *
estimator_new(void)
{
	struct estimator *e = xcalloc(1, sizeof *e);

	know_nothing(e);
	return e;
}

void
estimator_forget(struct estimator *e)
{
	know_nothing(e);
	e->looks = e->free_look = 0;
	memset(e->promise, 0, sizeof e->promise);
	memset(e->newcomer, 0, sizeof e->newcomer);
}

void
estimator_free(struct estimator *e)
{
	if (e == NULL)
		return;
	free(e->look);
	free(e);
}

struct learnt *
estimator_learnt(struct estimator *e)
{
	return &e->learnt;
}

struct judgement *
estimator_judgement(struct estimator *e)
{
	return &e->judgement;
}

/* The formula: all work ahead over all windows that are open, of which some leaves (Ibrahim and Whitt's QLm). */

static int
windows_open_all(const struct hall *h, const struct layout *l)
{
	int open = 0;

	for (int i = 0; i < l->window_count; i++)
		open += window_open(&h->window[l->window[i].no]);
	return open;
}

static bool
idle_for(const struct hall *h, const struct layout *l, const struct learnt *learnt, int service, int64_t steady_ms)
{
	for (int i = 0; i < l->window_count; i++) {
		int no = l->window[i].no;

		if (h->window[no].state == IDLE && window_level(h, &l->window[i], service) != 0 &&
		    learnt->ended_ms[no] + learnt_gap_s(learnt) * 1000 <= steady_ms)
			return true;
	}
	return false;
}

/* By class and wait alone: the formula knows no levels. */
static double
score(const struct hall *h, const struct layout *l, const struct estimate *of, int64_t steady_ms)
{
	const struct leg *leg = of->leg == NOBODY ? NULL : &h->leg[of->leg];
	int c = leg == NULL ? 0 : h->ticket[leg->ticket].class;
	const struct class *class = &l->class[c < l->class_count ? c : 0];

	return (class->strict ? 1e12 : 0) + class->base_s * 1000.0 + class->rate * (leg == NULL ? 0 : (steady_ms - leg->entry_ms) / 1e3);
}

static int
by_score(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->estimate > y->estimate) - (x->estimate < y->estimate);
}

/*
 * Until so many before are gone, one after the other at this rate, and sooner by
 * those who leave.  Of many the terms are much alike, and their sum an integral.
 */
static double
formula_s(double rate, double leaving, int ahead)
{
	double s = 0, from;
	int k = 0;

	for (; k <= ahead && k < FORMULA_TERMS; k++)
		s += 1 / (rate + k * leaving);
	if (k > ahead)
		return s;
	from = rate + (k - 0.5) * leaving;
	return s + (leaving == 0 ? (ahead + 1 - k) / rate : log1p((ahead + 1 - k) * leaving / from) / leaving);
}

/* Everybody's wait by the formula, which goes through them in the order of who is next. */
static void
set_formula(struct estimates *e, const struct learnt *learnt, const struct hall *h, const struct layout *l, int64_t steady_ms)
{
	int open = windows_open_all(h, l), ahead = 0;
	double work_s = 0, leaving = learnt_leaving(learnt);

	for (size_t i = 0; i < e->count; i++)
		e->turn[i] = (struct turn){ score(h, l, &e->of[i], steady_ms), i };
	qsort(e->turn, e->count, sizeof *e->turn, by_score);
	for (size_t i = 0; i < e->count; i++) {
		struct estimate *out = &e->of[e->turn[i].estimate];
		double its_s = learnt_mean_s(learnt, l, out->service);
		double rate = (open == 0 ? 1 : open) * (ahead + 1) / (work_s + its_s);

		out->formula_s = idle_for(h, l, learnt, out->service, steady_ms) ? 0 : formula_s(rate, leaving, ahead);
		if (out->leg == NOBODY)
			continue;
		work_s += its_s;
		ahead++;
	}
}

/* Judgement. */

static int
band_of(double p50_s)
{
	static const int least_s[BANDS] = { 0, 120, 300, 600, 1200, 2400 };
	int band = BANDS - 1;

	while (band > 0 && p50_s < least_s[band])
		band--;
	return band;
}

/* Of the simulation in p50: half when the two are as good, nearly all when the formula is off by a tenth more. */
static double
share(const struct judgement *j)
{
	return 1 / (1 + pow(j->simulated_off / j->formula_off, FAVOURS));
}

static bool
is_error(const struct day_error *e)
{
	return e->tickets >= 0 && e->off_s >= 0 && e->within >= 0 && e->within <= e->tickets;
}

bool
judgement_sound(const struct judgement *j)
{
	bool sound = j->simulated_off > 0 && j->formula_off > 0;

	for (int look = 0; look < LOOKS; look++)
		for (int band = 0; band < BANDS; band++)
			sound &= j->width[look][band] >= WIDTH_MIN && j->width[look][band] <= WIDTH_MAX;
	for (int s = 0; s < SERVICES_MAX; s++)
		sound &= is_error(&j->today[s]) && is_error(&j->last[s]);
	return sound;
}

static void
judge(struct judgement *j, const struct estimate *told, int look, double truth_s)
{
	double keeps = exp2(-1.0 / HALF_LIFE), *width = &j->width[look][band_of(told->simulated_s)];

	j->simulated_off = j->simulated_off * keeps + fabs(told->simulated_s - truth_s);
	j->formula_off = j->formula_off * keeps + fabs(told->formula_s - truth_s);
	if (told->spread_s > 1)
		*width = fmin(WIDTH_MAX, fmax(WIDTH_MIN, *width * exp(STEP * ((truth_s > told->p90_s) - (1 - WITHIN)))));
}

static double
p90(const struct judgement *j, const struct estimate *told, int look)
{
	return told->p50_s + j->width[look][band_of(told->simulated_s)] * told->spread_s;
}

static void
count_error(struct day_error *error, const struct estimate *told, double truth_s)
{
	error->tickets++;
	error->off_s += fabs(told->p50_s - truth_s);
	error->bias_s += told->p50_s - truth_s;
	error->within += truth_s <= told->p90_s;
}

static struct promise *
promise_to(struct estimator *e, uint32_t ticket)
{
	struct promise *p = &e->promise[ticket % TICKETS_MAX];

	if (p->ticket != ticket)
		*p = (struct promise){ .ticket = ticket, .leaves = e->leaves - 1 };
	return p;
}

static void
judge_ticket(struct estimator *e, const struct hall *h, uint32_t ticket, int64_t called_ms)
{
	struct promise *p = promise_to(e, ticket);
	struct look *look;
	double truth_s;

	for (uint32_t at = p->looks; at != 0; at = look->next) {
		look = &e->look[at - 1];
		/* What the hall stood still nobody could know. */
		truth_s = (called_ms - look->at_ms - hall_stood(h, look->at_ms, called_ms)) / 1e3;
		judge(&e->judgement, &look->told, look->next == 0 ? LOOK_FIRST : LOOK_LATER, truth_s);
		if (look->next == 0)
			count_error(&e->judgement.today[look->told.service], &look->told, truth_s);
	}
	while (p->looks != 0) {
		look = &e->look[p->looks - 1];
		p->looks = look->next;
		look->next = e->free_look;
		e->free_look = look - e->look + 1;
	}
}

static void
look_at(struct estimator *e, struct promise *p, const struct estimate *told, int64_t steady_ms)
{
	uint32_t at = e->free_look;

	if (p->looks != 0 && steady_ms < e->look[p->looks - 1].at_ms + LOOK_MS)
		return;
	if (at == 0) {
		GROW(e->look, e->looks, e->look_room);
		at = ++e->looks;
	} else
		e->free_look = e->look[at - 1].next;
	e->look[at - 1] = (struct look){ steady_ms, *told, p->looks };
	p->looks = at;
}

void
estimate_tell(struct estimator *e, const struct hall *h, struct estimate *told, int64_t steady_ms)
{
	const struct leg *leg = &h->leg[told->leg];
	const struct ticket *t = &h->ticket[leg->ticket];
	struct promise *p = promise_to(e, t->id);
	int64_t p90_ms;

	if (hall_halted(h))
		return;
	if (p->looks != 0)
		told->p90_s = p90(&e->judgement, told, LOOK_LATER);
	p90_ms = steady_ms + llrint(told->p90_s * 1000);
	if (p->leaves != e->leaves)
		*p = (struct promise){ t->id, steady_ms, p90_ms, p90_ms, e->leaves, p->looks };
	if (steady_ms >= p->from_ms + LATER_MS) {
		p->from_ms = steady_ms;
		p->was_ms = p->told_ms;
	}
	if (p90_ms > p->was_ms + LATER_MS)
		told->p90_s = fmax(told->p50_s, (p->was_ms + LATER_MS - steady_ms) / 1e3);
	p->told_ms = steady_ms + llrint(told->p90_s * 1000);
	if (!t->rehearsal && (leg->state == LEG_WAITING || leg->state == LEG_RESERVED))
		look_at(e, p, told, steady_ms);
}

/* Somebody of the first class has come, and was told on paper what who came was to expect. */
static void
tell_newcomer(struct estimator *e, const struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	struct estimate told;

	if (t == NULL || t->class != 0 || f->booking != 0)
		return;
	told = e->newcomer[hall_leg(h, t)->service];
	if (told.called == 0)
		return;
	told.leg = t->leg;
	estimate_tell(e, h, &told, f->at.steady_ms);
}

void
estimate_day(struct estimator *e, const struct hall *h, int day, int64_t wall_ms)
{
	struct judgement *j = &e->judgement;

	memcpy(j->last, j->today, sizeof j->last);
	memset(j->today, 0, sizeof j->today);
	j->last_day = day;
	e->looks = e->free_look = 0;
	memset(e->promise, 0, sizeof e->promise);
	learn_day(&e->learnt, h, wall_ms);
}

void
estimate_fact(struct estimator *e, const struct layout *l, const struct hall *h, const struct fact *f)
{
	if (f->kind == WINDOW_CLOSED || f->kind == WINDOW_PAUSED || f->kind == HALL_RESUMED)
		e->leaves++;
	if (f->kind == TICKET_ISSUED)
		tell_newcomer(e, h, f);
	if (f->kind == TICKET_CALLED)
		judge_ticket(e, h, f->ticket, f->at.steady_ms);
	if (f->kind == HALL_DAY_CLOSED)
		estimate_day(e, h, h->closed_day, f->at.wall_ms);
	else
		learn_fact(&e->learnt, l, h, f);
}

/* The answer. */

/* Between the two nearest of the sorted replicates. */
static double
quantile(const int64_t ms[REPLICATES], double p, int64_t now_ms)
{
	double at = fmin(REPLICATES - 1, fmax(0, p * (REPLICATES + 1) - 1)), low = floor(at);
	int64_t a = ms[(int)low], b = ms[low + 1 < REPLICATES ? (int)low + 1 : (int)low];

	return (a - now_ms + (at - low) * (b - a)) / 1e3;
}

static void
answer(const struct judgement *j, struct estimate *out, const struct outlook *o, int64_t steady_ms)
{
	int64_t ms[REPLICATES];
	int64_t never_ms = steady_ms + NEVER_MS;
	double simulated_s = 0, p90_s, sum_s = 0, shift_s;

	outlook_sort(o, ms);
	for (out->called = 0; out->called < REPLICATES && ms[out->called] != NEVER_CALLED; out->called++)
		if (ms[out->called] > never_ms)
			never_ms = ms[out->called];
	for (int i = out->called; i < REPLICATES; i++)
		ms[i] = never_ms;
	for (int i = 0; i < REPLICATES; i++)
		sum_s += (ms[i] - steady_ms) / 1e3;
	for (int i = QUARTER; i < REPLICATES - QUARTER; i++)
		simulated_s += (ms[i] - steady_ms) / 1e3 / (REPLICATES - 2 * QUARTER);
	p90_s = quantile(ms, WITHIN, steady_ms);
	shift_s = (1 - share(j)) * (out->formula_s - simulated_s);
	out->simulated = share(j) >= 0.5;
	out->p10_s = fmin(quantile(ms, 1 - WITHIN, steady_ms), simulated_s) + shift_s;
	out->p10_s = fmax(0, out->p10_s);
	out->simulated_s = simulated_s;
	out->spread_s = p90_s - simulated_s;
	out->p50_s = simulated_s + shift_s;
	out->p90_s = p90(j, out, LOOK_FIRST);
	out->mean_s = sum_s / REPLICATES + shift_s;
}

void
estimate(struct estimates *e, const struct learnt *learnt, const struct judgement *j, const struct hall *h, const struct layout *l,
    const struct outlook *outlook, int count, int64_t steady_ms)
{
	e->count = 0;
	for (int i = 0; i < count; i++) {
		GROW(e->of, e->count, e->room);
		GROW(e->turn, e->count, e->turn_room);
		e->of[e->count++] = (struct estimate){ .service = outlook[i].service, .leg = outlook[i].leg };
	}
	if (count == 0)
		return;
	set_formula(e, learnt, h, l, steady_ms);
	for (int i = 0; i < count; i++)
		answer(j, &e->of[i], &outlook[i], steady_ms);
}

void
estimates_free(struct estimates *e)
{
	free(e->of);
	free(e->turn);
}

void
estimate_newcomers(struct estimator *e, const struct estimates *all)
{
	memset(e->newcomer, 0, sizeof e->newcomer);
	for (const struct estimate *one = all->of; one < all->of + all->count; one++)
		if (one->leg == NOBODY)
			e->newcomer[one->service] = *one;
}
