// A clerk at work, by keyboard alone; and the page they work at, in each of its sizes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { answered, close, faint, misplaced, open, press_key, sign_in, until } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({ ann: "clerk", bob: "clerk", cat: "clerk" }, {
    services: [
      { id: "A", prefix: "A", name: { zh: "综合受理", en: "General services" }, target_wait_s: 1, nominal_s: 1 },
      { id: "B", prefix: "B", name: { zh: "公安户政与出入境", en: "Household registration, exit and entry" }, target_wait_s: 3600 },
    ],
    windows: [{ no: 1, services: ["A"] }, { no: 2, services: ["A", "B"], start_key: true }, { no: 3, services: ["B"] }],
    policy: { double_press_s: 0, undo_s: 60, recall: { gap_s: 1 } },
  });
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await hall.stop();
});

const at = (no) => hall.ctl(["window", String(no)]);
const state_of = (number) => hall.ctl(["tickets"]).tickets.find((ticket) => ticket.number === number).state;
const issue = (service) => hall.ctl(["issue", service]).number;
const shows = (page, id, words) => until(async () => (await page.innerText(id)).includes(words));
const in_focus = (page) => page.evaluate(() => document.activeElement.id);

// Counts what a pointer does, from the first moment on.
function watch_pointer() {
  window.pointer = 0;
  for (const kind of ["pointerdown", "mousedown", "touchstart"])
    addEventListener(kind, () => { window.pointer++; }, true);
}

// What shows where the focus is must be plain to see: at least 2 px wide, 3:1 against what is behind it, on the screen.
const focus_seen = (page) => page.evaluate(() => {
  const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
  return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 &&
    box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
});

test("a whole day without a pointer", async () => {
  const page = await open(chrome, `${hall.url}/window/2`, { viewport: { width: 1280, height: 720 }, start: watch_pointer });
  const key = (name) => press_key(page, name);
  const is = async (so) => await until(() => so(at(2)));
  const numbers = ["A", "B", "A", "B", "A"].map(issue);

  await sign_in(page, "ann");
  await page.waitForSelector("#desk:not(.unknown)");
  assert.equal(at(2).window.staff, "ann");
  assert.equal(at(2).window.state, "offline", "signing in opens nothing");
  await key("o");
  await is((desk) => desk.window.state === "idle");

  await key("Space");
  await is((desk) => desk.ticket && desk.ticket.number === numbers[0] && desk.ticket.state === "called");
  await shows(page, "#number", numbers[0]);
  await key("Space");
  await shows(page, "#message", "请先开始");
  assert.equal(at(2).ticket.number, numbers[0], "who was called is not lost by a press too many");
  await until(async () => {		// too soon at first
    await key("r");
    await answered(page);
    return at(2).ticket.recalls === 1;
  });
  await shows(page, "#call", "已重呼 1 次");
  await key("s");
  await is((desk) => desk.ticket.state === "serving");
  await shows(page, "#state", "正在办理");
  await key("f");
  await is((desk) => desk.ticket === null);
  assert.equal(state_of(numbers[0]), "done");
  await shows(page, "#state", "空闲");

  await key("n");
  await shows(page, "#number", numbers[1]);
  await key("p");
  await is((desk) => desk.ticket === null);
  assert.equal(state_of(numbers[1]), "passed");
  await shows(page, "#state", "空闲");

  await key("n");
  await shows(page, "#number", numbers[2]);
  await key("a");
  await is((desk) => desk.ticket === null);
  assert.equal(state_of(numbers[2]), "abandoned");
  await until(async () => await page.getAttribute("#undo", "aria-disabled") === "false");
  await key("u");
  await is((desk) => desk.ticket && desk.ticket.number === numbers[2] && desk.ticket.state === "called");
  await shows(page, "#number", numbers[2]);

  await key("b");
  await is((desk) => desk.window.pending === "pause");
  await shows(page, "#pending", "暂停");
  await key("s");
  await is((desk) => desk.ticket.state === "serving");
  await shows(page, "#state", "正在办理");
  await key("f");
  await is((desk) => desk.window.state === "paused");
  await shows(page, "#state", "暂停服务");
  await key("b");
  await is((desk) => desk.window.state === "idle");

  await key("h");
  await page.waitForSelector("#name:focus");
  await key("Escape");
  await page.waitForSelector("#desk", { state: "visible" });
  assert.equal(at(2).window.staff, "ann");
  await key("h");
  await sign_in(page, "nobody", "no password");
  await page.waitForSelector("#why", { state: "visible" });
  assert.equal(at(2).window.staff, "ann");
  await page.focus("#name");
  await page.keyboard.press("Control+a");
  await sign_in(page, "bob");
  await is((desk) => desk.window.staff === "bob");
  await shows(page, "#staff", "bob");
  await page.waitForSelector("#desk:not(.unknown)");

  await shows(page, "#state", "空闲");
  await key("n");
  await is((desk) => desk.ticket !== null);
  const last = at(2).ticket.number;
  await shows(page, "#number", last);
  await key("s");
  await shows(page, "#state", "正在办理");
  await key("f");
  await is((desk) => desk.ticket === null);
  assert.equal(state_of(last), "done");
  await shows(page, "#state", "空闲");
  await key("o");
  await is((desk) => desk.window.state === "closed");
  await shows(page, "#state", "已关窗");

  for (let i = 0; i < 30 && await in_focus(page) !== "sign_out"; i++) {
    await key("Tab");
    if (await in_focus(page) !== "") assert.ok(await focus_seen(page), await in_focus(page));
  }
  assert.equal(await in_focus(page), "sign_out");
  await key("Enter");
  await page.waitForSelector("#name:focus");
  await is((desk) => desk.window.staff === null);
  await sign_in(page, "ann");
  await page.waitForSelector("#desk:not(.unknown)");
  await key("l");
  await is((desk) => desk.window.staff === null);
  await page.waitForSelector("#name:focus");
  await page.keyboard.type("nols");	// typed into the form these press nothing
  assert.equal(await page.inputValue("#name"), "nols");
  assert.equal(at(2).window.state, "closed");
  assert.equal(await page.evaluate(() => window.pointer), 0);
  await close(page);
});

