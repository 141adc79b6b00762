/*
 * What happens by itself when its time has come.
 *
 * A row of the table in due.c each: when it is due, by the hall as it is, and
 * what is done then.  One timer (store/alarm.h) gives the command DO_DUE; what
 * does not fit into one change comes with the next.
 */
#ifndef DUE_H
#define DUE_H

#include "daemon/core/hall.h"

#define DUE_NEVER INT64_MAX

/* Steady time at which the first of them is due, which may be past; DUE_NEVER: none is. */
int64_t	due_at(const struct hall *, const struct layout *, const struct instant *now);

#endif
