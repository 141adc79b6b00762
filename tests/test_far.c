/*
 * Ports at the far end of a connection: each opens, fails for a reason, carries
 * all bytes, is told of a server that is gone, and never blocks.  The server is
 * in this process, a step at a time; names are those of names.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/line/ports/port.h"
#include "tests/names.c"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(text) (text), sizeof(text) - 1

static struct event_base *base;
static struct port port;
static int listening, server;		/* its connection; -1: none */
static int number;			/* of the port it listens at */
static bool answered;
static const char *answer;

static void
opened(void *arg, const char *why)
{
	assert_ptr_equal(arg, &port);
	assert_false(answered);
	answered = true;
	answer = why;
}

static void
listen_at(int family)
{
	struct sockaddr_in6 at6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&at6 : (struct sockaddr *)&at;
	socklen_t len = family == AF_INET6 ? sizeof at6 : sizeof at;

	listening = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(listening, address, len), 0);
	assert_int_equal(listen(listening, 4), 0);
	assert_int_equal(getsockname(listening, address, &len), 0);
	number = ntohs(family == AF_INET6 ? at6.sin6_port : at.sin_port);
}

static int
setup(void **state)
{
	(void)state;
	base = event_base_new();
	port = (struct port){ .base = base, .opened = opened, .arg = &port, .fd = -1 };
	server = -1;
	answered = false;
	listen_at(AF_INET);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	port_close(&port);
	if (server != -1)
		close(server);
	close(listening);
	event_base_free(base);
	return 0;
}

/* Begin to open what the format says, with the server's number in it. */
static void
begin(const char *format, int baud)
{
	char name[128];
	const char *why = NULL;

	snprintf(name, sizeof name, format, number);
	assert_int_equal(port_open(&port, name, baud, &why), PORT_OPENING);
	assert_int_equal(port.fd, -1);
	assert_false(answered);
}

/* A turn of the loop, of 10 ms at most. */
static void
turn(void)
{
	event_base_loopexit(base, &(struct timeval){ .tv_usec = 10000 });
	event_base_loop(base, EVLOOP_ONCE);
}

static void
wait_answer(void)
{
	for (int i = 0; i < 2000 && !answered; i++)
		turn();
	assert_true(answered);
}

static void
wait_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void
accept_one(void)
{
	for (int i = 0; i < 2000 && server == -1; i++) {
		turn();
		server = accept4(listening, NULL, NULL, SOCK_NONBLOCK);
	}
	assert_true(server != -1);
}

static void
server_says(const void *bytes, size_t len)
{
	assert_int_equal(write(server, bytes, len), len);
}

/* Exactly this has come to the server. */
static void
server_heard(const void *bytes, size_t len)
{
	uint8_t got[1024];
	size_t n = 0;

	for (int i = 0; i < 2000 && n < len; i++) {
		ssize_t more;

		turn();		/* what the port does may take several */
		more = read(server, got + n, sizeof got - n);
		if (more == -1 && errno == EAGAIN)
			continue;
		assert_true(more > 0);
		n += more;
	}
	assert_int_equal(n, len);
	assert_memory_equal(got, bytes, len);
}

#define HELLO "\xFF\xFB\x00\xFF\xFD\x00\xFF\xFB\x03\xFF\xFD\x03\xFF\xFB\x2C"
#define SETTINGS "\xFF\xFA\x2C\x01\x00\x00\x25\x80\xFF\xF0" "\xFF\xFA\x2C\x02\x08\xFF\xF0\xFF\xFA\x2C\x03\x01\xFF\xF0" \
	"\xFF\xFA\x2C\x04\x01\xFF\xF0" "\xFF\xFA\x2C\x05\x01\xFF\xF0" "\xFF\xFA\x2C\x0C\x03\xFF\xF0"
#define AGREED "\xFF\xFD\x2C"
#define IS_8N1 "\xFF\xFA\x2C\x66\x08\xFF\xF0\xFF\xFA\x2C\x67\x01\xFF\xF0\xFF\xFA\x2C\x68\x01\xFF\xF0"
#define IS_9600 "\xFF\xFA\x2C\x65\x00\x00\x25\x80\xFF\xF0"

/* Open by the scheme, up to the end. */
static void
open_by(const char *scheme)
{
	char format[64];

	snprintf(format, sizeof format, "%s127.0.0.1:%%d", scheme);
	begin(format, 9600);
	accept_one();
	if (strcmp(scheme, "rfc2217://") == 0) {
		server_heard(BYTES(HELLO));
		server_says(BYTES(AGREED));
		server_heard(BYTES(SETTINGS));
		server_says(BYTES(IS_8N1 IS_9600));
	}
	wait_answer();
	assert_null(answer);
	assert_null(port.trouble);
	assert_true(port.fd != -1);
}

