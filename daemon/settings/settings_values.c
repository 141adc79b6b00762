/* One value of hall.json, of any kind but objects and lists. */
#include <arpa/inet.h>
#include <regex.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/push_kinds.h"
#include "daemon/settings/settings_reading.h"

bool
setting_matches(const char *value, const char *pattern)
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

int
reading_chars(struct reading *r, json_t *value, char *out, size_t size)
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
read_string(struct reading *r, const struct setting *s, json_t *value, char *out)
{
	if (reading_chars(r, value, out, s->size) == -1)
		return -1;
	if (s->pattern == NULL || setting_matches(out, s->pattern))
		return 0;
	if (s->quiet)
		return fail(r, "%s", s->right);
	return fail(r, "\"%.*s\" %s", utf8_fit(out, SAID_MAX), out, s->right);
}

static int
read_text(struct reading *r, const struct setting *s, json_t *value, struct text *out)
{
	struct known_names languages = { 0 };
	const char *key;
	json_t *in;
	size_t back;
	int lang;

	if (!json_is_object(value))
		return fail(r, "must be {\"zh\": ..., \"en\": ...}");
	for (lang = 0; lang < LANGUAGES; lang++)
		know_name(&languages, language_names[lang]);
	json_object_foreach(value, key, in) {
		back = reading_enter(r, key);
		for (lang = 0; lang < LANGUAGES && strcmp(key, language_names[lang]) != 0; lang++)
			;
		if (lang == LANGUAGES)
			return reading_unknown(r, "unknown key", key, &languages);
		if (reading_chars(r, in, out->in[lang], TEXT_MAX) == -1)
			return -1;
		reading_leave(r, back);
	}
	if (out->in[LANG_ZH][0] == '\0' && (s->fallback == NULL || out->in[LANG_EN][0] != '\0'))
		return fail(r, "must have a text in \"zh\"");
	return 0;
}

int
reading_integer(struct reading *r, json_t *value, int least, int most, int *out)
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
read_rate(struct reading *r, const struct setting *s, json_t *value, int *out)
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
read_flag(struct reading *r, json_t *value, bool *out)
{
	if (!json_is_boolean(value))
		return fail(r, "must be true or false");
	*out = json_is_true(value);
	return 0;
}

int
reading_choice(struct reading *r, json_t *value, const char *const *names, int *out)
{
	const char *word = json_string_value(value);
	struct known_names known = { 0 };

	for (int i = 0; names[i] != NULL; i++) {
		if (word != NULL && strcmp(names[i], word) == 0) {
			*out = i;
			return 0;
		}
		know_name(&known, names[i]);
	}
	if (word == NULL)
		return fail(r, "must be a string, such as \"%s\"", names[0]);
	return reading_unknown_word(r, "choice", word, &known);
}

static int
read_time(struct reading *r, json_t *value, int *out)
{
	const char *s = json_string_value(value);
	int hour, minute;

	if (s == NULL || !setting_matches(s, TIME_PATTERN) || sscanf(s, "%2d:%2d", &hour, &minute) != 2)
		return fail(r, "must be a time of day, \"00:00\" to \"23:59\"");
	*out = hour * 60 + minute;
	return 0;
}

static int
read_date(struct reading *r, json_t *value, int *out)
{
	const char *s = json_string_value(value);
	int year, month, day;

	if (s == NULL || !setting_matches(s, DATE_PATTERN) || sscanf(s, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
	    date_of(year, month, day) == 0)
		return fail(r, "must be a date, YYYY-MM-DD");
	*out = date_of(year, month, day);
	return 0;
}

static int
read_days(struct reading *r, json_t *value, uint8_t *days)
{
	json_t *item;
	size_t i, back;
	int day;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list of days, 1 Monday to 7 Sunday, such as [1, 2, 3, 4, 5]");
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (reading_integer(r, item, 1, 7, &day) == -1)
			return -1;
		if (*days & 1 << (day - 1))
			return fail(r, "%d is there already", day);
		*days |= 1 << (day - 1);
		reading_leave(r, back);
	}
	return 0;
}

