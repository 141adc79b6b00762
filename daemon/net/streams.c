/* A ring of events, and readers with a place in it. */
#include <sys/socket.h>
#include <sys/uio.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event_struct.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/net/server.h"

#define RING		1024			/* events kept */
#define SLICE		64			/* sends before others get a turn */
#define BURST		16			/* events that go out together */
#define LATE_MS		20			/* between slices when others leave no time for any */
#define KEEP_ALIVE_S	15
#define STALL_MS	15000			/* something waits to be sent and the reader takes nothing */
#define SEND_BUFFER	(16 * 1024)		/* Linux doubles it; what a reader leaves untaken is the kernel's memory */

#define AUDIENCES	(TO_PUBLIC + 1)

/* What is sent, shared by all who get it. */
struct bytes {
	int		 holders;
	size_t		 len;
	char		 at[];
};

/* An event as each audience gets it: the kinds it may see, and its own prev. */
struct item {
	int64_t		 seq;
	struct bytes	*bytes[AUDIENCES];	/* NULL: not for them */
};

struct reader {
	struct reader	*next, **at;
	struct streams	*streams;
	struct event	 event;			/* edges of its socket */
	enum audience	 audience;
	char		 session[DIGEST_MAX];	/* that gives the audience; "": none does */
	uint64_t	 place;			/* of the next event in the count of all */
	uint64_t	 beat;			/* the newest keep-alive that it needs no more */
	struct bytes	*now;			/* being sent; NULL: it has had everything */
	size_t		 sent;			/* of those */
	int64_t		 stalled_ms;		/* steady, since when it takes nothing; 0: it does */
};

struct streams {
	struct event_base *base;
	struct listener	*listener;
	const struct ledger *ledger;
	stream_first	 first;
	void		*arg;
	int		 most;			/* readers at once */

	struct item	 ring[RING];
	uint64_t	 made;			/* events made so far */
	int64_t		 last[AUDIENCES];	/* seq of the newest that each audience got */
	uint64_t	 beats;			/* keep-alives so far */
	struct bytes	*comment;		/* one of those */

	struct reader	*readers;
	struct reader	*turn;			/* who is served next, NULL: all were */
	uint64_t	 round;			/* events and keep-alives when this round of all readers began */
	int		 count;
	struct event	*serve, *late;		/* when there is time; when there has been none */
	struct event	*keep_alive;
};

/* Bytes. */

static struct bytes *
bytes_new(const char *head, size_t head_len, const char *at, size_t len)
{
	struct bytes *b = xrealloc(NULL, sizeof *b + head_len + len, 1);

	b->holders = 1;
	b->len = head_len + len;
	memcpy(b->at, head, head_len);
	memcpy(b->at + head_len, at, len);
	return b;
}

static struct bytes *
hold(struct bytes *b)
{
	b->holders++;
	return b;
}

static void
let_go(struct bytes *b)
{
	if (b != NULL && --b->holders == 0)
		free(b);
}

/* Readers. */

static void
drop(struct reader *r)
{
	struct streams *s = r->streams;

	if (s->turn == r)
		s->turn = r->next;
	*r->at = r->next;
	if (r->next != NULL)
		r->next->at = r->at;
	if (--s->count == 0)
		event_del(s->keep_alive);
	event_del(&r->event);
	listener_close(s->listener, event_get_fd(&r->event));
	let_go(r->now);
	free(r);
}

/* What a session let somebody see ends with it. */
static bool
may_hear(const struct reader *r)
{
	const struct ledger *l = r->streams->ledger;
	const struct session *session;

	return r->session[0] == '\0' ||
	    ((session = hall_session(ledger_shown(l), r->session)) != NULL && session->ends_ms > ledger_now(l).wall_ms);
}

/* Have what comes next at hand; false: there is nothing. */
static bool
reach(struct reader *r)
{
	struct streams *s = r->streams;

	while (r->now == NULL && r->place < s->made) {
		struct bytes *b = s->ring[r->place++ % RING].bytes[r->audience];

		r->now = b == NULL ? NULL : hold(b);
	}
	if (r->now == NULL && r->beat != s->beats)
		r->now = hold(s->comment);
	if (r->now != NULL)
		r->beat = s->beats;
	return r->now != NULL;
}

/* So many bytes more are the kernel's. */
static void
advance(struct reader *r, size_t n)
{
	r->stalled_ms = 0;
	for (r->sent += n; r->now != NULL && r->sent >= r->now->len; reach(r)) {
		r->sent -= r->now->len;
		let_go(r->now);
		r->now = NULL;
	}
}

