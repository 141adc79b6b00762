/*
 * The states of a leg (one service of one ticket) and what may happen to it.
 *
 * The table in leg.c is the whole of contract "Tickets and windows": a step
 * that is not in it is refused.  leg_step() is the only writer of leg.state.
 */
#ifndef LEG_H
#define LEG_H

#include <stdbool.h>
#include <stdint.h>

enum leg_state {
	LEG_NONE,		/* not there yet; as an answer: the step is refused */
	LEG_RESERVED,		/* remote ticket or booking, not in the hall yet */
	LEG_NO_SHOW,
	LEG_LATER,		/* its turn comes when the leg before it is done */
	LEG_WAITING,
	LEG_CALLED,
	LEG_SERVING,
	LEG_PASSED,		/* called, did not come; returns after some others */
	LEG_HELD,		/* sent to fetch something; the window keeps it */
	LEG_DONE,
	LEG_TRANSFERRED,
	LEG_ABANDONED,
	LEG_CANCELLED,
	LEG_EXPIRED,
	LEG_STATES
};

enum leg_step {
	STEP_ISSUE,		/* take a ticket in the hall: its first leg */
	STEP_RESERVE,		/* remote ticket, booking */
	STEP_FURTHER,		/* a further leg of a ticket */
	STEP_SERVE,		/* serve somebody without a number */
	STEP_CHECK_IN,
	STEP_ADVANCE,		/* the leg before it was done or transferred */
	STEP_CALL,		/* next, pick */
	STEP_RECALL,
	STEP_START,
	STEP_FINISH,
	STEP_PASS,
	STEP_ABANDON,
	STEP_HOLD,
	STEP_UNHOLD,
	STEP_RELEASE,		/* held too long, or its window paused or closed */
	STEP_TRANSFER,
	STEP_RETURN,
	STEP_CHANGE,		/* of service or class */
	STEP_DEFER,		/* let some others go first */
	STEP_CANCEL,
	STEP_VOID,
	STEP_MISS,		/* did not check in in time */
	STEP_DAY_CLOSE,
	LEG_STEPS
};

struct leg {
	uint32_t	ticket;		/* its place in hall.ticket */
	uint8_t		state;		/* enum leg_state */
	uint8_t		service;	/* place in hall.service_id */
	uint8_t		recalls;	/* since the last call */
	uint8_t		passes;		/* how often it was passed */
	bool		no_start;	/* finished without a start */
	bool		called_before;
	bool		elsewhere;	/* its holder is at a window with a linked ticket: not to be called now */
	uint16_t	window;		/* number of the window it is or was last at; 0: none */
	uint16_t	to;		/* sent to this window, which alone calls it while it is there; 0: to none */
	uint32_t	until;		/* passed, deferred: back when its service had so many first calls; 0: not aside */
	/* Steady milliseconds (struct instant); 0: not yet. */
	int64_t		entry_ms;	/* waits since, for its order */
	int64_t		called_ms;	/* last call */
	int64_t		recalled_ms;	/* last call or recall */
	int64_t		started_ms;
	int64_t		ended_ms;
	int64_t		held_ms;	/* held, or reserved and reached, since, last */
	int64_t		held_until_ms;	/* held: waits again then; reserved and reached: no show then; 0: neither, or for as long as it takes */
	int64_t		touched;	/* seq of the last fact that changed it */
	uint32_t	next;		/* the ticket's next leg: place in hall.leg + 1; 0: it is the last */
	/* Its queue (queue.h): places in hall.leg + 1; 0: none. */
	uint32_t	queue_next, queue_prev;
};

/* Where the step leads from this state; LEG_NONE: it is refused. */
enum leg_state	leg_next(enum leg_state, enum leg_step);

/* Take the step.  0, or -1 and nothing changed. */
int		leg_step(struct leg *, enum leg_step);

/* Still on its way through the hall today? */
bool		leg_live(enum leg_state);

const char	*leg_state_name(enum leg_state);
enum leg_state	 leg_state_find(const char *name);	/* LEG_NONE: no such state */

#endif
