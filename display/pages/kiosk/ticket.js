/* The ticket just taken: its number, where to wait, and whether it is on paper. */
import { find, write, write_or_hide } from "../common/dom.js";
import { name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";

const SHORT = 4;		/* a number with more characters is written smaller */

/* What a state of printing means to who stands before the machine. */
const prints = {
	none: "no_paper", queued: "printing", sent: "printing",
	printed: "printed", unconfirmed: "unconfirmed", failed: "not_printed",
};

export function is_printing(ticket) {
	return prints[ticket.print] === "printing";
}

/* The windows that serve it, "1-3、6" as on the paper. */
function windows_text(status, service) {
	const serving = status.windows.filter(place => place.services.includes(service)).map(place => place.no);
	const runs = [];

	for (const no of serving.sort((a, b) => a - b)) {
		const last = runs[runs.length - 1];

		if (last !== undefined && no === last.to + 1)
			last.to = no;
		else
			runs.push({ from: no, to: no });
	}
	return runs.map(run => run.from === run.to ? run.from : run.from + "-" + run.to).join(text("sign.join"));
}

function where_text(status, service, place) {
	const windows = windows_text(status, service);

	if (windows === "")
		return place;
	return text(place === "" ? "ticket.windows" : "ticket.place_windows", { place, windows });
}

function then_text(ticket) {
	const names = ticket.legs.filter(leg => leg.state === "later").map(leg => name_of(leg, "service_name"));

	return names.length === 0 ? "" : text("page.kiosk.then", { services: names.join(text("page.semicolon")) });
}

function bring_text(ticket, services) {
	const wanted = ticket.legs.map(leg => services.find(service => service.id === leg.service));
	const things = wanted.map(service => service === undefined ? "" : name_of(service, "bring"))
	    .filter((bring, i, all) => bring !== "" && all.indexOf(bring) === i);

	return things.length === 0 ? "" : text("ticket.bring", { bring: things.join(text("page.semicolon")) });
}

/* What became of it on paper; a stand-in prints where the visitor does not look for it. */
function print_of(ticket, printer) {
	const print = prints[ticket.print];

	return print === "printed" && printer !== null && ticket.printer !== printer.id ? "elsewhere" : print;
}

/* As large as its characters let it be. */
export function write_number(node, number) {
	node.style.setProperty("--characters", Math.max(SHORT, number.length));
	write(node, number);
}

export function draw_ticket(ticket, status, services, printer) {
	const print = print_of(ticket, printer);

	find("ticket").className = print;
	write_number(find("number"), ticket.number);
	write(find("print"), text("page.kiosk.print." + print, ticket));
	write(find("service"), name_of(ticket, "service_name"));
	write_or_hide(find("where"), where_text(status, ticket.service, name_of(ticket, "place")));
	write_or_hide(find("ahead"), ticket.ahead === null ? "" : text("ticket.ahead", ticket));
	write_or_hide(find("wait"), wait_text(ticket.wait_s));
	write_or_hide(find("late"), late_text(ticket.wait_s));
	write_or_hide(find("class"), ticket.ordinary ? "" : text("ticket.class", { class: name_of(ticket, "class_name") }));
	write_or_hide(find("then"), then_text(ticket));
	write_or_hide(find("bring"), bring_text(ticket, services));
}
