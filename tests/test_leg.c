/*
 * What may happen to a leg: the steps of the contract's table, and no other.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "daemon/core/leg.h"

static const struct { const char *what; enum leg_state from; enum leg_step step; enum leg_state to; } steps[] = {
	{ "issue -> waiting",				LEG_NONE,	STEP_ISSUE,	LEG_WAITING },
	{ "its further legs -> later",			LEG_NONE,	STEP_FURTHER,	LEG_LATER },
	{ "remote issue, booking -> reserved",		LEG_NONE,	STEP_RESERVE,	LEG_RESERVED },
	{ "serve -> serving",				LEG_NONE,	STEP_SERVE,	LEG_SERVING },

	{ "reserved: check-in -> waiting",		LEG_RESERVED,	STEP_CHECK_IN,	LEG_WAITING },
	{ "reserved: cancel -> cancelled",		LEG_RESERVED,	STEP_CANCEL,	LEG_CANCELLED },
	{ "reserved: time over -> no_show",		LEG_RESERVED,	STEP_MISS,	LEG_NO_SHOW },
	{ "reserved: day close -> no_show",		LEG_RESERVED,	STEP_DAY_CLOSE,	LEG_NO_SHOW },
	{ "no_show: check-in the same day -> waiting",	LEG_NO_SHOW,	STEP_CHECK_IN,	LEG_WAITING },

	{ "later: the leg before it done -> waiting",	LEG_LATER,	STEP_ADVANCE,	LEG_WAITING },
	{ "later: cancel, remove -> cancelled",		LEG_LATER,	STEP_CANCEL,	LEG_CANCELLED },
	{ "later: day close -> expired",		LEG_LATER,	STEP_DAY_CLOSE,	LEG_EXPIRED },

	{ "waiting: next, pick -> called",		LEG_WAITING,	STEP_CALL,	LEG_CALLED },
	{ "waiting: change of service or class",	LEG_WAITING,	STEP_CHANGE,	LEG_WAITING },
	{ "waiting: defer",				LEG_WAITING,	STEP_DEFER,	LEG_WAITING },
	{ "waiting: cancel -> cancelled",		LEG_WAITING,	STEP_CANCEL,	LEG_CANCELLED },
	{ "waiting: day close -> expired",		LEG_WAITING,	STEP_DAY_CLOSE,	LEG_EXPIRED },

	{ "called: start -> serving",			LEG_CALLED,	STEP_START,	LEG_SERVING },
	{ "called: finish -> done",			LEG_CALLED,	STEP_FINISH,	LEG_DONE },
	{ "called: pass -> passed",			LEG_CALLED,	STEP_PASS,	LEG_PASSED },
	{ "called: abandon -> abandoned",		LEG_CALLED,	STEP_ABANDON,	LEG_ABANDONED },
	{ "called: hold -> held",			LEG_CALLED,	STEP_HOLD,	LEG_HELD },
	{ "called: transfer -> transferred",		LEG_CALLED,	STEP_TRANSFER,	LEG_TRANSFERRED },
	{ "called: recall -> called",			LEG_CALLED,	STEP_RECALL,	LEG_CALLED },
	{ "called: cancel by the holder -> cancelled",	LEG_CALLED,	STEP_CANCEL,	LEG_CANCELLED },
	{ "called: day close -> expired",		LEG_CALLED,	STEP_DAY_CLOSE,	LEG_EXPIRED },

	{ "serving: finish -> done",			LEG_SERVING,	STEP_FINISH,	LEG_DONE },
	{ "serving: hold -> held",			LEG_SERVING,	STEP_HOLD,	LEG_HELD },
	{ "serving: transfer -> transferred",		LEG_SERVING,	STEP_TRANSFER,	LEG_TRANSFERRED },
	{ "serving: abandon -> abandoned",		LEG_SERVING,	STEP_ABANDON,	LEG_ABANDONED },
	{ "serving: day close -> done, marked",		LEG_SERVING,	STEP_DAY_CLOSE,	LEG_DONE },

	{ "passed: pick -> called",			LEG_PASSED,	STEP_CALL,	LEG_CALLED },
	{ "passed: by itself or return -> waiting",	LEG_PASSED,	STEP_RETURN,	LEG_WAITING },
	{ "passed: cancel -> cancelled",		LEG_PASSED,	STEP_CANCEL,	LEG_CANCELLED },
	{ "passed: day close -> expired",		LEG_PASSED,	STEP_DAY_CLOSE,	LEG_EXPIRED },

	{ "held: unhold -> called",			LEG_HELD,	STEP_UNHOLD,	LEG_CALLED },
	{ "held: minutes over -> waiting",		LEG_HELD,	STEP_RELEASE,	LEG_WAITING },
	{ "held: cancel -> cancelled",			LEG_HELD,	STEP_CANCEL,	LEG_CANCELLED },
	{ "held: day close -> expired",			LEG_HELD,	STEP_DAY_CLOSE,	LEG_EXPIRED },

	{ "abandoned: return -> waiting",		LEG_ABANDONED,	STEP_RETURN,	LEG_WAITING },

	{ "void ends a live one: reserved",		LEG_RESERVED,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: later",		LEG_LATER,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: waiting",		LEG_WAITING,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: called",		LEG_CALLED,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: serving",		LEG_SERVING,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: passed",		LEG_PASSED,	STEP_VOID,	LEG_CANCELLED },
	{ "void ends a live one: held",			LEG_HELD,	STEP_VOID,	LEG_CANCELLED },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static void
allowed_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < STEPS; i++)
		if (leg_next(steps[i].from, steps[i].step) != steps[i].to)
			fail_msg("%s: leads to %s", steps[i].what, leg_state_name(leg_next(steps[i].from, steps[i].step)));
}

static bool
listed(enum leg_state from, enum leg_step step)
{
	for (size_t i = 0; i < STEPS; i++)
		if (steps[i].from == from && steps[i].step == step)
			return true;
	return false;
}

static void
every_other_pair_is_refused(void **state)
{
	int refused = 0;

	(void)state;
	for (int from = LEG_NONE; from < LEG_STATES; from++)
		for (int step = 0; step < LEG_STEPS; step++)
			if (!listed(from, step)) {
				refused++;
				if (leg_next(from, step) != LEG_NONE)
					fail_msg("%s, step %d: allowed", leg_state_name(from), step);
			}
	assert_int_equal(refused, LEG_STATES * LEG_STEPS - STEPS);
}

/* A step writes the state and nothing else; a refused one writes nothing. */
static void
a_step_writes_only_the_state(void **state)
{
	(void)state;
	for (int from = LEG_NONE; from < LEG_STATES; from++)
		for (int step = 0; step < LEG_STEPS; step++) {
			enum leg_state to = leg_next(from, step);
			struct leg leg, want;

			memset(&leg, 1, sizeof(leg));
			leg.state = from;
			memcpy(&want, &leg, sizeof(want));
			if (to != LEG_NONE)
				want.state = to;
			assert_int_equal(leg_step(&leg, step), to == LEG_NONE ? -1 : 0);
			if (memcmp(&leg, &want, sizeof(leg)) != 0)
				fail_msg("%s, step %d", leg_state_name(from), step);
		}
}

