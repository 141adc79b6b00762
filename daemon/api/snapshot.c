/* Status as kept bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/render.h"
#include "daemon/api/snapshot.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"

#define LEAST_MS 1000

struct snapshot {
	const struct ledger *ledger;
	char	*body, *event;		/* NULL: not made yet */
	size_t	 len;
	int64_t	 seq, made_ms;		/* of the body; steady time */
	int64_t	 rev;			/* changes that are no facts */
	bool	 urgent;		/* somebody was called since */
};

struct snapshot *
snapshot_open(const struct ledger *ledger)
{
	struct snapshot *s = xcalloc(1, sizeof *s);

	s->ledger = ledger;
	return s;
}

void
snapshot_close(struct snapshot *s)
{
	if (s == NULL)
		return;
	free(s->body);
	free(s->event);
	free(s);
}

void
snapshot_fact(struct snapshot *s, const struct fact *f)
{
	s->urgent |= f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED;
}

static void
make(struct snapshot *s, const struct instant *now)
{
	json_t *status = json_status(ledger_shown(s->ledger), ledger_layout(s->ledger), now, ledger_epoch(s->ledger));

	free(s->body);
	free(s->event);
	s->event = NULL;
	s->body = json_dumps(status, JSON_COMPACT);
	s->len = strlen(s->body);
	s->seq = ledger_shown(s->ledger)->seq;
	s->made_ms = now->steady_ms;
	s->urgent = false;
	json_decref(status);
}

const char *
snapshot_body(struct snapshot *s, bool fresh, size_t *len, char etag[ETAG_MAX])
{
	struct instant now = ledger_now(s->ledger);
	bool changed = s->body == NULL || s->seq != ledger_shown(s->ledger)->seq;

	if (changed && (s->body == NULL || fresh || s->urgent || now.steady_ms - s->made_ms >= LEAST_MS))
		make(s, &now);
	if (etag != NULL)
		snprintf(etag, ETAG_MAX, "\"%lld-%lld.%lld\"", (long long)ledger_epoch(s->ledger), (long long)s->seq,
		    (long long)s->rev);
	*len = s->len;
	return s->body;
}

const char *
snapshot_event(void *arg, size_t *len)
{
	struct snapshot *s = arg;
	int n;

	snapshot_body(s, true, len, NULL);
	free(s->event);
	n = asprintf(&s->event, "event: snapshot\nid: %lld-%lld\ndata: %s\n\n", (long long)ledger_epoch(s->ledger),
	    (long long)s->seq, s->body);
	if (n == -1)
		fatal("no memory for a snapshot");
	*len = n;
	return s->event;
}
