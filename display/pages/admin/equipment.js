/*
 * What the hall has beside how its devices are now, and what is to be repaired:
 * a button for each step that a repair may take next; what a step has to be told
 * is asked for in a form.
 */
import { Refused, get, post_once } from "../common/api.js";
import { clock_text, day_text, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 12000;
const INPUTS = ["person", "item", "quantity", "cost", "note"];
const ASKS = { assign: ["person"], fix: ["item", "quantity", "cost"], close: ["note"] };	/* the form's inputs, by step */

/* Today's as HH:MM, else with its day. */
function when_text(time) {
	const day = day_text(time);

	return (day === day_text(now_ms()) ? "" : day + " ") + clock_text(time);
}

function live_text(live) {
	return live === null ? "" : text("page.admin.live." + live.state) + " · " + when_text(live.since);
}

/* The thing by its number, else the device and, where it has one, its address. */
function thing_text({ asset_name: name, device = "", address }) {
	return name || device + (address > 0 ? " " + address : "");
}

/* may(): somebody is here who may ask; act(what) does it and says what came of it. */
export function new_equipment({ may, act }) {
	const equipment = { draw, load };
	let repairs = null;		/* null: nobody has answered yet */
	let assets = [], steps = [], people = [], items = [];
	let chosen = null;		/* {repair, verb}: the step that is being told about */

	/* Without an answer it stays what it was. */
	async function list(path, known) {
		return get(path).then(answer => answer[path], error => error instanceof Refused ? [] : known);
	}

	async function load() {
		if (document.hidden)
			return;
		if (!may())
			choose(null);
		repairs = may() ? await list("repairs", repairs) : null;
		if (may() && find("equipment").open) {
			const subjects = await list("subjects", []), of = subjects.find(each => each.path === "repairs");

			steps = of === undefined ? steps : of.steps;
			assets = await list("equipment", assets);
			people = await list("staff", people);
			items = await list("stock", items);
		}
		draw();
	}

	function options(select, of, name) {
		const wanted = of.map(each => String(each.id)), chosen_before = select.value;

		if (Array.from(select.options).slice(1).map(option => option.value).join() === wanted.join())
			return;
		select.textContent = "";
		select.add(new Option("", ""));
		for (const each of of)
			select.add(new Option(name(each), each.id));
		select.value = wanted.includes(chosen_before) ? chosen_before : "";
	}

	function input(name) {
		return find("repair_" + name);
	}

	/* What was typed was about another. */
	function choose(step) {
		chosen = step;
		find("repair_form").reset();
	}

	function draw_form() {
		const asks = chosen === null ? [] : ASKS[chosen.verb];

		find("repair_form").hidden = chosen === null;
		options(input("person"), people, each => each.name);
		options(input("item"), items, each => each.name);
		for (const name of INPUTS) {
			input(name).parentElement.hidden = !asks.includes(name);
			input(name).required = asks.includes(name) && (name === "person" || name === "note");
		}
		write(find("repair_what"), chosen === null ? "" : text("page.admin.repair." + chosen.verb) + " · " + thing_text(chosen.repair));
	}

	function repair_texts(each, row) {
		fill(row.querySelector("ul"), find("repair_step"), steps.filter(step => step.from.includes(each.state)), step => step.verb,
		    ({ verb }) => ({ do: text("page.admin.repair." + verb) }));
		return {
			thing: thing_text(each),
			fault: each.fault,
			since: when_text(each.reported),
			stands: [text("record.state." + each.state), each.person_name || ""].filter(part => part !== "").join(" · "),
			live: live_text(each.live),
		};
	}

	function asset_texts(each, row) {
		row.className = each.live === null || each.live.well ? "" : "wrong";
		return { thing: each.no, kind: each.kind, place: each.place || "", live: live_text(each.live) };
	}

	function draw() {
		fill(find("repair_list"), find("repair_row"), repairs || [], each => each.id, repair_texts);
		write_or_hide(find("repair_none"), repairs !== null && repairs.length === 0 ? text("page.admin.repair_none") : "");
		fill(find("asset_list"), find("asset_row"), assets, each => each.id, asset_texts);
		draw_form();
	}

	/* What was typed for a step stays until it is done.  Somebody else was quicker: that is said, and once more is over what they wrote. */
	async function step(what, body) {
		const { repair, verb } = what;

		await act(async () => {
			try {
				await post_once("repairs/" + repair.id + "/" + verb, { ...body, rev: repair.rev });
			} catch (error) {
				if (chosen === what && error instanceof Refused && error.problem.current)
					chosen = { repair: error.problem.current, verb };
				throw error;
			}
			if (chosen === what)
				choose(null);
		});
		load();
	}

	/* Of the inputs that are asked for, those with something in them; cost is typed in yuan. */
	function told() {
		const body = {};

		for (const name of ASKS[chosen.verb]) {
			const value = input(name).value.trim();

			if (value !== "")
				body[name] = name === "note" ? value : name === "cost" ? Math.round(Number(value) * 100) : Number(value);
		}
		return body;
	}

	find("repair_list").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button === null)
			return;
		const verb = button.closest("li").dataset.key, id = button.closest("#repair_list > li").dataset.key;
		const repair = repairs.find(each => String(each.id) === id);

		if (ASKS[verb] === undefined)
			step({ repair, verb }, {});
		else
			choose({ repair, verb });
		draw();
	});
	find("repair_form").addEventListener("submit", event => {
		event.preventDefault();
		step(chosen, told());
	});
	find("repair_cancel").addEventListener("click", () => {
		choose(null);
		draw();
	});
	find("equipment").addEventListener("toggle", load);
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return equipment;
}
