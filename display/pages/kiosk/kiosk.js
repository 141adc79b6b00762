/*
 * The ticket dispenser: choose, confirm, read the number.  One visit is all
 * that is known of who stands there; it is thrown away whole when they leave.
 */
import { Refused, get, post_once, random_key, sleep, unsure } from "../common/api.js";
import { clock_text, hall_ms, now_ms } from "../common/clock.js";
import { hall_text, notice_text, until_text } from "../common/closed.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { follow } from "../common/live.js";
import { become } from "../common/pair.js";
import { first_language, has_text, language_tag, name_of, set_language, text } from "../common/text.js";
import { draw_keys, is_booking, path_of, type } from "./arrive.js";
import { can_read, hush, on_voices, read_aloud } from "./aloud.js";
import { lock } from "./cage.js";
import { forget_card, read_card } from "./card.js";
import { draw_identity, drop_digit, nobody, type_digit, wipe_identity } from "./identity.js";
import { watch_idle } from "./idle.js";
import { draw_tiles } from "./menu.js";
import { draw_scan, watch_scanner } from "./scan.js";
import { draw_ticket, is_printing } from "./ticket.js";

const IDLE_ms = 20000, IDLE_SLOW_ms = 45000;	/* the second for who reads big type, or listens */
const CARD_ms = 30000, CARD_SLOW_ms = 55000;	/* to put a card down; halld looks for it for a minute */
const SCAN_ms = 10000, SCAN_SLOW_ms = 20000;	/* a scanned ticket is shown */
const TICK_ms = 250;
const SOON_s = 10;
const EVERY_ms = 1000;				/* status at most this often */
const MACHINE_ms = 5000;			/* is there paper? */
const SERVICES_ms = 30000, CLOSED_ms = 2000;	/* what is closed; the second when one just opened or closed */
const PRINT_ms = 1000;
const HELPED_ms = 60000;			/* how long it stays written that somebody comes */
const SERVICES_MAX = 4;				/* on one ticket: as many as a screen shows in big type */
const MANY = 2;					/* more are written smaller */
const FIT_MIN = 50, FIT_STEP = 5;		/* percent: how much smaller, where not all fits */

const start = { language: "zh" };	/* what a visit begins with */
let visit = new_visit();
let machine = null;			/* GET kiosk: who we are, and our printer; null: not known yet */
let code = null;			/* to be typed in before we are anything; null: none */
let services = null;			/* GET services, in the order of the hall */
let hall, touched;
let on_screen = "loading";

function new_visit() {
	return {
		screen: "menu",		/* menu, confirm, arrive, card, identity, taking, failed, ticket, scanned */
		language: start.language, big: false, aloud: false,
		chosen: [],		/* ids of services, in the order in which they are wanted */
		page: 0,		/* of the menu */
		typed: "",		/* of a booking's code or a number */
		identity: nobody(),	/* the number of an ID card, as far as it is typed */
		order: null,		/* what was asked for: body and key, kept to ask again */
		by_age: false,		/* a card is to prove a class, and is not asked for by a service */
		unread: false,		/* there is a card, and it cannot be read */
		read: false,		/* halld was asked to look for a card */
		until_ms: 0,		/* the end of the screens card and scanned */
		problem: null,		/* why there is no ticket; an Error, or what came of the card, a word */
		scan: null,		/* {ticket, message, before}: a code that was scanned, and the screen it came over */
		ticket: null,
	};
}

/* Nobody has done anything that another visitor would not find the same. */
function is_fresh() {
	return visit.screen === "menu" && visit.language === start.language && !visit.big && !visit.aloud &&
	    visit.chosen.length === 0 && visit.page === 0;
}

function screen() {
	if (code !== null)
		return "pair";
	return machine === null || services === null || hall.status === null ? "loading" : visit.screen;
}

function service_of(id) {
	return services.find(service => service.id === id);
}

/* Who reads big type, or listens, needs more time. */
function with_time(usual_ms, slow_ms) {
	return visit.big || visit.aloud ? slow_ms : usual_ms;
}

