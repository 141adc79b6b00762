/*
 * Everything that has to be there after a restart, in one SQLite database.
 * migrations[n] takes version n to n + 1; append, never edit.
 */
import Database from "better-sqlite3";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const migrations = [`
	CREATE TABLE hall (
		id		TEXT PRIMARY KEY,
		epoch		INTEGER NOT NULL DEFAULT 0,
		seq		INTEGER NOT NULL DEFAULT -1,	-- of the snapshot
		as_of_ms	INTEGER NOT NULL DEFAULT 0,	-- by the hall's clock
		body		TEXT,				-- the snapshot; NULL: none of this epoch
		tickets_seq	INTEGER NOT NULL DEFAULT -1,
		tickets_as_of_ms INTEGER NOT NULL DEFAULT 0,
		event_seq	INTEGER NOT NULL DEFAULT -1,	-- of the last event taken
		gap		INTEGER NOT NULL DEFAULT 0,	-- seq of an event behind a gap; 0: none since the snapshot
		heard_ms	INTEGER NOT NULL DEFAULT 0	-- by our clock; 0: never
	) STRICT;
	CREATE TABLE ticket (
		hash		TEXT PRIMARY KEY,		-- SHA-256 of the token, hex: the token itself is not kept
		hall		TEXT NOT NULL,
		row		TEXT NOT NULL,
		as_of_ms	INTEGER NOT NULL,		-- by the hall's clock
		fresh_ms	INTEGER NOT NULL DEFAULT 0,	-- from a result, until then by our clock
		gone_ms		INTEGER,			-- since when the hall does not tell of it; NULL: it does
		closed		INTEGER NOT NULL DEFAULT 0	-- its day is closed
	) STRICT;
	CREATE INDEX ticket_hall ON ticket (hall);
	CREATE TABLE event (hall TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (hall, seq)) STRICT;
	CREATE TABLE seen (hall TEXT NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (hall, id)) STRICT;
	CREATE TABLE command (
		id		TEXT PRIMARY KEY,
		hall		TEXT NOT NULL,
		key		TEXT UNIQUE,			-- Idempotency-Key; NULL: none
		what		TEXT NOT NULL,			-- SHA-256 of path and body
		command		TEXT NOT NULL,
		token		TEXT,				-- NULL: of no ticket, or not needed any more
		body		TEXT,				-- NULL: not needed any more
		made_ms		INTEGER NOT NULL,
		handed		INTEGER NOT NULL DEFAULT 0,	-- times
		status		INTEGER,			-- NULL: no result yet
		result		TEXT
	) STRICT;
	CREATE INDEX command_open ON command (hall, made_ms) WHERE status IS NULL;
	CREATE TABLE wish (				-- a message that somebody asked for
		hash		TEXT NOT NULL,
		kind		TEXT NOT NULL,			-- near, called, passed
		hall		TEXT NOT NULL,
		openid		TEXT NOT NULL,
		template	TEXT NOT NULL,
		data		TEXT,				-- what is to be sent; NULL: it is not so far yet
		tries		INTEGER NOT NULL DEFAULT 0,
		next_ms		INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (hash, kind)
	) STRICT;
`, `
	-- From here on: key is SHA-256 of the Idempotency-Key; what: HMAC-SHA-256 by it of path and body, '' without one.
	UPDATE command SET key = NULL, what = '';
`];

