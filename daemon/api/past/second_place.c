/* A thread, and who waits for it how long. */
#include <stdlib.h>

#include "daemon/api/past/second_place.h"
#include "daemon/base/clock.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"

#define ENDS_MS	10000	/* what goes on at the end of the program is waited for so long */

struct errand {
	struct errand	*next;
	struct second_place *place;
	void		(*work)(void *), (*late)(void *), (*done)(void *);
	void		*arg;
	struct timer	*limit;
	bool		 is_late;
};

struct second_place {
	struct clock	*clock;
	struct worker	*worker;
	struct errand	*first;		/* they are done in order */
};

struct second_place *
second_place_open(struct event_base *base, struct clock *clock)
{
	struct second_place *p = xcalloc(1, sizeof *p);

	p->clock = clock;
	if ((p->worker = worker_open(base, "second place")) == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

static void
run(void *arg)
{
	struct errand *e = arg;

	e->work(e->arg);
}

static void
ran(void *arg)
{
	struct errand *e = arg;

	e->place->first = e->next;
	timer_free(e->limit);
	e->done(e->arg);
	free(e);
}

static void
passed(void *arg)
{
	struct errand *e = arg;

	e->is_late = true;
	e->late(e->arg);
}

static bool
hangs(const struct second_place *p)
{
	return p->first != NULL && p->first->is_late;
}

bool
second_place_run(struct second_place *p, int64_t limit_ms, void (*work)(void *), void (*late)(void *), void (*done)(void *), void *arg)
{
	struct errand *e, **last = &p->first;

	if (hangs(p))
		return false;
	while (*last != NULL)
		last = &(*last)->next;
	*last = e = xcalloc(1, sizeof *e);
	*e = (struct errand){ .place = p, .work = work, .late = late, .done = done, .arg = arg };
	e->limit = timer_new(p->clock, passed, e);
	timer_at(e->limit, clock_now(p->clock).steady_ms + limit_ms);
	worker_run(p->worker, run, ran, e);
	return true;
}

bool
second_place_idle(const struct second_place *p)
{
	return worker_idle(p->worker);
}

void
second_place_close(struct second_place *p)
{
	if (p == NULL)
		return;
	if (worker_close_within(p->worker, hangs(p) ? 0 : ENDS_MS)) {
		free(p);
		return;
	}
	for (struct errand *e = p->first; e != NULL; e = e->next)
		if (!e->is_late)
			passed(e);
}
