/* Why no ticket is to be had for a service of GET services, and from when; "" where one is. */
import { clock_text } from "./clock.js";
import { has_text, text } from "./text.js";

export function closed_text(service) {
	if (service.open)
		return "";
	const why = text(has_text("closed." + service.reason) ? "closed." + service.reason : "closed.other");

	return service.opens === null ? why : text("closed.until", { why, time: clock_text(Date.parse(service.opens)) });
}
