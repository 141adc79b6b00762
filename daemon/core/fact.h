/*
 * A fact: one thing that happened in the hall, one row of the event log.
 *
 * Facts are the only way in which a hall changes (hall_apply), and the only
 * thing that is stored for good; everything else is a cache of them.  What a
 * kind carries is a row of the table in fact.c, from which the JSON of the
 * event's body and of streams is made and read.
 */
#ifndef FACT_H
#define FACT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/core/id_number.h"
#include "daemon/core/instant.h"
#include "daemon/core/layout.h"
#include "daemon/core/record.h"

#define NUMBER_MAX	12	/* bytes of "A037" with its NUL */
#define TOKEN_MAX	20	/* bytes of a ticket's token, or a note's id; 96 bits */
#define TOKEN_CHARS	16
#define ACTOR_MAX	40	/* staff:ID, device:ID, holder, ctl, system */
#define CODE_MAX	12	/* bytes of a booking's code */
#define SECRET_MAX	160
#define LEGS_MAX	6	/* services on one ticket, as it is taken */
#define TICKET_LEGS_MAX	24	/* and when it was sent on often */

struct hall;

enum fact_kind {
	FACT_NONE,
	TICKET_ISSUED, TICKET_CALLED, TICKET_RECALLED, TICKET_STARTED, TICKET_FINISHED, TICKET_PASSED, TICKET_ABANDONED,
	TICKET_HELD, TICKET_TRANSFERRED, TICKET_RETURNED, TICKET_CANCELLED, TICKET_EXPIRED, TICKET_NO_SHOW, TICKET_CHANGED,
	TICKET_REACHED, TICKET_CHECKED_IN,
	TICKET_UNDONE, TICKET_PRINTED, RATING_GIVEN,
	WINDOW_OPENED, WINDOW_CLOSED, WINDOW_PAUSED, WINDOW_RESUMED, WINDOW_HANDED_OVER, WINDOW_LENT,
	STAFF_ADDED, STAFF_PASSWORD, STAFF_SIGNED_IN, STAFF_SIGNED_OUT,
	DEVICE_FAULT, DEVICE_OK, DEVICE_ROLL, HELP_CALLED, HELP_ANSWERED, HELP_ENDED, KIOSK_BUSY,
	PANIC_RAISED, PANIC_ANSWERED, PANIC_ENDED,
	HALL_STARTED, HALL_CLOCK, HALL_ENDING, HALL_DAY_CLOSED, HALL_OVERRIDE, HALL_LAYOUT,
	HALL_HALTED, HALL_EVACUATED, HALL_RESUMED, HALL_NOTICE,
	BOOKING_MADE, BOOKING_CANCELLED, BOOKING_CHECKED_IN, BOOKING_NO_SHOW,
	RECORD_FACTS = BOOKING_NO_SHOW,	/* + its subject: a record was written */
	FACT_KINDS = RECORD_FACTS + SUBJECTS
};

/* Who may see a kind in a stream; a wider audience sees what a narrower sees. */
enum audience { TO_NOBODY, TO_MANAGER, TO_STAFF, TO_PUBLIC };

/* What became of a ticket on paper. */
enum print_state { PRINT_NONE, PRINT_QUEUED, PRINT_SENT, PRINT_DONE, PRINT_UNCONFIRMED, PRINT_FAILED, PRINT_STATES };

/* What is known of the paper in a printer: asked, new and same of one that was open or empty. */
enum roll_word { ROLL_ASKED, ROLL_NEW, ROLL_SAME,
	ROLL_NEAR,		/* its sensor sees that it is nearly out */
	ROLL_WORDS };

enum role { ROLE_NONE, ROLE_KIOSK, ROLE_DISPLAY, ROLE_CLERK, ROLE_GUIDE, ROLE_MANAGER, ROLE_INSPECTOR, ROLE_ADMIN, ROLE_PLATFORM,
	ROLE_WINDOW,		/* a device that commands one window; a display may stand at one too */
	ROLES };

