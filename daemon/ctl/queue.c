/* Tickets, windows and bookings from a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/base/log.h"
#include "daemon/ctl/ctl.h"
#include "daemon/net/fetch.h"

void
show_status(const json_t *v)
{
	static const struct column queues[] = { { "id", 10 }, { "open", 6 }, { "waiting", 9 }, { "windows_open", 14 }, { "alarm", 7 },
	    { "last_called", 13 }, { "name", 0 }, { NULL, 0 } };
	static const struct column windows[] = { { "no", 5 }, { "state", 10 }, { "ticket", 8 }, { "name", 0 }, { NULL, 0 } };
	const json_t *totals = json_object_get(v, "totals");
	char waiting[24], open[24], issued[24], served[24];

	printf("%s  %s: %s waiting, %s windows open, %s issued and %s served today\n\n",
	    json_string_value(json_object_get(v, "name")), json_string_value(json_object_get(v, "state")),
	    text_of(totals, "waiting", waiting), text_of(totals, "windows_open", open),
	    text_of(totals, "issued_today", issued), text_of(totals, "served_today", served));
	show_rows(json_object_get(v, "queues"), queues);
	printf("\n");
	show_rows(json_object_get(v, "windows"), windows);
}

void
show_services(const json_t *v)
{
	static const struct column columns[] = { { "id", 10 }, { "open", 6 }, { "reason", 15 }, { "opens", 16 }, { "left", 6 },
	    { "waiting", 9 }, { "name", 24 }, { "place", 0 }, { NULL, 0 } };
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(v, "services"), i, row)
		shorten_time(row, "opens");
	show_rows(json_object_get(v, "services"), columns);
}

void
show_tickets(const json_t *v)
{
	static const struct column columns[] = { { "number", 8 }, { "state", 12 }, { "window", 8 }, { "service", 10 },
	    { "class", 12 }, { "print", 13 }, { "issued_at", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "tickets"), columns);
}

static void
show_ticket(const json_t *v)
{
	char ahead[24], window[24];

	printf("%s  %s  %s  ahead %s  window %s  print %s\n", json_string_value(json_object_get(v, "number")),
	    json_string_value(json_object_get(v, "service_name")), json_string_value(json_object_get(v, "state")),
	    text_of(v, "ahead", ahead), text_of(v, "window", window), json_string_value(json_object_get(v, "print")));
}

/* By its number; one that came without a ticket by what it came for. */
static const char *
who_is(const json_t *ticket)
{
	const char *number = json_string_value(json_object_get(ticket, "number"));

	return number != NULL ? number : json_string_value(json_object_get(ticket, "service_name"));
}

static void
show_window(const json_t *v)
{
	const json_t *w = json_object_get(v, "window"), *t = json_object_get(v, "ticket");
	const char *pending = json_string_value(json_object_get(w, "pending"));
	char no[24], total[24];

	printf("window %s: %s%s%s", text_of(w, "no", no), json_string_value(json_object_get(w, "state")),
	    strcmp(pending, "none") == 0 ? "" : ", then ", strcmp(pending, "none") == 0 ? "" : pending);
	if (json_is_object(t))
		printf(", %s %s", who_is(t), json_string_value(json_object_get(t, "state")));
	printf(", %s waiting\n", text_of(json_object_get(v, "waiting"), "total", total));
}

void
ctl_issue(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_pack("{s:o}", "service", json_of("service", argv[1]));

	if (argc > 2)
		json_object_set_new(body, "class", json_of("class", argv[2]));
	if (ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	if (ctl->id_number != NULL)
		json_object_set_new(body, "id_number", json_of("id_number", ctl->id_number));
	if (ctl->files != -1)
		json_object_set_new(body, "count", json_integer(ctl->files));
	if (ctl->rehearsal)
		json_object_set_new(body, "rehearsal", json_true());
	show(ask(ctl, "POST", "/api/v1/tickets", body), show_ticket);
}

void
show_bookings(const json_t *v)
{
	static const struct column columns[] = { { "code", 10 }, { "state", 12 }, { "service", 10 }, { "class", 12 }, { "from", 18 },
	    { "to", 18 }, { "number", 0 }, { NULL, 0 } };
	json_t *rows = json_object_get(v, "bookings"), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		shorten_time(row, "from");
		shorten_time(row, "to");
	}
	show_rows(rows, columns);
}

static void
show_booking(const json_t *v)
{
	json_t *list = json_pack("{s:[O]}", "bookings", v);

	show_bookings(list);
	json_decref(list);
}

#define MOMENT 16		/* of halld's times, "2026-11-25T09:30" */

