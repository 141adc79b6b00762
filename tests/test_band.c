/* A wait in words that keep. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "display/band.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define NINE_MS	INT64_C(1795482000000)		/* Tuesday 2026-11-24, 09:00 in Shanghai */

static const struct { const char *what; int p50_s, p90_s; bool broken; int after_s; const char *band; } rows[] = {
	{ "nobody is ahead", 0, 0, false, 0, "0-1 min" },
	{ "whole minutes below ten", 150, 401, false, 0, "2-7 min" },
	{ "never narrower than a minute", 120, 120, false, 0, "2-3 min" },
	{ "across ten, each end by its own step", 500, 700, false, 0, "8-15 min" },
	{ "fives below an hour", 1250, 2150, false, 0, "20-40 min" },
	{ "just fives", 1200, 2100, false, 0, "20-35 min" },
	{ "an hour", 2400, 3600, false, 0, "40-60 min" },
	{ "beyond it by the clock: the earlier end to five minutes, the later to a quarter", 2400, 3601, false, 0, "09:40-10:15" },
	{ "likewise from some odd moment", 4000, 6000, false, 123, "10:05-10:45" },
	{ "across lunch by the clock, though it is short", 600, 1200, true, 0, "09:10-09:20" },
	{ "likewise, at one moment", 600, 600, true, 0, "09:10-09:15" },
};

static const char *
told(const struct band *b)
{
	static char text[40];
	time_t from_s = b->from_ms / 1000, to_s = b->to_ms / 1000;
	char from[8], to[8];

	if (!b->by_clock) {
		snprintf(text, sizeof(text), "%d-%d min", b->from_min, b->to_min);
		return text;
	}
	strftime(from, sizeof(from), "%H:%M", localtime(&from_s));
	strftime(to, sizeof(to), "%H:%M", localtime(&to_s));
	snprintf(text, sizeof(text), "%s-%s", from, to);
	return text;
}

static void
bands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct band b = band_of(rows[i].p50_s, rows[i].p90_s, rows[i].broken, NINE_MS + rows[i].after_s * 1000);

		if (strcmp(told(&b), rows[i].band) != 0)
			fail_msg("%s: %s, not %s", rows[i].what, told(&b), rows[i].band);
	}
}

/* It is never narrower than the range, so that nine of ten are within it. */
static void
outward(void **state)
{
	(void)state;
	for (int p50_s = 0; p50_s < 9000; p50_s += 37)
		for (int p90_s = p50_s; p90_s < p50_s + 4000; p90_s += 53) {
			struct band b = band_of(p50_s, p90_s, false, NINE_MS);

			if (b.by_clock)
				assert_true(b.from_ms <= NINE_MS + p50_s * 1000 && b.to_ms >= NINE_MS + p90_s * 1000);
			else
				assert_true(b.from_min * 60 <= p50_s && b.to_min * 60 >= p90_s);
			assert_true(b.from_min < b.to_min && b.from_ms < b.to_ms);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands),
		cmocka_unit_test(outward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
