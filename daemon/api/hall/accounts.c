/* Signing in and out, accounts and their passwords. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/base/password.h"

#define SESSION_S	(12 * 3600)
#define SESSION_CHARS	32		/* 192 bits */

/* Wrong passwords: so many of a name from an address, and of an address, in so long. */
#define WRONG_NAME	5
#define WRONG_ADDRESS	30
#define WRONG_S		300

/* A password on its way through the worker; the request waits for it. */
struct check {
	struct request	*rq;
	struct command	 cmd;
	char		 password[PASSWORD_MAX + 1];
	char		 kept[SECRET_MAX];	/* sign-in: the account's hash, "" for no such account; else the new hash */
	bool		 right;
	char		 who[128], where[64];	/* for the limits */
	char		 token[SESSION_CHARS + 1];
	enum refusal	(*then)(struct check *);
};

static void
check_free(struct check *c)
{
	explicit_bzero(c, sizeof *c);
	free(c);
}

static void
checked(void *arg)
{
	struct check *c = arg;
	struct request *rq = c->rq;
	enum refusal refusal = c->then(c);

	check_free(c);
	if (refusal != OK)
		request_refuse(rq, refusal);
}

static void
compare(void *arg)
{
	struct check *c = arg;

	c->right = password_right(c->password, c->kept[0] == '\0' ? NULL : c->kept);
}

static void
make_hash(void *arg)
{
	struct check *c = arg;

	password_hash(c->kept, c->password);
}

/* Sign in. */

static json_t *
session_json(struct request *rq)
{
	json_t *v = json_pack("{s:s, s:s}", "name", rq->name, "role", role_name(rq->role));

	json_object_set_new(v, "window", rq->seat == 0 ? json_null() : json_integer(rq->seat));
	return v;
}

static json_t *
signed_in(struct request *rq)
{
	json_t *v = session_json(rq);

	json_object_set_new(v, "token", json_string(rq->word[1]));
	return v;
}

static enum refusal
sign_in(struct check *c)
{
	struct request *rq = c->rq;
	const struct staff *who = hall_staff(ledger_next(rq->server->ledger), c->cmd.staff);
	char cookie[160];

	if (!c->right || who == NULL)
		return UNAUTHORIZED;
	limits_forget(rq->server->limits, c->who);
	limits_forget(rq->server->limits, c->where);
	if (c->cmd.window != 0 && who->role != ROLE_CLERK && who->role != ROLE_GUIDE && who->role != ROLE_MANAGER &&
	    who->role != ROLE_ADMIN)
		return FORBIDDEN;
	random_token(rq->word[1], SESSION_CHARS);
	digest(c->cmd.secret, rq->word[1], SESSION_CHARS);
	c->cmd.session_ms = rq->now.wall_ms + SESSION_S * INT64_C(1000);
	snprintf(rq->actor, sizeof rq->actor, "staff:%u", who->id);
	strcpy(rq->name, who->name);
	rq->role = who->role;
	rq->seat = c->cmd.window;
	snprintf(cookie, sizeof cookie, "halld=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", rq->word[1], SESSION_S,
	    rq->https ? "; Secure" : "");
	request_header(rq, "Set-Cookie", cookie);
	return request_submit(rq, &c->cmd, 201, signed_in);
}

/* Seconds for which nobody may try this name from here, or any name. */
static int
locked_s(struct check *c)
{
	struct limits *limits = c->rq->server->limits;
	int64_t now_ms = c->rq->now.steady_ms;
	int name_s, address_s;

	snprintf(c->who, sizeof c->who, "name %s %s", c->cmd.name, c->rq->address);
	snprintf(c->where, sizeof c->where, "names %s", c->rq->address);
	name_s = limits_wait(limits, c->who, WRONG_NAME, now_ms);
	address_s = limits_wait(limits, c->where, WRONG_ADDRESS, now_ms);
	return name_s > address_s ? name_s : address_s;
}

