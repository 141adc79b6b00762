/* Answers, and what handlers read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/net/server.h"
#include "protocols/text.h"

void
request_free(struct request *rq)
{
	json_decref(rq->body);
	json_decref(rq->told);
	free(rq->answer);
	free(rq);
}

const char *
request_get(const struct request *rq, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(rq->http), name);
}

void
request_header(struct request *rq, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(rq->http), name, value);
}

enum refusal
request_query(struct request *rq, const char *name, char *out, size_t cap)
{
	const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(rq->http)), *value;
	struct evkeyvalq pairs = { 0 };
	enum refusal refusal = OK;
	char expected[64];

	if (query == NULL)
		return OK;
	if (evhttp_parse_query_str(query, &pairs) == -1)
		return body_wrong(rq, name, "in a query of name=value");
	snprintf(expected, sizeof expected, "a text of 1 to %zu bytes", cap - 1);
	if ((value = evhttp_find_header(&pairs, name)) != NULL && (value[0] == '\0' || strlen(value) >= cap))
		refusal = body_wrong(rq, name, expected);
	else if (value != NULL)
		strcpy(out, value);
	evhttp_clear_headers(&pairs);
	return refusal;
}

enum refusal
request_query_only(struct request *rq, bool (*known)(const void *, const char *), const void *arg)
{
	const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(rq->http));
	struct evkeyvalq pairs = { 0 };
	struct evkeyval *pair;
	enum refusal refusal = OK;

	if (query == NULL || evhttp_parse_query_str(query, &pairs) == -1)
		return query == NULL ? OK : body_wrong(rq, "", "in a query of name=value");
	TAILQ_FOREACH(pair, &pairs, next)
		if (refusal == OK && !known(arg, pair->key))
			refusal = body_wrong(rq, pair->key, "left out: there is no such member");
	evhttp_clear_headers(&pairs);
	return refusal;
}

/* Every answer ends here.  HEAD and 304 have no body (listener.h). */
void
request_bytes(struct request *rq, int status, const char *type, const void *bytes, size_t len)
{
	struct evbuffer *out = evhttp_request_get_output_buffer(rq->http);
	char length[24];

	if (type != NULL)
		request_header(rq, "Content-Type", type);
	request_header(rq, "X-Content-Type-Options", "nosniff");
	if (evhttp_request_get_command(rq->http) == EVHTTP_REQ_HEAD && status != 304) {
		snprintf(length, sizeof length, "%zu", len);
		request_header(rq, "Content-Length", length);
	} else if (status != 304 && status != 204)
		evbuffer_add(out, bytes, len);
	server_count(rq->server, rq->route, status);
	evhttp_send_reply(rq->http, status, NULL, NULL);
	request_free(rq);
}

static struct guard_text
text_of(const char *s)
{
	return (struct guard_text){ s, s == NULL ? 0 : strlen(s) };
}

static void
add_header(void *rq, const char *name, const char *value)
{
	request_header(rq, name, value);
}

enum refusal
request_document(struct request *rq, struct document *d)
{
	struct document_wish wish = {
		text_of(request_get(rq, "Accept-Encoding")), text_of(request_get(rq, "If-None-Match")),
	};
	struct document_answer a = document_choose(d, &wish);

	document_headers(d, &a, add_header, rq);
	request_bytes(rq, a.status, a.status == 200 ? d->type : NULL, a.bytes, a.len);
	return OK;
}

static void
answer_text(struct request *rq, int status, const char *text)
{
	if (evhttp_find_header(evhttp_request_get_output_headers(rq->http), "Cache-Control") == NULL)
		request_header(rq, "Cache-Control", "no-store");
	request_bytes(rq, status, status >= 400 ? "application/problem+json" : "application/json", text, strlen(text));
}

enum refusal
request_json(struct request *rq, int status, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	answer_text(rq, status, text);
	free(text);
	return OK;
}

