/* Who called for help at a kiosk, and who goes there. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"

static json_t *
help_row(const struct hall *h, const struct help *help, const struct instant *now)
{
	const struct staff *who = hall_staff(h, help->staff);

	return json_pack("{s:s, s:o, s:o, s:s?}", "kiosk", help->device, "called_at", json_steady(now, help->called_ms),
	    "answered_at", json_steady(now, help->answered_ms), "by", who == NULL ? NULL : who->name);
}

enum refusal
get_help(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	json_t *list = json_array();

	for (const struct help *help = h->help; help < h->help + h->help_count; help++)
		json_array_append_new(list, help_row(h, help, &rq->now));
	return request_json(rq, 200, json_pack("{s:o}", "help", list));
}

static json_t *
answered(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return help_row(h, hall_help(h, rq->change.fact[0].device), &rq->now);
}

enum refusal
post_help_answer(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_ANSWER_HELP, .staff = rq->staff };
	enum refusal refusal = body_only(rq, members);

	if (refusal != OK)
		return refusal;
	snprintf(cmd.device, sizeof cmd.device, "%.*s", (int)sizeof cmd.device - 1, rq->word[0]);
	return request_submit(rq, &cmd, 200, answered);
}

static json_t *
nothing(struct request *rq)
{
	(void)rq;
	return json_object();
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
	const struct help *help = hall_help(h, kiosk);

	return help == NULL ? json_null() : json_string(help->answered_ms != 0 ? "answered" : "called");
}
