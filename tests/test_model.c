/*
 * The hall against a model of it, made from the contract and knowing nothing of
 * how the hall does it, over random commands in random halls.
 *
 * After each command: the same answer, the same tickets and windows, nobody at
 * two windows, and the queues hold exactly who waits, in order.  After each day's
 * work: its facts, told as JSON, make the same hall again; then the day is closed.
 * In the end each allowed step of the transition table was taken.
 *
 * HALLD_STEPS is how many commands, HALLD_SEED where chance begins.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/hall_fixture.h"

#define EPISODE		2000	/* commands in one hall */
#define STEPS		200000
#define SERVICES	5
#define CLASSES		4
#define WINDOWS		6
#define PEOPLE		8
#define NEEDS		4	/* services of one visit, at most */
#define CHANGED		64	/* needs that one command changes, at most */
#define ROOM		(EPISODE * 6)	/* needs in one hall */
#define ABSENT		8	/* people who are to come: of many more may be due at once than one command does */
#define MINUTE_MS	INT64_C(60000)

/* Chance: xorshift64*. */
static uint64_t chance;

static int
below(int n)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return (chance * UINT64_C(0x2545F4914F6CDD1D) >> 33) % n;
}

/* The model. */

/* One service of a visit. */
struct need {
	int		visit;
	int		behind;		/* the visit's next one, or -1 */
	enum leg_state	state;		/* LEG_NONE: it was undone */
	bool		dropped;	/* not wanted any more */
	int		to;		/* the window it is sent to; 0: any */
	int64_t		entry_ms, held_ms, held_until_ms;
	int		changed_by;	/* the command that was last about it and may have left it as it was */
	int		service, window, passes, recalls;
	int		over_day;	/* ended */
	int		until;		/* aside until so many first calls of the service; 0: it is not */
	bool		was_called, no_start, rated;
	int64_t		said_ms, called_ms, started_ms, over_ms;
};

struct visit {
	int		first;		/* of its needs */
	int		class, language;
	int		day;		/* issued */
	char		number[NUMBER_MAX];
	char		token[TOKEN_MAX];
	int		print;
	bool		reprint;
	bool		rated, voided, remote;
	int		person_needs;
	int		person;		/* whose it is, where several are somebody's; 0: nobody's else */
	int		others;		/* the next of the same person, or -1 */
};

/* A time that is booked. */
struct date {
	enum booking_state state;
	int		service, class, language;
	int64_t		from_ms, to_ms;
	int		visit;		/* of who came; -1: nobody did */
};

/* A window. */
struct booth {
	int		no;
	enum window_state state;
	enum pending	pending;
	int		visit;		/* at hand; -1: none */
	int		person;		/* -1: nobody */
	int64_t		pressed_ms;	/* the press of next whose outcome stands; -1: none */
	bool		lent[SERVICES];	/* to these, until then (wall time) */
	int64_t		lent_until_ms;	/* 0: it is not lent */
};

/* How all was before a window's last command. */
struct kept {
	bool		there;
	int		by;		/* the command */
	int64_t		at_ms;
	struct booth	booth;
	int		place[CHANGED];
	struct need	need[CHANGED];
	int		needs;
	int		first_call;	/* of this service; -1: none */
};

struct badge { int person, window; char secret[SECRET_MAX]; };	/* a session; person -1: over */

static struct model {
	int64_t		 now_ms;	/* the command's, never before the last change's */
	int		 today;		/* likewise */
	int64_t		 changed_ms;
	int		 changed_day;
	struct visit	 visit[EPISODE];
	int		 visits;
	struct need	 need[ROOM];
	int		 need_by[ROOM];	/* the command that changed it last */
	int		 needs;
	struct date	 date[EPISODE];
	int		 dates;
	int		 first_calls[SERVICES];		/* from 1 */
	struct booth	 window[WINDOWS];
	int		 window_by[WINDOWS];
	struct kept	 kept[WINDOWS];
	int		 windows;
	int		 first_call;			/* of the command under way; -1: none */
	struct badge	 badge[EPISODE];
	int		 badges;
	bool		 hired[PEOPLE], device[PEOPLE];	/* a device has tokens and no password */
	int		 role[PEOPLE];
	uint32_t	 staff_id[PEOPLE];
	int		 people;
	struct { char prefix[4]; int day, last; } series[SERVICES];
	int		 used_mm;			/* of the one printer's roll */
	bool		 roll_asked, roll_near;
	int		 persons[EPISODE + 1];		/* the first visit of each, + 1 */
	int		 person_count;
	bool		 help, helped;			/* somebody called; somebody goes there */
} m;

/* The hall. */
static struct layout layout;
static struct hall hall, before, told;
static struct change change;
static struct instant now;
static struct command cmd;
static struct fact facts[EPISODE * 4];
static int fact_count;
static int told_count;
static int64_t seed;
static int step;

/* How often each step of the table was taken. */
static int taken[LEG_STATES][LEG_STEPS];
static const char *const step_names[LEG_STEPS] = {
	[STEP_ISSUE] = "issue",		[STEP_RESERVE] = "reserve",
	[STEP_FURTHER] = "further",	[STEP_SERVE] = "serve",
	[STEP_CHECK_IN] = "check-in",	[STEP_ADVANCE] = "advance",
	[STEP_CALL] = "call",		[STEP_RECALL] = "recall",
	[STEP_START] = "start",		[STEP_FINISH] = "finish",
	[STEP_PASS] = "pass",		[STEP_ABANDON] = "abandon",
	[STEP_HOLD] = "hold",		[STEP_UNHOLD] = "unhold",
	[STEP_RELEASE] = "release",	[STEP_TRANSFER] = "transfer",
	[STEP_RETURN] = "return",	[STEP_CHANGE] = "change",
	[STEP_DEFER] = "defer",		[STEP_CANCEL] = "cancel",
	[STEP_VOID] = "void",		[STEP_MISS] = "miss",
	[STEP_DAY_CLOSE] = "day close",
};

/* The same of bookings, which are no legs before their holder came. */
enum booked { BOOKED, GIVEN_UP, MISSED, CAME_EARLY, CAME, CAME_LATE, CAME_AFTER_ALL, BOOKED_WAYS };
static int booked[BOOKED_WAYS];
static const char *const booked_names[] = { "booked", "given up", "missed", "came early", "came", "came late", "came after all" };

#define broken(...) \
	do { \
		print_error("seed %" PRId64 ", step %d, %s at window %d: ", seed, step, verbs[cmd.verb].name, cmd.window); \
		fail_msg(__VA_ARGS__); \
	} while (0)

static struct booth *
model_window(int no)
{
	for (int i = 0; i < m.windows; i++)
		if (m.window[i].no == no)
			return &m.window[i];
	return NULL;
}

static int
level(int no, int service)
{
	const struct booth *w = model_window(no);
	int ordinary = layout.window[layout.window_at[no]].level[service];

	if (w->lent_until_ms == 0)
		return ordinary;
	return w->lent[service] ? 1 : ordinary == 0 ? 0 : ordinary + 1;
}

/* What a visit is about now: the first that is not over there, or the last that was done. */
static struct need *
needed(const struct visit *v)
{
	struct need *done = NULL;

	for (int i = v->first; i != -1; i = m.need[i].behind) {
		if (m.need[i].state == LEG_DONE)
			done = &m.need[i];
		else if (m.need[i].state != LEG_TRANSFERRED && !m.need[i].dropped)
			return &m.need[i];
	}
	return done;
}

/* The contract lets it take this step to there; so does the hall's table. */
static void
take(struct need *n, enum leg_step by, enum leg_state to)
{
	if (leg_next(n->state, by) != to)
		broken("%s from %s is to %s, not %s", step_names[by], leg_state_name(n->state),
		    leg_state_name(leg_next(n->state, by)), leg_state_name(to));
	taken[n->state][by]++;
	n->state = to;
}

/* Its level at a window; sent to one it is the first there, and nowhere else while that works. */
static int
level_of(int no, const struct need *n)
{
	const struct booth *to = n->to == 0 ? NULL : model_window(n->to);

	if (n->to == no)
		return 1;
	return to != NULL && to->state != OFFLINE && to->state != CLOSED ? 0 : level(no, n->service);
}

static bool
waits_too_long(const struct need *n)
{
	return layout.policy.max_wait_s != 0 && m.now_ms - n->entry_ms > layout.policy.max_wait_s * INT64_C(1000);
}

