// The board on its screen in the hall, which nobody touches for weeks.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, faint, misplaced, open, until } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({}, {
    services: [
      { id: "A", prefix: "A", name: { zh: "综合受理", en: "General services" } },
      { id: "B", prefix: "B", name: { zh: "公安户政与出入境", en: "Household registration, exit and entry" } },
      { id: "L", prefix: "ABC", name: { zh: "不动产登记", en: "Real estate registration" }, numbers: { first: 100000, last: 999999, width: 6 } },
    ],
    zones: [{ id: "east" }, { id: "west" }],
    windows: [{ no: 1, services: ["A"], zone: "east" }, { no: 2, services: ["A"], zone: "east" },
      { no: 3, services: ["B"], zone: "west", start_key: true }, { no: 124, services: ["L"], zone: "west" }],
    policy: { double_press_s: 0, recall: { gap_s: 0 } },
  });
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await hall.stop();
});

const press = (no, command) => hall.ctl([command, String(no)]);
const call = (no, service = "A") => {
  hall.ctl(["issue", service]);
  return press(no, "next").ticket.number;
};
const rows = (page) => page.locator("#calls li").evaluateAll((nodes) => nodes.map((node) => node.innerText.replace(/\s+/g, " ").trim()));
const shows = (page, row) => until(async () => (await rows(page))[0] === row);

test("the last call of a day is not read out on the next", async (t) => {
  const ten = Date.parse("2026-11-24T10:00:00+08:00");
  const day = await Hall.start({}, {}, { time: ten });
  t.after(() => day.stop());
  const { number } = day.ctl(["issue", "A"]);
  day.ctl(["open", "1"]);
  day.ctl(["next", "1"]);
  const board = await open(chrome, `${day.url}/board`);
  await until(async () => (await board.textContent("#newest")).includes(number));
  await day.advance(ten + 22 * 3600e3);
  await until(async () => await board.isVisible("#nothing") && await board.textContent("#newest") === "");
  await close(board);
});

test("the newest call stands first, with its window; what is no call any more is said otherwise", async () => {
  const page = await open(chrome, `${hall.url}/board`);
  const first = call(1), second = call(3, "B");
  await shows(page, `${second} 请到 3号窗口`);
  assert.equal((await rows(page))[1], `${first} 请到 1号窗口`);
  press(1, "recall");
  await shows(page, `${first} 请到 1号窗口`);
  press(1, "finish");
  await shows(page, `${first} 1号窗口`);
  const undone = call(2);
  await shows(page, `${undone} 请到 2号窗口`);
  press(2, "undo");
  await shows(page, `${first} 1号窗口`);
  assert.ok(!(await page.innerText("#calls")).includes(undone), "it was never called");
  press(2, "next");
  press(2, "finish");
  press(3, "abandon");
  await close(page);
});

test("people waiting, paused windows, and where to go instead", async () => {
  const page = await open(chrome, `${hall.url}/board`);
  hall.ctl(["issue", "B"]);
  await until(async () => /公安户政与出入境\s+1/.test(await page.innerText("#queues")));
  press(1, "pause");
  await until(async () => /1号窗口\s+暂停服务 请到2号窗口/.test(await page.innerText("#pauses")));
  press(1, "resume");
  await page.waitForSelector("#paused", { state: "hidden" });
  press(3, "next");
  press(3, "abandon");
  await close(page);
});

test("how long each queue takes, or that it may be too late; what is old says so", async () => {
  const page = await open(chrome, "about:blank");
  let wait_s = { p10: 300, p50: 400, p90: 600, src: "sim", in_time: 1, band: { from_min: 5, to_min: 10 } };
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.route("**/api/v1/status*", async (route) => {
    const answer = await route.fetch(), status = await answer.json();
    for (const queue of status.queues) queue.wait_s = queue.id === "A" ? wait_s : null;
    await route.fulfill({ response: answer, json: status });
  });
  await page.goto(`${hall.url}/board`);
  page.loads = 0;
  const wait = (id) => page.locator(`#queues [data-key="${id}"] .wait`);
  await until(async () => await wait("A").innerText() === "预计等候 5-10 分钟");
  assert.ok(!await wait("B").isVisible(), "nothing where nothing is known");
  assert.deepEqual(await misplaced(page), []);
  wait_s = { ...wait_s, in_time: 0.5 };
  await until(async () => await wait("A").innerText() === "可能在下班前叫不到");
  await page.unroute("**/api/v1/status*");
  await page.route("**/api/v1/status*", (route) => route.abort());
  await until(async () => /所示内容可能已过时/.test(await page.innerText("body")));
  await close(page);
});

