/* Counts in fixed windows of time. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/net/limits.h"

#define ROWS 1024
#define WAYS 8				/* names that a row has room for */

struct slot {
	uint64_t who;			/* hash */
	int64_t	 ends_ms;		/* of its window */
	int	 count;
};

struct limits {
	uint64_t	seed;
	struct slot	slot[ROWS][WAYS];
};

struct limits *
limits_open(void)
{
	struct limits *l = xcalloc(1, sizeof *l);

	if (getrandom(&l->seed, sizeof l->seed, 0) != sizeof l->seed)
		fatal("the kernel gives no random bytes");
	return l;
}

void
limits_close(struct limits *l)
{
	free(l);
}

/* FNV-1a, 64 bits, begun at the seed; the shifts let each bit of the result depend on all of it. */
static uint64_t
hash(const struct limits *l, const char *s)
{
	uint64_t h = l->seed;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	h = (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* The slot of `who`; else NULL and in *oldest the one of its row whose window ends first. */
static struct slot *
find(struct limits *l, uint64_t who, struct slot **oldest)
{
	struct slot *row = l->slot[who % ROWS];

	*oldest = row;
	for (int i = 0; i < WAYS; i++) {
		if (row[i].who == who)
			return &row[i];
		if (row[i].ends_ms < (*oldest)->ends_ms)
			*oldest = &row[i];
	}
	return NULL;
}

int
limits_wait(struct limits *l, const char *who, int max, int64_t steady_ms)
{
	struct slot *oldest, *s = find(l, hash(l, who), &oldest);

	return s == NULL || s->count < max || s->ends_ms <= steady_ms ? 0 : (s->ends_ms - steady_ms + 999) / 1000;
}

void
limits_count(struct limits *l, const char *who, int window_s, int64_t steady_ms)
{
	uint64_t h = hash(l, who);
	struct slot *oldest, *s = find(l, h, &oldest);

	if (s == NULL)
		s = oldest;
	if (s->who != h || s->ends_ms <= steady_ms)
		*s = (struct slot){ .who = h, .ends_ms = steady_ms + window_s * INT64_C(1000) };
	s->count++;
}

void
limits_forget(struct limits *l, const char *who)
{
	struct slot *oldest, *s = find(l, hash(l, who), &oldest);

	if (s != NULL && s->count > 0)
		s->count--;
}
