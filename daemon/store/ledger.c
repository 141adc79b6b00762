/* Two halls, two rounds of changes, one thread that writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"
#include "daemon/core/apply/relayout.h"
#include "daemon/core/day.h"
#include "daemon/core/decide/opening.h"
#include "daemon/core/number/token.h"
#include "daemon/core/rule/pick.h"
#include "daemon/office/office.h"
#include "daemon/store/ledger.h"
#include "daemon/store/load.h"
#include "daemon/store/lock.h"
#include "daemon/store/schema.h"

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
#define TRY_AGAIN_MS	1000			/* to the next look at a database whose sync failed */
#define WRITE_AGAIN_MS	2000			/* to the next try of one that took nothing, when nobody commands */
#define ROOM_BYTES	1048576			/* without them a little may still fit into the log, and a ticket may not */
#define ERASE_AGAIN_MS	600000			/* to the next try of an erasure */

#define ANSWER_MS	(24 * 3600 * INT64_C(1000))
#define WATCHERS_MAX	16

/* Somebody who waits for facts [first, first + count) of a round; a count of 0 waits for what was before. */
struct entry {
	size_t	 first, count;
	void	(*done)(void *arg, enum refusal);
	void	*arg;
};

struct round {
	struct batch	 batch;
	struct entry	*entry;
	size_t		 entries, room;
};

struct ledger {
	struct event_base *base;
	const struct layout *layout;
	struct clock	*clock;
	struct hall	*next, *shown;
	int64_t		 epoch;
	char		 person_key[KEY_MAX], board_key[KEY_MAX];

	int		 lock;
	char		 high_path[256];
	int64_t		 noted_seq;		/* what high_path holds as far as we know */
	int64_t		 noted_us;		/* by the stopwatch, when that was done in passing */
	struct db	*db;			/* the writer's while `busy` */
	struct worker	*writer;
	struct answers	*answers;

	struct round	 rounds[2];
	struct round	*open, *flight;		/* filling; being written, if busy or unknown */
	bool		 busy;			/* the writer has a job */
	bool		 unknown;		/* whether the flight is on disk; no command until it is known */
	enum refusal	 health;
	int64_t		 repaired_seq;		/* what the writer found, -1: not yet */
	enum db_result	 tried;
	bool		 started, has_started;	/* hall.started of this run is decided, is on disk */
	size_t		 unsaved_events;	/* since the last checkpoint */
	struct event	*hand_over;
	struct timer	*quiet, *try_again, *evening;	/* evening: when a business day may end */

	struct timer	*night;			/* when what is due is erased */
	bool		 erasing;		/* it is to be, or is being */
	struct due	 due;
	enum db_result	 erased;
	int		 log_emptied;		/* as db_empty_log */
	void		(*then)(void *, const struct due *);	/* it has been */
	void		*then_arg;
	struct ledger_figures figures;
	void		(*idle)(void *);	/* to be called when nothing is on its way; NULL: nobody waits for that */
	void		*idle_arg;
	struct layout_row version[VERSIONS_KEPT];	/* newest last */
	int		 versions;

	struct {
		void	(*see)(void *arg, const struct fact *);
		void	*arg;
	} watcher[WATCHERS_MAX];
	int		 watchers;
};

const int64_t commit_bounds_us[COMMIT_BOUNDS] = { 1000, 5000, 20000, 100000, 500000, 2000000, 10000000 };

static void	hand_over(struct ledger *);
static void	repair(struct ledger *);
static void	catch_up(struct ledger *);
static void	close_if_left(struct ledger *);

/* Telling. */

static void
round_clear(struct round *r)
{
	batch_clear(&r->batch);
	r->entries = 0;
}

static void
keep_version(void *arg, const struct layout_row *row)
{
	struct ledger *l = arg;

	if (l->versions == VERSIONS_KEPT) {
		free(l->version[0].text);
		memmove(&l->version[0], &l->version[1], --l->versions * sizeof l->version[0]);
	}
	l->version[l->versions] = *row;
	l->version[l->versions++].text = xstrdup(row->text);
}

