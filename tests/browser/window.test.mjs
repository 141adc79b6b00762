// A clerk's page and the board, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { answered, close, open as open_url, press_key, sign_in, until } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({ admin: "admin", ann: "clerk", bob: "clerk" });
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await hall.stop();
});

const open = (path) => open_url(chrome, hall.url + path);
const work = async (page, name) => {
  await sign_in(page, name);
  await page.waitForSelector("#desk:not(.unknown)");
};
const reads = async (page, selector, text) => (await page.innerText(selector)).includes(text);
const shows = (page, text) => until(() => reads(page, "body", text));
const at_hand = (page) => page.waitForSelector("#finish[aria-disabled='false']");
const window_is = (what, value) => until(() => hall.ctl(["window", "1"]).window[what] === value);

test("a window's page asks who one is, and says when it is nobody", async () => {
  const page = await open("/window/1");
  await sign_in(page, "ann", "not her password");
  await until(async () => (await page.innerText("#why")).trim() !== "");
  assert.ok(await page.isVisible("#password"));
  assert.equal(hall.ctl(["window", "1"]).window.state, "offline", "signing in opens nothing");
  await close(page);
});

test("next from the page is on the board at once, and by keyboard", async () => {
  const page = await open("/window/1"), board = await open("/board");
  await work(page, "ann");
  assert.equal(hall.ctl(["window", "1"]).window.state, "offline", "signing in opens nothing");
  const first = hall.ctl(["issue", "A"]).number, second = hall.ctl(["issue", "A"]).number;
  await press_key(page, "Space");
  await shows(page, first);
  await shows(board, first);
  assert.equal(hall.ctl(["window", "1"]).ticket.number, first);
  await press_key(page, "n");
  await shows(board, second);
  assert.equal(hall.ctl(["window", "1"]).ticket.number, second);
  await press_key(page, "f");
  await until(async () => !await reads(page, "#desk", second));
  await close(page);
  await close(board);
});

test("the page says why this one was called, in the clerk's language", async () => {
  const page = await open("/window/1");
  await work(page, "ann");
  const first = hall.ctl(["issue", "A"]).number, second = hall.ctl(["issue", "A"]).number;
  await press_key(page, "n");
  await until(async () => (await page.innerText("#reason")).startsWith(`${first} 等得最久，`));
  assert.ok((await page.innerText("#reason")).includes(`其次 ${second}，`));
  await page.click("#language");
  await until(async () => (await page.innerText("#reason")).startsWith(`${first} had waited longest, `));
  await press_key(page, "n");
  await until(async () => (await page.innerText("#reason")).startsWith(`${second} was the only one waiting, `));
  await press_key(page, "f");
  await until(async () => await page.innerText("#reason") === "");
  await close(page);
});

test("of who is served without a number no reason is asked for: nobody called them", async () => {
  const page = await open("/window/1"), refused = [];
  page.on("response", (answer) => { if (answer.status() === 404) refused.push(answer.url()); });
  await work(page, "ann");
  await press_key(page, "v");
  await shows(page, "无号");
  await at_hand(page);
  const next = hall.ctl(["issue", "A"]).number;
  await press_key(page, "n");
  await until(async () => (await page.innerText("#reason")).includes(next));
  assert.deepEqual(refused, []);
  await press_key(page, "f");
  await until(async () => await page.innerText("#reason") === "");
  await close(page);
});

test("a window that is not believed says so quietly, until it is", async () => {
  const page = await open("/window/1");
  let doubt = null;
  await page.route("**/api/v1/windows/1", async (route) => {
    const answer = await route.fetch(), view = await answer.json();
    Object.assign(view.window, { doubt, doubt_since: doubt === null ? null : "2026-11-28T10:02:00+08:00" });
    await route.fulfill({ response: answer, json: view });
  });
  await work(page, "ann");
  const says = async (kind, pattern) => {
    doubt = kind;
    hall.ctl(["issue", "B"]);		// something changes in the hall
    await until(async () => pattern.test(await page.innerText("#call")));
  };
  await says("idle", /^系统认为本窗口无人办理：10:02 起空闲而有人在等。请按下一位或暂停$/);
  await says("long", /^系统认为本窗口无人办理：10:02 起一个号码办理过久。请按下一位或暂停$/);
  await says(null, /^$/);
  await close(page);
});

