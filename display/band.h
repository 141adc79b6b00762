/*
 * A wait in words that keep: rounded outward to whole minutes below ten, to
 * five below an hour, to a quarter beyond; as times of the clock beyond an hour
 * and across lunch.
 */
#ifndef BAND_H
#define BAND_H

#include <stdbool.h>
#include <stdint.h>

struct band {
	bool	by_clock;
	int	from_min, to_min;	/* minutes of waiting; from_min < to_min */
	int64_t	from_ms, to_ms;		/* by_clock: wall time, likewise */
};

/* Of a wait from now of p50_s to p90_s; broken: the hall does not call all that time. */
struct band	band_of(int p50_s, int p90_s, bool broken, int64_t wall_ms);

#endif
