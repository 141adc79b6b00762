/* A thread, and who waits for it how long. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/api/copies/second_place.h"
#include "daemon/base/clock.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"

#define LOST_MS	60000	/* what hangs for so long is waited for by nobody who comes then */
#define ENDS_S	10	/* what goes on at the end of the program is waited for so long */
#define LEFT_MAX 4	/* threads that hang in folders of before */

struct errand {
	struct errand	*next;
	struct second_place *place;
	void		(*work)(void *), (*late)(void *), (*done)(void *);
	void		*arg;
	struct timer	*limit;
	int64_t		 late_ms;	/* steady time at which it was late; 0: it is not */
	bool		 left;		/* its thread is one of those left */
};

struct second_place {
	struct clock	*clock;
	struct worker	*worker, *left[LEFT_MAX];
	char		 folder[256];	/* of the newest errand */
	struct errand	*first;		/* which is being done; the others in order */
	void		(*back)(void *);
	void		*back_arg;
	bool		 closing;
};

struct second_place *
second_place_open(struct clock *clock)
{
	struct second_place *p = xcalloc(1, sizeof *p);

	p->clock = clock;
	if ((p->worker = worker_open(clock_base(clock), "second place")) == NULL) {
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
	struct second_place *p = e->place;
	bool was_late = e->late_ms != 0 && !e->left;

	if (!e->left) {
		p->first = e->next;
		timer_free(e->limit);
	}
	e->done(e->arg);
	free(e);
	if (p->closing && p->first == NULL)
		event_base_loopbreak(clock_base(p->clock));
	else if (!p->closing && was_late && p->back != NULL)
		p->back(p->back_arg);
}

static void
passed(void *arg)
{
	struct errand *e = arg;

	e->late_ms = clock_now(e->place->clock).steady_ms;
	e->late(e->arg);
}

/* The thread hangs: it goes on with what it has, and nobody waits for that any more. */
static void
leave(struct second_place *p)
{
	for (struct errand *e = p->first; e != NULL; e = e->next) {
		timer_free(e->limit);
		e->left = true;
		if (e->late_ms == 0)
			passed(e);
	}
	p->first = NULL;
}

static bool
is_lost(const struct second_place *p)
{
	return second_place_hangs(p) && clock_now(p->clock).steady_ms - p->first->late_ms > LOST_MS;
}

/* Another thread for another folder.  False: there can be none. */
static bool
renew(struct second_place *p)
{
	struct worker *worker;
	int i = 0;

	while (i < LEFT_MAX && p->left[i] != NULL && !worker_idle(p->left[i]))
		i++;
	if (i == LEFT_MAX || (worker = worker_open(clock_base(p->clock), "second place")) == NULL)
		return false;
	if (p->left[i] != NULL)
		worker_close(p->left[i]);
	p->left[i] = p->worker;
	p->worker = worker;
	leave(p);
	return true;
}

static bool
turn_to(struct second_place *p, const char *folder)
{
	if (strcmp(p->folder, folder) != 0) {
		if (second_place_hangs(p) && !renew(p))
			return false;
		snprintf(p->folder, sizeof p->folder, "%s", folder);
	}
	return !is_lost(p);
}

bool
second_place_run(struct second_place *p, const char *folder, int64_t limit_ms, void (*work)(void *), void (*late)(void *),
    void (*done)(void *), void *arg)
{
	struct errand *e, **last = &p->first;

	if (!turn_to(p, folder))
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
second_place_hangs(const struct second_place *p)
{
	return p->first != NULL && p->first->late_ms != 0;
}

void
second_place_when_back(struct second_place *p, void (*back)(void *), void *arg)
{
	p->back = back;
	p->back_arg = arg;
}

bool
second_place_idle(const struct second_place *p)
{
	return worker_idle(p->worker);
}

void
second_place_close(struct second_place *p)
{
	struct event_base *base;

	if (p == NULL)
		return;
	base = clock_base(p->clock);
	p->closing = true;
	if (p->first != NULL && !second_place_hangs(p) && event_base_loopexit(base, &(struct timeval){ .tv_sec = ENDS_S }) == 0)
		event_base_dispatch(base);
	worker_leave(p->worker);
	for (int i = 0; i < LEFT_MAX; i++)
		if (p->left[i] != NULL)
			worker_leave(p->left[i]);
	leave(p);
	free(p);
}
