/* Who came, when and how: by what they do in the hall, or by their code. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/office/inside.h"
#include "daemon/office/roster.h"

#define SETTLE_MS	(10 * 60000)	/* after its end a duty to which nobody came is looked into */
#define SETTLE_DAYS	10		/* also when nothing ran meanwhile */
#define SECOND(ms)	((ms) / 1000 * 1000)	/* as the log keeps times */

/* Minutes begun and over between two times; 0: it is not later. */
static int64_t
minutes(int64_t from_ms, int64_t to_ms)
{
	return to_ms <= from_ms ? 0 : (to_ms - from_ms) / 60000;
}

/* The first row that is reached; a limit of 0 is none. */
static const char *
verdict_of(const struct office_policy *p, int64_t late_min, int64_t early_min)
{
	const struct { int64_t is; int limit; const char *verdict; } rows[] = {
		{ late_min,	p->half_day_min, "half" },
		{ early_min,	p->half_day_min, "half" },
		{ late_min,	p->late_min,	"late" },
		{ early_min,	p->late_min,	"early" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].limit != 0 && rows[i].is >= rows[i].limit)
			return rows[i].verdict;
	return "ok";
}

/* What its times come to.  Whoever is on leave is neither late nor early. */
static void
judge(const struct office_policy *p, struct record *r, const struct duty *duty)
{
	int64_t in_ms = record_value(r, "in"), out_ms = record_value(r, "out");
	int64_t late_min = duty->on_leave || in_ms == 0 ? 0 : minutes(duty->from_ms, in_ms);
	int64_t early_min = duty->on_leave || out_ms == 0 ? 0 : minutes(out_ms, duty->to_ms);

	record_set(r, "late_min", late_min);
	record_set(r, "early_min", early_min);
	record_choose(r, "verdict", in_ms != 0 ? verdict_of(p, late_min, early_min) : duty->on_leave ? "leave" : "unverified");
}

static struct record
attendance_of(const struct duty *duty)
{
	struct record r = record_new(SUBJECT_ATTENDANCE);

	record_set(&r, "day", duty->day);
	record_set(&r, "person", duty->person);
	record_set(&r, "duty", duty->id);
	record_set(&r, "window", duty->window);
	record_set(&r, "account", duty->account);
	return r;
}

static void
write_times(struct desk *d, const struct duty *duty, const char *how, int64_t out_ms)
{
	const struct record *found = record_find(d->hall, SUBJECT_ATTENDANCE, duty->attendance);
	struct record r = found == NULL ? attendance_of(duty) : *found;

	if (record_value(&r, "in") == 0) {
		record_set(&r, "in", SECOND(d->now.wall_ms));
		record_choose(&r, "how", how);
	}
	record_set(&r, "out", SECOND(out_ms));
	judge(&d->layout->office, &r, duty);
	record_write(d, &r);
}

/* The duty that somebody comes to: the first that is not over.  NULL: to none. */
static struct duty *
coming(struct duty *duty, int count, uint32_t person, int64_t wall_ms)
{
	struct duty *first = NULL;

	for (struct duty *o = duty; o < duty + count; o++)
		if (o->person == person && wall_ms < o->to_ms && (first == NULL || o->from_ms < first->from_ms))
			first = o;
	return first;
}

/* That they go from: the last they came to. */
static struct duty *
going(struct duty *duty, int count, uint32_t person)
{
	struct duty *last = NULL;

	for (struct duty *o = duty; o < duty + count; o++)
		if (o->person == person && o->in_ms != 0 && (last == NULL || o->from_ms > last->from_ms))
			last = o;
	return last;
}

/* What is done when one duty is just over is no coming to the next, unless that is nearer. */
static bool
lingers(struct duty *duty, int count, const struct duty *to, int64_t wall_ms)
{
	const struct duty *from = going(duty, count, to->person);

	return from != NULL && from->out_ms == 0 && wall_ms >= from->to_ms && wall_ms - from->to_ms < to->from_ms - wall_ms;
}

