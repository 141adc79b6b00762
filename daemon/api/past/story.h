/*
 * All that happened to a ticket, in sentences: told the facts of its day, one
 * by one from the first, it says which are of the ticket, what each was, and
 * what the sign and the voice of its window were to do then (sign.h, voice.h).
 *
 * Which fact reads how is a table, a row a kind and condition.  Nobody is named;
 * of needs, reasons and an ID number only that there were some is said.
 *
 * What a sign showed and a voice said is no fact of the log: what they were to
 * do follows from it, and what kept them from it as far as it is there (a
 * device at fault, the hours of a zone).  So nothing is said to have been seen
 * or heard.
 */
#ifndef STORY_H
#define STORY_H

#include "daemon/core/hall.h"
#include "display/texts.h"

#define STORY_MAX 2048	/* bytes of a sentence with its NUL */

struct story;

/* A fact of the ticket; what is empty was not. */
struct told {
	char	sentence[LANGUAGES][STORY_MAX];
	char	shown[LANGUAGES][STORY_MAX];
	char	said[LANGUAGES][STORY_MAX];
};

/* New; texts are borrowed, the layout is copied: of today, and until another is told that of the facts. */
struct story	*story_new(const struct layout *, const struct texts *, uint32_t ticket);
void		 story_free(struct story *);

/* The hall that the facts make: to read them with, and to begin with what was carried over (carry.h). */
struct hall	*story_hall(struct story *);

/* The layout that was in force from here on; NULL: it is not known, and with it what was shown and said. */
void		 story_layout(struct story *, const struct layout *);

/* The next fact: 1, it is of the ticket, and told; 0, it is not; -1, it does not fit. */
int		 story_fact(struct story *, const struct fact *, struct told *);

#endif
