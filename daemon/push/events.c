/* Events in order, from a cursor over the log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/push_kinds.h"
#include "daemon/push/body.h"
#include "daemon/push/inside.h"

#define TRIES_MAX	3	/* of an event that is refused */
#define STRETCH		2048	/* of it */

static struct dead *
find_dead(struct endpoint *e, int64_t seq)
{
	for (int i = 0; i < e->deads; i++)
		if (e->dead[i].seq == seq)
			return &e->dead[i];
	return NULL;
}

/* The first that is to be sent once more, or NULL. */
static const struct dead *
first_again(const struct endpoint *e)
{
	for (int i = 0; i < e->deads; i++)
		if (e->dead[i].again)
			return &e->dead[i];
	return NULL;
}

static void
forget_dead(struct endpoint *e, struct dead *d)
{
	memmove(d, d + 1, (char *)&e->dead[e->deads] - (char *)(d + 1));
	e->deads--;
}

static void
event_is_over(struct endpoint *e)
{
	struct event_body *b = &e->event[e->next_event++];

	if (!b->again)
		e->seq = e->prev = b->seq;
	free(b->text);
	b->text = NULL;
	e->tries = 0;
	e->push->unkept = true;
	if (e->next_event == e->events) {
		e->events = e->next_event = 0;
		e->seq = e->read;
	}
}

/* Nobody will ever take it: the ones behind it go on. */
static void
bury(struct endpoint *e, int status)
{
	int64_t seq = e->event[e->next_event].seq;
	struct dead *d = find_dead(e, seq);

	if (d == NULL) {
		if (e->deads == DEAD_MAX)
			forget_dead(e, &e->dead[0]);
		d = &e->dead[e->deads++];
	}
	*d = (struct dead){ .seq = seq, .status = status, .at_ms = ledger_now(e->push->server->ledger).wall_ms };
	log_line("push %s: event %lld is refused (%d) and left out", e->of.url, (long long)seq, status);
	event_is_over(e);
}

static void
delivered(struct endpoint *e)
{
	struct dead *d = e->event[e->next_event].again ? find_dead(e, e->event[e->next_event].seq) : NULL;

	if (d != NULL)
		forget_dead(e, d);
	event_is_over(e);
}

/* A job of the worker's: a stretch of the log as bodies of events. */
struct reading {
	struct endpoint	*endpoint;
	struct reader	*reader;
	char		 hall[ID_MAX];
	int64_t		 epoch;
	struct stretch	 stretch;
	int64_t		 prev;
	int64_t		 again;		/* only this one, and those before it for its prev; 0: all */
	struct event_body event[EVENTS_ROOM];
	int		 events;
	bool		 failed;
};

static int
take_event(void *arg, const struct logged *e)
{
	struct reading *r = arg;
	int kind = fact_find(e->kind);
	char id[64];
	json_t *data;

	if (r->events == EVENTS_ROOM)
		return 0;
	r->stretch.last = e->seq;
	if (kind == -1 || !endpoint_tells(r->endpoint, push_kind(kind)))
		return 0;
	if (e->seq < r->again) {
		r->prev = e->seq;
		return 0;
	}
	data = fact_logged(kind, e->body, e->seq, e->at_ms, r->prev);
	json_object_set_new(data, "epoch", json_integer(r->epoch));
	snprintf(id, sizeof id, "e-%lld-%lld", (long long)r->epoch, (long long)e->seq);
	r->event[r->events++] = (struct event_body){ e->seq, push_envelope(r->hall, id, e->kind, e->seq, e->at_ms, data), r->again != 0 };
	r->prev = e->seq;
	return 0;
}

static void
read_log(void *arg)
{
	struct reading *r = arg;

	r->failed = reader_each(r->reader, &(struct stretch){ r->stretch.after, r->stretch.last }, NULL, take_event, r) == -1;
}

/* What was read. */
static void
take_read(struct endpoint *e, const struct reading *r)
{
	struct dead *d = r->again == 0 ? NULL : find_dead(e, r->again);

	memcpy(e->event, r->event, sizeof e->event);
	e->events = r->events;
	e->next_event = 0;
	if (d != NULL && e->events == 0)
		forget_dead(e, d);	/* the log has it no more */
	if (r->again != 0)
		return;
	e->read = r->stretch.last;
	e->read_prev = r->prev;
	if (e->events == 0) {
		e->seq = e->read;
		e->push->unkept = true;
	}
}

static void
log_read(void *arg)
{
	struct reading *r = arg;
	struct endpoint *e = r->endpoint;

	e->reading = false;
	if (r->failed) {
		for (int i = 0; i < r->events; i++)
			free(r->event[i].text);
		lane_failed(&e->lane[EVENTS], 0, 0, "the log cannot be read");
	} else
		take_read(e, r);
	push_look(e->push);
	free(r);
}

void
events_read(struct endpoint *e)
{
	const struct ledger *l = e->push->server->ledger;
	const struct dead *again = first_again(e);
	struct reading *r = xcalloc(1, sizeof *r);
	int64_t last = e->read + STRETCH;

	*r = (struct reading){ .endpoint = e, .reader = e->push->server->reader, .epoch = ledger_epoch(l), .prev = e->read_prev };
	strcpy(r->hall, ledger_layout(l)->id);
	r->stretch = (struct stretch){ e->read, last < push_hall(e->push)->seq ? last : push_hall(e->push)->seq };
	if (again != NULL) {
		r->again = again->seq;
		r->prev = 0;
		r->stretch = (struct stretch){ again->seq > STRETCH ? again->seq - STRETCH : 0, again->seq };
	}
	e->reading = true;
	worker_run(e->push->server->worker, read_log, log_read, r);
}

void
events_send(struct endpoint *e)
{
	const struct event_body *b = &e->event[e->next_event];
	char id[64];

	snprintf(id, sizeof id, "e-%lld-%lld", (long long)ledger_epoch(e->push->server->ledger), (long long)b->seq);
	lane_send(&e->lane[EVENTS], id, &(struct message){ .bytes = xstrdup(b->text), .len = strlen(b->text) }, LIMIT_S);
}

/* Refused for what it is, not for when it came. */
static bool
is_refused(int status)
{
	return status >= 400 && status < 500 && status != 408 && status != 410 && status != 425 && status != 429;
}

void
events_answered(struct endpoint *e, int status)
{
	if (status >= 200 && status < 300)
		delivered(e);
	else if (is_refused(status) && ++e->tries == TRIES_MAX)
		bury(e, status);
}

bool
events_to_read(const struct endpoint *e)
{
	return e->events == 0 && !e->reading && (first_again(e) != NULL || e->read < push_hall(e->push)->seq);
}

bool
events_to_send(const struct endpoint *e)
{
	return e->next_event < e->events && !e->lane[EVENTS].busy;
}

void
events_free(struct endpoint *e)
{
	for (int i = e->next_event; i < e->events; i++)
		free(e->event[i].text);
}

int
events_again(struct endpoint *e, int64_t seq)
{
	struct dead *d = find_dead(e, seq);

	if (d == NULL)
		return -1;
	d->again = true;
	return 0;
}
