/* What people came to in a day. */
#include <string.h>

#include "daemon/office/roster.h"
#include "daemon/report/visits.h"

#define AT_A_WINDOW 16	/* who came to one on a day, and has not gone */

const char *
channel_name(enum channel channel)
{
	static const char *const names[CHANNELS] = { "kiosk", "staff", "phone", "booking", "window" };

	return names[channel];
}

static const struct moment never;

static enum channel
channel_of(const struct fact *f, const struct ticket *t)
{
	if (t->remote)
		return BY_PHONE;
	if (strncmp(f->actor, "device:", 7) == 0)
		return BY_KIOSK;
	return strcmp(f->actor, "holder") == 0 ? BY_KIOSK : BY_STAFF;
}

static bool
sits_somewhere(const struct hall *h, const struct layout *l, uint32_t account)
{
	for (int i = 0; i < l->window_count; i++)
		if (h->window[l->window[i].no].staff == account)
			return true;
	return false;
}

/* Did somebody come to a window on the day, who has not gone and is at no other? */
static bool
has_come(const struct hall *h, const struct layout *l, int no, const struct record *attendance)
{
	return record_day(attendance) == h->day && record_value(attendance, "window") == no && record_value(attendance, "in") != 0 &&
	    record_value(attendance, "out") == 0 && !sits_somewhere(h, l, record_value(attendance, "account"));
}

/*
 * The account of who is at a window: signed in, or rostered there, come and not
 * gone; 0: nobody known.  Who worked there before need not have gone: of several
 * it is who is to be there now.
 */
