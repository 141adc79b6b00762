/* The hall played on, now and then. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/wait/forecast.h"
#include "daemon/wait/kept.h"

#define LEAST_MS	1000	/* from one to the next */
/* Time alone changes it too: a quarter as long after the last fact again, within these. */
#define QUIET_MIN_MS	10000
#define QUIET_MAX_MS	300000
#define UNKNOWN_MS	1800000	/* while nothing is known: a day may begin */
#define KEEP_MS		(15 * 60000)	/* from one writing of what was learnt to the next */
#define KEPT_MAX	(16 << 20)
#define LOOP_US		1000	/* what takes longer is done on the worker: a key would wait for it */

/* On the worker the hall that is played on is a copy: the hall goes on meanwhile. */
struct copy {
	struct hall	 hall;
	struct layout	 layout;
	struct learnt	 learnt;
	struct judgement judgement;
};

struct job {
	const struct hall *hall;
	const struct layout *layout;
	const struct learnt *learnt;
	const struct judgement *judgement;
	struct plan	 plan;
	struct instant	 now;
	struct simulator *simulator;
	const struct outlook *outlook;
	int		 count;
	struct estimates estimates;	/* one for each outlook */
	int64_t		 took_us;
	const char	*keep;		/* write what was learnt here; NULL: not now */
	int		 kept;		/* errno of that; 0: it is written */
};

struct forecast {
	struct ledger	*ledger;
	struct worker	*worker;
	struct timer	*timer;
	struct estimator *estimator;
	struct job	 job;
	struct copy	*copy;
	bool		 busy;		/* the worker has the job */
	bool		 changed;	/* something happened since it was begun */
	bool		 known;		/* somebody's wait is */
	bool		 old;		/* it was begun under a layout that is gone */
	char		 path[256];
	int64_t		 fact_ms;	/* steady time of the last fact */
	int64_t		 kept_ms;	/* and of the last writing */
	bool		 keeps_failing;
	char		 problem[320];
	json_t		*between;	/* what was learnt, while one layout goes and another comes */
	struct waits	 waits;
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
	int64_t last_ms = plan_last_ms(f->job.hall, f->job.layout, e->service, &f->job.now);

	if (2 * e->called <= REPLICATES || hall_halted(f->job.hall))
		return (struct wait){ 0 };
	return (struct wait){ .source = e->simulated ? WAIT_SIMULATED : WAIT_FORMULA, .p10_ms = steady_ms(f, e->p10_s),
		.p50_ms = steady_ms(f, e->p50_s), .p90_ms = steady_ms(f, e->p90_s), .in_time = in_time(o, last_ms) };
}

/* Is it the same to who reads whole minutes? */
static bool
same_minutes(const struct wait *a, int64_t a_ms, const struct wait *b, int64_t b_ms)
{
	if (a->source == WAIT_UNKNOWN || b->source == WAIT_UNKNOWN)
		return a->source == b->source;
	return a->source == b->source && (a->p50_ms - a_ms) / 60000 == (b->p50_ms - b_ms) / 60000 &&
	    (a->p90_ms - a_ms) / 60000 == (b->p90_ms - b_ms) / 60000;
}

static void
set_doubts(struct forecast *f, bool *news)
{
	struct waits *w = &f->waits;

	for (int i = 0; i < f->job.layout->window_count; i++) {
		int no = f->job.layout->window[i].no;
		enum doubt doubt = window_doubt(f->job.hall, f->job.layout, f->job.learnt, no, f->job.now.steady_ms, &w->window[no].since_ms);

		*news |= doubt != w->window[no].doubt;
		w->window[no].doubt = doubt;
	}
}

/* Is it where the hall that was played on had it?  That one may be a moment old. */
static bool
is_where_it_was(const struct forecast *f, const struct ticket *t)
{
	const struct hall *shown = ledger_shown(f->ledger);
	const struct ticket *now = hall_ticket(shown, t->id);
	const struct leg *was = hall_leg(f->job.hall, t);

	return now != NULL && now->leg == t->leg && hall_leg(shown, now)->state == was->state &&
	    hall_leg(shown, now)->called_ms == was->called_ms;
}

static void
tell_ticket(struct forecast *f, struct estimate *e, const struct outlook *o)
{
	const struct ticket *t = &f->job.hall->ticket[f->job.hall->leg[e->leg].ticket];
	struct wait *wait = &f->waits.ticket[t->id % TICKETS_MAX];

	if (!is_where_it_was(f, t))
		return;
	estimate_tell(f->estimator, f->job.hall, e, f->job.now.steady_ms);
	*wait = wait_of(f, e, o);
	wait->ticket = t->id;
}

