/*
 * What halls send: CloudEvents, signed per Standard Webhooks.  A row of kinds
 * says what is done with a type; all else under cn.gov.hall. is an event.
 * An id is taken once; state that came late or again is told apart by its
 * (epoch, seq, as_of), so that the same snapshot may say each half minute that
 * it is still true.
 */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { json_of } from "./http.js";
import { Refusal } from "./refusal.js";
import { headers_plausible, signed } from "./signature.js";

const BODY_MAX = 8 * 1024 * 1024;	/* some thousand tickets */
const PREFIX = "cn.gov.hall.", SOURCE = "urn:halld:hall:";

const is_count = v => Number.isSafeInteger(v) && v >= 0;
const is_list = (v, of) => Array.isArray(v) && v.every(each => typeof each === "object" && each !== null && of(each));
const is_result = r => typeof r.id === "string" && Number.isInteger(r.status) && r.status >= 200 && r.status < 600;

function bad(pointer, detail) {
	throw new Refusal("bad_request", { pointer, detail });
}

async function text_of(rq) {
	if (rq.headers["content-encoding"] !== "gzip")
		return rq.body;
	try {
		return await promisify(gunzip)(rq.body, { maxOutputLength: BODY_MAX });
	} catch (error) {
		return bad("", `gzip of no more than ${BODY_MAX} bytes`);
	}
}

export function push_new({ config, halls, mailbox, store, now, limits, notices, log }) {
	function as_of_ms(data) {
		const ms = Date.parse(data.as_of);

		return Number.isNaN(ms) ? bad("/data/as_of", "RFC 3339") : ms;
	}

	function snapshot(id, data) {
		if (!is_count(data.seq) || !is_list(data.queues, () => true) || !is_list(data.services || [], () => true))
			bad("/data", "a snapshot");
		halls.take_snapshot(id, data, as_of_ms(data));
	}

	function tickets(id, data) {
		if (!is_count(data.seq) || !is_list(data.tickets, row => /^[0-9a-f]{64}$/.test(row.hash) && typeof row.state === "string"))
			bad("/data", "tickets");
		if (halls.take_tickets(id, data, as_of_ms(data)))
			notices.look(id);
	}

	function event(id, data) {
		if (!is_count(data.seq) || typeof data.kind !== "string")
			bad("/data", "an event");
		if (!halls.take_event(id, data))
			log(`hall ${id}: event ${data.seq} again`);
	}

	/* A ticket in a result is the newest truth about it: phones see it at once. */
	function results(id, data, envelope) {
		const made_ms = Date.parse(envelope.time);

		if (!is_list(data.results || [], is_result))
			bad("/data/results", "a list of {id, status, body}");
		return (data.results || []).filter(result => {
			const row = mailbox.end(id, result), ticket = result.body;
			const token = row !== undefined && row.command === "take" && ticket ? ticket.token : row && row.token;

			if (row !== undefined && result.status < 300 && ticket && typeof token === "string" && typeof ticket.state === "string")
				halls.take_ticket(id, token, ticket, made_ms || 0);
			return row !== undefined;
		});
	}

	const kinds = {
		"queue.snapshot": { take: snapshot, again: true },
		"queue.tickets": { take: tickets, again: true },
		"commands.poll": { take: results, again: false, polls: true },
	};

	/* What no hall signed: counted, and after some no more said about it. */
	function refuse(rq, code, detail) {
		limits.check("forged", rq.address);
		limits.count("forged", rq.address);
		log(`push from ${rq.address}: ${detail}`);
		throw new Refusal(code, { detail });
	}

	/* By the secret, from the bytes as they came: who signs nothing gets nothing unzipped or read. */
	async function opened(rq) {
		const signers = config.halls.filter(hall => signed(rq.body, rq.headers, hall.secrets, now()));

		if (signers.length === 0)
			refuse(rq, "unauthorized", "not signed by a hall");
		const envelope = json_of(await text_of(rq)), hall = signers.find(({ id }) => envelope.source === SOURCE + id);

		if (hall === undefined) {
			log(`push from ${rq.address}: signed by hall ${signers[0].id}, and of ${JSON.stringify(envelope.source)}, which is none of its: see "id" in the config`);
			throw new Refusal("unauthorized", { detail: "not of the hall that signed it" });
		}
		return { envelope, hall };
	}

	const take_all = store.transaction((id, envelope, kind) => {
		const { data } = envelope, fresh = store.put_seen({ hall: id, id: envelope.id, at_ms: now() }) === 1;

		halls.heard(id);
		if (!halls.take_epoch(id, data.epoch))
			return { of_before: true };
		if (!(fresh || kind.again))
			return { again: true };
		return { ended: kind.take(id, data, envelope) || [] };
	});

	/* All of a message or nothing of it, in memory too. */
	function take(id, envelope, kind) {
		try {
			return take_all(id, envelope, kind);
		} catch (error) {
			halls.renew(id);
			throw error;
		}
	}

	/*
	 * A poll that came again gets nothing and is answered at once: the one after it gets what there is.  A database of
	 * before gets nothing either, but not in a hurry.
	 */
	async function polled(id, { of_before, again }, closed) {
		if (of_before)
			await mailbox.idle(closed);
		return { status: 200, body: { commands: of_before || again ? [] : await mailbox.hand(id, closed) } };
	}

	function before(rq) {
		if (!/^application\/cloudevents\+json\b/.test(rq.headers["content-type"] || ""))
			refuse(rq, "bad_request", "application/cloudevents+json");
		if (!headers_plausible(rq.headers, now()))
			refuse(rq, "unauthorized", "no webhook headers, or not of now");
	}

	async function post(rq) {
		const { envelope, hall } = await opened(rq);

		if (hall.retired)
			throw new Refusal("retired");
		if (envelope.specversion !== "1.0" || envelope.id !== rq.headers["webhook-id"] || !String(envelope.type).startsWith(PREFIX))
			bad("", "CloudEvents 1.0, its id that of webhook-id");
		const { data } = envelope, kind = kinds[envelope.type.slice(PREFIX.length)] || { take: event, again: false };

		if (typeof data !== "object" || data === null || !is_count(data.epoch) || (data.hall !== undefined && data.hall !== hall.id))
			bad("/data", "an object of this hall, with its epoch");
		const done = take(hall.id, envelope, kind);

		for (const { id } of done.ended || [])
			mailbox.tell(id);
		notices.send();
		return kind.polls ? polled(hall.id, done, rq.closed) : { status: 200, body: {} };
	}

	return { routes: [["POST", "/push", post, { before, body_max: BODY_MAX }]] };
}
