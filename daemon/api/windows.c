/* A window's state, and the commands at it. */
#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/show/show.h"

/* A dead sign is the clerk's to know: people look for their number there. */
static json_t *
sign(const struct show *s, int window)
{
	switch (show_sign(s, window)) {
	case SHOW_SIGN_OK:
		return json_string("ok");
	case SHOW_SIGN_DEAD:
		return json_string("dead");
	case SHOW_SIGN_NONE:
		break;
	}
	return json_null();
}

enum refusal
get_window(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	json_t *v, *ticket;

	if (layout_window(ledger_layout(l), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	v = json_window(ledger_shown(l), ledger_layout(l), rq->window, &rq->now);
	json_object_set_new(json_object_get(v, "window"), "sign", sign(rq->server->show, rq->window));
	if (json_is_object(ticket = json_object_get(v, "ticket")))
		json_object_set_new(ticket, "announced", json_string(announced_name(show_announced(rq->server->show, rq->window))));
	return request_json(rq, 200, v);
}

static json_t *
decided(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;

	return json_window(ledger_next(l), ledger_layout(l), rq->window, &rq->now);
}

enum refusal
post_window_command(struct request *rq)
{
	static const char *const members[] = { "reason", NULL };
	struct command cmd = { .verb = verb_at_window(rq->word[0]), .window = rq->window };
	enum refusal refusal;

	if (cmd.verb == DO_NOTHING)
		return NOT_FOUND;
	if (verb_built(cmd.verb) && ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "reason", false, cmd.words, TEXT_MAX)) != OK))
		return refusal;
	random_token(cmd.note, TOKEN_CHARS);
	return request_submit(rq, &cmd, 200, decided);
}
