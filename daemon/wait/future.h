/*
 * A small hall played on: people come, windows call whom the rule names
 * (pick.h), are busy with them, and are free again.  How long, who comes, and
 * what is noted is its owner's: struct laws.
 */
#ifndef FUTURE_H
#define FUTURE_H

#include "daemon/core/hall.h"
#include "daemon/wait/agenda.h"

/* Something that is to happen: a window is free, or somebody comes. */
enum happening { FREE, COMES };	/* who: place in layout.window, or in hall.leg */

struct future {
	struct hall	*hall;		/* owned: those who wait and who come, in the order of their coming */
	const struct layout *layout;
	bool		idle[WINDOWS_MAX];	/* free, and nobody was there to be called */
	struct agenda	 agenda;
	bool		 over;		/* set by a law: nothing more is to be known */
};

struct laws {
	/* When a window that is free may call: at_ms, or later. */
	int64_t	(*calls_ms)(void *, int window, int64_t at_ms);
	/* Somebody is called; returns when the window is free again, or -1: at once, as they have left. */
	int64_t	(*called)(void *, int window, uint32_t place, int64_t at_ms);
	/* Somebody came; may be NULL. */
	void	(*came)(void *, uint32_t place, int64_t at_ms);
};

void	future_init(struct future *);
void	future_free(struct future *);

/* Nobody is there, and nothing is to happen. */
void	future_clear(struct future *, const struct layout *, int services, int classes);

/*
 * Room for somebody who is to be put into a queue, or to come; NULL: there is
 * none.  The rule looks at the place last, in hall.leg; the id is the owner's.
 */
struct leg *future_person(struct future *, uint32_t id, int service, int class, int64_t entry_ms);

void	future_add(struct future *, int64_t at_ms, enum happening, uint32_t who);

/* Until then, or until it is over. */
void	future_play(struct future *, const struct laws *, void *owner, int64_t until_ms);

#endif
