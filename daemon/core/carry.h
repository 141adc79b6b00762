/*
 * What one day hands to the next.
 *
 * The event of a closed day carries the hall as it is then: without tickets it
 * is small.  So a start reads the log from there, however long the hall has
 * been running.  Accounts and sessions are not in it: they have rows of their own.
 */
#ifndef CARRY_H
#define CARRY_H

#include <jansson.h>

#include "daemon/core/hall.h"

/* A hall whose day was just closed, as JSON (new). */
json_t	*hall_carried(const struct hall *);

/*
 * The hall after this fact, a closed day, of which `carried` tells; into a hall
 * that has accounts and nothing else.  0, or -1: it is not what a hall can be.
 */
int	 hall_carry(struct hall *, const struct fact *, const json_t *carried);

#endif
