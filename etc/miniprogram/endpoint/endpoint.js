/*
 * The parts put together.  endpoint_start(config) listens and returns
 * {url, stop()}; the second argument is for tests: another clock, shorter times.
 */
import { halls_new } from "./halls.js";
import { http_server } from "./http.js";
import { limits_new } from "./limits.js";
import { mailbox_new } from "./mailbox.js";
import { pages_new } from "./pages.js";
import { push_new } from "./push.js";
import { Refusal } from "./refusal.js";
import { residents_new } from "./residents.js";
import { store_open } from "./store.js";
import { times as usual } from "./times.js";
import { messages_new } from "./wechat/messages.js";
import { notices_new } from "./wechat/notices.js";

const BODY_MS = 60000;		/* for a request to come whole */

function sweep({ store, limits, now, times }) {
	store.sweep_secrets({ before_ms: now() - times.secret_ms });
	store.sweep_commands({ before_ms: now() - times.mailbox_ms });
	store.sweep_seen({ before_ms: now() - times.seen_ms });
	store.sweep_tickets({ before_ms: now() - times.gone_ms });
	store.sweep_wishes({});
	store.empty_log();
	limits.sweep();
}

function address_of(listen) {
	const [, host, port] = /^(.*):(\d+)$/.exec(listen);

	return { host: host.replace(/^\[|\]$/g, "") || "0.0.0.0", port: Number(port) };
}

function health(halls, notices) {
	return rq => {
		if (!rq.direct || !["127.0.0.1", "::1"].includes(rq.address))
			throw new Refusal("not_found");
		return { body: { halls: halls.ids().map(id => halls.line(id)).map(({ id, state, stale_since }) => ({ id, state, stale_since })),
			wechat: notices.state() } };
	};
}

export async function endpoint_start(config, { now = Date.now, times = {}, log = line => console.error(line) } = {}) {
	const parts = { config, now, times: { ...usual, ...times }, log, store: store_open(config.state), limits: limits_new(now) };

	parts.halls = halls_new(parts);
	parts.mailbox = mailbox_new(parts);
	parts.notices = notices_new(parts);
	const residents = residents_new(parts);
	const server = http_server([
		["GET", "/healthz", health(parts.halls, parts.notices)],
		...push_new(parts).routes, ...residents.routes, ...parts.notices.routes(residents.held),
		...messages_new(parts).routes, ...pages_new(parts).routes,
	], { proxies: config.proxies, now, log });
	const sweeper = setInterval(() => sweep(parts), parts.times.sweep_ms);

	server.requestTimeout = BODY_MS;
	sweep(parts);
	parts.notices.send();
	await new Promise((done, failed) => server.once("error", failed).listen(address_of(config.listen), done));
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		sweep: () => sweep(parts),
		async stop() {
			const closed = new Promise(done => server.close(done));

			clearInterval(sweeper);
			parts.mailbox.stop();
			server.closeIdleConnections();
			await parts.notices.stop();
			setTimeout(() => server.closeAllConnections(), 1000).unref();
			await closed;
			parts.store.close();
		},
	};
}
