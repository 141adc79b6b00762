/*
 * SQLite, as halld uses it: one connection that writes, others that only read,
 * every statement named, prepared once at open, values always bound.  db.c alone
 * includes sqlite3.h.
 *
 * Durable: WAL with synchronous=FULL, a commit is one sync.  The log is
 * carried into the database between batches (db_checkpoint), never by SQLite
 * in the middle of a commit.
 *
 * What is deleted is overwritten (secure_delete); in the log it stands until that
 * is emptied.
 */
#ifndef DB_H
#define DB_H

#include <stddef.h>
#include <stdint.h>

struct db;

/* What a database is: its tables, and every statement on them. */
struct schema {
	const char	*of;		/* "a hall": what it is the database of */
	int		 application_id;
	const char	*const *migrations;	/* [n] takes version n to n + 1; ends with NULL */
	const char	*const *statements;
	int		 statement_count;
};

/* What became of a transaction. */
enum db_result {
	DB_OK,
	DB_FAILED,		/* nothing of it is there */
	DB_FULL,		/* likewise, and the disk is full */
	DB_UNKNOWN,		/* the sync failed, or what comes after it: it may be there or not; db_repair tells */
	DB_RESULTS
};

/* A value to bind, or a column read; text and bytes are borrowed for the call. */
struct value {
	enum { V_INT, V_TEXT, V_BYTES, V_NULL } type;
	int64_t		 i;
	const void	*p;		/* V_TEXT: NUL-terminated */
	size_t		 len;
};
#define INT(x)		((struct value){ .type = V_INT, .i = (x) })
#define TEXT(x)		((struct value){ .type = V_TEXT, .p = (x) })
#define BYTES(x, n)	((struct value){ .type = V_BYTES, .p = (x), .len = (n) })

/*
 * Open or create, bring the schema (borrowed) up to date, prepare.  New, or
 * NULL with the reason in error.
 */
struct db	*db_open(const char *path, const struct schema *, char *error, size_t cap);

/* A second connection, beside the one that writes: statements that write fail.  New, or NULL with the reason in error. */
struct db	*db_open_reader(const char *path, const struct schema *, char *error, size_t cap);
void		 db_close(struct db *);

/* Run a statement of the schema with these values.  0, or -1 when it failed. */
int		 db_run(struct db *, int statement, const struct value *, int count);

/* Run a query for a number, the first column of its row; without one *number stays as it is.  0, or -1. */
int		 db_number(struct db *, int statement, const struct value *, int count, int64_t *number);

/* Run a query; each row goes to `row`, which returns 0 to go on.  0, or -1. */
int		 db_each(struct db *, int statement, const struct value *, int count,
		    int (*row)(void *arg, const struct value *columns), void *arg);

/* A whole copy in a new file, of what was committed; not on disk yet.  Of one that only reads.  0, or -1 with the reason in error. */
int		 db_copy(struct db *, const char *path, char *error, size_t cap);

/* Is it sound?  0, or -1 with the reason in error. */
int		 db_check(struct db *, char *error, size_t cap);

int		 db_begin(struct db *);
enum db_result	 db_commit(struct db *);

/* Ends a transaction in which a statement failed; says why it did. */
enum db_result	 db_rollback(struct db *);

/* Carry the log into the database; never waits for readers.  0, or -1. */
int		 db_checkpoint(struct db *);

/* Carry the log into the database and leave nothing in it: 0; 1, somebody reads, who is not waited for; -1. */
int		 db_empty_log(struct db *);

/* Everything into the one file, and no log beside it: nothing is run any more before it is closed.  0, or -1. */
int		 db_settle(struct db *);

/*
 * After DB_UNKNOWN: open again and carry everything over, so that what is
 * there then is there for good.  0, or -1: not yet, try again later.
 */
int		 db_repair(struct db *);

/* The library's version, for the log. */
const char	*db_version(void);

#endif
