/* The one connection to SQLite. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/store/db.h"
#include "daemon/store/schema.h"

#define COLUMNS_MAX 16

struct db {
	char		*path;
	sqlite3		*lite;
	sqlite3_stmt	*statement[STATEMENTS];
	int		 failure;	/* extended code of what failed in this transaction */
};

/* Said once, here, with the statement's text. */
static int
failed(struct db *db, const char *what)
{
	db->failure = sqlite3_extended_errcode(db->lite);
	log_line("store: %s: %s (%d): %s", db->path, sqlite3_errmsg(db->lite), db->failure, what);
	return -1;
}

static int
exec(struct db *db, const char *sql)
{
	return sqlite3_exec(db->lite, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(db, sql);
}

static int
get_version(sqlite3 *lite, const char *pragma)
{
	sqlite3_stmt *s;
	int version = -1;

	if (sqlite3_prepare_v2(lite, pragma, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return version;
}

static int
migrate(struct db *db, char *error, size_t cap)
{
	int version = get_version(db->lite, "PRAGMA user_version"), id = get_version(db->lite, "PRAGMA application_id");
	char pragma[96];

	if (version == -1 || (version > 0 && id != APPLICATION_ID)) {
		snprintf(error, cap, "%s: no database of a hall", db->path);
		return -1;
	}
	for (int n = 0; n < version; n++) {
		if (migrations[n] == NULL) {
			snprintf(error, cap, "%s: made by a newer halld (schema %d)", db->path, version);
			return -1;
		}
	}
	for (; migrations[version] != NULL; version++) {
		snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d; PRAGMA application_id = %d", version + 1, APPLICATION_ID);
		if (exec(db, "BEGIN IMMEDIATE") == -1 || exec(db, migrations[version]) == -1 || exec(db, pragma) == -1 ||
		    exec(db, "COMMIT") == -1) {
			snprintf(error, cap, "%s: schema %d: %s", db->path, version + 1, sqlite3_errmsg(db->lite));
			return -1;
		}
	}
	return 0;
}

static int
connect(struct db *db, char *error, size_t cap)
{
	static const char *const settings =
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA journal_size_limit = 16777216; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA cell_size_check = ON; PRAGMA locking_mode = NORMAL; PRAGMA cache_size = -2000";

	if (sqlite3_open_v2(db->path, &db->lite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
	    != SQLITE_OK) {
		snprintf(error, cap, "%s: %s", db->path, sqlite3_errmsg(db->lite));
		return -1;
	}
	sqlite3_extended_result_codes(db->lite, 1);
	sqlite3_busy_timeout(db->lite, 2000);
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Closing must not write: after a failed sync that would settle what db_repair has to find out. */
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (exec(db, settings) == -1) {
		snprintf(error, cap, "%s: %s", db->path, sqlite3_errmsg(db->lite));
		return -1;
	}
	if (migrate(db, error, cap) == -1)
		return -1;
	for (int i = 0; i < STATEMENTS; i++) {
		if (sqlite3_prepare_v3(db->lite, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &db->statement[i], NULL)
		    != SQLITE_OK) {
			snprintf(error, cap, "%s: %s: %s", db->path, sqlite3_errmsg(db->lite), statements[i]);
			return -1;
		}
	}
	return 0;
}

static void
disconnect(struct db *db)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(db->statement[i]);
		db->statement[i] = NULL;
	}
	sqlite3_close(db->lite);
	db->lite = NULL;
}

struct db *
db_open(const char *path, char *error, size_t cap)
{
	struct db *db = xcalloc(1, sizeof *db);

	db->path = xstrdup(path);
	if (connect(db, error, cap) == -1) {
		db_close(db);
		return NULL;
	}
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	free(db->path);
	free(db);
}

static sqlite3_stmt *
bind(struct db *db, int statement, const struct value *v, int count)
{
	sqlite3_stmt *s = db->statement[statement];

	for (int i = 0; i < count; i++) {
		switch (v[i].type) {
		case V_INT:
			sqlite3_bind_int64(s, i + 1, v[i].i);
			break;
		case V_TEXT:
			sqlite3_bind_text(s, i + 1, v[i].p, -1, SQLITE_STATIC);
			break;
		case V_BYTES:
			sqlite3_bind_blob(s, i + 1, v[i].p, v[i].len, SQLITE_STATIC);
			break;
		case V_NULL:
			sqlite3_bind_null(s, i + 1);
		}
	}
	return s;
}

static struct value
column(sqlite3_stmt *s, int i)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER:
		return INT(sqlite3_column_int64(s, i));
	case SQLITE_TEXT:
		return TEXT(sqlite3_column_text(s, i));
	case SQLITE_BLOB:
		return BYTES(sqlite3_column_blob(s, i), sqlite3_column_bytes(s, i));
	default:
		return (struct value){ .type = V_NULL };
	}
}

int
db_each(struct db *db, int statement, const struct value *v, int count,
    int (*row)(void *arg, const struct value *columns), void *arg)
{
	sqlite3_stmt *s = bind(db, statement, v, count);
	struct value columns[COLUMNS_MAX];
	int rc, result = 0;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW && result == 0) {
		for (int i = 0; i < sqlite3_column_count(s); i++)
			columns[i] = column(s, i);
		result = row == NULL ? 0 : row(arg, columns);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		result = failed(db, statements[statement]);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return result;
}

int
db_run(struct db *db, int statement, const struct value *v, int count)
{
	return db_each(db, statement, v, count, NULL, NULL);
}

int
db_begin(struct db *db)
{
	db->failure = SQLITE_OK;
	return exec(db, "BEGIN IMMEDIATE");
}

static enum db_result
result_of(int failure)
{
	switch (failure) {
	case SQLITE_IOERR_FSYNC:
	case SQLITE_IOERR_DIR_FSYNC:
		return DB_UNKNOWN;
	case SQLITE_FULL:
		return DB_FULL;
	default:
		return (failure & 0xff) == SQLITE_FULL ? DB_FULL : DB_FAILED;
	}
}

enum db_result
db_commit(struct db *db)
{
	return exec(db, "COMMIT") == 0 ? DB_OK : db_rollback(db);
}

enum db_result
db_rollback(struct db *db)
{
	enum db_result result = result_of(db->failure);

	if (!sqlite3_get_autocommit(db->lite))
		exec(db, "ROLLBACK");
	return result;
}

static int
checkpoint(struct db *db, int mode)
{
	int log_frames, done_frames;

	if (sqlite3_wal_checkpoint_v2(db->lite, NULL, mode, &log_frames, &done_frames) != SQLITE_OK)
		return failed(db, "checkpoint");
	return 0;
}

int
db_checkpoint(struct db *db)
{
	return checkpoint(db, SQLITE_CHECKPOINT_PASSIVE);
}

int
db_repair(struct db *db)
{
	char error[256];

	disconnect(db);
	if (connect(db, error, sizeof error) == -1) {
		log_line("store: %s", error);
		return -1;
	}
	return checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
}

const char *
db_version(void)
{
	return sqlite3_libversion();
}
