/* Facts and the rows they touch, written together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/number/number.h"
#include "daemon/store/batch.h"
#include "daemon/store/chain.h"
#include "daemon/store/schema.h"

/* Answers under an Idempotency-Key are kept for a day. */
#define ANSWER_MS (24 * 3600 * INT64_C(1000))

static char *
text_of(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	return text;
}

static void
add_event(struct batch *b, const struct hall *h, const struct fact *f)
{
	struct event_row row = { .fact = *f, .body = text_of(fact_body(h, f)) };

	if (f->kind > RECORD_FACTS) {
		row.record = text_of(record_body(h, &f->record));
		row.private = text_of(record_private(&f->record));
	}
	GROW(b->event, b->events, b->event_room);
	b->event[b->events++] = row;
}

static void
add_booking(struct batch *b, const struct hall *h, const struct fact *f)
{
	struct booking_row *row;

	GROW(b->booking, b->bookings, b->booking_room);
	row = &b->booking[b->bookings++];
	row->fact = *f;
	strcpy(row->service, h->service_id[f->service]);
	strcpy(row->class, h->class_id[f->class]);
}

static void
add_note(struct batch *b, const struct change *change)
{
	struct note_row *n;

	GROW(b->note, b->notes, b->note_room);
	n = &b->note[b->notes++];
	strcpy(n->id, change->note);
	n->text = xstrdup(change->words);
	n->at_ms = change->fact[0].at.wall_ms;
}

static void
add_layout(struct batch *b, const struct change *change)
{
	const struct fact *f = &change->fact[0];
	struct layout_row *row;

	GROW(b->layout, b->layouts, b->layout_room);
	row = &b->layout[b->layouts++];
	*row = (struct layout_row){ .rev = f->value, .text = xstrdup(change->layout), .at_ms = f->at.wall_ms };
	strcpy(row->actor, f->actor);
}

void
batch_add(struct batch *b, const struct hall *h, const struct change *change)
{
	for (int i = 0; i < change->count; i++) {
		add_event(b, h, &change->fact[i]);
		if (change->fact[i].kind == BOOKING_MADE)
			add_booking(b, h, &change->fact[i]);
	}
	if (change->note[0] != '\0')
		add_note(b, change);
	if (change->layout != NULL)
		add_layout(b, change);
	for (int i = 0; i < change->touched_count; i++) {
		GROW(b->touched, b->touches, b->touch_room);
		b->touched[b->touches++] = change->touched[i];
	}
}

void
batch_answer(struct batch *b, const struct answer_row *a)
{
	GROW(b->answer, b->answers, b->answer_room);
	b->answer[b->answers++] = *a;
}

/* What a fact touches.  Sessions are written from the fact itself: only it has the hash. */

static void
fill_ticket(struct batch *b, const struct hall *h, uint32_t id)
{
	const struct ticket *t = hall_ticket(h, id);
	struct ticket_row *row;

	size_t i = 0;

	if (t == NULL)
		return;				/* its day is closed, and its row was taken before that */
	while (i < b->tickets && b->ticket[i].ticket.id != id)
		i++;
	if (i == b->tickets) {
		GROW(b->ticket, b->tickets, b->ticket_room);
		b->tickets++;
	}
	row = &b->ticket[i];
	*row = (struct ticket_row){ .ticket = *t };
	strcpy(row->class, h->class_id[t->class]);
	for (uint32_t at = t->first + 1; at != 0 && row->legs < TICKET_LEGS_MAX; at = h->leg[at - 1].next, row->legs++) {
		row->leg[row->legs] = h->leg[at - 1];
		strcpy(row->service[row->legs], h->service_id[h->leg[at - 1].service]);
	}
}

static void
fill_window(struct batch *b, const struct hall *h, int no)
{
	for (size_t i = 0; i < b->windows; i++)
		if (b->window[i].no == no)
			return;
	json_t *lent = services_set(h, h->window[no].lent);

	GROW(b->window, b->windows, b->window_room);
	b->window[b->windows++] = (struct window_row){ .no = no, .window = h->window[no], .lent = json_dumps(lent, JSON_COMPACT) };
	json_decref(lent);
}

static void
fill_counter(struct batch *b, const struct counter *counter)
{
	for (size_t i = 0; i < b->counters; i++)
		if (strcmp(b->counter[i].prefix, counter->prefix) == 0)
			return;
	GROW(b->counter, b->counters, b->counter_room);
	b->counter[b->counters++] = *counter;
}

