/*
 * The listener over real sockets: server and clients in one process and one
 * event loop, the bytes written by hand.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include "daemon/net/guard.h"
#include "daemon/net/listener.h"

#define HOST	"Host: hall\r\n"
#define END	"\r\n"
#define GET(target)	"GET " target " HTTP/1.1\r\n" HOST END
#define BYTES(literal)	literal, sizeof(literal) - 1

#define PATIENCE_MS	60000	/* after that a wait has failed */
#define LONG_MS		600000	/* a limit that no test reaches */
#define BIG		(4 * 1024 * 1024)

/* The server's side. */
static struct event_base	*base;
static struct listener		*server;
static struct listener_limits	 limits;
static int			 handled;	/* requests that reached handle */
static struct evhttp_request	*kept;		/* the newest of /later, /watched, /stream */
static int			 gone;		/* calls of peer_gone */
static int			 taken;		/* the newest socket of /take; -1: there was none left */

struct client {
	int	 fd;
	size_t	 n;		/* bytes that came, also those not kept */
	bool	 ended;		/* by the server */
	bool	 reset;		/* not in order */
	char	 got[8192];	/* the first of them, terminated */
};

static void
peer_gone(void *arg)
{
	if (arg == kept)
		kept = NULL;
	gone++;
}

static void
answer(struct evhttp_request *req, const char *text, size_t fill)
{
	struct evbuffer *body = evbuffer_new();
	char *zeros = calloc(1, fill + 1);

	evbuffer_add(body, text, strlen(text));
	evbuffer_add(body, zeros, fill);
	evhttp_send_reply(req, 200, "OK",
	    evhttp_request_get_command(req) == EVHTTP_REQ_HEAD ? NULL : body);
	evbuffer_free(body);
	free(zeros);
}

/* The target says what to do; any other is echoed: method, target, length of the body. */
static void
handle(struct evhttp_request *req, void *arg)
{
	static const char *const methods[] = {
		[EVHTTP_REQ_GET] = "GET", [EVHTTP_REQ_HEAD] = "HEAD", [EVHTTP_REQ_POST] = "POST",
		[EVHTTP_REQ_PUT] = "PUT", [EVHTTP_REQ_DELETE] = "DELETE",
	};
	const char *target = evhttp_request_get_uri(req);
	struct peer peer = listener_peer(req);
	char text[256];

	assert_ptr_equal(arg, &handled);
	handled++;
	if (strcmp(target, "/drop") == 0) {
		listener_drop(req);
	} else if (strcmp(target, "/take") == 0) {
		if ((taken = listener_take(server, req)) == -1)
			answer(req, "none left.", 0);
	} else if (strcmp(target, "/later") == 0) {
		kept = req;
	} else if (strcmp(target, "/watched") == 0 || strcmp(target, "/stream") == 0) {
		kept = req;
		listener_on_close(server, req, peer_gone, req);
		if (strcmp(target, "/stream") == 0)
			evhttp_send_reply_start(req, 200, "OK");
	} else if (strcmp(target, "/big") == 0) {
		answer(req, "", BIG);
	} else if (strcmp(target, "/peer") == 0) {
		snprintf(text, sizeof text, "%s %d %s.", peer.local ? "local" : "remote",
		    (int)peer.uid, peer.address);
		answer(req, text, 0);
	} else {
		snprintf(text, sizeof text, "%s %s %zu.",
		    methods[evhttp_request_get_command(req)], target,
		    evbuffer_get_length(evhttp_request_get_input_buffer(req)));
		answer(req, text, 0);
	}
}

