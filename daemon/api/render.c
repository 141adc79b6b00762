/* JSON of tickets, windows and the whole hall. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/render.h"
#include "daemon/core/decide/opening.h"
#include "daemon/core/queue.h"
#include "daemon/core/rule/pick.h"
#include "daemon/office/paper.h"
#include "protocols/device.h"

#define POLL_S		15		/* between two looks at status or a ticket, and */
#define POLL_NEAR_S	2		/* for who is among the next three, or called and may be called again */

json_t *
json_time(int64_t wall_ms)
{
	char text[TIME_TEXT];

	time_text(text, wall_ms);
	return json_string(text);
}

json_t *
json_date(int date)
{
	return json_sprintf("%04d-%02d-%02d", date / 10000, date / 100 % 100, date % 100);
}

json_t *
json_minute(int min)
{
	return json_sprintf("%02d:%02d", min / 60 % 24, min % 60);
}

json_t *
json_steady(const struct instant *now, int64_t steady_ms)
{
	return steady_ms == 0 ? json_null() : json_time(now->wall_ms - (now->steady_ms - steady_ms));
}

void
json_set_text(json_t *object, const char *key, const struct text *text)
{
	char key_en[64];

	snprintf(key_en, sizeof key_en, "%s_en", key);
	json_object_set_new(object, key, json_string(text->in[LANG_ZH]));
	json_object_set_new(object, key_en, json_string(text->in[text->in[LANG_EN][0] == '\0' ? LANG_ZH : LANG_EN]));
}

/* A service that the layout no longer has is known by its id alone. */
static void
set_service(json_t *object, const struct hall *h, const struct layout *l, int service)
{
	struct text name = { 0 };

	if (service < l->service_count)
		name = l->service[service].name;
	else
		snprintf(name.in[LANG_ZH], TEXT_MAX, "%s", h->service_id[service]);
	json_object_set_new(object, "service", json_string(h->service_id[service]));
	json_set_text(object, "service_name", &name);
}

static void
set_class(json_t *object, const struct hall *h, const struct layout *l, int class)
{
	struct text name = { 0 };

	if (class < l->class_count)
		name = l->class[class].name;
	else
		snprintf(name.in[LANG_ZH], TEXT_MAX, "%s", h->class_id[class]);
	json_object_set_new(object, "class", json_string(h->class_id[class]));
	json_object_set_new(object, "ordinary", json_boolean(class == 0));
	json_set_text(object, "class_name", &name);
}

/* null: it has none, being served without one. */
static json_t *
number_of(const struct ticket *t)
{
	return t->number[0] == '\0' ? json_null() : json_string(t->number);
}

static json_t *
needs(const struct ticket *t)
{
	json_t *list = json_array();

	for (int i = 0; i < HOLDER_NEEDS; i++)
		if (t->needs & 1 << i)
			json_array_append_new(list, json_string(need_name(i)));
	return list;
}

/* The numbers of the same person's other tickets. */
static json_t *
links(const struct hall *h, const struct ticket *t)
{
	json_t *list = json_array();

	for (const struct ticket *o = hall_ticket(h, t->link); o != NULL && o != t; o = hall_ticket(h, o->link))
		json_array_append_new(list, json_string(o->number));
	return list;
}

json_t *
json_ticket_row(const struct hall *h, const struct layout *l, const struct ticket *t, const struct instant *now)
{
	const struct leg *leg = hall_leg(h, t);
	json_t *row = json_pack("{s:o, s:s, s:s, s:b, s:s}", "number", number_of(t), "state", leg_state_name(leg->state),
	    "print", print_state_name(t->print), "reprint", t->reprint, "lang", language_name(t->language));

	json_object_set_new(row, "printer", t->printer[0] == '\0' ? json_null() : json_string(t->printer));
	set_service(row, h, l, leg->service);
	set_class(row, h, l, t->class);
	json_object_set_new(row, "count", json_integer(t->files));
	json_object_set_new(row, "rehearsal", json_boolean(t->rehearsal));
	json_object_set_new(row, "void", json_boolean(t->voided));
	json_object_set_new(row, "needs", needs(t));
	json_object_set_new(row, "linked", links(h, t));
	json_object_set_new(row, "remote", json_boolean(t->remote));
	json_object_set_new(row, "window", leg->window == 0 ? json_null() : json_integer(leg->window));
	json_object_set_new(row, "issued_at", json_time(t->issued_ms));
	json_object_set_new(row, "entered_at", json_steady(now, leg->entry_ms));
	json_object_set_new(row, "called_at", json_steady(now, leg->called_ms));
	json_object_set_new(row, "started_at", json_steady(now, leg->started_ms));
	json_object_set_new(row, "ended_at", json_steady(now, leg->ended_ms));
	return row;
}

