/*
 * The guard as a table: one request a row, what it is refused with, 200 for
 * accepted.  Rows marked 2.1.12 are what evhttp of that version answers 200.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/net/guard.h"

#define BODY_MAX	(64 * 1024)

#define HOST	"Host: hall\r\n"
#define END	"\r\n"
/* A request whose only doubtful thing is its first line, a field, its target. */
#define LINE(line)	line "\r\n" HOST END
#define FIELD(field)	"POST /a HTTP/1.1\r\n" HOST field "\r\n" END
#define TARGET(target)	LINE("GET " target " HTTP/1.1")

/* The same with what may hold a NUL byte. */
#define BYTES(literal)	literal, sizeof(literal) - 1

static const struct {
	const char	*what;
	const char	*request;
	size_t		 n;
	int		 status;
	size_t		 body;
} rows[] = {
	/* The request line. */
	{ "GET",			BYTES(LINE("GET /a HTTP/1.1")), 200, 0 },
	{ "HEAD",			BYTES(LINE("HEAD /a HTTP/1.1")), 200, 0 },
	{ "POST without a length",	BYTES(LINE("POST /a HTTP/1.1")), 200, 0 },
	{ "PUT",			BYTES(LINE("PUT /a HTTP/1.1")), 200, 0 },
	{ "DELETE",			BYTES(LINE("DELETE /a HTTP/1.1")), 200, 0 },
	{ "HTTP/1.0 without Host",	BYTES("GET /a HTTP/1.0\r\n\r\n"), 200, 0 },
	{ "PATCH",			BYTES(LINE("PATCH /a HTTP/1.1")), 405, 0 },
	{ "OPTIONS *",			BYTES(LINE("OPTIONS * HTTP/1.1")), 405, 0 },
	{ "TRACE",			BYTES(LINE("TRACE /a HTTP/1.1")), 405, 0 },
	{ "CONNECT",			BYTES(LINE("CONNECT hall:80 HTTP/1.1")), 405, 0 },
	{ "unknown method",		BYTES(LINE("BREW /a HTTP/1.1")), 501, 0 },
	{ "method in lower case",	BYTES(LINE("get /a HTTP/1.1")), 501, 0 },
	{ "method that goes on",	BYTES(LINE("GETS /a HTTP/1.1")), 501, 0 },
	{ "method that is no token",	BYTES(LINE("G(T /a HTTP/1.1")), 400, 0 },
	{ "no method",			BYTES(LINE(" /a HTTP/1.1")), 400, 0 },
	{ "HTTP/0.9",			BYTES("GET /a\r\n\r\n"), 400, 0 },
	{ "HTTP/1.2",			BYTES(LINE("GET /a HTTP/1.2")), 505, 0 },
	{ "HTTP/2.0",			BYTES(LINE("GET /a HTTP/2.0")), 505, 0 },
	{ "HTTP/9.9",			BYTES(LINE("GET /a HTTP/9.9")), 505, 0 },
	{ "HTTP/2 preface",		BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, 0 },
	{ "HTTP/01.1",			BYTES(LINE("GET /a HTTP/01.1")), 400, 0 },
	{ "HTTP/1.10",			BYTES(LINE("GET /a HTTP/1.10")), 400, 0 },
	{ "http/1.1",			BYTES(LINE("GET /a http/1.1")), 400, 0 },
	{ "no version",			BYTES(LINE("GET /a ")), 400, 0 },
	{ "two blanks",			BYTES(LINE("GET  /a HTTP/1.1")), 400, 0 },
	{ "two blanks before version",	BYTES(LINE("GET /a  HTTP/1.1")), 400, 0 },
	{ "blank after version",	BYTES(LINE("GET /a HTTP/1.1 ")), 400, 0 },
	{ "tab for a blank",		BYTES(LINE("GET\t/a HTTP/1.1")), 400, 0 },
	{ "empty line first",		BYTES("\r\n" LINE("GET /a HTTP/1.1")), 400, 0 },

	/* The target. */
	{ "root",			BYTES(TARGET("/")), 200, 0 },
	{ "query",			BYTES(TARGET("/a?b=c&d=%E4%B8%AD+e%2Ff")), 200, 0 },
	{ "escaped letter",		BYTES(TARGET("/%61")), 200, 0 },
	{ "dots in a name",		BYTES(TARGET("/a..b/...//.x/c..")), 200, 0 },
	{ "dots in the query",		BYTES(TARGET("/a?../..")), 200, 0 },
	{ "line break in the query",	BYTES(TARGET("/a?text=b%0D%0Ac")), 200, 0 },
	{ "absolute form",		BYTES(TARGET("http://hall/a")), 400, 0 },
	{ "authority form",		BYTES(TARGET("hall:80")), 400, 0 },
	{ "asterisk",			BYTES(TARGET("*")), 400, 0 },
	{ "no leading slash",		BYTES(TARGET("a")), 400, 0 },
	{ "another host's path",	BYTES(TARGET("//other/a")), 400, 0 },
	{ "fragment",			BYTES(TARGET("/a#b")), 400, 0 },
	{ "blank in the target",	BYTES(TARGET("/a b")), 400, 0 },
	{ "byte 80",			BYTES(TARGET("/a\x80")), 400, 0 },
	{ "UTF-8 not escaped",		BYTES(TARGET("/\xE4\xB8\xAD")), 400, 0 },
	{ "byte 80 in the query",	BYTES(TARGET("/a?\x80")), 400, 0 },
	{ "%00 (2.1.12)",		BYTES(TARGET("/a%00b")), 400, 0 },
	{ "%00 in the query",		BYTES(TARGET("/a?b%00")), 400, 0 },
	{ "escaped line break",		BYTES(TARGET("/a%0d%0ab")), 400, 0 },
	{ "escaped DEL",		BYTES(TARGET("/a%7F")), 400, 0 },
	{ "% and no digit",		BYTES(TARGET("/a%zz")), 400, 0 },
	{ "% and one digit",		BYTES(TARGET("/a%4")), 400, 0 },
	{ "% at the end",		BYTES(TARGET("/a%")), 400, 0 },
	{ "bad escape in the query",	BYTES(TARGET("/a?%4g")), 400, 0 },
	{ "..",				BYTES(TARGET("/..")), 400, 0 },
	{ ".. at the start",		BYTES(TARGET("/../a")), 400, 0 },
	{ ".. inside",			BYTES(TARGET("/a/../b")), 400, 0 },
	{ ".. at the end",		BYTES(TARGET("/a/..")), 400, 0 },
	{ ".. before the query",	BYTES(TARGET("/a/..?b")), 400, 0 },
	{ "%2e%2e",			BYTES(TARGET("/a/%2e%2e/b")), 400, 0 },
	{ ".%2E",			BYTES(TARGET("/a/.%2E/b")), 400, 0 },
	{ ".. between %2F",		BYTES(TARGET("/a%2F..%2fb")), 400, 0 },

	/* Lines and bytes. */
	{ "bare LF (2.1.12)",		BYTES("GET /a HTTP/1.1\nHost: hall\n\n"), 400, 0 },
	{ "bare LF in a field",		BYTES(FIELD("A: b\nC: d")), 400, 0 },
	{ "bare LF ends it",		BYTES("GET /a HTTP/1.1\r\n" HOST "\n"), 400, 0 },
	{ "bare CR in a field",		BYTES(FIELD("A: b\rC: d")), 400, 0 },
	{ "bare CR in the target",	BYTES(TARGET("/a\rb")), 400, 0 },
	{ "CR CR LF",			BYTES(FIELD("A: b\r")), 400, 0 },
	{ "folded line (2.1.12)",	BYTES(FIELD("A: b\r\n c")), 400, 0 },
	{ "folded by a tab",		BYTES(FIELD("A: b\r\n\tc")), 400, 0 },
	{ "folded first field",		BYTES("GET /a HTTP/1.1\r\n " HOST END), 400, 0 },
	{ "NUL in a value",		BYTES(FIELD("A: b\0c")), 400, 0 },
	{ "NUL in a name",		BYTES(FIELD("A\0: b")), 400, 0 },
	{ "NUL in the target",		BYTES(TARGET("/a\0b")), 400, 0 },
	{ "escape byte in a value",	BYTES(FIELD("A: \x1b[0m")), 400, 0 },
	{ "DEL in a value",		BYTES(FIELD("A: \x7f")), 400, 0 },
	{ "TLS where HTTP is spoken",	BYTES("\x16\x03\x01\x02\x00\x01"), 400, 0 },
	{ "tab in a value",		BYTES(FIELD("A: b\tc")), 200, 0 },
	{ "UTF-8 in a value",		BYTES(FIELD("A: \xE4\xB8\xAD")), 200, 0 },
	{ "empty value",		BYTES(FIELD("A:")), 200, 0 },

	/* Names. */
	{ "blank before the colon (2.1.12)", BYTES(FIELD("X-A : 7")), 400, 0 },
	{ "tab before the colon",	BYTES(FIELD("X-A\t: 7")), 400, 0 },
	{ "blank in a name",		BYTES(FIELD("X A: 7")), 400, 0 },
	{ "no name",			BYTES(FIELD(": 7")), 400, 0 },
	{ "no colon",			BYTES(FIELD("X-A")), 400, 0 },
	{ "a name with ( in it",	BYTES(FIELD("X(A: 7")), 400, 0 },
	{ "a name with byte E4",	BYTES(FIELD("X-\xE4: 7")), 400, 0 },
	{ "every byte of a token",	BYTES(FIELD("!#$%&'*+-.^_`|~09azAZ: 7")), 200, 0 },

	/* Host. */
	{ "no Host (2.1.12)",		BYTES("GET /a HTTP/1.1\r\n\r\n"), 400, 0 },
	{ "two Hosts",			BYTES(FIELD("Host: hall")), 400, 0 },
	{ "two Hosts on HTTP/1.0",	BYTES("GET /a HTTP/1.0\r\n" HOST HOST END), 400, 0 },
	{ "empty Host",			BYTES("GET /a HTTP/1.1\r\nHost:\r\n\r\n"), 400, 0 },
	{ "two hosts in one",		BYTES("GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400, 0 },
	{ "a path in Host",		BYTES("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400, 0 },
	{ "a user in Host",		BYTES("GET /a HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400, 0 },
	{ "host and port",		BYTES("GET /a HTTP/1.1\r\nhOST:  127.0.0.1:8080\t \r\n\r\n"), 200, 0 },
	{ "tab before the host",	BYTES("GET /a HTTP/1.1\r\nHost:\thall\r\n\r\n"), 400, 0 },
	{ "IPv6 host",			BYTES("GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), 200, 0 },

	/* The body. */
	{ "length",			BYTES(FIELD("Content-Length: 17")), 200, 17 },
	{ "length 0",			BYTES(FIELD("Content-Length: 0")), 200, 0 },
	{ "length with zeros",		BYTES(FIELD("content-length:0017")), 200, 17 },
	{ "the longest body",		BYTES(FIELD("Content-Length: 65536")), 200, 65536 },
	{ "a byte more",		BYTES(FIELD("Content-Length: 65537")), 413, 0 },
	{ "1e18 (2.1.12 waits)",	BYTES(FIELD("Content-Length: 1000000000000000000")), 413, 0 },
	{ "19 digits",			BYTES(FIELD("Content-Length: 9999999999999999999")), 413, 0 },
	{ "20 digits",			BYTES(FIELD("Content-Length: 18446744073709551617")), 400, 0 },
	{ "20 digits, all 0",		BYTES(FIELD("Content-Length: 00000000000000000000")), 400, 0 },
	{ "+3 (2.1.12)",		BYTES(FIELD("Content-Length: +3")), 400, 0 },
	{ "-3",				BYTES(FIELD("Content-Length: -3")), 400, 0 },
	{ "0x3",			BYTES(FIELD("Content-Length: 0x3")), 400, 0 },
	{ "3,3",			BYTES(FIELD("Content-Length: 3,3")), 400, 0 },
	{ "3 3",			BYTES(FIELD("Content-Length: 3 3")), 400, 0 },
	{ "3.0",			BYTES(FIELD("Content-Length: 3.0")), 400, 0 },
	{ "tab before the length",	BYTES(FIELD("Content-Length:\t3")), 400, 0 },
	{ "no digits",			BYTES(FIELD("Content-Length:")), 400, 0 },
	{ "two lengths (2.1.12)",	BYTES(FIELD("Content-Length: 3\r\nContent-Length: 4")), 400, 0 },
	{ "the same length twice",	BYTES(FIELD("Content-Length: 3\r\nContent-Length: 3")), 400, 0 },
	{ "GET with a body",		BYTES("GET /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n"), 200, 3 },
	{ "HEAD with a body",		BYTES("HEAD /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n"), 400, 0 },
	{ "HEAD with length 0",		BYTES("HEAD /a HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 200, 0 },
	{ "chunked",			BYTES(FIELD("Transfer-Encoding: chunked")), 411, 0 },
	{ "chunked and a length",	BYTES(FIELD("Content-Length: 3\r\nTransfer-Encoding: chunked")), 411, 0 },
	{ "gzip, chunked",		BYTES(FIELD("Transfer-Encoding: gzip, chunked")), 411, 0 },
	{ "identity",			BYTES(FIELD("transfer-encoding: identity")), 411, 0 },
	{ "an empty coding",		BYTES(FIELD("Transfer-Encoding:")), 411, 0 },
	{ "chunked on HTTP/1.0",	BYTES("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 411, 0 },
	{ "coding behind a blank",	BYTES(FIELD("Transfer-Encoding : chunked")), 400, 0 },
	{ "coding in a folded line",	BYTES(FIELD("A: b\r\n Transfer-Encoding: chunked")), 400, 0 },

	/* Expect, Upgrade. */
	{ "100-continue",		BYTES(FIELD("Expect: 100-Continue")), 200, 0 },
	{ "another expectation",	BYTES(FIELD("Expect: 200-ok")), 417, 0 },
	{ "an expectation more",	BYTES(FIELD("Expect: 100-continue, x")), 417, 0 },
	{ "tab before it",		BYTES(FIELD("Expect:\t100-continue")), 417, 0 },
	{ "upgrade is ignored",		BYTES(FIELD("Connection: Upgrade\r\nUpgrade: h2c")), 200, 0 },
};

static void
every_row(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct guard_verdict v;
		/* Copied to its very length, so that reading on is seen. */
		char *request = memcpy(malloc(rows[i].n), rows[i].request, rows[i].n);
		int n = guard_check(request, rows[i].n, BODY_MAX, &v);
		int status = n == -1 ? v.status : n == 0 ? 0 : 200;

		free(request);
		if (status == rows[i].status && v.body == rows[i].body &&
		    (n == -1 ? v.reason != NULL : n == (int)rows[i].n && v.method != NULL))
			continue;
		print_error("%s: %d %s, body %zu, expected %d\n", rows[i].what, status,
		    v.reason != NULL ? v.reason : "", v.body, rows[i].status);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* Cut short anywhere, what will be accepted is "not yet", what will be refused
 * is that or refused already, and nothing behind the block matters. */
static void
every_row_cut_and_continued(void **state)
{
	char longer[2 * GUARD_HEADER_MAX];
	struct guard_verdict v;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t n = 0; n < rows[i].n; n++) {
			char *part = memcpy(malloc(n + 1), rows[i].request, n);
			int answer = guard_check(part, n, BODY_MAX, &v);

			free(part);
			if (answer > 0 || (answer == -1 && rows[i].status == 200))
				fail_msg("%s: %d after %zu bytes", rows[i].what, answer, n);
		}
		memcpy(longer, rows[i].request, rows[i].n);
		memcpy(longer + rows[i].n, "\0\n\x80 \r\n\r\n", 8);
		if (guard_check(longer, rows[i].n + 8, BODY_MAX, &v) !=
		    (rows[i].status == 200 ? (int)rows[i].n : -1))
			fail_msg("%s: what follows changes it", rows[i].what);
	}
}

static void
verdict_names_method_and_expectation(void **state)
{
	static const char on_1_1[] = FIELD("Content-Length: 3\r\nExpect: 100-continue");
	static const char on_1_0[] = "PUT /a HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
	struct guard_verdict v;

	(void)state;
	assert_int_equal(guard_check(on_1_1, sizeof on_1_1 - 1, BODY_MAX, &v), sizeof on_1_1 - 1);
	assert_string_equal(v.method, "POST");
	assert_true(v.expects);
	assert_int_equal(guard_check(on_1_0, sizeof on_1_0 - 1, BODY_MAX, &v), sizeof on_1_0 - 1);
	assert_string_equal(v.method, "PUT");
	assert_false(v.expects);
}

static const struct {
	const char	*what;
	const char	*request;
	bool		 plain;
	const char	*accept_encoding, *if_none_match;	/* NULL: none */
} plains[] = {
	{ "a GET", LINE("GET /a?b HTTP/1.1"), true, NULL, NULL },
	{ "with all that a browser says", LINE("GET /a?b HTTP/1.1\r\nUser-Agent: x\r\nCookie: halld=x\r\nRange: bytes=0-1"),
	  true, NULL, NULL },
	{ "what it takes and has", LINE("GET /a?b HTTP/1.1\r\naccept-encoding: gzip, br \r\nIF-NONE-MATCH:\"x\""),
	  true, "gzip, br", "\"x\"" },
	{ "nothing taken", LINE("GET /a?b HTTP/1.1\r\nAccept-Encoding:"), true, "", NULL },
	{ "a length of 0", LINE("GET /a?b HTTP/1.1\r\nContent-Length: 0"), true, NULL, NULL },
	{ "keep-alive", LINE("GET /a?b HTTP/1.1\r\nConnection: Keep-Alive"), true, NULL, NULL },
	{ "close", LINE("GET /a?b HTTP/1.1\r\nConnection: close"), false, NULL, NULL },
	{ "close among others", LINE("GET /a?b HTTP/1.1\r\nConnection: keep-alive, close"), false, NULL, NULL },
	{ "upgrade", LINE("GET /a?b HTTP/1.1\r\nConnection: Upgrade"), false, NULL, NULL },
	{ "a body", LINE("GET /a?b HTTP/1.1\r\nContent-Length: 1"), false, NULL, NULL },
	{ "HEAD", LINE("HEAD /a?b HTTP/1.1"), false, NULL, NULL },
	{ "POST", LINE("POST /a?b HTTP/1.1"), false, NULL, NULL },
	{ "HTTP/1.0", LINE("GET /a?b HTTP/1.0"), false, NULL, NULL },
	{ "what it takes, twice", LINE("GET /a?b HTTP/1.1\r\nAccept-Encoding:\r\nAccept-Encoding: gzip"), false, "gzip", NULL },
	{ "what it has, twice", LINE("GET /a?b HTTP/1.1\r\nIf-None-Match: \"x\"\r\nIf-None-Match: \"y\""), false, NULL, "\"y\"" },
};

static bool
says(struct guard_text t, const char *expected)
{
	return expected == NULL ? t.at == NULL :
	    t.at != NULL && t.n == strlen(expected) && memcmp(t.at, expected, t.n) == 0;
}

static void
plain_is_a_get_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof plains / sizeof plains[0]; i++) {
		struct guard_verdict v;

		assert_true(guard_check(plains[i].request, strlen(plains[i].request), BODY_MAX, &v) > 0);
		if (v.plain != plains[i].plain || !says(v.target, "/a?b") ||
		    !says(v.accept_encoding, plains[i].accept_encoding) || !says(v.if_none_match, plains[i].if_none_match))
			fail_msg("%s", plains[i].what);
	}
}

/* A request with the given number of fields, Host included. */
static size_t
with_fields(char *out, int fields)
{
	size_t n = sprintf(out, "GET /a HTTP/1.1\r\n" HOST);

	while (--fields > 0)
		n += sprintf(out + n, "A: b\r\n");
	return n + sprintf(out + n, "\r\n");
}

/* A request with a header of the given length. */
static size_t
with_length(char *out, size_t length)
{
	size_t n = sprintf(out, "GET /a HTTP/1.1\r\n" HOST "A: ");

	memset(out + n, 'b', length - n - 4);
	memcpy(out + length - 4, "\r\n\r\n", 4);
	return length;
}

static void
limits_of_the_header(void **state)
{
	char request[2 * GUARD_HEADER_MAX];
	struct guard_verdict v;
	size_t n;

	(void)state;
	n = with_fields(request, GUARD_FIELDS_MAX);
	assert_int_equal(guard_check(request, n, BODY_MAX, &v), n);
	n = with_fields(request, GUARD_FIELDS_MAX + 1);
	assert_int_equal(guard_check(request, n, BODY_MAX, &v), -1);
	assert_int_equal(v.status, 431);

	n = with_length(request, GUARD_HEADER_MAX);
	assert_int_equal(guard_check(request, n, BODY_MAX, &v), n);
	assert_int_equal(guard_check(request, n - 1, BODY_MAX, &v), 0);
	n = with_length(request, GUARD_HEADER_MAX + 1);
	assert_int_equal(guard_check(request, n - 1, BODY_MAX, &v), -1);
	assert_int_equal(guard_check(request, n, BODY_MAX, &v), -1);
	assert_int_equal(v.status, 431);

	/* One line without an end, as long as it likes. */
	memset(request, 'G', sizeof request);
	assert_int_equal(guard_check(request, sizeof request, BODY_MAX, &v), -1);
	assert_int_equal(v.status, 431);
}

/* 256 values of one byte: exactly these may stand in a name, a value, a target. */
static void
every_byte_in_its_place(void **state)
{
	static const struct {
		const char	*what, *before, *after, *others;
	} places[] = {
		{ "name", "GET /a HTTP/1.1\r\n" HOST "X", "X: y\r\n\r\n", "!#$%&'*+-.^_`|~:" },
		{ "target", "GET /a", "b HTTP/1.1\r\n" HOST END,
		  "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~" },
		{ "method", "GE", "T /a HTTP/1.1\r\n" HOST END, NULL },
	};
	char request[256];

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		for (int c = 0; c < 256; c++) {
			size_t before = strlen(places[i].before), after = strlen(places[i].after);
			bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			    (c >= 'a' && c <= 'z');
			bool allowed = places[i].others != NULL &&
			    (letter || (c != 0 && strchr(places[i].others, c) != NULL));
			struct guard_verdict v;

			memcpy(request, places[i].before, before);
			request[before] = c;
			memcpy(request + before + 1, places[i].after, after);
			if ((guard_check(request, before + 1 + after, BODY_MAX, &v) > 0) != allowed)
				fail_msg("%s: byte %02X", places[i].what, c);
		}
}

static void
answer_is_whole(void **state)
{
	static const int statuses[] = { 400, 405, 408, 411, 413, 417, 431, 501, 505 };
	char out[GUARD_ANSWER_MAX], expected[64];
	size_t n = guard_answer(out, 400, "no Host field");

	(void)state;
	assert_int_equal(n, strlen(out));
	assert_string_equal(out,
	    "HTTP/1.1 400 Bad Request\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: 82\r\n"
	    "Connection: close\r\n"
	    "\r\n"
	    "{\"status\":400,\"title\":\"Bad Request\",\"code\":\"bad_request\",\"detail\":\"no Host field\"}");

	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		char *body;

		assert_in_range(guard_answer(out, statuses[i],
		    "Transfer-Encoding is not taken, send Content-Length"), 1, sizeof out - 1);
		body = strstr(out, "\r\n\r\n") + 4;
		sprintf(expected, "HTTP/1.1 %d ", statuses[i]);
		assert_memory_equal(out, expected, strlen(expected));
		sprintf(expected, "\r\nContent-Length: %zu\r\n", strlen(body));
		assert_non_null(strstr(out, expected));
		assert_int_equal(body[strlen(body) - 1], '}');
		assert_int_equal(strstr(out, "\r\nAllow: GET, HEAD, POST, PUT, DELETE\r\n") != NULL,
		    statuses[i] == 405);
		if (statuses[i] != 400)
			assert_null(strstr(out, "Bad Request"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),
		cmocka_unit_test(every_row_cut_and_continued),
		cmocka_unit_test(verdict_names_method_and_expectation),
		cmocka_unit_test(plain_is_a_get_and_nothing_else),
		cmocka_unit_test(limits_of_the_header),
		cmocka_unit_test(every_byte_in_its_place),
		cmocka_unit_test(answer_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
