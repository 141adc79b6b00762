/*
 * Ports over pseudo-terminals: each backend opens, reads, writes, is told of a
 * device that is gone, and never blocks.  libserialport's own code runs, with
 * the help of ttyshim.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/line/ports/backend.h"
#include "daemon/line/ports/port.h"
#include "tests/ttyshim.c"

static int empty_fd = -1;		/* reads nothing, as an empty packet does */

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fd == empty_fd ? 0 : NEXT(read)(fd, bytes, size);
}

static int master, slave;
static char path[64];

static struct port
opened(void *backend, int baud)
{
	struct port port = { .backend = backend, .fd = -1 };

	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	assert_int_equal(port.backend->open(&port, path, baud), 0);
	assert_true(port.fd >= 0);
	return port;
}

static void
closed(struct port *port)
{
	port_close(port);
	assert_int_equal(port->fd, -1);
	port_close(port);
	if (master != -1)
		close(master);
	close(slave);
}

static void
wait_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void
bytes_pass_both_ways_unchanged(void **state)
{
	struct port port = opened(*state, 9600);
	uint8_t all[256], got[256];
	size_t n;

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	assert_int_equal(port_write(&port, all, sizeof all), sizeof all);
	for (n = 0; n < sizeof got; ) {
		wait_readable(master);
		n += read(master, got + n, sizeof got - n);
	}
	assert_memory_equal(got, all, sizeof all);

	assert_int_equal(write(master, all, sizeof all), sizeof all);
	for (n = 0; n < sizeof got; ) {
		ssize_t more;

		wait_readable(port.fd);
		more = port_read(&port, got + n, sizeof got - n);
		assert_true(more > 0);
		n += more;
	}
	assert_memory_equal(got, all, sizeof all);
	closed(&port);
}

static void
the_line_is_set(void **state)
{
	static const struct { int baud; speed_t speed; } rows[] = {
		{ 9600, B9600 }, { 57600, B57600 }, { 115200, B115200 }
	};

	for (int i = 0; i < 3; i++) {
		struct port port = opened(*state, rows[i].baud);
		struct termios t;

		assert_int_equal(tcgetattr(slave, &t), 0);
		assert_int_equal(cfgetospeed(&t), rows[i].speed);
		assert_int_equal(t.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), CS8);
		assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG), 0);
		assert_int_equal(t.c_iflag & (IXON | IXOFF | ICRNL | ISTRIP), 0);
		assert_int_equal(t.c_cflag & HUPCL, 0);
		assert_int_equal(t.c_iflag & (IGNBRK | BRKINT | IGNPAR | PARMRK), 0);	/* a damaged byte is a byte */
		assert_int_equal(t.c_oflag & OPOST, 0);
		assert_true(fcntl(port.fd, F_GETFL) & O_NONBLOCK);
		closed(&port);
	}
}

static void
unplugged_is_noticed(void **state)
{
	struct port port = opened(*state, 9600);
	uint8_t byte;

	close(master);
	master = -1;
	wait_readable(port.fd);
	assert_int_equal(port_read(&port, &byte, 1), -1);
	assert_int_equal(port_write(&port, "x", 1), -1);
	closed(&port);
}

static void
a_device_that_does_not_read_takes_no_more(void **state)
{
	static const uint8_t block[4096];
	struct port port = opened(*state, 9600);
	struct pollfd p = { .fd = port.fd, .events = POLLOUT };
	ssize_t n;
	int writes = 0;

	while ((n = port_write(&port, block, sizeof block)) > 0 && writes < 100)
		writes++;
	assert_int_equal(n, 0);
	port_discard(&port);
	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_true(port_write(&port, block, 1) > 0);
	closed(&port);
}

static void
one_program_at_a_time(void **state)
{
	struct port port = opened(*state, 9600), other = port;

	assert_int_equal(other.backend->open(&other, path, 9600), EBUSY);
	port_close(&port);
	assert_int_equal(other.backend->open(&other, path, 9600), 0);
	closed(&other);
}

