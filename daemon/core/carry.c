/* A hall without tickets, to JSON and back. */
#include <string.h>

#include "daemon/core/carry.h"

/* Lists. */

static json_t *
ids_json(const char ids[][ID_MAX], int count)
{
	json_t *list = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(list, json_string(ids[i]));
	return list;
}

static json_t *
counters_json(const struct hall *h)
{
	json_t *list = json_array();

	for (const struct counter *c = h->counter; c < h->counter + h->counter_count; c++)
		json_array_append_new(list, json_pack("{s:s, s:i, s:i}", "prefix", c->prefix, "day", c->day, "last", c->last));
	return list;
}

static json_t *
windows_json(const struct hall *h)
{
	json_t *list = json_array();

	for (int no = 1; no <= WINDOW_NO_MAX; no++) {
		const struct window *w = &h->window[no];

		if (w->touched != 0)
			json_array_append_new(list, json_pack("{s:i, s:i, s:I, s:I}", "no", no, "staff", (int)w->staff,
			    "since_ms", (json_int_t)w->since_ms, "touched", (json_int_t)w->touched));
	}
	return list;
}

static json_t *
rolls_json(const struct hall *h)
{
	json_t *list = json_array();

	for (const struct roll *r = h->roll; r < h->roll + h->roll_count; r++)
		json_array_append_new(list, json_pack("{s:s, s:i, s:b, s:b, s:i, s:i, s:i}", "device", r->device, "used_mm", r->used_mm,
		    "asked", r->asked, "near", r->near, "tickets", r->tickets, "print_mm", r->print_mm, "before", r->before));
	return list;
}

static json_t *
troubles_json(const struct hall *h)
{
	json_t *list = json_array();

	for (const struct trouble *t = h->trouble; t < h->trouble + h->trouble_count; t++)
		json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:I, s:b}", "device", t->device, "address", t->address,
		    "reason", t->reason, "since_ms", (json_int_t)t->since_ms, "ordered", t->ordered));
	return list;
}

static json_t *
bookings_json(const struct hall *h)
{
	json_t *list = json_array();

	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++)
		json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "id", (json_int_t)b->id,
		    "code", b->code, "service", h->service_id[b->service], "class", h->class_id[b->class],
		    "lang", language_name(b->language), "from_ms", (json_int_t)b->from_ms, "to_ms", (json_int_t)b->to_ms,
		    "reference", (json_int_t)b->reference));
	return list;
}

/* What people said of all of it: the layout, and what is told to everybody.  Who left the hall is not called back by a new day. */
static json_t *
whole_json(const struct hall *h)
{
	return json_pack("{s:i, s:s, s:s, s:I, s:o, s:o, s:I}", "layout_rev", h->layout_rev, "layout_digest", h->layout_digest,
	    "halt", halt_name(h->halt),
	    "from_ms", (json_int_t)(hall_halted(h) ? h->stop[0].from_ms : 0), "evacuation", text_pair(&h->evacuation),
	    "notice", text_pair(&h->notice.text), "notice_until_ms", (json_int_t)h->notice.until_ms);
}

json_t *
hall_carried(const struct hall *h)
{
	return json_pack("{s:o, s:i, s:i, s:I, s:I, s:s, s:I, s:[i, i, i], s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "whole", whole_json(h),
	    "day", h->day, "closed_day", h->closed_day, "last_ticket", (json_int_t)h->last_ticket,
	    "last_booking", (json_int_t)h->last_booking,
	    "boot", h->boot, "offset_ms", (json_int_t)h->offset_ms,
	    "totals", h->totals.issued, h->totals.served, h->totals.abandoned,
	    "services", ids_json(h->service_id, h->service_count), "classes", ids_json(h->class_id, h->class_count),
	    "counters", counters_json(h), "windows", windows_json(h), "rolls", rolls_json(h),
	    "bookings", bookings_json(h), "troubles", troubles_json(h));
}

/* And back. */

static int
ids_read(struct hall *h, int (*add)(struct hall *, const char *), const json_t *list)
{
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v)
		if (!json_is_string(v) || add(h, json_string_value(v)) == -1)
			return -1;
	return 0;
}

static int
copy(char *to, size_t cap, const char *text)
{
	if (strlen(text) >= cap)
		return -1;
	strcpy(to, text);
	return 0;
}

static int
counters_read(struct hall *h, json_t *list)
{
	const char *prefix;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		struct counter *c = &h->counter[h->counter_count];

		if (h->counter_count == COUNTERS_MAX ||
		    json_unpack(v, "{s:s, s:i, s:i}", "prefix", &prefix, "day", &c->day, "last", &c->last) == -1 ||
		    copy(c->prefix, sizeof c->prefix, prefix) == -1)
			return -1;
		h->counter_count++;
	}
	return 0;
}

static int
windows_read(struct hall *h, json_t *list)
{
	json_int_t since_ms, touched;
	int no, staff;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		if (json_unpack(v, "{s:i, s:i, s:I, s:I}", "no", &no, "staff", &staff, "since_ms", &since_ms,
		    "touched", &touched) == -1 || no < 1 || no > WINDOW_NO_MAX)
			return -1;
		h->window[no] = (struct window){ .staff = staff, .since_ms = since_ms, .touched = touched };
	}
	return 0;
}

