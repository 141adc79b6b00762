/*
 * A day once more: by hand, and random days that must come out as they were
 * when the rule is the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/rule/preset.h"
#include "daemon/wait/replay.h"
#include "tests/hall_fixture.h"

static struct fixture f;
static struct replay *replay;

/* As fixture_open, but presses count at once and head starts are the preset's. */
static int
begin(void **state)
{
	(void)state;
	fixture_open(&f);
	f.layout.policy.double_press_s = 0;
	replay = replay_new(&f.layout);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	replay_free(replay);
	return 0;
}

static void
act(const struct command *cmd)
{
	enum refusal refusal = fixture_do(&f, cmd);

	if (refusal != OK)
		fail_msg("%s: %s", verbs[cmd->verb].name, refusals[refusal].code);
	for (int i = 0; i < f.change.count; i++)
		if (replay_fact(replay, &f.change.fact[i]) == -1)
			fail_msg("%s does not fit", kinds[f.change.fact[i].kind].name);
}

static void
issue(int service, int class)
{
	act(&(struct command){ .verb = DO_ISSUE, .actor = "ctl", .service = service, .class = class });
}

static void
at_window(enum verb verb, int no)
{
	act(&(struct command){ .verb = verb, .actor = "ctl", .window = no });
}

static void
minutes(int m)
{
	fixture_wait(&f, m * INT64_C(60000));
}

static struct waited
under(enum preset preset)
{
	struct class class[CLASSES_MAX];
	struct waited waited;

	memcpy(class, f.layout.class, sizeof class);
	for (int c = 0; c < f.layout.class_count; c++)
		class[c].base_s = class[c].rate = CLASS_FROM_PRESET;
	preset_fill(class, f.layout.class_count, preset);
	replay_run(replay, class, &waited);
	return waited;
}

#define ORDINARY 0
#define ELDERLY 1

static void
expect(const char *what, const struct waited *w, int class, int came, int called, int mean_s, int p90_s, int max_s)
{
	const struct wait_figures *got = &w->waits[class];

	if (w->came[class] != came || got->called != called || got->mean_ms != mean_s * INT64_C(1000) ||
	    got->p90_ms != p90_s * INT64_C(1000) || got->max_ms != max_s * INT64_C(1000))
		fail_msg("%s, class %d: %d came, %d called; mean %lld ms, p90 %lld, max %lld", what, class, w->came[class],
		    got->called, (long long)got->mean_ms, (long long)got->p90_ms, (long long)got->max_ms);
}

/*
 * Three come before the window opens, one of them elderly and last; each
 * service takes 10 minutes.  Head start: the elderly is first.
 */
static void
by_hand(void **state)
{
	struct waited actual, again, fcfs;

	(void)state;
	issue(2, ORDINARY);
	minutes(1);
	issue(2, ORDINARY);
	minutes(1);
	issue(2, ELDERLY);
	minutes(1);
	for (int i = 0; i < 3; i++) {
		at_window(DO_NEXT, 4);
		minutes(10);
	}
	at_window(DO_FINISH, 4);
	replay_actual(replay, &actual);
	expect("actual", &actual, ELDERLY, 1, 1, 60, 60, 60);
	expect("actual", &actual, ORDINARY, 2, 2, 17 * 60 + 30, 22 * 60, 22 * 60);
	again = under(PRESET_HEAD_START);
	expect("the same rule", &again, ELDERLY, 1, 1, 60, 60, 60);
	expect("the same rule", &again, ORDINARY, 2, 2, 17 * 60 + 30, 22 * 60, 22 * 60);
	fcfs = under(PRESET_FCFS);
	expect("fcfs", &fcfs, ELDERLY, 1, 1, 21 * 60, 21 * 60, 21 * 60);
	expect("fcfs", &fcfs, ORDINARY, 2, 2, 7 * 60 + 30, 12 * 60, 12 * 60);
}

