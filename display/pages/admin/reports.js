/* Reports: which, from when to when; to be read and printed, or for a spreadsheet. */
import { get } from "../common/api.js";
import { fill, find, write_or_hide } from "../common/dom.js";
import { language_tag, said, text } from "../common/text.js";
import { days_of } from "./days.js";
import { new_export } from "./export.js";

const DAY_ms = 86400000;

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
		const [from, to] = days_of("report"), { days } = known.find(each => each.name === find("report_name").value) || { days: null };
		const over = days !== null && Date.parse(to) - Date.parse(from) >= days * DAY_ms;

		for (const format of known.length === 0 ? [] : ["html", "csv"]) {
			find("report_" + format).href = address(format);
			find("report_" + format).hidden = over;
		}
		write_or_hide(find("report_over"), over ? text("page.admin.report_over", { days }) : "");
	}

	find("reports").addEventListener("input", draw);
	return reports;
}
