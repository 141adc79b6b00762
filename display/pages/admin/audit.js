/*
 * The log, for those who check: which events of which days, who did what, what
 * was said with it as long as that is kept, and whether all of it is as it was
 * written.
 */
import { get } from "../common/api.js";
import { clock_text, day_text } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";
import { days_of } from "./days.js";

const KINDS = ["ticket", "window", "staff", "booking", "rating", "device", "help", "kiosk", "panic", "hall", "card", "stock", "repair"];

/* act(what) does it and says what came of it. */
export function new_audit({ act }) {
	const audit = { draw, load };
	let events = null;		/* null: nobody has asked yet */
	let next = null;
	let asked = "";
	let here = 0;			/* whoever signed in last */
	let busy = false;
	let verified = () => "";

	function question() {
		const [from, to] = days_of("audit");
		const kind = find("audit_kind").value;

		return "audit?from=" + from + "&to=" + to + (kind === "" ? "" : "&kind=" + kind);
	}

	async function ask(what) {
		busy = true;
		draw();
		await act(what);
		busy = false;
		draw();
	}

	/* The more of what was asked for first, whatever the form says by then. */
	function look(after) {
		const mine = here;

		if (after === null)
			asked = question();
		ask(async () => {
			const answer = await get(asked + (after === null ? "" : "&after=" + after));

			if (mine !== here)
				return;
			events = (after === null ? [] : events).concat(answer.events);
			({ next } = answer);
		});
	}

	function verify() {
		verified = () => "";
		ask(async () => {
			const { ok, to_seq, first_wrong_seq } = await get("audit/verify");

			verified = () => ok ? text("page.admin.audit_whole", { count: to_seq }) : text("page.admin.audit_wrong", { seq: first_wrong_seq });
		});
	}

	function event_texts(event) {
		return {
			at: day_text(event.at) + " " + clock_text(event.at),
			kind: event.kind,
			who: event.who === null ? event.actor : event.who,
			about: event.about === null ? event.subject : event.about,
			place: event.body.window ? text("page.window_no", { no: event.body.window, window: event.body.window }) : "",
			said: event.erased ? text("page.admin.audit_erased") : event.said || (event.body.record ? text("record.state." + event.body.record.state) : ""),
		};
	}

	/* What somebody else asked for is gone. */
	function load() {
		here++;
		events = next = null;
		verified = () => "";
		draw();
	}

	function draw() {
		const select = find("audit_kind");

		if (select.length === 0)
			for (const kind of [""].concat(KINDS))
				select.add(new Option("", kind));
		for (const option of select.options)
			write(option, text("page.admin.audit_kind." + (option.value || "all")));
		for (const button of find("audit").querySelectorAll("button"))
			button.disabled = busy;
		fill(find("audit_list"), find("audit_row"), events || [], each => each.seq, event_texts);
		write_or_hide(find("audit_none"), events !== null && events.length === 0 ? text("page.admin.audit_none") : "");
		find("audit_more").hidden = next === null;
		write_or_hide(find("audit_verified"), verified());
	}

	find("audit_form").addEventListener("submit", event => {
		event.preventDefault();
		look(null);
	});
	find("audit_more").addEventListener("click", () => look(next));
	find("audit_verify").addEventListener("click", verify);
	return audit;
}