static void
carry_out(struct hall *h, const struct fact *f)
{
	if (hall_apply(h, f) == -1)
		fatal("event %lld does not fit the hall", (long long)f->seq);
}

/* The round is on disk: show it, and answer in order. */
static void
round_show(struct ledger *l, struct round *r)
{
	size_t fact = 0;

	for (size_t i = 0; i < r->batch.layouts; i++)
		keep_version(l, &r->batch.layout[i]);
	for (size_t i = 0; i < r->batch.answers; i++)
		answers_settle(l->answers, r->batch.answer[i].key, DB_OK);
	for (size_t i = 0; i < r->entries; i++) {
		const struct entry *e = &r->entry[i];

		for (; fact < e->first + e->count; fact++) {
			const struct fact *f = &r->batch.event[fact].fact;

			carry_out(l->shown, f);
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
static void
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

/*
 * How far the events go is also noted beside the database, when it is `step`
 * further than noted last, and every ten seconds in which something was written:
 * a database put back to an older state shows itself.
 */
static void
note_high(struct ledger *l, int64_t step)
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
		note_high(l, 1);
		l->noted_us = began_us;
	}
}

static void
fail(struct ledger *l, enum db_result result)
{
	static const enum refusal refusals_of[] = {
		[DB_FAILED] = STORE_FAILED, [DB_FULL] = STORAGE_FULL, [DB_UNKNOWN] = OUTCOME_UNKNOWN,
	};

	struct round stranded = *l->open;

	/* What was decided meanwhile stood on facts that are gone.  Nobody is told before all is as it was. */
	*l->open = (struct round){ 0 };
	hall_copy(l->next, l->shown);
	l->started = l->has_started;
	l->health = refusals_of[result];
	l->unknown = result == DB_UNKNOWN;
	log_line("store: a batch of %zu facts was not written: %s", l->flight->batch.events, refusals[l->health].code);
	round_fail(l, l->flight, result, l->health);
	round_fail(l, &stranded, DB_FAILED, l->health == STORAGE_FULL ? STORAGE_FULL : STORE_FAILED);
	batch_free(&stranded.batch);
	free(stranded.entry);
	if (!l->unknown)
		timer_at(l->try_again, ledger_now(l).steady_ms + WRITE_AGAIN_MS);
}

static void
writes_again(struct ledger *l)
{
	if (l->health != OK)
		log_line("store: writing again");
	l->health = OK;
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
		writes_again(l);
		round_show(l, l->flight);
	} else
		fail(l, result);
	if (l->unknown) {
		repair(l);
		return;
	}
	round_clear(l->flight);
	hand_over(l);
}

static void
checkpoint(void *arg)
{
	struct ledger *l = arg;

	if (db_checkpoint(l->db) == 0)
		note_high(l, NOTE_STEP);
}

static void
checkpointed(void *arg)
{
	struct ledger *l = arg;

	l->busy = false;
	hand_over(l);
}

static void
carry_over(struct ledger *l)
{
	l->unsaved_events = 0;
	l->busy = true;
	worker_run(l->writer, checkpoint, checkpointed, l);
}

static void
is_quiet(void *arg)
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

/* Erasing, when nothing else is to be written.  A reader in the way, or a disk that fails, is tried again. */

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
	if (l->erased == DB_UNKNOWN) {
		l->unknown = true;
		l->health = OUTCOME_UNKNOWN;
	}
	if (l->erased == DB_OK) {
		record_erase(&l->next->records, l->due.notes_ms);
		record_erase(&l->shown->records, l->due.notes_ms);
	}
	if (l->log_emptied != 0)
		timer_at(l->night, ledger_now(l).steady_ms + ERASE_AGAIN_MS);
	else if (l->then != NULL)
		l->then(l->then_arg, &l->due);
	if (l->unknown)
		repair(l);
	else
		hand_over(l);
}

/* A date that is not believed says nothing about what is over. */
static void
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

static void
hand_over(struct ledger *l)
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
		l->busy = true;
		l->unsaved_events = 0;
		worker_run(l->writer, erase, erased, l);
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
static void
turn_ends(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	close_if_left(arg);
	hand_over(arg);
}