/* Do the services chosen ask for an ID card? */
function real_name() {
	const wishes = visit.chosen.map(id => service_of(id).real_name);

	return ["required", "optional"].find(wish => wishes.includes(wish)) || "none";
}

function reads_cards() {
	return machine.reader !== null && machine.reader.ready;
}

/* A class that is to be had here and now by an ID card: from which age on; null: none. */
function age_here() {
	return reads_cards() && machine.classes.length > 0 ?
	    Math.min(...machine.classes.map(each => each.age)) : null;
}

/* Drawing. */

/* Why there will be no paper, "" when there will be. */
function no_paper() {
	const printer = machine === null ? null : machine.printer;

	if (printer !== null && printer.ready)
		return "";
	return text(printer !== null && printer.flags.includes("paper_out") ? "page.kiosk.paper_out" : "page.kiosk.no_printer");
}

function draw_lost() {
	write_or_hide(find("lost"), hall.live || code !== null ? "" :
	    text("page.kiosk.lost", { time: clock_text(hall_ms(hall.heard_ms)) }));
}

function draw_menu() {
	const more = visit.chosen.length > 0;

	write(find("priority"), age_here() === null ? text("page.kiosk.priority") :
	    text("page.kiosk.priority_by_card", { age: age_here() }));
	write(find("choose"), text(more ? "page.kiosk.choose_more" : "page.kiosk.choose"));
	write_or_hide(find("hall_state"), hall.status.state === "open" ? notice_text(hall.status) : hall_text(hall.status));
	find("enough").hidden = !more;
	find("arrive_on").hidden = more || !services.some(service => service.remote || service.bookable);
	find("arrive_on").disabled = !hall.live;
	visit.page = draw_tiles(services, hall.status, visit.chosen, hall.live, visit.page);
}

function wish_texts(service, row) {
	const queue = hall.status.queues.find(each => each.id === service.id) || service;
	const bring = name_of(service, "bring");

	row.querySelector("button").hidden = visit.chosen.length === 1;
	return {
		name: name_of(service),
		facts: [name_of(service, "place"), text("page.public.waiting", { waiting: queue.waiting })]
		    .filter(fact => fact !== "").join("  "),
		bring: bring === "" ? "" : text("ticket.bring", { bring }),
		drop: text("page.kiosk.drop"),
	};
}

function draw_confirm() {
	const count = visit.chosen.length;
	const room = count < SERVICES_MAX && services.some(service => service.open && !visit.chosen.includes(service.id));

	find("chosen").classList.toggle("many", count > MANY);
	fill(find("chosen"), find("wish"), visit.chosen.map(service_of), service => service.id, wish_texts);
	write_or_hide(find("together"), count === 1 ? "" : text("page.kiosk.together", { count }));
	find("take").disabled = !hall.live;
	write(find("by_card"), text("page.kiosk.by_card", { age: age_here() }));
	find("by_card").hidden = age_here() === null || real_name() !== "none";
	find("by_card").disabled = !hall.live;
	find("by_id").hidden = reads_cards() || real_name() !== "optional";
	find("by_id").disabled = !hall.live;
	find("more_title").hidden = find("more").hidden = !room;
	find("more").disabled = !hall.live;
}

function draw_card() {
	write(find("card_for"), visit.by_age ? text("page.kiosk.card_for_age", { age: age_here() }) : text("page.kiosk.card_for_service"));
	write(find("card_state"), text(visit.unread ? "page.kiosk.card_unread" : "page.kiosk.card_waits"));
	find("card_state").classList.toggle("unread", visit.unread);
	find("without").hidden = real_name() === "required";
	find("card_type").hidden = visit.by_age;	/* a number that is typed proves no age */
}

function draw_typing() {
	draw_identity(visit.identity, hall.live);
	find("id_without").hidden = real_name() === "required";
}

