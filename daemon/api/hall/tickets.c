/* Issuing tickets, and looking at them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/days.h"
#include "daemon/api/render.h"
#include "daemon/core/day.h"
#include "daemon/core/number/token.h"
#include "daemon/line/driver.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"

#define COMMENT_MAX	401	/* bytes of a visitor's own words with a rating, with the NUL */
#define OPTIONS_MAX	8	/* texts chosen with a rating, and */
#define OPTION_MAX	40	/* bytes of each */

/* Guessed tokens: so many misses a minute from one address. */
#define MISSES_MAX	20
#define MISSES_S	60

/* Tickets and bookings of one address that nobody sees, a minute. */
#define GUEST_MAX	6
#define GUEST_S		60

/* Guessed codes of the board: so many misses of one address within so many seconds. */
#define CODES_MAX	5
#define CODES_S		60

/* So many tickets of one kiosk in so short a time are somebody's mistake or game: then it asks once more. */
#define BUSY_MAX	20
#define BUSY_S		60

bool
is_guest(const struct request *rq)
{
	return !((DESK | ROLE(KIOSK) | ROLE(ADMIN) | ROLE(PLATFORM)) & 1u << rq->role);
}

enum refusal
guest_waits(struct request *rq, const char *what, int times)
{
	char who[80];

	if (!is_guest(rq))
		return OK;
	snprintf(who, sizeof who, "%s %s", what, rq->address);
	rq->change.detail.retry_s = limits_wait(rq->server->limits, who, times, rq->now.steady_ms);
	if (rq->change.detail.retry_s > 0)
		return TOO_MANY;
	limits_count(rq->server->limits, who, GUEST_S, rq->now.steady_ms);
	return OK;
}

static bool
is_printer(const struct device *d)
{
	const struct driver *driver = driver_find(d->driver);

	return driver != NULL && driver->kind == DRIVER_PRINTER;
}

const struct device *
kiosk_printer(const struct layout *l, const char *kiosk)
{
	const struct device *first = NULL;

	for (int i = 0; i < l->device_count; i++) {
		if (!is_printer(&l->device[i]))
			continue;
		if (kiosk[0] != '\0' && strcmp(l->device[i].kiosk, kiosk) == 0)
			return &l->device[i];
		if (first == NULL)
			first = &l->device[i];
	}
	return first;
}

/* The printer that was named, else the kiosk's own, else the first; "none" prints nothing. */
enum refusal
choose_printer(struct request *rq, char printer[ID_MAX])
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	const struct device *printer_of;
	enum refusal refusal;
	char named[ID_MAX] = "";
	int i;

	if ((refusal = body_text(rq, "printer", false, named, sizeof named)) != OK)
		return refusal;
	printer[0] = '\0';
	if (strcmp(named, "none") == 0)
		return OK;
	if (named[0] != '\0') {
		if ((i = layout_device(l, named)) == -1 || !is_printer(&l->device[i]))
			return body_wrong(rq, "printer", "a printer's id in devices[], or none");
		strcpy(printer, named);
		return OK;
	}
	if ((printer_of = kiosk_printer(l, rq->role == ROLE_KIOSK ? rq->name : "")) != NULL)
		strcpy(printer, printer_of->id);
	return OK;
}

/* A kiosk must be shown an ID card, and nobody sees who is far away; people at the desk see who stands before them. */
static bool
may_have(const struct request *rq, const struct class *class)
{
	if (class->proof == PROOF_NONE || (rq->role == ROLE_KIOSK && card_proves(rq, class)))
		return true;
	return rq->role != ROLE_KIOSK && !is_guest(rq);
}

enum refusal
choose_class(struct request *rq, int *class)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	enum refusal refusal;
	char id[ID_MAX] = "";

	if ((refusal = body_text(rq, "class", false, id, sizeof id)) != OK)
		return refusal;
	*class = id[0] == '\0' ? 0 : layout_class(l, id);
	if (*class == -1)
		return body_wrong(rq, "class", "a class of classes[]");
	return may_have(rq, &l->class[*class]) ? OK : FORBIDDEN;
}

