/* The lines of a hall, and the parts that live on them. */
#include <stdlib.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

static const struct part *const parts[] = { &signs_part, &voices_part, &printers_part, &keypads_part, &raters_part,
	&buttons_part, &scanners_part, &cards_part, &health_part, &trials_part };

#define EACH(p) const struct part *const *p = parts; p < parts + sizeof(parts) / sizeof(parts[0]); p++

int64_t
show_now_ms(const struct show *s)
{
	return ledger_now(s->ledger).steady_ms;
}

const struct driver *
show_driver(const struct show *s, int device)
{
	return driver_find(s->layout->device[device].driver);
}

/* What the lines ask of their owner. */

static int64_t
now_ms(void *arg)
{
	return show_now_ms(arg);
}

static void
wake_at(void *arg, int64_t at_ms)
{
	struct show *s = arg;

	timer_at(s->wake, at_ms);
}

static void
said(void *arg, int device, const struct said *what)
{
	struct show *s = arg;

	if (trials_heard(s, device, what))
		return;
	for (EACH(p))
		if ((*p)->said != NULL)
			(*p)->said(s, device, what);
}

void
show_greet(struct show *s, int device, int address)
{
	const struct driver *d = show_driver(s, device);
	struct frame frame;

	if (d->greet != NULL && d->greet(&frame, address) == 0)
		line_send(s->lines, &(struct job){ .priority = LINE_REPAINT, .device = device, .address = address,
		    .area = LINE_NO_AREA, .frame = &frame });
}

static void
health(void *arg, int device, int address, const struct line_health *h)
{
	struct show *s = arg;

	s->revision++;
	if (h->state == LINE_OK)
		show_greet(s, device, address);
	for (EACH(p))
		if ((*p)->health != NULL)
			(*p)->health(s, device, address, h);
}

static const struct line_owner owner = { .now_ms = now_ms, .wake_at = wake_at, .said = said, .health = health };

static void
wake(void *arg)
{
	struct show *s = arg;

	lines_run(s->lines);
}

static void
see(void *arg, const struct fact *f)
{
	struct show *s = arg;

	for (EACH(p))
		if ((*p)->see != NULL)
			(*p)->see(s, f);
}

static void
open_parts(struct show *s)
{
	s->lines = lines_open(clock_base(s->clock), s->layout, &owner, s);
	for (EACH(p))
		(*p)->open(s);
}

static void
close_parts(struct show *s)
{
	lines_close(s->lines);
	for (EACH(p))
		(*p)->close(s);
}

void
show_close_lines(struct show *s)
{
	show_ending(s);
	close_parts(s);
}

void
show_open_lines(struct show *s)
{
	open_parts(s);
	s->revision++;
}

struct show *
show_open(struct ledger *ledger, const struct texts *texts, const struct waits *waits)
{
	struct show *s = xcalloc(1, sizeof(*s));

	s->ledger = ledger;
	s->layout = ledger_layout(ledger);
	s->texts = texts;
	s->waits = waits;
	s->clock = ledger_clock(ledger);
	s->wake = timer_new(s->clock, wake, s);
	open_parts(s);
	ledger_watch(ledger, see, s);
	return s;
}

void
show_ending(struct show *s)
{
	for (EACH(p))
		if ((*p)->ending != NULL)
			(*p)->ending(s);
}

void
show_close(struct show *s)
{
	if (s == NULL)
		return;
	close_parts(s);
	timer_free(s->wake);
	free(s);
}

uint64_t
show_revision(const struct show *s)
{
	return s->revision;
}
