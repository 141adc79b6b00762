/*
 * How often somebody may: wrong passwords, guessed tokens.  A fixed number of
 * slots by hash; a slot that is taken over forgets whom it counted, so memory
 * is bounded and an attacker at worst resets a few counts of others.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

struct limits;

struct limits	*limits_open(void);		/* new */
void		 limits_close(struct limits *);

/* Seconds until `who` may try again, 0: now.  max times in window_s. */
int	limits_wait(struct limits *, const char *who, int max, int window_s, int64_t steady_ms);

/* It happened once more. */
void	limits_count(struct limits *, const char *who, int window_s, int64_t steady_ms);

#endif
