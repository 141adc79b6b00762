/* Times that can be booked, and bookings, by whoever has the code. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/days.h"
#include "daemon/api/render.h"
#include "daemon/core/decide/booking.h"
#include "daemon/wait/forecast.h"

#define BOOKINGS_A_MINUTE 6	/* of one address that nobody sees */

/* As people type it: in any case, with blanks and hyphens. */
static void
read_code(char code[CODE_MAX], const char *typed)
{
	size_t len = 0;

	for (; *typed != '\0' && len + 1 < CODE_MAX; typed++)
		if (*typed != ' ' && *typed != '-')
			code[len++] = toupper((unsigned char)*typed);
	code[len] = '\0';
}

static json_t *
slot_json(const struct hall *h, int service, const struct bookable *s, int date)
{
	return json_pack("{s:o, s:o, s:i}", "from", json_time(date_ms(date, s->from_min)),
	    "to", json_time(date_ms(date, s->to_min)), "left", booking_left(h, service, s, date));
}

/* ?service=: those to come, the earliest day first. */
enum refusal
get_slots(struct request *rq)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	char id[ID_MAX] = "";
	enum refusal refusal = request_query(rq, "service", id, sizeof id);
	int service = layout_service(l, id), min, last = booking_last_date(l, rq->now.wall_ms);
	const struct bookable *s;
	json_t *list;

	if (refusal != OK)
		return refusal;
	if (service == -1)
		return UNKNOWN_SERVICE;
	list = json_array();
	for (int date = date_at(rq->now.wall_ms, &min); date <= last; date = date_after(date, 1))
		for (int i = 0; i < l->service[service].slot_count; i++)
			if ((s = booking_slot(l, service, date, i)) != NULL && date_ms(date, s->from_min) > rq->now.wall_ms)
				json_array_append_new(list, slot_json(ledger_shown(rq->server->ledger), service, s, date));
	return request_json(rq, 200, json_pack("{s:o}", "slots", list));
}

/* What all may know who know of it. */
static json_t *
booking_json(const struct hall *h, const struct layout *l, const struct booking *b, const struct instant *now)
{
	const struct ticket *t = hall_ticket(h, b->ticket);
	json_t *v = json_pack("{s:s, s:s, s:s, s:s}", "state", booking_state_name(b->state), "service", h->service_id[b->service],
	    "class", h->class_id[b->class], "lang", language_name(b->language));

	if (b->service < l->service_count)
		json_set_text(v, "service_name", &l->service[b->service].name);
	json_object_set_new(v, "from", json_time(b->from_ms));
	json_object_set_new(v, "to", json_time(b->to_ms));
	json_object_set_new(v, "checkin_from", json_time(b->from_ms - BOOKING_EARLY_MS));
	json_object_set_new(v, "checkin_until", json_time(booking_ends_ms(h, b, now)));
	json_object_set_new(v, "number", t == NULL ? json_null() : json_string(t->number));
	return v;
}

/* To who has its code. */
json_t *
json_booking(const struct request *rq, const struct hall *h, const struct booking *b)
{
	json_t *v = booking_json(h, ledger_layout(rq->server->ledger), b, &rq->now);
	const struct ticket *t = hall_ticket(h, b->ticket);

	json_object_set_new(v, "code", json_string(b->code));
	json_object_set_new(v, "token", t == NULL ? json_null() : json_string(t->token));
	return v;
}

static json_t *
booked(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);
	uint32_t id = rq->change.fact[0].booking;

	return json_booking(rq, h, hall_booking(h, id));
}

static enum refusal
read_time(struct request *rq, const char *name, int64_t *ms)
{
	char text[TIME_TEXT] = "";
	enum refusal refusal = body_text(rq, name, true, text, sizeof text);

	if (refusal != OK)
		return refusal;
	return (*ms = time_read(text)) == -1 ? body_wrong(rq, name, "a time, as 2026-11-24T09:30:00+08:00") : OK;
}

enum refusal
choose_booking(struct request *rq, struct command *cmd)
{
	enum refusal refusal;
	char service[ID_MAX];

	if ((refusal = body_text(rq, "service", true, service, sizeof service)) != OK ||
	    (refusal = read_time(rq, "from", &cmd->from_ms)) != OK || (refusal = read_time(rq, "to", &cmd->to_ms)) != OK ||
	    (refusal = choose_class(rq, &cmd->class)) != OK || (refusal = choose_language(rq, &cmd->language)) != OK ||
	    (refusal = choose_person(rq, cmd)) != OK)
		return refusal;
	cmd->service = layout_service(ledger_layout(rq->server->ledger), service);
	ledger_draw_code(rq->server->ledger, cmd->code);
	return OK;
}

enum refusal
post_booking(struct request *rq)
{
	static const char *const members[] = { "service", "from", "to", "class", "lang", "id_number", NULL };
	struct command cmd = { .verb = DO_BOOK };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK || (refusal = choose_booking(rq, &cmd)) != OK ||
	    (refusal = guest_waits(rq, "booking", BOOKINGS_A_MINUTE)) != OK)
		return refusal;
	return request_submit(rq, &cmd, 201, booked);
}