static int
gather(const struct reader *r, struct iovec parts[BURST])
{
	const struct streams *s = r->streams;
	int count = 0;

	parts[count++] = (struct iovec){ r->now->at + r->sent, r->now->len - r->sent };
	for (uint64_t place = r->place; place < s->made && count < BURST; place++) {
		struct bytes *b = s->ring[place % RING].bytes[r->audience];

		if (b != NULL)
			parts[count++] = (struct iovec){ b->at, b->len };
	}
	return count;
}

/* One send of what the reader has not had yet.  True: there is more, and it might take it. */
static bool
step(struct reader *r)
{
	struct streams *s = r->streams;
	struct iovec parts[BURST];
	struct msghdr message = { .msg_iov = parts };
	int64_t now_ms;
	ssize_t n;

	if (s->made - r->place > RING || !may_hear(r)) {
		drop(r);
		return false;
	}
	if (!reach(r))
		return false;
	message.msg_iovlen = gather(r, parts);
	if ((n = sendmsg(event_get_fd(&r->event), &message, MSG_NOSIGNAL | MSG_DONTWAIT)) >= 0) {
		advance(r, n);
		return r->now != NULL;
	}
	now_ms = ledger_now(s->ledger).steady_ms;
	if (errno != EAGAIN || (r->stalled_ms != 0 && now_ms - r->stalled_ms >= STALL_MS))
		drop(r);
	else if (r->stalled_ms == 0)
		r->stalled_ms = now_ms;
	return false;
}

/* Rounds. */

/* If there is news since the last round began, begin one. */
static void
begin_round(struct streams *s)
{
	if (s->turn != NULL || s->round == s->made + s->beats)
		return;
	s->turn = s->readers;
	s->round = s->made + s->beats;
}

/* Go on with the round, when there is time; if there has been none for a while, all the same. */
static void
go_on(struct streams *s)
{
	event_active(s->serve, EV_TIMEOUT, 1);
	if (!event_pending(s->late, EV_TIMEOUT, NULL))
		event_add(s->late, &(struct timeval){ .tv_usec = LATE_MS * 1000 });
}

/*
 * A slice of the readers, then everything more urgent.  A round goes to its end
 * whatever comes meanwhile, so that nobody waits for a quiet moment.
 */
static void
serve_some(evutil_socket_t fd, short what, void *arg)
{
	struct streams *s = arg;

	(void)fd;
	(void)what;
	for (int n = 0; n < SLICE && s->turn != NULL; n++) {
		struct reader *r = s->turn, *next = r->next;

		if (!step(r))
			s->turn = next;
	}
	begin_round(s);
	if (s->turn != NULL)
		go_on(s);
	else
		event_del(s->late);
	event_base_loopcontinue(s->base);
}

static void
tell(struct streams *s)
{
	begin_round(s);
	if (s->turn != NULL)
		go_on(s);
}

static void
keep_alive(evutil_socket_t fd, short what, void *arg)
{
	struct streams *s = arg;

	(void)fd;
	(void)what;
	s->beats++;
	tell(s);
}

/* A reader takes again, or has gone.  What it says is no matter. */
static void
reader_event(evutil_socket_t fd, short what, void *arg)
{
	struct reader *r = arg;
	char said[4096];
	ssize_t n = what & EV_READ ? recv(fd, said, sizeof said, MSG_DONTWAIT) : 1;

	if (what & EV_CLOSED || n == 0 || (n == -1 && errno != EAGAIN))
		drop(r);
	else if (what & EV_WRITE)
		while (step(r))
			;
}

/* Events. */

static struct bytes *
encode(const struct streams *s, const struct fact *f, int64_t prev)
{
	json_t *data = fact_public(ledger_shown(s->ledger), f, prev);
	char *text = json_dumps(data, JSON_COMPACT), *event;
	int len = asprintf(&event, "event: %s\nid: %lld-%lld\ndata: %s\n\n", kinds[f->kind].name,
	    (long long)ledger_epoch(s->ledger), (long long)f->seq, text);
	struct bytes *b;

	if (len == -1)
		fatal("no memory for an event");
	b = bytes_new("", 0, event, len);
	free(event);
	free(text);
	json_decref(data);
	return b;
}

