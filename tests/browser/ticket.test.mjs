// A ticket's page on a phone, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Hall, PATIENCE_ms, browser, password } from "./hall.mjs";

let hall, chrome, guide, pages;

before(async () => {
  chrome = await browser();
});
after(() => chrome.close());

beforeEach(async () => {
  hall = await Hall.start({ guide: "guide" });
  guide = (await api("session", { name: "guide", password })).token;
  pages = [];
});

// Whatever a test did: no error of the pages' own, nothing blocked, nothing wider than the phone.
afterEach(async () => {
  const faults = pages.flatMap((page) => page.faults);
  for (const page of pages) await page.context().close();
  await hall.stop();
  assert.deepEqual(faults, []);
});

async function api(path, body) {
  const answer = await fetch(`${hall.url}/api/v1/${path}`, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...guide && { Authorization: `Bearer ${guide}` } },
  });
  const value = await answer.json();
  assert.ok(answer.ok, `${path}: ${JSON.stringify(value)}`);
  return value;
}

const issue = (more) => api("tickets", { service: "A", printer: "none", ...more });
const window_1 = (command) => api(`windows/1/${command}`, {});

// A phone 360 px wide that notes when it is made to vibrate, and to sound.
async function phone(path, locale = "zh-CN") {
  const context = await chrome.newContext({
    locale, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
  });
  await context.addInitScript(() => {
    window.vibrated = [];
    navigator.vibrate = (pattern) => window.vibrated.push(pattern) > 0;
    const { start } = OscillatorNode.prototype;
    window.tones = 0;
    OscillatorNode.prototype.start = function (at) { window.tones++; start.call(this, at); };
  });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(line.text())) page.faults.push(line.text());
  });
  pages.push(page);
  await page.goto(hall.url + path);
  return page;
}

const open = (ticket, locale) => phone(`/t/${ticket.token}`, locale);

