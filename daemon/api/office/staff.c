/* People of the hall: where they are, weeks of duties, clocking in, and what a leave or a leaving opens. */
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/office/records.h"
#include "daemon/api/render.h"
#include "daemon/core/calendar.h"
#include "daemon/core/day.h"
#include "daemon/office/presence.h"

static void
set_time(json_t *object, const char *name, int64_t wall_ms)
{
	char text[TIME_TEXT];

	if (wall_ms != 0)
		time_text(text, wall_ms);
	json_object_set_new(object, name, wall_ms == 0 ? json_null() : json_string(text));
}

static json_t *
number_json(int64_t n)
{
	return n == 0 ? json_null() : json_integer(n);
}

/* The board. */

static bool
sees_reasons(const struct request *rq)
{
	return rq->role == ROLE_MANAGER || rq->role == ROLE_ADMIN || rq->role == ROLE_INSPECTOR;
}

static json_t *
presence_json(const struct request *rq, const struct hall *h, const struct record *person, const struct duty *duty, int count)
{
	struct presence p = presence_of(h, ledger_layout(rq->server->ledger), person, duty, count, &rq->now);
	json_t *v = json_pack("{s:I, s:s, s:s, s:o, s:o}", "person", (json_int_t)person->id, "name", record_text(person, "name"),
	    "status", whereabouts_name(p.status), "window", number_json(p.window), "id", number_json(p.said == NULL ? 0 : p.said->id));

	set_time(v, "since", p.since_ms);
	set_time(v, "until", p.until_ms);
	if (sees_reasons(rq) && p.said != NULL && record_text(p.said, "reason")[0] != '\0')
		json_object_set_new(v, "reason", json_string(record_text(p.said, "reason")));
	return v;
}

/* What narrows the board. */
static const char *const narrows[] = { "person", "status", "window" };
#define NARROWS (sizeof narrows / sizeof *narrows)

static bool
is_narrow(const void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < NARROWS; i++)
		if (strcmp(narrows[i], name) == 0)
			return true;
	return false;
}

static bool
is_asked(struct request *rq, const char *name)
{
	char word[8] = "";

	return request_query(rq, name, word, sizeof word) != OK || word[0] != '\0';
}

/* By state, or over: what was said, as the records of any subject. */
enum refusal
get_presence(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	struct duty duty[DUTIES_MAX];
	int count = roster_day(h, rq->now.day, duty);
	char wanted[NARROWS][16] = { "" };
	json_t *list, *row;
	enum refusal refusal;

	if (is_asked(rq, "state") || is_asked(rq, "past")) {
		strcpy(rq->word[0], subjects[SUBJECT_PRESENCE].path);
		return get_records(rq);
	}
	refusal = request_query_only(rq, is_narrow, NULL);
	for (size_t i = 0; i < NARROWS && refusal == OK; i++)
		refusal = request_query(rq, narrows[i], wanted[i], sizeof wanted[i]);
	if (refusal != OK)
		return refusal;
	list = json_array();
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_PERSON, r)) != NULL; json_decref(row)) {
		bool is = true;

		row = presence_json(rq, h, r, duty, count);
		for (size_t i = 0; i < NARROWS; i++)
			is = is && (wanted[i][0] == '\0' || record_is_said(json_object_get(row, narrows[i]), wanted[i]));
		if (is)
			json_array_append(list, row);
	}
	return request_json(rq, 200, json_pack("{s:o}", "presence", list));
}

/* What is left open. */

static void
add_open(void *arg, const struct record *duty)
{
	json_t *v = json_pack("{s:I, s:o, s:o, s:I}", "duty", (json_int_t)duty->id, "day", json_date(record_day(duty)),
	    "window", number_json(record_value(duty, "window")), "shift", (json_int_t)record_value(duty, "shift"));

	json_array_append_new(arg, v);
}

void
set_open(json_t *object, const struct hall *h, const struct record *r, int day)
{
	json_t *open;

	if ((r->subject != SUBJECT_PERSON || !record_in(r, "left")) && (r->subject != SUBJECT_LEAVE || !record_in(r, "approved")))
		return;
	json_object_set_new(object, "open", open = json_array());
	roster_opened(h, r, day, add_open, open);
}

/* Weeks. */

static enum refusal
read_monday(struct request *rq, const char *name, int *day)
{
	char text[12] = "";
	enum refusal refusal = body_text(rq, name, true, text, sizeof text);

	if (refusal != OK)
		return refusal;
	*day = day_find(text);
	return *day == -1 || date_weekday(*day) != 0 ? body_wrong(rq, name, "the date of a Monday, YYYY-MM-DD") : OK;
}