/* A card that did not help: without it there may be an ordinary ticket. */
function draw_no_card() {
	write(find("failed_title"), text("page.kiosk.failed_title"));
	write(find("why"), text("page.kiosk.card." + visit.problem, { age: age_here() }));
	find("retry").hidden = ["too_young", "no_reader"].includes(visit.problem);
	write(find("retry"), text("page.kiosk.retry"));
	find("ordinary").hidden = real_name() === "required";
	find("failed_type").hidden = visit.by_age;
}

/* Many numbers were taken here just now: one more only if it is really wanted. */
function is_busy() {
	return visit.problem instanceof Refused && visit.problem.problem.code === "too_many";
}

function draw_failed() {
	if (typeof visit.problem === "string")
		return draw_no_card();
	const unknown = unsure(visit.problem), busy = is_busy();
	const stands = unknown ? "" : "leg." + visit.problem.problem.state;	/* of a ticket that cannot be checked in */

	write(find("failed_title"), text(unknown ? "page.kiosk.unsure_title" : busy ? "page.kiosk.busy_title" :
	    has_text(stands) ? "page.kiosk.scan_title" : "page.kiosk.failed_title"));
	write(find("why"), unknown ? text("page.kiosk.unsure") : busy ? text("page.kiosk.busy") : has_text(stands) ? text(stands) :
	    until_text(text("code." + visit.problem.problem.code, visit.problem.problem), visit.problem.problem.opens));
	find("retry").hidden = !unknown && !busy;
	write(find("retry"), text(busy ? "page.kiosk.take_again" : "page.kiosk.retry"));
	find("ordinary").hidden = find("failed_type").hidden = true;
}

const draws = {
	menu: draw_menu,
	confirm: draw_confirm,
	arrive: () => draw_keys(visit.typed),
	card: draw_card,
	identity: draw_typing,
	failed: draw_failed,
	scanned: () => draw_scan(visit.scan.ticket, visit.scan.message),
	ticket: () => draw_ticket(visit.ticket, hall.status, services, machine.printer),
	pair: () => write(find("code"), code),
};

function draw_modes() {
	document.documentElement.classList.toggle("big", visit.big);
	find("language").hidden = machine === null || machine.languages.length < 2;
	find("aloud").hidden = !can_read(language_tag());
	for (const mode of ["big", "aloud"])
		find(mode).setAttribute("aria-pressed", String(visit[mode]));
}

function fits(section) {
	return [section, find("groups")].every(node => node.scrollHeight <= node.clientHeight);
}

/* Names may be long and services many: all is written smaller, step by step, until it fits. */
function draw_fitting(due) {
	for (let percent = 100; percent >= FIT_MIN; percent -= FIT_STEP) {
		document.documentElement.style.setProperty("--fit", percent / 100);
		if (due in draws)
			draws[due]();
		if (fits(find(due)))
			return;
	}
}

/* The screen that is due; its title gets the focus when it is another one. */
function draw_screen() {
	const due = screen();
	const is_new = due !== on_screen;

	for (const section of document.querySelectorAll("main > section"))
		section.hidden = section.id !== due;
	on_screen = due;
	draw_fitting(due);
	if (is_new) {
		find(due).querySelector("h2").focus();
		read_screen();
	}
}

function draw() {
	if (hall.status !== null)
		write(find("hall"), name_of(hall.status));
	write(find("time"), clock_text(now_ms()));
	draw_lost();
	write_or_hide(find("paper"), ["menu", "confirm"].includes(screen()) ? no_paper() : "");
	draw_modes();
	find("help").hidden = machine === null || code !== null;
	write(find("helped"), help_words());
	find("home").hidden = is_fresh() || ["pair", "loading", "taking"].includes(screen());
	draw_screen();
}

function read_screen() {
	hush();
	if (visit.aloud)
		read_aloud(document.querySelector("main").innerText.split("\n").filter(line => line.trim() !== ""),
		    language_tag(), touched);
}

/* A visit. */

function go(to) {
	visit.screen = to;
	draw();
}

