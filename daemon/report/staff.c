/* Reports of people: who was to work and did, and what somebody served, for their own eyes. */
#include "daemon/report/inside.h"

#define MEMBER(name)	"json_extract(body, '$." name "')"
#define A_DAY(name)	"(replace(" MEMBER(name) ", '-', '') + 0)"
/* Seconds of the day of "09:00", and of a time with its date. */
#define OF_SHIFT(name)	"(substr(" MEMBER(name) ", 1, 2) * 3600 + substr(" MEMBER(name) ", 4, 2) * 60)"
#define OF_TIME(name)	"(substr(" MEMBER(name) ", 12, 2) * 3600 + substr(" MEMBER(name) ", 15, 2) * 60 + substr(" MEMBER(name) ", 18, 2))"
/* Verdicts of somebody who came. */
#define ATTENDED	"('ok', 'late', 'early', 'half')"
#define WITHIN(from, to, lo, hi) "max(0, min(" to ", " hi ") - max(" from ", " lo "))"

const struct report staff_reports[] = {
	{ .name = "staff",		/* domain: R10 */
	  .sql = "WITH newest AS (SELECT kind, id, max(rev) AS rev FROM entry"
	    "  WHERE kind IN ('staff.duty', 'staff.shift', 'staff.attendance', 'staff.leave') GROUP BY kind, id),"
	    " now AS (SELECT e.kind, e.id, e.body FROM newest JOIN entry e USING (kind, id, rev)),"
	    " shift AS (SELECT id, " OF_SHIFT("from") " AS f, " OF_SHIFT("to") " AS t, ifnull(" OF_SHIFT("lunch_from") ", 0) AS l,"
	    "  ifnull(" OF_SHIFT("lunch_to") ", 0) AS m FROM now WHERE kind = 'staff.shift'),"
	    " planned AS (SELECT id AS duty, " MEMBER("person") " AS person, " A_DAY("day") " AS day, " MEMBER("shift") " AS shift, " MEMBER("lunch")
	    "  AS lunch FROM now WHERE kind = 'staff.duty' AND " MEMBER("state") " = 'planned' AND " A_DAY("day") " BETWEEN ?1 AND ?2),"
	    " duty AS (SELECT duty, person, day, f, t, iif(lunch, 0, l) AS l, iif(lunch, 0, m) AS m FROM planned JOIN shift ON shift.id = planned.shift),"
	    " came AS (SELECT " MEMBER("duty") " AS duty, " MEMBER("person") " AS person, " MEMBER("verdict") " AS verdict, " OF_TIME("in") " AS i, " OF_TIME("out") " AS o"
	    "  FROM now WHERE kind = 'staff.attendance'),"
	    " off AS (SELECT " MEMBER("person") " AS person, " A_DAY("from") " AS first, " A_DAY("to") " AS last,"
	    "  iif(ifnull(" MEMBER("half") ", 'day') = 'day', 10, 5) AS tenths FROM now WHERE kind = 'staff.leave' AND " MEMBER("state") " = 'approved'),"
	    /* Verified as ok without a time it is all of it; as anything else it was none. */
	    " seen AS (SELECT person, day, verdict, f, t, l, m, iif(verdict IN " ATTENDED ", ifnull(i, iif(verdict = 'ok', f, NULL)), NULL) AS i, o"
	    "  FROM duty LEFT JOIN came USING (duty, person)),"
	    " each AS (SELECT person, day, verdict, t - f - (m - l) AS plan_s,"
	    "  iif(i IS NULL, 0, " WITHIN("i", "ifnull(o, t)", "f", "t") " - " WITHIN("max(i, f)", "min(ifnull(o, t), t)", "l", "m") ") AS on_s"
	    "  FROM seen),"
	    " days AS (SELECT person, day, ifnull(max(verdict IN " ATTENDED "), 0) AS came, sum(verdict = 'late') AS late, sum(verdict = 'early') AS early,"
	    "  sum(verdict = 'half') AS half, sum(verdict = 'absent') AS absent, sum(verdict = 'unverified') AS unverified,"
	    "  sum(plan_s) AS plan_s, sum(on_s) AS on_s,"
	    "  (SELECT min(10, sum(tenths)) FROM off WHERE off.person = each.person AND day BETWEEN first AND last) AS off"
	    "  FROM each GROUP BY person, day),"
	    " away AS (SELECT json_extract(a.body, '$.person') AS person, count(*) AS n, sum(b.at_ms - a.at_ms) AS ms FROM entry a"
	    "  LEFT JOIN entry b ON b.kind = a.kind AND b.id = a.id AND json_extract(b.body, '$.state') = 'over'"
	    "  WHERE a.kind = 'staff.presence' AND a.rev = 1 AND a.day BETWEEN ?1 AND ?2 AND json_extract(a.body, '$.status') = 'away' GROUP BY 1),"
	    " p AS (SELECT person, count(*) AS planned, sum(came) AS attended, sum(late) AS late, sum(early) AS early, sum(half) AS half,"
	    "  sum(absent) AS absent, sum(unverified) AS unverified, sum(off) AS off, sum(plan_s) AS plan_s, sum(on_s) AS on_s FROM days GROUP BY person)"
	    " SELECT person, person, planned, attended, ifnull(late, 0), ifnull(early, 0), ifnull(half, 0), ifnull(absent, 0), ifnull(unverified, 0),"
	    "  ifnull(off, 0), " SHARE("attended", "planned") ", ifnull(n, 0), ifnull(ms, 0),"
	    "  " SHARE("max(0, on_s - ifnull(ms, 0) / 1000)", "plan_s")
	    " FROM p LEFT JOIN away USING (person) ORDER BY person",
	  .column = { { "person", COLUMN_COUNT }, { "name", COLUMN_PERSON }, { "planned", COLUMN_COUNT }, { "attended", COLUMN_COUNT },
	    { "late", COLUMN_COUNT }, { "early", COLUMN_COUNT }, { "half_day", COLUMN_COUNT }, { "absent", COLUMN_COUNT },
	    { "unverified", COLUMN_COUNT }, { "leave", COLUMN_TENTHS }, { "attendance", COLUMN_SHARE }, { "away_times", COLUMN_COUNT },
	    { "away", COLUMN_MINUTES }, { "on_post", COLUMN_SHARE } } },
	{ .name = "mine", .own = true,
	  .sql = "WITH v AS (SELECT day, sum(state = 'done') AS served, sum(service_ms) AS service_ms, count(service_ms) AS services,"
	    "  sum(wait_ms) AS wait_ms, count(wait_ms) AS waits, sum(grade > 0) AS rated, sum(grade) AS grades"
	    "  FROM visit WHERE day BETWEEN ?1 AND ?2 AND staff = ?3 AND ?3 <> 0 GROUP BY day)"
	    " SELECT day, served, " MEAN("service_ms", "services") ", " MEAN("wait_ms", "waits") ", rated, " MEAN("grades * 10", "rated")
	    " FROM v ORDER BY day",
	  .column = { { "day", COLUMN_DAY }, { "served", COLUMN_COUNT }, { "service", COLUMN_MINUTES }, { "wait", COLUMN_MINUTES },
	    { "rated", COLUMN_COUNT }, { "grade_mean", COLUMN_TENTHS } } },
	{ .name = NULL }
};
