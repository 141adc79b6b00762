/* Tickets come to be, and go onto paper. */
#include <string.h>

#include "daemon/core/desk.h"
#include "daemon/core/number.h"

/* Is a ticket to be had for each of its services? */
static enum refusal
may_issue(const struct desk *d)
{
	const struct command *cmd = d->cmd;
	enum closed closed = hall_closed(d->hall, d->layout, cmd->service);

	for (int i = 0; closed == NOT_CLOSED && i < cmd->further_count; i++)
		closed = hall_closed(d->hall, d->layout, cmd->further[i]);
	if (closed == NOT_CLOSED && d->hall->leg_count + 1 + cmd->further_count > TICKETS_MAX)
		closed = CLOSED_FULL;
	return closed_refusal(closed);
}

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
	f.ticket = d->change->ticket = hall_next_ticket(h);
	f.service = cmd->service;
	f.class = cmd->class;
	f.language = cmd->language;
	f.big = cmd->big;
	f.value = number_next(h, &d->layout->service[cmd->service], d->now.day, f.number);
	f.print = cmd->printer[0] == '\0' ? PRINT_NONE : PRINT_QUEUED;
	f.further_count = cmd->further_count;
	memcpy(f.further, cmd->further, sizeof f.further);
	strcpy(f.token, cmd->token);
	strcpy(f.device, cmd->printer);
	put(d, &f);
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

/* Once more on paper: not while it is on its way there, nor for who was served or is not served any more. */
enum refusal
do_reprint(struct desk *d)
{
	const struct ticket *t = d->ticket;
	const char *printer = d->cmd->printer[0] != '\0' ? d->cmd->printer : t->printer;

	if (printer[0] == '\0')
		return bad_request(d, "/printer", "a printer's id in devices[]");
	if (t->print == PRINT_QUEUED || t->print == PRINT_SENT)
		return not_allowed(d, print_state_name(t->print));
	if (d->leg->state >= LEG_DONE)
		return not_allowed(d, leg_state_name(d->leg->state));
	struct fact f = fact_of(d, TICKET_PRINTED, t);
	f.window = 0;
	f.print = PRINT_QUEUED;
	strcpy(f.device, printer);
	put(d, &f);
	return OK;
}
