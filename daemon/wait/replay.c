/* From a day's facts to stays, and the day from its stays. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/queue.h"
#include "daemon/core/rule/pick.h"
#include "daemon/wait/agenda.h"
#include "daemon/wait/replay.h"

#define NONE (-1)

/*
 * Somebody waits, then is at a window, or goes without having been called.
 * Times are steady ms; a seq is that of the fact by which it came to be so, 0:
 * not yet.
 */
struct stay {
	int	person;
	int	next;			/* the same person's next one; NONE: it is the last */
	int	service, class;
	int64_t	entry_ms, began_ms;
	int64_t	left_ms;		/* called, or gone */
	int64_t	ended_ms;		/* left the window */
	int64_t	began_seq, left_seq, ended_seq;
	int	window;			/* called to; 0: gone */
	bool	others_waited;		/* when it left the window, which did not close then */
	bool	undone;			/* it never was */
};

struct visitor { int first, last; };	/* stays */

/* A window opens, or is not open any more; or is lent otherwise. */
struct turn { int64_t at_ms; int window; bool open; uint64_t lent; };

struct replay {
	struct layout	 layout;
	struct hall	*hall;
	struct override	 override[SERVICES_MAX];	/* of the day, which closing it takes from the hall */
	struct stop	 stop[STOPS_KEPT];	/* likewise */
	int		 stop_count;
	uint32_t	 first_ticket;		/* id of person 0; 0: nobody yet */
	struct visitor	*person;
	struct stay	*stay;
	struct turn	*turn;
	size_t		 persons, stays, turns, person_room, stay_room, turn_room;
	int		 at[WINDOW_NO_MAX + 1];	/* stay at the window, NONE: nobody */
	int		 before[WINDOW_NO_MAX + 1];	/* the one before it */
	bool		 open[WINDOW_NO_MAX + 1];
	uint64_t	 lent[WINDOW_NO_MAX + 1];	/* as the last turn says */
};

struct replay *
replay_new(const struct layout *l)
{
	struct replay *r = xcalloc(1, sizeof *r);

	r->layout = *l;
	r->hall = xcalloc(1, sizeof *r->hall);
	hall_init(r->hall, l);
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		r->at[no] = r->before[no] = NONE;
	return r;
}

void
replay_free(struct replay *r)
{
	if (r == NULL)
		return;
	free(r->hall);
	free(r->person);
	free(r->stay);
	free(r->turn);
	free(r);
}

struct hall *
replay_hall(struct replay *r)
{
	return r->hall;
}

/* Facts. */

/* Those of tickets come in the order of their ids; who was there before the first fact is nobody. */
static int
person_of(struct replay *r, uint32_t ticket)
{
	if (r->first_ticket == 0)
		r->first_ticket = ticket;
	if (ticket < r->first_ticket)
		return NONE;
	while (r->persons <= ticket - r->first_ticket) {
		GROW(r->person, r->persons, r->person_room);
		r->person[r->persons++] = (struct visitor){ NONE, NONE };
	}
	return ticket - r->first_ticket;
}

static void
stay_begins(struct replay *r, int person, const struct leg *leg, const struct fact *f)
{
	struct visitor *p = &r->person[person];
	int i = r->stays;

	GROW(r->stay, r->stays, r->stay_room);
	r->stay[r->stays++] = (struct stay){ .person = person, .next = NONE, .entry_ms = leg->entry_ms,
	    .began_ms = f->at.steady_ms, .began_seq = f->seq };
	if (p->last == NONE)
		p->first = i;
	else
		r->stay[p->last].next = i;
	p->last = i;
}

/* The stay in which somebody waits now; NULL: none. */
static struct stay *
waiting(struct replay *r, int person)
{
	int i = r->person[person].last;

	return i == NONE || r->stay[i].left_seq != 0 ? NULL : &r->stay[i];
}

