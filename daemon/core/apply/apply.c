/* Facts are carried out: windows, accounts, bookings, the hall and its days. */
#include <string.h>

#include "daemon/core/apply/apply.h"
#include "daemon/core/queue.h"

void
window_set(struct window *w, enum window_state state, const struct fact *f)
{
	w->state = state;
	w->since_ms = f->at.steady_ms;
}

/* The roll of a printer, new when it is its first; printers that were there once and are no more may take all the room. */
struct roll *
roll_of(struct hall *h, const char *device)
{
	struct roll *roll = (struct roll *)hall_roll(h, device);

	if (roll == NULL && h->roll_count < DEVICES_MAX) {
		roll = &h->roll[h->roll_count++];
		strcpy(roll->device, device);
	}
	return roll;
}

static void
apply_roll(struct hall *h, const struct fact *f)
{
	struct roll *roll = roll_of(h, f->device);

	if (roll == NULL)
		return;
	if (f->roll == ROLL_NEAR) {
		roll->near = true;
		return;
	}
	roll->asked = f->roll == ROLL_ASKED;
	if (f->roll != ROLL_NEW)
		return;
	roll->used_mm = roll->tickets = 0;
	roll->near = false;
}

/* A step taken `later` only changes what happens when the window is free. */
static int
apply_window(struct hall *h, const struct fact *f)
{
	struct window *w = &h->window[f->window];

	switch (f->kind) {
	case WINDOW_PAUSED:
		w->pending = f->later ? PENDING_PAUSE : PENDING_NONE;
		break;
	case WINDOW_CLOSED:
		w->pending = f->later ? PENDING_CLOSE : PENDING_NONE;
		break;
	case WINDOW_HANDED_OVER:
		w->staff = f->staff;
		return 0;
	case WINDOW_LENT:
		w->lent = f->lent;
		w->lent_until_ms = f->until_ms;
		return 0;
	default:
		w->pending = PENDING_NONE;
	}
	w->until_ms = f->until_ms;
	if (!f->later)
		window_set(w, f->kind == WINDOW_PAUSED ? PAUSED : f->kind == WINDOW_CLOSED ? CLOSED : IDLE, f);
	if (w->state == IDLE)
		w->next_ms = 0;
	return 0;
}

static void
session_add(struct hall *h, const struct fact *f)
{
	struct session *s = &h->session[0];

	for (int i = 0; i < SESSIONS_MAX && s->hash[0] != '\0'; i++)
		if (h->session[i].hash[0] == '\0' || h->session[i].ends_ms < s->ends_ms)
			s = &h->session[i];
	*s = (struct session){ .staff = f->staff, .window = f->window, .ends_ms = f->session_ms };
	strcpy(s->hash, f->secret);
}

/* All sessions of an account, or the one with this hash. */
static void
session_end(struct hall *h, uint32_t staff, const char *hash)
{
	for (int i = 0; i < SESSIONS_MAX; i++)
		if (h->session[i].staff == staff && (hash == NULL || strcmp(h->session[i].hash, hash) == 0))
			h->session[i] = (struct session){ 0 };
}

/* Names and hashes come from the fact or, after a restart, from rows of their own. */
static int
apply_staff(struct hall *h, const struct fact *f)
{
	struct staff *s = (struct staff *)hall_staff(h, f->staff);
	struct window *w = &h->window[f->window];

	switch (f->kind) {
	case STAFF_ADDED:
		if (s != NULL || h->staff_count == STAFF_MAX)
			return s != NULL ? 0 : -1;
		s = &h->staff[h->staff_count++];
		*s = (struct staff){ .id = f->staff, .role = f->role };
		strcpy(s->name, f->name);
		strcpy(s->password, f->secret);
		return 0;
	case STAFF_PASSWORD:
		if (s != NULL && f->secret[0] != '\0')
			strcpy(s->password, f->secret);
		session_end(h, f->staff, NULL);
		return 0;
	case STAFF_SIGNED_IN:
		if (f->secret[0] != '\0')
			session_add(h, f);
		if (f->window != 0 && (s == NULL || (s->role != ROLE_WINDOW && s->role != ROLE_DISPLAY)))
			w->staff = f->staff;	/* a device that stands there is nobody */
		return 0;
	case STAFF_SIGNED_OUT:
		session_end(h, f->staff, f->secret);
		if (f->window != 0 && w->staff == f->staff)
			w->staff = 0;
		return 0;
	default:
		return -1;
	}
}

