/*
 * What a resident may ask of a hall: the members of each body, and what they
 * may be.  Whether it can be done the hall decides; here is only kept out what
 * it would not even read: libjansson refuses a whole answer for one \u0000 or
 * half a surrogate pair in it, and all others' commands with it.  prompt: worth
 * nothing minutes later.
 */
import { Refusal } from "./refusal.js";

const line = /^[^\p{Cc}\p{Cs}]*$/u, lines = /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u;	/* no control characters, no half pairs */
const is_text = (v, max, right = line) => typeof v === "string" && Buffer.byteLength(v) <= max && right.test(v);
const text = (max, right) => v => v !== "" && is_text(v, max, right);
const whole = (first, last) => v => Number.isInteger(v) && v >= first && v <= last;
const options = v => Array.isArray(v) && v.length <= 8 && v.every(each => is_text(each, 40));

export const commands = {
	take: { prompt: true, body: { service: text(64), class: text(64), lang: text(8), id_number: text(18), remote: v => v === true }, needs: ["service"] },
	cancel: { prompt: false, body: {}, needs: [] },
	checkin: { prompt: true, body: { code: text(8) }, needs: ["code"] },
	defer: { prompt: true, body: { places: whole(1, 9) }, needs: ["places"] },
	return: { prompt: false, body: {}, needs: [] },
	rating: { prompt: false, body: { grade: whole(1, 5), options, comment: text(400, lines) }, needs: ["grade"] },
};

/* Refuses a body that is not as it should be. */
export function check_body(command, body) {
	const { body: members, needs } = commands[command];

	for (const name of Object.keys(body))
		if (!Object.hasOwn(members, name) || !members[name](body[name]))
			throw new Refusal("bad_request", { pointer: "/" + name });
	for (const name of needs)
		if (!(name in body))
			throw new Refusal("bad_request", { pointer: "/" + name });
	return command === "take" ? { ...body, remote: true } : body;
}
