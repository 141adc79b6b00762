// The ticket dispenser, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Hall, PATIENCE_ms, Sim, browser, password } from "./hall.mjs";
import { no_fault, pass, time_stands } from "./page.mjs";

let hall, sim, chrome, machine;

// C is for who shows an ID card, D for who likes to.
const service = (id, zh, en, more) => ({ id, prefix: id, name: { zh, en }, ...more });
const services = [service("A", "综合受理", "General", { place: { zh: "一楼", en: "Ground floor" } }), service("B", "社保", "Insurance"),
  service("C", "出入境", "Passports", { real_name: "required" }), service("D", "公积金", "Housing fund", { real_name: "optional" })];
const classes = [{ id: "ordinary", name: { zh: "普通", en: "Ordinary" } },
  { id: "elderly", name: { zh: "老年人优先", en: "Elderly" }, proof: "id_age", age: 60 }];

before(async () => {
  sim = await Sim.start("idcard=idcard", "scanner=scanner");
  const devices = ["idcard", "scanner"].map((id) => ({ id, driver: id, port: sim.port(id), kiosk: "kiosk-1" }));
  hall = await Hall.start({ admin: "admin", "kiosk-1": "kiosk" }, { services, classes, devices, public_url: "https://hall.example.cn/t/",
    windows: [{ no: 1, services: ["A", "C"] }, { no: 2, services: ["A", "B", "D"], start_key: true }] });
  chrome = await browser();
});
after(async () => {
  await chrome.close();
  await hall.stop();
  await sim.stop();
});
// What the kiosk is told of itself; the hall of these tests has no printer, and uses its reader and scanner where they are tested.
beforeEach(() => {
  machine = { name: "kiosk-1", languages: ["zh", "en"], printer: { id: "p", ready: true, answers: true, flags: [], queued: 0 },
    reader: null, classes: [], scanner: false };
});

const upright = { width: 1080, height: 1920 }, lying = { width: 1920, height: 1080 };

async function open(viewport, { signed_in = true, clock = false, voices = false, devices = false, before = () => {} } = {}) {
  const page = await (await chrome.newContext({ locale: "zh-CN", viewport, hasTouch: true })).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !no_fault.test(line.text()))
      page.faults.push(line.text());
  });
  if (signed_in) {
    const answer = await page.request.post(`${hall.url}/api/v1/session`, { data: { name: "kiosk-1", password } });
    assert.ok(answer.ok());
    if (!devices) await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: machine }));
  }
  if (voices) await page.addInitScript(fake_voices);
  await before(page);
  await (clock ? page.clock.install() : page.addInitScript(time_stands));
  await page.goto(`${hall.url}/kiosk`);
  if (signed_in) await page.waitForSelector("#groups button");
  if (devices) await until(async () => (await page.innerText("#priority")).includes("刷身份证"));		// the reader answers, again after a test before
  return page;
}

async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

async function until(so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    assert.ok(Date.now() < end, `never so: ${so}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

const tile = (page, id) => page.locator(`#groups li[data-key="${id}"] button`);
const tickets = () => hall.ctl(["tickets"]).tickets;
const at_start = async (page) => await page.isVisible("#menu") && !await page.isVisible("#home");

test("unpaired it shows six digits, and is the dispenser once they are typed in", async () => {
  const page = await open(upright, { signed_in: false });
  await page.waitForSelector("#code");
  assert.match(await page.innerText("#code"), /^\d{6}$/);
  assert.ok(!await page.isVisible("#menu"));
  const { token } = await (await fetch(`${hall.url}/api/v1/session`, { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "admin", password }) })).json();
  const given = await fetch(`${hall.url}/api/v1/tokens`, { method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: "kiosk-2", role: "kiosk", code: await page.innerText("#code") }) });
  assert.equal(given.status, 201);
  await page.waitForSelector("#groups button");
  await page.click("#help");
  await until(async () => (await page.innerText("#helped")).includes("已通知"));
  await close(page);
});

