/*
 * What a call costs halld itself: to decide it, which carries it out in `next`,
 * and to carry it out in `shown`.  40 windows, 20 services, 500 wait.
 *
 * Prints {"next": [milliseconds...]}.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/core/hall.h"
#include "daemon/core/rule/preset.h"
#include "tests/bench/measure.h"

#define WINDOWS	 40
#define SERVICES 20
#define WAITING	 500
#define CALLS	 2000
#define GAP_MS	 5000

static struct layout layout;
static struct hall next, shown;
static struct change change;
static struct instant now = { .wall_ms = 1795568400000, .steady_ms = 100000, .day = 20261125 };

static void
lay_out(void)
{
	memset(layout.window_at, -1, sizeof layout.window_at);
	for (int s = 0; s < SERVICES; s++) {
		struct service *service = &layout.service[layout.service_count++];

		snprintf(service->id, sizeof service->id, "service-%d", s);
		snprintf(service->prefix, sizeof service->prefix, "%c", 'A' + s);
		service->first = 1;
		service->last = 9999;
		service->width = 4;
		service->quota_day = -1;
		service->hours = (struct hours){ .count = 2, .row = {
		    { .days = 0x7f, .open_min = 0, .close_min = 12 * 60, .from_min = -1, .until_min = -1 },
		    { .days = 0x7f, .open_min = 12 * 60, .close_min = 24 * 60, .from_min = -1, .until_min = -1 } } };
	}
	for (int c = 0; c < 3; c++) {
		struct class *class = &layout.class[layout.class_count++];

		snprintf(class->id, sizeof class->id, "class-%d", c);
		class->base_s = class->rate = CLASS_FROM_PRESET;
	}
	preset_fill(layout.class, layout.class_count, PRESET_HEAD_START);
	for (int w = 0; w < WINDOWS; w++) {
		struct window_layout *window = &layout.window[w];

		window->no = w + 1;
		layout.window_at[w + 1] = w;
		for (int s = 0; s < SERVICES; s++)
			window->level[s] = 1 + (w + s) % 3;
	}
	layout.window_count = WINDOWS;
	layout.policy = (struct policy){ .implicit_finish = true, .max_wait_s = 3600 };
}

/* Nanoseconds. */
static int64_t
command(const struct command *cmd)
{
	int64_t began = now_ns(), took;

	if (hall_decide(&next, &layout, cmd, &now, &change) != OK)
		abort();
	for (int i = 0; i < change.count; i++)
		if (hall_apply(&shown, &change.fact[i]) == -1)
			abort();
	took = now_ns() - began;
	now.steady_ms += GAP_MS;
	return took;
}

static void
issue(int n)
{
	struct command cmd = { .verb = DO_ISSUE, .service = n % SERVICES, .class = n % 3 };

	snprintf(cmd.token, sizeof cmd.token, "token-%d", n);
	command(&cmd);
}

int
main(void)
{
	struct series took = { 0 };

	setenv("TZ", "Asia/Shanghai", 1);
	lay_out();
	hall_init(&next, &layout);
	hall_init(&shown, &layout);
	for (int n = 0; n < WAITING; n++)
		issue(n);
	for (int n = 0; n < CALLS; n++) {
		series_add(&took, command(&(struct command){ .verb = DO_NEXT, .window = 1 + n % WINDOWS }));
		issue(WAITING + n);
	}
	printf("{");
	series_print("next", &took);
	printf("\"calls\": %d}\n", CALLS);
	return 0;
}
