/*
 * A hall: who waits, who is called where, who works at which window.
 *
 * Plain data: arrays by index, no pointers, no I/O, no clock; a copy of it is a
 * hall.  Two are kept (ledger.h): what was decided, and what is on disk.
 *
 * hall_decide() turns a command into facts, hall_apply() is the one place that
 * carries a fact out; applying a day's facts to an empty hall gives the hall
 * again, which is what happens at each start.
 */
#ifndef HALL_H
#define HALL_H

#include "daemon/core/calendar.h"
#include "daemon/core/command.h"
#include "daemon/core/fact.h"
#include "daemon/core/layout.h"
#include "daemon/core/leg.h"

#define TICKETS_MAX	32768	/* of the days that are not closed */
#define BOOKINGS_MAX	4096	/* of days to come, and of this one */
#define COUNTERS_MAX	SERVICES_MAX
#define STAFF_MAX	512
#define SESSIONS_MAX	1024

struct ticket {
	uint32_t	id;		/* from 1, never used again */
	int		day;		/* business day of its number */
	char		number[NUMBER_MAX];
	char		token[TOKEN_MAX];
	uint8_t		class;		/* place in hall.class_id */
	uint8_t		language;
	bool		big;		/* in big type on paper */
	uint8_t		print;		/* enum print_state */
	char		printer[ID_MAX];
	bool		reprint;	/* it may be on paper already: the next one says so */
	int64_t		queued_ms;	/* steady time: to be printed since */
	int64_t		issued_ms;	/* wall time */
	uint32_t	first, leg;	/* its first and its current leg, places in hall.leg */
	bool		rated;
	uint8_t		files;		/* so many at once, 1-99 */
	bool		rehearsal;	/* nobody's: counted nowhere */
	bool		voided;		/* cancelled, and counted nowhere */
	uint8_t		needs;		/* of its holder: bits of enum holder_need */
	uint32_t	link;		/* id of the next ticket of the same person, in a ring; 0: none */
	bool		remote;		/* taken from afar */
	uint32_t	booking;	/* expired: id of one that was made for it; 0: none */
	struct person	person;		/* whose, on its day; not told by facts */
};

/* A time that somebody has booked.  Checked in, it is a ticket as others. */
enum booking_state { BOOKING_IS_MADE, BOOKING_IS_CHECKED_IN, BOOKING_IS_CANCELLED, BOOKING_IS_NO_SHOW, BOOKING_STATES };
struct booking {
	uint32_t	id;		/* from 1, never used again */
	char		code[CODE_MAX];	/* its holder's only key */
	uint8_t		state;		/* enum booking_state */
	uint8_t		service, class;	/* places in hall.service_id, hall.class_id */
	uint8_t		language;
	int64_t		from_ms, to_ms;	/* wall time; it is of the date on which it begins */
	int64_t		reference;	/* keyed hash of who sent it and of its reference there; 0: it has none */
	uint32_t	ticket;		/* checked in: id; else 0 */
	struct person	person;		/* whose; not told by facts */
};

enum window_state { OFFLINE, IDLE, CALLING, SERVING, PAUSED, CLOSED, WINDOW_STATES };

/* What happens when the ticket at the window leaves it. */
enum pending { PENDING_NONE, PENDING_PAUSE, PENDING_CLOSE, PENDINGS };

struct window {
	uint8_t		state;		/* enum window_state */
	uint8_t		pending;
	uint32_t	ticket;		/* id of the ticket at hand; 0: none */
	uint32_t	staff;		/* signed in here; 0: nobody */
	int64_t		since_ms;	/* steady time: in this state since */
	int64_t		until_ms;	/* paused or to be: wall time at which somebody means to be back; 0: nobody said */
	int64_t		touched;	/* seq of the last fact that changed it */
	int64_t		next_ms;	/* steady time of the press of next that stands: it called, or stopped the window; 0: none */
	uint64_t	lent;		/* to these services, a bit each by place in hall.service_id; 0: to none */
	int64_t		lent_until_ms;	/* wall time */
};

/* Legs that wait, stand aside or are held, in the order of entry, then id. */
struct queue {
	uint32_t	head, tail;	/* places in hall.leg + 1; 0: none */
	int		count;
	int		waiting;	/* of them, people who wait: not passed, held or reserved, and no rehearsals */
};

struct counter {
	char		prefix[4];
	int		day;		/* business day of `last` */
	int		last;		/* value given last; 0: none on this day */
};

struct staff {
	uint32_t	id;
	char		name[32];	/* of the account */
	int		role;
	char		password[SECRET_MAX];	/* scrypt, password.h */
};

