/* From commands to facts: the table of verbs, and the way through hall_decide. */
#include <assert.h>
#include <string.h>

#include "daemon/core/desk.h"

const struct verb_row verbs[VERBS] = {
	[DO_NOTHING]	= { "nothing", AT_NOTHING },
	[DO_OPEN]	= { "open", AT_WINDOW },
	[DO_CLOSE]	= { "close", AT_WINDOW },
	[DO_NEXT]	= { "next", AT_WINDOW },
	[DO_RECALL]	= { "recall", AT_WINDOW },
	[DO_PICK]	= { "pick", AT_WINDOW },
	[DO_START]	= { "start", AT_WINDOW },
	[DO_FINISH]	= { "finish", AT_WINDOW },
	[DO_PASS]	= { "pass", AT_WINDOW },
	[DO_ABANDON]	= { "abandon", AT_WINDOW },
	[DO_HOLD]	= { "hold", AT_WINDOW },
	[DO_UNHOLD]	= { "unhold", AT_WINDOW },
	[DO_TRANSFER]	= { "transfer", AT_WINDOW },
	[DO_PAUSE]	= { "pause", AT_WINDOW },
	[DO_RESUME]	= { "resume", AT_WINDOW },
	[DO_SERVE]	= { "serve", AT_WINDOW },
	[DO_UNDO]	= { "undo", AT_WINDOW },
	[DO_ISSUE]	= { "issue", AT_NOTHING },
	[DO_CANCEL]	= { "cancel", AT_TICKET },
	[DO_CHECK_IN]	= { "checkin", AT_TICKET },
	[DO_DEFER]	= { "defer", AT_TICKET },
	[DO_RETURN]	= { "return", AT_TICKET },
	[DO_RATE]	= { "rating", AT_TICKET },
	[DO_CHANGE_CLASS] = { "class", AT_TICKET },
	[DO_CHANGE_SERVICE] = { "service", AT_TICKET },
	[DO_REPRINT]	= { "reprint", AT_TICKET },
	[DO_VOID]	= { "void", AT_TICKET },
	[DO_NEEDS]	= { "needs", AT_TICKET },
	[DO_LINK]	= { "link", AT_TICKET },
	[DO_ADD_STAFF]	= { "add_staff", AT_NOTHING },
	[DO_SET_PASSWORD] = { "set_password", AT_NOTHING },
	[DO_SIGN_IN]	= { "sign_in", AT_NOTHING },
	[DO_SIGN_OUT]	= { "sign_out", AT_NOTHING },
	[DO_PRINTED]	= { "printed", AT_NOTHING },
	[DO_DEVICE]	= { "device", AT_NOTHING },
	[DO_STARTED]	= { "started", AT_NOTHING },
};

static enum verb
verb_find(int at, const char *name)
{
	for (int i = 0; i < VERBS; i++)
		if ((int)verbs[i].at == at && strcmp(verbs[i].name, name) == 0)
			return i;
	return DO_NOTHING;
}

enum verb
verb_at_window(const char *name)
{
	return verb_find(AT_WINDOW, name);
}

enum verb
verb_at_ticket(const char *name)
{
	return verb_find(AT_TICKET, name);
}

struct fact
fact(const struct desk *d, enum fact_kind kind)
{
	struct fact f = { .kind = kind, .seq = d->hall->seq + 1, .at = d->now };

	strcpy(f.actor, d->cmd->actor);
	return f;
}

struct fact
fact_of(const struct desk *d, enum fact_kind kind, const struct ticket *t)
{
	struct fact f = fact(d, kind);

	f.ticket = t->id;
	f.service = hall_leg(d->hall, t)->service;
	f.window = d->window == NULL ? 0 : d->cmd->window;
	strcpy(f.number, t->number);
	return f;
}

void
put(struct desk *d, const struct fact *f)
{
	int fits;

	assert(d->change->count < FACTS_MAX);
	d->change->fact[d->change->count++] = *f;
	fits = hall_apply(d->hall, f);
	assert(fits == 0);
	(void)fits;
}

enum refusal
not_allowed(struct desk *d, const char *state)
{
	d->change->detail.state = state;
	d->change->detail.command = verbs[d->cmd->verb].name;
	return NOT_ALLOWED;
}

