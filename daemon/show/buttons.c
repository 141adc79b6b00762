/*
 * A dispenser's box of buttons: a key is a ticket.  What it came to is shown
 * on the box, if it has a display: the number, or a beep and why not.
 *
 * Without a screen nobody knows of a ticket but by its paper: where the printer
 * is known not to print there is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

struct box_key {
	struct show		*show;
	int			 device;
	const struct button	*button;
	int64_t			 pressed_ms;	/* when a ticket was issued by it last; 0: never */
	bool			 busy;		/* its ticket is on its way to the disk */
	uint32_t		 ticket;	/* issued last */
};

struct buttons {
	struct box_key	*key;
	int		 count, room;
};

static void
show(const struct box_key *k, const char *number, bool refused)
{
	const struct driver *driver = show_driver(k->show, k->device);
	struct job job = { .priority = LINE_CALL, .device = k->device, .address = k->button->address, .area = LINE_NO_AREA };
	struct frame frame;

	job.frame = &frame;
	if (refused && driver->beep != NULL && driver->beep(&frame, job.address) == 0)
		line_send(k->show->lines, &job);
	if (driver->display != NULL && driver->display(&frame, job.address, -1, number) == 0)
		line_send(k->show->lines, &job);
}

static void
refuse(const struct box_key *k, enum refusal refusal)
{
	char number[4];

	snprintf(number, sizeof(number), "%d", refusals[refusal].key % 100);
	show(k, number, true);
}

/* On disk, or known not to be. */
static void
done(void *arg, enum refusal refusal)
{
	struct box_key *k = arg;

	k->busy = false;
	if (refusal == OK)
		show(k, hall_ticket(ledger_shown(k->show->ledger), k->ticket)->number, false);
	else
		refuse(k, refusal);
	if (refusal != OK)
		k->pressed_ms = 0;
}

/* The printer of a key, or NULL: there is none. */
static const struct device *
printer_of(const struct box_key *k)
{
	const struct layout *l = k->show->layout;

	if (k->button->printer[0] != '\0')
		return &l->device[layout_device(l, k->button->printer)];
	for (int i = 0; i < l->device_count; i++)
		if (show_driver(k->show, i)->kind == DRIVER_PRINTER)
			return &l->device[i];
	return NULL;
}

static bool
is_double(const struct box_key *k)
{
	int64_t since_ms = show_now_ms(k->show) - k->pressed_ms;

	return k->busy || (k->pressed_ms != 0 && since_ms < k->show->layout->policy.double_press_s * INT64_C(1000));
}

static void
pressed(struct box_key *k)
{
	const struct layout *l = k->show->layout;
	const struct button *b = k->button;
	const struct device *printer = printer_of(k);
	struct command cmd = { .verb = DO_ISSUE, .service = layout_service(l, b->service), .language = b->language };
	struct show_printer state;
	struct change change;
	enum refusal refusal;

	if (is_double(k))
		return;
	if (printer == NULL || show_printer_state(k->show, printer->id, &state) == -1 || !state.ready) {
		refuse(k, NOT_AVAILABLE);
		return;
	}
	if (wait_too_long(k->show->waits, l, cmd.service)) {
		refuse(k, NOT_IN_TIME);
		return;
	}
	cmd.class = b->class[0] == '\0' ? 0 : layout_class(l, b->class);
	strcpy(cmd.printer, printer->id);
	ledger_draw_token(k->show->ledger, cmd.token);
	snprintf(cmd.actor, sizeof(cmd.actor), "device:%s/%d", l->device[k->device].id, b->address);
	refusal = ledger_submit(k->show->ledger, &cmd, &change, done, k);
	k->ticket = change.ticket;
	k->busy = refusal == OK;
	if (refusal == OK)
		k->pressed_ms = show_now_ms(k->show);
	else
		refuse(k, refusal);
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind != SAID_KEY)
		return;
	for (struct box_key *k = s->buttons->key; k < s->buttons->key + s->buttons->count; k++)
		if (k->device == device && k->button->address == what->address && key_fits(&k->button->key, &what->press)) {
			pressed(k);
			return;
		}
}

bool
buttons_at(const struct show *s, int device, int address)
{
	const struct device *d = &s->layout->device[device];

	for (int i = 0; i < d->button_count; i++)
		if (d->buttons[i].address == address)
			return true;
	return false;
}

/* It beeps, if it can; a button is the end. */
void
buttons_test(struct attempt *a)
{
	const struct driver *driver = show_driver(a->show, a->device);
	struct frame frame;

	if (driver->beep != NULL && driver->beep(&frame, a->address) == 0)
		line_send(a->show->lines, &(struct job){ .priority = LINE_CALL, .device = a->device, .address = a->address,
		    .area = LINE_NO_AREA, .frame = &frame });
	attempt_listen(a);
}

static void
buttons_open(struct show *s)
{
	struct buttons *buttons = s->buttons = xcalloc(1, sizeof(*buttons));

	for (int i = 0; i < s->layout->device_count; i++)
		for (int j = 0; j < s->layout->device[i].button_count; j++) {
			GROW(buttons->key, buttons->count, buttons->room);
			buttons->key[buttons->count++] = (struct box_key){ .show = s, .device = i,
			    .button = &s->layout->device[i].buttons[j] };
		}
}

static void
buttons_close(struct show *s)
{
	free(s->buttons->key);
	free(s->buttons);
}

const struct part buttons_part = { .open = buttons_open, .close = buttons_close, .said = said };
