/* Rows and events back into a hall. */
#include <stdio.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/calendar.h"
#include "daemon/core/carry.h"
#include "daemon/store/load.h"
#include "daemon/store/schema.h"

/* Texts of our own tables are short enough; one that is not was not written by us. */
static int
copy(char *to, size_t cap, const struct value *v)
{
	if (v->type != V_TEXT || strlen(v->p) >= cap)
		return -1;
	strcpy(to, v->p);
	return 0;
}
#define COPY(to, v) copy(to, sizeof (to), v)

static int
staff_row(void *arg, const struct value *v)
{
	struct hall *h = arg;
	struct staff *s = &h->staff[h->staff_count];
	char role[16];

	if (h->staff_count == STAFF_MAX || COPY(s->name, &v[1]) == -1 || COPY(role, &v[2]) == -1 ||
	    COPY(s->password, &v[3]) == -1)
		return -1;
	s->id = v[0].i;
	s->role = role_find(role);
	h->staff_count++;
	return 0;
}

struct fold {
	struct hall	*hall;
	int64_t		 seq;		/* of the event being read */
	char		 kind[40];
};

static int
event_row(void *arg, const struct value *v)
{
	struct fold *fold = arg;
	struct fact f = { .seq = v[0].i, .at = { .wall_ms = v[2].i, .steady_ms = v[3].i, .day = v[1].i } };
	json_t *body = v[6].type == V_TEXT ? json_loads(v[6].p, 0, NULL) : NULL;
	int result = -1;

	fold->seq = f.seq;
	if (COPY(fold->kind, &v[4]) == 0 && COPY(f.actor, &v[5]) == 0 && body != NULL &&
	    (f.kind = fact_find(fold->kind)) != FACT_NONE && fact_read(fold->hall, &f, body) == 0)
		result = fold->hall->seq == 0 && f.kind == HALL_DAY_CLOSED ?
		    hall_carry(fold->hall, &f, json_object_get(body, "carried")) : hall_apply(fold->hall, &f);
	json_decref(body);
	return result;
}

static int
session_row(void *arg, const struct value *v)
{
	struct hall *h = arg;

	for (int i = 0; i < SESSIONS_MAX; i++) {
		struct session *s = &h->session[i];

		if (s->hash[0] != '\0')
			continue;
		s->staff = v[1].i;
		s->window = v[2].i;
		s->ends_ms = v[3].i;
		return COPY(s->hash, &v[0]);
	}
	return 0;			/* more than there is room for: those must sign in again */
}

/* Whose ticket it is, on its day. */
static int
person_row(void *arg, const struct value *v)
{
	struct ticket *t = (struct ticket *)hall_ticket(arg, v[0].i);

	if (t == NULL)
		return 0;
	t->person.hash = v[1].i;
	return COPY(t->person.last, &v[2]);
}

/* Whose booking it is. */
static int
booking_row(void *arg, const struct value *v)
{
	struct booking *b = (struct booking *)hall_booking(arg, v[0].i);

	if (b == NULL)
		return 0;
	b->person.hash = v[1].i;
	return COPY(b->person.last, &v[2]);
}

static enum subject
subject_of(const struct value *v)
{
	for (int s = NO_SUBJECT + 1; s < SUBJECTS; s++)
		if (v->type == V_TEXT && strcmp(subjects[s].name, v->p) == 0)
			return s;
	return NO_SUBJECT;
}

static int
record_row(void *arg, const struct value *v)
{
	struct hall *h = arg;
	struct record r = { .subject = subject_of(&v[0]), .at_ms = v[3].i };
	json_t *body = json_loads(v[1].p, 0, NULL), *private = json_loads(v[2].p, 0, NULL);
	int result = r.subject == NO_SUBJECT || record_logged(h, &r, body) == -1 ? -1 : 0;

	if (result == 0) {
		record_set_private(&r, private);
		result = record_load(&h->records, &r, h->closed_day);
	}
	json_decref(body);
	json_decref(private);
	return result;
}

static int
last_row(void *arg, const struct value *v)
{
	struct hall *h = arg;

	if (subject_of(&v[0]) == NO_SUBJECT)
		return -1;
	h->records.last[subject_of(&v[0])] = v[1].i;
	return 0;
}

