/* Looking things up in the log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/carry.h"
#include "daemon/store/db.h"
#include "daemon/store/load.h"
#include "daemon/store/reader.h"
#include "daemon/store/schema.h"

#define SLICE 1000		/* events in one read */

struct reader { struct db *db; };

struct reader *
reader_open(const char *dir, char *error, size_t cap)
{
	struct reader *r = xcalloc(1, sizeof *r);
	char path[256];

	snprintf(path, sizeof path, "%s/halld.db", dir);
	if ((r->db = db_open_reader(path, &hall_schema, error, cap)) == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	db_close(r->db);
	free(r);
}

/* Days. */

struct days {
	int		 day;		/* looked for */
	struct stretch	*found;
	int64_t		 before;	/* the closing before the one looked at */
};

static int
closing(void *arg, const struct value *v)
{
	struct days *d = arg;

	if (v[1].i == d->day) {
		if (d->found->last == 0)
			d->found->after = d->before;
		d->found->last = v[0].i;
	}
	d->before = v[0].i;
	return 0;
}

/* The day that is not closed; it may have been once before. */
static int
newest(void *arg, const struct value *v)
{
	struct days *d = arg;

	if (v[1].i != d->day)
		return 0;
	if (d->found->last == 0)
		d->found->after = d->before;
	d->found->last = v[0].i;
	return 0;
}

int
reader_day(struct reader *r, int day, struct stretch *found)
{
	struct days d = { .day = day, .found = found };

	*found = (struct stretch){ 0 };
	return db_each(r->db, EACH_CLOSED, NULL, 0, closing, &d) == -1 ? -1 : db_each(r->db, NEWEST_DAY, NULL, 0, newest, &d);
}

struct ended {
	int		 day, found_day;
	struct stretch	*found;
	int64_t		 before;
};

static int
ending(void *arg, const struct value *v)
{
	struct ended *e = arg;

	if (v[1].i >= e->day && (e->found_day == 0 || v[1].i < e->found_day)) {
		e->found_day = v[1].i;
		*e->found = (struct stretch){ e->before, v[0].i };
	} else if (v[1].i == e->found_day)
		e->found->last = v[0].i;	/* it was opened once more */
	e->before = v[0].i;
	return 0;
}

struct next {
	int64_t		 after;		/* looked for behind it */
	int		 day, day_before;	/* found; of the closing looked at last */
	struct stretch	*found;
	int64_t		 before, began;	/* that closing; the one before the first of its day */
	int		 day_left;	/* the day before that, and the same of it: a day that was none leads back to it */
	int64_t		 left_began;
};

static void
note_closing(struct next *n, int64_t seq, int day)
{
	if (day != n->day_before) {
		int64_t began = day == n->day_left ? n->left_began : n->before;

		n->day_left = n->day_before;
		n->left_began = n->began;
		n->began = began;
	}
	n->day_before = day;
	if (n->found->last == 0 && seq > n->after) {
		n->day = day;
		*n->found = (struct stretch){ n->began, seq };
	}
	n->before = seq;
}

static int
next_closing(void *arg, const struct value *v)
{
	note_closing(arg, v[0].i, (int)v[1].i);
	return 0;
}

int
reader_next(struct reader *r, int64_t after, int *day, struct stretch *found)
{
	struct next n = { .after = after, .found = found };

	*found = (struct stretch){ 0 };
	if (db_each(r->db, EACH_CLOSED, NULL, 0, next_closing, &n) == -1 || db_each(r->db, NEWEST_DAY, NULL, 0, next_closing, &n) == -1)
		return -1;
	*day = n.day;
	return 0;
}

static int
keep_day(void *arg, const struct value *v)
{
	*(int *)arg = v[0].i;
	return 0;
}

int
reader_ended(struct reader *r, int day, struct stretch *found, int *first_day)
{
	struct ended e = { .day = day, .found = found };

	*found = (struct stretch){ 0 };
	*first_day = 0;
	return db_each(r->db, FIRST_DAY, NULL, 0, keep_day, first_day) == -1 ? -1 :
	    db_each(r->db, EACH_CLOSED, NULL, 0, ending, &e);
}

/* Events. */

static int
keep_subject(void *arg, const struct value *v)
{
	if (v[0].type != V_TEXT || strlen(v[0].p) >= SUBJECT_MAX)
		return -1;
	strcpy(arg, v[0].p);
	return 0;
}

int
reader_ticket(struct reader *r, const struct stretch *s, const char *number, char subject[SUBJECT_MAX])
{
	subject[0] = '\0';
	return db_each(r->db, FIND_TICKET, (const struct value[]){ INT(s->after), INT(s->last), TEXT(number) }, 3,
	    keep_subject, subject);
}

struct telling {
	int	(*each)(void *, const struct logged *);
	void	*arg;
	int64_t	 after;		/* the event told last */
	int	 told;		/* in this slice */
};

static int
event_row(void *arg, const struct value *v)
{
	struct telling *t = arg;
	struct logged e = { .seq = v[0].i, .day = v[1].i, .at_ms = v[2].i, .steady_ms = v[3].i, .kind = v[4].p, .actor = v[5].p,
	    .subject = v[6].p, .body = json_loads(v[7].p, 0, NULL) };
	int result = e.body == NULL ? -1 : t->each(t->arg, &e);

	json_decref(e.body);
	t->after = e.seq;
	t->told++;
	return result;
}

int
reader_each(struct reader *r, const struct stretch *s, const char *subject, int (*each)(void *, const struct logged *), void *arg)
{
	struct telling t = { .each = each, .arg = arg, .after = s->after };

	do {
		const struct value v[] = { INT(t.after), INT(s->last), INT(SLICE), TEXT(subject) };

		t.told = 0;
		if (db_each(r->db, subject == NULL ? EVENTS : EVENTS_OF, v, subject == NULL ? 3 : 4, event_row, &t) == -1)
			return -1;
	} while (t.told == SLICE);
	return 0;
}

int
logged_fact(struct hall *h, const struct logged *e, struct fact *f)
{
	*f = (struct fact){ .kind = fact_find(e->kind), .seq = e->seq,
	    .at = { .wall_ms = e->at_ms, .steady_ms = e->steady_ms, .day = e->day } };
	snprintf(f->actor, sizeof f->actor, "%s", e->actor);
	if (f->kind == FACT_NONE || fact_read(h, f, e->body) == -1)
		return -1;
	if (h->seq != 0 || f->kind != HALL_DAY_CLOSED)
		return 1;
	return hall_carry(h, f, json_object_get(e->body, "carried"));
}

/* Records. */

struct records_told {
	void	(*each)(void *, int64_t, const json_t *, const json_t *, int64_t);
	void	*arg;
};

static int
past_row(void *arg, const struct value *v)
{
	struct records_told *t = arg;
	json_t *body = json_loads(v[1].p, 0, NULL), *private = json_loads(v[2].p, 0, NULL);

	if (body != NULL)
		t->each(t->arg, v[0].i, body, private, v[3].i);
	json_decref(private);
	json_decref(body);
	return body == NULL ? -1 : 0;
}

int
reader_records(struct reader *r, const char *subject, int64_t before, int day, int count,
    void (*each)(void *, int64_t, const json_t *, const json_t *, int64_t), void *arg)
{
	struct records_told t = { each, arg };

	return db_each(r->db, PAST_RECORDS, (const struct value[]){ TEXT(subject), INT(before), INT(day), INT(count) }, 4, past_row, &t);
}

int
reader_record(struct reader *r, const char *subject, uint32_t id, int day,
    void (*each)(void *, int64_t, const json_t *, const json_t *, int64_t), void *arg)
{
	struct records_told t = { each, arg };

	return db_each(r->db, PAST_RECORD, (const struct value[]){ TEXT(subject), INT(id), INT(day) }, 3, past_row, &t);
}

struct db *
reader_db(struct reader *r)
{
	return r->db;
}

int64_t
reader_last(struct reader *r)
{
	return load_last_seq(r->db);
}

int64_t
reader_bytes(struct reader *r)
{
	int64_t bytes = 0;

	return db_number(r->db, DATABASE_BYTES, NULL, 0, &bytes) == -1 ? 0 : bytes;
}

int
reader_copy(struct reader *r, const char *path, char *error, size_t cap)
{
	return db_copy(r->db, path, error, cap);
}

static int
keep_text(void *arg, const struct value *v)
{
	free(*(char **)arg);
	*(char **)arg = xstrdup(v[0].p);
	return 0;
}

char *
reader_layout(struct reader *r, int rev)
{
	char *text = NULL;

	db_each(r->db, LAYOUT_OF, &INT(rev), 1, keep_text, &text);
	return text;
}

static void
keep_newest(void *arg, const struct layout_row *row)
{
	*(char **)arg = xstrdup(row->text);
}

char *
reader_newest_layout(struct reader *r)
{
	char *text = NULL;

	load_layouts(r->db, 1, keep_newest, &text);
	return text;
}
