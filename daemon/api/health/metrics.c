/*
 * How it goes, for Prometheus (text exposition format 0.0.4).  A family is a
 * row; what it says of a ticket or window is a number of them, never which.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/health/ready.h"
#include "daemon/base/log.h"
#include "daemon/base/version.h"
#include "daemon/core/decide/opening.h"
#include "daemon/office/paper.h"
#include "daemon/push/push.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"
#include "protocols/device.h"

struct family {
	const char	*name, *type, *help;
	void		(*write)(FILE *, const struct family *, const struct server *);
};

/* A sample: its value, what its name has behind the family's, pairs of label and value, NULL. */
static void
sample(FILE *out, const struct family *f, double value, const char *suffix, ...)
{
	const char *label, *before = "{";
	va_list labels;

	fprintf(out, "%s%s", f->name, suffix);
	va_start(labels, suffix);
	while ((label = va_arg(labels, const char *)) != NULL) {
		fprintf(out, "%s%s=\"", before, label);
		for (const char *c = va_arg(labels, const char *); *c != '\0'; c++)
			if (*c == '\\' || *c == '"')
				fprintf(out, "\\%c", *c);
			else if (*c == '\n')
				fputs("\\n", out);
			else
				fputc(*c, out);
		fputc('"', out);
		before = ",";
	}
	va_end(labels);
	fprintf(out, "%s %.15g\n", *before == ',' ? "}" : "", value);
}

static void
build(FILE *out, const struct family *f, const struct server *s)
{
	(void)s;
	sample(out, f, 1, "", "version", VERSION, "sqlite", db_version(), NULL);
}

static void
began(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, s->began.wall_ms / 1000.0, "", NULL);
}

/* The hall. */

static void
tickets(FILE *out, const struct family *f, const struct server *s)
{
	const struct hall *h = ledger_shown(s->ledger);
	int count[LEG_STATES] = { 0 };

	for (uint32_t i = 0; i < h->ticket_count; i++)
		if (h->ticket[i].day == h->day)
			count[hall_leg(h, &h->ticket[i])->state]++;
	for (int state = LEG_NONE + 1; state < LEG_STATES; state++)
		sample(out, f, count[state], "", "state", leg_state_name(state), NULL);
}

static void
today(FILE *out, const struct family *f, const struct server *s)
{
	struct instant now = ledger_now(s->ledger);
	struct totals t = hall_totals(ledger_shown(s->ledger), &now);

	sample(out, f, t.issued, "", "what", "issued", NULL);
	sample(out, f, t.served, "", "what", "served", NULL);
	sample(out, f, t.abandoned, "", "what", "abandoned", NULL);
}

static void
waiting(FILE *out, const struct family *f, const struct server *s)
{
	const struct layout *l = ledger_layout(s->ledger);

	for (int i = 0; i < l->service_count; i++)
		sample(out, f, hall_waiting(ledger_shown(s->ledger), i), "", "service", l->service[i].id, NULL);
}

static void
states(FILE *out, const struct family *f, const struct server *s)
{
	struct instant now = ledger_now(s->ledger);
	enum hall_state is = hall_state(ledger_shown(s->ledger), ledger_layout(s->ledger), &now);

	for (int state = 0; state < HALL_STATES; state++)
		sample(out, f, (int)is == state, "", "state", hall_state_name(state), NULL);
}

static void
alarms(FILE *out, const struct family *f, const struct server *s)
{
	const struct layout *l = ledger_layout(s->ledger);
	struct instant now = ledger_now(s->ledger);

	for (int i = 0; i < l->service_count; i++)
		sample(out, f, hall_alarm(ledger_shown(s->ledger), l, i, &now), "", "service", l->service[i].id, NULL);
}

static void
windows(FILE *out, const struct family *f, const struct server *s)
{
	const struct layout *l = ledger_layout(s->ledger);
	int count[WINDOW_STATES] = { 0 };

	for (int i = 0; i < l->window_count; i++)
		count[ledger_shown(s->ledger)->window[l->window[i].no].state]++;
	for (int state = 0; state < WINDOW_STATES; state++)
		sample(out, f, count[state], "", "state", window_state_name(state), NULL);
}

/* The store. */

static void
events(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, ledger_shown(s->ledger)->seq, "", NULL);
}

static void
clock_believed(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, !ledger_now(s->ledger).doubted, "", NULL);
}

static void
writable(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, ledger_health(s->ledger) == OK, "", NULL);
}

static void
batches(FILE *out, const struct family *f, const struct server *s)
{
	static const char *const results[DB_RESULTS] = { "ok", "failed", "full", "unknown" };

	for (int i = 0; i < DB_RESULTS; i++)
		sample(out, f, ledger_figures(s->ledger)->batches[i], "", "result", results[i], NULL);
}

