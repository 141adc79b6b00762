/*
 * Whether the hall can open, for who may ask: a line when it can, else what is
 * wrong, the worst first, and what to do.  The page has the elements ready,
 * ready_title, ready_list and ready_again, and the template ready_row.
 */
import { get } from "./api.js";
import { fill, find, write } from "./dom.js";
import { said, text } from "./text.js";

const EVERY_ms = 60000;

/* may(): somebody is here who may ask. */
export function new_ready({ may }) {
	const ready = { draw, load };
	let known = null, looks = 0;	/* halld's last answer; null: there is none */

	async function load() {
		if (document.hidden)
			return;
		const look = ++looks, answer = may() ? await get("ready").catch(() => null) : null;

		if (look !== looks)
			return;		/* another has signed in */
		known = answer;
		draw();
	}

	function finding_texts(each, row) {
		row.className = each.state;
		return {
			point: text("ready.point." + each.point),
			what: said(each.what),
			how: each.state === "green" ? "" : said(each.do),
		};
	}

	function draw() {
		find("ready").hidden = known === null;
		if (known === null)
			return;
		find("ready").className = known.state;
		write(find("ready_title"), text("ready.title") + " · " + text("ready.state." + known.state));
		fill(find("ready_list"), find("ready_row"), known.findings.map((each, place) => Object.assign({ place }, each)), each => each.place,
		    finding_texts);
	}

	find("ready_again").addEventListener("click", load);
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return ready;
}
