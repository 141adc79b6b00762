/* Telling endpoints outside. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/push.h"
#include "daemon/api/push_body.h"
#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/push_kinds.h"
#include "daemon/net/post.h"
#include "daemon/net/server.h"
#include "daemon/net/webhook.h"
#include "daemon/wait/forecast.h"

#define LIMIT_S		15	/* of a request */
#define POLL_S		40	/* of one that waits for commands */
#define SNAPSHOT_MS	1000	/* from one to the next, and */
#define TICKETS_MS	2000
#define HEARTBEAT_MS	30000	/* though nothing has changed */
#define WAIT_MOST_S	30
#define TRIES_MAX	3	/* of an event that is refused */
#define EVENTS_ROOM	256	/* read from the log at a time */
#define STRETCH		2048	/* of it */
#define DEAD_MAX	100
#define RESULTS_MAX	64
#define KEEP_MS		1000	/* from one writing of where endpoints are to the next */
#define KEPT_MAX	(1 << 20)
#define ERROR_MAX	160
#define COMMAND_MAX	64	/* bytes of its id */
#define WORD_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define FRESH_S		120	/* older, a ticket is not taken any more, nor is anybody checked in or let go first */

enum lane_kind { STATES, EVENTS, COMMANDS, LANES };

struct lane {
	struct endpoint	*endpoint;
	bool		 busy;
	int		 state;		/* STATES: which is on its way */
};

struct event_body { int64_t seq; char *text; };

/* An event that was not delivered. */
struct dead { int64_t seq; int status; char error[ERROR_MAX]; int64_t at_ms; };

/* What came of a command; told until it was taken. */
struct result { char id[COMMAND_MAX]; int status; json_t *body; bool told; };

struct endpoint {
	struct push_state *push;
	const struct push *of;		/* of the layout */
	struct webhook_key key[WEBHOOK_KEYS];
	int		 keys;
	struct lane	 lane[LANES];

	bool		 changed[PUSH_STATES];
	int64_t		 state_ms[PUSH_STATES];		/* steady time when it was told last; 0: never */

	int64_t		 seq, prev;	/* events up to here are delivered, or dead; the last of them */
	int64_t		 read;		/* the log is read up to here */
	int64_t		 read_prev;
	struct event_body event[EVENTS_ROOM];
	int		 events, next_event;
	bool		 reading;
	int		 tries;		/* of the next event */
	struct dead	 dead[DEAD_MAX];
	int		 deads;

	struct result	 result[RESULTS_MAX];
	int		 results, running;	/* running: commands of which nothing is known yet */

	bool		 disabled;	/* it wants no more */
	int		 failures;	/* in a row */
	int64_t		 wait_ms;	/* steady time until which nothing is sent */
	int64_t		 ok_ms, failed_ms;	/* wall time of the last answer that was good, and that was not; 0: none */
	char		 error[ERROR_MAX];
};

struct push_state {
	struct server	*server;
	struct poster	*poster;
	struct timer	*timer;
	char		 path[256];
	int64_t		 kept_ms;	/* steady time */
	bool		 unkept, keeping;
	uint32_t	 count;		/* of what was sent, for ids */
	char		 run[12];	/* of this start, likewise */
	struct endpoint	 endpoint[PUSH_MAX];
	int		 endpoints;
};

static const struct hall *
shown(const struct push_state *p)
{
	return ledger_shown(p->server->ledger);
}

static bool
tells(const struct endpoint *e, int kind)
{
	return kind != -1 && (e->of->kinds == 0 || e->of->kinds & UINT64_C(1) << kind);
}

static void	set_timer(struct push_state *);

/* What came of it. */

static void
good(struct endpoint *e)
{
	e->failures = 0;
	e->wait_ms = 0;
	e->ok_ms = ledger_now(e->push->server->ledger).wall_ms;
}