struct session {
	char		hash[SECRET_MAX];	/* SHA-256 of the token in hex; empty: free */
	uint32_t	staff;
	int		window;		/* 0: none */
	int64_t		ends_ms;	/* wall time */
};

struct totals { int issued, served, abandoned; };	/* of hall.day */

/* A call as boards list it; the newest call or recall of a ticket only. */
#define CALLS_KEPT 10
struct call {
	int64_t		seq, steady_ms;
	uint32_t	ticket;		/* id */
	int		window;
	bool		recall;
};

/* What the last command at a window changed, as it was before. */
#define UNDO_LEGS 12
struct undo {
	int		no;		/* of the window; 0: free */
	int64_t		first, last;	/* its facts */
	int64_t		at_ms;		/* steady time */
	struct window	window;
	struct leg	leg[UNDO_LEGS];	/* LEG_NONE: it was not there */
	uint32_t	place[UNDO_LEGS];	/* of each, in hall.leg */
	int		legs;		/* over UNDO_LEGS: too many, it cannot be undone */
	struct totals	added;		/* to the totals of hall.day */
	int		first_call;	/* a first call of this service + 1; 0: none */
	struct call	call;		/* off the list since; seq 0: none */
};

/* Somebody called for help at a kiosk, today; or many tickets are taken there. */
#define HELPS_MAX 32
#define BUSY_OVER_MS (5 * 60 * INT64_C(1000))	/* it is over when none was too many for so long */
struct help {
	char		device[ID_MAX];	/* its name */
	bool		busy;		/* nobody called */
	int64_t		called_ms;	/* steady time */
	int64_t		last_ms;	/* busy: when one more was wanted */
	int64_t		answered_ms;	/* somebody is on the way since; 0: nobody yet */
	uint32_t	staff;		/* who; 0: not known */
};

/* The paper in a printer. */
struct roll {
	char		device[ID_MAX];
	int		used_mm;	/* since it was new */
	int		print_mm;	/* that the last print took; 0: there was none */
	bool		asked;		/* it may have been changed, and nobody has said */
	bool		near;		/* its sensor saw that it is nearly out */
	int		tickets;	/* printed since it was new */
	int		day, today;	/* printed on this business day, whatever the roll */
	int		before;		/* likewise on the last day before it that any were */
	int64_t		first_ms;	/* steady time of the first of these */
};

/* A device that does not do its work; at an address where it has one. */
#define TROUBLES_MAX 1024
struct trouble {
	char		device[ID_MAX];
	int		address;
	char		reason[TEXT_MAX];
	int64_t		since_ms;	/* steady time */
	bool		ordered;	/* its repair is, or was */
};

/* No new tickets any more: the day is closed once nobody is left, or, as slips are being printed and looked at, when it is over. */
enum ending { ENDING_NOT, ENDING_SERVES, ENDING_WITH_SLIPS };

/*
 * The hall stands still: nobody is called, nobody takes a ticket, and waiting
 * does not count.  Entries and deadlines stay as they are, in steady time; who
 * asks how long somebody waited (pick.c) or when a time is up (due.c, booking.c)
 * takes out what it stood.
 */
enum halt { HALT_NONE, HALT_SUSPENDED, HALT_DRILL, HALT_EVACUATED, HALTS };
#define STOPS_KEPT 16		/* of the day; before these, time counts as if it had not stood */
struct stop { int64_t from_ms, to_ms; };	/* steady time; to_ms 0: it still stands */

/* What of it is between two moments; from_ms == to_ms: nothing. */
struct stop	stop_within(const struct stop *, int64_t from_ms, int64_t to_ms);

/* All of them together between two moments, in ms. */
int64_t		stops_ms(const struct stop stop[], int count, int64_t from_ms, int64_t to_ms);

/* What stands on boards and pages for everybody. */
struct notice {
	struct text	text;		/* empty: there is none */
	int64_t		until_ms;	/* wall time; 0: until it is taken away */
};

/* A window calls the others for help. */
#define PANICS_MAX 16
struct panic {
	int		window;		/* 0: free */
	int64_t		since_ms;	/* steady time */
	uint32_t	helper;		/* account of who comes; 0: nobody yet */
	bool		answered;
};

struct hall {
	int64_t		seq;		/* of the last fact applied */
	int		day;		/* newest business day seen: a clock set back does not reopen one */
	int		closed_day;	/* closed last; 0: none yet */
	uint8_t		ending;		/* enum ending */
	bool		flagged;	/* the clock was stepped on this day */
	bool		day_open;	/* since then something was done that ends with its day */
	int64_t		steady_ms;	/* of the last fact: time does not go back */
	int64_t		wall_ms;
	char		boot[40];
	int64_t		offset_ms;
	struct totals	totals;

