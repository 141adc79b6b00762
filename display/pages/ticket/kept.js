/*
 * The last truth about the ticket, kept for when the page is opened again
 * without signal: phones drop pages that nobody looks at.  One ticket, for as
 * long as the time alone says how old it is.
 */
const KEY = "ticket";
const LONG_ms = 12 * 3600 * 1000;

/* Storage may be forbidden: then nothing is kept. */
export function keep(token, view, known_ms) {
	try {
		localStorage.setItem(KEY, JSON.stringify({ token, view, known_ms }));
	} catch (error) {
		/* nothing depends on it */
	}
}

/* What was kept of this ticket, {view, known_ms}; null: nothing. */
export function kept(token) {
	try {
		const last = JSON.parse(localStorage.getItem(KEY));

		return last !== null && last.token === token && Math.abs(Date.now() - last.known_ms) < LONG_ms ? last : null;
	} catch (error) {
		return null;
	}
}

/* The page itself is kept by worker.js, where browsers allow that: over https. */
export function keep_page() {
	if (navigator.serviceWorker !== undefined)
		navigator.serviceWorker.register("/pages/ticket/worker.js", { scope: "/t/" }).catch(() => {});
}
