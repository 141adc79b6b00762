/*
 * The health of every address: seen by those who ask, and a fact when it gets
 * bad or good again.  An address is bad when it does not answer or its port is
 * gone; a printer also when it cannot print.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

#define START_MS	5000	/* until the ports had time to open and the devices to answer */
#define AGAIN_MS	5000	/* after the store did not take a fact; and the least from one of an address to the next */

struct patient {
	struct show	*show;
	int		 device, address;
	char		 told[TEXT_MAX];	/* the reason of the last fault; "": none is told */
	char		 telling[TEXT_MAX];	/* the same, on its way to the disk */
	enum show_health state;			/* as seen last */
	char		 reason[TEXT_MAX];
	int64_t		 since_ms;
	bool		 busy;			/* so is a fact */
	int64_t		 next_ms;		/* nothing is told before */
};

struct health {
	struct patient	*patient;
	int		 count, room;
	struct timer	*timer;
	bool		 started;	/* START_MS are over */
};

/* What is wrong, most important first. */
static const struct { enum printer_flag flag; const char *reason; } printer_reasons[] = {
	{ PRINTER_PAPER_OUT,	"paper is out" },
	{ PRINTER_COVER_OPEN,	"cover is open" },
	{ PRINTER_CUTTER_ERROR,	"cutter is stuck" },
	{ PRINTER_OTHER_ERROR,	"error" },
	{ PRINTER_OFFLINE,	"offline" },
};

const char *
show_health_name(enum show_health health)
{
	static const char *const names[HEALTHS] = {
		[HEALTH_OK] = "ok", [HEALTH_DEGRADED] = "degraded", [HEALTH_SILENT] = "silent",
		[HEALTH_UNPLUGGED] = "unplugged", [HEALTH_FAULT] = "fault"
	};

	return names[health];
}

const char *
printer_reason(unsigned flags)
{
	for (size_t i = 0; i < sizeof(printer_reasons) / sizeof(printer_reasons[0]); i++)
		if (flags & printer_reasons[i].flag)
			return printer_reasons[i].reason;
	return "";
}

static unsigned
flags_of(const struct show *s, int device)
{
	return show_driver(s, device)->kind == DRIVER_PRINTER ? printers_flags(s, device) : 0;
}

/* What is wrong with it now, "" if nothing.  NULL: not known yet, so it is as it was. */
static const char *
reason_of(const struct patient *p)
{
	const struct line_health *h = line_health(p->show->lines, p->device, p->address);

	if (h->trouble != NULL)
		return h->trouble;
	switch (h->state) {
	case LINE_GONE:
	case LINE_DEGRADED:
		return h->reason;
	case LINE_OK:
		return printer_reason(flags_of(p->show, p->device));
	case LINE_TRYING:
	case LINE_STATES:
		break;
	}
	return NULL;
}

/* Speaks when somebody presses or scans, and at no other time: while it was not heard nobody knows how it is. */
static bool
waits_for_somebody(const struct patient *p)
{
	const struct driver *d = show_driver(p->show, p->device);

	return (d->kind == DRIVER_KEYPAD || d->kind == DRIVER_SCANNER) && d->probe == NULL;
}

/* In one word, and why. */
static enum show_health
state_of(const struct patient *p, const char **reason)
{
	const struct line_health *h = line_health(p->show->lines, p->device, p->address);
	const char *fault = printer_reason(flags_of(p->show, p->device));

	*reason = h->reason;
	if (h->state == LINE_GONE)
		return HEALTH_UNPLUGGED;
	if (h->trouble != NULL) {
		*reason = h->trouble;
		return HEALTH_FAULT;
	}
	if (h->state != LINE_OK)
		return h->heard_ms == 0 || h->state == LINE_TRYING ? HEALTH_SILENT : HEALTH_DEGRADED;
	if (h->heard_ms == 0 && waits_for_somebody(p)) {
		*reason = "not heard yet";
		return HEALTH_SILENT;
	}
	if (fault[0] == '\0')
		return HEALTH_OK;
	*reason = fault;
	return HEALTH_FAULT;
}

/* Since when it is as it is. */
static void
notice(struct patient *p)
{
	const char *reason;
	enum show_health state = state_of(p, &reason);

	if (state == p->state && strcmp(reason, p->reason) == 0)
		return;
	p->state = state;
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
	p->since_ms = show_now_ms(p->show);
}

static void	look(struct patient *);

static void
later(struct show *s)
{
	if (timer_due_ms(s->health->timer) == TIMER_NEVER)
		timer_at(s->health->timer, show_now_ms(s) + AGAIN_MS);
}

static void
written(void *arg, enum refusal refusal)
{
	struct patient *p = arg;

	p->busy = false;
	if (refusal != OK) {
		later(p->show);
		return;
	}
	strcpy(p->told, p->telling);
	p->next_ms = show_now_ms(p->show) + AGAIN_MS;
	look(p);
}

