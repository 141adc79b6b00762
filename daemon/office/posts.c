/*
 * Cards about people and windows: lit once for a stretch of what is wrong, put
 * out by a manager.  One that was put out does not come again for that stretch;
 * nor does another while it is lit.
 */
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"
#include "daemon/office/inside.h"
#include "daemon/office/roster.h"

#define SECOND(ms)	((ms) / 1000 * 1000)
#define LOOK_MS		60000		/* while the hall is closed or stands still it is looked again so often */

/* Something wrong with a window, or with who said that they are away. */
struct wrong {
	const char	*kind;
	int		 window;	/* 0: it is the person */
	uint32_t	 person;	/* 0: nobody known */
	int64_t		 since_ms;	/* wall time */
	int64_t		 stretch_ms;	/* cards since then are about the same */
	int64_t		 at_ms;		/* and when it is too long */
};

/* What cards tell of windows: nobody clears them but a manager, so that there may be thousands.  A post where nobody is, whether it was left or not, is one thing. */
enum about { ABOUT_AWAY, ABOUT_IDLE, ABOUT_POST, ABOUTS };
struct told { struct { bool lit; int64_t since_ms; } of[ABOUTS][WINDOW_NO_MAX + 1]; };	/* since: of the last */

static enum about
about(const char *kind)
{
	return strcmp(kind, "away") == 0 ? ABOUT_AWAY : strcmp(kind, "idle") == 0 ? ABOUT_IDLE :
	    strcmp(kind, "vacant") == 0 || strcmp(kind, "no_hand_over") == 0 ? ABOUT_POST : ABOUTS;
}

static void
see_told(const struct hall *h, struct told *told)
{
	int window_at = record_slot(SUBJECT_CARD, "window"), since_at = record_slot(SUBJECT_CARD, "since");

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_CARD, r)) != NULL; ) {
		int window = r->value[window_at];
		enum about of = window == 0 ? ABOUTS : about(record_choice(r, "kind"));

		if (of == ABOUTS)
			continue;
		told->of[of][window].lit |= record_in(r, "lit");
		if (r->value[since_at] > told->of[of][window].since_ms)
			told->of[of][window].since_ms = r->value[since_at];
	}
}

/* As since when a window is as it is, to the second; a stretch that a card tells of may seem a second older or younger. */
static bool
is_since(int64_t since_ms, const struct wrong *w)
{
	return since_ms >= w->stretch_ms - 2000;
}

static bool
is_told(const struct hall *h, const struct told *told, const struct wrong *w)
{
	int window_at = record_slot(SUBJECT_CARD, "window");

	if (w->window != 0)
		return told->of[about(w->kind)][w->window].lit || is_since(told->of[about(w->kind)][w->window].since_ms, w);
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_CARD, r)) != NULL; )
		if (r->value[window_at] == 0 && record_value(r, "person") == w->person && strcmp(record_choice(r, "kind"), w->kind) == 0 &&
		    (record_in(r, "lit") || is_since(record_value(r, "since"), w)))
			return true;
	return false;
}

void
card_of_post(struct desk *d, const char *kind, int window, uint32_t person, int64_t since_ms)
{
	struct record r = record_new(SUBJECT_CARD);

	record_choose(&r, "kind", kind);
	record_set(&r, "window", window);
	record_set(&r, "person", person);
	record_set(&r, "since", SECOND(since_ms));
	record_set(&r, "day", date_after(d->now.day, RECORD_DAYS));
	record_write(d, &r);
}

static int64_t
wall_of(int64_t steady_ms, const struct instant *now)
{
	return now->wall_ms - (now->steady_ms - steady_ms);
}

static uint32_t
id_of(const struct record *person)
{
	return person == NULL ? 0 : person->id;
}

/* Since when a leg waits as it does: since it came, or since its ticket was last at a window. */
static int64_t
leg_waits_since(const struct hall *h, const struct leg *leg)
{
	int64_t since_ms = leg->entry_ms;

	for (uint32_t at = h->ticket[leg->ticket].first + 1; at != 0; at = h->leg[at - 1].next) {
		const int64_t times[] = { h->leg[at - 1].recalled_ms, h->leg[at - 1].held_ms, h->leg[at - 1].ended_ms };

		for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
			if (times[i] > since_ms)
				since_ms = times[i];
	}
	return since_ms;
}

static void
note_wait(const struct hall *h, const struct leg *leg, int64_t *first_ms)
{
	int64_t since_ms = leg_waits_since(h, leg);

	if (*first_ms == 0 || since_ms < *first_ms)
		*first_ms = since_ms;
}

