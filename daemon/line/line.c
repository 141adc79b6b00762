/*
 * Lines: opening and losing, queueing, sending, waiting, hearing.
 *
 * What a line does it does in line_go, which events and lines_run call.
 * line_send only puts a job before it: so nobody is called back from there,
 * and of the jobs sent in one turn of the loop the most urgent goes first.
 */
#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/line/line.h"
#include "daemon/line/port.h"

#define BYTE_BITS	10	/* 8N1 on the wire */
#define RETRY_MS	1000	/* to the first try to open again; doubled each time */
#define STEADY_MS	10000	/* open for so long: the next loss starts from RETRY_MS again */
#define AGAIN_MS	50	/* until a device that refused a frame as busy is given it again */
#define INPUT_MAX	4096	/* bytes that wait for the rest of a frame; more is noise */
#define TALKERS_MAX	4	/* kinds of frames on one line */

/*
 * RS-485 adapters that hear themselves return each frame at once.  A frame of
 * ours is looked for until it has come back or its time is over, and nothing
 * else is sent meanwhile.  It is not looked for on a line where some in a row
 * did not: there an equal frame is a keypad that missed our answer.
 */
#define OWN_MAX		2048	/* bytes; longer frames are for printers */
#define OWN_MS		50	/* beyond the time that its bytes take: USB adapters */
#define OWN_MISSES	3

#define REPLY_AREA	(-2)	/* a keypad's newest answer replaces one not sent yet */

/* A job while the line has it. */
struct pending {
	TAILQ_ENTRY(pending)	 entry;
	struct job		 job;		/* but its frame */
	struct address		*address;
	int			 tries;		/* left */
	unsigned		 answers;
	int			 wait_ms;	/* from the first byte sent to the deadline */
	size_t			 length;
	uint8_t			 bytes[];
};
TAILQ_HEAD(queue, pending);

struct address {
	TAILQ_ENTRY(address)	 entry;
	int			 device, number;
	const struct driver	*driver;
	struct line_health	 health;
	int			 silent;	/* frames in a row without an answer */
	int64_t			 probe_ms;	/* not probed before */
	struct said		 pressed;	/* the last key or rating */
	int64_t			 pressed_ms;
};

/* Who may be heard on a line: a device for each kind of frame. */
struct talker {
	int			 device;
	const struct driver	*driver;
};

struct line {
	TAILQ_ENTRY(line)	 entry;
	struct lines		*lines;
	const struct device	*device;	/* the first: its id, port and baud are the line's */
	int			 baud;
	TAILQ_HEAD(, address)	 addresses;
	struct talker		 talker[TALKERS_MAX];
	int			 talkers;
	union driver_state	 state;

	struct port		 port;
	struct event		*go;		/* active: run line_go */
	struct event		*readable;
	struct event		*writable;
	int64_t			 opened_ms;
	int64_t			 retry_ms;	/* when to open next */
	int			 retry_wait_ms;
	const char		*trouble;	/* said in the log since it was open, or NULL */

	struct queue		 incoming;	/* as sent by the owner */
	struct queue		 queue[LINE_PRIORITIES];
	struct queue		 replaced;	/* to be told so */
	struct pending		*current;	/* being sent, or waiting for its answer */
	size_t			 written;	/* bytes of current */
	int64_t			 deadline_ms;	/* of current */
	int64_t			 free_ms;	/* nothing is sent before */

	uint8_t			 in[INPUT_MAX];
	size_t			 in_length;

	uint8_t			 own[OWN_MAX];
	size_t			 own_length;	/* 0: none is looked for */
	int64_t			 own_until_ms;
	int			 own_missed;	/* in a row, at most OWN_MISSES */
};

struct lines {
	struct event_base	*base;
	const struct layout	*layout;
	const struct line_owner	*owner;
	void			*arg;
	int64_t			 wake_ms;	/* as last wished */
	struct line		*of_device[DEVICES_MAX];
	TAILQ_HEAD(, line)	 all;
};

