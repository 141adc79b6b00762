/*
 * How often somebody may: wrong passwords, guessed tokens.  A fixed number of
 * slots, so memory is bounded.  Where a name falls depends on a number drawn at
 * start: nobody can choose names that take over the slot of another.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

struct limits;

struct limits	*limits_open(void);		/* new */
void		 limits_close(struct limits *);

/* Seconds until `who`, counted max times, may try again; 0: now. */
int	limits_wait(struct limits *, const char *who, int max, int64_t steady_ms);

/* It happened once more; a new window begins with the first time. */
void	limits_count(struct limits *, const char *who, int window_s, int64_t steady_ms);

/* What was counted last did not happen. */
void	limits_forget(struct limits *, const char *who);

#endif
