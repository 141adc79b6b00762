/* People, shifts, duties and leave: what is asked of them, and what they come to on a day. */
#include <limits.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/office/inside.h"
#include "daemon/office/roster.h"

#define NOON (12 * 60)
#define EARLY_MS (60 * 60000)	/* a window's keypad is somebody's so long before and after the duty */

/* What a leave takes of a day: bits. */
static int
leave_of(const struct record *leave, int day)
{
	const char *half = record_choice(leave, "half");

	if (!record_in(leave, "approved") || record_value(leave, "from") > day || record_value(leave, "to") < day)
		return 0;
	return half == NULL || strcmp(half, "day") == 0 ? LEAVE_DAY : strcmp(half, "morning") == 0 ? LEAVE_MORNING : LEAVE_AFTERNOON;
}

int
leave_on(const struct hall *h, uint32_t person, int day)
{
	int person_at = record_slot(SUBJECT_LEAVE, "person"), bits = 0;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_LEAVE, r)) != NULL; )
		if (r->value[person_at] == person)
			bits |= leave_of(r, day);
	return bits;
}

static void
fill_leave(struct duty_day *d, const struct hall *h, int day)
{
	int person_at = record_slot(SUBJECT_LEAVE, "person"), from_at = record_slot(SUBJECT_LEAVE, "from"), to_at = record_slot(SUBJECT_LEAVE, "to");
	int bits;

	if (d->leave_day == day)
		return;
	d->leave_day = day;
	d->leaves = 0;
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_LEAVE, r)) != NULL && d->leaves < DUTIES_MAX; )
		if (r->value[from_at] <= day && r->value[to_at] >= day && (bits = leave_of(r, day)) != 0) {
			d->leave[d->leaves].person = r->value[person_at];
			d->leave[d->leaves++].bits = bits;
		}
}

/* With more of them than a day has duties they are looked for one by one. */
static int
leave_then(struct duty_day *d, const struct hall *h, uint32_t person, int day)
{
	int bits = 0;

	fill_leave(d, h, day);
	if (d->leaves == DUTIES_MAX)
		return leave_on(h, person, day);
	for (int i = 0; i < d->leaves; i++)
		if (d->leave[i].person == person)
			bits |= d->leave[i].bits;
	return bits;
}

/* A minute of a shift on a day; 0: it has none. */
static int64_t
minute_ms(const struct record *shift, const char *field, int day)
{
	int64_t minute = record_value(shift, field);

	return minute == 0 ? 0 : date_ms(day, minute - 1);
}

static void
fill_times(struct duty_day *d, const struct record *shift, int day)
{
	if (d->shift == shift->id && d->day == day)
		return;
	d->shift = shift->id;
	d->day = day;
	d->from_ms = minute_ms(shift, "from", day);
	d->to_ms = minute_ms(shift, "to", day);
	d->lunch_from_ms = minute_ms(shift, "lunch_from", day);
	d->lunch_to_ms = minute_ms(shift, "lunch_to", day);
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

/* With `left`, also that of somebody who has left for good: nobody's, person 0. */
static bool
duty_of(const struct hall *h, const struct record *r, bool left, struct duty *duty, struct duty_day *of_day)
{
	const struct record *person = record_of(h, r, "person"), *shift = record_of(h, r, "shift");
	const char *post = record_choice(r, "post");
	int leave;

	if ((person == NULL && !left) || shift == NULL || !record_in(r, "planned"))
		return false;
	*duty = (struct duty){ .id = r->id, .shift = shift->id, .day = record_day(r), .window = record_value(r, "window"),
	    .b = post != NULL && strcmp(post, "b") == 0 };
	if (person != NULL) {
		duty->person = person->id;
		duty->account = record_value(person, "account");
	}
	fill_times(of_day, shift, duty->day);
	duty->from_ms = of_day->from_ms;
	duty->to_ms = of_day->to_ms;
	if (record_value(r, "lunch") == 0) {
		duty->lunch_from_ms = of_day->lunch_from_ms;
		duty->lunch_to_ms = of_day->lunch_to_ms;
	}
	leave = leave_then(of_day, h, duty->person, duty->day);
	duty->on_leave = leave == LEAVE_DAY;
	duty->shortened = leave == LEAVE_MORNING || leave == LEAVE_AFTERNOON;
	if (leave == LEAVE_MORNING)
		duty->from_ms = later(duty->from_ms, duty->lunch_to_ms != 0 ? duty->lunch_to_ms : date_ms(duty->day, NOON));
	if (leave == LEAVE_AFTERNOON)
		duty->to_ms = earlier(duty->to_ms, duty->lunch_from_ms != 0 ? duty->lunch_from_ms : date_ms(duty->day, NOON));
	/* The half that is worked is the other one. */
	if (duty->from_ms >= duty->to_ms)
		duty->on_leave = true;
	return true;
}

bool
roster_duty(const struct hall *h, const struct record *r, struct duty *duty, struct duty_day *of_day)
{
	return duty_of(h, r, false, duty, of_day);
}

bool
attendance_is_said(const struct record *attendance)
{
	const char *how = record_choice(attendance, "how");

	return how != NULL && strcmp(how, "manager") == 0;
}

static void
add_attendance(const struct hall *h, int day, struct duty *duty, int count)
{
	int day_at = record_slot(SUBJECT_ATTENDANCE, "day"), duty_at = record_slot(SUBJECT_ATTENDANCE, "duty");

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		if (r->value[day_at] != day)
			continue;
		for (int i = 0; i < count; i++)
			if (r->value[duty_at] == duty[i].id) {
				duty[i].attendance = r->id;
				duty[i].in_ms = record_value(r, "in");
				duty[i].out_ms = record_value(r, "out");
				duty[i].settled = record_in(r, "settled") || (duty[i].in_ms == 0 && attendance_is_said(r));
			}
	}
}

