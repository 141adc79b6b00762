// People in the browser: who runs the hall rosters them, sees where they are and puts cards out; a clerk sees what they served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser, password } from "./hall.mjs";
import { close, misplaced, open as open_url, sign_in, until, unfold } from "./page.mjs";

const at = (time) => Date.parse(`2026-09-01T${time}:00+08:00`);
const shift = { name: "白班", from: "09:00", to: "17:00", lunch_from: "12:00", lunch_to: "13:30" };
let hall, chrome, boss;

const tell = async (path, data) => {
  const answer = await boss.request.post(`${hall.url}/api/v1/${path}`, { data, headers: { Origin: hall.url } });
  assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
  return answer.json();
};
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));
const cell = (person, day) => `#roster_rows tr:nth-child(${person}) td:nth-child(${day + 1}) button`;

before(async () => {
  hall = await Hall.start({ boss: "manager", wang: "clerk" }, {}, { time: at("08:40") });
  chrome = await browser();
  boss = await open_url(chrome, `${hall.url}/admin`, { time: at("08:40") });
  await sign_in(boss, "boss");
  await boss.waitForSelector("#desk:not(.unknown)");
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

test("a week is rostered, swapped and copied", async () => {
  for (const [name, account] of [["王芳", "wang"], ["李雷"]]) await tell("staff", account ? { name, account } : { name });
  await tell("shifts", shift);
  await unfold(boss, "roster");
  await boss.waitForSelector(cell(1, 2));
  await boss.click(cell(1, 2));
  await boss.fill("#duty_window", "1");
  await boss.selectOption("#duty_post", "a");
  await boss.click("#duty button");
  await shows(boss, cell(1, 2), /白班 1号窗口 A岗/);
  await boss.click(cell(2, 3));
  await boss.click("#duty button");
  await shows(boss, cell(2, 3), /白班/);
  await boss.click(cell(1, 2));
  await boss.click(cell(2, 3));
  await boss.click("#duty_swap");
  await shows(boss, cell(2, 2), /1号窗口/);
  await boss.click(cell(2, 2));
  await boss.click("#duty_drop");
  await shows(boss, cell(2, 2), /^\+$/);
  await boss.click(cell(1, 2));
  await boss.fill("#duty_window", "1");
  await boss.click("#duty button");
  await shows(boss, cell(1, 2), /1号窗口/);
  await boss.click("#roster_after");
  await boss.waitForSelector("#roster_said", { state: "hidden" });
  await shows(boss, "#roster_days", /9\/8/);
  await boss.click("#roster_copy");
  await shows(boss, "#roster_said", /已复制 2 班/);
  await shows(boss, cell(1, 2), /1号窗口/);
  await boss.click("#roster_copy");
  await shows(boss, "#roster_said", /已复制 0 班；9\/8周二 王芳未复制：当时已有班/);
});

test("a duty that cannot be is refused with what is wrong of it", async () => {
  const window = await boss.inputValue("#duty_window");
  await boss.click(cell(2, 7));
  await boss.fill("#duty_window", "77");
  await boss.click("#duty button");
  await shows(boss, "#message", /^填写有误.* \/window: should be the number of a window$/);
  await boss.$eval("#duty_window", (input, was) => { input.value = was; }, window);		// the form is gone until a place is chosen
});

test("what is chosen while the week is asked for anew stays chosen", async () => {
  let go, asked = 0;
  const held = new Promise((r) => { go = r; });
  await boss.route("**/api/v1/roster?*", async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  await boss.click("#roster_copy");
  await until(() => asked > 0);
  await boss.click(cell(2, 5));
  await boss.fill("#duty_window", "2");
  await tell("roster", { day: "2026-09-12", person: 1, shift: 1 });
  go();
  await shows(boss, cell(1, 6), /白班/);
  assert.equal(await boss.getAttribute(cell(2, 5), "aria-pressed"), "true");
  await boss.click("#duty button");
  await shows(boss, cell(2, 5), /2号窗口/);
  await boss.unroute("**/api/v1/roster?*");
});

test("two duties that are swapped by two presses before there is an answer are swapped once", async () => {
  let go, asked = 0;
  const held = new Promise((r) => { go = r; });
  await boss.route("**/api/v1/roster/swap", async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  await boss.click(cell(2, 4));
  await boss.fill("#duty_window", "2");
  await boss.click("#duty button");
  await shows(boss, cell(2, 4), /2号窗口/);
  await boss.click(cell(1, 2));
  await boss.click(cell(2, 4));
  await boss.dblclick("#duty_swap");
  go();
  await shows(boss, cell(2, 2), /1号窗口/);
  assert.equal(asked, 1);
  await boss.unroute("**/api/v1/roster/swap");
});

test("an answer that comes behind a later one's takes no duty away, and in a week that is awaited nothing is chosen", async () => {
  let go, asked = 0, late = 0;
  const held = new Promise((r) => { go = r; });
  await boss.route("**/api/v1/roster?*", async (route) => {
    if (asked++ >= 7) return route.continue();
    const answer = await route.fetch();
    late++;
    await held;
    return route.fulfill({ response: answer });
  });
  await boss.click(cell(2, 6));
  await boss.click("#duty button");
  await until(() => late === 7);
  await boss.click(cell(2, 7));
  await boss.click("#duty button");
  await shows(boss, cell(2, 7), /白班/);
  const answers = Promise.all(Array.from({ length: 7 }, (_, i) => boss.waitForEvent("requestfinished",
    (request) => request.url().endsWith(`roster?day=2026-09-${String(7 + i).padStart(2, "0")}`))));
  go();
  await answers;
  await boss.evaluate(() => fetch("/healthz").then(() => {}));	// they have been taken
  assert.match(await boss.innerText(cell(2, 7)), /白班/);
  await boss.unroute("**/api/v1/roster?*");

  let then;
  const next = new Promise((r) => { then = r; });
  await boss.route("**/api/v1/roster?*", async (route) => {
    await next;
    await route.continue();
  });
  await boss.click(cell(2, 7));
  await boss.click("#roster_after");
  await boss.waitForSelector("#duty", { state: "hidden" });
  await boss.click(cell(2, 5));
  assert.ok(await boss.isHidden("#duty"));
  then();
  await shows(boss, "#roster_days", /9\/14/);
  await boss.unroute("**/api/v1/roster?*");
  await boss.click("#roster_before");
  await shows(boss, cell(2, 7), /白班/);
});

test("a week stays there while there is no answer, and shows what others do", async () => {
  let asked = 0;
  await boss.route("**/api/v1/roster?*", (route) => { asked++; return route.abort(); });
  await boss.clock.runFor(31000);
  await until(() => asked >= 7);
  await boss.clock.runFor(1000);
  assert.match(await boss.innerText(cell(2, 2)), /1号窗口/);
  await boss.unroute("**/api/v1/roster?*");
  await tell("roster", { day: "2026-09-11", person: 1, shift: 1 });
  await boss.clock.runFor(31000);
  await shows(boss, cell(1, 5), /白班/);
});

test("a card is there until somebody says why it is no more", async () => {
  await hall.advance(at("09:02"));
  await boss.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await shows(boss, "#cards", /1号窗口空岗 王芳\s+自 09:00/);
  await shows(boss, "#people", /王芳\s+缺岗\s+1号窗口/);
  await boss.click("#card_list button");
  assert.ok(await boss.evaluate(() => document.activeElement.closest("#card_list") !== null), "asks for the reason");
  await boss.keyboard.type("堵车,已补位");
  await boss.keyboard.press("Enter");
  await boss.waitForSelector("#cards", { state: "hidden" });
  assert.deepEqual((await misplaced(boss)).filter((each) => !/^small: , 24x24/.test(each)), [], "but for boxes, whose labels are large");
});

test("what began or ends on another day is said with that day", async () => {
  await boss.route("**/api/v1/presence", async (route) => {
    const answer = await route.fetch(), json = await answer.json();
    Object.assign(json.presence[0], { status: "out", since: "2026-08-31T15:30:00+08:00", until: "2026-09-03T17:00:00+08:00" });
    await route.fulfill({ response: answer, json });
  });
  await boss.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await shows(boss, "#people", /自 08-31 15:30\s+至 09-03 17:00/);
  await boss.unroute("**/api/v1/presence");
});

test("a clerk sees what they served today", async () => {
  const page = await open_url(chrome, `${hall.url}/window/1`, { time: at("09:02") });
  await page.request.post(`${hall.url}/api/v1/session`, { data: { password, name: "wang", window: 1 } });
  hall.ctl(["issue", "A"]);
  hall.ctl(["next", "1"]);
  await hall.advance(at("09:08"));
  hall.ctl(["finish", "1"]);
  await page.reload();
  page.loads = 0;
  await shows(page, "#own", /^我今日办理 1 件，平均 6(\.0)? 分钟$/);
  await close(page);
});
