/* Tickets come to be, and go onto paper. */
#include <string.h>

#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/opening.h"
#include "daemon/core/number/number.h"

/* The service at a place of the order in which they are wanted. */
static int
wanted(const struct command *cmd, int i)
{
	return i == 0 ? cmd->service : cmd->further[i - 1];
}

static bool
has_service(const struct hall *h, const struct ticket *t, int service, bool live)
{
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (h->leg[at - 1].service == service && (!live || leg_live(h->leg[at - 1].state)))
			return true;
	return false;
}

/* A person has one unfinished ticket of a service, and no more of a day than its quota says. */
enum refusal
may_have(struct desk *d, int service, int64_t hash, const struct ticket *but)
{
	const struct service *s = &d->layout->service[service];
	const struct hall *h = d->hall;
	int count = 0;

	for (uint32_t i = h->ticket_count; i-- > 0 && h->ticket[i].day == d->now.day; ) {
		const struct ticket *t = &h->ticket[i];

		if (t == but || t->person.hash != hash || !has_service(h, t, service, false))
			continue;
		if (leg_live(hall_leg(h, t)->state) && has_service(h, t, service, true)) {
			strcpy(d->change->detail.number, t->number);
			return ALREADY_WAITING;
		}
		count += hall_leg(h, t)->state != LEG_CANCELLED;
	}
	if (s->quota_person == 0 || count < s->quota_person)
		return OK;
	d->change->detail.opens_ms = calendar_opens(d->layout, service, NULL, d->now.wall_ms, d->now.day);
	return QUOTA_FULL;
}

/* Of somebody who is not known, another ticket may be. */
static enum refusal
may_have_another(struct desk *d, int service)
{
	const struct ticket *t = hall_ticket(d->hall, d->cmd->earlier);

	if (t == NULL || !leg_live(hall_leg(d->hall, t)->state) || !has_service(d->hall, t, service, true))
		return OK;
	strcpy(d->change->detail.number, t->number);
	return ALREADY_WAITING;
}

/* Of those that are taken from afar, is there still one? */
static enum refusal
may_be_remote(struct desk *d)
{
	int service = d->cmd->service, min, date = date_at(d->now.wall_ms, &min), count = 0;
	const struct remote *r = &d->layout->service[service].remote;

	if (r->checkin_s < 1 || d->cmd->further_count > 0 || d->cmd->rehearsal)
		return FORBIDDEN;
	if (min < r->from_min) {
		d->change->detail.opens_ms = date_ms(date, r->from_min);
		return SERVICE_CLOSED;
	}
	for (uint32_t i = d->hall->ticket_count; i-- > 0 && d->hall->ticket[i].day == d->now.day; ) {
		const struct ticket *t = &d->hall->ticket[i];

		count += t->remote && d->hall->leg[t->first].service == service && hall_leg(d->hall, t)->state != LEG_CANCELLED;
	}
	if (r->quota != -1 && count >= r->quota) {
		d->change->detail.opens_ms = calendar_opens(d->layout, service, NULL, d->now.wall_ms, d->now.day);
		return QUOTA_FULL;
	}
	return may_have_another(d, service);
}

/* Does any of its services need to know who takes it? */
static bool
needs_name(const struct desk *d)
{
	for (int i = 0; i <= d->cmd->further_count; i++)
		if (d->layout->service[wanted(d->cmd, i)].real_name == REAL_NAME_REQUIRED)
			return true;
	return false;
}

/* Is a ticket to be had for each of its services, and by this person? */
static enum refusal
may_issue(struct desk *d)
{
	const struct command *cmd = d->cmd;
	enum refusal refusal;
	struct opening o;

	if (d->hall->ticket_count == TICKETS_MAX || d->hall->leg_count + 1 + cmd->further_count > TICKETS_MAX)
		return QUOTA_FULL;
	if (cmd->remote && (refusal = may_be_remote(d)) != OK)
		return refusal;
	if (cmd->rehearsal)
		return OK;
	for (int i = 0; i <= cmd->further_count; i++) {
		hall_opening(&o, d->hall, d->layout, wanted(cmd, i), &d->now);
		d->change->detail.opens_ms = o.opens_ms;
		if (o.closed != NOT_CLOSED)
			return closed_refusal(o.closed);
	}
	if (cmd->person.hash == 0)
		return needs_name(d) ? bad_request(d, "/id_number", "the number of the holder's ID card") : OK;
	for (int i = 0; i <= cmd->further_count; i++)
		if ((refusal = may_have(d, wanted(cmd, i), cmd->person.hash, NULL)) != OK)
			return refusal;
	return OK;
}

/* What one person has for several services is linked: who is at one window is not called to another. */
void
link_person(struct desk *d, const struct ticket *t)
{
	const struct hall *h = d->hall;

	for (uint32_t i = h->ticket_count; i-- > 0 && h->ticket[i].day == d->now.day && t->person.hash != 0; ) {
		const struct ticket *other = &h->ticket[i];

		if (other == t || other->person.hash != t->person.hash || !leg_live(hall_leg(h, other)->state) || linked(h, t, other))
			continue;
		struct fact f = fact_of(d, TICKET_CHANGED, t);
		f.window = 0;
		f.link = other->id;
		put(d, &f);
		d->change->touched[d->change->touched_count++] = f.link;
		return;
	}
}

/* After it was given up: meanwhile its holder may have taken another. */
enum refusal
may_have_again(struct desk *d)
{
	int service = d->leg->service;
	enum refusal refusal = may_go_to(d, service);

	if (refusal != OK || d->ticket->person.hash == 0)
		return refusal;
	return may_have(d, service, d->ticket->person.hash, d->ticket) == ALREADY_WAITING ? ALREADY_WAITING : OK;
}

