/* Reports of people: who was to work and did, and what somebody served, for their own eyes. */
#include "daemon/report/inside.h"

#define A_DAY(name)	"(replace(" MEMBER(name) ", '-', '') + 0)"
/* Unix ms of a time with its date; and of "09:00" on a date, as clocks in the hall show it. */
#define OF_TIME(name)	"unixepoch(" MEMBER(name) ") * 1000"
#define OF_SHIFT(name)	"unixepoch(date || ' ' || " name ", 'utc') * 1000"
/* How much of one stretch is in another. */
#define WITHIN(from, to, lo, hi) "max(0, min(" to ", " hi ") - max(" from ", " lo "))"
/* Verdicts of somebody who came. */
#define ATTENDED	"('ok', 'late', 'early', 'half')"

/*
 * now: each record as it is.  last: when the last thing happened that is counted.
 * work: a duty, f to t without lunch l to m (both t: none); of a day that goes on
 * it is what was of it until then.  seen: somebody was there from b to e; verified
 * as ok without a time it is all of it, as absent it was none.  said: somebody
 * was elsewhere, from a to z.  hole: that, lunch, and out by the clock until in
 * again, within b to e; where they overlap the time is lost once.
 */
#define WORKED \
	"WITH now AS NOT MATERIALIZED (SELECT kind, id, of_day, body FROM entry WHERE until_day = 99999999)," \
	" last AS (SELECT max(ms) AS last_ms FROM (SELECT max(to_ms) AS ms FROM duty" \
	"  UNION ALL SELECT at_ms FROM entry WHERE seq = (SELECT max(seq) FROM entry)" \
	"  UNION ALL SELECT max(issued_ms, called_ms, ended_ms) FROM visit WHERE day = (SELECT max(day) FROM day)))," \
	" shift AS (SELECT id AS shift, " MEMBER("from") " AS f, " MEMBER("to") " AS t, " MEMBER("lunch_from") " AS l, " MEMBER("lunch_to") " AS m" \
	"  FROM now WHERE kind = 'staff.shift')," \
	" planned AS (SELECT id AS duty, " MEMBER("person") " AS person, of_day AS day, " MEMBER("day") " AS date, " MEMBER("shift") " AS shift," \
	"  ifnull(" MEMBER("window") ", 0) AS window, " MEMBER("lunch") " AS over_lunch FROM now" \
	"  WHERE kind = 'staff.duty' AND " MEMBER("state") " = 'planned' AND of_day BETWEEN ?1 AND ?2)," \
	" whole AS (SELECT duty, person, day, window, " OF_SHIFT("'12:00'") " AS noon, " OF_SHIFT("f") " AS f, " OF_SHIFT("t") " AS t, iif(over_lunch, NULL, " OF_SHIFT("l") ") AS l," \
	"  iif(over_lunch, NULL, " OF_SHIFT("m") ") AS m FROM planned JOIN shift USING (shift))," \
	" work AS (SELECT duty, person, day, window, f, max(f, iif(closed, t, min(t, last_ms))) AS t, ifnull(l, t) AS l, ifnull(m, t) AS m" \
	"  FROM whole LEFT JOIN day USING (day), last)," \
	" came AS (SELECT CAST(" MEMBER("duty") " AS INTEGER) AS duty, " MEMBER("person") " AS person, " MEMBER("verdict") " AS verdict, " OF_TIME("in") " AS i," \
	"  " OF_TIME("out") " AS o FROM now WHERE kind = 'staff.attendance' AND of_day BETWEEN ?1 AND ?2)," \
	" seen AS (SELECT duty, person, day, window, verdict, verdict IN " ATTENDED " AS attended, " WITHIN("f", "t", "f", "t") " - " WITHIN("f", "t", "l", "m") \
	"  AS plan_ms, l, m, iif(verdict IN " ATTENDED ", max(ifnull(i, iif(verdict = 'ok', f, t)), f), t) AS b, min(ifnull(o, t), t) AS e" \
	"  FROM work LEFT JOIN came USING (duty, person))," \
	" told AS (SELECT e.day, e.at_ms, its_next.at_ms AS until_ms, json_extract(e.body, '$.person') AS person, json_extract(e.body, '$.status') AS status," \
	"  json_extract(before.body, '$.status') AS was FROM entry e LEFT JOIN entry before ON before.kind = e.kind AND before.id = e.id AND before.rev = e.rev - 1" \
	"  LEFT JOIN entry its_next ON its_next.kind = e.kind AND its_next.id = e.id AND its_next.rev = e.rev + 1" \
	"  WHERE e.kind = 'staff.presence' AND e.over = 0 AND e.day <= ?2 AND e.until_day >= ?1)," \
	" said AS (SELECT person, status, status IS NOT was AS anew, day, at_ms AS a, ifnull(until_ms, last_ms) AS z FROM told, last)," \
	" times AS (SELECT " MEMBER("person") " AS person, " OF_TIME("out") " AS a, lead(at_ms) OVER its AS z," \
	"  lead(" MEMBER("state") " = 'open' AND " MEMBER("out") " IS NULL) OVER its AS again" \
	"  FROM entry WHERE kind = 'staff.attendance' AND of_day BETWEEN ?1 AND ?2 WINDOW its AS (PARTITION BY id ORDER BY rev))," \
	" gone AS (SELECT person, a, z FROM said WHERE status <> 'on_post' UNION ALL SELECT person, a, z FROM times WHERE a IS NOT NULL AND again)," \
	" hole AS (SELECT duty, max(a, b) AS a, min(z, e) AS z FROM seen JOIN gone USING (person) WHERE a < e AND z > b" \
	"  UNION ALL SELECT duty, max(l, b), min(m, e) FROM seen WHERE l < e AND m > b)," \
	" cover AS (SELECT duty, z, max(a, ifnull(max(z) OVER (PARTITION BY duty ORDER BY a, z ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), a))" \
	"  AS a FROM hole)," \
	" lost AS (SELECT duty, sum(max(0, z - a)) AS ms FROM cover GROUP BY duty)," \
	" away AS (SELECT work.person, sum(" WITHIN("a", "z", "f", "t") " - " WITHIN("max(a, f)", "min(z, t)", "l", "m") ") AS away_ms" \
	"  FROM work JOIN said USING (person) WHERE status = 'away' AND a < t AND z > f GROUP BY 1)," \
	" times_away AS (SELECT person, sum(anew) AS n FROM said WHERE status = 'away' AND day >= ?1 GROUP BY 1)," \
	" off AS MATERIALIZED (SELECT " MEMBER("person") " AS person, " A_DAY("from") " AS first, of_day AS last," \
	"  ifnull(" MEMBER("half") ", 'day') AS half FROM now WHERE kind = 'staff.leave' AND of_day >= ?1 AND " MEMBER("state") " = 'approved'),"