static void
tell(struct forecast *f)
{
	struct waits *w = &f->waits;
	const struct judgement *judgement = estimator_judgement(f->estimator);
	int64_t seen_ms = w->made_ms, now_ms = f->job.now.steady_ms;
	struct wait service[SERVICES_MAX] = { 0 };
	struct estimate *e = f->job.estimates.of;
	bool news = seen_ms == 0;

	w->made_ms = now_ms;
	f->known = false;
	estimate_newcomers(f->estimator, &f->job.estimates);
	for (int i = 0; i < f->job.count; i++) {
		f->known |= 2 * e[i].called > REPLICATES;
		if (e[i].leg == NOBODY)
			service[e[i].service] = wait_of(f, &e[i], &f->job.outlook[i]);
		else
			tell_ticket(f, &e[i], &f->job.outlook[i]);
	}
	for (int s = 0; s < f->job.layout->service_count; s++)
		news |= !same_minutes(&service[s], now_ms, &w->service[s], seen_ms);
	memcpy(w->service, service, sizeof service);
	memcpy(w->error, judgement->last, sizeof w->error);
	w->error_day = judgement->last_day;
	set_doubts(f, &news);
	if (news && f->see != NULL)
		f->see(f->arg);
}

/* The playing. */

/* 0, or errno. */
static int
keep(const char *path, const struct learnt *learnt, const struct judgement *judgement, const struct hall *h)
{
	json_t *v = kept_json(learnt, judgement, h);
	char *text = json_dumps(v, JSON_COMPACT);
	int result = file_write(path, text, strlen(text), 0600) == -1 ? errno : 0;

	free(text);
	json_decref(v);
	return result;
}

static void
play(void *arg)
{
	struct job *j = arg;
	int64_t began_us = clock_stopwatch_us();

	j->count = simulate(j->simulator, j->hall, j->layout, j->learnt, &j->plan, j->now.steady_ms, j->now.wall_ms, true, &j->outlook);
	estimate(&j->estimates, j->learnt, j->judgement, j->hall, j->layout, j->outlook, j->count, j->now.steady_ms);
	j->took_us = clock_stopwatch_us() - began_us;
	if (j->keep != NULL)
		j->kept = keep(j->keep, j->learnt, j->judgement, j->hall);
}

static void
set_timer(struct forecast *f)
{
	int64_t now_ms = f->job.now.steady_ms, quiet_ms = (now_ms - f->fact_ms) / 4, keep_ms = f->kept_ms + KEEP_MS;

	quiet_ms = quiet_ms < QUIET_MIN_MS ? QUIET_MIN_MS : quiet_ms > QUIET_MAX_MS ? QUIET_MAX_MS : quiet_ms;
	if (f->changed)
		timer_at(f->timer, now_ms + LEAST_MS);
	else if (f->job.count > 0)		/* somebody waits, or could be called */
		timer_at(f->timer, now_ms + (f->known ? quiet_ms : UNKNOWN_MS));
	else
		timer_at(f->timer, f->fact_ms < f->kept_ms ? TIMER_NEVER : keep_ms > now_ms ? keep_ms : now_ms + LEAST_MS);
}

/* Once for each time that it begins to fail. */
static void
say_kept(struct forecast *f, int error)
{
	if (error != 0 && !f->keeps_failing)
		log_line("%s: what was learnt of waits cannot be written: %s", f->path, strerror(error));
	if (error != 0)
		snprintf(f->problem, sizeof f->problem, "%s: %.60s", f->path, strerror(error));
	else if (f->keeps_failing)
		f->problem[0] = '\0';
	f->keeps_failing = error != 0;
}

