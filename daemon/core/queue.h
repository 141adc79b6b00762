/*
 * The queues of a hall: for each service and class the legs that wait, and for
 * each service those that stand aside (leg.until); by entry, then by ticket.
 * Take a leg out before it changes, put it in after.
 *
 * Doubly linked by place within hall.leg, so that a copy of the hall is a copy
 * of its queues.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "daemon/core/hall.h"

void	queue_add(struct hall *, uint32_t leg);
void	queue_remove(struct hall *, uint32_t leg);

/* Steady time since when the first of those waits who may be called for a service now; 0: nobody may. */
int64_t	queue_oldest(const struct hall *, int service);

#endif
