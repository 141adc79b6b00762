/*
 * How long people will wait, as it was worked out last: plain data that pages,
 * paper and programs are told from.  forecast.h is its one writer.
 */
#ifndef WAITS_H
#define WAITS_H

#include "daemon/wait/doubt.h"
#include "daemon/wait/estimate.h"
#include "display/band.h"

/* A range: nine of ten are called before p90, one of ten before p10. */
struct wait {
	uint32_t	ticket;		/* id; 0: who would come at waits.made_ms */
	enum wait_source { WAIT_UNKNOWN, WAIT_SIMULATED, WAIT_FORMULA } source;
	int64_t		p10_ms, p50_ms, p90_ms;		/* steady time of the call */
	double		in_time;	/* chance to be called while people still are */
};

struct waits {
	int64_t		made_ms;	/* steady time; 0: not yet */
	struct wait	ticket[TICKETS_MAX];	/* by id, as many as there can be at once */
	struct wait	service[SERVICES_MAX];
	int		error_day;	/* the day that was judged last; 0: none yet */
	struct day_error error[SERVICES_MAX];	/* of it */
	struct { enum doubt doubt; int64_t since_ms; } window[WINDOW_NO_MAX + 1];
};

/*
 * Of a leg of a ticket that waits, and of a service, for who comes now: seen
 * from steady_ms, seconds p10, p50 and p90.  A ticket too new to be known waits
 * as who came then.  WAIT_UNKNOWN: there is no basis.
 */
struct wait_s { enum wait_source source; int p10_s, p50_s, p90_s; double in_time; };
struct wait_s	wait_of_ticket(const struct waits *, const struct hall *, const struct ticket *, int64_t steady_ms);
struct wait_s	wait_of_service(const struct waits *, int service);

/* As people are told it.  False: there is no basis. */
bool		wait_band(struct band *, const struct wait_s *, const struct hall *, const struct layout *, int service,
    const struct instant *now);

/* Would who came now hardly be called before closing?  Then they get no ticket. */
bool		 wait_too_long(const struct waits *, const struct layout *, int service);

const char	*wait_source_name(enum wait_source);	/* "sim", "qlm"; NULL */

#endif