static void
fill_counter_of(struct batch *b, const struct hall *h, const char *number)
{
	char prefix[sizeof h->counter[0].prefix] = "";

	memcpy(prefix, number, strcspn(number, "0123456789"));
	fill_counter(b, &h->counter[number_counter(h, prefix)]);
}

static void
fill_roll(struct batch *b, const struct hall *h, const char *device)
{
	const struct roll *roll = hall_roll(h, device);

	for (size_t i = 0; i < b->rolls; i++)
		if (strcmp(b->roll[i].device, device) == 0)
			return;
	if (roll == NULL)
		return;
	GROW(b->roll, b->rolls, b->roll_room);
	b->roll[b->rolls++] = *roll;
}

static void
fill_staff(struct batch *b, const struct hall *h, uint32_t id)
{
	for (size_t i = 0; i < b->staffs; i++)
		if (b->staff[i].id == id)
			return;
	GROW(b->staff, b->staffs, b->staff_room);
	b->staff[b->staffs++] = *hall_staff(h, id);
}

/* Windows that were in use went offline; numbers may go on under another day. */
static void
fill_closed(struct batch *b, const struct hall *h, const struct fact *f)
{
	for (int no = 1; no <= WINDOW_NO_MAX; no++)
		if (h->window[no].touched >= f->seq)
			fill_window(b, h, no);
	for (int i = 0; f->goes_on != 0 && i < h->counter_count; i++)
		fill_counter(b, &h->counter[i]);
}

/* Of each ticket once, however often it was touched. */
void
batch_fill_tickets(struct batch *b, const struct hall *h)
{
	for (size_t i = 0; i < b->touches; i++)
		fill_ticket(b, h, b->touched[i]);
	b->touches = 0;
}

void
batch_fill(struct batch *b, const struct hall *h)
{
	strcpy(b->boot, h->boot);
	batch_fill_tickets(b, h);
	for (size_t i = 0; i < b->events; i++) {
		const struct fact *f = &b->event[i].fact;

		if (f->kind == HALL_DAY_CLOSED)
			fill_closed(b, h, f);
		if (f->window != 0)
			fill_window(b, h, f->window);
		if (f->kind == TICKET_ISSUED)
			fill_counter_of(b, h, f->number);
		if (f->kind == DEVICE_ROLL || f->mm != 0)
			fill_roll(b, h, f->device);
		if (f->kind == STAFF_ADDED || f->kind == STAFF_PASSWORD)
			fill_staff(b, h, f->staff);
	}
}

/* Writing: from here on the store's thread. */

#define RUN(db, statement, ...) \
	db_run(db, statement, (const struct value[]){ __VA_ARGS__ }, \
	    sizeof (const struct value[]){ __VA_ARGS__ } / sizeof (struct value))

static int
last_chain(void *arg, const struct value *v)
{
	if (v[1].len == CHAIN)
		memcpy(arg, v[1].p, CHAIN);
	return 0;
}

static void
subject(char *out, size_t cap, const struct fact *f)
{
	if (f->ticket != 0)
		snprintf(out, cap, "ticket:%u", f->ticket);
	else if (f->kind == DEVICE_FAULT || f->kind == DEVICE_OK || f->kind == DEVICE_ROLL)
		snprintf(out, cap, "device:%s/%d", f->device, f->value);
	else if (f->booking != 0)
		snprintf(out, cap, "booking:%u", f->booking);
	else if (f->kind > RECORD_FACTS)
		snprintf(out, cap, "%s:%u", subjects[f->record.subject].name, f->record.id);
	else if (f->staff != 0)
		snprintf(out, cap, "staff:%u", f->staff);
	else if (f->window != 0)
		snprintf(out, cap, "window:%d", f->window);
	else
		snprintf(out, cap, "hall");
}

static int
write_events(const struct batch *b, struct db *db)
{
	uint8_t chain[CHAIN] = { 0 };
	char about[64];

	if (b->events > 0 && db_each(db, LAST_EVENT, NULL, 0, last_chain, chain) == -1)
		return -1;
	for (size_t i = 0; i < b->events; i++) {
		const struct fact *f = &b->event[i].fact;

		subject(about, sizeof about, f);
		chain_link(chain, &(struct chained){ .seq = f->seq, .day = f->at.day, .at_ms = f->at.wall_ms, .mono_ms = f->at.steady_ms,
		    .boot = b->boot, .kind = kinds[f->kind].name, .actor = f->actor, .subject = about, .body = b->event[i].body });
		if (RUN(db, ADD_EVENT, INT(f->seq), INT(f->at.day), INT(f->at.wall_ms), TEXT(b->boot), INT(f->at.steady_ms),
		    TEXT(kinds[f->kind].name), TEXT(f->actor), TEXT(about), TEXT(b->event[i].body), BYTES(chain, CHAIN)) == -1)
			return -1;
	}
	return 0;
}