test("?zone= is a part of the hall; one that is not there is said", async () => {
  const page = await open(chrome, `${hall.url}/board?zone=west`);
  const east = call(1), west = call(3, "B");
  await shows(page, `${west} 请到 3号窗口`);
  assert.ok(!(await page.innerText("body")).includes(east));
  assert.ok(!(await page.innerText("#queues")).includes("综合受理"));
  press(1, "finish");
  press(3, "abandon");
  await close(page);
  const wrong = await open(chrome, `${hall.url}/board?zone=north`);
  await until(async () => (await wrong.innerText("#nothing")).includes("north"));
  await close(wrong);
});

// An AudioContext that makes no sound and counts the tones.
function count_tones() {
  window.tones = window.contexts = 0;
  const parameter = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  window.AudioContext = class extends EventTarget {
    constructor() {
      super();
      window.contexts++;
      this.currentTime = 0;
      this.state = "running";
      setInterval(() => { this.currentTime += 10; }, 10);	// a later call is never too soon after one before
    }
    createOscillator() { return { frequency: {}, connect() {}, stop() {}, start() { window.tones++; } }; }
    createGain() { return { gain: parameter, connect() {} }; }
    resume() { return Promise.resolve(); }
  };
}

test("a new call rings, an old one does not; ?quiet never", async () => {
  const before_it = call(1);
  const page = await open(chrome, `${hall.url}/board`, { start: count_tones });
  const quiet = await open(chrome, `${hall.url}/board?quiet`, { start: count_tones });
  await quiet.waitForSelector("#queues li");
  const tones = () => page.evaluate(() => window.tones);
  await shows(page, `${before_it} 请到 1号窗口`);
  assert.equal(await tones(), 0, "called before the board was there");
  const number = call(2);
  await until(async () => await tones() === 2);
  press(2, "recall");
  await until(async () => await tones() === 4);
  press(2, "finish");
  await shows(page, `${number} 2号窗口`);
  assert.equal(await tones(), 4, "that was no call");
  assert.ok(!await page.isVisible("#silent"));
  await shows(quiet, `${number} 2号窗口`);
  assert.equal(await quiet.evaluate(() => window.contexts), 0);
  assert.ok(!await quiet.isVisible("#silent"));
  press(1, "finish");
  await close(page);
  await close(quiet);
});

// The browser's own sound, listened to.
function hear_tones() {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.tones++;
    start.apply(this, when);
  };
}

test("a browser that holds the sound back is noticed, and a key or a touch lets it go", async () => {
  const page = await open(chrome, "about:blank", { start: hear_tones });
  // Whatever asks a page something counts as a touch of it: nothing does before it has its sound, made when it begins to listen.
  await Promise.all([page.waitForRequest("**/api/v1/events"), page.goto(`${hall.url}/board`)]);
  page.loads = 0;
  await page.waitForSelector("#silent", { state: "visible" });
  await shows(page, `${call(1)} 请到 1号窗口`);
  assert.equal(await page.evaluate(() => window.tones), 0);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#silent", { state: "hidden" });
  assert.equal(await page.evaluate(() => window.tones), 0, "what was called before has been seen");
  call(1);
  await until(() => page.evaluate(() => window.tones === 2));
  press(1, "finish");
  await close(page);
});