/* Tell the log if it is not as was told last. */
static void
look(struct patient *p)
{
	const char *reason = reason_of(p);
	struct command cmd = { .verb = DO_DEVICE, .actor = "system", .address = p->address };
	struct change change;

	if (!p->show->health->started || p->busy || reason == NULL || strcmp(reason, p->told) == 0)
		return;
	if (show_now_ms(p->show) < p->next_ms) {		/* it comes and goes: the log would be full of it */
		later(p->show);
		return;
	}
	cmd.faulty = reason[0] != '\0';
	snprintf(cmd.device, sizeof(cmd.device), "%s", p->show->layout->device[p->device].id);
	snprintf(cmd.reason, sizeof(cmd.reason), "%s", reason);
	strcpy(p->telling, cmd.reason);
	p->busy = ledger_submit(p->show->ledger, &cmd, &change, written, p) == OK;
	if (!p->busy)
		later(p->show);
}

static struct patient *
find(const struct show *s, int device, int address)
{
	for (int i = 0; i < s->health->count; i++)
		if (s->health->patient[i].device == device && s->health->patient[i].address == address)
			return &s->health->patient[i];
	return NULL;
}

static void
tell_nobody(void *arg, enum refusal refusal)
{
	(void)arg;
	(void)refusal;
}

/* What the layout has no more is at fault no more. */
static void
end_troubles(struct show *s)
{
	const struct hall *h = ledger_shown(s->ledger);
	struct command cmd = { .verb = DO_DEVICE, .actor = "system" };
	struct change change;

	for (const struct trouble *t = h->trouble; t < h->trouble + h->trouble_count; t++) {
		int device = layout_device(s->layout, t->device);

		if (device != -1 && find(s, device, t->address) != NULL)
			continue;
		cmd.address = t->address;
		strcpy(cmd.device, t->device);
		ledger_submit(s->ledger, &cmd, &change, tell_nobody, NULL);
	}
}

static void
look_at_all(void *arg)
{
	struct show *s = arg;

	if (!s->health->started)
		end_troubles(s);
	s->health->started = true;
	for (int i = 0; i < s->health->count; i++)
		look(&s->health->patient[i]);
}

void
health_look(struct show *s, int device, int address)
{
	struct patient *p = find(s, device, address);

	if (p == NULL)
		return;
	notice(p);
	look(p);
}

static void
changed(struct show *s, int device, int address, const struct line_health *h)
{
	(void)h;
	health_look(s, device, address);
}

/* Heard for the first time: no other state of the line, but of what is known. */
static void
said(struct show *s, int device, const struct said *what)
{
	health_look(s, device, what->address);
}

static void
add(struct show *s, int device, int address)
{
	struct health *h = s->health;
	const struct trouble *trouble = hall_trouble(ledger_shown(s->ledger), s->layout->device[device].id, address);

	if (find(s, device, address) != NULL)
		return;
	GROW(h->patient, h->count, h->room);
	h->patient[h->count] = (struct patient){ .show = s, .device = device, .address = address };
	if (trouble != NULL)
		strcpy(h->patient[h->count].told, trouble->reason);
	notice(&h->patient[h->count++]);
}

static void
add_seat(struct show *s, int device, const struct seat *seat)
{
	if (seat->device == device)
		add(s, device, seat->address);
}

static void
health_open(struct show *s)
{
	const struct layout *l = s->layout;

	s->health = xcalloc(1, sizeof(*s->health));
	for (int i = 0; i < l->device_count; i++) {
		if (!driver_addressed(show_driver(s, i)->kind))
			add(s, i, 0);
		for (int j = 0; j < l->device[i].button_count; j++)
			add(s, i, l->device[i].buttons[j].address);
		for (const struct window_layout *w = l->window; w < l->window + l->window_count; w++) {
			add_seat(s, i, &w->sign);
			add_seat(s, i, &w->keypad);
			add_seat(s, i, &w->rater);
		}
	}
	s->health->timer = timer_new(s->clock, look_at_all, s);
	timer_at(s->health->timer, show_now_ms(s) + START_MS);
}

static void
health_close(struct show *s)
{
	timer_free(s->health->timer);
	free(s->health->patient);
	free(s->health);
}

const struct part health_part = { .open = health_open, .close = health_close, .said = said, .health = changed };

bool
show_device(const struct show *s, int i, struct show_device *d)
{
	const struct patient *p;

	if (i < 0 || i >= s->health->count)
		return false;
	p = &s->health->patient[i];
	*d = (struct show_device){ .device = &s->layout->device[p->device], .driver = show_driver(s, p->device),
	    .address = p->address, .since_ms = p->since_ms,
	    .health = line_health(s->lines, p->device, p->address), .printer = flags_of(s, p->device) };
	d->state = state_of(p, &d->reason);
	d->well = d->state == HEALTH_OK || (d->state == HEALTH_SILENT && d->health->state == LINE_OK);
	return true;
}

enum show_sign
show_sign(const struct show *s, int window)
{
	const struct window_layout *w = layout_window(s->layout, window);
	const struct line_health *h;

	if (w == NULL || w->sign.device == -1)
		return SHOW_SIGN_NONE;
	h = line_health(s->lines, w->sign.device, w->sign.address);
	return h->state == LINE_GONE || h->state == LINE_DEGRADED ? SHOW_SIGN_DEAD : SHOW_SIGN_OK;
}
