/*
 * The hall's status as bytes, made at most once a second (at once after a call)
 * and copied to whoever asks, with the ETag that says whether it changed.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>

#include "daemon/store/ledger.h"

struct snapshot;

#define ETAG_MAX 64

struct snapshot	*snapshot_open(const struct ledger *);		/* new */
void		 snapshot_close(struct snapshot *);

/* A fact is on disk. */
void		 snapshot_fact(struct snapshot *, const struct fact *);

/* The body, borrowed until the next call; with `fresh` it has every fact there is. */
const char	*snapshot_body(struct snapshot *, bool fresh, size_t *len, char etag[ETAG_MAX]);

/* The same as an event of a stream. */
const char	*snapshot_event(void *snapshot, size_t *len);

#endif
