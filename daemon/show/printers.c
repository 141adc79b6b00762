/*
 * Tickets on paper.  A ticket is queued -> sent -> printed, unconfirmed or
 * failed, and each step is on disk before the next begins: paper goes out only
 * when "sent" is on disk, and once.
 *
 *	ASK	its status; a printer that never said anything is taken as it is
 *	COMMIT	"sent"
 *	PRINT	until it says that all is printed
 *	TELL	what became of it, until that is on disk
 *
 * A job found as sent after a restart is unconfirmed: the paper may exist.
 *
 * A ticket waits for a printer that cannot print until it is stale, or until
 * the printer named as its stand-in can.  What a printer says it could not
 * print is queued again, and its paper says that there may be another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/show/part.h"
#include "display/paper.h"

#define STATUS_MS	30000	/* from one question after its state to the next, when nothing is printed */
#define AGAIN_MS	1000	/* after the store took nothing, or while the printer cannot print */
#define STOPS	(PRINTER_OFFLINE | PRINTER_COVER_OPEN | PRINTER_PAPER_OUT | PRINTER_CUTTER_ERROR | PRINTER_OTHER_ERROR)

/* A ticket in the queue of its printer; an outcome that is known already only has to be told. */
struct slip {
	uint32_t		ticket;
	int64_t			issued_ms;	/* steady time */
	enum print_state	outcome;	/* PRINT_NONE: to be printed */
};

struct printer {
	struct show		*show;
	int			 device;	/* -1: stands for printers that are not there */
	const struct driver	*driver;
	struct timer		*timer;
	enum { REST, ASK, COMMIT, PRINT, TELL } phase;
	struct slip		*queue;
	int			 count, room;
	int64_t			 due_ms;	/* at rest: nothing before, to ask or to try again */
	bool			 heard;		/* it said something, ever */
	bool			 forget;	/* its buffer may hold what was given up */
	unsigned		 flags;		/* enum printer_flag, as far as is known */
	int			 mm;		/* of the paper under way */
	unsigned		 opened;	/* it was open or out of paper, and has not told these flags since */
	bool			 ask_roll;	/* and now it is closed, maybe on another roll: to be asked about */
	bool			 tell_near;	/* its roll is nearly out: to be told */
};

struct printers {
	struct printer	*printer;	/* the last one has device -1 */
	int		 count;
};

static void	go(struct printer *);
static void	queue(struct printer *, uint32_t ticket, int64_t issued_ms, enum print_state outcome);
static bool	stale(const struct printer *, const struct slip *);

static struct printer *
printer_of(const struct show *s, int device)
{
	struct printer *p = s->printers->printer;

	while (p->device != device && p->device != -1)
		p++;
	return p;
}

static void
job(struct printer *p, const struct frame *frame, int tries, bool deaf,
    void (*done)(void *, enum line_outcome, const struct said *))
{
	line_send(p->show->lines, &(struct job){ .priority = LINE_PRINT, .device = p->device, .area = LINE_NO_AREA,
	    .tries = tries, .deaf = deaf, .frame = frame, .done = done, .arg = p });
}

static void
rest(struct printer *p, int64_t wait_ms)
{
	p->phase = REST;
	p->due_ms = show_now_ms(p->show) + wait_ms;
	go(p);
}

static void
take_off(struct printer *p)
{
	p->count--;
	memmove(&p->queue[0], &p->queue[1], p->count * sizeof(p->queue[0]));
	p->mm = 0;
	p->show->revision++;
}

static const char *
id_of(const struct printer *p)
{
	return p->show->layout->device[p->device].id;
}

/* Its state. */

/* A ticket sent to it now would be printed, as far as is known. */
static bool
ready(const struct printer *p)
{
	enum line_state line = line_health(p->show->lines, p->device, 0)->state;

	return !(p->flags & STOPS) && line != LINE_GONE && (!p->heard || line != LINE_DEGRADED);
}

/* The printer named to take over, if it can; NULL: nobody does. */
static struct printer *
stand_in(const struct printer *p)
{
	const char *id = p->show->layout->device[p->device].stand_in;
	struct printer *other = id[0] == '\0' ? NULL : printer_of(p->show, layout_device(p->show->layout, id));

	return other != NULL && other->device != -1 && ready(other) ? other : NULL;
}

static void
roll_asked(void *arg, enum refusal refusal)
{
	struct printer *p = arg;

	p->ask_roll |= refusal != OK;
}

/* Whether the roll is another one: tried again with the next thing the printer says. */
static void
ask_roll(struct printer *p)
{
	struct command cmd = { .verb = DO_ROLL, .actor = "system", .roll = ROLL_ASKED };
	struct change change;
	enum refusal refusal;

	if (!p->ask_roll)
		return;
	strcpy(cmd.device, id_of(p));
	refusal = ledger_submit(p->show->ledger, &cmd, &change, roll_asked, p);
	p->ask_roll = refusal != OK && refusal != NOT_ALLOWED;	/* asked already */
}

