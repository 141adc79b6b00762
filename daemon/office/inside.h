/*
 * What the parts of the office share.  Each part is a file with its rules, its
 * followers and what is due there; office.c has the tables that name them.
 */
#ifndef OFFICE_INSIDE_H
#define OFFICE_INSIDE_H

#include "daemon/core/desk.h"
#include "daemon/core/due.h"
#include "daemon/core/record.h"
#include "daemon/office/office.h"

/* The record is written, as a fact of this change: id and rev are given here.  Refuse before the first, or not at all. */
void		record_write(struct desk *, struct record *);

/* Is there room in this change for so many more facts? */
bool		office_room(const struct desk *, int);

/* The record that a field of another names; NULL: none is, or it is in use no more. */
const struct record *record_of(const struct hall *, const struct record *, const char *field);

/* Another record of the subject, in use, whose field has this text; NULL: there is none. */
const struct record *record_like(const struct hall *, const struct record *but, const char *field);

/* The person whose account it is; NULL: nobody's. */
const struct record *person_of_account(const struct hall *, uint32_t staff);

/* equipment.c: what the hall has, its repairs, rounds of looking at it. */
enum refusal	equipment_may_write(struct desk *, const struct record *before, struct record *after);
enum refusal	repair_may_write(struct desk *, const struct record *before, struct record *after);
enum refusal	repair_may_step(struct desk *, const struct record *before, struct record *after);
void		repair_then(struct desk *, const struct record *before, const struct record *after);
enum refusal	inspection_may_write(struct desk *, const struct record *before, struct record *after);
int64_t		faults_at(const struct hall *, const struct layout *, const struct instant *now);
void		faults_order_repair(struct desk *);

/* OK, or BAD_REQUEST: another of its subject has the same text there. */
enum refusal	needs_other(struct desk *, const struct record *, const char *field);

#endif