test("it outlives restarts, killed or not, without being loaded again and without ringing for what is old", async () => {
  const page = await open(chrome, `${hall.url}/board`, { start: count_tones });
  await page.waitForSelector("#queues li");		// what it finds is no news
  let tones = 0;
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"]) {
    const number = call(1);
    await shows(page, `${number} 请到 1号窗口`);
    tones += 2;
    await until(() => page.evaluate((wanted) => window.tones === wanted, tones));
    await hall.end(signal);
    await page.waitForSelector("#lost", { state: "visible" });
    assert.equal((await rows(page))[0], `${number} 请到 1号窗口`, "the last truth stays, and is said to be old");
    await hall.run();
    await page.waitForSelector("#lost", { state: "hidden" });
    assert.equal((await rows(page))[0], `${number} 请到 1号窗口`);
    assert.equal(await page.evaluate(() => window.tones), tones);
  }
  await close(page);
});

test("another database: nothing of the one before is left, and its numbers may come again", async () => {
  const page = await open(chrome, `${hall.url}/board`, { start: count_tones });
  await page.waitForSelector("#queues li");		// what it finds is no news
  const old = new Set([call(1), call(1), call(2)]);
  await until(async () => (await rows(page)).length >= 3);
  await until(() => page.evaluate(() => window.tones > 0));
  await hall.end("SIGTERM");
  for (const file of readdirSync(hall.state)) if (/^halld\.db|^high/.test(file)) rmSync(join(hall.state, file));
  await hall.run();
  await page.waitForSelector("#nothing", { state: "visible" });
  assert.deepEqual(await rows(page), []);
  const tones = await page.evaluate(() => window.tones);
  const number = call(2);
  await shows(page, `${number} 请到 2号窗口`);
  assert.equal((await rows(page)).length, 1);
  assert.equal(number, "A001");
  assert.ok(old.size === 3);
  await until(() => page.evaluate((before) => window.tones === before + 2, tones));
  press(2, "finish");
  await close(page);
});

// A clock of the machine that the test can set.
function loose_clock() {
  const now = Date.now.bind(Date);
  window.wrong_ms = 0;
  Date.now = () => now() + window.wrong_ms;
}

test("the machine's clock may be set while it runs: the board's is the hall's, and calls go on", async () => {
  const page = await open(chrome, `${hall.url}/board`, { start: loose_clock });
  const hall_time = () => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date());
  await until(async () => await page.innerText("#time") === hall_time());
  let held = Promise.resolve();			// halld's answers, which say what time it is
  await page.route("**/api/v1/status*", (route) => held.then(() => route.continue()));
  for (const wrong_ms of [-3600000, 7200000, 1000000000]) {
    let let_go;
    held = new Promise((done) => { let_go = done; });
    await until(async () => {		// set once more if an answer on its way has put it right
      await page.evaluate((ms) => { window.wrong_ms += ms; }, wrong_ms);
      return await page.innerText("#time") !== hall_time();
    });
    let_go();
    await until(async () => await page.innerText("#time") === hall_time());
    await shows(page, `${call(1)} 请到 1号窗口`);
  }
  press(1, "finish");
  await close(page);
});

test("midnight: the clock and the date go on by themselves", async () => {
  const midnight_ms = Math.ceil((Date.now() + 8 * 3600000) / 86400000) * 86400000 - 8 * 3600000;	// the next in Shanghai
  const page = await open(chrome, "about:blank", { time: midnight_ms - 12 * 3600000 });		// it is not 23:59 before halld says so
  const day = (ms) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "long" }).format(ms);
  await page.route(/api\/v1\/status/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), date: new Date(midnight_ms - 3000).toUTCString() } });
  });
  await page.goto(`${hall.url}/board`);
  page.loads = 0;
  await until(async () => {
    await page.clock.runFor(100);	// so that it asks
    return await page.innerText("#time") === "23:59";
  });
  assert.equal(await page.innerText("#date"), day(midnight_ms - 1000));
  await page.clock.runFor(4000);
  assert.equal(await page.innerText("#time"), "00:00");
  assert.equal(await page.innerText("#date"), day(midnight_ms + 1000));
  await close(page);
});

