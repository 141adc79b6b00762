// Every page in what may come: languages, sizes, empty, busy, refused, offline.  What is judged is in judge.mjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Hall, PATIENCE_ms, browser, password } from "./hall.mjs";
import { faults, paper, screen } from "./judge.mjs";
import { time_stands } from "./page.mjs";

const wall = [[1920, 1080], [1080, 1920]], phone = [[360, 640], [414, 896]], desk = [[1366, 768], [1920, 1080]], strip = [[480, 96], [700, 120]], tablet = [[768, 1024], [360, 640]];
const languages = ["zh", "en"];
const texts = Object.fromEntries(languages.map((language) => [language, JSON.parse(readFileSync(`display/text/${language}.json`, "utf8"))]));
const says = (language, key) => new RegExp(texts[language][key]);
const PAGE_bytes = 100 * 1024;

// A hall with much in it: names that need more than a line, the longest number.
const names = [
  ["综合受理", "General services"], ["社会保险、医疗保险参保登记及关系转移接续", "Social and medical insurance: registration and transfer"],
  ["不动产登记", "Real estate registration"], ["税务", "Tax"], ["公安户政、出入境证件办理", "Household register, passports and entry permits"],
  ["市场主体登记", "Company registration"], ["公积金", "Housing fund"], ["水电气报装", "Water, power and gas connection"],
  ["婚姻登记", "Marriage registration"], ["残疾人证、老年证及各项补贴申领", "Disability and senior cards and all kinds of allowances"],
];
const services = names.map(([zh, en], i) => ({
  id: `S${i}`, prefix: i === 1 ? "WWW" : "ABCDEFGHKLMN"[i], name: { zh, en }, place: i < 4 ? { zh: "一楼A区", en: "1st floor, area A" } : { zh: "二楼东侧综合服务区", en: "2nd floor, east side" },
  numbers: { first: 1, last: 999, width: i === 1 ? 6 : 3 },
  bring: i % 3 === 0 ? { zh: "居民身份证、户口簿、社会保障卡原件", en: "Your ID card, household register and social security card" } : undefined,
}));
const layout = {
  hall: { id: "large", name: { zh: "云岭区政务服务中心（行政审批服务局）", en: "Yunling District Government Service Centre" }, languages },
  services,
  windows: Array.from({ length: 12 }, (_, i) => ({ no: i + 1, services: [`S${i % 10}`, `S${(i + 1) % 10}`], start_key: i === 1 })),
  policy: { double_press_s: 0, recall: { max: 2, gap_s: 600 } },
  classes: [{ id: "ordinary", name: { zh: "普通", en: "Ordinary" } },
    { id: "elderly", name: { zh: "老年人优先", en: "Elderly" }, proof: "id_age", age: 60 }],
};

// Where one may take a number from afar, and book.
const from_afar = {
  services: layout.services.slice(0, 3).map((service) => ({
    ...service, real_name: "optional", remote: { checkin_s: 600 }, slots: [{ from: "09:30", to: "10:00", limit: 5 }, { from: "10:00", to: "10:30", limit: 5 }],
  })),
  windows: [{ no: 1, services: ["S0", "S1", "S2"] }],
};

let quiet, busy, chrome, boss;

before(async () => {
  const accounts = { manager: "manager", "kiosk-1": "kiosk", ann: "clerk", li: "clerk" };
  quiet = await Hall.start(accounts);
  busy = await Hall.start(accounts, layout);
  chrome = await browser();
  boss = (await api("session", { name: "manager", password })).token;
  for (const { no } of layout.windows) await api(`windows/${no}/open`);
  for (let i = 0; i < 40; i++) await api("tickets", { service: `S${i % 10}`, printer: "none" });
  for (const no of [3, 5, 7, 2, 8, 11]) await api(`windows/${no}/next`);
  await api("windows/3/pass");
  for (const no of [3, 4, 9, 10]) await api(`windows/${no}/pause`);
  await manage();
});

