/*
 * Answers under an Idempotency-Key: who repeats a request within a day gets
 * the answer of the first time, also after a restart.
 *
 * An answer is made together with its command, is `pending` until that is on
 * disk, and `unknown` while nobody can say whether it is.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "daemon/base/util.h"
#include "daemon/store/batch.h"

struct answers;

enum answer_state { ANSWER_PENDING, ANSWER_UNKNOWN, ANSWER_KEPT };

struct answer {
	struct answer_row	row;
	enum answer_state	state;
	struct answer		*next, *newer;	/* in the same bucket; made after it */
};

struct answers	*answers_open(void);
void		 answers_close(struct answers *);

/* The key of an answer: of who asked, which is an actor or else a guest at an address, and the Idempotency-Key. */
void		 answers_key(char out[DIGEST_MAX], const char *actor, const char *address, const char *key);

/* Borrowed until the loop's next turn; NULL: no such key. */
struct answer	*answers_find(struct answers *, const char *key);

/* Keep a copy of the row. */
void		 answers_add(struct answers *, const struct answer_row *, enum answer_state);

/* What became of a pending or unknown answer. */
void		 answers_settle(struct answers *, const char *key, enum db_result);

/* Drop what is older. */
void		 answers_forget(struct answers *, int64_t before_ms);

#endif
