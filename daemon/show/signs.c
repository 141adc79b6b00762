/*
 * The signs over the windows: a change is shown at once, a call before all
 * else; and each sign is told again what it shows, so that one which lost it
 * shows it again and one that hears nothing any more goes dark.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/show/part.h"
#include "display/sign.h"

#define REPAINT_MS	30000	/* after it was written last; each sign at times of its own */
#define GREET_MS	3600000	/* signs that never answer: another may hang there now */
#define BLANK_S		90	/* without contact: three repaints missed */
#define COARSE_MS	250	/* what is due within it is done together */

struct panel {
	struct show			*show;
	const struct window_layout	*window;
	const struct driver		*driver;
	struct sign			 shown;		/* as it was last told */
	int64_t				 repaint_ms;
	int64_t				 greet_ms;
	int64_t				 test_ms;	/* until then it shows its window's number */
	bool				 refused;	/* the last text, which was logged */
	bool				 unanswered;	/* the last repaint wanted no answer */
};

struct signs {
	struct panel	*panel;
	int		 count;
	struct timer	*timer;
};

static void
refused(struct panel *p, const char *why)
{
	if (!p->refused)
		log_line("sign of window %d: \"%s\" is not shown: %s", p->window->no, p->shown.text, why);
	p->refused = true;
}

static void
told(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct panel *p = arg;

	if (outcome == LINE_REFUSED)
		refused(p, said->why);
	else if (outcome == LINE_DONE)
		p->refused = false;
}

/* Tell the panel what p->shown is; the end of that goes to attempt, if there is one.  -1: it does not fit. */
static int
paint_for(struct panel *p, enum line_priority priority, struct attempt *attempt)
{
	const struct seat *seat = &p->window->sign;
	const struct sign_text text = { .area = seat->area, .text = p->shown.text, .latin = p->shown.latin,
	    .number = p->shown.number, .flash = p->shown.flash, .blank_s = BLANK_S,
	    .unanswered = p->unanswered };
	struct frame frame;

	if (p->driver->show(&frame, &p->show->layout->device[seat->device], seat->address, &text) == -1) {
		refused(p, "it does not fit");
		return -1;
	}
	line_send(p->show->lines, &(struct job){ .priority = priority, .device = seat->device,
	    .address = seat->address, .area = seat->area, .deaf = attempt != NULL, .frame = &frame,
	    .done = attempt != NULL ? attempt_told : told, .arg = attempt != NULL ? (void *)attempt : p });
	return 0;
}

/*
 * What is painted now needs no repaint for a while, and every second repaint no
 * answer: calls find the line free the more often and the sooner.
 */
static void
paint_next(struct panel *p, enum line_priority priority, bool again)
{
	p->repaint_ms = show_now_ms(p->show) + REPAINT_MS;
	p->unanswered = again && !p->refused && !p->unanswered;
	paint_for(p, priority, NULL);
}

static void
name_itself(struct sign *sign, int window, int64_t until_ms)
{
	*sign = (struct sign){ .until_ms = until_ms };
	snprintf(sign->text, sizeof(sign->text), "%d", window);
	strcpy(sign->latin, sign->text);
	strcpy(sign->number, sign->text);
}

/* Work out what it should show.  Is that something else? */
static bool
changed(struct panel *p)
{
	const struct show *s = p->show;
	struct instant now = ledger_now(s->ledger);
	struct sign sign;
	bool same;

	sign_of(&sign, ledger_shown(s->ledger), s->layout, s->texts, p->window->no, &now);
	if (now.steady_ms < p->test_ms)
		name_itself(&sign, p->window->no, p->test_ms);
	same = sign.flash == p->shown.flash && strcmp(sign.text, p->shown.text) == 0;
	p->shown = sign;
	return !same;
}

static void
set_timer(struct show *s)
{
	int64_t at_ms = INT64_MAX;

	for (const struct panel *p = s->signs->panel; p < s->signs->panel + s->signs->count; p++) {
		if (p->repaint_ms < at_ms)
			at_ms = p->repaint_ms;
		if (p->shown.until_ms < at_ms)
			at_ms = p->shown.until_ms;
	}
	timer_at(s->signs->timer, at_ms);
}

