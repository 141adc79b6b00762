/*
 * Dialling: a name, its addresses, a connection.
 *
 * Names are left to the C library, which knows all that the machine knows of
 * them, but keeps who asks waiting: so a thread asks, one a lookup, and a name
 * server that is silent is nobody else's trouble.  It hands its answer over
 * through a pair of sockets, whose near end is closed when nobody wants it.
 * (libevent's own resolver cannot be freed safely while it waits, 2.1.12.)
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/util.h"
#include "daemon/line/ports/dial.h"

#define HOST_MAX	256
#define CONNECT_S	5		/* for each address */
#define STACK_BYTES	(512 * 1024)	/* of the thread */

struct answer {
	int		 error;		/* of getaddrinfo */
	struct addrinfo	*addresses;
};

/* The thread's own. */
struct lookup {
	char	host[HOST_MAX], service[8];
	int	out;			/* its end of the pair */
};

struct dial {
	struct event_base	*base;
	int			 fd;		/* the near end of the pair, then of a connection; -1: none */
	struct event		*wait;		/* for what comes of fd, or NULL */
	struct addrinfo		*addresses, *next;
	const char		*why;		/* why there is no connection yet */
	void			(*done)(void *, int, const char *);
	void			*arg;
};

static const struct addrinfo by_number = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
static const struct addrinfo by_name = { .ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };

/* "host:7", "[::1]:7".  0, or -1: it is too long. */
static int
split(struct lookup *l, const char *address)
{
	const char *colon = strrchr(address, ':'), *host = address;
	size_t len = colon - address;

	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	if (len >= sizeof(l->host))
		return -1;
	memcpy(l->host, host, len);
	snprintf(l->service, sizeof(l->service), "%s", colon + 1);
	return 0;
}

static void *
look_up(void *arg)
{
	struct lookup *l = arg;
	struct answer a = { 0 };
	sigset_t all;

	sigfillset(&all);	/* it may outlive the loop, which hears them */
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	a.error = getaddrinfo(l->host, l->service, &by_name, &a.addresses);
	if (send(l->out, &a, sizeof(a), MSG_NOSIGNAL) == -1 && a.error == 0)
		freeaddrinfo(a.addresses);
	close(l->out);
	free(l);
	return NULL;
}

/* The lookup is taken.  The end at which its answer comes, or -1. */
static int
begin_lookup(struct lookup *l)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int pair[2], error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1) {
		free(l);
		return -1;
	}
	l->out = pair[1];
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	error = pthread_create(&thread, &attributes, look_up, l);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		return pair[0];
	close(pair[0]);
	close(pair[1]);
	free(l);
	return -1;
}

/* No longer wait for what comes of fd. */
static void
stop_waiting(struct dial *d)
{
	if (d->wait != NULL)
		event_free(d->wait);
	d->wait = NULL;
}

static void
wait_for(struct dial *d, short what, int limit_s, void (*come)(evutil_socket_t, short, void *))
{
	const struct timeval limit = { .tv_sec = limit_s };

	stop_waiting(d);
	d->wait = event_new(d->base, d->fd, what, come, d);
	event_add(d->wait, limit_s > 0 ? &limit : NULL);
}

static void
drop_fd(struct dial *d)
{
	stop_waiting(d);
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
}

void
dial_end(struct dial *d)
{
	if (d == NULL)
		return;
	drop_fd(d);
	if (d->addresses != NULL)
		freeaddrinfo(d->addresses);
	free(d);
}

/* It is over: connected, or not, and why. */
static void
end(struct dial *d, const char *why)
{
	const struct dial ended = *d;

	if (why == NULL)
		d->fd = -1;			/* done takes it */
	dial_end(d);
	ended.done(ended.arg, why == NULL ? ended.fd : -1, why);
}

static void
set_options(int fd)
{
	static const struct { int level, name, value; } options[] = {
		{ IPPROTO_TCP,	TCP_NODELAY,		1 },
		{ SOL_SOCKET,	SO_KEEPALIVE,		1 },
		{ IPPROTO_TCP,	TCP_KEEPIDLE,		15 },
		{ IPPROTO_TCP,	TCP_KEEPINTVL,		5 },
		{ IPPROTO_TCP,	TCP_KEEPCNT,		3 },
		{ IPPROTO_TCP,	TCP_USER_TIMEOUT,	30000 },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(options[i].value));
}

/* Begin to connect.  0, or an errno. */
static int
begin_connection(struct dial *d, const struct addrinfo *a)
{
	d->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd == -1)
		return errno;
	set_options(d->fd);
	return connect(d->fd, a->ai_addr, a->ai_addrlen) == -1 && errno != EINPROGRESS ? errno : 0;
}

static void	connected(evutil_socket_t, short, void *);

/* The next address, until one has begun. */
static void
connect_next(struct dial *d)
{
	int error;

	while (d->next != NULL) {
		error = begin_connection(d, d->next);
		d->next = d->next->ai_next;
		if (error == 0) {
			wait_for(d, EV_WRITE, CONNECT_S, connected);
			return;
		}
		d->why = strerrordesc_np(error);
		drop_fd(d);
	}
	end(d, d->why);
}

/* It is, or it failed, or its time is over. */
static void
connected(evutil_socket_t fd, short what, void *arg)
{
	struct dial *d = arg;
	socklen_t len = sizeof(int);
	int error = ETIMEDOUT;

	if (!(what & EV_TIMEOUT))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error == 0) {
		end(d, NULL);
		return;
	}
	d->why = strerrordesc_np(error);
	drop_fd(d);
	connect_next(d);
}

static void
looked_up(evutil_socket_t fd, short what, void *arg)
{
	struct dial *d = arg;
	struct answer a;

	(void)what;
	if (recv(fd, &a, sizeof(a), 0) != sizeof(a))
		a.error = EAI_AGAIN;
	drop_fd(d);
	if (a.error != 0) {
		end(d, gai_strerror(a.error));
		return;
	}
	d->addresses = d->next = a.addresses;
	connect_next(d);
}

/* The loop's first turn: numbers need no lookup. */
static void
begin(evutil_socket_t fd, short what, void *arg)
{
	struct dial *d = arg;

	(void)fd, (void)what;
	connect_next(d);
}

struct dial *
dial_begin(struct event_base *base, const char *address, void (*done)(void *, int, const char *), void *arg)
{
	struct dial *d = xcalloc(1, sizeof(*d));
	struct lookup *l = xcalloc(1, sizeof(*l));

	*d = (struct dial){ .base = base, .fd = -1, .why = "No such address", .done = done, .arg = arg };
	if (split(l, address) == -1 || getaddrinfo(l->host, l->service, &by_number, &d->addresses) == 0) {
		free(l);
		d->next = d->addresses;
	} else if ((d->fd = begin_lookup(l)) != -1) {
		wait_for(d, EV_READ, 0, looked_up);
		return d;
	} else
		d->why = strerrordesc_np(EAGAIN);
	wait_for(d, 0, 0, begin);
	event_active(d->wait, EV_TIMEOUT, 0);
	return d;
}