int
roster_day(const struct hall *h, int day, struct duty duty[DUTIES_MAX])
{
	struct duty_day of_day = { 0 };
	int day_at = record_slot(SUBJECT_DUTY, "day"), count = 0;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; )
		if (r->value[day_at] == day && count < DUTIES_MAX && duty_of(h, r, true, &duty[count], &of_day))
			count++;
	if (count > 0)
		add_attendance(h, day, duty, count);
	return count;
}

int64_t
duty_since(const struct duty *duty, int64_t wall_ms)
{
	if (wall_ms < duty->from_ms || wall_ms >= duty->to_ms || duty->on_leave)
		return 0;
	if (duty->lunch_from_ms == 0 || wall_ms < duty->lunch_from_ms)
		return duty->from_ms;
	if (wall_ms < duty->lunch_to_ms)
		return 0;
	return duty->lunch_to_ms > duty->from_ms ? duty->lunch_to_ms : duty->from_ms;
}

/* How much the window is theirs now: 0, not at all. */
static int
claim(const struct duty *duty, int64_t wall_ms)
{
	if (duty->person == 0 || duty->on_leave || wall_ms < duty->from_ms - EARLY_MS || wall_ms >= duty->to_ms + EARLY_MS)
		return 0;
	return 1 + 4 * (duty_since(duty, wall_ms) != 0) + 2 * (duty->out_ms == 0) + !duty->b;
}

const struct duty *
roster_at(const struct duty *duty, int count, int window, int64_t wall_ms)
{
	const struct duty *first = NULL;

	for (const struct duty *o = duty; o < duty + count; o++)
		if (o->window == window && claim(o, wall_ms) > (first == NULL ? 0 : claim(first, wall_ms)))
			first = o;
	return first;
}

const struct record *
person_at(const struct hall *h, const struct duty *duty, int count, int window, int64_t wall_ms)
{
	const struct duty *at;

	if (h->window[window].staff != 0)
		return person_of_account(h, h->window[window].staff);
	at = roster_at(duty, count, window, wall_ms);
	return at == NULL ? NULL : record_find(h, SUBJECT_PERSON, at->person);
}

/* What fits in. */

static const struct { const char *name, *pointer, *expected; } clashes[CLASHES] = {
	[CLASH_PAST] = { "past", "/day", "a day to come" },
	[CLASH_REST] = { "rest", "/day", "a day on which the hall works" },
	[CLASH_LEFT] = { "left", "/person", "the id of one of: staff" },
	[CLASH_SHIFT] = { "shift", "/shift", "the id of one of: shifts" },
	[CLASH_WINDOW] = { "window", "/window", "the number of a window" },
	[CLASH_LEAVE] = { "leave", "/person", "somebody who is not on leave that day" },
	[CLASH_PERSON] = { "person", "/person", "somebody who does not work at that time" },
	[CLASH_FULL] = { "full", "/day", "a day with fewer duties" },
	[CLASH_POST] = { "post", "/window", "one that nobody else has at that time; or post b" },
};

const char *
clash_name(enum clash clash)
{
	return clashes[clash].name;
}

static enum refusal
refuse_clash(struct desk *d, enum clash clash)
{
	return clash == FITS ? OK : bad_request(d, clashes[clash].pointer, clashes[clash].expected);
}

/* What another duty of the day must not have too.  Minutes of the shift as it is, whatever leave makes of it. */
struct taken { uint32_t id, person; int window; bool b; int from, to; };

static struct taken
taken_by(const struct record *duty, const struct record *shift)
{
	const char *post = record_choice(duty, "post");

	return (struct taken){ duty->id, record_value(duty, "person"), record_value(duty, "window"), post != NULL && strcmp(post, "b") == 0,
	    record_value(shift, "from"), record_value(shift, "to") };
}

