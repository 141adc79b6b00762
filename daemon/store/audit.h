/*
 * The log, looked through and looked after: which events, and is every one of
 * them as it was written?
 *
 * For a thread that may wait; each read is a slice.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "daemon/store/chain.h"
#include "daemon/store/reader.h"

/* Which events are wanted; an empty text or 0: any. */
struct audit_wish {
	int64_t		 after, last;		/* behind this one, up to and with that */
	int		 from, to;		/* business days */
	char		 kind[40];		/* "ticket.called", or "ticket": all of those */
	char		 actor[ACTOR_MAX], subject[SUBJECT_MAX];
	int		 most;
};

/*
 * Each in order.  *next is the event after which there may be more of them, 0:
 * there are no more; it is also given up when very many had to be looked at.
 * 0, or -1: one cannot be read, or `each` did not return 0.
 */
int	audit_each(struct reader *, const struct audit_wish *, int64_t *next, int (*each)(void *arg, const struct logged *), void *arg);

/* What somebody said (new); NULL: it is erased, or cannot be read. */
char	*audit_note(struct reader *, const char *id);

/* How far the chain is verified. */
struct verified {
	int64_t		 seq, last;		/* looked at last; to be looked at last */
	uint8_t		 chain[CHAIN];
	int64_t		 wrong;			/* the first event that is not as it was written, or is missing; 0: none so far */
};

/* Go on by a slice: 1, there are more; 0, that was the last; -1, it cannot be read. */
int	audit_verify(struct reader *, struct verified *);

/* All of the log of a database file.  0, or -1 with one line in error. */
int	audit_verify_file(const char *path, struct verified *, char *error, size_t cap);

#endif
