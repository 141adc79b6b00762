/* What happens by itself: the table, and the command that does it. */
#include "daemon/core/decide/booking.h"
#include "daemon/core/decide/desk.h"
#include "daemon/core/decide/due.h"
#include "daemon/core/rule/pick.h"

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Room for what one of them does, with what follows from it? */
static bool
has_room(const struct desk *d)
{
	return d->change->count < FACTS_MAX - 4;
}

/* The desk of a window. */
static struct desk
desk_at(const struct desk *d, int no)
{
	struct desk at = *d;

	at.no = no;
	at.place = layout_window(d->layout, no);
	at.window = &d->hall->window[no];
	if ((at.ticket = hall_ticket(d->hall, at.window->ticket)) != NULL)
		at.leg = hall_leg(d->hall, at.ticket);
	return at;
}

/* While the hall stands still no time runs out. */
static int64_t
until(const struct hall *h, const struct leg *leg, int64_t now_ms)
{
	return leg->held_until_ms == 0 || hall_halted(h) ? DUE_NEVER : hall_until(h, leg, now_ms);
}

/* Held for so long; or by a window that does not work. */

static int64_t
held_until(const struct hall *h, const struct layout *l, const struct leg *leg, int64_t now_ms)
{
	if (layout_window(l, leg->window) == NULL || !window_open(&h->window[leg->window]))
		return 0;
	return until(h, leg, now_ms);
}

static int64_t
held_over_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	for (uint32_t at = h->held.head; at != 0; at = h->leg[at - 1].queue_next)
		at_ms = sooner(at_ms, held_until(h, l, &h->leg[at - 1], now->steady_ms));
	return at_ms;
}

static void
held_over(struct desk *d)
{
	for (uint32_t at = d->hall->held.head, next; at != 0 && has_room(d); at = next) {
		const struct leg *leg = &d->hall->leg[at - 1];

		next = leg->queue_next;
		if (held_until(d->hall, d->layout, leg, d->now.steady_ms) <= d->now.steady_ms)
			comes_back(d, leg);
	}
}

/* Called, and nobody came. */

static int64_t
no_answer_until(const struct hall *h, const struct layout *l, int no, int64_t now_ms)
{
	const struct window *w = &h->window[no];
	int64_t called_ms;

	if (l->policy.no_answer_s == 0 || w->state != CALLING || hall_halted(h))
		return DUE_NEVER;
	called_ms = hall_leg(h, hall_ticket(h, w->ticket))->recalled_ms;
	return called_ms + l->policy.no_answer_s * INT64_C(1000) + hall_stood(h, called_ms, now_ms);
}

static int64_t
no_answer_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	for (int i = 0; i < l->window_count; i++)
		at_ms = sooner(at_ms, no_answer_until(h, l, l->window[i].no, now->steady_ms));
	return at_ms;
}

static void
no_answer(struct desk *d)
{
	for (int i = 0; i < d->layout->window_count && has_room(d); i++) {
		struct desk at = desk_at(d, d->layout->window[i].no);

		if (no_answer_until(d->hall, d->layout, at.no, d->now.steady_ms) <= d->now.steady_ms)
			do_pass(&at);
	}
}

/* Somebody came, and a window that calls by itself is idle. */

static int64_t
auto_call_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	for (int i = 0; i < l->window_count; i++)
		if (calls_by_itself(h, l, l->window[i].no))
			return now->steady_ms;
	return DUE_NEVER;
}

static void
auto_call(struct desk *d)
{
	for (int i = 0; i < d->layout->window_count && has_room(d); i++) {
		struct desk at = desk_at(d, d->layout->window[i].no);

		if (calls_by_itself(d->hall, d->layout, at.no))
			call_next(&at);
	}
}

/* A remote ticket is next, and its holder is not here. */

/*
 * The place of the first to be found so; -1: none.  Of a service and class, who is
 * behind another is not next before it.  Whoever is at a window is not awaited at another.
 */
static int64_t
reached(const struct hall *h, const struct layout *l, int64_t now_ms)
{
	bool seen[SERVICES_MAX][CLASSES_MAX] = { { false } };

	if (hall_halted(h))
		return -1;
	for (uint32_t at = h->reserved.head; at != 0; at = h->leg[at - 1].queue_next) {
		const struct leg *leg = &h->leg[at - 1];
		bool *behind = &seen[leg->service][h->ticket[leg->ticket].class];

		if (leg->held_until_ms != 0 || leg->elsewhere || *behind)
			continue;
		if (pick_reaches(h, l, at - 1, now_ms))
			return at - 1;
		*behind = true;
	}
	return -1;
}

static int64_t
reached_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	return reached(h, l, now->steady_ms) == -1 ? DUE_NEVER : now->steady_ms;
}

static void
tell_reached(struct desk *d)
{
	int64_t place;

	while (has_room(d) && (place = reached(d->hall, d->layout, d->now.steady_ms)) != -1) {
		const struct leg *leg = &d->hall->leg[place];
		struct fact f = fact_of(d, TICKET_REACHED, &d->hall->ticket[leg->ticket]);

		/* A service that has them no more waits for nobody. */
		f.hold_s = leg->service < d->layout->service_count ? d->layout->service[leg->service].remote.checkin_s : 0;
		f.hold_s = f.hold_s < 1 ? 1 : f.hold_s;
		put(d, &f);
	}
}