static void
follow_ticket(struct replay *r, const struct fact *f)
{
	const struct ticket *t = hall_ticket(r->hall, f->ticket);
	int person = t == NULL || t->rehearsal ? NONE : person_of(r, t->id);
	const struct leg *leg;
	bool waits;

	if (person == NONE)
		return;
	leg = hall_leg(r->hall, t);
	waits = leg->state == LEG_WAITING && leg->until == 0;
	if (waits && waiting(r, person) == NULL)
		stay_begins(r, person, leg, f);
	struct stay *s = waiting(r, person);
	if (s == NULL)
		return;
	if (waits || f->kind == TICKET_CALLED) {
		s->service = leg->service;
		s->class = t->class;
	}
	if (waits)
		return;
	s->left_ms = f->at.steady_ms;
	s->left_seq = f->seq;
	s->window = f->kind == TICKET_CALLED ? f->window : 0;
	if (s->window != 0)
		r->at[s->window] = s - r->stay;
}

static void
follow_window(struct replay *r, int no, const struct fact *f)
{
	const struct window *w = &r->hall->window[no];
	bool calls = window_open(w) && !hall_halted(r->hall), open;
	int i = r->at[no];

	if (i != NONE && (w->ticket == 0 || person_of(r, w->ticket) != r->stay[i].person)) {
		struct stay *s = &r->stay[i];

		s->ended_ms = f->at.steady_ms;
		s->ended_seq = f->seq;
		s->others_waited = calls && hall_waiting_at(r->hall, &r->layout, no) > 0;
		r->before[no] = i;
		r->at[no] = NONE;
	}
	/* Whom it did not call from the queue keeps it as then: for others it is not there. */
	open = calls && (w->ticket == 0 || r->at[no] != NONE);
	if (open == r->open[no] && w->lent == r->lent[no])
		return;
	if (!open && r->open[no] && r->before[no] != NONE)
		r->stay[r->before[no]].others_waited = false;
	GROW(r->turn, r->turns, r->turn_room);
	r->turn[r->turns++] = (struct turn){ f->at.steady_ms, no, open, w->lent };
	r->open[no] = open;
	r->lent[no] = w->lent;
}

static bool
within(int64_t seq, const struct undo *u)
{
	return seq >= u->first && seq <= u->last;
}

/* What the facts of a command did to stays is taken back, the newest first. */
static void
take_back(struct replay *r, const struct undo *u)
{
	for (size_t i = r->stays; i-- > 0; ) {
		struct stay *s = &r->stay[i];

		if (within(s->ended_seq, u)) {
			s->ended_ms = s->ended_seq = 0;
			s->others_waited = false;
			r->at[s->window] = i;
		}
		if (within(s->left_seq, u)) {
			if (s->window != 0 && r->at[s->window] == (int)i)
				r->at[s->window] = NONE;
			s->left_ms = s->left_seq = s->window = 0;
		}
		if (within(s->began_seq, u)) {
			struct visitor *p = &r->person[s->person];
			int last = p->first == (int)i ? NONE : p->first;

			while (last != NONE && r->stay[last].next != (int)i)
				last = r->stay[last].next;
			s->undone = true;
			p->last = last;
			*(last == NONE ? &p->first : &r->stay[last].next) = NONE;
		}
	}
}

static void
keep_day(struct replay *r)
{
	memcpy(r->override, r->hall->override, sizeof r->override);
	memcpy(r->stop, r->hall->stop, sizeof r->stop);
	r->stop_count = r->hall->stop_count;
}

/* What opens and closes all windows for those who wait. */
static bool
is_of_all(enum fact_kind kind)
{
	return kind == HALL_DAY_CLOSED || kind == HALL_HALTED || kind == HALL_EVACUATED || kind == HALL_RESUMED;
}

int
replay_fact(struct replay *r, const struct fact *f)
{
	const struct undo *undo = f->kind == TICKET_UNDONE ? hall_undo(r->hall, f->window) : NULL;
	struct undo undone = { 0 };

	if (undo != NULL)
		undone = *undo;
	if (hall_apply(r->hall, f) == -1)
		return -1;
	if (f->kind != HALL_DAY_CLOSED)
		keep_day(r);
	if (undo != NULL)
		take_back(r, &undone);
	if (f->ticket != 0)
		follow_ticket(r, f);
	if (f->window != 0)
		follow_window(r, f->window, f);
	for (int no = 1; is_of_all(f->kind) && no <= WINDOW_NO_MAX; no++)
		follow_window(r, no, f);
	return 0;
}

