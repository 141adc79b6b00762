/*
 * What no single setting of hall.json shows: a number or an address
 * twice, ranges that contradict each other, a time zone this machine has not.
 */
#include <string.h>
#include <sys/stat.h>

#include "daemon/settings/settings_rows.h"
#include "protocols/clips.h"

#define ZONEINFO "/usr/share/zoneinfo"

#define POINTER_MAX 64

/* Write the JSON Pointer of a setting of one row, as in /windows/2/no. */
static const char *
pointer(char out[POINTER_MAX], const char *list, int place, const char *name)
{
	snprintf(out, POINTER_MAX, "/%s/%d/%s", list, place, name);
	return out;
}
#define ROW(list, place, name) pointer((char[POINTER_MAX]){ 0 }, list, place, name)

static int
check_timezone(const struct layout *l, struct fault *f)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), ZONEINFO "/%s", l->timezone);
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_say(f, "/hall/timezone", "no time zone \"%s\" in " ZONEINFO "; one is \"Asia/Shanghai\"",
		    l->timezone);
	return 0;
}

static int
check_numbers(const struct layout *l, struct fault *f)
{
	static const int over[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };	/* by width */

	for (int i = 0; i < l->service_count; i++) {
		const struct service *s = &l->service[i];

		if (s->last < s->first)
			return fault_say(f, ROW("services", i, "numbers/last"), "%d is under first, %d", s->last, s->first);
		if (s->last >= over[s->width])
			return fault_say(f, ROW("services", i, "numbers/last"),
			    "%d does not fit in %d digits (width)", s->last, s->width);
	}
	return 0;
}

/* Services that share a prefix share a counter. */
static int
check_prefixes(const struct layout *l, struct fault *f)
{
	for (int i = 1; i < l->service_count; i++)
		for (int j = 0; j < i; j++) {
			const struct service *s = &l->service[i], *t = &l->service[j];

			if (strcmp(s->prefix, t->prefix) == 0 &&
			    (s->first != t->first || s->last != t->last || s->width != t->width))
				return fault_say(f, ROW("services", i, "numbers"),
				    "must be as in /services/%d, which has the same prefix: first %d, last %d, width %d",
				    j, t->first, t->last, t->width);
		}
	return 0;
}

static int
check_window_numbers(const struct layout *l, struct fault *f)
{
	for (int i = 1; i < l->window_count; i++)
		for (int j = 0; j < i; j++)
			if (l->window[i].no == l->window[j].no)
				return fault_say(f, ROW("windows", i, "no"), "%d is also /windows/%d/no",
				    l->window[i].no, j);
	return 0;
}

static bool
same_seat(const struct seat *a, const struct seat *b)
{
	return a->device != -1 && a->device == b->device && a->address == b->address && a->area == b->area;
}

static int
check_seats(const struct layout *l, struct fault *f)
{
	for (int i = 1; i < l->window_count; i++)
		for (int j = 0; j < i; j++) {
			const struct window_layout *w = &l->window[i], *v = &l->window[j];

			if (same_seat(&w->sign, &v->sign))
				return fault_say(f, ROW("windows", i, "sign"),
				    "address %d, area %d of \"%s\" is also /windows/%d/sign", w->sign.address,
				    w->sign.area, l->device[w->sign.device].id, j);
			if (same_seat(&w->keypad, &v->keypad))
				return fault_say(f, ROW("windows", i, "keypad"),
				    "address %d of \"%s\" is also /windows/%d/keypad", w->keypad.address,
				    l->device[w->keypad.device].id, j);
			if (same_seat(&w->rater, &v->rater))
				return fault_say(f, ROW("windows", i, "rater"),
				    "address %d of \"%s\" is also /windows/%d/rater", w->rater.address,
				    l->device[w->rater.device].id, j);
		}
	return 0;
}

/* A setting of one row of hours. */
static const char *
in_hours(char out[32], int row, const char *setting)
{
	snprintf(out, 32, "hours/%d/%s", row, setting);
	return out;
}

