/*
 * Device servers that are told how fast to be: the bytes of a line within
 * telnet, RFC 2217.
 *
 * The port is open when the server has confirmed the settings, or has not
 * within ANSWER_S: then it may still do, so it is used, but this is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/line/ports/backend.h"
#include "daemon/line/ports/dial.h"
#include "protocols/rfc2217.h"

#define ANSWER_S	3
#define BLOCK		1024	/* bytes of data written or read at a time */

struct far {
	struct dial	*dial;		/* NULL: not any more */
	int		 fd;		/* of the connection */
	int		 baud;
	struct rfc2217	 telnet;
	struct event	*come, *late;	/* while it is told its settings */
	bool		 told;		/* the settings */
	unsigned	 unanswered;	/* 1 << code of those */
	bool		 half;		/* of two bytes FF one was sent */
};

/* What is asked, and what has to be answered. */
#define ANSWERS ((1U << RFC2217_BAUD) | (1U << RFC2217_DATA_BITS) | (1U << RFC2217_PARITY) | (1U << RFC2217_STOP_BITS))

/* -1: the connection does not take so few bytes; it is of no use then. */
static int
say(const struct far *f, const uint8_t *bytes, size_t len)
{
	return !f->half && connection_write(f->fd, bytes, len) == (ssize_t)len ? 0 : -1;
}

static int
tell_settings(struct far *f)
{
	uint8_t out[4 * RFC2217_FRAME];
	size_t n = 0;

	if (f->told)
		return 0;
	f->told = true;
	n += rfc2217_baud(out + n, f->baud);
	n += rfc2217_8n1(out + n);
	n += rfc2217_control(out + n, 1);
	n += rfc2217_purge(out + n, 3);
	return say(f, out, n);
}

static int
option(struct far *f, const struct rfc2217_said *said)
{
	uint8_t out[RFC2217_FRAME];
	size_t n = rfc2217_reply(&f->telnet, out, said);
	bool yes = said->verb == RFC2217_DO || said->verb == RFC2217_WILL;

	if (n > 0 && say(f, out, n) == -1)
		return -1;
	return said->option == RFC2217_COM_PORT && yes ? tell_settings(f) : 0;
}

static void
set(struct port *p, const struct rfc2217_said *said)
{
	struct far *f = p->handle;
	uint32_t wanted = said->code == RFC2217_BAUD ? (uint32_t)f->baud : said->code == RFC2217_DATA_BITS ? 8 : 1;

	if (said->code >= 32 || !(f->unanswered & 1U << said->code))
		return;
	f->unanswered &= ~(1U << said->code);
	if (said->value != wanted)
		p->trouble = said->code == RFC2217_BAUD ? "The far end has another speed" : "The far end is not set to 8N1";
}

/* Take what has come.  The bytes of data, which are put at data if that is not NULL; -1: the connection is of no use. */
static ssize_t
take(struct port *p, uint8_t *data, const uint8_t *in, size_t len)
{
	struct far *f = p->handle;
	struct rfc2217_said said;
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		switch (rfc2217_take(&f->telnet, &said, in[i])) {
		case RFC2217_DATA:
			if (data != NULL)
				data[n++] = said.byte;
			break;
		case RFC2217_OPTION:
			if (option(f, &said) == -1)
				return -1;
			break;
		case RFC2217_SET:
			set(p, &said);
			break;
		case RFC2217_NOTHING:
			break;
		}
	return n;
}

static void
stop_waiting(struct far *f)
{
	if (f->come == NULL)
		return;
	event_free(f->come);
	event_free(f->late);
	f->come = f->late = NULL;
}

/* The settings are as good as they will be. */
static void
ready(struct port *p)
{
	struct far *f = p->handle;

	stop_waiting(f);
	if (f->unanswered != 0 && p->trouble == NULL)
		p->trouble = "The far end does not say how it is set";
	p->fd = f->fd;
	port_answer(p, NULL);
}

/* What a device says before the line is set is nothing. */
static void
come(evutil_socket_t fd, short what, void *arg)
{
	struct port *p = arg;
	struct far *f = p->handle;
	uint8_t in[BLOCK];
	ssize_t n = connection_read(fd, in, sizeof(in));

	(void)what;
	if (n == -1 || take(p, NULL, in, n) == -1)
		port_answer(p, "Device is gone");
	else if (f->unanswered == 0)
		ready(p);
}

static void
late(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	ready(arg);
}

static void
connected(void *arg, int fd, const char *why)
{
	struct port *p = arg;
	struct far *f = p->handle;
	uint8_t out[RFC2217_FRAME];

	f->dial = NULL;
	f->fd = fd;
	if (why == NULL && say(f, out, rfc2217_hello(out)) == -1)
		why = "Device is gone";
	if (why != NULL) {
		port_answer(p, why);
		return;
	}
	f->come = event_new(p->base, fd, EV_READ | EV_PERSIST, come, p);
	f->late = evtimer_new(p->base, late, p);
	event_add(f->come, NULL);
	event_add(f->late, &(struct timeval){ .tv_sec = ANSWER_S });
}

static int
rfc2217_open(struct port *p, const char *address, int baud)
{
	struct far *f = xcalloc(1, sizeof(*f));

	*f = (struct far){ .fd = -1, .baud = baud, .unanswered = ANSWERS };
	f->dial = dial_begin(p->base, address, connected, p);
	p->handle = f;
	return EINPROGRESS;
}

static ssize_t
rfc2217_read(struct port *p, void *bytes, size_t size)
{
	uint8_t in[BLOCK];
	ssize_t n = connection_read(p->fd, in, size < sizeof(in) ? size : sizeof(in));

	if (n != -1)
		n = take(p, bytes, in, n);
	explicit_bzero(in, sizeof(in));		/* some of it may be about people */
	return n;
}

/*
 * As much as the connection takes.  A byte FF of which half is sent is not taken
 * yet; if it is given up meanwhile it still has to be ended.
 */
static ssize_t
rfc2217_write(struct port *p, const void *bytes, size_t len)
{
	struct far *f = p->handle;
	const uint8_t *data = bytes;
	uint8_t out[1 + 2 * BLOCK] = { 0xFF };
	size_t at = f->half, i = f->half && data[0] == 0xFF;	/* in out, in data */
	ssize_t n;

	len = len < BLOCK ? len : BLOCK;
	n = connection_write(p->fd, out, at + rfc2217_escape(out + at, data + i, len - i));
	if (n <= 0)
		return n;
	f->half = false;
	for (; i < len && at < (size_t)n; i++) {
		at += data[i] == 0xFF ? 2 : 1;
		if (at > (size_t)n) {
			f->half = true;
			break;
		}
	}
	return i;
}

static void
rfc2217_discard(struct port *p)
{
	uint8_t out[RFC2217_FRAME];

	connection_discard(p->fd);
	say(p->handle, out, rfc2217_purge(out, 2));
}

static void
rfc2217_close(struct port *p)
{
	struct far *f = p->handle;

	stop_waiting(f);
	dial_end(f->dial);
	connection_close(f->fd);
	free(f);
}

const struct port_backend port_rfc2217 = {
	.name = "rfc2217", .scheme = "rfc2217://",
	.open = rfc2217_open, .read = rfc2217_read, .write = rfc2217_write,
	.discard = rfc2217_discard, .close = rfc2217_close
};
