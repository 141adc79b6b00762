/*
 * hallctl: the hall from a terminal, over the daemon's socket or a URL.
 *
 * A command is a row: what is asked, and how the answer looks to people;
 * --json gives it as it came.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>
#include <jansson.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/password.h"
#include "daemon/base/settings.h"
#include "daemon/base/util.h"
#include "daemon/line/scan.h"
#include "daemon/net/fetch.h"
#include "daemon/report/csv.h"
#include "daemon/store/audit.h"
#include "daemon/store/backup.h"
#include "daemon/store/ledger.h"
#include "protocols/text.h"

static const char usage_text[] =
    "usage: hallctl [-d STATE | -u URL] [--json] COMMAND\n"
    "  status | services | tickets | devices      what the hall looks like now\n"
    "  issue SERVICE [CLASS] [-P PRINTER|none]    a ticket; -n COUNT files at once, -i ID_NUMBER of its holder,\n"
    "                                             --rehearsal: T001, nobody's, counted nowhere\n"
    "  book SERVICE DATE FROM TO                  a time, such as 2026-11-25 09:30 10:00; -i ID_NUMBER of its holder\n"
    "  bookings                                   those of today and of days to come\n"
    "  import FILE                                bookings of another platform, JSON; the same file again harms nothing\n"
    "  checkin NUMBER|CODE                        who took a ticket from afar or has booked is here\n"
    "  overrides                                  today's exceptions\n"
    "  override SERVICE closed|until HH:MM|quota N|none   the service's exception of today; none: as on other days\n"
    "  hall suspend|resume|quiet                  nobody is called and no ticket given; it goes on; no notice any more\n"
    "  hall evacuate|drill [TEXT]                 everybody leaves the hall, once the code that this prints comes back:\n"
    "  hall confirm CODE                          within 30 s; until `hall resume`\n"
    "  hall notice TEXT [UNTIL]                   on boards and pages, until 2026-11-24T18:00:00+08:00 or `hall quiet`\n"
    "  alarms | answer WINDOW | calm WINDOW       windows that call for help (alarm WINDOW); you come; it is over\n"
    "  layout | layout check|put FILE             hall.json as it is in force; would it be taken; take it, from the next call on\n"
    "  ready                                      can the hall open?  The worst first, and what to do; in the language\n"
    "                                             -l zh or -l en; 0 when all is as it should be, else 1\n"
    "  report [NAME [DAY [DAY]]]                  the reports there are; one of today, of a day, from one to another\n"
    "  SUBJECT [FIELD=VALUE ...]                  hall management: staff shifts roster leave attendance presence cards stock\n"
    "                                             batches moves requests orders rolls equipment repairs inspections;\n"
    "  SUBJECT add FIELD=VALUE ...                those of which it is so; a new one; one, changed, and taken a step further,\n"
    "  SUBJECT ID [set|STEP [FIELD=VALUE ...]]    such as `repairs 3 fix`; - leaves a field out, `subjects` says which there are\n"
    "  audit [FROM [TO]] [kind=|actor=|subject=|after=...]   events of the log, from day to day: kind=ticket.called or kind=ticket,\n"
    "                                             actor=staff:7 or device:door, subject=ticket:37\n"
    "  audit --verify [FILE]                      is every event as it was written? In a copy of the database, without a hall\n"
    "  export FOLDER [--personal]                 all that is kept in open formats: events as JSON lines, tables as CSV; without\n"
    "                                             what concerns people, unless the admin wants it\n"
    "  backup | restore FILE                      a copy of all that is kept, its path on the last line; a copy put back\n"
    "  push | push again ENDPOINT [SEQ]           endpoints outside that are told what happens; an event that one would not have\n"
    "                                             is sent once more; or one that wanted no more is told again\n"
    "  next|recall|start|finish|pass|abandon|open|close|resume WINDOW\n"
    "  pause WINDOW [REASON [UNTIL]] | undo WINDOW    until 2026-11-24T13:30:00+08:00\n"
    "  pick WINDOW NUMBER | unhold WINDOW [NUMBER] | hold WINDOW [REASON] | serve WINDOW [SERVICE]\n"
    "  transfer WINDOW SERVICE|window:NO          its ticket goes on to another service, or to one window\n"
    "  finish|legs WINDOW SERVICE,...|-           what it still needs after this service; -: nothing\n"
    "  lend WINDOW SERVICE,... MINUTES | lend WINDOW off   it calls these first, its own after them; as on other days\n"
    "  window WINDOW | ticket TOKEN               one of them\n"
    "  why NUMBER [DAY]                           why it was called when it was called last; DAY is YYYY-MM-DD, or today\n"
    "  story NUMBER [DAY]                         all that happened to it; both in the language -l zh or -l en\n"
    "  replay DAY --policy PRESET                 waits of a day under another rule: head-start, fcfs, accumulate or strict\n"
    "  reprint NUMBER [-P PRINTER]                its ticket once more on paper\n"
    "  class NUMBER CLASS REASON | service NUMBER SERVICE REASON   it waits on as another class, for another service\n"
    "  needs NUMBER NEED,...|- | link NUMBER NUMBER   deaf, blind, wheelchair, language, reading; two of one person\n"
    "  void|cancel|return NUMBER REASON           void: as if it had never been taken\n"
    "  find NUMBER|LAST4                          today's tickets by number, or by the end of an ID number\n"
    "  help | help KIOSK                          who called for help; I go there\n"
    "  roll PRINTER new|same                      whether its paper is a new roll\n"
    "  order-list                                 what is to be ordered, in whole packs, and what it costs (fen)\n"
    "  events                                     what happens, as it happens\n"
    "  endday [serve|slip]                        the business day is closed now, and who still waits expires;\n"
    "                                             serve: no new tickets, and closed once nobody is left;\n"
    "                                             slip: who waits is booked for the next day there is, and has it on paper\n"
    "  clock                                      the machine's clock is right, though it was stepped far\n"
    "  test DEVICE [ADDRESS] | identify           a device prints, speaks or shows something; each sign shows its window's\n"
    "                                             number and each keypad beeps\n"
    "  learn WINDOW [bind]                        where is the keypad whose key is pressed next?  bind: it is the window's from now on\n"
    "  scan PORT [-b BAUD] [-a FIRST-LAST]        who answers on a port that halld does not have: driver, speed, address;\n"
    "                                             press keys of keypads meanwhile; addresses 1-32 unless said otherwise\n"
    "  user add NAME ROLE | user passwd NAME      accounts; the password is asked for, or a line of input\n"
    "  token NAME ROLE | pair CODE NAME ROLE      let a device in (kiosk, display[:NO], window:NO): print its token, or\n"
    "                                             send it to the device that shows the six digits\n"
    "The hall is at STATE/halld.sock (default: $HALLD_STATE, else ./run/state, else /var/lib/halld), or at URL with\n"
    "the token in $HALL_TOKEN.\n";

struct hallctl {
	const char	*state, *url, *printer, *addresses, *id_number, *language, *policy;
	int		 baud, files;
	bool		 json, rehearsal, verify, personal;
	char		 socket[512];
};

static _Noreturn void
usage(int status)
{
	fputs(usage_text, status == 0 ? stdout : stderr);
	exit(status);
}

/* Asking. */

/* Where the hall is, without slashes at the end. */
static void
url_of(char *out, size_t cap, const struct hallctl *ctl, const char *path)
{
	const char *at = ctl->url != NULL ? ctl->url : "http://halld";
	int len = strlen(at);

	while (len > 0 && at[len - 1] == '/')
		len--;
	snprintf(out, cap, "%.*s%s", len, at, path);
}

/* A refusal or a missing daemon ends the program, with one line. */
static json_t *
ask_text(const struct hallctl *ctl, const char *method, const char *path, const char *text, const char *match)
{
	char url[512], key[25];
	struct fetch f = { .url = url, .method = method, .body = text, .key = key, .match = match };
	json_t *answer;

	random_token(key, sizeof key - 1);
	url_of(url, sizeof url, ctl, path);
	if (ctl->url == NULL)
		f.socket = ctl->socket;
	else
		f.token = getenv("HALL_TOKEN");
	if (fetch(&f) == -1)
		fatal("%s: %s", ctl->url != NULL ? ctl->url : ctl->socket, f.error);
	answer = json_loads(f.answer, 0, NULL);
	if (f.status >= 400) {
		const char *code = json_string_value(json_object_get(answer, "code"));
		const char *detail = json_string_value(json_object_get(answer, "detail"));

		if (code == NULL || detail == NULL)
			fatal("%s %s: HTTP %d", method, path, f.status);
		fatal("%s: %s%s%s", path + strlen("/api/v1/"), code, strcmp(code, detail) == 0 ? "" : ": ",
		    strcmp(code, detail) == 0 ? "" : detail);
	}
	if (!json_is_object(answer))
		fatal("%s: not an answer of halld", url);
	if (ctl->json) {
		printf("%s\n", f.answer);
		json_decref(answer);
		answer = NULL;
	}
	free(f.answer);
	return answer;
}

