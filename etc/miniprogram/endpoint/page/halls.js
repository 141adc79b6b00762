/* All halls, a line each; the queues of the one in the address (#id) below its line. */
import { get } from "/pages/common/api.js";
import { clock_text, set_zone } from "/pages/common/clock.js";
import { fill, find, write, write_or_hide } from "/pages/common/dom.js";
import { first_language, has_text, language_button, language_tag, name_of, text } from "/pages/common/text.js";
import { late_text, wait_text } from "/pages/common/wait.js";
import { word } from "/page/words.js";

const EVERY_ms = 15000;

let halls = [];
let open = null;	/* the status of the hall in the address */
let heard_ms = 0;	/* 0: never */
let lost = false;

function say(key, values) {
	return word(language_tag().slice(0, 2), key, values);
}

function state_text({ state }) {
	return has_text("hall." + state) ? text("hall." + state) : say("offline");
}

function stale_text({ stale_since, as_of, state }) {
	if (stale_since !== null)
		return say("stale", { time: clock_text(Date.parse(stale_since)) });
	return as_of === null && state === "offline" ? say("never") : "";
}

function draw_queues(hall, row) {
	const queues = open !== null && open.hall === hall.id ? open.queues : [];

	fill(row.querySelector(".queues"), find("queue"), queues, queue => queue.id, queue => ({
		name: name_of(queue), waiting: text("page.public.waiting", queue), wait: wait_text(queue.wait_s), late: late_text(queue.wait_s),
	}));
}

function draw() {
	write(find("title"), say("title"));
	document.title = say("title");
	fill(find("halls"), find("hall"), halls, hall => hall.id, (hall, row) => {
		row.querySelector("a").href = "#" + hall.id;
		draw_queues(hall, row);
		return { name: name_of(hall), state: state_text(hall), waiting: hall.waiting === null ? "" : text("page.public.waiting", hall),
			stale: stale_text(hall) };
	});
	write_or_hide(find("lost"), lost ? text("page.lost_old", { time: clock_text(heard_ms) }) : "");
}

async function look() {
	const chosen = location.hash.slice(1);

	try {
		({ halls } = await get("halls"));
		open = halls.some(hall => hall.id === chosen) ? await get("halls/" + chosen + "/status").catch(() => null) : null;
		for (const { as_of } of halls)
			set_zone(as_of);
		heard_ms = Date.now();
		lost = false;
	} catch (error) {
		lost = heard_ms !== 0;
	}
	draw();
}

async function run() {
	await first_language();
	language_button(find("language"), draw);
	window.addEventListener("hashchange", look);
	document.addEventListener("visibilitychange", () => document.hidden || look());
	setInterval(() => document.hidden || look(), EVERY_ms);
	look();
}

run();
