/*
 * hallctl: the hall from a terminal, over the daemon's socket or a URL.
 *
 * A command is a row: what is asked, and how the answer looks to people;
 * --json gives it as it came.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/ctl/ctl.h"

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
    "  report [NAME [DAY [DAY]]]                  the reports there are; one of today, of a day, from day to day; -l zh: in Chinese\n"
    "  SUBJECT [FIELD=VALUE ...]                  hall management: staff shifts roster leave attendance presence cards scores\n"
    "                                             stock batches moves requests orders rolls equipment repairs inspections;\n"
    "  SUBJECT add FIELD=VALUE ...                those of which it is so; a new one; one, changed, and taken a step further,\n"
    "  SUBJECT ID [set|STEP [FIELD=VALUE ...]]    such as `repairs 3 fix`; - leaves a field out, `subjects` says which there are\n"
    "  roster copy from=MONDAY to=MONDAY | roster swap a=ID b=ID | attendance clock code=CODE   a week; two duties; in or out\n"
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
    "  window WINDOW | ticket TOKEN               how it stands; what a window is to do comes first: hallctl next 1\n"
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

static const char *command;	/* that is wanted; NULL: none yet */

/* Does a line tell of it?  What a line tells ends where blanks begin that set off why. */
static bool
is_of(const char *line, const char *word)
{
	size_t len = strlen(word), end = strcspn(line, "\n");
	const char *why = strstr(line + 2, "   ");

	if (why != NULL && why < line + end)
		end = why - line;
	for (const char *at = line; len > 0 && (at = strstr(at, word)) != NULL && at + len <= line + end; at += len)
		if (strchr(" |", at[-1]) != NULL && (strchr(" |\n", at[len]) != NULL || at[len] == '\0'))
			return true;
	return false;
}

/* The lines of one command, each with those that go on from it. */
static bool
tell_of(const char *word)
{
	bool its = false, found = false;

	for (const char *line = strchr(usage_text, '\n') + 1; strncmp(line, "  ", 2) == 0; line = strchr(line, '\n') + 1) {
		if (line[2] != ' ')
			its = is_of(line, word) || (subject_find(word) != NO_SUBJECT && is_of(line, "SUBJECT"));
		if (its && !found)
			fprintf(stderr, "hallctl: usage of %s:\n", word);
		if (its)
			fprintf(stderr, "%.*s", (int)strcspn(line, "\n") + 1, line);
		found |= its;
	}
	return found;
}

_Noreturn void
usage(int status)
{
	if (status == 0 || command == NULL)
		fputs(usage_text, status == 0 ? stdout : stderr);
	else if (!tell_of(command))
		fprintf(stderr, "hallctl: %s: no such command; hallctl -h tells of all\n", command);
	exit(status);
}

static void
ctl_get(const struct hallctl *ctl, int argc, char **argv)
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

static const struct row {
	const char	*name;
	int		 least, most;	/* words, the name included */
	void		(*run)(const struct hallctl *, int argc, char **argv);
} rows[] = {

	{ "status", 1, 1, ctl_get },	{ "services", 1, 1, ctl_get },	{ "tickets", 1, 1, ctl_get },
	{ "devices", 1, 1, ctl_get },	{ "issue", 2, 3, ctl_issue },	{ "ticket", 2, 2, ctl_ticket },
	{ "window", 2, 2, ctl_window },	{ "lend", 3, 4, ctl_lend },	{ "events", 1, 1, ctl_events },	{ "user", 3, 4, ctl_user },
	{ "why", 2, 3, ctl_why },	{ "story", 2, 3, ctl_story },
	{ "replay", 2, 2, ctl_replay },
	{ "reprint", 2, 2, ctl_reprint },	{ "roll", 3, 3, ctl_roll },
	{ "order-list", 1, 1, ctl_order_list },
	{ "class", 4, 4, ctl_at_ticket },	{ "service", 4, 4, ctl_at_ticket }, { "needs", 3, 3, ctl_at_ticket },
	{ "link", 3, 3, ctl_at_ticket },	{ "void", 3, 3, ctl_at_ticket },	{ "cancel", 3, 3, ctl_at_ticket },
	{ "return", 3, 3, ctl_at_ticket },	{ "find", 2, 2, ctl_find },	{ "help", 1, 2, ctl_help },
	{ "test", 2, 3, ctl_test },	{ "identify", 1, 1, ctl_identify }, { "learn", 2, 3, ctl_learn },
	{ "scan", 2, 2, ctl_scan },	{ "overrides", 1, 1, ctl_get },	{ "override", 3, 4, ctl_override },
	{ "book", 5, 5, ctl_book },	{ "bookings", 1, 1, ctl_get },	{ "import", 2, 2, ctl_import },	{ "checkin", 2, 2, ctl_check_in },
	{ "hall", 2, 4, ctl_hall },	{ "endday", 1, 2, ctl_whole },	{ "clock", 1, 1, ctl_whole },
	{ "alarms", 1, 1, ctl_alarm },	{ "answer", 2, 2, ctl_alarm },	{ "calm", 2, 2, ctl_alarm },
	{ "layout", 1, 3, ctl_layout },	{ "push", 1, 4, ctl_push },	{ "report", 1, 4, ctl_report },
	{ "ready", 1, 1, ctl_ready },	{ "subjects", 1, 1, ctl_get },	{ "backup", 1, 1, ctl_backup },	{ "restore", 2, 2, ctl_restore },
	{ "audit", 1, 7, ctl_audit },	{ "export", 2, 2, ctl_export },
	{ "token", 3, 3, ctl_token },	{ "pair", 4, 4, ctl_token },
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

/* Of a report or a token half of which found no place on a full disk nobody is told that it is there. */
static int
done(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		fatal("standard output: %s", strerror(errno));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
	    { "rehearsal", no_argument, NULL, 'r' }, { "policy", required_argument, NULL, 'p' },
	    { "verify", no_argument, NULL, 'v' }, { "personal", no_argument, NULL, 's' }, { 0 } };
	struct hallctl ctl = { .language = "zh", .files = -1 };
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
		case 'l': ctl.language = optarg; ctl.language_said = true; break;
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
	command = argv[0];
	choose_state(&ctl);
	setenv("TZ", "Asia/Shanghai", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, argv[0]) != 0)
			continue;
		if (argc < rows[i].least || argc > rows[i].most)
			usage(2);
		rows[i].run(&ctl, argc, argv);
		return done();
	}
	if (subject_find(argv[0]) != NO_SUBJECT) {
		ctl_records(&ctl, subject_find(argv[0]), argc, argv);
		return done();
	}
	if (verb_at_window(argv[0]) == DO_NOTHING || argc < 2 ||
	    argc > 2 + has_argument(argv[0]) + (verb_at_window(argv[0]) == DO_PAUSE))
		usage(2);
	ctl_at_window(&ctl, argc, argv);
	return done();
}
