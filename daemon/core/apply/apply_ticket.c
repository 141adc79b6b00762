/* Facts about tickets: their legs take steps, and windows have them or not. */
#include <string.h>

#include "daemon/core/apply/apply.h"
#include "daemon/core/number/number.h"
#include "daemon/core/queue.h"

/* A leg takes a step; its queue follows.  `until`: see leg.until. */
int
leg_moves(struct hall *h, uint32_t place, enum leg_step by, uint32_t until, int64_t seq)
{
	struct leg *leg = &h->leg[place];

	if (leg_next(leg->state, by) == LEG_NONE)
		return -1;
	undo_remember(h, place);
	if (queue_has(leg->state))
		queue_remove(h, place);
	leg_step(leg, by);
	leg->until = until;
	if (leg->state != LEG_HELD)
		leg->held_until_ms = 0;
	leg->touched = seq;
	if (queue_has(leg->state))
		queue_add(h, place);
	return 0;
}

/* The same for the current leg of the fact's ticket. */
static int
step(struct hall *h, const struct fact *f, enum leg_step by, struct leg **out)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	uint32_t until = 0;

	if (t == NULL)
		return -1;
	*out = &h->leg[t->leg];
	if (by == STEP_PASS || (by == STEP_DEFER && f->after > 0))
		until = h->first_calls[(*out)->service] + f->after;
	return leg_moves(h, t->leg, by, until, f->seq);
}

/* The counter of a number's prefix, which is what stands before its digits; NULL: no room. */
static struct counter *
counter_of(struct hall *h, const char *number)
{
	char prefix[sizeof h->counter[0].prefix] = "";
	size_t len = strcspn(number, "0123456789");
	int i;

	if (len >= sizeof prefix)
		return NULL;
	memcpy(prefix, number, len);
	if ((i = number_counter(h, prefix)) != -1)
		return &h->counter[i];
	if (h->counter_count == COUNTERS_MAX)
		return NULL;
	strcpy(h->counter[h->counter_count].prefix, prefix);
	return &h->counter[h->counter_count++];
}

static uint32_t
leg_add(struct hall *h, uint32_t ticket, int service, int64_t entry_ms, enum leg_step by)
{
	struct leg *leg = &h->leg[h->leg_count];

	*leg = (struct leg){ .ticket = ticket };
	undo_remember(h, h->leg_count);
	leg->service = service;
	leg->entry_ms = entry_ms;
	leg_step(leg, by);
	return h->leg_count++;
}

/* A leg behind the one at this place, its turn is later. */
static uint32_t
leg_insert(struct hall *h, uint32_t place, int service, int64_t entry_ms, int64_t seq)
{
	uint32_t added;

	undo_remember(h, place);
	added = leg_add(h, h->leg[place].ticket, service, entry_ms, STEP_FURTHER);
	h->leg[added].next = h->leg[place].next;
	h->leg[added].touched = h->leg[place].touched = seq;
	h->leg[place].next = added + 1;
	return added;
}

/* A ticket that is in no counter: taken, or served without a number. */
static struct ticket *
ticket_add(struct hall *h, const struct fact *f, enum leg_step by)
{
	struct ticket *t = &h->ticket[h->ticket_count];

	if (h->ticket_count == TICKETS_MAX || h->leg_count + 1 + f->further_count > TICKETS_MAX ||
	    (h->ticket_count > 0 && f->ticket != h->ticket[0].id + h->ticket_count))
		return NULL;
	memset(t, 0, sizeof *t);
	*t = (struct ticket){ .id = f->ticket, .day = f->at.day, .class = f->class, .language = f->language, .big = f->big,
	    .print = f->print, .files = f->files == 0 ? 1 : f->files, .issued_ms = f->at.wall_ms, .first = h->leg_count,
	    .leg = h->leg_count };
	leg_add(h, h->ticket_count++, f->service, f->at.steady_ms, by);
	h->last_ticket = f->ticket;
	return t;
}

