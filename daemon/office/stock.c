/* Stock: moves of it, what is asked for and ordered, and cards that tell of too little. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "daemon/office/inside.h"
#include "daemon/office/stock.h"

#define STOCK_MOST	500000000	/* of an item, so that sums stay within what a record can say */
#define BATCHES_MAX	10	/* that one move takes from: of each there are up to three facts */
#define TAKEN_BATCHES	2	/* that are taken from for each ticket, and */
#define FACTS_OF_TICKETS (2 * TAKEN_BATCHES + 3)	/* that come of it: there is room for */
#define PER_TICKET_MAX	5	/* such items at once */
#define FACTS_OF_MOVE	(FACTS_MAX + FOLLOWING_MAX)

static bool
is_kind(const struct record *move, const char *kind)
{
	return strcmp(record_choice(move, "kind"), kind) == 0;
}

/* Does it add to the stock? */
static bool
comes(const struct record *move)
{
	return is_kind(move, "in") || is_kind(move, "return");
}

/* What was asked for is in its place: it was taken out of the stock before. */
static bool
was_out(const struct record *move)
{
	return is_kind(move, "install") && record_value(move, "request") != 0;
}

struct record
move_of(const char *kind, uint32_t item, int64_t quantity)
{
	struct record move = record_new(SUBJECT_MOVE);

	record_choose(&move, "kind", kind);
	record_set(&move, "item", item);
	record_set(&move, "quantity", quantity);
	return move;
}

/* Figures. */

static bool
is_open(const struct layout *l, int date)
{
	struct day_plan p;

	for (int s = 0; s < l->service_count; s++) {
		if (!layout_served(l, s))
			continue;
		calendar_plan(&p, l, s, NULL, date);
		if (p.count > 0)
			return true;
	}
	return false;
}

/* Not longer ago than moves are kept at hand. */
struct open_days
open_days_before(const struct layout *l, int day)
{
	struct open_days days = { .before = day };

	for (int i = 1; i < RECORD_DAYS && days.count < OPEN_DAYS; i++) {
		int date = date_after(day, -i);

		if (is_open(l, date))
			days.date[days.count++] = date;
	}
	return days;
}

static bool
is_at(const struct record *batch, uint32_t item, const char *place)
{
	return record_value(batch, "item") == item && (place[0] == '\0' || strcmp(record_text(batch, "place"), place) == 0);
}

int64_t
stock_at(const struct hall *h, uint32_t item, const char *place)
{
	int item_at = record_slot(SUBJECT_BATCH, "item"), left_at = record_slot(SUBJECT_BATCH, "left");
	int64_t there = 0;

	for (const struct record *b = NULL; (b = record_next(h, SUBJECT_BATCH, b)) != NULL; )
		if (b->value[item_at] == item && is_at(b, item, place))
			there += b->value[left_at];
	return there;
}

static int64_t
ordered_of(const struct hall *h, uint32_t item)
{
	int64_t ordered = 0;

	for (const struct record *o = NULL; (o = record_next(h, SUBJECT_ORDER, o)) != NULL; )
		if (record_value(o, "item") == item)
			ordered += record_value(o, "quantity");
	return ordered;
}

/* There may be thousands of moves, and as many times as there are items. */
static int64_t
used_of(const struct hall *h, uint32_t item, int from, int before)
{
	int item_at = record_slot(SUBJECT_MOVE, "item"), day_at = record_slot(SUBJECT_MOVE, "day");
	int64_t used = 0;

	for (const struct record *m = NULL; (m = record_next(h, SUBJECT_MOVE, m)) != NULL; )
		if (m->value[item_at] == item && m->value[day_at] >= from && m->value[day_at] < before &&
		    !is_kind(m, "in") && !is_kind(m, "count") && !is_kind(m, "scrap"))
			used -= record_value(m, "difference");
	return used < 0 ? 0 : used;
}

/* A part is a whole one. */
static int64_t
whole(int64_t n, int64_t by)
{
	return n <= 0 ? 0 : (n + by - 1) / by;
}

