/*
 * A year of a hall, made up: hallyear [--seed N] [--days D] [--tickets T] HALL.JSON STATE > TOTALS
 *
 * What each visitor does is drawn first: when they come, how long they wait, how
 * long they are served, and what becomes of them.  The hall is then told so, in
 * the order of time, through the daemon's own core and store, and STATE is left
 * as a hall that was in use.  TOTALS (JSON) has what reports have to say of it,
 * summed up from what was drawn, by day, service, class, window and half hour;
 * times in ms.  The days end on 31 December 2025; T is how many come on one, D how
 * many dates, of which the calendar's days of rest are none of work.
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "daemon/base/file.h"
#include "daemon/settings/settings.h"
#include "daemon/base/util.h"
#include "daemon/core/calendar.h"
#include "daemon/core/day.h"
#include "daemon/core/decide/due.h"
#include "daemon/core/number/token.h"
#include "daemon/line/driver.h"
#include "daemon/office/office.h"
#include "daemon/store/batch.h"
#include "daemon/store/load.h"
#include "daemon/store/schema.h"
#include "tests/bench/hallyear.h"

#define LAST_DATE	20251231
#define OPENS_min	(9 * 60)
#define CLOSES_min	(17 * 60)
#define FEW		5		/* visitors of a day at least, whatever T is */

struct layout layout;
struct hall hall;
struct change change;
int date;
static struct batch batch;
static struct db *db;
static int64_t opened_ms;		/* wall time at which the first day began: steady time counts from there */
static int64_t told_ms;			/* and that of what was told last */
static const char *boot = "hallyear";

/* Chance: a generator of its own, so that a seed means the same everywhere (splitmix64). */

static uint64_t chance;

