/*
 * From decided to durable: what shares a commit, what is seen when, and what
 * everybody is told when the disk fails, at whichever call it does.
 */
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

#include "daemon/base/util.h"
#include "tests/fault_vfs.h"
#include "tests/store_fixture.h"

static struct store store;

/* A new hall on a disk that is well. */
static void
begin(void)
{
	store_make(&store);
	fault_mount(store.dir);
}

static void
opens(void)
{
	store_opens(&store);
	while (ledger_shown(store.ledger)->seq < ledger_next(store.ledger)->seq)
		assert_int_equal(event_base_loop(store.base, EVLOOP_ONCE), 0);
}

static void
end(void)
{
	fault_heal();
	store_remove(&store);
}

static int
make(void **state)
{
	(void)state;
	begin();
	return 0;
}

static int
make_open(void **state)
{
	make(state);
	opens();
	return 0;
}

/* Also after a test that makes its halls itself and failed. */
static int
unmake(void **state)
{
	(void)state;
	if (store.base != NULL)
		end();
	return 0;
}

static enum refusal
issue(struct asked *a, const char *key)
{
	store_issue(&store, a, key, 0);
	store_settle(&store);
	return a->outcome;
}

#define is_outcome(outcome, wanted) assert_string_equal(refusals[outcome].code, refusals[wanted].code)

/* A copy of the hall as a power cut would leave it now. */

static char image[] = "/tmp/test_cut.XXXXXX";

static const char *
image_take(enum cut cut)
{
	unsigned chance = 1;

	store_clear(image);
	fault_cut(cut, image, &chance);
	return image;
}

static int
make_image(void **state)
{
	(void)state;
	return mkdtemp(image) == NULL ? -1 : 0;
}

static int
remove_image(void **state)
{
	(void)state;
	store_clear(image);
	return rmdir(image);
}

/* When all is well. */

static int64_t seen[64];
static int seen_count;

static void
see(void *arg, const struct fact *f)
{
	(void)arg;
	assert_int_equal(ledger_shown(store.ledger)->seq, f->seq);
	seen[seen_count++] = f->seq;
}

/* What arrives while a commit is slow shares the next, and nobody sees it before that is done. */
static void
test_group_commit(void **state)
{
	struct asked asked[8];
	char number[16];
	int64_t before;

	(void)state;
	before = ledger_shown(store.ledger)->seq;
	seen_count = 0;
	ledger_watch(store.ledger, see, NULL);
	fault_hold(true);
	store_issue(&store, &asked[0], NULL, 0);
	store_turn(&store);
	fault_wait_held();
	for (int i = 1; i < 8; i++) {
		store_issue(&store, &asked[i], i == 7 ? "key" : NULL, 0);
		store_turn(&store);
	}
	assert_int_equal(store.waiting, 8);
	assert_int_equal(seen_count, 0);
	assert_int_equal(ledger_next(store.ledger)->ticket_count, 8);
	assert_int_equal(ledger_shown(store.ledger)->ticket_count, 0);
	assert_int_equal(store_tickets(image_take(CUT_KEEPS), NULL), 0);

	long syncs = fault_count(DISK_SYNC);
	fault_hold(false);
	store_settle(&store);
	assert_int_equal(fault_count(DISK_SYNC) - syncs, 2);
	assert_int_equal(seen_count, 8);
	for (int i = 0; i < 8; i++) {
		snprintf(number, sizeof number, "A%03d ", i + 1);
		assert_memory_equal(asked[i].answer, number, 5);
		is_outcome(asked[i].outcome, OK);
		assert_int_equal(seen[i], before + 1 + i);
		assert_int_equal(store_tickets(store.dir, asked[i].answer), 1);
	}
	store_holds(&store, "two commits");
}

/* The same key again while the first is on the way: both get the one ticket. */
static void
test_same_key_at_once(void **state)
{
	struct asked asked[5];

	(void)state;
	fault_sync_ms(5);
	for (int i = 0; i < 5; i++) {
		store_issue(&store, &asked[i], "key", 0);
		store_turn(&store);
	}
	store_settle(&store);
	for (int i = 0; i < 5; i++)
		assert_string_equal(asked[i].answer, asked[0].answer);
	assert_int_equal(store_tickets(store.dir, NULL), 1);
}