/* Repair: after a failed sync only the database itself can tell what is there. */

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
			carry_out(l->next, &r->batch.event[i].fact);
		GROW(r->entry, r->entries, r->room);
		r->entry[r->entries++] = (struct entry){ .count = events };
		round_show(l, r);
	} else
		round_fail(l, r, DB_FAILED, STORE_FAILED);
	round_clear(r);
	catch_up(l);
	hand_over(l);
}

static void
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
	l->unknown = l->tried == DB_UNKNOWN;
	if (l->unknown) {
		l->health = OUTCOME_UNKNOWN;
		repair(l);
		return;
	}
	if (l->tried == DB_OK) {
		writes_again(l);
		catch_up(l);
	} else
		timer_at(l->try_again, ledger_now(l).steady_ms + WRITE_AGAIN_MS);
	hand_over(l);
}

static void
again(void *arg)
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

/* Commands. */

static void
join(struct ledger *l, size_t first, size_t count, void (*done)(void *, enum refusal), void *arg)
{
	struct round *r = l->open;

	GROW(r->entry, r->entries, r->room);
	r->entry[r->entries++] = (struct entry){ .first = first, .count = count, .done = done, .arg = arg };
	event_add(l->hand_over, &(struct timeval){ 0 });
}

static enum refusal
submit(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	size_t first = l->open->batch.events;
	enum refusal refusal = office_decide(l->next, l->layout, cmd, now, change);

	if (refusal != OK)
		return refusal;
	batch_add(&l->open->batch, l->next, change);
	join(l, first, change->count, done, arg);
	return OK;
}

/* Once; again where the disk did not take it. */
static void
start(struct ledger *l, const struct instant *now)
{
	static struct change change;
	struct command cmd = { .verb = DO_STARTED, .actor = "system", .offset_ms = clock_offset_ms(l->clock) };

	if (l->started)
		return;
	strcpy(cmd.boot, clock_boot(l->clock));
	l->started = submit(l, &cmd, now, &change, NULL, NULL) == OK;
}

/* In steps, all of them at once: nothing comes between.  Afterwards the hall has the tickets no more, so their rows are taken before. */
static void
close_day(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	*change = (struct change){ 0 };
	while (l->next->day_open) {
		batch_fill_tickets(&l->open->batch, l->next);
		if (submit(l, cmd, now, change, NULL, NULL) != OK)
			fatal("day %d cannot be closed", l->next->day);
	}
}

/* Likewise: a slip at a time, each with a code of its own. */
static enum refusal
end_with_slips(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct command step = *cmd;
	enum refusal refusal;

	do {
		ledger_draw_code(l, step.code);
		refusal = submit(l, &step, now, change, NULL, NULL);
	} while (refusal == OK && pick_unserved(l->next, l->layout, now->steady_ms) != NULL);
	return refusal;
}

/* Likewise: a week of duties. */
static enum refusal
copy_roster(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change)
{
	struct command step = *cmd;
	enum refusal refusal = OK;

	for (int done = 0; refusal == OK && (done == 0 || done < cmd->copies); done += COPY_STEP) {
		step.copy = cmd->copy + done;
		step.copies = cmd->copies - done;
		refusal = submit(l, &step, now, change, NULL, NULL);
	}
	return refusal;
}

/* A step of a leave, and likewise what it makes of more attendances than one change has room for. */
static enum refusal
step_leave(struct ledger *l, const struct command *cmd, const struct instant *now, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	static struct change more;
	struct command rest = *cmd;
	enum refusal refusal = submit(l, cmd, now, change, done, arg);
	int count = change->count;

	rest.verb = DO_JUDGE_LEAVE;
	while (refusal == OK && count == CHANGE_MAX && submit(l, &rest, now, &more, NULL, NULL) == OK)
		count = more.count;
	return refusal;
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
		submit(l, &cmd, now, &change, NULL, NULL);
}

