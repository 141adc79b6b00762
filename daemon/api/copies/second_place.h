/*
 * A second place of copies: a disk that is plugged in or a folder of the
 * network, which may hang for ever.  What is done there is done by a thread of
 * its own, one errand after the other, and whoever waits is told when that
 * takes too long.
 */
#ifndef SECOND_PLACE_H
#define SECOND_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct second_place;

/* New; NULL if there can be no thread, errno says why.  The clock is borrowed. */
struct second_place *second_place_open(struct clock *);

/* Waits a while, in the loop, for what is being done; what hangs is left, with its arg, to the end of the program. */
void	second_place_close(struct second_place *);

/*
 * Run work(arg), which is of this folder, on the thread, then done(arg) in the
 * loop.  When limit_ms have passed before, late(arg) is called first: work still
 * has arg, and done may never come.  False: the folder has hung for long, and
 * nothing was begun.  Another folder than before does not wait for one that hangs.
 */
bool	second_place_run(struct second_place *, const char *folder, int64_t limit_ms, void (*work)(void *), void (*late)(void *),
	    void (*done)(void *), void *arg);

/* Does what is being done there take longer than it may? */
bool	second_place_hangs(const struct second_place *);

/* Call back(arg) whenever what was late is done after all. */
void	second_place_when_back(struct second_place *, void (*back)(void *arg), void *arg);

/* Has everything been done? */
bool	second_place_idle(const struct second_place *);

#endif
