/*
 * Keeps the ticket's page itself on the phone, so that it opens without signal
 * too; what it shows then is its own matter (kept.js).  halld is always asked
 * first: what it does not answer in time, or at all, comes from here.
 */
const CACHE = "ticket";
const PAGE = "/t/-";		/* the same for every token: none is kept */
const WAIT_ms = 4000;
const FILES = [PAGE,
	"/pages/common/icon.svg", "/pages/common/base.css", "/pages/ticket/ticket.css",
	"/pages/ticket/ticket.js", "/pages/ticket/alarm.js", "/pages/ticket/commands.js", "/pages/ticket/kept.js", "/pages/ticket/way.js",
	"/pages/common/api.js", "/pages/common/clock.js", "/pages/common/dom.js", "/pages/common/text.js",
	"/pages/common/wait.js", "/text/ticket/zh.json", "/text/ticket/en.json"];

function name_of(request) {
	return request.mode === "navigate" ? PAGE : new URL(request.url).pathname;
}

function after(ms, value) {
	return new Promise(done => setTimeout(done, ms, value));
}

async function ask(request, cache, kept) {
	try {
		const answer = await fetch(request);

		if (!answer.ok)
			return kept;
		await cache.put(name_of(request), answer.clone());
		return answer;
	} catch (error) {
		return kept;
	}
}

async function answer(request) {
	const cache = await caches.open(CACHE);
	const kept = await cache.match(name_of(request));

	return kept === undefined ? fetch(request) : Promise.race([ask(request, cache, kept), after(WAIT_ms, kept)]);
}

self.addEventListener("install", event => {
	event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES)));
});

self.addEventListener("fetch", event => {
	const { origin, pathname } = new URL(event.request.url);

	if (event.request.method === "GET" && origin === self.location.origin && !pathname.startsWith("/api/"))
		event.respondWith(answer(event.request));
});