/* Ready is what begins so; of /ready-big much. */
static bool
ready(const struct guard_verdict *v, struct ready *r, void *arg)
{
	static const char zeros[BIG];

	assert_ptr_equal(arg, &handled);
	assert_true(v->plain);
	if (v->target.n < 6 || memcmp(v->target.at, "/ready", 6) != 0)
		return false;
	r->body = v->target.n == 6 ? "ready." : zeros;
	r->body_len = v->target.n == 6 ? 6 : BIG;
	r->head_len = sprintf(r->head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", r->body_len);
	return true;
}

static int
start(void **state)
{
	char why[LISTENER_WHY];

	(void)state;
	limits = listener_defaults;
	limits.header_ms = limits.body_ms = limits.idle_ms = limits.stall_ms = LONG_MS;
	handled = gone = 0;
	kept = NULL;
	base = event_base_new();
	server = listener_new(base, &limits, handle, &handled);
	listener_set_ready(server, ready);
	return listener_open(server, "127.0.0.1:0", why);
}

static int
stop(void **state)
{
	(void)state;
	listener_free(server);
	event_base_free(base);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Run the loop until the condition holds. */
#define WAIT_FOR(condition) do {						\
	int64_t until_ = now_ms() + PATIENCE_MS;				\
	while (event_base_loop(base, EVLOOP_NONBLOCK), !(condition)) {		\
		if (now_ms() > until_)						\
			fail_msg("waited in vain for " #condition);		\
		poll(NULL, 0, 1);						\
	}									\
} while (0)

/* Run the loop for so long, and as many turns: on a slow machine there may be a single one in a few ms. */
static void
let_pass(int ms)
{
	int64_t until = now_ms() + ms;
	int turns = 0;

	WAIT_FOR(++turns > ms && now_ms() >= until);
}

static struct client *
dial_from(const char *source)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(listener_port(server)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct client *c = calloc(1, sizeof *c);
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(c->fd, -1);
	inet_pton(AF_INET, source, &from.sin_addr);
	assert_int_equal(bind(c->fd, (struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return c;
}

static struct client *
dial(void)
{
	return dial_from("127.0.0.1");
}

static void
hang_up(struct client *c)
{
	close(c->fd);
	free(c);
}

/* Read what is there.  Always true, to stand in a condition. */
static bool
listen_to(struct client *c)
{
	static char bytes[65536];
	ssize_t n;

	while ((n = recv(c->fd, bytes, sizeof bytes, 0)) > 0) {
		for (ssize_t i = 0; i < n && c->n + i < sizeof c->got - 1; i++)
			c->got[c->n + i] = bytes[i];
		c->n += n;
	}
	if (n == 0 || errno != EAGAIN)
		c->ended = true;
	if (n == -1 && errno != EAGAIN)
		c->reset = true;
	return true;
}

/* Send all and return true, or as much as the server takes before it hangs up. */
static bool
say(struct client *c, const char *bytes, size_t n)
{
	for (size_t done = 0; done < n; ) {
		ssize_t sent = send(c->fd, bytes + done, n - done, MSG_NOSIGNAL);

		if (sent > 0)
			done += sent;
		else if (sent == -1 && errno != EAGAIN)
			return false;
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	return true;
}

#define hears(c, text)	(listen_to(c) && strstr((c)->got, text) != NULL)
#define ends(c)		(listen_to(c) && (c)->ended)

/* The client's last answer is the one expected; make ready for the next. */
static void
expect(struct client *c, const char *text)
{
	WAIT_FOR(hears(c, text));
	c->n = 0;
	memset(c->got, 0, sizeof c->got);
}

static void
is_refused(const char *what, struct client *c, int status)
{
	char line[32];

	sprintf(line, "HTTP/1.1 %d ", status);
	WAIT_FOR(ends(c));
	if (strncmp(c->got, line, strlen(line)) != 0 ||
	    strstr(c->got, status == 405 ? "\"not_a_method\"" : "\"bad_request\"") == NULL)
		fail_msg("%s: expected %d, got \"%.60s\"", what, status, c->got);
	if (c->reset)
		fail_msg("%s: a reset may overtake the answer", what);
	if (handled != 0)
		fail_msg("%s: it reached the handler", what);
}

/* Requests that evhttp 2.1.12 answers 200, or waits for, or splits differently. */
static const struct {
	const char	*what;
	const char	*request;
	size_t		 n;
	int		 status;
} refused[] = {
	{ "Content-Length 1e18",
	  BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 1000000000000000000\r\n\r\nabc"), 413 },
	{ "%00", BYTES(GET("/a%00b")), 400 },
	{ "folded line", BYTES("GET /a HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"), 400 },
	{ "bare LF lines", BYTES("GET /a HTTP/1.1\nHost: hall\n\n"), 400 },
	{ "blank before the colon", BYTES("GET /a HTTP/1.1\r\n" HOST "X-A : 7\r\n\r\n"), 400 },
	{ "no Host", BYTES("GET /a HTTP/1.1\r\n\r\n"), 400 },
	{ "Content-Length: +3",
	  BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabc"), 400 },
	{ "two unequal lengths", BYTES("POST /a HTTP/1.1\r\n" HOST
	  "Content-Length: 3\r\nContent-Length: 33\r\n\r\nabc" GET("/b")), 400 },
	{ "chunk size 0x3", BYTES("POST /a HTTP/1.1\r\n" HOST
	  "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"), 411 },
	{ "gzip, chunked and a length", BYTES("POST /a HTTP/1.1\r\n" HOST
	  "Transfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 411 },
	{ "chunked and a length", BYTES("POST /a HTTP/1.1\r\n" HOST
	  "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" GET("/b")), 411 },
	{ "HTTP/9.9", BYTES("GET /a HTTP/9.9\r\n" HOST END), 505 },
	{ "HTTP/2 preface", BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505 },
	{ "PATCH", BYTES("PATCH /a HTTP/1.1\r\n" HOST END), 405 },
	{ "HEAD with a body that is a request", BYTES("HEAD /a HTTP/1.1\r\n" HOST
	  "Content-Length: 32\r\n\r\nGET /b HTTP/1.1\r\nHost: hall\r\n\r\n"), 400 },
	{ "TLS", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400 },
	{ "..", BYTES(GET("/pages/%2e%2e/%2e%2e/etc/passwd")), 400 },
	{ "another host's path", BYTES(GET("//evil/a")), 400 },
	{ "an expectation nobody knows",
	  BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: x\r\n\r\nabc"), 417 },
};

static void
what_evhttp_takes_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct client *c = dial();

		say(c, refused[i].request, refused[i].n);
		is_refused(refused[i].what, c, refused[i].status);
		hang_up(c);
	}
	WAIT_FOR(listener_connections(server) == 0);
}

/* However length and coding are spelt and combined: one refusal, no request. */
static void
smuggling_pairs_are_refused(void **state)
{
	static const char *const lengths[] = {
		"", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "content-length:5\r\n",
		"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
		"Content-Length : 5\r\n", "Content-Length: 5\r\n 0\r\n",
	};
	static const char *const codings[] = {
		"Transfer-Encoding: chunked\r\n", "transfer-encoding:chunked\r\n",
		"Transfer-Encoding: Chunked\r\n", "Transfer-Encoding: identity\r\n",
		"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding : chunked\r\n",
		"Transfer-Encoding:\tchunked\r\n", "Transfer-Encoding: \x0b" "chunked\r\n",
		" Transfer-Encoding: chunked\r\n", "A: b\r\n Transfer-Encoding: chunked\r\n",
		"Transfer-Encoding\r\n : chunked\r\n", "A: b\nTransfer-Encoding: chunked\r\n",
		"A: b\rTransfer-Encoding: chunked\r\n", "Transfer-Encoding: x, chunked\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
		"Transfer-Encoding:\r\n chunked\r\n",
	};
	char request[512];

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		for (size_t k = 0; k < 2 * sizeof codings / sizeof codings[0]; k++) {
			struct client *c = dial();
			const char *coding = codings[k / 2];

			snprintf(request, sizeof request,
			    "POST /a HTTP/1.1\r\n" HOST "%s%s\r\n0\r\n\r\n" GET("/smuggled"),
			    k % 2 ? lengths[i] : coding, k % 2 ? coding : lengths[i]);
			say(c, request, strlen(request));
			WAIT_FOR(ends(c));
			if (strncmp(c->got, "HTTP/1.1 4", 10) != 0 || handled != 0)
				fail_msg("%s%s: %s", lengths[i], coding, c->got);
			assert_null(strstr(c->got + 1, "HTTP/1.1"));
			hang_up(c);
		}
}

static void
too_much_header_is_refused_early(void **state)
{
	size_t n = 1024 * 1024;
	char *flood = malloc(n);
	struct client *c;

	(void)state;
	memset(flood, 'a', n);
	memcpy(flood, BYTES("GET /a HTTP/1.1\r\n" HOST "A: "));
	c = dial();
	say(c, flood, n);
	is_refused("one long header", c, 431);
	hang_up(c);

	for (size_t i = sizeof("GET /a HTTP/1.1\r\n") - 1; i + 6 <= n; i += 6)
		memcpy(flood + i, "A: b\r\n", 6);
	c = dial();
	say(c, flood, n);
	is_refused("many headers", c, 431);
	hang_up(c);
	free(flood);
}

static void
methods_reach_the_handler(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{ GET("/a?b=%E4%B8%AD"), "GET /a?b=%E4%B8%AD 0." },
		{ "POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", "POST /a 3." },
		{ "POST /a HTTP/1.1\r\n" HOST END, "POST /a 0." },
		{ "PUT /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n\r\n", "PUT /a 2." },
		{ "DELETE /a HTTP/1.1\r\n" HOST END, "DELETE /a 0." },
		{ "DELETE /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", "DELETE /a 3." },
		{ "GET /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", "GET /a 3." },
		{ "HEAD /a HTTP/1.1\r\n" HOST END, "HTTP/1.1 200 OK\r\n" },
		{ "GET /a HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "GET /a 0." },
		{ "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /a 0." },
		{ GET("/last"), "GET /last 0." },
	};
	struct client *c = dial();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		say(c, rows[i].request, strlen(rows[i].request));
		expect(c, rows[i].answer);
	}
	assert_int_equal(handled, sizeof rows / sizeof rows[0]);
	assert_int_equal(listener_connections(server), 1);
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
}

static void
a_request_may_come_in_two_pieces_cut_anywhere(void **state)
{
	static const char request[] =
	    "POST /cut HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nGET / \r\n\r\n";
	size_t n = sizeof request - 2;		/* the body is 9 of these 10 bytes */
	struct client *c = dial();

	(void)state;
	for (size_t cut = 1; cut < n; cut++) {
		say(c, request, cut);
		let_pass(1);
		assert_int_equal(handled, cut - 1);
		say(c, request + cut, n - cut);
		expect(c, "POST /cut 9.");
		assert_int_equal(handled, cut);
	}
	for (size_t i = 0; i < n; i++)
		say(c, request + i, 1);
	expect(c, "POST /cut 9.");
	hang_up(c);
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
	struct client *c = dial();
	char requests[8192] = "", line[64], *at;
	int n = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		n += sprintf(requests + n, i % 2 ? GET("/n%d") :
		    "POST /n%d HTTP/1.1\r\n" HOST "Content-Length: 28\r\n\r\n"
		    "GET /smuggled HTTP/1.1\r\n\r\n  ", i);
	say(c, requests, n);
	WAIT_FOR(hears(c, "GET /n39 0."));
	at = c->got;
	for (int i = 0; i < 40; i++) {
		sprintf(line, i % 2 ? "GET /n%d 0." : "POST /n%d 28.", i);
		assert_non_null(at = strstr(at, line));
	}
	assert_int_equal(handled, 40);
	assert_null(strstr(c->got, "smuggled"));
	hang_up(c);
}

static void
what_follows_a_refused_request_is_lost(void **state)
{
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/good") "GET /bad HTTP/1.1\r\nHost : hall\r\n\r\n" GET("/lost")));
	WAIT_FOR(ends(c));
	assert_non_null(strstr(c->got, "GET /good 0."));
	assert_non_null(strstr(c->got, "HTTP/1.1 400 Bad Request\r\n"));
	assert_int_equal(handled, 1);
	hang_up(c);
}

/* Nothing is said after an answer that ends the connection: on HTTP/1.0 it
 * would be read as part of that answer. */
static void
nothing_follows_the_last_answer(void **state)
{
	static const char *const requests[] = {
		"GET /a HTTP/1.0\r\n\r\n" "\r\n",
		"GET /a HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GET("/b"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		struct client *c = dial();
		char *end;

		say(c, requests[i], strlen(requests[i]));
		WAIT_FOR(ends(c));
		assert_non_null(end = strstr(c->got, "GET /a 0."));
		assert_string_equal(end, "GET /a 0.");
		hang_up(c);
	}
	assert_int_equal(handled, 2);
}

/* The next request waits for an answer that is given later. */
static void
one_request_at_a_time(void **state)
{
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/later") GET("/second")));
	WAIT_FOR(kept != NULL);
	let_pass(20);
	assert_int_equal(handled, 1);
	answer(kept, "first.", 0);
	WAIT_FOR(hears(c, "GET /second 0."));
	assert_non_null(strstr(c->got, "first."));
	hang_up(c);
}

static void
who_sends_far_ahead_is_cut_off(void **state)
{
	size_t n = 16 * 1024;
	char *ahead = calloc(1, n);
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	for (int i = 0; i < 256 && kept != NULL; i++)
		say(c, ahead, n);
	WAIT_FOR(gone == 1 && listener_connections(server) == 0);
	free(ahead);
	hang_up(c);
}

static void
body_at_the_limit_and_over_it(void **state)
{
	char head[128], *body = calloc(1, limits.body_max);
	struct client *c = dial();

	(void)state;
	say(c, head, sprintf(head, "POST /a HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
	    limits.body_max));
	say(c, body, limits.body_max);
	expect(c, "POST /a 65536.");

	/* Refused before it comes, and told even though all of it is sent. */
	handled = 0;
	say(c, head, sprintf(head, "POST /a HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
	    limits.body_max + 1));
	assert_true(say(c, body, limits.body_max));
	let_pass(20);
	assert_true(say(c, body, 1));
	is_refused("a byte over", c, 413);
	hang_up(c);
	free(body);
}

static void
a_body_can_be_asked_for(void **state)
{
	struct client *c = dial();

	(void)state;
	say(c, BYTES("PUT /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
	WAIT_FOR(hears(c, "\r\n\r\n"));
	assert_string_equal(c->got, "HTTP/1.1 100 Continue\r\n\r\n");
	assert_int_equal(handled, 0);
	say(c, "abc", 3);
	WAIT_FOR(hears(c, "PUT /a 3."));
	assert_null(strstr(c->got + 25, "100 Continue"));

	/* Whoever does not wait is not told. */
	expect(c, "PUT /a 3.");
	say(c, BYTES("PUT /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"));
	WAIT_FOR(hears(c, "PUT /a 3."));
	assert_null(strstr(c->got, "100 Continue"));
	hang_up(c);
}

static void
a_big_answer_is_whole(void **state)
{
	static const char *const requests[] = {
		GET("/big"),
		"GET /big HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
		"GET /big HTTP/1.0\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		struct client *c = dial();

		say(c, requests[i], strlen(requests[i]));
		WAIT_FOR(listen_to(c) && c->n > BIG && c->n == BIG +
		    (size_t)(strstr(c->got, "\r\n\r\n") + 4 - c->got));
		if (i != 0)
			WAIT_FOR(ends(c));
		hang_up(c);
	}
}

static void
a_byte_now_and_then_buys_no_time(void **state)
{
	struct client *slow, *slow_body, *silent;

	(void)state;
	limits.header_ms = 50;
	limits.body_ms = 100;
	/* No turn of the loop before it says something: it would be silent for too long on a busy machine. */
	slow = dial();
	say(slow, BYTES("GET /a HTTP/1.1\r\nX: "));
	slow_body = dial();
	say(slow_body, BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n"));
	silent = dial();
	for (int i = 0; !slow->ended || !slow_body->ended; i++) {
		assert_in_range(i, 0, GUARD_HEADER_MAX / 2);
		say(slow, "a", 1);
		say(slow_body, "a", 1);
		let_pass(5);
		listen_to(slow), listen_to(slow_body);
	}
	is_refused("header, byte by byte", slow, 408);
	is_refused("body, byte by byte", slow_body, 408);
	WAIT_FOR(ends(silent));
	assert_int_equal(silent->n, 0);
	hang_up(slow), hang_up(slow_body), hang_up(silent);
}

/* A body has body_ms from the start, not header_ms. */
static void
a_body_has_more_time_than_a_header(void **state)
{
	struct client *c;

	(void)state;
	limits.header_ms = 30;
	c = dial();
	say(c, BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab"));
	let_pass(100);
	say(c, "c", 1);
	expect(c, "POST /a 3.");

	/* The next one on the same connection begins anew. */
	say(c, BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab"));
	let_pass(100);
	say(c, "c", 1);
	expect(c, "POST /a 3.");
	handled = 0;
	say(c, BYTES("POST /a HTTP/1.1\r\n"));
	is_refused("a header has not", c, 408);
	hang_up(c);
}

static void
idle_is_ended_without_a_word(void **state)
{
	struct client *c;

	(void)state;
	limits.idle_ms = 30;
	c = dial();
	let_pass(60);
	say(c, BYTES(GET("/a")));	/* before the first request it is header_ms */
	expect(c, "GET /a 0.");
	WAIT_FOR(ends(c));
	assert_int_equal(c->n, 0);
	hang_up(c);
}

static void
a_stream_outlives_every_limit_and_its_end_is_seen(void **state)
{
	struct evbuffer *line = evbuffer_new();
	struct client *c;

	(void)state;
	limits.header_ms = limits.body_ms = limits.idle_ms = limits.stall_ms = 20;
	c = dial();
	say(c, BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	for (int i = 0; i < 5; i++) {
		let_pass(50);
		assert_int_equal(gone, 0);
		evbuffer_add_printf(line, "data: %d\n\n", i);
		evhttp_send_reply_chunk(kept, line);
	}
	expect(c, "data: 4\n\n");
	assert_int_equal(listener_pending(kept), 0);
	let_pass(50);
	assert_int_equal(gone, 0);
	assert_int_equal(listener_connections(server), 1);
	hang_up(c);
	WAIT_FOR(gone == 1 && listener_connections(server) == 0);
	evbuffer_free(line);
}

static void
a_stream_can_be_ended(void **state)
{
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	evhttp_send_reply_end(kept);
	expect(c, "\r\n0\r\n\r\n");
	say(c, BYTES(GET("/next")));
	expect(c, "GET /next 0.");
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
	assert_int_equal(gone, 0);
}

/* Fill a stream that is not read until bytes stay with us, or it is ended meanwhile. */
static void
congest(struct evhttp_request *req)
{
	static const char zeros[65536];
	struct evbuffer *chunk = evbuffer_new();

	for (int i = 0; i < 1000 && req == kept && listener_pending(req) < 1000000; i++) {
		evbuffer_add(chunk, zeros, sizeof zeros);
		evhttp_send_reply_chunk(req, chunk);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	evbuffer_free(chunk);
}

static void
a_slow_reader_is_seen_and_dropped(void **state)
{
	struct client *c = dial();
	size_t pending;

	(void)state;
	say(c, BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	congest(kept);
	pending = listener_pending(kept);
	assert_true(pending >= 1000000);
	WAIT_FOR(listen_to(c) && listener_pending(kept) < pending);
	listener_drop(kept);
	WAIT_FOR(ends(c));
	assert_int_equal(gone, 0);
	assert_int_equal(listener_connections(server), 0);
	hang_up(c);
}

static void
who_takes_nothing_is_ended(void **state)
{
	struct client *stream, *big;

	(void)state;
	limits.stall_ms = 50;
	stream = dial(), big = dial();
	say(stream, BYTES(GET("/stream")));
	say(big, BYTES(GET("/big")));
	WAIT_FOR(kept != NULL);
	congest(kept);
	WAIT_FOR(gone == 1 && listener_connections(server) == 0);
	hang_up(stream), hang_up(big);
}

static void
a_peer_may_go_while_it_is_answered(void **state)
{
	struct client *c;

	(void)state;
	/* Unwatched: the answer goes nowhere. */
	c = dial();
	say(c, BYTES(GET("/later")));
	WAIT_FOR(kept != NULL);
	hang_up(c);
	let_pass(10);
	answer(kept, "too late", BIG);
	WAIT_FOR(listener_connections(server) == 0);

	/* Unwatched, reset after the answer has begun. */
	kept = NULL;
	c = dial();
	say(c, BYTES(GET("/later")));
	WAIT_FOR(kept != NULL);
	evhttp_send_reply_start(kept, 200, "OK");
	WAIT_FOR(hears(c, "chunked"));
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
	assert_int_equal(listener_pending(kept), 0);
	assert_false(listener_peer(kept).local);
	evhttp_send_reply_end(kept);

	/* Watched, answered: it is not gone. */
	kept = NULL;
	c = dial();
	say(c, BYTES(GET("/watched")));
	WAIT_FOR(kept != NULL);
	answer(kept, "", BIG);
	let_pass(10);
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
	assert_int_equal(gone, 0);

	/* In the middle of a request, and of a refusal. */
	c = dial();
	say(c, BYTES("POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na"));
	hang_up(c);
	c = dial();
	say(c, BYTES("bad\r\n\r\n"));
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
}

static void
the_handler_may_drop_at_once(void **state)
{
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/drop") GET("/lost")));
	WAIT_FOR(ends(c));
	hang_up(c);
	c = dial();
	say(c, BYTES(GET("/a") GET("/drop") GET("/lost")));
	WAIT_FOR(ends(c));
	assert_non_null(strstr(c->got, "GET /a 0."));
	assert_int_equal(handled, 3);
	assert_int_equal(listener_connections(server), 0);
	hang_up(c);
}

static void
what_is_ready_is_sent_at_once(void **state)
{
	struct client *c = dial();
	char *at;

	(void)state;
	for (int i = 0; i < 3; i++) {
		say(c, BYTES(GET("/ready")));
		expect(c, "Content-Length: 6\r\n\r\nready.");
	}
	assert_int_equal(handled, 0);

	/* In turn with what evhttp answers, also when all come together. */
	say(c, BYTES(GET("/ready") GET("/a") GET("/ready") GET("/ready")
	    "POST /b HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" GET("/ready")));
	WAIT_FOR(hears(c, "POST /b 3.") && strstr(strstr(c->got, "POST /b 3."), "ready.") != NULL);
	at = c->got;
	for (int i = 0; i < 6; i++)
		assert_non_null(at = strstr(at, ((const char *[]){ "ready.", "GET /a 0.", "ready.", "ready.", "POST /b 3.", "ready." })[i]));
	assert_int_equal(handled, 2);

	/* Piece by piece. */
	at = GET("/ready");
	c->n = 0;
	memset(c->got, 0, sizeof c->got);
	for (size_t i = 0; i < strlen(at); i++)
		say(c, at + i, 1);
	expect(c, "ready.");
	assert_int_equal(handled, 2);
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
}

static void
what_is_not_plain_is_for_the_handler(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{ "HEAD /ready HTTP/1.1\r\n" HOST END, "HTTP/1.1 200 OK\r\n" },
		{ "POST /ready HTTP/1.1\r\n" HOST END, "POST /ready 0." },
		{ "GET /ready HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", "GET /ready 3." },
		{ "GET /ready HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /ready 0." },
		{ GET("/other"), "GET /other 0." },
		{ "GET /ready HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", "GET /ready 0." },
	};
	struct client *c = dial();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		say(c, rows[i].request, strlen(rows[i].request));
		expect(c, rows[i].answer);
	}
	assert_int_equal(handled, sizeof rows / sizeof rows[0]);
	WAIT_FOR(ends(c));
	hang_up(c);
}

static void
much_that_is_ready_goes_as_it_is_taken(void **state)
{
	struct client *c = dial();
	size_t head = strlen("HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n");

	(void)state;
	/* Asked thrice before a byte is read. */
	say(c, BYTES(GET("/ready-big") GET("/ready-big") GET("/a") GET("/ready-big")));
	let_pass(20);
	assert_int_equal(handled, 0);
	WAIT_FOR(listen_to(c) && handled == 1 && c->n > 3 * (head + BIG));
	say(c, BYTES(GET("/b")));
	c->n = 0;
	expect(c, "GET /b 0.");

	/* Who takes nothing is ended, whoever goes is forgotten. */
	hang_up(c);
	limits.stall_ms = 50;
	c = dial();
	say(c, BYTES(GET("/ready-big")));
	WAIT_FOR(listener_connections(server) == 0);
	hang_up(c);
	limits.stall_ms = LONG_MS;
	c = dial();
	say(c, BYTES(GET("/ready-big")));
	let_pass(5);
	hang_up(c);
	WAIT_FOR(listener_connections(server) == 0);
	assert_int_equal(handled, 2);
}

static void
being_sent_what_is_ready_one_makes_no_room(void **state)
{
	struct client *c, *late;
	char byte;

	(void)state;
	limits.connections = 1;
	c = dial();
	say(c, BYTES(GET("/ready-big")));
	WAIT_FOR(recv(c->fd, &byte, 1, MSG_PEEK) == 1);
	late = dial();
	WAIT_FOR(ends(late));
	assert_int_equal(listener_connections(server), 1);
	WAIT_FOR(listen_to(c) && c->n > BIG);
	hang_up(c), hang_up(late);
}

static void
who_sends_far_ahead_of_what_is_ready_is_cut_off(void **state)
{
	size_t n = 16 * 1024;
	char *ahead = calloc(1, n);
	struct client *c = dial();

	(void)state;
	say(c, BYTES(GET("/ready-big")));
	for (int i = 0; i < 256 && say(c, ahead, n); i++)
		;
	WAIT_FOR(listener_connections(server) == 0);
	free(ahead);
	hang_up(c);
}

static void
a_socket_can_be_taken(void **state)
{
	struct client *c, *other;

	(void)state;
	limits.connections = 1;
	c = dial();
	say(c, BYTES(GET("/a") GET("/take") GET("/lost")));
	expect(c, "GET /a 0.");
	WAIT_FOR(handled == 2);
	assert_int_equal(listener_connections(server), 0);
	assert_true(fcntl(taken, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(taken, F_GETFD) & FD_CLOEXEC);

	/* It is its taker's, whatever the others do. */
	other = dial();
	say(other, BYTES(GET("/b")));
	expect(other, "GET /b 0.");
	let_pass(20);
	assert_int_equal(send(taken, "by hand", 7, 0), 7);
	expect(c, "by hand");
	say(c, BYTES("heard"));
	WAIT_FOR(recv(taken, c->got, sizeof c->got, 0) == 5);
	assert_false(ends(c));
	listener_close(server, taken);
	WAIT_FOR(ends(c));
	assert_int_equal(handled, 3);
	hang_up(c), hang_up(other);
}

static void
taken_sockets_are_their_addresss(void **state)
{
	struct client *c[3], *late;
	int fds[3];

	(void)state;
	limits.per_address = 3;
	for (int i = 0; i < 3; i++) {
		c[i] = dial();
		say(c[i], BYTES(GET("/take")));
		WAIT_FOR(handled == i + 1);
		fds[i] = taken;
	}
	late = dial();
	WAIT_FOR(ends(late));
	hang_up(late);
	late = dial_from("127.0.0.2");
	say(late, BYTES(GET("/a")));
	expect(late, "GET /a 0.");
	hang_up(late);

	listener_close(server, fds[0]);
	late = dial();
	say(late, BYTES(GET("/a")));
	expect(late, "GET /a 0.");
	for (int i = 1; i < 3; i++) {
		assert_false(ends(c[i]));
		listener_close(server, fds[i]);
	}
	for (int i = 0; i < 3; i++)
		hang_up(c[i]);
	hang_up(late);
}

static void
without_a_descriptor_it_is_not_taken(void **state)
{
	struct rlimit files, few;
	struct client *c = dial();

	(void)state;
	WAIT_FOR(listener_connections(server) == 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	few = files;
	few.rlim_cur = dup(c->fd);
	close(few.rlim_cur);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	say(c, BYTES(GET("/take")));
	expect(c, "none left.");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	say(c, BYTES(GET("/take")));
	WAIT_FOR(handled == 2);
	assert_int_not_equal(taken, -1);
	listener_close(server, taken);
	hang_up(c);
}

/* How many of these were sent away for want of room. */
static int
sent_away(struct client **c, int count)
{
	int n = 0;

	for (int i = 0; i < count; i++)
		n += ends(c[i]) && strncmp(c[i]->got, "HTTP/1.1 503 ", 13) == 0;
	return n;
}

static void
two_thousand_idle_connections_are_bounded(void **state)
{
	enum { MANY = 2000 };
	static struct client *idle[MANY];
	struct client *stream, *legitimate;
	struct rlimit files;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	limits.connections = 50;
	limits.per_address = MANY;

	stream = dial();
	say(stream, BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	for (int i = 0; i < MANY; i++) {
		idle[i] = dial();
		if (i % 2)
			say(idle[i], BYTES("GET /a HTTP/1.1\r\n"));
		event_base_loop(base, EVLOOP_NONBLOCK);
		assert_in_range(listener_connections(server), 1, limits.connections);
	}
	/* The newest still get their answer, and one being answered was let be. */
	legitimate = dial();
	say(legitimate, BYTES(GET("/a")));
	expect(legitimate, "GET /a 0.");
	say(idle[MANY - 1], BYTES(HOST END));
	expect(idle[MANY - 1], "GET /a 0.");
	assert_int_equal(gone, 0);
	WAIT_FOR(sent_away(idle, MANY) == MANY - limits.connections + 2);
	for (int i = 0; i < MANY; i++)
		hang_up(idle[i]);
	hang_up(stream), hang_up(legitimate);
	WAIT_FOR(listener_connections(server) == 0);
}

static void
nobody_being_answered_makes_room(void **state)
{
	struct client *streams[3], *late;

	(void)state;
	limits.connections = 3;
	for (int i = 0; i < 3; i++) {
		streams[i] = dial();
		say(streams[i], BYTES(GET("/stream")));
		WAIT_FOR(handled == i + 1);
	}
	late = dial();
	say(late, BYTES(GET("/a")));
	WAIT_FOR(ends(late));
	assert_int_equal(gone, 0);
	assert_int_equal(handled, 3);
	for (int i = 0; i < 3; i++)
		assert_false(ends(streams[i]));
	for (int i = 0; i < 3; i++)
		hang_up(streams[i]);
	hang_up(late);
}

static void
an_address_has_its_share(void **state)
{
	static const char *const proxies[] = { "127.0.0.3", NULL };
	struct client *c[12];
	int n = 0;

	(void)state;
	limits.per_address = 3;
	limits.proxies = proxies;
	c[n++] = dial_from("127.0.0.4");
	for (int i = 0; i < 4; i++)
		c[n++] = dial_from("127.0.0.2");
	/* The oldest of that address makes room, not the one from elsewhere. */
	WAIT_FOR(ends(c[1]));
	assert_string_equal(c[1]->got,
	    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	hang_up(c[1]);
	c[1] = c[--n];
	assert_int_equal(listener_connections(server), n);

	for (int i = 0; i < 5; i++)
		c[n++] = dial_from("127.0.0.3");
	WAIT_FOR(listener_connections(server) == n);
	for (int i = 0; i < n; i++) {
		say(c[i], BYTES(GET("/a")));
		expect(c[i], "GET /a 0.");
	}
	/* A place is free again when its connection has ended. */
	hang_up(c[1]);
	WAIT_FOR(listener_connections(server) == n - 1);
	c[1] = dial_from("127.0.0.2");
	say(c[1], BYTES(GET("/peer")));
	expect(c[1], "remote -1 127.0.0.2.");
	for (int i = 0; i < n; i++)
		assert_false(ends(c[i]));
	for (int i = 0; i < n; i++)
		hang_up(c[i]);
}

static struct sockaddr_un
at_path(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	strcpy(un.sun_path, path);
	return un;
}

/* own: bind the client's end to this path; NULL: leave it nameless. */
static struct client *
dial_path(const char *path, const char *own)
{
	struct client *c = calloc(1, sizeof *c);
	struct sockaddr_un un = at_path(path), from;

	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (own != NULL) {
		from = at_path(own);
		assert_int_equal(bind(c->fd, (struct sockaddr *)&from, sizeof from), 0);
	}
	assert_int_equal(connect(c->fd, (struct sockaddr *)&un, sizeof un), 0);
	assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
	return c;
}

static void
the_unix_socket(void **state)
{
	char folder[] = "/tmp/test_listenerXXXXXX", path[64], own[64], expected[64];
	char why[LISTENER_WHY];
	struct sockaddr_un un;
	struct client *c, *named, *many[5], *late;
	struct stat st;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/halld.sock", folder);
	snprintf(own, sizeof own, "%s/a-client-with-a-rather-long-name", folder);

	/* Left behind by a process that is no more. */
	un = at_path(path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	close(fd);
	assert_int_equal(listener_open(server, path, why), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);

	c = dial_path(path, NULL);
	say(c, BYTES(GET("/peer")));
	snprintf(expected, sizeof expected, "local %d .", (int)getuid());
	expect(c, expected);
	handled = 0;
	say(c, BYTES("GET /a HTTP/1.1\r\n\r\n"));
	is_refused("no Host", c, 400);
	named = dial_path(path, own);
	say(named, BYTES(GET("/peer")));
	expect(named, expected);
	hang_up(c), hang_up(named);
	unlink(own);
	WAIT_FOR(listener_connections(server) == 0);

	/* Not limited, nor in the way of those that are. */
	limits.connections = limits.per_address = 1;
	for (int i = 0; i < 3; i++)
		many[i] = dial_path(path, NULL);
	many[3] = dial();
	say(many[3], BYTES(GET("/stream")));
	WAIT_FOR(kept != NULL);
	limits.connections = 0;
	many[4] = dial_path(path, NULL);
	for (int i = 0; i < 5; i++) {
		say(many[i], BYTES(GET("/a")));
		if (i != 3)
			expect(many[i], "GET /a 0.");
	}
	late = dial();
	WAIT_FOR(ends(late));
	for (int i = 0; i < 5; i++)
		assert_false(ends(many[i]));
	assert_int_equal(gone, 0);
	for (int i = 0; i < 5; i++)
		hang_up(many[i]);
	hang_up(late);

	stop(NULL);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(rmdir(folder), 0);
	start(NULL);
}

static void
what_cannot_be_opened_is_said_in_a_line(void **state)
{
	static const char *const wrong[] = {
		"", "nonsense", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:x", "127.0.0.1:80 ",
		"127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.999:80", "::1:80", "[::1]", "[::1]80",
		"[::1:80", "[127.0.0.1]:80", "localhost:80",
	};
	char folder[] = "/tmp/test_listenerXXXXXX", file[64], expected[128], where[64];
	char why[LISTENER_WHY];
	struct event_base *other_base = event_base_new();
	struct listener *other = listener_new(other_base, &limits, handle, &handled);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(listener_open(other, wrong[i], why), -1);
		snprintf(expected, sizeof expected, "%s: not ADDRESS:PORT", wrong[i]);
		assert_string_equal(why, expected);
	}
	assert_int_equal(listener_port(other), 0);

	snprintf(where, sizeof where, "127.0.0.1:%d", listener_port(server));
	assert_int_equal(listener_open(other, where, why), -1);
	snprintf(expected, sizeof expected, "%s: in use", where);
	assert_string_equal(why, expected);

	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/a", folder);
	snprintf(expected, sizeof expected, "%s: in use", file);
	assert_int_equal(listener_open(server, file, why), 0);
	assert_int_equal(listener_open(other, file, why), -1);	/* somebody lives there */
	assert_string_equal(why, expected);
	unlink(file);
	close(creat(file, 0600));
	assert_int_equal(listener_open(other, file, why), -1);	/* no socket at all */
	assert_string_equal(why, expected);
	assert_int_equal(stat(file, &st), 0);
	unlink(file);
	rmdir(folder);
	assert_int_equal(listener_open(other, file, why), -1);
	snprintf(expected, sizeof expected, "%s: No such file or directory", file);
	assert_string_equal(why, expected);

	listener_free(other);
	event_base_free(other_base);
	listener_free(NULL);
}

static void
ipv6(void **state)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct client c = { 0 };
	char why[LISTENER_WHY];

	(void)state;
	if (listener_open(server, "[::1]:0", why) == -1)
		skip();		/* this machine has none */
	to.sin6_port = htons(listener_port(server));
	c.fd = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(c.fd, (struct sockaddr *)&to, sizeof to), 0);
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	say(&c, BYTES(GET("/peer")));
	expect(&c, "remote -1 ::1.");
	close(c.fd);
}

/* Freed in the midst of everything; the leak checker and ASan watch. */
static void
the_end_may_come_at_any_time(void **state)
{
	static const char *const sent[] = {
		"", "GET", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na", "bad\r\n\r\n",
		GET("/a"), GET("/ready-big"), GET("/big"), GET("/stream") GET("/ahead"), "",
	};
	struct client *c[9];

	(void)state;
	for (int i = 0; i < 9; i++) {
		c[i] = dial();
		if (i < 8)
			say(c[i], sent[i], strlen(sent[i]));
		if (i < 7)
			let_pass(5);
	}
	WAIT_FOR(kept != NULL);
	let_pass(5);
	stop(NULL);
	assert_int_equal(gone, 1);
	for (int i = 0; i < 9; i++)
		hang_up(c[i]);
	start(NULL);
}

static void
end_it(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	listener_free(server);
	server = NULL;
}

/* Between accept and the first look at the connection: the loop tells of two
 * descriptors at once, the listening one first. */
static void
the_end_may_come_with_a_connection(void **state)
{
	struct event *end;
	struct client *c;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	end = event_new(base, ends[0], EV_READ, end_it, NULL);
	event_add(end, NULL);
	c = dial();
	assert_int_equal(write(ends[1], "", 1), 1);
	WAIT_FOR(server == NULL);
	WAIT_FOR(ends(c));
	assert_int_equal(c->n, 0);
	hang_up(c);
	event_free(end);
	close(ends[0]), close(ends[1]);
}

static int warnings;

static void
count_warning(int severity, const char *text)
{
	(void)severity, (void)text;
	warnings++;
}

static void
without_descriptors_it_waits(void **state)
{
	struct rlimit files, few;
	struct client *c;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	c = dial();
	few = files;
	few.rlim_cur = dup(c->fd);	/* the lowest free one */
	close(few.rlim_cur);
	warnings = 0;
	event_set_log_callback(count_warning);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	let_pass(20);
	assert_int_equal(listener_connections(server), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	say(c, BYTES(GET("/a")));
	expect(c, "GET /a 0.");
	event_set_log_callback(NULL);
	assert_int_equal(warnings, 0);
	hang_up(c);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_evhttp_takes_is_refused),
		TEST(smuggling_pairs_are_refused),
		TEST(too_much_header_is_refused_early),
		TEST(methods_reach_the_handler),
		TEST(a_request_may_come_in_two_pieces_cut_anywhere),
		TEST(pipelined_requests_are_answered_in_order),
		TEST(what_follows_a_refused_request_is_lost),
		TEST(nothing_follows_the_last_answer),
		TEST(one_request_at_a_time),
		TEST(who_sends_far_ahead_is_cut_off),
		TEST(body_at_the_limit_and_over_it),
		TEST(a_body_can_be_asked_for),
		TEST(a_big_answer_is_whole),
		TEST(a_byte_now_and_then_buys_no_time),
		TEST(a_body_has_more_time_than_a_header),
		TEST(idle_is_ended_without_a_word),
		TEST(a_stream_outlives_every_limit_and_its_end_is_seen),
		TEST(a_stream_can_be_ended),
		TEST(a_slow_reader_is_seen_and_dropped),
		TEST(who_takes_nothing_is_ended),
		TEST(a_peer_may_go_while_it_is_answered),
		TEST(the_handler_may_drop_at_once),
		TEST(what_is_ready_is_sent_at_once),
		TEST(what_is_not_plain_is_for_the_handler),
		TEST(much_that_is_ready_goes_as_it_is_taken),
		TEST(being_sent_what_is_ready_one_makes_no_room),
		TEST(who_sends_far_ahead_of_what_is_ready_is_cut_off),
		TEST(a_socket_can_be_taken),
		TEST(taken_sockets_are_their_addresss),
		TEST(without_a_descriptor_it_is_not_taken),
		TEST(two_thousand_idle_connections_are_bounded),
		TEST(nobody_being_answered_makes_room),
		TEST(an_address_has_its_share),
		TEST(the_unix_socket),
		TEST(what_cannot_be_opened_is_said_in_a_line),
		TEST(ipv6),
		TEST(without_descriptors_it_waits),
		TEST(the_end_may_come_at_any_time),
		TEST(the_end_may_come_with_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
