/* Reports of devices, their repairs, and whether somebody looked at them. */
#include "daemon/report/inside.h"

/* In tenths of an hour, rounded half up; of nothing NULL. */
#define HOURS(sum, n, hour)	"iif(" n " = 0, NULL, (" sum " * 20 + " n " * " hour ") / (" n " * " hour " * 2))"

/*
 * off: faults that took something of the hours of a device, those of the hall on
 * days that are the device's, and how much; one that goes on for another reason is
 * the same.  repair, thing, looked: each as it was written last.  A repair is of the
 * business day on which it was written first, or of the date since when its device
 * failed, and fixed on the business day on which that was written.  A thing without
 * a number is a device that is in no ledger.
 */
#define KNOWN \
	"WITH du AS (SELECT * FROM duty WHERE day BETWEEN ?1 AND ?2)," \
	" its_du AS (SELECT * FROM device JOIN du USING (day))," \
	" plan AS (SELECT day FROM du UNION SELECT day FROM day WHERE away_ms <> 0 AND day BETWEEN ?1 AND ?2)," \
	" told AS (SELECT seq, at_ms, kind, body ->> 'device' AS device, body ->> 'address' AS address FROM entry" \
	"  WHERE kind IN ('device.fault', 'device.ok') AND day <= ?2)," \
	" after AS (SELECT *, lag(kind) OVER (PARTITION BY device, address ORDER BY seq) AS was FROM told)," \
	" turn AS (SELECT *, lead(at_ms) OVER (PARTITION BY device, address ORDER BY seq) AS until_ms FROM after WHERE was IS NOT kind)," \
	" off AS (SELECT device, address, turn.seq, sum(min(ifnull(until_ms, to_ms), to_ms) - max(at_ms, from_ms)) AS ms" \
	"  FROM turn JOIN its_du USING (device, address) WHERE kind = 'device.fault' AND at_ms < to_ms AND ifnull(until_ms, to_ms) > from_ms" \
	"  GROUP BY turn.seq)," \
	" fa AS (SELECT device, address, count(*) AS faults, sum(ms) AS off_ms FROM off GROUP BY device, address)," \
	" dev AS (SELECT device, address, sum(to_ms - from_ms) AS duty_ms FROM its_du GROUP BY device, address)," \
	" r AS (SELECT id, max(rev), body FROM entry WHERE kind = 'repair.order' AND day <= ?2 GROUP BY id)," \
	" came AS (SELECT id, min(day) AS day FROM entry WHERE kind = 'repair.order' GROUP BY id)," \
	" done AS (SELECT id, body ->> 'fixed' AS at, min(day) AS day FROM entry WHERE kind = 'repair.order' AND body ->> 'fixed' IS NOT NULL GROUP BY id, at)," \
	" repair AS (SELECT body ->> 'asset' AS asset, body ->> 'device' AS device, body ->> 'address' AS address," \
	"  body ->> 'state' <> 'closed' AS open, min(came.day, " DAY("reported") ") BETWEEN ?1 AND ?2 AS opened," \
	"  ifnull(done.day BETWEEN ?1 AND ?2, 0) AS fixed, unixepoch(body ->> 'fixed') - unixepoch(body ->> 'reported') AS took_s," \
	"  body ->> 'cost' AS cost FROM r JOIN came USING (id) LEFT JOIN done ON done.id = r.id AND done.at = body ->> 'fixed')," \
	" a AS (SELECT id, max(rev), day, body FROM entry WHERE kind = 'repair.asset' AND day <= ?2 GROUP BY id)," \
	" asset AS (SELECT id, body ->> 'no' AS no, body ->> 'kind' AS kind, body ->> 'device' AS device, body ->> 'address' AS address" \
	"  FROM a WHERE body ->> 'state' <> 'retired' OR day >= ?1)," \
	" thing AS (SELECT row_number() OVER () AS t, * FROM (SELECT * FROM asset UNION ALL SELECT NULL, '', '', device, address FROM dev" \
	"  WHERE NOT EXISTS (SELECT 1 FROM asset WHERE asset.device = dev.device AND asset.address = dev.address)))," \
	" i AS (SELECT id, max(rev), body FROM entry WHERE kind = 'repair.inspection' AND day <= ?2 GROUP BY id)," \
	" looked AS (SELECT " DAY("day") " AS day, body ->> 'kind' AS kind, body ->> 'points' AS points, body ->> 'bad' AS bad," \
	"  body ->> 'findings' AS findings FROM i WHERE " DAY("day") " BETWEEN ?1 AND ?2),"

