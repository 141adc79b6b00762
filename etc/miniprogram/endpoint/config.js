/*
 * The config file.  A row says what a member may be; every error names the
 * place and what would be right, and ends the program before it listens.
 * Secrets are in files or in the environment, never in the config itself.
 */
import { readFileSync } from "node:fs";

const is_text = v => typeof v === "string" && v !== "";
const is_url = v => is_text(v) && /^https?:\/\/[^\s/]+$/.test(v);
const is_object = v => typeof v === "object" && v !== null && !Array.isArray(v);
const is_id = v => is_text(v) && /^[A-Za-z0-9_-]{1,64}$/.test(v);
const is_secret = v => is_object(v) && (is_text(v.file) || is_text(v.env));

/* name: [check, what would be right, default; a member without one must be there] */
const members = {
	listen: [v => is_text(v) && /^[^:]*:\d+$|^\[.*\]:\d+$/.test(v), "ADDRESS:PORT", "127.0.0.1:8090"],
	proxies: [v => Array.isArray(v) && v.every(is_text), "a list of addresses whose X-Forwarded-For is believed", ["127.0.0.1"]],
	base_url: [is_url, "https://HOST, as phones reach it, without a path"],
	state: [is_text, "a folder of the endpoint's own"],
	pages: [is_text, "the folder with halld's pages/ and text/"],
	halls: [v => Array.isArray(v) && v.length > 0, "a list of halls"],
	wechat: [is_object, "an object", { on: false }],
};

const hall_members = {
	id: [is_id, "the id of hall.json, letters, digits, - and _"],
	name: [v => is_object(v) && is_text(v.zh), "{zh, en?}"],
	secrets: [v => Array.isArray(v) && v.length >= 1 && v.length <= 2 && v.every(is_secret), "one or two of {file} or {env}"],
	retired: [v => typeof v === "boolean", "true: it is told (410) to send no more", false],
};

const sources = ["number", "hall", "service", "window", "place", "ahead", "time"];
const is_data = v => is_object(v) && Object.values(v).every(from => is_text(from) && (from[0] === "=" || sources.includes(from)));
const is_template = v => is_object(v) && is_text(v.id) && is_data(v.data);

const wechat_members = {
	on: [v => typeof v === "boolean", "true or false", false],
	base_url: [is_url, "https://HOST", "https://api.weixin.qq.com"],
	appid: [is_text, "the mini-program's appid"],
	secret: [is_secret, "{file} or {env}"],
	page: [is_text, "the path of the ticket's page in the mini-program", "pages/ticket/ticket"],
	miniprogram_state: [v => ["developer", "trial", "formal"].includes(v), "developer, trial or formal", "formal"],
	near_ahead: [v => Number.isInteger(v) && v >= 0 && v <= 99, "0 to 99 people", 3],
	templates: [v => is_object(v) && Object.entries(v).every(([kind, t]) => ["near", "called", "passed"].includes(kind) && is_template(t)),
		`near, called, passed: {id, data: {key: one of ${sources.join(", ")}, or "=" and a text}}`],
	messages: [v => v === null || is_object(v), "{token, aes_key?}, as in the console", null],
};

const message_members = {
	token: [is_secret, "{file} or {env}"],
	aes_key: [v => v === null || is_secret(v), "{file} or {env}; left out in plain mode", null],
};

function read_object(object, rows, place) {
	const out = {};

	for (const name of Object.keys(object))
		if (!(name in rows))
			throw new Error(`${place}/${name}: there is no such member`);
	for (const [name, [check, right, otherwise]] of Object.entries(rows)) {
		const value = object[name] === undefined ? otherwise : object[name];

		if (value === undefined || !check(value))
			throw new Error(`${place}/${name}: should be ${right}`);
		out[name] = value;
	}
	return out;
}

function read_file(file, place) {
	try {
		return readFileSync(file, "utf8").trim();
	} catch (error) {
		throw new Error(`${place}: ${error.message}`);
	}
}

function read_secret({ file, env }, place) {
	const secret = file === undefined ? process.env[env] : read_file(file, place);

	if (!is_text(secret))
		throw new Error(`${place}: ${file || env} is empty`);
	return secret;
}

function read_messages(object) {
	const place = "/wechat/messages", messages = read_object(object, message_members, place);

	messages.token = read_secret(messages.token, place + "/token");
	if (!/^[A-Za-z0-9]{3,32}$/.test(messages.token))
		throw new Error(`${place}/token: a Token has 3 to 32 letters and digits`);
	if (messages.aes_key === null)
		return messages;
	messages.aes_key = read_secret(messages.aes_key, place + "/aes_key");
	if (!/^[A-Za-z0-9]{43}$/.test(messages.aes_key))
		throw new Error(`${place}/aes_key: an EncodingAESKey has 43 letters and digits`);
	return messages;
}

/* Object as in the file to what the program uses, secrets read. */
export function config_of(object) {
	if (!is_object(object))
		throw new Error("should be an object");
	const config = read_object(object, members, "");

	config.halls = config.halls.map((hall, i) => {
		const read = read_object(is_object(hall) ? hall : {}, hall_members, `/halls/${i}`);

		read.secrets = read.secrets.map((secret, k) => read_secret(secret, `/halls/${i}/secrets/${k}`));
		for (const secret of read.secrets)
			if (Buffer.from(secret.replace(/^whsec_/, ""), "base64").length < 24)
				throw new Error(`/halls/${i}/secrets: a secret has at least 24 bytes, in base64`);
		return read;
	});
	if (new Set(config.halls.map(hall => hall.id)).size < config.halls.length)
		throw new Error("/halls: two have the same id");
	if (config.wechat.on === true) {
		config.wechat = read_object(config.wechat, wechat_members, "/wechat");
		config.wechat.secret = read_secret(config.wechat.secret, "/wechat/secret");
		config.wechat.messages &&= read_messages(config.wechat.messages);
	} else
		config.wechat = { on: false };
	return config;
}

export function config_read(file) {
	try {
		return config_of(JSON.parse(readFileSync(file, "utf8")));
	} catch (error) {
		throw new Error(`${file}: ${error.message}`);
	}
}
