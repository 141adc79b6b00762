/* What phones ask: halls, queues, a ticket, and what was pressed. */
import { check_body, commands } from "./commands.js";
import { json_of, no_store } from "./http.js";
import { Refusal } from "./refusal.js";

const shared = { "Cache-Control": "public, max-age=2, s-maxage=5, stale-while-revalidate=15, stale-if-error=300", Vary: "Accept-Encoding" };
const KEY_MIN = 16, KEY_MAX = 128;	/* a key that others may have too would show them the answer */

export function residents_new({ config, halls, mailbox, limits }) {
	function known(id) {
		if (halls.config(id) === undefined)
			throw new Refusal("unknown_hall");
		return id;
	}

	function view_of(id) {
		const view = halls.view(known(id));

		if (view === null)
			throw new Refusal("hall_offline", { retry_s: 10 });
		return view;
	}

	function missed(rq, code) {
		limits.check("miss", rq.address);
		limits.count("miss", rq.address);
		throw new Refusal(code);
	}

	function held(rq) {
		const found = halls.ticket(rq.word.token);

		if (found === undefined)
			missed(rq, "unknown_ticket");
		if (found.closed)
			throw new Refusal("day_closed");
		return found;
	}

	const get_halls = () => ({ body: { halls: halls.ids().map(id => halls.line(id)) }, headers: shared });

	function get_status(rq) {
		const { body, etag } = view_of(rq.word.hall);

		return { body, headers: { ...shared, ETag: etag } };
	}

	function get_services(rq) {
		const { services, status } = view_of(rq.word.hall);

		return { body: { services, as_of: status.as_of, stale_since: status.stale_since }, headers: shared };
	}

	const get_events = rq => ({ body: halls.events(known(rq.word.hall)), headers: shared });

	/* halld's own path: of the hall whose ticket's page asks, or of the only one. */
	function get_own_status(rq) {
		const token = /\/t\/([A-Za-z0-9_-]+)$/.exec(rq.headers.referer || "");
		const found = token === null ? undefined : halls.ticket(token[1]), ids = halls.ids();

		if (found === undefined && ids.length > 1)
			throw new Refusal("unknown_hall");
		return { body: view_of(found === undefined ? ids[0] : found.hall).body, headers: no_store };
	}

	/* A page of the hall's takes what has this header for what it is: the hall's word of then. */
	function get_ticket(rq) {
		const { ticket } = held(rq), { stale_since } = ticket;

		return { body: ticket, headers: stale_since === null ? no_store :
			{ ...no_store, "Halld-Answer": "stale " + new Date(stale_since).toUTCString() } };
	}

	function key_of(rq) {
		const key = rq.headers["idempotency-key"];

		if (key === undefined)
			return null;
		if (key.length < KEY_MIN || key.length > KEY_MAX || !/^[ -~]+$/.test(key))
			throw new Refusal("bad_request", { detail: `Idempotency-Key: ${KEY_MIN} to ${KEY_MAX} characters of ASCII` });
		return key;
	}

	function told(row) {
		if (row.status === null)
			return { status: 202, body: { command: row.id } };
		const body = JSON.parse(row.result), taken = row.command === "take" && row.status === 201;

		return { status: row.status, body, headers: taken ? { Location: `${config.base_url}/t/${body.token}`, ...no_store } : {} };
	}

	/* Into the mailbox, and wait for what comes of it. */
	async function press(rq, limit, { hall, command, token }) {
		const body = check_body(command, json_of(rq.body)), key = key_of(rq);

		if (!mailbox.has(key)) {
			limits.check(limit, rq.address);
			if (commands[command].prompt && halls.offline(hall))
				throw new Refusal("hall_offline", { retry_s: 10 });
			limits.count(limit, rq.address);
		}
		return told(await mailbox.result(mailbox.put({ hall, key, path: rq.path, command, token, body }), rq.closed));
	}

	const post_take = rq => press(rq, "take", { hall: known(rq.word.hall), command: "take" });

	function post_press(command) {
		return rq => press(rq, "press", { hall: held(rq).hall, command, token: rq.word.token });
	}

	function get_command(rq) {
		const row = mailbox.find(rq.word.id);

		if (row === undefined)
			missed(rq, "unknown_command");
		return { body: { command: row.id, state: row.status === null ? "waiting" : "done", status: row.status,
			result: row.result === null ? null : JSON.parse(row.result) }, headers: no_store };
	}

	return {
		held,
		routes: [
			["GET", "/api/v1/halls", get_halls],
			["GET", "/api/v1/halls/{hall}/status", get_status],
			["GET", "/api/v1/halls/{hall}/services", get_services],
			["GET", "/api/v1/halls/{hall}/events", get_events],
			["POST", "/api/v1/halls/{hall}/tickets", post_take],
			["GET", "/api/v1/status", get_own_status],
			["GET", "/api/v1/tickets/{token}", get_ticket],
			...Object.keys(commands).filter(command => command !== "take")
			    .map(command => ["POST", `/api/v1/tickets/{token}/${command}`, post_press(command)]),
			["GET", "/api/v1/commands/{id}", get_command],
		],
	};
}
