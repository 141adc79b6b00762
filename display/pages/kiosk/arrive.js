/* Letters and digits to type a booking's code or a ticket's number with; halld's codes have no I, O, 0 and 1, numbers have. */
import { fill, find, write } from "../common/dom.js";

const KEYS = Array.from("1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const CODE = 8, MOST = 11;

export function draw_keys(typed) {
	fill(find("keys"), find("key"), KEYS, key => key, key => ({ letter: key }));
	write(find("typed"), typed === "" ? "–" : typed);
	find("arrive_go").disabled = typed.length < 2;
	find("arrive_drop").disabled = typed === "";
}

export function type(typed, key) {
	return (typed + key).slice(0, MOST);
}

/* Where its check-in is: a code is longer than any number. */
export function path_of(typed) {
	return (typed.length === CODE ? "bookings/" : "tickets/") + typed + "/checkin";
}

export function is_booking(typed) {
	return typed.length === CODE;
}