/* Waits. */

struct sample { int64_t *ms; size_t count, room; };

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static struct wait_figures
waits_of(struct sample *s)
{
	struct wait_figures w = { .called = s->count };

	if (s->count == 0)
		return w;
	qsort(s->ms, s->count, sizeof *s->ms, by_size);
	for (size_t i = 0; i < s->count; i++)
		w.mean_ms += s->ms[i];
	w.mean_ms /= (int64_t)s->count;
	w.p90_ms = s->ms[(s->count * 9 + 9) / 10 - 1];
	w.max_ms = s->ms[s->count - 1];
	return w;
}

static void
sample_add(struct sample *s, int64_t ms)
{
	GROW(s->ms, s->count, s->room);
	s->ms[s->count++] = ms;
}

static void
sum_up(struct sample sample[CLASSES_MAX], struct waited *out)
{
	for (int c = 0; c < CLASSES_MAX; c++) {
		out->waits[c] = waits_of(&sample[c]);
		free(sample[c].ms);
	}
}

/* From the beginning of a stay until then; not while the hall stood still. */
static int64_t
waited_ms(const struct replay *r, int stay, int64_t until_ms)
{
	int64_t began_ms = r->stay[stay].began_ms;

	return until_ms - began_ms - stops_ms(r->stop, r->stop_count, began_ms, until_ms);
}

/* The stay in which somebody was called first; NONE: in none. */
static int
first_called(const struct replay *r, const struct visitor *p)
{
	int i = p->first;

	while (i != NONE && r->stay[i].window == 0)
		i = r->stay[i].next;
	return i;
}

void
replay_actual(const struct replay *r, struct waited *out)
{
	struct sample sample[CLASSES_MAX] = { 0 };

	*out = (struct waited){ 0 };
	for (const struct visitor *p = r->person; p < r->person + r->persons; p++) {
		int called = first_called(r, p);

		if (p->first == NONE)
			continue;
		out->came[r->stay[p->first].class]++;
		if (called != NONE)
			sample_add(&sample[r->stay[p->first].class], waited_ms(r, p->first, r->stay[called].left_ms));
	}
	sum_up(sample, out);
}

/* The day once more. */

enum what { FREE, TURN, COMES, GOES };	/* at the same moment in this order; of a window's number, a turn or a stay */

/* What follows once a window is free again: the next stay of who was there, or NONE. */
struct after { int stay; int64_t ms; };	/* so long after it; -1: before the window calls again */

struct sim {
	const struct replay *r;
	struct layout	 layout;
	struct hall	*hall;
	struct agenda	 agenda;
	int64_t		*busy_ms;	/* of each stay */
	int64_t		 mean_ms[SERVICES_MAX];
	int		*now;		/* stay in which each person waits; NONE */
	bool		*called;	/* each person, before */
	int64_t		 free_ms[WINDOW_NO_MAX + 1];	/* since when; NEVER: somebody is there */
	struct after	 after[WINDOW_NO_MAX + 1];	/* of who is there */
	struct sample	 sample[CLASSES_MAX];
};
#define NEVER INT64_MAX

/* By window, then as they were called there. */
static int
by_window(const void *a, const void *b, void *arg)
{
	const struct stay *stay = arg, *x = &stay[*(const int *)a], *y = &stay[*(const int *)b];

	if (x->window != y->window)
		return x->window - y->window;
	return (x->left_seq > y->left_seq) - (x->left_seq < y->left_seq);
}

