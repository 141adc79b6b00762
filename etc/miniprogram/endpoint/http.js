/*
 * Requests in, answers out, around a table of routes: [method, path, handler,
 * {body_max}].  A path's {word} is in rq.word, what is behind ? in rq.query.  A handler returns
 * {status, body, headers}, body being text, bytes or what becomes JSON, or
 * throws a Refusal; it answers nothing itself.  Answers say what time it is by the
 * endpoint's clock: pages go by that.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { Refusal } from "./refusal.js";

const BODY_MAX = 64 * 1024;

export const no_store = { "Cache-Control": "private, no-store" };

export function etag_of(bytes) {
	return createHash("sha256").update(bytes).digest("hex").slice(0, 20);
}

function pattern_of(path) {
	return new RegExp("^" + path.replace(/\{(\w+)\}/g, "(?<$1>[A-Za-z0-9_-]{1,128})") + "$");
}

/* The address that nginx saw, when it is nginx who asks. */
function address_of(request, proxies) {
	const peer = (request.socket.remoteAddress || "").replace(/^::ffff:/, "");
	const said = request.headers["x-forwarded-for"];

	return proxies.includes(peer) && said ? said.split(",").pop().trim() : peer;
}

function read_body(request, max) {
	return new Promise((resolve, reject) => {
		const parts = [];
		let length = 0;

		if (Number(request.headers["content-length"]) > max) {
			reject(new Refusal("too_large"));
			return;
		}
		request.on("data", part => {
			length += part.length;
			if (length > max)
				reject(new Refusal("too_large"));
			else
				parts.push(part);
		});
		request.on("end", () => resolve(Buffer.concat(parts)));
		request.on("error", reject);
		request.on("aborted", () => reject(new Refusal("bad_request")));
	});
}

/* The body as an object; an empty one is {}. */
export function json_of(bytes) {
	let value;

	try {
		value = bytes.length === 0 ? {} : JSON.parse(bytes);
	} catch (error) {
		throw new Refusal("bad_request", { detail: "no JSON", pointer: "" });
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw new Refusal("bad_request", { detail: "no JSON object", pointer: "" });
	return value;
}

function send(request, response, now_ms, { status = 200, body = null, headers = {} }) {
	const raw = typeof body === "string" || Buffer.isBuffer(body);
	const bytes = raw ? Buffer.from(body) : Buffer.from(body === null ? "" : JSON.stringify(body));
	const all = { "Content-Type": status >= 400 ? "application/problem+json" : "application/json", "X-Content-Type-Options": "nosniff",
		Date: new Date(now_ms).toUTCString(),
		...(headers.ETag === undefined && headers["Cache-Control"] === undefined ? no_store : {}), ...headers };

	if (all.ETag !== undefined && (request.headers["if-none-match"] || "").split(/,\s*/).some(tag => tag.replace(/^W\//, "") === all.ETag)) {
		delete all["Content-Type"];
		response.writeHead(304, all).end();
		return;
	}
	response.writeHead(status, { ...all, "Content-Length": bytes.length });
	response.end(request.method === "HEAD" ? undefined : bytes);
}

function refused(error) {
	const { retry_s } = error.problem;

	return { status: error.status, body: error.problem, headers: retry_s === undefined ? {} : { "Retry-After": String(retry_s) } };
}

export function http_server(routes, { proxies, now, log }) {
	const table = routes.map(([method, path, handle, more = {}]) => ({ method, path: pattern_of(path), handle, ...more }));

	function find(method, path) {
		const here = table.filter(route => route.path.test(path));
		const route = here.find(each => each.method === (method === "HEAD" ? "GET" : method));

		if (route === undefined)
			throw new Refusal(here.length === 0 ? "not_found" : "not_a_method");
		return route;
	}

	/* Not against a base: what begins with // would be a host. */
	function url_of({ url }) {
		try {
			return new URL(url.startsWith("/") ? "http://endpoint" + url : url);
		} catch (error) {
			throw new Refusal("bad_request", { detail: "no URL" });
		}
	}

	async function answer(request, closed) {
		const url = url_of(request);
		const route = find(request.method, url.pathname);
		const rq = { headers: request.headers, path: url.pathname, word: { ...route.path.exec(url.pathname).groups }, query: url.searchParams,
			address: address_of(request, proxies), direct: request.headers["x-forwarded-for"] === undefined, closed };

		if (route.before !== undefined)
			route.before(rq);
		rq.body = request.method === "POST" ? await read_body(request, route.body_max || BODY_MAX) : Buffer.alloc(0);
		return route.handle(rq);
	}

	return createServer((request, response) => {
		const closed = new Promise(done => response.on("close", done));

		answer(request, closed).catch(error => {
			if (error instanceof Refusal)
				return refused(error);
			log(`${request.method} ${request.url.split("?")[0].split("/").slice(0, 4).join("/")}: ${error.stack}`);
			return { status: 500, body: { status: 500, title: "internal", code: "internal" } };
		}).then(what => {
			if (response.destroyed)
				return;
			if (!request.complete)		/* its rest is not read */
				what.headers = { ...what.headers, Connection: "close" };
			send(request, response, now(), what);
		});
	});
}
