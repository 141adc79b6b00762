/* A ticket held before the kiosk's scanner: how it stands. */
import { get, sleep } from "../common/api.js";
import { find, write, write_or_hide } from "../common/dom.js";
import { has_text, name_of, text } from "../common/text.js";
import { write_number } from "./ticket.js";

const LOOK_ms = 700;

/* scanned(ticket, booking) for each code, null for one that is no ticket's, and that of a booking or null; what was scanned before is not told. */
export async function watch_scanner(there, scanned) {
	let count = null;

	for (;;) {
		await sleep(LOOK_ms);
		const answer = there() ? await get("kiosk/scan").catch(() => null) : null;

		if (answer === null)
			continue;
		if (count !== null && answer.scan > count)
			scanned(answer.ticket, answer.booking);
		count = answer.scan;	/* less after halld was started again */
	}
}

/* Only who holds the code, and not just the number, may act for the ticket. */
export function may_return(ticket) {
	return ticket !== null && ticket.state === "passed" && ticket.token !== undefined;
}

/* Its holder is here: who took it from afar. */
export function may_check_in(ticket) {
	return ticket !== null && ["reserved", "no_show"].includes(ticket.state);
}

function state_text(ticket) {
	const key = "page.ticket.state." + ticket.state;
	const where = ticket.state === "serving" ? " · " + text("page.window_no", ticket) : "";

	return (has_text(key) ? text(key, ticket) : text("leg." + ticket.state)) + where;
}

function ahead_text(ticket) {
	return ticket.ahead === null ? "" : text(ticket.ahead === 0 ? "page.ticket.ahead_none" : "ticket.ahead", ticket);
}

function hint_text(ticket) {
	if (ticket.state === "waiting")
		return text("page.kiosk.listen");
	if (ticket.state === "passed" && !may_return(ticket))
		return text("page.kiosk.scan_passed");
	return has_text("page.ticket.hint." + ticket.state) ? text("page.ticket.hint." + ticket.state) : "";
}

function place_text(ticket) {
	const place = name_of(ticket, "place");

	return place === "" || !["waiting", "called", "serving", "passed"].includes(ticket.state) ? "" :
	    text("page.ticket.place", { place });
}

/* ticket null: a code that is no ticket's. */
export function draw_scan(ticket, message) {
	find("scanned").className = ticket === null ? "unknown" : ticket.state;
	write(find("scan_title"), text(ticket === null ? "page.kiosk.scan_unknown" : "page.kiosk.scan_title"));
	find("scan_number").hidden = ticket === null;
	if (ticket !== null)
		write_number(find("scan_number"), ticket.number);
	write_or_hide(find("scan_state"), ticket === null ? "" : state_text(ticket));
	write_or_hide(find("scan_service"), ticket === null ? "" : name_of(ticket, "service_name"));
	write_or_hide(find("scan_ahead"), ticket === null ? "" : ahead_text(ticket));
	write_or_hide(find("scan_place"), ticket === null ? "" : place_text(ticket));
	write_or_hide(find("scan_hint"), ticket === null ? text("page.kiosk.scan_how") : message || hint_text(ticket));
	find("scan_return").hidden = !may_return(ticket);
	find("scan_here").hidden = !may_check_in(ticket);
}
