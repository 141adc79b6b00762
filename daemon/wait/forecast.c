/* The hall played on, now and then. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/wait/forecast.h"

#define LEAST_MS	1000	/* from one to the next */
#define MOST_MS		10000	/* likewise, while somebody waits: time alone changes it */
#define REST_MS		60000	/* likewise, while nobody does */
#define LOOP_US		5000	/* what takes longer is done on the worker */

/* All that the playing needs, so that the hall may go on meanwhile. */
struct job {
	struct hall	*hall;
	struct layout	 layout;
	struct learnt	 learnt;
	struct plan	 plan;
	struct instant	 now;
	struct simulator *simulator;
	const struct outlook *outlook;
	int		 count;
	int64_t		 took_us;
};

struct forecast {
	struct ledger	*ledger;
	struct worker	*worker;
	struct timer	*timer;
	struct estimator *estimator;
	struct job	 job;
	bool		 busy;		/* the worker has the job */
	bool		 changed;	/* something happened since it was begun */
	struct waits	 waits;
	struct wait	 seen[SERVICES_MAX];	/* as told to who watches */
	void		(*see)(void *arg);
	void		*arg;
	struct forecast_figures figures;
};

/* What is told. */

static int64_t
steady_ms(const struct forecast *f, double s)
{
	return f->job.now.steady_ms + llrint(s * 1000);
}

/* In how many replicates it is called while people still are. */
static double
in_time(const struct outlook *o, int64_t last_ms)
{
	int count = 0;

	for (int i = 0; i < REPLICATES; i++)
		count += o->called_ms[i] <= last_ms && o->called_ms[i] != NEVER_CALLED;
	return (double)count / REPLICATES;
}

static struct wait
wait_of(const struct forecast *f, const struct estimate *e, const struct outlook *o)
{
	int64_t last_ms = plan_last_ms(f->job.hall, &f->job.layout, e->service, &f->job.now);

	if (2 * e->called <= REPLICATES || hall_halted(f->job.hall))
		return (struct wait){ 0 };
	return (struct wait){ .source = e->simulated ? WAIT_SIMULATED : WAIT_FORMULA, .p10_ms = steady_ms(f, e->p10_s),
		.p50_ms = steady_ms(f, e->p50_s), .p90_ms = steady_ms(f, e->p90_s), .in_time = in_time(o, last_ms) };
}

/* Is it the same to who reads whole minutes? */
static bool
same_minutes(const struct wait *a, int64_t a_ms, const struct wait *b, int64_t b_ms)
{
	return a->source == b->source && (a->p50_ms - a_ms) / 60000 == (b->p50_ms - b_ms) / 60000 &&
	    (a->p90_ms - a_ms) / 60000 == (b->p90_ms - b_ms) / 60000;
}

static void
set_doubts(struct forecast *f, bool *news)
{
	struct waits *w = &f->waits;

	for (int i = 0; i < f->job.layout.window_count; i++) {
		int no = f->job.layout.window[i].no;
		enum doubt doubt = window_doubt(f->job.hall, &f->job.layout, &f->job.learnt, no, f->job.now.steady_ms, &w->window[no].since_ms);

		*news |= doubt != w->window[no].doubt;
		w->window[no].doubt = doubt;
	}
}

