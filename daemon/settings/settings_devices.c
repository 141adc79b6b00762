/* What hall.json says of a device and depends on its driver: keys, frames, recorded clips. */
#include <stdlib.h>
#include <string.h>

#include "daemon/settings/settings_reading.h"
#include "protocols/clips.h"
#include "protocols/keyframe.h"

const char *
reading_driver_kind(const struct reading *r, const char *name)
{
	for (const struct driver_name *d = r->drivers; d->name != NULL; d++)
		if (strcmp(d->name, name) == 0)
			return d->kind;
	return NULL;
}

int
reading_driver(struct reading *r, const struct setting *s, json_t *value, char *out)
{
	struct known_names known = { 0 };

	if (reading_chars(r, value, out, s->size) == -1)
		return -1;
	for (r->driver = r->drivers; r->driver->name != NULL; r->driver++) {
		if (strcmp(r->driver->name, out) == 0)
			return 0;
		know_name(&known, r->driver->name);
	}
	return reading_unknown_word(r, "driver", out, &known);
}

/* "6 0F": digits and a key, as KEY_PATTERN has made sure. */
static void
read_key(const char *keys, struct key_binding *b)
{
	for (; keys[1] == ' '; keys += 2)
		b->digits[b->digit_count++] = keys[0] == 'n' ? KEY_ANY_DIGIT : keys[0] - '0';
	b->key = strtoul(keys, NULL, 16);
}

int
reading_key(struct reading *r, json_t *value, struct key_binding *b)
{
	const char *keys = json_string_value(value);

	if (keys == NULL || !setting_matches(keys, KEY_PATTERN))
		return fail(r, "must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"");
	read_key(keys, b);
	return 0;
}

int
reading_frame(struct reading *r, const struct setting *s, json_t *value, char *out)
{
	struct keyframe frame;
	const char *wrong;

	if (reading_chars(r, value, out, s->size) == -1)
		return -1;
	if (!r->driver->framed)
		return fail(r, "is for keypads of the driver keypad, but this one has frames of its own");
	if (strcmp(out, "echo") != 0 && (wrong = keyframe_read(&frame, out)) != NULL)
		return fail(r, "%s", wrong);
	return 0;
}

int
reading_rates(struct reading *r, json_t *value, struct device *d)
{
	json_t *item;
	size_t i, back;

	if (!json_is_array(value) || json_array_size(value) > GRADES_MAX)
		return fail(r, "must be a list of at most %d keys", GRADES_MAX);
	if (json_array_size(value) > 0 && !r->driver->framed)
		return fail(r, "is for keypads of the driver keypad, but this one has frames of its own");
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (json_string_value(item) == NULL || !setting_matches(json_string_value(item), BYTE_PATTERN))
			return fail(r, "must be a key as two hex digits, such as \"31\"");
		d->rates[i] = strtoul(json_string_value(item), NULL, 16);
		reading_leave(r, back);
	}
	d->rate_count = json_array_size(value);
	return 0;
}

int
reading_keys(struct reading *r, json_t *value, struct device *d)
{
	struct key_binding *b = d->keys;
	const char *keys, *commands[VERBS + 1];
	json_t *command;
	size_t back;
	int place;

	if (!json_is_object(value))
		return fail(r, "must be an object such as {\"0C\": \"next\"}");
	if (json_object_size(value) > KEYS_MAX)
		return fail(r, "%zu keys are over %d", json_object_size(value), KEYS_MAX);
	keypad_commands(commands);
	json_object_foreach(value, keys, command) {
		back = reading_enter(r, keys);
		if (!setting_matches(keys, KEY_PATTERN))
			return fail(r, "must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"");
		if (reading_choice(r, command, commands, &place) == -1)
			return -1;
		read_key(keys, b);
		for (const struct key_binding *other = d->keys; other < b; other++)
			if (other->key == b->key && other->digit_count == b->digit_count &&
			    memcmp(other->digits, b->digits, sizeof(b->digits)) == 0)
				return fail(r, "is there already, as %s", other->command);
		snprintf(b->command, sizeof(b->command), "%s", commands[place]);
		reading_leave(r, back);
		b++;
	}
	d->key_count = b - d->keys;
	return 0;
}

/* 12, "07/012" or "Z1". */
static int
read_clip_file(struct reading *r, json_t *value, struct clip *clip)
{
	const char *s = json_string_value(value), *wrong;
	json_int_t n = json_integer_value(value);
	int folder, file;

	if (s != NULL && setting_matches(s, FOLDER_PATTERN) && sscanf(s, "%d/%d", &folder, &file) == 2) {
		clip->folder = folder;
		clip->file = file;
	} else if (s != NULL && setting_matches(s, NAME_PATTERN))
		strcpy(clip->name, s);
	else if (json_is_integer(value) && n >= 1 && n <= UINT16_MAX)
		clip->file = n;
	else
		return fail(r, "must be a number from 1 to %d, \"FOLDER/FILE\" or a name of two characters", UINT16_MAX);
	wrong = r->driver->clip_wrong(clip);
	return wrong == NULL ? 0 : fail(r, "%s, as the driver is %s", wrong, r->driver->name);
}

static int
read_clip(struct reading *r, json_t *value, struct clip *clip)
{
	static const struct known_names keys = { { "file", "ms" }, 2 };
	json_t *in, *file = value;
	const char *key;
	size_t back;
	int ms;

	if (json_is_object(value)) {
		json_object_foreach(value, key, in) {
			back = reading_enter(r, key);
			if (strcmp(key, "ms") == 0) {
				if (reading_integer(r, in, 1, CLIP_MS_MAX, &ms) == -1)
					return -1;
				clip->ms = ms;
			} else if (strcmp(key, "file") != 0)
				return reading_unknown(r, "unknown key", key, &keys);
			reading_leave(r, back);
		}
		if ((file = json_object_get(value, "file")) == NULL)
			return fail(r, "must have \"file\"");
	}
	back = file == value ? strlen(r->at) : reading_enter(r, "file");
	if (read_clip_file(r, file, clip) == -1)
		return -1;
	reading_leave(r, back);
	return 0;
}

int
reading_clips(struct reading *r, json_t *value, struct clip *clips)
{
	struct known_names words = { 0 };
	const char *word;
	json_t *clip;
	size_t back;
	int place;

	if (!json_is_object(value))
		return fail(r, "must be an object such as {\"please\": 2}");
	if (json_object_size(value) > 0 && r->driver->clip_wrong == NULL)
		return fail(r, "is for modules that play clips, but the driver %s is for one that speaks", r->driver->name);
	for (int i = 0; i < CLIP_WORDS; i++)
		know_name(&words, clip_name(i));
	json_object_foreach(value, word, clip) {
		back = reading_enter(r, word);
		if ((place = clip_find(word)) == -1)
			return reading_unknown(r, "unknown key", word, &words);
		if (read_clip(r, clip, &clips[place]) == -1)
			return -1;
		reading_leave(r, back);
	}
	return 0;
}
