/*
 * Choosing what a command is about: a list with a digit for each of the first
 * nine.  A row says what is offered; halld decides.
 */
import { fill, find, write } from "../common/dom.js";
import { name_of, text } from "../common/text.js";

function numbers(view) {
	return view.waiting.aside.concat(view.waiting.next).map(ticket => ({
		id: ticket.number,
		name: ticket.number,
		note: ticket.state === undefined ? name_of(ticket, "service_name") : text("leg." + ticket.state),
		verb: ticket.state === "held" ? "unhold" : "pick",
		body: { number: ticket.number },
	}));
}

function other_services(view, hall) {
	return hall.queues.filter(service => service.id !== view.ticket.service);
}

function destinations(view, hall) {
	return other_services(view, hall).map(service => ({
		id: "service " + service.id,
		name: name_of(service),
		note: text("page.window.transfer_service"),
		verb: "transfer",
		body: { service: service.id },
	})).concat(hall.windows.filter(place => place.no !== view.window.no && !["offline", "closed"].includes(place.state)).map(place => ({
		id: "window " + place.no,
		name: text("page.window_no", { window: place.no }),
		note: text("page.window.transfer_window"),
		verb: "transfer",
		body: { window: place.no },
	})));
}

/* Services that the ticket at hand still needs; each is put there or taken away. */
export function to_come(view) {
	return view.ticket === null ? [] : view.ticket.legs.filter(leg => leg.state === "later");
}

function needs(view, hall) {
	const later = to_come(view).map(leg => leg.service);

	return other_services(view, hall).map(service => ({
		id: service.id,
		name: name_of(service),
		note: later.includes(service.id) ? text("page.window.needed") : "",
		on: later.includes(service.id),
		verb: "legs",
		body: { services: later.includes(service.id) ? later.filter(id => id !== service.id) : later.concat(service.id) },
	}));
}

/* By a command's id: what it offers, and under which heading; stays: until it is left. */
export const choices = {
	pick: { title: "page.window.pick_number", options: numbers },
	transfer: { title: "page.window.transfer_to", options: destinations },
	legs: { title: "page.window.needs", options: needs, stays: true },
};

/* The option of this digit, or undefined. */
export function option_of(code, options) {
	const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code);

	return digit === null ? undefined : options[Number(digit[1]) - 1];
}

export function draw_choices(title, options) {
	find("choices").hidden = title === null;
	find("desk").classList.toggle("choosing", title !== null);
	write(find("choices_title"), title === null ? "" : text(title));
	fill(find("options"), find("option"), options, option => option.id, (option, row) => {
		const place = options.indexOf(option);

		row.firstElementChild.dataset.option = option.id;
		row.firstElementChild.setAttribute("aria-pressed", option.on === true);
		return { key: place < 9 ? String(place + 1) : "", name: option.name, note: option.note };
	});
}