/* What a holder needs of those who serve: bits. */
enum holder_need { NEED_DEAF = 1, NEED_BLIND = 2, NEED_WHEELCHAIR = 4, NEED_LANGUAGE = 8, NEED_READING = 16 };
#define HOLDER_NEEDS	5
#define NEEDS_SAID	(1 << HOLDER_NEEDS)	/* in a fact: they were said, maybe that there are none */

/* Why this ticket was called and no other. */
enum rule { RULE_NONE, RULE_ONLY, RULE_MAX_WAIT, RULE_LEVEL, RULE_CLASS, RULE_SCORE, RULE_ENTRY, RULE_ID,
	RULE_PICKED,		/* somebody chose it */
	RULE_HELD,		/* its window had it */
	RULES };
struct why {
	uint8_t	rule;			/* what set it apart from the runner-up */
	uint8_t	level, runner_level;	/* of each, as everything here: at the call */
	int	limit_s;		/* RULE_MAX_WAIT: what it waited longer than */
	int64_t	score, runner_score;
	int64_t	waited_ms, runner_waited_ms;
	char	runner_up[NUMBER_MAX];	/* the next best; empty: nobody else */
};

struct fact {
	enum fact_kind	kind;
	int64_t		seq;
	struct instant	at;
	char		actor[ACTOR_MAX];

	uint32_t	ticket;		/* id, from 1; 0: none */
	int		window;		/* number; 0: none */
	int		service, class;	/* places in hall.service_id, hall.class_id; changed: as it is then */
	int		further[LEGS_MAX - 1];	/* issued: services of the legs behind the first; changed: of new ones at its end */
	int		further_count;
	int		removed[LEGS_MAX - 1];	/* changed: services of legs that are not wanted any more */
	int		removed_count;
	int		new_class;	/* changed, checked in: its place + 1; 0: as it was */
	int		needs;		/* issued, changed: bits of enum holder_need, NEEDS_SAID */
	int		link;		/* changed: id of another ticket of the same person; 0: none */
	bool		voided;		/* cancelled: counted nowhere */
	int		to;		/* transferred: service of the new leg */
	int		to_window;	/* transferred: the one window that is to call it; 0: any */
	bool		keep_time;	/* transferred: it waits since its old entry */
	int		hold_s;		/* held, reached: for so long; held 0: for as long as it takes */
	int		language;
	bool		big;		/* issued: number and service in big type */
	int		files;		/* issued: so many at once; 0: one */
	bool		rehearsal;	/* issued: nobody's; counted nowhere */
	bool		remote;		/* issued: from afar; its holder is not here yet */
	int		entry_in_ms;	/* issued for a booking: it waits from so much later on */
	bool		slips;		/* ending: who waited has booked another day */
	uint32_t	booking;	/* id; expired: that was made for it, 0: none */
	char		code[CODE_MAX];	/* booked */
	int64_t		from_ms, to_ms;	/* booked: wall time */
	int64_t		reference;	/* booked: see struct booking */
	char		person_id[TOKEN_MAX];	/* issued: of the row that has person; empty: nobody is known */
	char		number[NUMBER_MAX];
	char		token[TOKEN_MAX];
	int		value;		/* issued: the counter's value; device: the address; layout: its rev */
	char		device[ID_MAX];	/* a printer, the device at fault, who calls for help */
	int		print;		/* enum print_state */
	int		mm;		/* printed: paper that it took; 0: none, as far as is known; roll: a new one, so much the one before it gave */
	int		roll;		/* enum roll_word */
	bool		no_start;	/* finished straight from called */
	bool		implicit;	/* finished by the next call */
	bool		later;		/* when the ticket at the window leaves it */
	bool		at_close;	/* finished because the day was closed */
	bool		flagged;	/* day closed: the clock was stepped on it, so its times are not to be trusted */
	int64_t		stepped_ms;	/* clock: by so much, for who goes by the wall clock */
	int		goes_on;	/* day closed: the earlier day that goes on, as the clock was wrong; 0: the next */
	bool		busy;		/* help: nobody called, but many tickets were taken there */
	bool		with;		/* of the same command as the fact before it */
	int		times;		/* recalled or passed how often */
	int		after;		/* passed, deferred: back after so many others; 0: at once */
	int		grade;		/* 5 is best, 1 worst */
	struct why	why;
	uint32_t	staff, from_staff;	/* ids */
	int		role;		/* enum role */
	char		reason[TEXT_MAX];	/* a device's fault; layout: SHA-256 of its text */
	int64_t		until_ms;	/* paused: wall time at which somebody means to be back, whole minutes; notice, lent: its end; 0: nobody said */
	uint64_t	lent;		/* lent: to these, a bit each by place in hall.service_id; 0: no more */
	char		note[TOKEN_MAX];	/* id of what somebody said with it (change.words); empty: nothing */
	char		boot[40];	/* the kernel's boot id */
	int64_t		offset_ms;	/* what boot time was raised by to make steady time */
	int64_t		session_ms;	/* signed in: wall time at which the session ends */
	bool		closed;		/* override: see struct override */
	int		until_min, quota;
	struct text	text;		/* evacuated, notice: in public, so not kept apart; empty: the usual words; no notice any more */
	bool		drill;		/* evacuated: it is none */
	/* Kept in rows of their own, never in the event, so that they can be erased. */
	char		name[32];	/* an account's */
	char		secret[SECRET_MAX];	/* hash of a password or of a session's token */
	struct person	person;		/* issued, booked */
	struct record	record;		/* written: as it is now; its private texts are kept apart too */
};

