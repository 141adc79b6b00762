/*
 * Ticket numbers: prefix and zero-padded value, per prefix and business day.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include "daemon/core/hall.h"

/*
 * The value that the next ticket of this service gets on this day, and its
 * number as text.  After `last` it goes on at `first`, skipping numbers of
 * tickets that are still on their way or may come back; with all of them in
 * use it goes on above the range, a digit wider.
 */
int	number_next(const struct hall *, const struct service *, int day, char number[NUMBER_MAX]);

/* The counter of a prefix, or -1 when it has none yet. */
int	number_counter(const struct hall *, const char *prefix);

#endif
