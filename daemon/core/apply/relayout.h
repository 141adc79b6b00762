/*
 * Another layout for a hall that is open.
 *
 * Places of services and classes are the layout's (hall.h): with another one
 * they are others, in every leg, queue and list of the hall.
 */
#ifndef RELAYOUT_H
#define RELAYOUT_H

#include "daemon/core/hall.h"

/*
 * Who would be left with nobody to serve them: numbers of tickets, bookings to
 * come by service and time, accounts and windows at work or calling for help,
 * with a comma between two, as many as fit.  How many: 0, the layout can be taken.
 */
int	hall_stranded(const struct hall *, const struct layout *, char *who, size_t cap);

/* The places are those of this layout.  0, or -1 and nothing changed: there would be more services or classes than a hall has. */
int	hall_relayout(struct hall *, const struct layout *);

#endif