static int64_t
now_ms(const struct line *line)
{
	return line->lines->owner->now_ms(line->lines->arg);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long so many bytes take. */
static int64_t
wire_ms(const struct line *line, size_t bytes)
{
	return ((int64_t)bytes * BYTE_BITS * 1000 + line->baud - 1) / line->baud;
}

/* Addresses and how they are. */

static struct address *
address_find(const struct line *line, int device, int number)
{
	struct address *a;

	TAILQ_FOREACH(a, &line->addresses, entry)
		if (a->device == device && a->number == number)
			return a;
	return NULL;
}

/* Find, or add as a new one. */
static struct address *
address_get(struct line *line, int device, const struct driver *driver, int number)
{
	struct address *a = address_find(line, device, number);

	if (a != NULL)
		return a;
	a = xcalloc(1, sizeof(*a));
	a->device = device;
	a->number = number;
	a->driver = driver;
	a->health.state = line->port.fd == -1 ? LINE_GONE : LINE_TRYING;
	a->health.reason = line->port.fd == -1 ? "not opened yet" : "not heard yet";
	TAILQ_INSERT_TAIL(&line->addresses, a, entry);
	return a;
}

static void
address_set(struct line *line, struct address *a, enum line_state state, const char *reason)
{
	const struct lines *l = line->lines;

	a->health.reason = reason;
	if (a->health.state == state)
		return;
	a->health.state = state;
	a->health.since_ms = now_ms(line);
	if (l->owner->health != NULL)
		l->owner->health(l->arg, a->device, a->number, &a->health);
}

static void
address_opened(struct line *line, struct address *a)
{
	a->silent = 0;
	a->probe_ms = 0;
	if (a->driver->probe != NULL)
		address_set(line, a, LINE_TRYING, "not heard yet");
	else
		address_set(line, a, LINE_OK, "port is open");
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

	if (a->health.state != LINE_DEGRADED || p->job.deaf)
		return true;
	return a->driver->probe == NULL && now_ms(line) >= a->probe_ms;
}

static bool
probe_wanted(const struct address *a)
{
	return a->driver->probe != NULL && (a->health.state == LINE_TRYING || a->health.state == LINE_DEGRADED);
}

/* Jobs. */

static struct pending *
pending_new(const struct line *line, struct address *a, const struct job *job)
{
	int set_ms = line->lines->layout->device[a->device].answer_ms;
	const struct frame *f = job->frame;
	struct pending *p = xcalloc(1, sizeof(*p) + f->length);

	p->job = *job;
	p->job.frame = NULL;
	p->address = a;
	p->tries = job->tries != 0 ? job->tries : LINE_TRIES;
	p->answers = f->answers;
	p->wait_ms = (int)(2 * wire_ms(line, f->length)) + f->work_ms + (set_ms != 0 ? set_ms : a->driver->answer_ms);
	p->length = f->length;
	memcpy(p->bytes, f->bytes, f->length);
	return p;
}

static void
pending_end(struct pending *p, enum line_outcome outcome, const struct said *said)
{
	if (p->job.done != NULL)
		p->job.done(p->job.arg, outcome, said);
	free(p);
}

/* The queued job for the same area, or NULL. */
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
end_all(struct queue *q, enum line_outcome outcome)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(q)) != NULL) {
		TAILQ_REMOVE(q, p, entry);
		pending_end(p, outcome, NULL);
	}
}

static void
end_queued(struct line *line, enum line_outcome outcome)
{
	for (int i = 0; i < LINE_PRIORITIES; i++)
		end_all(&line->queue[i], outcome);
}

/* End what is queued for addresses that have become degraded. */
static void
end_degraded(struct line *line)
{
	struct queue ended = TAILQ_HEAD_INITIALIZER(ended);
	struct pending *p, *next;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		for (p = TAILQ_FIRST(&line->queue[i]); p != NULL; p = next) {
			next = TAILQ_NEXT(p, entry);
			if (address_takes(line, p))
				continue;
			TAILQ_REMOVE(&line->queue[i], p, entry);
			TAILQ_INSERT_TAIL(&ended, p, entry);
		}
	end_all(&ended, LINE_SILENT);
}

