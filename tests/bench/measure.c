/* Measuring. */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
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

void
series_print(const char *name, const struct series *s)
{
	printf("\"%s\": [", name);
	for (size_t i = 0; i < s->count; i++)
		printf("%s%.4f", i == 0 ? "" : ", ", s->ns[i] / 1e6);
	printf("], ");
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

int
connected(uint32_t from, int port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(from) };
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 || (from != 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == -1) ||
	    connect(fd, (struct sockaddr *)&there, sizeof there) == -1)
		err(1, "port %d", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}
