/*
 * When windows are meant to be there: as the hours of their services say, and
 * as they were on the days before.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>

#include "daemon/wait/learn.h"

/* In steady time. */
#define BREAKS_MAX 4
struct break_time { int64_t from_ms, to_ms; };

struct plan {
	int64_t		opens_ms;	/* who was not there yet today comes then; 0: nobody is expected */
	bool		absent[WINDOWS_MAX];	/* nor is this one, as on other days; by place in layout.window */
	struct break_time breaks[WINDOWS_MAX][BREAKS_MAX];	/* likewise; from 0: no more of them */
};

void	plan_set(struct plan *, const struct hall *, const struct layout *, const struct learnt *, const struct instant *now);

/* When people of a service are called no more on this day, steady time; INT64_MAX: nothing says so. */
int64_t	plan_last_ms(const struct hall *, const struct layout *, int service, const struct instant *now);

#endif
