/* What happens by itself: the table, and the command that does it. */
#include "daemon/core/desk.h"
#include "daemon/core/due.h"

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

/* As much later as the hall stood still since; while it does, not at all. */
static int64_t
put_off(const struct hall *h, int64_t since_ms, int64_t at_ms, int64_t now_ms)
{
	return hall_halted(h) ? DUE_NEVER : at_ms + hall_stood(h, since_ms, now_ms);
}

/* Held for so long; or by a window that does not work. */

static int64_t
held_until(const struct hall *h, const struct layout *l, const struct leg *leg, int64_t now_ms)
{
	if (layout_window(l, leg->window) == NULL || !window_open(&h->window[leg->window]))
		return 0;
	return leg->held_until_ms == 0 ? DUE_NEVER : put_off(h, leg->held_ms, leg->held_until_ms, now_ms);
}

static int64_t
held_over_at(const struct hall *h, const struct layout *l, int64_t now_ms)
{
	int64_t at_ms = DUE_NEVER;

	for (uint32_t at = h->held.head; at != 0; at = h->leg[at - 1].queue_next)
		at_ms = sooner(at_ms, held_until(h, l, &h->leg[at - 1], now_ms));
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

	if (l->policy.no_answer_s == 0 || w->state != CALLING)
		return DUE_NEVER;
	called_ms = hall_leg(h, hall_ticket(h, w->ticket))->recalled_ms;
	return put_off(h, called_ms, called_ms + l->policy.no_answer_s * INT64_C(1000), now_ms);
}

static int64_t
no_answer_at(const struct hall *h, const struct layout *l, int64_t now_ms)
{
	int64_t at_ms = DUE_NEVER;

	for (int i = 0; i < l->window_count; i++)
		at_ms = sooner(at_ms, no_answer_until(h, l, l->window[i].no, now_ms));
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
auto_call_at(const struct hall *h, const struct layout *l, int64_t now_ms)
{
	for (int i = 0; i < l->window_count; i++)
		if (calls_by_itself(h, l, l->window[i].no))
			return now_ms;
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

static const struct {
	const char	*name;
	int64_t		(*when)(const struct hall *, const struct layout *, int64_t now_ms);	/* the first of them; or DUE_NEVER */
	void		(*act)(struct desk *);		/* all that is due, as far as there is room */
} rows[] = {
	{ "held over",	held_over_at,	held_over },
	{ "no answer",	no_answer_at,	no_answer },
	{ "auto call",	auto_call_at,	auto_call },
};
#define ROWS (sizeof rows / sizeof rows[0])

int64_t
due_at(const struct hall *h, const struct layout *l, int64_t steady_ms)
{
	int64_t at_ms = DUE_NEVER;

	for (size_t i = 0; i < ROWS; i++)
		at_ms = sooner(at_ms, rows[i].when(h, l, steady_ms));
	return at_ms;
}

enum refusal
do_due(struct desk *d)
{
	for (size_t i = 0; i < ROWS; i++)
		if (has_room(d) && rows[i].when(d->hall, d->layout, d->now.steady_ms) <= d->now.steady_ms)
			rows[i].act(d);
	return OK;
}