/* Since when somebody has waited whom the window could serve; steady time, 0: nobody does. */
static int64_t
waits_since(const struct hall *h, const struct layout *l, int no)
{
	const struct window_layout *w = layout_window(l, no);
	int64_t first_ms = 0;

	for (int s = 0; s < h->service_count && s < l->service_count; s++) {
		for (int c = 0; window_level(h, w, s) != 0 && c < h->class_count; c++)
			for (uint32_t at = h->queue[s][c].head; at != 0; at = h->leg[at - 1].queue_next)
				note_wait(h, &h->leg[at - 1], &first_ms);
		for (uint32_t at = h->sent[s].head; at != 0; at = h->leg[at - 1].queue_next)
			if (hall_level(h, l, w, &h->leg[at - 1]) != 0)
				note_wait(h, &h->leg[at - 1], &first_ms);
	}
	return first_ms;
}

/* Since when a window is without a key though it could call somebody, or start whom it called; steady time, 0: it is not. */
static int64_t
pressed_ms(const struct hall *h, const struct layout *l, int no)
{
	const struct window *w = &h->window[no];

	if (w->state == IDLE)
		return w->since_ms;
	/* Without a start key nobody knows a call from what follows it. */
	return w->state == CALLING && layout_window(l, no)->start_key ? hall_leg(h, hall_ticket(h, w->ticket))->recalled_ms : 0;
}

/* Since when a person is to work, by any of the duties; 0: not now. */
static int64_t
works_since(uint32_t person, const struct duty *all, int count, int64_t wall_ms)
{
	for (const struct duty *o = all; person != 0 && o < all + count; o++)
		if (o->person == person && duty_since(o, wall_ms) != 0)
			return duty_since(o, wall_ms);
	return 0;
}

static bool
has_duty(uint32_t person, const struct duty *all, int count)
{
	for (const struct duty *o = all; person != 0 && o < all + count; o++)
		if (o->person == person)
			return true;
	return false;
}

/* For how long between two moments no service of a window was open yet, or was at lunch; after the last closing time it serves who is here. */
static int64_t
rests_ms(const struct hall *h, const struct layout *l, int no, int64_t from_ms, const struct instant *now)
{
	const struct window_layout *w = layout_window(l, no);
	int min, date = date_at(now->wall_ms, &min);
	int64_t least_ms = INT64_MAX;

	for (int s = 0; s < l->service_count && least_ms > 0; s++) {
		int64_t began_ms = date_ms(date, 0), rest_ms = 0;
		struct day_plan p;

		if (window_level(h, w, s) == 0)
			continue;
		calendar_plan(&p, l, s, hall_override(h, s, now->day), date);
		for (const struct span *span = p.span; span < p.span + p.count; span++) {
			int64_t open_ms = date_ms(date, span->open), to_ms = open_ms < now->wall_ms ? open_ms : now->wall_ms;

			began_ms = began_ms > from_ms ? began_ms : from_ms;
			rest_ms += to_ms > began_ms ? to_ms - began_ms : 0;
			began_ms = date_ms(date, span->close);
		}
		least_ms = rest_ms < least_ms ? rest_ms : least_ms;
	}
	return least_ms == INT64_MAX ? 0 : least_ms;
}

/* Paused, or without a key beside people, for too long, by the duties of the day.  False: neither. */
static bool
stands_too_long(const struct hall *h, const struct layout *l, int no, const struct duty *all, int count, const struct instant *now,
    struct wrong *out)
{
	const struct window *w = &h->window[no];
	int64_t key_ms = pressed_ms(h, l, no), since_ms = w->since_ms, from_ms = since_ms, waits_ms;
	int max_s = 0;

	*out = (struct wrong){ .window = no };
	if (w->state == PAUSED) {
		uint32_t person = id_of(person_at(h, all, count, no, now->wall_ms));
		int64_t works_ms = works_since(person, all, count, now->wall_ms);

		/* Lunch is their own, and so is what comes after work. */
		if (works_ms == 0 && has_duty(person, all, count))
			return false;
		out->kind = "away";
		max_s = l->office.away_max_s;
		works_ms += now->steady_ms - now->wall_ms;
		from_ms = works_ms > from_ms ? works_ms : from_ms;
	} else if (key_ms != 0 && hall_waiting_at(h, l, no) > 0 && (waits_ms = waits_since(h, l, no)) != 0) {
		out->kind = "idle";
		max_s = l->office.idle_max_s;
		since_ms = key_ms;
		from_ms = waits_ms > key_ms ? waits_ms : key_ms;
	}
	out->since_ms = out->stretch_ms = wall_of(since_ms, now);
	out->at_ms = wall_of(from_ms, now) + max_s * INT64_C(1000) + hall_stood(h, from_ms, now->steady_ms);
	if (max_s != 0 && out->at_ms <= now->wall_ms)
		out->at_ms += rests_ms(h, l, no, wall_of(from_ms, now), now);
	return max_s != 0;
}

