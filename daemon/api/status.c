/* Reading the hall: status, stream, services, devices, health. */
#include <string.h>

#include <event2/http.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/api/snapshot.h"
#include "daemon/line/driver.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"
#include "protocols/device.h"

static struct document *
status_document(const struct server *server)
{
	return snapshot_document(server->snapshot);
}

const struct shared shared[] = {
	{ "/api/v1/status", status_document },
	{ NULL, NULL }
};

enum refusal
get_status(struct request *rq)
{
	return request_document(rq, status_document(rq->server));
}

static enum audience
audience_of(enum role role)
{
	switch (role) {
	case ROLE_CLERK:
	case ROLE_GUIDE:
		return TO_STAFF;
	case ROLE_MANAGER:
	case ROLE_INSPECTOR:
	case ROLE_ADMIN:
		return TO_MANAGER;
	default:
		return TO_PUBLIC;
	}
}

enum refusal
get_events(struct request *rq)
{
	if (evhttp_request_get_command(rq->http) == EVHTTP_REQ_HEAD)
		request_bytes(rq, 200, "text/event-stream", "", 0);
	else
		streams_add(rq->server->streams, rq, audience_of(rq->role), request_get(rq, "Last-Event-ID"));
	return OK;
}

enum refusal
get_services(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;

	return request_json(rq, 200, json_services(ledger_shown(l), ledger_layout(l), forecast_waits(rq->server->forecast), &rq->now));
}

enum refusal
get_health(struct request *rq)
{
	enum refusal health = ledger_health(rq->server->ledger);

	if (health != OK)
		return health;
	return request_json(rq, 200, json_pack("{s:s, s:I}", "store", "ok",
	    "seq", (json_int_t)ledger_shown(rq->server->ledger)->seq));
}

/* What a printer says of itself, and its paper as far as it says so. */
static void
set_printer(const struct request *rq, json_t *row, const struct show_device *d)
{
	struct show_printer p = { 0 };

	show_printer_state(rq->server->show, d->device->id, &p);
	json_object_set_new(row, "printer", json_printer_flags(d->printer));
	if (!p.answers)
		json_object_set_new(row, "paper", json_null());
	else
		json_object_set_new(row, "paper", json_string(d->printer & PRINTER_PAPER_OUT ? "out" :
		    d->printer & PRINTER_PAPER_LOW ? "low" : "ok"));
	json_set_roll(row, ledger_shown(rq->server->ledger), ledger_layout(rq->server->ledger), d->device, &rq->now);
}

enum refusal
get_devices(struct request *rq)
{
	json_t *list = json_array();
	struct show_device d;

	for (int i = 0; show_device(rq->server->show, i, &d); i++) {
		const struct line_health *h = d.health;
		json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "id", d.device->id, "driver", d.driver->name,
		    "kind", driver_kind_name(d.driver->kind), "port", d.device->port, "address", d.address,
		    "state", show_health_name(d.state), "reason", d.reason);

		json_object_set_new(row, "since", json_steady(&rq->now, d.since_ms));
		json_object_set_new(row, "sent_at", json_steady(&rq->now, h->sent_ms));
		json_object_set_new(row, "heard_at", json_steady(&rq->now, h->heard_ms));
		json_object_set_new(row, "frames", json_integer(h->frames));
		json_object_set_new(row, "retries", json_integer(h->retries));
		json_object_set_new(row, "refused", json_integer(h->refused));
		if (d.driver->kind == DRIVER_PRINTER)
			set_printer(rq, row, &d);
		json_array_append_new(list, row);
	}
	return request_json(rq, 200, json_pack("{s:o, s:o}", "devices", list,
	    "strangers", json_strangers(rq->server->show, &rq->now)));
}

static json_t *
told_roll(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	json_t *v = json_pack("{s:s}", "id", rq->word[0]);

	json_set_roll(v, ledger_next(l), ledger_layout(l), &ledger_layout(l)->device[layout_device(ledger_layout(l), rq->word[0])], &rq->now);
	return v;
}

/* Who stands at the printer says whether its paper is a new roll. */
enum refusal
post_roll(struct request *rq)
{
	static const char *const members[] = { "new", "asked", NULL };
	const struct layout *l = ledger_layout(rq->server->ledger);
	const json_t *is_new = json_object_get(rq->body, "new"), *asked = json_object_get(rq->body, "asked");
	struct command cmd = { .verb = DO_ROLL, .roll = json_is_true(is_new) ? ROLL_NEW : ROLL_SAME, .answers = json_is_true(asked) };
	int place = layout_device(l, rq->word[0]);
	enum refusal refusal;

	if (place == -1 || driver_find(l->device[place].driver)->kind != DRIVER_PRINTER)
		return NOT_FOUND;
	if ((refusal = body_only(rq, members)) != OK)
		return refusal;
	if (!json_is_boolean(is_new))
		return body_wrong(rq, "new", "true or false");
	if (asked != NULL && !json_is_boolean(asked))
		return body_wrong(rq, "asked", "true or false");
	strcpy(cmd.device, l->device[place].id);
	return request_submit(rq, &cmd, 200, told_roll);
}