static int
apply_issued(struct hall *h, const struct fact *f)
{
	struct counter *counter = counter_of(h, f->number);
	struct ticket *t = counter == NULL ? NULL : ticket_add(h, f, f->remote ? STEP_RESERVE : STEP_ISSUE);

	if (t == NULL)
		return -1;
	t->rehearsal = f->rehearsal;
	t->needs = f->needs & ~NEEDS_SAID;
	t->remote = f->remote;
	h->leg[t->leg].entry_ms += f->entry_in_ms;
	t->person = f->person;
	strcpy(t->number, f->number);
	strcpy(t->token, f->token);
	strcpy(t->printer, f->device);
	t->queued_ms = f->at.steady_ms;
	for (int i = 0; i < f->further_count; i++) {
		uint32_t place = leg_add(h, h->ticket_count - 1, f->further[i], f->at.steady_ms, STEP_FURTHER);

		h->leg[place - 1].next = place + 1;
	}
	queue_add(h, t->leg);
	counter->day = f->at.day;
	counter->last = f->value;
	h->totals.issued += !f->rehearsal;
	return 0;
}

static void
call_noted(struct hall *h, const struct fact *f)
{
	int old = 0;

	while (old < h->call_count && h->call[old].ticket != f->ticket)
		old++;
	if (old == CALLS_KEPT)
		old--;
	if (old == h->call_count)
		h->call_count++;
	else if (h->doing != -1)
		h->undo[h->doing].call = h->call[old];
	memmove(&h->call[1], &h->call[0], old * sizeof h->call[0]);
	h->call[0] = (struct call){ .seq = f->seq, .steady_ms = f->at.steady_ms, .ticket = f->ticket, .window = f->window,
	    .recall = f->kind == TICKET_RECALLED };
}

/* It is called to a window, or back to the one that held it. */
static int
apply_called(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	bool held = t != NULL && hall_leg(h, t)->state == LEG_HELD;
	struct window *w = &h->window[f->window];
	struct leg *leg;

	if (w->ticket != 0 || step(h, f, held ? STEP_UNHOLD : STEP_CALL, &leg) == -1)
		return -1;
	leg->window = f->window;
	leg->started_ms = leg->ended_ms = 0;
	leg->called_ms = leg->recalled_ms = f->at.steady_ms;
	leg->recalls = 0;
	if (!leg->called_before) {
		h->first_calls[leg->service]++;
		if (h->doing != -1)
			h->undo[h->doing].first_call = leg->service + 1;
	}
	leg->called_before = true;
	h->last_called[leg->service] = f->ticket;
	call_noted(h, f);
	w->ticket = f->ticket;
	w->next_ms = f->at.steady_ms;
	window_set(w, CALLING, f);
	return 0;
}

/* Nobody is at the window any more. */
static void
window_left(struct window *w, const struct fact *f)
{
	w->ticket = 0;
	w->next_ms = f->implicit && w->pending != PENDING_NONE ? f->at.steady_ms : 0;
	window_set(w, IDLE, f);
}

/* The first leg behind the ticket's that is still to come is its turn now, if there is one. */
static void
advance(struct hall *h, const struct fact *f)
{
	struct ticket *t = (struct ticket *)hall_ticket(h, f->ticket);
	uint32_t at = h->leg[t->leg].next;

	while (at != 0 && h->leg[at - 1].state != LEG_LATER)
		at = h->leg[at - 1].next;
	if (at == 0)
		return;
	t->leg = at - 1;
	leg_moves(h, t->leg, STEP_ADVANCE, 0, f->seq);
}

/* The ticket leaves its window by this step. */
static int
apply_left(struct hall *h, const struct fact *f, enum leg_step by)
{
	struct window *w = &h->window[f->window];
	struct totals *added = h->doing == -1 ? &(struct totals){ 0 } : &h->undo[h->doing].added;
	const struct ticket *t = hall_ticket(h, f->ticket);
	struct leg *leg;
	bool counts;

	if (w->ticket != f->ticket || step(h, f, by, &leg) == -1)
		return -1;
	counts = !t->rehearsal;
	leg->ended_ms = by == STEP_HOLD ? 0 : f->at.steady_ms;
	leg->no_start = f->no_start;
	leg->passes += by == STEP_PASS;
	h->totals.served += counts && by == STEP_FINISH;
	added->served += counts && by == STEP_FINISH;
	h->totals.abandoned += counts && by == STEP_ABANDON;
	added->abandoned += counts && by == STEP_ABANDON;
	window_left(w, f);
	if (by == STEP_FINISH)
		advance(h, f);
	return 0;
}

