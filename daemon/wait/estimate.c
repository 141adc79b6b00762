/* How long people will wait. */
#include <math.h>
#include <stdlib.h>

#include "daemon/base/util.h"
#include "daemon/wait/estimate.h"

#define LOOK_MS		600000	/* between two estimates of a ticket that are judged */
#define HALF_LIFE	500	/* tickets, of the shares of simulation and formula */
#define QUARTER 6
#define STEP		0.04	/* of a width, by one that was not within it */
#define WITHIN		0.9
#define WIDTH_MIN	0.4
#define WIDTH_MAX	2.5

/* An estimate that will be judged when its ticket is called. */
struct look { uint32_t ticket; int64_t at_ms; double simulated_s, spread_s, formula_s, p50_s, p90_s; };

struct estimator {
	struct simulator *simulator;
	struct learnt	 learnt;
	struct judgement judgement;
	struct estimate	*estimate;
	size_t		 estimates, room;
	struct look	*look;
	size_t		 looks, look_room;
};

struct estimator *
estimator_new(void)
{
	struct estimator *e = xcalloc(1, sizeof *e);

	e->simulator = simulator_new();
	learn_init(&e->learnt);
	e->judgement = (struct judgement){ .along = 80, .square = 100 };
	for (int i = 0; i < BANDS; i++)
		e->judgement.width[i] = e->judgement.centre[i] = 1;
	return e;
}

void
estimator_free(struct estimator *e)
{
	if (e == NULL)
		return;
	simulator_free(e->simulator);
	free(e->estimate);
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
windows_open(const struct hall *h, const struct layout *l)
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

		if (h->window[no].state == IDLE && l->window[i].level[service] != 0 &&
		    learnt->ended_ms[no] + learnt_gap_s(learnt) * 1000 <= steady_ms)
			return true;
	}
	return false;
}

static double
score(const struct hall *h, const struct layout *l, const struct leg *leg, int64_t steady_ms)
{
	int c = h->ticket[leg->ticket].class;
	const struct class *class = &l->class[c < l->class_count ? c : 0];

	return (class->strict ? 1e12 : 0) + class->base_s * 1000.0 + class->rate * ((steady_ms - leg->entry_ms) / 1e3);
}

static double
formula_s(const struct estimator *e, const struct hall *h, const struct layout *l, const struct leg *me, int64_t steady_ms)
{
	double mine = score(h, l, me, steady_ms), work_s = learnt_mean_s(&e->learnt, l, me->service), wait_s = 0, rate;
	int ahead = 0, open = windows_open(h, l);

	if (idle_for(h, l, &e->learnt, me->service, steady_ms))
		return 0;
	for (size_t i = 0; i < e->estimates; i++) {
		const struct leg *other = &h->leg[e->estimate[i].leg];
		double its = score(h, l, other, steady_ms);

		if (other == me || its < mine || (its == mine && other->ticket > me->ticket))
			continue;
		work_s += learnt_mean_s(&e->learnt, l, other->service);
		ahead++;
	}
	rate = (open == 0 ? 1 : open) * (ahead + 1) / work_s;
	for (int i = 0; i <= ahead; i++)
		wait_s += 1 / (rate + i * learnt_leaving(&e->learnt));
	return wait_s;
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

static double
share(const struct judgement *j)
{
	return fmin(1, fmax(0, j->along / j->square));
}

static void
nudge(double *x, double by)
{
	*x = fmin(WIDTH_MAX, fmax(WIDTH_MIN, *x * exp(by)));
}

static void
judge(struct judgement *j, const struct look *look, double truth_s)
{
	double adds = look->simulated_s - look->formula_s, lacks = truth_s - look->formula_s, keeps = exp2(-1.0 / HALF_LIFE);
	int band = band_of(look->simulated_s);

	j->along = j->along * keeps + adds * lacks / (1 + truth_s + look->simulated_s);
	j->square = j->square * keeps + adds * adds / (1 + truth_s + look->simulated_s);
	if (look->p50_s > 1)
		nudge(&j->centre[band], STEP / 4 * ((truth_s > look->p50_s) - 0.5));
	if (look->spread_s > 1)
		nudge(&j->width[band], STEP * ((truth_s > look->p90_s) - (1 - WITHIN)));
}

static void
judge_ticket(struct estimator *e, uint32_t ticket, int64_t called_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < e->looks; i++) {
		if (e->look[i].ticket == ticket)
			judge(&e->judgement, &e->look[i], (called_ms - e->look[i].at_ms) / 1e3);
		else
			e->look[kept++] = e->look[i];
	}
	e->looks = kept;
}