static int
taken_on(const struct hall *h, int day, struct taken taken[DUTIES_MAX])
{
	const struct record *shift;
	int day_at = record_slot(SUBJECT_DUTY, "day"), count = 0;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; )
		if (r->value[day_at] == day && count < DUTIES_MAX && (shift = record_of(h, r, "shift")) != NULL && record_of(h, r, "person") != NULL)
			taken[count++] = taken_by(r, shift);
	return count;
}

static enum clash
clash_with(const struct taken *new, const struct taken *o)
{
	if (o->from >= new->to || new->from >= o->to)
		return FITS;
	if (o->person == new->person)
		return CLASH_PERSON;
	return new->window != 0 && o->window == new->window && !o->b && !new->b ? CLASH_POST : FITS;
}

/* For all of it, or for the half of the day in which it is. */
static bool
is_on_leave(const struct hall *h, const struct record *duty)
{
	struct duty_day of_day = { 0 };
	struct duty its;

	return roster_duty(h, duty, &its, &of_day) && its.on_leave;
}

static enum clash
clash_among(const struct hall *h, const struct layout *l, const struct record *duty, const struct taken *taken, int count, uint32_t but,
    uint32_t but_too)
{
	const struct record *shift = record_of(h, duty, "shift");
	int window = record_value(duty, "window");
	enum clash clash = FITS;
	struct taken new;

	if (record_of(h, duty, "person") == NULL)
		return CLASH_LEFT;
	if (shift == NULL)
		return CLASH_SHIFT;
	if (window != 0 && layout_window(l, window) == NULL)
		return CLASH_WINDOW;
	if (is_on_leave(h, duty))
		return CLASH_LEAVE;
	if (count == DUTIES_MAX)
		return CLASH_FULL;
	new = taken_by(duty, shift);
	for (const struct taken *o = taken; o < taken + count && clash == FITS; o++)
		if (o->id == 0 || (o->id != but && o->id != but_too))
			clash = clash_with(&new, o);
	return clash;
}

enum clash
roster_clash(const struct hall *h, const struct layout *l, const struct record *duty, uint32_t but, uint32_t but_too)
{
	struct taken taken[DUTIES_MAX];

	return clash_among(h, l, duty, taken, taken_on(h, record_day(duty), taken), but, but_too);
}

static enum refusal
refuse_state(struct desk *d, const char *state, const char *command)
{
	d->change->detail.state = state;
	d->change->detail.command = command;
	return NOT_ALLOWED;
}

static bool
is_attended(const struct hall *h, uint32_t duty)
{
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; )
		if (record_value(r, "duty") == duty)
			return true;
	return false;
}

/* What happened stays as it was: a duty that is past or to which somebody came, or is known not to have, is told anew by `verify` alone. */
static enum refusal
may_change_duty(struct desk *d, const struct record *duty, const char *command)
{
	if (record_day(duty) < d->now.day)
		return refuse_state(d, "past", command);
	return is_attended(d->hall, duty->id) ? refuse_state(d, "attended", command) : OK;
}

enum refusal
may_write_duty(struct desk *d, const struct record *before, struct record *after)
{
	enum refusal refusal = before == NULL ? OK : may_change_duty(d, before, "write");

	if (refusal == OK && before != NULL && record_day(after) < d->now.day)
		return bad_request(d, "/day", "a day to come: who worked then is rostered anew");
	return refusal != OK ? refusal : refuse_clash(d, roster_clash(d->hall, d->layout, after, after->id, 0));
}

enum refusal
may_step_duty(struct desk *d, const struct record *before, struct record *after)
{
	(void)after;
	return may_change_duty(d, before, d->cmd->step->verb);
}

/* Does a duty from one day to another go by the shift? */
static bool
is_rostered(const struct hall *h, const struct record *shift, int from, int to)
{
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; )
		if (record_value(r, "shift") == shift->id && record_day(r) >= from && record_day(r) <= to)
			return true;
	return false;
}

static bool
has_hours_of(const struct record *shift, const struct record *o)
{
	static const char *const hours[] = { "from", "to", "lunch_from", "lunch_to" };

	for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++)
		if (record_value(shift, hours[i]) != record_value(o, hours[i]))
			return false;
	return true;
}

/* Other hours are another shift once somebody worked by it; its name may change. */
enum refusal
may_write_shift(struct desk *d, const struct record *before, struct record *after)
{
	int64_t from = record_value(after, "from"), to = record_value(after, "to");
	int64_t lunch_from = record_value(after, "lunch_from"), lunch_to = record_value(after, "lunch_to");

	if (before != NULL && !has_hours_of(after, before) && is_rostered(d->hall, before, 0, d->now.day))
		return refuse_state(d, "used", "write");
	if (to <= from)
		return bad_request(d, "/to", "later than from");
	if ((lunch_from != 0 || lunch_to != 0) && (lunch_from <= from || lunch_from >= to))
		return bad_request(d, "/lunch_from", "within the shift, with lunch_to");
	if (lunch_from != 0 && (lunch_to <= lunch_from || lunch_to >= to))
		return bad_request(d, "/lunch_to", "within the shift, later than lunch_from");
	return OK;
}

