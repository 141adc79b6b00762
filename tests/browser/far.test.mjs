// Not in the hall yet: a booking and a number from afar, by phone, at the board and at the kiosk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, misplaced, open, time_stands, until } from "./page.mjs";

const services = [
  { id: "A", prefix: "A", name: { zh: "综合受理", en: "General" }, remote: { checkin_s: 600 },
    slots: [{ from: "09:30", to: "10:00", limit: 2 }, { from: "15:00", to: "15:30", limit: 9 }] },
  { id: "B", prefix: "B", name: { zh: "社保", en: "Insurance" } },
];
const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let hall, chrome;

before(async () => {
  chrome = await browser();
  hall = await Hall.start({ boss: "admin" }, { services }, { time: Date.parse("2026-11-24T09:10:00+08:00") });
});
after(async () => {
  await chrome.close();
  await hall.stop();
});

const text = (page, id) => page.locator(`#${id}`).innerText();

// The token of a device.
async function device(name, role) {
  const answer = await fetch(`${hall.url}/api/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "boss", password: "password of tests" }) }).then((r) => r.json());
  return fetch(`${hall.url}/api/v1/tokens`, { method: "POST", body: JSON.stringify({ name, role }),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${answer.token}` } }).then((r) => r.json()).then((r) => r.token);
}

test("booked by phone, checked in with the code on the board", async () => {
  const phone = await open(chrome, hall.url + "/", small);
  await phone.waitForSelector("#far_book:not([hidden])");
  assert.deepEqual(await phone.locator("#far_service option").allInnerTexts(), ["综合受理"]);
  assert.match(await phone.locator("#far_slot option").first().innerText(), /09:30–10:00（余2）$/);
  await phone.click("#far_book");
  await phone.waitForSelector("#mine .code");
  const code = await phone.locator("#mine .code").innerText();
  assert.match(code, /^[2-9A-HJ-NP-Z]{8}$/);
  assert.deepEqual(await misplaced(phone), []);

  const board = await open(chrome, hall.url + "/board?code", { extraHTTPHeaders: { Authorization: `Bearer ${await device("wall", "display")}` } });
  await until(async () => /报到码 \d{4}/.test(await text(board, "checkin")));
  const digits = (await text(board, "checkin")).slice(-4);
  await close(board);

  await phone.fill("#board_code", digits === "0000" ? "1111" : "0000");
  await phone.click("#mine .come");
  await until(async () => /报到码不对/.test(await text(phone, "far_message")));
  await phone.fill("#board_code", digits);
  await Promise.all([phone.waitForURL(/\/t\/./), phone.click("#mine .come")]);
  await until(async () => await text(phone, "number") === "A001");
  assert.equal(await text(phone, "state"), "正在排队");
  await phone.context().close();
});

test("a number from afar, and what its page asks", async () => {
  const phone = await open(chrome, hall.url + "/", { ...small, locale: "en-GB" });
  await phone.waitForSelector("#far_take:not([hidden])");
  await Promise.all([phone.waitForURL(/\/t\/./), phone.click("#far_take")]);
  await phone.waitForSelector("#checkin:not([hidden])");
  assert.equal(await text(phone, "number"), "A002");
  assert.deepEqual(await misplaced(phone), []);
  await phone.goto(hall.url + "/");
  await phone.waitForSelector("#far_take:not([hidden])");
  await phone.click("#far_take");
  await until(async () => /A002/.test(await text(phone, "far_message")));
  await phone.context().close();
});

test("what is booked while those of before are asked for joins them, and one of which nothing is heard is not forgotten", async () => {
  const [lost, late, over] = [1, 2, 3].map(() => hall.ctl(["book", "A", "2026-11-24", "15:00", "15:30"]).code);
  const phone = await open(chrome, hall.url + "/", small);
  let go;
  const held = new Promise((r) => { go = r; });
  assert.equal((await phone.request.post(`${hall.url}/api/v1/bookings/${over}/cancel`, { data: {} })).status(), 200);
  await phone.route(`**/bookings/${lost}`, (route) => route.abort());
  await phone.route(`**/bookings/${late}`, async (route) => { await held; await route.continue(); });
  await phone.evaluate((codes) => localStorage.setItem("bookings", JSON.stringify(codes)), [lost, late, over]);
  await phone.reload();
  await phone.waitForSelector("#far_book:not([hidden])");
  await phone.selectOption("#far_slot", await phone.locator("#far_slot option", { hasText: "15:00" }).first().getAttribute("value"));
  await phone.click("#far_book");
  await phone.waitForSelector("#mine .code");
  const code = await phone.locator("#mine .code").innerText();
  go();
  await until(async () => (await phone.locator("#mine .code").allInnerTexts()).join() === `${late},${code}`);
  assert.deepEqual(JSON.parse(await phone.evaluate(() => localStorage.getItem("bookings"))), [lost, late, code]);
  await phone.context().close();
});

