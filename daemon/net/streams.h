/*
 * Server-Sent Events: every reader of one audience gets the same bytes, made
 * once.  A reader holds a place in a ring of the newest events; who falls out
 * of it, or takes nothing for too long, is dropped and comes back by itself.
 */
#ifndef STREAMS_H
#define STREAMS_H

#include <event2/event.h>

#include "daemon/core/fact.h"
#include "daemon/store/ledger/ledger.h"

struct request;
struct streams;

/* The snapshot as bytes of one event, to be sent first; borrowed until the next call. */
typedef const char *(*stream_first)(void *arg, size_t *len);

/* For at most so many readers. */
struct streams	*streams_open(struct event_base *, struct listener *, const struct ledger *, int most, stream_first, void *arg);
void		 streams_close(struct streams *);

/* A fact is on disk: to all whom its kind is for. */
void		 streams_fact(struct streams *, const struct fact *);

/* What is no fact: to everybody.  Who resumes from before it hears it too. */
void		 streams_tell(struct streams *, const char *event, size_t len);

/* The request becomes a reader, from after `last_id` when that is still in the ring, else from a snapshot. */
void		 streams_add(struct streams *, struct request *, enum audience, const char *last_id);

int		 streams_readers(const struct streams *);

#endif
