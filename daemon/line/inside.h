/*
 * A line from inside, for the files that make it up: below by file, each using
 * those above it, but that all events of a line end with lines_wish.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include "daemon/line/address.h"
#include "daemon/line/jobs.h"
#include "daemon/line/own.h"
#include "daemon/line/ports/port.h"

#define INPUT_MAX	4096	/* bytes that wait for the rest of a frame; more is noise */
#define TALKERS_MAX	4	/* kinds of frames on one line */

/* Who may be heard on a line: a device for each kind of frame. */
struct talker {
	int			 device;
	const struct driver	*driver;
};

struct line {
	TAILQ_ENTRY(line)	 entry;
	struct lines		*lines;
	const struct owner	*owner;
	const struct device	*device;	/* the first: its id, port and baud are the line's */
	int			 baud;
	struct addresses	 addresses;
	struct talker		 talker[TALKERS_MAX];
	int			 talkers;
	union driver_state	 state;

	struct port		 port;
	struct event		*go;		/* active: run line_go */
	struct event		*readable;
	struct event		*writable;
	int64_t			 opened_ms;
	int64_t			 listen_ms;	/* when to read an idle port again; INT64_MAX: it is being read */
	int64_t			 quiet_ms;	/* when what was heard has ended, if nothing follows; INT64_MAX: it has */
	int64_t			 retry_ms;	/* when to open next */
	int			 retry_wait_ms;
	const char		*trouble;	/* said in the log since it was open, or NULL */

	struct jobs		 jobs;
	struct pending		*current;	/* being sent, or waiting for its answer */
	size_t			 written;	/* bytes of current */
	int64_t			 deadline_ms;	/* of current */
	int64_t			 free_ms;	/* nothing is sent before */
	struct own		 own;

	uint8_t			 in[INPUT_MAX];
	size_t			 in_length;
};

/*
 * send.c: a job becomes current, its bytes go out, and its answer comes or does
 * not.  Those that return int write as much as the port takes; -1: the device
 * is gone.
 */
int		 send_start(struct line *, struct pending *);
int		 send_rest(struct line *);			/* of current */
void		 send_late(struct line *);			/* the deadline of current is over */
bool		 send_heard(struct line *, const struct address *, const struct said *);	/* was it its answer? */
void		 send_pause(struct line *, int64_t pause_ms);	/* send nothing for so long */
int		 send_gap_ms(const struct line *, const struct driver *);	/* after a frame, either way */

/* hear.c: who says what. */
void		 hear_from(struct line *, int device);		/* it may be heard on this line */
void		 hear_input(struct line *);			/* take the frames in line->in */
void		 hear_ended(struct line *);			/* likewise, and there is no rest */
void		 hear_begin(struct line *);			/* the port was opened */

/* line.c: one line, its port and its turn of the loop. */
struct line	*line_new(struct lines *, const struct owner *, const struct device *);
void		 line_free(struct line *);
void		 line_go(struct line *);			/* do what is due */
int64_t		 line_due_ms(const struct line *);		/* when that is, if nothing happens before */

/* lines.c: all lines. */
void		 lines_wish(struct lines *);			/* tell the owner when to wake us, if that has changed */

#endif
