/* How long nobody has touched anything: the next visitor must not find what the last one left. */

const TICK_ms = 250;

/*
 * While counts() holds, calls tick(seconds left) some times a second, and
 * over() when nothing was touched for limit_ms().  Returns touched(), for other
 * signs that somebody is there.
 */
export function watch_idle(counts, limit_ms, tick, over) {
	let last_ms = performance.now();

	function touched() {
		last_ms = performance.now();
	}

	function look() {
		if (!counts())
			touched();
		const left_ms = limit_ms() - (performance.now() - last_ms);

		if (left_ms > 0)
			return tick(Math.ceil(left_ms / 1000));
		touched();
		over();
	}

	for (const kind of ["pointerdown", "pointermove", "keydown"])
		document.addEventListener(kind, () => { touched(); look(); }, true);
	setInterval(look, TICK_ms);
	return touched;
}