/* From anywhere, such as a phone at home, nobody comes to a window; and who is on leave looks at their own page, too. */
static void
comes(struct desk *d, uint32_t person, const char *how, bool from_anywhere)
{
	struct duty duty[DUTIES_MAX], *to;
	int count = roster_day(d->hall, d->now.day, duty);

	to = coming(duty, count, person, d->now.wall_ms);
	if (to != NULL && !to->settled && (to->in_ms == 0 || to->out_ms != 0) && !lingers(duty, count, to, d->now.wall_ms) &&
	    !(from_anywhere && (to->on_leave || to->window != 0)))
		write_times(d, to, how, 0);
}

static void
goes(struct desk *d, uint32_t person)
{
	struct duty duty[DUTIES_MAX], *from = going(duty, roster_day(d->hall, d->now.day, duty), person);

	if (from != NULL && !from->settled && from->out_ms == 0)
		write_times(d, from, NULL, d->now.wall_ms);
}

/* Who did it is there. */
static bool
is_act(enum fact_kind kind)
{
	return kind == STAFF_SIGNED_IN || kind == WINDOW_OPENED || kind == WINDOW_RESUMED || kind == TICKET_CALLED || kind == TICKET_RECALLED ||
	    kind == TICKET_STARTED || kind == TICKET_FINISHED;
}

/* When the ticket of a fact was called last, to the window; wall time, 0: it is of none. */
static int64_t
called_at(const struct desk *d, const struct fact *f)
{
	const struct ticket *t = f->ticket == 0 ? NULL : hall_ticket(d->hall, f->ticket);
	const struct leg *leg = t == NULL ? NULL : f->kind == TICKET_FINISHED ? hall_done(d->hall, t) : hall_leg(d->hall, t);

	return leg == NULL ? 0 : leg->called_ms - d->now.steady_ms + d->now.wall_ms;
}

/* Whose key it is on the keypad of a window: who is at it; but who called somebody and has not gone is with them until they are finished. */
static const struct record *
who_pressed(const struct desk *d, const struct fact *f)
{
	struct duty duty[DUTIES_MAX];
	int count = roster_day(d->hall, d->now.day, duty);
	int64_t called_ms = called_at(d, f);
	const struct duty *caller = d->hall->window[f->window].staff != 0 || called_ms == 0 ? NULL : roster_at(duty, count, f->window, called_ms);

	if (caller != NULL && caller->in_ms != 0 && caller->out_ms == 0)
		return record_find(d->hall, SUBJECT_PERSON, caller->person);
	return person_at(d->hall, duty, count, f->window, d->now.wall_ms);
}

const struct record *
who_acts(const struct desk *d, const struct fact *f)
{
	unsigned account;

	if (!is_act(f->kind))
		return NULL;
	if (f->kind == STAFF_SIGNED_IN)
		return person_of_account(d->hall, f->staff);
	if (sscanf(f->actor, "staff:%u", &account) == 1)
		return person_of_account(d->hall, account);
	if (strncmp(f->actor, "device:", 7) != 0 || f->window == 0)
		return NULL;
	return who_pressed(d, f);
}

static int
seat_of(const struct hall *h, const struct layout *l, uint32_t account)
{
	for (int i = 0; i < l->window_count; i++)
		if (h->window[l->window[i].no].staff == account)
			return l->window[i].no;
	return 0;
}

static bool
has_session(const struct hall *h, uint32_t account, int64_t wall_ms)
{
	for (int i = 0; i < SESSIONS_MAX; i++)
		if (h->session[i].staff == account && h->session[i].ends_ms > wall_ms)
			return true;
	return false;
}

/* Signed out everywhere, or at the window they are rostered at and at no other. */
static void
signed_out(struct desk *d, const struct fact *f)
{
	const struct record *person = person_of_account(d->hall, f->staff);
	struct duty duty[DUTIES_MAX], *from;

	if (person == NULL || seat_of(d->hall, d->layout, f->staff) != 0)
		return;
	from = going(duty, roster_day(d->hall, d->now.day, duty), person->id);
	if (from != NULL && ((f->window != 0 && f->window == from->window) || !has_session(d->hall, f->staff, d->now.wall_ms)))
		goes(d, person->id);
}

