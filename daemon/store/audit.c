/* Events that somebody asks about, and the chain through all of them. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/store/audit.h"
#include "daemon/store/schema.h"

#define SLICE	20000		/* events in one read */
#define LOOKED	2000000		/* at, for one who asks */

/* Looking through. */

struct looking {
	int	(*each)(void *, const struct logged *);
	void	*arg;
	int64_t	 seq;		/* found last */
	int	 found;
};

static int
event_row(void *arg, const struct value *v)
{
	struct looking *l = arg;
	struct logged e = { .seq = v[0].i, .day = v[1].i, .at_ms = v[2].i, .steady_ms = v[3].i, .kind = v[4].p, .actor = v[5].p,
	    .subject = v[6].p, .body = json_loads(v[7].p, 0, NULL) };
	int result = e.body == NULL ? -1 : l->each(l->arg, &e);

	json_decref(e.body);
	l->seq = e.seq;
	l->found++;
	return result;
}

int
audit_each(struct reader *r, const struct audit_wish *w, int64_t *next, int (*each)(void *, const struct logged *), void *arg)
{
	struct looking l = { .each = each, .arg = arg };
	int64_t at = 0, first;

	if (w->from != 0 && db_number(reader_db(r), CLOSED_BEFORE, &INT(w->from), 1, &at) == -1)
		return -1;
	first = at = at > w->after ? at : w->after;
	for (; at < w->last && l.found < w->most && at - first < LOOKED; at += SLICE) {
		int64_t end = at + SLICE < w->last ? at + SLICE : w->last;
		const struct value v[] = { INT(at), INT(end), INT(w->from), INT(w->to == 0 ? INT_MAX : w->to), TEXT(w->kind), TEXT(w->actor),
		    TEXT(w->subject), INT(w->most - l.found) };

		if (db_each(reader_db(r), AUDIT, v, sizeof v / sizeof *v, event_row, &l) == -1)
			return -1;
	}
	*next = l.found == w->most ? l.seq : at;
	if (*next >= w->last)
		*next = 0;
	return 0;
}

static int
text_row(void *arg, const struct value *v)
{
	*(char **)arg = xstrdup(v[0].p);
	return 0;
}

char *
audit_note(struct reader *r, const char *id)
{
	char *text = NULL;

	db_each(reader_db(r), NOTE_OF, &TEXT(id), 1, text_row, &text);
	return text;
}

/* Verifying. */

static const char *
text(const struct value *v)
{
	return v->type == V_TEXT ? v->p : "";
}

/* One that is missing breaks the chain as well: the number that should come is named. */
static int
chained_row(void *arg, const struct value *v)
{
	struct verified *f = arg;
	const struct chained e = { .seq = v[0].i, .day = v[1].i, .at_ms = v[2].i, .boot = text(&v[3]), .mono_ms = v[4].i,
	    .kind = text(&v[5]), .actor = text(&v[6]), .subject = text(&v[7]), .body = text(&v[8]) };

	if (e.seq == f->seq + 1)
		chain_link(f->chain, &e);
	if (e.seq != f->seq + 1 || v[9].len != CHAIN || memcmp(f->chain, v[9].p, CHAIN) != 0) {
		f->wrong = f->seq + 1;
		return -1;
	}
	f->seq = e.seq;
	return 0;
}

static int
verify(struct db *db, int chained, struct verified *f)
{
	int64_t end = f->seq + SLICE < f->last ? f->seq + SLICE : f->last;

	if (db_each(db, chained, (const struct value[]){ INT(f->seq), INT(end) }, 2, chained_row, f) == -1)
		return f->wrong != 0 ? 0 : -1;
	if (f->seq != end) {
		f->wrong = f->seq + 1;
		return 0;
	}
	return f->seq < f->last;
}

int
audit_verify(struct reader *r, struct verified *f)
{
	return verify(reader_db(r), CHAINED, f);
}

/* A copy may be of an older version, with fewer tables: no more is asked of it than its log. */
int
audit_verify_file(const char *path, struct verified *f, char *error, size_t cap)
{
	const char *const asked[] = { hall_schema.statements[CHAINED], hall_schema.statements[LAST_EVENT] };
	const struct schema schema = { .of = hall_schema.of, .statements = asked, .statement_count = 2 };
	struct db *db = db_open_reader(path, &schema, error, cap);
	int more = 1;

	*f = (struct verified){ 0 };
	if (db == NULL)
		return -1;
	if (db_number(db, 1, NULL, 0, &f->last) == -1)
		more = -1;
	while (more == 1 && f->last > 0)
		more = verify(db, 0, f);
	if (more == -1)
		snprintf(error, cap, "%s: cannot be read", path);
	db_close(db);
	return more == -1 ? -1 : 0;
}
