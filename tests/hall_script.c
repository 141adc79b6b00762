/* Scripts, a statement at a time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/decide/due.h"
#include "daemon/core/rule/pick.h"
#include "tests/hall_script.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS	14

struct fixture f;

/* One's account, and the session one has. */
static void
person(struct command *cmd, const char *name, const char *where)
{
	const struct staff *s = hall_staff_name(&f.hall, name);

	cmd->staff = s == NULL ? 999 : s->id;
	snprintf(cmd->name, sizeof(cmd->name), "%s", name);
	snprintf(cmd->secret, sizeof(cmd->secret), "session of %s%s", name, where);
	cmd->session_ms = INT64_MAX;
}

static bool
is_number(const char *word)
{
	return isdigit((unsigned char)*word);
}

/* "id7": whose it is. */
static bool
is_id(const char *word)
{
	return strncmp(word, "id", 2) == 0;
}

/* "a+b": the first, and those behind it. */
static void
services(struct command *cmd, char *text)
{
	cmd->service = layout_service(&f.layout, strsep(&text, "+"));
	while (text != NULL)
		cmd->further[cmd->further_count++] = layout_service(&f.layout, strsep(&text, "+"));
}

/* The newest ticket of this number, of whatever day; NULL: none. */
static const struct ticket *
numbered(const char *number)
{
	for (uint32_t i = f.hall.ticket_count; i-- > 0; )
		if (strcmp(f.hall.ticket[i].number, number) == 0)
			return &f.hall.ticket[i];
	return NULL;
}

/* What comes behind a command at a window. */
static void
argument(struct command *cmd, char *word)
{
	const struct ticket *t = numbered(word);

	switch (cmd->verb) {
	case DO_PICK:
	case DO_UNHOLD:
		cmd->ticket = t == NULL ? 999 : t->id;
		break;
	case DO_HOLD:
		cmd->minutes = atoi(word);
		break;
	case DO_SERVE:
		cmd->service = *word == 'z' ? 99 : layout_service(&f.layout, word);
		break;
	case DO_TRANSFER:
		if (is_number(word))
			cmd->to = atoi(word);
		else
			cmd->service = layout_service(&f.layout, word);
		break;
	case DO_FINISH:
	case DO_LEGS:
		cmd->needs = true;
		while (word != NULL && strcmp(word, "nothing") != 0)
			cmd->further[cmd->further_count++] = layout_service(&f.layout, strsep(&word, "+"));
		break;
	default:
		break;
	}
}

/* What comes with the guide's command at a ticket. */
static void
guided(struct command *cmd, char *word)
{
	const struct ticket *t = numbered(word);

	strcpy(cmd->actor, "staff:1");
	cmd->class = layout_class(&f.layout, word);
	cmd->service = layout_service(&f.layout, word);
	cmd->link = t == NULL ? 999 : t->id;
	while (cmd->verb == DO_NEEDS && word != NULL && strcmp(word, "nothing") != 0)
		cmd->holder_needs |= need_find(strsep(&word, "+"));
}

/* A time of this day, or of so many days later. */
static int64_t
time_of(const char *time, int days)
{
	int min;

	return date_ms(date_after(date_at(f.now.wall_ms, &min), days), atoi(time) * 60 + atoi(time + 3));
}

static void
book(struct command *cmd, char **word, int words)
{
	int days = 0;

	cmd->verb = DO_BOOK;
	cmd->service = layout_service(&f.layout, word[1]);
	for (int i = 4; i < words; i++) {
		if (*word[i] == '+')
			days = atoi(word[i]);
		else if (is_id(word[i]))
			cmd->person.hash = atoi(word[i] + 2);
		else
			cmd->class = layout_class(&f.layout, word[i]);
	}
	cmd->from_ms = time_of(word[2], days);
	cmd->to_ms = time_of(word[3], days);
	snprintf(cmd->code, sizeof(cmd->code), "code%u", f.hall.last_booking + 1);
}

static void
give_remotes(char **word, int words)
{
	struct remote *r = &f.layout.service[layout_service(&f.layout, word[1])].remote;

	*r = (struct remote){ .checkin_s = atoi(word[2]), .quota = words > 3 ? atoi(word[3]) : -1, .from_min = -1 };
	if (words > 4)
		r->from_min = atoi(word[4]) * 60 + atoi(word[4] + 3);
}

