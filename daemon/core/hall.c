/* Carrying facts out, and finding one's way in a hall. */
#include <stddef.h>
#include <string.h>

#include "daemon/core/hall.h"
#include "daemon/core/number.h"
#include "daemon/core/queue.h"

void
hall_init(struct hall *h, const struct layout *l)
{
	memset(h, 0, offsetof(struct hall, leg));
	h->leg_count = h->ticket_count = 0;
	h->doing = -1;
	for (int i = 0; i < SERVICES_MAX; i++)
		h->first_calls[i] = 1;
	h->booking_count = 0;
	for (int i = 0; i < l->service_count; i++)
		hall_service(h, l->service[i].id);
	for (int i = 0; i < l->class_count; i++)
		hall_class(h, l->class[i].id);
}

void
hall_copy(struct hall *dst, const struct hall *src)
{
	memcpy(dst, src, offsetof(struct hall, leg));
	memcpy(dst->leg, src->leg, src->leg_count * sizeof *src->leg);
	memcpy(dst->ticket, src->ticket, src->ticket_count * sizeof *src->ticket);
	memcpy(dst->booking, src->booking, src->booking_count * sizeof *src->booking);
	dst->leg_count = src->leg_count;
	dst->booking_count = src->booking_count;
}

static int
intern(char ids[][ID_MAX], int *count, int max, const char *id)
{
	for (int i = 0; i < *count; i++)
		if (strcmp(ids[i], id) == 0)
			return i;
	if (*count == max || strlen(id) >= ID_MAX)
		return -1;
	strcpy(ids[*count], id);
	return (*count)++;
}

int
hall_service(struct hall *h, const char *id)
{
	return intern(h->service_id, &h->service_count, SERVICES_MAX, id);
}

int
hall_class(struct hall *h, const char *id)
{
	return intern(h->class_id, &h->class_count, CLASSES_MAX, id);
}

/* Reading. */

bool
hall_day_over(const struct hall *h, const struct instant *now)
{
	return h->day_open && now->day > h->day;
}

bool
hall_halted(const struct hall *h)
{
	return h->halt != HALT_NONE;
}

struct stop
stop_within(const struct stop *s, int64_t from_ms, int64_t to_ms)
{
	struct stop in = { s->from_ms > from_ms ? s->from_ms : from_ms, s->to_ms != 0 && s->to_ms < to_ms ? s->to_ms : to_ms };

	return in.from_ms < in.to_ms ? in : (struct stop){ 0 };
}

int64_t
stops_ms(const struct stop stop[], int count, int64_t from_ms, int64_t to_ms)
{
	int64_t stood_ms = 0;

	for (int i = 0; i < count; i++) {
		struct stop in = stop_within(&stop[i], from_ms, to_ms);

		stood_ms += in.to_ms - in.from_ms;
	}
	return stood_ms;
}

int64_t
hall_stood(const struct hall *h, int64_t from_ms, int64_t to_ms)
{
	return stops_ms(h->stop, h->stop_count, from_ms, to_ms);
}

bool
hall_noticed(const struct hall *h, int64_t wall_ms)
{
	return h->notice.text.in[LANG_ZH][0] != '\0' && (h->notice.until_ms == 0 || wall_ms < h->notice.until_ms);
}

const struct panic *
hall_panic(const struct hall *h, int window)
{
	for (const struct panic *p = h->panic; p < h->panic + PANICS_MAX; p++)
		if (p->window == window && window != 0)
			return p;
	return NULL;
}

const struct ticket *
hall_ticket(const struct hall *h, uint32_t id)
{
	uint32_t i = h->ticket_count == 0 ? 0 : id - h->ticket[0].id;

	return id != 0 && i < h->ticket_count ? &h->ticket[i] : NULL;
}

const struct ticket *
hall_token(const struct hall *h, const char *token)
{
	for (uint32_t i = h->ticket_count; i-- > 0 && *token != '\0'; )
		if (strcmp(h->ticket[i].token, token) == 0)
			return &h->ticket[i];
	return NULL;
}

