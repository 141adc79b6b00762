/*
 * The queues of a hall: for each service and class the waiting legs, and for
 * each service those passed; by entry, then by ticket.  A leg's state says in
 * which it belongs: take it out before the state changes, put it in after.  
 * Doubly linked by place within hall.leg, so that a copy of the hall is a copy
 * of its queues.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "daemon/core/hall.h"

void	queue_add(struct hall *, uint32_t leg);
void	queue_remove(struct hall *, uint32_t leg);

#endif
