// The guide's desk, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, Sim, browser, password } from "./hall.mjs";
import { close, misplaced, open as open_url, sign_in, until } from "./page.mjs";

let hall, chrome, page;
const id_number = "11010519491231002X";

// window.tones: of the bell, so many; quiet_s(): for how long it has been quiet, by its own clock.
const count_tones = () => {
  const { start } = OscillatorNode.prototype;
  let bell = null, rung_s = 0;
  window.tones = 0;
  window.quiet_s = () => bell === null ? Infinity : bell.currentTime - rung_s;
  OscillatorNode.prototype.start = function (at) {
    window.tones++;
    bell = this.context;
    rung_s = bell.currentTime;
    start.call(this, at);
  };
};
const quiet = () => until(() => page.evaluate(() => window.quiet_s() > 3));		// what comes together rings once

before(async () => {
  hall = await Hall.start({ gu: "guide", "kiosk-1": "kiosk" }, { services: [
    { id: "A", prefix: "A", name: { zh: "综合受理", en: "General" }, real_name: "optional" },
    { id: "B", prefix: "B", name: { zh: "社保", en: "Insurance" }, remote: { checkin_s: 600 } },
  ] });
  chrome = await browser();
  page = await open_url(chrome, `${hall.url}/guide`, { viewport: { width: 768, height: 1024 }, start: count_tones });
  await sign_in(page, "gu");
  await page.waitForSelector("#services li");
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

const shows = (selector, text) => until(async () => (await page.innerText(selector)).includes(text));
const ticket = (number) => hall.ctl(["tickets"]).tickets.find((each) => each.number === number);
// While the answer to one touch is awaited no other does anything.
const answered = (where = page) => where.waitForSelector("#message.sending", { state: "detached" });
const find = async (word) => {
  await answered();
  await page.fill("#sought", word);
  await page.click("#find");
};
const choose = async (command, option) => {
  await answered();
  await page.click(`#commands [data-key='${command}']`);
  await page.click(`#options [data-key='${option}'] button`);
};

test("a ticket for somebody else in two touches", async () => {
  await page.click("#services [data-key='B'] button");
  assert.equal(hall.ctl(["tickets"]).tickets.length, 0, "the first one issues nothing");
  await page.click("#services [data-key='B'] button");
  await shows("#message", "B001");
  await shows("#ticket", "B001");
  assert.equal(ticket("B001").class, "ordinary");
});

test("the menu says how long it takes, or that it may be too late", async () => {
  const wait_s = { p10: 300, p50: 400, p90: 600, src: "sim", in_time: 0.5, band: { from_min: 5, to_min: 10 } };
  await page.route("**/api/v1/services", async (route) => {
    const answer = await route.fetch(), body = await answer.json();
    for (const service of body.services) service.wait_s = service.id === "A" ? wait_s : null;
    await route.fulfill({ response: answer, json: body });
  });
  hall.ctl(["hall", "notice", "试"]);		// it asks anew
  await shows("#services [data-key='A']", "预计等候 5-10 分钟 · 可能在下班前叫不到");
  assert.doesNotMatch(await page.innerText("#services [data-key='B']"), /预计/);
  await page.unroute("**/api/v1/services");
  hall.ctl(["hall", "quiet"]);
});

test("one of another class, with needs, and a group of three", async () => {
  await page.click("#classes [data-key='first'] button");
  await page.click("#needs [data-key='deaf'] button");
  await page.click("#services [data-key='B'] button");
  await page.click("#services [data-key='B'] button");
  await shows("#message", "B002");
  assert.deepEqual([ticket("B002").class, ticket("B002").needs], ["first", ["deaf"]]);
  for (let i = 0; i < 2; i++) await page.click("#more");
  await page.click("#services [data-key='B'] button");
  await page.click("#services [data-key='B'] button");
  await shows("#message", "B003 B004 B005");
  assert.equal(await page.locator("#tickets li").count(), 3);
  assert.equal(ticket("B003").class, "ordinary", "what was wished for was for that one");
});

test("several services on one ticket, in the order in which they are touched", async () => {
  await page.click("#together");
  for (const id of ["B", "A"]) await page.click(`#services [data-key='${id}'] button`);
  assert.match(await page.innerText("#services [data-key='A']"), /第 2 项/);
  assert.equal(ticket("B006"), undefined, "no touch of a service issues");
  await page.click("#take");
  await shows("#message", "B006");
  assert.equal(ticket("B006").service, "B");
  hall.ctl(["open", "2"]);
  hall.ctl(["pick", "2", "B006"]);
  assert.deepEqual(hall.ctl(["window", "2"]).ticket.legs.map((leg) => leg.service), ["B", "A"]);
  hall.ctl(["start", "2"]);
  hall.ctl(["finish", "2"]);
  assert.equal(ticket("B006").service, "A", "on to the next one");
  hall.ctl(["cancel", "B006", "test"]);
  hall.ctl(["close", "2"]);
  assert.equal(await page.getAttribute("#together", "aria-pressed"), "false", "what was wished for was for that one");
});

test("found by the end of the ID number, and of another class then", async () => {
  const { number } = hall.ctl(["issue", "A", "-i", id_number]);
  await find("002x");
  await shows("#number", number);
  await choose("class", "first");
  assert.equal(ticket(number).class, "ordinary", "not before it is said what was seen");
  await page.click("#proofs [data-key='veteran'] button");
  await until(() => ticket(number).class === "first");
  await shows("#what", "优先");
  await choose("class", "ordinary");
  await page.fill("#words", "证件过期");
  await page.click("#say");
  await until(() => ticket(number).class === "ordinary");
  await choose("service", "B");
  await until(() => ticket(number).service === "B");
});

test("found by number and by code; not found", async () => {
  const { token, number } = hall.ctl(["issue", "A"]);
  await find(`https://hall.example/t/${token}`);
  await shows("#number", number);
  await find("b1");
  await shows("#number", "B001");
  await find("B999");
  await shows("#message", "没有这个号码");
});

test("two of one person, and one that is void", async () => {
  await find("B1");
  await shows("#number", "B001");
  await answered();
  await page.click("#commands [data-key='link']");
  await page.fill("#other_number", "b003");
  await page.click("#link");
  await shows("#how", "B003");
  assert.deepEqual(ticket("B003").linked, ["B001"]);
  await page.click("#commands [data-key='void']");
  assert.equal(ticket("B001").void, false, "the first touch does nothing");
  await page.click("#options [data-key='mistake'] button");
  await until(() => ticket("B001").void);
  await shows("#how", "作废");
});

test("who missed a call is listed, and returns", async () => {
  hall.ctl(["issue", "A"]);
  const { number } = hall.ctl(["next", "1"]).ticket;
  hall.ctl(["pass", "1"]);
  await shows("#late", number);
  await page.click(`#late [data-key='${number}'] button`);
  await choose("return", "here");
  await until(() => ticket(number).state === "waiting");
  await until(async () => !await page.isVisible("#missed"));
});

test("a kiosk's call for help is answered, and the kiosk knows", async () => {
  const kiosk = await open_url(chrome, `${hall.url}/kiosk`, { viewport: { width: 1080, height: 1920 } });
  await kiosk.request.post(`${hall.url}/api/v1/session`, { data: { name: "kiosk-1", password } });
  let go;
  const held = new Promise((r) => { go = r; });
  await kiosk.route("**/text/kiosk/*", async (route) => { await held; await route.continue(); });
  await kiosk.reload();
  kiosk.loads = 0;
  assert.equal(await kiosk.isVisible("#help"), false, "not before a touch of it does anything");
  go();
  await kiosk.click("#help");
  await until(async () => (await kiosk.innerText("#helped")).includes("已通知"));
  await shows("#helps", "kiosk-1");
  await answered();
  await page.click("#helps .go");
  await shows("#helps", "gu 已前往");
  await until(async () => (await kiosk.innerText("#helped")).includes("正在过来"));
  await close(kiosk);
});

test("so is a window's", async () => {
  hall.ctl(["alarm", "1"]);
  await shows("#helps", "1号窗口");
  await answered();
  await page.click("#helps li:first-child .go");
  await shows("#helps li:first-child", "gu 已前往");
  assert.equal(hall.ctl(["alarms"]).alarms[0].helper, "gu");
  hall.ctl(["calm", "1"]);
});

test("a kiosk that gives too many tickets is told of, with the bell, until somebody says that it is over", async () => {
  const { token } = await (await fetch(`${hall.url}/api/v1/session`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "kiosk-1", password }) })).json();
  const take = (body) => fetch(`${hall.url}/api/v1/tickets`, { method: "POST", body: JSON.stringify({ service: "B", printer: "none", ...body }),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
  await quiet();
  const before = await page.evaluate(() => window.tones);
  const taken = await Promise.all(Array.from({ length: 21 }, () => take({})));		// at once: it is so many in a minute
  assert.deepEqual(taken.map(({ status }) => status).sort(), [...Array(20).fill(201), 429]);
  await shows("#helps", "短时间内取了很多号");
  await until(async () => await page.evaluate(() => window.tones) > before);
  const row = page.locator("#helps li", { hasText: "短时间内" });
  assert.match(await row.innerText(), /kiosk-1[^]*\d\d:\d\d/);
  await answered();
  await row.locator(".go").click();
  await until(async () => (await row.innerText()).includes("gu 已前往"));
  await answered();
  await row.locator(".go").click();
  await until(async () => await row.count() === 0);
  assert.equal((await take({ again: true })).status, 201);
});

test("a service that has people and no window is a card, and rung for once", async () => {
  hall.ctl(["issue", "A"]);
  await quiet();
  const before = await page.evaluate(() => window.tones);
  hall.ctl(["close", "1"]);
  await shows("#unserved", "综合受理");
  assert.match(await page.innerText("#unserved [data-key='A']"), /等候 \d+ 人，\d\d:\d\d 起/);
  await until(async () => await page.evaluate(() => window.tones) > before);
  const rung = await page.evaluate(() => window.tones);
  hall.ctl(["issue", "A"]);
  await new Promise((r) => setTimeout(r, 4000));
  assert.equal(await page.evaluate(() => window.tones), rung, "once");
  hall.ctl(["open", "1"]);
  await until(async () => !await page.isVisible("#unserved [data-key='A']"));
});

// A camera that shows a code, in a browser that reads them.
const with_camera = () => {
  window.stopped = 0;
  const stream = document.createElement("canvas").captureStream(1);
  const { stop } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.stop = function () { window.stopped++; stop.call(this); };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => { if (window.forbidden) throw new Error("no"); return stream; } } });
  HTMLMediaElement.prototype.play = async () => {};
  window.BarcodeDetector = class {
    static getSupportedFormats = async () => ["qr_code"];
    detect = async () => window.seen ? [{ rawValue: window.seen }] : [];
  };
};