static json_t *
issued(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	return json_ticket(h, ledger_layout(rq->server->ledger), forecast_waits(rq->server->forecast), hall_ticket(h, rq->change.ticket), &rq->now);
}

/* One more service of the ticket, in the order in which they are wanted. */
static enum refusal
add_service(struct request *rq, struct command *cmd, int count, const json_t *id)
{
	int place = json_is_string(id) ? layout_service(ledger_layout(rq->server->ledger), json_string_value(id)) : -1;

	if (!json_is_string(id))
		return body_wrong(rq, "services", "a list of services' ids");
	if (place == -1)
		return UNKNOWN_SERVICE;
	for (int i = 0; i < count; i++)
		if (place == (i == 0 ? cmd->service : cmd->further[i - 1]))
			return body_wrong(rq, "services", "each service once");
	if (count == 0)
		cmd->service = place;
	else
		cmd->further[cmd->further_count++] = place;
	return OK;
}

/* "service", or "services": several on one ticket. */
static enum refusal
choose_services(struct request *rq, struct command *cmd)
{
	const json_t *one = json_object_get(rq->body, "service"), *list = json_object_get(rq->body, "services");
	enum refusal refusal = OK;
	char service[ID_MAX];
	size_t i;
	json_t *id;

	if (list == NULL) {
		if ((refusal = body_text(rq, "service", true, service, sizeof service)) != OK)
			return refusal;
		return add_service(rq, cmd, 0, one);
	}
	if (one != NULL)
		return body_wrong(rq, "services", "left out where there is a service");
	if (json_array_size(list) == 0 || json_array_size(list) > LEGS_MAX)
		return body_wrong(rq, "services", "a list of 1 to 6 services' ids");
	json_array_foreach(list, i, id)
		if ((refusal = add_service(rq, cmd, i, id)) != OK)
			return refusal;
	return OK;
}

/* Whose ticket it is: by the number that was typed, or by the card that the kiosk has read. */
enum refusal
choose_person(struct request *rq, struct command *cmd)
{
	char number[ID_NUMBER_MAX] = "";
	enum refusal refusal = body_text(rq, "id_number", false, number, sizeof number);

	if (refusal != OK)
		return refusal;
	if (number[0] != '\0' && !id_number_right(number))
		return body_wrong(rq, "id_number", "18 characters, the last one the check digit");
	if (number[0] != '\0') {
		cmd->person.hash = ledger_person(rq->server->ledger, number);
		strcpy(cmd->person.last, number + 14);
	} else if (rq->role == ROLE_KIOSK)
		show_card_person(rq->server->show, rq->name, &cmd->person);
	explicit_bzero(number, sizeof number);
	random_token(cmd->person_id, TOKEN_CHARS);
	return OK;
}

enum refusal
choose_language(struct request *rq, int *language)
{
	char lang[8] = "zh";
	enum refusal refusal = body_text(rq, "lang", false, lang, sizeof lang);

	if (refusal != OK)
		return refusal;
	*language = language_find(lang);
	if (*language == -1 || !ledger_layout(rq->server->ledger)->speaks[*language])
		return body_wrong(rq, "lang", "a language of the hall");
	return OK;
}

static enum refusal
choose_flag(struct request *rq, const char *name, bool *out)
{
	const json_t *v = json_object_get(rq->body, name);

	*out = json_is_true(v);
	return v == NULL || json_is_boolean(v) ? OK : body_wrong(rq, name, "true or false");
}

/* A list of what a holder needs, each once. */
static enum refusal
read_needs_of(struct request *rq, bool needed, int *needs)
{
	const json_t *list = json_object_get(rq->body, "needs");
	size_t i;
	json_t *v;

	if (list == NULL && !needed)
		return OK;
	if (!json_is_array(list))
		return body_wrong(rq, "needs", "a list of deaf, blind, wheelchair, language, reading");
	json_array_foreach(list, i, v) {
		int need = json_is_string(v) ? need_find(json_string_value(v)) : -1;

		if (need == -1 || *needs & need)
			return body_wrong(rq, "needs", "each once of deaf, blind, wheelchair, language, reading");
		*needs |= need;
	}
	return OK;
}

