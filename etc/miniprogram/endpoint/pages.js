/*
 * Files in memory: the ticket's page as halld has it, with the sentences that
 * phones load, and the list of halls.  What is left out of the sentences, and
 * the headers, are daemon/api/pages.c's.
 */
import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { etag_of } from "./http.js";
import { Refusal } from "./refusal.js";

const own = fileURLToPath(new URL("page/", import.meta.url));
const folders = ["pages/common", "pages/ticket"];
const languages = ["zh", "en"];
const not_of_phones = /^(story|why|who|slip|voice|count|report|ready|record|page\.(admin|board|command|guide|kiosk|sign|signin|window))\./;
const types = {
	".html": "text/html; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg": "image/svg+xml",
};

/* Nothing from other hosts, nothing inline, in nobody's frame.  The page's own requests say which ticket's page they come from. */
const policy = {
	"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	"Referrer-Policy": "same-origin",
	"Cache-Control": "no-cache",
};

function sentences(bytes) {
	return JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(bytes)).filter(([key]) => !not_of_phones.test(key))));
}

export function pages_new({ config }) {
	const files = new Map();	/* path -> answer */

	function keep(path, bytes, more = {}) {
		files.set(path, { body: bytes, headers: { ...policy, "Content-Type": types[extname(path)], ETag: `"${etag_of(bytes)}"`, ...more } });
	}

	for (const folder of folders)
		for (const name of readdirSync(join(config.pages, folder)).filter(each => extname(each) in types))
			keep(`/${folder}/${name}`, readFileSync(join(config.pages, folder, name)),
			    name === "worker.js" ? { "Service-Worker-Allowed": "/t/" } : {});
	for (const language of languages)
		for (const page of ["public", "ticket"])
			keep(`/text/${page}/${language}.json`, sentences(readFileSync(join(config.pages, "text", `${language}.json`))));
	for (const name of readdirSync(own))
		keep(`/page/${name}`, readFileSync(join(own, name)));

	function get(path) {
		const file = files.get(path);

		if (file === undefined)
			throw new Refusal("not_found");
		return file;
	}

	return {
		routes: [
			["GET", "/", () => get("/page/index.html")],
			["GET", "/t/{token}", () => get("/pages/ticket/index.html")],
			...[...files.keys()].map(path => ["GET", path.replace(/\./g, "\\."), () => get(path)]),
		],
	};
}
