/* Telling endpoints outside: lanes, and when each is due. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/render.h"
#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/push_kinds.h"
#include "daemon/push/inside.h"

#define WAIT_MOST_S	30
#define RETRY_AFTER_MOST_S 3600
#define KEEP_MS		1000	/* from one writing of where endpoints are to the next */
#define SECRET_FILE_MAX	1024

const struct hall *
push_hall(const struct push_state *p)
{
	return ledger_shown(p->server->ledger);
}

bool
endpoint_tells(const struct endpoint *e, int kind)
{
	return kind != -1 && (e->of.kinds == 0 || e->of.kinds & UINT64_C(1) << kind);
}

/* What came of it. */

static void
lane_good(struct lane *lane)
{
	struct endpoint *e = lane->endpoint;

	lane->failing = false;
	/* One that was on its way before another was refused does not say that it may go on. */
	if (lane->began_ms >= e->waits_ms) {
		e->failures = 0;
		e->wait_ms = 0;
	}
	e->ok_ms = ledger_now(e->push->server->ledger).wall_ms;
}

/*
 * All lanes wait: twice as long as the last time, up to a limit, and by chance down to half of that, so that halls
 * do not come back together; or as long as it said.  What fails while they wait was on its way before.
 */
void
lane_failed(struct lane *lane, int status, int retry_after_s, const char *error)
{
	struct endpoint *e = lane->endpoint;
	struct instant now = ledger_now(e->push->server->ledger);
	int64_t wait_ms = 1000 * (e->failures < 5 ? 1 << e->failures : WAIT_MOST_S);
	uint16_t chance;

	evutil_secure_rng_get_bytes(&chance, sizeof chance);
	wait_ms = wait_ms * (500 + chance % 301) / 1000;
	if (retry_after_s > 0)
		wait_ms = (retry_after_s < RETRY_AFTER_MOST_S ? retry_after_s : RETRY_AFTER_MOST_S) * INT64_C(1000);
	if (status == 0)
		snprintf(e->error, sizeof e->error, "%s", error);
	else
		snprintf(e->error, sizeof e->error, "HTTP %d", status);
	if (!lane->failing)
		log_line("push %s: %s", e->of.url, e->error);
	lane->failing = true;
	e->failed_ms = now.wall_ms;
	e->failures += now.steady_ms >= e->wait_ms;
	e->waits_ms = now.steady_ms;
	if (now.steady_ms + wait_ms > e->wait_ms)
		e->wait_ms = now.steady_ms + wait_ms;
}

static bool
is_good(int status)
{
	return status >= 200 && status < 300;
}

static void
disable(struct endpoint *e)
{
	log_line("push %s: it wants no more (410)", e->of.url);
	e->disabled = true;
	e->push->unkept = true;
}

static void
done(void *arg, int status, int retry_after_s, const char *answer, size_t len, const char *error)
{
	struct lane *lane = arg;
	struct endpoint *e = lane->endpoint;
	enum lane_kind kind = lane - e->lane;

	(void)len;
	lane->busy = false;
	if (is_good(status)) {
		lane_good(lane);
		if (kind == COMMANDS && !commands_answered(e, answer))
			lane_failed(lane, 0, 0, "commands that are no JSON, or over 64 KB");
	} else if (status == 410)
		disable(e);
	else {
		if (kind == STATES)
			e->changed[lane->state] = true;
		lane_failed(lane, status, status == 429 || status == 503 ? retry_after_s : 0, error);
	}
	if (kind == EVENTS)
		events_answered(e, status);
	push_look(e->push);
}

/* Sending. */

void
lane_send(struct lane *lane, const char *id, const struct message *m, int limit_s)
{
	struct endpoint *e = lane->endpoint;
	int64_t seconds = ledger_now(e->push->server->ledger).wall_ms / 1000;
	char signature[WEBHOOK_SIGNATURE_MAX], lines[3][WEBHOOK_SIGNATURE_MAX + 32];

	webhook_sign(signature, e->key, e->keys, id, seconds, m->bytes, m->len);
	snprintf(lines[0], sizeof lines[0], "webhook-id: %s", id);
	snprintf(lines[1], sizeof lines[1], "webhook-timestamp: %lld", (long long)seconds);
	snprintf(lines[2], sizeof lines[2], "webhook-signature: %s", signature);
	lane->busy = true;
	lane->began_ms = ledger_now(e->push->server->ledger).steady_ms;
	poster_send(e->push->poster, &(struct post){ .url = e->of.url, .body = m->bytes, .len = m->len, .limit_s = limit_s,
	    .header = { "Content-Type: application/cloudevents+json", lines[0], lines[1], lines[2], m->gzipped ? "Content-Encoding: gzip" : NULL },
	    .done = done, .arg = lane });
	free(m->bytes);
}

/* What is due, and when something will be. */

static int64_t
due_ms(const struct endpoint *e)
{
	int64_t due_ms = states_due_ms(e);

	if (e->disabled || e->keys == 0)
		return TIMER_NEVER;
	if (commands_due_ms(e) < due_ms)
		due_ms = commands_due_ms(e);
	if (events_to_send(e) || events_to_read(e))
		due_ms = 0;
	return due_ms < e->wait_ms ? e->wait_ms : due_ms;
}

