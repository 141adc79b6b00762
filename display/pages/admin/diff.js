/* What is another in the lines of two texts: [sign, line] each, with a few that are the same around. */
const AROUND = 2;
const MOST = 1500;		/* lines compared one with each other; beyond that all of the middle is new */

/* For each place of both, how many lines from there on are in both, in the same order. */
function lengths(a, b) {
	const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));

	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--)
			table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
	return table;
}

function middle(a, b) {
	const rows = [];
	let i = 0, j = 0;

	if (a.length > MOST || b.length > MOST)
		return a.map(line => ["-", line]).concat(b.map(line => ["+", line]));
	const table = lengths(a, b);
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			rows.push([" ", a[i++]]);
			j++;
		} else if (j === b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1]))
			rows.push(["-", a[i++]]);
		else
			rows.push(["+", b[j++]]);
	}
	return rows;
}

export function diff(before, after) {
	const a = before.split("\n"), b = after.split("\n");
	let head = 0, tail = 0;

	while (head < a.length && head < b.length && a[head] === b[head])
		head++;
	while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
		tail++;
	const same = lines => lines.map(line => [" ", line]);
	const rows = same(a.slice(Math.max(0, head - AROUND), head))
	    .concat(middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)))
	    .concat(same(a.slice(a.length - tail, a.length - tail + AROUND)));

	return rows.some(([sign]) => sign !== " ") ? rows : [];
}
