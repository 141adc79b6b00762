/*
 * Lines over pseudo-terminals.  The far end, the clock and the owner are in this
 * process; what they see and do is written down, a line each, in the order in
 * which it happens:
 *
 *	> 1 hello	the far end got this frame
 *	< 1 key 0C	the owner was told what address 1 said
 *	hello: done	a job ended
 *	1 is ok		address 1 has another state
 *
 * Frames are texts "ADDRESS WORDS\n", but for those the line makes itself.
 */
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/line/line.h"
#include "tests/names.c"

#define ACK	SAID(SAID_ACK)
#define FILLER	'x'	/* bytes before a frame that the far end ignores */

static struct layout layout;
static struct event_base *base;
static struct lines *lines;
static int64_t now, wake;
static char happened[65536];
static char folder[] = "/tmp/test_line.XXXXXX";
static char link_path[64];
static int log_fd, stderr_fd;

/* The far end. */
static struct {
	int		 master, slave;
	struct event	*readable;
	uint8_t		 in[65536];
	size_t		 in_length;
	size_t		 said, heard;	/* bytes for the line, and those it has read */
	bool		 answers;	/* with an ACK, by itself */
	bool		 returns;	/* each frame, as an adapter does that hears itself */
} far;

/* Reads of the line's pseudo-terminal are counted; they find nothing while it is empty. */
static bool empty;
static int reads;

ssize_t
read(int fd, void *bytes, size_t size)
{
	bool ours = fd != far.master && isatty(fd);
	ssize_t n;

	reads += ours;
	if (empty && ours)
		return 0;
	n = ((__typeof__(read) *)dlsym(RTLD_NEXT, "read"))(fd, bytes, size);
	if (n > 0 && ours)
		far.heard += n;
	return n;
}

static void __attribute__((format(printf, 1, 2)))
note(const char *format, ...)
{
	size_t used = strlen(happened);
	va_list ap;

	va_start(ap, format);
	vsnprintf(happened + used, sizeof happened - used, format, ap);
	va_end(ap);
}

static void
far_write(const void *bytes, size_t len)
{
	assert_int_equal(write(far.master, bytes, len), len);
	far.said += len;
}

/* CRC-16/ARC, for cards. */
static unsigned
crc(const uint8_t *b, size_t len)
{
	unsigned c = 0;

	for (size_t i = 0; i < len; i++) {
		c ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xA001 : c >> 1;
	}
	return c;
}

/* What a card says, error 0: ACK.  Returns its length. */
static size_t
card_answer(uint8_t out[60], int address, int error)
{
	uint8_t body[21] = {
		0x00, 0x80, address, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0x02, 5, 0, 0xA0, error != 0, error, 0, 0
	};
	size_t n = 8;

	memset(out, 0xA5, n);
	body[19] = crc(body, 19) & 0xFF;
	body[20] = crc(body, 19) >> 8;
	for (size_t i = 0; i < sizeof body; i++) {
		bool first = body[i] == 0xA5 || body[i] == 0xA6, second = body[i] == 0x5A || body[i] == 0x5B;

		out[n++] = first ? 0xA6 : second ? 0x5B : body[i];
		if (first || second)
			out[n++] = body[i] == 0xA5 || body[i] == 0x5A ? 2 : 1;
	}
	out[n++] = 0x5A;
	return n;
}

static void
far_ack(int address)
{
	uint8_t out[60];

	far_write(out, card_answer(out, address, 0));
}

static void
far_nack(int address, int error)
{
	uint8_t out[60];

	far_write(out, card_answer(out, address, error));
}

/* The length of the frame in far.in, 0: more is to come. */
static size_t
far_frame(void)
{
	const uint8_t *in = far.in, *end;

	if (far.in_length < 3)
		return 0;
	switch (in[0]) {
	case 0xA5:
		end = memchr(in, 0x5A, far.in_length);
		break;
	case 0xFF:
		return far.in_length >= 7u + in[2] ? 7 + in[2] : 0;
	case 0x10:
		return 3;
	case 0x01:
		return far.in_length >= 8 ? 8 : 0;
	case 0xFD:
		return far.in_length >= 3u + in[2] ? 3 + in[2] : 0;
	default:
		end = memchr(in, '\n', far.in_length);
	}
	return end != NULL ? end + 1 - in : 0;
}

static void
far_got(const uint8_t *frame, size_t len)
{
	int address = frame[0] == 0xA5 ? frame[8] : frame[0] - '0';

	if (frame[0] == 0xA5)
		note("> %d ping\n", address);
	else if (frame[0] == 0xFF)
		note("> %d FF68 %02X %02X\n", frame[5], frame[6], frame[7]);
	else if (frame[0] == 0x01)
		note("> 1 modbus %02X\n", frame[1]);
	else if (frame[0] == 0x10)
		note("> 10 04 %02X\n", frame[2]);
	else if (frame[0] == 0xFD)
		note("> FD %02X\n", frame[3]);
	else
		note("> %.*s", len < 40 ? (int)len : 40, frame);
	if (far.returns)
		far_write(frame, len);
	if (far.answers)
		far_ack(address);
}

static void
far_readable(evutil_socket_t fd, short what, void *arg)
{
	ssize_t n = read(fd, far.in + far.in_length, sizeof far.in - far.in_length);
	size_t len;

	(void)what, (void)arg;
	assert_true(n > 0);
	far.in_length += n;
	while (far.in_length > 0 && far.in[0] == FILLER)
		memmove(far.in, far.in + 1, --far.in_length);
	while ((len = far_frame()) > 0) {
		uint8_t frame[sizeof far.in];

		memcpy(frame, far.in, len);
		far.in_length -= len;
		memmove(far.in, far.in + len, far.in_length);
		far_got(frame, len);
	}
}

/* A new pseudo-terminal behind the link. */
static void
plug(void)
{
	char path[64];

	assert_int_equal(openpty(&far.master, &far.slave, path, NULL, NULL), 0);
	unlink(link_path);
	assert_int_equal(symlink(path, link_path), 0);
	far.in_length = far.said = far.heard = 0;
	far.readable = event_new(base, far.master, EV_READ | EV_PERSIST, far_readable, NULL);
	event_add(far.readable, NULL);
}

