/*
 * The hall played on (daemon/wait/future.h) against queues of which the mean
 * wait is known: many windows and exponential services (Erlang C), one window
 * and any services under strict priority (Cobham 1954) and under priority that
 * grows with the wait (Kleinrock 1964).  Prints a line for each class of each:
 * its name, the mean wait played and by formula, in seconds.
 *
 *	queues TICKETS
 */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/wait/future.h"

#define BATCH		20000	/* tickets of one play, which begins with an empty hall */
#define MEAN_S		100.0	/* of a service */

struct queue_case {
	const char	*name;
	int		windows;
	double		load;		/* of each window */
	double		cv;		/* of a service; 0: exponential */
	int		classes;
	int		base_s[3], rate[3];	/* the last class goes first */
	double		share[3];
};

static const struct queue_case cases[] = {
	{ "M/M/1", 1, 0.7, 0, 1, { 0 }, { 1000 }, { 1 } },
	{ "M/M/4", 4, 0.7, 0, 1, { 0 }, { 1000 }, { 1 } },
	{ "M/M/20", 20, 0.7, 0, 1, { 0 }, { 1000 }, { 1 } },
	{ "M/G/1 strict", 1, 0.7, 0.8, 3, { 0, 1000000, 2000000 }, { 1000, 1000, 1000 }, { 0.5, 0.3, 0.2 } },
	{ "M/G/1 growing", 1, 0.6, 0.8, 2, { 0, 0 }, { 1000, 3000 }, { 0.7, 0.3 } },
};

struct play {
	const struct queue_case *of;
	struct future	 future;
	uint64_t	 random;
	double		 sum_s[3];
	long		 count[3];
};

/* In (0, 1): splitmix64 (Steele, Lea and Flood 2014). */
static double
uniform(struct play *p)
{
	uint64_t z = p->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double
exponential(struct play *p, double mean)
{
	return -mean * log(uniform(p));
}

static double
service_s(struct play *p)
{
	double cv = p->of->cv, square = log(1 + cv * cv);

	if (cv == 0)
		return exponential(p, MEAN_S);
	return MEAN_S * exp(sqrt(square) * sqrt(-2 * log(uniform(p))) * cos(2 * M_PI * uniform(p)) - square / 2);
}

static double
rate_of(const struct queue_case *c)
{
	return c->windows * c->load / MEAN_S;
}

static void
arrive(struct play *p, int64_t after_ms)
{
	int64_t at_ms = after_ms + llrint(1000 * exponential(p, 1 / rate_of(p->of)));
	double at = uniform(p);
	int class = 0;

	for (; class < p->of->classes - 1 && at > p->of->share[class]; class++)
		at -= p->of->share[class];
	if (p->future.hall->leg_count < BATCH && future_person(&p->future, 0, 0, class, at_ms) != NULL)
		future_add(&p->future, at_ms, COMES, p->future.hall->leg_count - 1);
}

static int64_t
calls_ms(void *owner, int window, int64_t at_ms)
{
	(void)owner, (void)window;
	return at_ms;
}

static int64_t
called(void *owner, int window, uint32_t place, int64_t at_ms)
{
	struct play *p = owner;
	int class = p->future.hall->ticket[place].class;

	(void)window;
	p->sum_s[class] += (at_ms - p->future.hall->leg[place].entry_ms) / 1e3;
	p->count[class]++;
	return at_ms + llrint(1000 * service_s(p));
}

static void
came(void *owner, uint32_t place, int64_t at_ms)
{
	(void)place;
	arrive(owner, at_ms);
}

static const struct laws laws = { calls_ms, called, came };

static void
lay_out(struct layout *l, const struct queue_case *c)
{
	*l = (struct layout){ .service_count = 1, .class_count = c->classes, .window_count = c->windows };
	for (int i = 0; i < c->windows; i++) {
		l->window[i] = (struct window_layout){ .no = i + 1, .level = { 1 } };
		l->window_at[i + 1] = i;
	}
	for (int i = 0; i < c->classes; i++)
		l->class[i] = (struct class){ .base_s = c->base_s[i], .rate = c->rate[i] };
}

/* The mean wait of a class by its formula, in seconds. */

static double
erlang(const struct queue_case *c)
{
	double a = c->windows * c->load, term = 1, sum = 1;

	for (int k = 1; k < c->windows; k++)
		sum += term *= a / k;
	term *= a / c->windows / (1 - c->load);
	return term / (sum + term) * MEAN_S / (c->windows * (1 - c->load));
}

static double
strict(const struct queue_case *c, int class)
{
	double rest_s = c->load * MEAN_S * (1 + c->cv * c->cv) / 2, above = 0;

	for (int k = class + 1; k < c->classes; k++)
		above += c->load * c->share[k];
	return rest_s / ((1 - above) * (1 - above - c->load * c->share[class]));
}

static double
growing(const struct queue_case *c, int class)
{
	double rest_s = c->load * MEAN_S * (1 + c->cv * c->cv) / 2, over = rest_s / (1 - c->load), under = 1;

	for (int k = 0; k < class; k++)
		over -= c->load * c->share[k] * growing(c, k) * (1 - (double)c->rate[k] / c->rate[class]);
	for (int k = class + 1; k < c->classes; k++)
		under -= c->load * c->share[k] * (1 - (double)c->rate[class] / c->rate[k]);
	return over / under;
}

static double
formula_s(const struct queue_case *c, int class)
{
	if (c->classes == 1)
		return erlang(c);
	return c->base_s[1] > 0 ? strict(c, class) : growing(c, class);
}

int
main(int argc, char **argv)
{
	static struct layout layout;
	long tickets = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	if (tickets <= 0)
		errx(2, "usage: queues TICKETS");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct play p = { .of = &cases[i], .random = i };

		lay_out(&layout, p.of);
		future_init(&p.future);
		for (long n = 0; n < tickets; n += BATCH) {
			future_clear(&p.future, &layout, 1, p.of->classes);
			for (int w = 0; w < p.of->windows; w++)
				future_add(&p.future, 0, FREE, w);
			arrive(&p, 0);
			future_play(&p.future, &laws, &p, INT64_MAX);
		}
		future_free(&p.future);
		for (int c = 0; c < p.of->classes; c++)
			printf("%s, class %d: %.3f %.3f\n", p.of->name, c, p.sum_s[c] / p.count[c], formula_s(p.of, c));
	}
	return 0;
}
