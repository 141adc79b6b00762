/*
 * Days of the log that are over, as they were at their end.
 */
#ifndef DAYS_H
#define DAYS_H

#include "daemon/net/server.h"

/* Was this business day closed or is it long over, so that its tickets and bookings are in the log, alone or too? */
bool		 day_is_over(const struct hall *, int day);

/* Adds what is asked for of a hall, at a moment. */
typedef void lister(struct request *, const struct hall *, const struct instant *, struct listing *);

/*
 * Answer with a list of this name, made of the hall just before the day was
 * closed and a moment of then: of each time that it was closed, and of the hall
 * as it is, since it may have been opened again.  A day in which nothing happened
 * ended with the next one; one before the log begins cannot be told of, and is
 * refused.
 */
enum refusal	 answer_day(struct request *, int day, const char *name, lister *);

/* The same of the hall as it is. */
enum refusal	 answer_now(struct request *, const char *name, lister *);

#endif