static void
close_if(struct ledger *l, bool over, const struct instant *now)
{
	static struct change change;

	if (over)
		close_day(l, &(struct command){ .verb = DO_CLOSE_DAY, .actor = "system" }, now, &change);
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
static void
day_watched(struct ledger *l, const struct instant *now)
{
	int64_t left_ms = day_ends_ms(now->wall_ms, l->layout->day_starts_min) - now->wall_ms;
	int64_t done_ms = hall_done_ms(l->next, l->layout, now), at_ms = now->steady_ms + left_ms;

	if (done_ms < at_ms)
		at_ms = done_ms > now->steady_ms ? done_ms : now->steady_ms + TRY_AGAIN_MS;	/* the store does not write */
	timer_at(l->evening, l->next->day_open ? at_ms : TIMER_NEVER);
}

static void
day_ended(void *arg)
{
	struct ledger *l = arg;
	struct instant now = ledger_now(l);

	if (!l->unknown) {
		close_if_over(l, &now);
		close_if(l, hall_done_ms(l->next, l->layout, &now) <= now.steady_ms, &now);
	}
	day_watched(l, &now);
}

/* The clock was put right, and it is another day at once. */
static void
erase_if_over(struct ledger *l, const struct instant *now)
{
	if (!now->doubted && !l->erasing && l->layout->retention_days != 0 && now->day != l->due.day)
		night_falls(l);
}

/* What comes before any command. */
static void
come_first(struct ledger *l, const struct instant *now)
{
	note_clock(l, now);
	close_if_over(l, now);
	erase_if_over(l, now);
	start(l, now);
}

/* What nobody commands and the disk did not take: the day may be over since. */
static void
catch_up(struct ledger *l)
{
	struct instant now = ledger_now(l);

	come_first(l, &now);
	day_watched(l, &now);
}

enum refusal
ledger_submit(struct ledger *l, const struct command *cmd, struct change *change,
    void (*done)(void *, enum refusal), void *arg)
{
	struct instant now = ledger_now(l);
	enum refusal refusal;

	if (l->unknown) {
		*change = (struct change){ 0 };
		return STORE_FAILED;
	}
	come_first(l, &now);
	if (cmd->verb == DO_CLOSE_DAY) {
		close_day(l, cmd, &now, change);
		ledger_wait(l, done, arg);
		refusal = OK;
	} else if (cmd->verb == DO_END_DAY && cmd->slips) {
		refusal = end_with_slips(l, cmd, &now, change);
		if (refusal == OK)
			ledger_wait(l, done, arg);
	} else if (cmd->verb == DO_COPY_ROSTER) {
		refusal = copy_roster(l, cmd, &now, change);
		if (refusal == OK)
			ledger_wait(l, done, arg);
	} else if (cmd->verb == DO_STEP && cmd->record.subject == SUBJECT_LEAVE)
		refusal = step_leave(l, cmd, &now, change, done, arg);
	else
		refusal = submit(l, cmd, &now, change, done, arg);
	day_watched(l, &now);
	return refusal;
}

/* With the turn: whoever was the last to go is answered first, with the ticket that a closed day has no more. */
static void
close_if_left(struct ledger *l)
{
	struct instant now = ledger_now(l);

	if (l->unknown || !is_left(l->next))
		return;
	close_if(l, true, &now);
	day_watched(l, &now);
}

void
ledger_draw_token(const struct ledger *l, char out[TOKEN_MAX])
{
	int day = ledger_now(l).day;
	char chance[TOKEN_CHARS + 1];

	random_token(chance, TOKEN_CHARS);
	token_make(out, day > l->next->day ? day : l->next->day, chance);
}

/* 40 bits in letters and digits that are not taken for one another. */
#define CODE_CHARS 8
void
ledger_draw_code(const struct ledger *l, char out[CODE_MAX])
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

	do {
		random_token(out, CODE_CHARS);
		for (char *c = out; *c != '\0'; c++)
			*c = letters[(strchr(base64, *c) - base64) % 32];
	} while (hall_code(l->next, out) != NULL);
}

void
ledger_wait(struct ledger *l, void (*done)(void *, enum refusal), void *arg)
{
	join(l, l->open->batch.events, 0, done, arg);
}

void
ledger_keep(struct ledger *l, const struct answer_row *row)
{
	struct answer_row copy = *row;

	copy.body = xstrdup(row->body);
	batch_answer(&l->open->batch, &copy);
	answers_add(l->answers, row, ANSWER_PENDING);
	answers_forget(l->answers, row->at_ms - ANSWER_MS);
}

