/* Coming and going by one's code, for whoever works at no window and has no keypad. */
import { Refused, post_once } from "../common/api.js";
import { clock_text } from "../common/clock.js";
import { find, write } from "../common/dom.js";
import { has_text, text } from "../common/text.js";

/* may(): somebody is here who may; sentence(error) for people. */
export function new_clock({ may, sentence }) {
	const clock = { draw, start_over };
	let said = () => "";
	let busy = false;		/* an answer is awaited: entered twice a code comes and goes */

	function start_over() {
		said = () => "";
		find("clock_code").value = "";
	}

	function answer_text({ clocked, verdict, in: came, out }) {
		return text("page.guide.clock." + clocked, { time: clock_text(clocked === "in" ? came : out), verdict: text("record.choice." + verdict) });
	}

	/* There is no such code, or who has it can neither come nor go now. */
	function refused(error) {
		const { code, state } = error instanceof Refused ? error.problem : {};
		const key = "page.guide.clock." + (code === "not_found" ? "unknown" : state);

		return has_text(key) ? text(key) : sentence(error);
	}

	function draw() {
		find("clock").hidden = !may();
		write(find("clock_said"), said());
	}

	async function clocked(event) {
		const code = find("clock_code").value.trim();

		event.preventDefault();
		if (code === "" || busy)
			return;
		busy = true;
		said = () => text("page.window.sending");
		draw();
		try {
			const answer = await post_once("attendance/clock", { code });

			said = () => answer_text(answer);
			find("clock_code").value = "";
		} catch (error) {
			said = () => refused(error);
		}
		busy = false;
		draw();
	}

	find("clock_form").addEventListener("submit", clocked);
	return clock;
}
