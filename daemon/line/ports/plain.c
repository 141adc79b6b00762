/* Ports that libserialport refuses: pseudo-terminals, and character devices that are no tty. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/line/ports/backend.h"

static const struct { int baud; speed_t speed; } speeds[] = {
	{ 1200, B1200 }, { 2400, B2400 }, { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 },
	{ 38400, B38400 }, { 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 },
};

/* A pseudo-terminal takes any speed and heeds none: one that is not listed is left as it is. */
static int
set_raw(int fd, int baud)
{
	struct termios t;

	if (tcgetattr(fd, &t) == -1)
		return errno;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			cfsetspeed(&t, speeds[i].speed);
	return tcsetattr(fd, TCSANOW, &t) == -1 ? errno : 0;
}

static int
plain_open(struct port *p, const char *path, int baud)
{
	int error = 0;

	p->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (p->fd == -1)
		return errno;
	if (flock(p->fd, LOCK_EX | LOCK_NB) == -1)
		error = EBUSY;
	else if (isatty(p->fd))
		error = set_raw(p->fd, baud);
	if (error != 0)
		close(p->fd);
	return error;
}

static bool
hung_up(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1;
}

/* No bytes: a hang-up, or an empty packet of a USB printer; some send them all the time. */
static ssize_t
plain_read(struct port *p, void *bytes, size_t size)
{
	ssize_t n = read(p->fd, bytes, size);

	p->idle = n == 0;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n > 0 || (n == 0 && !hung_up(p->fd)) ? n : -1;
}

static ssize_t
plain_write(struct port *p, const void *bytes, size_t len)
{
	ssize_t n = write(p->fd, bytes, len);

	return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

/* What is no tty refuses, and keeps it. */
static void
plain_discard(struct port *p)
{
	tcflush(p->fd, TCOFLUSH);
}

static void
plain_close(struct port *p)
{
	tcflush(p->fd, TCIOFLUSH);
	close(p->fd);
}

const struct port_backend port_plain = {
	.name = "plain",
	.open = plain_open, .read = plain_read, .write = plain_write,
	.discard = plain_discard, .close = plain_close
};
