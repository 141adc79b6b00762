/*
 * Who is next: levels, classes, presets, ties; and the rule against a plain
 * reading of it in many random halls.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/queue.h"
#include "daemon/core/rule/pick.h"
#include "daemon/core/rule/preset.h"
#include "tests/hall_fixture.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static struct layout layout;
static struct hall hall;

/* Put a leg there in the state it is in, sent to a window or (0) to none; its id is the next. */
static struct leg *
put_leg_for(int to, int service, int class, enum leg_state state, int64_t entry_ms)
{
	uint32_t i = hall.ticket_count++;
	struct leg *leg = &hall.leg[hall.leg_count++];

	*leg = (struct leg){ .ticket = i, .service = service, .state = state, .entry_ms = entry_ms,
	    .until = state == LEG_PASSED, .to = to };
	hall.ticket[i] = (struct ticket){ .id = i + 1, .class = class, .leg = i };
	snprintf(hall.ticket[i].number, NUMBER_MAX, "T%u", i + 1);
	if (state == LEG_WAITING || state == LEG_PASSED)
		queue_add(&hall, i);
	return leg;
}

static struct leg *
put_leg(int service, int class, enum leg_state state, int64_t entry_ms)
{
	return put_leg_for(0, service, class, state, entry_ms);
}

/* "a@60 b/elderly@0 a@5!passed": service, class, second of entry, state (or "returned"); the tickets are T1, T2, ... */
static void
put_legs(const char *text)
{
	for (; *text != '\0'; text += strcspn(text, " "), text += strspn(text, " ")) {
		char service[ID_MAX] = "", class[ID_MAX] = "ordinary", state[16] = "waiting", one[80];
		int entry_s;

		snprintf(one, sizeof(one), "%.*s", (int)strcspn(text, " "), text);
		if (sscanf(one, "%23[^/@]/%23[^@]@%d!%15s", service, class, &entry_s, state) < 3 &&
		    sscanf(one, "%23[^/@]@%d!%15s", service, &entry_s, state) < 2)
			fail_msg("\"%s\" is no ticket", one);
		if (strcmp(state, "returned") == 0)
			put_leg(layout_service(&layout, service), layout_class(&layout, class), LEG_WAITING, entry_s * 1000)->called_before =
			    true;
		else
			put_leg(layout_service(&layout, service), layout_class(&layout, class), leg_state_find(state), entry_s * 1000);
	}
}

/*
 * Windows: 1 serves a and b, 2 prefers a, 3 prefers b, 4 serves c, 5 nothing.
 * Classes as hall.json would name them without base_s and rate.
 */
static void
set_up(enum preset preset)
{
	fixture_layout(&layout);
	fixture_service(&layout, "a", "A");
	fixture_service(&layout, "b", "B");
	fixture_service(&layout, "c", "C");
	for (int i = 0; i < 3; i++)
		fixture_class(&layout, (const char *[]){ "ordinary", "elderly", "first" }[i], CLASS_FROM_PRESET)->rate =
		    CLASS_FROM_PRESET;
	preset_fill(layout.class, layout.class_count, preset);
	fixture_window(&layout, 1, "110");
	fixture_window(&layout, 2, "120");
	fixture_window(&layout, 3, "210");
	fixture_window(&layout, 4, "001");
	fixture_window(&layout, 5, "000");
	hall_init(&hall, &layout);
}

