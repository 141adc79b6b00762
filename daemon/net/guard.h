#ifndef DAEMON_NET_GUARD_H
#define DAEMON_NET_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What an HTTP request must look like before evhttp may see it.
 *
 *	method SP target SP version CRLF
 *	*( name ":" value CRLF )
 *	CRLF
 *
 * Source: RFC 9112 2-6, RFC 9110 5-10.  Wherever those leave a choice, the
 * request is refused: two programs that read one request differently are what
 * request smuggling needs.  Refused are
 *
 *	400	a bare CR or LF, a control byte, a folded line, a name that is no
 *		token, no Host or two, a Host that is no host, two Content-Lengths
 *		or one that is not 1-19 digits, HEAD with a body, a target that is
 *		not an absolute path (so no http://, no *, no //), a byte over 7E,
 *		a bad % escape or %00 in it, a control byte or .. in its path
 *		however spelt
 *	405	OPTIONS, TRACE, CONNECT, PATCH
 *	411	any Transfer-Encoding
 *	413	more body than body_max
 *	417	an expectation other than 100-continue
 *	431	more than GUARD_HEADER_MAX bytes or GUARD_FIELDS_MAX fields
 *	501	a method nobody knows
 *	505	a version other than HTTP/1.0 and HTTP/1.1
 *
 * Upgrade is ignored, as RFC 9110 7.8 allows.  No allocation, state or I/O.
 */
#define GUARD_HEADER_MAX	8192	/* bytes, request line and empty line included */
#define GUARD_FIELDS_MAX	64
#define GUARD_ANSWER_MAX	512

/* Bytes of the block, not terminated; at is NULL when there are none. */
struct guard_text {
	const char	*at;
	size_t		 n;
};

struct guard_verdict {
	/* Accepted: */
	const char	*method;	/* GET, HEAD, POST, PUT or DELETE */
	size_t		 body;		/* bytes that follow the header block */
	bool		 expects;	/* sends them only after 100 Continue */
	bool		 plain;		/* GET of HTTP/1.1 without a body, the connection stays, and of
					 * the fields below each stands there once or not at all */
	struct guard_text target, accept_encoding, if_none_match;
	/* Refused: */
	int		 status;
	const char	*reason;	/* one line for people, needs no escaping */
};

/*
 * Judge the request that begins at bytes; what follows its header block is not
 * looked at.  Returns the length of the header block, 0 if the rest of it is
 * still to come, -1 if it is refused (often before it is whole).
 */
int	guard_check(const char *bytes, size_t n, size_t body_max, struct guard_verdict *);

/* Write the whole answer to a refused request (application/problem+json,
 * Connection: close).  Returns its length. */
size_t	guard_answer(char out[GUARD_ANSWER_MAX], int status, const char *reason);

#endif
