/* Chance that is the same each time. */
#include <math.h>

#include "daemon/wait/dice.h"

#define COUNT_MAX 12	/* in one part of a day */

/* Spreads all bits of a number over all of the answer. */
static uint32_t
mix(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x7feb352du;
	x ^= x >> 15;
	x *= 0x846ca68bu;
	x ^= x >> 16;
	return x;
}

void
dice_init(struct dice *d)
{
	for (uint32_t i = 0; i < ORDERS; i++)
		for (uint32_t r = 0; r < REPLICATES; r++) {
			uint32_t at = mix(i * REPLICATES + r) % (r + 1);

			d->order[i][r] = d->order[i][at];
			d->order[i][at] = (uint8_t)r;
		}
}

double
dice(const struct dice *d, int replicate, uint32_t who, enum purpose purpose)
{
	uint32_t h = mix(who * PURPOSES + purpose);
	uint32_t within = mix(h + 0x9e3779b9u * (uint32_t)(replicate + 1));

	return (d->order[h % ORDERS][replicate] + (within + 0.5) / 4294967296.0) / REPLICATES;
}

double
normal(double x)
{
	return erfc(-x * M_SQRT1_2) / 2;
}

/* Wichura 1988, algorithm AS 241, PPND7: about seven digits. */
double
normal_inverse(double p)
{
	double q = p - 0.5, r, x;

	if (fabs(q) <= 0.425) {
		r = 0.180625 - q * q;
		return q * (((5.9109374720e+1 * r + 1.5929113202e+2) * r + 5.0434271938e+1) * r + 3.3871327179) /
		    (((6.7187563600e+1 * r + 7.8757757664e+1) * r + 1.7895169469e+1) * r + 1);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5) {
		r -= 1.6;
		x = (((1.7023821103e-1 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
		    ((1.2021132975e-1 * r + 7.3700164250e-1) * r + 1);
	} else {
		r -= 5;
		x = (((1.7337203997e-2 * r + 4.2868294337e-1) * r + 3.0812263860) * r + 6.6579051150) /
		    ((1.2258202635e-2 * r + 2.4197894225e-1) * r + 1);
	}
	return q < 0 ? -x : x;
}

double
lognormal(double mean_log, double sd_log, double p)
{
	return exp(mean_log + sd_log * normal_inverse(p));
}

double
lognormal_rest(double mean_log, double sd_log, double elapsed, double p, double least)
{
	double gone = elapsed <= 0 ? 0 : normal((log(elapsed) - mean_log) / sd_log);
	double at = gone + (1 - gone) * p, rest;

	if (at > 1 - 1e-5)
		at = 1 - 1e-5;
	rest = lognormal(mean_log, sd_log, at) - elapsed;
	return rest > least ? rest : least;
}

int
poisson(double mean, double p)
{
	double term = exp(-mean), sum = term;
	int count = 0;

	while (p > sum && count < COUNT_MAX)
		sum += term *= mean / ++count;
	return count;
}
