/*
 * What can be done with a ticket that was found: a row each.  The first touch
 * shows what can be chosen, be it a reason alone; the second one does it.
 * at_once: there is nothing to be chosen, and the first touch does it.
 */
import { name_of, text } from "../common/text.js";

export const needs = ["deaf", "blind", "wheelchair", "language", "reading"];

const live = ["reserved", "later", "waiting", "called", "serving", "passed", "held"];

function is_live(ticket) {
	return live.includes(ticket.state);
}

function reasons(...ids) {
	return () => ids.map(id => ({ id, name: text("page.guide.reason." + id), body: { reason: text("page.guide.reason." + id) } }));
}

/* hall: {classes, services}. */
function other_classes(ticket, hall) {
	return hall.classes.filter(each => each.id !== ticket.class).map(each => ({
		id: each.id, name: name_of(each), note: text("page.guide.reason.proof"),
		body: { class: each.id, reason: text("page.guide.reason.proof") },
	}));
}

function other_services(ticket, hall) {
	return hall.services.filter(each => each.id !== ticket.service).map(each => ({
		id: each.id, name: name_of(each), note: name_of(each, "place"),
		body: { service: each.id, reason: text("page.guide.reason.service") },
	}));
}

/* Each touch says all of them. */
function all_needs(ticket) {
	return needs.map(id => ({
		id, name: text("page.guide.need." + id), pressed: ticket.needs.includes(id),
		body: { needs: needs.filter(each => ticket.needs.includes(each) !== (each === id)) },
	}));
}

export const commands = [
	{ id: "checkin", may: ticket => ["reserved", "no_show"].includes(ticket.state), at_once: true, options: () => [] },
	{ id: "class", may: ticket => ticket.state === "waiting", options: other_classes },
	{ id: "service", may: ticket => ticket.state === "waiting", options: other_services },
	{ id: "return", may: ticket => ["passed", "abandoned"].includes(ticket.state), options: reasons("here") },
	{ id: "reprint", may: ticket => is_live(ticket) && !["queued", "sent"].includes(ticket.print), options: () =>
		[{ id: "reprint", name: text("page.guide.confirm"), body: {} }] },
	{ id: "needs", may: is_live, options: all_needs, stays: true },
	{ id: "link", may: is_live, options: () => [] },
	{ id: "cancel", may: ticket => is_live(ticket) && ticket.state !== "serving", options: reasons("left", "another_day") },
	{ id: "void", may: is_live, options: reasons("mistake", "double") },
];