/* Sort what the owner has sent into the queues. */
static void
queue_incoming(struct line *line)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(&line->incoming)) != NULL) {
		TAILQ_REMOVE(&line->incoming, p, entry);
		pending_queue(line, p);
	}
	end_all(&line->replaced, LINE_REPLACED);
}

/* The most urgent job, out of its queue, or NULL. */
static struct pending *
next_queued(struct line *line)
{
	struct pending *p;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		if ((p = TAILQ_FIRST(&line->queue[i])) != NULL) {
			TAILQ_REMOVE(&line->queue[i], p, entry);
			return p;
		}
	return NULL;
}

/* A probe that is due, or NULL. */
static struct pending *
next_probe(struct line *line)
{
	struct job job = { .priority = LINE_CLOCK, .area = LINE_NO_AREA };
	struct frame frame;
	struct address *a;

	TAILQ_FOREACH(a, &line->addresses, entry) {
		if (!probe_wanted(a) || now_ms(line) < a->probe_ms)
			continue;
		a->probe_ms = now_ms(line) + LINE_PROBE_MS;
		if (a->driver->probe(&frame, a->number) == -1)
			continue;
		job.frame = &frame;
		return pending_new(line, a, &job);
	}
	return NULL;
}

/* Opening and losing the port. */

static void	wake(evutil_socket_t, short, void *);
static void	readable(evutil_socket_t, short, void *);

static void
say_trouble(struct line *line, const char *why)
{
	if (line->trouble == NULL || strcmp(line->trouble, why) != 0)
		log_line("port %s: %s: %s; next try in %d s", line->device->id, line->device->port, why,
		    line->retry_wait_ms / 1000);
	line->trouble = why;
}

static void
retry_later(struct line *line)
{
	line->retry_ms = now_ms(line) + line->retry_wait_ms;
	line->retry_wait_ms = (int)sooner(line->retry_wait_ms * 2, LINE_RETRY_MAX_MS);
}

static void
line_opened(struct line *line)
{
	struct address *a;

	if (line->trouble != NULL)
		log_line("port %s: %s: open", line->device->id, line->device->port);
	line->trouble = NULL;
	line->opened_ms = now_ms(line);
	line->free_ms = 0;
	line->in_length = 0;
	line->own_length = 0;
	line->own_missed = 0;
	memset(&line->state, 0, sizeof(line->state));
	line->readable = event_new(line->lines->base, line->port.fd, EV_READ | EV_PERSIST, readable, line);
	line->writable = event_new(line->lines->base, line->port.fd, EV_WRITE, wake, line);
	event_priority_set(line->readable, 0);
	event_priority_set(line->writable, 0);
	event_add(line->readable, NULL);
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_opened(line, a);
}

static void
line_open(struct line *line)
{
	struct address *a;
	const char *why;

	if (port_open(&line->port, line->device->port, line->baud, &why) == 0) {
		line_opened(line);
		return;
	}
	say_trouble(line, why);
	retry_later(line);
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_set(line, a, LINE_GONE, why);
}

static void
line_shut(struct line *line)
{
	if (line->port.fd == -1)
		return;
	event_free(line->readable);
	event_free(line->writable);
	port_close(&line->port);
}

/* The device is gone: unplugged, or the far end of a pseudo-terminal was closed. */
static void
line_lose(struct line *line)
{
	static const char why[] = "Device is gone";
	struct pending *p = line->current;
	struct address *a;

	line_shut(line);
	if (now_ms(line) - line->opened_ms >= STEADY_MS)
		line->retry_wait_ms = RETRY_MS;
	say_trouble(line, why);
	retry_later(line);
	line->current = NULL;
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_set(line, a, LINE_GONE, why);
	if (p != NULL)
		pending_end(p, LINE_LOST, NULL);
	end_queued(line, LINE_LOST);
}

