// A window's sign on a screen, and the rating it asks for, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Hall, PATIENCE_ms, browser, password } from "./hall.mjs";
import { no_fault, pass, time_stands } from "./page.mjs";

const sizes = { phone: [360, 640], tablet: [800, 1280], lying: [1280, 800], television: [1920, 1080] };
let hall, chrome, manager, pages;

before(async () => {
  chrome = await browser();
});
after(() => chrome.close());

beforeEach(async () => {
  await start();
  pages = [];
});

async function start(options) {
  hall = await Hall.start({ boss: "manager" }, {}, options);
  manager = undefined;
  manager = (await api("session", { name: "boss", password })).token;
}

// Whatever a test did: no error of the pages' own, and nothing blocked.
afterEach(async () => {
  const faults = pages.flatMap((page) => page.faults);
  for (const page of pages) await page.context().close();
  await hall.stop();
  assert.deepEqual(faults, []);
});

async function api(path, body) {
  const answer = await fetch(`${hall.url}/api/v1/${path}`, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...manager && { Authorization: `Bearer ${manager}` } },
  });
  const value = await answer.json();
  assert.ok(answer.ok, `${path}: ${JSON.stringify(value)}`);
  return value;
}

const issue = (service = "A") => api("tickets", { service, printer: "none" });
const press = (command, no = 1) => api(`windows/${no}/${command}`, {});

async function open(path, [width, height] = sizes.lying) {
  const page = await (await chrome.newContext({ locale: "zh-CN", viewport: { width, height }, hasTouch: true })).newPage();
  await page.addInitScript(time_stands);		// what is asked and thanked for some time stays until it is seen
  page.faults = [];
  page.loads = 0;
  page.ratings = [];
  page.on("load", () => page.loads++);
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !no_fault.test(line.text())) page.faults.push(line.text());
  });
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/rating")) page.ratings.push(request.postDataJSON());
  });
  pages.push(page);
  await page.goto(hall.url + path);
  return page;
}