static json_t *
ask(const struct hallctl *ctl, const char *method, const char *path, json_t *body)
{
	char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	json_t *answer = ask_text(ctl, method, path, text, NULL);

	free(text);
	json_decref(body);
	return answer;
}

/* Showing. */

static const char *
text_of(const json_t *row, const char *name, char buffer[24])
{
	const json_t *v = json_object_get(row, name);

	if (json_is_integer(v))
		snprintf(buffer, 24, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(buffer, 24, "%.7g", json_real_value(v));
	else if (json_is_string(v))
		return json_string_value(v);
	else
		snprintf(buffer, 24, "%s", json_is_true(v) ? "yes" : "-");
	return buffer;
}

/* A column of a table for people: the member's name is its heading; the last may be as wide as it likes. */
struct column { const char *name; int width; };

static void
show_lines(const json_t *rows, const struct column *columns)
{
	char buffer[24];
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row) {
		for (const struct column *c = columns; c->name != NULL; c++) {
			const char *text = text_of(row, c->name, buffer);

			int gap = c->width - (int)text_columns(text);

			printf("%s%*s", text, c[1].name == NULL ? 0 : gap > 0 ? gap : 1, "");
		}
		printf("\n");
	}
}

static void
show_rows(const json_t *rows, const struct column *columns)
{
	for (const struct column *c = columns; c->name != NULL; c++)
		printf("%-*s", c[1].name == NULL ? 0 : c->width, c->name);
	printf("\n");
	show_lines(rows, columns);
}

static void
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

/* "09-01 08:30:00" of an RFC 3339 time. */
static void
shorten_time(json_t *row, const char *name)
{
	const char *time = json_string_value(json_object_get(row, name));
	char text[16];

	if (time == NULL || strlen(time) < 19)
		return;
	snprintf(text, sizeof text, "%.5s %.8s", time + 5, time + 11);
	json_object_set_new(row, name, json_string(text));
}

static void
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

static void
show_tickets(const json_t *v)
{
	static const struct column columns[] = { { "number", 8 }, { "state", 12 }, { "window", 8 }, { "service", 10 },
	    { "class", 12 }, { "print", 13 }, { "issued_at", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "tickets"), columns);
}

/* How a keypad or a rater gets its window. */
static void
show_stranger_row(const json_t *row)
{
	const char *seat = json_object_get(row, "rater") == NULL ? "keypad" : "rater";
	char *value = json_dumps(json_object_get(row, seat), 0);
	char address[24];

	printf("%s/%s: key %s at %s, and no window names it; to give it to one, write \"%s\": %s there in hall.json\n",
	    json_string_value(json_object_get(row, "device")), text_of(row, "address", address),
	    json_string_value(json_object_get(row, "key")), json_string_value(json_object_get(row, "at")), seat, value);
	free(value);
}

static void
show_results(const json_t *v)
{
	static const struct column columns[] = { { "device", 12 }, { "address", 9 }, { "window", 8 }, { "outcome", 10 },
	    { "reason", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "results"), columns);
}

/* The text as it is kept: lines and order are a person's. */
static char *
layout_text(const struct hallctl *ctl)
{
	char url[512];
	struct fetch f = { .url = url, .method = "GET" };

	url_of(url, sizeof url, ctl, "/api/v1/layout");
	if (ctl->url == NULL)
		f.socket = ctl->socket;
	else
		f.token = getenv("HALL_TOKEN");
	if (fetch(&f) == -1)
		fatal("%s: %s", ctl->url != NULL ? ctl->url : ctl->socket, f.error);
	if (f.status != 200)
		fatal("layout: HTTP %d", f.status);
	return f.answer;
}

/* The newest layout, which is the one that another is to follow. */
static void
newest(const struct hallctl *ctl, char *tag, size_t cap)
{
	struct hallctl quiet = *ctl;
	json_t *v;

	quiet.json = false;
	v = ask(&quiet, "GET", "/api/v1/layout/versions", NULL);
	snprintf(tag, cap, "\"%d\"", (int)json_integer_value(json_object_get(json_array_get(json_object_get(v, "versions"), 0), "rev")));
	json_decref(v);
}

/* Put a layout in force in which it is so. */
static void
bind_keypad(const struct hallctl *ctl, const json_t *learned)
{
	char tag[24], *text = layout_text(ctl);
	json_t *layout = json_loads(text, 0, NULL), *window, *keypad;
	int place = -1;

	sscanf(json_string_value(json_object_get(learned, "pointer")), "/windows/%d/", &place);
	window = json_array_get(json_object_get(layout, "windows"), place);
	free(text);
	if (window == NULL)
		fatal("learn: the layout is another by now");
	if ((keypad = json_object_get(window, "keypad")) != NULL)
		json_object_update(keypad, json_object_get(learned, "keypad"));
	else
		json_object_set(window, "keypad", json_object_get(learned, "keypad"));
	newest(ctl, tag, sizeof tag);
	text = json_dumps(layout, JSON_INDENT(2));
	json_decref(ask_text(ctl, "PUT", "/api/v1/layout", text, tag));
	free(text);
	json_decref(layout);
}

static void
show_learned(const json_t *v)
{
	char *keypad, window[24];

	if (!json_is_object(json_object_get(v, "keypad")))
		fatal("learn: nobody pressed a key where no window has its keypad");
	keypad = json_dumps(json_object_get(v, "keypad"), 0);
	printf("window %s: write into hall.json at %s, or say `learn %s bind`:\n\"keypad\": %s\n",
	    text_of(v, "window", window), json_string_value(json_object_get(v, "pointer")), window, keypad);
	free(keypad);
}

static void
show_bound(const json_t *v)
{
	const json_t *keypad = json_object_get(v, "keypad");
	char address[24], window[24];

	if (!json_is_object(keypad))
		fatal("learn: nobody pressed a key where no window has its keypad");
	printf("window %s: keypad %s/%s, in force\n", text_of(v, "window", window), json_string_value(json_object_get(keypad, "device")),
	    text_of(keypad, "address", address));
}

static void
show_devices(const json_t *v)
{
	static const struct column columns[] = { { "id", 12 }, { "address", 9 }, { "driver", 12 }, { "state", 11 },
	    { "reason", 26 }, { "since", 16 }, { "sent_at", 16 }, { "heard_at", 16 }, { "frames", 8 }, { "retries", 9 },
	    { "refused", 9 }, { "paper", 7 },
	    { "left_mm", 9 }, { "ends_at", 13 }, { "roll_asked", 12 }, { "port", 0 }, { NULL, 0 } };
	json_t *rows = json_object_get(v, "devices"), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		shorten_time(row, "since");
		shorten_time(row, "ends_at");
		shorten_time(row, "sent_at");
		shorten_time(row, "heard_at");
	}
	show_rows(rows, columns);
	json_array_foreach(json_object_get(v, "strangers"), i, row) {
		shorten_time(row, "at");
		show_stranger_row(row);
	}
}

static void
show_overrides(const json_t *v)
{
	static const struct column columns[] = { { "service", 10 }, { "closed", 8 }, { "open_until", 12 }, { "quota", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "overrides"), columns);
}

static void
show_override(const json_t *v)
{
	json_t *list = json_pack("{s:[O]}", "overrides", v);

	show_overrides(list);
	json_decref(list);
}

static void
show_subjects(const json_t *v)
{
	json_t *subject, *part;
	size_t i, k;

	json_array_foreach(json_object_get(v, "subjects"), i, subject) {
		printf("%s:", json_string_value(json_object_get(subject, "path")));
		json_array_foreach(json_object_get(subject, "fields"), k, part)
			if (!json_is_true(json_object_get(part, "own")))
				printf(" %s%s", json_string_value(json_object_get(part, "name")),
				    json_is_true(json_object_get(part, "must")) ? "!" : "");
		json_array_foreach(json_object_get(subject, "steps"), k, part)
			printf("%s%s", k == 0 ? "; " : " ", json_string_value(json_object_get(part, "verb")));
		printf("\n");
	}
}

