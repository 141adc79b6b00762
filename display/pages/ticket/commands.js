/*
 * What its holder can do with a ticket: a button each, its id the path's last
 * part.  halld decides; may(ticket) only says whether there is a use in asking.
 * asks: a second touch must confirm it.
 */
const SAME_CALL_ms = 2000;	/* halld reckons a call's time anew for each answer */
const live = ["reserved", "waiting", "called", "passed", "held"];
const over = ["done", "cancelled", "abandoned", "expired"];

export const commands = [
	{ id: "return", body: {},
	  may: ticket => ticket.state === "passed" },
	{ id: "defer", body: { places: 2 },
	  may: ticket => ticket.state === "waiting" && !ticket.deferred },
	{ id: "cancel", body: {}, asks: true,
	  may: ticket => live.includes(ticket.state) },
];

/* Its holder may say to be here. */
export function can_check_in(ticket) {
	return ["reserved", "no_show"].includes(ticket.state);
}

/* It may still be called. */
export function awaits_call(ticket) {
	return ["waiting", "passed", "held"].includes(ticket.state);
}

/* A visit that is over, in which something was finished: one can say how it was. */
export function can_rate(ticket) {
	return !ticket.rated && over.includes(ticket.state) && ticket.legs.some(leg => leg.state === "done");
}

/* The kinds of those before it (ahead_by) that are more than at the look before, when all are, by nothing its holder did. */
export function rose(before, ticket) {
	if (before.state !== "waiting" || ticket.state !== "waiting" || before.service !== ticket.service ||
	    before.deferred || ticket.deferred || ticket.ahead <= before.ahead)
		return [];
	return Object.keys(ticket.ahead_by).filter(kind => ticket.ahead_by[kind] > before.ahead_by[kind]);
}

/* Called by mistake: it waits again, and its last call is not there any more. */
export function undone(before, ticket) {
	return before.state === "called" && ticket.state === "waiting" && before.service === ticket.service &&
	    (ticket.called_at === null || Date.parse(before.called_at) - Date.parse(ticket.called_at) > SAME_CALL_ms);
}

/* Called, or called again, and not by the call that the look before saw. */
export function newly_called(before, ticket) {
	return ticket.state === "called" && (before.state !== "called" || ticket.recalls > before.recalls ||
	    Math.abs(Date.parse(ticket.called_at) - Date.parse(before.called_at)) > SAME_CALL_ms);
}
