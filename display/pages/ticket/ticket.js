/*
 * A visitor's own ticket, on a phone.  What is shown is halld's last answer,
 * with its time: through lost signal it stays until there is a newer one.
 */
import { get, post_once, random_key, unsure, Refused, Stale } from "../common/api.js";
import { clock_text, hall_ms, now_ms, set_zone } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { first_language, has_text, language_button, name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";
import { alarm, can_vibrate } from "./alarm.js";
import { awaits_call, can_check_in, can_rate, commands, newly_called, rose, undone } from "./commands.js";
import { keep, keep_page, kept } from "./kept.js";
import { choose_way, draw_ways, leave_ms, may_leave, way_of } from "./way.js";

const token = location.pathname.split("/").pop();
const BACKOFF_ms = 2000, BACKOFF_MAX_ms = 15000;
const FAILED_MAX = 2;		/* looks without an answer before we say so: a restart takes less */
const SHORT = 4;		/* a number with more characters is set smaller */
const nothing = () => "";

const bell = alarm();
let view = null;		/* halld's last answer about the ticket */
let known_ms = 0;		/* when it was the truth, by this machine's clock */
let hall = null;		/* one snapshot, for the hall's name */
let gone = "";			/* why there is no such ticket: "unknown", or "over" once it has been one */
let change = nothing;		/* why it waits longer than it seemed, in the language of the moment */
let answers = 0;		/* of both kinds; an answer asked for before another came may be the older one */
let failed = 0;			/* looks without an answer, in a row */
let pressed = null;		/* id of the command whose answer is awaited */
let owed = null;		/* {what, key} of a press without an answer: made again it is the same one */
let asking = false;		/* for the second touch */
let sent = false;		/* the alarm has told that it is time to leave */
let message = nothing;		/* about the last press, in the language of the moment */
let wake = () => {};		/* ends the pause between two looks; during a look, the one after it */

/* Words for what happened to the ticket between two looks; what was said goes when something else changes. */
function change_since(before, ticket) {
	const kinds = rose(before, ticket);

	if (undone(before, ticket))
		return () => text("page.ticket.undone");
	if (kinds.length > 0)
		return () => text("page.ticket.rose", { why: kinds.map(kind => text("page.ticket.rose." + kind)).join(text("page.semicolon")) });
	return before.state === ticket.state && before.ahead === ticket.ahead ? change : nothing;
}

/* Show an answer asked for when there had been so many before. */
function show(answer, before) {
	if (before !== answers)
		return;
	const first = view === null;

	if (!first && newly_called(view, answer))
		bell.ring();
	change = first ? nothing : change_since(view, answer);
	view = answer;
	if (pressed === null && owed !== null) {
		owed = null;		/* what came of it is seen now */
		message = nothing;
	}
	known_ms = Date.now();
	keep(token, view, known_ms);
	answers++;
	set_zone(view.issued_at);
	asking = asking && commands.some(command => command.asks && command.may(view));
	if (first)
		first_language(view.lang).then(draw);
}

/* What was the truth then, said to be old at once. */
function show_old(ticket, then_ms) {
	view = ticket;
	known_ms = then_ms;
	failed = Math.max(failed, FAILED_MAX);
	set_zone(view.issued_at);
	first_language(view.lang).then(draw);
}

/* The page was opened without signal: what was known when it was open before. */
function recall() {
	const last = kept(token);

	if (last !== null)
		show_old(last.view, last.known_ms);
}

/* Look once.  Returns the time until the next look, or 0: there is nothing more to see. */
async function look() {
	const before = answers;

	try {
		const answer = await get("tickets/" + token);

		failed = 0;
		show(answer, before);
		return answer.poll_after_s * 1000;
	} catch (error) {
		const problem = error instanceof Refused ? error.problem : {};

		if (problem.status === 404 || problem.status === 410) {
			gone = problem.status === 410 || view !== null ? "over" : "unknown";
			failed = 0;
			return 0;
		}
		failed++;
		if (error instanceof Stale && error.said_ms > known_ms)
			show_old(error.value, error.said_ms);
		else if (view === null)
			recall();
		return Math.max((problem.retry_s || 0) * 1000, Math.min(BACKOFF_ms * failed, BACKOFF_MAX_ms));
	}
}

async function name_hall() {
	hall = await get("status").catch(() => null);
	draw();
}

async function watch() {
	for (let wait_ms = 1; wait_ms > 0;) {
		let woken = false;

		wake = () => { woken = true; };
		wait_ms = await look();
		draw();
		if (hall === null && failed === 0)
			name_hall();
		await new Promise(done => {
			wake = done;
			setTimeout(done, woken ? 0 : wait_ms);
		});
	}
}

/* Each press is one request; while it is under way no other is made. */
async function press(id, body) {
	const before = answers, what = JSON.stringify([id, body]);

	if (pressed !== null)
		return;
	if (owed === null || owed.what !== what)
		owed = { what, key: random_key() };
	const key = owed.key;
	pressed = id;
	asking = false;
	say(() => text("page.ticket.sending"));
	try {
		show(await post_once("tickets/" + token + "/" + id, body, key), before);
		owed = null;
		message = nothing;
	} catch (error) {
		if (!unsure(error))
			owed = null;
		const refused = error instanceof Refused ? error.problem.code : "";
		const key = id === "checkin" && refused === "bad_request" ? "page.ticket.checkin.wrong" : "code." + refused;

		message = () => has_text(key) ? text(key, error.problem) : text("page.no_answer");
	}
	pressed = null;
	draw();
	wake();
}

function say(words) {
	message = words;
	draw();
}

function ask(asks) {
	asking = asks;
	draw();
	find(asks ? "no" : "cancel").focus();
}

/* The second click of a double click is none. */
function clicked(command, event) {
	if (event.detail > 1)
		return;
	if (command.asks)
		ask(true);
	else
		press(command.id, command.body);
}

function rating() {
	const checked = Array.from(document.querySelectorAll("#rating input:checked"));
	const comment = find("comment").value.replace(/\s+/g, " ").trim();
	const body = {
		grade: Number(checked.find(input => input.name === "grade").value),
		options: checked.filter(input => input.name === "option").map(input => input.value),
	};

	return comment === "" ? body : Object.assign(body, { comment });
}

function place_text() {
	const place = name_of(view, "place");

	return place === "" || !(awaits_call(view) || view.state === "called" || view.state === "serving") ? "" :
	    text("page.ticket.place", { place });
}

/* Another day's time that it has instead. */
function booked_text({ code, from, to }) {
	return text("page.ticket.hint.booked", { code: code.slice(0, 4) + "-" + code.slice(4), date: from.slice(0, 10),
		from: clock_text(from), to: clock_text(to) });
}

function hint_text() {
	if (view.booking)
		return booked_text(view.booking);
	if (view.state === "reserved" && view.checkin_until !== null)
		return text("page.ticket.reached", { time: clock_text(view.checkin_until) });
	if (view.state === "waiting" && view.deferred)
		return text("page.ticket.deferred");
	return has_text("page.ticket.hint." + view.state) ? text("page.ticket.hint." + view.state) : "";
}

function ahead_text() {
	return view.ahead === null ? "" : view.ahead === 0 ? text("page.ticket.ahead_none") : text("ticket.ahead", view);
}

/* A state that has no sentence of its own here is called what staff call it. */
function state_text() {
	const key = "page.ticket.state." + (view.booking ? "booked" : view.state);

	return has_text(key) ? text(key, view) : text("leg." + view.state);
}

function draw_ticket() {
	const at_window = view.state === "serving" && view.window !== null;

	find("now").className = view.state;
	write_or_hide(find("service"), name_of(view, "service_name"));
	write(find("state"), state_text() + (at_window ? " · " + text("page.window_no", view) : ""));
	write_or_hide(find("ahead"), ahead_text());
	write_or_hide(find("change"), change());
	write_or_hide(find("wait"), wait_text(view.wait_s));
	write_or_hide(find("late"), late_text(view.wait_s));
	write_or_hide(find("place"), place_text());
	write_or_hide(find("class"), view.ordinary === false ? text("ticket.class", { class: name_of(view, "class_name") }) : "");
	write_or_hide(find("hint"), hint_text());
	write_or_hide(find("issued"), text("page.ticket.issued", { time: clock_text(view.issued_at) }));
	write_or_hide(find("from"), text("page.data_from", { time: clock_text(hall_ms(known_ms)) }));
	find("steps").hidden = view.legs.length < 2;
	fill(find("legs"), find("leg"), view.legs, leg => leg.service, (leg, row) => {
		row.className = leg.state;
		return { name: name_of(leg, "service_name"), stands: text("leg." + leg.state) };
	});
}

function draw_gone() {
	find("now").className = gone;
	write(find("state"), text("page.ticket.gone." + gone));
	write_or_hide(find("hint"), view !== null && view.booking ? booked_text(view.booking) : text("page.ticket.gone_hint." + gone));
	for (const id of ["ahead", "change", "wait", "late", "place", "class", "issued", "from", "steps"])
		find(id).hidden = true;
}

/* When to leave; the alarm rings for it once. */
function draw_way() {
	const minutes = way_of(token, view);
	const at_ms = minutes > 0 ? leave_ms(view.wait_s, hall_ms(known_ms), minutes) : Infinity;
	const now = at_ms <= now_ms();

	draw_ways(find("minutes"), minutes);
	find("way").classList.toggle("now", now);
	write_or_hide(find("leave"), at_ms === Infinity ? "" : now ? text("page.ticket.leave_now") :
	    text("page.ticket.leave_at", { time: clock_text(at_ms) }));
	if (now && !sent)
		bell.ring();
	sent = sent || now;
}

function way_chosen() {
	const { value } = find("minutes");

	choose_way(token, view, value === "" ? null : Number(value));
	sent = false;
	draw();
}

function draw_controls() {
	const held = view !== null && gone === "" ? view : null;	/* the ticket, while there is one */
	const possible = held === null ? [] : commands.filter(command => command.may(held));

	for (const { id } of commands) {
		find(id).hidden = !possible.some(command => command.id === id);
		find(id).setAttribute("aria-disabled", pressed !== null);
	}
	find("commands").hidden = possible.length === 0 || asking;
	find("confirm").hidden = !asking;
	find("way").hidden = held === null || !may_leave(held);
	if (!find("way").hidden)
		draw_way();
	find("alarm").hidden = held === null || !(awaits_call(held) || may_leave(held));
	find("alarm_on").hidden = bell.on;
	write_or_hide(find("alarm_is_on"), bell.on ? text(can_vibrate ? "page.ticket.alarm.both" : "page.ticket.alarm.sound") : "");
	find("checkin").hidden = held === null || !can_check_in(held);
	find("here").setAttribute("aria-disabled", pressed !== null);
	find("rating").hidden = held === null || !can_rate(held);
	find("send").setAttribute("aria-disabled", pressed !== null);
	find("rated").hidden = held === null || !held.rated;
}

function lost_text() {
	if (failed < FAILED_MAX)
		return "";
	return view === null ? text("page.ticket.no_signal") : text("page.lost_old", { time: clock_text(hall_ms(known_ms)) });
}

function draw() {
	write(find("hall"), hall === null ? "" : name_of(hall));
	write_or_hide(find("number"), view === null ? "" : view.number);
	find("number").style.setProperty("--characters", Math.max(SHORT, view === null ? 0 : view.number.length));
	find("label").hidden = view === null;
	if (gone !== "")
		draw_gone();
	else if (view !== null)
		draw_ticket();
	else
		write(find("state"), text("page.loading"));
	draw_controls();
	write_or_hide(find("message"), message());
	write_or_hide(find("lost"), lost_text());
	document.title = view === null || gone !== "" ? text("page.ticket.title") : [view.number, ahead_text() || state_text()].join(" · ");
}

function listen() {
	for (const command of commands)
		find(command.id).addEventListener("click", event => clicked(command, event));
	find("no").addEventListener("click", () => ask(false));
	find("yes").addEventListener("click", () => press("cancel", {}));
	find("alarm_on").addEventListener("click", () => { bell.turn_on(); draw(); });
	find("minutes").addEventListener("change", way_chosen);
	find("rating").addEventListener("change", () => { find("more").hidden = !document.querySelector("[name=grade]:checked"); });
	find("checkin").addEventListener("submit", event => {
		event.preventDefault();
		press("checkin", { code: find("board").value.trim() });
	});
	find("rating").addEventListener("submit", event => {
		event.preventDefault();
		press("rating", rating());
	});
	for (const change of ["online", "offline", "pageshow"])
		window.addEventListener(change, () => wake());
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden)
			wake();
	});
}

async function run() {
	await first_language(navigator.language.slice(0, 2) === "zh" ? "zh" : "en");
	language_button(find("language"), draw);
	listen();
	draw();
	watch();
	keep_page();
}

run();
