/* The jobs of a line. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/line/jobs.h"

#define BYTE_BITS	10	/* 8N1 on the wire */

/* How long so many bytes take. */
static int
wire_ms(size_t bytes, int baud)
{
	return (int)(((int64_t)bytes * BYTE_BITS * 1000 + baud - 1) / baud);
}

static struct pending *
pending_new(const struct jobs *jobs, struct address *a, const struct job *job)
{
	const struct frame *f = job->frame;
	struct pending *p = xcalloc(1, sizeof(*p) + f->length);

	p->job = *job;
	p->job.frame = NULL;
	p->address = a;
	p->tries = job->tries != 0 ? job->tries : LINE_TRIES;
	p->answers = f->answers;
	p->alike = f->alike;
	p->wire_ms = wire_ms(f->length, jobs->baud);
	p->wait_ms = 2 * p->wire_ms + f->work_ms + a->answer_ms;
	p->length = f->length;
	memcpy(p->bytes, f->bytes, f->length);
	return p;
}

void
pending_end(struct pending *p, enum line_outcome outcome, const struct said *said)
{
	if (p->job.done != NULL)
		p->job.done(p->job.arg, outcome, said);
	free(p);
}

void
jobs_init(struct jobs *jobs, int baud)
{
	jobs->baud = baud;
	TAILQ_INIT(&jobs->incoming);
	TAILQ_INIT(&jobs->replaced);
	for (int i = 0; i < LINE_PRIORITIES; i++)
		TAILQ_INIT(&jobs->queue[i]);
}

static void
free_all(struct job_queue *q)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(q)) != NULL) {
		TAILQ_REMOVE(q, p, entry);
		free(p);
	}
}

void
jobs_free(struct jobs *jobs)
{
	free_all(&jobs->incoming);
	free_all(&jobs->replaced);
	for (int i = 0; i < LINE_PRIORITIES; i++)
		free_all(&jobs->queue[i]);
}

/* The queued job for the same area, or NULL. */
static struct pending *
same_area(struct jobs *jobs, const struct pending *p)
{
	struct pending *q;

	if (p->job.area == LINE_NO_AREA)
		return NULL;
	for (int i = 0; i < LINE_PRIORITIES; i++)
		TAILQ_FOREACH(q, &jobs->queue[i], entry)
			if (q->address == p->address && q->job.area == p->job.area)
				return q;
	return NULL;
}

/* Queue a job; it takes the place of one for the same area, unless it is more urgent. */
static void
sort_in(struct jobs *jobs, struct pending *p)
{
	struct pending *old = same_area(jobs, p);

	if (old != NULL && old->job.priority <= p->job.priority) {
		p->job.priority = old->job.priority;
		TAILQ_INSERT_BEFORE(old, p, entry);
	} else
		TAILQ_INSERT_TAIL(&jobs->queue[p->job.priority], p, entry);
	if (old == NULL)
		return;
	TAILQ_REMOVE(&jobs->queue[old->job.priority], old, entry);
	TAILQ_INSERT_TAIL(&jobs->replaced, old, entry);
}

static void
end_all(struct job_queue *q, enum line_outcome outcome)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(q)) != NULL) {
		TAILQ_REMOVE(q, p, entry);
		pending_end(p, outcome, NULL);
	}
}

void
jobs_send(struct jobs *jobs, struct address *a, const struct job *job)
{
	struct pending *p = pending_new(jobs, a, job);

	TAILQ_INSERT_TAIL(&jobs->incoming, p, entry);
}

void
jobs_queue(struct jobs *jobs, struct address *a, const struct job *job)
{
	sort_in(jobs, pending_new(jobs, a, job));
}

void
jobs_sort(struct jobs *jobs)
{
	struct pending *p;

	while ((p = TAILQ_FIRST(&jobs->incoming)) != NULL) {
		TAILQ_REMOVE(&jobs->incoming, p, entry);
		sort_in(jobs, p);
	}
	end_all(&jobs->replaced, LINE_REPLACED);
}

bool
jobs_empty(const struct jobs *jobs)
{
	for (int i = 0; i < LINE_PRIORITIES; i++)
		if (!TAILQ_EMPTY(&jobs->queue[i]))
			return false;
	return true;
}

bool
jobs_urgent(const struct jobs *jobs)
{
	return !TAILQ_EMPTY(&jobs->queue[LINE_REPLY]) || !TAILQ_EMPTY(&jobs->queue[LINE_CALL]);
}

/* The most urgent job, out of its queue, or NULL. */
static struct pending *
next_queued(struct jobs *jobs)
{
	struct pending *p;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		if ((p = TAILQ_FIRST(&jobs->queue[i])) != NULL) {
			TAILQ_REMOVE(&jobs->queue[i], p, entry);
			return p;
		}
	return NULL;
}

/* A probe that is due, or NULL. */
static struct pending *
next_probe(const struct jobs *jobs, const struct addresses *addresses)
{
	struct frame frame;
	struct job job = { .priority = LINE_CLOCK, .area = LINE_NO_AREA, .frame = &frame };
	struct address *a;

	TAILQ_FOREACH(a, addresses, entry)
		if (address_probe(a, &frame) == 0)
			return pending_new(jobs, a, &job);
	return NULL;
}

struct pending *
jobs_next(struct jobs *jobs, const struct addresses *addresses)
{
	struct pending *p = next_queued(jobs);

	return p != NULL ? p : next_probe(jobs, addresses);
}

void
jobs_again(struct jobs *jobs, struct pending *p)
{
	struct pending *newer = same_area(jobs, p);

	if (newer == NULL) {
		p->address->health.retries++;
		TAILQ_INSERT_HEAD(&jobs->queue[p->job.priority], p, entry);
		return;
	}
	if (p->job.priority < newer->job.priority) {
		TAILQ_REMOVE(&jobs->queue[newer->job.priority], newer, entry);
		newer->job.priority = p->job.priority;
		TAILQ_INSERT_HEAD(&jobs->queue[newer->job.priority], newer, entry);
	}
	pending_end(p, LINE_REPLACED, NULL);
}

void
jobs_end(struct jobs *jobs, enum line_outcome outcome)
{
	for (int i = 0; i < LINE_PRIORITIES; i++)
		end_all(&jobs->queue[i], outcome);
}

void
jobs_end_degraded(struct jobs *jobs)
{
	struct job_queue ended = TAILQ_HEAD_INITIALIZER(ended);
	struct pending *p, *next;

	for (int i = 0; i < LINE_PRIORITIES; i++)
		for (p = TAILQ_FIRST(&jobs->queue[i]); p != NULL; p = next) {
			next = TAILQ_NEXT(p, entry);
			if (p->job.deaf || address_takes(p->address))
				continue;
			TAILQ_REMOVE(&jobs->queue[i], p, entry);
			TAILQ_INSERT_TAIL(&ended, p, entry);
		}
	end_all(&ended, LINE_SILENT);
}
