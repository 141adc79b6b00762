/* Who is next. */
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/rule/pick.h"

/* What the rule compares, most important first. */
struct rank {
	bool	early;		/* waits from a time still to come: only when nobody else may be called */
	bool	late;
	int	level;
	bool	strict;
	int64_t	score;
	int64_t	entry_ms;
	uint32_t ticket;
};

/*
 * The hall at the moment somebody is looked for.  Who is late is worked out once
 * for many: whoever came before one that is late is late too, and whoever came
 * after one that is not is not.
 */
struct moment {
	const struct hall	*hall;
	const struct layout	*layout;
	int64_t			 steady_ms;
	int64_t			 late_ms[SERVICES_MAX], fresh_ms[SERVICES_MAX];	/* entries: so early is late, so late is not */
};

static void
moment_set(struct moment *m, const struct hall *h, const struct layout *l, int64_t steady_ms)
{
	int64_t max_ms = l->policy.max_wait_s == 0 ? INT64_MAX / 2 : l->policy.max_wait_s * INT64_C(1000);

	m->hall = h;
	m->layout = l;
	m->steady_ms = steady_ms;
	for (int s = 0; s < h->service_count; s++) {
		m->late_ms[s] = INT64_MIN;
		m->fresh_ms[s] = steady_ms - max_ms;
	}
}

/* A class that the layout no longer has counts as an ordinary one. */
static const struct class *
class_of(const struct layout *l, int class)
{
	static const struct class ordinary = { .rate = 1000 };

	return class < l->class_count ? &l->class[class] : &ordinary;
}

/* How long it has waited; while the hall stands still nobody's wait grows. */
static int64_t
waited_ms(const struct hall *h, const struct leg *leg, int64_t steady_ms)
{
	return steady_ms - leg->entry_ms - hall_stood(h, leg->entry_ms, steady_ms);
}

/* By the hours of a service, which are in wall time; what the hall stood still is in them. */
static int64_t
hours_ms(const struct hall *h, const struct layout *l, int service, int64_t from_ms, int64_t to_ms)
{
	int64_t wall_ms = h->wall_ms - h->steady_ms;	/* as at the last fact */

	return calendar_open_ms(l, service, &h->override[service], from_ms + wall_ms, to_ms + wall_ms);
}

/* How long it has waited while its service was open: what counts as waiting too long. */
static int64_t
open_ms(const struct hall *h, const struct layout *l, const struct leg *leg, int64_t steady_ms)
{
	int64_t open_ms;

	if (leg->service >= l->service_count)
		return waited_ms(h, leg, steady_ms);
	open_ms = hours_ms(h, l, leg->service, leg->entry_ms, steady_ms);
	for (const struct stop *s = h->stop; s < h->stop + h->stop_count; s++) {
		struct stop in = stop_within(s, leg->entry_ms, steady_ms);

		if (in.from_ms < in.to_ms)
			open_ms -= hours_ms(h, l, leg->service, in.from_ms, in.to_ms);
	}
	return open_ms;
}

static bool
is_late(struct moment *m, const struct leg *leg)
{
	int64_t *late_ms = &m->late_ms[leg->service], *fresh_ms = &m->fresh_ms[leg->service];

	if (leg->entry_ms > *late_ms && leg->entry_ms < *fresh_ms) {
		bool late = open_ms(m->hall, m->layout, leg, m->steady_ms) > m->layout->policy.max_wait_s * INT64_C(1000);

		*(late ? late_ms : fresh_ms) = leg->entry_ms;
	}
	return leg->entry_ms <= *late_ms;
}

static struct rank
rank_of(struct moment *m, uint32_t place, int level)
{
	const struct leg *leg = &m->hall->leg[place];
	const struct class *class = class_of(m->layout, m->hall->ticket[leg->ticket].class);

	return (struct rank){
		.early = leg->entry_ms > m->steady_ms && !m->layout->policy.early_by_score,
		.late = is_late(m, leg),
		.level = level,
		.strict = class->strict,
		.score = (int64_t)class->base_s * 1000 * 1000 + class->rate * waited_ms(m->hall, leg, m->steady_ms),
		.entry_ms = leg->entry_ms,
		.ticket = leg->ticket,
	};
}