/* A kiosk asks once more, and the guide hears of it, when it has given many tickets just now. */
static enum refusal
is_busy(struct request *rq, bool again)
{
	struct command cmd = { .verb = DO_TELL_BUSY, .actor = "system" };
	struct change change;
	int wait_s;
	char who[64];

	if (rq->role != ROLE_KIOSK)
		return OK;
	snprintf(who, sizeof who, "kiosk %s", rq->name);
	wait_s = limits_wait(rq->server->limits, who, BUSY_MAX, rq->now.steady_ms);
	if (wait_s > 0 && !again) {
		snprintf(cmd.device, sizeof cmd.device, "%.*s", (int)sizeof cmd.device - 1, rq->name);
		ledger_submit(rq->server->ledger, &cmd, &change, NULL, NULL);
		rq->change.detail.retry_s = wait_s;
		return TOO_MANY;
	}
	return OK;
}

static void
count_busy(struct request *rq)
{
	char who[64];

	if (rq->role != ROLE_KIOSK)
		return;
	snprintf(who, sizeof who, "kiosk %s", rq->name);
	limits_count(rq->server->limits, who, BUSY_S, rq->now.steady_ms);
}

/* From afar; who has another ticket of the service already does not get one more. */
static enum refusal
choose_remote(struct request *rq, struct command *cmd)
{
	char token[TOKEN_MAX] = "";
	enum refusal refusal = body_text(rq, "earlier", false, token, sizeof token);
	const struct ticket *t = hall_token(ledger_next(rq->server->ledger), token);

	cmd->earlier = t == NULL ? 0 : t->id;
	return refusal != OK ? refusal : guest_waits(rq, "remote", GUEST_MAX);
}

enum refusal
post_ticket(struct request *rq)
{
	static const char *const members[] = { "service", "services", "class", "lang", "big", "printer", "id_number", "count",
	    "rehearsal", "again", "needs", "remote", "earlier", NULL };
	struct command cmd = { .verb = DO_ISSUE };
	enum refusal refusal;
	bool again;

	/* Anybody may, where a service has them, from afar; in the hall who is there for it. */
	if (!json_is_true(json_object_get(rq->body, "remote")) && (is_guest(rq) || rq->role == ROLE_PLATFORM))
		return rq->role == ROLE_NONE ? UNAUTHORIZED : FORBIDDEN;
	if ((refusal = body_only(rq, members)) != OK || (refusal = choose_flag(rq, "remote", &cmd.remote)) != OK || (refusal = choose_services(rq, &cmd)) != OK ||
	    (refusal = choose_language(rq, &cmd.language)) != OK ||
	    (refusal = choose_flag(rq, "big", &cmd.big)) != OK ||
	    (refusal = choose_flag(rq, "rehearsal", &cmd.rehearsal)) != OK ||
	    (refusal = choose_flag(rq, "again", &again)) != OK ||
	    (refusal = read_needs_of(rq, false, &cmd.holder_needs)) != OK ||
	    (refusal = body_int(rq, "count", false, 1, 99, &cmd.files)) != OK ||
	    (refusal = choose_class(rq, &cmd.class)) != OK || (!cmd.remote && (refusal = choose_printer(rq, cmd.printer)) != OK) ||
	    (refusal = choose_person(rq, &cmd)) != OK || (cmd.remote && (refusal = choose_remote(rq, &cmd)) != OK))
		return refusal;
	if (cmd.rehearsal && rq->role == ROLE_KIOSK)
		return FORBIDDEN;
	if (!cmd.rehearsal && wait_too_long(forecast_waits(rq->server->forecast), ledger_layout(rq->server->ledger), cmd.service))
		return NOT_IN_TIME;
	if ((refusal = is_busy(rq, again)) != OK)
		return refusal;
	ledger_draw_token(rq->server->ledger, cmd.token);
	if ((refusal = request_submit(rq, &cmd, 201, issued)) != OK)
		return refusal;
	count_busy(rq);
	if (rq->role == ROLE_KIOSK)
		show_card_forget(rq->server->show, rq->name);
	return refusal;
}