async function speak_language(to) {
	const mine = visit;

	await set_language(to).catch(() => {});	/* cannot be had: the page stays as it is */
	if (mine === visit)
		visit.language = language_tag().slice(0, 2);
	draw();
	read_screen();
}

/* What the screens that are hidden now still say of a visitor. */
function wipe() {
	for (const id of ["typed", "chosen", "number", "print", "service", "where", "ahead", "wait", "late", "class", "then", "bring", "why",
	    "scan_number", "scan_state", "scan_service", "scan_ahead", "scan_place", "scan_hint"])
		write(find(id), "");
	wipe_identity();
}

function forget() {
	leave_card();
	visit = new_visit();
	hush();
	wipe();
	speak_language(visit.language);
	load_services();
}

function choose(id) {
	visit.chosen.push(id);
	go("confirm");
}

function drop(id) {
	visit.chosen = visit.chosen.filter(each => each !== id);
	draw();
}

function choose_again() {
	leave_card();
	visit.chosen = [];
	visit.typed = "";
	forget_order(visit);
	go("menu");
	load_services();
}

/* Look until it is known whether it is on paper, or nobody wants to know any more. */
async function follow_print(mine) {
	while (visit === mine && is_printing(mine.ticket)) {
		await sleep(PRINT_ms);
		const ticket = await get("tickets/" + mine.ticket.token).catch(() => null);

		if (ticket !== null)
			mine.ticket = ticket;
		if (visit === mine)
			draw();
	}
}

/* It is not to be asked for again, and whose it was nobody needs to know any more. */
function forget_order(mine) {
	mine.order = null;
	mine.identity = nobody();
	if (mine === visit)
		wipe_identity();
}

/* Ask for the ticket of visit.order; asked again it is still one ticket. */
async function take() {
	const mine = visit;

	go("taking");
	try {
		mine.ticket = await post_once(mine.order.path || "tickets", mine.order.body, mine.order.key);
		mine.screen = "ticket";
		forget_order(mine);
	} catch (error) {
		mine.problem = error;
		mine.screen = "failed";
	}
	if (mine.screen === "failed" && mine.problem instanceof Refused) {
		if (mine.problem.problem.code === "unauthorized")
			begin();
		if (["forbidden", "bad_request"].includes(mine.problem.problem.code) && mine.read)
			mine.problem = "expired";
		if (mine.problem === "expired" || mine.problem.problem.code !== "too_many")
			forget_order(mine);
	}
	draw();
	if (mine.ticket !== null)
		follow_print(mine);
}

/* Who has booked or took a number from afar is here. */
function arrive() {
	const body = no_paper() !== "" && is_booking(visit.typed) ? { printer: "none" } : {};

	visit.order = { path: path_of(visit.typed), body, key: random_key() };
	take();
}

/* Who was told that there will be no paper must not leave one behind in the machine. */
function order(by_card) {
	const body = { services: visit.chosen, lang: visit.language, big: visit.big };

	if (by_card !== null)
		body.class = by_card;
	if (visit.identity.number !== "")
		body.id_number = visit.identity.number;
	if (no_paper() !== "")
		body.printer = "none";
	visit.order = { body, key: random_key() };
	take();
}

/* ID cards. */

/* The reader is not to look for one any more, nor is anybody to remember what was read. */
function leave_card() {
	if (visit.read)
		forget_card();
	visit.read = false;
}

function no_card(why) {
	leave_card();
	visit.problem = why;
	go("failed");
}

function unread() {
	if (visit.unread)
		return;
	visit.unread = true;
	draw();
	read_screen();
}

async function ask_card(by_age) {
	const mine = visit, until_ms = performance.now() + with_time(CARD_ms, CARD_SLOW_ms);

	Object.assign(visit, { by_age, until_ms, unread: false, read: true });
	go("card");
	const card = await read_card(() => visit === mine && visit.screen === "card" && visit.until_ms === until_ms, unread);

	if (card === null)
		return;
	if (card.why !== undefined)
		no_card(card.why);
	else if (card.class === null && by_age)
		no_card("too_young");
	else
		order(card.class);
}