// People, stock and things with the longest names there may be, and a week with two duties on a day.
async function manage() {
  const { as_of, day_starts } = await (await fetch(`${busy.url}/api/v1/status`)).json(), [hours, minutes] = day_starts.split(":");
  const today = new Date(Date.parse(as_of.slice(0, 19) + "Z") - (hours * 60 + Number(minutes)) * 60e3).toISOString().slice(0, 10);	// the hall's day
  for (const [name, account] of [["欧阳建国", "li"], ["Alexandra Featherstonehaugh"]]) await api("staff", account ? { name, account } : { name });
  await api("shifts", { name: "上午（综合服务区轮岗）", from: "08:30", to: "12:00" });
  await api("shifts", { name: "下午", from: "13:00", to: "17:00", lunch_from: "13:30", lunch_to: "14:00" });
  for (const shift of [1, 2]) await api("roster", { person: 1, day: today, shift, window: 12, post: "a", lunch: shift === 2 });
  await api("stock", { code: "RM-80-80", name: "热敏纸 80 毫米 × 80 米（叫号机、自助终端通用）", unit: "卷", pack: 50, safety: 20, cost: 1234567 });
  await api("moves", { item: 1, kind: "in", quantity: 3, place: "一楼库房东侧三号柜" });
  await api("requests", { item: 1, quantity: 2, reason: "一楼综合服务区取号机纸将用完" });
  await api("equipment", { no: "YL-2026-0000001", kind: "printer", place: "一楼综合服务区东侧" });
  await api("repairs", { asset: 1, fault: "出纸卡住，切刀不复位，反复开盖后仍不能打印" });
}
after(async () => {
  await chrome?.close();
  await quiet?.stop();
  await busy?.stop();
});

async function api(path, body = {}) {
  const answer = await fetch(`${busy.url}/api/v1/${path}`, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...boss && { Authorization: `Bearer ${boss}` } },
  });
  const value = await answer.json();
  assert.ok(answer.ok, `${path}: ${JSON.stringify(value)}`);
  return value;
}

// A page that moves as little as can be; what is not of the API is noted in got.
async function open(language) {
  const context = await chrome.newContext({ locale: language === "zh" ? "zh-CN" : "en-GB", reducedMotion: "reduce", hasTouch: true });
  const page = await context.newPage();
  page.got = [];
  page.on("response", (answer) => { if (!answer.url().includes("/api/")) page.got.push(answer); });
  await page.addInitScript((tag) => localStorage.setItem("language", tag), language);
  return page;
}

async function sign_in(page, hall, name, window) {
  const answer = await page.request.post(`${hall.url}/api/v1/session`, { data: { name, password, window } });
  assert.ok(answer.ok());
}

