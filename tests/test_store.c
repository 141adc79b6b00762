/*
 * What is in STATE: the schema, batches that are there or not, the chain, rows
 * that say what the events say, the epoch, kept answers, and who may open it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/base/file.h"
#include "daemon/base/util.h"
#include "daemon/store/load.h"
#include "daemon/store/schema.h"
#include "tests/schema1.h"
#include "tests/store_fixture.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

#define ISSUE(n, c)	{ .verb = DO_ISSUE, .service = n, .class = c }
#define AT(w, v)	{ .verb = DO_##v, .window = w }
#define OF(t, v)	.verb = DO_##v, .ticket = t, .actor = "holder"
#define SIGN_IN(id, w, token) { .verb = DO_SIGN_IN, .staff = id, .window = w, .secret = token, .session_ms = INT64_MAX }

static struct store store;

static int
make(void **state)
{
	(void)state;
	store_make(&store);
	return 0;
}

static int
unmake(void **state)
{
	(void)state;
	store_remove(&store);
	return 0;
}

/* Plain SQL on the closed database, made if need be. */
static void
change(const char *sql)
{
	sqlite3 *lite;

	assert_int_equal(sqlite3_open(store_path(store.dir, "halld.db"), &lite), SQLITE_OK);
	if (sqlite3_exec(lite, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(lite));
	sqlite3_close(lite);
}

static char *
bytes_of(const char *file, size_t *len)
{
	return file_read(store_path(store.dir, file), 1 << 24, len);
}

static void
copy_file(const char *from, const char *to)
{
	size_t len;
	char *bytes = bytes_of(from, &len);

	if (bytes == NULL)
		unlink(store_path(store.dir, to));
	else
		assert_int_equal(file_write(store_path(store.dir, to), bytes, len, 0600), 0);
	free(bytes);
}

/* Opening. */

/* The schema that a database is brought to. */
static int
newest(void)
{
	int version = 0;

	while (hall_schema.migrations[version] != NULL)
		version++;
	return version;
}

static void
test_opens(void **state)
{
	(void)state;
	store_opens(&store);
	store_settle(&store);
	store_close(&store);
	assert_int_equal(store_sql(store.dir, "PRAGMA application_id"), hall_schema.application_id);
	assert_int_equal(store_sql(store.dir, "PRAGMA user_version"), newest());
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'hall.started'"), 1);
	store_holds(&store, "new");
	store_opens(&store);
	store_close(&store);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE kind = 'hall.started'"), 2);
	store_holds(&store, "opened again");
}

/* Of a ticket of whatever day. */
static const struct leg *
leg_of(const struct hall *h, const char *number)
{
	for (uint32_t i = 0; i < h->ticket_count; i++)
		if (strcmp(h->ticket[i].number, number) == 0)
			return hall_leg(h, &h->ticket[i]);
	fail_msg("there is no %s", number);
	return NULL;
}

/* A database of the first schema: what it tells is the same hall, and its rows say so. */
static void
test_schema1(void **state)
{
	const struct hall *h;

	(void)state;
	clock_hold(store.clock, INT64_C(1795485600000));		/* later on the day that is in it */
	change(schema1);
	store_opens(&store);
	store_settle(&store);
	assert_int_equal(store_sql(store.dir, "PRAGMA user_version"), newest());
	store_holds(&store, "a database of schema 1");
	h = ledger_shown(store.ledger);
	assert_int_equal(h->ticket_count, 6);
	assert_int_equal(h->totals.served, 1);
	assert_int_equal(leg_of(h, "A001")->state, LEG_CALLED);
	assert_int_equal(leg_of(h, "A003")->state, LEG_PASSED);
	assert_string_equal(hall_staff_name(h, "wang")->password, "hash of wang");
	assert_int_equal(store_do(&store, &(struct command)AT(1, NEXT)), OK);
	assert_int_equal(leg_of(h, "A005")->state, LEG_CALLED);
	assert_int_equal(leg_of(h, "A003")->state, LEG_WAITING);
	assert_int_equal(store_do(&store, &(struct command)AT(1, UNDO)), OK);
	assert_int_equal(leg_of(h, "A003")->state, LEG_PASSED);
	store_holds(&store, "and used");
	store_close(&store);
	store_opens(&store);
	store_holds(&store, "and opened again");
}

/* A rating of before there were notes has its words in one. */
static void
test_schema2(void **state)
{
	(void)state;
	for (int n = 0; n < 2; n++)
		change(hall_schema.migrations[n]);
	change("INSERT INTO rating VALUES (1, 2, 'two hours', 1000), (2, 5, '', 1000);"
	    "PRAGMA application_id = 0x68616c6c; PRAGMA user_version = 2");
	store_opens(&store);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM rating JOIN note ON id = note WHERE ticket = 1 AND text = 'two hours'"
	    " AND note.at_ms = 1000 AND length(id) = 16"), 1);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM rating WHERE ticket = 2 AND note = ''"), 1);
}

