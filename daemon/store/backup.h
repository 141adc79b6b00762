/*
 * Copies of the database, made beside the hall and put back in its place.
 *
 * A copy is the state after some commit, whole, in one file of its own,
 * FOLDER/halld-20261128-183000.db; until it is there and on disk it has another
 * name.  Blocks: for a thread that may wait.
 */
#ifndef BACKUP_H
#define BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/layout.h"
#include "daemon/store/erase.h"
#include "daemon/store/reader.h"

#define BACKUP_PATH_MAX 320
#define BACKUPS_MAX 256		/* that are looked at in a folder: more than are ever kept */

/* A copy made at a time, and which are kept: the newest so many. */
struct backup { char path[BACKUP_PATH_MAX]; int64_t bytes, seq; int day; };	/* day: its date, by its name */

/* Make one in a folder, which is made if it is not there, unless too little room would be left for the hall.  0, or -1 with one line in error; then there is none. */
int	backup_make(struct reader *, const char *folder, int64_t wall_ms, int keep, struct backup *, char *error, size_t cap);

/* Make the same in another folder, likewise. */
int	backup_carry(const struct backup *made, const char *folder, int keep, char *error, size_t cap);

/* Is it a whole database of a hall, of no newer version than ours?  The number of its newest event, or -1 with one line in error. */
int64_t	backup_check(const char *path, char *error, size_t cap);

/* Is it of a hall that the one in this state never was?  Its id; an empty state, or an old copy, may be anybody's. */
bool	backup_of_other(const char *state, const char *path, char id[ID_MAX]);

/*
 * Put a copy in the place of the database of a state that nobody has open; what
 * was there is kept beside it as halld.db.before.  The next start begins a new
 * epoch, and counts figures anew.  0, or -1 with one line in error; then all is
 * as it was, but if the disk failed in between.
 */
int	backup_restore(const char *state, const char *path, char *error, size_t cap);

/*
 * Erase what is due in a copy, where it stands.  Stopped in the middle it is
 * whole, with what was to be erased or without; the next time goes on.  0, or -1
 * with one line in error: not all of it is gone.
 */
int	backup_erase(const char *path, const struct due *, char *error, size_t cap);

/* Remove one that cannot be read, and in which all is due that people said: it was written last before that.  Was it? */
bool	backup_expire(const char *path, const struct due *);

/* Remove what a copy or a restore of a day ago left unfinished. */
void	backup_sweep(const char *folder);

/* Those in a folder, the newest first: how many; -1: it cannot be read. */
int	backup_list(const char *folder, struct backup list[], int most);

#endif
