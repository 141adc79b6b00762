/* People: cards that are lit, and where everybody is. */
import { Refused, get, post_once } from "../common/api.js";
import { clock_text, day_text, now_ms } from "../common/clock.js";
import { fill, find } from "../common/dom.js";
import { text } from "../common/text.js";

const EVERY_ms = 10000;
const REASON_MAX = 50;		/* in three bytes each there is room for it */

/* Of another day with that day. */
function time_of(time) {
	const day = day_text(time);

	return (day === day_text(now_ms()) ? "" : day.slice(5) + " ") + clock_text(time);
}

/* may(): somebody is here who may ask; writes(): and may change things; act(what) does it and says what came of it. */
export function new_people({ may, writes, act }) {
	const people = { draw, load };
	let presence = [], cards = [];
	let asked = 0, known = 0;	/* looks, as in admin.js */

	async function load() {
		if (document.hidden)
			return;
		const look = ++asked;
		let now = [{ presence: [] }, { cards: [] }];

		try {
			if (may())
				now = await Promise.all([get("presence"), get("cards?state=lit")]);
		} catch (error) {
			if (!(error instanceof Refused))
				return;		/* the next look asks again */
		}
		if (look < known)
			return;
		known = look;
		[{ presence }, { cards }] = now;
		draw();
	}

	async function then_look(what) {
		await act(what);
		load();
	}

	function card_text(card) {
		const kind = card.kind === "away" && !card.window ? "not_back" : card.kind;

		return text("page.admin.card." + kind, { window: card.window, name: card.person_name || "", about: card.about_name || card.device || "" });
	}

	function reason_input() {
		const input = document.createElement("input");

		input.maxLength = REASON_MAX;
		input.autocomplete = "off";
		return input;
	}

	function draw_cards() {
		find("cards").hidden = cards.length === 0;
		fill(find("card_list"), find("card_row"), cards, each => each.id, (card, row) => {
			if (row.querySelector("input") === null)
				row.querySelector("label").append(" ", reason_input());
			return { what: card_text(card), since: text("page.admin.since", { time: time_of(card.since) }), ask: writes() ? text("page.admin.card_reason") : "",
				do: writes() ? text("page.admin.card_clear") : "" };
		});
	}

	function card_cleared(event) {
		const row = event.target.closest("li"), reason = row.querySelector("input").value.trim();
		const card = cards.find(each => String(each.id) === row.dataset.key);

		event.preventDefault();
		if (card === undefined)
			return;		/* cleared meanwhile */
		if (reason === "")
			row.querySelector("input").focus();
		else
			then_look(() => post_once("cards/" + card.id + "/clear", { rev: card.rev, reason }));
	}

	function draw_presence() {
		find("people").hidden = presence.length === 0;
		fill(find("presence"), find("presence_row"), presence, each => each.person, (each, row) => {
			row.className = each.status;
			return {
				name: each.name,
				stands: text("page.admin.presence." + each.status),
				where: each.window === null ? "" : text("page.window_no", { window: each.window }),
				since: each.since === null ? "" : text("page.admin.since", { time: time_of(each.since) }),
				until: each.until === null ? "" : text(Date.parse(each.until) > now_ms() ? "page.admin.until" : "page.admin.overdue", { time: time_of(each.until) }),
				reason: each.reason || "",
			};
		});
	}

	function draw() {
		draw_cards();
		draw_presence();
	}

	find("card_list").addEventListener("submit", card_cleared);
	document.addEventListener("visibilitychange", load);
	setInterval(load, EVERY_ms);
	return people;
}
