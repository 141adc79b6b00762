/*
 * Erasure: what is known of people goes when its time is over.  What is counted,
 * and the log, have nothing of it: events name rows by ids drawn at random, and
 * those rows go alone.
 *
 *	person		whose ID number a ticket was taken with: on the day after
 *	booking		whose it is: on the day after it; what was booked stays
 *	note		what people said: after hall.retention_days
 *	record		what is private of it: likewise, after it is over, or was written last of a day
 *	answer		kept under Idempotency-Keys: after a day
 *	session		when it has ended
 */
#ifndef ERASE_H
#define ERASE_H

#include <stdbool.h>

#include "daemon/core/instant.h"
#include "daemon/core/layout.h"
#include "daemon/store/db.h"

/* What is older goes. */
struct due {
	int		 day;			/* business day */
	int64_t		 bookings_ms, notes_ms, answers_ms, sessions_ms;	/* Unix ms */
};

struct due	 erase_due(const struct instant *, const struct layout *);

/* Is there any of it?  1, 0, or -1: that cannot be read. */
int		 erase_wanted(struct db *, const struct due *);

/* Erase it, all or nothing, from what a connection that writes sees; in its log it stands until that is emptied. */
enum db_result	 erase_rows(struct db *, const struct due *);

#endif