#define HEAD PRESET_HEAD_START
#define NOBODY NULL, RULE_NONE, NULL
static const struct {
	const char	*what;
	enum preset	 preset;
	int		 window, now_s;
	const char	*legs;
	const char	*called;
	enum rule	 rule;
	const char	*runner_up;
} rows[] = {
	{ "nobody is there",			HEAD, 1,   60, "",				NOBODY },
	{ "the only one",			HEAD, 1,   60, "a@0",				"T1", RULE_ONLY, "" },
	{ "first come, first served",		HEAD, 1,   60, "a@1 a@0 a@2",			"T2", RULE_SCORE, "T1" },
	{ "across services of one level",	HEAD, 1,   60, "b@1 a@0",			"T2", RULE_SCORE, "T1" },
	{ "not a service of this window",	HEAD, 1,   60, "c@0 a@9",			"T2", RULE_ONLY, "" },
	{ "only services of other windows",	HEAD, 4,   60, "a@0 b@0",			NOBODY },
	{ "a window that serves nothing",	HEAD, 5,   60, "a@0",				NOBODY },
	{ "no such window",			HEAD, 9,   60, "a@0",				NOBODY },

	{ "level 1 before an earlier level 2",	HEAD, 2,   60, "b@0 a@50",			"T2", RULE_LEVEL, "T1" },
	{ "the other way at the other window",	HEAD, 3,   60, "b@50 a@0",			"T1", RULE_LEVEL, "T2" },
	{ "level 2 when level 1 is empty",	HEAD, 2,   60, "b@7 b@3",			"T2", RULE_SCORE, "T1" },
	{ "level before class",			HEAD, 2,   60, "b/first@0 a@50",		"T2", RULE_LEVEL, "T1" },
	{ "level before head start",		HEAD, 2, 3600, "b/elderly@0 a@3599",		"T2", RULE_LEVEL, "T1" },

	{ "elderly 15 min ahead",		HEAD, 1, 1000, "a@0 a/elderly@899",		"T2", RULE_SCORE, "T1" },
	{ "elderly 15 min ahead, not more",	HEAD, 1, 1000, "a@0 a/elderly@901",		"T1", RULE_SCORE, "T2" },
	{ "equal scores: the earlier entry",	HEAD, 1, 1000, "a/elderly@900 a@0",		"T2", RULE_ENTRY, "T1" },
	{ "equal entries: the lower id",	HEAD, 1, 1000, "a@5 b@5",			"T1", RULE_ID, "T2" },
	{ "equal entries of one queue",		HEAD, 1, 1000, "a@5 a@5 a@5",			"T1", RULE_ID, "T2" },
	{ "first is strict",			HEAD, 1, 3600, "a@0 a/elderly@0 a/first@3599",	"T3", RULE_CLASS, "T2" },
	{ "among the first as usual",		HEAD, 1, 3600, "a/first@9 b/first@8",		"T2", RULE_SCORE, "T1" },

	{ "fcfs knows no classes",		PRESET_FCFS, 1, 1000, "a/first@2 a/elderly@1 a@0", "T3", RULE_SCORE, "T2" },
	{ "accumulate: the elderly's wait counts double", PRESET_ACCUMULATE, 1, 100, "a@0 a/elderly@49", "T2", RULE_SCORE, "T1" },
	{ "accumulate: equal at half the wait",	PRESET_ACCUMULATE, 1,  100, "a/elderly@50 a@0",	"T2", RULE_ENTRY, "T1" },
	{ "accumulate: the ordinary one's turn", PRESET_ACCUMULATE, 1, 100, "a/elderly@51 a@0",	"T2", RULE_SCORE, "T1" },
	{ "strict: every class above ordinary",	PRESET_STRICT, 1, 3600, "a@0 a/elderly@3599",	"T2", RULE_CLASS, "T1" },
	{ "strict: none among the classes",	PRESET_STRICT, 1, 3600, "a/first@9 a/elderly@8", "T2", RULE_SCORE, "T1" },

	{ "over an hour, whatever the class",	HEAD, 1, 3700, "a@99 a/first@3699",		"T1", RULE_MAX_WAIT, "T2" },
	{ "an hour is not over an hour",	HEAD, 1, 3700, "a@100 a/first@3699",		"T2", RULE_CLASS, "T1" },
	{ "over an hour, whatever the level",	HEAD, 2, 3700, "b@99 a@3699",			"T1", RULE_MAX_WAIT, "T2" },
	{ "over an hour, whatever the score",	HEAD, 1, 3700, "a@99 a/elderly@101",		"T1", RULE_MAX_WAIT, "T2" },
	{ "the oldest of those over an hour",	HEAD, 2, 9000, "a/first@8 a@7 b@6",		"T3", RULE_MAX_WAIT, "T2" },
	{ "as old, both over an hour: by level", HEAD, 2, 9000, "b@7 a@7",			"T2", RULE_LEVEL, "T1" },
	{ "over an hour and the only one",	HEAD, 1, 9000, "a@0",				"T1", RULE_ONLY, "" },
	{ "over an hour, also when strict",	PRESET_STRICT, 1, 9000, "a/elderly@5399 a@0 a/elderly@0", "T3", RULE_CLASS, "T2" },
	{ "over an hour, passed",		HEAD, 1, 9000, "a@0!passed a@8999",		"T2", RULE_ONLY, "" },

	{ "passed is not eligible",		HEAD, 1,   60, "a@0!passed a@5",		"T2", RULE_ONLY, "" },
	{ "nobody but passed",			HEAD, 1,   60, "a@0!passed",			NOBODY },
	{ "only waiting is eligible",		HEAD, 1,   60, "a@0!called a@0!serving a@0!held a@0!later a@0!reserved a@9",
										"T6", RULE_ONLY, "" },
	{ "who is over is not eligible",	HEAD, 1,   60, "a@0!done a@0!abandoned a@0!cancelled a@0!transferred a@0!expired",
										NOBODY },
	{ "who returned keeps the first entry",	HEAD, 1,   60, "a@10 a@20 a@3",			"T3", RULE_SCORE, "T1" },
	{ "the runner-up is second in the same queue", HEAD, 1, 60, "a@0 a@1 b@2",		"T1", RULE_SCORE, "T2" },
	{ "the runner-up is in another queue",	HEAD, 1,   60, "a@0 a@2 b@1",			"T1", RULE_SCORE, "T3" },
};

