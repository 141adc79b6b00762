/* From commands to facts. */
#include <assert.h>
#include <string.h>

#include "daemon/core/hall.h"
#include "daemon/core/number.h"
#include "daemon/core/pick.h"

/* A step that is not built yet is refused here and nowhere else. */
const struct verb_row verbs[VERBS] = {
	[DO_NOTHING]	= { "nothing" },
	[DO_OPEN]	= { "open", AT_WINDOW, true },
	[DO_CLOSE]	= { "close", AT_WINDOW, true },
	[DO_NEXT]	= { "next", AT_WINDOW, true },
	[DO_RECALL]	= { "recall", AT_WINDOW, true },
	[DO_PICK]	= { "pick", AT_WINDOW, false },
	[DO_START]	= { "start", AT_WINDOW, true },
	[DO_FINISH]	= { "finish", AT_WINDOW, true },
	[DO_PASS]	= { "pass", AT_WINDOW, true },
	[DO_ABANDON]	= { "abandon", AT_WINDOW, true },
	[DO_HOLD]	= { "hold", AT_WINDOW, false },
	[DO_UNHOLD]	= { "unhold", AT_WINDOW, false },
	[DO_TRANSFER]	= { "transfer", AT_WINDOW, false },
	[DO_PAUSE]	= { "pause", AT_WINDOW, true },
	[DO_RESUME]	= { "resume", AT_WINDOW, true },
	[DO_SERVE]	= { "serve", AT_WINDOW, false },
	[DO_UNDO]	= { "undo", AT_WINDOW, false },
	[DO_ISSUE]	= { "issue", AT_NOTHING, true },
	[DO_CANCEL]	= { "cancel", AT_TICKET, false },
	[DO_CHECK_IN]	= { "checkin", AT_TICKET, false },
	[DO_DEFER]	= { "defer", AT_TICKET, false },
	[DO_RETURN]	= { "return", AT_TICKET, false },
	[DO_RATE]	= { "rating", AT_TICKET, false },
	[DO_CHANGE_CLASS] = { "class", AT_TICKET, false },
	[DO_CHANGE_SERVICE] = { "service", AT_TICKET, false },
	[DO_REPRINT]	= { "reprint", AT_TICKET, false },
	[DO_VOID]	= { "void", AT_TICKET, false },
	[DO_NEEDS]	= { "needs", AT_TICKET, false },
	[DO_LINK]	= { "link", AT_TICKET, false },
	[DO_ADD_STAFF]	= { "add_staff", AT_NOTHING, true },
	[DO_SET_PASSWORD] = { "set_password", AT_NOTHING, true },
	[DO_SIGN_IN]	= { "sign_in", AT_NOTHING, true },
	[DO_SIGN_OUT]	= { "sign_out", AT_NOTHING, true },
	[DO_PRINTED]	= { "printed", AT_NOTHING, true },
	[DO_DEVICE]	= { "device", AT_NOTHING, true },
	[DO_STARTED]	= { "started", AT_NOTHING, true },
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

/* What every case below works with. */
struct desk {
	struct hall		*hall;
	const struct layout	*layout;
	const struct command	*cmd;
	struct instant		 now;
	struct change		*change;
	/* of the command's window */
	const struct window_layout *place;
	struct window		*window;
	const struct ticket	*ticket;	/* at the window, or NULL */
	const struct leg	*leg;
};

static struct fact
fact(const struct desk *d, enum fact_kind kind)
{
	struct fact f = { .kind = kind, .seq = d->hall->seq + 1, .at = d->now };

	strcpy(f.actor, d->cmd->actor);
	return f;
}

static struct fact
fact_of(const struct desk *d, enum fact_kind kind, const struct ticket *t)
{
	struct fact f = fact(d, kind);

	f.ticket = t->id;
	f.service = hall_leg(d->hall, t)->service;
	f.window = d->window == NULL ? 0 : d->cmd->window;
	strcpy(f.number, t->number);
	return f;
}

/* The fact is part of the change, and carried out. */
static void
put(struct desk *d, const struct fact *f)
{
	int fits;

	assert(d->change->count < FACTS_MAX);
	d->change->fact[d->change->count++] = *f;
	fits = hall_apply(d->hall, f);
	assert(fits == 0);
	(void)fits;
}

static enum refusal
not_allowed(struct desk *d, const char *state)
{
	d->change->detail.state = state;
	d->change->detail.command = verbs[d->cmd->verb].name;
	return NOT_ALLOWED;
}

static enum refusal
bad_request(struct desk *d, const char *pointer, const char *expected)
{
	strcpy(d->change->detail.pointer, pointer);
	strcpy(d->change->detail.expected, expected);
	return BAD_REQUEST;
}

/* May the ticket at the window take this step? */
static enum refusal
at_hand(struct desk *d, enum leg_step step)
{
	if (d->ticket == NULL)
		return NO_TICKET;
	if (leg_next(d->leg->state, step) == LEG_NONE)
		return not_allowed(d, leg_state_name(d->leg->state));
	return OK;
}

static void
change_window(struct desk *d, enum fact_kind kind, bool later)
{
	struct fact f = fact(d, kind);

	f.window = d->cmd->window;
	f.later = later;
	put(d, &f);
}

/* The ticket leaves the window, and what waited for that happens. */
static void
leave(struct desk *d, const struct fact *f)
{
	put(d, f);
	d->ticket = NULL;
	if (d->window->pending == PENDING_PAUSE)
		change_window(d, WINDOW_PAUSED, false);
	else if (d->window->pending == PENDING_CLOSE)
		change_window(d, WINDOW_CLOSED, false);
}

static void
finish(struct desk *d, bool implicit)
{
	struct fact f = fact_of(d, TICKET_FINISHED, d->ticket);

	f.no_start = d->leg->state == LEG_CALLED;
	f.implicit = implicit;
	leave(d, &f);
}

static void
call(struct desk *d)
{
	struct why why;
	int place = pick(d->hall, d->layout, d->cmd->window, d->now.steady_ms, &why);

	if (place == -1)
		return;
	d->ticket = &d->hall->ticket[d->hall->leg[place].ticket];
	struct fact f = fact_of(d, TICKET_CALLED, d->ticket);
	f.why = why;
	put(d, &f);
}

static bool
pressed_twice(const struct desk *d)
{
	return d->window->next_ms != 0 &&
	    d->now.steady_ms - d->window->next_ms < d->layout->policy.double_press_s * INT64_C(1000);
}

static enum refusal
do_next(struct desk *d)
{
	bool called = d->ticket != NULL && d->leg->state == LEG_CALLED;

	if (pressed_twice(d))
		return OK;			/* the same call */
	if (called && (d->place->start_key || !d->layout->policy.implicit_finish)) {
		strcpy(d->change->detail.number, d->ticket->number);
		return CALL_PENDING;
	}
	if (d->ticket != NULL && !d->layout->policy.implicit_finish)
		return not_allowed(d, leg_state_name(d->leg->state));

	if (d->ticket != NULL) {
		finish(d, true);
		if (!window_open(d->window))
			return OK;		/* it was to pause or close after this one */
	} else if (d->window->state == PAUSED)
		change_window(d, WINDOW_RESUMED, false);
	else if (!window_open(d->window))
		change_window(d, WINDOW_OPENED, false);
	call(d);
	return OK;
}

static enum refusal
do_recall(struct desk *d)
{
	const struct policy *p = &d->layout->policy;
	enum refusal refusal = at_hand(d, STEP_RECALL);
	int64_t gap_ms;

	if (refusal)
		return refusal;
	if (p->recall_max != 0 && d->leg->recalls >= p->recall_max)
		return not_allowed(d, leg_state_name(d->leg->state));
	gap_ms = d->leg->recalled_ms + p->recall_gap_s * INT64_C(1000) - d->now.steady_ms;
	if (gap_ms > 0) {
		d->change->detail.retry_s = (gap_ms + 999) / 1000;
		return TOO_SOON;
	}
	struct fact f = fact_of(d, TICKET_RECALLED, d->ticket);
	f.times = d->leg->recalls + 1;
	put(d, &f);
	return OK;
}

static enum refusal
do_start(struct desk *d)
{
	enum refusal refusal = at_hand(d, STEP_START);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_STARTED, d->ticket);
	put(d, &f);
	return OK;
}

