/*
 * A request of HTTP on its whole way to its handler: the guard, evhttp, the
 * route, the token, the body and its members.
 *
 * What the guard lets through evhttp must read as the guard did.
 */
#include <event2/http.h>
#include <event2/http_struct.h>

#include "daemon/net/server.c"

#include "daemon/api/handlers.h"
#include "tests/fuzz/fuzz.h"

#define BODY_MAX 4096

int	evhttp_parse_firstline_(struct evhttp_request *, struct evbuffer *);
int	evhttp_parse_headers_(struct evhttp_request *, struct evbuffer *);

const char *const fuzz_protocols[] = { NULL };

const char *
fuzz_part(int i)
{
	(void)i;
	return NULL;
}

int
fuzz_longest(int part)
{
	(void)part;
	return 512;
}

static bool
within(struct guard_text t, const char *bytes, int length)
{
	return t.at == NULL ? t.n == 0 : t.at >= bytes && t.at + t.n <= bytes + length;
}

/* A refusal is an answer that can be sent. */
static void
check_refused(const struct guard_verdict *v)
{
	char out[GUARD_ANSWER_MAX];
	size_t n = guard_answer(out, v->status, v->reason);
	const char *body, *length;

	must(v->status >= 400 && v->status < 600 && strpbrk(v->reason, "\"\\\r\n") == NULL);
	must(n < sizeof out && strlen(out) == n);
	must((body = strstr(out, "\r\n\r\n")) != NULL && (length = strstr(out, "Content-Length: ")) != NULL);
	must((size_t)atoi(length + 16) == strlen(body + 4));
}

/* What the guard says of the beginning of a request must agree with what it says of all. */
static void
check_part(const char *bytes, size_t n, size_t less, int all, const struct guard_verdict *v)
{
	struct guard_verdict part;
	int length;

	ASAN_POISON_MEMORY_REGION(bytes + less, n - less);
	length = guard_check(bytes, less, BODY_MAX, &part);
	ASAN_UNPOISON_MEMORY_REGION(bytes + less, n - less);
	if (all > 0 && less >= (size_t)all)
		must(length == all && part.body == v->body && part.plain == v->plain && part.expects == v->expects);
	else if (all >= 0)
		must(length == 0);
	else if (length == -1)
		must(part.status == v->status && part.reason == v->reason);
	else
		must(length == 0);
}

/* Members of a body, as handlers ask for them. */
static void
read_members(struct request *rq)
{
	static const char *const names[] = { "service", "count", "a", NULL };
	char text[24] = "";
	int number = 1;

	if (body_text(rq, "service", false, text, sizeof text) == OK)
		must(is_utf8(text) && strlen(text) < sizeof text);
	if (body_int(rq, "count", false, 1, 8, &number) == OK)
		must(number >= 1 && number <= 8);
	if (body_only(rq, names) == OK)
		must(json_object_size(rq->body) <= 3);
	else
		must(rq->change.detail.pointer[0] == '/');
	must(is_utf8(rq->change.detail.pointer));
}

static void
route_and_read(struct request *rq)
{
	char token[128], query[32] = "";
	bool cookie;

	set_address(rq, rq->address[0] == '\0' && request_get(rq, "X-Forwarded-For") != NULL &&
	    strlen(request_get(rq, "X-Forwarded-For")) < sizeof rq->address ? request_get(rq, "X-Forwarded-For") : "::1");
	must(strlen(rq->address) < sizeof rq->address);
	if (find_token(rq, token, sizeof token, &cookie))
		must(token[0] != '\0' && strpbrk(token, "; ") == NULL);
	from_our_pages(rq);
	if (request_query(rq, "day", query, sizeof query) == OK)
		must(strlen(query) < sizeof query);
	if (find_route(rq) != OK)
		return;
	must(rq->window >= 0 && rq->window <= 9999);
	for (int i = 0; i < WORDS; i++)
		must(strlen(rq->word[i]) < sizeof rq->word[i]);
	if (read_body(rq) == OK) {
		must(json_is_object(rq->body));
		read_members(rq);
		read_key(rq);
	}
	must(strlen(rq->change.detail.expected) < sizeof rq->change.detail.expected);
}

