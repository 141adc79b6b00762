/*
 * The jobs of a line: queued, most urgent first, and one at a time taken out
 * to be sent.
 *
 * Only a job sorted in is queued.  A queued one is replaced by a newer one for
 * the same area, which has its place, or a better one if it is more urgent.
 */
#ifndef JOBS_H
#define JOBS_H

#include "daemon/line/address.h"

/* A job while the line has it. */
struct pending {
	TAILQ_ENTRY(pending)	 entry;
	struct job		 job;		/* but its frame */
	struct address		*address;
	int			 tries;		/* left */
	unsigned		 answers;
	bool			 alike;		/* to its answer */
	int			 wire_ms;	/* its bytes take so long */
	int			 wait_ms;	/* from the first byte sent to the deadline */
	size_t			 length;
	uint8_t			 bytes[];
};
TAILQ_HEAD(job_queue, pending);

struct jobs {
	int			 baud;		/* of the line */
	struct job_queue	 incoming;	/* as sent by the owner */
	struct job_queue	 queue[LINE_PRIORITIES];
	struct job_queue	 replaced;	/* to be told so */
};

void		 jobs_init(struct jobs *, int baud);

/* Forget them all, untold. */
void		 jobs_free(struct jobs *);

/* From the owner: put before the line, to be sorted in; nobody is told anything. */
void		 jobs_send(struct jobs *, struct address *, const struct job *);

/* From the line itself: sorted in at once. */
void		 jobs_queue(struct jobs *, struct address *, const struct job *);

/* Sort in what the owner has sent. */
void		 jobs_sort(struct jobs *);

/* Is none queued? */
bool		 jobs_empty(const struct jobs *);

/* Is a call queued, or the answer to a key? */
bool		 jobs_urgent(const struct jobs *);

/* Taken: the most urgent, else a probe that is due, or NULL.  It comes back by jobs_again, or ends. */
struct pending	*jobs_next(struct jobs *, const struct addresses *);

/* Queue a job that was taken once more; a newer one for its area takes its place. */
void		 jobs_again(struct jobs *, struct pending *);

/* End a job that was taken. */
void		 pending_end(struct pending *, enum line_outcome, const struct said *);

/* End all that are queued; those for addresses that do not take them, deaf ones apart. */
void		 jobs_end(struct jobs *, enum line_outcome);
void		 jobs_end_degraded(struct jobs *);

#endif