static int
apply_held(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	struct leg *leg;

	if (apply_left(h, f, STEP_HOLD) == -1)
		return -1;
	leg = &h->leg[t->leg];
	leg->held_ms = f->at.steady_ms;
	leg->held_until_ms = f->hold_s == 0 ? 0 : f->at.steady_ms + f->hold_s * INT64_C(1000);
	return 0;
}

/* Its new leg comes before those that are still to come, and waits at once. */
static int
apply_transferred(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	uint32_t old = t == NULL ? 0 : t->leg, new;

	if (h->leg_count == TICKETS_MAX || apply_left(h, f, STEP_TRANSFER) == -1)
		return -1;
	new = leg_insert(h, old, f->to, f->keep_time ? h->leg[old].entry_ms : f->at.steady_ms, f->seq);
	h->leg[new].to = f->to_window;
	advance(h, f);
	return 0;
}

/* What a ticket is still to be served: some services fewer, some more at the end. */
static int
apply_legs(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	uint32_t last, at;

	if (t == NULL || h->leg_count + f->further_count > TICKETS_MAX)
		return -1;
	undo_remember(h, t->leg);	/* first: an undo ends with the leg that is the ticket's turn */
	for (last = t->leg; (at = h->leg[last].next) != 0; last = at - 1)
		for (int i = 0; i < f->removed_count; i++)
			if (h->leg[at - 1].state == LEG_LATER && h->leg[at - 1].service == f->removed[i] &&
			    leg_moves(h, at - 1, STEP_CANCEL, 0, f->seq) == 0)
				h->leg[at - 1].ended_ms = f->at.steady_ms;
	for (int i = 0; i < f->further_count; i++)
		last = leg_insert(h, last, f->further[i], h->leg[t->first].entry_ms, f->seq);
	h->leg[t->leg].touched = f->seq;
	return 0;
}

/* Somebody without a number is served: a ticket that nobody took. */
static int
apply_served(struct hall *h, const struct fact *f)
{
	struct window *w = &h->window[f->window];
	struct ticket *t = w->ticket == 0 ? ticket_add(h, f, STEP_SERVE) : NULL;
	struct leg *leg;

	if (t == NULL)
		return -1;
	leg = &h->leg[t->leg];
	leg->window = f->window;
	leg->called_before = true;
	leg->called_ms = leg->started_ms = f->at.steady_ms;
	leg->touched = f->seq;
	w->ticket = f->ticket;
	w->next_ms = f->at.steady_ms;
	window_set(w, SERVING, f);
	return 0;
}

static int
apply_started(struct hall *h, const struct fact *f)
{
	struct leg *leg;

	if (hall_ticket(h, f->ticket) == NULL)
		return apply_served(h, f);
	if (step(h, f, STEP_START, &leg) == -1)
		return -1;
	leg->started_ms = f->at.steady_ms;
	h->window[f->window].next_ms = 0;
	window_set(&h->window[f->window], SERVING, f);
	return 0;
}

/* What was counted of a ticket is not any more. */
static void
uncount(struct hall *h, const struct ticket *t)
{
	if (t->day != h->day || t->rehearsal)
		return;
	h->totals.issued -= t->number[0] != '\0';
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		h->totals.served -= h->leg[at - 1].state == LEG_DONE;
}

/* All legs that have not ended. */
static int
apply_cancelled(struct hall *h, const struct fact *f)
{
	struct ticket *t = (struct ticket *)hall_ticket(h, f->ticket);
	struct window *w = &h->window[f->window];
	enum leg_step by = f->voided ? STEP_VOID : STEP_CANCEL;

	if (t == NULL || (w->ticket != f->ticket && f->window != 0) || leg_next(h->leg[t->leg].state, by) == LEG_NONE)
		return -1;
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (leg_moves(h, at - 1, by, 0, f->seq) == 0)
			h->leg[at - 1].ended_ms = f->at.steady_ms;
	t->voided = f->voided;
	if (f->voided)
		uncount(h, t);
	if (f->window != 0)
		window_left(w, f);
	return 0;
}