enum refusal
post_session(struct request *rq)
{
	static const char *const members[] = { "name", "password", "window", "move", NULL };
	const struct layout *l = ledger_layout(rq->server->ledger);
	const json_t *move = json_object_get(rq->body, "move");
	struct check *c = xcalloc(1, sizeof *c);
	struct command *cmd = &c->cmd;
	const struct staff *who;
	enum refusal refusal;

	c->rq = rq;
	*cmd = (struct command){ .verb = DO_SIGN_IN };
	strcpy(cmd->instead, rq->session);
	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "name", true, cmd->name, sizeof cmd->name)) != OK ||
	    (refusal = body_text(rq, "password", true, c->password, sizeof c->password)) != OK ||
	    (refusal = body_int(rq, "window", false, 1, WINDOW_NO_MAX, &cmd->window)) != OK)
		goto refuse;
	refusal = move == NULL || json_is_boolean(move) ? OK : body_wrong(rq, "move", "true or false");
	if (refusal != OK)
		goto refuse;
	cmd->move = json_is_true(move);
	refusal = UNKNOWN_WINDOW;
	if (cmd->window != 0 && layout_window(l, cmd->window) == NULL)
		goto refuse;
	refusal = TOO_MANY;
	if ((rq->change.detail.retry_s = locked_s(c)) > 0)
		goto refuse;
	/* Counted before it is known to be wrong: many at once are no way around the limit. */
	limits_count(rq->server->limits, c->who, WRONG_S, rq->now.steady_ms);
	limits_count(rq->server->limits, c->where, WRONG_S, rq->now.steady_ms);
	if ((who = hall_staff_name(ledger_shown(rq->server->ledger), cmd->name)) != NULL) {
		cmd->staff = who->id;
		strcpy(c->kept, who->password);
	}
	rq->key[0] = '\0';		/* a kept answer would keep the token */
	c->then = sign_in;
	worker_run(rq->server->worker, compare, checked, c);
	return OK;
refuse:
	check_free(c);
	return refusal;
}

enum refusal
get_session(struct request *rq)
{
	if (rq->role == ROLE_NONE)
		return UNAUTHORIZED;
	return request_json(rq, 200, session_json(rq));
}

static json_t *
signed_out(struct request *rq)
{
	(void)rq;
	return json_object();
}

enum refusal
delete_session(struct request *rq)
{
	struct command cmd = { .verb = DO_SIGN_OUT };

	if (rq->session[0] == '\0')
		return UNAUTHORIZED;
	strcpy(cmd.secret, rq->session);
	request_header(rq, "Set-Cookie", "halld=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
	return request_submit(rq, &cmd, 200, signed_out);
}

/* Accounts. */

static json_t *
account_json(struct request *rq)
{
	return json_pack("{s:s}", "name", rq->name);
}

static enum refusal
hashed(struct check *c)
{
	strcpy(c->cmd.secret, c->kept);
	return request_submit(c->rq, &c->cmd, c->cmd.verb == DO_ADD_STAFF ? 201 : 200, account_json);
}

static enum refusal
hash_then_submit(struct request *rq, const struct command *cmd)
{
	struct check *c = xcalloc(1, sizeof *c);
	enum refusal refusal = body_text(rq, "password", true, c->password, sizeof c->password);

	if (refusal == OK && strlen(c->password) < PASSWORD_MIN)
		refusal = body_wrong(rq, "password", "at least 8 characters");
	if (refusal != OK) {
		check_free(c);
		return refusal;
	}
	c->rq = rq;
	c->cmd = *cmd;
	c->then = hashed;
	worker_run(rq->server->worker, make_hash, checked, c);
	return OK;
}

enum refusal
post_user(struct request *rq)
{
	static const char *const members[] = { "name", "role", "password", NULL };
	struct command cmd = { .verb = DO_ADD_STAFF };
	enum refusal refusal;
	char role[16] = "";

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_text(rq, "name", true, cmd.name, sizeof cmd.name)) != OK ||
	    (refusal = body_text(rq, "role", true, role, sizeof role)) != OK)
		return refusal;
	cmd.role = role_find(role);
	strcpy(rq->name, cmd.name);
	return hash_then_submit(rq, &cmd);
}

enum refusal
post_password(struct request *rq)
{
	static const char *const members[] = { "password", NULL };
	const struct staff *who = hall_staff_name(ledger_shown(rq->server->ledger), rq->word[0]);
	struct command cmd = { .verb = DO_SET_PASSWORD };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK)
		return refusal;
	if (who == NULL)
		return UNKNOWN_STAFF;
	cmd.staff = who->id;
	strcpy(rq->name, who->name);
	return hash_then_submit(rq, &cmd);
}
