/* libcurl, easy and blocking. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "daemon/base/util.h"
#include "daemon/net/fetch.h"

static size_t
received(char *bytes, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t len = size * count;

	if (f->take != NULL) {
		f->take(bytes, len);
		return len;
	}
	f->answer = xrealloc(f->answer, f->len + len + 1, 1);
	memcpy(f->answer + f->len, bytes, len);
	f->len += len;
	f->answer[f->len] = '\0';
	return len;
}

static struct curl_slist *
headers(const struct fetch *f)
{
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	char line[512];

	if (f->token != NULL) {
		snprintf(line, sizeof line, "Authorization: Bearer %s", f->token);
		list = curl_slist_append(list, line);
	}
	if (f->key != NULL) {
		snprintf(line, sizeof line, "Idempotency-Key: %s", f->key);
		list = curl_slist_append(list, line);
	}
	if (f->match != NULL) {
		snprintf(line, sizeof line, "If-Match: %s", f->match);
		list = curl_slist_append(list, line);
	}
	return list;
}

int
fetch(struct fetch *f)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *list = headers(f);
	long status = 0;
	CURLcode result;

	f->answer = xrealloc(NULL, 1, 1);
	f->answer[f->len = 0] = '\0';
	f->error[0] = '\0';
	curl_easy_setopt(curl, CURLOPT_URL, f->url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, f->socket);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, f->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	if (f->body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->body);
	/* A refusal is not what `take` waits for. */
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, f->take != NULL ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, received);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, f->error);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	f->status = status;
	if (result != CURLE_OK && f->error[0] == '\0')
		snprintf(f->error, sizeof f->error, "%s", curl_easy_strerror(result));
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	return result == CURLE_OK ? 0 : -1;
}
