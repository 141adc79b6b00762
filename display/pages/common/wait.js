/* What halld says of waits, in words.  It has rounded them already; "" where it says nothing. */
import { clock_text } from "./clock.js";
import { text } from "./text.js";

const SURE = 0.9;	/* a chance to be called before closing that nobody has to be warned of */

function band_text({ from_min, to_min, from, to }) {
	return from === undefined ? text("page.wait.minutes", { from: from_min, to: to_min }) :
	    text("page.wait.clock", { from: clock_text(from), to: clock_text(to) });
}

/* How long, or from when until when. */
export function wait_text(wait_s) {
	return wait_s ? band_text(wait_s.band) : "";
}

/* That it may be too late for today. */
export function late_text(wait_s) {
	return wait_s && wait_s.in_time < SURE ? text("page.wait.late") : "";
}
