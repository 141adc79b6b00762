// WeChat's message push to the endpoint: signatures, secure mode, and what follows from each event.
import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { config_of } from "../../etc/miniprogram/endpoint/config.js";
import { opened, signature_of } from "../../etc/miniprogram/endpoint/wechat/messages.js";
import { until } from "./page.mjs";
import { Endpoint, ticket_row } from "./pushing.mjs";
import { Weixin, templates } from "./weixin.mjs";

// The page message-push of developers.weixin.qq.com: an address that is verified, and a message in secure mode.
const token = "AAAAA", aes_key = "A".repeat(43), appid = "wxba5fad812f8e6fb9";
const verified = { signature: "f464b24fc39322e44b38aa78f5edd27bd1441696", timestamp: "1714036504", nonce: "1514711492", echostr: "4375120948345356249" };
const secure = { signature: "6c5c811b55cc85e0e1b54100749188c20beb3f5d", timestamp: "1714112445", nonce: "415670741",
  openid: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", encrypt_type: "aes", msg_signature: "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3" };
const secure_body = { ToUserName: "gh_97417a04a28d", Encrypt: "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv" +
  "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y" +
  "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=" };
const secure_message = { ToUserName: "gh_97417a04a28d", FromUserName: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", CreateTime: 1714112445, MsgType: "event",
  Event: "debug_demo", debug_str: "hello world" };

const tickets = { one: "k7Qm2xW9aBcDeFgHiJkLmN", two: "anotherTicketOfTheSameDay" };
let weixin, endpoint, hall;

// messages: {} in plain mode, {aes_key} in secure mode, null: none.
async function start(messages = {}) {
  Object.assign(process.env, { WECHAT_SECRET: "AppSecret of tests", WECHAT_TOKEN: token, WECHAT_AES_KEY: aes_key });
  endpoint = await Endpoint.start({
    wechat: { on: true, base_url: weixin.url, appid, secret: { env: "WECHAT_SECRET" }, templates,
      messages: messages && { token: { env: "WECHAT_TOKEN" }, ...messages } },
  });
  hall = endpoint.hall(0, { now: endpoint.now });
  await becomes({ ahead: 5 });
}
const start_secure = async () => {
  await endpoint.stop();
  await start({ aes_key: { env: "WECHAT_AES_KEY" } });
};

beforeEach(async () => {
  weixin = new Weixin();
  await weixin.start();
  await start();
});
afterEach(async () => {
  await endpoint.stop();
  await weixin.stop();
});

// Both tickets are now so.
async function becomes(changes) {
  hall.seq++;
  await hall.tickets(Object.values(tickets).map((each) => ticket_row(each, changes)));
}
const restart = async () => {
  await endpoint.running.stop();
  await endpoint.run();
};
async function settle() {		// all that was due is done: a stop waits for the message under way
  for (let before = -1; before < weixin.sent().length;) {
    before = weixin.sent().length;
    await restart();
  }
}
const subscribe = async (js_code, ticket, wanted = ["TPL-NEAR", "TPL-CALLED"]) => assert.equal(
  (await endpoint.ask(`/api/v1/tickets/${ticket}/subscribe`, { body: { js_code, templates: wanted } })).status, 201);

// Who is told what, from now until both tickets are called.
async function told() {
  weixin.asked = [];
  await becomes({ ahead: 3 });
  await settle();
  await becomes({ state: "called", window: 5, ahead: null });
  await settle();
  return weixin.sent().map(({ body }) => `${body.touser} ${body.template_id}`).sort();
}
const both_told = ["openid-of-1 TPL-CALLED", "openid-of-1 TPL-NEAR", "openid-of-2 TPL-CALLED", "openid-of-2 TPL-NEAR"];

const event = (Event, List, changes = {}) => ({ ToUserName: "gh_123456789abc", FromUserName: "openid-of-1", CreateTime: 1620973045, MsgType: "event", Event,
  List, ...changes });
const reject = (changes = {}) => event("subscribe_msg_change_event", { TemplateId: "TPL-NEAR", SubscribeStatusString: "reject" }, changes);

async function ask(query, body) {
  const answer = await fetch(`${endpoint.url}/wechat/messages?${new URLSearchParams(query)}`, { method: body === undefined ? "GET" : "POST", body });
  return { status: answer.status, type: answer.headers.get("Content-Type"), text: await answer.text() };
}
const sha1 = (...parts) => createHash("sha1").update(parts.sort().join("")).digest("hex");
const { timestamp, nonce } = verified;
const push = (message, signature = verified.signature) => ask({ signature, timestamp, nonce, openid: "openid-of-1" }, JSON.stringify(message));

// As WeChat does in secure mode; whatever is to be wrong with it is in more.
function encrypt(message, more = {}) {
  const key = Buffer.from((more.aes_key ?? aes_key) + "=", "base64"), text = Buffer.from(JSON.stringify(message)), length = Buffer.alloc(4);
  length.writeUInt32BE(more.length ?? text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(more.appid ?? appid)]);
  const padding = 32 - plain.length % 32 + (more.longer ?? 0);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, more.padding ?? padding)), cipher.final()]);
}
const push_secure = (bytes, { signed = bytes, sent = bytes } = {}) => ask(
  { signature: sha1(token, timestamp, nonce), timestamp, nonce, encrypt_type: "aes", msg_signature: sha1(token, timestamp, nonce, signed.toString("base64")) },
  JSON.stringify({ ToUserName: "gh_123456789abc", Encrypt: sent.toString("base64") }));

