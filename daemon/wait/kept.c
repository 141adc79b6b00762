/* What was learnt, as JSON. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/wait/kept.h"

#define VERSION 1

/* Numbers that stand one behind the other, of the hall or of each service; each is a list. */
struct row { const char *name; size_t at, step; int count; };
#define NUMBERS(type, field) .at = offsetof(struct type, field), .count = sizeof(((struct type *)0)->field) / (sizeof(double))
#define OF_EACH(type, field) .at = offsetof(struct type, field), .step = sizeof(((struct type *)0)->field[0]), \
	.count = sizeof(((struct type *)0)->field[0]) / (sizeof(double))

static const struct row hall_rows[] = {
	{ "days", NUMBERS(learnt, days) },
	{ "half", NUMBERS(learnt, half) },
	{ "gap_s", NUMBERS(learnt, gap_s) },
	{ "soon", NUMBERS(learnt, soon) },
	{ "late", NUMBERS(learnt, late) },
	{ "absent_s", NUMBERS(learnt, absent_s) },
	{ "cancel", NUMBERS(learnt, cancel) },
	{ "pause", NUMBERS(learnt, pause) },
	{ "pause_s", NUMBERS(learnt, pause_s) },
	{ "arrive", NUMBERS(learnt, arrive) },
	{ "come_back", NUMBERS(learnt, come_back) },
	{ "shows", NUMBERS(learnt, shows) },
	{ "early_s", NUMBERS(learnt, early_s) },
	{ NULL, 0, 0, 0 }
};

static const struct row service_rows[] = {
	{ "service", OF_EACH(learnt, service) },
	{ "mean_s", OF_EACH(learnt, mean_s) },
	{ "spread", OF_EACH(learnt, spread) },
	{ "waited_s", OF_EACH(learnt, waited_s) },
	{ NULL, 0, 0, 0 }
};

static const struct row judgement_rows[] = {
	{ "simulated_off", NUMBERS(judgement, simulated_off) },
	{ "formula_off", NUMBERS(judgement, formula_off) },
	{ "width", NUMBERS(judgement, width) },
	{ NULL, 0, 0, 0 }
};

static double *
numbers(const void *of, const struct row *r, int i)
{
	return (double *)((char *)of + r->at + i * r->step);
}

static json_t *
list(const double x[], int count)
{
	json_t *v = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(v, json_real(x[i]));
	return v;
}

static json_t *
list_float(const float x[], int count)
{
	json_t *v = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(v, json_real(x[i]));
	return v;
}

static json_t *
rows(const void *of, const struct row *r, int i)
{
	json_t *v = json_object();

	for (; r->name != NULL; r++)
		json_object_set_new(v, r->name, list(numbers(of, r, i), r->count));
	return v;
}

static json_t *
error_json(const struct day_error *e)
{
	return json_pack("{s:i, s:f, s:f, s:i}", "tickets", e->tickets, "off_s", e->off_s, "bias_s", e->bias_s, "within", e->within);
}

/* Tickets by class and part of the day; of today too. */
static json_t *
arrivals(const float came[CLASSES_MAX][PARTS], const struct hall *h)
{
	json_t *v = json_object();

	for (int c = 0; c < h->class_count; c++)
		json_object_set_new(v, h->class_id[c], list_float(came[c], PARTS));
	return v;
}

static json_t *
service_json(const struct learnt *l, const struct judgement *j, const struct hall *h, int s)
{
	json_t *v = rows(l, service_rows, s);

	json_object_set_new(v, "came", arrivals(l->came[s], h));
	json_object_set_new(v, "today", arrivals(l->today[s], h));
	json_object_set_new(v, "error", error_json(&j->last[s]));
	json_object_set_new(v, "error_today", error_json(&j->today[s]));
	return v;
}

static json_t *
hand_json(const struct hand *hand, const struct hall *h)
{
	json_t *services = json_object();

	for (int s = 0; s < h->service_count; s++)
		if (hand->service[s].n > 0)
			json_object_set_new(services, h->service_id[s], list(&hand->service[s].n, 2));
	return json_pack("{s:i, s:i, s:o, s:o}", "staff", (int)hand->staff, "window", hand->window, "all", list(&hand->all.n, 2),
	    "services", services);
}

json_t *
kept_json(const struct learnt *l, const struct judgement *j, const struct hall *h)
{
	json_t *services = json_object(), *hands = json_array(), *windows = json_object(), *open = json_object();
	char no[12];

	for (int s = 0; s < h->service_count; s++)
		json_object_set_new(services, h->service_id[s], service_json(l, j, h, s));
	for (int i = 0; i < l->hand_count; i++)
		json_array_append_new(hands, hand_json(&l->hand[i], h));
	for (int w = 0; w <= WINDOW_NO_MAX; w++) {
		float most = 0;

		for (int p = 0; p < PARTS; p++)
			most = fmaxf(most, l->there[w][p]);
		snprintf(no, sizeof no, "%d", w);
		if (most > 0)
			json_object_set_new(windows, no, list_float(l->there[w], PARTS));
		if (l->opened_ms[w] != 0)
			json_object_set_new(open, no, json_integer(l->opened_ms[w]));
	}
	return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "version", VERSION, "error_day", j->last_day, "hall", rows(l, hall_rows, 0),
	    "judgement", rows(j, judgement_rows, 0), "services", services, "hands", hands, "windows", windows,
	    "open", open);
}

