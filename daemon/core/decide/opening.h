/*
 * Is the hall open, and is a ticket to be had: what hours, quotas, exceptions
 * of the day and those who are still here make of it.
 */
#ifndef OPENING_H
#define OPENING_H

#include "daemon/core/hall.h"

/* Suspended is said by people, the others come with time. */
enum hall_state { HALL_CLOSED, HALL_CLOSING, HALL_LUNCH, HALL_TICKETING, HALL_OPEN, HALL_SUSPENDED, HALL_STATES };
enum hall_state	 hall_state(const struct hall *, const struct layout *, const struct instant *now);
const char	*hall_state_name(int);

/* Is somebody still to be served? */
bool		 hall_anybody(const struct hall *);

/* Is a ticket on its way that is nobody's?  Then windows call, also before the hall opens. */
bool		 hall_rehearses(const struct hall *);

/*
 * From the first opening of a date to the last closing, wall time, as far as is
 * known now, or by the calendar alone (hall NULL); false: nothing opens.  What is
 * always open is so all day.
 */
bool		 hall_duty(const struct hall *, const struct layout *, int date, int64_t *from_ms, int64_t *to_ms);

/* Of these: what is always open has no hours. */
bool		 hall_always(int64_t from_ms, int64_t to_ms, int date);

/*
 * When the day may be closed although no other has begun, steady time: an hour
 * after its last closing time, and after what was done last, if nobody is here
 * any more.  INT64_MAX: not before the next day.
 */
int64_t		 hall_done_ms(const struct hall *, const struct layout *, const struct instant *now);

/* Why no ticket is to be had for a service now: a row of the table in opening.c each. */
enum closed {
	NOT_CLOSED,
	CLOSED_SUSPENDED,	/* the hall stands still */
	CLOSED_NO_WINDOW,	/* nobody would call it */
	CLOSED_FULL,		/* more tickets than there is room for */
	CLOSED_TODAY,		/* by an exception of the day */
	CLOSED_REST,		/* a day of rest */
	CLOSED_HOURS,		/* not at this time */
	CLOSED_DAY,		/* the quota of the day is used up */
	CLOSED_SEGMENT,		/* that of this part of the day */
	CLOSEDS
};
const char	*closed_name(enum closed);		/* "no_window"; NULL for NOT_CLOSED */
enum refusal	 closed_refusal(enum closed);

struct opening {
	enum closed	closed;
	int64_t		opens_ms;	/* closed: when it will be open; 0: not known */
	int		left;		/* of the quota, so many; -1: there is none */
};
void		 hall_opening(struct opening *, const struct hall *, const struct layout *, int service, const struct instant *now);

/* The exception of a service today; NULL: there is none. */
const struct override *hall_override(const struct hall *, int service, int day);

/* People wait for a service that is open, and no open window serves it; since when, in steady time: the later of the first who came and the last window that left. */
bool		 hall_alarm(const struct hall *, const struct layout *, int service, const struct instant *now);
int64_t		 hall_alarm_since(const struct hall *, const struct layout *, int service);

/* How many open windows serve it. */
int		 windows_open(const struct hall *, const struct layout *, int service);

#endif