/* What else can stand where the database should be: refused in one line, and left as it is. */
static const struct { const char *what, *sql, *bytes, *error; } others[] = {
	{ "made by a newer halld", "PRAGMA application_id = 0x68616c6c; PRAGMA user_version = 99", NULL, "newer" },
	{ "another program's, without a version", "CREATE TABLE a (b)", NULL, "no database of a hall" },
	{ "another program's, with a version", "CREATE TABLE a (b); PRAGMA user_version = 1", NULL, "no database of a hall" },
	{ "another program's, with an id", "PRAGMA application_id = 7", NULL, "no database of a hall" },
	{ "ours with a version below 0", "PRAGMA application_id = 0x68616c6c; PRAGMA user_version = -1", NULL,
	    "no database of a hall" },
	{ "ours with a version far below 0", "PRAGMA application_id = 0x68616c6c; PRAGMA user_version = -1000000", NULL,
	    "no database of a hall" },
	{ "no database", NULL, "Dear Sir or Madam, this is a letter and nothing else, but long enough to have a header: "
	    "it goes on and on so that more than a hundred bytes are there to be looked at.", "not a database" },
};

/* What is written to stderr between the two. */

static int kept_stderr;

static void
hear(void)
{
	int fd = open(store_path(store.dir, "log"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	kept_stderr = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static char *
heard(void)
{
	size_t len;

	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	return bytes_of("log", &len);
}

static void
test_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		char *before, *after, *said;
		size_t before_len, after_len;

		if (others[i].sql != NULL)
			change(others[i].sql);
		else
			assert_int_equal(file_write(store_path(store.dir, "halld.db"), others[i].bytes, strlen(others[i].bytes),
			    0600), 0);
		before = bytes_of("halld.db", &before_len);
		hear();
		int opened = store_open(&store);
		said = heard();
		after = bytes_of("halld.db", &after_len);
		if (opened != -1)
			fail_msg("%s: it was opened", others[i].what);
		if (strstr(store.error, others[i].error) == NULL || strchr(store.error, '\n') != NULL)
			fail_msg("%s: %s", others[i].what, store.error);
		if (said[0] != '\0')
			fail_msg("%s: besides the error it said %s", others[i].what, said);
		if (before_len != after_len || memcmp(before, after, after_len) != 0)
			fail_msg("%s: it was changed", others[i].what);
		free(before);
		free(after);
		free(said);
		unlink(store_path(store.dir, "halld.db"));
	}
}

static void
test_second(void **state)
{
	static struct store other;

	(void)state;
	store_opens(&store);
	other = store;
	assert_int_equal(store_open(&other), -1);
	assert_non_null(strstr(other.error, store.dir));
	assert_non_null(strstr(other.error, "another halld"));
	assert_null(strchr(other.error, '\n'));
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_OPEN, .window = 1 }), OK);
	store_close(&store);
	assert_int_equal(store_open(&other), 0);
	store_close(&other);
	store_holds(&store, "two wanted it");
}

/* Batches. */

/* Each fails with its last row, after all others were written. */
static const struct { const char *what; enum fact_kind kind; int64_t seq; uint32_t staff; const char *name; } broken[] = {
	{ "an event's number is taken", WINDOW_OPENED, 1, 0, "" },
	{ "an account's name is taken", STAFF_ADDED, 4, 2, "clerk" },
	{ "a session is there already", STAFF_SIGNED_IN, 4, 1, "" },
};