/* Records in use are those of their rows; what the log said of them since the last closed day is in these too. */
static int
load_records(struct db *db, struct hall *h)
{
	h->records.count = 0;
	return db_each(db, LAST_RECORDS, NULL, 0, last_row, h) == -1 ||
	    db_each(db, EACH_RECORD, &INT(h->closed_day == 0 ? 0 : date_after(h->closed_day, -RECORD_DAYS)), 1, record_row, h) == -1 ? -1 : 0;
}

int
load_hall(struct db *db, struct hall *h, int64_t wall_ms, char *error, size_t cap)
{
	struct fold fold = { .hall = h };
	int64_t closed = 0;

	if (db_each(db, EACH_STAFF, NULL, 0, staff_row, h) == -1) {
		snprintf(error, cap, "account %d cannot be read", h->staff_count + 1);
		return -1;
	}
	if (db_number(db, LAST_CLOSED, NULL, 0, &closed) == -1 ||
	    db_each(db, EACH_EVENT, &INT(closed), 1, event_row, &fold) == -1) {
		snprintf(error, cap, "event %lld (%s) does not fit the hall", (long long)fold.seq, fold.kind);
		return -1;
	}
	if (db_each(db, EACH_PERSON, &INT(h->day), 1, person_row, h) == -1) {
		snprintf(error, cap, "the tickets' holders cannot be read");
		return -1;
	}
	if (db_each(db, EACH_BOOKING, NULL, 0, booking_row, h) == -1) {
		snprintf(error, cap, "the bookings' holders cannot be read");
		return -1;
	}
	if (load_records(db, h) == -1) {
		snprintf(error, cap, "the records of hall management cannot be read");
		return -1;
	}
	if (db_each(db, EACH_SESSION, &INT(wall_ms), 1, session_row, h) == -1) {
		snprintf(error, cap, "the sessions cannot be read");
		return -1;
	}
	return 0;
}

struct each_answer {
	void	(*each)(void *, const struct answer_row *);
	void	*arg;
};

static int
answer_row(void *arg, const struct value *v)
{
	struct each_answer *to = arg;
	struct answer_row a = { .status = v[2].i, .body = (char *)v[3].p, .at_ms = v[4].i };

	if (COPY(a.key, &v[0]) == -1 || COPY(a.request, &v[1]) == -1)
		return -1;
	to->each(to->arg, &a);
	return 0;
}

int
load_answers(struct db *db, int64_t since_ms, void (*each)(void *, const struct answer_row *), void *arg)
{
	return db_each(db, EACH_ANSWER, &INT(since_ms), 1, answer_row, &(struct each_answer){ each, arg });
}

struct each_layout {
	void	(*each)(void *, const struct layout_row *);
	void	*arg;
};

static int
layout_row(void *arg, const struct value *v)
{
	struct each_layout *to = arg;
	struct layout_row row = { .rev = v[0].i, .text = (char *)v[1].p, .at_ms = v[2].i };

	if (v[1].type != V_TEXT || COPY(row.actor, &v[3]) == -1)
		return -1;
	to->each(to->arg, &row);
	return 0;
}

int
load_layouts(struct db *db, int most, void (*each)(void *, const struct layout_row *), void *arg)
{
	return db_each(db, EACH_LAYOUT, &INT(most), 1, layout_row, &(struct each_layout){ each, arg });
}

int64_t
load_last_seq(struct db *db)
{
	int64_t seq = 0;

	return db_number(db, LAST_EVENT, NULL, 0, &seq) == -1 ? -1 : seq;
}

int64_t
load_meta(struct db *db, const char *name, int64_t otherwise)
{
	return db_number(db, GET_META, &TEXT(name), 1, &otherwise) == -1 ? -1 : otherwise;
}

struct text_meta { char *out; size_t cap; };

static int
first_text(void *arg, const struct value *v)
{
	const struct text_meta *to = arg;

	return copy(to->out, to->cap, &v[0]);
}

int
load_key(struct db *db, const char *name, char out[KEY_MAX])
{
	struct text_meta to = { out, KEY_MAX };

	out[0] = '\0';
	if (db_each(db, GET_META, &TEXT(name), 1, first_text, &to) == -1)
		return -1;
	if (out[0] != '\0')
		return 0;
	random_token(out, KEY_MAX - 1);
	return db_run(db, PUT_META, (const struct value[]){ TEXT(name), TEXT(out) }, 2);
}

int
save_meta(struct db *db, const char *name, int64_t value)
{
	return db_run(db, PUT_META, (const struct value[]){ TEXT(name), INT(value) }, 2);
}
