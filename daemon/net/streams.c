/* A ring of events, and readers with a place in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/http.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/net/server.h"

#define RING		1024			/* events kept */
#define BEHIND_MAX	(256 * 1024)		/* bytes a reader may leave untaken */
#define SLICE		64			/* readers served before others get a turn */
#define READERS_MAX	512
#define KEEP_ALIVE_S	15

#define AUDIENCES	(TO_PUBLIC + 1)

/* An event as each audience gets it: the kinds it may see, and its own prev. */
struct item {
	int64_t		 seq;
	char		*bytes[AUDIENCES];	/* NULL: not for them */
	size_t		 len[AUDIENCES];
};

struct reader {
	struct reader	*next, **at;
	struct streams	*streams;
	struct evhttp_request *http;
	enum audience	 audience;
	char		 session[DIGEST_MAX];	/* that gives the audience; "": none does */
	uint64_t	 place;			/* of the next event in the count of all */
};

struct streams {
	struct event_base *base;
	struct listener	*listener;
	const struct ledger *ledger;
	stream_first	 first;
	void		*arg;

	struct item	 ring[RING];
	uint64_t	 made;			/* events made so far */
	int64_t		 last[AUDIENCES];	/* seq of the newest that each audience got */

	struct reader	*readers;
	struct reader	*turn;			/* who is served next, NULL: all were */
	uint64_t	 round;			/* events made when this round of all readers began */
	int		 count;
	struct event	*serve, *keep_alive;
};

/* Readers. */

static void
reader_free(struct reader *r)
{
	struct streams *s = r->streams;

	if (s->turn == r)
		s->turn = r->next;
	*r->at = r->next;
	if (r->next != NULL)
		r->next->at = r->at;
	if (--s->count == 0)
		event_del(s->keep_alive);
	free(r);
}

static void
reader_closed(void *arg)
{
	reader_free(arg);
}

static void
drop(struct reader *r)
{
	listener_drop(r->http);
	reader_free(r);
}

/* What a session let somebody see ends with it. */
static void
drop_signed_out(struct streams *s)
{
	int64_t now_ms = ledger_now(s->ledger).wall_ms;
	struct reader *next;

	for (struct reader *r = s->readers; r != NULL; r = next) {
		const struct session *session = hall_session(ledger_shown(s->ledger), r->session);

		next = r->next;
		if (r->session[0] != '\0' && (session == NULL || session->ends_ms <= now_ms))
			drop(r);
	}
}

static void
send_bytes(struct reader *r, const void *bytes, size_t len)
{
	struct evbuffer *chunk = evbuffer_new();

	evbuffer_add(chunk, bytes, len);
	evhttp_send_reply_chunk(r->http, chunk);
	evbuffer_free(chunk);
}

/* All that the reader has not had yet, in one chunk.  False: the reader is gone. */
static bool
serve(struct reader *r)
{
	struct streams *s = r->streams;
	struct evbuffer *chunk;

	if (s->made - r->place > RING || listener_pending(r->http) > BEHIND_MAX) {
		drop(r);
		return false;
	}
	chunk = evbuffer_new();
	for (; r->place < s->made; r->place++) {
		const struct item *item = &s->ring[r->place % RING];

		if (item->bytes[r->audience] != NULL)
			evbuffer_add(chunk, item->bytes[r->audience], item->len[r->audience]);
	}
	if (evbuffer_get_length(chunk) > 0)
		evhttp_send_reply_chunk(r->http, chunk);
	evbuffer_free(chunk);
	return true;
}

static void
begin_round(struct streams *s)
{
	s->turn = s->readers;
	s->round = s->made;
}

/*
 * A slice of the readers; the rest after everything more urgent.  A round goes
 * to its end whatever comes meanwhile, so that nobody waits for a quiet moment.
 */
static void
serve_some(evutil_socket_t fd, short what, void *arg)
{
	struct streams *s = arg;

	(void)fd;
	(void)what;
	for (int n = 0; n < SLICE && s->turn != NULL; n++) {
		struct reader *r = s->turn;

		s->turn = r->next;
		serve(r);
	}
	if (s->turn == NULL && s->round != s->made)
		begin_round(s);
	if (s->turn != NULL)
		event_active(s->serve, EV_TIMEOUT, 1);
}

static void
keep_alive(evutil_socket_t fd, short what, void *arg)
{
	struct streams *s = arg;
	struct reader *next;

	(void)fd;
	(void)what;
	drop_signed_out(s);
	for (struct reader *r = s->readers; r != NULL; r = next) {
		next = r->next;
		if (serve(r))
			send_bytes(r, ":\n\n", 3);
	}
}

/* Events. */

