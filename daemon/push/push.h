/*
 * Telling endpoints outside what happens, and fetching what residents do there.
 * Everything is begun here: nothing needs to reach into the hall.
 *
 * An endpoint has three lanes with one request at a time each.  States (the
 * snapshot, everybody's ticket): the newest counts, none is queued.  Events: in
 * order from a cursor of its own over the log, at least once; kept in push.json
 * in the hall's state.  Commands: a long poll that hands over what came of the
 * ones before.  What fails waits 1, 2, 4 to 30 s, all lanes together; what
 * cannot be delivered at all is put aside after three tries, to be sent again
 * by hand.
 *
 * A command goes the way of a phone in the hall: as a request to halld itself,
 * with an Idempotency-Key of its own, so that it is done once.
 */
#ifndef PUSH_H
#define PUSH_H

#include <jansson.h>

#include "daemon/core/fact.h"

struct server;
struct push_state;

/* New; begins at once.  An endpoint whose secrets cannot be read fails, which is said; nothing else does. */
struct push_state *push_open(struct server *, const char *dir);

/* The daemon ends, the worker is closed: nothing more is sent, and where each endpoint is goes to disk. */
void		 push_ending(struct push_state *);
void		 push_close(struct push_state *);

/* A fact is on disk. */
void		 push_fact(struct push_state *, const struct fact *);

/* Each endpoint (new), as etc/openapi.yaml has it. */
json_t		*push_json(const struct push_state *);

/* Send a dead letter again, or (seq 0) begin again with one that wanted no more.  -1: there is none. */
int		 push_again(struct push_state *, int endpoint, int64_t seq);

#endif
