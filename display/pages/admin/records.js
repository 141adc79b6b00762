/*
 * Records of hall management: a list for each subject, and a form for one
 * record, both made from what halld says of its subjects.  Who saves over
 * another's change is told, with what is there now, and loses nothing typed.
 */
import { Refused, get, post_once, put } from "../common/api.js";
import { hall_time } from "../common/clock.js";
import { find, write, write_or_hide } from "../common/dom.js";
import { has_text, text } from "../common/text.js";
import { choice_name } from "./choice.js";

const INPUTS = { number: "number", money: "number", window: "number", record: "number", day: "date", minute: "time", time: "datetime-local",
	flag: "checkbox" };

function label(kind, name) {
	const key = "record." + kind + "." + name;

	return has_text(key) ? text(key) : name;
}

/* With it text.js says it in another language as well. */
function named(node, kind, name) {
	node.dataset.text = "record." + kind + "." + name;
	node.textContent = label(kind, name);
	return node;
}

/* may(): somebody is here who may ask, who() it is; act(what) does it and says what came of it; sentence(error) for people. */
export function new_records({ may, who, act, sentence }) {
	const records = { draw, load };
	let subjects = [], list = [];
	let next = null;		/* of those in use no more: there are others before this id */
	let whose = null;		/* what is shown and typed here */
	let edited = null;		/* the record in the form; {}: a new one */
	const underway = new Set();	/* an answer is awaited: saved again it would be another record */
	let had = null;			/* the list; false: there was no answer, null: there is none yet */
	let asked = 0;			/* lists; an answer that comes behind a later question's is none */
	let others = {};		/* what somebody else has written meanwhile, by field */

	function subject() {
		return subjects.find(each => each.path === find("record_subject").value);
	}

	/* They are shown, and stay as they are. */
	function past() {
		return find("record_past").checked;
	}

	/* Somebody else does not find what was typed, or shown; who comes back does. */
	function leave() {
		whose = who();
		show_form(null);
		delete find("record_list").dataset.of;
		find("record_head").textContent = find("record_body").textContent = "";
		subjects = [];
		clear();
	}

	/* What is awaited is another list: nothing of this one can be opened. */
	function clear() {
		list = [];
		next = had = null;
	}

	async function load() {
		asked++;
		if (!may())
			return;
		if (who() !== whose)
			leave();
		subjects = await get("subjects").then(answer => answer.subjects, () => []);
		const select = find("record_subject"), chosen = select.value;

		select.textContent = "";
		for (const each of subjects)
			select.add(named(new Option("", each.path), "subject", each.path));
		if (subjects.some(each => each.path === chosen))
			select.value = chosen;
		await load_list();
	}

	/* What is there stays until there is an answer. */
	async function load_list() {
		asked++;
		await load_more("", []);
	}

	async function load_more(query, known) {
		const of = subject(), mine = asked;

		if (of !== undefined && find("records").open) {
			let got = true;
			/* Asked for without a word, presence is where everybody is. */
			const which = past() ? "?past=true" + query : of.path === "presence" ? "?state=now" : "";
			const answer = await get(of.path + which).catch(error => {
				got = error instanceof Refused;
				return {};
			});

			if (mine !== asked)
				return;
			had = got;
			list = known.concat(answer[of.path] || []);
			next = answer.next || null;
		}
		draw();
	}

	function value_text(field, record) {
		const value = record[field.name];

		if (value === undefined)
			return "";
		switch (field.type) {
		case "number":	return value === 0 && !field.must ? "" : String(value);	/* halld has no other word for none */
		case "flag":	return value ? text("record.yes") : "";
		case "choice":	return label("choice", choice_name(subject().path, value));
		case "money":	return (value / 100).toFixed(2);
		case "time":	return value.slice(0, 16).replace("T", " ");
		case "record":	return record[field.name + "_name"] || String(value);
		case "services": return value.join(" ");
		default:	return String(value);
		}
	}

	function cell(row, name, value) {
		row.appendChild(document.createElement(name)).textContent = value;
	}

	/* Written only where it differs: it is drawn whenever the page is. */
	function draw_list(of) {
		const now = JSON.stringify([of.path, list, had, text("record.none")]);

		if (find("record_list").dataset.of === now)
			return;
		find("record_list").dataset.of = now;
		const head = find("record_head"), body = find("record_body");
		const fields = of.fields.filter(field => list.some(each => value_text(field, each) !== ""));

		head.textContent = body.textContent = "";
		cell(head, "th", text("record.number"));
		for (const field of fields)
			cell(head, "th", label("field", field.name));
		cell(head, "th", label("field", "state"));
		for (const each of list) {
			const row = body.appendChild(document.createElement("tr")), open = document.createElement("button");

			open.type = "button";
			open.textContent = String(each.id);
			open.dataset.id = each.id;
			open.setAttribute("aria-label", text("record.open", { id: each.id }));
			row.appendChild(document.createElement("td")).appendChild(open);
			for (const field of fields)
				cell(row, "td", value_text(field, each));
			cell(row, "td", label("state", each.state));
		}
		write_or_hide(find("record_none"), list.length > 0 || had === null ? "" : text(had ? "record.none" : "page.no_answer"));
	}

	/* An input for a field, with what it has now. */
	function input_of(field) {
		const value = edited[field.name];
		let input;

		if (field.type === "choice") {
			input = document.createElement("select");
			input.add(new Option("", ""));
			for (const name of field.names)
				input.add(named(new Option("", name), "choice", choice_name(subject().path, name)));
			input.value = value === undefined ? "" : value;
			return input;
		}
		input = document.createElement("input");
		input.type = INPUTS[field.type] || "text";
		input.step = field.type === "money" ? "0.01" : "any";
		input.autocomplete = "off";
		if (field.type === "flag")
			input.checked = value === true;
		else if (field.type === "services")
			input.value = (value || []).join(" ");
		else if (field.type === "money" && value !== undefined)
			input.value = (value / 100).toFixed(2);
		else if (field.type === "time" && value !== undefined)
			input.value = value.slice(0, 19);
		else
			input.value = value === undefined ? "" : value;
		return input;
	}

	/* What a field says: undefined where it is as it was. */
	function said(field) {
		const input = find("record_field_" + field.name), value = input.value.trim(), was = edited[field.name];
		let now;

		if (field.type === "flag")
			now = input.checked || (was === undefined ? undefined : false);
		else if (value === "")
			now = was === undefined ? undefined : null;
		else if (field.type === "services")
			now = value.split(/[\s,]+/);
		else if (field.type === "money")
			now = Math.round(Number(value) * 100);
		else if (field.type === "time")
			now = Date.parse(hall_time(value)) === Date.parse(was) ? was : hall_time(value);
		else
			now = INPUTS[field.type] === "number" ? Number(value) : value;
		return JSON.stringify(now) === JSON.stringify(was) ? undefined : now;
	}

	function changes(of) {
		const body = {};

		for (const field of of.fields.filter(each => !each.own)) {
			const now = said(field);

			if (now !== undefined)
				body[field.name] = now;
		}
		return body;
	}

	function show_form(record) {
		const of = subject(), fields = find("record_fields"), steps = find("record_steps");

		edited = record;
		others = {};
		find("record_form").hidden = record === null;
		write_or_hide(find("record_message"), "");
		fields.textContent = steps.textContent = "";
		if (record === null)
			return;
		for (const field of of.fields.filter(each => !each.own)) {
			const line = fields.appendChild(document.createElement("label")), input = input_of(field);

			const name = line.appendChild(document.createElement("span"));

			name.append(named(document.createElement("span"), "field", field.name), field.must ? " *" : "");
			input.id = "record_field_" + field.name;
			input.disabled = past() || (record.id !== undefined && (field.fixed || !of.writes));
			line.appendChild(input);
			line.appendChild(document.createElement("b")).id = "record_other_" + field.name;
		}
		for (const step of past() ? [] : of.steps.filter(each => each.from.includes(record.state))) {
			const button = steps.appendChild(document.createElement("button"));

			button.type = "button";
			named(button, "step", step.verb);
			button.dataset.verb = step.verb;
			for (const field of of.fields.filter(each => each.name === step.needs))
				find("record_field_" + field.name).disabled = false;
		}
		find("record_save").hidden = past() || !of.writes;
		(fields.querySelector("input:enabled, select:enabled") || find("record_cancel")).focus();
	}

	/* Somebody else was quicker: what they wrote stands beside what was typed, and saving again is over theirs. */
	function show_stale(of, current) {
		others = {};
		for (const field of of.fields.filter(each => !each.own)) {
			const differs = JSON.stringify(current[field.name]) !== JSON.stringify(edited[field.name]);

			others[field.name] = differs ? text("record.now", { value: value_text(field, current) || "—" }) : "";
			write(find("record_other_" + field.name), others[field.name]);
		}
		edited = Object.assign({}, edited, { rev: current.rev, state: current.state });
		write_or_hide(find("record_message"), text("record.stale"));
	}

	/* The form may be another record's, or another person's, when the answer comes. */
	async function send(of, path, body, how) {
		const what = JSON.stringify([path, body]), form = edited;

		if (underway.has(what))
			return;
		underway.add(what);
		await act(async () => {
			try {
				await how(path, body);
				if (edited === form)
					show_form(null);
			} catch (error) {
				if (!(error instanceof Refused) || edited !== form)
					throw error;
				if (error.problem.code === "stale" && error.problem.current)
					show_stale(of, error.problem.current);
				else
					write_or_hide(find("record_message"), sentence(error) + (error.problem.pointer ? " " + field_of(error.problem) : ""));
			}
		});
		underway.delete(what);
		load_list();
	}

	function field_of({ pointer, expected, detail }) {
		return label("field", pointer.slice(1)) + ": " + (expected || detail);
	}

	function draw() {
		const of = subject();

		if (of === undefined)
			return;
		find("record_new").hidden = past() || !of.writes;
		find("record_more").hidden = next === null;
		draw_list(of);
	}

	find("records").addEventListener("toggle", load_list);
	for (const choice of ["record_subject", "record_past"])
		find(choice).addEventListener("change", () => {
			show_form(null);
			clear();
			draw();
			load_list();
		});
	find("record_more").addEventListener("click", () => load_more("&before=" + next, list));
	find("record_new").addEventListener("click", () => show_form({}));
	find("record_cancel").addEventListener("click", () => show_form(null));
	find("record_body").addEventListener("click", event => {
		const button = event.target.closest("button");

		if (button !== null)
			show_form(list.find(each => each.id === Number(button.dataset.id)));
	});
	find("record_form").addEventListener("submit", event => {
		const of = subject(), body = changes(of);

		event.preventDefault();
		if (edited.id === undefined)
			send(of, of.path, body, post_once);
		else
			send(of, of.path + "/" + edited.id, Object.assign(body, { rev: edited.rev }), put);
	});
	find("record_steps").addEventListener("click", event => {
		const button = event.target.closest("button"), of = subject();

		if (button !== null)
			send(of, of.path + "/" + edited.id + "/" + button.dataset.verb, Object.assign(changes(of), { rev: edited.rev }), post_once);
	});
	return records;
}