static void
show_members(const json_t *v)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)v, name, member) {
		if (json_is_string(member))
			printf("%s %s\n", name, json_string_value(member));
		else
			printf("%s %lld\n", name, (long long)json_integer_value(member));
	}
}

static void
show_ticket(const json_t *v)
{
	char ahead[24], window[24];

	printf("%s  %s  %s  ahead %s  window %s  print %s\n", json_string_value(json_object_get(v, "number")),
	    json_string_value(json_object_get(v, "service_name")), json_string_value(json_object_get(v, "state")),
	    text_of(v, "ahead", ahead), text_of(v, "window", window), json_string_value(json_object_get(v, "print")));
}

/* What is there in both languages, in the one that was asked for. */
static const char *
said(const struct hallctl *ctl, const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(json_object_get(row, name), ctl->language));

	return text == NULL ? "" : text;
}

static void
show_roll(const json_t *v)
{
	char used[24], left[24];

	printf("%s: %s mm used, %s mm left\n", json_string_value(json_object_get(v, "id")), text_of(v, "used_mm", used),
	    text_of(v, "left_mm", left));
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
		printf(", %s %s", json_string_value(json_object_get(t, "number")), json_string_value(json_object_get(t, "state")));
	printf(", %s waiting\n", text_of(json_object_get(v, "waiting"), "total", total));
}

static void
show(json_t *answer, void (*how)(const json_t *))
{
	if (answer != NULL)
		how(answer);
	json_decref(answer);
}

/* Commands. */

/* A word that becomes part of a path. */
static const char *
path_of(char *out, size_t cap, const char *before, const char *word, const char *after)
{
	size_t len = snprintf(out, cap, "/api/v1/%s", before);

	for (; *word != '\0' && len + 4 < cap; word++) {
		bool plain = (*word >= '0' && *word <= '9') || (*word >= 'A' && *word <= 'Z') ||
		    (*word >= 'a' && *word <= 'z') || strchr("-_.~", *word) != NULL;

		len += snprintf(out + len, cap - len, plain ? "%c" : "%%%02X", plain ? *word : (unsigned char)*word);
	}
	snprintf(out + len, cap - len, "%s", after);
	return out;
}

/* A word that becomes a member of the body. */
static json_t *
json_of(const char *member, const char *word)
{
	json_t *v = json_string(word);

	if (v == NULL)
		fatal("%s: no UTF-8", member);
	return v;
}

static void
do_issue(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_pack("{s:o}", "service", json_of("service", argv[1]));

	if (argc > 2)
		json_object_set_new(body, "class", json_of("class", argv[2]));
	if (ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	if (ctl->id_number != NULL)
		json_object_set_new(body, "id_number", json_of("id_number", ctl->id_number));
	if (ctl->files != 0)
		json_object_set_new(body, "count", json_integer(ctl->files));
	if (ctl->rehearsal)
		json_object_set_new(body, "rehearsal", json_true());
	show(ask(ctl, "POST", "/api/v1/tickets", body), show_ticket);
}

static void
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

/* RFC 3339 of a date and a time in the hall. */
static json_t *
moment_of(const char *date, const char *time)
{
	struct tm tm = { .tm_isdst = -1 };
	char said[32], text[TIME_TEXT];
	const char *rest;

	snprintf(said, sizeof said, "%s %s", date, time);
	if ((rest = strptime(said, "%Y-%m-%d %H:%M", &tm)) == NULL || *rest != '\0')
		fatal("%s %s: must be a date and a time, such as 2026-11-25 09:30", date, time);
	time_text(text, mktime(&tm) * INT64_C(1000));
	return json_string(text);
}

static void
do_book(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_pack("{s:o, s:o, s:o}", "service", json_of("service", argv[1]), "from", moment_of(argv[2], argv[3]),
	    "to", moment_of(argv[2], argv[4]));

	(void)argc;
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
static void
do_import(const struct hallctl *ctl, int argc, char **argv)
{
	struct hallctl quiet = *ctl;
	json_error_t error;
	json_t *file = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error), *list = json_object_get(file, "bookings"), *row;
	json_t *all = json_pack("{s:[]}", "bookings"), *rows = json_object_get(all, "bookings");
	bool refused = false;
	size_t i;

	(void)argc;
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

static void
do_check_in(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	bool booked = strlen(argv[1]) == CODE_CHARS;
	char path[256];

	(void)argc;
	if (booked && ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	show(ask(ctl, "POST", path_of(path, sizeof path, booked ? "bookings/" : "tickets/", argv[1], "/checkin"), body), show_ticket);
}

static void
do_get(const struct hallctl *ctl, int argc, char **argv)
{
	static const struct { const char *name; void (*how)(const json_t *); } gets[] = {
		{ "status", show_status }, { "services", show_services }, { "tickets", show_tickets },
		{ "devices", show_devices }, { "overrides", show_overrides },
		{ "bookings", show_bookings }, { "subjects", show_subjects },
	};
	char path[64];

	(void)argc;
	for (size_t i = 0; i < sizeof gets / sizeof *gets; i++)
		if (strcmp(gets[i].name, argv[0]) == 0)
			show(ask(ctl, "GET", path_of(path, sizeof path, argv[0], "", ""), NULL), gets[i].how);
}

/* A number of a command line, or a usage error. */
static int
number_of(const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (*word == '\0' || *end != '\0' || n < 0 || n > 1000000)
		usage(2);
	return n;
}

/* What only speaks shows that it works when somebody uses it. */
static void
say_what_to_do(const struct hallctl *ctl, const char *id)
{
	static const struct { const char *kind, *what; } rows[] = {
		{ "keypad", "a keypad with a beeper beeps; of another, a rater or a box of buttons press a key" },
		{ "scanner", "hold any code before it" },
		{ "reader", "put a card on it" },
	};
	json_t *answer = ask(ctl, "GET", "/api/v1/devices", NULL), *row;
	const char *kind = "";
	size_t i;

	json_array_foreach(json_object_get(answer, "devices"), i, row)
		if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
			kind = json_string_value(json_object_get(row, "kind"));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].kind, kind) == 0)
			fprintf(stderr, "within 30 s: %s\n", rows[i].what);
	json_decref(answer);
}

/* override SERVICE closed | until HH:MM | quota N | none: its exception of today. */
static void
do_override(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_pack("{s:o}", "service", json_of("service", argv[1]));
	char path[256];

	if (argc == 4 && strcmp(argv[2], "until") == 0)
		json_object_set_new(body, "open_until", json_of("open_until", argv[3]));
	else if (argc == 4 && strcmp(argv[2], "quota") == 0)
		json_object_set_new(body, "quota", json_integer(number_of(argv[3])));
	else if (argc == 3 && strcmp(argv[2], "closed") == 0)
		json_object_set_new(body, "closed", json_true());
	else if (argc == 3 && strcmp(argv[2], "none") == 0) {
		json_decref(body);
		show(ask(ctl, "DELETE", path_of(path, sizeof path, "overrides/", argv[1], ""), NULL), show_override);
		return;
	} else
		usage(2);
	show(ask(ctl, "POST", "/api/v1/overrides", body), show_override);
}

static void
do_test(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	char path[256];

	say_what_to_do(ctl, argv[1]);
	if (argc > 2)
		json_object_set_new(body, "address", json_integer(number_of(argv[2])));
	show(ask(ctl, "POST", path_of(path, sizeof path, "devices/", argv[1], "/test"), body), show_results);
}

/* What is done with the whole hall. */
static void
do_whole(const struct hallctl *ctl, int argc, char **argv)
{
	char path[64];

	show(ask(ctl, "POST", path_of(path, sizeof path, "hall/", argv[0], ""),
	    argc == 1 ? json_object() : json_pack("{s:o}", "waiting", json_of("waiting", argv[1]))), show_members);
}

static void
do_identify(const struct hallctl *ctl, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	show(ask(ctl, "POST", "/api/v1/devices/identify", json_object()), show_results);
}

