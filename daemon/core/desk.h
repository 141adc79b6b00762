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

/* at_window.c */
enum refusal	do_open(struct desk *), do_close(struct desk *), do_pause(struct desk *), do_resume(struct desk *);
enum refusal	do_next(struct desk *), do_recall(struct desk *), do_start(struct desk *);
enum refusal	do_finish(struct desk *), do_pass(struct desk *), do_abandon(struct desk *);

enum refusal	do_undo(struct desk *);

/* The ticket leaves the window, and what waited for that happens. */
void		leave(struct desk *, const struct fact *);

/* at_ticket.c */
enum refusal	do_cancel(struct desk *), do_return(struct desk *), do_defer(struct desk *), do_rate(struct desk *);

/* issue.c */
enum refusal	do_issue(struct desk *), do_printed(struct desk *), do_reprint(struct desk *);

/* opening.c */
enum refusal	do_override(struct desk *);

/* people.c */
enum refusal	do_add_staff(struct desk *), do_set_password(struct desk *);
enum refusal	do_sign_in(struct desk *), do_sign_out(struct desk *);
enum refusal	do_give_token(struct desk *), do_end_tokens(struct desk *);

#endif
