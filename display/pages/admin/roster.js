/*
 * A week of duties.  A duty is chosen by its button, to be dropped, or with a
 * second one to be swapped; any place in the week, to put a duty there.
 */
import { Refused, get, post_once } from "../common/api.js";
import { business_day, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { language_tag, text } from "../common/text.js";

const DAY_ms = 86400000;
const EVERY_ms = 30000;
const DAYS = [0, 1, 2, 3, 4, 5, 6];
const NOBODY = { people: [], shifts: [], duties: [] };

/* Of dates as YYYY-MM-DD. */
function day_after(day, days) {
	return new Date(Date.parse(day) + days * DAY_ms).toISOString().slice(0, 10);
}

function monday_of(day) {
	return day_after(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));
}

function day_name(day) {
	return new Intl.DateTimeFormat(language_tag(), { timeZone: "UTC", month: "numeric", day: "numeric", weekday: "short" }).format(Date.parse(day));
}

/* may(): somebody is here who may ask; writes(): and may change things; act(what) does it and says what came of it. */
export function new_roster({ may, writes, act }) {
	const roster = { draw, load };
	let of_week = NOBODY;
	let monday = "", known = "";	/* of the week that was asked for; of the one that is known */
	let chosen = [];		/* at most two places: {person, day, duty}, duty null: there is none */
	let asked = 0, answered = 0;	/* looks; an answer that comes behind a later one's is none */
	let said = () => "";		/* what came of the last copy */

	async function load() {
		if (monday === "")
			monday = monday_of(business_day(now_ms()));
		await look(() => true);
	}

	/* Without an answer a week stays what it was. */
	async function look(wanted) {
		const turn = ++asked, mine = monday, days = may() ? await week(mine).catch(error =>
			error instanceof Refused || mine !== known ? NOBODY : of_week) : NOBODY;

		if (mine !== monday || turn < answered || !wanted())
			return;		/* another week was asked for meanwhile, or this one once more */
		answered = turn;
		of_week = may() ? days : NOBODY;
		chosen = mine === known ? chosen.map(anew).filter(place => place !== undefined) : [];
		known = mine;
		draw();
	}

	async function week(first) {
		const [{ staff: people }, { shifts }, ...days] = await Promise.all([get("staff"), get("shifts"),
			...DAYS.map(i => get("roster?day=" + day_after(first, i)))]);

		return { people, shifts, duties: days.flatMap(each => each.roster) };
	}

	/* Done, and the week is asked for anew whatever came of it. */
	async function then_load(what) {
		said = () => "";
		await act(what);
		load();
	}

	function shift_name(duty) {
		const shift = of_week.shifts.find(each => each.id === duty.shift);

		return shift === undefined ? "" : shift.name;
	}

	function same(a, b) {
		return a.person === b.person && a.day === b.day && (a.duty === b.duty || (a.duty !== null && b.duty !== null && a.duty.id === b.duty.id));
	}

	/* The places of a person on a day: a button each. */
	function places(person, day) {
		const duties = of_week.duties.filter(each => each.person === person && each.day === day);

		return (duties.length === 0 ? [null] : duties).map(duty => ({ person, day, duty }));
	}

	/* A place of the week that was, in the one there is. */
	function anew(place) {
		const listed = of_week.people.some(each => each.id === place.person);

		return listed ? places(place.person, place.day).find(each => same(each, place)) : undefined;
	}

	function draw_place(place, button) {
		const { duty } = place;
		const shift = duty === null ? "" : shift_name(duty), lunch = duty !== null && duty.lunch ? text("page.admin.roster_lunch") : "";
		const where = duty === null || !duty.window ? "" : text("page.window_no", duty) + (duty.post ? " " + text("page.admin.post." + duty.post) : "");

		button.setAttribute("aria-pressed", chosen.some(each => same(each, place)));
		button.setAttribute("aria-label", [of_week.people.find(each => each.id === place.person).name, day_name(place.day),
			duty === null ? text("page.admin.roster_free") : shift, where, lunch].filter(part => part !== "").join(" "));
		return { shift: duty !== null ? shift : writes() ? "+" : "–", where, lunch };
	}

	function draw_options() {
		const select = find("duty_shift"), names = JSON.stringify(of_week.shifts.map(each => [each.id, each.name]));

		if (select.dataset.of === names)
			return;
		select.dataset.of = names;
		select.textContent = "";
		for (const shift of of_week.shifts)
			select.add(new Option(shift.name + " " + shift.from + "–" + shift.to, shift.id));
	}

	function draw() {
		const duties = chosen.filter(each => each.duty !== null);

		write(find("roster_week"), monday === "" ? "" : day_name(monday) + " – " + day_name(day_after(monday, 6)));
		write_or_hide(find("roster_said"), said());
		fill(find("roster_days"), find("roster_day"), [""].concat(monday === "" ? [] : DAYS.map(i => day_after(monday, i))), each => each,
		    each => ({ day: each === "" ? text("page.admin.roster_person") : day_name(each) }));
		fill(find("roster_rows"), find("roster_row"), of_week.people, each => each.id, (each, row) => {
			for (const i of DAYS)
				fill(row.cells[i + 1], find("duty_button"), places(each.id, day_after(monday, i)),
				    place => place.day + " " + (place.duty === null ? 0 : place.duty.id), draw_place);
			return { name: each.name };
		});
		draw_options();
		find("roster_copy").hidden = !writes();
		find("duty").hidden = chosen.length !== 1 || of_week.shifts.length === 0;
		find("duty_drop").hidden = duties.length !== 1 || chosen.length !== 1;
		find("duty_swap").hidden = duties.length !== 2;
	}

	function place_clicked(event) {
		const button = event.target.closest("button");

		if (button === null || !writes() || monday !== known)
			return;
		const [day, id] = button.dataset.key.split(" "), person = Number(button.closest("tr").dataset.key);
		const place = places(person, day).find(each => id === "0" ? each.duty === null : each.duty !== null && each.duty.id === Number(id));

		if (chosen.some(each => same(each, place)))
			chosen = chosen.filter(each => !same(each, place));
		else
			chosen = chosen.slice(-1).concat(place);
		draw();
	}

	/* What was chosen, for one press: swapped by a second one they would be as before. */
	function taken() {
		const those = chosen;

		chosen = [];
		draw();
		return those;
	}

	function duty_put(event) {
		event.preventDefault();
		const [{ person, day }] = taken(), window = Number(find("duty_window").value), post = find("duty_post").value;
		const body = { person, day, shift: Number(find("duty_shift").value), lunch: find("duty_lunch").checked };

		if (window > 0)
			body.window = window;
		if (post !== "")
			body.post = post;
		then_load(() => post_once("roster", body));
	}

	function copied_text({ copied, skipped }) {
		const name = id => (of_week.people.find(each => each.id === id) || { name: "" }).name;
		const left = skipped.map(each => text("page.admin.roster_skipped", { day: day_name(each.day), name: name(each.person),
			why: text("page.admin.roster_why." + each.why) }));

		return [text("page.admin.roster_copied", { copied })].concat(left).join(text("page.semicolon"));
	}

	async function copy() {
		let answer = null;

		await then_load(async () => {
			answer = await post_once("roster/copy", { from: day_after(monday, -7), to: monday });
		});
		if (answer !== null)
			said = () => copied_text(answer);
		draw();
	}

	function go(days) {
		monday = day_after(monday, days);
		said = () => "";
		taken();
		load();
	}

	find("roster_rows").addEventListener("click", place_clicked);
	find("duty").addEventListener("submit", duty_put);
	find("duty_drop").addEventListener("click", () => {
		const [{ duty: { id, rev } }] = taken();

		then_load(() => post_once("roster/" + id + "/drop", { rev }));
	});
	find("duty_swap").addEventListener("click", () => {
		const [a, b] = taken();

		then_load(() => post_once("roster/swap", { a: a.duty.id, b: b.duty.id }));
	});
	find("roster_before").addEventListener("click", () => go(-7));
	find("roster_after").addEventListener("click", () => go(7));
	find("roster_copy").addEventListener("click", copy);
	setInterval(() => {
		const undisturbed = () => chosen.length === 0;

		if (find("roster").open && !document.hidden && undisturbed())
			look(undisturbed);
	}, EVERY_ms);
	return roster;
}