const struct ticket *
hall_number(const struct hall *h, const char *number)
{
	for (uint32_t i = h->ticket_count; i-- > 0 && *number != '\0'; )
		if (h->ticket[i].day == h->day && strcmp(h->ticket[i].number, number) == 0)
			return &h->ticket[i];
	return NULL;
}

const struct leg *
hall_leg(const struct hall *h, const struct ticket *t)
{
	return &h->leg[t->leg];
}

const struct leg *
hall_done(const struct hall *h, const struct ticket *t)
{
	const struct leg *done = NULL;

	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (h->leg[at - 1].state == LEG_DONE)
			done = &h->leg[at - 1];
	return done;
}

const struct ticket *
hall_to_rate(const struct hall *h, int window, int64_t steady_ms)
{
	const struct leg *last = NULL;
	const struct ticket *t;

	for (uint32_t i = 0; i < h->leg_count; i++) {
		const struct leg *leg = &h->leg[i];

		if (leg->state == LEG_DONE && leg->window == window && (last == NULL || leg->ended_ms >= last->ended_ms))
			last = leg;
	}
	if (last == NULL || steady_ms - last->ended_ms > RATE_MS)
		return NULL;
	t = &h->ticket[last->ticket];
	return t->rated || hall_done(h, t) != last ? NULL : t;
}

const struct booking *
hall_booking(const struct hall *h, uint32_t id)
{
	for (int i = 0; i < h->booking_count; i++)
		if (h->booking[i].id == id)
			return &h->booking[i];
	return NULL;
}

const struct booking *
hall_code(const struct hall *h, const char *code)
{
	for (int i = 0; *code != '\0' && i < h->booking_count; i++)
		if (strcmp(h->booking[i].code, code) == 0)
			return &h->booking[i];
	return NULL;
}

const struct staff *
hall_staff(const struct hall *h, uint32_t id)
{
	for (int i = 0; i < h->staff_count; i++)
		if (h->staff[i].id == id)
			return &h->staff[i];
	return NULL;
}

const struct staff *
hall_staff_name(const struct hall *h, const char *name)
{
	for (int i = 0; i < h->staff_count; i++)
		if (strcmp(h->staff[i].name, name) == 0)
			return &h->staff[i];
	return NULL;
}

const struct session *
hall_session(const struct hall *h, const char *hash)
{
	for (int i = 0; *hash != '\0' && i < SESSIONS_MAX; i++)
		if (strcmp(h->session[i].hash, hash) == 0)
			return &h->session[i];
	return NULL;
}

const struct roll *
hall_roll(const struct hall *h, const char *device)
{
	for (int i = 0; i < h->roll_count; i++)
		if (strcmp(h->roll[i].device, device) == 0)
			return &h->roll[i];
	return NULL;
}

const struct help *
hall_help(const struct hall *h, const char *device, bool busy)
{
	for (int i = 0; i < h->help_count; i++)
		if (h->help[i].busy == busy && strcmp(h->help[i].device, device) == 0)
			return &h->help[i];
	return NULL;
}

int
hall_elsewhere(const struct hall *h, const struct ticket *t)
{
	for (const struct ticket *o = hall_ticket(h, t->link); o != NULL && o != t; o = hall_ticket(h, o->link)) {
		const struct leg *leg = hall_leg(h, o);

		if (leg->state == LEG_CALLED || leg->state == LEG_SERVING)
			return leg->window;
	}
	return 0;
}

int
hall_ready(const struct hall *h, int service)
{
	int ready = h->sent[service].count;

	for (int c = 0; c < h->class_count; c++)
		ready += h->queue[service][c].count;
	return ready;
}

int
hall_waiting(const struct hall *h, int service)
{
	int waiting = h->aside[service].waiting + h->sent[service].waiting + h->away[service].waiting;

	for (int c = 0; c < h->class_count; c++)
		waiting += h->queue[service][c].waiting;
	return waiting;
}

static bool
is_there(const struct hall *h, const struct layout *l, int no)
{
	return layout_window(l, no) != NULL && h->window[no].state != OFFLINE && h->window[no].state != CLOSED;
}

