/* Who called for help at a kiosk, or that many tickets are taken there; and who goes there. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"

static json_t *
help_row(const struct hall *h, const struct help *help, const struct instant *now)
{
	const struct staff *who = hall_staff(h, help->staff);

	return json_pack("{s:s, s:b, s:o, s:o, s:s?, s:o}", "kiosk", help->device, "busy", help->busy,
	    "called_at", json_steady(now, help->called_ms), "answered_at", json_steady(now, help->answered_ms),
	    "by", who == NULL ? NULL : who->name,
	    "until", help->busy ? json_steady(now, help->last_ms + BUSY_OVER_MS) : json_null());
}

enum refusal
get_help(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	json_t *list = json_array();

	for (const struct help *help = h->help; help < h->help + h->help_count; help++)
		if (!help->busy || rq->now.steady_ms - help->last_ms <= BUSY_OVER_MS)
			json_array_append_new(list, help_row(h, help, &rq->now));
	return request_json(rq, 200, json_pack("{s:o}", "help", list));
}

static json_t *
answered(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return help_row(h, hall_help(h, rq->change.fact[0].device, rq->change.fact[0].busy), &rq->now);
}

static json_t *
nothing(struct request *rq)
{
	(void)rq;
	return json_object();
}

/* {busy}: it is about the many tickets, not about a call. */
static enum refusal
about_help(struct request *rq, enum verb verb, json_t *(*answer)(struct request *))
{
	static const char *const members[] = { "busy", NULL };
	const json_t *busy = json_object_get(rq->body, "busy");
	struct command cmd = { .verb = verb, .staff = rq->staff, .busy = json_is_true(busy) };
	enum refusal refusal = body_only(rq, members);

	if (refusal != OK)
		return refusal;
	if (busy != NULL && !json_is_boolean(busy))
		return body_wrong(rq, "busy", "true or false");
	snprintf(cmd.device, sizeof cmd.device, "%.*s", (int)sizeof cmd.device - 1, rq->word[0]);
	return request_submit(rq, &cmd, 200, answer);
}

enum refusal
post_help_answer(struct request *rq)
{
	return about_help(rq, DO_ANSWER_HELP, answered);
}

enum refusal
post_help_end(struct request *rq)
{
	return about_help(rq, DO_END_HELP, nothing);
}

enum refusal
post_help(struct request *rq)
{
	struct command cmd = { .verb = DO_CALL_HELP };

	snprintf(cmd.device, sizeof cmd.device, "%.*s", (int)sizeof cmd.device - 1, rq->name);
	return request_submit(rq, &cmd, 200, nothing);
}

json_t *
json_help(const struct hall *h, const char *kiosk)
{
	const struct help *help = hall_help(h, kiosk, false);

	return help == NULL ? json_null() : json_string(help->answered_ms != 0 ? "answered" : "called");
}
