/*
 * The page of who runs the hall: how it stands, opening and closing, words for
 * everybody, emergencies, and the layout.  What is grave is done in two acts.
 */
import { Refused, get, post, post_once, remove, sleep, unsure } from "../common/api.js";
import { new_chime } from "../common/chime.js";
import { clock_text, hall_ms } from "../common/clock.js";
import { hall_text, notice_text } from "../common/closed.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { error_text } from "../common/judged.js";
import { follow } from "../common/live.js";
import { new_ready } from "../common/ready.js";
import { new_session } from "../common/session.js";
import { first_language, has_text, language_button, name_of, said, text } from "../common/text.js";
import { new_advice } from "./advice.js";
import { new_folded } from "./folded.js";
import { new_people } from "./people.js";
import { new_uplinks } from "./uplinks.js";

const EVERY_ms = 1000;
const SURE_ms = 30000;
const RETRY_ms = 2000;
const ROLES = ["manager", "inspector", "admin"];
const FOLDED = [		/* in turn as they stand on the page */
	["equipment", () => import("./equipment.js").then(it => it.new_equipment)],
	["stock", () => import("./stock.js").then(it => it.new_stock)],
	["roster", () => import("./roster.js").then(it => it.new_roster)],
	["records", () => import("./records.js").then(it => it.new_records)],
	["reports", () => import("./reports.js").then(it => it.new_reports)],
	["kept", () => import("./kept.js").then(it => it.new_kept), ["admin"]],
	["audit", () => import("./audit.js").then(it => it.new_audit)],
	["layout", () => import("./editor.js").then(it => it.new_editor)],
];
let hall, session, people, ready;
let parts = [];			/* of the page, each with {draw, load} */
let message = () => "";
let overrides = [];
let shown = "";			/* of them in the form; what it says else is being filled in */
let alarms = [];
let asked = 0, known = 0;	/* looks: a later one's answer holds */
let chime = null;		/* once the page was touched: sound is not allowed before */
let rung = [];			/* what it has told of what is wrong now */
const reasons = new Map();	/* of calls, by seq: {zh, en}, or null: asked, and no answer yet */
let asking = null;		/* {what, act, timer}: what is to be confirmed */

function sentence(error) {
	if (unsure(error))
		return text("page.window.unsure");
	if (!(error instanceof Refused))
		return text("page.no_answer");
	return has_text("code." + error.problem.code) ? text("code." + error.problem.code, error.problem) : error.problem.title;
}

/* Do something; what comes of it is known from the hall. */
async function act(what) {
	message = () => "";
	try {
		await what();
	} catch (error) {
		if (error instanceof Refused && error.problem.status === 401)
			session.ended();
		message = () => sentence(error) + (error instanceof Refused && error.problem.code === "bad_request" ? " " + error.problem.detail : "");
	}
	load();
	ready.load();
}

/* The first act: what it would do is said, and it is done when that is confirmed within 30 s. */
function ask(what, then) {
	if (asking !== null)
		clearTimeout(asking.timer);
	asking = what === null ? null : { what, act: then, timer: setTimeout(() => ask(null), SURE_ms) };
	draw();
	if (asking !== null)
		find("sure_no").focus();
}

function confirmed() {
	const { act: then } = asking;

	ask(null);
	act(then);
}

/* Words of the form for everybody, if there are any. */
function words() {
	const zh = find("notice_zh").value.trim(), en = find("notice_en").value.trim();

	return zh === "" ? {} : { text: en === "" ? { zh } : { zh, en } };
}

async function evacuate(drill) {
	const body = Object.assign({ drill }, words()), { name } = session;

	await act(async () => {
		const { confirm } = await post("hall/evacuate", body);

		if (name === session.name)
			ask(() => text(drill ? "page.admin.sure_drill" : "page.admin.sure_evacuate") + (body.text ? " " + body.text.zh : ""),
			    () => post_once("hall/evacuate", { confirm }));
	});
}

/* A call's reason stays as it is: it is asked for once. */
async function load_reason(call) {
	if (reasons.has(call.seq))
		return;
	reasons.set(call.seq, null);
	try {
		reasons.set(call.seq, (await get("tickets/" + encodeURIComponent(call.number) + "/why")).sentence);
	} catch (error) {
		if (!(error instanceof Refused))
			reasons.delete(call.seq);	/* the next look asks again */
		return;
	}
	draw();
}

async function load() {
	if (session.name === null)
		return;
	const look = ++asked;

	people.load();
	try {
		const now = await Promise.all([get("overrides"), get("alarms")]), kept = in_form() === shown;

		if (look < known)
			return;
		known = look;
		[{ overrides }, { alarms }] = now;
		if (kept)
			show_exception();
	} catch (error) {
		if (error instanceof Refused && error.problem.status < 404)
			session.ended(error);
	}
	draw();
}

/* What is other today than on other days; closed or not. */
function exception_of(id) {
	return overrides.find(each => each.service === id) || { service: id, closed: false };
}

