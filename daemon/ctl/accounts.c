/* Accounts and tokens, also without a daemon. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/base/log.h"
#include "daemon/base/password.h"
#include "daemon/base/util.h"
#include "daemon/ctl/ctl.h"
#include "daemon/line/driver.h"
#include "daemon/net/fetch.h"
#include "daemon/settings/settings.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/store/lock.h"
#include "daemon/store/reader.h"

/* Accounts: also on a state without a daemon, so that the first one can be made. */

static void
read_password(char *out, size_t cap)
{
	struct termios was, quiet;
	bool terminal = tcgetattr(STDIN_FILENO, &was) == 0;

	if (terminal) {
		quiet = was;
		quiet.c_lflag &= ~ECHO;
		fputs("password: ", stderr);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	if (fgets(out, cap, stdin) == NULL)
		out[0] = '\0';
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	out[strcspn(out, "\r\n")] = '\0';
	if (strlen(out) < PASSWORD_MIN || strlen(out) > PASSWORD_MAX)
		fatal("a password has %d to %d bytes", PASSWORD_MIN, PASSWORD_MAX);
}

static void
submitted(void *arg, enum refusal refusal)
{
	*(enum refusal *)arg = refusal;
}

/* The hall's days are as its newest layout has them: one that goes on there may be over by the clocks here. */
static void
take_days(struct layout *days, const char *state)
{
	static struct layout newest;
	char error[512], *text;
	struct reader *reader = reader_open(state, error, sizeof error);

	if (reader == NULL)
		return;		/* nobody has ever been there */
	if ((text = reader_newest_layout(reader)) != NULL &&
	    settings_read(&newest, text, strlen(text), driver_names(), error, sizeof error) == 0) {
		setenv("TZ", newest.timezone, 1);
		tzset();
		days->day_starts_min = newest.day_starts_min;
	}
	free(text);
	reader_close(reader);
}

/* The command straight into the state, which nobody has open. */
static void
submit_here(const struct hallctl *ctl, struct command *cmd, const char *name)
{
	struct layout none = { .day_starts_min = 240 };
	struct event_base *base = event_base_new();
	struct clock *clock = clock_new(base);
	struct change change;
	enum refusal refusal, outcome = OK;
	char error[512];
	struct ledger *ledger;
	const struct staff *who;

	take_days(&none, ctl->state);
	if ((ledger = ledger_open(clock, &none, ctl->state, error, sizeof error)) == NULL) {
		lock_hand_back(ctl->state);
		fatal("%s", error);
	}
	strcpy(cmd->actor, "ctl");
	if (cmd->verb == DO_SET_PASSWORD && (who = hall_staff_name(ledger_next(ledger), name)) != NULL)
		cmd->staff = who->id;
	refusal = ledger_submit(ledger, cmd, &change, submitted, &outcome);
	ledger_close(ledger);
	lock_hand_back(ctl->state);
	clock_free(clock);
	event_base_free(base);
	if (refusal == OK)
		refusal = outcome;
	if (refusal != OK)
		fatal("user %s: %s%s%s", name, refusals[refusal].code, change.detail.pointer[0] == '\0' ? "" : ": should be ",
		    change.detail.expected);
}

/* As halld answers it. */
static void
print_made(const struct hallctl *ctl, const char *name, const char *token)
{
	json_t *made = json_pack("{s:o, s:s*}", "name", json_of("name", name), "token", token);

	if (ctl->json)
		print_json(made);
	else if (token != NULL)
		puts(token);
	json_decref(made);
}

/* Somebody answers; a socket's file alone says nothing, since a killed daemon leaves it. */
bool
daemon_runs(const struct hallctl *ctl)
{
	struct fetch f = { .socket = ctl->socket, .url = "http://halld/healthz", .method = "GET" };
	bool runs = ctl->url != NULL || fetch(&f) == 0;

	free(f.answer);
	return runs;
}

static bool
has_control(const char *text)
{
	while (*text != '\0' && !iscntrl((unsigned char)*text))
		text++;
	return *text != '\0';
}

void
ctl_user(const struct hallctl *ctl, int argc, char **argv)
{
	bool add = argc == 4 && strcmp(argv[1], "add") == 0;
	struct command cmd = { .verb = add ? DO_ADD_STAFF : DO_SET_PASSWORD };
	char password[PASSWORD_MAX + 3], path[256];	/* with a line end, or enough of what is too long */
	json_t *body;

	if (!add && (argc != 3 || strcmp(argv[1], "passwd") != 0))
		usage(2);
	if (strlen(argv[2]) == 0 || strlen(argv[2]) >= sizeof cmd.name)
		fatal("user: a name has 1 to %zu bytes", sizeof cmd.name - 1);
	if (has_control(argv[2]))
		fatal("user: a name has no control bytes");
	if (add && ((cmd.role = role_find(argv[3])) == ROLE_NONE || cmd.role == ROLE_WINDOW))
		fatal("user: no role %s; there are kiosk, display, clerk, guide, manager, inspector, admin, platform", argv[3]);
	read_password(password, sizeof password);
	body = json_pack("{s:o, s:o}", "name", json_of("name", argv[2]), "password", json_of("password", password));
	if (daemon_runs(ctl)) {
		if (add)
			json_object_set_new(body, "role", json_of("role", argv[3]));
		else
			json_object_del(body, "name");
		json_decref(ask(ctl, "POST", add ? "/api/v1/users" : path_of(path, sizeof path, "users/", argv[2], "/password"), body));
		return;
	}
	json_decref(body);
	strcpy(cmd.name, argv[2]);
	password_hash(cmd.secret, password);
	submit_here(ctl, &cmd, argv[2]);
	print_made(ctl, argv[2], NULL);
}

/* kiosk, display, display:3, or window:3. */
static void
read_device_role(const char *text, struct command *cmd)
{
	char role[16] = "", rest;

	if (sscanf(text, "%15[a-z]:%d%c", role, &cmd->window, &rest) > 2)
		role[0] = '\0';
	cmd->role = role_find(role);
	if ((cmd->role != ROLE_KIOSK && cmd->role != ROLE_DISPLAY && cmd->role != ROLE_WINDOW) ||
	    (cmd->role == ROLE_WINDOW && cmd->window == 0) || (cmd->role == ROLE_KIOSK && cmd->window != 0) || cmd->window < 0 ||
	    (strchr(text, ':') != NULL && cmd->window == 0))
		fatal("token: no device is a %s; there are kiosk, display, display:NO and window:NO", text);
}

/* token NAME ROLE prints a device's token; pair CODE NAME ROLE gives one to the device that shows the code. */
void
ctl_token(const struct hallctl *ctl, int argc, char **argv)
{
	bool pair = strcmp(argv[0], "pair") == 0;
	const char *name = argv[pair ? 2 : 1];
	struct command cmd = { .verb = DO_GIVE_TOKEN, .session_ms = INT64_MAX };
	char token[33];

	if (argc != (pair ? 4 : 3))
		usage(2);
	if (strlen(name) == 0 || strlen(name) >= ID_MAX || has_control(name))
		fatal("token: a device's name has 1 to %d bytes", ID_MAX - 1);
	read_device_role(argv[argc - 1], &cmd);
	strcpy(cmd.name, name);
	if (pair || daemon_runs(ctl)) {
		json_t *body = json_pack("{s:o, s:s}", "name", json_of("name", name), "role", role_name(cmd.role));
		json_t *answer;

		if (cmd.window > 0)
			json_object_set_new(body, "window", json_integer(cmd.window));
		if (pair)
			json_object_set_new(body, "code", json_of("code", argv[1]));
		if ((answer = ask(ctl, "POST", "/api/v1/tokens", body)) != NULL && !pair)
			puts(json_string_value(json_object_get(answer, "token")));
		json_decref(answer);
		return;
	}
	json_decref(json_of("name", name));
	random_token(token, sizeof token - 1);
	digest(cmd.secret, token, strlen(token));
	submit_here(ctl, &cmd, name);
	print_made(ctl, name, token);
}
