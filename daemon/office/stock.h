/*
 * What there is of an item, what is used of it, and what is to be ordered.
 *
 * Used is what left the stock for use, less what came back: out, install, use
 * and return, but not what went to another place.  A day's use is the mean of
 * the last OPEN_DAYS days on which the hall was to be open, of those on which
 * the item was known; of today nothing is counted.
 */
#ifndef STOCK_H
#define STOCK_H

#include "daemon/core/hall.h"

#define OPEN_DAYS	14
#define ORDER_DAYS	30	/* an order is for so many beyond the time it takes */
#define LOW_DAYS	3	/* what lasts for less is too little */

/* The last of them before a day, from the last. */
struct open_days { int before, date[OPEN_DAYS], count; };
struct open_days open_days_before(const struct layout *, int day);

struct stock {
	int64_t	there, ordered;
	int64_t	used;		/* on `days` days */
	int	days;		/* 0: none has gone by yet */
	int64_t	reorder;	/* use x lead_days + safety */
	int64_t	order;		/* use x (lead_days + ORDER_DAYS) - there - ordered, in whole packs; 0: none */
	bool	below;		/* no more than `reorder` */
	bool	low;		/* below, or it lasts for less than LOW_DAYS */
};
struct stock stock_of(const struct hall *, const struct record *item, const struct open_days *);

/* So many at a place; empty: everywhere. */
int64_t	stock_at(const struct hall *, uint32_t item, const char *place);

#endif
