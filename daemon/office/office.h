/*
 * The office: what becomes of records, of their own and because of what happens
 * in the hall.  Pure, as the core: facts come out, carried out one by one.
 *
 * A subject's records are described in core/subjects.c; a row of the table in
 * office.c says what is to be looked at when one is written, and what else is
 * written then.  Other rows say what follows from facts of the hall (a roll was
 * changed: the next is taken from stock), and what comes by itself with time
 * (a fault that lasts: a repair is ordered).
 */
#ifndef OFFICE_H
#define OFFICE_H

#include "daemon/core/hall.h"

/* As hall_decide, of every command; what follows in the office is in the same change. */
enum refusal	office_decide(struct hall *, const struct layout *, const struct command *, const struct instant *now, struct change *);

/* Steady time at which something comes by itself, which may be past; DUE_NEVER: nothing does. */
int64_t		office_due_at(const struct hall *, const struct layout *, const struct instant *now);

#endif