void
listing_open(struct listing *l, const char *name)
{
	*l = (struct listing){ 0 };
	if ((l->out = open_memstream(&l->text, &l->len)) == NULL)
		fatal("no memory for a list");
	fprintf(l->out, "{\"%s\":[", name);
}

void
listing_add(struct listing *l, json_t *row)
{
	char *text = json_dumps(row, JSON_COMPACT);

	fputs(l->rows++ == 0 ? "" : ",", l->out);
	fputs(text, l->out);
	free(text);
	json_decref(row);
}

enum refusal
request_list(struct request *rq, struct listing *l)
{
	fputs("]}", l->out);
	fclose(l->out);
	answer_text(rq, 200, l->text);
	free(l->text);
	return OK;
}

/* What people and programs need to know of a refusal, whatever it was. */
static json_t *
who(const char *names)
{
	json_t *list = json_array();

	for (size_t len; *names != '\0'; names += len + (names[len] == ',')) {
		len = strcspn(names, ",");
		json_array_append_new(list, json_stringn(names, len));
	}
	return list;
}

json_t *
request_problem(const struct request *rq, enum refusal refusal)
{
	const struct refusal_detail *d = &rq->change.detail;
	const struct refusal_row *row = &refusals[refusal];
	json_t *p = json_pack("{s:i, s:s, s:s}", "status", row->status, "title", row->code, "code", row->code);
	char detail[256];

	if (d->said[0] != '\0') {
		snprintf(detail, sizeof detail, "%s%s%.150s", d->pointer, d->pointer[0] == '\0' ? "" : ": ", d->said);
		json_object_set_new(p, "pointer", json_string(d->pointer));
	} else if (d->expected[0] != '\0') {
		snprintf(detail, sizeof detail, "%s%sshould be %s", d->pointer, d->pointer[0] == '\0' ? "" : ": ", d->expected);
		json_object_set_new(p, "pointer", json_string(d->pointer));
	} else if (d->state != NULL)
		snprintf(detail, sizeof detail, "%s is not possible: %s", d->command, d->state);
	else if (d->retry_s != 0)
		snprintf(detail, sizeof detail, "again in %d s", d->retry_s);
	else if (d->window != 0)
		snprintf(detail, sizeof detail, "at window %d%s%s", d->window, d->staff[0] == '\0' ? "" : ", ", d->staff);
	else if (d->number[0] != '\0')
		snprintf(detail, sizeof detail, "ticket %s", d->number);
	else
		snprintf(detail, sizeof detail, "%s", row->code);
	json_object_set_new(p, "detail", json_string(detail));
	if (d->state != NULL) {
		json_object_set_new(p, "state", json_string(d->state));
		json_object_set_new(p, "command", json_string(d->command));
	}
	if (d->number[0] != '\0')
		json_object_set_new(p, "number", json_string(d->number));
	if (d->window != 0)
		json_object_set_new(p, "window", json_integer(d->window));
	if (d->staff[0] != '\0')
		json_object_set_new(p, "staff", json_string(d->staff));
	if (d->opens_ms != 0) {
		char opens[TIME_TEXT];

		time_text(opens, d->opens_ms);
		json_object_set_new(p, "opens", json_string(opens));
	}
	if (d->who[0] != '\0')
		json_object_set_new(p, "who", who(d->who));
	if (d->retry_s != 0)
		json_object_set_new(p, "retry_s", json_integer(d->retry_s));
	return p;
}

void
request_refuse(struct request *rq, enum refusal refusal)
{
	char seconds[12];

	if (rq->change.detail.retry_s != 0) {
		snprintf(seconds, sizeof seconds, "%d", rq->change.detail.retry_s);
		request_header(rq, "Retry-After", seconds);
	}
	if (refusal == UNAUTHORIZED)
		request_header(rq, "WWW-Authenticate", "Bearer");
	/* A session that did not begin or end leaves the browser's cookie as it is. */
	evhttp_remove_header(evhttp_request_get_output_headers(rq->http), "Set-Cookie");
	request_json(rq, refusals[refusal].status, request_problem(rq, refusal));
}