static uint64_t
draw(void)
{
	uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t
between(int64_t least, int64_t most)
{
	return least + (int64_t)(draw() % (uint64_t)(most - least + 1));
}

bool
one_in(int n)
{
	return draw() % n == 0;
}

/* What is drawn. */

enum fate { SERVED, GIVEN_UP, CANCELLED, EXPIRED, FATES };

struct visitor {
	int		service, class, window;	/* of the layout; window: its place there */
	enum fate	fate;
	int64_t		came_ms, called_ms, left_ms;	/* wall time; called_ms 0: never */
	int		recalls, grade;		/* grade 0: not rated */
	uint32_t	id;			/* ticket */
};

static struct visitor *visitors;
static int visitor_count, visitor_room;

/* What was to be done, in the order of time. */
enum act { ACT_OPEN, ACT_PAUSE, ACT_RESUME, ACT_CLOSE, ACT_COME, ACT_CALL, ACT_RECALL, ACT_LEAVE, ACT_RATE, ACT_CANCEL, ACT_OFFICE };
struct deed {
	int64_t		at_ms;
	int		order;		/* of those at one moment, as they were drawn */
	enum act	act;
	int		window;		/* place; of its own doings */
	int		visitor;	/* place; of those of a visitor; of the office: what */
};

static struct deed *deeds;
static int deed_count, deed_room;

static void
plan(int64_t at_ms, enum act act, int window, int visitor)
{
	GROW(deeds, deed_count, deed_room);
	deeds[deed_count] = (struct deed){ at_ms, deed_count, act, window, visitor };
	deed_count++;
}

void
plan_office(int64_t at_ms, int doing)
{
	plan(at_ms, ACT_OFFICE, 0, doing);
}

static int
by_time(const void *a, const void *b)
{
	const struct deed *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->order - y->order;
}

/* Totals. */

struct sums {
	int64_t		issued, called, served, abandoned, expired, cancelled, recalls, rated, content;
	int64_t		service_ms;
	int64_t		over;			/* waited for more than a quarter of an hour */
	int64_t		open_ms, paused_ms;	/* of windows */
	int64_t		*wait;			/* each, ms */
	int		waits, wait_room;
};

#define DAYS_MAX	400
static struct sums whole, day_of_totals[DAYS_MAX], service_totals[SERVICES_MAX], class_totals[CLASSES_MAX], window_totals[WINDOWS_MAX],
	half_totals[48];
static int dates[DAYS_MAX], days;

static int
half_at(int64_t wall_ms)
{
	int min;

	date_at(wall_ms, &min);
	return min / 30;
}

static void
add_wait(struct sums *t, int64_t ms)
{
	GROW(t->wait, t->waits, t->wait_room);
	t->wait[t->waits++] = ms;
}

static void
count(struct sums *t, const struct visitor *v)
{
	t->issued++;
	t->expired += v->fate == EXPIRED;
	t->cancelled += v->fate == CANCELLED;
	if (v->called_ms == 0)
		return;
	t->called++;
	add_wait(t, v->called_ms - v->came_ms);
	t->over += v->called_ms - v->came_ms > 15 * MIN_ms;
	t->recalls += v->recalls;
	t->abandoned += v->fate == GIVEN_UP;
	if (v->fate != SERVED)
		return;
	t->served++;
	t->rated += v->grade != 0;
	t->content += v->grade >= 3;
}

/* Without a key that marks the start a service begins with the call, which a repetition is not. */
static int64_t
service_of(const struct visitor *v)
{
	return v->left_ms - v->called_ms;
}

static void
count_half(const struct visitor *v)
{
	half_totals[half_at(v->came_ms)].issued++;
	if (v->called_ms == 0)
		return;
	half_totals[half_at(v->called_ms)].called++;
	add_wait(&half_totals[half_at(v->called_ms)], v->called_ms - v->came_ms);
	half_totals[half_at(v->left_ms)].served += v->fate == SERVED;
}

/* A day. */

int64_t
at(int min)
{
	return date_ms(date, min);
}

/* One after the other at a window, with a pause at noon; its services are as its first. */
static void
draw_window(int place, int most)
{
	int service = 0;
	int64_t free_ms = at(OPENS_min) + between(6, 20) * MIN_ms, pause_ms = at(12 * 60) + between(0, 600) * 1000, paused_ms = between(10, 40) * MIN_ms;
	bool paused = false, waited = false;	/* waited: somebody has, for an hour and five minutes */
	struct sums *t = &window_totals[place], *d = &day_of_totals[days];

	while (layout.window[place].level[service] != 1)
		service++;
	plan(at(OPENS_min), ACT_OPEN, place, 0);
	for (int n = 0; n < most && free_ms < at(CLOSES_min - 60); n++) {
		int64_t wait_ms = !waited ? 65 * MIN_ms : between(1, 50 * 60) * 1000, recalled_ms = 0, service_ms;
		struct visitor v = { .service = service, .class = one_in(5) ? (int)between(0, layout.class_count - 1) : 0, .window = place,
		    .fate = one_in(17) ? GIVEN_UP : SERVED, .called_ms = free_ms };

		if (free_ms - wait_ms >= at(OPENS_min))
			waited = true;
		else
			wait_ms = free_ms - at(OPENS_min) - between(0, 59) * 1000;
		v.came_ms = free_ms - wait_ms;
		v.recalls = v.fate == GIVEN_UP || one_in(9);
		if (v.recalls > 0)
			recalled_ms = free_ms + between(15, 40) * 1000;
		v.left_ms = (recalled_ms != 0 ? recalled_ms : free_ms) + between(20, 14 * 60) * 1000;
		v.grade = v.fate == SERVED && one_in(3) ? (int)between(1, 5) : 0;
		GROW(visitors, visitor_count, visitor_room);
		visitors[visitor_count] = v;
		plan(v.came_ms, ACT_COME, place, visitor_count);
		plan(v.called_ms, ACT_CALL, place, visitor_count);
		if (recalled_ms != 0)
			plan(recalled_ms, ACT_RECALL, place, visitor_count);
		plan(v.left_ms, ACT_LEAVE, place, visitor_count);
		if (v.grade != 0) {
			plan(v.left_ms + 5000, ACT_RATE, place, visitor_count);
			office_rated(place, v.called_ms, v.left_ms, v.grade);
		}
		visitor_count++;
		if (v.fate == SERVED) {
			service_ms = service_of(&v);
			for (struct sums *each[] = { &whole, d, t, &service_totals[service], &class_totals[v.class], NULL }, **e = each; *e != NULL; e++)
				(*e)->service_ms += service_ms;
		}
		free_ms = v.left_ms + between(20, 240) * 1000;
		if (!paused && free_ms > pause_ms) {
			plan(v.left_ms + 10000, ACT_PAUSE, place, 0);
			plan(v.left_ms + 10000 + paused_ms, ACT_RESUME, place, 0);
			free_ms = v.left_ms + 10000 + paused_ms + between(20, 240) * 1000;
			t->paused_ms += paused_ms;
			office_paused(place, paused_ms);
			paused = true;
		}
	}
	plan(at(CLOSES_min), ACT_CLOSE, place, 0);
	t->open_ms += at(CLOSES_min) - at(OPENS_min);
}

/* Those who are never called: they go again, or wait until the day is closed. */
static void
draw_others(int tickets)
{
	for (int n = 0; n < tickets / 40 + 1; n++) {
		struct visitor v = { .service = (int)between(0, layout.service_count - 1), .class = 0, .fate = one_in(2) ? CANCELLED : EXPIRED,
		    .came_ms = at(OPENS_min) + between(0, 7 * 3600) * 1000 };

		v.left_ms = v.came_ms + between(1, 40) * MIN_ms;
		GROW(visitors, visitor_count, visitor_room);
		visitors[visitor_count] = v;
		plan(v.came_ms, ACT_COME, 0, visitor_count);
		if (v.fate == CANCELLED)
			plan(v.left_ms, ACT_CANCEL, 0, visitor_count);
		visitor_count++;
	}
}

static void
count_day(void)
{
	for (const struct visitor *v = visitors; v < visitors + visitor_count; v++) {
		count(&whole, v);
		count(&day_of_totals[days], v);
		count(&service_totals[v->service], v);
		count(&class_totals[v->class], v);
		if (v->called_ms != 0)
			count(&window_totals[v->window], v);
		count_half(v);
	}
}

/* The hall is told. */

static struct instant
instant_of(int64_t wall_ms)
{
	return (struct instant){ .wall_ms = wall_ms, .steady_ms = wall_ms - opened_ms, .day = day_of(wall_ms, layout.day_starts_min) };
}

static void
decide(struct command *cmd, int64_t wall_ms, const char *actor)
{
	struct instant now = instant_of(wall_ms);
	enum refusal refusal;

	strcpy(cmd->actor, actor);
	if ((refusal = office_decide(&hall, &layout, cmd, &now, &change)) != OK)
		errx(1, "%d: %s is refused: %s %s %s", date, verbs[cmd->verb].name, refusals[refusal].code, change.detail.pointer,
		    change.detail.state != NULL ? change.detail.state : change.detail.expected);
	batch_add(&batch, &hall, &change);
	told_ms = wall_ms;
}

/* What comes by itself until then. */
static void
come_due(int64_t wall_ms)
{
	for (;;) {
		struct instant now = instant_of(told_ms);
		int64_t hall_ms = due_at(&hall, &layout, &now), office_ms = office_due_at(&hall, &layout, &now);
		int64_t first_ms = hall_ms < office_ms ? hall_ms : office_ms;

		if (first_ms > wall_ms - opened_ms)
			return;
		if (first_ms < now.steady_ms)
			first_ms = now.steady_ms;
		decide(&(struct command){ .verb = office_ms < hall_ms ? DO_OFFICE_DUE : DO_DUE }, opened_ms + first_ms, "system");
		if (change.count == 0)
			told_ms = opened_ms + first_ms + 1000;	/* it looks again */
	}
}

void
tell(struct command *cmd, int64_t wall_ms, const char *actor)
{
	come_due(wall_ms);
	decide(cmd, wall_ms, actor);
}

static void
commit(void)
{
	batch_fill(&batch, &hall);
	if (batch_write(&batch, db) != DB_OK)
		errx(1, "the store does not write");
	batch_clear(&batch);
}

static void
at_window(int place, enum verb verb, uint32_t ticket, int64_t at_ms)
{
	tell(&(struct command){ .verb = verb, .window = layout.window[place].no, .ticket = ticket, .service = -1 }, at_ms, "ctl");
}

static void
come(struct visitor *v, int64_t at_ms)
{
	struct command cmd = { .verb = DO_ISSUE, .service = v->service, .class = v->class, .files = 1 };
	char drawn[TOKEN_CHARS + 1];

	snprintf(drawn, sizeof drawn, "%016llx", (unsigned long long)draw());
	token_make(cmd.token, instant_of(at_ms).day, drawn);
	tell(&cmd, at_ms, "ctl");
	v->id = change.ticket != 0 ? change.ticket : change.fact[0].ticket;
}

static void
act(const struct deed *d)
{
	struct visitor *v = &visitors[d->act == ACT_OFFICE ? 0 : d->visitor];

	switch (d->act) {
	case ACT_OPEN:	at_window(d->window, DO_OPEN, 0, d->at_ms); break;
	case ACT_PAUSE:	at_window(d->window, DO_PAUSE, 0, d->at_ms); break;
	case ACT_RESUME: at_window(d->window, DO_RESUME, 0, d->at_ms); break;
	case ACT_CLOSE:	at_window(d->window, DO_CLOSE, 0, d->at_ms); break;
	case ACT_COME:	come(v, d->at_ms); break;
	case ACT_CALL:	at_window(d->window, DO_PICK, v->id, d->at_ms); break;
	case ACT_RECALL: at_window(d->window, DO_RECALL, 0, d->at_ms); break;
	case ACT_LEAVE:	at_window(d->window, v->fate == SERVED ? DO_FINISH : DO_ABANDON, 0, d->at_ms); break;
	case ACT_RATE:	tell(&(struct command){ .verb = DO_RATE, .ticket = v->id, .grade = v->grade }, d->at_ms, "holder"); break;
	case ACT_OFFICE: office_act(d->visitor, d->at_ms); break;
	case ACT_CANCEL: tell(&(struct command){ .verb = DO_CANCEL, .ticket = v->id }, d->at_ms, "holder"); break;
	}
}

static void
close_day(int64_t at_ms)
{
	while (hall.day_open) {
		batch_fill_tickets(&batch, &hall);
		tell(&(struct command){ .verb = DO_CLOSE_DAY }, at_ms, "system");
	}
	commit();
}

static void
play_day(int tickets)
{
	int each = tickets / layout.window_count;

	visitor_count = deed_count = 0;
	office_day();
	for (int place = 0; place < layout.window_count; place++)
		draw_window(place, each > FEW ? each : FEW);
	draw_others(tickets);
	if (deed_count > 0)
		qsort(deeds, deed_count, sizeof *deeds, by_time);
	for (const struct deed *d = deeds; d < deeds + deed_count; d++)
		act(d);
	count_day();
	close_day(at(CLOSES_min + 60));
	dates[days++] = date;
}

/* Telling the totals. */

static int
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The ceil(n p / 100)-th smallest. */
static json_t *
quantile(const struct sums *t, int p)
{
	return t->waits == 0 ? json_null() : json_integer(t->wait[(t->waits * p + 99) / 100 - 1]);
}

static json_t *
totals_json(struct sums *t)
{
	static const int bands[] = { 0, 5, 10, 15, 20, 30, 60, 1000000 };
	json_t *v = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "over", (json_int_t)t->over, "issued", (json_int_t)t->issued, "called",
	    (json_int_t)t->called, "served", (json_int_t)t->served, "abandoned", (json_int_t)t->abandoned, "expired", (json_int_t)t->expired,
	    "cancelled", (json_int_t)t->cancelled, "recalls", (json_int_t)t->recalls, "rated", (json_int_t)t->rated, "content",
	    (json_int_t)t->content, "service_ms", (json_int_t)t->service_ms, "open_ms", (json_int_t)t->open_ms, "paused_ms", (json_int_t)t->paused_ms);
	json_t *in_bands = json_array();
	int64_t sum = 0;
	int i = 0;

	if (t->waits > 0)
		qsort(t->wait, t->waits, sizeof *t->wait, by_length);
	for (int w = 0; w < t->waits; w++)
		sum += t->wait[w];
	for (int b = 0; b < 7; b++) {
		int first = i;

		while (i < t->waits && t->wait[i] < bands[b + 1] * MIN_ms)
			i++;
		json_array_append_new(in_bands, json_integer(i - first));
	}
	json_object_set_new(v, "wait_ms", json_integer(sum));
	json_object_set_new(v, "wait_p50_ms", quantile(t, 50));
	json_object_set_new(v, "wait_p90_ms", quantile(t, 90));
	json_object_set_new(v, "wait_longest_ms", quantile(t, 100));
	json_object_set_new(v, "bands", in_bands);
	return v;
}