static void
do_learn(const struct hallctl *ctl, int argc, char **argv)
{
	int window = number_of(argv[1]);
	bool bind = argc == 3;
	json_t *v;

	if (bind && strcmp(argv[2], "bind") != 0)
		usage(2);
	fprintf(stderr, "press a key of the keypad that is to be for window %d\n", window);
	v = ask(ctl, "POST", "/api/v1/devices/learn", json_pack("{s:i}", "window", window));
	if (bind && json_is_object(json_object_get(v, "keypad")))
		bind_keypad(ctl, v);
	show(v, bind ? show_bound : show_learned);
}

/* Whoever is on a port that halld does not have. */

static void
found(void *arg, const struct driver *d, const char *names, int baud, int address)
{
	json_t *list = arg;

	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:i}", "kind", driver_kind_name(d->kind), "driver", d->name,
	    "drivers", names, "baud", baud, "address", address));
}

static void
heard_noise(void *arg, int baud, int next)
{
	(void)arg;
	fprintf(stderr, next == 0 ? "%d: bytes but no frames\n" : "%d: bytes but no frames: try %d\n", baud, next);
}

static void
do_scan(const struct hallctl *ctl, int argc, char **argv)
{
	static const struct column columns[] = { { "kind", 9 }, { "drivers", 24 }, { "baud", 8 }, { "address", 0 }, { NULL, 0 } };
	json_t *list = json_array(), *answer = json_pack("{s:s, s:o}", "port", argv[1], "found", list);
	struct scan scan = { .port = argv[1], .baud = ctl->baud, .first = 1, .last = 32, .found = found, .noise = heard_noise,
	    .arg = list };
	const char *why;
	char rest;

	(void)argc;
	if (answer == NULL)
		fatal("scan: no UTF-8");
	if (ctl->addresses != NULL && (sscanf(ctl->addresses, "%d-%d%c", &scan.first, &scan.last, &rest) != 2 ||
	    scan.first < 0 || scan.last < scan.first))
		fatal("scan: -a %s: should be FIRST-LAST", ctl->addresses);
	if (scan_port(&scan, &why) == -1)
		fatal("scan %s: %s", argv[1], why);
	if (json_array_size(list) == 0)
		fatal("scan %s: nobody answers", argv[1]);
	if (ctl->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		printf("\n");
	} else
		show_rows(list, columns);
	json_decref(answer);
}

static void
do_ticket(const struct hallctl *ctl, int argc, char **argv)
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

static void
do_why(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256], window[24];
	json_t *v = ask(ctl, "GET", ticket_path(path, sizeof path, argc, argv, "why"), NULL);

	if (v == NULL)
		return;
	shorten_time(v, "at");
	printf("%s  window %s  %s\n", json_string_value(json_object_get(v, "at")), text_of(v, "window", window), said(ctl, v, "sentence"));
	json_decref(v);
}

static void
do_story(const struct hallctl *ctl, int argc, char **argv)
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

static void
do_replay(const struct hallctl *ctl, int argc, char **argv)
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

static void
do_reprint(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	char path[256];

	(void)argc;
	if (ctl->printer != NULL)
		json_object_set_new(body, "printer", json_of("printer", ctl->printer));
	show(ask(ctl, "POST", path_of(path, sizeof path, "tickets/", argv[1], "/reprint"), body), show_ticket);
}

/* A list of words with commas between them; "-" is empty. */
static json_t *
list_of(const char *name, char *words)
{
	json_t *list = json_array();

	for (char *word; strcmp(words, "-") != 0 && (word = strsep(&words, ",")) != NULL; ) {
		json_array_append_new(list, json_of(name, word));
		if (words == NULL)
			break;
	}
	return list;
}

/* class, service, needs, link, void, cancel, return: a word that is the member, and a reason. */
static void
do_at_ticket(const struct hallctl *ctl, int argc, char **argv)
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
static void
do_find(const struct hallctl *ctl, int argc, char **argv)
{
	const char *word = argv[1];
	bool last = strlen(word) == 4 && strspn(word, "0123456789") >= 3 && strspn(word, "0123456789xX") == 4;
	char path[256];

	(void)argc;
	show(ask(ctl, "GET", path_of(path, sizeof path, last ? "tickets?last=" : "tickets?number=", word, ""), NULL), show_tickets);
}

static void
show_help(const json_t *v)
{
	static const struct column columns[] = { { "kiosk", 20 }, { "busy", 6 }, { "called_at", 16 }, { "answered_at", 16 }, { "by", 0 }, { NULL, 0 } };
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(v, "help"), i, row) {
		shorten_time(row, "called_at");
		shorten_time(row, "answered_at");
	}
	show_rows(json_object_get(v, "help"), columns);
}

static void
do_help(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];

	if (argc == 2)
		json_decref(ask(ctl, "POST", path_of(path, sizeof path, "help/", argv[1], "/answer"), json_object()));
	show(ask(ctl, "GET", "/api/v1/help", NULL), show_help);
}

static void
do_roll(const struct hallctl *ctl, int argc, char **argv)
{
	bool is_new = strcmp(argv[2], "new") == 0;
	char path[256];

	(void)argc;
	if (!is_new && strcmp(argv[2], "same") != 0)
		usage(2);
	show(ask(ctl, "POST", path_of(path, sizeof path, "devices/", argv[1], "/roll"), json_pack("{s:b}", "new", is_new)),
	    show_roll);
}

static void
do_window(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];

	(void)argc;
	show(ask(ctl, "GET", path_of(path, sizeof path, "windows/", argv[1], ""), NULL), show_window);
}

/* The word that a window's command may have behind the window's number; NULL: none. */
static const char *
argument_of(const char *command)
{
	static const struct { const char *command, *member; } arguments[] = {
		{ "pause", "reason" },		{ "hold", "reason" },
		{ "pick", "number" },		{ "unhold", "number" },
		{ "transfer", "service" },	{ "serve", "service" },
		{ "finish", "services" },	{ "legs", "services" },
	};

	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
		if (strcmp(arguments[i].command, command) == 0)
			return arguments[i].member;
	return NULL;
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

static void
do_at_window(const struct hallctl *ctl, int argc, char **argv)
{
	const char *member = argument_of(argv[0]);
	char path[256], after[32];
	json_t *body = json_object();

	if (argc > 2 && argv[2][0] != '\0')
		set_argument(body, member, argv[2]);
	if (argc > 3)
		json_object_set_new(body, "until", json_of("until", argv[3]));
	snprintf(after, sizeof after, "/%s", argv[0]);
	show(ask(ctl, "POST", path_of(path, sizeof path, "windows/", argv[1], after), body), show_window);
}

/* lend WINDOW SERVICE,... MINUTES | lend WINDOW off */
static void
do_lend(const struct hallctl *ctl, int argc, char **argv)
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

static void
do_events(const struct hallctl *ctl, int argc, char **argv)
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
		fatal("%s: %s", url, f.error);
	/* halld never ends a stream by itself. */
	fatal("%s: halld has ended", url);
}

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
	struct ledger *ledger = ledger_open(clock, &none, ctl->state, error, sizeof error);
	const struct staff *who;

	if (ledger == NULL)
		fatal("%s", error);
	strcpy(cmd->actor, "ctl");
	if (cmd->verb == DO_SET_PASSWORD && (who = hall_staff_name(ledger_next(ledger), name)) != NULL)
		cmd->staff = who->id;
	refusal = ledger_submit(ledger, cmd, &change, submitted, &outcome);
	ledger_close(ledger);
	clock_free(clock);
	event_base_free(base);
	if (refusal == OK)
		refusal = outcome;
	if (refusal != OK)
		fatal("user %s: %s%s%s", name, refusals[refusal].code, change.detail.pointer[0] == '\0' ? "" : ": should be ",
		    change.detail.expected);
}

/* Somebody answers; a socket's file alone says nothing, since a killed daemon leaves it. */
static bool
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

static void
do_user(const struct hallctl *ctl, int argc, char **argv)
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
static void
do_token(const struct hallctl *ctl, int argc, char **argv)
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
	random_token(token, sizeof token - 1);
	digest(cmd.secret, token, strlen(token));
	submit_here(ctl, &cmd, name);
	puts(token);
}