/* Our own frames, coming back. */

static void
own_expect(struct line *line, const uint8_t *bytes, size_t len)
{
	if (line->own_missed == OWN_MISSES || len > OWN_MAX)
		return;
	memcpy(line->own, bytes, len);
	line->own_length = len;
	line->own_until_ms = now_ms(line) + wire_ms(line, len) + OWN_MS;
}

/* It is not coming any more.  A line that has returned one is not given up. */
static void
own_miss(struct line *line)
{
	if (line->own_length > 0 && line->own_missed >= 0)
		line->own_missed++;
	line->own_length = 0;
}

/* Is it our own frame that starts here?  As driver.parse returns. */
static int
own_parse(struct line *line, const uint8_t *in, size_t len)
{
	size_t length = line->own_length;

	if (length == 0 || now_ms(line) > line->own_until_ms || memcmp(in, line->own, len < length ? len : length) != 0)
		return -1;
	if (len < length)
		return 0;
	line->own_length = 0;
	line->own_missed = -1;
	return (int)length;
}

/* Sending. */

static void
current_asked(struct line *line, const struct pending *p, size_t length)
{
	if (p->address->driver->asked != NULL)
		p->address->driver->asked(&line->state, p->bytes, length);
}

/* The current job is over: out of the way before anybody is told. */
static struct pending *
current_take(struct line *line, int64_t quiet_ms)
{
	struct pending *p = line->current;

	line->current = NULL;
	line->free_ms = later(line->free_ms, now_ms(line) + quiet_ms);
	current_asked(line, p, 0);
	return p;
}

/* Give it to the queue once more; a newer one for its area takes its place. */
static void
again(struct line *line, struct pending *p)
{
	struct pending *newer = pending_same_area(line, p);

	if (newer == NULL) {
		p->address->health.retries++;
		TAILQ_INSERT_HEAD(&line->queue[p->job.priority], p, entry);
		return;
	}
	if (p->job.priority < newer->job.priority) {
		TAILQ_REMOVE(&line->queue[newer->job.priority], newer, entry);
		newer->job.priority = p->job.priority;
		TAILQ_INSERT_HEAD(&line->queue[newer->job.priority], newer, entry);
	}
	pending_end(p, LINE_REPLACED, NULL);
}

/* All bytes are on their way, and nothing is said to them. */
static void
current_sent(struct line *line)
{
	struct address *a = line->current->address;
	struct pending *p = current_take(line, wire_ms(line, line->current->length) + a->driver->gap_ms);

	if (a->driver->probe == NULL) {
		a->silent = 0;
		address_set(line, a, LINE_OK, "port is open");
	}
	pending_end(p, LINE_DONE, NULL);
}

static void
current_late(struct line *line)
{
	struct address *a = line->current->address;
	struct pending *p = current_take(line, a->driver->gap_ms);

	if (p->answers != 0)		/* else a full port is all that tells of a device that does not read */
		port_discard(&line->port);
	address_silent(line, a);
	if (a->health.state != LINE_DEGRADED && --p->tries > 0)
		again(line, p);
	else
		pending_end(p, LINE_SILENT, NULL);
	end_degraded(line);
}

/* Write as much as the port takes. */
static void
current_write(struct line *line)
{
	struct pending *p = line->current;

	while (line->written < p->length) {
		ssize_t n = port_write(&line->port, p->bytes + line->written, p->length - line->written);

		if (n == -1) {
			line_lose(line);
			return;
		}
		if (n == 0) {
			event_add(line->writable, NULL);
			return;
		}
		line->written += n;
	}
	if (p->answers == 0)
		current_sent(line);
}

static void
current_start(struct line *line, struct pending *p)
{
	line->current = p;
	line->written = 0;
	line->deadline_ms = now_ms(line) + p->wait_ms;
	p->address->health.frames++;
	p->address->health.sent_ms = now_ms(line);
	current_asked(line, p, p->length);
	own_expect(line, p->bytes, p->length);
	current_write(line);
}