const sql = {
	add_hall: "INSERT INTO hall (id) VALUES (:id) ON CONFLICT DO NOTHING",
	get_hall: "SELECT * FROM hall WHERE id = :id",
	hear_hall: "UPDATE hall SET heard_ms = max(heard_ms, :heard_ms) WHERE id = :id",
	renew_hall: "UPDATE hall SET epoch = :epoch, seq = -1, as_of_ms = 0, body = NULL, tickets_seq = -1, tickets_as_of_ms = 0," +
	    " event_seq = -1, gap = 0 WHERE id = :id",
	put_snapshot: "UPDATE hall SET seq = :seq, as_of_ms = :as_of_ms, body = :body, gap = iif(gap > :seq, gap, 0) WHERE id = :id",
	put_tickets: "UPDATE hall SET tickets_seq = :seq, tickets_as_of_ms = :as_of_ms WHERE id = :id",
	put_event_seq: "UPDATE hall SET event_seq = :seq, gap = iif(:gap, :seq, gap) WHERE id = :id",

	get_ticket: "SELECT * FROM ticket WHERE hash = :hash",
	get_tickets: "SELECT hash, row, as_of_ms, fresh_ms, gone_ms FROM ticket WHERE hall = :hall",
	put_ticket: "INSERT INTO ticket (hash, hall, row, as_of_ms, fresh_ms) VALUES (:hash, :hall, :row, :as_of_ms, :fresh_ms)" +
	    " ON CONFLICT (hash) DO UPDATE SET row = :row, as_of_ms = :as_of_ms, fresh_ms = :fresh_ms, gone_ms = NULL, closed = 0 WHERE hall = :hall",
	lose_ticket: "UPDATE ticket SET gone_ms = :gone_ms WHERE hash = :hash AND gone_ms IS NULL",
	close_tickets: "UPDATE ticket SET closed = 1 WHERE hall = :hall AND gone_ms IS NOT NULL",
	drop_tickets: "DELETE FROM ticket WHERE hall = :hall",
	/* Also of a hall that is silent, retired or not in the config any more: who is not heard tells of nothing. */
	sweep_tickets: "DELETE FROM ticket WHERE gone_ms < :before_ms OR hall IN (SELECT id FROM hall WHERE heard_ms < :before_ms)",

	put_event: "INSERT INTO event (hall, seq, body) VALUES (:hall, :seq, :body) ON CONFLICT DO NOTHING",
	get_events: "SELECT body FROM event WHERE hall = :hall ORDER BY seq",
	trim_events: "DELETE FROM event WHERE hall = :hall AND seq <= (SELECT seq FROM event WHERE hall = :hall ORDER BY seq DESC LIMIT 1 OFFSET :keep)",
	drop_events: "DELETE FROM event WHERE hall = :hall",

	put_seen: "INSERT INTO seen (hall, id, at_ms) VALUES (:hall, :id, :at_ms) ON CONFLICT DO NOTHING",
	sweep_seen: "DELETE FROM seen WHERE at_ms < :before_ms",

	put_command: "INSERT INTO command (id, hall, key, what, command, token, body, made_ms)" +
	    " VALUES (:id, :hall, :key, :what, :command, :token, :body, :made_ms)",
	get_command: "SELECT * FROM command WHERE id = :id",
	get_key: "SELECT * FROM command WHERE key = :key",
	open_commands: "SELECT * FROM command WHERE hall = :hall AND status IS NULL ORDER BY made_ms, id LIMIT :limit",
	count_open: "SELECT count(*) AS count FROM command WHERE hall = :hall AND status IS NULL",
	hand_command: "UPDATE command SET handed = handed + 1 WHERE id = :id",
	end_command: "UPDATE command SET status = :status, result = :result, token = NULL, body = NULL" +
	    " WHERE id = :id AND hall = :hall AND status IS NULL",
	sweep_secrets: "UPDATE command SET body = json_remove(body, '$.id_number') WHERE status IS NULL AND made_ms < :before_ms" +
	    " AND json_extract(body, '$.id_number') IS NOT NULL",
	sweep_commands: "DELETE FROM command WHERE made_ms < :before_ms",

	put_wish: "INSERT INTO wish (hash, kind, hall, openid, template) VALUES (:hash, :kind, :hall, :openid, :template)" +
	    " ON CONFLICT (hash, kind) DO UPDATE SET openid = :openid, template = :template WHERE data IS NULL",
	get_wishes: "SELECT * FROM wish WHERE hall = :hall AND data IS NULL",
	get_wish: "SELECT * FROM wish WHERE hash = :hash AND kind = :kind",
	due_wishes: "SELECT * FROM wish WHERE data IS NOT NULL AND next_ms <= :now_ms ORDER BY next_ms LIMIT :limit",
	next_wish: "SELECT min(next_ms) AS next_ms FROM wish WHERE data IS NOT NULL",
	fill_wish: "UPDATE wish SET data = :data, next_ms = :next_ms WHERE hash = :hash AND kind = :kind",
	delay_wish: "UPDATE wish SET tries = tries + 1, next_ms = :next_ms WHERE hash = :hash AND kind = :kind",
	drop_wish: "DELETE FROM wish WHERE hash = :hash AND kind = :kind",
	drop_wishes: "DELETE FROM wish WHERE hash = :hash",
	drop_wishes_hall: "DELETE FROM wish WHERE hall = :hall",
	drop_person: "DELETE FROM wish WHERE openid = :openid",
	drop_template: "DELETE FROM wish WHERE openid = :openid AND template = :template",
	sweep_wishes: "DELETE FROM wish WHERE hash NOT IN (SELECT hash FROM ticket)",
};

/* Those that answer with any number of rows; other SELECTs with one, or undefined. */
const lists = ["get_tickets", "get_events", "open_commands", "get_wishes", "due_wishes"];

/* store.NAME(values) runs a statement; what changes rows answers how many. */
export function store_open(folder) {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const db = new Database(join(folder, "endpoint.db"));

	db.pragma("locking_mode = EXCLUSIVE");	/* a second endpoint on the same state would answer half the commands */
	db.pragma("journal_mode = WAL");
	db.pragma("synchronous = FULL");
	db.pragma("secure_delete = ON");	/* what is erased is not in the file any more */
	for (let version = db.pragma("user_version", { simple: true }); version < migrations.length; version++)
		db.transaction(() => {
			db.exec(migrations[version]);
			db.pragma(`user_version = ${version + 1}`);
		})();

	const store = {
		transaction: work => db.transaction(work),
		/* What is erased in the database is still in the log beside it until then. */
		empty_log: () => db.pragma("wal_checkpoint(TRUNCATE)"),
		close: () => db.close(),
	};

	for (const [name, text] of Object.entries(sql)) {
		const statement = db.prepare(text);

		store[name] = !statement.reader ? values => statement.run(values).changes :
		    lists.includes(name) ? values => statement.all(values) : values => statement.get(values);
	}
	return store;
}
