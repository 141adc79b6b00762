/*
 * A line: the pseudo-terminal and its link, or a port of TCP; who listens, and
 * bytes in and out.
 *
 * A pseudo-terminal keeps what is sent while nobody has it open, and would hand
 * it over minutes later; a wire does not.  So the slaves are watched with
 * inotify, and what nobody listens to is dropped.
 */
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tests/hallsim/sim.h"

static int inotify = -1;		/* -1: unknown who listens, so all is sent */
static struct line *const *watched;
static int watched_count;
static bool sent;			/* something, since the last exchange */

int
lines_watch(struct line *const *lines, int count)
{
	watched = lines;
	watched_count = count;
	inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return inotify;
}

static void
make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) == -1)
		return;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	tcsetattr(fd, TCSANOW, &t);
}

/*
 * The last listener has gone.  Because we keep the slave open the kernel does
 * not do what it does at a last close: end exclusive use, forget the settings
 * and what was not read.
 */
static void
calm(struct line *l)
{
	ioctl(l->slave, TIOCNXCL);
	tcflush(l->slave, TCIFLUSH);
	make_raw(l->slave);
}

static void
opened(struct line *l)
{
	say(l->name, "line opened");
	if (l->kind->opened != NULL)
		l->kind->opened(l);
}

static void
listener(struct line *l, uint32_t mask)
{
	if (mask & IN_OPEN) {
		if (l->listeners++ == 0)
			opened(l);
	} else if (mask & IN_CLOSE && l->listeners > 0) {
		if (--l->listeners == 0) {
			say(l->name, "line closed");
			calm(l);
		}
	}
}

void
lines_opened(void)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while (inotify != -1 && (n = read(inotify, buf, sizeof buf)) > 0) {
		const struct inotify_event *ev;

		for (char *p = buf; p < buf + n; p += sizeof *ev + ev->len) {
			ev = (const struct inotify_event *)p;
			for (int i = 0; i < watched_count; i++)
				if (watched[i]->watch == ev->wd)
					listener(watched[i], ev->mask);
		}
	}
}

int
make_parents(const char *path)
{
	char *copy = strdup(path);
	int rc = 0;

	if (copy == NULL)
		return -1;
	for (char *p = strchr(copy + 1, '/'); p != NULL && rc == 0; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(copy, 0777) == -1 && errno != EEXIST)
			rc = -1;
		*p = '/';
	}
	free(copy);
	return rc;
}

