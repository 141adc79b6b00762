/* What is to happen. */
#include <stdbool.h>
#include <stdlib.h>

#include "daemon/base/util.h"
#include "daemon/wait/agenda.h"

static bool
sooner(const struct event *a, const struct event *b)
{
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms;
	return a->what != b->what ? a->what < b->what : a->who < b->who;
}

void
agenda_add(struct agenda *a, int64_t at_ms, int what, uint32_t who)
{
	struct event e = { at_ms, what, who };
	size_t i = a->count;

	GROW(a->event, a->count, a->room);
	a->count++;
	for (; i > 0 && sooner(&e, &a->event[(i - 1) / 2]); i = (i - 1) / 2)
		a->event[i] = a->event[(i - 1) / 2];
	a->event[i] = e;
}

struct event
agenda_take(struct agenda *a)
{
	struct event first = a->event[0], last = a->event[--a->count];
	size_t i = 0, child;

	for (; (child = 2 * i + 1) < a->count; i = child) {
		if (child + 1 < a->count && sooner(&a->event[child + 1], &a->event[child]))
			child++;
		if (!sooner(&a->event[child], &last))
			break;
		a->event[i] = a->event[child];
	}
	a->event[i] = last;
	return first;
}

void
agenda_free(struct agenda *a)
{
	free(a->event);
}
