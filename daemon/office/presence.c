/* Where people are: what they say, what a paused window says, and what follows from duty and leave. */
#include <string.h>

#include "daemon/core/day.h"
#include "daemon/office/inside.h"
#include "daemon/office/presence.h"
#include "daemon/office/roster.h"

#define SECOND(ms) ((ms) / 1000 * 1000)
#define ROOM 4				/* in a change, for what else follows; the rest comes by itself */

static const struct record *
said_of(const struct hall *h, uint32_t person)
{
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_PRESENCE, r)) != NULL; )
		if (record_value(r, "person") == person)
			return r;
	return NULL;
}

bool
presence_is_there(const struct record *said)
{
	return strcmp(record_choice(said, "status"), "on_post") == 0;
}

static void
end(struct desk *d, const struct record *r)
{
	struct record over = *r;

	record_enter(&over, "over");
	record_write(d, &over);
}

enum refusal
may_write_presence(struct desk *d, const struct record *before, struct record *after)
{
	int64_t until_ms = record_value(after, "until");

	if (until_ms != 0 && until_ms <= d->now.wall_ms && (before == NULL || record_value(before, "until") != until_ms))
		return bad_request(d, "/until", "a time to come");
	if (before == NULL)
		record_set(after, "since", SECOND(d->now.wall_ms));
	return OK;
}

/* One at a time: the newest. */
void
then_presence(struct desk *d, const struct record *before, const struct record *after)
{
	const struct record *r = NULL;

	while (before == NULL && (r = record_next(d->hall, SUBJECT_PRESENCE, r)) != NULL)
		if (r->id != after->id && record_value(r, "person") == record_value(after, "person")) {
			end(d, r);
			return;
		}
}

/* Of whom nobody said until when: trainings and errands may take days, all else is over with its day. */
static bool
is_of_its_day(const struct record *r)
{
	const char *status = record_choice(r, "status");

	return record_value(r, "window") == 0 && record_value(r, "until") == 0 && strcmp(status, "training") != 0 && strcmp(status, "out") != 0;
}

/* Who is not back when they meant to be is still away, that day; who meant to stay so long has. */
static bool
is_past(const struct record *r, const struct layout *l, const struct instant *now)
{
	int64_t until_ms = record_value(r, "until");

	if (until_ms == 0)
		return is_of_its_day(r) && day_of(record_value(r, "since"), l->day_starts_min) < now->day;
	if (until_ms > now->wall_ms)
		return false;
	return presence_is_there(r) || day_of(until_ms, l->day_starts_min) < now->day;
}

/* Is it true no more, by the duties of the day? */
static bool
is_over(const struct hall *h, const struct layout *l, const struct record *r, const struct duty *duty, int count, const struct instant *now)
{
	int window = record_value(r, "window");
	const struct record *at;

	if (record_of(h, r, "person") == NULL)
		return true;
	if (window == 0)
		return is_past(r, l, now);
	if (h->window[window].state != PAUSED)
		return true;
	at = person_at(h, duty, count, window, now->wall_ms);
	return at == NULL || at->id != record_value(r, "person");
}

static void
end_over(struct desk *d)
{
	struct duty duty[DUTIES_MAX];
	int count = record_next(d->hall, SUBJECT_PRESENCE, NULL) == NULL ? 0 : roster_day(d->hall, d->now.day, duty);
	const struct record *r = NULL;

	while (office_room(d, ROOM) && (r = record_next(d->hall, SUBJECT_PRESENCE, r)) != NULL)
		if (is_over(d->hall, d->layout, r, duty, count, &d->now)) {
			end(d, r);
			r = NULL;		/* it was taken out: those behind it moved */
		}
}

