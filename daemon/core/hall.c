/* Finding one's way in a hall. */
#include <stddef.h>
#include <string.h>

#include "daemon/core/hall.h"

void
hall_init(struct hall *h, const struct layout *l)
{
	memset(h, 0, offsetof(struct hall, leg));
	h->leg_count = h->ticket_count = 0;
	h->doing = -1;
	for (int i = 0; i < SERVICES_MAX; i++)
		h->first_calls[i] = 1;
	h->booking_count = h->records.count = 0;
	memset(h->records.last, 0, sizeof h->records.last);
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
	memcpy(dst->trouble, src->trouble, src->trouble_count * sizeof *src->trouble);
	dst->booking_count = src->booking_count;
	dst->trouble_count = src->trouble_count;
	records_copy(&dst->records, &src->records);
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

struct totals
hall_totals(const struct hall *h, const struct instant *now)
{
	return now->day > h->day ? (struct totals){ 0 } : h->totals;
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

const struct trouble *
hall_trouble(const struct hall *h, const char *device, int address)
{
	for (const struct trouble *t = h->trouble; t < h->trouble + h->trouble_count; t++)
		if (t->address == address && strcmp(t->device, device) == 0)
			return t;
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

int
window_level(const struct hall *h, const struct window_layout *w, int service)
{
	uint64_t lent = h->window[w->no].lent;
	int level = w->level[service];

	if (lent >> service & 1)
		return 1;
	return lent == 0 || level == 0 ? level : level + 1;
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
	return window_level(h, w, leg->service);
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
		for (int c = 0; s < l->service_count && window_level(h, w, s) != 0 && c < h->class_count; c++)
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

void
hall_seats(const struct hall *h, int64_t until_ms[WINDOW_NO_MAX + 1])
{
	memset(until_ms, 0, (WINDOW_NO_MAX + 1) * sizeof until_ms[0]);
	for (const struct session *s = h->session; s < h->session + SESSIONS_MAX; s++)
		if (s->window != 0 && h->window[s->window].staff == s->staff && s->ends_ms > until_ms[s->window])
			until_ms[s->window] = s->ends_ms;
}

bool
window_open(const struct window *w)
{
	return w->state == IDLE || w->state == CALLING || w->state == SERVING;
}

static bool
serves_all(const struct hall *h, const struct window_layout *other, const struct window_layout *w, int services)
{
	for (int s = 0; s < services; s++)
		if (window_level(h, w, s) != 0 && window_level(h, other, s) == 0)
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

		if (other != w && window_open(&h->window[other->no]) && serves_all(h, other, w, l->service_count))
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
