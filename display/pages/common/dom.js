/* What is on the page: written only where it differs, so that nothing blinks and nothing is read out twice. */

export function find(id) {
	return document.getElementById(id);
}

export function write(node, value) {
	if (node.textContent !== value)
		node.textContent = value;
}

/* An empty line is not there. */
export function write_or_hide(node, value) {
	write(node, value);
	node.hidden = value === "";
}

/*
 * Make the rows of a list those of items, in their order.  A row is a copy of
 * the template and stays the same element as long as its key is there;
 * texts(item) has a text for each class name inside it.
 */
export function fill(list, template, items, key, texts) {
	const keys = items.map(item => String(key(item)));
	const rows = new Map();

	for (const row of Array.from(list.children)) {
		if (keys.includes(row.dataset.key))
			rows.set(row.dataset.key, row);
		else
			row.remove();
	}
	items.forEach((item, place) => {
		let row = rows.get(keys[place]);

		if (row === undefined) {
			row = template.content.firstElementChild.cloneNode(true);
			row.dataset.key = keys[place];
		}
		if (list.children[place] !== row)
			list.insertBefore(row, list.children[place] || null);
		for (const [name, value] of Object.entries(texts(item, row)))
			write_or_hide(row.getElementsByClassName(name)[0], value);
	});
}
