/* From a request to its handler. */
#include <sys/queue.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/util.h>

#include "daemon/base/log.h"
#include "daemon/net/server.h"

#define WORDS 3

static const char *
method_name(const struct evhttp_request *http)
{
	switch (evhttp_request_get_command((struct evhttp_request *)http)) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_HEAD:	return "GET";
	case EVHTTP_REQ_POST:	return "POST";
	case EVHTTP_REQ_PUT:	return "PUT";
	case EVHTTP_REQ_DELETE:	return "DELETE";
	default:		return "";
	}
}

/* Routes. */

/* A part of the path into what the route calls it; 0, or -1: it cannot be that. */
static int
take_word(struct request *rq, const char *name, const char *at, size_t len, int *words)
{
	char *word;
	size_t decoded;
	int result = -1;

	/* Other words are no path at all, so that it is told which methods a path has. */
	if (strncmp(name, "{subject}", 9) == 0) {
		char path[32] = "";

		memcpy(path, at, len < sizeof path ? len : sizeof path - 1);
		if (subject_find(path) == NO_SUBJECT)
			return -1;
	}
	if (strncmp(name, "{no}", 4) == 0) {
		rq->window = 0;
		for (size_t i = 0; i < len && len <= 4; i++) {
			if (at[i] < '0' || at[i] > '9')
				return -1;
			rq->window = rq->window * 10 + at[i] - '0';
		}
		return len > 0 && len <= 4 && at[0] != '0' ? 0 : -1;
	}
	char raw[256] = "";
	if (len == 0 || len >= sizeof raw || *words == WORDS)
		return -1;
	memcpy(raw, at, len);
	if ((word = evhttp_uridecode(raw, 0, &decoded)) != NULL && decoded < sizeof rq->word[0] && strlen(word) == decoded) {
		strcpy(rq->word[(*words)++], word);
		result = 0;
	}
	free(word);
	return result;
}

static bool
path_fits(struct request *rq, const char *pattern, const char *path)
{
	int words = 0;

	rq->window = 0;
	for (; *pattern != '\0'; ) {
		if (*pattern == '{') {
			size_t len = strcspn(path, "/");

			if (take_word(rq, pattern, path, len, &words) == -1)
				return false;
			pattern += strcspn(pattern, "}") + 1;
			path += len;
		} else if (*pattern == '*')
			return true;			/* the rest is the handler's */
		else if (*pattern++ != *path++)
			return false;
	}
	return *path == '\0';
}

static enum refusal
find_route(struct request *rq)
{
	const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(rq->http));
	char allowed[64] = "";

	for (const struct route *r = rq->server->routes; path != NULL && r->method != NULL; r++) {
		if (!path_fits(rq, r->path, path))
			continue;
		if (strcmp(r->method, method_name(rq->http)) == 0) {
			rq->route = r;
			return OK;
		}
		if (strstr(allowed, r->method) != NULL)
			continue;
		strcat(allowed, allowed[0] == '\0' ? "" : ", ");
		strcat(allowed, strcmp(r->method, "GET") == 0 ? "GET, HEAD" : r->method);
	}
	if (allowed[0] == '\0')
		return NOT_FOUND;
	request_header(rq, "Allow", allowed);
	return NOT_A_METHOD;
}

void
server_count(struct server *s, const struct route *r, int status)
{
	s->answers[r == NULL ? ROUTES_MAX : r - s->routes][status / 100]++;
}

/* Who asks. */

static bool
believed(const struct layout *l, const char *address)
{
	for (int i = 0; i < l->proxy_count; i++)
		if (strcmp(l->proxies[i], address) == 0)
			return true;
	return false;
}

/* Whom limits count: an IPv4 address, or a network of IPv6, since one phone has a whole /64 of those. */
static void
set_address(struct request *rq, const char *text)
{
	struct in6_addr in6;

	if (inet_pton(AF_INET6, text, &in6) != 1)
		snprintf(rq->address, sizeof rq->address, "%s", text);
	else if (IN6_IS_ADDR_V4MAPPED(&in6))
		inet_ntop(AF_INET, &in6.s6_addr[12], rq->address, sizeof rq->address);
	else {
		memset(&in6.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &in6, rq->address, sizeof rq->address);
	}
}