static uint32_t
staff_at(const struct hall *h, const struct layout *l, int no, int64_t wall_ms)
{
	uint32_t account = h->window[no].staff;
	struct duty duty[AT_A_WINDOW];
	struct duty_day of_day = { 0 };
	const struct record *its;
	const struct duty *now;
	int count = 0;

	if (account != 0)
		return account;
	for (const struct record *r = NULL; count < AT_A_WINDOW && (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		if (!has_come(h, l, no, r))
			continue;
		account = account == 0 ? record_value(r, "account") : account;
		its = record_find(h, SUBJECT_DUTY, record_value(r, "duty"));
		count += its != NULL && roster_duty(h, its, &duty[count], &of_day);
	}
	now = count < 2 ? NULL : roster_at(duty, count, no, wall_ms);
	return now == NULL ? account : now->account;
}

/* A leg after a fact that touched it; one that was undone is as if that had not been. */
static void
see_leg(struct visits *v, const struct hall *h, const struct layout *l, uint32_t place, const struct fact *f)
{
	const struct leg *leg = &h->leg[place];
	struct seen *seen = &v->seen[place];
	struct moment now = { f->at.steady_ms, f->at.wall_ms };
	uint32_t staff;
	bool waits = leg->state != LEG_RESERVED && leg->state != LEG_LATER && leg->state != LEG_NO_SHOW && leg->state != LEG_NONE;

	if (!waits)
		seen->began = never;
	else if (waits && seen->began.steady_ms == 0) {
		int64_t early_ms = leg->state == LEG_WAITING && leg->entry_ms > now.steady_ms ? leg->entry_ms - now.steady_ms : 0;

		seen->began = (struct moment){ now.steady_ms + early_ms, now.wall_ms + early_ms };
	}
	if (!leg->called_before) {
		seen->called = never;
		seen->rule = RULE_NONE;
	} else if (seen->called.steady_ms == 0)
		seen->called = now;
	if (leg_live(leg->state))
		seen->ended = never;
	else if (seen->ended.steady_ms == 0)
		seen->ended = now;
	if (leg->window != 0 && (leg->state == LEG_CALLED || leg->state == LEG_SERVING) && (staff = staff_at(h, l, leg->window, now.wall_ms)) != 0)
		seen->staff = staff;
}

static void
see_ticket(struct visits *v, const struct hall *h, const struct layout *l, const struct ticket *t, const struct fact *f)
{
	for (uint32_t place = t->first, more = 1; more != 0; more = h->leg[place].next, place = more - 1)
		see_leg(v, h, l, place, f);
}

/* A rating is of what was done, though the ticket may go on. */
static uint32_t
rated_leg(const struct hall *h, const struct ticket *t)
{
	const struct leg *leg = hall_done(h, t);

	return leg == NULL ? t->leg : (uint32_t)(leg - h->leg);
}

void
visits_fact(struct visits *v, const struct hall *h, const struct layout *l, const struct fact *f)
{
	/* Who comes with a press of their keypad is known after the call. */
	int came_to = f->kind == RECORD_FACTS + SUBJECT_ATTENDANCE ? record_value(&f->record, "window") : 0;
	uint32_t ticket = came_to != 0 ? h->window[came_to].ticket : f->ticket;
	const struct ticket *t = ticket == 0 ? NULL : hall_ticket(h, ticket);
	struct seen *seen = t == NULL ? NULL : &v->seen[f->kind == RATING_GIVEN ? rated_leg(h, t) : t->leg];

	/* Legs that are gone leave nothing behind for those that take their places. */
	if (f->kind == TICKET_UNDONE)
		memset(&v->seen[h->leg_count], 0, (TICKETS_MAX - h->leg_count) * sizeof v->seen[0]);
	if (f->kind == TICKET_UNDONE)
		for (uint32_t i = 0; i < h->ticket_count; i++)
			see_ticket(v, h, l, &h->ticket[i], f);
	if (t == NULL)
		return;
	see_ticket(v, h, l, t, f);
	switch (f->kind) {
	case TICKET_ISSUED:
		v->seen[t->first].channel = channel_of(f, t);
		break;
	case BOOKING_CHECKED_IN:
		v->seen[t->first].channel = BY_BOOKING;
		break;
	case TICKET_CALLED:
		seen->rule = f->why.rule;
		break;
	case TICKET_RECALLED:
		seen->recalls++;
		break;
	case TICKET_FINISHED:
		seen->at_close = f->at_close;
		break;
	case RATING_GIVEN:
		seen->grade = f->grade;
		seen->rated_seq = f->seq;
		break;
	default:
		break;
	}
}

static int64_t
between(int64_t from_ms, int64_t to_ms)
{
	return from_ms == 0 || to_ms == 0 || to_ms < from_ms ? NO_TIME : to_ms - from_ms;
}

static struct visit
visit_of(const struct visits *v, const struct hall *h, const struct ticket *t, uint32_t place, int n)
{
	const struct leg *leg = &h->leg[place];
	const struct seen *seen = &v->seen[place];
	bool served = (leg->state == LEG_DONE && !seen->at_close) || leg->state == LEG_TRANSFERRED;
	int64_t start_ms = leg->started_ms == 0 ? leg->called_ms : leg->started_ms;
	bool queued = t->number[0] != '\0';	/* else nobody waited, and nobody was called */
	bool early = seen->called.steady_ms != 0 && seen->called.steady_ms < seen->began.steady_ms;	/* booked, and nobody else was there */

	return (struct visit){
		.ticket = t->id, .n = n, .number = t->number, .service = h->service_id[leg->service], .class = h->class_id[t->class],
		.state = leg->state, .channel = t->number[0] == '\0' ? BY_WINDOW : v->seen[t->first].channel, .window = leg->window, .staff = seen->staff,
		.issued_ms = seen->began.wall_ms, .called_ms = queued ? seen->called.wall_ms : 0, .ended_ms = seen->ended.wall_ms,
		.wait_ms = !queued ? NO_TIME : early ? 0 : between(seen->began.steady_ms, seen->called.steady_ms),
		.way_ms = leg->started_ms == 0 ? NO_TIME : between(leg->called_ms, leg->started_ms),
		.service_ms = served ? between(start_ms, leg->ended_ms) : NO_TIME,
		.recalls = seen->recalls, .passes = leg->passes, .files = t->files, .grade = seen->grade, .rated_seq = seen->rated_seq,
		.first = n == 1, .rule = seen->rule,
		.started_ms = leg->started_ms != 0 || served ? seen->called.wall_ms + start_ms - seen->called.steady_ms : 0,
	};
}

void
visits_each(const struct visits *v, const struct hall *h, void (*each)(void *, const struct visit *), void *arg)
{
	for (const struct ticket *t = h->ticket; t < h->ticket + h->ticket_count; t++) {
		int n = 1;

		if (t->rehearsal || t->voided)
			continue;
		for (uint32_t place = t->first, more = 1; more != 0; more = h->leg[place].next, place = more - 1, n++) {
			struct visit visit = visit_of(v, h, t, place, n);

			each(arg, &visit);
		}
	}
}