static void
show_hall(const json_t *v)
{
	const json_t *evacuation = json_object_get(v, "evacuation"), *notice = json_object_get(v, "notice");

	printf("%s%s", json_string_value(json_object_get(v, "state")), !json_is_object(evacuation) ? "" :
	    json_is_true(json_object_get(evacuation, "drill")) ? ", a drill" : ", everybody leaves the hall");
	printf("%s%s\n", json_is_object(notice) ? "; notice: " : "", json_is_object(notice) ?
	    json_string_value(json_object_get(notice, "text")) : "");
}

static void
show_armed(const json_t *v)
{
	printf("%s, once you say within 30 s: hallctl hall confirm %s\n", json_is_true(json_object_get(v, "drill")) ?
	    "an evacuation drill begins" : "everybody is to leave the hall", json_string_value(json_object_get(v, "confirm")));
}

static json_t *
words_of(const char *text)
{
	return json_pack("{s:{s:o}}", "text", "zh", json_of("hall", text));
}

static void
do_hall(const struct hallctl *ctl, int argc, char **argv)
{
	const char *what = argv[1];
	json_t *body;

	if (argc == 2 && (strcmp(what, "suspend") == 0 || strcmp(what, "resume") == 0)) {
		show(ask(ctl, "POST", *what == 's' ? "/api/v1/hall/suspend" : "/api/v1/hall/resume", json_object()), show_hall);
	} else if (argc == 2 && strcmp(what, "quiet") == 0) {
		show(ask(ctl, "DELETE", "/api/v1/hall/notice", NULL), show_hall);
	} else if (argc <= 3 && (strcmp(what, "evacuate") == 0 || strcmp(what, "drill") == 0)) {
		body = argc == 3 ? words_of(argv[2]) : json_object();
		json_object_set_new(body, "drill", json_boolean(*what == 'd'));
		show(ask(ctl, "POST", "/api/v1/hall/evacuate", body), show_armed);
	} else if (argc == 3 && strcmp(what, "confirm") == 0) {
		show(ask(ctl, "POST", "/api/v1/hall/evacuate", json_pack("{s:o}", "confirm", json_of("hall", argv[2]))), show_hall);
	} else if (argc >= 3 && strcmp(what, "notice") == 0) {
		body = words_of(argv[2]);
		if (argc == 4)
			json_object_set_new(body, "until", json_of("hall", argv[3]));
		show(ask(ctl, "POST", "/api/v1/hall/notice", body), show_hall);
	} else
		usage(2);
}

static void
show_restart(const json_t *v)
{
	const json_t *what;
	size_t i;

	printf("%s", json_object_get(v, "rev") != NULL ? "in force" : "good");
	json_array_foreach(json_object_get(v, "restart"), i, what)
		printf("%s%s", i == 0 ? "; at the next start: " : " ", json_string_value(what));
	printf("\n");
}

static void
do_layout(const struct hallctl *ctl, int argc, char **argv)
{
	bool put = argc == 3 && strcmp(argv[1], "put") == 0;
	char tag[24], *text;
	size_t len;

	if (argc == 1) {
		fputs(text = layout_text(ctl), stdout);
		free(text);
		return;
	}
	if (argc != 3 || (!put && strcmp(argv[1], "check") != 0))
		usage(2);
	if ((text = file_read(argv[2], SETTINGS_BYTES_MAX, &len)) == NULL)
		fatal("%s: %s", argv[2], strerror(errno));
	newest(ctl, tag, sizeof tag);
	show(ask_text(ctl, put ? "PUT" : "POST", put ? "/api/v1/layout" : "/api/v1/layout/check", text, put ? tag : NULL), show_restart);
	free(text);
}

static void
show_alarms(const json_t *v)
{
	static const struct column columns[] = { { "window", 8 }, { "answered", 10 }, { "helper", 16 }, { "since", 0 }, { NULL, 0 } };
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(v, "alarms"), i, row)
		shorten_time(row, "since");
	show_rows(json_object_get(v, "alarms"), columns);
}

static void
do_alarm(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256];

	if (argc == 1)
		show(ask(ctl, "GET", "/api/v1/alarms", NULL), show_alarms);
	else if (strcmp(argv[0], "answer") == 0)
		show(ask(ctl, "POST", path_of(path, sizeof path, "windows/", argv[1], "/alarm/answer"), json_object()), show_alarms);
	else
		show(ask(ctl, "POST", path_of(path, sizeof path, "windows/", argv[1], "/alarm/end"), json_object()), show_alarms);
}

/* It is well since it failed last, or not since it was well last. */
static void
show_push(const json_t *v)
{
	static const struct column columns[] = { { "endpoint", 10 }, { "url", 40 }, { "state", 10 }, { "behind", 8 }, { "since", 16 },
	    { "dead", 6 }, { "error", 0 }, { NULL, 0 } };
	static const struct column letters[] = { { "endpoint", 10 }, { "seq", 12 }, { "status", 8 }, { "at", 0 }, { NULL, 0 } };
	json_t *rows = json_object_get(v, "endpoints"), *row, *dead = json_array(), *letter;
	size_t i, d;

	json_array_foreach(rows, i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));

		json_object_set_new(row, "endpoint", json_integer((json_int_t)i));
		json_object_set(row, "since", json_object_get(row, strcmp(state, "ok") == 0 ? "failed_at" : "ok_at"));
		shorten_time(row, "since");
		if (strcmp(state, "fails") != 0)	/* what it was the last time is over */
			json_object_set_new(row, "error", json_null());
		json_array_foreach(json_object_get(row, "dead"), d, letter) {
			json_object_set_new(letter, "endpoint", json_integer((json_int_t)i));
			shorten_time(letter, "at");
			json_array_append(dead, letter);
		}
		json_object_set_new(row, "dead", json_integer((json_int_t)json_array_size(json_object_get(row, "dead"))));
	}
	show_rows(rows, columns);
	if (json_array_size(dead) > 0) {
		printf("\n");
		show_rows(dead, letters);
	}
	json_decref(dead);
}

static void
do_push(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	char path[256], *end = "";

	if (argc == 1) {
		json_decref(body);
		show(ask(ctl, "GET", "/api/v1/push", NULL), show_push);
		return;
	}
	if (argc < 3 || strcmp(argv[1], "again") != 0)
		usage(2);
	if (argc == 4)
		json_object_set_new(body, "seq", json_integer(strtoll(argv[3], &end, 10)));
	if (*end != '\0')
		usage(2);
	show(ask(ctl, "POST", path_of(path, sizeof path, "push/", argv[2], "/again"), body), show_push);
}

static void
show_reports(const json_t *v)
{
	static const struct column columns[] = { { "name", 0 }, { NULL, 0 } };

	show_rows(json_object_get(v, "reports"), columns);
}

#define REPORT_COLUMNS 32
#define RESTORE_LOOK_US 50000
#define RESTORE_TRIES	600	/* half a minute */

/* A row of a report with its values by the names of their columns. */
static json_t *
named(const json_t *row, const struct column *columns)
{
	json_t *v = json_object();

	for (size_t c = 0; columns[c].name != NULL; c++)
		json_object_set(v, columns[c].name, json_array_get(row, c));
	return v;
}

/* As wide as the widest, which is not known before. */
static void
widen(struct column *columns, const json_t *list)
{
	char buffer[24];
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)list, i, row)
		for (struct column *each = columns; each->name != NULL; each++) {
			int width = (int)text_columns(text_of(row, each->name, buffer)) + 2;

			each->width = width > each->width ? width : each->width;
		}
}

static void
show_report(const json_t *v)
{
	struct column columns[REPORT_COLUMNS + 1] = { 0 };
	json_t *list = json_array(), *titles = json_array(), *column, *row;
	size_t i, c;

	json_array_foreach(json_object_get(v, "columns"), c, column) {
		if (c == REPORT_COLUMNS)
			break;
		columns[c].name = json_string_value(json_object_get(column, "name"));
		json_array_append(titles, json_object_get(column, "title"));
	}
	json_array_append_new(list, named(titles, columns));
	json_array_foreach(json_object_get(v, "rows"), i, row)
		json_array_append_new(list, named(row, columns));
	widen(columns, list);
	show_lines(list, columns);
	json_decref(list);
	json_decref(titles);
}

/* Records of hall management: whatever members the answers have, in the order in which they first come. */
#define MEMBERS_MAX 32