test("a key held down is one press, and one for the browser is none", async () => {
  const page = await open(chrome, `${hall.url}/window/1`);
  await sign_in(page, "cat");
  await page.waitForSelector("#desk:not(.unknown)");
  for (let i = 0; i < 3; i++) issue("A");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Alt+n");
  await page.keyboard.down("n");
  for (let i = 0; i < 20; i++) await page.keyboard.down("n");
  await page.keyboard.up("n");
  await until(async () => (await page.innerText("#number")).startsWith("A"));
  const first = await page.innerText("#number");
  await press_key(page, "f");
  await shows(page, "#state", "空闲");
  assert.equal(state_of(first), "done");
  assert.ok(at(1).waiting.total >= 2, "nobody else was called");
  await close(page);
});

test("hold, call back, send on, choose, and without a number: a key each", async () => {
  const page = await open(chrome, `${hall.url}/window/1`, { start: watch_pointer });
  const key = (name) => press_key(page, name);
  const is = async (so) => await until(() => so(at(1)));

  await sign_in(page, "cat");
  await page.waitForSelector("#desk:not(.unknown)");
  if (at(1).window.state !== "idle") hall.ctl(["open", "1"]);
  while (at(1).waiting.total > 0) for (const command of ["next", "finish"]) hall.ctl([command, "1"]);
  await shows(page, "#state", "空闲");
  await key("d");
  await shows(page, "#message", "无号码");
  const [first, second] = ["A", "A"].map(issue);
  await key("n");
  await shows(page, "#number", first);
  await key("d");
  await is((desk) => desk.ticket === null && desk.waiting.aside.length === 1);
  await shows(page, "#aside", first);
  await key("k");
  await page.waitForSelector("#choices", { state: "visible" });
  await key("Escape");
  await page.waitForSelector("#choices", { state: "hidden" });
  await key("k");
  await shows(page, "#options", second);
  await key("2");			// the first is the one that is held
  await shows(page, "#number", second);
  await key("e");
  await shows(page, "#number", first);
  assert.equal(state_of(second), "done");

  await key("g");
  await page.waitForSelector("#choices", { state: "visible" });
  await key("1");
  await shows(page, "#service", "还需");
  await page.waitForSelector("#options [aria-pressed=true]");
  await key("Escape");
  await page.waitForSelector("#choices", { state: "hidden" });
  await key("t");
  await key("1");
  await is((desk) => desk.ticket === null);
  assert.equal(hall.ctl(["tickets"]).tickets.find((ticket) => ticket.number === first).service, "B");

  await key("v");
  await is((desk) => desk.window.state === "serving");
  await shows(page, "#number", "无号");
  await key("t");
  await shows(page, "#message", "无号");
  await key("f");
  await shows(page, "#state", "空闲");
  assert.equal(await page.evaluate(() => window.pointer), 0);
  await close(page);
});