function exception_text(exception) {
	return [exception.open_until ? text("page.admin.today_until", { time: exception.open_until }) : "",
	    typeof exception.quota === "number" ? text("page.admin.today_quota", exception) : ""]
	    .filter(part => part !== "").join(" · ");
}

/* An exception that says nothing is none. */
function put_exception(exception) {
	const body = { service: exception.service, closed: exception.closed };

	if (exception.open_until)
		body.open_until = exception.open_until;
	if (typeof exception.quota === "number")
		body.quota = exception.quota;
	act(() => body.closed || body.open_until || body.quota !== undefined ? post_once("overrides", body) :
	    remove("overrides/" + encodeURIComponent(body.service)));
}

function service_texts(queue, row) {
	const exception = exception_of(queue.id), { closed } = exception;

	row.classList.toggle("alarm", queue.alarm);
	return {
		name: name_of(queue),
		waiting: text("page.public.waiting", queue),
		open: text("page.public.open_windows", { open: queue.windows_open }) +
		    (queue.open ? "" : " · " + text(closed ? "closed.today" : "closed.other")),
		today: exception_text(exception),
		error: error_text([queue]),
		late: queue.alarm ? text("page.admin.no_window") : "",
		do: text(closed ? "page.admin.open_again" : "page.admin.close_today"),
	};
}

function service_name(id) {
	const queue = hall.status === null ? undefined : hall.status.queues.find(each => each.id === id);

	return queue === undefined ? id : name_of(queue);
}

/* The services to choose from; what is chosen and being filled in stays. */
function draw_choice(queues) {
	const select = find("exception_service"), names = JSON.stringify(queues.map(each => [each.id, name_of(each)]));
	const chosen = select.value;

	if (select.dataset.of === names)
		return;
	select.dataset.of = names;
	select.textContent = "";
	for (const queue of queues)
		select.add(new Option(name_of(queue), queue.id));
	if (queues.some(each => each.id === chosen))
		select.value = chosen;
	else
		show_exception();
}

function in_form() {
	return find("exception_until").value + " " + find("exception_quota").value;
}

function show_exception() {
	const exception = exception_of(find("exception_service").value);

	find("exception_until").value = exception.open_until || "";
	find("exception_quota").value = typeof exception.quota === "number" ? exception.quota : "";
	shown = in_form();
}

function lent_text(lent) {
	if (lent === null)
		return "";
	const names = hall.status.queues.filter(each => lent.services.includes(each.id)).map(each => name_of(each));

	return text("page.admin.lent", { services: names.join(" · "), time: clock_text(lent.until) });
}

function draw_hall() {
	const { status } = hall;

	write(find("hall"), name_of(status) + " · " + text("page.public.waiting", status.totals) + " · " +
	    text("page.public.windows", { open: status.totals.windows_open, total: status.totals.windows_total }));
	write(find("state"), hall_text(status));
	find("whole").classList.toggle("still", status.state === "suspended");
	find("suspend").hidden = status.state === "suspended";
	find("resume").hidden = status.state !== "suspended";
	find("notice_end").hidden = notice_text(status) === "";
	fill(find("services"), find("service_row"), status.queues, each => each.id, service_texts);
	draw_choice(status.queues);
	fill(find("calls"), find("call_row"), status.calls, each => each.seq, each => ({
		number: each.number,
		place: text("page.window_no", each),
		at: clock_text(each.at),
		reason: reasons.get(each.seq) ? said(reasons.get(each.seq)) : "",
	}));
	if (session.name !== null)
		status.calls.forEach(load_reason);
	fill(find("windows"), find("window_row"), status.windows, each => each.no, (place, row) => {
		row.className = place.state;
		return {
			no: String(place.no),
			stands: text("window." + place.state),
			number: place.ticket || "",
			what: place.services.join(" "),
			lent: lent_text(place.lent),
			do: place.lent === null ? "" : text("page.admin.lent_end"),
		};
	});
}

/* Services for which people wait and no window is open. */
function unserved() {
	return hall.status === null ? [] : hall.status.queues.filter(each => each.alarm);
}

function draw_unserved() {
	fill(find("unserved"), find("unserved_row"), unserved(), each => each.id, each => ({
		name: name_of(each),
		what: text("page.admin.no_window"),
		how: text("page.guide.unserved_row", { waiting: each.waiting,
			time: each.alarm_since === null ? "" : clock_text(each.alarm_since) }),
	}));
}

/* Once for whatever is new. */
function ring() {
	const wrong = alarms.filter(each => !each.answered).map(each => "window " + each.window)
	    .concat(unserved().map(each => "service " + each.id));

	if (session.name !== null && chime !== null && !chime.silent() && wrong.some(each => !rung.includes(each))) {
		chime.ring();
		rung = wrong;
	}
	rung = rung.filter(each => wrong.includes(each));
}

