/*
 * The layout as text, and the services of its windows as a grid of ticks that
 * writes into that text.  Nothing is taken before "save"; what halld says is
 * wrong is marked in the text.
 */
import { Lost, Refused } from "../common/api.js";
import { clock_text, date_text } from "../common/clock.js";
import { fill, find, write } from "../common/dom.js";
import { language_tag, name_of, text } from "../common/text.js";
import { diff } from "./diff.js";
import { line_at, place_of } from "./places.js";

const ANSWER_ms = 30000;	/* a layout is long, and is written before it is answered */

/* As api.js, but for texts: lines and order are a person's. */
async function request(method, path, body, headers) {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), ANSWER_ms);
	let answer, words;

	try {
		answer = await fetch("/api/v1/" + path, { method, body, cache: "no-cache", signal: abort.signal,
			headers: Object.assign({ "Content-Type": "application/json" }, headers) });
		words = await answer.text();
	} catch (error) {
		throw new Lost(error.message);
	} finally {
		clearTimeout(timer);
	}
	if (answer.ok)
		return { words, tag: answer.headers.get("ETag") };
	let problem = null;

	try {
		problem = JSON.parse(words);
	} catch (error) {
		throw new Lost("status " + answer.status);
	}
	throw new Refused(problem);
}

/* may(): somebody is here who may ask, who() it is; sentence(error): of what is said elsewhere on the page as well. */
export function new_editor({ may, who, sentence }) {
	let taken = { words: "", tag: null };	/* what is in force */
	let whose = null;			/* the text, where it is another one */
	let versions = [];
	let asked = 0;				/* an answer that comes behind a later question's is none */
	let shown = null;			/* what the text is compared with: a rev; null: what is in force */
	let other = "";				/* its text */
	let message = () => "";

	function parsed() {
		try {
			const layout = JSON.parse(find("text").value);

			return Array.isArray(layout.windows) && Array.isArray(layout.services) ? layout : null;
		} catch (error) {
			return null;
		}
	}

	function ids(list) {
		return (Array.isArray(list) ? list : []).map(each => typeof each === "string" ? each : each.id);
	}

	/* A service's row at a window, "id" or {id, level}: as it is in force there, so that a tick taken away and set again changes nothing. */
	function row_of(no, id) {
		const place = taken.words === "" ? undefined : JSON.parse(taken.words).windows.find(each => each.no === no);

		return (place === undefined ? [] : place.services).find(each => ids([each])[0] === id) || id;
	}

	function level_of(list, id) {
		const row = (Array.isArray(list) ? list : []).find(each => ids([each])[0] === id);

		return row === undefined || typeof row === "string" ? 1 : row.level || 1;
	}

	/* A group a window, a tick a service; behind a name the level, unless it is the first. */
	function draw_grid() {
		const layout = parsed(), table = find("grid");

		if (layout === null)
			return;
		const name = service => name_of({ name: (service.name || {}).zh || service.id, name_en: (service.name || {}).en });
		const signature = JSON.stringify([layout.windows.map(each => [each.no, each.services]), layout.services.map(name)]);

		if (table.dataset.of === signature)
			return;
		table.dataset.of = signature;
		table.textContent = "";
		layout.windows.forEach((place, row) => {
			const group = document.createElement("fieldset"), legend = document.createElement("legend");

			legend.textContent = text("page.window_no", { window: place.no });
			group.appendChild(legend);
			for (const service of layout.services) {
				const tick = document.createElement("input"), label = document.createElement("label");

				tick.type = "checkbox";
				tick.value = service.id;
				tick.checked = ids(place.services).includes(service.id);
				tick.addEventListener("change", () => change(row, service.id, tick.checked));
				const level = level_of(place.services, service.id);

				label.append(tick, " " + name(service) + (level > 1 ? " · " + level : ""));
				group.appendChild(label);
			}
			table.appendChild(group);
		});
	}

	/* Only that list of services is written anew. */
	function change(row, id, served) {
		const area = find("text"), desk = parsed().windows[row], list = desk.services.filter(each => ids([each])[0] !== id);
		const place = place_of(area.value, "/windows/" + row + "/services");

		area.value = area.value.slice(0, place.from) + JSON.stringify(served ? list.concat(row_of(desk.no, id)) : list) + area.value.slice(place.to);
		draw();
	}

	function draw_diff() {
		const rows = diff(shown === null ? taken.words : other, find("text").value);
		const words = JSON.stringify(rows);

		if (find("diff").dataset.of === words)
			return;
		find("diff").dataset.of = words;
		find("diff").textContent = "";
		for (const [sign, line] of rows) {
			const row = document.createElement("span");

			row.className = { "+": "new", "-": "old", " ": "same" }[sign];
			row.textContent = sign + " " + line + "\n";
			find("diff").appendChild(row);
		}
	}

	function draw() {
		write(find("layout_message"), message());
		write(find("diff_title"), text("page.admin.diff", { rev: shown === null ? taken.tag === null ? "" : taken.tag.replace(/"/g, "") : shown }));
		fill(find("versions"), find("version_row"), versions, each => each.rev, each => ({
			name: text("page.admin.version", { rev: each.rev, who: each.who,
				date: date_text(each.at, language_tag()), time: clock_text(each.at) }),
			compare: text("page.admin.compare"),
			take: text("page.admin.take"),
		}));
		draw_grid();
		draw_diff();
	}

	function say(words) {
		message = words;
		draw();
	}

	/* What is wrong is marked in the text. */
	function refused(error) {
		const problem = error instanceof Refused ? error.problem : {};
		const area = find("text"), place = problem.pointer === undefined ? null : place_of(area.value, problem.pointer);
		const line = /\bline (\d+)/.exec(problem.detail || "");

		if (problem.code === "stranded")
			return say(() => text("page.admin.stranded", { who: problem.who.join(text("sign.join")) }));
		if (place !== null && problem.pointer !== "") {
			area.focus();
			area.setSelectionRange(place.from, place.to);
			return say(() => text("page.admin.wrong", { line: line_at(area.value, place.from), what: problem.detail }));
		}
		if (problem.code !== "bad_request")
			return say(() => sentence(error));
		/* It is no JSON, or another thing than a layout. */
		const lines = area.value.split("\n"), number = line === null ? 1 : Math.min(Number(line[1]), lines.length);
		const from = lines.slice(0, number - 1).reduce((sum, each) => sum + each.length + 1, 0);

		area.focus();
		area.setSelectionRange(from, from + lines[number - 1].length);
		say(() => text("page.admin.wrong", { line: number, what: problem.detail }));
	}

	async function load() {
		if (!may())
			return;
		if (who() !== whose) {
			whose = who();
			shown = null;
			find("text").value = taken.words;
		}
		const mine = ++asked;

		try {
			const answer = await request("GET", "layout"), known = JSON.parse((await request("GET", "layout/versions")).words).versions;

			if (mine !== asked)
				return;
			versions = known;
			/* What is being written, since before or only now, was begun on what was in force then, and is not saved over anything newer. */
			if (find("text").value === taken.words) {
				taken = answer;
				find("text").value = answer.words;
			}
			say(() => "");
		} catch (error) {
			if (mine === asked)
				say(() => sentence(error));
		}
	}

	async function check() {
		try {
			const { restart } = JSON.parse((await request("POST", "layout/check", find("text").value)).words);

			say(() => text(restart.length > 0 ? "page.admin.good_restart" : "page.admin.good", { what: restart.join(" ") }));
		} catch (error) {
			refused(error);
		}
	}

	async function save() {
		const words = find("text").value;

		find("save").disabled = true;
		try {
			const answer = await request("PUT", "layout", words, { "If-Match": taken.tag });
			const { restart } = JSON.parse(answer.words);

			taken = { words, tag: answer.tag };
			shown = null;
			await load();
			say(() => text(restart.length > 0 ? "page.admin.taken_restart" : "page.admin.taken", { what: restart.join(" ") }));
		} catch (error) {
			refused(error);
		}
		find("save").disabled = false;
	}

	async function version(event) {
		const button = event.target.closest("button"), rev = button === null ? 0 : Number(button.closest("li").dataset.key);

		if (rev === 0)
			return;
		try {
			const { words } = await request("GET", "layout/versions/" + rev);

			if (button.className === "take")
				find("text").value = words;
			else {
				shown = rev;
				other = words;
			}
			draw();
		} catch (error) {
			say(() => sentence(error));
		}
	}

	find("text").addEventListener("input", draw);
	find("check").addEventListener("click", check);
	find("save").addEventListener("click", save);
	find("reload").addEventListener("click", () => {
		find("text").value = taken.words;
		shown = null;
		load();
	});
	find("versions").addEventListener("click", version);
	return { draw, load };
}
