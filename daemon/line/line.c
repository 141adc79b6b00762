/*
 * Lines: opening, losing, queueing, sending, waiting, hearing.
 *
 * All that a line does it does in line_go, which events and lines_run call: so
 * a caller of line_send is never called back from there, and of jobs sent in
 * one turn of the loop the most urgent goes first.
 */
#include <sys/queue.h>

#include <event2/buffer.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/line/line.h"
#include "daemon/line/port.h"

#define BITS_PER_BYTE	10	/* 8N1 on the wire */
#define RETRY_MS	1000	/* to the first try to open again; doubled each time */
#define STEADY_MS	10000	/* open for so long: the next loss starts from RETRY_MS again */
#define ECHO_MS		50	/* our own bytes come back within the time they take and this: USB adapters */
#define ECHO_MISSES	3	/* frames in a row that did not come back: this line has no echo */
#define INPUT_MAX	4096	/* bytes that may wait for the rest of a frame */
#define NEVER		INT64_MAX

/* A job while the line has it. */
struct pending {
	TAILQ_ENTRY(pending)	 entry;
	struct job		 job;
	struct address		*address;
	bool			 probe;
	int			 tries;		/* left */
	unsigned		 answers;
	int			 wait_ms;	/* from the first byte to the deadline */
	size_t			 length;
	uint8_t			 bytes[];
};
TAILQ_HEAD(queue, pending);

/* What was heard last from an address that speaks by itself. */
struct heard {
	int64_t	at_ms;
	size_t	length;
	uint8_t	reply[REPLY_MAX];	/* tells equal frames */
};

struct address {
	TAILQ_ENTRY(address)	 entry;
	int			 device, number;
	const struct driver	*driver;
	struct line_health	 health;
	int			 silent;	/* frames in a row without an answer */
	int64_t			 probe_ms;	/* not probed before */
	struct heard		 heard;
};

struct line {
	TAILQ_ENTRY(line)	 entry;
	struct lines		*lines;
	const struct device	*first;		/* names the line; its port and baud are the line's */
	int			 baud;
	TAILQ_HEAD(, address)	 addresses;
	union driver_state	 state;

	struct port		 port;
	struct event		*go;		/* run line_go from the loop */
	struct event		*readable;
	struct event		*writable;
	int64_t			 opened_ms;
	int64_t			 retry_ms;	/* when to open next */
	int			 retry_wait_ms;
	const char		*trouble;	/* said last in the log, NULL: none since it was steady */

	struct queue		 queue[LINE_PRIORITIES];
	struct queue		 replaced;	/* to be told so */
	struct pending		*current;	/* sent, or being sent */
	int64_t			 deadline_ms;	/* of current */
	int64_t			 free_ms;	/* nothing is sent before */
	struct evbuffer		*out;		/* of current, not yet taken by the port */
	struct evbuffer		*in;

	/* Some RS-485 adapters hear themselves: the last frame, which may come back. */
	struct evbuffer		*own;
	int64_t			 own_until_ms;
	int			 own_missed;
	bool			 own_heard;	/* it does come back on this line */
};

struct lines {
	struct event_base	*base;
	const struct layout	*layout;
	const struct line_owner	*owner;
	void			*arg;
	int64_t			 wake_ms;	/* as last wished */
	TAILQ_HEAD(, line)	 all;
};

static int64_t
now_ms(const struct line *line)
{
	return line->lines->owner->now_ms(line->lines->arg);
}

static int64_t
wire_ms(const struct line *line, size_t bytes)
{
	return ((int64_t)bytes * BITS_PER_BYTE * 1000 + line->baud - 1) / line->baud;
}

/* Addresses and their health. */

static struct address *
address_find(const struct line *line, int device, int number)
{
	struct address *a;

	TAILQ_FOREACH(a, &line->addresses, entry)
		if (a->device == device && a->number == number)
			return a;
	return NULL;
}

static struct address *
address_add(struct line *line, int device, const struct driver *driver, int number)
{
	struct address *a = address_find(line, device, number);

	if (a != NULL)
		return a;
	a = xcalloc(1, sizeof(*a));
	a->device = device;
	a->number = number;
	a->driver = driver;
	a->health.state = LINE_GONE;
	a->health.reason = "not opened yet";
	TAILQ_INSERT_TAIL(&line->addresses, a, entry);
	return a;
}

