/*
 * Tests of devices: each address is made to be seen, heard or felt, and what
 * its line says of that is told when all have ended.  What only speaks is
 * waited for until somebody uses it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

/* What there is to test. */
struct test {
	void		(*begin)(struct attempt *);
	unsigned	 hears;		/* SAID() of all that ends it when it listens */
	const char	*nothing;	/* came */
};

static const struct test
    printer = { printers_test, 0, NULL },
    voice = { voices_test, 0, NULL },
    sign = { signs_test, 0, NULL },
    keypad = { keypads_test, SAID(SAID_KEY), "no key was pressed" },
    rater = { raters_test, SAID(SAID_RATING), "nobody rated" },
    box = { buttons_test, SAID(SAID_KEY), "no button was pressed" },
    scanner = { attempt_listen, SAID(SAID_SCANNED), "nothing was scanned" },
    reader = { cards_test, 0, NULL };

/* Of those that have their line for themselves. */
static const struct test *const alone[] = {
	[DRIVER_PRINTER] = &printer, [DRIVER_VOICE] = &voice, [DRIVER_SCANNER] = &scanner, [DRIVER_READER] = &reader,
};

struct trial {
	TAILQ_ENTRY(trial)	 entry;
	struct show		*show;
	struct attempt		*attempt;	/* one a row of result */
	struct show_result	*result;
	int			 count, left;
	void			(*done)(void *arg, const struct show_result *, int count);
	void			*arg;
};

struct trials {
	TAILQ_HEAD(, trial)	 all;
	struct timer		*timer;		/* some have ended without waiting */
};

static void
trial_free(struct trial *t)
{
	for (int i = 0; i < t->count; i++)
		timer_free(t->attempt[i].timer);
	free(t->attempt);
	free(t->result);
	free(t);
}

/* From the loop, so that nobody is answered from within show_test. */
static void
tell_ended(void *arg)
{
	struct show *s = arg;
	struct trial *t, *next;

	for (t = TAILQ_FIRST(&s->trials->all); t != NULL; t = next) {
		next = TAILQ_NEXT(t, entry);
		if (t->left > 0)
			continue;
		TAILQ_REMOVE(&s->trials->all, t, entry);
		t->done(t->arg, t->result, t->count);
		trial_free(t);
	}
}

static const char *const outcomes[] = {
	[LINE_DONE] = "", [LINE_SILENT] = "no answer", [LINE_LOST] = "its port is not open",
	[LINE_REPLACED] = "something more urgent was shown",
};

void
attempt_end(struct attempt *a, enum line_outcome outcome, const char *why)
{
	struct trial *t = a->trial;
	struct show_result *r = &t->result[a - t->attempt];

	r->outcome = outcome;
	r->why = why;
	if (show_driver(t->show, a->device)->kind == DRIVER_PRINTER && outcome != LINE_DONE)
		printers_forget(t->show, a->device);
	if (--t->left == 0)
		timer_at(t->show->trials->timer, 0);
}

void
attempt_told(void *arg, enum line_outcome outcome, const struct said *said)
{
	attempt_end(arg, outcome, outcome == LINE_REFUSED ? said->why : outcomes[outcome]);
}

/* Listening. */

static void
stop_listening(struct attempt *a, enum line_outcome outcome, const char *why)
{
	a->listens = false;
	timer_at(a->timer, TIMER_NEVER);
	attempt_end(a, outcome, why);
}

static void
nothing_came(void *arg)
{
	struct attempt *a = arg;

	stop_listening(a, LINE_SILENT, a->test->nothing);
}

void
attempt_listen(struct attempt *a)
{
	if (a->hear_ms == 0)
		attempt_end(a, LINE_REFUSED, "nothing of it can be seen or heard");
	else if (line_health(a->show->lines, a->device, a->address)->state == LINE_GONE)
		attempt_told(a, LINE_LOST, NULL);
	else {
		a->listens = true;
		a->timer = timer_new(a->show->clock, nothing_came, a);
		timer_at(a->timer, a->hear_ms);
	}
}

/* What came, in words.  A code is somebody's: of that no more than its length. */
static const char *
in_words(struct attempt *a, const struct said *what)
{
	char key[SHOW_KEY_TEXT];

	if (what->kind == SAID_SCANNED)
		snprintf(a->heard, sizeof(a->heard), "%zu characters", what->text_length);
	else if (what->kind == SAID_RATING)
		snprintf(a->heard, sizeof(a->heard), "key %d from the left", what->button + 1);
	else {
		show_key_text(key, &what->press);
		snprintf(a->heard, sizeof(a->heard), "key %s", key);
	}
	return a->heard;
}