test("a code before the camera is found; without one, or a browser that reads codes, nothing of it is shown", async (t) => {
  assert.equal(await page.isVisible("#scan"), false);
  const { token, number } = hall.ctl(["issue", "B"]);
  const tablet = await open_url(chrome, `${hall.url}/guide`, { viewport: { width: 768, height: 1024 }, start: with_camera });
  t.after(() => tablet.context().close().catch(() => {}));
  await sign_in(tablet, "gu");
  await tablet.waitForSelector("#scan:not([hidden])");
  await tablet.click("#scan");
  await tablet.waitForSelector("#camera:not([hidden])");
  assert.deepEqual(await misplaced(tablet), []);
  await tablet.evaluate((code) => { window.seen = code; }, `https://hall.example/t/${token}`);
  await until(async () => await tablet.innerText("#number") === number);
  assert.equal(await tablet.isVisible("#camera"), false);
  assert.equal(await tablet.evaluate(() => window.stopped), 1, "the camera is off again");
  await tablet.evaluate(() => { window.forbidden = true; });
  await tablet.click("#scan");
  await until(async () => (await tablet.innerText("#message")).includes("摄像头不能用"));
  await close(tablet);
  hall.ctl(["cancel", number, "test"]);
});

test("a reason or a number that was not taken stays to be put right", async () => {
  const { number } = hall.ctl(["issue", "A"]);
  await find(number);
  await shows("#number", number);		// another one may have been there before
  await page.click("#commands [data-key='link']");
  await page.fill("#other_number", "Z999");
  await page.press("#other_number", "Enter");
  await shows("#message", "没有这个号码");
  assert.equal(await page.inputValue("#other_number"), "Z999");
  await page.click("#commands [data-key='cancel']");
  await page.fill("#words", "家里有事");
  await page.route("**/cancel", (route) => route.fulfill({ status: 503, json: { status: 503, code: "store_failed", title: "x" } }));
  await page.press("#words", "Enter");
  await page.waitForSelector("#message.refused");
  assert.equal(await page.inputValue("#words"), "家里有事");
  await page.unroute("**/cancel");
  await answered();
  await page.press("#words", "Enter");
  await until(() => ticket(number).state === "cancelled");
  await until(async () => await page.inputValue("#words") === "");
  const other = hall.ctl(["issue", "A"]).number, third = hall.ctl(["issue", "A"]).number;
  await find(other);
  await shows("#number", other);
  await page.click("#commands [data-key='cancel']");
  await page.fill("#words", "家里有事");
  await find(third);
  await shows("#number", third);
  assert.equal(await page.inputValue("#words"), "", "it was said about another");
  for (const each of [other, third]) hall.ctl(["cancel", each, "test"]);
});