static void
near_told(void *arg, enum refusal refusal)
{
	struct printer *p = arg;

	p->tell_near |= refusal != OK;
}

/* That the roll is nearly out: likewise. */
static void
tell_near(struct printer *p)
{
	struct command cmd = { .verb = DO_ROLL, .actor = "system", .roll = ROLL_NEAR };
	struct change change;
	enum refusal refusal;

	if (!p->tell_near)
		return;
	strcpy(cmd.device, id_of(p));
	refusal = ledger_submit(p->show->ledger, &cmd, &change, near_told, p);
	p->tell_near = refusal != OK && refusal != NOT_ALLOWED;	/* told already */
}

static void
watch_roll(struct printer *p, const struct printer_status *status)
{
	const unsigned open = PRINTER_PAPER_OUT | PRINTER_COVER_OPEN;

	if (p->flags & open)
		p->opened = open;
	else if (p->opened != 0)
		p->ask_roll = (p->opened &= ~status->known) == 0;
	ask_roll(p);
}

/* The sensor sees the end of the roll: with the roll taken out or lifted it sees none, which says nothing of how much is left. */
static bool
sees_end(unsigned flags)
{
	return (flags & PRINTER_PAPER_LOW) != 0 && (flags & (PRINTER_PAPER_OUT | PRINTER_COVER_OPEN)) == 0;
}

static void
merge(struct printer *p, const struct printer_status *status)
{
	unsigned flags = (p->flags & ~status->known) | status->flags;

	p->heard = true;
	p->tell_near |= sees_end(flags) && !sees_end(p->flags);
	if (flags != p->flags) {
		p->flags = flags;
		p->show->revision++;
		health_look(p->show, p->device, 0);
	}
	watch_roll(p, status);
	tell_near(p);
}

static void
forgotten(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct printer *p = arg;

	(void)said;
	if (outcome == LINE_DONE)
		p->forget = false;
}

/* Clear what was given up, before anything else is printed or it prints by itself. */
static void
forget(struct printer *p)
{
	struct frame frame;

	if (p->forget && p->driver->forget != NULL && p->driver->forget(&frame) == 0)
		job(p, &frame, 0, false, forgotten);
}

/* The log. */

/* Submit what becomes of the first slip.  False: not now; a ticket that takes it no more is off the queue. */
static bool
submit(struct printer *p, enum print_state state, void (*done)(void *, enum refusal))
{
	struct command cmd = { .verb = DO_PRINTED, .ticket = p->queue[0].ticket, .print = state };
	struct change change;
	enum refusal refusal;

	snprintf(cmd.actor, sizeof(cmd.actor), "%s%s", p->device == -1 ? "system" : "device:",
	    p->device == -1 ? "" : id_of(p));
	if (state == PRINT_SENT)
		strcpy(cmd.printer, id_of(p));
	else
		cmd.mm = p->mm;
	refusal = ledger_submit(p->show->ledger, &cmd, &change, done, p);
	if (refusal == NOT_ALLOWED || refusal == UNKNOWN_TICKET)
		take_off(p);
	return refusal == OK;
}

static void
was_told(void *arg, enum refusal refusal)
{
	struct printer *p = arg;

	if (refusal == OK && p->queue[0].outcome == PRINT_QUEUED) {
		p->queue[0].outcome = PRINT_NONE;
		p->mm = 0;
	} else if (refusal == OK)
		take_off(p);
	rest(p, refusal == OK ? 0 : AGAIN_MS);
}

static void
tell(struct printer *p, enum print_state outcome)
{
	p->queue[0].outcome = outcome;
	p->phase = TELL;
	if (!submit(p, outcome, was_told))
		rest(p, AGAIN_MS);
}

/* The paper. */

static void
printed(void *arg, enum line_outcome outcome, const struct said *said)
{
	struct printer *p = arg;

	(void)said;
	if (outcome == LINE_DONE) {
		tell(p, PRINT_DONE);
	} else if (!p->heard) {
		tell(p, PRINT_UNCONFIRMED);
	} else {
		p->forget = true;
		forget(p);
		tell(p, p->flags & STOPS ? PRINT_QUEUED : PRINT_FAILED);
	}
}

