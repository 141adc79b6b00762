/*
 * The ledger, for its own files: what it is made of, and which of them does what.
 */
#ifndef LEDGER_INSIDE_H
#define LEDGER_INSIDE_H

#include "daemon/base/worker.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/store/load.h"

#define ANSWER_MS	(24 * 3600 * INT64_C(1000))
#define TRY_AGAIN_MS	1000			/* to the next look at a database whose sync failed */
#define WRITE_AGAIN_MS	2000			/* to the next try of one that took nothing, when nobody commands */
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
	int		 lock;
	struct db	*db;			/* the writer's while `busy` */
	struct worker	*writer;
	bool		 busy;			/* the writer has a job */
	struct answers	*answers;
	struct layout_row version[VERSIONS_KEPT];	/* newest last */
	int		 versions;
	struct {
		void	(*see)(void *arg, const struct fact *);
		void	*arg;
	} watcher[WATCHERS_MAX];
	int		 watchers;

	/* rounds.c */
	struct round	 rounds[2];
	struct round	*open, *flight;		/* filling; being written, if busy or unknown */
	size_t		 unsaved_events;	/* since the last checkpoint */
	struct event	*hand_over;
	struct timer	*quiet;
	char		 high_path[256];
	int64_t		 noted_seq;		/* what high_path holds as far as we know */
	int64_t		 noted_us;		/* by the stopwatch, when that was done in passing */
	void		(*idle)(void *);	/* to be called when nothing is on its way; NULL: nobody waits for that */
	void		*idle_arg;
	struct ledger_figures figures;

	/* repair.c */
	enum refusal	 health;
	bool		 unknown;		/* whether the flight is on disk; no command until it is known */
	int64_t		 repaired_seq;		/* what the writer found, -1: not yet */
	enum db_result	 tried;
	struct timer	*try_again;

	/* days.c, and as rounds are shown or lost */
	bool		 started, has_started;	/* hall.started of this run is decided, is on disk */
	struct timer	*evening;		/* when a business day may end */

	/* night.c */
	struct timer	*night;			/* when what is due is erased */
	bool		 erasing;		/* it is to be, or is being */
	struct due	 due;
	enum db_result	 erased;
	int		 log_emptied;		/* as db_empty_log */
	void		(*then)(void *, const struct due *);	/* it has been */
	void		*then_arg;

	/* codes.c */
	char		 person_key[KEY_MAX], board_key[KEY_MAX];
};

/* ledger.c */
void		 ledger_keep_version(void *ledger, const struct layout_row *);

/* rounds.c: hand over what was decided, once the writer has nothing to do; what is on disk is shown and answered. */
void		 round_join(struct ledger *, size_t first, size_t count, void (*done)(void *, enum refusal), void *arg);
void		 round_hand_over(struct ledger *);
void		 round_show(struct ledger *, struct round *);
void		 round_fail(struct ledger *, struct round *, enum db_result, enum refusal);
void		 round_clear(struct round *);
void		 round_carry_out(struct hall *, const struct fact *);
void		 round_turn_ends(evutil_socket_t, short, void *ledger);
void		 round_is_quiet(void *ledger);

/*
 * How far the events go is also noted beside the database, when it is `step`
 * further than noted last, and every ten seconds in which something was written:
 * a database put back to an older state shows itself.
 */
void		 round_note_high(struct ledger *, int64_t step);

/* repair.c: the store did not write, or nobody knows; it writes.  After what nobody knows the database is repaired. */
void		 repair_failed(struct ledger *, enum db_result);
void		 repair_writes(struct ledger *);
void		 repair(struct ledger *);
void		 repair_again(void *ledger);

/* commands.c: decide one, as the next of the open round. */
enum refusal	 command_submit(struct ledger *, const struct command *, const struct instant *, struct change *,
		    void (*done)(void *, enum refusal), void *arg);
void		 command_close_day(struct ledger *, const struct command *, const struct instant *, struct change *);

/* days.c: what comes before any command; the same when the disk did not take it; when a turn of the loop ends. */
void		 days_first(struct ledger *, const struct instant *);
void		 days_watch(struct ledger *, const struct instant *);
void		 days_catch_up(struct ledger *);
void		 days_left(struct ledger *);
void		 days_ended(void *ledger);

/* night.c */
void		 night_falls(void *ledger);
void		 night_if_over(struct ledger *, const struct instant *);
void		 night_erase(struct ledger *);

#endif
