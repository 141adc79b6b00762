/* What staff do for a ticket at the guide's desk: class, service, needs and whose it is. */
#include <string.h>

#include "daemon/core/decide/desk.h"

/* What the ticket is then; the window where it is has no part in it, and cannot undo it. */
static struct fact
changed(struct desk *d)
{
	struct fact f = fact_of(d, TICKET_CHANGED, d->ticket);

	f.window = 0;
	note(d, &f);
	return f;
}

enum refusal
do_class(struct desk *d)
{
	enum refusal refusal;

	if (d->cmd->class < 0 || d->cmd->class >= d->layout->class_count)
		return bad_request(d, "/class", "a class of this hall");
	if ((refusal = may(d, STEP_CHANGE)) != OK)
		return refusal;
	if (d->cmd->class == d->ticket->class)
		return bad_request(d, "/class", "another class than it has");
	struct fact f = changed(d);
	f.new_class = d->cmd->class + 1;
	put(d, &f);
	return OK;
}

/* It keeps its entry, and its number. */
enum refusal
do_service(struct desk *d)
{
	int service = d->cmd->service;
	enum refusal refusal;

	if ((refusal = may_go_to(d, service)) != OK || (refusal = may(d, STEP_CHANGE)) != OK)
		return refusal;
	if (service == d->leg->service)
		return bad_request(d, "/service", "another service than it has");
	if (d->ticket->person.hash != 0 && (refusal = may_have(d, service, d->ticket->person.hash, d->ticket)) != OK)
		return refusal;
	/* It was to go there later anyway, and goes there once. */
	if (goes_there_later(d, service)) {
		struct fact less = fact_of(d, TICKET_CHANGED, d->ticket);

		less.window = 0;
		less.removed[less.removed_count++] = service;
		put(d, &less);
	}
	struct fact f = changed(d);
	f.service = service;
	put(d, &f);
	return OK;
}

static enum refusal
may_live(struct desk *d, const struct ticket *t)
{
	const struct leg *leg = hall_leg(d->hall, t);

	return leg_live(leg->state) ? OK : not_allowed(d, leg_state_name(leg->state));
}

enum refusal
do_needs(struct desk *d)
{
	enum refusal refusal = may_live(d, d->ticket);

	if (refusal)
		return refusal;
	struct fact f = changed(d);
	f.needs = d->cmd->holder_needs | NEEDS_SAID;
	put(d, &f);
	return OK;
}

bool
linked(const struct hall *h, const struct ticket *a, const struct ticket *b)
{
	for (const struct ticket *t = hall_ticket(h, a->link); t != NULL && t != a; t = hall_ticket(h, t->link))
		if (t == b)
			return true;
	return false;
}

static int
at_window(const struct hall *h, const struct ticket *t)
{
	const struct leg *leg = hall_leg(h, t);

	return leg->state == LEG_CALLED || leg->state == LEG_SERVING ? leg->window : hall_elsewhere(h, t);
}

/* Two tickets of one person, who is not at two windows. */
enum refusal
do_link(struct desk *d)
{
	const struct ticket *other = hall_ticket(d->hall, d->cmd->link);
	enum refusal refusal;
	int at;

	if (other == NULL)
		return UNKNOWN_TICKET;
	if (other == d->ticket)
		return bad_request(d, "/number", "another ticket");
	if ((refusal = may_live(d, d->ticket)) != OK || (refusal = may_live(d, other)) != OK)
		return refusal;
	if (linked(d->hall, d->ticket, other))
		return not_allowed(d, "linked");
	if (at_window(d->hall, d->ticket) != 0 && (at = at_window(d->hall, other)) != 0) {
		d->change->detail.window = at;
		return ELSEWHERE;
	}
	struct fact f = changed(d);
	f.link = other->id;
	put(d, &f);
	d->change->touched[d->change->touched_count++] = other->id;
	return OK;
}
