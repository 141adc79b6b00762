/* Findings of the opening check in words. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/fact.h"
#include "display/ready.h"

static void
join(char *out, size_t cap, const json_t *list, const char *between)
{
	size_t i, len = 0;
	json_t *v;

	out[0] = '\0';
	json_array_foreach(list, i, v)
		if (len < cap)
			len += snprintf(out + len, cap - len, "%s%lld", i == 0 ? "" : between, (long long)json_integer_value(v));
}

/* "2026-09-01T09:00:00+08:00" as the time of a day, with the date if that is another one. */
static void
moment(char *out, size_t cap, const char *time, int64_t now_ms)
{
	char now[TIME_TEXT];

	time_text(now, now_ms);
	if (strncmp(time, now, 10) == 0)
		snprintf(out, cap, "%.5s", time + 11);
	else
		snprintf(out, cap, "%.10s %.5s", time, time + 11);
}

#define SLOT_MAX 256
#define SLOTS_MOST 8

static void
slot_value(char out[SLOT_MAX], const char *name, const json_t *v, enum language lang, int64_t now_ms)
{
	size_t len = strlen(name);

	if (json_is_array(v))
		join(out, SLOT_MAX, v, lang == LANG_ZH ? "、" : ", ");
	else if (json_is_object(v))
		snprintf(out, SLOT_MAX, "%s", json_string_value(json_object_get(v, language_name(lang))));
	else if (json_is_integer(v))
		snprintf(out, SLOT_MAX, "%lld", (long long)json_integer_value(v));
	else if (strcmp(name, "since") == 0 || (len > 3 && strcmp(name + len - 3, "_at") == 0))
		moment(out, SLOT_MAX, json_string_value(v), now_ms);
	else
		snprintf(out, SLOT_MAX, "%s", json_string_value(v));
}

/* {where}: at which windows, if at any. */
void
ready_sentence(char out[READY_SAID], const struct texts *texts, enum language lang, const char *of, const char *key, const json_t *values,
    int64_t now_ms)
{
	char full[64], value[SLOTS_MOST][SLOT_MAX], where[SLOT_MAX] = "";
	struct slot slots[SLOTS_MOST + 2];
	const char *name;
	int count = 0;
	json_t *v;

	json_object_foreach((json_t *)values, name, v) {
		if (count == SLOTS_MOST)
			break;
		slot_value(value[count], name, v, lang, now_ms);
		slots[count] = (struct slot){ name, value[count] };
		if (strcmp(name, "windows") == 0 && json_array_size(v) > 0)
			text_fill(where, sizeof where, texts_get(texts, lang, "ready.where"), SLOTS({ "windows", value[count] }));
		count++;
	}
	slots[count++] = (struct slot){ "where", where };
	slots[count] = (struct slot){ NULL, NULL };
	snprintf(full, sizeof full, "ready.%s.%s", of, key);
	text_fill(out, READY_SAID, texts_get(texts, lang, full), slots);
}
