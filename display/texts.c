/* Sentences for people, by key and language. */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/texts.h"

struct texts {
	json_t *in[LANGUAGES];
};

static const char *const files[LANGUAGES] = { [LANG_ZH] = "zh.json", [LANG_EN] = "en.json" };

/* The length of a placeholder {name} at s with its braces; 0: it is none. */
static size_t
placeholder(const char *s)
{
	size_t len = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_");

	return len > 0 && s[len + 1] == '}' ? len + 2 : 0;
}

/* Is every placeholder of a sentence in the other one too?  The first that is not is written to missing. */
static bool
has_all(const char *other, const char *sentence, char *missing, size_t cap)
{
	size_t len;

	for (const char *s = sentence; (s = strchr(s, '{')) != NULL; s++) {
		len = placeholder(s);
		snprintf(missing, cap, "%.*s", (int)(len > 0 ? len : 1), s);
		if (len == 0 || strstr(other, missing) == NULL)
			return false;
	}
	return true;
}

static int
load(json_t **out, const char *folder, const char *file, char *error, size_t cap)
{
	char path[512];
	json_error_t at;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	if ((*out = json_load_file(path, JSON_REJECT_DUPLICATES, &at)) == NULL) {
		snprintf(error, cap, "%s: line %d column %d: %s", path, at.line, at.column, at.text);
		return -1;
	}
	if (!json_is_object(*out)) {
		snprintf(error, cap, "%s: must be an object {\"key\": \"sentence\"}", path);
		return -1;
	}
	return 0;
}

/* Does one language have all that another has? */
static int
compare(const struct texts *t, enum language from, enum language with, char *error, size_t cap)
{
	const char *key, *sentence, *other;
	char missing[64];
	json_t *value;

	json_object_foreach(t->in[from], key, value) {
		sentence = json_string_value(value);
		other = json_string_value(json_object_get(t->in[with], key));
		if (sentence == NULL || *sentence == '\0')
			snprintf(error, cap, "%s: must be a sentence in %s", key, files[from]);
		else if (other == NULL)
			snprintf(error, cap, "%s: missing in %s", key, files[with]);
		else if (!has_all(other, sentence, missing, sizeof(missing)))
			snprintf(error, cap, "%s: %s of %s is not in %s", key, missing, files[from], files[with]);
		else
			continue;
		return -1;
	}
	return 0;
}

struct texts *
texts_open(const char *folder, char *error, size_t cap)
{
	struct texts *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	for (int lang = 0; lang < LANGUAGES; lang++)
		if (load(&t->in[lang], folder, files[lang], error, cap) == -1)
			goto fail;
	for (int lang = 0; lang < LANGUAGES; lang++)
		if (compare(t, lang, (lang + 1) % LANGUAGES, error, cap) == -1)
			goto fail;
	return t;
fail:
	texts_free(t);
	return NULL;
}

void
texts_free(struct texts *t)
{
	if (t == NULL)
		return;
	for (int lang = 0; lang < LANGUAGES; lang++)
		json_decref(t->in[lang]);
	free(t);
}

const char *
texts_get(const struct texts *t, enum language lang, const char *key)
{
	const char *sentence = json_string_value(json_object_get(t->in[lang], key));

	return sentence != NULL ? sentence : key;
}

static const char *
slot_value(const struct slot *slots, const char *name, size_t len)
{
	for (; slots->name != NULL; slots++)
		if (strlen(slots->name) == len && strncmp(slots->name, name, len) == 0)
			return slots->value;
	return NULL;
}

int
text_fill(char *out, size_t cap, const char *sentence, const struct slot *slots)
{
	size_t len = 0, size, used;
	const char *piece;

	for (const char *s = sentence; *s != '\0'; s += used) {
		if (*s == '{') {
			used = placeholder(s);
			piece = used > 0 ? slot_value(slots, s + 1, used - 2) : NULL;
			size = piece != NULL ? strlen(piece) : 0;
		} else {
			used = size = strcspn(s, "{");
			piece = s;
		}
		if (piece == NULL || size >= cap - len)
			goto fail;
		memcpy(out + len, piece, size);
		len += size;
	}
	if (cap == 0)
		return -1;
	out[len] = '\0';
	return len;
fail:
	if (cap > 0)
		out[0] = '\0';
	return -1;
}