/* Of another class or service it waits on, in another queue. */
static int
apply_redirected(struct hall *h, struct ticket *t, const struct fact *f)
{
	struct leg *leg = &h->leg[t->leg];

	if (leg_next(leg->state, STEP_CHANGE) == LEG_NONE)
		return -1;
	undo_remember(h, t->leg);
	queue_remove(h, t->leg);
	if (f->new_class != 0)
		t->class = f->new_class - 1;
	if (f->service != leg->service) {
		leg->service = f->service;
		leg->until = 0;
		leg->to = 0;
	}
	leg->touched = f->seq;
	queue_add(h, t->leg);
	return 0;
}

/* Whose linked ticket is at a window is not called: its own waits elsewhere. */
static void
gate(struct hall *h, const struct ticket *t)
{
	struct leg *leg = &h->leg[t->leg];
	bool elsewhere = hall_elsewhere(h, t) != 0;

	if (leg->elsewhere == elsewhere)
		return;
	if (queue_has(leg->state))
		queue_remove(h, t->leg);
	leg->elsewhere = elsewhere;
	if (queue_has(leg->state))
		queue_add(h, t->leg);
}

/* All tickets of the person who has this one. */
void
gate_all(struct hall *h, uint32_t id)
{
	const struct ticket *first = hall_ticket(h, id), *t = first;

	if (first == NULL || first->link == 0)
		return;
	do {
		gate(h, t);
		t = hall_ticket(h, t->link);
	} while (t != first);
}

/* Two rings become one. */
static int
apply_linked(struct hall *h, struct ticket *t, const struct fact *f)
{
	struct ticket *other = (struct ticket *)hall_ticket(h, f->link);
	uint32_t next = t->link == 0 ? t->id : t->link;

	if (other == NULL || other == t)
		return -1;
	t->link = other->link == 0 ? other->id : other->link;
	other->link = next;
	return 0;
}

static int
apply_changed(struct hall *h, struct ticket *t, const struct fact *f)
{
	struct leg *leg;

	if (t == NULL)
		return -1;
	if (f->further_count + f->removed_count > 0)
		return apply_legs(h, f);
	if (f->link != 0)
		return apply_linked(h, t, f);
	if (f->needs != 0) {
		t->needs = f->needs & ~NEEDS_SAID;
		return 0;
	}
	if (f->new_class != 0 || f->service != hall_leg(h, t)->service)
		return apply_redirected(h, t, f);
	return step(h, f, STEP_DEFER, &leg);
}

/* No leg of the ticket goes on into the next day. */
static int
apply_expired(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	struct window *w = &h->window[f->window];
	bool ends = false;

	if (t == NULL || (w->ticket != f->ticket && f->window != 0))
		return -1;
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (leg_moves(h, at - 1, STEP_DAY_CLOSE, 0, f->seq) == 0) {
			h->leg[at - 1].ended_ms = f->at.steady_ms;
			ends = true;
		}
	if (!ends)
		return -1;
	h->totals.served += f->kind == TICKET_FINISHED && !t->rehearsal;
	h->ticket[t->id - h->ticket[0].id].booking = f->booking;
	if (f->window != 0)
		window_left(w, f);
	return 0;
}

/* It would be next, and its holder is to come at once. */
static int
apply_reached(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	struct leg *leg = t == NULL ? NULL : &h->leg[t->leg];

	if (leg == NULL || leg->state != LEG_RESERVED)
		return -1;
	leg->held_ms = f->at.steady_ms;
	leg->held_until_ms = f->at.steady_ms + f->hold_s * INT64_C(1000);
	leg->touched = f->seq;
	return 0;
}

static int
apply_missed(struct hall *h, const struct fact *f)
{
	struct leg *leg;

	if (step(h, f, STEP_MISS, &leg) == -1)
		return -1;
	leg->ended_ms = f->at.steady_ms;
	return 0;
}

/* Who comes after all is as one who comes now, and of no class but the first. */
static int
apply_checked_in(struct hall *h, const struct fact *f)
{
	struct ticket *t = (struct ticket *)hall_ticket(h, f->ticket);
	struct leg *leg = t == NULL ? NULL : &h->leg[t->leg];

	if (leg != NULL && leg->state == LEG_NO_SHOW) {
		t->class = f->new_class == 0 ? 0 : f->new_class - 1;
		leg->entry_ms = f->at.steady_ms;
		leg->ended_ms = 0;
	}
	return step(h, f, STEP_CHECK_IN, &leg);
}