static void
played(void *arg)
{
	struct forecast *f = arg;
	int64_t began_us = clock_stopwatch_us();

	f->busy = false;
	if (f->job.keep != NULL)
		say_kept(f, f->job.kept);
	if (f->old)
		f->changed = true;
	else
		tell(f);
	f->old = false;
	f->figures.made++;
	f->figures.last_us = f->job.took_us + clock_stopwatch_us() - began_us;
	f->figures.took_us += f->figures.last_us;
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
take_copy(struct forecast *f)
{
	struct job *j = &f->job;
	struct copy *c = f->copy;

	hall_copy(&c->hall, j->hall);
	c->layout = *j->layout;
	c->learnt = *j->learnt;
	c->judgement = *j->judgement;
	j->hall = &c->hall;
	j->layout = &c->layout;
	j->learnt = &c->learnt;
	j->judgement = &c->judgement;
}

/* As long for each as the last time: since then many may have come.  Who would come to a service now is one more of it. */
static bool
takes_long(const struct forecast *f)
{
	const struct hall *h = f->job.hall;
	int64_t people = h->service_count, then = f->job.count > 0 ? f->job.count : 1;

	for (int s = 0; s < h->service_count; s++)
		people += hall_waiting(h, s);
	return f->figures.last_us * people > LOOP_US * then;
}

static void
due(void *arg)
{
	struct forecast *f = arg;
	struct job *j = &f->job;

	j->hall = ledger_shown(f->ledger);
	j->layout = ledger_layout(f->ledger);
	j->learnt = estimator_learnt(f->estimator);
	j->judgement = estimator_judgement(f->estimator);
	j->now = ledger_now(f->ledger);
	j->keep = f->fact_ms >= f->kept_ms && j->now.steady_ms - f->kept_ms >= KEEP_MS ? f->path : NULL;
	if (j->keep != NULL)
		f->kept_ms = j->now.steady_ms;
	plan_set(&j->plan, j->hall, j->layout, j->learnt, &j->now);
	f->changed = false;
	if (takes_long(f) || j->keep != NULL) {
		f->busy = true;
		take_copy(f);
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
	f->fact_ms = fact->at.steady_ms;
	if (!f->busy)
		set_timer(f);
}

static void
leave_out(struct forecast *f, const char *whence, const char *why)
{
	snprintf(f->problem, sizeof f->problem, "%.200s: %.110s", whence, why);
	log_line("%s: what was learnt of waits is left out: %s", whence, why);
}

/* Into what has learnt nothing yet. */
static void
take(struct forecast *f, const json_t *kept, const char *whence)
{
	const char *wrong = kept_take(kept, estimator_learnt(f->estimator), estimator_judgement(f->estimator), ledger_shown(f->ledger));

	if (wrong != NULL)
		leave_out(f, whence, wrong);
}

static void
take_file(struct forecast *f)
{
	size_t len;
	char *text = file_read(f->path, KEPT_MAX, &len);
	char why[160];
	json_error_t error;
	json_t *kept;

	if (text == NULL && errno == ENOENT)
		return;
	if (text == NULL)
		leave_out(f, f->path, strerror(errno));
	else if ((kept = json_loadb(text, len, 0, &error)) == NULL) {
		snprintf(why, sizeof why, "line %d: %.140s", error.line, error.text);
		leave_out(f, f->path, why);
	} else {
		take(f, kept, f->path);
		json_decref(kept);
	}
	free(text);
}

static void
begin(struct forecast *f)
{
	learn_begin(estimator_learnt(f->estimator), ledger_shown(f->ledger), ledger_now(f->ledger).wall_ms);
}

void
forecast_keep(struct forecast *f)
{
	say_kept(f, keep(f->path, estimator_learnt(f->estimator), estimator_judgement(f->estimator), ledger_shown(f->ledger)));
}

void
forecast_leave_layout(struct forecast *f)
{
	f->between = kept_json(estimator_learnt(f->estimator), estimator_judgement(f->estimator), ledger_shown(f->ledger));
}

void
forecast_take_layout(struct forecast *f)
{
	estimator_forget(f->estimator);
	take(f, f->between, "a new layout");
	begin(f);
	json_decref(f->between);
	f->between = NULL;
	memset(&f->waits, 0, sizeof f->waits);
	f->old = f->busy;
	f->changed = true;
	if (!f->busy)
		timer_at(f->timer, ledger_now(f->ledger).steady_ms);
}

struct forecast *
forecast_open(struct ledger *ledger, struct worker *worker, const char *dir)
{
	struct forecast *f = xcalloc(1, sizeof *f);

	f->ledger = ledger;
	f->worker = worker;
	f->estimator = estimator_new();
	f->copy = xcalloc(1, sizeof *f->copy);
	f->job.simulator = simulator_new();
	f->timer = timer_new(ledger_clock(ledger), due, f);
	snprintf(f->path, sizeof f->path, "%s/learnt.json", dir);
	take_file(f);
	begin(f);
	f->kept_ms = ledger_now(ledger).steady_ms;
	timer_at(f->timer, f->kept_ms);
	return f;
}

void
forecast_close(struct forecast *f)
{
	if (f == NULL)
		return;
	timer_free(f->timer);
	simulator_free(f->job.simulator);
	estimates_free(&f->job.estimates);
	free(f->copy);
	estimator_free(f->estimator);
	free(f);
}

const struct waits *
forecast_waits(const struct forecast *f)
{
	return &f->waits;
}

const char *
forecast_problem(const struct forecast *f)
{
	return f->problem;
}

const struct learnt *
forecast_learnt(const struct forecast *f)
{
	return estimator_learnt(f->estimator);
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
