/* Accounts, and who is signed in where. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/decide/desk.h"

/* Who has no password is let in by a token alone. */
static bool
is_device(const struct staff *s)
{
	return s->password[0] == '\0';
}

/* A name that is free, and room for it; the fact of a new account. */
static enum refusal
add_account(struct desk *d)
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
	if (d->cmd->verb == DO_ADD_STAFF)
		strcpy(f.secret, d->cmd->secret);
	put(d, &f);
	return OK;
}

enum refusal
do_add_staff(struct desk *d)
{
	if (d->cmd->role == ROLE_NONE || d->cmd->role == ROLE_WINDOW)
		return bad_request(d, "/role", "kiosk, display, clerk, guide, manager, inspector, admin or platform");
	return add_account(d);
}

enum refusal
do_set_password(struct desk *d)
{
	const struct staff *who = hall_staff(d->hall, d->cmd->staff);

	if (who == NULL || is_device(who))
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

void
leave_seat(struct desk *d, int window)
{
	struct fact f = fact(d, STAFF_SIGNED_OUT);

	strcpy(f.actor, "system");
	f.staff = d->hall->window[window].staff;
	f.window = window;
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

/* Nobody holds the token of the session that was here before; that of a device is written down elsewhere. */
static void
leave_instead(struct desk *d)
{
	const struct session *s = hall_session(d->hall, d->cmd->instead);
	const struct staff *who = s == NULL ? NULL : hall_staff(d->hall, s->staff);

	if (who != NULL && who->password[0] != '\0')
		sign_out(d, s);
}

/* The other window at which this person is signed in and that works; 0: there is none. */
static int
at_work(const struct desk *d)
{
	for (int i = 0; i < d->layout->window_count; i++) {
		int no = d->layout->window[i].no;

		if (no != d->cmd->window && d->hall->window[no].staff == d->cmd->staff && window_open(&d->hall->window[no]))
			return no;
	}
	return 0;
}

enum refusal
do_sign_in(struct desk *d)
{
	const struct command *cmd = d->cmd;
	uint32_t before;
	int other;

	if (hall_staff(d->hall, cmd->staff) == NULL)
		return UNKNOWN_STAFF;
	if (cmd->window != 0 && layout_window(d->layout, cmd->window) == NULL)
		return UNKNOWN_WINDOW;
	if (cmd->window != 0 && !cmd->move && (other = at_work(d)) != 0) {
		d->change->detail.window = other;
		return ELSEWHERE;
	}
	before = d->hall->window[cmd->window].staff;
	leave_instead(d);
	if (cmd->window != 0) {
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

enum refusal
do_sign_out(struct desk *d)
{
	const struct session *s = hall_session(d->hall, d->cmd->secret);

	if (s == NULL)
		return UNAUTHORIZED;
	sign_out(d, s);
	return OK;
}

/*
 * A device is an account without a password and with a session that does not
 * end; the token of the session is all it has.
 */
enum refusal
do_give_token(struct desk *d)
{
	const struct command *cmd = d->cmd;
	const struct staff *device = hall_staff_name(d->hall, cmd->name);
	enum refusal refusal;

	if (cmd->window != 0 && layout_window(d->layout, cmd->window) == NULL)
		return UNKNOWN_WINDOW;
	if (device != NULL && (device->role != cmd->role || !is_device(device)))
		return bad_request(d, "/name", "a name that is not taken");
	if (device == NULL) {
		if ((refusal = add_account(d)) != OK)
			return refusal;
		device = hall_staff_name(d->hall, cmd->name);
	}
	struct fact f = fact(d, STAFF_SIGNED_IN);
	f.staff = device->id;
	f.window = cmd->window;
	f.session_ms = INT64_MAX;
	strcpy(f.secret, cmd->secret);
	put(d, &f);
	return OK;
}

/* All of a device. */
enum refusal
do_end_tokens(struct desk *d)
{
	const struct staff *device = hall_staff_name(d->hall, d->cmd->name);

	if (device == NULL || !is_device(device))
		return UNKNOWN_STAFF;
	struct fact f = fact(d, STAFF_PASSWORD);
	f.staff = device->id;
	put(d, &f);
	return OK;
}
