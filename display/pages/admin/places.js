/* Where in a text of JSON the value is that a JSON Pointer (RFC 6901) names: found without making the text anew. */

/* The value that begins at `at`, after blanks: {from, to, parts}; parts: [key or index, place of its value]. */
function value_at(text, at) {
	const blank = /[ \t\r\n]*/y;
	const scalar = /"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y;

	function skip(from) {
		blank.lastIndex = from;
		blank.exec(text);
		return blank.lastIndex;
	}

	function scalar_end(from) {
		scalar.lastIndex = from;
		if (scalar.exec(text) === null)
			throw new SyntaxError("no JSON at " + from);
		return scalar.lastIndex;
	}

	function read(start) {
		const from = skip(start), open = text[from], parts = [];

		if (open !== "{" && open !== "[")
			return { from, to: scalar_end(from), parts };
		let next = skip(from + 1);
		for (let i = 0; text[next] !== "}" && text[next] !== "]"; i++) {
			let key = i;

			if (open === "{") {
				const end = scalar_end(next);

				key = JSON.parse(text.slice(next, end));
				next = skip(end) + 1;		/* the colon */
			}
			const part = read(next);

			parts.push([key, part]);
			next = skip(part.to);
			if (text[next] === ",")
				next = skip(next + 1);
		}
		return { from, to: next + 1, parts };
	}

	return read(at);
}

/* {from, to} of what the pointer names, or of the nearest that there is around it; null: the text is no JSON. */
export function place_of(text, pointer) {
	let value;

	try {
		JSON.parse(text);
		value = value_at(text, 0);
	} catch (error) {
		return null;
	}
	for (const word of pointer.split("/").slice(1)) {
		const name = word.replace(/~1/g, "/").replace(/~0/g, "~");
		const part = value.parts.find(([key]) => String(key) === name);

		if (part === undefined)
			break;
		value = part[1];
	}
	return { from: value.from, to: value.to };
}

/* The number of the line, from 1, in which a place is. */
export function line_at(text, at) {
	return text.slice(0, at).split("\n").length;
}
