/*
 * The opening check: can the hall open?  Pure: what is known comes in, what was
 * found goes out, the worst first.  A point that is looked at is a row of the
 * table in ready.c.
 *
 * What a finding says to people are the texts ready.what.KEY and ready.do.KEY,
 * with its values in the places of their names.
 */
#ifndef READY_H
#define READY_H

#include <jansson.h>

#include "daemon/core/hall.h"

#define READY_PRINTERS	16
#define READY_ENDPOINTS	PUSH_MAX
#define READY_PARTS	48	/* of a day: half hours, from midnight */

/* Green: as it should be; amber: the hall can open, and something is to be done; red: it cannot, or part of it. */
enum ready_state { READY_GREEN, READY_AMBER, READY_RED, READY_STATES };

/* What is wrong with a device; the addresses of one that are in the same state together. */
struct ready_device {
	const char	*id, *kind, *reason;
	const char	*state;		/* "unplugged", "fault", "degraded", "silent" */
	int64_t		 since_ms;	/* wall time */
	bool		 asked;		/* it is only that its answer is still awaited */
	json_t		*windows;	/* numbers (borrowed); those at which it is */
};

struct ready_printer {
	const char	*id;
	int		 left_mm;	/* -1: not known */
	int		 print_mm;	/* that a ticket takes; 0: not known */
	int		 printed;	/* on the last whole day that it printed on: its share of what is expected goes by it */
	bool		 low, out;	/* its sensor says so; out is a fault of the device */
};

struct ready_endpoint { const char *url, *state, *error; };

struct ready_known {
	const struct hall *hall;
	const struct layout *layout;
	struct instant	 now;

	struct ready_device device[TROUBLES_MAX];	/* that are not well */
	struct ready_printer printer[READY_PRINTERS];
	struct ready_endpoint endpoint[READY_ENDPOINTS];
	int		 devices, printers, endpoints;
	double		 came[READY_PARTS];	/* tickets of a day like this, by half hour */
	bool		 expects;		/* that is known */

	bool		 stores;	/* commands are written */
	int64_t		 free_bytes;	/* where they are; -1: not known */
	int		 ntp;		/* 1: NTP keeps the clock; 0: nothing does; -1: not known */
	int		 backup_day, second_day;	/* date of the newest copy, and of the one in the second place; 0: there is none; -1: not known */
	bool		 second_hangs;	/* it does not answer */
	bool		 backup_failed;	/* the last one */
	const char	*layout_problem;	/* why hall.json as it is now is not in force; "": it is */
	const char	*learnt_problem;	/* what becomes of what was learnt; "": it is kept */
};

struct finding {
	enum ready_state state;
	const char	*point, *key;	/* static */
	json_t		*values;
};

#define READY_FINDINGS 256
struct readiness {
	enum ready_state state;		/* the worst */
	int		 points, bad;	/* looked at; of those not green */
	int64_t		 opens_ms;	/* of today if that is still to come or it is open, else the next; 0: not known */
	struct finding	 finding[READY_FINDINGS];
	int		 count;
};

/* What was found; its values are new. */
void		 ready_look(struct readiness *, const struct ready_known *);
void		 ready_clear(struct readiness *);

/*
 * What was bad in a line, as an inspection keeps it, the worst first; each with
 * what it is about: "devices.unplugged printer; staff.absent 3 5".  As many as
 * a record has room for, then "…".
 */
#define READY_SUMMARY	(RECORD_TEXT - RECORD_FIELDS)
void		 ready_summary(char out[READY_SUMMARY], const struct readiness *);

const char	*ready_state_name(enum ready_state);

/*
 * When it is looked by itself for the next time, wall time: /office/ready_min
 * before an opening, and once more when the hall opens, as only then is it seen
 * who is there; at once when that is past, and the hall not closed again.  0:
 * not within the days that are known.
 */
int64_t		 ready_at(const struct hall *, const struct layout *, int64_t wall_ms, int *date);

/* The check of a date's opening, as it was written last: its own before one that people wrote.  NULL: there is none. */
const struct record *ready_written(const struct hall *, int date);

#endif