static int
minute(const char *time)
{
	return atoi(time) * 60 + atoi(time + 3);
}

static void
give_slot(char **word)
{
	struct service *s = &f.layout.service[layout_service(&f.layout, word[1])];

	s->slot[s->slot_count++] = (struct bookable){ .days = 0x7f, .from_min = minute(word[2]), .to_min = minute(word[3]),
	    .limit = atoi(word[4]) };
}

static void
give_segment(char **word)
{
	struct service *s = &f.layout.service[layout_service(&f.layout, word[1])];

	s->segment[s->segment_count++] = (struct segment){ minute(word[2]), minute(word[3]), atoi(word[4]) };
}

/* "a+b": a bit each; a service that there is not is past them all. */
static uint64_t
set_of(char *text)
{
	uint64_t set = 0;

	if (strcmp(text, "nothing") == 0)
		return 0;
	for (char *id; (id = strsep(&text, "+")) != NULL; )
		set |= UINT64_C(1) << (layout_service(&f.layout, id) == -1 ? f.layout.service_count : layout_service(&f.layout, id));
	return set;
}

/* The command that these words say; DO_NOTHING: none. */
static struct command
command_of(char **word, int words)
{
	static int tokens;
	struct command cmd = { .verb = DO_NOTHING, .actor = "ctl" };

	if (strcmp(word[0], "hall") == 0) {
		cmd.drill = strcmp(word[1], "drill") == 0;
		cmd.verb = strcmp(word[1], "suspend") == 0 ? DO_SUSPEND : strcmp(word[1], "resume") == 0 ? DO_RESUME_HALL : DO_EVACUATE;
		return cmd;
	}
	if (strcmp(word[0], "answer") == 0 || strcmp(word[0], "end") == 0) {
		cmd.verb = *word[0] == 'a' ? DO_ANSWER_ALARM : DO_END_ALARM;
		cmd.window = atoi(word[1]);
		cmd.staff = words > 2 ? hall_staff_name(&f.hall, word[2])->id : 0;
		return cmd;
	}
	if (words > 2 && strcmp(word[1], "lend") == 0) {
		cmd.verb = DO_LEND;
		cmd.window = atoi(word[0]);
		cmd.lent = set_of(word[2]);
		cmd.until_ms = words > 3 ? f.now.wall_ms + atoi(word[3]) * INT64_C(1000) : 0;
		return cmd;
	}
	if (strcmp(word[0], "issue") == 0 || strcmp(word[0], "rehearse") == 0) {
		cmd.rehearsal = word[0][0] == 'r';
		cmd.verb = DO_ISSUE;
		services(&cmd, word[1]);
		if (is_id(word[words - 1]))
			cmd.person.hash = atoi(word[--words] + 2);
		cmd.class = words == 2 ? 0 : layout_class(&f.layout, word[2]);
		snprintf(cmd.person_id, sizeof(cmd.person_id), "person%d", tokens);
		snprintf(cmd.token, sizeof(cmd.token), "token%d", ++tokens);
	} else if (strcmp(word[0], "remote") == 0) {
		const struct ticket *t;

		if (is_id(word[words - 1]))
			cmd.person.hash = atoi(word[--words] + 2);
		t = words == 3 ? numbered(word[2]) : NULL;
		cmd.verb = DO_ISSUE;
		cmd.remote = true;
		services(&cmd, word[1]);
		cmd.class = words < 3 || t != NULL ? 0 : layout_class(&f.layout, word[2]);
		cmd.earlier = t == NULL ? 0 : t->id;
		snprintf(cmd.token, sizeof(cmd.token), "token%d", ++tokens);
	} else if (strcmp(word[0], "book") == 0) {
		book(&cmd, word, words);
	} else if (word[0][0] == '#') {
		cmd.verb = word[1][1] == 'h' ? DO_CHECK_IN_BOOKING : DO_CANCEL_BOOKING;
		cmd.booking = atoi(word[0] + 1);
		snprintf(cmd.token, sizeof(cmd.token), "token%d", ++tokens);
	} else if (strcmp(word[0], "add") == 0) {
		cmd.verb = DO_ADD_STAFF;
		cmd.role = words > 2 ? role_find(word[2]) : ROLE_CLERK;
	} else if (strcmp(word[0], "token") == 0) {
		cmd.verb = DO_GIVE_TOKEN;
		cmd.role = ROLE_WINDOW;
		cmd.window = 1;
	} else if (strcmp(word[0], "due") == 0) {
		cmd.verb = DO_DUE;
		strcpy(cmd.actor, "system");
	} else if (strcmp(word[0], "in") == 0 || strcmp(word[0], "move") == 0) {
		cmd.verb = DO_SIGN_IN;
		cmd.move = word[0][0] == 'm';
		cmd.window = words == 2 ? 0 : atoi(word[2]);
	} else if (strcmp(word[0], "out") == 0)
		cmd.verb = DO_SIGN_OUT;
	else if (strcmp(word[0], "password") == 0)
		cmd.verb = DO_SET_PASSWORD;
	else if (is_number(word[0])) {
		cmd.verb = verb_at_window(word[1]);
		cmd.window = atoi(word[0]);
		cmd.until_ms = cmd.verb == DO_PAUSE && words > 2 ? f.now.wall_ms + atoi(word[2]) * INT64_C(1000) : 0;
		cmd.service = -1;
		if (cmd.verb != DO_PAUSE && words > 2)
			argument(&cmd, word[2]);
		cmd.new_time = words > 3 && strcmp(word[3], "anew") == 0;
	} else if (isupper((unsigned char)*word[0])) {
		const struct ticket *t = numbered(word[0]);

		cmd.verb = verb_at_ticket(word[1]);
		cmd.ticket = t == NULL ? 999 : t->id;
		if (words > 2)
			cmd.places = cmd.grade = atoi(word[2]);
		strcpy(cmd.actor, strcmp(word[words - 1], "staff") == 0 ? "staff:1" : "holder");
		if (words > 2 && cmd.verb >= DO_CHANGE_CLASS)
			guided(&cmd, word[2]);
	}
	if (cmd.verb >= DO_ADD_STAFF && cmd.verb != DO_DUE)
		person(&cmd, word[1], is_number(word[words - 1]) || words < 3 ? "" : word[words - 1]);
	return cmd;
}

