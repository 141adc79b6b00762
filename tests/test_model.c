/*
 * The hall against a model of it, made from the contract and knowing nothing of
 * how the hall does it, over random commands in random halls.
 *
 * After each command: the same answer, the same tickets and windows, nobody at
 * two windows, and the queues hold exactly who waits, in order.  After each day's
 * work: its facts, told as JSON, make the same hall again.
 *
 * HALLD_STEPS is how many commands, HALLD_SEED where chance begins.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hall_fixture.h"

#define EPISODE		2000	/* commands in one hall */
#define STEPS		200000
#define SERVICES	5
#define CLASSES		4
#define WINDOWS		6
#define PEOPLE		8

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
struct visit {
	enum leg_state	state;
	int		service, class, language, day, window, passes, recalls;
	int		others;		/* passed: so many others still to be called */
	bool		was_called, no_start;
	int64_t		entry_ms, said_ms;
	char		number[NUMBER_MAX];
	char		token[TOKEN_MAX];
	int		print;
};

struct counter_window {
	int		no;
	enum window_state state;
	enum pending	pending;
	int		visit;		/* at hand; -1: none */
	int		person;		/* -1: nobody */
	int64_t		pressed_ms;	/* the press of next whose outcome stands; -1: none */
};

struct badge { int person, window; char secret[SECRET_MAX]; };	/* a session; person -1: over */

static struct model {
	int64_t		 now_ms;	/* of the last change */
	int		 day;
	struct visit	 visit[EPISODE];
	int		 visits;
	struct counter_window window[WINDOWS];
	int		 windows;
	struct badge	 badge[EPISODE];
	int		 badges;
	bool		 hired[PEOPLE];
	uint32_t	 staff_id[PEOPLE];
	int		 people;
	struct { char prefix[4]; int day, last; } series[SERVICES];
	int		 issued, served, abandoned;
} m;

/* The hall. */
static struct layout layout;
static struct hall hall, before, told;
static struct change change;
static struct instant now;
static struct command cmd;
static struct fact facts[EPISODE * 4];
static int fact_count;
static int step;

#define broken(...) \
	do { \
		print_error("step %d, %s at window %d: ", step, verbs[cmd.verb].name, cmd.window); \
		fail_msg(__VA_ARGS__); \
	} while (0)

static struct counter_window *
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
	return layout.window[layout.window_at[no]].level[service];
}