static void
commits(FILE *out, const struct family *f, const struct server *s)
{
	const struct ledger_figures *figures = ledger_figures(s->ledger);
	uint64_t count = 0;
	char bound[24];

	for (int i = 0; i < COMMIT_BOUNDS; i++) {
		snprintf(bound, sizeof bound, "%g", commit_bounds_us[i] / 1e6);
		sample(out, f, count += figures->took[i], "_bucket", "le", bound, NULL);
	}
	sample(out, f, count += figures->took[COMMIT_BOUNDS], "_bucket", "le", "+Inf", NULL);
	sample(out, f, figures->took_us / 1e6, "_sum", NULL);
	sample(out, f, count, "_count", NULL);
}

/* The opening check; one that was not made yet has no sample. */

static void
ready(FILE *out, const struct family *f, const struct server *s)
{
	enum ready_state state;

	if (readying_last(s->readying, &state) != 0)
		sample(out, f, READY_RED - state, "", NULL);
}

static void
ready_when(FILE *out, const struct family *f, const struct server *s)
{
	enum ready_state state;
	int64_t at_ms = readying_last(s->readying, &state);

	if (at_ms != 0)
		sample(out, f, at_ms / 1000.0, "", NULL);
}

/* Devices. */

static void
device_sample(FILE *out, const struct family *f, const struct show_device *d, double value)
{
	char address[12];

	snprintf(address, sizeof address, "%d", d->address);
	sample(out, f, value, "", "device", d->device->id, "address", address, "kind", driver_kind_name(d->driver->kind), NULL);
}

static void
device_states(FILE *out, const struct family *f, const struct server *s)
{
	struct show_device d;
	char address[12];

	for (int i = 0; show_device(s->show, i, &d); i++)
		for (int state = 0; state < HEALTHS; state++) {
			snprintf(address, sizeof address, "%d", d.address);
			sample(out, f, d.state == (enum show_health)state, "", "device", d.device->id, "address", address, "kind",
			    driver_kind_name(d.driver->kind), "state", show_health_name(state), NULL);
		}
}

/* A steady moment in Unix time; one that has not come has no sample. */
static void
device_moment(FILE *out, const struct family *f, const struct server *s, const struct show_device *d, int64_t steady_ms)
{
	struct instant now = ledger_now(s->ledger);

	if (steady_ms != 0)
		device_sample(out, f, d, (now.wall_ms - (now.steady_ms - steady_ms)) / 1000.0);
}

#define DEVICE_FAMILY(name, write) \
static void \
name(FILE *out, const struct family *f, const struct server *s) \
{ \
	struct show_device d; \
\
	for (int i = 0; show_device(s->show, i, &d); i++) \
		write; \
}

DEVICE_FAMILY(devices_ok, device_sample(out, f, &d, d.well))
DEVICE_FAMILY(device_since, device_moment(out, f, s, &d, d.since_ms))
DEVICE_FAMILY(device_sent, device_moment(out, f, s, &d, d.health->sent_ms))
DEVICE_FAMILY(device_heard, device_moment(out, f, s, &d, d.health->heard_ms))
DEVICE_FAMILY(device_frames, device_sample(out, f, &d, d.health->frames))
DEVICE_FAMILY(device_retries, device_sample(out, f, &d, d.health->retries))
DEVICE_FAMILY(device_refused, device_sample(out, f, &d, d.health->refused))

/* Of printers that say how their paper is. */
static void
paper(FILE *out, const struct family *f, const struct server *s)
{
	struct show_device d;
	struct show_printer p;

	for (int i = 0; show_device(s->show, i, &d); i++)
		if (d.driver->kind == DRIVER_PRINTER && show_printer_state(s->show, d.device->id, &p) == 0 && p.answers)
			sample(out, f, p.flags & PRINTER_PAPER_OUT ? 0 : p.flags & PRINTER_PAPER_LOW ? 1 : 2, "", "device", d.device->id,
			    NULL);
}

static void
printers(FILE *out, const struct family *f, const struct server *s)
{
	struct show_device d;
	struct show_printer p;

	for (int i = 0; show_device(s->show, i, &d); i++)
		if (d.driver->kind == DRIVER_PRINTER && show_printer_state(s->show, d.device->id, &p) == 0)
			sample(out, f, p.ready, "", "device", d.device->id, NULL);
}

static void
paper_used(FILE *out, const struct family *f, const struct server *s)
{
	struct show_device d;

	for (int i = 0; show_device(s->show, i, &d); i++) {
		const struct roll *roll = hall_roll(ledger_shown(s->ledger), d.device->id);

		if (d.driver->kind == DRIVER_PRINTER)
			sample(out, f, roll == NULL ? 0 : roll->used_mm / 1e3, "", "device", d.device->id, NULL);
	}
}

