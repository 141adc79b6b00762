/* What is known for the opening check is brought together, and what was found is told. */
#include <sys/statvfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/copies/backups.h"
#include "daemon/api/copies/second_place.h"
#include "daemon/api/handlers.h"
#include "daemon/api/health/ready.h"
#include "daemon/api/layouts.h"
#include "daemon/api/past/reports.h"
#include "daemon/api/render.h"
#include "daemon/base/log.h"
#include "daemon/core/calendar.h"
#include "daemon/office/paper.h"
#include "daemon/push/push.h"
#include "daemon/show/show.h"
#include "daemon/store/backup.h"
#include "daemon/wait/forecast.h"
#include "display/ready.h"
#include "protocols/device.h"

#define SETTLED_MS	15000	/* after a start devices have answered by then, or do not */
#define AGAIN_MS	60000	/* after what could not be written */
#define SECOND_MS	5000	/* in which a second place says what it has */
#define WATCH_MS	300000	/* the clock may be put right, also forward, and nobody tells */

struct readying {
	struct server	*server;
	struct timer	*timer;
	char		 dir[256];
	bool		 busy;		/* it looks by itself */
	enum ready_state state;		/* found last */
	int64_t		 last_ms;	/* wall time of it; 0: never */
	int		 second_day;	/* as in ready.h, when that was said last */
};

/* Looking: what only a disk knows is asked on the worker, and what the second place has there. */
struct ready_job {
	struct readying	*readying;
	struct request	*rq;		/* NULL: it looks by itself */
	char		 dir[256], second[256];	/* second: place of copies; empty: there is none */
	int64_t		 free_bytes;
	int		 last_day;	/* a copy with a later date is of a night with a wrong clock */
	int		 backup_day, second_day;
	bool		 late;		/* it was told without the second place, which hangs or is busy */
};

/* Date of the newest copy in a folder; 0: there is none. */
static int
newest_day(const char *folder, int last_day)
{
	struct backup *list = xcalloc(BACKUPS_MAX, sizeof *list);
	int count = backup_list(folder, list, BACKUPS_MAX), day = 0;

	for (int i = 0; i < count && day == 0; i++)
		day = list[i].day <= last_day ? list[i].day : 0;
	free(list);
	return day;
}

static void
ask_disk(void *arg)
{
	struct ready_job *j = arg;
	struct statvfs fs;
	char folder[272];

	j->free_bytes = statvfs(j->dir, &fs) == 0 ? (int64_t)fs.f_bavail * (int64_t)fs.f_frsize : -1;
	snprintf(folder, sizeof folder, "%s/backup", j->dir);
	j->backup_day = newest_day(folder, j->last_day);
}

static void
ask_second(void *arg)
{
	struct ready_job *j = arg;

	j->second_day = newest_day(j->second, j->last_day);
}

/* Numbers of the windows at which an address of a device is (new). */
static json_t *
windows_at(const struct layout *l, const struct show_device *d, json_t *windows)
{
	int device = layout_device(l, d->device->id);

	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++)
		if ((w->sign.device == device && w->sign.address == d->address) || (w->keypad.device == device && w->keypad.address == d->address) ||
		    (w->rater.device == device && w->rater.address == d->address))
			json_array_append_new(windows, json_integer(w->no));
	return windows;
}

static struct ready_device *
device_in(struct ready_known *k, const struct show_device *d)
{
	for (struct ready_device *r = k->device; r < k->device + k->devices; r++)
		if (r->id == d->device->id && strcmp(r->state, show_health_name(d->state)) == 0)
			return r;
	return NULL;
}

static void
know_devices(struct ready_known *k, const struct server *s)
{
	struct show_device d;

	for (int i = 0; show_device(s->show, i, &d) && k->devices < TROUBLES_MAX; i++) {
		struct ready_device *r = d.well ? NULL : device_in(k, &d);

		if (d.well)
			continue;
		if (r == NULL) {
			r = &k->device[k->devices++];
			*r = (struct ready_device){ .id = d.device->id, .kind = driver_kind_name(d.driver->kind), .reason = d.reason,
			    .state = show_health_name(d.state), .since_ms = k->now.wall_ms - (k->now.steady_ms - d.since_ms),
			    .asked = d.health->state == LINE_TRYING, .windows = json_array() };
		}
		windows_at(k->layout, &d, r->windows);
	}
}

static void
know_printer(struct ready_known *k, const struct server *s, const struct device *d)
{
	const struct roll *roll = hall_roll(k->hall, d->id);
	struct show_printer p = { 0 };
	unsigned flags;

	show_printer_state(s->show, d->id, &p);
	flags = p.answers ? p.flags : 0;
	k->printer[k->printers++] = (struct ready_printer){ .id = d->id, .left_mm = paper_left_mm(k->hall, d),
	    .print_mm = roll == NULL ? 0 : roll->print_mm, .printed = roll == NULL ? 0 : roll->before != 0 ? roll->before : roll->today,
	    .low = (flags & PRINTER_PAPER_LOW) != 0, .out = (flags & PRINTER_PAPER_OUT) != 0 };
}

