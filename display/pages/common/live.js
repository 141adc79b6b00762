/*
 * The hall as it is shown, kept current for days without loading the page again.
 *
 * The event stream tells that something changed, GET status what is true now:
 * events are never applied by hand, so a missed one cannot matter.  Each
 * connection begins with a snapshot.  While there is none, status is asked
 * before each try: a hall that takes no more streams is seen all the same.
 */
import { Stale, get, listen } from "./api.js";
import { clock_stepped, set_hall_clock } from "./clock.js";

const QUIET_ms = 32000;		/* halld says something every 15 s: two missed, and the line is made anew */
const SILENCE_ms = 40000;	/* then what is shown is no longer called live */
const WATCH_ms = 5000;
const LAG_ms = 1000;		/* status may be this much older than an event */
const BACKOFF_MAX_ms = 15000;
const FAILED_MAX = 2;		/* tries without an answer before we say so: a restart takes less */

/*
 * Follow the hall, asking for status at most once in every_ms, but at once after
 * an event of one of the kinds in `urgent`.  Returns what is known; changed() is
 * called when any of it is new.
 */
export function follow(every_ms, changed, urgent = []) {
	const hall = {
		status: null,			/* the newest snapshot */
		live: true,
		heard_ms: Date.now(),		/* when halld last said anything, by this machine's clock */
		reconnect() { abort.abort(); wake(); },
	};
	let abort = new AbortController();
	let wake = () => {};
	let failed = 0;				/* tries without an answer, in a row */
	let wanted = 0;				/* seq of the newest event heard of */
	let asked_ms = -Infinity, timer = 0;	/* by performance.now(), which nobody sets */
	let asking = false;
	let hurry = false;			/* what came last cannot wait, nor be asked of a cache on the way */
	let away = false;			/* the browser keeps the page for its "back" button */

	function tell() {
		Promise.resolve().then(changed);
	}

	/* Either direction: the clock may have been put back. */
	function silence_ms() {
		return Math.abs(Date.now() - hall.heard_ms);
	}

	function judge() {
		const live = failed < FAILED_MAX && silence_ms() < SILENCE_ms;

		if (live !== hall.live) {
			hall.live = live;
			tell();
		}
	}

	function heard() {
		hall.heard_ms = Date.now();
		failed = 0;
		judge();
	}

	function take(status) {
		const old = hall.status;

		if (old !== null && old.epoch === status.epoch) {
			if (status.seq < old.seq)
				return;		/* overtaken on the way */
		} else
			wanted = status.seq;
		hall.status = status;
		set_hall_clock(status);
		tell();
	}

	/* Better than nothing, and shown as what it is. */
	function take_stale({ value, said_ms }) {
		if (hall.status === null) {
			hall.heard_ms = said_ms;
			failed = FAILED_MAX;
		} else if (hall.status.epoch !== value.epoch)
			return;
		hall.heard_ms = Math.max(hall.heard_ms, said_ms);
		judge();
		take(value);
	}

	async function ask() {
		const path = hurry ? "status?fresh=1" : "status";

		hurry = false;
		asked_ms = performance.now();
		try {
			const status = await get(path);
			heard();
			take(status);
		} catch (error) {
			if (error instanceof Stale)
				take_stale(error);
			throw error;
		}
	}

	function behind() {
		return hall.status !== null && hall.status.seq < wanted;
	}

	async function ask_now() {
		clearTimeout(timer);
		timer = 0;
		if (asking)
			return;
		asking = true;
		const answered = await ask().then(() => true, () => false);

		asking = false;
		if (answered && behind() && hurry)
			ask_now();
		else if (answered && behind())
			ask_soon(LAG_ms);
	}

	function ask_soon(least_ms) {
		if (!asking && timer === 0)
			timer = setTimeout(ask_now, Math.max(least_ms, asked_ms + every_ms - performance.now()));
	}

	function event(kind, data) {
		if (kind === "snapshot")
			return take(data);
		wanted = Math.max(wanted, data.seq);
		hurry = hurry || urgent.includes(kind);
		if (hurry)
			ask_now();
		else
			ask_soon(0);
	}

	function watch() {
		judge();
		if (silence_ms() > QUIET_ms)
			abort.abort();		/* a dead line may look open for hours */
		else if (behind() || clock_stepped())
			ask_soon(0);
	}

	async function run() {
		for (let wait_ms = 1000; ; wait_ms = Math.min(2 * wait_ms, BACKOFF_MAX_ms)) {
			abort = new AbortController();
			await listen(abort.signal, () => { wait_ms = 500; heard(); }, event).catch(() => {});
			if (!away)
				await ask().catch(() => { failed++; });
			judge();
			await new Promise(done => {
				wake = done;
				if (!away)
					setTimeout(done, wait_ms * (0.75 + Math.random() / 2));
			});
		}
	}

	setInterval(watch, WATCH_ms);
	window.addEventListener("online", hall.reconnect);
	/* A page kept with an open stream would hold one of the browser's six connections. */
	window.addEventListener("pagehide", () => { away = true; abort.abort(); });
	window.addEventListener("pageshow", () => { away = false; wake(); });
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden && silence_ms() > QUIET_ms)
			hall.reconnect();
	});
	ask_soon(0);		/* also that a proxy has it to give, should halld stop */
	run();
	return hall;
}
