/*
 * How long people will wait: a range for everybody who does, from the hall
 * played on (simulate.h), held against what came of it.
 *
 * p50 is mixed with a formula that needs no simulation, by how much each was
 * worth of late; p90 is made wider or narrower until nine of ten are within it.
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "daemon/wait/simulate.h"

#define BANDS 6		/* of p50, each with a width of its own, */
enum { LOOK_FIRST, LOOK_LATER, LOOKS };	/* when somebody is told at first, and later */

/* What came of the estimates that people of a service were told at first, on one day. */
struct day_error {
	int	tickets;
	double	off_s, bias_s;		/* sums of how far p50 was off, and in which direction: over 0, too long */
	int	within;			/* called before p90 */
};

/* How good estimates were.  Kept from day to day. */
struct judgement {
	double	simulated_off, formula_off;	/* sums of how far the two were off, the older the less */
	struct day_error today[SERVICES_MAX], last[SERVICES_MAX];	/* last: of last_day */
	int	last_day;
	double	width[LOOKS][BANDS];	/* of p90 over p50, as a share of the simulated one */
};

/* Are these numbers that could have come of it? */
bool	judgement_sound(const struct judgement *);

struct estimate {
	uint32_t leg;			/* place in hall.leg, or NOBODY */
	int	service;
	int	called;			/* in so many replicates somebody calls them within hours */
	bool	simulated;		/* false: more by the formula */
	double	p10_s, p50_s, p90_s, mean_s;
	double	simulated_s, spread_s, formula_s;	/* p50 and p90 - p50 as played, p50 by the formula: what it is judged by */
};

struct estimator;

struct estimator	*estimator_new(void);
void			 estimator_free(struct estimator *);
void			 estimator_forget(struct estimator *);	/* all that it knows */
struct learnt		*estimator_learnt(struct estimator *);
struct judgement	*estimator_judgement(struct estimator *);

/* An estimate for each of some outlooks, in their order.  All zero: none yet; what was there before goes. */
struct estimates {
	struct estimate	*of;
	size_t		 count, room;
	struct turn	*turn;		/* its own room */
	size_t		 turn_room;
};
void	estimates_free(struct estimates *);

/* Needs nothing else, so that it may be done on copies, on another thread. */
void	estimate(struct estimates *, const struct learnt *, const struct judgement *, const struct hall *, const struct layout *,
    const struct outlook *, int count, int64_t steady_ms);

/* From now on who comes is told these on paper. */
void	estimate_newcomers(struct estimator *, const struct estimates *);

/*
 * Somebody is told their estimate: p90, as a time, moves no more than five
 * minutes later in five minutes, but when a window has left or the hall stood
 * still.  It will be judged if they wait; while the hall stands still nobody is
 * told anything.
 */
void	estimate_tell(struct estimator *, const struct hall *, struct estimate *, int64_t steady_ms);

/* A fact that the hall has just taken: what was estimated is judged, and the hall learnt from. */
void	estimate_fact(struct estimator *, const struct layout *, const struct hall *, const struct fact *);

/* The day is over: nobody waits any more. */
void	estimate_day(struct estimator *, const struct hall *, int day, int64_t wall_ms);

#endif
