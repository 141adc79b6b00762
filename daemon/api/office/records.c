/* Records of hall management, whatever their subject is: lists, one, new ones, changes, steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/office/records.h"
#include "daemon/net/server.h"

/* What people know a record by; NULL: nothing is known of it. */
static const char *
title_of(const struct hall *h, enum subject subject, uint32_t id, const json_t *gone)
{
	const struct record *r = record_find(h, subject, id);
	char key[RECORD_KEY_MAX];
	const char *title = r != NULL ? record_text(r, subjects[subject].title) : json_string_value(json_object_get(gone, record_key(key, subject, id)));

	return title == NULL || title[0] == '\0' ? NULL : title;
}

static void
set_title(json_t *object, const char *field, const char *title)
{
	char name[40];

	snprintf(name, sizeof name, "%s_name", field);
	if (title != NULL)
		json_object_set_new(object, name, json_string(title));
}

json_t *
json_record(const struct hall *h, const struct record *r, bool private, const json_t *gone)
{
	const struct record_field *f = subjects[r->subject].field;
	json_t *object = record_json(h, r, private);

	if (r->subject == SUBJECT_CARD && strcmp(record_choice(r, "kind"), "stock") == 0)
		set_title(object, "about", title_of(h, SUBJECT_ITEM, record_value(r, "about"), gone));
	for (int i = 0; f[i].name != NULL; i++)
		if (f[i].type == FIELD_RECORD && subjects[f[i].of].title != NULL)
			set_title(object, f[i].name, title_of(h, f[i].of, record_value(r, f[i].name), gone));
	return object;
}

/* Who manages all of them, or looks whether that is well done. */
static bool
manages(const struct request *rq)
{
	return rq->role == ROLE_MANAGER || rq->role == ROLE_ADMIN || rq->role == ROLE_INSPECTOR;
}

static bool
is_theirs(const struct request *rq, const struct hall *h, const struct record *r)
{
	const struct record *person = r->subject == SUBJECT_PERSON ? r :
	    subject_field(r->subject, "person") == -1 ? NULL : record_find(h, SUBJECT_PERSON, record_value(r, "person"));

	return person != NULL && rq->staff != 0 && record_value(person, "account") == rq->staff;
}

/* May this person see it, and write it? */
bool
record_may_see(const struct request *rq, const struct hall *h, const struct record *r)
{
	return manages(rq) || !subjects[r->subject].of_person || is_theirs(rq, h, r);
}

static bool
sees_private(const struct request *rq, const struct hall *h, const struct record *r)
{
	return manages(rq) || subjects[r->subject].open_words || is_theirs(rq, h, r);
}

static bool
has_role(const struct request *rq, unsigned roles)
{
	return rq->role == ROLE_ADMIN || roles >> rq->role & 1;
}

/* What is shown of the records of a subject beyond their fields. */
static void (*const beside[SUBJECTS])(json_t *, const struct request *, const struct hall *, const struct record *) = {
	[SUBJECT_ITEM] = json_set_stock,
	[SUBJECT_ASSET] = json_set_live,
	[SUBJECT_REPAIR] = json_set_live,
};

static json_t *
with_beside(const struct request *rq, const struct hall *h, const struct record *r, json_t *object)
{
	if (beside[r->subject] != NULL)
		beside[r->subject](object, rq, h, r);
	return object;
}

json_t *
record_seen(const struct request *rq, const struct hall *h, const struct record *r, const json_t *gone)
{
	return with_beside(rq, h, r, json_record(h, r, sees_private(rq, h, r), gone));
}

/* {subject} of the path, which may be asked for: OK, or why not. */
static enum refusal
find_subject(struct request *rq, enum subject *subject, bool writes)
{
	*subject = subject_find(rq->word[0]);
	if (*subject == NO_SUBJECT)
		return NOT_FOUND;
	if (rq->role == ROLE_NONE)
		return UNAUTHORIZED;
	if (writes && subjects[*subject].write == 0)
		return NOT_A_METHOD;
	return has_role(rq, writes ? subjects[*subject].write : subjects[*subject].read) ? OK : FORBIDDEN;
}

