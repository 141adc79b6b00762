/*
 * The endpoints outside that the hall tells what happens: how each is, and what
 * it would not have, to be sent once more by a button.  A hall that has none
 * shows nothing of this.
 */
import { Refused, get, post } from "../common/api.js";
import { clock_text, day_text, now_ms } from "../common/clock.js";
import { fill, find } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 12000;
const LETTERS = 5;		/* the first of those that wait, for each endpoint */

/* Today's as HH:MM, else with its day. */
function when_text(time) {
	const day = day_text(time);

	return (day === day_text(now_ms()) ? "" : day + " ") + clock_text(time);
}

/* Well since it failed last, or not since it was well last. */
function since_text({ state, ok_at, failed_at }) {
	const since = state === "ok" ? failed_at : ok_at;

	return since === null ? "" : text("page.admin.uplink_since", { time: when_text(since) });
}

/* may(): somebody is here who may ask; act(what) does it and says what came of it. */
export function new_uplinks({ may, act }) {
	const uplinks = { draw, load };
	let known = [];
	let busy = false;
	let asked = 0;			/* as in advice.js */

	async function load() {
		if (document.hidden)
			return;
		const mine = ++asked, answer = may() ? await get("push").then(({ endpoints }) => endpoints, () => []) : [];

		if (mine !== asked)
			return;
		known = answer;
		draw();
	}

	/* Refused as not_found: somebody else has done it; the list says so. */
	async function again(endpoint, body) {
		busy = true;
		draw();
		await act(() => post("push/" + endpoint + "/again", body).catch(error => {
			if (!(error instanceof Refused) || error.problem.code !== "not_found")
				throw error;
		}));
		busy = false;
		load();
	}

	function letter_texts({ seq, status, at }, state, row) {
		row.querySelector("button").disabled = busy;
		return {
			letter: text("page.admin.uplink_letter", { seq, status, time: when_text(at) }),
			send: state === "disabled" ? "" : text("page.admin.uplink_send"),
		};
	}

	function uplink_texts(each, row) {
		row.className = each.state;
		row.querySelector("button").disabled = busy;
		fill(row.querySelector("ul"), find("letter_row"), each.dead.slice(0, LETTERS), letter => letter.seq,
		    (letter, item) => letter_texts(letter, each.state, item));
		return {
			url: each.url,
			stands: text("page.admin.uplink." + each.state),
			since: since_text(each),
			behind: each.behind === 0 ? "" : text("page.admin.uplink_behind", each),
			error: each.state === "fails" ? each.error : "",
			do: each.state === "disabled" ? text("page.admin.uplink_again") : "",
			count: each.dead.length === 0 ? "" : text("page.admin.uplink_dead", { count: each.dead.length }),
		};
	}

	function draw() {
		find("uplinks").hidden = known.length === 0;
		fill(find("uplink_list"), find("uplink_row"), known.map((each, place) => Object.assign({ place }, each)), each => each.place, uplink_texts);
	}

	find("uplink_list").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button === null || busy)
			return;
		const endpoint = button.closest("#uplink_list > li").dataset.key;

		again(endpoint, button.className === "send" ? { seq: Number(button.closest("li").dataset.key) } : {});
	});
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return uplinks;
}