	char		service_id[SERVICES_MAX][ID_MAX];	/* the layout's, then those it has no more */
	char		class_id[CLASSES_MAX][ID_MAX];
	int		service_count, class_count;

	struct counter	counter[COUNTERS_MAX];
	int		counter_count;
	struct window	window[WINDOW_NO_MAX + 1];	/* by number */
	struct undo	undo[WINDOWS_MAX];
	int		doing;		/* place in undo[] of the command whose facts come; -1: of no window */
	struct queue	queue[SERVICES_MAX][CLASSES_MAX];
	struct queue	sent[SERVICES_MAX];	/* wait for one window (leg.to) */
	struct queue	aside[SERVICES_MAX];	/* passed or deferred: not to be called now */
	struct queue	away[SERVICES_MAX];	/* whose holder is at a window with another ticket (leg.elsewhere) */
	struct queue	held;
	struct queue	reserved;	/* remote tickets whose holders are not here yet */
	uint32_t	first_calls[SERVICES_MAX];	/* of tickets not called before; counted from 1 */
	uint32_t	last_called[SERVICES_MAX];	/* ticket id; 0: none yet */
	struct call	call[CALLS_KEPT];	/* newest first */
	int		call_count;

	struct override	override[SERVICES_MAX];
	int		layout_rev;	/* of the layout that was taken last; 0: none was */
	char		layout_digest[TEXT_MAX];	/* of its text */
	int		halt;		/* enum halt */
	struct text	evacuation;	/* what people are told; empty: the usual words */
	struct stop	stop[STOPS_KEPT];	/* oldest first */
	int		stop_count;
	struct notice	notice;
	struct panic	panic[PANICS_MAX];
	struct staff	staff[STAFF_MAX];
	int		staff_count;
	struct session	session[SESSIONS_MAX];
	struct roll	roll[DEVICES_MAX];
	int		roll_count;
	struct help	help[HELPS_MAX];	/* of each kind one a kiosk, the last */
	int		help_count;

	uint32_t	last_booking;		/* id given last; 0: none yet */
	uint32_t	last_ticket;		/* id given last; 0: none yet */

	/* Last, so that a copy need not touch what is not used. */
	uint32_t	ticket_count;		/* ticket[i].id is ticket[0].id + i */
	struct leg	leg[TICKETS_MAX];
	struct ticket	ticket[TICKETS_MAX];
	struct booking	booking[BOOKINGS_MAX];	/* in the order in which they were made */
	struct records	records;		/* of hall management */
	struct trouble	trouble[TROUBLES_MAX];	/* in the order in which they came */
	uint32_t	leg_count;
	int		booking_count;
	int		trouble_count;
};

/* What a command did, in order; or why it was refused. */
#define FACTS_MAX 24		/* of the queue and its windows */
#define FOLLOWING_MAX 16	/* and of what follows from them in the office */
#define CHANGE_MAX (FACTS_MAX + FOLLOWING_MAX)
#define COPY_STEP FOLLOWING_MAX	/* duties that are copied by a change */
struct change {
	struct fact	fact[CHANGE_MAX];
	int		count;
	uint32_t	ticket;		/* id of what it was about; 0: none */
	uint32_t	touched[FACTS_MAX + UNDO_LEGS];	/* ids of the tickets that it changed */
	int		touched_count;
	/* What somebody said with it: kept in a row of its own, so that it can be erased; the fact has its id. */
	char		note[TOKEN_MAX];	/* empty: nothing */
	char		words[WORDS_MAX];
	const char	*layout;	/* text of a layout that was taken, borrowed from the command; NULL: none */
	struct refusal_detail detail;
};

/* Empty, with the services and classes of the layout. */
void	hall_init(struct hall *, const struct layout *);

/* dst becomes src; touches only what src uses. */
void	hall_copy(struct hall *dst, const struct hall *src);

/*
 * Decide and carry out: either the command is refused and the hall is as
 * before, byte for byte, or its facts are in `change` and already applied.
 * They are applied one by one as they are found, since a later one depends on
 * the earlier (who is called depends on who was just finished); so every
 * refusal comes before the first fact.
 */
enum refusal hall_decide(struct hall *, const struct layout *, const struct command *, const struct instant *now,
    struct change *);

/* The one place where a hall changes.  0, or -1: the fact does not fit this hall. */
int	hall_apply(struct hall *, const struct fact *);

