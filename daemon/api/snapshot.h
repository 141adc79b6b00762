/*
 * The hall's status as bytes, made at most once a second (at once after a call)
 * and copied to whoever asks, with the ETag that says whether it changed.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "daemon/net/document.h"
#include "daemon/store/ledger.h"

struct snapshot;

struct snapshot	*snapshot_open(const struct ledger *);		/* new */
void		 snapshot_close(struct snapshot *);

/* A fact is on disk. */
void		 snapshot_fact(struct snapshot *, const struct fact *);

/* The body of status; its bytes are borrowed until the next call. */
struct document	*snapshot_document(struct snapshot *);

/* The same as an event of a stream, with every fact there is; borrowed until the next call. */
const char	*snapshot_event(void *snapshot, size_t *len);

#endif
