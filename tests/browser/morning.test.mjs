// A morning at two windows, a dispenser, a board and three phones, on the hall's test clock, with halld killed in the
// middle: no page is loaded again, no press is lost or doubled, and every screen says what is true.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Hall, PATIENCE_ms, browser, password } from "./hall.mjs";
import { no_fault, press_key, time_stands } from "./page.mjs";

const NINE = Date.parse("2026-09-01T09:00:00+08:00"), STEP_ms = 5 * 60000, STEPS = 36;
const sentences = JSON.parse(readFileSync("display/text/zh.json", "utf8"));
let hall, chrome, manager, seed = 20260901;

before(async () => {
  hall = await Hall.start({ "kiosk-1": "kiosk", ann: "clerk", bob: "clerk", mei: "manager" }, {}, { time: NINE });
  chrome = await browser();
  const signed_in = await fetch(`${hall.url}/api/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "mei", password }) });
  manager = (await signed_in.json()).token;
});
after(async () => {
  await chrome.close();
  await hall.stop();
});

const chance = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648 * n | 0;

async function until(what, so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

// A page that counts its faults and how often it was loaded again.
async function open(path, viewport, before_it = async () => {}) {
  const page = await (await chrome.newContext({ locale: "zh-CN", viewport, hasTouch: true })).newPage();
  page.faults = [];
  page.loads = -1;
  page.on("load", () => page.loads++);
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !no_fault.test(line.text())) page.faults.push(line.text());
  });
  await before_it(page);
  await page.goto(hall.url + path);
  return page;
}

async function open_window(no, name) {
  const page = await open(`/window/${no}`, { width: 1366, height: 768 });
  await page.fill("#name", name);
  await page.fill("#password", password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#desk", { state: "visible" });
  return page;
}

const kiosk_machine = { name: "kiosk-1", languages: ["zh", "en"], printer: { id: "p", ready: true, answers: true, flags: [], queued: 0 },
  reader: null, classes: [], scanner: false };
const open_kiosk = () => open("/kiosk", { width: 1080, height: 1920 }, async (page) => {
  await page.addInitScript(time_stands);
  await page.request.post(`${hall.url}/api/v1/session`, { data: { name: "kiosk-1", password } });
  await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: kiosk_machine }));
});

const open_phone = (ticket) => open(`/t/${ticket.token}`, { width: 360, height: 740 });

// What halld says.
const get = async (path) => await (await fetch(`${hall.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${manager}` } })).json();
const tickets = async () => (await get("tickets")).tickets;
const calls = async () => (await tickets()).filter((ticket) => ticket.called_at !== null).length;
const at_window = (no) => get(`windows/${no}`);
const text = async (page, selector) => (await page.innerText(selector)).trim();

// The window's page says what halld says.
async function window_true(page, no) {
  await until(`window ${no} shows what is true`, async () => {
    const { ticket } = await at_window(no), shown = await text(page, "#number");
    return ticket === null ? !/\d/.test(shown) : shown === ticket.number;
  });
}

async function board_true(board) {
  await until("the board shows the newest call", async () => {
    const [newest] = (await get("status")).calls;
    return newest === undefined || (await text(board, "#calls")).startsWith(newest.number);
  });
}

async function phone_true(phone, token) {
  await phone.evaluate(() => window.dispatchEvent(new Event("online")));
  await until("the phone shows its ticket's state", async () => {
    const ticket = await get(`tickets/${token}`);
    const sentence = sentences[`page.ticket.state.${ticket.state}`].replace("{window}", ticket.window);
    return (await text(phone, "#state")).startsWith(sentence);
  });
}

async function take(kiosk, service) {
  await kiosk.locator(`#groups li[data-key="${service}"] button`).click();
  await kiosk.click("#take");
}

async function read_number(kiosk) {
  await kiosk.waitForSelector("#number", { state: "visible" });
  const number = await text(kiosk, "#number");
  await kiosk.click("#done");
  return number;
}

test("a morning with a kill in the middle", async () => {
  const desks = [await open_window(1, "ann"), await open_window(2, "bob")];
  const kiosk = await open_kiosk(), board = await open("/board", { width: 1920, height: 1080 });
  const phones = [], given = [];
  let presses = 0;

  // Press next; a press that finds somebody is one call more, one that finds nobody is none.
  async function next(no) {
    const page = desks[no - 1], before = await calls(), waits = (await at_window(no)).waiting.total > 0;
    await press_key(page, "Space");
    if (waits) {
      presses++;
      await until(`next at window ${no} called one more`, async () => await calls() === before + 1);
    }
    await window_true(page, no);
  }

  for (let step = 0; step < STEPS; step++) {
    await hall.advance(NINE + (step + 1) * STEP_ms);
    for (let people = chance(3); people > 0; people--) {
      const issued = kiosk.waitForResponse((answer) => answer.url().endsWith("/api/v1/tickets") && answer.status() === 201);
      await take(kiosk, "AB"[chance(2)]);
      const number = await read_number(kiosk);
      assert.ok(!given.includes(number), `${number} was given twice`);
      given.push(number);
      if (phones.length < 3) {
        const { token } = await (await issued).json();
        phones.push({ token, page: await open_phone({ token }) });
      }
    }
    if (step === STEPS / 2) {
      // Both press into the moment of the kill.
      await take(kiosk, "A");
      given.push(await read_number(kiosk));
      const before = await calls();
      await take(kiosk, "A");
      await Promise.all([press_key(desks[0], "Space"), hall.end("SIGKILL")]);
      await new Promise((r) => setTimeout(r, 3000));
      await hall.run();
      given.push(await read_number(kiosk));
      presses++;
      await until("the press before the kill is done once", async () => await calls() === before + 1);
      await window_true(desks[0], 1);
    } else {
      await next(1);
      if ((await at_window(2)).ticket?.state === "called") {
        await press_key(desks[1], "s");
        await desks[1].waitForSelector("#now.serving");
      }
      await next(2);
    }
    await board_true(board);
    for (const { page, token } of phones) await phone_true(page, token);
  }

  assert.equal((await tickets()).length, given.length, "each press at the dispenser gave one ticket");
  assert.equal(new Set(given).size, given.length);
  assert.equal(await calls(), presses, "each press of next called one");
  await until("the board has the time", async () => await text(board, "#time") === "12:00");
  for (const page of [...desks, kiosk, board, ...phones.map((phone) => phone.page)]) {
    assert.equal(page.loads, 0, page.url());
    assert.deepEqual(page.faults, [], page.url());
  }
});
