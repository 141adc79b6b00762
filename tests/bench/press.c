/*
 * The keypads and the signs of the windows 1 to 6, on two pseudo-terminals
 * linked at DIR/keypads and DIR/signs: how long is it from a key to its call?
 *
 *	press DIR FILE
 *
 * Says "ready" when the terminals are there and once more when every sign has
 * been told something.  Then, for a line "COUNT GAP_MS" of standard input, it
 * presses so many keys for the next number, one after the other's call and with
 * a pause of about GAP_MS, and prints an object of JSON: the times from the
 * write of a key's frame to the first byte of the sign's frame with the new
 * number, and those of bare appends to FILE in the pauses.  The end of standard
 * input ends it.
 *
 * The hall has to take both keys below for next: an equal frame of a keypad
 * within a second is a repeat.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "protocols/bx.h"
#include "protocols/ff68.h"
#include "tests/bench/measure.h"

#define WINDOWS		6
#define CALL_MS		2000	/* a call that takes longer is lost */
#define NUMBER_MAX	16
#define SIGN_TEXT	36	/* bytes of a frame's data before the text: bx.c, bx_show */

static const uint8_t keys[] = { FF68_NEXT, FF68_RECALL };

/* A line of devices, seen from their end. */
struct line {
	int	 fd;
	uint8_t	 in[4096];
	size_t	 length;
	int64_t	 first_ns;		/* when the first byte of in[] came */
};

struct sign {
	bool	told;
	char	number[NUMBER_MAX];	/* that it shows; "": none */
	int64_t	changed_ns;		/* the first byte of the frame that brought it */
};

static struct line keypads, signs;
static struct sign sign[WINDOWS + 1];	/* by address */

/* The far end of a new terminal; the near end stays open, for a terminal that nobody has is gone. */
static int
terminal(const char *dir, const char *name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), near;
	struct termios raw;
	char link[256];

	if (fd == -1 || grantpt(fd) == -1 || unlockpt(fd) == -1 || (near = open(ptsname(fd), O_RDWR | O_NOCTTY)) == -1)
		err(1, "pseudo-terminal");
	tcgetattr(near, &raw);
	cfmakeraw(&raw);
	tcsetattr(near, TCSANOW, &raw);
	snprintf(link, sizeof link, "%s/%s", dir, name);
	if (symlink(ptsname(fd), link) == -1)
		err(1, "%s", link);
	return fd;
}

