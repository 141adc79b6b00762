/* The name of a choice, behind record.choice.: a word may be another one among those of a subject. */
import { has_text } from "../common/text.js";

export function choice_name(subject, value) {
	const own = subject + "." + value;

	return has_text("record.choice." + own) ? own : value;
}
