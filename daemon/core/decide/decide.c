/* From commands to facts: the table of verbs, and the way through hall_decide. */
#include <assert.h>
#include <string.h>

#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/opening.h"

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
	[DO_LEGS]	= { "legs", AT_WINDOW },
	[DO_UNDO]	= { "undo", AT_WINDOW },
	[DO_ALARM]	= { "alarm", AT_WINDOW },
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
	[DO_BOOK]	= { "book", AT_NOTHING },
	[DO_CANCEL_BOOKING] = { "cancel", AT_NOTHING },
	[DO_CHECK_IN_BOOKING] = { "checkin", AT_NOTHING },
	[DO_ADD_STAFF]	= { "add_staff", AT_NOTHING },
	[DO_SET_PASSWORD] = { "set_password", AT_NOTHING },
	[DO_SIGN_IN]	= { "sign_in", AT_NOTHING },
	[DO_SIGN_OUT]	= { "sign_out", AT_NOTHING },
	[DO_GIVE_TOKEN]	= { "give_token", AT_NOTHING },
	[DO_END_TOKENS]	= { "end_tokens", AT_NOTHING },
	[DO_CALL_HELP]	= { "call_help", AT_NOTHING },
	[DO_ANSWER_HELP] = { "answer_help", AT_NOTHING },
	[DO_END_HELP]	= { "end_help", AT_NOTHING },
	[DO_TELL_BUSY]	= { "tell_busy", AT_NOTHING },
	[DO_PRINTED]	= { "printed", AT_NOTHING },
	[DO_DEVICE]	= { "device", AT_NOTHING },
	[DO_ROLL]	= { "roll", AT_NOTHING },
	[DO_STARTED]	= { "started", AT_NOTHING },
	[DO_DUE]	= { "due", AT_NOTHING },
	[DO_END_DAY]	= { "end_day", AT_NOTHING },
	[DO_NOTE_CLOCK]	= { "note_clock", AT_NOTHING },
	[DO_CLOSE_DAY]	= { "close_day", AT_NOTHING },
	[DO_OVERRIDE]	= { "override", AT_NOTHING },
	[DO_SUSPEND]	= { "suspend", AT_NOTHING },
	[DO_EVACUATE]	= { "evacuate", AT_NOTHING },
	[DO_RESUME_HALL] = { "resume", AT_NOTHING },
	[DO_NOTICE]	= { "notice", AT_NOTHING },
	[DO_LAYOUT]	= { "layout", AT_NOTHING },
	[DO_LEND]	= { "lend", AT_NOTHING },
	[DO_WRITE]	= { "write", AT_NOTHING },
	[DO_STEP]	= { "step", AT_NOTHING },
	[DO_OFFICE_DUE]	= { "office_due", AT_NOTHING },
	[DO_COPY_ROSTER] = { "copy_roster", AT_NOTHING },
	[DO_SWAP_ROSTER] = { "swap_roster", AT_NOTHING },
	[DO_CLOCK]	= { "clock", AT_NOTHING },
	[DO_JUDGE_LEAVE] = { "judge_leave", AT_NOTHING },
	[DO_ANSWER_ALARM] = { "answer_alarm", AT_NOTHING },
	[DO_END_ALARM]	= { "end_alarm", AT_NOTHING },
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
	struct fact f = { .kind = kind, .seq = d->hall->seq + 1, .at = d->now, .with = d->change->count > 0 };

	strcpy(f.actor, d->cmd->actor);
	return f;
}

struct fact
fact_of(const struct desk *d, enum fact_kind kind, const struct ticket *t)
{
	struct fact f = fact(d, kind);

	f.ticket = t->id;
	f.service = hall_leg(d->hall, t)->service;
	f.window = d->no;
	strcpy(f.number, t->number);
	return f;
}

void
note(struct desk *d, struct fact *f)
{
	if (d->cmd->words[0] == '\0')
		return;
	strcpy(f->note, d->cmd->note);
	strcpy(d->change->note, d->cmd->note);
	strcpy(d->change->words, d->cmd->words);
}

void
put(struct desk *d, const struct fact *f)
{
	int fits;

	assert(d->change->count < CHANGE_MAX);
	d->change->fact[d->change->count++] = *f;
	if (f->ticket != 0)
		d->change->touched[d->change->touched_count++] = f->ticket;
	fits = hall_apply(d->hall, f);
	assert(fits == 0);
	(void)fits;
}

