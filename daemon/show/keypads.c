/*
 * Keypads at the windows: a key is a command, and what it came to is shown:
 * how many wait and the number at hand, or a beep and why it was refused.
 *
 * The echo that a keypad waits for is the line's; it says "heard", not "done".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/show/part.h"

#define REFRESH_MS	1000	/* counts change often; each keypad is told at most so often */
#define REFUSAL_MS	3000	/* the number of a refusal stays */
#define STRANGERS_MAX	32
#define NOTHING		(-1)	/* waiting, that no display shows */

struct face {
	int	waiting;	/* -1: blank */
	char	number[4];	/* digits; "000" of nobody */
};

struct keypad {
	struct show			*show;
	const struct window_layout	*window;
	const struct driver		*driver;
	struct face			 face;		/* as told last */
	bool				 known;		/* it shows that, as far as we know */
	int64_t				 hold_ms;	/* shows a refusal or a test until then */
	bool				 free;		/* idle, and nobody waited, when it was looked last */
};

struct keypads {
	struct keypad	*keypad;
	int		 count;
	struct timer	*refresh;
	int64_t		 refreshed_ms;
	struct show_stranger stranger[STRANGERS_MAX];	/* the one pressed last first */
	int		 strangers;
	struct timer	*patience;	/* of who learns */
	void		(*learn)(void *arg, const struct device *, int address);	/* NULL: nobody does */
	void		*learn_arg;
};

/* Showing. */

static void
shown(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct keypad *k = arg;

	(void)said;
	if (outcome != LINE_DONE && outcome != LINE_REPLACED)
		k->known = false;
}

static void
display(struct keypad *k, enum line_priority priority, const struct face *face)
{
	const struct seat *seat = &k->window->keypad;
	struct frame frame;

	if (k->driver->display == NULL || k->driver->display(&frame, seat->address, face->waiting, face->number) == -1)
		return;
	k->face = *face;
	k->known = true;
	line_send(k->show->lines, &(struct job){ .priority = priority, .device = seat->device,
	    .address = seat->address, .frame = &frame, .done = shown, .arg = k });
}

static void
beep(struct keypad *k)
{
	const struct seat *seat = &k->window->keypad;
	struct frame frame;

	if (k->driver->beep != NULL && k->driver->beep(&frame, seat->address) == 0)
		line_send(k->show->lines, &(struct job){ .priority = LINE_CALL, .device = seat->device,
		    .address = seat->address, .area = LINE_NO_AREA, .frame = &frame });
}

/* What it should show: the hall as on disk. */
static struct face
face_of(const struct keypad *k)
{
	const struct hall *h = ledger_shown(k->show->ledger);
	const struct ticket *t = hall_ticket(h, h->window[k->window->no].ticket);
	struct face face = { .waiting = hall_waiting_at(h, k->show->layout, k->window->no) };
	size_t digits;

	/* Not blanks: they may leave the number that was there.  Who is served without a ticket has none. */
	strcpy(face.number, "000");
	if (t == NULL || t->number[0] == '\0')
		return face;
	digits = strlen(t->number) - strcspn(t->number, "0123456789");
	if (digits > sizeof(face.number) - 1)
		digits = sizeof(face.number) - 1;
	strcpy(face.number, t->number + strlen(t->number) - digits);
	return face;
}

static bool
shows(const struct keypad *k, const struct face *face)
{
	return k->known && k->face.waiting == face->waiting && strcmp(k->face.number, face->number) == 0;
}

static void
refresh_at(struct show *s, int64_t at_ms)
{
	if (timer_due_ms(s->keypads->refresh) == TIMER_NEVER)
		timer_at(s->keypads->refresh, at_ms);
}

/* Every display that is out of date; those that show a refusal later. */
static void
refresh(void *arg)
{
	struct show *s = arg;
	int64_t now_ms = show_now_ms(s), held_ms = INT64_MAX;

	s->keypads->refreshed_ms = now_ms;
	for (struct keypad *k = s->keypads->keypad; k < s->keypads->keypad + s->keypads->count; k++) {
		struct face face = face_of(k);

		if (now_ms < k->hold_ms) {
			if (k->hold_ms < held_ms)
				held_ms = k->hold_ms;
		} else if (!shows(k, &face))
			display(k, LINE_REPAINT, &face);
	}
	if (held_ms != INT64_MAX)
		refresh_at(s, held_ms);
}

static void
outdated(struct show *s)
{
	refresh_at(s, s->keypads->refreshed_ms + REFRESH_MS);
}

/* Pressing. */