/* All lanes wait: twice as long as the last time, up to a limit, a fifth more or less; or as long as it said. */
static void
bad(struct endpoint *e, int status, int retry_after_s, const char *error)
{
	struct instant now = ledger_now(e->push->server->ledger);
	int64_t wait_ms = 1000 * (e->failures < 5 ? 1 << e->failures : WAIT_MOST_S);
	uint16_t chance;

	evutil_secure_rng_get_bytes(&chance, sizeof chance);
	wait_ms = wait_ms * (800 + chance % 401) / 1000;
	if (status == 0)
		snprintf(e->error, sizeof e->error, "%s", error);
	else
		snprintf(e->error, sizeof e->error, "HTTP %d", status);
	if (e->failures++ == 0)
		log_line("push %s: %s", e->of->url, e->error);
	e->failed_ms = now.wall_ms;
	e->wait_ms = now.steady_ms + (retry_after_s > 0 ? retry_after_s * INT64_C(1000) : wait_ms);
}

static bool
is_good(int status)
{
	return status >= 200 && status < 300;
}

/* Refused for what it is, not for when it came. */
static bool
is_refused(int status)
{
	return status >= 400 && status < 500 && status != 408 && status != 410 && status != 425 && status != 429;
}

static void
disable(struct endpoint *e)
{
	log_line("push %s: it wants no more (410)", e->of->url);
	e->disabled = true;
	e->push->unkept = true;
}

static void
event_is_over(struct endpoint *e)
{
	struct event_body *b = &e->event[e->next_event++];

	e->seq = e->prev = b->seq;
	free(b->text);
	b->text = NULL;
	e->tries = 0;
	e->push->unkept = true;
	if (e->next_event == e->events) {
		e->events = e->next_event = 0;
		e->seq = e->read;
	}
}

/* Nobody will ever take it: the ones behind it go on. */
static void
bury(struct endpoint *e, int status)
{
	struct dead *d;

	if (e->deads == DEAD_MAX)
		memmove(&e->dead[0], &e->dead[1], --e->deads * sizeof e->dead[0]);
	d = &e->dead[e->deads++];
	*d = (struct dead){ .seq = e->event[e->next_event].seq, .status = status, .at_ms = ledger_now(e->push->server->ledger).wall_ms };
	log_line("push %s: event %lld is refused (%d) and left out", e->of->url, (long long)d->seq, status);
	event_is_over(e);
}

static void	take_commands(struct endpoint *, const char *answer);
static void	forget_told(struct endpoint *);

static void
done(void *arg, int status, int retry_after_s, const char *answer, size_t len, const char *error)
{
	struct lane *lane = arg;
	struct endpoint *e = lane->endpoint;
	enum lane_kind kind = lane - e->lane;

	(void)len;
	lane->busy = false;
	if (is_good(status)) {
		good(e);
		if (kind == EVENTS)
			event_is_over(e);
		if (kind == COMMANDS) {
			forget_told(e);
			take_commands(e, answer);
		}
	} else if (status == 410)
		disable(e);
	else {
		if (kind == STATES)
			e->changed[lane->state] = true;
		bad(e, status, status == 429 || status == 503 ? retry_after_s : 0, error);
		if (kind == EVENTS && is_refused(status) && ++e->tries == TRIES_MAX)
			bury(e, status);
	}
	set_timer(e->push);
}

/* Sending. */

static void
deliver(struct lane *lane, const char *id, char *body, int limit_s)
{
	struct endpoint *e = lane->endpoint;
	int64_t seconds = ledger_now(e->push->server->ledger).wall_ms / 1000;
	char signature[WEBHOOK_SIGNATURE_MAX], lines[3][WEBHOOK_SIGNATURE_MAX + 32];
	size_t len = strlen(body);

	webhook_sign(signature, e->key, e->keys, id, seconds, body, len);
	snprintf(lines[0], sizeof lines[0], "webhook-id: %s", id);
	snprintf(lines[1], sizeof lines[1], "webhook-timestamp: %lld", (long long)seconds);
	snprintf(lines[2], sizeof lines[2], "webhook-signature: %s", signature);
	lane->busy = true;
	poster_send(e->push->poster, &(struct post){ .url = e->of->url, .body = body, .len = len, .limit_s = limit_s,
	    .header = { "Content-Type: application/cloudevents+json", lines[0], lines[1], lines[2] }, .done = done, .arg = lane });
	free(body);
}

