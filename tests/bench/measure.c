/* Measuring. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/measure.h"

#define BARE	4096	/* a page of the database */

int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void
series_add(struct series *s, int64_t ns)
{
	if (s->count == s->room) {
		s->room = s->room == 0 ? 1024 : s->room * 2;
		if ((s->ns = reallocarray(s->ns, s->room, sizeof *s->ns)) == NULL)
			errx(1, "out of memory");
	}
	s->ns[s->count++] = ns;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* The least time that is not under so many hundredths of all. */
static double
percentile_ms(const struct series *s, size_t hundredths)
{
	return s->ns[(s->count * hundredths + 99) / 100 - 1] / 1e6;
}

void
series_print(const char *name, struct series *s)
{
	if (s->count == 0)
		return;
	qsort(s->ns, s->count, sizeof *s->ns, compare);
	printf("\"%s_p50\": %.4f, \"%s_p99\": %.4f, \"%s_max\": %.4f, ", name, percentile_ms(s, 50), name,
	    percentile_ms(s, 99), name, percentile_ms(s, 100));
}

int64_t
bare_append(int fd)
{
	static const char page[BARE] = { 1 };
	int64_t began = now_ns();

	if (write(fd, page, sizeof page) != sizeof page || fdatasync(fd) == -1)
		err(1, "bare append");
	return now_ns() - began;
}