/* A change of this fact alone, carried out in a hall that is just before it. */
static void
add_alone(struct batch *b, struct hall *h, const struct fact *f)
{
	static struct change alone;

	h->seq = f->seq - 1;
	assert_int_equal(hall_apply(h, f), 0);
	alone.fact[0] = *f;
	alone.count = 1;
	alone.touched[0] = f->ticket;
	alone.touched_count = f->ticket != 0;
	batch_add(b, h, &alone);
}

static void
test_all_or_nothing(void **state)
{
	static struct hall hall;
	struct batch batch = { 0 };
	char error[256];
	struct db *db;

	(void)state;
	store_opens(&store);
	store_do(&store, &(struct command){ .verb = DO_ADD_STAFF, .name = "clerk", .role = ROLE_CLERK, .secret = "hash" });
	store_do(&store, &(struct command){ .verb = DO_SIGN_IN, .staff = 1, .secret = "token", .session_ms = INT64_MAX });
	store_close(&store);
	assert_int_equal(store_sql(store.dir, "SELECT max(seq) FROM event"), 3);
	assert_non_null(db = db_open(store_path(store.dir, "halld.db"), &hall_schema, error, sizeof error));

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct fact issued = { .kind = TICKET_ISSUED, .seq = 4, .ticket = 1, .number = "A001", .token = "t", .value = 1 };
		struct fact last = { .kind = broken[i].kind, .seq = broken[i].seq, .window = 1, .staff = broken[i].staff,
		    .secret = "token" };
		struct answer_row answer = { .key = "k", .request = "r", .status = 200, .body = xstrdup("{}") };

		hall_init(&hall, &store.layout);
		add_alone(&batch, &hall, &issued);
		if (last.seq != 1)
			last.seq = 5;
		strcpy(last.name, broken[i].name);
		add_alone(&batch, &hall, &last);
		batch_answer(&batch, &answer);
		batch_fill(&batch, &hall);
		if (batch_write(&batch, db) != DB_FAILED)
			fail_msg("%s: it was written", broken[i].what);
		batch_clear(&batch);
		if (store_tickets(store.dir, NULL) != 0 ||
		    store_sql(store.dir, "SELECT (SELECT count(*) FROM leg) + (SELECT count(*) FROM counter) +"
		    " (SELECT count(*) FROM window) + (SELECT count(*) FROM answer)") != 0)
			fail_msg("%s: some of it is there", broken[i].what);
		store_holds(&store, broken[i].what);
	}
	batch_free(&batch);
	db_close(db);
}

/* Rows and events. */

#define NINE_MS	INT64_C(1795568400000)		/* 2026-11-25 09:00 in Shanghai */
#define BOOK(name) { .verb = DO_BOOK, .service = 2, .code = name, .from_ms = NINE_MS + 600000, .to_ms = NINE_MS + 3600000 }

/* A service of which numbers are had from afar, and times can be booked. */
static void
open_at_nine(void)
{
	struct service *s = &store.layout.service[2];

	s->remote = (struct remote){ .quota = -1, .from_min = -1, .checkin_s = 600 };
	s->slot[0] = (struct bookable){ .days = 0x7f, .from_min = 9 * 60 + 10, .to_min = 10 * 60, .limit = 9 };
	s->slot_count = 1;
	clock_hold(store.clock, NINE_MS);
	store_opens(&store);
}

