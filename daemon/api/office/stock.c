/* Stock as it is told: of each item what there is, how long that lasts, and what to order. */
#include "daemon/api/handlers.h"
#include "daemon/api/office/records.h"
#include "daemon/office/stock.h"

/* Rounded half up to so many parts of one. */
static json_t *
quotient(int64_t n, int64_t by, int parts)
{
	return by == 0 ? json_null() : json_real((double)((n * parts * 2 + by) / (by * 2)) / parts);
}

/* The places that have some, in the order in which they came. */
static json_t *
places_json(const struct hall *h, uint32_t item)
{
	int item_at = record_slot(SUBJECT_BATCH, "item");
	json_t *places = json_object();

	for (const struct record *b = NULL; (b = record_next(h, SUBJECT_BATCH, b)) != NULL; ) {
		if (b->value[item_at] != item)
			continue;
		const char *place = record_text(b, "place");
		json_object_set_new(places, place, json_integer(json_integer_value(json_object_get(places, place)) + record_value(b, "left")));
	}
	return places;
}

void
json_set_stock(json_t *object, const struct request *rq, const struct hall *h, const struct record *item)
{
	struct open_days open = open_days_before(ledger_layout(rq->server->ledger), rq->now.day);
	struct stock s = stock_of(h, item, &open);

	json_object_set_new(object, "stock", json_integer(s.there));
	json_object_set_new(object, "places", places_json(h, item->id));
	json_object_set_new(object, "ordered", json_integer(s.ordered));
	json_object_set_new(object, "used_a_day", quotient(s.used, s.days, 100));
	json_object_set_new(object, "days_left", quotient(s.there * s.days, s.used, 10));
	json_object_set_new(object, "reorder_point", json_integer(s.reorder));
	json_object_set_new(object, "below", json_boolean(s.below));
	json_object_set_new(object, "low", json_boolean(s.low));
}

enum refusal
get_order_list(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	struct open_days open = open_days_before(ledger_layout(rq->server->ledger), rq->now.day);
	json_t *lines = json_array();
	int64_t all = 0;

	for (const struct record *item = NULL; (item = record_next(h, SUBJECT_ITEM, item)) != NULL; ) {
		int64_t order = stock_of(h, item, &open).order, pack = record_value(item, "pack"), cost = order * record_value(item, "cost");

		if (order == 0)
			continue;
		all += cost;
		json_array_append_new(lines, json_pack("{s:I, s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "item", (json_int_t)item->id,
		    "code", record_text(item, "code"), "name", record_text(item, "name"), "unit", record_text(item, "unit"),
		    "quantity", (json_int_t)order, "pack", (json_int_t)pack, "packs", (json_int_t)(order / pack), "cost", (json_int_t)cost));
	}
	return request_json(rq, 200, json_pack("{s:o, s:I}", "lines", lines, "cost", (json_int_t)all));
}