enum refusal
missed(struct request *rq, const char *what)
{
	struct limits *limits = rq->server->limits;
	char who[80];

	snprintf(who, sizeof who, "%s %s", what, rq->address);
	rq->change.detail.retry_s = limits_wait(limits, who, MISSES_MAX, rq->now.steady_ms);
	if (rq->change.detail.retry_s > 0)
		return TOO_MANY;
	limits_count(limits, who, MISSES_S, rq->now.steady_ms);
	return OK;
}

enum refusal
check_presence(struct request *rq)
{
	struct limits *limits = rq->server->limits;
	char code[BOARD_CODE] = "", who[80];
	enum refusal refusal = body_text(rq, "code", is_guest(rq), code, sizeof code);

	if (refusal != OK || !is_guest(rq))
		return refusal;
	snprintf(who, sizeof who, "board %s", rq->address);
	rq->change.detail.retry_s = limits_wait(limits, who, CODES_MAX, rq->now.steady_ms);
	if (rq->change.detail.retry_s > 0)
		return TOO_MANY;
	if (ledger_board_code_right(rq->server->ledger, rq->now.wall_ms, code))
		return OK;
	limits_count(limits, who, CODES_S, rq->now.steady_ms);
	return body_wrong(rq, "code", "the four digits that the board shows now");
}

/* The ticket of the token in the path, for its holder, who is never made to wait; who guesses is. */
static enum refusal
find_held(struct request *rq, const struct hall *h, const struct ticket **t)
{
	enum refusal refusal;
	int day;

	if ((*t = hall_token(h, rq->word[0])) != NULL)
		return OK;
	if ((refusal = missed(rq, "ticket")) != OK)
		return refusal;
	day = rq->now.day > h->day ? rq->now.day : h->day;
	return token_of_another_day(rq->word[0], h->closed_day == day ? 0 : day) ? DAY_CLOSED : UNKNOWN_TICKET;
}

enum refusal
get_ticket(struct request *rq)
{
	const struct ledger *l = rq->server->ledger;
	const struct ticket *t;
	enum refusal refusal = find_held(rq, ledger_shown(l), &t);

	if (refusal != OK)
		return refusal;
	return request_json(rq, 200, json_ticket(ledger_shown(l), ledger_layout(l), forecast_waits(rq->server->forecast), t, &rq->now));
}

/* What somebody is looked for by: the number, as people say it, without its zeros or its prefix; the code; the ID number's end. */
struct sought { char number[16], token[TOKEN_MAX], last[ID_LAST_MAX]; int missed_s; };

static bool
is_number(const char *number, const char *said)
{
	size_t prefix = strcspn(number, "0123456789"), says = strcspn(said, "0123456789");

	if (says != 0 && (says != prefix || strncasecmp(number, said, prefix) != 0))
		return false;
	return said[says] != '\0' && number[0] != '\0' && atoi(number + prefix) == atoi(said + says);
}

/* Called, and not there: passed, or given up, so many seconds ago at most. */
static bool
missed_call(const struct leg *leg, const struct instant *now, int seconds)
{
	return (leg->state == LEG_PASSED || leg->state == LEG_ABANDONED) &&
	    now->steady_ms - leg->ended_ms <= seconds * INT64_C(1000);
}

static bool
is_sought(const struct hall *h, const struct ticket *t, const struct sought *s, const struct instant *now)
{
	return (s->number[0] == '\0' || is_number(t->number, s->number)) &&
	    (s->token[0] == '\0' || strcmp(t->token, s->token) == 0) &&
	    (s->last[0] == '\0' || (t->day == h->day && strcasecmp(t->person.last, s->last) == 0)) &&
	    (s->missed_s == 0 || missed_call(hall_leg(h, t), now, s->missed_s));
}

