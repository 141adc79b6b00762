/* The kinds of ports, a file each, as port.h tells them apart. */
#ifndef BACKEND_H
#define BACKEND_H

#include "daemon/line/ports/port.h"

/* Functions as below.  open is given the path behind all links, and returns 0 or an errno. */
struct port_backend {
	const char	*name;
	int		(*open)(struct port *, const char *path, int baud);
	ssize_t		(*read)(struct port *, void *, size_t);
	ssize_t		(*write)(struct port *, const void *, size_t);
	void		(*discard)(struct port *);
	void		(*close)(struct port *);
};

extern const struct port_backend port_serial, port_plain;

#endif
