/*
 * One line: opening and losing its port, and its turn of the loop.
 *
 * What a line does it does in line_go, which events and lines_run call.
 * line_send only puts a job before it: so nobody is called back from there,
 * and of the jobs sent in one turn of the loop the most urgent goes first.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/line/inside.h"

#define RETRY_MS	1000	/* to the first try to open again; doubled each time */
#define IDLE_MS		100	/* until a port that is readable without having anything is read again */
#define PROMPT_MS	50	/* within which most devices answer */
#define STEADY_MS	10000	/* open for so long: the next loss starts from RETRY_MS again */

static void	wake(evutil_socket_t, short, void *);
static void	readable(evutil_socket_t, short, void *);
static void	answered(void *, const char *);

static int64_t
now_ms(const struct line *line)
{
	return owner_now_ms(line->owner);
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

struct line *
line_new(struct lines *lines, const struct owner *owner, const struct device *d)
{
	struct line *line = xcalloc(1, sizeof(*line));

	line->lines = lines;
	line->owner = owner;
	line->device = d;
	line->baud = d->baud != 0 ? d->baud : driver_find(d->driver)->baud;
	line->port = (struct port){ .base = owner->base, .opened = answered, .arg = line, .rs485 = d->rs485,
	    .fd = -1 };
	line->retry_wait_ms = RETRY_MS;
	line->quiet_ms = INT64_MAX;
	line->go = event_new(owner->base, -1, 0, wake, line);
	event_priority_set(line->go, 0);
	TAILQ_INIT(&line->addresses);
	jobs_init(&line->jobs, line->baud);
	return line;
}

/* Opening and losing the port. */

static void
say_trouble(struct line *line, const char *why, int wait_ms)
{
	if (line->trouble == NULL || strcmp(line->trouble, why) != 0)
		log_line("port %s: %s: %s; next try in %d s", line->device->id, line->device->port, why, wait_ms / 1000);
	line->trouble = why;
}

/* How long to leave the port alone: longer each time. */
static int
longer(struct line *line)
{
	int wait_ms = line->retry_wait_ms;

	line->retry_wait_ms = (int)sooner(wait_ms * 2, LINE_RETRY_MAX_MS);
	return wait_ms;
}

static void
shut(struct line *line)
{
	if (line->port.fd != -1) {
		event_free(line->readable);
		event_free(line->writable);
	}
	port_close(&line->port);
}

/* There is no port: the next try is later. */
static void
gone(struct line *line, const char *why, int wait_ms)
{
	struct address *a;

	say_trouble(line, why, wait_ms);
	line->retry_ms = now_ms(line) + wait_ms;
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_gone(a, why);
}

static void
opened(struct line *line)
{
	const char *trouble = line->port.trouble;
	struct address *a;

	line->readable = event_new(line->owner->base, line->port.fd, EV_READ | EV_PERSIST, readable, line);
	line->writable = event_new(line->owner->base, line->port.fd, EV_WRITE, wake, line);
	event_priority_set(line->readable, 0);
	event_priority_set(line->writable, 0);
	if (event_add(line->readable, NULL) == -1) {
		shut(line);
		gone(line, "Nobody can wait for it", longer(line));
		return;
	}
	if (trouble != NULL)
		log_line("port %s: %s: open, but: %s", line->device->id, line->device->port, trouble);
	else if (line->trouble != NULL)
		log_line("port %s: %s: open", line->device->id, line->device->port);
	line->trouble = NULL;
	line->opened_ms = now_ms(line);
	line->free_ms = 0;
	line->listen_ms = INT64_MAX;
	own_reset(&line->own);
	hear_begin(line);
	TAILQ_FOREACH(a, &line->addresses, entry)
		address_opened(a, trouble);
}

/* Looking for a path costs nothing, so it is done every second, and the device is back at once. */
static void
open_port(struct line *line)
{
	const char *why;

	switch (port_open(&line->port, line->device->port, line->baud, &why)) {
	case PORT_OPEN:
		opened(line);
		break;
	case PORT_OPENING:
		break;
	case PORT_ABSENT:
		gone(line, why, line->retry_wait_ms = RETRY_MS);
		break;
	case PORT_REFUSED:
		gone(line, why, longer(line));
		break;
	}
}

/* The device is gone: unplugged, or the far end of a pseudo-terminal was closed. */
static void
lose(struct line *line)
{
	struct pending *p = line->current;

	shut(line);
	line->quiet_ms = INT64_MAX;
	if (now_ms(line) - line->opened_ms >= STEADY_MS)
		line->retry_wait_ms = RETRY_MS;
	line->current = NULL;
	gone(line, "Device is gone", longer(line));
	if (p != NULL)
		pending_end(p, LINE_LOST, NULL);
	jobs_end(&line->jobs, LINE_LOST);
}

/* Its turn. */

/* When the next frame may be sent. */
static int64_t
free_ms(const struct line *line)
{
	return later(line->free_ms, own_until_ms(&line->own));
}

/*
 * When the current job is given up.  A probe is so as soon as a prompt answer
 * would have come, if something urgent waits.
 */
static int64_t
deadline_ms(const struct line *line)
{
	const struct pending *p = line->current;

	if (p->address->health.state != LINE_DEGRADED || p->job.priority != LINE_CLOCK || !jobs_urgent(&line->jobs))
		return line->deadline_ms;
	return sooner(line->deadline_ms, p->address->health.sent_ms + 2 * p->wire_ms + PROMPT_MS);
}

/* Send what may be sent.  -1: the device is gone. */
static int
send_due(struct line *line)
{
	struct pending *p;

	jobs_end_degraded(&line->jobs);
	if (line->current != NULL && send_rest(line) == -1)
		return -1;
	if (line->current != NULL && now_ms(line) >= deadline_ms(line))
		send_late(line);
	while (line->current == NULL && now_ms(line) >= free_ms(line)) {
		own_miss(&line->own);
		if ((p = jobs_next(&line->jobs, &line->addresses)) == NULL)
			break;
		if (send_start(line, p) == -1)
			return -1;
	}
	return 0;
}

/* Take what has come.  -1: the device is gone. */
static int
receive(struct line *line)
{
	ssize_t n = port_read(&line->port, line->in + line->in_length, INPUT_MAX - line->in_length);

	if (n == -1)
		return -1;
	if (line->port.idle && line->listen_ms == INT64_MAX) {
		event_del(line->readable);
		line->listen_ms = now_ms(line) + IDLE_MS;
	}
	if (n > 0) {
		line->in_length += n;
		hear_input(line);
	}
	return 0;
}

/* The time of an answer is over, or that of the rest of a frame: on a busy machine it may have come, and wait to be read.  -1: gone. */
static int
receive_late(struct line *line)
{
	bool late = line->current != NULL && now_ms(line) >= deadline_ms(line);

	return (late || now_ms(line) >= line->quiet_ms) && port_readable(&line->port) ? receive(line) : 0;
}

/* An idle port has been left alone long enough. */
static void
listen_again(struct line *line)
{
	if (now_ms(line) < line->listen_ms)
		return;
	line->listen_ms = INT64_MAX;
	event_add(line->readable, NULL);
}

void
line_go(struct line *line)
{
	if (line->port.backend == NULL && now_ms(line) >= line->retry_ms)
		open_port(line);
	jobs_sort(&line->jobs);
	if (line->port.fd == -1)
		jobs_end(&line->jobs, LINE_LOST);
	else if (receive_late(line) == -1 || send_due(line) == -1)
		lose(line);
	else
		listen_again(line);
	if (now_ms(line) >= line->quiet_ms)
		hear_ended(line);
}

/* When it is to be heard without anything coming. */
static int64_t
hear_ms(const struct line *line)
{
	return sooner(line->listen_ms, line->quiet_ms);
}

int64_t
line_due_ms(const struct line *line)
{
	int64_t due_ms = INT64_MAX;
	struct address *a;

	if (line->port.fd == -1)
		return line->port.backend == NULL ? line->retry_ms : INT64_MAX;
	if (line->current != NULL)
		return sooner(deadline_ms(line), hear_ms(line));
	if (!jobs_empty(&line->jobs))
		return sooner(free_ms(line), hear_ms(line));
	TAILQ_FOREACH(a, &line->addresses, entry)
		due_ms = sooner(due_ms, address_probe_ms(a));
	return sooner(later(due_ms, free_ms(line)), hear_ms(line));
}

static void
wake(evutil_socket_t fd, short what, void *arg)
{
	struct line *line = arg;

	(void)fd, (void)what;
	line_go(line);
	lines_wish(line->lines);
}

/* A port that took its time is open, or is not. */
static void
answered(void *arg, const char *why)
{
	struct line *line = arg;

	if (why == NULL)
		opened(line);
	else
		gone(line, why, longer(line));
	line_go(line);
	lines_wish(line->lines);
}

static void
readable(evutil_socket_t fd, short what, void *arg)
{
	struct line *line = arg;

	(void)fd, (void)what;
	if (port_readable(&line->port) && receive(line) == -1)	/* not what receive_late has taken since we were told */
		lose(line);
	else
		line_go(line);
	lines_wish(line->lines);
}

void
line_free(struct line *line)
{
	shut(line);
	event_free(line->go);
	free(line->current);
	jobs_free(&line->jobs);
	addresses_free(&line->addresses);
	free(line);
}
