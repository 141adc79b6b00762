/*
 * Who was at the windows of a day, by their sign-ins: not whoever had gone without
 * signing out.  Stretches of wall time; what nobody knows of, since nothing ran,
 * parts two of them, and so does a step of the clock.
 */
#ifndef REPORT_MANNING_H
#define REPORT_MANNING_H

#include "daemon/core/hall.h"

struct manned { int no; int64_t from_ms, to_ms; };	/* no: of the window */

/* All zero: nothing yet. */
struct manning {
	struct manned	sits[WINDOW_NO_MAX + 1];	/* by window, goes on; no 0: nobody does */
	struct manned	*over;
	int		count, room;			/* of over */
	uint32_t	gone[STAFF_MAX];		/* accounts, by the attendance of gone_day */
	int		gone_count, gone_day;
};

void	manning_free(struct manning *);
void	manning_again(struct manning *);	/* nothing has come of the day yet */

/* Between these moments all was at a window as it is in the hall. */
void	manning_goes_on(struct manning *, const struct hall *, int no, int64_t from_ms, int64_t to_ms);

/* A fact, which was applied to the hall. */
void	manning_fact(struct manning *, const struct hall *, const struct fact *);

void	manning_each(const struct manning *, void (*each)(void *arg, const struct manned *), void *arg);

#endif
