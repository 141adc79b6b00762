/* A part of the page that is folded: its program is loaded when it is opened for the first time, and nothing of it is there before. */
import { find } from "../common/dom.js";

/* may(): who is here may see it; make(): a promise of the part, {draw, load}; act(what) does it and says what came of it. */
export function new_folded(id, { may, make, act }) {
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
			part = await make();
		});
		making = false;
		if (part === null)
			details.open = false;
		details.classList.toggle("made", part !== null);
		load();
		draw();
	}

	details.addEventListener("toggle", opened);
	return { draw, load };
}
