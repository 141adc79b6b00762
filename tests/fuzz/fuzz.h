/*
 * Targets of libFuzzer: a program for each thing that reads bytes from outside,
 * fuzz_NAME.c.  `make fuzz` gives it bytes without end; `make test` its seeds
 * and what was found once (found/), so that no target rots.
 *
 * A target breaks off when one of its musts is not so.  Choices are taken from
 * the end of the bytes, so that a frame of a device is good input as it is.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/asan_interface.h>

/* Each target has these. */
int		 LLVMFuzzerTestOneInput(const uint8_t *, size_t);
extern const char *const fuzz_protocols[];	/* whose vectors are seeds; NULL ends them */
void		 fuzz_seeds(void);		/* calls fuzz_seed() for each other one */
const char	*fuzz_part(int);		/* names of parts that are run each for itself; NULL: no more */
int		 fuzz_longest(int part);	/* bytes of an input that are worth while; part -1: of any */

/* The part that is run, -1: the input chooses. */
int		 fuzz_only(void);

void		 fuzz_seed(const void *, size_t);

/* All seeds, those of vectors.json first. */
void		 fuzz_every_seed(void (*)(const uint8_t *, size_t));

#define must(it) do {								\
	if (!(it)) {								\
		fprintf(stderr, "%s:%d: must be: %s\n", __FILE__, __LINE__, #it);	\
		abort();							\
	}									\
} while (0)

struct input {
	const uint8_t	*at;
	size_t		 len;
};

/* The last byte is a choice; 0: there is none. */
static inline uint8_t
choose(struct input *b)
{
	return b->len == 0 ? 0 : b->at[--b->len];
}

static inline int
choose16(struct input *b)
{
	int high = choose(b);

	return high << 8 | choose(b);
}

/* A text of these bytes, up to the first NUL; cut to cap. */
static inline void
text_of_bytes(char *out, size_t cap, struct input b)
{
	size_t n = strnlen((const char *)b.at, b.len < cap ? b.len : cap - 1);

	memcpy(out, b.at, n);
	out[n] = '\0';
}

static inline bool
is_utf8(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	while (*u != '\0') {
		int more = *u < 0x80 ? 0 : *u >= 0xC2 && *u < 0xE0 ? 1 : (*u & 0xF0) == 0xE0 ? 2 : *u >= 0xF0 && *u < 0xF5 ? 3 : -1;

		if (more == -1 || (*u == 0xE0 && u[1] < 0xA0) || (*u == 0xED && u[1] > 0x9F) || (*u == 0xF0 && u[1] < 0x90) ||
		    (*u == 0xF4 && u[1] > 0x8F))
			return false;
		for (u++; more > 0; more--, u++)
			if ((*u & 0xC0) != 0x80)
				return false;
	}
	return true;
}

#endif
