// The WeChat adapter of the endpoint, against a server that answers as it is told.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { errcodes } from "../../etc/miniprogram/endpoint/wechat/errcodes.js";
import { next_midnight_ms } from "../../etc/miniprogram/endpoint/wechat/notices.js";
import { value_of } from "../../etc/miniprogram/endpoint/wechat/values.js";
import { until } from "./page.mjs";
import { Endpoint, ticket_row } from "./pushing.mjs";
import { Weixin, templates } from "./weixin.mjs";

const token = "k7Qm2xW9aBcDeFgHiJkLmN", other = "anotherTicketOfTheSameDay";
const secret = "AppSecret of tests";

let weixin, endpoint, hall, rows;

async function start(changes = {}) {
  process.env.WECHAT_SECRET = secret;
  endpoint = await Endpoint.start({
    wechat: { on: true, base_url: weixin.url, appid: "wx0123456789abcdef", secret: { env: "WECHAT_SECRET" }, templates, ...changes },
  });
  hall = endpoint.hall(0, { now: endpoint.now });
  rows = { [token]: { ahead: 5 }, [other]: { number: "A040", ahead: 8 } };
  await becomes({});
}

beforeEach(async () => {
  weixin = new Weixin();
  await weixin.start();
  await start();
});
afterEach(async () => {
  await endpoint.stop();
  await weixin.stop();
});

const all = ["TPL-NEAR", "TPL-CALLED", "TPL-PASSED"];
const subscribe = (body = {}, of = token) => endpoint.ask(`/api/v1/tickets/${of}/subscribe`, { body: { js_code: "code1", templates: all, ...body } });
const sent = (least) => until(() => weixin.sent().length >= least);

// The hall tells that the ticket is now so.
async function becomes(changes, of = token) {
  hall.seq++;
  Object.assign(rows[of], changes);
  await hall.tickets(Object.entries(rows).map(([each, row]) => ticket_row(each, row)));
}
const settle = async () => {		// all that was due is done: a stop waits for it
  await endpoint.running.stop();
  await endpoint.run();
};
const script = (...answers) => { weixin.script["/cgi-bin/message/subscribe/send"] = answers; };
const state = async () => (await (await fetch(endpoint.url + "/healthz")).json()).wechat;
const said = (pattern) => endpoint.lines.some((line) => pattern.test(line));

test("off: nothing of it is there", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start();
  await endpoint.hall().tickets([ticket_row(token)]);
  assert.equal((await subscribe()).body.code, "not_available");
});

test("near, called, passed: each once, when it is so, with what the template takes", async () => {
  assert.deepEqual((await subscribe()).body, { kinds: ["near", "called", "passed"] });
  assert.deepEqual(weixin.sent("/sns/jscode2session")[0].query,
    { appid: "wx0123456789abcdef", secret, js_code: "code1", grant_type: "authorization_code" });
  await becomes({ ahead: 4 });
  await settle();
  assert.equal(weixin.sent().length, 0);
  await becomes({ ahead: 3 });
  await sent(1);
  await becomes({ ahead: 2 });
  await becomes({ state: "called", window: 5, ahead: null, called_at: hall.time() });
  await sent(2);
  await becomes({ state: "passed", window: null, ahead: null });
  await sent(3);
  await becomes({ state: "waiting", ahead: 1 });
  await becomes({ state: "called", window: 5, ahead: null });
  await settle();
  const messages = weixin.sent().map(({ body }) => body);
  assert.deepEqual(messages.map((message) => message.template_id), all);
  const { data, ...rest } = messages[0];
  assert.deepEqual(rest, { touser: "openid-of-code1", template_id: "TPL-NEAR", page: "pages/ticket/ticket?hall=330106001&number=A037",
    miniprogram_state: "formal", lang: "zh_CN" });
  assert.deepEqual(data, { character_string1: { value: "A037" }, thing2: { value: "大厅1" }, number3: { value: "3" }, phrase5: { value: "即将叫号" } });
  assert.equal(messages[1].data.thing2.value, "5号窗口");
  assert.match(messages[1].data.time4.value, /^\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d$/);
  assert.equal(weixin.sent("/cgi-bin/stable_token").length, 1, "for all of them");
  assert.deepEqual(weixin.sent("/cgi-bin/stable_token")[0].body,
    { grant_type: "client_credential", appid: "wx0123456789abcdef", secret, force_refresh: false });
});