static enum refusal
read_date(struct request *rq, int *date)
{
	int year, month, end = 0;
	char day[12] = "";
	enum refusal refusal = request_query(rq, "day", day, sizeof day);

	*date = 0;
	if (refusal != OK || day[0] == '\0')
		return refusal;
	if (strcmp(day, "today") == 0) {	/* a tablet's own clock may be wrong */
		*date = rq->now.day;
		return OK;
	}
	if (sscanf(day, "%4d-%2d-%2d%n", &year, &month, date, &end) != 3 || end != 10 || day[end] != '\0' ||
	    (*date = date_of(year, month, *date)) == 0)
		return body_wrong(rq, "day", "a date, YYYY-MM-DD, or today");
	return OK;
}

static void
list_bookings(struct request *rq, const struct hall *h, const struct instant *now, struct listing *list)
{
	bool desk = (DESK | ROLE(ADMIN)) & 1u << rq->role;
	const struct layout *l = ledger_layout(rq->server->ledger);
	int date;

	read_date(rq, &date);
	for (const struct booking *b = h->booking; b < h->booking + h->booking_count; b++) {
		json_t *row;

		if (date != 0 && booking_day(l, b) != date)
			continue;
		row = booking_json(h, l, b, now);
		json_object_set_new(row, "id_last", b->person.last[0] == '\0' ? json_null() : json_string(b->person.last));
		json_object_set_new(row, "code", desk ? json_string(b->code) : json_null());
		listing_add(list, row);
	}
}

/* ?day=: those of a business day or of today, or all that are to come; the code is told to who checks people in. */
enum refusal
get_bookings(struct request *rq)
{
	int date;
	enum refusal refusal = read_date(rq, &date);

	if (refusal != OK)
		return refusal;
	if (date != 0 && day_is_over(ledger_shown(rq->server->ledger), date))
		return answer_day(rq, date, "bookings", list_bookings);
	return answer_now(rq, "bookings", list_bookings);
}

/* That of the code in the path; who guesses is made to wait. */
static enum refusal
find_booking(struct request *rq, const struct hall *h, const struct booking **b)
{
	char code[CODE_MAX];
	enum refusal refusal;

	read_code(code, rq->word[0]);
	if ((*b = hall_code(h, code)) != NULL)
		return OK;
	return (refusal = missed(rq, "code")) != OK ? refusal : UNKNOWN_TICKET;
}

enum refusal
get_booking(struct request *rq)
{
	const struct hall *h = ledger_shown(rq->server->ledger);
	const struct booking *b;
	enum refusal refusal = find_booking(rq, h, &b);

	if (refusal != OK)
		return refusal;
	return request_json(rq, 200, json_booking(rq, h, b));
}

static json_t *
checked_in(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return json_ticket(h, ledger_layout(rq->server->ledger), forecast_waits(rq->server->forecast), hall_ticket(h, rq->change.ticket), &rq->now);
}

static enum refusal
check_in(struct request *rq, struct command *cmd)
{
	static const char *const members[] = { "code", "printer", NULL };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK || (refusal = check_presence(rq)) != OK ||
	    (!is_guest(rq) && (refusal = choose_printer(rq, cmd->printer)) != OK))
		return refusal;
	cmd->verb = DO_CHECK_IN_BOOKING;
	random_token(cmd->person_id, TOKEN_CHARS);
	ledger_draw_token(rq->server->ledger, cmd->token);
	return request_submit(rq, cmd, 200, checked_in);
}

static enum refusal
cancel(struct request *rq, struct command *cmd)
{
	static const char *const members[] = { NULL };
	enum refusal refusal = body_only(rq, members);

	cmd->verb = DO_CANCEL_BOOKING;
	return refusal != OK ? refusal : request_submit(rq, cmd, 200, booked);
}

enum refusal
post_booking_command(struct request *rq)
{
	struct command cmd = { .verb = DO_NOTHING };
	const struct booking *b;
	enum refusal refusal;

	if (strcmp(rq->word[1], "checkin") != 0 && strcmp(rq->word[1], "cancel") != 0)
		return NOT_FOUND;
	if ((refusal = find_booking(rq, ledger_next(rq->server->ledger), &b)) != OK)
		return refusal;
	cmd.booking = b->id;
	if (rq->role == ROLE_NONE)
		strcpy(rq->actor, "holder");
	return rq->word[1][1] == 'h' ? check_in(rq, &cmd) : cancel(rq, &cmd);
}

/* What boards show besides: the code of this minute, and until when. */
enum refusal
get_board(struct request *rq)
{
	char code[BOARD_CODE];

	ledger_board_code(rq->server->ledger, rq->now.wall_ms, code);
	return request_json(rq, 200, json_pack("{s:s, s:o}", "code", code,
	    "until", json_time((rq->now.wall_ms / BOARD_CODE_MS + 1) * BOARD_CODE_MS)));
}
