/*
 * Reports: figures are kept on a thread of their own, day by day as days are
 * closed, and asked there.
 */
#ifndef API_REPORTS_H
#define API_REPORTS_H

#include <stdbool.h>

struct reporting;
struct server;
struct worker;

/* New; begins at once.  NULL with one line in error. */
struct reporting *reporting_open(struct server *, const char *dir, char *error, size_t cap);

/* Finishes what was asked. */
void		 reporting_close(struct reporting *);

/* Its thread, for what may wait as long. */
struct worker	*reporting_worker(const struct reporting *);

/* Is nothing asked or counted? */
bool		 reporting_idle(const struct reporting *);

/* A day was closed. */
void		 reporting_day(struct reporting *);

#endif
