/*
 * A batch: what was decided while the last commit ran, and goes to disk
 * together.  Facts become events; what they touched becomes rows, taken from
 * the hall when the batch is handed over, each once however often it changed.
 *
 * Made by the loop, written by the store's thread, which sees nothing but it.
 */
#ifndef BATCH_H
#define BATCH_H

#include "daemon/core/hall.h"
#include "daemon/store/db.h"

struct event_row {
	struct fact	 fact;
	char		*body;		/* JSON */
	char		*record, *private;	/* of a record that was written, its row's JSON; else NULL */
};

/* What somebody said. */
struct note_row {
	char		 id[TOKEN_MAX];
	char		*text;
	int64_t		 at_ms;		/* wall time */
};

/* A layout that was taken. */
struct layout_row {
	int		 rev;
	char		*text;		/* of hall.json */
	int64_t		 at_ms;		/* wall time */
	char		 actor[ACTOR_MAX];
};

struct ticket_row {
	struct ticket	 ticket;
	char		 class[ID_MAX];
	struct leg	 leg[TICKET_LEGS_MAX];
	char		 service[TICKET_LEGS_MAX][ID_MAX];
	int		 legs;
};

/* One that was made; what becomes of it is told by its facts. */
struct booking_row {
	struct fact	 fact;
	char		 service[ID_MAX], class[ID_MAX];
};

struct window_row {
	int		 no;
	struct window	 window;
	char		*lent;		/* JSON */
};

/* An answer kept under its Idempotency-Key. */
struct answer_row {
	char		 key[65], request[65];	/* digests */
	int		 status;
	char		*body;
	int64_t		 at_ms;
};

struct batch {
	char		 boot[40];
	struct event_row *event;
	struct note_row	*note;
	struct booking_row *booking;
	struct layout_row *layout;
	uint32_t	*touched;	/* ids of tickets; one may stand there more than once */
	struct ticket_row *ticket;
	struct window_row *window;
	struct counter	*counter;
	struct roll	*roll;
	struct staff	*staff;
	struct answer_row *answer;
	size_t		 bookings, booking_room;
	size_t		 layouts, layout_room;
	size_t		 events, notes, touches, tickets, windows, counters, rolls, staffs, answers;
	size_t		 event_room, note_room, touch_room, ticket_room, window_room, counter_room, roll_room, staff_room,
			 answer_room;
	enum db_result	 result;
	int64_t		 took_us;	/* to write it */
};

/* One more change; `hall` is the one that it was just applied to. */
void	batch_add(struct batch *, const struct hall *, const struct change *);
void	batch_answer(struct batch *, const struct answer_row *);	/* body is taken */

/*
 * Take the rows that the facts touched, as they are in the hall now.  Those of
 * tickets alone before their day is closed: after that the hall has them no more.
 */
void	batch_fill(struct batch *, const struct hall *);
void	batch_fill_tickets(struct batch *, const struct hall *);

/* Write everything, all or nothing.  Runs on the store's thread. */
enum db_result batch_write(struct batch *, struct db *);

/* Empty again; keeps its room. */
void	batch_clear(struct batch *);
void	batch_free(struct batch *);

#endif