static void
send_state(struct endpoint *e, int state, const struct instant *now)
{
	struct push_state *p = e->push;
	const struct ledger *l = p->server->ledger;
	const struct waits *waits = forecast_waits(p->server->forecast);
	int64_t epoch = ledger_epoch(l);
	char id[80];
	json_t *data = (state == PUSH_SNAPSHOT ? push_snapshot : push_tickets)(shown(p), ledger_layout(l), waits, now, epoch);

	snprintf(id, sizeof id, "%c-%lld-%lld-%s%u", state == PUSH_SNAPSHOT ? 's' : 't', (long long)epoch, (long long)shown(p)->seq, p->run, ++p->count);
	e->changed[state] = false;
	e->state_ms[state] = now->steady_ms;
	e->lane[STATES].state = state;
	deliver(&e->lane[STATES], id, push_envelope(ledger_layout(l)->id, id, push_kinds()[state], shown(p)->seq, now->wall_ms, data), LIMIT_S);
}

/* When a state is to be told; TIMER_NEVER: not at all. */
static int64_t
state_due_ms(const struct endpoint *e, int state)
{
	static const int64_t least_ms[PUSH_STATES] = { SNAPSHOT_MS, TICKETS_MS };

	if (!tells(e, state))
		return TIMER_NEVER;
	if (e->state_ms[state] == 0)
		return 0;
	return e->state_ms[state] + (e->changed[state] ? least_ms[state] : HEARTBEAT_MS);
}

/* Events, from the log. */

/* A job of the worker's: a stretch of the log as bodies of events. */
struct reading {
	struct endpoint	*endpoint;
	struct reader	*reader;
	char		 hall[ID_MAX];
	int64_t		 epoch;
	struct stretch	 stretch;
	int64_t		 prev;
	struct event_body event[EVENTS_ROOM];
	int		 events;
	bool		 failed;
};

static int
take_event(void *arg, const struct logged *e)
{
	struct reading *r = arg;
	int kind = fact_find(e->kind);
	char id[64];
	json_t *data;

	if (r->events == EVENTS_ROOM)
		return 0;
	r->stretch.last = e->seq;
	if (kind == -1 || !tells(r->endpoint, push_kind(kind)))
		return 0;
	data = fact_logged(kind, e->body, e->seq, e->at_ms, r->prev);
	json_object_set_new(data, "epoch", json_integer(r->epoch));
	snprintf(id, sizeof id, "e-%lld-%lld", (long long)r->epoch, (long long)e->seq);
	r->event[r->events++] = (struct event_body){ e->seq, push_envelope(r->hall, id, e->kind, e->seq, e->at_ms, data) };
	r->prev = e->seq;
	return 0;
}

static void
read_log(void *arg)
{
	struct reading *r = arg;

	r->failed = reader_each(r->reader, &(struct stretch){ r->stretch.after, r->stretch.last }, NULL, take_event, r) == -1;
}

static void
log_read(void *arg)
{
	struct reading *r = arg;
	struct endpoint *e = r->endpoint;

	e->reading = false;
	if (r->failed)
		bad(e, 0, 0, "the log cannot be read");
	memcpy(e->event, r->event, sizeof e->event);
	e->events = r->events;
	e->next_event = 0;
	if (!r->failed) {
		e->read = r->stretch.last;
		e->read_prev = r->prev;
	}
	if (e->events == 0) {
		e->seq = e->read;
		e->push->unkept = true;
	}
	free(r);
	set_timer(e->push);
}

static void
begin_reading(struct endpoint *e)
{
	const struct ledger *l = e->push->server->ledger;
	struct reading *r = xcalloc(1, sizeof *r);
	int64_t last = e->read + STRETCH;

	*r = (struct reading){ .endpoint = e, .reader = e->push->server->reader, .epoch = ledger_epoch(l), .prev = e->read_prev };
	strcpy(r->hall, ledger_layout(l)->id);
	r->stretch = (struct stretch){ e->read, last < shown(e->push)->seq ? last : shown(e->push)->seq };
	e->reading = true;
	worker_run(e->push->server->worker, read_log, log_read, r);
}