static void
named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct why why;
		int place;

		set_up(rows[i].preset);
		put_legs(rows[i].legs);
		place = pick(&hall, &layout, rows[i].window, rows[i].now_s * INT64_C(1000), &why);
		if ((place == -1) != (rows[i].called == NULL) ||
		    (place != -1 && strcmp(hall.ticket[place].number, rows[i].called) != 0))
			fail_msg("%s: %s was called", rows[i].what, place == -1 ? "nobody" : hall.ticket[place].number);
		if (place != -1 && (why.rule != rows[i].rule || strcmp(why.runner_up, rows[i].runner_up) != 0))
			fail_msg("%s: by %s before \"%s\"", rows[i].what, rule_name(why.rule), why.runner_up);
	}
}

/* The score is stored in milliseconds, but compared unrounded. */
static void
scores(void **state)
{
	struct why why;

	(void)state;
	set_up(PRESET_HEAD_START);
	put_legs("a/elderly@10");
	assert_int_equal(pick(&hall, &layout, 1, 12345, &why), 0);
	assert_int_equal(why.score, 900 * 1000 + 2345);

	set_up(PRESET_FCFS);
	layout.class[0].rate = 1001;
	layout.class[1].rate = 1002;
	put_leg(0, 0, LEG_WAITING, 0);
	put_leg(0, 1, LEG_WAITING, 0);
	assert_int_equal(pick(&hall, &layout, 1, 1, &why), 1);		/* 1.002 before 1.001 */
	assert_int_equal(why.rule, RULE_SCORE);
	assert_int_equal(why.score, 1);
}

/* What is told of a call is of both, at the call. */
static void
told(void **state)
{
	struct why why;

	(void)state;
	set_up(PRESET_HEAD_START);
	put_legs("b@10 a/elderly@40");
	assert_int_equal(pick(&hall, &layout, 2, 100 * 1000, &why), 1);
	assert_int_equal(why.rule, RULE_LEVEL);
	assert_int_equal(why.level, 1);
	assert_int_equal(why.runner_level, 2);
	assert_int_equal(why.waited_ms, 60 * 1000);
	assert_int_equal(why.runner_waited_ms, 90 * 1000);
	assert_int_equal(why.score, 960 * 1000);
	assert_int_equal(why.runner_score, 90 * 1000);
	assert_int_equal(why.limit_s, 0);
	pick(&hall, &layout, 2, 4000 * 1000, &why);
	assert_int_equal(why.rule, RULE_MAX_WAIT);
	assert_int_equal(why.limit_s, 3600);
}

