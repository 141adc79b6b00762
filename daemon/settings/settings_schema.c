/* The JSON Schema of hall.json, from the table of settings. */
#include <jansson.h>

#include "daemon/settings/settings_rows.h"
#include "daemon/core/push_kinds.h"
#include "protocols/clips.h"

static void
set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *
type(const char *name)
{
	return json_pack("{ss}", "type", name);
}

static json_t *
describe_names(const char *const *names)
{
	json_t *list = json_array();

	for (; *names != NULL; names++)
		json_array_append_new(list, json_string(*names));
	return json_pack("{so}", "enum", list);
}

static json_t *
describe_string(int most, const char *pattern)
{
	json_t *schema = json_pack("{sssi}", "type", "string", "maxLength", most);

	if (pattern != NULL)
		set(schema, "pattern", json_string(pattern));
	return schema;
}

static json_t *
describe_number(const char *name, json_t *least, json_t *most)
{
	return json_pack("{sssoso}", "type", name, "minimum", least, "maximum", most);
}

static json_t *
describe_integer(int least, int most)
{
	return describe_number("integer", json_integer(least), json_integer(most));
}

static json_t *
describe_languages(void)
{
	return json_pack("{sssbsoso}", "type", "array", "uniqueItems", 1,
	    "items", describe_names(language_names),
	    "contains", json_pack("{ss}", "const", language_names[LANG_ZH]));
}

static json_t *
describe_addresses(void)
{
	const size_t most = sizeof(((struct layout *)0)->proxies) / sizeof(((struct layout *)0)->proxies[0]);

	return json_pack("{sssIs{sss[{ss}{ss}]}}", "type", "array", "maxItems", (json_int_t)most,
	    "items", "type", "string", "anyOf", "format", "ipv4", "format", "ipv6");
}

static json_t *
describe_levels(void)
{
	json_t *row = json_pack("{sss{soso}s[s]sb}", "type", "object",
	    "properties", "id", describe_string(ID_MAX - 1, ID_PATTERN), "level", describe_integer(1, LEVEL_MAX),
	    "required", "id", "additionalProperties", 0);

	return json_pack("{sssis{s[oo]}}", "type", "array", "minItems", 1,
	    "items", "anyOf", describe_string(ID_MAX - 1, ID_PATTERN), row);
}

static json_t *
describe_keys(void)
{
	const char *commands[VERBS + 1];

	keypad_commands(commands);
	return json_pack("{sssis{so}sb}", "type", "object", "maxProperties", KEYS_MAX,
	    "patternProperties", KEY_PATTERN, describe_names(commands), "additionalProperties", 0);
}

static json_t *
describe_days(void)
{
	return json_pack("{sssisbso}", "type", "array", "minItems", 1, "uniqueItems", 1, "items", describe_integer(1, 7));
}

static json_t *
describe_clip_file(void)
{
	return json_pack("{s[ooo]}", "anyOf", describe_integer(1, UINT16_MAX),
	    json_pack("{ssss}", "type", "string", "pattern", FOLDER_PATTERN),
	    json_pack("{ssss}", "type", "string", "pattern", NAME_PATTERN));
}

static json_t *
describe_clips(void)
{
	json_t *words = json_array(), *clip = describe_clip_file();

	for (int i = 0; i < CLIP_WORDS; i++)
		json_array_append_new(words, json_string(clip_name(i)));
	json_array_append_new(json_object_get(clip, "anyOf"), json_pack("{sss{soso}s[s]sb}", "type", "object",
	    "properties", "file", describe_clip_file(), "ms", describe_integer(1, CLIP_MS_MAX),
	    "required", "file", "additionalProperties", 0));
	return json_pack("{sss{so}so}", "type", "object", "propertyNames", "enum", words, "additionalProperties", clip);
}

static json_t *
describe_sentences(void)
{
	json_t *languages = json_object();

	for (int lang = 0; lang < LANGUAGES; lang++)
		set(languages, language_names[lang], json_pack("{sssisi}", "type", "string", "minLength", 1, "maxLength", SENTENCE_MAX - 1));
	return json_pack("{sssis{ss}s{sssosisb}}", "type", "object", "maxProperties", SENTENCES_MAX,
	    "propertyNames", "pattern", SENTENCE_PATTERN, "additionalProperties", "type", "object", "properties", languages,
	    "minProperties", 1, "additionalProperties", 0);
}