static void
tell(struct forecast *f)
{
	struct waits *w = &f->waits;
	const struct judgement *judgement = estimator_judgement(f->estimator);
	int64_t seen_ms = w->made_ms, now_ms = f->job.now.steady_ms;
	struct wait service[SERVICES_MAX] = { 0 };
	struct estimate *e;
	int count = estimate(f->estimator, f->job.hall, &f->job.layout, f->job.outlook, f->job.count, now_ms, &e);
	bool news = seen_ms == 0;

	w->made_ms = now_ms;
	for (int i = 0; i < count; i++) {
		const struct ticket *t = e[i].leg == NOBODY ? NULL : &f->job.hall->ticket[f->job.hall->leg[e[i].leg].ticket];

		if (t != NULL)
			estimate_tell(f->estimator, f->job.hall, &e[i], now_ms);
		*(t == NULL ? &service[e[i].service] : &w->ticket[t->id % TICKETS_MAX]) = wait_of(f, &e[i], &f->job.outlook[i]);
		if (t != NULL)
			w->ticket[t->id % TICKETS_MAX].ticket = t->id;
	}
	for (int s = 0; s < f->job.layout.service_count; s++)
		news |= !same_minutes(&service[s], now_ms, &w->service[s], seen_ms);
	memcpy(w->service, service, sizeof service);
	memcpy(w->error, judgement->last, sizeof w->error);
	w->error_day = judgement->last_day;
	set_doubts(f, &news);
	if (news && f->see != NULL)
		f->see(f->arg);
}

/* The playing. */

static void
play(void *arg)
{
	struct job *j = arg;
	int64_t began_us = clock_stopwatch_us();

	j->count = simulate(j->simulator, j->hall, &j->layout, &j->learnt, &j->plan, j->now.steady_ms, j->now.wall_ms, true, &j->outlook);
	j->took_us = clock_stopwatch_us() - began_us;
}

static void
set_timer(struct forecast *f)
{
	int64_t after_ms = f->changed ? LEAST_MS : f->job.count > 0 ? MOST_MS : REST_MS;

	timer_at(f->timer, f->job.now.steady_ms + after_ms);
}

static void
played(void *arg)
{
	struct forecast *f = arg;

	f->busy = false;
	f->figures.made++;
	f->figures.last_us = f->job.took_us;
	f->figures.took_us += f->job.took_us;
	tell(f);
	set_timer(f);
}

static void
played_there(void *job)
{
	struct forecast *f = (struct forecast *)((char *)job - offsetof(struct forecast, job));

	f->figures.on_worker++;
	played(f);
}

static void
due(void *arg)
{
	struct forecast *f = arg;
	struct job *j = &f->job;

	hall_copy(j->hall, ledger_shown(f->ledger));
	j->layout = *ledger_layout(f->ledger);
	j->learnt = *estimator_learnt(f->estimator);
	j->now = ledger_now(f->ledger);
	plan_set(&j->plan, j->hall, &j->layout, &j->now);
	f->changed = false;
	f->busy = true;
	if (f->figures.last_us > LOOP_US) {
		worker_run(f->worker, play, played_there, j);
		return;
	}
	play(j);
	played(f);
}

void
forecast_fact(struct forecast *f, const struct fact *fact)
{
	estimate_fact(f->estimator, ledger_layout(f->ledger), ledger_shown(f->ledger), fact);
	f->changed = true;
	if (!f->busy)
		set_timer(f);
}

struct forecast *
forecast_open(struct ledger *ledger, struct worker *worker)
{
	struct forecast *f = xcalloc(1, sizeof *f);

	f->ledger = ledger;
	f->worker = worker;
	f->estimator = estimator_new();
	f->job.hall = xcalloc(1, sizeof *f->job.hall);
	f->job.simulator = simulator_new();
	f->timer = timer_new(ledger_clock(ledger), due, f);
	timer_at(f->timer, ledger_now(ledger).steady_ms);
	return f;
}

void
forecast_close(struct forecast *f)
{
	if (f == NULL)
		return;
	timer_free(f->timer);
	simulator_free(f->job.simulator);
	free(f->job.hall);
	estimator_free(f->estimator);
	free(f);
}

const struct waits *
forecast_waits(const struct forecast *f)
{
	return &f->waits;
}

void
forecast_watch(struct forecast *f, void (*see)(void *arg), void *arg)
{
	f->see = see;
	f->arg = arg;
}

const struct forecast_figures *
forecast_figures(const struct forecast *f)
{
	return &f->figures;
}