static void
moment_of(char out[MOMENT + 1], const char *date, const char *time)
{
	struct tm tm = { 0 };
	char said[32];
	const char *rest;

	snprintf(said, sizeof said, "%s %s", date, time);
	if ((rest = strptime(said, "%Y-%m-%d %H:%M", &tm)) == NULL || *rest != '\0' || strftime(out, MOMENT + 1, "%Y-%m-%dT%H:%M", &tm) == 0)
		fatal("%s %s: must be a date and a time, such as 2026-11-25 09:30", date, time);
}

static bool
is_at(const json_t *slot, const char *name, const char *moment)
{
	return strncmp(json_string_value(json_object_get(slot, name)), moment, MOMENT) == 0;
}

/* By what clocks in the hall show, which halld knows: those here may be in another zone. */
void
ctl_book(const struct hallctl *ctl, int argc, char **argv)
{
	char from[MOMENT + 1], to[MOMENT + 1], path[256];
	struct hallctl quiet = *ctl;
	json_t *body = NULL, *slots, *slot;
	size_t i;

	(void)argc;
	moment_of(from, argv[2], argv[3]);
	moment_of(to, argv[2], argv[4]);
	quiet.json = false;
	slots = ask(&quiet, "GET", path_of(path, sizeof path, "slots?service=", argv[1], ""), NULL);
	json_array_foreach(json_object_get(slots, "slots"), i, slot)
		if (body == NULL && is_at(slot, "from", from) && is_at(slot, "to", to))
			body = json_pack("{s:o, s:O, s:O}", "service", json_of("service", argv[1]), "from", json_object_get(slot, "from"),
			    "to", json_object_get(slot, "to"));
	json_decref(slots);
	if (body == NULL)
		fatal("bookings: %s has no time to come from %s to %s", argv[1], from, to);
	if (ctl->id_number != NULL)
		json_object_set_new(body, "id_number", json_of("id_number", ctl->id_number));
	show(ask(ctl, "POST", "/api/v1/bookings", body), show_booking);
}

/* What became of each row. */
static void
show_imported(const json_t *v)
{
	static const struct column columns[] = { { "reference", 26 }, { "status", 8 }, { "code", 10 }, { "detail", 0 }, { NULL, 0 } };
	json_t *rows = json_object_get(v, "bookings"), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_object_update_missing(row, json_object_get(row, "booking"));
		json_object_update_missing(row, json_object_get(row, "problem"));
		if (json_is_null(json_object_get(row, "booking")))
			json_object_set(row, "code", json_object_get(json_object_get(row, "problem"), "code"));
	}
	show_rows(rows, columns);
}

#define IMPORT_ROWS 100		/* of one request: they fit into 64 KB */

/* {"bookings": [...]}, or the list alone. */
void
ctl_import(const struct hallctl *ctl, int argc, char **argv)
{
	struct hallctl quiet = *ctl;
	json_error_t error;
	json_t *file = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error), *list = json_object_get(file, "bookings"), *row;
	json_t *all = json_pack("{s:[]}", "bookings"), *rows = json_object_get(all, "bookings");
	bool refused = false;
	size_t i;

	(void)argc;
	if (file == NULL && error.line < 0)	/* it was not read, and the text has its path */
		fatal("%s", error.text);
	if (file == NULL)
		fatal("%s: %s (line %d)", argv[1], error.text, error.line);
	if (json_is_array(file))
		list = file;
	if (!json_is_array(list))
		fatal("%s: should have a list of bookings", argv[1]);
	quiet.json = false;
	for (size_t from = 0; from < json_array_size(list); from += IMPORT_ROWS) {
		json_t *part = json_array(), *answer;

		for (i = from; i < json_array_size(list) && i < from + IMPORT_ROWS; i++)
			json_array_append(part, json_array_get(list, i));
		answer = ask(&quiet, "POST", "/api/v1/bookings/import", json_pack("{s:o}", "bookings", part));
		json_array_extend(rows, json_object_get(answer, "bookings"));
		json_decref(answer);
	}
	json_array_foreach(rows, i, row)
		refused |= json_is_null(json_object_get(row, "booking"));
	if (ctl->json) {
		json_dumpf(all, stdout, JSON_COMPACT);
		printf("\n");
	} else
		show_imported(all);
	json_decref(all);
	json_decref(file);
	if (refused)
		exit(1);
}

#define CODE_CHARS 8		/* a booking's code; numbers are shorter */

void
ctl_check_in(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	bool booked = strlen(argv[1]) == CODE_CHARS;
	char path[256];

	(void)argc;
	if (booked && ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	show(ask(ctl, "POST", path_of(path, sizeof path, booked ? "bookings/" : "tickets/", argv[1], "/checkin"), body), show_ticket);
}

void
ctl_ticket(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];

	(void)argc;
	show(ask(ctl, "GET", path_of(path, sizeof path, "tickets/", argv[1], ""), NULL), show_ticket);
}

