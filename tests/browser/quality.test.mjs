// Every page in what may come: languages, sizes, empty, busy, refused, offline.  What is judged is in judge.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser, password } from "./hall.mjs";
import { faults, paper, screen } from "./judge.mjs";

const wall = [[1920, 1080], [1080, 1920]], phone = [[360, 640], [414, 896]], desk = [[1366, 768], [1920, 1080]], strip = [[480, 96], [700, 120]];
const languages = ["zh", "en"];
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
});
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

const api_path = /\/(api|healthz)/;

// A page of who signed in, if anybody did; moving as little as can be.
async function open(hall, path, language, { name, window, size = [1366, 768] } = {}) {
  const context = await chrome.newContext({ locale: language === "zh" ? "zh-CN" : "en-GB", reducedMotion: "reduce", hasTouch: true,
    viewport: { width: size[0], height: size[1] } });
  const page = await context.newPage();
  page.got = [];
  page.on("response", (answer) => { if (!api_path.test(answer.url())) page.got.push(answer); });
  if (name) {
    const answer = await page.request.post(`${hall.url}/api/v1/session`, { data: { name, password, ...window && { window } } });
    assert.ok(answer.ok());
  }
  await page.addInitScript((tag) => localStorage.setItem("language", tag), language);
  await page.goto(`${hall.url}${path}`);
  return page;
}

// The judge of one page: each state is looked at as it comes; the end tells of all.
function judge(page, sizes, kind = paper) {
  const found = [];
  return {
    async state(what, ready) {
      if (typeof ready === "string") await page.waitForSelector(ready);
      else if (ready) for (const end = Date.now() + 15000; !ready.test(await page.innerText("body"));) {
        assert.ok(Date.now() < end, `${what}: never ${ready}`);
        await new Promise((r) => setTimeout(r, 20));
      }
      found.push(...(await faults(page, sizes, kind)).map((fault) => `${what}, ${fault}`));
    },
    async end() {
      await page.context().close();
      assert.deepEqual(found, []);
    },
  };
}

const kiosk_is = { name: "kiosk-1", languages, printer: { id: "p", ready: true, answers: true, flags: [], queued: 0 } };
const refuse = (code, more) => (route) => route.fulfill({ status: 409, json: { status: 409, title: "", code, ...more } });