/* One that answers is greeted when it does so again. */
static void
greet_unseen(struct panel *p, int64_t now_ms)
{
	if (p->driver->probe != NULL || now_ms < p->greet_ms)
		return;
	show_greet(p->show, p->window->sign.device, p->window->sign.address);
	p->greet_ms = now_ms + GREET_MS;
}

static void
due(void *arg)
{
	struct show *s = arg;
	int64_t now_ms = show_now_ms(s);

	for (struct panel *p = s->signs->panel; p < s->signs->panel + s->signs->count; p++) {
		bool repaint = p->repaint_ms <= now_ms + COARSE_MS, other = changed(p);

		if (repaint)
			greet_unseen(p, now_ms);
		if (other || repaint)
			paint_next(p, LINE_REPAINT, !other);
	}
	set_timer(s);
}

/* The hall stands still or goes on, which comes before all else; or its day is over, or it has another layout. */
static void
all_change(struct show *s)
{
	for (struct panel *p = s->signs->panel; p < s->signs->panel + s->signs->count; p++) {
		p->test_ms = 0;
		if (changed(p))
			paint_next(p, LINE_CALL, false);
	}
	set_timer(s);
}

/* A window's own sign; those of paused windows may name it, or not any more. */
static void
see(struct show *s, const struct fact *f)
{
	bool calls = f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED;

	if (f->window == 0) {
		if (f->kind == HALL_DAY_CLOSED || (f->kind >= HALL_LAYOUT && f->kind <= HALL_RESUMED))
			all_change(s);
		return;
	}
	for (struct panel *p = s->signs->panel; p < s->signs->panel + s->signs->count; p++) {
		bool own = p->window->no == f->window;

		if (!own && ledger_shown(s->ledger)->window[p->window->no].state != PAUSED)
			continue;
		if (own && calls)
			p->test_ms = 0;
		if (changed(p) || (own && calls))
			paint_next(p, own && calls ? LINE_CALL : LINE_REPAINT, false);
	}
	set_timer(s);
}

static void
health(struct show *s, int device, int address, const struct line_health *h)
{
	if (h->state != LINE_OK)
		return;
	for (struct panel *p = s->signs->panel; p < s->signs->panel + s->signs->count; p++)
		if (p->window->sign.device == device && p->window->sign.address == address) {
			changed(p);
			paint_next(p, LINE_REPAINT, false);
		}
	set_timer(s);
}

/* Nothing is painted yet: that begins when a sign answers. */
static void
signs_open(struct show *s)
{
	struct signs *signs = s->signs = xcalloc(1, sizeof(*signs));
	const struct layout *l = s->layout;

	signs->panel = xcalloc(l->window_count, sizeof(*signs->panel));
	signs->timer = timer_new(s->clock, due, s);
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++)
		if (w->sign.device != -1)
			signs->panel[signs->count++] = (struct panel){ .show = s, .window = w,
			    .driver = show_driver(s, w->sign.device), .shown.until_ms = INT64_MAX };
	for (int i = 0; i < signs->count; i++) {
		signs->panel[i].repaint_ms = show_now_ms(s) + REPAINT_MS * (i + INT64_C(1)) / signs->count;
		signs->panel[i].greet_ms = show_now_ms(s) + GREET_MS;
	}
	set_timer(s);
}

static void
signs_close(struct show *s)
{
	timer_free(s->signs->timer);
	free(s->signs->panel);
	free(s->signs);
}

void
signs_test(struct attempt *a)
{
	struct panel *p = a->show->signs->panel;

	while (p->window->no != a->window)
		p++;
	p->test_ms = a->until_ms;
	p->unanswered = false;
	changed(p);
	if (paint_for(p, LINE_CALL, a) == -1)
		attempt_end(a, LINE_REFUSED, "it does not fit");
	set_timer(a->show);
}

const struct part signs_part = { .open = signs_open, .close = signs_close, .see = see, .health = health };