static int
rolls_read(struct hall *h, json_t *list)
{
	const char *device;
	int asked, near;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		struct roll *r = &h->roll[h->roll_count];

		near = 0;
		if (h->roll_count == DEVICES_MAX ||
		    json_unpack(v, "{s:s, s:i, s:b, s?b, s?i, s?i, s?i}", "device", &device, "used_mm", &r->used_mm, "asked", &asked,
		    "near", &near, "tickets", &r->tickets, "print_mm", &r->print_mm, "before", &r->before) == -1 ||
		    copy(r->device, sizeof r->device, device) == -1)
			return -1;
		r->asked = asked;
		r->near = near;
		h->roll_count++;
	}
	return 0;
}

static int
bookings_read(struct hall *h, json_t *list)
{
	const char *code, *service, *class, *lang;
	json_int_t id, from_ms, to_ms, reference;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		struct booking *b = &h->booking[h->booking_count];
		int of_service, of_class, language;

		reference = 0;			/* once they had none */
		if (h->booking_count == BOOKINGS_MAX ||
		    json_unpack(v, "{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s?I}", "id", &id, "code", &code, "service", &service,
		    "class", &class, "lang", &lang, "from_ms", &from_ms, "to_ms", &to_ms,
		    "reference", &reference) == -1 ||
		    (of_service = hall_service(h, service)) == -1 || (of_class = hall_class(h, class)) == -1 ||
		    (language = language_find(lang)) == -1 || strlen(code) >= sizeof b->code)
			return -1;
		memset(b, 0, sizeof *b);
		*b = (struct booking){ .id = id, .service = of_service, .class = of_class, .language = language,
		    .from_ms = from_ms, .to_ms = to_ms, .reference = reference };
		strcpy(b->code, code);
		h->booking_count++;
	}
	return 0;
}

/* Absent in days that were closed before they were carried over. */
static int
troubles_read(struct hall *h, json_t *list)
{
	const char *device, *reason;
	json_int_t since_ms;
	int ordered;
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		struct trouble *t = &h->trouble[h->trouble_count];

		if (h->trouble_count == TROUBLES_MAX ||
		    json_unpack(v, "{s:s, s:i, s:s, s:I, s:b}", "device", &device, "address", &t->address, "reason", &reason, "since_ms", &since_ms,
		    "ordered", &ordered) == -1 ||
		    copy(t->device, sizeof t->device, device) == -1 || copy(t->reason, sizeof t->reason, reason) == -1)
			return -1;
		t->since_ms = since_ms;
		t->ordered = ordered;
		h->trouble_count++;
	}
	return 0;
}

/* Days that were closed before there were bookings have none. */
static int
carried_bookings(struct hall *h, const json_t *carried)
{
	h->last_booking = json_integer_value(json_object_get(carried, "last_booking"));
	return bookings_read(h, json_object_get(carried, "bookings"));
}

/* Absent in days that were closed before there was this. */
static int
whole_read(struct hall *h, const json_t *v)
{
	json_int_t from_ms, until_ms;
	json_t *evacuation, *notice;
	const char *halt, *digest;

	if (v == NULL)
		return 0;
	if (json_unpack((json_t *)v, "{s:i, s:s, s:s, s:I, s:o, s:o, s:I}", "layout_rev", &h->layout_rev, "layout_digest", &digest,
	    "halt", &halt, "from_ms", &from_ms, "evacuation", &evacuation,
	    "notice", &notice, "notice_until_ms", &until_ms) == -1 || text_pair_read(&h->evacuation, evacuation) == -1 ||
	    text_pair_read(&h->notice.text, notice) == -1 || copy(h->layout_digest, sizeof h->layout_digest, digest) == -1)
		return -1;
	h->notice.until_ms = until_ms;
	for (h->halt = 0; h->halt < HALTS && strcmp(halt_name(h->halt), halt) != 0; h->halt++)
		;
	if (hall_halted(h))
		h->stop[h->stop_count++] = (struct stop){ .from_ms = from_ms };
	return h->halt < HALTS ? 0 : -1;
}

int
hall_carry(struct hall *h, const struct fact *f, const json_t *carried)
{
	json_t *services, *classes, *counters, *windows, *rolls;
	json_int_t last_ticket, offset_ms;
	const char *boot;

	if (json_unpack((json_t *)carried, "{s:i, s:i, s:I, s:s, s:I, s:[i, i, i], s:o, s:o, s:o, s:o, s:o}",
	    "day", &h->day, "closed_day", &h->closed_day, "last_ticket", &last_ticket,
	    "boot", &boot, "offset_ms", &offset_ms,
	    "totals", &h->totals.issued, &h->totals.served, &h->totals.abandoned,
	    "services", &services, "classes", &classes, "counters", &counters, "windows", &windows, "rolls", &rolls) == -1 ||
	    copy(h->boot, sizeof h->boot, boot) == -1 || ids_read(h, hall_service, services) == -1 ||
	    ids_read(h, hall_class, classes) == -1 || counters_read(h, counters) == -1 || windows_read(h, windows) == -1 ||
	    rolls_read(h, rolls) == -1 || carried_bookings(h, carried) == -1 ||
	    troubles_read(h, json_object_get(carried, "troubles")) == -1 ||
	    whole_read(h, json_object_get(carried, "whole")) == -1)
		return -1;
	h->last_ticket = last_ticket;
	h->offset_ms = offset_ms;
	h->seq = f->seq;
	h->steady_ms = f->at.steady_ms;
	h->wall_ms = f->at.wall_ms;
	return 0;
}