async function until(page, what, pattern) {
  for (const end = Date.now() + PATIENCE_ms; !pattern.test(await page.innerText("body"));) {
    assert.ok(Date.now() < end, `${what}: never ${pattern}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

// The judge of a page: each state is looked at once it is there, a selector or a pattern; the end tells of all.
function judge(page, sizes, kind = paper) {
  const found = [];
  return {
    async state(what, ready) {
      if (ready instanceof RegExp) await until(page, what, ready);
      else if (ready) await page.waitForSelector(ready);
      found.push(...(await faults(page, sizes, kind)).map((fault) => `${what}, ${fault}`));
    },
    // As when halld is stopped, or the line to it.
    async offline() {
      await page.context().setOffline(true);
      await page.evaluate(() => window.dispatchEvent(new Event("online")));		// a stream that is open stays so otherwise
      await this.state("offline", "#lost:not(:empty)");
      await page.context().setOffline(false);
    },
    end: () => assert.deepEqual(found, []),
  };
}

const refuse = (code, more) => (route) => route.fulfill({ status: 409, json: { status: 409, title: "", code, ...more } });

// The longest that is said of waits, of every queue and ticket; what else is told of them is what the hall says.
const late = Object.freeze({ p10: 0, p50: 4000, p90: 5400, src: "sim", in_time: 0.5, band: { from: "2026-11-28T10:45:00+08:00", to: "2026-11-28T11:15:00+08:00" } });
const wait_error = { day: "2026-11-27", tickets: 100, mae_s: 204, bias_s: 20, p90: 0.91 };
const half_hours = Array.from({ length: 17 }, (_, i) => new Date((540 + 30 * i) * 60000).toISOString().slice(11, 16));
const halves = half_hours.slice(1).map((to, i) => ({ from: half_hours[i], to, wait_s: 300 + 7919 * i % 1800, tickets: 5.5 }));
// The newest said of a page holds; what was said before stays beneath it, so that its stream of events never opens in between.
async function tell_waits(page, more = {}) {
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.route(/v1.(status|services|tickets.[^/]+)(\?.*)?$/, async (route) => {
    const answer = await route.fetch(), json = await answer.json();
    for (const each of json.queues || json.services || [json]) Object.assign(each, { wait_s: { ...late, ...more }, wait_error });
    await route.fulfill({ response: answer, json });
  });
  await page.route("**/api/v1/times", (route) => route.fulfill({ json: { days: 20, services: services.map(({ id }) => ({ id, halves })) } }));
}

// One page each with just that fault.
const faulty = {
  "px wide": "<p style='width: 3000px'>wide</p>",
  "px high": "<p style='height: 3000px'>high</p>",
  "cut off": "<div style='height: 20px; overflow: hidden'><p style='margin-top: 10px'>cut</p></div>",
  "cut off: div": "<div style='position: absolute; left: 700px; width: 300px; overflow-x: auto'><table><tr><td>far</table></div>",
  "one over the other": "<p style='position: absolute; top: 80px'>one</p><p style='position: absolute; top: 80px'>other</p>",
  "out of reach": "<button style='position: fixed; left: -30px; width: 60px; height: 60px'>left</button>",
  "40.0 px": "<button style='width: 60px; height: 40px'>low</button>",
  "contrast 6.": "<p style='color: #606060'>pale</p>",
  "moves": "<style>@keyframes move { to { opacity: 0.9; } }</style><p style='animation: move 9s infinite'>moves</p>",
  "axe image-alt": "<img src='data:image/png;base64,AA'>",
};
test("the judge sees each fault", async () => {
  const page = await chrome.newPage();
  for (const [fault, body] of Object.entries(faulty)) {
    await page.setContent(`<!doctype html><html lang=en><title>t</title><main><h1>t</h1>${body}</main></html>`);
    assert.match((await faults(page, [[800, 600]], screen, 0)).join("\n"), new RegExp(fault), fault);
  }
  await page.setContent("<!doctype html><html lang=en><title>t</title><main><h1>t</h1><p>all is well</p><button style='width: 60px; height: 60px'>b</button></main></html>");
  assert.deepEqual(await faults(page, [[800, 600]], screen), []);
  await page.close();
});

for (const language of languages) {
  test(`public, ${language}`, async () => {
    const page = await open(language), it = judge(page, [...phone, ...desk]);
    await page.goto(`${quiet.url}/`);
    await it.state("empty", "#queues li");
    await page.goto(`${busy.url}/`);
    await it.state("busy", "#queues li");
    await it.offline();
    await tell_waits(page);
    await page.goto(`${busy.url}/`);
    await page.click("summary");
    await it.state("waits, and when to come", "details[open] .best");
    await page.context().close();
    it.end();
  });

  test(`from afar, ${language}`, async () => {
    const afar = await Hall.start({ "kiosk-1": "kiosk", manager: "manager" }, from_afar, { time: Date.parse("2026-11-24T09:10:00+08:00") });
    const page = await open(language), it = judge(page, phone), at_kiosk = judge(page, wall, screen), on_wall = judge(page, wall, screen);
    await page.addInitScript(time_stands);
    await page.goto(`${afar.url}/`);
    await it.state("what can be had", "#far_book");
    await page.click("#far_book");
    await it.state("booked", "#mine .code");
    await page.click("#mine .come");
    await it.state("without the board's code", "#far_message");
    await Promise.all([page.waitForURL(/\/t\/./), page.click("#far_take")]);
    await it.state("not here yet", "#checkin");
    await page.fill("#board", "12");
    await page.click("#here");
    await it.state("a wrong code", "#message");
    await sign_in(page, afar, "manager");
    await page.goto(`${afar.url}/board?code`);
    await on_wall.state("a board with its code", /\d{4}/);
    await sign_in(page, afar, "kiosk-1");
    await page.goto(`${afar.url}/kiosk`);
    await page.click("#arrive_on");
    for (const letter of "WWW23456") await page.click(`#keys [data-key="${letter}"] button`);
    await at_kiosk.state("a code", "#arrive_go");
    await page.click("#arrive_go");
    await at_kiosk.state("none such", "#failed");
    await page.context().close();
    await afar.stop();
    it.end();
    at_kiosk.end();
    on_wall.end();
  });

  test(`board, ${language}`, async () => {
    const page = await open(language), it = judge(page, wall, screen);
    await page.goto(`${quiet.url}/board`);
    await it.state("empty", "#queues li");
    await page.goto(`${busy.url}/board`);
    await it.state("busy", "#queues li");
    await it.offline();
    await tell_waits(page);
    await page.goto(`${busy.url}/board`);
    await it.state("waits", says(language, "page.wait.late"));
    await tell_waits(page, { in_time: 1 });
    await it.state("waits until a time", /10:45-11:15/);
    await page.context().close();
    it.end();
  });

  test(`window, ${language}`, async () => {
    const page = await open(language), it = judge(page, desk), in_strip = judge(page, strip, { ...paper, fits: true });
    await page.goto(`${busy.url}/window/1`);
    await it.state("signed out", "#password");
    await page.fill("#name", "ann");
    await page.fill("#password", "not her password");
    await page.keyboard.press("Enter");
    await it.state("a wrong password", "#why:not(:empty)");
    await api("windows/1/close");
    await sign_in(page, busy, "ann", 1);
    await page.reload();
    await it.state("closed", says(language, "window.closed"));
    await api("windows/1/open");
    await it.state("idle", says(language, "window.idle"));
    const { number } = (await api("windows/1/next")).ticket;
    await it.state("calling", new RegExp(number));
    await page.route("**/api/v1/windows/1/*", refuse("too_soon", { retry_s: 77 }));
    // How it looks is judged here, not whether a press beside much else is heard at once.
    for (let tries = 0, heard = null; tries < 5 && heard === null; tries++) {
      await page.keyboard.press("Space");
      heard = await page.waitForFunction(() => document.body.innerText.includes("77"), null, { timeout: 3000 }).catch(() => null);
    }
    await it.state("refused", /77/);
    await page.unroute("**/api/v1/windows/1/*");
    await page.route("**/api/v1/windows/1", async (route) => {
      const answer = await route.fetch(), view = await answer.json();
      Object.assign(view.window, { doubt: "long", doubt_since: late.band.from });
      await route.fulfill({ response: answer, json: view });
    });
    await page.reload();
    await it.state("not believed", /10:45/);
    await page.unroute("**/api/v1/windows/1");
    await api("windows/1/pause");
    await it.state("a pause to come", says(language, "page.window.pause_after"));
    await api("windows/1/finish");
    await it.state("paused", says(language, "window.paused"));
    await it.offline();
    await api("windows/1/resume");
    await page.goto(`${busy.url}/window/1?strip`);
    await in_strip.state("a strip", says(language, "window.idle"));
    const second = (await api("windows/1/next")).ticket;
    await in_strip.state("a strip, calling", new RegExp(second.number));
    await in_strip.offline();
    await api("windows/1/finish");
    await page.context().close();
    it.end();
    in_strip.end();
  });

  test(`admin, ${language}`, async () => {
    const page = await open(language), it = judge(page, [[1280, 800], [414, 896]]);
    await page.goto(`${busy.url}/admin`);
    await it.state("signed out", "#password");
    await sign_in(page, busy, "manager");
    await page.reload();
    await page.waitForSelector("#windows li");
    for (const part of await page.locator("#desk > details:not([hidden]) > summary").all()) await part.click();
    await page.waitForSelector("#roster_rows button >> nth=0");
    await page.waitForSelector("#stock_requests li");
    await page.waitForSelector("#repair_list li");
    await it.state("all of it", "#grid input");
    for (const subject of ["staff", "moves", "repairs"]) {
      await page.selectOption("#record_subject", subject);
      await page.click("#record_body button >> nth=0");
      await it.state(`a record of ${subject}`, "#record_fields input");
      await page.click("#record_cancel");
    }
    await page.click("#evacuate");
    await it.state("sure?", "#sure");
    await page.evaluate(() => document.getElementById("sure_no").click());	// it may have gone by itself
    await api("windows/6/alarm");
    await it.state("an alarm", "#alarms");
    await api("windows/6/alarm/end");
    await page.waitForSelector("#alarm_list li", { state: "detached" });
    await api("windows/6/lend", { services: ["S4", "S5"], minutes: 30 });
    await it.state("a window that is lent", "#windows .do:not([hidden])");
    await page.click("#windows .do:not([hidden])");
    await page.waitForSelector("#windows .do:not([hidden])", { state: "hidden" });
    await page.fill("#text", "{}");
    await page.click("#check");
    await it.state("a layout that is none", "#layout_message:not(:empty)");
    await tell_waits(page);
    await page.route("**/api/v1/advice", (route) => route.fulfill({ json: {
      at: late.band.from, doubts: [{ window: 3, doubt: "idle", since: late.band.from }, { window: 4, doubt: "long", since: late.band.to }],
      moves: [{ window: 5, state: "closed", lend: false, services: ["S1", "S9"], queues: [{ service: "S1", p90_s: 1200, was_s: 2400 }, { service: "S9", p90_s: 60, was_s: 7200 }] }],
    } }));
    const dead = [41, 42, 1234567].map((seq) => ({ seq, status: 422, at: late.band.from }));
    const uplink = (state, more) => ({ url: `https://${"queue.".repeat(20)}example.gov.cn/push`, state, behind: 1234567, error: "", ok_at: late.band.from,
      failed_at: late.band.to, dead: [], ...more });
    await page.route("**/api/v1/push", (route) => route.fulfill({ json: {
      endpoints: [uplink("ok", { dead }), uplink("fails", { error: `Could not resolve host: ${"queue.".repeat(20)}example.gov.cn` }), uplink("disabled", { dead })],
    } }));
    await page.reload();
    await page.waitForSelector("#moves button");
    await page.waitForSelector(".letters button");
    await it.state("advice, endpoints outside, and how good the estimates are", "#services .error:not([hidden])");
    await page.context().close();
    it.end();
  });

  test(`sign, ${language}`, async () => {
    const page = await open(language), it = judge(page, [...wall, [1280, 800], [360, 640]], screen);
    await page.goto(`${busy.url}/sign/6?rate`);
    await it.state("not paired", /\d{6}/);
    await api("tokens", { name: `sign-${language}`, role: "window", window: 6, code: (await page.innerText("#pair")).match(/\d{6}/)[0] });
    await page.waitForSelector("#pair", { state: "hidden" });
    await it.state("idle", "#words");
    const { number } = (await api("windows/6/next")).ticket;
    await it.state("calling", new RegExp(number));
    await api("windows/6/start");
    await it.state("serving, who is asked for a rating", "#grades");
    await page.click("#grades [value='4']");
    await it.state("a rating to be sent", "#change");
    await it.offline();
    await api("windows/6/finish");
    await api("windows/6/pause");
    await page.goto(`${busy.url}/sign/6`);
    await it.state("paused", says(language, "sign.paused"));
    await api("windows/6/resume");
    await page.context().close();
    it.end();
  });

  test(`ticket, ${language}`, async () => {
    const page = await open(language), it = judge(page, phone);
    const take = (...wanted) => api("tickets", { services: wanted, printer: "none", lang: language, class: wanted.length > 1 ? "elderly" : "ordinary" });
    const show = (ticket) => page.goto(`${busy.url}/t/${ticket.token}`);
    const look = () => page.evaluate(() => window.dispatchEvent(new Event("online")));
    const call = async (ticket) => { while ((await api("windows/10/next")).ticket.number !== ticket.number); };
    const mine = await take("S0"), other = await take("S1"), several = await take("S0", "S1", "S9"), last = await take("S9");
    await take("S9");		// somebody waits when the last one is passed

    await show(mine);
    await it.state("waiting", new RegExp(mine.number));
    await page.click("#alarm_on");
    await it.state("the alarm is on", "#alarm_is_on");
    await tell_waits(page);
    await look();
    await page.waitForSelector("#late:not([hidden])");
    await page.selectOption("#minutes", "60");
    await it.state("time to leave", "#way.now");
    await tell_waits(page, { p10: 7200 });
    await look();
    await it.state("leave at", "#way:not(.now) #leave:not([hidden])");
    await page.unrouteAll();
    await page.click("#cancel");
    await it.state("sure?", "#confirm");
    await page.route("**/cancel", refuse("not_allowed"));
    await page.click("#yes");
    await it.state("refused", "#message");
    await page.unroute("**/cancel");
    await page.click("#defer");
    await page.waitForSelector("#defer", { state: "hidden" });
    await it.state("deferred");
    await it.offline();

    await show(other);
    await it.state("a long number", new RegExp(other.number));
    await page.click("#cancel");
    await page.click("#yes");
    await it.state("cancelled", ".cancelled");

    await show(several);
    await it.state("several services, of a class", "#class:not([hidden])");

    await show(last);
    await page.waitForSelector(".waiting");
    await call(last);
    await look();
    await it.state("called", ".called");
    await api("windows/10/pass");
    await look();
    await it.state("passed", ".passed");
    await page.click("#return");
    await page.waitForSelector(".waiting");
    await call(last);
    await api("windows/10/start");
    await look();
    await it.state("served", ".serving");
    await api("windows/10/finish");
    await look();
    await it.state("done", "#rating");
    await page.check("[value='2']");
    await it.state("a grade", "#more");
    await page.click("#send");
    await it.state("rated", "#rated");
    await page.route("**/api/v1/tickets/*", (route) => route.fulfill({ status: 410, json: { status: 410, title: "", code: "unknown_ticket" } }));
    await look();
    await it.state("over", ".over");
    await page.unroute("**/api/v1/tickets/*");

    await show({ token: "AAAAAAAAAAAAAAAAAAAAAA" });
    await it.state("unknown", ".unknown");
    await page.context().close();
    it.end();
  });

  test(`kiosk, ${language}`, async () => {
    const page = await open(language), it = judge(page, wall, screen);
    await page.addInitScript(time_stands);		// screens that end by themselves stay
    await page.goto(`${quiet.url}/kiosk`);
    await it.state("six digits", "#code");
    await sign_in(page, quiet, "kiosk-1");
    await page.reload();
    await it.state("without a printer, nobody waits", "#paper");
    await sign_in(page, busy, "kiosk-1");
    const printer = { id: "p", ready: true, answers: true, flags: [], queued: 0 };
    const stands = { reader: { ready: true }, classes: [{ id: "elderly", age: 60, name: "老年人优先", name_en: "Elderly" }], scanner: false };
    await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: { name: "kiosk-1", languages, printer, ...stands } }));
    for (const big of ["", ", big"]) {
      const begin = async () => {
        await page.goto(`${busy.url}/kiosk`);
        await page.waitForSelector("#groups button");
        if (big) await page.click("#big");
      };
      const choose = async (...ids) => {
        for (const [i, id] of ids.entries()) {
          if (i > 0) await page.click("#more");
          while (await page.isEnabled("#back")) await page.click("#back");	// the menu stays at the page where it was
          while (!await page.isVisible(`[data-key='${id}'] button`)) await page.click("#on");
          await page.click(`[data-key='${id}'] button`);
        }
      };
      await begin();
      await it.state(`the choice${big}`);
      await tell_waits(page);
      await begin();
      await it.state(`the choice, how long it takes${big}`, says(language, "page.wait.late"));
      await page.unroute("**/api/v1/events");
      await page.unroute(/v1.(status|services|tickets.[^/]+)(\?.*)?$/);
      await begin();
      await page.click("#help");
      await it.state(`help is coming${big}`, "#helped:not(:empty)");
      await choose("S1");
      await it.state(`the question${big}`, "#take");
      await page.click("#more");
      await it.state(`one more${big}`, "#enough");
      await page.click("#enough");
      await page.click("#again");
      await choose("S1", "S9", "S2", "S4");
      await it.state(`four services${big}`, "#take");
      // A page that has waited too long asks again, and is answered as well.
      let go;
      const held = new Promise((r) => { go = r; });
      await page.route("**/api/v1/tickets", async (route) => {
        await held;
        await refuse("quota_full")(route);
      });
      await page.click("#take");
      await it.state(`on the way${big}`, "#taking");
      go();
      await it.state(`refused${big}`, "#failed");
      await page.unroute("**/api/v1/tickets");
      await begin();
      await choose("S1");
      await page.route("**/api/v1/tickets", refuse("too_many"));
      await page.click("#take");
      await it.state(`asked once more${big}`, "#failed #retry:not([hidden])");
      await page.unroute("**/api/v1/tickets");
      for (const [print, ...ids] of [["queued", "S0"], ["printed", "S0"], ["failed", "S1"], ["elsewhere", "S1"], ["none", "S0", "S1", "S9", "S4"]]) {
        await begin();
        await page.route(/v1\/tickets/, async (route) => {
          const answer = await route.fetch();
          const is = print === "elsewhere" ? { print: "printed", printer: "q" } : { print, printer: print === "none" ? null : "p" };
          const elderly = print === "printed" || print === "none" ? { ordinary: false, class_name: "老年人优先", class_name_en: "Elderly", wait_s: late } : {};
          await route.fulfill({ response: answer, json: { ...await answer.json(), ...is, ...elderly } });
        });
        await choose(...ids);
        await page.click("#take");
        await it.state(`ticket, ${print}${big}`, "#number");
        await page.unroute(/v1\/tickets/);
      }
      // The reader says what is told here.
      let card;
      await page.route("**/kiosk/card", (route) => route.fulfill({ json: { class: null, ...card } }));
      await begin();
      card = { card: "waiting" };
      await choose("S1");
      await page.click("#by_card");
      await page.waitForSelector("#card_left:not(:empty)");
      await it.state(`a card, please${big}`);
      card = { card: "failed" };
      await it.state(`a card that cannot be read${big}`, ".unread");
      card = { card: "read" };
      await it.state(`too young${big}`, "#ordinary");
      await page.unroute("**/kiosk/card");
      stands.scanner = true;
      let scan = 1, shown = null;
      await page.route("**/kiosk/scan", (route) => route.fulfill({ json: { scan, ticket: shown, booking: null } }));
      await begin();
      await page.waitForResponse(/kiosk.scan/);
      const ticket = await api("tickets", { service: "S1", class: "elderly", printer: "none" });
      for (const [what, as] of Object.entries({ "no key": { ...ticket, state: "passed", ahead: null, token: undefined },
        called: { ...ticket, state: "called", window: 12, ahead: null }, passed: { ...ticket, state: "passed", ahead: null }, unknown: null })) {
        shown = as;
        scan++;
        await page.waitForResponse(/kiosk.scan/);
        await it.state(`scanned, ${what}${big}`, `#scanned.${{ "no key": "passed" }[what] || what}:not([hidden])`);
      }
      stands.scanner = false;
      await page.unroute("**/kiosk/scan");
      Object.assign(printer, { ready: false, flags: ["paper_out"] });
      await begin();
      await it.state(`no paper${big}`, "#paper");
      await it.offline();
      Object.assign(printer, { ready: true, flags: [] });
    }
    await page.context().close();
    it.end();
  });
}

