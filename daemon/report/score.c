/* Reports of scores and stars, and of the points that they come from. */
#include <jansson.h>
#include <stdio.h>

#include "daemon/report/inside.h"
#include "daemon/report/score.h"

/*
 * held: whose an account was, from when to when.  line: what somebody got or lost
 * points for, by the rules or by hand, and by which event; what comes to nothing
 * is none.
 */
#define LINES \
	"WITH rule AS (SELECT key AS what, value AS points FROM json_each(?4, '$.points'))," \
	" version AS (SELECT id AS person, " MEMBER("account") " AS account, over, at_ms, lead(at_ms) OVER (PARTITION BY id ORDER BY rev) AS until_ms" \
	"  FROM entry WHERE kind = 'staff.person')," \
	" held AS MATERIALIZED (SELECT person, account, at_ms, until_ms FROM version WHERE over = 0 AND account IS NOT NULL)," \
	" found AS (SELECT of_day AS day, " MEMBER("person") " AS person, 'attendance' AS of, " MEMBER("verdict") " AS what, NULL AS by_hand, seq" \
	"  FROM entry WHERE kind = 'staff.attendance' AND of_day BETWEEN ?1 AND ?2 AND until_day = 99999999" \
	" UNION ALL SELECT day, " MEMBER("person") ", 'presence', " MEMBER("kind") ", NULL, seq" \
	"  FROM entry WHERE kind = 'card.lit' AND over = 0 AND until_day >= ?1 AND day BETWEEN ?1 AND ?2 AND rev = 1" \
	"  AND " MEMBER("kind") " IN ('away', 'idle', 'no_hand_over', 'vacant')" \
	" UNION ALL SELECT visit.day, person, 'rating', 'grade_' || grade, NULL, rated_seq FROM visit JOIN held ON account = staff" \
	"  AND at_ms <= called_ms AND (until_ms IS NULL OR called_ms < until_ms) WHERE visit.day BETWEEN ?1 AND ?2 AND grade > 0 AND staff <> 0" \
	" UNION ALL SELECT of_day, " MEMBER("person") ", 'hand', 'by_hand', " MEMBER("score") ", seq" \
	"  FROM entry WHERE kind = 'staff.score' AND of_day BETWEEN ?1 AND ?2 AND until_day = 99999999 AND over = 0)," \
	" line AS (SELECT day, person, of, what, ifnull(by_hand, points) AS points, seq FROM found LEFT JOIN rule USING (what)" \
	"  WHERE person IS NOT NULL AND ifnull(by_hand, points) <> 0" \
	"  AND (?3 = -1 OR person IN (SELECT person FROM held WHERE account = ?3 AND until_ms IS NULL)))"

#define POINTS \
	LINES " SELECT day, person, person, what, points, seq FROM line ORDER BY day, seq"
#define POINTS_COLUMNS \
	{ "day", COLUMN_DAY, "score_day" }, { "person", COLUMN_COUNT }, { "name", COLUMN_PERSON }, { "what", COLUMN_TEXT, "score_what" }, \
	{ "points", COLUMN_COUNT, "score_points" }, { "event", COLUMN_COUNT, "score_event" }
#define PART(of)	"ifnull(sum(points) FILTER (WHERE of = '" of "'), 0)"

const struct report score_reports[] = {
	{ .name = "score", .also = "points", .rules = true,	/* domain: R10 */
	  .sql = LINES ","
	    " worker AS (SELECT DISTINCT " MEMBER("person") " AS person FROM entry WHERE kind = 'staff.duty' AND of_day BETWEEN ?1 AND ?2"
	    "  AND until_day = 99999999 AND over = 0 UNION SELECT person FROM line),"
	    " part AS (SELECT person, " PART("attendance") " AS attendance, " PART("presence") " AS presence, " PART("rating") " AS rating,"
	    "  " PART("hand") " AS hand, 100 + ifnull(sum(points), 0) AS score FROM worker LEFT JOIN line USING (person) GROUP BY person)"
	    " SELECT person, person, attendance, presence, rating, hand, score, (SELECT ifnull(max(key) + 1, 0) FROM json_each(?4, '$.stars') WHERE value <= score)"
	    " FROM part ORDER BY person",
	  .column = { { "person", COLUMN_COUNT }, { "name", COLUMN_PERSON }, { "attendance", COLUMN_COUNT, "score_attendance" },
	    { "presence", COLUMN_COUNT, "score_presence" }, { "rating", COLUMN_COUNT, "score_rating" }, { "by_hand", COLUMN_COUNT, "score_by_hand" },
	    { "score", COLUMN_COUNT }, { "stars", COLUMN_COUNT } } },
	{ .name = "points", .rules = true, .sql = POINTS, .column = { POINTS_COLUMNS } },
	{ .name = "my_points", .own = true, .rules = true, .sql = POINTS, .column = { POINTS_COLUMNS } },
	{ .name = NULL }
};

void
score_rules(char out[SCORE_RULES], const struct office_policy *p)
{
	json_t *points = json_object(), *stars = json_array(), *rules = json_pack("{s:o, s:o}", "points", points, "stars", stars);
	size_t len;

	for (int i = 0; i < SCORES_OF; i++)
		json_object_set_new(points, score_names[i], json_integer(p->points[i]));
	for (int i = 0; i < STARS; i++)
		json_array_append_new(stars, json_integer(p->stars[i]));
	len = json_dumpb(rules, out, SCORE_RULES - 1, JSON_COMPACT);
	out[len < SCORE_RULES ? len : 0] = '\0';
	json_decref(rules);
}