struct stock
stock_of(const struct hall *h, const struct record *item, const struct open_days *open)
{
	struct stock s = { .there = stock_at(h, item->id, ""), .ordered = ordered_of(h, item->id) };
	int64_t lead_days = record_value(item, "lead_days"), pack = record_value(item, "pack");

	while (s.days < open->count && open->date[s.days] >= record_value(item, "since"))
		s.days++;
	if (s.days > 0)
		s.used = used_of(h, item->id, open->date[s.days - 1], open->before);
	s.reorder = record_value(item, "safety");
	if (s.used > 0) {
		s.reorder += whole(s.used * lead_days, s.days);
		s.order = whole(whole(s.used * (lead_days + ORDER_DAYS), s.days) - s.there - s.ordered, pack) * pack;
	}
	s.below = s.there <= s.reorder;
	s.low = s.below || s.there * s.days < s.used * LOW_DAYS;
	return s;
}

/* Cards. */

static bool
is_low(const struct desk *d, const struct record *item)
{
	struct open_days open = open_days_before(d->layout, d->now.day);

	return !record_over(item) && stock_of(d->hall, item, &open).low;
}

/* It became too little and nobody was told yet, or it is enough again: is that new? */
static bool
warns(const struct desk *d, struct record *item, bool low)
{
	if (low == (record_value(item, "warned") != 0))
		return false;
	record_set(item, "warned", low ? d->now.wall_ms : 0);
	return true;
}

static void
show_card(struct desk *d, uint32_t item, bool new, bool low)
{
	struct record card = card_of("stock", item, "");

	if (new && low)
		card_light(d, card);
	if (!low)
		card_end(d, &card);
}

/* Once for as long as it is so: who has seen it and knows is not told again. */
static void
tell(struct desk *d, uint32_t id, bool low)
{
	struct record item = *record_find(d->hall, SUBJECT_ITEM, id);
	bool new = office_room(d, 2) && warns(d, &item, low);

	if (new)
		record_write(d, &item);
	show_card(d, id, new, low);
}

void
stock_tell(struct desk *d, uint32_t id)
{
	tell(d, id, is_low(d, record_find(d->hall, SUBJECT_ITEM, id)));
}

/* Batches. */

static bool
is_older(const struct record *a, const struct record *b)
{
	int64_t day = record_value(a, "day") - record_value(b, "day");

	return day < 0 || (day == 0 && a->id < b->id);
}

/* Is it where it would go to anyway? */
static bool
is_there(const struct record *batch, const char *to)
{
	return to[0] != '\0' && strcmp(record_text(batch, "place"), to) == 0;
}

/* The one that came first, NULL: none is there that could go to another place (empty: to none); or that came next after one. */
static const struct record *
oldest(const struct hall *h, uint32_t item, const char *place, const char *to, const struct record *after)
{
	const struct record *found = NULL;

	for (const struct record *b = NULL; (b = record_next(h, SUBJECT_BATCH, b)) != NULL; )
		if (is_at(b, item, place) && !is_there(b, to) && (after == NULL || is_older(after, b)) && (found == NULL || is_older(b, found)))
			found = b;
	return found;
}

/* The one that so many were taken from last; NULL: none lacks so many. */
static const struct record *
newest_with_room(const struct hall *h, uint32_t item, const char *place, int64_t quantity)
{
	const struct record *found = NULL;

	for (const struct record *b = NULL; (b = record_next(h, SUBJECT_BATCH, b)) != NULL; )
		if (is_at(b, item, place) && record_value(b, "left") + quantity <= record_value(b, "got") && (found == NULL || is_older(found, b)))
			found = b;
	return found;
}

/* How many batches it takes to have so many. */
static int
batches_for(const struct hall *h, uint32_t item, const char *place, const char *to, int64_t quantity)
{
	int batches = 0;

	for (const struct record *b = NULL; quantity > 0 && (b = oldest(h, item, place, to, b)) != NULL; batches++)
		quantity -= record_value(b, "left");
	return batches;
}

static void
set_left(struct desk *d, const struct record *batch, int64_t left)
{
	struct record b = *batch;

	record_set(&b, "left", left);
	if (left == 0)
		record_enter(&b, "empty");
	record_write(d, &b);
}

