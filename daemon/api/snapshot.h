/*
 * The hall's status as bytes, made at most once a second (at once after a call)
 * and copied to whoever asks, with the ETag that says whether it changed.
 *
 * What time alone changes (the hall opens, a service closes) is looked for once
 * a minute; then rev rises, and whoever watches is told.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "daemon/net/document.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/wait/waits.h"

struct snapshot;

struct snapshot	*snapshot_open(struct ledger *, const struct waits *);		/* new */
void		 snapshot_close(struct snapshot *);

/* Be told of a snapshot that no fact has led to; its event has no id, and is borrowed for the call. */
void		 snapshot_watch(struct snapshot *, void (*see)(void *arg, const char *event, size_t len), void *arg);

/* A fact is on disk. */
void		 snapshot_fact(struct snapshot *, const struct fact *);

/* The waits have changed.  Who watches is told of them now and then. */
void		 snapshot_waits(struct snapshot *);

/* The body of status; its bytes are borrowed until the next call. */
struct document	*snapshot_document(struct snapshot *);

/* The same as an event of a stream, with every fact there is; borrowed until the next call. */
const char	*snapshot_event(void *snapshot, size_t *len);

#endif