static void
address_set(struct line *line, struct address *a, enum line_state state, const char *reason)
{
	const struct lines *l = line->lines;
	bool same = a->health.state == state;

	a->health.reason = reason;
	if (same)
		return;
	a->health.state = state;
	a->health.since_ms = now_ms(line);
	if (l->owner->health != NULL)
		l->owner->health(l->arg, a->device, a->number, &a->health);
}

static void
address_heard(struct line *line, struct address *a)
{
	a->health.heard_ms = now_ms(line);
	a->silent = 0;
	address_set(line, a, LINE_OK, "answers");
}

/* A frame was not answered, or the port did not take it. */
static void
address_silent(struct line *line, struct address *a)
{
	if (++a->silent < LINE_TRIES)
		return;
	a->probe_ms = now_ms(line) + LINE_PROBE_MS;
	address_set(line, a, LINE_DEGRADED, "no answer");
}

/* May this job be sent?  What cannot be probed is tried with a job now and then. */
static bool
address_takes(const struct line *line, const struct pending *p)
{
	const struct address *a = p->address;

	if (a->health.state != LINE_DEGRADED || p->job.deaf || p->probe)
		return true;
	return a->driver->probe == NULL && now_ms(line) >= a->probe_ms;
}

static int
answer_ms(const struct line *line, const struct address *a)
{
	int set = line->lines->layout->device[a->device].answer_ms;

	return set != 0 ? set : a->driver->answer_ms;
}

/* Jobs. */

static void
pending_end(struct pending *p, enum line_outcome outcome, const struct said *said)
{
	if (outcome == LINE_REFUSED)
		p->address->health.refused++;
	if (p->job.done != NULL)
		p->job.done(p->job.arg, outcome, said);
	free(p);
}

static struct pending *
pending_new(const struct line *line, struct address *a, const struct job *job)
{
	const struct frame *f = job->frame;
	struct pending *p = xcalloc(1, sizeof(*p) + f->length);

	p->job = *job;
	p->job.frame = NULL;
	p->address = a;
	p->tries = job->tries != 0 ? job->tries : LINE_TRIES;
	p->answers = f->answers;
	p->wait_ms = (int)(2 * wire_ms(line, f->length)) + f->work_ms + answer_ms(line, a);
	p->length = f->length;
	memcpy(p->bytes, f->bytes, f->length);
	return p;
}

/* The queued job that shows the same area, or NULL. */
static struct pending *
pending_same_area(struct line *line, const struct pending *p)
{
	struct pending *q;

	if (p->job.area == LINE_NO_AREA)
		return NULL;
	for (int i = 0; i < LINE_PRIORITIES; i++)
		TAILQ_FOREACH(q, &line->queue[i], entry)
			if (q->address == p->address && q->job.area == p->job.area)
				return q;
	return NULL;
}

/* Queue a job; it takes the place of one for the same area, unless it is more urgent. */
static void
pending_queue(struct line *line, struct pending *p)
{
	struct pending *old = pending_same_area(line, p);

	if (old != NULL && old->job.priority <= p->job.priority) {
		p->job.priority = old->job.priority;
		TAILQ_INSERT_BEFORE(old, p, entry);
	} else
		TAILQ_INSERT_TAIL(&line->queue[p->job.priority], p, entry);
	if (old == NULL)
		return;
	TAILQ_REMOVE(&line->queue[old->job.priority], old, entry);
	TAILQ_INSERT_TAIL(&line->replaced, old, entry);
}

static void
end_replaced(struct line *line)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(&line->replaced)) != NULL) {
		TAILQ_REMOVE(&line->replaced, p, entry);
		pending_end(p, LINE_REPLACED, NULL);
	}
}

/* End all that is queued now; not what the owner queues meanwhile. */
static void
end_queued(struct line *line, enum line_outcome outcome)
{
	struct queue all = TAILQ_HEAD_INITIALIZER(all);
	struct pending *p;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		TAILQ_CONCAT(&all, &line->queue[i], entry);
	while ((p = TAILQ_FIRST(&all)) != NULL) {
		TAILQ_REMOVE(&all, p, entry);
		pending_end(p, outcome, NULL);
	}
}

