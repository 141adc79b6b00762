/*
 * The way of the bytes: their time, and noise.
 *
 * What was sent at once arrives at once, when the last of it would: nobody could
 * do anything with less.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hallsim/sim.h"

#define BYTE_BITS	10		/* 8N1 */
#define ROOM		(2 * LINE_INPUT)
#define PARTS		256		/* sent at once each; more go with the last */

struct part {
	size_t	len;
	int64_t	due_us;
};

struct wire {
	int	 baud;			/* 0: no time */
	int	 permille;		/* of the bytes are spoiled */
	int	 how;			/* place in hows, or ANY */
	uint64_t random;
	int	 halves;		/* so many frames are yet to end in their middle; -1: all */
	int	 half_permille;	/* of them do */
	uint64_t half_random;
	struct queue {
		uint8_t		 bytes[ROOM];
		size_t		 len;
		struct part	 part[PARTS];
		int		 parts;
		int64_t		 free_us;	/* all that set out has arrived */
	} way[WAYS];
};

static const char *const hows[] = { "change", "lose", "add", "any" };

enum { CHANGE, LOSE, ADD, ANY };

struct wire *
wire_new(void)
{
	struct wire *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	return w;
}

void
wire_baud(struct wire *w, int baud)
{
	w->baud = baud;
}

int
wire_noise(struct wire *w, int permille, const char *how, uint64_t seed)
{
	for (int i = 0; i <= ANY; i++)
		if (strcmp(hows[i], how) == 0) {
			w->permille = permille;
			w->how = i;
			w->random = seed;
			return 0;
		}
	return -1;
}

void
wire_halve(struct wire *w, int frames, int permille, uint64_t seed)
{
	w->halves = frames;
	w->half_permille = permille;
	w->half_random = seed;
}

/* SplitMix64: the next of the numbers from 0 to below - 1. */
static unsigned
dice(uint64_t *random, unsigned below)
{
	uint64_t z = *random += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return (z ^ z >> 31) % below;
}

/* What becomes of a byte.  Returns how many bytes, up to two. */
static size_t
spoil(struct wire *w, uint8_t out[2], uint8_t byte, bool *whole)
{
	out[0] = byte;
	if (w->permille == 0 || dice(&w->random, 1000) >= (unsigned)w->permille)
		return 1;
	*whole = false;
	switch (w->how == ANY ? dice(&w->random, ANY) : (unsigned)w->how) {
	case CHANGE:
		out[0] ^= 1 + dice(&w->random, 255);
		return 1;
	case LOSE:
		return 0;
	default:
		out[0] = dice(&w->random, 256);
		out[1] = byte;
		return 2;
	}
}

size_t
wire_frame(struct wire *w, size_t len)
{
	if (w->halves == 0 || dice(&w->half_random, 1000) >= (unsigned)w->half_permille)
		return len;
	if (w->halves > 0)
		w->halves--;
	return len / 2;
}

bool
wire_put(struct wire *w, enum way which, const uint8_t *bytes, size_t len)
{
	struct queue *way = &w->way[which];
	size_t before = way->len;
	int64_t now_us = now_ms() * 1000;
	struct part *part;
	bool whole = true;

	for (size_t i = 0; i < len && way->len + 2 <= sizeof way->bytes; i++)
		way->len += spoil(w, way->bytes + way->len, bytes[i], &whole);
	if (way->len == before)
		return whole && len == 0;
	if (way->free_us < now_us)
		way->free_us = now_us;
	if (w->baud != 0)
		way->free_us += (way->len - before) * BYTE_BITS * INT64_C(1000000) / w->baud;
	part = &way->part[way->parts == PARTS ? PARTS - 1 : way->parts++];
	part->len += way->len - before;
	part->due_us = way->free_us;
	return whole;
}

int64_t
wire_done_ms(const struct wire *w, enum way which)
{
	return (w->way[which].free_us + 999) / 1000;
}

int64_t
wire_due_ms(const struct wire *w, enum way which)
{
	return w->way[which].parts == 0 ? NEVER : (w->way[which].part[0].due_us + 999) / 1000;
}

size_t
wire_length(const struct wire *w, enum way which)
{
	return w->way[which].len;
}

size_t
wire_get(struct wire *w, enum way which, uint8_t *bytes, size_t cap)
{
	struct queue *way = &w->way[which];
	size_t n = 0;

	while (n < cap && wire_due_ms(w, which) <= now_ms()) {
		struct part *part = &way->part[0];
		size_t len = part->len < cap - n ? part->len : cap - n;

		n += len;
		part->len -= len;
		if (part->len > 0)
			break;
		way->parts--;
		memmove(part, part + 1, way->parts * sizeof *part);
		way->part[way->parts] = (struct part){ 0 };
	}
	memcpy(bytes, way->bytes, n);
	way->len -= n;
	memmove(way->bytes, way->bytes + n, way->len);
	return n;
}

void
wire_cut(struct wire *w)
{
	for (int i = 0; i < WAYS; i++) {
		w->way[i].len = w->way[i].parts = 0;
		w->way[i].part[0] = (struct part){ 0 };
		w->way[i].free_us = 0;
	}
}