/* How an open ends.  %d is where the server listens. */
static const struct { const char *what, *name, *why; } ends[] = {
	{ "by number",			"tcp://127.0.0.1:%d",		NULL },
	{ "by name",			"tcp://localhost:%d",		NULL },
	{ "the second address",		"tcp://two.test:%d",		NULL },
	{ "nobody listens",		"tcp://127.0.0.2:%d",		"Connection refused" },
	{ "nobody listens",		"rfc2217://127.0.0.2:%d",	"Connection refused" },
	{ "no such name",		"tcp://none.test:%d",		"Name or service not known" },
	{ "no such name",		"rfc2217://none.test:%d",	"Name or service not known" },
	{ "an address for nobody",	"tcp://255.255.255.255:%d",	"Network is unreachable" },
};

static void
how_an_open_ends(void **state)
{
	for (size_t i = 0; i < COUNT(ends); i++) {
		print_message("%s\n", ends[i].what);
		begin(ends[i].name, 9600);
		wait_answer();
		if (ends[i].why == NULL)
			assert_null(answer);
		else
			assert_string_equal(answer, ends[i].why);
		assert_int_equal(port.fd != -1, ends[i].why == NULL);
		teardown(state);
		setup(state);
	}
}

static void
by_number_of_the_other_family(void **state)
{
	(void)state;
	close(listening);
	listen_at(AF_INET6);
	begin("tcp://[::1]:%d", 9600);
	wait_answer();
	assert_null(answer);
}

/* The names are asked for beside the loop, which turns; and who gives up is not called. */
static void
a_silent_name_server_keeps_nobody_waiting(void **state)
{
	(void)state;
	begin("tcp://silent.test:%d", 9600);
	for (int i = 0; i < 10; i++)
		turn();
	assert_false(answered);
	names_speak();
	wait_answer();
	assert_string_equal(answer, "Name or service not known");

	answered = false;
	begin("rfc2217://silent.test:%d", 9600);
	turn();
	port_close(&port);
	names_speak();
	for (int i = 0; i < 10; i++)
		turn();
	assert_false(answered);
}

static void
closed_while_it_connects_it_does_not_call(void **state)
{
	(void)state;
	begin("tcp://127.0.0.1:%d", 9600);
	port_close(&port);
	begin("rfc2217://127.0.0.1:%d", 9600);
	accept_one();
	server_heard(BYTES(HELLO));
	port_close(&port);
	for (int i = 0; i < 10; i++)
		turn();
	assert_false(answered);
}

static void
the_connection_is_set(void **state)
{
	static const struct { const char *what; int level, name, value; } rows[] = {
		{ "sends at once",		IPPROTO_TCP,	TCP_NODELAY,		1 },
		{ "asks a silent peer",		SOL_SOCKET,	SO_KEEPALIVE,		1 },
		{ "after 15 s",			IPPROTO_TCP,	TCP_KEEPIDLE,		15 },
		{ "and gives it 15 s",		IPPROTO_TCP,	TCP_KEEPINTVL,		5 },
		{ "in all",			IPPROTO_TCP,	TCP_KEEPCNT,		3 },
		{ "or 30 s for what was sent",	IPPROTO_TCP,	TCP_USER_TIMEOUT,	30000 },
	};

	open_by(*state);
	for (size_t i = 0; i < COUNT(rows); i++) {
		socklen_t len = sizeof(int);
		int value;

		print_message("%s\n", rows[i].what);
		assert_int_equal(getsockopt(port.fd, rows[i].level, rows[i].name, &value, &len), 0);
		assert_int_equal(value, rows[i].value);
	}
	assert_true(fcntl(port.fd, F_GETFL) & O_NONBLOCK);
}

/* FF doubled or not, as the scheme has it. */
static size_t
on_the_wire(uint8_t *out, const char *scheme, const uint8_t *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		out[n++] = data[i];
		if (data[i] == 0xFF && strcmp(scheme, "rfc2217://") == 0)
			out[n++] = 0xFF;
	}
	return n;
}

/* What the server says, so many bytes at a time, comes out as data. */
static void
comes_out(const uint8_t *wire, size_t wire_len, size_t step, const uint8_t *data, size_t len)
{
	uint8_t got[1024];
	size_t n = 0;

	for (size_t at = 0; at < wire_len; at += step) {
		ssize_t more;

		server_says(wire + at, wire_len - at < step ? wire_len - at : step);
		wait_readable(port.fd);
		more = port_read(&port, got + n, sizeof got - n);
		assert_true(more >= 0);		/* half of FF FF is none yet */
		n += more;
	}
	assert_int_equal(n, len);
	assert_memory_equal(got, data, len);
	assert_int_equal(port_read(&port, got, sizeof got), 0);
}

