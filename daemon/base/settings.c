/*
 * Reading hall.json by the table of settings.
 *
 * No value is nested deeper than the table is, so its depth bounds ours: what
 * lies below an unknown key or in a value of another type is never looked at.
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <regex.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/settings_rows.h"
#include "daemon/core/calendar.h"
#include "daemon/core/push_kinds.h"
#include "daemon/core/rule/preset.h"
#include "protocols/clips.h"
#include "protocols/keyframe.h"

#define KNOWN_MAX	256	/* names that a misspelt one is compared with */
#define SAID_MAX	 40	/* bytes of a wrong value that are repeated in its error */

struct reader {
	struct layout			*layout;
	const struct driver_name	*drivers;
	const struct driver_name	*driver;	/* of the device at hand */
	char				 at[256];	/* JSON Pointer of the value at hand */
	struct fault			 fault;
};

int
utf8_fit(const char *s, size_t max)
{
	size_t len = strnlen(s, max + 1);

	if (len <= max)
		return len;
	for (len = max; len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

int
fault_say(struct fault *f, const char *pointer, const char *format, ...)
{
	char text[1024];
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "%s: ", pointer);
	va_start(ap, format);
	vsnprintf(text + n, sizeof(text) - n, format, ap);
	va_end(ap);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	if (f->cap > 0)
		snprintf(f->line, f->cap, "%.*s", utf8_fit(text, f->cap - 1), text);
	return -1;
}

#define fail(r, ...) fault_say(&(r)->fault, (r)->at, __VA_ARGS__)

/* Go to a member; what is returned to leave() leads back. */
static size_t
enter(struct reader *r, const char *name)
{
	size_t back = strlen(r->at), len = back;
	int fit = utf8_fit(name, SAID_MAX);

	if (len + 2 * fit + 2 > sizeof(r->at))
		return back;
	r->at[len++] = '/';
	for (int i = 0; i < fit; i++) {
		if (name[i] == '~' || name[i] == '/') {
			r->at[len++] = '~';
			r->at[len++] = name[i] == '~' ? '0' : '1';
		} else
			r->at[len++] = name[i];
	}
	r->at[len] = '\0';
	return back;
}

static size_t
enter_place(struct reader *r, size_t place)
{
	char name[24];

	snprintf(name, sizeof(name), "%zu", place);
	return enter(r, name);
}

static void
leave(struct reader *r, size_t back)
{
	r->at[back] = '\0';
}

/* How many letters must change to make b of a (Levenshtein); any large number if many. */
static int
distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	int row[64], corner, above;

	if (na >= 64 || nb >= 64)
		return 64;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			above = row[j];
			row[j] = corner + (a[i - 1] != b[j - 1]);
			if (row[j] > above + 1)
				row[j] = above + 1;
			if (row[j] > row[j - 1] + 1)
				row[j] = row[j - 1] + 1;
			corner = above;
		}
	}
	return row[nb];
}

struct known {
	const char	*name[KNOWN_MAX];
	int		 count;
};

static void
know(struct known *k, const char *name)
{
	if (k->count < KNOWN_MAX)
		k->name[k->count++] = name;
}

/* Say the problem with a word, and which known name was meant or what names there are. */
static int
fail_unknown(struct reader *r, const char *problem, const char *word, const struct known *k)
{
	char names[512] = "";
	int best = -1, least = 3, d;
	size_t len = 0;

	for (int i = 0; i < k->count; i++)
		if ((d = distance(word, k->name[i])) < least && d < (int)strlen(k->name[i]) && d < (int)strlen(word)) {
			least = d;
			best = i;
		}
	if (best != -1)
		return fail(r, "%s; did you mean \"%s\"?", problem, k->name[best]);
	for (int i = 0; i < k->count && len + ID_MAX + 8 < sizeof(names); i++)
		len += snprintf(names + len, sizeof(names) - len, "%s\"%s\"", i > 0 ? ", " : "", k->name[i]);
	return fail(r, "%s; known: %s", problem, k->count > 0 ? names : "none");
}

static int
fail_unknown_word(struct reader *r, const char *noun, const char *word, const struct known *k)
{
	char problem[128];

	snprintf(problem, sizeof(problem), "no %s \"%.*s\"", noun, utf8_fit(word, SAID_MAX), word);
	return fail_unknown(r, problem, word, k);
}

static bool
matches(const char *value, const char *pattern)
{
	regex_t re;
	bool match;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	match = regexec(&re, value, 0, NULL, 0) == 0;
	regfree(&re);
	return match;
}