const taken = ({ status, text }) => assert.deepEqual([status, text], [200, "success"]);
const refused = (answer, status, detail, what) => {
  assert.equal(answer.status, status, what);
  assert.match(JSON.parse(answer.text).detail, detail, what);
};
const said = (pattern) => endpoint.lines.filter((line) => pattern.test(line)).length;

test("signatures are WeChat's own", () => {
  const rows = [[verified.signature, token, timestamp, nonce], ["899cf89e464efb63f54ddac96b0a0a235f53aa78", token, "1714037059", "486452656"],
    [secure.msg_signature, token, secure.timestamp, secure.nonce, secure_body.Encrypt],
    ["3cfb95e507d90f7d5dadb5d506f2ab7c6ddaf7a7", token, timestamp, nonce, "ENCRYPTED=="]];
  for (const [right, ...parts] of rows) assert.equal(signature_of(...parts), right);
  assert.deepEqual(JSON.parse(opened(secure_body.Encrypt, { aes_key, appid })), secure_message);
});

test("the address is verified: echostr as it came, and only for the right signature", async () => {
  const answer = await ask(verified);
  assert.deepEqual(answer, { status: 200, type: "text/plain; charset=utf-8", text: verified.echostr });
  for (const wrong of [{ signature: verified.signature.replace("f", "e") }, { signature: "" }, { signature: "f464" }, { signature: verified.signature.toUpperCase() },
    { nonce: "1514711493" }, { timestamp: "" }])
    refused(await ask({ ...verified, ...wrong }), 401, /signature is not right/, JSON.stringify(wrong));
  for (let i = 0; i < 30; i++) await ask({});
  assert.equal((await ask(verified)).status, 429, "guessing comes to an end");
});

test("off, or without messages: there is no such address", async () => {
  for (const off of [{ on: false }, null]) {
    await endpoint.stop();
    if (off === null) await start(null);
    else endpoint = await Endpoint.start({ wechat: off });
    for (const answer of [await ask(verified), await push(reject())]) assert.equal(answer.status, 404);
  }
});

// [what, message, what is told]
const turned_off = [
  ["change, one: an object", reject(), both_told.filter((each) => each !== "openid-of-1 TPL-NEAR")],
  ["change, several: an array", event("subscribe_msg_change_event", ["TPL-NEAR", "TPL-CALLED", "TPL-OF-OTHERS"].map((TemplateId) =>
    ({ TemplateId, SubscribeStatusString: "reject" }))), both_told.slice(2)],
  ["popup", event("subscribe_msg_popup_event", [{ TemplateId: "TPL-NEAR", SubscribeStatusString: "accept", PopupScene: "0" },
    { TemplateId: "TPL-CALLED", SubscribeStatusString: "reject", PopupScene: "0" }]), both_told.slice(1)],
  ["somebody without reminders", reject({ FromUserName: "openid-of-3" }), both_told],
  ["no list", event("subscribe_msg_change_event"), both_told],
  ["a list of what is none", event("subscribe_msg_change_event", [null, 5, {}, { TemplateId: {} }]), both_told],
  ["nobody", reject({ FromUserName: {} }), both_told],
  ["an event of others", event("debug_demo", { TemplateId: "TPL-NEAR", SubscribeStatusString: "reject" }), both_told],
  ["a text", { FromUserName: "openid-of-1", CreateTime: 1, MsgType: "text", Content: "reject", MsgId: 1 }, both_told],
];
for (const [what, message, right] of turned_off)
  test(`turned off: nobody else's, and nothing else: ${what}`, async () => {
    await subscribe("1", tickets.one);
    await subscribe("2", tickets.two);
    taken(await push(message));
    assert.deepEqual(await told(), right);
  });