static int
read_grades(struct reading *r, json_t *value, uint8_t *grade)
{
	json_t *item;
	size_t i, back;
	int n;

	if (!json_is_array(value) || json_array_size(value) == 0 || json_array_size(value) > GRADES_MAX)
		return fail(r, "must be a list of 1 to %d grades, such as [5, 4, 3, 2]", GRADES_MAX);
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (reading_integer(r, item, 1, 5, &n) == -1)
			return -1;
		grade[i] = n;
		reading_leave(r, back);
	}
	return 0;
}

static int
read_paper_width(struct reading *r, json_t *value, int *out)
{
	json_int_t mm = json_integer_value(value);

	if (mm != 58 && mm != 80)
		return fail(r, "must be 58 or 80");
	*out = mm;
	return 0;
}

static int
read_languages(struct reading *r, json_t *value, bool *out)
{
	json_t *item;
	size_t i, back;
	int lang;

	if (!json_is_array(value))
		return fail(r, "must be a list such as [\"zh\", \"en\"]");
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (reading_choice(r, item, language_names, &lang) == -1)
			return -1;
		if (out[lang])
			return fail(r, "\"%s\" is there already", language_names[lang]);
		out[lang] = true;
		reading_leave(r, back);
	}
	if (!out[LANG_ZH])
		return fail(r, "must have \"zh\"");
	return 0;
}

/* Of what endpoints can be told. */
static int
read_name_set(struct reading *r, json_t *value, uint64_t *out)
{
	json_t *item;
	size_t i, back;
	int place;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list such as [\"queue.snapshot\", \"ticket.called\"]");
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (reading_choice(r, item, push_kinds(), &place) == -1)
			return -1;
		if (*out & UINT64_C(1) << place)
			return fail(r, "\"%s\" is there already", push_kinds()[place]);
		*out |= UINT64_C(1) << place;
		reading_leave(r, back);
	}
	return 0;
}

static int
read_addresses(struct reading *r, json_t *value, struct layout *l)
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
		back = reading_enter_place(r, i);
		if (reading_chars(r, item, l->proxies[i], sizeof(l->proxies[i])) == -1)
			return -1;
		if (inet_pton(AF_INET, l->proxies[i], bytes) != 1 && inet_pton(AF_INET6, l->proxies[i], bytes) != 1)
			return fail(r, "must be an IP address such as 127.0.0.1 or ::1");
		reading_leave(r, back);
	}
	l->proxy_count = json_array_size(value);
	return 0;
}

/* Find the row with this id in a list that was read before. */
static int
find_row(struct reading *r, const struct setting *list, const char *id, int *place)
{
	const char *rows = (const char *)r->layout + list->at;
	int count = *(const int *)((const char *)r->layout + list->count_at);
	struct known_names known = { 0 };
	char noun[16];

	for (int i = 0; i < count; i++) {
		if (strcmp(rows + i * list->size, id) == 0) {
			*place = i;
			return 0;
		}
		know_name(&known, rows + i * list->size);
	}
	snprintf(noun, sizeof(noun), "%.*s", (int)strlen(list->path) - 2, list->path + 1);
	return reading_unknown_word(r, noun, id, &known);
}

static int
read_reference(struct reading *r, const struct setting *s, json_t *value, int *out)
{
	const char *id = json_string_value(value), *driver;

	if (id == NULL)
		return fail(r, "must be the id of a row in %s", s->list);
	if (find_row(r, setting_find(s->list), id, out) == -1)
		return -1;
	if (s->driver != NULL) {
		driver = r->layout->device[*out].driver;
		if (strcmp(reading_driver_kind(r, driver), s->driver) != 0)
			return fail(r, "\"%s\" must be a %s, but its driver %s is for a %s", id, s->driver, driver,
			    reading_driver_kind(r, driver));
	}
	return 0;
}

