/* Connections to SQLite. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/store/db.h"

#define COLUMNS_MAX 32
#define BUSY_MS 2000		/* how long one who is in the way is waited for */

struct db {
	char		*path;
	const struct schema *schema;
	sqlite3		*lite;
	sqlite3_stmt	**statement;	/* of the schema */
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

/* While opening nothing is logged: the caller says it, once. */

static int
try(struct db *db, const char *sql, char *error, size_t cap)
{
	if (sqlite3_exec(db->lite, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	snprintf(error, cap, "%s: %s", db->path, sqlite3_errmsg(db->lite));
	return -1;
}

/* A whole number that a query gives. */
static int
get(struct db *db, const char *sql, int *value, char *error, size_t cap)
{
	sqlite3_stmt *s = NULL;
	int result = -1;

	if (sqlite3_prepare_v2(db->lite, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		*value = sqlite3_column_int(s, 0);
		result = 0;
	} else
		snprintf(error, cap, "%s: %s", db->path, sqlite3_errmsg(db->lite));
	sqlite3_finalize(s);
	return result;
}

/* Ours, or with nothing in it?  Before anything is written: what is another's is left as it is. */
static int
recognise(struct db *db, int *version, char *error, size_t cap)
{
	int id, tables;

	if (get(db, "PRAGMA user_version", version, error, cap) == -1 ||
	    get(db, "PRAGMA application_id", &id, error, cap) == -1 ||
	    get(db, "SELECT count(*) FROM sqlite_schema", &tables, error, cap) == -1)
		return -1;
	if (id == db->schema->application_id ? *version < 1 : id != 0 || *version != 0 || tables != 0) {
		snprintf(error, cap, "%s: no database of %s", db->path, db->schema->of);
		return -1;
	}
	for (int n = 0; n < *version; n++) {
		if (db->schema->migrations[n] == NULL) {
			snprintf(error, cap, "%s: made by a newer halld (schema %d)", db->path, *version);
			return -1;
		}
	}
	return 0;
}

static int
set_up(struct db *db, char *error, size_t cap)
{
	static const char *const settings =
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA cell_size_check = ON; PRAGMA locking_mode = NORMAL; PRAGMA cache_size = -2000; PRAGMA secure_delete = ON";
	int logged;

	if (try(db, settings, error, cap) == -1 ||
	    get(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &logged, error, cap) == -1)
		return -1;
	if (!logged) {
		snprintf(error, cap, "%s: SQLite can keep no write-ahead log on this file system", db->path);
		return -1;
	}
	return 0;
}

static int
migrate(struct db *db, int version, char *error, size_t cap)
{
	const char *const *migrations = db->schema->migrations;
	char pragma[96];

	for (; migrations[version] != NULL; version++) {
		snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d; PRAGMA application_id = %d", version + 1,
		    db->schema->application_id);
		if (try(db, "BEGIN IMMEDIATE", error, cap) == -1 || try(db, migrations[version], error, cap) == -1 ||
		    try(db, pragma, error, cap) == -1 || try(db, "COMMIT", error, cap) == -1)
			return -1;
	}
	return 0;
}

static int
prepare(struct db *db, int n)
{
	return sqlite3_prepare_v3(db->lite, db->schema->statements[n], -1, SQLITE_PREPARE_PERSISTENT, &db->statement[n], NULL) == SQLITE_OK ? 0 : -1;
}

static int
prepare_all(struct db *db, char *error, size_t cap)
{
	for (int i = 0; i < db->schema->statement_count; i++) {
		if (prepare(db, i) == -1) {
			snprintf(error, cap, "%s: %s: %s", db->path, sqlite3_errmsg(db->lite), db->schema->statements[i]);
			return -1;
		}
	}
	return 0;
}

static int
begin(struct db *db, int flags, char *error, size_t cap)
{
	if (sqlite3_open_v2(db->path, &db->lite, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		snprintf(error, cap, "%s: %s", db->path, sqlite3_errmsg(db->lite));
		return -1;
	}
	sqlite3_extended_result_codes(db->lite, 1);
	sqlite3_busy_timeout(db->lite, BUSY_MS);
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Closing must not write: after a failed sync that would settle what db_repair has to find out. */
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return 0;
}

static int
connect(struct db *db, char *error, size_t cap)
{
	int version;

	if (begin(db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error, cap) == -1 || recognise(db, &version, error, cap) == -1 ||
	    set_up(db, error, cap) == -1 || migrate(db, version, error, cap) == -1)
		return -1;
	return prepare_all(db, error, cap);
}

static void
unprepare(struct db *db)
{
	for (int i = 0; i < db->schema->statement_count; i++) {
		sqlite3_finalize(db->statement[i]);
		db->statement[i] = NULL;
	}
}

static void
disconnect(struct db *db)
{
	unprepare(db);
	sqlite3_close(db->lite);
	db->lite = NULL;
}

static struct db *
db_new(const char *path, const struct schema *schema)
{
	struct db *db = xcalloc(1, sizeof *db);

	db->path = xstrdup(path);
	db->schema = schema;
	db->statement = xcalloc(schema->statement_count, sizeof(sqlite3_stmt *));
	return db;
}

struct db *
db_open(const char *path, const struct schema *schema, char *error, size_t cap)
{
	struct db *db = db_new(path, schema);

	if (connect(db, error, cap) == -1) {
		db_close(db);
		return NULL;
	}
	return db;
}

struct db *
db_open_reader(const char *path, const struct schema *schema, char *error, size_t cap)
{
	static const char *const settings =
	    "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -2000";
	struct db *db = db_new(path, schema);
	char journal[512];

	/* Somebody who wrote was stopped in the middle: SQLite takes that back first, if it may. */
	snprintf(journal, sizeof journal, "%s-journal", path);
	if (begin(db, access(journal, F_OK) == 0 ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, error, cap) == -1 || try(db, settings, error, cap) == -1 ||
	    prepare_all(db, error, cap) == -1) {
		db_close(db);
		return NULL;
	}
	unprepare(db);		/* each can be; most readers use few, and those are made anew when they are needed */
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	free(db->statement);
	free(db->path);
	free(db);
}

/* NULL: a reader has it for the first time, and the file cannot be read. */
static sqlite3_stmt *
bind(struct db *db, int statement, const struct value *v, int count)
{
	sqlite3_stmt *s;

	if (db->statement[statement] == NULL && prepare(db, statement) == -1)
		return NULL;
	s = db->statement[statement];
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

	if (s == NULL)
		return failed(db, db->schema->statements[statement]);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && result == 0) {
		for (int i = 0; i < sqlite3_column_count(s); i++)
			columns[i] = column(s, i);
		result = row == NULL ? 0 : row(arg, columns);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		result = failed(db, db->schema->statements[statement]);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return result;
}

static int
take_number(void *arg, const struct value *v)
{
	if (v[0].type == V_INT)
		*(int64_t *)arg = v[0].i;
	return 0;
}

int
db_number(struct db *db, int statement, const struct value *v, int count, int64_t *number)
{
	return db_each(db, statement, v, count, take_number, number);
}

int
db_run(struct db *db, int statement, const struct value *v, int count)
{
	return db_each(db, statement, v, count, NULL, NULL);
}

int
db_copy(struct db *db, const char *path, char *error, size_t cap)
{
	sqlite3_stmt *s = NULL;
	int result = -1;

	/* It was opened to read alone: what is written is another file. */
	if (try(db, "PRAGMA query_only = OFF", error, cap) == -1)
		return -1;
	if (sqlite3_prepare_v2(db->lite, "VACUUM INTO ?1", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(s, 1, path, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(s) == SQLITE_DONE)
		result = 0;
	else
		snprintf(error, cap, "%s: %s", path, sqlite3_errmsg(db->lite));
	sqlite3_finalize(s);
	exec(db, "PRAGMA query_only = ON");
	return result;
}

int
db_check(struct db *db, char *error, size_t cap)
{
	int sound;

	if (get(db, "SELECT (SELECT quick_check FROM pragma_quick_check(1)) = 'ok'", &sound, error, cap) == -1)
		return -1;
	if (!sound)
		snprintf(error, cap, "%s: is damaged", db->path);
	return sound ? 0 : -1;
}

int
db_begin(struct db *db)
{
	db->failure = SQLITE_OK;
	return exec(db, "BEGIN IMMEDIATE");
}

/*
 * What is left of a transaction that failed.  In COMMIT only a write that failed
 * says for certain that its last frame is not in the log; after the sync it is,
 * though SQLite may still fail to note it in the index and call that an error.
 */
static enum db_result
result_of(int failure, bool committing)
{
	switch (failure) {
	case SQLITE_IOERR_WRITE:
		return DB_FAILED;
	case SQLITE_FULL:
		return DB_FULL;
	default:
		return committing ? DB_UNKNOWN : DB_FAILED;
	}
}

static enum db_result
give_up(struct db *db, bool committing)
{
	enum db_result result = result_of(db->failure, committing);

	if (!sqlite3_get_autocommit(db->lite))
		exec(db, "ROLLBACK");
	return result;
}

enum db_result
db_commit(struct db *db)
{
	return exec(db, "COMMIT") == 0 ? DB_OK : give_up(db, true);
}

enum db_result
db_rollback(struct db *db)
{
	return give_up(db, false);
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
db_empty_log(struct db *db)
{
	int rc;

	sqlite3_busy_timeout(db->lite, 0);
	rc = sqlite3_wal_checkpoint_v2(db->lite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->lite, BUSY_MS);
	if (rc == SQLITE_OK || rc == SQLITE_BUSY)
		return rc == SQLITE_BUSY;
	return failed(db, "checkpoint");
}

int
db_settle(struct db *db)
{
	char error[256];
	int logged;

	unprepare(db);
	if (exec(db, "PRAGMA journal_mode = DELETE") == -1 ||
	    get(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &logged, error, sizeof error) == -1)
		return -1;
	return logged ? -1 : 0;
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