static void
refuse(struct keypad *k, enum refusal refusal)
{
	struct face face = { .waiting = NOTHING };

	snprintf(face.number, sizeof(face.number), "%d", refusals[refusal].key % 100);
	beep(k);
	display(k, LINE_CALL, &face);
	k->hold_ms = show_now_ms(k->show) + REFUSAL_MS;
	outdated(k->show);
}

/* On disk, or known not to be. */
static void
done(void *arg, enum refusal refusal)
{
	struct keypad *k = arg;
	struct face face;

	if (refusal != OK) {
		refuse(k, refusal);
		return;
	}
	face = face_of(k);
	k->hold_ms = 0;
	display(k, LINE_CALL, &face);
}

bool
key_fits(const struct key_binding *b, const struct key_press *p)
{
	if (b->key != p->key || b->digit_count != p->digit_count)
		return false;
	for (int i = 0; i < p->digit_count; i++)
		if (b->digits[i] != KEY_ANY_DIGIT && b->digits[i] != p->digits[i])
			return false;
	return true;
}

/* The service that a digit names, by the order of hall.json, from 1; 0 is the tenth. */
static int
service_of(const struct key_binding *b, const struct key_press *press)
{
	for (int i = 0; i < b->digit_count; i++)
		if (b->digits[i] == KEY_ANY_DIGIT)
			return press->digits[i] == 0 ? 9 : press->digits[i] - 1;
	return -1;
}

/* The command of a key by the device's table or its driver's; what is in neither is a command there is not. */
static void
read_press(struct command *cmd, const struct keypad *k, const struct key_press *press)
{
	const struct device *d = &k->show->layout->device[k->window->keypad.device];
	const struct key_binding *keys = d->key_count > 0 ? d->keys : k->driver->keys;
	int count = d->key_count > 0 ? d->key_count : k->driver->key_count;

	for (int i = 0; i < count; i++)
		if (key_fits(&keys[i], press)) {
			*cmd = (struct command){ .verb = verb_at_window(keys[i].command), .window = k->window->no,
			    .service = service_of(&keys[i], press) };
			return;
		}
}

static void
pressed(struct keypad *k, const struct key_press *press)
{
	const struct seat *seat = &k->window->keypad;
	struct command cmd = { .verb = DO_NOTHING };
	struct change change;
	enum refusal refusal;

	read_press(&cmd, k, press);
	/* One key for both. */
	if (cmd.verb == DO_PAUSE && ledger_next(k->show->ledger)->window[cmd.window].state == PAUSED)
		cmd.verb = DO_RESUME;
	snprintf(cmd.actor, sizeof(cmd.actor), "device:%s/%d", k->show->layout->device[seat->device].id, seat->address);
	if ((refusal = ledger_submit(k->show->ledger, &cmd, &change, done, k)) != OK)
		refuse(k, refusal);
}

void
show_key_text(char out[SHOW_KEY_TEXT], const struct key_press *p)
{
	size_t len = 0;

	for (int i = 0; i < p->digit_count; i++)
		len += snprintf(out + len, SHOW_KEY_TEXT - len, "%d ", p->digits[i]);
	snprintf(out + len, SHOW_KEY_TEXT - len, "%02X", p->key);
}

/* Strangers, and giving them a window. */

/* Its place, made if it is new; the one pressed first makes room. */
static int
place_of(struct keypads *k, const struct device *device, int address, bool rates)
{
	int i = 0;

	while (i < k->strangers && (k->stranger[i].device != device || k->stranger[i].address != address))
		i++;
	if (i < k->strangers)
		return i;
	log_line("keypads %s: a %s at address %d, which no window names", device->id, rates ? "rating" : "key", address);
	if (k->strangers < STRANGERS_MAX)
		k->strangers++;
	k->stranger[k->strangers - 1] = (struct show_stranger){ .device = device, .address = address };
	return k->strangers - 1;
}

static void
learned(struct show *s, const struct device *device, int address)
{
	void (*tell)(void *, const struct device *, int) = s->keypads->learn;

	s->keypads->learn = NULL;
	timer_at(s->keypads->patience, TIMER_NEVER);
	if (tell != NULL)
		tell(s->keypads->learn_arg, device, address);
}

static void
nobody_pressed(void *arg)
{
	learned(arg, NULL, 0);
}

static void
meet(struct show *s, const struct device *device, const struct said *what)
{
	struct keypads *k = s->keypads;
	bool rates = what->kind == SAID_RATING;
	int i = place_of(k, device, what->address, rates);
	struct show_stranger now = k->stranger[i];

	now.rates = rates;
	now.press = rates ? (struct key_press){ .key = what->button } : what->press;
	now.pressed_ms = show_now_ms(s);
	now.count++;
	memmove(&k->stranger[1], &k->stranger[0], i * sizeof(k->stranger[0]));
	k->stranger[0] = now;
	if (!rates)
		learned(s, device, what->address);
}