/* Control characters, C1 ones (U+0080 to U+009F) too. */
static bool
has_control(const char *s)
{
	for (const unsigned char *c = (const unsigned char *)s; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
			return true;
	return false;
}

/* Copy a string that fits and has no control characters. */
static int
read_chars(struct reader *r, json_t *value, char *out, size_t size)
{
	const char *s = json_string_value(value);

	if (s == NULL)
		return fail(r, "must be a string");
	if (strlen(s) >= size)
		return fail(r, "%zu bytes are over %zu", strlen(s), size - 1);
	if (has_control(s))
		return fail(r, "must be without control characters");
	strcpy(out, s);
	return 0;
}

static int
read_string(struct reader *r, const struct setting *s, json_t *value, char *out)
{
	if (read_chars(r, value, out, s->size) == -1)
		return -1;
	if (s->pattern == NULL || matches(out, s->pattern))
		return 0;
	if (s->quiet)
		return fail(r, "%s", s->right);
	return fail(r, "\"%.*s\" %s", utf8_fit(out, SAID_MAX), out, s->right);
}

static int
read_text(struct reader *r, const struct setting *s, json_t *value, struct text *out)
{
	struct known languages = { 0 };
	const char *key;
	json_t *in;
	size_t back;
	int lang;

	if (!json_is_object(value))
		return fail(r, "must be {\"zh\": ..., \"en\": ...}");
	for (lang = 0; lang < LANGUAGES; lang++)
		know(&languages, language_names[lang]);
	json_object_foreach(value, key, in) {
		back = enter(r, key);
		for (lang = 0; lang < LANGUAGES && strcmp(key, language_names[lang]) != 0; lang++)
			;
		if (lang == LANGUAGES)
			return fail_unknown(r, "unknown key", key, &languages);
		if (read_chars(r, in, out->in[lang], TEXT_MAX) == -1)
			return -1;
		leave(r, back);
	}
	if (out->in[LANG_ZH][0] == '\0' && (s->fallback == NULL || out->in[LANG_EN][0] != '\0'))
		return fail(r, "must have a text in \"zh\"");
	return 0;
}

static int
read_integer_within(struct reader *r, json_t *value, int least, int most, int *out)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value))
		return fail(r, "must be a whole number from %d to %d", least, most);
	if (n < least)
		return fail(r, "%lld is under %d", (long long)n, least);
	if (n > most)
		return fail(r, "%lld is over %d", (long long)n, most);
	*out = n;
	return 0;
}

static int
read_rate(struct reader *r, const struct setting *s, json_t *value, int *out)
{
	double n = json_number_value(value) * 1000;

	if (!json_is_number(value))
		return fail(r, "must be a number from %g to %g", s->least / 1e3, s->most / 1e3);
	if (n < s->least)
		return fail(r, "%g is under %g", n / 1e3, s->least / 1e3);
	if (n > s->most)
		return fail(r, "%g is over %g", n / 1e3, s->most / 1e3);
	*out = n + 0.5;
	return 0;
}

static int
read_flag(struct reader *r, json_t *value, bool *out)
{
	if (!json_is_boolean(value))
		return fail(r, "must be true or false");
	*out = json_is_true(value);
	return 0;
}

/* The place of a value in names. */
static int
read_choice(struct reader *r, json_t *value, const char *const *names, int *out)
{
	const char *word = json_string_value(value);
	struct known known = { 0 };

	for (int i = 0; names[i] != NULL; i++) {
		if (word != NULL && strcmp(names[i], word) == 0) {
			*out = i;
			return 0;
		}
		know(&known, names[i]);
	}
	if (word == NULL)
		return fail(r, "must be a string, such as \"%s\"", names[0]);
	return fail_unknown_word(r, "choice", word, &known);
}

static int
read_time(struct reader *r, json_t *value, int *out)
{
	const char *s = json_string_value(value);
	int hour, minute;

	if (s == NULL || !matches(s, TIME_PATTERN) || sscanf(s, "%2d:%2d", &hour, &minute) != 2)
		return fail(r, "must be a time of day, \"00:00\" to \"23:59\"");
	*out = hour * 60 + minute;
	return 0;
}

