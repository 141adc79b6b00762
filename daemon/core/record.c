/* Records: their fields, their JSON, and those in use. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/day.h"
#include "daemon/core/hall.h"
#include "daemon/core/record.h"
#include "protocols/text.h"

#define NUMBER_MOST	1000000000

enum subject
subject_find(const char *path)
{
	for (int s = NO_SUBJECT + 1; s < SUBJECTS; s++)
		if (strcmp(subjects[s].path, path) == 0)
			return s;
	return NO_SUBJECT;
}

const char *
record_key(char key[RECORD_KEY_MAX], enum subject subject, uint32_t id)
{
	snprintf(key, RECORD_KEY_MAX, "%s:%u", subjects[subject].name, id);
	return key;
}

int
subject_field(enum subject subject, const char *name)
{
	const struct record_field *f = subjects[subject].field;

	for (int i = 0; f[i].name != NULL; i++)
		if (f[i].name[0] == name[0] && strcmp(f[i].name, name) == 0)	/* most differ in their first letter, and much is looked up */
			return i;
	return -1;
}

const struct record_step *
subject_step(enum subject subject, const char *verb)
{
	for (const struct record_step *s = subjects[subject].step; s->verb != NULL; s++)
		if (strcmp(s->verb, verb) == 0)
			return s;
	return NULL;
}

static bool
is_text(enum field_type type)
{
	return type == FIELD_TEXT || type == FIELD_PRIVATE;
}

/* How many fields before this one are kept in the same place. */
static int
slot_of(enum subject subject, int field)
{
	const struct record_field *f = subjects[subject].field;
	int slot = 0;

	for (int i = 0; i < field; i++)
		slot += is_text(f[field].type) ? f[i].type == f[field].type : !is_text(f[i].type);
	return slot;
}

struct record
record_new(enum subject subject)
{
	struct record r = { .subject = subject };
	const struct record_field *f = subjects[subject].field;

	for (int i = 0; f[i].name != NULL; i++)
		if (f[i].type == FIELD_NUMBER && f[i].least > 0)
			record_set(&r, f[i].name, f[i].least);
	return r;
}

int
record_slot(enum subject subject, const char *field)
{
	return slot_of(subject, subject_field(subject, field));
}

int64_t
record_value(const struct record *r, const char *field)
{
	return r->value[record_slot(r->subject, field)];
}

void
record_set(struct record *r, const char *field, int64_t value)
{
	r->value[slot_of(r->subject, subject_field(r->subject, field))] = value;
}

static const char *
text_at(const struct record *r, int field)
{
	bool private = subjects[r->subject].field[field].type == FIELD_PRIVATE;
	const char *text = private ? r->private : r->text;

	for (int slot = slot_of(r->subject, field); slot > 0; slot--)
		text += strlen(text) + 1;
	return text;
}

const char *
record_text(const struct record *r, const char *field)
{
	return text_at(r, subject_field(r->subject, field));
}

/* Those behind it move.  All that is behind the last is NUL, so that a text never written is empty. */
static int
set_text_at(struct record *r, int field, const char *value)
{
	bool private = subjects[r->subject].field[field].type == FIELD_PRIVATE;
	char *all = private ? r->private : r->text, *at = (char *)text_at(r, field);
	size_t cap = private ? sizeof r->private : sizeof r->text, rest, was = strlen(at), is = strlen(value);
	size_t used = cap;

	while (used > 0 && all[used - 1] == '\0')
		used--;
	used++;					/* the NUL of the last */
	rest = (size_t)(at - all) + was + 1 < used ? used - (at - all) - was - 1 : 0;
	/* A byte for each text that may be empty at the end. */
	if ((size_t)(at - all) + is + 1 + rest + RECORD_FIELDS > cap)
		return -1;
	memmove(at + is + 1, at + was + 1, rest);
	memcpy(at, value, is + 1);
	memset(at + is + 1 + rest, 0, cap - (at - all) - is - 1 - rest);
	return 0;
}

int
record_set_text(struct record *r, const char *field, const char *value)
{
	return set_text_at(r, subject_field(r->subject, field), value);
}