void
ledger_when_idle(struct ledger *l, void (*act)(void *), void *arg)
{
	l->idle = act;
	l->idle_arg = arg;
	event_add(l->hand_over, &(struct timeval){ 0 });
}

int
ledger_relayout(struct ledger *l)
{
	if (hall_relayout(l->shown, l->layout) == -1)
		return -1;
	hall_copy(l->next, l->shown);
	clock_day_starts(l->clock, l->layout->day_starts_min);
	return 0;
}

const struct layout_row *
ledger_version(const struct ledger *l, int i)
{
	return i < l->versions ? &l->version[l->versions - 1 - i] : NULL;
}

/* Opening and closing. */

/* A new line of seq: for a new database, for one whose line has ended, and for one that is behind what had been reached. */
static int
choose_epoch(struct ledger *l)
{
	int64_t now_ms = clock_now(l->clock).wall_ms, high;
	size_t len;
	char *text = file_read(l->high_path, 64, &len);

	l->epoch = load_meta(l->db, "epoch", 0);
	high = text == NULL ? 0 : strtoll(text, NULL, 10);
	free(text);
	if (l->epoch == -1)
		return -1;
	if (l->epoch > 0 && high <= l->shown->seq)
		return 0;
	if (high > l->shown->seq)
		log_line("store: the database ends at event %lld but %lld had been reached: a new epoch begins",
		    (long long)l->shown->seq, (long long)high);
	l->epoch = now_ms > llabs(l->epoch) ? now_ms : llabs(l->epoch) + 1;
	if (save_meta(l->db, "epoch", l->epoch) == -1)
		return -1;
	note_high(l, 0);		/* so that the next start takes it for no second time */
	return 0;
}

static void
keep_loaded(void *arg, const struct answer_row *row)
{
	answers_add(arg, row, ANSWER_KEPT);
}

static int
bring_back(struct ledger *l, char *error, size_t cap)
{
	struct hall *h = l->shown;
	char why[128] = "the kept answers cannot be read";

	clock_day_starts(l->clock, l->layout->day_starts_min);
	hall_init(h, l->layout);
	if (load_hall(l->db, h, clock_now(l->clock).wall_ms, why, sizeof why) == -1 ||
	    load_answers(l->db, clock_now(l->clock).wall_ms - ANSWER_MS, keep_loaded, l->answers) == -1 ||
	    load_layouts(l->db, VERSIONS_KEPT, keep_version, l) == -1) {
		snprintf(error, cap, "store: %s", why);
		return -1;
	}
	if (h->seq > 0)
		clock_resume(l->clock, h->wall_ms, h->steady_ms, h->boot, h->offset_ms);
	if (choose_epoch(l) == -1 || load_key(l->db, "person_key", l->person_key) == -1 ||
	    load_key(l->db, "board_key", l->board_key) == -1) {
		snprintf(error, cap, "store: epoch and key cannot be kept");
		return -1;
	}
	hall_copy(l->next, h);
	return 0;
}