test("a remote ticket is checked in", async () => {
  const answer = await page.request.post(`${hall.url}/api/v1/tickets`, { data: { service: "B", remote: true } });
  const { number, token } = await answer.json();
  assert.equal(ticket(number).state, "reserved");
  await find(`https://hall.example/t/${token}`);
  await shows("#how", "已预约");
  await answered();
  await page.click("#commands [data-key='checkin']");
  await until(() => ticket(number).state === "waiting");
  await shows("#message", `${number}：报到`);
  assert.equal(await page.locator("#commands [data-key='checkin']").count(), 0, "once");
});

test("what was asked for before a touch was answered does not take it back", async () => {
  const { number } = hall.ctl(["issue", "A"]);
  const holds = [];		// of what the page asks for together, the last to come
  await find(number);
  await shows("#number", number);
  await page.route("**/api/v1/alarms", async (route) => { await new Promise((r) => holds.push(r)); await route.continue(); });
  hall.ctl(["hall", "notice", "试"]);		// it asks anew
  await until(() => holds.length === 1);
  await answered();
  await page.click("#commands [data-key='needs']");
  await page.click("#options [data-key='deaf'] button");
  const pressed = () => page.getAttribute("#options [data-key='deaf'] button", "aria-pressed");
  await until(async () => await pressed() === "true");
  holds[0]();
  await until(() => holds.length === 2);		// the first has been shown
  assert.equal(await pressed(), "true");
  await page.unroute("**/api/v1/alarms");
  holds[1]();
  hall.ctl(["hall", "quiet"]);
  hall.ctl(["cancel", number, "test"]);
});