/* What it was given instead, as its day ended. */
static json_t *
booked_instead(const struct hall *h, const struct ticket *t)
{
	const struct booking *b = hall_booking(h, t->booking);

	if (b == NULL)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:o}", "code", b->code, "state", booking_state_name(b->state),
	    "from", json_time(b->from_ms), "to", json_time(b->to_ms));
}

/* The services of a ticket and how far each is. */
static json_t *
legs(const struct hall *h, const struct layout *l, const struct ticket *t)
{
	json_t *list = json_array();

	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next) {
		json_t *row = json_pack("{s:s}", "state", leg_state_name(h->leg[at - 1].state));

		set_service(row, h, l, h->leg[at - 1].service);
		json_array_append_new(list, row);
	}
	return list;
}

/* What puts them there: a page tells from it why they became more. */
static json_t *
ahead_by(const int by[AHEADS])
{
	json_t *v = json_object();

	for (int i = 0; i < AHEADS; i++)
		json_object_set_new(v, ahead_name(i), json_integer(by[i]));
	return v;
}

/* A range in seconds, and as people are told it; null: there is no basis. */
static json_t *
wait_s(const struct hall *h, const struct layout *l, struct wait_s w, int service, const struct instant *now)
{
	struct band b;
	json_t *band;

	if (!wait_band(&b, &w, h, l, service, now))
		return json_null();
	band = b.by_clock ? json_pack("{s:o, s:o}", "from", json_time(b.from_ms), "to", json_time(b.to_ms)) :
	    json_pack("{s:i, s:i}", "from_min", b.from_min, "to_min", b.to_min);
	return json_pack("{s:i, s:i, s:i, s:s, s:f, s:o}", "p10", w.p10_s, "p50", w.p50_s, "p90", w.p90_s,
	    "src", wait_source_name(w.source), "in_time", w.in_time, "band", band);
}

/* How good it was on the day before: what people were told at first, against when they were called; null: nobody was. */
static json_t *
wait_error(const struct waits *waits, int service)
{
	const struct day_error *e = &waits->error[service];

	if (e->tickets == 0)
		return json_null();
	return json_pack("{s:o, s:i, s:f, s:f, s:f}", "day", json_date(waits->error_day), "tickets", e->tickets,
	    "mae_s", e->off_s / e->tickets, "bias_s", e->bias_s / e->tickets, "p90", (double)e->within / e->tickets);
}

json_t *
json_ticket(const struct hall *h, const struct layout *l, const struct waits *waits, const struct ticket *t, const struct instant *now)
{
	const struct leg *leg = hall_leg(h, t);
	json_t *v = json_ticket_row(h, l, t, now);
	const struct window_layout *w = layout_window(l, leg->window);
	int by[AHEADS], ahead = leg->state == LEG_WAITING || leg->state == LEG_RESERVED ? pick_ahead(h, l, t->leg, now->steady_ms, by) : -1;
	bool near = leg->state == LEG_CALLED || (ahead >= 0 && ahead < 3);

	json_object_set_new(v, "token", json_string(t->token));
	json_object_set_new(v, "ahead", ahead == -1 ? json_null() : json_integer(ahead));
	json_object_set_new(v, "ahead_by", ahead == -1 ? json_null() : ahead_by(by));
	json_object_set_new(v, "wait_s", wait_s(h, l, wait_of_ticket(waits, h, t, now->steady_ms), leg->service, now));
	json_object_set_new(v, "checkin_until", leg->state == LEG_RESERVED ? json_steady(now, hall_until(h, leg, now->steady_ms)) :
	    json_null());
	json_object_set_new(v, "recalls", json_integer(leg->recalls));
	json_object_set_new(v, "legs", legs(h, l, t));
	json_object_set_new(v, "rated", json_boolean(t->rated));
	json_object_set_new(v, "booking", booked_instead(h, t));
	json_object_set_new(v, "deferred", json_boolean(leg->state == LEG_WAITING && leg->until != 0));
	if (w != NULL && w->place.in[LANG_ZH][0] != '\0')
		json_set_text(v, "place", &w->place);
	else if (leg->service < l->service_count)
		json_set_text(v, "place", &l->service[leg->service].place);
	json_object_set_new(v, "poll_after_s", json_integer(near ? POLL_NEAR_S : POLL_S));
	return v;
}