/* One that duties to come go by goes on. */
enum refusal
may_step_shift(struct desk *d, const struct record *before, struct record *after)
{
	(void)after;
	return is_rostered(d->hall, before, d->now.day, INT_MAX) ? refuse_state(d, "rostered", d->cmd->step->verb) : OK;
}

/* What was approved is withdrawn and asked for anew. */
enum refusal
may_write_leave(struct desk *d, const struct record *before, struct record *after)
{
	if (before != NULL && record_in(before, "approved"))
		return refuse_state(d, "approved", "write");
	return record_value(after, "to") < record_value(after, "from") ? bad_request(d, "/to", "a day not before from") : OK;
}

/* Whoever has left comes in no more: no session, and a hash that no password has. */
void
then_person(struct desk *d, const struct record *before, const struct record *after)
{
	uint32_t account = record_value(after, "account");
	struct fact f;

	(void)before;
	if (!record_in(after, "left"))
		return;
	leave_for_good(d, after->id);
	if (account == 0)
		return;
	for (int i = 0; i < d->layout->window_count; i++)
		if (d->hall->window[d->layout->window[i].no].staff == account) {
			f = fact(d, STAFF_SIGNED_OUT);
			f.staff = account;
			f.window = d->layout->window[i].no;
			put(d, &f);
		}
	f = fact(d, STAFF_PASSWORD);
	f.staff = account;
	strcpy(f.secret, "none");
	put(d, &f);
}

void
roster_opened(const struct hall *h, const struct record *by, int day, void (*each)(void *, const struct record *), void *arg)
{
	bool leave = by->subject == SUBJECT_LEAVE;
	uint32_t person = leave ? record_value(by, "person") : by->id;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; )
		if (record_value(r, "person") == person && record_day(r) >= (leave ? record_value(by, "from") : day) &&
		    (!leave || record_day(r) <= record_value(by, "to")))
			each(arg, r);
}

/* Weeks. */

void
roster_copies(const struct hall *h, const struct layout *l, int today, int from, int to, void (*each)(void *, const struct record *, enum clash),
    void *arg)
{
	int day_at = record_slot(SUBJECT_DUTY, "day");

	for (int i = 0; i < 7; i++) {
		int day = date_after(from, i), copied = date_after(to, i);
		bool works = calendar_weekday(l, copied) != 0;
		struct taken taken[DUTIES_MAX];
		int count = taken_on(h, copied, taken);

		for (const struct record *r = NULL; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; ) {
			struct record copy;
			enum clash clash;

			if (r->value[day_at] != day)
				continue;
			copy = *r;
			copy.id = copy.rev = 0;
			record_set(&copy, "day", copied);
			clash = copied < today ? CLASH_PAST : works ? clash_among(h, l, &copy, taken, count, 0, 0) : CLASH_REST;
			if (clash == FITS)
				taken[count++] = taken_by(&copy, record_of(h, &copy, "shift"));
			each(arg, &copy, clash);
		}
	}
}

enum refusal
do_copy_roster(struct desk *d)
{
	if (!record_room(d->hall, d->cmd->copies + FOLLOWING_MAX))
		return bad_request(d, "", "fewer records: there is no room for so many more");
	for (int i = 0; i < d->cmd->copies && i < COPY_STEP; i++) {
		struct record copy = d->cmd->copy[i];

		record_write(d, &copy);
	}
	return OK;
}

enum refusal
do_swap_roster(struct desk *d)
{
	const struct record *a = record_find(d->hall, SUBJECT_DUTY, d->cmd->duty), *b = record_find(d->hall, SUBJECT_DUTY, d->cmd->other_duty);
	struct record first, second;
	enum refusal refusal;
	enum clash clash;

	if (a == NULL || b == NULL || a == b)
		return bad_request(d, a == NULL ? "/a" : "/b", "the id of a duty, another one each");
	if ((refusal = may_change_duty(d, a, "swap")) != OK || (refusal = may_change_duty(d, b, "swap")) != OK)
		return refusal;
	first = *a;
	second = *b;
	record_set(&first, "person", record_value(b, "person"));
	record_set(&second, "person", record_value(a, "person"));
	if ((clash = roster_clash(d->hall, d->layout, &first, a->id, b->id)) != FITS ||
	    (clash = roster_clash(d->hall, d->layout, &second, a->id, b->id)) != FITS)
		return refuse_clash(d, clash);
	record_write(d, &first);
	record_write(d, &second);
	return OK;
}
