/* What a manager does with the whole hall. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/core/decide/opening.h"

static json_t *
day_closed(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return json_pack("{s:i, s:i, s:i}", "issued", h->totals.issued, "served", h->totals.served, "abandoned", h->totals.abandoned);
}

/* And how many have a slip, and how many none. */
static json_t *
day_ended(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);
	int slips = 0, expired = 0;
	json_t *v = day_closed(rq);

	for (const struct ticket *t = h->ticket; t < h->ticket + h->ticket_count; t++) {
		slips += t->booking != 0;
		expired += t->booking == 0 && hall_leg(h, t)->state == LEG_EXPIRED;
	}
	json_object_set_new(v, "slips", json_integer(slips));
	json_object_set_new(v, "expired", json_integer(expired));
	return v;
}

/* Who still waits expires, is served first, or has a slip for another day. */
enum refusal
post_endday(struct request *rq)
{
	static const char *const members[] = { "waiting", NULL };
	struct command cmd = { .verb = DO_CLOSE_DAY };
	char waiting[16] = "expire";
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "waiting", false, waiting, sizeof waiting)) != OK)
		return refusal;
	cmd.slips = strcmp(waiting, "slip") == 0;
	if (cmd.slips || strcmp(waiting, "serve") == 0)
		cmd.verb = DO_END_DAY;
	else if (strcmp(waiting, "expire") != 0)
		return body_wrong(rq, "waiting", "expire, serve or slip");
	return request_submit(rq, &cmd, 200, cmd.slips ? day_ended : day_closed);
}

static json_t *
day_told(struct request *rq)
{
	return json_pack("{s:o}", "day", json_date(ledger_next(rq->server->ledger)->day));
}

/*
 * The clock is right, whatever it was.  A day that it says is to come was not:
 * that day is closed, and its numbers go on under the date that it is.
 */
enum refusal
post_clock(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_NOTE_CLOCK };
	enum refusal refusal = body_only(rq, members);
	struct instant now;

	if (refusal != OK)
		return refusal;
	clock_believe(ledger_clock(rq->server->ledger));
	now = ledger_now(rq->server->ledger);
	if (now.day < ledger_next(rq->server->ledger)->day) {
		cmd.verb = DO_CLOSE_DAY;
		cmd.goes_on = now.day;
	}
	return request_submit(rq, &cmd, 200, day_told);
}

static json_t *
state(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	const struct hall *h = ledger_next(l);
	json_t *v = json_pack("{s:s}", "state", hall_state_name(hall_state(h, ledger_layout(l), &rq->now)));

	json_set_words(v, h, &rq->now);
	return v;
}

static enum refusal
bare(struct request *rq, enum verb verb)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = verb };
	enum refusal refusal = body_only(rq, members);

	return refusal != OK ? refusal : request_submit(rq, &cmd, 200, state);
}

enum refusal
post_suspend(struct request *rq)
{
	return bare(rq, DO_SUSPEND);
}

enum refusal
post_resume(struct request *rq)
{
	return bare(rq, DO_RESUME_HALL);
}

/* {zh, en}; en may be left out. */
static enum refusal
body_words(struct request *rq, bool needed, struct text *out)
{
	static const char *const members[] = { "zh", "en", NULL };
	json_t *whole = rq->body, *v = json_object_get(whole, "text");
	enum refusal refusal;

	if (v == NULL && !needed)
		return OK;
	if (!json_is_object(v))
		return body_wrong(rq, "text", "an object {zh, en}");
	rq->body = v;
	if ((refusal = body_only(rq, members)) == OK && (refusal = body_text(rq, "zh", true, out->in[LANG_ZH], TEXT_MAX)) == OK)
		refusal = body_text(rq, "en", false, out->in[LANG_EN], TEXT_MAX);
	rq->body = whole;
	if (refusal != OK) {
		struct refusal_detail *d = &rq->change.detail;
		char below[sizeof d->pointer];

		snprintf(below, sizeof below, "/text%.80s", d->pointer);
		strcpy(d->pointer, below);
	}
	return refusal;
}

