/*
 * What can be done with a ticket that was found: a row each.  The first touch
 * shows what can be chosen, be it a reason alone; the second one does it.
 * at_once: there is nothing to be chosen, and the first touch does it.  proofs(option):
 * what is chosen is given for a reason, which is the touch that does it.  words: a reason
 * may be said in other words.  Who may is halld's to decide: not_clerk says it beforehand.
 */
import { name_of, text } from "../common/text.js";

export const needs = ["deaf", "blind", "wheelchair", "language", "reading"];

const live = ["reserved", "later", "waiting", "called", "serving", "passed", "held"];

function is_live(ticket) {
	return live.includes(ticket.state);
}

function reasons(...ids) {
	return () => ids.map(reason);
}

function reason(id) {
	return { id, name: text("page.guide.reason." + id), body: { reason: text("page.guide.reason." + id) } };
}

/* hall: {classes, services, role}: a class that needs a proof is not a clerk's to give. */
function other_classes(ticket, hall) {
	return hall.classes.filter(each => each.id !== ticket.class && !(each.proof && hall.role === "clerk")).map(each => ({
		id: each.id, name: name_of(each), proof: each.proof, body: { class: each.id },
	}));
}

/* What was seen, or why there is nothing to be seen. */
function proofs(option) {
	return (option.proof ? ["id_card", "disabled", "veteran", "seen"] : ["no_proof", "asked"]).map(reason);
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
	{ id: "class", may: ticket => ticket.state === "waiting", options: other_classes, proofs, words: true },
	{ id: "service", may: ticket => ticket.state === "waiting", options: other_services },
	{ id: "return", may: (ticket, hall) => ticket.state === "passed" || (ticket.state === "abandoned" && hall.role !== "clerk"),
	  options: reasons("here"), words: true },
	{ id: "reprint", may: ticket => is_live(ticket) && !["queued", "sent"].includes(ticket.print), options: () =>
		[{ id: "reprint", name: text("page.guide.confirm"), body: {} }] },
	{ id: "needs", may: is_live, options: all_needs, stays: true },
	{ id: "link", may: is_live, options: () => [] },
	{ id: "cancel", may: ticket => is_live(ticket) && ticket.state !== "serving", options: reasons("left", "another_day"), words: true },
	{ id: "void", may: (ticket, hall) => is_live(ticket) && hall.role !== "clerk", options: reasons("mistake", "double"), words: true },
];
