/*
 * What one more window would do: the hall played on with it, and without.
 */
#ifndef ADVICE_H
#define ADVICE_H

#include "daemon/wait/simulate.h"

/* A window that could serve more, and what the waits of who comes now would become, p90 in seconds. */
#define UNSERVED (-1)		/* nobody serves it */
struct move {
	int	window;
	int	lend;			/* idle: to this service; -1: closed, it would open for its own */
	int	was_s[SERVICES_MAX], p90_s[SERVICES_MAX];
	double	gain_s;			/* of who waits and who comes, all together */
};

/* The hall is a copy, which it changes and puts back. */
struct advising {
	struct hall	*hall;
	struct layout	 layout;
	struct learnt	 learnt;
	struct plan	 plan;
	struct instant	 now;
	struct simulator *simulator;
	struct move	 move[WINDOWS_MAX];
	int		 moves;		/* the best first; none that gains nothing */
};

void	advise(struct advising *);

#endif
