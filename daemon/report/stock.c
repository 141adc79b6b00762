/* Reports of stock and of paper. */
#include "daemon/report/inside.h"

#define IN_PERIOD(what)	"sum(iif(day >= ?1 AND what IN (" what "), d, 0))"
#define ROUNDED(part, n) "iif(" n " = 0, NULL, CAST(round((" part ") * 1.0 / (" n ")) AS INTEGER))"	/* half away from nothing */

const struct report stock_reports[] = {
	{ .name = "stock",		/* domain: R12 */
	  .sql = "WITH m AS (SELECT day, json_extract(body, '$.item') AS item, json_extract(body, '$.kind') AS what,"
	    "  json_extract(body, '$.difference') AS d, json_extract(body, '$.quantity') AS quantity, ifnull(json_extract(body, '$.cost'), 0) AS cost"
	    "  FROM entry WHERE kind = 'stock.move' AND day <= ?2),"
	    " i AS (SELECT id, body, max(rev) FROM entry WHERE kind = 'stock.item' AND day <= ?2 GROUP BY id),"
	    " o AS (SELECT day FROM duty JOIN day USING (day) WHERE closed AND day <= ?2 ORDER BY day DESC LIMIT 14),"
	    " u AS (SELECT item, -sum(d) AS lately FROM m WHERE what NOT IN ('in', 'count', 'scrap') AND day BETWEEN (SELECT min(day) FROM o) AND"
	    "  (SELECT max(day) FROM o) GROUP BY item),"
	    " s AS (SELECT item, sum(iif(day < ?1, d, 0)) AS opening, " IN_PERIOD("'in'") " AS came, -" IN_PERIOD("'out'") " AS handed,"
	    "  -" IN_PERIOD("'use', 'install'") " AS used, " IN_PERIOD("'return'") " AS back, -" IN_PERIOD("'scrap'") " AS scrapped,"
	    "  " IN_PERIOD("'count'") " AS difference, sum(iif(day >= ?1 AND what = 'count', quantity - d, 0)) AS booked, sum(d) AS closing,"
	    "  -sum(iif(day >= ?1 AND what IN ('out', 'use', 'install', 'return'), d * cost, 0)) AS fen FROM m GROUP BY item)"
	    " SELECT json_extract(body, '$.code'), json_extract(body, '$.name'), json_extract(body, '$.unit'), ifnull(opening, 0), ifnull(came, 0),"
	    "  ifnull(handed, 0), ifnull(used, 0), ifnull(back, 0), ifnull(scrapped, 0), ifnull(difference, 0),"
	    "  " ROUNDED("difference * 10000", "booked") ", ifnull(closing, 0),"
	    "  iif(lately > 0, closing * 10 * (SELECT count(*) FROM o WHERE day >= replace(json_extract(body, '$.since'), '-', '') + 0) / lately, NULL),"
	    "  ifnull(fen, 0), iif(handed + used - back > 0, " MEAN("fen", "(handed + used - back)") ", NULL)"
	    " FROM i LEFT JOIN s ON s.item = i.id LEFT JOIN u ON u.item = i.id ORDER BY 1",
	  .column = { { "item_code", COLUMN_TEXT }, { "item_name", COLUMN_TEXT }, { "item_unit", COLUMN_TEXT }, { "opening", COLUMN_COUNT },
	    { "came", COLUMN_COUNT }, { "handed_out", COLUMN_COUNT }, { "used_up", COLUMN_COUNT }, { "put_back", COLUMN_COUNT },
	    { "scrapped", COLUMN_COUNT }, { "count_difference", COLUMN_COUNT }, { "count_variance", COLUMN_SHARE }, { "closing", COLUMN_COUNT },
	    { "lasts_days", COLUMN_TENTHS }, { "used_cost", COLUMN_MONEY }, { "unit_cost", COLUMN_MONEY } } },
	{ .name = "paper",
	  .sql = "WITH p AS (SELECT device, sum(tickets) AS tickets, sum(mm) AS mm FROM paper WHERE day BETWEEN ?1 AND ?2 GROUP BY device),"
	    " r AS (SELECT json_extract(body, '$.device') AS device, count(*) AS rolls FROM entry"
	    "  WHERE kind = 'stock.roll' AND rev = 1 AND day BETWEEN ?1 AND ?2 GROUP BY 1)"
	    " SELECT device, ifnull(tickets, 0), ifnull((mm + 50) / 100, 0), " MEAN("mm * 10", "tickets") ", ifnull(rolls, 0)"
	    " FROM (SELECT device FROM p UNION SELECT device FROM r) LEFT JOIN p USING (device) LEFT JOIN r USING (device) ORDER BY device",
	  .column = { { "printer", COLUMN_TEXT }, { "printed", COLUMN_COUNT }, { "paper_m", COLUMN_TENTHS }, { "paper_a_ticket", COLUMN_TENTHS },
	    { "rolls", COLUMN_COUNT } }, .chart = 1 },
	{ .name = NULL }
};
