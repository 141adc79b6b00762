/* From one layout to the next. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/apply/relayout.h"
#include "daemon/core/queue.h"

/* With a comma between two, as many as fit; all are counted. */
struct names { char *who; size_t cap; int count; };

static void
name(struct names *n, const char *text)
{
	size_t len = strlen(n->who);

	if (len + strlen(text) + 2 < n->cap)
		snprintf(n->who + len, n->cap - len, "%s%s", len > 0 ? "," : "", text);
	n->count++;
}

/* Is there, in this layout, who serves a leg that is not over? */
static bool
is_kept(const struct hall *h, const struct layout *l, const struct ticket *t, const struct leg *leg)
{
	int service = layout_service(l, h->service_id[leg->service]);

	if (!leg_live(leg->state))
		return true;
	if (service == -1 || layout_class(l, h->class_id[t->class]) == -1)
		return false;
	if (leg->state == LEG_CALLED || leg->state == LEG_SERVING || leg->state == LEG_HELD)
		return layout_window(l, leg->window) != NULL;
	return leg->to != 0 ? layout_window(l, leg->to) != NULL : layout_served(l, service);
}

/* A ticket is kept when all its services are. */
static void
name_tickets(struct names *n, const struct hall *h, const struct layout *l)
{
	for (uint32_t i = 0; i < h->ticket_count; i++) {
		const struct ticket *t = &h->ticket[i];
		bool kept = true;

		for (uint32_t at = t->first + 1; at != 0 && kept; at = h->leg[at - 1].next)
			kept = is_kept(h, l, t, &h->leg[at - 1]);
		if (!kept)
			name(n, t->number[0] == '\0' ? "-" : t->number);
	}
}

/* By service and time: its code is the holder's only key. */
static void
name_bookings(struct names *n, const struct hall *h, const struct layout *l)
{
	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++) {
		int service = layout_service(l, h->service_id[b->service]);
		char at[TIME_TEXT], text[ID_MAX + TIME_TEXT];

		if (b->state != BOOKING_IS_MADE ||
		    (service != -1 && layout_served(l, service) && layout_class(l, h->class_id[b->class]) != -1))
			continue;
		time_text(at, b->from_ms);
		snprintf(text, sizeof text, "%s %.16s", h->service_id[b->service], at);
		name(n, text);
	}
}

/* A window at work by who works there; or one that calls for help. */
static void
name_windows(struct names *n, const struct hall *h, const struct layout *l)
{
	for (int no = 1; no <= WINDOW_NO_MAX; no++) {
		const struct window *w = &h->window[no];
		const struct staff *staff = hall_staff(h, w->staff);
		bool at_work = w->state != OFFLINE && w->state != CLOSED;
		char number[16];

		if (layout_window(l, no) != NULL || (!at_work && hall_panic(h, no) == NULL))
			continue;
		snprintf(number, sizeof number, "%d", no);
		name(n, at_work && staff != NULL ? staff->name : number);
	}
}

int
hall_stranded(const struct hall *h, const struct layout *l, char *who, size_t cap)
{
	struct names n = { .who = who, .cap = cap };

	who[0] = '\0';
	name_tickets(&n, h, l);
	name_bookings(&n, h, l);
	name_windows(&n, h, l);
	return n.count;
}

/* The new ids, then the old ones that are not among them; to[] says where each old one is now. */
static int
order(char ids[][ID_MAX], int *count, int max, const char old[][ID_MAX], int olds, int to[])
{
	for (int i = 0; i < olds; i++) {
		to[i] = 0;
		while (to[i] < *count && strcmp(ids[to[i]], old[i]) != 0)
			to[i]++;
		if (to[i] < *count)
			continue;
		if (*count == max)
			return -1;
		strcpy(ids[(*count)++], old[i]);
	}
	return 0;
}

#define MOVE(h, old, member, to, count) \
	for (int move_i = 0; move_i < (count); move_i++) \
		(h)->member[(to)[move_i]] = (old).member[move_i]