test("a time that is taken or over is offered no more, and what became of a booking is seen, on a page that stays open", async (t) => {
  const nine = Date.parse("2026-11-24T09:10:00+08:00");
  const day = await Hall.start({}, { services: [{ ...services[0], slots: [{ from: "09:30", to: "10:00", limit: 1 }, { from: "15:00", to: "15:30", limit: 9 }] }, services[1]] }, { time: nine });
  t.after(() => day.stop());
  const phone = await open(chrome, day.url + "/", { ...small, time: nine });
  const first = () => phone.locator("#far_slot option").first().innerText();
  const in_time = (so) => until(async () => { await phone.clock.runFor(5000); return so(); });
  await in_time(async () => /^11月24日星期二 09:30/.test(await first()));
  day.ctl(["book", "A", "2026-11-24", "09:30", "10:00"]);
  await phone.click("#far_book");
  await until(async () => /满/.test(await text(phone, "far_message")));
  await until(async () => /^11月24日星期二 15:00–15:30（余9）/.test(await first()));
  await phone.click("#far_book");
  await phone.waitForSelector("#mine .code");
  const code = await phone.locator("#mine .code").innerText();
  await until(async () => /余8/.test(await first()));

  day.ctl(["book", "A", "2026-11-24", "15:00", "15:30"]);
  await in_time(async () => /余7/.test(await first()));
  await day.advance(nine + 5.5 * 3600e3);
  day.ctl(["checkin", code]);
  await in_time(async () => await phone.locator("#mine .code").count() === 0);
  await day.advance(nine + 6 * 3600e3);
  await in_time(async () => /^11月25日星期三 09:30/.test(await first()));
  await close(phone);
});

test("a booking's code at the kiosk", async () => {
  const { code } = hall.ctl(["book", "A", "2026-11-24", "09:30", "10:00"]);
  const kiosk = await open(chrome, hall.url + "/kiosk", { viewport: { width: 1080, height: 1920 }, start: time_stands,
    extraHTTPHeaders: { Authorization: `Bearer ${await device("door", "kiosk")}` } });
  await kiosk.click("#arrive_on");
  for (const letter of code) await kiosk.click(`#keys [data-key="${letter}"] button`);
  assert.equal(await text(kiosk, "typed"), code);
  assert.deepEqual(await misplaced(kiosk), []);
  await kiosk.click("#arrive_go");
  await kiosk.waitForSelector("#ticket:not([hidden])");
  assert.equal(await text(kiosk, "number"), "A003");
  await kiosk.click("#done");
  await kiosk.click("#arrive_on");
  for (const letter of "A002") await kiosk.click(`#keys [data-key="${letter}"] button`);
  await kiosk.click("#arrive_go");
  await kiosk.waitForSelector("#ticket:not([hidden])");
  assert.equal(await text(kiosk, "number"), "A002");
  await close(kiosk);
});

test("what is booked for a day with another zone than today's is at the time that clocks show then", async (t) => {
  const berlin = await Hall.start({ gu: "guide" }, { services, hall: { id: "berlin", name: { zh: "柏林", en: "Berlin" }, timezone: "Europe/Berlin" } },
    { time: Date.parse("2026-10-24T16:10:00+02:00") });
  t.after(() => berlin.stop());
  const phone = await open(chrome, berlin.url + "/", small);
  await phone.waitForSelector("#far_book:not([hidden])");
  assert.match(await phone.locator("#far_slot option").first().innerText(), /^10月25日.*09:30–10:00（余2）$/);
  await phone.context().close();
});