/* A day with every kind of fact. */
static const struct command day[] = {
	{ .verb = DO_ADD_STAFF, .name = "wang", .role = ROLE_CLERK, .secret = "hash of wang" },
	{ .verb = DO_ADD_STAFF, .name = "li", .role = ROLE_CLERK, .secret = "hash of li" },
	SIGN_IN(1, 1, "token 1"), SIGN_IN(2, 2, "token 2"), SIGN_IN(2, 1, "token 3"), SIGN_IN(1, 0, "token 4"),
	{ .verb = DO_SIGN_OUT, .secret = "token 3" },
	{ .verb = DO_SET_PASSWORD, .staff = 1, .secret = "new hash of wang" }, SIGN_IN(2, 2, "token 5"),
	ISSUE(0, 0), ISSUE(0, 0), ISSUE(0, 1), ISSUE(1, 0), ISSUE(0, 0), ISSUE(0, 2), ISSUE(2, 0), ISSUE(0, 0),
	{ .verb = DO_ISSUE, .language = LANG_EN, .printer = "printer", .big = true },
	{ .verb = DO_PRINTED, .ticket = 9, .print = PRINT_SENT },
	{ .verb = DO_PRINTED, .ticket = 9, .print = PRINT_QUEUED, .mm = 90 },
	{ .verb = DO_PRINTED, .ticket = 9, .print = PRINT_SENT, .printer = "desk" },
	{ .verb = DO_PRINTED, .ticket = 9, .print = PRINT_DONE, .mm = 90 }, { .verb = DO_ROLL, .device = "desk" },
	AT(1, NEXT), AT(1, RECALL), AT(1, START), AT(1, FINISH),
	AT(1, NEXT), AT(1, PASS), AT(1, NEXT), AT(1, NEXT), AT(2, NEXT), AT(2, NEXT), AT(2, ABANDON),
	AT(1, PAUSE), AT(1, NEXT), AT(1, NEXT), AT(1, CLOSE), AT(1, FINISH), AT(3, OPEN), AT(3, PAUSE), AT(3, RESUME),
	AT(3, CLOSE), AT(4, NEXT), AT(4, NEXT),
	{ .verb = DO_DEVICE, .device = "signs", .address = 3, .faulty = true, .reason = "\xe6\x97\xa0\xe5\xba\x94\xe7\xad\x94" },
	{ .verb = DO_DEVICE, .device = "signs", .address = 3 },
	{ .verb = DO_CALL_HELP, .device = "kiosk" }, { .verb = DO_ANSWER_HELP, .device = "kiosk", .staff = 1 }, { .verb = DO_TELL_BUSY, .device = "kiosk" }, { .verb = DO_END_HELP, .device = "kiosk", .busy = true },
	{ .verb = DO_OVERRIDE, .service = 1, .until_min = -1, .quota = 500 },
	{ .verb = DO_SUSPEND }, { .verb = DO_EVACUATE, .text = { { "\xe7\xa6\xbb\xe5\xbc\x80", "Leave" } }, .drill = true }, { .verb = DO_RESUME_HALL },
	{ .verb = DO_NOTICE, .text = { { "\xe5\x85\xac\xe5\x91\x8a" } }, .until_ms = 4102444800000 },
	AT(3, ALARM), { .verb = DO_ANSWER_ALARM, .window = 3, .staff = 1 }, { .verb = DO_END_ALARM, .window = 3 },
	{ .verb = DO_LEND, .window = 3, .lent = 6, .until_ms = 4102444800000 }, { .verb = DO_LEND, .window = 2, .lent = 1, .until_ms = 4102444800000 },
	{ .verb = DO_LEND, .window = 2 },
	{ .verb = DO_LAYOUT, .reason = "digest", .layout = "{}" },
	{ .verb = DO_ISSUE, .service = 2, .further = { 1, 0 }, .further_count = 2 }, ISSUE(2, 0), ISSUE(2, 0), ISSUE(2, 0),
	{ OF(10, DEFER), .places = 1 }, AT(4, NEXT), AT(4, NEXT), AT(4, UNDO), AT(4, PASS), { OF(11, RETURN) }, { OF(12, CANCEL) },
	AT(4, NEXT), AT(4, FINISH), { OF(10, RATE), .grade = 5, .words = "{\"comment\":\"\xe5\xbf\xab\"}", .note = "note-a" },
	AT(4, NEXT), AT(4, PAUSE), { OF(11, CANCEL) }, AT(4, RESUME),
	{ .verb = DO_CANCEL, .ticket = 10, .actor = "staff:1", .words = "gone home", .note = "note-b" },
	ISSUE(0, 0), ISSUE(0, 0), ISSUE(1, 0), AT(2, NEXT),
	{ .verb = DO_LEGS, .actor = "staff:1", .window = 2, .further = { 2, 1 }, .further_count = 2 },
	{ .verb = DO_HOLD, .actor = "staff:1", .window = 2, .minutes = 5, .words = "fetches a copy", .note = "note-c" },
	{ .verb = DO_UNHOLD, .actor = "staff:1", .window = 2 }, AT(2, START), AT(2, HOLD), AT(2, UNHOLD), AT(2, HOLD), AT(2, NEXT),
	{ .verb = DO_TRANSFER, .actor = "staff:1", .window = 2, .service = -1, .to = 1 }, AT(2, NEXT),
	{ .verb = DO_TRANSFER, .actor = "staff:1", .window = 2, .service = 1, .new_time = true }, AT(2, UNDO),
	{ .verb = DO_SERVE, .actor = "staff:1", .window = 4, .service = 2 }, AT(4, FINISH), AT(2, CLOSE), AT(2, FINISH),
	AT(4, NEXT), AT(4, NEXT), AT(4, NEXT), AT(4, NEXT), AT(4, NEXT),
	{ .verb = DO_ISSUE, .service = 2, .remote = true }, { .verb = DO_ISSUE, .service = 2, .remote = true },
	{ .verb = DO_DUE, .actor = "system" }, { OF(18, CHECK_IN) },
	BOOK("given up"), BOOK("come to"), BOOK("no show"), { .verb = DO_CANCEL_BOOKING, .booking = 1 },
	{ .verb = DO_CHECK_IN_BOOKING, .booking = 2, .token = "token of a booking" },
	ISSUE(0, 0), ISSUE(0, 0), ISSUE(0, 0), { OF(21, CHANGE_CLASS), .class = 1, .words = "70", .note = "note-d" },
	{ OF(21, NEEDS), .holder_needs = NEED_DEAF | NEED_WHEELCHAIR }, { OF(21, LINK), .link = 22 }, { OF(23, LINK), .link = 21 },
	{ OF(23, CHANGE_SERVICE), .service = 1 }, { OF(22, VOID), .words = "by mistake", .note = "note-e" },
};