/* {id}; 0: it is none. */
static uint32_t
id_of(const struct request *rq)
{
	char *rest;
	unsigned long id = strtoul(rq->word[1], &rest, 10);

	return rq->word[1][0] < '1' || rq->word[1][0] > '9' || *rest != '\0' || id > UINT32_MAX ? 0 : id;
}

/* Was there one that is in use no more? */
static bool
is_past(const struct request *rq, const struct hall *h, enum subject subject)
{
	return id_of(rq) != 0 && id_of(rq) <= h->records.last[subject] && record_find(h, subject, id_of(rq)) == NULL;
}

/* {subject} and {id}, of those in use. */
static enum refusal
find_record(struct request *rq, const struct hall *h, enum subject subject, const struct record **r)
{
	*r = record_find(h, subject, id_of(rq));
	if (*r == NULL)
		return NOT_FOUND;
	return record_may_see(rq, h, *r) ? OK : FORBIDDEN;
}

enum refusal
record_wanted(struct request *rq, enum subject subject, struct records_wanted *wanted)
{
	const struct record_field *f = subjects[subject].field;

	wanted->count = 0;
	for (int i = -1; i == -1 || f[i].name != NULL; i++) {
		char *is = wanted->of[wanted->count].is;
		enum refusal refusal;

		is[0] = '\0';
		if ((refusal = request_query(rq, i == -1 ? "state" : f[i].name, is, sizeof wanted->of[0].is)) != OK)
			return refusal;
		if (is[0] != '\0')
			wanted->of[wanted->count++].field = i;
	}
	return OK;
}

/* A word of a list, behind a comma or alone. */
static bool
has_word(const json_t *list, const char *word, size_t len)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (json_string_length(v) == len && strncmp(json_string_value(v), word, len) == 0)
			return true;
	return false;
}

/* Of a list all that is wanted has to be in it. */
bool
record_is_said(const json_t *v, const char *wanted)
{
	char is[32];

	if (json_is_array(v)) {
		for (size_t len; len = strcspn(wanted, ","), has_word(v, wanted, len); wanted += len + 1)
			if (wanted[len] == '\0')
				return true;
		return false;
	}
	snprintf(is, sizeof is, "%lld", (long long)json_integer_value(v));
	return v != NULL && strcmp(json_is_string(v) ? json_string_value(v) : json_is_integer(v) ? is : json_is_true(v) ? "true" : "false", wanted) == 0;
}

bool
record_is_wanted(const struct request *rq, const struct hall *h, const struct record *r, const struct records_wanted *wanted)
{
	bool is = record_may_see(rq, h, r);

	for (int i = 0; is && i < wanted->count; i++) {
		int field = wanted->of[i].field;
		bool hidden = field != -1 && subjects[r->subject].field[field].type == FIELD_PRIVATE && !sees_private(rq, h, r);
		json_t *v = field == -1 ? json_string(subjects[r->subject].state[r->state]) : hidden ? NULL : record_field_json(h, r, field);

		is = record_is_said(v, wanted->of[i].is);
		json_decref(v);
	}
	return is;
}

/* ?past=true: those in use no more; with an id that they come before.  OK; past 0: those in use. */
static enum refusal
asked_past(struct request *rq, int64_t *past)
{
	char word[8] = "", before[12] = "";
	enum refusal refusal;

	*past = 0;
	if ((refusal = request_query(rq, "past", word, sizeof word)) != OK || (refusal = request_query(rq, "before", before, sizeof before)) != OK)
		return refusal;
	if (word[0] != '\0' && strcmp(word, "true") != 0)
		return body_wrong(rq, "past", "true, or left out");
	if (before[0] != '\0' && (word[0] == '\0' || strspn(before, "0123456789") != strlen(before) || strlen(before) > 10))
		return body_wrong(rq, "before", "an id, with past=true");
	if (word[0] != '\0')
		*past = before[0] == '\0' ? INT64_MAX : strtoll(before, NULL, 10);
	return OK;
}