/* What came to a place together is one batch there. */
static void
put_batch(struct desk *d, const struct record *batch, int64_t quantity)
{
	struct record new = *batch;

	for (const struct record *b = NULL; (b = record_next(d->hall, SUBJECT_BATCH, b)) != NULL; )
		if (is_at(b, record_value(batch, "item"), record_text(batch, "place")) && record_value(b, "day") == record_value(batch, "day") &&
		    record_value(b, "cost") == record_value(batch, "cost") && record_value(b, "expires") == record_value(batch, "expires") &&
		    strcmp(record_text(b, "place"), record_text(batch, "place")) == 0) {
			new = *b;
			break;
		}
	record_set(&new, "got", record_value(&new, "got") + quantity);
	record_set(&new, "left", record_value(&new, "left") + quantity);
	record_write(d, &new);
}

static struct record
new_batch(const struct desk *d, const struct record *move)
{
	struct record b = record_new(SUBJECT_BATCH);
	const struct record *item = record_of(d->hall, move, "item");

	record_set(&b, "item", item->id);
	record_set_text(&b, "place", record_text(move, "place"));
	record_set(&b, "day", d->now.day);
	record_set(&b, "cost", record_value(move, "cost") != 0 ? record_value(move, "cost") : record_value(item, "cost"));
	record_set(&b, "expires", record_value(move, "expires"));
	return b;
}

/* Moves. */

static void
write_move(struct desk *d, const struct record *wanted, int64_t quantity, int64_t difference, const struct record *batch)
{
	struct record move = *wanted;

	record_set(&move, "day", d->now.day);
	record_set(&move, "quantity", quantity);
	record_set(&move, "difference", difference);
	if (batch != NULL) {
		record_set(&move, "batch", batch->id);
		record_set(&move, "cost", record_value(batch, "cost"));
		record_set_text(&move, "place", record_text(batch, "place"));
	}
	record_write(d, &move);
}

/* A new batch has its number before it is written, so that the move comes first. */
static void
come(struct desk *d, const struct record *move, int64_t quantity, int64_t difference)
{
	struct record b = new_batch(d, move);

	b.id = d->hall->records.last[SUBJECT_BATCH] + 1;
	write_move(d, move, quantity, difference, &b);
	record_set(&b, "got", difference);
	record_set(&b, "left", difference);
	record_write(d, &b);
}

/* To where they were taken from, else as a batch of their own. */
static void
come_back(struct desk *d, const struct record *move)
{
	int64_t quantity = record_value(move, "quantity");
	const struct record *b = newest_with_room(d->hall, record_value(move, "item"), record_text(move, "place"), quantity);

	if (b == NULL) {
		come(d, move, quantity, quantity);
		return;
	}
	struct record batch = *b;
	write_move(d, move, quantity, quantity, &batch);
	set_left(d, &batch, record_value(&batch, "left") + quantity);
}

/* From the oldest; once for each batch. */
static void
go(struct desk *d, const struct record *move)
{
	uint32_t item = record_value(move, "item");
	const char *to = record_text(move, "to");

	for (int64_t left = record_value(move, "quantity"), n; left > 0; left -= n) {
		struct record b = *oldest(d->hall, item, record_text(move, "place"), to, NULL);

		n = record_value(&b, "left") < left ? record_value(&b, "left") : left;
		write_move(d, move, n, to[0] == '\0' ? -n : 0, &b);
		set_left(d, &b, record_value(&b, "left") - n);
		if (to[0] == '\0')
			continue;
		struct record there = record_new(SUBJECT_BATCH);
		record_set(&there, "item", item);
		record_set_text(&there, "place", to);
		record_set(&there, "day", record_value(&b, "day"));
		record_set(&there, "cost", record_value(&b, "cost"));
		record_set(&there, "expires", record_value(&b, "expires"));
		put_batch(d, &there, n);
	}
}

