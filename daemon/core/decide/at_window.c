/* What a window can do: open, serve who is there, pause, close. */
#include <string.h>

#include "daemon/core/decide/desk.h"

static void
change_window(struct desk *d, enum fact_kind kind, bool later)
{
	struct fact f = fact(d, kind);

	f.window = d->no;
	f.later = later;
	if (d->cmd->verb == DO_PAUSE)
		note(d, &f);
	if (kind == WINDOW_PAUSED)
		f.until_ms = d->cmd->verb == DO_PAUSE ? d->cmd->until_ms - d->cmd->until_ms % 60000 : d->window->until_ms;
	put(d, &f);
	if (!window_open(d->window))
		let_go(d, d->no);
}

void
leave(struct desk *d, const struct fact *f)
{
	put(d, f);
	d->ticket = NULL;
	if (d->window->pending == PENDING_PAUSE)
		change_window(d, WINDOW_PAUSED, false);
	else if (d->window->pending == PENDING_CLOSE)
		change_window(d, WINDOW_CLOSED, false);
}

enum refusal
do_undo(struct desk *d)
{
	const struct undo *u = hall_undo(d->hall, d->no);
	int64_t undo_ms = d->layout->policy.undo_s * INT64_C(1000);

	if (u == NULL || undo_ms == 0 || d->now.steady_ms - u->at_ms > undo_ms)
		return not_allowed(d, window_state_name(d->window->state));
	struct fact f = fact(d, TICKET_UNDONE);
	f.window = d->no;
	if (u->legs > 0) {
		const struct ticket *t = &d->hall->ticket[u->leg[0].ticket];

		f.ticket = t->id;
		f.service = d->hall->leg[u->place[0]].service;
		strcpy(f.number, t->number);
	}
	for (int i = 0; i < u->legs; i++)
		d->change->touched[d->change->touched_count++] = d->hall->ticket[u->leg[i].ticket].id;
	put(d, &f);
	d->ticket = hall_ticket(d->hall, d->window->ticket);
	return OK;
}

static void
finish(struct desk *d, bool implicit)
{
	struct fact f = fact_of(d, TICKET_FINISHED, d->ticket);

	f.no_start = d->leg->state == LEG_CALLED;
	f.implicit = implicit;
	leave(d, &f);
}

bool
make_way(struct desk *d)
{
	if (d->ticket != NULL) {
		finish(d, true);
		return window_open(d->window);	/* it was to pause or close after this one */
	}
	if (d->window->state == PAUSED)
		change_window(d, WINDOW_RESUMED, false);
	else if (!window_open(d->window))
		change_window(d, WINDOW_OPENED, false);
	return true;
}

enum refusal
do_start(struct desk *d)
{
	enum refusal refusal = may(d, STEP_START);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_STARTED, d->ticket);
	put(d, &f);
	return OK;
}

enum refusal
do_finish(struct desk *d)
{
	enum refusal refusal = may(d, STEP_FINISH);

	if (refusal || (d->cmd->needs && (refusal = may_need(d)) != OK))
		return refusal;
	if (d->cmd->needs)
		needs(d);
	finish(d, false);
	return OK;
}

enum refusal
do_abandon(struct desk *d)
{
	enum refusal refusal = may(d, STEP_ABANDON);

	if (refusal)
		return refusal;
	struct fact f = fact_of(d, TICKET_ABANDONED, d->ticket);
	leave(d, &f);
	return OK;
}

/* Who was passed often enough is not called again. */
enum refusal
do_pass(struct desk *d)
{
	enum refusal refusal = may(d, STEP_PASS);

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

enum refusal
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

enum refusal
do_pause(struct desk *d)
{
	if (!window_open(d->window))
		return not_allowed(d, window_state_name(d->window->state));
	return stop(d, PENDING_PAUSE, WINDOW_PAUSED, WINDOW_RESUMED);
}

enum refusal
do_close(struct desk *d)
{
	if (!window_open(d->window) && d->window->state != PAUSED)
		return not_allowed(d, window_state_name(d->window->state));
	return stop(d, PENDING_CLOSE, WINDOW_CLOSED, WINDOW_OPENED);
}

enum refusal
do_resume(struct desk *d)
{
	bool pending = d->window->pending == PENDING_PAUSE;

	if (d->window->state != PAUSED && !pending)
		return not_allowed(d, window_state_name(d->window->state));
	change_window(d, WINDOW_RESUMED, pending);
	return OK;
}

void
lend(struct desk *d, int window, uint64_t services, int64_t until_ms)
{
	struct fact f = fact(d, WINDOW_LENT);

	f.window = window;
	f.lent = services;
	f.until_ms = services == 0 ? 0 : until_ms - until_ms % 1000;	/* facts tell whole seconds */
	put(d, &f);
}

/* It is whoever runs the hall that asks, not the window: no key does this, and no undo at the window takes it back. */
enum refusal
do_lend(struct desk *d)
{
	const struct command *cmd = d->cmd;

	if (layout_window(d->layout, cmd->window) == NULL)
		return UNKNOWN_WINDOW;
	if ((cmd->lent & ~layout_services(d->layout)) != 0)
		return UNKNOWN_SERVICE;
	if (cmd->lent == 0 && d->hall->window[cmd->window].lent == 0)
		return not_allowed(d, "not_lent");
	if (cmd->lent != 0 && cmd->until_ms - cmd->until_ms % 1000 <= d->now.wall_ms)
		return bad_request(d, "/until", "a time that is still to come");
	lend(d, cmd->window, cmd->lent, cmd->until_ms);
	return OK;
}
