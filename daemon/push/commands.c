/* What residents do at an endpoint. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "daemon/base/util.h"
#include "daemon/core/number/token.h"
#include "daemon/push/body.h"
#include "daemon/push/inside.h"

#define POLL_S		40	/* of one that waits for commands */
#define HELD_US		100000	/* answered sooner, and with nothing: it holds no polls, and is asked no more than */
#define POLL_LEAST_MS	1000	/* so often */
#define KEY_PREFIX	"endpoint-"
#define WORD_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define FRESH_S		120	/* older, a ticket is not taken any more, nor is anybody checked in or let go first */

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

void
commands_poll(struct endpoint *e)
{
	struct push_state *p = e->push;
	int64_t wall_ms = ledger_now(p->server->ledger).wall_ms;
	int64_t epoch = ledger_epoch(p->server->ledger);
	json_t *results = json_array();
	struct message m = { 0 };
	char id[80];

	for (int i = 0; i < e->results; i++) {
		e->result[i].told = true;
		json_array_append_new(results, json_pack("{s:s, s:i, s:O}", "id", e->result[i].id, "status", e->result[i].status,
		    "body", e->result[i].body));
	}
	snprintf(id, sizeof id, "p-%lld-%s%u", (long long)epoch, p->run, ++p->count);
	m.bytes = push_envelope(ledger_layout(p->server->ledger)->id, id, "commands.poll", push_hall(p)->seq, wall_ms,
	    json_pack("{s:s, s:I, s:o}", "hall", ledger_layout(p->server->ledger)->id, "epoch", (json_int_t)epoch, "results", results));
	m.len = strlen(m.bytes);
	e->asked_us = clock_stopwatch_us();
	lane_send(&e->lane[COMMANDS], id, &m, POLL_S);
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
	push_look(e->push);
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

/* Guests are counted by their network: each command's is its own, as the endpoint has counted already. */
static void
address_of(char out[INET6_ADDRSTRLEN], const char *id)
{
	uint8_t bytes[16] = { 0xfd };
	char hash[DIGEST_MAX];

	digest(hash, id, strlen(id));
	for (int i = 1; i < 8; i++)
		sscanf(&hash[2 * i], "%2hhx", &bytes[i]);
	inet_ntop(AF_INET6, bytes, out, INET6_ADDRSTRLEN);
}

/* Has it been done, and only what came of it was lost on the way? */
static bool
is_answered(const struct endpoint *e, const char *id)
{
	char address[INET6_ADDRSTRLEN], key[128], owned[DIGEST_MAX];

	address_of(address, id);
	snprintf(key, sizeof key, KEY_PREFIX "%s", id);
	answers_key(owned, "", address, key);
	return answers_find(ledger_answers(e->push->server->ledger), owned) != NULL;
}

static void
run_command(struct endpoint *e, const json_t *command)
{
	struct push_state *p = e->push;
	const char *id = json_string_value(json_object_get(command, "id")), *wrong;
	char path[256], url[384], key[128], forwarded[80], address[INET6_ADDRSTRLEN];
	const json_t *given = json_object_get(command, "body");
	struct command_run *run;
	json_t *body;
	char *text;

	wrong = given != NULL && !json_is_object(given) ? "/body" : command_path(path, command);
	if (wrong != NULL) {
		add_result(e, id, refusals[BAD_REQUEST].status, problem(BAD_REQUEST, wrong));
		return;
	}
	if (is_too_late(command) && !is_answered(e, id)) {
		add_result(e, id, refusals[TOO_LATE].status, problem(TOO_LATE, NULL));
		return;
	}
	body = given == NULL ? json_object() : json_deep_copy(given);
	if (strcmp(path, "/api/v1/tickets") == 0)
		json_object_set_new(body, "remote", json_true());
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	run = xcalloc(1, sizeof *run);
	run->endpoint = e;
	snprintf(run->id, sizeof run->id, "%s", id);
	address_of(address, id);
	snprintf(url, sizeof url, "http://%s%s", ledger_layout(p->server->ledger)->listen, path);
	snprintf(key, sizeof key, "Idempotency-Key: " KEY_PREFIX "%s", id);
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

bool
commands_answered(struct endpoint *e, const char *answer)
{
	json_t *v = json_loads(answer, 0, NULL), *command;
	bool ran_some = false;
	size_t i;

	forget_told(e);
	if (v == NULL)
		return false;
	json_array_foreach(json_object_get(v, "commands"), i, command) {
		const char *id = json_string_value(json_object_get(command, "id"));

		if (id != NULL && id[0] != '\0' && strlen(id) < COMMAND_MAX - 16 && strspn(id, WORD_CHARACTERS) == strlen(id) &&
		    !is_known(e, id) && e->running + e->results < RESULTS_MAX) {
			run_command(e, command);
			ran_some = true;
		}
	}
	json_decref(v);
	e->poll_ms = ran_some || clock_stopwatch_us() - e->asked_us >= HELD_US ? 0 :
	    ledger_now(e->push->server->ledger).steady_ms + POLL_LEAST_MS;
	return true;
}

/* What came of the last ones goes with the next poll, so that is not begun before. */
int64_t
commands_due_ms(const struct endpoint *e)
{
	return e->of.commands && !e->lane[COMMANDS].busy && e->running == 0 ? e->poll_ms : TIMER_NEVER;
}

void
commands_free(struct endpoint *e)
{
	for (int i = 0; i < e->results; i++)
		json_decref(e->result[i].body);
}