static size_t
encode(char **out, const struct streams *s, const struct fact *f, int64_t prev)
{
	json_t *data = fact_public(ledger_shown(s->ledger), f, prev);
	char *text = json_dumps(data, JSON_COMPACT);
	int len = asprintf(out, "event: %s\nid: %lld-%lld\ndata: %s\n\n", kinds[f->kind].name,
	    (long long)ledger_epoch(s->ledger), (long long)f->seq, text);

	if (len == -1)
		fatal("no memory for an event");
	free(text);
	json_decref(data);
	return len;
}

void
streams_fact(struct streams *s, const struct fact *f)
{
	struct item *item = &s->ring[s->made % RING];
	int64_t prev = -1;			/* of the audience before */

	if (kinds[f->kind].audience == TO_NOBODY)
		return;
	for (int a = 0; a < AUDIENCES; a++) {
		free(item->bytes[a]);
		item->bytes[a] = NULL;
	}
	item->seq = f->seq;
	for (int a = TO_MANAGER; a <= (int)kinds[f->kind].audience; a++) {
		/* Mostly all audiences had the same event before this one: then they get the same. */
		if (s->last[a] == prev) {
			item->bytes[a] = xstrdup(item->bytes[a - 1]);
			item->len[a] = item->len[a - 1];
		} else
			item->len[a] = encode(&item->bytes[a], s, f, s->last[a]);
		prev = s->last[a];
		s->last[a] = f->seq;
	}
	s->made++;
	if (f->kind == STAFF_SIGNED_OUT || f->kind == STAFF_PASSWORD)
		drop_signed_out(s);
	if (s->turn == NULL)
		begin_round(s);
	if (s->turn != NULL)
		event_active(s->serve, EV_TIMEOUT, 1);
}

/* Where a reader goes on who has had everything up to last_id; false: only a snapshot tells. */
static bool
find_place(const struct streams *s, const char *last_id, uint64_t *place)
{
	uint64_t oldest = s->made > RING ? s->made - RING : 0;
	long long epoch, seq;

	if (last_id == NULL || sscanf(last_id, "%lld-%lld", &epoch, &seq) != 2 || epoch != ledger_epoch(s->ledger) ||
	    seq > ledger_shown(s->ledger)->seq)
		return false;
	/* Everything after seq must still be here: the oldest kept, or something older, is theirs already. */
	if (s->made == 0 || seq + 1 < s->ring[oldest % RING].seq)
		return seq == ledger_shown(s->ledger)->seq && (*place = s->made, true);
	for (*place = oldest; *place < s->made && s->ring[*place % RING].seq <= seq; ++*place)
		;
	return true;
}

void
streams_add(struct streams *s, struct request *rq, enum audience audience, const char *last_id)
{
	struct reader *r;
	const char *bytes;
	size_t len;

	if (s->count >= READERS_MAX) {
		rq->change.detail.retry_s = KEEP_ALIVE_S;
		request_refuse(rq, TOO_MANY);
		return;
	}
	r = xcalloc(1, sizeof *r);
	*r = (struct reader){ .next = s->readers, .at = &s->readers, .streams = s, .http = rq->http, .audience = audience };
	strcpy(r->session, rq->session);
	if (r->next != NULL)
		r->next->at = &r->next;
	s->readers = r;
	if (s->count++ == 0)
		event_add(s->keep_alive, &(struct timeval){ .tv_sec = KEEP_ALIVE_S });
	listener_on_close(s->listener, r->http, reader_closed, r);

	request_header(rq, "Content-Type", "text/event-stream; charset=utf-8");
	request_header(rq, "Cache-Control", "no-store");
	request_header(rq, "X-Accel-Buffering", "no");
	evhttp_send_reply_start(r->http, 200, NULL);
	if (!find_place(s, last_id, &r->place)) {
		bytes = s->first(s->arg, &len);
		r->place = s->made;
		send_bytes(r, bytes, len);
	}
	request_free(rq);
	serve(r);
}

int
streams_readers(const struct streams *s)
{
	return s->count;
}

struct streams *
streams_open(struct event_base *base, struct listener *listener, const struct ledger *ledger, stream_first first, void *arg)
{
	struct streams *s = xcalloc(1, sizeof *s);

	s->base = base;
	s->listener = listener;
	s->ledger = ledger;
	s->first = first;
	s->arg = arg;
	for (int a = 0; a < AUDIENCES; a++)
		s->last[a] = ledger_shown(ledger)->seq;
	s->serve = event_new(base, -1, 0, serve_some, s);
	s->keep_alive = event_new(base, -1, EV_PERSIST, keep_alive, s);
	event_priority_set(s->serve, event_base_get_npriorities(base) - 1);
	return s;
}

void
streams_close(struct streams *s)
{
	if (s == NULL)
		return;
	while (s->readers != NULL)
		drop(s->readers);
	for (int i = 0; i < RING; i++)
		for (int a = 0; a < AUDIENCES; a++)
			free(s->ring[i].bytes[a]);
	event_free(s->serve);
	event_free(s->keep_alive);
	free(s);
}
