/*
 * Estimates of waits for a day that somebody else made up: waitbench HALL < EVENTS.
 *
 * HALL and EVENTS are hall.json and events.jsonl of waitsim.py; each "arrive" and
 * "probe" is answered before the next line is read, by a line as `waitsim.py
 * score` reads it.  Events become facts of a hall, and everything else is the
 * daemon's own: what is learnt from them, and the hall played on.
 */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "daemon/base/util.h"
#include "daemon/wait/estimate.h"

#define FIRST_DATE	20260105	/* a Monday */
#define DAY_MS		INT64_C(86400000)

static struct layout layout;
static struct hall *hall;
static struct estimator *estimator;
static struct estimates all;
static struct simulator *simulator;
static struct plan plan;
static int64_t midnight_ms;		/* of the day at hand */
static int day = -1;
static int64_t seq;
static struct { double from_s, to_s; } lunch[WINDOWS_MAX];
static double opens_s;

static void
read_layout(const json_t *from)
{
	json_t *row, *skill, *numbers;
	const char *id;
	size_t i, k;

	json_array_foreach(json_object_get(from, "services"), i, row) {
		struct service *s = &layout.service[layout.service_count++];

		snprintf(s->id, sizeof s->id, "%s", json_string_value(json_object_get(row, "id")));
		strcpy(s->prefix, "A");
		s->nominal_s = (int)json_number_value(json_object_get(row, "nominal_s"));
	}
	json_object_foreach((json_t *)json_object_get(from, "classes"), id, numbers) {
		struct class *c = &layout.class[layout.class_count++];

		snprintf(c->id, sizeof c->id, "%s", id);
		c->base_s = (int)(60 * json_number_value(json_array_get(numbers, 0)));
		c->rate = (int)(1000 * json_number_value(json_array_get(numbers, 1)));
	}
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		layout.window_at[no] = -1;
	json_array_foreach(json_object_get(from, "windows"), i, row) {
		struct window_layout *w = &layout.window[layout.window_count];

		w->no = (int)json_integer_value(json_object_get(row, "id")) + 1;
		layout.window_at[w->no] = layout.window_count;
		json_array_foreach(json_object_get(row, "skills"), k, skill)
			w->level[layout_service(&layout, json_string_value(skill))] = 1;
		lunch[layout.window_count].from_s = 3600 * json_number_value(json_array_get(json_object_get(row, "lunch"), 0));
		lunch[layout.window_count++].to_s = 3600 * json_number_value(json_array_get(json_object_get(row, "lunch"), 1));
	}
	opens_s = json_number_value(json_object_get(from, "open"));
	layout.policy.early_by_score = true;
}

static int64_t
at_ms(double s)
{
	return midnight_ms + (int64_t)(s * 1000 + 0.5);
}

static void
begin_day(int number)
{
	int date = date_after(FIRST_DATE, number);

	day = number;
	midnight_ms = date_ms(date, 0);
	hall_init(hall, &layout);
	hall->seq = seq;
	plan.opens_ms = at_ms(opens_s);
	for (int i = 0; i < layout.window_count; i++)
		plan.breaks[i][0] = (struct break_time){ at_ms(lunch[i].from_s), at_ms(lunch[i].to_s) };
}

static void
happened(struct fact *f, double t)
{
	f->seq = ++seq;
	f->at = (struct instant){ .wall_ms = at_ms(t), .steady_ms = at_ms(t), .day = date_after(FIRST_DATE, day) };
	strcpy(f->actor, "system");
	if (hall_apply(hall, f) == -1)
		errx(1, "day %d, %.1f: a fact of kind %s does not fit", day, t, kinds[f->kind].name);
	estimate_fact(estimator, &layout, hall, f);
}

static int
class_of(const json_t *e)
{
	return layout_class(&layout, json_string_value(json_object_get(e, "cls")));
}

static int
service_of(const json_t *e)
{
	return layout_service(&layout, json_string_value(json_object_get(e, "svc")));
}

static void
arrives(const json_t *e, double t)
{
	struct fact f = { .kind = TICKET_ISSUED, .ticket = (uint32_t)json_integer_value(json_object_get(e, "id")),
	    .service = service_of(e), .class = class_of(e), .print = PRINT_NONE };
	const char *booking = json_string_value(json_object_get(e, "why"));

	f.value = (int)f.ticket;
	f.entry_in_ms = (int)(at_ms(json_number_value(json_object_get(e, "eff"))) - at_ms(t));
	snprintf(f.number, sizeof f.number, "A%03u", f.ticket);
	snprintf(f.token, sizeof f.token, "t%u", f.ticket);
	if (booking != NULL)
		f.booking = (uint32_t)atoi(booking + 1) + 1;
	happened(&f, t);
	if (booking != NULL)
		happened(&(struct fact){ .kind = BOOKING_CHECKED_IN, .booking = f.booking, .ticket = f.ticket, .service = f.service }, t);
}