static void
paper_left(FILE *out, const struct family *f, const struct server *s)
{
	struct show_device d;

	for (int i = 0; show_device(s->show, i, &d); i++) {
		int left_mm = paper_left_mm(ledger_shown(s->ledger), d.device);

		if (d.driver->kind == DRIVER_PRINTER && left_mm != -1)
			sample(out, f, left_mm / 1e3, "", "device", d.device->id, NULL);
	}
}

/* Waits. */

static void
wait_ranges(FILE *out, const struct family *f, const struct server *s)
{
	const struct layout *l = ledger_layout(s->ledger);

	for (int i = 0; i < l->service_count; i++) {
		struct wait_s w = wait_of_service(forecast_waits(s->forecast), i);

		if (w.source == WAIT_UNKNOWN)
			continue;
		sample(out, f, w.p50_s, "", "service", l->service[i].id, "quantile", "0.5", NULL);
		sample(out, f, w.p90_s, "", "service", l->service[i].id, "quantile", "0.9", NULL);
	}
}

/* Per ticket of a service that was judged on the last day. */
static void
each_error(FILE *out, const struct family *f, const struct server *s, double (*of)(const struct day_error *))
{
	const struct layout *l = ledger_layout(s->ledger);

	for (int i = 0; i < l->service_count; i++) {
		const struct day_error *e = &forecast_waits(s->forecast)->error[i];

		if (e->tickets > 0)
			sample(out, f, of(e), "", "service", l->service[i].id, NULL);
	}
}

static double off(const struct day_error *e) { return e->off_s / e->tickets; }
static double bias(const struct day_error *e) { return e->bias_s / e->tickets; }
static double within(const struct day_error *e) { return (double)e->within / e->tickets; }
static double judged(const struct day_error *e) { return e->tickets; }

static void wait_off(FILE *out, const struct family *f, const struct server *s) { each_error(out, f, s, off); }
static void wait_bias(FILE *out, const struct family *f, const struct server *s) { each_error(out, f, s, bias); }
static void wait_within(FILE *out, const struct family *f, const struct server *s) { each_error(out, f, s, within); }
static void wait_judged(FILE *out, const struct family *f, const struct server *s) { each_error(out, f, s, judged); }

static void
doubted(FILE *out, const struct family *f, const struct server *s)
{
	const struct layout *l = ledger_layout(s->ledger);
	int count[DOUBTS] = { 0 };

	for (int i = 0; i < l->window_count; i++)
		count[forecast_waits(s->forecast)->window[l->window[i].no].doubt]++;
	for (int doubt = DOUBT_NONE + 1; doubt < DOUBTS; doubt++)
		sample(out, f, count[doubt], "", "why", doubt_name(doubt), NULL);
}

static void
forecasts(FILE *out, const struct family *f, const struct server *s)
{
	const struct forecast_figures *figures = forecast_figures(s->forecast);

	sample(out, f, figures->made - figures->on_worker, "", "thread", "loop", NULL);
	sample(out, f, figures->on_worker, "", "thread", "worker", NULL);
}

static void
forecast_took(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, forecast_figures(s->forecast)->took_us / 1e6, "", NULL);
}

/* Endpoints outside. */

static void
each_endpoint(FILE *out, const struct family *f, const struct server *s, double (*of)(const json_t *))
{
	json_t *list = push_json(s->push), *e;
	size_t i;

	json_array_foreach(list, i, e)
		sample(out, f, of(e), "", "url", json_string_value(json_object_get(e, "url")), NULL);
	json_decref(list);
}

static double
is_told(const json_t *e)
{
	return strcmp(json_string_value(json_object_get(e, "state")), "ok") == 0;
}

static double behind(const json_t *e) { return json_integer_value(json_object_get(e, "behind")); }
static double dead(const json_t *e) { return json_array_size(json_object_get(e, "dead")); }

static void push_ok(FILE *out, const struct family *f, const struct server *s) { each_endpoint(out, f, s, is_told); }
static void push_behind(FILE *out, const struct family *f, const struct server *s) { each_endpoint(out, f, s, behind); }
static void push_dead(FILE *out, const struct family *f, const struct server *s) { each_endpoint(out, f, s, dead); }

/* HTTP. */

static void
readers(FILE *out, const struct family *f, const struct server *s)
{
	sample(out, f, streams_readers(s->streams), "", NULL);
}

static void
answers(FILE *out, const struct family *f, const struct server *s)
{
	static const char *const classes[STATUS_CLASSES] = { "0xx", "1xx", "2xx", "3xx", "4xx", "5xx" };

	for (int i = 0; i <= ROUTES_MAX; i++)
		for (int status = 0; status < STATUS_CLASSES; status++)
			if (s->answers[i][status] != 0)
				sample(out, f, s->answers[i][status], "", "method", i == ROUTES_MAX ? "" : s->routes[i].method,
				    "route", i == ROUTES_MAX ? "" : s->routes[i].path, "status", classes[status], NULL);
}

