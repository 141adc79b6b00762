/*
 * What residents press, on its way to a hall, and what came of it.  A command
 * is handed out in each poll until its result has come: the hall carries out
 * each id once.
 */
import { createHmac, randomBytes } from "node:crypto";
import { hash_of } from "./halls.js";
import { Refusal } from "./refusal.js";

const HAND_MAX = 50;		/* commands in one answer */
const HAND_BYTES = 48 * 1024;	/* of them: halld cuts an answer at 64 KB, and could read none of it */
const OPEN_MAX = 2000;		/* of one hall: more is a flood */

/* Tells requests of one key apart.  Only with the key, which is not kept: an ID number is soon guessed from a plain hash. */
function what_of(key, path, body) {
	return key === null ? "" : createHmac("sha256", key).update(path + "\n" + JSON.stringify(body)).digest("hex");
}

export function mailbox_new({ store, now, times }) {
	const held = new Map();		/* hall -> ends its held poll */
	const waiting = new Map();	/* id of a command -> a set of those who wait for its result */
	let end_all;
	const stopped = new Promise(done => { end_all = done; });

	const row_of = key => key === null ? undefined : store.get_key({ key: hash_of(key) });

	function command_of({ id, made_ms, command, token, body }) {
		return { id, age_s: Math.max(0, Math.floor((now() - made_ms) / 1000)), command, ...(token === null ? {} : { token }), body: JSON.parse(body) };
	}

	function take_out(hall) {
		const out = [];
		let bytes = 0;

		for (const row of store.open_commands({ hall, limit: HAND_MAX })) {
			const command = command_of(row);

			bytes += Buffer.byteLength(JSON.stringify(command)) + 1;
			if (bytes > HAND_BYTES && out.length > 0)
				break;
			store.hand_command({ id: row.id });
			out.push(command);
		}
		return out;
	}

	function release(hall) {
		const end = held.get(hall);

		if (end !== undefined)
			end();
	}

	return {
		/* Put a command in, or find the one that the same request made before.  Returns its id. */
		put({ hall, key, path, command, token = null, body }) {
			const what = what_of(key, path, body), same = row_of(key);

			if (same !== undefined && same.what !== what)
				throw new Refusal("key_reused");
			if (same !== undefined)
				return same.id;
			if (store.count_open({ hall }).count >= OPEN_MAX)
				throw new Refusal("mailbox_full", { retry_s: 30 });
			const id = "c" + randomBytes(16).toString("hex");

			store.put_command({ id, hall, key: key && hash_of(key), what, command, token, body: JSON.stringify(body), made_ms: now() });
			release(hall);
			return id;
		},

		find: id => store.get_command({ id }),

		/* Was it there before, by this key? */
		has: key => row_of(key) !== undefined,

		/* The row when it has a result, or as it is after so long. */
		async result(id, closed) {
			let done;
			const came = new Promise(resolve => { done = resolve; });
			const all = waiting.get(id) || new Set();

			if (store.get_command({ id }).status !== null)
				return store.get_command({ id });
			waiting.set(id, all.add(done));
			const timer = setTimeout(done, times.wait_ms);

			await Promise.race([came, closed]);
			clearTimeout(timer);
			all.delete(done);
			if (all.size === 0)
				waiting.delete(id);
			return store.get_command({ id });
		},

		/* What came of one.  Returns its row as it was, or undefined: it is not one of the hall's that is open. */
		end(hall, { id, status, body = {} }) {
			const row = store.get_command({ id });

			if (row === undefined || row.hall !== hall || row.status !== null)
				return undefined;
			store.end_command({ id, hall, status, result: JSON.stringify(body) });
			return row;
		},

		/* After the results are in the store. */
		tell(id) {
			for (const done of waiting.get(id) || [])
				done();
		},

		/* Commands for the hall: at once where there are some, else as soon as there are, or none after a while. */
		async hand(hall, closed) {
			const now_there = take_out(hall);

			release(hall);		/* a hall has one poll at a time: the one before is of a lost connection */
			if (now_there.length > 0)
				return now_there;
			let end, gone = false;
			const ended = new Promise(resolve => { end = resolve; });
			const timer = setTimeout(end, times.hold_ms);

			held.set(hall, end);
			await Promise.race([ended, closed.then(() => { gone = true; })]);
			clearTimeout(timer);
			if (held.get(hall) === end)
				held.delete(hall);
			else
				return [];
			return gone ? [] : take_out(hall);
		},

		/* As long as a poll that finds nothing. */
		async idle(closed) {
			let timer;

			await Promise.race([closed, stopped, new Promise(done => { timer = setTimeout(done, times.hold_ms); })]);
			clearTimeout(timer);
		},

		/* Ends what is held, for the end of the program. */
		stop() {
			end_all();
			for (const end of held.values())
				end();
			for (const all of waiting.values())
				for (const done of all)
					done();
		},
	};
}
