/*
 * Lines without a hall: what comes through noise, by the clock of a hallsim that
 * holds it (-t CLOCK).
 *
 *	noise CLOCK DRIVER PORT FRAMES
 *
 * A sign at address 1 is shown one text after the other, a reader is asked for a
 * card and a voice whether it speaks, each when the one before has ended; the
 * lines are "N OUTCOME TRIES", N being the number of what was sent.
 * When so many frames were sent it says "frames FRAMES TRIES BYTES": in all,
 * those that were so sent, and the mean length of these.
 * Keypads: what they say and when, "MS key ADDRESS BYTES".
 * All: "MS heard" when something was understood.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/test_clock.h"
#include "daemon/line/line.h"

static struct layout layout;
static struct clock *hall_clock;
static struct timer *timer;
static struct lines *lines;
static const struct driver *driver;
static uint64_t frames_max;
static long number, jobs;
static uint64_t bytes;			/* of jobs, once each */
static uint64_t retries;		/* before the job that is current */

static const struct line_health *
how_it_is(void)
{
	return line_health(lines, 0, driver_addressed(driver->kind));
}

static int64_t
now_ms(void *arg)
{
	(void)arg;
	return clock_now(hall_clock).steady_ms;
}

static void
wake_at(void *arg, int64_t at_ms)
{
	(void)arg;
	timer_at(timer, at_ms);
}

static void
wake(void *arg)
{
	(void)arg;
	lines_run(lines);
}

/* What is said when nothing is wrong; anything else is an answer that noise has made. */
static bool
is_right(const struct said *said)
{
	switch (driver->kind) {
	case DRIVER_READER:
		return said->kind == SAID_NO_CARD;
	case DRIVER_VOICE:
		return said->kind == SAID_IDLE;
	default:
		return true;
	}
}

static void	show(void);

static void
done(void *arg, enum line_outcome outcome, const struct said *said)
{
	static const char *const names[] = { [LINE_DONE] = "done", [LINE_REFUSED] = "refused", [LINE_SILENT] = "silent",
		[LINE_LOST] = "lost", [LINE_REPLACED] = "replaced" };

	(void)arg;
	printf("%ld %s %llu\n", number++, outcome == LINE_DONE && !is_right(said) ? "wrong" : names[outcome],
	    (unsigned long long)(how_it_is()->retries - retries) + 1);
	show();
}

static int
write_next(struct frame *frame)
{
	char text[64], digits[16];
	struct sign_text sign = { .text = text, .number = digits };

	snprintf(text, sizeof text, "A%06ld 请到1号窗口", number);
	snprintf(digits, sizeof digits, "%04ld", number % 10000);
	switch (driver->kind) {
	case DRIVER_SIGN:
		return driver->show(frame, &layout.device[0], 1, &sign);
	case DRIVER_READER:
		return driver->card(frame, CARD_FIND);
	default:
		return driver->probe(frame, 0);
	}
}

/* What is next, if the device is well. */
static void
show(void)
{
	const struct line_health *h = how_it_is();
	static struct frame frame;

	if (h->state != LINE_OK || h->frames >= frames_max)
		return;
	frame = (struct frame){ 0 };
	if (write_next(&frame) == -1)
		errx(1, "it does not fit");
	bytes += frame.length;
	jobs++;
	retries = h->retries;
	line_send(lines, &(struct job){ .priority = LINE_CALL, .address = driver_addressed(driver->kind), .area = LINE_NO_AREA,
	    .frame = &frame, .done = done });
}

static void
health(void *arg, int device, int address, const struct line_health *h)
{
	(void)arg, (void)device, (void)address;
	if (driver->kind != DRIVER_KEYPAD && h->state == LINE_OK)
		show();
}

static void
said(void *arg, int device, const struct said *what)
{
	(void)arg, (void)device;
	if (what->kind != SAID_KEY)
		return;
	printf("%lld key %d", (long long)clock_now(hall_clock).wall_ms, what->address);
	for (int i = 0; i < what->press.digit_count; i++)
		printf(" %02X", what->press.digits[i]);
	printf(" %02X\n", what->press.key);
}

/* All that happened at a moment is told before the clock goes on; and the end, once. */
static bool
idle(void *arg)
{
	const struct line_health *h = how_it_is();
	static int64_t heard_ms;
	static bool ended;

	(void)arg;
	if (h->heard_ms != heard_ms && !ended)
		printf("%lld heard\n", (long long)clock_now(hall_clock).wall_ms);
	heard_ms = h->heard_ms;
	if (driver->kind != DRIVER_KEYPAD && h->frames >= frames_max && !ended && jobs == number) {
		printf("frames %llu %llu %.3f\n", (unsigned long long)h->frames, (unsigned long long)(jobs + h->retries),
		    (double)bytes / jobs);
		ended = true;
	}
	fflush(stdout);
	return true;
}

int
main(int argc, char **argv)
{
	static const struct line_owner owner = { .now_ms = now_ms, .wake_at = wake_at, .said = said, .health = health };
	struct event_base *base = event_base_new();
	struct test_clock *holder;
	char error[256];

	if (argc != 5 || (driver = driver_find(argv[2])) == NULL)
		errx(2, "usage: noise CLOCK DRIVER PORT FRAMES");
	event_base_priority_init(base, 3);
	frames_max = strtoull(argv[4], NULL, 10);
	layout.device_count = layout.window_count = 1;
	snprintf(layout.device[0].id, sizeof layout.device[0].id, "line");
	snprintf(layout.device[0].driver, sizeof layout.device[0].driver, "%s", argv[2]);
	snprintf(layout.device[0].port, sizeof layout.device[0].port, "%s", argv[3]);
	layout.device[0].text_register = 0x70;
	layout.device[0].digits = 4;
	snprintf(layout.device[0].frame, sizeof layout.device[0].frame, "A5 01 key sum8 0D");
	snprintf(layout.device[0].reply, sizeof layout.device[0].reply, "5A key");
	for (int key = 0x10; key < 0x14; key++)
		layout.device[0].keys[layout.device[0].key_count++] = (struct key_binding){ .key = key, .command = "next" };
	layout.window[0].rater.device = -1;
	layout.window[0].sign = (struct seat){ .device = driver->kind == DRIVER_SIGN ? 0 : -1, .address = 1 };
	layout.window[0].keypad = (struct seat){ .device = driver->kind == DRIVER_KEYPAD ? 0 : -1, .address = 1 };
	hall_clock = clock_new(base);
	if ((holder = test_clock_open(hall_clock, argv[1], error, sizeof error)) == NULL)
		errx(1, "%s", error);
	while (!test_clock_runs(holder))
		event_base_loop(base, EVLOOP_ONCE);
	timer = timer_new(hall_clock, wake, NULL);
	lines = lines_open(base, &layout, &owner, NULL);
	test_clock_ready(holder, idle, NULL);
	event_base_dispatch(base);
	return 0;
}