async function until(what, so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

// What can be read: the number, and the words below it.
async function reads(page) {
  return page.evaluate(() => ["number", "words"].map((id) => document.getElementById(id).innerText.trim()).filter((line) => line !== "").join(" / "));
}

const shows = (page, text) => until(`the sign shows ${text}`, async () => await reads(page) === text);

// Let the screen in, by the digits that it shows.
async function pair(page, role) {
  await until("the digits", async () => /\d{6}/.test(await page.innerText("#pair")));
  await api("tokens", { name: `screen-${pages.length}`, role, window: 1, code: (await page.innerText("#pair")).match(/\d{6}/)[0] });
  await until("paired", async () => !await page.isVisible("#pair"));
}

const is_rated = async (ticket) => (await (await fetch(`${hall.url}/api/v1/tickets/${ticket.token}`)).json()).rated;
const asked = async (page) => await page.isVisible("#rate") ? (await page.innerText("#ask")).split(" ")[0] : "";
const asks = (page, number) => until(`asked for ${number}`, async () => await asked(page) === number);
const chooses = (page) => page.isVisible("#grades");

// Nothing is cut or outside, what is to be touched is large enough, and can be read: wrong things.  What has less room than
// before is fitted with the next frame.
const faults_of = (page) => page.evaluate(async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const wrong = [], html = document.documentElement;
  const channel = (value) => value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = (color) => { const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (node) => {
    for (; node !== null; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (!/^rgba.*, 0\)$/.test(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  if (html.scrollWidth > innerWidth || html.scrollHeight > innerHeight) wrong.push("scrolls");
  for (const node of document.querySelectorAll("main span, h2, section p, button, body > p")) {
    const box = node.getBoundingClientRect(), text = node.innerText.trim();
    if (box.width === 0 || text === "") continue;
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) wrong.push(`outside: ${text}`);
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 7) wrong.push(`contrast ${(a + 0.05) / (b + 0.05)}: ${text}`);
    if (node.tagName === "BUTTON" && (box.width < 48 || box.height < 48)) wrong.push(`small: ${text}`);
    const below = document.querySelector("#rate").getBoundingClientRect();
    if (node.closest("main") !== null && below.height > 0 && box.bottom > below.top + 1) wrong.push(`covered: ${text}`);
  }
  return wrong;
});

test("each state in the sentences of the LED sign, on screens of every size", async () => {
  const screens = [];
  for (const size of Object.values(sizes)) screens.push(await open("/sign/1", size));
  const english = await open("/sign/1?lang=en");
  const all = async (zh, en) => {
    for (const page of screens) {
      await shows(page, zh);
      assert.deepEqual(await faults_of(page), [], zh);
    }
    await shows(english, en);
    assert.deepEqual(await faults_of(english), [], en);
  };
  await all("1号窗口 暂未开放", "Window 1 not open");
  await press("open");
  await all("1号窗口 综合受理", "Window 1 General");
  const { number } = await issue();
  await press("next");
  await all(`${number} / 请到1号窗口`, `${number} / to window 1`);
  for (const page of screens) {
    const [height, room] = await page.evaluate(() => [document.querySelector("#number span").getBoundingClientRect().height, innerHeight]);
    assert.ok(height > room / 8, `the number is ${height} px high on ${room}`);
    assert.ok(await page.evaluate(() => getComputedStyle(document.body).cursor === "none"));
  }
  await press("start");
  await all(`${number} / 正在办理`, `${number} / being served`);
  await press("finish");
  await press("open", 2);
  await press("pause");
  await all("暂停服务 请到2号窗口", "Paused, go to window 2");
  await press("close", 2);
  await all("暂停服务", "Paused");
  await press("close");
  await all("1号窗口 暂未开放", "Window 1 not open");
  const both = await open("/sign/2");
  await press("open", 2);
  await shows(both, "2号窗口 综合受理、社保");
  assert.equal((await fetch(`${hall.url}/sign/9`)).status, 404);
});

test("a call flashes, its repetition too, and nothing else", async () => {
  await hall.stop();
  await start({ time: Date.parse("2026-11-24T09:10:00+08:00") });		// only a call of the last seconds does
  const page = await open("/sign/1");
  await shows(page, "1号窗口 暂未开放");
  const flashes = () => page.evaluate(() => document.querySelector("main").classList.contains("news"));
  const soon = () => hall.advance(hall.time + 1000);
  await issue();
  await press("next");
  await soon();
  await until("it flashes", flashes);
  await press("start");
  await soon();
  await until("it is steady", async () => !await flashes());
  const late = await open("/sign/1");
  await shows(late, "A001 / 正在办理");
  assert.ok(!await late.evaluate(() => document.querySelector("main").classList.contains("news")));
});

test("without contact it is dark: an old number does not stay; then it goes on by itself", async () => {
  const page = await open("/sign/1?rate");
  await pair(page, "display");
  const ticket = await issue();
  await press("next");
  await press("start");
  await shows(page, "A001 / 正在办理");
  await asks(page, "A001");
  await hall.end("SIGKILL");
  await until("dark", async () => await reads(page) === "");
  assert.ok(await page.evaluate(() => document.body.classList.contains("dark")));
  assert.match(await page.innerText("#lost"), /^\d\d:\d\d 起连接中断$/);
  assert.ok(!await page.isVisible("#rate"), "nothing is asked that cannot be sent");
  assert.deepEqual(await faults_of(page), []);
  await hall.run();
  await shows(page, "A001 / 正在办理");
  assert.ok(!await page.isVisible("#lost"));
  assert.equal(page.loads, 1);
  assert.equal(ticket.number, "A001");
});

test("without ?rate nobody is asked, and the screen is nobody", async () => {
  const page = await open("/sign/1");
  let asked_for = 0;
  page.on("request", (request) => asked_for += /session|pairings|rating/.test(request.url()));
  await issue();
  await press("next");
  await press("finish");
  await shows(page, "1号窗口 综合受理");
  assert.ok(!await page.isVisible("#rate"));
  assert.ok(!await page.isVisible("#pair"));
  assert.equal(asked_for, 0);
});

for (const role of ["display", "window"]) {
  test(`a ${role}'s screen asks who was served: five grades, none chosen, one sent`, async () => {
    const page = await open("/sign/1?rate");
    await shows(page, "1号窗口 暂未开放");
    assert.deepEqual(await faults_of(page), []);
    await pair(page, role);
    const ticket = await issue();
    await press("next");
    await shows(page, "A001 / 请到1号窗口");
    assert.equal(await asked(page), "", "not before");
    await press("finish");
    await asks(page, "A001");
    assert.equal(await page.locator("#grades button").count(), 5);
    assert.equal(await page.locator("#grades [aria-pressed], #grades [aria-checked], #grades :checked").count(), 0);
    assert.equal(await is_rated(ticket), false);
    await page.tap("#grades button[value='2']");
    await until("thanks", async () => (await page.innerText("#rate")).includes("收到您的评价"));
    assert.equal(await is_rated(ticket), true);
    assert.deepEqual(page.ratings, [{ number: "A001", grade: 2 }]);
    assert.ok(!await chooses(page), "nobody sees what was chosen");
    await pass(page, 6000);
    await until("it is over", async () => !await page.isVisible("#rate"));
  });
}

test("on screens of every size there is room for the question", async () => {
  for (const [name, size] of Object.entries(sizes)) {
    const page = await open("/sign/1?rate", size);
    await pair(page, "display");
    await issue();
    await press("next");
    await press("start");
    await until("the question", () => chooses(page));
    assert.deepEqual(await faults_of(page), [], name);
    await page.tap("#grades button[value='5']");
    await until("it is kept", () => page.isVisible("#change"));
    assert.deepEqual(await faults_of(page), [], name);
    await press("abandon").catch(() => press("finish"));
    await page.context().close();
    pages.pop();
  }
});

test("chosen while being served: not shown, can be changed, sent when it is finished", async () => {
  const page = await open("/sign/1?rate"), ticket = await issue();
  await pair(page, "display");
  await press("next");
  await press("start");
  await asks(page, "A001");
  await page.tap("#grades button[value='5']");
  await until("it is kept", async () => (await page.innerText("#rate")).includes("已记下"));
  assert.ok(!await chooses(page));
  assert.equal(await page.locator("#rate >> text=非常满意").isVisible(), false);
  assert.deepEqual(page.ratings, []);
  await page.tap("#change");
  await page.tap("#grades button[value='4']");
  await until("it is kept", async () => (await page.innerText("#rate")).includes("已记下"));
  await press("finish");
  await until("it is sent", () => is_rated(ticket));
  assert.deepEqual(page.ratings, [{ number: "A001", grade: 4 }]);
});

test("a choice of one who leaves without being finished is for nobody", async () => {
  const page = await open("/sign/1?rate"), first = await issue();
  await issue();
  await pair(page, "display");
  await press("next");
  await press("start");
  await asks(page, "A001");
  await page.tap("#grades button[value='1']");
  await until("it is kept", () => page.isVisible("#change"));
  await press("abandon");
  await shows(page, "1号窗口 综合受理");
  await until("nobody is asked", async () => await asked(page) === "");
  await press("next");
  await press("start");
  await asks(page, "A002");
  assert.ok(await chooses(page), "the next one begins anew");
  await press("finish");
  await asks(page, "A002");
  assert.deepEqual(page.ratings, []);
  assert.equal(await is_rated(first), false);
});

test("the next one is called meanwhile: the sign says so, and the one before is still asked, by number", async () => {
  const page = await open("/sign/1?rate"), first = await issue(), second = await issue();
  await pair(page, "display");
  await press("next");
  await shows(page, "A001 / 请到1号窗口");
  await press("next");
  await shows(page, "A002 / 请到1号窗口");
  await asks(page, "A001");
  await page.tap("#grades button[value='3']");
  await until("it is given", async () => (await page.innerText("#rate")).includes("收到您的评价"));
  assert.equal(await is_rated(first), true);
  await pass(page, 6000);
  assert.equal(await is_rated(second), false);
  await press("start");
  await shows(page, "A002 / 正在办理");
  await asks(page, "A002");
});

test("a screen switched on later asks nobody who has gone", async () => {
  const before = await issue();
  await press("next");
  await press("finish");
  const page = await open("/sign/1?rate");
  await pair(page, "display");
  await issue();
  await press("next");
  await shows(page, "A002 / 请到1号窗口");
  assert.equal(await asked(page), "");
  await press("finish");
  await asks(page, "A002");
  assert.equal(await is_rated(before), false);
});

test("an answer of before that comes late, or one that never comes, keeps nobody from being asked; nor does a choice of one before", async () => {
  const page = await open("/sign/1?rate"), first = await issue();
  await pair(page, "display");
  let let_go, fetched = 0, cut = 0, mode = "";
  const late = new Promise((r) => { let_go = r; });
  await page.route("**/windows/1/rating", async (route) => {
    const is = route.request().method() === "GET" ? mode : "";
    if (is === "cut") cut++;
    if (is === "cut") return route.abort();
    const response = await route.fetch();
    fetched += is === "late";
    if (is === "late") await late;
    return route.fulfill({ response });
  });
  await press("next");
  await shows(page, "A001 / 请到1号窗口");
  mode = "late";
  await press("start");
  await until("it is asked for", () => fetched > 0);
  mode = "";
  await press("finish");
  await asks(page, "A001");
  const answered = page.waitForEvent("requestfinished", (request) => request.method() === "GET" && request.url().endsWith("/rating"));
  let_go();
  await answered;
  await page.tap("#grades button[value='4']");
  await until("it is given, and thanked for", async () => await is_rated(first) && (await page.innerText("#rate")).includes("收到您的评价，谢谢"));
  await pass(page, 6000);

  for (let i = 0; i < 2; i++) await issue();
  await press("next");
  await press("start");
  await asks(page, "A002");
  await page.tap("#grades button[value='1']");
  await until("it is kept", () => page.isVisible("#change"));
  mode = "cut";
  await press("abandon");
  await press("next");
  await press("start");
  await asks(page, "A003");
  assert.ok(await chooses(page), "that was another's choice");
  cut = 0;
  await press("finish");
  await until("nothing was heard", () => cut > 0);
  mode = "";
  await asks(page, "A003");
});

test("rated on the phone: the screen asks no more, and its grade goes nowhere", async () => {
  const page = await open("/sign/1?rate"), ticket = await issue();
  await pair(page, "display");
  await press("next");
  await shows(page, "A001 / 请到1号窗口");
  await press("finish");
  await asks(page, "A001");
  const by_phone = await fetch(`${hall.url}/api/v1/tickets/${ticket.token}/rating`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ grade: 5 }) });
  assert.equal(by_phone.status, 200);
  await page.tap("#grades button[value='1']");
  await until("nobody is asked", async () => await asked(page) === "");
});

test("a token that was taken back: it asks to be let in again, and goes on as a sign", async () => {
  const page = await open("/sign/1?rate");
  await pair(page, "display");
  const ended = await fetch(`${hall.url}/api/v1/tokens/screen-1`, { method: "DELETE", headers: { Authorization: `Bearer ${manager}` } });
  assert.equal(ended.status, 200);
  await issue();
  await press("next");
  await shows(page, "A001 / 请到1号窗口");
  await until("the digits", async () => /\d{6}/.test(await page.innerText("#pair")));
});