bool
trials_heard(struct show *s, int device, const struct said *what)
{
	bool heard = false;
	struct trial *t;

	TAILQ_FOREACH(t, &s->trials->all, entry)
		for (struct attempt *a = t->attempt; a < t->attempt + t->count; a++)
			if (a->listens && a->device == device && a->address == what->address &&
			    (a->test->hears & SAID(what->kind)) != 0) {
				stop_listening(a, LINE_DONE, in_words(a, what));
				heard = true;
			}
	return heard;
}

static void
health(struct show *s, int device, int address, const struct line_health *h)
{
	struct trial *t;

	TAILQ_FOREACH(t, &s->trials->all, entry)
		for (struct attempt *a = t->attempt; a < t->attempt + t->count; a++)
			if (h->state == LINE_GONE && a->listens && a->device == device && a->address == address)
				stop_listening(a, LINE_LOST, outcomes[LINE_LOST]);
}

/* Beginning. */

static void
add(struct trial *t, const struct test *test, int device, int address, int window)
{
	t->result[t->count] = (struct show_result){ .device = &t->show->layout->device[device], .address = address,
	    .window = window };
	t->attempt[t->count] = (struct attempt){ .trial = t, .show = t->show, .test = test, .device = device,
	    .address = address, .window = window };
	t->count++;
}

static void
add_seat(struct trial *t, const struct test *test, const struct seat *seat, int device, int address, int window)
{
	if (seat->device != -1 && (device == -1 || seat->device == device) && (address == -1 || seat->address == address))
		add(t, test, seat->device, seat->address, window);
}

/* A box has many buttons. */
static void
add_box(struct trial *t, int device, int address)
{
	for (int i = 0; i < t->count; i++)
		if (t->attempt[i].test == &box && t->attempt[i].address == address)
			return;
	add(t, &box, device, address, 0);
}

/* All there is at an address of a device, -1: at all. */
static void
add_all(struct trial *t, int device, int address)
{
	const struct layout *l = t->show->layout;
	const struct device *d = &l->device[device];
	enum driver_kind kind = show_driver(t->show, device)->kind;

	if (!driver_addressed(kind)) {
		if (address <= 0)
			add(t, alone[kind], device, 0, 0);
		return;
	}
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
		add_seat(t, &sign, &w->sign, device, address, w->no);
		add_seat(t, &keypad, &w->keypad, device, address, w->no);
		add_seat(t, &rater, &w->rater, device, address, w->no);
	}
	for (int i = 0; i < d->button_count; i++)
		if (address == -1 || d->buttons[i].address == address)
			add_box(t, device, d->buttons[i].address);
}

/* What can be told apart by looking at it. */
static void
add_places(struct trial *t)
{
	const struct layout *l = t->show->layout;

	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
		add_seat(t, &sign, &w->sign, -1, -1, w->no);
		add_seat(t, &keypad, &w->keypad, -1, -1, w->no);
	}
}

int
show_test(struct show *s, int device, int address, int seconds,
    void (*done)(void *arg, const struct show_result *, int count), void *arg)
{
	int room = 3 * s->layout->window_count + BUTTONS_MAX + 1;
	int64_t now_ms = show_now_ms(s);
	struct trial *t = xcalloc(1, sizeof(*t));

	*t = (struct trial){ .show = s, .done = done, .arg = arg, .attempt = xcalloc(room, sizeof(*t->attempt)),
	    .result = xcalloc(room, sizeof(*t->result)) };
	if (device == -1)
		add_places(t);
	else
		add_all(t, device, address);
	if (t->count == 0 && device != -1) {
		trial_free(t);
		return -1;
	}
	t->left = t->count;
	TAILQ_INSERT_TAIL(&s->trials->all, t, entry);
	if (t->count == 0)
		timer_at(s->trials->timer, 0);
	for (struct attempt *a = t->attempt; a < t->attempt + t->count; a++) {
		a->until_ms = now_ms + seconds * INT64_C(1000);
		a->hear_ms = device == -1 ? 0 : now_ms + SHOW_HEAR_S * INT64_C(1000);
		a->test->begin(a);
	}
	return 0;
}

static void
trials_open(struct show *s)
{
	s->trials = xcalloc(1, sizeof(*s->trials));
	TAILQ_INIT(&s->trials->all);
	s->trials->timer = timer_new(s->clock, tell_ended, s);
}

/* The lines are closed: who still waits for them is told that their ports are. */
static void
trials_ending(struct show *s)
{
	struct trial *t;

	TAILQ_FOREACH(t, &s->trials->all, entry)
		for (int i = 0; t->left > 0 && i < t->count; i++)
			if (t->result[i].why == NULL) {
				t->result[i].outcome = LINE_LOST;
				t->result[i].why = "halld ends";
			}
	TAILQ_FOREACH(t, &s->trials->all, entry)
		t->left = 0;
	tell_ended(s);
}

static void
trials_close(struct show *s)
{
	timer_free(s->trials->timer);
	free(s->trials);
}

const struct part trials_part = { .open = trials_open, .ending = trials_ending, .close = trials_close,
	.health = health };
