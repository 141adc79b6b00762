/*
 * Hours of the week: when something is open, or speaks.  What a service's day
 * is like, with the holidays of the hall: calendar.h.
 */
#ifndef HOURS_H
#define HOURS_H

#include <stdbool.h>
#include <stdint.h>

#define HOURS_MAX	8	/* rows: a morning and an afternoon, and some days that differ */

struct hours_row {
	uint8_t	days;		/* bit 0 Monday, to bit 6 Sunday */
	int	open_min;	/* minutes after midnight */
	int	close_min;	/* not open any more; later than open_min */
	int	from_min;	/* services: tickets are to be had; -1: from open_min */
	int	until_min;	/* services: and no more; -1: until close_min */
};

struct hours {
	struct hours_row	row[HOURS_MAX];
	int			count;		/* 0: always */
};

/* Local time is the process's (TZ is set from hall.timezone at start). */
bool	hours_open(const struct hours *, int64_t wall_ms);

#endif
