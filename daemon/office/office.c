/* Commands about records, and the tables of what belongs to them. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/office/inside.h"

/*
 * What a subject asks for beyond its fields.  Before: the record as it is, NULL
 * when it is new; after: as it is to be, which may still be filled in.
 */
struct rules {
	enum refusal	(*may_write)(struct desk *, const struct record *before, struct record *after);
	enum refusal	(*may_step)(struct desk *, const struct record *before, struct record *after);	/* cmd->step says which */
	void		(*write)(struct desk *, const struct record *after);	/* a new one, with all that belongs to it; NULL: it alone */
	bool		bare_steps;	/* a step changes no field, but for what people wrote: what a change may not do no step does */
	void		(*then)(struct desk *, const struct record *before, const struct record *after);	/* after it is written */
};

enum refusal
needs_other(struct desk *d, const struct record *r, const char *field)
{
	char pointer[64];

	if (record_text(r, field)[0] == '\0' || record_like(d->hall, r, field) == NULL)
		return OK;
	snprintf(pointer, sizeof pointer, "/%s", field);
	return bad_request(d, pointer, "one that no other has");
}

/* Accounts of those who manage are the admin's: nobody else names or ends them. */
static bool
may_manage(const struct desk *d, uint32_t account)
{
	const struct staff *named = hall_staff(d->hall, account), *writer;
	unsigned id;

	if (named == NULL || named->role == ROLE_CLERK || named->role == ROLE_GUIDE || strcmp(d->cmd->actor, "ctl") == 0)
		return true;
	writer = sscanf(d->cmd->actor, "staff:%u", &id) == 1 ? hall_staff(d->hall, id) : NULL;
	return writer != NULL && writer->role == ROLE_ADMIN;
}

static enum refusal
may_step_person(struct desk *d, const struct record *before, struct record *after)
{
	return may_manage(d, record_value(before, "account")) && may_manage(d, record_value(after, "account")) ? OK : FORBIDDEN;
}

static enum refusal
may_write_person(struct desk *d, const struct record *before, struct record *after)
{
	if (!may_manage(d, record_value(after, "account")) || (before != NULL && !may_manage(d, record_value(before, "account"))))
		return FORBIDDEN;
	for (const struct record *r = NULL; (r = record_next(d->hall, SUBJECT_PERSON, r)) != NULL; )
		if (r->id != after->id && record_value(after, "account") != 0 && record_value(r, "account") == record_value(after, "account"))
			return bad_request(d, "/account", "an account that is nobody else's");
	return needs_other(d, after, "code");
}

/* Of a day to come nobody has earned anything; one that is not at hand any more could not be withdrawn. */
static enum refusal
may_write_score(struct desk *d, const struct record *before, struct record *after)
{
	(void)before;
	if (record_day(after) > d->now.day || date_after(record_day(after), subjects[SUBJECT_SCORE].keep_days) < d->now.day)
		return bad_request(d, "/day", "a day that has begun, of the last 40");
	return record_value(after, "score") == 0 ? bad_request(d, "/score", "more or less than 0") : OK;
}

static const struct rules rules[SUBJECTS] = {
	[SUBJECT_PERSON] = { .bare_steps = true, .may_write = may_write_person, .may_step = may_step_person, .then = then_person },
	[SUBJECT_SHIFT] = { .bare_steps = true, .may_write = may_write_shift, .may_step = may_step_shift },
	[SUBJECT_DUTY] = { .bare_steps = true, .may_write = may_write_duty, .may_step = may_step_duty },
	[SUBJECT_LEAVE] = { .bare_steps = true, .may_write = may_write_leave, .then = then_leave },
	[SUBJECT_ATTENDANCE] = { .may_write = may_write_attendance, .may_step = may_step_attendance },
	[SUBJECT_PRESENCE] = { .may_write = may_write_presence, .then = then_presence },
	[SUBJECT_CARD] = { .may_step = may_step_card },
	[SUBJECT_SCORE] = { .may_write = may_write_score },
	[SUBJECT_ITEM] = { .may_write = may_write_item, .may_step = may_end_item, .then = item_changed },
	[SUBJECT_MOVE] = { .may_write = may_move, .write = stock_moved },
	[SUBJECT_REQUEST] = { .may_write = may_request, .may_step = may_step_request, .then = request_stepped },
	[SUBJECT_ORDER] = { .may_step = may_step_order, .then = order_stepped },
	[SUBJECT_ASSET] = { .may_write = equipment_may_write, .may_step = equipment_may_write },
	[SUBJECT_REPAIR] = { .may_write = repair_may_write, .may_step = repair_may_step, .then = repair_then },
	[SUBJECT_INSPECTION] = { .may_write = inspection_may_write },
};

