/*
 * What a service's day is like: its hours of the week, the hall's calendar of
 * holidays and days that make up for them, and today's exceptions.
 *
 * Hours go by the date and the time that clocks in the hall show (TZ is set
 * from hall.timezone at start), numbers and quotas by the business day (day.h).
 * A date is 20261124, a minute is counted after midnight.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/layout.h"

#define DAY_MIN		(24 * 60)
#define AHEAD_DAYS	31		/* how far a next opening is looked for */

/* A stretch of a day: open, and when tickets are to be had for it. */
struct span { int open, close, from, until; };

/* A day of a service: its spans, earliest first. */
struct day_plan {
	struct span	span[HOURS_MAX];
	int		count;			/* 0: closed all day */
};

/* An exception of one business day, until it closes. */
struct override {
	int		day;			/* the business day; 0: there is none */
	bool		closed;			/* no more tickets */
	int		until_min;		/* closes then, earlier or later than it would; -1: as it would */
	int		quota;			/* of the day; -1: as it is */
};

/* How a service, or the hall, is at a moment. */
enum phase { PHASE_CLOSED, PHASE_CLOSING, PHASE_LUNCH, PHASE_TICKETING, PHASE_OPEN };

/* 20261124; 0: there is no such date. */
int	date_of(int year, int month, int day);
int	date_after(int date, int days);
int	date_weekday(int date);		/* Monday is 0 */

/* The date and the minute that a clock in the hall shows; and the first moment when it shows them. */
int	date_at(int64_t wall_ms, int *min);
int64_t	date_ms(int date, int min);

/* The calendar's row of a date; NULL: it has none. */
const struct calendar_day *calendar_day(const struct layout *, int date);

/* The day of a service, with its exception (NULL: none). */
void	calendar_plan(struct day_plan *, const struct layout *, int service, const struct override *, int date);

/* The day of the week that a date counts as, as a bit of hours_row.days; 0: it is a day of rest. */
int	calendar_weekday(const struct layout *, int date);

/* The same day at a minute of it. */
enum phase plan_phase(const struct day_plan *, int min);
bool	plan_gives(const struct day_plan *, int min);		/* are tickets to be had? */

/*
 * When tickets are to be had again: the next beginning after wall_ms, on a
 * business day later than after_day (0: any).  0: not within AHEAD_DAYS.
 */
int64_t	calendar_opens(const struct layout *, int service, const struct override *, int64_t wall_ms, int after_day);

/* How long the service was open between two moments: lunch is no waiting. */
int64_t	calendar_open_ms(const struct layout *, int service, const struct override *, int64_t from_ms, int64_t to_ms);

#endif