/* Is a called before b at this window, at this moment? */
static bool
goes_before(const struct visit *a, const struct visit *b, int no, int64_t at_ms)
{
	const struct class *ca = &layout.class[a->class], *cb = &layout.class[b->class];
	__int128 score_a = (__int128)ca->base_s * 1000000 + (__int128)ca->rate * (at_ms - a->entry_ms);
	__int128 score_b = (__int128)cb->base_s * 1000000 + (__int128)cb->rate * (at_ms - b->entry_ms);

	if (level(no, a->service) != level(no, b->service))
		return level(no, a->service) < level(no, b->service);
	if (ca->strict != cb->strict)
		return ca->strict;
	if (score_a != score_b)
		return score_a > score_b;
	if (a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms;
	return a < b;
}

static int
model_waiting(int service)
{
	int n = 0;

	for (int i = 0; i < m.visits; i++)
		n += m.visit[i].service == service && m.visit[i].state == LEG_WAITING;
	return n;
}

static bool
number_in_use(const char *number)
{
	for (int i = 0; i < m.visits; i++)
		if (strcmp(m.visit[i].number, number) == 0 && leg_live(m.visit[i].state))
			return true;
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
model_number(char *number, const struct service *s, int day)
{
	int i = series_of(s->prefix), last = m.series[i].day == day ? m.series[i].last : s->first - 1, value;
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
	m.series[i].day = day;
	m.series[i].last = value;
}

/* By itself: after enough others, or when nobody else of its service waits. */
static void
model_return(void)
{
	for (int s = 0; s < layout.service_count; s++) {
		/* Entries never go back, so visits stand in the order of entry. */
		for (int i = 0; i < m.visits; i++) {
			struct visit *v = &m.visit[i];

			if (v->service == s && v->state == LEG_PASSED && (v->others <= 0 || model_waiting(s) == 0))
				v->state = LEG_WAITING;
		}
	}
}

static void
model_stop(struct counter_window *w, enum window_state state)
{
	w->state = state;
	w->pending = PENDING_NONE;
}

/* The ticket at the window ends in this state, and the window does what it was to do then. */
static void
model_leave(struct counter_window *w, enum leg_state state)
{
	struct visit *v = &m.visit[w->visit];

	v->no_start = state == LEG_DONE && v->state == LEG_CALLED;
	v->state = state;
	m.served += state == LEG_DONE;
	m.abandoned += state == LEG_ABANDONED;
	w->visit = -1;
	w->pressed_ms = -1;
	model_stop(w, w->pending == PENDING_PAUSE ? PAUSED : w->pending == PENDING_CLOSE ? CLOSED : IDLE);
}

static void
model_call(struct counter_window *w, int64_t at_ms)
{
	struct visit *best = NULL;

	for (int i = 0; i < m.visits; i++)
		if (m.visit[i].state == LEG_WAITING && level(w->no, m.visit[i].service) != 0 &&
		    (best == NULL || goes_before(&m.visit[i], best, w->no, at_ms)))
			best = &m.visit[i];
	if (best == NULL)
		return;
	for (int i = 0; i < m.visits && !best->was_called; i++)
		if (m.visit[i].state == LEG_PASSED && m.visit[i].service == best->service)
			m.visit[i].others--;
	best->state = LEG_CALLED;
	best->was_called = true;
	best->recalls = 0;
	best->said_ms = at_ms;
	best->window = w->no;
	w->state = CALLING;
	w->visit = best - m.visit;
	w->pressed_ms = at_ms;
}

static enum refusal
model_next(struct counter_window *w, int64_t at_ms, bool *changes)
{
	const struct policy *p = &layout.policy;
	bool has_start_key = layout.window[layout.window_at[w->no]].start_key;

	if (w->pressed_ms != -1 && at_ms < w->pressed_ms + p->double_press_s * 1000) {
		*changes = false;
		return OK;
	}
	if (w->state == CALLING && (has_start_key || !p->implicit_finish))
		return CALL_PENDING;
	if (w->state == SERVING && !p->implicit_finish)
		return NOT_ALLOWED;
	if (w->visit != -1) {
		model_leave(w, LEG_DONE);
		if (w->state != IDLE) {
			w->pressed_ms = at_ms;
			return OK;
		}
	} else
		*changes = w->state != IDLE;
	w->state = IDLE;
	w->pressed_ms = -1;
	model_call(w, at_ms);
	*changes = *changes || w->visit != -1;
	return OK;
}

static enum refusal
model_recall(struct visit *v, int64_t at_ms)
{
	const struct policy *p = &layout.policy;

	if (v->state != LEG_CALLED || (p->recall_max != 0 && v->recalls >= p->recall_max))
		return NOT_ALLOWED;
	if (at_ms - v->said_ms < p->recall_gap_s * 1000)
		return TOO_SOON;
	v->recalls++;
	v->said_ms = at_ms;
	return OK;
}

static enum refusal
model_pass(struct counter_window *w, struct visit *v)
{
	if (v->state != LEG_CALLED)
		return NOT_ALLOWED;
	if (v->passes >= layout.policy.passed_max) {
		model_leave(w, LEG_ABANDONED);
		return OK;
	}
	v->passes++;
	v->others = layout.policy.passed_after;
	model_leave(w, LEG_PASSED);
	return OK;
}

/* Pause and close: with a ticket when it leaves, and the same again takes it back. */
static enum refusal
model_to_stop(struct counter_window *w, enum pending pending, enum window_state state)
{
	if (w->visit == -1)
		model_stop(w, state);
	else
		w->pending = w->pending == pending ? PENDING_NONE : pending;
	return OK;
}

static enum refusal
model_at_window(struct counter_window *w, int64_t at_ms, bool *changes)
{
	struct visit *v = w->visit == -1 ? NULL : &m.visit[w->visit];
	bool open = w->state == IDLE || v != NULL;

	switch (cmd.verb) {
	case DO_NEXT:
		return model_next(w, at_ms, changes);
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
		return model_recall(v, at_ms);
	case DO_START:
		if (v->state != LEG_CALLED)
			return NOT_ALLOWED;
		v->state = LEG_SERVING;
		w->state = SERVING;
		w->pressed_ms = -1;
		return OK;
	case DO_FINISH:
		model_leave(w, LEG_DONE);
		return OK;
	case DO_PASS:
		return model_pass(w, v);
	default:			/* abandon */
		model_leave(w, LEG_ABANDONED);
		return OK;
	}
}

static enum refusal
model_issue(int day, int64_t at_ms)
{
	struct visit *v = &m.visit[m.visits];

	if (cmd.service < 0 || cmd.service >= layout.service_count)
		return UNKNOWN_SERVICE;
	if (cmd.class < 0 || cmd.class >= layout.class_count)
		return BAD_REQUEST;
	*v = (struct visit){ .state = LEG_WAITING, .service = cmd.service, .class = cmd.class, .language = cmd.language,
	    .day = day, .entry_ms = at_ms, .print = cmd.printer[0] != '\0' ? PRINT_QUEUED : PRINT_NONE };
	model_number(v->number, &layout.service[cmd.service], day);
	strcpy(v->token, cmd.token);
	m.visits++;
	m.issued++;
	return OK;
}

static enum refusal
model_printed(void)
{
	struct visit *v = &m.visit[cmd.ticket - 1];

	if (cmd.ticket < 1 || cmd.ticket > (uint32_t)m.visits)
		return UNKNOWN_TICKET;
	if ((v->print != PRINT_QUEUED && v->print != PRINT_SENT) || cmd.print <= v->print)
		return NOT_ALLOWED;
	v->print = cmd.print;
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

	if (m.hired[i])
		return BAD_REQUEST;
	m.hired[i] = true;
	m.staff_id[i] = ++m.people;
	return OK;
}

static enum refusal
model_password(void)
{
	int person = person_of(cmd.staff);

	if (person == -1)
		return UNKNOWN_STAFF;
	for (int i = 0; i < m.badges; i++)
		if (m.badge[i].person == person)
			m.badge[i].person = -1;
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

/* What the contract says of the command. */
static enum refusal
model_do(void)
{
	int64_t at_ms = now.steady_ms > m.now_ms ? now.steady_ms : m.now_ms;
	int day = now.day > m.day ? now.day : m.day;
	struct model *saved = NULL;
	bool changes = true;
	enum refusal refusal = OK;

	(void)saved;
	if (day > m.day && cmd.verb == DO_ISSUE && cmd.service >= 0 && cmd.service < layout.service_count && cmd.class >= 0 &&
	    cmd.class < layout.class_count)
		m.issued = m.served = m.abandoned = 0;
	switch (cmd.verb) {
	case DO_ISSUE:		refusal = model_issue(day, at_ms); break;
	case DO_PRINTED:	refusal = model_printed(); break;
	case DO_ADD_STAFF:	refusal = model_hire(); break;
	case DO_SET_PASSWORD:	refusal = model_password(); break;
	case DO_SIGN_IN:	refusal = model_sign_in(); break;
	case DO_SIGN_OUT:	refusal = model_sign_out(); break;
	case DO_DEVICE:
	case DO_STARTED:	break;
	case DO_OPEN: case DO_CLOSE: case DO_NEXT: case DO_RECALL: case DO_START: case DO_FINISH: case DO_PASS: case DO_ABANDON:
	case DO_PAUSE: case DO_RESUME:
		refusal = model_window(cmd.window) == NULL ? UNKNOWN_WINDOW :
		    model_at_window(model_window(cmd.window), at_ms, &changes);
		break;
	default:
		return NOT_AVAILABLE;
	}
	if (refusal == OK && changes) {
		m.now_ms = at_ms;
		m.day = day;
		model_return();
	}
	return refusal;
}

int
main(void)
{
	return 0;
}