static void
know_printers(struct ready_known *k, const struct server *s)
{
	for (const struct device *d = k->layout->device; d < k->layout->device + k->layout->device_count && k->printers < READY_PRINTERS; d++)
		if (driver_find(d->driver)->kind == DRIVER_PRINTER)
			know_printer(k, s, d);
}

/* As on the days before: without one nothing is expected. */
static void
know_tickets(struct ready_known *k, const struct server *s)
{
	const struct learnt *learnt = forecast_learnt(s->forecast);

	k->expects = learnt->days > 0;
	for (int part = 0; part < READY_PARTS; part++)
		for (int service = 0; service < k->hall->service_count; service++)
			for (int class = 0; class < k->hall->class_count; class++)
				k->came[part] += learnt_arrivals(learnt, service, class, part);
}

/* Their texts are the list's, which is to be kept as long. */
static void
know_endpoints(struct ready_known *k, const json_t *list)
{
	json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
		if (k->endpoints < READY_ENDPOINTS)
			k->endpoint[k->endpoints++] = (struct ready_endpoint){ json_string_value(json_object_get(e, "url")),
			    json_string_value(json_object_get(e, "state")), json_string_value(json_object_get(e, "error")) };
}

static void
look(struct readiness *r, const struct ready_job *j)
{
	const struct server *s = j->readying->server;
	struct ready_known *k = xcalloc(1, sizeof *k);
	json_t *endpoints = push_json(s->push);

	k->hall = ledger_shown(s->ledger);
	k->layout = ledger_layout(s->ledger);
	k->now = ledger_now(s->ledger);
	know_devices(k, s);
	know_printers(k, s);
	know_tickets(k, s);
	know_endpoints(k, endpoints);
	k->stores = ledger_health(s->ledger) == OK;
	k->free_bytes = j->free_bytes;
	k->ntp = clock_kept(ledger_clock(s->ledger));
	k->backup_day = j->backup_day;
	k->second_day = j->readying->second_day;
	k->second_hangs = j->late && (second_place_hangs(s->second_place) || k->second_day == -1);
	k->backup_failed = backups_failed(s->backups);
	k->layout_problem = layouts_problem(s->layouts);
	k->learnt_problem = forecast_problem(s->forecast);
	ready_look(r, k);
	for (int i = 0; i < k->devices; i++)
		json_decref(k->device[i].windows);
	json_decref(endpoints);
	free(k);
	j->readying->state = r->state;
	j->readying->last_ms = ledger_now(s->ledger).wall_ms;
}

/* In words. */

static json_t *
said(const struct texts *texts, const char *of, const struct finding *f, int64_t now_ms)
{
	json_t *object = json_object();
	char text[READY_SAID];

	for (int lang = 0; lang < LANGUAGES; lang++) {
		ready_sentence(text, texts, lang, of, f->key, f->values, now_ms);
		json_object_set_new(object, language_name(lang), json_string(text));
	}
	return object;
}

static json_t *
ready_json(const struct readiness *r, const struct texts *texts, int64_t now_ms)
{
	json_t *list = json_array();

	for (const struct finding *f = r->finding; f < r->finding + r->count; f++) {
		json_t *v = json_pack("{s:s, s:s, s:s, s:o, s:o}", "point", f->point, "state", ready_state_name(f->state), "code", f->key,
		    "what", said(texts, "what", f, now_ms), "do", said(texts, "do", f, now_ms));

		json_object_update(v, f->values);
		json_array_append_new(list, v);
	}
	return json_pack("{s:s, s:o, s:o, s:i, s:i, s:o}", "state", ready_state_name(r->state), "at", json_time(now_ms),
	    "opens_at", r->opens_ms == 0 ? json_null() : json_time(r->opens_ms), "points", r->points, "bad", r->bad, "findings", list);
}

/* By itself. */

static void
set_timer(struct readying *r)
{
	struct instant now = ledger_now(r->server->ledger);
	int64_t settled_ms = r->server->began.steady_ms + SETTLED_MS, watch_ms = now.steady_ms + WATCH_MS, at_ms;
	int date;

	if (r->busy || r->server->ending)
		return;
	at_ms = ready_at(ledger_shown(r->server->ledger), ledger_layout(r->server->ledger), now.wall_ms, &date);
	at_ms = at_ms == 0 ? watch_ms : at_ms + now.steady_ms - now.wall_ms;
	at_ms = at_ms < watch_ms ? at_ms : watch_ms;
	timer_at(r->timer, at_ms > settled_ms ? at_ms : settled_ms);
}

