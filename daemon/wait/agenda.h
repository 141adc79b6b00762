/* What is to happen, the earliest first; at the same moment by kind, then by whom. */
#ifndef AGENDA_H
#define AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct event { int64_t at_ms; int what; uint32_t who; };	/* what, who: the owner's */

/* All zero: nothing is.  A heap, the first at [0]. */
struct agenda { struct event *event; size_t count, room; };

void		agenda_add(struct agenda *, int64_t at_ms, int what, uint32_t who);
struct event	agenda_take(struct agenda *);		/* there is one */
void		agenda_free(struct agenda *);

#endif
