/* What the log tells: why a ticket was called, and all that happened to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/days.h"
#include "daemon/api/past/story.h"
#include "daemon/api/render.h"
#include "daemon/settings/settings.h"
#include "daemon/core/day.h"
#include "daemon/line/driver.h"
#include "display/why.h"

/* A question on its way through the worker; the request waits for it. */
struct question {
	struct request	*rq;
	struct reader	*reader;
	int		 day;			/* asked about: a number of this day, */
	char		 number[NUMBER_MAX];
	struct stretch	 one;			/* or one event */
	char		 subject[SUBJECT_MAX];	/* found: the ticket; empty: there is none */
	json_t		*events;		/* found, in order */
	struct layout	*layout;		/* of a story: in force now, and its rev */
	int		 rev;
	struct story	*story;
	bool		 failed;
	enum refusal	(*then)(struct question *);
};

static void
question_free(struct question *q)
{
	json_decref(q->events);
	story_free(q->story);
	free(q->layout);
	free(q);
}

static void
answered(void *arg)
{
	struct question *q = arg;
	struct request *rq = q->rq;
	enum refusal refusal = q->failed ? STORE_FAILED : q->then(q);

	question_free(q);
	if (refusal != OK)
		request_refuse(rq, refusal);
}

static enum refusal
ask(struct question *q, void (*work)(void *))
{
	worker_run(q->rq->server->worker, work, answered, q);
	return OK;
}

static struct question *
question_new(struct request *rq, enum refusal (*then)(struct question *))
{
	struct question *q = xcalloc(1, sizeof *q);

	*q = (struct question){ .rq = rq, .reader = rq->server->reader, .events = json_array(), .then = then };
	return q;
}

/* About the ticket of the path, of ?day= or today. */
static enum refusal
question_about(struct question **q, struct request *rq, enum refusal (*then)(struct question *))
{
	int day = ledger_shown(rq->server->ledger)->day;
	enum refusal refusal;
	char date[12] = "";

	if ((refusal = request_query(rq, "day", date, sizeof date)) != OK)
		return refusal;
	if (date[0] != '\0' && (day = day_find(date)) == -1)
		return body_wrong(rq, "day", "a date, YYYY-MM-DD");
	if (strlen(rq->word[0]) >= NUMBER_MAX)
		return UNKNOWN_TICKET;
	*q = question_new(rq, then);
	(*q)->day = day;
	strcpy((*q)->number, rq->word[0]);
	return OK;
}

/* On the worker's thread. */

static int
keep_event(void *arg, const struct logged *e)
{
	json_t *row = json_pack("{s:I, s:I, s:s, s:s, s:s, s:O}", "seq", (json_int_t)e->seq, "at_ms", (json_int_t)e->at_ms,
	    "kind", e->kind, "actor", e->actor, "subject", e->subject, "body", e->body);

	return json_array_append_new(arg, row);
}

static void
read_event(void *arg)
{
	struct question *q = arg;

	q->failed = reader_each(q->reader, &q->one, NULL, keep_event, q->events) == -1;
}

static void
read_ticket(void *arg)
{
	struct question *q = arg;
	struct stretch day;

	q->failed = reader_day(q->reader, q->day, &day) == -1 ||
	    reader_ticket(q->reader, &day, q->number, q->subject) == -1 ||
	    (q->subject[0] != '\0' && reader_each(q->reader, &day, q->subject, keep_event, q->events) == -1);
}

/* The layout of then; one that can be read no more is not known. */
static void
find_layout(struct question *q, int rev)
{
	struct layout *then;
	char error[256];
	char *text;

	if (rev == q->rev) {
		story_layout(q->story, q->layout);
		return;
	}
	text = reader_layout(q->reader, rev);
	then = xcalloc(1, sizeof *then);
	story_layout(q->story, text != NULL &&
	    settings_read(then, text, strlen(text), driver_names(), error, sizeof error) == 0 ? then : NULL);
	free(then);
	free(text);
}

static json_t *
both_languages(char text[LANGUAGES][STORY_MAX])
{
	return text[LANG_ZH][0] == '\0' ? json_null() : json_pack("{s:s, s:s}", "zh", text[LANG_ZH], "en", text[LANG_EN]);
}

/* The whole day happens once more, since what a sign showed follows from all of it. */
static int
tell_event(void *arg, const struct logged *e)
{
	struct question *q = arg;
	struct hall *h = story_hall(q->story);
	struct fact f;
	struct told told;
	json_t *row;
	int its = logged_fact(h, e, &f);

	if (its == 0)
		find_layout(q, h->layout_rev);
	if (its != 1)
		return its;
	if (f.kind == HALL_LAYOUT)
		find_layout(q, f.value);
	if ((its = story_fact(q->story, &f, &told)) != 1)
		return its;
	if (keep_event(q->events, e) == -1)
		return -1;
	row = json_array_get(q->events, json_array_size(q->events) - 1);
	json_object_set_new(row, "sentence", both_languages(told.sentence));
	json_object_set_new(row, "shown", both_languages(told.shown));
	json_object_set_new(row, "said", both_languages(told.said));
	return 0;
}

static void
read_story(void *arg)
{
	struct question *q = arg;
	struct stretch day;

	if ((q->failed = reader_day(q->reader, q->day, &day) == -1 ||
	    reader_ticket(q->reader, &day, q->number, q->subject) == -1) || q->subject[0] == '\0')
		return;
	q->story = story_new(q->layout, q->rq->server->texts, strtoul(q->subject + strlen("ticket:"), NULL, 10));
	if (day.after > 0)
		day.after--;		/* the event that closed the day before has what was carried over */
	q->failed = reader_each(q->reader, &day, NULL, tell_event, q) == -1;
}