static enum refusal
read_sought(struct request *rq, struct sought *s)
{
	enum refusal refusal;
	char seconds[8] = "";

	if ((refusal = request_query(rq, "number", s->number, sizeof s->number)) != OK ||
	    (refusal = request_query(rq, "token", s->token, sizeof s->token)) != OK ||
	    (refusal = request_query(rq, "last", s->last, sizeof s->last)) != OK ||
	    (refusal = request_query(rq, "missed_s", seconds, sizeof seconds)) != OK)
		return refusal;
	if (seconds[0] == '\0')
		return OK;
	if (strspn(seconds, "0123456789") != strlen(seconds) || (s->missed_s = atoi(seconds)) < 1 || s->missed_s > 86400)
		return body_wrong(rq, "missed_s", "seconds, 1 to 86400");
	return OK;
}

/* ?day= &state= &service=, and what is sought: those that fit all that is given. */
struct wanted {
	int		day;		/* 0: any that is not closed */
	enum leg_state	state;		/* LEG_NONE: any */
	char		service[ID_MAX];	/* empty: any */
	struct sought	sought;
};

static enum refusal
read_wanted(struct request *rq, struct wanted *w)
{
	char date[12] = "", state[16] = "";
	enum refusal refusal;

	*w = (struct wanted){ 0 };
	if ((refusal = request_query(rq, "day", date, sizeof date)) != OK ||
	    (refusal = request_query(rq, "state", state, sizeof state)) != OK ||
	    (refusal = request_query(rq, "service", w->service, sizeof w->service)) != OK ||
	    (refusal = read_sought(rq, &w->sought)) != OK)
		return refusal;
	if (date[0] != '\0' && (w->day = day_find(date)) == -1)
		return body_wrong(rq, "day", "a date, YYYY-MM-DD");
	if (state[0] != '\0' && (w->state = leg_state_find(state)) == LEG_NONE)
		return body_wrong(rq, "state", "a state of a ticket");
	if (w->service[0] != '\0' && layout_service(ledger_layout(rq->server->ledger), w->service) == -1)
		return UNKNOWN_SERVICE;
	return OK;
}

static void
list_tickets(struct request *rq, const struct hall *h, const struct instant *now, struct listing *list)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	struct wanted w;

	read_wanted(rq, &w);
	for (uint32_t i = 0; i < h->ticket_count; i++) {
		const struct ticket *t = &h->ticket[i];
		const struct leg *leg = hall_leg(h, t);

		if ((w.day != 0 && w.day != t->day) || (w.state != LEG_NONE && w.state != (enum leg_state)leg->state) ||
		    (w.service[0] != '\0' && strcmp(h->service_id[leg->service], w.service) != 0) ||
		    !is_sought(h, t, &w.sought, now))
			continue;
		listing_add(list, json_ticket_row(h, l, t, now));
	}
}

enum refusal
get_tickets(struct request *rq)
{
	struct wanted w;
	enum refusal refusal = read_wanted(rq, &w);

	if (refusal != OK)
		return refusal;
	if (w.day == 0 || !day_is_over(ledger_shown(rq->server->ledger), w.day))
		return answer_now(rq, "tickets", list_tickets);
	if (w.sought.last[0] != '\0')
		return body_wrong(rq, "last", "of a ticket of today: it is forgotten then");
	return answer_day(rq, w.day, "tickets", list_tickets);
}

/* Commands at a ticket. */

static bool
is_option(const json_t *v)
{
	const unsigned char *c = (const unsigned char *)json_string_value(v);

	if (c == NULL || json_string_length(v) > OPTION_MAX)
		return false;
	for (; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f)
			return false;
	return true;
}

/* What a visitor says with a rating: texts chosen and own words, kept apart from the event. */
static enum refusal
read_rating(struct request *rq, struct command *cmd)
{
	const json_t *options = json_object_get(rq->body, "options");
	char comment[COMMENT_MAX] = "", *words;
	enum refusal refusal;
	size_t i;
	json_t *v;

	if ((refusal = body_int(rq, "grade", true, 1, 5, &cmd->grade)) != OK ||
	    (refusal = body_text(rq, "comment", false, comment, sizeof comment)) != OK)
		return refusal;
	if (options != NULL && (!json_is_array(options) || json_array_size(options) > OPTIONS_MAX))
		return body_wrong(rq, "options", "a list of at most 8 texts");
	json_array_foreach(options, i, v)
		if (!is_option(v))
			return body_wrong(rq, "options", "a list of texts of at most 40 bytes, without control characters");
	if (options == NULL && comment[0] == '\0')
		return OK;
	v = json_pack("{s:s}", "comment", comment);
	if (options != NULL)
		json_object_set(v, "options", (json_t *)options);
	words = json_dumps(v, JSON_COMPACT);
	refusal = strlen(words) < sizeof cmd->words ? OK : body_wrong(rq, "comment", "shorter");
	if (refusal == OK)
		strcpy(cmd->words, words);
	free(words);
	json_decref(v);
	return refusal;
}

