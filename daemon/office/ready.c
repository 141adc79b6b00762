/* The points of the opening check. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/calendar.h"
#include "daemon/core/decide/opening.h"
#include "daemon/office/ready.h"
#include "daemon/office/roster.h"

#define MB		(1024 * INT64_C(1024))
#define FREE_RED_MB	256
#define FREE_AMBER_MB	1024
#define BACKUP_DAYS	3	/* behind by so many: that is no accident any more */
#define TICKET_MM	95	/* of paper, as a ticket usually is */
#define PART_MIN	(24 * 60 / READY_PARTS)

struct looking {
	const struct ready_known *known;
	struct readiness	*ready;
	const char	*point;
	int64_t		 from_ms, to_ms;	/* the hall's hours today; 0: none */
	int		 date, min;
};

const char *
ready_state_name(enum ready_state state)
{
	static const char *const names[READY_STATES] = { "green", "amber", "red" };

	return names[state];
}

/* The values are taken. */
static void
found(struct looking *k, enum ready_state state, const char *key, json_t *values)
{
	struct readiness *r = k->ready;

	if (r->count == READY_FINDINGS) {
		json_decref(values);
		return;
	}
	r->finding[r->count++] = (struct finding){ .state = state, .point = k->point, .key = key, .values = values };
}

static json_t *
time_value(int64_t wall_ms)
{
	char text[TIME_TEXT];

	time_text(text, wall_ms);
	return json_string(text);
}

static void
look_at_devices(struct looking *k)
{
	static const struct { const char *state, *key; } keys[] = {
		{ "unplugged", "devices.unplugged" }, { "fault", "devices.fault" }, { "degraded", "devices.degraded" }, { "silent", "devices.silent" },
	};

	for (const struct ready_device *d = k->known->device; d < k->known->device + k->known->devices; d++)
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (strcmp(keys[i].state, d->state) == 0)
				found(k, d->asked ? READY_AMBER : READY_RED, keys[i].key, json_pack("{s:s, s:s, s:O, s:s, s:o}", "device", d->id,
				    "kind", d->kind, "windows", d->windows, "reason", d->reason, "since", time_value(d->since_ms)));
}

/* Of the tickets that come, from 0 to 1. */
static double
share_of(const struct ready_known *known, const struct ready_printer *p)
{
	double printed = 0;

	for (int i = 0; i < known->printers; i++)
		printed += known->printer[i].printed;
	return printed == 0 ? 1.0 / known->printers : p->printed / printed;
}

/* When a printer that prints its share of what is expected has used so much; 0: not today, as far as is known. */
static int64_t
used_up_ms(const struct looking *k, const struct ready_printer *p)
{
	const struct ready_known *known = k->known;
	double all = 0, share = share_of(known, p);

	if (!known->expects || k->to_ms == 0 || p->left_mm == -1)
		return 0;
	for (int min = k->min; min < READY_PARTS * PART_MIN; min += PART_MIN - min % PART_MIN) {	/* of the first, what is still to come */
		int left_min = PART_MIN - min % PART_MIN;
		double comes = known->came[min / PART_MIN] * share * left_min / PART_MIN;
		double room = (double)p->left_mm / (p->print_mm == 0 ? TICKET_MM : p->print_mm) - all;

		if (comes > room)
			return date_ms(k->date, min) + (int64_t)(room / comes * left_min * 60000);
		all += comes;
	}
	return 0;
}

static void
look_at_paper(struct looking *k)
{
	for (const struct ready_printer *p = k->known->printer; p < k->known->printer + k->known->printers; p++) {
		int near_mm = k->known->layout->office.near_mm;
		int64_t ends_ms = used_up_ms(k, p);
		json_t *values = json_pack("{s:s}", "device", p->id);

		if (p->left_mm != -1)
			json_object_set_new(values, "left_mm", json_integer(p->left_mm));
		if (p->out)
			json_decref(values);
		else if (p->low || (p->left_mm != -1 && p->left_mm <= near_mm))
			found(k, READY_RED, "paper.low", values);
		else if (ends_ms != 0) {
			json_object_set_new(values, "ends_at", time_value(ends_ms));
			found(k, READY_AMBER, "paper.ends", values);
		} else
			json_decref(values);
	}
}

static void
look_at_clock(struct looking *k)
{
	if (k->known->now.doubted)
		found(k, READY_RED, "clock.doubted", json_pack("{s:o}", "clock_at", time_value(k->known->now.wall_ms)));
	else if (k->known->hall->flagged)
		found(k, READY_AMBER, "clock.stepped", json_pack("{s:o}", "clock_at", time_value(k->known->now.wall_ms)));
	if (k->known->ntp == 0)
		found(k, READY_AMBER, "clock.ntp", json_pack("{s:o}", "clock_at", time_value(k->known->now.wall_ms)));
}

