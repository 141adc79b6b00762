/*
 * Where somebody is now: as they or their manager said, until they act at a
 * window or clock in or out, also when they meant to be back before that (until
 * the day is over); else by the window they are at; else by leave, duty and
 * whether they came.
 */
#ifndef OFFICE_PRESENCE_H
#define OFFICE_PRESENCE_H

#include "daemon/office/roster.h"

enum whereabouts { IS_SERVING, IS_ON_POST, IS_AWAY, IS_AT_MEETING, IS_IN_TRAINING, IS_OUT, IS_ON_LEAVE, IS_OFF, IS_ABSENT, IS_UNVERIFIED,
	WHEREABOUTS };

struct presence {
	enum whereabouts status;
	int		 window;	/* 0: none */
	int64_t		 since_ms, until_ms;	/* wall time; 0: not known */
	const struct record *said;	/* borrowed; NULL: nobody said it */
};

/* By the duties of the day. */
struct presence	 presence_of(const struct hall *, const struct layout *, const struct record *person, const struct duty *, int count,
		    const struct instant *now);
const char	*whereabouts_name(enum whereabouts);

#endif
