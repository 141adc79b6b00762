/*
 * Chance that is the same each time: a number for each replicate, person and
 * purpose, so that an estimate is the same for the same hall and moves only as
 * far as the hall does.
 *
 * For each person and purpose the replicates' numbers are one in each of
 * REPLICATES equal parts of [0, 1), in an order of its own: what is added up over
 * many people then comes out near its mean with few replicates (Latin hypercube
 * sampling: McKay, Beckman and Conover 1979).
 */
#ifndef DICE_H
#define DICE_H

#include <stdint.h>

#define REPLICATES 25

/* What a number is drawn for. */
enum purpose {
	DRAW_REST,		/* how long the service at hand goes on */
	DRAW_SERVICE,
	DRAW_NO_SHOW,
	DRAW_CANCEL,
	DRAW_PAUSES, DRAW_PAUSE,	/* is there a pause behind it, how long */
	DRAW_BACK,		/* when a window comes back */
	DRAW_COMES, DRAW_WHEN,	/* does a booked one come, when */
	DRAW_COUNT,		/* how many come in a part of the day */
	DRAW_ARRIVAL, DRAW_GAP,
	PURPOSES
};

#define ORDERS 1024

struct dice { uint8_t order[ORDERS][REPLICATES]; };

void	dice_init(struct dice *);

/* In (0, 1); who is any number that names a person, a window or a stream. */
double	dice(const struct dice *, int replicate, uint32_t who, enum purpose);

/* The standard normal law: of x; and its inverse, of 0 < p < 1. */
double	normal(double x);
double	normal_inverse(double p);

/* Of a law whose logarithm is normal. */
double	lognormal(double mean_log, double sd_log, double p);

/* What is left of it once `elapsed` went by, at least `least`. */
double	lognormal_rest(double mean_log, double sd_log, double elapsed, double p, double least);

/* Events of a Poisson law with this mean: the count below which p lies. */
int	poisson(double mean, double p);

#endif
