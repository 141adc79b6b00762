/* All halls, a line each; the queues of the one in the address (#id) below its line, with numbers from afar. */
import { Refused, get, post_once, random_key, unsure } from "/pages/common/api.js";
import { clock_text, set_zone } from "/pages/common/clock.js";
import { fill, find, write, write_or_hide } from "/pages/common/dom.js";
import { first_language, has_text, language_button, language_tag, name_of, text } from "/pages/common/text.js";
import { late_text, wait_text } from "/pages/common/wait.js";
import { word } from "/page/words.js";

const EVERY_ms = 15000;

let halls = [];
let open = null;	/* the status of the hall in the address, */
let services = [];	/* and those of it that can be had from afar now */
let asked = "";		/* the service of which a number was asked for last, */
let message = () => "";	/* what came of it, in the language of the moment, */
let busy = false;	/* or the answer is awaited */
let owed = null;	/* {what, key} of a request without an answer: made again it is the same one */
let looks = 0, shown = 0;	/* an answer that comes behind a later look's is none */
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

	fill(row.querySelector(".queues"), find("queue"), queues, queue => queue.id, (queue, line) => {
		const service = services.find(each => each.id === queue.id);

		line.querySelector("form").hidden = service === undefined;
		line.querySelector("label").hidden = service === undefined || service.real_name === "none";
		return { name: name_of(queue), waiting: text("page.public.waiting", queue), wait: wait_text(queue.wait_s), late: late_text(queue.wait_s),
			person: text("page.public.id_number"), take: text("page.public.take"), said: queue.id === asked ? message() : "" };
	});
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

function is_from_afar(service) {
	return service.remote && service.open;
}

/* The list, the status of the hall in the address and what can be had there, as they are now. */
async function all_of(chosen) {
	const list = (await get("halls")).halls;
	const status = list.some(hall => hall.id === chosen) ? await get("halls/" + chosen + "/status").catch(() => null) : null;
	const there = status === null || status.stale_since !== null ? [] :
	    (await get("halls/" + chosen + "/services")).services.filter(is_from_afar);

	return { list, status, there };
}

async function look() {
	const mine = ++looks, now = await all_of(location.hash.slice(1)).catch(() => null);

	if (mine < shown)
		return;
	shown = mine;
	lost = now === null && heard_ms !== 0;
	if (now !== null) {
		halls = now.list;
		open = now.status;
		services = now.there;
		for (const { as_of } of halls)
			set_zone(as_of);
		heard_ms = Date.now();
	}
	draw();
}

function why(error) {
	const { code, pointer } = error instanceof Refused ? error.problem : {};
	const key = ["page.public.wrong." + pointer, "page.public.refused." + code, "code." + code].find(has_text);

	return code === "hall_offline" ? say("away") : text(key || "page.no_answer", error.problem);
}

/* Pressed again after no answer, it is the same request: the hall gives one number. */
async function take(service, id_number) {
	const path = "halls/" + open.hall + "/tickets", body = { service, lang: language_tag().slice(0, 2) };
	const what = JSON.stringify([path, Object.assign(body, id_number === "" ? {} : { id_number })]);

	if (busy)
		return;
	if (owed === null || owed.what !== what)
		owed = { what, key: random_key() };
	busy = true;
	asked = service;
	message = () => text("page.ticket.sending");
	draw();
	try {
		const { token } = await post_once(path, body, owed.key);

		owed = null;
		message = () => "";
		location.assign("/t/" + token);
	} catch (error) {
		if (!unsure(error))
			owed = null;
		message = () => why(error);
	}
	busy = false;
	draw();
}

async function run() {
	await first_language();
	language_button(find("language"), draw);
	find("halls").addEventListener("submit", event => {
		const { id_number } = event.target.elements;

		event.preventDefault();
		take(event.target.closest("li").dataset.key, id_number.value.trim().toUpperCase());
	});
	window.addEventListener("hashchange", look);
	document.addEventListener("visibilitychange", () => document.hidden || look());
	setInterval(() => document.hidden || look(), EVERY_ms);
	look();
}

run();