/* Is the business day to be closed before anything is done on this one?  It was used, and is over. */
bool	hall_day_over(const struct hall *, const struct instant *now);

/* What the day of now has come to: nothing, if none of its facts is there yet. */
struct totals hall_totals(const struct hall *, const struct instant *now);

/* Does it stand still: suspended, or being left? */
bool	hall_halted(const struct hall *);
const char *halt_name(int);

/* For how long it stood still between two moments of steady time, in ms. */
int64_t	hall_stood(const struct hall *, int64_t from_ms, int64_t to_ms);

/* Is there a notice at this wall time? */
bool	hall_noticed(const struct hall *, int64_t wall_ms);

/* The call for help of a window; NULL: there is none. */
const struct panic *hall_panic(const struct hall *, int window);

/* Reading a hall; NULL where there is none. */
const struct ticket *hall_ticket(const struct hall *, uint32_t id);
const struct ticket *hall_token(const struct hall *, const char *token);
const struct ticket *hall_number(const struct hall *, const char *number);	/* of the newest day */
const struct leg *hall_leg(const struct hall *, const struct ticket *);
const struct leg *hall_done(const struct hall *, const struct ticket *);	/* the last of its legs that is done */

/* The ticket that this window finished last, for so long after it; NULL: there is none, or it is rated. */
#define RATE_MS (5 * 60 * INT64_C(1000))
const struct ticket *hall_to_rate(const struct hall *, int window, int64_t steady_ms);

const struct booking *hall_booking(const struct hall *, uint32_t id);
const struct booking *hall_code(const struct hall *, const char *code);

const struct staff *hall_staff(const struct hall *, uint32_t id);
const struct staff *hall_staff_name(const struct hall *, const char *name);
const struct session *hall_session(const struct hall *, const char *hash);

/* The paper in a printer; NULL: nothing was printed there yet. */
const struct roll *hall_roll(const struct hall *, const char *device);

/* What is wrong with a device; NULL: nothing, as far as is known. */
const struct trouble *hall_trouble(const struct hall *, const char *device, int address);

/* The last call for help of a kiosk today, or that it was busy; NULL: there was none, or it was ended. */
const struct help *hall_help(const struct hall *, const char *device, bool busy);

/* The window at which a ticket's holder is with another one; 0: at none. */
int	hall_elsewhere(const struct hall *, const struct ticket *);

/* How many wait for a service, also those who let others go first; not those passed. */
int	hall_waiting(const struct hall *, int service);

/*
 * The level of a service at a window, by its place in the layout: 0, it is not
 * served there; 1 is called first.  A lent window calls the services that it is
 * lent to first, and its own a level later than the layout says.
 */
int	window_level(const struct hall *, const struct window_layout *, int service);

/*
 * The level of a leg at a window: 0, it is not called there.  What is sent to a
 * window has level 1 there and is called at no other, until that one is offline
 * or closed, or the layout has it no more.
 */
int	hall_level(const struct hall *, const struct layout *, const struct window_layout *, const struct leg *);

/*
 * Steady time until which a leg is held, or its holder is awaited: as much later
 * as the hall stood still since; 0: it is neither, or for as long as it takes.
 */
int64_t	hall_until(const struct hall *, const struct leg *, int64_t steady_ms);

/* The leg that this window has held for longest; NULL: it holds none. */
const struct leg *hall_held(const struct hall *, int window);

/* How many may be called at this window now. */
int	hall_waiting_at(const struct hall *, const struct layout *, int window);

/* By number of a window until when who is signed in there is so, by the last of their sessions: wall time; 0: nobody is, or without one (keypads). */
void	hall_seats(const struct hall *, int64_t until_ms[WINDOW_NO_MAX + 1]);

/* Does the window count as open: idle, calling or serving? */
bool	window_open(const struct window *);

/*
 * Where people of this window may go instead: open windows that serve all that
 * it does, by the layout's order, at most OTHERS_MAX.  Returns how many.
 */
#define OTHERS_MAX 3
int	window_others(const struct hall *, const struct layout *, int no, int others[OTHERS_MAX]);

/* What can be undone at this window, if nothing came between; NULL: nothing. */
const struct undo *hall_undo(const struct hall *, int window);

/* How many of a service may be called now. */
int	hall_ready(const struct hall *, int service);

const char *booking_state_name(int);
const char *window_state_name(int);
const char *pending_name(int);

/* Places in service_id, class_id; added when they are new, -1 when full. */
int	hall_service(struct hall *, const char *id);
int	hall_class(struct hall *, const char *id);

#endif