/* Not back when they meant to be; or away for too long, where nobody said until when.  False: neither. */
static bool
is_overdue(const struct hall *h, const struct layout *l, const struct record *said, const struct duty *all, int count,
    const struct instant *now, struct wrong *out)
{
	int64_t since_ms = record_value(said, "since"), until_ms = record_value(said, "until"), works_ms;

	*out = (struct wrong){ .kind = "away", .person = record_value(said, "person") };
	if (record_value(said, "window") != 0 || presence_is_there(said))
		return false;
	works_ms = works_since(out->person, all, count, now->wall_ms);
	if (until_ms != 0) {
		out->since_ms = out->stretch_ms = out->at_ms = until_ms;
		return works_ms != 0 || !has_duty(out->person, all, count);
	}
	if (works_ms == 0 || l->office.away_max_s == 0 || strcmp(record_choice(said, "status"), "away") != 0)
		return false;
	out->since_ms = out->stretch_ms = since_ms;
	since_ms = now->steady_ms - now->wall_ms + (works_ms > since_ms ? works_ms : since_ms);
	out->at_ms = wall_of(since_ms, now) + l->office.away_max_s * INT64_C(1000) + hall_stood(h, since_ms, now->steady_ms);
	return true;
}

static bool
sits_elsewhere(const struct hall *h, const struct layout *l, uint32_t account, int no)
{
	for (int i = 0; account != 0 && i < l->window_count; i++)
		if (l->window[i].no != no && h->window[l->window[i].no].staff == account)
			return true;
	return false;
}

/*
 * Does nobody work at the window?  Where nobody is signed in, somebody rostered
 * who came and has not gone does; when their duty is over, while there is somebody with them.
 */
static bool
is_empty(const struct hall *h, const struct layout *l, int no, const struct duty *all, int count, int64_t wall_ms)
{
	const struct window *w = &h->window[no];

	if (w->state == OFFLINE || w->state == CLOSED)
		return true;
	for (const struct duty *o = all; w->staff == 0 && o < all + count; o++)
		if (o->window == no && o->in_ms != 0 && o->out_ms == 0 && (wall_ms < o->to_ms || w->ticket != 0) && !sits_elsewhere(h, l, o->account, no))
			return false;
	return w->staff == 0;
}

/* Whoever stands in is not missed while somebody else is to be there, or at lunch. */
static bool
is_spare(const struct duty *duty, const struct duty *all, int count, int64_t wall_ms)
{
	for (const struct duty *o = all; duty->b && o < all + count; o++)
		if (o != duty && !o->b && o->window == duty->window && !o->on_leave && wall_ms >= o->from_ms && wall_ms < o->to_ms)
			return true;
	return false;
}

static bool
is_post_a(const struct hall *h, const struct duty *duty)
{
	const char *post = record_choice(record_find(h, SUBJECT_DUTY, duty->id), "post");

	return post != NULL && strcmp(post, "a") == 0;
}

enum stand_in { NOBODY_STANDS_IN, MAY_STAND_IN, CAME_TO_STAND_IN };

/* Who is to stand in at the window of a duty now. */
static enum stand_in
stand_in(const struct duty *duty, const struct duty *all, int count, int64_t wall_ms)
{
	enum stand_in best = NOBODY_STANDS_IN;

	for (const struct duty *o = all; o < all + count; o++)
		if (o != duty && o->b && o->window == duty->window && duty_since(o, wall_ms) != 0 && (o->in_ms == 0 || o->out_ms == 0)) {
			if (o->in_ms != 0)
				return CAME_TO_STAND_IN;
			best = MAY_STAND_IN;
		}
	return best;
}

/* When the last of them went from a window; 0: nobody has. */
static int64_t
left_ms(int window, const struct duty *all, int count)
{
	int64_t last_ms = 0;

	for (const struct duty *o = all; o < all + count; o++)
		if (o->window == window && o->out_ms > last_ms)
			last_ms = o->out_ms;
	return last_ms;
}

/* A post where nobody is.  False: somebody is, or it is not time. */
static bool
is_vacant(const struct hall *h, const struct layout *l, const struct duty *duty, const struct duty *all, int count, const struct instant *now,
    struct wrong *out)
{
	const struct window *w = &h->window[duty->window];
	int64_t begins_ms = duty_since(duty, now->wall_ms), empty_ms;