for (const language of languages) {
  test(`guide, ${language}`, async () => {
    const page = await open(language), it = judge(page, tablet);
    await page.goto(`${quiet.url}/guide`);
    await it.state("signed out", "#name:focus");
    await sign_in(page, busy, "manager");
    const first = await api("tickets", { service: "S1", printer: "none", needs: ["deaf", "wheelchair", "reading"] });
    const second = await api("tickets", { service: "S1", printer: "none", class: "elderly" });
    await api(`tickets/${first.number}/link`, { number: second.number });
    await page.goto(`${busy.url}/guide`);
    await page.waitForSelector("#services li");
    await page.click("#services [data-key='S1'] button");
    await page.fill("#sought", first.number);
    await page.click("#find");
    await it.state("a ticket of one person's two, and a service chosen", "#commands button");
    for (const command of ["class", "needs", "link", "void"]) {
      await page.click(`#commands [data-key='${command}']`);
      if (command !== "class") await it.state(command, "#choices:not([hidden])");
    }
    await page.fill("#sought", "Q1");
    await page.click("#find");
    await it.state("not found", "#message.refused");
    await it.offline();
    await tell_waits(page);
    await page.reload();
    await it.state("how long it takes", says(language, "page.wait.late"));
    await page.context().close();
    it.end();
  });
}