static void
look_at_disk(struct looking *k)
{
	int64_t free_mb = k->known->free_bytes / MB;

	if (!k->known->stores)
		found(k, READY_RED, "disk.store", json_object());
	if (k->known->free_bytes != -1 && free_mb < FREE_AMBER_MB)
		found(k, free_mb < FREE_RED_MB ? READY_RED : READY_AMBER, "disk.full", json_pack("{s:I}", "free_mb", (json_int_t)free_mb));
}

/* Of each day that was closed there is to be one, made then or later. */
static void
look_at_backup(struct looking *k)
{
	int day = k->known->hall->closed_day, backup_day = k->known->backup_day;
	json_t *values = json_object();
	char text[40];

	if (backup_day != 0) {
		snprintf(text, sizeof text, "%04d-%02d-%02d", backup_day / 10000, backup_day / 100 % 100, backup_day % 100);
		json_object_set_new(values, "day", json_string(text));
	}
	if (k->known->backup_failed)
		found(k, READY_RED, "backup.failed", values);
	else if (day != 0 && backup_day == 0)
		found(k, READY_RED, "backup.none", values);
	else if (day != 0 && backup_day < day)
		found(k, date_after(backup_day, BACKUP_DAYS) <= day ? READY_RED : READY_AMBER, "backup.old", values);
	else
		json_decref(values);
	/* Why is forgotten with a restart, and many halls are switched off at night. */
	if (k->known->second_hangs)
		found(k, READY_AMBER, "backup.hangs", json_pack("{s:s}", "folder", k->known->layout->backup.folder));
	else if (!k->known->backup_failed && k->known->layout->backup.folder[0] != '\0' && k->known->second_day != -1 &&
	    k->known->second_day < day && day <= backup_day)
		found(k, READY_AMBER, "backup.second", json_pack("{s:s}", "folder", k->known->layout->backup.folder));
}

static void
look_at_uplink(struct looking *k)
{
	for (const struct ready_endpoint *e = k->known->endpoint; e < k->known->endpoint + k->known->endpoints; e++)
		if (strcmp(e->state, "ok") != 0 && strcmp(e->state, "begins") != 0)
			found(k, READY_AMBER, strcmp(e->state, "disabled") == 0 ? "uplink.disabled" : "uplink.fails",
			    json_pack("{s:s, s:s}", "url", e->url, "error", e->error));
}

/* Is somebody at the window, or has who is meant to be clocked in? */
static bool
has_come(const struct hall *h, const struct record *duty)
{
	if (h->window[record_value(duty, "window")].staff != 0)
		return true;
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_ATTENDANCE, r)) != NULL; )
		if (record_value(r, "duty") == duty->id && record_value(r, "in") != 0)
			return true;
	return false;
}

static bool
is_on(const struct looking *k, const struct record *duty, int min)
{
	const struct record *shift = record_find(k->known->hall, SUBJECT_SHIFT, record_value(duty, "shift"));
	const char *post = record_choice(duty, "post");

	return record_value(duty, "day") == k->date && layout_window(k->known->layout, record_value(duty, "window")) != NULL &&
	    (post == NULL || strcmp(post, "a") == 0) && shift != NULL &&
	    record_value(shift, "from") - 1 <= min && min < record_value(shift, "to") - 1;
}

/* Is who is meant on leave just now? */
static bool
is_excused(const struct looking *k, const struct record *duty)
{
	int64_t now_ms = k->known->now.wall_ms;
	struct duty_day of_day = { 0 };
	struct duty its;

	return roster_duty(k->known->hall, duty, &its, &of_day) && (its.on_leave || now_ms < its.from_ms || now_ms >= its.to_ms);
}

static void
found_windows(struct looking *k, enum ready_state state, const char *key, json_t *windows)
{
	if (json_array_size(windows) > 0)
		found(k, state, key, json_pack("{s:O}", "windows", windows));
	json_decref(windows);
}

/* Before the hall opens also who is to be there when it does. */
static void
look_at_staff(struct looking *k)
{
	const struct hall *h = k->known->hall;
	bool before = k->from_ms > k->known->now.wall_ms;
	json_t *absent = json_array(), *rostered = json_array();
	int opens_min;

	date_at(k->from_ms, &opens_min);
	for (const struct record *duty = NULL; (duty = record_next(h, SUBJECT_DUTY, duty)) != NULL; ) {
		int64_t window = record_value(duty, "window");

		if (is_on(k, duty, k->min) && !has_come(h, duty) && !is_excused(k, duty))
			json_array_append_new(absent, json_integer(window));
		if (before && is_on(k, duty, opens_min) && (leave_on(h, record_value(duty, "person"), k->date) & LEAVE_MORNING) == 0)
			json_array_append_new(rostered, json_integer(window));
	}
	found_windows(k, READY_AMBER, "staff.absent", absent);
	found_windows(k, READY_GREEN, "staff.rostered", rostered);
}