/* Rendering, in the loop again. */

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static int64_t
int_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static bool
is_call(const json_t *event)
{
	return event != NULL && strcmp(text_of(event, "kind"), kinds[TICKET_CALLED].name) == 0;
}

static json_t *
reason(const struct texts *texts, const json_t *body, const struct why *why)
{
	json_t *both = json_object();
	char sentence[WHY_MAX];

	for (int lang = 0; lang < LANGUAGES; lang++) {
		why_sentence(sentence, texts, lang, text_of(body, "number"), why);
		json_object_set_new(both, language_name(lang), json_string(sentence));
	}
	return both;
}

static enum refusal
answer_call(struct request *rq, const json_t *event)
{
	const json_t *body = json_object_get(event, "body");
	struct why why = { 0 };

	if (why_read(&why, json_object_get(body, "why")) == -1)
		return STORE_FAILED;
	return request_json(rq, 200, json_pack("{s:I, s:s, s:I, s:o, s:s, s:I, s:I, s:o, s:o}", "seq", (json_int_t)int_of(event, "seq"),
	    "number", text_of(body, "number"), "window", (json_int_t)int_of(body, "window"),
	    "at", json_time(int_of(event, "at_ms")), "rule", rule_name(why.rule), "score", (json_int_t)why.score,
	    "waited_s", (json_int_t)why.waited_ms / 1000,
	    "runner_up", why.runner_up[0] == '\0' ? json_null() : json_string(why.runner_up),
	    "sentence", reason(rq->server->texts, body, &why)));
}

static enum refusal
call_found(struct question *q)
{
	const json_t *event = json_array_get(q->events, 0);

	return is_call(event) ? answer_call(q->rq, event) : NOT_FOUND;
}

static enum refusal
newest_call_found(struct question *q)
{
	const json_t *event, *call = NULL;
	size_t i;

	if (q->subject[0] == '\0')
		return UNKNOWN_TICKET;
	json_array_foreach(q->events, i, event)
		if (is_call(event))
			call = event;
	if (call != NULL)
		return answer_call(q->rq, call);
	q->rq->change.detail.state = "not_called";
	q->rq->change.detail.command = "why";
	return NOT_ALLOWED;
}

/* A story. */

/* Whoever it was, as what: nobody is named. */
static const char *
who_of(const struct hall *h, const char *actor)
{
	const struct staff *who = NULL;

	if (strncmp(actor, "staff:", 6) == 0)
		who = hall_staff(h, strtoul(actor + 6, NULL, 10));
	else if (strncmp(actor, "device:", 7) == 0)
		who = hall_staff_name(h, actor + 7);
	else
		return actor;
	return who != NULL ? role_name(who->role) : actor[0] == 's' ? "staff" : "device";
}

static json_t *
story_row(const struct request *rq, const json_t *event)
{
	const struct server *server = rq->server;
	const json_t *body = json_object_get(event, "body");
	const char *who = who_of(ledger_shown(server->ledger), text_of(event, "actor"));
	json_t *row = json_pack("{s:I, s:o, s:s, s:s, s:{}, s:O, s:O, s:O, s:n}", "seq", (json_int_t)int_of(event, "seq"),
	    "at", json_time(int_of(event, "at_ms")), "kind", text_of(event, "kind"), "who", who, "who_name",
	    "sentence", json_object_get(event, "sentence"), "shown", json_object_get(event, "shown"),
	    "said", json_object_get(event, "said"), "why");
	struct why why = { 0 };
	char key[32];

	snprintf(key, sizeof key, "who.%s", who);
	for (int lang = 0; lang < LANGUAGES; lang++)
		json_object_set_new(json_object_get(row, "who_name"), language_name(lang),
		    json_string(texts_get(server->texts, lang, key)));
	json_object_set_new(row, "window", int_of(body, "window") == 0 ? json_null() : json_integer(int_of(body, "window")));
	if (is_call(event) && why_read(&why, json_object_get(body, "why")) == 0)
		json_object_set_new(row, "why", reason(server->texts, body, &why));
	return row;
}

/* A guide is told what staff are. */
static bool
may_see(const struct request *rq, const json_t *event)
{
	return rq->role != ROLE_GUIDE || kinds[fact_find(text_of(event, "kind"))].audience >= TO_STAFF;
}

static enum refusal
story_found(struct question *q)
{
	json_t *list, *event;
	size_t i;

	if (q->subject[0] == '\0')
		return UNKNOWN_TICKET;
	list = json_array();
	json_array_foreach(q->events, i, event)
		if (may_see(q->rq, event))
			json_array_append_new(list, story_row(q->rq, event));
	return request_json(q->rq, 200, json_pack("{s:s, s:o, s:o}", "number", q->number, "day", json_date(q->day), "events", list));
}

/* Handlers. */

enum refusal
get_call_why(struct request *rq)
{
	const char *word = rq->word[0];
	struct question *q;

	if (strspn(word, "0123456789") != strlen(word) || strlen(word) > 18)
		return NOT_FOUND;
	q = question_new(rq, call_found);
	q->one.last = strtoll(word, NULL, 10);
	q->one.after = q->one.last - 1;
	return ask(q, read_event);
}

enum refusal
get_ticket_why(struct request *rq)
{
	struct question *q;
	enum refusal refusal = question_about(&q, rq, newest_call_found);

	return refusal != OK ? refusal : ask(q, read_ticket);
}

enum refusal
get_story(struct request *rq)
{
	struct question *q;
	enum refusal refusal = question_about(&q, rq, story_found);

	if (refusal != OK)
		return refusal;
	q->layout = xcalloc(1, sizeof *q->layout);
	*q->layout = *ledger_layout(rq->server->ledger);
	q->rev = ledger_shown(rq->server->ledger)->layout_rev;
	return ask(q, read_story);
}