/* A press that is the same call as the one before is answered after it. */
static void
test_no_fact(void **state)
{
	struct asked ticket, first, second;

	(void)state;
	store.layout.policy.double_press_s = 60;
	issue(&ticket, NULL);
	fault_hold(true);
	store_window(&store, &first, "first", DO_NEXT, 1);
	store_turn(&store);
	fault_wait_held();
	store_window(&store, &second, "second", DO_NEXT, 1);
	store_turn(&store);
	assert_false(second.told);
	fault_hold(false);
	store_settle(&store);
	assert_string_equal(first.answer, "1 A001");
	assert_string_equal(second.answer, "1 A001");
	is_outcome(issue(&ticket, NULL), OK);
	store_holds(&store, "two presses");
}

/* When the disk fails. */

static const struct {
	const char	*what;
	struct fault	 fault;
	enum refusal	 told, behind;		/* those in the batch, those behind it */
} failures[] = {
	{ "a write fails",	{ DISK(WRITE), NULL, 3, true, EIO, 0, false },		STORE_FAILED,	 STORE_FAILED },
	{ "a write is cut short", { DISK(WRITE), NULL, 3, true, EIO, 1000, false },	STORE_FAILED,	 STORE_FAILED },
	{ "the disk is full",	{ DISK(WRITE), NULL, 3, true, ENOSPC, 0, false },	STORAGE_FULL,	 STORAGE_FULL },
	{ "the disk gets full",	{ DISK(WRITE), NULL, 3, true, ENOSPC, 9, false },	STORAGE_FULL,	 STORAGE_FULL },
	{ "the sync fails",	{ DISK(SYNC) | DISK(OPEN), NULL, 1, true, EIO, 0, false }, OUTCOME_UNKNOWN, STORE_FAILED },
};

/* Everybody is told, nothing is there, and the numbers are given again. */
static void
test_failures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		const char *what = failures[i].what;
		struct asked in[2], behind[3], again;
		int64_t seq;

		begin();
		opens();
		seq = ledger_shown(store.ledger)->seq;
		fault_hold(true);
		fault_strike(&failures[i].fault);
		store_issue(&store, &in[0], NULL, 0);
		store_issue(&store, &in[1], "in", 0);
		store_turn(&store);
		fault_wait_held();
		store_issue(&store, &behind[0], NULL, 0);
		store_issue(&store, &behind[1], "in", 0);	/* waits for the first of that key */
		store_window(&store, &behind[2], "behind", DO_NEXT, 1);
		fault_hold(false);
		store_settle(&store);
		for (int n = 0; n < 2; n++)
			if (in[n].outcome != failures[i].told)
				fail_msg("%s: told %s", what, refusals[in[n].outcome].code);
		for (int n = 0; n < 3; n++)
			if (behind[n].outcome != (n == 1 ? failures[i].told : failures[i].behind))
				fail_msg("%s: number %d behind is told %s", what, n, refusals[behind[n].outcome].code);
		if (ledger_next(store.ledger)->seq != seq || ledger_shown(store.ledger)->seq != seq ||
		    ledger_next(store.ledger)->ticket_count != 0)
			fail_msg("%s: the hall is not as it was", what);
		if (ledger_health(store.ledger) != failures[i].told)
			fail_msg("%s: health is %s", what, refusals[ledger_health(store.ledger)].code);
		is_outcome(issue(&again, NULL), failures[i].told == OUTCOME_UNKNOWN ? STORE_FAILED : failures[i].told);

		/* All well again: a retry gets the number that was lost, and only a sync leaves it open whether it was. */
		fault_heal();
		if (failures[i].told == OUTCOME_UNKNOWN)
			store_recover(&store);
		is_outcome(issue(&again, "in"), OK);
		if (strncmp(again.answer, failures[i].told == OUTCOME_UNKNOWN ? "A002 " : "A001 ", 5) != 0)
			fail_msg("%s: then it gives %s", what, again.answer);
		is_outcome(ledger_health(store.ledger), OK);
		store_close(&store);
		store_holds(&store, what);
		end();
	}
}

