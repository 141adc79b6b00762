/*
 * Signatures of Standard Webhooks: v1 of any of the hall's secrets, and no
 * older or newer than five minutes.  The library signs, and the comparison is here:
 * its own looks at the machine's clock alone.
 */
import { timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";

const TOLERANCE_s = 300;
const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];

function is_of_now(timestamp, now_ms) {
	return /^\d{1,12}$/.test(timestamp) && Math.abs(Math.floor(now_ms / 1000) - Number(timestamp)) <= TOLERANCE_s;
}

export function is_same(one, other) {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];

	return a.length === b.length && timingSafeEqual(a, b);
}

/* Before a body is read at all: could these headers be right? */
export function headers_plausible(headers, now_ms) {
	const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;

	return names.every(name => typeof headers[name] === "string") && /^[^.\s]{1,128}$/.test(id) && is_of_now(timestamp, now_ms) &&
	    /(^| )v1,/.test(signature);
}

/* body: the bytes as they came. */
export function signed(body, headers, secrets, now_ms) {
	const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;

	return is_of_now(timestamp, now_ms) && secrets.some(secret => {
		const right = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);

		return signatures.split(" ").some(each => is_same(each, right));
	});
}
