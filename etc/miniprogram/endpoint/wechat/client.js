/*
 * Requests to api.weixin.qq.com.  Only here is the AppSecret used; the token
 * is kept in memory: stable_token gives the same one to whoever asks again.
 */
import { errcode_of } from "./errcodes.js";

const ANSWER_ms = 10000;
const EARLY_ms = 300 * 1000;	/* in a token's last five minutes there is another one */
const JITTER_ms = 60 * 1000;	/* before that */

export class WechatError extends Error {
	constructor({ errcode, errmsg = "" }) {
		super(`${errcode} ${errcode_of(errcode).says}; ${errmsg}`);
		this.errcode = errcode;
		this.act = errcode_of(errcode).act;
	}
}

export function client_new({ base_url, appid, secret }, now) {
	let token = null;	/* {text, until_ms} */
	let asked = null;	/* a request for one, under way */

	async function request(path, body) {
		let value;

		try {
			const answer = await fetch(base_url + path, {
				method: body === undefined ? "GET" : "POST",
				headers: { "Content-Type": "application/json" },
				body: body === undefined ? undefined : JSON.stringify(body),
				redirect: "error",
				signal: AbortSignal.timeout(ANSWER_ms),
			});

			value = await answer.json();
		} catch (error) {
			throw new WechatError({ errcode: -1, errmsg: `no answer: ${error.message}` });
		}
		if (typeof value !== "object" || value === null)
			throw new WechatError({ errcode: -1, errmsg: "no JSON object" });
		const errcode = Number(value.errcode ?? 0);	/* also as text */

		if (errcode !== 0)
			throw new WechatError({ ...value, errcode });
		return value;
	}

	/* A member that an answer must have. */
	function text_of(value, name) {
		if (typeof value[name] !== "string" || value[name] === "")
			throw new WechatError({ errcode: -1, errmsg: `no ${name}` });
		return value[name];
	}

	/* An error that elsewhere speaks of the token speaks here of the AppSecret: another token is no help. */
	async function new_token() {
		const value = await request("/cgi-bin/stable_token", { grant_type: "client_credential", appid, secret, force_refresh: false }).catch(error => {
			throw error.act === "token" ? Object.assign(error, { act: "stop" }) : error;
		});

		token = { text: text_of(value, "access_token"), until_ms: now() + (Number(value.expires_in) || 0) * 1000 - EARLY_ms - Math.random() * JITTER_ms };
		return token.text;
	}

	async function token_of_now() {
		if (token !== null && now() < token.until_ms)
			return token.text;
		asked ||= new_token().finally(() => { asked = null; });
		return asked;
	}

	return {
		/* The openid of a phone's wx.login code.  The session_key goes nowhere. */
		async openid(js_code) {
			const query = new URLSearchParams({ appid, secret, js_code, grant_type: "authorization_code" });

			return text_of(await request("/sns/jscode2session?" + query), "openid");
		},

		/* Send a message; with a token that is not good, once more with another. */
		async send(message) {
			for (let tries = 1; ; tries++) {
				const used = await token_of_now();

				try {
					return await request("/cgi-bin/message/subscribe/send?access_token=" + encodeURIComponent(used), message);
				} catch (error) {
					if (error.act !== "token")
						throw error;
					if (token !== null && token.text === used)
						token = null;
					if (tries === 2)
						throw error;
				}
			}
		},
	};
}
