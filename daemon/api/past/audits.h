/*
 * The log as those see it who check what was done: which events, by whom, what
 * was said with them, and whether all of it is as it was written.
 */
#ifndef API_AUDITS_H
#define API_AUDITS_H

#include <stddef.h>

struct audits;
struct reader;
struct worker;

/* New; the worker is borrowed, and is kept waiting for a slice at a time.  NULL with one line in error. */
struct audits	*audits_open(struct worker *, const char *dir, char *error, size_t cap);
void		 audits_close(struct audits *);		/* its worker is closed */

/* For what else is read on that thread. */
struct reader	*audits_reader(const struct audits *);
struct worker	*audits_worker(const struct audits *);

#endif
