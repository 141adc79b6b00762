/*
 * Asking another program by HTTP and waiting for it.  For hallctl, not for the
 * loop: that has post.h.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stddef.h>

struct fetch {
	const char	*socket;	/* path of a Unix socket, or NULL: the URL's host */
	const char	*url;
	const char	*token;		/* Bearer token, or NULL */
	const char	*method;
	const char	*body;		/* JSON, or NULL */
	const char	*key;		/* Idempotency-Key, or NULL */
	const char	*match;		/* If-Match, or NULL */

	/* Given each piece of the answer as it comes; NULL: collect it in `answer`. */
	void		(*take)(const char *bytes, size_t len);
	char		*answer;	/* new, NUL-terminated */
	size_t		 len;
	int		 status;	/* HTTP */
	char		 error[256];
};

/* 0, or -1 with the reason in error: no answer. */
int	fetch(struct fetch *);

#endif