static void
nobody_waits_too_long(void **state)
{
	struct why why;

	(void)state;
	set_up(PRESET_HEAD_START);
	layout.policy.max_wait_s = 0;
	put_legs("a@0 a/first@89999");
	assert_int_equal(pick(&hall, &layout, 1, 90000 * INT64_C(1000), &why), 1);
	assert_int_equal(why.rule, RULE_CLASS);
}

/* Neither lunch nor what the hall stood still is in the longest wait, and what is both is taken out once. */
static void
stood_into_lunch(void **state)
{
	static const struct { int min; bool late; } moments[] = { { 13 * 60 + 59, false }, { 14 * 60, false }, { 14 * 60 + 1, true } };
	struct why why;

	(void)state;
	for (size_t i = 0; i < ROWS(moments); i++) {
		set_up(PRESET_HEAD_START);
		layout.service[0].hours = (struct hours){ .count = 2, .row = { { 0x7f, 9 * 60, 12 * 60, -1, -1 },
		    { 0x7f, 13 * 60, 17 * 60, -1, -1 } } };
		hall.stop[hall.stop_count++] = (struct stop){ date_ms(20261124, 11 * 60 + 45), date_ms(20261124, 13 * 60 + 15) };
		put_leg(0, 0, LEG_WAITING, date_ms(20261124, 11 * 60 + 30));
		put_leg(0, 2, LEG_WAITING, date_ms(20261124, 13 * 60 + 30));
		assert_int_equal(pick(&hall, &layout, 1, date_ms(20261124, moments[i].min), &why), moments[i].late ? 0 : 1);
		assert_int_equal(why.rule, moments[i].late ? RULE_MAX_WAIT : RULE_CLASS);
	}
}

/* Another preset, other head starts and rates while people wait: those of one class stay in the order in which they came. */
static void
live_changes(void **state)
{
	static const enum preset to[] = { PRESET_STRICT, PRESET_ACCUMULATE, PRESET_FCFS, PRESET_HEAD_START };

	(void)state;
	set_up(PRESET_HEAD_START);
	put_legs("a@5 a/elderly@3 a@4 a/first@9 a/elderly@7 a@6 a/first@8");
	for (size_t i = 0; i < 2 * ROWS(to); i++) {
		uint32_t place[PICK_MAX];
		int64_t last_ms[3] = { 0 };

		for (int c = 0; c < layout.class_count; c++)
			layout.class[c].base_s = layout.class[c].rate = CLASS_FROM_PRESET;
		if (i >= ROWS(to))
			layout.class[i % 3].rate = 1;
		preset_fill(layout.class, layout.class_count, to[i % ROWS(to)]);
		assert_int_equal(pick_order(&hall, &layout, 1, 20 * 1000, place, PICK_MAX), 7);
		for (int n = 0; n < 7; n++) {
			int class = hall.ticket[hall.leg[place[n]].ticket].class;

			assert_true(hall.leg[place[n]].entry_ms >= last_ms[class]);
			last_ms[class] = hall.leg[place[n]].entry_ms;
		}
	}
}

/* Settings allow a day of head start, and waiting that counts a thousandfold. */
static void
scores_do_not_overflow(void **state)
{
	const int64_t year_ms = INT64_C(366) * 86400 * 1000;
	struct why why;

	(void)state;
	set_up(PRESET_FCFS);
	layout.class[0].base_s = 86400;
	layout.class[0].rate = 1000000;
	put_leg(0, 0, LEG_WAITING, 0);
	put_leg(0, 1, LEG_WAITING, 0);
	layout.policy.max_wait_s = 0;
	assert_int_equal(pick(&hall, &layout, 1, year_ms, &why), 0);
	assert_int_equal(why.score, 86400 * INT64_C(1000) + 1000 * year_ms);
}

