/*
 * Preloaded into a program (LD_PRELOAD), it ends it or slows it down at what it
 * does to files below a folder: writes, syncs, truncations, renames, removals.
 *
 *	KILLDISK_DIR		the folder, as an absolute path without links
 *	KILLDISK_AT=K		SIGKILL just before the K-th of them, from 1
 *	KILLDISK_SYNC_MS=N	each sync takes N ms longer
 *	KILLDISK_HOLDS=FILE	no sync is done as long as there is this file
 *	KILLDISK_HANGS=FILE	no folder is listed and no file opened as long as there is this file
 *	KILLDISK_FREE_MB=N	so much room is said to be left in it
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == sizeof(long), "offsets fit a register");

static bool
below_folder(const char *path)
{
	const char *folder = getenv("KILLDISK_DIR");
	size_t len = folder == NULL ? 0 : strlen(folder);

	return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/';
}

static bool
ours(int fd)
{
	char link[32], path[4096];
	ssize_t len;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	if ((len = readlink(link, path, sizeof path - 1)) == -1)
		return false;
	path[len] = '\0';
	return below_folder(path);
}

static void
count(void)
{
	static atomic_long done;
	const char *at = getenv("KILLDISK_AT");

	if (at != NULL && ++done == atol(at))
		kill(getpid(), SIGKILL);
}

static void
changes(int fd)
{
	if (ours(fd))
		count();
}

static void
syncs(int fd)
{
	const char *ms = getenv("KILLDISK_SYNC_MS"), *file = getenv("KILLDISK_HOLDS");

	if (!ours(fd))
		return;
	count();
	while (file != NULL && access(file, F_OK) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	if (ms != NULL)
		nanosleep(&(struct timespec){ atoi(ms) / 1000, atoi(ms) % 1000 * 1000000L }, NULL);
}

static void
hangs(const char *path)
{
	const char *file = getenv("KILLDISK_HANGS");

	while (file != NULL && below_folder(path) && access(file, F_OK) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

/* In the place of the C library's. */

int
open64(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	hangs(path);
	return syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	changes(fd);
	return syscall(SYS_write, fd, bytes, len);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	changes(fd);
	return syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	return pwrite(fd, bytes, len, at);
}

int
fsync(int fd)
{
	syncs(fd);
	return syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	syncs(fd);
	return syscall(SYS_fdatasync, fd);
}

int
ftruncate(int fd, off_t len)
{
	changes(fd);
	return syscall(SYS_ftruncate, fd, len);
}

int
ftruncate64(int fd, off64_t len)
{
	return ftruncate(fd, len);
}

int
rename(const char *from, const char *to)
{
	if (below_folder(to))
		count();
	return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink(const char *path)
{
	if (below_folder(path))
		count();
	return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int
statvfs(const char *path, struct statvfs *fs)
{
	const char *free_mb = getenv("KILLDISK_FREE_MB");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = fd == -1 ? -1 : fstatvfs(fd, fs);

	if (result == 0 && free_mb != NULL && ours(fd))
		fs->f_bavail = atol(free_mb) * (1 << 20) / fs->f_frsize;
	if (fd != -1)
		close(fd);
	return result;
}

DIR *
opendir(const char *path)
{
	int fd;

	hangs(path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd == -1 ? NULL : fdopendir(fd);
}