/* A path about a ticket of a day: NUMBER [DAY]. */
static const char *
ticket_path(char *out, size_t cap, int argc, char **argv, const char *what)
{
	char after[64];

	if (argc > 2 && (strlen(argv[2]) != 10 || strspn(argv[2], "0123456789-") != 10))
		usage(2);
	snprintf(after, sizeof after, "/%s%s%s", what, argc > 2 ? "?day=" : "", argc > 2 ? argv[2] : "");
	return path_of(out, cap, "tickets/", argv[1], after);
}

void
ctl_why(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256], window[24];
	json_t *v = ask(ctl, "GET", ticket_path(path, sizeof path, argc, argv, "why"), NULL);

	if (v == NULL)
		return;
	shorten_time(v, "at");
	printf("%s  window %s  %s\n", json_string_value(json_object_get(v, "at")), text_of(v, "window", window), said(ctl, v, "sentence"));
	json_decref(v);
}

void
ctl_story(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];
	static const char *const beside[] = { "why", "shown", "said" };
	json_t *v = ask(ctl, "GET", ticket_path(path, sizeof path, argc, argv, "story"), NULL), *row;
	size_t i;

	if (v == NULL)
		return;
	printf("%s  %s\n", json_string_value(json_object_get(v, "number")), json_string_value(json_object_get(v, "day")));
	json_array_foreach(json_object_get(v, "events"), i, row) {
		shorten_time(row, "at");
		printf("%s  %s  (%s)\n", json_string_value(json_object_get(row, "at")), said(ctl, row, "sentence"),
		    said(ctl, row, "who_name"));
		for (size_t b = 0; b < sizeof beside / sizeof *beside; b++)
			if (json_is_object(json_object_get(row, beside[b])))
				printf("%16s%s\n", "", said(ctl, row, beside[b]));
	}
	json_decref(v);
}

/* A line of waits, "12:05" or "-". */
static void
add_waits(json_t *rows, const json_t *class, const char *rule, const char *name, const json_t *came)
{
	static const char *const figures[] = { "mean_s", "p90_s", "max_s" };
	const json_t *waits = json_object_get(class, name);
	json_t *row = json_pack("{s:O, s:s, s:O, s:O}", "class", json_object_get(class, "class"), "rule", rule, "came", came,
	    "called", json_object_get(waits, "called"));

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		const json_t *v = json_object_get(waits, figures[i]);
		long long s = json_integer_value(v);
		char text[24], label[8];

		snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
		snprintf(label, sizeof label, "%.*s", (int)strcspn(figures[i], "_"), figures[i]);
		json_object_set_new(row, label, json_is_integer(v) ? json_string(text) : json_null());
	}
	json_array_append_new(rows, row);
}

void
ctl_replay(const struct hallctl *ctl, int argc, char **argv)
{
	static const struct column columns[] = { { "class", 12 }, { "rule", 12 }, { "came", 7 }, { "called", 8 }, { "mean", 9 },
	    { "p90", 9 }, { "max", 0 }, { NULL, 0 } };
	json_t *answer, *rows, *class;
	char path[256], after[64];
	size_t i;

	(void)argc;
	if (ctl->policy == NULL || strspn(ctl->policy, "abcdefghijklmnopqrstuvwxyz-") != strlen(ctl->policy) || strlen(ctl->policy) > 32)
		usage(2);
	snprintf(after, sizeof after, "&preset=%s", ctl->policy);
	if ((answer = ask(ctl, "GET", path_of(path, sizeof path, "replay?day=", argv[1], after), NULL)) == NULL)
		return;
	rows = json_array();
	json_array_foreach(json_object_get(answer, "classes"), i, class) {
		const json_t *came = json_object_get(class, "came");

		add_waits(rows, class, "as it was", "actual", came);
		add_waits(rows, class, "same rule", "same", came);
		add_waits(rows, class, ctl->policy, "replay", came);
	}
	show_rows(rows, columns);
	json_decref(rows);
	json_decref(answer);
}

