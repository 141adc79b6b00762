/*
 * hall.json: one table of settings (settings_rows.c), read into a layout.
 *
 * A new setting is a row there and a field in struct layout; reading, errors,
 * `halld -n` and etc/hall.schema.json follow from the row.
 *
 * The text is JSON of at most SETTINGS_BYTES_MAX bytes, UTF-8, without
 * duplicate keys.  What it leaves out has its default; what the table does not
 * know is an error.  An error is one line that begins with the JSON Pointer of
 * what is wrong, or with "line L column C" if it is no JSON, and says what
 * would be right:
 *
 *	/windows/2/no: 1200 is over 999
 *	/devices/0/bauds: unknown key; did you mean "baud"?
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdio.h>

#include "daemon/core/layout.h"

#define SETTINGS_BYTES_MAX (1024 * 1024)

/* A driver that devices[] may name; a list of them ends with a NULL name. */
struct driver_name {
	const char	*name;
	const char	*kind;		/* as driver_kind_name has it */
	const char	*(*clip_wrong)(const struct clip *);	/* as in struct driver; NULL: it plays none */
	bool		 framed;	/* likewise */
};

/* Fill the layout.  0, or -1 with a line in error, and the layout is of no use. */
int		 settings_read(struct layout *, const char *text, size_t len, const struct driver_name *,
		    char *error, size_t cap);

/* What a value of this setting should be, as in "must be ADDR:PORT"; NULL: it is right. */
const char	*settings_wrong(const char *path, const char *value);

/* Print the JSON Schema (draft 2020-12) of hall.json. */
void		 settings_schema(FILE *);

#endif
