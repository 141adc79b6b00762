/*
 * "Nearly my turn" in WeChat.  Somebody's openid is kept by the hash of their
 * ticket, for as long as there is something to tell: each message is sent once,
 * and what is over, refused or not true any more is forgotten.
 */
import { hash_of, over, time_text } from "../halls.js";
import { json_of } from "../http.js";
import { Refusal } from "../refusal.js";
import { WechatError, client_new } from "./client.js";
import { value_of } from "./values.js";

const BATCH = 20, TRIES_MAX = 6;
const LATER_ms = 2000, LATER_MAX_ms = 60000, MINUTE_ms = 60000;
const SHANGHAI_ms = 8 * 3600 * 1000, DAY_ms = 24 * 3600 * 1000;

/* When each is told, by the ticket's row. */
const kinds = {
	near: (row, near_ahead) => row.state === "waiting" && Number.isInteger(row.ahead) && row.ahead <= near_ahead,
	called: row => row.state === "called",
	passed: row => row.state === "passed",
};

/* Where a template's value comes from. */
const sources = {
	number: ({ row }) => row.number,
	hall: ({ hall, en }) => (en && hall.name.en) || hall.name.zh,
	service: ({ row, en }) => (en && row.service_name_en) || row.service_name || "",
	window: ({ row, en }) => row.window === null ? "" : en ? `Window ${row.window}` : `${row.window}号窗口`,
	place: ({ row, en }) => (en && row.place_en) || row.place || "",
	ahead: ({ row }) => String(row.ahead ?? 0),
	time: ({ row, now_ms }) => time_text(now_ms, row.issued_at).slice(0, 16).replace(/^(\d+)-0?(\d+)-0?(\d+)T/, "$1年$2月$3日 "),
};

export function next_midnight_ms(now_ms) {
	return (Math.floor((now_ms + SHANGHAI_ms) / DAY_ms) + 1) * DAY_ms - SHANGHAI_ms;
}

/* The adapter that is off. */
const off = {
	look() {},
	send() {},
	stop: async () => {},
	state: () => "off",
	routes: held => [["POST", "/api/v1/tickets/{token}/subscribe", rq => {
		held(rq);
		throw new Refusal("not_available");
	}]],
};