// Nothing is cut, nothing is too small to be touched.
async function fits(page) {
  const wrong = await page.evaluate(() => {
    const html = document.documentElement, main = document.querySelector("main").getBoundingClientRect();
    const wrong = html.scrollHeight > innerHeight || html.scrollWidth > innerWidth ? ["scroll"] : [];
    for (const button of document.querySelectorAll("button")) {
      const box = button.getBoundingClientRect();
      if (box.width === 0) continue;
      if (box.width < 48 || box.height < 48) wrong.push(`small ${button.innerText}`);
      if (box.right > innerWidth || box.bottom > innerHeight) wrong.push(`outside ${button.innerText}`);
    }
    for (const node of document.querySelectorAll("main h2, main p, main button")) {
      const box = node.getBoundingClientRect();
      if (box.width > 0 && (box.top < main.top - 1 || box.bottom > main.bottom + 1)) wrong.push(`cut ${node.innerText}`);
    }
    return wrong;
  });
  assert.deepEqual(wrong, []);
}

for (const [name, size] of Object.entries({ upright, lying })) {
  test(`one service, ${name}: choose, confirm, read the number; no scroll bars, targets of 48 px`, async () => {
    const page = await open(size);
    const before = tickets().length;
    assert.ok((await tile(page, "A").innerText()).includes("综合受理"));
    await fits(page);
    await tile(page, "A").click();
    await fits(page);
    assert.equal(tickets().length, before, "a choice is no ticket");
    await page.click("#take");
    await page.waitForSelector("#number");
    await fits(page);
    const number = await page.innerText("#number");
    assert.equal(tickets().length, before + 1);
    assert.ok(tickets().some((ticket) => ticket.number === number));
    assert.match(await page.innerText("#where"), /一楼.*1-2号窗口/);
    await page.click("#done");
    assert.ok(await at_start(page));
    assert.ok(!(await page.textContent("main")).includes(number), "nothing is left of the visitor");
    await page.click("#big");
    await tile(page, "A").click();
    await fits(page);
    await page.click("#take");
    await page.waitForSelector("#number");
    await fits(page);
    await close(page);
  });
}

test("that help was called is said in the language that is chosen then", async () => {
  const page = await open(upright);
  await page.click("#help");
  await until(async () => await page.innerText("#helped") === "已通知工作人员，请在此稍候");
  await page.click("#language");
  await until(async () => /has been called/.test(await page.innerText("#helped")));
  await close(page);
});

test("who checks in a number that waits already is told that it does, not that there is none", async (t) => {
  const far = await Hall.start({ "kiosk-1": "kiosk" }, { services: [service("A", "综合受理", "General", { remote: { checkin_s: 600 } })],
    windows: [{ no: 1, services: ["A"] }] });
  t.after(() => far.stop());
  const { number } = far.ctl(["issue", "A"]);
  const page = await (await chrome.newContext({ locale: "zh-CN", viewport: upright, hasTouch: true })).newPage();
  assert.ok((await page.request.post(`${far.url}/api/v1/session`, { data: { name: "kiosk-1", password } })).ok());
  await page.goto(`${far.url}/kiosk`);
  await page.click("#arrive_on");
  for (const letter of number) await page.click(`#keys [data-key="${letter}"] button`);
  await page.click("#arrive_go");
  await page.waitForSelector("#failed:not([hidden])");
  assert.deepEqual([await page.innerText("#failed_title"), await page.innerText("#why")], ["您的号票", "等候中"]);
  await page.context().close();
});

test("the menu and the ticket say how long it takes, or that it may be too late", async () => {
  const wait_s = { p10: 300, p50: 400, p90: 600, src: "sim", in_time: 1, band: { from_min: 5, to_min: 10 } };
  const late = { ...wait_s, in_time: 0.5, band: { from: "2026-11-28T16:45:00+08:00", to: "2026-11-28T17:15:00+08:00" } };
  const page = await open(lying, { before: async (page) => {
    await page.route("**/api/v1/events", (route) => route.abort());		// the stream says nothing of such waits
    await page.route("**/api/v1/status*", async (route) => {
      const answer = await route.fetch(), status = await answer.json();
      for (const queue of status.queues) Object.assign(queue, { windows_open: 1, wait_s: { A: wait_s, B: late }[queue.id] || null });
      await route.fulfill({ response: answer, json: status });
    });
    await page.route("**/api/v1/tickets", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...await answer.json(), wait_s: late } });
    });
  } });
  await until(async () => await tile(page, "A").locator(".wait").innerText() === "预计等候 5-10 分钟");
  assert.ok(!await tile(page, "A").locator(".why").isVisible());
  assert.deepEqual(await tile(page, "B").locator(".wait, .why").allInnerTexts(), ["约 16:45-17:15 叫到", "可能在下班前叫不到"]);
  await fits(page);
  await tile(page, "B").click();
  await page.click("#take");
  await page.waitForSelector("#number");
  assert.equal(await page.innerText("#wait"), "约 16:45-17:15 叫到");
  assert.equal(await page.innerText("#late"), "可能在下班前叫不到");
  await fits(page);
  await page.click("#done");
  assert.ok(!(await page.textContent("#ticket")).includes("16:45"), "nothing is left of the visitor");
  await close(page);
});