static void
give_evhttp(const char *bytes, int length, size_t n, const struct guard_verdict *v)
{
	static struct server server = { .routes = routes };
	struct evbuffer *in = evbuffer_new();
	struct evhttp_request *http = evhttp_request_new(NULL, NULL);
	struct request *rq = xcalloc(1, sizeof *rq);
	const char *said;
	size_t body = n - length < v->body ? n - length : v->body;

	http->kind = EVHTTP_REQUEST;
	rq->server = &server;
	rq->http = http;
	evbuffer_add(in, bytes, length);
	must(evhttp_parse_firstline_(http, in) == 1);		/* ALL_DATA_READ */
	must(evhttp_parse_headers_(http, in) == 1);
	must(evbuffer_get_length(in) == 0);
	must(strlen(http->uri) == v->target.n && memcmp(http->uri, v->target.at, v->target.n) == 0);
	must(strcmp(method_name(http), strcmp(v->method, "HEAD") == 0 ? "GET" : v->method) == 0);
	must(request_get(rq, "Transfer-Encoding") == NULL);
	must((said = request_get(rq, "Content-Length")) == NULL ? v->body == 0 : strtoull(said, NULL, 10) == v->body);
	evbuffer_add(http->input_buffer, bytes + length, body);
	route_and_read(rq);
	json_decref(rq->body);
	free(rq);
	evhttp_request_free(http);
	evbuffer_free(in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct input b = { at, len };
	size_t less = choose16(&b);
	const char *bytes = (const char *)at;
	struct guard_verdict v;
	int length = guard_check(bytes, b.len, BODY_MAX, &v);

	must(length >= -1 && length <= (int)b.len && length <= GUARD_HEADER_MAX);
	check_part(bytes, b.len, b.len == 0 ? 0 : less % b.len, length, &v);
	if (length == -1)
		check_refused(&v);
	if (length <= 0)
		return 0;
	must(v.method != NULL && v.target.n > 0 && v.target.at[0] == '/' && v.body <= BODY_MAX);
	must(within(v.target, bytes, length) && within(v.accept_encoding, bytes, length) && within(v.if_none_match, bytes, length));
	must(!v.plain || (strcmp(v.method, "GET") == 0 && v.body == 0));
	must(memcmp(bytes + length - 4, "\r\n\r\n", 4) == 0 && memmem(bytes, length - 1, "\r\n\r\n", 4) == NULL);
	give_evhttp(bytes, length, b.len, &v);
	return 0;
}

void
fuzz_seeds(void)
{
	static const char *const requests[] = {
		"GET /api/v1/status HTTP/1.1\r\nHost: hall\r\nAccept-Encoding: gzip\r\nIf-None-Match: \"1-2.3\"\r\n\r\n",
		"GET /api/v1/events HTTP/1.1\r\nHost: [::1]:80\r\nLast-Event-ID: 1-5\r\nCookie: a=b; halld=token\r\n\r\n",
		"POST /api/v1/tickets HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\nContent-Length: 27\r\nIdempotency-Key: k\r\n\r\n"
		"{\"service\":\"tax\",\"count\":2}",
		"POST /api/v1/windows/12/next HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer abc\r\nSec-Fetch-Site: none\r\n\r\n",
		"GET /api/v1/tickets/a%2Fb%41?day=2026-01-02&x=%zz HTTP/1.1\r\nHost: hall\r\nX-Forwarded-For: 10.0.0.1, ::ffff:1.2.3.4\r\n\r\n",
		"GET /api/v1/tickets?day=%41+b HTTP/1.1\r\nHost: h\r\nOrigin: http://h\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
		"HEAD /t/abc HTTP/1.0\r\nX-Forwarded-For: 2001:db8::1\r\nContent-Length: 0\r\n\r\n",
		"PUT /api/v1/layout HTTP/1.1\r\nHost: hall\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"DELETE /api/v1/session HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		char seed[512];

		fuzz_seed(seed, snprintf(seed, sizeof seed, "%s%c%c", requests[i], 40, 0));
	}
}
