/*
 * halld: one process, one hall.  Opens everything in the order in which each
 * part needs the one before, runs the loop, and closes in the other order.
 */
#include <sys/resource.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/api/copies/backups.h"
#include "daemon/api/copies/second_place.h"
#include "daemon/api/hall/pairings.h"
#include "daemon/api/handlers.h"
#include "daemon/api/health/ready.h"
#include "daemon/api/layouts.h"
#include "daemon/api/pages.h"
#include "daemon/api/past/audits.h"
#include "daemon/api/past/reports.h"
#include "daemon/api/snapshot.h"
#include "daemon/base/log.h"
#include "daemon/base/test_clock.h"
#include "daemon/base/util.h"
#include "daemon/base/version.h"
#include "daemon/line/driver.h"
#include "daemon/push/push.h"
#include "daemon/settings/settings.h"
#include "daemon/show/show.h"
#include "daemon/store/alarm.h"
#include "daemon/store/backup.h"
#include "daemon/store/db.h"
#include "daemon/wait/forecast.h"
#include "display/texts.h"

/*
 * What runs before what when much is active: bytes of devices and the store's
 * results (0), requests (1), readers of streams (2).  After two requests (HANDLED
 * in listener.c), or so many of the short callbacks that all others are, the loop
 * looks whether something more urgent has come.
 */
#define PRIORITIES	 3
#define CALLBACKS_IN_TURN 16

#define LARGE_BYTES (128 << 10)	/* what is as large goes back to the machine when it is freed; glibc would raise this, and keep it */

/*
 * Descriptors: so many for all but HTTP; so many readers of streams, if the
 * limit of the process allows it.  Readers take none from other connections.
 */
#define FILES_BESIDE	128
#define READERS_MAX	16384

static const char usage_text[] =
    "usage: halld -c HALL.JSON -d STATE [-l ADDR:PORT] [-p PAGES]\n"
    "       halld -n -c HALL.JSON | -L | --schema | -V | -h\n"
    "  -c FILE       the hall's layout and policy\n"
    "  -d FOLDER     the hall's state: database, socket, lock\n"
    "  -l ADDR:PORT  listen there instead of where hall.json says\n"
    "  -p FOLDER     pages and texts (default: display)\n"
    "  -n            check hall.json and exit\n"
    "  -L            list the drivers\n"
    "  --schema      print the JSON Schema of hall.json\n"
    "  --test-clock SOCKET  time moves only when SOCKET's holder says so (daemon/base/test_clock.h)\n"
    "  -V, -h        version, this text\n";

struct options {
	const char	*conf, *state, *listen, *pages, *test_clock;
	bool		 check;
};

static _Noreturn void
usage(int status)
{
	fputs(usage_text, status == 0 ? stdout : stderr);
	exit(status);
}

static _Noreturn void
list_drivers(void)
{
	for (const struct driver *const *d = drivers; *d != NULL; d++)
		printf("%-12s %-8s %s\n", (*d)->name, driver_kind_name((*d)->kind), (*d)->summary);
	exit(0);
}

static _Noreturn void
print_schema(void)
{
	settings_schema(stdout);
	exit(0);
}

static struct options
read_options(int argc, char **argv)
{
	static const struct option longs[] = { { "schema", no_argument, NULL, 'S' },
	    { "test-clock", required_argument, NULL, 'T' }, { 0 } };
	struct options o = { .pages = "display" };
	int c;

	while ((c = getopt_long(argc, argv, "c:d:l:p:nLVh", longs, NULL)) != -1) {
		switch (c) {
		case 'c': o.conf = optarg; break;
		case 'd': o.state = optarg; break;
		case 'l': o.listen = optarg; break;
		case 'p': o.pages = optarg; break;
		case 'n': o.check = true; break;
		case 'L': list_drivers();
		case 'S': print_schema();
		case 'T': o.test_clock = optarg; break;
		case 'V': puts("halld " VERSION); exit(0);
		case 'h': usage(0);
		default: usage(2);
		}
	}
	if (optind != argc || o.conf == NULL || (o.state == NULL && !o.check))
		usage(2);
	return o;
}