static void
written(void *arg, enum refusal refusal)
{
	struct readying *r = arg;

	r->busy = false;
	if (refusal != OK)
		timer_at(r->timer, ledger_now(r->server->ledger).steady_ms + AGAIN_MS);
	else
		set_timer(r);
}

/* One a day: what the later look finds takes the place of what the earlier one did. */
static void
keep(struct readying *r, const struct readiness *found)
{
	const struct hall *h = ledger_shown(r->server->ledger);
	struct command cmd = { .verb = DO_WRITE, .actor = "system", .record = record_new(SUBJECT_INSPECTION) };
	struct instant now = ledger_now(r->server->ledger);
	const struct record *earlier;
	struct change change;
	char findings[READY_SUMMARY];
	int date;

	if (ready_at(h, ledger_layout(r->server->ledger), now.wall_ms, &date) != now.wall_ms) {
		written(r, OK);
		return;
	}
	if ((earlier = ready_written(h, date)) != NULL)
		cmd.record = *earlier;
	record_set(&cmd.record, "day", date);
	record_choose(&cmd.record, "kind", "opening");
	record_set(&cmd.record, "at", now.wall_ms / 1000 * 1000);
	record_set(&cmd.record, "by_itself", 1);
	record_set(&cmd.record, "points", found->points);
	record_set(&cmd.record, "bad", found->bad);
	ready_summary(findings, found);
	record_set_text(&cmd.record, "findings", findings);
	if (ledger_submit(r->server->ledger, &cmd, &change, written, r) != OK)
		written(r, STORE_FAILED);
}

static void
tell(struct ready_job *j)
{
	struct server *s = j->readying->server;
	struct readiness found;

	if (s->ending) {
		if (j->rq != NULL)
			request_refuse(j->rq, STORE_FAILED);
		return;
	}
	look(&found, j);
	if (j->rq != NULL)
		request_json(j->rq, 200, ready_json(&found, s->texts, ledger_now(s->ledger).wall_ms));
	else
		keep(j->readying, &found);
	ready_clear(&found);
}

static void
second_late(void *arg)
{
	struct ready_job *j = arg;

	j->late = true;
	tell(j);
}

static void
second_looked(void *arg)
{
	struct ready_job *j = arg;

	j->readying->second_day = j->second_day;
	if (!j->late)
		tell(j);
	free(j);
}

static void
looked(void *arg)
{
	struct ready_job *j = arg;
	const struct server *s = j->readying->server;

	if (j->second[0] == '\0' || s->ending)
		second_looked(j);
	else if (!second_place_run(s->second_place, j->second, SECOND_MS, ask_second, second_late, second_looked, j)) {
		second_late(j);
		free(j);
	}
}

static void
start(struct readying *r, struct request *rq)
{
	struct ready_job *j = xcalloc(1, sizeof *j);
	int min, today = date_at(ledger_now(r->server->ledger).wall_ms, &min), closed_day = ledger_shown(r->server->ledger)->closed_day;

	j->readying = r;
	j->rq = rq;
	j->last_day = closed_day > today ? date_after(closed_day, 1) : today;	/* made in the night after it */
	strcpy(j->dir, r->dir);
	snprintf(j->second, sizeof j->second, "%s", ledger_layout(r->server->ledger)->backup.folder);
	worker_run(reporting_worker(r->server->reporting), ask_disk, looked, j);
}

static void
due(void *arg)
{
	struct readying *r = arg;
	struct instant now = ledger_now(r->server->ledger);
	int date;

	if (r->server->ending)
		return;
	/* The clock may have been stepped since the timer was set. */
	if (ready_at(ledger_shown(r->server->ledger), ledger_layout(r->server->ledger), now.wall_ms, &date) != now.wall_ms) {
		set_timer(r);
		return;
	}
	r->busy = true;
	start(r, NULL);
}

/* Hours change by layouts and exceptions, days by their closing, checks by being written. */
void
readying_fact(struct readying *r, const struct fact *f)
{
	if (f->kind == HALL_LAYOUT || f->kind == HALL_OVERRIDE || f->kind == HALL_DAY_CLOSED || f->kind == HALL_CLOCK ||
	    f->kind == RECORD_FACTS + SUBJECT_INSPECTION)
		set_timer(r);
}

int64_t
readying_last(const struct readying *r, enum ready_state *state)
{
	*state = r->state;
	return r->last_ms;
}

struct readying *
readying_open(struct server *server, const char *dir)
{
	struct readying *r = xcalloc(1, sizeof *r);

	r->server = server;
	r->second_day = -1;
	snprintf(r->dir, sizeof r->dir, "%s", dir);
	r->timer = timer_new(ledger_clock(server->ledger), due, r);
	set_timer(r);
	return r;
}

void
readying_close(struct readying *r)
{
	if (r == NULL)
		return;
	timer_free(r->timer);
	free(r);
}

enum refusal
get_ready(struct request *rq)
{
	start(rq->server->readying, rq);
	return OK;
}