	if (begins_ms == 0 || layout_window(l, duty->window) == NULL || !is_empty(h, l, duty->window, all, count, now->wall_ms))
		return false;
	empty_ms = duty->out_ms != 0 ? left_ms(duty->window, all, count) : wall_of(w->since_ms, now);
	*out = (struct wrong){ .kind = "vacant", .window = duty->window, .person = duty->person,
	    .since_ms = SECOND(empty_ms > begins_ms ? empty_ms : begins_ms),
	    .stretch_ms = empty_ms > duty->from_ms ? empty_ms : duty->from_ms };	/* lunch is no end of it */
	if (duty->in_ms != 0 && empty_ms > begins_ms) {
		/* Whoever stands in may be on the way. */
		enum stand_in b = stand_in(duty, all, count, now->wall_ms);

		if (is_post_a(h, duty) && b != CAME_TO_STAND_IN)
			out->kind = "no_hand_over";
		out->at_ms = empty_ms + (b == NOBODY_STANDS_IN ? 0 : l->office.hand_over_s * INT64_C(1000));
		return true;
	}
	out->at_ms = begins_ms + l->office.late_min * INT64_C(60000);
	return true;
}

/* When a duty or its lunch begins or is over: until then nothing about it changes by itself. */
static int64_t
next_turn(const struct duty *duty, int64_t wall_ms)
{
	const int64_t turns[] = { duty->from_ms, duty->lunch_to_ms, duty->to_ms };
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
		if (turns[i] > wall_ms && turns[i] < next_ms)
			next_ms = turns[i];
	return next_ms;
}

/* All that is wrong and not told, or will be; and when to look again, wall time. */
static int64_t
each_wrong(const struct hall *h, const struct layout *l, const struct instant *now, void (*each)(void *, const struct wrong *), void *arg)
{
	struct duty duty[DUTIES_MAX];
	int count = h->records.last[SUBJECT_DUTY] == 0 ? 0 : roster_day(h, now->day, duty);
	int64_t look_ms = INT64_MAX;
	struct told told = { 0 };
	struct wrong w;

	see_told(h, &told);
	for (int i = 0; i < l->window_count; i++)
		if (stands_too_long(h, l, l->window[i].no, duty, count, now, &w) && !is_told(h, &told, &w)) {
			w.person = id_of(person_at(h, duty, count, w.window, now->wall_ms));
			each(arg, &w);
		}
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_PRESENCE, r)) != NULL; )
		if (is_overdue(h, l, r, duty, count, now, &w) && !is_told(h, &told, &w))
			each(arg, &w);
	for (const struct duty *o = duty; o < duty + count; o++) {
		int64_t turn_ms = next_turn(o, now->wall_ms);

		if (turn_ms < look_ms)
			look_ms = turn_ms;
		if (o->window == 0 || is_spare(o, duty, count, now->wall_ms))
			continue;
		if (is_vacant(h, l, o, duty, count, now, &w) && !is_told(h, &told, &w))
			each(arg, &w);
	}
	return look_ms;
}

static bool
is_watched(const struct hall *h, const struct layout *l, const struct instant *now)
{
	enum hall_state state = hall_state(h, l, now);
	bool ended = !h->day_open && h->closed_day == now->day;	/* by a manager, before closing time: nobody is missed any more */

	return !ended && state != HALL_CLOSED && state != HALL_SUSPENDED;
}

static void
note_first(void *arg, const struct wrong *w)
{
	int64_t *first_ms = arg;

	if (w->at_ms < *first_ms)
		*first_ms = w->at_ms;
}

int64_t
posts_due(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t first_ms = INT64_MAX, look_ms;

	if (now->doubted)
		return DUE_NEVER;
	look_ms = each_wrong(h, l, now, note_first, &first_ms);
	if (first_ms <= now->wall_ms && !is_watched(h, l, now))
		first_ms = now->wall_ms + LOOK_MS;
	if (look_ms < first_ms)
		first_ms = look_ms;
	return first_ms == INT64_MAX ? DUE_NEVER : now->steady_ms + first_ms - now->wall_ms;
}

static void
light(void *arg, const struct wrong *w)
{
	struct desk *d = arg;
	struct told told = { 0 };		/* with those of this change */

	if (w->at_ms > d->now.wall_ms || !office_room(d, 1))
		return;
	see_told(d->hall, &told);
	if (!is_told(d->hall, &told, w))
		card_of_post(d, w->kind, w->window, w->person, w->since_ms);
}

void
posts_act(struct desk *d)
{
	if (is_watched(d->hall, d->layout, &d->now))
		each_wrong(d->hall, d->layout, &d->now, light, d);
}
