/* The chart of a report: the first columns after the first of the table that has one, as bars over what its rows are of. */
/* global uPlot */
const HEIGHT_px = 260, BESIDE_px = 130, GAP_px = 10, LETTER_px = 8, NAME_px = 50;
const COLOURS = ["#1a5fb4", "#e66100", "#2e7d32"];

const tables = [...document.querySelectorAll("table")];
const table = tables.find(each => each.dataset.chart !== "0") || tables[0];
const height = tables.length > 1 ? BESIDE_px : HEIGHT_px;
const chart = document.getElementById("chart");
const rows = [...table.tBodies[0].rows];
const series = Number(table.dataset.chart);

/* What cannot be counted leaves a gap. */
function value_of(cell) {
	const value = Number.parseFloat(cell.textContent);

	return Number.isNaN(value) ? null : value;
}

function options() {
	const titles = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
	const names = rows.map(row => row.cells[0].textContent);
	const bar = i => uPlot.paths.bars({ size: [0.8 / series, 60], align: series === 1 ? 0 : [1, 0, -1][i] });

	return {
		width: chart.clientWidth,
		height,
		scales: { x: { time: false, range: [-0.5, rows.length - 0.5] }, y: { range: (plot, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
		axes: [{ space: Math.max(NAME_px, LETTER_px * Math.max(...names.map(name => name.length))), values: (plot, at) => at.map(i => Number.isInteger(i) ? names[i] || "" : "") }, {}],
		cursor: { show: false },
		legend: { live: false },
		padding: [GAP_px, GAP_px, 0, 0],
		series: [
			{ label: titles[0], value: (plot, i) => names[i] || "" },
			...COLOURS.slice(0, series).map((colour, i) => ({ label: titles[i + 1], stroke: colour, fill: colour, paths: bar(i), points: { show: false } })),
		],
	};
}

/* Where there is another table, beside the one that it is of: a sheet of paper has no room above. */
if (tables.length > 1) {
	table.parentElement.classList.add("beside");
	table.parentElement.append(chart);
}

if (series > 0 && rows.length > 1) {
	const columns = Array.from({ length: series }, (_, i) => rows.map(row => value_of(row.cells[i + 1])));
	const plot = new uPlot(options(), [rows.map((_, i) => i), ...columns], chart);

	window.addEventListener("resize", () => plot.setSize({ width: chart.clientWidth, height }));
}
