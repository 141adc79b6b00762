/* A database that did not take a round: when it takes one again, and what became of one whose sync failed. */
#include <sys/statvfs.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/store/ledger/inside.h"

#define ROOM_BYTES	1048576			/* without them a little may still fit into the log, and a ticket may not */

void
repair_failed(struct ledger *l, enum db_result result)
{
	static const enum refusal refusals_of[] = {
		[DB_FAILED] = STORE_FAILED, [DB_FULL] = STORAGE_FULL, [DB_UNKNOWN] = OUTCOME_UNKNOWN,
	};

	l->health = refusals_of[result];
	l->unknown = result == DB_UNKNOWN;
}

void
repair_writes(struct ledger *l)
{
	if (l->health != OK)
		log_line("store: writing again");
	l->health = OK;
}

/* After a failed sync only the database itself can tell what is there. */

static void
find_out(void *arg)
{
	struct ledger *l = arg;

	l->repaired_seq = db_repair(l->db) == -1 ? -1 : load_last_seq(l->db);
}

static void
found_out(void *arg)
{
	struct ledger *l = arg;
	struct round *r = l->flight;
	size_t events = r->batch.events;
	bool there = events == 0 || l->repaired_seq >= r->batch.event[events - 1].fact.seq;

	l->busy = false;
	if (l->repaired_seq == -1) {
		timer_at(l->try_again, ledger_now(l).steady_ms + TRY_AGAIN_MS);
		return;
	}
	log_line("store: open again; the batch whose outcome was unknown is %s", there ? "there" : "not there");
	l->unknown = false;
	l->health = OK;
	if (there) {
		/* Everybody was answered already; what is left is to show it.  Who sees it may command at once. */
		for (size_t i = 0; i < events; i++)
			round_carry_out(l->next, &r->batch.event[i].fact);
		GROW(r->entry, r->entries, r->room);
		r->entry[r->entries++] = (struct entry){ .count = events };
		round_show(l, r);
	} else
		round_fail(l, r, DB_FAILED, STORE_FAILED);
	round_clear(r);
	days_catch_up(l);
	round_hand_over(l);
}

void
repair(struct ledger *l)
{
	l->busy = true;
	worker_run(l->writer, find_out, found_out, l);
}

/* Who asks whether halld can write is told so once it can, without waiting for somebody's command. */

static void
try(void *arg)
{
	struct ledger *l = arg;
	struct statvfs fs;

	if (fstatvfs(l->lock, &fs) == 0 && fs.f_bavail * fs.f_frsize < ROOM_BYTES)
		l->tried = DB_FULL;
	else if (db_begin(l->db) == -1)
		l->tried = DB_FAILED;
	else if (save_meta(l->db, "epoch", l->epoch) == -1)
		l->tried = db_rollback(l->db);
	else
		l->tried = db_commit(l->db);
}

static void
tried(void *arg)
{
	struct ledger *l = arg;

	l->busy = false;
	if (l->tried == DB_UNKNOWN) {
		repair_failed(l, DB_UNKNOWN);
		repair(l);
		return;
	}
	if (l->tried == DB_OK) {
		repair_writes(l);
		days_catch_up(l);
	} else
		timer_at(l->try_again, ledger_now(l).steady_ms + WRITE_AGAIN_MS);
	round_hand_over(l);
}

void
repair_again(void *arg)
{
	struct ledger *l = arg;

	if (l->unknown)
		repair(l);
	else if (l->busy && l->health != OK)
		timer_at(l->try_again, ledger_now(l).steady_ms + WRITE_AGAIN_MS);
	else if (l->health != OK) {
		l->busy = true;
		worker_run(l->writer, try, tried, l);
	}
}
