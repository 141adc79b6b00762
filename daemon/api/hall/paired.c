/* Devices that stand in the hall: how they get in, and what a kiosk needs to know. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/hall/pairings.h"
#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"

/* Requests to be let in, from one address. */
#define ASKS_MAX	6
#define ASKS_S		60

#define YEAR_S		(366 * 24 * 3600)

enum refusal
post_pairing(struct request *rq)
{
	static const char *const members[] = { "kind", NULL };
	struct limits *limits = rq->server->limits;
	struct pairing *p;
	enum refusal refusal;
	char kind[16] = "", who[64];

	if ((refusal = body_only(rq, members)) != OK || (refusal = body_text(rq, "kind", false, kind, sizeof kind)) != OK)
		return refusal;
	snprintf(who, sizeof who, "pairing %s", rq->address);
	if ((rq->change.detail.retry_s = limits_wait(limits, who, ASKS_MAX, rq->now.steady_ms)) > 0)
		return TOO_MANY;
	limits_count(limits, who, ASKS_S, rq->now.steady_ms);
	if ((p = pairings_add(rq->server->pairings, rq->now.steady_ms)) == NULL) {
		rq->change.detail.retry_s = ASKS_S;
		return TOO_MANY;
	}
	return request_json(rq, 201, json_pack("{s:s, s:s}", "code", p->code, "secret", p->secret));
}

/* Once it was let in, the device has its token as a cookie, and the request is used up. */
enum refusal
get_pairing(struct request *rq)
{
	struct pairing *p = pairings_secret(rq->server->pairings, rq->word[0], rq->now.steady_ms);
	char cookie[160];

	if (p == NULL)
		return NOT_FOUND;
	if (p->token[0] == '\0')
		return request_json(rq, 200, json_pack("{s:s}", "state", "waiting"));
	snprintf(cookie, sizeof cookie, "halld=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", p->token, YEAR_S,
	    rq->https ? "; Secure" : "");
	request_header(rq, "Set-Cookie", cookie);
	explicit_bzero(p, sizeof *p);
	return request_json(rq, 200, json_pack("{s:s}", "state", "paired"));
}

/* The token itself is told once, to who asked for it; with a code the device gets it instead. */
static json_t *
given(struct request *rq)
{
	json_t *v = json_pack("{s:s}", "name", rq->word[0]);

	if (rq->word[1][0] != '\0')
		json_object_set_new(v, "token", json_string(rq->word[1]));
	return v;
}

enum refusal
post_token(struct request *rq)
{
	static const char *const members[] = { "name", "role", "window", "code", NULL };
	struct command cmd = { .verb = DO_GIVE_TOKEN };
	struct pairing *p = NULL;
	enum refusal refusal;
	char role[16] = "", code[PAIRING_CODE] = "", token[PAIRING_TOKEN];

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "name", true, cmd.name, ID_MAX)) != OK ||
	    (refusal = body_text(rq, "role", true, role, sizeof role)) != OK ||
	    (refusal = body_text(rq, "code", false, code, sizeof code)) != OK)
		return refusal;
	cmd.role = role_find(role);
	if (cmd.role != ROLE_KIOSK && cmd.role != ROLE_DISPLAY && cmd.role != ROLE_WINDOW)
		return body_wrong(rq, "role", "kiosk, display or window");
	if ((refusal = body_int(rq, "window", cmd.role == ROLE_WINDOW, 1, WINDOW_NO_MAX, &cmd.window)) != OK)
		return refusal;
	if (cmd.role == ROLE_KIOSK && cmd.window != 0)
		return body_wrong(rq, "window", "left out: a kiosk stands at no window");
	if (code[0] != '\0' && (p = pairings_code(rq->server->pairings, code, rq->now.steady_ms)) == NULL)
		return body_wrong(rq, "code", "the six digits that the device shows");
	random_token(token, PAIRING_TOKEN - 1);
	digest(cmd.secret, token, strlen(token));
	strcpy(rq->word[0], cmd.name);
	strcpy(rq->word[1], p == NULL ? token : "");
	rq->key[0] = '\0';		/* a kept answer would keep the token */
	if ((refusal = request_submit(rq, &cmd, 201, given)) == OK && p != NULL)
		strcpy(p->token, token);
	return refusal;
}

static json_t *
ended(struct request *rq)
{
	return json_pack("{s:s}", "name", rq->word[0]);
}

enum refusal
delete_token(struct request *rq)
{
	struct command cmd = { .verb = DO_END_TOKENS };

	if (strlen(rq->word[0]) >= sizeof cmd.name)
		return UNKNOWN_STAFF;
	strcpy(cmd.name, rq->word[0]);
	return request_submit(rq, &cmd, 200, ended);
}

