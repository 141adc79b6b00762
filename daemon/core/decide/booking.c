/* Times that are booked, given up, and come to. */
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/day.h"
#include "daemon/core/decide/booking.h"

const struct bookable *
booking_slot(const struct layout *l, int service, int date, int place)
{
	const struct bookable *s = &l->service[service].slot[place];
	struct day_plan p;

	if ((s->days & calendar_weekday(l, date)) == 0)
		return NULL;
	calendar_plan(&p, l, service, NULL, date);
	for (int i = 0; i < p.count; i++)
		if (p.span[i].open <= s->from_min && s->from_min < p.span[i].close)
			return s;
	return NULL;
}

int
booking_left(const struct hall *h, int service, const struct bookable *s, int date)
{
	int64_t from_ms = date_ms(date, s->from_min), to_ms = date_ms(date, s->to_min);
	int left = s->limit;

	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++)
		left -= b->service == service && b->from_ms == from_ms && b->to_ms == to_ms && b->state != BOOKING_IS_CANCELLED;
	return left > 0 ? left : 0;
}

int
booking_last_date(const struct layout *l, int64_t wall_ms)
{
	int min;

	return date_after(date_at(wall_ms, &min), l->policy.bookings_days);
}

const struct bookable *
booking_first(const struct hall *h, const struct layout *l, int service, int after, int64_t wall_ms, int *date)
{
	int last = booking_last_date(l, wall_ms);
	const struct bookable *s, *first = NULL;

	if (service >= l->service_count)
		return NULL;
	for (*date = date_after(after, 1); *date <= last; *date = date_after(*date, 1)) {
		for (int i = 0; i < l->service[service].slot_count; i++)
			if ((s = booking_slot(l, service, *date, i)) != NULL && (first == NULL || s->from_min < first->from_min) &&
			    date_ms(*date, s->from_min) > wall_ms && day_of(date_ms(*date, s->from_min), l->day_starts_min) > after && booking_left(h, service, s, *date) > 0)
				first = s;
		if (first != NULL)
			return first;
	}
	return NULL;
}

int
booking_day(const struct layout *l, const struct booking *b)
{
	return day_of(b->from_ms, l->day_starts_min);
}

int64_t
booking_ends_ms(const struct hall *h, const struct booking *b, const struct instant *now)
{
	int64_t began_ms = b->from_ms - now->wall_ms + now->steady_ms;

	return b->to_ms + BOOKING_LATE_MS + hall_stood(h, began_ms, now->steady_ms);
}

static struct fact
fact_about(const struct desk *d, enum fact_kind kind, const struct booking *b)
{
	struct fact f = fact(d, kind);

	f.booking = b->id;
	f.service = b->service;
	return f;
}

void
booking_missed(struct desk *d, const struct booking *b)
{
	struct fact f = fact_about(d, BOOKING_NO_SHOW, b);

	put(d, &f);
}

/* The slot that the command wants; NULL: the service has none such. */
static const struct bookable *
slot_wanted(const struct desk *d, int *date)
{
	const struct command *cmd = d->cmd;
	int min;

	*date = date_at(cmd->from_ms, &min);
	for (int i = 0; i < d->layout->service[cmd->service].slot_count; i++) {
		const struct bookable *s = booking_slot(d->layout, cmd->service, *date, i);

		if (s != NULL && date_ms(*date, s->from_min) == cmd->from_ms && date_ms(*date, s->to_min) == cmd->to_ms)
			return s;
	}
	return NULL;
}

/* So many has this person, that are still to come. */
static int
had(const struct hall *h, int64_t hash)
{
	int count = 0;

	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++)
		count += b->state == BOOKING_IS_MADE && b->person.hash == hash;
	return count;
}

static enum refusal
may_book(struct desk *d)
{
	const struct command *cmd = d->cmd;
	const struct bookable *s;
	int date;

	if (cmd->service < 0 || cmd->service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	if (cmd->class < 0 || cmd->class >= d->layout->class_count)
		return bad_request(d, "/class", "a class of this hall");
	if ((s = slot_wanted(d, &date)) == NULL)
		return bad_request(d, "/from", "beginning and end of a slot of the service");
	if (cmd->from_ms <= d->now.wall_ms || date > booking_last_date(d->layout, d->now.wall_ms))
		return SERVICE_CLOSED;
	if (cmd->person.hash == 0 && d->layout->service[cmd->service].real_name == REAL_NAME_REQUIRED)
		return bad_request(d, "/id_number", "the number of the holder's ID card");
	if (d->hall->booking_count == BOOKINGS_MAX || booking_left(d->hall, cmd->service, s, date) == 0)
		return QUOTA_FULL;
	if (cmd->person.hash != 0 && d->layout->policy.bookings_person != 0 &&
	    had(d->hall, cmd->person.hash) >= d->layout->policy.bookings_person)
		return QUOTA_FULL;
	return OK;
}

enum refusal
do_book(struct desk *d)
{
	const struct command *cmd = d->cmd;
	enum refusal refusal = may_book(d);

	if (refusal)
		return refusal;
	struct fact f = fact(d, BOOKING_MADE);
	f.booking = d->hall->last_booking + 1;
	f.service = cmd->service;
	f.class = cmd->class;
	f.language = cmd->language;
	f.from_ms = cmd->from_ms;
	f.to_ms = cmd->to_ms;
	f.reference = cmd->reference;
	f.person = cmd->person;
	strcpy(f.code, cmd->code);
	put(d, &f);
	return OK;
}

enum refusal
do_cancel_booking(struct desk *d)
{
	const struct booking *b = hall_booking(d->hall, d->cmd->booking);

	if (b == NULL)
		return UNKNOWN_TICKET;
	if (b->state != BOOKING_IS_MADE || d->now.wall_ms >= b->from_ms)
		return not_allowed(d, booking_state_name(b->state));
	struct fact f = fact_about(d, BOOKING_CANCELLED, b);
	put(d, &f);
	return OK;
}

/* On its day; whether it is late is decided here, once. */
static enum refusal
may_check_in(struct desk *d, const struct booking *b)
{
	int64_t early_ms = b->from_ms - BOOKING_EARLY_MS;

	if ((b->state != BOOKING_IS_MADE && b->state != BOOKING_IS_NO_SHOW) ||
	    (b->state == BOOKING_IS_NO_SHOW && booking_day(d->layout, b) != day_of(d->now.wall_ms, d->layout->day_starts_min)))
		return not_allowed(d, booking_state_name(b->state));
	if (d->now.wall_ms < early_ms) {
		int64_t wait_s = (early_ms - d->now.wall_ms + 999) / 1000;

		d->change->detail.retry_s = wait_s;
		d->change->detail.opens_ms = early_ms;
		return TOO_SOON;
	}
	return OK;
}

enum refusal
do_check_in_booking(struct desk *d)
{
	const struct booking *b = hall_booking(d->hall, d->cmd->booking);
	enum refusal refusal;
	bool late;

	if (b == NULL)
		return UNKNOWN_TICKET;
	if ((refusal = may_check_in(d, b)) != OK)
		return refusal;
	late = b->state == BOOKING_IS_NO_SHOW || d->now.wall_ms > booking_ends_ms(d->hall, b, &d->now);
	if ((refusal = issue_booked(d, b, late, late ? d->now.wall_ms : b->from_ms - BOOKING_CALL_MS)) != OK)
		return refusal;
	struct fact f = fact_about(d, BOOKING_CHECKED_IN, b);
	f.ticket = d->change->ticket;
	strcpy(f.number, hall_ticket(d->hall, f.ticket)->number);
	put(d, &f);
	return OK;
}
