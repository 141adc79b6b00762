/* Whole files: limits, modes, and what is left when something fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/file.h"

static char folder[] = "/tmp/test_file.XXXXXX";
static char path[64];

static int
make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int
entries(void)
{
	DIR *d = opendir(folder);
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;	/* . and .. */
}

static const struct { const char *what; size_t limit; int error; /* 0: read */ } limits[] = {
	{ "under the limit", 100, 0 },
	{ "at the limit", 5, 0 },
	{ "over the limit", 4, EFBIG },
	{ "nothing allowed", 0, EFBIG },
};

static void
test_limits(void **state)
{
	size_t len;
	char *data;

	(void)state;
	assert_int_equal(file_write(path, "a\0b\nc", 5, 0644), 0);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		errno = 0;
		data = file_read(path, limits[i].limit, &len);
		if ((data == NULL) != (limits[i].error != 0) || (data == NULL && errno != limits[i].error))
			fail_msg("%s: %s", limits[i].what, strerror(errno));
		if (data != NULL) {
			assert_int_equal(len, 5);
			assert_memory_equal(data, "a\0b\nc", 6);
		}
		free(data);
	}
}

static void
test_replace(void **state)
{
	struct stat st;
	mode_t mask = umask(077);
	size_t len;
	char *data;

	(void)state;
	assert_int_equal(file_write(path, "old and longer", 14, 0600), 0);
	assert_int_equal(file_write(path, "new", 3, 0644), 0);
	umask(mask);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_non_null(data = file_read(path, 100, &len));
	assert_string_equal(data, "new");
	free(data);
	assert_int_equal(file_write(path, "", 0, 0600), 0);
	assert_non_null(data = file_read(path, 0, &len));
	assert_int_equal(len, 0);
	free(data);
	assert_int_equal(entries(), 1);
}

static void
test_errors(void **state)
{
	char inside[96], long_name[5000];
	size_t len;

	(void)state;
	snprintf(inside, sizeof(inside), "%s/none/a", folder);
	assert_null(file_read(inside, 100, &len));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(file_write(inside, "x", 1, 0600), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(file_read(folder, 100, &len));
	assert_int_equal(errno, EISDIR);

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(file_write(long_name, "x", 1, 0600), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

/* A folder cannot be replaced by a file: what was written for it is removed again. */
static void
test_nothing_left(void **state)
{
	char inside[96];

	(void)state;
	snprintf(inside, sizeof(inside), "%s/sub", folder);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(file_write(inside, "x", 1, 0600), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(inside), 0);
	assert_int_equal(entries(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nothing_left),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
