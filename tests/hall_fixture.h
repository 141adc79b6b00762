/*
 * A hall in memory: a layout built by hand, a clock moved by hand.
 */
#ifndef TESTS_HALL_FIXTURE_H
#define TESTS_HALL_FIXTURE_H

#include "daemon/core/hall.h"

/* Large: keep it static. */
struct fixture {
	struct layout	layout;
	struct instant	now;
	struct change	change;		/* what the last command did */
	struct hall	hall;
	struct hall	before;		/* as it was before the last command */
	struct hall	told;		/* made of nothing but the JSON of the facts */
	void		(*see)(struct fixture *, const struct fact *);	/* of each, with told as it is just then; or NULL */
};

/* A layout with nothing in it, and the policy a hall has that names none. */
void	fixture_layout(struct layout *);

/* Rows of it (borrowed), to be changed further.  Numbers are 001-999. */
struct service *fixture_service(struct layout *, const char *id, const char *prefix);
struct class *fixture_class(struct layout *, const char *id, int base_s);

/* Serves the services in turn at the levels given by a digit each; "102": the first, and the third at level 2. */
struct window_layout *fixture_window(struct layout *, int no, const char *levels);

/*
 * Nobody is there, and it is Tuesday 2026-11-24, 09:00 in Shanghai.
 *
 *	services	a, b, c with numbers A001, B001, C001
 *	classes		ordinary; elderly, 900 s ahead; first, likewise and strict
 *	windows		1: a, and b at level 2; 2: a; 3: b, with a start key; 4: c
 */
void	fixture_open(struct fixture *);

/* The clocks go on. */
void	fixture_wait(struct fixture *, int64_t ms);

/*
 * Decide and apply.  Fails the test unless a refusal left every byte as it was,
 * and the facts of a change, told as JSON, make the same hall again.
 */
enum refusal fixture_do(struct fixture *, const struct command *);

/* Apply the fact of hall `from` to `to`, by way of the text of its body.  0 or -1. */
int	fact_retell(struct hall *to, const struct hall *from, const struct fact *);

/* What is not the same; NULL: nothing.  Names, passwords and sessions are not told by facts. */
const char *hall_differs(const struct hall *, const struct hall *);

#endif