static void
ask_day(size_t at_once)
{
	static struct asked asked[sizeof day / sizeof *day];

	for (size_t i = 0; i < sizeof day / sizeof *day; i++) {
		struct command cmd = day[i];

		if (cmd.verb == DO_ISSUE)
			snprintf(cmd.token, sizeof cmd.token, "token-%zu", i);
		store_ask(&store, &asked[i], NULL, &cmd);
		if (i % at_once == at_once - 1)
			store_settle(&store);
	}
	store_settle(&store);
	for (size_t i = 0; i < sizeof day / sizeof *day; i++)
		if (asked[i].outcome != OK)
			fail_msg("step %zu, %s: %s", i, verbs[day[i].verb].name, refusals[asked[i].outcome].code);
}

static void
test_rows(void **state)
{
	size_t at_once = (size_t)*state;

	open_at_nine();
	ask_day(at_once);
	store_holds(&store, "a day");
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_END_DAY, .actor = "staff:1" }), OK);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_NOTE_CLOCK, .stepped_ms = 5000 }), OK);
	assert_int_equal(store_do(&store, &(struct command){ .verb = DO_CLOSE_DAY, .actor = "staff:1" }), OK);
	store_close(&store);
	store_holds(&store, "a day, closed");
	for (int k = FACT_NONE + 1; k <= RECORD_FACTS; k++) {
		char sql[128];

		snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM event WHERE kind = '%s'", kinds[k].name);
		if (store_sql(store.dir, sql) != 1)
			fail_msg("no %s", kinds[k].name);
	}
	store_opens(&store);
	store_settle(&store);
	assert_string_equal(hall_staff_name(ledger_shown(store.ledger), "wang")->password, "new hash of wang");
	assert_null(hall_session(ledger_shown(store.ledger), "token 4"));
	assert_null(hall_session(ledger_shown(store.ledger), "token 3"));
	assert_non_null(hall_session(ledger_shown(store.ledger), "token 5"));
	store_holds(&store, "a day, opened again");
}

