/*
 * Rolls of paper in printers, by the book: what is left, and when it will be out.
 *
 * A printer takes the item that was put into it last, else the only one there
 * is of paper.
 */
#ifndef PAPER_H
#define PAPER_H

#include "daemon/core/hall.h"

/* The record of the roll that is in a printer; NULL: there is none. */
const struct record *paper_roll(const struct hall *, const char *device);

/* So long is a new roll of it: by its record, else by the layout; 0: not known. */
int	paper_length_mm(const struct hall *, const struct device *);

/* So much of it is left: what its sensor saw is believed more than the book.  -1: it is not known how long it is. */
int	paper_left_mm(const struct hall *, const struct device *);

/* Wall time when the roll will be out, as tickets were printed there today; 0: there is no basis. */
#define PAPER_TICKETS	5			/* at least, today */
#define PAPER_LEAST_MS	(30 * 60 * INT64_C(1000))	/* and for so long */
int64_t	paper_ends_ms(const struct hall *, const struct layout *, const struct device *, const struct instant *now);

#endif