int
hall_level(const struct hall *h, const struct layout *l, const struct window_layout *w, const struct leg *leg)
{
	if (leg->to == w->no)
		return 1;
	if (leg->service >= l->service_count || (leg->to != 0 && is_there(h, l, leg->to)))
		return 0;
	return w->level[leg->service];
}

int64_t
hall_until(const struct hall *h, const struct leg *leg, int64_t steady_ms)
{
	return leg->held_until_ms == 0 ? 0 : leg->held_until_ms + hall_stood(h, leg->held_ms, steady_ms);
}

const struct leg *
hall_held(const struct hall *h, int window)
{
	const struct leg *first = NULL;

	for (uint32_t at = h->held.head; at != 0; at = h->leg[at - 1].queue_next) {
		const struct leg *leg = &h->leg[at - 1];

		if (leg->window == window && (first == NULL || leg->held_ms < first->held_ms))
			first = leg;
	}
	return first;
}

int
hall_waiting_at(const struct hall *h, const struct layout *l, int no)
{
	const struct window_layout *w = layout_window(l, no);
	int waiting = 0;

	for (int s = 0; w != NULL && s < h->service_count; s++) {
		for (int c = 0; s < l->service_count && w->level[s] != 0 && c < h->class_count; c++)
			waiting += h->queue[s][c].count;
		for (uint32_t at = h->sent[s].head; at != 0; at = h->leg[at - 1].queue_next)
			waiting += hall_level(h, l, w, &h->leg[at - 1]) != 0;
	}
	return waiting;
}

const struct undo *
hall_undo(const struct hall *h, int window)
{
	for (int i = 0; i < WINDOWS_MAX; i++)
		if (h->undo[i].no == window && window != 0) {
			const struct undo *u = &h->undo[i];

			if (u->legs > UNDO_LEGS || h->window[window].touched > u->last)
				return NULL;
			for (int k = 0; k < u->legs; k++)
				if (h->leg[u->place[k]].touched > u->last)
					return NULL;
			return u;
		}
	return NULL;
}

bool
window_open(const struct window *w)
{
	return w->state == IDLE || w->state == CALLING || w->state == SERVING;
}

static bool
serves_all(const struct window_layout *other, const struct window_layout *w, int services)
{
	for (int s = 0; s < services; s++)
		if (w->level[s] != 0 && other->level[s] == 0)
			return false;
	return true;
}

int
window_others(const struct hall *h, const struct layout *l, int no, int others[OTHERS_MAX])
{
	const struct window_layout *w = layout_window(l, no);
	int count = 0;

	for (int i = 0; w != NULL && i < l->window_count && count < OTHERS_MAX; i++) {
		const struct window_layout *other = &l->window[i];

		if (other != w && window_open(&h->window[other->no]) && serves_all(other, w, l->service_count))
			others[count++] = other->no;
	}
	return count;
}

const char *
halt_name(int halt)
{
	static const char *const names[HALTS] = { "none", "suspended", "drill", "evacuated" };

	return names[halt];
}

const char *
window_state_name(int state)
{
	static const char *const names[WINDOW_STATES] = { "offline", "idle", "calling", "serving", "paused", "closed" };

	return names[state];
}

const char *
booking_state_name(int state)
{
	static const char *const names[BOOKING_STATES] = { "made", "checked_in", "cancelled", "no_show" };

	return names[state];
}

const char *
pending_name(int pending)
{
	static const char *const names[PENDINGS] = { "none", "pause", "close" };

	return names[pending];
}

/* Applying. */

static void
window_set(struct window *w, enum window_state state, const struct fact *f)
{
	w->state = state;
	w->since_ms = f->at.steady_ms;
}

/* What a command at a window changes is remembered, once, as it was before. */
static void
remember(struct hall *h, uint32_t place)
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

