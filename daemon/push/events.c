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

static bool
is_empty(const struct parcel *b)
{
	return b->count == 0;
}

static void
event_is_over(struct endpoint *e)
{
	struct parcel *b = &e->parcel[0];

	if (!b->again)
		e->seq = e->prev = b->event[b->next].seq;
	free(b->event[b->next++].text);
	e->tries = 0;
	e->push->unkept = true;
	if (b->next < b->count)
		return;
	if (!b->again)
		e->seq = b->last;
	*b = e->parcel[1];
	e->parcel[1] = (struct parcel){ 0 };
}

/* Nobody will ever take it: the ones behind it go on. */
static void
bury(struct endpoint *e, int status)
{
	int64_t seq = e->parcel[0].event[e->parcel[0].next].seq;
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
	const struct parcel *b = &e->parcel[0];
	struct dead *d = b->again ? find_dead(e, b->event[b->next].seq) : NULL;

	if (d != NULL)
		forget_dead(e, d);
	event_is_over(e);
}

/* A job of the worker's: a stretch of the log as a parcel. */
struct reading {
	struct endpoint	*endpoint;
	struct reader	*reader;
	char		 hall[ID_MAX];
	int64_t		 epoch;
	struct stretch	 stretch;
	int64_t		 again;		/* only this one, and those before it for its prev; 0: all */
	struct parcel	 parcel;
	bool		 failed;
};

static int
take_event(void *arg, const struct logged *e)
{
	struct reading *r = arg;
	struct parcel *b = &r->parcel;
	int kind = fact_find(e->kind);
	char id[64];
	json_t *data;

	if (b->count == EVENTS_ROOM)
		return 0;
	b->last = e->seq;
	if (kind == -1 || !endpoint_tells(r->endpoint, push_kind(kind)))
		return 0;
	if (e->seq >= r->again) {
		data = fact_logged(kind, e->body, e->seq, e->at_ms, b->prev);
		json_object_set_new(data, "epoch", json_integer(r->epoch));
		snprintf(id, sizeof id, "e-%lld-%lld", (long long)r->epoch, (long long)e->seq);
		b->event[b->count].seq = e->seq;
		b->event[b->count++].text = push_envelope(r->hall, id, e->kind, e->seq, e->at_ms, data);
	}
	b->prev = e->seq;
	return 0;
}

static void
read_log(void *arg)
{
	struct reading *r = arg;

	r->failed = reader_each(r->reader, &r->stretch, NULL, take_event, r) == -1;
}

static void
parcel_free(struct parcel *b)
{
	for (int i = b->next; i < b->count; i++)
		free(b->event[i].text);
}

/* What was read follows what is being sent. */
static void
take_read(struct endpoint *e, const struct parcel *read)
{
	struct parcel *b = is_empty(&e->parcel[0]) ? &e->parcel[0] : &e->parcel[1];

	e->read = read->last;
	e->read_prev = read->prev;
	if (!is_empty(read))
		*b = *read;
	else if (is_empty(&e->parcel[0])) {
		e->seq = e->read;
		e->push->unkept = true;
	} else
		e->parcel[0].last = e->read;
}

static void
take_again(struct endpoint *e, struct reading *r)
{
	struct dead *d = find_dead(e, r->again);

	if (!is_empty(&r->parcel))
		e->parcel[0] = r->parcel;
	else if (d != NULL)
		forget_dead(e, d);	/* the log has it no more */
}

static void
log_read(void *arg)
{
	struct reading *r = arg;
	struct endpoint *e = r->endpoint;

	e->reading = false;
	if (r->failed) {
		parcel_free(&r->parcel);
		lane_failed(&e->lane[EVENTS], 0, 0, "the log cannot be read");
	} else if (r->again != 0)
		take_again(e, r);
	else
		take_read(e, &r->parcel);
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

	r->endpoint = e;
	r->reader = e->push->server->reader;
	r->epoch = ledger_epoch(l);
	strcpy(r->hall, ledger_layout(l)->id);
	if (again != NULL) {
		r->again = again->seq;
		r->parcel.again = true;
		r->stretch = (struct stretch){ again->seq > STRETCH ? again->seq - STRETCH : 0, again->seq };
	} else {
		r->parcel.last = e->read;
		r->parcel.prev = e->read_prev;
		r->stretch = (struct stretch){ e->read, last < push_hall(e->push)->seq ? last : push_hall(e->push)->seq };
	}
	e->reading = true;
	worker_run(e->push->server->worker, read_log, log_read, r);
}

void
events_send(struct endpoint *e)
{
	const struct parcel *b = &e->parcel[0];
	const char *text = b->event[b->next].text;
	char id[64];

	snprintf(id, sizeof id, "e-%lld-%lld", (long long)ledger_epoch(e->push->server->ledger), (long long)b->event[b->next].seq);
	lane_send(&e->lane[EVENTS], id, &(struct message){ .bytes = xstrdup(text), .len = strlen(text) }, LIMIT_S);
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

/* One by hand, when nothing else is under way; else what follows, while the parcel before it is sent. */
bool
events_to_read(const struct endpoint *e)
{
	if (e->reading || !is_empty(&e->parcel[1]))
		return false;
	return first_again(e) != NULL ? is_empty(&e->parcel[0]) : e->read < push_hall(e->push)->seq;
}

bool
events_to_send(const struct endpoint *e)
{
	return !is_empty(&e->parcel[0]) && !e->lane[EVENTS].busy;
}

void
events_free(struct endpoint *e)
{
	parcel_free(&e->parcel[0]);
	parcel_free(&e->parcel[1]);
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