/* What came of a command: a refusal's code, the number of its ticket, or nobody. */
static const char *
outcome(enum refusal refusal)
{
	const struct ticket *t = hall_ticket(&f.hall, f.change.ticket);
	static char booking[16];

	snprintf(booking, sizeof(booking), "#%u", f.change.count == 0 ? 0 : f.change.fact[0].booking);
	if (refusal == OK && f.change.fact[0].kind == BOOKING_MADE)
		return booking;
	return refusal != OK ? refusals[refusal].code : t == NULL ? "nobody" : t->number[0] == '\0' ? "unnumbered" : t->number;
}

static bool
commanded(char **word, int words)
{
	int arrow = 0;
	struct command cmd;
	enum refusal refusal;

	while (arrow < words && strcmp(word[arrow], "->") != 0)
		arrow++;
	cmd = command_of(word, arrow);
	if (cmd.verb == DO_NOTHING)
		return false;
	refusal = fixture_do(&f, &cmd);
	if (arrow == words)
		return refusal == OK;
	if (arrow + 2 < words && f.change.detail.retry_s + f.change.detail.window != atoi(word[arrow + 2]))
		return false;
	return strcmp(outcome(refusal), word[arrow + 1]) == 0;
}

static bool
window_is(const struct window *w, char **word, int words)
{
	return strcmp(window_state_name(w->state), word[2]) == 0 &&
	    strcmp(pending_name(w->pending), words == 5 ? word[4] : "none") == 0;
}

static bool
back_at(const struct window *w, const char *time)
{
	char text[TIME_TEXT];

	if (strcmp(time, "never") == 0)
		return w->until_ms == 0;
	time_text(text, w->until_ms);
	return strcmp(text + strlen("2026-11-24T"), "09:30:00+08:00") == 0 && strncmp(text + strlen("2026-11-24T"), time, 5) == 0;
}