#define REPAIRS	"ifnull(sum(opened), 0) AS opened, ifnull(sum(open), 0) AS open, ifnull(sum(fixed), 0) AS fixed, sum(iif(fixed, took_s, 0)) AS took_s," \
	" ifnull(sum(iif(fixed, cost, 0)), 0) AS cost"

const struct report equipment_reports[] = {
	{ .name = "equipment",		/* R11 */
	  .sql = KNOWN
	    " its AS (SELECT t, " REPAIRS " FROM thing JOIN repair ON repair.asset = thing.id"
	    "  OR (repair.asset IS NULL AND repair.device = thing.device AND repair.address = thing.address) GROUP BY t)"
	    " SELECT no, thing.kind, thing.device, iif(thing.device IS NULL, NULL, thing.address), duty_ms,"
	    "  " SHARE("duty_ms - ifnull(off_ms, 0)", "duty_ms") ", iif(duty_ms IS NULL, NULL, ifnull(faults, 0)), " HOURS("duty_ms", "faults", "3600000") ","
	    "  ifnull(opened, 0), ifnull(open, 0), " HOURS("took_s", "fixed", "3600") ", ifnull(cost, 0)"
	    " FROM thing LEFT JOIN dev ON dev.device = thing.device AND dev.address = thing.address"
	    " LEFT JOIN fa ON fa.device = thing.device AND fa.address = thing.address LEFT JOIN its USING (t)"
	    " ORDER BY no = '', no, thing.device, thing.address",
	  .column = { { "asset_no", COLUMN_TEXT }, { "asset_kind", COLUMN_TEXT }, { "device", COLUMN_TEXT }, { "address", COLUMN_COUNT },
	    { "duty", COLUMN_MINUTES }, { "online", COLUMN_SHARE }, { "faults", COLUMN_COUNT }, { "mtbf_h", COLUMN_TENTHS },
	    { "repairs", COLUMN_COUNT }, { "repairs_open", COLUMN_COUNT }, { "mttr_h", COLUMN_TENTHS },
	    { "repair_cost", COLUMN_MONEY } } },
	{ .name = "equipment_all",	/* all of it together */
	  .sql = KNOWN
	    " d AS (SELECT ifnull(sum(duty_ms), 0) AS duty_ms, count(*) AS devices FROM dev),"
	    " f AS (SELECT ifnull(sum(off_ms), 0) AS off_ms, ifnull(sum(faults), 0) AS faults FROM fa),"
	    " its AS (SELECT " REPAIRS " FROM repair),"
	    " c AS (SELECT (SELECT count(*) FROM plan) AS planned, (SELECT count(DISTINCT day) FROM looked JOIN plan USING (day) WHERE kind = 'opening') AS done,"
	    "  (SELECT count(*) FROM looked WHERE kind = 'round') AS rounds)"
	    " SELECT devices, duty_ms, " SHARE("duty_ms - off_ms", "duty_ms") ", faults, " HOURS("duty_ms", "faults", "3600000") ","
	    "  opened, open, " HOURS("took_s", "fixed", "3600") ", planned, done, " SHARE("done", "planned") ", rounds, cost FROM d, f, its, c",
	  .column = { { "devices", COLUMN_COUNT }, { "duty", COLUMN_MINUTES }, { "online", COLUMN_SHARE }, { "faults", COLUMN_COUNT },
	    { "mtbf_h", COLUMN_TENTHS }, { "repairs", COLUMN_COUNT }, { "repairs_open", COLUMN_COUNT }, { "mttr_h", COLUMN_TENTHS },
	    { "checks_planned", COLUMN_COUNT }, { "checks_done", COLUMN_COUNT }, { "checks_share", COLUMN_SHARE }, { "rounds", COLUMN_COUNT },
	    { "repair_cost", COLUMN_MONEY } } },
	{ .name = "inspections",
	  .sql = KNOWN
	    " days AS (SELECT day FROM plan UNION SELECT day FROM looked)"
	    " SELECT day, (SELECT count(*) FROM plan WHERE plan.day = days.day), max(kind IS 'opening'), sum(kind IS 'round'), sum(points), sum(bad),"
	    "  group_concat(findings, '; ') FROM days LEFT JOIN looked USING (day) GROUP BY day ORDER BY day",
	  .column = { { "day", COLUMN_DAY }, { "checks_planned", COLUMN_COUNT }, { "checks_done", COLUMN_COUNT }, { "rounds", COLUMN_COUNT },
	    { "points", COLUMN_COUNT }, { "bad", COLUMN_COUNT }, { "findings", COLUMN_TEXT } } },
	{ .name = NULL }
};
