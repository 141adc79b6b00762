/* What the hall has: each thing is known once, a fault that lasts is one for repair, and rounds are made. */
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"
#include "daemon/office/inside.h"

#define FAULT_DAYS	31	/* a fault is looked at so many days back */

/* As records tell times. */
static int64_t
whole_s(int64_t wall_ms)
{
	return wall_ms / 1000 * 1000;
}

static bool
is_of(const struct record *r, const char *device, int64_t address)
{
	return device[0] != '\0' && strcmp(record_text(r, "device"), device) == 0 && record_value(r, "address") == address;
}

/* The record of a subject in use that is of this device; NULL: there is none. */
static const struct record *
of_device(const struct hall *h, enum subject subject, const char *device, int64_t address, const struct record *but)
{
	for (const struct record *r = NULL; (r = record_next(h, subject, r)) != NULL; )
		if ((but == NULL || r->id != but->id) && is_of(r, device, address))
			return r;
	return NULL;
}

/* What is said anew has to be there; what was said before may be gone. */
static enum refusal
needs_device(struct desk *d, const struct record *before, const struct record *after)
{
	const char *device = record_text(after, "device");

	if (device[0] == '\0' || layout_device(d->layout, device) != -1 || (before != NULL && strcmp(record_text(before, "device"), device) == 0))
		return OK;
	return bad_request(d, "/device", "the id of a device of the layout");
}

enum refusal
equipment_may_write(struct desk *d, const struct record *before, struct record *after)
{
	enum refusal refusal = needs_other(d, after, "no");

	if (refusal != OK || (refusal = needs_device(d, before, after)) != OK)
		return refusal;
	if (of_device(d->hall, SUBJECT_ASSET, record_text(after, "device"), record_value(after, "address"), after) != NULL)
		return bad_request(d, "/device", "a device and address that no other has");
	return OK;
}

/* Of a thing that is known: its device; of a device: the thing that it is. */
static void
fill_in(const struct hall *h, struct record *repair)
{
	const struct record *asset = record_of(h, repair, "asset");

	if (asset != NULL && record_text(repair, "device")[0] == '\0') {
		record_set_text(repair, "device", record_text(asset, "device"));
		record_set(repair, "address", record_value(asset, "address"));
	}
	if (asset == NULL && (asset = of_device(h, SUBJECT_ASSET, record_text(repair, "device"), record_value(repair, "address"), NULL)) != NULL)
		record_set(repair, "asset", asset->id);
}

/* What it takes is booked when it is fixed, and at no other time. */
static enum refusal
spare_stays(struct desk *d, const struct record *before, const struct record *after)
{
	if (record_value(before, "item") != record_value(after, "item"))
		return bad_request(d, "/item", "as it was: a spare is taken with fix");
	if (record_value(before, "quantity") != record_value(after, "quantity"))
		return bad_request(d, "/quantity", "as it was: a spare is taken with fix");
	return OK;
}

enum refusal
repair_may_write(struct desk *d, const struct record *before, struct record *after)
{
	enum refusal refusal = needs_device(d, before, after);

	if (refusal == OK && before != NULL && record_in(before, "fixed"))
		refusal = spare_stays(d, before, after);
	if (refusal != OK)
		return refusal;
	fill_in(d->hall, after);
	if (before == NULL)
		record_set(after, "reported", whole_s(d->now.wall_ms));
	return OK;
}

/* The spare that a repair took, wherever it lay. */
static struct record
spare_of(const struct record *repair)
{
	struct record move = move_of("use", record_value(repair, "item"), record_value(repair, "quantity"));

	record_set_text(&move, "device", record_text(repair, "device"));
	return move;
}

static bool
takes_spare(const struct record *before, const struct record *after)
{
	return record_in(after, "fixed") && !record_in(before, "fixed") && record_value(after, "item") != 0;
}

