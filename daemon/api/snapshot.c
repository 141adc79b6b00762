/* Status as kept bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/render.h"
#include "daemon/api/snapshot.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"

#define LEAST_MS 1000

/*
 * Who asks directly asks each time; a proxy may give one answer to all who ask
 * within a second, and an older one while it fetches a new one, or half a day
 * long when it gets none (RFC 5861): then it has to say so.
 */
#define SHARED "max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=43200"

struct snapshot {
	const struct ledger *ledger;
	struct document document;
	char	*event;			/* of the document; NULL: not made yet */
	int	 event_len;
	int64_t	 seq, made_ms;		/* of the document; steady time */
	int64_t	 rev;			/* changes that are no facts */
	bool	 urgent;		/* somebody was called since */
};

struct snapshot *
snapshot_open(const struct ledger *ledger)
{
	struct snapshot *s = xcalloc(1, sizeof *s);

	s->ledger = ledger;
	s->document.type = "application/json";
	s->document.cache = SHARED;
	return s;
}

void
snapshot_close(struct snapshot *s)
{
	if (s == NULL)
		return;
	document_clear(&s->document);
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
	const struct hall *shown = ledger_shown(s->ledger);
	json_t *status = json_status(shown, ledger_layout(s->ledger), now, ledger_epoch(s->ledger));
	char *body = json_dumps(status, JSON_COMPACT), tag[ETAG_MAX];

	snprintf(tag, sizeof tag, "%lld-%lld.%lld", (long long)ledger_epoch(s->ledger), (long long)shown->seq, (long long)s->rev);
	document_set(&s->document, body, strlen(body), tag);
	free(s->event);
	s->event = NULL;
	s->seq = shown->seq;
	s->made_ms = now->steady_ms;
	s->urgent = false;
	json_decref(status);
}

/* Make it again if it has changed, unless it was made a moment ago; with `fresh` also then. */
static void
renew(struct snapshot *s, bool fresh)
{
	bool made = s->document.plain != NULL;
	struct instant now;

	if (made && s->seq == ledger_shown(s->ledger)->seq)
		return;
	now = ledger_now(s->ledger);
	if (!made || fresh || s->urgent || now.steady_ms - s->made_ms >= LEAST_MS)
		make(s, &now);
}

struct document *
snapshot_document(struct snapshot *s)
{
	renew(s, false);
	return &s->document;
}

const char *
snapshot_event(void *arg, size_t *len)
{
	struct snapshot *s = arg;

	renew(s, true);
	if (s->event == NULL && (s->event_len = asprintf(&s->event, "event: snapshot\nid: %lld-%lld\ndata: %s\n\n",
	    (long long)ledger_epoch(s->ledger), (long long)s->seq, s->document.plain)) == -1)
		fatal("no memory for a snapshot");
	*len = s->event_len;
	return s->event;
}
