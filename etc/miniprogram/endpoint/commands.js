/*
 * What a resident may ask of a hall: the members of each body, and what they
 * may be.  Whether it can be done the hall decides; here is only kept out what
 * it would not even read.  prompt: worth nothing minutes later.
 */
import { Refusal } from "./refusal.js";

const text = max => v => typeof v === "string" && v !== "" && Buffer.byteLength(v) <= max;
const whole = (first, last) => v => Number.isInteger(v) && v >= first && v <= last;
const options = v => Array.isArray(v) && v.length <= 8 && v.every(each => typeof each === "string" && Buffer.byteLength(each) <= 40);

export const commands = {
	take: { prompt: true, body: { service: text(64), class: text(64), lang: text(8), id_number: text(18), remote: v => v === true }, needs: ["service"] },
	cancel: { prompt: false, body: {}, needs: [] },
	checkin: { prompt: true, body: { code: text(8) }, needs: ["code"] },
	defer: { prompt: true, body: { places: whole(1, 9) }, needs: ["places"] },
	return: { prompt: false, body: {}, needs: [] },
	rating: { prompt: false, body: { grade: whole(1, 5), options, comment: text(400) }, needs: ["grade"] },
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