static enum refusal
do_finish(struct desk *d)
{
	enum refusal refusal = at_hand(d, STEP_FINISH);

	if (refusal)
		return refusal;
	finish(d, false);
	return OK;
}

static enum refusal
do_abandon(struct desk *d)
{
	enum refusal refusal = at_hand(d, STEP_ABANDON);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_ABANDONED, d->ticket);
	leave(d, &f);
	return OK;
}

/* Who was passed often enough is not called again. */
static enum refusal
do_pass(struct desk *d)
{
	enum refusal refusal = at_hand(d, STEP_PASS);

	if (refusal)
		return refusal;
	if (d->leg->passes >= d->layout->policy.passed_max)
		return do_abandon(d);
	struct fact f = fact_of(d, TICKET_PASSED, d->ticket);
	f.times = d->leg->passes + 1;
	f.after = d->layout->policy.passed_after;
	leave(d, &f);
	return OK;
}

static enum refusal
do_open(struct desk *d)
{
	if (d->window->state != OFFLINE && d->window->state != CLOSED)
		return not_allowed(d, window_state_name(d->window->state));
	change_window(d, WINDOW_OPENED, false);
	return OK;
}

/* Pause or close; with a ticket at hand when it leaves, and the same again takes that back. */
static enum refusal
stop(struct desk *d, enum pending pending, enum fact_kind stops, enum fact_kind takes_back)
{
	if (d->ticket != NULL && d->window->pending == pending)
		change_window(d, takes_back, true);
	else
		change_window(d, stops, d->ticket != NULL);
	return OK;
}

