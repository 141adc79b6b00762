/*
 * A moment, as the core sees it: a value that is passed in, never asked for.
 */
#ifndef INSTANT_H
#define INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct instant {
	int64_t	wall_ms;	/* Unix time; may step, only for people */
	int64_t	steady_ms;	/* never steps back, goes on across restarts and boots: for order and durations */
	int	day;		/* business day, 20261124 */
	bool	doubted;	/* the wall clock cannot be right: `day` goes by steady time, and no time is printed */
};

#endif
