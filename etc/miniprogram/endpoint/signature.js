/*
 * Signatures of Standard Webhooks: v1 of any of the hall's secrets, and no
 * older or newer than five minutes (the library's own limit).
 */
import { Webhook } from "standardwebhooks";

const TOLERANCE_s = 300;
const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/* Before a body is read at all: could these headers be right? */
export function headers_plausible(headers) {
	const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;

	return names.every(name => typeof headers[name] === "string") && /^[^.\s]{1,128}$/.test(id) && /^\d{1,12}$/.test(timestamp) &&
	    Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_s + 1 && /(^| )v1,/.test(signature);
}

/* body: the bytes as they came. */
export function signed(body, headers, secrets) {
	return secrets.some(secret => {
		try {
			new Webhook(secret).verify(body, headers, { jsonParse: false });
			return true;
		} catch (error) {
			return false;
		}
	});
}