static bool
window_by(const struct window *w, const char *name)
{
	return w->staff == 0 ? strcmp(name, "nobody") == 0 : strcmp(hall_staff(&f.hall, w->staff)->name, name) == 0;
}

static bool
ticket_is(const char *number, const char *state)
{
	const struct ticket *t = numbered(number);

	return t != NULL && strcmp(leg_state_name(hall_leg(&f.hall, t)->state), state) == 0;
}

static bool
legs_are(char **word, int words)
{
	const struct ticket *t = numbered(word[0]);
	uint32_t at = t == NULL ? 0 : t->first + 1;
	int n = 2;

	for (; at != 0 && n < words; at = f.hall.leg[at - 1].next, n++)
		if (strcmp(leg_state_name(f.hall.leg[at - 1].state), word[n]) != 0)
			return false;
	return at == 0 && n == words && n > 2;
}

static bool
ahead_are(const char *number, int count)
{
	const struct ticket *t = numbered(number);

	return t != NULL && pick_ahead(&f.hall, &f.layout, t->leg, f.now.steady_ms, NULL) == count;
}

static bool
calls_are(char **word, int words)
{
	char said[32];

	for (int i = 0; i < f.hall.call_count && i + 1 < words; i++) {
		const struct call *c = &f.hall.call[i];

		snprintf(said, sizeof(said), "%s@%d%s", hall_ticket(&f.hall, c->ticket)->number, c->window, c->recall ? "!" : "");
		if (strcmp(said, word[i + 1]) != 0)
			return false;
	}
	return f.hall.call_count == words - 1;
}

static bool
last_is(const char *service, const char *number)
{
	const struct ticket *t = hall_ticket(&f.hall, f.hall.last_called[layout_service(&f.layout, service)]);

	return strcmp(t == NULL ? "nobody" : t->number, number) == 0;
}

/* A copy, without what goes on whatever is undone. */
static void
keep(struct hall *to)
{
	hall_copy(to, &f.hall);
	to->seq = to->wall_ms = to->steady_ms = 0;
	to->doing = -1;
	memset(to->undo, 0, sizeof(to->undo));
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		to->window[no].touched = 0;
	for (uint32_t i = 0; i < to->leg_count; i++)
		to->leg[i].touched = 0;
}

static bool
as_kept(const struct hall *kept)
{
	static struct hall now;
	const char *differs;

	keep(&now);
	if ((differs = hall_differs(kept, &now)) != NULL)
		print_error("not as kept: %s\n", differs);
	return differs == NULL;
}

static bool
rates(int window, const char *number)
{
	const struct ticket *t = hall_to_rate(&f.hall, window, f.now.steady_ms);

	return strcmp(t == NULL ? "nobody" : t->number, number) == 0;
}

static int
waiting(const char *who)
{
	if (is_number(who))
		return hall_waiting_at(&f.hall, &f.layout, atoi(who));
	return hall_waiting(&f.hall, layout_service(&f.layout, who));
}

static bool
set_policy(const char *name, int value)
{
	struct policy *p = &f.layout.policy;
	const struct { const char *name; int *at; } ints[] = {
		{ "recall_max", &p->recall_max }, { "recall_gap_s", &p->recall_gap_s }, { "passed_after", &p->passed_after },
		{ "passed_max", &p->passed_max }, { "double_press_s", &p->double_press_s }, { "undo_s", &p->undo_s },
		{ "bookings_person", &p->bookings_person }, { "max_wait_s", &p->max_wait_s }, { "bookings_days", &p->bookings_days }, { "hold_s", &p->hold_s }, { "no_answer_s", &p->no_answer_s },
	};

	for (size_t i = 0; i < ROWS(ints); i++)
		if (strcmp(ints[i].name, name) == 0) {
			*ints[i].at = value;
			return true;
		}
	if (strcmp(name, "implicit_finish") != 0)
		return false;
	p->implicit_finish = value;
	return true;
}

