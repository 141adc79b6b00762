/*
 * Windows that lie: somebody is said to be there, and nobody is, or has
 * forgotten to say that a visitor has left.  What such a window says is not
 * believed by estimates, and the hall is told.
 */
#ifndef DOUBT_H
#define DOUBT_H

#include "daemon/wait/learn.h"

enum doubt {
	DOUBT_NONE,
	DOUBT_IDLE,		/* idle for long beside somebody whom it may call */
	DOUBT_LONG,		/* at one visitor for longer than 199 of 200 are */
	DOUBTS
};
const char	*doubt_name(enum doubt);	/* "idle"; NULL for DOUBT_NONE */

/* since_ms, or NULL: steady time since when it is doubted. */
enum doubt	 window_doubt(const struct hall *, const struct layout *, const struct learnt *, int window, int64_t steady_ms,
    int64_t *since_ms);

#endif
