/*
 * What is kept, as files for other programs: a table for a spreadsheet, the log
 * as a line of JSON an event, as `hallctl export` writes them.
 */
import { get } from "../common/api.js";
import { find, write } from "../common/dom.js";

/* What a spreadsheet takes for a formula, also in the wide forms of Chinese keyboards; a number with a sign is none. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const NUMBER = /^[=+\-@\t\r][\d.]*$/;

function cell(value, column) {
	if (value === null || typeof value === "number")
		return value === null ? "" : String(value);
	const words = typeof value === "string" ? value : JSON.stringify(value);

	if (column.endsWith("at") && words.length > 19)		/* a spreadsheet knows it as a time without T and zone */
		return words.slice(0, 10) + " " + words.slice(11, 19);
	return '"' + (FORMULA.test(words) && !NUMBER.test(words) ? "'" : "") + words.replace(/"/g, '""') + '"';
}

function csv_line(row, columns) {
	return row.map((value, i) => cell(value, columns[i])).join(",") + "\r\n";
}

function json_line(row, columns) {
	return JSON.stringify(Object.fromEntries(row.map((value, i) => [columns[i], value]))) + "\n";
}

function save(parts, name) {
	const link = document.createElement("a");

	link.href = URL.createObjectURL(new Blob(parts));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}

/* may(): somebody is here who may ask; act(what) does it and says what came of it. */
export function new_export({ may, act }) {
	let known = [];			/* tables */
	let here = 0;			/* whoever signed in last */

	/* The file is of one moment as far as events go: those up to the newest as it began. */
	async function hand_out({ name, columns }) {
		const mine = here, log = name === "event", { seq: last } = await get("export");
		const parts = log ? [] : ["\ufeff" + csv_line(columns, columns.map(() => ""))];
		let count = 0;

		for (let after = ""; after !== null;) {
			const slice = await get("export/" + name + "?last=" + last + (after === "" ? "" : "&after=" + encodeURIComponent(after)));

			if (mine !== here)
				return;
			parts.push(new Blob(slice.rows.map(row => (log ? json_line : csv_line)(row, columns))));
			after = slice.next;
			write(find("export_rows"), String(count += slice.rows.length));
		}
		save(parts, name + (log ? ".jsonl" : ".csv"));
	}

	/* What somebody else asked for is gone. */
	async function load() {
		const mine = ++here, tables = may() ? await get("export").then(answer => answer.tables, () => []) : [];

		if (mine !== here)
			return;
		known = tables;
		find("export_table").textContent = "";
		for (const { name } of known)
			find("export_table").add(new Option(name));
		write(find("export_rows"), "");
		find("export_now").disabled = known.length === 0;
	}

	find("export_now").addEventListener("click", async () => {
		find("export_now").disabled = true;
		await act(() => hand_out(known[find("export_table").selectedIndex]));
		find("export_now").disabled = known.length === 0;
	});
	return { load };
}
