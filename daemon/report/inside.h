/*
 * Groups of reports, a file each, and what their queries share.
 */
#ifndef REPORT_INSIDE_H
#define REPORT_INSIDE_H

#include "daemon/report/report.h"

/* Means and shares are rounded half up; of nothing they are NULL. */
/* M-Q6: what took no time, or over ten hours, is no service; it is counted by itself. */
#define SERVICE_MS	"iif(service_ms > 0 AND service_ms <= 36000000, service_ms, NULL)"
#define NO_SERVICES	"sum(service_ms IS NOT NULL AND (service_ms <= 0 OR service_ms > 36000000))"

#define MEAN(sum, n)	"iif(" n " = 0, NULL, (" sum " + " n " / 2) / " n ")"
#define SHARE(part, n)	"iif(" n " = 0, NULL, ((" part ") * 20000 + " n ") / (" n " * 2))"

/* A member of the body of an entry; a day or time there, as days are counted. */
#define MEMBER(name)	"json_extract(body, '$." name "')"
#define DAY(field)	"CAST(replace(substr(body ->> '" field "', 1, 10), '-', '') AS INTEGER)"

/* A nameless one ends each. */
extern const struct report queue_reports[], month_reports[], staff_reports[], score_reports[], stock_reports[], equipment_reports[];

#endif