test("tiles stand in groups, and say where, or why there is no ticket", async () => {
  const page = await open(lying);
  const today = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);		// the hall is in China
  const services = [
    { id: "A", group: "企业", group_en: "Business", name: "开办", name_en: "Start-up", place: "二楼", place_en: "Floor 2" },
    { id: "B", group: "", group_en: "", name: "社保", name_en: "Insurance", place: "一楼", place_en: "Floor 1" },
    { id: "C", group: "企业", group_en: "Business", name: "注销", name_en: "Closing down", place: "三楼", place_en: "Floor 3",
      open: false, reason: "no_window" },
    { id: "D", group: "", group_en: "", name: "档案", name_en: "Archives", place: "一楼", place_en: "Floor 1",
      open: false, reason: "of a later version", opens: `${today}T13:30:00+08:00` },
    { id: "E", group: "", group_en: "", name: "公证", name_en: "Notary", place: "一楼", place_en: "Floor 1",
      open: false, reason: "rest", opens: "2030-01-07T08:30:00+08:00" },
  ].map((service) => ({ open: true, reason: null, opens: null, waiting: 0, wait_s: null, bring: "", bring_en: "", ...service }));
  await page.route("**/api/v1/services", (route) => route.fulfill({ json: { services } }));
  await page.click("#big");
  await page.click("#home");		// asks for them
  await tile(page, "E").waitFor();		// which the hall of these tests does not have
  const lines = async (selector) => (await page.locator(selector).allInnerTexts()).map((text) => text.split(/\n+/).join("|"));
  assert.deepEqual(await lines("#groups .title"), ["企业", "一楼"]);
  assert.deepEqual((await lines("#groups button")).map((line) => line.replace(/等候 \d+ 人/, "等候")), ["开办|二楼 等候|暂无窗口开放", "注销|三楼 等候|没有窗口办理此项业务",
    "社保|等候|暂无窗口开放", "档案|等候|该业务现在不取号，13:30 开始", "公证|等候|今天休息，1月7日星期一 08:30 开始"]);
  assert.deepEqual(await Promise.all(["A", "B", "C", "D", "E"].map((id) => tile(page, id).isDisabled())), [false, false, true, true, true]);
  await page.click("#language");
  await until(async () => (await lines("#groups .title")).join() === "Business,Floor 1");
  assert.match((await lines("#groups button"))[3], /No tickets now; from 13:30$/);
  await close(page);
});

test("many services: page by page, each once, none cut", async () => {
  const services = [3, 2, 4, 1, 3, 1].flatMap((count, group) => Array.from({ length: count }, (_, i) => ({
    id: `${group}-${i}`, group: `第${group}组`, group_en: "", name: i === 1 ? "二手房转移登记与完税一窗受理" : "变更登记", name_en: "",
    place: "二楼B区", place_en: "", open: true, reason: null, opens: null, waiting: 0, wait_s: null, bring: "居民身份证原件、户口簿", bring_en: "",
  })));
  for (const size of [upright, lying]) {
    const page = await open(size);
    await page.route("**/api/v1/services", (route) => route.fulfill({ json: { services } }));
    await page.click("#big");
    await page.click("#home");		// asks for them
    await tile(page, "0-0").waitFor();
    for (const most of [5, 9]) {	// pages; the second in big type
      const seen = [];
      for (let last = false; !last;) {
        const { ids, cut } = await page.evaluate(() => {
          const view = document.getElementById("groups").getBoundingClientRect();
          const tiles = Array.from(document.querySelectorAll(".tiles > li")).filter((row) => !row.hidden);
          return { ids: tiles.map((row) => row.dataset.key), cut: tiles.some((row) => row.getBoundingClientRect().bottom > view.bottom + 1) };
        });
        seen.push(ids);
        assert.ok(!cut, ids.join());
        last = await page.locator("#on").isDisabled();
        if (!last) await page.click("#on");
      }
      assert.deepEqual(seen.flat(), services.map((service) => service.id));
      assert.ok(seen.length <= most, `${seen.length} pages`);
      while (!await page.locator("#back").isDisabled()) await page.click("#back");
      await page.click("#big");
    }
    await close(page);
  }
});