/* What people say stands in rows of its own, each under the id that its event has; one can go without the other. */
static void
test_notes(void **state)
{
	static const struct command visits[] = {
		ISSUE(0, 0), ISSUE(0, 0), AT(1, NEXT), AT(1, NEXT), AT(1, FINISH),
		{ OF(1, RATE), .grade = 2, .words = "{\"options\":[\"slow\"],\"comment\":\"two hours\"}", .note = "of-a-rating" },
		{ OF(2, RATE), .grade = 5, .note = "of-nothing" },
		{ .verb = DO_PAUSE, .window = 1, .words = "to the doctor", .note = "of-a-pause" },
	};

	(void)state;
	store_opens(&store);
	for (size_t i = 0; i < sizeof visits / sizeof *visits; i++)
		assert_int_equal(store_do(&store, &visits[i]), OK);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM rating LEFT JOIN note ON id = note WHERE (ticket = 1 AND"
	    " note.at_ms = rating.at_ms AND grade = 2 AND text = '{\"options\":[\"slow\"],\"comment\":\"two hours\"}')"
	    " OR (ticket = 2 AND grade = 5 AND note = '')"), 2);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event JOIN note ON id = body ->> 'note'"
	    " WHERE kind = 'window.paused' AND text = 'to the doctor' AND note.at_ms = event.at_ms"), 1);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM note"), 2);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM event WHERE body LIKE '%two hours%' OR body LIKE '%slow%'"
	    " OR body LIKE '%doctor%'"), 0);
	store_holds(&store, "said");
	store_close(&store);
	change("DELETE FROM note WHERE id = 'of-a-pause'; UPDATE note SET text = '' WHERE id = 'of-a-rating'");
	store_holds(&store, "erased");
	store_opens(&store);
	assert_true(hall_ticket(ledger_shown(store.ledger), 1)->rated);
	assert_int_equal(store_do(&store, &visits[5]), NOT_ALLOWED);
	store_holds(&store, "erased, opened again");
}

/* Who returns by itself with the call of another has rows of its own: they say so, too. */
static void
test_rows_of_others(void **state)
{
	(void)state;
	store_opens(&store);
	for (int i = 0; i < 6; i++)
		store_do(&store, &(struct command)ISSUE(0, 0));
	store_do(&store, &(struct command)AT(1, NEXT));
	store_do(&store, &(struct command)AT(1, PASS));
	for (int left = 3; left > 0; left--) {
		assert_int_equal(store_sql(store.dir, "SELECT state = 'passed' AND until = 5 FROM leg WHERE ticket = 1"), 1);
		store_holds(&store, "somebody waits aside");
		store_do(&store, &(struct command)AT(1, NEXT));
	}
	assert_int_equal(store_sql(store.dir, "SELECT state = 'waiting' AND until = 0 FROM leg WHERE ticket = 1"), 1);
	store_holds(&store, "somebody waited aside");
	store_do(&store, &(struct command)AT(1, UNDO));
	assert_int_equal(store_sql(store.dir, "SELECT state = 'passed' AND until = 5 FROM leg WHERE ticket = 1"), 1);
	store_holds(&store, "and does so again");
}

static unsigned seed;

static int
below(int n)
{
	return rand_r(&seed) % n;
}

/* STORE_STEPS commands by chance, some at once, the store closed and opened now and then. */
static void
test_rows_by_chance(void **state)
{
	static const enum verb verb[] = { DO_NEXT, DO_NEXT, DO_RECALL, DO_START, DO_FINISH, DO_PASS, DO_PASS, DO_ABANDON,
	    DO_OPEN, DO_CLOSE, DO_PAUSE, DO_RESUME, DO_UNDO, DO_UNDO };
	static const enum verb of_ticket[] = { DO_CANCEL, DO_RETURN, DO_DEFER, DO_DEFER, DO_RATE };
	static struct asked asked[16];
	int steps = store_number("STORE_STEPS", 1500);
	char what[64];

	(void)state;
	seed = store_number("STORE_SEED", 1);
	store_opens(&store);
	for (int step = 0; step < steps; ) {
		for (int n = 1 + below(16), i = 0; i < n; i++, step++) {
			if (below(3) == 0)
				store_ask(&store, &asked[i], NULL, &(struct command){ .verb = DO_ISSUE, .service = below(3),
				    .further = { below(3), below(3) }, .further_count = below(3) });
			else if (below(4) == 0) {
				struct command cmd = { .actor = "holder", .ticket = 1 + below(step + 1), .words = "well",
				    .verb = of_ticket[below(sizeof of_ticket / sizeof *of_ticket)], .places = 1 + below(3),
				    .grade = 1 + below(5) };

				snprintf(cmd.note, sizeof cmd.note, "note-%d", step);
				store_ask(&store, &asked[i], NULL, &cmd);
			} else
				store_window(&store, &asked[i], NULL, verb[below(sizeof verb / sizeof *verb)], 1 + below(4));
			if (below(4) == 0)
				store_turn(&store);
		}
		store_settle(&store);
		snprintf(what, sizeof what, "seed %d, step %d", store_number("STORE_SEED", 1), step);
		if (below(10) == 0)
			store_holds(&store, what);
		if (below(40) == 0) {
			store_close(&store);
			store_opens(&store);
		}
	}
	store_holds(&store, "all steps");
}

