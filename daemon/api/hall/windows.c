/* A window's state, the commands at it, and what visitors say there of who has served them. */
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/core/day.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"

#define DAY_MS INT64_C(86400000)
#define MINUTES_MAX	480	/* for which a ticket is held */
#define LENT_MAX	600	/* minutes for which a window is lent */

/* A window of a hall, and what no hall knows: whether people see its calls. */
static json_t *
window(const struct request *rq, const struct hall *h)
{
	static const char *const signs[] = { [SHOW_SIGN_NONE] = NULL, [SHOW_SIGN_OK] = "ok", [SHOW_SIGN_DEAD] = "dead" };
	json_t *v = json_window(h, ledger_layout(rq->server->ledger), forecast_waits(rq->server->forecast), rq->window, &rq->now);

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

static enum refusal
read_reason(struct request *rq, struct command *cmd)
{
	return body_text(rq, "reason", false, cmd->words, TEXT_MAX);
}

static enum refusal
read_nothing(struct request *rq, struct command *cmd)
{
	(void)rq;
	(void)cmd;
	return OK;
}

static enum refusal
read_pause(struct request *rq, struct command *cmd)
{
	enum refusal refusal = read_reason(rq, cmd);

	return refusal != OK ? refusal : read_until(rq, cmd);
}

static enum refusal
read_hold(struct request *rq, struct command *cmd)
{
	enum refusal refusal = read_reason(rq, cmd);

	return refusal != OK ? refusal : body_int(rq, "minutes", false, 1, MINUTES_MAX, &cmd->minutes);
}

/* A ticket of today by its number. */
static enum refusal
read_number(struct request *rq, struct command *cmd)
{
	const struct ticket *t;
	enum refusal refusal;
	char number[NUMBER_MAX] = "";

	if ((refusal = body_text(rq, "number", cmd->verb == DO_PICK, number, sizeof number)) != OK || number[0] == '\0')
		return refusal;
	if ((t = hall_number(ledger_next(rq->server->ledger), number)) == NULL)
		return UNKNOWN_TICKET;
	cmd->ticket = t->id;
	return OK;
}

static enum refusal
read_service(struct request *rq, struct command *cmd)
{
	char service[ID_MAX] = "";
	enum refusal refusal = body_text(rq, "service", false, service, sizeof service);

	if (refusal != OK || service[0] == '\0')
		return refusal;
	cmd->service = layout_service(ledger_layout(rq->server->ledger), service);
	return cmd->service == -1 ? UNKNOWN_SERVICE : OK;
}

static enum refusal
read_transfer(struct request *rq, struct command *cmd)
{
	const json_t *keep_time = json_object_get(rq->body, "keep_time");
	enum refusal refusal;

	if ((refusal = read_service(rq, cmd)) != OK ||
	    (refusal = body_int(rq, "window", false, 1, WINDOW_NO_MAX, &cmd->to)) != OK)
		return refusal;
	if (keep_time != NULL && !json_is_boolean(keep_time))
		return body_wrong(rq, "keep_time", "true or false");
	cmd->new_time = json_is_false(keep_time);
	return OK;
}

/* What a ticket still needs, in this order; an empty list is nothing. */
static enum refusal
read_needs(struct request *rq, struct command *cmd)
{
	const json_t *list = json_object_get(rq->body, "services");
	size_t i;
	json_t *id;

	if (list == NULL && cmd->verb == DO_FINISH)
		return OK;
	if (!json_is_array(list) || json_array_size(list) > LEGS_MAX - 1)
		return body_wrong(rq, "services", "a list of at most 5 services' ids");
	cmd->needs = true;
	json_array_foreach(list, i, id) {
		int place = json_is_string(id) ? layout_service(ledger_layout(rq->server->ledger), json_string_value(id)) : -1;

		if (!json_is_string(id))
			return body_wrong(rq, "services", "a list of services' ids");
		if (place == -1)
			return UNKNOWN_SERVICE;
		cmd->further[cmd->further_count++] = place;
	}
	return OK;
}

/* What comes with a command; what is not here has nothing but a reason. */
static const struct {
	enum verb	verb;
	const char	*members[4];
	enum refusal	(*read)(struct request *, struct command *);
} commands[] = {
	{ DO_PICK,	{ "number", NULL },			read_number },
	{ DO_UNHOLD,	{ "number", NULL },			read_number },
	{ DO_PAUSE,	{ "reason", "until", NULL },		read_pause },
	{ DO_HOLD,	{ "reason", "minutes", NULL },		read_hold },
	{ DO_TRANSFER,	{ "service", "window", "keep_time", NULL }, read_transfer },
	{ DO_SERVE,	{ "service", NULL },			read_service },
	{ DO_FINISH,	{ "services", NULL },			read_needs },
	{ DO_LEGS,	{ "services", NULL },			read_needs },
	{ DO_ALARM,	{ NULL },				read_nothing },
	{ DO_NOTHING,	{ "reason", NULL },			read_reason },
};

enum refusal
post_window_command(struct request *rq)
{
	struct command cmd = { .verb = verb_at_window(rq->word[0]), .window = rq->window, .service = -1 };
	enum refusal refusal;
	int i = 0;

	if (cmd.verb == DO_NOTHING)
		return NOT_FOUND;
	while (commands[i].verb != cmd.verb && commands[i].verb != DO_NOTHING)
		i++;
	if ((refusal = body_only(rq, commands[i].members)) != OK || (refusal = commands[i].read(rq, &cmd)) != OK)
		return refusal;
	random_token(cmd.note, TOKEN_CHARS);
	return request_submit(rq, &cmd, 200, decided);
}

/* To which services of the hall, each once; to none: no more. */
static enum refusal
read_lent(struct request *rq, struct command *cmd)
{
	struct refusal_detail *wrong = &rq->change.detail;
	const json_t *list = json_object_get(rq->body, "services");
	size_t i;
	json_t *id;

	if (!json_is_array(list))
		return body_wrong(rq, "services", "a list of services' ids; empty: it is lent no more");
	json_array_foreach(list, i, id) {
		int service = json_is_string(id) ? layout_service(ledger_layout(rq->server->ledger), json_string_value(id)) : -1;

		if (service == -1 || cmd->lent >> service & 1) {
			snprintf(wrong->pointer, sizeof wrong->pointer, "/services/%zu", i);
			snprintf(wrong->expected, sizeof wrong->expected, "the id of a service of this hall, each once");
			return service == -1 && json_is_string(id) ? UNKNOWN_SERVICE : BAD_REQUEST;
		}
		cmd->lent |= UINT64_C(1) << service;
	}
	return OK;
}

/* Until when: it is over with the day anyway. */
static enum refusal
read_lent_until(struct request *rq, struct command *cmd)
{
	int minutes = 0, day_starts_min = ledger_layout(rq->server->ledger)->day_starts_min;
	enum refusal refusal;

	if ((refusal = body_int(rq, "minutes", false, 1, LENT_MAX, &minutes)) != OK || (refusal = read_until(rq, cmd)) != OK)
		return refusal;
	if ((minutes != 0) + (cmd->until_ms != 0) != (cmd->lent != 0))
		return body_wrong(rq, "minutes", "there, or until instead; neither of them without services");
	if (cmd->until_ms > day_ends_ms(rq->now.wall_ms, day_starts_min))
		return body_wrong(rq, "until", "a time of today");
	if (minutes != 0)
		cmd->until_ms = rq->now.wall_ms + minutes * INT64_C(60000);
	return OK;
}

enum refusal
post_lend(struct request *rq)
{
	static const char *const members[] = { "services", "minutes", "until", NULL };
	struct command cmd = { .verb = DO_LEND, .window = rq->window };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK || (refusal = read_lent(rq, &cmd)) != OK ||
	    (refusal = read_lent_until(rq, &cmd)) != OK)
		return refusal;
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