struct ledger *
ledger_open(struct clock *clock, const struct layout *layout, const char *dir, char *error, size_t cap)
{
	struct ledger *l = xcalloc(1, sizeof *l);
	char path[256];

	*l = (struct ledger){ .base = clock_base(clock), .clock = clock, .noted_us = clock_stopwatch_us(), .layout = layout, .lock = -1, .answers = answers_open(),
	    .next = xcalloc(1, sizeof *l->next), .shown = xcalloc(1, sizeof *l->shown),
	    .open = &l->rounds[0], .flight = &l->rounds[1] };
	snprintf(path, sizeof path, "%s/halld.db", dir);
	snprintf(l->high_path, sizeof l->high_path, "%s/high", dir);
	if ((l->lock = lock_state(dir, error, cap)) == -1 || (l->db = db_open(path, &hall_schema, error, cap)) == NULL ||
	    bring_back(l, error, cap) == -1)
		goto fail;
	if ((l->writer = worker_open(l->base, "store")) == NULL) {
		snprintf(error, cap, "store: no thread: %s", strerror(errno));
		goto fail;
	}
	l->hand_over = event_new(l->base, -1, 0, turn_ends, l);
	event_priority_set(l->hand_over, 0);
	l->quiet = timer_new(clock, is_quiet, l);
	l->try_again = timer_new(clock, again, l);
	l->evening = timer_new(clock, day_ended, l);
	l->night = timer_new(clock, night_falls, l);

	catch_up(l);
	night_falls(l);
	return l;
fail:
	ledger_close(l);
	return NULL;
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	if (l->writer != NULL) {
		l->erasing = false;		/* the next start does it */
		hand_over(l);
		while (l->busy && event_base_loop(l->base, EVLOOP_ONCE) == 0)
			;
		worker_close(l->writer);
		event_free(l->hand_over);
		timer_free(l->quiet);
		timer_free(l->try_again);
		timer_free(l->evening);
		timer_free(l->night);
		if (l->unknown)
			round_fail(l, l->open, DB_FAILED, STORE_FAILED);
		else if (db_checkpoint(l->db) == 0)
			note_high(l, 0);
	}
	db_close(l->db);
	if (l->lock != -1)
		close(l->lock);
	for (int i = 0; i < 2; i++) {
		batch_free(&l->rounds[i].batch);
		free(l->rounds[i].entry);
	}
	answers_close(l->answers);
	for (int i = 0; i < l->versions; i++)
		free(l->version[i].text);
	free(l->next);
	free(l->shown);
	free(l);
}

void
ledger_watch(struct ledger *l, void (*see)(void *, const struct fact *), void *arg)
{
	if (l->watchers == WATCHERS_MAX)
		fatal("more than %d watch the ledger", WATCHERS_MAX);
	l->watcher[l->watchers].see = see;
	l->watcher[l->watchers++].arg = arg;
}

void
ledger_when_erased(struct ledger *l, void (*then)(void *, const struct due *), void *arg)
{
	l->then = then;
	l->then_arg = arg;
}

struct answers *ledger_answers(struct ledger *l) { return l->answers; }
const struct hall *ledger_next(const struct ledger *l) { return l->next; }
const struct hall *ledger_shown(const struct ledger *l) { return l->shown; }
const struct layout *ledger_layout(const struct ledger *l) { return l->layout; }
struct instant ledger_now(const struct ledger *l) { return clock_now(l->clock); }
int64_t ledger_epoch(const struct ledger *l) { return l->epoch; }
struct clock *ledger_clock(const struct ledger *l) { return l->clock; }
enum refusal ledger_health(const struct ledger *l) { return l->health; }
const struct ledger_figures *ledger_figures(const struct ledger *l) { return &l->figures; }

/* The first 8 bytes of HMAC-SHA256. */
static uint64_t
keyed(const char *key, const void *bytes, size_t len)
{
	uint8_t sum[KEYED_DIGEST];
	uint64_t hash;

	keyed_digest(sum, key, strlen(key), bytes, len);
	memcpy(&hash, sum, sizeof hash);
	return hash;
}

int64_t
ledger_person(const struct ledger *l, const char *id_number)
{
	int64_t hash = keyed(l->person_key, id_number, strlen(id_number));

	return hash == 0 ? 1 : hash;
}

void
ledger_board_code(const struct ledger *l, int64_t wall_ms, char out[BOARD_CODE])
{
	int64_t minute = wall_ms / BOARD_CODE_MS;

	snprintf(out, BOARD_CODE, "%04d", (int)(keyed(l->board_key, &minute, sizeof minute) % 10000));
}

bool
ledger_board_code_right(const struct ledger *l, int64_t wall_ms, const char *code)
{
	char right[BOARD_CODE];

	for (int before = 0; before <= 1; before++) {
		ledger_board_code(l, wall_ms - before * BOARD_CODE_MS, right);
		if (strcmp(right, code) == 0)
			return true;
	}
	return false;
}

bool
ledger_idle(const struct ledger *l)
{
	return !l->busy && (l->unknown || (l->open->entries == 0 && l->open->batch.answers == 0 && !l->erasing));
}