enum refusal
bad_request(struct desk *d, const char *pointer, const char *expected)
{
	strcpy(d->change->detail.pointer, pointer);
	strcpy(d->change->detail.expected, expected);
	return BAD_REQUEST;
}

static enum refusal
do_device(struct desk *d)
{
	struct fact f = fact(d, d->cmd->faulty ? DEVICE_FAULT : DEVICE_OK);

	f.value = d->cmd->address;
	strcpy(f.device, d->cmd->device);
	strcpy(f.reason, d->cmd->reason);
	put(d, &f);
	return OK;
}

static enum refusal
do_started(struct desk *d)
{
	struct fact f = fact(d, HALL_STARTED);

	f.offset_ms = d->cmd->offset_ms;
	strcpy(f.boot, d->cmd->boot);
	put(d, &f);
	return OK;
}

/* A verb without a case is not built yet: it is refused in hall_decide, and nowhere else. */
static enum refusal (*const cases[VERBS])(struct desk *) = {
	[DO_OPEN] = do_open,		[DO_CLOSE] = do_close,
	[DO_NEXT] = do_next,		[DO_RECALL] = do_recall,
	[DO_START] = do_start,		[DO_FINISH] = do_finish,
	[DO_PASS] = do_pass,		[DO_ABANDON] = do_abandon,
	[DO_PAUSE] = do_pause,		[DO_RESUME] = do_resume,
	[DO_ISSUE] = do_issue,		[DO_PRINTED] = do_printed,
	[DO_ADD_STAFF] = do_add_staff,	[DO_SET_PASSWORD] = do_set_password,
	[DO_SIGN_IN] = do_sign_in,	[DO_SIGN_OUT] = do_sign_out,
	[DO_DEVICE] = do_device,	[DO_STARTED] = do_started,
};

bool
verb_built(enum verb verb)
{
	return cases[verb] != NULL;
}

/*
 * Passed tickets come back by themselves: after enough others of their service,
 * or when nobody else of it waits.  What does not fit this change comes with the next.
 */
static void
let_return(struct desk *d)
{
	for (int s = 0; s < d->hall->service_count; s++) {
		uint32_t at = d->hall->passed[s].head, next;

		for (; at != 0 && d->change->count < FACTS_MAX - 1; at = next) {
			const struct leg *leg = &d->hall->leg[at - 1];

			next = leg->queue_next;
			if (leg->after > 0 && hall_waiting(d->hall, s) > 0)
				continue;
			struct fact f = fact_of(d, TICKET_RETURNED, &d->hall->ticket[leg->ticket]);
			f.window = 0;
			strcpy(f.actor, "system");
			put(d, &f);
		}
	}
}

enum refusal
hall_decide(struct hall *h, const struct layout *l, const struct command *cmd, const struct instant *now,
    struct change *change)
{
	struct desk d = { .hall = h, .layout = l, .cmd = cmd, .now = *now, .change = change };
	enum refusal refusal;

	change->count = 0;
	change->ticket = cmd->ticket;
	change->detail = (struct refusal_detail){ 0 };
	if (!verb_built(cmd->verb))
		return NOT_AVAILABLE;
	if (verbs[cmd->verb].at == AT_WINDOW) {
		if ((d.place = layout_window(l, cmd->window)) == NULL)
			return UNKNOWN_WINDOW;
		d.window = &h->window[cmd->window];
		if ((d.ticket = hall_ticket(h, d.window->ticket)) != NULL)
			d.leg = hall_leg(h, d.ticket);
	}
	/* Neither time nor the day goes back, whatever the clocks say. */
	if (d.now.steady_ms < h->steady_ms)
		d.now.steady_ms = h->steady_ms;
	if (d.now.day < h->day)
		d.now.day = h->day;

	if ((refusal = cases[cmd->verb](&d)) != OK)
		return refusal;
	if (verbs[cmd->verb].at == AT_WINDOW)
		change->ticket = d.ticket == NULL ? 0 : d.ticket->id;
	if (change->count > 0)
		let_return(&d);
	return OK;
}