/* How long each kept its window; and on average, for who was never called there. */
static void
find_busy(struct sim *s)
{
	const struct replay *r = s->r;
	int *at = xcalloc(r->stays + 1, sizeof *at), count = 0, of_service[SERVICES_MAX] = { 0 };

	for (size_t i = 0; i < r->stays; i++)
		if (!r->stay[i].undone && r->stay[i].window != 0 && r->stay[i].ended_seq != 0)
			at[count++] = i;
	qsort_r(at, count, sizeof *at, by_window, r->stay);
	for (int i = 0; i < count; i++) {
		const struct stay *one = &r->stay[at[i]], *next = i + 1 < count ? &r->stay[at[i + 1]] : NULL;
		bool pressed_on = one->others_waited && next != NULL && next->window == one->window;

		s->busy_ms[at[i]] = (pressed_on ? next->left_ms : one->ended_ms) - one->left_ms;
		s->mean_ms[one->service] += s->busy_ms[at[i]];
		of_service[one->service]++;
	}
	for (int i = 0; i < SERVICES_MAX; i++)
		if (of_service[i] > 0)
			s->mean_ms[i] /= of_service[i];
	free(at);
}

/* How long after it left the window somebody waited again: by the same fact or the next, or by what came later. */
static int64_t
waits_after(const struct stay *stay, const struct stay *then)
{
	return then->began_seq <= stay->ended_seq + 1 ? -1 : then->began_ms - stay->ended_ms;
}

/* Somebody is at a window, and then maybe waits again. */
static void
call(struct sim *s, int no, int64_t at_ms)
{
	const struct stay *stay = s->r->stay;
	struct why why;
	int person = pick(s->hall, &s->layout, no, at_ms, &why), i, first;
	struct after *after = &s->after[no];
	int64_t free_ms;

	if (person == NONE)
		return;
	i = s->now[person];
	first = s->r->person[person].first;
	if (!s->called[person])
		sample_add(&s->sample[stay[first].class], waited_ms(s->r, first, at_ms));
	s->called[person] = true;
	queue_remove(s->hall, person);
	s->hall->leg[person].state = LEG_CALLED;
	s->now[person] = NONE;
	/* Who went, or let others go first, before the call came then, has it now. */
	*after = (struct after){ .stay = NONE };
	free_ms = at_ms + s->mean_ms[stay[i].service];
	while (i != NONE && stay[i].window == 0)
		i = stay[i].next;
	if (i != NONE && stay[i].ended_seq != 0) {
		free_ms = at_ms + s->busy_ms[i];
		after->stay = stay[i].next;
		after->ms = after->stay == NONE ? 0 : waits_after(&stay[i], &stay[after->stay]);
	}
	s->free_ms[no] = NEVER;
	agenda_add(&s->agenda, free_ms, FREE, no);
}

static bool
is_free(const struct sim *s, int no)
{
	return s->free_ms[no] != NEVER && s->hall->window[no].state == IDLE;
}

static void
call_if_free(struct sim *s, int no, int64_t at_ms)
{
	if (is_free(s, no))
		call(s, no, at_ms);
}

static void
joins(struct sim *s, int i, int64_t at_ms)
{
	const struct stay *stay = &s->r->stay[i];
	struct leg *leg = &s->hall->leg[stay->person];

	s->now[stay->person] = i;
	leg->state = LEG_WAITING;
	leg->service = stay->service;
	leg->entry_ms = stay->entry_ms == stay->began_ms ? at_ms : stay->entry_ms;
	s->hall->ticket[stay->person].class = stay->class;
	queue_add(s->hall, stay->person);
	if (stay->window == 0 && stay->left_seq != 0)
		agenda_add(&s->agenda, at_ms + stay->left_ms - stay->began_ms, GOES, i);
}

/* Who joined is called at once by the window that has been idle for longest: nobody else waits for one. */
static void
offer(struct sim *s, int i, int64_t at_ms)
{
	const struct stay *stay = &s->r->stay[i];
	int longest = 0;

	for (int w = 0; w < s->layout.window_count; w++) {
		int no = s->layout.window[w].no;

		if (window_level(s->hall, &s->layout.window[w], stay->service) != 0 && is_free(s, no) &&
		    (longest == 0 || s->free_ms[no] < s->free_ms[longest]))
			longest = no;
	}
	if (longest != 0 && s->now[stay->person] == i)
		call(s, longest, at_ms);
}

