/* One program at a time has a state. */
#ifndef LOCK_H
#define LOCK_H

#include <stddef.h>

/*
 * Lock the state in folder `dir`, which is made if it is not there.  A
 * descriptor: the lock ends as it is closed.  -1 with one line in error.
 */
int	lock_state(const char *dir, char *error, size_t cap);

/* What root has made in a state is its owner's, whose halld is to open it; for anybody else there is nothing to do. */
void	lock_hand_back(const char *dir);

#endif
