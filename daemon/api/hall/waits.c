/* Waits: what one more window would do, and when it is best to come. */
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/base/util.h"
#include "daemon/wait/advice.h"
#include "daemon/wait/forecast.h"

#define MOVES_TOLD	3
#define TICKETS_LEAST	5	/* taken in a half hour: fewer say nothing */

struct question {
	struct request	*rq;
	struct advising	 advising;
};

static void
ask(void *arg)
{
	struct question *q = arg;

	advise(&q->advising);
}

static json_t *
seconds(int s)
{
	return s == UNSERVED ? json_null() : json_integer(s);
}

static json_t *
move_json(const struct advising *a, const struct move *m)
{
	const struct window_layout *w = layout_window(&a->layout, m->window);
	json_t *services = json_array(), *queues = json_array();

	for (int s = 0; s < a->layout.service_count; s++) {
		const char *id = a->layout.service[s].id;

		if (s == m->lend || (m->lend == -1 && window_level(a->hall, w, s) != 0))
			json_array_append_new(services, json_string(id));
		if (m->p90_s[s] != m->was_s[s])
			json_array_append_new(queues, json_pack("{s:s, s:o, s:o}", "service", id, "p90_s", seconds(m->p90_s[s]),
			    "was_s", seconds(m->was_s[s])));
	}
	return json_pack("{s:i, s:s, s:b, s:o, s:o}", "window", m->window, "state", window_state_name(a->hall->window[m->window].state),
	    "lend", m->lend != -1, "services", services, "queues", queues);
}

static json_t *
doubts(const struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	const struct waits *waits = forecast_waits(rq->server->forecast);
	json_t *list = json_array();

	for (int i = 0; i < l->window_count; i++) {
		int no = l->window[i].no;

		if (waits->window[no].doubt != DOUBT_NONE)
			json_array_append_new(list, json_pack("{s:i, s:s, s:o}", "window", no, "doubt", doubt_name(waits->window[no].doubt),
			    "since", json_steady(&rq->now, waits->window[no].since_ms)));
	}
	return list;
}

static void
answer(void *arg)
{
	struct question *q = arg;
	struct advising *a = &q->advising;
	json_t *moves = json_array();

	for (int i = 0; i < a->moves && i < MOVES_TOLD; i++)
		json_array_append_new(moves, move_json(a, &a->move[i]));
	request_json(q->rq, 200, json_pack("{s:o, s:o, s:o}", "at", json_time(a->now.wall_ms), "doubts", doubts(q->rq), "moves", moves));
	simulator_free(a->simulator);
	free(a->hall);
	free(q);
}

enum refusal
get_advice(struct request *rq)
{
	struct question *q = xcalloc(1, sizeof *q);
	struct advising *a = &q->advising;

	q->rq = rq;
	a->hall = xcalloc(1, sizeof *a->hall);
	a->simulator = simulator_new();
	hall_copy(a->hall, ledger_shown(rq->server->ledger));
	a->layout = *ledger_layout(rq->server->ledger);
	a->learnt = *forecast_learnt(rq->server->forecast);
	a->now = rq->now;
	plan_set(&a->plan, a->hall, &a->layout, &a->learnt, &a->now);
	worker_run(rq->server->worker, ask, answer, q);
	return OK;
}

/* The half hours in which enough people took a ticket, and how long those waited. */
static json_t *
halves(const struct learnt *l, int service)
{
	json_t *list = json_array();

	for (int p = 0; p < PARTS; p++) {
		const struct tally *t = &l->waited_s[service][p];

		if (t->n >= TICKETS_LEAST)
			json_array_append_new(list, json_pack("{s:o, s:o, s:i, s:f}", "from", json_minute(p * PART_S / 60),
			    "to", json_minute((p + 1) * PART_S / 60), "wait_s", (int)(t->sum / t->n), "tickets", t->n));
	}
	return list;
}

enum refusal
get_times(struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	const struct learnt *learnt = forecast_learnt(rq->server->forecast);
	json_t *list = json_array();

	for (int s = 0; s < l->service_count; s++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "id", l->service[s].id, "halves", halves(learnt, s)));
	return request_json(rq, 200, json_pack("{s:f, s:o}", "days", learnt->days, "services", list));
}
