/*
 * The clock of the daemon: the only place that asks the kernel for the time,
 * and that makes timers.
 *
 * Steady time is CLOCK_BOOTTIME raised by an offset, chosen at start so that it
 * goes on from the newest fact: the same boot keeps its offset, a new boot adds
 * what the wall clock says has passed (never less than nothing).
 *
 * The wall clock is believed as long as it goes with steady time: small steps are
 * what NTP does.  One of more than two hours is believed when the kernel says
 * that NTP keeps the clock, or somebody does (clock_believe); until then the
 * business day goes on by steady time, so that a wrong date closes no day.
 *
 * A clock can be held: then time stands still, and moves only as it is told
 * (test_clock.h).  What the hall waits for are timers of this clock; how long a
 * peer on the network may take is real time, since so are the peers, and is
 * kept by net/ itself.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>

#include <event2/event.h>

#include "daemon/core/instant.h"

#define TIMER_NEVER INT64_MAX

struct clock;
struct timer;

/* New; the base is borrowed.  clock_resume follows once the newest fact is known. */
struct clock	*clock_new(struct event_base *);
void		 clock_free(struct clock *);

struct event_base *clock_base(const struct clock *);

/* When a business day begins, in minutes after midnight. */
void		 clock_day_starts(struct clock *, int min);

/* Go on after a fact of `wall_ms`, `steady_ms`, made under `boot` with `offset_ms`. */
void		 clock_resume(struct clock *, int64_t wall_ms, int64_t steady_ms, const char *boot, int64_t offset_ms);

/* What the next start needs to go on from facts of this one. */
const char	*clock_boot(const struct clock *);
int64_t		 clock_offset_ms(const struct clock *);

struct instant	 clock_now(struct clock *);

/* Does NTP keep it?  1; 0: nothing does, as far as the kernel knows; -1: it is held. */
int		 clock_kept(const struct clock *);

/* The wall clock is right. */
void		 clock_believe(struct clock *);

/* By how much it was stepped since this was asked last, in ms; 0: it was not. */
int64_t		 clock_stepped(struct clock *);

/* New; calls due(arg) from the loop, once for each timer_at. */
struct timer	*timer_new(struct clock *, void (*due)(void *arg), void *arg);
void		 timer_free(struct timer *);

/* Let it run at a steady time, and at no other; TIMER_NEVER: not at all. */
void		 timer_at(struct timer *, int64_t steady_ms);

/* No timer runs any more: what they would ask is about to be closed. */
void		 clock_end(struct clock *);

/* When it is to run. */
int64_t		 timer_due_ms(const struct timer *);

/*
 * Hold the clock, before any timer is set: it is wall_ms, and stays so.
 * clock_move: wall_ms later than now moves both times on, earlier steps the
 * wall clock alone, as clock_step does either way; timers that are due run in the loop's next turn.
 */
void		 clock_hold(struct clock *, int64_t wall_ms);
void		 clock_move(struct clock *, int64_t wall_ms);
void		 clock_step(struct clock *, int64_t wall_ms);

/* The wall time at which the next timer of a held clock is due; TIMER_NEVER: none is set, or none runs any more. */
int64_t		 clock_next_ms(const struct clock *);

/* To measure how long something took. */
int64_t	clock_stopwatch_us(void);

#endif