/* What is there is what was counted. */
static void
count(struct desk *d, const struct record *move)
{
	uint32_t item = record_value(move, "item");
	const char *place = record_text(move, "place");
	int64_t counted = record_value(move, "quantity"), difference = counted - stock_at(d->hall, item, place);

	if (difference > 0) {
		come(d, move, counted, difference);
		return;
	}
	write_move(d, move, counted, difference, NULL);
	for (int64_t left = -difference, n; left > 0; left -= n) {
		struct record b = *oldest(d->hall, item, place, "", NULL);

		n = record_value(&b, "left") < left ? record_value(&b, "left") : left;
		set_left(d, &b, record_value(&b, "left") - n);
	}
}

/* So many of it are out and may come back; -1: not known, as moves from when it was new are at hand no more. */
static int64_t
out_of(const struct hall *h, const struct record *item)
{
	int since = record_value(item, "since");

	if (since == 0 || date_after(since, subjects[SUBJECT_MOVE].keep_days) < h->closed_day)
		return -1;
	return used_of(h, item->id, since, INT_MAX);
}

enum refusal
stock_may(struct desk *d, const struct record *move)
{
	const struct record *item = record_of(d->hall, move, "item");
	const char *place = record_text(move, "place"), *to = record_text(move, "to");
	int64_t quantity = record_value(move, "quantity"), there, goes, out;
	char expected[96];

	if (item == NULL)
		return bad_request(d, "/item", "an item that is still used");
	if (quantity < 1 && !is_kind(move, "count"))
		return bad_request(d, "/quantity", "a whole number from 1");
	if (!record_room_for_people(d->hall, FACTS_OF_MOVE))
		return bad_request(d, "", "fewer records: there is no room for another");
	if ((comes(move) || is_kind(move, "count")) && stock_at(d->hall, item->id, "") + quantity > STOCK_MOST)
		return bad_request(d, "/quantity", "fewer: so many cannot be kept");
	if (is_kind(move, "return") && (out = out_of(d->hall, item)) != -1 && quantity > out) {
		snprintf(expected, sizeof expected, "at most %lld: so many went out", (long long)out);
		return bad_request(d, "/quantity", expected);
	}
	if (comes(move) || was_out(move))
		return OK;
	there = stock_at(d->hall, item->id, place);
	if (to[0] != '\0' && place[0] == '\0')
		there -= stock_at(d->hall, item->id, to);	/* what is there already does not go there */
	goes = is_kind(move, "count") ? there - quantity : quantity;
	if (goes > there) {
		snprintf(expected, sizeof expected, "at most %lld: so many are there", (long long)there);
		return bad_request(d, "/quantity", expected);
	}
	if (batches_for(d->hall, item->id, place, to, goes) > BATCHES_MAX)
		return bad_request(d, "/quantity", "fewer at once: these are of too many batches");
	return OK;
}

void
stock_move(struct desk *d, const struct record *move)
{
	if (is_kind(move, "in"))
		come(d, move, record_value(move, "quantity"), record_value(move, "quantity"));
	else if (is_kind(move, "return"))
		come_back(d, move);
	else if (is_kind(move, "count"))
		count(d, move);
	else if (was_out(move))
		write_move(d, move, record_value(move, "quantity"), 0, NULL);
	else
		go(d, move);
	stock_tell(d, record_value(move, "item"));
}

void
stock_moved(struct desk *d, const struct record *move)
{
	stock_move(d, move);
	if (paper_installs(d, move))
		paper_install(d, record_text(move, "device"));
}

/* What the oldest batches have, as many as are taken from at once. */
static int64_t
at_hand(const struct hall *h, uint32_t item)
{
	const struct record *b = NULL;
	int64_t there = 0;

	for (int i = 0; i < TAKEN_BATCHES && (b = oldest(h, item, "", "", b)) != NULL; i++)
		there += record_value(b, "left");
	return there;
}