static void
committed(void *arg, enum refusal refusal)
{
	struct printer *p = arg;
	const struct show *s = p->show;
	const struct hall *h = ledger_shown(s->ledger);
	const struct device *device = &s->layout->device[p->device];
	const struct ticket *t = hall_ticket(h, p->queue[0].ticket);
	struct instant now = ledger_now(s->ledger);
	struct wait_s wait;
	struct band band;
	struct paper paper;
	struct frame frame;
	bool known;

	if (refusal != OK) {
		rest(p, AGAIN_MS);
		return;
	}
	p->phase = PRINT;
	wait = wait_of_ticket(s->waits, h, t, now.steady_ms);
	known = wait_band(&band, &wait, h, s->layout, hall_leg(h, t)->service, &now);
	p->mm = paper_ticket(&paper, h, s->layout, s->texts, t, device, known ? &band : NULL, &now);
	if (p->driver->print(&frame, device, &paper) == -1) {
		log_line("printer %s: %s cannot be laid out", device->id, t->number);
		p->mm = 0;
		tell(p, PRINT_FAILED);
		return;
	}
	job(p, &frame, 1, !p->heard, printed);
}

static void
commit(struct printer *p)
{
	p->phase = COMMIT;
	forget(p);
	if (!submit(p, PRINT_SENT, committed))
		rest(p, AGAIN_MS);
}

/* What is to be printed goes to the stand-in, if there is one that can. */
static void
hand_over(struct printer *p)
{
	struct printer *other = stand_in(p);

	while (other != NULL && p->count > 0 && p->queue[0].outcome == PRINT_NONE && !stale(p, &p->queue[0])) {
		queue(other, p->queue[0].ticket, p->queue[0].issued_ms, PRINT_NONE);
		take_off(p);
	}
}

/* Its state is known now, or it does not answer. */
static void
asked(struct printer *p, enum line_outcome outcome)
{
	bool can = outcome == LINE_DONE ? !(p->flags & STOPS) : outcome == LINE_SILENT && !p->heard;

	if (p->count > 0 && can) {
		commit(p);
		return;
	}
	if (p->count > 0)
		hand_over(p);
	rest(p, p->count > 0 ? AGAIN_MS : STATUS_MS);
}

/* One question at a time, since answers do not name it; which error there is only if there is one. */

static void	ask(struct printer *, int n, void (*done)(void *, enum line_outcome, const struct said *));

static void
answered_paper(void *arg, enum line_outcome outcome, const struct said *said)
{
	(void)said;
	asked(arg, outcome);
}

static void
answered_error(void *arg, enum line_outcome outcome, const struct said *said)
{
	(void)said;
	if (outcome == LINE_DONE)
		ask(arg, ESCPOS_ASK_PAPER, answered_paper);
	else
		asked(arg, outcome);
}

static void
answered_offline(void *arg, enum line_outcome outcome, const struct said *said)
{
	if (outcome != LINE_DONE)
		asked(arg, outcome);
	else if (said->status.flags & PRINTER_OTHER_ERROR)
		ask(arg, ESCPOS_ASK_ERROR, answered_error);
	else
		ask(arg, ESCPOS_ASK_PAPER, answered_paper);
}

static void
answered_printer(void *arg, enum line_outcome outcome, const struct said *said)
{
	(void)said;
	if (outcome == LINE_DONE)
		ask(arg, ESCPOS_ASK_OFFLINE, answered_offline);
	else
		asked(arg, outcome);
}

/* With a ticket in hand even one that did not answer lately: it may have come back. */
static void
ask(struct printer *p, int n, void (*done)(void *, enum line_outcome, const struct said *))
{
	struct frame frame;

	p->phase = ASK;
	if (p->driver->status(&frame, n) == 0)
		job(p, &frame, 0, p->count > 0, done);
}

/* At rest: what is next. */

/* What is of another day is wanted as long as this one is open, however many are before it. */
static bool
stale(const struct printer *p, const struct slip *slip)
{
	const struct ticket *t = hall_ticket(ledger_shown(p->show->ledger), slip->ticket);
	int limit_s = p->show->layout->policy.print_stale_s;

	return limit_s != 0 && (t == NULL || t->booking == 0) && show_now_ms(p->show) - slip->issued_ms > limit_s * INT64_C(1000);
}

static void
go(struct printer *p)
{
	const struct slip *first = p->count > 0 ? &p->queue[0] : NULL;

	if (p->phase != REST)
		return;
	if (show_now_ms(p->show) < p->due_ms)
		timer_at(p->timer, p->due_ms);
	else if (first != NULL && first->outcome != PRINT_NONE)
		tell(p, first->outcome);
	else if (first != NULL && (p->device == -1 || stale(p, first)))
		tell(p, PRINT_FAILED);
	else if (p->device != -1)
		ask(p, ESCPOS_ASK_PRINTER, answered_printer);
}

static void
due(void *arg)
{
	go(arg);
}