enum refusal
repair_may_step(struct desk *d, const struct record *before, struct record *after)
{
	const char *verb = d->cmd->step->verb;
	enum refusal refusal = needs_device(d, before, after);

	if (refusal == OK && (record_in(after, "verified") || record_in(after, "closed")))
		refusal = spare_stays(d, before, after);
	if (refusal != OK)
		return refusal;
	if (strcmp(verb, "assign") == 0 && record_of(d->hall, after, "person") == NULL)
		return bad_request(d, "/person", "the id of somebody who is here");
	if (strcmp(verb, "fix") == 0) {
		record_set(after, "fixed", whole_s(d->now.wall_ms));
		if (record_value(after, "item") != 0 && record_value(after, "quantity") == 0)
			record_set(after, "quantity", 1);
	}
	if (takes_spare(before, after)) {
		struct record spare = spare_of(after);

		return stock_may(d, &spare);
	}
	if (strcmp(verb, "reopen") == 0) {
		record_set(after, "fixed", 0);
		record_set(after, "item", 0);		/* what it took is used */
		record_set(after, "quantity", 0);
	}
	return OK;
}

void
repair_then(struct desk *d, const struct record *before, const struct record *after)
{
	struct record closed = *after, card = card_of("repair", after->id, "");

	if (takes_spare(before, after)) {
		struct record spare = spare_of(after);

		stock_moved(d, &spare);
	}
	if (record_in(after, "verified")) {
		record_enter(&closed, "closed");
		record_write(d, &closed);
	}
	if (record_in(&closed, "closed"))
		card_end(d, &card);
}

enum refusal
inspection_may_write(struct desk *d, const struct record *before, struct record *after)
{
	if (record_value(after, "bad") > record_value(after, "points"))
		return bad_request(d, "/bad", "no more than points");
	if (before == NULL && record_value(after, "at") == 0)
		record_set(after, "at", whole_s(d->now.wall_ms));
	return OK;
}

/* Faults that last.  At night devices may be switched off: a fault lasts as long as it takes of the hall's hours. */

static int64_t
began_ms(const struct trouble *t, const struct instant *now)
{
	return now->wall_ms - (now->steady_ms - t->since_ms);
}

/* Steady time at which it has lasted so long; DUE_NEVER: that is far. */
static int64_t
lasted_ms(const struct hall *h, const struct layout *l, const struct trouble *t, const struct instant *now)
{
	int64_t since_ms = began_ms(t, now), left_ms = l->office.repair_after_s * INT64_C(1000), from_ms, to_ms;
	int min, date = date_at(since_ms, &min);

	for (int i = 0; i < FAULT_DAYS; i++, date = date_after(date, 1)) {
		if (!hall_duty(h, l, date, &from_ms, &to_ms))
			continue;
		if (since_ms > from_ms)
			from_ms = since_ms;
		if (to_ms - from_ms >= left_ms)
			return from_ms + left_ms - now->wall_ms + now->steady_ms;
		left_ms -= to_ms > from_ms ? to_ms - from_ms : 0;
	}
	return DUE_NEVER;
}

/* When its repair is to be ordered; DUE_NEVER: it is, or it is nobody's. */
static int64_t
repair_at(const struct hall *h, const struct layout *l, const struct trouble *t, const struct instant *now)
{
	if (l->office.repair_after_s == 0 || t->ordered || layout_device(l, t->device) == -1 ||
	    of_device(h, SUBJECT_REPAIR, t->device, t->address, NULL) != NULL)
		return DUE_NEVER;
	return lasted_ms(h, l, t, now);
}

int64_t
faults_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t first_ms = DUE_NEVER;

	for (const struct trouble *t = h->trouble; t < h->trouble + h->trouble_count; t++) {
		int64_t at_ms = repair_at(h, l, t, now);

		first_ms = at_ms < first_ms ? at_ms : first_ms;
	}
	return first_ms;
}

void
faults_order_repair(struct desk *d)
{
	const struct hall *h = d->hall;

	for (const struct trouble *t = h->trouble; t < h->trouble + h->trouble_count && office_room(d, FOLLOWING_MAX / 2); t++) {
		struct record repair = record_new(SUBJECT_REPAIR);

		if (repair_at(h, d->layout, t, &d->now) > d->now.steady_ms)
			continue;
		record_set_text(&repair, "device", t->device);
		record_set(&repair, "address", t->address);
		record_set_text(&repair, "fault", t->reason);
		record_set(&repair, "reported", whole_s(began_ms(t, &d->now)));
		fill_in(h, &repair);
		record_write(d, &repair);
		card_light(d, card_of("repair", repair.id, t->device));
	}
}