static int
apply_returned(struct hall *h, const struct fact *f)
{
	const struct ticket *t = hall_ticket(h, f->ticket);
	bool gave_up = t != NULL && h->leg[t->leg].state == LEG_ABANDONED;
	bool held = t != NULL && h->leg[t->leg].state == LEG_HELD;
	struct leg *leg;

	if (step(h, f, held ? STEP_RELEASE : STEP_RETURN, &leg) == -1)
		return -1;
	leg->ended_ms = 0;
	h->totals.abandoned -= gave_up && t->day == h->day && !t->rehearsal;
	return 0;
}

static void
take_paper(struct roll *roll, const struct fact *f)
{
	roll->used_mm += f->mm;
	if (f->print == PRINT_QUEUED || f->print == PRINT_FAILED)
		return;
	if (roll->day != f->at.day) {
		roll->day = f->at.day;
		roll->today = 0;
		roll->first_ms = f->at.steady_ms;
	}
	roll->print_mm = f->mm;
	roll->tickets++;
	roll->today++;
}

/* One that its printer gave up is as old as it was; one that staff asks for is new. */
static int
apply_printed(struct hall *h, struct ticket *t, const struct fact *f)
{
	struct roll *roll = f->mm == 0 ? NULL : roll_of(h, f->device);

	if (t == NULL)
		return -1;
	if (f->print == PRINT_QUEUED) {
		t->reprint = true;
		if (t->print != PRINT_SENT)
			t->queued_ms = f->at.steady_ms;
	}
	if (roll != NULL)
		take_paper(roll, f);
	t->print = f->print;
	strcpy(t->printer, f->device);
	return 0;
}

/* It is the ticket's last service that is rated: that one can be undone no more. */
static int
apply_rating(struct hall *h, const struct fact *f)
{
	struct ticket *t = (struct ticket *)hall_ticket(h, f->ticket);
	struct leg *done = t == NULL ? NULL : (struct leg *)hall_done(h, t);

	if (done == NULL || t->rated)
		return -1;
	t->rated = true;
	done->touched = f->seq;
	return 0;
}

int
apply_ticket(struct hall *h, const struct fact *f)
{
	struct ticket *t = (struct ticket *)hall_ticket(h, f->ticket);
	struct leg *leg;

	switch (f->kind) {
	case TICKET_ISSUED:
		return apply_issued(h, f);
	case TICKET_CALLED:
		return apply_called(h, f);
	case TICKET_RECALLED:
		if (step(h, f, STEP_RECALL, &leg) == -1)
			return -1;
		leg->recalls = f->times;
		leg->recalled_ms = f->at.steady_ms;
		call_noted(h, f);
		return 0;
	case TICKET_STARTED:
		return apply_started(h, f);
	case TICKET_FINISHED:
		return f->at_close ? apply_expired(h, f) : apply_left(h, f, STEP_FINISH);
	case TICKET_EXPIRED:
		return apply_expired(h, f);
	case TICKET_REACHED:
		return apply_reached(h, f);
	case TICKET_NO_SHOW:
		return apply_missed(h, f);
	case TICKET_CHECKED_IN:
		return apply_checked_in(h, f);
	case TICKET_PASSED:
		return apply_left(h, f, STEP_PASS);
	case TICKET_ABANDONED:
		return apply_left(h, f, STEP_ABANDON);
	case TICKET_HELD:
		return apply_held(h, f);
	case TICKET_TRANSFERRED:
		return apply_transferred(h, f);
	case TICKET_RETURNED:
		return apply_returned(h, f);
	case TICKET_CANCELLED:
		return apply_cancelled(h, f);
	case TICKET_CHANGED:
		return apply_changed(h, t, f);
	case TICKET_UNDONE:
		return apply_undone(h, f);
	case RATING_GIVEN:
		return apply_rating(h, f);
	case TICKET_PRINTED:
		return apply_printed(h, t, f);
	default:
		return -1;
	}
}