static int
read_date(struct reader *r, json_t *value, int *out)
{
	const char *s = json_string_value(value);
	int year, month, day;

	if (s == NULL || !matches(s, DATE_PATTERN) || sscanf(s, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
	    date_of(year, month, day) == 0)
		return fail(r, "must be a date, YYYY-MM-DD");
	*out = date_of(year, month, day);
	return 0;
}

static int
read_days(struct reader *r, json_t *value, uint8_t *days)
{
	json_t *item;
	size_t i, back;
	int day;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list of days, 1 Monday to 7 Sunday, such as [1, 2, 3, 4, 5]");
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_integer_within(r, item, 1, 7, &day) == -1)
			return -1;
		if (*days & 1 << (day - 1))
			return fail(r, "%d is there already", day);
		*days |= 1 << (day - 1);
		leave(r, back);
	}
	return 0;
}

static int
read_grades(struct reader *r, json_t *value, uint8_t *grade)
{
	json_t *item;
	size_t i, back;
	int n;

	if (!json_is_array(value) || json_array_size(value) == 0 || json_array_size(value) > GRADES_MAX)
		return fail(r, "must be a list of 1 to %d grades, such as [5, 4, 3, 2]", GRADES_MAX);
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_integer_within(r, item, 1, 5, &n) == -1)
			return -1;
		grade[i] = n;
		leave(r, back);
	}
	return 0;
}

static int
read_paper_width(struct reader *r, json_t *value, int *out)
{
	json_int_t mm = json_integer_value(value);

	if (mm != 58 && mm != 80)
		return fail(r, "must be 58 or 80");
	*out = mm;
	return 0;
}

static int
read_languages(struct reader *r, json_t *value, bool *out)
{
	json_t *item;
	size_t i, back;
	int lang;

	if (!json_is_array(value))
		return fail(r, "must be a list such as [\"zh\", \"en\"]");
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_choice(r, item, language_names, &lang) == -1)
			return -1;
		if (out[lang])
			return fail(r, "\"%s\" is there already", language_names[lang]);
		out[lang] = true;
		leave(r, back);
	}
	if (!out[LANG_ZH])
		return fail(r, "must have \"zh\"");
	return 0;
}

/* Of what endpoints can be told. */
static int
read_name_set(struct reader *r, json_t *value, uint64_t *out)
{
	json_t *item;
	size_t i, back;
	int place;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list such as [\"queue.snapshot\", \"ticket.called\"]");
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_choice(r, item, push_kinds(), &place) == -1)
			return -1;
		if (*out & UINT64_C(1) << place)
			return fail(r, "\"%s\" is there already", push_kinds()[place]);
		*out |= UINT64_C(1) << place;
		leave(r, back);
	}
	return 0;
}

static int
read_addresses(struct reader *r, json_t *value, struct layout *l)
{
	const size_t most = sizeof(l->proxies) / sizeof(l->proxies[0]);
	unsigned char bytes[sizeof(struct in6_addr)];
	json_t *item;
	size_t i, back;

	if (!json_is_array(value))
		return fail(r, "must be a list of IP addresses");
	if (json_array_size(value) > most)
		return fail(r, "%zu addresses are over %zu", json_array_size(value), most);
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_chars(r, item, l->proxies[i], sizeof(l->proxies[i])) == -1)
			return -1;
		if (inet_pton(AF_INET, l->proxies[i], bytes) != 1 && inet_pton(AF_INET6, l->proxies[i], bytes) != 1)
			return fail(r, "must be an IP address such as 127.0.0.1 or ::1");
		leave(r, back);
	}
	l->proxy_count = json_array_size(value);
	return 0;
}

/* The kind of a driver; NULL if there is none of this name. */
static const char *
kind_of_driver(const struct reader *r, const char *name)
{
	for (const struct driver_name *d = r->drivers; d->name != NULL; d++)
		if (strcmp(d->name, name) == 0)
			return d->kind;
	return NULL;
}

static int
read_driver(struct reader *r, const struct setting *s, json_t *value, char *out)
{
	struct known known = { 0 };

	if (read_chars(r, value, out, s->size) == -1)
		return -1;
	for (r->driver = r->drivers; r->driver->name != NULL; r->driver++) {
		if (strcmp(r->driver->name, out) == 0)
			return 0;
		know(&known, r->driver->name);
	}
	return fail_unknown_word(r, "driver", out, &known);
}

/* Find the row with this id in a list that was read before. */
static int
find_row(struct reader *r, const struct setting *list, const char *id, int *place)
{
	const char *rows = (const char *)r->layout + list->at;
	int count = *(const int *)((const char *)r->layout + list->count_at);
	struct known known = { 0 };
	char noun[16];

	for (int i = 0; i < count; i++) {
		if (strcmp(rows + i * list->size, id) == 0) {
			*place = i;
			return 0;
		}
		know(&known, rows + i * list->size);
	}
	snprintf(noun, sizeof(noun), "%.*s", (int)strlen(list->path) - 2, list->path + 1);
	return fail_unknown_word(r, noun, id, &known);
}