static void
send_event(struct endpoint *e)
{
	char id[64];

	snprintf(id, sizeof id, "e-%lld-%lld", (long long)ledger_epoch(e->push->server->ledger), (long long)e->event[e->next_event].seq);
	deliver(&e->lane[EVENTS], id, xstrdup(e->event[e->next_event].text), LIMIT_S);
}

/* Commands. */

static void
forget_told(struct endpoint *e)
{
	int kept = 0;

	for (int i = 0; i < e->results; i++)
		if (e->result[i].told)
			json_decref(e->result[i].body);
		else
			e->result[kept++] = e->result[i];
	e->results = kept;
}

static void
send_poll(struct endpoint *e, const struct instant *now)
{
	struct push_state *p = e->push;
	int64_t epoch = ledger_epoch(p->server->ledger);
	json_t *results = json_array();
	char id[80];

	for (int i = 0; i < e->results; i++) {
		e->result[i].told = true;
		json_array_append_new(results, json_pack("{s:s, s:i, s:O}", "id", e->result[i].id, "status", e->result[i].status,
		    "body", e->result[i].body));
	}
	snprintf(id, sizeof id, "p-%lld-%s%u", (long long)epoch, p->run, ++p->count);
	deliver(&e->lane[COMMANDS], id, push_envelope(ledger_layout(p->server->ledger)->id, id, "commands.poll", shown(p)->seq, now->wall_ms,
	    json_pack("{s:s, s:I, s:o}", "hall", ledger_layout(p->server->ledger)->id, "epoch", (json_int_t)epoch, "results", results)), POLL_S);
}

static void
add_result(struct endpoint *e, const char *id, int status, json_t *body)
{
	struct result *r;

	if (e->results == RESULTS_MAX) {
		json_decref(body);
		return;			/* handed out again, and answered as before */
	}
	r = &e->result[e->results++];
	*r = (struct result){ .status = status, .body = body == NULL ? json_object() : body };
	snprintf(r->id, sizeof r->id, "%s", id);
}

/* A request to halld itself, as a phone makes it. */
struct command_run { struct endpoint *endpoint; char id[COMMAND_MAX]; };

static void
ran(void *arg, int status, int retry_after_s, const char *answer, size_t len, const char *error)
{
	struct command_run *run = arg;
	struct endpoint *e = run->endpoint;

	(void)retry_after_s, (void)error;
	e->running--;
	if (status != 0)	/* else it is handed out again */
		add_result(e, run->id, status, json_loadb(answer, len, JSON_DECODE_ANY, NULL));
	free(run);
	set_timer(e->push);
}

/* The path of a command; the text of what is wrong with it, or NULL. */
static const char *
command_path(char path[256], const json_t *command)
{
	static const char *const names[] = { "cancel", "checkin", "defer", "return", "rating", NULL };
	const char *name = json_string_value(json_object_get(command, "command")), *token = json_string_value(json_object_get(command, "token"));

	if (name != NULL && strcmp(name, "take") == 0) {
		strcpy(path, "/api/v1/tickets");
		return NULL;
	}
	if (token == NULL || token[0] == '\0' || strlen(token) >= TOKEN_MAX || strspn(token, WORD_CHARACTERS) != strlen(token))
		return "/token";
	for (int i = 0; names[i] != NULL; i++)
		if (name != NULL && strcmp(name, names[i]) == 0) {
			snprintf(path, 256, "/api/v1/tickets/%s/%s", token, name);
			return NULL;
		}
	return "/command";
}

static bool
is_too_late(const json_t *command)
{
	const char *name = json_string_value(json_object_get(command, "command"));
	double age_s = json_number_value(json_object_get(command, "age_s"));

	return age_s > FRESH_S && (strcmp(name, "take") == 0 || strcmp(name, "checkin") == 0 || strcmp(name, "defer") == 0);
}

static json_t *
problem(enum refusal refusal, const char *pointer)
{
	return json_pack("{s:i, s:s, s:s, s:s?}", "status", refusals[refusal].status, "title", refusals[refusal].code, "code", refusals[refusal].code,
	    "pointer", pointer);
}

