/*
 * What is known of each hall.  The newest (epoch, seq, as_of) of a kind of
 * state wins; a newer epoch begins with nothing known.
 */
import { createHash } from "node:crypto";
import { etag_of } from "./http.js";

const EVENTS_KEPT = 200;

export function hash_of(token) {
	return createHash("sha256").update(token).digest("hex");
}

/* RFC 3339, at the offset that the hall's own times have. */
export function time_text(ms, like) {
	const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(like || "") || [null, "+", "08", "00"];
	const shift_ms = Number(sign + 1) * (Number(hours) * 60 + Number(minutes)) * 60000;

	return new Date(ms + shift_ms).toISOString().slice(0, 19) + sign + hours + ":" + minutes;
}

function newer(seq, as_of_ms, known_seq, known_ms) {
	return seq > known_seq || (seq === known_seq && as_of_ms >= known_ms);
}

export function halls_new({ config, store, now, times }) {
	const known = new Map();	/* id -> {config, row, view}: row as in the store; view: the answer of status, and what it was made for */

	for (const hall of config.halls) {
		store.add_hall({ id: hall.id });
		known.set(hall.id, { config: hall, row: store.get_hall({ id: hall.id }), view: null });
	}

	/* As it is in the store. */
	function renew(id) {
		const hall = known.get(id);

		hall.row = store.get_hall({ id });
		hall.view = null;
	}

	/* since when nothing came, in ms; 0: it is there */
	function stale_ms(hall) {
		return now() - hall.row.heard_ms > times.offline_ms ? hall.row.heard_ms || 1 : 0;
	}

	function stale_text(hall, like) {
		return stale_ms(hall) <= 1 ? null : time_text(stale_ms(hall), like);
	}

	function make_view(hall, offline) {
		const { services, ...status } = JSON.parse(hall.row.body);

		if (offline)
			Object.assign(status, { state: "offline" });
		status.stale_since = stale_text(hall, status.as_of);
		const body = JSON.stringify(status);

		return { offline, status, services: services || [], body, etag: `"e${hall.row.epoch}-${hall.row.seq}-${etag_of(body).slice(0, 8)}"` };
	}

	return {
		renew,

		ids: () => [...known.keys()],
		config: id => known.has(id) ? known.get(id).config : undefined,
		epoch: id => known.get(id).row.epoch,
		offline: id => stale_ms(known.get(id)) !== 0,

		/* Any message, its signature being right. */
		heard(id) {
			store.hear_hall({ id, heard_ms: now() });
			renew(id);
		},

		/* Is the message of now, or of a time before the hall's database was restored?  A newer epoch replaces all. */
		take_epoch(id, epoch) {
			const { row } = known.get(id);

			if (epoch <= row.epoch)
				return epoch === row.epoch;
			store.renew_hall({ id, epoch });
			store.drop_tickets({ hall: id });
			store.drop_events({ hall: id });
			store.drop_wishes_hall({ hall: id });
			renew(id);
			return true;
		},

		take_snapshot(id, data, as_of_ms) {
			const { row } = known.get(id);

			if (!newer(data.seq, as_of_ms, row.seq, row.as_of_ms))
				return false;
			store.put_snapshot({ id, seq: data.seq, as_of_ms, body: JSON.stringify(data) });
			renew(id);
			return true;
		},

		/*
		 * All that the hall tells of; what it does not tell of any more stays as it ended.  A row of a result is newer than a
		 * list made before it, but only for a while: the hall's clock may have been set back.
		 */
		take_tickets(id, data, as_of_ms) {
			const { row } = known.get(id);

			if (!newer(data.seq, as_of_ms, row.tickets_seq, row.tickets_as_of_ms))
				return false;
			const before = new Map(store.get_tickets({ hall: id }).map(ticket => [ticket.hash, ticket]));

			for (const { hash, ...ticket } of data.tickets) {
				const text = JSON.stringify(ticket), old = before.get(hash);
				const known_newer = old !== undefined && old.fresh_ms > now() && old.as_of_ms > as_of_ms;

				before.delete(hash);
				if (!known_newer && (old === undefined || old.row !== text || old.fresh_ms !== 0 || old.gone_ms !== null))
					store.put_ticket({ hash, hall: id, row: text, as_of_ms, fresh_ms: 0 });
			}
			for (const [hash, old] of before)
				if (old.gone_ms === null && old.fresh_ms < now())
					store.lose_ticket({ hash, gone_ms: now() });
			store.put_tickets({ id, seq: data.seq, as_of_ms });
			renew(id);
			return true;
		},

		/* A ticket as a result has it: newer than what was told before as_of_ms. */
		take_ticket(id, token, ticket, as_of_ms) {
			store.put_ticket({ hash: hash_of(token), hall: id, row: JSON.stringify({ ...ticket, token: undefined }), as_of_ms,
				fresh_ms: now() + times.fresh_ms });
		},

		/* One that comes after later ones, sent again by hand, is kept too, and changes nothing else. */
		take_event(id, data) {
			const { row } = known.get(id);

			if (store.put_event({ hall: id, seq: data.seq, body: JSON.stringify(data) }) === 0)
				return false;
			store.trim_events({ hall: id, keep: EVENTS_KEPT });
			if (data.seq <= row.event_seq)
				return true;
			store.put_event_seq({ id, seq: data.seq, gap: Number(row.event_seq !== -1 && data.prev !== row.event_seq && data.seq > row.seq) });
			if (data.kind === "hall.day_closed")
				store.close_tickets({ hall: id });
			renew(id);
			return true;
		},

		/* {status, services, body, etag}, or null: nothing is known of it. */
		view(id) {
			const hall = known.get(id), offline = stale_ms(hall) !== 0;

			if (hall.row.body === null)
				return null;
			if (hall.view === null || hall.view.offline !== offline)
				hall.view = make_view(hall, offline);
			return hall.view;
		},

		/* One line of the list. */
		line(id) {
			const { config: { name } } = known.get(id), view = this.view(id);
			const line = { id, name: name.zh, name_en: name.en || name.zh, state: "offline", waiting: null, windows_open: null, as_of: null,
				stale_since: stale_text(known.get(id)) };

			if (view === null)
				return line;
			const { totals = {}, state, as_of, opens = null } = view.status;

			return { ...line, state, opens, waiting: totals.waiting ?? null, windows_open: totals.windows_open ?? null, as_of,
				stale_since: view.status.stale_since };
		},

		events(id) {
			return { events: store.get_events({ hall: id }).map(({ body }) => JSON.parse(body)), gap: known.get(id).row.gap !== 0 };
		},

		/* {hall, closed, ticket}, or undefined; ticket: as the hall answers it, and since when it is old. */
		ticket(token) {
			const found = store.get_ticket({ hash: hash_of(token) });

			if (found === undefined || !known.has(found.hall))
				return undefined;
			const row = JSON.parse(found.row);

			return { hall: found.hall, closed: found.closed !== 0 || (found.gone_ms !== null && !over.includes(row.state)),
				ticket: { ...row, token, hall: found.hall, stale_since: stale_text(known.get(found.hall), row.issued_at) } };
		},
	};
}

/* States in which nothing more happens. */
export const over = ["done", "cancelled", "abandoned", "expired", "no_show"];