/* Whoever changes what happened is found out. */
static const struct { const char *what, *sql; } forged[] = {
	{ "an actor", "UPDATE event SET actor = 'staff:7' WHERE seq = 5" },
	{ "a body", "UPDATE event SET body = replace(body, 'A001', 'A002') WHERE kind = 'ticket.issued'" },
	{ "a time", "UPDATE event SET at_ms = at_ms - 1 WHERE seq = (SELECT max(seq) FROM event)" },
	{ "an event less", "DELETE FROM event WHERE seq = 7" },
	{ "a ticket's class", "UPDATE ticket SET class = 'first' WHERE id = 1" },
	{ "a ticket's size", "UPDATE ticket SET big = 0" },
	{ "a ticket's first paper", "UPDATE ticket SET reprint = 1 - reprint WHERE id = 9" },
	{ "the paper of a roll", "UPDATE roll SET used_mm = used_mm - 1" },
	{ "whether it was changed", "UPDATE roll SET asked = 0" },
	{ "a ticket more", "INSERT INTO ticket SELECT 99, day, 'A099', 'x', class, lang, print, printer, issued_ms, rated, big,"
	    " reprint, files, rehearsal, voided, needs, link, remote FROM ticket"
	    " WHERE id = 1" },
	{ "a ticket's needs", "UPDATE ticket SET needs = 0" },
	{ "whose it is", "UPDATE ticket SET link = 0 WHERE id = 22" },
	{ "from afar or not", "UPDATE ticket SET remote = 1 - remote WHERE id = 18" },
	{ "a booking's time", "UPDATE booking SET from_ms = from_ms - 60000 WHERE id = 3" },
	{ "what became of a booking", "UPDATE booking SET state = 'made' WHERE id = 2" },
	{ "a booking less", "DELETE FROM booking WHERE id = 3" },
	{ "a rating's grade", "UPDATE rating SET grade = 1" },
	{ "a rating less", "DELETE FROM rating" },
	{ "a rating's words", "UPDATE rating SET note = 'note-b'" },
	{ "a note of nothing", "INSERT INTO note VALUES ('x', 'y', 1)" },
	{ "a leg less", "DELETE FROM leg WHERE ticket = 10 AND n = 3" },
	{ "a leg's window", "UPDATE leg SET window = 3 WHERE ticket = 1" },
	{ "a window's state", "UPDATE window SET state = 'idle' WHERE no = 3" },
	{ "to what a window is lent", "UPDATE window SET lent = '[]' WHERE no = 3" },
	{ "until when it is", "UPDATE window SET lent_until_ms = lent_until_ms - 1000 WHERE no = 3" },
	{ "a counter", "UPDATE counter SET last = last - 1 WHERE prefix = 'A'" },
};

static void
test_forged(void **state)
{
	(void)state;
	open_at_nine();
	ask_day(1);
	store_close(&store);
	store_holds(&store, "a day");
	copy_file("halld.db", "kept");
	for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
		change(forged[i].sql);
		if (store_wrong(store.dir, &store.layout) == NULL)
			fail_msg("%s: it was not noticed", forged[i].what);
		unlink(store_path(store.dir, "halld.db-wal"));
		unlink(store_path(store.dir, "halld.db-shm"));
		copy_file("kept", "halld.db");
	}
	store_holds(&store, "a day");
}

