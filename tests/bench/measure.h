/*
 * Measuring: time, the write that a commit is compared with, and connections.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* Times, in the order in which they were measured. */
struct series {
	int64_t	*ns;
	size_t	 count, room;
};

int64_t	now_ns(void);

void	series_add(struct series *, int64_t ns);

/* Print "NAME": [milliseconds...] and a comma, for an object of JSON. */
void	series_print(const char *name, const struct series *);

/* Append 4 KB to the file and have them on disk: what it takes, or the end of the program. */
int64_t	bare_append(int fd);

/* A connection to a port of this machine, from an address of it (0: any), or the end of the program. */
int	connected(uint32_t from, int port);

#endif
