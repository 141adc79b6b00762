/* Which calls a board shows, and which of them are news. */
const NEWS_ms = 60000;		/* an older one has been heard, or is too late: after a restart nothing is told again */
const OLD_ms = 6 * 3600000;	/* of another day: the next begins with an empty board */

/* The newest call of each number, for which shown(window) holds, at most max of them. */
export function newest_calls(status, shown, now_ms, max) {
	const numbers = new Set();

	return status.calls.filter(call => {
		const first = !numbers.has(call.number) && shown(call.window) && now_ms - Date.parse(call.at) < OLD_ms;

		numbers.add(call.number);
		return first;
	}).slice(0, max);
}

/*
 * A memory of what was seen.  Its news(call, now_ms) holds for a call younger
 * than any seen before; nothing in a board's first snapshot, or the first of
 * another database, is.  seen(status) is to be called when all has been drawn.
 */
export function call_memory() {
	let epoch = null, last = 0;

	return {
		news(status, call, now_ms) {
			return status.epoch === epoch && call.seq > last && now_ms - Date.parse(call.at) < NEWS_ms;
		},
		seen(status) {
			if (status.epoch !== epoch)
				last = 0;
			epoch = status.epoch;
			last = status.calls.reduce((most, call) => Math.max(most, call.seq), last);
		},
	};
}