static const struct family families[] = {
	{ "halld_build_info", "gauge", "The version of halld that runs; always 1.", build },
	{ "process_start_time_seconds", "gauge", "When it was started, by the clock of then, in Unix time.", began },
	{ "halld_tickets", "gauge", "Tickets of the business day, by the state of their present step.", tickets },
	{ "halld_tickets_today", "gauge", "What the business day has come to so far.", today },
	{ "halld_hall", "gauge", "The hall's state: 1 for the one that it is in.", states },
	{ "halld_waiting", "gauge", "People waiting for a service.", waiting },
	{ "halld_alarm", "gauge", "1: people wait for a service that is open, and no open window serves it.", alarms },
	{ "halld_windows", "gauge", "Windows by state.", windows },
	{ "halld_wait_seconds", "gauge", "Wait of who took a ticket now, as estimated: half and nine of ten wait no longer.", wait_ranges },
	{ "halld_wait_error_seconds", "gauge", "How far the first estimates of the last day were off, on average.", wait_off },
	{ "halld_wait_bias_seconds", "gauge", "By how much they were too long, on average.", wait_bias },
	{ "halld_wait_within_ratio", "gauge", "The share of their tickets that waited no longer than nine of ten should.", wait_within },
	{ "halld_wait_judged_tickets", "gauge", "How many tickets that was.", wait_judged },
	{ "halld_windows_doubted", "gauge", "Windows that say something that is hardly so: idle beside people who wait, or long at one visitor.", doubted },
	{ "halld_forecasts_total", "counter", "How often waits were worked out, in the loop or on the worker.", forecasts },
	{ "halld_forecast_seconds_total", "counter", "How long that took.", forecast_took },
	{ "halld_events_total", "counter", "Events on disk; begins anew with a new epoch.", events },
	{ "halld_clock_believed", "gauge", "1: the date goes by the wall clock; 0: that was stepped too far, and nobody says that it is right.", clock_believed },
	{ "halld_store_writable", "gauge", "1: commands are written; 0: they are refused.", writable },
	{ "halld_store_batches_total", "counter", "Batches by what became of them.", batches },
	{ "halld_store_commit_seconds", "histogram", "How long a batch took to be on disk, or to fail.", commits },
	{ "halld_ready", "gauge", "Can the hall open, as it was looked at last?  2: yes; 1: yes, and something is to be done; 0: not all of it.", ready },
	{ "halld_ready_seconds", "gauge", "When that was, in Unix time.", ready_when },
	{ "halld_device_ok", "gauge", "0: the device does not answer, its port is gone, or it has a fault; 1: none of these is known.", devices_ok },
	{ "halld_device_state", "gauge", "1: the device is in this state; 0: in another.", device_states },
	{ "halld_device_since_seconds", "gauge", "When it came into its state, in Unix time.", device_since },
	{ "halld_device_sent_seconds", "gauge", "When the last frame was sent to it, in Unix time.", device_sent },
	{ "halld_device_heard_seconds", "gauge", "When the last frame came from it, in Unix time.", device_heard },
	{ "halld_device_frames_total", "counter", "Frames sent to a device, those sent again included.", device_frames },
	{ "halld_device_retries_total", "counter", "Frames sent again for want of an answer.", device_retries },
	{ "halld_device_refused_total", "counter", "Frames that a device would not have.", device_refused },
	{ "halld_printer_ready", "gauge", "1: a ticket taken now would be printed, as far as is known.", printers },
	{ "halld_printer_paper_used_metres", "gauge", "Paper printed since the roll was new.", paper_used },
	{ "halld_printer_paper_left_metres", "gauge", "Paper left on the roll by the book, where its length is known.", paper_left },
	{ "halld_printer_paper", "gauge", "0: paper is out; 1: near its end; 2: enough, as far as the printer can tell.", paper },
	{ "halld_push_ok", "gauge", "1: the endpoint answered last as it should; 0: it did not, or wants no more.", push_ok },
	{ "halld_push_behind_events", "gauge", "Events that it has not been told yet.", push_behind },
	{ "halld_push_dead_events", "gauge", "Events that it would not have, and that wait to be sent again by hand.", push_dead },
	{ "halld_stream_readers", "gauge", "Readers of the event stream.", readers },
	{ "halld_http_requests_total", "counter", "Requests answered, by route; what is on no route has none.", answers },
};

enum refusal
get_metrics(struct request *rq)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		fatal("no memory for metrics");
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		const struct family *f = &families[i];

		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, f->type);
		f->write(out, f, rq->server);
	}
	if (fclose(out) != 0)
		fatal("no memory for metrics");
	request_header(rq, "Cache-Control", "no-store");
	request_bytes(rq, 200, "text/plain; version=0.0.4; charset=utf-8", text, len);
	free(text);
	return OK;
}