/* A sync that failed: nobody knows, nobody commands, until the database itself has told. */
static const struct { const char *what; bool lost; } syncs[] = {
	{ "what was to be synced is there", false },
	{ "what was to be synced is lost", true },
};

static void
test_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof syncs / sizeof *syncs; i++) {
		struct asked first, other, again;

		begin();
		opens();
		issue(&other, "before");
		fault_remember(true);
		fault_strike(&(struct fault){ .calls = DISK(SYNC) | DISK(OPEN), .at = 1, .forever = true, .error = EIO,
		    .lost = syncs[i].lost });
		is_outcome(issue(&first, "key"), OUTCOME_UNKNOWN);
		assert_int_equal(ledger_shown(store.ledger)->ticket_count, 1);
		is_outcome(issue(&other, NULL), STORE_FAILED);
		is_outcome(issue(&again, "key"), OUTCOME_UNKNOWN);
		is_outcome(issue(&again, "before"), OK);
		is_outcome(ledger_health(store.ledger), OUTCOME_UNKNOWN);

		seen_count = 0;
		ledger_watch(store.ledger, see, NULL);
		fault_heal();
		store_recover(&store);
		if (store_tickets(store.dir, first.answer) != !syncs[i].lost || seen_count != !syncs[i].lost ||
		    (int)ledger_shown(store.ledger)->ticket_count != 1 + !syncs[i].lost)
			fail_msg("%s: found out otherwise", syncs[i].what);
		is_outcome(issue(&again, "key"), OK);
		assert_memory_equal(again.answer, "A002 ", 5);
		if ((strcmp(again.answer, first.answer) == 0) == syncs[i].lost)
			fail_msg("%s: the retry gets %s, the first %s", syncs[i].what, again.answer, first.answer);
		assert_int_equal(store_tickets(store.dir, NULL), 2);
		store_close(&store);
		store_holds(&store, syncs[i].what);

		opens();
		issue(&other, "key");
		assert_string_equal(other.answer, again.answer);
		end();
	}
}

/* The disk fails for good while nobody knows: at the end everybody still is told. */

static void
told(void *arg, enum refusal outcome)
{
	*(enum refusal *)arg = outcome;
}

/* What began on a full disk tries by itself, and then says first of all that it has started. */
static const struct { const char *what; bool asked; } starts[] = {
	{ "nobody does anything", false },
	{ "somebody comes first", true },
};

static void
test_starts_full(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		struct asked a;
		int64_t seq;

		begin();
		opens();
		seq = ledger_shown(store.ledger)->seq;
		store_close(&store);
		fault_strike(&(struct fault){ .calls = DISK(WRITE), .file = "halld.db-wal", .at = 1, .forever = true, .error = ENOSPC });
		store_opens(&store);
		is_outcome(issue(&a, NULL), STORAGE_FULL);
		assert_int_equal(ledger_next(store.ledger)->seq, seq);

		fault_heal();
		if (starts[i].asked)
			is_outcome(issue(&a, NULL), OK);
		while (ledger_health(store.ledger) != OK || !ledger_idle(store.ledger))
			assert_int_equal(event_base_loop(store.base, EVLOOP_ONCE), 0);
		if (ledger_shown(store.ledger)->seq != seq + 1 + starts[i].asked ||
		    store_sql(store.dir, "SELECT max(seq) FROM event WHERE kind = 'hall.started'") != seq + 1)
			fail_msg("%s: %lld events", starts[i].what, (long long)(ledger_shown(store.ledger)->seq - seq));
		store_close(&store);
		store_holds(&store, starts[i].what);
		end();
	}
}

/* A day that was over while the disk failed is closed as soon as it does not, though nobody comes before the morning. */
#define NINE_MS	INT64_C(1795568400000)		/* 2026-11-25 09:00 in Shanghai */
#define HOUR_MS	(3600 * INT64_C(1000))

static const struct { const char *what; struct fault fault; } nights[] = {
	{ "the disk is full", { DISK(WRITE), "halld.db-wal", 1, true, ENOSPC, 0, false } },
	{ "the sync fails", { DISK(SYNC) | DISK(OPEN), NULL, 1, true, EIO, 0, true } },
};