static bool
is_field(const void *subject, const char *name)
{
	return strcmp(name, "state") == 0 || strcmp(name, "past") == 0 || strcmp(name, "before") == 0 || subject_field(*(const enum subject *)subject, name) != -1;
}

/* Does one of them name what is in use no more? */
static bool
names_gone(const struct hall *h, enum subject subject)
{
	const struct record_field *f = subjects[subject].field;

	for (int i = 0; f[i].name != NULL; i++) {
		if (f[i].type != FIELD_RECORD || subjects[f[i].of].title == NULL)
			continue;
		for (const struct record *r = NULL; (r = record_next(h, subject, r)) != NULL; )
			if (record_value(r, f[i].name) != 0 && record_find(h, f[i].of, record_value(r, f[i].name)) == NULL)
				return true;
	}
	return false;
}

enum refusal
records_answer(struct request *rq, enum subject subject, const json_t *gone)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	struct records_wanted wanted;
	struct listing list;
	enum refusal refusal = record_wanted(rq, subject, &wanted);

	if (refusal != OK)
		return refusal;
	listing_open(&list, subjects[subject].path);
	for (const struct record *r = NULL; (r = record_next(h, subject, r)) != NULL; )
		if (record_is_wanted(rq, h, r, &wanted))
			listing_add(&list, record_seen(rq, h, r, gone));
	return request_list(rq, &list);
}

enum refusal
get_records(struct request *rq)
{
	enum subject subject;
	enum refusal refusal = find_subject(rq, &subject, false);
	int64_t past;

	if (refusal != OK || (refusal = request_query_only(rq, is_field, &subject)) != OK || (refusal = asked_past(rq, &past)) != OK)
		return refusal;
	if (past != 0)
		return records_past(rq, subject, past);
	return names_gone(ledger_shown(rq->server->ledger), subject) ? records_named(rq, subject) : records_answer(rq, subject, NULL);
}

static void
set_etag(struct request *rq, uint32_t rev)
{
	char etag[16];

	snprintf(etag, sizeof etag, "\"%u\"", rev);
	request_header(rq, "ETag", etag);
}

enum refusal
get_record(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	const struct record *r;
	enum subject subject;
	enum refusal refusal = find_subject(rq, &subject, false);

	if (refusal == OK && is_past(rq, h, subject))
		return records_past_one(rq, subject, id_of(rq));
	if (refusal != OK || (refusal = find_record(rq, h, subject, &r)) != OK)
		return refusal;
	set_etag(rq, r->rev);
	return request_json(rq, 200, record_seen(rq, h, r, NULL));
}

/* What this command wrote of the record that it is about: its first fact of one.  Without people's words: it may be kept as an answer. */
static json_t *
written(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	for (int i = 0; i < rq->change.count; i++)
		if (rq->change.fact[i].kind > RECORD_FACTS) {
			json_t *object = with_beside(rq, h, &rq->change.fact[i].record, record_json(h, &rq->change.fact[i].record, false));

			set_open(object, h, &rq->change.fact[i].record, rq->now.day);
			return object;
		}
	return json_object();
}

/* Somebody else wrote it meanwhile: what it is now comes with the refusal, so that nothing that was typed is lost. */
static enum refusal
answer_stale(struct request *rq, const struct record *now)
{
	json_t *problem = request_problem(rq, STALE);

	json_object_set_new(problem, "current", record_seen(rq, ledger_next(rq->server->ledger), now, NULL));
	return request_json(rq, refusals[STALE].status, problem);
}