const char *
record_choice(const struct record *r, const char *field)
{
	const struct record_field *f = &subjects[r->subject].field[subject_field(r->subject, field)];
	int64_t place = record_value(r, field);

	return place == 0 ? NULL : f->names[place - 1];
}

void
record_choose(struct record *r, const char *field, const char *name)
{
	const struct record_field *f = &subjects[r->subject].field[subject_field(r->subject, field)];

	for (int i = 0; f->names[i] != NULL; i++)
		if (strcmp(f->names[i], name) == 0)
			record_set(r, field, i + 1);
}

bool
record_in(const struct record *r, const char *state)
{
	return strcmp(subjects[r->subject].state[r->state], state) == 0;
}

void
record_enter(struct record *r, const char *state)
{
	for (int i = 0; subjects[r->subject].state[i] != NULL; i++)
		if (strcmp(subjects[r->subject].state[i], state) == 0)
			r->state = i;
}

bool
record_over(const struct record *r)
{
	return subjects[r->subject].over >> r->state & 1;
}

int
record_day(const struct record *r)
{
	return subjects[r->subject].day == NULL ? 0 : record_value(r, subjects[r->subject].day);
}

/* JSON. */

static int64_t
least_of(const struct record_field *f)
{
	return f->least;
}

static int64_t
most_of(const struct record_field *f)
{
	return f->most != 0 ? f->most : NUMBER_MOST;
}

static json_t *
clock_json(const char *format, int a, int b, int c)
{
	char text[16];

	snprintf(text, sizeof text, format, a, b, c);
	return json_string(text);
}

/* NULL: left out.  In the log an account is its id: names are kept apart. */
static json_t *
value_json(const struct hall *h, const struct record *r, int field, bool logged)
{
	const struct record_field *f = &subjects[r->subject].field[field];
	int64_t v = is_text(f->type) ? 0 : r->value[slot_of(r->subject, field)];
	const struct staff *account;
	char time[TIME_TEXT];

	switch (f->type) {
	case FIELD_NONE:
		return NULL;
	case FIELD_TEXT:
	case FIELD_PRIVATE:
		return *text_at(r, field) == '\0' ? NULL : json_string(text_at(r, field));
	case FIELD_NUMBER:
		return json_integer(v);
	case FIELD_FLAG:
		return json_boolean(v);
	case FIELD_SERVICES:
		return v == 0 ? NULL : services_set(h, v);
	default:
		break;
	}
	if (v == 0)
		return NULL;
	switch (f->type) {
	case FIELD_DAY:
		return clock_json("%04d-%02d-%02d", v / 10000, v / 100 % 100, v % 100);
	case FIELD_MINUTE:
		return clock_json("%02d:%02d", (v - 1) / 60, (v - 1) % 60, 0);
	case FIELD_TIME:
		time_text(time, v);
		return json_string(time);
	case FIELD_CHOICE:
		return json_string(f->names[v - 1]);
	case FIELD_ACCOUNT:
		account = hall_staff(h, v);
		return logged ? json_integer(v) : account == NULL ? NULL : json_string(account->name);
	default:
		return json_integer(v);
	}
}

static json_t *
json_of(const struct hall *h, const struct record *r, bool private, bool logged)
{
	const struct subject_row *s = &subjects[r->subject];
	json_t *object = json_pack("{s:I, s:I, s:s}", "id", (json_int_t)r->id, "rev", (json_int_t)r->rev, "state", s->state[r->state]), *v;

	for (int i = 0; s->field[i].name != NULL; i++)
		if ((private || s->field[i].type != FIELD_PRIVATE) && (v = value_json(h, r, i, logged)) != NULL)
			json_object_set_new_nocheck(object, s->field[i].name, v);
	return object;
}

json_t *
record_json(const struct hall *h, const struct record *r, bool private)
{
	return json_of(h, r, private, false);
}

json_t *
record_field_json(const struct hall *h, const struct record *r, int field)
{
	return value_json(h, r, field, false);
}

json_t *
record_body(const struct hall *h, const struct record *r)
{
	return json_of(h, r, false, true);
}