static json_t	*describe_object(const char *path);

static json_t *
describe_list(const struct setting *s)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/*", s->path);
	return json_pack("{sssisiso}", "type", "array", "minItems", s->least, "maxItems", s->most,
	    "items", describe_object(path));
}

static json_t *
describe_value(const struct setting *s)
{
	switch (s->kind) {
	case OBJECT:		return describe_object(s->path);
	case LIST:		return describe_list(s);
	case TEXT:		return json_pack("{ss}", "$ref", "#/$defs/text");
	case STRING:		return describe_string(s->size - 1, s->pattern);
	case REFERENCE:		return describe_string(ID_MAX - 1, ID_PATTERN);
	case DRIVER:		return describe_string(s->size - 1, NULL);
	case INTEGER:		return describe_integer(s->least, s->most);
	case RATE:		return describe_number("number", json_real(s->least / 1e3), json_real(s->most / 1e3));
	case FLAG:		return type("boolean");
	case CHOICE:		return describe_names(s->names);
	case TIME_OF_DAY:	return json_pack("{ssss}", "type", "string", "pattern", TIME_PATTERN);
	case DATE:		return json_pack("{ssssss}", "type", "string", "format", "date", "pattern", DATE_PATTERN);
	case PAPER_WIDTH:	return json_pack("{s[ii]}", "enum", 58, 80);
	case LANGUAGE_LIST:	return describe_languages();
	case ADDRESS_LIST:	return describe_addresses();
	case NAME_SET:		return json_pack("{sssisbso}", "type", "array", "minItems", 1, "uniqueItems", 1, "items", describe_names(push_kinds()));
	case LEVELS:		return describe_levels();
	case DAYS:		return describe_days();
	case KEYS:		return describe_keys();
	case KEY:		return describe_string(sizeof("9 9 0F") - 1, KEY_PATTERN);
	case FRAME:		return describe_string(s->size - 1, NULL);
	case RATES:		return json_pack("{sssiso}", "type", "array", "maxItems", GRADES_MAX,
				    "items", describe_string(2, BYTE_PATTERN));
	case GRADES:		return json_pack("{sssisiso}", "type", "array", "minItems", 1, "maxItems", GRADES_MAX,
				    "items", describe_integer(1, 5));
	case CLIPS:		return describe_clips();
	case SENTENCES:		return describe_sentences();
	}
	return NULL;
}

static json_t *
describe_object(const char *path)
{
	json_t *properties = json_object(), *required = json_array(), *schema, *value;
	const struct setting *s;
	const char *name;

	for (s = settings; s < settings + settings_count; s++) {
		if ((name = setting_in(s, path)) == NULL)
			continue;
		schema = describe_value(s);
		set(schema, "description", json_string(s->what));
		if ((value = setting_fallback(s)) != NULL)
			set(schema, "default", value);
		if (s->fallback == NULL)
			json_array_append_new(required, json_string(name));
		set(properties, name, schema);
	}
	schema = json_pack("{sssoso}", "type", "object", "properties", properties, "required", required);
	set(schema, "additionalProperties", json_false());
	return schema;
}

/* A text in the languages there are. */
static json_t *
describe_text(void)
{
	json_t *properties = json_object();

	for (int lang = 0; lang < LANGUAGES; lang++)
		set(properties, language_names[lang], describe_string(TEXT_MAX - 1, NULL));
	return json_pack("{sssosb}", "type", "object", "properties", properties, "additionalProperties", 0);
}

void
settings_schema(FILE *out)
{
	json_t *schema = json_pack("{ssss}", "$schema", "https://json-schema.org/draft/2020-12/schema",
	    "title", "hall.json, layout and policy of one hall");

	json_object_update_new(schema, describe_object(""));
	set(schema, "$defs", json_pack("{so}", "text", describe_text()));
	json_dumpf(schema, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(schema);
}