/*
 * post: what is rostered at a window, from a to z, leave not.  there: who is to be
 * there, or whoever was signed in.  turn: when a post begins or ends, or somebody
 * comes or goes; sweep: from one to the next so many posts and people.
 */
#define POSTS \
	" half AS (SELECT person, day, window, 'morning' AS half, f AS a, min(t, ifnull(l, noon)) AS z FROM whole WHERE window > 0" \
	"  UNION ALL SELECT person, day, window, 'afternoon', max(f, ifnull(m, noon)), t FROM whole WHERE window > 0)," \
	" post AS (SELECT window, a, iif(closed, z, min(z, last_ms)) AS z FROM last, half LEFT JOIN day USING (day)" \
	"  WHERE NOT EXISTS (SELECT 1 FROM off WHERE off.person = half.person AND half.day BETWEEN first AND off.last AND off.half IN ('day', half.half)))," \
	" there AS (SELECT window, b AS a, e AS z, 1 AS n FROM seen" \
	"  UNION ALL SELECT window, from_ms, to_ms, 1 FROM manned WHERE day BETWEEN ?1 AND ?2" \
	"  UNION ALL SELECT window, max(a, b), min(z, e), -1 FROM seen JOIN times USING (person) WHERE a IS NOT NULL AND again AND a < e AND z > b)," \
	" point AS (SELECT window, a AS at, 1 AS posts, 0 AS people FROM post WHERE a < z UNION ALL SELECT window, z, -1, 0 FROM post WHERE a < z" \
	"  UNION ALL SELECT window, a, 0, n FROM there WHERE a < z UNION ALL SELECT window, z, 0, -n FROM there WHERE a < z)," \
	" turn AS (SELECT window, at, sum(posts) AS posts, sum(people) AS people FROM point GROUP BY window, at)," \
	" sweep AS (SELECT window, sum(posts) OVER its AS posts, sum(people) OVER its AS people, lead(at) OVER its - at AS ms" \
	"  FROM turn WINDOW its AS (PARTITION BY window ORDER BY at)),"

