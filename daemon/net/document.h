/*
 * A document: bytes that are ready to be sent, plain and compressed.
 *
 * Each coding has a strong ETag of its own, for its bytes are others (RFC 9110
 * 8.8.3.3): "x" and "x-gzip".  Whoever has either has the document: 304, with
 * the tag that they know, since it names which of their copies is still good.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdbool.h>

#include "daemon/net/guard.h"

#define ETAG_MAX 64

struct document {
	const char	*type;			/* Content-Type */
	const char	*cache;			/* Cache-Control; NULL: no-cache */
	const char	*const (*more)[2];	/* headers besides those that every document has; ends with NULL; or NULL */
	char		*plain, *gzip;		/* gzip NULL: not made yet */
	size_t		 plain_len, gzip_len;
	char		 etag[2][ETAG_MAX];	/* by whether it is gzip */
};

/* Take the bytes for those of before; tag without its quotes. */
void	document_set(struct document *, char *bytes, size_t len, const char *tag);

/* Make gzip, unless it is there: 1 (fast) to 9 (small).  It is made by itself, fast, for the first who asks. */
void	document_compress(struct document *, int level);

/* The bytes are no more. */
void	document_clear(struct document *);

/* What a client takes and has: Accept-Encoding and If-None-Match. */
struct document_wish {
	struct guard_text accept_encoding, if_none_match;
};

/* What it gets. */
struct document_answer {
	int		 status;		/* 200 or 304 */
	const char	*etag;
	const char	*coding;		/* of a 200; NULL: plain */
	const char	*bytes;			/* of a 200, borrowed from the document */
	size_t		 len;
};
struct document_answer document_choose(struct document *, const struct document_wish *);

/* Give add() each header of the answer but those that every answer has: Date, length, type, nosniff. */
void	document_headers(const struct document *, const struct document_answer *,
	    void (*add)(void *arg, const char *name, const char *value), void *arg);

/* May a client that sends this Accept-Encoding be sent gzip (RFC 9110 12.5.3)? */
bool	accepts_gzip(struct guard_text);

#endif
