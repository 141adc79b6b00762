/*
 * What the parts of hallyear share: chance, time and the way a hall is told.
 */
#ifndef HALLYEAR_H
#define HALLYEAR_H

#include <jansson.h>

#include "daemon/core/hall.h"

#define MIN_ms		INT64_C(60000)

extern struct layout	layout;
extern struct hall	hall;
extern struct change	change;		/* of what was told last */
extern int		date;		/* the day that is played */

/* From least to most; once in n times. */
int64_t		between(int64_t least, int64_t most);
bool		one_in(int n);

/* A minute of the day, as wall time. */
int64_t		at(int min);

/* Done then; `doing` comes back to office_act. */
void		plan_office(int64_t at_ms, int doing);
void		tell(struct command *, int64_t wall_ms, const char *actor);

/* hallyear_office.c: people, stock and faults.  Before the first day; for each; when the time of a doing has come; what they come to. */
void		office_begin(int64_t wall_ms);
void		office_day(void);
void		office_act(int doing, int64_t at_ms);
void		office_paused(int window, int64_t ms);	/* a window was, while whoever is rostered there was there */
void		office_rated(int window, int64_t called_ms, int64_t left_ms, int grade);	/* and what was done at one */
json_t		*office_totals(void);

#endif