test("what was called on another day is not on the board", async () => {
  const source = readFileSync("display/pages/board/calls.js", "utf8");
  const { newest_calls } = await import("data:text/javascript," + encodeURIComponent(source));
  const status = { calls: [{ seq: 3, number: "A001", window: 1, at: "2026-11-25T08:31:00+08:00" },
    { seq: 2, number: "A045", window: 1, at: "2026-11-24T17:20:00+08:00" }, { seq: 1, number: "A001", window: 2, at: "2026-11-24T09:00:00+08:00" }] };
  const at = (time) => newest_calls(status, () => true, Date.parse(time), 6).map((each) => each.seq);
  assert.deepEqual(at("2026-11-24T17:30:00+08:00").filter((seq) => seq < 3), [2]);
  assert.deepEqual(at("2026-11-25T08:32:00+08:00"), [3]);
});

test("hundreds of calls and some restarts leave no more behind than a few", async () => {
  const page = await open(chrome, `${hall.url}/board`);
  const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
  for (let i = 0; i < 12; i++) call(1);
  await until(async () => (await rows(page)).length === 6);
  const before_it = await nodes();
  for (let i = 0; i < 100; i++) {
    call(1 + i % 2);
    if (i % 40 === 39) {
      await hall.end("SIGKILL");
      await hall.run();
    }
  }
  await shows(page, `${call(1)} 请到 1号窗口`);
  assert.equal(await nodes(), before_it);
  press(1, "finish");
  press(2, "finish");
  await close(page);
});

const screens = { "1920x1080": { width: 1920, height: 1080 }, "1080x1920": { width: 1080, height: 1920 }, "1280x720": { width: 1280, height: 720 } };
for (const [name, viewport] of Object.entries(screens))
  for (const lang of ["zh", "en"])
    test(`${name}, ${lang}: large, whole, contrast 7`, async () => {
      const page = await open(chrome, `${hall.url}/board?lang=${lang}`, { viewport });
      const good = async (state) => {
        assert.deepEqual(await misplaced(page), [], state);
        assert.deepEqual(await faint(page, 7), [], state);
      };
      await page.waitForSelector("#queues li");
      await good("as it is");
      const called = [call(1), call(2), call(3, "B"), call(1), call(2)];
      press(3, "abandon");
      press(1, "finish");
      await until(async () => (await rows(page))[0]?.startsWith(called[4]));
      await good("calls");
      // A capital is 0.73 em high.
      const size = await page.locator("#calls li:first-child .number").evaluate((node) => parseFloat(getComputedStyle(node).fontSize));
      assert.ok(0.73 * size >= 0.1 * viewport.height, `letters of ${0.73 * size} px`);
      const long = call(124, "L");
      press(1, "pause");
      press(3, "pause");
      await until(async () => (await rows(page))[0]?.startsWith(long) && (await page.locator("#pauses li").count()) > 0);
      await good("a long number, windows paused");
      await hall.end("SIGKILL");
      await page.waitForSelector("#lost", { state: "visible" });
      await good("no connection");
      await hall.run();
      await page.waitForSelector("#lost", { state: "hidden" });
      for (const no of [1, 3]) press(no, "resume");
      for (const no of [2, 124]) press(no, "finish");
      await close(page);
    });

// What began to move, each with how long and how often, and how many have ended.
function watch_motion() {
  window.began = [];
  window.ended = 0;
  addEventListener("animationstart", ({ target }) => {
    const { animationDuration, animationIterationCount } = getComputedStyle(target);
    window.began.push([animationDuration, animationIterationCount]);
  });
  addEventListener("animationend", () => { window.ended++; });
}

test("a call blinks for 3 s and no longer, and not for who wants less motion", async () => {
  const still = await open(chrome, `${hall.url}/board`, { reducedMotion: "reduce", start: watch_motion });
  const page = await open(chrome, `${hall.url}/board`, { start: watch_motion });
  const began = (where) => where.evaluate(() => window.began);
  for (const each of [page, still]) await each.waitForSelector("#queues li");		// what it finds is no news
  const number = call(1);
  await shows(still, `${number} 请到 1号窗口`);
  await until(() => page.evaluate(() => window.ended === 1));
  assert.deepEqual(await began(page), [["1s", "3"]], "not more than once a second");
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  assert.deepEqual(await began(still), []);
  press(1, "finish");
  await close(page);
  await close(still);
});