/* When the next frame may be sent. */
static int64_t
line_free_ms(const struct line *line)
{
	return line->own_length > 0 ? later(line->free_ms, line->own_until_ms) : line->free_ms;
}

static void
line_go(struct line *line)
{
	struct pending *p;

	if (line->port.fd == -1 && now_ms(line) >= line->retry_ms)
		line_open(line);
	queue_incoming(line);
	if (line->port.fd == -1) {
		end_queued(line, LINE_LOST);
		return;
	}
	end_degraded(line);
	if (line->current != NULL && line->written < line->current->length)
		current_write(line);
	if (line->current != NULL && now_ms(line) >= line->deadline_ms)
		current_late(line);
	while (line->port.fd != -1 && line->current == NULL && now_ms(line) >= line_free_ms(line)) {
		own_miss(line);
		if ((p = next_queued(line)) == NULL && (p = next_probe(line)) == NULL)
			break;
		current_start(line, p);
	}
}

/* When the line has something to do if nothing happens before. */
static int64_t
line_due_ms(const struct line *line)
{
	int64_t due_ms = INT64_MAX;
	struct address *a;

	if (line->port.fd == -1)
		return line->retry_ms;
	if (line->current != NULL)
		return line->deadline_ms;
	for (int i = 0; i < LINE_PRIORITIES; i++)
		if (!TAILQ_EMPTY(&line->queue[i]))
			return line_free_ms(line);
	TAILQ_FOREACH(a, &line->addresses, entry)
		if (probe_wanted(a))
			due_ms = sooner(due_ms, a->probe_ms);
	return later(due_ms, line_free_ms(line));
}

/* Tell the owner when to wake us, if that has changed. */
static void
lines_wish(struct lines *l)
{
	int64_t due_ms = INT64_MAX;
	struct line *line;

	TAILQ_FOREACH(line, &l->all, entry)
		due_ms = sooner(due_ms, line_due_ms(line));
	if (due_ms == l->wake_ms)
		return;
	l->wake_ms = due_ms;
	l->owner->wake_at(l->arg, due_ms);
}

static void
wake(evutil_socket_t fd, short what, void *arg)
{
	struct line *line = arg;

	(void)fd, (void)what;
	line_go(line);
	lines_wish(line->lines);
}

/* Hearing. */

/* Who said it; a keypad that no window names is taken note of.  NULL: nobody we know. */
static struct address *
speaker(struct line *line, const struct talker *t, const struct said *said)
{
	struct address *a, *only = NULL;
	int count = 0;

	TAILQ_FOREACH(a, &line->addresses, entry) {
		if (a->driver->parse != t->driver->parse)
			continue;
		if (a->number == said->address)
			return a;
		only = a;
		count++;
	}
	if (said->kind == SAID_KEY || said->kind == SAID_RATING)
		return address_get(line, t->device, t->driver, said->address);
	return count == 1 ? only : NULL;
}

static bool
is_answer(const struct line *line, const struct address *a, const struct said *said)
{
	const struct pending *p = line->current;

	if (p == NULL || p->address != a || p->answers == 0 || line->written < p->length)
		return false;
	return (SAID(said->kind) & (p->answers | SAID(SAID_NACK))) != 0;
}

static void
current_answered(struct line *line, const struct said *said)
{
	struct address *a = line->current->address;
	struct pending *p = current_take(line, said->again ? AGAIN_MS : a->driver->gap_ms);

	if (said->kind != SAID_NACK) {
		pending_end(p, LINE_DONE, said);
		return;
	}
	a->health.refused++;
	if (said->again && --p->tries > 0)
		again(line, p);
	else
		pending_end(p, LINE_REFUSED, said);
}

static void
tell_owner(const struct line *line, const struct address *a, const struct said *said)
{
	const struct lines *l = line->lines;

	if (l->owner->said != NULL)
		l->owner->said(l->arg, a->device, said);
}

