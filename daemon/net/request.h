/*
 * A request on its way: from the router's checks to the answer.
 *
 * A handler returns OK when it has answered or will, else the refusal that
 * becomes the answer; what is wrong goes to rq->change.detail.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "daemon/base/util.h"
#include "daemon/core/hall.h"
#include "daemon/net/listener.h"

struct document;
struct route;
struct server;

struct request {
	struct server	*server;
	struct evhttp_request *http;
	const struct route *route;

	/* Who asks. */
	char		address[46];	/* of the client, behind believed proxies; of IPv6 its network */
	bool		https;
	bool		here;		/* a program on this machine, and not through a proxy */
	char		actor[ACTOR_MAX];	/* "" when nobody is signed in */
	enum role	role;
	uint32_t	staff;
	char		name[32];	/* of the account */
	char		session[DIGEST_MAX];	/* hash of the token; "" none */
	int		seat;		/* window signed in at; 0: none */

	/* What is asked. */
	struct instant	now;
	int		window;		/* {no} of the path */
	char		word[3][64];	/* the other {..} of the path, in order */
	json_t		*body;		/* an object */
	char		key[DIGEST_MAX], digest[DIGEST_MAX];	/* with an Idempotency-Key: of it, and of what was asked */

	struct change	change;
	/* The answer to a command, sent when that is on disk. */
	int		status;
	char		*answer;
	json_t		*told;		/* what a handler found out before, for its render */
};

/* Answer now with this JSON (taken). */
enum refusal	 request_json(struct request *, int status, json_t *);

/*
 * An answer that is a list, {name: [rows]}, of thousands maybe: each row (taken)
 * is text before the next is made, for all of them as JSON take twice the time.
 * request_list answers now and ends it.
 */
struct listing {
	FILE		*out;
	char		*text;
	size_t		 len, rows;
};
void		 listing_open(struct listing *, const char *name);
void		 listing_add(struct listing *, json_t *row);
enum refusal	 request_list(struct request *, struct listing *);

/* Answer now with bytes; `type` is the Content-Type. */
void		 request_bytes(struct request *, int status, const char *type, const void *bytes, size_t len);

/* Answer now with a document, in the coding that suits the client, or with 304. */
enum refusal	 request_document(struct request *, struct document *);

/* A refusal, with its detail, as a problem (new). */
json_t		*request_problem(const struct request *, enum refusal);

/* Answer now with a problem. */
void		 request_refuse(struct request *, enum refusal);

/*
 * Submit the command, render the answer from the hall as decided, and send it
 * when the command is on disk.  `cmd->actor` is filled in here.
 */
enum refusal	 request_submit(struct request *, struct command *, int status, json_t *(*render)(struct request *));

/* Add a header to the answer. */
void		 request_header(struct request *, const char *name, const char *value);

/* A header of the request, or NULL. */
const char	*request_get(const struct request *, const char *name);

/* The value of ?name= in the query, decoded into out as body_text does; absent: out is left as it is. */
enum refusal	 request_query(struct request *, const char *name, char *out, size_t cap);

/* No names in the query but those that are known. */
enum refusal	 request_query_only(struct request *, bool (*known)(const void *arg, const char *name), const void *arg);

/*
 * Members of the body: the value into out; OK, or BAD_REQUEST with the pointer.
 * An absent member is an error only when `needed`, and leaves out as it is.
 */
enum refusal	 body_text(struct request *, const char *name, bool needed, char *out, size_t cap);
enum refusal	 body_int(struct request *, const char *name, bool needed, int min, int max, int *out);

/* No members but these (NULL at the end). */
enum refusal	 body_only(struct request *, const char *const names[]);

/* BAD_REQUEST naming a member and what would be right. */
enum refusal	 body_wrong(struct request *, const char *name, const char *expected);

void		 request_free(struct request *);

#endif
