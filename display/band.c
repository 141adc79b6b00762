/* A wait in words that keep. */
#include "display/band.h"

#define HOUR_MIN	60
#define CLOCK_FROM_MIN	5	/* times are told to so many minutes, the earlier, */
#define CLOCK_TO_MIN	15	/* and the later */

static int
step_of(int min)
{
	return min < 10 ? 1 : min < HOUR_MIN ? 5 : 15;
}

static int
down(int min, int step)
{
	return min / step * step;
}

static int
up(int min, int step)
{
	return (min + step - 1) / step * step;
}

static int64_t
clock_ms(int64_t ms, int step_min, bool later)
{
	int64_t step_ms = step_min * INT64_C(60000);

	return (ms + (later ? step_ms - 1 : 0)) / step_ms * step_ms;
}

struct band
band_of(int p50_s, int p90_s, bool broken, int64_t wall_ms)
{
	int from_min = p50_s / 60, to_min = (p90_s + 59) / 60;
	struct band b = { .by_clock = broken || to_min > HOUR_MIN,
	    .from_min = down(from_min, step_of(from_min)), .to_min = up(to_min, step_of(to_min)),
	    .from_ms = clock_ms(wall_ms + p50_s * INT64_C(1000), CLOCK_FROM_MIN, false),
	    .to_ms = clock_ms(wall_ms + p90_s * INT64_C(1000), to_min > HOUR_MIN ? CLOCK_TO_MIN : CLOCK_FROM_MIN, true) };

	if (b.to_min <= b.from_min)
		b.to_min = b.from_min + step_of(b.from_min);
	if (b.to_ms <= b.from_ms)
		b.to_ms = b.from_ms + CLOCK_FROM_MIN * INT64_C(60000);
	return b;
}
