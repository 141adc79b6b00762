/*
 * The clock of the daemon: the only place that asks the kernel for the time.
 *
 * Steady time is CLOCK_BOOTTIME raised by an offset, chosen at start so that it
 * goes on from the newest fact: the same boot keeps its offset, a new boot adds
 * what the wall clock says has passed (never less than nothing).
 */
#ifndef CLOCK_H
#define CLOCK_H

#include "daemon/core/instant.h"

struct clock {
	int	day_starts_min;
	int64_t	offset_ms;
	char	boot[40];		/* the kernel's boot id */
};

/* Starts at what the kernel says; clock_resume follows once the newest fact is known. */
void	clock_open(struct clock *, int day_starts_min);

/* Go on after a fact of `wall_ms`, `steady_ms`, made under `boot` with `offset_ms`. */
void	clock_resume(struct clock *, int64_t wall_ms, int64_t steady_ms, const char *boot, int64_t offset_ms);

struct instant clock_now(const struct clock *);

#endif