export function notices_new({ config: { wechat, ...config }, store, now, limits, log }) {
	if (!wechat.on)
		return off;

	const client = client_new(wechat, now);
	let stopped = "";		/* why nothing is sent until a restart */
	let quiet_until_ms = 0;		/* nothing is sent before */
	let sending = null;		/* the pass under way */
	let again = false;		/* and another one after it */
	let timer = null;

	function hall_of(id) {
		return config.halls.find(hall => hall.id === id);
	}

	function alarm(line) {
		log(`wechat: ALARM: ${line}`);
	}

	function message_of(wish, row) {
		const en = row.lang === "en", from = { row, en, hall: hall_of(wish.hall), now_ms: now() };
		const { data } = wechat.templates[wish.kind];

		return {
			touser: wish.openid,
			template_id: wish.template,
			page: `${wechat.page}?hall=${wish.hall}&number=${encodeURIComponent(row.number)}`,
			miniprogram_state: wechat.miniprogram_state,
			lang: en ? "en_US" : "zh_CN",
			data: Object.fromEntries(Object.entries(data).map(([key, source]) =>
				[key, { value: value_of(key, source[0] === "=" ? source.slice(1) : sources[source](from)) }])),
		};
	}

	function drop(wish, why) {
		store.drop_wish(wish);
		log(`wechat: ${wish.kind} dropped: ${why}`);
	}

	/* What follows from an answer that is not the good one. */
	const acts = {
		later(wish) {
			if (wish.tries + 1 >= TRIES_MAX)
				drop(wish, "tried often enough");
			else
				store.delay_wish({ ...wish, next_ms: now() + Math.min(LATER_ms * 2 ** wish.tries, LATER_MAX_ms) });
		},
		minute() {
			quiet_until_ms = now() + MINUTE_ms;
		},
		token: wish => acts.later(wish),
		drop: (wish, error) => drop(wish, error.message),
		drop_person(wish, error) {
			store.drop_person(wish);
			log(`wechat: person dropped: ${error.message}`);
		},
		day(wish, error) {
			quiet_until_ms = next_midnight_ms(now());
			alarm(error.message);
		},
		stop(wish, error) {
			stopped = error.message;
			alarm(error.message);
		},
		login: (wish, error) => drop(wish, error.message),
		refuse: (wish, error) => acts.drop_person(wish, error),
	};

	function row_of(wish) {
		const found = store.get_ticket({ hash: wish.hash });

		return found === undefined ? null : JSON.parse(found.row);
	}

	async function send_one(wish) {
		const row = row_of(wish);

		if (store.get_wish(wish) === undefined)
			return;		/* turned off while others of the batch were sent */
		if (row === null || !kinds[wish.kind](row, wechat.near_ahead)) {
			store.drop_wish(wish);	/* not true any more */
			return;
		}
		try {
			await client.send(JSON.parse(wish.data));
			store.drop_wish(wish);
		} catch (error) {
			if (!(error instanceof WechatError))
				log(`wechat: ${error.stack}`);
			(acts[error.act] || acts.later)(wish, error);	/* what is not known, too, comes to an end */
		}
	}

	const may_send = () => stopped === "" && now() >= quiet_until_ms;

	async function pass() {
		for (again = true; again && may_send();) {
			again = false;
			for (const wish of store.due_wishes({ now_ms: now(), limit: BATCH })) {
				if (!may_send())
					break;
				await send_one(wish);
				again = true;
			}
		}
	}

	function wake() {
		const next = store.next_wish({}).next_ms;

		clearTimeout(timer);
		if (next !== null && stopped === "")
			timer = setTimeout(send, Math.min(Math.max(next, quiet_until_ms) - now(), DAY_ms)).unref();
	}

	/* A fault of our own is still there at once after it. */
	function failed(error) {
		quiet_until_ms = Math.max(quiet_until_ms, now() + MINUTE_ms);
		log(`wechat: ${error.stack}`);
	}

	function send() {
		again = true;
		sending ||= pass().catch(failed).finally(() => { sending = null; wake(); });
	}

	/* One ticket's wishes against its row. */
	function look_at(wish) {
		const row = row_of(wish);

		if (row === null || over.includes(row.state)) {
			store.drop_wishes(wish);
			return;
		}
		if (!kinds[wish.kind](row, wechat.near_ahead))
			return;
		try {
			store.fill_wish({ ...wish, data: JSON.stringify(message_of(wish, row)), next_ms: now() });
		} catch (error) {
			drop(wish, error.message);
		}
	}

	async function post_subscribe(rq, held) {
		const { hall, ticket } = held(rq), { js_code, templates, ...more } = json_of(rq.body);
		const wanted = Object.entries(wechat.templates).filter(([, template]) => Array.isArray(templates) && templates.includes(template.id));

		if (typeof js_code !== "string" || js_code === "" || js_code.length > 128)
			throw new Refusal("bad_request", { pointer: "/js_code" });
		if (wanted.length === 0 || wanted.length < templates.length)
			throw new Refusal("bad_request", { pointer: "/templates" });
		if (Object.keys(more).length > 0)
			throw new Refusal("bad_request", { pointer: "/" + Object.keys(more)[0] });
		if (over.includes(ticket.state))
			throw new Refusal("day_closed");
		limits.check("subscribe", rq.address);
		limits.count("subscribe", rq.address);
		const openid = await client.openid(js_code).catch(error => {
			if (!(error instanceof WechatError))
				throw error;
			log(`wechat: login: ${error.message}`);
			if (error.act === "stop")
				acts.stop(null, error);
			throw new Refusal(error.act === "login" ? "bad_request" : "wechat_failed", { pointer: "/js_code" });
		});

		for (const [kind, template] of wanted)
			store.put_wish({ hash: hash_of(ticket.token), kind, hall, openid, template: template.id });
		this_look(hall);
		send();
		return { status: 201, body: { kinds: wanted.map(([kind]) => kind) } };
	}

	function this_look(hall) {
		for (const wish of store.get_wishes({ hall }))
			look_at(wish);
	}

	return {
		/* After a hall has told of its tickets. */
		look: this_look,
		send,
		async stop() {
			clearTimeout(timer);
			stopped ||= "the program ends";
			await sending;
			clearTimeout(timer);
		},
		state: () => stopped !== "" ? `stopped: ${stopped}` : now() < quiet_until_ms ? `quiet until ${time_text(quiet_until_ms)}` : "on",
		routes: held => [["POST", "/api/v1/tickets/{token}/subscribe", rq => post_subscribe(rq, held)]],
	};
}
