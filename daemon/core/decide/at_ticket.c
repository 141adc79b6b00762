/* What the holder of a ticket can do with it, and staff for them. */
#include <string.h>

#include "daemon/core/decide/desk.h"

#define PLACES_MAX 9	/* let so many go first */

static enum refusal
cancel(struct desk *d, enum leg_step step, bool voided)
{
	enum refusal refusal = may(d, step);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_CANCELLED, d->ticket);
	f.voided = voided;
	note(d, &f);
	if (d->window != NULL)
		leave(d, &f);
	else
		put(d, &f);
	return OK;
}

enum refusal
do_cancel(struct desk *d)
{
	return cancel(d, STEP_CANCEL, false);
}

/* Issued in error: counted nowhere. */
enum refusal
do_void(struct desk *d)
{
	return cancel(d, STEP_VOID, true);
}

/* After a missed call by the holder; once given up only by who sees the person. */
enum refusal
do_return(struct desk *d)
{
	enum refusal refusal = may(d, STEP_RETURN);

	if (refusal)
		return refusal;
	if (d->leg->state == LEG_ABANDONED && (refusal = may_have_again(d)) != OK)
		return refusal;
	if (d->leg->state == LEG_ABANDONED && (strcmp(d->cmd->actor, "holder") == 0 || d->ticket->day != d->now.day))
		return not_allowed(d, leg_state_name(d->leg->state));
	struct fact f = fact_of(d, TICKET_RETURNED, d->ticket);
	note(d, &f);
	put(d, &f);
	link_person(d, d->ticket);
	return OK;
}

/* Who took a ticket from afar is here; after it was given up as a new ticket would be, on its day. */
enum refusal
do_check_in(struct desk *d)
{
	enum refusal refusal = may(d, STEP_CHECK_IN);

	if (refusal)
		return refusal;
	if (d->leg->state == LEG_NO_SHOW && (refusal = may_have_again(d)) != OK)
		return refusal;
	if (d->ticket->day != d->now.day)
		return not_allowed(d, leg_state_name(d->leg->state));
	struct fact f = fact_of(d, TICKET_CHECKED_IN, d->ticket);
	f.new_class = d->leg->state == LEG_NO_SHOW ? 1 : 0;
	put(d, &f);
	link_person(d, d->ticket);
	return OK;
}

enum refusal
do_defer(struct desk *d)
{
	enum refusal refusal;

	if (d->cmd->places < 1 || d->cmd->places > PLACES_MAX)
		return bad_request(d, "/places", "a whole number from 1 to 9");
	if ((refusal = may(d, STEP_DEFER)) != OK)
		return refusal;
	struct fact f = fact_of(d, TICKET_CHANGED, d->ticket);
	f.after = d->cmd->places;
	put(d, &f);
	return OK;
}

/* The window of the last service that was finished is the one that is rated. */
enum refusal
do_rate(struct desk *d)
{
	const struct leg *done = hall_done(d->hall, d->ticket);

	if (d->cmd->grade < 1 || d->cmd->grade > 5)
		return bad_request(d, "/grade", "a whole number from 1 to 5");
	if (done == NULL || d->ticket->rated)
		return not_allowed(d, d->ticket->rated ? "rated" : leg_state_name(d->leg->state));
	struct fact f = fact_of(d, RATING_GIVEN, d->ticket);
	f.service = done->service;
	f.window = done->window;
	f.grade = d->cmd->grade;
	note(d, &f);
	put(d, &f);
	return OK;
}