/* A window that is paused is somebody who is away from it; who never came is not away. */
static void
paused(struct desk *d, const struct fact *f)
{
	struct duty duty[DUTIES_MAX];
	int count = roster_day(d->hall, d->now.day, duty);
	const struct duty *at = roster_at(duty, count, f->window, d->now.wall_ms);
	const struct record *person = person_at(d->hall, duty, count, f->window, d->now.wall_ms);
	struct record r = record_new(SUBJECT_PRESENCE);

	if (person == NULL || (d->hall->window[f->window].staff == 0 && at->in_ms == 0) || said_of(d->hall, person->id) != NULL)
		return;
	record_set(&r, "person", person->id);
	record_choose(&r, "status", "away");
	record_set(&r, "until", f->until_ms);
	record_set(&r, "since", SECOND(d->now.wall_ms));
	record_set(&r, "window", f->window);
	if (f->note[0] != '\0')
		record_set_text(&r, "reason", d->change->words);
	record_write(d, &r);
}

void
presence_follows(struct desk *d, const struct fact *f)
{
	const struct record *person, *said;

	if (d->hall->records.last[SUBJECT_PERSON] == 0)
		return;
	person = d->cmd->verb == DO_CLOCK ? record_find(d->hall, SUBJECT_PERSON, d->cmd->record.id) : who_acts(d, f);
	if (person != NULL && (said = said_of(d->hall, person->id)) != NULL && record_value(said, "window") == 0)
		end(d, said);
	if ((f->kind >= WINDOW_OPENED && f->kind <= WINDOW_HANDED_OVER) || f->kind == STAFF_SIGNED_OUT || f->kind == STAFF_SIGNED_IN)
		end_over(d);
	if (f->kind == WINDOW_PAUSED && !f->later)
		paused(d, f);
}

int64_t
presence_due(const struct hall *h, const struct layout *l, const struct instant *now)
{
	struct duty duty[DUTIES_MAX];
	int count = record_next(h, SUBJECT_PRESENCE, NULL) == NULL ? 0 : roster_day(h, now->day, duty);
	int64_t at_ms = DUE_NEVER;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_PRESENCE, r)) != NULL; ) {
		int64_t until_ms = is_of_its_day(r) ? day_ends_ms(now->wall_ms, l->day_starts_min) :
		    record_value(r, "window") == 0 && presence_is_there(r) ? record_value(r, "until") : 0;
		int64_t its_ms = is_over(h, l, r, duty, count, now) ? now->steady_ms : until_ms == 0 ? DUE_NEVER : now->steady_ms + until_ms - now->wall_ms;

		if (its_ms < at_ms)
			at_ms = its_ms;
	}
	return at_ms;
}

void
presence_act(struct desk *d)
{
	end_over(d);
}

/* The board. */

static const char *const statuses[WHEREABOUTS] = { "serving", "on_post", "away", "meeting", "training", "out", "leave", "off", "absent",
	"unverified" };

const char *
whereabouts_name(enum whereabouts at)
{
	return statuses[at];
}

static int64_t
wall_of(int64_t steady_ms, const struct instant *now)
{
	return now->wall_ms - (now->steady_ms - steady_ms);
}

/* The window a person is at, signed in or rostered there, come and not gone; 0: at none. */
static int
window_of(const struct hall *h, const struct layout *l, const struct record *person, const struct duty *duty, int count, int64_t wall_ms)
{
	uint32_t account = record_value(person, "account");
	const struct duty *at;

	for (int i = 0; account != 0 && i < l->window_count; i++)
		if (h->window[l->window[i].no].staff == account)
			return l->window[i].no;
	for (int i = 0; i < l->window_count; i++) {
		const struct window *w = &h->window[l->window[i].no];

		if (w->staff == 0 && w->state != OFFLINE && w->state != CLOSED &&
		    (at = roster_at(duty, count, l->window[i].no, wall_ms)) != NULL && at->person == person->id && at->in_ms != 0 && at->out_ms == 0)
			return l->window[i].no;
	}
	return 0;
}

/* A window without a start key has but the call. */
static enum whereabouts
by_window(const struct window *w)
{
	return w->state == SERVING || w->state == CALLING ? IS_SERVING : w->state == PAUSED ? IS_AWAY : IS_ON_POST;
}

static enum whereabouts
said_status(const struct record *said)
{
	for (int i = 0; i < WHEREABOUTS; i++)
		if (strcmp(statuses[i], record_choice(said, "status")) == 0)
			return i;
	return IS_OFF;
}