/* Guests are counted by their address: each command's is its own, as the endpoint has counted already. */
static void
address_of(char out[48], const char *id)
{
	char hash[DIGEST_MAX];

	digest(hash, id, strlen(id));
	snprintf(out, 48, "fd00::%.4s:%.4s:%.4s:%.4s", hash, hash + 4, hash + 8, hash + 12);
}

static void
run_command(struct endpoint *e, const json_t *command)
{
	struct push_state *p = e->push;
	const char *id = json_string_value(json_object_get(command, "id")), *wrong;
	char path[256], url[384], key[128], forwarded[80], address[48];
	json_t *body = json_deep_copy(json_object_get(command, "body"));
	struct command_run *run;
	char *text;

	if (body == NULL)
		body = json_object();
	if ((wrong = command_path(path, command)) != NULL) {
		add_result(e, id, refusals[BAD_REQUEST].status, problem(BAD_REQUEST, wrong));
		json_decref(body);
		return;
	}
	if (is_too_late(command)) {
		add_result(e, id, refusals[TOO_LATE].status, problem(TOO_LATE, NULL));
		json_decref(body);
		return;
	}
	if (strcmp(path, "/api/v1/tickets") == 0)
		json_object_set_new(body, "remote", json_true());
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	run = xcalloc(1, sizeof *run);
	run->endpoint = e;
	snprintf(run->id, sizeof run->id, "%s", id);
	address_of(address, id);
	snprintf(url, sizeof url, "http://%s%s", ledger_layout(p->server->ledger)->listen, path);
	snprintf(key, sizeof key, "Idempotency-Key: endpoint-%s", id);
	snprintf(forwarded, sizeof forwarded, "X-Forwarded-For: %s", address);
	e->running++;
	poster_send(p->poster, &(struct post){ .url = url, .body = text, .len = strlen(text), .limit_s = LIMIT_S,
	    .header = { "Content-Type: application/json", key, forwarded }, .done = ran, .arg = run });
	free(text);
}

static bool
is_known(const struct endpoint *e, const char *id)
{
	for (int i = 0; i < e->results; i++)
		if (strcmp(e->result[i].id, id) == 0)
			return true;
	return false;
}

static void
take_commands(struct endpoint *e, const char *answer)
{
	json_t *v = json_loads(answer, 0, NULL), *command;
	size_t i;

	json_array_foreach(json_object_get(v, "commands"), i, command) {
		const char *id = json_string_value(json_object_get(command, "id"));

		if (id != NULL && id[0] != '\0' && strlen(id) < COMMAND_MAX - 16 && strspn(id, WORD_CHARACTERS) == strlen(id) &&
		    !is_known(e, id) && e->running + e->results < RESULTS_MAX)
			run_command(e, command);
	}
	json_decref(v);
}

/* What is due, and when something will be. */

static void	keep(struct push_state *);

static void
act(struct endpoint *e, const struct instant *now)
{
	if (e->disabled || now->steady_ms < e->wait_ms)
		return;
	for (int state = 0; state < PUSH_STATES && !e->lane[STATES].busy; state++)
		if (state_due_ms(e, state) <= now->steady_ms)
			send_state(e, state, now);
	if (e->next_event < e->events && !e->lane[EVENTS].busy)
		send_event(e);
	else if (e->events == 0 && !e->reading && e->read < shown(e->push)->seq)
		begin_reading(e);
	/* What came of the last commands is worth one more poll; else the one at a time waits there. */
	if (e->of->commands && !e->lane[COMMANDS].busy && e->running == 0)
		send_poll(e, now);
}

static int64_t
due_ms(const struct endpoint *e)
{
	int64_t due_ms = TIMER_NEVER;

	if (e->disabled)
		return TIMER_NEVER;
	for (int state = 0; state < PUSH_STATES && !e->lane[STATES].busy; state++)
		if (state_due_ms(e, state) < due_ms)
			due_ms = state_due_ms(e, state);
	if ((e->next_event < e->events && !e->lane[EVENTS].busy) || (e->events == 0 && !e->reading && e->read < shown(e->push)->seq) ||
	    (e->of->commands && !e->lane[COMMANDS].busy && e->running == 0))
		due_ms = 0;
	return due_ms < e->wait_ms ? e->wait_ms : due_ms;
}

