/*
 * Time: the machine's, or that of a halld whose test clock we hold.
 *
 * Held, it moves only by "advance to T", to whatever is due next, ours or
 * halld's: halld is told the time, then the device acts, then all that either
 * wrote is read.  So a day has the same order of things each time, and halld
 * hears nothing before its time.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/hallsim/sim.h"

#define CONNECT_TRIES	3000		/* 20 ms apart: halld may be starting, for long on a busy machine */

static const char *path;		/* of halld's clock; NULL: the machine's time */
static FILE *halld;			/* NULL: not connected */
static int64_t wall_ms, up_ms;		/* as last told; 0: nothing was */
static char said[96];			/* halld's last line */

void
pace_by(const char *socket)
{
	path = socket;
	up_ms = 1;
}

bool
paced(void)
{
	return path != NULL;
}

int64_t
now_ms(void)
{
	struct timespec ts;

	if (paced())
		return up_ms;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* RFC 3339 with or without milliseconds; -1: it is not. */
static int64_t
time_parse(const char *text)
{
	struct tm tm = { 0 };
	const char *p = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int ms = 0, n = 0;
	long zone_s;

	if (p != NULL && *p == '.' && sscanf(p, ".%3d%n", &ms, &n) == 1)
		p += n;
	if (p == NULL || *p == '\0' || (p = strptime(p, "%z", &tm)) == NULL || (*p != '\0' && *p != '\n'))
		return -1;
	zone_s = tm.tm_gmtoff;
	return (timegm(&tm) - zone_s) * INT64_C(1000) + ms;
}

static int
reach(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof sun.sun_path)
		return -1;
	strcpy(sun.sun_path, path);
	for (int i = 0; i < CONNECT_TRIES && halld == NULL; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd != -1 && connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0)
			halld = fdopen(fd, "r+");
		else {
			close(fd);
			usleep(20000);
		}
	}
	return halld == NULL ? -1 : 0;
}

/* Tell halld the time.  Its answer is when its next timer is, NEVER if at none; -1: it has ended. */
static int64_t
tell(int64_t to_ms)
{
	time_t s = to_ms / 1000;
	char text[32], *next;
	struct tm tm;

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", gmtime_r(&s, &tm));
	fprintf(halld, "advance to %s.%03dZ\n", text, (int)(to_ms % 1000));
	if (fflush(halld) == EOF || fgets(said, sizeof said, halld) == NULL) {
		fclose(halld);
		halld = NULL;
		return -1;
	}
	fseek(halld, 0, SEEK_CUR);		/* between reading and writing */
	if ((next = strstr(said, " at ")) == NULL)
		return -1;
	return strcmp(next, " at never\n") == 0 ? NEVER : time_parse(next + 4);
}

static void
move(int64_t to_ms)
{
	if (wall_ms != 0 && to_ms > wall_ms)
		up_ms += to_ms - wall_ms;
	wall_ms = to_ms;
}

/* The next thing to happen up to the end, ours or halld's. */
static int64_t
soonest(int64_t end_ms, int64_t ours_up_ms, int64_t halld_ms)
{
	int64_t at_ms = end_ms;

	if (ours_up_ms != NEVER && wall_ms + ours_up_ms - up_ms < at_ms)
		at_ms = wall_ms + ours_up_ms - up_ms;
	if (halld_ms < at_ms)
		at_ms = halld_ms;
	return at_ms < wall_ms ? wall_ms : at_ms;
}

const char *
pace_advance(const char *to, FILE *answer)
{
	int64_t end_ms = time_parse(to), halld_ms;

	if (!paced())
		return "no clock is held, see -t";
	if (end_ms == -1)
		return "a time is as 2026-09-01T09:00:00+08:00";
	if (wall_ms == 0 || end_ms < wall_ms)
		move(end_ms);
	lines_exchange();
	/* The halld of last time may have ended, and another begun. */
	if (halld == NULL || (halld_ms = tell(wall_ms)) == -1)
		halld_ms = reach() == -1 ? -1 : tell(wall_ms);
	if (halld == NULL)
		return "nobody listens at the clock's socket";
	while (halld_ms != -1) {
		int64_t ours_ms = lines_tick();
		bool moved = lines_exchange();

		/* Time goes on when neither has left anything to the other. */
		if (!moved && ours_ms > up_ms && halld_ms > wall_ms) {
			if (wall_ms == end_ms)
				break;
			move(soonest(end_ms, ours_ms, halld_ms));
		}
		lines_exchange();
		halld_ms = tell(wall_ms);
	}
	if (halld_ms == -1)
		return "halld has ended";
	fputs(said, answer);
	return NULL;
}