static int
write_leg(uint32_t ticket, int n, const struct leg *leg, const char *service, struct db *db)
{
	return RUN(db, PUT_LEG, INT(ticket), INT(n), TEXT(service), TEXT(leg_state_name(leg->state)),
	    INT(leg->window), INT(leg->entry_ms), INT(leg->called_ms), INT(leg->recalled_ms), INT(leg->started_ms),
	    INT(leg->ended_ms), INT(leg->recalls), INT(leg->passes), INT(leg->until), INT(leg->no_start),
	    INT(leg->called_before), INT(leg->to), INT(leg->held_ms), INT(leg->held_until_ms));
}

static int
write_ticket(const struct ticket_row *row, struct db *db)
{
	const struct ticket *t = &row->ticket;

	if (RUN(db, PUT_TICKET, INT(t->id), INT(t->day), TEXT(t->number), TEXT(t->token), TEXT(row->class),
	    TEXT(language_name(t->language)), TEXT(print_state_name(t->print)), TEXT(t->printer), INT(t->issued_ms),
	    INT(t->rated), INT(t->big), INT(t->reprint), INT(t->files), INT(t->rehearsal),
	    INT(t->voided), INT(t->needs), INT(t->link), INT(t->remote)) == -1)
		return -1;
	for (int i = 0; i < row->legs; i++)
		if (write_leg(t->id, i + 1, &row->leg[i], row->service[i], db) == -1)
			return -1;
	return RUN(db, CUT_LEGS, INT(t->id), INT(row->legs));
}

static int
write_person(const struct fact *f, struct db *db)
{
	return RUN(db, PUT_PERSON, TEXT(f->person_id), INT(f->ticket), INT(f->person.hash), TEXT(f->person.last), INT(f->at.day));
}

static int
write_booking(const struct fact *f, enum booking_state state, struct db *db)
{
	return RUN(db, SET_BOOKING, INT(f->booking), TEXT(booking_state_name(state)), INT(f->ticket));
}

static int
write_new_booking(const struct booking_row *row, struct db *db)
{
	const struct fact *f = &row->fact;

	return RUN(db, ADD_BOOKING, INT(f->booking), TEXT(f->code), TEXT(row->service), TEXT(row->class),
	    TEXT(language_name(f->language)), INT(f->from_ms), INT(f->to_ms), INT(f->person.hash), TEXT(f->person.last));
}

static int
write_record(const struct event_row *e, struct db *db)
{
	const struct record *r = &e->fact.record;
	const struct subject_row *s = &subjects[r->subject];

	return RUN(db, PUT_RECORD, TEXT(s->name), INT(r->id), INT(r->rev), TEXT(s->state[r->state]), INT(record_over(r) || s->at_once),
	    INT(record_day(r)), TEXT(e->record), TEXT(strcmp(e->private, "{}") == 0 ? "" : e->private), INT(e->fact.at.wall_ms));
}

/* What only the fact has, since it is to be erased alone one day. */
static int
write_private(const struct event_row *e, struct db *db)
{
	const struct fact *f = &e->fact;

	if (f->kind > RECORD_FACTS)
		return write_record(e, db);
	switch (f->kind) {
	case BOOKING_CANCELLED:
		return write_booking(f, BOOKING_IS_CANCELLED, db);
	case BOOKING_CHECKED_IN:
		return write_booking(f, BOOKING_IS_CHECKED_IN, db);
	case BOOKING_NO_SHOW:
		return write_booking(f, BOOKING_IS_NO_SHOW, db);
	case TICKET_ISSUED:
		return f->person_id[0] == '\0' ? 0 : write_person(f, db);
	case RATING_GIVEN:
		return RUN(db, PUT_RATING, INT(f->ticket), INT(f->grade), TEXT(f->note), INT(f->at.wall_ms));
	case STAFF_SIGNED_IN:
		return RUN(db, PUT_SESSION, TEXT(f->secret), INT(f->staff), INT(f->window), INT(f->session_ms));
	case STAFF_SIGNED_OUT:
		return RUN(db, END_SESSION, TEXT(f->secret));
	case STAFF_PASSWORD:
		return RUN(db, END_SESSIONS, INT(f->staff));
	default:
		return 0;
	}
}

