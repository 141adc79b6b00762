/* What is shown of halld's answer about the window: the ticket and its time, who waits, the buttons. */
import { clock_text, seconds_since, span_text } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { has_text, name_of, text } from "../common/text.js";
import { to_come } from "./choose.js";
import { commands, likely } from "./commands.js";

const SHORT = 4;		/* a number with more characters is set smaller */

function minutes_text(seconds) {
	return seconds < 60 ? text("page.window.under_minute") : text("page.window.minutes", { minutes: Math.floor(seconds / 60) });
}

function joined(words) {
	return words.filter(word => word !== "").join(" · ");
}

/* Who is served without a number has none. */
function number_of(ticket) {
	return ticket === null ? "–" : ticket.number === null ? text("page.window.no_number") : ticket.number;
}

function listed(words) {
	return words.join(text("sign.join"));
}

function still_needs(view) {
	const later = to_come(view).map(leg => name_of(leg, "service_name"));

	return later.length === 0 ? "" : text("page.window.still_needs", { services: listed(later) });
}

/* Held here, or passed and to be called when they come. */
function aside_text(view) {
	return joined(["held", "passed"].map(state => {
		const those = view.waiting.aside.filter(ticket => ticket.state === state).map(ticket => ticket.number);

		return those.length === 0 ? "" : text("leg." + state) + " " + listed(those);
	}));
}

function draw_ticket(view) {
	const { window: place, ticket } = view;

	find("now").className = place.state + (ticket === null ? " empty" : "");
	write(find("state"), text("window." + place.state));
	write(find("number"), number_of(ticket));
	find("number").style.setProperty("--characters", Math.max(SHORT, number_of(ticket).length));
	write(find("service"), ticket === null ? "" : joined([name_of(ticket, "service_name"), name_of(ticket, "class_name"),
	    ticket.count > 1 ? text("ticket.count", ticket) : "", ticket.rehearsal ? text("ticket.rehearsal") : "",
	    ...ticket.needs.map(need => text("page.guide.need." + need)), still_needs(view)]));
	write_or_hide(find("pending"), joined([place.pending === "none" ? "" : text("page.window." + place.pending + "_after"),
	    place.until === null ? "" : text("page.window.pause_until", { time: clock_text(place.until) })]));
}

/* Where a start is marked the service begins with it, elsewhere with the call. */
function draw_timer(view) {
	const ticket = view.ticket;
	const gone_s = ticket === null ? 0 : seconds_since(ticket.started_at || ticket.called_at);
	const target_s = ticket !== null && (ticket.state === "serving" || !view.window.start_key) ? ticket.nominal_s : null;
	const over = target_s !== null && gone_s > target_s;

	find("timer").className = over ? "over" : "";
	write(find("doing"), ticket === null ? "" : text(ticket.state === "called" ? "page.window.called_for" : "page.window.served_for"));
	write(find("gone"), ticket === null ? "" : span_text(gone_s));
	write(find("target"), target_s === null ? "" : "/ " + span_text(target_s));
	write(find("over"), over ? text("page.window.over", { time: span_text(gone_s - target_s) }) : "");
	find("share").hidden = target_s === null;
	find("share").value = target_s === null ? 0 : Math.min(1, gone_s / target_s);
}

function draw_call(view) {
	const ticket = view.ticket;
	const called = ticket !== null && ticket.state === "called";

	write(find("call"), joined([
		called && ticket.recalls > 0 ? text("page.window.recalls", { times: ticket.recalls }) : "",
		called && has_text("page.window.announced." + ticket.announced) ? text("page.window.announced." + ticket.announced) : "",
		view.window.sign === "dead" ? text("page.window.sign_dead") : "",
		view.window.doubt ? text("page.window.doubt." + view.window.doubt, { time: clock_text(view.window.doubt_since) }) : "",
	]));
}

/* How much longer than its target the first of a service waits; 0: no longer. */
function late_s(service) {
	return service.oldest_at === null || service.target_wait_s === null ? 0 :
	    Math.max(0, seconds_since(service.oldest_at) - service.target_wait_s);
}

function service_texts(service) {
	const target = service.target_wait_s === null ? "" :
	    text("page.window.target", { minutes: Math.ceil(service.target_wait_s / 60) });
	const late = late_s(service);

	return {
		name: name_of(service),
		waiting: String(service.waiting),
		longest: service.oldest_at === null ? target :
		    joined([text("page.window.longest", { waited: minutes_text(seconds_since(service.oldest_at)) }), target]),
		late: late === 0 ? "" : text("page.window.late_by", { minutes: Math.ceil(late / 60) }),
	};
}

function draw_queue(view) {
	const waiting = view.waiting;

	write(find("waiting"), text("page.window.waiting", { waiting: waiting.total }));
	find("late").hidden = waiting.services.every(service => late_s(service) === 0);
	fill(find("queues"), find("queue_row"), waiting.services, service => service.id, service_texts);
	find("next_title").hidden = waiting.next.length === 0;
	fill(find("next_numbers"), find("next_row"), waiting.next, ticket => ticket.number, ticket => ({
		number: ticket.number,
		what: joined([waiting.services.length > 1 ? name_of(ticket, "service_name") : "", name_of(ticket, "class_name")]),
		waited: minutes_text(seconds_since(ticket.entered_at)),
	}));
	write_or_hide(find("aside"), aside_text(view));
}

function draw_commands(view, pressed, list, those) {
	fill(list, find("command"), those, command => command.id, (command, button) => {
		const bar = command.bar(view);

		button.id = command.id;
		button.setAttribute("aria-disabled", bar !== "" || pressed !== null);
		button.classList.toggle("primary", command.id === likely(view));
		button.classList.toggle("barred", bar !== "");
		button.classList.toggle("pressed", command === pressed);
		button.classList.toggle("minor", command.minor === true);
		button.classList.toggle("rare", command.rare === true);
		return {
			label: text(command.label(view)),
			key: command.code === "Space" ? text("page.window.space") : command.code.replace(/^Key|^Digit/, ""),
			bar: bar !== "" ? text("page.window.bar." + bar) : command.hint ? command.hint(view) : "",
		};
	});
}

/* pressed: the command whose answer is awaited, or null. */
export function draw_desk(view, pressed) {
	draw_ticket(view);
	draw_timer(view);
	draw_call(view);
	draw_queue(view);
	draw_commands(view, pressed, find("commands"), commands.filter(command => !command.small));
	draw_commands(view, pressed, find("pauses"), commands.filter(command => command.small));
}