/* The last field of this name: proxies add theirs behind what the client sent. */
static const char *
last_field(const struct request *rq, const char *name)
{
	const struct evkeyval *field;
	const char *value = NULL;

	TAILQ_FOREACH(field, evhttp_request_get_input_headers(rq->http), next)
		if (strcasecmp(field->key, name) == 0)
			value = field->value;
	return value;
}

/* The client's address: what the nearest believed proxy says of whom it spoke with. */
static void
find_address(struct request *rq, const struct peer *peer)
{
	const char *forwarded = last_field(rq, "X-Forwarded-For"), *proto = last_field(rq, "X-Forwarded-Proto"), *last;
	unsigned char any[16];

	set_address(rq, peer->local ? "socket" : peer->address);
	rq->here = forwarded == NULL &&
	    (peer->local || strncmp(peer->address, "127.", 4) == 0 || strcmp(peer->address, "::1") == 0);
	if (peer->local || !believed(ledger_layout(rq->server->ledger), peer->address) || forwarded == NULL)
		return;
	rq->https = proto != NULL && strcmp(proto, "https") == 0;
	last = strrchr(forwarded, ',');
	last = last == NULL ? forwarded : last + 1;
	last += strspn(last, " ");
	if (inet_pton(AF_INET, last, any) == 1 || inet_pton(AF_INET6, last, any) == 1)
		set_address(rq, last);
}

/* The value of our cookie, up to the end of the field; NULL: it is not there. */
static const char *
find_cookie(const char *cookies)
{
	while (strncmp(cookies, "halld=", 6) != 0) {
		if ((cookies = strchr(cookies, ';')) == NULL)
			return NULL;
		cookies += 1 + strspn(cookies + 1, " ");
	}
	return cookies + 6;
}

/* The session's token: from the header, or from the cookie that sign-in set. */
static bool
find_token(const struct request *rq, char *token, size_t cap, bool *cookie)
{
	const char *header = request_get(rq, "Authorization"), *at;
	size_t len;

	*cookie = false;
	if (header != NULL && strncasecmp(header, "Bearer ", 7) == 0)
		at = header + 7;
	else if ((header = request_get(rq, "Cookie")) != NULL && (at = find_cookie(header)) != NULL)
		*cookie = true;
	else
		return false;
	len = strcspn(at, "; ");
	if (len == 0 || len >= cap)
		return false;
	memcpy(token, at, len);
	token[len] = '\0';
	return true;
}

/* A page of another site must not act with our cookie; SameSite says so too, to browsers that know it. */
static bool
from_our_pages(const struct request *rq)
{
	const char *site = request_get(rq, "Sec-Fetch-Site"), *origin = request_get(rq, "Origin"), *host = request_get(rq, "Host");
	const char *at;

	if (site != NULL)
		return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
	if (origin == NULL)
		return true;
	return (at = strstr(origin, "://")) != NULL && host != NULL && strcmp(at + 3, host) == 0;
}

static bool
is_device(int role)
{
	return role == ROLE_KIOSK || role == ROLE_DISPLAY || role == ROLE_WINDOW;
}

static enum refusal
authenticate(struct request *rq, const struct peer *peer)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	const struct session *s;
	const struct staff *who;
	char token[128];
	bool cookie;

	if (find_token(rq, token, sizeof token, &cookie)) {
		digest(rq->session, token, strlen(token));
		s = hall_session(h, rq->session);
		who = s == NULL || s->ends_ms <= rq->now.wall_ms ? NULL : hall_staff(h, s->staff);
		if (who == NULL) {
			rq->session[0] = '\0';
			return OK;		/* nobody; a route for anyone is still theirs */
		}
		rq->role = who->role;
		rq->staff = who->id;
		rq->seat = s->window;
		strcpy(rq->name, who->name);
		if (is_device(who->role))
			snprintf(rq->actor, sizeof rq->actor, "device:%s", who->name);
		else
			snprintf(rq->actor, sizeof rq->actor, "staff:%u", who->id);
		if (cookie && strcmp(rq->route->method, "GET") != 0 && !from_our_pages(rq))
			return FORBIDDEN;
	} else if (peer->local && (peer->uid == 0 || peer->uid == geteuid())) {
		rq->role = ROLE_ADMIN;
		strcpy(rq->actor, "ctl");
	}
	return OK;
}

