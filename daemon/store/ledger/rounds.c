/* Two rounds of changes: one fills while the other is written; then it is shown, and everybody is answered. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/store/ledger/inside.h"

/*
 * The log is carried over when it has so many events and nothing was written
 * for QUIET_MS, or so many in a rush.  It then stays within the file that is
 * kept (db.c, journal_size_limit): a sync of what is overwritten is quicker
 * than one of a file that grows.
 */
#define CHECKPOINT_QUIET 500
#define CHECKPOINT_RUSH	16000
#define QUIET_MS	250
#define NOTE_STEP	4000
#define NOTE_US		10000000

const int64_t commit_bounds_us[COMMIT_BOUNDS] = { 1000, 5000, 20000, 100000, 500000, 2000000, 10000000 };

/* Telling. */

void
round_clear(struct round *r)
{
	batch_clear(&r->batch);
	r->entries = 0;
}

void
round_carry_out(struct hall *h, const struct fact *f)
{
	if (hall_apply(h, f) == -1)
		fatal("event %lld does not fit the hall", (long long)f->seq);
}

/* The round is on disk: show it, and answer in order. */
void
round_show(struct ledger *l, struct round *r)
{
	size_t fact = 0;

	for (size_t i = 0; i < r->batch.layouts; i++)
		ledger_keep_version(l, &r->batch.layout[i]);
	for (size_t i = 0; i < r->batch.answers; i++)
		answers_settle(l->answers, r->batch.answer[i].key, DB_OK);
	for (size_t i = 0; i < r->entries; i++) {
		const struct entry *e = &r->entry[i];

		for (; fact < e->first + e->count; fact++) {
			const struct fact *f = &r->batch.event[fact].fact;

			round_carry_out(l->shown, f);
			if (f->kind == HALL_STARTED)
				l->started = l->has_started = true;
			for (int w = 0; w < l->watchers; w++)
				l->watcher[w].see(l->watcher[w].arg, f);
		}
		if (e->done != NULL)
			e->done(e->arg, OK);
	}
}

/* The round is not on disk, or nobody knows: tell everybody who waits. */
void
round_fail(struct ledger *l, struct round *r, enum db_result result, enum refusal refusal)
{
	for (size_t i = 0; i < r->batch.answers; i++)
		answers_settle(l->answers, r->batch.answer[i].key, result);
	for (size_t i = 0; i < r->entries; i++)
		if (r->entry[i].done != NULL)
			r->entry[i].done(r->entry[i].arg, refusal);
	r->entries = 0;
}

/* Writing. */

void
round_note_high(struct ledger *l, int64_t step)
{
	int64_t seq = load_last_seq(l->db);
	char text[32];

	if (seq != -1 && seq >= l->noted_seq + step &&
	    file_write(l->high_path, text, snprintf(text, sizeof text, "%lld\n", (long long)seq), 0600) == 0)
		l->noted_seq = seq;
}

static void
write_round(void *arg)
{
	struct ledger *l = arg;

	int64_t began_us = clock_stopwatch_us();

	batch_write(&l->flight->batch, l->db);
	l->flight->batch.took_us = clock_stopwatch_us() - began_us;
	if (l->flight->batch.result == DB_OK && began_us - l->noted_us > NOTE_US) {
		round_note_high(l, 1);
		l->noted_us = began_us;
	}
}

static void
fail(struct ledger *l, enum db_result result)
{
	struct round stranded = *l->open;

	/* What was decided meanwhile stood on facts that are gone.  Nobody is told before all is as it was. */
	*l->open = (struct round){ 0 };
	hall_copy(l->next, l->shown);
	l->started = l->has_started;
	repair_failed(l, result);
	log_line("store: a batch of %zu facts was not written: %s", l->flight->batch.events, refusals[l->health].code);
	round_fail(l, l->flight, result, l->health);
	round_fail(l, &stranded, DB_FAILED, l->health == STORAGE_FULL ? STORAGE_FULL : STORE_FAILED);
	batch_free(&stranded.batch);
	free(stranded.entry);
	if (!l->unknown)
		timer_at(l->try_again, ledger_now(l).steady_ms + WRITE_AGAIN_MS);
}