test("a pause while somebody is called waits for them, and the page says so", async () => {
  const page = await open("/window/1");
  await work(page, "ann");
  hall.ctl(["issue", "A"]);
  await press_key(page, "n");
  await until(() => reads(page, "#desk", "A0"));
  await at_hand(page);
  await press_key(page, "b");
  await window_is("pending", "pause");
  await until(async () => (await page.innerText("#pending")).trim() !== "");
  await press_key(page, "f");
  await window_is("state", "paused");
  await page.waitForSelector("#now.paused");
  await press_key(page, "b");
  await window_is("state", "idle");
  await close(page);
});

test("one key pauses for so long: sign and board say until when, and the page does", async () => {
  const page = await open("/window/1"), sign = await open("/sign/1"), board = await open("/board");
  await work(page, "ann");
  hall.ctl(["issue", "A"]);
  await press_key(page, "n");
  await until(() => reads(page, "#desk", "A0"));
  await at_hand(page);
  await press_key(page, "3");
  await window_is("pending", "pause");
  await press_key(page, "f");
  await window_is("state", "paused");
  const back = hall.ctl(["window", "1"]).window.until, time = back.slice(11, 16);
  const minutes = (Date.parse(back) - Date.now()) / 60000;
  assert.ok(minutes > 28 && minutes <= 31, `${minutes} minutes`);
  await shows(page, `${time}恢复`);
  await shows(sign, `暂停服务 ${time}恢复`);
  await shows(board, `暂停服务 ${time}恢复`);
  await press_key(page, "1");
  await shows(page, "已暂停");
  assert.equal(hall.ctl(["window", "1"]).window.until, back);
  await page.waitForSelector("#now.paused");
  await press_key(page, "b");
  await window_is("until", null);
  for (const each of [page, sign, board]) await close(each);
});

test("a reason and minutes go with a hold, a reason with a pause, and typing presses nothing", async () => {
  const page = await open("/window/1");
  const asked = [];
  page.on("request", (request) => { if (request.method() === "POST") asked.push([request.url().split("/").pop(), request.postDataJSON()]); });
  await work(page, "ann");
  const { number } = hall.ctl(["issue", "A"]);
  await press_key(page, "n");
  await until(() => reads(page, "#desk", number));
  await at_hand(page);
  await page.fill("#note", "");
  await page.focus("#note");
  await page.keyboard.type("fetch a paper");
  await page.fill("#minutes", "5");
  await page.keyboard.press("Enter");
  asked.length = 0;
  await press_key(page, "d");
  await until(() => asked.length === 1);
  assert.deepEqual(asked[0], ["hold", { reason: "fetch a paper", minutes: 5 }]);
  await until(async () => (await page.inputValue("#note")) === "");
  assert.equal(hall.ctl(["tickets"]).tickets.find((each) => each.number === number).state, "held");
  await page.fill("#note", "lunch");
  await page.keyboard.press("Escape");
  await press_key(page, "b");
  await until(() => asked.length === 2);
  assert.deepEqual(asked[1], ["pause", { reason: "lunch" }]);
  await window_is("state", "paused");
  await page.waitForSelector("#now.paused");
  await press_key(page, "b");
  await window_is("state", "idle");
  hall.ctl(["cancel", number, "test"]);
  await close(page);
});

test("a key that ends or gives up the spelling of a word in a field is typed there, and the next ones press nothing", async () => {
  const page = await open("/window/1"), input = await page.context().newCDPSession(page);
  await work(page, "ann");
  const { number } = hall.ctl(["issue", "A"]);
  await press_key(page, "n");
  await until(() => reads(page, "#desk", number));
  await at_hand(page);
  for (const key of ["Escape", "Enter"]) {
    await page.focus("#note");
    await input.send("Input.imeSetComposition", { text: "wufan", selectionStart: 5, selectionEnd: 5 });
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement.id), "note", key);
    await input.send("Input.imeSetComposition", { text: "", selectionStart: 0, selectionEnd: 0 });
  }
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "", "without one the field is left");
  await press_key(page, "f");
  await window_is("state", "idle");
  await close(page);
});

test("what was typed beside the buttons is not there for who comes after", async () => {
  const page = await open("/window/1");
  await work(page, "ann");
  await page.fill("#note", "去医院");
  await page.fill("#minutes", "5");
  await page.keyboard.press("Escape");
  await page.click("#hand_over");
  await work(page, "bob");
  await until(() => reads(page, "#staff", "bob"));
  assert.deepEqual([await page.inputValue("#note"), await page.inputValue("#minutes")], ["", ""]);
  await close(page);
});

