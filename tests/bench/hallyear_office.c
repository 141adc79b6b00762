/* A year of people, stock and faults: drawn, told, and summed up from what was drawn. */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/record.h"
#include "tests/bench/hallyear.h"

#define SHIFT_FROM_min	(8 * 60 + 30)
#define SHIFT_TO_min	(17 * 60)
#define PEOPLE_MAX	WINDOWS_MAX
#define DEVICE		"voice"
#define PRINTER		"printer"

enum do_what { COMES_IN, GOES_OUT, FAILS, IS_WELL, IS_FIXED, IS_VERIFIED };

static struct doing { enum do_what what; int person; } doings[4 * PEOPLE_MAX + 16];
static int doing_count;

/* By window: somebody is rostered there every day. */
static struct person_year {
	int64_t	planned, attended, late, early, half, absent, unverified, leave, away, away_ms, on_s;
	bool	there;			/* today */
	int64_t	in_s, out_s;		/* seconds of today's shift that they came late and went early */
	int64_t	in_ms, out_ms;		/* when they come and go */
	int64_t	grade[6], given;	/* ratings of what they did; points by hand */
} people[PEOPLE_MAX];
static int missing[PEOPLE_MAX], missing_count, missing_day;	/* who did not come yesterday, and nobody knows why */

static struct stock_day { int date; int64_t in, out, use, back, scrap, difference; } stock_days[400];
static int stock_count;
static int64_t there, handed_out;

static int64_t faults, off_ms, repairs, repair_s, work_days;

static struct record
written(struct command *cmd, int64_t at_ms, const char *actor)
{
	tell(cmd, at_ms, actor);
	for (int i = 0; i < change.count; i++)
		if (change.fact[i].kind > RECORD_FACTS)
			return change.fact[i].record;
	errx(1, "%d: nothing was written", date);
}

static struct record
write_record(struct record *r, int64_t at_ms)
{
	return written(&(struct command){ .verb = DO_WRITE, .record = *r }, at_ms, "ctl");
}

static void
take_step(const struct record *r, const char *verb, int64_t at_ms)
{
	written(&(struct command){ .verb = DO_STEP, .record = *r, .step = subject_step(r->subject, verb) }, at_ms, "ctl");
}

void
office_begin(int64_t wall_ms)
{
	struct record r;

	r = record_new(SUBJECT_SHIFT);
	record_set_text(&r, "name", "day");
	record_set(&r, "from", SHIFT_FROM_min + 1);
	record_set(&r, "to", SHIFT_TO_min + 1);
	write_record(&r, wall_ms);
	for (int i = 0; i < layout.window_count; i++) {
		struct command add = { .verb = DO_ADD_STAFF, .role = ROLE_CLERK, .secret = "!" };

		snprintf(add.name, sizeof add.name, "clerk%d", i + 1);
		tell(&add, wall_ms, "ctl");
		r = record_new(SUBJECT_PERSON);
		record_set_text(&r, "name", add.name);
		record_set(&r, "account", change.fact[0].staff);
		write_record(&r, wall_ms);
	}
	r = record_new(SUBJECT_ITEM);
	record_set_text(&r, "code", "P80");
	record_set_text(&r, "name", "paper");
	record_set_text(&r, "unit", "roll");
	record_set(&r, "roll_mm", 80000);
	write_record(&r, wall_ms);
	r = record_new(SUBJECT_ASSET);
	record_set_text(&r, "no", "V1");
	record_set_text(&r, "kind", "voice");
	record_set_text(&r, "device", DEVICE);
	write_record(&r, wall_ms);
}

/* People. */

static void
plan_doing(int64_t at_ms, enum do_what what, int person)
{
	doings[doing_count] = (struct doing){ what, person };
	plan_office(at_ms, doing_count++);
}

static void
on_leave(int person)
{
	struct record r = record_new(SUBJECT_LEAVE);

	record_set(&r, "person", person + 1);
	record_set(&r, "from", date);
	record_set(&r, "to", date);
	record_choose(&r, "kind", "annual");
	r = write_record(&r, at(7 * 60 + 5));
	take_step(&r, "approve", at(7 * 60 + 6));
	people[person].leave++;
}

static void
give_points(int person)
{
	struct record r = record_new(SUBJECT_SCORE);

	record_set(&r, "day", date);
	record_set(&r, "person", person + 1);
	record_set(&r, "score", between(1, 5) * (one_in(2) ? 1 : -1));
	record_set_text(&r, "reason", "seen");
	people[person].given += record_value(&r, "score");
	write_record(&r, at(7 * 60 + 10));
}