void
ctl_reprint(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	char path[256];

	(void)argc;
	if (ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	show(ask(ctl, "POST", path_of(path, sizeof path, "tickets/", argv[1], "/reprint"), body), show_ticket);
}

/* class, service, needs, link, void, cancel, return: a word that is the member, and a reason. */
void
ctl_at_ticket(const struct hallctl *ctl, int argc, char **argv)
{
	bool plain = strcmp(argv[0], "needs") == 0 || strcmp(argv[0], "link") == 0;
	bool of_reason = strcmp(argv[0], "class") != 0 && strcmp(argv[0], "service") != 0 && !plain;
	json_t *body = json_object();
	char path[256], command[32];

	if (!plain)
		json_object_set_new(body, "reason", json_of("reason", argv[argc - 1]));
	if (strcmp(argv[0], "needs") == 0)
		json_object_set_new(body, "needs", list_of("needs", argv[2]));
	else if (plain)
		json_object_set_new(body, "number", json_of("number", argv[2]));
	else if (!of_reason)
		json_object_set_new(body, argv[0], json_of(argv[0], argv[2]));
	snprintf(command, sizeof command, "/%s", argv[0]);
	show(ask(ctl, "POST", path_of(path, sizeof path, "tickets/", argv[1], command), body), show_ticket);
}

/* Three digits and another or X are the end of an ID number, where no number is so long. */
void
ctl_find(const struct hallctl *ctl, int argc, char **argv)
{
	const char *word = argv[1];
	bool last = strlen(word) == 4 && strspn(word, "0123456789") >= 3 && strspn(word, "0123456789xX") == 4;
	char path[256];

	(void)argc;
	show(ask(ctl, "GET", path_of(path, sizeof path, last ? "tickets?last=" : "tickets?number=", word, ""), NULL), show_tickets);
}

void
ctl_window(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];

	(void)argc;
	show(ask(ctl, "GET", path_of(path, sizeof path, "windows/", argv[1], ""), NULL), show_window);
}

/* The word that a window's command has behind the window's number. */
static const struct argument {
	const char	*command, *member;
	bool		 must;		/* nothing can be made of it without */
} arguments[] = {
	{ "pause", "reason", false },		{ "hold", "reason", false },
	{ "pick", "number", true },		{ "unhold", "number", false },
	{ "transfer", "service", true },	{ "serve", "service", false },
	{ "finish", "services", false },	{ "legs", "services", true },
};

static const struct argument *
find_argument(const char *command)
{
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
		if (strcmp(arguments[i].command, command) == 0)
			return &arguments[i];
	return NULL;
}

bool
has_argument(const char *command)
{
	return find_argument(command) != NULL;
}

/* The word as the member's value: "-" and "a,b" are lists of services, "window:3" a window instead of a service. */
static void
set_argument(json_t *body, const char *member, char *word)
{
	json_t *list;

	if (strcmp(member, "services") == 0) {
		json_object_set_new(body, member, list = json_array());
		if (strcmp(word, "-") == 0)
			return;
		for (char *id; (id = strsep(&word, ",")) != NULL; )
			json_array_append_new(list, json_of(member, id));
	} else if (strcmp(member, "service") == 0 && strncmp(word, "window:", 7) == 0)
		json_object_set_new(body, "window", json_integer(number_of(word + 7)));
	else
		json_object_set_new(body, member, json_of(member, word));
}

void
ctl_at_window(const struct hallctl *ctl, int argc, char **argv)
{
	const struct argument *argument = find_argument(argv[0]);
	char path[256], after[32];
	json_t *body = json_object();

	if (argc < 3 && argument != NULL && argument->must)
		usage(2);
	if (argc > 2 && argv[2][0] != '\0')
		set_argument(body, argument->member, argv[2]);
	if (argc > 3)
		json_object_set_new(body, "until", json_of("until", argv[3]));
	snprintf(after, sizeof after, "/%s", argv[0]);
	show(ask(ctl, "POST", path_of(path, sizeof path, "windows/", argv[1], after), body), show_window);
}

/* lend WINDOW SERVICE,... MINUTES | lend WINDOW off */
void
ctl_lend(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	bool off = argc == 3 && strcmp(argv[2], "off") == 0;
	char path[256];

	if (argc == 3 && !off)
		usage(2);
	set_argument(body, "services", off ? "-" : argv[2]);
	if (!off)
		json_object_set_new(body, "minutes", json_integer(number_of(argv[3])));
	show(ask(ctl, "POST", path_of(path, sizeof path, "windows/", argv[1], "/lend"), body), show_window);
}

static void
print_piece(const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, stdout);
	fflush(stdout);
}

void
ctl_events(const struct hallctl *ctl, int argc, char **argv)
{
	char url[512];
	struct fetch f = { .url = url, .method = "GET", .take = print_piece };

	(void)argc;
	(void)argv;
	url_of(url, sizeof url, ctl, "/api/v1/events");
	if (ctl->url == NULL)
		f.socket = ctl->socket;
	else
		f.token = getenv("HALL_TOKEN");
	if (fetch(&f) == -1)
		fatal("%s: %s", ctl->url != NULL ? url : ctl->socket, f.error);
	/* halld never ends a stream by itself. */
	fatal("%s: halld has ended", ctl->url != NULL ? url : ctl->socket);
}
