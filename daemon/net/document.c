/* Which coding, and whether it is known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/base/gzip.h"
#include "daemon/net/document.h"

#define FAST 1

void
document_set(struct document *d, char *bytes, size_t len, const char *tag)
{
	document_clear(d);
	d->plain = bytes;
	d->plain_len = len;
	snprintf(d->etag[false], ETAG_MAX, "\"%s\"", tag);
	snprintf(d->etag[true], ETAG_MAX, "\"%s-gzip\"", tag);
}

void
document_compress(struct document *d, int level)
{
	if (d->gzip == NULL)
		d->gzip = gzip(d->plain, d->plain_len, level, &d->gzip_len);
}

void
document_clear(struct document *d)
{
	free(d->plain);
	free(d->gzip);
	d->plain = d->gzip = NULL;
}

static struct guard_text
trimmed(struct guard_text t)
{
	while (t.n > 0 && (*t.at == ' ' || *t.at == '\t'))
		t.at++, t.n--;
	while (t.n > 0 && (t.at[t.n - 1] == ' ' || t.at[t.n - 1] == '\t'))
		t.n--;
	return t;
}

/* What stands before the separator, and the rest behind it. */
static struct guard_text
cut(struct guard_text *rest, char separator)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->at, separator, rest->n);
	struct guard_text part = { rest->at, at == NULL ? rest->n : (size_t)(at - rest->at) };

	rest->at += part.n + (at != NULL);
	rest->n -= part.n + (at != NULL);
	return trimmed(part);
}

static bool
is(struct guard_text t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.at, word, t.n) == 0;
}

/* ;q=0, 0.0, 0.00 or 0.000: not at all. */
static bool
is_no(struct guard_text parameters)
{
	while (parameters.n > 0) {
		struct guard_text p = cut(&parameters, ';');

		if (p.n < 3 || strncasecmp(p.at, "q=", 2) != 0)
			continue;
		for (size_t i = 2; i < p.n; i++)
			if (p.at[i] != '0' && p.at[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool
accepts_gzip(struct guard_text list)
{
	bool any = false;

	while (list.n > 0) {
		struct guard_text coding = cut(&list, ','), name = cut(&coding, ';');

		if (is(name, "gzip") || is(name, "x-gzip"))
			return !is_no(coding);
		if (is(name, "*"))
			any = !is_no(coding);
	}
	return any;
}

/* A list of tags, maybe weakened by a proxy that compresses. */
static bool
has(struct guard_text list, const char *etag)
{
	return list.n > 0 && memmem(list.at, list.n, etag, strlen(etag)) != NULL;
}

struct document_answer
document_choose(struct document *d, const struct document_wish *wish)
{
	bool gzip = accepts_gzip(wish->accept_encoding);
	const char *etag = d->etag[gzip], *other = d->etag[!gzip];

	if (is(wish->if_none_match, "*") || has(wish->if_none_match, etag))
		return (struct document_answer){ .status = 304, .etag = etag };
	if (has(wish->if_none_match, other))
		return (struct document_answer){ .status = 304, .etag = other };
	if (!gzip)
		return (struct document_answer){ 200, etag, NULL, d->plain, d->plain_len };
	document_compress(d, FAST);
	return (struct document_answer){ 200, etag, "gzip", d->gzip, d->gzip_len };
}

void
document_headers(const struct document *d, const struct document_answer *a,
    void (*add)(void *arg, const char *name, const char *value), void *arg)
{
	add(arg, "ETag", a->etag);
	add(arg, "Cache-Control", d->cache == NULL ? "no-cache" : d->cache);
	add(arg, "Vary", "Accept-Encoding");
	if (a->coding != NULL)
		add(arg, "Content-Encoding", a->coding);
	for (const char *const (*more)[2] = d->more; more != NULL && (*more)[0] != NULL; more++)
		add(arg, (*more)[0], (*more)[1]);
}
