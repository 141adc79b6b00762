/*
 * Dialling: from HOST:PORT to a connection, without waiting for anybody.
 *
 * A name is looked up as everywhere on the machine, by a thread of its own; the
 * addresses it has are tried one after the other.  The connection sends at
 * once, and a peer that is gone without a word is noticed: 30 s after it was
 * last heard, or after something was sent to it.
 *
 * How long a peer may take is real time, as in net/: a held clock stops no peer.
 */
#ifndef DIAL_H
#define DIAL_H

#include <event2/event.h>

struct dial;

/*
 * Begin.  done is called once, from the loop: fd is taken and why NULL, or fd is
 * -1 and why borrowed for ever.  New; it is freed before done is called.
 */
struct dial	*dial_begin(struct event_base *, const char *address, void (*done)(void *arg, int fd, const char *why),
		    void *arg);

/* Give up: done is not called.  NULL is allowed. */
void		 dial_end(struct dial *);

#endif