static void
unplug(void)
{
	if (far.readable == NULL)
		return;
	event_free(far.readable);
	far.readable = NULL;
	close(far.master);
	close(far.slave);
	unlink(link_path);
}

/* The owner. */

static int64_t
owner_now(void *arg)
{
	(void)arg;
	return now;
}

static void
owner_wake(void *arg, int64_t at_ms)
{
	(void)arg;
	wake = at_ms;
}

static void
owner_said(void *arg, int device, const struct said *said)
{
	(void)arg;
	if (device != 0)
		note("device %d: ", device);
	if (said->kind == SAID_KEY) {
		note("< %d key", said->address);
		for (int i = 0; i < said->press.digit_count; i++)
			note(" %d", said->press.digits[i]);
		note(" %02X\n", said->press.key);
	} else if (said->kind == SAID_RATING)
		note("< %d rating %d\n", said->address, said->button);
	else if (said->kind == SAID_STATUS)
		note("< status %02X of %02X\n", said->status.flags, said->status.known);
	else if (said->kind == SAID_REPORT)
		note("< report %02X\n", said->status.flags);
	else if (said->kind == SAID_PRINTED)
		note("< printed\n");
	else if (said->kind == SAID_NACK)
		note("< %d %s\n", said->address, said->why);
	else if (said->kind == SAID_IDLE)
		note("< idle\n");
}

static void
owner_health(void *arg, int device, int address, const struct line_health *h)
{
	(void)arg;
	assert_ptr_equal(h, line_health(lines, device, address));
	note("%d is %s (%s)\n", address, line_state_name(h->state), h->reason);
}

static const struct line_owner owner = {
	.now_ms = owner_now, .wake_at = owner_wake, .said = owner_said, .health = owner_health
};

/* The words of a frame are the argument of its done. */
static void
job_done(void *arg, enum line_outcome outcome, const struct said *said)
{
	static const char *const names[] = {
		[LINE_DONE] = "done", [LINE_REFUSED] = "refused", [LINE_SILENT] = "silent",
		[LINE_LOST] = "lost", [LINE_REPLACED] = "replaced"
	};

	note("%s: %s", (const char *)arg, names[outcome]);
	if (outcome == LINE_REFUSED)
		note(" (%s)", said->why);
	note("\n");
}

static void
send_bytes(struct job job, const char *name, const void *bytes, size_t len, unsigned answers)
{
	static struct frame frame;

	frame = (struct frame){ .length = len, .answers = answers };
	memcpy(frame.bytes, bytes, len);
	job.frame = &frame;
	job.done = job_done;
	job.arg = (void *)(intptr_t)name;
	line_send(lines, &job);
}

static void
send_job(struct job job, const char *words, unsigned answers)
{
	char text[128];

	snprintf(text, sizeof text, "%d %s\n", job.address, words);
	send_bytes(job, words, text, strlen(text), answers);
}

/* A frame that a card acknowledges. */
static void
send_card(enum line_priority priority, int address, const char *words)
{
	send_job((struct job){ .priority = priority, .address = address, .area = LINE_NO_AREA }, words, ACK);
}

static void
time_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
}

/* Run the loop until this is so, or it takes too long; time stands. */
#define RUN_UNTIL(condition) do {						\
	const struct timeval limit = { .tv_sec = 5 };				\
	struct event *over = event_new(base, -1, 0, time_over, NULL);		\
										\
	event_add(over, &limit);						\
	while (!(condition) && event_pending(over, EV_TIMEOUT, NULL))		\
		event_base_loop(base, EVLOOP_ONCE);				\
	event_free(over);							\
} while (0)

/* All this happens, and nothing else. */
static void
expect(const char *what)
{
	RUN_UNTIL(strlen(happened) >= strlen(what));
	assert_string_equal(happened, what);
	happened[0] = '\0';
}

/* A pseudo-terminal hands bytes on in its own time: none is on its way any more. */
static void
all_read(void)
{
	RUN_UNTIL(far.heard == far.said);
	assert_int_equal(far.heard, far.said);
}

/* Time goes on to what is due next. */
static void
next_wake(void)
{
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_true(wake != INT64_MAX);
	now = wake > now ? wake : now;
	lines_run(lines);
}

static void
pass(int ms)
{
	for (int64_t end = now + ms; now < end; ) {
		now = wake > now && wake < end ? wake : end;
		lines_run(lines);
	}
}

