/*
 * When to leave for the hall: so long before the early edge of the wait as the
 * way takes, which the holder says and the phone keeps.  For another ticket it
 * holds only while that is not checked in: who has taken one in the hall is there.
 */
import { write } from "../common/dom.js";
import { text } from "../common/text.js";

const KEY = "way";
const STEP_ms = 300000;		/* so that the time stays, and is early, while the estimate wavers */

let last = stored();		/* {of, minutes}: the last choice and what it was made for */

/* Storage may be forbidden: then the choice lasts as long as the page. */
function stored() {
	try {
		return JSON.parse(localStorage.getItem(KEY));
	} catch (error) {
		return null;
	}
}

/* Being there ends with the visit, and a check-in ends being on the way. */
function choice_of(token, ticket) {
	return token + " " + ticket.state;
}

export function may_leave(ticket) {
	return ["reserved", "waiting"].includes(ticket.state) && Boolean(ticket.wait_s);
}

/* Minutes, 0: the holder is there; null: nothing was chosen. */
export function way_of(token, ticket) {
	return last !== null && (last.of === choice_of(token, ticket) || (ticket.state === "reserved" && last.minutes > 0)) ?
	    last.minutes : null;
}

export function choose_way(token, ticket, minutes) {
	last = minutes === null ? null : { of: choice_of(token, ticket), minutes };
	try {
		localStorage.setItem(KEY, JSON.stringify(last));
	} catch (error) {
		/* nothing depends on it */
	}
}

/* Of a wait that was true at known_ms. */
export function leave_ms(wait_s, known_ms, minutes) {
	return Math.floor((known_ms + wait_s.p10 * 1000 - minutes * 60000) / STEP_ms) * STEP_ms;
}

export function draw_ways(select, minutes) {
	const value = minutes === null ? "" : String(minutes);

	for (const option of select.options)
		if (Number(option.value) > 0)
			write(option, text("page.ticket.way.minutes", { minutes: option.value }));
	if (select.value !== value)
		select.value = value;
}