/* The command is on disk, or is known not to be. */
static void
submitted(void *arg, enum refusal refusal)
{
	struct request *rq = arg;

	if (refusal != OK) {
		rq->change.detail = (struct refusal_detail){ 0 };
		request_refuse(rq, refusal);
	} else
		answer_text(rq, rq->status, rq->answer);
}

enum refusal
request_submit(struct request *rq, struct command *cmd, int status, json_t *(*render)(struct request *))
{
	enum refusal refusal;
	json_t *json;

	/* While this one was at the worker, another with its key was decided. */
	if (rq->key[0] != '\0' && answers_find(ledger_answers(rq->server->ledger), rq->key) != NULL) {
		server_answer(rq, OK);
		return OK;
	}
	strcpy(cmd->actor, rq->actor);
	if ((refusal = ledger_submit(rq->server->ledger, cmd, &rq->change, submitted, rq)) != OK)
		return refusal;
	/* Rendered now, from the hall as this command left it: later ones may follow before it is on disk.  And as of now: rq->now was before. */
	rq->now = ledger_now(rq->server->ledger);
	json = render(rq);
	rq->answer = json_dumps(json, JSON_COMPACT);
	rq->status = status;
	json_decref(json);
	if (rq->key[0] != '\0') {
		struct answer_row row = { .status = status, .body = rq->answer, .at_ms = rq->now.wall_ms };

		strcpy(row.key, rq->key);
		strcpy(row.request, rq->digest);
		ledger_keep(rq->server->ledger, &row);
	}
	return OK;
}

/* Bodies. */

/* As much of the name as there is room for, escaped (RFC 6901 3). */
static void
point_at(struct refusal_detail *d, const char *name)
{
	size_t len = 0, n;

	d->pointer[len++] = '/';
	for (; (n = text_character(name)) > 0 && len + n + 1 < sizeof d->pointer; name += n) {
		if (*name == '~' || *name == '/') {
			d->pointer[len++] = '~';
			d->pointer[len++] = *name == '~' ? '0' : '1';
		} else {
			memcpy(d->pointer + len, name, n);
			len += n;
		}
	}
	d->pointer[len] = '\0';
}

enum refusal
body_wrong(struct request *rq, const char *name, const char *expected)
{
	point_at(&rq->change.detail, name);
	snprintf(rq->change.detail.expected, sizeof rq->change.detail.expected, "%s", expected);
	return BAD_REQUEST;
}

enum refusal
body_text(struct request *rq, const char *name, bool needed, char *out, size_t cap)
{
	const json_t *v = json_object_get(rq->body, name);
	char expected[64];

	if (v == NULL && !needed)
		return OK;
	snprintf(expected, sizeof expected, "a text of 1 to %zu bytes", cap - 1);
	if (!json_is_string(v) || json_string_length(v) == 0 || json_string_length(v) >= cap ||
	    strlen(json_string_value(v)) != json_string_length(v))
		return body_wrong(rq, name, expected);
	for (const unsigned char *c = (const unsigned char *)json_string_value(v); *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f)
			return body_wrong(rq, name, "a text without control characters");
	strcpy(out, json_string_value(v));
	return OK;
}

enum refusal
body_int(struct request *rq, const char *name, bool needed, int min, int max, int *out)
{
	const json_t *v = json_object_get(rq->body, name);
	char expected[64];

	if (v == NULL && !needed)
		return OK;
	snprintf(expected, sizeof expected, "a whole number from %d to %d", min, max);
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max)
		return body_wrong(rq, name, expected);
	*out = json_integer_value(v);
	return OK;
}

enum refusal
body_only(struct request *rq, const char *const names[])
{
	const char *key;
	json_t *v;

	json_object_foreach(rq->body, key, v) {
		int i = 0;

		while (names[i] != NULL && strcmp(names[i], key) != 0)
			i++;
		if (names[i] == NULL)
			return body_wrong(rq, key, "left out: there is no such member");
	}
	return OK;
}
