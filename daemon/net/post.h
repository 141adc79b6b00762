/*
 * Posting to other programs from the event loop, by HTTP: many at a time, none
 * of which can hold up the loop.  Names are looked up on a thread of libcurl's,
 * certificates are verified, redirects are not followed.
 */
#ifndef POST_H
#define POST_H

#include <stddef.h>

#include <event2/event.h>

struct poster;

#define POST_ANSWER_MAX	65536	/* bytes of an answer; of a longer one no more is read */
#define POST_HEADERS_MAX 8

struct post {
	const char	*url;
	const char	*header[POST_HEADERS_MAX];	/* "Name: value"; NULL ends them */
	const char	*body;
	size_t		 len;
	int		 limit_s;	/* of all of it */
	/* Once, unless the poster is closed before.  status 0: there was no answer, and error says why. */
	void		(*done)(void *arg, int status, int retry_after_s, const char *answer, size_t len, const char *error);
	void		*arg;
};

struct poster	*poster_open(struct event_base *);	/* new */
void		 poster_close(struct poster *);

/* What it is given is copied. */
void		 poster_send(struct poster *, const struct post *);

#endif
