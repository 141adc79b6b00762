/*
 * Requests to the endpoint.  An answer that is not good is an Error with the
 * endpoint's problem document; without one nobody knows whether the request
 * arrived, and the same Idempotency-Key tells.
 */
const { base_url } = require("../config.js");

const LOOK_ms = 8000;
const PRESS_ms = 15000;		/* the endpoint waits 10 s for the hall */
const TRIES = 3;		/* of a press that got no answer, and */
const ASK_ms = 2000;		/* from one to the next look at what became of it, */
const ASKS = 15;		/* so often */

const kept = {};		/* path -> {etag, body}: the last answer that had one */

function send(method, path, { data, header, timeout }) {
	return new Promise((resolve, reject) => {
		wx.request({ url: base_url + "/api/v1/" + path, method, data, timeout, header: Object.assign({ "Content-Type": "application/json" }, header),
			success: resolve, fail: error => reject(Object.assign(new Error(error.errMsg), { problem: null })) });
	});
}

function header_of(answer, name) {
	const found = Object.keys(answer.header || {}).find(each => each.toLowerCase() === name);

	return found === undefined ? undefined : answer.header[found];
}

function refused(answer) {
	const problem = answer.data && answer.data.code ? answer.data : null;

	return Object.assign(new Error("status " + answer.statusCode), { problem, status: answer.statusCode });
}

async function get(path) {
	const before = kept[path];
	const answer = await send("GET", path, { header: before === undefined ? {} : { "If-None-Match": before.etag }, timeout: LOOK_ms });
	const etag = header_of(answer, "etag");

	if (answer.statusCode === 304 && before !== undefined)
		return before.body;
	if (answer.statusCode !== 200)
		throw refused(answer);
	if (etag !== undefined)
		kept[path] = { etag, body: answer.data };
	return answer.data;
}

function sleep(ms) {
	return new Promise(done => setTimeout(done, ms));
}

/* A hall that is slow: what became of the command. */
async function outcome(id) {
	for (let i = 0; i < ASKS; i++) {
		await sleep(ASK_ms);
		const { state, status, result } = await get("commands/" + id).catch(() => ({ state: "waiting" }));

		if (state === "done" && status < 300)
			return result;
		if (state === "done")
			throw refused({ statusCode: status, data: result });
	}
	throw Object.assign(new Error("no result"), { problem: null });
}

function hex(bytes) {
	return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
}

function random_key() {
	return new Promise(resolve => {
		const otherwise = () => resolve(hex(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256))) + Date.now().toString(16));

		if (typeof wx.getRandomValues !== "function")
			otherwise();
		else
			wx.getRandomValues({ length: 16, success: ({ randomValues }) => resolve(hex(new Uint8Array(randomValues))), fail: otherwise });
	});
}

/* Does it say nothing of the command?  A proxy between may answer instead of the endpoint. */
function is_none({ statusCode, data }) {
	return statusCode >= 500 && !(data && data.code);
}

/* One press is one command, however often it has to be sent. */
async function post(path, data) {
	const header = { "Idempotency-Key": await random_key() };

	for (let tries = 1; ; tries++) {
		const answer = await send("POST", path, { data, header, timeout: PRESS_ms }).catch(error => error);

		if (answer instanceof Error || is_none(answer)) {
			if (tries === TRIES)
				throw answer instanceof Error ? answer : refused(answer);
			await sleep(ASK_ms);
			continue;
		}
		if (answer.statusCode === 202)
			return outcome(answer.data.command);
		if (answer.statusCode >= 300)
			throw refused(answer);
		return answer.data;
	}
}

module.exports = { get, post };
