/* What nobody commands: that halld started, that the clock was stepped, that a business day is over. */
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/core/day.h"
#include "daemon/core/decide/opening.h"
#include "daemon/store/ledger/inside.h"

/* Once; again where the disk did not take it. */
static void
start(struct ledger *l, const struct instant *now)
{
	static struct change change;
	struct command cmd = { .verb = DO_STARTED, .actor = "system", .offset_ms = clock_offset_ms(l->clock) };

	if (l->started)
		return;
	strcpy(cmd.boot, clock_boot(l->clock));
	l->started = command_submit(l, &cmd, now, &change, NULL, NULL) == OK;
}

/* Whoever reads the times of this day has to know. */
static void
note_clock(struct ledger *l, const struct instant *now)
{
	static struct change change;
	struct command cmd = { .verb = DO_NOTE_CLOCK, .actor = "system", .stepped_ms = clock_stepped(l->clock) };

	if (cmd.stepped_ms == 0)
		return;
	log_line("clock: stepped by %lld s%s", (long long)cmd.stepped_ms / 1000, now->doubted ? ", which is not believed" : "");
	if (l->next->day_open)
		command_submit(l, &cmd, now, &change, NULL, NULL);
}

static void
close_if(struct ledger *l, bool over, const struct instant *now)
{
	static struct change change;

	if (over)
		command_close_day(l, &(struct command){ .verb = DO_CLOSE_DAY, .actor = "system" }, now, &change);
}

/* It takes no new ones, and everybody has gone. */
static bool
is_left(const struct hall *h)
{
	return h->ending == ENDING_SERVES && !hall_anybody(h);
}

static void
close_if_over(struct ledger *l, const struct instant *now)
{
	close_if(l, hall_day_over(l->next, now) || is_left(l->next), now);
}

/* A day that was used is closed once the hall is and everybody has gone, or when the next begins, also when nobody does anything then. */
void
days_watch(struct ledger *l, const struct instant *now)
{
	int64_t left_ms = day_ends_ms(now->wall_ms, l->layout->day_starts_min) - now->wall_ms;
	int64_t done_ms = hall_done_ms(l->next, l->layout, now), at_ms = now->steady_ms + left_ms;

	if (done_ms < at_ms)
		at_ms = done_ms > now->steady_ms ? done_ms : now->steady_ms + TRY_AGAIN_MS;	/* the store does not write */
	timer_at(l->evening, l->next->day_open ? at_ms : TIMER_NEVER);
}

void
days_ended(void *arg)
{
	struct ledger *l = arg;
	struct instant now = ledger_now(l);

	if (!l->unknown) {
		close_if_over(l, &now);
		close_if(l, hall_done_ms(l->next, l->layout, &now) <= now.steady_ms, &now);
	}
	days_watch(l, &now);
}

/* What comes before any command. */
void
days_first(struct ledger *l, const struct instant *now)
{
	note_clock(l, now);
	close_if_over(l, now);
	night_if_over(l, now);
	start(l, now);
}

/* What nobody commands and the disk did not take: the day may be over since. */
void
days_catch_up(struct ledger *l)
{
	struct instant now = ledger_now(l);

	days_first(l, &now);
	days_watch(l, &now);
}

/* With the turn: whoever was the last to go is answered first, with the ticket that a closed day has no more. */
void
days_left(struct ledger *l)
{
	struct instant now = ledger_now(l);

	if (l->unknown || !is_left(l->next))
		return;
	close_if(l, true, &now);
	days_watch(l, &now);
}
