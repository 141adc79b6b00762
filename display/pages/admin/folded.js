/*
 * A part of the page that is folded: its program and its markup, ID.html, are
 * loaded when it is opened for the first time, and nothing of it is there before.
 */
import { Lost } from "../common/api.js";
import { find } from "../common/dom.js";
import { speak } from "../common/text.js";

async function markup_of(id) {
	const answer = await fetch("/pages/admin/" + id + ".html", { cache: "no-cache" });

	if (!answer.ok)
		throw new Lost("status " + answer.status);
	return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

/* may(): who is here may see it; program(): a promise of what makes the part, {draw, load}; act(what) does it and says what came of it. */
export function new_folded(id, { may, program, act }) {
	const details = find(id);
	let part = null;
	let making = false;

	function draw() {
		details.hidden = !may();
		if (part !== null)
			part.draw();
	}

	function load() {
		if (part !== null)
			part.load();
	}

	/* One that cannot be had is folded again, to be tried again. */
	async function opened() {
		if (!details.open || part !== null || making)
			return;
		making = true;
		await act(async () => {
			const [begin, markup] = await Promise.all([program(), markup_of(id)]);

			details.append(...markup.childNodes);
			speak(details);
			part = begin();
		});
		making = false;
		if (part === null)
			details.open = false;
		load();
		draw();
	}

	details.addEventListener("toggle", opened);
	return { draw, load };
}