const struct report staff_reports[] = {
	{ .name = "staff",		/* domain: R10 */
	  .sql = WORKED
	    " gone_for_good AS (SELECT id AS person, day AS last FROM entry WHERE kind = 'staff.person' AND over),"
	    " days AS (SELECT person, day, ifnull(max(attended), 0) AS attended, max(plan_ms > 0 OR verdict IS NOT NULL) AS begun,"
	    "  sum(verdict = 'late') AS late, sum(verdict = 'early') AS early, sum(verdict = 'half') AS half, sum(verdict = 'absent') AS absent, sum(verdict = 'unverified') AS unverified,"
	    "  sum(plan_ms) AS plan_ms, sum(max(0, e - b) - ifnull(ms, 0)) AS on_ms,"
	    "  (SELECT min(10, sum(iif(half = 'day', 10, 5))) FROM off WHERE off.person = seen.person AND day BETWEEN first AND off.last) AS off"
	    "  FROM seen LEFT JOIN lost USING (duty) WHERE verdict IS NOT NULL OR NOT EXISTS"
	    "  (SELECT 1 FROM gone_for_good g WHERE g.person = seen.person AND day >= last) GROUP BY person, day),"
	    " p AS (SELECT person, count(*) AS planned, sum(attended) AS attended, sum(begun) AS begun, sum(late) AS late, sum(early) AS early,"
	    "  sum(half) AS half, sum(absent) AS absent, sum(unverified) AS unverified, sum(off) AS off, sum(plan_ms) AS plan_ms, sum(on_ms) AS on_ms FROM days GROUP BY person)"
	    " SELECT person, person, planned, attended, ifnull(late, 0), ifnull(early, 0), ifnull(half, 0), ifnull(absent, 0), ifnull(unverified, 0),"
	    "  ifnull(off, 0), " SHARE("attended", "begun") ", ifnull(n, 0), ifnull(away_ms, 0), " SHARE("on_ms", "plan_ms")
	    " FROM p LEFT JOIN away USING (person) LEFT JOIN times_away USING (person) ORDER BY person",
	  .column = { { "person", COLUMN_COUNT }, { "name", COLUMN_PERSON }, { "planned", COLUMN_COUNT }, { "attended", COLUMN_COUNT },
	    { "late", COLUMN_COUNT }, { "early", COLUMN_COUNT }, { "half_day", COLUMN_COUNT }, { "absent", COLUMN_COUNT },
	    { "unverified", COLUMN_COUNT }, { "leave", COLUMN_TENTHS }, { "attendance", COLUMN_SHARE }, { "away_times", COLUMN_COUNT },
	    { "away", COLUMN_MINUTES }, { "on_post", COLUMN_SHARE } } },
	{ .name = "posts",		/* domain: M-P3 vacant, M-W2 strict */
	  .sql = WORKED POSTS
	    " p AS (SELECT window, sum(ms) AS rostered_ms, sum(iif(people > 0, 0, ms)) AS vacant_ms FROM sweep WHERE posts > 0 GROUP BY window),"
	    " v AS (SELECT window, sum(" SERVICE_MS ") AS service_ms FROM visit WHERE day BETWEEN ?1 AND ?2 GROUP BY window)"
	    " SELECT window, rostered_ms, vacant_ms, " SHARE("vacant_ms", "rostered_ms") ", ifnull(service_ms, 0),"
	    "  " SHARE("ifnull(service_ms, 0)", "rostered_ms") " FROM p LEFT JOIN v USING (window) ORDER BY window",
	  .column = { { "window", COLUMN_COUNT, "post" }, { "rostered", COLUMN_MINUTES }, { "vacant", COLUMN_MINUTES }, { "vacant_share", COLUMN_SHARE },
	    { "serving", COLUMN_MINUTES }, { "saturation", COLUMN_SHARE, "saturation_rostered" } }, .chart = 2 },
	{ .name = "mine", .own = true,
	  .sql = "WITH v AS (SELECT day, sum(state = 'done') AS served, sum(" SERVICE_MS ") AS service_ms, count(" SERVICE_MS ") AS services,"
	    "  sum(wait_ms) AS wait_ms, count(wait_ms) AS waits, sum(grade > 0) AS rated, sum(grade) AS grades"
	    "  FROM visit WHERE day BETWEEN ?1 AND ?2 AND staff = ?3 AND ?3 <> 0 GROUP BY day)"
	    " SELECT day, served, " MEAN("service_ms", "services") ", " MEAN("wait_ms", "waits") ", rated, " MEAN("grades * 10", "rated")
	    " FROM v ORDER BY day",
	  .column = { { "day", COLUMN_DAY }, { "served", COLUMN_COUNT }, { "service", COLUMN_MINUTES }, { "wait", COLUMN_MINUTES },
	    { "rated", COLUMN_COUNT }, { "grade_mean", COLUMN_TENTHS } } },
	{ .name = NULL }
};