function confirm_order() {
	const wish = real_name();

	if (wish === "none" || (wish === "optional" && !reads_cards()))
		order(null);
	else if (reads_cards())
		ask_card(false);
	else
		type_identity();
}

function order_ordinary() {
	leave_card();
	visit.identity = nobody();
	order(null);
}

function back_to_choice() {
	leave_card();
	visit.identity = nobody();
	go("confirm");
}

/* Numbers of ID cards that are typed, where no card is read. */

function type_identity() {
	leave_card();
	visit.by_age = false;
	visit.identity = nobody();
	go("identity");
}

function draw_if_typing() {
	if (visit.screen === "identity")
		draw();
}

/* Codes before the scanner. */

function scanned(ticket, booking) {
	if (screen() !== visit.screen || ["card", "taking"].includes(visit.screen))
		return;
	if (booking !== null) {
		visit.typed = booking;
		arrive();
		return;
	}
	visit.scan = { ticket, message: "", before: visit.scan === null ? visit.screen : visit.scan.before };
	visit.until_ms = performance.now() + with_time(SCAN_ms, SCAN_SLOW_ms);
	go("scanned");
}

async function command_scanned(command) {
	const scan = visit.scan;

	try {
		scan.ticket = await post_once("tickets/" + (scan.ticket.token || scan.ticket.number) + "/" + command, {});
	} catch (error) {
		scan.message = error instanceof Refused ? text("code." + error.problem.code, error.problem) : text("page.no_answer");
	}
	if (visit.scan !== scan)
		return;
	visit.until_ms = performance.now() + with_time(SCAN_ms, SCAN_SLOW_ms);
	draw();
	read_screen();
}

function scan_over() {
	const before = visit.scan.before;

	visit.scan = null;
	hush();
	wipe();
	go(before);
}

/* Screens that end by themselves, whether touched or not. */
const ends = {
	card: { left: "card_left", words: "page.kiosk.card_left", over: () => no_card(visit.unread ? "unread" : "timeout") },
	scanned: { left: "scan_left", words: "page.kiosk.scan_left", over: scan_over },
};

function tick() {
	if (!(screen() in ends))
		return;
	const { left, words, over } = ends[visit.screen];
	const seconds = Math.ceil((visit.until_ms - performance.now()) / 1000);

	if (seconds <= 0)
		return over();
	write(find(left), text(words, { seconds }));
	find(left).classList.toggle("soon", seconds <= SOON_s);
}

/* The same once more where it is unknown what came of it, another request after a question. */
function retry() {
	if (typeof visit.problem === "string")
		return ask_card(visit.by_age);
	if (is_busy())
		visit.order = { body: { ...visit.order.body, again: true }, key: random_key() };
	take();
}

let helped = 0;		/* counts the calls: an older one's words must not hide a newer one's */
let waits_for_help = false;
let help_words = () => "";	/* in the language of the moment */

async function call_help() {
	const mine = ++helped;

	find("help").disabled = true;
	help_words = () => text("page.kiosk.helping");
	draw();
	const answered = await post_once("kiosk/help", {}).then(() => true, () => false);

	help_words = () => text(answered ? "page.kiosk.helped" : "page.kiosk.not_helped");
	draw();
	find("help").disabled = false;
	waits_for_help = answered;
	await sleep(HELPED_ms);
	if (mine === helped) {
		waits_for_help = false;
		help_words = () => "";
		draw();
	}
}

/* What halld says besides the hall. */

let services_ms = -Infinity;

async function load_services() {
	services_ms = performance.now();
	const answer = await get("services").catch(() => null);

	if (answer === null)
		return;
	services = answer.services;
	/* One that is no more cannot be on a ticket. */
	visit.chosen = visit.chosen.filter(id => service_of(id) !== undefined);
	if (visit.screen === "confirm" && visit.chosen.length === 0)
		visit.screen = "menu";
	draw();
}

