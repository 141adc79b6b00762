/*
 * A command: what somebody or something asks of the hall, wherever it came
 * from (HTTP, a keypad's frame, the socket, a timer).
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/fact.h"
#include "daemon/core/refusal.h"

enum verb {
	DO_NOTHING,
	/* at a window */
	DO_OPEN, DO_CLOSE, DO_NEXT, DO_RECALL, DO_PICK, DO_START, DO_FINISH, DO_PASS, DO_ABANDON, DO_HOLD, DO_UNHOLD,
	DO_TRANSFER, DO_PAUSE, DO_RESUME, DO_SERVE, DO_LEGS, DO_UNDO, DO_ALARM,
	/* about tickets */
	DO_ISSUE, DO_CANCEL, DO_CHECK_IN, DO_DEFER, DO_RETURN, DO_RATE, DO_CHANGE_CLASS, DO_CHANGE_SERVICE, DO_REPRINT,
	DO_VOID, DO_NEEDS, DO_LINK,
	/* about bookings */
	DO_BOOK, DO_CANCEL_BOOKING, DO_CHECK_IN_BOOKING,
	/* about people */
	DO_ADD_STAFF, DO_SET_PASSWORD, DO_SIGN_IN, DO_SIGN_OUT, DO_GIVE_TOKEN, DO_END_TOKENS,
	DO_CALL_HELP, DO_ANSWER_HELP, DO_END_HELP, DO_TELL_BUSY,
	/* by the daemon itself */
	DO_PRINTED, DO_DEVICE, DO_ROLL, DO_STARTED, DO_DUE,
	DO_NOTE_CLOCK,		/* it was stepped */
	DO_END_DAY,		/* with slips a step of it: to be repeated while pick_unserved() finds somebody */
	DO_CLOSE_DAY,		/* a step of it: to be repeated until hall.day_open is false */
	/* about the hall */
	DO_OVERRIDE, DO_SUSPEND, DO_EVACUATE, DO_RESUME_HALL, DO_NOTICE,
	DO_LAYOUT,		/* it is in force already */
	DO_LEND,		/* a window to other services, for a time */
	DO_ANSWER_ALARM, DO_END_ALARM,	/* somebody comes to a window that called for help; it needs none any more */
	/* about records (daemon/office): new ones and changed ones, a step of one, what is due there by itself */
	DO_WRITE, DO_STEP, DO_OFFICE_DUE,
	DO_COPY_ROSTER,		/* a step of it: to be repeated for those behind the first COPY_STEP */
	DO_SWAP_ROSTER, DO_CLOCK,
	DO_JUDGE_LEAVE,		/* what a leave was granted or withdrawn for and there was no room to judge: to be repeated while it has none */
	VERBS
};

#define WORDS_MAX	800	/* bytes of what somebody says: a reason, or with a rating JSON {options, comment} */

struct command {
	enum verb	verb;
	char		actor[ACTOR_MAX];
	int		window;		/* number; 0: none */
	uint32_t	ticket;		/* id; 0: none; pick, unhold: which */
	uint32_t	staff;		/* id; 0: none */
	int		service;	/* place in the layout; issue: the first; transfer, serve: -1: none is named */
	int		further[LEGS_MAX - 1];	/* issue: the services behind it; legs, finish: all that are still needed */
	int		further_count;
	bool		needs;		/* finish: further[] says what is still needed */
	int		to;		/* transfer: number of a window; 0: to a service */
	bool		new_time;	/* transfer: it waits from now on */
	int		minutes;	/* hold: 0: as policy.hold_s */
	bool		move;		/* sign in: leave the other window, whatever it does */
	int		places;		/* defer: how many others first */
	int		grade;		/* rate: 1 to 5 */
	int		holder_needs;	/* issue, needs: bits of enum holder_need */
	uint32_t	link;		/* link: id of the other ticket */
	char		words[WORDS_MAX];	/* a reason, what comes with a rating; or empty */
	char		note[TOKEN_MAX];	/* their id, drawn by the caller */
	int64_t		until_ms;	/* pause: wall time at which somebody means to be back; notice, lend: its end; 0: nobody says */
	uint64_t	lent;		/* lend: a bit each service, by place in the layout; 0: no more */
	int		class;
	int		language;
	bool		big;		/* issue: big type on paper */
	int		files;		/* issue: so many at once; 0: one */
	bool		rehearsal;	/* issue: nobody's */
	bool		remote;		/* issue: from afar */
	uint32_t	earlier;	/* issue from afar: a ticket of the same holder; 0: none is known */
	bool		slips;		/* end day: who waits has a time on another day instead */
	uint32_t	booking;	/* id */
	char		code[CODE_MAX];	/* book, end day with slips: drawn by the caller */
	int64_t		from_ms, to_ms;	/* book: wall time */
	int64_t		reference;	/* book: see struct booking */
	char		person_id[TOKEN_MAX];	/* issue: drawn by the caller, of the row for the person */
	struct person	person;		/* issue */
	bool		closed;		/* override: see struct override */
	int		until_min, quota;
	struct text	text;		/* evacuate, notice: see struct fact */
	bool		drill;		/* evacuate */
	const char	*layout;	/* layout: its text, borrowed until it is submitted; reason is its digest */
	char		printer[ID_MAX];	/* issue: where to print; empty: nowhere; reprint, printed: where; empty: as it is */
	char		token[TOKEN_MAX];	/* issue: drawn by the caller, since the core has no chance */
	int		print;		/* printed: enum print_state */
	int		mm;		/* printed: paper that it took */
	int		roll;		/* roll: enum roll_word */
	bool		answers;	/* roll: what was asked, and nothing if it is no more */
	char		device[ID_MAX];
	int		address;
	bool		busy;		/* help: that many tickets are taken at the kiosk, not that it was called for */
	bool		faulty;		/* device: fault or ok */
	char		reason[TEXT_MAX];	/* device: of the fault */
	char		name[32];
	int		role;
	char		secret[SECRET_MAX];	/* hash of a password or of a session token */
	int64_t		session_ms;	/* sign in: wall time at which the session ends */
	char		instead[SECRET_MAX];	/* sign in: hash of the session whose place it takes; empty: none */
	struct record	record;		/* write: as it is to be; its rev: the one that was read, 0: new.  Step: which, and what is said with it */
	const struct record_step *step;
	const struct record *copy;	/* copy roster: duties as they are to be, each of which fits; borrowed until it is submitted */
	int		copies;
	uint32_t	duty, other_duty;	/* swap roster: ids */
	char		boot[40];
	int64_t		offset_ms;
	int		goes_on;	/* close day: see struct fact */
	int64_t		stepped_ms;	/* note clock: likewise */
};

struct verb_row {
	const char	*name;		/* in paths and key tables; "next" */
	enum { AT_NOTHING, AT_WINDOW, AT_TICKET } at;
};
extern const struct verb_row verbs[VERBS];

/* The verb of a window's or a ticket's command, DO_NOTHING when there is none of that name. */
enum verb	verb_at_window(const char *name);
enum verb	verb_at_ticket(const char *name);

/* Is there a case for it?  If not, hall_decide refuses it not_available. */
bool		verb_built(enum verb);

#endif
