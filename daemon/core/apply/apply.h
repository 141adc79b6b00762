/*
 * Inside of hall_apply (hall.h), the one place where a hall changes.
 *
 * A fact is applied by what it is about: tickets in apply_ticket.c, what is
 * undone in undo.c, all else in apply.c.
 */
#ifndef APPLY_H
#define APPLY_H

#include "daemon/core/hall.h"

/* The only writer of a window's state. */
void	window_set(struct window *, enum window_state, const struct fact *);

/* A leg takes a step; its queue follows.  `until`: see leg.until.  0, or -1: it may not. */
int	leg_moves(struct hall *, uint32_t place, enum leg_step by, uint32_t until, int64_t seq);

/* Who has several tickets is called with one at a time: the others of this one's holder wait meanwhile. */
void	gate_all(struct hall *, uint32_t ticket);

/* The roll of a printer, new when it is its first; NULL: there is no room. */
struct roll *roll_of(struct hall *, const char *device);

int	apply_ticket(struct hall *, const struct fact *);

/* A command at a window begins with this fact; its legs are remembered as they were before. */
void	undo_begin(struct hall *, const struct fact *);
void	undo_remember(struct hall *, uint32_t place);
int	apply_undone(struct hall *, const struct fact *);

#endif
