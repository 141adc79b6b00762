/*
 * What reports count, in STATE/figures.db: days of the log as visits, windows'
 * half hours and peaks (day.h), in tables.  All of it follows from the log: a
 * file that is gone, or of another version, is made again.  For one thread.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "daemon/report/report.h"
#include "daemon/store/reader.h"

struct figures;

/* The layout that had this rev; false: it is not known, or can be read no more. */
typedef bool layout_then(void *arg, int rev, struct layout *out);

/* In folder `dir`, of the log's line that began then (epoch).  New; NULL with one line in error.  The reader is borrowed. */
struct figures	*figures_open(const char *dir, struct reader *, int64_t epoch, char *error, size_t cap);
void		 figures_close(struct figures *);

/* Is the file sound?  After something failed; and it is gone, so that it is made again (not while it is open). */
bool		 figures_sound(struct figures *);
void		 figures_remove(const char *dir);

/*
 * Take the next day of the log that is not in it whole: 1, there was one; 0,
 * all are in it up to now; -1: the log or the file cannot be read or written.
 * Layout: as it is now.
 */
int		 figures_next_day(struct figures *, const struct layout *, layout_then *, void *arg);

/* The newest event that is counted. */
int64_t		 figures_seq(const struct figures *);

struct asked {
	int		 from, to;	/* days, 20261124 */
	uint32_t	 account;	/* of who asks, for what is their own */
	const char	*rules;		/* of scores (score.h), borrowed */
};

/* Each row of a report; values borrowed for the call.  0, or -1. */
int		 figures_rows(struct figures *, const struct report *, const struct asked *,
		    int (*row)(void *arg, const struct value *columns), void *arg);

/* Days of which something is missing: flagged, not closed, halld did not run for a while. */
struct lack { int day, restarts; int64_t away_ms; bool flagged, open; };
int		 figures_lacks(struct figures *, int from, int to, int (*each)(void *arg, const struct lack *), void *arg);

#endif
