/*
 * From disk to a hall, at start.
 */
#ifndef LOAD_H
#define LOAD_H

#include "daemon/core/hall.h"
#include "daemon/store/batch.h"
#include "daemon/store/db.h"

/*
 * Fill an empty hall: accounts from their rows, then what the day that was
 * closed last carried over (carry.h), then every event since through
 * hall_apply, then the sessions.  0, or -1 with the event that does not fit in
 * error.
 */
int	load_hall(struct db *, struct hall *, int64_t wall_ms, char *error, size_t cap);

/* Answers kept under an Idempotency-Key, oldest first; the row is borrowed. */
int	load_answers(struct db *, int64_t since_ms, void (*each)(void *arg, const struct answer_row *), void *arg);

/* The newest layouts that were taken, so many at most, oldest first; the row is borrowed. */
int	load_layouts(struct db *, int most, void (*each)(void *arg, const struct layout_row *), void *arg);

/* The newest event's number; 0: none; -1: cannot read. */
int64_t	load_last_seq(struct db *);

/* Numbers of the database itself, by name; `otherwise` when there is none. */
int64_t	load_meta(struct db *, const char *name, int64_t otherwise);
int	save_meta(struct db *, const char *name, int64_t value);

/* A secret of the database, drawn when it is first asked for.  0, or -1. */
#define KEY_MAX 45
int	load_key(struct db *, const char *name, char out[KEY_MAX]);

#endif