/* What sets a before b; RULE_NONE when b goes first. */
static enum rule
sets_before(const struct rank *a, const struct rank *b)
{
	if (a->early != b->early)
		return b->early ? RULE_ENTRY : RULE_NONE;
	if (a->late != b->late)
		return a->late ? RULE_MAX_WAIT : RULE_NONE;
	if (a->late && a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms ? RULE_MAX_WAIT : RULE_NONE;
	if (a->level != b->level)
		return a->level < b->level ? RULE_LEVEL : RULE_NONE;
	if (a->strict != b->strict)
		return a->strict ? RULE_CLASS : RULE_NONE;
	if (a->score != b->score)
		return a->score > b->score ? RULE_SCORE : RULE_NONE;
	if (a->entry_ms != b->entry_ms)
		return a->entry_ms < b->entry_ms ? RULE_ENTRY : RULE_NONE;
	return a->ticket < b->ticket ? RULE_ID : RULE_NONE;
}

/* Its place among the first `most`, which are in order.  False: it is not one of them. */
static bool
enter(struct rank rank[], uint32_t place[], int *count, int most, const struct rank *r, uint32_t leg)
{
	int i = *count;

	for (; i > 0 && sets_before(r, &rank[i - 1]); i--)
		if (i < most) {
			rank[i] = rank[i - 1];
			place[i] = place[i - 1];
		}
	if (i == most)
		return false;
	rank[i] = *r;
	place[i] = leg;
	*count += *count < most;
	return true;
}

/* The first of those whom a window may call, at most so many, with what set them there. */
static int
first_at(struct moment *m, const struct window_layout *w, struct rank rank[], uint32_t place[], int most)
{
	const struct hall *h = m->hall;
	const struct layout *l = m->layout;
	int count = 0;

	for (int s = 0; w != NULL && s < h->service_count; s++) {
		int mine = s < l->service_count ? window_level(h, w, s) : 0;

		/* A queue is in order, so that no more than so many of each can be among the first. */
		for (int c = 0; mine != 0 && c < h->class_count; c++) {
			uint32_t at = h->queue[s][c].head;

			for (int n = 0; n < most && at != 0; n++, at = h->leg[at - 1].queue_next) {
				struct rank r = rank_of(m, at - 1, mine);

				if (!enter(rank, place, &count, most, &r, at - 1))
					break;
			}
		}
		/* Those sent to one window are of any class. */
		for (uint32_t at = h->sent[s].head; at != 0; at = h->leg[at - 1].queue_next) {
			int level = hall_level(h, l, w, &h->leg[at - 1]);
			struct rank r = rank_of(m, at - 1, level);

			if (level != 0)
				enter(rank, place, &count, most, &r, at - 1);
		}
	}
	return count;
}

int
pick_order(const struct hall *h, const struct layout *l, int window, int64_t steady_ms, uint32_t place[], int most)
{
	struct rank rank[PICK_MAX];
	struct moment m;

	moment_set(&m, h, l, steady_ms);
	return first_at(&m, layout_window(l, window), rank, place, most);
}

int
pick(const struct hall *h, const struct layout *l, int window, int64_t steady_ms, struct why *why)
{
	struct rank rank[2] = { 0 };
	struct moment m;
	uint32_t place[2];
	int count;

	moment_set(&m, h, l, steady_ms);
	if ((count = first_at(&m, layout_window(l, window), rank, place, 2)) == 0)
		return -1;
	memset(why, 0, sizeof *why);
	why->rule = count == 1 ? RULE_ONLY : sets_before(&rank[0], &rank[1]);
	if (why->rule == RULE_MAX_WAIT)
		why->limit_s = l->policy.max_wait_s;
	why->level = rank[0].level;
	why->score = rank[0].score / 1000;
	why->waited_ms = waited_ms(h, &h->leg[place[0]], steady_ms);
	if (count == 2) {
		why->runner_level = rank[1].level;
		why->runner_score = rank[1].score / 1000;
		why->runner_waited_ms = waited_ms(h, &h->leg[place[1]], steady_ms);
		strcpy(why->runner_up, h->ticket[h->leg[place[1]].ticket].number);
	}
	return place[0];
}

bool
pick_reaches(const struct hall *h, const struct layout *l, uint32_t place, int64_t steady_ms)
{
	struct moment m;

	moment_set(&m, h, l, steady_ms);
	for (int i = 0; i < l->window_count; i++) {
		const struct window_layout *w = &l->window[i];
		int level = hall_level(h, l, w, &h->leg[place]);
		struct rank me, first;
		uint32_t at;

		if (level == 0 || !window_open(&h->window[w->no]))
			continue;
		if (first_at(&m, w, &first, &at, 1) == 0)
			return true;
		me = rank_of(&m, place, level);
		if (sets_before(&me, &first))
			return true;
	}
	return false;
}

const struct ticket *
pick_unserved(const struct hall *h, const struct layout *l, int64_t steady_ms)
{
	const struct ticket *first = NULL;
	struct rank before;
	struct moment m;

	moment_set(&m, h, l, steady_ms);
	for (const struct ticket *t = h->ticket; t < h->ticket + h->ticket_count; t++) {
		enum leg_state state = h->leg[t->leg].state;
		struct rank r;

		if (t->rehearsal || (state != LEG_WAITING && state != LEG_PASSED && state != LEG_HELD))
			continue;
		r = rank_of(&m, t->leg, 1);
		if (first == NULL || sets_before(&r, &before)) {
			first = t;
			before = r;
		}
	}
	return first;
}

/*
 * How others stand to me at the windows that may call both: at some window
 * always first, or by rank, or never.
 */
enum standing { STANDS_APART, STANDS_BEHIND, STANDS_BY_RANK, STANDS_FIRST };

/* The level that comes to the same; mine is that of STANDS_BY_RANK. */
static int
level_as(enum standing standing)
{
	return STANDS_FIRST - standing;
}

static void
stand(enum standing *standing, int level, int mine)
{
	enum standing at = level == 0 ? STANDS_APART : level < mine ? STANDS_FIRST : level == mine ? STANDS_BY_RANK : STANDS_BEHIND;

	if (at > *standing)
		*standing = at;
}

/* My level at a window that counts; 0: it does not call me. */
static int
my_level(const struct hall *h, const struct layout *l, const struct window_layout *w, const struct leg *me, bool only_open)
{
	return only_open && !window_open(&h->window[w->no]) ? 0 : hall_level(h, l, w, me);
}

static bool
any_open(const struct hall *h, const struct layout *l, const struct leg *me)
{
	for (int i = 0; i < l->window_count; i++)
		if (my_level(h, l, &l->window[i], me, true) != 0)
			return true;
	return false;
}

static void
stand_services(const struct hall *h, const struct layout *l, const struct leg *me, enum standing standing[SERVICES_MAX])
{
	bool only_open = any_open(h, l, me);

	for (int i = 0; i < l->window_count; i++) {
		int mine = my_level(h, l, &l->window[i], me, only_open);

		for (int s = 0; mine != 0 && s < l->service_count; s++)
			stand(&standing[s], window_level(h, &l->window[i], s), mine);
	}
	if (me->to == 0)
		standing[me->service] = STANDS_BY_RANK;
}

/* Of one that is sent to a window. */
static enum standing
stand_one(const struct hall *h, const struct layout *l, const struct leg *me, const struct leg *other)
{
	enum standing standing = STANDS_APART;
	bool only_open = any_open(h, l, me);

	for (int i = 0; i < l->window_count; i++) {
		int mine = my_level(h, l, &l->window[i], me, only_open);

		if (mine != 0)
			stand(&standing, hall_level(h, l, &l->window[i], other), mine);
	}
	return standing;
}

static enum ahead
kind_of(const struct leg *other, const struct leg *me)
{
	if (other->service != me->service)
		return AHEAD_SERVICE;
	if (other->called_before)
		return AHEAD_RETURNED;
	if (other->entry_ms != me->entry_ms)
		return other->entry_ms < me->entry_ms ? AHEAD_EARLIER : AHEAD_CLASS;
	return other->ticket < me->ticket ? AHEAD_EARLIER : AHEAD_CLASS;
}

const char *
ahead_name(enum ahead kind)
{
	static const char *const names[AHEADS] = { "earlier", "returned", "class", "service" };

	return names[kind];
}

int
pick_ahead(const struct hall *h, const struct layout *l, uint32_t place, int64_t steady_ms, int by[AHEADS])
{
	enum standing standing[SERVICES_MAX] = { STANDS_APART };
	int mine = h->leg[place].service, ahead = 0, unused[AHEADS];
	struct rank me;
	struct moment m;

	if (by == NULL)
		by = unused;
	memset(by, 0, sizeof unused);
	/* Who lets others go first has just those before them. */
	if (h->leg[place].until != 0) {
		if (h->leg[place].until > h->first_calls[mine])
			ahead = h->leg[place].until - h->first_calls[mine];
		return ahead < hall_ready(h, mine) ? ahead : hall_ready(h, mine);
	}
	moment_set(&m, h, l, steady_ms);
	me = rank_of(&m, place, level_as(STANDS_BY_RANK));
	stand_services(h, l, &h->leg[place], standing);
	for (int s = 0; s < h->service_count; s++) {
		for (int c = 0; c < h->class_count && standing[s] != STANDS_APART; c++) {
			for (uint32_t at = h->queue[s][c].head; at != 0; at = h->leg[at - 1].queue_next) {
				struct rank other = rank_of(&m, at - 1, level_as(standing[s]));

				if (at - 1 == place)
					continue;
				if (!sets_before(&other, &me))
					break;		/* those behind it go later still */
				ahead++;
				by[kind_of(&h->leg[at - 1], &h->leg[place])]++;
			}
		}
		for (uint32_t at = h->sent[s].head; at != 0; at = h->leg[at - 1].queue_next) {
			enum standing stands = at - 1 == place ? STANDS_APART : stand_one(h, l, &h->leg[place], &h->leg[at - 1]);
			struct rank other = rank_of(&m, at - 1, level_as(stands));

			if (stands != STANDS_APART && sets_before(&other, &me)) {
				ahead++;
				by[kind_of(&h->leg[at - 1], &h->leg[place])]++;
			}
		}
	}
	return ahead;
}