test("nothing went wrong on the page", () => close(page));

// Times are booked at a desk where the clock stands; after its accounts were made, or it would not be believed.
const date = new Date(Date.now() + 32 * 3600000).toISOString().slice(0, 10);		// tomorrow in the hall
const nine = Date.parse(`${date}T09:10:00+08:00`);
const booked = [
  { id: "A", prefix: "A", name: { zh: "综合受理", en: "General" }, real_name: "optional", slots: [{ from: "09:30", to: "10:00", limit: 1 }, { from: "15:00", to: "15:30", limit: 2 }] },
  { id: "B", prefix: "B", name: { zh: "社保", en: "Insurance" } },
];

test("bookings: made in four touches, found by code, listed, checked in, given up", async (t) => {
  const day = await Hall.start({ gu: "guide" }, { services: booked }, { time: nine });
  t.after(() => day.stop());
  const desk = await open_url(chrome, `${day.url}/guide`, { viewport: { width: 768, height: 1024 } });
  const reads = (selector, text) => until(async () => (await desk.innerText(selector)).includes(text));
  const bookings = () => day.ctl(["bookings"]).bookings;
  const sought = async (word) => { await desk.fill("#sought", word); await desk.click("#find"); };
  await sign_in(desk, "gu");
  await desk.waitForSelector("#bookables li");
  assert.equal(await desk.locator("#bookables li").count(), 1, "of the other there are no times");

  await desk.click("#bookables [data-key='A'] button");
  const slot = desk.locator("#slots li", { hasText: "09:30" }).first().locator("button");
  await slot.click();
  assert.equal(bookings().length, 0, "the first touch of a time books nothing");
  await slot.click();
  await until(() => bookings().length === 1);
  const { code } = bookings()[0];
  await reads("#booking", code);
  await reads("#booking_what", "09:30–10:00");
  await reads("#booking_how", "已预约");
  assert.deepEqual(await misplaced(desk), []);
  await desk.click("#put_away");

  const another = { service: "A", from: `${date}T15:00:00+08:00`, to: `${date}T15:30:00+08:00`, id_number };
  const afternoon = (await (await desk.request.post(`${day.url}/api/v1/bookings`, { data: another })).json()).code;
  await reads("#bookings_title", "今天的预约 2，未报到 2");
  await desk.click("#bookings_title");
  assert.match(await desk.innerText(`#booked [data-key='${afternoon}']`), /15:00–15:30[^]*综合受理 · 尾号 002X/i);

  await sought(code.toLowerCase().replace(/^..../, "$& "));
  await reads("#booking", code);
  await desk.click("#come");
  await reads("#number", "A001");
  await until(() => bookings()[0].state === "checked_in");
  await reads("#bookings_title", "未报到 1");
  assert.equal(await desk.isVisible("#booking"), false);

  await desk.click(`#booked [data-key='${afternoon}'] button`);
  await reads("#booking_how", "14:30 起可报到");
  assert.ok(await desk.isDisabled("#come"));
  await desk.click("#give_up");
  assert.equal(bookings()[1].state, "made", "the first touch does nothing");
  await desk.click("#give_up");
  await until(() => bookings()[1].state === "cancelled");
  await reads("#booking_how", "已取消");
  await sought("ZZZZZZZZ");
  await reads("#message", "没有这个号码");
  await desk.setViewportSize({ width: 360, height: 740 });
  assert.deepEqual(await misplaced(desk), []);
  await close(desk);
});

