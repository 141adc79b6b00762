/*
 * What people came to in a day: each leg of a ticket is a visit.
 *
 * Of a visit, t0 is when it began to wait (taken, checked in or sent on; who has
 * booked, not before that time), t1 its first call, tL its last, t2 the start, or
 * tL at a window without a start key, t3 its end at the window.  Waits are t1 - t0,
 * ways to the window t2 - tL, services t3 - t2, all of steady time.  Rehearsals
 * and void tickets are in nothing.
 */
#ifndef REPORT_VISITS_H
#define REPORT_VISITS_H

#include "daemon/core/hall.h"

#define NO_TIME INT64_C(-1)

enum channel { BY_KIOSK, BY_STAFF, BY_PHONE, BY_BOOKING, BY_WINDOW, CHANNELS };	/* who gave the ticket; BY_WINDOW: none was */

struct visit {
	uint32_t	ticket;		/* id */
	int		n;		/* of its legs, from 1 */
	const char	*number;	/* borrowed, as all texts here; empty: served without one */
	const char	*service, *class;
	enum leg_state	state;
	enum channel	channel;
	int		window;		/* last at; 0: none */
	uint32_t	staff;		/* who sat there then; 0: nobody known */
	int64_t		issued_ms, called_ms, ended_ms;	/* wall time of t0, t1 and its end; 0: not yet, or never */
	int64_t		wait_ms, way_ms, service_ms;	/* NO_TIME: it did not come to that, or the day's closing ended it */
	int		recalls, passes, files, grade;	/* grade 0: not rated */
	int64_t		rated_seq;	/* of the event */
	bool		first;		/* the ticket's first leg */
	int64_t		started_ms;	/* wall time of t2; 0: not yet, or never */
	enum rule	rule;		/* why it was called, at last */
};

struct moment { int64_t steady_ms, wall_ms; };	/* steady_ms 0: never */

/* What the leg at its place in the hall does not keep. */
struct seen {
	struct moment	began, called, ended;
	uint32_t	staff;
	uint8_t		channel;	/* of the first leg: its ticket's */
	uint8_t		recalls, grade;
	int64_t		rated_seq;
	uint8_t		rule;
	bool		at_close;
};

struct visits { struct seen seen[TICKETS_MAX]; };	/* all zero: nothing yet */

/* A fact, which was applied to the hall. */
void	visits_fact(struct visits *, const struct hall *, const struct layout *, const struct fact *);

void	visits_each(const struct visits *, const struct hall *, void (*each)(void *arg, const struct visit *), void *arg);

const char	*channel_name(enum channel);

#endif