/* One row of hours at `list`/place/hours/row. */
static int
check_row(const struct hours_row *r, const char *list, int place, int row, struct fault *f)
{
	char name[32];

	if (r->close_min <= r->open_min)
		return fault_say(f, ROW(list, place, in_hours(name, row, "close")), "must be later than open, %02d:%02d", r->open_min / 60, r->open_min % 60);
	return 0;
}

/* When tickets are to be had for it, where that is said. */
static int
check_tickets(const struct hours_row *r, const char *list, int place, int row, struct fault *f)
{
	char name[32];

	if (r->from_min > r->close_min)
		return fault_say(f, ROW(list, place, in_hours(name, row, "ticket_from")), "must not be later than close, %02d:%02d", r->close_min / 60,
		    r->close_min % 60);
	if (r->until_min > r->close_min)
		return fault_say(f, ROW(list, place, in_hours(name, row, "ticket_until")), "must not be later than close, %02d:%02d", r->close_min / 60,
		    r->close_min % 60);
	if (r->until_min != -1 && r->until_min <= (r->from_min != -1 ? r->from_min : r->open_min))
		return fault_say(f, ROW(list, place, in_hours(name, row, "ticket_until")), "must be later than the first ticket");
	return 0;
}

/* The hours of a service or a date: no two rows of a day are in each other's way. */
static int
check_day_hours(const struct hours *h, const char *list, int place, struct fault *f)
{
	char name[32];

	for (int i = 0; i < h->count; i++) {
		const struct hours_row *r = &h->row[i];

		if (check_row(r, list, place, i, f) == -1 || check_tickets(r, list, place, i, f) == -1)
			return -1;
		for (int j = 0; j < i; j++) {
			const struct hours_row *o = &h->row[j];

			if ((r->days == 0 || (r->days & o->days) != 0) && r->open_min < o->close_min && o->open_min < r->close_min)
				return fault_say(f, ROW(list, place, in_hours(name, i, "open")), "is within hours/%d, %02d:%02d to %02d:%02d", j,
				    o->open_min / 60, o->open_min % 60, o->close_min / 60, o->close_min % 60);
		}
	}
	return 0;
}

static int
check_hours(const struct layout *l, struct fault *f)
{
	for (int i = 0; i < l->zone_count; i++)
		for (int j = 0; j < l->zone[i].hours.count; j++)
			if (check_row(&l->zone[i].hours.row[j], "zones", i, j, f) == -1)
				return -1;
	for (int i = 0; i < l->service_count; i++)
		if (check_day_hours(&l->service[i].hours, "services", i, f) == -1)
			return -1;
	return 0;
}

static int
check_calendar(const struct layout *l, struct fault *f)
{
	for (int i = 0; i < l->calendar_count; i++) {
		const struct calendar_day *d = &l->calendar[i];

		for (int j = 0; j < i; j++)
			if (l->calendar[j].date == d->date)
				return fault_say(f, ROW("calendar", i, "date"), "is also /calendar/%d/date", j);
		if (d->kind == DAY_REST && d->hours.count > 0)
			return fault_say(f, ROW("calendar", i, "hours"), "must be left out: a day of rest has none");
		if (check_day_hours(&d->hours, "calendar", i, f) == -1)
			return -1;
	}
	return 0;
}

static int
check_segments(const struct layout *l, struct fault *f)
{
	char name[32];

	for (int i = 0; i < l->service_count; i++)
		for (int j = 0; j < l->service[i].segment_count; j++) {
			const struct segment *s = &l->service[i].segment[j], *o = l->service[i].segment;

			snprintf(name, sizeof(name), "quota/segments/%d/%s", j, s->to_min <= s->from_min ? "to" : "from");
			if (s->to_min <= s->from_min)
				return fault_say(f, ROW("services", i, name), "must be later than from, %02d:%02d", s->from_min / 60, s->from_min % 60);
			for (; o < s; o++)
				if (s->from_min < o->to_min && o->from_min < s->to_min)
					return fault_say(f, ROW("services", i, name), "is within segments/%d", (int)(o - l->service[i].segment));
		}
	return 0;
}

