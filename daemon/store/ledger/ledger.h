/*
 * The ledger: what was decided, what is on disk, and the way from one to the
 * other.
 *
 * Two halls: `next` has everything that was decided, `shown` what is on disk.
 * Commands read and change next; answers, signs, pages and streams show shown,
 * so nobody sees what a power cut could take back.  A batch of changes is
 * written by a thread of its own while the next one fills.
 *
 * When a write fails, next becomes a copy of shown and everybody whose command
 * was on the way is told so; there is nothing else to undo.  When the sync
 * itself failed, nobody knows: the ledger takes no command until it has opened
 * the database again and found out (repair.c).
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

#include "daemon/base/clock.h"
#include "daemon/core/hall.h"
#include "daemon/store/answers.h"
#include "daemon/store/batch.h"
#include "daemon/store/db.h"
#include "daemon/store/erase.h"

struct ledger;

/*
 * Lock and open the state in folder `dir` and bring the hall back as it was.
 * New; NULL with one line in error.  Clock and layout are borrowed.
 */
struct ledger	*ledger_open(struct clock *, const struct layout *, const char *dir, char *error, size_t cap);

/* Writes what was decided, then closes. */
void		 ledger_close(struct ledger *);

/*
 * Decide; if that is not refused, `done` is called when it is on disk (OK) or
 * is known not to be, after everything decided before it.  `change` is filled
 * either way, and is the caller's.
 *
 * A business day that is over is closed before the first command of the next,
 * by a timer if none comes, if need be at the next start.  DO_CLOSE_DAY, all of
 * it, closes it now; DO_END_DAY with slips is likewise all of it.
 */
enum refusal	 ledger_submit(struct ledger *, const struct command *, struct change *,
		    void (*done)(void *arg, enum refusal), void *arg);

/* Call `done` when everything decided so far is on disk, or known not to be. */
void		 ledger_wait(struct ledger *, void (*done)(void *arg, enum refusal), void *arg);

/* Draw the token of a ticket to be issued now. */
void		 ledger_draw_token(const struct ledger *, char out[TOKEN_MAX]);

/* Draw the code of a booking to be made now. */
void		 ledger_draw_code(const struct ledger *, char out[CODE_MAX]);

/* The answer to the command just submitted, to be kept with it (copied). */
void		 ledger_keep(struct ledger *, const struct answer_row *);
struct answers	*ledger_answers(struct ledger *);

/*
 * Be told of each fact once it is on disk and applied to shown; in order.  Not
 * to submit from there: the ledger is in the middle of telling what it wrote.
 */
void		 ledger_watch(struct ledger *, void (*see)(void *arg, const struct fact *), void *arg);

const struct hall *ledger_next(const struct ledger *);
const struct hall *ledger_shown(const struct ledger *);
const struct layout *ledger_layout(const struct ledger *);
struct instant	 ledger_now(const struct ledger *);
struct clock	*ledger_clock(const struct ledger *);

/*
 * Act at the next moment when nothing is decided that is not on disk, once: no
 * fact is on its way, and no place of a service or class in one.
 */
void		 ledger_when_idle(struct ledger *, void (*act)(void *arg), void *arg);

/*
 * The layout was replaced where it stands: both halls follow.  Only from
 * ledger_when_idle.  0, or -1: it does not fit them, and nothing changed.
 */
int		 ledger_relayout(struct ledger *);

/* The i-th of the newest layouts that were taken, from the newest, 0; NULL: no more are kept at hand. */
#define VERSIONS_KEPT 32
const struct layout_row *ledger_version(const struct ledger *, int i);

/* Is all that was decided on disk, or known not to be, and nothing else to be done there? */
bool		 ledger_idle(const struct ledger *);

/* Unix ms at which this line of seq began; goes with every seq that leaves the hall. */
int64_t		 ledger_epoch(const struct ledger *);

/* The hash under which the hall knows the holder of an ID number; never 0. */
int64_t		 ledger_person(const struct ledger *, const char *id_number);

/*
 * The code that boards show during a minute of wall time (times 60000 ms):
 * who knows it is in the hall.  It is right for a minute longer.
 */
#define BOARD_CODE 5
#define BOARD_CODE_MS 60000
void		 ledger_board_code(const struct ledger *, int64_t wall_ms, char out[BOARD_CODE]);
bool		 ledger_board_code_right(const struct ledger *, int64_t wall_ms, const char *code);

/*
 * What is known of people is erased when its time is over (erase.h), at each
 * start of a business day and of halld: after that, when it is gone from the
 * database and its log, `then` is called, as often.
 */
void		 ledger_when_erased(struct ledger *, void (*then)(void *arg, const struct due *), void *arg);

/* OK, or why commands are refused now: the truth of the store's health. */
enum refusal	 ledger_health(const struct ledger *);

/* What was written since the start, and how long it took. */
#define COMMIT_BOUNDS 7
extern const int64_t commit_bounds_us[COMMIT_BOUNDS];	/* rising */
struct ledger_figures {
	uint64_t	 batches[DB_RESULTS];	/* by what became of them */
	uint64_t	 took[COMMIT_BOUNDS + 1];	/* of those: in so many us or less; the last: in longer */
	int64_t		 took_us;		/* all together */
};
const struct ledger_figures *ledger_figures(const struct ledger *);

#endif