test("two services on one ticket, in English, in big type", async () => {
  const page = await open(lying);
  await page.click("#language");
  await page.click("#big");
  await until(async () => (await page.innerText("#groups")).includes("General"));
  assert.ok(await page.evaluate(() => document.documentElement.className === "big"));
  await tile(page, "B").click();
  await page.click("#more");
  assert.ok(await tile(page, "B").isDisabled(), "each once");
  await tile(page, "A").click();
  const before = tickets().length;
  const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/tickets"));
  await page.click("#take");
  await page.waitForSelector("#number");
  assert.deepEqual((await asked).postDataJSON(), { services: ["B", "A"], lang: "en", big: true });
  const number = await page.innerText("#number");
  assert.equal(tickets().length, before + 1);
  assert.equal(tickets().find((ticket) => ticket.number === number).lang, "en");
  assert.match(number, /^B/);
  assert.match(await page.innerText("#then"), /General/);
  await page.click("#done");
  await until(async () => (await page.innerText("#groups")).includes("综合受理"));
  assert.ok(await page.evaluate(() => document.documentElement.className === ""), "the next visitor finds the start");
  await close(page);
});

test("a language that comes when its visitor has gone is not the next one's", async () => {
  const page = await open(lying);
  let go;
  const held = new Promise((r) => { go = r; });
  await page.route("**/en.json", async (route) => {
    await held;
    await route.continue();
  });
  const english = page.waitForResponse("**/en.json");
  await page.click("#language");
  await tile(page, "A").click();
  await page.click("#home");
  go();
  await (await english).finished();
  await page.evaluate(() => fetch("/healthz").then(() => {}));		// it has been taken
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.click("#language");
  await until(async () => (await page.innerText("#groups")).includes("General"));
  await close(page);
});

test("a double touch gives one ticket, and so does a lost answer", async () => {
  const page = await open(upright);
  await tile(page, "A").dblclick();
  assert.ok(await page.isVisible("#confirm"), "the second touch hits nothing of the new screen");
  let lost = 0;
  await page.route("**/api/v1/tickets", async (route) => {
    await route.fetch();
    if (lost++ === 0) await route.abort();
    else await route.continue();
  });
  const before = tickets().length;
  await page.locator("#take").dblclick();
  await page.waitForSelector("#number");
  assert.ok(lost >= 2, "it was asked again");
  assert.equal(tickets().length, before + 1);
  await close(page);
});

test("a refusal is said, and leads back to the choice", async () => {
  const page = await open(lying);
  await page.route("**/api/v1/tickets", (route) => route.fulfill({ status: 409, json: { status: 409, code: "quota_full" } }));
  await tile(page, "B").click();
  await page.click("#take");
  await page.waitForSelector("#failed");
  assert.ok((await page.innerText("#why")).includes("号已取完"));
  assert.ok(!await page.isVisible("#retry"));
  await page.click("#leave");
  assert.ok(await at_start(page));
  await close(page);
});

test("after many tickets it asks once more", async () => {
  const page = await open(lying);
  const asked = [];
  await page.route("**/api/v1/tickets", (route) => {
    asked.push(route.request().postDataJSON().again);
    return asked.length === 1 ? route.fulfill({ status: 429, json: { status: 429, code: "too_many", retry_s: 30 } }) : route.continue();
  });
  await tile(page, "A").click();
  await page.click("#take");
  await page.waitForSelector("#failed");
  assert.equal(await page.innerText("#failed_title"), "刚才这里取了很多号");
  await page.click("#retry");
  await page.waitForSelector("#number");
  assert.deepEqual(asked, [undefined, true]);
  await close(page);
});

test("20 s without a touch, 45 s in big type, lead back to the start", async () => {
  const page = await open(upright);
  const left = (s) => until(async () => (await page.innerText("#left")).startsWith(`${s} `));
  assert.ok(!await page.isVisible("#left"), "nobody is there");
  for (const [big, limit_ms] of [[false, 20000], [true, 45000]]) {
    if (big) await page.click("#big");
    await tile(page, "A").click();
    await until(() => page.isVisible("#left"));
    await pass(page, limit_ms - 6000);
    await left(6);
    assert.ok(await page.isVisible("#confirm"));
    await page.mouse.click(5, 500);		// somebody is still there
    await pass(page, 8000);
    await left(limit_ms / 1000 - 8);
    assert.ok(await page.isVisible("#confirm"));
    await pass(page, limit_ms - 8000);
    await until(() => at_start(page));
    assert.ok(!await page.evaluate(() => document.documentElement.className === "big"));
  }
  await close(page);
});

