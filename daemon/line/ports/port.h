/*
 * Ports: a descriptor that bytes come from and go to, opened by its name.
 *
 * A name is a path, best one below /dev/serial/by-id, or tcp://HOST:PORT or
 * rfc2217://HOST:PORT.  Ports are opened raw, 8N1 without flow control, for us
 * alone, and never block.  What a path is decides how it is opened:
 *
 *	serial	a tty with hardware behind it, by libserialport
 *	plain	a pseudo-terminal, which libserialport refuses, or a character
 *		device that is no tty (/dev/usb/lp0)
 */
#ifndef PORT_H
#define PORT_H

#include <stddef.h>
#include <sys/types.h>

struct port_backend;

struct port {
	const struct port_backend *backend;
	int	 fd;		/* to wait on; -1: not open */
	void	*handle;	/* the backend's own */
};

/* Open.  0, or -1 and the reason in why, borrowed for ever. */
int	port_open(struct port *, const char *name, int baud, const char **why);

/* Once each time fd is readable.  The bytes read; 0: none after all; -1: the device is gone. */
ssize_t	port_read(struct port *, void *, size_t);

/* The bytes taken, which may be 0; -1: the device is gone. */
ssize_t	port_write(struct port *, const void *, size_t);

/* Drop what was written and has not left yet. */
void	port_discard(struct port *);

/* What has not left is dropped.  A port that is not open is left alone. */
void	port_close(struct port *);

#endif
