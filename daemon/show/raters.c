/*
 * Raters at the windows: when a ticket is finished there its holder is asked,
 * and a key is a grade for that ticket, once.  Stars tell that it was taken, a
 * beep that there is nobody to be rated.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

struct rater {
	struct show			*show;
	const struct window_layout	*window;
	const struct driver		*driver;
	int				 grade;		/* given last */
};

struct raters {
	struct rater	*rater;
	int		 count;
};

static void
tell(const struct rater *r, const struct frame *frame)
{
	line_send(r->show->lines, &(struct job){ .priority = LINE_CALL, .device = r->window->rater.device,
	    .address = r->window->rater.address, .area = LINE_NO_AREA, .frame = frame });
}

static void
beep(const struct rater *r)
{
	struct frame frame;

	if (r->driver->beep != NULL && r->driver->beep(&frame, r->window->rater.address) == 0)
		tell(r, &frame);
}

/* On disk, or known not to be. */
static void
done(void *arg, enum refusal refusal)
{
	struct rater *r = arg;
	struct frame frame;

	if (refusal != OK)
		beep(r);
	else if (r->driver->stars != NULL && r->driver->stars(&frame, r->window->rater.address, r->grade) == 0)
		tell(r, &frame);
}

static void
rated(struct rater *r, int button)
{
	struct ledger *l = r->show->ledger;
	const struct ticket *t = hall_to_rate(ledger_next(l), r->window->no, show_now_ms(r->show));
	struct command cmd = { .verb = DO_RATE };
	struct change change;

	if (t == NULL || button >= GRADES_MAX || r->window->grade[button] == 0) {
		beep(r);
		return;
	}
	cmd.ticket = t->id;
	cmd.grade = r->grade = r->window->grade[button];
	snprintf(cmd.actor, sizeof(cmd.actor), "device:%s/%d", r->show->layout->device[r->window->rater.device].id,
	    r->window->rater.address);
	if (ledger_submit(l, &cmd, &change, done, r) != OK)
		beep(r);
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind != SAID_RATING)
		return;
	for (struct rater *r = s->raters->rater; r < s->raters->rater + s->raters->count; r++)
		if (r->window->rater.device == device && r->window->rater.address == what->address)
			rated(r, what->button);
}

static void
see(struct show *s, const struct fact *f)
{
	struct frame frame;

	if (f->kind != TICKET_FINISHED)
		return;
	for (struct rater *r = s->raters->rater; r < s->raters->rater + s->raters->count; r++)
		if (r->window->no == f->window && r->driver->rate != NULL &&
		    r->driver->rate(&frame, r->window->rater.address) == 0)
			tell(r, &frame);
}

/* It asks, if it can; a rating is the end. */
void
raters_test(struct attempt *a)
{
	const struct rater *r = a->show->raters->rater;
	struct frame frame;

	while (r->window->no != a->window)
		r++;
	if (r->driver->rate != NULL && r->driver->rate(&frame, a->address) == 0)
		tell(r, &frame);
	attempt_listen(a);
}

static void
raters_open(struct show *s)
{
	struct raters *raters = s->raters = xcalloc(1, sizeof(*raters));
	const struct layout *l = s->layout;

	raters->rater = xcalloc(l->window_count, sizeof(*raters->rater));
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++)
		if (w->rater.device != -1)
			raters->rater[raters->count++] = (struct rater){ .show = s, .window = w,
			    .driver = show_driver(s, w->rater.device) };
}

static void
raters_close(struct show *s)
{
	free(s->raters->rater);
	free(s->raters);
}

const struct part raters_part = { .open = raters_open, .close = raters_close, .see = see, .said = said };