static int
read_reference(struct reader *r, const struct setting *s, json_t *value, int *out)
{
	const char *id = json_string_value(value), *driver;

	if (id == NULL)
		return fail(r, "must be the id of a row in %s", s->list);
	if (find_row(r, setting_find(s->list), id, out) == -1)
		return -1;
	if (s->driver != NULL) {
		driver = r->layout->device[*out].driver;
		if (strcmp(kind_of_driver(r, driver), s->driver) != 0)
			return fail(r, "\"%s\" must be a %s, but its driver %s is for a %s", id, s->driver, driver,
			    kind_of_driver(r, driver));
	}
	return 0;
}

/* One row of a window's services: "id" or {"id": ..., "level": ...}. */
static int
read_level(struct reader *r, json_t *item, uint8_t *level)
{
	static const struct known keys = { { "id", "level" }, 2 };
	json_t *id = item, *given = NULL, *in;
	int service, n = 1;
	const char *key;
	size_t back;

	if (json_is_object(item)) {
		json_object_foreach(item, key, in)
			if (strcmp(key, "id") != 0 && strcmp(key, "level") != 0) {
				enter(r, key);
				return fail_unknown(r, "unknown key", key, &keys);
			}
		id = json_object_get(item, "id");
		given = json_object_get(item, "level");
	}
	if (!json_is_string(id))
		return fail(r, "must be a service's id or {\"id\": ..., \"level\": 1 to %d}", LEVEL_MAX);
	if (find_row(r, setting_find("/services"), json_string_value(id), &service) == -1)
		return -1;
	if (level[service] != 0)
		return fail(r, "\"%s\" is there already", json_string_value(id));
	if (given != NULL) {
		back = enter(r, "level");
		if (read_integer_within(r, given, 1, LEVEL_MAX, &n) == -1)
			return -1;
		leave(r, back);
	}
	level[service] = n;
	return 0;
}

static int
read_levels(struct reader *r, json_t *value, uint8_t *level)
{
	json_t *item;
	size_t i, back;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list of at least one service, such as [\"%s\"]", r->layout->service[0].id);
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (read_level(r, item, level) == -1)
			return -1;
		leave(r, back);
	}
	return 0;
}

/* "6 0F": digits and a key, as KEY_PATTERN has made sure. */
static void
read_key(const char *keys, struct key_binding *b)
{
	for (; keys[1] == ' '; keys += 2)
		b->digits[b->digit_count++] = keys[0] == 'n' ? KEY_ANY_DIGIT : keys[0] - '0';
	b->key = strtoul(keys, NULL, 16);
}

static int
read_one_key(struct reader *r, json_t *value, struct key_binding *b)
{
	const char *keys = json_string_value(value);

	if (keys == NULL || !matches(keys, KEY_PATTERN))
		return fail(r, "must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"");
	read_key(keys, b);
	return 0;
}

static int
read_frame(struct reader *r, const struct setting *s, json_t *value, char *out)
{
	struct keyframe frame;
	const char *wrong;

	if (read_chars(r, value, out, s->size) == -1)
		return -1;
	if (!r->driver->framed)
		return fail(r, "is for keypads of the driver keypad, but this one has frames of its own");
	if (strcmp(out, "echo") != 0 && (wrong = keyframe_read(&frame, out)) != NULL)
		return fail(r, "%s", wrong);
	return 0;
}

static int
read_rates(struct reader *r, json_t *value, struct device *d)
{
	json_t *item;
	size_t i, back;

	if (!json_is_array(value) || json_array_size(value) > GRADES_MAX)
		return fail(r, "must be a list of at most %d keys", GRADES_MAX);
	if (json_array_size(value) > 0 && !r->driver->framed)
		return fail(r, "is for keypads of the driver keypad, but this one has frames of its own");
	json_array_foreach(value, i, item) {
		back = enter_place(r, i);
		if (json_string_value(item) == NULL || !matches(json_string_value(item), BYTE_PATTERN))
			return fail(r, "must be a key as two hex digits, such as \"31\"");
		d->rates[i] = strtoul(json_string_value(item), NULL, 16);
		leave(r, back);
	}
	d->rate_count = json_array_size(value);
	return 0;
}

static int
read_keys(struct reader *r, json_t *value, struct device *d)
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
		back = enter(r, keys);
		if (!matches(keys, KEY_PATTERN))
			return fail(r, "must be up to two digits or n and a key in hex, such as \"0C\" or \"6 0F\"");
		if (read_choice(r, command, commands, &place) == -1)
			return -1;
		read_key(keys, b);
		for (const struct key_binding *other = d->keys; other < b; other++)
			if (other->key == b->key && other->digit_count == b->digit_count &&
			    memcmp(other->digits, b->digits, sizeof(b->digits)) == 0)
				return fail(r, "is there already, as %s", other->command);
		snprintf(b->command, sizeof(b->command), "%s", commands[place]);
		leave(r, back);
		b++;
	}
	d->key_count = b - d->keys;
	return 0;
}

