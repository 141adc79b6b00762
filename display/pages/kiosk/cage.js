/*
 * No way out of the page, and nothing done by accident: what a browser offers
 * besides the page itself is refused.  Zoom by fingers is refused in kiosk.css.
 */

const KEYS = ["Tab", "Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

function refuse(event) {
	event.preventDefault();
}

/* Only the keys that work the page, one press at a time: no shortcut, and no held key that presses on. */
function refuse_key(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !KEYS.includes(event.key))
		event.preventDefault();
}

/* The second of a quick pair would touch what has just come to its place. */
function refuse_second(event) {
	if (event.detail > 1 && event.target.closest(".again") === null) {
		event.preventDefault();
		event.stopPropagation();
	}
}

function refuse_zoom(event) {
	if (event.ctrlKey)
		event.preventDefault();
}

/* The buttons beside the first, with which a mouse goes back and forth. */
function refuse_button(event) {
	if (event.button !== 0)
		event.preventDefault();
}

function stay() {
	history.pushState(null, "", location.href);
}

export function lock() {
	for (const kind of ["contextmenu", "selectstart", "dragstart", "dragover", "drop"])
		document.addEventListener(kind, refuse);
	for (const kind of ["mousedown", "mouseup", "auxclick"])
		document.addEventListener(kind, refuse_button);
	document.addEventListener("keydown", refuse_key);
	document.addEventListener("click", refuse_second, true);
	document.addEventListener("wheel", refuse_zoom, { passive: false });
	window.addEventListener("popstate", stay);
	stay();
}