static const struct {
	const char	*what;
	const char	*legs;		/* asked about: the last */
	const char	*open;		/* windows */
	int		 ahead;
	int		 by[AHEADS];	/* earlier, returned, class, service */
} aheads[] = {
	{ "nobody",				"a@0",					"1", 0, { 0 } },
	{ "those before it",			"a@0 a@1 a@9 a@5",			"1", 2, { 2 } },
	{ "of all services of its window",	"a@0 b@1 b@9 a@5",			"1", 2, { 1, 0, 0, 1 } },
	{ "not those of other windows",		"c@0 a@5",				"1", 0, { 0 } },
	{ "not passed, not called",		"a@0!passed a@0!called a@5",		"1", 0, { 0 } },
	{ "whoever has the head start",		"a/elderly@80 a/first@9 a@5",		"1", 2, { 0, 0, 2 } },
	{ "who was called before, and is back",	"a@0!returned a@2 a@9!returned a@5",	"1", 2, { 1, 1 } },
	{ "a class that came earlier is just earlier", "a/elderly@0 a/first@9!returned a@5", "1", 2, { 1, 1 } },
	{ "not who waits from a time to come",	"a/first@101 a@5",			"1", 0, { 0 } },
	{ "who waits before that time",		"a/elderly@100 a@101",			"1", 1, { 1 } },
	{ "all of a lower level",		"a@99 a@98 b@0",			"2", 2, { 0, 0, 0, 2 } },
	{ "none of a higher level",		"b@0 b/first@1 a@99",			"2", 0, { 0 } },
	{ "by rank at one window, never at another", "b@0 b@9 a@5",			"1 2", 1, { 0, 0, 0, 1 } },
	{ "always at one window, by rank at another", "a@0 a@9 b@5",			"1 2", 2, { 0, 0, 0, 2 } },
	{ "only open windows count",		"a@0 a@9 b@5",				"1", 1, { 0, 0, 0, 1 } },
	{ "all windows when none is open",	"a@0 a@9 b@5",				"", 2, { 0, 0, 0, 2 } },
	{ "an open window that cannot serve it", "a@0 a@9 b@5",				"4", 2, { 0, 0, 0, 2 } },
};

static void
named_ahead(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(aheads); i++) {
		int ahead, by[AHEADS];

		set_up(PRESET_HEAD_START);
		for (const char *no = aheads[i].open; *no != '\0'; no += strspn(no + 1, " ") + 1)
			hall.window[atoi(no)].state = IDLE;
		put_legs(aheads[i].legs);
		ahead = pick_ahead(&hall, &layout, hall.leg_count - 1, 100 * 1000, by);
		if (ahead != aheads[i].ahead || memcmp(by, aheads[i].by, sizeof by) != 0)
			fail_msg("%s: %d: %d earlier, %d returned, %d by class, %d of other services", aheads[i].what, ahead,
			    by[AHEAD_EARLIER], by[AHEAD_RETURNED], by[AHEAD_CLASS], by[AHEAD_SERVICE]);
	}
}

/*
 * The oracle: the rule as the contract words it, by looking at every leg.
 */
static int64_t
waited(uint32_t i, int64_t now_ms)
{
	int64_t entry_ms = hall.leg[i].entry_ms, waited_ms = now_ms - entry_ms;

	/* In the order in which they were, none over another: what is before the entry is not its wait. */
	for (int k = 0; k < hall.stop_count; k++) {
		int64_t ends_ms = hall.stop[k].to_ms == 0 ? now_ms : hall.stop[k].to_ms;

		if (ends_ms > entry_ms)
			waited_ms -= ends_ms - (hall.stop[k].from_ms > entry_ms ? hall.stop[k].from_ms : entry_ms);
	}
	return waited_ms;
}

static __int128
score_of(uint32_t i, int64_t now_ms)
{
	const struct class *c = &layout.class[hall.ticket[hall.leg[i].ticket].class];

	return (__int128)c->base_s * 1000 * 1000 + (__int128)c->rate * waited(i, now_ms);
}