/* What was logged since the last call. */
static const char *
logged(void)
{
	static char text[4096];
	ssize_t n = pread(log_fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	assert_int_equal(ftruncate(log_fd, 0), 0);
	lseek(log_fd, 0, SEEK_SET);
	return text;
}

/* A hall with one device on the link, and a window at each of these addresses. */
static void
open_lines(const char *driver, int addresses)
{
	struct device *d = &layout.device[0];

	memset(&layout, 0, sizeof layout);
	layout.device_count = 1;
	strcpy(d->id, "lobby");
	strcpy(d->driver, driver);
	snprintf(d->port, sizeof d->port, "%s", link_path);
	for (int i = 0; i < addresses; i++) {
		bool sign = driver_find(driver)->kind == DRIVER_SIGN;

		layout.window[i].sign = (struct seat){ .device = sign ? 0 : -1, .address = i + 1 };
		layout.window[i].keypad = (struct seat){ .device = sign ? -1 : 0, .address = i + 1 };
		layout.window[i].rater.device = -1;
	}
	layout.window_count = addresses;
	lines = lines_open(base, &layout, &owner, NULL);
}

/* Signs that have answered their first ping, on a line known not to return our frames. */
static void
open_signs(int addresses)
{
	plug();
	far.answers = true;
	open_lines("bx6k", addresses);
	for (int i = 1; i <= addresses; i++) {
		const struct line_health *h = line_health(lines, 0, i);

		while (h->sent_ms == 0) {
			event_base_loop(base, EVLOOP_NONBLOCK);
			pass(10);
		}
		while (h->state != LINE_OK)		/* time stands: no ping is late */
			event_base_loop(base, EVLOOP_ONCE);
		assert_int_equal(h->frames, 1);
	}
	while (wake != INT64_MAX)
		next_wake();
	far.answers = false;
	happened[0] = '\0';
	pass(100);
}

static int
setup(void **state)
{
	(void)state;
	base = event_base_new();
	memset(&far, 0, sizeof far);
	happened[0] = '\0';
	now = 1000;
	wake = INT64_MAX;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(link_path, sizeof link_path, "%s/port", folder);
	log_fd = memfd_create("log", 0);
	stderr_fd = dup(2);
	dup2(log_fd, 2);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	dup2(stderr_fd, 2);
	close(stderr_fd);
	close(log_fd);
	empty = false;
	lines_close(lines);
	lines = NULL;
	unplug();
	event_base_free(base);
	rmdir(folder);
	return 0;
}

static void
urgent_first_and_one_at_a_time(void **state)
{
	(void)state;
	open_signs(2);
	send_card(LINE_CLOCK, 1, "clock");
	send_card(LINE_REPAINT, 1, "repaint");
	send_card(LINE_PRINT, 2, "print");
	send_card(LINE_VOICE, 1, "voice");
	send_card(LINE_CALL, 2, "call");
	send_card(LINE_CALL, 1, "call after it");
	expect("> 2 call\n");
	far_ack(2);
	expect("call: done\n");
	next_wake();
	expect("> 1 call after it\n");
	send_card(LINE_CALL, 2, "new call");
	far_ack(1);
	expect("call after it: done\n");
	next_wake();
	expect("> 2 new call\n");
	far_ack(2);
	expect("new call: done\n");
	next_wake();
	expect("> 1 voice\n");
	far_ack(1);
	expect("voice: done\n");
	next_wake();
	expect("> 2 print\n");
	far_ack(2);
	expect("print: done\n");
	next_wake();
	expect("> 1 repaint\n");
	far_ack(1);
	expect("repaint: done\n");
	next_wake();
	expect("> 1 clock\n");
	far_ack(1);
	expect("clock: done\n");
	assert_int_equal(wake, INT64_MAX);	/* at rest nothing wakes us */
}

static void
an_answer_of_another_address_is_none(void **state)
{
	(void)state;
	open_signs(2);
	send_card(LINE_CALL, 1, "one");
	expect("> 1 one\n");
	far_ack(2);
	far_ack(1);
	expect("one: done\n");
}

static void
three_tries_then_degraded_and_probed_once_a_minute(void **state)
{
	const struct line_health *h;
	int64_t degraded_ms;
	uint64_t retries;

	(void)state;
	open_signs(2);
	retries = line_health(lines, 0, 1)->retries;
	send_card(LINE_CALL, 1, "first");
	send_card(LINE_REPAINT, 1, "second");
	send_card(LINE_REPAINT, 2, "other");
	expect("> 1 first\n");
	next_wake();		/* deadline */
	next_wake();		/* gap */
	expect("> 1 first\n");
	next_wake();
	next_wake();
	expect("> 1 first\n");
	next_wake();
	degraded_ms = now;
	expect("1 is degraded (no answer)\nfirst: silent\nsecond: silent\n");
	next_wake();
	expect("> 2 other\n");
	far_ack(2);
	expect("other: done\n");
	h = line_health(lines, 0, 1);
	assert_int_equal(h->retries - retries, 2);
	assert_int_equal(h->since_ms, degraded_ms);

	send_card(LINE_CALL, 1, "third");
	expect("third: silent\n");
	assert_int_equal(wake, degraded_ms + LINE_PROBE_MS);

	/* The probe is due, but a call goes first. */
	now = wake;
	send_card(LINE_CALL, 2, "call");
	expect("> 2 call\n");
	far_ack(2);
	expect("call: done\n");
	next_wake();
	expect("> 1 ping\n");
	next_wake();		/* no answer, and no second try */
	next_wake();
	assert_true(now >= degraded_ms + 2 * LINE_PROBE_MS);
	expect("> 1 ping\n");
	far_ack(1);
	expect("1 is ok (answers)\n");
	send_card(LINE_CALL, 1, "fourth");
	event_base_loop(base, EVLOOP_NONBLOCK);
	pass(10);
	expect("> 1 fourth\n");
	far_ack(1);
	expect("fourth: done\n");
}

/* The next probe of address 1. */
static int64_t
probed(void)
{
	next_wake();
	expect("> 1 ping\n");
	return now;
}

/* A probe gets the time of a prompt answer only, when a call waits. */
static void
a_call_does_not_wait_for_the_dead(void **state)
{
	int64_t sent_ms;

	(void)state;
	open_signs(2);
	send_card(LINE_REPAINT, 1, "hello");
	for (int i = 0; i < LINE_TRIES; i++) {
		expect("> 1 hello\n");
		next_wake();			/* deadline */
		if (i + 1 < LINE_TRIES)
			next_wake();		/* gap */
	}
	expect("1 is degraded (no answer)\nhello: silent\n");

	sent_ms = probed();
	send_card(LINE_REPAINT, 2, "repaint");
	send_card(LINE_CALL, 2, "call");
	next_wake();
	assert_in_range(now, sent_ms + 50, sent_ms + 100);
	next_wake();				/* gap */
	expect("> 2 call\n");
	far_ack(2);
	expect("call: done\n");
	next_wake();
	expect("> 2 repaint\n");
	far_ack(2);
	expect("repaint: done\n");

	/* Else it has its time. */
	sent_ms = probed();
	send_card(LINE_REPAINT, 2, "repaint");
	next_wake();
	assert_true(now >= sent_ms + 500);
}

static void
heard_in_between_it_is_not_degraded(void **state)
{
	uint64_t retries;

	(void)state;
	open_signs(1);
	retries = line_health(lines, 0, 1)->retries;
	for (int i = 0; i < 4; i++) {
		send_card(LINE_CALL, 1, "hello");
		pass(5);
		expect("> 1 hello\n");
		next_wake();
		next_wake();
		expect("> 1 hello\n");
		far_ack(1);
		expect("hello: done\n");
	}
	assert_int_equal(line_health(lines, 0, 1)->retries - retries, 4);
}

static void
one_try_only_if_so_wanted(void **state)
{
	struct job job = { .priority = LINE_PRINT, .address = 1, .area = LINE_NO_AREA, .tries = 1 };

	(void)state;
	open_signs(1);
	send_job(job, "paper", ACK);
	expect("> 1 paper\n");
	next_wake();
	expect("paper: silent\n");
	assert_int_equal(line_health(lines, 0, 1)->state, LINE_OK);
}

static void
the_deaf_are_sent_to_though_degraded(void **state)
{
	struct job job = { .priority = LINE_PRINT, .address = 1, .area = LINE_NO_AREA, .tries = 1, .deaf = true };

	(void)state;
	open_signs(1);
	for (int i = 0; i < LINE_TRIES; i++) {
		send_job(job, "paper", ACK);
		expect("> 1 paper\n");
		next_wake();
		expect(i + 1 < LINE_TRIES ? "paper: silent\n" : "1 is degraded (no answer)\npaper: silent\n");
		pass(10);
	}
	send_job(job, "paper", ACK);
	expect("> 1 paper\n");
	next_wake();
	expect("paper: silent\n");
}

static void
a_newer_show_replaces_an_older_one(void **state)
{
	struct job job = { .priority = LINE_REPAINT, .address = 1, .area = 0 };

	(void)state;
	open_signs(2);
	send_card(LINE_CALL, 2, "busy");
	expect("> 2 busy\n");
	send_job(job, "old", ACK);
	send_job((struct job){ .priority = LINE_REPAINT, .address = 1, .area = 1 }, "other area", ACK);
	send_job((struct job){ .priority = LINE_REPAINT, .address = 2, .area = 0 }, "other address", ACK);
	job.priority = LINE_CALL;
	send_job(job, "call", ACK);
	job.priority = LINE_REPAINT;
	send_job(job, "new", ACK);
	expect("old: replaced\ncall: replaced\n");
	far_ack(2);
	expect("busy: done\n");
	next_wake();
	expect("> 1 new\n");	/* as urgent as the call it replaced */

	/* What is under way is not tried again when there is something newer, which is as urgent then. */
	send_job(job, "newest", ACK);
	next_wake();
	expect("new: replaced\n");
	next_wake();
	expect("> 1 newest\n");
	far_ack(1);
	expect("newest: done\n");
	next_wake();
	expect("> 1 other area\n");
	far_ack(1);
	expect("other area: done\n");
}

static void
answers_come_in_pieces_and_with_noise(void **state)
{
	static const struct { const char *what; const char *noise; int split; bool inside; } rows[] = {
		{ "whole",			"", 30, false },
		{ "byte by byte",		"", 1, false },
		{ "in two",			"", 13, false },
		{ "noise before",		"\xFF\xFF\x01\x5A", 30, false },
		{ "head of a frame before",	"\xA5\xA5\x01\x02\x03", 30, false },
		{ "long head before",		"\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5", 7, false },
		{ "noise inside: tried again",	"\xFF", 13, true },
	};

	(void)state;
	open_signs(1);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t ack[60];
		size_t len = card_answer(ack, 1, 0);

		print_message("%s\n", rows[i].what);
		pass(50);
		send_card(LINE_CALL, 1, "hello");
		expect("> 1 hello\n");
		if (!rows[i].inside)
			far_write(rows[i].noise, strlen(rows[i].noise));
		for (size_t at = 0; at < len; at += rows[i].split) {
			size_t part = len - at < (size_t)rows[i].split ? len - at : (size_t)rows[i].split;

			far_write(ack + at, part);
			if (rows[i].inside)
				far_write(rows[i].noise, strlen(rows[i].noise));
			all_read();
		}
		if (rows[i].inside) {
			next_wake();
			next_wake();
			expect("> 1 hello\n");
			far_ack(1);
		}
		expect("hello: done\n");
	}
}

