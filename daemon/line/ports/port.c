/* Which backend a name needs, and the way to it. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/line/ports/backend.h"

/* Is the character device a tty with hardware behind it? */
static int
is_serial(const char *path)
{
	char class[PATH_MAX + sizeof("/sys/class/tty/")];
	struct stat st;

	if (strncmp(path, "/dev/pts/", strlen("/dev/pts/")) == 0)
		return 0;
	snprintf(class, sizeof(class), "/sys/class/tty/%s", strrchr(path, '/') + 1);
	return lstat(class, &st) == 0;
}

/* Which backend opens the name, and what it is given for it, in path.  NULL: there is nothing to open, and an errno. */
static const struct port_backend *
find(char path[PATH_MAX], const char *name)
{
	static const struct port_backend *const far[] = { &port_tcp, &port_rfc2217 };
	struct stat st;

	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		if (strncmp(name, far[i]->scheme, strlen(far[i]->scheme)) == 0) {
			snprintf(path, PATH_MAX, "%s", name + strlen(far[i]->scheme));
			return far[i];
		}
	if (realpath(name, path) == NULL || stat(path, &st) == -1)
		return NULL;
	if (!S_ISCHR(st.st_mode)) {
		errno = ENOTTY;
		return NULL;
	}
	return is_serial(path) ? &port_serial : &port_plain;
}

static const char *
reason(int error)
{
	switch (error) {
	case ENOENT:
		return "No such device";
	case ENOTTY:
		return "Not a device";
	case EBUSY:
		return "In use by another program";
	}
	return strerrordesc_np(error);
}

static void
shut(struct port *p)
{
	p->backend = NULL;
	p->fd = -1;
	p->trouble = NULL;
	p->idle = false;
	p->handle = NULL;
}

enum port_result
port_open(struct port *p, const char *name, int baud, const char **why)
{
	char path[PATH_MAX];
	int error;

	shut(p);
	if ((p->backend = find(path, name)) == NULL) {
		error = errno;
		*why = reason(error);
		return error == ENOENT ? PORT_ABSENT : PORT_REFUSED;
	}
	if ((error = p->backend->open(p, path, baud)) == 0)
		return PORT_OPEN;
	if (error == EINPROGRESS)
		return PORT_OPENING;
	shut(p);
	*why = reason(error);
	return PORT_REFUSED;
}

void
port_answer(struct port *p, const char *why)
{
	if (why != NULL)
		port_close(p);
	p->opened(p->arg, why);
}

bool
port_readable(const struct port *p)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

ssize_t
port_read(struct port *p, void *bytes, size_t size)
{
	return p->backend->read(p, bytes, size);
}

ssize_t
port_write(struct port *p, const void *bytes, size_t len)
{
	return p->backend->write(p, bytes, len);
}

void
port_discard(struct port *p)
{
	p->backend->discard(p);
}

void
port_close(struct port *p)
{
	if (p->backend == NULL)
		return;
	p->backend->close(p);
	shut(p);
}