// Wait until it is so; the policy of the pages allows no code from outside, so it is asked for from here.
async function until(so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    assert.ok(Date.now() < end, `never so: ${so}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

async function shows(page, text) {
  await until(async () => (await page.innerText("body")).includes(text));
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= room, `${text}: ${wide} px wide on a phone of ${room}`);
}

// As when the phone finds its signal again: the page looks at once.
const look = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));
const state_of = async (ticket) => (await (await fetch(`${hall.url}/api/v1/tickets/${ticket.token}`)).json()).state;
const tones = (page) => page.evaluate(() => window.tones);
const vibrations = (page) => page.evaluate(() => window.vibrated.length);

test("waiting: number, service and how many are ahead, which falls by itself", async () => {
  const first = await issue(), mine = await issue();
  await window_1("open");
  const page = await open(mine);
  await shows(page, mine.number);
  await shows(page, "综合受理");
  await shows(page, "正在排队");
  await shows(page, "前面约 1 人");
  await shows(page, "一楼");
  await shows(page, "测试政务服务中心");
  assert.equal((await window_1("next")).ticket.number, first.number);
  await shows(page, "前面没有人");
});

test("what wakes the page while it looks makes it look once more: that answer may be of before", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  let let_go, looks = 0;
  const late = new Promise((r) => { let_go = r; });
  await page.route("**/api/v1/tickets/*", async (route) => {
    const response = await route.fetch(), ticket = await response.json();
    if (looks++ === 0) await late;
    await route.fulfill({ response, json: { ...ticket, poll_after_s: 3600 } });
  });
  await look(page);
  await until(() => looks > 0);
  await look(page);
  let_go();
  await until(() => looks > 1);
});

// The ticket as halld tells it, but for what is changed; what is told again replaces it.
async function tell(page, ticket, change) {
  const real = await (await fetch(`${hall.url}/api/v1/tickets/${ticket.token}`)).json(), is_first = page.told === undefined;
  page.told = { ...real, ...change };
  if (is_first) await page.route("**/api/v1/tickets/*", (route) => route.fulfill({ json: page.told }));
  await look(page);
}

const wait = (more) => ({ p10: 3600, p50: 4000, p90: 4400, src: "sim", in_time: 1, band: { from_min: 65, to_min: 75 }, ...more });
const day = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);		// the hall is in China

test("how long: what halld says, in minutes or times of the clock, and that it may be too late", async () => {
  await issue();
  const mine = await issue();
  await window_1("open");
  const page = await open(mine);
  await until(async () => {
    await look(page);
    const { wait_s } = await (await fetch(`${hall.url}/api/v1/tickets/${mine.token}`)).json();
    return wait_s !== null && (await page.innerText("#wait")) === `预计等候 ${wait_s.band.from_min}-${wait_s.band.to_min} 分钟`;
  });
  await tell(page, mine, { wait_s: wait({ in_time: 0.89, band: { from: `${day}T10:45:00+08:00`, to: `${day}T11:15:00+08:00` } }) });
  await shows(page, "约 10:45-11:15 叫到");
  await shows(page, "可能在下班前叫不到");
  await tell(page, mine, { wait_s: wait({ in_time: 0.9, band: { from_min: 5, to_min: 10 } }) });
  await shows(page, "预计等候 5-10 分钟");
  assert.ok(!await page.isVisible("#late"));
  await page.tap("#language");
  await shows(page, "Expected wait 5-10 min");
  await tell(page, mine, { wait_s: null });
  await until(async () => !await page.isVisible("#wait"));
  assert.ok(!await page.isVisible("#way"), "nothing is said without a basis");
});

test("when to leave, by the early edge of the wait and the way; then it rings, once", async () => {
  const mine = await issue(), page = await open(mine);
  const leave = (s) => new Date(Math.floor((Date.now() + s * 1000) / 300000) * 300000 + 8 * 3600 * 1000).toISOString().slice(11, 16);
  await tell(page, mine, { state: "reserved", wait_s: wait() });
  await page.waitForSelector("#way:not([hidden])");
  await page.tap("#alarm_on");
  assert.ok(!await page.isVisible("#leave"), "nobody said how far it is");
  await page.selectOption("#minutes", "20");
  await until(async () => (await page.innerText("#leave")) === `约 ${leave(3600 - 1200)} 出发`);
  assert.equal(await vibrations(page), 1, "the touch tried it");
  await tell(page, mine, { state: "reserved", wait_s: wait({ p10: 1190 }) });
  await shows(page, "现在该出发了");
  assert.equal(await vibrations(page), 2);
  const looked = page.waitForResponse((answer) => answer.url().endsWith(mine.token));
  await look(page);
  await (await looked).finished();
  await tell(page, mine, { state: "reserved", wait_s: wait({ p10: 9000 }) });
  await until(async () => /约 .* 出发/.test(await page.innerText("#leave")));
  await tell(page, mine, { state: "reserved", wait_s: wait({ p10: 600 }) });
  await shows(page, "现在该出发了");
  assert.equal(await vibrations(page), 2, "it was told before");
  await page.selectOption("#minutes", "0");
  await until(async () => !await page.isVisible("#leave"));
  await tell(page, mine, { state: "waiting", wait_s: null });
  await until(async () => !await page.isVisible("#way"));
});

test("the way is remembered for who is to come, and forgotten in the hall", async () => {
  const mine = await issue(), page = await open(mine);
  await tell(page, mine, { state: "reserved", wait_s: wait() });
  await page.selectOption("#minutes", "30");
  await until(async () => await page.isVisible("#leave"));
  await page.reload();
  await until(async () => await page.isVisible("#leave"));
  assert.equal(await page.inputValue("#minutes"), "30");
  await tell(page, mine, { state: "waiting", wait_s: wait() });		// checked in
  await until(async () => !await page.isVisible("#leave"));
  assert.equal(await page.inputValue("#minutes"), "");
  await page.selectOption("#minutes", "5");		// and goes out once more
  await until(async () => await page.isVisible("#leave"));
});

test("called: where to go; rings and vibrates once for a call, if it was turned on by a touch", async () => {
  const mine = await issue(), page = await open(mine), silent = await open(mine);
  await shows(page, "手机锁屏");
  await shows(silent, mine.number);
  await page.tap("#alarm_on");
  await shows(page, "已开启");
  assert.equal(await vibrations(page), 1, "the touch tries it");
  await until(async () => await tones(page) === 1);
  await window_1("next");
  await shows(page, "请到1号窗口");
  assert.equal(await vibrations(page), 2);
  await until(async () => await tones(page) > 1);
  await look(page);
  await window_1("start");
  await look(page);
  await shows(page, "正在办理 · 1号窗口");
  assert.equal(await vibrations(page), 2, "the same call");
  await look(silent);
  await shows(silent, "正在办理");
  assert.equal(await vibrations(silent), 0);
  assert.equal(await tones(silent), 0);
});

test("called again: it rings again, once for each time", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await page.tap("#alarm_on");
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  await window_1("recall");
  await look(page);
  await until(async () => await vibrations(page) === 3);
  const answered = page.waitForResponse((answer) => answer.url().endsWith(mine.token));
  await look(page);
  await (await answered).finished();
  await window_1("recall");
  await look(page);
  await until(async () => await vibrations(page) > 3);
  assert.equal(await vibrations(page), 4);
});

test("missed: back in the queue by a touch, and rung for the next call", async () => {
  const mine = await issue();
  await issue();
  await issue();
  const page = await open(mine);
  await shows(page, mine.number);
  await page.tap("#alarm_on");
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  await window_1("pass");
  await look(page);
  await shows(page, "您没有到");
  await page.tap("#return");
  await shows(page, "正在排队");
  assert.equal(await state_of(mine), "waiting");
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  assert.equal(await vibrations(page), 3);
});

test("it says why more are ahead than before, until it falls", async () => {
  const early = await issue(), mine = await issue();
  for (let i = 0; i < 2; i++) await issue();
  await window_1("next");
  await window_1("pass");
  const page = await open(mine);
  await shows(page, "前面没有人");
  assert.ok(!await page.isVisible("#change"));
  await (await fetch(`${hall.url}/api/v1/tickets/${early.token}/return`, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } })).json();
  await look(page);
  await shows(page, "人数比刚才多：有过号的人回来");
  await shows(page, "前面约 1 人");
  await issue({ class: "first" });
  await look(page);
  await shows(page, "人数比刚才多：有优先的号票");
  await shows(page, "前面约 2 人");
  await page.tap("#language");
  await shows(page, "More than before: a priority visitor");
  await page.tap("#language");
  await window_1("next");
  await window_1("next");
  await look(page);
  await shows(page, "前面没有人");
  assert.ok(!await page.isVisible("#change"));
});

test("called by mistake: it says so", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  await window_1("undo");
  await look(page);
  await shows(page, "刚才叫号有误，请继续等候");
  await shows(page, "正在排队");
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  assert.ok(!await page.isVisible("#change"));
  await window_1("pass");		// nobody else waits: back at once, and no mistake
  await look(page);
  await shows(page, "正在排队");
  assert.ok(!await page.isVisible("#change"));
});

test("two are let go first, once", async () => {
  const mine = await issue();
  for (let i = 0; i < 3; i++) await issue();
  const page = await open(mine);
  await shows(page, "前面没有人");
  await page.tap("#defer");
  await shows(page, "前面约 2 人");
  await shows(page, "已请后面的人先办");
  assert.ok(!await page.isVisible("#change"), "its holder knows why");
  assert.ok(!await page.isVisible("#defer"));
});

test("cancelled by a second touch only", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await page.tap("#cancel");
  await shows(page, "确定取消吗");
  await page.tap("#no");
  assert.ok(!await page.isVisible("#confirm"));
  assert.equal(await state_of(mine), "waiting");
  await page.tap("#cancel");
  await page.tap("#yes");
  await shows(page, "已取消排队");
  assert.equal(await state_of(mine), "cancelled");
  for (const id of ["#commands", "#alarm", "#rating"]) assert.ok(!await page.isVisible(id), id);
});

test("rated once, with no grade chosen beforehand", async () => {
  const mine = await issue();
  await window_1("next");
  await window_1("finish");
  const page = await open(mine);
  await shows(page, "已办完");
  assert.equal(await page.locator("[name=grade]").count(), 5);
  assert.equal(await page.locator("[name=grade]:checked").count(), 0);
  assert.ok(!await page.isVisible("#send"), "nothing to send without a grade");
  const sent = page.waitForRequest((request) => request.url().endsWith("/rating"));
  await page.check("[value='2']");
  await page.check("[value=attitude]");
  await page.fill("#comment", "等了\n很久");
  await page.tap("#send");
  await shows(page, "收到您的评价");
  assert.deepEqual((await sent).postDataJSON(), { grade: 2, options: ["attitude"], comment: "等了 很久" });
  assert.ok(!await page.isVisible("#rating"));
  await page.reload();
  await shows(page, "收到您的评价");
  assert.ok(!await page.isVisible("#rating"));
});

test("several services: where each stands", async () => {
  const mine = await issue({ service: undefined, services: ["A", "B"] });
  await window_1("next");
  await window_1("finish");
  const page = await open(mine);
  await shows(page, "正在排队");
  assert.deepEqual(await page.locator("#legs li").allInnerTexts().then((rows) => rows.map((row) => row.split(/\s+/).join(" "))),
    ["综合受理 已办结", "社保 等候中"]);
  assert.ok(!await page.isVisible("#rating"), "the visit is not over");
});

test("lost signal: the last truth stays, with its age, a press is sent once, and it recovers by itself", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await page.context().setOffline(true);
  await shows(page, "连接中断");
  assert.match(await page.innerText("#from"), /^数据来自 \d\d:\d\d$/);
  await shows(page, mine.number);
  await shows(page, "正在排队");
  await window_1("next");
  const keys = new Set();
  page.on("request", (request) => { if (request.method() === "POST") keys.add(request.headers()["idempotency-key"]); });
  await page.tap("#cancel");
  await page.tap("#yes");
  await shows(page, "正在发送");
  await until(() => keys.size > 0);
  await page.context().setOffline(false);
  await shows(page, "已取消排队");
  assert.equal(keys.size, 1);
  await until(async () => !await page.isVisible("#lost"));
});

test("opened again without a connection: the last truth of this ticket, and that it is old", async () => {
  const other = await issue(), mine = await issue(), page = await open(other);
  await shows(page, other.number);
  await page.goto(`${hall.url}/t/${mine.token}`);
  await shows(page, "前面约 1 人");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  page.faults = { push() {} };		// refused connections are no faults here
  await hall.end("SIGKILL");
  await page.reload();
  await shows(page, mine.number);
  await shows(page, "前面约 1 人");
  await shows(page, "综合受理");
  await shows(page, "所示内容可能已过时");
  assert.match(await page.innerText("#from"), /^数据来自 \d\d:\d\d$/);
  await page.goto(`${hall.url}/t/${other.token}`);
  await shows(page, "连不上大厅");
  assert.ok(!await page.isVisible("#number"), "of this one nothing is known any more");
  await page.goto(`${hall.url}/t/${mine.token}`);
  await shows(page, "前面约 1 人");
  await hall.run();
  await window_1("next");
  await window_1("next");
  await shows(page, "请到1号窗口");
  assert.ok(!await page.isVisible("#lost"));
  page.faults = [];
});

test("what is known of another day is not shown", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  page.faults = { push() {} };
  await hall.end("SIGKILL");
  await page.clock.install({ time: Date.now() + 13 * 3600 * 1000 });
  await page.reload();
  await shows(page, "连不上大厅");
  assert.ok(!await page.isVisible("#number"));
  page.faults = [];
  await hall.run();
});

test("halld killed in between: no reload", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  let loads = 0;
  page.on("load", () => loads++);
  page.faults = { push() {} };		// refused connections are no faults here
  await hall.end("SIGKILL");
  await look(page);
  await shows(page, "连接中断");
  await hall.run();
  await until(async () => !await page.isVisible("#lost"));
  page.faults = [];
  await window_1("next");
  await look(page);
  await shows(page, "请到1号窗口");
  assert.equal(loads, 0);
});

test("no such ticket", async () => {
  const page = await phone("/t/AAAAAAAAAAAAAAAAAAAAAA");
  await shows(page, "没有这张号票");
  for (const id of ["#number", "#commands", "#alarm", "#from"]) assert.ok(!await page.isVisible(id), id);
});

test("a ticket of a day that is closed", async () => {
  const mine = await issue(), page = await open(mine);
  await shows(page, mine.number);
  await page.route("**/api/v1/tickets/*", (route) => route.fulfill({
    status: 410, contentType: "application/problem+json", body: JSON.stringify({ status: 410, code: "unknown_ticket", title: "" }),
  }));
  await look(page);
  await shows(page, "这张号票已过期");
  await shows(page, mine.number);
  assert.ok(!await page.isVisible("#commands"));
});

test("its day ended with another day's time instead: the code stays to be read", async () => {
  const mine = await issue(), page = await open(mine);
  const booking = { code: "ABCD2345", state: "made", from: "2026-11-25T09:30:00+08:00", to: "2026-11-25T10:00:00+08:00" };
  await shows(page, "正在排队");
  const ticket = await page.evaluate(async (token) => (await fetch("/api/v1/tickets/" + token)).json(), mine.token);
  let closed = false;
  await page.route("**/api/v1/tickets/*", (route) => route.fulfill(closed ? {
    status: 410, contentType: "application/problem+json", body: JSON.stringify({ status: 410, code: "day_closed", title: "" }),
  } : {
    contentType: "application/json", body: JSON.stringify({ ...ticket, state: "expired", ahead: null, ahead_by: null, booking }),
  }));
  await look(page);
  for (const words of ["今日停办，已为您改约", "ABCD-2345", "2026-11-25 09:30-10:00", mine.number]) await shows(page, words);
  assert.ok(!await page.isVisible("#commands"));
  closed = true;
  await look(page);
  await shows(page, "这张号票已过期");
  await shows(page, "ABCD-2345");
});

test("the language is the ticket's, then the phone's, until one is chosen here", async () => {
  const english = await issue({ lang: "en" }), chinese = await issue();
  let page = await open(english);
  await shows(page, "In the queue");
  await shows(page, "General");
  await shows(page, "Nobody is ahead of you");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  page = await open(chinese, "en-GB");
  await shows(page, "正在排队");
  await page.tap("#language");
  await shows(page, "About 1 ahead of you");
  await page.reload();
  await shows(page, "In the queue");
  page = await phone("/t/AAAAAAAAAAAAAAAAAAAAAA", "en-GB");
  await shows(page, "There is no such ticket");
});

test("the public page says how long, when it usually is quicker, and how good that was", async () => {
  const halves = [["09:00", "09:30", 1500], ["09:30", "10:00", 2400], ["10:00", "10:30", 420], ["10:30", "11:00", 1200], ["14:00", "14:30", 600]]
    .map(([from, to, wait_s]) => ({ from, to, wait_s, tickets: 9.5 }));
  const page = await phone("/t/AAAAAAAAAAAAAAAAAAAAAA");
  const errors = [{ day: "2026-11-27", tickets: 30, mae_s: 200, bias_s: 10, p90: 0.9 }, { day: "2026-11-27", tickets: 10, mae_s: 400, bias_s: 10, p90: 0.7 }];
  let known = true;
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.route("**/api/v1/times", (route) => route.fulfill({ json: { days: 20, services: [{ id: "A", halves: known ? halves : [] }] } }));
  await page.route("**/api/v1/status", async (route) => {
    const answer = await route.fetch(), status = await answer.json();
    status.queues.forEach((queue, i) => {
      queue.wait_error = known ? errors[i] : null;
      queue.wait_s = i === 0 ? wait({ in_time: 0.5, band: { from_min: 15, to_min: 25 } }) : null;
    });
    await route.fulfill({ response: answer, json: status });
  });
  page.faults = { push() {} };		// a stream refused is no fault here
  await page.goto(hall.url + "/");
  await shows(page, "预计等候 15-25 分钟");
  await shows(page, "可能在下班前叫不到");
  await shows(page, "平时较快的时段：10:00、14:00");
  await shows(page, "2026-11-27 的预计：应有九成在所告知的时间内叫到，实际 85%；平均相差 4.2 分钟");
  const rows = page.locator("#queues > li");
  assert.ok(!await rows.nth(1).locator(".wait").isVisible());
  assert.ok(!await rows.nth(1).locator(".times").isVisible(), "nothing where nothing is known");
  await rows.nth(0).locator("summary").tap();
  assert.deepEqual((await rows.nth(0).locator(".halves li").allInnerTexts()).map((line) => line.replace(/\s+/g, " ").trim()),
    ["09:00-09:30 约 25 分钟", "09:30-10:00 约 40 分钟", "10:00-10:30 约 7 分钟，较快", "10:30-11:00 约 20 分钟", "14:00-14:30 约 10 分钟，较快"]);
  const width = async (i) => (await rows.nth(0).locator(".bar").nth(i).boundingBox()).width;
  assert.ok(Math.abs(await width(2) / await width(1) - 420 / 2400) < 0.01, "a bar is as long as the wait");
  known = false;
  await page.reload();
  await shows(page, "预计等候 15-25 分钟");
  assert.ok(!await page.isVisible("#error"));
  assert.ok(!await page.isVisible(".times"));
  page.faults = [];
});

test("the public page says how full each queue is", async () => {
  await window_1("open");
  await issue();
  await issue();
  const page = await phone("/");
  await shows(page, "等候 2 人");
  await shows(page, "人少");
  await shows(page, "暂无窗口开放");
  await issue();
  await shows(page, "适中");
});
