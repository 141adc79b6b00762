/*
 * A report as it is handed out: JSON for programs, CSV for spreadsheets, HTML to
 * be read and printed.  Each says its period, which events it counts, what is
 * missing and what its columns mean; nothing in it depends on when it is asked
 * for, so that the same twice is the same bytes.
 *
 * CSV: UTF-8 with a mark of it, CRLF, a line of titles, the rows; an empty line,
 * and what the others say around theirs.  A text that a spreadsheet would run as
 * a formula has ' before it.
 */
#ifndef SHEET_H
#define SHEET_H

#include "daemon/report/figures.h"
#include "display/texts.h"

enum sheet_format { SHEET_JSON, SHEET_CSV, SHEET_HTML, SHEET_FORMATS };

struct sheet {
	const struct report *report;
	struct asked	 asked;
	enum sheet_format format;
	enum language	 lang;		/* of titles */
	const struct texts *texts;
	const struct text *hall;	/* its name */
	int64_t		 epoch;
	const char	*(*person)(void *arg, int64_t id);	/* a name, borrowed; NULL: it is not known any more */
	void		*arg;
};

/* New bytes; NULL: the figures cannot be read. */
char		*sheet_make(const struct sheet *, struct figures *, size_t *len);

const char	*sheet_type(enum sheet_format);		/* Content-Type */
const char	*sheet_format_name(enum sheet_format);

#endif
