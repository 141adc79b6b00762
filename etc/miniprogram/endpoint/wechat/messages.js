/*
 * WeChat's message push: who turns reminders off is told of here, as is what
 * could not be delivered.  GET: is this address ours?  POST: an event, which
 * comes again (three times) when it is not answered "success" within 5 s.
 *
 *	signature	SHA-1 of token, timestamp and nonce, sorted: says nothing of the body
 *	msg_signature	SHA-1 of token, timestamp, nonce and Encrypt, sorted
 *	Encrypt		AES-256-CBC: random (16), length (4, high byte first), message, appid, padding to 32 (PKCS#7)
 *
 * The latter two in secure mode.  Key: EncodingAESKey, base64 less its "="; IV: its first 16 bytes.
 * Source: the pages message-push and subscribe-message of developers.weixin.qq.com.
 */
import { createDecipheriv, createHash } from "node:crypto";
import { hash_of } from "../halls.js";
import { json_of } from "../http.js";
import { Refusal } from "../refusal.js";
import { is_same } from "../signature.js";
import { errcode_of } from "./errcodes.js";

const RANDOM = 16, HEAD = RANDOM + 4, BLOCK = 32;
const SEEN = ":wechat";		/* among the halls' ids; no hall's */

const text = body => ({ body, headers: { "Content-Type": "text/plain; charset=utf-8" } });

export function signature_of(...parts) {
	return createHash("sha1").update(parts.sort().join("")).digest("hex");
}

function unpadded(bytes) {
	const n = bytes.at(-1);

	if (!(n >= 1 && n <= BLOCK && bytes.length >= HEAD + n && bytes.subarray(-n).every(byte => byte === n)))
		throw new Error("aes_key does not open it");
	return bytes.subarray(0, -n);
}

/* The message's bytes; throws what is wrong. */
export function opened(encrypted, { aes_key, appid }) {
	const key = Buffer.from(aes_key + "=", "base64");
	const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, RANDOM)).setAutoPadding(false);	/* Node's knows blocks of 16 */
	const plain = unpadded(Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]));
	const end = HEAD + plain.readUInt32BE(RANDOM);

	if (plain.subarray(end).toString() !== appid)
		throw new Error("it is another appid's");
	return plain.subarray(HEAD, end);
}

/* One is an object, several are an array. */
function items_of({ List }) {
	return [List].flat().filter(item => typeof item === "object" && item !== null && typeof item.TemplateId === "string");
}

export function messages_new({ config: { wechat }, store, now, limits, log }) {
	if (!wechat.on || wechat.messages === null)
		return { routes: [] };

	const { token, aes_key } = wechat.messages;

	function refuse(rq, code, why) {
		limits.count("forged", rq.address);
		log(`wechat: message from ${rq.address} refused: ${why}`);
		throw new Refusal(code, { detail: why });
	}

	function check(rq, name, ...more) {
		const [is, timestamp, nonce] = [name, "timestamp", "nonce"].map(each => rq.query.get(each) || "");

		if (!is_same(is, signature_of(token, timestamp, nonce, ...more)))
			refuse(rq, "unauthorized", `${name} is not right`);
	}

	function plain_of(rq, body) {
		check(rq, "signature");
		if (body.Encrypt !== undefined && body.MsgType === undefined)
			refuse(rq, "bad_request", "it is encrypted, and there is no aes_key");
		return body;
	}

	function secret_of(rq, { Encrypt }) {
		check(rq, "msg_signature", String(Encrypt));
		try {
			return opened(Encrypt, { aes_key, appid: wechat.appid });
		} catch (error) {
			return refuse(rq, "unauthorized", error.message);
		}
	}

	function message_of(rq) {
		if (/^\s*</.test(rq.body))
			refuse(rq, "bad_request", "it is XML: choose JSON in the console");
		const body = json_of(rq.body);

		return aes_key === null ? plain_of(rq, body) : json_of(secret_of(rq, body));
	}

	function kind_of(template) {
		const found = Object.entries(wechat.templates).find(([, { id }]) => id === template);

		return found === undefined ? "a message" : found[0];
	}

	function agreed_or_not({ TemplateId, SubscribeStatusString }, openid) {
		if (SubscribeStatusString === "reject" && store.drop_template({ openid, template: TemplateId }) > 0)
			log(`wechat: ${kind_of(TemplateId)} dropped: turned off by the person`);
	}

	function sent({ TemplateId, ErrorCode, ErrorStatus }) {
		const errcode = Number(ErrorCode);

		if (errcode !== 0)
			log(`wechat: ${kind_of(TemplateId)} not delivered: ${errcode} ${errcode_of(errcode).says}; ${JSON.stringify(ErrorStatus)}`);
	}

	const events = {
		subscribe_msg_popup_event: agreed_or_not,
		subscribe_msg_change_event: agreed_or_not,
		subscribe_msg_sent_event: sent,
	};

	/* Events have no MsgId, and two of the same second differ in their List alone.  The hash: an openid is not kept for this. */
	const take = store.transaction(message => {
		const { MsgId, FromUserName, CreateTime, Event, List } = message;
		const id = hash_of(JSON.stringify([MsgId, FromUserName, CreateTime, Event, List]));

		if (store.put_seen({ hall: SEEN, id, at_ms: now() }) === 1)
			for (const item of items_of(message))
				events[Event](item, String(FromUserName));
	});

	function get(rq) {
		check(rq, "signature");
		return text(rq.query.get("echostr") || "");
	}

	function post(rq) {
		const message = message_of(rq);

		if (Object.hasOwn(events, message.Event))
			take(message);
		return text("success");
	}

	const before = rq => limits.check("forged", rq.address);

	return { routes: [["GET", "/wechat/messages", get, { before }], ["POST", "/wechat/messages", post, { before }]] };
}