test("paper out is said before the choice; then the number fills the screen and nothing is sent to the printer", async () => {
  machine.printer.ready = false;
  machine.printer.flags = ["paper_out"];
  const page = await open(lying);
  let asked;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/tickets")) asked = request.postDataJSON();
  });
  assert.ok((await page.innerText("#paper")).includes("缺纸"));
  await tile(page, "A").click();
  await page.click("#take");
  await page.waitForSelector("#number");
  assert.equal(asked.printer, "none");
  assert.equal(asked.big, false);
  assert.match(await page.innerText("#print"), /记下.*拍照/);
  assert.ok(await page.evaluate(() => document.getElementById("number").offsetHeight > 300));
  await close(page);
});

test("printing is said as it goes", async () => {
  const page = await open(lying);
  let print = "sent", printer = "p";
  const with_print = async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), print, printer } });
  };
  await page.route(/api\/v1\/tickets/, with_print);
  for (const [end, words, by] of [["printed", "请取走", "p"], ["failed", "未能打印", "p"], ["unconfirmed", "如未打印", "p"],
    ["printed", "另一台打印机（desk）", "desk"]]) {
    print = "sent";
    printer = "p";
    await tile(page, "A").click();
    await page.click("#take");
    await until(async () => (await page.innerText("#print")).includes("正在打印"));
    print = end;
    printer = by;
    await until(async () => (await page.innerText("#print")).includes(words));
    await page.click("#done");
  }
  await close(page);
});

test("without a connection it says so, offers nothing, and goes on by itself", async () => {
  const page = await open(upright);
  let loads = 0;
  page.on("load", () => loads++);
  await tile(page, "A").click();
  let go;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/tickets", async (route) => {
    await held;
    await route.continue();
  });
  await page.click("#take");			// into the void, and sent again by itself; once halld is gone no more can be taken
  await hall.end("SIGKILL");
  go();
  await until(() => page.isVisible("#lost"));
  assert.ok(await page.isVisible("#taking"), "no number before there is one");
  const before_run = page.waitForSelector("#number");
  await hall.run();
  await before_run;
  const number = await page.innerText("#number");
  assert.equal(tickets().filter((ticket) => ticket.number === number).length, 1);
  await until(async () => !await page.isVisible("#lost"));
  await page.click("#done");
  await hall.end("SIGKILL");
  await until(() => page.isVisible("#lost"));
  assert.ok(await tile(page, "A").isDisabled());
  await hall.run();
  await until(async () => !await tile(page, "A").isDisabled());
  assert.equal(loads, 0);
  await close(page);
});

