/* Whether the hall is open, why no ticket is to be had for a service of GET services, and from when; "" where one is. */
import { clock_text, date_text, now_ms } from "./clock.js";
import { has_text, language_tag, name_of, text } from "./text.js";

/* A time of today as HH:MM, another with its date. */
function when_text(time) {
	const date = date_text(time, language_tag());

	return date === date_text(now_ms(), language_tag()) ? clock_text(time) :
	    text("closed.day_time", { date, time: clock_text(time) });
}

export function until_text(why, opens) {
	return !opens ? why : text("closed.until", { why, time: when_text(opens) });
}

export function closed_text(service) {
	if (service.open)
		return "";
	return until_text(text(has_text("closed." + service.reason) ? "closed." + service.reason : "closed.other"), service.opens);
}

/* What people are told while the hall is left, as display/sign.c has it; "": it is not. */
export function evacuation_text(status) {
	if (!status.evacuation)
		return "";
	const words = name_of(status.evacuation, "text");

	if (status.evacuation.drill)
		return words === "" ? text("sign.drill") : text("sign.drill_text", { text: words });
	return words === "" ? text("sign.evacuation") : words;
}

/* What stands there for everybody; "": nothing. */
export function notice_text(status) {
	return status.notice ? name_of(status.notice, "text") : "";
}

/* The state of the hall, what the calendar says of today, and when the first ticket is to be had. */
export function hall_text(status) {
	if (status.evacuation)
		return evacuation_text(status);
	return [text("hall." + status.state), name_of(status, "note"),
	    !status.opens ? "" : text("hall.opens", { time: when_text(status.opens) }), notice_text(status)]
	    .filter(part => part !== "").join(" · ");
}
