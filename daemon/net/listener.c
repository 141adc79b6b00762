/*
 * The HTTP sockets: accepts, holds back, limits, times.  evhttp makes a
 * bufferevent for each connection through our bevcb; a callback on its input
 * buffer takes every byte out before evhttp looks, and puts back one whole
 * checked request at a time.
 */
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <event2/util.h>

#include "daemon/net/guard.h"
#include "daemon/net/listener.h"

/* How long a refused client may go on sending, so that our close does not
 * become a reset that overtakes the answer (RFC 9112 9.6). */
#define LINGER_MS	2000

/* When a socket that stopped accepting for want of descriptors tries again. */
#define RETRY_MS	500

/* So many are accepted, and so many requests handled, before the loop looks
 * whether something more urgent has come. */
#define ACCEPTS		32
#define HANDLED		2

/* Small enough that a slow reader is seen to make progress: Linux says
 * writable only when a third is free, and doubles what is set here. */
#define SEND_BUFFER	(128 * 1024)

const struct listener_limits listener_defaults = {
	.connections = 1024, .per_address = 64, .body_max = 64 * 1024,
	.header_ms = 10000, .body_ms = 20000, .idle_ms = 75000, .stall_ms = 15000,
};

enum state {			/* when its event fires: */
	MADE,			/* by evhttp, which has not yet given it its socket: begin */
	WAITING,		/* for the rest of a request: 408, or just close */
	ANSWERING,		/* by evhttp: it does not */
	SENDING,		/* what is ready, past evhttp: go on, or close when nothing was taken */
	IDLE,			/* answered, nothing has come since: close, when that is long enough */
	AHEAD,			/* answered, something came before that: look at it */
	REFUSED,		/* whatever still comes is thrown away: close */
};

/* How much of the listener an address has. */
struct share {
	LIST_ENTRY(share)		 next;
	char				 address[sizeof ((struct peer *)0)->address];
	int				 open;		/* connections, and sockets taken */
};

struct connection {
	struct listener			*listener;
	struct bufferevent		*bev;		/* evhttp's */
	int				 fd;		/* evhttp's; -1 while MADE */
	struct evbuffer_cb_entry	*watch;		/* arrived() on bev's input */
	struct evbuffer			*held;		/* what has come and evhttp has not got */
	struct evbuffer			*rest;		/* SENDING: of the answer */
	size_t				 need;		/* bytes of the request; 0: header not whole */
	bool				 extended;	/* has body_ms, not header_ms */
	enum state			 state;
	struct event			 event;		/* a timer; SENDING: on the socket */
	struct peer			 peer;
	struct evhttp_request		*request;	/* what closed is about */
	void				(*closed)(void *arg);
	void				*closed_arg;
	TAILQ_ENTRY(connection)		 next;
};

struct listener {
	struct event_base		*base;
	struct evhttp			*http;
	const struct listener_limits	*limits;
	void				(*handle)(struct evhttp_request *, void *);
	void				*arg;
	listener_ready			 ready;
	TAILQ_HEAD(, connection)	 waiting;	/* all but ANSWERING and SENDING, longest first */
	LIST_HEAD(, share)		 shares;
	int				 open;		/* connections, without the Unix socket's */
	struct place {
		struct connection	*connection;	/* all but MADE; NULL: none, or taken */
		struct share		*share;		/* NULL: the Unix socket's */
	}				*by_fd;
	int				 fds;		/* length of by_fd */
	int				 null;		/* a descriptor of nothing, see listener_take */
	struct event			 more;		/* are accepted in the next turn */
	unsigned			 accepted, handled;
	char				*path;		/* of the Unix socket; NULL: none */
	int				 port;
};

static const char full[] =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Length: 0\r\n"
    "Connection: close\r\n"
    "\r\n";

static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

static void *
zalloc(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		errx(1, "out of memory");
	return p;
}