/* The loop was busy until its time was over: what has come by then counts. */
static void
an_answer_that_is_read_late_is_one(void **state)
{
	struct pollfd p;
	uint64_t retries;

	(void)state;
	open_signs(1);
	p = (struct pollfd){ .fd = far.slave, .events = POLLIN };
	retries = line_health(lines, 0, 1)->retries;
	send_card(LINE_CALL, 1, "hello");
	expect("> 1 hello\n");
	far_ack(1);
	assert_int_equal(poll(&p, 1, 5000), 1);
	now = wake;
	lines_run(lines);
	assert_string_equal(happened, "hello: done\n");
	assert_int_equal(line_health(lines, 0, 1)->retries, retries);
}

/* In the same turn the loop has been told that there is something to read. */
static void
what_was_read_late_is_not_read_again(void **state)
{
	struct pollfd p;

	(void)state;
	open_signs(2);
	send_card(LINE_CALL, 1, "hello");
	expect("> 1 hello\n");
	far_ack(1);
	p = (struct pollfd){ .fd = far.slave, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 5000), 1);
	reads = 0;
	now = wake;
	send_card(LINE_CALL, 2, "other");
	expect("hello: done\n");
	assert_int_equal(reads, 1);
	next_wake();
	expect("> 2 other\n");
}

/* A serial port that is read without having anything looks as one that is gone. */
static void
what_is_silent_is_not_read(void **state)
{
	(void)state;
	open_signs(1);
	send_card(LINE_CALL, 1, "hello");
	expect("> 1 hello\n");
	reads = 0;
	next_wake();		/* deadline */
	next_wake();		/* gap */
	expect("> 1 hello\n");
	assert_int_equal(reads, 0);
}

static void
refused_is_told_and_busy_is_tried_again(void **state)
{
	(void)state;
	open_signs(1);
	send_card(LINE_CALL, 1, "hello");
	expect("> 1 hello\n");
	far_nack(1, 12);
	expect("hello: refused (no such font)\n");
	assert_int_equal(line_health(lines, 0, 1)->refused, 1);

	send_card(LINE_CALL, 1, "again");
	next_wake();
	expect("> 1 again\n");
	far_nack(1, 3);
	while (wake > now + 60)		/* not the deadline: it was heard */
		event_base_loop(base, EVLOOP_ONCE);
	next_wake();
	expect("> 1 again\n");
	far_ack(1);
	expect("again: done\n");
}

/* Some devices take a frame, and then find that they cannot do it. */
static void
a_refusal_that_answers_nothing_is_told(void **state)
{
	(void)state;
	open_signs(1);
	send_card(LINE_CALL, 1, "hello");
	expect("> 1 hello\n");
	far_ack(1);
	expect("hello: done\n");
	far_nack(1, 12);
	expect("< 1 no such font\n");
}

