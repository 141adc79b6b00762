/* What halld says of its own estimates. */
import { text } from "./text.js";

/* How good the estimates of a day were, of one queue or of several, weighted by their tickets. */
export function error_text(queues) {
	const errors = queues.map(queue => queue.wait_error).filter(error => error);
	const tickets = errors.reduce((sum, error) => sum + error.tickets, 0);

	function mean(name) {
		return errors.reduce((sum, error) => sum + error[name] * error.tickets, 0) / tickets;
	}

	return tickets === 0 ? "" : text("page.wait.error", { day: errors[0].day, percent: Math.round(mean("p90") * 100),
		minutes: (mean("mae_s") / 60).toFixed(1) });
}
