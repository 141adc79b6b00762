/*
 * What handlers work with: one of each for the daemon.
 */
#ifndef SERVER_H
#define SERVER_H

#include <time.h>

#include "daemon/base/worker.h"
#include "daemon/net/document.h"
#include "daemon/net/limits.h"
#include "daemon/net/listener.h"
#include "daemon/net/request.h"
#include "daemon/net/streams.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/store/reader.h"
#include "display/texts.h"

struct server;

/* A route: what may be asked, by whom, and who answers. */
struct route {
	const char	*method;
	const char	*path;		/* {no} is a window's number, {..} any other word */
	unsigned	 roles;		/* ANYONE, THIS_MACHINE, or bits of ROLE(); admin may do all */
	enum refusal	(*handle)(struct request *);
};
#define ROLE(r)	(1u << ROLE_##r)
#define ANYONE	0u
#define THIS_MACHINE (1u << 31)		/* anyone here, but not through a proxy */
#define DESK	(ROLE(GUIDE) | ROLE(MANAGER))
#define STAFF	(DESK | ROLE(CLERK) | ROLE(INSPECTOR))
#define AT_WINDOWS (DESK | ROLE(CLERK) | ROLE(WINDOW))

/* A path for ANYONE whose answer to GET is a document, the same for everybody. */
struct shared {
	const char	*path;
	struct document	*(*document)(const struct server *);
};

#define ROUTES_MAX	127
#define STATUS_CLASSES	6

struct audits;
struct backups;
struct forecast;
struct layouts;
struct pages;
struct pairings;
struct readying;
struct push_state;
struct reporting;
struct second_place;
struct show;
struct snapshot;

/* A hall that is to be left once this is confirmed (api/hall/hall.c). */
#define ARMED_S		30
struct arming {
	char		code[9];	/* empty: nothing is */
	char		actor[ACTOR_MAX];
	struct text	text;
	bool		drill;
	int64_t		until_ms;	/* steady time */
};

struct server {
	struct event_base *base;
	struct ledger	*ledger;
	struct worker	*worker;
	struct reader	*reader;	/* the worker's */
	struct texts	*texts;
	struct limits	*limits;
	struct streams	*streams;
	struct snapshot	*snapshot;
	struct forecast	*forecast;
	struct push_state *push;
	struct reporting *reporting;
	struct second_place *second_place;
	struct backups	*backups;
	struct readying	*readying;
	struct audits	*audits;
	struct pages	*pages;
	struct show	*show;
	struct pairings	*pairings;
	struct layouts	*layouts;
	struct arming	 arming;
	const struct route *routes;	/* ends with a NULL method */
	const struct shared *shared;	/* of those routes; ends with a NULL path */
	uint64_t	 answers[ROUTES_MAX + 1][STATUS_CLASSES];	/* sent, by place of the route and status / 100; last: of no route */
	struct instant	 began;
	char		 restore[256];	/* a copy to be put back as it ends, before it begins again; empty: none */
	bool		 ending;	/* the daemon ends: no request is taken any more */
	bool		 stopped;	/* a signal wants that, and that it does not begin again */
	char		 date[32];	/* as answers tell it, of the second date_s */
	time_t		 date_s;
};

/* Everything that comes before a handler: parse, limit, authenticate, authorise, look for a kept answer. */
void	server_handle(struct evhttp_request *, void *server);

/* The same for what needs none of that but the parsing: a plain request for a shared document (listener.h). */
bool	server_ready(const struct guard_verdict *, struct ready *, void *server);

/* The value of a header Date. */
const char *server_date(struct server *);

/* An answer is on its way. */
void	server_count(struct server *, const struct route *, int status);

/* Answer a request as the first time, when an answer is kept under its key; else it is its handler's turn. */
void	server_answer(void *request, enum refusal);

#endif
