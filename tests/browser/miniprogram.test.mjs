// The mini-program's pages, as miniprogram-simulate shows them, against the endpoint and a hall that is scripted here.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { JSDOM } from "jsdom";
import { until } from "./page.mjs";
import { Endpoint, ticket_of, ticket_row } from "./pushing.mjs";

const app = resolve("etc/miniprogram/app"), require = createRequire(import.meta.url);
const token = "k7Qm2xW9aBcDeFgHiJkLmN", templates = ["TPL-NEAR", "TPL-CALLED", "TPL-PASSED"];

const { window } = new JSDOM("<!doctype html><html><body></body></html>");
for (const name of ["document", "Element", "Node", "Event", "CustomEvent", "HTMLElement", "Text"]) globalThis[name] = window[name];
globalThis.window = window;
const simulate = require("miniprogram-simulate");
const compiler = process.platform === "linux" && process.arch === "x64" ? "official" : "simulate";	// WeChat's own, where it runs

// The app's timers, run by the test: nothing waits for their time.
const clock = { planned: [] };
const { setTimeout: real_set, clearTimeout: real_clear } = globalThis;
globalThis.setTimeout = (work, ms, ...more) => {
  if (!new Error().stack.includes(app)) return real_set(work, ms, ...more);
  const timer = { work, ms };
  clock.planned.push(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  if (clock.planned.includes(timer)) clock.planned.splice(clock.planned.indexOf(timer), 1);
  else real_clear(timer);
};
clock.due = async () => {		// the next one that is planned, taken out
  await until(() => clock.planned.length > 0);
  assert.equal(clock.planned.length, 1);
  return clock.planned.shift();
};

// What a phone has: storage, requests, what was opened and asked.
const phone = { stored: {}, asked: [], opened: [], shown: [], answer: null, cut: false, late: null, language: "zh_CN" };
Object.assign(globalThis.wx, {
  getStorageSync: (key) => phone.stored[key] ?? "",
  setStorageSync: (key, value) => { phone.stored[key] = JSON.parse(JSON.stringify(value)); },
  getSystemInfoSync: () => ({ language: phone.language }),
  getAppBaseInfo: () => ({ language: phone.language }),
  setNavigationBarTitle: () => {},
  navigateTo: ({ url }) => phone.opened.push(url),
  showModal: ({ content, success }) => { phone.shown.push(content); success({ confirm: phone.confirms }); },
  requestSubscribeMessage: ({ tmplIds, success }) => success(Object.fromEntries(tmplIds.map((id) => [id, id === templates[2] ? "reject" : "accept"]))),
  login: ({ success }) => success({ code: "code-of-login" }),
  getRandomValues: ({ length, success }) => success({ randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer }),
  request({ url, method, data, header, success, fail }) {
    const asked = { method, path: url.replace(/^.*\/api\/v1\//, ""), header, data, statusCode: null };
    phone.asked.push(asked);
    if (phone.cut) {
      Promise.resolve().then(() => fail({ errMsg: "request:fail" }));
      return;
    }
    const { late } = phone;		// so long its answer is on the way
    fetch(url, { method, headers: header, body: method === "POST" ? JSON.stringify(data) : undefined }).then(async (answer) => {
      const text = await answer.text();
      await late;
      asked.statusCode = answer.status;
      success({ statusCode: answer.status, header: Object.fromEntries(answer.headers), data: text === "" ? "" : JSON.parse(text) });
    }, (error) => fail({ errMsg: error.message }));
  },
});

let endpoint, hall, shown;

beforeEach(async () => {
  endpoint = await Endpoint.start();
  hall = endpoint.hall(0, { now: endpoint.now });
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  Object.assign(phone, { stored: {}, asked: [], opened: [], shown: [], cut: false, confirms: true, language: "zh_CN" });
  for (const name of Object.keys(require.cache)) if (name.startsWith(app)) delete require.cache[name];
  Object.assign(require(app + "/config.js"), { base_url: endpoint.url, templates });
  shown = null;
});
afterEach(async () => {
  if (shown !== null) {
    shown.instance.onUnload();
    shown.detach();
  }
  assert.deepEqual(clock.planned, [], "a page that is closed plans nothing");
  await endpoint.stop();
});

// A page opened as WeChat opens it.
async function open(name, query = {}) {
  shown = simulate.render(simulate.load(`${app}/pages/${name}/${name}`, { rootPath: app, compiler }));
  shown.attach(document.createElement("main"));
  if (shown.instance.onLoad) shown.instance.onLoad(query);
  await shown.instance.onShow();
  return shown;
}
const text = () => shown.dom.textContent.replace(/\s+/g, " ");
const shows = (words) => until(() => text().includes(words));
const tap = (selector) => {
  const node = shown.querySelector(selector);
  assert.ok(node, `${selector} in ${text()}`);
  node.dispatchEvent("tap");
};
const type = (selector, value) => shown.querySelector(selector).dispatchEvent("input", { detail: { value } });
const requests = (path) => phone.asked.filter((asked) => asked.path === path);
const near = (ms, seconds) => assert.ok(ms >= seconds * 800 && ms <= seconds * 1200, `${ms} ms for ${seconds} s`);

async function commands() {
  for (;;) {
    const list = await hall.poll();
    if (list.length > 0) return list;
  }
}
const answer = (id, changes, status = 200, of = token) =>
  hall.poll([{ id, status, body: status < 300 ? ticket_of(of, changes) : changes }]).catch(() => {});

test("the list: a line a hall, opened by a tap, in both languages", async () => {
  await open("halls");
  for (const words of ["大厅1", "正常办理", "等候 37 人"]) await shows(words);
  tap(".hall");
  await until(() => phone.opened.length === 1);
  assert.deepEqual(phone.opened, ["/pages/hall/hall?id=330106001"]);
  tap(".language");
  await shows("Hall 1");
  await shows("37 waiting");
});

test("the list says since when a hall is silent, and shows it grey", async () => {
  endpoint.ahead_ms = 100e3;
  await open("halls");
  await shows("暂时联系不上");
  assert.match(text(), /大厅在 \d\d:\d\d 之后没有新数据/);
  assert.ok(shown.querySelector(".hall").dom.className.includes("old"));
});

test("a hall: queues with their bands; If-None-Match, and 304 keeps what is shown", async () => {
  await open("hall", { id: "330106001" });
  for (const words of ["综合受理", "等候 21 人", "预计等候 10-25 分钟", "开放 5 个窗口", "刚叫到 A036"]) await shows(words);
  near((await clock.due()).ms, 15);
  await shown.instance.onShow();
  const [first, second] = requests("halls/330106001/status");
  assert.equal(first.header["If-None-Match"], undefined);
  assert.match(second.header["If-None-Match"], /^"e/);
  assert.equal(second.statusCode, 304);
  await shows("等候 21 人");
  assert.ok(!text().includes("连接中断"));
  near((await clock.due()).ms, 15);
});

test("a number from afar: the hall's ticket is kept and opened; a refusal is said", async () => {
  await open("hall", { id: "330106001" });
  const handed = commands();
  tap(".take");
  const [{ id, command, body }] = await handed;
  assert.deepEqual([command, body], ["take", { service: "A", lang: "zh", remote: true }]);
  answer(id, { number: "A038", state: "reserved" }, 201, "tokenOfTheNewTicket0001");
  await until(() => phone.opened.length === 1);
  assert.deepEqual(phone.opened, ["/pages/ticket/ticket?token=tokenOfTheNewTicket0001"]);
  assert.deepEqual(phone.stored.tickets.map(({ number, hall: of }) => [number, of]), [["A038", "330106001"]]);
  const again = commands();
  tap(".take");
  answer((await again)[0].id, { status: 409, code: "quota_full" }, 409);
  await shows("该业务号已取完");
  assert.notEqual(requests("halls/330106001/tickets")[0].header["Idempotency-Key"], requests("halls/330106001/tickets")[1].header["Idempotency-Key"]);
});

test("where a name is asked for, the ID number goes along and is not kept", async () => {
  hall.seq++;
  const { services } = hall.snapshot_data();
  await hall.snapshot({ services: services.map((service) => ({ ...service, real_name: "required" })) });
  await open("hall", { id: "330106001" });
  tap(".take");
  await until(() => shown.querySelector(".confirm"));
  type(".field", " 11010119500317002x ");
  await until(() => shown.data.id_number !== "");
  const handed = commands();
  tap(".confirm");
  const [{ id, body }] = await handed;
  assert.equal(body.id_number, "11010119500317002X");
  answer(id, { number: "A038", state: "reserved" }, 201, "tokenOfTheNewTicket0001");
  await until(() => phone.opened.length === 1);
  assert.equal(shown.data.id_number, "");
  assert.ok(!JSON.stringify(phone.stored).includes("1101"));
});

test("a number is taken once though the answer was lost", async () => {
  await open("hall", { id: "330106001" });
  await clock.due();
  phone.cut = true;
  tap(".take");
  const retry = await clock.due();
  phone.cut = false;
  const handed = commands();
  retry.work();
  answer((await handed)[0].id, { number: "A038", state: "reserved" }, 201, "tokenOfTheNewTicket0001");
  await until(() => phone.opened.length === 1);
  const keys = requests("halls/330106001/tickets").map((asked) => asked.header["Idempotency-Key"]);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test("my ticket: what is known, polled as the answer says, and the call", async () => {
  await open("ticket", { token });
  for (const words of ["A037", "正在排队", "前面约 5 人", "预计等候 10-25 分钟", "地点：一楼"]) await shows(words);
  const turn = await clock.due();
  near(turn.ms, 15);
  hall.seq++;
  await hall.tickets([ticket_row(token, { ahead: 2, poll_after_s: 5 })]);
  turn.work();
  await shows("前面约 2 人");
  const next = await clock.due();
  near(next.ms, 5);
  hall.seq++;
  await hall.tickets([ticket_row(token, { state: "called", window: 5, ahead: null, poll_after_s: 5 })]);
  next.work();
  await shows("请到5号窗口");
  assert.ok(!shown.querySelector(".defer"));
});

test("the jitter is used: phones do not ask together", async () => {
  const waits = new Set();
  await open("ticket", { token });
  for (let i = 0; i < 5; i++) {
    const turn = await clock.due();
    near(turn.ms, 15);
    waits.add(turn.ms);
    await turn.work();
  }
  assert.ok(waits.size > 1);
});

test("hidden: nothing is asked; shown again: once at once", async () => {
  await open("ticket", { token });
  const before = requests(`tickets/${token}`).length;
  assert.equal(clock.planned.length, 1);
  shown.instance.onHide();
  assert.equal(clock.planned.length, 0);
  assert.equal(requests(`tickets/${token}`).length, before);
  await shown.instance.onShow();
  assert.equal(requests(`tickets/${token}`).length, before + 1);
  assert.equal(clock.planned.length, 1);
});

test("hidden while an answer is under way: that answer plans nothing", async () => {
  await open("ticket", { token });
  const turn = await clock.due(), under_way = turn.work();
  shown.instance.onHide();
  await under_way;
  assert.equal(clock.planned.length, 0);
});

test("no connection: what was known stays, with its time, and it asks later each time", async () => {
  await open("ticket", { token });
  let turn = await clock.due();
  phone.cut = true;
  for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
    turn.work();
    turn = await clock.due();
    near(turn.ms, seconds);
  }
  assert.match(text(), /连接中断，所示为 \d\d:\d\d 的情况/);
  await shows("前面约 5 人");
  phone.cut = false;
  turn.work();
  await until(() => !text().includes("连接中断"));
  near((await clock.due()).ms, 15);
});

test("a ticket of a silent hall says since when it is old", async () => {
  endpoint.ahead_ms = 100e3;
  await open("ticket", { token });
  await shows("前面约 5 人");
  assert.match(text(), /大厅在 \d\d:\d\d 之后没有新数据/);
});

const presses = [
  { what: "let two go first", selector: ".defer", row: {}, command: "defer", body: { places: 2 }, then: { deferred: true }, says: "已请后面的人先办" },
  { what: "back", selector: ".return", row: { state: "passed", ahead: null }, command: "return", body: {}, then: {}, says: "正在排队" },
  { what: "cancel", selector: ".cancel", row: {}, command: "cancel", body: {}, then: { state: "cancelled", ahead: null }, says: "已取消排队" },
  { what: "check in", selector: ".checkin", row: { state: "reserved" }, code: "1234", command: "checkin", body: { code: "1234" }, then: {}, says: "正在排队" },
  { what: "rate", selector: ".grade-4", row: { state: "done", ahead: null, legs: [{ state: "done", service: "A" }] }, command: "rating", body: { grade: 4 },
    then: { state: "done", ahead: null, rated: true }, says: "收到您的评价" },
];
for (const { what, selector, row, code, command, body, then, says } of presses)
  test(`press: ${what}`, async () => {
    hall.seq++;
    await hall.tickets([ticket_row(token, row)]);
    await open("ticket", { token });
    if (code !== undefined) {
      type(".code", code);
      await until(() => shown.data.code === code);
    }
    const handed = commands();
    tap(selector);
    const [one] = await handed;
    assert.deepEqual([one.command, one.token, one.body], [command, token, body]);
    await shows("正在发送");
    answer(one.id, then);
    await shows(says);
    await until(() => !shown.data.busy && clock.planned.length === 1);
    assert.equal(phone.shown.length, command === "cancel" ? 1 : 0);
  });

test("a look of before a press that is answered after it takes nothing back", async () => {
  await open("ticket", { token });
  const turn = await clock.due();
  let let_go;
  phone.late = new Promise((r) => { let_go = r; });
  const looked = turn.work();
  phone.late = null;
  const handed = commands();
  tap(".cancel");
  answer((await handed)[0].id, { state: "cancelled", ahead: null });
  await shows("已取消排队");
  await until(() => !shown.data.busy && clock.planned.length === 1);
  let_go();
  await looked;
  assert.ok(text().includes("已取消排队"));
});

test("cancel: not without a yes", async () => {
  phone.confirms = false;
  await open("ticket", { token });
  tap(".cancel");
  await until(() => phone.shown.length === 1);
  assert.equal(phone.asked.filter(({ method }) => method === "POST").length, 0);
});

test("a refusal is said in words", async () => {
  hall.seq++;
  await hall.tickets([ticket_row(token, { state: "reserved" })]);
  await open("ticket", { token });
  type(".code", "9999");
  await until(() => shown.data.code === "9999");
  const handed = commands();
  tap(".checkin");
  answer((await handed)[0].id, { status: 400, code: "bad_request", pointer: "/code" }, 400);
  await shows("报到码不对");
  await until(() => !shown.data.busy);
});

test("a hall that is slow: what came of it is asked for", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { wait_ms: 20 } });
  hall = endpoint.hall();
  await hall.tickets([ticket_row(token)]);
  require(app + "/config.js").base_url = endpoint.url;
  await open("ticket", { token });
  await clock.due();
  tap(".cancel");
  let look = await clock.due();
  const [{ id }] = await commands();
  look.work();
  look = await clock.due();
  answer(id, { state: "cancelled", ahead: null });
  await until(async () => (await endpoint.ask(`/api/v1/commands/${id}`)).body.state === "done");
  look.work();
  await shows("已取消排队");
  await until(() => clock.planned.length === 1);
});

test("reminders: what was agreed to goes to the endpoint with a code of wx.login", async () => {
  await open("ticket", { token });
  tap(".remind");
  await until(() => requests(`tickets/${token}/subscribe`).length === 1);
  assert.deepEqual(requests(`tickets/${token}/subscribe`)[0].data, { js_code: "code-of-login", templates: templates.slice(0, 2) });
  await shows("没有开通此功能");		// this endpoint has no WeChat section
});

test("a ticket from the paper's code, and from a message", async () => {
  await open("ticket", { q: encodeURIComponent(`https://queue.example/t/${token}`) });
  await shows("A037");
  shown.instance.onUnload();
  await open("ticket", { hall: "330106001", number: "A037" });
  await shows("A037");
  assert.equal(requests(`tickets/${token}`).length, 2);
});

test("no such ticket, and one whose day is closed: nothing more is asked", async () => {
  await open("ticket", { token: "unknown" });
  await shows("没有这张号票");
  assert.equal(clock.planned.length, 0);
  shown.instance.onUnload();
  await open("ticket", { token });
  assert.equal(phone.stored.tickets.length, 1);
  const turn = await clock.due();
  hall.seq++;
  await hall.tickets([]);
  turn.work();
  await shows("这张号票已过期");
  assert.equal(clock.planned.length, 0);
  assert.deepEqual(phone.stored.tickets, []);
});

test("an English phone", async () => {
  phone.language = "en";
  await open("ticket", { token });
  for (const words of ["In the queue", "About 5 ahead of you", "General"]) await shows(words);
});

test("both languages have each sentence that a page names", () => {
  const { zh, en } = Object.fromEntries(["zh", "en"].map((language) => [language, require(`${app}/texts/${language}.js`)]));
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  const holes = (sentence) => (sentence.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(zh)) assert.deepEqual(holes(zh[key]), holes(en[key]), key);
  const files = readdirSync(app, { recursive: true }).filter((name) => /\.(js|wxml)$/.test(name) && !name.startsWith("texts/"));
  const named = files.flatMap((name) => [...readFileSync(`${app}/${name}`, "utf8")
    .matchAll(/\btext\("([a-z0-9_.]+)"( \+)?|\bt\.(\w+)\b|\bt\[["']([a-z0-9_.]+)["']/g)]
    .map(([, key, part, short, long]) => ({ name, key: key ?? short ?? long, part })));
  assert.ok(named.length > 40);
  for (const { name, key, part } of named)
    assert.ok(part || key.endsWith(".") ? Object.keys(zh).some((each) => each.startsWith(key)) : key in zh, `${name}: ${key}`);
});

test("each page of app.json is there", () => {
  for (const page of JSON.parse(readFileSync(`${app}/app.json`, "utf8")).pages)
    for (const ending of ["js", "json", "wxml", "wxss"]) readFileSync(`${app}/${page}.${ending}`);
});
