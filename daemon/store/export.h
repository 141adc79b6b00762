/*
 * What is handed out of the database, for other programs: which tables, which
 * of their columns, and their rows a slice at a time.
 *
 * Keys of devices, sessions and tickets, answers and passwords never are.  What
 * is personal is only when somebody asks for it who may.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdbool.h>

#include <jansson.h>

#include "daemon/store/chain.h"
#include "daemon/store/reader.h"

struct exported {
	const char	*name;		/* of the table */
	int		 statement;
	const char	*columns;	/* as in the statement */
	const char	*personal;	/* its columns that are; "*": all of it */
	bool		 by_text;	/* its key is a text */
	bool		 by_seq;	/* its rows are bounded by the number of an event */
};
extern const struct exported exports[];	/* NULL ends them */
extern const char *const never_exported[];	/* tables; NULL ends them */

/* NULL: there is none of this name. */
const struct exported *export_find(const char *name);

/* Names of the columns that are handed out (new). */
json_t	*export_columns(const struct exported *, bool personal);

/* The newest event and its chain.  0, or -1. */
int	export_head(struct reader *, int64_t *seq, uint8_t chain[CHAIN]);

/*
 * Rows behind a key, as it stands in one before; empty: from the beginning.  In
 * `rows` (an array) each is an array, in *next the key of the last one (new);
 * null: there are no more.  0, or -1: they cannot be read.
 */
int	export_rows(struct reader *, const struct exported *, bool personal, const char *after, int64_t last_seq, json_t *rows, json_t **next);

#endif
