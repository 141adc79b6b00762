/* Paper: rolls go into printers, and what is left of them. */
#include <stdlib.h>
#include <string.h>

#include "daemon/office/inside.h"
#include "daemon/office/paper.h"
#include "daemon/office/stock.h"

#define DRIFT_PART	5	/* of a roll: the book is no further from the sensor */

const struct record *
paper_roll(const struct hall *h, const char *device)
{
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ROLL, r)) != NULL; )
		if (strcmp(record_text(r, "device"), device) == 0)
			return r;
	return NULL;
}

int
paper_length_mm(const struct hall *h, const struct device *printer)
{
	const struct record *roll = paper_roll(h, printer->id);

	return roll != NULL ? (int)record_value(roll, "mm") : printer->roll_m * 1000;
}

int
paper_left_mm(const struct hall *h, const struct device *printer)
{
	const struct record *record = paper_roll(h, printer->id);
	const struct roll *roll = hall_roll(h, printer->id);
	int64_t long_mm = paper_length_mm(h, printer),
	    left_mm = long_mm - (roll == NULL ? 0 : roll->used_mm) - (record == NULL ? 0 : record_value(record, "drift_mm"));

	return long_mm == 0 ? -1 : left_mm < 0 ? 0 : (int)left_mm;
}

/* When the hall opens first and closes last on a date, minutes.  False: it does not. */
static bool
hours_of(const struct hall *h, const struct layout *l, int date, int *open_min, int *close_min)
{
	struct day_plan p;

	*open_min = DAY_MIN;
	*close_min = 0;
	for (int s = 0; s < l->service_count; s++) {
		if (!layout_served(l, s))
			continue;
		calendar_plan(&p, l, s, &h->override[s], date);
		if (p.count > 0 && p.span[0].open < *open_min)
			*open_min = p.span[0].open;
		if (p.count > 0 && p.span[p.count - 1].close > *close_min)
			*close_min = p.span[p.count - 1].close;
	}
	return *open_min < *close_min;
}

/* The moment after so much time during which the hall is open. */
static int64_t
open_after(const struct hall *h, const struct layout *l, int64_t wall_ms, int64_t open_ms)
{
	int min, date = date_at(wall_ms, &min), open_min, close_min;

	for (int i = 0; i < AHEAD_DAYS; i++, date = date_after(date, 1)) {
		if (!hours_of(h, l, date, &open_min, &close_min))
			continue;
		int64_t from_ms = date_ms(date, open_min), to_ms = date_ms(date, close_min);
		from_ms = from_ms < wall_ms ? wall_ms : from_ms;
		if (from_ms + open_ms <= to_ms)
			return from_ms + open_ms;
		open_ms -= to_ms > from_ms ? to_ms - from_ms : 0;
	}
	return 0;
}

int64_t
paper_ends_ms(const struct hall *h, const struct layout *l, const struct device *printer, const struct instant *now)
{
	const struct roll *roll = hall_roll(h, printer->id);
	int64_t left_mm = paper_left_mm(h, printer), since_ms = roll == NULL ? 0 : now->steady_ms - roll->first_ms;

	if (left_mm == -1 || roll == NULL || roll->tickets == 0 || roll->day != now->day || roll->today < PAPER_TICKETS ||
	    since_ms < PAPER_LEAST_MS || now->doubted)
		return 0;
	return open_after(h, l, now->wall_ms, left_mm * roll->tickets / roll->used_mm * since_ms / roll->today);
}

/* Rolls. */

static const struct device *
device_of(const struct desk *d, const char *id)
{
	int place = id[0] == '\0' ? -1 : layout_device(d->layout, id);

	return place == -1 ? NULL : &d->layout->device[place];
}

bool
paper_installs(const struct desk *d, const struct record *move)
{
	const struct record *item = record_of(d->hall, move, "item");

	return strcmp(record_choice(move, "kind"), "install") == 0 && item != NULL && record_value(item, "roll_mm") != 0 &&
	    device_of(d, record_text(move, "device")) != NULL;
}

void
paper_install(struct desk *d, const char *device)
{
	const struct roll *roll = hall_roll(d->hall, device);
	struct fact f = fact(d, DEVICE_ROLL);

	f.roll = ROLL_NEW;
	f.mm = roll == NULL ? 0 : roll->used_mm;
	strcpy(f.device, device);
	put(d, &f);
}

/* What a printer takes; NULL: nobody said. */
static const struct record *
paper_for(const struct desk *d, const struct record *roll)
{
	const struct record *only = NULL, *last = roll == NULL ? NULL : record_of(d->hall, roll, "item");

	if (last != NULL)
		return last;
	for (const struct record *item = NULL; (item = record_next(d->hall, SUBJECT_ITEM, item)) != NULL; )
		if (record_value(item, "roll_mm") != 0) {
			if (only != NULL)
				return NULL;
			only = item;
		}
	return only;
}

/* The move of this change that put a roll into the printer; NULL: none did. */
static const struct record *
installed(const struct desk *d, const char *device)
{
	for (int i = 0; i < d->change->count; i++) {
		const struct fact *f = &d->change->fact[i];

		if (f->kind == RECORD_FACTS + SUBJECT_MOVE && paper_installs(d, &f->record) && strcmp(record_text(&f->record, "device"), device) == 0)
			return &f->record;
	}
	return NULL;
}