/* One row of a window's services: "id" or {"id": ..., "level": ...}. */
static int
read_level(struct reading *r, json_t *item, uint8_t *level)
{
	static const struct known_names keys = { { "id", "level" }, 2 };
	json_t *id = item, *given = NULL, *in;
	int service, n = 1;
	const char *key;
	size_t back;

	if (json_is_object(item)) {
		json_object_foreach(item, key, in)
			if (strcmp(key, "id") != 0 && strcmp(key, "level") != 0) {
				reading_enter(r, key);
				return reading_unknown(r, "unknown key", key, &keys);
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
		back = reading_enter(r, "level");
		if (reading_integer(r, given, 1, LEVEL_MAX, &n) == -1)
			return -1;
		reading_leave(r, back);
	}
	level[service] = n;
	return 0;
}

static int
read_levels(struct reading *r, json_t *value, uint8_t *level)
{
	json_t *item;
	size_t i, back;

	if (!json_is_array(value) || json_array_size(value) == 0)
		return fail(r, "must be a list of at least one service, such as [\"%s\"]", r->layout->service[0].id);
	json_array_foreach(value, i, item) {
		back = reading_enter_place(r, i);
		if (read_level(r, item, level) == -1)
			return -1;
		reading_leave(r, back);
	}
	return 0;
}

static int
read_sentence(struct reading *r, json_t *value, struct sentence *out)
{
	struct known_names languages = { 0 };
	const char *key;
	json_t *in;
	size_t back;
	int lang;

	if (!json_is_object(value) || json_object_size(value) == 0)
		return fail(r, "must be {\"zh\": ..., \"en\": ...}, or one of them");
	for (lang = 0; lang < LANGUAGES; lang++)
		know_name(&languages, language_names[lang]);
	json_object_foreach(value, key, in) {
		back = reading_enter(r, key);
		for (lang = 0; lang < LANGUAGES && strcmp(key, language_names[lang]) != 0; lang++)
			;
		if (lang == LANGUAGES)
			return reading_unknown(r, "unknown key", key, &languages);
		if (reading_chars(r, in, out->in[lang], SENTENCE_MAX) == -1)
			return -1;
		if (out->in[lang][0] == '\0')
			return fail(r, "must not be empty");
		reading_leave(r, back);
	}
	return 0;
}

static int
read_sentences(struct reading *r, json_t *value, struct layout *l)
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

		back = reading_enter(r, key);
		if (!setting_matches(key, SENTENCE_PATTERN))
			return fail(r, "must be a key of display/text/, such as \"ticket.valid\"");
		strcpy(s->key, key);
		if (read_sentence(r, item, s) == -1)
			return -1;
		reading_leave(r, back);
	}
	return 0;
}

int
reading_value(struct reading *r, const struct setting *s, json_t *value, void *row)
{
	void *out = (char *)row + s->at;

	switch (s->kind) {
	case OBJECT:
	case LIST:		break;
	case TEXT:		return read_text(r, s, value, out);
	case STRING:		return read_string(r, s, value, out);
	case REFERENCE:		return read_reference(r, s, value, out);
	case DRIVER:		return reading_driver(r, s, value, out);
	case INTEGER:		return reading_integer(r, value, s->least, s->most, out);
	case RATE:		return read_rate(r, s, value, out);
	case FLAG:		return read_flag(r, value, out);
	case CHOICE:		return reading_choice(r, value, s->names, out);
	case TIME_OF_DAY:	return read_time(r, value, out);
	case DATE:		return read_date(r, value, out);
	case PAPER_WIDTH:	return read_paper_width(r, value, out);
	case LANGUAGE_LIST:	return read_languages(r, value, out);
	case ADDRESS_LIST:	return read_addresses(r, value, row);
	case NAME_SET:		return read_name_set(r, value, out);
	case LEVELS:		return read_levels(r, value, out);
	case DAYS:		return read_days(r, value, out);
	case KEYS:		return reading_keys(r, value, row);
	case KEY:		return reading_key(r, value, out);
	case FRAME:		return reading_frame(r, s, value, out);
	case RATES:		return reading_rates(r, value, row);
	case GRADES:		return read_grades(r, value, out);
	case CLIPS:		return reading_clips(r, value, out);
	case SENTENCES:		return read_sentences(r, value, row);
	}
	return -1;
}
