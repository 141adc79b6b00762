/*
 * Makes libserialport open pseudo-terminals, so that the real library runs in
 * tests: it looks a port up in /sys/class/tty, and asks for modem lines, which
 * a pseudo-terminal has not.  Linked into a test, or for a whole program:
 *
 *	cc -shared -fPIC -o ttyshim.so tests/ttyshim.c; LD_PRELOAD=./ttyshim.so ...
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/serial.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLASS	"/sys/class/tty/pts/"
#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

/* The terminals can do RS-485, and were told this. */
static bool ttyshim_rs485;
static struct serial_rs485 ttyshim_set;

int	__lxstat(int version, const char *path, struct stat *st);

/* The name that libserialport's own calls of lstat have. */
int
__lxstat(int version, const char *path, struct stat *st)
{
	if (strncmp(path, CLASS, strlen(CLASS)) != 0)
		return NEXT(__lxstat)(version, path, st);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFLNK;
	return 0;
}

ssize_t
readlink(const char *path, char *out, size_t size)
{
	static const char target[] = "../../devices/pty";

	if (strncmp(path, CLASS, strlen(CLASS)) != 0)
		return NEXT(readlink)(path, out, size);
	memcpy(out, target, size < sizeof(target) ? size : sizeof(target));
	return sizeof(target) - 1;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	switch (request) {
	case TIOCSRS485:
		if (!ttyshim_rs485)
			break;
		ttyshim_set = *(struct serial_rs485 *)arg;
		return 0;
	case TIOCMGET:
		*(int *)arg = TIOCM_DTR | TIOCM_RTS;
		return 0;
	case TIOCMSET:
	case TIOCMBIS:
	case TIOCMBIC:
		return 0;
	}
	return NEXT(ioctl)(fd, request, arg);
}