async function load_machine() {
	try {
		machine = await get("kiosk");
		if (waits_for_help && machine.help === "answered")
			help_words = () => text("page.kiosk.helper_comes");
		draw();
	} catch (error) {
		if (error instanceof Refused && ["unauthorized", "forbidden"].includes(error.problem.code))
			begin();
	}
}

let beginning = false;

async function begin() {
	if (beginning)
		return;
	beginning = true;
	await become("kiosk", session => session.role === "kiosk", digits => { code = digits; forget(); });
	beginning = false;
	code = null;
	await load_machine();
	draw();
}

async function watch_machine() {
	for (;;) {
		await sleep(MACHINE_ms);
		if (!beginning)
			await load_machine();
	}
}

/* The hall says of a service what the menu does not have yet; or has others. */
function has_news() {
	if (services === null || hall.status === null)
		return false;
	const { queues } = hall.status;

	return services.length !== queues.length || queues.some(queue => {
		const service = service_of(queue.id);

		return service === undefined || service.open !== queue.open;
	});
}

function hall_changed() {
	draw();
	if (performance.now() - services_ms > (has_news() ? CLOSED_ms : SERVICES_ms))
		load_services();
}

/* Buttons. */

const touches = {
	language: () => speak_language(visit.language === "zh" ? "en" : "zh"),
	big: () => { visit.big = !visit.big; draw(); },
	aloud: () => { visit.aloud = !visit.aloud; draw(); read_screen(); },
	back: () => { visit.page--; draw(); read_screen(); },
	on: () => { visit.page++; draw(); read_screen(); },
	enough: () => go("confirm"),
	take: confirm_order,
	by_card: () => ask_card(true),
	by_id: type_identity,
	card_type: type_identity,
	failed_type: type_identity,
	id_drop: () => { drop_digit(visit.identity); draw(); },
	id_go: () => order(null),
	id_back: back_to_choice,
	id_without: order_ordinary,
	without: order_ordinary,
	card_back: back_to_choice,
	ordinary: order_ordinary,
	scan_return: () => command_scanned("return"),
	scan_here: () => command_scanned("checkin"),
	arrive_on: () => { visit.typed = ""; go("arrive"); },
	arrive_drop: () => { visit.typed = visit.typed.slice(0, -1); draw(); },
	arrive_go: arrive,
	scan_done: scan_over,
	more: () => { visit.page = 0; go("menu"); },
	again: choose_again,
	retry,
	leave: choose_again,
	done: forget,
	home: forget,
	help: call_help,
};

function listen_to_touches() {
	for (const [id, act] of Object.entries(touches))
		find(id).addEventListener("click", act);
	find("groups").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null)
			choose(button.parentNode.dataset.key);
	});
	find("keys").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null) {
			visit.typed = type(visit.typed, button.parentNode.dataset.key);
			draw();
		}
	});
	find("id_keys").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null) {
			type_digit(visit.identity, button.parentNode.dataset.key, draw_if_typing);
			draw();
		}
	});
	find("chosen").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null)
			drop(button.parentNode.dataset.key);
	});
}

/* Is the visitor awaited: somebody is there, and the screen does not end by itself? */
function awaited() {
	return !is_fresh() && screen() === visit.screen && visit.screen !== "taking" && !(visit.screen in ends);
}

function show_left(seconds) {
	find("left").hidden = !awaited();
	write(find("left"), text("page.kiosk.left", { seconds }));
	find("left").classList.toggle("soon", seconds <= SOON_s);
}

async function run() {
	lock();
	await first_language();
	start.language = visit.language = language_tag().slice(0, 2);
	hall = follow(EVERY_ms, hall_changed);
	touched = watch_idle(awaited, () => with_time(IDLE_ms, IDLE_SLOW_ms), show_left, forget);
	setInterval(tick, TICK_ms);
	listen_to_touches();
	on_voices(draw);
	window.addEventListener("resize", draw);
	setInterval(hall_changed, 1000);
	draw();
	begin();
	watch_machine();
	watch_scanner(() => machine !== null && machine.scanner && !beginning, scanned);
}

run();