static enum refusal
authorise(const struct request *rq)
{
	const struct route *r = rq->route;
	bool reads = strcmp(r->method, "GET") == 0;

	if (r->roles == THIS_MACHINE)
		return rq->here ? OK : NOT_FOUND;
	if (r->roles == ANYONE)
		return OK;
	if (rq->role == ROLE_NONE)
		return UNAUTHORIZED;
	if (rq->role == ROLE_ADMIN)
		return OK;
	if (!(r->roles & 1u << rq->role) &&
	    !(rq->role == ROLE_INSPECTOR && reads && r->roles & ROLE(MANAGER)))
		return FORBIDDEN;
	if ((rq->role == ROLE_WINDOW || rq->role == ROLE_DISPLAY) && rq->window != 0 && rq->window != rq->seat)
		return FORBIDDEN;
	/* A clerk commands the window that is theirs now: after a hand-over it is another's, whatever the session says. */
	if (rq->role == ROLE_CLERK && !reads && rq->window != 0 && rq->window <= WINDOW_NO_MAX &&
	    ledger_shown(rq->server->ledger)->window[rq->window].staff != rq->staff)
		return FORBIDDEN;
	return OK;
}

/* What is asked. */

static bool
is_json(const char *type)
{
	static const char json[] = "application/json";

	return type != NULL && strncasecmp(type, json, strlen(json)) == 0 && strchr("; \t", type[strlen(json)]) != NULL;
}

static enum refusal
read_body(struct request *rq)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(rq->http);
	size_t len = evbuffer_get_length(in);
	json_error_t error;

	if (len == 0) {
		rq->body = json_object();
		return OK;
	}
	if (!is_json(request_get(rq, "Content-Type"))) {
		snprintf(rq->change.detail.pointer, sizeof rq->change.detail.pointer, "Content-Type");
		snprintf(rq->change.detail.expected, sizeof rq->change.detail.expected, "application/json");
		return BAD_REQUEST;
	}
	rq->body = json_loadb((const char *)evbuffer_pullup(in, -1), len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(rq->body)) {
		/* The pointer to the whole is empty (RFC 6901). */
		if (rq->body != NULL)
			snprintf(rq->change.detail.expected, sizeof rq->change.detail.expected, "an object");
		else
			snprintf(rq->change.detail.expected, sizeof rq->change.detail.expected, "JSON; line %d column %d: %.60s",
			    error.line, error.column, error.text);
		return BAD_REQUEST;
	}
	return OK;
}

/* A key is its owner's: nobody gets an answer by guessing another's. */
static enum refusal
read_key(struct request *rq)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(rq->http);
	const char *key = request_get(rq, "Idempotency-Key");
	size_t len = evbuffer_get_length(in);
	char *asked;
	int n;

	if (key == NULL || strcmp(rq->route->method, "POST") != 0)
		return OK;
	if (strlen(key) == 0 || strlen(key) > 128) {
		snprintf(rq->change.detail.pointer, sizeof rq->change.detail.pointer, "Idempotency-Key");
		snprintf(rq->change.detail.expected, sizeof rq->change.detail.expected, "1 to 128 characters");
		return BAD_REQUEST;
	}
	answers_key(rq->key, rq->actor, rq->address, key);
	/* With the key in it, which is not kept: a password in the body cannot be guessed from the digest. */
	n = asprintf(&asked, "%s\n%s\n%s\n%.*s", key, rq->route->method, evhttp_request_get_uri(rq->http), (int)len,
	    len == 0 ? "" : (const char *)evbuffer_pullup(in, -1));
	if (n != -1) {
		digest(rq->digest, asked, n);
		free(asked);
	}
	return OK;
}