static bool
facts_are(char **word, int words)
{
	for (int i = 0; i < f.change.count && i + 1 < words; i++)
		if (strcmp(kinds[f.change.fact[i].kind].name, word[i + 1]) != 0)
			return false;
	return f.change.count == words - 1;
}

static bool
due_in(const char *seconds)
{
	int64_t at_ms = due_at(&f.hall, &f.layout, &f.now);

	if (strcmp(seconds, "never") == 0)
		return at_ms == DUE_NEVER;
	return at_ms - f.now.steady_ms == atoi(seconds) * INT64_C(1000);
}

static bool
helps(int window, const char *name)
{
	const struct panic *p = hall_panic(&f.hall, window);

	if (p == NULL)
		return strcmp(name, "none") == 0;
	return strcmp(p->answered ? hall_staff(&f.hall, p->helper)->name : "nobody", name) == 0;
}

/* The call among the last command's facts: its rule, and how long the called one waited. */
static bool
called_for(char **word, int words)
{
	for (int i = 0; i < f.change.count; i++) {
		const struct why *why = &f.change.fact[i].why;

		if (f.change.fact[i].kind == TICKET_CALLED)
			return strcmp(rule_name(why->rule), word[1]) == 0 &&
			    (words == 2 || why->waited_ms == atoi(word[2]) * INT64_C(1000));
	}
	return false;
}

/* The ticket of the last command was served for so long. */
static bool
served_for(int64_t served_ms)
{
	const struct ticket *t = hall_ticket(&f.hall, f.change.fact[0].ticket);

	return t != NULL && hall_leg(&f.hall, t)->ended_ms - hall_leg(&f.hall, t)->started_ms == served_ms;
}

static int
windows_open(void)
{
	int count = 0;

	for (int i = 0; i < f.layout.window_count; i++)
		count += window_open(&f.hall.window[f.layout.window[i].no]);
	return count;
}

static bool
closes_day(void)
{
	do
		if (fixture_do(&f, &(struct command){ .verb = DO_CLOSE_DAY, .actor = "system" }) != OK)
			return false;
	while (f.hall.day_open);
	return true;
}

/* As the ledger does it: a slip at a time. */
static bool
ends_with_slips(void)
{
	static uint16_t codes;
	struct command cmd = { .verb = DO_END_DAY, .actor = "ctl", .slips = true };

	do {
		snprintf(cmd.code, sizeof(cmd.code), "slip%d", ++codes);
		if (fixture_do(&f, &cmd) != OK)
			return false;
	} while (pick_unserved(&f.hall, &f.layout, f.now.steady_ms) != NULL);
	return true;
}

static bool
booked_for(char **word, int words)
{
	const struct ticket *t = numbered(word[0]);
	const struct booking *b = t == NULL ? NULL : hall_booking(&f.hall, t->booking);

	if (t == NULL || strcmp(word[2], "nothing") == 0)
		return t != NULL && t->booking == 0;
	return b != NULL && b->state == BOOKING_IS_MADE && b->class == t->class && b->language == t->language &&
	    b->person.hash == t->person.hash && b->from_ms == time_of(word[2], words == 4 ? atoi(word[3]) : 0);
}

static int64_t
ms(const char *seconds)
{
	double s = strtod(seconds, NULL) * 1000;

	return s < 0 ? s - 0.5 : s + 0.5;
}

