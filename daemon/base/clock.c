/* Wall time, steady time, the business day. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/base/clock.h"
#include "daemon/core/day.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

void
clock_open(struct clock *c, int day_starts_min)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");

	*c = (struct clock){ .day_starts_min = day_starts_min };
	if (f != NULL) {
		if (fscanf(f, "%36s", c->boot) != 1)
			c->boot[0] = '\0';
		fclose(f);
	}
}

void
clock_resume(struct clock *c, int64_t wall_ms, int64_t steady_ms, const char *boot, int64_t offset_ms)
{
	int64_t passed_ms = read_ms(CLOCK_REALTIME) - wall_ms;

	if (c->boot[0] != '\0' && strcmp(c->boot, boot) == 0)
		c->offset_ms = offset_ms;
	else
		c->offset_ms = steady_ms + (passed_ms > 0 ? passed_ms : 0) - read_ms(CLOCK_BOOTTIME);
}

struct instant
clock_now(const struct clock *c)
{
	struct instant now = { .wall_ms = read_ms(CLOCK_REALTIME), .steady_ms = read_ms(CLOCK_BOOTTIME) + c->offset_ms };

	now.day = day_of(now.wall_ms, c->day_starts_min);
	return now;
}
