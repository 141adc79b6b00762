/* What a manager does with the whole hall. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"

static json_t *
day_closed(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return json_pack("{s:i, s:i, s:i}", "issued", h->totals.issued, "served", h->totals.served, "abandoned", h->totals.abandoned);
}

/* And how many have a slip, and how many none. */
static json_t *
day_ended(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);
	int slips = 0, expired = 0;
	json_t *v = day_closed(rq);

	for (const struct ticket *t = h->ticket; t < h->ticket + h->ticket_count; t++) {
		slips += t->booking != 0;
		expired += t->booking == 0 && hall_leg(h, t)->state == LEG_EXPIRED;
	}
	json_object_set_new(v, "slips", json_integer(slips));
	json_object_set_new(v, "expired", json_integer(expired));
	return v;
}

/* Who still waits expires, is served first, or has a slip for another day. */
enum refusal
post_endday(struct request *rq)
{
	static const char *const members[] = { "waiting", NULL };
	struct command cmd = { .verb = DO_CLOSE_DAY };
	char waiting[16] = "expire";
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "waiting", false, waiting, sizeof waiting)) != OK)
		return refusal;
	cmd.slips = strcmp(waiting, "slip") == 0;
	if (cmd.slips || strcmp(waiting, "serve") == 0)
		cmd.verb = DO_END_DAY;
	else if (strcmp(waiting, "expire") != 0)
		return body_wrong(rq, "waiting", "expire, serve or slip");
	return request_submit(rq, &cmd, 200, cmd.slips ? day_ended : day_closed);
}

static json_t *
day_told(struct request *rq)
{
	int day = ledger_next(rq->server->ledger)->day;
	char date[16];

	snprintf(date, sizeof date, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
	return json_pack("{s:s}", "day", date);
}

/*
 * The clock is right, whatever it was.  A day that it says is to come was not:
 * that day is closed, and its numbers go on under the date that it is.
 */
enum refusal
post_clock(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_NOTE_CLOCK };
	enum refusal refusal = body_only(rq, members);
	struct instant now;

	if (refusal != OK)
		return refusal;
	clock_believe(ledger_clock(rq->server->ledger));
	now = ledger_now(rq->server->ledger);
	if (now.day < ledger_next(rq->server->ledger)->day) {
		cmd.verb = DO_CLOSE_DAY;
		cmd.goes_on = now.day;
	}
	return request_submit(rq, &cmd, 200, day_told);
}