static bool
is_repeat(const struct line *line, const struct address *a, const struct said *said)
{
	const struct said *last = &a->pressed;

	return last->kind == said->kind && last->reply_length == said->reply_length &&
	    memcmp(last->reply, said->reply, said->reply_length) == 0 &&
	    now_ms(line) - a->pressed_ms < LINE_REPEAT_MS;
}

/* Answer a key or rating, and tell of it unless the device only missed our answer to it. */
static void
pressed(struct line *line, struct address *a, const struct said *said)
{
	struct frame frame = { .length = said->reply_length };
	struct job job = { .priority = LINE_REPLY, .area = REPLY_AREA, .tries = 1, .frame = &frame };
	bool repeat = is_repeat(line, a, said);

	memcpy(frame.bytes, said->reply, said->reply_length);
	pending_queue(line, pending_new(line, a, &job));
	a->pressed = *said;
	a->pressed_ms = now_ms(line);
	if (!repeat)
		tell_owner(line, a, said);
}

static void
line_said(struct line *line, const struct talker *t, const struct said *said)
{
	struct address *a;

	if (said->kind == SAID_NOTHING || (a = speaker(line, t, said)) == NULL)
		return;
	if (line->own_missed >= 0)
		own_miss(line);
	line->free_ms = later(line->free_ms, now_ms(line) + t->driver->gap_ms);
	address_heard(line, a);
	if (said->kind == SAID_KEY || said->kind == SAID_RATING) {
		pressed(line, a, said);
		return;
	}
	if (said->kind != SAID_ACK && said->kind != SAID_NACK)
		tell_owner(line, a, said);
	if (is_answer(line, a, said))
		current_answered(line, said);
}

/* Take what starts at in.  As driver.parse returns. */
static int
hear_one(struct line *line, const uint8_t *in, size_t len)
{
	struct said said;
	bool more = false;
	int n;

	if ((n = own_parse(line, in, len)) != -1)
		return n;
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++) {
		if ((n = t->driver->parse(&line->state, &said, in, len)) > 0) {
			line_said(line, t, &said);
			return n;
		}
		more |= n == 0;
	}
	return more ? 0 : -1;
}

static void
line_hear(struct line *line)
{
	size_t at = 0;

	while (at < line->in_length) {
		int n = hear_one(line, line->in + at, line->in_length - at);

		if (n == 0 && (at > 0 || line->in_length < INPUT_MAX))
			break;
		at += n > 0 ? n : 1;		/* noise: skip a byte */
	}
	line->in_length -= at;
	memmove(line->in, line->in + at, line->in_length);
}

static void
readable(evutil_socket_t fd, short what, void *arg)
{
	struct line *line = arg;
	ssize_t n = port_read(&line->port, line->in + line->in_length, INPUT_MAX - line->in_length);

	(void)fd, (void)what;
	if (n == -1)
		line_lose(line);
	else {
		line->in_length += n;
		line_hear(line);
		line_go(line);
	}
	lines_wish(line->lines);
}

/* All lines. */

static struct line *
line_new(struct lines *l, const struct device *d)
{
	struct line *line = xcalloc(1, sizeof(*line));

	line->lines = l;
	line->device = d;
	line->baud = d->baud != 0 ? d->baud : driver_find(d->driver)->baud;
	line->port.fd = -1;
	line->retry_wait_ms = RETRY_MS;
	line->go = event_new(l->base, -1, 0, wake, line);
	event_priority_set(line->go, 0);
	TAILQ_INIT(&line->addresses);
	TAILQ_INIT(&line->incoming);
	TAILQ_INIT(&line->replaced);
	for (int i = 0; i < LINE_PRIORITIES; i++)
		TAILQ_INIT(&line->queue[i]);
	TAILQ_INSERT_TAIL(&l->all, line, entry);
	return line;
}

/* The line of a port, made if it is new. */
static struct line *
line_get(struct lines *l, const struct device *d)
{
	struct line *line;

	TAILQ_FOREACH(line, &l->all, entry)
		if (strcmp(line->device->port, d->port) == 0)
			return line;
	return line_new(l, d);
}

