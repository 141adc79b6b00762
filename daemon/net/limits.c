/* Counts in fixed windows of time. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/net/limits.h"

#define SLOTS 4096

struct slot {
	uint64_t who;			/* hash */
	int64_t	 ends_ms;		/* of its window */
	int	 count;
};

struct limits { struct slot slot[SLOTS]; };

struct limits *
limits_open(void)
{
	return xcalloc(1, sizeof (struct limits));
}

void
limits_close(struct limits *l)
{
	free(l);
}

/* FNV-1a, 64 bits. */
static uint64_t
hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

static struct slot *
slot_of(struct limits *l, const char *who, int window_s, int64_t steady_ms)
{
	uint64_t h = hash(who);
	struct slot *s = &l->slot[h % SLOTS];

	if (s->who != h || s->ends_ms <= steady_ms)
		*s = (struct slot){ .who = h, .ends_ms = steady_ms + window_s * INT64_C(1000) };
	return s;
}

int
limits_wait(struct limits *l, const char *who, int max, int window_s, int64_t steady_ms)
{
	const struct slot *s = slot_of(l, who, window_s, steady_ms);

	return s->count < max ? 0 : (s->ends_ms - steady_ms + 999) / 1000;
}

void
limits_count(struct limits *l, const char *who, int window_s, int64_t steady_ms)
{
	slot_of(l, who, window_s, steady_ms)->count++;
}