/* Those that are still to come go on into the next day. */
static void
bookings_close(struct hall *h)
{
	int kept = 0;

	for (int i = 0; i < h->booking_count; i++)
		if (h->booking[i].state == BOOKING_IS_MADE)
			h->booking[kept++] = h->booking[i];
	h->booking_count = kept;
}

/* From now on it stands still, if it did not. */
static void
stop_begins(struct hall *h, int64_t steady_ms)
{
	if (hall_halted(h))
		return;
	if (h->stop_count == STOPS_KEPT) {
		h->stop_count--;
		memmove(&h->stop[0], &h->stop[1], h->stop_count * sizeof h->stop[0]);
	}
	h->stop[h->stop_count++] = (struct stop){ .from_ms = steady_ms };
}

static int
apply_emergency(struct hall *h, const struct fact *f)
{
	struct panic *p = (struct panic *)hall_panic(h, f->window);

	switch (f->kind) {
	case HALL_HALTED:
		stop_begins(h, f->at.steady_ms);
		h->halt = HALT_SUSPENDED;
		return 0;
	case HALL_EVACUATED:
		stop_begins(h, f->at.steady_ms);
		h->halt = f->drill ? HALT_DRILL : HALT_EVACUATED;
		h->evacuation = f->text;
		return 0;
	case HALL_RESUMED:
		if (!hall_halted(h))
			return -1;
		h->halt = HALT_NONE;
		h->evacuation = (struct text){ 0 };
		h->stop[h->stop_count - 1].to_ms = f->at.steady_ms;
		return 0;
	case HALL_NOTICE:
		h->notice = (struct notice){ f->text, f->until_ms };
		return 0;
	case PANIC_RAISED:
		for (int i = 0; i < PANICS_MAX && p == NULL; i++)
			if (h->panic[i].window == 0)
				p = &h->panic[i];
		if (p == NULL)
			return -1;
		*p = (struct panic){ .window = f->window, .since_ms = f->at.steady_ms };
		return 0;
	case PANIC_ANSWERED:
		if (p == NULL)
			return -1;
		p->answered = true;
		p->helper = f->staff;
		return 0;
	case PANIC_ENDED:
		if (p == NULL)
			return -1;
		*p = (struct panic){ 0 };
		return 0;
	default:
		return -1;
	}
}

/* What a day leaves to the next: who left the hall is told to come back by people alone, a pause of the hall ends with its day. */
static void
emergencies_end(struct hall *h, int64_t steady_ms)
{
	memset(h->panic, 0, sizeof h->panic);
	memset(h->stop, 0, sizeof h->stop);
	h->stop_count = 0;
	if (h->halt == HALT_SUSPENDED)
		h->halt = HALT_NONE;
	if (hall_halted(h))
		h->stop[h->stop_count++] = (struct stop){ .from_ms = steady_ms };
}

/*
 * Nobody is in the hall any more, and its tickets are history.  Numbers begin
 * anew, unless it was the clock that was wrong and an earlier day goes on.
 */
static int
apply_day_closed(struct hall *h, const struct fact *f)
{
	for (int no = 1; no <= WINDOW_NO_MAX; no++) {
		struct window *w = &h->window[no];

		if (w->ticket != 0)
			return -1;
		if (w->state == OFFLINE && w->lent == 0)
			continue;
		w->pending = PENDING_NONE;
		w->next_ms = w->until_ms = w->lent_until_ms = 0;
		w->lent = 0;
		w->touched = f->seq;
		window_set(w, OFFLINE, f);
	}
	memset(h->undo, 0, sizeof h->undo);
	queue_clear_services(h);
	memset(h->help, 0, sizeof h->help);
	h->help_count = 0;
	h->held = h->reserved = (struct queue){ 0 };
	bookings_close(h);
	memset(h->override, 0, sizeof h->override);
	emergencies_end(h, f->at.steady_ms);
	memset(h->last_called, 0, sizeof h->last_called);
	memset(h->call, 0, sizeof h->call);
	for (int s = 0; s < SERVICES_MAX; s++)
		h->first_calls[s] = 1;
	h->call_count = h->ticket_count = h->leg_count = 0;
	record_forget(&h->records, h->day);
	for (struct roll *r = h->roll; r < h->roll + h->roll_count; r++) {
		if (r->today != 0)
			r->before = r->today;
		r->day = r->today = 0;
		r->first_ms = 0;
	}
	h->day_open = h->flagged = false;
	h->ending = ENDING_NOT;
	h->closed_day = h->day;
	for (int i = 0; f->goes_on != 0 && i < h->counter_count; i++)
		if (h->counter[i].day == h->day)
			h->counter[i].day = f->goes_on;
	if (f->goes_on != 0)
		h->day = f->goes_on;
	return 0;
}