static void
set_timer(struct push_state *p)
{
	int64_t at_ms = p->unkept && !p->keeping ? p->kept_ms + KEEP_MS : TIMER_NEVER;

	for (int i = 0; i < p->endpoints; i++)
		if (due_ms(&p->endpoint[i]) < at_ms)
			at_ms = due_ms(&p->endpoint[i]);
	timer_at(p->timer, at_ms);
}

static void
due(void *arg)
{
	struct push_state *p = arg;
	struct instant now = ledger_now(p->server->ledger);

	if (p->server->ending)
		return;
	for (int i = 0; i < p->endpoints; i++)
		act(&p->endpoint[i], &now);
	if (p->unkept && !p->keeping && now.steady_ms >= p->kept_ms + KEEP_MS)
		keep(p);
	set_timer(p);
}

void
push_fact(struct push_state *p, const struct fact *f)
{
	(void)f;
	for (int i = 0; i < p->endpoints; i++)
		for (int state = 0; state < PUSH_STATES; state++)
			p->endpoint[i].changed[state] = true;
	if (p->endpoints > 0)
		set_timer(p);
}

/* Kept. */

static json_t *
dead_json(const struct dead *d)
{
	return json_pack("{s:I, s:i, s:I}", "seq", (json_int_t)d->seq, "status", d->status, "at_ms", (json_int_t)d->at_ms);
}

static char *
kept_text(const struct push_state *p)
{
	json_t *list = json_array(), *v;
	char *text;

	for (int i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];
		json_t *dead = json_array();

		for (int d = 0; d < e->deads; d++)
			json_array_append_new(dead, dead_json(&e->dead[d]));
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:b, s:o}", "url", e->of->url, "seq", (json_int_t)e->seq,
		    "prev", (json_int_t)e->prev, "disabled", e->disabled, "dead", dead));
	}
	v = json_pack("{s:i, s:o}", "version", 1, "endpoints", list);
	text = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	return text;
}

struct keeping { struct push_state *push; char *text; int error; };

static void
write_kept(void *arg)
{
	struct keeping *k = arg;

	k->error = file_write(k->push->path, k->text, strlen(k->text), 0600) == -1 ? errno : 0;
}

static void
kept(void *arg)
{
	struct keeping *k = arg;

	if (k->error != 0)
		log_line("%s: %s", k->push->path, strerror(k->error));
	k->push->keeping = false;
	set_timer(k->push);
	free(k->text);
	free(k);
}

static void
keep(struct push_state *p)
{
	struct keeping *k = xcalloc(1, sizeof *k);

	k->push = p;
	k->text = kept_text(p);
	p->unkept = false;
	p->keeping = true;
	p->kept_ms = ledger_now(p->server->ledger).steady_ms;
	worker_run(p->server->worker, write_kept, kept, k);
}

void
push_keep(struct push_state *p)
{
	struct keeping k = { .push = p, .text = kept_text(p) };

	if (p->endpoints > 0)
		write_kept(&k);
	free(k.text);
}

static void
take_kept(struct endpoint *e, const json_t *all)
{
	const json_t *v, *dead;
	size_t i, d;

	json_array_foreach(json_object_get(all, "endpoints"), i, v) {
		const char *url = json_string_value(json_object_get(v, "url"));

		if (url == NULL || strcmp(url, e->of->url) != 0)
			continue;
		e->seq = json_integer_value(json_object_get(v, "seq"));
		e->prev = json_integer_value(json_object_get(v, "prev"));
		e->disabled = json_is_true(json_object_get(v, "disabled"));
		json_array_foreach(json_object_get(v, "dead"), d, dead)
			if (e->deads < DEAD_MAX)
				e->dead[e->deads++] = (struct dead){ .seq = json_integer_value(json_object_get(dead, "seq")),
				    .status = (int)json_integer_value(json_object_get(dead, "status")),
				    .at_ms = json_integer_value(json_object_get(dead, "at_ms")) };
	}
	/* A database put back to an older state. */
	if (e->seq > shown(e->push)->seq)
		e->seq = e->prev = shown(e->push)->seq;
	e->read = e->seq;
	e->read_prev = e->prev;
}

