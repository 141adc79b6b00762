/* What a manager does with the whole hall. */
#include "daemon/api/handlers.h"

static json_t *
day_closed(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return json_pack("{s:i, s:i, s:i}", "issued", h->totals.issued, "served", h->totals.served, "abandoned", h->totals.abandoned);
}

/* Nobody else is called today: who still waits expires. */
enum refusal
post_endday(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_CLOSE_DAY };
	enum refusal refusal = body_only(rq, members);

	return refusal != OK ? refusal : request_submit(rq, &cmd, 200, day_closed);
}
