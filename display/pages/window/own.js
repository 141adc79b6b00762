/* What who is signed in has served today: for their own eyes. */
import { get } from "../common/api.js";
import { find, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 60000;

/* who(): the account, or null. */
export function new_own({ who }) {
	const own = { draw, load };
	let known = null;
	let whose = null;		/* what is known is theirs alone */

	/* A row by the names of its columns; null: nothing yet. */
	function today({ columns, rows }) {
		return rows.length === 0 ? null : Object.fromEntries(columns.map((column, i) => [column.name, rows[rows.length - 1][i]]));
	}

	async function load() {
		const asked = who();

		if (asked !== whose)
			known = null;
		whose = asked;
		if (document.hidden)
			return;
		const answer = asked === null ? null : await get("me/figures").then(today, () => null);

		if (asked !== who())
			return;		/* the next look is theirs */
		known = answer;
		draw();
	}

	function draw() {
		write_or_hide(find("own"), known === null || who() === null ? "" :
		    text(known.service === null ? "page.window.own_count" : "page.window.own", known) +
		    (known.rated === 0 ? "" : text("page.window.own_rated", { rated: known.rated, grade: known.grade_mean })));
	}

	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return own;
}