// One page each with just that fault.
const faulty = {
  "px wide": "<p style='width: 3000px'>wide</p>",
  "px high": "<p style='height: 3000px'>high</p>",
  "cut off": "<div style='height: 20px; overflow: hidden'><p style='margin-top: 10px'>cut</p></div>",
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
    for (const [what, hall] of [["empty", quiet], ["busy", busy]]) {
      const page = await open(hall, "/", language), { state, end } = judge(page, [...phone, ...desk]);
      await state(what, "#queues li");
      await end();
    }
  });

  test(`board, ${language}`, async () => {
    for (const [what, hall] of [["empty", quiet], ["busy", busy]]) {
      const page = await open(hall, "/board", language, { size: wall[0] }), { state, end } = judge(page, wall, screen);
      await state(what, "#queues li");
      await end();
    }
  });

  test(`window, ${language}`, async () => {
    let page = await open(busy, "/window/1", language), { state, end } = judge(page, desk);
    await state("signed out", "#password");
    await page.fill("#name", "ann");
    await page.fill("#password", "not her password");
    await page.keyboard.press("Enter");
    await state("a wrong password", "[role=alert]:not(:empty)");
    await end();
    await api("windows/1/close");
    page = await open(busy, "/window/1", language, { name: "ann", window: 1 });
    ({ state, end } = judge(page, desk));
    await state("closed", /已关窗|Closed/);
    await api("windows/1/open");
    await state("idle", /空闲|Free|Idle|Ready/i);
    const { number } = (await api("windows/1/next")).ticket;
    await state("calling", new RegExp(number));
    await page.route("**/api/v1/windows/1/*", refuse("too_soon", { retry_s: 7 }));
    await page.keyboard.press("Space");
    await state("refused", /7/);
    await page.unroute("**/api/v1/windows/1/*");
    await api("windows/1/pause");
    await state("a pause to come");
    await api("windows/1/finish");
    await state("paused", /暂停服务|Paused/);
    await api("windows/1/resume");
    await end();
    page = await open(busy, "/window/1?strip", language, { name: "ann", window: 1, size: strip[0] });
    ({ state, end } = judge(page, strip, { ...paper, fits: true }));
    await state("a strip", /空闲|Free|Idle|Ready/i);
    await api("windows/1/next");
    await state("a strip, calling", /[A-Z]+\d{3}/);
    await api("windows/1/finish");
    await end();
  });

  test(`ticket, ${language}`, async () => {
    const take = (...wanted) => api("tickets", { services: wanted, printer: "none", lang: language });
    const mine = await take("S0"), other = await take("S1"), several = await take("S0", "S1", "S9"), last = await take("S9");
    await take("S9");		// somebody waits when the last one is passed
    const show = async (ticket) => {
      const page = await open(busy, `/t/${ticket.token}`, language);
      return { page, look: () => page.evaluate(() => window.dispatchEvent(new Event("online"))), ...judge(page, phone) };
    };
    const call = async (ticket) => { while ((await api("windows/10/next")).ticket.number !== ticket.number); };

    let { page, look, state, end } = await show(mine);
    await state("waiting", /A\d\d\d/);
    await page.click("#alarm_on");
    await state("the alarm is on", "#alarm_is_on");
    await page.click("#cancel");
    await state("sure?", "#confirm");
    await page.route("**/cancel", refuse("not_allowed"));
    await page.click("#yes");
    await state("refused", "#message");
    await page.click("#defer");
    await page.waitForSelector("#defer", { state: "hidden" });
    await state("deferred");
    await end();

    ({ page, state, end } = await show(other));
    await state("a long number", /WWW/);
    await page.click("#cancel");
    await page.click("#yes");
    await state("cancelled", ".cancelled");
    await end();

    ({ state, end } = await show(several));
    await state("several services", "#steps");
    await end();

    ({ page, look, state, end } = await show(last));
    await page.waitForSelector(".waiting");
    await call(last);
    await look();
    await state("called", ".called");
    await api("windows/10/pass");
    await look();
    await state("passed", ".passed");
    await page.click("#return");
    await page.waitForSelector(".waiting");
    await call(last);
    await api("windows/10/start");
    await look();
    await state("served", ".serving");
    await api("windows/10/finish");
    await look();
    await state("done", "#rating");
    await page.check("[value='2']");
    await state("a grade", "#more");
    await page.click("#send");
    await state("rated", "#rated");
    await page.route("**/api/v1/tickets/*", (route) => route.fulfill({ status: 410, json: { status: 410, title: "", code: "unknown_ticket" } }));
    await look();
    await state("over", ".over");
    await end();

    ({ state, end } = await show({ token: "AAAAAAAAAAAAAAAAAAAAAA" }));
    await state("unknown", ".unknown");
    await end();
  });

  test(`kiosk, ${language}`, async () => {
    let page = await open(busy, "/kiosk", language, { size: wall[0] }), { state, end } = judge(page, wall, screen);
    await state("six digits", "#code");
    await end();

    page = await open(quiet, "/kiosk", language, { name: "kiosk-1", size: wall[0] });
    ({ state, end } = judge(page, wall, screen));
    await state("without a printer, nobody waits", "#paper");
    await end();

    for (const big of [false, true]) {
      const size = big ? ", big" : "";
      let held;
      page = await open(busy, "/kiosk", language, { name: "kiosk-1", size: wall[1] });
      ({ state, end } = judge(page, wall, screen));
      const machine = structuredClone(kiosk_is);
      await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: machine }));
      const restart = async () => {
        await page.goto(`${busy.url}/kiosk`);
        await page.waitForSelector("#groups button");
        if (big) await page.click("#big");
      };
      const choose = async (id) => {
        while (!await page.isVisible(`[data-key='${id}'] button`)) await page.click("#on");
        await page.click(`[data-key='${id}'] button`);
      };
      await restart();
      await state(`the choice${size}`);
      await page.click("#help");
      await state(`help is coming${size}`, "#helped:not(:empty)");
      await choose("S1");
      await state(`the question${size}`, "#take");
      for (const id of ["S9", "S2", "S4"]) {
        await page.click("#more");
        if (id === "S9") await state(`one more${size}`, "#enough");
        await choose(id);
      }
      await state(`four services${size}`, "#take");
      await page.route("**/api/v1/tickets", (route) => { held = route; });
      await page.click("#take");
      await state(`on the way${size}`, "#taking");
      await refuse("quota_full")(held);
      await state(`refused${size}`, "#failed");
      await page.unroute("**/api/v1/tickets");
      for (const print of ["queued", "printed", "failed", "none"]) {
        await restart();
        await page.route(/v1\/tickets/, async (route) => {
          const answer = await route.fetch();
          await route.fulfill({ response: answer, json: { ...await answer.json(), print } });
        });
        await choose(print === "failed" ? "S1" : "S0");
        if (print === "none") {
          for (const id of ["S1", "S9", "S4"]) {
            await page.click("#more");
            await choose(id);
          }
        }
        await page.click("#take");
        await state(`ticket, ${print}${size}`, "#number");
        await page.unroute(/v1\/tickets/);
      }
      machine.printer.ready = false;
      machine.printer.flags = ["paper_out"];
      await restart();
      await state(`no paper${size}`, "#paper");
      await end();
    }
  });
}

test("halld stopped: each page says so", async () => {
  const kinds = [["/", [...phone, ...desk]], ["/board", wall, screen], ["/window/2", desk], [`/t/${(await api("tickets", { service: "S2", printer: "none" })).token}`, phone],
    ["/kiosk", wall, screen]];
  const who = { "/kiosk": { name: "kiosk-1" }, "/window/2": { name: "li", window: 2 } };
  const pages = [];
  for (const language of languages)
    for (const [path, sizes, kind] of kinds) {
      const page = await open(busy, path, language, who[path]);
      pages.push([`${path}, ${language}`, judge(page, sizes, kind)]);
      await page.waitForSelector(path === "/kiosk" ? "#groups button" : "h1:not(:empty)");
    }
  await busy.end("SIGKILL");
  for (const [what, { state }] of pages) await state(what, "#lost:not(:empty)");
  for (const [, { end }] of pages) await end();
});

test("no page is more than 100 KB", async () => {
  for (const path of ["/", "/board", "/window/1", "/t/x", "/kiosk"]) {
    const page = await open(quiet, path, "zh");
    await page.waitForSelector("h1:not(:empty)");
    const bodies = await Promise.all(page.got.map((answer) => answer.body()));
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
    assert.ok(page.got.length > 5 && bytes <= PAGE_bytes, `${path}: ${bytes} bytes`);
    await page.context().close();
  }
});
