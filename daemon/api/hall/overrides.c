/* Today's exceptions. */
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/core/decide/opening.h"

static json_t *
override_json(const struct hall *h, int service, const struct instant *now)
{
	const struct override *o = hall_override(h, service, now->day);
	json_t *row = json_pack("{s:s, s:b}", "service", h->service_id[service], "closed", o != NULL && o->closed);

	json_object_set_new(row, "open_until", o == NULL || o->until_min == -1 ? json_null() : json_minute(o->until_min));
	json_object_set_new(row, "quota", o == NULL || o->quota == -1 ? json_null() : json_integer(o->quota));
	return row;
}

enum refusal
get_overrides(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	json_t *list = json_array();

	for (int s = 0; s < ledger_layout(rq->server->ledger)->service_count; s++)
		if (hall_override(h, s, rq->now.day) != NULL)
			json_array_append_new(list, override_json(h, s, &rq->now));
	return request_json(rq, 200, json_pack("{s:o}", "overrides", list));
}

static json_t *
overridden(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;

	return override_json(ledger_next(l), layout_service(ledger_layout(l), rq->word[0]), &rq->now);
}

/* All of a service's exception: what is left out is as on other days. */
enum refusal
post_override(struct request *rq)
{
	static const char *const members[] = { "service", "closed", "open_until", "quota", NULL };
	const json_t *closed = json_object_get(rq->body, "closed");
	struct command cmd = { .verb = DO_OVERRIDE, .until_min = -1, .quota = -1, .closed = json_is_true(closed) };
	enum refusal refusal;
	char until[8] = "", rest;
	int hour, min;

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "service", true, rq->word[0], ID_MAX)) != OK ||
	    (refusal = body_text(rq, "open_until", false, until, sizeof until)) != OK ||
	    (refusal = body_int(rq, "quota", false, 0, TICKETS_MAX, &cmd.quota)) != OK)
		return refusal;
	if (closed != NULL && !json_is_boolean(closed))
		return body_wrong(rq, "closed", "true or false");
	if (until[0] != '\0') {
		if (strlen(until) != 5 || sscanf(until, "%2d:%2d%c", &hour, &min, &rest) != 2 || hour < 0 || hour > 23 || min < 0 || min > 59)
			return body_wrong(rq, "open_until", "a time of day, HH:MM");
		cmd.until_min = hour * 60 + min;
	}
	cmd.service = layout_service(ledger_layout(rq->server->ledger), rq->word[0]);
	return request_submit(rq, &cmd, 200, overridden);
}

enum refusal
delete_override(struct request *rq)
{
	struct command cmd = { .verb = DO_OVERRIDE, .until_min = -1, .quota = -1,
	    .service = layout_service(ledger_layout(rq->server->ledger), rq->word[0]) };

	return request_submit(rq, &cmd, 200, overridden);
}