/* The database of then takes the place of the one there is; if it cannot, that stays. */
static void
put_back(const char *state, const char *path)
{
	char error[320];

	if (backup_restore(state, path, error, sizeof error) == -1)
		log_line("restore: %s", error);
	else
		log_line("restored from %s", path);
}

static void
begin_again(char **argv)
{
	char program[256];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

	program[len == -1 ? 0 : len] = '\0';
	execv(program, argv);
	execv("/proc/self/exe", argv);	/* it is there no more: the one that runs, though its name is then exe */
	fatal("cannot begin again: %s", strerror(errno));
}

static void
stop(evutil_socket_t signal_number, short what, void *arg)
{
	struct server *server = arg;

	(void)what;
	log_line("signal %d: ending", (int)signal_number);
	server->stopped = true;
	if (!server->ending)	/* else its last turn is under way, in which answers leave */
		event_base_loopbreak(server->base);
}

/* After SIG_BLOCK a signal to end waits for SIG_UNBLOCK, if need be that of the halld that begins again. */
static void
hold_ends(int how)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(how, &ends, NULL);
}

static void
hang_up(evutil_socket_t signal_number, short what, void *server)
{
	(void)signal_number;
	(void)what;
	layouts_hang_up(((struct server *)server)->layouts);
}

static struct event_base *
open_loop(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	event_config_set_max_dispatch_interval(config, NULL, CALLBACKS_IN_TURN, 1);
	if ((base = event_base_new_with_config(config)) == NULL || event_base_priority_init(base, PRIORITIES) == -1)
		fatal("no event loop");
	event_config_free(config);
	return base;
}

/* With a test clock nothing starts before the first word of what time it is.  NULL: the clock is the kernel's. */
static struct test_clock *
wait_for_time(struct clock *clock, const char *path)
{
	char error[256];
	struct test_clock *t;

	if (path == NULL)
		return NULL;
	if ((t = test_clock_open(clock, path, error, sizeof error)) == NULL)
		fatal("%s", error);
	while (!test_clock_runs(t) && !event_base_got_break(clock_base(clock)))
		event_base_loop(clock_base(clock), EVLOOP_ONCE);
	if (!test_clock_runs(t))
		exit(0);
	return t;
}

static bool
no_thread_works(void *arg)
{
	const struct server *server = arg;

	return server->ending || (ledger_idle(server->ledger) && worker_idle(server->worker) && reporting_idle(server->reporting) &&
	    second_place_idle(server->second_place));
}

static struct event *
on_signal(struct event_base *base, int number, void (*act)(evutil_socket_t, short, void *), void *arg)
{
	struct event *e = evsignal_new(base, number, act, arg);

	event_add(e, NULL);
	return e;
}

static void
tell_forecast(void *arg, const struct fact *f)
{
	forecast_fact(arg, f);
}

static void
tell_waits(void *snapshot)
{
	snapshot_waits(snapshot);
}

static void
tell_push(void *arg, const struct fact *f)
{
	push_fact(arg, f);
}

static void
tell_reporting(void *arg, const struct fact *f)
{
	const struct server *server = arg;

	if (f->kind == HALL_DAY_CLOSED && !server->ending)
		reporting_day(server->reporting);
}

static void
tell_backups(void *arg, const struct fact *f)
{
	const struct server *server = arg;

	if (f->kind == HALL_DAY_CLOSED && !server->ending)
		backups_day(server->backups);
}

static void
tell_readying(void *arg, const struct fact *f)
{
	readying_fact(arg, f);
}

static void
erase_backups(void *arg, const struct due *due)
{
	const struct server *server = arg;

	if (!server->ending)
		backups_erase(server->backups, due);
}

static void
tell_snapshot(void *arg, const struct fact *f)
{
	snapshot_fact(arg, f);
}

static void
tell_streams(void *arg, const struct fact *f)
{
	streams_fact(arg, f);
}

