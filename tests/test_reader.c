/*
 * The log read beside the one who writes it: days, tickets by number, slices.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/db.h"
#include "daemon/store/reader.h"
#include "daemon/store/schema.h"
#include "tests/store_fixture.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static struct store store;
static struct db *db;
static struct reader *reader;
static int64_t seq;

static void
add(int day, const char *kind, const char *subject, const char *body)
{
	const struct value v[] = { INT(++seq), INT(day), INT(0), TEXT("boot"), INT(seq), TEXT(kind), TEXT("ctl"), TEXT(subject),
	    TEXT(body), BYTES("", 0) };

	assert_int_equal(db_run(db, ADD_EVENT, v, ROWS(v)), 0);
}

static void
issue(int day, int ticket, const char *number)
{
	char subject[32], body[64];

	snprintf(subject, sizeof subject, "ticket:%d", ticket);
	snprintf(body, sizeof body, "{\"number\":\"%s\"}", number);
	add(day, "ticket.issued", subject, body);
}

static int
make(void **state)
{
	char error[256];

	(void)state;
	store_make(&store);
	seq = 0;
	db = db_open(store_path(store.dir, "halld.db"), &hall_schema, error, sizeof error);
	assert_non_null(db);
	reader = reader_open(store.dir, error, sizeof error);
	if (reader == NULL)
		fail_msg("%s", error);
	return 0;
}

static int
unmake(void **state)
{
	(void)state;
	reader_close(reader);
	db_close(db);
	store_remove(&store);
	return 0;
}

static void
days(void **state)
{
	static const struct { const char *what; int day; int64_t after, last; } rows[] = {
		{ "the first", 20260901, 0, 3 },
		{ "the next", 20260902, 3, 5 },
		{ "one on which nothing was", 20260903, 0, 0 },
		{ "one closed at noon and again at night", 20260904, 5, 9 },
		{ "today", 20260905, 9, 10 },
		{ "tomorrow", 20260906, 0, 0 },
	};

	(void)state;
	add(20260901, "hall.started", "hall", "{}");
	issue(20260901, 1, "A001");
	add(20260901, "hall.day_closed", "hall", "{}");
	issue(20260902, 2, "A001");
	add(20260902, "hall.day_closed", "hall", "{}");
	issue(20260904, 3, "A001");
	add(20260904, "hall.day_closed", "hall", "{}");
	issue(20260904, 4, "A002");
	add(20260904, "hall.day_closed", "hall", "{}");
	issue(20260905, 5, "A001");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct stretch s;

		assert_int_equal(reader_day(reader, rows[i].day, &s), 0);
		if (s.last != rows[i].last || (s.last != 0 && s.after != rows[i].after))
			fail_msg("%s: after %lld to %lld", rows[i].what, (long long)s.after, (long long)s.last);
	}
}

/* Closed at noon, and not closed again yet. */
static void
a_day_that_goes_on(void **state)
{
	struct stretch s;

	(void)state;
	issue(20260904, 3, "A001");
	add(20260904, "hall.day_closed", "hall", "{}");
	issue(20260904, 4, "A002");
	assert_int_equal(reader_day(reader, 20260904, &s), 0);
	assert_int_equal(s.after, 0);
	assert_int_equal(s.last, 3);
}

static void
an_empty_log(void **state)
{
	char subject[SUBJECT_MAX] = "x";
	struct stretch s = { 1, 1 };

	(void)state;
	assert_int_equal(reader_day(reader, 20260904, &s), 0);
	assert_int_equal(s.last, 0);
	assert_int_equal(reader_ticket(reader, &s, "A001", subject), 0);
	assert_string_equal(subject, "");
}

static void
numbers(void **state)
{
	char subject[SUBJECT_MAX];
	struct stretch s;

	(void)state;
	issue(20260901, 1, "A001");
	add(20260901, "hall.day_closed", "hall", "{}");
	issue(20260902, 2, "A001");
	issue(20260902, 3, "A002");
	issue(20260902, 4, "A001");		/* the range was used up */
	reader_day(reader, 20260901, &s);
	assert_int_equal(reader_ticket(reader, &s, "A001", subject), 0);
	assert_string_equal(subject, "ticket:1");
	assert_int_equal(reader_ticket(reader, &s, "A002", subject), 0);
	assert_string_equal(subject, "");
	reader_day(reader, 20260902, &s);
	assert_int_equal(reader_ticket(reader, &s, "A001", subject), 0);
	assert_string_equal(subject, "ticket:4");
}