test("turned off while the message of somebody else is on its way: it is not sent behind it", async () => {
  let let_go;
  weixin.script["/cgi-bin/message/subscribe/send"] = [new Promise((r) => { let_go = r; })];
  await subscribe("1", tickets.one, ["TPL-NEAR"]);
  await subscribe("2", tickets.two, ["TPL-NEAR"]);
  await becomes({ ahead: 3 });
  await until(() => weixin.sent().length === 1);
  const later = weixin.sent()[0].body.touser === "openid-of-1" ? "openid-of-2" : "openid-of-1";
  taken(await push(reject({ FromUserName: later })));
  let_go({ errcode: 47003, errmsg: "argument invalid" });
  await until(() => said(/near dropped: 47003/) === 1);
  await settle();
  assert.equal(weixin.sent().length, 1);
});

test("a person's reminders of all their tickets, and no openid stays", async () => {
  await subscribe("1", tickets.one);
  await subscribe("1", tickets.two);
  taken(await push(event("subscribe_msg_change_event", ["TPL-NEAR", "TPL-CALLED"].map((TemplateId) => ({ TemplateId, SubscribeStatusString: "reject" })))));
  assert.equal(said(/(near|called) dropped: turned off/), 2);
  endpoint.running.sweep();
  const folder = join(endpoint.folder, "state");
  for (const file of readdirSync(folder)) assert.ok(!readFileSync(join(folder, file)).includes("openid-of-1"), file);
  assert.equal(said(/openid-of/), 0);
  assert.deepEqual(await told(), []);
});

test("what comes again is done once, also after a restart", async () => {
  const other = event("subscribe_msg_change_event", { TemplateId: "TPL-CALLED", SubscribeStatusString: "reject" });
  await subscribe("1", tickets.one);
  taken(await push(reject()));
  await subscribe("1", tickets.one);
  taken(await push(reject()));
  await restart();
  taken(await push(reject()));
  taken(await push(other));		// of the same second
  assert.equal(said(/called dropped/), 1);
  await subscribe("1", tickets.one, ["TPL-CALLED"]);
  assert.deepEqual(await told(), both_told.slice(0, 2));
  await becomes({ state: "waiting", ahead: 5 });
  await subscribe("1", tickets.one);
  taken(await push(reject({ CreateTime: 1620973046 })));
  assert.deepEqual(await told(), ["openid-of-1 TPL-CALLED"], "turned off once more");
});

test("what was not delivered is in the log, with its code", async () => {
  const sent = (changes, more) => event("subscribe_msg_sent_event", { TemplateId: "TPL-NEAR", MsgID: "1864323726461255680", ErrorCode: "0",
    ErrorStatus: "success", ...changes }, more);
  taken(await push(sent({})));
  taken(await push(sent({ ErrorCode: 0 })));
  assert.equal(said(/not delivered/), 0);
  for (let i = 0; i < 2; i++) taken(await push(sent({ ErrorCode: "43101", ErrorStatus: "user refuse\nto accept" })));
  taken(await push(sent({ TemplateId: "TPL-OF-OTHERS", ErrorCode: 7 })));
  assert.equal(said(/^wechat: near not delivered: 43101 refused by the person.*"user refuse\\nto accept"$/), 1);
  assert.equal(said(/^wechat: a message not delivered: 7 not known; "success"$/), 1);
});

