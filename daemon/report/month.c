/* The month on one page: ten figures beside those of the month before and of a year ago, and the half hours that are busiest. */
#include "daemon/report/inside.h"

/* The month that day ?1 is in, moved by so many months: its name, its first day and its last. */
#define FIRST(shift)	"date(substr(?1, 1, 4) || '-' || substr(?1, 5, 2) || '-01', '" shift " months')"
#define AS_DAY(date)	"cast(strftime('%Y%m%d', " date ") AS INTEGER)"
#define MONTH(n, shift)	"SELECT " n " AS n, strftime('%Y-%m', " FIRST(shift) ") AS month, " AS_DAY(FIRST(shift)) " AS a, " \
	AS_DAY("date(" FIRST(shift) ", '+1 months', '-1 days')") " AS b"

#define OVER_ms		"900000"	/* M-Q8: waited for over a quarter of an hour */
#define MAY_GIVE_UP	"issued - cancelled"

const struct report month_reports[] = {
	{ .name = "month", .by_month = true, .also = "busiest",
	  .sql = "WITH p AS (" MONTH("0", "-0") " UNION ALL " MONTH("1", "-1") " UNION ALL " MONTH("2", "-12") "),"
	    " v AS (SELECT p.n AS key, visit.* FROM p JOIN visit ON visit.day BETWEEN p.a AND p.b),"
	    " waits AS (SELECT key, wait_ms, row_number() OVER (PARTITION BY key ORDER BY wait_ms) AS i, count(*) OVER (PARTITION BY key) AS c"
	    "  FROM v WHERE wait_ms IS NOT NULL),"
	    " q AS (SELECT key, max(iif(i = (c * 90 + 99) / 100, wait_ms, NULL)) AS p90, sum(wait_ms) AS sum, max(c) AS c,"
	    "  sum(wait_ms > " OVER_ms ") AS over FROM waits GROUP BY key),"
	    " s AS (SELECT key, count(DISTINCT day) AS days, sum(first AND channel <> 'window') AS issued, sum(state = 'done') AS served,"
	    "  sum(state = 'abandoned') AS abandoned, sum(first AND state = 'cancelled') AS cancelled, sum(" SERVICE_MS ") AS service_ms,"
	    "  count(" SERVICE_MS ") AS services, sum(grade > 0) AS rated, sum(grade >= 3) AS content FROM v GROUP BY key)"
	    " SELECT p.month, ifnull(days, 0), ifnull(issued, 0), ifnull(served, 0), " MEAN("q.sum", "q.c") ", p90, " SHARE("over", "q.c") ","
	    "  " SHARE("abandoned", "(" MAY_GIVE_UP ")") ", " MEAN("service_ms", "services") ","
	    "  (SELECT max(waiting) FROM peak WHERE day BETWEEN p.a AND p.b AND service = ''), " SHARE("content", "rated")
	    " FROM p LEFT JOIN s ON s.key = p.n LEFT JOIN q ON q.key = p.n ORDER BY p.n",
	  .column = { { "month", COLUMN_TEXT }, { "days_open", COLUMN_COUNT }, { "issued", COLUMN_COUNT }, { "served", COLUMN_COUNT },
	    { "wait", COLUMN_MINUTES }, { "wait_p90", COLUMN_MINUTES }, { "over_wait", COLUMN_SHARE }, { "abandoned_share", COLUMN_SHARE },
	    { "service", COLUMN_MINUTES }, { "peak", COLUMN_COUNT }, { "content", COLUMN_SHARE } } },
	{ .name = "busiest",
	  .sql = "WITH v AS (SELECT * FROM visit WHERE day BETWEEN ?1 AND ?2), d AS (SELECT count(DISTINCT day) AS days FROM v),"
	    " i AS (SELECT half_issued AS half, count(*) AS n FROM v WHERE first AND channel <> 'window' GROUP BY 1),"
	    " c AS (SELECT half_called AS half, count(*) AS n, sum(wait_ms) AS sum FROM v WHERE wait_ms IS NOT NULL GROUP BY 1),"
	    " p AS (SELECT half, max(waiting) AS n FROM peak WHERE day BETWEEN ?1 AND ?2 AND service = '' GROUP BY half)"
	    " SELECT i.half, (i.n * 20 / days + 1) / 2, " MEAN("c.sum", "c.n") ", p.n"
	    " FROM i, d LEFT JOIN c USING (half) LEFT JOIN p USING (half) ORDER BY i.n DESC, i.half LIMIT 6",
	  .column = { { "half", COLUMN_HALF }, { "issued_a_day", COLUMN_TENTHS }, { "wait", COLUMN_MINUTES }, { "peak", COLUMN_COUNT } },
	  .chart = 1 },
	{ .name = NULL }
};
