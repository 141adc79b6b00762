/*
 * What halld advises: windows that it does not believe, and which window to lend
 * to whom.  The best move is one button; what is advised is gone when the page
 * cannot ask for it any more.
 */
import { get, post_once } from "../common/api.js";
import { clock_text } from "../common/clock.js";
import { fill, find } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 12000;
const LEND_min = 60;
const nothing = { doubts: [], moves: [] };

/* service_name(id) says what it is called; may(): somebody is here who may ask; writes(): and may change things; act(what) does it and says what came of it. */
export function new_advice({ service_name, may, writes, act }) {
	const advice = { draw, load };
	let known = nothing;
	let busy = false;
	let asked = 0;			/* an answer that comes behind a later question's is none */

	async function load() {
		if (document.hidden)
			return;
		const mine = ++asked, answer = may() ? await get("advice").catch(() => nothing) : nothing;

		if (mine !== asked)
			return;
		known = answer;
		draw();
	}

	function names(ids) {
		return ids.map(service_name).join(text("page.join"));
	}

	function minutes(seconds) {
		return Math.ceil(seconds / 60);
	}

	function move_text(move) {
		const values = { window: move.window, services: names(move.services), minutes: LEND_min };

		return text(move.lend ? "page.admin.lend" : "page.admin.lend_open", values);
	}

	/* Who is not served yet has no wait that would become shorter. */
	function gain_text({ service, was_s, p90_s }) {
		return text(was_s === null ? "page.admin.lend_served" : "page.admin.lend_wait",
		    { service: service_name(service), was: minutes(was_s), now: minutes(p90_s) });
	}

	async function make({ window: no, services, lend }) {
		busy = true;
		draw();
		await act(async () => {
			if (lend)
				await post_once("windows/" + no + "/lend", { services, minutes: LEND_min });
			else
				await post_once("windows/" + no + "/open", {});
		});
		busy = false;
		load();
	}

	function draw() {
		const best = known.moves.slice(0, 1);

		find("advice").hidden = known.doubts.length + best.length === 0;
		fill(find("doubts"), find("doubt_row"), known.doubts, each => each.window, each => ({
			what: text("page.admin.doubt." + each.doubt, { window: each.window, time: clock_text(each.since) }),
		}));
		fill(find("moves"), find("move_row"), best, each => each.window, (each, row) => {
			row.querySelector("button").disabled = busy || !writes();
			return { do: move_text(each), gain: each.queues.filter(queue => queue.p90_s !== null).map(gain_text).join(text("page.semicolon")) };
		});
	}

	find("moves").addEventListener("click", event => {
		if (event.target.closest("button") !== null && !busy && known.moves.length > 0)
			make(known.moves[0]);
	});
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return advice;
}
