/* What one more window would do. */
#include <stdlib.h>
#include <string.h>

#include "daemon/core/rule/pick.h"
#include "daemon/wait/advice.h"

#define P90		22	/* of the sorted replicates, from 0 */
#define UNSERVED_S	14400	/* as long as that counts who is not served at all */
#define WAITING_COUNTS	5	/* who waits, of one who comes now */
#define GAIN_LEAST_S	60

/* p90 of who comes now, by service. */
static void
play(struct advising *a, int p90_s[SERVICES_MAX])
{
	const struct outlook *o;
	int count = simulate(a->simulator, a->hall, &a->layout, &a->learnt, &a->plan, a->now.steady_ms, a->now.wall_ms, true, &o);

	for (int s = 0; s < SERVICES_MAX; s++)
		p90_s[s] = UNSERVED;
	for (int i = 0; i < count; i++) {
		int64_t ms[REPLICATES];

		if (o[i].leg != NOBODY)
			continue;
		outlook_sort(&o[i], ms);
		if (ms[P90] != NEVER_CALLED)
			p90_s[o[i].service] = (int)((ms[P90] - a->now.steady_ms) / 1000);
	}
}

static double
gain_s(const struct advising *a, const struct move *m)
{
	double gain = 0;

	for (int s = 0; s < a->layout.service_count; s++) {
		int was = m->was_s[s] == UNSERVED ? UNSERVED_S : m->was_s[s], is = m->p90_s[s] == UNSERVED ? UNSERVED_S : m->p90_s[s];

		gain += (WAITING_COUNTS * hall_waiting(a->hall, s) + 1) * (double)(was - is);
	}
	return gain;
}

/* The service whose people wait longest, of those who wait; -1: nobody does. */
static int
worst(const struct advising *a, const int was_s[SERVICES_MAX])
{
	int worst = -1;

	for (int s = 0; s < a->layout.service_count; s++) {
		if (hall_waiting(a->hall, s) == 0)
			continue;
		if (was_s[s] == UNSERVED)
			return s;
		if (worst == -1 || was_s[s] > was_s[worst])
			worst = s;
	}
	return worst;
}

static void
try(struct advising *a, int place, int lend, const int was_s[SERVICES_MAX])
{
	const struct window_layout *w = &a->layout.window[place];
	struct window *window = &a->hall->window[w->no], before = *window;
	struct move *m = &a->move[a->moves];

	*m = (struct move){ .window = w->no, .lend = lend };
	memcpy(m->was_s, was_s, sizeof m->was_s);
	window->state = IDLE;
	window->since_ms = a->now.steady_ms;
	if (lend != -1)
		window->lent |= UINT64_C(1) << lend;
	play(a, m->p90_s);
	*window = before;
	m->gain_s = gain_s(a, m);
	a->moves += m->gain_s >= GAIN_LEAST_S;
}

static int
by_gain(const void *a, const void *b)
{
	const struct move *x = a, *y = b;

	if (x->gain_s != y->gain_s)
		return x->gain_s < y->gain_s ? 1 : -1;
	return x->window - y->window;
}

void
advise(struct advising *a)
{
	int was_s[SERVICES_MAX], lend;
	uint32_t unused;

	play(a, was_s);
	lend = worst(a, was_s);
	a->moves = 0;
	for (int i = 0; i < a->layout.window_count && lend != -1; i++) {
		const struct window_layout *w = &a->layout.window[i];
		int state = a->hall->window[w->no].state;

		if (state == OFFLINE || state == CLOSED)
			try(a, i, -1, was_s);
		else if (state == IDLE && window_level(a->hall, w, lend) == 0 && pick_order(a->hall, &a->layout, w->no, a->now.steady_ms, &unused, 1) == 0)
			try(a, i, lend, was_s);
	}
	qsort(a->move, a->moves, sizeof a->move[0], by_gain);
}
