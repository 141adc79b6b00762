/*
 * A business day of the log as reports count it: each leg of a ticket is a
 * visit; and by half hours of the clock in the hall what windows did and how
 * many waited.  Pure: facts in, figures out.
 */
#ifndef REPORT_DAY_H
#define REPORT_DAY_H

#include "daemon/core/hall.h"
#include "daemon/report/halves.h"
#include "daemon/report/manning.h"
#include "daemon/report/visits.h"

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

#endif