static void
add_members(struct column *columns, json_t *titles, const json_t *record)
{
	const char *name;
	json_t *value;
	int n = 0;

	while (columns[n].name != NULL)
		n++;
	json_object_foreach((json_t *)record, name, value) {
		if (n == MEMBERS_MAX || json_is_object(value) || json_object_get(titles, name) != NULL)
			continue;
		json_object_set_new(titles, name, json_string(name));
		columns[n++].name = json_object_iter_key(json_object_iter_at(titles, name));
	}
}

/* Lists as words with commas, since a line has no room for more. */
static void
join_lists(json_t *record)
{
	const char *name;
	json_t *value, *part;
	char joined[128];
	size_t i;
	void *next;

	json_object_foreach_safe(record, next, name, value) {
		size_t len = 0;

		if (!json_is_array(value))
			continue;
		joined[0] = '\0';
		json_array_foreach(value, i, part)
			if (json_is_string(part) && len + json_string_length(part) + 2 < sizeof joined)
				len += snprintf(joined + len, sizeof joined - len, "%s%s", len == 0 ? "" : ",", json_string_value(part));
		json_object_set_new(record, name, json_string(joined));
	}
}

static void
show_record_list(const json_t *records)
{
	struct column columns[MEMBERS_MAX + 1] = { 0 };
	json_t *titles = json_object(), *list = json_array(), *record;
	size_t i;

	json_array_append(list, titles);
	json_array_foreach((json_t *)records, i, record) {
		join_lists(record);
		add_members(columns, titles, record);
		json_array_append(list, record);
	}
	widen(columns, list);
	if (json_array_size(records) > 0)
		show_lines(list, columns);
	json_decref(list);
	json_decref(titles);
}

/* A list, or one. */
static void
show_records(const json_t *v)
{
	json_t *first = json_object_iter_value(json_object_iter((json_t *)v)), *one;

	if (json_is_array(first) && json_object_size(v) == 1) {
		show_record_list(first);
		return;
	}
	one = json_pack("[O]", v);
	show_record_list(one);
	json_decref(one);
}

static void
show_order_list(const json_t *v)
{
	show_record_list(json_object_get(v, "lines"));
}

static void
do_order_list(const struct hallctl *ctl, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	show(ask(ctl, "GET", "/api/v1/stock/order-list", NULL), show_order_list);
}

/* field=value, as its type asks for; "-" leaves it out. */
static void
set_member(json_t *body, enum subject subject, char *word)
{
	char name[40], *is = strchr(word, '='), *end;
	int field;
	long long number;

	if (is == NULL || is == word || (size_t)(is - word) >= sizeof name)
		usage(2);
	snprintf(name, sizeof name, "%.*s", (int)(is - word), word);
	is++;
	field = subject_field(subject, name);
	number = strtoll(is, &end, 10);
	if (strcmp(is, "-") == 0)
		json_object_set_new(body, name, json_null());
	else if (field != -1 && subjects[subject].field[field].type == FIELD_SERVICES)
		json_object_set_new(body, name, list_of(name, is));
	else if (field != -1 && subjects[subject].field[field].type == FIELD_FLAG && strcmp(is, "yes") == 0)
		json_object_set_new(body, name, json_true());
	else if (field != -1 && subjects[subject].field[field].type == FIELD_FLAG && strcmp(is, "no") == 0)
		json_object_set_new(body, name, json_false());
	else if (*is != '\0' && *end == '\0' && (field == -1 || (subjects[subject].field[field].type != FIELD_TEXT &&
	    subjects[subject].field[field].type != FIELD_PRIVATE)))
		json_object_set_new(body, name, json_integer(number));
	else
		json_object_set_new(body, name, json_of(name, is));
}

/* Another condition of a list. */
static void
add_query(char *path, size_t cap, const char *word)
{
	const char *is = strchr(word, '=');
	size_t len = strlen(path);
	char value[256];

	if (is == NULL)
		usage(2);
	path_of(value, sizeof value, "", is + 1, "");
	snprintf(path + len, cap - len, "%c%.*s=%s", strchr(path, '?') == NULL ? '?' : '&', (int)(is - word), word, value + strlen("/api/v1/"));
}

/* Of the record as it is now, which the change is to follow. */
static int
rev_of(const struct hallctl *ctl, const char *path)
{
	struct hallctl quiet = *ctl;
	json_t *now;
	int rev;

	quiet.json = false;
	now = ask(&quiet, "GET", path, NULL);
	rev = json_integer_value(json_object_get(now, "rev"));
	json_decref(now);
	return rev;
}

/*
 * SUBJECT [FIELD=VALUE ...]         those of which it is so
 * SUBJECT add FIELD=VALUE ...       a new one
 * SUBJECT ID [set FIELD=VALUE ...]  one; changed
 * SUBJECT ID STEP [FIELD=VALUE ...], SUBJECT WORD [FIELD=VALUE ...]  what else is done
 */
static void
do_records(const struct hallctl *ctl, enum subject subject, int argc, char **argv)
{
	bool lists = argc == 1 || strchr(argv[1], '=') != NULL, adds = !lists && strcmp(argv[1], "add") == 0;
	bool one = !lists && isdigit((unsigned char)argv[1][0]), changes = one && argc > 2 && strcmp(argv[2], "set") == 0;
	json_t *body = lists || (one && argc == 2) ? NULL : json_object();
	char path[1024], part[256];
	int said = lists ? 1 : one && argc > 2 ? 3 : 2;

	snprintf(path, sizeof path, "/api/v1/%s", subjects[subject].path);
	if (!lists && !adds)
		strcat(strcat(path, "/"), path_of(part, sizeof part, "", argv[1], "") + strlen("/api/v1/"));
	if (one && argc > 2 && !changes)
		strcat(strcat(path, "/"), path_of(part, sizeof part, "", argv[2], "") + strlen("/api/v1/"));
	for (int i = said; i < argc; i++)
		if (lists)
			add_query(path, sizeof path, argv[i]);
		else
			set_member(body, subject, argv[i]);
	if (changes)
		json_object_set_new(body, "rev", json_integer(rev_of(ctl, path)));
	show(ask(ctl, body == NULL ? "GET" : changes ? "PUT" : "POST", path, body), show_records);
}

static void
do_report(const struct hallctl *ctl, int argc, char **argv)
{
	char path[256], query[96] = "?lang=en";

	if (argc == 1) {
		show(ask(ctl, "GET", "/api/v1/reports", NULL), show_reports);
		return;
	}
	for (int i = 2; i < argc; i++)
		if (strspn(argv[i], "0123456789-") != strlen(argv[i]) || strlen(argv[i]) > 10)
			usage(2);
	if (argc > 2)
		snprintf(query, sizeof query, "?lang=en&from=%s&to=%s", argv[2], argv[argc - 1]);
	show(ask(ctl, "GET", path_of(path, sizeof path, "reports/", argv[1], query), NULL), show_report);
}

/* What was said, or that it was. */
static void
show_audit(const json_t *v)
{
	static const struct column columns[] = { { "seq", 9 }, { "at", 16 }, { "kind", 20 }, { "who", 14 }, { "about", 16 }, { "said", 0 }, { NULL, 0 } };
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(v, "events"), i, row) {
		shorten_time(row, "at");
		if (json_is_null(json_object_get(row, "who")))
			json_object_set(row, "who", json_object_get(row, "actor"));
		if (json_is_null(json_object_get(row, "about")))
			json_object_set(row, "about", json_object_get(row, "subject"));
		if (json_is_true(json_object_get(row, "erased")))
			json_object_set_new(row, "said", json_string("(erased)"));
		else if (json_is_null(json_object_get(row, "said")))
			json_object_set_new(row, "said", json_string(""));
	}
	show_lines(json_object_get(v, "events"), columns);
}

static void
say_verified(int64_t events, int64_t wrong)
{
	if (wrong != 0)
		fatal("audit: event %lld is not as it was written, or is missing", (long long)wrong);
	printf("%lld events, each as it was written\n", (long long)events);
}

static void
show_verified(const json_t *v)
{
	say_verified(json_integer_value(json_object_get(v, "to_seq")), json_integer_value(json_object_get(v, "first_wrong_seq")));
}

static void
verify_file(const char *path)
{
	struct verified found;
	char error[320];

	if (audit_verify_file(path, &found, error, sizeof error) == -1)
		fatal("audit: %s", error);
	say_verified(found.last, found.wrong);
}

