/* The lock of a state. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/lock.h"

int
lock_state(const char *dir, char *error, size_t cap)
{
	char path[256];
	int fd;

	if (mkdir(dir, 0700) == -1 && errno != EEXIST) {
		snprintf(error, cap, "state %s: %s", dir, strerror(errno));
		return -1;
	}
	snprintf(path, sizeof path, "%s/lock", dir);
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) == -1) {
		snprintf(error, cap, "state %s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		snprintf(error, cap, "state %s: in use by another halld", dir);
		close(fd);
		return -1;
	}
	return fd;
}