static enum refusal
do_pause(struct desk *d)
{
	if (!window_open(d->window))
		return not_allowed(d, window_state_name(d->window->state));
	return stop(d, PENDING_PAUSE, WINDOW_PAUSED, WINDOW_RESUMED);
}

static enum refusal
do_close(struct desk *d)
{
	if (!window_open(d->window) && d->window->state != PAUSED)
		return not_allowed(d, window_state_name(d->window->state));
	return stop(d, PENDING_CLOSE, WINDOW_CLOSED, WINDOW_OPENED);
}

static enum refusal
do_resume(struct desk *d)
{
	bool pending = d->window->pending == PENDING_PAUSE;

	if (d->window->state != PAUSED && !pending)
		return not_allowed(d, window_state_name(d->window->state));
	change_window(d, WINDOW_RESUMED, pending);
	return OK;
}

static enum refusal
do_issue(struct desk *d)
{
	const struct command *cmd = d->cmd;
	struct hall *h = d->hall;

	if (cmd->service < 0 || cmd->service >= d->layout->service_count)
		return UNKNOWN_SERVICE;
	if (cmd->class < 0 || cmd->class >= d->layout->class_count)
		return bad_request(d, "/class", "a class of this hall");
	if (cmd->language < 0 || cmd->language >= LANGUAGES)
		return bad_request(d, "/lang", "zh or en");
	if (h->ticket_count == TICKETS_MAX)
		return QUOTA_FULL;
	struct fact f = fact(d, TICKET_ISSUED);
	f.ticket = d->change->ticket = h->ticket_count == 0 ? 1 : h->ticket[h->ticket_count - 1].id + 1;
	f.service = cmd->service;
	f.class = cmd->class;
	f.language = cmd->language;
	f.value = number_next(h, &d->layout->service[cmd->service], d->now.day, f.number);
	f.print = cmd->printer[0] == '\0' ? PRINT_NONE : PRINT_QUEUED;
	strcpy(f.token, cmd->token);
	strcpy(f.device, cmd->printer);
	put(d, &f);
	return OK;
}

/* A job goes on from queued over sent to an outcome, and never back. */
static enum refusal
do_printed(struct desk *d)
{
	const struct ticket *t = hall_ticket(d->hall, d->cmd->ticket);

	if (t == NULL)
		return UNKNOWN_TICKET;
	if (t->print == PRINT_NONE || t->print > PRINT_SENT || d->cmd->print <= t->print)
		return not_allowed(d, print_state_name(t->print));
	struct fact f = fact_of(d, TICKET_PRINTED, t);
	f.print = d->cmd->print;
	strcpy(f.device, t->printer);
	put(d, &f);
	return OK;
}

