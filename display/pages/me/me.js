/*
 * What is of who is signed in, for their own eyes: when and where they work, the
 * leave and the consumables they ask for, what they have served, and what gives
 * them points this month.
 */
import { Refused, get, post_once, random_key, sleep, unsure } from "../common/api.js";
import { business_day, clock_text, date_text, now_ms, set_hall_clock } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { new_session } from "../common/session.js";
import { first_language, has_text, language_button, language_tag, text } from "../common/text.js";

const EVERY_ms = 60000;
const RETRY_ms = 2000;
const DAY_ms = 24 * 3600 * 1000;
const SERVED_DAYS = 7;
const ROLES = ["clerk", "guide", "manager", "admin"];
const KINDS = ["annual", "sick", "personal", "public", "training", "out"];
const HALVES = ["day", "morning", "afternoon"];
const NOTHING = { person: null, duties: [], leaves: [], requests: [], items: [], days: null, points: null, given: [] };
let session;
let mine = NOTHING;
let asked = 0;			/* looks; an answer that comes behind a later one's question is none */
let heard_ms = null;		/* when halld last answered, by the hall's clock */
let lost = false;
let message = () => "";
let unknown = null;		/* {what, key}: what was asked for, and nobody knows whether it arrived; again it is the same */

/* With the field that is wrong, where one of this page is. */
function sentence(error) {
	if (unsure(error))
		return text("page.window.unsure");
	if (!(error instanceof Refused))
		return text("page.no_answer");
	const { code, pointer, title } = error.problem, field = "record.field." + String(pointer).slice(1);

	return (has_text("code." + code) ? text("code." + code, error.problem) : title) + (has_text(field) ? " " + text(field) : "");
}

function by_day(a, b) {
	return a.day < b.day ? -1 : Number(a.day > b.day);
}

/* A row by the names of its columns. */
function rows_of({ columns, rows }) {
	return rows.map(row => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])));
}

/* null: they cannot be had, which keeps nobody from the rest: they may have to be counted anew. */
async function own_rows(report, from, to) {
	try {
		return rows_of(await get("me/" + report + "?from=" + from + "&to=" + to));
	} catch (error) {
		if (error instanceof Refused && error.problem.status === 401)
			throw error;
		return null;
	}
}

/* Managers get everybody's; here are their own. */
async function look_up() {
	const today = business_day(now_ms()), first = business_day(now_ms() - (SERVED_DAYS - 1) * DAY_ms);
	const month = today.slice(0, 8) + "01";
	const [{ staff }, { shifts }, { leave }, { requests }, { stock }, { scores }, days, points] = await Promise.all([get("staff"), get("shifts"),
		get("leave"), get("requests"), get("stock"), get("scores"), own_rows("figures", first, today), own_rows("points", month, today)]);
	const person = staff.find(each => each.account === session.name) || null;
	const { roster } = person === null ? { roster: [] } : await get("roster?person=" + person.id);
	const is_mine = each => person !== null && each.person === person.id;
	const with_shift = each => Object.assign({ times: shifts.find(shift => shift.id === each.shift) }, each);

	return {
		person,
		duties: roster.filter(each => each.day >= today && each.state === "planned").map(with_shift).sort(by_day),
		leaves: leave.filter(each => is_mine(each) && (each.to >= today || each.state === "asked")),
		requests: requests.filter(each => each.by === session.name),
		items: stock,
		days: days === null ? null : days.reverse(),
		points,
		given: scores.filter(each => is_mine(each) && each.day >= month && each.state === "done"),
	};
}

async function load() {
	const look = ++asked;

	if (session.name === null || document.hidden)
		return;
	try {
		const [status, { name }] = await Promise.all([get("status"), get("session")]);

		if (look !== asked)
			return;
		set_hall_clock(status);
		/* Another page of this browser, such as a window's, has the same session: it was handed over there. */
		if (name !== session.name) {
			await session.start();
			return;
		}
		const found = await look_up();

		if (look !== asked)
			return;
		mine = found;
		heard_ms = now_ms();
		lost = false;
	} catch (error) {
		if (look !== asked)
			return;
		if (error instanceof Refused && [401, 403].includes(error.problem.status))
			session.ended(error);
		else
			lost = true;
	}
	draw();
}

function written(form) {
	return form === undefined ? "" : JSON.stringify(Array.from(form.elements, each => each.value));
}

/* What comes of it is known from halld; a form is emptied when it was carried out, unless something else is written in it by then. */
async function send(path, body, form) {
	const what = JSON.stringify([path, body]), who = session.name, was = written(form);

	if (unknown === null || unknown.what !== what)
		unknown = { what, key: random_key() };
	const asked_for = unknown;

	message = () => "";
	try {
		await post_once(path, body, asked_for.key);
		if (who !== session.name)
			return;		/* the form is another's by now */
		if (unknown === asked_for)
			unknown = null;
		if (form !== undefined && written(form) === was)
			form.reset();
	} catch (error) {
		if (who !== session.name)
			return;
		if (error instanceof Refused && error.problem.status === 401)
			session.ended();
		if (error instanceof Refused && unknown === asked_for)
			unknown = null;
		message = () => sentence(error);
	}
	load();
	draw();
}

