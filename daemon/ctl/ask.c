/* Asking the hall, and what of words becomes paths and bodies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/ctl/ctl.h"
#include "daemon/net/fetch.h"

/* Where the hall is, without slashes at the end. */
void
url_of(char *out, size_t cap, const struct hallctl *ctl, const char *path)
{
	const char *at = ctl->url != NULL ? ctl->url : "http://halld";
	int len = strlen(at);

	while (len > 0 && at[len - 1] == '/')
		len--;
	if (snprintf(out, cap, "%.*s%s", len, at, path) >= (int)cap)
		fatal("%s: too long", path);
}

/* A refusal or a missing daemon ends the program, with one line. */
json_t *
ask_text(const struct hallctl *ctl, const char *method, const char *path, const char *text, const char *match)
{
	char url[ASK_MAX], key[25];
	struct fetch f = { .url = url, .method = method, .body = text, .key = key, .match = match };
	json_t *answer;

	random_token(key, sizeof key - 1);
	url_of(url, sizeof url, ctl, path);
	if (ctl->url == NULL)
		f.socket = ctl->socket;
	else
		f.token = getenv("HALL_TOKEN");
	if (fetch(&f) == -1)
		fatal("%s: %s", ctl->url != NULL ? ctl->url : ctl->socket, f.error);
	answer = json_loads(f.answer, 0, NULL);
	if (f.status >= 400) {
		const char *code = json_string_value(json_object_get(answer, "code"));
		const char *detail = json_string_value(json_object_get(answer, "detail"));

		if (code == NULL || detail == NULL)
			fatal("%s %s: HTTP %d", method, path, f.status);
		fatal("%s: %s%s%s%s", path + strlen("/api/v1/"), code, strcmp(code, detail) == 0 ? "" : ": ",
		    strcmp(code, detail) == 0 ? "" : detail, f.status != 401 ? "" :
		    f.token == NULL || *f.token == '\0' ? "; the token of who may goes into $HALL_TOKEN" :
		    "; what $HALL_TOKEN has is no token, or none any more");
	}
	if (!json_is_object(answer))
		fatal("%s: not an answer of halld", url);
	if (ctl->json) {
		printf("%s\n", f.answer);
		json_decref(answer);
		answer = NULL;
	}
	free(f.answer);
	return answer;
}

json_t *
ask(const struct hallctl *ctl, const char *method, const char *path, json_t *body)
{
	char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	json_t *answer = ask_text(ctl, method, path, text, NULL);

	free(text);
	json_decref(body);
	return answer;
}

/* A word that becomes part of a path. */
const char *
path_of(char *out, size_t cap, const char *before, const char *word, const char *after)
{
	size_t len = snprintf(out, cap, "/api/v1/%s", before);
	const char *c = word;

	for (; *c != '\0' && len + 4 < cap; c++) {
		bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= 'a' && *c <= 'z') || strchr("-_.~", *c) != NULL;

		len += snprintf(out + len, cap - len, plain ? "%c" : "%%%02X", plain ? *c : (unsigned char)*c);
	}
	if (*c != '\0' || snprintf(out + len, cap - len, "%s", after) >= (int)(cap - len))
		fatal("%s: too long", word);
	return out;
}

/* A word that becomes a member of the body. */
json_t *
json_of(const char *member, const char *word)
{
	json_t *v = json_string(word);

	if (v == NULL)
		fatal("%s: no UTF-8", member);
	return v;
}

/* A number of a command line, or a usage error. */
int
number_of(const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (*word == '\0' || *end != '\0' || n < 0 || n > 1000000)
		usage(2);
	return n;
}

/* A list of words with commas between them; "-" is empty. */
json_t *
list_of(const char *name, char *words)
{
	json_t *list = json_array();

	for (char *word; strcmp(words, "-") != 0 && (word = strsep(&words, ",")) != NULL; ) {
		json_array_append_new(list, json_of(name, word));
		if (words == NULL)
			break;
	}
	return list;
}
