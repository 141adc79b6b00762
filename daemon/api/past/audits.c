/* Events of the log for those who check, and the chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/audits.h"
#include "daemon/api/render.h"
#include "daemon/base/worker.h"
#include "daemon/core/day.h"
#include "daemon/store/audit.h"

#define ROWS	100		/* in an answer, unless it is said otherwise, and */
#define ROWS_MAX 1000

struct audits {
	struct worker	*worker;
	struct reader	*reader;
};

struct audits *
audits_open(struct worker *worker, const char *dir, char *error, size_t cap)
{
	struct audits *a = xcalloc(1, sizeof *a);

	a->worker = worker;
	if ((a->reader = reader_open(dir, error, cap)) == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

void
audits_close(struct audits *a)
{
	if (a == NULL)
		return;
	reader_close(a->reader);
	free(a);
}

struct reader *audits_reader(const struct audits *a) { return a->reader; }
struct worker *audits_worker(const struct audits *a) { return a->worker; }

/* Which events. */

struct audit_job {
	struct request	*rq;
	struct reader	*reader;
	struct audit_wish wish;
	int64_t		 next;
	json_t		*rows;
	bool		 failed;
};

/* A rating's are chosen texts and own words. */
static json_t *
said(const char *text)
{
	json_t *rating = json_loads(text, 0, NULL), *option;
	char all[1024] = "";
	size_t i, len = 0;

	if (rating == NULL)
		return json_string(text);
	json_array_foreach(json_object_get(rating, "options"), i, option)
		len += snprintf(all + len, len < sizeof all ? sizeof all - len : 0, "%s · ", json_string_value(option));
	if (len < sizeof all)
		snprintf(all + len, sizeof all - len, "%s", json_string_value(json_object_get(rating, "comment")));
	json_decref(rating);
	return json_string(all);
}

/* What opens a ticket or a booking is its holder's alone. */
static int
keep_row(void *arg, const struct logged *e)
{
	struct audit_job *j = arg;
	const char *note = json_string_value(json_object_get(e->body, "note"));
	char *text = note == NULL ? NULL : audit_note(j->reader, note);
	json_t *body = json_copy(e->body);

	json_object_del(body, "token");
	json_object_del(body, "code");
	json_object_del(body, "note");
	json_object_del(body, "carried");
	json_array_append_new(j->rows, json_pack("{s:I, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:b}", "seq", (json_int_t)e->seq,
	    "day", json_date(e->day), "at", json_time(e->at_ms), "kind", e->kind, "actor", e->actor, "subject", e->subject, "body", body,
	    "said", text == NULL ? json_null() : said(text), "erased", note != NULL && text == NULL));
	free(text);
	return 0;
}

static void
look(void *arg)
{
	struct audit_job *j = arg;

	j->failed = audit_each(j->reader, &j->wish, &j->next, keep_row, j) == -1;
}

/* The name of an account, of "staff:7" or "device:door"; the number of a ticket; null: there is none, or no more. */
static json_t *
name_of(const struct hall *h, const char *whom, const json_t *body)
{
	const struct staff *staff = strncmp(whom, "staff:", 6) == 0 ? hall_staff(h, strtoul(whom + 6, NULL, 10)) : NULL;
	const char *number = json_string_value(json_object_get(body, "number"));

	if (staff != NULL)
		return json_string(staff->name);
	if (strncmp(whom, "device:", 7) == 0)
		return json_string(whom + 7);
	return strncmp(whom, "ticket:", 7) == 0 && number != NULL ? json_string(number) : json_null();
}

/* Who stands in it by number, by name too. */
static void
set_names(json_t *body, const struct hall *h)
{
	static const char *const members[][2] = { { "staff", "staff_name" }, { "from", "from_name" } };

	for (int i = 0; i < 2; i++) {
		const json_t *id = json_object_get(body, members[i][0]);
		const struct staff *staff = json_is_integer(id) ? hall_staff(h, json_integer_value(id)) : NULL;

		if (staff != NULL)
			json_object_set_new(body, members[i][1], json_string(staff->name));
	}
}

static void
looked(void *arg)
{
	struct audit_job *j = arg;
	const struct hall *h = ledger_shown(j->rq->server->ledger);
	json_t *row;
	size_t i;

	json_array_foreach(j->rows, i, row) {
		json_object_set_new(row, "who", name_of(h, json_string_value(json_object_get(row, "actor")), NULL));
		json_object_set_new(row, "about", name_of(h, json_string_value(json_object_get(row, "subject")), json_object_get(row, "body")));
		set_names(json_object_get(row, "body"), h);
	}
	if (j->failed) {
		json_decref(j->rows);
		request_refuse(j->rq, STORE_FAILED);
	} else
		request_json(j->rq, 200, json_pack("{s:o, s:o}", "events", j->rows, "next", j->next == 0 ? json_null() : json_integer(j->next)));
	free(j);
}

/* A whole number from the query; absent: as it is. */
static enum refusal
ask_number(struct request *rq, const char *name, int64_t least, int64_t most, const char *expected, int64_t *out)
{
	char text[24] = "", *end;
	enum refusal refusal = request_query(rq, name, text, sizeof text);

	if (refusal != OK || text[0] == '\0')
		return refusal;
	*out = strtoll(text, &end, 10);
	return *end != '\0' || *out < least || *out > most ? body_wrong(rq, name, expected) : OK;
}

static enum refusal
ask_date(struct request *rq, const char *name, int *day)
{
	char text[12] = "";
	enum refusal refusal = request_query(rq, name, text, sizeof text);

	if (refusal != OK || text[0] == '\0')
		return refusal;
	return (*day = day_find(text)) == -1 ? body_wrong(rq, name, "a date, YYYY-MM-DD") : OK;
}

/* One kind of event, or the first word of several. */
static bool
is_kind(const char *word)
{
	size_t len = strlen(word);

	for (int i = FACT_NONE + 1; i < FACT_KINDS; i++)
		if (strncmp(kinds[i].name, word, len) == 0 && (kinds[i].name[len] == '\0' || kinds[i].name[len] == '.'))
			return true;
	return false;
}

enum refusal
get_audit(struct request *rq)
{
	struct audit_job *j = xcalloc(1, sizeof *j);
	struct audit_wish *w = &j->wish;
	int64_t most = ROWS;
	enum refusal refusal;

	j->rq = rq;
	j->reader = audits_reader(rq->server->audits);
	w->last = ledger_shown(rq->server->ledger)->seq;
	if ((refusal = ask_date(rq, "from", &w->from)) != OK || (refusal = ask_date(rq, "to", &w->to)) != OK ||
	    (refusal = request_query(rq, "kind", w->kind, sizeof w->kind)) != OK ||
	    (refusal = request_query(rq, "actor", w->actor, sizeof w->actor)) != OK ||
	    (refusal = request_query(rq, "subject", w->subject, sizeof w->subject)) != OK ||
	    (refusal = ask_number(rq, "after", 0, INT64_MAX - 1, "the number of an event", &w->after)) != OK ||
	    (refusal = ask_number(rq, "limit", 1, ROWS_MAX, "1 to 1000", &most)) != OK) {
		free(j);
		return refusal;
	}
	if (w->from != 0 && w->to != 0 && w->to < w->from)
		refusal = body_wrong(rq, "to", "a day not before from");
	else if (w->kind[0] != '\0' && !is_kind(w->kind))
		refusal = body_wrong(rq, "kind", "a kind of event, such as ticket.called, or ticket for all of those");
	if (refusal != OK) {
		free(j);
		return refusal;
	}
	w->most = most;
	j->rows = json_array();
	worker_run(audits_worker(rq->server->audits), look, looked, j);
	return OK;
}

/* The chain, a slice at a time: others have their turn between. */

struct verify_job {
	struct request	*rq;
	struct reader	*reader;
	struct verified	 verified;
	int		 more;
};

static void
verify(void *arg)
{
	struct verify_job *j = arg;

	j->more = audit_verify(j->reader, &j->verified);
}

static void
verified(void *arg)
{
	struct verify_job *j = arg;
	const struct verified *f = &j->verified;
	struct server *server = j->rq->server;
	char chain[CHAIN_TEXT];

	if (j->more == 1 && !server->ending) {
		worker_run(audits_worker(server->audits), verify, verified, j);
		return;
	}
	chain_text(chain, f->chain);
	if (j->more != 0)
		request_refuse(j->rq, STORE_FAILED);
	else
		request_json(j->rq, 200, json_pack("{s:b, s:i, s:I, s:o, s:o}", "ok", f->wrong == 0, "from_seq", 1, "to_seq", (json_int_t)f->last,
		    "first_wrong_seq", f->wrong == 0 ? json_null() : json_integer(f->wrong), "chain", f->wrong == 0 ? json_string(chain) : json_null()));
	free(j);
}

enum refusal
get_audit_verify(struct request *rq)
{
	struct verify_job *j = xcalloc(1, sizeof *j);

	j->rq = rq;
	j->reader = audits_reader(rq->server->audits);
	j->verified.last = ledger_shown(rq->server->ledger)->seq;
	worker_run(audits_worker(rq->server->audits), verify, verified, j);
	return OK;
}
