/*
 * What the parts of the office share.  Each part is a file with its rules, its
 * followers and what is due there; office.c has the tables that name them.
 */
#ifndef OFFICE_INSIDE_H
#define OFFICE_INSIDE_H

#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/due.h"
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

/* OK, or BAD_REQUEST: another record of the subject, in use, has this text of it. */
enum refusal	needs_other(struct desk *, const struct record *, const char *field);

/* stock.c */
enum refusal	may_write_item(struct desk *, const struct record *, struct record *), may_end_item(struct desk *, const struct record *, struct record *);
enum refusal	may_move(struct desk *, const struct record *, struct record *);
enum refusal	may_request(struct desk *, const struct record *, struct record *), may_step_request(struct desk *, const struct record *, struct record *);
enum refusal	may_step_order(struct desk *, const struct record *, struct record *);
void		item_changed(struct desk *, const struct record *, const struct record *);
void		request_stepped(struct desk *, const struct record *, const struct record *);
void		order_stepped(struct desk *, const struct record *, const struct record *);
void		stock_follows(struct desk *, const struct fact *);

/* A new move of an item; place, device and the like may still be set. */
struct record	move_of(const char *kind, uint32_t item, int64_t quantity);

/*
 * A move is carried out: written, once for each batch that it takes from, and
 * the batches with it; cards tell of too little.  stock_may comes first: OK, or
 * why it cannot be, with the place.  stock_moved: by somebody, so that a roll
 * that was put into a printer is told of the printer too.
 */
enum refusal	stock_may(struct desk *, const struct record *move);
void		stock_move(struct desk *, const struct record *move);
void		stock_moved(struct desk *, const struct record *move);

/* A card is lit when there is too little of an item, once until there is enough again: then it goes out. */
void		stock_tell(struct desk *, uint32_t item);

/* paper.c */
void		paper_follows(struct desk *, const struct fact *);

/* Does this move put a roll into a printer?  That there is another one in it follows. */
bool		paper_installs(const struct desk *, const struct record *move);
void		paper_install(struct desk *, const char *device);

/* cards.c: of a kind there is one about the same (id of an item, a roll, a repair), until somebody clears it or it is over. */
struct record	card_of(const char *kind, int64_t about, const char *device);
void		card_light(struct desk *, struct record card);
void		card_end(struct desk *, const struct record *card);
enum refusal	may_step_card(struct desk *, const struct record *before, struct record *after);

/* equipment.c: what the hall has, its repairs, rounds of looking at it. */
enum refusal	equipment_may_write(struct desk *, const struct record *before, struct record *after);
enum refusal	repair_may_write(struct desk *, const struct record *before, struct record *after);
enum refusal	repair_may_step(struct desk *, const struct record *before, struct record *after);
void		repair_then(struct desk *, const struct record *before, const struct record *after);
enum refusal	inspection_may_write(struct desk *, const struct record *before, struct record *after);
int64_t		faults_at(const struct hall *, const struct layout *, const struct instant *now);
void		faults_order_repair(struct desk *);
/* By a manager, who saw it. */
bool		attendance_is_said(const struct record *);

/* roster.c: people, shifts, duties, leave */
enum refusal	may_write_shift(struct desk *, const struct record *before, struct record *after);
enum refusal	may_step_shift(struct desk *, const struct record *before, struct record *after);
enum refusal	may_write_duty(struct desk *, const struct record *before, struct record *after);
enum refusal	may_step_duty(struct desk *, const struct record *before, struct record *after);
enum refusal	may_write_leave(struct desk *, const struct record *before, struct record *after);
void		then_person(struct desk *, const struct record *before, const struct record *after);
enum refusal	do_copy_roster(struct desk *), do_swap_roster(struct desk *);

/* attendance.c */
enum refusal	may_write_attendance(struct desk *, const struct record *before, struct record *after);
enum refusal	may_step_attendance(struct desk *, const struct record *before, struct record *after);
void		then_leave(struct desk *, const struct record *before, const struct record *after);
void		leave_for_good(struct desk *, uint32_t person);
void		attendance_follows(struct desk *, const struct fact *);
int64_t		attendance_due(const struct hall *, const struct layout *, const struct instant *now);
void		attendance_act(struct desk *);
enum refusal	do_clock(struct desk *), do_judge_leave(struct desk *);

/* Who is seen at work by this fact; NULL: nobody known. */
const struct record *who_acts(const struct desk *, const struct fact *);

/* presence.c */
enum refusal	may_write_presence(struct desk *, const struct record *before, struct record *after);
void		then_presence(struct desk *, const struct record *before, const struct record *after);
void		presence_follows(struct desk *, const struct fact *);
int64_t		presence_due(const struct hall *, const struct layout *, const struct instant *now);
void		presence_act(struct desk *);

/* What somebody said: are they at their post, by it? */
bool		presence_is_there(const struct record *said);

/* posts.c: cards about windows and who is to be there */
void		card_of_post(struct desk *, const char *kind, int window, uint32_t person, int64_t since_ms);
int64_t		posts_due(const struct hall *, const struct layout *, const struct instant *now);
void		posts_act(struct desk *);

#endif
