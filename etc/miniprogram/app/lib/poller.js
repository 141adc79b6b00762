/*
 * When to look again: as the answer says, a fifth more or less, so that phones
 * do not ask together; after no answer later each time.  Nothing while the page
 * is not seen, and at once when it is seen again.
 */
const SPREAD = 0.2;
const BACKOFF_s = 2, BACKOFF_MAX_s = 60;

/* look() resolves to seconds until the next one, 0: there is nothing more to see.  missed(error): there was no answer. */
module.exports = function poller(look, missed) {
	let timer = null;
	let round = 0;		/* an answer of a round that was stopped plans nothing */
	let failed = 0;

	function plan(seconds, of) {
		if (of === round && seconds > 0)
			timer = setTimeout(() => turn(of), seconds * 1000 * (1 - SPREAD + 2 * SPREAD * Math.random()));
	}

	async function turn(of) {
		let next_s;

		try {
			next_s = await look();
			failed = 0;
		} catch (error) {
			const asked_s = (error.problem && error.problem.retry_s) || 0;

			failed++;
			next_s = Math.max(asked_s, Math.min(BACKOFF_s * 2 ** (failed - 1), BACKOFF_MAX_s));
			if (of === round)
				missed(error);
		}
		plan(next_s, of);
	}

	function stop() {
		round++;
		clearTimeout(timer);
		timer = null;
	}

	return {
		start() {
			stop();
			failed = 0;
			return turn(round);
		},
		stop,
	};
};