/* Each event once, in order, however many slices it takes. */

static int
next_in_order(void *arg, const struct logged *e)
{
	int64_t *last = arg;

	if (e->seq != *last + 1)
		fail_msg("%lld after %lld", (long long)e->seq, (long long)*last);
	*last = e->seq;
	return 0;
}

static int
count_own(void *arg, const struct logged *e)
{
	assert_true(strcmp(e->subject, "ticket:7") == 0 || strcmp(e->kind, "ticket.undone") == 0);
	++*(int *)arg;
	return 0;
}

static int
stop_at_3(void *arg, const struct logged *e)
{
	*(int64_t *)arg = e->seq;
	return e->seq == 3 ? -1 : 0;
}

static void
slices(void **state)
{
	static const int counts[] = { 0, 1, 999, 1000, 1001, 2000, 2500 };

	(void)state;
	assert_int_equal(db_begin(db), 0);
	while (seq < 2500)
		add(20260901, seq % 100 == 50 ? "ticket.undone" : "ticket.recalled", seq % 10 == 7 ? "ticket:7" : "ticket:8", "{}");
	assert_int_equal(db_commit(db), DB_OK);
	for (size_t i = 0; i < ROWS(counts); i++) {
		int64_t last = 0;

		assert_int_equal(reader_each(reader, &(struct stretch){ 0, counts[i] }, NULL, next_in_order, &last), 0);
		assert_int_equal(last, counts[i]);
	}
	int own = 0;
	assert_int_equal(reader_each(reader, &(struct stretch){ 0, 2500 }, "ticket:7", count_own, &own), 0);
	assert_int_equal(own, 250 + 25);
	int64_t at = 0;
	assert_int_equal(reader_each(reader, &(struct stretch){ 0, 2500 }, NULL, stop_at_3, &at), -1);
	assert_int_equal(at, 3);
}

/* What the writer does between two slices is not in the way of either. */

static int
write_one(void *arg, const struct logged *e)
{
	(void)arg;
	if (e->seq == 500)
		add(20260901, "ticket.recalled", "ticket:8", "{}");
	return 0;
}

static void
beside_the_writer(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db), 0);
	while (seq < 1500)
		add(20260901, "ticket.recalled", "ticket:8", "{}");
	assert_int_equal(db_commit(db), DB_OK);
	assert_int_equal(reader_each(reader, &(struct stretch){ 0, 1500 }, NULL, write_one, NULL), 0);
	assert_int_equal(seq, 1501);
	assert_int_equal(db_checkpoint(db), 0);
	assert_int_equal(db_repair(db), 0);
	assert_int_equal(reader_each(reader, &(struct stretch){ 1500, 1501 }, NULL, next_in_order, &(int64_t){ 1500 }), 0);
}

static void
an_event_that_is_none(void **state)
{
	(void)state;
	add(20260901, "ticket.recalled", "ticket:8", "{");
	assert_int_equal(reader_each(reader, &(struct stretch){ 0, 1 }, NULL, next_in_order, &(int64_t){ 0 }), -1);
}

static void
it_only_reads(void **state)
{
	char error[256];
	struct db *other = db_open_reader(store_path(store.dir, "halld.db"), &hall_schema, error, sizeof error);

	(void)state;
	assert_non_null(other);
	assert_int_equal(db_run(other, PUT_META, (const struct value[]){ TEXT("epoch"), INT(1) }, 2), -1);
	db_close(other);
	assert_null(db_open_reader(store_path(store.dir, "none.db"), &hall_schema, error, sizeof error));
	assert_non_null(strstr(error, "none.db"));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(days), TEST(a_day_that_goes_on), TEST(an_empty_log), TEST(numbers), TEST(slices), TEST(beside_the_writer),
		TEST(an_event_that_is_none), TEST(it_only_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