test("waits and services are measured by their targets, in words", async () => {
  const page = await open(chrome, `${hall.url}/window/1`);
  await sign_in(page, "cat");
  await page.waitForSelector("#desk:not(.unknown)");
  issue("A");
  await shows(page, "#queues", "超时");
  await shows(page, "#queues", "目标 1 分钟");
  assert.ok(await page.isVisible("#late"));
  const next = at(1).waiting.next.map((ticket) => ticket.number);
  await until(async () => (await page.locator("#next_numbers .number").allInnerTexts()).join() === next.join());
  await press_key(page, "n");
  await shows(page, "#number", next[0]);
  await shows(page, "#target", "/ 0:01");
  await until(async () => /超时 \d+:\d\d/.test(await page.innerText("#over")));
  await press_key(page, "f");
  await shows(page, "#state", "空闲");
  assert.equal((await page.innerText("#over")).trim(), "");
  await close(page);

  const other = await open(chrome, `${hall.url}/window/3?lang=en`);
  await sign_in(other, "bob");
  await other.waitForSelector("#desk:not(.unknown)");
  issue("B");
  await shows(other, "#queues", "target 60 min");
  assert.ok(!await other.isVisible("#late"), "an hour has not gone by");
  await press_key(other, "n");
  await shows(other, "#number", "B0");
  assert.equal((await other.innerText("#target")).trim(), "", "this service has no target");
  await press_key(other, "f");
  await shows(other, "#state", "Idle");
  await close(other);
});

// The states a window's page can be in, one after the other, each as a picture of its own.
async function* states(page) {
  await page.waitForSelector("#name:focus");
  yield "nobody signed in";
  await sign_in(page, "nobody " + Math.random(), "no password");
  await page.waitForSelector("#why", { state: "visible" });
  yield "a wrong password";
  await page.focus("#name");
  await page.keyboard.press("Control+a");
  await sign_in(page, "ann");
  await page.waitForSelector("#desk:not(.unknown)");
  if (["offline", "closed"].includes(at(2).window.state)) await press_key(page, "o");
  await page.waitForSelector("#now:not(.offline):not(.closed)");
  yield "idle";
  await press_key(page, "n");
  await page.waitForSelector("#now.calling");
  yield "calling";
  await press_key(page, "s");
  await page.waitForSelector("#now.serving");
  await press_key(page, "b");
  await until(async () => await page.isVisible("#pending"));
  await until(async () => at(2).ticket.nominal_s === null || (await page.innerText("#over")).trim() !== "");
  yield "serving, over its time, a pause to come";
  await press_key(page, "r");
  await page.waitForSelector("#message.refused");
  yield "a press refused";
  if (page.viewportSize().width >= 1280) {
    await press_key(page, "t");
    await page.waitForSelector("#choices", { state: "visible" });
    yield "choosing where to send it";
    await page.keyboard.press("Escape");
    await page.waitForSelector("#choices", { state: "hidden" });
  }
  await press_key(page, "f");
  await page.waitForSelector("#now.paused");
  yield "paused";
  await press_key(page, "h");
  await page.waitForSelector("#back", { state: "visible" });
  yield "hand-over";
  await page.keyboard.press("Escape");
  await press_key(page, "b");
  await page.waitForSelector("#now.idle");
}