static void
trouble_ends(struct hall *h, struct trouble *t)
{
	size_t behind = h->trouble + h->trouble_count - t - 1;

	memmove(t, t + 1, behind * sizeof *t);
	h->trouble_count--;
}

/* One that goes on for another reason lasts since it began.  Without room the oldest is forgotten. */
static void
apply_device(struct hall *h, const struct fact *f)
{
	struct trouble *t = (struct trouble *)hall_trouble(h, f->device, f->value);

	if (f->kind == DEVICE_OK) {
		if (t != NULL)
			trouble_ends(h, t);
		return;
	}
	if (t == NULL) {
		if (h->trouble_count == TROUBLES_MAX)
			trouble_ends(h, h->trouble);
		t = &h->trouble[h->trouble_count++];
		*t = (struct trouble){ .address = f->value, .since_ms = f->at.steady_ms };
		strcpy(t->device, f->device);
	}
	strcpy(t->reason, f->reason);
}

/* A repair of a device is ordered: its fault asks for no other. */
static void
apply_repair(struct hall *h, const struct record *r)
{
	struct trouble *t = (struct trouble *)hall_trouble(h, record_text(r, "device"), record_value(r, "address"));

	if (t != NULL && r->rev == 1)
		t->ordered = true;
}

/* Does what is known already say it?  A kiosk calls once until somebody answers, and is busy until it was not for a while. */
static bool
help_goes_on(struct help *help, const struct fact *f)
{
	bool over = help->busy ? f->at.steady_ms - help->last_ms > BUSY_OVER_MS : help->answered_ms != 0;

	help->last_ms = f->at.steady_ms;
	return !over;
}

static void
apply_help(struct hall *h, const struct fact *f)
{
	bool busy = f->kind == KIOSK_BUSY || f->busy;
	struct help *help = (struct help *)hall_help(h, f->device, busy);

	switch (f->kind) {
	case HELP_ANSWERED:
		if (help == NULL)
			return;
		help->answered_ms = f->at.steady_ms;
		help->staff = f->staff;
		return;
	case HELP_ENDED:
		if (help == NULL)
			return;
		*help = h->help[--h->help_count];
		h->help[h->help_count] = (struct help){ 0 };
		return;
	default:
		if (help != NULL && help_goes_on(help, f))
			return;
		if (help == NULL && h->help_count < HELPS_MAX)
			help = &h->help[h->help_count++];
		if (help == NULL)
			return;
		*help = (struct help){ .busy = busy, .called_ms = f->at.steady_ms, .last_ms = f->at.steady_ms };
		strcpy(help->device, f->device);
	}
}

static int
apply_booking(struct hall *h, const struct fact *f)
{
	struct booking *b = (struct booking *)hall_booking(h, f->booking);

	switch (f->kind) {
	case BOOKING_MADE:
		if (h->booking_count == BOOKINGS_MAX || f->booking <= h->last_booking)
			return -1;
		b = &h->booking[h->booking_count++];
		memset(b, 0, sizeof *b);
		*b = (struct booking){ .id = f->booking, .service = f->service, .class = f->class, .language = f->language,
		    .from_ms = f->from_ms, .to_ms = f->to_ms, .reference = f->reference,
		    .person = f->person };
		strcpy(b->code, f->code);
		h->last_booking = f->booking;
		return 0;
	case BOOKING_CANCELLED:
	case BOOKING_NO_SHOW:
		if (b == NULL || b->state != BOOKING_IS_MADE)
			return -1;
		b->state = f->kind == BOOKING_NO_SHOW ? BOOKING_IS_NO_SHOW : BOOKING_IS_CANCELLED;
		return 0;
	default:
		if (b == NULL || (b->state != BOOKING_IS_MADE && b->state != BOOKING_IS_NO_SHOW))
			return -1;
		b->state = BOOKING_IS_CHECKED_IN;
		b->ticket = f->ticket;
		return 0;
	}
}