/* Who comes later is late, from half an hour on for half the day; so is who goes before the end. */
static void
draw_person(int person)
{
	struct person_year *p = &people[person];
	struct record duty = record_new(SUBJECT_DUTY);
	int64_t in_s = one_in(4) ? between(60, 55 * 60) : -between(0, 15 * 60), out_s = one_in(8) ? between(60, 50 * 60) : -between(60, 600);

	record_set(&duty, "day", date);
	record_set(&duty, "person", person + 1);
	record_set(&duty, "shift", 1);
	record_set(&duty, "window", layout.window[person].no);
	write_record(&duty, at(7 * 60));
	p->planned++;
	p->there = false;
	if (one_in(20)) {
		on_leave(person);
		return;
	}
	if (one_in(25)) {
		p->unverified++;
		missing[missing_count++] = person;
		return;
	}
	p->there = true;
	p->attended++;
	p->in_s = in_s > 0 ? in_s : 0;
	p->out_s = out_s > 0 ? out_s : 0;
	p->on_s += (SHIFT_TO_min - SHIFT_FROM_min) * 60 - p->in_s - p->out_s;
	if (in_s >= 31 * 60 || out_s >= 31 * 60)
		p->half++;
	else if (in_s >= 60)
		p->late++;
	else if (out_s >= 60)
		p->early++;
	p->in_ms = at(SHIFT_FROM_min) + in_s * 1000;
	p->out_ms = at(SHIFT_TO_min) - out_s * 1000;
	plan_doing(p->in_ms, COMES_IN, person);
	plan_doing(p->out_ms, GOES_OUT, person);
	if (one_in(40))
		give_points(person);
}

void
office_paused(int window, int64_t ms)
{
	if (!people[window].there)
		return;
	people[window].away++;
	people[window].away_ms += ms;
}

/* It is of who was there from the call on, or came before its end. */
void
office_rated(int window, int64_t called_ms, int64_t left_ms, int grade)
{
	struct person_year *p = &people[window];

	if (p->there && p->in_ms < left_ms && p->out_ms > called_ms)
		p->grade[grade]++;
}

/* In the morning the manager settles every second of those who did not come. */
static void
settle_missing(void)
{
	for (int i = 0; i < missing_count; i += 2) {
		struct record found = { 0 };

		for (const struct record *r = NULL; (r = record_next(&hall, SUBJECT_ATTENDANCE, r)) != NULL; )
			if (record_value(r, "person") == missing[i] + 1 && record_day(r) == missing_day)
				found = *r;
		if (found.id == 0)
			errx(1, "%d: nobody missed person %d on %d", date, missing[i] + 1, missing_day);
		record_choose(&found, "verdict", "absent");
		record_set_text(&found, "reason", "told nobody");
		take_step(&found, "verify", at(6 * 60 + 30));
		people[missing[i]].unverified--;
		people[missing[i]].absent++;
	}
	missing_count = 0;
}

/* Stock. */

static void
move(const char *kind, int64_t quantity)
{
	struct record r = record_new(SUBJECT_MOVE);

	record_set(&r, "item", 1);
	record_choose(&r, "kind", kind);
	record_set(&r, "quantity", quantity);
	if (strcmp(kind, "install") == 0)
		record_set_text(&r, "device", PRINTER);
	write_record(&r, at(7 * 60 + 20));
}

static void
draw_stock(void)
{
	struct stock_day *d = &stock_days[stock_count++];
	int64_t n;

	*d = (struct stock_day){ .date = date };
	if (there < 10 || one_in(30)) {
		move("in", d->in = between(10, 40));
		there += d->in;
	}
	if (one_in(5)) {
		n = between(1, 4);
		move("out", d->out = n);
		there -= n;
		handed_out += n;
	}
	if (one_in(4) && there > 0) {
		move("install", d->use = 1);
		there--;
	}
	if (handed_out > 0 && one_in(15)) {
		move("return", d->back = 1);
		there++;
		handed_out--;
	}
	if (there > 0 && one_in(20)) {
		move("scrap", d->scrap = 1);
		there--;
	}
	if (one_in(20)) {
		n = there + between(there > 2 ? -2 : 0, 1);
		move("count", n);
		d->difference = n - there;
		there = n;
	}
}