json_t *
record_private(const struct record *r)
{
	const struct record_field *f = subjects[r->subject].field;
	json_t *object = json_object();

	for (int i = 0; f[i].name != NULL; i++)
		if (f[i].type == FIELD_PRIVATE && *text_at(r, i) != '\0')
			json_object_set_new(object, f[i].name, json_string(text_at(r, i)));
	return object;
}

void
record_set_private(struct record *r, const json_t *object)
{
	const struct record_field *f = subjects[r->subject].field;
	const char *text;

	for (int i = 0; f[i].name != NULL; i++)
		if (f[i].type == FIELD_PRIVATE && (text = json_string_value(json_object_get(object, f[i].name))) != NULL)
			set_text_at(r, i, text);
}

/* Reading: what is wrong is told by what would be right. */

static int
minute_read(int64_t *out, const char *text)
{
	int hour, min, used = 0;

	if (strlen(text) != 5 || sscanf(text, "%2d:%2d%n", &hour, &min, &used) != 2 || used != 5 || text[2] != ':' || hour < 0 || hour > 24 ||
	    min < 0 || min > 59 || hour * 60 + min > DAY_MIN)
		return -1;
	*out = hour * 60 + min + 1;
	return 0;
}

static int
choice_read(int64_t *out, const char *const *names, const char *text)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], text) == 0) {
			*out = i + 1;
			return 0;
		}
	return -1;
}

static int
services_find(struct hall *h, const struct layout *l, int64_t *out, const json_t *list)
{
	int known = l == NULL ? 0 : l->service_count;
	uint64_t set = 0;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		int s = 0;

		while (s < known && (!json_is_string(v) || strcmp(h->service_id[s], json_string_value(v)) != 0))
			s++;
		if (l == NULL && json_is_string(v))
			s = hall_service(h, json_string_value(v));	/* one that the hall had then */
		if (s == -1 || (l != NULL && s == known) || !json_is_string(v))
			return -1;
		set |= UINT64_C(1) << s;
	}
	*out = (int64_t)set;
	return json_is_array(list) ? 0 : -1;
}

static bool
is_line(const char *text, size_t len)
{
	if (len == 0 || strlen(text) != len)
		return false;
	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f)
			return false;
	return true;
}

static const char *
names_text(char *out, size_t cap, const char *const *names)
{
	size_t len = 0;

	for (out[0] = '\0'; *names != NULL && len + strlen(*names) + 3 < cap; names++)
		len += snprintf(out + len, cap - len, "%s%s", len == 0 ? "" : ", ", *names);
	return out;
}

/* One member.  NULL, or what would be right; of the log, without a layout, what the rules wrote is right. */
static const char *
member_read(struct hall *h, const struct layout *l, struct record *r, int field, const json_t *v, char *said, size_t cap)
{
	const struct record_field *f = &subjects[r->subject].field[field];
	const char *text = json_is_string(v) ? json_string_value(v) : "";
	int64_t value = json_integer_value(v);
	const struct staff *account;

	if (is_text(f->type)) {
		if (!json_is_null(v) && !is_line(text, json_string_length(v)))
			return "a text of one line, or null";
		return set_text_at(r, field, text) == -1 ? "a shorter text" : NULL;
	}
	if (json_is_null(v)) {
		r->value[slot_of(r->subject, field)] = f->type == FIELD_NUMBER && f->least > 0 ? f->least : 0;
		return NULL;
	}
	switch (f->type) {
	case FIELD_NUMBER:
	case FIELD_MONEY:
		snprintf(said, cap, "a whole number from %lld to %lld", (long long)least_of(f), (long long)most_of(f));
		if (!json_is_integer(v) || (l != NULL && (value < least_of(f) || value > most_of(f))))
			return said;
		break;
	case FIELD_FLAG:
		if (!json_is_boolean(v))
			return "true or false";
		value = json_is_true(v);
		break;
	case FIELD_DAY:
		if ((value = day_find(text)) == -1)
			return "a date, YYYY-MM-DD";
		break;
	case FIELD_MINUTE:
		if (minute_read(&value, text) == -1)
			return "a time of day, HH:MM";
		break;
	case FIELD_TIME:
		if ((value = time_read(text)) <= 0)
			return "a time with its offset, 2026-11-24T09:30:00+08:00";
		break;
	case FIELD_CHOICE:
		if (choice_read(&value, f->names, text) == -1)
			return names_text(said, cap, f->names);
		break;
	case FIELD_WINDOW:
		if (!json_is_integer(v) || value < 1 || value > WINDOW_NO_MAX || (l != NULL && layout_window(l, value) == NULL))
			return "the number of a window";
		break;
	case FIELD_ACCOUNT:
		if (l == NULL && json_is_integer(v))
			break;
		if ((account = hall_staff_name(h, text)) == NULL)
			return "the name of an account";
		value = account->id;
		break;
	case FIELD_SERVICES:
		if (services_find(h, l, &value, v) == -1)
			return "a list of ids of services";
		break;
	default:
		snprintf(said, cap, "the id of one of: %s", subjects[f->of].path);
		if (!json_is_integer(v) || value < 1 || value > UINT32_MAX)
			return said;
	}
	r->value[slot_of(r->subject, field)] = value;
	return NULL;
}

