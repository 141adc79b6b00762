/* The ledger opened, closed and asked. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/apply/relayout.h"
#include "daemon/store/ledger/inside.h"
#include "daemon/store/lock.h"
#include "daemon/store/schema.h"

void
ledger_keep_version(void *arg, const struct layout_row *row)
{
	struct ledger *l = arg;

	if (l->versions == VERSIONS_KEPT) {
		free(l->version[0].text);
		memmove(&l->version[0], &l->version[1], --l->versions * sizeof l->version[0]);
	}
	l->version[l->versions] = *row;
	l->version[l->versions++].text = xstrdup(row->text);
}

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
	round_note_high(l, 0);		/* so that the next start takes it for no second time */
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
	    load_layouts(l->db, VERSIONS_KEPT, ledger_keep_version, l) == -1) {
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
	l->hand_over = event_new(l->base, -1, 0, round_turn_ends, l);
	event_priority_set(l->hand_over, 0);
	l->quiet = timer_new(clock, round_is_quiet, l);
	l->try_again = timer_new(clock, repair_again, l);
	l->evening = timer_new(clock, days_ended, l);
	l->night = timer_new(clock, night_falls, l);

	days_catch_up(l);
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
		round_hand_over(l);
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
			round_note_high(l, 0);
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

void
ledger_watch(struct ledger *l, void (*see)(void *, const struct fact *), void *arg)
{
	if (l->watchers == WATCHERS_MAX)
		fatal("more than %d watch the ledger", WATCHERS_MAX);
	l->watcher[l->watchers].see = see;
	l->watcher[l->watchers++].arg = arg;
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