/* Back again: what is missing stays as it was, what cannot have been learnt makes all of it wrong. */

static bool
take_list(const json_t *v, double x[], int count)
{
	if (v == NULL)
		return true;
	if (json_array_size(v) != (size_t)count)
		return false;
	for (int i = 0; i < count; i++) {
		if (!json_is_number(json_array_get(v, i)) || !isfinite(json_number_value(json_array_get(v, i))))
			return false;
		x[i] = json_number_value(json_array_get(v, i));
	}
	return true;
}

static bool
take_floats(const json_t *v, float x[], int count)
{
	double all[PARTS];

	if (v == NULL)
		return true;
	if (!take_list(v, all, count))
		return false;
	for (int i = 0; i < count; i++)
		x[i] = (float)all[i];
	return true;
}

static bool
take_rows(const json_t *v, void *of, const struct row *r, int i)
{
	for (; r->name != NULL; r++)
		if (!take_list(json_object_get(v, r->name), numbers(of, r, i), r->count))
			return false;
	return true;
}

static bool
take_arrivals(const json_t *v, float came[CLASSES_MAX][PARTS], const struct hall *h)
{
	for (int c = 0; c < h->class_count; c++)
		if (!take_floats(json_object_get(v, h->class_id[c]), came[c], PARTS))
			return false;
	return true;
}

static void
take_error(const json_t *v, struct day_error *e)
{
	*e = (struct day_error){ .tickets = (int)json_integer_value(json_object_get(v, "tickets")),
	    .off_s = json_number_value(json_object_get(v, "off_s")), .bias_s = json_number_value(json_object_get(v, "bias_s")),
	    .within = (int)json_integer_value(json_object_get(v, "within")) };
}

static bool
take_service(const json_t *v, struct learnt *l, struct judgement *j, const struct hall *h, int s)
{
	take_error(json_object_get(v, "error"), &j->last[s]);
	take_error(json_object_get(v, "error_today"), &j->today[s]);
	return take_rows(v, l, service_rows, s) && take_arrivals(json_object_get(v, "came"), l->came[s], h) &&
	    take_arrivals(json_object_get(v, "today"), l->today[s], h);
}

static bool
take_hand(const json_t *v, struct learnt *l, const struct hall *h)
{
	struct hand *hand = &l->hand[l->hand_count];

	if (l->hand_count == HANDS_MAX)
		return false;
	l->hand_count++;
	*hand = (struct hand){ .staff = (uint32_t)json_integer_value(json_object_get(v, "staff")),
	    .window = (int)json_integer_value(json_object_get(v, "window")) };
	for (int s = 0; s < h->service_count; s++)
		if (!take_list(json_object_get(json_object_get(v, "services"), h->service_id[s]), &hand->service[s].n, 2))
			return false;
	return take_list(json_object_get(v, "all"), &hand->all.n, 2);
}

static bool
is_window(const char *no)
{
	return atoi(no) >= 0 && atoi(no) <= WINDOW_NO_MAX;
}

static bool
take(const json_t *v, struct learnt *l, struct judgement *j, const struct hall *h)
{
	const json_t *services = json_object_get(v, "services"), *hand;
	json_t *there, *since;
	const char *no;
	size_t i;

	for (int s = 0; s < h->service_count; s++)
		if (!take_service(json_object_get(services, h->service_id[s]), l, j, h, s))
			return false;
	json_array_foreach(json_object_get(v, "hands"), i, hand)
		if (!take_hand(hand, l, h))
			return false;
	json_object_foreach(json_object_get(v, "windows"), no, there)
		if (!is_window(no) || !take_floats(there, l->there[atoi(no)], PARTS))
			return false;
	json_object_foreach(json_object_get(v, "open"), no, since) {
		if (!is_window(no))
			return false;
		l->opened_ms[atoi(no)] = json_integer_value(since);
	}
	j->last_day = (int)json_integer_value(json_object_get(v, "error_day"));
	return take_rows(json_object_get(v, "hall"), l, hall_rows, 0) && take_rows(json_object_get(v, "judgement"), j, judgement_rows, 0);
}

const char *
kept_take(const json_t *v, struct learnt *l, struct judgement *j, const struct hall *h)
{
	struct { struct learnt learnt; struct judgement judgement; } *was;
	bool fits;

	if (json_integer_value(json_object_get(v, "version")) != VERSION)
		return "not of this version";
	was = xcalloc(1, sizeof *was);
	was->learnt = *l;
	was->judgement = *j;
	if (!(fits = take(v, l, j, h) && learnt_sound(l) && judgement_sound(j))) {
		*l = was->learnt;
		*j = was->judgement;
	}
	free(was);
	return fits ? NULL : "a number is missing, is none or cannot be";
}