static void
tell_readers(void *arg, const char *event, size_t len)
{
	streams_tell(arg, event, len);
}

static struct texts *
open_texts(const char *pages, char *error, size_t cap)
{
	char folder[256];

	snprintf(folder, sizeof folder, "%s/text", pages);
	return texts_open(folder, error, cap);
}

/* Connections of believed proxies are many people's. */
static struct listener_limits
limits_of(const struct layout *l)
{
	static const char *proxies[sizeof l->proxies / sizeof *l->proxies + 1];
	struct listener_limits limits = listener_defaults;

	for (int i = 0; i < l->proxy_count; i++)
		proxies[i] = l->proxies[i];
	limits.proxies = proxies;
	return limits;
}

/*
 * As many descriptors as are wanted, or else as this process may have.  The
 * kernel's table of them is made as long now: making it longer stops the loop
 * for 10 ms and more once there are threads.
 */
static int
raise_files(int wanted)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		fatal("RLIMIT_NOFILE: %s", strerror(errno));
	if (files.rlim_cur < (rlim_t)wanted) {
		files.rlim_cur = files.rlim_max < (rlim_t)wanted ? files.rlim_max : (rlim_t)wanted;
		if (setrlimit(RLIMIT_NOFILE, &files) == -1)
			fatal("RLIMIT_NOFILE: %s", strerror(errno));
	}
	if (files.rlim_cur < (rlim_t)wanted)
		wanted = files.rlim_cur;
	close(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, wanted - 1));
	return wanted;
}

/* How many readers: connections for requests have their places first. */
static int
readers_of(struct listener_limits *limits)
{
	int files = raise_files(READERS_MAX + limits->connections + FILES_BESIDE), readers;

	if (limits->connections > files / 2)
		limits->connections = files / 2;
	readers = files - limits->connections - FILES_BESIDE;
	return readers > 0 ? readers : 0;
}

static void
open_sockets(struct listener *listener, const struct layout *l, const char *state)
{
	char why[LISTENER_WHY], path[256];

	snprintf(path, sizeof path, "%s/halld.sock", state);
	if (listener_open(listener, path, why) == -1 || listener_open(listener, l->listen, why) == -1)
		fatal("%s", why);
}

