/*
 * Can the hall open?  Looked at when somebody asks, and by itself before it
 * opens, which is kept as the day's inspection.
 */
#ifndef API_READY_H
#define API_READY_H

#include <stdint.h>

#include "daemon/office/ready.h"

struct readying;
struct server;

/* New; the server is borrowed, the folder is its state's.  Its worker looks at what a disk says. */
struct readying	*readying_open(struct server *, const char *dir);

/* After the worker and the ledger were closed. */
void		 readying_close(struct readying *);

/* A fact is on disk. */
void		 readying_fact(struct readying *, const struct fact *);

/* What came of looking last, and when, wall time; 0: nobody has looked yet. */
int64_t		 readying_last(const struct readying *, enum ready_state *);

#endif
