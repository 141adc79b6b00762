/* Reports and the thread that makes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/pages.h"
#include "daemon/api/past/reports.h"
#include "daemon/base/log.h"
#include "daemon/settings/settings.h"
#include "daemon/base/worker.h"
#include "daemon/core/calendar.h"
#include "daemon/core/day.h"
#include "daemon/line/driver.h"
#include "daemon/report/score.h"
#include "daemon/report/sheet.h"

#define DAYS_AT_ONCE	3	/* counted before a report is made; the others have their turn */

struct reporting {
	struct server	*server;
	struct worker	*worker;
	struct reader	*reader;
	char		 dir[256];
	int64_t		 epoch;
	struct figures	*figures;	/* NULL: not opened yet, or they cannot be */
	bool		 said;		/* why */
	bool		 counting;	/* a job is under way that counts days */
	bool		 again;		/* and one is to follow */
};

/* A job of the thread's: days are counted, and a report may be wanted. */
struct reporting_job {
	struct reporting *reporting;
	struct layout	 layout;
	int		 more;		/* there are days left; -1: they cannot be counted */
	struct request	*rq;		/* NULL: nobody asked */
	struct sheet	 sheet;
	char		 rules[SCORE_RULES];
	struct person_name { uint32_t id; char name[RECORD_PRIVATE]; } *name;	/* of those who are here */
	int		 names;
	char		*bytes;
	size_t		 len;
};

/* On its thread. */

static bool
layout_of_then(void *arg, int rev, struct layout *out)
{
	struct reporting *r = arg;
	char error[256], *text = reader_layout(r->reader, rev);
	bool known = text != NULL && settings_read(out, text, strlen(text), driver_names(), error, sizeof error) == 0;

	free(text);
	return known;
}

/* A disk that is full or broken takes reports away, and nothing else. */
static bool
has_figures(struct reporting *r)
{
	char error[320];

	if (r->figures == NULL && (r->figures = figures_open(r->dir, r->reader, r->epoch, error, sizeof error)) == NULL && !r->said) {
		log_line("reports: %s", error);
		r->said = true;
	}
	return r->figures != NULL;
}

static void
count(void *arg)
{
	struct reporting_job *j = arg;
	struct reporting *r = j->reporting;

	if (!has_figures(r)) {
		j->more = -1;
		return;
	}
	j->more = 1;
	for (int i = 0; i < DAYS_AT_ONCE && j->more == 1; i++)
		j->more = figures_next_day(r->figures, &j->layout, layout_of_then, r);
	if (j->rq != NULL && j->more == 0 && (j->bytes = sheet_make(&j->sheet, r->figures, &j->len)) == NULL)
		j->more = -1;
	if (j->more == -1 && !figures_sound(r->figures)) {
		log_line("reports: the figures are damaged; they are made again");
		figures_close(r->figures);
		figures_remove(r->dir);
		r->figures = NULL;
		j->more = 1;
	}
}

/* In the loop again. */

static void start(struct reporting *);

static void
counted(void *arg)
{
	struct reporting_job *j = arg;
	struct reporting *r = j->reporting;
	bool more = (j->more == 1 || r->again) && !r->server->ending;

	free(j);
	r->counting = r->again = false;
	if (more)
		start(r);
}

static struct reporting_job *
job_new(struct reporting *r)
{
	struct reporting_job *j = xcalloc(1, sizeof *j);

	j->reporting = r;
	j->layout = *ledger_layout(r->server->ledger);
	return j;
}

static void
start(struct reporting *r)
{
	r->counting = true;
	worker_run(r->worker, count, counted, job_new(r));
}

void
reporting_day(struct reporting *r)
{
	if (r->counting)
		r->again = true;
	else
		start(r);
}

/* What a browser does with it: reads a page, keeps a file. */
static void
name_file(struct request *rq, const struct sheet *s)
{
	char text[128];

	if (s->format == SHEET_HTML)
		request_header(rq, "Content-Security-Policy", PAGES_POLICY);
	snprintf(text, sizeof text, "attachment; filename=\"%s-%d-%d.csv\"", s->report->name, s->asked.from, s->asked.to);
	if (s->format == SHEET_CSV)
		request_header(rq, "Content-Disposition", text);
}

static void
made(void *arg)
{
	struct reporting_job *j = arg;
	struct request *rq = j->rq;

	/* Days are left: others have their turn, and then it goes on. */
	if (j->more == 1 && !rq->server->ending) {
		worker_run(j->reporting->worker, count, made, j);
		return;
	}
	if (j->bytes == NULL)
		request_refuse(rq, STORE_FAILED);
	else {
		name_file(rq, &j->sheet);
		request_bytes(rq, 200, sheet_type(j->sheet.format), j->bytes, j->len);
	}
	free(j->bytes);
	free(j->name);
	free(j);
}

struct reporting *
reporting_open(struct server *server, const char *dir, char *error, size_t cap)
{
	struct reporting *r = xcalloc(1, sizeof *r);

	r->server = server;
	snprintf(r->dir, sizeof r->dir, "%s", dir);
	r->epoch = ledger_epoch(server->ledger);
	if ((r->reader = reader_open(dir, error, cap)) == NULL || (r->worker = worker_open(server->base, "reports")) == NULL) {
		reporting_close(r);
		return NULL;
	}
	start(r);
	return r;
}