static void
look_at(struct estimator *e, uint32_t ticket, const struct look *look)
{
	for (size_t i = e->looks; i-- > 0;)
		if (e->look[i].ticket == ticket) {
			if (look->at_ms < e->look[i].at_ms + LOOK_MS)
				return;
			break;
		}
	GROW(e->look, e->looks, e->look_room);
	e->look[e->looks++] = *look;
}

void
estimate_fact(struct estimator *e, const struct layout *l, const struct hall *h, const struct fact *f)
{
	if (f->kind == TICKET_CALLED)
		judge_ticket(e, f->ticket, f->at.steady_ms);
	learn_fact(&e->learnt, l, h, f);
}

void
estimate_day(struct estimator *e)
{
	e->looks = 0;
	learn_day(&e->learnt);
}

/* The answer. */

static int
earlier(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Between the two nearest of the sorted replicates. */
static double
quantile(const int64_t ms[REPLICATES], double p, int64_t now_ms)
{
	double at = fmin(REPLICATES - 1, fmax(0, p * (REPLICATES + 1) - 1)), low = floor(at);
	int64_t a = ms[(int)low], b = ms[low + 1 < REPLICATES ? (int)low + 1 : (int)low];

	return (a - now_ms + (at - low) * (b - a)) / 1e3;
}

static void
answer(struct estimator *e, struct estimate *out, const struct outlook *o, const struct hall *h, const struct layout *l,
    int64_t steady_ms)
{
	const struct leg *leg = &h->leg[o->leg];
	const struct judgement *j = &e->judgement;
	uint32_t ticket = h->ticket[leg->ticket].id;
	int64_t ms[REPLICATES];
	double p50_s, p90_s, sum_s = 0, formula = formula_s(e, h, l, leg, steady_ms), simulation = share(j); (void)simulation;
	int band;

	for (int i = 0; i < REPLICATES; i++) {
		ms[i] = o->called_ms[i] == NEVER_CALLED ? steady_ms + 7200 * INT64_C(1000) : o->called_ms[i];
		sum_s += (ms[i] - steady_ms) / 1e3;
	}
	qsort(ms, REPLICATES, sizeof ms[0], earlier);
	p50_s = 0;
	for (int i = QUARTER; i < REPLICATES - QUARTER; i++)
		p50_s += (ms[i] - steady_ms) / 1e3 / (REPLICATES - 2 * QUARTER);
	p90_s = quantile(ms, WITHIN, steady_ms);
	band = band_of(p50_s);
	out->simulated = true;
	out->p50_s = p50_s;
	out->p90_s = out->p50_s + j->width[band] * (p90_s - p50_s);
	out->mean_s = out->p50_s + sum_s / REPLICATES - p50_s;
	look_at(e, ticket, &(struct look){ .ticket = ticket, .at_ms = steady_ms, .simulated_s = p50_s, .spread_s = p90_s - p50_s,
	    .formula_s = formula, .p50_s = out->p50_s, .p90_s = out->p90_s });
}

int
estimate(struct estimator *e, const struct hall *h, const struct layout *l, const struct plan *plan, int64_t steady_ms,
    int64_t wall_ms, const struct estimate **out)
{
	const struct outlook *o;
	int waiting = simulate(e->simulator, h, l, &e->learnt, plan, steady_ms, wall_ms, &o);

	e->estimates = 0;
	for (int i = 0; i < waiting; i++) {
		GROW(e->estimate, e->estimates, e->room);
		e->estimate[e->estimates++].leg = o[i].leg;
	}
	for (int i = 0; i < waiting; i++)
		answer(e, &e->estimate[i], &o[i], h, l, steady_ms);
	*out = e->estimate;
	return waiting;
}
