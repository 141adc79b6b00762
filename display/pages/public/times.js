/* When to come: the usual wait of who takes a number in each half hour, by service. */
import { get } from "../common/api.js";
import { fill, find, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 3600000;	/* they come of days that are over */
const AGAIN_ms = 60000;		/* when they could not be had */
const BEST = 4, BEST_MAX = 3;	/* of so many half hours one is marked, and at most so many */

let halves = new Map();		/* id of a service -> its half hours */
let due_ms = 0;			/* by performance.now() */

/* Calls changed() when there are others. */
export async function load_times(changed) {
	if (performance.now() < due_ms)
		return;
	due_ms = performance.now() + AGAIN_ms;
	const answer = await get("times").catch(() => null);

	if (answer === null)
		return;
	due_ms = performance.now() + EVERY_ms;
	halves = new Map(answer.services.map(service => [service.id, service.halves]));
	changed();
}

/* The shortest waits, in their order of the day. */
function best_of(all) {
	const count = Math.min(BEST_MAX, Math.ceil(all.length / BEST));
	const best = all.slice().sort((a, b) => a.wait_s - b.wait_s).slice(0, count);

	return all.filter(half => best.includes(half));
}

/* Into the row of a service; nothing is there where nothing is known. */
export function draw_times(id, row) {
	const all = halves.get(id) || [], best = best_of(all), longest_s = Math.max(1, ...all.map(half => half.wait_s));
	const [times, best_times, list] = ["times", "best_times", "halves"].map(name => row.getElementsByClassName(name)[0]);

	times.hidden = all.length === 0;
	write_or_hide(best_times, best.length === 0 ? "" : text("page.public.best", { times: best.map(half => half.from).join(text("page.join")) }));
	fill(list, find("half"), all, half => half.from, (half, line) => {
		const quick = best.includes(half);

		line.classList.toggle("best", quick);
		line.style.setProperty("--share", half.wait_s / longest_s);
		return {
			from: half.from + "-" + half.to,
			long: text(quick ? "page.public.half_best" : "page.public.half", { minutes: Math.ceil(half.wait_s / 60) }),
		};
	});
}
