/*
 * A state folder with a ledger on it, people who ask, and what must hold of the
 * folder whatever happened.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <event2/event.h>

#include "daemon/store/ledger/ledger.h"

/* Somebody who asked: at once refused, or told later. */
struct asked {
	const char	*key;		/* Idempotency-Key; NULL: none */
	bool		 told;
	enum refusal	 outcome;
	char		 answer[64];	/* "A001 token", or window and number: "1 A001", "1 -" */
};

struct store {
	char		 dir[64];
	struct layout	 layout;	/* that of fixture_open; presses count at once */
	struct event_base *base;
	struct clock	*clock;
	struct ledger	*ledger;	/* NULL: closed */
	char		 error[512];	/* of store_open */
	int		 waiting;	/* asked and not told */
};

/* A new, empty folder; nothing is opened. */
void	store_make(struct store *);
void	store_remove(struct store *);

/* Remove the files of a folder. */
void	store_clear(const char *dir);

/* Open a ledger on the folder; 0, or -1 with the reason in error.  store_opens fails the test instead. */
int	store_open(struct store *);
void	store_opens(struct store *);
void	store_close(struct store *);

/* Ask as the HTTP side does, a kept answer included; `key` and `asked` stay until that is told. */
void	store_ask(struct store *, struct asked *, const char *key, const struct command *);
void	store_issue(struct store *, struct asked *, const char *key, int service);
void	store_window(struct store *, struct asked *, const char *key, enum verb, int window);

/* Ask and settle; what became of it. */
enum refusal store_do(struct store *, const struct command *);

/* Run the loop until everybody who asked is told; for one turn; until it is known what is on disk. */
void	store_settle(struct store *);
void	store_turn(struct store *);
void	store_recover(struct store *);

/* The path of a file of the folder, in a buffer that the next call but three writes again. */
const char *store_path(const char *dir, const char *file);

/* An integer that plain SQL on DIR/halld.db gives; -1: none. */
int64_t	store_sql(const char *dir, const char *sql);

/*
 * Everything that must hold of DIR/halld.db: the database is whole, events have
 * no gaps and a right chain, rows are what the events say.  NULL, or what does
 * not hold (borrowed until the next call).
 */
const char *store_wrong(const char *dir, const struct layout *);

/* Fails the test if that does not hold of the store's own folder. */
void	store_holds(const struct store *, const char *what);

/* How many tickets have this answer ("A001 token"); all of them when it is NULL. */
int	store_tickets(const char *dir, const char *answer);

/* A number from the environment, so that a test can be made longer. */
int	store_number(const char *name, int otherwise);

#endif