/* The rev that was read, by a header or a member.  OK; or BAD_REQUEST when it has to be said and is not. */
static enum refusal
read_rev(struct request *rq, uint32_t *rev, bool needed)
{
	const char *match = request_get(rq, "If-Match");
	const json_t *member = json_object_get(rq->body, "rev");
	int number = 0;
	char rest;

	if (match != NULL && sscanf(match, "\"%9d\"%c", &number, &rest) != 1) {
		strcpy(rq->change.detail.pointer, "If-Match");
		strcpy(rq->change.detail.expected, "the ETag of the record as it was read");
		return BAD_REQUEST;
	}
	if (match == NULL && member == NULL)
		return needed ? body_wrong(rq, "rev", "the rev that was read, or a header If-Match") : OK;
	if (match == NULL && (!json_is_integer(member) || json_integer_value(member) < 1 || json_integer_value(member) > INT32_MAX))
		return body_wrong(rq, "rev", "the rev that was read");
	*rev = match != NULL ? number : json_integer_value(member);
	return OK;
}

/* Somebody else has ended it: who had read it before is told so, and it is no wrong address. */
static enum refusal
answer_past(struct request *rq, const char *command)
{
	uint32_t rev = 0;
	enum refusal refusal = read_rev(rq, &rev, false);

	if (refusal != OK || rev != 0)
		return refusal != OK ? refusal : STALE;
	rq->change.detail.command = command;
	rq->change.detail.state = "over";
	return NOT_ALLOWED;
}

/* Clerks and guides write what is theirs, managers all; what a clerk asked for no other clerk changes. */
static enum refusal
may_write(const struct request *rq, const struct hall *h, const struct record *r)
{
	if (rq->role == ROLE_CLERK && r->id != 0 && subject_field(r->subject, "by") != -1 && record_value(r, "by") != rq->staff)
		return FORBIDDEN;
	return !subjects[r->subject].of_person || manages(rq) || is_theirs(rq, h, r) ? OK : FORBIDDEN;
}

enum refusal
post_record(struct request *rq)
{
	struct hall *h = (struct hall *)ledger_next(rq->server->ledger);
	struct command cmd = { .verb = DO_WRITE };
	enum subject subject;
	enum refusal refusal = find_subject(rq, &subject, true);

	if (refusal != OK)
		return refusal;
	cmd.record = record_new(subject);
	if ((refusal = record_read(h, ledger_layout(rq->server->ledger), &cmd.record, rq->body, &rq->change.detail)) != OK ||
	    (refusal = may_write(rq, h, &cmd.record)) != OK)
		return refusal;
	cmd.staff = rq->staff;
	return request_submit(rq, &cmd, 201, written);
}

enum refusal
put_record(struct request *rq)
{
	struct hall *h = (struct hall *)ledger_next(rq->server->ledger);
	struct command cmd = { .verb = DO_WRITE };
	const struct record *r;
	enum subject subject;
	enum refusal refusal = find_subject(rq, &subject, true);
	uint32_t rev = 0;

	if (refusal == OK && is_past(rq, h, subject))
		return answer_past(rq, "write");
	if (refusal != OK || (refusal = find_record(rq, h, subject, &r)) != OK || (refusal = may_write(rq, h, r)) != OK ||
	    (refusal = read_rev(rq, &rev, true)) != OK)
		return refusal;
	if (rev != r->rev)
		return answer_stale(rq, r);
	cmd.record = *r;
	if ((refusal = record_read(h, ledger_layout(rq->server->ledger), &cmd.record, rq->body, &rq->change.detail)) != OK)
		return refusal;
	cmd.staff = rq->staff;
	return request_submit(rq, &cmd, 200, written);
}

