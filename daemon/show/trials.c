/*
 * Tests of devices: each address is made to be seen, heard or felt, and what
 * its line says of that is told when all have ended.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

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
	static const char *const words[] = {
		[LINE_DONE] = "", [LINE_SILENT] = "no answer", [LINE_LOST] = "its port is not open",
		[LINE_REPLACED] = "something more urgent was shown",
	};

	attempt_end(arg, outcome, outcome == LINE_REFUSED ? said->why : words[outcome]);
}

static void
add(struct trial *t, int device, int address, int window)
{
	t->result[t->count] = (struct show_result){ .device = &t->show->layout->device[device], .address = address,
	    .window = window };
	t->attempt[t->count] = (struct attempt){ .trial = t, .show = t->show, .device = device, .window = window };
	t->count++;
}

static void
add_seat(struct trial *t, const struct seat *seat, int device, int address, int window)
{
	if (seat->device != -1 && (device == -1 || seat->device == device) && (address == -1 || seat->address == address))
		add(t, seat->device, seat->address, window);
}

static void
begin(struct attempt *a, int seconds)
{
	int64_t until_ms = show_now_ms(a->show) + seconds * INT64_C(1000);

	switch (show_driver(a->show, a->device)->kind) {
	case DRIVER_PRINTER:
		printers_test(a);
		break;
	case DRIVER_VOICE:
		voices_test(a);
		break;
	case DRIVER_SIGN:
		signs_test(a, until_ms);
		break;
	case DRIVER_KEYPAD:
		keypads_test(a, until_ms);
		break;
	case DRIVER_SCANNER:
	case DRIVER_READER:
		attempt_end(a, LINE_REFUSED, "nothing of it can be seen or heard");
		break;
	}
}

int
show_test(struct show *s, int device, int address, int seconds,
    void (*done)(void *arg, const struct show_result *, int count), void *arg)
{
	const struct layout *l = s->layout;
	int room = 2 * l->window_count + 1;
	struct trial *t = xcalloc(1, sizeof(*t));
	enum driver_kind kind = device == -1 ? DRIVER_SIGN : show_driver(s, device)->kind;

	*t = (struct trial){ .show = s, .done = done, .arg = arg, .attempt = xcalloc(room, sizeof(*t->attempt)),
	    .result = xcalloc(room, sizeof(*t->result)) };
	if (!driver_addressed(kind)) {
		if (address <= 0)
			add(t, device, 0, 0);
	} else
		for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
			add_seat(t, &w->sign, device, address, w->no);
			add_seat(t, &w->keypad, device, address, w->no);
		}
	if (t->count == 0 && device != -1) {
		trial_free(t);
		return -1;
	}
	t->left = t->count;
	TAILQ_INSERT_TAIL(&s->trials->all, t, entry);
	if (t->count == 0)
		timer_at(s->trials->timer, 0);
	for (int i = 0; i < t->count; i++)
		begin(&t->attempt[i], seconds);
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

const struct part trials_part = { .open = trials_open, .ending = trials_ending, .close = trials_close };