/* FF 68 03 03 68 address 01 key sum 16 */
static void
press(int address, int key)
{
	uint8_t b[10] = { 0xFF, 0x68, 3, 3, 0x68, address, 1, key, address + 1 + key, 0x16 };

	far_write(b, sizeof b);
}

static void
open_keypads(int addresses)
{
	plug();
	open_lines("ff68", addresses);
}

static void
a_key_is_echoed_at_once_and_told_once(void **state)
{
	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	press(1, 0x0C);
	expect("< 1 key 0C\n");
	pass(20);
	expect("> 1 FF68 01 0C\n");

	/* The device has missed the echo: it is echoed again, and not told. */
	for (int i = 0; i < 3; i++) {
		pass(300);
		press(1, 0x0C);
		all_read();
		pass(20);
		expect("> 1 FF68 01 0C\n");
	}

	/* Another key, the same key from elsewhere, and the same key later are presses. */
	press(1, 0x0D);
	expect("< 1 key 0D\n");
	pass(20);
	expect("> 1 FF68 01 0D\n");
	pass(100);
	press(1, 0x0C);
	expect("< 1 key 0C\n");
	pass(20);
	expect("> 1 FF68 01 0C\n");
	pass(LINE_REPEAT_MS + 100);
	press(1, 0x0C);
	expect("< 1 key 0C\n");
	pass(20);
	expect("> 1 FF68 01 0C\n");
	pass(100);
	press(9, 0x0C);
	expect("9 is ok (answers)\n< 9 key 0C\n");
	pass(20);
	expect("> 9 FF68 01 0C\n");
}

/* Of the frames of one press, 300 ms apart, some are lost on their way, and so are the echoes. */
static void
what_is_left_of_a_press_is_one_press(void **state)
{
	static const struct { const char *what; int at_ms[4]; } rows[] = {
		{ "all come",			{ 0, 300, 600, 900 } },
		{ "the second is lost",		{ 0, 600, 900 } },
		{ "the second and third are",	{ 0, 900 } },
		{ "the third is",		{ 0, 300, 900 } },
	};

	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t began = now;

		print_message("%s\n", rows[i].what);
		press(1, 0x0C);
		expect("< 1 key 0C\n");
		pass(20);
		expect("> 1 FF68 01 0C\n");
		for (int j = 1; j < 4 && rows[i].at_ms[j] > 0; j++) {
			pass(began + rows[i].at_ms[j] - now);
			press(1, 0x0C);
			all_read();
			pass(20);
			expect("> 1 FF68 01 0C\n");
		}
		pass(LINE_REPEAT_MS);
	}
}

/* Heads without frames, and bytes without sense: more than a line keeps. */
static void
noise_does_not_hide_a_key(void **state)
{
	static const struct { const char *what, *noise; size_t len; } rows[] = {
		{ "no bias", "\x00\xFF\xFF\x00", 4 },
		{ "heads", "\xFF\x68\x05\x05\x68", 5 },
		{ "a stuck byte", "\xFF", 1 },
		{ "frames of cards", "\xA5\xA5\xA5\x01\x02\x5A", 6 },
		{ "frames of another host", "\xFF\x68\x03\x03\x68\x01\x02\x05\x08\x16", 10 },
	};

	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].what);
		for (size_t sent = 0; sent < 10000; sent += rows[i].len) {
			far_write(rows[i].noise, rows[i].len);
			event_base_loop(base, EVLOOP_NONBLOCK);
		}
		press(1, 0x0C);
		expect("< 1 key 0C\n");
		pass(1000);
		expect("> 1 FF68 01 0C\n");
	}
}

/* After any part of a frame the next whole one counts, and none that was not sent. */
static void
in_step_again_with_the_next_frame(void **state)
{
	uint8_t ack[60];
	size_t len;

	open_keypads(1);
	expect("1 is ok (port is open)\n");
	for (size_t n = 1; n < 10; n++) {
		far_write("\xFF\x68\x03\x03\x68\x01\x01\x0D\x0F\x16", n);
		all_read();
		pass(150);
		press(1, 0x0C);
		expect("< 1 key 0C\n");
		pass(LINE_REPEAT_MS);
		expect("> 1 FF68 01 0C\n");
	}
	teardown(state);
	setup(state);
	open_signs(1);
	len = card_answer(ack, 1, 3);		/* busy: not what the whole one says */
	for (size_t n = 1; n < len; n++) {
		send_card(LINE_CALL, 1, "hello");
		expect("> 1 hello\n");
		far_write(ack, n);
		far_ack(1);
		expect("hello: done\n");
		pass(100);
	}
}

/* A damaged frame says that 1284 bytes follow: what came in their place is heard when it has been quiet. */
static void
a_frame_that_claims_to_be_long_hides_nothing(void **state)
{
	static const uint8_t done[] = { 0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94 };
	uint8_t damaged[sizeof done];

	(void)state;
	memcpy(damaged, done, sizeof done);
	damaged[5] = 0x05;
	for (size_t n = 7; n <= sizeof damaged; n++) {
		for (int follows = 0; follows < 2; follows++) {
			print_message("%zu bytes of it%s\n", n, follows ? ", and the next at once" : "");
			plug();
			open_lines("idcard", 0);
			expect("0 is trying (not heard yet)\n");
			far_write(damaged, n);
			if (follows)
				far_write(done, sizeof done);
			all_read();
			assert_int_equal(wake, now + 150);
			pass(149);
			expect("");
			pass(1);
			if (!follows) {
				expect("");
				far_write(done, sizeof done);
			}
			expect("0 is ok (answers)\n");
			teardown(state);
			setup(state);
		}
	}
	open_keypads(0);
}

