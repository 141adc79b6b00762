/* Where the ticket at a window goes from there: held by it, to another service or window, to what it still needs. */
#include <string.h>

#include "daemon/core/decide/desk.h"

/* Who has no number cannot be called anywhere. */
static enum refusal
may_hand_on(struct desk *d, enum leg_step step)
{
	enum refusal refusal = may(d, step);

	return refusal == OK && d->ticket->number[0] == '\0' ? not_allowed(d, "no_number") : refusal;
}

enum refusal
do_hold(struct desk *d)
{
	enum refusal refusal = may_hand_on(d, STEP_HOLD);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_HELD, d->ticket);
	f.hold_s = d->cmd->minutes != 0 ? d->cmd->minutes * 60 : d->layout->policy.hold_s;
	note(d, &f);
	leave(d, &f);
	return OK;
}

void
let_go(struct desk *d, int no)
{
	for (uint32_t at = d->hall->held.head, next; at != 0 && d->change->count < FACTS_MAX - 2; at = next) {
		const struct leg *leg = &d->hall->leg[at - 1];

		next = leg->queue_next;
		if (leg->window == no)
			comes_back(d, leg);
	}
}

static int
legs_of(const struct hall *h, const struct ticket *t)
{
	int count = 0;

	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		count++;
	return count;
}

/* Room for so many more legs of the ticket at hand? */
static enum refusal
may_add(struct desk *d, int count)
{
	if (d->hall->leg_count + count > TICKETS_MAX)
		return QUOTA_FULL;
	return legs_of(d->hall, d->ticket) + count > TICKET_LEGS_MAX ? not_allowed(d, "many_legs") : OK;
}

static bool
among(int service, const int list[], int count)
{
	for (int i = 0; i < count; i++)
		if (list[i] == service)
			return true;
	return false;
}

/* The services of its legs that are still to come.  Returns how many. */
static int
to_come(const struct desk *d, int list[LEGS_MAX - 1])
{
	int count = 0;

	for (uint32_t at = d->leg->next; at != 0 && count < LEGS_MAX - 1; at = d->hall->leg[at - 1].next)
		if (d->hall->leg[at - 1].state == LEG_LATER)
			list[count++] = d->hall->leg[at - 1].service;
	return count;
}

enum refusal
may_go_to(const struct desk *d, int service)
{
	if (service < 0 || service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	return layout_served(d->layout, service) ? OK : SERVICE_CLOSED;
}

bool
goes_there_later(const struct desk *d, int service)
{
	int later[LEGS_MAX - 1];

	return among(service, later, to_come(d, later));
}

/* To a window it goes with the service that it has. */
enum refusal
do_transfer(struct desk *d)
{
	const struct command *cmd = d->cmd;
	int service = cmd->to != 0 && d->leg != NULL ? d->leg->service : cmd->service;
	enum refusal refusal;

	if ((cmd->service == -1) == (cmd->to == 0))
		return bad_request(d, "", "either a service or a window");
	if (cmd->to == d->no)
		return bad_request(d, "/window", "another window");
	if (cmd->to != 0 && layout_window(d->layout, cmd->to) == NULL)
		return UNKNOWN_WINDOW;
	if ((refusal = may_hand_on(d, STEP_TRANSFER)) != OK || (refusal = may_add(d, 1)) != OK ||
	    (cmd->to == 0 && (refusal = may_go_to(d, cmd->service)) != OK))
		return refusal;
	/* It was to go there later anyway, and goes there once. */
	if (goes_there_later(d, service)) {
		struct fact less = fact_of(d, TICKET_CHANGED, d->ticket);

		less.removed[less.removed_count++] = service;
		put(d, &less);
	}
	struct fact f = fact_of(d, TICKET_TRANSFERRED, d->ticket);
	f.to = service;
	f.to_window = cmd->to;
	f.keep_time = !cmd->new_time;
	leave(d, &f);
	return OK;
}

/* May the ticket at hand still need these services, in the end? */
enum refusal
may_need(struct desk *d)
{
	const struct command *cmd = d->cmd;
	enum refusal refusal;

	if ((refusal = may_hand_on(d, STEP_TRANSFER)) != OK || (refusal = may_add(d, cmd->further_count)) != OK)
		return refusal;
	for (int i = 0; i < cmd->further_count; i++) {
		if ((refusal = may_go_to(d, cmd->further[i])) != OK)
			return refusal;
		if (cmd->further[i] == d->leg->service || among(cmd->further[i], cmd->further, i))
			return bad_request(d, "/services", "services that it still needs, each once, without the one at hand");
	}
	return OK;
}

void
needs(struct desk *d)
{
	const struct command *cmd = d->cmd;
	struct fact f = fact_of(d, TICKET_CHANGED, d->ticket);
	int later[LEGS_MAX - 1], count = to_come(d, later);

	for (int i = 0; i < count; i++)
		if (!among(later[i], cmd->further, cmd->further_count))
			f.removed[f.removed_count++] = later[i];
	for (int i = 0; i < cmd->further_count; i++)
		if (!among(cmd->further[i], later, count))
			f.further[f.further_count++] = cmd->further[i];
	if (f.removed_count + f.further_count > 0)
		put(d, &f);
}

enum refusal
do_legs(struct desk *d)
{
	enum refusal refusal = may_need(d);

	if (refusal == OK)
		needs(d);
	return refusal;
}
