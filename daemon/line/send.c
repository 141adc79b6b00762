/*
 * Sending: one job is current, from its first byte to the end of its answer.
 *
 * A job is out of the way before anybody is told of its end.
 */
#include "daemon/line/inside.h"

#define AGAIN_MS	50	/* until a device that refused a frame as busy is given it again */

static int64_t
now_ms(const struct line *line)
{
	return owner_now_ms(line->owner);
}

static void
asked(struct line *line, const struct pending *p, size_t length)
{
	if (p->address->driver->asked != NULL)
		p->address->driver->asked(&line->state, p->bytes, length);
}

/* On a line of many no frame begins sooner than 3.5 characters after another: some know the end by that. */
int
send_gap_ms(const struct line *line, const struct driver *driver)
{
	int silence_ms = 35000 / line->baud + 1;

	return driver->gap_ms == 0 || driver->gap_ms >= silence_ms ? driver->gap_ms : silence_ms;
}

void
send_pause(struct line *line, int64_t pause_ms)
{
	int64_t free_ms = now_ms(line) + pause_ms;

	if (free_ms > line->free_ms)
		line->free_ms = free_ms;
}

/* The current job is over. */
static struct pending *
take(struct line *line, int64_t pause_ms)
{
	struct pending *p = line->current;

	line->current = NULL;
	send_pause(line, pause_ms);
	asked(line, p, 0);
	return p;
}

/* All bytes are on their way, and nothing is said to them. */
static void
sent(struct line *line)
{
	struct address *a = line->current->address;
	struct pending *p = take(line, line->current->wire_ms + send_gap_ms(line, a->driver));

	address_sent(a);
	pending_end(p, LINE_DONE, NULL);
}

int
send_rest(struct line *line)
{
	struct pending *p = line->current;

	while (line->written < p->length) {
		ssize_t n = port_write(&line->port, p->bytes + line->written, p->length - line->written);

		if (n == -1)
			return -1;
		if (n == 0) {
			event_add(line->writable, NULL);
			return 0;
		}
		line->written += n;
	}
	if (p->answers == 0)
		sent(line);
	return 0;
}

int
send_start(struct line *line, struct pending *p)
{
	line->current = p;
	line->written = 0;
	line->deadline_ms = now_ms(line) + p->wait_ms;
	p->address->health.frames++;
	p->address->health.sent_ms = now_ms(line);
	asked(line, p, p->length);
	own_expect(&line->own, p->bytes, p->length, p->alike, now_ms(line) + p->wire_ms);
	return send_rest(line);
}

void
send_late(struct line *line)
{
	struct address *a = line->current->address;
	struct pending *p = take(line, send_gap_ms(line, a->driver));

	if (p->answers != 0)		/* else a full port is all that tells of a device that does not read */
		port_discard(&line->port);
	address_silent(a);
	if (a->health.state != LINE_DEGRADED && --p->tries > 0)
		jobs_again(&line->jobs, p);
	else
		pending_end(p, LINE_SILENT, NULL);
	jobs_end_degraded(&line->jobs);
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
answered(struct line *line, const struct said *said)
{
	struct address *a = line->current->address;
	struct pending *p = take(line, said->again ? AGAIN_MS : send_gap_ms(line, a->driver));

	if (said->kind != SAID_NACK) {
		pending_end(p, LINE_DONE, said);
		return;
	}
	a->health.refused++;
	if (said->again && --p->tries > 0)
		jobs_again(&line->jobs, p);
	else
		pending_end(p, LINE_REFUSED, said);
}

bool
send_heard(struct line *line, const struct address *a, const struct said *said)
{
	bool answer = is_answer(line, a, said);

	if (answer)
		answered(line, said);
	return answer;
}
