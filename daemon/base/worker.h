/*
 * A thread that does one job after another, for an event loop: what is slow
 * (a commit, a password's hash) runs there, what follows runs in the loop.
 *
 * Jobs are handed over whole: between worker_run and `done` the argument
 * belongs to the thread, before and after to the loop.
 */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>

#include <event2/event.h>

struct worker;

/* New.  NULL if there can be no thread, errno says why. */
struct worker	*worker_open(struct event_base *, const char *name);

/* Finishes the jobs it has, calling `done` for each, then ends the thread. */
void		 worker_close(struct worker *);

/* Likewise if it has none, and does not wait: else it is left, with the jobs that it has, to the end of the program; nothing more is heard of them. */
void		 worker_leave(struct worker *);

/* Run work(arg) on the thread, then done(arg) in the loop. */
void		 worker_run(struct worker *, void (*work)(void *), void (*done)(void *), void *arg);

/* Has every job been done? */
bool		 worker_idle(const struct worker *);

#endif
