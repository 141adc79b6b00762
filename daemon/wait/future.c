/* A small hall played on. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/queue.h"
#include "daemon/core/rule/pick.h"
#include "daemon/wait/future.h"

void
future_init(struct future *f)
{
	*f = (struct future){ .hall = xcalloc(1, sizeof *f->hall) };
}

void
future_free(struct future *f)
{
	free(f->hall);
	agenda_free(&f->agenda);
}

void
future_clear(struct future *f, const struct layout *l, int services, int classes)
{
	struct hall *h = f->hall;

	f->layout = l;
	f->agenda.count = 0;
	f->over = false;
	memset(f->idle, 0, sizeof f->idle);
	h->ticket_count = h->leg_count = 0;
	h->service_count = services;
	h->class_count = classes;
	queue_clear_services(h);
}

struct leg *
future_person(struct future *f, uint32_t id, int service, int class, int64_t entry_ms)
{
	struct hall *h = f->hall;
	uint32_t i = h->leg_count;

	if (i == TICKETS_MAX)
		return NULL;
	h->ticket_count = ++h->leg_count;
	h->ticket[i].id = id;
	h->ticket[i].class = class;
	h->leg[i] = (struct leg){ .ticket = i, .state = LEG_WAITING, .service = service, .entry_ms = entry_ms };
	return &h->leg[i];
}

void
future_add(struct future *f, int64_t at_ms, enum happening what, uint32_t who)
{
	agenda_add(&f->agenda, at_ms, what, who);
}

/* Who let others go first is back when so many were called, or nobody else is there. */
static void
return_aside(struct hall *h, int service)
{
	uint32_t at;

	while ((at = h->aside[service].head) != 0 &&
	    (h->leg[at - 1].until <= h->first_calls[service] || hall_ready(h, service) == 0)) {
		queue_remove(h, at - 1);
		h->leg[at - 1].until = 0;
		queue_add(h, at - 1);
	}
}

static void
call(struct future *f, const struct laws *laws, void *owner, int i, int64_t at_ms)
{
	struct hall *h = f->hall;
	int64_t free_ms = laws->calls_ms(owner, i, at_ms);
	uint32_t place;

	f->idle[i] = false;
	if (free_ms > at_ms) {
		future_add(f, free_ms, FREE, i);
		return;
	}
	while (pick_order(h, f->layout, f->layout->window[i].no, at_ms, &place, 1) > 0) {
		struct leg *leg = &h->leg[place];

		queue_remove(h, place);
		leg->state = LEG_CALLED;
		if ((free_ms = laws->called(owner, i, place, at_ms)) == -1)
			continue;
		h->first_calls[leg->service]++;
		return_aside(h, leg->service);
		future_add(f, free_ms, FREE, i);
		return;
	}
	f->idle[i] = true;
}

/* Whoever comes is called at once by the first window that is idle and may. */
static void
come(struct future *f, const struct laws *laws, void *owner, uint32_t place, int64_t at_ms)
{
	const struct leg *leg = &f->hall->leg[place];

	queue_add(f->hall, place);
	for (int i = 0; i < f->layout->window_count && leg->state == LEG_WAITING; i++)
		if (f->idle[i] && hall_level(f->hall, f->layout, &f->layout->window[i], leg) != 0)
			call(f, laws, owner, i, at_ms);
	if (laws->came != NULL)
		laws->came(owner, place, at_ms);
}

void
future_play(struct future *f, const struct laws *laws, void *owner, int64_t until_ms)
{
	while (!f->over && f->agenda.count > 0 && f->agenda.event[0].at_ms <= until_ms) {
		struct event e = agenda_take(&f->agenda);

		if (e.what == FREE)
			call(f, laws, owner, e.who, e.at_ms);
		else
			come(f, laws, owner, e.who, e.at_ms);
	}
}