static void
test_day_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
		int64_t at_ms = NINE_MS + 19 * HOUR_MS;
		struct asked a;

		begin();
		clock_hold(store.clock, NINE_MS);
		opens();
		is_outcome(issue(&a, NULL), OK);
		fault_remember(true);
		fault_strike(&nights[i].fault);
		clock_move(store.clock, at_ms);
		while (ledger_health(store.ledger) == OK)
			store_turn(&store);
		assert_true(ledger_shown(store.ledger)->day_open);
		fault_heal();
		while (ledger_shown(store.ledger)->day_open && at_ms < NINE_MS + 42 * HOUR_MS) {
			clock_move(store.clock, at_ms += 10000);
			do
				store_turn(&store);
			while (!ledger_idle(store.ledger));
		}
		if (ledger_shown(store.ledger)->day_open)
			fail_msg("%s: the day is open", nights[i].what);
		store_close(&store);
		store_holds(&store, nights[i].what);
		end();
	}
}

static void
test_ends_unknown(void **state)
{
	enum refusal waits = OK;
	struct asked first, again;

	(void)state;
	fault_strike(&(struct fault){ .calls = DISK(SYNC) | DISK(OPEN), .at = 1, .forever = true, .error = EIO });
	is_outcome(issue(&first, "key"), OUTCOME_UNKNOWN);
	ledger_wait(store.ledger, told, &waits);
	store_close(&store);
	is_outcome(waits, STORE_FAILED);

	fault_heal();
	opens();
	is_outcome(issue(&again, "key"), OK);
	assert_string_equal(again.answer, first.answer);
	assert_int_equal(store_tickets(store.dir, NULL), 1);
	store_holds(&store, "ended and opened");
}

/* Who is told a fact may command at once: a ticket to print is sent, however its commit came out. */

static void
print(void *arg, const struct fact *f)
{
	struct command cmd = { .verb = DO_PRINTED, .ticket = f->ticket, .print = PRINT_SENT, .actor = "system" };
	static struct asked asked[4];
	int *count = arg;

	if (f->kind == TICKET_ISSUED)
		store_ask(&store, &asked[(*count)++ % 4], NULL, &cmd);
}

static void
test_told_commands(void **state)
{
	struct command cmd = { .verb = DO_ISSUE, .printer = "printer", .token = "token" };
	int count = 0;
	struct asked a;

	(void)state;
	ledger_watch(store.ledger, print, &count);
	is_outcome(store_do(&store, &cmd), OK);
	fault_strike(&(struct fault){ .calls = DISK(SYNC), .at = 1, .error = EIO });
	store_ask(&store, &a, NULL, &cmd);
	store_settle(&store);
	is_outcome(a.outcome, OUTCOME_UNKNOWN);
	store_recover(&store);
	store_settle(&store);
	is_outcome(issue(&a, NULL), OK);
	assert_int_equal(store_sql(store.dir, "SELECT count(*) FROM ticket WHERE print = 'sent'"), 2);
	assert_int_equal(ledger_shown(store.ledger)->seq, ledger_next(store.ledger)->seq);
	store_holds(&store, "told and commanded");
}

/*
 * Once synced it is there, also when SQLite then fails to note it in the index
 * beside the log: "nothing was written" would be untrue.
 */