/* Nobody is called and nobody's wait grows while the hall stands still, whoever is at a window; nor is that a longest wait. */
static void
stood_still(void **state)
{
	struct waited actual, again, fcfs;

	(void)state;
	f.layout.policy.max_wait_s = 1800;
	replay_free(replay);
	replay = replay_new(&f.layout);
	issue(2, ORDINARY);
	at_window(DO_NEXT, 4);
	issue(2, ORDINARY);
	minutes(1);
	issue(2, ELDERLY);
	act(&(struct command){ .verb = DO_SUSPEND });
	minutes(5);
	at_window(DO_FINISH, 4);
	minutes(55);
	act(&(struct command){ .verb = DO_RESUME_HALL });
	for (int i = 0; i < 2; i++) {
		at_window(DO_NEXT, 4);
		minutes(10);
	}
	at_window(DO_FINISH, 4);
	act(&(struct command){ .verb = DO_CLOSE_DAY });
	replay_actual(replay, &actual);
	expect("actual", &actual, ELDERLY, 1, 1, 0, 0, 0);
	expect("actual", &actual, ORDINARY, 2, 2, 5 * 60 + 30, 11 * 60, 11 * 60);
	again = under(PRESET_HEAD_START);
	expect("the same rule", &again, ELDERLY, 1, 1, 0, 0, 0);
	expect("the same rule", &again, ORDINARY, 2, 2, 5 * 60 + 30, 11 * 60, 11 * 60);
	fcfs = under(PRESET_FCFS);
	expect("fcfs", &fcfs, ELDERLY, 1, 1, 10 * 60, 10 * 60, 10 * 60);
	expect("fcfs", &fcfs, ORDINARY, 2, 2, 30, 60, 60);
}

/* Who was never called is no wait, and who would have been has the time that others of the service take. */
static void
never_called(void **state)
{
	struct waited actual, fcfs;

	(void)state;
	issue(2, ORDINARY);
	issue(2, ELDERLY);
	issue(2, ELDERLY);
	at_window(DO_NEXT, 4);
	minutes(4);
	at_window(DO_NEXT, 4);
	minutes(6);
	at_window(DO_FINISH, 4);
	act(&(struct command){ .verb = DO_CANCEL, .actor = "holder", .ticket = 1 });
	at_window(DO_CLOSE, 4);
	replay_actual(replay, &actual);
	expect("actual", &actual, ORDINARY, 1, 0, 0, 0, 0);
	expect("actual", &actual, ELDERLY, 2, 2, 2 * 60, 4 * 60, 4 * 60);
	fcfs = under(PRESET_FCFS);
	expect("fcfs", &fcfs, ORDINARY, 1, 1, 0, 0, 0);
	expect("fcfs", &fcfs, ELDERLY, 2, 2, 7 * 60, 9 * 60, 9 * 60);	/* after 5 minutes, and 4 more */
}

/* A call that was taken back was none, and the one before it went on. */
static void
undone(void **state)
{
	struct waited actual, again;

	(void)state;
	issue(2, ORDINARY);
	issue(2, ORDINARY);
	at_window(DO_NEXT, 4);
	minutes(5);
	at_window(DO_NEXT, 4);
	fixture_wait(&f, 4000);
	at_window(DO_UNDO, 4);
	fixture_wait(&f, 56000);
	at_window(DO_NEXT, 4);
	minutes(3);
	at_window(DO_FINISH, 4);
	replay_actual(replay, &actual);
	expect("actual", &actual, ORDINARY, 2, 2, 3 * 60, 6 * 60, 6 * 60);
	again = under(PRESET_HEAD_START);
	expect("again", &again, ORDINARY, 2, 2, 3 * 60, 6 * 60, 6 * 60);
}

/* A window calls those to whom it was lent, as long as it was. */
static void
lent(void **state)
{
	struct waited actual, again;

	(void)state;
	issue(2, ORDINARY);
	issue(2, ORDINARY);
	issue(2, ORDINARY);
	act(&(struct command){ .verb = DO_LEND, .actor = "ctl", .window = 2, .lent = 1 << 2, .until_ms = f.now.wall_ms + 3600000 });
	minutes(1);
	at_window(DO_NEXT, 2);
	minutes(5);
	at_window(DO_NEXT, 2);
	minutes(4);
	act(&(struct command){ .verb = DO_LEND, .actor = "ctl", .window = 2 });
	minutes(1);
	at_window(DO_NEXT, 2);
	minutes(5);
	replay_actual(replay, &actual);
	expect("actual", &actual, ORDINARY, 3, 2, 3 * 60 + 30, 6 * 60, 6 * 60);
	again = under(PRESET_HEAD_START);
	expect("again", &again, ORDINARY, 3, 2, 3 * 60 + 30, 6 * 60, 6 * 60);
}