struct copying { json_t *skipped; struct record *copy; int copies, room; };

static void
add_copy(void *arg, const struct record *copy, enum clash clash)
{
	struct copying *c = arg;

	if (clash == FITS) {
		GROW(c->copy, c->copies, c->room);
		c->copy[c->copies++] = *copy;
	} else
		json_array_append_new(c->skipped, json_pack("{s:o, s:I, s:s}", "day", json_date(record_day(copy)),
		    "person", (json_int_t)record_value(copy, "person"), "why", clash_name(clash)));
}

/* What was to be told before it was done. */
static json_t *
told(struct request *rq)
{
	json_t *v = rq->told;

	rq->told = NULL;
	return v;
}

enum refusal
post_roster_copy(struct request *rq)
{
	static const char *const members[] = { "from", "to", NULL };
	struct command cmd = { .verb = DO_COPY_ROSTER };
	struct copying c = { .skipped = json_array() };
	enum refusal refusal;
	int from, to;

	if ((refusal = body_only(rq, members)) == OK && (refusal = read_monday(rq, "from", &from)) == OK &&
	    (refusal = read_monday(rq, "to", &to)) == OK && from == to)
		refusal = body_wrong(rq, "to", "the Monday of another week");
	if (refusal == OK)
		roster_copies(ledger_next(rq->server->ledger), ledger_layout(rq->server->ledger), rq->now.day, from, to, add_copy, &c);
	rq->told = json_pack("{s:i, s:o}", "copied", c.copies, "skipped", c.skipped);
	cmd.copy = c.copy;
	cmd.copies = c.copies;
	if (refusal == OK)
		refusal = request_submit(rq, &cmd, 200, told);
	free(c.copy);
	return refusal;
}

static json_t *
swapped(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);
	json_t *list = json_array();

	for (int i = 0; i < rq->change.count; i++)
		if (rq->change.fact[i].kind == RECORD_FACTS + SUBJECT_DUTY)
			json_array_append_new(list, json_record(h, &rq->change.fact[i].record, true, NULL));
	return json_pack("{s:o}", "roster", list);
}

enum refusal
post_roster_swap(struct request *rq)
{
	static const char *const members[] = { "a", "b", NULL };
	struct command cmd = { .verb = DO_SWAP_ROSTER };
	enum refusal refusal;
	int a = 0, b = 0;

	if ((refusal = body_only(rq, members)) != OK || (refusal = body_int(rq, "a", true, 1, INT32_MAX, &a)) != OK ||
	    (refusal = body_int(rq, "b", true, 1, INT32_MAX, &b)) != OK)
		return refusal;
	cmd.duty = a;
	cmd.other_duty = b;
	return request_submit(rq, &cmd, 200, swapped);
}

/* Clocking. */

/* A screen in the hall says no name. */
static json_t *
clocked(struct request *rq)
{
	const struct record *r = NULL;
	json_t *v;

	for (int i = 0; i < rq->change.count; i++)
		if (rq->change.fact[i].kind == RECORD_FACTS + SUBJECT_ATTENDANCE)
			r = &rq->change.fact[i].record;
	v = json_pack("{s:s, s:s}", "clocked", record_value(r, "out") != 0 ? "out" : "in", "verdict", record_choice(r, "verdict"));
	set_time(v, "in", record_value(r, "in"));
	set_time(v, "out", record_value(r, "out"));
	return v;
}

enum refusal
post_clock_in(struct request *rq)
{
	static const char *const members[] = { "code", NULL };
	const struct hall *h = ledger_next(rq->server->ledger);
	struct command cmd = { .verb = DO_CLOCK };
	enum refusal refusal;
	char code[RECORD_TEXT] = "";

	if ((refusal = body_only(rq, members)) != OK || (refusal = body_text(rq, "code", true, code, sizeof code)) != OK)
		return refusal;
	for (const struct record *r = NULL; cmd.record.id == 0 && (r = record_next(h, SUBJECT_PERSON, r)) != NULL; )
		if (strcmp(record_text(r, "code"), code) == 0)
			cmd.record.id = r->id;
	if (cmd.record.id == 0)
		return (refusal = missed(rq, "code")) != OK ? refusal : NOT_FOUND;
	return request_submit(rq, &cmd, 200, clocked);
}
