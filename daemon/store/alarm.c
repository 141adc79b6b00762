/* The timer of what happens by itself. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/day.h"
#include "daemon/core/decide/due.h"
#include "daemon/office/office.h"
#include "daemon/store/alarm.h"

#define TRY_AGAIN_MS	1000	/* after what could not be written, or was due and did nothing */

struct alarm {
	struct ledger	*ledger;
	struct timer	*timer;
	bool		 busy;		/* a command of ours is on its way */
	bool		 acted;		/* and it did something */
	bool		 office_waits;	/* what was due in the office could not be done: the hall goes first */
};

/* When the first is due, and by which command. */
static int64_t
first_due(const struct alarm *a, enum verb *verb)
{
	const struct hall *h = ledger_next(a->ledger);
	const struct layout *l = ledger_layout(a->ledger);
	struct instant now = ledger_now(a->ledger);
	int64_t hall_ms = due_at(h, l, &now), office_ms = office_due_at(h, l, &now);

	*verb = office_ms < hall_ms && !(a->office_waits && hall_ms <= now.steady_ms) ? DO_OFFICE_DUE : DO_DUE;
	return office_ms < hall_ms ? office_ms : hall_ms;
}

/* When the next day begins it is looked again, though nothing has happened: duties are due on their day. */
static void
wait_until(struct alarm *a, int64_t at_ms)
{
	struct instant now = ledger_now(a->ledger);
	int64_t day_ms = now.steady_ms + day_ends_ms(now.wall_ms, ledger_layout(a->ledger)->day_starts_min) - now.wall_ms;

	timer_at(a->timer, at_ms < day_ms ? at_ms : day_ms);
}

static void
set(struct alarm *a, int64_t least_ms)
{
	enum verb verb;
	int64_t at_ms = first_due(a, &verb);

	wait_until(a, at_ms > least_ms ? at_ms : least_ms);
}

static void
done(void *arg, enum refusal refusal)
{
	struct alarm *a = arg;

	a->busy = false;
	set(a, refusal == OK && a->acted ? 0 : ledger_now(a->ledger).steady_ms + TRY_AGAIN_MS);
}

static void
ring(void *arg)
{
	struct alarm *a = arg;
	struct command cmd = { .actor = "system" };
	struct change change;
	struct instant now = ledger_now(a->ledger);
	int64_t at_ms = first_due(a, &cmd.verb);

	if (at_ms > now.steady_ms) {
		wait_until(a, at_ms);
		return;
	}
	a->busy = true;
	if (ledger_submit(a->ledger, &cmd, &change, done, a) != OK) {
		a->busy = false;
		set(a, now.steady_ms + TRY_AGAIN_MS);
	}
	a->acted = change.count > 0;
	a->office_waits = cmd.verb == DO_OFFICE_DUE && !a->acted;
}

/* Any fact may bring something on, or take it away: that is looked at once for all that were written together. */
static void
see(void *arg, const struct fact *f)
{
	struct alarm *a = arg;

	(void)f;
	if (!a->busy)
		timer_at(a->timer, 0);
}

struct alarm *
alarm_open(struct ledger *ledger)
{
	struct alarm *a = xcalloc(1, sizeof *a);

	a->ledger = ledger;
	a->timer = timer_new(ledger_clock(ledger), ring, a);
	ledger_watch(ledger, see, a);
	set(a, 0);
	return a;
}

void
alarm_close(struct alarm *a)
{
	if (a == NULL)
		return;
	timer_free(a->timer);
	free(a);
}