test("there is no way out of the page", async () => {
  const page = await open(upright);
  assert.equal(await page.locator("a, form, input, iframe").count(), 0);
  const kept = await page.evaluate(() => {
    const refused = (event) => !document.body.dispatchEvent(event);
    const own = { bubbles: true, cancelable: true };
    return {
      menu: refused(new MouseEvent("contextmenu", own)),
      selection: refused(new Event("selectstart", own)),
      drag: refused(new Event("dragstart", own)),
      zoom: refused(new WheelEvent("wheel", { ...own, ctrlKey: true })),
      back: refused(new MouseEvent("mouseup", { ...own, button: 3 })),
      keys: ["F5", "F11", "F12", "Escape", "Backspace", "BrowserBack"].every((key) => refused(new KeyboardEvent("keydown", { ...own, key }))),
      print: refused(new KeyboardEvent("keydown", { ...own, key: "p", ctrlKey: true })),
      left: refused(new KeyboardEvent("keydown", { ...own, key: "ArrowLeft", altKey: true })),
      tab: !refused(new KeyboardEvent("keydown", { ...own, key: "Tab" })),
      pinch: getComputedStyle(document.documentElement).touchAction === "none",
    };
  });
  for (const [what, so] of Object.entries(kept)) assert.ok(so, what);
  await page.evaluate(() => history.back());
  await until(() => page.isVisible("#menu"));
  assert.equal(new URL(page.url()).pathname, "/kiosk");
  await page.keyboard.press("Tab");		// by keys alone, for an accessible keypad
  for (let i = 0; i < 9 && !await tile(page, "A").evaluate((node) => node === document.activeElement); i++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#confirm");
  await close(page);
});

// A machine with a Chinese voice that reads at once and remembers what it read.
function fake_voices() {
  window.said = [];
  const synthesis = Object.assign(new EventTarget(), {
    getVoices: () => [{ lang: "zh-CN", localService: true }],
    speak(words) { window.said.push(words.text); Promise.resolve().then(() => words.onend && words.onend()); },
    cancel() {},
  });
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}

test("it reads aloud on demand, in a language that the machine can speak", async () => {
  const page = await open(upright, { voices: true });
  const said = () => page.evaluate(() => window.said.join("\n"));
  assert.equal(await said(), "");
  await page.click("#aloud");
  assert.ok((await said()).includes("综合受理"));
  await tile(page, "A").click();
  await page.click("#take");
  await page.waitForSelector("#number");
  const number = await page.innerText("#number");
  await until(async () => (await said()).includes(number.split("").join(" ")));
  await page.click("#done");
  assert.equal(await page.getAttribute("#aloud", "aria-pressed"), "false");
  await page.click("#language");
  await until(async () => !await page.isVisible("#aloud"));
  await close(page);
});

// ID cards and codes: with the pretend reader and scanner.
const card = (birth) => sim.control("card", "idcard", "张三", `110101${birth}002X`, birth);
const read_state = async (page) => (await (await page.request.get(`${hall.url}/api/v1/kiosk/card`)).json()).card;
const class_of = (number) => tickets().find((ticket) => ticket.number === number).class;
const says = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));

test("an ID card proves the age, and the age chooses the class", async () => {
  const page = await open(upright, { devices: true });
  await says(page, "#priority", /60 岁以上可刷身份证.*其他优先请到导办台/);
  await tile(page, "A").click();
  await page.click("#by_card");
  await says(page, "#card h2", /请把身份证放在读卡器上/);
  await says(page, "#card_left", /还有 30 秒/);
  await until(async () => await read_state(page) === "waiting");
  card("19500317");
  await page.waitForSelector("#number");
  const number = await page.innerText("#number");
  assert.equal(class_of(number), "elderly");
  await says(page, "#class", /老年人优先/);
  await page.click("#done");
  assert.ok(await at_start(page));
  assert.ok(!/老年人优先|1950/.test(await page.content()), "nothing is left of the visitor");
  await until(async () => await read_state(page) === "idle");
  sim.control("remove", "idcard");

  await tile(page, "A").click();
  await page.click("#by_card");
  card("20010101");
  await says(page, "#why", /未满 60 岁/);
  await until(async () => await read_state(page) === "idle");		// the card is forgotten
  assert.ok(!await page.isVisible("#retry"));
  await page.click("#ordinary");
  await page.waitForSelector("#number");
  assert.equal(class_of(await page.innerText("#number")), "ordinary");
  assert.ok(!await page.isVisible("#class"));
  sim.control("remove", "idcard");
  await close(page);
});

test("a service by real name asks for the card, one that may do without says how", async () => {
  const page = await open(lying, { devices: true });
  await tile(page, "C").click();
  assert.ok(!await page.isVisible("#by_card"), "it is asked for anyway");
  await page.click("#take");
  await page.waitForSelector("#card_for");
  assert.ok(!await page.isVisible("#without"));
  card("20010101");
  await page.waitForSelector("#number");
  assert.match(await page.innerText("#number"), /^C/);
  await page.click("#done");
  sim.control("remove", "idcard");

  await tile(page, "D").click();
  await page.click("#take");
  await page.click("#without");
  await page.waitForSelector("#number");
  assert.equal(class_of(await page.innerText("#number")), "ordinary");
  await page.click("#done");

  await page.route("**/api/v1/tickets", (route) => route.fulfill({ status: 409, json: { status: 409, code: "already_waiting", number: "C001" } }));
  await tile(page, "C").click();
  await page.click("#take");
  card("19500101");
  await says(page, "#why", /C001/);
  await page.click("#leave");
  await until(async () => await read_state(page) === "idle");
  sim.control("remove", "idcard");
  await close(page);
});

