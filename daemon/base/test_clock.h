/*
 * A clock that moves as it is told, for tests: whole days in seconds.
 *
 * One holder at a time, on a Unix stream socket, in lines that end in LF:
 *
 *	advance to T			T and U are RFC 3339, with or without
 *	idle, next timer at U		milliseconds; U may be `never`
 *
 * Every timer up to T runs at its own time, in order, each after all that the
 * one before had started is over; the answer comes when the loop has nothing
 * more to do and the store has nothing more to write.  A T before now steps the
 * wall clock alone.  Anything else is answered by `error WHY`, and changes
 * nothing.  Nothing starts before the first advance.
 */
#ifndef TEST_CLOCK_H
#define TEST_CLOCK_H

#include "daemon/base/clock.h"

struct test_clock;

/* Listen on path.  New; NULL with one line in error.  The clock is borrowed. */
struct test_clock *test_clock_open(struct clock *, const char *path, char *error, size_t cap);
void		 test_clock_close(struct test_clock *);

/* Has somebody said what time it is? */
bool		 test_clock_runs(const struct test_clock *);

/* The first answer waits for this: everything has been opened.  idle(arg): no other thread has work. */
void		 test_clock_ready(struct test_clock *, bool (*idle)(void *arg), void *arg);

#endif