static void
print_totals(void)
{
	json_t *v = json_pack("{s:o, s:{}, s:{}, s:{}, s:{}, s:[]}", "hall", totals_json(&whole), "days", "services", "classes", "windows", "halves");
	char name[16];

	for (int d = 0; d < days; d++) {
		snprintf(name, sizeof name, "%04d-%02d-%02d", dates[d] / 10000, dates[d] / 100 % 100, dates[d] % 100);
		json_object_set_new(json_object_get(v, "days"), name, totals_json(&day_of_totals[d]));
	}
	for (int s = 0; s < layout.service_count; s++)
		json_object_set_new(json_object_get(v, "services"), layout.service[s].id, totals_json(&service_totals[s]));
	for (int c = 0; c < layout.class_count; c++)
		json_object_set_new(json_object_get(v, "classes"), layout.class[c].id, totals_json(&class_totals[c]));
	for (int w = 0; w < layout.window_count; w++) {
		snprintf(name, sizeof name, "%d", layout.window[w].no);
		json_object_set_new(json_object_get(v, "windows"), name, totals_json(&window_totals[w]));
	}
	for (int h = 0; h < 48; h++)
		json_array_append_new(json_object_get(v, "halves"), totals_json(&half_totals[h]));
	json_object_set_new(v, "office", office_totals());
	json_dumpf(v, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(v);
}

static void
read_layout(const char *path)
{
	char error[512];
	size_t len;
	char *text = file_read(path, SETTINGS_BYTES_MAX, &len);

	if (text == NULL)
		err(1, "%s", path);
	if (settings_read(&layout, text, len, driver_names(), error, sizeof error) == -1)
		errx(1, "%s: %s", path, error);
	free(text);
	setenv("TZ", layout.timezone, 1);
	tzset();
}

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: hallyear [--seed N] [--days D] [--tickets T] HALL.JSON STATE\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "seed", required_argument, NULL, 's' }, { "days", required_argument, NULL, 'd' },
	    { "tickets", required_argument, NULL, 't' }, { 0 } };
	int wanted = 365, tickets = 200, c;
	char path[512], error[320];

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 's': chance = strtoull(optarg, NULL, 10); break;
		case 'd': wanted = atoi(optarg); break;
		case 't': tickets = atoi(optarg); break;
		default: usage();
		}
	}
	if (argc - optind != 2 || wanted < 1 || wanted > DAYS_MAX || tickets < 1)
		usage();
	read_layout(argv[optind]);
	snprintf(path, sizeof path, "%s/halld.db", argv[optind + 1]);
	if ((db = db_open(path, &hall_schema, error, sizeof error)) == NULL)
		errx(1, "%s", error);
	hall_init(&hall, &layout);
	if (load_last_seq(db) != 0)
		errx(1, "%s: there is a hall already", path);
	date = date_after(LAST_DATE, 1 - wanted);
	opened_ms = told_ms = at(5 * 60) - 1000;
	struct command started = { .verb = DO_STARTED };
	strcpy(started.boot, boot);
	tell(&started, at(5 * 60), "system");
	office_begin(at(5 * 60 + 1));
	for (int n = 0; n < wanted; n++, date = date_after(date, 1))
		if (calendar_weekday(&layout, date) != 0 && !(calendar_weekday(&layout, date) & (1 << 5 | 1 << 6)))
			play_day(tickets);
	commit();
	db_checkpoint(db);
	db_close(db);
	print_totals();
	return 0;
}