/* Put the link at its place in one step, over a stale one but over nothing else. */
static int
make_link(const struct line *l)
{
	struct stat st;
	char *next;
	int rc;

	if (lstat(l->link, &st) == 0 && !S_ISLNK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	if (make_parents(l->link) == -1 || asprintf(&next, "%s.%d", l->link, getpid()) == -1)
		return -1;
	rc = symlink(l->path, next);
	if (rc == 0 && (rc = rename(next, l->link)) == -1)
		unlink(next);
	free(next);
	return rc;
}

/* Another hallsim may have put its own link there meanwhile: leave that. */
static void
remove_link(const struct line *l)
{
	char target[sizeof l->path];
	ssize_t n = readlink(l->link, target, sizeof target);

	if (n == (ssize_t)strlen(l->path) && memcmp(target, l->path, n) == 0)
		unlink(l->link);
}

static int
plug_terminal(struct line *l)
{
	l->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (l->master == -1)
		return -1;
	if (grantpt(l->master) == -1 || unlockpt(l->master) == -1 ||
	    ptsname_r(l->master, l->path, sizeof l->path) != 0)
		return -1;
	if ((l->slave = open(l->path, O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1)
		return -1;
	make_raw(l->slave);
	if (inotify != -1)
		l->watch = inotify_add_watch(inotify, l->path, IN_OPEN | IN_CLOSE);
	l->listeners = l->watch == -1;
	return make_link(l);
}

/* One connection at a time; the next waits for its end. */
static int
plug_tcp(struct line *l)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(l->tcp),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	l->listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->listening == -1)
		return -1;
	setsockopt(l->listening, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	return bind(l->listening, (struct sockaddr *)&at, sizeof at) == 0 ? listen(l->listening, 1) : -1;
}

int
line_plug(struct line *l)
{
	int saved;

	l->master = l->slave = l->watch = l->listening = -1;
	if ((l->tcp != 0 ? plug_tcp(l) : plug_terminal(l)) == 0)
		return 0;
	saved = errno;
	line_unplug(l);
	errno = saved;
	return -1;
}

bool
line_plugged(const struct line *l)
{
	return l->slave != -1 || l->listening != -1;
}

void
line_unplug(struct line *l)
{
	if (l->watch != -1)
		inotify_rm_watch(inotify, l->watch);
	if (l->slave != -1) {
		remove_link(l);
		close(l->slave);
	}
	if (l->master != -1)
		close(l->master);
	if (l->listening != -1)
		close(l->listening);
	l->master = l->slave = l->watch = l->listening = -1;
	l->listeners = 0;
	wire_cut(l->wire);
}

/* The old one is there until the new one is, or its name would be given again. */
int
line_rename(struct line *l)
{
	int master = l->master, slave = l->slave, watch = l->watch, result;

	wire_cut(l->wire);
	result = line_plug(l);
	if (watch != -1)
		inotify_rm_watch(inotify, watch);
	close(slave);
	close(master);
	return result;
}

/* A device that has no room lets the sender wait. */
static size_t
room(const struct line *l)
{
	size_t used = l->in_len + wire_length(l->wire, TO_DEVICE);

	return used < sizeof l->in ? sizeof l->in - used : 0;
}

int
line_fd(const struct line *l)
{
	if (l->master == -1)
		return l->listening;
	return room(l) > 0 ? l->master : -1;
}

void
line_feed(struct line *l)
{
	size_t used = 0, n;

	if (l->units == 1 && l->unit[0].off)
		l->in_len = 0;
	while (used < l->in_len &&
	    (n = l->kind->input(l, l->in + used, l->in_len - used)) > 0)
		used += n;
	l->in_len -= used;
	memmove(l->in, l->in + used, l->in_len);
	if (l->in_len == 0)
		l->gap_due_ms = NEVER;
}

/* Give the device what has arrived. */
static void
arrive(struct line *l)
{
	size_t n = wire_get(l->wire, TO_DEVICE, l->in + l->in_len, sizeof l->in - l->in_len);

	if (n == 0)
		return;
	if (l->echo)
		line_send(l, l->in + l->in_len, n);
	l->in_len += n;
	if (l->kind->gap_ms > 0)
		l->gap_due_ms = now_ms() + l->kind->gap_ms;
	line_feed(l);
}

/* Let go what has arrived at the host.  Without a listener it is lost, as on a wire. */
static void
leave(struct line *l)
{
	uint8_t bytes[4096];
	size_t len;
	ssize_t n;

	while ((len = wire_get(l->wire, FROM_DEVICE, bytes, sizeof bytes)) > 0) {
		if (l->master == -1 || l->listeners == 0)
			continue;
		n = write(l->master, bytes, len);
		sent = true;
		if (n < (ssize_t)len)
			say(l->name, "line full, %zu bytes lost", len - (n > 0 ? (size_t)n : 0));
	}
}

static void
connected(struct line *l)
{
	l->master = accept4(l->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (l->master == -1)
		return;
	setsockopt(l->master, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	l->listeners = 1;
	opened(l);
}

static void
disconnected(struct line *l)
{
	close(l->master);
	l->master = -1;
	l->listeners = 0;
	wire_cut(l->wire);
	say(l->name, "line closed");
}

void
line_readable(struct line *l)
{
	static uint8_t bytes[sizeof l->in];
	ssize_t n;

	if (l->master == -1) {
		connected(l);
		return;
	}
	n = read(l->master, bytes, room(l));
	if (n > 0) {
		wire_put(l->wire, TO_DEVICE, bytes, n);
		arrive(l);
	} else if (l->tcp != 0 && (n == 0 || errno != EAGAIN))
		disconnected(l);
}

/* Is there something to read?  Waits for the kernel's worker, which carries bytes from end to end; wakes who reads there. */
static bool
arrived(int fd)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };

	return poll(&end, 1, 0) > 0 && end.revents & POLLIN;
}

bool
lines_exchange(void)
{
	bool moved = sent;	/* though it may be read already */

	sent = false;
	lines_opened();
	for (int i = 0; i < watched_count; i++)
		if (arrived(line_fd(watched[i]))) {
			line_readable(watched[i]);
			moved = true;
		}
	for (int i = 0; i < watched_count; i++)
		moved |= arrived(watched[i]->slave);
	return moved;
}

/* The begun frame will not be finished: give it up. */
static void
give_up(struct line *l)
{
	if (l->kind->gap != NULL)
		l->kind->gap(l, l->in, l->in_len);
	else
		bad_frame(l->name, l->in, l->in_len, "cut short");
	l->in_len = 0;
	l->gap_due_ms = NEVER;
}

int64_t
line_tick(struct line *l)
{
	int64_t now = now_ms(), next;

	arrive(l);
	leave(l);
	if (now >= l->gap_due_ms)
		give_up(l);
	for (int i = 0; i < l->units; i++) {
		struct unit *u = &l->unit[i];

		if (now < u->due_ms)
			continue;
		u->due_ms = NEVER;
		if (l->kind->tick != NULL)
			l->kind->tick(u);
		line_feed(l);
	}
	next = l->gap_due_ms;
	for (int i = 0; i < l->units; i++)
		if (l->unit[i].due_ms < next)
			next = l->unit[i].due_ms;
	for (int way = 0; way < WAYS; way++)
		if (wire_due_ms(l->wire, way) < next)
			next = wire_due_ms(l->wire, way);
	return next;
}

/* Do they set out whole? */
static bool
put(struct line *l, const uint8_t *bytes, size_t len)
{
	bool whole;

	lines_opened();
	if (l->master == -1 || l->listeners == 0)
		return false;
	whole = wire_put(l->wire, FROM_DEVICE, bytes, len);
	leave(l);
	return whole;
}

void
line_send(struct line *l, const uint8_t *bytes, size_t len)
{
	put(l, bytes, len);
}

void
unit_send(struct unit *u, const uint8_t *bytes, size_t len)
{
	size_t said;
	bool whole;

	if (u->off || u->silent)
		return;
	if ((said = wire_frame(u->line->wire, len)) < len)
		say(u->name, "says %zu of %zu bytes", said, len);
	whole = put(u->line, bytes, said) && said == len;
	if (u->line->tells)
		say(u->name, "sent by %lld %s", (long long)wire_done_ms(u->line->wire, FROM_DEVICE), whole ? "whole" : "spoilt");
}

struct unit *
line_unit(struct line *l, int address)
{
	for (int i = 0; i < l->units; i++)
		if (l->unit[i].address == address)
			return &l->unit[i];
	return NULL;
}
