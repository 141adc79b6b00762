/* The states: of which the newest counts, and which are made anew each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/gzip.h"
#include "daemon/base/util.h"
#include "daemon/push/body.h"
#include "daemon/push/inside.h"
#include "daemon/wait/forecast.h"

#define SNAPSHOT_MS	1000	/* from one to the next, but for a call, and */
#define TICKETS_MS	2000
#define HEARTBEAT_MS	30000	/* though nothing has changed */
#define GZIP_LEVEL	1	/* fast: nine tenths less as it is */

/* A job of the worker's, one at a time: a thousand tickets take longer than a key may wait.  So it has the hall to itself. */
struct telling {
	struct endpoint	*endpoint;
	int		 state;
	char		 id[80];
	int64_t		 epoch;
	struct instant	 now;
	struct hall	 hall;
	struct layout	 layout;
	struct waits	 waits;
	struct message	 message;
};

static void
make(void *arg)
{
	struct telling *t = arg;
	char *text = push_envelope(t->layout.id, t->id, push_kinds()[t->state], t->hall.seq, t->now.wall_ms,
	    (t->state == PUSH_SNAPSHOT ? push_snapshot : push_tickets)(&t->hall, &t->layout, &t->waits, &t->now, t->epoch));

	t->message = (struct message){ .bytes = text, .len = strlen(text) };
	if (t->endpoint->of.gzip) {
		t->message = (struct message){ .gzipped = true };
		t->message.bytes = gzip(text, strlen(text), GZIP_LEVEL, &t->message.len);
		free(text);
	}
}

static void
made(void *arg)
{
	struct telling *t = arg;
	struct lane *lane = &t->endpoint->lane[STATES];

	t->endpoint->push->making = false;
	lane->state = t->state;
	/* Meanwhile another lane may have heard that it wants no more, or not now. */
	if (t->endpoint->disabled || ledger_now(t->endpoint->push->server->ledger).steady_ms < t->endpoint->wait_ms) {
		lane->busy = false;
		t->endpoint->changed[t->state] = true;
		free(t->message.bytes);
	} else
		lane_send(lane, t->id, &t->message, LIMIT_S);
	push_look(t->endpoint->push);
}

/* When a state is to be told; TIMER_NEVER: not at all. */
static int64_t
due_ms(const struct endpoint *e, int state)
{
	static const int64_t least_ms[PUSH_STATES] = { SNAPSHOT_MS, TICKETS_MS };

	if (!endpoint_tells(e, state))
		return TIMER_NEVER;
	if (e->state_ms[state] == 0)
		return 0;
	return e->state_ms[state] + (e->changed[state] ? least_ms[state] : HEARTBEAT_MS);
}

/* The one that waits longest; of two alike not the one sent last, so that neither keeps the other away. */
static int
next_state(const struct endpoint *e)
{
	int next = 0;

	for (int state = 1; state < PUSH_STATES; state++)
		if (due_ms(e, state) < due_ms(e, next) || (due_ms(e, state) == due_ms(e, next) && next == e->lane[STATES].state))
			next = state;
	return next;
}

int64_t
states_due_ms(const struct endpoint *e)
{
	return e->lane[STATES].busy || e->push->making ? TIMER_NEVER : due_ms(e, next_state(e));
}

void
states_send(struct endpoint *e)
{
	struct push_state *p = e->push;
	const struct ledger *l = p->server->ledger;
	struct telling *t = p->telling == NULL ? p->telling = xcalloc(1, sizeof *t) : p->telling;

	t->endpoint = e;
	t->state = next_state(e);
	t->epoch = ledger_epoch(l);
	t->now = ledger_now(l);
	hall_copy(&t->hall, ledger_shown(l));
	t->layout = *ledger_layout(l);
	t->waits = *forecast_waits(p->server->forecast);
	snprintf(t->id, sizeof t->id, "%c-%lld-%lld-%s%u", t->state == PUSH_SNAPSHOT ? 's' : 't', (long long)t->epoch,
	    (long long)t->hall.seq, p->run, ++p->count);
	e->changed[t->state] = false;
	e->state_ms[t->state] = t->now.steady_ms;
	e->lane[STATES].busy = p->making = true;
	worker_run(p->server->worker, make, made, t);
}