/* 12, "07/012" or "Z1". */
static int
read_clip_file(struct reader *r, json_t *value, struct clip *clip)
{
	const char *s = json_string_value(value), *wrong;
	json_int_t n = json_integer_value(value);
	int folder, file;

	if (s != NULL && matches(s, FOLDER_PATTERN) && sscanf(s, "%d/%d", &folder, &file) == 2) {
		clip->folder = folder;
		clip->file = file;
	} else if (s != NULL && matches(s, NAME_PATTERN))
		strcpy(clip->name, s);
	else if (json_is_integer(value) && n >= 1 && n <= UINT16_MAX)
		clip->file = n;
	else
		return fail(r, "must be a number from 1 to %d, \"FOLDER/FILE\" or a name of two characters", UINT16_MAX);
	wrong = r->driver->clip_wrong(clip);
	return wrong == NULL ? 0 : fail(r, "%s, as the driver is %s", wrong, r->driver->name);
}

static int
read_clip(struct reader *r, json_t *value, struct clip *clip)
{
	static const struct known keys = { { "file", "ms" }, 2 };
	json_t *in, *file = value;
	const char *key;
	size_t back;
	int ms;

	if (json_is_object(value)) {
		json_object_foreach(value, key, in) {
			back = enter(r, key);
			if (strcmp(key, "ms") == 0) {
				if (read_integer_within(r, in, 1, CLIP_MS_MAX, &ms) == -1)
					return -1;
				clip->ms = ms;
			} else if (strcmp(key, "file") != 0)
				return fail_unknown(r, "unknown key", key, &keys);
			leave(r, back);
		}
		if ((file = json_object_get(value, "file")) == NULL)
			return fail(r, "must have \"file\"");
	}
	back = file == value ? strlen(r->at) : enter(r, "file");
	if (read_clip_file(r, file, clip) == -1)
		return -1;
	leave(r, back);
	return 0;
}

static int
read_clips(struct reader *r, json_t *value, struct clip *clips)
{
	struct known words = { 0 };
	const char *word;
	json_t *clip;
	size_t back;
	int place;

	if (!json_is_object(value))
		return fail(r, "must be an object such as {\"please\": 2}");
	if (json_object_size(value) > 0 && r->driver->clip_wrong == NULL)
		return fail(r, "is for modules that play clips, but the driver %s is for one that speaks", r->driver->name);
	for (int i = 0; i < CLIP_WORDS; i++)
		know(&words, clip_name(i));
	json_object_foreach(value, word, clip) {
		back = enter(r, word);
		if ((place = clip_find(word)) == -1)
			return fail_unknown(r, "unknown key", word, &words);
		if (read_clip(r, clip, &clips[place]) == -1)
			return -1;
		leave(r, back);
	}
	return 0;
}

static int
read_sentence(struct reader *r, json_t *value, struct sentence *out)
{
	struct known languages = { 0 };
	const char *key;
	json_t *in;
	size_t back;
	int lang;

	if (!json_is_object(value) || json_object_size(value) == 0)
		return fail(r, "must be {\"zh\": ..., \"en\": ...}, or one of them");
	for (lang = 0; lang < LANGUAGES; lang++)
		know(&languages, language_names[lang]);
	json_object_foreach(value, key, in) {
		back = enter(r, key);
		for (lang = 0; lang < LANGUAGES && strcmp(key, language_names[lang]) != 0; lang++)
			;
		if (lang == LANGUAGES)
			return fail_unknown(r, "unknown key", key, &languages);
		if (read_chars(r, in, out->in[lang], SENTENCE_MAX) == -1)
			return -1;
		if (out->in[lang][0] == '\0')
			return fail(r, "must not be empty");
		leave(r, back);
	}
	return 0;
}

