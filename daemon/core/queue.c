/* Legs that wait, stand aside, are held or reserved, in order. */
#include <string.h>

#include "daemon/core/queue.h"

bool
queue_has(enum leg_state state)
{
	return state == LEG_WAITING || state == LEG_PASSED || state == LEG_HELD || state == LEG_RESERVED;
}

static struct queue *
queue_of(struct hall *h, const struct leg *leg)
{
	if (leg->state == LEG_HELD)
		return &h->held;
	if (leg->state == LEG_RESERVED)
		return &h->reserved;
	if (leg->until != 0)
		return &h->aside[leg->service];
	if (leg->elsewhere)
		return &h->away[leg->service];
	if (leg->to != 0)
		return &h->sent[leg->service];
	return &h->queue[leg->service][h->ticket[leg->ticket].class];
}

static bool
before(const struct leg *a, const struct leg *b)
{
	if (a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms;
	return a->ticket < b->ticket;
}

/* Does it count as somebody who waits?  Neither of what decides it changes while a leg is in a queue. */
static bool
is_waiting(const struct hall *h, const struct leg *leg)
{
	return leg->state == LEG_WAITING && !h->ticket[leg->ticket].rehearsal;
}

/* From the tail: nearly everybody comes last; only who returns walks forward. */
void
queue_add(struct hall *h, uint32_t place)
{
	struct leg *leg = &h->leg[place];
	struct queue *q = queue_of(h, leg);
	uint32_t prev = q->tail;

	while (prev != 0 && before(leg, &h->leg[prev - 1]))
		prev = h->leg[prev - 1].queue_prev;
	leg->queue_prev = prev;
	leg->queue_next = prev == 0 ? q->head : h->leg[prev - 1].queue_next;
	*(prev == 0 ? &q->head : &h->leg[prev - 1].queue_next) = place + 1;
	*(leg->queue_next == 0 ? &q->tail : &h->leg[leg->queue_next - 1].queue_prev) = place + 1;
	q->count++;
	q->waiting += is_waiting(h, leg);
}

void
queue_remove(struct hall *h, uint32_t place)
{
	struct leg *leg = &h->leg[place];
	struct queue *q = queue_of(h, leg);

	*(leg->queue_prev == 0 ? &q->head : &h->leg[leg->queue_prev - 1].queue_next) = leg->queue_next;
	*(leg->queue_next == 0 ? &q->tail : &h->leg[leg->queue_next - 1].queue_prev) = leg->queue_prev;
	leg->queue_next = leg->queue_prev = 0;
	q->count--;
	q->waiting -= is_waiting(h, leg);
}

void
queue_clear_services(struct hall *h)
{
	memset(h->queue, 0, sizeof h->queue);
	memset(h->sent, 0, sizeof h->sent);
	memset(h->aside, 0, sizeof h->aside);
	memset(h->away, 0, sizeof h->away);
}

int64_t
queue_oldest(const struct hall *h, int service)
{
	int64_t oldest_ms = 0;

	for (int c = 0; c <= h->class_count; c++) {
		const struct queue *q = c < h->class_count ? &h->queue[service][c] : &h->sent[service];

		if (q->count > 0 && (oldest_ms == 0 || h->leg[q->head - 1].entry_ms < oldest_ms))
			oldest_ms = h->leg[q->head - 1].entry_ms;
	}
	return oldest_ms;
}
