/* Looking for devices on a port. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/base/clock.h"
#include "daemon/line/ports/port.h"
#include "daemon/line/scan.h"

#define OPEN_MS		10000	/* a far end takes its time */
#define LISTEN_MS	1000	/* at each speed, before anything is sent */
#define HEARD_MAX	1024
#define ADDRESSES	65536

static const int usual[] = { 9600, 57600, 115200, 19200, 38400, 4800 };
#define USUAL		((int)(sizeof(usual) / sizeof(usual[0])))

struct search {
	const struct scan	*scan;
	struct event_base	*base;
	struct port		 port;
	bool			 answered;	/* by the port that was to be opened; why it is not: */
	const char		*why;
	int			 baud;
	int			 count;		/* found */
	bool			 bytes;		/* were heard at this speed */
	uint8_t			 heard[HEARD_MAX];	/* since something was sent */
	size_t			 length;
	uint8_t			 pressed[ADDRESSES / 8];	/* keypads that were found */
};

static int64_t
now_ms(void)
{
	return clock_stopwatch_us() / 1000;
}

static void
opened(void *arg, const char *why)
{
	struct search *s = arg;

	s->answered = true;
	s->why = why;
}

/* 0, or -1 and s->why. */
static int
open_port(struct search *s)
{
	struct timeval turn = { .tv_usec = 10000 };
	int64_t until_ms = now_ms() + OPEN_MS;

	s->port = (struct port){ .base = s->base, .opened = opened, .arg = s, .fd = -1 };
	s->answered = false;
	switch (port_open(&s->port, s->scan->port, s->baud, &s->why)) {
	case PORT_OPEN:
		return 0;
	case PORT_OPENING:
		break;
	case PORT_ABSENT:
	case PORT_REFUSED:
		return -1;
	}
	while (!s->answered && now_ms() < until_ms) {
		event_base_loopexit(s->base, &turn);
		event_base_loop(s->base, EVLOOP_ONCE);
	}
	if (s->answered)
		return s->why == NULL ? 0 : -1;
	s->why = "No answer";
	port_close(&s->port);
	return -1;
}

static void
tell(struct search *s, const struct driver *d, const char *names, int address)
{
	s->count++;
	s->scan->found(s->scan->arg, d, names, s->baud, address);
}

/* Keys and ratings among what was heard, of drivers that know their frames; each keypad is told of once. */
static void
find_keypads(struct search *s)
{
	union driver_state state = { 0 };
	struct said said;

	for (const struct driver *const *d = drivers; *d != NULL; d++)
		for (size_t at = 0; (*d)->kind == DRIVER_KEYPAD && !(*d)->framed && at < s->length;) {
			int n = (*d)->parse(&state, &said, s->heard + at, s->length - at);
			int address = said.address % ADDRESSES;

			at += n > 0 ? n : 1;
			if (n <= 0 || (said.kind != SAID_KEY && said.kind != SAID_RATING) ||
			    s->pressed[address / 8] & 1 << address % 8)
				continue;
			s->pressed[address / 8] |= 1 << address % 8;
			tell(s, *d, (*d)->name, address);
		}
}

/* Our own frame, from an adapter that hears itself. */
static void
drop_own(struct search *s, const struct frame *f)
{
	if (s->length < f->length || memcmp(s->heard, f->bytes, f->length) != 0)
		return;
	s->length -= f->length;
	memmove(s->heard, s->heard + f->length, s->length);
}

/* Is all that was heard frames of this driver, with the answer to f among them? */
static bool
is_answer(const struct search *s, const struct driver *d, const struct frame *f, int address)
{
	/* A voice refuses the probe of another make. */
	unsigned answers = f->answers | (d->kind == DRIVER_SIGN ? SAID(SAID_NACK) : 0);
	union driver_state state = { 0 };
	bool answered = false;
	struct said said;
	int n;

	if (d->asked != NULL)
		d->asked(&state, f->bytes, f->length);
	for (size_t at = 0; at < s->length; at += n) {
		if ((n = d->parse(&state, &said, s->heard + at, s->length - at)) <= 0 || said.kind == SAID_NOTHING)
			return false;
		answered |= (SAID(said.kind) & answers) != 0 && (d->kind != DRIVER_SIGN || said.address == address);
	}
	return answered;
}

/* Hear what comes for so long, or until it is the answer to f.  -1: the device is gone. */
static int
hear(struct search *s, int wait_ms, const struct driver *d, const struct frame *f, int address)
{
	int64_t until_ms = now_ms() + wait_ms, left_ms;

	while ((left_ms = until_ms - now_ms()) > 0) {
		struct pollfd p = { .fd = s->port.fd, .events = POLLIN };
		ssize_t n;

		event_base_loop(s->base, EVLOOP_NONBLOCK);
		if (poll(&p, 1, (int)left_ms) <= 0)
			continue;
		if ((n = port_read(&s->port, s->heard + s->length, HEARD_MAX - s->length)) == -1) {
			s->why = "Device is gone";
			return -1;
		}
		s->length += n;
		if (f != NULL)
			drop_own(s, f);
		s->bytes |= s->length > 0;
		if (s->length == HEARD_MAX)
			s->length = 0;		/* noise */
		if (f != NULL && is_answer(s, d, f, address))
			return 0;
	}
	return 0;
}

