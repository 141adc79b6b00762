/*
 * Clients of a halld on this machine: each keeps its connection and asks again
 * as soon as it has its answer.  Prints what that took as an object of JSON.
 *
 *	client PORT TOKEN CLIENTS COUNT issue|status [FILE]
 *
 * Ends after COUNT answers, or on SIGTERM.  With FILE a bare append to it goes
 * before each request: it is for one client.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/measure.h"

#define CLIENTS_MAX	64
#define ANSWER_MAX	65536

struct client {
	int	 fd;
	int64_t	 asked_ns;
	size_t	 length;		/* of what has come of the answer */
	char	 answer[ANSWER_MAX];
};

static struct client clients[CLIENTS_MAX];
static volatile sig_atomic_t stopping;

static const char *token;
static int issues, asked, bare = -1;
static unsigned long run_id;		/* keys of two runs differ */

static void
stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static void
ask(struct client *c, struct series *bares)
{
	char text[1024], body[64];
	int len, body_len;

	body_len = snprintf(body, sizeof body, "{\"service\":\"%c\",\"printer\":\"none\"}", "ABCD"[asked % 4]);
	if (issues)
		len = snprintf(text, sizeof text, "POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\n"
		    "Authorization: Bearer %s\r\nIdempotency-Key: bench-%lx-%d\r\n"
		    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", token, run_id, asked, body_len, body);
	else
		len = snprintf(text, sizeof text, "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
	asked++;
	if (bare != -1)
		series_add(bares, bare_append(bare));
	c->length = 0;
	c->asked_ns = now_ns();
	if (send(c->fd, text, len, MSG_NOSIGNAL) != len)
		err(1, "send");
}

/* Take what has come.  Is the answer whole? */
static int
answered(struct client *c)
{
	ssize_t n = recv(c->fd, c->answer + c->length, sizeof c->answer - 1 - c->length, 0);
	const char *end, *length;

	if (n <= 0)
		errx(1, "halld closed a connection");
	c->length += n;
	c->answer[c->length] = '\0';
	if ((end = strstr(c->answer, "\r\n\r\n")) == NULL)
		return 0;
	if (strncmp(c->answer, issues ? "HTTP/1.1 201" : "HTTP/1.1 200", 12) != 0)
		errx(1, "not what was asked for: %s", c->answer);
	if ((length = strcasestr(c->answer, "\r\nContent-Length: ")) == NULL || length > end)
		errx(1, "an answer without its length");
	return c->length >= end + 4 - c->answer + strtoul(length + 18, NULL, 10);
}

int
main(int argc, char **argv)
{
	struct epoll_event events[CLIENTS_MAX];
	struct series answers = { 0 }, bares = { 0 };
	int count, wanted, polled = epoll_create1(EPOLL_CLOEXEC);
	double seconds;
	int64_t began;

	if (argc < 6 || argc > 7)
		errx(2, "usage: client PORT TOKEN CLIENTS COUNT issue|status [FILE]");
	token = argv[2];
	count = atoi(argv[3]);
	wanted = atoi(argv[4]);
	issues = strcmp(argv[5], "issue") == 0;
	if (count < 1 || count > CLIENTS_MAX)
		errx(2, "1 to %d clients", CLIENTS_MAX);
	if (argc == 7 && (bare = open(argv[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) == -1)
		err(1, "%s", argv[6]);
	if (getrandom(&run_id, sizeof run_id, 0) != sizeof run_id)
		err(1, "getrandom");
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);

	for (struct client *c = clients; c < clients + count; c++) {
		c->fd = connected(0, atoi(argv[1]));
		epoll_ctl(polled, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = c });
	}
	began = now_ns();
	for (struct client *c = clients; c < clients + count; c++)
		ask(c, &bares);
	while ((int)answers.count < wanted && !stopping) {
		int ready = epoll_wait(polled, events, CLIENTS_MAX, -1);

		if (ready == -1 && errno != EINTR)
			err(1, "epoll_wait");
		for (int i = 0; i < ready; i++) {
			struct client *c = events[i].data.ptr;

			if (!answered(c))
				continue;
			series_add(&answers, now_ns() - c->asked_ns);
			if (asked < wanted)
				ask(c, &bares);
		}
	}
	seconds = (now_ns() - began) / 1e9;
	printf("{");
	series_print("answers", &answers);
	series_print("bares", &bares);
	printf("\"seconds\": %.4f}\n", seconds);
	return 0;
}