test("only what was agreed to is sent, and who subscribes near the end is told at once", async () => {
  await becomes({ ahead: 1 });
  await subscribe({ templates: ["TPL-NEAR"] });
  await sent(1);
  await becomes({ state: "called", window: 5, ahead: null });
  await settle();
  assert.equal(weixin.sent().length, 1);
  assert.equal((await subscribe({ templates: ["TPL-OF-OTHERS"] })).body.pointer, "/templates");
  assert.equal((await subscribe({ js_code: "" })).body.pointer, "/js_code");
  assert.equal((await subscribe({}, "unknown")).status, 404);
});

test("the openid is gone when the ticket has ended, and a restart keeps what is still asked for", async () => {
  await subscribe();
  await subscribe({ js_code: "code2" }, other);
  await settle();
  await becomes({ state: "done", ahead: null });
  await becomes({ state: "called", window: 1, ahead: null });
  await becomes({ ahead: 2 }, other);
  await sent(1);
  await settle();
  assert.deepEqual(weixin.sent().map(({ body }) => [body.touser, body.template_id]), [["openid-of-code2", "TPL-NEAR"]]);
});

test("40001: another token, and once more; the token is used until five minutes before its end", async () => {
  script({ errcode: 40001, errmsg: "invalid credential" });
  await subscribe();
  await subscribe({ js_code: "code2" }, other);
  await becomes({ ahead: 3 });
  await sent(2);
  assert.deepEqual(weixin.sent().map(({ query }) => query.access_token), ["token-1", "token-2"]);
  assert.deepEqual(weixin.sent().map(({ body }) => body.touser), ["openid-of-code1", "openid-of-code1"]);
  endpoint.ahead_ms = (7200 - 300 - 120) * 1000;
  await becomes({ ahead: 3 }, other);
  await sent(3);
  assert.equal(weixin.sent()[2].query.access_token, "token-2");
  endpoint.ahead_ms = (7200 - 300) * 1000;
  await becomes({ state: "called", window: 1, ahead: null }, other);
  await sent(4);
  assert.equal(weixin.sent()[3].query.access_token, "token-3");
});

test("40001 twice: it is not asked in a circle", async () => {
  script(...Array(2).fill({ errcode: 40001, errmsg: "invalid credential" }));
  await subscribe();
  await becomes({ ahead: 3 });
  await settle();
  assert.equal(weixin.sent().length, 2);
  endpoint.ahead_ms = 10e3;
  await settle();
  await sent(3);
});

test("43101: the person's grant is gone, and nobody else's", async () => {
  script({ errcode: 43101, errmsg: "user refuse to accept the msg" });
  await subscribe();
  await subscribe({ js_code: "code2" }, other);
  await becomes({ ahead: 3 });
  await until(() => said(/person dropped: 43101/));
  await becomes({ state: "called", window: 5, ahead: null });
  await becomes({ state: "called", window: 5, ahead: null }, other);
  await sent(2);
  await settle();
  assert.deepEqual(weixin.sent().map(({ body }) => [body.touser, body.template_id]),
    [["openid-of-code1", "TPL-NEAR"], ["openid-of-code2", "TPL-CALLED"]]);
});

test("47003: dropped, and the log says which field", async () => {
  script({ errcode: 47003, errmsg: "argument invalid! data.thing2.value invalid" });
  await subscribe();
  await becomes({ ahead: 3 });
  await until(() => said(/near dropped: 47003.*data\.thing2\.value invalid/));
  await becomes({ state: "called", window: 5, ahead: null });
  await sent(2);
  assert.equal(weixin.sent()[1].body.template_id, "TPL-CALLED", "the others are sent");
});