/* The duty that tells where they are: the last that has begun or that they came to, else the first.  NULL: they have none. */
static const struct duty *
duty_now(uint32_t person, const struct duty *duty, int count, int64_t wall_ms)
{
	const struct duty *best = NULL;
	bool best_begun = false;

	for (const struct duty *o = duty; o < duty + count; o++) {
		bool begun = o->from_ms <= wall_ms || o->in_ms != 0;

		if (o->person == person && (best == NULL || (begun && !best_begun) ||
		    (begun == best_begun && (begun ? o->from_ms > best->from_ms : o->from_ms < best->from_ms)))) {
			best = o;
			best_begun = begun;
		}
	}
	return best;
}

/* Is it the half of the day that leave takes off the duty? */
static bool
is_on_leave(const struct hall *h, const struct duty *duty, int64_t wall_ms)
{
	int leave = leave_on(h, duty->person, duty->day);

	return duty->on_leave || (leave == LEAVE_MORNING && wall_ms < duty->from_ms) || (leave == LEAVE_AFTERNOON && wall_ms >= duty->to_ms);
}

/* What duty and attendance say of who is at no window and has said nothing. */
static void
by_duty(struct presence *p, const struct hall *h, const struct layout *l, const struct duty *duty, const struct instant *now)
{
	const struct record *r = record_find(h, SUBJECT_ATTENDANCE, duty->attendance);
	const char *verdict = r == NULL ? NULL : record_choice(r, "verdict");

	p->window = duty->window;
	p->since_ms = 0;
	if (duty->on_leave)
		p->status = IS_ON_LEAVE;
	else if (verdict != NULL && strcmp(verdict, "unverified") == 0)
		p->status = IS_UNVERIFIED;
	else if (verdict != NULL && strcmp(verdict, "absent") == 0)
		p->status = IS_ABSENT;
	else if (duty->in_ms != 0 && duty->out_ms == 0 && now->wall_ms < duty->to_ms) {
		p->status = IS_ON_POST;
		p->since_ms = duty->in_ms;
	} else if (duty_since(duty, now->wall_ms) != 0 &&
	    (duty->in_ms != 0 || now->wall_ms >= duty->from_ms + l->office.late_min * INT64_C(60000))) {
		p->status = IS_ABSENT;
		p->since_ms = duty->out_ms != 0 ? duty->out_ms : duty->from_ms;
	} else
		p->status = is_on_leave(h, duty, now->wall_ms) ? IS_ON_LEAVE : IS_OFF;
	if (p->status == IS_OFF || p->status == IS_ON_LEAVE)
		p->window = 0;
}

struct presence
presence_of(const struct hall *h, const struct layout *l, const struct record *person, const struct duty *duty, int count,
    const struct instant *now)
{
	struct presence p = { .status = IS_OFF };
	const struct record *said = said_of(h, person->id);
	const struct duty *its;
	int window = window_of(h, l, person, duty, count, now->wall_ms);

	if (said != NULL && !is_over(h, l, said, duty, count, now)) {
		p = (struct presence){ .status = said_status(said), .window = record_value(said, "window"), .since_ms = record_value(said, "since"),
		    .until_ms = record_value(said, "until"), .said = said };
		return p;
	}
	if (window != 0 && h->window[window].state != OFFLINE && h->window[window].state != CLOSED)
		return (struct presence){ .status = by_window(&h->window[window]), .window = window,
		    .since_ms = wall_of(h->window[window].since_ms, now), .until_ms = h->window[window].until_ms };
	if (leave_on(h, person->id, now->day) == LEAVE_DAY)
		return (struct presence){ .status = IS_ON_LEAVE };
	if ((its = duty_now(person->id, duty, count, now->wall_ms)) != NULL)
		by_duty(&p, h, l, its, now);
	/* Signed in at one that is closed. */
	if (window != 0) {
		p.status = IS_ON_POST;
		p.window = window;
	}
	return p;
}