/* Do or check what one statement says.  False: it is not so. */
static bool
holds(char **word, int words)
{
	const struct totals *t = &f.hall.totals;
	static struct hall kept;

	if (word[0][0] == '+')
		fixture_wait(&f, ms(word[0] + 1));
	else if (strcmp(word[0], "wall") == 0)
		f.now.wall_ms += ms(word[1]);
	else if (strcmp(word[0], "steady") == 0)
		f.now.steady_ms += ms(word[1]);
	else if (strcmp(word[0], "day") == 0)
		f.now.day = atoi(word[1]);
	else if (strcmp(word[0], "at") == 0)
		fixture_wait(&f, time_of(word[1], 0) - f.now.wall_ms);
	else if (strcmp(word[0], "remotes") == 0)
		give_remotes(word, words);
	else if (strcmp(word[0], "slot") == 0)
		give_slot(word);
	else if (strcmp(word[0], "segment") == 0)
		give_segment(word);
	else if (strcmp(word[0], "names") == 0)
		f.layout.service[layout_service(&f.layout, word[1])].real_name = REAL_NAME_OPTIONAL;
	else if (strcmp(word[0], "slips") == 0 && words == 1)
		return ends_with_slips();
	else if (words >= 3 && strcmp(word[1], "booked") == 0)
		return booked_for(word, words);
	else if (strcmp(word[0], "close") == 0)
		return closes_day();
	else if (strcmp(word[0], "why") == 0)
		return called_for(word, words);
	else if (strcmp(word[0], "served") == 0)
		return served_for(ms(word[1]));
	else if (strcmp(word[0], "works") == 0)
		return windows_open() == atoi(word[1]);
	else if (*word[0] == '#' && strcmp(word[1], "is") == 0)
		return strcmp(booking_state_name(hall_booking(&f.hall, atoi(word[0] + 1))->state), word[2]) == 0;
	else if (strcmp(word[0], "restart") == 0)
		hall_copy(&f.hall, &f.told);
	else if (strcmp(word[0], "keep") == 0)
		keep(&kept);
	else if (strcmp(word[0], "as") == 0)
		return as_kept(&kept);
	else if (strcmp(word[0], "calls") == 0)
		return calls_are(word, words);
	else if (strcmp(word[0], "last") == 0)
		return last_is(word[1], word[2]);
	else if (strcmp(word[0], "rates") == 0)
		return rates(atoi(word[1]), word[2]);
	else if (strcmp(word[0], "stood") == 0)
		return hall_stood(&f.hall, 0, f.now.steady_ms) == ms(word[1]);
	else if (strcmp(word[0], "helps") == 0)
		return helps(atoi(word[1]), word[2]);
	else if (strcmp(word[0], "policy") == 0)
		return set_policy(word[1], atoi(word[2]));
	else if (strcmp(word[0], "auto") == 0)
		f.layout.window[f.layout.window_at[atoi(word[1])]].auto_call = true;
	else if (strcmp(word[0], "in") == 0 && words == 2 && (is_number(word[1]) || strcmp(word[1], "never") == 0))
		return due_in(word[1]);
	else if (strcmp(word[0], "facts") == 0)
		return facts_are(word, words);
	else if (strcmp(word[0], "totals") == 0)
		return t->issued == atoi(word[1]) && t->served == atoi(word[2]) && t->abandoned == atoi(word[3]);
	else if (words == 3 && strcmp(word[1], "waits") == 0)
		return waiting(word[0]) == atoi(word[2]);
	else if (words >= 3 && !is_number(word[0]) && strcmp(word[1], "legs") == 0)
		return legs_are(word, words);
	else if (words == 3 && strcmp(word[1], "ahead") == 0)
		return ahead_are(word[0], atoi(word[2]));
	else if (words >= 3 && strcmp(word[1], "is") == 0)
		return is_number(word[0]) ? window_is(&f.hall.window[atoi(word[0])], word, words) : ticket_is(word[0], word[2]);
	else if (words == 3 && strcmp(word[1], "by") == 0)
		return window_by(&f.hall.window[atoi(word[0])], word[2]);
	else if (words == 3 && strcmp(word[1], "lent") == 0)
		return f.hall.window[atoi(word[0])].lent == set_of(word[2]);
	else if (words == 3 && strcmp(word[1], "back") == 0)
		return back_at(&f.hall.window[atoi(word[0])], word[2]);
	else
		return commanded(word, words);
	return true;
}

void
run(const char *what, const char *script)
{
	char text[4096], *rest = text, *statement;

	assert_true(strlen(script) < sizeof(text));
	strcpy(text, script);
	for (int n = 1; (statement = strsep(&rest, ";")) != NULL; n++) {
		char said[128], *word[WORDS], *token;
		int words = 0;

		snprintf(said, sizeof(said), "%s", statement);
		while ((token = strsep(&statement, " ")) != NULL && words < WORDS)
			if (*token != '\0')
				word[words++] = token;
		if (words > 0 && !holds(word, words))
			fail_msg("%s: %d:%s: not so", what, n, said);
	}
}
