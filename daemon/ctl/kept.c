/* What is kept: its log looked into, handed out, copied and put back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "daemon/base/log.h"
#include "daemon/ctl/ctl.h"
#include "daemon/net/fetch.h"
#include "daemon/report/csv.h"
#include "daemon/store/audit.h"
#include "daemon/store/backup.h"
#include "daemon/store/lock.h"

#define RESTORE_LOOK_US 50000
#define RESTORE_TRIES	600	/* half a minute */

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

static json_t *
verified_file(const char *path)
{
	struct verified found;
	char error[320];

	if (audit_verify_file(path, &found, error, sizeof error) == -1)
		fatal("audit: %s", error);
	return json_pack("{s:b, s:i, s:I, s:o}", "ok", found.wrong == 0, "from_seq", 1, "to_seq", (json_int_t)found.last,
	    "first_wrong_seq", found.wrong == 0 ? json_null() : json_integer(found.wrong));
}

/* What is wrong ends the program, also for another program. */
static void
verify(const struct hallctl *ctl, const char *path)
{
	struct hallctl quiet = *ctl;
	json_int_t wrong;
	json_t *v;

	quiet.json = false;
	v = path != NULL ? verified_file(path) : ask(&quiet, "GET", "/api/v1/audit/verify", NULL);
	wrong = json_integer_value(json_object_get(v, "first_wrong_seq"));
	if (ctl->json)
		print_json(v);
	if (wrong != 0)
		fatal("audit: event %lld is not as it was written, or is missing", (long long)wrong);
	if (!ctl->json)
		printf("%lld events, each as it was written\n", (long long)json_integer_value(json_object_get(v, "to_seq")));
	json_decref(v);
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
void
ctl_audit(const struct hallctl *ctl, int argc, char **argv)
{
	char query[512], path[600];
	json_t *v, *next = NULL;		/* the event behind which the next page begins */

	if (ctl->verify && argc <= 2) {
		verify(ctl, argc == 2 ? argv[1] : NULL);
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
	bool lost = ferror(f) != 0;

	if (fclose(f) != 0 || lost)
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

void
ctl_export(const struct hallctl *ctl, int argc, char **argv)
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
	if (ctl->json)
		print_json(v);
	else
		printf("%lld rows up to event %lld\n%s\n", (long long)rows, (long long)last, folder);
	json_decref(v);
}

static void
show_backup(const json_t *v)
{
	char bytes[24], seq[24];

	printf("%s bytes, up to event %s\n%s\n", text_of(v, "bytes", bytes), text_of(v, "seq", seq), json_string_value(json_object_get(v, "path")));
}

void
ctl_backup(const struct hallctl *ctl, int argc, char **argv)
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

/* When halld was started, Unix time; 0: it does not answer. */
static double
began_of(const struct hallctl *ctl)
{
	static const char name[] = "\nprocess_start_time_seconds ";
	struct fetch f = { .socket = ctl->socket, .url = "http://halld/metrics", .method = "GET" };
	const char *at = fetch(&f) == 0 ? strstr(f.answer, name) : NULL;
	double began = at == NULL ? 0 : strtod(at + strlen(name), NULL);

	free(f.answer);
	return began;
}

/* The hall begins again, with another epoch; with the same one it could not be put back.  What it answered (new). */
static json_t *
restore_there(const struct hallctl *ctl, const char *path)
{
	struct hallctl quiet = *ctl;
	double began = began_of(ctl), last;
	int64_t before = epoch_of(ctl), now;
	json_t *v;

	quiet.json = false;
	v = ask(&quiet, "POST", "/api/v1/backup/restore", json_pack("{s:o}", "path", json_of("path", path)));
	for (int tries = 0; last = began_of(ctl), (now = epoch_of(ctl)) == 0 || now == before; tries++) {
		if (now != 0 && began != 0 && last != 0 && last != began)
			fatal("restore: the hall goes on as it was; its log says why");
		if (tries == RESTORE_TRIES)
			fatal("restore: the hall has not begun again; its log says why");
		usleep(RESTORE_LOOK_US);
	}
	return v;
}

void
ctl_restore(const struct hallctl *ctl, int argc, char **argv)
{
	char path[PATH_MAX], error[320];
	json_t *v;

	(void)argc;
	if (realpath(argv[1], path) == NULL)
		fatal("restore: %s: %s", argv[1], strerror(errno));
	if (ctl->url != NULL)
		fatal("restore: only on the hall's own machine");
	if (daemon_runs(ctl))
		v = restore_there(ctl, path);
	else {
		int result = backup_restore(ctl->state, path, error, sizeof error);

		lock_hand_back(ctl->state);
		if (result == -1)
			fatal("restore: %s", error);
		v = json_object();
	}
	if (ctl->json) {
		json_object_set_new(v, "path", json_of("path", path));
		print_json(v);
	} else
		printf("restored from %s\n", path);
	json_decref(v);
}
