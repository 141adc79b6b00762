/* Devices: how they are, tests, and where they are found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/ctl/ctl.h"
#include "daemon/line/scan.h"

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

	printf("window %s: keypad %s/%s, in force\n", text_of(v, "window", window), json_string_value(json_object_get(keypad, "device")),
	    text_of(keypad, "address", address));
}

void
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
show_roll(const json_t *v)
{
	char used[24], left[24];

	printf("%s: %s mm used, %s mm left\n", json_string_value(json_object_get(v, "id")), text_of(v, "used_mm", used),
	    text_of(v, "left_mm", left));
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
	struct hallctl quiet = *ctl;
	json_t *answer, *row;
	const char *kind = "";
	size_t i;

	quiet.json = false;
	answer = ask(&quiet, "GET", "/api/v1/devices", NULL);
	json_array_foreach(json_object_get(answer, "devices"), i, row)
		if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
			kind = json_string_value(json_object_get(row, "kind"));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].kind, kind) == 0)
			fprintf(stderr, "within 30 s: %s\n", rows[i].what);
	json_decref(answer);
}

void
ctl_test(const struct hallctl *ctl, int argc, char **argv)
{
	json_t *body = json_object();
	char path[256];

	say_what_to_do(ctl, argv[1]);
	if (argc > 2)
		json_object_set_new(body, "address", json_integer(number_of(argv[2])));
	show(ask(ctl, "POST", path_of(path, sizeof path, "devices/", argv[1], "/test"), body), show_results);
}

void
ctl_identify(const struct hallctl *ctl, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	show(ask(ctl, "POST", "/api/v1/devices/identify", json_object()), show_results);
}

void
ctl_learn(const struct hallctl *ctl, int argc, char **argv)
{
	int window = number_of(argv[1]);
	bool bind = argc == 3;
	struct hallctl quiet = *ctl;
	json_t *v;

	if (bind && strcmp(argv[2], "bind") != 0)
		usage(2);
	fprintf(stderr, "within 60 s: press a key of the keypad that is to be for window %d; no window has it yet\n", window);
	quiet.json = false;
	v = ask(&quiet, "POST", "/api/v1/devices/learn", json_pack("{s:i}", "window", window));
	if (!json_is_object(json_object_get(v, "keypad")))
		fatal("learn: nobody pressed a key where no window has its keypad");
	if (bind)
		bind_keypad(&quiet, v);
	show(v, ctl->json ? print_json : bind ? show_bound : show_learned);
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

void
ctl_scan(const struct hallctl *ctl, int argc, char **argv)
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

void
ctl_roll(const struct hallctl *ctl, int argc, char **argv)
{
	bool is_new = strcmp(argv[2], "new") == 0;
	char path[256];

	(void)argc;
	if (!is_new && strcmp(argv[2], "same") != 0)
		usage(2);
	show(ask(ctl, "POST", path_of(path, sizeof path, "devices/", argv[1], "/roll"), json_pack("{s:b}", "new", is_new)),
	    show_roll);
}