static enum refusal
do_add_staff(struct desk *d)
{
	struct hall *h = d->hall;

	if (hall_staff_name(h, d->cmd->name) != NULL)
		return bad_request(d, "/name", "a name that is not taken");
	if (h->staff_count == STAFF_MAX)
		return bad_request(d, "/name", "fewer accounts: there is no room for another");
	struct fact f = fact(d, STAFF_ADDED);
	f.staff = h->staff_count == 0 ? 1 : h->staff[h->staff_count - 1].id + 1;
	f.role = d->cmd->role;
	strcpy(f.name, d->cmd->name);
	strcpy(f.secret, d->cmd->secret);
	put(d, &f);
	return OK;
}

static enum refusal
do_set_password(struct desk *d)
{
	if (hall_staff(d->hall, d->cmd->staff) == NULL)
		return UNKNOWN_STAFF;
	struct fact f = fact(d, STAFF_PASSWORD);
	f.staff = d->cmd->staff;
	strcpy(f.secret, d->cmd->secret);
	put(d, &f);
	return OK;
}

/* Signed in twice at one window (two pages), one stays there until the last is signed out. */
static bool
stays(const struct desk *d, const struct session *s)
{
	for (int i = 0; i < SESSIONS_MAX; i++) {
		const struct session *o = &d->hall->session[i];

		if (o->staff == s->staff && o->window == s->window && strcmp(o->hash, s->hash) != 0 &&
		    o->ends_ms > d->now.wall_ms)
			return true;
	}
	return false;
}

static void
sign_out(struct desk *d, const struct session *s)
{
	struct fact f = fact(d, STAFF_SIGNED_OUT);

	f.staff = s->staff;
	f.window = d->cmd->verb == DO_SIGN_OUT && stays(d, s) ? 0 : s->window;
	strcpy(f.secret, s->hash);
	put(d, &f);
}

/* One person works at one window: being signed in at another ends, be it with a session or (keypads) without. */
static void
leave_others(struct desk *d)
{
	const struct command *cmd = d->cmd;

	for (int i = 0; i < SESSIONS_MAX && d->change->count < FACTS_MAX - 3; i++) {
		const struct session *s = &d->hall->session[i];

		if (s->staff == cmd->staff && s->window != 0 && s->window != cmd->window)
			sign_out(d, s);
	}
	for (int no = 1; no <= WINDOW_NO_MAX; no++)
		if (no != cmd->window && d->hall->window[no].staff == cmd->staff)
			sign_out(d, &(struct session){ .staff = cmd->staff, .window = no });
}

static enum refusal
do_sign_in(struct desk *d)
{
	const struct command *cmd = d->cmd;

	if (hall_staff(d->hall, cmd->staff) == NULL)
		return UNKNOWN_STAFF;
	if (cmd->window != 0 && layout_window(d->layout, cmd->window) == NULL)
		return UNKNOWN_WINDOW;
	if (cmd->window != 0) {
		uint32_t before = d->hall->window[cmd->window].staff;

		leave_others(d);
		if (before != 0 && before != cmd->staff) {
			struct fact f = fact(d, WINDOW_HANDED_OVER);
			f.window = cmd->window;
			f.from_staff = before;
			f.staff = cmd->staff;
			put(d, &f);
		}
	}
	struct fact f = fact(d, STAFF_SIGNED_IN);
	f.staff = cmd->staff;
	f.window = cmd->window;
	f.session_ms = cmd->session_ms;
	strcpy(f.secret, cmd->secret);
	put(d, &f);
	return OK;
}

static enum refusal
do_sign_out(struct desk *d)
{
	const struct session *s = hall_session(d->hall, d->cmd->secret);

	if (s == NULL)
		return UNAUTHORIZED;
	sign_out(d, s);
	return OK;
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
	if (!verbs[cmd->verb].built)
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