static void
booked(const json_t *e, double t)
{
	double slot_s = json_number_value(json_object_get(e, "slot"));
	struct fact f = { .kind = BOOKING_MADE, .booking = (uint32_t)atoi(json_string_value(json_object_get(e, "id")) + 1) + 1,
	    .service = service_of(e), .class = layout_class(&layout, "appt"), .from_ms = at_ms(slot_s), .to_ms = at_ms(slot_s + 600) };

	snprintf(f.code, sizeof f.code, "B%u", f.booking);
	happened(&f, t);
}

/* Nobody who booked comes any more. */
static void
end_day(double t)
{
	for (int i = 0; i < hall->booking_count; i++)
		if (hall->booking[i].state == BOOKING_IS_MADE)
			happened(&(struct fact){ .kind = BOOKING_NO_SHOW, .booking = hall->booking[i].id }, t);
	estimate_day(estimator, hall, date_after(FIRST_DATE, day), at_ms(t));
	day = -1;
}

static void
answer(const json_t *e, const char *what, double t)
{
	uint32_t id = (uint32_t)json_integer_value(json_object_get(e, "id"));
	struct estimate *one;
	const struct outlook *outlook;
	int count = simulate(simulator, hall, &layout, estimator_learnt(estimator), &plan, at_ms(t), at_ms(t), false, &outlook);

	estimate(&all, estimator_learnt(estimator), estimator_judgement(estimator), hall, &layout, outlook, count, at_ms(t));
	for (int i = 0; i < count; i++) {
		one = &all.of[i];
		if (hall->ticket[hall->leg[one->leg].ticket].id != id)
			continue;
		estimate_tell(estimator, hall, one, at_ms(t));
		printf("{\"day\":%d,\"id\":%u,\"k\":\"%s\",\"t\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"mean\":%.1f}\n", day, id, what, t,
		    one->p50_s, one->p90_s, one->mean_s);
	}
	fflush(stdout);
}

static void
event(const json_t *e)
{
	const char *what = json_string_value(json_object_get(e, "ev"));
	double t = json_number_value(json_object_get(e, "t"));
	uint32_t id = (uint32_t)json_integer_value(json_object_get(e, "id"));
	int window = json_object_get(e, "win") == NULL ? 0 : (int)json_integer_value(json_object_get(e, "win")) + 1;

	if (day != (int)json_integer_value(json_object_get(e, "day")))
		begin_day((int)json_integer_value(json_object_get(e, "day")));
	if (strcmp(what, "arrive") == 0) {
		arrives(e, t);
		answer(e, what, t);
	} else if (strcmp(what, "probe") == 0)
		answer(e, what, t);
	else if (strcmp(what, "booked") == 0)
		booked(e, t);
	else if (strcmp(what, "call") == 0)
		happened(&(struct fact){ .kind = TICKET_CALLED, .ticket = id, .window = window, .service = service_of(e) }, t);
	else if (strcmp(what, "finish") == 0)
		happened(&(struct fact){ .kind = TICKET_FINISHED, .ticket = id, .window = window }, t);
	else if (strcmp(what, "no_show") == 0)
		happened(&(struct fact){ .kind = TICKET_ABANDONED, .ticket = id, .window = window }, t);
	else if (strcmp(what, "cancel") == 0)
		happened(&(struct fact){ .kind = TICKET_CANCELLED, .ticket = id }, t);
	else if (strcmp(what, "window_open") == 0)
		happened(&(struct fact){ .kind = hall->window[window].state == PAUSED ? WINDOW_RESUMED : WINDOW_OPENED, .window = window }, t);
	else if (strcmp(what, "window_close") == 0) {
		const char *why = json_string_value(json_object_get(e, "why"));

		happened(&(struct fact){ .kind = why != NULL && strcmp(why, "pause") == 0 ? WINDOW_PAUSED : WINDOW_CLOSED, .window = window }, t);
	} else if (strcmp(what, "day_end") == 0)
		end_day(t);
}

int
main(int argc, char **argv)
{
	json_error_t error;
	json_t *from, *e;
	char *line = NULL;
	size_t room = 0;

	if (argc != 2)
		errx(2, "usage: waitbench HALL < EVENTS");
	if ((from = json_load_file(argv[1], 0, &error)) == NULL)
		errx(1, "%s:%d: %s", argv[1], error.line, error.text);
	setenv("TZ", "UTC", 1);
	read_layout(from);
	json_decref(from);
	hall = xcalloc(1, sizeof *hall);
	estimator = estimator_new();
	simulator = simulator_new();
	while (getline(&line, &room, stdin) != -1) {
		if ((e = json_loads(line, 0, &error)) == NULL)
			errx(1, "not an event: %s", line);
		event(e);
		json_decref(e);
	}
	free(line);
	estimator_free(estimator);
	estimates_free(&all);
	simulator_free(simulator);
	free(hall);
	return 0;
}