static int
read_sentences(struct reader *r, json_t *value, struct layout *l)
{
	const char *key;
	json_t *item;
	size_t back;

	if (!json_is_object(value))
		return fail(r, "must be an object such as {\"ticket.valid\": {\"zh\": ...}}");
	if (json_object_size(value) > SENTENCES_MAX)
		return fail(r, "%zu sentences are over %d", json_object_size(value), SENTENCES_MAX);
	json_object_foreach(value, key, item) {
		struct sentence *s = &l->sentence[l->sentence_count++];

		back = enter(r, key);
		if (!matches(key, SENTENCE_PATTERN))
			return fail(r, "must be a key of display/text/, such as \"ticket.valid\"");
		strcpy(s->key, key);
		if (read_sentence(r, item, s) == -1)
			return -1;
		leave(r, back);
	}
	return 0;
}

static int	read_object(struct reader *, const char *path, json_t *, void *row);

/* No row of a list has the id of one before it. */
static int
check_id(struct reader *r, const struct setting *s, const char *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(rows + i * s->size, rows + j * s->size) == 0) {
			enter(r, "id");
			return fail(r, "\"%s\" is also %s/%zu/id", rows + i * s->size, s->path, j);
		}
	return 0;
}

static int
read_list(struct reader *r, const struct setting *s, json_t *value, void *in)
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
		back = enter_place(r, i);
		if (read_object(r, path, item, rows + i * s->size) == -1 || (has_ids && check_id(r, s, rows, i) == -1))
			return -1;
		leave(r, back);
	}
	*count = json_array_size(value);
	return 0;
}

static int
read_value(struct reader *r, const struct setting *s, json_t *value, void *row)
{
	void *out = (char *)row + s->at;

	switch (s->kind) {
	case OBJECT:		return read_object(r, s->path, value, row);
	case LIST:		return read_list(r, s, value, row);
	case TEXT:		return read_text(r, s, value, out);
	case STRING:		return read_string(r, s, value, out);
	case REFERENCE:		return read_reference(r, s, value, out);
	case DRIVER:		return read_driver(r, s, value, out);
	case INTEGER:		return read_integer_within(r, value, s->least, s->most, out);
	case RATE:		return read_rate(r, s, value, out);
	case FLAG:		return read_flag(r, value, out);
	case CHOICE:		return read_choice(r, value, s->names, out);
	case TIME_OF_DAY:	return read_time(r, value, out);
	case DATE:		return read_date(r, value, out);
	case PAPER_WIDTH:	return read_paper_width(r, value, out);
	case LANGUAGE_LIST:	return read_languages(r, value, out);
	case ADDRESS_LIST:	return read_addresses(r, value, row);
	case NAME_SET:		return read_name_set(r, value, out);
	case LEVELS:		return read_levels(r, value, out);
	case DAYS:		return read_days(r, value, out);
	case KEYS:		return read_keys(r, value, row);
	case KEY:		return read_one_key(r, value, out);
	case FRAME:		return read_frame(r, s, value, out);
	case RATES:		return read_rates(r, value, row);
	case GRADES:		return read_grades(r, value, out);
	case CLIPS:		return read_clips(r, value, out);
	case SENTENCES:		return read_sentences(r, value, row);
	}
	return -1;
}

/* Set what was left out to its default; one without a default may be missing only if its object is. */
static int
leave_out(struct reader *r, const struct setting *s, void *row, bool object_missing)
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
check_keys(struct reader *r, const char *path, json_t *object)
{
	struct known known = { 0 };
	const char *key, *name;
	json_t *value;
	bool found;

	json_object_foreach(object, key, value) {
		found = false;
		known.count = 0;
		for (size_t i = 0; i < settings_count && !found; i++)
			if ((name = setting_in(&settings[i], path)) != NULL) {
				found = strcmp(name, key) == 0;
				know(&known, name);
			}
		if (!found) {
			enter(r, key);
			return fail_unknown(r, "unknown key", key, &known);
		}
	}
	return 0;
}

static int
read_object(struct reader *r, const char *path, json_t *object, void *row)
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
		back = enter(r, name);
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
		leave(r, back);
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

	return matches(value, s->pattern) ? NULL : s->right;
}

int
settings_read(struct layout *out, const char *text, size_t len, const struct driver_name *drivers,
    char *error, size_t cap)
{
	struct reader r = { .layout = out, .drivers = drivers, .fault = { error, cap } };
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
