/* Reports of queues, windows and tickets. */
#include "daemon/report/inside.h"

/*
 * Sums, means and quantiles of visits, a row for each KEY.  The p-quantile of n
 * is the ceil(n p)-th smallest (inclusive, no value in between is invented).
 */
#define SUMMARY(KEY, PEAK, MORE) \
	"WITH v AS (SELECT " KEY " AS key, * FROM visit WHERE day BETWEEN ?1 AND ?2)," \
	" waits AS (SELECT key, wait_ms, row_number() OVER (PARTITION BY key ORDER BY wait_ms) AS i, count(*) OVER (PARTITION BY key) AS n" \
	"  FROM v WHERE wait_ms IS NOT NULL)," \
	" q AS (SELECT key, max(iif(i = (n * 50 + 99) / 100, wait_ms, NULL)) AS p50, max(iif(i = (n * 90 + 99) / 100, wait_ms, NULL)) AS p90," \
	"  max(wait_ms) AS longest, sum(wait_ms) AS sum, max(n) AS n FROM waits GROUP BY key)," \
	" s AS (SELECT key, sum(first AND channel <> 'window') AS issued, sum(first AND channel = 'phone') AS from_afar," \
	"  sum(wait_ms IS NOT NULL) AS called, sum(state = 'done') AS served, sum(state = 'abandoned') AS abandoned," \
	"  sum(state = 'expired') AS expired, sum(state = 'no_show') AS no_show, sum(state = 'cancelled') AS cancelled," \
	"  sum(state = 'transferred') AS transferred, sum(passes > 0) AS passed, sum(recalls) AS recalls," \
	"  sum(" SERVICE_MS ") AS service_ms, count(" SERVICE_MS ") AS services, " NO_SERVICES " AS bad, sum(grade > 0) AS rated," \
	"  sum(grade >= 3) AS content FROM v GROUP BY key)" \
	" SELECT s.key, issued, from_afar, called, served, abandoned, expired, no_show, cancelled, transferred, passed, recalls," \
	"  " MEAN("q.sum", "q.n") ", p50, p90, longest, " MEAN("service_ms", "services") ", " PEAK ", rated, " SHARE("content", "rated") ", bad" MORE \
	" FROM s LEFT JOIN q USING (key) ORDER BY s.key"
#define SUMMARY_COLUMNS \
	{ "issued", COLUMN_COUNT }, { "from_afar", COLUMN_COUNT }, { "called", COLUMN_COUNT }, { "served", COLUMN_COUNT }, \
	{ "abandoned", COLUMN_COUNT }, { "expired", COLUMN_COUNT }, { "no_show", COLUMN_COUNT }, { "cancelled", COLUMN_COUNT }, \
	{ "transferred", COLUMN_COUNT }, { "passed", COLUMN_COUNT }, { "recalls", COLUMN_COUNT }, { "wait", COLUMN_MINUTES }, \
	{ "wait_p50", COLUMN_MINUTES }, { "wait_p90", COLUMN_MINUTES }, { "wait_longest", COLUMN_MINUTES }, { "service", COLUMN_MINUTES }, \
	{ "peak", COLUMN_COUNT }, { "rated", COLUMN_COUNT }, { "content", COLUMN_SHARE }, { "bad_services", COLUMN_COUNT }

#define PEAK_OF(WHERE)	"(SELECT max(waiting) FROM peak WHERE day BETWEEN ?1 AND ?2 AND " WHERE ")"
#define CARDS_OF(WHERE)	", (SELECT count(*) FROM entry WHERE kind = 'card.lit' AND rev = 1 AND " WHERE ")"	/* later ones: it was put out */

/* domain: M-W6, of windows with time to serve: 1 - stdev / mean of what they served in it; of nothing it is NULL. */
#define BALANCE \
	", (WITH had AS (SELECT window, sum(open_ms) AS ms FROM window_half WHERE day BETWEEN ?1 AND ?2 GROUP BY window)," \
	"  did AS (SELECT window, sum(" SERVICE_MS ") AS ms FROM visit WHERE day BETWEEN ?1 AND ?2 GROUP BY window)," \
	"  busy AS (SELECT ifnull(did.ms, 0) * 1.0 / had.ms AS share FROM had LEFT JOIN did USING (window) WHERE had.ms > 0)" \
	"  SELECT CAST(max(0, 1 - sqrt(max(0, avg(share * share) - avg(share) * avg(share))) / avg(share)) * 100 + 0.5 AS INTEGER) FROM busy)"

