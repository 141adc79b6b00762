/*
 * Groups of reports, a file each, and what their queries share.
 */
#ifndef REPORT_INSIDE_H
#define REPORT_INSIDE_H

#include "daemon/report/report.h"

/* Means and shares are rounded half up; of nothing they are NULL. */
#define MEAN(sum, n)	"iif(" n " = 0, NULL, (" sum " + " n " / 2) / " n ")"
#define SHARE(part, n)	"iif(" n " = 0, NULL, ((" part ") * 20000 + " n ") / (" n " * 2))"

/* A day or time in the body of an entry, as days are counted. */
#define DAY(field)	"CAST(replace(substr(body ->> '" field "', 1, 10), '-', '') AS INTEGER)"

/* A nameless one ends each. */
extern const struct report queue_reports[], month_reports[], staff_reports[], stock_reports[], equipment_reports[];

#endif
