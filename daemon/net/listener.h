#ifndef DAEMON_NET_LISTENER_H
#define DAEMON_NET_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/net/socket.h"

struct event_base;
struct evhttp_request;
struct guard_verdict;

/*
 * HTTP/1.1 on loopback and on a Unix socket: evhttp behind guard.h.
 *
 * Bytes that come are held until they are one whole request, header and body,
 * that the guard accepts; only then evhttp gets them, and the next request only
 * after the answer.  A refused request gets its 4xx or 5xx and the end of the
 * connection.  What has not become a whole request in time is ended: the times
 * are totals, a byte now and then buys nothing.
 *
 * Over a limit of connections the one that has kept us waiting longest for a
 * request (under per_address: of that address) makes room with a 503: maybe the
 * new one itself, for those whose request is being answered are never ended so.
 * Whoever keeps answers open for hours takes their sockets over, and bounds their
 * number.
 *
 * All of it belongs to the thread of the event_base.  SIGPIPE is ignored from
 * listener_new on.
 */
struct listener_limits {
	int		 connections;	/* open at once (and, until the loop's next turn, what came
					 * together); the Unix socket's are not counted */
	int		 per_address;	/* of those, from one address */
	const char	*const *proxies;/* addresses without that limit, as inet_ntop writes
					 * them; ends in NULL; NULL: none */
	size_t		 body_max;	/* bytes */
	int		 header_ms;	/* from accept, or a request's first byte, to the end of
					 * its header */
	int		 body_ms;	/* the same to the end of its body */
	int		 idle_ms;	/* from an answer's end to the next request's first byte */
	int		 stall_ms;	/* an answer waits to be sent and the peer takes nothing */
};

/* 1024, 64, none, 64 KB, 10 s, 20 s, 75 s (nginx keeps its end 60 s), 15 s. */
extern const struct listener_limits listener_defaults;

#define LISTENER_WHY	256

struct listener;

/*
 * New; no socket is open yet.  limits is borrowed while the listener lives, and
 * read at each use: it may be changed.  Ends the program when memory is out.
 *
 * handle gets every request, whatever method and path.  The request must be
 * answered once, then or later, by evhttp_send_reply or _start, _chunk, _end.
 * If its peer goes first, the answer goes nowhere, and frees the request as
 * ever.  Three things evhttp leaves to handle: no body to HEAD, 204 and 304 (it
 * would be sent and read as the next answer), a Content-Type, and no use of
 * evhttp_request_set_on_complete_cb and evhttp_connection_set_closecb: both are
 * the listener's own.
 */
struct listener *listener_new(struct event_base *, const struct listener_limits *limits,
	    void (*handle)(struct evhttp_request *, void *arg), void *arg);

/* An answer that is ready, sent as it is. */
struct ready {
	char		 head[1024];	/* status line and headers, to the empty line */
	size_t		 head_len;
	const void	*body;		/* borrowed for the moment; NULL: none */
	size_t		 body_len;
};

/*
 * Have `ready` asked first about each request that the guard calls plain: true
 * if it has filled in the answer, false if the request is one for handle.  arg
 * is handle's.  This way is short: no evhttp, nothing allocated, mostly one
 * system call to send.
 */
typedef bool	(*listener_ready)(const struct guard_verdict *, struct ready *, void *arg);
void	listener_set_ready(struct listener *, listener_ready);

/*
 * Listen on "127.0.0.1:8080", "[::1]:8080" (port 0: any) or on one path (it has
 * a slash; mode 0660; a socket file that nobody listens on is replaced).
 * Returns 0, or -1 and one line in why.  May be called several times.
 */
int	listener_open(struct listener *, const char *where, char why[LISTENER_WHY]);

/* The port of the newest TCP socket; 0: none. */
int	listener_port(const struct listener *);

/* Connections open now, the Unix socket's included. */
int	listener_connections(const struct listener *);

/* End every connection (closed is called, see below) and close the sockets. */
void	listener_free(struct listener *);

/* The peer of a request, to be asked in handle. */
struct peer listener_peer(struct evhttp_request *);

/* Bytes of the answer that still wait for the peer, without what the kernel
 * holds (at most 256 KB); 0 when it has gone. */
size_t	listener_pending(struct evhttp_request *);

/*
 * For an answer that is given later or stays open: have closed called when the
 * connection ends before the answer has been ended by evhttp_send_reply or
 * evhttp_send_reply_end.  The request is gone then: not to be answered, only
 * forgotten.  To be called in handle.
 */
void	listener_on_close(struct listener *, struct evhttp_request *,
	    void (*closed)(void *arg), void *arg);

/*
 * Take the socket of a request over, to answer by hand: evhttp and the listener
 * are done with it, the request is gone, what was sent ahead is lost.  To be
 * called in handle instead of an answer.  Returns the descriptor, non-blocking,
 * or -1 when there is none left (the request is as before).  It counts among
 * its address's connections until it is given to listener_close, but not among
 * all.
 */
int	listener_take(struct listener *, struct evhttp_request *);
void	listener_close(struct listener *, int fd);

/* End a request's connection at once; what waits unsent is lost, the request is
 * gone, closed is not called. */
void	listener_drop(struct evhttp_request *);

#endif
