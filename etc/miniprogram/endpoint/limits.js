/*
 * How often one address may do something.  kinds: so many times within so many
 * seconds; the numbers are halld's, where halld has them.
 */
import { Refusal } from "./refusal.js";

const kinds = {
	take: [6, 60],		/* tickets from afar */
	miss: [20, 60],		/* tokens, commands that are not there: guessed */
	press: [60, 60],
	subscribe: [12, 60],
	forged: [30, 60],	/* messages whose signature is not right */
};

/* An IPv6 home has a /64. */
function home_of(address) {
	if (address.startsWith("::ffff:"))
		return address.slice(7);
	if (!address.includes(":"))
		return address;
	const [head, tail = ""] = address.split("::");
	const left = head.split(":").filter(Boolean), right = tail.split(":").filter(Boolean);
	const all = address.includes("::") ? [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right] : left;

	return all.slice(0, 4).map(part => parseInt(part, 16).toString(16)).join(":");
}

export function limits_new(now) {
	const times = new Map();	/* "kind address" -> when, in ms */

	function recent(kind, address) {
		const name = kind + " " + home_of(address), from_ms = now() - kinds[kind][1] * 1000;
		const kept = (times.get(name) || []).filter(at_ms => at_ms > from_ms);

		times.set(name, kept);
		return kept;
	}

	return {
		/* Refuses whoever has done it too often. */
		check(kind, address) {
			const [most, span_s] = kinds[kind], done = recent(kind, address);

			if (done.length >= most)
				throw new Refusal("too_many", { retry_s: Math.ceil((done[0] + span_s * 1000 - now()) / 1000) });
		},
		count(kind, address) {
			recent(kind, address).push(now());
		},
		sweep() {
			for (const name of times.keys())
				if (recent(...name.split(" ")).length === 0)
					times.delete(name);
		},
	};
}
