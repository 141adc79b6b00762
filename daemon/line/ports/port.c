/* Which backend a name needs, and the way to it. */
#include <errno.h>
#include <limits.h>
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

int
port_open(struct port *p, const char *name, int baud, const char **why)
{
	char path[PATH_MAX];
	struct stat st;
	int error;

	*p = (struct port){ .fd = -1 };
	if (strstr(name, "://") != NULL) {
		*why = "not available";
		return -1;
	}
	if (realpath(name, path) == NULL || stat(path, &st) == -1) {
		*why = strerrordesc_np(errno == ENOENT ? ENODEV : errno);
		return -1;
	}
	if (!S_ISCHR(st.st_mode)) {
		*why = "Not a device";
		return -1;
	}
	p->backend = is_serial(path) ? &port_serial : &port_plain;
	if ((error = p->backend->open(p, path, baud)) != 0) {
		*p = (struct port){ .fd = -1 };
		*why = error == EBUSY ? "In use by another program" : strerrordesc_np(error);
		return -1;
	}
	return 0;
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
	if (p->fd == -1)
		return;
	p->backend->close(p);
	*p = (struct port){ .fd = -1 };
}
