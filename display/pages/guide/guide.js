/*
 * The guide's desk: finding a ticket and what can be done with it, tickets for
 * others, bookings, who missed a call, who calls for help at a kiosk or window, what
 * has no window, which printer asks about its paper.  What is shown are
 * halld's last answers, asked for anew whenever something changes in the hall.
 */
import { new_chime } from "../common/chime.js";
import { get, post_once, unsure, Refused } from "../common/api.js";
import { clock_text, day_text, hall_ms, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { follow } from "../common/live.js";
import { new_ready } from "../common/ready.js";
import { new_session } from "../common/session.js";
import { first_language, has_text, language_button, name_of, text } from "../common/text.js";
import { commands } from "./commands.js";
import { code_of, new_bookings } from "./bookings.js";
import { begin_camera } from "./camera.js";
import { new_clock } from "./clock.js";
import { new_issue } from "./issue.js";

const EVERY_ms = 1000;
const RETRY_ms = 2000;
const SLOW_ms = 4000;		/* what changes seldom, or is long, is asked for at most so often */
const MISSED_s = 900;
const ROLES = ["clerk", "guide", "manager", "inspector", "admin"];
const DESK = ["guide", "manager", "admin"];		/* who issue tickets, and say what is in a printer */
const nothing = { kind: "", words: () => "" };

let view = { services: [], classes: [], missed: [], help: [], alarms: [], rolls: [], paper: [] };	/* halld's last answers */
let changes = 0, seen = 0;		/* of the hall as far as we heard; how many of them the view has */
let slow_seen = -1, slow_at_ms = -Infinity;	/* likewise of what is asked for seldom; when */
let loading = false;
let orders = 0;				/* that were answered; what was asked for before that may be older */
let found = [];				/* what the last search found */
let ticket = null;			/* the one that is shown */
let choosing = null;			/* the command whose object is being chosen */
let picked = null;			/* the object, when a reason is still to be given */
let papers = "";			/* the print that somebody has seen come out */
let rung = [];				/* services without a window that the chime has told */
let busy = false;			/* an answer is awaited */
let message = nothing;
let chime = null;			/* once the page was touched: sound is not allowed before */
let hall, session, issue, bookings, ready, clock;

function sentence(error) {
	if (unsure(error))
		return text("page.window.unsure");
	if (!(error instanceof Refused))
		return text("page.no_answer");
	const problem = error.problem;

	if (problem.code === "bad_request" && problem.pointer === "/id_number")
		return text("page.public.wrong./id_number");
	if (problem.code === "too_soon" && problem.opens)
		return text("page.guide.checkin_from", { time: clock_text(problem.opens) });
	if (problem.code === "not_allowed" && has_text("leg." + problem.state))
		return text("page.guide.not_now", { state: text("leg." + problem.state) });
	return has_text("code." + problem.code) ? text("code." + problem.code, problem) : problem.title;
}

/* words() gives them in the language of the moment. */
function say(kind, words) {
	message = { kind, words };
	draw();
}

function failed(error) {
	if (error instanceof Refused && error.problem.status === 401)
		session.ended();
	say("refused", () => sentence(error));
}

/* What has changed about tickets that are on the page. */
function renewed(tickets) {
	for (const each of tickets) {
		found = found.map(old => old.number === each.number ? each : old);
		if (ticket !== null && ticket.number === each.number)
			ticket = each;
	}
}

/* Who calls for help, windows first, and where a kiosk gives too many tickets; what is answered goes below path. */
function calls() {
	return view.alarms.map(each => ({ id: "window " + each.window, path: "windows/" + each.window + "/alarm/", body: {},
		from: text("page.window_no", each), what: "", since: each.since, answered: each.answered, by: each.helper }))
	    .concat(view.help.filter(each => each.until === null || Date.parse(each.until) > now_ms()).map(each => ({
		id: "kiosk " + each.busy + " " + each.kiosk, path: "help/" + encodeURIComponent(each.kiosk) + "/", body: { busy: each.busy },
		from: each.kiosk, what: each.busy ? text("page.guide.busy") : "",
		since: each.called_at, answered: each.answered_at !== null, by: each.by })));
}

function unanswered() {
	return calls().filter(each => !each.answered).map(each => each.id + each.since);
}

/* Services for which people wait and no window is open. */
function unserved() {
	return hall.status === null ? [] : hall.status.queues.filter(each => each.alarm);
}

/* Once for each time that a service has no window. */
function ring_unserved() {
	const ids = unserved().map(each => each.id);

	if (chime !== null && !chime.silent() && ids.some(id => !rung.includes(id))) {
		chime.ring();
		rung = ids;
	}
	rung = rung.filter(id => ids.includes(id));
}

async function ask_slow() {
	const heard = changes, before = orders, [devices] = await Promise.all([get("devices"), bookings.load()]);

	view.rolls = devices.devices.filter(each => each.roll_asked);
	view.paper = devices.devices.filter(each => each.ends_at && day_text(each.ends_at) === day_text(now_ms()));
	slow_seen = heard;
	if (before === orders)
		slow_at_ms = performance.now();
}

async function ask() {
	const done = orders;

	if (performance.now() - slow_at_ms > SLOW_ms)
		await ask_slow();
	const [services, missed, help, alarms, mine] = await Promise.all([get("services"), get("tickets?missed_s=" + MISSED_s),
		get("help"), get("alarms"), ticket === null ? { tickets: [] } : get("tickets?number=" + encodeURIComponent(ticket.number))]);
	const before = unanswered();

	view = { services: services.services, classes: services.classes, missed: missed.tickets, help: help.help, alarms: alarms.alarms,
		rolls: view.rolls, paper: view.paper, role: session.role };
	if (chime !== null && unanswered().some(each => !before.includes(each)))
		chime.ring();
	issue.set_hall(view);
	bookings.set_services(view.services);
	if (done === orders)
		renewed(mine.tickets);
}

/* Ask until the view has all changes; after a failure the timer asks again. */
async function load() {
	const heard = changes, who = session.name;

	if (loading || who === null)
		return;
	loading = true;
	const answered = await ask().then(() => true, error => {
		if (error instanceof Refused && error.problem.status === 401 && who === session.name)
			session.ended();
		return false;
	});

	loading = false;
	if (answered)
		seen = heard;
	draw();
	if (answered && seen !== changes)
		load();
}

function changed() {
	changes++;
	draw();
	load();
}

/* A code from paper has the ticket's token; three digits and another or X end an ID number. */
function query_of(word) {
	const token = /\/t\/([\w-]+)/.exec(word);

	return token !== null ? "token=" + token[1] :
	    /^\d{3}[\dXx]$/.test(word) ? "last=" + word : "number=" + encodeURIComponent(word);
}

/* It was about that one ticket. */
function forget_typed() {
	find("words").value = find("other_number").value = "";
}

function show(one) {
	bookings.hide();
	forget_typed();
	ticket = one;
	choosing = picked = null;
	message = nothing;
	draw();
}

function show_booking(booking) {
	show(null);
	found = [];
	bookings.show(booking);
	draw();
	find("booking").scrollIntoView({ block: "nearest" });
}

/* Of this code; null: there is none, and it may be something else. */
async function booking_of(code) {
	try {
		return code === "" ? null : await get("bookings/" + code);
	} catch (error) {
		if (error instanceof Refused && error.problem.status === 404)
			return null;
		throw error;
	}
}

async function search(word) {
	if (busy || word === "")
		return;
	busy = true;
	try {
		const booking = await booking_of(code_of(word));

		if (booking !== null) {
			find("sought").value = "";
			show_booking(booking);
			busy = false;
			return;
		}
		let answer = await get("tickets?" + query_of(word));

		if (answer.tickets.length === 0 && /^\d{4}$/.test(word))
			answer = await get("tickets?number=" + word);
		found = answer.tickets.filter(each => each.number !== null).reverse();
		show(found.length === 1 ? found[0] : null);
		find("sought").value = "";
		if (found.length === 0)
			say("refused", () => text("code.unknown_ticket"));
	} catch (error) {
		failed(error);
	}
	busy = false;
	draw();
}

async function order(path, body, done) {
	if (busy)
		return;
	busy = true;
	say("sending", () => text("page.window.sending"));
	try {
		const answer = await post_once(path, body);

		orders++;
		done(answer);
	} catch (error) {
		failed(error);
	}
	busy = false;
	slow_at_ms = -Infinity;
	changed();
}

/* typed: where it was said; it stays there until it was taken. */
function press(command, body, typed) {
	const number = ticket.number;

	order("tickets/" + encodeURIComponent(number) + "/" + command.id, body, answer => {
		renewed([answer]);
		if (typed !== undefined)
			typed.value = "";
		if (!command.stays)
			choosing = picked = null;
		say("told", () => text("page.guide.done", { number, command: text("page.guide.command." + command.id) }));
	});
}

function came(one) {
	show(one);
	say("told", () => text("page.guide.done", { number: one.number, command: text("page.guide.command.checkin") }));
}

function issued(tickets, error) {
	const numbers = tickets.map(each => each.number).join(" ");

	if (error !== null)
		return failed(error);
	found = tickets.length > 1 ? tickets : [];
	show(tickets.length === 1 ? tickets[0] : null);
	say("told", () => text("page.guide.issued", { numbers }));
}

function joined(texts) {
	return texts.filter(each => each !== "").join(" · ");
}

function what_of(each) {
	return joined([name_of(each, "service_name"), each.ordinary ? "" : name_of(each, "class_name"),
		...each.needs.map(need => text("page.guide.need." + need))]);
}

function how_of(each) {
	return joined([text("leg." + each.state), each.window === null ? "" : text("page.window_no", each),
		each.linked.length === 0 ? "" : text("page.guide.linked", { numbers: each.linked.join(" ") }),
		each.void ? text("page.guide.command.void") : ""]);
}

function draw_tickets(list, tickets) {
	fill(list, find("ticket_row"), tickets, each => each.number, each => ({ number: each.number, what: what_of(each), how: how_of(each) }));
}

function draw_ticket() {
	const shown = ticket !== null, can = shown && session.role !== "inspector" ? commands.filter(each => each.may(ticket, view)) : [];

	find("ticket").hidden = !shown;
	if (!can.includes(choosing))
		choosing = picked = null;
	if (!shown)
		return;
	write(find("number"), ticket.number);
	write(find("what"), what_of(ticket));
	write(find("how"), how_of(ticket));
	draw_paper();
	fill(find("commands"), find("command"), can, each => each.id, (each, button) => {
		button.setAttribute("aria-expanded", each === choosing);
		return { name: text("page.guide.command." + each.id) };
	});
	find("choices").hidden = choosing === null;
	find("other").hidden = choosing === null || choosing.id !== "link";
	write_or_hide(find("choices_title"), choosing === null ? "" : text("page.guide.command." + choosing.id));
	fill(find("options"), find("button_row"), choosing === null ? [] : choosing.options(ticket, view), each => each.id, draw_option);
	find("reasoning").hidden = choosing === null || !choosing.words || (choosing.proofs !== undefined && picked === null);
	find("proofs_title").hidden = picked === null;
	fill(find("proofs"), find("button_row"), picked === null ? [] : choosing.proofs(picked), each => each.id, draw_option);
}

function draw_option(option, row) {
	const pressed = choosing.proofs !== undefined && option.pressed === undefined && option.body.reason === undefined ?
	    picked !== null && picked.id === option.id : option.pressed;

	if (pressed !== undefined)
		row.firstElementChild.setAttribute("aria-pressed", pressed);
	else
		row.firstElementChild.removeAttribute("aria-pressed");
	return { name: option.name, note: option.note || "" };
}

function paper_of(one) {
	return one.number + " " + one.print + " " + one.reprint;
}

/* Did the ticket come out? */
function draw_paper() {
	const asks = session.role !== "inspector" && ["unconfirmed", "failed"].includes(ticket.print) && papers !== paper_of(ticket);

	find("paper").hidden = !asks;
	write(find("paper_asks"), asks ? text("page.guide.print." + ticket.print) : "");
	find("print_again").hidden = !commands.find(each => each.id === "reprint").may(ticket);
}

function draw_help() {
	find("calls").hidden = calls().length === 0;
	fill(find("helps"), find("help_row"), calls(), each => each.id, each => ({
		from: each.from,
		what: each.what,
		when: clock_text(each.since),
		by: each.answered ? text("page.guide.goes", { name: each.by || "" }) : "",
		go: session.role === "inspector" ? "" : text(each.answered ? "page.guide.over" : "page.guide.go"),
	}));
}

function draw_unserved() {
	find("unserved").hidden = unserved().length === 0;
	fill(find("unserved_list"), find("unserved_row"), unserved(), each => each.id, each => ({
		name: name_of(each),
		how: text("page.guide.unserved_row", { waiting: each.waiting,
			time: each.alarm_since === null ? "" : clock_text(each.alarm_since) }),
	}));
	ring_unserved();
}

function draw_rolls() {
	const rolls = DESK.includes(session.role) ? view.rolls : [];

	find("rolls").hidden = rolls.length === 0;
	fill(find("roll_list"), find("roll_row"), rolls, each => each.id, each => ({
		printer: each.id, ask: text("page.guide.roll_ask"), new: text("page.guide.roll_new"), same: text("page.guide.roll_same"),
	}));
}

/* Rolls that end today. */
function draw_ends() {
	find("ends").hidden = view.paper.length === 0;
	fill(find("ends_list"), find("ends_row"), view.paper, each => each.id, each => ({
		printer: each.id, ends: text("page.guide.paper_ends", { time: clock_text(each.ends_at) }),
	}));
}

function draw() {
	session.draw();
	document.title = text("page.guide.title");
	if (session.name !== null) {
		find("found").hidden = found.length < 2;
		draw_tickets(find("tickets"), found.length < 2 ? [] : found);
		draw_ticket();
		find("missed").hidden = view.missed.length === 0;
		draw_tickets(find("late"), view.missed);
		draw_help();
		draw_unserved();
		draw_rolls();
		ready.draw();
		clock.draw();
		draw_ends();
		bookings.draw();
		find("issue").hidden = !DESK.includes(session.role);
		issue.draw();
	}
	write_or_hide(find("message"), message.words());
	find("message").className = message.kind;
	write_or_hide(find("lost"), hall.live ? "" : text("page.lost_old", { time: clock_text(hall_ms(hall.heard_ms)) }));
}

/* The key of the row or button that was touched; undefined: none. */
function key_of(event) {
	const node = event.target.closest("[data-key]");

	return node === null || event.target.closest("button") === null ? undefined : node.dataset.key;
}

function ticket_touched(list) {
	return event => {
		const one = list().find(each => each.number === key_of(event));

		if (one !== undefined)
			show(one);
	};
}

function command_touched(event) {
	const command = commands.find(each => each.id === key_of(event));

	if (command === undefined || busy)
		return;
	if (command.at_once)
		return press(command, {});
	choosing = command === choosing ? null : command;
	picked = null;
	message = nothing;
	draw();
}

function option_touched(event) {
	const option = choosing === null ? undefined : choosing.options(ticket, view).find(each => each.id === key_of(event));

	if (option === undefined)
		return;
	if (choosing.proofs === undefined)
		return press(choosing, option.body);
	picked = option;
	draw();
}

/* The reason of what was picked, or, where nothing is to be picked, of the command. */
function press_for(reason, typed) {
	press(choosing, Object.assign({ reason }, picked === null ? {} : picked.body), typed);
}

function proof_touched(event) {
	const proof = picked === null ? undefined : choosing.proofs(picked).find(each => each.id === key_of(event));

	if (proof !== undefined)
		press_for(proof.body.reason);
}

function words_said(event) {
	event.preventDefault();
	press_for(find("words").value.trim(), find("words"));
}

function link(event) {
	event.preventDefault();
	press(choosing, { number: find("other_number").value.trim().toUpperCase() }, find("other_number"));
}

function help_touched(event) {
	const call = calls().find(each => each.id === key_of(event));

	if (call !== undefined)
		order(call.path + (call.answered ? "end" : "answer"), call.body, () => { message = nothing; });
}

function roll_touched(event) {
	const id = key_of(event);

	if (id !== undefined)
		order("devices/" + encodeURIComponent(id) + "/roll", { new: event.target.closest("button").className === "new", asked: true },
		    () => { message = nothing; });
}

function session_changed() {
	found = [];
	ticket = choosing = picked = null;
	slow_at_ms = -Infinity;
	message = nothing;
	for (const part of [issue, bookings, clock])
		part.start_over();
	forget_typed();
	find("sought").value = "";
	hall.reconnect();	/* a stream tells more to who is signed in */
	ready.load();
	changed();
}

async function run() {
	await first_language();
	session = new_session({ changed: session_changed, sentence, refused: words => say("refused", words), roles: ROLES });
	issue = new_issue(issued);
	ready = new_ready({ may: () => session.name !== null && session.role !== "clerk" });
	clock = new_clock({ may: () => session.name !== null && session.role !== "inspector", sentence });
	bookings = new_bookings(order, came, show_booking);
	hall = follow(EVERY_ms, changed, ["help.called", "kiosk.busy", "panic.raised"]);
	language_button(find("language"), draw);
	find("search").addEventListener("submit", event => {
		event.preventDefault();
		search(find("sought").value.trim());
	});
	begin_camera(code => search(code.trim()), () => say("refused", () => text("page.guide.no_camera")));
	find("other").addEventListener("submit", link);
	find("tickets").addEventListener("click", ticket_touched(() => found));
	find("late").addEventListener("click", ticket_touched(() => view.missed));
	find("commands").addEventListener("click", command_touched);
	find("options").addEventListener("click", option_touched);
	find("proofs").addEventListener("click", proof_touched);
	find("reasoning").addEventListener("submit", words_said);
	find("helps").addEventListener("click", help_touched);
	find("roll_list").addEventListener("click", roll_touched);
	find("print_again").addEventListener("click", () => press(commands.find(each => each.id === "reprint"), {}));
	find("came_out").addEventListener("click", () => { papers = paper_of(ticket); draw(); });
	find("leave").addEventListener("click", () => show(null));
	for (const touch of ["click", "keydown"])
		document.addEventListener(touch, () => { chime = chime || new_chime(() => {}); }, { once: true });
	setInterval(() => {
		if (session.name !== null)
			draw();			/* what is over by itself */
		if (seen !== changes || slow_seen !== changes)
			load();
	}, RETRY_ms);
	while (session.name === null && !(await session.start().then(() => true, () => false)))
		await new Promise(done => setTimeout(done, RETRY_ms));
}

run();