test("plain mode: what is not signed, or not plain JSON, is refused", async () => {
  await subscribe("1", tickets.one);
  refused(await push(reject(), verified.signature.replace("f", "e")), 401, /signature/);
  refused(await ask({}, JSON.stringify(reject())), 401, /signature/);
  refused(await ask(verified, "<xml><Event>subscribe_msg_change_event</Event></xml>"), 400, /XML: choose JSON in the console/);
  refused(await ask(verified, "reject"), 400, /no JSON/);
  refused(await ask(verified, "[]"), 400, /no JSON object/);
  refused(await push(secure_body), 400, /encrypted, and there is no aes_key/);
  assert.equal(said(/wechat: message from .* refused/), 4);
  assert.deepEqual(await told(), both_told.slice(0, 2));
});

test("secure mode: WeChat's own example, and a message of ours", async () => {
  await start_secure();
  await subscribe("1", tickets.one);
  await subscribe("2", tickets.two);
  assert.equal((await ask(verified)).text, verified.echostr);
  taken(await ask(secure, JSON.stringify(secure_body)));
  for (let more = 0; more < 32; more++)		// each length of the padding
    taken(await push_secure(encrypt(reject({ FromUserName: "x".repeat(more) }))));
  taken(await push_secure(encrypt(reject({ more: "大厅" }))));
  assert.deepEqual(await told(), ["openid-of-1 TPL-CALLED", "openid-of-2 TPL-CALLED", "openid-of-2 TPL-NEAR"]);
});

test("secure mode: another appid, another key, a byte that is not right", async () => {
  await start_secure();
  await subscribe("1", tickets.one);
  const good = encrypt(reject()), changed = (at) => Buffer.from(good.map((byte, i) => i === at ? byte ^ 1 : byte));
  const rows = [["signed for others", good, { signed: changed(0) }, /msg_signature is not right/],
    ["tampered", good, { sent: changed(40) }, /msg_signature is not right/],
    ["another appid", encrypt(reject(), { appid: "wxba5fad812f8e6fb8" }), {}, /another appid's/],
    ["no appid", encrypt(reject(), { appid: "" }), {}, /another appid's/],
    ["another key", encrypt(reject(), { aes_key: "B".repeat(43) }), {}, /aes_key does not open it|another appid's/],
    ["a length beyond the end", encrypt(reject(), { length: 0xffffffff }), {}, /another appid's/],
    ["padding of 0", encrypt(reject(), { padding: 0 }), {}, /aes_key does not open it/],
    ["padding of more than 32", encrypt(reject(), { longer: 32 }), {}, /aes_key does not open it/],
    ["half a block", good.subarray(0, 40), {}, /./],
    ["one block", good.subarray(0, 16), {}, /aes_key does not open it/],
    ["nothing", Buffer.alloc(0), {}, /aes_key does not open it/]];
  for (const [what, bytes, more, detail] of rows) refused(await push_secure(bytes, more), 401, detail, what);
  refused(await push(reject()), 401, /msg_signature/, "plain");
  refused(await ask(secure, "<xml><Encrypt>x</Encrypt></xml>"), 400, /XML/);
  assert.deepEqual(await told(), both_told.slice(0, 2));
});

test("a setting that is not right is told with its place", () => {
  const rows = [[5, /^\/wechat\/messages: should be/], [{}, /^\/wechat\/messages\/token: should be \{file\} or \{env\}/],
    [{ token: "AAAAA" }, /^\/wechat\/messages\/token/], [{ token: { env: "NOT_THERE" } }, /^\/wechat\/messages\/token: NOT_THERE is empty/],
    [{ token: { file: "/nowhere/token" } }, /^\/wechat\/messages\/token: ENOENT/],
    [{ token: { env: "WECHAT_SECRET" } }, /^\/wechat\/messages\/token: a Token has 3 to 32 letters and digits/],
    [{ token: { env: "WECHAT_TOKEN" }, aes_key: { env: "WECHAT_TOKEN" } }, /^\/wechat\/messages\/aes_key: an EncodingAESKey has 43/],
    [{ token: { env: "WECHAT_TOKEN" }, key: 1 }, /^\/wechat\/messages\/key: there is no such member/]];
  for (const [messages, message] of rows)
    assert.throws(() => config_of({ ...endpoint.file, wechat: { ...endpoint.file.wechat, messages } }), { message });
});