static int
check_slots(const struct layout *l, struct fault *f)
{
	char name[32];

	for (int i = 0; i < l->service_count; i++)
		for (int j = 0; j < l->service[i].slot_count; j++) {
			const struct bookable *s = &l->service[i].slot[j], *o = l->service[i].slot;

			snprintf(name, sizeof(name), "slots/%d/%s", j, s->to_min <= s->from_min ? "to" : "from");
			if (s->to_min <= s->from_min)
				return fault_say(f, ROW("services", i, name), "must be later than from, %02d:%02d", s->from_min / 60, s->from_min % 60);
			for (; o < s; o++)
				if (s->from_min == o->from_min && s->to_min == o->to_min && (s->days & o->days) != 0)
					return fault_say(f, ROW("services", i, name), "is slots/%d once more", (int)(o - l->service[i].slot));
		}
	return 0;
}

static const struct driver_name *
driver_of(const struct driver_name *drivers, const struct device *d)
{
	while (drivers->name != NULL && strcmp(drivers->name, d->driver) != 0)
		drivers++;
	return drivers;
}

static bool
speaks_english(const struct device *d)
{
	for (int i = 0; i < CLIP_WORDS; i++)
		if (clip_is_english(i) && clip_there(&d->clip[i]))
			return true;
	return false;
}

/* A device has the clips of an announcement at a window. */
static int
check_clips_of(const struct layout *l, int device, const struct announcement *a, struct fault *f)
{
	const struct device *d = &l->device[device];
	uint8_t word[CLIPS_SAID];
	int count = clips_say(word, a);
	char name[32];

	for (int i = 0; i < count; i++)
		if (!clip_there(&d->clip[word[i]])) {
			snprintf(name, sizeof(name), "clips/%s", clip_name(word[i]));
			return fault_say(f, ROW("devices", device, name), "missing: calls at window %d need it", a->window);
		}
	return 0;
}

/* Numbers of any service may be called at any window: some go on to others, some are sent there. */
static int
check_clips_at(const struct layout *l, int device, const struct window_layout *w, struct fault *f)
{
	int languages = l->speaks[LANG_EN] && speaks_english(&l->device[device]) ? 2 : 1;

	for (int s = 0; s < l->service_count; s++)
		for (int how = 0; how < 2 * languages; how++) {
			struct announcement a = { .window = w->no, .corrects = how % 2 == 1, .english = how / 2 == 1 };

			snprintf(a.number, sizeof(a.number), "%s0123456789", l->service[s].prefix);
			if (check_clips_of(l, device, &a, f) == -1)
				return -1;
		}
	return 0;
}

static int
check_clips(const struct layout *l, const struct driver_name *drivers, struct fault *f)
{
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
		int device = w->zone == -1 ? -1 : l->zone[w->zone].voice;

		if (device != -1 && driver_of(drivers, &l->device[device])->clip_wrong != NULL && check_clips_at(l, device, w, f) == -1)
			return -1;
	}
	return 0;
}

static bool
is_printer(const struct driver_name *drivers, const struct device *d)
{
	return strcmp(driver_of(drivers, d)->kind, "printer") == 0;
}

static int
check_stand_ins(const struct layout *l, const struct driver_name *drivers, struct fault *f)
{
	for (int i = 0; i < l->device_count; i++) {
		const char *id = l->device[i].stand_in;
		int place = layout_device(l, id);

		if (id[0] == '\0')
			continue;
		if (place == i)
			return fault_say(f, ROW("devices", i, "stand_in"), "\"%s\" is the printer itself", id);
		if (place == -1 || !is_printer(drivers, &l->device[place]))
			return fault_say(f, ROW("devices", i, "stand_in"), "\"%s\" must be another printer of devices[]", id);
	}
	return 0;
}

