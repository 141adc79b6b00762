/* What concerns the whole hall: its state, layout, today's exceptions, calls for help, endpoints outside. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/settings/settings.h"
#include "daemon/ctl/ctl.h"
#include "daemon/net/fetch.h"

/* The text as it is kept: lines and order are a person's. */
char *
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
void
newest(const struct hallctl *ctl, char *tag, size_t cap)
{
	struct hallctl quiet = *ctl;
	json_t *v;

	quiet.json = false;
	v = ask(&quiet, "GET", "/api/v1/layout/versions", NULL);
	snprintf(tag, cap, "\"%d\"", (int)json_integer_value(json_object_get(json_array_get(json_object_get(v, "versions"), 0), "rev")));
	json_decref(v);
}

void
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

/* override SERVICE closed | until HH:MM | quota N | none: its exception of today. */
void
ctl_override(const struct hallctl *ctl, int argc, char **argv)
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

/* What is done with the whole hall. */
void
ctl_whole(const struct hallctl *ctl, int argc, char **argv)
{
	char path[64];

	show(ask(ctl, "POST", path_of(path, sizeof path, "hall/", argv[0], ""),
	    argc == 1 ? json_object() : json_pack("{s:o}", "waiting", json_of("waiting", argv[1]))), show_members);
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

void
ctl_help(const struct hallctl *ctl, int argc, char **argv)
{
	struct hallctl quiet = *ctl;
	char path[256];

	quiet.json = false;
	if (argc == 2)
		json_decref(ask(&quiet, "POST", path_of(path, sizeof path, "help/", argv[1], "/answer"), json_object()));
	show(ask(ctl, "GET", "/api/v1/help", NULL), show_help);
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

void
ctl_hall(const struct hallctl *ctl, int argc, char **argv)
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

void
ctl_layout(const struct hallctl *ctl, int argc, char **argv)
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

void
ctl_alarm(const struct hallctl *ctl, int argc, char **argv)
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

void
ctl_push(const struct hallctl *ctl, int argc, char **argv)
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