/* The most urgent job that may be sent, out of its queue; those that may not are ended. */
static struct pending *
next_queued(struct line *line)
{
	struct pending *p;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		while ((p = TAILQ_FIRST(&line->queue[i])) != NULL) {
			TAILQ_REMOVE(&line->queue[i], p, entry);
			if (address_takes(line, p))
				return p;
			pending_end(p, LINE_SILENT, NULL);
			i = 0;		/* done may have queued something more urgent */
		}
	return NULL;
}

static bool
probe_wanted(const struct address *a)
{
	return a->driver->probe != NULL && (a->health.state == LINE_TRYING || a->health.state == LINE_DEGRADED);
}

/* A probe that is due, or NULL. */
static struct pending *
next_probe(struct line *line)
{
	struct frame frame;
	struct pending *p;
	struct address *a;

	TAILQ_FOREACH(a, &line->addresses, entry) {
		if (!probe_wanted(a) || now_ms(line) < a->probe_ms || a->driver->probe(&frame, a->number) == -1)
			continue;
		p = pending_new(line, a, &(struct job){ .priority = LINE_CLOCK, .area = LINE_NO_AREA, .frame = &frame });
		p->probe = true;
		a->probe_ms = now_ms(line) + LINE_PROBE_MS;
		return p;
	}
	return NULL;
}

/* The port. */

static void	line_lose(struct line *, const char *);

static void
say_trouble(struct line *line, const char *why)
{
	if (line->trouble != NULL && strcmp(line->trouble, why) == 0)
		return;
	line->trouble = why;
	log_line("port %s: %s: %s; next try in %d s", line->first->id, line->first->port, why,
	    line->retry_wait_ms / 1000);
}

static void
retry_later(struct line *line)
{
	line->retry_ms = now_ms(line) + line->retry_wait_ms;
	line->retry_wait_ms = line->retry_wait_ms * 2 < LINE_RETRY_MAX_MS ? line->retry_wait_ms * 2 : LINE_RETRY_MAX_MS;
}

static void
drain(struct evbuffer *b)
{
	evbuffer_drain(b, evbuffer_get_length(b));
}

static void
go_now(evutil_socket_t fd, short what, void *arg);
static void
readable(evutil_socket_t fd, short what, void *arg);

static void
line_opened(struct line *line)
{
	struct address *a;

	if (line->trouble != NULL)
		log_line("port %s: %s: open", line->first->id, line->first->port);
	line->opened_ms = now_ms(line);
	line->free_ms = 0;
	line->own_missed = 0;
	line->own_heard = false;
	memset(&line->state, 0, sizeof(line->state));
	line->readable = event_new(line->lines->base, line->port.fd, EV_READ | EV_PERSIST, readable, line);
	line->writable = event_new(line->lines->base, line->port.fd, EV_WRITE, go_now, line);
	event_add(line->readable, NULL);
	TAILQ_FOREACH(a, &line->addresses, entry) {
		a->silent = 0;
		a->probe_ms = 0;
		if (a->driver->probe != NULL)
			address_set(line, a, LINE_TRYING, "not heard yet");
		else
			address_set(line, a, LINE_OK, "port is open");
	}
}

static void
line_open(struct line *line)
{
	const char *why;
	struct address *a;

	if (port_open(&line->port, line->first->port, line->baud, &why) == 0) {
		line_opened(line);
		return;
	}
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_set(line, a, LINE_GONE, why);
	say_trouble(line, why);
	retry_later(line);
}

static void
line_close(struct line *line)
{
	if (line->port.fd == -1)
		return;
	event_free(line->readable);
	event_free(line->writable);
	port_close(&line->port);
	drain(line->out);
	drain(line->in);
	drain(line->own);
}

static void
line_lose(struct line *line, const char *why)
{
	struct pending *p = line->current;
	struct address *a;

	line_close(line);
	if (now_ms(line) - line->opened_ms >= STEADY_MS) {
		line->retry_wait_ms = RETRY_MS;
		line->trouble = NULL;
	}
	say_trouble(line, why);
	retry_later(line);
	line->current = NULL;
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_set(line, a, LINE_GONE, why);
	if (p != NULL)
		pending_end(p, LINE_LOST, NULL);
	end_queued(line, LINE_LOST);
}
