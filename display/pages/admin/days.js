/* The first and the last day that a form asks for: one alone is both, none is today, and a person may say them in either order. */
import { business_day, now_ms } from "../common/clock.js";
import { find } from "../common/dom.js";

export function days_of(form) {
	const said = [find(form + "_from").value, find(form + "_to").value].filter(day => day !== "").sort();

	return [said[0] || business_day(now_ms()), said[1] || said[0] || business_day(now_ms())];
}