/* What a word of the command asks; dates are from and to. */
static void
audit_query(char *out, size_t cap, int argc, char **argv)
{
	static const char *const names[] = { "kind=", "actor=", "subject=", "after=" };
	static const char *const dates[] = { "from=", "to=" };
	int date = 0, len = snprintf(out, cap, "/api/v1/audit?limit=1000");

	for (int i = 1; i < argc; i++) {
		const char *name = NULL, *value = argv[i];
		char path[256];

		for (size_t n = 0; name == NULL && n < sizeof names / sizeof *names; n++)
			if (strncmp(argv[i], names[n], strlen(names[n])) == 0) {
				name = names[n];
				value += strlen(name);
			}
		if (name == NULL && (date == 2 || strspn(value, "0123456789-") != strlen(value)))
			usage(2);
		path_of(path, sizeof path, "", value, "");
		len += snprintf(out + len, cap - len, "&%s%s", name != NULL ? name : dates[date++], path + strlen("/api/v1/"));
		if (len >= (int)cap)
			usage(2);
	}
}

/* Page after page; as JSON, one: it says where the next begins. */
static void
do_audit(const struct hallctl *ctl, int argc, char **argv)
{
	char query[512], path[600];
	json_t *v, *next = NULL;		/* the event behind which the next page begins */

	if (ctl->verify && argc <= 2) {
		if (argc == 2)
			verify_file(argv[1]);
		else
			show(ask(ctl, "GET", "/api/v1/audit/verify", NULL), show_verified);
		return;
	}
	audit_query(query, sizeof query, argc, argv);
	snprintf(path, sizeof path, "%s", query);
	do {
		if (json_is_integer(next))
			snprintf(path, sizeof path, "%s&after=%lld", query, (long long)json_integer_value(next));
		json_decref(next);
		if ((v = ask(ctl, "GET", path, NULL)) == NULL)
			return;
		next = json_incref(json_object_get(v, "next"));
		show(v, show_audit);
	} while (json_is_integer(next));
	json_decref(next);
}

/* Handing out. */

#define EXPORT_PATH 256

static FILE *
new_file(const char *folder, const char *name)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if ((f = fopen(path, "wx")) == NULL)
		fatal("%s: %s", path, strerror(errno));
	return f;
}

static void
close_file(FILE *f, const char *name)
{
	if (ferror(f) | (fclose(f) != 0))
		fatal("export: %s: %s", name, strerror(errno));
}

/* A spreadsheet knows "2026-11-24 09:30:00" as a time. */
static void
put_cell(FILE *f, const json_t *v, const char *column)
{
	size_t len = strlen(column);
	const char *text = json_string_value(v);

	if (json_is_integer(v))
		fprintf(f, "%lld", (long long)json_integer_value(v));
	else if (text != NULL && strlen(text) > 19 && len >= 2 && strcmp(column + len - 2, "at") == 0)
		fprintf(f, "%.10s %.8s", text, text + 11);
	else if (text != NULL)
		csv_text(f, text);
	else if (json_is_object(v)) {
		char *object = json_dumps(v, JSON_COMPACT);

		csv_text(f, object);
		free(object);
	}
}

/* Both are arrays. */
static void
put_line(FILE *f, const json_t *row, const json_t *columns, bool csv)
{
	json_t *v, *object;
	char *text;
	size_t i;

	if (csv) {
		json_array_foreach(row, i, v) {
			fputs(i == 0 ? "" : ",", f);
			put_cell(f, v, json_string_value(json_array_get(columns, i)));
		}
		fputs("\r\n", f);
		return;
	}
	object = json_object();
	json_array_foreach(row, i, v)
		json_object_set(object, json_string_value(json_array_get(columns, i)), v);
	text = json_dumps(object, JSON_COMPACT);
	fprintf(f, "%s\n", text);
	free(text);
	json_decref(object);
}

static void
put_titles(FILE *f, const json_t *columns)
{
	json_t *v;
	size_t i;

	fputs("\xef\xbb\xbf", f);
	json_array_foreach(columns, i, v) {
		fputs(i == 0 ? "" : ",", f);
		csv_text(f, json_string_value(v));
	}
	fputs("\r\n", f);
}

/* Slice after slice, each a read of its own: the hall goes on meanwhile.  What is in the file (new): its name and its rows. */
static json_t *
export_table(const struct hallctl *ctl, const char *folder, const char *table, const json_t *columns, int64_t last)
{
	bool csv = strcmp(table, "event") != 0;
	char name[64], path[EXPORT_PATH], query[EXPORT_PATH], after[80] = "";
	json_int_t rows = 0;
	const json_t *next;
	json_t *v, *row;
	size_t i;
	FILE *f;

	snprintf(name, sizeof name, "%s.%s", table, csv ? "csv" : "jsonl");
	f = new_file(folder, name);
	if (csv)
		put_titles(f, columns);
	do {
		snprintf(query, sizeof query, "?last=%lld&personal=%s%s", (long long)last, ctl->personal ? "true" : "false", after);
		v = ask(ctl, "GET", path_of(path, sizeof path, "export/", table, query), NULL);
		json_array_foreach(json_object_get(v, "rows"), i, row)
			put_line(f, row, columns, csv);
		rows += json_array_size(json_object_get(v, "rows"));
		next = json_object_get(v, "next");
		if (json_is_integer(next))
			snprintf(after, sizeof after, "&after=%lld", (long long)json_integer_value(next));
		else
			snprintf(after, sizeof after, "%s%s", json_is_string(next) ? "&after=" : "", json_is_string(next) ? json_string_value(next) : "");
		json_decref(v);
	} while (after[0] != '\0');
	close_file(f, name);
	return json_pack("{s:s, s:I, s:O}", "name", name, "rows", rows, "columns", columns);
}

static const char export_readme[] =
    "What a hall keeps, in open formats.\n"
    "\n"
    "manifest.json  hall; epoch and seq, up to which event; chain, that of this event; each file with its rows and columns\n"
    "event.jsonl    the log, an event a line, in order: all else follows from it\n"
    "*.csv          tables: UTF-8 with a mark, a line of titles; a text that a spreadsheet would run as a formula has ' before it\n"
    "\n"
    "Columns that end in `at` are times, `day` is a business day, `_ms` is steady time, which goes on across restarts and steps\n"
    "of the clock.  Tables are as they were while they were read, from event seq to event tables_seq: if these are the same, so\n"
    "are the tables and the log.\n"
    "\n"
    "Without --personal there is nothing that concerns people, and events have no keys of tickets.  With it an event's chain is\n"
    "SHA-256 of the chain before (of the first: 32 zero bytes) and of seq, day (20261124), at_ms, boot, mono_ms, kind,\n"
    "actor, subject and body, with a line feed between them; `hallctl audit --verify` does this in the hall.\n";

static void
do_export(const struct hallctl *ctl, int argc, char **argv)
{
	struct hallctl quiet = *ctl;
	const char *folder = argv[1], *path = ctl->personal ? "/api/v1/export?personal=true" : "/api/v1/export";
	json_t *v, *files = json_array(), *table, *after;
	json_int_t rows = 0;
	int64_t last;
	size_t i;
	FILE *f;

	(void)argc;
	quiet.json = false;
	v = ask(&quiet, "GET", path, NULL);
	last = json_integer_value(json_object_get(v, "seq"));
	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		fatal("%s: %s", folder, strerror(errno));
	umask(077);
	json_array_foreach(json_object_get(v, "tables"), i, table) {
		json_array_append_new(files, export_table(&quiet, folder, json_string_value(json_object_get(table, "name")),
		    json_object_get(table, "columns"), last));
		rows += json_integer_value(json_object_get(json_array_get(files, i), "rows"));
	}
	json_object_del(v, "tables");
	json_object_set_new(v, "files", files);
	after = ask(&quiet, "GET", path, NULL);
	json_object_set(v, "tables_seq", json_object_get(after, "seq"));
	json_decref(after);
	f = new_file(folder, "manifest.json");
	json_dumpf(v, f, JSON_INDENT(2));
	fputc('\n', f);
	close_file(f, "manifest.json");
	f = new_file(folder, "README.txt");
	fputs(export_readme, f);
	close_file(f, "README.txt");
	printf("%lld rows up to event %lld\n%s\n", (long long)rows, (long long)last, folder);
	json_decref(v);
}