static bool
commands_tickets(const struct request *rq)
{
	return (DESK | ROLE(CLERK) | ROLE(ADMIN)) & 1u << rq->role;
}

static enum refusal
read_places(struct request *rq, struct command *cmd)
{
	return body_int(rq, "places", true, 1, 9, &cmd->places);
}

/* Where it is printed: the printer named, the one it was for, or that of who has none. */
static enum refusal
read_printer(struct request *rq, struct command *cmd)
{
	const struct ticket *t = hall_ticket(ledger_next(rq->server->ledger), cmd->ticket);
	const json_t *named = json_object_get(rq->body, "printer");
	enum refusal refusal;

	if (named == NULL && layout_device(ledger_layout(rq->server->ledger), t->printer) != -1)
		return OK;
	if ((refusal = choose_printer(rq, cmd->printer)) != OK)
		return refusal;
	return cmd->printer[0] != '\0' ? OK : body_wrong(rq, "printer", "a printer's id in devices[]");
}

static enum refusal
read_check_in(struct request *rq, struct command *cmd)
{
	(void)cmd;
	return commands_tickets(rq) ? OK : check_presence(rq);
}

static enum refusal
read_reason(struct request *rq, struct command *cmd)
{
	bool needed = strcmp(rq->actor, "holder") != 0;

	return body_text(rq, "reason", needed, cmd->words, TEXT_MAX);
}

/* One that needs a proof is given by who sees it at the desk. */
static enum refusal
read_class(struct request *rq, struct command *cmd)
{
	enum refusal refusal = read_reason(rq, cmd);
	char id[ID_MAX] = "";

	if (refusal != OK || (refusal = body_text(rq, "class", true, id, sizeof id)) != OK)
		return refusal;
	cmd->class = layout_class(ledger_layout(rq->server->ledger), id);
	if (cmd->class == -1)
		return body_wrong(rq, "class", "a class of classes[]");
	return ledger_layout(rq->server->ledger)->class[cmd->class].proof != PROOF_NONE && rq->role == ROLE_CLERK ? FORBIDDEN : OK;
}

/* Who was given up comes back by those who can be asked about it. */
static enum refusal
read_return(struct request *rq, struct command *cmd)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	if (rq->role == ROLE_CLERK && hall_leg(h, hall_ticket(h, cmd->ticket))->state == LEG_ABANDONED)
		return FORBIDDEN;
	return read_reason(rq, cmd);
}

static enum refusal
read_service(struct request *rq, struct command *cmd)
{
	enum refusal refusal = read_reason(rq, cmd);
	char id[ID_MAX] = "";

	if (refusal != OK || (refusal = body_text(rq, "service", true, id, sizeof id)) != OK)
		return refusal;
	cmd->service = layout_service(ledger_layout(rq->server->ledger), id);
	return cmd->service == -1 ? UNKNOWN_SERVICE : OK;
}

static enum refusal
read_needs(struct request *rq, struct command *cmd)
{
	return read_needs_of(rq, true, &cmd->holder_needs);
}

static enum refusal
read_link(struct request *rq, struct command *cmd)
{
	char number[NUMBER_MAX] = "";
	const struct ticket *t;
	enum refusal refusal = body_text(rq, "number", true, number, sizeof number);

	if (refusal != OK)
		return refusal;
	if ((t = hall_number(ledger_next(rq->server->ledger), number)) == NULL)
		return UNKNOWN_TICKET;
	cmd->link = t->id;
	return OK;
}