static int
apply(struct hall *h, const struct fact *f)
{
	bool at_work = f->kind >= WINDOW_OPENED && f->kind <= WINDOW_LENT;

	if (at_work || (f->kind >= TICKET_ISSUED && f->kind <= RATING_GIVEN) || f->kind == HALL_HALTED || f->kind == PANIC_RAISED)
		h->day_open = true;
	if (at_work)
		return apply_window(h, f);
	if (f->kind >= TICKET_ISSUED && f->kind <= RATING_GIVEN)
		return apply_ticket(h, f);
	if (f->kind == HALL_DAY_CLOSED)
		return apply_day_closed(h, f);
	if (f->kind == HALL_CLOCK)
		h->flagged = true;
	if (f->kind == HALL_ENDING) {
		h->ending = f->slips ? ENDING_WITH_SLIPS : ENDING_SERVES;
		h->day_open = true;
	}
	if (f->kind >= STAFF_ADDED && f->kind <= STAFF_SIGNED_OUT)
		return apply_staff(h, f);
	if (f->kind >= BOOKING_MADE && f->kind <= BOOKING_NO_SHOW)
		return apply_booking(h, f);
	if ((f->kind >= HALL_HALTED && f->kind <= HALL_NOTICE) || (f->kind >= PANIC_RAISED && f->kind <= PANIC_ENDED))
		return apply_emergency(h, f);
	if (f->kind == HALL_LAYOUT) {
		h->layout_rev = f->value;
		strcpy(h->layout_digest, f->reason);
	}
	if (f->kind == DEVICE_FAULT || f->kind == DEVICE_OK)
		apply_device(h, f);
	if (f->kind == DEVICE_ROLL)
		apply_roll(h, f);
	if (f->kind >= HELP_CALLED && f->kind <= KIOSK_BUSY)
		apply_help(h, f);
	if (f->kind == HALL_OVERRIDE)
		h->override[f->service] = (struct override){ f->closed || f->until_min != -1 || f->quota != -1 ? f->at.day : 0,
		    f->closed, f->until_min, f->quota };
	if (f->kind == RECORD_FACTS + SUBJECT_REPAIR)
		apply_repair(h, &f->record);
	if (f->kind > RECORD_FACTS)
		return record_put(&h->records, &f->record);
	if (f->kind == HALL_STARTED) {
		strcpy(h->boot, f->boot);
		h->offset_ms = f->offset_ms;
	}
	return 0;
}

static void
begin_day(struct hall *h, int day)
{
	h->day = day;
	h->totals = (struct totals){ 0 };
	memset(h->override, 0, sizeof h->override);
	for (uint32_t i = 0; i < h->ticket_count; i++)
		h->ticket[i].person = (struct person){ 0 };
	for (int i = 0; i < WINDOWS_MAX; i++)
		h->undo[i].added = h->totals;
}

int
hall_apply(struct hall *h, const struct fact *f)
{
	struct window *w, before;

	if (f->seq != h->seq + 1 || f->window < 0 || f->window > WINDOW_NO_MAX)
		return -1;
	if (f->at.day > h->day)
		begin_day(h, f->at.day);
	if (!f->with)
		undo_begin(h, f);
	w = &h->window[f->window];
	memcpy(&before, w, sizeof before);
	if (apply(h, f) == -1)
		return -1;
	gate_all(h, f->ticket);
	h->seq = f->seq;
	h->steady_ms = f->at.steady_ms;
	h->wall_ms = f->at.wall_ms;
	if (memcmp(&before, w, sizeof before) != 0)
		w->touched = f->seq;
	if (h->doing != -1)
		h->undo[h->doing].last = f->seq;
	return 0;
}
