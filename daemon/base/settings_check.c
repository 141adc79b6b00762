/*
 * What no single setting of hall.json shows: a number or an address
 * twice, ranges that contradict each other, a time zone this machine has not.
 */
#include <string.h>
#include <sys/stat.h>

#include "daemon/base/settings_rows.h"

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
		}
	return 0;
}

int
settings_check(const struct layout *l, struct fault *f)
{
	if (check_timezone(l, f) == -1 || check_numbers(l, f) == -1 || check_prefixes(l, f) == -1 ||
	    check_window_numbers(l, f) == -1 || check_seats(l, f) == -1)
		return -1;
	return 0;
}