/* Sent to a window it is the first there, and nowhere else while that is there. */
static int
level_of(const struct window_layout *w, uint32_t leg)
{
	int to = hall.leg[leg].to;

	if (to == w->no)
		return 1;
	if (to != 0 && layout_window(&layout, to) != NULL && hall.window[to].state != OFFLINE && hall.window[to].state != CLOSED)
		return 0;
	return w->level[hall.leg[leg].service];
}

static bool
too_long(uint32_t i, int64_t now_ms)
{
	return layout.policy.max_wait_s != 0 && waited(i, now_ms) > layout.policy.max_wait_s * INT64_C(1000);
}

/* What calls leg a before leg b at a window; RULE_NONE: b is called before. */
static enum rule
calls_before(const struct window_layout *w, uint32_t a, uint32_t b, int64_t now_ms)
{
	int level_a = level_of(w, a), level_b = level_of(w, b);
	bool strict_a = layout.class[hall.ticket[a].class].strict, strict_b = layout.class[hall.ticket[b].class].strict;
	__int128 score_a = score_of(a, now_ms), score_b = score_of(b, now_ms);
	int64_t entry_a = hall.leg[a].entry_ms, entry_b = hall.leg[b].entry_ms;

	if ((entry_a > now_ms) != (entry_b > now_ms))
		return entry_b > now_ms ? RULE_ENTRY : RULE_NONE;	/* who waits from a time to come is called last */
	if (too_long(a, now_ms) || too_long(b, now_ms)) {
		if (!too_long(b, now_ms) || (too_long(a, now_ms) && entry_a < entry_b))
			return RULE_MAX_WAIT;
		if (!too_long(a, now_ms) || entry_b < entry_a)
			return RULE_NONE;
	}
	if (level_a != level_b)
		return level_a < level_b ? RULE_LEVEL : RULE_NONE;
	if (strict_a != strict_b)
		return strict_a ? RULE_CLASS : RULE_NONE;
	if (score_a != score_b)
		return score_a > score_b ? RULE_SCORE : RULE_NONE;
	if (entry_a != entry_b)
		return entry_a < entry_b ? RULE_ENTRY : RULE_NONE;
	return a < b ? RULE_ID : RULE_NONE;
}

/* Whom the window would call if those marked were gone; -1: nobody. */
static int
oracle_pick(const struct window_layout *w, const bool *gone, int64_t now_ms)
{
	int best = -1;

	for (uint32_t i = 0; i < hall.leg_count; i++)
		if (!gone[i] && hall.leg[i].state == LEG_WAITING && hall.leg[i].until == 0 && level_of(w, i) != 0 &&
		    (best == -1 || calls_before(w, i, best, now_ms) != RULE_NONE))
			best = i;
	return best;
}

#define MOST_LEGS 48

/*
 * Each window that can serve `me` calls one after another until it calls `me`;
 * counted is whom at least one of them called.
 */
static int
oracle_ahead(uint32_t me, int64_t now_ms)
{
	bool called[MOST_LEGS] = { false }, any_open = false;
	int ahead = 0;

	for (int i = 0; i < layout.window_count; i++)
		if (level_of(&layout.window[i], me) != 0 && window_open(&hall.window[layout.window[i].no]))
			any_open = true;
	for (int i = 0; i < layout.window_count; i++) {
		const struct window_layout *w = &layout.window[i];
		bool gone[MOST_LEGS] = { false };

		if (level_of(w, me) == 0 || (any_open && !window_open(&hall.window[w->no])))
			continue;
		for (int next = oracle_pick(w, gone, now_ms); next != (int)me; next = oracle_pick(w, gone, now_ms))
			gone[next] = called[next] = true;
	}
	for (uint32_t i = 0; i < hall.leg_count; i++)
		ahead += called[i];
	return ahead;
}

/* xorshift64*: the same halls in every run. */
static uint64_t seed = UINT64_C(0x2545F4914F6CDD1D);