#define DESK_ALL	(DESK | ROLE(ADMIN))
#define EVERYBODY	(DESK_ALL | ROLE(CLERK))

/* Who may give which command at a ticket, and what comes with it.  What is not here has no body yet. */
static const struct {
	enum verb	verb;
	bool		holder;
	unsigned	staff;		/* bits of ROLE() */
	const char	*members[4];
	enum refusal	(*read)(struct request *, struct command *);
} commands[] = {
	{ DO_CANCEL,	true,  EVERYBODY, { "reason", NULL },		read_reason },
	{ DO_RETURN,	true,  EVERYBODY, { "reason", NULL },		read_return },
	{ DO_CHECK_IN,	true,  EVERYBODY | ROLE(KIOSK), { "code", NULL }, read_check_in },
	{ DO_DEFER,	true,  0,	{ "places", NULL },		read_places },
	{ DO_REPRINT,	false, EVERYBODY, { "printer", NULL },		read_printer },
	{ DO_RATE,	true,  0,	{ "grade", "options", "comment", NULL }, read_rating },
	{ DO_CHANGE_CLASS, false, EVERYBODY, { "class", "reason", NULL }, read_class },
	{ DO_CHANGE_SERVICE, false, EVERYBODY, { "service", "reason", NULL }, read_service },
	{ DO_NEEDS,	false, EVERYBODY, { "needs", NULL },		read_needs },
	{ DO_LINK,	false, EVERYBODY, { "number", NULL },		read_link },
	{ DO_VOID,	false, DESK_ALL, { "reason", NULL },		read_reason },
};

static enum refusal
read_command(struct request *rq, struct command *cmd)
{
	bool holder = strcmp(rq->actor, "holder") == 0;

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		enum refusal refusal;

		if (commands[i].verb != cmd->verb)
			continue;
		if (!(holder ? commands[i].holder : (commands[i].staff & 1u << rq->role) != 0))
			return FORBIDDEN;
		if ((refusal = body_only(rq, commands[i].members)) != OK)
			return refusal;
		return commands[i].read(rq, cmd);
	}
	return OK;
}

/* A clerk commands tickets of the services of the own window. */
static bool
is_own(const struct request *rq, const struct hall *h, const struct ticket *t)
{
	const struct layout *l = ledger_layout(rq->server->ledger);
	int service = hall_leg(h, t)->service;

	for (int i = 0; i < l->window_count; i++)
		if (h->window[l->window[i].no].staff == rq->staff && service < l->service_count &&
		    window_level(h, &l->window[i], service) != 0)
			return true;
	return false;
}

/* Staff are not told a ticket's token: it is its holder's. */
static json_t *
commanded(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);

	if (strcmp(rq->actor, "holder") == 0)
		return issued(rq);
	if (rq->role == ROLE_KIOSK) {		/* by number: all but the token */
		json_t *v = issued(rq);

		json_object_del(v, "token");
		return v;
	}
	return json_ticket_row(h, ledger_layout(rq->server->ledger), hall_ticket(h, rq->change.ticket), &rq->now);
}

/* By number for staff, by token for its holder.  The core says what is built. */
enum refusal
post_ticket_command(struct request *rq)
{
	const struct hall *h = ledger_next(rq->server->ledger);
	struct command cmd = { .verb = verb_at_ticket(rq->word[1]) };
	bool by_number = commands_tickets(rq) || (rq->role == ROLE_KIOSK && cmd.verb == DO_CHECK_IN);
	const struct ticket *t = by_number ? hall_number(h, rq->word[0]) : NULL;
	enum refusal refusal;

	if (cmd.verb == DO_NOTHING)
		return NOT_FOUND;
	if (t == NULL) {
		if ((refusal = find_held(rq, h, &t)) != OK)
			return refusal;
		strcpy(rq->actor, "holder");
	} else if (rq->role == ROLE_CLERK && !is_own(rq, h, t))
		return FORBIDDEN;
	cmd.ticket = t->id;
	random_token(cmd.note, TOKEN_CHARS);
	if ((refusal = read_command(rq, &cmd)) != OK)
		return refusal;
	return request_submit(rq, &cmd, 200, commanded);
}
