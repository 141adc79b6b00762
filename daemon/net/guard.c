/*
 * Strict reading of an HTTP request's header block; see guard.h for the rules.
 * One pass finds the end of the block and every byte that may stand nowhere,
 * the lines are then judged one by one.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/net/guard.h"

/* The methods of RFC 9110 9 and RFC 5789; status 0: taken. */
static const struct {
	const char	*name;
	int		 status;
} methods[] = {
	{ "GET", 0 },
	{ "HEAD", 0 },
	{ "POST", 0 },
	{ "PUT", 0 },
	{ "DELETE", 0 },
	{ "OPTIONS", 405 },
	{ "TRACE", 405 },
	{ "CONNECT", 405 },
	{ "PATCH", 405 },
};

static const struct {
	int		 status;
	const char	*title;
} titles[] = {
	{ 400, "Bad Request" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 417, "Expectation Failed" },
	{ 431, "Request Header Fields Too Large" },
	{ 501, "Not Implemented" },
	{ 505, "HTTP Version Not Supported" },
};

/* What the fields have said so far. */
struct fields {
	int	hosts;
	int	lengths;
	bool	doubtful;	/* a verdict of plain is not for it */
};

static int
refuse(struct guard_verdict *v, int status, const char *reason)
{
	*v = (struct guard_verdict){ .status = status, .reason = reason };
	return -1;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Whether t is not empty and has only letters, digits and bytes of others. */
static bool
consists_of(struct guard_text t, const char *others)
{
	for (size_t i = 0; i < t.n; i++)
		if (!is_alnum(t.at[i]) && (t.at[i] == '\0' || strchr(others, t.at[i]) == NULL))
			return false;
	return t.n != 0;
}

/* RFC 9110 5.6.2. */
static bool
is_token(struct guard_text t)
{
	return consists_of(t, "!#$%&'*+-.^_`|~");
}

static bool
is_word(struct guard_text t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.at, word, t.n) == 0;
}

static int
hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* Length of the header block, 0 (not whole yet) or -1. */
static int
find_end(const char *bytes, size_t n, struct guard_verdict *v)
{
	size_t line = 0;	/* where the current line begins */
	int fields = -1;	/* the request line is none */

	for (size_t i = 0; i < n && i < GUARD_HEADER_MAX; i++) {
		unsigned char c = bytes[i];
		bool after_cr = i > 0 && bytes[i - 1] == '\r';

		if (c == '\n' && !after_cr)
			return refuse(v, 400, "a line ends in LF alone");
		if (c != '\n' && after_cr)
			return refuse(v, 400, "a CR without its LF");
		if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return refuse(v, 400, "a control byte in the header");
		if (c != '\n')
			continue;
		if (i - line == 1)
			return i + 1;
		if (++fields > GUARD_FIELDS_MAX)
			return refuse(v, 431, "too many header fields");
		line = i + 1;
	}
	if (n >= GUARD_HEADER_MAX)
		return refuse(v, 431, "header too long");
	return 0;
}

/*
 * NULL, or what is wrong with a target.  A path is judged as it reads after
 * one decoding, in which %2F separates too.
 */
static const char *
target_fault(struct guard_text t)
{
	size_t length = 0, dots = 0;	/* of the current segment */
	bool path = true;

	if (t.n == 0 || t.at[0] != '/')
		return "the target is not an absolute path";
	if (t.n > 1 && t.at[1] == '/')
		return "the target begins with //";
	for (size_t i = 0; i < t.n; i++) {
		int c = (unsigned char)t.at[i];

		if (c <= ' ' || c >= 0x7f || c == '#')
			return "a byte in the target that may not stand there";
		if (c == '?' && path) {
			path = false;
			if (length == 2 && dots == 2)
				return ".. in the path";
		}
		if (c == '%') {
			if (t.n - i < 3 || hex(t.at[i + 1]) == -1 || hex(t.at[i + 2]) == -1)
				return "a bad % escape in the target";
			c = hex(t.at[i + 1]) << 4 | hex(t.at[i + 2]);
			i += 2;
			if (c == 0 || (path && (c < ' ' || c == 0x7f)))
				return "an escaped control byte in the target";
		}
		if (c == '/') {
			if (path && length == 2 && dots == 2)
				return ".. in the path";
			length = dots = 0;
		} else {
			length++;
			dots += c == '.';
		}
	}
	if (path && length == 2 && dots == 2)
		return ".. in the path";
	return NULL;
}

