/*
 * Ports: a descriptor that bytes come from and go to, opened by its name.
 *
 * A name is a path, best one below /dev/serial/by-id, or tcp://HOST:PORT or
 * rfc2217://HOST:PORT.  Ports are opened raw, 8N1 without flow control, for us
 * alone, and never block.  What a name is decides how it is opened:
 *
 *	serial	a tty with hardware behind it, by libserialport
 *	plain	a pseudo-terminal, which libserialport refuses, or a character
 *		device that is no tty (/dev/usb/lp0)
 *	tcp	a connection that carries the bytes as they are
 *	rfc2217	a telnet connection, which also sets the far end's speed
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <event2/event.h>

struct port_backend;

struct port {
	/* Its owner's, set once.  opened ends an open that takes time; see port_open. */
	struct event_base *base;
	void		(*opened)(void *arg, const char *why);
	void		 *arg;
	bool		 rs485;		/* the kernel is to switch a real tty between sending and hearing */

	const struct port_backend *backend;	/* NULL: shut */
	int		 fd;		/* to wait on; -1: not open, or not yet */
	const char	*trouble;	/* it is open, but not as was wanted; borrowed for ever, or NULL */
	bool		 idle;		/* readable without having anything: leave it alone for a while */
	void		*handle;	/* the backend's own */
};

enum port_result {
	PORT_OPEN,
	PORT_OPENING,		/* opened is called from the loop, once: why is NULL, and it is open; or why not */
	PORT_ABSENT,		/* there is nothing of this name now */
	PORT_REFUSED
};

/* Open a port that is shut.  The reason of the last two is in why, borrowed for ever as all are. */
enum port_result port_open(struct port *, const char *name, int baud, const char **why);

/* Is fd readable, though the loop has not said so yet? */
bool	port_readable(const struct port *);

/* Once each time fd is readable.  The bytes read; 0: none after all; -1: the device is gone. */
ssize_t	port_read(struct port *, void *, size_t);

/* The bytes taken, which may be 0; -1: the device is gone. */
ssize_t	port_write(struct port *, const void *, size_t);

/* Drop what was written and has not left yet, if need be with the connection. */
void	port_discard(struct port *);

/* What has not left is dropped; opened is not called any more.  A port that is shut is left alone. */
void	port_close(struct port *);

#endif