static void
queue(struct printer *p, uint32_t ticket, int64_t issued_ms, enum print_state outcome)
{
	GROW(p->queue, p->count, p->room);
	p->queue[p->count++] = (struct slip){ .ticket = ticket, .issued_ms = issued_ms, .outcome = outcome };
	if (p->phase == REST && p->count == 1) {
		p->due_ms = 0;
		timer_at(p->timer, 0);
	}
}

static void
see(struct show *s, const struct fact *f)
{
	struct printer *p = printer_of(s, layout_device(s->layout, f->device));

	if ((f->kind != TICKET_ISSUED && f->kind != TICKET_PRINTED) || f->print != PRINT_QUEUED)
		return;
	/* What it gave up itself still stands first. */
	if (p->count == 0 || p->queue[0].ticket != f->ticket)
		queue(p, f->ticket, f->at.steady_ms, PRINT_NONE);
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind == SAID_STATUS || what->kind == SAID_REPORT || what->kind == SAID_PRINTED)
		merge(printer_of(s, device), &what->status);
}

/* What does not answer has no known state; what answers again may hold a ticket that was given up. */
static void
health(struct show *s, int device, int address, const struct line_health *h)
{
	struct printer *p = printer_of(s, device);

	(void)address;
	if (p->device == -1)
		return;
	if (h->state == LINE_OK)
		forget(p);
	else if (h->state != LINE_TRYING)
		p->flags = 0;
}

static void
add_printer(struct show *s, int device, const struct driver *driver)
{
	struct printer *p = &s->printers->printer[s->printers->count++];

	*p = (struct printer){ .show = s, .device = device, .driver = driver, .timer = timer_new(s->clock, due, p),
	    .due_ms = show_now_ms(s) + STATUS_MS };
	timer_at(p->timer, p->due_ms);
}

/* Jobs of before the restart, in their order. */
static void
take_up(struct show *s, const struct hall *h)
{
	for (uint32_t i = 0; i < h->ticket_count; i++) {
		const struct ticket *t = &h->ticket[i];

		if (t->print == PRINT_QUEUED || t->print == PRINT_SENT)
			queue(printer_of(s, layout_device(s->layout, t->printer)), t->id, t->queued_ms,
			    t->print == PRINT_SENT ? PRINT_UNCONFIRMED : PRINT_NONE);
	}
}

static void
printers_open(struct show *s)
{
	s->printers = xcalloc(1, sizeof(*s->printers));
	s->printers->printer = xcalloc(s->layout->device_count + 1, sizeof(*s->printers->printer));
	for (int i = 0; i < s->layout->device_count; i++)
		if (show_driver(s, i)->kind == DRIVER_PRINTER)
			add_printer(s, i, show_driver(s, i));
	add_printer(s, -1, NULL);
	take_up(s, ledger_shown(s->ledger));
}

static void
printers_close(struct show *s)
{
	for (int i = 0; i < s->printers->count; i++) {
		timer_free(s->printers->printer[i].timer);
		free(s->printers->printer[i].queue);
	}
	free(s->printers->printer);
	free(s->printers);
}

const struct part printers_part = { .open = printers_open, .close = printers_close, .see = see, .said = said,
	.health = health };

unsigned
printers_flags(const struct show *s, int device)
{
	return printer_of(s, device)->flags;
}

void
printers_forget(struct show *s, int device)
{
	struct printer *p = printer_of(s, device);

	p->forget = p->heard;
	forget(p);
}

/* A test is not a ticket: nothing of it is on disk, and it is not printed later. */
void
printers_test(struct attempt *a)
{
	struct printer *p = printer_of(a->show, a->device);
	const struct device *device = &a->show->layout->device[a->device];
	struct paper paper;
	struct frame frame;

	paper_test(&paper, a->show->layout, a->show->texts, device->id, ledger_now(a->show->ledger).wall_ms);
	if (p->flags & STOPS)
		attempt_end(a, LINE_REFUSED, printer_reason(p->flags));
	else if (p->driver->print(&frame, device, &paper) == -1)
		attempt_end(a, LINE_REFUSED, "it cannot be laid out");
	else
		line_send(a->show->lines, &(struct job){ .priority = LINE_PRINT, .device = a->device, .area = LINE_NO_AREA,
		    .tries = 1, .deaf = true, .frame = &frame, .done = attempt_told, .arg = a });
}

int
show_printer_state(const struct show *s, const char *id, struct show_printer *state)
{
	const struct printer *p = printer_of(s, layout_device(s->layout, id));

	if (p->device == -1)
		return -1;
	*state = (struct show_printer){ .flags = p->flags, .queued = p->count, .ready = ready(p) || stand_in(p) != NULL,
	    .answers = p->heard && line_health(s->lines, p->device, 0)->state == LINE_OK };
	return 0;
}
