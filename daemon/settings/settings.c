/*
 * Reading hall.json by the table of settings.
 *
 * No value is nested deeper than the table is, so its depth bounds ours: what
 * lies below an unknown key or in a value of another type is never looked at.
 */
#include <string.h>

#include "daemon/core/rule/preset.h"
#include "daemon/settings/settings_reading.h"

static int	read_object(struct reading *, const char *path, json_t *, void *row);

/* No row of a list has the id of one before it. */
static int
check_id(struct reading *r, const struct setting *s, const char *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(rows + i * s->size, rows + j * s->size) == 0) {
			reading_enter(r, "id");
			return fail(r, "\"%s\" is also %s/%zu/id", rows + i * s->size, s->path, j);
		}
	return 0;
}

static int
read_list(struct reading *r, const struct setting *s, json_t *value, void *in)
{
	char *rows = (char *)in + s->at;
	int *count = (int *)((char *)in + s->count_at);
	char path[64], id[64];
	bool has_ids;
	json_t *item;
	size_t i, back;

	if (!json_is_array(value))
		return fail(r, "must be a list");
	if (json_array_size(value) < (size_t)s->least)
		return fail(r, "must have at least %d", s->least);
	if (json_array_size(value) > (size_t)s->most)
		return fail(r, "%zu rows are over %d", json_array_size(value), s->most);
	snprintf(path, sizeof(path), "%s/*", s->path);
	snprintf(id, sizeof(id), "%s/*/id", s->path);
	has_ids = setting_find(id) != NULL;
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (read_object(r, path, item, rows + i * s->size) == -1 || (has_ids && check_id(r, s, rows, i) == -1))
			return -1;
		reading_leave(r, back);
	}
	*count = json_array_size(value);
	return 0;
}

static int
read_value(struct reading *r, const struct setting *s, json_t *value, void *row)
{
	switch (s->kind) {
	case OBJECT:
		return read_object(r, s->path, value, row);
	case LIST:
		return read_list(r, s, value, row);
	default:
		return reading_value(r, s, value, row);
	}
}

/* Set what was left out to its default; one without a default may be missing only if its object is. */
static int
leave_out(struct reading *r, const struct setting *s, void *row, bool object_missing)
{
	json_t *fallback = setting_fallback(s);
	int result;

	if (fallback != NULL) {
		result = read_value(r, s, fallback, row);
		json_decref(fallback);
		return result;
	}
	if (s->fallback != NONE && !object_missing)
		return fail(r, "missing: %s", s->what);
	if (s->kind == INTEGER || s->kind == RATE || s->kind == REFERENCE || s->kind == TIME_OF_DAY)
		*(int *)((char *)row + s->at) = -1;
	if (s->kind == OBJECT)
		for (size_t i = 0; i < settings_count; i++)
			if (setting_in(&settings[i], s->path) != NULL &&
			    leave_out(r, &settings[i], row, true) == -1)
				return -1;
	return 0;
}

static int
check_keys(struct reading *r, const char *path, json_t *object)
{
	struct known_names known = { 0 };
	const char *key, *name;
	json_t *value;
	bool found;

	json_object_foreach(object, key, value) {
		found = false;
		known.count = 0;
		for (size_t i = 0; i < settings_count && !found; i++)
			if ((name = setting_in(&settings[i], path)) != NULL) {
				found = strcmp(name, key) == 0;
				know_name(&known, name);
			}
		if (!found) {
			reading_enter(r, key);
			return reading_unknown(r, "unknown key", key, &known);
		}
	}
	return 0;
}

static int
read_object(struct reading *r, const char *path, json_t *object, void *row)
{
	const struct setting *s;
	const char *name;
	json_t *value;
	size_t back;

	if (!json_is_object(object))
		return fail(r, "must be an object");
	if (check_keys(r, path, object) == -1)
		return -1;
	for (s = settings; s < settings + settings_count; s++) {
		if ((name = setting_in(s, path)) == NULL)
			continue;
		back = reading_enter(r, name);
		value = json_object_get(object, name);
		if (value == NULL) {
			if (leave_out(r, s, row, false) == -1)
				return -1;
		} else {
			if (s->driver != NULL && s->kind != REFERENCE && strstr(s->driver, r->driver->kind) == NULL)
				return fail(r, "is for a %s, but the driver %s is for a %s", s->driver,
				    r->driver->name, r->driver->kind);
			if (read_value(r, s, value, row) == -1)
				return -1;
		}
		reading_leave(r, back);
	}
	return 0;
}

static void
number_windows(struct layout *l)
{
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		l->window_at[no] = -1;
	for (int i = 0; i < l->window_count; i++)
		l->window_at[l->window[i].no] = i;
}

const char *
settings_wrong(const char *path, const char *value)
{
	const struct setting *s = setting_find(path);

	return setting_matches(value, s->pattern) ? NULL : s->right;
}

int
settings_read(struct layout *out, const char *text, size_t len, const struct driver_name *drivers,
    char *error, size_t cap)
{
	struct reading r = { .layout = out, .drivers = drivers, .fault = { error, cap } };
	json_error_t at;
	json_t *root;
	int result = -1;

	memset(out, 0, sizeof(*out));
	if (len > SETTINGS_BYTES_MAX)
		return fault_say(&r.fault, "line 1 column 1", "%zu bytes are over %d", len, SETTINGS_BYTES_MAX);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &at);
	if (root == NULL) {
		snprintf(r.at, sizeof(r.at), "line %d column %d", at.line, at.column);
		return fail(&r, "%s", at.text);
	}
	if (!json_is_object(root))
		fault_say(&r.fault, "line 1 column 1", "must be an object, {\"hall\": ...}");
	else if (read_object(&r, "", root, out) == 0 && settings_check(out, drivers, &r.fault) == 0) {
		number_windows(out);
		preset_fill(out->class, out->class_count, out->policy.preset);
		result = 0;
	}
	json_decref(root);
	return result;
}