/* Secrets. */

static int
read_secret(struct webhook_key *key, const struct secret_place *at, char *error, size_t cap)
{
	const char *where = at->file[0] != '\0' ? at->file : at->env;
	size_t len = 0;
	char *text = at->file[0] != '\0' ? file_read(at->file, 1024, &len) : getenv(at->env) == NULL ? NULL : xstrdup(getenv(at->env));
	int result = -1;

	if (text == NULL)
		snprintf(error, cap, "secret %s: %s", where, at->file[0] != '\0' ? strerror(errno) : "not in the environment");
	else {
		text[strcspn(text, " \r\n")] = '\0';
		if ((result = webhook_key(key, text)) == -1)
			snprintf(error, cap, "secret %s: must be whsec_ and 24 to 64 bytes in base64", where);
	}
	free(text);
	return result;
}

struct push_state *
push_open(struct server *server, const char *dir, char *error, size_t cap)
{
	struct push_state *p = xcalloc(1, sizeof *p);
	const struct layout *l = ledger_layout(server->ledger);
	char *text;
	size_t len;
	json_t *all;

	p->server = server;
	snprintf(p->path, sizeof p->path, "%s/push.json", dir);
	random_token(p->run, 8);
	text = file_read(p->path, KEPT_MAX, &len);
	all = text == NULL ? NULL : json_loadb(text, len, 0, NULL);
	if (text != NULL && all == NULL)
		log_line("%s: cannot be read: endpoints are told from now on", p->path);
	free(text);
	for (int i = 0; i < l->push_count; i++) {
		struct endpoint *e = &p->endpoint[p->endpoints++];

		e->push = p;
		e->of = &l->push[i];
		e->seq = e->prev = shown(p)->seq;
		for (int k = 0; k < LANES; k++)
			e->lane[k].endpoint = e;
		for (; e->keys < e->of->secret_count; e->keys++)
			if (read_secret(&e->key[e->keys], &e->of->secret[e->keys], error, cap) == -1) {
				json_decref(all);
				free(p);
				return NULL;
			}
		take_kept(e, all);
	}
	json_decref(all);
	p->poster = poster_open(server->base);
	p->timer = timer_new(ledger_clock(server->ledger), due, p);
	set_timer(p);
	return p;
}

void
push_close(struct push_state *p)
{
	if (p == NULL)
		return;
	poster_close(p->poster);
	timer_free(p->timer);
	for (int i = 0; i < p->endpoints; i++) {
		struct endpoint *e = &p->endpoint[i];

		for (int k = e->next_event; k < e->events; k++)
			free(e->event[k].text);
		for (int k = 0; k < e->results; k++)
			json_decref(e->result[k].body);
	}
	free(p);
}

json_t *
push_json(const struct push_state *p, const struct instant *now)
{
	json_t *list = json_array();

	for (int i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];
		json_t *dead = json_array();

		for (int d = 0; d < e->deads; d++)
			json_array_append_new(dead, json_pack("{s:I, s:i, s:o}", "seq", (json_int_t)e->dead[d].seq, "status", e->dead[d].status,
			    "at", json_sprintf("%lld", (long long)e->dead[d].at_ms)));
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:I, s:I, s:o}", "url", e->of->url, "state",
		    e->disabled ? "disabled" : now->steady_ms < e->wait_ms ? "waits" : e->failures > 0 ? "tries" : "ok",
		    "behind", (json_int_t)(shown(p)->seq - e->seq), "error", e->error, "ok_ms", (json_int_t)e->ok_ms,
		    "failed_ms", (json_int_t)e->failed_ms, "dead", dead));
	}
	return list;
}

int
push_again(struct push_state *p, int endpoint, int64_t seq)
{
	struct endpoint *e = &p->endpoint[endpoint];

	if (endpoint < 0 || endpoint >= p->endpoints)
		return -1;
	if (seq == 0) {
		if (!e->disabled)
			return -1;
		e->disabled = false;
		e->wait_ms = 0;
		p->unkept = true;
		set_timer(p);
		return 0;
	}
	return -1;
}