/* By its keypad, or after the end of the duty; before it a manager's press is nobody's going. */
static void
closed(struct desk *d, const struct fact *f)
{
	bool by_keypad = d->hall->window[f->window].staff == 0 && strncmp(f->actor, "device:", 7) == 0;
	struct duty duty[DUTIES_MAX], *from;
	int count = roster_day(d->hall, d->now.day, duty);
	const struct record *person = person_at(d->hall, duty, count, f->window, d->now.wall_ms);

	if (person == NULL)
		return;
	from = going(duty, count, person->id);
	if (from != NULL && from->window == f->window && (by_keypad || d->now.wall_ms >= from->to_ms))
		goes(d, person->id);
}

void
attendance_follows(struct desk *d, const struct fact *f)
{
	const struct record *person;

	if (d->hall->records.last[SUBJECT_DUTY] == 0 || d->now.doubted)
		return;
	if ((person = who_acts(d, f)) != NULL)
		comes(d, person->id, strncmp(f->actor, "device:", 7) == 0 ? "keypad" : "sign_in", f->kind == STAFF_SIGNED_IN && f->window == 0);
	else if (strcmp(f->actor, "system") == 0)
		return;				/* when it was is not known */
	else if (f->kind == STAFF_SIGNED_OUT)
		signed_out(d, f);
	else if (f->kind == WINDOW_CLOSED && !f->later)
		closed(d, f);
}

/* In, out, and in again, by turns. */
enum refusal
do_clock(struct desk *d)
{
	struct duty duty[DUTIES_MAX], *to;
	int count = roster_day(d->hall, d->now.day, duty);
	uint32_t person = d->cmd->record.id;

	to = coming(duty, count, person, d->now.wall_ms);
	if (to == NULL || to->in_ms == 0) {
		struct duty *from = going(duty, count, person);

		/* After the end, or from a duty of the day before the next begins: they go. */
		if (from != NULL && from->out_ms == 0)
			to = from;
	}
	if (to == NULL || to->settled) {
		d->change->detail.state = to == NULL ? "off" : "settled";
		d->change->detail.command = "clock";
		return NOT_ALLOWED;
	}
	if (record_find(d->hall, SUBJECT_ATTENDANCE, to->attendance) == NULL && !record_room(d->hall, 1))
		return bad_request(d, "", "fewer records: there is no room for another");
	write_times(d, to, "code", to->in_ms != 0 && to->out_ms == 0 ? d->now.wall_ms : 0);
	return OK;
}

/* Times that were said are of the day of the duty, or of the night after it. */
static enum refusal
times_of_day(struct desk *d, const struct record *r)
{
	static const char *const fields[] = { "in", "out" };
	int date, min;

	for (int i = 0; i < 2; i++) {
		if (record_value(r, fields[i]) == 0)
			continue;
		date = date_at(record_value(r, fields[i]), &min);
		if (date != record_day(r) && date != date_after(record_day(r), 1))
			return bad_request(d, i == 0 ? "/in" : "/out", "a time of that day");
	}
	if (record_value(r, "out") != 0 && record_value(r, "out") < record_value(r, "in"))
		return bad_request(d, "/out", "a time not before in");
	return OK;
}

/* That nobody knows is no word of a manager's. */
static enum refusal
says_what_it_was(struct desk *d, const struct record *r)
{
	const char *verdict = record_choice(r, "verdict");

	return verdict == NULL || strcmp(verdict, "unverified") == 0 ? bad_request(d, "/verdict", "what it was, or when they came as in") : OK;
}

/* Written by hand it is a manager's word, with the duty it belongs to; what is there is corrected by `verify` alone. */
enum refusal
may_write_attendance(struct desk *d, const struct record *before, struct record *after)
{
	struct duty duty[DUTIES_MAX], *its = NULL;
	int count = roster_day(d->hall, record_day(after), duty);
	int64_t verdict = record_value(after, "verdict");
	enum refusal refusal;

	if (before != NULL) {
		d->change->detail.state = subjects[SUBJECT_ATTENDANCE].state[before->state];
		d->change->detail.command = "write";
		return NOT_ALLOWED;
	}
	for (struct duty *o = duty; o < duty + count && its == NULL; o++)
		if (o->person == record_value(after, "person") && o->attendance == 0)
			its = o;
	if (its == NULL)
		return bad_request(d, "/day", "a day on which they have a duty of which nothing is known yet");
	if ((refusal = times_of_day(d, after)) != OK)
		return refusal;
	record_set(after, "duty", its->id);
	record_set(after, "window", its->window);
	record_set(after, "account", its->account);
	record_choose(after, "how", "manager");
	judge(&d->layout->office, after, its);
	if (verdict != 0)
		record_set(after, "verdict", verdict);
	return says_what_it_was(d, after);
}

