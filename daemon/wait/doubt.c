/* Windows that lie. */
#include <math.h>

#include "daemon/core/rule/pick.h"
#include "daemon/wait/doubt.h"

#define TRUST_GAPS	3	/* idle beside somebody for so many gaps, or */
#define TRUST_MS	60000	/* for so long: nobody is there */
#define LONG		2.576	/* deviations of the logarithm: one service in 200 is longer */

const char *
doubt_name(enum doubt doubt)
{
	static const char *const names[DOUBTS] = { NULL, "idle", "long" };

	return names[doubt];
}

static enum doubt
doubt_idle(const struct hall *h, const struct layout *l, const struct learnt *learnt, int no, int64_t steady_ms, int64_t *since_ms)
{
	int64_t trust_ms = llrint(TRUST_GAPS * 1000 * learnt_gap_s(learnt));
	uint32_t place;

	*since_ms = learnt->ended_ms[no] != 0 ? learnt->ended_ms[no] : h->window[no].since_ms;
	if (hall_halted(h) || pick_order(h, l, no, steady_ms, &place, 1) == 0)
		return DOUBT_NONE;
	if (h->leg[place].entry_ms > *since_ms)
		*since_ms = h->leg[place].entry_ms;
	return steady_ms - *since_ms > (trust_ms > TRUST_MS ? trust_ms : TRUST_MS) ? DOUBT_IDLE : DOUBT_NONE;
}

static enum doubt
doubt_long(const struct hall *h, const struct layout *l, const struct learnt *learnt, int no, int64_t steady_ms, int64_t *since_ms)
{
	const struct ticket *t = hall_ticket(h, h->window[no].ticket);
	const struct leg *leg = t == NULL ? NULL : hall_leg(h, t);
	double mean;

	if (leg == NULL)
		return DOUBT_NONE;
	mean = learnt_mean_log(learnt, l, leg->service, learnt_hand(learnt, h, no));
	*since_ms = leg->called_ms + llrint(1000 * exp(mean + LONG * learnt_sd_log(learnt, leg->service)));
	return steady_ms > *since_ms ? DOUBT_LONG : DOUBT_NONE;
}

enum doubt
window_doubt(const struct hall *h, const struct layout *l, const struct learnt *learnt, int no, int64_t steady_ms, int64_t *since_ms)
{
	int64_t unused;

	if (since_ms == NULL)
		since_ms = &unused;
	switch (h->window[no].state) {
	case IDLE:
		return doubt_idle(h, l, learnt, no, steady_ms, since_ms);
	case CALLING:
	case SERVING:
		return doubt_long(h, l, learnt, no, steady_ms, since_ms);
	default:
		return DOUBT_NONE;
	}
}