void
reporting_close(struct reporting *r)
{
	if (r == NULL)
		return;
	if (r->worker != NULL)
		worker_close(r->worker);
	figures_close(r->figures);
	reader_close(r->reader);
	free(r);
}

struct worker *
reporting_worker(const struct reporting *r)
{
	return r->worker;
}

bool
reporting_idle(const struct reporting *r)
{
	return worker_idle(r->worker);
}

/* Names, for the thread. */

static void
copy_names(struct reporting_job *j, const struct hall *h)
{
	const struct record *r = NULL;
	size_t room = 0;

	while ((r = record_next(h, SUBJECT_PERSON, r)) != NULL) {
		GROW(j->name, (size_t)j->names, room);
		j->name[j->names].id = r->id;
		strcpy(j->name[j->names++].name, record_text(r, "name"));
	}
}

static const char *
name_of(void *arg, int64_t id)
{
	const struct reporting_job *j = arg;

	for (int i = 0; i < j->names; i++)
		if (j->name[i].id == id)
			return j->name[i].name;
	return NULL;
}

/* Handlers. */

static json_t *
title(const struct texts *texts, const char *name)
{
	json_t *both = json_object();
	char key[64];

	snprintf(key, sizeof key, "report.title.%s", name);
	for (int lang = 0; lang < LANGUAGES; lang++)
		json_object_set_new(both, language_name(lang), json_string(texts_get(texts, lang, key)));
	return both;
}

enum refusal
get_reports(struct request *rq)
{
	json_t *list = json_array();

	const struct report *r;

	for (int i = 0; (r = report_at(i)) != NULL; i++)
		if (!r->own)
			json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "name", r->name, "title", title(rq->server->texts, r->name),
			    "days", r->days == 0 ? json_null() : json_integer(r->days)));
	return request_json(rq, 200, json_pack("{s:o}", "reports", list));
}

static enum refusal
ask_day(struct request *rq, const char *name, int *day)
{
	char text[12] = "";
	enum refusal refusal = request_query(rq, name, text, sizeof text);

	if (refusal != OK || text[0] == '\0')
		return refusal;
	return (*day = day_find(text)) == -1 ? body_wrong(rq, name, "a date, YYYY-MM-DD") : OK;
}

static enum refusal
ask_format(struct request *rq, enum sheet_format *format)
{
	char text[8] = "json";
	enum refusal refusal = request_query(rq, "format", text, sizeof text);

	if (refusal != OK)
		return refusal;
	for (*format = 0; *format < SHEET_FORMATS; (*format)++)
		if (strcmp(text, sheet_format_name(*format)) == 0)
			return OK;
	return body_wrong(rq, "format", "json, csv or html");
}

static enum refusal
ask_language(struct request *rq, enum language *lang)
{
	char text[8] = "";
	enum refusal refusal = request_query(rq, "lang", text, sizeof text);
	int found;

	*lang = LANG_ZH;
	if (refusal != OK || text[0] == '\0')
		return refusal;
	if ((found = language_find(text)) == -1)
		return body_wrong(rq, "lang", "zh or en");
	*lang = found;
	return OK;
}

static enum refusal
answer(struct request *rq, const struct report *report)
{
	struct server *server = rq->server;
	struct sheet s = { .report = report, .asked = { .from = rq->now.day, .account = rq->staff }, .texts = server->texts,
	    .epoch = ledger_epoch(server->ledger), .person = name_of };
	struct reporting_job *j;
	enum refusal refusal;
	char expected[48];

	if ((refusal = ask_day(rq, "from", &s.asked.from)) != OK)
		return refusal;
	s.asked.to = s.asked.from > rq->now.day ? s.asked.from : rq->now.day;
	if ((refusal = ask_day(rq, "to", &s.asked.to)) != OK || (refusal = ask_format(rq, &s.format)) != OK ||
	    (refusal = ask_language(rq, &s.lang)) != OK)
		return refusal;
	if (report->by_month) {
		s.asked.from = s.asked.from / 100 * 100 + 1;
		s.asked.to = date_after(date_after(s.asked.from, 31) / 100 * 100 + 1, -1);
	}
	if (s.asked.to < s.asked.from)
		return body_wrong(rq, "to", "a day not before from");
	if (report->days != 0 && s.asked.to > date_after(s.asked.from, report->days - 1)) {
		snprintf(expected, sizeof expected, "a day within %d days of from", report->days);
		return body_wrong(rq, "to", expected);
	}
	j = job_new(server->reporting);
	j->rq = rq;
	j->sheet = s;
	score_rules(j->rules, &j->layout.office);
	j->sheet.asked.rules = j->rules;
	j->sheet.hall = &j->layout.name;
	j->sheet.arg = j;
	copy_names(j, ledger_shown(server->ledger));
	worker_run(server->reporting->worker, count, made, j);
	return OK;
}

enum refusal
get_report(struct request *rq)
{
	const struct report *report = report_find(rq->word[0]);

	return report == NULL || report->own ? NOT_FOUND : answer(rq, report);
}

enum refusal
get_own_figures(struct request *rq)
{
	return answer(rq, report_find("mine"));
}

enum refusal
get_own_points(struct request *rq)
{
	return answer(rq, report_find("my_points"));
}
