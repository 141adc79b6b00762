/* Days of the log that are over. */
#include <stdlib.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/days.h"

/* A day on its way through the worker; the request waits for it. */
struct past_day {
	struct request	*rq;
	struct reader	*reader;
	int		 day, first;	/* asked about; the log's first, 0: it has none */
	struct stretch	 stretch;
	struct hall	*hall;
	struct instant	 at;		/* of its last fact */
	struct { struct hall *hall; struct instant at; } *part;	/* each time it was closed */
	size_t		 parts, room;
	bool		 failed;
	const char	*name;
	lister		*list;
};

bool
day_is_over(const struct hall *h, int day)
{
	return day <= h->closed_day || day < h->day;
}

/* On the worker's thread. */

/* What is closed next is kept as it is: all of it goes then. */
static void
keep_part(struct past_day *p)
{
	GROW(p->part, p->parts, p->room);
	p->part[p->parts].hall = xcalloc(1, sizeof *p->hall);
	hall_copy(p->part[p->parts].hall, p->hall);
	p->part[p->parts++].at = p->at;
}

static int
take_event(void *arg, const struct logged *e)
{
	struct past_day *p = arg;
	struct fact f;
	int read = logged_fact(p->hall, e, &f);

	if (read != 1)
		return read;
	if (f.kind == HALL_DAY_CLOSED)
		keep_part(p);
	p->at = f.at;
	return hall_apply(p->hall, &f);
}

static void
read_day(void *arg)
{
	struct past_day *p = arg;

	if ((p->failed = reader_ended(p->reader, p->day, &p->stretch, &p->first) == -1) || p->stretch.last == 0)
		return;
	if (p->stretch.after > 0)
		p->stretch.after--;	/* what closed the day before has what was carried over */
	p->failed = reader_each(p->reader, &p->stretch, NULL, take_event, p) == -1;
}

/* In the loop again. */

static enum refusal
answer_all(const struct past_day *p)
{
	struct listing list;

	listing_open(&list, p->name);
	for (size_t i = 0; i < p->parts; i++)
		p->list(p->rq, p->part[i].hall, &p->part[i].at, &list);
	p->list(p->rq, ledger_shown(p->rq->server->ledger), &p->rq->now, &list);
	return request_list(p->rq, &list);
}

static void
day_read(void *arg)
{
	struct past_day *p = arg;

	if (p->failed)
		request_refuse(p->rq, STORE_FAILED);
	else if (p->first == 0 || p->day < p->first)
		request_refuse(p->rq, body_wrong(p->rq, "day", "a day of the log"));
	else
		answer_all(p);
	for (size_t i = 0; i < p->parts; i++)
		free(p->part[i].hall);
	free(p->part);
	free(p->hall);
	free(p);
}

enum refusal
answer_day(struct request *rq, int day, const char *name, lister *list)
{
	struct past_day *p = xcalloc(1, sizeof *p);

	*p = (struct past_day){ .rq = rq, .reader = rq->server->reader, .day = day, .hall = xcalloc(1, sizeof *p->hall),
	    .name = name, .list = list };
	hall_init(p->hall, ledger_layout(rq->server->ledger));
	worker_run(rq->server->worker, read_day, day_read, p);
	return OK;
}

enum refusal
answer_now(struct request *rq, const char *name, lister *list)
{
	return answer_all(&(struct past_day){ .rq = rq, .name = name, .list = list });
}