static void
bytes_pass_both_ways_unchanged(void **state)
{
	uint8_t all[300], wire[600];
	size_t len;

	open_by(*state);
	for (size_t i = 0; i < sizeof all; i++)
		all[i] = i < 256 ? i : 0xFF;
	len = on_the_wire(wire, *state, all, sizeof all);
	assert_int_equal(port_write(&port, all, sizeof all), sizeof all);
	server_heard(wire, len);
	for (size_t step = 1; step <= len; step = step * 3 + 1)
		comes_out(wire, len, step, all, sizeof all);
}

/* "Gone" is said at once, be it in the middle of a frame. */
static void
a_server_that_closes_is_gone(void **state)
{
	uint8_t got[16];

	open_by(*state);
	server_says("half a", 6);
	close(server);
	server = -1;
	wait_readable(port.fd);
	assert_int_equal(port_read(&port, got, sizeof got), 6);
	wait_readable(port.fd);
	assert_int_equal(port_read(&port, got, sizeof got), -1);
}

static void
a_server_that_resets_is_gone(void **state)
{
	const struct linger now = { .l_onoff = 1 };
	uint8_t got[16];

	open_by(*state);
	setsockopt(server, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(server);
	server = -1;
	wait_readable(port.fd);
	assert_int_equal(port_read(&port, got, sizeof got), -1);
	assert_int_equal(port_write(&port, "x", 1), -1);
}

/* Fill the connection.  The bytes taken. */
static size_t
fill(const uint8_t *block, size_t len)
{
	size_t total = 0;
	ssize_t n;

	for (int full = 0; full < 20; ) {
		if ((n = port_write(&port, block, len)) == 0) {
			full++;
			usleep(1000);
		}
		assert_true(n >= 0);
		total += n;
		assert_true(total < 100 << 20);
	}
	return total;
}

/* All that was taken arrives, and nothing else, when it reads again: FF is never left in halves. */
static void
a_server_that_does_not_read_takes_no_more(void **state)
{
	static uint8_t block[4096], got[65536];
	size_t total, heard = 0;
	bool far = strcmp(*state, "rfc2217://") == 0;
	ssize_t n;

	open_by(*state);
	memset(block, 0xFF, sizeof block);
	total = fill(block, sizeof block);
	for (int quiet = 0; quiet < (heard / (far ? 2 : 1) < total ? 20000 : 50); ) {
		if ((n = read(server, got, sizeof got)) <= 0) {
			quiet++;
			usleep(1000);
			continue;
		}
		for (ssize_t i = 0; i < n; i++)
			assert_int_equal(got[i], 0xFF);
		heard += n;
		quiet = 0;
	}
	assert_int_equal(heard / (far ? 2 : 1), total);

	/* The byte half of which was sent is given up, and another follows. */
	assert_int_equal(port_write(&port, "A", 1), 1);
	wait_readable(server);
	n = read(server, got, sizeof got);
	assert_int_equal((heard + n - 1) % 2, 0);
	assert_int_equal(got[n - 1], 'A');
}

static void
what_the_server_has_is_not_called_back(void **state)
{
	uint8_t got[64];
	int left = 1;

	open_by(*state);
	assert_int_equal(port_write(&port, "x", 1), 1);
	wait_readable(server);
	for (int i = 0; i < 20000 && left > 0; i++) {
		assert_int_equal(ioctl(port.fd, TIOCOUTQ, &left), 0);
		usleep(1000);
	}
	assert_int_equal(left, 0);
	port_discard(&port);
	assert_int_equal(port_write(&port, "y", 1), 1);
	server_heard(strcmp(*state, "rfc2217://") == 0 ? "x\xFF\xFA\x2C\x0C\x02\xFF\xF0y" : "xy",
	    strcmp(*state, "rfc2217://") == 0 ? 9 : 2);
	assert_int_equal(port_read(&port, got, sizeof got), 0);
}

/* Else it would come out when the server reads again: late tickets, old calls. */
static void
what_the_server_has_not_goes_with_the_connection(void **state)
{
	static uint8_t block[4096], got[65536];
	size_t total, heard = 0;
	ssize_t n;

	open_by(*state);
	total = fill(block, sizeof block);
	port_discard(&port);
	wait_readable(port.fd);
	assert_int_equal(port_read(&port, got, sizeof got), -1);
	assert_int_equal(port_write(&port, "x", 1), -1);
	while ((n = read(server, got, sizeof got)) > 0)
		heard += n;
	assert_true(heard < total);
}

/* What a server answers to the settings, and what we have of it. */
static const struct { const char *what; const char *bytes; size_t len; const char *trouble; } servers[] = {
	{ "as we asked",		BYTES(AGREED IS_9600 IS_8N1), NULL },
	{ "the modem's state first",	BYTES("\xFF\xFA\x2C\x6B\x30\xFF\xF0" AGREED IS_9600 IS_8N1), NULL },
	{ "it offers by itself",	BYTES("\xFF\xFB\x01\xFF\xFB\x2C" IS_9600 IS_8N1), NULL },
	{ "data before",		BYTES("junk" AGREED "\xFF\xFF more" IS_9600 "x" IS_8N1), NULL },
	{ "another baud",		BYTES(AGREED "\xFF\xFA\x2C\x65\x00\x00\x4B\x00\xFF\xF0" IS_8N1), "The far end has another speed" },
	{ "seven bits",			BYTES(AGREED IS_9600 "\xFF\xFA\x2C\x66\x07\xFF\xF0\xFF\xFA\x2C\x67\x01\xFF\xF0\xFF\xFA\x2C\x68\x01\xFF\xF0"),
	  "The far end is not set to 8N1" },
	{ "even parity",		BYTES(AGREED IS_9600 "\xFF\xFA\x2C\x66\x08\xFF\xF0\xFF\xFA\x2C\x67\x03\xFF\xF0\xFF\xFA\x2C\x68\x01\xFF\xF0"),
	  "The far end is not set to 8N1" },
};

static void
what_a_server_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(servers); i++) {
		uint8_t got[16];

		print_message("%s\n", servers[i].what);
		begin("rfc2217://127.0.0.1:%d", 9600);
		accept_one();
		for (size_t at = 0; at < servers[i].len; at++) {	/* a byte at a time */
			server_says(servers[i].bytes + at, 1);
			turn();
		}
		wait_answer();
		assert_null(answer);
		if (servers[i].trouble == NULL)
			assert_null(port.trouble);
		else
			assert_string_equal(port.trouble, servers[i].trouble);
		assert_int_equal(port_read(&port, got, sizeof got), 0);		/* nothing of before */
		teardown(state);
		setup(state);
	}
}

