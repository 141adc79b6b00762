/* Tables and statements. */
#include <stddef.h>

#include "daemon/store/schema.h"

static const char *const migrations[] = {
	/* 1: the spine */
	"CREATE TABLE meta ("
	" name TEXT PRIMARY KEY,"
	" value ANY NOT NULL"			/* epoch: Unix ms at which this line of seq began; below 0: that one has ended */
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE event ("
	" seq INTEGER PRIMARY KEY,"		/* from 1, without gaps */
	" day INTEGER NOT NULL,"		/* business day, 20261124 */
	" at_ms INTEGER NOT NULL,"		/* Unix ms */
	" boot TEXT NOT NULL,"			/* the kernel's boot id */
	" mono_ms INTEGER NOT NULL,"		/* steady ms: goes on across boots */
	" kind TEXT NOT NULL,"
	" actor TEXT NOT NULL,"			/* staff:ID, device:ID, holder, ctl, system */
	" subject TEXT NOT NULL,"		/* ticket:ID, window:NO, staff:ID, device:ID, hall */
	" body TEXT NOT NULL,"			/* JSON */
	" chain BLOB NOT NULL"			/* SHA-256 of the chain before and this row's other columns */
	") STRICT;"

	"CREATE TABLE ticket ("
	" id INTEGER PRIMARY KEY,"
	" day INTEGER NOT NULL,"
	" number TEXT NOT NULL,"
	" token TEXT NOT NULL,"
	" class TEXT NOT NULL,"
	" lang TEXT NOT NULL,"
	" print TEXT NOT NULL,"			/* none queued sent printed unconfirmed failed */
	" printer TEXT NOT NULL,"		/* device id; empty: none */
	" issued_ms INTEGER NOT NULL"		/* Unix ms */
	") STRICT;"

	/* Times of a leg are steady ms, 0: not yet. */
	"CREATE TABLE leg ("
	" ticket INTEGER NOT NULL,"
	" n INTEGER NOT NULL,"			/* 1 is the first */
	" service TEXT NOT NULL,"
	" state TEXT NOT NULL,"
	" window INTEGER NOT NULL,"		/* last called to; 0: none */
	" entry_ms INTEGER NOT NULL,"
	" called_ms INTEGER NOT NULL,"
	" recalled_ms INTEGER NOT NULL,"
	" started_ms INTEGER NOT NULL,"
	" ended_ms INTEGER NOT NULL,"
	" recalls INTEGER NOT NULL,"		/* since the last call */
	" passes INTEGER NOT NULL,"
	" after INTEGER NOT NULL,"		/* others still to be called before it returns */
	" no_start INTEGER NOT NULL,"
	" called_before INTEGER NOT NULL,"
	" PRIMARY KEY (ticket, n)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE window ("
	" no INTEGER PRIMARY KEY,"
	" state TEXT NOT NULL,"
	" pending TEXT NOT NULL,"		/* none pause close */
	" ticket INTEGER NOT NULL,"		/* at hand; 0: none */
	" staff INTEGER NOT NULL,"		/* signed in; 0: nobody */
	" since_ms INTEGER NOT NULL,"		/* steady ms */
	" next_ms INTEGER NOT NULL"		/* steady ms of the last call; 0: none */
	") STRICT;"

	"CREATE TABLE counter ("
	" prefix TEXT PRIMARY KEY,"
	" day INTEGER NOT NULL,"
	" last INTEGER NOT NULL"		/* given last on that day */
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE staff ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE,"
	" role TEXT NOT NULL,"
	" password TEXT NOT NULL"		/* scrypt, see password.h */
	") STRICT;"

	"CREATE TABLE session ("
	" hash TEXT PRIMARY KEY,"		/* SHA-256 of the token */
	" staff INTEGER NOT NULL,"
	" window INTEGER NOT NULL,"		/* 0: none */
	" ends_ms INTEGER NOT NULL"		/* Unix ms */
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE answer ("
	" id INTEGER PRIMARY KEY,"
	" key TEXT NOT NULL,"			/* digest of who asked and the Idempotency-Key */
	" request TEXT NOT NULL,"		/* digest of what was asked */
	" status INTEGER NOT NULL,"		/* HTTP */
	" body TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL"		/* Unix ms; forgotten a day later */
	") STRICT;",

	/* 2: let others go first, ratings */
	"ALTER TABLE leg RENAME COLUMN after TO until;"	/* aside until its service had so many first calls, from 1; 0: not aside */
	"UPDATE leg SET until = iif(state = 'passed', until + 1 +"
	"  (SELECT count(*) FROM leg AS other WHERE other.service = leg.service AND other.called_before), 0);"
	"UPDATE leg SET ended_ms = 0 WHERE state IN ('waiting', 'called', 'serving');"	/* who returned has not ended */
	"ALTER TABLE ticket ADD COLUMN rated INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE rating ("
	" ticket INTEGER PRIMARY KEY,"
	" grade INTEGER NOT NULL,"		/* 5 best, 1 worst */
	" words TEXT NOT NULL,"			/* JSON {options, comment}; empty: none, or erased */
	" at_ms INTEGER NOT NULL"		/* Unix ms */
	") STRICT;",

	/* 3: what people say, each under an id of its own */
	"CREATE TABLE note ("
	" id TEXT PRIMARY KEY,"			/* drawn at random; an event's body has it as \"note\" */
	" text TEXT NOT NULL,"			/* a reason; with a rating JSON {options, comment} */
	" at_ms INTEGER NOT NULL"		/* Unix ms; when it is to be erased, the row goes */
	") STRICT, WITHOUT ROWID;"
	"ALTER TABLE rating ADD COLUMN note TEXT NOT NULL DEFAULT '';"	/* empty: nothing was said */
	"UPDATE rating SET note = lower(hex(randomblob(8))) WHERE words <> '';"
	"INSERT INTO note SELECT note, words, at_ms FROM rating WHERE note <> '';"
	"ALTER TABLE rating DROP COLUMN words;",

	/* 4: big type */
	"ALTER TABLE ticket ADD COLUMN big INTEGER NOT NULL DEFAULT 0;",	/* on paper */

	/* 5: paper */
	"ALTER TABLE ticket ADD COLUMN reprint INTEGER NOT NULL DEFAULT 0;"	/* the next one on paper is not the first */
	"CREATE TABLE roll ("
	" device TEXT PRIMARY KEY,"		/* a printer's id */
	" used_mm INTEGER NOT NULL,"		/* since it was new */
	" asked INTEGER NOT NULL"		/* it may have been changed, and nobody has said */
	") STRICT, WITHOUT ROWID;",

	/* 6: closed days, where a start begins to read */
	"CREATE INDEX event_day_closed ON event (seq) WHERE kind = 'hall.day_closed';",
	/* 7: pauses that are to end */
	"ALTER TABLE window ADD COLUMN until_ms INTEGER NOT NULL DEFAULT 0;",	/* Unix ms at which somebody means to be back; 0: nobody said */
	/* 8: sent to one window, held */
	"ALTER TABLE leg ADD COLUMN to_window INTEGER NOT NULL DEFAULT 0;"	/* that alone calls it; 0: any */
	"ALTER TABLE leg ADD COLUMN held_ms INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE leg ADD COLUMN held_until_ms INTEGER NOT NULL DEFAULT 0;",	/* 0: not held, or without a limit */
	/* 9: who takes a ticket, how many files, rehearsals */
	"CREATE TABLE person ("
	" id TEXT PRIMARY KEY,"			/* drawn at random; an event's body has it as \"person\" */
	" ticket INTEGER NOT NULL,"
	" hash INTEGER NOT NULL,"		/* of the ID number: HMAC-SHA256 with meta's person_key, its first 8 bytes */
	" last TEXT NOT NULL,"			/* its last four characters */
	" day INTEGER NOT NULL"			/* business day; the row goes on the day after */
	") STRICT, WITHOUT ROWID;"
	"ALTER TABLE ticket ADD COLUMN files INTEGER NOT NULL DEFAULT 1;"	/* so many at once */
	"ALTER TABLE ticket ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0;",	/* counted nowhere */
	/* 10: the guide's desk */
	"ALTER TABLE ticket ADD COLUMN voided INTEGER NOT NULL DEFAULT 0;"	/* cancelled, counted nowhere */
	"ALTER TABLE ticket ADD COLUMN needs INTEGER NOT NULL DEFAULT 0;"	/* bits: 1 deaf, 2 blind, 4 wheelchair, 8 language, 16 reading */
	"ALTER TABLE ticket ADD COLUMN link INTEGER NOT NULL DEFAULT 0;",	/* id of the next ticket of one person, in a ring; 0: none */
	/* 11: from afar, and booked */
	"ALTER TABLE ticket ADD COLUMN remote INTEGER NOT NULL DEFAULT 0;"	/* taken from afar */
	"CREATE TABLE booking ("
	" id INTEGER PRIMARY KEY,"
	" code TEXT NOT NULL,"			/* its holder's only key */
	" service TEXT NOT NULL,"
	" class TEXT NOT NULL,"
	" lang TEXT NOT NULL,"
	" from_ms INTEGER NOT NULL,"		/* Unix ms */
	" to_ms INTEGER NOT NULL,"
	" state TEXT NOT NULL,"
	" ticket INTEGER NOT NULL,"		/* checked in: its id; else 0 */
	" hash INTEGER NOT NULL,"		/* whose, as person.hash; 0: nobody is known, or it is erased */
	" last TEXT NOT NULL"			/* likewise as person.last */
	") STRICT;"
	"CREATE INDEX booking_hash ON booking (to_ms) WHERE hash <> 0;",
	/* 12: layouts that were taken */
	"CREATE TABLE layout ("
	" rev INTEGER PRIMARY KEY,"		/* from 1 */
	" text TEXT NOT NULL,"			/* of hall.json */
	" at_ms INTEGER NOT NULL,"		/* Unix ms */
	" actor TEXT NOT NULL"
	") STRICT;",
	/* 13: windows that are lent */
	"ALTER TABLE window ADD COLUMN lent TEXT NOT NULL DEFAULT '[]';"	/* to these services: JSON, a list of ids */
	"ALTER TABLE window ADD COLUMN lent_until_ms INTEGER NOT NULL DEFAULT 0;",	/* Unix ms; 0: it is not lent */
	/* 14: hall management */
	"CREATE TABLE record ("
	" key TEXT PRIMARY KEY,"		/* as events name it: person:12 */
	" subject TEXT NOT NULL,"		/* person, shift, duty, ...: core/subjects.c */
	" id INTEGER NOT NULL,"			/* of the subject, from 1 */
	" rev INTEGER NOT NULL,"		/* how often it was written */
	" state TEXT NOT NULL,"
	" over INTEGER NOT NULL,"		/* nothing can come of it any more */
	" of_day INTEGER NOT NULL,"		/* its day, 20261124; 0: it has none */
	" body TEXT NOT NULL,"			/* JSON, as in its event */
	" private TEXT NOT NULL,"		/* JSON of what is to be erased one day; empty: nothing, or it is erased */
	" at_ms INTEGER NOT NULL"		/* Unix ms at which it was written last */
	") STRICT, WITHOUT ROWID;",
	NULL
};

/* Of what is over, or of a day: written last before this. */
#define RECORD_IS_DUE(before_ms) "private <> '' AND (over OR of_day <> 0) AND at_ms < " before_ms

static const char *const statements[STATEMENTS] = {
	[ADD_EVENT] =
	    "INSERT INTO event (seq, day, at_ms, boot, mono_ms, kind, actor, subject, body, chain)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[LAST_EVENT] =
	    "SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1",
	[LAST_CLOSED] =
	    "SELECT seq FROM event WHERE kind = 'hall.day_closed' ORDER BY seq DESC LIMIT 1",
	[EACH_EVENT] =
	    "SELECT seq, day, at_ms, mono_ms, kind, actor, body FROM event WHERE seq >= ?1 ORDER BY seq",
	[EACH_CLOSED] =
	    "SELECT seq, day FROM event WHERE kind = 'hall.day_closed' ORDER BY seq",
	[FIRST_DAY] =
	    "SELECT day FROM event ORDER BY seq LIMIT 1",
	[NEWEST_DAY] =
	    "SELECT seq, day FROM event ORDER BY seq DESC LIMIT 1",
	[FIND_TICKET] =
	    "SELECT subject FROM event WHERE seq > ?1 AND seq <= ?2 AND kind = 'ticket.issued' AND"
	    "  json_extract(body, '$.number') = ?3 ORDER BY seq DESC LIMIT 1",
	[EVENTS] =
	    "SELECT seq, day, at_ms, mono_ms, kind, actor, subject, body FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
	[EVENTS_OF] =
	    "SELECT seq, day, at_ms, mono_ms, kind, actor, subject, body FROM event WHERE seq > ?1 AND seq <= ?2 AND"
	    "  (subject = ?4 OR kind = 'ticket.undone') ORDER BY seq LIMIT ?3",
	[PUT_TICKET] =
	    "INSERT INTO ticket (id, day, number, token, class, lang, print, printer, issued_ms, rated, big, reprint, files, rehearsal,"
	    "  voided, needs, link, remote)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
	    " ON CONFLICT (id) DO UPDATE SET class = ?5, print = ?7, printer = ?8, rated = ?10, reprint = ?12,"
	    "  voided = ?15, needs = ?16, link = ?17",
	[PUT_LEG] =
	    "INSERT INTO leg (ticket, n, service, state, window, entry_ms, called_ms, recalled_ms, started_ms, ended_ms,"
	    "  recalls, passes, until, no_start, called_before, to_window, held_ms, held_until_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
	    " ON CONFLICT (ticket, n) DO UPDATE SET service = ?3, state = ?4, window = ?5, entry_ms = ?6, called_ms = ?7,"
	    "  recalled_ms = ?8, started_ms = ?9, ended_ms = ?10, recalls = ?11, passes = ?12, until = ?13, no_start = ?14,"
	    "  called_before = ?15, to_window = ?16, held_ms = ?17, held_until_ms = ?18",
	[CUT_LEGS] =
	    "DELETE FROM leg WHERE ticket = ?1 AND n > ?2",
	[PUT_RATING] =
	    "INSERT INTO rating (ticket, grade, note, at_ms) VALUES (?1, ?2, ?3, ?4)",
	[ADD_LAYOUT] =
	    "INSERT INTO layout (rev, text, at_ms, actor) VALUES (?1, ?2, ?3, ?4)",
	[EACH_LAYOUT] =
	    "SELECT rev, text, at_ms, actor FROM (SELECT * FROM layout ORDER BY rev DESC LIMIT ?1) ORDER BY rev",
	[DATABASE_BYTES] = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
	[LAYOUT_OF] =
	    "SELECT text FROM layout WHERE rev = ?1",
	[ADD_NOTE] =
	    "INSERT INTO note (id, text, at_ms) VALUES (?1, ?2, ?3)",
	[PUT_WINDOW] =
	    "INSERT INTO window (no, state, pending, ticket, staff, since_ms, next_ms, until_ms, lent, lent_until_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
	    " ON CONFLICT (no) DO UPDATE SET state = ?2, pending = ?3, ticket = ?4, staff = ?5, since_ms = ?6, next_ms = ?7, until_ms = ?8,"
	    "  lent = ?9, lent_until_ms = ?10",
	[PUT_COUNTER] =
	    "INSERT INTO counter (prefix, day, last) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (prefix) DO UPDATE SET day = ?2, last = ?3",
	[PUT_ROLL] =
	    "INSERT INTO roll (device, used_mm, asked) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (device) DO UPDATE SET used_mm = ?2, asked = ?3",
	[PUT_STAFF] =
	    "INSERT INTO staff (id, name, role, password) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, password = ?4",
	[EACH_STAFF] =
	    "SELECT id, name, role, password FROM staff ORDER BY id",
	[PUT_SESSION] =
	    "INSERT INTO session (hash, staff, window, ends_ms) VALUES (?1, ?2, ?3, ?4)",
	[END_SESSION] =
	    "DELETE FROM session WHERE hash = ?1",
	[END_SESSIONS] =
	    "DELETE FROM session WHERE staff = ?1",
	[EACH_SESSION] =
	    "SELECT hash, staff, window, ends_ms FROM session WHERE ends_ms > ?1",
	[PUT_PERSON] =
	    "INSERT INTO person (id, ticket, hash, last, day) VALUES (?1, ?2, ?3, ?4, ?5)",
	[EACH_PERSON] =
	    "SELECT ticket, hash, last FROM person WHERE day >= ?1",
	[ADD_BOOKING] =
	    "INSERT INTO booking (id, code, service, class, lang, from_ms, to_ms, state, ticket, hash, last)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'made', 0, ?8, ?9)",
	[SET_BOOKING] =
	    "UPDATE booking SET state = ?2, ticket = ?3, hash = iif(?2 = 'no_show', hash, 0), last = iif(?2 = 'no_show', last, '')"
	    " WHERE id = ?1",
	[EACH_BOOKING] =
	    "SELECT id, hash, last FROM booking WHERE hash <> 0",
	[ADD_ANSWER] =
	    "INSERT INTO answer (key, request, status, body, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
	[FORGET_ANSWERS] =
	    "DELETE FROM answer WHERE id IN (SELECT id FROM (SELECT id, at_ms FROM answer ORDER BY id LIMIT ?2) WHERE at_ms < ?1)",
	[EACH_ANSWER] =
	    "SELECT key, request, status, body, at_ms FROM answer WHERE at_ms >= ?1 ORDER BY id",
	[PUT_RECORD] =
	    "INSERT INTO record (key, subject, id, rev, state, over, of_day, body, private, at_ms)"
	    " VALUES (?1 || ':' || ?2, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	    " ON CONFLICT (key) DO UPDATE SET rev = ?3, state = ?4, over = ?5, of_day = ?6, body = ?7, private = ?8, at_ms = ?9",
	[EACH_RECORD] =
	    "SELECT subject, body, private, at_ms FROM record WHERE NOT over AND (of_day = 0 OR of_day >= ?1) ORDER BY at_ms, subject, id",
	[LAST_RECORDS] =
	    "SELECT subject, max(id) FROM record GROUP BY subject",
	/* Its keys are between these two: they are in order. */
	[PAST_RECORDS] =
	    "SELECT id, body, private, at_ms FROM record WHERE key > ?1 || ':' AND key < ?1 || ';' AND id < ?2"
	    " AND (over OR (of_day <> 0 AND of_day < ?3)) ORDER BY id DESC LIMIT ?4",
	[PAST_RECORD] =
	    "SELECT id, body, private, at_ms FROM record WHERE key = ?1 || ':' || ?2 AND (over OR (of_day <> 0 AND of_day < ?3))",
	[PUT_META] =
	    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
	[GET_META] =
	    "SELECT value FROM meta WHERE name = ?1",
	/* Behind it is all of a day and later: after a wrong date an earlier day may go on. */
	[CLOSED_BEFORE] =
	    "SELECT seq FROM event WHERE kind = 'hall.day_closed' AND day < ?1 AND seq <"
	    "  ifnull((SELECT min(seq) FROM event WHERE kind = 'hall.day_closed' AND day >= ?1), 9223372036854775807)"
	    "  ORDER BY seq DESC LIMIT 1",
	[AUDIT] =
	    "SELECT seq, day, at_ms, mono_ms, kind, actor, subject, body FROM event WHERE seq > ?1 AND seq <= ?2 AND day BETWEEN ?3 AND ?4 AND"
	    "  (?5 = '' OR kind = ?5 OR substr(kind, 1, length(?5) + 1) = ?5 || '.') AND (?6 = '' OR actor = ?6) AND"
	    "  (?7 = '' OR subject = ?7) ORDER BY seq LIMIT ?8",
	[NOTE_OF] =
	    "SELECT text FROM note WHERE id = ?1",
	[CHAINED] =
	    "SELECT seq, day, at_ms, boot, mono_ms, kind, actor, subject, body, chain FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
#define EXPORT(columns, table, key) \
	"SELECT " columns " FROM " table " WHERE " key " > ?1 ORDER BY " key " LIMIT ?2"
	[EXPORT_EVENTS] =
	    "SELECT " EVENT_COLUMNS " FROM event WHERE seq > ?1 AND seq <= ?3 ORDER BY seq LIMIT ?2",
	[EXPORT_TICKETS] = EXPORT(TICKET_COLUMNS, "ticket", "id"),
	/* All of a ticket's. */
	[EXPORT_LEGS] =
	    "SELECT " LEG_COLUMNS " FROM leg WHERE ticket > ?1 AND ticket <="
	    "  ifnull((SELECT ticket FROM leg WHERE ticket > ?1 ORDER BY ticket LIMIT 1 OFFSET ?2), 9223372036854775807)"
	    "  ORDER BY ticket, n",
	[EXPORT_RATINGS] = EXPORT(RATING_COLUMNS, "rating", "ticket"),
	[EXPORT_NOTES] = EXPORT(NOTE_COLUMNS, "note", "id"),
	[EXPORT_PERSONS] = EXPORT(PERSON_COLUMNS, "person", "id"),
	[EXPORT_BOOKINGS] = EXPORT(BOOKING_COLUMNS, "booking", "id"),
	[EXPORT_WINDOWS] = EXPORT(WINDOW_COLUMNS, "window", "no"),
	/* A prefix may be empty; there are few. */
	[EXPORT_COUNTERS] =
	    "SELECT " COUNTER_COLUMNS " FROM counter WHERE ?1 = '' ORDER BY prefix LIMIT ?2",
	[EXPORT_ROLLS] = EXPORT(ROLL_COLUMNS, "roll", "device"),
	[EXPORT_RECORDS] = EXPORT(RECORD_COLUMNS, "record", "key"),
	[EXPORT_STAFF] = EXPORT(STAFF_COLUMNS, "staff", "id"),
	[EXPORT_LAYOUTS] = EXPORT(LAYOUT_COLUMNS, "layout", "rev"),
#undef EXPORT
	[IS_DUE] =
	    "SELECT EXISTS (SELECT 1 FROM person WHERE day < ?1) OR EXISTS (SELECT 1 FROM booking WHERE hash <> 0 AND to_ms < ?2) OR"
	    "  EXISTS (SELECT 1 FROM note WHERE at_ms < ?3) OR EXISTS (SELECT 1 FROM answer WHERE at_ms < ?4) OR"
	    "  EXISTS (SELECT 1 FROM session WHERE ends_ms < ?5) OR EXISTS (SELECT 1 FROM record WHERE " RECORD_IS_DUE("?3") ")",
	[ERASE_PERSONS] =
	    "DELETE FROM person WHERE day < ?1",
	[ERASE_BOOKINGS] =
	    "UPDATE booking SET hash = 0, last = '' WHERE hash <> 0 AND to_ms < ?1",
	[ERASE_NOTES] =
	    "DELETE FROM note WHERE at_ms < ?1",
	[ERASE_ANSWERS] =
	    "DELETE FROM answer WHERE at_ms < ?1",
	[ERASE_SESSIONS] =
	    "DELETE FROM session WHERE ends_ms < ?1",
	[ERASE_RECORDS] =
	    "UPDATE record SET private = '' WHERE " RECORD_IS_DUE("?1"),
};

const struct schema hall_schema = {
	.of = "a hall",
	.application_id = 0x68616c6c,	/* "hall" */
	.migrations = migrations,
	.statements = statements,
	.statement_count = STATEMENTS,
};