/* Send all of it.  -1: the device is gone. */
static int
transmit(struct search *s, const struct frame *f)
{
	int64_t until_ms = now_ms() + 1000;
	size_t sent = 0;

	while (sent < f->length && now_ms() < until_ms) {
		struct pollfd p = { .fd = s->port.fd, .events = POLLOUT };
		ssize_t n = port_write(&s->port, f->bytes + sent, f->length - sent);

		if (n == -1) {
			s->why = "Device is gone";
			return -1;
		}
		sent += n;
		if (n == 0)
			poll(&p, 1, 10);
	}
	return 0;
}

/* 1: it answers; 0: it does not; -1: the device is gone. */
static int
ask(struct search *s, const struct driver *d, const struct frame *f, int address)
{
	int wire_ms = (int)(f->length * 10 * 1000 / s->baud) + 1;

	find_keypads(s);
	s->length = 0;
	if (transmit(s, f) == -1 || hear(s, 2 * wire_ms + f->work_ms + d->answer_ms, d, f, address) == -1)
		return -1;
	return is_answer(s, d, f, address);
}

static bool
asks_alike(const struct driver *a, const struct driver *b)
{
	struct frame fa, fb;

	return a->probe != NULL && b->probe != NULL && a->parse == b->parse && a->probe(&fa, 1) == 0 && b->probe(&fb, 1) == 0 &&
	    fa.length == fb.length && memcmp(fa.bytes, fb.bytes, fa.length) == 0;
}

static bool
asked_before(const struct driver *const *d)
{
	for (const struct driver *const *e = drivers; e < d; e++)
		if (asks_alike(*e, *d))
			return true;
	return false;
}

static void
names_of(char names[SCAN_NAMES], const struct driver *driver)
{
	size_t len = snprintf(names, SCAN_NAMES, "%s", driver->name);

	for (const struct driver *const *d = drivers; *d != NULL && len < SCAN_NAMES; d++)
		if (*d != driver && asks_alike(driver, *d))
			len += snprintf(names + len, SCAN_NAMES - len, " or %s", (*d)->name);
}

/* An answer counts when it comes twice: some are a single byte. */
static int
ask_twice(struct search *s, const struct driver *d, int address)
{
	char names[SCAN_NAMES];
	struct frame frame;
	int answers;

	if (d->probe(&frame, address) == -1)
		return 0;
	if ((answers = ask(s, d, &frame, address)) <= 0 || (answers = ask(s, d, &frame, address)) <= 0)
		return answers;
	names_of(names, d);
	tell(s, d, names, address);
	return 0;
}

/* Ask all drivers that are addressed, or that are alone on their line until one answers.  -1: the device is gone. */
static int
ask_all(struct search *s, bool many)
{
	int before = s->count;

	for (const struct driver *const *d = drivers; *d != NULL; d++) {
		int last = many ? s->scan->last : 0;

		if ((*d)->probe == NULL || driver_addressed((*d)->kind) != many || asked_before(d))
			continue;
		for (int address = many ? s->scan->first : 0; address <= last && (!many || address <= (*d)->address_max); address++)
			if (ask_twice(s, *d, address) == -1)
				return -1;
		if (!many && s->count > before)
			break;
	}
	return 0;
}

static int
next_speed(const struct search *s)
{
	int i = 0;

	if (s->scan->baud != 0)
		return usual[usual[0] == s->scan->baud];
	while (usual[i] != s->baud)
		i++;
	return i + 1 < USUAL ? usual[i + 1] : 0;
}

/* -1: the port cannot be opened, or is gone. */
static int
try_speed(struct search *s)
{
	int before = s->count, result;

	if (open_port(s) == -1)
		return -1;
	s->bytes = false;
	s->length = 0;
	result = hear(s, LISTEN_MS, NULL, NULL, 0);
	if (result == 0)
		result = ask_all(s, false);
	if (result == 0 && s->count == before)
		result = ask_all(s, true);
	find_keypads(s);
	port_close(&s->port);
	if (result == 0 && s->count == before && s->bytes && s->scan->noise != NULL)
		s->scan->noise(s->scan->arg, s->baud, next_speed(s));
	return result;
}

int
scan_port(const struct scan *scan, const char **why)
{
	static struct search s;
	bool one = scan->baud != 0 || strncmp(scan->port, "tcp://", strlen("tcp://")) == 0;
	int result = 0;

	s = (struct search){ .scan = scan, .base = event_base_new() };
	for (int i = 0; result == 0 && s.count == 0 && i < (one ? 1 : USUAL); i++) {
		s.baud = scan->baud != 0 ? scan->baud : usual[i];
		result = try_speed(&s);
	}
	event_base_free(s.base);
	*why = s.why;
	return result == 0 || s.count > 0 ? s.count : -1;
}