function draw() {
	session.draw();
	find("desk").classList.toggle("looks", session.role === "inspector");
	write_or_hide(find("message"), message());
	find("sure").hidden = asking === null;
	write(find("sure_what"), asking === null ? "" : asking.what());
	fill(find("alarm_list"), find("alarm_row"), alarms, each => each.window, each => ({
		what: text("page.window.alarm_at", each),
		who: each.answered ? text("page.window.alarm_comes", { name: each.helper || "" }) : "",
		do: text(each.answered ? "page.window.alarm_over" : "page.window.alarm_go"),
	}));
	draw_unserved();
	find("alarms").hidden = alarms.length + unserved().length === 0;
	ring();
	write_or_hide(find("lost"), hall.live ? "" : text("page.lost_old", { time: clock_text(hall_ms(hall.heard_ms)) }));
	if (hall.status !== null)
		draw_hall();
	for (const part of parts)
		part.draw();
}

function session_changed() {
	hall.reconnect();	/* a stream tells more to who is signed in */
	ask(null);
	for (const part of parts)
		part.load();
	if (session.name !== null)
		load();
}

function alarm_clicked(event) {
	const button = event.target.closest("button"), no = button === null ? 0 : Number(button.closest("li").dataset.key);
	const alarm = alarms.find(each => each.window === no);

	if (alarm !== undefined)
		act(() => post_once("windows/" + no + "/alarm/" + (alarm.answered ? "end" : "answer"), {}));
}

function window_clicked(event) {
	const button = event.target.closest("button");

	if (button !== null)
		act(() => post_once("windows/" + button.closest("li").dataset.key + "/lend", { services: [] }));
}

/* What else is an exception of the service today stays. */
function service_clicked(event) {
	const button = event.target.closest("button"), known = button === null ? null : exception_of(button.closest("li").dataset.key);

	if (known !== null)
		put_exception(Object.assign({}, known, { closed: !known.closed }));
}

function exception_filled(event) {
	const known = exception_of(find("exception_service").value), quota = find("exception_quota").value;

	event.preventDefault();
	shown = in_form();
	put_exception({ service: known.service, closed: known.closed, open_until: find("exception_until").value,
		quota: quota === "" ? null : Number(quota) });
}

function exception_ends() {
	const { value } = find("exception_service");

	find("exception_until").value = find("exception_quota").value = "";
	shown = in_form();
	put_exception({ service: value, closed: false });
}

function put_notice(event) {
	event.preventDefault();
	if (words().text !== undefined)
		act(() => post_once("hall/notice", words()));
}

async function run() {
	await first_language();
	const may = () => session.name !== null, writes = () => session.role !== "inspector";
	const tools = { may, who: () => session.name, writes, act, ask, sentence, service_name };

	people = new_people(tools);
	ready = new_ready(tools);
	parts = [ready, new_advice(tools), people, new_uplinks(tools)].concat(FOLDED.map(([id, program, roles = ROLES]) =>
		new_folded(id, { may: () => may() && roles.includes(session.role), program: () => program().then(begin => () => begin(tools)), act })));
	session = new_session({ changed: session_changed, sentence, refused: words => { message = words; draw(); }, roles: ROLES });
	let seen = "";

	hall = follow(EVERY_ms, () => {
		const now = hall.status === null ? "" : hall.status.epoch + "-" + hall.status.seq;

		if (now !== seen)
			load();
		seen = now;
		draw();
	});
	language_button(find("language"), draw);
	find("suspend").addEventListener("click", () => ask(() => text("page.admin.sure_suspend"), () => post_once("hall/suspend", {})));
	find("resume").addEventListener("click", () => ask(() => text("page.admin.sure_resume"), () => post_once("hall/resume", {})));
	find("drill").addEventListener("click", () => evacuate(true));
	find("evacuate").addEventListener("click", () => evacuate(false));
	find("serve_on").addEventListener("click", () => ask(() => text("page.admin.sure_serve_on"),
	    () => post_once("hall/endday", { waiting: "serve" })));
	find("endday").addEventListener("click", () => ask(() => text("page.admin.sure_endday"), () => post_once("hall/endday", {})));
	find("sure_yes").addEventListener("click", confirmed);
	find("sure_no").addEventListener("click", () => ask(null));
	find("notice").addEventListener("submit", put_notice);
	find("notice_end").addEventListener("click", () => act(() => remove("hall/notice")));
	find("services").addEventListener("click", service_clicked);
	find("windows").addEventListener("click", window_clicked);
	find("exception_service").addEventListener("change", show_exception);
	find("exception").addEventListener("submit", exception_filled);
	find("exception_end").addEventListener("click", exception_ends);
	find("alarm_list").addEventListener("click", alarm_clicked);
	for (const touch of ["click", "keydown"])
		document.addEventListener(touch, () => { chime = chime || new_chime(() => {}); }, { once: true });
	setInterval(draw, 1000);
	while (session.name === null && !(await session.start().then(() => true, () => false)))
		await sleep(RETRY_ms);
}

run();
