/*
 * Times that can be booked, and those that are.
 *
 * A booking is for a service, on a date, from one time to another.  Its holder
 * checks in and then has a ticket, that may be called from shortly before the
 * time on.
 */
#ifndef BOOKING_H
#define BOOKING_H

#include "daemon/core/decide/desk.h"

#define BOOKING_EARLY_MS	(30 * 60 * INT64_C(1000))	/* before it begins one may check in, and */
#define BOOKING_CALL_MS		(5 * 60 * INT64_C(1000))	/* be called */
#define BOOKING_LATE_MS		(15 * 60 * INT64_C(1000))	/* after it has ended one is late */

/* The slot of the service on this date at its place; NULL: there is none on it, or it is closed then. */
const struct bookable *booking_slot(const struct layout *, int service, int date, int place);

/* How many it has left. */
int	booking_left(const struct hall *, int service, const struct bookable *, int date);

/* The first slot of the service after this business day that has one left; and its date.  NULL: there is none as far as can be booked. */
const struct bookable *booking_first(const struct hall *, const struct layout *, int service, int after, int64_t wall_ms, int *date);

/* The last date that can be booked now. */
int	booking_last_date(const struct layout *, int64_t wall_ms);

/* The business day on which it begins. */
int	booking_day(const struct layout *, const struct booking *);

/* Wall time from when on its holder is not expected any more; as late as the hall stood still since it began. */
int64_t	booking_ends_ms(const struct hall *, const struct booking *, const struct instant *now);

/* Its holder did not come. */
void	booking_missed(struct desk *, const struct booking *);

#endif
