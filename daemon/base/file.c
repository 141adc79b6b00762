/* Whole files, read with a limit and written atomically. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/file.h"

/* A descriptor is closed and a file removed on the way out of an error; the error stays. */
static void
discard(int fd, const char *path)
{
	int error = errno;

	if (fd != -1)
		close(fd);
	if (path != NULL)
		unlink(path);
	errno = error;
}

/* Up to cap bytes, fewer only at the end.  Returns how many, or -1. */
static ssize_t
read_all(int fd, char *data, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = read(fd, data + done, cap - done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		done += n;
	}
	return done;
}

static int
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		data += n;
		len -= n;
	}
	return 0;
}

char *
file_read(const char *path, size_t limit, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data = NULL, *fitted;
	ssize_t n;

	if (fd == -1)
		return NULL;
	if ((data = malloc(limit + 1)) == NULL || (n = read_all(fd, data, limit + 1)) == -1)
		goto fail;
	if ((size_t)n > limit) {
		errno = EFBIG;
		goto fail;
	}
	close(fd);
	data[n] = '\0';
	*len = n;
	fitted = realloc(data, n + 1);
	return fitted != NULL ? fitted : data;
fail:
	discard(fd, NULL);
	free(data);
	return NULL;
}

/* Make the change of a folder's entries durable. */
int
file_sync_folder(const char *path)
{
	char name[PATH_MAX];
	int fd;

	snprintf(name, sizeof(name), "%s", path);
	if ((fd = open(dirname(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	if (fsync(fd) == -1) {
		discard(fd, NULL);
		return -1;
	}
	return close(fd);
}

int
file_write(const char *path, const void *data, size_t len, mode_t mode)
{
	char tmp[PATH_MAX];
	int fd;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path) >= sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = mkostemp(tmp, O_CLOEXEC)) == -1)
		return -1;
	if (fchmod(fd, mode) == -1 || write_all(fd, data, len) == -1 || fsync(fd) == -1) {
		discard(fd, tmp);
		return -1;
	}
	if (close(fd) == -1 || rename(tmp, path) == -1) {
		discard(-1, tmp);
		return -1;
	}
	return file_sync_folder(path);
}