static bool
is_member(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "rev") == 0 || strcmp(name, "state") == 0;
}

static enum refusal
wrong(struct refusal_detail *detail, const char *name, const char *expected)
{
	snprintf(detail->pointer, sizeof detail->pointer, "/%s", name);
	snprintf(detail->expected, sizeof detail->expected, "%s", expected);
	return BAD_REQUEST;
}

enum refusal
record_read(struct hall *h, const struct layout *l, struct record *r, const json_t *object, struct refusal_detail *detail)
{
	const struct subject_row *s = &subjects[r->subject];
	struct record read = *r;
	char said[sizeof detail->expected];
	const char *name, *expected;
	json_t *v;

	json_object_foreach((json_t *)object, name, v) {
		int field = subject_field(r->subject, name);

		if (field == -1 && is_member(name))
			continue;
		if (field == -1)
			return wrong(detail, name, "left out: there is no such member");
		if ((expected = member_read(h, l, &read, field, v, said, sizeof said)) != NULL)
			return wrong(detail, name, expected);
	}
	for (int i = 0; s->field[i].name != NULL; i++) {
		const struct record_field *f = &s->field[i];
		json_t *before = value_json(h, r, i, false), *after = value_json(h, &read, i, false);
		const json_t *given = json_object_get(object, f->name);
		bool same = (before == NULL && after == NULL) || json_equal(before, after), there = after != NULL && !json_is_null(given);

		json_decref(before);
		json_decref(after);
		if (f->must && (!there || (r->rev == 0 && given == NULL)))
			return wrong(detail, f->name, "given");
		if (!same && (f->own || (f->fixed && r->rev != 0)))
			return wrong(detail, f->name, f->own ? "left out: it is not to be said" : "as it was");
	}
	*r = read;
	return OK;
}

int
record_logged(struct hall *h, struct record *r, const json_t *body)
{
	const struct subject_row *s = &subjects[r->subject];
	const char *state = json_string_value(json_object_get(body, "state")), *name;
	char said[96];
	json_t *v;
	int i = 0;

	r->id = json_integer_value(json_object_get(body, "id"));
	r->rev = json_integer_value(json_object_get(body, "rev"));
	while (state != NULL && s->state[i] != NULL && strcmp(s->state[i], state) != 0)
		i++;
	if (r->id == 0 || r->rev == 0 || state == NULL || s->state[i] == NULL)
		return -1;
	r->state = i;
	json_object_foreach((json_t *)body, name, v) {
		int field = subject_field(r->subject, name);

		if (!is_member(name) && (field == -1 || member_read(h, NULL, r, field, v, said, sizeof said) != NULL))
			return -1;
	}
	return 0;
}

/* Those in use. */

void
records_copy(struct records *dst, const struct records *src)
{
	dst->count = src->count;
	memcpy(dst->last, src->last, sizeof dst->last);
	memcpy(dst->place, src->place, src->count * sizeof src->place[0]);
	memcpy(dst->placed, src->placed, src->count * sizeof src->placed[0]);
	memcpy(dst->record, src->record, src->count * sizeof src->record[0]);
}