int
main(int argc, char **argv)
{
	static struct layout layout;
	struct options o = read_options(argc, argv);
	struct server server = { .routes = routes, .shared = shared };
	struct event *signals[3];
	struct test_clock *test_clock;
	struct clock *clock;
	struct alarm *alarm;
	struct listener_limits limits;
	struct listener *listener;
	int readers;
	char error[512];

	if (o.listen != NULL && settings_wrong("/listen", o.listen) != NULL)
		fatal("-l %s: %s", o.listen, settings_wrong("/listen", o.listen));
	if ((server.texts = open_texts(o.pages, error, sizeof error)) == NULL && !o.check)
		fatal("%s", error);
	if ((server.layouts = layouts_open(&layout, o.conf, o.check ? NULL : o.state, o.listen, server.texts, error, sizeof error)) == NULL)
		fatal("%s", error);
	if (o.check) {
		layouts_close(server.layouts);
		texts_free(server.texts);
		return 0;
	}
	limits = limits_of(&layout);
	readers = readers_of(&limits);
	setenv("TZ", layout.timezone, 1);
	tzset();
	signal(SIGPIPE, SIG_IGN);
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);

	server.base = open_loop();
	signals[0] = on_signal(server.base, SIGTERM, stop, &server);
	signals[1] = on_signal(server.base, SIGINT, stop, &server);
	hold_ends(SIG_UNBLOCK);
	signal(SIGHUP, SIG_IGN);	/* until there is something to take it */
	clock = clock_new(server.base);
	test_clock = wait_for_time(clock, o.test_clock);
	if ((server.pages = pages_open(o.pages, error, sizeof error)) == NULL ||
	    (server.ledger = ledger_open(clock, &layout, o.state, error, sizeof error)) == NULL ||
	    (server.reader = reader_open(o.state, error, sizeof error)) == NULL)
		fatal("%s", error);
	if ((server.worker = worker_open(server.base, "worker")) == NULL)
		fatal("no thread: %s", strerror(errno));
	server.began = ledger_now(server.ledger);
	server.limits = limits_open();
	server.pairings = pairings_open();
	server.forecast = forecast_open(server.ledger, server.worker, o.state);
	server.snapshot = snapshot_open(server.ledger, forecast_waits(server.forecast));
	server.show = show_open(server.ledger, server.texts, forecast_waits(server.forecast));
	listener = listener_new(server.base, &limits, server_handle, &server);
	listener_set_ready(listener, server_ready);
	server.streams = streams_open(server.base, listener, server.ledger, readers, snapshot_event, server.snapshot);
	snapshot_watch(server.snapshot, tell_readers, server.streams);
	forecast_watch(server.forecast, tell_waits, server.snapshot);
	ledger_watch(server.ledger, tell_forecast, server.forecast);
	ledger_watch(server.ledger, tell_snapshot, server.snapshot);
	ledger_watch(server.ledger, tell_streams, server.streams);
	server.push = push_open(&server, o.state);
	ledger_watch(server.ledger, tell_push, server.push);
	if ((server.reporting = reporting_open(&server, o.state, error, sizeof error)) == NULL)
		fatal("%s", error);
	ledger_watch(server.ledger, tell_reporting, &server);
	if ((server.second_place = second_place_open(clock)) == NULL)
		fatal("no thread: %s", strerror(errno));
	if ((server.backups = backups_open(&server, reporting_worker(server.reporting), o.state, error, sizeof error)) == NULL)
		fatal("%s", error);
	if ((server.audits = audits_open(reporting_worker(server.reporting), o.state, error, sizeof error)) == NULL)
		fatal("%s", error);
	ledger_watch(server.ledger, tell_backups, &server);
	server.readying = readying_open(&server, o.state);
	ledger_watch(server.ledger, tell_readying, server.readying);
	ledger_when_erased(server.ledger, erase_backups, &server);
	alarm = alarm_open(server.ledger);
	layouts_begin(server.layouts, &server);
	signals[2] = on_signal(server.base, SIGHUP, hang_up, &server);
	open_sockets(listener, &layout, o.state);
	log_line("halld %s: hall %s, %d services, %d windows, %d devices; event %lld; SQLite %s; http://%s", VERSION, layout.id,
	    layout.service_count, layout.window_count, layout.device_count, (long long)ledger_next(server.ledger)->seq,
	    db_version(), layout.listen);

	if (test_clock != NULL)
		test_clock_ready(test_clock, no_thread_works, &server);
	event_base_dispatch(server.base);

	/* Who was acknowledged nothing yet still is: what was decided is written and answered, nothing new begins. */
	server.ending = true;
	clock_end(clock);
	show_ending(server.show);
	worker_close(server.worker);
	reporting_close(server.reporting);
	second_place_close(server.second_place);
	backups_close(server.backups);
	audits_close(server.audits);
	forecast_keep(server.forecast);
	push_ending(server.push);
	reader_close(server.reader);
	ledger_close(server.ledger);
	streams_close(server.streams);		/* its readers ask the ledger whose sessions have ended */
	alarm_close(alarm);
	show_close(server.show);
	hold_ends(SIG_BLOCK);
	event_base_loop(server.base, EVLOOP_NONBLOCK);
	listener_free(listener);
	snapshot_close(server.snapshot);
	forecast_close(server.forecast);
	push_close(server.push);
	limits_close(server.limits);
	pairings_close(server.pairings);
	readying_close(server.readying);
	pages_close(server.pages);
	layouts_close(server.layouts);
	texts_free(server.texts);
	for (int i = 0; i < 3; i++)
		event_free(signals[i]);
	test_clock_close(test_clock);
	clock_free(clock);
	event_base_free(server.base);
	if (server.restore[0] != '\0')
		put_back(o.state, server.restore);
	if (server.restore[0] != '\0' && !server.stopped)
		begin_again(argv);
	return 0;
}
