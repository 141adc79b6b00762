/* Wall time, steady time, the business day, timers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/timex.h>
#include <time.h>

#include "daemon/base/clock.h"
#include "daemon/base/util.h"
#include "daemon/core/day.h"

#define PRIORITY	0	/* of timers in the loop: with devices' bytes */
#define STEP_MS		2000	/* what differs by less is drift */
#define DOUBT_MS	(2 * 3600 * INT64_C(1000))
#define HELD_UP_MS	60000	/* nobody starts in the first moment of a boot: a steady time of 0 means "never" */

struct timer {
	struct clock	*clock;
	struct event	*event;
	int64_t		 due_ms;
	void		(*due)(void *);
	void		*arg;
	TAILQ_ENTRY(timer) entry;
};

struct clock {
	struct event_base *base;
	int		 day_starts_min;
	int64_t		 offset_ms;
	char		 boot[40];		/* the kernel's boot id; of a held clock one of its own */
	bool		 held, ended;
	int64_t		 wall_ms, up_ms;	/* of a held clock */
	int64_t		 right_wall_ms, right_steady_ms;	/* when the wall clock was believed last */
	bool		 doubted;
	int64_t		 stepped_ms;		/* and not told yet */
	TAILQ_HEAD(, timer) timers;
};

static int64_t
read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static int64_t
wall_ms(const struct clock *c)
{
	return c->held ? c->wall_ms : read_ms(CLOCK_REALTIME);
}

/* Since this boot. */
static int64_t
up_ms(const struct clock *c)
{
	return c->held ? c->up_ms : read_ms(CLOCK_BOOTTIME);
}

static int64_t
steady_ms(const struct clock *c)
{
	return up_ms(c) + c->offset_ms;
}

void
clock_believe(struct clock *c)
{
	c->right_wall_ms = wall_ms(c);
	c->right_steady_ms = steady_ms(c);
	c->doubted = false;
}

int
clock_kept(const struct clock *c)
{
	struct timex t = { 0 };

	return c->held ? -1 : adjtimex(&t) != TIME_ERROR;
}

/* The wall time to go by for the day. */
static int64_t
right_wall_ms(struct clock *c)
{
	int64_t expected_ms = c->right_wall_ms + steady_ms(c) - c->right_steady_ms, off_ms = wall_ms(c) - expected_ms;

	if (llabs(off_ms) > STEP_MS && !c->doubted)
		c->stepped_ms += off_ms;
	if (llabs(off_ms) <= DOUBT_MS || clock_kept(c) == 1) {
		clock_believe(c);
		return c->right_wall_ms;
	}
	c->doubted = true;
	return expected_ms;
}

int64_t
clock_stepped(struct clock *c)
{
	int64_t stepped_ms = c->stepped_ms;

	c->stepped_ms = 0;
	return stepped_ms;
}

struct clock *
clock_new(struct event_base *base)
{
	struct clock *c = xcalloc(1, sizeof *c);
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");

	c->base = base;
	TAILQ_INIT(&c->timers);
	clock_believe(c);
	if (f != NULL) {
		if (fscanf(f, "%36s", c->boot) != 1)
			c->boot[0] = '\0';
		fclose(f);
	}
	return c;
}

void
clock_free(struct clock *c)
{
	free(c);
}

struct event_base *clock_base(const struct clock *c) { return c->base; }
const char *clock_boot(const struct clock *c) { return c->boot; }
int64_t clock_offset_ms(const struct clock *c) { return c->offset_ms; }
void clock_day_starts(struct clock *c, int min) { c->day_starts_min = min; }

void
clock_resume(struct clock *c, int64_t last_wall_ms, int64_t last_steady_ms, const char *boot, int64_t offset_ms)
{
	int64_t passed_ms = wall_ms(c) - last_wall_ms;

	if (c->boot[0] != '\0' && strcmp(c->boot, boot) == 0)
		c->offset_ms = offset_ms;
	else
		c->offset_ms = last_steady_ms + (passed_ms > 0 ? passed_ms : 0) - up_ms(c);
	c->right_wall_ms = last_wall_ms;
	c->right_steady_ms = last_steady_ms;
}

struct instant
clock_now(struct clock *c)
{
	int64_t right_ms = right_wall_ms(c);
	struct instant now = { .wall_ms = wall_ms(c), .steady_ms = steady_ms(c), .doubted = c->doubted };

	now.day = day_of(right_ms, c->day_starts_min);
	return now;
}

/* Timers. */

static void
fired(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd, (void)what;
	t->due_ms = TIMER_NEVER;
	t->due(t->arg);
}

struct timer *
timer_new(struct clock *c, void (*due)(void *), void *arg)
{
	struct timer *t = xcalloc(1, sizeof *t);

	*t = (struct timer){ .clock = c, .due_ms = TIMER_NEVER, .due = due, .arg = arg };
	t->event = evtimer_new(c->base, fired, t);
	event_priority_set(t->event, PRIORITY);
	TAILQ_INSERT_TAIL(&c->timers, t, entry);
	return t;
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	TAILQ_REMOVE(&t->clock->timers, t, entry);
	event_free(t->event);
	free(t);
}

void
timer_at(struct timer *t, int64_t at_ms)
{
	int64_t wait_ms = at_ms - steady_ms(t->clock);

	t->due_ms = at_ms;
	event_del(t->event);
	if (at_ms == TIMER_NEVER || t->clock->ended || (t->clock->held && wait_ms > 0))
		return;
	if (wait_ms < 0)
		wait_ms = 0;
	event_add(t->event, &(struct timeval){ .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 });
}

void
clock_end(struct clock *c)
{
	struct timer *t;

	c->ended = true;
	TAILQ_FOREACH(t, &c->timers, entry)
		event_del(t->event);
}

int64_t timer_due_ms(const struct timer *t) { return t->due_ms; }

/* A held clock. */

void
clock_hold(struct clock *c, int64_t to_ms)
{
	c->held = true;
	c->wall_ms = to_ms;
	c->up_ms = HELD_UP_MS;
	snprintf(c->boot, sizeof c->boot, "held-");
	random_token(c->boot + strlen(c->boot), 16);
	clock_believe(c);
}

void
clock_step(struct clock *c, int64_t to_ms)
{
	c->wall_ms = to_ms;
}

void
clock_move(struct clock *c, int64_t to_ms)
{
	struct timer *t;

	if (to_ms > c->wall_ms)
		c->up_ms += to_ms - c->wall_ms;
	c->wall_ms = to_ms;
	TAILQ_FOREACH(t, &c->timers, entry)
		if (t->due_ms <= steady_ms(c))
			timer_at(t, t->due_ms);
}

int64_t
clock_next_ms(const struct clock *c)
{
	int64_t next_ms = TIMER_NEVER, now_ms = steady_ms(c);
	struct timer *t;

	TAILQ_FOREACH(t, &c->timers, entry)
		if (t->due_ms < next_ms)
			next_ms = t->due_ms;
	if (next_ms == TIMER_NEVER || c->ended)
		return TIMER_NEVER;
	return c->wall_ms + (next_ms > now_ms ? next_ms - now_ms : 0);
}

int64_t
clock_stopwatch_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}
