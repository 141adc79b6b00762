/* Records that are in use no more, from the database: what is over, or long past. */
#include <stdlib.h>

#include "daemon/api/handlers.h"
#include "daemon/api/office/records.h"
#include "daemon/core/day.h"
#include "daemon/net/server.h"

#define AT_ONCE 100		/* in one answer */
#define NAMES_MAX 1000		/* of those who left, and of what is used no more: the last ones */

/* A question on its way through the worker; the request waits for it. */
struct past {
	struct request	*rq;
	struct reader	*reader;
	enum subject	 subject;
	int64_t		 before;	/* ids under this one, at most AT_ONCE; 0: names alone */
	uint32_t	 id;		/* or this one; 0: none alone */
	int		 day[SUBJECTS];	/* before it a record of the subject is in use no more */
	json_t		*rows;		/* found: [body, private, at_ms] */
	json_t		*gone;		/* names of what they may name, by key: "person:12" */
	enum subject	 titled;	/* whose titles are being read */
	bool		 failed;
	enum refusal	(*answer)(struct past *);
};

static void
past_free(struct past *p)
{
	json_decref(p->rows);
	json_decref(p->gone);
	free(p);
}

/* On the worker's thread. */

static void
keep_row(void *arg, int64_t id, const json_t *body, const json_t *private, int64_t at_ms)
{
	(void)id;
	json_array_append_new(arg, json_pack("[O, O?, I]", body, private, (json_int_t)at_ms));
}

static void
keep_name(void *arg, int64_t id, const json_t *body, const json_t *private, int64_t at_ms)
{
	struct past *p = arg;
	json_t *name = json_object_get(private, subjects[p->titled].title);
	char key[RECORD_KEY_MAX];

	(void)at_ms;
	if (name == NULL)
		name = json_object_get(body, subjects[p->titled].title);
	if (name != NULL)
		json_object_set(p->gone, record_key(key, p->titled, id), name);
}

static void
read_past(void *arg)
{
	struct past *p = arg;
	const char *name = subjects[p->subject].name;
	int day = p->day[p->subject];

	if (p->id != 0)
		p->failed = reader_record(p->reader, name, p->id, day, keep_row, p->rows) == -1;
	else if (p->before != 0)
		p->failed = reader_records(p->reader, name, p->before, day, AT_ONCE, keep_row, p->rows) == -1;
	for (p->titled = NO_SUBJECT + 1; p->titled < SUBJECTS && !p->failed; p->titled++)
		if (subjects[p->titled].title != NULL)
			p->failed = reader_records(p->reader, subjects[p->titled].name, INT64_MAX, 0, NAMES_MAX, keep_name, p) == -1;
}

/* On the loop. */

/* A row as a record: 0, or -1, it is none. */
static int
row_read(struct record *r, struct past *p, const json_t *row)
{
	struct hall *h = (struct hall *)ledger_shown(p->rq->server->ledger);

	*r = (struct record){ .subject = p->subject, .at_ms = json_integer_value(json_array_get(row, 2)) };
	if (record_logged(h, r, json_array_get(row, 0)) == -1)
		return -1;
	record_set_private(r, json_array_get(row, 1));
	return 0;
}

static enum refusal
answer_list(struct past *p)
{
	const struct hall *h = ledger_shown(p->rq->server->ledger);
	json_t *list, *row, *next = json_null();
	struct records_wanted wanted;
	enum refusal refusal = record_wanted(p->rq, p->subject, &wanted);
	struct record r;
	size_t i;

	if (refusal != OK)
		return refusal;
	list = json_array();
	json_array_foreach(p->rows, i, row) {
		if (row_read(&r, p, row) == -1)
			continue;
		if (i + 1 == AT_ONCE)
			next = json_integer(r.id);
		if (record_is_wanted(p->rq, h, &r, &wanted))
			json_array_append_new(list, record_seen(p->rq, h, &r, p->gone));
	}
	return request_json(p->rq, 200, json_pack("{s:o, s:o}", subjects[p->subject].path, list, "next", next));
}

static enum refusal
answer_one(struct past *p)
{
	const struct hall *h = ledger_shown(p->rq->server->ledger);
	struct record r;

	if (json_array_size(p->rows) == 0 || row_read(&r, p, json_array_get(p->rows, 0)) == -1)
		return NOT_FOUND;
	if (!record_may_see(p->rq, h, &r))
		return FORBIDDEN;
	return request_json(p->rq, 200, record_seen(p->rq, h, &r, p->gone));
}

static enum refusal
answer_used(struct past *p)
{
	return records_answer(p->rq, p->subject, p->gone);
}

static void
answered(void *arg)
{
	struct past *p = arg;
	struct request *rq = p->rq;
	enum refusal refusal = p->failed ? STORE_FAILED : p->answer(p);

	past_free(p);
	if (refusal != OK)
		request_refuse(rq, refusal);
}

static enum refusal
ask(struct request *rq, enum subject subject, int64_t before, uint32_t id, enum refusal (*answer)(struct past *))
{
	int closed_day = ledger_shown(rq->server->ledger)->closed_day;
	struct past *p = xcalloc(1, sizeof *p);

	*p = (struct past){ .rq = rq, .reader = rq->server->reader, .subject = subject, .before = before, .id = id, .answer = answer,
	    .rows = json_array(), .gone = json_object() };
	for (int s = NO_SUBJECT + 1; s < SUBJECTS && closed_day != 0; s++)
		p->day[s] = date_after(closed_day, -subjects[s].keep_days);
	worker_run(rq->server->worker, read_past, answered, p);
	return OK;
}

enum refusal
records_named(struct request *rq, enum subject subject)
{
	return ask(rq, subject, 0, 0, answer_used);
}

enum refusal
records_past(struct request *rq, enum subject subject, int64_t before)
{
	return ask(rq, subject, before, 0, answer_list);
}

enum refusal
records_past_one(struct request *rq, enum subject subject, uint32_t id)
{
	return ask(rq, subject, 0, id, answer_one);
}
