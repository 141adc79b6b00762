/* Tables as JSON, slice by slice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/fact.h"
#include "daemon/store/db.h"
#include "daemon/store/export.h"
#include "daemon/store/schema.h"

#define SLICE	1000		/* rows in one read; of legs, those of so many tickets */
#define NAME_MAX 32

const struct exported exports[] = {
	{ .name = "event", .statement = EXPORT_EVENTS, .columns = EVENT_COLUMNS, .by_seq = true },
	{ .name = "ticket", .statement = EXPORT_TICKETS, .columns = TICKET_COLUMNS },
	{ .name = "leg", .statement = EXPORT_LEGS, .columns = LEG_COLUMNS },
	{ .name = "rating", .statement = EXPORT_RATINGS, .columns = RATING_COLUMNS },
	{ .name = "booking", .statement = EXPORT_BOOKINGS, .columns = BOOKING_COLUMNS, .personal = "last" },
	{ .name = "window", .statement = EXPORT_WINDOWS, .columns = WINDOW_COLUMNS },
	{ .name = "counter", .statement = EXPORT_COUNTERS, .columns = COUNTER_COLUMNS, .by_text = true },
	{ .name = "roll", .statement = EXPORT_ROLLS, .columns = ROLL_COLUMNS, .by_text = true },
	{ .name = "record", .statement = EXPORT_RECORDS, .columns = RECORD_COLUMNS, .personal = "private", .by_text = true },
	{ .name = "staff", .statement = EXPORT_STAFF, .columns = STAFF_COLUMNS, .personal = "name" },
	{ .name = "layout", .statement = EXPORT_LAYOUTS, .columns = LAYOUT_COLUMNS },
	{ .name = "note", .statement = EXPORT_NOTES, .columns = NOTE_COLUMNS, .personal = "*", .by_text = true },
	{ .name = "person", .statement = EXPORT_PERSONS, .columns = PERSON_COLUMNS, .personal = "*", .by_text = true },
	{ .name = NULL }
};

const char *const never_exported[] = { "answer", "meta", "session", NULL };

const struct exported *
export_find(const char *name)
{
	for (const struct exported *e = exports; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

/* The name of the next column, that after AS; where the one behind it is, NULL: it was the last. */
static const char *
next_column(const char *columns, char name[NAME_MAX])
{
	size_t len = strcspn(columns, ",");
	const char *as = strstr(columns, " AS ");
	const char *at = as != NULL && as < columns + len ? as + strlen(" AS ") : columns;

	snprintf(name, NAME_MAX, "%.*s", (int)(columns + len - at), at);
	return columns[len] == '\0' ? NULL : columns + len + strspn(columns + len, ", ");
}

static bool
is_left_out(const struct exported *e, const char *column, bool personal)
{
	return !personal && e->personal != NULL && strcmp(e->personal, column) == 0;
}

json_t *
export_columns(const struct exported *e, bool personal)
{
	json_t *list = json_array();
	char name[NAME_MAX];

	for (const char *at = e->columns; at != NULL; ) {
		at = next_column(at, name);
		if (!is_left_out(e, name, personal))
			json_array_append_new(list, json_string(name));
	}
	return list;
}

struct exporting {
	const struct exported *of;
	bool		 personal;
	json_t		*rows;
	json_t		*next;
};

/* An event's; without what opens a ticket or a booking, also one that a closed day has carried over, unless all is wanted as it was written. */
static json_t *
body_json(const char *text, bool whole)
{
	json_t *body = json_loads(text, 0, NULL), *booking;
	size_t i;

	if (whole)
		return body;
	json_object_del(body, "token");
	json_object_del(body, "code");
	json_array_foreach(json_object_get(json_object_get(body, "carried"), "bookings"), i, booking) {
		json_object_del(booking, "code");
		json_object_del(booking, "reference");
	}
	return body;
}

static json_t *
bytes_json(const struct value *v)
{
	char text[CHAIN_TEXT];

	if (v->len != CHAIN)
		return json_null();
	chain_text(text, v->p);
	return json_string(text);
}

static json_t *
time_json(int64_t wall_ms)
{
	char text[TIME_TEXT];

	if (wall_ms == 0)
		return json_null();
	time_text(text, wall_ms);
	return json_string(text);
}

static json_t *
date_json(int64_t day)
{
	if (day == 0)
		return json_null();
	return json_sprintf("%04d-%02d-%02d", (int)(day / 10000), (int)(day / 100 % 100), (int)(day % 100));
}

static json_t *
cell(const struct exporting *x, const char *name, const struct value *v)
{
	size_t len = strlen(name);
	bool is_time = strcmp(name, "at") == 0 || (len > 3 && strcmp(name + len - 3, "_at") == 0);

	switch (v->type) {
	case V_INT:
		return is_time ? time_json(v->i) : strcmp(name, "day") == 0 ? date_json(v->i) : json_integer(v->i);
	case V_TEXT:
		return strcmp(name, "body") == 0 ? body_json(v->p, x->personal) : json_string(v->p);
	case V_BYTES:
		return bytes_json(v);
	case V_NULL:
		break;
	}
	return json_null();
}

static int
export_row(void *arg, const struct value *v)
{
	struct exporting *x = arg;
	json_t *row = json_array();
	const char *at = x->of->columns;
	char name[NAME_MAX];

	for (int i = 0; at != NULL; i++) {
		at = next_column(at, name);
		if (!is_left_out(x->of, name, x->personal))
			json_array_append_new(row, cell(x, name, &v[i]));
	}
	json_decref(x->next);
	x->next = json_incref(json_array_get(row, 0));
	return json_array_append_new(x->rows, row);
}

int
export_rows(struct reader *r, const struct exported *e, bool personal, const char *after, int64_t last_seq, json_t *rows, json_t **next)
{
	struct exporting x = { .of = e, .personal = personal, .rows = rows, .next = json_null() };
	const struct value v[] = { e->by_text ? TEXT(after) : INT(strtoll(after, NULL, 10)), INT(SLICE), INT(last_seq) };
	int result = db_each(reader_db(r), e->statement, v, e->by_seq ? 3 : 2, export_row, &x);

	*next = json_array_size(rows) < SLICE ? json_null() : json_incref(x.next);
	json_decref(x.next);
	return result;
}

struct head { int64_t *seq; uint8_t *chain; };

static int
head_row(void *arg, const struct value *v)
{
	const struct head *h = arg;

	if (v[1].len != CHAIN)
		return -1;
	*h->seq = v[0].i;
	memcpy(h->chain, v[1].p, CHAIN);
	return 0;
}

int
export_head(struct reader *r, int64_t *seq, uint8_t chain[CHAIN])
{
	*seq = 0;
	memset(chain, 0, CHAIN);
	return db_each(reader_db(r), LAST_EVENT, NULL, 0, head_row, &(struct head){ seq, chain });
}