/* The next place in the ring, empty. */
static struct item *
item_new(struct streams *s, int64_t seq)
{
	struct item *item = &s->ring[s->made % RING];

	for (int a = 0; a < AUDIENCES; a++) {
		let_go(item->bytes[a]);
		item->bytes[a] = NULL;
	}
	item->seq = seq;
	return item;
}

void
streams_tell(struct streams *s, const char *event, size_t len)
{
	struct item *item = item_new(s, ledger_shown(s->ledger)->seq + 1);
	struct bytes *b = bytes_new("", 0, event, len);

	for (int a = TO_MANAGER; a < AUDIENCES; a++)
		item->bytes[a] = hold(b);
	let_go(b);
	s->made++;
	tell(s);
}

void
streams_fact(struct streams *s, const struct fact *f)
{
	struct item *item;
	int64_t prev = -1;			/* of the audience before */

	if (kinds[f->kind].audience == TO_NOBODY)
		return;
	item = item_new(s, f->seq);
	for (int a = TO_MANAGER; a <= (int)kinds[f->kind].audience; a++) {
		/* Mostly all audiences had the same event before this one: then they get the same. */
		item->bytes[a] = s->last[a] == prev ? hold(item->bytes[a - 1]) : encode(s, f, s->last[a]);
		prev = s->last[a];
		s->last[a] = f->seq;
	}
	s->made++;
	tell(s);
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

/* Ends with the connection: the same bytes are right for every version of HTTP. */
static const char head[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Date: %s\r\n"
    "Connection: close\r\n"
    "\r\n";

static struct bytes *
first_bytes(struct streams *s, const struct request *rq, bool snapshot)
{
	char start[512];
	const char *first = "";
	size_t len = 0;
	int n = snprintf(start, sizeof start, head, server_date(rq->server));

	if (snapshot)
		first = s->first(s->arg, &len);
	return bytes_new(start, n, first, len);
}

void
streams_add(struct streams *s, struct request *rq, enum audience audience, const char *last_id)
{
	uint64_t place = s->made;
	bool resumes = find_place(s, last_id, &place);
	int fd, size = SEND_BUFFER;
	struct reader *r;

	if (s->count >= s->most || (fd = listener_take(s->listener, rq->http)) == -1) {
		rq->change.detail.retry_s = KEEP_ALIVE_S;
		request_refuse(rq, TOO_MANY);
		return;
	}
	r = xcalloc(1, sizeof *r);
	*r = (struct reader){ .next = s->readers, .at = &s->readers, .streams = s, .audience = audience,
	    .place = place, .beat = s->beats, .now = first_bytes(s, rq, !resumes) };
	strcpy(r->session, rq->session);
	server_count(rq->server, rq->route, 200);
	request_free(rq);
	if (r->next != NULL)
		r->next->at = &r->next;
	s->readers = r;
	if (s->count++ == 0)
		event_add(s->keep_alive, &(struct timeval){ .tv_sec = KEEP_ALIVE_S });
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	event_assign(&r->event, s->base, fd, EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST, reader_event, r);
	event_priority_set(&r->event, event_base_get_npriorities(s->base) - 1);
	event_add(&r->event, NULL);
	step(r);
}

int
streams_readers(const struct streams *s)
{
	return s->count;
}

static struct event *
on(struct event_base *base, short what, void (*act)(evutil_socket_t, short, void *), struct streams *s, int priority)
{
	struct event *e = event_new(base, -1, what, act, s);

	event_priority_set(e, priority);
	return e;
}

struct streams *
streams_open(struct event_base *base, struct listener *listener, const struct ledger *ledger, int most, stream_first first,
    void *arg)
{
	struct streams *s = xcalloc(1, sizeof *s);
	int last = event_base_get_npriorities(base) - 1;

	s->base = base;
	s->listener = listener;
	s->ledger = ledger;
	s->most = most;
	s->first = first;
	s->arg = arg;
	for (int a = 0; a < AUDIENCES; a++)
		s->last[a] = ledger_shown(ledger)->seq;
	s->comment = bytes_new("", 0, ":\n\n", 3);
	s->serve = on(base, 0, serve_some, s, last);
	s->late = on(base, 0, serve_some, s, last - 1);
	s->keep_alive = on(base, EV_PERSIST, keep_alive, s, last - 1);
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
			let_go(s->ring[i].bytes[a]);
	let_go(s->comment);
	event_free(s->serve);
	event_free(s->late);
	event_free(s->keep_alive);
	free(s);
}