/* Numbers of rehearsals, which are no service's. */
static const struct service rehearsals = { .prefix = "T", .first = 1, .last = 999, .width = 3 };

enum refusal
do_issue(struct desk *d)
{
	const struct command *cmd = d->cmd;
	struct hall *h = d->hall;
	enum refusal refusal;

	if (cmd->service < 0 || cmd->service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	if (cmd->class < 0 || cmd->class >= d->layout->class_count)
		return bad_request(d, "/class", "a class of this hall");
	if (cmd->language < 0 || cmd->language >= LANGUAGES)
		return bad_request(d, "/lang", "zh or en");
	if ((refusal = may_issue(d)) != OK)
		return refusal;
	struct fact f = fact(d, TICKET_ISSUED);
	f.ticket = d->change->ticket = h->last_ticket + 1;
	f.service = cmd->service;
	f.class = cmd->class;
	f.language = cmd->language;
	f.big = cmd->big;
	f.needs = cmd->holder_needs == 0 ? 0 : cmd->holder_needs | NEEDS_SAID;
	f.files = cmd->files;
	f.rehearsal = cmd->rehearsal;
	f.remote = cmd->remote;
	f.value = number_next(h, cmd->rehearsal ? &rehearsals : &d->layout->service[cmd->service], d->now.day, f.number);
	f.print = cmd->printer[0] == '\0' ? PRINT_NONE : PRINT_QUEUED;
	f.further_count = cmd->further_count;
	memcpy(f.further, cmd->further, sizeof f.further);
	strcpy(f.token, cmd->token);
	strcpy(f.device, cmd->printer);
	if (cmd->person.hash != 0 && !cmd->rehearsal) {
		f.person = cmd->person;
		strcpy(f.person_id, cmd->person_id);
	}
	put(d, &f);
	link_person(d, hall_ticket(h, f.ticket));
	return OK;
}

/* Neither hours nor quotas keep out who has booked; an exception of today does, or a hall that stands still. */
static enum refusal
may_come(struct desk *d, const struct booking *b)
{
	struct opening o;

	if (d->hall->ticket_count == TICKETS_MAX || d->hall->leg_count == TICKETS_MAX)
		return QUOTA_FULL;
	hall_opening(&o, d->hall, d->layout, b->service, &d->now);
	d->change->detail.opens_ms = o.opens_ms;
	if (o.closed == CLOSED_SUSPENDED || o.closed == CLOSED_NO_WINDOW || o.closed == CLOSED_TODAY)
		return closed_refusal(o.closed);
	return b->person.hash != 0 && may_have(d, b->service, b->person.hash, NULL) == ALREADY_WAITING ? ALREADY_WAITING : OK;
}

enum refusal
issue_booked(struct desk *d, const struct booking *b, bool late, int64_t entry_ms)
{
	enum refusal refusal;

	if (b->service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	if ((refusal = may_come(d, b)) != OK)
		return refusal;
	struct fact f = fact(d, TICKET_ISSUED);
	f.ticket = d->change->ticket = d->hall->last_ticket + 1;
	f.service = b->service;
	f.class = late ? 0 : b->class;
	f.language = b->language;
	f.entry_in_ms = entry_ms > d->now.wall_ms ? entry_ms - d->now.wall_ms : 0;
	f.value = number_next(d->hall, &d->layout->service[b->service], d->now.day, f.number);
	f.print = d->cmd->printer[0] == '\0' ? PRINT_NONE : PRINT_QUEUED;
	strcpy(f.token, d->cmd->token);
	strcpy(f.device, d->cmd->printer);
	if (b->person.hash != 0) {
		f.person = b->person;
		strcpy(f.person_id, d->cmd->person_id);
	}
	put(d, &f);
	link_person(d, hall_ticket(d->hall, f.ticket));
	return OK;
}

/* A job goes on from queued over sent to an outcome; back only when its printer says that it could not. */
enum refusal
do_printed(struct desk *d)
{
	const struct ticket *t = hall_ticket(d->hall, d->cmd->ticket);
	bool again;

	if (t == NULL)
		return UNKNOWN_TICKET;
	again = t->print == PRINT_SENT && d->cmd->print == PRINT_QUEUED;
	if (t->print == PRINT_NONE || t->print > PRINT_SENT || (d->cmd->print <= t->print && !again))
		return not_allowed(d, print_state_name(t->print));
	struct fact f = fact_of(d, TICKET_PRINTED, t);
	f.print = d->cmd->print;
	f.mm = d->cmd->mm;
	strcpy(f.device, d->cmd->printer[0] != '\0' ? d->cmd->printer : t->printer);
	put(d, &f);
	return OK;
}

/* Once more on paper: not while it is on its way there, nor for who was served or is not served any more, unless that was with a slip. */
enum refusal
do_reprint(struct desk *d)
{
	const struct ticket *t = d->ticket;
	const char *printer = d->cmd->printer[0] != '\0' ? d->cmd->printer : t->printer;

	if (printer[0] == '\0')
		return bad_request(d, "/printer", "a printer's id in devices[]");
	if (t->print == PRINT_QUEUED || t->print == PRINT_SENT)
		return not_allowed(d, print_state_name(t->print));
	if (d->leg->state >= LEG_DONE && t->booking == 0)
		return not_allowed(d, leg_state_name(d->leg->state));
	struct fact f = fact_of(d, TICKET_PRINTED, t);
	f.window = 0;
	f.print = PRINT_QUEUED;
	strcpy(f.device, printer);
	put(d, &f);
	return OK;
}