/* Windows are open when they were, and a clerk who takes a while takes that while. */
static void
windows(void **state)
{
	struct waited again;

	(void)state;
	issue(2, ORDINARY);
	minutes(7);
	at_window(DO_OPEN, 4);
	minutes(1);
	at_window(DO_NEXT, 4);		/* idle for a minute: it calls at once in the replay */
	minutes(2);
	issue(2, ORDINARY);
	at_window(DO_FINISH, 4);
	minutes(3);
	at_window(DO_NEXT, 4);		/* people waited for 3 minutes: so they do */
	minutes(1);
	at_window(DO_PAUSE, 4);
	minutes(1);
	at_window(DO_FINISH, 4);
	minutes(1);
	issue(2, ORDINARY);
	minutes(19);
	at_window(DO_NEXT, 4);
	minutes(1);
	at_window(DO_FINISH, 4);
	again = under(PRESET_FCFS);
	expect("again", &again, ORDINARY, 3, 3, (7 + 2 + 19) * 60 / 3, 19 * 60, 19 * 60);
}

/* xorshift64*: the same days in every run. */
static uint64_t seed = UINT64_C(0x2545F4914F6CDD1D);

static int
below(int n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n;
}

/* Windows 1 and 2 are always open, and call as soon as they can. */
static int64_t idle_ms[3], ends_ms[3];	/* by window; ends_ms 0: nobody is there */

static void
next(int no)
{
	at_window(DO_NEXT, no);
	if (below(8) == 0) {
		at_window(DO_UNDO, no);
		at_window(DO_NEXT, no);
	}
	ends_ms[no] = f.now.steady_ms + 60000 + below(600000);
}

static void
settle(void)
{
	for (;;) {
		int no = 0;

		for (int w = 1; w <= 2; w++)
			if (ends_ms[w] == 0 && hall_waiting_at(&f.hall, &f.layout, w) > 0 && (no == 0 || idle_ms[w] < idle_ms[no]))
				no = w;
		if (no == 0)
			return;
		next(no);
	}
}

static void
end_service(int no)
{
	bool others = hall_waiting_at(&f.hall, &f.layout, no) > 0;
	int how = below(10);

	ends_ms[no] = 0;
	idle_ms[no] = f.now.steady_ms;
	if (how < 2 || !others)
		at_window(how == 0 ? DO_PASS : how == 1 ? DO_ABANDON : DO_FINISH, no);
	if (hall_waiting_at(&f.hall, &f.layout, no) > 0)
		next(no);
}

static void
cancel_somebody(void)
{
	uint32_t i = below(f.hall.ticket_count);

	if (hall_leg(&f.hall, &f.hall.ticket[i])->state == LEG_WAITING)
		act(&(struct command){ .verb = DO_CANCEL, .actor = "holder", .ticket = f.hall.ticket[i].id });
}

static void
spend_day(void)
{
	int64_t comes_ms = f.now.steady_ms + 1;

	memset(ends_ms, 0, sizeof ends_ms);
	for (int w = 1; w <= 2; w++) {
		idle_ms[w] = f.now.steady_ms;
		at_window(DO_OPEN, w);
		fixture_wait(&f, 1);
	}
	for (int i = 0; i < 120 || ends_ms[1] != 0 || ends_ms[2] != 0; ) {
		int no = ends_ms[1] != 0 && (ends_ms[2] == 0 || ends_ms[1] < ends_ms[2]) ? 1 : 2;

		if (ends_ms[no] != 0 && (ends_ms[no] < comes_ms || i == 120)) {
			fixture_wait(&f, ends_ms[no] - f.now.steady_ms);
			end_service(no);
		} else {
			fixture_wait(&f, comes_ms - f.now.steady_ms);
			issue(below(2), below(3));
			settle();
			if (below(6) == 0)
				cancel_somebody();
			comes_ms += 1 + below(360000);
			i++;
		}
		settle();
	}
}

/* The same rule calls everybody when they were called. */
static void
random_days(void **state)
{
	int calls = 0;

	for (int day = 0; day < 12; day++) {
		struct waited actual, again;

		begin(state);
		spend_day();
		replay_actual(replay, &actual);
		replay_run(replay, f.layout.class, &again);
		for (int c = 0; c < 3; c++) {
			const struct wait_figures *was = &actual.waits[c], *is = &again.waits[c];

			calls += was->called;
			if (was->called != is->called || was->mean_ms != is->mean_ms || was->p90_ms != is->p90_ms || was->max_ms != is->max_ms ||
			    actual.came[c] != again.came[c])
				fail_msg("day %d, class %d: %d called, mean %lld ms; were %d and %lld", day, c, is->called,
				    (long long)is->mean_ms, was->called, (long long)was->mean_ms);
		}
		end(state);
	}
	assert_true(calls > 400);
	replay = NULL;
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(by_hand), TEST(stood_still), TEST(never_called), TEST(undone), TEST(lent), TEST(windows), cmocka_unit_test(random_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
