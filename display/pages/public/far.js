/*
 * For who is not in the hall: a ticket from afar, or a time that is booked.
 * Codes of bookings and the last ticket are kept on this phone, and nowhere else.
 */
import { Refused, get, post_once, random_key, unsure } from "../common/api.js";
import { clock_text, date_text, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { has_text, language_tag, name_of, text } from "../common/text.js";

const TICKET = "ticket";	/* as pages/ticket/kept.js keeps it */
const CODES = "bookings", CODES_MAX = 8;

let services = [];		/* those that can be had from afar */
const slots = new Map();	/* id of a service -> its times */
let mine = [];			/* bookings, as halld tells them */
let looks = 0;			/* at those; an answer that comes behind a later one's question is none */
const given_up = new Set();	/* codes: one that was asked for before does not bring them back */
let message = () => "";
let owed = null;		/* {what, key} of a request of which nobody knows what came of it */
let busy = false;

/* Storage may be forbidden: then nothing is kept. */
function stored(key) {
	try {
		return JSON.parse(localStorage.getItem(key));
	} catch (error) {
		return null;
	}
}

/* Those kept there become what change makes of them. */
function keep_codes(change) {
	try {
		localStorage.setItem(CODES, JSON.stringify(change(stored(CODES) || []).slice(-CODES_MAX)));
	} catch (error) {
		/* the code is on the screen */
	}
}

function chosen() {
	return services.find(service => service.id === find("far_service").value);
}

function span_of(slot) {
	return date_text(slot.from, language_tag()) + " " + clock_text(slot.from) + "–" + clock_text(slot.to);
}

/* The options of a choice, in their order; what was chosen stays so while it is there. */
function options(select, items) {
	const before = select.value;

	while (select.options.length > items.length)
		select.remove(items.length);
	items.forEach(({ value, words }, i) => {
		if (select.options[i] === undefined)
			select.add(document.createElement("option"));
		select.options[i].value = value;
		write(select.options[i], words);
	});
	if (items.some(item => item.value === before))
		select.value = before;
}

function draw_mine() {
	fill(find("mine"), find("booking"), mine, booking => booking.code, booking => ({
		code: booking.code,
		what: name_of(booking, "service_name"),
		when: span_of(booking),
		state: text("booking." + booking.state, booking),
		come: text("page.ticket.checkin"),
		give_up: booking.state === "made" ? text("page.public.give_up") : "",
	}));
	find("mine_title").hidden = find("come").hidden = mine.length === 0;
}

export function draw_far() {
	const service = chosen();

	options(find("far_service"), services.map(each => ({ value: each.id, words: name_of(each) })));
	find("far").hidden = services.length === 0 && mine.length === 0;
	find("far_form").hidden = services.length === 0;
	draw_mine();
	write_or_hide(find("far_message"), message());
	if (service === undefined)
		return;
	const times = (slots.get(service.id) || []).filter(slot => slot.left > 0 && Date.parse(slot.from) > now_ms());

	find("far_person").hidden = service.real_name === "none";
	find("far_take").hidden = !service.remote;
	find("far_times").hidden = !service.bookable;
	find("far_book").hidden = times.length === 0;
	write_or_hide(find("far_full"), times.length === 0 ? text("page.public.no_times") : "");
	find("far_slot").hidden = times.length === 0;
	options(find("far_slot"), times.map(slot => ({ value: slot.from + " " + slot.to, words: text("page.public.slot", { time: span_of(slot), left: slot.left }) })));
}

async function load_slots() {
	const service = chosen();

	if (service === undefined || !service.bookable)
		return;
	const answer = await get("slots?service=" + encodeURIComponent(service.id)).catch(() => null);

	if (answer !== null)
		slots.set(service.id, answer.slots);
	draw_far();
}

/* Of GET services; what others took meanwhile, and what became of what was booked here, is asked for as often. */
export function far_services(all) {
	services = all.filter(service => service.remote || service.bookable);
	draw_far();
	load_slots();
	load_mine();
}

function why(error) {
	if (!(error instanceof Refused))
		return text("page.no_answer");
	const { code, pointer } = error.problem;
	const key = code === "bad_request" ? "page.public.wrong." + pointer : "page.public.refused." + code;

	return has_text(key) ? text(key, error.problem) : has_text("code." + code) ? text("code." + code, error.problem) : text("page.no_answer");
}

/* Pressed again after no answer, it is the same request. */
async function ask(path, body, then) {
	const what = JSON.stringify([path, body]);

	if (busy)
		return;
	if (owed === null || owed.what !== what)
		owed = { what, key: random_key() };
	busy = true;
	message = () => text("page.ticket.sending");
	draw_far();
	try {
		const answer = await post_once(path, body, owed.key);

		message = () => "";
		owed = null;
		then(answer);
	} catch (error) {
		if (!unsure(error))
			owed = null;
		message = () => why(error);
		load_slots();		/* another may have been quicker */
	}
	busy = false;
	draw_far();
}

function with_person(body) {
	const number = find("far_id").value.trim().toUpperCase();

	return chosen().real_name === "none" || number === "" ? body : Object.assign(body, { id_number: number });
}

function lang() {
	return language_tag().slice(0, 2);
}

function take() {
	const last = stored(TICKET), body = with_person({ service: chosen().id, remote: true, lang: lang() });

	if (last !== null && typeof last.token === "string")
		body.earlier = last.token;
	ask("tickets", body, ticket => location.assign("/t/" + ticket.token));
}

function book() {
	const [from, to] = find("far_slot").value.split(" ");

	ask("bookings", with_person({ service: chosen().id, from, to, lang: lang() }), booking => {
		mine = mine.concat([booking]);
		keep_codes(codes => codes.concat(booking.code));
		message = () => text("page.public.booked", booking);
		load_slots();
	});
}

function give_up(code) {
	ask("bookings/" + code + "/cancel", {}, () => {
		given_up.add(code);
		mine = mine.filter(booking => booking.code !== code);
		keep_codes(codes => codes.filter(each => each !== code));
		message = () => text("page.public.given_up");
		load_slots();
	});
}

function come(code) {
	ask("bookings/" + code + "/checkin", { code: find("board_code").value.trim() }, ticket => location.assign("/t/" + ticket.token));
}

/* Of a code; null: nothing was heard of it. */
async function booking_of(code) {
	try {
		return await get("bookings/" + encodeURIComponent(code));
	} catch (error) {
		return error instanceof Refused && error.problem.status === 404 ? { code, state: "gone" } : null;
	}
}

/* Those kept on this phone, of which the ones that are over are forgotten.  Meanwhile another may be booked, or given up. */
async function load_mine() {
	const look = ++looks, asked = new Set((stored(CODES) || []).concat(mine.map(booking => booking.code)));
	const answers = (await Promise.all(Array.from(asked, booking_of))).filter(booking => booking !== null && !given_up.has(booking.code));
	const there = answers.filter(booking => ["made", "no_show"].includes(booking.state));

	if (look !== looks)
		return;
	keep_codes(codes => codes.filter(code => there.some(booking => booking.code === code) || !answers.some(booking => booking.code === code)));
	mine = there.concat(mine.filter(booking => !answers.some(each => each.code === booking.code)));
	draw_far();
}

export function begin_far() {
	find("far_service").addEventListener("change", () => { draw_far(); load_slots(); });
	find("far_form").addEventListener("submit", event => event.preventDefault());
	find("far_take").addEventListener("click", take);
	find("far_book").addEventListener("click", book);
	find("mine").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null)
			(button.className === "come" ? come : give_up)(button.closest("li").dataset.key);
	});
}
