/* Copies of the database. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/file.h"
#include "daemon/base/util.h"
#include "daemon/store/backup.h"
#include "daemon/store/load.h"
#include "daemon/store/lock.h"
#include "daemon/store/schema.h"

#define LEAVES_BYTES	(INT64_C(32) << 20)	/* to the hall: tickets of many days */

static int
fail(char *error, size_t cap, const char *path)
{
	snprintf(error, cap, "%s: %s", path, strerror(errno));
	return -1;
}

static bool
is_backup(const char *name, int *day)
{
	int end = 0, time;

	return sscanf(name, "halld-%8d-%6d.db%n", day, &time, &end) == 2 && end == 24 && name[end] == '\0';
}

static int
newest_first(const void *a, const void *b)
{
	return -strcmp(((const struct backup *)a)->path, ((const struct backup *)b)->path);
}

int
backup_list(const char *folder, struct backup list[], int most)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	int count = 0;

	if (dir == NULL)
		return errno == ENOENT ? 0 : -1;
	while ((entry = readdir(dir)) != NULL && count < most) {
		struct backup *b = &list[count];
		int day;

		if (!is_backup(entry->d_name, &day))
			continue;
		*b = (struct backup){ .day = day };
		snprintf(b->path, sizeof b->path, "%s/%s", folder, entry->d_name);
		if (stat(b->path, &st) == 0) {
			b->bytes = st.st_size;
			count++;
		}
	}
	closedir(dir);
	qsort(list, count, sizeof list[0], newest_first);
	return count;
}

