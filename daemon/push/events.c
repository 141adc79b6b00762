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
	struct dead *d;

	if (e->deads == DEAD_MAX)
		memmove(&e->dead[0], &e->dead[1], --e->deads * sizeof e->dead[0]);
	d = &e->dead[e->deads++];
	*d = (struct dead){ .seq = e->event[e->next_event].seq, .status = status, .at_ms = ledger_now(e->push->server->ledger).wall_ms };
	log_line("push %s: event %lld is refused (%d) and left out", e->of.url, (long long)d->seq, status);
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
	struct event_body event[EVENTS_ROOM];
	int		 events;
	bool		 failed, again;
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
	data = fact_logged(kind, e->body, e->seq, e->at_ms, r->prev);
	json_object_set_new(data, "epoch", json_integer(r->epoch));
	snprintf(id, sizeof id, "e-%lld-%lld", (long long)r->epoch, (long long)e->seq);
	r->event[r->events++] = (struct event_body){ e->seq, push_envelope(r->hall, id, e->kind, e->seq, e->at_ms, data), r->again };
	r->prev = e->seq;
	return 0;
}

static void
read_log(void *arg)
{
	struct reading *r = arg;

	r->failed = reader_each(r->reader, &(struct stretch){ r->stretch.after, r->stretch.last }, NULL, take_event, r) == -1;
}

static void
log_read(void *arg)
{
	struct reading *r = arg;
	struct endpoint *e = r->endpoint;

	e->reading = false;
	if (r->failed)
		endpoint_failed(e, 0, 0, "the log cannot be read");
	memcpy(e->event, r->event, sizeof e->event);
	e->events = r->events;
	e->next_event = 0;
	if (!r->failed && !r->again) {
		e->read = r->stretch.last;
		e->read_prev = r->prev;
	}
	if (e->events == 0 && !r->again) {
		e->seq = e->read;
		e->push->unkept = true;
	}
	free(r);
	push_look(e->push);
}

void
events_read(struct endpoint *e)
{
	const struct ledger *l = e->push->server->ledger;
	struct reading *r = xcalloc(1, sizeof *r);
	int64_t last = e->read + STRETCH;

	*r = (struct reading){ .endpoint = e, .reader = e->push->server->reader, .epoch = ledger_epoch(l), .prev = e->read_prev };
	strcpy(r->hall, ledger_layout(l)->id);
	r->stretch = (struct stretch){ e->read, last < push_hall(e->push)->seq ? last : push_hall(e->push)->seq };
	if (e->again != 0) {
		r->again = true;
		r->stretch = (struct stretch){ e->again - 1, e->again };
		e->again = 0;
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
		event_is_over(e);
	else if (is_refused(status) && ++e->tries == TRIES_MAX)
		bury(e, status);
}

bool
events_to_read(const struct endpoint *e)
{
	return e->events == 0 && !e->reading && (e->again != 0 || e->read < push_hall(e->push)->seq);
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
	for (int i = 0; i < e->deads; i++)
		if (e->dead[i].seq == seq && e->again == 0) {
			memmove(&e->dead[i], &e->dead[i + 1], (--e->deads - i) * sizeof e->dead[0]);
			e->again = seq;
			e->push->unkept = true;
			return 0;
		}
	return -1;
}
