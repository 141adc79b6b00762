/* What a paused window says, as display/sign.c has it: where to go instead, else when it is meant to go on. */
import { coming_text } from "./clock.js";
import { text } from "./text.js";

export function paused_text(place) {
	const until = coming_text(place.until);

	if (place.others.length > 0)
		return text("sign.paused_others", { others: place.others.join(text("sign.join")) });
	return until !== "" ? text("sign.paused_until", { until }) : text("sign.paused");
}
