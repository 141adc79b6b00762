/*
 * What its holder can do with a ticket: a button each, its id the path's last
 * part.  halld decides; may(ticket) only says whether there is a use in asking.
 * asks: a second touch must confirm it.
 */
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

/* It may still be called. */
export function awaits_call(ticket) {
	return ["waiting", "passed", "held"].includes(ticket.state);
}

/* A visit that is over, in which something was finished: one can say how it was. */
export function can_rate(ticket) {
	return !ticket.rated && over.includes(ticket.state) && ticket.legs.some(leg => leg.state === "done");
}

/* More people stand before it than at the look before, and by nothing its holder did. */
export function rose(before, ticket) {
	return before.state === "waiting" && ticket.state === "waiting" && before.service === ticket.service &&
	    !before.deferred && !ticket.deferred && ticket.ahead > before.ahead;
}
