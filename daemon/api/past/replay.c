/* A day of the log once more, under another rule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/days.h"
#include "daemon/api/render.h"
#include "daemon/core/day.h"
#include "daemon/core/rule/preset.h"
#include "daemon/wait/replay.h"

/* On its way through the worker; the request waits for it. */
struct rerun {
	struct request	*rq;
	struct reader	*reader;
	struct replay	*replay;
	int		 day;
	enum preset	 preset;
	struct class	 class[CLASSES_MAX], other[CLASSES_MAX];	/* the hall's rule, and that of the preset */
	bool		 failed, empty;
	struct waited	 actual, same, replayed;
};

/* On the worker's thread. */

static int
take_event(void *arg, const struct logged *e)
{
	struct replay *r = arg;
	struct fact f;
	int read = logged_fact(replay_hall(r), e, &f);

	return read == 1 ? replay_fact(r, &f) : read;
}

static void
rerun(void *arg)
{
	struct rerun *r = arg;
	struct stretch day;

	r->failed = reader_day(r->reader, r->day, &day) == -1;
	r->empty = day.last == 0;
	if (day.after > 0)
		day.after--;		/* the event that closed the day before has what was carried over */
	if (r->failed || r->empty || (r->failed = reader_each(r->reader, &day, NULL, take_event, r->replay) == -1))
		return;
	replay_actual(r->replay, &r->actual);
	replay_run(r->replay, r->class, &r->same);
	replay_run(r->replay, r->other, &r->replayed);
}

/* In the loop again. */

static json_t *
waits_json(const struct wait_figures *w)
{
	if (w->called == 0)
		return json_pack("{s:i, s:n, s:n, s:n}", "called", 0, "mean_s", "p90_s", "max_s");
	return json_pack("{s:i, s:I, s:I, s:I}", "called", w->called, "mean_s", (json_int_t)w->mean_ms / 1000,
	    "p90_s", (json_int_t)w->p90_ms / 1000, "max_s", (json_int_t)w->max_ms / 1000);
}

static json_t *
classes_json(const struct rerun *r)
{
	const struct hall *h = replay_hall(r->replay);
	const struct layout *l = ledger_layout(r->rq->server->ledger);
	json_t *list = json_array();

	for (int c = 0; c < h->class_count; c++) {
		struct text name = { 0 };
		json_t *row = json_pack("{s:s, s:i, s:o, s:o, s:o}", "class", h->class_id[c], "came", r->actual.came[c],
		    "actual", waits_json(&r->actual.waits[c]), "same", waits_json(&r->same.waits[c]),
		    "replay", waits_json(&r->replayed.waits[c]));
		int place = layout_class(l, h->class_id[c]);

		if (place != -1)
			name = l->class[place].name;
		else
			snprintf(name.in[LANG_ZH], TEXT_MAX, "%s", h->class_id[c]);
		json_set_text(row, "class_name", &name);
		json_array_append_new(list, row);
	}
	return list;
}

static void
reran(void *arg)
{
	struct rerun *r = arg;
	struct request *rq = r->rq;

	if (r->failed)
		request_refuse(rq, STORE_FAILED);
	else if (r->empty)
		request_refuse(rq, body_wrong(rq, "day", "a day of the log"));
	else
		request_json(rq, 200, json_pack("{s:o, s:s, s:o}", "day", json_date(r->day), "preset", preset_names[r->preset],
		    "classes", classes_json(r)));
	replay_free(r->replay);
	free(r);
}

enum refusal
get_replay(struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	char date[12] = "", name[16] = "";
	struct rerun *r;
	enum refusal refusal;
	int day, preset;

	if ((refusal = request_query(rq, "day", date, sizeof date)) != OK ||
	    (refusal = request_query(rq, "preset", name, sizeof name)) != OK)
		return refusal;
	if ((day = day_find(date)) == -1)
		return body_wrong(rq, "day", "a date, YYYY-MM-DD");
	if ((preset = preset_find(name)) == -1)
		return body_wrong(rq, "preset", "head-start, fcfs, accumulate or strict");
	r = xcalloc(1, sizeof *r);
	*r = (struct rerun){ .rq = rq, .reader = rq->server->reader, .replay = replay_new(l), .day = day, .preset = preset };
	memcpy(r->class, l->class, sizeof r->class);
	memcpy(r->other, l->class, sizeof r->other);
	for (int c = 0; c < l->class_count; c++)
		r->other[c].base_s = r->other[c].rate = CLASS_FROM_PRESET;
	preset_fill(r->other, l->class_count, preset);
	worker_run(rq->server->worker, rerun, reran, r);
	return OK;
}
