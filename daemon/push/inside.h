/* What the files of this folder share. */
#ifndef PUSH_INSIDE_H
#define PUSH_INSIDE_H

#include <jansson.h>

#include "daemon/core/push_kinds.h"
#include "daemon/net/post.h"
#include "daemon/net/server.h"
#include "daemon/push/push.h"
#include "daemon/push/webhook.h"

#define LIMIT_S		15	/* of a request */
#define EVENTS_ROOM	256	/* read from the log at a time */
#define DEAD_MAX	100
#define RESULTS_MAX	64
#define ERROR_MAX	160
#define COMMAND_MAX	64	/* bytes of its id */

enum lane_kind { STATES, EVENTS, COMMANDS, LANES };

struct lane {
	struct endpoint	*endpoint;
	bool		 busy;
	bool		 failing;
	int64_t		 began_ms;	/* steady time of the request that is on its way */
	int		 state;		/* STATES: which was sent last */
};

/* Events as they are sent, from a stretch of the log that ends with `last`; again: one by hand, behind the cursor. */
struct parcel {
	struct { int64_t seq; char *text; } event[EVENTS_ROOM];
	int		 count, next;
	int64_t		 last, prev;
	bool		 again;
};

/* An event that was not delivered.  again: it is to be sent once more. */
struct dead { int64_t seq; int status; int64_t at_ms; bool again; };

/* What came of a command; told until it was taken. */
struct result { char id[COMMAND_MAX]; int status; json_t *body; bool told; };

struct endpoint {
	struct push_state *push;
	struct push	 of;		/* as the layout had it at the start */
	struct webhook_key key[WEBHOOK_KEYS];
	int		 keys;		/* 0: no secret can be read, so nothing is sent */
	struct lane	 lane[LANES];

	bool		 changed[PUSH_STATES];
	int64_t		 state_ms[PUSH_STATES];		/* steady time when it was told last; 0: it is due at once */

	int64_t		 seq, prev;	/* events up to here are delivered, or dead; the last of them */
	int64_t		 read;		/* the log is read up to here */
	int64_t		 read_prev;
	struct parcel	 parcel[2];	/* the first is being sent, the second was read meanwhile; next < count, or there is none */
	bool		 reading;
	int		 tries;		/* of the next event */
	struct dead	 dead[DEAD_MAX];
	int		 deads;

	struct result	 result[RESULTS_MAX];
	int		 results, running;	/* running: commands of which nothing is known yet */
	int64_t		 asked_us;	/* real time of the last poll */
	int64_t		 poll_ms;	/* steady time of the next one at the soonest */

	bool		 disabled;	/* it wants no more */
	int		 failures;	/* in a row */
	int64_t		 wait_ms;	/* steady time until which nothing is sent, */
	int64_t		 waits_ms;	/* since then */
	int64_t		 ok_ms, failed_ms;	/* wall time of the last answer that was good, and that was not; 0: none */
	char		 error[ERROR_MAX];
};

struct push_state {
	struct server	*server;
	struct poster	*poster;
	struct timer	*timer;
	char		 path[256];
	int64_t		 kept_ms;	/* steady time */
	bool		 unkept, keeping;
	struct telling	*telling;	/* states.c */
	bool		 making;
	uint32_t	 count;		/* of what was sent, for ids */
	char		 run[12];	/* of this start, likewise */
	struct endpoint	 endpoint[PUSH_MAX];
	int		 endpoints;
};

/* What is sent, as it is signed. */
struct message { char *bytes; size_t len; bool gzipped; };

/* push.c: sends a message (whose bytes it takes) in a lane; and looks what is due next. */
void	lane_send(struct lane *, const char *id, const struct message *, int limit_s);
void	lane_failed(struct lane *, int status, int retry_after_s, const char *error);
void	push_look(struct push_state *);
const struct hall *push_hall(const struct push_state *);

/* Is it told of these: a place in push_kinds(), or -1? */
bool	endpoint_tells(const struct endpoint *, int kind);

/* states.c */
int64_t	states_due_ms(const struct endpoint *);	/* steady time; TIMER_NEVER: one is on its way, or none is told */
void	states_send(struct endpoint *);

/* events.c */
bool	events_to_read(const struct endpoint *);
void	events_read(struct endpoint *);
bool	events_to_send(const struct endpoint *);
void	events_send(struct endpoint *);
void	events_answered(struct endpoint *, int status);
int	events_again(struct endpoint *, int64_t seq);	/* a dead one; -1: there is none */
void	events_free(struct endpoint *);

/* commands.c */
int64_t	commands_due_ms(const struct endpoint *);	/* steady time; TIMER_NEVER: something is under way */
void	commands_poll(struct endpoint *);
bool	commands_answered(struct endpoint *, const char *answer);	/* false: it is no JSON, or was cut */
void	commands_free(struct endpoint *);

/* cursors.c */
void	cursors_take(struct endpoint *, const json_t *all);
json_t	*cursors_read(struct push_state *);
void	cursors_write(struct push_state *);

#endif