/* Judge the request line.  *minor is that of the version. */
static int
check_request_line(struct guard_text line, int *minor, struct guard_verdict *v)
{
	const char *first = memchr(line.at, ' ', line.n);
	const char *last = memrchr(line.at, ' ', line.n);
	struct guard_text method, target, version;
	const char *fault;

	if (first == last)
		return refuse(v, 400, "the first line is not method, target and version");
	method = (struct guard_text){ line.at, first - line.at };
	target = (struct guard_text){ first + 1, last - first - 1 };
	version = (struct guard_text){ last + 1, line.at + line.n - last - 1 };

	if (!is_token(method))
		return refuse(v, 400, "the method is no token");
	if (version.n != 8 || memcmp(version.at, "HTTP/", 5) != 0 || !is_digit(version.at[5]) ||
	    version.at[6] != '.' || !is_digit(version.at[7]))
		return refuse(v, 400, "the first line does not end in a version");
	if (version.at[5] != '1' || version.at[7] > '1')
		return refuse(v, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
	*minor = version.at[7] - '0';

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (method.n == strlen(methods[i].name) &&
		    memcmp(method.at, methods[i].name, method.n) == 0) {
			if (methods[i].status != 0)
				return refuse(v, methods[i].status, "method not taken");
			v->method = methods[i].name;
		}
	if (v->method == NULL)
		return refuse(v, 501, "unknown method");
	if ((fault = target_fault(target)) != NULL)
		return refuse(v, 400, fault);
	v->target = target;
	return 0;
}

static int
check_length(struct guard_text value, size_t body_max, struct guard_verdict *v)
{
	uint64_t length = 0;

	if (value.n == 0 || value.n > 19)	/* 19 digits fit 64 bits */
		return refuse(v, 400, "Content-Length is not a number");
	for (size_t i = 0; i < value.n; i++) {
		if (!is_digit(value.at[i]))
			return refuse(v, 400, "Content-Length is not a number");
		length = length * 10 + (value.at[i] - '0');
	}
	if (length > body_max)
		return refuse(v, 413, "body too long");
	v->body = length;
	return 0;
}

/* Keep a field that should be there once. */
static void
note(struct guard_text *kept, struct guard_text value, struct fields *seen)
{
	seen->doubtful |= kept->at != NULL;
	*kept = value;
}

static int
check_field(struct guard_text line, struct fields *seen, size_t body_max, struct guard_verdict *v)
{
	const char *colon = memchr(line.at, ':', line.n);
	struct guard_text name, value;

	if (line.at[0] == ' ' || line.at[0] == '\t')
		return refuse(v, 400, "a folded header line");
	if (colon == NULL)
		return refuse(v, 400, "a header line without a colon");
	name = (struct guard_text){ line.at, colon - line.at };
	value = (struct guard_text){ colon + 1, line.at + line.n - colon - 1 };
	while (value.n != 0 && *value.at == ' ')	/* evhttp leaves a tab there */
		value.at++, value.n--;
	while (value.n != 0 && (value.at[value.n - 1] == ' ' || value.at[value.n - 1] == '\t'))
		value.n--;

	if (!is_token(name))
		return refuse(v, 400, "a header name that is no token");
	if (is_word(name, "Host")) {
		if (++seen->hosts > 1)
			return refuse(v, 400, "two Host fields");
		if (!consists_of(value, "-._~:[]%"))
			return refuse(v, 400, "Host is not a host");
	} else if (is_word(name, "Transfer-Encoding")) {
		return refuse(v, 411, "Transfer-Encoding is not taken, send Content-Length");
	} else if (is_word(name, "Content-Length")) {
		if (++seen->lengths > 1)
			return refuse(v, 400, "two Content-Length fields");
		return check_length(value, body_max, v);
	} else if (is_word(name, "Expect")) {
		if (!is_word(value, "100-continue"))
			return refuse(v, 417, "only 100-continue may be expected");
		v->expects = true;
	} else if (is_word(name, "Connection")) {
		seen->doubtful |= !is_word(value, "keep-alive");
	} else if (is_word(name, "Accept-Encoding")) {
		note(&v->accept_encoding, value, seen);
	} else if (is_word(name, "If-None-Match")) {
		note(&v->if_none_match, value, seen);
	}
	return 0;
}

int
guard_check(const char *bytes, size_t n, size_t body_max, struct guard_verdict *v)
{
	struct fields seen = { 0 };
	const char *at, *end;
	int length, minor = 0;

	*v = (struct guard_verdict){ 0 };
	if ((length = find_end(bytes, n, v)) <= 0)
		return length;
	end = bytes + length - 2;	/* the empty line */
	if (end == bytes)
		return refuse(v, 400, "an empty line instead of a request");

	for (at = bytes; at < end; ) {
		const char *cr = memchr(at, '\r', end - at);
		struct guard_text line = { at, cr - at };

		if (at == bytes ? check_request_line(line, &minor, v) == -1 :
		    check_field(line, &seen, body_max, v) == -1)
			return -1;
		at = cr + 2;
	}
	if (minor == 1 && seen.hosts == 0)
		return refuse(v, 400, "no Host field");
	/* evhttp reads no body after HEAD and would take it for a request. */
	if (v->body != 0 && strcmp(v->method, "HEAD") == 0)
		return refuse(v, 400, "HEAD with a body");
	if (minor == 0)
		v->expects = false;	/* RFC 9110 10.1.1 */
	v->plain = minor == 1 && v->body == 0 && !seen.doubtful && strcmp(v->method, "GET") == 0;
	return length;
}

size_t
guard_answer(char out[GUARD_ANSWER_MAX], int status, const char *reason)
{
	const char *title = "Bad Request";
	char body[GUARD_ANSWER_MAX / 2];
	int n;

	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
		if (titles[i].status == status)
			title = titles[i].title;
	n = snprintf(body, sizeof body,
	    "{\"status\":%d,\"title\":\"%s\",\"code\":\"%s\",\"detail\":\"%s\"}",
	    status, title, status == 405 ? "not_a_method" : "bad_request", reason);
	return snprintf(out, GUARD_ANSWER_MAX,
	    "HTTP/1.1 %d %s\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: %d\r\n"
	    "Connection: close\r\n"
	    "%s\r\n%s",
	    status, title, n, status == 405 ? "Allow: GET, HEAD, POST, PUT, DELETE\r\n" : "", body);
}