/* Is a called before b at this window now? */
static bool
goes_before(const struct need *a, const struct need *b, int no)
{
	const struct visit *va = &m.visit[a->visit], *vb = &m.visit[b->visit];
	const struct class *ca = &layout.class[va->class], *cb = &layout.class[vb->class];
	__int128 score_a = (__int128)ca->base_s * 1000000 + (__int128)ca->rate * (m.now_ms - a->entry_ms);
	__int128 score_b = (__int128)cb->base_s * 1000000 + (__int128)cb->rate * (m.now_ms - b->entry_ms);

	if ((a->entry_ms > m.now_ms) != (b->entry_ms > m.now_ms))
		return b->entry_ms > m.now_ms;	/* booked, and early */
	if (waits_too_long(a) != waits_too_long(b))
		return waits_too_long(a);
	if (waits_too_long(a) && a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms;
	if (level_of(no, a) != level_of(no, b))
		return level_of(no, a) < level_of(no, b);
	if (ca->strict != cb->strict)
		return ca->strict;
	if (score_a != score_b)
		return score_a > score_b;
	if (a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms;
	return va < vb;
}

/* The window where the same person is with another number; 0: none. */
static int
person_at(const struct visit *v)
{
	for (int i = v->person == 0 ? -1 : m.persons[v->person] - 1; i != -1; i = m.visit[i].others) {
		const struct need *n = needed(&m.visit[i]);

		if (&m.visit[i] != v && (n->state == LEG_CALLED || n->state == LEG_SERVING))
			return n->window;
	}
	return 0;
}

/* May it be called? */
static bool
is_ready(const struct need *n)
{
	return n->state == LEG_WAITING && n->until == 0 && person_at(&m.visit[n->visit]) == 0;
}

static int
model_ready(int service)
{
	int n = 0;

	for (int i = 0; i < m.needs; i++)
		n += m.need[i].service == service && m.need[i].visit != -1 && is_ready(&m.need[i]);
	return n;
}

static bool
number_in_use(const char *number)
{
	for (int i = 0; i < m.visits; i++) {
		enum leg_state state = needed(&m.visit[i])->state;

		if (strcmp(m.visit[i].number, number) == 0 && (leg_live(state) || state == LEG_ABANDONED || state == LEG_NO_SHOW))
			return true;
	}
	return false;
}

static int
series_of(const char *prefix)
{
	int i;

	for (i = 0; m.series[i].last != 0; i++)
		if (strcmp(m.series[i].prefix, prefix) == 0)
			return i;
	strcpy(m.series[i].prefix, prefix);
	return i;
}

/* The next number: in the range, over its end to its beginning, skipping those in use; else above it. */
static void
model_number(char *number, const struct service *s)
{
	int i = series_of(s->prefix), last = m.series[i].day == m.today ? m.series[i].last : s->first - 1, value;
	int size = s->last - s->first + 1;

	for (int k = 0; k < size && last <= s->last; k++) {
		value = s->first + (last - s->first + 1 + k) % size;
		snprintf(number, NUMBER_MAX, "%s%0*d", s->prefix, s->width, value);
		if (!number_in_use(number))
			goto found;
	}
	for (value = last > s->last ? last + 1 : s->last + 1; ; value++) {
		snprintf(number, NUMBER_MAX, "%s%0*d", s->prefix, s->width, value);
		if (!number_in_use(number))
			break;
	}
found:
	m.series[i].day = m.today;
	m.series[i].last = value;
}

static bool
earlier(const struct need *a, const struct need *b)
{
	return a->entry_ms != b->entry_ms ? a->entry_ms < b->entry_ms : a->visit < b->visit;
}

/* By entry, the next after this one who stands aside, or (service -1) is held; NULL: none. */
static struct need *
first_after(const struct need *last, int service)
{
	struct need *first = NULL;

	for (int i = 0; i < m.needs; i++) {
		struct need *n = &m.need[i];

		if ((service == -1 ? n->state == LEG_HELD : n->service == service && n->until != 0) &&
		    (last == NULL || earlier(last, n)) && (first == NULL || earlier(n, first)))
			first = n;
	}
	return first;
}

/* By itself: after enough others, or when nobody else of its service waits. */
static void
model_return(void)
{
	for (int s = 0; s < layout.service_count; s++) {
		struct need *n = NULL;

		while ((n = first_after(n, s)) != NULL) {
			if (n->until > m.first_calls[s] && model_ready(s) != 0)
				continue;
			if (n->state == LEG_PASSED) {
				take(n, STEP_RETURN, LEG_WAITING);
				n->over_ms = 0;
			}
			n->until = 0;
		}
	}
}

static void
model_release(struct need *n)
{
	take(n, STEP_RELEASE, LEG_WAITING);
	n->held_until_ms = n->over_ms = 0;
}

/* A window that stops holds nobody. */
static void
model_stop(struct booth *w, enum window_state state)
{
	w->state = state;
	w->pending = PENDING_NONE;
	for (int i = 0; state != IDLE && i < m.needs; i++)
		if (m.need[i].state == LEG_HELD && m.need[i].window == w->no)
			model_release(&m.need[i]);
}

/* The ticket at the window ends in this state, and the window does what it was to do then. */
static void
model_leave(struct booth *w, enum leg_state state)
{
	static const enum leg_step by[LEG_STATES] = { [LEG_DONE] = STEP_FINISH, [LEG_PASSED] = STEP_PASS,
	    [LEG_ABANDONED] = STEP_ABANDON, [LEG_HELD] = STEP_HOLD, [LEG_TRANSFERRED] = STEP_TRANSFER };
	struct need *n = needed(&m.visit[w->visit]);

	n->no_start = state == LEG_DONE && n->state == LEG_CALLED;
	take(n, by[state], state);
	n->over_day = m.today;
	n->over_ms = state == LEG_HELD ? 0 : m.now_ms;
	for (int i = n->behind; (state == LEG_DONE || state == LEG_TRANSFERRED) && i != -1; i = m.need[i].behind)
		if (m.need[i].state == LEG_LATER) {
			take(&m.need[i], STEP_ADVANCE, LEG_WAITING);
			break;
		}
	w->visit = -1;
	w->pressed_ms = -1;
	model_stop(w, w->pending == PENDING_PAUSE ? PAUSED : w->pending == PENDING_CLOSE ? CLOSED : IDLE);
}

static void
model_call_one(struct booth *w, struct need *best)
{
	if (!best->was_called) {
		m.first_calls[best->service]++;
		m.first_call = best->service;
	}
	take(best, best->state == LEG_HELD ? STEP_UNHOLD : STEP_CALL, LEG_CALLED);
	best->was_called = true;
	best->recalls = best->until = 0;
	best->started_ms = best->over_ms = best->held_until_ms = 0;
	best->said_ms = best->called_ms = m.now_ms;
	best->window = w->no;
	w->state = CALLING;
	w->visit = best->visit;
	w->pressed_ms = m.now_ms;
}

static void
model_call(struct booth *w)
{
	struct need *best = NULL;

	for (int i = 0; i < m.needs; i++)
		if (is_ready(&m.need[i]) && level_of(w->no, &m.need[i]) != 0 &&
		    (best == NULL || goes_before(&m.need[i], best, w->no)))
			best = &m.need[i];
	if (best != NULL)
		model_call_one(w, best);
}

static bool
pressed_again(const struct booth *w)
{
	return w->pressed_ms != -1 && m.now_ms < w->pressed_ms + layout.policy.double_press_s * 1000;
}

static enum refusal
model_may_call(const struct booth *w)
{
	bool has_start_key = layout.window[layout.window_at[w->no]].start_key;

	if (w->state == CALLING && (has_start_key || !layout.policy.implicit_finish))
		return CALL_PENDING;
	return w->state == SERVING && !layout.policy.implicit_finish ? NOT_ALLOWED : OK;
}

/* False: the window stops instead. */
static bool
model_make_way(struct booth *w)
{
	if (w->visit != -1) {
		model_leave(w, LEG_DONE);
		if (w->state != IDLE) {
			w->pressed_ms = m.now_ms;
			return false;
		}
	}
	w->state = IDLE;
	w->pressed_ms = -1;
	return true;
}

static enum refusal
model_next(struct booth *w)
{
	enum refusal refusal;

	if (pressed_again(w))
		return OK;
	if ((refusal = model_may_call(w)) == OK && model_make_way(w))
		model_call(w);
	return refusal;
}

static bool
is_elsewhere(const struct need *n, int no)
{
	return (n->state == LEG_CALLED || n->state == LEG_SERVING || n->state == LEG_HELD) && n->window != no;
}

static bool
is_away(const struct need *n, int no)
{
	int at = person_at(&m.visit[n->visit]);

	return at != 0 && at != no;
}

static enum refusal
model_pick(struct booth *w)
{
	enum refusal refusal;
	struct need *n;

	if (cmd.ticket < 1 || cmd.ticket > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	if (w->visit + 1 == (int)cmd.ticket && pressed_again(w))
		return OK;
	n = needed(&m.visit[cmd.ticket - 1]);
	if (is_elsewhere(n, w->no))
		return TAKEN;
	if (n->state != LEG_WAITING && n->state != LEG_PASSED)
		return NOT_ALLOWED;
	if (level_of(w->no, n) == 0)
		return n->to != 0 ? TAKEN : NOT_ALLOWED;
	if (is_away(n, w->no))
		return ELSEWHERE;
	if ((refusal = model_may_call(w)) == OK && model_make_way(w))
		model_call_one(w, n);
	return refusal;
}

static enum refusal
model_unhold(struct booth *w)
{
	struct need *n = NULL, *held = NULL;
	enum refusal refusal;

	if (cmd.ticket > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	if (pressed_again(w) && (cmd.ticket == 0 || w->visit + 1 == (int)cmd.ticket))
		return OK;
	while (cmd.ticket == 0 && (held = first_after(held, -1)) != NULL)
		if (held->window == w->no && (n == NULL || held->held_ms < n->held_ms))
			n = held;
	if (cmd.ticket != 0)
		n = needed(&m.visit[cmd.ticket - 1]);
	if (n == NULL)
		return NO_TICKET;
	if (is_elsewhere(n, w->no))
		return TAKEN;
	if (n->state != LEG_HELD)
		return NOT_ALLOWED;
	if (is_away(n, w->no))
		return ELSEWHERE;
	if ((refusal = model_may_call(w)) == OK && model_make_way(w))
		model_call_one(w, n);
	return refusal;
}

static enum refusal
model_serve(struct booth *w)
{
	int service = cmd.service;
	enum refusal refusal;

	for (int l = 1; service == -1 && l < 10; l++)
		for (int s = layout.service_count - 1; s >= 0; s--)
			if (level(w->no, s) == l)
				service = s;
			else if (service != -1 && level(w->no, service) != l)
				service = -1;
	if (service < 0 || service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (level(w->no, service) == 0)
		return NOT_ALLOWED;
	if (w->visit != -1 && m.visit[w->visit].number[0] == '\0' && pressed_again(w))
		return OK;
	if ((refusal = model_may_call(w)) != OK || !model_make_way(w))
		return refusal;
	m.visit[m.visits] = (struct visit){ .first = m.needs, .day = m.today };
	m.need[m.needs] = (struct need){ .visit = m.visits, .behind = -1, .service = service, .window = w->no,
	    .was_called = true, .entry_ms = m.now_ms, .called_ms = m.now_ms, .started_ms = m.now_ms };
	take(&m.need[m.needs++], STEP_SERVE, LEG_SERVING);
	w->visit = m.visits++;
	w->state = SERVING;
	w->pressed_ms = m.now_ms;
	return OK;
}

/* Its needs, in all. */
static int
needs_of(const struct visit *v)
{
	int n = 0;

	for (int i = v->first; i != -1; i = m.need[i].behind)
		n++;
	return n;
}

static bool
is_served_somewhere(int service)
{
	for (int w = 0; w < m.windows; w++)
		if (layout.window[w].level[service] != 0)	/* also when it is not lent any more */
			return true;
	return false;
}

static bool
among(int service, const int list[], int count)
{
	for (int i = 0; i < count; i++)
		if (list[i] == service)
			return true;
	return false;
}

/* A new one behind this one. */
static struct need *
model_insert(struct need *n, int service, int64_t entry_ms)
{
	m.need[m.needs] = (struct need){ .visit = n->visit, .behind = n->behind, .service = service, .entry_ms = entry_ms };
	take(&m.need[m.needs], STEP_FURTHER, LEG_LATER);
	n->behind = m.needs;
	return &m.need[m.needs++];
}

static void
model_drop(struct need *n)
{
	take(n, STEP_CANCEL, LEG_CANCELLED);
	n->dropped = true;
	n->over_ms = m.now_ms;
}

/* It needs these after the one at hand, and nothing else. */
static enum refusal
model_legs(struct visit *v, struct need *n)
{
	struct need *last = n;
	int had[SERVICES], count = 0;

	if (v->number[0] == '\0' || needs_of(v) + cmd.further_count > TICKET_LEGS_MAX)
		return NOT_ALLOWED;
	for (int i = 0; i < cmd.further_count; i++) {
		if (cmd.further[i] < 0 || cmd.further[i] >= layout.service_count)
			return UNKNOWN_SERVICE;
		if (!is_served_somewhere(cmd.further[i]))
			return SERVICE_CLOSED;
		if (cmd.further[i] == n->service || among(cmd.further[i], cmd.further, i))
			return BAD_REQUEST;
	}
	for (int i = n->behind; i != -1; i = m.need[i].behind) {
		last = &m.need[i];
		if (last->state != LEG_LATER)
			continue;
		had[count++] = last->service;
		if (!among(last->service, cmd.further, cmd.further_count)) {
			model_drop(last);
			n->changed_by = step;
		}
	}
	for (int i = 0; i < cmd.further_count; i++)
		if (!among(cmd.further[i], had, count)) {
			last = model_insert(last, cmd.further[i], m.need[v->first].entry_ms);
			n->changed_by = step;
		}
	return OK;
}

static enum refusal
model_transfer(struct booth *w, struct visit *v, struct need *n)
{
	int service;
	struct need *new;

	if (v->number[0] == '\0' || needs_of(v) + 1 > TICKET_LEGS_MAX)
		return NOT_ALLOWED;
	if (cmd.to == 0 && cmd.service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (cmd.to == 0 && !is_served_somewhere(cmd.service))
		return SERVICE_CLOSED;
	service = cmd.to == 0 ? cmd.service : n->service;
	for (int i = n->behind; i != -1; i = m.need[i].behind)
		if (m.need[i].state == LEG_LATER && m.need[i].service == service)
			model_drop(&m.need[i]);
	new = model_insert(n, service, cmd.new_time ? m.now_ms : n->entry_ms);
	new->to = cmd.to;
	model_leave(w, LEG_TRANSFERRED);
	return OK;
}

static enum refusal
model_hold(struct booth *w, const struct visit *v, struct need *n)
{
	int hold_s = cmd.minutes != 0 ? cmd.minutes * 60 : layout.policy.hold_s;

	if (v->number[0] == '\0')
		return NOT_ALLOWED;
	n->held_ms = m.now_ms;
	n->held_until_ms = hold_s == 0 ? 0 : m.now_ms + hold_s * 1000;
	model_leave(w, LEG_HELD);
	return OK;
}

static enum refusal
model_recall(struct need *v)
{
	const struct policy *p = &layout.policy;

	if (v->state != LEG_CALLED || (p->recall_max != 0 && v->recalls >= p->recall_max))
		return NOT_ALLOWED;
	if (m.now_ms - v->said_ms < p->recall_gap_s * 1000)
		return TOO_SOON;
	take(v, STEP_RECALL, LEG_CALLED);
	v->recalls++;
	v->said_ms = m.now_ms;
	return OK;
}

static enum refusal
model_pass(struct booth *w, struct need *v)
{
	if (v->state != LEG_CALLED)
		return NOT_ALLOWED;
	if (v->passes >= layout.policy.passed_max) {
		model_leave(w, LEG_ABANDONED);
		return OK;
	}
	v->passes++;
	v->until = m.first_calls[v->service] + layout.policy.passed_after;
	model_leave(w, LEG_PASSED);
	return OK;
}

/* Pause and close: with a ticket when it leaves, and the same again takes it back. */
static enum refusal
model_to_stop(struct booth *w, enum pending pending, enum window_state state)
{
	if (w->visit == -1)
		model_stop(w, state);
	else
		w->pending = w->pending == pending ? PENDING_NONE : pending;
	return OK;
}

/* All that the window's last command changed is as it was, if nothing else touched any of it. */
static enum refusal
model_undo(struct booth *w)
{
	struct kept *k = &m.kept[w - m.window];

	if (!k->there || k->needs > UNDO_LEGS || layout.policy.undo_s == 0 ||
	    m.now_ms - k->at_ms > layout.policy.undo_s * 1000 || m.window_by[w - m.window] > k->by)
		return NOT_ALLOWED;
	for (int i = 0; i < k->needs; i++)
		if (m.need_by[k->place[i]] != k->by)
			return NOT_ALLOWED;
	for (int i = k->needs - 1; i >= 0; i--) {
		struct need *n = &m.need[k->place[i]];

		if (k->need[i].state != LEG_NONE)
			*n = k->need[i];
		else if (m.visit[n->visit].first == k->place[i]) {
			n->state = LEG_CANCELLED;	/* of who had no number something stays */
			n->over_ms = m.now_ms;
		} else {
			*n = (struct need){ .visit = -1 };
			m.needs -= k->place[i] == m.needs - 1;
		}
	}
	if (k->first_call != -1)
		m.first_calls[k->first_call]--;
	*w = k->booth;
	k->there = false;
	return OK;
}

static enum refusal
model_at_window(struct booth *w)
{
	struct visit *visit = w->visit == -1 ? NULL : &m.visit[w->visit];
	struct need *v = visit == NULL ? NULL : needed(visit);
	enum refusal refusal;
	bool open = w->state == IDLE || v != NULL;

	switch (cmd.verb) {
	case DO_UNDO:
		return model_undo(w);
	case DO_NEXT:
		return model_next(w);
	case DO_PICK:
		return model_pick(w);
	case DO_UNHOLD:
		return model_unhold(w);
	case DO_SERVE:
		return model_serve(w);
	case DO_TRANSFER:
		if ((cmd.service == -1) == (cmd.to == 0) || cmd.to == w->no)
			return BAD_REQUEST;
		if (cmd.to != 0 && model_window(cmd.to) == NULL)
			return UNKNOWN_WINDOW;
		break;
	case DO_OPEN:
		if (w->state != OFFLINE && w->state != CLOSED)
			return NOT_ALLOWED;
		w->state = IDLE;
		w->pressed_ms = -1;
		return OK;
	case DO_CLOSE:
		return open || w->state == PAUSED ? model_to_stop(w, PENDING_CLOSE, CLOSED) : NOT_ALLOWED;
	case DO_PAUSE:
		return open ? model_to_stop(w, PENDING_PAUSE, PAUSED) : NOT_ALLOWED;
	case DO_RESUME:
		if (w->pending == PENDING_PAUSE)
			w->pending = PENDING_NONE;
		else if (w->state != PAUSED)
			return NOT_ALLOWED;
		else {
			w->state = IDLE;
			w->pressed_ms = -1;
		}
		return OK;
	default:
		break;
	}
	if (v == NULL)
		return NO_TICKET;
	switch (cmd.verb) {
	case DO_RECALL:
		return model_recall(v);
	case DO_START:
		if (v->state != LEG_CALLED)
			return NOT_ALLOWED;
		take(v, STEP_START, LEG_SERVING);
		v->started_ms = m.now_ms;
		w->state = SERVING;
		w->pressed_ms = -1;
		return OK;
	case DO_FINISH:
		if (cmd.needs && (refusal = model_legs(visit, v)) != OK)
			return refusal;
		model_leave(w, LEG_DONE);
		return OK;
	case DO_LEGS:
		return model_legs(visit, v);
	case DO_HOLD:
		return model_hold(w, visit, v);
	case DO_TRANSFER:
		return model_transfer(w, visit, v);
	case DO_PASS:
		return model_pass(w, v);
	default:			/* abandon */
		model_leave(w, LEG_ABANDONED);
		return OK;
	}
}

/* A ticket with a number, and what it is for. */
static struct visit *
model_ticket(int service, int class, int language, int64_t entry_ms, enum leg_step by)
{
	struct visit *v = &m.visit[m.visits];

	*v = (struct visit){ .first = m.needs, .class = class, .language = language, .day = m.today,
	    .print = cmd.printer[0] != '\0' ? PRINT_QUEUED : PRINT_NONE };
	model_number(v->number, &layout.service[service]);
	strcpy(v->token, cmd.token);
	m.need[m.needs] = (struct need){ .visit = m.visits++, .behind = -1, .service = service, .entry_ms = entry_ms };
	take(&m.need[m.needs++], by, by == STEP_RESERVE ? LEG_RESERVED : LEG_WAITING);
	return v;
}

static int64_t
local_minute(int64_t wall_ms)
{
	return wall_ms / MINUTE_MS + 8 * 60;
}

/* Of those from afar, is one to be had?  Who has one of the service that is not finished gets no other. */
static enum refusal
model_from_afar(void)
{
	const struct remote *r = &layout.service[cmd.service].remote;
	int had = 0;

	if (r->checkin_s == 0 || cmd.further_count > 0)
		return FORBIDDEN;
	if (local_minute(now.wall_ms) % (24 * 60) < r->from_min)
		return SERVICE_CLOSED;
	for (int i = 0; i < m.visits; i++)
		had += m.visit[i].remote && m.visit[i].day == m.today && m.need[m.visit[i].first].service == cmd.service &&
		    needed(&m.visit[i])->state != LEG_CANCELLED;
	if (r->quota != -1 && had >= r->quota)
		return QUOTA_FULL;
	if (cmd.earlier < 1 || cmd.earlier > (uint32_t)m.visits || !leg_live(needed(&m.visit[cmd.earlier - 1])->state))
		return OK;
	for (int i = m.visit[cmd.earlier - 1].first; i != -1; i = m.need[i].behind)
		if (m.need[i].service == cmd.service && leg_live(m.need[i].state))
			return ALREADY_WAITING;
	return OK;
}

static enum refusal
model_issue(void)
{
	enum refusal refusal;
	struct visit *v;
	struct need *last;

	if (cmd.service < 0 || cmd.service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (cmd.class < 0 || cmd.class >= layout.class_count)
		return BAD_REQUEST;
	if (cmd.remote && (refusal = model_from_afar()) != OK)
		return refusal;
	for (int i = 0; i <= cmd.further_count; i++)
		if (!is_served_somewhere(i == 0 ? cmd.service : cmd.further[i - 1]))
			return SERVICE_CLOSED;
	v = model_ticket(cmd.service, cmd.class, cmd.language, m.now_ms, cmd.remote ? STEP_RESERVE : STEP_ISSUE);
	v->person_needs = cmd.holder_needs;
	v->remote = cmd.remote;
	last = &m.need[v->first];
	for (int i = 0; i < cmd.further_count; i++)
		last = model_insert(last, cmd.further[i], m.now_ms);
	return OK;
}

/* Cancelled or void; the window that called it is free. */
static void
model_cancel(const struct visit *v, enum leg_step by)
{
	for (int i = v->first; i != -1; i = m.need[i].behind)
		if (m.need[i].state != LEG_DONE && m.need[i].state != LEG_TRANSFERRED && !m.need[i].dropped) {
			take(&m.need[i], by, LEG_CANCELLED);
			m.need[i].until = 0;
			m.need[i].held_until_ms = 0;
			m.need[i].over_ms = m.now_ms;
		}
	for (int i = 0; i < m.windows; i++) {
		struct booth *w = &m.window[i];

		if (w->visit != v - m.visit)
			continue;
		w->visit = -1;
		w->pressed_ms = -1;
		model_stop(w, w->pending == PENDING_PAUSE ? PAUSED : w->pending == PENDING_CLOSE ? CLOSED : IDLE);
	}
}

/* Here is who took a ticket from afar: with the old entry, or, once given up, as one who comes now and of the ordinary class. */
static enum refusal
model_check_in(struct visit *v, struct need *n)
{
	if ((n->state != LEG_RESERVED && n->state != LEG_NO_SHOW) || v->day != m.today)
		return NOT_ALLOWED;
	if (n->state == LEG_NO_SHOW) {
		v->class = 0;
		n->entry_ms = m.now_ms;
		n->over_ms = 0;
	}
	n->held_until_ms = 0;
	take(n, STEP_CHECK_IN, LEG_WAITING);
	return OK;
}

/* Bookings. */

static enum refusal
model_book(void)
{
	const struct service *s;
	int64_t begins = local_minute(cmd.from_ms);
	const struct bookable *slot = NULL;
	int left;

	if (cmd.service < 0 || cmd.service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (cmd.class < 0 || cmd.class >= layout.class_count)
		return BAD_REQUEST;
	s = &layout.service[cmd.service];
	for (int i = 0; i < s->slot_count; i++)
		if (s->slot[i].from_min == begins % (24 * 60) && cmd.from_ms % MINUTE_MS == 0 &&
		    cmd.to_ms - cmd.from_ms == (s->slot[i].to_min - s->slot[i].from_min) * MINUTE_MS)
			slot = &s->slot[i];
	if (slot == NULL)
		return BAD_REQUEST;
	if (cmd.from_ms <= now.wall_ms ||
	    begins / (24 * 60) - local_minute(now.wall_ms) / (24 * 60) > layout.policy.bookings_days)
		return SERVICE_CLOSED;
	left = slot->limit;
	for (int i = 0; i < m.dates; i++)
		left -= m.date[i].state != BOOKING_IS_CANCELLED && m.date[i].service == cmd.service && m.date[i].from_ms == cmd.from_ms;
	if (left <= 0)
		return QUOTA_FULL;
	m.date[m.dates++] = (struct date){ .service = cmd.service, .class = cmd.class, .language = cmd.language,
	    .from_ms = cmd.from_ms, .to_ms = cmd.to_ms, .visit = -1 };
	booked[BOOKED]++;
	return OK;
}

static bool
is_missed(const struct date *b)
{
	return b->state == BOOKING_IS_MADE && now.wall_ms >= b->to_ms + 15 * MINUTE_MS;
}

/* From half an hour before it on; up to a quarter of an hour after its end it keeps its class, later it is ordinary from now. */
static enum refusal
model_come(struct date *b)
{
	bool late = b->state == BOOKING_IS_NO_SHOW || now.wall_ms > b->to_ms + 15 * MINUTE_MS;
	int64_t early_ms = b->from_ms - 5 * MINUTE_MS - now.wall_ms;

	if (b->state != BOOKING_IS_MADE && b->state != BOOKING_IS_NO_SHOW)
		return NOT_ALLOWED;
	if (b->state == BOOKING_IS_NO_SHOW &&
	    local_minute(b->from_ms) / (24 * 60) != local_minute(now.wall_ms) / (24 * 60))
		return NOT_ALLOWED;
	if (b->from_ms - now.wall_ms > 30 * MINUTE_MS)
		return TOO_SOON;
	if (!is_served_somewhere(b->service))
		return SERVICE_CLOSED;
	booked[b->state == BOOKING_IS_NO_SHOW ? CAME_AFTER_ALL : late ? CAME_LATE : early_ms > 0 ? CAME_EARLY : CAME]++;
	b->state = BOOKING_IS_CHECKED_IN;
	b->visit = model_ticket(b->service, late ? 0 : b->class, b->language, m.now_ms + (late || early_ms < 0 ? 0 : early_ms),
	    STEP_ISSUE) - m.visit;
	return OK;
}

static enum refusal
model_at_booking(void)
{
	struct date *b;

	if (cmd.booking < 1 || cmd.booking > (uint32_t)m.dates)
		return UNKNOWN_TICKET;
	b = &m.date[cmd.booking - 1];
	if (cmd.verb == DO_CHECK_IN_BOOKING)
		return model_come(b);
	if (b->state != BOOKING_IS_MADE || now.wall_ms >= b->from_ms)
		return NOT_ALLOWED;
	b->state = BOOKING_IS_CANCELLED;
	booked[GIVEN_UP]++;
	return OK;
}

static enum refusal
model_rate(struct visit *v)
{
	struct need *done = NULL;

	if (cmd.grade < 1 || cmd.grade > 5)
		return BAD_REQUEST;
	for (int i = v->first; i != -1; i = m.need[i].behind)
		if (m.need[i].state == LEG_DONE)
			done = &m.need[i];
	if (done == NULL || v->rated)
		return NOT_ALLOWED;
	v->rated = done->rated = true;
	return OK;
}

static enum refusal
model_class(struct visit *v, struct need *n)
{
	if (cmd.class < 0 || cmd.class >= layout.class_count)
		return BAD_REQUEST;
	if (n->state != LEG_WAITING)
		return NOT_ALLOWED;
	if (cmd.class == v->class)
		return BAD_REQUEST;
	v->class = cmd.class;
	take(n, STEP_CHANGE, LEG_WAITING);
	n->changed_by = step;
	return OK;
}

static enum refusal
model_service(struct need *n)
{
	if (cmd.service < 0 || cmd.service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (!is_served_somewhere(cmd.service))
		return SERVICE_CLOSED;
	if (n->state != LEG_WAITING)
		return NOT_ALLOWED;
	if (cmd.service == n->service)
		return BAD_REQUEST;
	for (int i = n->behind; i != -1; i = m.need[i].behind)
		if (m.need[i].state == LEG_LATER && m.need[i].service == cmd.service)
			model_drop(&m.need[i]);
	take(n, STEP_CHANGE, LEG_WAITING);
	n->service = cmd.service;
	n->until = n->to = 0;
	return OK;
}

static bool
is_at_window(const struct visit *v)
{
	const struct need *n = needed(v);

	return n->state == LEG_CALLED || n->state == LEG_SERVING || person_at(v) != 0;
}

static void
model_belongs(int visit, int person)
{
	m.visit[visit].person = person;
	m.visit[visit].others = m.persons[person] - 1;
	m.persons[person] = visit + 1;
}

/* All visits of both are one person's. */
static enum refusal
model_link(struct visit *v)
{
	struct visit *o;

	if (cmd.link < 1 || cmd.link > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	o = &m.visit[cmd.link - 1];
	if (o == v)
		return BAD_REQUEST;
	if (!leg_live(needed(v)->state) || !leg_live(needed(o)->state) || (v->person != 0 && v->person == o->person))
		return NOT_ALLOWED;
	if (is_at_window(v) && is_at_window(o))
		return ELSEWHERE;
	if (v->person == 0)
		model_belongs(v - m.visit, ++m.person_count);
	if (o->person == 0)
		model_belongs(o - m.visit, v->person);
	else
		for (int i = m.persons[o->person] - 1, next; i != -1; i = next) {
			next = m.visit[i].others;
			model_belongs(i, v->person);
		}
	return OK;
}

/* A command of the holder, or of staff for them. */
static enum refusal
model_at_ticket(void)
{
	bool holder = strcmp(cmd.actor, "holder") == 0;
	struct visit *v;
	struct need *n;

	if (cmd.ticket < 1 || cmd.ticket > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	v = &m.visit[cmd.ticket - 1];
	n = needed(v);
	switch (cmd.verb) {
	case DO_CANCEL:
		if (n->state != LEG_RESERVED && n->state != LEG_WAITING && n->state != LEG_CALLED && n->state != LEG_PASSED &&
		    n->state != LEG_HELD)
			return NOT_ALLOWED;
		model_cancel(v, STEP_CANCEL);
		return OK;
	case DO_CHECK_IN:
		return model_check_in(v, n);
	case DO_RETURN:
		if (n->state != LEG_PASSED && (n->state != LEG_ABANDONED || holder || v->day != m.today))
			return NOT_ALLOWED;
		take(n, STEP_RETURN, LEG_WAITING);
		n->until = 0;
		n->over_ms = 0;
		return OK;
	case DO_DEFER:
		if (cmd.places < 1 || cmd.places > 9)
			return BAD_REQUEST;
		if (n->state != LEG_WAITING)
			return NOT_ALLOWED;
		take(n, STEP_DEFER, LEG_WAITING);
		n->until = m.first_calls[n->service] + cmd.places;
		n->changed_by = step;		/* also when it is back at once */
		return OK;
	case DO_VOID:
		if (!leg_live(n->state))
			return NOT_ALLOWED;
		model_cancel(v, STEP_VOID);
		v->voided = true;
		return OK;
	case DO_NEEDS:
		if (!leg_live(n->state))
			return NOT_ALLOWED;
		v->person_needs = cmd.holder_needs;
		return OK;
	case DO_CHANGE_CLASS:
		return model_class(v, n);
	case DO_CHANGE_SERVICE:
		return model_service(n);
	case DO_LINK:
		return model_link(v);
	case DO_REPRINT:
		if (v->print == PRINT_NONE && cmd.printer[0] == '\0')
			return BAD_REQUEST;
		if (v->print == PRINT_QUEUED || v->print == PRINT_SENT)
			return NOT_ALLOWED;
		if (!leg_live(n->state) && n->state != LEG_NO_SHOW)
			return NOT_ALLOWED;
		v->print = PRINT_QUEUED;
		v->reprint = true;
		return OK;
	default:
		return model_rate(v);
	}
}

static enum refusal
model_printed(void)
{
	struct visit *v;

	if (cmd.ticket < 1 || cmd.ticket > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	v = &m.visit[cmd.ticket - 1];
	if ((v->print != PRINT_QUEUED && v->print != PRINT_SENT) ||
	    (cmd.print <= v->print && !(cmd.print == PRINT_QUEUED && v->print == PRINT_SENT)))
		return NOT_ALLOWED;
	v->reprint |= cmd.print == PRINT_QUEUED;
	v->print = cmd.print;
	m.used_mm += cmd.mm;
	return OK;
}

/* The person of an account's id; -1: there is none. */
static int
person_of(uint32_t id)
{
	for (int i = 0; i < PEOPLE; i++)
		if (m.hired[i] && m.staff_id[i] == id)
			return i;
	return -1;
}

static enum refusal
model_hire(void)
{
	int i = atoi(cmd.name);

	if (m.hired[i] || (cmd.verb == DO_ADD_STAFF && cmd.role == ROLE_WINDOW))
		return BAD_REQUEST;
	m.hired[i] = true;
	m.role[i] = cmd.role;
	m.staff_id[i] = ++m.people;
	return OK;
}

static enum refusal
model_give_token(void)
{
	int i = atoi(cmd.name);

	if (cmd.window != 0 && model_window(cmd.window) == NULL)
		return UNKNOWN_WINDOW;
	if (m.hired[i] && (!m.device[i] || m.role[i] != cmd.role))
		return BAD_REQUEST;
	if (!m.hired[i])
		model_hire();
	m.device[i] = true;
	m.badge[m.badges] = (struct badge){ .person = i, .window = cmd.window };
	strcpy(m.badge[m.badges++].secret, cmd.secret);
	return OK;
}

static void
model_end_sessions(int person)
{
	for (int i = 0; i < m.badges; i++)
		if (m.badge[i].person == person)
			m.badge[i].person = -1;
}

static enum refusal
model_end_tokens(void)
{
	int i = atoi(cmd.name);

	if (!m.device[i])
		return UNKNOWN_STAFF;
	model_end_sessions(i);
	return OK;
}

static enum refusal
model_password(void)
{
	int person = person_of(cmd.staff);

	if (person == -1 || m.device[person])
		return UNKNOWN_STAFF;
	model_end_sessions(person);
	return OK;
}

static enum refusal
model_sign_in(void)
{
	int person = person_of(cmd.staff);

	if (person == -1)
		return UNKNOWN_STAFF;
	if (cmd.window != 0 && model_window(cmd.window) == NULL)
		return UNKNOWN_WINDOW;
	for (int i = 0; cmd.window != 0 && !cmd.move && i < m.windows; i++)
		if (m.window[i].person == person && m.window[i].no != cmd.window &&
		    (m.window[i].state == IDLE || m.window[i].state == CALLING || m.window[i].state == SERVING))
			return ELSEWHERE;
	for (int i = 0; cmd.window != 0 && i < m.badges; i++)
		if (m.badge[i].person == person && m.badge[i].window != 0 && m.badge[i].window != cmd.window)
			m.badge[i].person = -1;
	for (int i = 0; cmd.window != 0 && i < m.windows; i++)
		if (m.window[i].person == person)
			m.window[i].person = -1;
	if (cmd.window != 0)
		model_window(cmd.window)->person = person;
	m.badge[m.badges] = (struct badge){ .person = person, .window = cmd.window };
	strcpy(m.badge[m.badges++].secret, cmd.secret);
	return OK;
}

static enum refusal
model_sign_out(void)
{
	for (int i = 0; i < m.badges; i++) {
		struct badge *b = &m.badge[i];

		if (b->person == -1 || strcmp(b->secret, cmd.secret) != 0)
			continue;
		if (b->window != 0 && model_window(b->window)->person == b->person)
			model_window(b->window)->person = -1;
		b->person = -1;
		return OK;
	}
	return UNAUTHORIZED;
}

/* What this command changed, seen from outside: by it the windows know what they could undo, and what was touched. */
static void
model_note(const struct need *needs, int count, const struct booth *windows)
{
	struct booth *w = model_window(cmd.window);
	struct kept *k = w == NULL || verbs[cmd.verb].at != AT_WINDOW || cmd.verb == DO_UNDO ? NULL : &m.kept[w - m.window];

	if (k != NULL)
		*k = (struct kept){ .there = true, .by = step, .at_ms = m.now_ms, .booth = windows[w - m.window],
		    .first_call = m.first_call };
	for (int i = 0; i < m.needs; i++) {
		if (i < count && memcmp(&needs[i], &m.need[i], sizeof(needs[i])) == 0)
			continue;
		m.need_by[i] = step;
		if (k != NULL) {
			assert_true(k->needs < CHANGED);
			k->place[k->needs] = i;
			k->need[k->needs++] = i < count ? needs[i] : (struct need){ .state = LEG_NONE };
		}
	}
	for (int i = 0; i < m.windows; i++)
		if (memcmp(&windows[i], &m.window[i], sizeof(windows[i])) != 0)
			m.window_by[i] = step;
}

/* Would a window call it now, were its holder here? */
static bool
is_reached(const struct need *n)
{
	for (int w = 0; w < m.windows; w++) {
		int no = m.window[w].no;
		bool next = level_of(no, n) != 0 && (m.window[w].state == IDLE || m.window[w].state == CALLING || m.window[w].state == SERVING);

		for (int i = 0; next && i < m.needs; i++)
			next = !is_ready(&m.need[i]) || level_of(no, &m.need[i]) == 0 || !goes_before(&m.need[i], n, no);
		if (next)
			return person_at(&m.visit[n->visit]) == 0;	/* who is at a window is not called to another */
	}
	return false;
}

/* Whose ticket is from afar is awaited for so long once it is reached; who has booked, until a quarter of an hour after. */
static bool
model_absent(void)
{
	bool changes = false;

	for (int i = 0; i < m.needs; i++) {
		struct need *n = &m.need[i];

		if (n->state != LEG_RESERVED)
			continue;
		if (n->held_until_ms == 0 && is_reached(n)) {
			n->held_ms = m.now_ms;
			n->held_until_ms = m.now_ms + layout.service[n->service].remote.checkin_s * INT64_C(1000);
		} else if (n->held_until_ms != 0 && n->held_until_ms <= m.now_ms) {
			take(n, STEP_MISS, LEG_NO_SHOW);
			n->held_until_ms = 0;
			n->over_ms = m.now_ms;
		}
	}
	for (int i = 0; i < m.dates; i++)
		if (is_missed(&m.date[i])) {
			m.date[i].state = BOOKING_IS_NO_SHOW;
			booked[MISSED]++;
			changes = true;
		}
	return changes;
}

/* Until a time that is still to come; lent to none it is as the layout says. */
static enum refusal
model_lend(struct booth *w)
{
	if (w == NULL)
		return UNKNOWN_WINDOW;
	if (cmd.lent >> layout.service_count != 0)
		return UNKNOWN_SERVICE;
	if (cmd.lent == 0 && w->lent_until_ms == 0)
		return NOT_ALLOWED;
	if (cmd.lent != 0 && cmd.until_ms / 1000 * 1000 <= now.wall_ms)
		return BAD_REQUEST;
	for (int s = 0; s < SERVICES; s++)
		w->lent[s] = cmd.lent >> s & 1;
	w->lent_until_ms = cmd.lent == 0 ? 0 : cmd.until_ms / 1000 * 1000;
	return OK;
}

static void
model_lent_over(struct booth *w)
{
	if (w->lent_until_ms > now.wall_ms)
		return;
	memset(w->lent, 0, sizeof(w->lent));
	w->lent_until_ms = 0;
}

/* What is due by itself.  True: with a booking, whatever else. */
static bool
model_due(void)
{
	struct need *n = NULL;

	while ((n = first_after(n, -1)) != NULL) {
		enum window_state state = model_window(n->window)->state;

		if ((n->held_until_ms != 0 && n->held_until_ms <= m.now_ms) || (state != IDLE && state != CALLING && state != SERVING))
			model_release(n);
	}
	for (int i = 0; i < m.windows; i++) {
		struct booth *w = &m.window[i];
		struct need *at = w->state == CALLING ? needed(&m.visit[w->visit]) : NULL;

		if (at != NULL && layout.policy.no_answer_s != 0 && m.now_ms - at->said_ms >= layout.policy.no_answer_s * 1000)
			model_pass(w, at);
	}
	for (int i = 0; i < m.windows; i++)
		model_lent_over(&m.window[i]);
	for (int i = 0; i < m.windows; i++)
		if (m.window[i].state == IDLE && layout.window[layout.window_at[m.window[i].no]].auto_call)
			model_call(&m.window[i]);
	return model_absent();
}

/* What the contract says of the command. */
static enum refusal
model_do(void)
{
	static struct need needs[ROOM];
	struct booth windows[WINDOWS];
	int count = m.needs, visits = m.visits;

	struct booth *w = model_window(cmd.window);
	bool changes = true, missed = false;
	enum refusal refusal = OK;

	m.now_ms = now.steady_ms > m.changed_ms ? now.steady_ms : m.changed_ms;
	m.today = now.day > m.changed_day ? now.day : m.changed_day;
	m.first_call = -1;
	memcpy(needs, m.need, count * sizeof(needs[0]));
	memcpy(windows, m.window, sizeof(windows));
	switch (cmd.verb) {
	case DO_ISSUE:
		refusal = model_issue();
		break;
	case DO_PRINTED:
		refusal = model_printed();
		break;
	case DO_ROLL:
		refusal = (cmd.roll == ROLL_ASKED && m.roll_asked) || (cmd.roll == ROLL_NEAR && m.roll_near) ? NOT_ALLOWED : OK;
		if (cmd.roll == ROLL_NEAR)
			m.roll_near = true;
		else
			m.roll_asked = cmd.roll == ROLL_ASKED;
		if (cmd.roll == ROLL_NEW) {
			m.used_mm = 0;
			m.roll_near = false;
		}
		break;
	case DO_ADD_STAFF:
		refusal = model_hire();
		break;
	case DO_SET_PASSWORD:
		refusal = model_password();
		break;
	case DO_SIGN_IN:
		refusal = model_sign_in();
		break;
	case DO_SIGN_OUT:
		refusal = model_sign_out();
		break;
	case DO_GIVE_TOKEN:
		refusal = model_give_token();
		break;
	case DO_END_TOKENS:
		refusal = model_end_tokens();
		break;
	case DO_CALL_HELP:
		m.help = true;
		m.helped = false;
		break;
	case DO_ANSWER_HELP:
		refusal = !m.help ? NOT_FOUND : m.helped ? NOT_ALLOWED : OK;
		m.helped = m.help;
		break;
	case DO_END_HELP:
		refusal = !m.help ? NOT_FOUND : OK;
		m.help = m.helped = false;
		break;
	case DO_TELL_BUSY: case DO_DEVICE: case DO_STARTED: case DO_NOTE_CLOCK:
		break;
	case DO_OVERRIDE:			/* of nothing: hours and quotas are test_opening's */
		refusal = cmd.service < 0 || cmd.service >= layout.service_count ? UNKNOWN_SERVICE : OK;
		break;
	case DO_LEND:
		refusal = model_lend(w);
		break;
	case DO_DUE:
		missed = model_due();
		break;
	case DO_CANCEL: case DO_CHECK_IN: case DO_RETURN: case DO_DEFER: case DO_RATE: case DO_REPRINT: case DO_VOID: case DO_NEEDS:
	case DO_CHANGE_CLASS: case DO_CHANGE_SERVICE: case DO_LINK:
		refusal = model_at_ticket();
		break;
	case DO_OPEN: case DO_CLOSE: case DO_NEXT: case DO_RECALL: case DO_START: case DO_FINISH: case DO_PASS:
	case DO_ABANDON: case DO_PAUSE: case DO_RESUME: case DO_UNDO: case DO_PICK: case DO_HOLD: case DO_UNHOLD: case DO_TRANSFER:
	case DO_SERVE: case DO_LEGS:
		refusal = w == NULL ? UNKNOWN_WINDOW : model_at_window(w);
		break;
	case DO_BOOK:
		refusal = model_book();
		break;
	case DO_CANCEL_BOOKING: case DO_CHECK_IN_BOOKING:
		refusal = model_at_booking();
		break;
	default:
		return NOT_AVAILABLE;
	}
	if (verbs[cmd.verb].at == AT_WINDOW || cmd.verb == DO_DUE)
		changes = missed || m.needs != count || m.visits != visits || memcmp(needs, m.need, count * sizeof(needs[0])) != 0 ||
		    memcmp(windows, m.window, sizeof(windows)) != 0;
	if (refusal == OK && changes && w != NULL && verbs[cmd.verb].at == AT_WINDOW && cmd.verb != DO_UNDO && w->state == IDLE &&
	    layout.window[layout.window_at[w->no]].auto_call)
		model_call(w);
	if (refusal == OK && changes) {
		m.changed_ms = m.now_ms;
		m.changed_day = m.today;
		model_return();
		model_note(needs, count, windows);
	}
	return refusal;
}

/* The day closes: who is being served was served, who was to come did not, and all others were not reached. */
static void
model_close(void)
{
	struct tm tm;

	m.today = m.changed_day;	/* the day that it is, whatever a refused command came on */
	m.now_ms = now.steady_ms > m.changed_ms ? now.steady_ms : m.changed_ms;
	for (int i = 0; i < m.needs; i++) {
		struct need *n = &m.need[i];

		if (n->visit == -1 || !leg_live(n->state))
			continue;
		n->dropped = n->state == LEG_LATER;
		take(n, STEP_DAY_CLOSE, n->state == LEG_SERVING ? LEG_DONE : n->state == LEG_RESERVED ? LEG_NO_SHOW : LEG_EXPIRED);
		n->over_day = m.today;
		n->over_ms = m.now_ms;
		n->held_until_ms = n->until = 0;
	}
	for (int i = 0; i < m.dates; i++) {
		struct date *b = &m.date[i];

		gmtime_r(&(time_t){ local_minute(b->from_ms) * 60 }, &tm);
		if (b->state == BOOKING_IS_MADE && (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday <= m.today)
			b->state = BOOKING_IS_NO_SHOW;
	}
}

/* Random halls and commands. */

static void
random_layout(void)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" }, *const prefixes[] = { "", "A", "XYZ" };
	static const struct { int first, last, width; } ranges[] = { { 1, 999, 3 }, { 1, 9, 1 }, { 3, 20, 2 }, { 500, 540, 4 } };
	int range[] = { below(4), below(4), below(4) };

	fixture_layout(&layout);
	for (int n = below(SERVICES) + 1, i = 0; i < n; i++) {
		int p = below(3);
		struct service *s = fixture_service(&layout, names[i], prefixes[p]);

		s->first = ranges[range[p]].first;
		s->last = ranges[range[p]].last;
		s->width = ranges[range[p]].width;
		if (below(3) != 0)
			s->remote = (struct remote){ .quota = below(2) ? -1 : below(30), .from_min = below(3) ? -1 : 9 * 60 + 20,
			    .checkin_s = (const int[]){ 5, 60, 300 }[below(3)] };
		for (int half = 0, of = below(2) ? SLOTS_MAX : 0, long_min = below(2) ? 30 : 10, limit = below(3) + 1; half < of; half++)
			s->slot[s->slot_count++] = (struct bookable){ 0x7f, half * 30, half * 30 + long_min, limit };
	}
	for (int n = below(CLASSES) + 1, i = 0; i < n; i++) {
		struct class *c = fixture_class(&layout, names[i], below(3) * 10);

		c->rate = (const int[]){ 1000, 2000, 1500 }[below(3)];
		c->strict = below(4) == 0;
	}
	m.windows = below(WINDOWS) + 1;
	for (int i = 0; i < m.windows; i++) {
		char levels[SERVICES_MAX] = "";

		for (int s = 0; s < layout.service_count; s++)
			levels[s] = "1123010"[below(7)];
		if (i == 0)
			levels[0] = '1';		/* a hall that serves nothing is closed */
		m.window[i] = (struct booth){ .no = i == 0 ? WINDOW_NO_MAX : i * 3, .visit = -1, .person = -1, .pressed_ms = -1 };
		struct window_layout *w = fixture_window(&layout, m.window[i].no, levels);
		w->start_key = below(2);
		w->auto_call = below(6) == 0;
	}
	layout.policy.recall_max = below(4);
	layout.policy.recall_gap_s = below(4);
	layout.policy.passed_after = below(4);
	layout.policy.max_wait_s = below(3) * 120;
	layout.policy.passed_max = below(4);
	layout.policy.double_press_s = below(3);
	layout.policy.undo_s = below(4) * 5;
	layout.policy.implicit_finish = below(4) != 0;
	layout.policy.hold_s = (const int[]){ 0, 5, 60, 900 }[below(4)];
	layout.policy.no_answer_s = below(2) * 20;
}

/* How much of a hall's life each command is. */
static const struct { enum verb verb; int weight; } habits[] = {
	{ DO_ISSUE, 30 }, { DO_NEXT, 30 }, { DO_START, 8 }, { DO_FINISH, 8 }, { DO_PASS, 12 }, { DO_ABANDON, 2 },
	{ DO_PICK, 8 }, { DO_HOLD, 7 }, { DO_UNHOLD, 5 }, { DO_TRANSFER, 10 }, { DO_SERVE, 4 }, { DO_LEGS, 6 }, { DO_DUE, 20 },
	{ DO_UNDO, 12 }, { DO_CANCEL, 2 }, { DO_RETURN, 8 }, { DO_DEFER, 5 }, { DO_RATE, 3 }, { DO_RECALL, 6 }, { DO_OPEN, 3 }, { DO_CLOSE, 3 }, { DO_PAUSE, 4 }, { DO_RESUME, 3 }, { DO_PRINTED, 6 }, { DO_REPRINT, 3 }, { DO_ROLL, 2 },
	{ DO_ADD_STAFF, 1 }, { DO_SET_PASSWORD, 1 }, { DO_SIGN_IN, 5 }, { DO_SIGN_OUT, 3 }, { DO_GIVE_TOKEN, 1 }, { DO_END_TOKENS, 1 }, { DO_CALL_HELP, 1 }, { DO_ANSWER_HELP, 1 }, { DO_END_HELP, 1 },
	{ DO_CHANGE_CLASS, 4 }, { DO_CHANGE_SERVICE, 4 }, { DO_VOID, 3 }, { DO_NEEDS, 1 }, { DO_LINK, 6 },
	{ DO_LEND, 4 }, { DO_DEVICE, 1 }, { DO_STARTED, 1 }, { DO_CHECK_IN, 8 }, { DO_BOOK, 6 }, { DO_CANCEL_BOOKING, 1 }, { DO_CHECK_IN_BOOKING, 8 },
};

static enum verb
random_verb(void)
{
	int all = 0, left;

	if (below(30) == 0) {
		enum verb any = below(DO_WRITE);

		/* The model knows one day, and a hall that does not stand still: test_day and test_hall have the others. */
		switch (any) {
		case DO_CLOSE_DAY: case DO_END_DAY: case DO_SUSPEND: case DO_EVACUATE: case DO_RESUME_HALL: case DO_NOTICE: case DO_LAYOUT:
		case DO_ALARM: case DO_ANSWER_ALARM: case DO_END_ALARM:
			return DO_NEXT;
		default:
			return any;
		}
	}
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		all += habits[i].weight;
	left = below(all);
	for (size_t i = 0; ; left -= habits[i++].weight)
		if (left < habits[i].weight)
			return habits[i].verb;
}

/* How many are to come: from afar, and booked. */
static int
absent(void)
{
	int n = 0;

	for (int i = 0; i < m.needs; i++)
		n += m.need[i].state == LEG_RESERVED;
	for (int i = 0; i < m.dates; i++)
		n += m.date[i].state == BOOKING_IS_MADE;
	return n;
}

/* Who took a ticket from afar and is not here, any of the last of them; 0: nobody. */
static int
any_absent(void)
{
	int found = 0;

	for (int i = m.visits; i > 0 && (found == 0 || below(3) == 0); i--) {
		enum leg_state state = needed(&m.visit[i - 1])->state;

		if (state == LEG_RESERVED || state == LEG_NO_SHOW)
			found = i;
	}
	return found;
}

/* From afar, or booked: the half hour that is, or one of the next. */
static void
random_absence(void)
{
	cmd.remote = cmd.verb == DO_ISSUE && below(3) == 0;
	if (cmd.remote && below(20) != 0)
		cmd.further_count = 0;
	if (cmd.verb == DO_ISSUE && below(4) == 0)
		cmd.earlier = cmd.ticket;
	if (cmd.verb == DO_CHECK_IN && below(4) != 0)
		cmd.ticket = any_absent();
	if ((cmd.remote || cmd.verb == DO_BOOK) && absent() >= ABSENT)
		cmd.verb = DO_NEXT;
	cmd.booking = below(2) == 0 || m.dates < 10 ? below(m.dates + 2) : m.dates - below(10);
	for (int i = 0; cmd.verb == DO_DUE && i < m.dates; i++)
		if (is_missed(&m.date[i]) && below(3) == 0) {	/* just before it is given up */
			cmd.verb = DO_CHECK_IN_BOOKING;
			cmd.booking = i + 1;
		}
	cmd.from_ms = (now.wall_ms / (30 * MINUTE_MS) + below(4)) * 30 * MINUTE_MS + (below(10) == 0 ? below(20) * INT64_C(86400000) : 0);
	cmd.to_ms = cmd.from_ms + (below(2) ? 30 : 10) * MINUTE_MS;
	snprintf(cmd.code, sizeof(cmd.code), "code%d", step % EPISODE);
}

static void
random_command(void)
{
	cmd = (struct command){ .verb = random_verb(), .actor = "ctl" };
	cmd.window = below(20) == 0 ? below(WINDOW_NO_MAX + 2) : m.window[below(m.windows)].no;
	cmd.service = below(50) == 0 ? below(SERVICES + 2) - 1 : below(layout.service_count);
	cmd.class = below(50) == 0 ? below(CLASSES + 2) - 1 : below(layout.class_count);
	for (int s = 0; below(3) == 0 && s < layout.service_count && cmd.further_count < NEEDS - 1; s++)
		if (s != cmd.service)
			cmd.further[cmd.further_count++] = s;
	cmd.language = below(LANGUAGES);
	cmd.big = below(2);
	cmd.ticket = below(2) == 0 || m.visits < 20 ? below(m.visits + 2) : m.visits - below(20);
	if (verbs[cmd.verb].at == AT_WINDOW) {
		if (cmd.verb == DO_UNHOLD && below(2) == 0)
			cmd.ticket = 0;
		cmd.service = below(2) ? -1 : cmd.service;
		cmd.to = (cmd.service == -1) == (below(20) != 0) ? m.window[below(m.windows)].no : 0;
		cmd.to += below(100) == 0;
		cmd.new_time = below(3) == 0;
		cmd.minutes = below(3) == 0;
		cmd.needs = cmd.verb == DO_LEGS || below(3) == 0;
		if (cmd.further_count > 1 && below(20) == 0)
			cmd.further[0] = cmd.further[1];
	}
	random_absence();
	cmd.link = m.visits < 10 ? below(m.visits + 2) : m.visits - below(10);
	cmd.holder_needs = below(1 << HOLDER_NEEDS);
	if (cmd.verb == DO_DUE)
		strcpy(cmd.actor, "system");
	cmd.move = below(2);
	cmd.places = below(11);
	cmd.grade = below(8);
	if (verbs[cmd.verb].at == AT_TICKET && below(2) == 0)
		strcpy(cmd.actor, "holder");
	strcpy(cmd.words, cmd.grade == 3 ? "好" : "");
	snprintf(cmd.note, sizeof(cmd.note), "note%d", step);
	cmd.print = PRINT_QUEUED + below(PRINT_STATES - PRINT_QUEUED);
	cmd.mm = cmd.verb == DO_PRINTED && cmd.print != PRINT_SENT ? 90 + below(30) : 0;
	cmd.roll = below(ROLL_WORDS);
	cmd.staff = below(PEOPLE);
	cmd.role = below(5) == 0 ? ROLE_WINDOW : ROLE_CLERK + below(3);
	cmd.offset_ms = below(1000);
	cmd.until_min = cmd.quota = -1;
	cmd.lent = below(3) == 0 ? 0 : below(1 << (layout.service_count + (below(20) == 0)));
	cmd.until_ms = cmd.verb == DO_LEND ? now.wall_ms - 1000 + below(30) * 10000 : 0;
	cmd.faulty = below(2);
	if (cmd.verb >= DO_ADD_STAFF && below(4) == 0)
		cmd.window = 0;
	if (cmd.verb == DO_SIGN_IN && cmd.staff != 0 && person_of(cmd.staff) != -1 && m.device[person_of(cmd.staff)])
		cmd.staff = 0;			/* it has no password */
	if (cmd.verb == DO_GIVE_TOKEN) {
		cmd.role = (const int[]){ ROLE_KIOSK, ROLE_DISPLAY, ROLE_WINDOW }[below(3)];
		if (cmd.role == ROLE_KIOSK)
			cmd.window = 0;
	}
	strcpy(cmd.printer, below(2) ? "lobby" : "");
	strcpy(cmd.device, "lobby");
	strcpy(cmd.reason, cmd.faulty ? "缺纸" : "");
	snprintf(cmd.boot, sizeof(cmd.boot), "boot %d", below(3));
	snprintf(cmd.token, sizeof(cmd.token), "token%d", step);
	snprintf(cmd.name, sizeof(cmd.name), "%d", below(PEOPLE));
	snprintf(cmd.secret, sizeof(cmd.secret), "session %d", step);
	if (cmd.verb == DO_SIGN_OUT && m.badges > 0)
		strcpy(cmd.secret, m.badge[below(m.badges)].secret);
}

/* The clocks go on by nothing, a moment or minutes; now and then the day changes, and one of them is read too early. */
static void
random_time(void)
{
	static int64_t steady_ms = 1000000, wall_ms = INT64_C(1795482000000);
	static int day = 20261124;
	int go_ms = (const int[]){ 0, below(1000), below(15000), below(100) == 0 ? 600000 : 1000 }[below(4)];

	if (step % EPISODE == 0) {
		day = 20261124;
		wall_ms = INT64_C(1795482000000);
	}
	steady_ms += go_ms;
	wall_ms += below(50) == 0 ? below(7200000) - 3600000 : go_ms;
	day += below(400) == 0;
	now = (struct instant){ .wall_ms = wall_ms, .steady_ms = steady_ms, .day = day };
	if (below(20) == 0)
		now.steady_ms -= below(5000);
	if (below(20) == 0)
		now.day--;
}

/* Comparing. */

static void
same_needs(void)
{
	if (hall.leg_count != (uint32_t)m.needs)
		broken("%u legs, not %d", hall.leg_count, m.needs);
	for (int i = 0; i < m.needs; i++) {
		const struct need *n = &m.need[i];
		const struct leg *leg = &hall.leg[i];
		const char *number = n->visit == -1 ? "" : m.visit[n->visit].number;

		if (n->visit == -1 && leg->state == LEG_NONE)
			continue;
		if (leg->state != n->state)
			broken("%s is %s, not %s", number, leg_state_name(leg->state), leg_state_name(n->state));
		if (leg->to != n->to || leg->held_ms != n->held_ms || leg->held_until_ms != n->held_until_ms ||
		    leg->next != (uint32_t)n->behind + 1)
			broken("%s is sent or held otherwise, or followed by another", number);
		if (leg->ticket != (uint32_t)n->visit || leg->service != n->service ||
		    leg->entry_ms != n->entry_ms)
			broken("%s is not as issued", number);
		if (leg->window != n->window || leg->passes != n->passes || leg->recalls != n->recalls ||
		    leg->no_start != n->no_start || leg->called_before != n->was_called)
			broken("%s has another history", number);
		if (leg->called_ms != n->called_ms || leg->recalled_ms != n->said_ms || leg->started_ms != n->started_ms ||
		    leg->ended_ms != n->over_ms)
			broken("%s has other times", number);
		if (leg->until != (uint32_t)n->until)
			broken("%s returns at %u, not %d", number, leg->until, n->until);
	}
}

static void
same_tickets(void)
{
	const struct roll *roll = hall_roll(&hall, "lobby");
	struct totals t = { 0 };

	if (hall.ticket_count != (uint32_t)m.visits)
		broken("%u tickets, not %d", hall.ticket_count, m.visits);
	for (int i = 0; i < m.visits; i++) {
		const struct visit *v = &m.visit[i];
		const struct ticket *ticket = hall_ticket(&hall, i + 1);

		if (strcmp(ticket->number, v->number) != 0 || strcmp(ticket->token, v->token) != 0)
			broken("ticket %d is %s, not %s", i + 1, ticket->number, v->number);
		if (ticket->day != v->day || ticket->remote != v->remote || ticket->class != v->class || ticket->language != v->language ||
		    ticket->print != v->print || ticket->reprint != v->reprint || ticket->voided != v->voided ||
		    ticket->needs != v->person_needs || ticket->first != (uint32_t)v->first)
			broken("%s is not as issued", v->number);
		if (ticket->leg != needed(v) - m.need || ticket->rated != v->rated)
			broken("%s is at another leg, or rated otherwise", v->number);
		t.issued += v->number[0] != '\0' && v->day == m.changed_day && !v->voided;
	}
	for (int i = 0; i < m.needs; i++) {
		if (m.need[i].visit != -1 && m.visit[m.need[i].visit].voided && m.visit[m.need[i].visit].day == m.changed_day)
			continue;
		t.served += m.need[i].state == LEG_DONE && m.need[i].over_day == m.changed_day;
		t.abandoned += m.need[i].state == LEG_ABANDONED && m.need[i].over_day == m.changed_day;
	}
	if (roll != NULL && (roll->used_mm != m.used_mm || roll->asked != m.roll_asked || roll->near != m.roll_near))
		broken("the roll has given %d mm, not %d, or is asked about otherwise", roll->used_mm, m.used_mm);
	if (roll == NULL && (m.used_mm != 0 || m.roll_asked || m.roll_near))
		broken("nothing is known of a roll that gave %d mm", m.used_mm);
	if (memcmp(&hall.totals, &t, sizeof(t)) != 0)
		broken("totals %d %d %d, not %d %d %d", hall.totals.issued, hall.totals.served, hall.totals.abandoned,
		    t.issued, t.served, t.abandoned);
}

static void
same_bookings(void)
{
	if (hall.booking_count != m.dates)
		broken("%d bookings, not %d", hall.booking_count, m.dates);
	for (int i = 0; i < m.dates; i++) {
		const struct date *b = &m.date[i];
		const struct booking *booking = &hall.booking[i];

		if (booking->state != b->state || booking->ticket != (uint32_t)b->visit + 1)
			broken("booking %d is %s, not %s, or of another ticket", i + 1, booking_state_name(booking->state),
			    booking_state_name(b->state));
		if (booking->service != b->service || booking->class != b->class || booking->language != b->language ||
		    booking->from_ms != b->from_ms || booking->to_ms != b->to_ms)
			broken("booking %d is not as it was made", i + 1);
	}
}

/* A ticket is called or in service at just one window, which has it at hand. */
static void
same_windows(void)
{
	static int windows_with[EPISODE + 1];

	memset(windows_with, 0, sizeof(windows_with));
	for (int i = 0; i < m.windows; i++) {
		const struct booth *v = &m.window[i];
		const struct window *w = &hall.window[v->no];

		if (w->state != v->state || w->pending != v->pending)
			broken("window %d is %s then %s, not %s then %s", v->no, window_state_name(w->state),
			    pending_name(w->pending), window_state_name(v->state), pending_name(v->pending));
		if (w->ticket != (uint32_t)v->visit + 1)
			broken("window %d has ticket %u, not %d", v->no, w->ticket, v->visit + 1);
		if (w->staff != (v->person == -1 ? 0 : m.staff_id[v->person]))
			broken("at window %d is %u, not person %d", v->no, w->staff, v->person);
		for (int s = 0; s < SERVICES; s++)
			if ((w->lent >> s & 1) != v->lent[s] || w->lent_until_ms != v->lent_until_ms)
				broken("window %d is lent otherwise", v->no);
		if ((w->state == CALLING || w->state == SERVING) != (w->ticket != 0))
			broken("window %d is %s with ticket %u", v->no, window_state_name(w->state), w->ticket);
		windows_with[w->ticket]++;
	}
	for (int i = 0; i < m.visits; i++) {
		enum leg_state state = hall_leg(&hall, hall_ticket(&hall, i + 1))->state;

		if (windows_with[i + 1] != (state == LEG_CALLED || state == LEG_SERVING))
			broken("%s is %s and at %d windows", m.visit[i].number, leg_state_name(state), windows_with[i + 1]);
	}
}

/* Which queue of the hall it should be in; NULL: none. */
static const struct queue *
queue_for(const struct need *n)
{
	if (n->state == LEG_HELD)
		return &hall.held;
	if (n->state == LEG_RESERVED)
		return &hall.reserved;
	if (n->until != 0)
		return &hall.aside[n->service];
	if (n->state != LEG_WAITING)
		return NULL;
	if (person_at(&m.visit[n->visit]) != 0)
		return &hall.away[n->service];
	return n->to != 0 ? &hall.sent[n->service] : &hall.queue[n->service][m.visit[n->visit].class];
}

/* Whoever is in it belongs there, and in order.  Returns how many. */
static int
same_queue(const struct queue *q)
{
	uint32_t last = 0;
	int count = 0;

	for (uint32_t at = q->head; at != 0; last = at, at = hall.leg[at - 1].queue_next, count++) {
		const struct need *n = &m.need[at - 1];

		if (queue_for(n) != q)
			broken("%s is in a queue that is not its own", m.visit[n->visit].number);
		if (hall.leg[at - 1].queue_prev != last || (last != 0 && !earlier(&m.need[last - 1], n)))
			broken("%s is not where it should be in its queue", m.visit[n->visit].number);
	}
	if (q->tail != last || q->count != count)
		broken("a queue of %d has %d", q->count, count);
	return count;
}

/* The queues hold those who wait, stand aside, are held or are to come, in order, and nobody else. */
static void
same_queues(void)
{
	int queued = same_queue(&hall.held) + same_queue(&hall.reserved), want = 0, waiting[SERVICES] = { 0 };

	for (int s = 0; s < SERVICES; s++) {
		queued += same_queue(&hall.aside[s]) + same_queue(&hall.sent[s]) + same_queue(&hall.away[s]);
		for (int c = 0; c < CLASSES; c++)
			queued += same_queue(&hall.queue[s][c]);
	}
	for (int i = 0; i < m.needs; i++) {
		want += m.need[i].visit != -1 && queue_for(&m.need[i]) != NULL;
		waiting[m.need[i].service] += m.need[i].state == LEG_WAITING;
	}
	if (queued != want)
		broken("%d are in queues, not %d", queued, want);
	for (int s = 0; s < SERVICES; s++)
		if (hall_waiting(&hall, s) != waiting[s])
			broken("%d wait in all, not %d", hall_waiting(&hall, s), waiting[s]);
}

/* Each ticket of which something changed is named, so that its rows are written. */
static void
names_all_that_changed(void)
{
	for (int i = 0; i < m.needs; i++) {
		bool named = m.need_by[i] != step;

		if (m.need[i].visit == -1)
			continue;
		for (int k = 0; k < change.touched_count; k++)
			named = named || change.touched[k] == (uint32_t)m.need[i].visit + 1;
		if (!named)
			broken("%s changed and is not named", m.visit[m.need[i].visit].number);
	}
}

static void
same_sessions(void)
{
	for (int i = 0; i < m.badges; i++) {
		const struct badge *b = &m.badge[i];
		const struct session *s = hall_session(&hall, b->secret);

		if ((s != NULL) != (b->person != -1) || (s != NULL && (s->staff != m.staff_id[b->person] || s->window != b->window)))
			broken("session %d", i);
	}
}

static void
keep_facts(void)
{
	for (int i = 0; i < change.count; i++) {
		if (change.fact[i].seq != fact_count + 1)
			broken("fact %" PRId64 " is not the next", change.fact[i].seq);
		assert_true(fact_count < (int)(sizeof(facts) / sizeof(facts[0])));
		facts[fact_count++] = change.fact[i];
	}
}

static void
one_command(void)
{
	bool look = below(64) == 0;
	enum refusal refusal, want;

	random_command();
	random_time();
	if (look)
		memcpy(&before, &hall, sizeof(before));
	refusal = hall_decide(&hall, &layout, &cmd, &now, &change);
	want = model_do();
	if (refusal != want)
		broken("%s, not %s", refusals[refusal].code, refusals[want].code);
	if (refusal != OK && (change.count != 0 || (look && memcmp(&before, &hall, sizeof(before)) != 0)))
		broken("refused, and changed something");
	if (cmd.verb == DO_NEXT && refusal == OK && change.ticket != (uint32_t)model_window(cmd.window)->visit + 1)
		broken("answered with ticket %u", change.ticket);
	keep_facts();
	same_needs();
	same_tickets();
	same_bookings();
	same_windows();
	same_queues();
	names_all_that_changed();
	if (look)
		same_sessions();
}

/* The facts, as JSON tells them, make the hall that they came from. */
static void
retell(void)
{
	const char *differs;

	for (; told_count < fact_count; told_count++)
		if (fact_retell(&told, &hall, &facts[told_count]) == -1)
			broken("fact %d, %s, cannot be told again", told_count + 1, kinds[facts[told_count].kind].name);
	if ((differs = hall_differs(&hall, &told)) != NULL)
		broken("the facts make another hall: %s", differs);
}

/* Step by step, the last of which leaves nobody. */
static void
close_day(void)
{
	static struct hall after;
	bool closed = false;

	cmd = (struct command){ .verb = DO_CLOSE_DAY, .actor = "system" };
	model_close();
	while (!closed) {
		memcpy(&before, &hall, sizeof(before));
		if (hall_decide(&hall, &layout, &cmd, &now, &change) != OK || change.count == 0)
			broken("the day does not close");
		closed = change.fact[0].kind == HALL_DAY_CLOSED;
		keep_facts();
		retell();
	}
	memcpy(&after, &hall, sizeof(after));
	memcpy(&hall, &before, sizeof(hall));
	same_needs();
	same_tickets();
	same_bookings();
	same_queues();
	memcpy(&hall, &after, sizeof(hall));
	for (int i = 0; i < m.windows; i++)
		if (hall.window[m.window[i].no].state != OFFLINE || hall.window[m.window[i].no].ticket != 0)
			broken("window %d works on", m.window[i].no);
}

/* No step of the table is left out, day close included, and nothing of bookings; a few commands may not come to all. */
static void
all_taken(bool enough)
{
	int count = 0, missing = 0, least = INT_MAX;
	const char *name = "", *state_name = "";

	for (int state = 0; state < LEG_STATES; state++)
		for (int by = 0; by < LEG_STEPS; by++) {
			if (leg_next(state, by) == LEG_NONE)
				continue;
			count++;
			if (taken[state][by] == 0) {
				print_message("never taken: %s from %s\n", step_names[by], leg_state_name(state));
				missing++;
			} else if (taken[state][by] < least) {
				least = taken[state][by];
				name = step_names[by];
				state_name = leg_state_name(state);
			}
		}
	print_message("%d commands took %d of the %d steps of the table, the rarest %d times (%s from %s)\n", step,
	    count - missing, count, least, name, state_name);
	print_message("bookings:");
	for (int way = 0; way < BOOKED_WAYS; way++) {
		print_message(" %s %d%s", booked_names[way], booked[way], way < BOOKED_WAYS - 1 ? "," : "\n");
		missing += booked[way] == 0;
	}
	if (enough)
		assert_int_equal(missing, 0);
}

static int64_t
setting(const char *name, int64_t otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoll(value, NULL, 0);
}

static void
hall_and_model(void **state)
{
	int64_t steps = setting("HALLD_STEPS", STEPS);

	(void)state;
	seed = setting("HALLD_SEED", 20261124);
	chance = seed | 1;
	for (step = 0; step < steps; step++) {
		if (step % EPISODE == 0) {
			memset(&m, 0, sizeof(m));
			random_layout();
			for (int s = 0; s < SERVICES; s++)
				m.first_calls[s] = 1;
			memset(m.need_by, -1, sizeof(m.need_by));
			memset(m.window_by, -1, sizeof(m.window_by));
			hall_init(&hall, &layout);
			hall_init(&told, &layout);
			fact_count = told_count = 0;
		}
		one_command();
		if (step % EPISODE != EPISODE - 1 && step != steps - 1)
			continue;
		retell();
		close_day();
	}
	all_taken(steps >= STEPS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hall_and_model),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
