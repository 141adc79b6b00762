/*
 * Requests to halld.  What is no answer is one of two errors: Refused carries
 * halld's problem document; Lost means that nobody knows whether the request
 * arrived (no connection, no answer in time, or one that is not halld's of now).
 */
import { local_ms, set_clock } from "./clock.js";

const ANSWER_ms = 8000;		/* for one answer */
const GIVE_UP_ms = 30000;	/* a press older than this is no longer what was meant */

export class Refused extends Error {
	constructor(problem) {
		super(problem.code);
		this.problem = problem;
	}
}

export class Lost extends Error {}

let sessions = 0;	/* that began or ended here */

/* halld does not answer: its last answer, kept by a proxy, and when it gave that, by this machine's clock. */
export class Stale extends Lost {
	constructor(value, said_ms) {
		super("stale");
		this.value = value;
		this.said_ms = said_ms;
	}
}

export function sleep(ms) {
	return new Promise(done => setTimeout(done, ms));
}

async function request(method, path, body, headers) {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), ANSWER_ms), began = sessions;
	let answer, value;

	try {
		answer = await fetch("/api/v1/" + path, {
			method,
			body: body === undefined ? undefined : JSON.stringify(body),
			headers: Object.assign({ "Content-Type": "application/json" }, headers),
			cache: "no-cache",	/* ask each time; the browser sends the ETag it has */
			signal: abort.signal,
		});
		value = answer.status === 204 ? null : await answer.json();
	} catch (error) {
		throw new Lost(error.message);
	} finally {
		clearTimeout(timer);
	}
	set_clock(answer.headers.get("Date"));
	const stale = /^stale (.+)$/.exec(answer.headers.get("Halld-Answer"));

	if (stale)
		throw new Stale(value, local_ms(Date.parse(stale[1])));
	if (answer.status === 202 && typeof value.command === "string")
		throw new Lost("its hall has not answered the endpoint");	/* asked again it is the same command */
	if (answer.ok) {
		sessions += path === "session" && method !== "GET";
		return value;
	}
	if (answer.status === 401 && sessions !== began)
		throw new Lost("of another session");	/* it says nothing of the one that is now */
	if (value !== null && typeof value.code === "string")
		throw new Refused(value);
	throw new Lost("status " + answer.status);
}

export function get(path) {
	return request("GET", path);
}

export function post(path, body) {
	return request("POST", path, body);
}

export function put(path, body) {
	return request("PUT", path, body);
}

export function remove(path) {
	return request("DELETE", path);
}

export function random_key() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));

	return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
}

/* Is it unknown whether the request was carried out? */
export function unsure(error) {
	return error instanceof Lost || (error instanceof Refused && error.problem.code === "outcome_unknown");
}

/*
 * POST until it is known what came of it.  All tries have one Idempotency-Key: it
 * is done once.  Who may try again later, when this has given up, keeps the key.
 * Nothing is tried again as somebody else, whose press it was not.
 */
export async function post_once(path, body, key) {
	const headers = { "Idempotency-Key": key || random_key() };
	const begin_ms = performance.now(), began = sessions;

	for (let wait_ms = 500; ; wait_ms *= 2) {
		try {
			return await request("POST", path, body, headers);
		} catch (error) {
			if (!unsure(error) || performance.now() - begin_ms + wait_ms > GIVE_UP_ms)
				throw error;
		}
		await sleep(wait_ms);
		if (sessions !== began)
			throw new Lost("of another session");
	}
}

function parse(block) {
	const event = { kind: "message", data: "" };

	for (const line of block.split(/\r?\n/)) {
		if (line.startsWith("event:"))
			event.kind = line.slice(6).trim();
		else if (line.startsWith("data:"))
			event.data += line.slice(5);
	}
	return event;
}

/*
 * Read the event stream until it ends; heard() on any bytes, event(kind, data)
 * for each event.  Not EventSource: that hides the keep-alive comments, and
 * with them the difference between a quiet hall and a dead line.
 */
export async function listen(signal, heard, event) {
	const answer = await fetch("/api/v1/events", { cache: "no-store", signal });
	const decoder = new TextDecoder();
	let rest = "";

	if (!answer.ok)
		throw new Lost("status " + answer.status);
	for (const reader = answer.body.getReader(); ;) {
		const { done, value } = await reader.read();

		if (done)
			return;
		heard();
		const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
		rest = blocks.pop();
		for (const { kind, data } of blocks.map(parse))
			if (data !== "")
				event(kind, JSON.parse(data));
	}
}
