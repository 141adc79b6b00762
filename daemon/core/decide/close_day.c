/* The end of a business day: what is still on its way has had its day. */
#include <string.h>

#include "daemon/core/decide/booking.h"
#include "daemon/core/decide/desk.h"
#include "daemon/core/rule/pick.h"

/* A booking is of the day on which it begins; of a day that was none (see goes_on) it goes on. */
static bool
is_over(const struct desk *d, const struct booking *b)
{
	int last = d->cmd->goes_on != 0 ? date_after(d->cmd->goes_on, -1) : d->now.day;

	return b->state == BOOKING_IS_MADE && booking_day(d->layout, b) <= last;
}

/* Also of who went away: what they would have been served after that stays to be done until the day ends. */
static bool
is_unfinished(const struct hall *h, const struct ticket *t)
{
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (leg_live(h->leg[at - 1].state))
			return true;
	return false;
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

/* Who went home without signing out is at no window on the next day: its keypad is somebody else's then. */
static void
leave_windows(struct desk *d)
{
	int64_t until_ms[WINDOW_NO_MAX + 1];

	hall_seats(d->hall, until_ms);
	for (int no = 1; no <= WINDOW_NO_MAX && d->change->count < FACTS_MAX - 1; no++)
		if (d->hall->window[no].staff != 0 && until_ms[no] <= d->now.wall_ms)
			leave_seat(d, no);
}

enum refusal
do_close_day(struct desk *d)
{
	const struct hall *h = d->hall;

	for (uint32_t i = 0; i < h->ticket_count; i++) {
		if (d->change->count == FACTS_MAX - 1)
			return OK;		/* the others with the next step */
		if (is_unfinished(h, &h->ticket[i]))
			end_ticket(d, &h->ticket[i]);
	}
	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++) {
		if (d->change->count == FACTS_MAX - 1)
			return OK;
		if (is_over(d, b))
			booking_missed(d, b);
	}
	if (d->cmd->goes_on == 0)
		leave_windows(d);
	if (d->change->count > 0)
		return OK;
	struct fact f = fact(d, HALL_DAY_CLOSED);
	f.flagged = h->flagged;
	f.goes_on = d->cmd->goes_on;
	put(d, &f);
	return OK;
}

/* A time on another day, if there is one that can be booked: its id, else 0. */
static uint32_t
book_instead(struct desk *d, const struct ticket *t)
{
	int date, service = hall_leg(d->hall, t)->service;
	const struct bookable *s = booking_first(d->hall, d->layout, service, d->now.day, d->now.wall_ms, &date);

	if (s == NULL || d->hall->booking_count == BOOKINGS_MAX)
		return 0;
	struct fact f = fact(d, BOOKING_MADE);
	f.booking = d->hall->last_booking + 1;
	f.service = service;
	f.class = t->class;
	f.language = t->language;
	f.from_ms = date_ms(date, s->from_min);
	f.to_ms = date_ms(date, s->to_min);
	f.person = t->person;
	strcpy(f.code, d->cmd->code);
	put(d, &f);
	return f.booking;
}

/* What it waits for is another day's; a ticket that is still to be printed comes out as that. */
static void
give_slip(struct desk *d, const struct ticket *t)
{
	uint32_t booking = book_instead(d, t);
	struct fact f = fact_of(d, TICKET_EXPIRED, t);

	f.booking = booking;
	put(d, &f);
	if (booking == 0 || t->printer[0] == '\0' || t->print == PRINT_QUEUED || t->print == PRINT_SENT)
		return;
	f = fact_of(d, TICKET_PRINTED, t);
	f.print = PRINT_QUEUED;
	strcpy(f.device, t->printer);
	put(d, &f);
}

/* There are no new tickets.  All who are here are served, or with slips those at a window, and the others go home. */
enum refusal
do_end_day(struct desk *d)
{
	enum ending ending = d->cmd->slips ? ENDING_WITH_SLIPS : ENDING_SERVES;
	const struct ticket *t = d->cmd->slips ? pick_unserved(d->hall, d->layout, d->now.steady_ms) : NULL;

	if (d->hall->ending >= ending && t == NULL)
		return not_allowed(d, "ending");
	if (d->hall->ending < ending) {
		struct fact f = fact(d, HALL_ENDING);

		f.slips = d->cmd->slips;
		put(d, &f);
	}
	if (t != NULL)
		give_slip(d, t);
	return OK;
}
