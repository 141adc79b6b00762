/* Erasure on a disk that fails, and with the power cut in the middle of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/base/file.h"
#include "daemon/store/backup.h"
#include "daemon/store/load.h"
#include "tests/fault_vfs.h"
#include "tests/store_fixture.h"

#define NOTES	60
#define CANARY	"canary-in-a-note"
#define START_MS INT64_C(1788220800000)		/* 2026-09-01 08:00 in the hall */
#define HALF_AN_HOUR_MS (30 * 60 * INT64_C(1000))

static struct store store;

/* Plain SQL on a database that nobody has open. */
static void
change(const char *dir, const char *sql)
{
	sqlite3 *lite;

	assert_int_equal(sqlite3_open(store_path(dir, "halld.db"), &lite), SQLITE_OK);
	if (sqlite3_exec(lite, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(lite));
	sqlite3_close(lite);
}

/* A hall in which much was said long ago, on several pages. */
static int
make(void **state)
{
	(void)state;
	store_make(&store);
	clock_hold(store.clock, START_MS);
	store_opens(&store);
	store_settle(&store);
	store_close(&store);
	change(store.dir, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
	    " INSERT INTO note SELECT 'old' || i, '" CANARY "' || hex(zeroblob(i * 40)), 1 FROM n;"
	    "INSERT INTO person VALUES ('p', 1, 77, '002X', 20260101);"
	    "PRAGMA wal_checkpoint(TRUNCATE)");
	store.layout.retention_days = 180;
	return 0;
}

static int
unmake(void **state)
{
	(void)state;
	fault_heal();
	store_remove(&store);
	return 0;
}

static int64_t
old_notes(const char *dir)
{
	return store_sql(dir, "SELECT count(*) FROM note WHERE id LIKE 'old%'");
}

static bool
has_canary(const char *dir, const char *file)
{
	size_t len;
	char *bytes = file_read(store_path(dir, file), 1 << 24, &len);
	bool found = bytes != NULL && memmem(bytes, len, CANARY, strlen(CANARY)) != NULL;

	free(bytes);
	return found;
}

static int told;

static void
then(void *arg, const struct due *due)
{
	(void)arg, (void)due;
	told++;
}

/* Until nothing is to be done. */
static void
rest(void)
{
	for (int i = 0; i < 200 || !ledger_idle(store.ledger); i++) {
		event_base_loop(store.base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
}

static void
opens(const struct fault *fault)
{
	told = 0;
	fault_mount(store.dir);
	store_opens(&store);
	ledger_when_erased(store.ledger, then, NULL);
	if (fault != NULL)
		fault_strike(fault);
	rest();
}

static void
is_erased(const char *what)
{
	if (told != 1 || old_notes(store.dir) != 0 || store_sql(store.dir, "SELECT count(*) FROM person") != 0 ||
	    store_sql(store.dir, "SELECT count(*) FROM note") != 0 || has_canary(store.dir, "halld.db") || has_canary(store.dir, "halld.db-wal"))
		fail_msg("%s: told %d times, %lld notes left", what, told, (long long)old_notes(store.dir));
}

static void
test_at_start(void **state)
{
	(void)state;
	opens(NULL);
	is_erased("at start");
	store_holds(&store, "erased");
}

/* The hall goes on, and it is tried again. */
static const struct { const char *what; struct fault fault; } disks[] = {
	{ "a write fails", { DISK(WRITE), "-wal", 4, false, EIO, 0, false } },
	{ "the disk is full", { DISK(WRITE), "-wal", 4, false, ENOSPC, 0, false } },
	{ "the sync fails", { DISK(SYNC), "-wal", 3, false, EIO, 0, false } },
	{ "nothing is carried over", { DISK(WRITE), "halld.db", 1, false, EIO, 0, false } },
	{ "the log is not cut", { DISK(TRUNCATE), "-wal", 1, false, EIO, 0, false } },
};

static void
test_disks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
		struct asked a;

		if (i > 0)
			make(NULL);
		opens(&disks[i].fault);
		if (fault_struck() == 0 || told != 0)
			fail_msg("%s: struck %ld times, told %d times", disks[i].what, fault_struck(), told);
		fault_heal();
		store_recover(&store);
		store_issue(&store, &a, NULL, 0);
		store_settle(&store);
		if (a.outcome != OK)
			fail_msg("%s: the hall does not go on", disks[i].what);
		clock_move(store.clock, START_MS + HALF_AN_HOUR_MS);
		rest();
		is_erased(disks[i].what);
		store_holds(&store, disks[i].what);
		if (i + 1 < sizeof disks / sizeof *disks)
			unmake(NULL);
	}
}

/* A copy, and what a power cut at each moment of its erasure would leave of it. */

static struct {
	char		 image[32];
	unsigned	 chance;
	int		 cuts, with, without;
	bool		 cutting;		/* looking at one writes too */
	char		 wrong[400];
} power;

static void
cut_now(void *arg)
{
	(void)arg;
	for (enum cut cut = 0; cut < CUTS && !power.cutting; cut++) {
		char error[320];
		int64_t left;

		power.cutting = true;
		store_clear(power.image);
		fault_cut(cut, power.image, &power.chance);
		if (backup_check(store_path(power.image, "halld.db"), error, sizeof error) < 1)
			snprintf(power.wrong, sizeof power.wrong, "cut %d: %.300s", power.cuts, error);
		left = old_notes(power.image);
		power.with += left == NOTES;
		power.without += left == 0;
		power.cuts++;
		power.cutting = false;
	}
}

static void
test_a_copy_and_the_power(void **state)
{
	char copies[] = "/tmp/test_copies.XXXXXX", error[320];
	struct due due = { .day = 20260901, .notes_ms = START_MS - 1 };
	struct reader *reader;

	(void)state;
	change(store.dir, "INSERT INTO note VALUES ('new', 'said today', 1788220800000)");
	strcpy(power.image, "/tmp/test_cut.XXXXXX");
	assert_non_null(mkdtemp(power.image));
	assert_non_null(mkdtemp(copies));
	store_opens(&store);
	assert_non_null(reader = reader_open(store.dir, error, sizeof error));
	assert_int_equal(reader_copy(reader, store_path(copies, "halld.db"), error, sizeof error), 0);
	reader_close(reader);
	assert_true(has_canary(copies, "halld.db"));

	fault_mount(copies);
	fault_remember(true);
	fault_watch(cut_now, NULL);
	if (backup_erase(store_path(copies, "halld.db"), &due, error, sizeof error) == -1)
		fail_msg("%s", error);
	fault_heal();
	if (power.wrong[0] != '\0')
		fail_msg("%s", power.wrong);
	assert_int_equal(power.with + power.without, power.cuts);
	assert_true(power.with > 0 && power.without > 0);
	assert_false(has_canary(copies, "halld.db"));
	assert_int_equal(access(store_path(copies, "halld.db-wal"), F_OK), -1);
	assert_int_equal(old_notes(copies), 0);
	assert_int_equal(store_sql(copies, "SELECT count(*) FROM note"), 1);

	store_clear(copies);
	rmdir(copies);
	store_clear(power.image);
	rmdir(power.image);
}

/* What is no copy is said, and left as it is. */
static void
test_no_copy(void **state)
{
	char error[320] = "";

	(void)state;
	assert_int_equal(file_write(store_path(store.dir, "other"), "no database", 11, 0600), 0);
	assert_int_equal(backup_erase(store_path(store.dir, "other"), &(struct due){ .day = 20260901 }, error, sizeof error), -1);
	assert_non_null(strstr(error, "other"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_at_start, make, unmake),
		cmocka_unit_test_setup_teardown(test_disks, make, unmake),
		cmocka_unit_test_setup_teardown(test_a_copy_and_the_power, make, unmake),
		cmocka_unit_test_setup_teardown(test_no_copy, make, unmake),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	fault_vfs_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
