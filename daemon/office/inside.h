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

/* roster.c: people, shifts, duties, leave */
enum refusal	may_write_shift(struct desk *, const struct record *before, struct record *after);
enum refusal	may_step_shift(struct desk *, const struct record *before, struct record *after);
enum refusal	may_write_duty(struct desk *, const struct record *before, struct record *after);
enum refusal	may_write_leave(struct desk *, const struct record *before, struct record *after);
void		then_person(struct desk *, const struct record *before, const struct record *after);
enum refusal	do_copy_roster(struct desk *), do_swap_roster(struct desk *);

/* attendance.c */
enum refusal	may_write_attendance(struct desk *, const struct record *before, struct record *after);
enum refusal	may_step_attendance(struct desk *, const struct record *before, struct record *after);
void		attendance_follows(struct desk *, const struct fact *);
int64_t		attendance_due(const struct hall *, const struct layout *, const struct instant *now);
void		attendance_act(struct desk *);
enum refusal	do_clock(struct desk *);

/* Who is seen at work by this fact; NULL: nobody known. */
const struct record *who_acts(const struct desk *, const struct fact *);

/* presence.c */
enum refusal	may_write_presence(struct desk *, const struct record *before, struct record *after);
void		then_presence(struct desk *, const struct record *before, const struct record *after);
void		presence_follows(struct desk *, const struct fact *);
int64_t		presence_due(const struct hall *, const struct layout *, const struct instant *now);
void		presence_act(struct desk *);

/* cards.c */
enum refusal	may_step_card(struct desk *, const struct record *before, struct record *after);
void		card_light(struct desk *, const char *kind, int window, uint32_t person, int64_t since_ms);
int64_t		cards_due(const struct hall *, const struct layout *, const struct instant *now);
void		cards_act(struct desk *);

#endif