/* 3.5 characters after a frame, and the driver's own gap: the next may begin. */
static void
slow_lines_have_long_gaps(void **state)
{
	static const struct { int baud, gap_ms; } rows[] = { { 1200, 30 }, { 2400, 15 }, { 9600, 4 }, { 115200, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		open_keypads(1);
		lines_close(lines);
		layout.device[0].baud = rows[i].baud;
		happened[0] = '\0';
		lines = lines_open(base, &layout, &owner, NULL);
		expect("1 is ok (port is open)\n");
		press(1, 0x0C);
		expect("< 1 key 0C\n");
		assert_int_equal(wake, now + rows[i].gap_ms);
		teardown(state);
		setup(state);
	}
}

static void
digits_and_ratings(void **state)
{
	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	far_write("\x00\xFF\x68\x04\xFF\x68\x04\x04\x68\x01\x01\x06\x0F\x17\x16", 15);
	expect("< 1 key 6 0F\n");
	pass(20);
	expect("> 1 FF68 01 06\n");
	pass(100);
	far_write("\xFF\x68\x03\x03\x68\x01\x11\x02\x14\x16", 10);
	expect("< 1 rating 2\n");
	pass(20);
	expect("> 1 FF68 01 02\n");
}

static void
our_own_frames_that_come_back_are_dropped(void **state)
{
	(void)state;
	open_keypads(1);
	far.returns = true;
	expect("1 is ok (port is open)\n");
	for (int i = 0; i < 5; i++) {
		press(1, 0x0C);
		expect("< 1 key 0C\n");
		while (wake == INT64_MAX)
			event_base_loop(base, EVLOOP_ONCE);
		next_wake();
		expect("> 1 FF68 01 0C\n");
		all_read();			/* it has come back */
		pass(LINE_REPEAT_MS + 100);
	}
	/* Asking for a rating looks like a key when it comes back. */
	send_bytes((struct job){ .priority = LINE_CALL, .address = 1, .area = LINE_NO_AREA }, "rate",
	    "\xFF\x68\x03\x03\x68\x01\x01\x0B\x0D\x16", 10, 0);
	expect("rate: done\n> 1 FF68 01 0B\n");
	press(1, 0x0D);
	expect("< 1 key 0D\n");
	pass(100);
	expect("> 1 FF68 01 0D\n");
}

/* A number display that takes numbers only: the answer to such a frame is the frame. */
static void
send_number(const char *number)
{
	static struct frame frame;
	struct job job = { .priority = LINE_CALL, .address = 1, .frame = &frame, .done = job_done, .arg = (void *)(intptr_t)number };

	layout.device[0].text_register = -1;
	assert_int_equal(driver_find("modbus")->show(&frame, &layout.device[0], 1, &(struct sign_text){ .number = number }), 0);
	line_send(lines, &job);
}

static void
an_answer_alike_is_not_our_own_frame(void **state)
{
	(void)state;
	plug();
	open_lines("modbus", 1);
	expect("1 is trying (not heard yet)\n> 1 modbus 03\n");
	far_write("\x01\x03\x02\x00\x00\xB8\x44", 7);
	expect("1 is ok (answers)\n");
	for (int i = 0; i < 5; i++) {
		pass(100);
		send_number("123");
		expect("> 1 modbus 06\n");
		far_write("\x01\x06\x00\x00\x00\x7B\xC9\xE9", 8);
		expect("123: done\n");
	}
}

static void
our_own_frame_is_not_an_answer_alike(void **state)
{
	(void)state;
	plug();
	far.returns = true;
	open_lines("modbus", 1);
	expect("1 is trying (not heard yet)\n> 1 modbus 03\n");
	far_write("\x01\x03\x02\x00\x00\xB8\x44", 7);
	expect("1 is ok (answers)\n");
	for (int i = 0; i < 5; i++) {
		pass(100);
		send_number("123");
		expect("> 1 modbus 06\n");
		all_read();			/* it has come back */
		expect("");			/* and is no answer */
		far_write("\x01\x06\x00\x00\x00\x7B\xC9\xE9", 8);
		expect("123: done\n");
	}
}

static void
unplugged_and_back_as_another_device(void **state)
{
	(void)state;
	open_signs(1);
	pass(20000);
	send_card(LINE_CALL, 1, "under way");
	send_card(LINE_REPAINT, 1, "queued");
	expect("> 1 under way\n");
	unplug();
	expect("1 is gone (Device is gone)\nunder way: lost\nqueued: lost\n");
	send_card(LINE_CALL, 1, "too late");
	expect("too late: lost\n");
	assert_int_equal(wake, now + 1000);
	next_wake();
	assert_string_equal(line_health(lines, 0, 1)->reason, "No such device");
	plug();
	next_wake();
	expect("1 is trying (not heard yet)\n> 1 ping\n");
	far_ack(1);
	expect("1 is ok (answers)\n");
	send_card(LINE_CALL, 1, "hello");
	pass(10);
	expect("> 1 hello\n");
}

/* It is looked for every second, so it is back within one; and that is all that is done meanwhile. */
static void
missing_at_start_and_said_once(void **state)
{
	char line[256];

	(void)state;
	open_lines("bx6k", 1);
	event_base_loop(base, EVLOOP_NONBLOCK);
	for (int i = 0; i < 60; i++) {
		assert_int_equal(wake, now + 1000);
		next_wake();
	}
	snprintf(line, sizeof line, "port lobby: %s: No such device; next try in 1 s\n", link_path);
	assert_string_equal(logged(), line);
	send_card(LINE_CALL, 1, "hello");
	expect("hello: lost\n");
	plug();
	next_wake();
	expect("1 is trying (not heard yet)\n> 1 ping\n");
	snprintf(line, sizeof line, "port lobby: %s: open\n", link_path);
	assert_string_equal(logged(), line);
	for (int i = 1; i < LINE_TRIES; i++) {
		next_wake();
		next_wake();
		expect("> 1 ping\n");
	}
	next_wake();
	expect("1 is degraded (no answer)\n");
}

/* What is there but cannot be opened is left alone for longer each time. */
static void
what_refuses_is_tried_less_and_less(void **state)
{
	static const int waits_s[] = { 1, 2, 4, 8, 16, 30, 30, 30 };

	(void)state;
	plug();
	assert_int_equal(flock(far.slave, LOCK_EX), 0);
	open_lines("ff68", 1);
	event_base_loop(base, EVLOOP_NONBLOCK);
	for (size_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
		assert_int_equal(wake, now + waits_s[i] * 1000);
		next_wake();
	}
	unplug();
	next_wake();
	assert_int_equal(wake, now + 1000);
}

/* Again and again, each time as another device: it is back within 2 s. */
static void
a_loose_plug(void **state)
{
	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	for (int i = 0; i < 5; i++) {
		unplug();
		expect("1 is gone (Device is gone)\n");
		pass(1500);
		plug();
		pass(1999);
		expect("1 is ok (port is open)\n");
	}
}

static void
held_by_another_program(void **state)
{
	char line[256];

	(void)state;
	plug();
	assert_int_equal(flock(far.slave, LOCK_EX), 0);
	open_lines("ff68", 1);
	event_base_loop(base, EVLOOP_NONBLOCK);
	snprintf(line, sizeof line, "port lobby: %s: In use by another program; next try in 1 s\n", link_path);
	assert_string_equal(logged(), line);
	flock(far.slave, LOCK_UN);
	next_wake();
	expect("1 is ok (port is open)\n");
}

/* A keypad at a port of its own. */
static void
open_at(const char *port)
{
	open_lines("ff68", 1);
	lines_close(lines);
	strcpy(layout.device[0].port, port);
	lines = lines_open(base, &layout, &owner, NULL);
	event_base_loop(base, EVLOOP_NONBLOCK);
}

/* Where a server listens, in far.master until it is connected to. */
static void
serve(char name[64], const char *scheme)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	far.master = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(far.master, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(far.master, 1), 0);
	assert_int_equal(getsockname(far.master, (struct sockaddr *)&at, &len), 0);
	snprintf(name, 64, "%s127.0.0.1:%d", scheme, ntohs(at.sin_port));
}