static json_t *
others(const struct hall *h, const struct layout *l, const struct window_layout *w)
{
	int other[OTHERS_MAX], count = window_others(h, l, w->no, other);
	json_t *list = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(list, json_integer(other[i]));
	return list;
}

static json_t *
services_of(const struct hall *h, const struct layout *l, const struct window_layout *w)
{
	json_t *list = json_array();

	for (int s = 0; s < l->service_count; s++)
		if (window_level(h, w, s) != 0)
			json_array_append_new(list, json_string(l->service[s].id));
	return list;
}

/* The services that it calls first for a time. */
static json_t *
lent(const struct hall *h, const struct window *w)
{
	if (w->lent == 0)
		return json_null();
	return json_pack("{s:o, s:o}", "services", services_set(h, w->lent), "until", json_time(w->lent_until_ms));
}

/* When who paused or is to means to be back. */
static json_t *
until(const struct window *w)
{
	return w->until_ms == 0 ? json_null() : json_time(w->until_ms);
}

/* Until when the last command here can be undone; null: not any more. */
static json_t *
undo_until(const struct hall *h, const struct layout *l, int no, const struct instant *now)
{
	const struct undo *u = hall_undo(h, no);
	int64_t until_ms = u == NULL ? 0 : u->at_ms + l->policy.undo_s * INT64_C(1000);

	return l->policy.undo_s == 0 || until_ms < now->steady_ms ? json_null() : json_steady(now, until_ms);
}

/* A target of the layout's, where 0 is none. */
static json_t *
target(int seconds)
{
	return seconds == 0 ? json_null() : json_integer(seconds);
}

/* What is known of those who wait for this window's services, by service. */
static json_t *
waiting_services(const struct hall *h, const struct layout *l, const struct window_layout *w, const struct instant *now)
{
	json_t *list = json_array();

	for (int s = 0; s < l->service_count; s++) {
		if (window_level(h, w, s) == 0)
			continue;
		json_t *row = json_pack("{s:s, s:i, s:o, s:o}", "id", l->service[s].id, "waiting", hall_waiting(h, s),
		    "oldest_at", json_steady(now, queue_oldest(h, s)), "target_wait_s", target(l->service[s].target_wait_s));
		json_set_text(row, "name", &l->service[s].name);
		json_array_append_new(list, row);
	}
	return list;
}