/* What is left over of a whole one goes with the next day's, and what is in further batches; what there is nothing of is forgotten. */
static void
book_tickets(struct desk *d, const struct record *found)
{
	struct record item = *found;
	int64_t counted = record_value(&item, "booked") == d->hall->day ? record_value(&item, "counted") : 0;
	int64_t used = record_value(&item, "owed") + (d->hall->totals.served - counted) * record_value(&item, "per_1000");
	int64_t whole = used / 1000, there = stock_at(d->hall, item.id, ""), near = at_hand(d->hall, item.id);
	struct record move = move_of("use", item.id, whole < near ? whole : near);

	if (whole == 0 && d->hall->totals.served == counted)
		return;
	record_set(&item, "owed", ((whole < there ? whole : there) - record_value(&move, "quantity")) * 1000 + used % 1000);
	record_set(&item, "booked", d->hall->day);
	record_set(&item, "counted", d->hall->totals.served);
	record_write(d, &item);
	if (record_value(&move, "quantity") > 0)
		stock_move(d, &move);
}

/* A day may be closed again: then for what was served since; one that goes on is not over. */
static void
day_took(struct desk *d, const struct fact *f)
{
	for (uint32_t id = 1; f->goes_on == 0 && id <= d->hall->records.last[SUBJECT_ITEM]; id++) {
		const struct record *item = record_find(d->hall, SUBJECT_ITEM, id);

		if (item != NULL && record_value(item, "per_1000") != 0 && office_room(d, FACTS_OF_TICKETS))
			book_tickets(d, item);
	}
}

/* With a day gone by, another is in the mean.  What there never was any of did not become too little. */
static void
day_is_in_the_mean(struct desk *d, const struct fact *f)
{
	struct open_days open = open_days_before(d->layout, date_after(f->at.day, 1));

	for (uint32_t id = 1; id <= d->hall->records.last[SUBJECT_ITEM]; id++) {
		const struct record *item = record_find(d->hall, SUBJECT_ITEM, id);
		struct stock s;

		if (item == NULL)
			continue;
		s = stock_of(d->hall, item, &open);
		if (!s.low || s.there != 0 || s.used != 0)
			tell(d, id, s.low);
	}
}

void
stock_follows(struct desk *d, const struct fact *f)
{
	if (f->kind != HALL_DAY_CLOSED)
		return;
	day_took(d, f);
	day_is_in_the_mean(d, f);
}

/* Rules. */

/* A move that was wrong is put right by another. */
enum refusal
may_move(struct desk *d, const struct record *before, struct record *after)
{
	const char *to = record_text(after, "to");
	const struct record *item;

	if (before != NULL)
		return not_allowed(d, "done");
	if (to[0] != '\0' && !is_kind(after, "out"))
		return bad_request(d, "/to", "left out: only what goes out goes to another place");
	if (to[0] != '\0' && strcmp(to, record_text(after, "place")) == 0)
		return bad_request(d, "/to", "another place");
	if (!comes(after) && record_value(after, "cost") != 0)
		return bad_request(d, "/cost", "left out: it is that of the batch");
	if (!comes(after) && record_value(after, "expires") != 0)
		return bad_request(d, "/expires", "left out: it is that of the batch");
	if (is_kind(after, "install") && record_text(after, "device")[0] == '\0')
		return bad_request(d, "/device", "given: what it is put into");
	if (is_kind(after, "install") && (item = record_of(d->hall, after, "item")) != NULL && record_value(item, "roll_mm") != 0 &&
	    !paper_installs(d, after))
		return bad_request(d, "/device", "the id of a printer");
	if (paper_installs(d, after) && record_value(after, "quantity") != 1)
		return bad_request(d, "/quantity", "1: a printer has one roll");
	if (record_value(after, "corrects") > d->hall->records.last[SUBJECT_MOVE])
		return bad_request(d, "/corrects", "the id of one of: moves");
	return stock_may(d, after);
}

enum refusal
may_write_item(struct desk *d, const struct record *before, struct record *after)
{
	int per_ticket = record_value(after, "per_1000") != 0;

	for (const struct record *r = NULL; (r = record_next(d->hall, SUBJECT_ITEM, r)) != NULL; )
		per_ticket += r->id != after->id && record_value(r, "per_1000") != 0;
	if (per_ticket > PER_TICKET_MAX && record_value(after, "per_1000") != 0)
		return bad_request(d, "/per_1000", "0: five items are booked so already");
	if (before == NULL)
		record_set(after, "since", d->now.day);
	else
		warns(d, after, is_low(d, after));
	return needs_other(d, after, "code");
}