/* The first place of this id of a subject, or of what comes behind it. */
static int
place_of(const struct records *all, enum subject subject, uint32_t id)
{
	int low = 0, high = all->count;

	while (low < high) {
		int middle = (low + high) / 2;

		if (all->place[middle].subject < subject || (all->place[middle].subject == subject && all->place[middle].id < id))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_at(const struct records *all, int i, enum subject subject, uint32_t id)
{
	return i < all->count && all->place[i].subject == subject && all->place[i].id == id;
}

const struct record *
record_find(const struct hall *h, enum subject subject, uint32_t id)
{
	const struct records *all = &h->records;
	int i = place_of(all, subject, id);

	return is_at(all, i, subject, id) ? &all->record[all->place[i].at] : NULL;
}

const struct record *
record_next(const struct hall *h, enum subject subject, const struct record *after)
{
	const struct records *all = &h->records;
	int i = after == NULL ? place_of(all, subject, 0) : all->placed[after - all->record] + 1;

	return i < all->count && all->place[i].subject == subject ? &all->record[all->place[i].at] : NULL;
}

bool
record_room(const struct hall *h, int more)
{
	return h->records.count + more <= RECORDS_MAX;
}

bool
record_room_for_people(const struct hall *h, int more)
{
	return h->records.count + more <= RECORDS_MAX - RECORDS_SPARE;
}

/* Places from this one on are others now. */
static void
note_places(struct records *all, int from)
{
	for (int i = from; i < all->count; i++)
		all->placed[all->place[i].at] = i;
}

/* The last record goes to where it was; nothing is left of either behind them. */
static void
take_out(struct records *all, int i)
{
	int at = all->place[i].at, last = all->count - 1;

	if (at != last) {
		all->record[at] = all->record[last];
		all->place[all->placed[last]].at = at;
		all->placed[at] = all->placed[last];
	}
	memset(&all->record[last], 0, sizeof all->record[last]);
	memmove(&all->place[i], &all->place[i + 1], (last - i) * sizeof all->place[0]);
	all->count = last;
	note_places(all, i);
}

void
record_erase(struct records *all, int64_t before_ms)
{
	for (struct record *r = all->record; r < all->record + all->count; r++)
		if (r->at_ms != 0 && r->at_ms < before_ms && (record_over(r) || record_day(r) != 0))
			memset(r->private, 0, sizeof r->private);
}

/* Is its day so long past? */
static bool
is_old(const struct record *r, int closed_day)
{
	return record_day(r) != 0 && date_after(record_day(r), subjects[r->subject].keep_days) < closed_day;
}

void
record_forget(struct records *all, int closed_day)
{
	for (int i = all->count - 1; i >= 0; i--)
		if (is_old(&all->record[all->place[i].at], closed_day))
			take_out(all, i);
}

static int
add(struct records *all, const struct record *r)
{
	int i = place_of(all, r->subject, r->id), behind = all->count - i;

	if (all->count == RECORDS_MAX)
		return -1;
	memmove(&all->place[i + 1], &all->place[i], behind * sizeof all->place[0]);
	all->place[i].subject = r->subject;
	all->place[i].id = r->id;
	all->place[i].at = all->count;
	all->record[all->count++] = *r;
	note_places(all, i);
	return 0;
}

int
record_load(struct records *all, const struct record *r, int closed_day)
{
	return closed_day != 0 && is_old(r, closed_day) ? 0 : add(all, r);
}

int
record_put(struct records *all, const struct record *r)
{
	int i = place_of(all, r->subject, r->id);
	struct record *known = is_at(all, i, r->subject, r->id) ? &all->record[all->place[i].at] : NULL;

	if (known != NULL && r->rev != known->rev + 1)
		return -1;
	if (r->id > all->last[r->subject])
		all->last[r->subject] = r->id;
	if (record_over(r) || subjects[r->subject].at_once) {
		if (known != NULL)
			take_out(all, i);
		return 0;
	}
	if (known == NULL)
		return add(all, r);
	*known = *r;
	return 0;
}