/* Times that were said are judged anew; a verdict that was said stands. */
enum refusal
may_step_attendance(struct desk *d, const struct record *before, struct record *after)
{
	const struct record *r = record_find(d->hall, SUBJECT_DUTY, record_value(after, "duty"));
	int64_t verdict = record_value(after, "verdict");
	struct duty_day of_day = { 0 };
	enum refusal refusal;
	struct duty duty;

	if ((refusal = times_of_day(d, after)) != OK)
		return refusal;
	if (r == NULL || !roster_duty(d->hall, r, &duty, &of_day) ||
	    (record_value(after, "in") == record_value(before, "in") && record_value(after, "out") == record_value(before, "out")))
		return says_what_it_was(d, after);
	judge(&d->layout->office, after, &duty);
	if (verdict != 0 && verdict != record_value(before, "verdict"))
		record_set(after, "verdict", verdict);
	return says_what_it_was(d, after);
}

/* Leave that is granted or withdrawn afterwards: what nobody has settled is judged by it, as long as there is room. */
static void
judge_by(struct desk *d, const struct record *leave)
{
	struct duty_day of_day = { 0 };
	struct duty duty;

	for (const struct record *r = NULL; office_room(d, 1) && (r = record_next(d->hall, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		const struct record *its = record_find(d->hall, SUBJECT_DUTY, record_value(r, "duty"));
		struct record a = *r;

		if (record_value(r, "person") != record_value(leave, "person") || record_day(r) < record_value(leave, "from") ||
		    record_day(r) > record_value(leave, "to") || record_in(r, "settled") || its == NULL || attendance_is_said(r) ||
		    !roster_duty(d->hall, its, &duty, &of_day))
			continue;
		judge(&d->layout->office, &a, &duty);
		if (record_value(&a, "verdict") != record_value(r, "verdict") || record_value(&a, "late_min") != record_value(r, "late_min") ||
		    record_value(&a, "early_min") != record_value(r, "early_min"))
			record_write(d, &a);
	}
}

void
then_leave(struct desk *d, const struct record *before, const struct record *after)
{
	if (record_in(after, "approved") || (before != NULL && record_in(before, "approved")))
		judge_by(d, after);
}

enum refusal
do_judge_leave(struct desk *d)
{
	judge_by(d, &d->cmd->record);
	return OK;
}

/* Whoever leaves for good goes then, which is no going early. */
void
leave_for_good(struct desk *d, uint32_t person)
{
	for (const struct record *r = NULL; office_room(d, 1) && (r = record_next(d->hall, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		struct record a = *r;

		if (record_value(r, "person") != person || record_day(r) != d->now.day || record_value(r, "in") == 0 || record_value(r, "out") != 0 ||
		    record_in(r, "settled"))
			continue;
		record_set(&a, "out", SECOND(d->now.wall_ms));
		record_write(d, &a);
	}
}

/* Duties that are over and of which nothing is known. */

#define SEEN_BITS 65536			/* by id: those at hand are not so many */
struct seen {
	uint8_t		duty[SEEN_BITS / 8];
	uint8_t		there[SEEN_BITS / 8];	/* persons who came and have not gone */
};

static void
mark(uint8_t *bits, int64_t id)
{
	bits[id % SEEN_BITS / 8] |= 1 << id % 8;
}

static bool
is_marked(const uint8_t *bits, int64_t id)
{
	return bits[id % SEEN_BITS / 8] >> id % 8 & 1;
}

static void
see_attended(const struct hall *h, struct seen *seen)
{
	int duty_at = record_slot(SUBJECT_ATTENDANCE, "duty"), person_at = record_slot(SUBJECT_ATTENDANCE, "person");
	int in_at = record_slot(SUBJECT_ATTENDANCE, "in"), out_at = record_slot(SUBJECT_ATTENDANCE, "out");

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; ) {
		mark(seen->duty, r->value[duty_at]);
		if (r->value[in_at] != 0 && r->value[out_at] == 0)
			mark(seen->there, r->value[person_at]);
	}
}

/* The next after this one; NULL: the first.  NULL: there is none. */
static const struct record *
unknown_next(const struct hall *h, const struct seen *seen, const struct instant *now, const struct record *after, struct duty *duty,
    struct duty_day *of_day)
{
	int first = date_after(now->day, -SETTLE_DAYS), day_at = record_slot(SUBJECT_DUTY, "day");

	for (const struct record *r = after; (r = record_next(h, SUBJECT_DUTY, r)) != NULL; )
		if (r->value[day_at] <= now->day && r->value[day_at] >= first && !is_marked(seen->duty, r->id) && roster_duty(h, r, duty, of_day))
			return r;
	return NULL;
}

/* Duties that begin as another of the same person's ends: who came to that one and has not gone is there. */

static const struct duty *
goes_on_from(const struct duty *duty, const struct duty *all, int count)
{
	for (const struct duty *o = all; o < all + count; o++)
		if (o->person == duty->person && o->to_ms == duty->from_ms && o->in_ms != 0 && o->out_ms == 0)
			return o;
	return NULL;
}

/* The first of them, among the duties of a day, of which nothing is known yet; NULL: there is none. */
static struct duty *
going_on(struct duty *all, int count)
{
	struct duty *first = NULL;

	for (struct duty *o = all; o < all + count; o++)
		if (o->person != 0 && o->attendance == 0 && !o->on_leave && (first == NULL || o->from_ms < first->from_ms) &&
		    goes_on_from(o, all, count) != NULL)
			first = o;
	return first;
}

static void
go_on(struct desk *d)
{
	struct duty all[DUTIES_MAX], *to;
	int count = roster_day(d->hall, d->now.day, all);

	while (office_room(d, 2) && (to = going_on(all, count)) != NULL && to->from_ms <= d->now.wall_ms) {
		struct record r = attendance_of(to);

		record_set(&r, "in", to->from_ms);
		record_set(&r, "how", record_value(record_find(d->hall, SUBJECT_ATTENDANCE, goes_on_from(to, all, count)->attendance), "how"));
		judge(&d->layout->office, &r, to);
		record_write(d, &r);
		to->in_ms = to->from_ms;
		to->attendance = r.id;
	}
}

int64_t
attendance_due(const struct hall *h, const struct layout *l, const struct instant *now)
{
	struct seen seen = { 0 };
	struct duty_day of_day = { 0 };
	struct duty duty, all[DUTIES_MAX], *to;
	int64_t at_ms = DUE_NEVER;
	bool another = false;		/* today, of somebody who is there */

	(void)l;
	if (h->records.last[SUBJECT_DUTY] == 0 || now->doubted)
		return at_ms;
	see_attended(h, &seen);
	for (const struct record *r = NULL; (r = unknown_next(h, &seen, now, r, &duty, &of_day)) != NULL; ) {
		int64_t its_ms = now->steady_ms + duty.to_ms + SETTLE_MS - now->wall_ms;

		if (its_ms < at_ms)
			at_ms = its_ms;
		another = another || (duty.day == now->day && is_marked(seen.there, duty.person));
	}
	if (another && (to = going_on(all, roster_day(h, now->day, all))) != NULL && now->steady_ms + to->from_ms - now->wall_ms < at_ms)
		at_ms = now->steady_ms + to->from_ms - now->wall_ms;
	return at_ms;
}

void
attendance_act(struct desk *d)
{
	struct seen seen = { 0 };
	struct duty_day of_day = { 0 };
	struct duty duty;

	go_on(d);
	see_attended(d->hall, &seen);
	for (const struct record *r = NULL; office_room(d, 2) && (r = unknown_next(d->hall, &seen, &d->now, r, &duty, &of_day)) != NULL; ) {
		struct record a = attendance_of(&duty);

		if (d->now.wall_ms < duty.to_ms + SETTLE_MS)
			continue;
		judge(&d->layout->office, &a, &duty);
		record_write(d, &a);
		/* Of days before it is no news any more, nor when they are rostered afterwards. */
		if (!duty.on_leave && duty.day == d->now.day)
			card_of_post(d, "absent", duty.window, duty.person, duty.from_ms);
	}
}
