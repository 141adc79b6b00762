// Phones behind nginx while halld is stopped: they see what was so last, and how old it is.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { Hall, PATIENCE_ms, browser } from "./hall.mjs";
import { Proxy } from "./proxy.mjs";

const zh = JSON.parse(readFileSync("display/text/zh.json", "utf8"));
let hall, proxy, chrome, phones = [];

before(async () => {
  hall = await Hall.start({ guide: "guide" });
  proxy = await Proxy.start(hall);
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await proxy.stop();
  await hall.stop();
});
afterEach(async () => {
  const faults = phones.flatMap((page) => page.faults);
  for (const page of phones) await page.context().close();
  phones = [];
  if (hall.process.exitCode !== null) await hall.run();
  assert.deepEqual(faults, []);
});

async function new_phone() {
  const page = await (await chrome.newContext({
    locale: "zh-CN", viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, ignoreHTTPSErrors: true,
  })).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  phones.push(page);
  return page;
}

async function phone(path) {
  const page = await new_phone();
  await page.goto(proxy.url + path);
  return page;
}

async function until(so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    assert.ok(Date.now() < end, `never so: ${so}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

const waiting = async (page, people) => (await page.innerText("#queues li[data-key=A] .waiting")) === zh["page.public.waiting"].replace("{waiting}", people);
const shown_time = async (page) => (await page.innerText("#from")).match(/\d\d:\d\d/)[0];
const hall_time = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(11, 16);

// nginx has so many waiting in its copy, to give it when halld is stopped: a page that shows them has them by the stream.
const copied = (page, people) => until(async () =>
  (await (await page.request.get(`${proxy.url}/api/v1/status`)).json()).totals.waiting === people);

test("pages come by HTTP/2, compressed, and follow the hall", async () => {
  hall.ctl(["issue", "A"]);
  const page = await phone("/");
  await until(() => waiting(page, 1));
  assert.ok(!await page.isVisible("#lost"));
  hall.ctl(["issue", "A"]);
  await until(() => waiting(page, 2));
  const files = await page.evaluate(() => performance.getEntriesByType("resource")
    .map(({ name, nextHopProtocol, encodedBodySize, decodedBodySize }) => ({ name, nextHopProtocol, encodedBodySize, decodedBodySize })));
  assert.ok(files.length > 5);
  for (const file of files.filter(({ name }) => !name.endsWith("/events"))) {
    assert.equal(file.nextHopProtocol, "h2", file.name);
    if (/\.(js|css|json)$/.test(file.name)) assert.ok(file.encodedBodySize < file.decodedBodySize, file.name);
  }
});

test("halld stopped: a page that is open keeps what it has; one opened now has the last snapshot; both say so", async () => {
  const open = await phone("/");
  await until(() => waiting(open, 2));
  await copied(open, 2);
  const before = Date.now();
  await hall.end("SIGTERM");
  await until(() => open.isVisible("#lost"));

  const late = await phone("/");
  await until(() => waiting(late, 2));
  assert.ok(await late.isVisible("#lost"), "at once");
  for (const page of [open, late]) {
    const times = [hall_time(before - 60000), hall_time(before), hall_time(before + 60000)];
    assert.ok(times.includes(await shown_time(page)), await shown_time(page));
    assert.ok((await page.innerText("#lost")).includes(await shown_time(page)));
    assert.ok(await waiting(page, 2));
  }

  await hall.run();
  hall.ctl(["issue", "A"]);
  for (const page of [open, late]) {
    await until(() => waiting(page, 3));
    await until(async () => !await page.isVisible("#lost"));
  }
});

test("however old the last snapshot is, its time is the one that is told", async () => {
  await copied(await new_phone(), 3);
  await hall.end("SIGTERM");
  const hour_ago = new Date(Date.now() - 3600000);
  const page = await new_phone();
  // nginx's own answer, an hour later.
  await page.route("**/api/v1/status", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "halld-answer": `stale ${hour_ago.toUTCString()}` } });
  });
  await page.goto(proxy.url);
  await until(() => waiting(page, 3));
  assert.ok(await page.isVisible("#lost"));
  assert.equal(await shown_time(page), hall_time(hour_ago.getTime()));
});

test("a ticket's page opened while halld is stopped says so, and has the ticket when it is back", async () => {
  const ticket = hall.ctl(["issue", "B"]);
  const before = await phone("/t/x");
  await until(async () => (await before.innerText("#state")) === zh["page.ticket.gone.unknown"]);		// nginx has all of it
  await hall.end("SIGTERM");
  const page = await phone(`/t/${ticket.token}`);
  await until(() => page.isVisible("#lost"));
  assert.ok(!(await page.innerText("body")).includes(ticket.number));
  await hall.run();
  await until(async () => await page.innerText("#number") === ticket.number);
  assert.ok(!await page.isVisible("#lost"));
});
