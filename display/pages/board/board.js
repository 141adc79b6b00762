/*
 * The board of a hall, or with ?zone= of a zone: who is called where, how many
 * wait, which windows are paused.  It runs for weeks on a screen nobody touches.
 * A new call rings, unless ?quiet.  With ?code it shows the code by which phones
 * check in; it must be paired, so that the code is seen in the hall alone.
 */
import { get, sleep } from "../common/api.js";
import { clock_text, date_text, hall_ms, now_ms } from "../common/clock.js";
import { evacuation_text, hall_text, notice_text } from "../common/closed.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { follow } from "../common/live.js";
import { become } from "../common/pair.js";
import { paused_text } from "../common/paused.js";
import { first_language, language_tag, name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";
import { call_memory, newest_calls } from "./calls.js";
import { new_chime } from "../common/chime.js";

const EVERY_ms = 300;
const URGENT = ["ticket.called", "ticket.recalled", "hall.evacuated", "hall.suspended", "hall.resumed"];
const CALLS = 6, PAUSES = 2;			/* rows there is room for */
const TURN_ms = 8000;				/* a list with more is shown in turns of this */
const CODE_AGAIN_ms = 5000, CODE_LEAST_ms = 1000;
const LONG = 5;					/* letters of a number; more are written smaller */

const wishes = new URLSearchParams(location.search);
const zone = wishes.get("zone");
const memory = call_memory();
let hall;
let chime = null;				/* null: it is not to ring */

function windows() {
	return hall.status.windows.filter(place => zone === null || String(place.zone) === zone);
}

/* Those items whose turn it is now, when so many are shown at once. */
function turn(items, rows) {
	const turns = Math.max(1, Math.ceil(items.length / rows));
	const begin = Math.floor(Date.now() / TURN_ms) % turns * rows;

	return items.slice(begin, begin + rows);
}

/* How many rows fit into a list, which may have columns; one before there is any to measure. */
function room(list) {
	const row = list.firstElementChild;

	return row === null ? 1 : Math.max(1, Math.floor(list.clientHeight / row.offsetHeight)) *
	    Math.floor(list.clientWidth / row.offsetWidth);
}

function draw_calls() {
	const status = hall.status;
	const places = windows();
	const calls = newest_calls(status, no => places.some(place => place.no === no), now_ms(), CALLS);
	let news = false;

	fill(find("calls"), find("call"), calls, call => status.epoch + "-" + call.seq, (call, row) => {
		const place = places.find(each => each.no === call.window);
		const calling = place.state === "calling" && place.ticket === call.number;

		if (memory.news(status, call, now_ms())) {
			row.classList.add("news");
			news = true;
		}
		row.classList.toggle("calling", calling);
		row.classList.toggle("long", call.number.length > LONG);
		return { number: call.number, go: calling ? text("page.board.go") : "", window: text("page.window_no", call) };
	});
	write_or_hide(find("nothing"), places.length === 0 ? text("page.board.no_zone", { zone }) :
	    calls.length === 0 ? text("page.board.nothing") : "");
	write(find("newest"), calls.length > 0 ? text("sign.calling", calls[0]) : "");
	memory.seen(status);
	if (news && chime !== null)
		chime.ring();
}

/* The line of its wait has room for one sentence: that it may be too late matters more. */
function queue_texts(queue) {
	return { name: name_of(queue), waiting: String(queue.waiting), wait: late_text(queue.wait_s) || wait_text(queue.wait_s) };
}

function draw_queues() {
	const here = new Set([].concat(...windows().map(place => place.services)));
	const queues = hall.status.queues.filter(queue => zone === null || here.has(queue.id));

	find("queues").classList.toggle("waits", queues.some(queue => queue.wait_s));
	fill(find("queues"), find("queue_row"), turn(queues, room(find("queues"))), queue => queue.id, queue_texts);
}

function draw_pauses() {
	const pauses = windows().filter(place => place.state === "paused");

	fill(find("pauses"), find("pause"), turn(pauses, PAUSES), place => place.no, place => ({
		window: text("page.window_no", { window: place.no }),
		go: paused_text(place),
	}));
	find("paused").hidden = pauses.length === 0;
}

function draw_clock() {
	write(find("time"), clock_text(now_ms()));
	write(find("date"), date_text(now_ms(), language_tag()));
}

/* What stands still for years burns into a screen: all of it moves a little, minute by minute. */
function shift() {
	const minute = Math.floor(now_ms() / 60000);

	document.body.style.transform = `translate(-${minute % 5}px, -${Math.floor(minute / 5) % 5}px)`;
}

function draw() {
	draw_clock();
	shift();
	find("silent").hidden = chime === null || !chime.silent();
	write_or_hide(find("lost"), hall.live ? "" : text("page.lost_old", { time: clock_text(hall_ms(hall.heard_ms)) }));
	if (hall.status === null)
		return;
	write(find("hall"), name_of(hall.status));
	write_or_hide(find("state"), hall.status.state === "open" ? notice_text(hall.status) : hall_text(hall.status));
	write_or_hide(find("evacuation"), evacuation_text(hall.status));
	draw_calls();
	draw_pauses();
	draw_queues();		/* as many as there is room for, now that all else has its own */
}

/* The code of the minute, or what is to be typed in so that there is one. */
async function watch_code() {
	for (;;) {
		await become("display", session => session.role !== "kiosk",
		    digits => write_or_hide(find("checkin"), text("page.board.pair", { digits })));
		const answer = await get("board").catch(() => null);

		write_or_hide(find("checkin"), answer === null ? "" : text("page.board.code", answer));
		await sleep(answer === null ? CODE_AGAIN_ms : Math.max(CODE_LEAST_ms, Date.parse(answer.until) - now_ms()));
	}
}

async function run() {
	await first_language();
	hall = follow(EVERY_ms, draw, URGENT);
	if (!wishes.has("quiet"))
		chime = new_chime(draw);
	if (wishes.has("code"))
		watch_code();
	setInterval(draw, 1000);
}

run();