/* What was written in it; what was not is left out. */
function given(fields) {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

function leave_asked(event) {
	const half = find("leave_half").value;

	event.preventDefault();
	send("leave", given({ person: mine.person.id, from: find("leave_from").value, to: find("leave_to").value, half: half === "day" ? "" : half,
		kind: find("leave_kind").value, reason: find("leave_reason").value.trim() }), find("leave_form"));
}

function item_asked(event) {
	event.preventDefault();
	send("requests", given({ item: Number(find("request_item").value), quantity: Number(find("request_quantity").value),
		reason: find("request_reason").value.trim() }), find("request_form"));
}

function withdrawn(event, path, list) {
	const button = event.target.closest("button"), id = button === null ? 0 : Number(button.closest("li").dataset.key);
	const record = list.find(each => each.id === id);

	if (record !== undefined)
		send(path + "/" + id + "/withdraw", { rev: record.rev });
}

/* A day as it is written on the wall. */
function day_name(day) {
	return date_text(day + "T12:00:00Z", language_tag());
}

function leave_text(leave) {
	const half = leave.half === undefined || leave.half === "day" ? "" : " " + text("record.choice." + leave.half);

	return day_name(leave.from) + (leave.to === leave.from ? "" : " – " + day_name(leave.to)) + half + " · " + text("record.choice." + leave.kind);
}

/* What it is called, and how many of what. */
function item_text(request) {
	const item = mine.items.find(each => each.id === request.item);

	return request.item_name + " × " + request.quantity + (item === undefined ? "" : " " + item.unit);
}

function asked_texts(what, record, ends) {
	return { what, state: text("record.state." + record.state), reason: record.reason || "", do: ends ? text("record.step.withdraw") : "" };
}

/* What is chosen stays. */
function offer(select, choices) {
	const now = JSON.stringify(choices), chosen = select.value;

	if (select.dataset.of === now)
		return;
	select.dataset.of = now;
	select.textContent = "";
	for (const [value, name] of choices)
		select.add(new Option(name, value));
	if (choices.some(([value]) => String(value) === chosen))
		select.value = chosen;
}

function duty_text(duty) {
	const { times } = duty;

	return (times === undefined ? "" : times.from + "–" + times.to) + (duty.window === undefined ? "" : " " + text("page.window_no", duty));
}

function served_text(day) {
	return text(day.service === null ? "page.me.day_count" : "page.me.day", day) + (day.rated === 0 ? "" : text("page.me.day_rated", day));
}

/* What rules give says for what; what a manager gave, why. */
function point_text({ what, points, reason }) {
	const name = what.startsWith("grade_") ? text("page.ticket.grade." + what.slice(6)) :
	    what === "by_hand" ? text("record.subject.scores") : text("record.choice." + what);

	return (points > 0 ? "+" : "") + points + " " + name + (reason === undefined ? "" : " · " + reason);
}

function draw_points() {
	const sum = (mine.points || []).reduce((total, each) => total + each.points, 100);
	const lines = (mine.points || []).filter(each => each.what !== "by_hand")
	    .concat(mine.points === null ? [] : mine.given.map(each => ({ day: each.day, what: "by_hand", points: each.score, reason: each.reason, event: "given " + each.id })));

	find("points").hidden = mine.person === null;
	write(find("score"), mine.points === null ? text("page.no_answer") : text("page.me.score", { score: sum }));
	fill(find("point_list"), find("line_row"), lines.sort(by_day), each => each.event, each => ({ day: day_name(each.day), what: point_text(each) }));
}

function draw() {
	session.draw();
	write_or_hide(find("message"), message());
	write_or_hide(find("lost"), !lost ? "" : heard_ms === null ? text("page.no_answer") : text("page.lost_old", { time: clock_text(heard_ms) }));
	if (session.name === null)
		return;
	find("nobody").hidden = heard_ms === null || mine.person !== null;
	find("leaves").hidden = mine.person === null;
	find("requests").hidden = mine.items.length + mine.requests.length === 0;
	find("no_duties").hidden = mine.person === null || mine.duties.length > 0;
	write_or_hide(find("no_days"), heard_ms === null ? "" : mine.days === null ? text("page.no_answer") : mine.days.length === 0 ? text("record.none") : "");
	fill(find("duties"), find("line_row"), mine.duties, each => each.id, each => ({ day: day_name(each.day), what: duty_text(each) }));
	fill(find("leave_list"), find("asked_row"), mine.leaves, each => each.id, each =>
		asked_texts(leave_text(each), each, each.state === "asked" || each.state === "approved"));
	fill(find("request_list"), find("asked_row"), mine.requests, each => each.id, each =>
		asked_texts(item_text(each), each, each.state === "pending"));
	fill(find("served"), find("line_row"), mine.days || [], each => each.day, each => ({ day: day_name(each.day), what: served_text(each) }));
	draw_points();
	offer(find("leave_half"), HALVES.map(each => [each, text("record.choice." + each)]));
	offer(find("leave_kind"), KINDS.map(each => [each, text("record.choice." + each)]));
	offer(find("request_item"), mine.items.map(each => [each.id, each.name]));
}

/* Nobody finds what another saw, or typed. */
function session_changed() {
	mine = NOTHING;
	heard_ms = unknown = null;
	message = () => "";
	for (const id of ["leave_form", "request_form"])
		find(id).reset();
	draw();
	load();
}

async function run() {
	await first_language();
	session = new_session({ changed: session_changed, sentence, refused: words => { message = words; draw(); }, roles: ROLES });
	language_button(find("language"), draw);
	find("leave_form").addEventListener("submit", leave_asked);
	find("request_form").addEventListener("submit", item_asked);
	find("leave_list").addEventListener("click", event => withdrawn(event, "leave", mine.leaves));
	find("request_list").addEventListener("click", event => withdrawn(event, "requests", mine.requests));
	/* Leave is of a day, unless more is said. */
	find("leave_from").addEventListener("change", () => {
		if (find("leave_to").value < find("leave_from").value)
			find("leave_to").value = find("leave_from").value;
	});
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	while (session.name === null && !(await session.start().then(() => true, () => false)))
		await sleep(RETRY_ms);
}

run();