/* What follows from a fact, of the hall or of the office. */
static void (*const followers[])(struct desk *, const struct fact *) = {
	attendance_follows, presence_follows, stock_follows, paper_follows,
	NULL
};

/* What comes by itself: when, and what is done then. */
static const struct {
	int64_t	(*at)(const struct hall *, const struct layout *, const struct instant *now);
	void	(*act)(struct desk *);
} dues[] = {
	{ faults_at, faults_order_repair },
	{ attendance_due, attendance_act },
	{ presence_due, presence_act },
	{ posts_due, posts_act },
	{ NULL, NULL }
};

void
record_write(struct desk *d, struct record *r)
{
	struct fact f = fact(d, RECORD_FACTS + r->subject);

	if (r->id == 0)
		r->id = d->hall->records.last[r->subject] + 1;
	r->rev++;
	r->at_ms = d->now.wall_ms;
	f.record = *r;
	put(d, &f);
}

bool
office_room(const struct desk *d, int more)
{
	return d->change->count + more <= CHANGE_MAX && record_room(d->hall, more);
}

const struct record *
record_of(const struct hall *h, const struct record *r, const char *field)
{
	int i = subject_field(r->subject, field);

	return record_find(h, subjects[r->subject].field[i].of, record_value(r, field));
}

const struct record *
record_like(const struct hall *h, const struct record *but, const char *field)
{
	for (const struct record *r = NULL; (r = record_next(h, but->subject, r)) != NULL; )
		if (r->id != but->id && strcmp(record_text(r, field), record_text(but, field)) == 0)
			return r;
	return NULL;
}

const struct record *
person_of_account(const struct hall *h, uint32_t staff)
{
	for (const struct record *r = NULL; staff != 0 && (r = record_next(h, SUBJECT_PERSON, r)) != NULL; )
		if (record_value(r, "account") == staff)
			return r;
	return NULL;
}

/* What it names has to be there; what is over may still be named by what named it before. */
static enum refusal
names_others(struct desk *d, const struct record *before, const struct record *after)
{
	const struct record_field *f = subjects[after->subject].field;
	char pointer[64], expected[96];

	for (int i = 0; f[i].name != NULL; i++) {
		if (f[i].type != FIELD_RECORD || record_value(after, f[i].name) == 0 || record_of(d->hall, after, f[i].name) != NULL ||
		    (before != NULL && record_value(before, f[i].name) == record_value(after, f[i].name)))
			continue;
		snprintf(pointer, sizeof pointer, "/%s", f[i].name);
		snprintf(expected, sizeof expected, "the id of one of: %s", subjects[f[i].of].path);
		return bad_request(d, pointer, expected);
	}
	return OK;
}

