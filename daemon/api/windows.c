/* A window's state, the commands at it, and what visitors say there of who has served them. */
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/show/show.h"

#define DAY_MS INT64_C(86400000)

/* A window of a hall, and what no hall knows: whether people see its calls. */
static json_t *
window(const struct request *rq, const struct hall *h)
{
	static const char *const signs[] = { [SHOW_SIGN_NONE] = NULL, [SHOW_SIGN_OK] = "ok", [SHOW_SIGN_DEAD] = "dead" };
	json_t *v = json_window(h, ledger_layout(rq->server->ledger), rq->window, &rq->now);

	json_object_set_new(json_object_get(v, "window"), "sign", json_pack("s?", signs[show_sign(rq->server->show, rq->window)]));
	return v;
}

enum refusal
get_window(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	json_t *v, *ticket;

	if (layout_window(ledger_layout(l), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	v = window(rq, ledger_shown(l));
	if (json_is_object(ticket = json_object_get(v, "ticket")))
		json_object_set_new(ticket, "announced", json_string(announced_name(show_announced(rq->server->show, rq->window))));
	return request_json(rq, 200, v);
}

static json_t *
decided(struct request *rq)
{
	return window(rq, ledger_next(rq->server->ledger));
}

/* When somebody means to be back: signs say the time of day alone. */
static enum refusal
read_until(struct request *rq, struct command *cmd)
{
	char text[TIME_TEXT + 4] = "";
	enum refusal refusal = body_text(rq, "until", false, text, sizeof text);

	if (refusal != OK || text[0] == '\0')
		return refusal;
	cmd->until_ms = time_read(text);
	if (cmd->until_ms <= rq->now.wall_ms || cmd->until_ms > rq->now.wall_ms + DAY_MS)
		return body_wrong(rq, "until", "a time of the next 24 hours such as 2026-11-24T10:30:00+08:00");
	return OK;
}

enum refusal
post_window_command(struct request *rq)
{
	static const char *const members[] = { "reason", "until", NULL };
	struct command cmd = { .verb = verb_at_window(rq->word[0]), .window = rq->window };
	enum refusal refusal;

	if (cmd.verb == DO_NOTHING)
		return NOT_FOUND;
	if (verb_built(cmd.verb) && ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "reason", false, cmd.words, TEXT_MAX)) != OK ||
	    (refusal = read_until(rq, &cmd)) != OK))
		return refusal;
	random_token(cmd.note, TOKEN_CHARS);
	return request_submit(rq, &cmd, 200, decided);
}

/* Whose rating may be given at the window now; null: nobody's. */
enum refusal
get_rating(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	const struct ticket *t = hall_to_rate(ledger_shown(l), rq->window, rq->now.steady_ms);

	if (layout_window(ledger_layout(l), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	return request_json(rq, 200, json_pack("{s:s?}", "number", t == NULL ? NULL : t->number));
}

static json_t *
rated(struct request *rq)
{
	return json_pack("{s:s, s:b}", "number", rq->word[0], "rated", 1);
}

/* The number makes sure that what was meant for one is not said of the next. */
enum refusal
post_rating(struct request *rq)
{
	static const char *const members[] = { "number", "grade", NULL };
	const struct ledger *l = rq->server->ledger;
	const struct ticket *t = hall_to_rate(ledger_next(l), rq->window, rq->now.steady_ms), *named;
	struct command cmd = { .verb = DO_RATE };
	enum refusal refusal;

	if (layout_window(ledger_layout(l), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "number", true, rq->word[0], NUMBER_MAX)) != OK ||
	    (refusal = body_int(rq, "grade", true, 1, 5, &cmd.grade)) != OK)
		return refusal;
	if ((named = hall_number(ledger_next(l), rq->word[0])) == NULL)
		return UNKNOWN_TICKET;
	if (named != t) {
		rq->change.detail.state = named->rated ? "rated" : leg_state_name(hall_leg(ledger_next(l), named)->state);
		rq->change.detail.command = verbs[DO_RATE].name;
		return NOT_ALLOWED;
	}
	cmd.ticket = t->id;
	return request_submit(rq, &cmd, 200, rated);
}
