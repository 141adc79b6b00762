/*
 * A window's sign on a screen: what the LED sign over it shows (display/sign.c),
 * by the same sentences.  Without contact it goes dark, since an old number
 * must not stay.  With ?rate it also asks for a rating, once it is paired as a
 * display of the window.
 */
import { Refused } from "../common/api.js";
import { clock_text, hall_ms, now_ms } from "../common/clock.js";
import { evacuation_text } from "../common/closed.js";
import { find, write, write_or_hide } from "../common/dom.js";
import { follow } from "../common/live.js";
import { become } from "../common/pair.js";
import { paused_text } from "../common/paused.js";
import { first_language, name_of, text } from "../common/text.js";
import { fit } from "./fit.js";
import { ratings } from "./rate.js";

const EVERY_ms = 300;
const NEWS_ms = 5000;		/* a call older than this has flashed, here or elsewhere */

const no = Number(location.pathname.split("/").pop());
const rates = new URLSearchParams(location.search).has("rate");
const rating = ratings(no, draw_rating);
let hall;
let paired = false, pairing = false;
let code = "";			/* to be typed in, where it is not paired */
let flashed = "";		/* the call that flashed last */

function services(place) {
	const queues = new Map(hall.status.queues.map(queue => [queue.id, queue]));

	return place.services.map(id => name_of(queues.get(id))).join(text("sign.join"));
}

/* The sentence of the sign, as display/sign.c has them. */
function key_of(place) {
	if (hall.status.state === "suspended")
		return "sign.suspended";
	return ["idle", "calling", "serving"].includes(place.state) ? "sign." + place.state : "sign.closed";
}

/* The number stands by itself, very large, and the rest of the sentence below it. */
function parts(place) {
	if (hall.status.evacuation)
		return { number: "", words: evacuation_text(hall.status) };
	if (place.state === "paused" && hall.status.state !== "suspended")
		return { number: "", words: paused_text(place) };

	const key = key_of(place);
	const has_number = text(key, { number: "\0" }).includes("\0");

	return {
		number: has_number ? place.ticket : "",
		words: text(key, { number: "", window: no, services: services(place) }).trim(),
	};
}

function fit_all() {
	for (const id of ["number", "words"])
		if (!find(id).hidden)
			fit(find(id));
}

/* A call that is new flashes. */
function flash(place) {
	const call = hall.status.calls.find(each => each.window === no && each.number === place.ticket);
	const id = place.state === "calling" && call !== undefined ? hall.status.epoch + "-" + call.seq : "";

	if (id === flashed)
		return;
	flashed = id;
	document.querySelector("main").classList.remove("news");
	if (id === "" || now_ms() - Date.parse(call.at) > NEWS_ms)
		return;
	document.querySelector("main").getBoundingClientRect();	/* so that it begins anew */
	document.querySelector("main").classList.add("news");
}

function draw_sign(place) {
	const { number, words } = parts(place);
	const before = find("number").textContent + "\n" + find("words").textContent;

	find("number").hidden = number === "";
	write(find("number").firstElementChild, number);
	write(find("words").firstElementChild, words);
	if (before !== number + "\n" + words)
		fit_all();
	flash(place);
}

function draw_rating() {
	const asks = rates && paired && rating.number !== "" && !document.body.classList.contains("dark");
	const given = ["kept", "given"].includes(rating.is);

	find("rate").hidden = !asks;
	if (asks) {
		write(find("ask"), text("page.sign.rate.ask", { number: rating.number }));
		write_or_hide(find("said"), given || rating.is === "failed" ?
		    text(rating.is === "kept" ? "page.sign.rate.kept" : rating.is === "given" ? "page.ticket.rated" : "page.no_answer") : "");
		find("grades").hidden = find("anonymous").hidden = given;
		find("change").hidden = rating.is !== "kept";
		for (const button of document.querySelectorAll("#grades button"))
			button.setAttribute("aria-disabled", rating.is === "sending");
	}
}

async function pair() {
	pairing = true;
	await become("display", session => ["display", "window"].includes(session.role) && session.window === no,
	    digits => { code = digits; draw(); });
	code = "";
	pairing = false;
	paired = true;
	draw();
}

function follow_rating(place) {
	if (!rates || pairing)
		return;
	if (!paired) {
		pair();
		return;
	}
	rating.follow(place).catch(error => {
		paired = paired && !(error instanceof Refused && ["unauthorized", "forbidden"].includes(error.problem.code));
	});
}

function draw() {
	const place = hall.status === null ? undefined : hall.status.windows.find(each => each.no === no);
	const dark = !hall.live || place === undefined;

	document.body.className = dark ? "dark" : key_of(place).replace(/^sign\./, "").replace(/_.*/, "");
	document.body.classList.toggle("rates", rates);
	write_or_hide(find("lost"), hall.live ? "" : text("page.lost_since", { time: clock_text(hall_ms(hall.heard_ms)) }));
	if (dark) {
		write(find("number").firstElementChild, "");
		write(find("words").firstElementChild, "");
		flashed = "";
	} else {
		draw_sign(place);
		follow_rating(place);
	}
	write_or_hide(find("pair"), code === "" || dark ? "" : text("page.sign.pair", { code, window: no }));
	draw_rating();
}

async function run() {
	await first_language();
	document.title = text("page.sign.title", { window: no });
	write(find("title"), document.title);
	for (const button of document.querySelectorAll("#grades button"))
		button.addEventListener("click", event => {
			if (event.detail < 2)
				rating.choose(Number(button.value));
		});
	find("change").addEventListener("click", () => rating.change());
	hall = follow(EVERY_ms, draw);
	draw();
	setInterval(draw, 1000);
	new ResizeObserver(fit_all).observe(document.querySelector("main"));
}

run();
