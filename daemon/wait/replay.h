/*
 * A day that is over, once more under another rule of who is next.
 *
 * People come when they came, windows are open when they were, and each
 * service takes as long as it took that person; who is called, where and when
 * follows from pick() (pick.h).  A window calls as soon as it can: where a
 * clerk let people wait between two, that is counted to the first one's
 * service.  Who was passed, deferred or sent on waits again as long after the
 * window as then.  Levels, services and windows are the layout's of today.
 *
 * It is told the day's facts, then asked as often as one likes.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "daemon/core/hall.h"

struct replay;

/* New; the layout is copied. */
struct replay	*replay_new(const struct layout *);
void		 replay_free(struct replay *);

/* The hall that the facts make: to read them with, and to begin with what was carried over (carry.h). */
struct hall	*replay_hall(struct replay *);

/* The next fact.  0, or -1: it does not fit. */
int		 replay_fact(struct replay *, const struct fact *);

/* Waits until the first call. */
struct wait_figures {
	int	called;		/* so many were called at all */
	int64_t	mean_ms, p90_ms, max_ms;
};

/* By place in hall.class_id: how many waited, and how long. */
struct waited {
	int		came[CLASSES_MAX];
	struct wait_figures	waits[CLASSES_MAX];
};

/* As it was. */
void		 replay_actual(const struct replay *, struct waited *);

/* Under the rule of these classes (base_s, rate, strict), a row for each of the layout's. */
void		 replay_run(const struct replay *, const struct class *, struct waited *);

#endif
