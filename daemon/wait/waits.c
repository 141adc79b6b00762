/* How long people will wait. */
#include "daemon/wait/waits.h"

#define HARDLY	0.5	/* the chance to be called in time below which there is no ticket */

const char *
wait_source_name(enum wait_source source)
{
	static const char *const names[] = { NULL, "sim", "qlm" };

	return names[source];
}

static int
seconds(int64_t until_ms, int64_t from_ms)
{
	return until_ms <= from_ms ? 0 : (int)((until_ms - from_ms + 999) / 1000);
}

static struct wait_s
seen(const struct wait *w, int64_t from_ms)
{
	return (struct wait_s){ w->source, seconds(w->p10_ms, from_ms), seconds(w->p50_ms, from_ms), seconds(w->p90_ms, from_ms), w->in_time };
}

struct wait_s
wait_of_service(const struct waits *waits, int service)
{
	return seen(&waits->service[service], waits->made_ms);
}

struct wait_s
wait_of_ticket(const struct waits *waits, const struct hall *h, const struct ticket *t, int64_t steady_ms)
{
	const struct leg *leg = hall_leg(h, t);
	const struct wait *w = &waits->ticket[t->id % TICKETS_MAX];

	if (leg->state != LEG_WAITING && leg->state != LEG_RESERVED)
		return (struct wait_s){ 0 };
	if (w->ticket == t->id)
		return seen(w, steady_ms);
	return leg->entry_ms < waits->made_ms ? (struct wait_s){ 0 } : wait_of_service(waits, leg->service);
}

bool
wait_band(struct band *b, const struct wait_s *w, const struct hall *h, const struct layout *l, int service, const struct instant *now)
{
	int64_t ms = w->p90_s * INT64_C(1000);
	bool broken;

	if (w->source == WAIT_UNKNOWN)
		return false;
	broken = service < l->service_count &&
	    calendar_open_ms(l, service, &h->override[service], now->wall_ms, now->wall_ms + ms) < ms;
	*b = band_of(w->p50_s, w->p90_s, broken, now->wall_ms);
	return true;
}

bool
wait_too_long(const struct waits *waits, const struct layout *l, int service)
{
	struct wait_s w = wait_of_service(waits, service);

	return l->policy.serve_on_s != SERVE_ALL && w.source != WAIT_UNKNOWN && w.in_time < HARDLY;
}
