/*
 * The reports there are, a row each: what it is called, how its rows are found
 * in figures.db (from day ?1 to day ?2), and what its columns mean.
 *
 * A column is titled by the text report.column.NAME, and defined by
 * report.means.NAME; where one word has two meanings, by what `text` says for NAME.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "daemon/store/db.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_DAY,		/* 20261124 */
	COLUMN_HALF,		/* a half hour of the day, 0 to 47 */
	COLUMN_TIME,		/* Unix ms */
	COLUMN_COUNT,
	COLUMN_MINUTES,		/* ms; shown in minutes with one decimal */
	COLUMN_SHARE,		/* hundredths of a per cent */
	COLUMN_TENTHS,		/* tenths of one */
	COLUMN_HEAT,		/* likewise; HTML shades it by the most in the report */
	COLUMN_HUNDREDTHS,	/* hundredths of one */
	COLUMN_MONEY,		/* fen; shown in yuan */
	COLUMN_PERSON		/* id of a record; shown by the name that the hall has for it */
};

struct column {
	const char	*name;
	enum column_kind kind;
	const char	*text;		/* names its texts; NULL: name does */
};

#define EVERYBODY INT64_C(-1)
#define REPORT_COLUMNS 24
struct report {
	const char	*name;		/* in paths; report.NAME is its title */
	const char	*sql;
	struct column	 column[REPORT_COLUMNS];	/* a nameless one ends them */
	int		 chart;		/* how many columns from the second on are drawn, 0: none */
	int		 days;		/* asked for at once, at most; 0: as many as there are */
	bool		 by_month;	/* of the whole month that its first day is in */
	const char	*also;		/* another report, below it on its page; NULL: none */
	bool		 own;		/* of who asks, ?3 is their account; not among those that managers have */
	bool		 rules;		/* ?3 is there, EVERYBODY where it is nobody's own, and ?4 are the rules of scores */
};

const struct report *report_at(int place);	/* from 0; NULL: there are no more */
int		 report_place(const struct report *);
const struct report *report_find(const char *name);	/* NULL: there is none */
int		 report_columns(const struct report *);

#endif