static void
goes(struct sim *s, int i, int64_t at_ms)
{
	const struct stay *stay = &s->r->stay[i];

	if (s->now[stay->person] != i)
		return;			/* was called before */
	queue_remove(s->hall, stay->person);
	s->hall->leg[stay->person].state = LEG_CANCELLED;
	s->now[stay->person] = NONE;
	if (stay->next != NONE)
		agenda_add(&s->agenda, at_ms + s->r->stay[stay->next].began_ms - stay->left_ms, COMES, stay->next);
}

static void
gets_free(struct sim *s, int no, int64_t at_ms)
{
	struct after after = s->after[no];
	bool again = after.stay != NONE && after.ms == -1;

	s->free_ms[no] = at_ms;
	if (again)
		joins(s, after.stay, at_ms);
	else if (after.stay != NONE)
		agenda_add(&s->agenda, at_ms + after.ms, COMES, after.stay);
	call_if_free(s, no, at_ms);
	if (again)
		offer(s, after.stay, at_ms);
}

static void
turns(struct sim *s, const struct turn *turn, int64_t at_ms)
{
	if (turn->open && s->hall->window[turn->window].state != IDLE && s->free_ms[turn->window] != NEVER)
		s->free_ms[turn->window] = at_ms;
	s->hall->window[turn->window].state = turn->open ? IDLE : OFFLINE;
	s->hall->window[turn->window].lent = turn->lent;
	call_if_free(s, turn->window, at_ms);
}

static void
happens(struct sim *s, struct event e)
{
	switch ((enum what)e.what) {
	case FREE:
		gets_free(s, e.who, e.at_ms);
		break;
	case TURN:
		turns(s, &s->r->turn[e.who], e.at_ms);
		break;
	case COMES:
		joins(s, e.who, e.at_ms);
		offer(s, e.who, e.at_ms);
		break;
	case GOES:
		goes(s, e.who, e.at_ms);
	}
}

/* Everybody of the day, none of them there yet. */
static void
fill_hall(struct sim *s)
{
	struct hall *h = s->hall;

	hall_init(h, &s->layout);
	h->service_count = s->r->hall->service_count;
	h->class_count = s->r->hall->class_count;
	h->wall_ms = s->r->hall->wall_ms;
	h->steady_ms = s->r->hall->steady_ms;
	memcpy(h->override, s->r->override, sizeof h->override);
	memcpy(h->stop, s->r->stop, sizeof h->stop);
	h->stop_count = s->r->stop_count;
	for (size_t i = 0; i < s->r->persons; i++) {
		h->ticket[i] = (struct ticket){ .id = i + 1, .first = i, .leg = i };
		h->leg[i] = (struct leg){ .ticket = i, .state = LEG_RESERVED };
		s->now[i] = NONE;
	}
	h->ticket_count = h->leg_count = s->r->persons;
}

void
replay_run(const struct replay *r, const struct class *class, struct waited *out)
{
	struct sim *s = xcalloc(1, sizeof *s);

	*s = (struct sim){ .r = r, .layout = r->layout, .hall = xcalloc(1, sizeof *s->hall),
	    .busy_ms = xcalloc(r->stays + 1, sizeof *s->busy_ms), .now = xcalloc(r->persons + 1, sizeof *s->now),
	    .called = xcalloc(r->persons + 1, sizeof *s->called) };
	*out = (struct waited){ 0 };
	memcpy(s->layout.class, class, sizeof s->layout.class);
	find_busy(s);
	fill_hall(s);
	for (size_t i = 0; i < r->turns; i++)
		agenda_add(&s->agenda, r->turn[i].at_ms, TURN, i);
	for (size_t i = 0; i < r->persons; i++) {
		int first = r->person[i].first;

		if (first == NONE)
			continue;
		out->came[r->stay[first].class]++;
		agenda_add(&s->agenda, r->stay[first].began_ms, COMES, first);
	}
	while (s->agenda.count > 0)
		happens(s, agenda_take(&s->agenda));
	sum_up(s->sample, out);
	free(s->hall);
	agenda_free(&s->agenda);
	free(s->busy_ms);
	free(s->now);
	free(s->called);
	free(s);
}