/* A leg takes a step; its queue follows.  `until`: see leg.until. */
static int
leg_moves(struct hall *h, uint32_t place, enum leg_step by, uint32_t until, int64_t seq)
{
	struct leg *leg = &h->leg[place];

	if (leg_next(leg->state, by) == LEG_NONE)
		return -1;
	remember(h, place);
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
	remember(h, h->leg_count);
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

	remember(h, place);
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

/* The ticket called last for a service, by the times of its legs; 0: none yet. */
static uint32_t
last_called(const struct hall *h, int service)
{
	const struct leg *last = NULL;

	for (uint32_t i = 0; i < h->leg_count; i++) {
		const struct leg *leg = &h->leg[i];

		if (leg->service == service && leg->called_ms != 0 && (last == NULL || leg->called_ms >= last->called_ms))
			last = leg;
	}
	return last == NULL ? 0 : h->ticket[last->ticket].id;
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
	remember(h, t->leg);	/* first: an undo ends with the leg that is the ticket's turn */
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
	remember(h, t->leg);
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
static void
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

	if (t == NULL || (w->ticket != f->ticket && f->window != 0) || !leg_live(h->leg[t->leg].state))
		return -1;
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (leg_moves(h, at - 1, STEP_DAY_CLOSE, 0, f->seq) == 0)
			h->leg[at - 1].ended_ms = f->at.steady_ms;
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
static int
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

/* The roll of a printer, new when it is its first; printers that were there once and are no more may take all the room. */
static struct roll *
roll_of(struct hall *h, const char *device)
{
	struct roll *roll = (struct roll *)hall_roll(h, device);

	if (roll == NULL && h->roll_count < DEVICES_MAX) {
		roll = &h->roll[h->roll_count++];
		strcpy(roll->device, device);
	}
	return roll;
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
		roll->used_mm += f->mm;
	t->print = f->print;
	strcpy(t->printer, f->device);
	return 0;
}

static void
apply_roll(struct hall *h, const struct fact *f)
{
	struct roll *roll = roll_of(h, f->device);

	if (roll == NULL)
		return;
	roll->asked = f->roll == ROLL_ASKED;
	if (f->roll == ROLL_NEW)
		roll->used_mm = 0;
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

static int
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

/* A step taken `later` only changes what happens when the window is free. */
static int
apply_window(struct hall *h, const struct fact *f)
{
	struct window *w = &h->window[f->window];

	switch (f->kind) {
	case WINDOW_PAUSED:
		w->pending = f->later ? PENDING_PAUSE : PENDING_NONE;
		break;
	case WINDOW_CLOSED:
		w->pending = f->later ? PENDING_CLOSE : PENDING_NONE;
		break;
	case WINDOW_HANDED_OVER:
		w->staff = f->staff;
		return 0;
	default:
		w->pending = PENDING_NONE;
	}
	w->until_ms = f->until_ms;
	if (!f->later)
		window_set(w, f->kind == WINDOW_PAUSED ? PAUSED : f->kind == WINDOW_CLOSED ? CLOSED : IDLE, f);
	if (w->state == IDLE)
		w->next_ms = 0;
	return 0;
}

static void
session_add(struct hall *h, const struct fact *f)
{
	struct session *s = &h->session[0];

	for (int i = 0; i < SESSIONS_MAX && s->hash[0] != '\0'; i++)
		if (h->session[i].hash[0] == '\0' || h->session[i].ends_ms < s->ends_ms)
			s = &h->session[i];
	*s = (struct session){ .staff = f->staff, .window = f->window, .ends_ms = f->session_ms };
	strcpy(s->hash, f->secret);
}

/* All sessions of an account, or the one with this hash. */
static void
session_end(struct hall *h, uint32_t staff, const char *hash)
{
	for (int i = 0; i < SESSIONS_MAX; i++)
		if (h->session[i].staff == staff && (hash == NULL || strcmp(h->session[i].hash, hash) == 0))
			h->session[i] = (struct session){ 0 };
}

/* Names and hashes come from the fact or, after a restart, from rows of their own. */
static int
apply_staff(struct hall *h, const struct fact *f)
{
	struct staff *s = (struct staff *)hall_staff(h, f->staff);
	struct window *w = &h->window[f->window];

	switch (f->kind) {
	case STAFF_ADDED:
		if (s != NULL || h->staff_count == STAFF_MAX)
			return s != NULL ? 0 : -1;
		s = &h->staff[h->staff_count++];
		*s = (struct staff){ .id = f->staff, .role = f->role };
		strcpy(s->name, f->name);
		strcpy(s->password, f->secret);
		return 0;
	case STAFF_PASSWORD:
		if (s != NULL && f->secret[0] != '\0')
			strcpy(s->password, f->secret);
		session_end(h, f->staff, NULL);
		return 0;
	case STAFF_SIGNED_IN:
		if (f->secret[0] != '\0')
			session_add(h, f);
		if (f->window != 0 && (s == NULL || (s->role != ROLE_WINDOW && s->role != ROLE_DISPLAY)))
			w->staff = f->staff;	/* a device that stands there is nobody */
		return 0;
	case STAFF_SIGNED_OUT:
		session_end(h, f->staff, f->secret);
		if (f->window != 0 && w->staff == f->staff)
			w->staff = 0;
		return 0;
	default:
		return -1;
	}
}

/* Those that are still to come go on into the next day. */
static void
bookings_close(struct hall *h)
{
	int kept = 0;

	for (int i = 0; i < h->booking_count; i++)
		if (h->booking[i].state == BOOKING_IS_MADE)
			h->booking[kept++] = h->booking[i];
	h->booking_count = kept;
}

/* From now on it stands still, if it did not. */
static void
stop_begins(struct hall *h, int64_t steady_ms)
{
	if (hall_halted(h))
		return;
	if (h->stop_count == STOPS_KEPT) {
		h->stop_count--;
		memmove(&h->stop[0], &h->stop[1], h->stop_count * sizeof h->stop[0]);
	}
	h->stop[h->stop_count++] = (struct stop){ .from_ms = steady_ms };
}

static int
apply_emergency(struct hall *h, const struct fact *f)
{
	struct panic *p = (struct panic *)hall_panic(h, f->window);

	switch (f->kind) {
	case HALL_HALTED:
		stop_begins(h, f->at.steady_ms);
		h->halt = HALT_SUSPENDED;
		return 0;
	case HALL_EVACUATED:
		stop_begins(h, f->at.steady_ms);
		h->halt = f->drill ? HALT_DRILL : HALT_EVACUATED;
		h->evacuation = f->text;
		return 0;
	case HALL_RESUMED:
		if (!hall_halted(h))
			return -1;
		h->halt = HALT_NONE;
		h->evacuation = (struct text){ 0 };
		h->stop[h->stop_count - 1].to_ms = f->at.steady_ms;
		return 0;
	case HALL_NOTICE:
		h->notice = (struct notice){ f->text, f->until_ms };
		return 0;
	case PANIC_RAISED:
		for (int i = 0; i < PANICS_MAX && p == NULL; i++)
			if (h->panic[i].window == 0)
				p = &h->panic[i];
		if (p == NULL)
			return -1;
		*p = (struct panic){ .window = f->window, .since_ms = f->at.steady_ms };
		return 0;
	case PANIC_ANSWERED:
		if (p == NULL)
			return -1;
		p->answered = true;
		p->helper = f->staff;
		return 0;
	case PANIC_ENDED:
		if (p == NULL)
			return -1;
		*p = (struct panic){ 0 };
		return 0;
	default:
		return -1;
	}
}

/* What a day leaves to the next: who left the hall is told to come back by people alone, a pause of the hall ends with its day. */
static void
emergencies_end(struct hall *h, int64_t steady_ms)
{
	memset(h->panic, 0, sizeof h->panic);
	memset(h->stop, 0, sizeof h->stop);
	h->stop_count = 0;
	if (h->halt == HALT_SUSPENDED)
		h->halt = HALT_NONE;
	if (hall_halted(h))
		h->stop[h->stop_count++] = (struct stop){ .from_ms = steady_ms };
}

/*
 * Nobody is in the hall any more, and its tickets are history.  Numbers begin
 * anew, unless it was the clock that was wrong and an earlier day goes on.
 */
static int
apply_day_closed(struct hall *h, const struct fact *f)
{
	for (int no = 1; no <= WINDOW_NO_MAX; no++) {
		struct window *w = &h->window[no];

		if (w->ticket != 0)
			return -1;
		if (w->state == OFFLINE)
			continue;
		w->pending = PENDING_NONE;
		w->next_ms = w->until_ms = 0;
		w->touched = f->seq;
		window_set(w, OFFLINE, f);
	}
	memset(h->undo, 0, sizeof h->undo);
	memset(h->queue, 0, sizeof h->queue);
	memset(h->sent, 0, sizeof h->sent);
	memset(h->aside, 0, sizeof h->aside);
	memset(h->away, 0, sizeof h->away);
	memset(h->help, 0, sizeof h->help);
	h->help_count = 0;
	h->held = h->reserved = (struct queue){ 0 };
	bookings_close(h);
	memset(h->override, 0, sizeof h->override);
	emergencies_end(h, f->at.steady_ms);
	memset(h->last_called, 0, sizeof h->last_called);
	memset(h->call, 0, sizeof h->call);
	for (int s = 0; s < SERVICES_MAX; s++)
		h->first_calls[s] = 1;
	h->call_count = h->ticket_count = h->leg_count = 0;
	h->day_open = h->flagged = false;
	h->ending = ENDING_NOT;
	h->closed_day = h->day;
	for (int i = 0; f->goes_on != 0 && i < h->counter_count; i++)
		if (h->counter[i].day == h->day)
			h->counter[i].day = f->goes_on;
	if (f->goes_on != 0)
		h->day = f->goes_on;
	return 0;
}

/* Does what is known already say it?  A kiosk calls once until somebody answers, and is busy until it was not for a while. */
static bool
help_goes_on(struct help *help, const struct fact *f)
{
	bool over = help->busy ? f->at.steady_ms - help->last_ms > BUSY_OVER_MS : help->answered_ms != 0;

	help->last_ms = f->at.steady_ms;
	return !over;
}

static void
apply_help(struct hall *h, const struct fact *f)
{
	bool busy = f->kind == KIOSK_BUSY || f->busy;
	struct help *help = (struct help *)hall_help(h, f->device, busy);

	switch (f->kind) {
	case HELP_ANSWERED:
		if (help == NULL)
			return;
		help->answered_ms = f->at.steady_ms;
		help->staff = f->staff;
		return;
	case HELP_ENDED:
		if (help == NULL)
			return;
		*help = h->help[--h->help_count];
		h->help[h->help_count] = (struct help){ 0 };
		return;
	default:
		if (help != NULL && help_goes_on(help, f))
			return;
		if (help == NULL && h->help_count < HELPS_MAX)
			help = &h->help[h->help_count++];
		if (help == NULL)
			return;
		*help = (struct help){ .busy = busy, .called_ms = f->at.steady_ms, .last_ms = f->at.steady_ms };
		strcpy(help->device, f->device);
	}
}

static int
apply_booking(struct hall *h, const struct fact *f)
{
	struct booking *b = (struct booking *)hall_booking(h, f->booking);

	switch (f->kind) {
	case BOOKING_MADE:
		if (h->booking_count == BOOKINGS_MAX || f->booking <= h->last_booking)
			return -1;
		b = &h->booking[h->booking_count++];
		memset(b, 0, sizeof *b);
		*b = (struct booking){ .id = f->booking, .service = f->service, .class = f->class, .language = f->language,
		    .from_ms = f->from_ms, .to_ms = f->to_ms, .reference = f->reference,
		    .person = f->person };
		strcpy(b->code, f->code);
		h->last_booking = f->booking;
		return 0;
	case BOOKING_CANCELLED:
	case BOOKING_NO_SHOW:
		if (b == NULL || b->state != BOOKING_IS_MADE)
			return -1;
		b->state = f->kind == BOOKING_NO_SHOW ? BOOKING_IS_NO_SHOW : BOOKING_IS_CANCELLED;
		return 0;
	default:
		if (b == NULL || (b->state != BOOKING_IS_MADE && b->state != BOOKING_IS_NO_SHOW))
			return -1;
		b->state = BOOKING_IS_CHECKED_IN;
		b->ticket = f->ticket;
		return 0;
	}
}

static int
apply(struct hall *h, const struct fact *f)
{
	bool at_work = f->kind >= WINDOW_OPENED && f->kind <= WINDOW_HANDED_OVER;

	if (at_work || (f->kind >= TICKET_ISSUED && f->kind <= RATING_GIVEN) || f->kind == HALL_HALTED || f->kind == PANIC_RAISED)
		h->day_open = true;
	if (at_work)
		return apply_window(h, f);
	if (f->kind >= TICKET_ISSUED && f->kind <= RATING_GIVEN)
		return apply_ticket(h, f);
	if (f->kind == HALL_DAY_CLOSED)
		return apply_day_closed(h, f);
	if (f->kind == HALL_CLOCK)
		h->flagged = true;
	if (f->kind == HALL_ENDING) {
		h->ending = f->slips ? ENDING_WITH_SLIPS : ENDING_SERVES;
		h->day_open = true;
	}
	if (f->kind >= STAFF_ADDED && f->kind <= STAFF_SIGNED_OUT)
		return apply_staff(h, f);
	if (f->kind >= BOOKING_MADE && f->kind <= BOOKING_NO_SHOW)
		return apply_booking(h, f);
	if ((f->kind >= HALL_HALTED && f->kind <= HALL_NOTICE) || (f->kind >= PANIC_RAISED && f->kind <= PANIC_ENDED))
		return apply_emergency(h, f);
	if (f->kind == HALL_LAYOUT) {
		h->layout_rev = f->value;
		strcpy(h->layout_digest, f->reason);
	}
	if (f->kind == DEVICE_ROLL)
		apply_roll(h, f);
	if (f->kind >= HELP_CALLED && f->kind <= KIOSK_BUSY)
		apply_help(h, f);
	if (f->kind == HALL_OVERRIDE)
		h->override[f->service] = (struct override){ f->closed || f->until_min != -1 || f->quota != -1 ? f->at.day : 0,
		    f->closed, f->until_min, f->quota };
	if (f->kind == HALL_STARTED) {
		strcpy(h->boot, f->boot);
		h->offset_ms = f->offset_ms;
	}
	return 0;
}

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

static void
begin_command(struct hall *h, const struct fact *f)
{
	h->doing = undoable(f) ? undo_place(h, f->window) : -1;
	if (h->doing != -1)
		h->undo[h->doing] = (struct undo){ .no = f->window, .first = f->seq, .at_ms = f->at.steady_ms,
		    .window = h->window[f->window] };
}

static void
begin_day(struct hall *h, int day)
{
	h->day = day;
	h->totals = (struct totals){ 0 };
	memset(h->override, 0, sizeof h->override);
	for (uint32_t i = 0; i < h->ticket_count; i++)
		h->ticket[i].person = (struct person){ 0 };
	for (int i = 0; i < WINDOWS_MAX; i++)
		h->undo[i].added = h->totals;
}

int
hall_apply(struct hall *h, const struct fact *f)
{
	struct window *w, before;

	if (f->seq != h->seq + 1 || f->window < 0 || f->window > WINDOW_NO_MAX)
		return -1;
	if (f->at.day > h->day)
		begin_day(h, f->at.day);
	if (!f->with)
		begin_command(h, f);
	w = &h->window[f->window];
	memcpy(&before, w, sizeof before);
	if (apply(h, f) == -1)
		return -1;
	gate_all(h, f->ticket);
	h->seq = f->seq;
	h->steady_ms = f->at.steady_ms;
	h->wall_ms = f->at.wall_ms;
	if (memcmp(&before, w, sizeof before) != 0)
		w->touched = f->seq;
	if (h->doing != -1)
		h->undo[h->doing].last = f->seq;
	return 0;
}
