/* A SQLite VFS that counts, fails, waits and forgets. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/base/file.h"
#include "daemon/base/util.h"
#include "tests/fault_vfs.h"

#define SECTOR		512
#define FILES_MAX	32
#define BYTES_MAX	(64 << 20)

/* A write, or a truncation to `at`, that no sync followed yet. */
struct change {
	size_t	 at, len;
	char	*bytes;			/* NULL: a truncation */
};

/* A file by name, from its first opening to its deletion. */
struct disk_file {
	char		 name[256];	/* empty: none */
	int		 opens;
	bool		 ours;		/* on the disk that fails */
	bool		 dirty;		/* there are changes; then `synced` is what a cut leaves for certain */
	char		*synced;
	size_t		 synced_len;
	struct change	*change;
	size_t		 changes, room;
};

/* What SQLite holds of an open file; the default VFS's part follows it. */
struct open_file {
	sqlite3_file		 base;
	struct disk_file	*file;
};

static struct {
	pthread_mutex_t	 lock;		/* taken again by fault_cut when watching */
	pthread_cond_t	 moved;		/* something was held or let go */
	sqlite3_vfs	*real;
	const char	*folder;
	struct fault	 fault;
	long		 matched, struck, count[DISK_CALLS];
	int		 sync_ms, held;
	bool		 hold, remember, unmapped;
	void		(*before)(void *);
	void		*before_arg;
	struct disk_file file[FILES_MAX];
} disk = { .lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, .moved = PTHREAD_COND_INITIALIZER };

static bool
ends(const char *name, const char *end)
{
	size_t len = strlen(name), want = strlen(end);

	return len >= want && strcmp(name + len - want, end) == 0;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return (sqlite3_file *)((struct open_file *)f + 1);
}

/* Does this call fail?  Counts it either way. */
static bool
strikes(const struct disk_file *f, enum disk_call call)
{
	const struct fault *fault = &disk.fault;

	if (!f->ours)
		return false;
	disk.count[call]++;
	if (fault->at == 0 || !(fault->calls & 1u << call) || (fault->file != NULL && !ends(f->name, fault->file)))
		return false;
	disk.matched++;
	if (disk.matched != fault->at && !(fault->forever && disk.matched > fault->at))
		return false;
	disk.struck++;
	return true;
}

/* What was written and not synced. */

static void
forget(struct disk_file *f)
{
	for (size_t i = 0; i < f->changes; i++)
		free(f->change[i].bytes);
	free(f->synced);
	f->synced = NULL;
	f->synced_len = f->changes = 0;
	f->dirty = false;
}

static void
remember(struct disk_file *f, size_t at, const void *bytes, size_t len)
{
	struct change *c;

	if (!disk.remember || !f->ours)
		return;
	if (!f->dirty)
		f->synced = file_read(f->name, BYTES_MAX, &f->synced_len);
	f->dirty = true;
	GROW(f->change, f->changes, f->room);
	c = &f->change[f->changes++];
	*c = (struct change){ .at = at, .len = len };
	if (bytes != NULL)
		c->bytes = memcpy(xcalloc(1, len + 1), bytes, len);
}

static void
put_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *out = fopen(path, "r+");

	if (out == NULL)
		out = fopen(path, "w");
	if (out == NULL || fwrite(bytes, 1, len, out) != len || fflush(out) == EOF || ftruncate(fileno(out), len) == -1)
		abort();
	fclose(out);
}

/* The kernel gave the pages up: the file is as it was synced last. */
static void
lose(struct disk_file *f)
{
	if (f->dirty)
		put_bytes(f->name, f->synced == NULL ? "" : f->synced, f->synced_len);
	forget(f);
}

