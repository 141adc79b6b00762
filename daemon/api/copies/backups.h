/*
 * Backups: made after each day is closed and when somebody asks, in STATE/backup
 * and, if the layout names one, in a second place.
 */
#ifndef API_BACKUPS_H
#define API_BACKUPS_H

#include <stdbool.h>

struct backups;
struct due;
struct server;
struct worker;

/* New; the worker is borrowed, and may be kept waiting.  NULL with one line in error. */
struct backups	*backups_open(struct server *, struct worker *, const char *dir, char *error, size_t cap);
void		 backups_close(struct backups *);	/* its worker and the second place are closed */

/* Was the last one that was to be made, since the start, not made? */
bool		 backups_failed(const struct backups *);

/* A day was closed. */
void		 backups_day(struct backups *);

/* This was erased from the database: it goes from its copies too, in both places, and from what a restore kept. */
void		 backups_erase(struct backups *, const struct due *);

#endif