/* Take the connection. */
static void
connect_far(void)
{
	int listening = far.master;

	far.master = accept(listening, NULL, NULL);
	assert_true(far.master != -1);
	close(listening);
}

static void
a_line_over_tcp(void **state)
{
	char name[64];
	uint8_t echo[10];

	(void)state;
	serve(name, "tcp://");
	open_at(name);
	expect("1 is ok (port is open)\n");
	connect_far();
	press(1, 0x0C);
	expect("< 1 key 0C\n");
	pass(20);
	assert_int_equal(read(far.master, echo, sizeof echo), 10);
	close(far.master);
	expect("1 is gone (Device is gone)\n");
}

/* Opening takes its time; the far end may be in trouble, which is known at once, and is used all the same. */
static void
a_far_end_that_is_set_otherwise(void **state)
{
	char name[64], line[256];
	uint8_t hello[64];
	ssize_t n;

	(void)state;
	serve(name, "rfc2217://");
	open_at(name);
	connect_far();
	RUN_UNTIL((n = recv(far.master, hello, sizeof hello, MSG_DONTWAIT)) > 0);
	assert_true(n > 0);
	assert_int_equal(line_health(lines, 0, 1)->state, LINE_GONE);
	assert_int_equal(wake, INT64_MAX);		/* the peer's answer wakes us, and nothing else */
	send_job((struct job){ .priority = LINE_CALL, .address = 1, .area = LINE_NO_AREA }, "too soon", 0);
	expect("too soon: lost\n");
	far_write("\xFF\xFD\x2C\xFF\xFA\x2C\x65\x00\x00\x4B\x00\xFF\xF0\xFF\xFA\x2C\x66\x08\xFF\xF0"
	    "\xFF\xFA\x2C\x67\x01\xFF\xF0\xFF\xFA\x2C\x68\x01\xFF\xF0", 34);
	expect("1 is ok (port is open)\n");
	assert_string_equal(line_health(lines, 0, 1)->trouble, "The far end has another speed");
	snprintf(line, sizeof line, "port lobby: %s: open, but: The far end has another speed\n", name);
	assert_string_equal(logged(), line);
	far_write("\xFF", 1);
	press(1, 0x0C);
	expect("< 1 key 0C\n");
	close(far.master);
	expect("1 is gone (Device is gone)\n");
	assert_null(line_health(lines, 0, 1)->trouble);
}

/* Each on a line of its own: a keypad is served while others are looked for, refused, or wait for an answer. */
static void
a_bad_port_is_nobody_elses_trouble(void **state)
{
	static const char *const bad[] = { "tcp://silent.test:1", "tcp://none.test:1", "rfc2217://silent.test:1",
		"tcp://127.0.0.1:1", "/nonexistent/port" };

	(void)state;
	open_keypads(1);
	lines_close(lines);
	for (int i = 0; i < 5; i++) {
		layout.device[i + 1] = layout.device[0];
		strcpy(layout.device[i + 1].port, bad[i]);
		layout.window[i + 1] = (struct window_layout){ .sign.device = -1, .rater.device = -1,
		    .keypad = { .device = i + 1, .address = 1 } };
	}
	layout.device_count = layout.window_count = 6;
	happened[0] = '\0';
	lines = lines_open(base, &layout, &owner, NULL);
	expect("1 is ok (port is open)\n");
	for (int i = 0; i < 20; i++) {
		press(1, 0x0C + i % 2);
		expect(i % 2 == 0 ? "< 1 key 0C\n" : "< 1 key 0D\n");
		pass(1000);
		expect(i % 2 == 0 ? "> 1 FF68 01 0C\n" : "> 1 FF68 01 0D\n");
	}
	for (int i = 1; i <= 5; i++)
		assert_int_equal(line_health(lines, i, 1)->state, LINE_GONE);
	for (int i = 0; i < 2; i++)
		names_speak();
}

