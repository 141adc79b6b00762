/*
 * What may come: a hall played on from now, as often as there are replicates,
 * by the rule that calls in it (pick.h), with what was learnt (learn.h).
 *
 * One run answers everybody who waits: when each is called, in each replicate.
 * Those who are here wait in a small hall of their own, a copy, in which
 * windows become free, call, pause and come back, and others come in who may be
 * called earlier.
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include "daemon/wait/dice.h"
#include "daemon/wait/learn.h"
#include "daemon/wait/plan.h"

struct simulator;

struct simulator	*simulator_new(void);
void			 simulator_free(struct simulator *);

#define NEVER_CALLED INT64_MAX

/*
 * Somebody who waits, is passed or reserved, or who would come now; and when they are
 * called: steady ms, by replicate; NEVER_CALLED: not within hours.
 */
struct outlook {
	uint32_t	leg;		/* place in hall.leg; NOBODY: who would come now, of the first class, */
	int		service;	/* for this */
	int64_t		called_ms[REPLICATES];
};
#define NOBODY UINT32_MAX

/* When it is called, the earliest first; who is not within hours is last. */
void	outlook_sort(const struct outlook *, int64_t ms[REPLICATES]);

/*
 * Play the hall.  Returns how many outlooks there are: all who are here, in the
 * order of their tickets, then, if newcomers are asked for, one of each service
 * that somebody could call.  out is the simulator's, until it is asked again.
 */
int	simulate(struct simulator *, const struct hall *, const struct layout *, const struct learnt *, const struct plan *,
    int64_t steady_ms, int64_t wall_ms, bool newcomers, const struct outlook **out);

#endif