static json_t *
both(const struct text *t)
{
	return json_pack("{s:s, s:s}", "zh", t->in[LANG_ZH], "en", t->in[LANG_EN][0] != '\0' ? t->in[LANG_EN] : t->in[LANG_ZH]);
}

/* Exceptions are of a business day: once its hours are over, with them or without, they are none of what opens next, unless the hall is open now. */
static bool
exceptions_count(const struct looking *k)
{
	const struct ready_known *known = k->known;
	int64_t wall_ms = known->now.wall_ms, from_ms, to_ms;

	return (hall_duty(known->hall, known->layout, known->now.day, &from_ms, &to_ms) && wall_ms < to_ms) ||
	    (hall_duty(NULL, known->layout, known->now.day, &from_ms, &to_ms) && wall_ms < to_ms) ||
	    (k->from_ms <= wall_ms && wall_ms < k->to_ms);
}

static void
look_at_exceptions(struct looking *k)
{
	const struct layout *l = k->known->layout;
	bool count = exceptions_count(k);

	for (int s = 0; count && s < l->service_count; s++) {
		const struct override *o = hall_override(k->known->hall, s, k->known->now.day);
		char time[32];

		if (o == NULL)
			continue;
		snprintf(time, sizeof time, "%02d:%02d", o->until_min / 60, o->until_min % 60);
		if (o->closed)
			found(k, READY_AMBER, "hours.closed", json_pack("{s:s, s:o}", "service", l->service[s].id, "name", both(&l->service[s].name)));
		else if (o->until_min != -1)
			found(k, READY_AMBER, "hours.until", json_pack("{s:s, s:o, s:s}", "service", l->service[s].id,
			    "name", both(&l->service[s].name), "until", time));
		else
			found(k, READY_AMBER, "hours.quota", json_pack("{s:s, s:o, s:i}", "service", l->service[s].id,
			    "name", both(&l->service[s].name), "quota", o->quota));
	}
}

/* The first date from this one on that has hours which are not over. */
static bool
next_hours(const struct hall *h, const struct layout *l, int64_t wall_ms, int *date, int64_t *from_ms, int64_t *to_ms)
{
	int min, today = date_at(wall_ms, &min);

	for (int i = 0; i <= AHEAD_DAYS; i++) {
		*date = date_after(today, i);
		if (hall_duty(h, l, *date, from_ms, to_ms) && *to_ms > wall_ms)
			return true;
	}
	return false;
}

static void
look_at_hours(struct looking *k)
{
	const struct ready_known *known = k->known;
	const struct calendar_day *day = calendar_day(known->layout, k->date);
	json_t *values = json_object();

	if (hall_halted(known->hall))
		found(k, READY_RED, "hours.halted", json_object());
	look_at_exceptions(k);
	if (k->ready->opens_ms != 0)
		json_object_set_new(values, "opens_at", time_value(k->ready->opens_ms));
	if (k->to_ms != 0 && hall_always(k->from_ms, k->to_ms, k->date))
		found(k, READY_GREEN, "hours.always", values);
	else if (k->ready->opens_ms == 0)
		found(k, READY_AMBER, "hours.never", values);
	else if (k->to_ms != 0 && k->ready->opens_ms == k->from_ms) {
		json_object_set_new(values, "closes_at", time_value(k->to_ms));
		found(k, READY_GREEN, "hours.today", values);
	} else
		found(k, READY_GREEN, day != NULL && day->kind == DAY_REST ? "hours.rest" : "hours.later", values);
}

static void
look_at_layout(struct looking *k)
{
	if (k->known->layout_problem[0] != '\0')
		found(k, READY_AMBER, "layout.problem", json_pack("{s:s}", "reason", k->known->layout_problem));
}

static void
look_at_learnt(struct looking *k)
{
	if (k->known->learnt_problem[0] != '\0')
		found(k, READY_AMBER, "learnt.problem", json_pack("{s:s}", "reason", k->known->learnt_problem));
}

static const struct { const char *name; void (*look)(struct looking *); } points[] = {
	{ "devices", look_at_devices },	{ "paper", look_at_paper },	{ "clock", look_at_clock },	{ "disk", look_at_disk },
	{ "backup", look_at_backup },	{ "uplink", look_at_uplink },	{ "staff", look_at_staff },	{ "hours", look_at_hours },
	{ "layout", look_at_layout },	{ "learnt", look_at_learnt },
};
#define POINTS (sizeof points / sizeof *points)

/* Those of one state stay in the order of the points. */
static void
worst_first(struct readiness *r)
{
	struct finding sorted[READY_FINDINGS];
	int count = 0;

	for (int state = READY_STATES - 1; state >= 0; state--)
		for (int i = 0; i < r->count; i++)
			if ((int)r->finding[i].state == state)
				sorted[count++] = r->finding[i];
	memcpy(r->finding, sorted, count * sizeof sorted[0]);
}