static enum refusal
do_write(struct desk *d)
{
	const struct rules *rule = &rules[d->cmd->record.subject];
	const struct record *found = record_find(d->hall, d->cmd->record.subject, d->cmd->record.id);
	struct record before = { 0 }, after = d->cmd->record;
	enum refusal refusal;

	if (after.id != 0 && found == NULL)
		return NOT_FOUND;
	if (found != NULL && after.rev != found->rev)
		return STALE;
	if (found == NULL && !record_room_for_people(d->hall, 1))
		return bad_request(d, "", "fewer records: there is no room for another");
	if (found != NULL)
		before = *found;
	if ((refusal = names_others(d, found, &after)) != OK ||
	    (rule->may_write != NULL && (refusal = rule->may_write(d, found == NULL ? NULL : &before, &after)) != OK))
		return refusal;
	if (rule->write != NULL)
		rule->write(d, &after);
	else
		record_write(d, &after);
	if (rule->then != NULL)
		rule->then(d, found == NULL ? NULL : &before, &after);
	return OK;
}

/* Than why. */
static bool
says_more(const struct record *before, const struct record *after)
{
	return memcmp(before->value, after->value, sizeof before->value) != 0 || memcmp(before->text, after->text, sizeof before->text) != 0;
}

static enum refusal
do_step(struct desk *d)
{
	const struct record *found = record_find(d->hall, d->cmd->record.subject, d->cmd->record.id);
	const struct record_step *step = d->cmd->step;
	const struct rules *rule = &rules[d->cmd->record.subject];
	struct record before, after = d->cmd->record;
	enum refusal refusal;

	if (found == NULL)
		return NOT_FOUND;
	if (after.rev != found->rev)
		return STALE;
	if (!(step->from >> found->state & 1)) {
		d->change->detail.state = subjects[found->subject].state[found->state];
		d->change->detail.command = step->verb;
		return NOT_ALLOWED;
	}
	before = *found;
	after.state = step->to;
	if (rule->bare_steps && says_more(&before, &after))
		return bad_request(d, "", "without fields: a step of it changes nothing else");
	if ((refusal = names_others(d, &before, &after)) != OK ||
	    (rule->may_step != NULL && (refusal = rule->may_step(d, &before, &after)) != OK))
		return refusal;
	record_write(d, &after);
	if (rule->then != NULL)
		rule->then(d, &before, &after);
	return OK;
}

static enum refusal
come_due(struct desk *d)
{
	for (int i = 0; dues[i].at != NULL; i++)
		if (dues[i].at(d->hall, d->layout, &d->now) <= d->now.steady_ms)
			dues[i].act(d);
	return OK;
}

int64_t
office_due_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t first_ms = DUE_NEVER;

	for (int i = 0; dues[i].at != NULL; i++) {
		int64_t at_ms = dues[i].at(h, l, now);

		if (at_ms < first_ms)
			first_ms = at_ms;
	}
	return first_ms;
}

/* Facts that follow are looked at in their turn. */
static void
follow(struct desk *d)
{
	for (int i = 0; i < d->change->count; i++)
		for (int k = 0; followers[k] != NULL && office_room(d, FOLLOWING_MAX / 2); k++)
			followers[k](d, &d->change->fact[i]);
}

/* The office's own commands. */
static enum refusal (*const cases[VERBS])(struct desk *) = {
	[DO_WRITE] = do_write,
	[DO_STEP] = do_step,
	[DO_OFFICE_DUE] = come_due,
	[DO_COPY_ROSTER] = do_copy_roster,
	[DO_SWAP_ROSTER] = do_swap_roster,
	[DO_CLOCK] = do_clock,
	[DO_JUDGE_LEAVE] = do_judge_leave,
};

enum refusal
office_decide(struct hall *h, const struct layout *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct desk d;
	enum refusal refusal;

	if (cases[cmd->verb] != NULL) {
		d = desk_of(h, l, cmd, now, change);
		refusal = cases[cmd->verb](&d);
	} else {
		refusal = hall_decide(h, l, cmd, now, change);
		d = (struct desk){ .hall = h, .layout = l, .cmd = cmd, .now = change->count > 0 ? change->fact[0].at : *now, .change = change };
	}
	if (refusal == OK && change->count > 0)
		follow(&d);
	return refusal;
}