static void
test_index(void **state)
{
	struct asked a, again;
	char key[16];
	int n = 0;

	(void)state;
	/* Nothing is written to the database itself, so that the log is not carried over and grows. */
	fault_strike(&(struct fault){ .calls = DISK(MAP) | DISK(WRITE), .file = "halld.db", .at = 1, .forever = true,
	    .error = ENOSPC });
	do
		snprintf(key, sizeof key, "key %d", n++);
	while (issue(&a, key) == OK && n < 5000);
	is_outcome(a.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(store_tickets(image_take(CUT_KEEPS), a.answer), 1);

	fault_heal();
	store_recover(&store);
	is_outcome(issue(&again, key), OK);
	assert_string_equal(again.answer, a.answer);
	assert_int_equal(store_tickets(store.dir, NULL), n);
	store_holds(&store, "no room in the index");
}

/* Where SQLite cannot keep a log, commits would not be what they are said to be. */
static void
test_no_log(void **state)
{
	(void)state;
	fault_unmapped(true);
	assert_int_equal(store_open(&store), -1);
	assert_non_null(strstr(store.error, "write-ahead log"));
	assert_null(strchr(store.error, '\n'));
	fault_heal();
	opens();
}

/*
 * The k-th call fails, for k = 1, 2, ... until nothing failed: over two tickets,
 * a call and its end, and closing.  Somebody who is not told OK asks again with
 * the same key.
 */

static const struct step { const char *key; enum verb verb; const char *answer; } steps[] = {
	{ "first", DO_ISSUE, "A001 " }, { "second", DO_ISSUE, "A002 " },
	{ "call", DO_NEXT, "1 A001" }, { "end", DO_FINISH, "1 -" },
};
#define STEPS ((int)(sizeof steps / sizeof *steps))

static const struct { const char *what; struct fault fault; } disks[] = {
	{ "EIO once",			{ DISK_CHANGES, NULL, 0, false, EIO, 0, false } },
	{ "EIO for ever",		{ DISK_CHANGES, NULL, 0, true, EIO, 0, false } },
	{ "full once",			{ DISK_CHANGES, NULL, 0, false, ENOSPC, 0, false } },
	{ "torn once",			{ DISK_CHANGES, NULL, 0, false, EIO, 700, false } },
	{ "torn and full for ever",	{ DISK_CHANGES, NULL, 0, true, ENOSPC, 20, false } },
	{ "EIO and lost once",		{ DISK_CHANGES, NULL, 0, false, EIO, 0, true } },
	{ "not to be read once",	{ DISK(READ), NULL, 0, false, EIO, 0, false } },
	{ "not to be read for ever",	{ DISK(READ), NULL, 0, true, EIO, 0, false } },
};

static void
step(int i, struct asked *a)
{
	if (steps[i].verb == DO_ISSUE)
		store_issue(&store, a, steps[i].key, 0);
	else
		store_window(&store, a, steps[i].key, steps[i].verb, 1);
	store_settle(&store);
}

/* What everybody was told holds even if the power goes now. */
static void
told_truly(const char *what, const struct asked *asked, int count)
{
	const char *wrong = store_wrong(image_take(CUT_KEEPS), &store.layout);

	if (wrong != NULL)
		fail_msg("%s: %s", what, wrong);
	for (int i = 0; i < count; i++) {
		int there;

		if (steps[i].verb != DO_ISSUE || asked[i].answer[0] == '\0')
			continue;
		there = store_tickets(image, asked[i].answer);
		if (asked[i].outcome == OUTCOME_UNKNOWN ? there > 1 : there != (asked[i].outcome == OK))
			fail_msg("%s: %s was told %s and is there %d times", what, asked[i].answer,
			    refusals[asked[i].outcome].code, there);
	}
}

/* Ask until it is done; `patience` times. */
static void
insist(const char *what, int i, struct asked *asked, int patience)
{
	while (asked[i].outcome != OK) {
		if (patience-- == 0)
			fail_msg("%s: step %d is still told %s", what, i, refusals[asked[i].outcome].code);
		store_recover(&store);
		step(i, &asked[i]);
	}
}

/* False: no call failed. */
static bool
run_steps(const char *what, bool forever)
{
	struct asked asked[STEPS];
	bool struck;

	for (int i = 0; i < STEPS; i++) {
		step(i, &asked[i]);
		if (asked[i].outcome != OK)
			told_truly(what, asked, i + 1);
		if (!forever)
			insist(what, i, asked, 2);
	}
	struck = fault_struck() > 0;
	if (struck && forever) {
		fault_heal();
		for (int i = 0; i < STEPS; i++)
			insist(what, i, asked, 2);
	}
	for (int i = 0; i < STEPS; i++)
		if (strncmp(asked[i].answer, steps[i].answer, strlen(steps[i].answer)) != 0)
			fail_msg("%s: step %d got %s", what, i, asked[i].answer);
	return struck;
}

static void
hall_is(const char *what)
{
	const struct hall *h;
	struct asked again;

	store_holds(&store, what);
	opens();
	h = ledger_shown(store.ledger);
	if (h->ticket_count != 2 || h->leg[0].state != LEG_DONE || h->leg[1].state != LEG_WAITING ||
	    h->window[1].state != IDLE)
		fail_msg("%s: it is another hall when it is opened again", what);
	step(1, &again);
	if (again.outcome != OK || strncmp(again.answer, steps[1].answer, 5) != 0 || store_tickets(store.dir, NULL) != 2)
		fail_msg("%s: when it is opened again the key gives %s", what, again.answer);
}

static void
test_kth_call(void **state)
{
	int row = (int)(intptr_t)*state, stride = store_number("LEDGER_STRIDE", 1);
	struct fault fault = disks[row].fault;
	char what[64];
	bool struck = true;

	for (fault.at = 1; struck; fault.at += stride) {
		snprintf(what, sizeof what, "%s, call %ld", disks[row].what, fault.at);
		begin();
		opens();
		fault_remember(fault.lost);
		fault_strike(&fault);
		struck = run_steps(what, fault.forever);
		if (!struck && fault.forever)
			fault_heal();
		store_close(&store);
		struck |= fault_struck() > 0;
		fault_heal();
		hall_is(what);
		end();
	}
	if (fault.calls != DISK(READ) && fault.at < 20)
		fail_msg("%s: only %ld calls", disks[row].what, fault.at);
}

/* Likewise while the database is made: it cannot be opened, in one line, or it can; and the next time it can. */
static void
test_kth_call_of_open(void **state)
{
	int row = (int)(intptr_t)*state, stride = store_number("LEDGER_STRIDE", 1);
	struct fault fault = disks[row].fault;
	char what[64];
	bool struck = true;

	for (fault.at = 1; struck; fault.at += stride) {
		snprintf(what, sizeof what, "%s, call %ld of opening", disks[row].what, fault.at);
		begin();
		fault_remember(fault.lost);
		fault_strike(&fault);
		if (store_open(&store) == -1 && (store.error[0] == '\0' || strchr(store.error, '\n') != NULL))
			fail_msg("%s: %s", what, store.error);
		store_close(&store);
		struck = fault_struck() > 0;
		fault_heal();
		opens();
		store_close(&store);
		store_holds(&store, what);
		end();
	}
}

/*
 * The power goes at every write, sync and truncation, with what is not synced
 * lost, there, or torn: who was told OK has the ticket, nobody has two.
 */

static struct {
	char		answer[2100][64]; /* of tickets, in the order they were asked for */
	int		asked, sure;	/* the first `sure` were told OK before the store wrote on */
	int		every;		/* a cut at every so many calls */
	long		calls;
	struct { char dir[32]; int sure, asked; } cut[1024];
	int		cuts;
	unsigned	chance;
} power;

static void
cut_now(void *arg)
{
	(void)arg;
	if (power.calls++ % power.every != 0)
		return;
	for (enum cut cut = 0; cut < CUTS; cut++) {
		if (power.cuts == (int)(sizeof power.cut / sizeof *power.cut))
			abort();
		strcpy(power.cut[power.cuts].dir, "/tmp/test_cut.XXXXXX");
		if (mkdtemp(power.cut[power.cuts].dir) == NULL)
			abort();
		fault_cut(cut, power.cut[power.cuts].dir, &power.chance);
		power.cut[power.cuts].sure = power.sure;
		power.cut[power.cuts++].asked = power.asked;
	}
}

/* All that was cut since is looked at. */
static int
check_cuts(const char *what)
{
	int cuts = power.cuts;

	for (int i = 0; i < power.cuts; i++) {
		const char *dir = power.cut[i].dir, *wrong = store_wrong(dir, &store.layout);

		if (wrong != NULL)
			fail_msg("%s, cut %d of %d: %s", what, i, cuts, wrong);
		for (int n = 0; n < power.cut[i].asked; n++) {
			int there = store_tickets(dir, power.answer[n]);

			if (there > 1 || (there == 0 && n < power.cut[i].sure))
				fail_msg("%s, cut %d of %d: %s of %d is there %d times", what, i, cuts, power.answer[n],
				    power.cut[i].sure, there);
		}
		if (store_tickets(dir, NULL) > power.cut[i].asked)
			fail_msg("%s, cut %d of %d: there are tickets that nobody asked for", what, i, cuts);
		store_clear(dir);
		rmdir(dir);
	}
	power.cuts = 0;
	return cuts;
}

/* The store's thread has nothing to do any more, no log to carry over either. */
static void
settle_all(void)
{
	enum refusal rests = REFUSALS;

	store_settle(&store);
	if (ledger_health(store.ledger) == OUTCOME_UNKNOWN)
		return;
	ledger_wait(store.ledger, told, &rests);
	while (rests == REFUSALS)
		event_base_loop(store.base, EVLOOP_ONCE);
}

static enum refusal
issue_under_cuts(const char *key)
{
	struct asked a;

	store_issue(&store, &a, key, 0);
	strcpy(power.answer[power.asked++], a.answer);
	settle_all();
	if (a.outcome == OK)
		power.sure = power.asked;
	return a.outcome;
}

static void
open_under_cuts(void)
{
	fault_remember(true);
	fault_watch(cut_now, NULL);
	opens();
}

/* So many events that the log is carried over, once it is quiet: a sync of the commit, of the log, of the database. */
static void
fill_log(void)
{
	static struct asked asked[500];
	long wanted = fault_count(DISK_SYNC) + 3;

	for (int i = 0; i < 500; i++)
		store_ask(&store, &asked[i], NULL, &(struct command){ .verb = DO_DEVICE, .device = "signs" });
	settle_all();
	for (int i = 0; fault_count(DISK_SYNC) < wanted; i++) {
		if (i == 100)
			fail_msg("the log is not carried over");
		event_base_loopexit(store.base, &(struct timeval){ .tv_usec = 100000 });
		event_base_dispatch(store.base);
	}
	settle_all();
}

static void
test_power(void **state)
{
	int tickets = store_number("LEDGER_TICKETS", 6), cuts = 0;

	(void)state;
	assert_in_range(tickets, 1, 1000);
	power.asked = power.sure = power.cuts = 0;
	power.chance = store_number("LEDGER_SEED", 1);
	power.every = 1;
	open_under_cuts();
	cuts += check_cuts("making the database");
	for (int i = 0; i < tickets; i++) {
		is_outcome(issue_under_cuts(NULL), OK);
		cuts += check_cuts("a ticket");
	}

	power.every = 5;
	fill_log();
	cuts += check_cuts("the log is carried over");
	power.every = 1;
	for (int i = 0; i < tickets; i++) {
		is_outcome(issue_under_cuts(NULL), OK);
		cuts += check_cuts("the log begins again");
	}

	fault_strike(&(struct fault){ .calls = DISK(SYNC), .at = 1, .error = EIO });
	power.every = 2;
	is_outcome(issue_under_cuts("key"), OUTCOME_UNKNOWN);
	store_recover(&store);
	power.sure = power.asked;
	cuts += check_cuts("a sync fails");
	store_close(&store);
	cuts += check_cuts("closing");
	open_under_cuts();
	is_outcome(issue_under_cuts(NULL), OK);
	cuts += check_cuts("opened again");
	print_message("%d power cuts\n", cuts);
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(test_##t, make_open, unmake)
#define NEW(t) cmocka_unit_test_setup_teardown(test_##t, make, unmake)
#define MANY(t) cmocka_unit_test_setup_teardown(test_##t, NULL, unmake)
#define ROWS ((int)(sizeof disks / sizeof *disks))
	static struct CMUnitTest tests[64] = {
		TEST(group_commit), TEST(same_key_at_once), TEST(no_fact), MANY(failures), MANY(unknown), MANY(starts_full), MANY(day_over),
		TEST(ends_unknown), TEST(told_commands), TEST(index), NEW(no_log), NEW(power),
	};
	int count = 12;

	for (intptr_t i = 0; i < ROWS; i++) {
		tests[count++] = (struct CMUnitTest){ disks[i].what, test_kth_call, NULL, unmake, (void *)i };
		tests[count++] = (struct CMUnitTest){ disks[i].what, test_kth_call_of_open, NULL, unmake, (void *)i };
	}
	setenv("TZ", "Asia/Shanghai", 1);
	fault_vfs_register();
	return _cmocka_run_group_tests("ledger", tests, count, make_image, remove_image);
}