/* Where nothing but its form tells a frame, nothing else may stand on the line. */
static int
check_ports(const struct layout *l, const struct driver_name *drivers, struct fault *f)
{
	for (int i = 0; i < l->device_count; i++) {
		const struct driver_name *driver = driver_of(drivers, &l->device[i]);

		if (driver->framed && (l->device[i].frame[0] == '\0' || strcmp(l->device[i].frame, "echo") == 0))
			return fault_say(f, ROW("devices", i, "frame"), "missing: what a frame of this keypad is, in words");
		if (!driver->framed && strcmp(driver->kind, "scanner") != 0 && strcmp(driver->kind, "reader") != 0)
			continue;
		for (int j = 0; j < l->device_count; j++)
			if (i != j && strcmp(l->device[i].port, l->device[j].port) == 0)
				return fault_say(f, ROW("devices", i, "port"), "is also /devices/%d/port: a %s must have one for itself",
				    j, driver->framed ? "keypad with a frame" : driver->kind);
	}
	return 0;
}

/* Keys of a box issue what there is. */
static int
check_button(const struct layout *l, const struct driver_name *drivers, int device, int place, struct fault *f)
{
	const struct button *b = &l->device[device].buttons[place];
	int class = b->class[0] == '\0' ? 0 : layout_class(l, b->class), printer = layout_device(l, b->printer);
	char name[32];

	snprintf(name, sizeof(name), "buttons/%d/", place);
#define BUTTON(setting) ROW("devices", device, strcat(name, setting))
	if (layout_service(l, b->service) == -1)
		return fault_say(f, BUTTON("service"), "no service \"%s\"", b->service);
	if (class == -1)
		return fault_say(f, BUTTON("class"), "no class \"%s\"", b->class);
	if (l->class[class].proof != PROOF_NONE)
		return fault_say(f, BUTTON("class"), "\"%s\" must need no proof: a button sees nobody", b->class);
	if (!l->speaks[b->language])
		return fault_say(f, BUTTON("lang"), "must be a language of the hall");
	if (b->printer[0] != '\0' && (printer == -1 || !is_printer(drivers, &l->device[printer])))
		return fault_say(f, BUTTON("printer"), "no printer \"%s\"", b->printer);
	for (int i = 0; i < place; i++) {
		const struct button *o = &l->device[device].buttons[i];

		if (o->address == b->address && memcmp(&o->key, &b->key, sizeof(b->key)) == 0)
			return fault_say(f, BUTTON("key"), "is there already, for %s", o->service);
	}
	return 0;
}

static int
check_buttons(const struct layout *l, const struct driver_name *drivers, struct fault *f)
{
	for (int i = 0; i < l->device_count; i++)
		for (int j = 0; j < l->device[i].button_count; j++)
			if (check_button(l, drivers, i, j, f) == -1)
				return -1;
	return 0;
}

/* A secret is in one place, and no endpoint is told twice. */
static int
check_push(const struct layout *l, struct fault *f)
{
	for (int i = 0; i < l->push_count; i++) {
		const struct push *p = &l->push[i];

		for (int k = 0; k < p->secret_count; k++)
			if ((p->secret[k].file[0] == '\0') == (p->secret[k].env[0] == '\0'))
				return fault_say(f, ROW("push", i, k == 0 ? "secrets/0" : "secrets/1"), "must have file or env, one of them");
		for (int j = 0; j < i; j++)
			if (strcmp(p->url, l->push[j].url) == 0)
				return fault_say(f, ROW("push", i, "url"), "is that of /push/%d too", j);
	}
	return 0;
}

int
settings_check(const struct layout *l, const struct driver_name *drivers, struct fault *f)
{
	if (check_timezone(l, f) == -1 || check_numbers(l, f) == -1 || check_prefixes(l, f) == -1 ||
	    check_window_numbers(l, f) == -1 || check_seats(l, f) == -1 || check_hours(l, f) == -1 ||
	    check_calendar(l, f) == -1 || check_segments(l, f) == -1 || check_slots(l, f) == -1 ||
	    check_clips(l, drivers, f) == -1 || check_stand_ins(l, drivers, f) == -1 || check_ports(l, drivers, f) == -1 ||
	    check_buttons(l, drivers, f) == -1 || check_push(l, f) == -1)
		return -1;
	return 0;
}