bool
show_stranger(const struct show *s, int i, struct show_stranger *stranger)
{
	if (i < 0 || i >= s->keypads->strangers)
		return false;
	*stranger = s->keypads->stranger[i];
	return true;
}

int
show_learn(struct show *s, void (*tell)(void *arg, const struct device *, int address), void *arg)
{
	if (s->keypads->learn != NULL)
		return -1;
	s->keypads->learn = tell;
	s->keypads->learn_arg = arg;
	timer_at(s->keypads->patience, show_now_ms(s) + SHOW_LEARN_S * INT64_C(1000));
	return 0;
}

void
keypads_test(struct attempt *a)
{
	static const struct face eights = { 888, "888" };
	struct keypad *k = a->show->keypads->keypad;
	struct frame frame;

	while (k->window->no != a->window)
		k++;
	if (k->driver->beep == NULL || k->driver->beep(&frame, a->address) == -1) {
		attempt_listen(a);
		return;
	}
	display(k, LINE_CALL, &eights);
	k->hold_ms = a->until_ms;
	refresh_at(a->show, a->until_ms);
	line_send(a->show->lines, &(struct job){ .priority = LINE_CALL, .device = a->device, .address = a->address,
	    .area = LINE_NO_AREA, .deaf = true, .frame = &frame, .done = attempt_told, .arg = a });
}

static bool
has_rater(const struct layout *l, int device, int address)
{
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++)
		if (w->rater.device == device && w->rater.address == address)
			return true;
	return false;
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind == SAID_RATING && !has_rater(s->layout, device, what->address))
		meet(s, &s->layout->device[device], what);
	if (what->kind != SAID_KEY)
		return;
	for (struct keypad *k = s->keypads->keypad; k < s->keypads->keypad + s->keypads->count; k++)
		if (k->window->keypad.device == device && k->window->keypad.address == what->address) {
			pressed(k, &what->press);
			return;
		}
	if (!buttons_at(s, device, what->address))
		meet(s, &s->layout->device[device], what);
}

/* Somebody came to a window that had nothing to do. */
static void
greet(struct show *s)
{
	const struct hall *h = ledger_shown(s->ledger);

	for (struct keypad *k = s->keypads->keypad; k < s->keypads->keypad + s->keypads->count; k++) {
		bool idle = h->window[k->window->no].state == IDLE, wait = hall_waiting_at(h, s->layout, k->window->no) > 0;

		if (k->free && idle && wait)
			beep(k);
		k->free = idle && !wait;
	}
}

/* Who was called there does not come. */
static void
lament(struct show *s, int window)
{
	for (struct keypad *k = s->keypads->keypad; k < s->keypads->keypad + s->keypads->count; k++)
		if (k->window->no == window)
			beep(k);
}

static void
see(struct show *s, const struct fact *f)
{
	if (f->kind == TICKET_CANCELLED && f->window != 0)
		lament(s, f->window);
	if (f->ticket == 0 && f->window == 0)
		return;
	greet(s);
	outdated(s);
}

static void
health(struct show *s, int device, int address, const struct line_health *h)
{
	for (struct keypad *k = s->keypads->keypad; k < s->keypads->keypad + s->keypads->count; k++)
		if (k->window->keypad.device == device && k->window->keypad.address == address) {
			k->known = false;
			if (h->state == LINE_OK)
				outdated(s);
		}
}

static void
keypads_open(struct show *s)
{
	struct keypads *keypads = s->keypads = xcalloc(1, sizeof(*keypads));
	const struct layout *l = s->layout;

	keypads->keypad = xcalloc(l->window_count, sizeof(*keypads->keypad));
	keypads->refresh = timer_new(s->clock, refresh, s);
	keypads->patience = timer_new(s->clock, nobody_pressed, s);
	for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++)
		if (w->keypad.device != -1)
			keypads->keypad[keypads->count++] = (struct keypad){ .show = s, .window = w,
			    .driver = show_driver(s, w->keypad.device) };
	greet(s);
}

static void
keypads_ending(struct show *s)
{
	learned(s, NULL, 0);
}

static void
keypads_close(struct show *s)
{
	timer_free(s->keypads->patience);
	timer_free(s->keypads->refresh);
	free(s->keypads->keypad);
	free(s->keypads);
}

const struct part keypads_part = { .open = keypads_open, .ending = keypads_ending, .close = keypads_close, .see = see, .said = said,
	.health = health };
