/* Status as kept bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/render.h"
#include "daemon/api/snapshot.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"

#define LEAST_MS 1000
#define WAITS_MS 10000	/* from one to the next that only the waits have changed */
#define LOOK_MS 60000	/* hours are whole minutes */

/*
 * Who asks directly asks each time; a proxy may give one answer to all who ask
 * within a second, and an older one while it fetches a new one, or half a day
 * long when it gets none (RFC 5861): then it has to say so.
 */
#define SHARED "max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=43200"

/* What changes with time: the day, the hall, why each service is closed, and where a window should open. */
struct view {
	enum hall_state	 state;
	enum closed	 closed[SERVICES_MAX];
	bool		 alarm[SERVICES_MAX];
	bool		 noticed;
	int		 day, date;
};

struct snapshot {
	struct ledger	*ledger;
	const struct waits *waits;
	struct timer	*look;
	int64_t		 waits_ms;	/* steady time: who watches was told of them last */
	struct view	 view;			/* as the document has it */
	void		(*see)(void *arg, const char *event, size_t len);
	void		*arg;
	struct document document;
	char	*event;			/* of the document; NULL: not made yet */
	int	 event_len;
	int64_t	 seq;			/* of the document */
	int64_t	 made_ms;		/* steady time of the last one that facts led to */
	int64_t	 rev, made_rev;		/* changes that are no facts; of the document */
	bool	 urgent;		/* somebody was called since */
};

void
snapshot_fact(struct snapshot *s, const struct fact *f)
{
	s->urgent |= f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED;
}

static void
look(struct view *v, const struct snapshot *s, const struct instant *now)
{
	const struct hall *shown = ledger_shown(s->ledger);
	const struct layout *l = ledger_layout(s->ledger);
	struct opening o;
	int min;

	memset(v, 0, sizeof *v);
	v->state = hall_state(shown, l, now);
	v->noticed = hall_noticed(shown, now->wall_ms);
	v->day = now->day;
	v->date = date_at(now->wall_ms, &min);
	for (int i = 0; i < l->service_count; i++) {
		hall_opening(&o, shown, l, i, now);
		v->closed[i] = o.closed;
		v->alarm[i] = hall_alarm(shown, l, i, now);
	}
}

static void
make(struct snapshot *s, const struct instant *now)
{
	const struct hall *shown = ledger_shown(s->ledger);
	json_t *status = json_status(shown, ledger_layout(s->ledger), s->waits, now, ledger_epoch(s->ledger));
	char *body = json_dumps(status, JSON_COMPACT), tag[ETAG_MAX];

	snprintf(tag, sizeof tag, "%lld-%lld.%lld", (long long)ledger_epoch(s->ledger), (long long)shown->seq, (long long)s->rev);
	document_set(&s->document, body, strlen(body), tag);
	free(s->event);
	s->event = NULL;
	if (s->seq != shown->seq)
		s->made_ms = now->steady_ms;
	s->seq = shown->seq;
	s->made_rev = s->rev;
	look(&s->view, s, now);
	s->urgent = false;
	json_decref(status);
}

/* Make it again if it has changed, unless it was made a moment ago; with `fresh` also then. */
static void
renew(struct snapshot *s, bool fresh)
{
	bool made = s->document.plain != NULL, facts = s->seq != ledger_shown(s->ledger)->seq;
	struct instant now;

	if (made && !facts && s->made_rev == s->rev)
		return;
	now = ledger_now(s->ledger);
	if (!made || !facts || fresh || s->urgent || now.steady_ms - s->made_ms >= LEAST_MS)
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

void
snapshot_watch(struct snapshot *s, void (*see)(void *arg, const char *event, size_t len), void *arg)
{
	s->see = see;
	s->arg = arg;
}

/* It is new without a fact. */
static void
tell(struct snapshot *s)
{
	char *event;
	int len;

	renew(s, true);
	if ((len = asprintf(&event, "event: snapshot\ndata: %s\n\n", s->document.plain)) == -1)
		fatal("no memory for a snapshot");
	if (s->see != NULL)
		s->see(s->arg, event, len);
	free(event);
}

/* A range moves nearly always when something happens, which tells of itself. */
void
snapshot_waits(struct snapshot *s)
{
	struct instant now = ledger_now(s->ledger);

	s->rev++;
	if (s->document.plain == NULL || now.steady_ms < s->waits_ms + WAITS_MS)
		return;
	s->waits_ms = now.steady_ms;
	tell(s);
}

/* Facts renew it by themselves; here is what else is new, at the first moment of a minute. */
static void
due(void *arg)
{
	struct snapshot *s = arg;
	struct instant now = ledger_now(s->ledger);
	struct view view;

	timer_at(s->look, now.steady_ms + LOOK_MS - now.wall_ms % LOOK_MS);
	look(&view, s, &now);
	if (s->document.plain == NULL || memcmp(&view, &s->view, sizeof view) == 0)
		return;
	s->rev++;
	tell(s);
}

struct snapshot *
snapshot_open(struct ledger *ledger, const struct waits *waits)
{
	struct snapshot *s = xcalloc(1, sizeof *s);
	struct instant now = ledger_now(ledger);

	s->ledger = ledger;
	s->waits = waits;
	s->waits_ms = now.steady_ms;
	s->document.type = "application/json";
	s->document.cache = SHARED;
	s->look = timer_new(ledger_clock(ledger), due, s);
	timer_at(s->look, now.steady_ms + LOOK_MS - now.wall_ms % LOOK_MS);
	return s;
}

void
snapshot_close(struct snapshot *s)
{
	if (s == NULL)
		return;
	timer_free(s->look);
	document_clear(&s->document);
	free(s->event);
	free(s);
}
