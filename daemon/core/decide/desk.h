/*
 * What the cases of hall_decide work with, and the cases themselves, by file.
 *
 * A case refuses before its first put(), or not at all.
 */
#ifndef DESK_H
#define DESK_H

#include "daemon/core/hall.h"

struct desk {
	struct hall		*hall;
	const struct layout	*layout;
	const struct command	*cmd;
	struct instant		 now;
	struct change		*change;
	/* of the command's window, or that where the command's ticket is called; else none */
	int			 no;		/* 0: none */
	const struct window_layout *place;	/* NULL: none, or the layout has it no more */
	struct window		*window;
	const struct ticket	*ticket;	/* at the window, or the command's; NULL: none */
	const struct leg	*leg;
};

/* The desk of a command, and its change, empty. */
struct desk	desk_of(struct hall *, const struct layout *, const struct command *, const struct instant *now, struct change *);

/* A new fact of this command; fact_of: about a ticket, at the command's window. */
struct fact	fact(const struct desk *, enum fact_kind);
struct fact	fact_of(const struct desk *, enum fact_kind, const struct ticket *);

/* The fact has what the command says as its note. */
void		note(struct desk *, struct fact *);

/* The fact is part of the change, and carried out. */
void		put(struct desk *, const struct fact *);

/* May the ticket take this step?  OK, or why not. */
enum refusal	may(struct desk *, enum leg_step);

/* Refusals that say what is wrong. */
enum refusal	not_allowed(struct desk *, const char *state);
enum refusal	bad_request(struct desk *, const char *pointer, const char *expected);

/* Who stands aside or is held waits again, by itself. */
void		comes_back(struct desk *, const struct leg *);

/* at_window.c */
enum refusal	do_open(struct desk *), do_close(struct desk *), do_pause(struct desk *), do_resume(struct desk *);
enum refusal	do_start(struct desk *), do_finish(struct desk *), do_pass(struct desk *), do_abandon(struct desk *);
enum refusal	do_undo(struct desk *), do_lend(struct desk *);

/* The window is lent to these services until then (wall time); to none: no more. */
void		lend(struct desk *, int window, uint64_t services, int64_t until_ms);

/* The ticket leaves the window, and what waited for that happens. */
void		leave(struct desk *, const struct fact *);

/* The ticket at hand is finished, or the window opened.  False: it stops instead, and calls nobody. */
bool		make_way(struct desk *);

/* call.c */
enum refusal	do_next(struct desk *), do_recall(struct desk *), do_pick(struct desk *), do_unhold(struct desk *);
enum refusal	do_serve(struct desk *);

/* Is this the press that stands, once more? */
bool		pressed_twice(const struct desk *);

/* May the ticket at hand make way for another? */
enum refusal	may_call(struct desk *);

/* Would this window call somebody now without being asked? */
bool		calls_by_itself(const struct hall *, const struct layout *, int window);

/* Call who is next, if somebody is. */
void		call_next(struct desk *);

/* hand_on.c */
enum refusal	do_hold(struct desk *), do_transfer(struct desk *), do_legs(struct desk *);

/* All that this window holds waits again; what does not fit comes by itself (due.c). */
void		let_go(struct desk *, int window);

/* The ticket at hand still needs what the command says, and nothing else: may it, and it does. */
enum refusal	may_need(struct desk *);
void		needs(struct desk *);

/* May it be sent to this service; was it to go there later anyway? */
enum refusal	may_go_to(const struct desk *, int service);
bool		goes_there_later(const struct desk *, int service);

/* due.c */
enum refusal	do_due(struct desk *);

/* at_ticket.c */
enum refusal	do_cancel(struct desk *), do_return(struct desk *), do_defer(struct desk *), do_rate(struct desk *);
enum refusal	do_check_in(struct desk *);

/* guide.c */
enum refusal	do_class(struct desk *), do_service(struct desk *), do_void(struct desk *), do_needs(struct desk *);
enum refusal	do_link(struct desk *);

/* Has one person both? */
bool		linked(const struct hall *, const struct ticket *, const struct ticket *);

/* issue.c */
enum refusal	do_issue(struct desk *), do_printed(struct desk *), do_reprint(struct desk *);

/* May the person of this hash have a ticket of the service, beside `but` (NULL: none)? */
enum refusal	may_have(struct desk *, int service, int64_t hash, const struct ticket *but);

/* May the command's ticket, which was given up, wait again? */
enum refusal	may_have_again(struct desk *);

/* It is linked with what its person has besides. */
void		link_person(struct desk *, const struct ticket *);

/* Who has booked this takes a ticket: of no class but the first when it is late.  It waits from entry_ms of wall time on. */
enum refusal	issue_booked(struct desk *, const struct booking *, bool late, int64_t entry_ms);

/* booking.c */
enum refusal	do_book(struct desk *), do_cancel_booking(struct desk *), do_check_in_booking(struct desk *);

/* close_day.c */
enum refusal	do_close_day(struct desk *), do_end_day(struct desk *);
/* opening.c */
enum refusal	do_override(struct desk *);

/* emergency.c */
enum refusal	do_suspend(struct desk *), do_evacuate(struct desk *), do_resume_hall(struct desk *), do_notice(struct desk *);
enum refusal	do_alarm(struct desk *), do_answer_alarm(struct desk *), do_end_alarm(struct desk *);

/* people.c */

/* Whoever is signed in at the window is so no more, by itself. */
void		leave_seat(struct desk *, int window);

enum refusal	do_add_staff(struct desk *), do_set_password(struct desk *);
enum refusal	do_sign_in(struct desk *), do_sign_out(struct desk *);
enum refusal	do_give_token(struct desk *), do_end_tokens(struct desk *);

#endif
