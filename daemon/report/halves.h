/*
 * By half hours of the clock in the hall: what windows did, and how many waited.
 */
#ifndef REPORT_HALVES_H
#define REPORT_HALVES_H

#include "daemon/core/hall.h"

#define HALVES 48
#define WINDOW_SLOTS (2 * WINDOWS_MAX)

enum window_time { TIME_OPEN, TIME_IDLE, TIME_BESIDE, TIME_PAUSED, WINDOW_TIMES };
/*
 * Milliseconds of a window in a half hour; TIME_OPEN: all but closed; TIME_BESIDE:
 * idle, of that, while somebody waited whom it serves.  One that nobody closed is
 * open until the hall's last closing time, or what somebody did there last after it.
 */
struct window_half { int half, no; int64_t ms[WINDOW_TIMES]; };

/* The most who waited at once in a half hour; service NULL: in the hall. */
struct peak { int half; const char *service; int waiting; };

/* All zero: nothing yet. */
struct halves {
	int	no[WINDOW_SLOTS];	/* of windows, as they were met; layouts change */
	int	windows;
	int64_t	window_ms[HALVES][WINDOW_SLOTS][WINDOW_TIMES];
	int64_t	late_ms[HALVES][WINDOW_SLOTS][WINDOW_TIMES];	/* since the hall closed, and nobody has done anything there */
	int	peak[HALVES][SERVICES_MAX + 1];	/* by place of the service; the last: of the hall */
};

/* From this wall time on all was so long as it is in the hall, which closes for the last time at closes_ms. */
void	halves_go_on(struct halves *, const struct hall *, const struct layout *, int64_t wall_ms, int64_t for_ms, int64_t closes_ms);

/* What comes next.  Somebody who works at a window after the hall has closed: it was open until then, and is not one that was left so. */
void	halves_act(struct halves *, const struct fact *);

/* So many wait now. */
void	halves_now(struct halves *, const struct hall *, int64_t wall_ms);

/* Services have other places in the hall; id: of those before. */
void	halves_moved(struct halves *, struct hall *, const char (*id)[ID_MAX], int count);

void	halves_windows(const struct halves *, void (*each)(void *arg, const struct window_half *), void *arg);
void	halves_peaks(const struct halves *, const struct hall *, void (*each)(void *arg, const struct peak *), void *arg);

#endif
