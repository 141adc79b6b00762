// Whoever works here, on a phone: when and where, what they ask for and what comes of it, what they served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser, password } from "./hall.mjs";
import { close, misplaced, open as open_url, sign_in, until } from "./page.mjs";

const at = (time) => Date.parse(`2026-09-01T${time}:00+08:00`);
let hall, chrome, boss;

const ask = async (method, path, data) => {
  const answer = await boss.request.fetch(`${hall.url}/api/v1/${path}`, { method, data, headers: { Origin: hall.url } });
  assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
  return answer.json();
};
const tell = (path, data = {}) => ask("POST", path, data);
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
const open = async (name, more = {}) => {
  const page = await open_url(chrome, `${hall.url}/me`, { time: hall.time, viewport: { width: 360, height: 740 }, ...more });
  await sign_in(page, name);
  await page.waitForSelector("#desk:not([hidden])");
  return page;
};

before(async () => {
  hall = await Hall.start({ boss: "manager", wang: "clerk", li: "clerk", zhao: "clerk" }, {}, { time: at("08:40") });
  chrome = await browser();
  boss = await open_url(chrome, `${hall.url}/admin`, { time: at("08:40") });
  await sign_in(boss, "boss");
  await boss.waitForSelector("#desk:not(.unknown)");
  for (const [name, account] of [["王芳", "wang"], ["李雷", "li"]]) await tell("staff", { name, account });
  await tell("shifts", { name: "白班", from: "09:00", to: "17:00" });
  await tell("roster", { day: "2026-09-02", person: 1, shift: 1, window: 2 });
  await tell("roster", { day: "2026-09-01", person: 1, shift: 1, window: 1 });
  await tell("roster", { day: "2026-09-03", person: 2, shift: 1, window: 1 });
  await tell("stock", { code: "P80", name: "热敏纸", unit: "卷" });
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

test("sees the days they work, and no others", async () => {
  const page = await open("wang");
  await shows(page, "#duties", /^9月1日星期二\s+09:00–17:00 1号窗口\s+9月2日星期三\s+09:00–17:00 2号窗口$/);
  assert.deepEqual(await misplaced(page), []);
  await page.click("#language");
  await shows(page, "#duties", /Tuesday, September 1/);
  await close(page);
});

test("asks for leave, and sees what became of it", async () => {
  const page = await open("wang"), other = await open("li");
  await page.fill("#leave_from", "2026-09-10");
  assert.equal(await page.inputValue("#leave_to"), "2026-09-10", "a day, unless more is said");
  await page.selectOption("#leave_half", "afternoon");
  await page.selectOption("#leave_kind", "sick");
  await page.fill("#leave_reason", "看牙");
  await page.click("#leave_form button");
  await shows(page, "#leave_list", /^9月10日星期四 下午 · 病假\s+待批\s+看牙\s+撤回$/);
  assert.equal(await page.inputValue("#leave_reason"), "", "the form is empty again");
  assert.deepEqual(await misplaced(page), []);
  await tell("leave/1/approve");
  await look(page);
  await shows(page, "#leave_list", /已批准/);
  await look(other);
  assert.equal(await other.innerText("#leave_list"), "", "another's is not there");
  await page.click("#leave_list button");
  await shows(page, "#leave_list", /^$/);
  assert.equal((await ask("GET", "leave?past=true")).leave[0].state, "withdrawn");
  await close(page);
  await close(other);
});

test("what is wrong is said, and what was typed stays", async () => {
  const page = await open("wang");
  await page.fill("#leave_from", "2026-09-10");
  await page.fill("#leave_to", "2026-09-09");
  await page.fill("#leave_reason", "回家");
  await page.click("#leave_form button");
  await shows(page, "#message", /填写有误.*至/);
  assert.equal(await page.inputValue("#leave_reason"), "回家");
  assert.deepEqual((await ask("GET", "leave")).leave, []);
  await close(page);
});

test("asks for consumables", async () => {
  const page = await open("li");
  await page.fill("#request_quantity", "3");
  await page.click("#request_form button");
  await shows(page, "#request_list", /^热敏纸 × 3 卷\s+待批\s+撤回$/);
  await tell("requests/1/approve");
  await look(page);
  await shows(page, "#request_list", /^热敏纸 × 3 卷\s+已批准$/);
  await close(page);
});

test("what was asked for and may have arrived is asked for again, once", async () => {
  const page = await open("li");
  await page.route("**/api/v1/leave", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.fill("#leave_from", "2026-09-21");
  await page.click("#leave_form button");
  for (let s = 0; s < 60 && !/没有收到应答/.test(await page.innerText("#message")); s++) await page.clock.runFor(1000);
  await page.unroute("**/api/v1/leave");
  await page.click("#leave_form button");
  await shows(page, "#leave_list", /9月21日星期一/);
  await until(async () => await page.inputValue("#leave_from") === "");
  assert.equal((await ask("GET", "leave")).leave.length, 1);
  await close(page);
});

test("what is typed before the answer to what was asked for stays", async () => {
  const page = await open("li");
  let go, asked = false;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/leave", async (route) => {
    if (route.request().method() === "POST") {
      asked = true;
      await held;
    }
    await route.continue();
  });
  await page.fill("#leave_from", "2026-09-22");
  await page.click("#leave_form button");
  await until(() => asked);
  await page.fill("#leave_reason", "另一天");
  go();
  await shows(page, "#leave_list", /9月22日/);
  assert.equal(await page.inputValue("#leave_reason"), "另一天");
  await close(page);
});

test("an account of nobody's record says so", async () => {
  const page = await open("zhao");
  await page.waitForSelector("#nobody:not([hidden])");
  assert.ok(await page.isHidden("#leave_form"));
  await close(page);
});

test("says what they served, and is somebody else's when they have gone", async () => {
  for (const path of ["tickets", "windows/1/open", "windows/1/next", "windows/1/finish"]) {
    if (path === "windows/1/open") await boss.request.post(`${hall.url}/api/v1/session`, { data: { name: "wang", password, window: 1 } });
    await tell(path, path === "tickets" ? { service: "A", printer: "none" } : {});
    await hall.advance(hall.time + 4 * 60e3);
  }
  const page = await open("wang");
  await shows(page, "#served", /^9月1日星期二\s+办理 1 件，平均 4 分钟$/);
  await page.fill("#leave_reason", "私事");
  await page.click("#sign_out");
  await sign_in(page, "li");
  await shows(page, "#duties", /9月3日/);
  assert.equal(await page.innerText("#served"), "");
  assert.equal(await page.inputValue("#leave_reason"), "");
  await close(page);
});

test("says what gives them points this month, and why", async () => {
  hall.ctl(["scores", "add", "day=2026-09-01", "person=1", "score=3", "reason=锦旗"]);
  hall.ctl(["scores", "add", "day=2026-09-01", "person=2", "score=-2", "reason=着装"]);
  hall.ctl(["scores", "add", "day=2026-09-01", "person=1", "score=-9", "reason=错记"]);
  hall.ctl(["scores", "3", "withdraw", "reason=写错了人"]);
  const page = await open("wang");
  await shows(page, "#score", /^本月 \d+ 分，基础分 100$/);
  const lines = (await page.locator("#point_list li").allInnerTexts()).map((line) => line.replace(/\s+/g, " "));
  const points = lines.map((line) => Number(/ ([+-]?\d+) /.exec(line)[1]));
  assert.equal(await page.innerText("#score"), `本月 ${100 + points.reduce((sum, each) => sum + each, 0)} 分，基础分 100`);
  assert.ok(lines.some((line) => /9月1日星期二 \+3 加减分 · 锦旗/.test(line)) && !lines.some((line) => /着装|错记/.test(line)), lines);
  await page.click("#sign_out");
  await sign_in(page, "li");
  await shows(page, "#point_list", /^9月1日星期二\s+-2 加减分 · 着装$/);
  await close(page);
});

test("figures that cannot be had keep nobody from the rest, nor sign them out", async () => {
  const page = await open("wang");
  await shows(page, "#served", /办理 1 件/);
  await page.route("**/api/v1/me/figures*", (route) => route.fulfill({ status: 503, json: { status: 503, code: "store_failed", title: "x" } }));
  await page.fill("#leave_reason", "私事");
  hall.ctl(["roster", "add", "day=2026-09-04", "person=1", "shift=1", "window=1"]);
  await look(page);
  await shows(page, "#duties", /9月4日/);
  assert.match(await page.innerText("#no_days"), /没有收到应答/);
  assert.equal(await page.innerText("#served"), "", "what they were is not said to be so still");
  assert.equal(await page.inputValue("#leave_reason"), "私事");
  await page.unroute("**/api/v1/me/figures*");
  await look(page);
  await shows(page, "#served", /办理 1 件/);
  assert.ok(await page.isHidden("#no_days"));
  await close(page);
});

test("somebody else signs in beside it, at the window: the page becomes theirs", async () => {
  const page = await open("wang");
  await shows(page, "#served", /办理 1 件/);
  await page.fill("#leave_reason", "私事");
  await page.request.post(`${hall.url}/api/v1/session`, { data: { name: "li", password }, headers: { Origin: hall.url } });
  await look(page);
  await shows(page, "#staff", /li/);
  await shows(page, "#duties", /9月3日/);
  assert.equal(await page.innerText("#served"), "");
  assert.equal(await page.inputValue("#leave_reason"), "");
  await close(page);
});

test("what was asked for before somebody else signed in is not told to them", async () => {
  const page = await open("wang");
  let answer;
  await page.route("**/api/v1/leave", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await new Promise((r) => { answer = r; });
    return route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify({ status: 409, code: "stale", title: "" }) });
  });
  await page.fill("#leave_from", "2026-09-25");
  await page.click("#leave_form button");
  await until(async () => answer !== undefined);
  await page.click("#sign_out");
  await sign_in(page, "li");
  await shows(page, "#duties", /9月3日/);
  await page.fill("#leave_reason", "我的");
  const answered = page.waitForResponse((r) => r.status() === 409);
  answer();
  await answered;
  await page.click("#language");
  await shows(page, "#duties", /September 3/);
  assert.equal(await page.innerText("#message"), "");
  assert.equal(await page.inputValue("#leave_reason"), "我的");
  await close(page);
});

test("days and times are the hall's, wherever the phone thinks it is", async () => {
  const page = await open("wang", { timezoneId: "Pacific/Auckland" });
  await shows(page, "#duties", /^9月1日星期二\s+09:00–17:00 1号窗口\s+9月2日星期三/);
  await page.route("**/api/v1/roster?person=*", (route) => route.abort());
  await look(page);
  await shows(page, "#lost", /^08:\d\d/);
  await close(page);
});

test("halld away: what is there is said to be old", async () => {
  const page = await open("wang");
  await shows(page, "#duties", /9月2日/);
  await hall.end("SIGTERM");
  await look(page);
  await shows(page, "#lost", /可能/);
  await close(page);
});