/* The second act: what was asked for, by the same person, a moment ago. */
static enum refusal
confirm(struct request *rq)
{
	static const char *const members[] = { "confirm", NULL };
	struct arming *a = &rq->server->arming;
	struct command cmd = { .verb = DO_EVACUATE, .text = a->text, .drill = a->drill };
	enum refusal refusal;
	char code[sizeof a->code];

	if ((refusal = body_only(rq, members)) != OK || (refusal = body_text(rq, "confirm", true, code, sizeof code)) != OK)
		return refusal;
	if (a->code[0] == '\0' || strcmp(a->code, code) != 0 || strcmp(a->actor, rq->actor) != 0 || rq->now.steady_ms > a->until_ms)
		return body_wrong(rq, "confirm", "the code of your request of the last 30 seconds");
	a->code[0] = '\0';
	return request_submit(rq, &cmd, 200, state);
}

/* In two acts, since it is heard by everybody: the first one only gives a code. */
enum refusal
post_evacuate(struct request *rq)
{
	static const char *const members[] = { "text", "drill", NULL };
	const json_t *drill = json_object_get(rq->body, "drill");
	struct arming *a = &rq->server->arming;
	struct text text = { 0 };
	enum refusal refusal;

	if (json_object_get(rq->body, "confirm") != NULL)
		return confirm(rq);
	if ((refusal = body_only(rq, members)) != OK || (refusal = body_words(rq, false, &text)) != OK)
		return refusal;
	if (drill != NULL && !json_is_boolean(drill))
		return body_wrong(rq, "drill", "true or false");
	*a = (struct arming){ .text = text, .drill = json_is_true(drill), .until_ms = rq->now.steady_ms + ARMED_S * 1000 };
	random_token(a->code, sizeof a->code - 1);
	strcpy(a->actor, rq->actor);
	return request_json(rq, 202, json_pack("{s:s, s:i, s:b}", "confirm", a->code, "within_s", ARMED_S, "drill", a->drill));
}

enum refusal
post_notice(struct request *rq)
{
	static const char *const members[] = { "text", "until", NULL };
	struct command cmd = { .verb = DO_NOTICE };
	char until[TIME_TEXT + 4] = "";
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK || (refusal = body_words(rq, true, &cmd.text)) != OK ||
	    (refusal = body_text(rq, "until", false, until, sizeof until)) != OK)
		return refusal;
	if (until[0] != '\0' && (cmd.until_ms = time_read(until)) <= rq->now.wall_ms)
		return body_wrong(rq, "until", "a time to come such as 2026-11-24T10:30:00+08:00");
	cmd.until_ms -= cmd.until_ms % 1000;
	return request_submit(rq, &cmd, 200, state);
}

enum refusal
delete_notice(struct request *rq)
{
	return bare(rq, DO_NOTICE);
}

/* Windows that call for help. */

enum refusal
get_alarms(struct request *rq)
{
	return request_json(rq, 200, json_pack("{s:o}", "alarms", json_alarms(ledger_shown(rq->server->ledger), &rq->now)));
}

static json_t *
alarm_list(struct request *rq)
{
	return json_pack("{s:o}", "alarms", json_alarms(ledger_next(rq->server->ledger), &rq->now));
}

/* Who asks comes, from wherever that is: the window in the path is not theirs. */
enum refusal
post_alarm_answer(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_ANSWER_ALARM, .staff = rq->staff };
	enum refusal refusal = body_only(rq, members);
	char rest;

	if (refusal != OK)
		return refusal;
	if (sscanf(rq->word[0], "%3d%c", &cmd.window, &rest) != 1)
		return UNKNOWN_WINDOW;
	return request_submit(rq, &cmd, 200, alarm_list);
}

enum refusal
post_alarm_end(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct command cmd = { .verb = DO_END_ALARM, .window = rq->window };
	enum refusal refusal = body_only(rq, members);

	return refusal != OK ? refusal : request_submit(rq, &cmd, 200, alarm_list);
}