test("a card that cannot be read, none that comes, a reader that is gone: each is said, and each has a way out", async () => {
  const page = await open(upright, { devices: true });
  await page.click("#language");
  await tile(page, "A").click();
  await page.click("#by_card");
  await says(page, "#card h2", /put your ID card/);
  await pass(page, 30000);
  await says(page, "#why", /No ID card came/);
  await page.click("#retry");
  card("00000000");
  await says(page, "#card_state", /could not be read/);
  await pass(page, 30000);
  await says(page, "#why", /could not be read/);
  sim.control("remove", "idcard");
  await page.click("#retry");
  await page.click("#card_back");
  assert.ok(await page.isVisible("#take"));
  await until(async () => await read_state(page) === "idle");
  await page.click("#by_card");
  await page.waitForSelector("#card_state");
  sim.control("unplug", "idcard");
  await says(page, "#why", /does not answer/);
  assert.ok(!await page.isVisible("#failed_type"), "what is typed proves no age");
  await page.click("#ordinary");
  await page.waitForSelector("#number");
  await page.click("#done");
  await until(() => at_start(page));
  await says(page, "#priority", /军人/);		// it asks what works
  await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: machine }));
  sim.control("replug", "idcard");
  await tile(page, "C").click();
  await page.click("#take");
  await page.waitForSelector("#id_typed");		// without a reader it is typed
  assert.ok(!await page.isVisible("#id_without"));
  await page.click("#id_back");
  assert.ok(await page.isVisible("#take"));
  await close(page);
});

// Numbers of ID cards that are typed: two of nobody, right by GB 11643.
const ann = "11010519491231002X", bob = "440524188001010014";
const typed = (page) => page.getAttribute("#id_typed", "data-typed");
const type = async (page, digits) => {
  for (const digit of digits) await page.click(`#id_keys li[data-key="${digit}"] button`);
};

for (const [name, size] of Object.entries({ upright, lying })) {
  test(`without a reader the number of an ID card is typed, ${name}: masked, checked at once, and gone with the ticket`, async () => {
    const page = await open(size);
    const number = name === "upright" ? ann : bob;
    const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/tickets"));
    await tile(page, "C").click();
    assert.ok(!await page.isVisible("#by_id"), "it is asked for anyway");
    await page.click("#take");
    await page.waitForSelector("#id_typed");
    await fits(page);
    assert.ok(!await page.isVisible("#id_without"));
    assert.ok(await page.locator('#id_keys li[data-key="X"] button').isDisabled(), "it is the last or nowhere");
    await type(page, number[0]);
    assert.equal(await typed(page), number[0] + "–".repeat(17), "it is seen");
    await pass(page, 1000);
    await until(async () => await typed(page) === "●" + "–".repeat(17));
    await type(page, number.slice(1, 17));
    await says(page, "#id_state", /已输入 17 位/);
    await type(page, number[17] === "1" ? "2" : "1");
    await says(page, "#id_state", /号码不对/);
    assert.ok(await page.locator("#id_go").isDisabled());
    assert.ok(await page.locator('#id_keys li[data-key="1"] button').isDisabled(), "18 are all");
    await page.click("#id_drop");
    await type(page, number[17]);
    await says(page, "#id_state", /号码正确/);
    assert.equal(await typed(page), "●".repeat(14) + number.slice(14));
    await fits(page);
    await page.click("#id_go");
    await page.waitForSelector("#number");
    assert.equal((await asked).postDataJSON().id_number, number);
    assert.match(await page.innerText("#number"), /^C/);
    assert.equal(await typed(page), "");
    assert.ok(!(await page.content()).includes(number.slice(14)), "nothing is left of it");
    const first = await page.innerText("#number");
    await page.click("#done");

    await page.click("#language");
    await page.click("#big");
    await tile(page, "C").click();
    await page.click("#take");
    await says(page, "#identity h2", /type your ID number/);
    await fits(page);
    await type(page, number);
    await fits(page);
    await page.click("#id_go");
    await says(page, "#why", new RegExp(first));
    assert.equal(await typed(page), "");
    await page.click("#leave");
    await close(page);
  });
}

test("where an ID number may be left out it is offered; a date that is none is no number", async () => {
  const page = await open(lying);
  await tile(page, "D").click();
  await fits(page);
  await page.click("#by_id");
  await type(page, "110105194913310025");
  await says(page, "#id_state", /号码不对/);
  await page.click("#id_without");
  await page.waitForSelector("#number");
  await page.click("#done");
  await tile(page, "D").click();
  const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/tickets"));
  await page.click("#take");
  await page.waitForSelector("#number");
  assert.equal((await asked).postDataJSON().id_number, undefined, "nothing is left of what was typed");
  await page.click("#done");
  await tile(page, "A").click();
  assert.ok(!await page.isVisible("#by_id"), "nobody asks for it");
  await close(page);
});

