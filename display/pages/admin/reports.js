/* Reports: which, from when to when; to be read and printed, or for a spreadsheet. */
import { get } from "../common/api.js";
import { fill, find } from "../common/dom.js";
import { language_tag, said } from "../common/text.js";
import { days_of } from "./days.js";
import { new_export } from "./export.js";

/* may(): somebody is here who may ask; act(what) does it and says what came of it. */
export function new_reports({ may, act }) {
	const reports = { draw, load };
	const tables = new_export({ may, act });
	let known = [];

	async function load() {
		tables.load();
		known = may() ? await get("reports").then(answer => answer.reports, () => []) : [];
		draw();
	}

	function address(format) {
		const [from, to] = days_of("report");

		return "/api/v1/reports/" + find("report_name").value + "?from=" + from + "&to=" + to + "&format=" + format + "&lang=" + language_tag().slice(0, 2);
	}

	function draw() {
		fill(find("report_name"), find("report_option"), known, each => each.name, (each, option) => {
			option.value = each.name;
			option.textContent = said(each.title);
			return {};
		});
		for (const format of known.length === 0 ? [] : ["html", "csv"])
			find("report_" + format).href = address(format);
	}

	find("reports").addEventListener("input", draw);
	return reports;
}
