/*
 * What endpoints can be told: two states, of which only the newest counts, and
 * the kinds of facts that are for everybody (fact.h).
 */
#ifndef PUSH_KINDS_H
#define PUSH_KINDS_H

#include "daemon/core/fact.h"

enum { PUSH_SNAPSHOT, PUSH_TICKETS, PUSH_STATES };

/* Their names, the states first; NULL ends them.  A place is a bit of push.kinds. */
const char *const *push_kinds(void);

/* The place of a kind of fact; -1: it is not for everybody. */
int	push_kind(int fact_kind);

#endif