test("45009: nothing more until midnight in Shanghai, and an alarm", async () => {
  const morning = Date.parse("2026-11-24T09:30:00+08:00");
  assert.equal(next_midnight_ms(morning), Date.parse("2026-11-25T00:00:00+08:00"));
  assert.equal(next_midnight_ms(Date.parse("2026-11-24T23:59:59+08:00")), Date.parse("2026-11-25T00:00:00+08:00"));
  assert.equal(next_midnight_ms(Date.parse("2026-11-25T00:00:00+08:00")), Date.parse("2026-11-26T00:00:00+08:00"));
  script({ errcode: 45009, errmsg: "reach max api daily quota limit" });
  await subscribe();
  await subscribe({ js_code: "code2" }, other);
  await becomes({ ahead: 3 });
  await becomes({ ahead: 3 }, other);
  await until(() => said(/ALARM: 45009/));
  assert.match(await state(), /^quiet until .*T00:00:00\+08:00$/);
  const asked = weixin.sent().length;
  const left_ms = next_midnight_ms(endpoint.now()) - endpoint.now();
  endpoint.ahead_ms = left_ms - 30e3;
  await becomes({ ahead: 2 }, other);
  assert.equal(weixin.sent().length, asked);
  endpoint.ahead_ms = left_ms + 1000;
  await hall.snapshot();
  await sent(asked + 2);
  assert.equal(await state(), "on");
});

test("45011: in the next minute", async () => {
  script({ errcode: 45011, errmsg: "api minute-quota reach limit" });
  await subscribe();
  await becomes({ ahead: 3 });
  await sent(1);
  await until(async () => /^quiet/.test(await state()));
  await becomes({ ahead: 2 });
  assert.equal(weixin.sent().length, 1);
  endpoint.ahead_ms = 61e3;
  await hall.snapshot();
  await sent(2);
});

test("a wrong secret, an address that is not listed: it stops, with an alarm", async () => {
  weixin.script["/cgi-bin/stable_token"] = [{ errcode: 40164, errmsg: "invalid ip 1.2.3.4, not in whitelist" }];
  await subscribe();
  await becomes({ ahead: 3 });
  await until(() => said(/ALARM: 40164.*whitelist/));
  await becomes({ state: "called", window: 5, ahead: null });
  assert.match((await (await fetch(endpoint.url + "/healthz")).json()).wechat, /^stopped: 40164/);
  assert.equal(weixin.sent().length, 0);
  await settle();
  await sent(1);
});

test("a wrong AppSecret: it stops, with an alarm, and what is wished for is kept", async () => {
  weixin.script["/cgi-bin/stable_token"] = [{ errcode: 40001, errmsg: "invalid credential" }];
  await subscribe();
  await becomes({ ahead: 3 });
  await until(() => said(/ALARM: 40001/));
  assert.match((await (await fetch(endpoint.url + "/healthz")).json()).wechat, /^stopped: 40001/);
  await settle();
  await sent(1);
});

// What WeChat's address answers, and to which of the two; [text, path]
const odd = [
  ["null"], ["\"ok\""], ["<html>"], ["{\"errcode\": \"45099\"}"], ["{\"errcode\": {}}"], ["{\"errcode\": 99999}"],
  ["null", "/cgi-bin/stable_token"], ["{}", "/cgi-bin/stable_token"],
];
for (const [raw, path = "/cgi-bin/message/subscribe/send"] of odd)
  test(`${path.split("/").pop()}: an answer that nobody knows, ${raw}: later again, and not in a circle`, async () => {
    weixin.script[path] = Array(4).fill({ raw });
    await subscribe();
    await becomes({ ahead: 3 });
    await until(() => weixin.sent(path).length > 0);
    await settle();
    assert.equal(weixin.sent(path).length, 1);
    weixin.script[path] = [];
    endpoint.ahead_ms = 10e3;
    await settle();
    await sent(path.endsWith("send") ? 2 : 1);
  });

test("errcode 0 as text: it is sent, once", async () => {
  script(...Array(4).fill({ errcode: "0", errmsg: "ok" }));
  await subscribe();
  await becomes({ ahead: 3 });
  await sent(1);
  await settle();
  endpoint.ahead_ms = 10e3;
  await settle();
  assert.equal(weixin.sent().length, 1);
});

test("no answer: later again, but not what is not true any more", async () => {
  script("hang up", { errcode: -1, errmsg: "system error" });
  await subscribe();
  await becomes({ ahead: 3 });
  await sent(1);
  await settle();
  endpoint.ahead_ms = 10e3;
  await hall.snapshot();
  await sent(2);
  await settle();
  await becomes({ state: "called", window: 5, ahead: null });
  await sent(3);
  endpoint.ahead_ms = 100e3;
  await hall.snapshot();
  await settle();
  assert.deepEqual(weixin.sent().map(({ body }) => body.template_id), ["TPL-NEAR", "TPL-NEAR", "TPL-CALLED"]);
});