static const struct { enum leg_state state; const char *name; bool live; } states[] = {
	{ LEG_RESERVED, "reserved", true },
	{ LEG_NO_SHOW, "no_show", false },
	{ LEG_LATER, "later", true },
	{ LEG_WAITING, "waiting", true },
	{ LEG_CALLED, "called", true },
	{ LEG_SERVING, "serving", true },
	{ LEG_PASSED, "passed", true },
	{ LEG_HELD, "held", true },
	{ LEG_DONE, "done", false },
	{ LEG_TRANSFERRED, "transferred", false },
	{ LEG_ABANDONED, "abandoned", false },
	{ LEG_CANCELLED, "cancelled", false },
	{ LEG_EXPIRED, "expired", false },
};

static void
names_and_liveness(void **state)
{
	(void)state;
	assert_int_equal(sizeof(states) / sizeof(states[0]), LEG_STATES - 1);
	for (size_t i = 0; i < LEG_STATES - 1; i++) {
		assert_string_equal(leg_state_name(states[i].state), states[i].name);
		if (leg_state_find(states[i].name) != states[i].state || leg_live(states[i].state) != states[i].live)
			fail_msg("%s", states[i].name);
	}
	assert_int_equal(leg_state_find("none"), LEG_NONE);
	assert_int_equal(leg_state_find("lost"), LEG_NONE);
	assert_false(leg_live(LEG_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed_steps),
		cmocka_unit_test(every_other_pair_is_refused),
		cmocka_unit_test(a_step_writes_only_the_state),
		cmocka_unit_test(names_and_liveness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