/* And did not come. */

static int64_t
absent_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	(void)l;
	for (uint32_t at = h->reserved.head; at != 0; at = h->leg[at - 1].queue_next)
		at_ms = sooner(at_ms, until(h, &h->leg[at - 1], now->steady_ms));
	return at_ms;
}

static void
absent(struct desk *d)
{
	for (uint32_t at = d->hall->reserved.head, next; at != 0 && has_room(d); at = next) {
		const struct leg *leg = &d->hall->leg[at - 1];

		next = leg->queue_next;
		if (until(d->hall, leg, d->now.steady_ms) <= d->now.steady_ms) {
			struct fact f = fact_of(d, TICKET_NO_SHOW, &d->hall->ticket[leg->ticket]);

			put(d, &f);
		}
	}
}

/* A booking is over, and nobody came. */

static int64_t
missed_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	(void)l;
	for (const struct booking *b = h->booking; b < h->booking + h->booking_count && !hall_halted(h); b++)
		if (b->state == BOOKING_IS_MADE)
			at_ms = sooner(at_ms, now->steady_ms + booking_ends_ms(h, b, now) - now->wall_ms);
	return at_ms;
}

static void
missed(struct desk *d)
{
	for (const struct booking *b = d->hall->booking; b < d->hall->booking + d->hall->booking_count && has_room(d); b++)
		if (b->state == BOOKING_IS_MADE && booking_ends_ms(d->hall, b, &d->now) <= d->now.wall_ms)
			booking_missed(d, b);
}

/* A window that was lent is so no more; or not to a service that the layout has no more. */

static uint64_t
lent_still(const struct hall *h, const struct layout *l, int no)
{
	return h->window[no].lent & layout_services(l);
}

/* Wall time at which that is other than now; 0: it is already. */
static int64_t
lent_until(const struct hall *h, const struct layout *l, int no)
{
	return lent_still(h, l, no) != h->window[no].lent ? 0 : h->window[no].lent_until_ms;
}

static int64_t
lent_over_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	for (int i = 0; i < l->window_count; i++)
		if (h->window[l->window[i].no].lent != 0)
			at_ms = sooner(at_ms, now->steady_ms + lent_until(h, l, l->window[i].no) - now->wall_ms);
	return at_ms;
}

static void
lent_over(struct desk *d)
{
	for (int i = 0; i < d->layout->window_count && has_room(d); i++) {
		int no = d->layout->window[i].no;
		const struct window *w = &d->hall->window[no];
		uint64_t still = w->lent_until_ms <= d->now.wall_ms ? 0 : lent_still(d->hall, d->layout, no);

		if (still != w->lent)
			lend(d, no, still, w->lent_until_ms);
	}
}

/* The session of who is signed in at a window has ended: its keypad is the rostered one's again. */

static int64_t
session_over_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t until_ms[WINDOW_NO_MAX + 1], at_ms = DUE_NEVER;

	(void)l;
	if (now->doubted)
		return DUE_NEVER;
	hall_seats(h, until_ms);
	for (int no = 1; no <= WINDOW_NO_MAX; no++)
		if (until_ms[no] != 0 && until_ms[no] != INT64_MAX)	/* that of a device does not end */
			at_ms = sooner(at_ms, now->steady_ms + until_ms[no] - now->wall_ms);
	return at_ms;
}

static void
session_over(struct desk *d)
{
	int64_t until_ms[WINDOW_NO_MAX + 1];

	hall_seats(d->hall, until_ms);
	for (int no = 1; no <= WINDOW_NO_MAX && has_room(d); no++)
		if (until_ms[no] != 0 && until_ms[no] <= d->now.wall_ms)
			leave_seat(d, no);
}

static const struct {
	const char	*name;
	int64_t		(*when)(const struct hall *, const struct layout *, const struct instant *now);	/* the first of them; or DUE_NEVER */
	void		(*act)(struct desk *);		/* all that is due, as far as there is room */
} rows[] = {
	{ "held over",	held_over_at,	held_over },
	{ "no answer",	no_answer_at,	no_answer },
	{ "lent over",	lent_over_at,	lent_over },
	{ "auto call",	auto_call_at,	auto_call },
	{ "reached",	reached_at,	tell_reached },
	{ "absent",	absent_at,	absent },
	{ "missed",	missed_at,	missed },
	{ "session over", session_over_at, session_over },
};
#define ROWS (sizeof rows / sizeof rows[0])

int64_t
due_at(const struct hall *h, const struct layout *l, const struct instant *now)
{
	int64_t at_ms = DUE_NEVER;

	for (size_t i = 0; i < ROWS; i++)
		at_ms = sooner(at_ms, rows[i].when(h, l, now));
	return at_ms;
}

enum refusal
do_due(struct desk *d)
{
	for (size_t i = 0; i < ROWS; i++)
		if (has_room(d) && rows[i].when(d->hall, d->layout, &d->now) <= d->now.steady_ms)
			rows[i].act(d);
	return OK;
}