/* Some sectors of a change reach the file, or all. */
static void
apply(char *bytes, size_t *len, const struct change *c, enum cut cut, unsigned *chance)
{
	if (c->bytes == NULL) {
		if (cut == CUT_KEEPS || rand_r(chance) % 2)
			*len = c->at;
		return;
	}
	for (size_t done = 0, part; done < c->len; done += part) {
		part = SECTOR - (c->at + done) % SECTOR;
		if (part > c->len - done)
			part = c->len - done;
		if (cut == CUT_TEARS && rand_r(chance) % 2)
			continue;
		memcpy(bytes + c->at + done, c->bytes + done, part);
		if (*len < c->at + done + part)
			*len = c->at + done + part;
	}
}

static void
cut_file(const struct disk_file *f, enum cut cut, const char *path, unsigned *chance)
{
	size_t len = f->synced_len, room = len;
	char *bytes;

	if (!f->dirty) {
		if ((bytes = file_read(f->name, BYTES_MAX, &len)) != NULL)
			put_bytes(path, bytes, len);
		free(bytes);
		return;
	}
	for (size_t i = 0; i < f->changes; i++)
		if (room < f->change[i].at + f->change[i].len)
			room = f->change[i].at + f->change[i].len;
	bytes = xcalloc(1, room + 1);
	if (f->synced != NULL)
		memcpy(bytes, f->synced, len);
	for (size_t i = 0; cut != CUT_LOSES && i < f->changes; i++)
		apply(bytes, &len, &f->change[i], cut, chance);
	put_bytes(path, bytes, len);
	free(bytes);
}

void
fault_cut(enum cut cut, const char *to, unsigned *chance)
{
	char path[512];

	pthread_mutex_lock(&disk.lock);
	for (int i = 0; i < FILES_MAX; i++) {
		const struct disk_file *f = &disk.file[i];

		if (!f->ours)
			continue;
		snprintf(path, sizeof path, "%s%s", to, f->name + strlen(disk.folder));
		cut_file(f, cut, path, chance);
	}
	pthread_mutex_unlock(&disk.lock);
}

/* The methods of a file. */

#define ON(f, method)	real(f)->pMethods->method

static int
file_close(sqlite3_file *f)
{
	pthread_mutex_lock(&disk.lock);
	((struct open_file *)f)->file->opens--;
	pthread_mutex_unlock(&disk.lock);
	return ON(f, xClose)(real(f));
}

