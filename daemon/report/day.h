/*
 * A business day of the log as reports count it: each leg of a ticket is a
 * visit; and by half hours of the clock in the hall what windows did and how
 * many waited.  Pure: facts in, figures out.
 *
 * Of a visit, t0 is when it began to wait (taken, checked in or sent on; who has
 * booked, not before that time), t1 its first call, tL its last, t2 the start, or
 * tL at a window without a start key, t3 its end at the window.  Waits are t1 - t0,
 * ways to the window t2 - tL, services t3 - t2, all of steady time.  Rehearsals
 * and void tickets are in nothing.
 */
#ifndef REPORT_DAY_H
#define REPORT_DAY_H

#include "daemon/core/hall.h"
#include "daemon/report/manning.h"

#define HALVES 48
#define NO_TIME INT64_C(-1)

enum channel { BY_KIOSK, BY_STAFF, BY_PHONE, BY_BOOKING, BY_WINDOW, CHANNELS };	/* who gave the ticket; BY_WINDOW: none was */

struct visit {
	uint32_t	ticket;		/* id */
	int		n;		/* of its legs, from 1 */
	const char	*number;	/* borrowed, as all texts here; empty: served without one */
	const char	*service, *class;
	enum leg_state	state;
	enum channel	channel;
	int		window;		/* last at; 0: none */
	uint32_t	staff;		/* who sat there then; 0: nobody known */
	int64_t		issued_ms, called_ms, ended_ms;	/* wall time of t0, t1 and its end; 0: not yet, or never */
	int64_t		wait_ms, way_ms, service_ms;	/* NO_TIME: it did not come to that, or the day's closing ended it */
	int		recalls, passes, files, grade;	/* grade 0: not rated */
	bool		first;		/* the ticket's first leg */
	int64_t		started_ms;	/* wall time of t2; 0: not yet, or never */
	enum rule	rule;		/* why it was called, at last */
};

enum window_time { TIME_OPEN, TIME_IDLE, TIME_BESIDE, TIME_PAUSED, WINDOW_TIMES };
/*
 * Milliseconds of a window in a half hour; TIME_OPEN: all but closed; TIME_BESIDE:
 * idle, of that, while somebody waited whom it serves.  One that nobody closed is
 * open until the hall's last closing time, or what somebody did there last after it.
 */
struct window_half { int half, no; int64_t ms[WINDOW_TIMES]; };

/* The most who waited at once in a half hour; service NULL: in the hall. */
struct peak { int half; const char *service; int waiting; };

/* Is what the log tells of the day all of it? */
struct day_state { int restarts; bool flagged; };

struct day;

struct day	*day_new(const struct layout *);	/* the layout is copied */
void		 day_free(struct day *);
void		 day_layout(struct day *, const struct layout *);	/* from now on */
struct hall	*day_hall(struct day *);

/* Nothing has come of it yet: its closing was applied, and what comes is counted anew. */
void		 day_again(struct day *);

/* The day before was closed then: nothing ran before, of what is of this day. */
void		 day_begins(struct day *, int64_t wall_ms);

/* What closes it then is the next start: nothing ran since the fact before.  0: none does. */
void		 day_ends_off(struct day *, int64_t wall_ms);

/* One more fact, which is applied to the hall, but for the closing of the day.  0, or -1: it does not fit. */
int		 day_fact(struct day *, const struct fact *);

/* What came of it until now; before the closing is applied. */
void		 day_visits(const struct day *, void (*each)(void *arg, const struct visit *), void *arg);
void		 day_windows(const struct day *, void (*each)(void *arg, const struct window_half *), void *arg);
void		 day_manned(const struct day *, void (*each)(void *arg, const struct manned *), void *arg);
void		 day_peaks(const struct day *, void (*each)(void *arg, const struct peak *), void *arg);
struct day_state day_state(const struct day *);

/* The hours of the hall on a date, as they came to be; what is not over yet ends with the last fact.  False: there were none. */
bool		 day_duty(const struct day *, int date, bool closed, int64_t *from_ms, int64_t *to_ms);

/* At most so long nothing ran within the hours of this date, ms. */
int64_t		 day_away_ms(const struct day *, int date);

/* The hours of a date on which nobody came, by the calendar.  False: there are none. */
bool		 day_skipped(const struct day *, int date, int64_t *from_ms, int64_t *to_ms);

/* Each address of a device that it has then. */
void		 day_devices(const struct day *, void (*each)(void *arg, const char *device, int address), void *arg);

const char	*channel_name(enum channel);

#endif
