/*
 * Signatures of Standard Webhooks: v1 of any of the hall's secrets, and no
 * older or newer than five minutes.  Not by its library: that makes text of the
 * bytes, which gzip does not survive, and goes by the machine's clock alone.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

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

function signature_of(secret, start, body) {
	const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");

	return "v1," + createHmac("sha256", key).update(start).update(body).digest("base64");
}

/* body: the bytes as they came. */
export function signed(body, headers, secrets, now_ms) {
	const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;

	return is_of_now(timestamp, now_ms) && secrets.some(secret => {
		const right = signature_of(secret, `${id}.${timestamp}.`, body);

		return signatures.split(" ").some(each => is_same(each, right));
	});
}