test("a code that is used: the phone is told to get another", async () => {
  weixin.script["/sns/jscode2session"] = [{ errcode: 40029, errmsg: "invalid code" }, { errcode: 40226, errmsg: "code blocked" }];
  const answer = await subscribe();
  assert.deepEqual([answer.status, answer.body.pointer], [400, "/js_code"]);
  assert.equal((await subscribe()).body.code, "wechat_failed");
  await becomes({ ahead: 3 });
  await settle();
  assert.equal(weixin.sent().length, 0);
});

test("what breaks a template's rule is not sent", async () => {
  await endpoint.stop();
  await start({ templates: { ...templates, near: { id: "TPL-NEAR", data: { phrase5: "=123" } } } });
  await subscribe();
  await becomes({ ahead: 3 });
  await until(() => said(/near dropped: phrase5: "123" is not at most 5 Chinese/));
  await becomes({ state: "called", window: 5, ahead: null });
  await sent(1);
  assert.equal(weixin.sent()[0].body.template_id, "TPL-CALLED");
});

// [key, value, what is sent; null: it is refused]
const values = [
  ["thing2", "西湖区政务服务中心", "西湖区政务服务中心"],
  ["thing2", "字".repeat(20), "字".repeat(20)],
  ["thing2", "字".repeat(21), "字".repeat(20)],
  ["thing2", "𠮷".repeat(21), "𠮷".repeat(20)],		// a character of two UTF-16 units
  ["thing2", "一\n二", "一 二"],
  ["thing2", " ", null],
  ["number3", "3", "3"], ["number3", "3.5", "3.5"], ["number3", "9".repeat(32), "9".repeat(32)], ["number3", "9".repeat(33), null], ["number3", "三", null],
  ["letter1", "A".repeat(32), "A".repeat(32)], ["letter1", "A".repeat(33), null], ["letter1", "A1", null],
  ["symbol1", "+-*/=", "+-*/="], ["symbol1", "+-*/=!", null], ["symbol1", "A", null],
  ["character_string1", "A037", "A037"], ["character_string1", "A".repeat(33), null], ["character_string1", "号037", null],
  ["time4", "15:01", "15:01"], ["time4", "2019年10月1日 15:01", "2019年10月1日 15:01"], ["time4", "15:01~16:00", "15:01~16:00"], ["time4", "25:01", null],
  ["date1", "2019年10月1日", "2019年10月1日"], ["date1", "2019-10-01 15:01", "2019-10-01 15:01"], ["date1", "October", null],
  ["amount1", "¥12.5", "¥12.5"], ["amount1", "100元", "100元"], ["amount1", "12345678901", null],
  ["phone_number1", "0571-88888888", "0571-88888888"], ["phone_number1", "1".repeat(18), null],
  ["car_number1", "浙A12345", "浙A12345"], ["car_number1", "浙A12345678", null],
  ["name1", "张".repeat(10), "张".repeat(10)], ["name1", "张".repeat(11), null], ["name1", "Ann", "Ann"], ["name1", "a".repeat(21), null],
  ["phrase5", "即将叫号", "即将叫号"], ["phrase5", "即将叫到您号", null], ["phrase5", "叫号3", null],
  ["enum1", "x", "x"], ["other1", "x", null],
];
test("values: each key's limit, in characters", () => {
  for (const [key, value, right] of values) {
    let is = null;
    try { is = value_of(key, value); } catch (error) { assert.ok(error.message.startsWith(key)); }
    assert.equal(is, right, `${key}: ${value}`);
  }
});

test("the table of errcodes has what WeChat documents, each with what is done", () => {
  const acts = { 0: "done", [-1]: "later", 40001: "token", 40014: "token", 42001: "token", 40013: "stop", 40125: "stop", 41002: "stop", 40164: "stop",
    61004: "stop", 41001: "drop", 45009: "day", 45011: "minute", 40003: "drop", 40037: "stop", 41030: "stop", 43101: "drop_person", 47001: "drop",
    47003: "drop", 48001: "stop", 48004: "stop", 50002: "stop", 40029: "login", 40226: "refuse" };
  for (const [code, act] of Object.entries(acts)) assert.equal(errcodes[code]?.act, act, code);
});