static int
below(int n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n;
}

/* Classes with few head starts and rates, so that scores meet. */
static void
random_layout(void)
{
	fixture_layout(&layout);
	for (int s = below(5) + 1; s > 0; s--)
		fixture_service(&layout, (const char *[]){ "a", "b", "c", "d", "e" }[s - 1], "A");
	bool by_preset = below(2) == 0;
	for (int c = below(4) + 1; c > 0; c--) {
		struct class *class = fixture_class(&layout, (const char *[]){ "k", "first", "m", "n" }[c - 1],
		    by_preset && below(4) != 0 ? CLASS_FROM_PRESET : below(3) * 10);

		class->rate = by_preset && below(4) != 0 ? CLASS_FROM_PRESET : (const int[]){ 1000, 1000, 2000, 1500, 1, 1000000 }[below(6)];
		class->strict = below(5) == 0;
	}
	if (by_preset)
		preset_fill(layout.class, layout.class_count, below(PRESET_STRICT + 1));
	layout.policy.max_wait_s = (const int[]){ 0, 0, 10, 30, 45, 3600 }[below(6)];
	for (int no = below(4) + 1; no > 0; no--) {
		char levels[SERVICES_MAX] = "";

		for (int s = 0; s < layout.service_count; s++)
			levels[s] = '0' + below(4);
		fixture_window(&layout, no, levels);
	}
	hall_init(&hall, &layout);
}

static void
random_legs(void)
{
	static const int most[] = { 2, 5, 9, MOST_LEGS };

	for (int n = below(most[below(4)] + 1); n > 0; n--) {
		struct leg *leg = put_leg_for(below(4) == 0 ? below(6) : 0, below(layout.service_count), below(layout.class_count),
		    below(4) != 0 ? LEG_WAITING : LEG_RESERVED + below(LEG_STATES - LEG_RESERVED),
		    below(2) == 0 ? below(7) * 10000 + 1 : below(40000) + 1);

		if (leg->state == LEG_WAITING && below(8) == 0) {	/* lets others go first */
			queue_remove(&hall, hall.leg_count - 1);
			leg->until = 1 + below(3);
			queue_add(&hall, hall.leg_count - 1);
		}
	}
	for (int i = 0; i < layout.window_count; i++)
		hall.window[layout.window[i].no].state = below(WINDOW_STATES);
}

/* It stood still a few times, at last perhaps until now. */
static void
random_stops(int64_t now_ms)
{
	int64_t at_ms = below(10000);

	memset(hall.stop, 0, sizeof(hall.stop));
	hall.stop_count = 0;
	for (int n = below(4); n > 0; n--) {
		int64_t from_ms = at_ms, to_ms = from_ms + below(12000) + 1;

		if (to_ms > now_ms)
			return;
		hall.stop[hall.stop_count++] = (struct stop){ from_ms, n == 1 && below(3) == 0 ? 0 : to_ms };
		at_ms = to_ms + below(8000);
	}
}

static void
take_legs_away(void)
{
	for (uint32_t i = 0; i < hall.leg_count; i++)
		if (hall.leg[i].state == LEG_WAITING || hall.leg[i].state == LEG_PASSED)
			queue_remove(&hall, i);
	for (int s = 0; s < layout.service_count; s++)
		if (hall_waiting(&hall, s) != 0 || hall.queue[s][0].head != 0 || hall.sent[s].head != 0 || hall.aside[s].count != 0)
			fail_msg("queues are not empty when everybody has left");
	hall.leg_count = hall.ticket_count = 0;
}