/* Of the old ones twice as many are forgotten as come, so that they get fewer. */
static int
write_answers(const struct batch *b, struct db *db)
{
	if (b->answers > 0 &&
	    RUN(db, FORGET_ANSWERS, INT(b->answer[0].at_ms - ANSWER_MS), INT(2 * (int64_t)b->answers)) == -1)
		return -1;
	for (const struct answer_row *a = b->answer; a < b->answer + b->answers; a++)
		if (RUN(db, ADD_ANSWER, TEXT(a->key), TEXT(a->request), INT(a->status), TEXT(a->body), INT(a->at_ms)) == -1)
			return -1;
	return 0;
}

static int
write_rows(const struct batch *b, struct db *db)
{
	for (size_t i = 0; i < b->tickets; i++)
		if (write_ticket(&b->ticket[i], db) == -1)
			return -1;
	for (size_t i = 0; i < b->windows; i++) {
		const struct window *w = &b->window[i].window;

		if (RUN(db, PUT_WINDOW, INT(b->window[i].no), TEXT(window_state_name(w->state)), TEXT(pending_name(w->pending)),
		    INT(w->ticket), INT(w->staff), INT(w->since_ms), INT(w->next_ms), INT(w->until_ms),
		    TEXT(b->window[i].lent), INT(w->lent_until_ms)) == -1)
			return -1;
	}
	for (size_t i = 0; i < b->counters; i++)
		if (RUN(db, PUT_COUNTER, TEXT(b->counter[i].prefix), INT(b->counter[i].day), INT(b->counter[i].last)) == -1)
			return -1;
	for (size_t i = 0; i < b->rolls; i++)
		if (RUN(db, PUT_ROLL, TEXT(b->roll[i].device), INT(b->roll[i].used_mm), INT(b->roll[i].asked)) == -1)
			return -1;
	for (size_t i = 0; i < b->staffs; i++)
		if (RUN(db, PUT_STAFF, INT(b->staff[i].id), TEXT(b->staff[i].name), TEXT(role_name(b->staff[i].role)),
		    TEXT(b->staff[i].password)) == -1)
			return -1;
	for (size_t i = 0; i < b->bookings; i++)
		if (write_new_booking(&b->booking[i], db) == -1)
			return -1;
	for (size_t i = 0; i < b->events; i++)
		if (write_private(&b->event[i], db) == -1)
			return -1;
	for (size_t i = 0; i < b->notes; i++)
		if (RUN(db, ADD_NOTE, TEXT(b->note[i].id), TEXT(b->note[i].text), INT(b->note[i].at_ms)) == -1)
			return -1;
	for (const struct layout_row *r = b->layout; r < b->layout + b->layouts; r++)
		if (RUN(db, ADD_LAYOUT, INT(r->rev), TEXT(r->text), INT(r->at_ms), TEXT(r->actor)) == -1)
			return -1;
	return write_answers(b, db);
}

enum db_result
batch_write(struct batch *b, struct db *db)
{
	if (b->events == 0 && b->answers == 0)
		return b->result = DB_OK;
	if (db_begin(db) == -1 || write_events(b, db) == -1 || write_rows(b, db) == -1)
		return b->result = db_rollback(db);
	return b->result = db_commit(db);
}

void
batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->events; i++) {
		free(b->event[i].body);
		free(b->event[i].record);
		free(b->event[i].private);
	}
	for (size_t i = 0; i < b->notes; i++)
		free(b->note[i].text);
	for (size_t i = 0; i < b->windows; i++)
		free(b->window[i].lent);
	for (size_t i = 0; i < b->answers; i++)
		free(b->answer[i].body);
	for (size_t i = 0; i < b->layouts; i++)
		free(b->layout[i].text);
	b->events = b->notes = b->bookings = b->layouts = b->touches = b->tickets = b->windows = b->counters = b->rolls = b->staffs =
	    b->answers = 0;
}

void
batch_free(struct batch *b)
{
	batch_clear(b);
	free(b->event);
	free(b->note);
	free(b->booking);
	free(b->layout);
	free(b->touched);
	free(b->ticket);
	free(b->window);
	free(b->counter);
	free(b->roll);
	free(b->staff);
	free(b->answer);
	*b = (struct batch){ 0 };
}
