/*
 * Pages and what they need, from a folder into memory at start: an answer never
 * waits for a disk, and a changed file shows after a restart, all at once.
 */
#ifndef PAGES_H
#define PAGES_H

#include "daemon/core/layout.h"
#include "daemon/net/document.h"

/* Nothing from other hosts, nothing inline, in nobody's frame. */
#define PAGES_POLICY "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

struct pages;

/* Read display/pages and display/text below `folder`.  New; NULL with a line in error. */
struct pages	*pages_open(const char *folder, char *error, size_t cap);
void		 pages_close(struct pages *);

/* Sentences are in the words of this layout from now on (hall.json, texts). */
void		 pages_follow(struct pages *, const struct layout *);

/* A file below `folder`, such as "pages/window/window.js"; NULL: there is none. */
struct document	*page_find(const struct pages *, const char *path);

#endif