/* The printer that prints for this kiosk, and whether it can. */
static json_t *
printer_json(struct request *rq)
{
	const struct device *d = kiosk_printer(ledger_layout(rq->server->ledger), rq->name);
	struct show_printer state;

	if (d == NULL || show_printer_state(rq->server->show, d->id, &state) == -1)
		return json_null();
	return json_pack("{s:s, s:b, s:b, s:o, s:i}", "id", d->id, "ready", state.ready, "answers", state.answers,
	    "flags", json_printer_flags(state.flags), "queued", state.queued);
}

/* The reader of ID cards there, and whether it works. */
static json_t *
reader_json(struct request *rq)
{
	enum show_card state = show_card(rq->server->show, rq->name);

	return state == SHOW_CARD_NONE ? json_null() : json_pack("{s:b}", "ready", state != SHOW_CARD_SILENT);
}

/* Classes that an ID card proves. */
static json_t *
classes_json(const struct layout *l)
{
	json_t *list = json_array();

	for (int i = 0; i < l->class_count; i++)
		if (l->class[i].proof == PROOF_ID_AGE) {
			json_t *row = json_pack("{s:s, s:i}", "id", l->class[i].id, "age", l->class[i].age);

			json_set_text(row, "name", &l->class[i].name);
			json_array_append_new(list, row);
		}
	return list;
}

enum refusal
get_kiosk(struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	json_t *languages = json_array();
	struct show_scan scan;

	for (int i = 0; i < LANGUAGES; i++)
		if (l->speaks[i])
			json_array_append_new(languages, json_string(language_name(i)));
	return request_json(rq, 200, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "name", rq->name, "printer", printer_json(rq),
	    "languages", languages, "reader", reader_json(rq), "classes", classes_json(l),
	    "help", json_help(ledger_shown(rq->server->ledger), rq->name),
	    "scanner", show_scan(rq->server->show, rq->name, &scan) == 0));
}

bool
card_proves(const struct request *rq, const struct class *class)
{
	int birth = show_card_birth(rq->server->show, rq->name);

	return class->proof == PROOF_ID_AGE && birth != 0 && rq->now.day - birth >= class->age * 10000;
}

/* Of the classes that the card proves, the one that asks for most years. */
static json_t *
proved_json(const struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	const struct class *best = NULL;

	for (const struct class *c = l->class; c < l->class + l->class_count; c++)
		if (card_proves(rq, c) && (best == NULL || c->age > best->age))
			best = c;
	return best == NULL ? json_null() : json_string(best->id);
}

/* How far reading a card has come and what class it proves, never what is on it. */
static enum refusal
card_json(struct request *rq, enum show_card state)
{
	static const char *const names[] = {
		[SHOW_CARD_SILENT] = "silent", [SHOW_CARD_IDLE] = "idle", [SHOW_CARD_WAITING] = "waiting",
		[SHOW_CARD_READ] = "read", [SHOW_CARD_FAILED] = "failed"
	};

	if (state == SHOW_CARD_NONE)
		return NOT_AVAILABLE;
	return request_json(rq, 200, json_pack("{s:s, s:o}", "card", names[state], "class", proved_json(rq)));
}

enum refusal
get_card(struct request *rq)
{
	return card_json(rq, show_card(rq->server->show, rq->name));
}

enum refusal
post_card(struct request *rq)
{
	static const char *const members[] = { NULL };
	enum refusal refusal = body_only(rq, members);

	return refusal != OK ? refusal : card_json(rq, show_card_ask(rq->server->show, rq->name));
}

enum refusal
delete_card(struct request *rq)
{
	show_card_forget(rq->server->show, rq->name);
	return get_card(rq);
}

/* The ticket that was held before the kiosk's scanner just now.  Who holds its code may act for it; its number shows it only. */
enum refusal
get_scan(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	struct show_scan scan;
	const struct booking *b;
	const struct ticket *t;
	json_t *ticket;

	if (show_scan(rq->server->show, rq->name, &scan) == -1)
		return NOT_AVAILABLE;
	t = hall_ticket(ledger_shown(l), scan.ticket);
	ticket = t == NULL ? json_null() : json_ticket(ledger_shown(l), ledger_layout(l), forecast_waits(rq->server->forecast), t, &rq->now);
	if (!scan.holder)
		json_object_del(ticket, "token");
	b = hall_booking(ledger_shown(l), scan.booking);
	return request_json(rq, 200, json_pack("{s:I, s:o, s:s?}", "scan", (json_int_t)scan.count, "ticket", ticket,
	    "booking", b == NULL ? NULL : b->code));
}
