/* Sentences for people, by key and language. */
#include <jansson.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/texts.h"

#define SIGN_SENTENCE 63	/* bytes: a sign has room for that and what is filled in (sign.h) */

/* Sentences in a hall's own words. */
struct own {
	json_t		*in[LANGUAGES];
	struct own	*before;	/* another thread may still be at it */
};

struct texts {
	json_t		*in[LANGUAGES];
	_Atomic(struct own *) own;	/* NULL: it has none */
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
		if (at.line < 0)	/* it was not read, and the text has its path */
			snprintf(error, cap, "%s", at.text);
		else
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
	for (struct own *own = atomic_load(&t->own), *before; own != NULL; own = before) {
		before = own->before;
		for (int lang = 0; lang < LANGUAGES; lang++)
			json_decref(own->in[lang]);
		free(own);
	}
	free(t);
}

static int
check_sentence(const struct texts *t, const struct sentence *s, enum language lang, char *error, size_t cap)
{
	const char *usual = json_string_value(json_object_get(t->in[lang], s->key)), *own = s->in[lang];
	char wrong[64];
	int len = snprintf(error, cap, "/texts/%s/%s: ", s->key, lang == LANG_ZH ? "zh" : "en");

	if (strncmp(s->key, "sign.", strlen("sign.")) == 0 && strlen(own) > SIGN_SENTENCE)
		snprintf(error + len, cap - len, "%zu bytes are over %d", strlen(own), SIGN_SENTENCE);
	else if (!has_all(usual, own, wrong, sizeof(wrong)))
		snprintf(error + len, cap - len, "%s is not in \"%s\"", wrong, usual);
	else if (!has_all(own, usual, wrong, sizeof(wrong)))
		snprintf(error + len, cap - len, "%s is missing; it is in \"%s\"", wrong, usual);
	else
		return 0;
	return -1;
}

int
texts_check(const struct texts *t, const struct layout *l, char *error, size_t cap)
{
	for (const struct sentence *s = l->sentence; s < l->sentence + l->sentence_count; s++) {
		if (json_object_get(t->in[LANG_ZH], s->key) == NULL) {
			snprintf(error, cap, "/texts/%s: there is no such sentence in display/text/", s->key);
			return -1;
		}
		for (int lang = 0; lang < LANGUAGES; lang++)
			if (s->in[lang][0] != '\0' && check_sentence(t, s, lang, error, cap) == -1)
				return -1;
	}
	return 0;
}

void
texts_follow(struct texts *t, const struct layout *l)
{
	struct own *own;

	if (l->sentence_count == 0 && atomic_load(&t->own) == NULL)
		return;
	if ((own = calloc(1, sizeof(*own))) == NULL)
		abort();
	for (int lang = 0; lang < LANGUAGES; lang++) {
		own->in[lang] = json_object();
		for (const struct sentence *s = l->sentence; s < l->sentence + l->sentence_count; s++)
			if (s->in[lang][0] != '\0')
				json_object_set_new(own->in[lang], s->key, json_string(s->in[lang]));
	}
	own->before = atomic_load(&t->own);
	atomic_store(&t->own, own);
}

const char *
texts_get(const struct texts *t, enum language lang, const char *key)
{
	const struct own *own = atomic_load(&((struct texts *)t)->own);
	const char *sentence = own == NULL ? NULL : json_string_value(json_object_get(own->in[lang], key));

	if (sentence == NULL)
		sentence = json_string_value(json_object_get(t->in[lang], key));
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