/* M-W7: of a half hour (i issued, a services that ended, o windows that were open), hundredths rounded half up. */
#define LOAD	"(ifnull(i.n, 0) * a.sum * 200 + a.n * o.ms) / (a.n * o.ms * 2)"
#define LOAD_WANTED	"85"	/* hundredths: as much as windows are to have */

/* Nobody came: 0, but on a day of the week that was none of the hall's nothing. */
#define ON_WEEKDAY(n)	"ifnull(max(iif(weekday = " n ", mean, NULL)), (SELECT 0 FROM d WHERE weekday = " n "))"

const struct report queue_reports[] = {
	{ .name = "days",		/* domain: R1 */
	  .sql = SUMMARY("day", PEAK_OF("service = '' AND day = s.key"), CARDS_OF("day = s.key")),
	  .column = { { "day", COLUMN_DAY }, SUMMARY_COLUMNS, { "cards", COLUMN_COUNT } }, .chart = 1 },
	{ .name = "hall",		/* all of it together */
	  .sql = SUMMARY("1", PEAK_OF("service = ''"), CARDS_OF("day BETWEEN ?1 AND ?2") BALANCE),
	  .column = { { "days_all", COLUMN_COUNT }, SUMMARY_COLUMNS, { "cards", COLUMN_COUNT }, { "balance", COLUMN_HUNDREDTHS } } },
	{ .name = "services",		/* R2 */
	  .sql = SUMMARY("service", PEAK_OF("service = s.key"), ""),
	  .column = { { "service_id", COLUMN_TEXT }, SUMMARY_COLUMNS }, .chart = 1 },
	{ .name = "classes",
	  .sql = SUMMARY("class", "NULL", ""),
	  .column = { { "class_id", COLUMN_TEXT }, SUMMARY_COLUMNS } },
	{ .name = "windows",
	  .sql = "WITH v AS (SELECT window, sum(wait_ms IS NOT NULL) AS called, sum(state = 'done') AS served, sum(state = 'transferred') AS transferred,"
	    "  sum(passes > 0) AS passed, sum(recalls) AS recalls, sum(" SERVICE_MS ") AS service_ms, count(" SERVICE_MS ") AS services,"
	    "  " NO_SERVICES " AS bad, sum(grade > 0) AS rated, sum(grade >= 3) AS content, sum(state = 'abandoned') AS abandoned"
	    "  FROM visit WHERE day BETWEEN ?1 AND ?2 AND window <> 0 GROUP BY window),"
	    " t AS (SELECT window, sum(open_ms) AS open_ms, sum(idle_ms) AS idle_ms, sum(beside_ms) AS beside_ms,"
	    "  sum(paused_ms) AS paused_ms FROM window_half WHERE day BETWEEN ?1 AND ?2 GROUP BY window),"
	    " waits AS (SELECT window, wait_ms, row_number() OVER (PARTITION BY window ORDER BY wait_ms) AS i, count(*) OVER (PARTITION BY window) AS n"
	    "  FROM visit WHERE day BETWEEN ?1 AND ?2 AND window <> 0 AND wait_ms IS NOT NULL),"
	    " q AS (SELECT window, max(iif(i = (n * 90 + 99) / 100, wait_ms, NULL)) AS p90, sum(wait_ms) AS sum, max(n) AS n FROM waits GROUP BY window)"
	    " SELECT t.window, ifnull(called, 0), ifnull(served, 0), ifnull(transferred, 0), ifnull(passed, 0), ifnull(recalls, 0),"
	    "  " MEAN("service_ms", "services") ", open_ms, ifnull(service_ms, 0), idle_ms, beside_ms, paused_ms,"
	    "  " SHARE("ifnull(service_ms, 0)", "open_ms") ", " SHARE("paused_ms", "open_ms") ", ifnull(rated, 0), " SHARE("content", "rated")
	    ", " MEAN("q.sum", "q.n") ", p90, ifnull(abandoned, 0)"
	    ", (ifnull(served, 0) * 72000000 + open_ms) / (open_ms * 2), ifnull(bad, 0)"	/* M-W5: tenths an hour */
	    " FROM t LEFT JOIN v USING (window) LEFT JOIN q USING (window) ORDER BY t.window",
	  .column = { { "window", COLUMN_COUNT }, { "called", COLUMN_COUNT }, { "served", COLUMN_COUNT }, { "transferred", COLUMN_COUNT },
	    { "passed", COLUMN_COUNT }, { "recalls", COLUMN_COUNT }, { "service", COLUMN_MINUTES }, { "open", COLUMN_MINUTES },
	    { "serving", COLUMN_MINUTES }, { "idle", COLUMN_MINUTES }, { "beside", COLUMN_MINUTES }, { "paused", COLUMN_MINUTES },
	    { "saturation", COLUMN_SHARE }, { "pause_share", COLUMN_SHARE }, { "rated", COLUMN_COUNT }, { "content", COLUMN_SHARE },
	    { "wait", COLUMN_MINUTES }, { "wait_p90", COLUMN_MINUTES }, { "abandoned", COLUMN_COUNT },
	    { "served_an_hour", COLUMN_TENTHS }, { "bad_services", COLUMN_COUNT } } },
	{ .name = "halves",		/* R3 */
	  .sql = "WITH RECURSIVE h(half) AS (SELECT 0 UNION ALL SELECT half + 1 FROM h WHERE half < 47),"
	    " v AS (SELECT * FROM visit WHERE day BETWEEN ?1 AND ?2),"
	    " i AS (SELECT half_issued AS half, count(*) AS n FROM v WHERE first AND channel <> 'window' GROUP BY 1),"
	    " c AS (SELECT half_called AS half, count(*) AS n, sum(wait_ms) AS sum FROM v WHERE wait_ms IS NOT NULL GROUP BY 1),"
	    " e AS (SELECT half_ended AS half, count(*) AS n FROM v WHERE state = 'done' GROUP BY 1),"
	    " p AS (SELECT half, max(waiting) AS n FROM peak WHERE day BETWEEN ?1 AND ?2 AND service = '' GROUP BY half),"
	    " o AS (SELECT half, sum(open_ms) AS ms FROM window_half WHERE day BETWEEN ?1 AND ?2 GROUP BY half),"
	    " a AS (SELECT half_ended AS half, sum(" SERVICE_MS ") AS sum, count(" SERVICE_MS ") AS n FROM v GROUP BY 1),"
	    " d AS (SELECT count(DISTINCT day) * 1800000 AS ms FROM window_half WHERE day BETWEEN ?1 AND ?2)"
	    " SELECT h.half, ifnull(i.n, 0), ifnull(c.n, 0), ifnull(e.n, 0), " MEAN("c.sum", "c.n") ", ifnull(p.n, 0), ifnull((o.ms * 20 / d.ms + 1) / 2, 0)"
	    ", " LOAD ", iif(" LOAD " > 100, (i.n * a.sum * 100 - 1) / (a.n * d.ms * " LOAD_WANTED ") + 1, NULL)"
	    " FROM h JOIN d LEFT JOIN i USING (half) LEFT JOIN c USING (half) LEFT JOIN e USING (half) LEFT JOIN p USING (half)"
	    " LEFT JOIN o USING (half) LEFT JOIN a USING (half) ORDER BY h.half",
	  .column = { { "half", COLUMN_HALF }, { "issued", COLUMN_COUNT }, { "called", COLUMN_COUNT }, { "served", COLUMN_COUNT },
	    { "wait", COLUMN_MINUTES }, { "peak", COLUMN_COUNT }, { "windows_open", COLUMN_TENTHS },
	    { "load", COLUMN_HUNDREDTHS }, { "windows_wanted", COLUMN_COUNT } }, .chart = 3 },
	{ .name = "waits",		/* R4 */
	  .sql = "WITH b(n, lo, hi) AS (VALUES (0, 0, 5), (1, 5, 10), (2, 10, 15), (3, 15, 20), (4, 20, 30), (5, 30, 60), (6, 60, 1000000)),"
	    " w AS (SELECT wait_ms FROM visit WHERE day BETWEEN ?1 AND ?2 AND wait_ms IS NOT NULL),"
	    " c AS (SELECT b.n, lo, hi, (SELECT count(*) FROM w WHERE wait_ms >= lo * 60000 AND wait_ms < hi * 60000) AS count FROM b)"
	    " SELECT iif(hi = 1000000, '≥ ' || lo, lo || '–' || hi), count, " SHARE("count", "(SELECT count(*) FROM w)") " FROM c ORDER BY n",
	  .column = { { "band", COLUMN_TEXT }, { "called", COLUMN_COUNT }, { "share", COLUMN_SHARE } }, .chart = 1 },
	{ .name = "tickets",		/* R5 */
	  .sql = "SELECT day, number, n, service, class, channel, state, issued_ms, called_ms, ended_ms, wait_ms, way_ms, service_ms, window, recalls,"
	    "  passes, files, nullif(grade, 0), iif(rule = 'none', '', rule), started_ms FROM visit WHERE day BETWEEN ?1 AND ?2 ORDER BY day, ticket, n",
	  .column = { { "day", COLUMN_DAY }, { "number", COLUMN_TEXT }, { "leg", COLUMN_COUNT }, { "service_id", COLUMN_TEXT },
	    { "class_id", COLUMN_TEXT }, { "channel", COLUMN_TEXT }, { "state", COLUMN_TEXT }, { "issued_at", COLUMN_TIME },
	    { "called_at", COLUMN_TIME }, { "ended_at", COLUMN_TIME }, { "wait", COLUMN_MINUTES, "wait_one" }, { "way", COLUMN_MINUTES },
	    { "service", COLUMN_MINUTES, "service_one" }, { "window", COLUMN_COUNT }, { "recalls", COLUMN_COUNT }, { "passes", COLUMN_COUNT },
	    { "files", COLUMN_COUNT }, { "grade", COLUMN_COUNT }, { "how", COLUMN_TEXT }, { "started_at", COLUMN_TIME } },
	  .days = 31 },
	{ .name = "bookings",		/* R14: by the day they are for; who was late for it has come all the same */
	  .sql = "WITH b AS (SELECT max(iif(kind = 'booking.made', " DAY("slot_from") ", NULL)) AS day, max(kind = 'booking.checked_in') AS kept,"
	    "  max(kind = 'booking.cancelled') AS cancelled, max(kind = 'booking.no_show') AS missed FROM entry"
	    "  WHERE kind IN ('booking.made', 'booking.checked_in', 'booking.cancelled', 'booking.no_show') GROUP BY body ->> 'booking'),"
	    " s AS (SELECT day, count(*) AS booked, sum(kept) AS kept, sum(cancelled) AS cancelled, sum(missed AND NOT kept) AS missed FROM b"
	    "  WHERE day BETWEEN ?1 AND ?2 GROUP BY day)"
	    " SELECT day, booked, kept, cancelled, missed, " SHARE("kept", "booked") ", " SHARE("missed", "booked") " FROM s ORDER BY day",
	  .column = { { "day", COLUMN_DAY, "booked_for" }, { "booked", COLUMN_COUNT }, { "kept", COLUMN_COUNT },
	    { "cancelled", COLUMN_COUNT, "booking_cancelled" }, { "missed", COLUMN_COUNT }, { "kept_share", COLUMN_SHARE },
	    { "missed_share", COLUMN_SHARE } }, .chart = 1 },
	{ .name = "week",		/* R3: the half hours in which tickets were taken, by days of the week */
	  .sql = "WITH RECURSIVE h(half) AS (SELECT 0 UNION ALL SELECT half + 1 FROM h WHERE half < 47),"
	    " v AS (SELECT day, half_issued AS half,"
	    "  (strftime('%w', substr(day, 1, 4) || '-' || substr(day, 5, 2) || '-' || substr(day, 7, 2)) + 6) % 7 AS weekday"
	    "  FROM visit WHERE day BETWEEN ?1 AND ?2 AND first AND channel <> 'window'),"
	    " d AS (SELECT weekday, count(DISTINCT day) AS days FROM v GROUP BY weekday),"
	    " c AS (SELECT half, weekday, (count(*) * 20 / days + 1) / 2 AS mean FROM v JOIN d USING (weekday) GROUP BY half, weekday)"
	    " SELECT h.half, " ON_WEEKDAY("0") ", " ON_WEEKDAY("1") ", " ON_WEEKDAY("2") ", " ON_WEEKDAY("3") ", " ON_WEEKDAY("4") ","
	    "  " ON_WEEKDAY("5") ", " ON_WEEKDAY("6") " FROM h LEFT JOIN c USING (half)"
	    " WHERE h.half BETWEEN (SELECT min(half) FROM c) AND (SELECT max(half) FROM c) GROUP BY h.half ORDER BY h.half",
	  .column = { { "half", COLUMN_HALF }, { "monday", COLUMN_HEAT }, { "tuesday", COLUMN_HEAT }, { "wednesday", COLUMN_HEAT },
	    { "thursday", COLUMN_HEAT }, { "friday", COLUMN_HEAT }, { "saturday", COLUMN_HEAT }, { "sunday", COLUMN_HEAT } } },
	{ .name = NULL }
};