const screens = {
  "1280x720": { width: 1280, height: 720 }, "1920x1080": { width: 1920, height: 1080 },
  "1280x720 at 200 %": { width: 640, height: 360 }, "1920x1080 at 200 %": { width: 960, height: 540 }, "a phone": { width: 360, height: 740 },
};
for (const [name, viewport] of Object.entries(screens))
  for (const lang of ["zh", "en"])
    test(`${name}, ${lang}: nothing is cut or covered, targets of 48 px, contrast 4.5`, async () => {
      const page = await open(chrome, `${hall.url}/window/2?lang=${lang}`, { viewport });
      for (let i = 0; i < 4; i++) issue("AB"[i % 2]);
      for await (const state of states(page)) {
        assert.deepEqual(await misplaced(page), [], state);
        assert.deepEqual(await faint(page, 4.5), [], state);
      }
      await close(page);
    });

for (const [width, height] of [[480, 96], [900, 96], [480, 320]])
  for (const lang of ["zh", "en"])
    test(`?strip at ${width}x${height}, ${lang}: all of it on the screen, worked by keys`, async () => {
      const page = await open(chrome, `${hall.url}/window/2?strip&lang=${lang}`, { viewport: { width, height } });
      for (let i = 0; i < 2; i++) issue("A");
      for await (const state of states(page)) {
        assert.deepEqual(await misplaced(page), [], state);
        assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), state);
        for (const button of await page.locator("button:visible").all()) {
          const box = await button.boundingBox();
          assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${state}: outside`);
        }
      }
      await press_key(page, "n");
      await page.waitForSelector("#now.calling");
      await press_key(page, "a");		// its button may be hidden, its key is not
      await page.waitForSelector("#now.idle");
      await close(page);
    });

test("a strip without a connection says so beside the number and the keys", async () => {
  const page = await open(chrome, `${hall.url}/window/2?strip`, { viewport: { width: 480, height: 96 } });
  await sign_in(page, "ann");
  issue("A");
  await page.waitForSelector("#desk:not(.unknown)");
  await press_key(page, "n");
  await page.waitForSelector("#now.calling");
  await hall.end("SIGKILL");
  await page.waitForSelector("#lost", { state: "visible" });
  const lost = await page.locator("#lost").boundingBox();
  for (const id of ["#number", "#state", "#next", "#finish"]) {
    const box = await page.locator(id).boundingBox();
    assert.ok(box.x + box.width <= lost.x || box.y >= lost.y + lost.height, `${id} is covered`);
  }
  await hall.run();
  await page.waitForSelector("#lost", { state: "hidden" });
  await press_key(page, "a");
  await page.waitForSelector("#now.idle");
  await close(page);
});

test("every button can be reached by Tab, and shows it", async () => {
  for (const path of ["/window/2", "/window/2?strip"]) {
    const page = await open(chrome, hall.url + path, { viewport: path.includes("strip") ? { width: 480, height: 96 } : { width: 1280, height: 720 } });
    await sign_in(page, "ann");
    await page.waitForSelector("#desk:not(.unknown)");
    const wanted = new Set(await page.locator("button:visible").evaluateAll((nodes) => nodes.map((node) => node.id)));
    for (let i = 0; i < 30 && wanted.size > 0; i++) {
      await page.keyboard.press("Tab");
      if (wanted.delete(await in_focus(page))) assert.ok(await focus_seen(page), await in_focus(page));
    }
    assert.deepEqual([...wanted], []);
    await close(page);
  }
});