/* Faults. */

static void
draw_fault(void)
{
	int64_t fails_ms, lasts_ms, fixed_ms;

	work_days++;
	if (!one_in(5))
		return;
	fails_ms = at(9 * 60 + 30) + between(0, 5 * 3600) * 1000;
	lasts_ms = between(60, 50 * 60) * 1000;
	fixed_ms = fails_ms + lasts_ms + between(60, 3600) * 1000;
	faults++;
	off_ms += lasts_ms;
	plan_doing(fails_ms, FAILS, 0);
	plan_doing(fails_ms + lasts_ms, IS_WELL, 0);
	if (lasts_ms < layout.office.repair_after_s * INT64_C(1000))
		return;
	repairs++;
	repair_s += (fixed_ms - fails_ms) / 1000;
	plan_doing(fixed_ms, IS_FIXED, 0);
	plan_doing(fixed_ms + MIN_ms, IS_VERIFIED, 0);
}

static void
repair(const char *verb, int64_t at_ms)
{
	const struct record *open = record_next(&hall, SUBJECT_REPAIR, NULL);

	if (open == NULL)
		errx(1, "%d: no repair was ordered", date);
	struct record r = *open;
	take_step(&r, verb, at_ms);
}

void
office_day(void)
{
	doing_count = 0;
	settle_missing();
	missing_day = date;
	for (int i = 0; i < layout.window_count; i++)
		draw_person(i);
	draw_stock();
	draw_fault();
}

static void
sign(enum verb verb, int person, int64_t at_ms)
{
	struct command cmd = { .verb = verb, .staff = person + 1, .window = layout.window[person].no, .session_ms = at_ms + 12 * 60 * MIN_ms };

	snprintf(cmd.secret, sizeof cmd.secret, "session %d of %d", date, person + 1);
	tell(&cmd, at_ms, "ctl");
}

void
office_act(int doing, int64_t at_ms)
{
	const struct doing *d = &doings[doing];
	struct command device = { .verb = DO_DEVICE, .device = DEVICE, .faulty = d->what == FAILS, .reason = "silent" };

	switch (d->what) {
	case COMES_IN:	sign(DO_SIGN_IN, d->person, at_ms); break;
	case GOES_OUT:	sign(DO_SIGN_OUT, d->person, at_ms); break;
	case FAILS:
	case IS_WELL:	tell(&device, at_ms, "system"); break;
	case IS_FIXED:	repair("fix", at_ms); break;
	case IS_VERIFIED: repair("verify", at_ms); break;
	}
}

json_t *
office_totals(void)
{
	json_t *v = json_pack("{s:[], s:{}, s:{s:I, s:I, s:I, s:I, s:I}}", "people", "stock", "voice", "faults", (json_int_t)faults,
	    "off_ms", (json_int_t)off_ms, "repairs", (json_int_t)repairs, "repair_s", (json_int_t)repair_s, "days", (json_int_t)work_days);
	char name[16];

	for (const struct person_year *p = people; p < people + layout.window_count; p++)
		json_array_append_new(json_object_get(v, "people"), json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:[I, I, I, I, I]}",
		    "planned", (json_int_t)p->planned, "attended", (json_int_t)p->attended, "late", (json_int_t)p->late, "early",
		    (json_int_t)p->early, "half_day", (json_int_t)p->half, "absent", (json_int_t)p->absent, "unverified",
		    (json_int_t)p->unverified, "leave", (json_int_t)p->leave, "away_times", (json_int_t)p->away, "away_ms",
		    (json_int_t)p->away_ms, "on_s", (json_int_t)p->on_s, "given", (json_int_t)p->given, "grades", (json_int_t)p->grade[1],
		    (json_int_t)p->grade[2], (json_int_t)p->grade[3], (json_int_t)p->grade[4], (json_int_t)p->grade[5]));
	for (const struct stock_day *d = stock_days; d < stock_days + stock_count; d++) {
		snprintf(name, sizeof name, "%04d-%02d-%02d", d->date / 10000, d->date / 100 % 100, d->date % 100);
		json_object_set_new(json_object_get(v, "stock"), name, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "came", (json_int_t)d->in,
		    "handed_out", (json_int_t)d->out, "used_up", (json_int_t)d->use, "put_back", (json_int_t)d->back, "scrapped",
		    (json_int_t)d->scrap, "count_difference", (json_int_t)d->difference));
	}
	return v;
}
