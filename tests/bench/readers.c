/*
 * Readers of a stream of Server-Sent Events on this machine: when has the last
 * of them an event?
 *
 *	readers PORT TARGET COUNT TOKEN
 *
 * Says "ready" when all have had what a stream begins with and it is quiet.
 * Then, for a line "TARGET BODY" of standard input, it posts that to the same
 * port, which is to make one event, and prints an object of JSON: the
 * milliseconds from the request to its answer, to the first reader's event and
 * to the last one's.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/measure.h"

#define READY_MS	60000
#define QUIET_MS	500
#define EVENT_MS	20000
#define EVENTS		1024
#define BEHIND		1000	/* connections that have not begun to answer yet */

struct reader {
	int	 fd;
	int	 round;		/* the newest of which it has the event */
};

static struct reader *readers;
static struct reader publisher = { .round = -1 };
static int count, polled, round_no, begun, reached;
static int64_t first_ns, last_ns, answered_ns;

static void
watch(struct reader *r)
{
	if (epoll_ctl(polled, EPOLL_CTL_ADD, r->fd, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = r }) == -1)
		err(1, "epoll_ctl");
}

/* Take what has come. */
static void
take(struct reader *r)
{
	static char bytes[65536];
	ssize_t n = recv(r->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0)
		errx(1, "a connection was closed");
	if (r == &publisher) {
		if (memcmp(bytes, "HTTP/1.1 2", 10) != 0)
			errx(1, "not published: %.*s", (int)n, bytes);
		answered_ns = now_ns();
	} else if (r->round == -1) {
		if (memcmp(bytes, "HTTP/1.1 200", 12) != 0)
			errx(1, "no stream: %.*s", (int)n, bytes);
		r->round = 0;
		begun++;
	} else if (r->round != round_no && memmem(bytes, n, "data:", 5) != NULL) {
		r->round = round_no;
		last_ns = now_ns();
		if (reached++ == 0)
			first_ns = last_ns;
	}
}

/* Wait for up to wait_ms for what comes, and take it; false: nothing came. */
static bool
listen_for(int wait_ms)
{
	static struct epoll_event events[EVENTS];
	int ready = epoll_wait(polled, events, EVENTS, wait_ms);

	if (ready == -1 && errno != EINTR)
		err(1, "epoll_wait");
	for (int i = 0; i < ready; i++)
		take(events[i].data.ptr);
	return ready > 0;
}

static void
begin(int port, const char *target)
{
	int64_t end_ns = now_ns() + READY_MS * INT64_C(1000000);
	char text[1024];
	int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n", target);

	for (int i = 0; i < count; i++) {
		readers[i] = (struct reader){ .fd = connected(0, port), .round = -1 };
		watch(&readers[i]);
		if (send(readers[i].fd, text, n, MSG_NOSIGNAL) != n)
			err(1, "send");
		while (i - begun > BEHIND && now_ns() < end_ns)
			listen_for(100);
	}
	while (begun < count && now_ns() < end_ns)
		listen_for(100);
	if (begun < count)
		errx(1, "%d of %d streams have begun", begun, count);
	while (listen_for(QUIET_MS))
		;
}

static void
publish(int port, const char *token, const char *target, const char *body)
{
	int64_t began, end_ns;
	char text[2048];
	int n = snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", target, token, strlen(body), body);

	round_no++;
	reached = 0;
	answered_ns = 0;
	publisher.fd = connected(0, port);
	watch(&publisher);
	began = now_ns();
	end_ns = began + EVENT_MS * INT64_C(1000000);
	if (send(publisher.fd, text, n, MSG_NOSIGNAL) != n)
		err(1, "send");
	while ((reached < count || answered_ns == 0) && now_ns() < end_ns)
		listen_for(100);
	if (reached < count || answered_ns == 0)
		errx(1, "%d of %d have the event", reached, count);
	close(publisher.fd);
	printf("{\"answer\": %.3f, \"first\": %.3f, \"last\": %.3f}\n", (answered_ns - began) / 1e6,
	    (first_ns - began) / 1e6, (last_ns - began) / 1e6);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	char line[1024], *body;

	if (argc != 5 || (count = atoi(argv[3])) < 1)
		errx(2, "usage: readers PORT TARGET COUNT TOKEN");
	if ((readers = calloc(count, sizeof *readers)) == NULL || (polled = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "%d readers", count);
	begin(atoi(argv[1]), argv[2]);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((body = strchr(line, ' ')) == NULL)
			errx(2, "TARGET BODY, not %s", line);
		*body++ = '\0';
		publish(atoi(argv[1]), argv[4], line, body);
		while (listen_for(QUIET_MS))
			;
	}
	return 0;
}