/* With what a connection keeps beside it. */
static void
forget(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[BACKUP_PATH_MAX + 8];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void
prune(const char *folder, int keep, const char *made)
{
	struct backup *list = xcalloc(BACKUPS_MAX, sizeof *list);
	int count = backup_list(folder, list, BACKUPS_MAX);

	/* The clock may have been set back: the one just made stays. */
	for (int i = keep; i < count; i++)
		if (strcmp(list[i].path, made) != 0)
			forget(list[i].path);
	free(list);
}

/* A copy may be of an older version, whose tables are brought up to date when it is put back: no more is asked of it than all have. */
static const char *const asked[] = { "SELECT seq FROM event ORDER BY seq DESC LIMIT 1" };
static const struct schema copy_schema = { .of = "a hall", .statements = asked, .statement_count = 1 };

/* Whose it is: the newest layouts first.  The oldest copies have none. */
static const char *const asked_whose[] = { "SELECT json_extract(text, '$.hall.id') FROM layout ORDER BY rev DESC" };
static const struct schema whose_schema = { .of = "a hall", .statements = asked_whose, .statement_count = 1 };

int64_t
backup_check(const char *path, char *error, size_t cap)
{
	struct db *db = db_open_reader(path, &copy_schema, error, cap);
	int64_t seq = 0;

	if (db == NULL)
		return -1;
	if (db_check(db, error, cap) == -1)
		seq = -1;
	else if (db_number(db, 0, NULL, 0, &seq) == -1) {
		snprintf(error, cap, "%s: cannot be read", path);
		seq = -1;
	}
	db_close(db);
	return seq;
}

struct whose {
	char		 newest[ID_MAX];	/* empty: nobody knows */
	const char	*looked_for;		/* NULL: none */
	bool		 was;			/* that, at some time */
};

static int
take_id(void *arg, const struct value *v)
{
	struct whose *w = arg;

	if (v[0].type != V_TEXT)
		return 0;
	if (w->newest[0] == '\0')
		snprintf(w->newest, sizeof w->newest, "%s", (const char *)v[0].p);
	w->was = w->was || (w->looked_for != NULL && strcmp(w->looked_for, v[0].p) == 0);
	return 0;
}

static void
ask_whose(struct whose *w, const char *path)
{
	char why[320];
	struct db *db = access(path, F_OK) == -1 ? NULL : db_open_reader(path, &whose_schema, why, sizeof why);

	if (db != NULL)
		db_each(db, 0, NULL, 0, take_id, w);
	db_close(db);
}

bool
backup_of_other(const char *state, const char *path, char id[ID_MAX])
{
	char place[BACKUP_PATH_MAX];
	struct whose copy = { 0 }, ours = { .looked_for = copy.newest };

	snprintf(place, sizeof place, "%s/halld.db", state);
	ask_whose(&copy, path);
	ask_whose(&ours, place);
	strcpy(id, copy.newest);
	return copy.newest[0] != '\0' && ours.newest[0] != '\0' && !ours.was;
}

/* On disk, under its name, and so is that. */
static int
settle(const char *tmp, const char *path)
{
	int fd = open(tmp, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	if (fchmod(fd, 0600) == -1 || fsync(fd) == -1) {
		close(fd);
		return -1;
	}
	close(fd);
	return rename(tmp, path) == -1 ? -1 : file_sync_folder(path);
}

/* A copy that fills the disk ends the giving of tickets, and is not whole either. */
static int
find_room(const char *folder, int64_t bytes, char *error, size_t cap)
{
	int64_t wants = bytes + LEAVES_BYTES, left;
	struct statvfs fs;

	if (statvfs(folder, &fs) == -1)
		return fail(error, cap, folder);
	left = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	if (left >= wants)
		return 0;
	snprintf(error, cap, "%s: %lld MB are free, and a copy is made where there are %lld", folder, (long long)(left >> 20), (long long)(wants >> 20) + 1);
	return -1;
}

/* A copy of one of `bytes`, made by make(from, ...), under the name that b has. */
static int
put(int (*make)(void *from, const char *tmp, char *error, size_t cap), void *from, int64_t bytes, const char *folder, int keep,
    struct backup *b, char *error, size_t cap)
{
	char tmp[BACKUP_PATH_MAX + 8];
	struct stat st;

	snprintf(tmp, sizeof tmp, "%s.part", b->path);
	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return fail(error, cap, folder);
	unlink(tmp);
	if (find_room(folder, bytes, error, cap) == -1 || make(from, tmp, error, cap) == -1 || (b->seq = backup_check(tmp, error, cap)) == -1) {
		unlink(tmp);
		return -1;
	}
	if (settle(tmp, b->path) == -1 || stat(b->path, &st) == -1) {
		fail(error, cap, b->path);
		unlink(tmp);
		return -1;
	}
	b->bytes = st.st_size;
	prune(folder, keep, b->path);
	return 0;
}

static int
copy_hall(void *reader, const char *tmp, char *error, size_t cap)
{
	return reader_copy(reader, tmp, error, cap);
}

int
backup_make(struct reader *r, const char *folder, int64_t wall_ms, int keep, struct backup *b, char *error, size_t cap)
{
	time_t seconds = wall_ms / 1000;
	struct tm tm;

	localtime_r(&seconds, &tm);
	snprintf(b->path, sizeof b->path, "%s/halld-%04d%02d%02d-%02d%02d%02d.db", folder, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
	return put(copy_hall, r, reader_bytes(r), folder, keep, b, error, cap);
}

/* Whole, also what is still in its log. */
static int
copy(const char *from, const char *to, char *error, size_t cap)
{
	struct db *db = db_open_reader(from, &copy_schema, error, cap);
	int result = db == NULL ? -1 : db_copy(db, to, error, cap);

	db_close(db);
	return result;
}

static int
copy_made(void *made, const char *tmp, char *error, size_t cap)
{
	return copy(((const struct backup *)made)->path, tmp, error, cap);
}

/* Of the copy and not of the hall: nothing holds the hall's log while a slow place takes it. */
int
backup_carry(const struct backup *made, const char *folder, int keep, char *error, size_t cap)
{
	struct backup from = *made, b;

	snprintf(b.path, sizeof b.path, "%.250s/%s", folder, strrchr(made->path, '/') + 1);
	return put(copy_made, &from, made->bytes, folder, keep, &b, error, cap);
}

/* Erasing. */

/* Most nights there is nothing to be erased, and the file is left as it is. */
static bool
is_clean(const char *path, const struct due *due)
{
	char error[320];
	struct db *db = db_open_reader(path, &hall_schema, error, sizeof error);
	bool clean = db != NULL && erase_wanted(db, due) == 0;

	db_close(db);
	return clean;
}

/* One of an older version is brought up to date first: it has what is to be erased under other names. */
int
backup_erase(const char *path, const struct due *due, char *error, size_t cap)
{
	char log[BACKUP_PATH_MAX + 8];
	struct db *db;
	int result = -1;

	snprintf(log, sizeof log, "%s-wal", path);
	if (access(log, F_OK) == -1 && is_clean(path, due))
		return 0;
	if ((db = db_open(path, &hall_schema, error, cap)) == NULL)
		return -1;
	if (erase_rows(db, due) == DB_OK && db_settle(db) == 0)
		result = 0;
	else
		snprintf(error, cap, "%s: what is due cannot be erased", path);
	db_close(db);
	return result;
}

bool
backup_expire(const char *path, const struct due *due)
{
	struct stat st;

	if (stat(path, &st) == -1 || st.st_mtime >= due->notes_ms / 1000)
		return false;
	forget(path);
	return true;
}

void
backup_sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	char path[BACKUP_PATH_MAX];
	struct dirent *entry;
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		bool copied = strncmp(entry->d_name, "halld-", 6) == 0 && strstr(entry->d_name, ".db.part") != NULL;

		if (!copied && strncmp(entry->d_name, "halld.db.restore", strlen("halld.db.restore")) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (stat(path, &st) == 0 && st.st_mtime < time(NULL) - 24 * 3600)
			unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Putting one back. */

/* Of a database that may be no more, or cannot be read; 0: nobody knows. */
static int64_t
epoch_of(const char *path)
{
	static const char *const statements[] = { "SELECT abs(value) FROM meta WHERE name = 'epoch'" };
	const struct schema schema = { .of = "a hall", .statements = statements, .statement_count = 1 };
	char why[320];
	struct db *db = access(path, F_OK) == -1 ? NULL : db_open_reader(path, &schema, why, sizeof why);
	int64_t epoch = 0;

	if (db != NULL)
		db_number(db, 0, NULL, 0, &epoch);
	db_close(db);
	return epoch;
}

/*
 * The next start begins one, newer than that of the copy and that of what was
 * there: the clock may say 1970.  All of it is in the file then, and none in a
 * log beside it.
 */
static int
end_epoch(const char *path, const char *place, char *error, size_t cap)
{
	int64_t there = epoch_of(place), here = epoch_of(path);
	struct db *db = db_open(path, &hall_schema, error, cap);
	int result = -1;

	if (db == NULL)
		return -1;
	if (save_meta(db, "epoch", here > there ? -here : -there) == 0 && db_repair(db) == 0)
		result = 0;
	else
		snprintf(error, cap, "%s: its epoch cannot be ended", path);
	db_close(db);
	return result;
}

/*
 * What is there stays beside it under another name, whole: what is in its log
 * is carried over first, as far as it can be read.  There is a database under
 * the right name at every moment.
 */
static int
keep_before(const char *state, const char *place, char *error, size_t cap)
{
	char before[BACKUP_PATH_MAX], log[BACKUP_PATH_MAX + 8], log_before[BACKUP_PATH_MAX + 8], why[320];
	struct db *db = db_open(place, &hall_schema, why, sizeof why);
	bool carried = db != NULL && db_repair(db) == 0;

	db_close(db);
	snprintf(before, sizeof before, "%s/halld.db.before", state);
	snprintf(log, sizeof log, "%s-wal", place);
	snprintf(log_before, sizeof log_before, "%s-wal", before);
	forget(before);
	if (link(place, before) == -1 && errno != ENOENT)
		return fail(error, cap, before);
	if (!carried)
		rename(log, log_before);
	unlink(log);
	snprintf(log, sizeof log, "%s-shm", place);
	unlink(log);
	return 0;
}

int
backup_restore(const char *state, const char *path, char *error, size_t cap)
{
	char fresh[BACKUP_PATH_MAX], place[BACKUP_PATH_MAX], figures[BACKUP_PATH_MAX], id[ID_MAX];
	int lock = lock_state(state, error, cap), result = -1;

	snprintf(fresh, sizeof fresh, "%s/halld.db.restore", state);
	snprintf(place, sizeof place, "%s/halld.db", state);
	snprintf(figures, sizeof figures, "%s/figures.db", state);
	if (lock != -1 && backup_of_other(state, path, id)) {
		snprintf(error, cap, "%s: a copy of %s, which this hall never was", path, id);
		close(lock);
	} else if (lock != -1) {
		forget(fresh);
		if (copy(path, fresh, error, cap) == 0 && end_epoch(fresh, place, error, cap) == 0 && backup_check(fresh, error, cap) != -1 &&
		    keep_before(state, place, error, cap) == 0) {
			forget(figures);	/* counted from another log */
			result = settle(fresh, place) == -1 ? fail(error, cap, place) : 0;
		}
		forget(fresh);
		close(lock);
	}
	return result;
}