/* What a card sends when it has taken a frame: bx.h, with the card as source. */
static void
acknowledge(int address)
{
	uint8_t body[] = { 0x00, 0x80, address, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0x02, 5, 0, 0xA0, 0, 0, 0, 0, 0, 0 };
	uint8_t out[8 + 2 * sizeof body + 1];
	size_t n = 8, head = sizeof body - 2;
	unsigned crc = 0;

	for (size_t i = 0; i < head * 8; i++) {
		crc ^= body[i / 8] >> i % 8 & 1;
		crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	body[head] = crc & 0xFF;
	body[head + 1] = crc >> 8;
	memset(out, 0xA5, 8);
	for (size_t i = 0; i < sizeof body; i++) {
		switch (body[i]) {
		case 0xA5: out[n++] = 0xA6; out[n++] = 2; break;
		case 0xA6: out[n++] = 0xA6; out[n++] = 1; break;
		case 0x5A: out[n++] = 0x5B; out[n++] = 2; break;
		case 0x5B: out[n++] = 0x5B; out[n++] = 1; break;
		default: out[n++] = body[i];
		}
	}
	out[n++] = 0x5A;
	if (write(signs.fd, out, n) != (ssize_t)n)
		err(1, "signs");
}

/* The number that a text begins with: letters, then digits; "": none. */
static void
number_of(char number[NUMBER_MAX], const struct bx_frame *f)
{
	size_t n = 0;

	for (size_t i = SIGN_TEXT; i < f->length && n < NUMBER_MAX - 1 && f->data[i] >= '0' && f->data[i] <= 'Z'; i++)
		number[n++] = f->data[i];
	number[n] = '\0';
	if (n == 0 || number[0] < 'A')
		number[0] = '\0';
}

static void
take_frame(const struct bx_frame *f, int64_t first_ns)
{
	struct sign *s = &sign[f->destination];
	char number[NUMBER_MAX];

	if (f->destination > WINDOWS)
		errx(1, "a frame for sign %u", f->destination);
	acknowledge(f->destination);
	if (f->length <= SIGN_TEXT)
		return;
	s->told = true;
	number_of(number, f);
	if (strcmp(number, s->number) == 0)
		return;
	strcpy(s->number, number);
	s->changed_ns = first_ns;
}

/* Wait for up to wait_ms for what halld sends, and take it. */
static void
listen_for(int wait_ms)
{
	struct pollfd fds[] = { { .fd = signs.fd, .events = POLLIN }, { .fd = keypads.fd, .events = POLLIN } };
	struct bx_frame f;
	ssize_t n;
	int used;

	if (poll(fds, 2, wait_ms) <= 0)
		return;
	if (fds[1].revents)
		while ((n = read(keypads.fd, keypads.in, sizeof keypads.in)) == (ssize_t)sizeof keypads.in)
			;
	if (!fds[0].revents || (n = read(signs.fd, signs.in + signs.length, sizeof signs.in - signs.length)) <= 0)
		return;
	if (signs.length == 0)
		signs.first_ns = now_ns();
	signs.length += n;
	while (signs.length > 0 && (used = bx_parse(&f, signs.in, signs.length)) != 0) {
		if (used > 0)
			take_frame(&f, signs.first_ns);
		used = used > 0 ? used : 1;
		signs.length -= used;
		memmove(signs.in, signs.in + used, signs.length);
	}
}

static void
listen_until(int64_t ns)
{
	int64_t left_ns;

	while ((left_ns = ns - now_ns()) > 0)
		listen_for((int)((left_ns + 999999) / 1000000));
}

/* One key at a window: what it takes to its call.  -1: there was none. */
static int64_t
press(int window, uint8_t key)
{
	uint8_t frame[FF68_FRAME];
	size_t n = ff68_frame(frame, window, FF68_KEY, &key, 1);
	struct sign *s = &sign[window];
	int64_t began = now_ns();

	s->changed_ns = 0;
	if (write(keypads.fd, frame, n) != (ssize_t)n)
		err(1, "keypads");
	while (s->changed_ns == 0) {
		if (now_ns() - began > CALL_MS * INT64_C(1000000))
			return -1;
		listen_for(CALL_MS);
	}
	return s->number[0] == '\0' ? -1 : s->changed_ns - began;
}

static void
press_many(int count, int gap_ms, int bare)
{
	struct series calls = { 0 }, bares = { 0 };
	int lost = 0;

	for (int i = 0; i < count; i++) {
		int64_t took = press(i % WINDOWS + 1, keys[i / WINDOWS % 2]);

		if (took == -1)
			lost++;
		else
			series_add(&calls, took);
		listen_until(now_ns() + gap_ms * INT64_C(500000));
		series_add(&bares, bare_append(bare));
		listen_until(now_ns() + (gap_ms * INT64_C(500000)) * (1 + rand() % 1000 / 1000.0));
	}
	printf("{");
	series_print("calls", &calls);
	series_print("bares", &bares);
	printf("\"lost\": %d}\n", lost);
	fflush(stdout);
	free(calls.ns);
	free(bares.ns);
}

static bool
all_told(void)
{
	for (int i = 1; i <= WINDOWS; i++)
		if (!sign[i].told)
			return false;
	return true;
}

static void
say_ready(void)
{
	puts("ready");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	int bare, count, gap_ms;
	bool told = false;
	char line[64];

	if (argc != 3)
		errx(2, "usage: press DIR FILE");
	if ((bare = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) == -1)
		err(1, "%s", argv[2]);
	keypads.fd = terminal(argv[1], "keypads");
	signs.fd = terminal(argv[1], "signs");
	say_ready();
	for (;;) {
		if (!told && (told = all_told()))
			say_ready();
		if (poll(&in, 1, 0) <= 0) {
			listen_for(10);
			continue;
		}
		if (fgets(line, sizeof line, stdin) == NULL)
			return 0;
		if (sscanf(line, "%d %d", &count, &gap_ms) != 2)
			errx(2, "COUNT GAP_MS, not %s", line);
		press_many(count, gap_ms, bare);
	}
}
