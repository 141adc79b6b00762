/* Type as large as its place allows. */
const LEAST_px = 16, STEP = 0.94;

/* Set the type of a node, whose one child is its text, so that nothing of it is cut. */
export function fit(node) {
	const text = node.firstElementChild;
	let size = node.clientHeight;

	for (; size > LEAST_px; size *= STEP) {
		node.style.fontSize = size + "px";
		if (text.offsetHeight <= node.clientHeight && text.offsetWidth <= node.clientWidth && node.scrollWidth <= node.clientWidth)
			return;
	}
}