/* The epoch. */

static int64_t
epoch(void)
{
	int64_t epoch;

	store_opens(&store);
	store_settle(&store);
	epoch = ledger_epoch(store.ledger);
	store_close(&store);
	return epoch;
}

static void
test_epoch(void **state)
{
	int64_t first, restored;

	(void)state;
	first = epoch();
	assert_true(first > INT64_C(1700000000000));
	assert_int_equal(epoch(), first);

	copy_file("halld.db", "backup");
	copy_file("halld.db-wal", "backup-wal");
	epoch();
	copy_file("backup", "halld.db");
	copy_file("backup-wal", "halld.db-wal");
	unlink(store_path(store.dir, "halld.db-shm"));
	store_opens(&store);
	restored = ledger_epoch(store.ledger);
	assert_true(restored > first);

	/* It ends without closing: the next start is no second restoration. */
	copy_file("halld.db", "crashed");
	copy_file("halld.db-wal", "crashed-wal");
	copy_file("high", "crashed-high");
	store_close(&store);
	copy_file("crashed", "halld.db");
	copy_file("crashed-wal", "halld.db-wal");
	copy_file("crashed-high", "high");
	assert_int_equal(epoch(), restored);
	store_holds(&store, "restored");

	unlink(store_path(store.dir, "halld.db"));
	unlink(store_path(store.dir, "halld.db-wal"));
	assert_true(epoch() > restored);
}

/* Kept answers. */

static const struct answer *
kept(const char *key)
{
	char digested[DIGEST_MAX];

	digest(digested, key, strlen(key));
	return answers_find(ledger_answers(store.ledger), digested);
}

static void
keep(const char *key, int64_t at_ms)
{
	struct answer_row row = { .status = 201, .body = (char *)key, .at_ms = at_ms };

	digest(row.key, key, strlen(key));
	strcpy(row.request, row.key);
	ledger_keep(store.ledger, &row);
}

static void
test_answers(void **state)
{
	struct asked first, again;
	int64_t now_ms;

	(void)state;
	store_opens(&store);
	store_issue(&store, &first, "mine", 0);
	assert_int_equal(kept("mine")->state, ANSWER_PENDING);
	store_settle(&store);
	assert_int_equal(kept("mine")->state, ANSWER_KEPT);
	assert_null(kept("yours"));

	now_ms = ledger_now(store.ledger).wall_ms;
	keep("a day ago, almost", now_ms - DAY_MS + 60000);
	keep("a day ago", now_ms - DAY_MS - 1);
	store_close(&store);

	store_opens(&store);
	assert_int_equal(kept("mine")->state, ANSWER_KEPT);
	assert_int_equal(kept("mine")->row.status, 200);
	assert_non_null(kept("a day ago, almost"));
	assert_null(kept("a day ago"));
	store_issue(&store, &again, "mine", 0);
	store_settle(&store);
	assert_int_equal(again.outcome, OK);
	assert_string_equal(again.answer, first.answer);
	assert_int_equal(store_tickets(store.dir, NULL), 1);

	/* With those of tomorrow the old ones are forgotten, in memory at once, on disk some at a time. */
	keep("tomorrow", now_ms + DAY_MS + 60000);
	assert_null(kept("mine"));
	keep("tomorrow, too", now_ms + DAY_MS + 60000);
	store_close(&store);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM answer"), 2);
	store_opens(&store);
	assert_null(kept("mine"));
	assert_non_null(kept("tomorrow"));
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(test_##t, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(opens), TEST(schema1), TEST(schema2), TEST(others), TEST(second), TEST(all_or_nothing),
		{ "rows, one command a batch", test_rows, make, unmake, (void *)1 },
		{ "rows, seven commands a batch", test_rows, make, unmake, (void *)7 },
		{ "rows, all commands in one batch", test_rows, make, unmake, (void *)1000 },
		TEST(notes), TEST(rows_of_others), TEST(rows_by_chance), TEST(forged), TEST(epoch), TEST(answers),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
