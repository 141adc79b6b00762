/* The kiosk's reader of ID cards.  All that comes from it is which class the age proves. */
import { Refused, get, post, remove, sleep } from "../common/api.js";

const LOOK_ms = 400;

/* What a request without an answer means: no reader here, or nothing yet. */
function state_of(error) {
	return { card: error instanceof Refused && error.problem.code === "not_available" ? "no_reader" : "unknown" };
}

/*
 * Look for a card while wanted() holds; unread() when one is there and cannot be
 * read.  Returns { class } of a card that was read, null where its age proves
 * none; { why } there is no reading; or null: nobody wants it any more.
 */
export async function read_card(wanted, unread) {
	let ask = () => post("kiosk/card", {});

	for (;;) {
		const answer = await ask().catch(state_of);

		if (!wanted())
			return null;
		if (answer.card === "read")
			return { class: answer.class };
		if (answer.card === "silent" || answer.card === "no_reader")
			return { why: answer.card };
		if (answer.card === "failed")
			unread();
		ask = answer.card === "idle" ? () => post("kiosk/card", {}) : () => get("kiosk/card");
		await sleep(LOOK_ms);
		if (!wanted())
			return null;
	}
}

/* Without an answer it is forgotten a minute later. */
export function forget_card() {
	remove("kiosk/card").catch(() => {});
}