#define KIND_FIELDS 20
struct kind {
	const char	*name;
	enum audience	 audience;
	uint8_t		 field[KIND_FIELDS + 1];	/* rows of the table in fact.c, then 0 */
};
extern const struct kind kinds[FACT_KINDS];

enum fact_kind	 fact_find(const char *name);	/* FACT_NONE: no such kind */

/* The body of a fact's event (new), with everything hall_apply needs. */
json_t		*fact_body(const struct hall *, const struct fact *);

/* The data of a fact in a stream (new): {seq, prev, kind, at, number, ...}. */
json_t		*fact_public(const struct hall *, const struct fact *, int64_t prev);

/* The same (new), of an event that was logged with this body. */
json_t		*fact_logged(int kind, const json_t *body, int64_t seq, int64_t at_ms, int64_t prev);

/*
 * Fill in what a body says; kind, seq, at and actor are the caller's.  Services
 * and classes that the hall no longer has are added to it, nameless.
 * 0, or -1 when a member is missing or of the wrong type.
 */
int		 fact_read(struct hall *, struct fact *, const json_t *body);

/* The why of a call's body.  0, or -1: it is none. */
int		 why_read(struct why *, const json_t *);
/* The ids of a set of services, a bit each by place in the hall (new). */
json_t		*services_set(const struct hall *, uint64_t set);

/* A text as a body has it, {zh, en} (new); and back: 0, or -1. */
json_t		*text_pair(const struct text *);
int		 text_pair_read(struct text *, const json_t *);

const char	*print_state_name(int);
const char	*roll_word_name(int);
const char	*role_name(int);
enum role	 role_find(const char *name);	/* ROLE_NONE: no such role */
const char	*need_name(int);			/* of the bit 1 << i */
int		 need_find(const char *name);	/* the bit; -1: no such need */
const char	*rule_name(int);
const char	*language_name(int);
int		 language_find(const char *name);	/* -1: no such language */

/* RFC 3339 with the hall's offset: "2026-11-24T09:30:00+08:00". */
#define TIME_TEXT 32
void		 time_text(char out[TIME_TEXT], int64_t wall_ms);

/* Of any offset, also with three digits of a second.  Wall time; -1: it is none. */
int64_t		 time_read(const char *text);

#endif
