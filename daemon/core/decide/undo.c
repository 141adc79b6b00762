/* What the last command at a window changed, and putting it back. */
#include <string.h>

#include "daemon/core/apply/apply.h"
#include "daemon/core/queue.h"

/* May what this fact begins be undone at its window?  What happens by itself is no command of a window. */
static bool
undoable(const struct fact *f)
{
	return f->window != 0 && strcmp(f->actor, "system") != 0 &&
	    ((f->kind >= TICKET_CALLED && f->kind <= TICKET_TRANSFERRED) || f->kind == TICKET_CHANGED ||
	    (f->kind >= WINDOW_OPENED && f->kind <= WINDOW_RESUMED));
}

/* The place in undo[] for this window: its own, a free one, or the oldest. */
static int
undo_place(const struct hall *h, int window)
{
	int place = 0;

	for (int i = 0; i < WINDOWS_MAX; i++) {
		if (h->undo[i].no == window)
			return i;
		if (h->undo[i].at_ms < h->undo[place].at_ms)
			place = i;
	}
	return place;
}

void
undo_begin(struct hall *h, const struct fact *f)
{
	h->doing = undoable(f) ? undo_place(h, f->window) : -1;
	if (h->doing != -1)
		h->undo[h->doing] = (struct undo){ .no = f->window, .first = f->seq, .at_ms = f->at.steady_ms,
		    .window = h->window[f->window] };
}

/* What a command at a window changes is remembered, once, as it was before. */
void
undo_remember(struct hall *h, uint32_t place)
{
	struct undo *u = h->doing == -1 ? NULL : &h->undo[h->doing];

	for (int i = 0; u != NULL && i < u->legs && i < UNDO_LEGS; i++)
		if (u->place[i] == place)
			return;
	if (u == NULL || u->legs++ >= UNDO_LEGS)
		return;
	u->place[u->legs - 1] = place;
	u->leg[u->legs - 1] = h->leg[place];
}

/* Boards list no call that was taken back, but the one whose place it took, if that still is its ticket's newest. */
static void
calls_undo(struct hall *h, const struct undo *u)
{
	const struct ticket *t = hall_ticket(h, u->call.ticket);
	int kept = 0;

	for (int i = 0; i < h->call_count; i++)
		if (h->call[i].seq < u->first || h->call[i].seq > u->last)
			h->call[kept++] = h->call[i];
	if (t != NULL && kept < CALLS_KEPT && hall_leg(h, t)->recalled_ms == u->call.steady_ms) {
		int at = kept++;

		for (; at > 0 && h->call[at - 1].seq < u->call.seq; at--)
			h->call[at] = h->call[at - 1];
		h->call[at] = u->call;
	}
	h->call_count = kept;
}

/* The ticket called last for a service, by the times of its legs; 0: none yet.  Who has no number was served uncalled. */
static uint32_t
last_called(const struct hall *h, int service)
{
	const struct leg *last = NULL;

	for (uint32_t i = 0; i < h->leg_count; i++) {
		const struct leg *leg = &h->leg[i];
		bool called = leg->called_ms != 0 && h->ticket[leg->ticket].number[0] != '\0';

		if (called && leg->service == service && (last == NULL || leg->called_ms >= last->called_ms))
			last = leg;
	}
	return last == NULL ? 0 : h->ticket[last->ticket].id;
}

/*
 * A leg that came to be is not there any more.  Ids of tickets are never used
 * again: one that was served without a number stays, counted nowhere.
 */
static void
leg_undo(struct hall *h, uint32_t place, const struct fact *f)
{
	struct leg *leg = &h->leg[place];

	if (h->ticket[leg->ticket].first == place) {
		leg_moves(h, place, STEP_VOID, 0, f->seq);
		leg->ended_ms = f->at.steady_ms;
		return;
	}
	if (queue_has(leg->state))
		queue_remove(h, place);
	*leg = (struct leg){ 0 };
	if (place == h->leg_count - 1)
		h->leg_count--;
}

/* Everything that the window's last command changed is as it was. */
int
apply_undone(struct hall *h, const struct fact *f)
{
	struct undo *u = (struct undo *)hall_undo(h, f->window);

	if (u == NULL)
		return -1;
	/* From the last, so that a ticket is at its earliest leg again. */
	for (int i = u->legs - 1; i >= 0; i--) {
		struct leg *leg = &h->leg[u->place[i]];
		bool called = leg->state == LEG_CALLED;

		if (u->leg[i].state == LEG_NONE) {
			leg_undo(h, u->place[i], f);
			continue;
		}
		if (queue_has(leg->state))
			queue_remove(h, u->place[i]);
		*leg = u->leg[i];
		leg->touched = f->seq;
		h->ticket[leg->ticket].leg = u->place[i];
		if (queue_has(leg->state))
			queue_add(h, u->place[i]);
		if (called)
			h->last_called[leg->service] = last_called(h, leg->service);
	}
	h->totals.served -= u->added.served;
	h->totals.abandoned -= u->added.abandoned;
	if (u->first_call != 0)
		h->first_calls[u->first_call - 1]--;
	calls_undo(h, u);
	for (int i = 0; i < u->legs; i++)
		gate_all(h, h->ticket[u->leg[i].ticket].id);
	h->window[f->window] = u->window;
	*u = (struct undo){ 0 };
	return 0;
}
