/*
 * The second place of copies: a disk that is plugged in or a folder of the
 * network, which may hang for ever.  What is done there is done by a thread of
 * its own, and whoever waits is told when that takes too long.
 */
#ifndef SECOND_PLACE_H
#define SECOND_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct event_base;
struct second_place;

/* New; NULL if there can be no thread, errno says why.  The clock is borrowed. */
struct second_place *second_place_open(struct event_base *, struct clock *);

/* Waits a while for what is being done; what hangs is left, with its arg, to the end of the program. */
void	second_place_close(struct second_place *);

/*
 * Run work(arg) there, then done(arg) in the loop.  When that takes longer than
 * limit_ms, late(arg) is called before it: work still has arg, and done may
 * never come.  False: the place hangs already, and nothing was begun.
 */
bool	second_place_run(struct second_place *, int64_t limit_ms, void (*work)(void *), void (*late)(void *), void (*done)(void *), void *arg);

/* Has everything been done? */
bool	second_place_idle(const struct second_place *);

#endif
