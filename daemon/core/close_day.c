/* The end of a business day: what is still on its way has had its day. */
#include <string.h>

#include "daemon/core/booking.h"
#include "daemon/core/desk.h"

/* A booking is of the date on which it begins; of a day that was none (see goes_on) it goes on. */
static bool
is_over(const struct desk *d, const struct booking *b)
{
	int last = d->cmd->goes_on != 0 ? date_after(d->cmd->goes_on, -1) : d->now.day;
	int min;

	return b->state == BOOKING_IS_MADE && date_at(b->from_ms, &min) <= last;
}

/* Who is being served at closing was served; who was to come did not; who waits was not reached. */
static void
end_ticket(struct desk *d, const struct ticket *t)
{
	const struct leg *leg = hall_leg(d->hall, t);
	struct fact f = fact_of(d, leg->state == LEG_SERVING ? TICKET_FINISHED :
	    leg->state == LEG_RESERVED ? TICKET_NO_SHOW : TICKET_EXPIRED, t);

	f.at_close = leg->state == LEG_SERVING;
	f.window = leg->window != 0 && d->hall->window[leg->window].ticket == t->id ? leg->window : 0;
	put(d, &f);
}

enum refusal
do_close_day(struct desk *d)
{
	const struct hall *h = d->hall;

	for (uint32_t i = 0; i < h->ticket_count; i++) {
		if (d->change->count == FACTS_MAX - 1)
			return OK;		/* the others with the next step */
		if (leg_live(hall_leg(h, &h->ticket[i])->state))
			end_ticket(d, &h->ticket[i]);
	}
	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++) {
		if (d->change->count == FACTS_MAX - 1)
			return OK;
		if (is_over(d, b))
			booking_missed(d, b);
	}
	if (d->change->count > 0)
		return OK;
	struct fact f = fact(d, HALL_DAY_CLOSED);
	f.flagged = h->flagged;
	f.goes_on = d->cmd->goes_on;
	put(d, &f);
	return OK;
}

/* Those who are here are served. */
enum refusal
do_end_day(struct desk *d)
{
	if (d->hall->ending)
		return not_allowed(d, "ending");
	struct fact f = fact(d, HALL_ENDING);
	put(d, &f);
	return OK;
}