/* With some of it there it is still used. */
enum refusal
may_end_item(struct desk *d, const struct record *before, struct record *after)
{
	warns(d, after, false);
	if (stock_at(d->hall, before->id, "") == 0 && ordered_of(d->hall, before->id) == 0)
		return OK;
	d->change->detail.state = "in stock";
	d->change->detail.command = d->cmd->step->verb;
	return NOT_ALLOWED;
}

void
item_changed(struct desk *d, const struct record *before, const struct record *after)
{
	if (before != NULL)
		show_card(d, after->id, record_value(before, "warned") == 0, record_value(after, "warned") != 0);
}

/* As of a move. */
static enum refusal
needs_one(struct desk *d, const struct record *request)
{
	struct record move = move_of("install", record_value(request, "item"), record_value(request, "quantity"));

	record_set_text(&move, "device", record_text(request, "device"));
	return paper_installs(d, &move) && record_value(&move, "quantity") != 1 ? bad_request(d, "/quantity", "1: a printer has one roll") : OK;
}

/* Who asks is known; what was decided on stays. */
enum refusal
may_request(struct desk *d, const struct record *before, struct record *after)
{
	if (before == NULL)
		record_set(after, "by", d->cmd->staff);
	else if (!record_in(before, "pending"))
		return not_allowed(d, subjects[SUBJECT_REQUEST].state[before->state]);
	return needs_one(d, after);
}

/* What a step of one of these moves. */
static bool
moves(const struct record *r, struct record *move)
{
	bool request = r->subject == SUBJECT_REQUEST;
	const char *kind = !request ? "in" : record_in(r, "issued") ? "out" : "install";

	if (!record_in(r, "issued") && !record_in(r, "installed") && !record_in(r, "received"))
		return false;
	*move = move_of(kind, record_value(r, "item"), record_value(r, "quantity"));
	record_set_text(move, "place", record_text(r, "place"));
	if (request) {
		record_set(move, "request", r->id);
		record_set_text(move, "device", record_text(r, "device"));
	} else {
		record_set(move, "cost", record_value(r, "cost"));
		record_set(move, "expires", record_value(r, "expires"));
	}
	return true;
}

static enum refusal
may_step(struct desk *d, const struct record *after)
{
	struct record move;

	return moves(after, &move) ? stock_may(d, &move) : OK;
}

static void
stepped(struct desk *d, const struct record *before, const struct record *after)
{
	struct record move;

	if (before != NULL && before->state != after->state && moves(after, &move))
		stock_moved(d, &move);
}

/* By who asked for it or who manages. */
static bool
may_withdraw(const struct desk *d, const struct record *request)
{
	const struct staff *who = hall_staff(d->hall, d->cmd->staff);

	return who == NULL || who->role == ROLE_MANAGER || who->role == ROLE_ADMIN || record_value(request, "by") == who->id;
}

/* With a step that comes after the decision nothing else is said but where it went. */
enum refusal
may_step_request(struct desk *d, const struct record *before, struct record *after)
{
	enum refusal refusal;

	if (strcmp(d->cmd->step->verb, "withdraw") == 0 && !may_withdraw(d, before))
		return FORBIDDEN;
	if (record_value(before, "item") != record_value(after, "item"))
		return bad_request(d, "/item", "as it was");
	if (record_value(before, "quantity") < record_value(after, "quantity") && record_in(before, "approved"))
		return bad_request(d, "/quantity", "no more than was approved");
	if (record_value(before, "quantity") != record_value(after, "quantity") && record_in(before, "issued"))
		return bad_request(d, "/quantity", "as it was");
	if ((!record_over(after) || record_in(after, "installed")) && (refusal = needs_one(d, after)) != OK)
		return refusal;
	return may_step(d, after);
}

void
request_stepped(struct desk *d, const struct record *before, const struct record *after)
{
	stepped(d, before, after);
}

enum refusal
may_step_order(struct desk *d, const struct record *before, struct record *after)
{
	(void)before;
	return may_step(d, after);
}

void
order_stepped(struct desk *d, const struct record *before, const struct record *after)
{
	stepped(d, before, after);
}