static void
show_ready(const struct hallctl *ctl, const json_t *v)
{
	static const struct column columns[] = { { "state", 7 }, { "point", 9 }, { "said", 60 }, { "done", 0 }, { NULL, 0 } };
	const char *opens_at = json_string_value(json_object_get(v, "opens_at"));
	json_t *row;
	size_t i;

	printf("%s; opens %.16s; %lld of %lld points\n", json_string_value(json_object_get(v, "state")), opens_at == NULL ? "-" : opens_at,
	    (long long)(json_integer_value(json_object_get(v, "points")) - json_integer_value(json_object_get(v, "bad"))),
	    (long long)json_integer_value(json_object_get(v, "points")));
	json_array_foreach(json_object_get(v, "findings"), i, row) {
		json_object_set_new(row, "said", json_string(said(ctl, row, "what")));
		json_object_set_new(row, "done", json_string(strcmp(json_string_value(json_object_get(row, "state")), "green") == 0 ? "" :
		    said(ctl, row, "do")));
	}
	show_lines(json_object_get(v, "findings"), columns);
}

static void
do_ready(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *v = ask(ctl, "GET", "/api/v1/ready", NULL);
	bool green;

	(void)argc;
	(void)argv;
	if (v == NULL)
		exit(1);
	green = strcmp(json_string_value(json_object_get(v, "state")), "green") == 0;
	if (!ctl->json)
		show_ready(ctl, v);
	json_decref(v);
	exit(green ? 0 : 1);
}

static void
show_backup(const json_t *v)
{
	char bytes[24], seq[24];

	printf("%s bytes, up to event %s\n%s\n", text_of(v, "bytes", bytes), text_of(v, "seq", seq), json_string_value(json_object_get(v, "path")));
}

static void
do_backup(const struct hallctl *ctl, int argc, char **argv)
{
	(void)argc, (void)argv;
	show(ask(ctl, "POST", "/api/v1/backup", json_object()), show_backup);
}

/* Of the hall's database; 0: it does not answer. */
static int64_t
epoch_of(const struct hallctl *ctl)
{
	struct fetch f = { .socket = ctl->socket, .url = "http://halld/api/v1/status", .method = "GET" };
	json_t *v = fetch(&f) == 0 ? json_loadb(f.answer, f.len, 0, NULL) : NULL;
	int64_t epoch = json_integer_value(json_object_get(v, "epoch"));

	json_decref(v);
	free(f.answer);
	return epoch;
}

/* The hall begins again, with another epoch. */
static void
restore_there(const struct hallctl *ctl, const char *path)
{
	int64_t before = epoch_of(ctl), now;

	json_decref(ask(ctl, "POST", "/api/v1/backup/restore", json_pack("{s:o}", "path", json_of("path", path))));
	for (int tries = 0; (now = epoch_of(ctl)) == 0 || now == before; tries++) {
		if (tries == RESTORE_TRIES)
			fatal("restore: the hall has not begun again; its log says why");
		usleep(RESTORE_LOOK_US);
	}
}

static void
do_restore(const struct hallctl *ctl, int argc, char **argv)
{
	char path[PATH_MAX], error[320];

	(void)argc;
	if (realpath(argv[1], path) == NULL)
		fatal("restore: %s: %s", argv[1], strerror(errno));
	if (ctl->url != NULL)
		fatal("restore: only on the hall's own machine");
	if (daemon_runs(ctl))
		restore_there(ctl, path);
	else if (backup_restore(ctl->state, path, error, sizeof error) == -1)
		fatal("restore: %s", error);
	printf("restored from %s\n", path);
}

static const struct row {
	const char	*name;
	int		 least, most;	/* words, the name included */
	void		(*run)(const struct hallctl *, int argc, char **argv);
} rows[] = {
	{ "status", 1, 1, do_get },	{ "services", 1, 1, do_get },	{ "tickets", 1, 1, do_get },
	{ "devices", 1, 1, do_get },	{ "issue", 2, 3, do_issue },	{ "ticket", 2, 2, do_ticket },
	{ "window", 2, 2, do_window },	{ "lend", 3, 4, do_lend },	{ "events", 1, 1, do_events },	{ "user", 3, 4, do_user },
	{ "why", 2, 3, do_why },	{ "story", 2, 3, do_story },
	{ "replay", 2, 2, do_replay },
	{ "reprint", 2, 2, do_reprint },	{ "roll", 3, 3, do_roll },
	{ "order-list", 1, 1, do_order_list },
	{ "class", 4, 4, do_at_ticket },	{ "service", 4, 4, do_at_ticket }, { "needs", 3, 3, do_at_ticket },
	{ "link", 3, 3, do_at_ticket },	{ "void", 3, 3, do_at_ticket },	{ "cancel", 3, 3, do_at_ticket },
	{ "return", 3, 3, do_at_ticket },	{ "find", 2, 2, do_find },	{ "help", 1, 2, do_help },
	{ "test", 2, 3, do_test },	{ "identify", 1, 1, do_identify }, { "learn", 2, 3, do_learn },
	{ "scan", 2, 2, do_scan },	{ "overrides", 1, 1, do_get },	{ "override", 3, 4, do_override },
	{ "book", 5, 5, do_book },	{ "bookings", 1, 1, do_get },	{ "import", 2, 2, do_import },	{ "checkin", 2, 2, do_check_in },
	{ "hall", 2, 4, do_hall },	{ "endday", 1, 2, do_whole },	{ "clock", 1, 1, do_whole },
	{ "alarms", 1, 1, do_alarm },	{ "answer", 2, 2, do_alarm },	{ "calm", 2, 2, do_alarm },
	{ "layout", 1, 3, do_layout },	{ "push", 1, 4, do_push },	{ "report", 1, 4, do_report },
	{ "ready", 1, 1, do_ready },	{ "subjects", 1, 1, do_get },	{ "backup", 1, 1, do_backup },	{ "restore", 2, 2, do_restore },
	{ "audit", 1, 7, do_audit },	{ "export", 2, 2, do_export },
	{ "token", 3, 3, do_token },	{ "pair", 4, 4, do_token },
};

static void
choose_state(struct hallctl *ctl)
{
	static const char *const folders[] = { "run/state", "/var/lib/halld" };

	if (ctl->state == NULL)
		ctl->state = getenv("HALLD_STATE");
	for (size_t i = 0; ctl->state == NULL && i < sizeof folders / sizeof *folders; i++)
		if (access(folders[i], F_OK) == 0 || i == 1)
			ctl->state = folders[i];
	snprintf(ctl->socket, sizeof ctl->socket, "%s/halld.sock", ctl->state);
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
	    { "rehearsal", no_argument, NULL, 'r' }, { "policy", required_argument, NULL, 'p' },
	    { "verify", no_argument, NULL, 'v' }, { "personal", no_argument, NULL, 's' }, { 0 } };
	struct hallctl ctl = { .language = "zh" };
	int c;

	while ((c = getopt_long(argc, argv, "d:u:P:b:a:n:i:l:jh", longs, NULL)) != -1) {
		switch (c) {
		case 'd': ctl.state = optarg; break;
		case 'u': ctl.url = optarg; break;
		case 'P': ctl.printer = optarg; break;
		case 'b': ctl.baud = number_of(optarg); break;
		case 'a': ctl.addresses = optarg; break;
		case 'n': ctl.files = number_of(optarg); break;
		case 'i': ctl.id_number = optarg; break;
		case 'r': ctl.rehearsal = true; break;
		case 'p': ctl.policy = optarg; break;
		case 'v': ctl.verify = true; break;
		case 's': ctl.personal = true; break;
		case 'l': ctl.language = optarg; break;
		case 'j': ctl.json = true; break;
		case 'h': usage(0);
		default: usage(2);
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 1)
		usage(2);
	if (language_find(ctl.language) == -1)
		usage(2);
	choose_state(&ctl);
	setenv("TZ", "Asia/Shanghai", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, argv[0]) != 0)
			continue;
		if (argc < rows[i].least || argc > rows[i].most)
			usage(2);
		rows[i].run(&ctl, argc, argv);
		return 0;
	}
	if (subject_find(argv[0]) != NO_SUBJECT) {
		do_records(&ctl, subject_find(argv[0]), argc, argv);
		return 0;
	}
	if (verb_at_window(argv[0]) == DO_NOTHING || argc < 2 ||
	    argc > 2 + (argument_of(argv[0]) != NULL) + (verb_at_window(argv[0]) == DO_PAUSE))
		usage(2);
	do_at_window(&ctl, argc, argv);
	return 0;
}