test("a code that is entered again before there is an answer is entered once: nobody comes and goes at once", async (t) => {
  const day = await Hall.start({ gu: "guide", boss: "manager" }, {}, { time: nine });
  t.after(() => day.stop());
  for (const words of [["staff", "add", "name=王芳", "code=4711"], ["shifts", "add", "name=白班", "from=09:00", "to=17:00"],
    ["roster", "add", `day=${date}`, "person=1", "shift=1"]]) day.ctl(words);
  const desk = await open_url(chrome, `${day.url}/guide`);
  let asked = 0, go;
  const held = new Promise((r) => { go = r; });
  await desk.route("**/attendance/clock", async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  await sign_in(desk, "gu");
  await desk.fill("#clock_code", "4711");
  await desk.dblclick("#clock_form button");
  await desk.press("#clock_code", "Enter");
  await until(() => asked > 0);
  go();
  await until(async () => /09:10/.test(await desk.innerText("#clock_said")));
  assert.equal(asked, 1);
  assert.deepEqual(day.ctl(["attendance"]).attendance.map((each) => each.out), [undefined]);
  await close(desk);
});

test("what was typed and found is not there for who signs in next; signing out without an answer is told", async (t) => {
  const day = await Hall.start({ gu: "guide", hu: "guide" }, { services: booked }, { time: nine });
  t.after(() => day.stop());
  const desk = await open_url(chrome, `${day.url}/guide`);
  await sign_in(desk, "gu");
  const another = { service: "A", from: `${date}T15:00:00+08:00`, to: `${date}T15:30:00+08:00`, id_number };
  const { code } = await (await desk.request.post(`${day.url}/api/v1/bookings`, { data: another })).json();
  await desk.click("#bookables [data-key='A'] button");
  await desk.fill("#book_id", id_number);
  await desk.fill("#clock_code", "no such");
  await desk.click("#clock_form button");
  await until(async () => await desk.innerText("#clock_said") !== "");
  await desk.fill("#clock_code", "4711");
  await desk.fill("#sought", code);
  await desk.click("#find");
  await desk.waitForSelector("#booking:not([hidden])");
  await desk.fill("#sought", "002X");
  await desk.route("**/api/v1/session", (route) => route.abort());
  await desk.click("#sign_out");
  await until(async () => /没有收到应答/.test(await desk.innerText("#message")));
  await desk.unroute("**/api/v1/session");
  await desk.click("#sign_out");
  await sign_in(desk, "hu");
  await desk.waitForSelector("#bookables li");
  assert.ok(await desk.isHidden("#booking"));
  assert.deepEqual([await desk.inputValue("#book_id"), await desk.inputValue("#clock_code"), await desk.inputValue("#sought"),
    await desk.innerText("#clock_said")], ["", "", "", ""]);
  await close(desk);
});

test("whether the hall can open is not told to a clerk, though it comes late for the manager before", async (t) => {
  const day = await Hall.start({ boss: "manager", li: "clerk" }, { services: booked }, { time: nine });
  t.after(() => day.stop());
  const desk = await open_url(chrome, `${day.url}/guide`);
  let go, asked = 0;
  const held = new Promise((r) => { go = r; });
  await desk.route("**/api/v1/ready", async (route) => {
    const response = await route.fetch();
    asked++;
    await held;
    await route.fulfill({ response });
  });
  await sign_in(desk, "boss");
  await until(() => asked > 0);
  await desk.click("#sign_out");
  await sign_in(desk, "li");
  await desk.waitForSelector("#bookables li");
  const answered = desk.waitForEvent("requestfinished", (request) => request.url().endsWith("/ready"));
  go();
  await answered;
  await desk.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.ok(await desk.isHidden("#ready"));
  await close(desk);
});

test("a code that is nobody's, or of who is not on the roster or has been settled, is said to be so", async (t) => {
  const day = await Hall.start({ gu: "guide", boss: "manager" }, {}, { time: nine });
  t.after(() => day.stop());
  for (const words of [["staff", "add", "name=王芳", "code=4711"], ["staff", "add", "name=李雷", "code=4712"], ["shifts", "add", "name=白班", "from=09:00", "to=17:00"],
    ["roster", "add", `day=${date}`, "person=1", "shift=1"]]) day.ctl(words);
  const desk = await open_url(chrome, `${day.url}/guide`);
  const says = async (code, words) => {
    await desk.fill("#clock_code", code);
    await desk.press("#clock_code", "Enter");
    await until(async () => (await desk.innerText("#clock_said")).includes(words));
  };
  await sign_in(desk, "gu");
  await says("4799", "没有这个编号");
  await says("4712", "您现在没有排班");
  await says("4711", "09:10 到岗");
  day.ctl(["attendance", "1", "verify", "verdict=ok", "reason=测试"]);
  await says("4711", "这一班的考勤已经核定");
  await desk.click("#language");
  await until(async () => await desk.innerText("#clock_said") === "The times of this duty are settled");
  await close(desk);
});

test("what somebody may never do is not offered to them, and a wrong ID number is named", async (t) => {
  const day = await Hall.start({ gu: "guide", li: "clerk", ins: "inspector", boss: "manager" }, { services: [{ ...booked[0], real_name: "required" }, booked[1]] }, { time: nine });
  t.after(() => day.stop());
  const { number } = day.ctl(["issue", "B"]);
  const desk = await open_url(chrome, `${day.url}/guide`);
  const works = async (name, issues, commands) => {
    await sign_in(desk, name);
    await desk.waitForSelector("#bookables li");
    assert.equal(await desk.isVisible("#issue"), issues, name);
    await desk.fill("#sought", number);
    await desk.click("#find");
    await desk.waitForSelector("#ticket:not([hidden])");
    assert.equal(await desk.locator("#commands button").count() > 0, commands, name);
  };
  await works("ins", false, false);
  await desk.click("#sign_out");
  await works("li", false, true);
  await desk.click("#sign_out");
  await works("boss", true, true);
  await desk.click("#sign_out");
  await works("gu", true, true);
  for (const id of ["", "11010519491231002"]) {
    await desk.click("#services [data-key='A'] button");
    await desk.fill("#id_number", id);
    await desk.click("#services [data-key='A'] button");
    await until(async () => await desk.innerText("#message") === "请填写正确的身份证号码");
    await desk.click("#services [data-key='B'] button");
  }
  await close(desk);
});

test("times that are not known are not said to be none", async (t) => {
  const day = await Hall.start({ gu: "guide" }, { services: booked }, { time: nine });
  t.after(() => day.stop());
  const desk = await open_url(chrome, `${day.url}/guide`);
  await sign_in(desk, "gu");
  await desk.waitForSelector("#bookables li");
  let asked = 0;
  await desk.route("**/api/v1/slots?*", (route) => { asked++; return route.abort(); });
  await desk.click("#bookables [data-key='A'] button");
  await until(() => asked > 0);
  await desk.click("#language");
  await until(async () => await desk.getAttribute("html", "lang") === "en");
  assert.ok(await desk.isHidden("#no_slots"));
  await close(desk);
});

test("a ticket that was not printed is asked about and printed again; a printer that was filled asks about its roll", async (t) => {
  const sim = await Sim.start("printer=lobby,speed=0");
  t.after(() => sim.stop());
  const small = await Hall.start({ gu: "guide" }, { devices: [{ id: "lobby", driver: "escpos", port: sim.port("lobby"), roll_m: 50 }],
    policy: { print_stale_s: 6 } });
  t.after(() => small.stop());
  const lobby = () => small.ctl(["devices"]).devices[0];
  const desk = await open_url(chrome, `${small.url}/guide`, { viewport: { width: 768, height: 1024 } });
  const reads = (selector, text) => until(async () => (await desk.innerText(selector)).includes(text));
  await sign_in(desk, "gu");
  await desk.waitForSelector("#services li");
  await until(() => lobby().paper === "ok");
  sim.control("lobby", "paper", "out");
  await until(() => lobby().paper === "out");
  await desk.click("#services [data-key='A'] button");
  await desk.click("#services [data-key='A'] button");
  await reads("#number", "A001");
  await reads("#paper", "没有打印成功，号票出来了吗？");
  assert.deepEqual(await misplaced(desk), []);
  sim.control("lobby", "paper", "ok");
  await reads("#rolls", "lobby");
  await reads("#rolls", "换新纸卷了吗？");
  assert.deepEqual(await misplaced(desk), []);
  await answered(desk);
  await desk.click("#rolls .new");
  await until(() => !lobby().roll_asked && lobby().used_mm === 0);
  await until(async () => !await desk.isVisible("#rolls"));
  await answered(desk);
  await desk.click("#print_again");
  await until(() => small.ctl(["tickets"]).tickets[0].print === "printed");
  await until(async () => !await desk.isVisible("#paper"));
  await close(desk);
});
