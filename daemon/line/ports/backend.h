/* The kinds of ports, a file each, as port.h tells them apart. */
#ifndef BACKEND_H
#define BACKEND_H

#include "daemon/line/ports/port.h"

/*
 * Functions as below.  open is given the path behind all links, or what follows
 * the scheme, and returns 0, an errno, or EINPROGRESS: port_answer tells later.
 */
struct port_backend {
	const char	*name;
	const char	*scheme;	/* of its names; NULL: they are paths */
	int		(*open)(struct port *, const char *path, int baud);
	ssize_t		(*read)(struct port *, void *, size_t);
	ssize_t		(*write)(struct port *, const void *, size_t);
	void		(*discard)(struct port *);
	void		(*close)(struct port *);
};

extern const struct port_backend port_serial, port_plain, port_tcp, port_rfc2217;

/* An open in progress has ended, and nothing else is done with the port: why is NULL, and it is open; or why not. */
void	port_answer(struct port *, const char *why);

/* tcp.c: a connection, as port.h has it for ports. */
ssize_t	connection_read(int fd, void *, size_t);
ssize_t	connection_write(int fd, const void *, size_t);
void	connection_discard(int fd);
void	connection_close(int fd);

#endif