enum refusal
post_record_step(struct request *rq)
{
	struct hall *h = (struct hall *)ledger_next(rq->server->ledger);
	struct command cmd = { .verb = DO_STEP };
	const struct record *r;
	enum subject subject = subject_find(rq->word[0]);
	const struct record_step *step = subject == NO_SUBJECT ? NULL : subject_step(subject, rq->word[2]);
	enum refusal refusal;
	uint32_t rev;

	if (step == NULL)
		return NOT_FOUND;
	if (rq->role == ROLE_NONE)
		return UNAUTHORIZED;
	if (!has_role(rq, step->roles))
		return FORBIDDEN;
	if (is_past(rq, h, subject))
		return answer_past(rq, step->verb);
	if ((refusal = find_record(rq, h, subject, &r)) != OK)
		return refusal;
	rev = r->rev;
	if ((refusal = may_write(rq, h, r)) != OK || (refusal = read_rev(rq, &rev, false)) != OK)
		return refusal;
	if (rev != r->rev)
		return answer_stale(rq, r);
	if (step->needs != NULL && json_object_get(rq->body, step->needs) == NULL)
		return body_wrong(rq, step->needs, "given");
	cmd.record = *r;
	cmd.step = step;
	if ((refusal = record_read(h, ledger_layout(rq->server->ledger), &cmd.record, rq->body, &rq->change.detail)) != OK)
		return refusal;
	cmd.staff = rq->staff;
	return request_submit(rq, &cmd, 200, written);
}

/* What subjects there are for who asks, and how their records look: pages make their lists and forms of it. */

static const char *
type_name(enum field_type type)
{
	static const char *const names[] = { [FIELD_TEXT] = "text", [FIELD_PRIVATE] = "text", [FIELD_NUMBER] = "number", [FIELD_MONEY] = "money",
		[FIELD_FLAG] = "flag", [FIELD_DAY] = "day", [FIELD_MINUTE] = "minute", [FIELD_TIME] = "time", [FIELD_CHOICE] = "choice",
		[FIELD_WINDOW] = "window", [FIELD_ACCOUNT] = "account", [FIELD_SERVICES] = "services", [FIELD_RECORD] = "record" };

	return names[type];
}

static json_t *
field_json(const struct record_field *f)
{
	json_t *v = json_pack("{s:s, s:s, s:b, s:b, s:b}", "name", f->name, "type", type_name(f->type), "must", f->must, "fixed", f->fixed,
	    "own", f->own), *names;

	if (f->type == FIELD_RECORD)
		json_object_set_new(v, "of", json_string(subjects[f->of].path));
	if (f->type != FIELD_CHOICE)
		return v;
	json_object_set_new(v, "names", names = json_array());
	for (int i = 0; f->names[i] != NULL; i++)
		json_array_append_new(names, json_string(f->names[i]));
	return v;
}

static json_t *
step_json(const struct subject_row *s, const struct record_step *step)
{
	json_t *v = json_pack("{s:s, s:s, s:[]}", "verb", step->verb, "to", s->state[step->to], "from");

	for (int i = 0; s->state[i] != NULL; i++)
		if (step->from >> i & 1)
			json_array_append_new(json_object_get(v, "from"), json_string(s->state[i]));
	json_object_set_new(v, "needs", step->needs == NULL ? json_null() : json_string(step->needs));
	return v;
}

static json_t *
subject_json(const struct request *rq, const struct subject_row *s)
{
	json_t *v = json_pack("{s:s, s:b, s:[], s:[], s:[]}", "path", s->path, "writes", s->write != 0 && has_role(rq, s->write), "fields", "states",
	    "steps");

	for (const struct record_field *f = s->field; f->name != NULL; f++)
		json_array_append_new(json_object_get(v, "fields"), field_json(f));
	for (int i = 0; s->state[i] != NULL; i++)
		json_array_append_new(json_object_get(v, "states"), json_string(s->state[i]));
	for (const struct record_step *step = s->step; step->verb != NULL; step++)
		if (has_role(rq, step->roles))
			json_array_append_new(json_object_get(v, "steps"), step_json(s, step));
	return v;
}

enum refusal
get_subjects(struct request *rq)
{
	json_t *list = json_array();

	for (int s = NO_SUBJECT + 1; s < SUBJECTS; s++)
		if (has_role(rq, subjects[s].read))
			json_array_append_new(list, subject_json(rq, &subjects[s]));
	return request_json(rq, 200, json_pack("{s:o}", "subjects", list));
}