static struct timeval
after(int ms)
{
	return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

static void	fired(evutil_socket_t, short, void *);

static void
set_timer(struct connection *c, int ms)
{
	struct timeval tv = after(ms > 0 ? ms : 0);

	event_add(&c->event, &tv);
}

static bool
is_waiting(const struct connection *c)
{
	return c->state != ANSWERING && c->state != SENDING;
}

/*
 * Say something short past evhttp.  All of the answer before it is in the
 * kernel by then; a peer that does not even take this misses it.
 */
static void
say(struct connection *c, const char *bytes, size_t n)
{
	(void)!send(c->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
leave(struct share *s)
{
	if (s == NULL || --s->open > 0)
		return;
	LIST_REMOVE(s, next);
	free(s);
}

/* Release all that is ours.  evhttp is freeing the rest. */
static void
forget(struct connection *c)
{
	struct listener *l = c->listener;

	if (c->fd != -1) {
		leave(l->by_fd[c->fd].share);
		l->by_fd[c->fd] = (struct place){ 0 };
		l->open -= !c->peer.local;
	}
	if (is_waiting(c))
		TAILQ_REMOVE(&l->waiting, c, next);
	evbuffer_remove_cb_entry(bufferevent_get_input(c->bev), c->watch);
	event_del(&c->event);
	evbuffer_free(c->held);
	if (c->rest != NULL)
		evbuffer_free(c->rest);
	free(c);
}

/* evhttp is about to free the connection, whatever the reason. */
static void
connection_closed(struct evhttp_connection *evcon, void *arg)
{
	struct connection *c = arg;

	(void)evcon;
	/* evhttp has let go of the request if its answer has not been ended. */
	if (c->closed != NULL && evhttp_request_get_connection(c->request) == NULL) {
		c->closed(c->closed_arg);
		evhttp_request_free(c->request);
	}
	forget(c);
}

/*
 * End a connection as if its peer had gone, the one way in which evhttp leaves
 * a request to those who still answer it.
 */
static void
hang_up(struct connection *c, int options)
{
	bufferevent_trigger_event(c->bev, BEV_EVENT_READING | BEV_EVENT_EOF, options);
}

static void
turn_away(struct connection *c)
{
	say(c, full, sizeof full - 1);
	hang_up(c, 0);
}

static void
refuse(struct connection *c, int status, const char *reason)
{
	char answer[GUARD_ANSWER_MAX];

	say(c, answer, guard_answer(answer, status, reason));
	shutdown(c->fd, SHUT_WR);
	evbuffer_drain(c->held, -1);
	c->state = REFUSED;
	set_timer(c, LINGER_MS);
}

/* Give evhttp the request that stands first. */
static void
release(struct connection *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);

	c->state = ANSWERING;
	TAILQ_REMOVE(&c->listener->waiting, c, next);
	event_del(&c->event);
	evbuffer_cb_clear_flags(input, c->watch, EVBUFFER_CB_ENABLED);
	evbuffer_unfreeze(input, 0);
	evbuffer_remove_buffer(c->held, input, c->need);
	evbuffer_freeze(input, 0);
	evbuffer_cb_set_flags(input, c->watch, EVBUFFER_CB_ENABLED);
	c->need = 0;
	c->extended = false;
}

/* The answer is in the kernel. */
static void
wait_for_next(struct connection *c)
{
	TAILQ_INSERT_TAIL(&c->listener->waiting, c, next);
	if (evbuffer_get_length(c->held) == 0) {
		c->state = IDLE;
		set_timer(c, c->listener->limits->idle_ms);
	} else {
		c->state = AHEAD;	/* evhttp is not yet ready for it */
		set_timer(c, 0);
	}
}

static void
send_rest(struct connection *c)
{
	struct timeval stall = after(c->listener->limits->stall_ms);

	if (evbuffer_write(c->rest, c->fd) == -1 && errno != EAGAIN)
		evbuffer_drain(c->rest, -1);	/* the peer has gone: reading tells */
	if (evbuffer_get_length(c->rest) > 0) {
		event_add(&c->event, &stall);
		return;
	}
	evbuffer_free(c->rest);
	c->rest = NULL;
	evtimer_assign(&c->event, c->listener->base, fired, c);
	wait_for_next(c);
}

/* The rest of an answer, when the peer takes it. */
static void
send_later(struct connection *c, const struct iovec *parts, size_t count, size_t sent)
{
	if ((c->rest = evbuffer_new()) == NULL)
		errx(1, "out of memory");
	for (size_t i = 0; i < count; i++)
		if (evbuffer_add(c->rest, parts[i].iov_base, parts[i].iov_len) == -1)
			errx(1, "out of memory");
	evbuffer_drain(c->rest, sent);
	c->state = SENDING;
	event_del(&c->event);
	event_assign(&c->event, c->listener->base, c->fd, EV_WRITE, fired, c);
	send_rest(c);
}

/* Answer the request that stands first without evhttp, if its answer is ready. */
static bool
answer_at_once(struct connection *c, const struct guard_verdict *v)
{
	struct listener *l = c->listener;
	struct ready ready = { 0 };
	struct iovec parts[2];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t sent;

	if (l->ready == NULL || !v->plain || !l->ready(v, &ready, l->arg))
		return false;
	parts[0] = (struct iovec){ ready.head, ready.head_len };
	parts[1] = (struct iovec){ (void *)ready.body, ready.body_len };
	sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	evbuffer_drain(c->held, c->need);
	c->need = 0;
	TAILQ_REMOVE(&l->waiting, c, next);
	if (sent == -1 && errno == EAGAIN)
		sent = 0;
	if (sent == -1 || (size_t)sent == ready.head_len + ready.body_len)
		wait_for_next(c);	/* if the peer has gone, reading tells */
	else
		send_later(c, parts, 2, sent);
	return true;
}

/* See how far the request has come. */
static void
look(struct connection *c)
{
	size_t have = evbuffer_get_length(c->held);
	size_t head = have < GUARD_HEADER_MAX ? have : GUARD_HEADER_MAX;
	struct guard_verdict v = { 0 };
	int n;

	if (c->need == 0) {
		n = guard_check((const char *)evbuffer_pullup(c->held, head), head,
		    c->listener->limits->body_max, &v);
		if (n == -1)
			refuse(c, v.status, v.reason);
		if (n <= 0)
			return;
		c->need = n + v.body;
		if (v.expects && have < c->need)
			say(c, go_on, sizeof go_on - 1);
	}
	if (have >= c->need && !answer_at_once(c, &v))
		release(c);
}

/* Bytes came: take them before evhttp is told. */
static void
arrived(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct connection *c = arg;
	const struct listener_limits *limits = c->listener->limits;

	if (info->n_added == 0)
		return;
	evbuffer_add_buffer(c->held, input);
	switch (c->state) {
	case IDLE:
		c->state = WAITING;
		look(c);
		if (c->state == WAITING)	/* most come whole */
			set_timer(c, limits->header_ms);
		break;
	case WAITING:
		look(c);
		break;
	case REFUSED:
		evbuffer_drain(c->held, -1);
		break;
	case ANSWERING:
	case SENDING:
		/* Reading goes on so that we see the peer go; but not for ever. */
		if (evbuffer_get_length(c->held) > GUARD_HEADER_MAX + limits->body_max)
			hang_up(c, BEV_TRIG_DEFER_CALLBACKS);
		break;
	case MADE:
	case AHEAD:
		break;
	}
}

static void
answered(struct evhttp_request *req, void *arg)
{
	struct connection *c = arg;

	(void)req;
	c->closed = NULL;
	wait_for_next(c);
}

static struct connection *
connection_of(struct listener *l, struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);

	return evcon == NULL ? NULL :
	    l->by_fd[bufferevent_getfd(evhttp_connection_get_bufferevent(evcon))].connection;
}

static void
requested(struct evhttp_request *req, void *arg)
{
	struct listener *l = arg;
	struct connection *c = connection_of(l, req);

	evhttp_request_set_on_complete_cb(req, answered, c);
	l->handle(req, l->arg);
	if (++l->handled % HANDLED == 0)
		event_base_loopcontinue(l->base);
}

static bool
is_proxy(const struct listener *l, const char *address)
{
	if (l->limits->proxies == NULL)
		return false;
	for (const char *const *p = l->limits->proxies; *p != NULL; p++)
		if (strcmp(*p, address) == 0)
			return true;
	return false;
}

/* The connection to end so that the limits hold with c, maybe c; NULL: none.
 * The Unix socket's are neither counted nor ended. */
static struct connection *
one_too_many(struct connection *c)
{
	struct listener *l = c->listener;
	const struct share *share = l->by_fd[c->fd].share;
	struct connection *other;
	bool crowd = share != NULL && share->open > l->limits->per_address && !is_proxy(l, c->peer.address);

	if (!crowd && l->open <= l->limits->connections)
		return NULL;
	TAILQ_FOREACH(other, &l->waiting, next)		/* c is one of the last */
		if (other->fd != -1 && !other->peer.local &&
		    (!crowd || strcmp(other->peer.address, c->peer.address) == 0))
			break;
	return other;
}

static struct share *
join(struct listener *l, const char *address)
{
	struct share *s;

	LIST_FOREACH(s, &l->shares, next)
		if (strcmp(s->address, address) == 0)
			break;
	if (s == NULL) {
		s = zalloc(sizeof *s);
		strcpy(s->address, address);
		LIST_INSERT_HEAD(&l->shares, s, next);
	}
	s->open++;
	return s;
}

static struct place *
place(struct listener *l, int fd)
{
	int fds = l->fds;

	if (fd >= fds) {
		l->fds = fd * 2 + 16;
		if ((l->by_fd = realloc(l->by_fd, l->fds * sizeof *l->by_fd)) == NULL)
			errx(1, "out of memory");
		memset(l->by_fd + fds, 0, (l->fds - fds) * sizeof *l->by_fd);
	}
	return &l->by_fd[fd];
}

static void
keep_by_fd(struct listener *l, struct connection *c)
{
	*place(l, c->fd) = (struct place){ c, c->peer.local ? NULL : join(l, c->peer.address) };
	l->open += !c->peer.local;
}

/*
 * evhttp has given the connection its socket.  If it failed to, it has freed the
 * bufferevent, of which we hold a share, and taken its callbacks away.
 */
static void
begin(struct connection *c)
{
	const struct listener_limits *limits = c->listener->limits;
	struct timeval stall = after(limits->stall_ms);
	struct bufferevent *bev = c->bev;
	struct connection *victim;
	int on = 1, size = SEND_BUFFER;
	void *evcon;

	/* The one way to the evhttp_connection before it has a request. */
	bufferevent_getcb(bev, NULL, NULL, NULL, &evcon);
	if (evcon == NULL)
		forget(c);
	bufferevent_decref(bev);
	if (evcon == NULL)
		return;

	evhttp_connection_set_closecb(evcon, connection_closed, c);
	c->fd = bufferevent_getfd(bev);
	c->peer = socket_peer(c->fd);
	keep_by_fd(c->listener, c);
	if (!c->peer.local) {
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	}
	bufferevent_set_timeouts(bev, NULL, &stall);
	c->state = WAITING;
	set_timer(c, limits->header_ms);
	if ((victim = one_too_many(c)) != NULL)
		turn_away(victim);
}

static void
fired(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	const struct listener_limits *limits = c->listener->limits;

	(void)fd;
	switch (c->state) {
	case MADE:
		begin(c);
		break;
	case AHEAD:
		c->state = WAITING;
		set_timer(c, limits->header_ms);
		look(c);
		if (c->state == ANSWERING)
			bufferevent_trigger(c->bev, EV_READ, 0);
		break;
	case WAITING:
		if (c->need != 0 && !c->extended) {
			c->extended = true;
			set_timer(c, limits->body_ms - limits->header_ms);
		} else if (evbuffer_get_length(c->held) != 0)
			refuse(c, 408, "the request did not come to its end in time");
		else
			hang_up(c, 0);
		break;
	case SENDING:
		if (what & EV_TIMEOUT)
			hang_up(c, 0);
		else
			send_rest(c);
		break;
	case IDLE:
	case REFUSED:
		hang_up(c, 0);
		break;
	case ANSWERING:
		break;
	}
}

/* A socket's callback accepts as long as the socket is enabled. */
static void
accept_later(struct evhttp_bound_socket *bound, void *arg)
{
	(void)arg;
	evconnlistener_disable(evhttp_bound_socket_get_listener(bound));
}

/*
 * evhttp wants a bufferevent for a connection that it has accepted.  It cannot
 * be refused here (evhttp would make one without our watch), and the socket is
 * not known yet: both come in begin(), before the first byte.
 */
static struct bufferevent *
connection_made(struct event_base *base, void *arg)
{
	struct listener *l = arg;
	struct connection *c = zalloc(sizeof *c);

	c->listener = l;
	c->fd = -1;
	if ((c->held = evbuffer_new()) == NULL ||
	    (c->bev = bufferevent_socket_new(base, -1, 0)) == NULL)
		errx(1, "out of memory");
	bufferevent_incref(c->bev);
	c->watch = evbuffer_add_cb(bufferevent_get_input(c->bev), arrived, c);
	TAILQ_INSERT_TAIL(&l->waiting, c, next);
	evtimer_assign(&c->event, base, fired, c);
	event_active(&c->event, EV_TIMEOUT, 0);
	if (++l->accepted % ACCEPTS == 0) {
		evhttp_foreach_bound_socket(l->http, accept_later, NULL);
		event_active(&l->more, EV_TIMEOUT, 0);
	}
	return c->bev;
}

static void
wait_over(evutil_socket_t fd, short what, void *lev)
{
	(void)fd;
	(void)what;
	evconnlistener_enable(lev);
}

/*
 * Out of descriptors or memory.  The socket stays readable and would keep the
 * loop busy, so it is left alone for a while.  arg is evhttp, which cannot tell
 * us who we are: the wait is of the base, which does not go on after us.
 */
static void
accept_failed(struct evconnlistener *lev, void *arg)
{
	struct timeval again = after(RETRY_MS);

	(void)arg;
	evconnlistener_disable(lev);
	if (event_base_once(evconnlistener_get_base(lev), -1, EV_TIMEOUT, wait_over, lev, &again) == -1)
		evconnlistener_enable(lev);
}

static void
accept_again(struct evhttp_bound_socket *bound, void *arg)
{
	(void)arg;
	evconnlistener_enable(evhttp_bound_socket_get_listener(bound));
}

static void
more(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;

	(void)fd;
	(void)what;
	evhttp_foreach_bound_socket(l->http, accept_again, NULL);
}

void
listener_set_ready(struct listener *l, listener_ready ready)
{
	l->ready = ready;
}

struct listener *
listener_new(struct event_base *base, const struct listener_limits *limits,
    void (*handle)(struct evhttp_request *, void *), void *arg)
{
	struct listener *l = zalloc(sizeof *l);

	l->base = base;
	l->limits = limits;
	l->handle = handle;
	l->arg = arg;
	TAILQ_INIT(&l->waiting);
	if ((l->http = evhttp_new(base)) == NULL)
		errx(1, "out of memory");
	if ((l->null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		err(1, "/dev/null");
	event_assign(&l->more, base, -1, 0, more, l);
	evhttp_set_default_content_type(l->http, NULL);
	evhttp_set_bevcb(l->http, connection_made, l);
	evhttp_set_gencb(l->http, requested, l);
	signal(SIGPIPE, SIG_IGN);	/* evhttp writes without MSG_NOSIGNAL */
	return l;
}

int
listener_open(struct listener *l, const char *where, char why[LISTENER_WHY])
{
	bool path = strchr(where, '/') != NULL;
	struct evhttp_bound_socket *bound;
	int fd = path ? socket_listen_at_path(where, why, LISTENER_WHY) : socket_listen(where, &l->port, why, LISTENER_WHY);

	if (fd == -1)
		return -1;
	if (path) {
		free(l->path);
		l->path = strdup(where);
	}
	if ((bound = evhttp_accept_socket_with_handle(l->http, fd)) == NULL ||
	    (path && l->path == NULL))
		errx(1, "out of memory");
	evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(bound), accept_failed);
	return 0;
}

int
listener_port(const struct listener *l)
{
	return l->port;
}

int
listener_connections(const struct listener *l)
{
	int n = 0;

	for (int fd = 0; fd < l->fds; fd++)
		n += l->by_fd[fd].connection != NULL;
	return n;
}

void
listener_free(struct listener *l)
{
	struct connection *c;

	if (l == NULL)
		return;
	for (int fd = 0; fd < l->fds; fd++)
		if (l->by_fd[fd].connection != NULL)
			hang_up(l->by_fd[fd].connection, 0);
	while ((c = TAILQ_FIRST(&l->waiting)) != NULL) {	/* MADE */
		struct bufferevent *bev = c->bev;

		forget(c);
		bufferevent_decref(bev);
	}
	evhttp_free(l->http);
	event_del(&l->more);
	close(l->null);
	if (l->path != NULL)
		unlink(l->path);
	free(l->path);
	free(l->by_fd);
	free(l);
}

struct peer
listener_peer(struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);

	return socket_peer(evcon == NULL ? -1 :
	    bufferevent_getfd(evhttp_connection_get_bufferevent(evcon)));
}

size_t
listener_pending(struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);

	return evcon == NULL ? 0 : evbuffer_get_length(
	    bufferevent_get_output(evhttp_connection_get_bufferevent(evcon)));
}

void
listener_on_close(struct listener *l, struct evhttp_request *req,
    void (*closed)(void *), void *arg)
{
	struct connection *c = connection_of(l, req);

	c->request = req;
	c->closed = closed;
	c->closed_arg = arg;
}

int
listener_take(struct listener *l, struct evhttp_request *req)
{
	struct connection *c = connection_of(l, req);
	int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	*place(l, fd) = (struct place){ NULL, l->by_fd[c->fd].share };
	l->by_fd[c->fd].share = NULL;
	/* evhttp shuts down and closes what it knows as its socket: it gets something else under that number. */
	bufferevent_disable(c->bev, EV_READ | EV_WRITE);
	dup3(l->null, c->fd, O_CLOEXEC);
	evhttp_connection_free(evhttp_request_get_connection(req));
	return fd;
}

void
listener_close(struct listener *l, int fd)
{
	leave(l->by_fd[fd].share);
	l->by_fd[fd].share = NULL;
	close(fd);
}

void
listener_drop(struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);

	if (evcon != NULL)
		evhttp_connection_free(evcon);	/* and the request with it */
	else
		evhttp_request_free(req);
}
