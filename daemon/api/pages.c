/* Files in memory. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "daemon/api/pages.h"
#include "daemon/base/file.h"
#include "daemon/base/util.h"

#define FILE_MAX (1024 * 1024)
#define SMALLEST 9			/* level of compression: once, before anybody waits */

#define POLICY \
	{ "Content-Security-Policy", PAGES_POLICY }, \
	{ "Referrer-Policy", "no-referrer" }
static const char *const headers[][2] = { POLICY, { NULL, NULL } };

/* It may serve the pages of tickets where there is no signal. */
#define WORKER "pages/ticket/worker.js"
static const char *const worker_headers[][2] = { POLICY, { "Service-Worker-Allowed", "/t/" }, { NULL, NULL } };

struct page {
	char		*path;
	struct document	 document;
};

struct pages {
	struct page	*page;
	size_t		 count, room;
};

static const struct { const char *end, *type; } types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".svg", "image/svg+xml" },
};

static const char *
type_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (len > strlen(types[i].end) && strcmp(path + len - strlen(types[i].end), types[i].end) == 0)
			return types[i].type;
	return NULL;
}

/* Bytes are taken. */
static void
keep(struct pages *p, const char *path, char *bytes, size_t len)
{
	char sum[DIGEST_MAX];
	struct page page = { .path = xstrdup(path), .document = { .type = type_of(path),
	    .more = strcmp(path, WORKER) == 0 ? worker_headers : headers } };

	digest(sum, bytes, len);
	sum[20] = '\0';
	document_set(&page.document, bytes, len, sum);
	document_compress(&page.document, SMALLEST);
	GROW(p->page, p->count, p->room);
	p->page[p->count++] = page;
}

/* Sentences that no page has, and those that staff's pages alone have: phones, kiosks and screens load the others, from text/public/. */
static const char *const of_none[] = { "story.", "why.", "who.", "slip.", "voice.", "count.", "report.", "ready.what.", "ready.do.", "ready.where", NULL };
static const char *const of_staff[] = { "page.admin.", "page.guide.", "page.window.", "page.command.", "page.signin.", "record.", "ready.", NULL };

static bool
is_of(const char *const *parts, const char *key)
{
	for (; *parts != NULL; parts++)
		if (strncmp(key, *parts, strlen(*parts)) == 0)
			return true;
	return false;
}

/* Without the blanks that are there for who edits the file.  Bytes are taken. */
static void
keep_texts(struct pages *p, const char *path, char *bytes, size_t len)
{
	json_t *all = json_loadb(bytes, len, 0, NULL), *of_pages = json_object(), *some = json_object(), *sentence;
	const char *key;
	char public[640], *text;

	json_object_foreach(all, key, sentence) {
		if (is_of(of_none, key))
			continue;
		json_object_set(of_pages, key, sentence);
		if (!is_of(of_staff, key))
			json_object_set(some, key, sentence);
	}
	text = json_dumps(some, JSON_COMPACT);
	snprintf(public, sizeof public, "text/public/%s", path + strlen("text/"));
	keep(p, public, text, strlen(text));
	text = json_dumps(of_pages, JSON_COMPACT);
	keep(p, path, text, strlen(text));
	free(bytes);
	json_decref(all);
	json_decref(of_pages);
	json_decref(some);
}

static int
add(struct pages *p, const char *folder, const char *path, char *error, size_t cap)
{
	char full[1024], *bytes;
	size_t len;

	if (type_of(path) == NULL)
		return 0;
	snprintf(full, sizeof full, "%.400s/%.600s", folder, path);
	if ((bytes = file_read(full, FILE_MAX, &len)) == NULL) {
		snprintf(error, cap, "pages %s: %s", full, strerror(errno));
		return -1;
	}
	if (strncmp(path, "text/", strlen("text/")) == 0)
		keep_texts(p, path, bytes, len);
	else
		keep(p, path, bytes, len);
	return 0;
}

static int
read_folder(struct pages *p, const char *folder, const char *below, char *error, size_t cap)
{
	char full[1024], path[600];
	struct dirent *entry;
	struct stat st;
	int result = 0;
	DIR *dir;

	snprintf(full, sizeof full, "%.400s/%.600s", folder, below);
	if ((dir = opendir(full)) == NULL) {
		snprintf(error, cap, "pages %s: %s", full, strerror(errno));
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%.300s/%.255s", below, entry->d_name);
		snprintf(full, sizeof full, "%.400s/%.600s", folder, path);
		if (stat(full, &st) == 0 && S_ISDIR(st.st_mode))
			result = read_folder(p, folder, path, error, cap);
		else
			result = add(p, folder, path, error, cap);
	}
	closedir(dir);
	return result;
}

struct pages *
pages_open(const char *folder, char *error, size_t cap)
{
	struct pages *p = xcalloc(1, sizeof *p);

	if (read_folder(p, folder, "pages", error, cap) == -1 || read_folder(p, folder, "text", error, cap) == -1) {
		pages_close(p);
		return NULL;
	}
	return p;
}

void
pages_close(struct pages *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->count; i++) {
		free(p->page[i].path);
		document_clear(&p->page[i].document);
	}
	free(p->page);
	free(p);
}

struct document *
page_find(const struct pages *p, const char *path)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->page[i].path, path) == 0)
			return &p->page[i].document;
	return NULL;
}
