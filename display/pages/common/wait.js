/* What halld's wait_s is in words. */
import { text } from "./text.js";

/* Minutes, as a band in steps of five, since nobody knows better; nothing when there is no basis. */
export function wait_text(wait_s) {
	if (!wait_s)
		return "";
	const from = Math.floor(wait_s.p50 / 300) * 5;
	const to = Math.max(from + 5, Math.ceil(wait_s.p90 / 300) * 5);

	return text("page.public.wait", { from, to });
}