enum refusal
may(struct desk *d, enum leg_step step)
{
	if (d->ticket == NULL)
		return NO_TICKET;
	if (leg_next(d->leg->state, step) == LEG_NONE)
		return not_allowed(d, leg_state_name(d->leg->state));
	return OK;
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

void
comes_back(struct desk *d, const struct leg *leg)
{
	struct fact f = fact_of(d, leg->state == LEG_WAITING ? TICKET_CHANGED : TICKET_RETURNED, &d->hall->ticket[leg->ticket]);

	f.window = 0;
	strcpy(f.actor, "system");
	put(d, &f);
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

/* Asked once, answered once, nearly out once; whoever changed the roll may also say so unasked. */
static enum refusal
do_roll(struct desk *d)
{
	const struct roll *roll = hall_roll(d->hall, d->cmd->device);

	if (d->cmd->roll == ROLL_ASKED && roll != NULL && roll->asked)
		return not_allowed(d, roll_word_name(ROLL_ASKED));
	if (d->cmd->roll == ROLL_NEAR && roll != NULL && roll->near)
		return not_allowed(d, roll_word_name(ROLL_NEAR));
	if (d->cmd->answers && (roll == NULL || !roll->asked))
		return not_allowed(d, "answered");
	struct fact f = fact(d, DEVICE_ROLL);
	f.roll = d->cmd->roll;
	f.mm = roll == NULL || f.roll != ROLL_NEW ? 0 : roll->used_mm;
	strcpy(f.device, d->cmd->device);
	put(d, &f);
	return OK;
}

/* At a kiosk: somebody needs help, or many tickets are taken there. */
static enum refusal
do_call_help(struct desk *d)
{
	struct fact f = fact(d, d->cmd->verb == DO_CALL_HELP ? HELP_CALLED : KIOSK_BUSY);

	strcpy(f.device, d->cmd->device);
	put(d, &f);
	return OK;
}

/* Once: who comes second is told that somebody goes there.  It is over when somebody says so. */
static enum refusal
do_about_help(struct desk *d)
{
	const struct help *help = hall_help(d->hall, d->cmd->device, d->cmd->busy);
	bool ends = d->cmd->verb == DO_END_HELP;

	if (help == NULL)
		return NOT_FOUND;
	if (!ends && help->answered_ms != 0)
		return not_allowed(d, "answered");
	struct fact f = fact(d, ends ? HELP_ENDED : HELP_ANSWERED);
	f.staff = d->cmd->staff;
	f.busy = help->busy;
	strcpy(f.device, d->cmd->device);
	put(d, &f);
	return OK;
}

/* Which text it is that is in force from here on. */
static enum refusal
do_layout(struct desk *d)
{
	struct fact f = fact(d, HALL_LAYOUT);

	f.value = d->hall->layout_rev + 1;
	strcpy(f.reason, d->cmd->reason);
	d->change->layout = d->cmd->layout;
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

static enum refusal
do_note_clock(struct desk *d)
{
	struct fact f = fact(d, HALL_CLOCK);

	f.stepped_ms = d->cmd->stepped_ms;
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
	[DO_PICK] = do_pick,		[DO_SERVE] = do_serve,
	[DO_HOLD] = do_hold,		[DO_UNHOLD] = do_unhold,
	[DO_TRANSFER] = do_transfer,	[DO_LEGS] = do_legs,
	[DO_UNDO] = do_undo,		[DO_CANCEL] = do_cancel,
	[DO_RETURN] = do_return,	[DO_DEFER] = do_defer,
	[DO_CHANGE_CLASS] = do_class,	[DO_CHANGE_SERVICE] = do_service,
	[DO_VOID] = do_void,		[DO_NEEDS] = do_needs,
	[DO_LINK] = do_link,
	[DO_RATE] = do_rate,		[DO_CHECK_IN] = do_check_in,
	[DO_BOOK] = do_book,		[DO_CANCEL_BOOKING] = do_cancel_booking,
	[DO_CHECK_IN_BOOKING] = do_check_in_booking,
	[DO_ISSUE] = do_issue,		[DO_PRINTED] = do_printed,
	[DO_REPRINT] = do_reprint,
	[DO_ADD_STAFF] = do_add_staff,	[DO_SET_PASSWORD] = do_set_password,
	[DO_SIGN_IN] = do_sign_in,	[DO_SIGN_OUT] = do_sign_out,
	[DO_GIVE_TOKEN] = do_give_token, [DO_END_TOKENS] = do_end_tokens,
	[DO_CALL_HELP] = do_call_help,	[DO_TELL_BUSY] = do_call_help,
	[DO_ANSWER_HELP] = do_about_help, [DO_END_HELP] = do_about_help,
	[DO_DEVICE] = do_device,	[DO_ROLL] = do_roll,
	[DO_STARTED] = do_started,	[DO_DUE] = do_due,
	[DO_END_DAY] = do_end_day,	[DO_NOTE_CLOCK] = do_note_clock, [DO_CLOSE_DAY] = do_close_day,
	[DO_OVERRIDE] = do_override,
	[DO_SUSPEND] = do_suspend,	[DO_EVACUATE] = do_evacuate,
	[DO_RESUME_HALL] = do_resume_hall, [DO_NOTICE] = do_notice,
	[DO_ALARM] = do_alarm,		[DO_ANSWER_ALARM] = do_answer_alarm,
	[DO_END_ALARM] = do_end_alarm,	[DO_LAYOUT] = do_layout,
	[DO_LEND] = do_lend,
};

bool
verb_built(enum verb verb)
{
	return cases[verb] != NULL;
}

/*
 * Who stands aside comes back by itself: after enough others of the service, or
 * when nobody else of it waits.  What does not fit this change comes with the next.
 */
static void
let_return(struct desk *d)
{
	for (int s = 0; s < d->hall->service_count; s++) {
		uint32_t at = d->hall->aside[s].head, next;

		for (; at != 0 && d->change->count < FACTS_MAX - 1; at = next) {
			const struct leg *leg = &d->hall->leg[at - 1];

			next = leg->queue_next;
			if (leg->until > d->hall->first_calls[s] && hall_ready(d->hall, s) > 0)
				continue;
			comes_back(d, leg);
		}
	}
}

/* In a closed hall nobody is called, but whoever is still here keeps it from being closed; in a suspended one nobody, not even once more. */
static enum refusal
hall_calls(struct desk *d)
{
	switch (d->cmd->verb) {
	case DO_NEXT:
	case DO_PICK:
	case DO_SERVE:
	case DO_UNHOLD:
		break;
	case DO_RECALL:
		return hall_halted(d->hall) ? not_allowed(d, hall_state_name(HALL_SUSPENDED)) : OK;
	default:
		return OK;
	}
	switch (hall_state(d->hall, d->layout, &d->now)) {
	case HALL_CLOSED:
		return hall_rehearses(d->hall) ? OK : not_allowed(d, hall_state_name(HALL_CLOSED));
	case HALL_SUSPENDED:
		return not_allowed(d, hall_state_name(HALL_SUSPENDED));
	default:
		return OK;
	}
}

/* What the command is about; what is not there is refused. */
static enum refusal
find(struct desk *d)
{
	const struct command *cmd = d->cmd;
	const struct leg *leg;

	switch (verbs[cmd->verb].at) {
	case AT_WINDOW:
		if ((d->place = layout_window(d->layout, cmd->window)) == NULL)
			return UNKNOWN_WINDOW;
		d->no = cmd->window;
		d->window = &d->hall->window[d->no];
		d->ticket = hall_ticket(d->hall, d->window->ticket);
		break;
	case AT_TICKET:
		if ((d->ticket = hall_ticket(d->hall, cmd->ticket)) == NULL)
			return UNKNOWN_TICKET;
		leg = hall_leg(d->hall, d->ticket);
		if (leg->window != 0 && d->hall->window[leg->window].ticket == cmd->ticket) {
			d->no = leg->window;
			d->window = &d->hall->window[d->no];
		}
		break;
	default:
		return OK;
	}
	if (d->ticket != NULL)
		d->leg = hall_leg(d->hall, d->ticket);
	return OK;
}

/* Neither time nor the day goes back, whatever the clocks say. */
struct desk
desk_of(struct hall *h, const struct layout *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct desk d = { .hall = h, .layout = l, .cmd = cmd, .now = *now, .change = change };

	change->count = change->touched_count = 0;
	change->ticket = cmd->ticket;
	change->note[0] = change->words[0] = '\0';
	change->layout = NULL;
	change->detail = (struct refusal_detail){ 0 };
	if (d.now.steady_ms < h->steady_ms)
		d.now.steady_ms = h->steady_ms;
	if (d.now.day < h->day || (cmd->verb == DO_CLOSE_DAY && h->day != 0))
		d.now.day = h->day;
	return d;
}

enum refusal
hall_decide(struct hall *h, const struct layout *l, const struct command *cmd, const struct instant *now,
    struct change *change)
{
	struct desk d = desk_of(h, l, cmd, now, change);
	enum refusal refusal;

	if (!verb_built(cmd->verb))
		return NOT_AVAILABLE;
	if ((refusal = find(&d)) != OK)
		return refusal;
	if ((refusal = hall_calls(&d)) != OK || (refusal = cases[cmd->verb](&d)) != OK)
		return refusal;
	if (verbs[cmd->verb].at == AT_WINDOW) {
		if (change->count > 0 && cmd->verb != DO_UNDO && calls_by_itself(h, l, d.no))
			call_next(&d);
		change->ticket = d.ticket == NULL ? 0 : d.ticket->id;
	}
	if (change->count > 0)
		let_return(&d);
	return OK;
}
