/*
 * When windows are meant to be away: as the hours of their services say.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>

#include "daemon/core/hall.h"

/* In steady time. */
#define BREAKS_MAX 4
struct break_time { int64_t from_ms, to_ms; };

struct plan {
	int64_t		opens_ms;	/* who was not there yet today comes then; 0: nobody is expected */
	struct break_time breaks[WINDOWS_MAX][BREAKS_MAX];	/* by place in layout.window; from 0: no more of them */
};

void	plan_set(struct plan *, const struct hall *, const struct layout *, const struct instant *now);

/* When people of a service are called no more on this day, steady time; INT64_MAX: nothing says so. */
int64_t	plan_last_ms(const struct hall *, const struct layout *, int service, const struct instant *now);

#endif