void
server_answer(void *arg, enum refusal refusal)
{
	struct request *rq = arg;
	const struct answer *kept = rq->key[0] == '\0' ? NULL : answers_find(ledger_answers(rq->server->ledger), rq->key);

	if (kept != NULL && strcmp(kept->row.request, rq->digest) != 0)
		refusal = KEY_REUSED;
	else if (kept != NULL && kept->state == ANSWER_UNKNOWN)
		refusal = OUTCOME_UNKNOWN;
	else if (kept != NULL && kept->state == ANSWER_PENDING) {
		ledger_wait(rq->server->ledger, server_answer, rq);
		return;
	} else if (kept != NULL) {
		request_header(rq, "Cache-Control", "no-store");
		request_bytes(rq, kept->row.status, "application/json", kept->row.body, strlen(kept->row.body));
		return;
	}
	if (refusal == OK)
		refusal = rq->route->handle(rq);
	if (refusal != OK)
		request_refuse(rq, refusal);
}

/* The hall's time, which pages go by.  Written once a second, for it takes as long as all the rest. */
const char *
server_date(struct server *server)
{
	time_t now = ledger_now(server->ledger).wall_ms / 1000;

	if (server->date_s != now) {
		server->date_s = now;
		evutil_date_rfc1123(server->date, sizeof server->date, gmtime(&now));
	}
	return server->date;
}

void
server_handle(struct evhttp_request *http, void *arg)
{
	struct server *server = arg;
	struct request *rq = xcalloc(1, sizeof *rq);
	struct peer peer = listener_peer(http);
	enum refusal refusal;

	rq->server = server;
	rq->http = http;
	if (server->ending) {
		request_refuse(rq, STORE_FAILED);
		return;
	}
	rq->now = ledger_now(server->ledger);
	request_header(rq, "Date", server_date(server));
	find_address(rq, &peer);
	if ((refusal = find_route(rq)) == OK && (refusal = authenticate(rq, &peer)) == OK &&
	    (refusal = authorise(rq)) == OK && (refusal = read_body(rq)) == OK)
		refusal = read_key(rq);
	if (refusal != OK)
		request_refuse(rq, refusal);
	else
		server_answer(rq, OK);
}

/* What is ready. */

static void
put(struct ready *r, const char *text)
{
	size_t n = strlen(text);

	if (r->head_len + n > sizeof r->head)
		fatal("the headers of a document are too long");
	memcpy(r->head + r->head_len, text, n);
	r->head_len += n;
}

static void
put_header(void *ready, const char *name, const char *value)
{
	put(ready, name);
	put(ready, ": ");
	put(ready, value);
	put(ready, "\r\n");
}

static const struct route *
route_of(const struct server *s, const struct shared *shared)
{
	const struct route *r = s->routes;

	while (strcmp(r->path, shared->path) != 0)
		r++;
	return r;
}

bool
server_ready(const struct guard_verdict *asked, struct ready *r, void *arg)
{
	struct server *server = arg;
	const struct shared *shared = server->shared;
	struct document_wish wish = { asked->accept_encoding, asked->if_none_match };
	struct document *document;
	struct document_answer a;
	char length[24];

	while (shared->path != NULL && (strlen(shared->path) != asked->target.n ||
	    memcmp(shared->path, asked->target.at, asked->target.n) != 0))
		shared++;
	if (shared->path == NULL || server->ending)
		return false;
	document = shared->document(server);
	a = document_choose(document, &wish);
	put(r, a.status == 200 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 304 Not Modified\r\n");
	document_headers(document, &a, put_header, r);
	put_header(r, "X-Content-Type-Options", "nosniff");
	put_header(r, "Date", server_date(server));
	if (a.status == 200) {
		snprintf(length, sizeof length, "%zu", a.len);
		put_header(r, "Content-Type", document->type);
		put_header(r, "Content-Length", length);
	}
	put(r, "\r\n");
	r->body = a.bytes;
	r->body_len = a.len;
	server_count(server, route_of(server, shared), a.status);
	return true;
}
