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
#include "daemon/core/fact.h"

#define FILE_MAX (1024 * 1024)
#define SMALLEST 9			/* level of compression: before anybody waits */

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
	json_t		*usual[LANGUAGES];	/* sentences as in the files */
	bool		 own;			/* some are in the hall's own words */
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

static struct document *
place(struct pages *p, const char *path)
{
	struct document *d = page_find(p, path);

	if (d != NULL)
		return d;
	GROW(p->page, p->count, p->room);
	p->page[p->count] = (struct page){ .path = xstrdup(path), .document = { .type = type_of(path),
	    .more = strcmp(path, WORKER) == 0 ? worker_headers : headers } };
	return &p->page[p->count++].document;
}

/* Bytes are taken. */
static struct document *
keep(struct pages *p, const char *path, char *bytes, size_t len)
{
	struct document *d = place(p, path);
	char sum[DIGEST_MAX];

	digest(sum, bytes, len);
	sum[20] = '\0';
	document_set(d, bytes, len, sum);
	return d;
}

/* Sentences that not all pages have; nor those of another page alone, page.NAME. */
static const char *const of_some[] = { "story.", "why.", "who.", "slip.", "voice.", "count.", "report.", "ready.", "record.", "page.command.", "page.signin.", NULL };

/* A page has its own, those that all have, and those that begin as is said here: what it does not say it does not load. */
static const struct wording { const char *page; const char *also[16]; } wordings[] = {
	{ "admin", { "page.guide.unserved_row", "page.public.open_windows", "page.public.waiting", "page.public.windows", "page.signin.", "page.window.alarm", "page.window.unsure",
	    "ready.again", "ready.point.", "ready.state.", "ready.title", "record." } },
	{ "board", { NULL } },
	{ "guide", { "page.public.", "page.signin.", "page.window.", "ready.again", "ready.point.", "ready.state.", "ready.title", "record.choice." } },
	{ "kiosk", { "page.public.waiting", "page.ticket.ahead_none", "page.ticket.checkin", "page.ticket.command.return", "page.ticket.hint.",
	    "page.ticket.place", "page.ticket.state." } },
	{ "me", { "page.signin.", "page.ticket.grade.", "page.window.unsure", "record.choice.", "record.field.", "record.none", "record.state.", "record.step.withdraw",
	    "record.subject.leave", "record.subject.requests", "record.subject.roster", "record.subject.scores" } },
	{ "public", { "page.ticket." } },
	{ "sign", { "page.ticket.grade.", "page.ticket.rated", "page.ticket.rating." } },
	{ "ticket", { NULL } },
	{ "window", { "page.command.", "page.guide.need.", "page.me.title", "page.signin." } },
};
#define WORDINGS (sizeof wordings / sizeof *wordings)

static bool
is_of(const char *const *parts, const char *key)
{
	for (; *parts != NULL; parts++)
		if (strncmp(key, *parts, strlen(*parts)) == 0)
			return true;
	return false;
}

static bool
is_of_page(const char *page, const char *key)
{
	size_t len = strlen(page);

	return strncmp(key, "page.", 5) == 0 && strncmp(key + 5, page, len) == 0 && key[5 + len] == '.';
}

static bool
says(const struct wording *w, const char *key)
{
	if (is_of(w->also, key) || is_of_page(w->page, key))
		return true;
	for (size_t i = 0; i < WORDINGS; i++)
		if (is_of_page(wordings[i].page, key))
			return false;
	return !is_of(of_some, key);
}

/* Without the blanks that are there for who edits the file.  Once, before anybody waits, it is made as small as can be. */
static void
keep_text(struct pages *p, const struct wording *w, enum language lang, const json_t *own, bool begins)
{
	json_t *sentences = json_object(), *sentence;
	char path[64], *text;
	const char *key;
	struct document *d;

	json_object_foreach(p->usual[lang], key, sentence)
		if (says(w, key))
			json_object_set(sentences, key, json_object_get(own, key) == NULL ? sentence : json_object_get(own, key));
	text = json_dumps(sentences, JSON_COMPACT);
	snprintf(path, sizeof path, "text/%s/%s.json", w->page, language_name(lang));
	d = keep(p, path, text, strlen(text));
	if (begins)
		document_compress(d, SMALLEST);
	json_decref(sentences);
}

static void
keep_texts(struct pages *p, enum language lang, const json_t *own, bool begins)
{
	for (size_t i = 0; i < WORDINGS; i++)
		keep_text(p, &wordings[i], lang, own, begins);
}

void
pages_follow(struct pages *p, const struct layout *l)
{
	if (l->sentence_count == 0 && !p->own)
		return;
	p->own = l->sentence_count > 0;
	for (int lang = 0; lang < LANGUAGES; lang++) {
		json_t *own = json_object();

		for (const struct sentence *s = l->sentence; s < l->sentence + l->sentence_count; s++)
			if (s->in[lang][0] != '\0')
				json_object_set_new(own, s->key, json_string(s->in[lang]));
		keep_texts(p, lang, own, false);
		json_decref(own);
	}
}

/* Of a language that the hall can speak. */
static int
text_of(const char *path)
{
	char name[16];

	for (int lang = 0; lang < LANGUAGES; lang++) {
		snprintf(name, sizeof name, "text/%s.json", language_name(lang));
		if (strcmp(path, name) == 0)
			return lang;
	}
	return -1;
}

static int
add(struct pages *p, const char *folder, const char *path, char *error, size_t cap)
{
	char full[1024], *bytes;
	size_t len;
	int lang = text_of(path);

	if (type_of(path) == NULL)
		return 0;
	snprintf(full, sizeof full, "%.400s/%.600s", folder, path);
	if ((bytes = file_read(full, FILE_MAX, &len)) == NULL) {
		snprintf(error, cap, "pages %s: %s", full, strerror(errno));
		return -1;
	}
	if (lang != -1) {
		p->usual[lang] = json_loadb(bytes, len, 0, NULL);
		keep_texts(p, lang, NULL, true);
		free(bytes);
	} else
		document_compress(keep(p, path, bytes, len), SMALLEST);
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
	for (int lang = 0; lang < LANGUAGES; lang++)
		json_decref(p->usual[lang]);
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