static void
count(struct ledger_figures *f, const struct batch *b)
{
	int i = 0;

	while (i < COMMIT_BOUNDS && b->took_us > commit_bounds_us[i])
		i++;
	f->took[i]++;
	f->took_us += b->took_us;
	f->batches[b->result]++;
}

static void
round_written(void *arg)
{
	struct ledger *l = arg;
	enum db_result result = l->flight->batch.result;

	l->busy = false;
	count(&l->figures, &l->flight->batch);
	l->unsaved_events += l->flight->batch.events;
	if (result == DB_OK) {
		repair_writes(l);
		round_show(l, l->flight);
	} else
		fail(l, result);
	if (l->unknown) {
		repair(l);
		return;
	}
	round_clear(l->flight);
	round_hand_over(l);
}

static void
checkpoint(void *arg)
{
	struct ledger *l = arg;

	if (db_checkpoint(l->db) == 0)
		round_note_high(l, NOTE_STEP);
}

static void
checkpointed(void *arg)
{
	struct ledger *l = arg;

	l->busy = false;
	round_hand_over(l);
}

static void
carry_over(struct ledger *l)
{
	l->unsaved_events = 0;
	l->busy = true;
	worker_run(l->writer, checkpoint, checkpointed, l);
}

void
round_is_quiet(void *arg)
{
	struct ledger *l = arg;

	if (!l->busy && !l->unknown)
		carry_over(l);
}

static void
is_idle(struct ledger *l)
{
	void (*act)(void *) = l->idle;

	l->idle = NULL;
	if (act != NULL)
		act(l->idle_arg);
}

void
round_hand_over(struct ledger *l)
{
	struct round *full = l->open;

	if (l->busy || l->unknown)
		return;
	timer_at(l->quiet, TIMER_NEVER);
	if (l->unsaved_events >= CHECKPOINT_RUSH) {
		carry_over(l);
		return;
	}
	if (full->entries == 0 && full->batch.answers == 0 && l->erasing) {
		l->unsaved_events = 0;
		night_erase(l);
		return;
	}
	if (full->entries == 0 && full->batch.answers == 0) {
		if (l->unsaved_events >= CHECKPOINT_QUIET)
			timer_at(l->quiet, ledger_now(l).steady_ms + QUIET_MS);
		is_idle(l);
		return;
	}
	l->open = l->flight;
	l->flight = full;
	batch_fill(&full->batch, l->next);
	l->busy = true;
	worker_run(l->writer, write_round, round_written, l);
}

/* After the events that are active in this turn of the loop: they share a commit. */
void
round_turn_ends(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	days_left(arg);
	round_hand_over(arg);
}

void
round_join(struct ledger *l, size_t first, size_t count, void (*done)(void *, enum refusal), void *arg)
{
	struct round *r = l->open;

	GROW(r->entry, r->entries, r->room);
	r->entry[r->entries++] = (struct entry){ .first = first, .count = count, .done = done, .arg = arg };
	event_add(l->hand_over, &(struct timeval){ 0 });
}

void
ledger_wait(struct ledger *l, void (*done)(void *, enum refusal), void *arg)
{
	round_join(l, l->open->batch.events, 0, done, arg);
}

void
ledger_when_idle(struct ledger *l, void (*act)(void *), void *arg)
{
	l->idle = act;
	l->idle_arg = arg;
	event_add(l->hand_over, &(struct timeval){ 0 });
}

bool
ledger_idle(const struct ledger *l)
{
	return !l->busy && (l->unknown || (l->open->entries == 0 && l->open->batch.answers == 0 && !l->erasing));
}
