/* Erasing, when nothing else is to be written.  A reader in the way, or a disk that fails, is tried again. */
#include "daemon/core/day.h"
#include "daemon/store/ledger/inside.h"

#define READ_MS		20000			/* to the next try of an erasure where somebody was reading */
#define ERASE_AGAIN_MS	600000			/* where it failed */

static void
erase(void *arg)
{
	struct ledger *l = arg;
	int wanted = erase_wanted(l->db, &l->due);

	l->erased = wanted == 1 ? erase_rows(l->db, &l->due) : wanted == 0 ? DB_OK : DB_FAILED;
	l->log_emptied = l->erased == DB_OK ? db_empty_log(l->db) : -1;
}

static void
erased(void *arg)
{
	struct ledger *l = arg;

	l->busy = l->erasing = false;
	if (l->erased == DB_UNKNOWN)
		repair_failed(l, DB_UNKNOWN);
	if (l->erased == DB_OK) {
		record_erase(&l->next->records, l->due.notes_ms);
		record_erase(&l->shown->records, l->due.notes_ms);
	}
	if (l->log_emptied != 0)
		timer_at(l->night, ledger_now(l).steady_ms + (l->log_emptied == 1 ? READ_MS : ERASE_AGAIN_MS));
	else if (l->then != NULL)
		l->then(l->then_arg, &l->due);
	if (l->unknown)
		repair(l);
	else
		round_hand_over(l);
}

void
night_erase(struct ledger *l)
{
	l->busy = true;
	worker_run(l->writer, erase, erased, l);
}

/* A date that is not believed says nothing about what is over. */
void
night_falls(void *arg)
{
	struct ledger *l = arg;
	struct instant now = ledger_now(l);
	int64_t left_ms = day_ends_ms(now.wall_ms, l->layout->day_starts_min) - now.wall_ms;

	timer_at(l->night, now.steady_ms + left_ms);
	if (now.doubted || l->layout->retention_days == 0)
		return;
	l->due = erase_due(&now, l->layout);
	l->erasing = true;
	event_add(l->hand_over, &(struct timeval){ 0 });
}

/* The clock was put right, and it is another day at once. */
void
night_if_over(struct ledger *l, const struct instant *now)
{
	if (!now->doubted && !l->erasing && l->layout->retention_days != 0 && now->day != l->due.day)
		night_falls(l);
}

void
ledger_when_erased(struct ledger *l, void (*then)(void *, const struct due *), void *arg)
{
	l->then = then;
	l->then_arg = arg;
}
