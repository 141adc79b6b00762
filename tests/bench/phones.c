/*
 * Phones that look how their tickets stand, each on a connection of its own and
 * once in a while; no two at the same moment.
 *
 *	phones PORT COUNT PERIOD_S < TARGETS
 *
 * A line of standard input is the target of a request; phones share them when
 * there are fewer.  Ends on SIGTERM and prints an object of JSON: the times from
 * request to answer, how many were refused or cut off, and how many had not come
 * when the phone wanted to ask again, a period later.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/measure.h"

#define TARGET_MAX	128
#define TARGETS_MAX	20000
#define EVENTS		256
#define FIRST_ADDRESS	0x7F010001	/* 127.1.0.1 and so on: a proxy may count by address */
#define ADDRESSES	250

struct phone {
	int	 fd;			/* -1: it has not asked yet */
	int64_t	 asked_ns;		/* 0: it has its answer */
};

static volatile sig_atomic_t stopping;
static char (*targets)[TARGET_MAX];
static int target_count, port, polled, refused, late;
static struct series answers;

static void
stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static void
read_targets(void)
{
	if ((targets = calloc(TARGETS_MAX, sizeof *targets)) == NULL)
		err(1, "targets");
	while (target_count < TARGETS_MAX && fgets(targets[target_count], TARGET_MAX, stdin) != NULL) {
		targets[target_count][strcspn(targets[target_count], "\n")] = '\0';
		target_count++;
	}
	if (target_count == 0)
		errx(2, "no targets");
}

static void
ask(struct phone *p, int no)
{
	char text[TARGET_MAX + 128];
	int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n",
	    targets[no % target_count]);

	if (p->asked_ns != 0) {
		late++;
		return;
	}
	if (p->fd == -1) {
		p->fd = connected(FIRST_ADDRESS + no % ADDRESSES, port);
		epoll_ctl(polled, EPOLL_CTL_ADD, p->fd, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = p });
	}
	p->asked_ns = now_ns();
	if (send(p->fd, text, n, MSG_NOSIGNAL) != n)
		err(1, "send");
}

static void
take(struct phone *p)
{
	char bytes[4096];
	ssize_t n = recv(p->fd, bytes, sizeof bytes - 1, 0);

	if (n <= 0) {
		close(p->fd);
		*p = (struct phone){ .fd = -1 };
		refused++;
		return;
	}
	if (memcmp(bytes, "HTTP/1.1 503", 12) == 0)
		refused++;
	else if (memcmp(bytes, "HTTP/1.1 200", 12) != 0)
		errx(1, "not what was asked for: %.*s", (int)n, bytes);
	else
		series_add(&answers, now_ns() - p->asked_ns);
	p->asked_ns = 0;
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	int64_t began, period_ns, due = 0;
	struct phone *phones;
	int count;

	if (argc != 4 || (count = atoi(argv[2])) < 1)
		errx(2, "usage: phones PORT COUNT PERIOD_S < TARGETS");
	port = atoi(argv[1]);
	period_ns = atoi(argv[3]) * INT64_C(1000000000);
	read_targets();
	if ((phones = calloc(count, sizeof *phones)) == NULL || (polled = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "%d phones", count);
	for (int i = 0; i < count; i++)
		phones[i].fd = -1;
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
	began = now_ns();
	while (!stopping) {
		int ready;

		for (; due * period_ns / count <= now_ns() - began; due++)
			ask(&phones[due % count], due % count);
		if ((ready = epoll_wait(polled, events, EVENTS, 1)) == -1 && errno != EINTR)
			err(1, "epoll_wait");
		for (int i = 0; i < ready; i++)
			take(events[i].data.ptr);
	}
	printf("{");
	series_print("answers", &answers);
	printf("\"refused\": %d, \"late\": %d}\n", refused, late);
	return 0;
}