/* What a roll was handed out for the printer by, that is not in yet; NULL: none was. */
static const struct record *
handed_out(const struct hall *h, const char *device)
{
	for (const struct record *r = NULL, *item; (r = record_next(h, SUBJECT_REQUEST, r)) != NULL; )
		if (record_in(r, "issued") && strcmp(record_text(r, "device"), device) == 0 && (item = record_of(h, r, "item")) != NULL &&
		    record_value(item, "roll_mm") != 0)
			return r;
	return NULL;
}

/* What was handed out for it, else one off the stock; if there is none it was in no book, and is in the printer all the same. */
static void
take_roll(struct desk *d, uint32_t item, const char *device)
{
	const struct record *request = handed_out(d->hall, device);
	struct record move = move_of("install", item, 1);

	record_set_text(&move, "device", device);
	if (request != NULL) {
		struct record in = *request;

		record_enter(&in, "installed");
		record_set(&move, "request", in.id);
		record_write(d, &in);
		stock_move(d, &move);
	} else if (stock_at(d->hall, item, "") == 0)
		stock_tell(d, item);
	else
		stock_move(d, &move);
}

/* Nobody knows how long it is: then there is no book of it. */
static void
roll_in(struct desk *d, const char *device, const struct record *item, const struct record *move)
{
	struct record roll = record_new(SUBJECT_ROLL);
	const struct device *printer = device_of(d, device);
	int64_t mm = item != NULL ? record_value(item, "roll_mm") : printer == NULL ? 0 : printer->roll_m * INT64_C(1000);

	if (mm == 0)
		return;
	record_set_text(&roll, "device", device);
	record_set(&roll, "item", item == NULL ? 0 : item->id);
	record_set(&roll, "batch", move == NULL ? 0 : record_value(move, "batch"));
	record_set(&roll, "mm", mm);
	record_set(&roll, "put", d->now.wall_ms);
	record_write(d, &roll);
}

static void
roll_out(struct desk *d, const struct record *roll, int used_mm)
{
	struct record out = *roll, paper = card_of("paper", roll->id, record_text(roll, "device")),
	    drift = card_of("drift", roll->id, record_text(roll, "device"));

	record_set(&out, "used_mm", used_mm);
	record_enter(&out, "out");
	record_write(d, &out);
	card_end(d, &paper);
	card_end(d, &drift);
}

static void
changed(struct desk *d, const struct fact *f)
{
	const struct record *old = paper_roll(d->hall, f->device), *move = installed(d, f->device), *request = handed_out(d->hall, f->device);
	const struct record *takes = move != NULL ? record_of(d->hall, move, "item") : request != NULL ? record_of(d->hall, request, "item") : paper_for(d, old);
	uint32_t item = takes == NULL ? 0 : takes->id;

	if (old != NULL) {
		struct record roll = *old;

		roll_out(d, &roll, f->mm);
	}
	if (move == NULL && item != 0) {
		take_roll(d, item, f->device);
		move = installed(d, f->device);
	}
	roll_in(d, f->device, record_find(d->hall, SUBJECT_ITEM, item), move);
}

/* What its sensor saw, by the book. */
static void
nearly_out(struct desk *d, const char *device)
{
	const struct record *in = paper_roll(d->hall, device);
	const struct roll *roll = hall_roll(d->hall, device);
	int64_t left, drift;

	if (in == NULL || roll == NULL)
		return;
	struct record r = *in;
	left = record_value(&r, "mm") - roll->used_mm;
	drift = d->layout->office.near_mm == 0 ? 0 : left - d->layout->office.near_mm;
	record_set(&r, "near", d->now.wall_ms);
	record_set(&r, "near_mm", left);
	record_set(&r, "drift_mm", drift);
	record_write(d, &r);
	if (llabs(drift) * DRIFT_PART > record_value(&r, "mm"))
		card_light(d, card_of("drift", r.id, device));
}

/* It will be out before the hall closes today: told once of each roll. */
static void
warn(struct desk *d, const char *device)
{
	const struct record *in = paper_roll(d->hall, device);
	const struct device *printer = device_of(d, device);
	int min, date = date_at(d->now.wall_ms, &min), open_min, close_min;
	int64_t ends_ms;

	if (in == NULL || printer == NULL || record_value(in, "warned") != 0 || !hours_of(d->hall, d->layout, date, &open_min, &close_min))
		return;
	ends_ms = paper_ends_ms(d->hall, d->layout, printer, &d->now);
	if (ends_ms == 0 || ends_ms >= date_ms(date, close_min))
		return;
	struct record r = *in;
	record_set(&r, "warned", d->now.wall_ms);
	record_write(d, &r);
	card_light(d, card_of("paper", r.id, device));
}

void
paper_follows(struct desk *d, const struct fact *f)
{
	if (f->kind == DEVICE_ROLL && f->roll == ROLL_NEW)
		changed(d, f);
	if (f->kind == DEVICE_ROLL && f->roll == ROLL_NEAR)
		nearly_out(d, f->device);
	if ((f->kind == DEVICE_ROLL && f->roll == ROLL_NEAR) || (f->kind == TICKET_PRINTED && f->mm != 0))
		warn(d, f->device);
}