static void
the_kernel_switches_rs485(void **state)
{
	static const struct { const char *what; bool wanted, able; unsigned flags; const char *trouble; } rows[] = {
		{ "not wanted",	false,	true,	0, NULL },
		{ "wanted",	true,	true,	SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND, NULL },
		{ "no such",	true,	false,	0, "Its driver knows no RS-485" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct port port = { .backend = &port_serial, .fd = -1, .rs485 = rows[i].wanted };

		print_message("%s\n", rows[i].what);
		ttyshim_rs485 = rows[i].able;
		ttyshim_set.flags = 0;
		assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
		assert_int_equal(port.backend->open(&port, path, 9600), 0);
		assert_int_equal(ttyshim_set.flags, rows[i].flags);
		assert_int_equal(port.trouble != NULL, rows[i].trouble != NULL);
		if (port.trouble != NULL)
			assert_string_equal(port.trouble, rows[i].trouble);
		closed(&port);
	}
}

/*
 * A USB printer, as the kernel's usblp has it: no tty, a packet may be empty,
 * and what it has not taken it refuses by EAGAIN.  A pipe that is open both ways
 * is no tty either, and pretends the rest.
 */
static void
a_printer_that_is_no_tty(void **state)
{
	char fifo[] = "/tmp/test_port.XXXXXX";
	struct port port = { .backend = &port_plain, .fd = -1 };
	static uint8_t got[65536];
	ssize_t n;

	(void)state;
	assert_non_null(mkdtemp(fifo));
	rmdir(fifo);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(port.backend->open(&port, fifo, 9600), 0);
	assert_int_equal(port_read(&port, got, sizeof got), 0);
	assert_false(port.idle);

	assert_int_equal(port_write(&port, "\x10\x04\x01", 3), 3);
	empty_fd = port.fd;
	assert_int_equal(port_read(&port, got, sizeof got), 0);		/* not gone */
	assert_true(port.idle);
	empty_fd = -1;
	assert_int_equal(port_read(&port, got, sizeof got), 3);
	assert_false(port.idle);

	while ((n = port_write(&port, got, sizeof got)) > 0)
		continue;
	assert_int_equal(n, 0);
	port_discard(&port);
	port_close(&port);
	assert_int_equal(port.fd, -1);
	unlink(fifo);
}

/* What a name leads to, through links; and why it does not open. */
static void
names(void **state)
{
	char link[] = "/tmp/test_port.XXXXXX", pty[64];
	int m, s;

	assert_int_equal(openpty(&m, &s, pty, NULL, NULL), 0);
	assert_non_null(mkdtemp(link));
	rmdir(link);
	assert_int_equal(symlink(pty, link), 0);

	const struct { const char *name; enum port_result result; const struct port_backend *backend; const char *why; } rows[] = {
		{ pty,				PORT_OPEN,	&port_plain,	NULL },
		{ link,				PORT_OPEN,	&port_plain,	NULL },
		{ "/dev/null",			PORT_OPEN,	&port_plain,	NULL },
		{ "/dev/no-such-port",		PORT_ABSENT,	NULL,		"No such device" },
		{ "/tmp",			PORT_REFUSED,	NULL,		"Not a device" },
		{ "tcp://127.0.0.1:1",		PORT_OPENING,	&port_tcp,	NULL },
		{ "rfc2217://127.0.0.1:1",	PORT_OPENING,	&port_rfc2217,	NULL },
	};
	struct port port = { .base = event_base_new() };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why = NULL;

		print_message("%s\n", rows[i].name);
		assert_int_equal(port_open(&port, rows[i].name, 9600, &why), rows[i].result);
		assert_ptr_equal(port.backend, rows[i].backend);
		if (rows[i].why != NULL)
			assert_string_equal(why, rows[i].why);
		port_close(&port);
	}
	event_base_free(port.base);
	unlink(link);
	close(m);
	close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) \
		{ "serial " #f, f, NULL, NULL, (void *)&port_serial }, { "plain " #f, f, NULL, NULL, (void *)&port_plain }
		TEST(bytes_pass_both_ways_unchanged),
		TEST(the_line_is_set),
		TEST(unplugged_is_noticed),
		TEST(a_device_that_does_not_read_takes_no_more),
		TEST(one_program_at_a_time),
		cmocka_unit_test(the_kernel_switches_rs485),
		cmocka_unit_test(a_printer_that_is_no_tty),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
