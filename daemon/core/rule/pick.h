/*
 * Who is next: the one rule of the hall, used to call, to say how many are
 * ahead, and (on copies) to estimate waits.
 */
#ifndef PICK_H
#define PICK_H

#include "daemon/core/hall.h"

/*
 * The waiting leg that this window should call now, of those who wait already (a
 * booking waits from a time that may be to come): whoever has waited longer
 * than policy.max_wait_s, the oldest first; then the lowest level, strict
 * classes, the highest score = base_s * 1000 + rate * waited ms in thousandths,
 * the earlier entry, the lower id.  Returns its place in
 * hall.leg, or -1 when nobody may be called; `why` says what decided it.
 */
int	pick(const struct hall *, const struct layout *, int window, int64_t steady_ms, struct why *why);

/* What puts somebody before another. */
enum ahead {
	AHEAD_EARLIER,		/* came earlier, for the same service */
	AHEAD_RETURNED,		/* likewise or not, was called before and is back */
	AHEAD_CLASS,		/* came later, and is called first by class */
	AHEAD_SERVICE,		/* another service, at a window that serves both */
	AHEADS
};

/*
 * Those whom this window would call one after the other if nobody else came and
 * no time went by: at most `most` (PICK_MAX) places in hall.leg.  Returns how many.
 */
#define PICK_MAX 9
int	pick_order(const struct hall *, const struct layout *, int window, int64_t steady_ms, uint32_t place[], int most);

/*
 * How many the rule would call before this waiting leg, at the windows that
 * can serve it (the open ones, or all when none is open), if nobody else came.
 * by, or NULL: how many of each kind; together as many, but none for a leg that
 * lets others go first.
 */
int	pick_ahead(const struct hall *, const struct layout *, uint32_t leg, int64_t steady_ms, int by[AHEADS]);

/*
 * The first, by the rule, of all who are here and at no window: who waits,
 * stands aside or is held.  Levels do not count; rehearsals are nobody.  NULL: nobody.
 */
const struct ticket *pick_unserved(const struct hall *, const struct layout *, int64_t steady_ms);

/* Would an open window call this leg next, if it waited? */
bool	pick_reaches(const struct hall *, const struct layout *, uint32_t leg, int64_t steady_ms);

const char *ahead_name(enum ahead);

#endif
