/* The lock of a state. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/log.h"
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

/* What has a second name, or is only a link, was not made here: whose state it is may have put it there. */
static void
give(int folder, const char *name, const struct stat *owner)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_uid == 0 && fchown(fd, owner->st_uid, owner->st_gid) == -1)
		log_line("state: %s: %s", name, strerror(errno));
	close(fd);
}

void
lock_hand_back(const char *dir)
{
	DIR *folder = geteuid() == 0 ? opendir(dir) : NULL;
	struct dirent *entry;
	struct stat owner;

	if (folder == NULL)
		return;
	if (fstat(dirfd(folder), &owner) == 0 && owner.st_uid != 0)
		while ((entry = readdir(folder)) != NULL)
			give(dirfd(folder), entry->d_name, &owner);
	closedir(folder);
}