static enum rule
compare_pick(int halls, const struct window_layout *w, int64_t now_ms)
{
	bool gone[MOST_LEGS] = { false };
	int want = oracle_pick(w, gone, now_ms), second = -1;
	enum rule rule = RULE_ONLY;
	struct why why = { 0 };

	if (pick(&hall, &layout, w->no, now_ms, &why) != want)
		fail_msg("hall %d, window %d: not %d", halls, w->no, want);
	if (want == -1)
		return RULE_NONE;
	gone[want] = true;
	if ((second = oracle_pick(w, gone, now_ms)) != -1)
		rule = calls_before(w, want, second, now_ms);
	if (why.rule != rule || why.score != (int64_t)(score_of(want, now_ms) / 1000) ||
	    strcmp(why.runner_up, second == -1 ? "" : hall.ticket[second].number) != 0)
		fail_msg("hall %d, window %d: by %s before \"%s\", not by %s before %d", halls, w->no, rule_name(why.rule),
		    why.runner_up, rule_name(rule), second);
	return rule;
}

/* The first nine are those the oracle would call one after the other. */
static void
compare_order(int halls, const struct window_layout *w, int64_t now_ms)
{
	bool gone[MOST_LEGS] = { false };
	uint32_t place[PICK_MAX];
	int most = below(PICK_MAX) + 1, count = pick_order(&hall, &layout, w->no, now_ms, place, most);

	for (int i = 0; i < most; i++) {
		int want = oracle_pick(w, gone, now_ms);

		if (want != (i < count ? (int)place[i] : -1))
			fail_msg("hall %d, window %d: not %d at place %d of %d", halls, w->no, want, i, count);
		if (want == -1)
			break;
		gone[want] = true;
	}
	assert_true(count <= most);
}

static void
compare_oldest(int halls, int service)
{
	int64_t want = 0;

	for (uint32_t i = 0; i < hall.leg_count; i++)
		if (hall.leg[i].service == service && hall.leg[i].state == LEG_WAITING && hall.leg[i].until == 0 &&
		    (want == 0 || hall.leg[i].entry_ms < want))
			want = hall.leg[i].entry_ms;
	if (queue_oldest(&hall, service) != want)
		fail_msg("hall %d, service %d: the first did not come at %lld", halls, service, (long long)want);
}

static bool
served(int service)
{
	for (int i = 0; i < layout.window_count; i++)
		if (layout.window[i].level[service] != 0)
			return true;
	return false;
}

static void
random_halls(void **state)
{
	const char *wish = getenv("PICK_HALLS");
	int seen[RULES] = { 0 }, asked = 0, count = wish == NULL ? 200000 : atoi(wish);

	(void)state;
	for (int halls = 0; halls < count; halls++) {
		int64_t now_ms = 40000 + below(3) * 10000 + below(2);

		if (halls % 50 == 0)
			random_layout();
		random_legs();
		random_stops(now_ms);
		for (int i = 0; i < layout.window_count; i++) {
			seen[compare_pick(halls, &layout.window[i], now_ms)]++;
			compare_order(halls, &layout.window[i], now_ms);
		}
		for (int s = 0; s < layout.service_count; s++)
			compare_oldest(halls, s);
		if (hall.leg_count > 0) {
			uint32_t me = below(hall.leg_count);
			int want, ahead, by[AHEADS];

			if (hall.leg[me].state == LEG_WAITING && hall.leg[me].until == 0 && served(hall.leg[me].service)) {
				want = oracle_ahead(me, now_ms);
				ahead = pick_ahead(&hall, &layout, me, now_ms, by);
				if (ahead != want || by[0] + by[1] + by[2] + by[3] != want)
					fail_msg("hall %d: %d ahead of leg %u, not %d", halls, ahead, me, want);
				asked++;
			}
		}
		take_legs_away();
	}
	for (int rule = RULE_NONE; rule < RULE_PICKED; rule++)
		if (seen[rule] < count / 1000)
			fail_msg("rule %s decided only %d times", rule_name(rule), seen[rule]);
	assert_true(asked > count / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named),
		cmocka_unit_test(scores),
		cmocka_unit_test(scores_do_not_overflow),
		cmocka_unit_test(told),
		cmocka_unit_test(nobody_waits_too_long),
		cmocka_unit_test(stood_into_lunch),
		cmocka_unit_test(live_changes),
		cmocka_unit_test(named_ahead),
		cmocka_unit_test(random_halls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
