/* The socket that moves a held clock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/test_clock.h"
#include "daemon/base/util.h"
#include "daemon/core/fact.h"

#define PRIORITY	2	/* in the loop, the lowest: after all that is active */
#define QUIET_TURNS	3	/* of the loop in which nothing else was active: then it is idle */
#define LINE_MAX_BYTES	128

struct test_clock {
	struct clock	*clock;
	char		*path;
	int		 listening, holder;		/* -1: none */
	struct event	*come, *said, *turn;
	char		 line[LINE_MAX_BYTES];
	size_t		 len;

	bool		 runs;
	bool		 moving;		/* an answer is owed */
	int64_t		 to_ms;			/* where it moves */
	int		 quiet;			/* turns */
	bool		(*idle)(void *);
	void		*arg;
};

static void
say(struct test_clock *t, const char *text)
{
	if (send(t->holder, text, strlen(text), MSG_NOSIGNAL) == -1)
		return;					/* the holder has gone: its end comes as an event */
}

static void
answer(struct test_clock *t)
{
	int64_t next_ms = clock_next_ms(t->clock);
	char text[96], at[TIME_TEXT];

	t->moving = false;
	if (next_ms == TIMER_NEVER)
		snprintf(text, sizeof text, "idle, next timer at never\n");
	else {
		time_text(at, next_ms);
		snprintf(text, sizeof text, "idle, next timer at %.19s.%03d%s\n", at, (int)(next_ms % 1000), at + 19);
	}
	say(t, text);
}

static void
look_again(struct test_clock *t, int after_ms)
{
	event_add(t->turn, &(struct timeval){ .tv_usec = after_ms * 1000 });
}

/* Nothing else was active in this turn of the loop. */
static void
turn(evutil_socket_t fd, short what, void *arg)
{
	struct test_clock *t = arg;
	int64_t next_ms;

	(void)fd, (void)what;
	if (!t->moving || t->idle == NULL)
		return;
	if (!t->idle(t->arg)) {
		t->quiet = 0;
		look_again(t, 1);
		return;
	}
	if (++t->quiet < QUIET_TURNS) {
		look_again(t, 0);
		return;
	}
	t->quiet = 0;
	if ((next_ms = clock_next_ms(t->clock)) <= t->to_ms) {
		clock_move(t->clock, next_ms);
		look_again(t, 0);
	} else {
		clock_move(t->clock, t->to_ms);
		answer(t);
	}
}

static const char *
obey(struct test_clock *t, const char *line)
{
	static const char order[] = "advance to ";
	int64_t to_ms;

	if (strncmp(line, order, strlen(order)) != 0)
		return "error only \"advance to TIME\" is understood\n";
	if ((to_ms = time_read(line + strlen(order))) == -1)
		return "error the time is not as 2026-09-01T09:00:00+08:00\n";
	if (t->moving)
		return "error it is still moving\n";
	if (!t->runs)
		clock_hold(t->clock, to_ms);
	else if (to_ms < clock_now(t->clock).wall_ms)
		clock_move(t->clock, to_ms);
	t->runs = t->moving = true;
	t->to_ms = to_ms;
	t->quiet = 0;
	look_again(t, 0);
	return NULL;
}

static void
lose_holder(struct test_clock *t)
{
	event_free(t->said);
	close(t->holder);
	t->holder = -1;
	t->len = 0;
	t->moving = false;
	event_add(t->come, NULL);
}

static void
said(evutil_socket_t fd, short what, void *arg)
{
	struct test_clock *t = arg;
	ssize_t n = read(fd, t->line + t->len, sizeof t->line - 1 - t->len);
	char *end;

	(void)what;
	if (n <= 0) {
		lose_holder(t);
		return;
	}
	t->len += n;
	t->line[t->len] = '\0';
	while ((end = strchr(t->line, '\n')) != NULL) {
		const char *why;

		*end = '\0';
		if ((why = obey(t, t->line)) != NULL)
			say(t, why);
		t->len -= end + 1 - t->line;
		memmove(t->line, end + 1, t->len + 1);
	}
	if (t->len == sizeof t->line - 1)
		lose_holder(t);
}

static void
come(evutil_socket_t fd, short what, void *arg)
{
	struct test_clock *t = arg;

	(void)what;
	if ((t->holder = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return;
	event_del(t->come);
	t->said = event_new(clock_base(t->clock), t->holder, EV_READ | EV_PERSIST, said, t);
	event_add(t->said, NULL);
}

struct test_clock *
test_clock_open(struct clock *clock, const char *path, char *error, size_t cap)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct test_clock *t = xcalloc(1, sizeof *t);
	struct event_base *base = clock_base(clock);
	struct stat st;

	*t = (struct test_clock){ .clock = clock, .path = xstrdup(path), .holder = -1 };
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);				/* of one that was killed */
	if (strlen(path) >= sizeof address.sun_path)
		errno = ENAMETOOLONG;
	else if ((t->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) != -1 &&
	    bind(t->listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(t->listening, 1) == 0) {
		t->come = event_new(base, t->listening, EV_READ | EV_PERSIST, come, t);
		t->turn = evtimer_new(base, turn, t);
		event_priority_set(t->turn, PRIORITY);
		event_add(t->come, NULL);
		return t;
	}
	snprintf(error, cap, "test clock %s: %s", path, strerror(errno));
	free(t->path);
	free(t);
	return NULL;
}

void
test_clock_close(struct test_clock *t)
{
	if (t == NULL)
		return;
	if (t->holder != -1)
		lose_holder(t);
	event_free(t->come);
	event_free(t->turn);
	close(t->listening);
	unlink(t->path);
	free(t->path);
	free(t);
}

bool
test_clock_runs(const struct test_clock *t)
{
	return t->runs;
}

void
test_clock_ready(struct test_clock *t, bool (*idle)(void *), void *arg)
{
	t->idle = idle;
	t->arg = arg;
	if (t->moving)
		look_again(t, 0);
}
