/*
 * The page of one window's clerk.  What is shown is halld's last answer about
 * the window, never what a press was hoped to do; it is asked for anew whenever
 * something changes in the hall.  With ?strip it is a strip beside another program.
 */
import { new_chime } from "../common/chime.js";
import { get, post_once, unsure, Refused } from "../common/api.js";
import { clock_text, hall_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { follow } from "../common/live.js";
import { new_session } from "../common/session.js";
import { first_language, language_button, name_of, said, text } from "../common/text.js";
import { choices, draw_choices, option_of } from "./choose.js";
import { commands, other_codes } from "./commands.js";
import { draw_desk } from "./desk.js";
import { new_own } from "./own.js";
import { sentence } from "./refusal.js";

const window_no = Number(location.pathname.split("/").pop());
const EVERY_ms = 300;
const RETRY_ms = 1000;
const LATE_ms = 10000;
const button_codes = { F9: "alarm", KeyH: "hand_over", KeyL: "sign_out", Escape: "back" };
const no_choice = { title: null, options: () => [] };
const nothing = { kind: "", words: () => "" };

let view = null;		/* halld's last answer about this window */
let known_ms = 0;		/* when it was the truth, by this machine's clock */
let changes = 0, seen = 0;	/* of the hall as far as we heard; how many of them the view has */
let loading = false;
let answers = 0;		/* of both kinds; an answer asked for before another came may be the older one */
let pressed = null;		/* the command whose answer is awaited */
let message = nothing;		/* about the last press */
let choosing = null;		/* the command whose object is being chosen */
let chime = null;		/* once the page was touched: sound is not allowed before */
let reason = { call: "", sentence: null };	/* why the ticket at hand was called */
let hall, session, own;

/* Show an answer asked for when there had been so many before. */
function show(answer, before) {
	if (before !== answers)
		return false;
	view = answer;
	known_ms = Date.now();
	answers++;
	return true;
}

/* To a window that had nothing to do; one that calls by itself has called. */
function somebody_came(old, now) {
	return old !== null && old.window.state === "idle" && old.waiting.total === 0 &&
	    (now.waiting.total > 0 || (now.window.auto_call && now.window.state === "calling"));
}

/* Who was at hand is gone, and nobody here did it: did they cancel?  No harm when there is no answer. */
async function told_cancel({ number }) {
	const answer = await get("tickets?number=" + encodeURIComponent(number)).catch(() => ({ tickets: [] }));

	if (answer.tickets.some(each => each.number === number && each.state === "cancelled")) {
		say("told", () => text("page.window.cancelled", { number }));
		if (chime !== null)
			chime.ring();
	}
}

/* Ask until the view has all changes; after a failure the timer asks again. */
async function load() {
	const heard = changes, before = answers, who = session.name;
	let failed = false;

	if (loading || who === null)
		return;
	loading = true;
	try {
		const answer = await get("windows/" + window_no), old = view;

		if (who === session.name && show(answer, before)) {
			seen = heard;
			if (chime !== null && somebody_came(old, answer))
				chime.ring();
			if (old !== null && old.ticket !== null && old.ticket.number !== null && answer.ticket === null)
				told_cancel(old.ticket);
		}
	} catch (error) {
		failed = true;
		if (who === session.name && error instanceof Refused && [401, 403, 404].includes(error.problem.status))
			session.ended(error);
	}
	loading = false;
	draw();
	if (!failed && seen !== changes)
		load();
}

/* Asked once for each call; it is no harm when there is no answer. */
async function load_reason() {
	const ticket = view === null ? null : view.ticket;
	const call = ticket === null ? "" : ticket.number + " " + ticket.called_at;
	const asked = { call, sentence: null };

	if (call === reason.call)
		return;
	reason = asked;
	if (ticket === null || ticket.number === null)
		return;		/* who is served without a number was not called */
	try {
		asked.sentence = (await get("tickets/" + encodeURIComponent(ticket.number) + "/why")).sentence;
	} catch (error) {
		return;
	}
	draw();
}

function changed() {
	changes++;
	draw();
	load();
}

/* What can be chosen now, of the command under way. */
function options() {
	return choosing === null || view === null || hall.status === null || choosing.bar(view) !== "" ? [] :
	    choices[choosing.id].options(view, hall.status);
}

function choose(command) {
	choosing = command;
	message = nothing;
	if (command === null)
		find("new_time").setAttribute("aria-pressed", false);
	draw();
	const first = find("options").querySelector("button");
	(command === null || first === null ? document.activeElement : first)[command === null ? "blur" : "focus"]();
}

/* What was filled in beside the buttons, or chosen beside the list, for commands that take it. */
function said_with(command) {
	const reason = find("note").value.trim(), minutes = Number(find("minutes").value), body = {};

	if (command.takes && command.takes.includes("reason") && reason !== "")
		body.reason = reason;
	if (command.takes && command.takes.includes("minutes") && minutes > 0)
		body.minutes = minutes;
	if (command.id === "transfer" && find("new_time").getAttribute("aria-pressed") === "true")
		body.keep_time = false;
	return body;
}

/* It was for that one press. */
function forget_said() {
	find("note").value = find("minutes").value = "";
	find("new_time").setAttribute("aria-pressed", false);
}

/* Each press is one request; while it is under way no other is made.  option: what was chosen. */
async function press(command, option) {
	if (pressed !== null || session.name === null || session.asking || view === null)
		return;
	const bar = command.bar(view);
	if (bar !== "")
		return say("refused", () => text("page.window.bar." + bar));
	if (choices[command.id] !== undefined && option === undefined)
		return choose(choosing === command ? null : command);
	const beside = said_with(command);
	if (choosing !== null && (option === undefined || !choices[command.id].stays))
		choose(null);

	const verb = option === undefined ? command.verb(view) : option.verb, before = answers;
	pressed = command;
	say("sending", () => text("page.window.sending"));
	try {
		const body = Object.assign({}, option !== undefined ? option.body : command.body ? command.body() : {}, beside);
		const answer = await post_once("windows/" + window_no + "/" + verb, body);

		show(answer, before);
		if (command.takes || command.id === "transfer")
			forget_said();
		message = verb === "next" && answer.ticket === null && answer.window.state === "idle" ?
		    { kind: "told", words: () => text("page.window.nobody") } : nothing;
	} catch (error) {
		if (error instanceof Refused && error.problem.status === 401)
			session.ended(error);
		message = { kind: "refused", words: () => unsure(error) ? text("page.window.unsure") : sentence(error) };
	}
	pressed = null;
	changed();
}

/* Windows that call for help: others with a button for who comes, the own one with a button to end it. */
function draw_alarms() {
	const alarms = view === null ? [] : view.alarms;

	fill(find("alarm_list"), find("alarm_row"), alarms, each => each.window, each => ({
		what: text("page.window.alarm_at", each),
		who: !each.answered ? "" : text("page.window.alarm_comes", { name: each.helper || "" }),
		do: each.window === window_no ? text("page.window.alarm_over") : each.answered ? "" : text("page.window.alarm_go"),
	}));
	find("alarms").hidden = alarms.length === 0 || find("desk").hidden;
}

function alarm_rings() {
	return view !== null && view.alarms.some(each => each.window !== window_no && !each.answered);
}

/* Raised, answered or ended; the next answer about the window has it. */
async function alarm(act) {
	try {
		await act();
	} catch (error) {
		say("refused", () => unsure(error) ? text("page.window.unsure") : sentence(error));
	}
	changed();
}

function alarm_clicked(event) {
	const button = event.target.closest("button");
	const no = button === null ? 0 : Number(button.closest("li").dataset.key);

	if (no !== 0 && event.detail < 2)
		alarm(() => no === window_no ? post_once("windows/" + no + "/alarm/end", {}) : post_once("windows/" + no + "/alarm/answer", {}));
}

/* words() gives them in the language of the moment. */
function say(kind, words) {
	message = { kind, words };
	draw();
}

function draw_place() {
	const place = view !== null ? view.window :
	    hall.status !== null ? hall.status.windows.find(each => each.no === window_no) : undefined;

	write(find("place"), text("page.window_no", { window: window_no }) + (place ? " " + name_of(place) : ""));
	write(find("hall"), hall.status === null ? "" : name_of(hall.status));
	document.title = text("page.window.title", { window: window_no });
}

/* What the voice does is no event: it is asked for while it lasts. */
function being_announced() {
	return view !== null && view.ticket !== null && ["not_yet", "speaking"].includes(view.ticket.announced);
}

function draw() {
	const since_ms = hall.live ? known_ms : hall.heard_ms;
	const late = !hall.live || (seen !== changes && view !== null && Date.now() - known_ms > LATE_ms);

	session.draw();
	draw_place();
	draw_alarms();
	if (view !== null)
		draw_desk(view, pressed);
	if (choosing !== null && options().length === 0)
		choosing = null;
	draw_choices((choosing === null ? no_choice : choices[choosing.id]).title, options());
	find("new_time").hidden = choosing === null || choosing.id !== "transfer";
	load_reason();
	write(find("reason"), reason.sentence === null ? "" : said(reason.sentence));
	find("desk").classList.toggle("unknown", view === null);
	write(find("message"), message.words());
	find("message").className = message.kind;
	own.draw();
	write_or_hide(find("lost"), late ? text("page.lost_old", { time: clock_text(hall_ms(since_ms)) }) : "");
}

/* What a key does now; null: nothing.  Those typed into the form do nothing but leave it. */
function act_of(code) {
	const option = option_of(code, options());
	const command = find("desk").hidden ? undefined : commands.find(each => each.code === code || each.id === other_codes[code]);
	const button = find(choosing !== null && code === "Escape" ? "leave" : button_codes[code]);

	if (option !== undefined && !find("desk").hidden)
		return () => press(choosing, option);
	if (command !== undefined)
		return () => press(command);
	return button === null || button.hidden ? null : () => button.click();
}

/* A key held down presses once. */
function key_pressed(event) {
	if (find("said").contains(event.target)) {
		/* While a word is spelled out they end or give up that word alone. */
		if (!event.isComposing && (event.code === "Escape" || event.code === "Enter"))
			event.target.blur();
		return;		/* typed, not pressed */
	}
	const act = act_of(event.code);

	if (act === null || event.ctrlKey || event.altKey || event.metaKey)
		return;
	if (event.code === "Space" && event.target instanceof HTMLButtonElement)
		return;		/* presses the button in focus */
	event.preventDefault();
	if (!event.repeat)
		act();
}

/*
 * The second click of a double click is none.  A button that was clicked gives
 * up the focus, or the space bar would press it again instead of calling.
 */
function clicked(event) {
	const button = event.target.closest("button");

	if (button === null)
		return;
	if (event.detail > 0)
		button.blur();
	if (event.detail < 2)
		press(commands.find(command => command.id === button.id));
}

function session_changed() {
	view = null;
	choosing = null;
	message = nothing;
	forget_said();		/* nor does it go with another's press */
	hall.reconnect();	/* a stream tells more to who is signed in */
	own.load();
	changed();
}

/* A chosen one, or its digit. */
function option_clicked(event) {
	const button = event.target.closest("button");
	const option = button === null ? undefined : options().find(each => each.id === button.dataset.option);

	if (option !== undefined && event.detail < 2)
		press(choosing, option);
}

function touched() {
	if (chime === null)
		chime = new_chime(() => {});
}

async function run() {
	document.body.classList.toggle("strip", new URLSearchParams(location.search).has("strip"));
	await first_language();
	session = new_session({ changed: session_changed, sentence, refused: words => say("refused", words), window: window_no,
		with: ["hand_over", "alarm"] });
	own = new_own({ who: () => session.name });
	hall = follow(EVERY_ms, changed);
	language_button(find("language"), draw);
	find("commands").addEventListener("click", clicked);
	find("pauses").addEventListener("click", clicked);
	find("said").addEventListener("submit", event => event.preventDefault());
	find("options").addEventListener("click", option_clicked);
	find("alarm").addEventListener("click", () => alarm(() => post_once("windows/" + window_no + "/alarm", {})));
	find("alarm_list").addEventListener("click", alarm_clicked);
	find("leave").addEventListener("click", () => choose(null));
	find("new_time").addEventListener("click", () => {
		find("new_time").setAttribute("aria-pressed", find("new_time").getAttribute("aria-pressed") !== "true");
	});
	for (const touch of ["click", "keydown"])
		document.addEventListener(touch, touched, { once: true });
	document.addEventListener("keydown", key_pressed);
	setInterval(() => {
		draw();
		if (chime !== null && alarm_rings())
			chime.ring();
		if (seen !== changes || being_announced())
			load();
	}, RETRY_ms);
	while (session.name === null && !(await session.start().then(() => true, () => false)))
		await new Promise(done => setTimeout(done, RETRY_ms));
}

run();