for (const language of languages) {
  test(`whoever works here, ${language}`, async () => {
    const page = await open(language), it = judge(page, [...phone, ...desk]);
    await page.goto(`${quiet.url}/me`);
    await it.state("signed out", "#name:focus");
    await sign_in(page, busy, "li");
    await page.goto(`${busy.url}/me`);
    await page.waitForSelector("#duties li");
    await page.fill("#leave_from", "2036-11-24");
    await page.fill("#leave_reason", "回老家陪护住院的父母，并办理异地就医备案手续");
    await page.click("#leave_form button");
    await page.click("#request_form button");
    await page.waitForSelector("#request_list li");
    await it.state("what was asked for", "#leave_list li");
    await page.fill("#leave_from", "2036-11-24");
    await page.fill("#leave_to", "2036-11-23");
    await page.click("#leave_form button");
    await it.state("what is wrong", "#message:not(:empty)");
    await page.route("**/api/v1/*", (route) => route.abort());
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await it.state("halld away", "#lost:not([hidden])");
    await page.context().close();
    it.end();
  });
}

test("no page is more than 100 KB, nor those of staff for who is signed in", async () => {
  for (const [path, ready = "h1:not(:empty)"] of [["/"], ["/board"], ["/window/1", "#desk"], ["/sign/1?rate"], ["/t/x"], ["/kiosk"], ["/guide", "#desk"],
    ["/me", "#desk"], ["/admin", "#desk"]]) {
    const page = await open("zh");
    if (ready === "#desk") await sign_in(page, quiet, "manager");
    await page.goto(`${quiet.url}${path}`);
    await page.waitForSelector(ready);
    const bodies = await Promise.all(page.got.map((answer) => answer.body()));
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
    assert.ok(page.got.length > 5 && bytes <= PAGE_bytes, `${path}: ${bytes} bytes`);
    await page.context().close();
  }
});
