/*
 * A pad to type the number of an ID card on: 17 digits, a date of birth among
 * them, and a check digit, X for ten (GB 11643).  halld looks at it once more.
 */
import { fill, find, write } from "../common/dom.js";
import { text } from "../common/text.js";

const KEYS = Array.from("123456789X0");
const LENGTH = 18, OPEN = 4;		/* the last characters stay to be read */
const SEEN_ms = 1000;			/* any other is, after it was typed */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function is_date(year, month, day) {
	const date = new Date(Date.UTC(year, month - 1, day));

	return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function is_right(number) {
	const sum = WEIGHTS.reduce((so_far, weight, i) => so_far + weight * number[i], 0);

	return "10X98765432"[sum % 11] === number[LENGTH - 1] &&
	    is_date(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)));
}

/* Whoever looks over a shoulder sees one digit at a time, and in the end four. */
function masked(number, seen) {
	return Array.from({ length: LENGTH }, (_, i) => i >= number.length ? "–" :
	    i >= LENGTH - OPEN || (seen && i === number.length - 1) ? number[i] : "●").join("");
}

/* May this key be next? */
function takes(number, key) {
	return key === "X" ? number.length === LENGTH - 1 : number.length < LENGTH;
}

export function nobody() {
	return { number: "", typed_ms: -Infinity };
}

/* draw() again when its last digit is not to be seen any more. */
export function type_digit(identity, key, draw) {
	if (!takes(identity.number, key))
		return;
	identity.number += key;
	identity.typed_ms = performance.now();
	setTimeout(draw, SEEN_ms);
}

export function drop_digit(identity) {
	identity.number = identity.number.slice(0, -1);
	identity.typed_ms = -Infinity;
}

export function draw_identity({ number, typed_ms }, live) {
	const whole = number.length === LENGTH, right = whole && is_right(number);

	find("id_typed").dataset.typed = masked(number, performance.now() - typed_ms < SEEN_ms);
	fill(find("id_keys"), find("key"), KEYS, key => key, (key, row) => {
		row.firstElementChild.disabled = !takes(number, key);
		return { letter: key };
	});
	write(find("id_state"), text(right ? "page.kiosk.id_right" : whole ? "page.kiosk.id_wrong" : "page.kiosk.id_count",
	    { count: number.length }));
	find("id_state").classList.toggle("unread", whole && !right);
	find("id_go").disabled = !right || !live;
	find("id_drop").disabled = number === "";
}

/* What the screen still says of it. */
export function wipe_identity() {
	find("id_typed").dataset.typed = "";
	write(find("id_state"), "");
}
