/* Who comes to a window: called by the rule, chosen, called back from being held, or without a number. */
#include <string.h>

#include "daemon/core/decide/desk.h"
#include "daemon/core/rule/pick.h"

bool
pressed_twice(const struct desk *d)
{
	return d->window->next_ms != 0 &&
	    d->now.steady_ms - d->window->next_ms < d->layout->policy.double_press_s * INT64_C(1000);
}

enum refusal
may_call(struct desk *d)
{
	bool called = d->ticket != NULL && d->leg->state == LEG_CALLED;

	if (called && (d->place->start_key || !d->layout->policy.implicit_finish)) {
		strcpy(d->change->detail.number, d->ticket->number);
		return CALL_PENDING;
	}
	if (d->ticket != NULL && !d->layout->policy.implicit_finish)
		return not_allowed(d, leg_state_name(d->leg->state));
	return OK;
}

bool
calls_by_itself(const struct hall *h, const struct layout *l, int no)
{
	const struct window_layout *w = layout_window(l, no);

	return w != NULL && w->auto_call && !hall_halted(h) && h->window[no].state == IDLE && hall_waiting_at(h, l, no) > 0;
}

static void
call(struct desk *d, const struct ticket *t, const struct why *why)
{
	struct fact f = fact_of(d, TICKET_CALLED, t);

	f.why = *why;
	put(d, &f);
	d->ticket = t;
	d->leg = hall_leg(d->hall, t);
}

void
call_next(struct desk *d)
{
	struct why why;
	int place = pick(d->hall, d->layout, d->no, d->now.steady_ms, &why);

	if (place != -1)
		call(d, &d->hall->ticket[d->hall->leg[place].ticket], &why);
}

enum refusal
do_next(struct desk *d)
{
	enum refusal refusal;

	if (pressed_twice(d))
		return OK;			/* the same call */
	if ((refusal = may_call(d)) != OK)
		return refusal;
	if (make_way(d))
		call_next(d);
	return OK;
}

enum refusal
do_recall(struct desk *d)
{
	const struct policy *p = &d->layout->policy;
	enum refusal refusal = may(d, STEP_RECALL);
	int64_t gap_ms;

	if (refusal)
		return refusal;
	if (p->recall_max != 0 && d->leg->recalls >= p->recall_max)
		return not_allowed(d, leg_state_name(d->leg->state));
	gap_ms = d->leg->recalled_ms + p->recall_gap_s * INT64_C(1000) - d->now.steady_ms;
	if (gap_ms > 0) {
		d->change->detail.retry_s = (gap_ms + 999) / 1000;
		return TOO_SOON;
	}
	struct fact f = fact_of(d, TICKET_RECALLED, d->ticket);
	f.times = d->leg->recalls + 1;
	put(d, &f);
	return OK;
}

/* Another window has it: that one, and who works there. */
static enum refusal
taken(struct desk *d, int window)
{
	const struct staff *who = hall_staff(d->hall, d->hall->window[window].staff);

	d->change->detail.window = window;
	if (who != NULL)
		strcpy(d->change->detail.staff, who->name);
	return TAKEN;
}

static bool
has_window(const struct leg *leg)
{
	return leg->state == LEG_CALLED || leg->state == LEG_SERVING || leg->state == LEG_HELD;
}

/* Is its holder at no other window with another ticket? */
static enum refusal
may_come(struct desk *d, const struct leg *leg)
{
	int at = hall_elsewhere(d->hall, &d->hall->ticket[leg->ticket]);

	if (at == 0 || at == d->no)
		return OK;
	d->change->detail.window = at;
	return ELSEWHERE;
}

/* May this window choose it? */
static enum refusal
may_pick(struct desk *d, const struct leg *leg)
{
	if (has_window(leg) && leg->window != d->no)
		return taken(d, leg->window);
	if (leg_next(leg->state, STEP_CALL) == LEG_NONE)
		return not_allowed(d, leg_state_name(leg->state));
	if (hall_level(d->hall, d->layout, d->place, leg) == 0)
		return leg->to != 0 ? taken(d, leg->to) : not_allowed(d, "not_served");
	return may_come(d, leg);
}

enum refusal
do_pick(struct desk *d)
{
	const struct ticket *t = hall_ticket(d->hall, d->cmd->ticket);
	enum refusal refusal;

	if (t == NULL)
		return UNKNOWN_TICKET;
	if (t == d->ticket && pressed_twice(d))
		return OK;
	if ((refusal = may_pick(d, hall_leg(d->hall, t))) != OK || (refusal = may_call(d)) != OK)
		return refusal;
	if (make_way(d))
		call(d, t, &(struct why){ .rule = RULE_PICKED });
	return OK;
}

/* The one that is named, or the one held here for longest. */
enum refusal
do_unhold(struct desk *d)
{
	const struct ticket *t = hall_ticket(d->hall, d->cmd->ticket);
	const struct leg *leg = t != NULL ? hall_leg(d->hall, t) : d->cmd->ticket == 0 ? hall_held(d->hall, d->no) : NULL;
	enum refusal refusal;

	if (t == NULL && d->cmd->ticket != 0)
		return UNKNOWN_TICKET;
	if (pressed_twice(d) && (t == NULL || t == d->ticket))
		return OK;
	if (leg == NULL)
		return NO_TICKET;
	if (has_window(leg) && leg->window != d->no)
		return taken(d, leg->window);
	if (leg->state != LEG_HELD)
		return not_allowed(d, leg_state_name(leg->state));
	if ((refusal = may_come(d, leg)) != OK || (refusal = may_call(d)) != OK)
		return refusal;
	if (make_way(d))
		call(d, &d->hall->ticket[leg->ticket], &(struct why){ .rule = RULE_HELD });
	return OK;
}

/* The first of the services that the window serves before others; -1: it serves none. */
static int
main_service(const struct desk *d)
{
	int first = -1, best = 0;

	for (int s = 0; s < d->layout->service_count; s++) {
		int level = window_level(d->hall, d->place, s);

		if (level != 0 && (first == -1 || level < best)) {
			first = s;
			best = level;
		}
	}
	return first;
}

/* Somebody who took no number: no counter, no queue, and no call. */
enum refusal
do_serve(struct desk *d)
{
	int service = d->cmd->service == -1 ? main_service(d) : d->cmd->service;
	enum refusal refusal;

	if (service < 0 || service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	if (window_level(d->hall, d->place, service) == 0)
		return not_allowed(d, "not_served");
	if (d->ticket != NULL && d->ticket->number[0] == '\0' && pressed_twice(d))
		return OK;
	if (d->hall->ticket_count == TICKETS_MAX || d->hall->leg_count == TICKETS_MAX)
		return QUOTA_FULL;
	if ((refusal = may_call(d)) != OK)
		return refusal;
	if (!make_way(d))
		return OK;
	struct fact f = fact(d, TICKET_STARTED);
	f.ticket = d->hall->last_ticket + 1;
	f.service = service;
	f.window = d->no;
	put(d, &f);
	d->ticket = hall_ticket(d->hall, f.ticket);
	d->leg = hall_leg(d->hall, d->ticket);
	return OK;
}