/* Whom the window would call, one after the other. */
static json_t *
next_here(const struct hall *h, const struct layout *l, int no, const struct instant *now)
{
	uint32_t place[PICK_MAX];
	int count = pick_order(h, l, no, now->steady_ms, place, PICK_MAX);
	json_t *list = json_array();

	for (int i = 0; i < count; i++) {
		const struct leg *leg = &h->leg[place[i]];
		const struct ticket *t = &h->ticket[leg->ticket];
		json_t *row = json_pack("{s:s, s:o}", "number", t->number, "entered_at", json_steady(now, leg->entry_ms));

		set_service(row, h, l, leg->service);
		set_class(row, h, l, t->class);
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *
aside_row(const struct hall *h, const struct layout *l, const struct leg *leg, const struct instant *now)
{
	const struct ticket *t = &h->ticket[leg->ticket];
	json_t *row = json_pack("{s:s, s:s, s:o, s:o}", "number", t->number, "state", leg_state_name(leg->state),
	    "since", json_steady(now, leg->state == LEG_HELD ? leg->held_ms : leg->ended_ms),
	    "until", json_steady(now, hall_until(h, leg, now->steady_ms)));

	set_service(row, h, l, leg->service);
	set_class(row, h, l, t->class);
	return row;
}

/* Those that the window holds, and those of its services who were passed: they may be called when they are here. */
static json_t *
aside(const struct hall *h, const struct layout *l, const struct window_layout *w, const struct instant *now)
{
	json_t *list = json_array();

	for (uint32_t at = h->held.head; at != 0; at = h->leg[at - 1].queue_next)
		if (h->leg[at - 1].window == w->no)
			json_array_append_new(list, aside_row(h, l, &h->leg[at - 1], now));
	for (int s = 0; s < h->service_count; s++)
		for (uint32_t at = h->aside[s].head; at != 0; at = h->leg[at - 1].queue_next)
			if (h->leg[at - 1].state == LEG_PASSED && hall_level(h, l, w, &h->leg[at - 1]) != 0)
				json_array_append_new(list, aside_row(h, l, &h->leg[at - 1], now));
	return list;
}

/* Who comes is told by name, to staff. */
json_t *
json_alarms(const struct hall *h, const struct instant *now)
{
	json_t *list = json_array();

	for (const struct panic *p = h->panic; p < h->panic + PANICS_MAX; p++) {
		const struct staff *helper = hall_staff(h, p->helper);

		if (p->window != 0)
			json_array_append_new(list, json_pack("{s:i, s:o, s:b, s:s?}", "window", p->window,
			    "since", json_steady(now, p->since_ms), "answered", p->answered, "helper", helper == NULL ? NULL : helper->name));
	}
	return list;
}

/* Is what the window says of itself not believed, and since when? */
static void
set_doubt(json_t *window, const struct waits *waits, int no, const struct instant *now)
{
	const char *doubt = doubt_name(waits->window[no].doubt);

	json_object_set_new(window, "doubt", doubt == NULL ? json_null() : json_string(doubt));
	json_object_set_new(window, "doubt_since", doubt == NULL ? json_null() : json_steady(now, waits->window[no].since_ms));
}

json_t *
json_window(const struct hall *h, const struct layout *l, const struct waits *waits, int no, const struct instant *now)
{
	const struct window_layout *place = layout_window(l, no);
	const struct window *w = &h->window[no];
	const struct staff *staff = hall_staff(h, w->staff);
	const struct ticket *t = hall_ticket(h, w->ticket);
	json_t *window = json_pack("{s:i, s:s, s:s, s:b}", "no", no, "state", window_state_name(w->state),
	    "pending", pending_name(w->pending), "start_key", place->start_key);
	json_t *ticket = json_null();

	json_object_set_new(window, "auto_call", json_boolean(place->auto_call));
	json_set_text(window, "name", &place->name);
	json_set_text(window, "place", &place->place);
	json_object_set_new(window, "since", json_steady(now, w->since_ms));
	json_object_set_new(window, "until", until(w));
	json_object_set_new(window, "undo_until", undo_until(h, l, no, now));
	set_doubt(window, waits, no, now);
	json_object_set_new(window, "staff", staff == NULL ? json_null() : json_string(staff->name));
	json_object_set_new(window, "services", services_of(h, l, place));
	json_object_set_new(window, "lent", lent(h, w));
	if (t != NULL) {
		const struct leg *leg = hall_leg(h, t);

		ticket = json_ticket_row(h, l, t, now);
		json_object_set_new(ticket, "recalls", json_integer(leg->recalls));
		json_object_set_new(ticket, "legs", legs(h, l, t));
		json_object_set_new(ticket, "nominal_s", leg->service < l->service_count ?
		    target(l->service[leg->service].nominal_s) : json_null());
	}
	return json_pack("{s:o, s:o, s:o, s:{s:i, s:o, s:o, s:o}}", "window", window, "ticket", ticket,
	    "alarms", json_alarms(h, now), "waiting",
	    "total", hall_waiting_at(h, l, no), "services", waiting_services(h, l, place, now), "next", next_here(h, l, no, now),
	    "aside", aside(h, l, place, now));
}

static json_t *
calls(const struct hall *h, const struct instant *now)
{
	json_t *list = json_array();

	for (int i = 0; i < h->call_count; i++) {
		const struct call *c = &h->call[i];
		const struct ticket *t = hall_ticket(h, c->ticket);

		if (t != NULL)
			json_array_append_new(list, json_pack("{s:I, s:s, s:i, s:o, s:b}", "seq", (json_int_t)c->seq,
			    "number", t->number, "window", c->window, "at", json_steady(now, c->steady_ms), "recall", c->recall));
	}
	return list;
}

static json_t *
queues(const struct hall *h, const struct layout *l, const struct waits *waits, const struct instant *now)
{
	json_t *list = json_array();

	for (int s = 0; s < l->service_count; s++) {
		const struct ticket *last = hall_ticket(h, h->last_called[s]);
		struct opening o;

		hall_opening(&o, h, l, s, now);
		json_t *row = json_pack("{s:s, s:b, s:i, s:i, s:b}", "id", l->service[s].id, "open", o.closed == NOT_CLOSED,
		    "waiting", hall_waiting(h, s), "windows_open", windows_open(h, l, s), "alarm", hall_alarm(h, l, s, now));
		json_object_set_new(row, "wait_s", wait_s(h, l, wait_of_service(waits, s), s, now));
		json_object_set_new(row, "wait_error", wait_error(waits, s));
		json_set_text(row, "name", &l->service[s].name);
		json_set_text(row, "place", &l->service[s].place);
		json_object_set_new(row, "alarm_since", hall_alarm(h, l, s, now) ? json_steady(now, hall_alarm_since(h, l, s)) : json_null());
		json_object_set_new(row, "last_called", last == NULL ? json_null() : json_string(last->number));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *
windows(const struct hall *h, const struct layout *l, const struct instant *now)
{
	json_t *list = json_array();

	for (int i = 0; i < l->window_count; i++) {
		const struct window_layout *place = &l->window[i];
		const struct window *w = &h->window[place->no];
		const struct ticket *t = hall_ticket(h, w->ticket);
		json_t *row = json_pack("{s:i, s:s}", "no", place->no, "state", window_state_name(w->state));

		json_set_text(row, "name", &place->name);
		json_set_text(row, "place", &place->place);
		json_object_set_new(row, "zone", place->zone == -1 ? json_null() : json_string(l->zone[place->zone].id));
		json_object_set_new(row, "ticket", t == NULL ? json_null() : number_of(t));
		json_object_set_new(row, "services", services_of(h, l, place));
		json_object_set_new(row, "lent", lent(h, w));
		json_object_set_new(row, "others", others(h, l, place));
		json_object_set_new(row, "until", w->state == PAUSED ? until(w) : json_null());
		json_object_set_new(row, "called_at", t == NULL ? json_null() : json_steady(now, hall_leg(h, t)->called_ms));
		json_array_append_new(list, row);
	}
	return list;
}

/* What the calendar says of today, for people. */
static void
set_note(json_t *object, const struct layout *l, const struct instant *now)
{
	int min;
	const struct calendar_day *d = calendar_day(l, date_at(now->wall_ms, &min));

	json_set_text(object, "note", d == NULL ? &(struct text){ 0 } : &d->note);
}

/* When the first ticket is to be had again; null: one is now, or it is not known. */
static json_t *
opens(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t first_ms = INT64_MAX;
	struct opening o;

	for (int s = 0; s < l->service_count; s++) {
		hall_opening(&o, h, l, s, now);
		if (o.closed == NOT_CLOSED)
			return json_null();
		if (o.opens_ms != 0 && o.opens_ms < first_ms)
			first_ms = o.opens_ms;
	}
	return first_ms == INT64_MAX ? json_null() : json_time(first_ms);
}

void
json_set_words(json_t *object, const struct hall *h, const struct instant *now)
{
	json_t *evacuation = json_null(), *notice = json_null();

	if (h->halt == HALT_DRILL || h->halt == HALT_EVACUATED) {
		evacuation = json_pack("{s:b}", "drill", h->halt == HALT_DRILL);
		json_set_text(evacuation, "text", &h->evacuation);
	}
	if (hall_noticed(h, now->wall_ms)) {
		notice = json_pack("{s:o}", "until", h->notice.until_ms == 0 ? json_null() : json_time(h->notice.until_ms));
		json_set_text(notice, "text", &h->notice.text);
	}
	json_object_set_new(object, "evacuation", evacuation);
	json_object_set_new(object, "notice", notice);
}

json_t *
json_status(const struct hall *h, const struct layout *l, const struct waits *waits, const struct instant *now, int64_t epoch)
{
	int waiting = 0, serving = 0, open = 0;
	struct totals totals = hall_totals(h, now);
	json_t *v = json_pack("{s:i, s:s}", "schema", 1, "hall", l->id);

	for (int s = 0; s < h->service_count; s++)
		waiting += hall_waiting(h, s);
	for (int i = 0; i < l->window_count; i++) {
		const struct window *w = &h->window[l->window[i].no];

		open += window_open(w);
		serving += w->state == SERVING;
	}
	json_set_text(v, "name", &l->name);
	json_object_set_new(v, "epoch", json_integer(epoch));
	json_object_set_new(v, "seq", json_integer(h->seq));
	json_object_set_new(v, "as_of", json_time(now->wall_ms));
	json_object_set_new(v, "day_starts", json_minute(l->day_starts_min));
	json_object_set_new(v, "state", json_string(hall_state_name(hall_state(h, l, now))));
	json_object_set_new(v, "opens", opens(h, l, now));
	set_note(v, l, now);
	json_set_words(v, h, now);
	json_object_set_new(v, "poll_after_s", json_integer(POLL_S));
	json_object_set_new(v, "totals", json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "waiting", waiting,
	    "serving", serving, "windows_open", open, "windows_total", l->window_count, "issued_today", totals.issued,
	    "served_today", totals.served, "abandoned_today", totals.abandoned));
	json_object_set_new(v, "queues", queues(h, l, waits, now));
	json_object_set_new(v, "windows", windows(h, l, now));
	json_object_set_new(v, "calls", calls(h, now));
	return v;
}

static json_t *
classes(const struct layout *l)
{
	json_t *list = json_array();

	for (int i = 0; i < l->class_count; i++) {
		json_t *row = json_pack("{s:s, s:b}", "id", l->class[i].id, "proof", l->class[i].proof != PROOF_NONE);

		json_set_text(row, "name", &l->class[i].name);
		json_array_append_new(list, row);
	}
	return list;
}

json_t *
json_services(const struct hall *h, const struct layout *l, const struct waits *waits, const struct instant *now)
{
	json_t *list = json_array();

	for (int s = 0; s < l->service_count; s++) {
		const struct service *service = &l->service[s];
		struct opening o;

		hall_opening(&o, h, l, s, now);
		json_t *row = json_pack("{s:s, s:b, s:s?, s:i, s:s}", "id", service->id, "open", o.closed == NOT_CLOSED,
		    "reason", closed_name(o.closed), "waiting", hall_waiting(h, s),
		    "real_name", real_names[service->real_name]);

		json_object_set_new(row, "wait_s", wait_s(h, l, wait_of_service(waits, s), s, now));
		json_object_set_new(row, "remote", json_boolean(service->remote.checkin_s > 0));
		json_object_set_new(row, "bookable", json_boolean(service->slot_count > 0));
		json_object_set_new(row, "opens", o.opens_ms == 0 ? json_null() : json_time(o.opens_ms));
		json_object_set_new(row, "left", o.left == -1 ? json_null() : json_integer(o.left));
		json_set_text(row, "name", &service->name);
		json_set_text(row, "group", &service->group);
		json_set_text(row, "place", &service->place);
		json_set_text(row, "bring", &service->bring);
		json_array_append_new(list, row);
	}
	return json_pack("{s:o, s:o}", "services", list, "classes", classes(l));
}

void
json_set_roll(json_t *object, const struct hall *h, const struct layout *l, const struct device *printer, const struct instant *now)
{
	const struct roll *roll = hall_roll(h, printer->id);
	const struct record *record = paper_roll(h, printer->id);
	int left_mm = paper_left_mm(h, printer);
	int64_t ends_ms = paper_ends_ms(h, l, printer, now);

	json_object_set_new(object, "used_mm", json_integer(roll == NULL ? 0 : roll->used_mm));
	json_object_set_new(object, "left_mm", left_mm == -1 ? json_null() : json_integer(left_mm));
	json_object_set_new(object, "roll_asked", json_boolean(roll != NULL && roll->asked));
	json_object_set_new(object, "drift_mm", record == NULL || record_value(record, "near") == 0 || l->office.near_mm == 0 ? json_null() :
	    json_integer(record_value(record, "drift_mm")));
	json_object_set_new(object, "ends_at", ends_ms == 0 ? json_null() : json_time(ends_ms));
}

json_t *
json_printer_flags(unsigned flags)
{
	static const struct { unsigned flag; const char *name; } names[] = {
		{ PRINTER_OFFLINE, "offline" },		{ PRINTER_COVER_OPEN, "cover_open" },
		{ PRINTER_PAPER_LOW, "paper_low" },	{ PRINTER_PAPER_OUT, "paper_out" },
		{ PRINTER_CUTTER_ERROR, "cutter" },	{ PRINTER_OTHER_ERROR, "error" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & names[i].flag)
			json_array_append_new(list, json_string(names[i].name));
	return list;
}
