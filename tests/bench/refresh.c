/*
 * How long the estimates of a large hall take: 40 windows, all serving, 12
 * services, 4 classes, 200 people who wait, 60 bookings to come, and people of
 * every class arriving as on the days before.  Prints the milliseconds of one
 * refresh: the median and the largest of REFRESHES, each at another moment.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/wait/estimate.h"
#include "tests/bench/measure.h"

#define WINDOWS		40
#define SERVICES	12
#define CLASSES		4
#define WAITING		200
#define BOOKINGS	60
#define REFRESHES	200
#define DATE		20260105
#define BEGINS_MIN	600

static struct layout layout;
static struct hall *hall;
static int64_t now_ms, seq;

static void
lay_out(void)
{
	static const int base_s[CLASSES] = { 0, 300, 900, 480 }, rate[CLASSES] = { 1000, 3000, 3000, 1500 };

	for (int i = 0; i < SERVICES; i++) {
		struct service *s = &layout.service[layout.service_count++];

		sprintf(s->id, "s%d", i);
		sprintf(s->prefix, "%c", 'A' + i);
		s->nominal_s = 300 + 60 * i;
	}
	for (int i = 0; i < CLASSES; i++) {
		struct class *c = &layout.class[layout.class_count++];

		sprintf(c->id, "c%d", i);
		c->base_s = base_s[i];
		c->rate = rate[i];
	}
	memset(layout.window_at, -1, sizeof layout.window_at);
	for (int i = 0; i < WINDOWS; i++) {
		struct window_layout *w = &layout.window[layout.window_count++];

		w->no = i + 1;
		layout.window_at[w->no] = i;
		for (int k = 0; k < 4; k++)
			w->level[(i + 3 * k) % SERVICES] = 1;
	}
	layout.policy.max_wait_s = 3600;
}

static void
happens(struct fact f)
{
	f.seq = ++seq;
	f.at = (struct instant){ .wall_ms = now_ms, .steady_ms = now_ms, .day = DATE };
	strcpy(f.actor, "system");
	if (hall_apply(hall, &f) == -1)
		errx(1, "fact %lld does not fit", (long long)f.seq);
}

static void
issue(uint32_t id)
{
	struct fact f = { .kind = TICKET_ISSUED, .ticket = id, .service = (int)(id % SERVICES), .value = (int)id,
	    .class = id % 11 == 0 ? 1 : id % 7 == 0 ? 2 : 0, .print = PRINT_NONE };

	snprintf(f.number, sizeof f.number, "%c%03u", 'A' + f.service, id);
	snprintf(f.token, sizeof f.token, "t%u", id);
	happens(f);
	now_ms += 9000;
}

static void
fill(void)
{
	uint32_t id = 0;

	for (int no = 1; no <= WINDOWS; no++)
		happens((struct fact){ .kind = WINDOW_OPENED, .window = no });
	for (int i = 0; i < BOOKINGS; i++) {
		struct fact f = { .kind = BOOKING_MADE, .booking = i + 1, .service = i % SERVICES, .class = 2,
		    .from_ms = now_ms + i * 90000, .to_ms = now_ms + i * 90000 + 600000 };

		snprintf(f.code, sizeof f.code, "B%d", i);
		happens(f);
	}
	while (id < WINDOWS) {
		issue(++id);
		happens((struct fact){ .kind = TICKET_CALLED, .ticket = id, .window = (int)id, .service = (int)(id % SERVICES) });
	}
	while (id < WINDOWS + WAITING)
		issue(++id);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(void)
{
	static double ms[REFRESHES];
	struct estimator *e = estimator_new();
	struct learnt *learnt = estimator_learnt(e);
	struct simulator *s = simulator_new();
	const struct outlook *outlook;
	struct estimates all = { 0 };
	struct plan plan = { 0 };

	setenv("TZ", "UTC", 1);
	lay_out();
	hall = xcalloc(1, sizeof *hall);
	hall_init(hall, &layout);
	learnt->days = 1;
	for (int v = 0; v < SERVICES; v++)
		for (int c = 0; c < CLASSES; c++)
			for (int p = 18; p < 34; p++)
				learnt->came[v][c][p] = c == 0 ? 6.0f : 0.5f;
	now_ms = date_ms(DATE, BEGINS_MIN);
	fill();
	for (int i = 0; i < REFRESHES; i++) {
		double began_ms = (double)now_ns() / 1e6;

		int64_t at_ms = now_ms + i * 1000;
		int count;

		plan_set(&plan, hall, &layout, learnt, &(struct instant){ .wall_ms = at_ms, .steady_ms = at_ms, .day = DATE });
		count = simulate(s, hall, &layout, learnt, &plan, at_ms, at_ms, true, &outlook);
		if (count != WAITING + SERVICES)
			errx(1, "not everybody waits");
		estimate(&all, learnt, estimator_judgement(e), hall, &layout, outlook, count, at_ms);
		for (int k = 0; k < WAITING; k++)
			estimate_tell(e, hall, &all.of[k], at_ms);
		ms[i] = (double)now_ns() / 1e6 - began_ms;
	}
	qsort(ms, REFRESHES, sizeof ms[0], by_size);
	printf("%.3f %.3f\n", ms[REFRESHES / 2], ms[REFRESHES - 1]);
	estimator_free(e);
	simulator_free(s);
	free(hall);
	return 0;
}