static void
options_are_refused_or_agreed(void **state)
{
	(void)state;
	begin("rfc2217://127.0.0.1:%d", 9600);
	accept_one();
	server_heard(BYTES(HELLO));
	server_says(BYTES("\xFF\xFB\x01\xFF\xFD\x18\xFF\xFD\x00\xFF\xFB\x2C"));
	server_heard(BYTES("\xFF\xFE\x01\xFF\xFC\x18\xFF\xFD\x2C" SETTINGS));
}

/* It waits 3 s for what does not come, and goes on. */
static const struct { const char *what; const char *bytes; size_t len; } silent[] = {
	{ "is no telnet, or knows no settings", BYTES("junk\x00\xFF\xFE\x2C") },
	{ "answers half of them",	BYTES(AGREED IS_9600) },
};

static void
a_server_that_does_not_answer_is_used_all_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(silent); i++) {
		struct timespec began, now;
		uint8_t got[16];

		print_message("%s\n", silent[i].what);
		clock_gettime(CLOCK_MONOTONIC, &began);
		begin("rfc2217://127.0.0.1:%d", 9600);
		accept_one();
		server_says(silent[i].bytes, silent[i].len);
		wait_answer();
		clock_gettime(CLOCK_MONOTONIC, &now);
		assert_true(now.tv_sec - began.tv_sec >= 2);
		assert_null(answer);
		assert_string_equal(port.trouble, "The far end does not say how it is set");
		server_says("A", 1);
		wait_readable(port.fd);
		assert_int_equal(port_read(&port, got, sizeof got), 1);
		teardown(state);
		setup(state);
	}
}

static void
a_server_that_closes_meanwhile_is_gone(void **state)
{
	(void)state;
	begin("rfc2217://127.0.0.1:%d", 9600);
	accept_one();
	server_says(AGREED, 2);
	close(server);
	server = -1;
	wait_answer();
	assert_string_equal(answer, "Device is gone");
	assert_int_equal(port.fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define BOTH(f) { "tcp " #f, f, setup, teardown, "tcp://" }, { "rfc2217 " #f, f, setup, teardown, "rfc2217://" }
		ONE(how_an_open_ends),
		ONE(by_number_of_the_other_family),
		ONE(a_silent_name_server_keeps_nobody_waiting),
		ONE(closed_while_it_connects_it_does_not_call),
		BOTH(the_connection_is_set),
		BOTH(bytes_pass_both_ways_unchanged),
		BOTH(a_server_that_closes_is_gone),
		BOTH(a_server_that_resets_is_gone),
		BOTH(a_server_that_does_not_read_takes_no_more),
		BOTH(what_the_server_has_is_not_called_back),
		BOTH(what_the_server_has_not_goes_with_the_connection),
		ONE(what_a_server_answers),
		ONE(options_are_refused_or_agreed),
		ONE(a_server_that_does_not_answer_is_used_all_the_same),
		ONE(a_server_that_closes_meanwhile_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