static void
add_talker(struct line *line, int device, const struct driver *driver)
{
	for (int i = 0; i < line->talkers; i++)
		if (line->talker[i].driver->parse == driver->parse)
			return;
	assert(line->talkers < TALKERS_MAX);
	line->talker[line->talkers++] = (struct talker){ .device = device, .driver = driver };
}

static void
add_seat(struct lines *l, const struct seat *s)
{
	if (s->device != -1)
		address_get(l->of_device[s->device], s->device, driver_find(l->layout->device[s->device].driver), s->address);
}

static void
add_device(struct lines *l, int device)
{
	const struct device *d = &l->layout->device[device];
	const struct driver *driver = driver_find(d->driver);
	struct line *line = line_get(l, d);

	l->of_device[device] = line;
	add_talker(line, device, driver);
	if (driver->kind == DRIVER_PRINTER || driver->kind == DRIVER_VOICE)
		address_get(line, device, driver, 0);
}

struct lines *
lines_open(struct event_base *base, const struct layout *layout, const struct line_owner *owner, void *arg)
{
	struct lines *l = xcalloc(1, sizeof(*l));
	struct line *line;

	l->base = base;
	l->layout = layout;
	l->owner = owner;
	l->arg = arg;
	l->wake_ms = INT64_MAX;
	TAILQ_INIT(&l->all);
	for (int i = 0; i < layout->device_count; i++)
		add_device(l, i);
	for (int i = 0; i < layout->window_count; i++) {
		add_seat(l, &layout->window[i].sign);
		add_seat(l, &layout->window[i].keypad);
	}
	TAILQ_FOREACH(line, &l->all, entry)
		event_active(line->go, EV_TIMEOUT, 0);
	return l;
}

static void
free_all(struct queue *q)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(q)) != NULL) {
		TAILQ_REMOVE(q, p, entry);
		free(p);
	}
}

static void
line_free(struct line *line)
{
	struct address *a;

	line_shut(line);
	event_free(line->go);
	free(line->current);
	free_all(&line->incoming);
	free_all(&line->replaced);
	for (int i = 0; i < LINE_PRIORITIES; i++)
		free_all(&line->queue[i]);
	while ((a = TAILQ_FIRST(&line->addresses)) != NULL) {
		TAILQ_REMOVE(&line->addresses, a, entry);
		free(a);
	}
	free(line);
}

void
lines_close(struct lines *l)
{
	struct line *line;

	if (l == NULL)
		return;
	while ((line = TAILQ_FIRST(&l->all)) != NULL) {
		TAILQ_REMOVE(&l->all, line, entry);
		line_free(line);
	}
	free(l);
}

void
lines_run(struct lines *l)
{
	struct line *line;

	l->wake_ms = INT64_MIN;		/* that wish is used up */
	TAILQ_FOREACH(line, &l->all, entry)
		if (line_due_ms(line) <= now_ms(line))
			line_go(line);
	lines_wish(l);
}

void
line_send(struct lines *l, const struct job *job)
{
	struct line *line = l->of_device[job->device];
	const struct driver *driver = driver_find(l->layout->device[job->device].driver);
	struct pending *p = pending_new(line, address_get(line, job->device, driver, job->address), job);

	TAILQ_INSERT_TAIL(&line->incoming, p, entry);
	event_active(line->go, EV_TIMEOUT, 0);
}

const struct line_health *
line_health(const struct lines *l, int device, int address)
{
	const struct address *a = address_find(l->of_device[device], device, address);

	return a != NULL ? &a->health : NULL;
}

const char *
line_state_name(enum line_state state)
{
	static const char *const names[LINE_STATES] = {
		[LINE_GONE] = "gone", [LINE_TRYING] = "trying", [LINE_OK] = "ok", [LINE_DEGRADED] = "degraded"
	};

	return names[state];
}