static int
file_get(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
	int rc = SQLITE_IOERR_READ;

	pthread_mutex_lock(&disk.lock);
	if (!strikes(((struct open_file *)f)->file, DISK_READ))
		rc = ON(f, xRead)(real(f), to, len, at);
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

/* A file is about to be changed. */
static void
before_change(const struct disk_file *f)
{
	if (!f->ours)
		return;
	disk.held++;
	pthread_cond_broadcast(&disk.moved);
	while (disk.hold)
		pthread_cond_wait(&disk.moved, &disk.lock);
	disk.held--;
	if (disk.before != NULL)
		disk.before(disk.before_arg);
}

static int
file_put(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
	struct disk_file *file = ((struct open_file *)f)->file;
	int rc = SQLITE_OK, arrives = len;

	pthread_mutex_lock(&disk.lock);
	before_change(file);
	if (strikes(file, DISK_WRITE)) {
		rc = disk.fault.error == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
		arrives = disk.fault.arrives < len ? disk.fault.arrives : len;
	}
	if (arrives > 0) {
		int real_rc;

		remember(file, at, from, arrives);
		real_rc = ON(f, xWrite)(real(f), from, arrives, at);
		rc = rc == SQLITE_OK ? real_rc : rc;
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct disk_file *file = ((struct open_file *)f)->file;
	int rc = SQLITE_IOERR_TRUNCATE;

	pthread_mutex_lock(&disk.lock);
	before_change(file);
	if (!strikes(file, DISK_TRUNCATE)) {
		remember(file, size, NULL, 0);
		rc = ON(f, xTruncate)(real(f), size);
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static void
wait_a_while(void)
{
	struct timespec t = { disk.sync_ms / 1000, disk.sync_ms % 1000 * 1000000L };

	pthread_mutex_unlock(&disk.lock);
	nanosleep(&t, NULL);
	pthread_mutex_lock(&disk.lock);
}

static int
file_sync(sqlite3_file *f, int flags)
{
	struct disk_file *file = ((struct open_file *)f)->file;
	int rc = SQLITE_OK;

	(void)flags;			/* no real sync: the power of this machine stays on */
	pthread_mutex_lock(&disk.lock);
	before_change(file);
	if (file->ours && disk.sync_ms > 0)
		wait_a_while();
	if (strikes(file, DISK_SYNC)) {
		rc = SQLITE_IOERR_FSYNC;
		if (disk.fault.lost)
			lose(file);
	} else
		forget(file);
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int
file_map(sqlite3_file *f, int region, int size, int extend, void volatile **at)
{
	bool fails;

	pthread_mutex_lock(&disk.lock);
	fails = strikes(((struct open_file *)f)->file, DISK_MAP);
	pthread_mutex_unlock(&disk.lock);
	if (!fails)
		return ON(f, xShmMap)(real(f), region, size, extend, at);
	*at = NULL;
	return SQLITE_IOERR_SHMSIZE;
}

/* The rest is handed on. */
static int file_size(sqlite3_file *f, sqlite3_int64 *size) { return ON(f, xFileSize)(real(f), size); }
static int file_lock(sqlite3_file *f, int level) { return ON(f, xLock)(real(f), level); }
static int file_unlock(sqlite3_file *f, int level) { return ON(f, xUnlock)(real(f), level); }
static int file_reserved(sqlite3_file *f, int *is) { return ON(f, xCheckReservedLock)(real(f), is); }
static int file_control(sqlite3_file *f, int op, void *arg) { return ON(f, xFileControl)(real(f), op, arg); }
static int file_sector(sqlite3_file *f) { return ON(f, xSectorSize)(real(f)); }
static int file_traits(sqlite3_file *f) { return ON(f, xDeviceCharacteristics)(real(f)); }
static int file_shm_lock(sqlite3_file *f, int at, int n, int flags) { return ON(f, xShmLock)(real(f), at, n, flags); }
static void file_shm_barrier(sqlite3_file *f) { ON(f, xShmBarrier)(real(f)); }
static int file_unmap(sqlite3_file *f, int delete) { return ON(f, xShmUnmap)(real(f), delete); }

#define METHODS	\
	.xClose = file_close, .xRead = file_get, .xWrite = file_put, .xTruncate = file_truncate, \
	.xSync = file_sync, .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock, \
	.xCheckReservedLock = file_reserved, .xFileControl = file_control, .xSectorSize = file_sector, \
	.xDeviceCharacteristics = file_traits

static const sqlite3_io_methods unmapped = { .iVersion = 1, METHODS };
static const sqlite3_io_methods methods = { .iVersion = 2, METHODS,
	.xShmMap = file_map, .xShmLock = file_shm_lock, .xShmBarrier = file_shm_barrier, .xShmUnmap = file_unmap };

/* The methods of the disk. */

static bool
on_disk(const char *name)
{
	size_t len = disk.folder == NULL ? 0 : strlen(disk.folder);

	return len > 0 && strncmp(name, disk.folder, len) == 0 && name[len] == '/';
}

/* Its slot is free again unless somebody has it open. */
static void
drop_file(struct disk_file *f)
{
	forget(f);
	if (f->opens > 0)
		return;
	free(f->change);
	*f = (struct disk_file){ 0 };
}

static struct disk_file *
find_file(const char *name, bool make)
{
	struct disk_file *empty = NULL;

	for (int i = 0; i < FILES_MAX; i++) {
		if (strcmp(disk.file[i].name, name) == 0)
			return &disk.file[i];
		if (empty == NULL && !disk.file[i].ours && disk.file[i].opens == 0)
			empty = &disk.file[i];
	}
	if (!make)
		return NULL;
	if (empty == NULL || strlen(name) >= sizeof empty->name)
		abort();
	drop_file(empty);
	strcpy(empty->name, name);
	empty->ours = on_disk(name);
	return empty;
}

static int
disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct open_file *o = (struct open_file *)f;
	int rc = SQLITE_CANTOPEN;

	(void)vfs;
	f->pMethods = NULL;
	pthread_mutex_lock(&disk.lock);
	o->file = find_file(name == NULL ? "temporary" : name, true);
	if (!strikes(o->file, DISK_OPEN))
		rc = disk.real->xOpen(disk.real, name, real(f), flags, out);
	if (rc == SQLITE_OK) {
		f->pMethods = o->file->ours && disk.unmapped ? &unmapped : &methods;
		o->file->opens++;
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct disk_file *f;
	int rc;

	(void)vfs;
	pthread_mutex_lock(&disk.lock);
	rc = disk.real->xDelete(disk.real, name, sync_folder);
	if ((f = find_file(name, false)) != NULL)
		drop_file(f);
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

void
fault_vfs_register(void)
{
	static sqlite3_vfs vfs;

	disk.real = sqlite3_vfs_find(NULL);
	vfs = *disk.real;
	vfs.pNext = NULL;
	vfs.zName = "fault";
	vfs.szOsFile = sizeof(struct open_file) + disk.real->szOsFile;
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

/* Steering. */

void
fault_heal(void)
{
	pthread_mutex_lock(&disk.lock);
	disk.fault = (struct fault){ 0 };
	disk.matched = disk.struck = disk.sync_ms = 0;
	memset(disk.count, 0, sizeof disk.count);
	disk.hold = disk.remember = disk.unmapped = false;
	disk.before = NULL;
	for (int i = 0; i < FILES_MAX; i++)
		forget(&disk.file[i]);
	pthread_cond_broadcast(&disk.moved);
	pthread_mutex_unlock(&disk.lock);
}

void
fault_mount(const char *folder)
{
	fault_heal();
	pthread_mutex_lock(&disk.lock);
	disk.folder = folder;
	for (int i = 0; i < FILES_MAX; i++) {
		drop_file(&disk.file[i]);
		disk.file[i].ours = on_disk(disk.file[i].name);
	}
	pthread_mutex_unlock(&disk.lock);
}

void
fault_strike(const struct fault *fault)
{
	pthread_mutex_lock(&disk.lock);
	disk.fault = *fault;
	disk.matched = disk.struck = 0;
	pthread_mutex_unlock(&disk.lock);
}

long
fault_struck(void)
{
	long struck;

	pthread_mutex_lock(&disk.lock);
	struck = disk.struck;
	pthread_mutex_unlock(&disk.lock);
	return struck;
}

long
fault_count(enum disk_call call)
{
	long count;

	pthread_mutex_lock(&disk.lock);
	count = disk.count[call];
	pthread_mutex_unlock(&disk.lock);
	return count;
}

void
fault_sync_ms(int ms)
{
	pthread_mutex_lock(&disk.lock);
	disk.sync_ms = ms;
	pthread_mutex_unlock(&disk.lock);
}

void
fault_hold(bool hold)
{
	pthread_mutex_lock(&disk.lock);
	disk.hold = hold;
	pthread_cond_broadcast(&disk.moved);
	pthread_mutex_unlock(&disk.lock);
}

void
fault_wait_held(void)
{
	pthread_mutex_lock(&disk.lock);
	while (disk.held == 0)
		pthread_cond_wait(&disk.moved, &disk.lock);
	pthread_mutex_unlock(&disk.lock);
}

void
fault_unmapped(bool yes)
{
	pthread_mutex_lock(&disk.lock);
	disk.unmapped = yes;
	pthread_mutex_unlock(&disk.lock);
}

void
fault_remember(bool yes)
{
	pthread_mutex_lock(&disk.lock);
	disk.remember = yes;
	pthread_mutex_unlock(&disk.lock);
}

void
fault_watch(void (*before)(void *), void *arg)
{
	pthread_mutex_lock(&disk.lock);
	disk.before = before;
	disk.before_arg = arg;
	pthread_mutex_unlock(&disk.lock);
}