/* It is not read all the time, as an empty packet of a USB printer is no byte. */
static void
a_port_that_is_readable_without_having_anything(void **state)
{
	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	empty = true;
	reads = 0;
	press(1, 0x0C);
	while (reads == 0)
		event_base_loop(base, EVLOOP_ONCE);
	for (int i = 0; i < 1000; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(reads, 1);
	for (int ms = 0; ms < 1000; ms += 10) {
		pass(10);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	assert_in_range(reads, 9, 11);
	empty = false;
	expect("");
	pass(100);
	expect("< 1 key 0C\n");
}

static void
what_cannot_be_waited_for(void **state)
{
	(void)state;
	open_at("/dev/full");
	assert_non_null(strstr(logged(), "port lobby: /dev/full: Nobody can wait for it; next try in 1 s\n"));
	assert_int_equal(line_health(lines, 0, 1)->state, LINE_GONE);
}

static void
a_device_that_does_not_read_blocks_nothing(void **state)
{
	static char big[FRAME_MAX];

	(void)state;
	open_keypads(1);
	expect("1 is ok (port is open)\n");
	event_del(far.readable);
	memset(big, FILLER, sizeof big);
	for (int i = 0; i < 12 && line_health(lines, 0, 1)->state != LINE_DEGRADED; i++) {
		send_bytes((struct job){ .priority = LINE_CALL, .address = 1, .area = LINE_NO_AREA, .tries = 1 }, "big",
		    big, sizeof big, 0);
		event_base_loop(base, EVLOOP_NONBLOCK);
		pass(30000);
	}
	assert_non_null(strstr(happened, "big: silent\nbig: silent\n1 is degraded (no answer)\nbig: silent\n"));
	happened[0] = '\0';
	send_job((struct job){ .priority = LINE_CALL, .address = 1, .area = LINE_NO_AREA }, "hello", 0);
	expect("hello: silent\n");

	/* It is tried once a minute with what there is to send; and it reads again. */
	event_add(far.readable, NULL);
	pass(LINE_PROBE_MS);
	send_job((struct job){ .priority = LINE_CALL, .address = 1, .area = LINE_NO_AREA }, "hello", 0);
	expect("1 is ok (port is open)\nhello: done\n> 1 hello\n");
}

static void
a_printer_is_asked_and_reports(void **state)
{
	const struct driver *d = driver_find("escpos");
	struct frame frame;
	struct job job = { .priority = LINE_PRINT, .area = LINE_NO_AREA, .tries = 1, .frame = &frame, .done = job_done };

	(void)state;
	plug();
	open_lines("escpos", 0);
	expect("0 is trying (not heard yet)\n> 10 04 01\n");
	far_write("\x12", 1);
	expect("0 is ok (answers)\n< status 00 of 01\n");
	assert_int_equal(d->status(&frame, ESCPOS_ASK_PAPER), 0);
	job.arg = "paper";
	line_send(lines, &job);
	expect("> 10 04 04\n");
	far_write("\x72", 1);
	expect("< status 08 of 0C\npaper: done\n");

	/* A report in the middle does not answer the request; an answer to nothing is nothing. */
	line_send(lines, &job);
	expect("> 10 04 04\n");
	far_write("\x14\x00\x00", 3);
	far_write("\x0F\x1E", 2);
	expect("< report 00\n< status 04 of 0C\npaper: done\n");
	far_write("\x12\x00", 2);
	expect("< printed\n");
}

static void
a_voice_speaks_by_itself(void **state)
{
	(void)state;
	plug();
	open_lines("syn6288", 0);
	expect("0 is trying (not heard yet)\n> FD 21\n");
	far_write("\x4F", 1);
	expect("0 is ok (answers)\n< idle\n");
	send_card(LINE_VOICE, 0, "text");
	next_wake();
	expect("> 0 text\n");
	far_write("\x41", 1);
	expect("text: done\n");
	far_write("\x4F", 1);
	expect("< idle\n");
}

static void
two_lines_and_two_devices_on_one(void **state)
{
	(void)state;
	plug();
	open_lines("bx6k", 1);
	lines_close(lines);
	layout.device_count = 3;
	layout.device[1] = layout.device[0];
	strcpy(layout.device[1].driver, "ff68");
	layout.device[2] = layout.device[0];
	strcpy(layout.device[2].port, "/nonexistent/port");
	layout.window[1] = (struct window_layout){ .sign.device = -1, .rater.device = -1, .keypad = { .device = 1, .address = 2 } };
	layout.window[2] = (struct window_layout){ .sign = { .device = 2, .address = 3 }, .rater.device = -1, .keypad.device = -1 };
	layout.window_count = 3;
	lines = lines_open(base, &layout, &owner, NULL);
	expect("1 is trying (not heard yet)\n2 is ok (port is open)\n> 1 ping\n");
	assert_int_equal(line_health(lines, 2, 3)->state, LINE_GONE);
	press(2, 0x0C);
	far_ack(1);
	expect("device 1: < 2 key 0C\n1 is ok (answers)\n");
	pass(200);
	expect("> 2 FF68 01 0C\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(urgent_first_and_one_at_a_time),
		TEST(an_answer_of_another_address_is_none),
		TEST(three_tries_then_degraded_and_probed_once_a_minute),
		TEST(a_call_does_not_wait_for_the_dead),
		TEST(heard_in_between_it_is_not_degraded),
		TEST(one_try_only_if_so_wanted),
		TEST(the_deaf_are_sent_to_though_degraded),
		TEST(a_newer_show_replaces_an_older_one),
		TEST(answers_come_in_pieces_and_with_noise),
		TEST(an_answer_that_is_read_late_is_one),
		TEST(what_was_read_late_is_not_read_again),
		TEST(what_is_silent_is_not_read),
		TEST(refused_is_told_and_busy_is_tried_again),
		TEST(a_refusal_that_answers_nothing_is_told),
		TEST(a_key_is_echoed_at_once_and_told_once),
		TEST(what_is_left_of_a_press_is_one_press),
		TEST(noise_does_not_hide_a_key),
		TEST(in_step_again_with_the_next_frame),
		TEST(a_frame_that_claims_to_be_long_hides_nothing),
		TEST(slow_lines_have_long_gaps),
		TEST(digits_and_ratings),
		TEST(our_own_frames_that_come_back_are_dropped),
		TEST(an_answer_alike_is_not_our_own_frame),
		TEST(our_own_frame_is_not_an_answer_alike),
		TEST(unplugged_and_back_as_another_device),
		TEST(missing_at_start_and_said_once),
		TEST(what_refuses_is_tried_less_and_less),
		TEST(a_loose_plug),
		TEST(held_by_another_program),
		TEST(a_line_over_tcp),
		TEST(a_far_end_that_is_set_otherwise),
		TEST(a_bad_port_is_nobody_elses_trouble),
		TEST(a_port_that_is_readable_without_having_anything),
		TEST(what_cannot_be_waited_for),
		TEST(a_device_that_does_not_read_blocks_nothing),
		TEST(a_printer_is_asked_and_reports),
		TEST(a_voice_speaks_by_itself),
		TEST(two_lines_and_two_devices_on_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