test("who takes over does not see what the one before has served, while their own is still awaited", async () => {
  const page = await open("/window/1");
  const columns = ["service", "served", "mean_s", "rated", "grade_mean"].map((name) => ({ name }));
  let come;
  await page.route("**/api/v1/me/figures", async (route) => {
    if (/bob/.test(await page.innerText("#staff"))) await new Promise((r) => { come = r; });
    await route.fulfill({ json: { columns, rows: [[null, 17, null, 0, null]] } });
  });
  await work(page, "ann");
  await until(() => reads(page, "#own", "17"));
  await page.click("#hand_over");
  await work(page, "bob");
  await until(() => come !== undefined);
  assert.ok(await page.isHidden("#own"));
  come();
  await until(() => reads(page, "#own", "17"));
  await close(page);
});

test("sent on to wait anew; and who was called cancels: the page says so", async () => {
  const page = await open("/window/1");
  const bodies = [];
  page.on("request", (request) => { if (request.url().endsWith("/transfer")) bodies.push(request.postDataJSON()); });
  await work(page, "ann");
  const { number } = hall.ctl(["issue", "A"]);
  await press_key(page, "n");
  await until(() => reads(page, "#desk", number));
  await at_hand(page);
  await press_key(page, "t");
  await page.click("#new_time");
  await page.click("[data-key='service B'] button");
  await until(() => bodies.length === 1);
  assert.deepEqual(bodies[0], { service: "B", keep_time: false });
  hall.ctl(["cancel", number, "test"]);
  const next = hall.ctl(["issue", "A"]).number;
  await page.waitForSelector("#next[aria-disabled='false']");
  await press_key(page, "n");
  await until(() => reads(page, "#desk", next));
  await at_hand(page);
  hall.ctl(["cancel", next, "test"]);
  await until(() => reads(page, "#message", `${next} 已取消，不来了`));
  await close(page);
});

test("the page outlives a killed daemon: no reload, no press lost or doubled", async () => {
  const page = await open("/window/1"), board = await open("/board");
  await work(page, "ann");
  const before_kill = hall.ctl(["issue", "A"]).number;
  await press_key(page, "n");
  await shows(board, before_kill);
  await answered(page);
  await hall.end("SIGKILL");
  await press_key(page, "n");			// pressed into the void, and sent again by itself
  await hall.run();
  const next = hall.ctl(["issue", "A"]).number;
  await until(async () => !await reads(page, "#desk", before_kill));
  const calls = () => hall.ctl(["tickets"]).tickets.filter((t) => t.called_at !== null).map((t) => t.number);
  // It ended the call of before; whether it found the new ticket depends on which came first.
  if (!calls().includes(next)) await press_key(page, "n");
  await shows(page, next);
  await shows(board, next);
  assert.equal(calls().filter((n) => n === next).length, 1);
  await close(page);
  await close(board);
});

test("a press that has no answer is not tried again as who comes after", async () => {
  const page = await open("/window/1");
  let cut = true, tries = 0;
  await page.route("**/windows/1/next", (route) => { tries++; return cut ? route.abort() : route.continue(); });
  await work(page, "ann");
  const { number } = hall.ctl(["issue", "A"]);
  await page.evaluate(() => {		// it may be given up, and that be said, before the other has signed in
    const message = document.getElementById("message");
    window.said = [];
    new MutationObserver(() => window.said.push(message.textContent)).observe(message, { childList: true, characterData: true, subtree: true });
  });
  await press_key(page, "n");
  await until(() => tries > 0);
  await page.click("#sign_out");
  await work(page, "bob");
  const before = tries;
  cut = false;
  await until(() => page.evaluate(() => window.said.some((words) => words.startsWith("没有收到应答，不确定是否已执行"))));
  assert.equal(tries, before);
  assert.equal(hall.ctl(["tickets"]).tickets.find((ticket) => ticket.number === number).state, "waiting");
  await close(page);
});

test("both languages, and the public page", async () => {
  const page = await open("/");
  await shows(page, "测试政务服务中心");
  await shows(page, "综合受理");
  const lang = await page.getAttribute("html", "lang");
  assert.ok(lang.startsWith("zh"));
  await page.click("#language");
  await shows(page, "Test Hall");
  assert.ok((await page.getAttribute("html", "lang")).startsWith("en"));
  await close(page);
});

test("a clerk is told that nobody sees the sign over the window", async () => {
  const page = await open("/window/1");
  await page.route("**/api/v1/windows/1", async (route) => {
    const response = await route.fetch(), json = await response.json();
    assert.equal(json.window.sign, null, "this one has none");
    json.window.sign = "dead";
    await route.fulfill({ response, json });
  });
  await sign_in(page, "ann");
  await shows(page, "窗口屏无应答，叫号多播报一次");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
});
