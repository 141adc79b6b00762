/*
 * The log, read beside the hall: a connection of its own that only reads, so
 * that what looks far back holds up nobody.  All of it is for the worker's
 * thread (worker.h), but for opening and closing.
 *
 * It reads in slices: none keeps the store from carrying over its log for long.
 */
#ifndef READER_H
#define READER_H

#include <stdint.h>

#include <jansson.h>

#include "daemon/core/hall.h"

struct reader;

/* The log of the state in folder `dir`, made before by a ledger.  New; NULL with one line in error. */
struct reader	*reader_open(const char *dir, char *error, size_t cap);
void		 reader_close(struct reader *);

/* Events after `after` up to and with `last`. */
struct stretch { int64_t after, last; };

/*
 * Those of a business day, from the one that closed the day before; last is 0
 * when there are none.  0, or -1: the log cannot be read.
 */
int		 reader_day(struct reader *, int day, struct stretch *);

/*
 * Those of the first day closed that is this one or a later one, last the one
 * that closed it; and the day with which the log begins, 0: it is empty.
 */
int		 reader_ended(struct reader *, int day, struct stretch *, int *first_day);

/*
 * Those of the day that comes after this event, which closed one (0: the first
 * day), from its beginning to its closing, or until now: also when it was closed
 * once before, or one that was none lies between.  last is 0 when there are none.
 */
int		 reader_next(struct reader *, int64_t after, int *day, struct stretch *);

/* The newest ticket of this number among them, as events name it ("ticket:37"); empty: there is none.  0 or -1. */
#define SUBJECT_MAX 64
int		 reader_ticket(struct reader *, const struct stretch *, const char *number, char subject[SUBJECT_MAX]);

/* An event; borrowed for the call. */
struct logged {
	int64_t		 seq;
	int		 day;
	int64_t		 at_ms, steady_ms;
	const char	*kind, *actor, *subject;
	json_t		*body;
};

/*
 * Each in order; with a subject (or NULL) those of it alone, and every undo: it
 * may be of two tickets, and names one.  `each` returns 0 to go on.  0, or -1:
 * one cannot be read, or `each` did not return 0.
 */
int		 reader_each(struct reader *, const struct stretch *, const char *subject,
		    int (*each)(void *arg, const struct logged *), void *arg);

/*
 * The fact of an event, to be applied to the hall, which has seen those before
 * it: 1; 0, it closed the day before the first, and the hall has what that
 * handed on; -1, it cannot be read.
 */
int		 logged_fact(struct hall *, const struct logged *, struct fact *);

/*
 * Records of hall management that are in use no more, since they are over or
 * their day is before this one (20261124): the newest `count` with an id under
 * `before`.  Body as in the log, private: what people wrote, NULL when it is
 * erased; both borrowed for the call.  0 or -1.
 */
int		 reader_records(struct reader *, const char *subject, int64_t before, int day, int count,
		    void (*each)(void *arg, int64_t id, const json_t *body, const json_t *private, int64_t at_ms), void *arg);

/* The same of the one with this id, if it is such a record. */
int		 reader_record(struct reader *, const char *subject, uint32_t id, int day,
		    void (*each)(void *arg, int64_t id, const json_t *body, const json_t *private, int64_t at_ms), void *arg);

/* Its connection, for what else reads in slices. */
struct db	*reader_db(struct reader *);

/* The number of the newest event; 0: there is none; -1: the log cannot be read. */
int64_t		 reader_last(struct reader *);

/* So much a copy takes; 0: nobody knows. */
int64_t		 reader_bytes(struct reader *);

/* A whole copy of the database in a new file, of what was committed; not on disk yet.  0, or -1 with one line in error. */
int		 reader_copy(struct reader *, const char *path, char *error, size_t cap);

/* The text of a layout that was taken (new); NULL: there is none of this rev, or it cannot be read. */
char		*reader_layout(struct reader *, int rev);

/* That of the newest, likewise. */
char		*reader_newest_layout(struct reader *);

#endif