test("what was typed is gone when nobody is there any more, and is not read aloud", async () => {
  const page = await open(upright, { voices: true });
  await tile(page, "C").click();
  await page.click("#take");
  await type(page, "1101051949");
  await page.click("#aloud");
  assert.ok(!(await page.evaluate(() => window.said.join("\n"))).includes("●"));
  await pass(page, 45000);
  await until(() => at_start(page));
  assert.equal(await typed(page), "");
  await close(page);
});

test("instead of the card the number can be typed, also when the reader fails", async () => {
  const page = await open(lying, { devices: true });
  await tile(page, "C").click();
  await page.click("#take");
  await page.click("#card_type");
  await page.waitForSelector("#id_typed");
  await until(async () => await read_state(page) === "idle");
  await page.click("#id_back");
  await page.click("#take");
  await page.waitForSelector("#card_state");
  sim.control("unplug", "idcard");
  await says(page, "#why", /没有响应/);
  await page.click("#failed_type");
  await page.waitForSelector("#id_typed");
  sim.control("replug", "idcard");
  await page.click("#home");
  await until(async () => await read_state(page) === "idle");
  await close(page);
});

test("what the card screen asks for is read aloud, and so is a card that cannot be read", async () => {
  const page = await open(upright, { devices: true, voices: true });
  const said = () => page.evaluate(() => window.said.join("\n"));
  await page.click("#aloud");
  await tile(page, "A").click();
  await page.click("#by_card");
  await until(async () => (await said()).includes("请把身份证放在读卡器上"));
  await says(page, "#card_left", /还有 55 秒/);			// more time for who listens
  card("00000000");
  await until(async () => (await said()).includes("没有读出"));
  sim.control("remove", "idcard");
  await page.click("#home");
  await until(async () => await read_state(page) === "idle");
  await close(page);
});

test("a ticket before the scanner shows how it stands, for some seconds, over whatever is on the screen", async () => {
  const page = await open(lying, { devices: true });
  const scan = (code) => sim.control("scan", "scanner", code);
  await page.waitForResponse((answer) => answer.url().endsWith("/kiosk/scan"));
  const [first, second] = ["B", "B", "B"].map((id) => hall.ctl(["issue", id]));
  await tile(page, "A").click();
  scan(second.number);
  await says(page, "#scan_number", new RegExp(second.number));
  await says(page, "#scan_ahead", /前面约 \d+ 人/);
  await says(page, "#scan_left", /\d+ 秒后返回/);
  await pass(page, 10000);
  await page.waitForSelector("#take");			// where it was before
  assert.ok(!(await page.textContent("main")).includes(second.number), "nothing is left of it");

  for (const state of ["open", "next"]) hall.ctl([state, "2"]);
  while (hall.ctl(["window", "2"]).ticket.number !== first.number) for (const command of ["start", "finish", "next"]) hall.ctl([command, "2"]);
  scan(`https://hall.example.cn/t/${first.token}`);
  await says(page, "#scan_state", /请到2号窗口/);
  await page.click("#scan_done");
  await page.waitForSelector("#take");

  hall.ctl(["pass", "2"]);
  scan(first.number);
  await says(page, "#scan_state", /您没有到/);
  assert.ok(!await page.isVisible("#scan_return"), "a number is no key");
  scan(first.token);
  await page.click("#scan_return");
  await says(page, "#scan_state", /正在排队/);

  scan("6901234567892");
  await says(page, "#scan_title", /没有认出/);
  assert.ok(!await page.isVisible("#scan_number"));
  await pass(page, 10000);
  await page.click("#home");
  await until(() => at_start(page));
  await close(page);
});

test("a dispenser without a scanner asks nothing", async () => {
  const page = await open(upright, { clock: true });
  const asked = [];
  page.on("request", (request) => { if (/kiosk\/(scan|card)/.test(request.url())) asked.push(request.url()); });
  await page.clock.runFor(10000);
  assert.ok(!/身份证/.test(await page.innerText("main")), "nor offers a card");
  assert.deepEqual(asked, []);
  await close(page);
});