/* What a hall has by place. */
struct by_place {
	struct queue	queue[SERVICES_MAX][CLASSES_MAX], sent[SERVICES_MAX], aside[SERVICES_MAX], away[SERVICES_MAX];
	uint32_t	first_calls[SERVICES_MAX], last_called[SERVICES_MAX];
	struct override	override[SERVICES_MAX];
};

static struct by_place
take_out(struct hall *h)
{
	struct by_place old;

	memcpy(old.queue, h->queue, sizeof old.queue);
	memcpy(old.sent, h->sent, sizeof old.sent);
	memcpy(old.aside, h->aside, sizeof old.aside);
	memcpy(old.away, h->away, sizeof old.away);
	memcpy(old.first_calls, h->first_calls, sizeof old.first_calls);
	memcpy(old.last_called, h->last_called, sizeof old.last_called);
	memcpy(old.override, h->override, sizeof old.override);
	queue_clear_services(h);
	memset(h->last_called, 0, sizeof h->last_called);
	memset(h->override, 0, sizeof h->override);
	for (int s = 0; s < SERVICES_MAX; s++)
		h->first_calls[s] = 1;
	return old;
}

/* A set of services, a bit each. */
static uint64_t
moved(uint64_t set, const int to[], int count)
{
	uint64_t there = 0;

	for (int s = 0; s < count; s++)
		if (set >> s & 1)
			there |= UINT64_C(1) << to[s];
	return there;
}

int
hall_relayout(struct hall *h, const struct layout *l)
{
	char service_id[SERVICES_MAX][ID_MAX] = { "" }, class_id[CLASSES_MAX][ID_MAX] = { "" };
	int services = l->service_count, classes = l->class_count, s_to[SERVICES_MAX], c_to[CLASSES_MAX];
	struct by_place old;

	for (int i = 0; i < services; i++)
		strcpy(service_id[i], l->service[i].id);
	for (int i = 0; i < classes; i++)
		strcpy(class_id[i], l->class[i].id);
	if (order(service_id, &services, SERVICES_MAX, h->service_id, h->service_count, s_to) == -1 ||
	    order(class_id, &classes, CLASSES_MAX, h->class_id, h->class_count, c_to) == -1)
		return -1;
	old = take_out(h);
	MOVE(h, old, sent, s_to, h->service_count);
	MOVE(h, old, aside, s_to, h->service_count);
	MOVE(h, old, away, s_to, h->service_count);
	MOVE(h, old, first_calls, s_to, h->service_count);
	MOVE(h, old, last_called, s_to, h->service_count);
	MOVE(h, old, override, s_to, h->service_count);
	for (int s = 0; s < h->service_count; s++)
		for (int c = 0; c < h->class_count; c++)
			h->queue[s_to[s]][c_to[c]] = old.queue[s][c];
	for (uint32_t i = 0; i < h->leg_count; i++)
		h->leg[i].service = s_to[h->leg[i].service];
	for (uint32_t i = 0; i < h->ticket_count; i++)
		h->ticket[i].class = c_to[h->ticket[i].class];
	for (int i = 0; i < h->booking_count; i++) {
		h->booking[i].service = s_to[h->booking[i].service];
		h->booking[i].class = c_to[h->booking[i].class];
	}
	for (int i = 0; i < WINDOWS_MAX; i++) {
		struct undo *u = &h->undo[i];

		for (int k = 0; k < u->legs && k < UNDO_LEGS; k++)
			u->leg[k].service = s_to[u->leg[k].service];
		if (u->first_call != 0)
			u->first_call = s_to[u->first_call - 1] + 1;
		u->window.lent = moved(u->window.lent, s_to, h->service_count);
	}
	for (int no = 1; no <= WINDOW_NO_MAX; no++)
		h->window[no].lent = moved(h->window[no].lent, s_to, h->service_count);
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_PERSON, r)) != NULL; )
		record_set((struct record *)r, "skills", moved(record_value(r, "skills"), s_to, h->service_count));
	memcpy(h->service_id, service_id, sizeof h->service_id);
	memcpy(h->class_id, class_id, sizeof h->class_id);
	h->service_count = services;
	h->class_count = classes;
	return 0;
}