void
ready_look(struct readiness *r, const struct ready_known *known)
{
	struct looking k = { .known = known, .ready = r };
	int64_t from_ms, to_ms;
	int date;

	*r = (struct readiness){ .points = POINTS };
	k.date = date_at(known->now.wall_ms, &k.min);
	hall_duty(known->hall, known->layout, k.date, &k.from_ms, &k.to_ms);
	if (next_hours(known->hall, known->layout, known->now.wall_ms, &date, &from_ms, &to_ms))
		r->opens_ms = from_ms;
	for (size_t i = 0; i < POINTS; i++) {
		enum ready_state worst = READY_GREEN;
		int before = r->count;

		k.point = points[i].name;
		points[i].look(&k);
		for (int f = before; f < r->count; f++)
			worst = r->finding[f].state > worst ? r->finding[f].state : worst;
		r->bad += worst != READY_GREEN;
		r->state = worst > r->state ? worst : r->state;
	}
	worst_first(r);
}

void
ready_clear(struct readiness *r)
{
	for (int i = 0; i < r->count; i++)
		json_decref(r->finding[i].values);
	r->count = 0;
}

/* The place alone: what else an address has is nobody's who reads the log. */
static void
add_host(char *out, size_t cap, const char *url)
{
	const char *host = strstr(url, "//");
	size_t len = strlen(out);

	host = host == NULL ? url : host + 2;
	snprintf(out + len, cap - len, " %.*s", (int)strcspn(host, "/?"), host);
}

static void
add_numbers(char *out, size_t cap, const json_t *numbers)
{
	json_t *v;
	size_t i;

	json_array_foreach(numbers, i, v) {
		size_t len = strlen(out);

		if (len + sizeof " 999 …" > cap) {
			snprintf(out + len, cap - len, " …");
			return;
		}
		snprintf(out + len, cap - len, " %lld", (long long)json_integer_value(v));
	}
}

/* A device, a service, a place that is told, windows: those that it has. */
static void
finding_line(char *out, size_t cap, const struct finding *f)
{
	static const char *const names[] = { "device", "service", NULL };
	const char *url = json_string_value(json_object_get(f->values, "url")), *id;
	size_t len = snprintf(out, cap, "%s", f->key);

	for (int i = 0; names[i] != NULL; i++)
		if ((id = json_string_value(json_object_get(f->values, names[i]))) != NULL && len < cap)
			len += snprintf(out + len, cap - len, " %s", id);
	if (url != NULL)
		add_host(out, cap, url);
	add_numbers(out, cap, json_object_get(f->values, "windows"));
}

void
ready_summary(char out[READY_SUMMARY], const struct readiness *r)
{
	static const char more[] = "; …";
	char line[96];
	size_t len = 0;

	out[0] = '\0';
	for (const struct finding *f = r->finding; f < r->finding + r->count; f++) {
		if (f->state == READY_GREEN)
			continue;
		finding_line(line, sizeof line, f);
		if (len + strlen("; ") + strlen(line) + sizeof more > READY_SUMMARY) {
			strcpy(out + len, more);
			return;
		}
		len += snprintf(out + len, READY_SUMMARY - len, "%s%s", len == 0 ? "" : "; ", line);
	}
}

const struct record *
ready_written(const struct hall *h, int date)
{
	const struct record *written = NULL;

	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_INSPECTION, r)) != NULL; )
		if (record_value(r, "day") == date && strcmp(record_choice(r, "kind"), "opening") == 0 &&
		    (written == NULL || record_value(r, "by_itself") != 0))
			written = r;
	return written;
}

/* Was it looked at when the hall opened, or by people? */
static bool
is_done(const struct record *written, int64_t opens_ms)
{
	return written != NULL && (record_value(written, "by_itself") == 0 || record_value(written, "at") >= opens_ms);
}

int64_t
ready_at(const struct hall *h, const struct layout *l, int64_t wall_ms, int *date)
{
	const struct record *written;
	int64_t from_ms, to_ms, at_ms;
	int min, today = date_at(wall_ms, &min);

	for (int i = 0; i <= AHEAD_DAYS && l->office.ready_min > 0; i++) {
		*date = date_after(today, i);
		written = ready_written(h, *date);
		if (!hall_duty(h, l, *date, &from_ms, &to_ms) || to_ms <= wall_ms || hall_always(from_ms, to_ms, *date) || is_done(written, from_ms))
			continue;
		at_ms = from_ms - (written == NULL ? l->office.ready_min : 0) * INT64_C(60000);
		return at_ms > wall_ms ? at_ms : wall_ms;
	}
	return 0;
}
