/*
 * The queues of a hall: for each service and class the legs that wait, for each
 * service those that wait for one window (leg.to) and those that stand aside
 * (leg.until), all that are held and all that are reserved; by entry, then by ticket.  Take a leg out
 * before it changes, put it in after.
 *
 * Doubly linked by place within hall.leg, so that a copy of the hall is a copy
 * of its queues.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "daemon/core/hall.h"

/* Is a leg in this state in one of them? */
bool	queue_has(enum leg_state);

void	queue_add(struct hall *, uint32_t leg);
void	queue_remove(struct hall *, uint32_t leg);

/* Nobody is in any queue of a service; those held and reserved are of none. */
void	queue_clear_services(struct hall *);

/* Steady time since when the first of those waits who may be called for a service now; 0: nobody may. */
int64_t	queue_oldest(const struct hall *, int service);

#endif
