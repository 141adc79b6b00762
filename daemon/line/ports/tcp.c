/* Device servers that pass the bytes of a line on unchanged, and printers on port 9100. */
#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/line/ports/backend.h"
#include "daemon/line/ports/dial.h"

ssize_t
connection_read(int fd, void *bytes, size_t size)
{
	ssize_t n = recv(fd, bytes, size, 0);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n > 0 ? n : -1;
}

ssize_t
connection_write(int fd, const void *bytes, size_t len)
{
	ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

	return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

/*
 * What the server has not taken cannot be called back, and would be printed or
 * shown when it does: so the connection is given up, as is noticed at once.
 */
void
connection_discard(int fd)
{
	int left;

	if (ioctl(fd, SIOCOUTQ, &left) == 0 && left > 0)
		connect(fd, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr));
}

void
connection_close(int fd)
{
	if (fd == -1)
		return;
	connection_discard(fd);
	close(fd);
}

static void
tcp_connected(void *arg, int fd, const char *why)
{
	struct port *p = arg;

	p->handle = NULL;
	p->fd = fd;
	port_answer(p, why);
}

static int
tcp_open(struct port *p, const char *address, int baud)
{
	(void)baud;		/* is set at the server */
	p->handle = dial_begin(p->base, address, tcp_connected, p);
	return EINPROGRESS;
}

static ssize_t
tcp_read(struct port *p, void *bytes, size_t size)
{
	return connection_read(p->fd, bytes, size);
}

static ssize_t
tcp_write(struct port *p, const void *bytes, size_t len)
{
	return connection_write(p->fd, bytes, len);
}

static void
tcp_discard(struct port *p)
{
	connection_discard(p->fd);
}

static void
tcp_close(struct port *p)
{
	dial_end(p->handle);
	connection_close(p->fd);
}

const struct port_backend port_tcp = {
	.name = "tcp", .scheme = "tcp://",
	.open = tcp_open, .read = tcp_read, .write = tcp_write,
	.discard = tcp_discard, .close = tcp_close
};