static void
act(struct endpoint *e, const struct instant *now)
{
	if (due_ms(e) > now->steady_ms)
		return;
	if (states_due_ms(e) <= now->steady_ms)
		states_send(e);
	if (events_to_send(e))
		events_send(e);
	if (events_to_read(e))
		events_read(e);
	if (commands_due_ms(e) <= now->steady_ms)
		commands_poll(e);
}

void
push_look(struct push_state *p)
{
	int64_t at_ms = p->poster == NULL ? TIMER_NEVER : p->unkept && !p->keeping ? p->kept_ms + KEEP_MS : TIMER_NEVER;

	for (int i = 0; p->poster != NULL && i < p->endpoints; i++)
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
		cursors_write(p);
	push_look(p);
}

void
push_fact(struct push_state *p, const struct fact *f)
{
	bool is_call = f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED;	/* somebody is waited for */

	for (int i = 0; i < p->endpoints; i++)
		for (int state = 0; state < PUSH_STATES; state++) {
			p->endpoint[i].changed[state] = true;
			if (is_call)
				p->endpoint[i].state_ms[state] = 0;
		}
	if (p->endpoints > 0)
		push_look(p);
}

/* The text of what is wrong with it, or NULL. */
static const char *
read_secret(struct webhook_key *key, const struct secret_place *at)
{
	const char *in = at->env[0] == '\0' ? NULL : getenv(at->env), *wrong = NULL;
	size_t len = 0;
	char *text = at->file[0] != '\0' ? file_read(at->file, SECRET_FILE_MAX, &len) : in == NULL ? NULL : xstrdup(in);

	if (text == NULL)
		wrong = at->file[0] != '\0' ? strerror(errno) : "not in the environment";
	else {
		text[strcspn(text, " \r\n")] = '\0';
		if (webhook_key(key, text) == -1)
			wrong = "not whsec_ and 24 to 64 bytes in base64";
	}
	free(text);
	return wrong;
}

/* One that cannot be read stops neither the hall nor the other one. */
static void
read_secrets(struct endpoint *e)
{
	for (int i = 0; i < e->of.secret_count; i++) {
		const struct secret_place *at = &e->of.secret[i];
		const char *wrong = read_secret(&e->key[e->keys], at);

		if (wrong != NULL) {
			snprintf(e->error, sizeof e->error, "secret %s: %s", at->file[0] != '\0' ? at->file : at->env, wrong);
			log_line("push %s: %s", e->of.url, e->error);
		} else
			e->keys++;
	}
}

struct push_state *
push_open(struct server *server, const char *dir)
{
	struct push_state *p = xcalloc(1, sizeof *p);
	const struct layout *l = ledger_layout(server->ledger);
	json_t *all;

	p->server = server;
	snprintf(p->path, sizeof p->path, "%s/push.json", dir);
	random_token(p->run, 8);
	all = cursors_read(p);
	for (int i = 0; i < l->push_count; i++) {
		struct endpoint *e = &p->endpoint[p->endpoints++];

		e->push = p;
		e->of = l->push[i];
		e->seq = e->prev = push_hall(p)->seq;
		for (int k = 0; k < LANES; k++)
			e->lane[k].endpoint = e;
		e->lane[STATES].state = PUSH_STATES - 1;
		read_secrets(e);
		cursors_take(e, all);
	}
	json_decref(all);
	p->poster = poster_open(server->base);
	p->timer = timer_new(ledger_clock(server->ledger), due, p);
	push_look(p);
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

		events_free(e);
		commands_free(e);
	}
	free(p->telling);
	free(p);
}

static const char *
state_of(const struct endpoint *e)
{
	if (e->disabled)
		return "disabled";
	for (int k = 0; k < LANES; k++)
		if (e->lane[k].failing)
			return "fails";
	return e->keys == 0 ? "fails" : e->ok_ms == 0 ? "begins" : "ok";
}

json_t *
push_json(const struct push_state *p)
{
	json_t *list = json_array();

	for (int i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];
		json_t *dead = json_array();

		for (int d = 0; d < e->deads; d++)
			json_array_append_new(dead, json_pack("{s:I, s:i, s:o}", "seq", (json_int_t)e->dead[d].seq, "status", e->dead[d].status,
			    "at", json_time(e->dead[d].at_ms)));
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o}", "url", e->of.url, "state",
		    state_of(e), "behind", (json_int_t)(push_hall(p)->seq - e->seq), "error", e->error, "ok_at", e->ok_ms == 0 ? json_null() : json_time(e->ok_ms),
		    "failed_at", e->failed_ms == 0 ? json_null() : json_time(e->failed_ms), "dead", dead));
	}
	return list;
}

int
push_again(struct push_state *p, int endpoint, int64_t seq)
{
	struct endpoint *e;

	if (endpoint < 0 || endpoint >= p->endpoints)
		return -1;
	e = &p->endpoint[endpoint];
	if ((seq == 0 && !e->disabled) || (seq != 0 && events_again(e, seq) == -1))
		return -1;
	if (seq == 0)
		e->disabled = false;
	e->wait_ms = 0;
	p->unkept = true;
	push_look(p);
	return 0;
}
