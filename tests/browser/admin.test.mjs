// The page of who runs the hall, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, open as open_url, sign_in, unfold, until } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({ boss: "manager", eve: "manager", ann: "clerk", bob: "clerk" });
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

const open = async (path, name) => {
  const page = await open_url(chrome, hall.url + path);
  await sign_in(page, name);
  await page.waitForSelector("#desk:not(.unknown)");
  return page;
};
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));
const status = () => hall.ctl(["status"]);
const layout = (page) => page.inputValue("#text").then(JSON.parse);

test("only who may is let in", async () => {
  const page = await open_url(chrome, `${hall.url}/admin`);
  await sign_in(page, "ann");
  await shows(page, "#why", /权限/);
  assert.ok(await page.isHidden("#desk"));
  await close(page);
});

test("suspended and resumed, each in two acts; the board says why", async () => {
  const page = await open("/admin", "boss"), board = await open_url(chrome, `${hall.url}/board`);
  await page.click("#suspend");
  await page.click("#sure_no");
  assert.equal(status().evacuation, null);
  await page.click("#suspend");
  await page.click("#sure_yes");
  await shows(board, "#state", /全厅暂停服务/);
  assert.equal(status().state, "suspended");
  await page.click("#resume");
  await page.click("#sure_yes");
  await until(() => status().state === "open");
  await close(page);
  await close(board);
});

test("a report: chosen, to be printed with its chart, and as CSV", async () => {
  for (let i = 0; i < 3; i++) hall.ctl(["issue", "A"]);
  const page = await open("/admin", "boss");
  await unfold(page, "reports");
  await page.waitForSelector("#report_name option", { state: "attached" });
  await page.selectOption("#report_name", "halves");
  await page.fill("#report_from", "2026-01-01");
  await page.fill("#report_to", "2099-12-31");
  assert.match(await page.getAttribute("#report_csv", "href"), /^\/api\/v1\/reports\/halves\?from=2026-01-01&to=2099-12-31&format=csv&lang=zh$/);
  const csv = await page.request.get(hall.url + await page.getAttribute("#report_csv", "href"));
  assert.equal(csv.headers()["content-disposition"], 'attachment; filename="halves-20260101-20991231.csv"');
  assert.match(await csv.text(), /^\uFEFF"时段","取号"/);
  const [shown] = await Promise.all([page.context().waitForEvent("page"), page.click("#report_html")]);
  await shown.waitForSelector("#chart canvas");
  assert.equal(await shown.innerText("h1"), "测试政务服务中心 半小时时段分析");
  assert.equal(await shown.getAttribute("link[rel=icon]", "href"), "/pages/common/icon.svg", "else the browser asks for one that is not there");
  assert.equal(await shown.locator("table[data-chart] tbody tr").count(), 48);
  assert.ok(await shown.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await close(page);
});

test("a report with a row for each ticket is of so many days at most, which is said before it is asked for", async () => {
  const page = await open("/admin", "boss");
  await unfold(page, "reports");
  await page.waitForSelector("#report_name option", { state: "attached" });
  await page.selectOption("#report_name", "tickets");
  for (const [from, to, fits] of [["2026-01-01", "2026-01-31", true], ["2026-01-01", "2026-02-01", false], ["2026-02-01", "2026-01-01", false], ["", "2026-02-01", true]]) {
    await page.fill("#report_from", from);
    await page.fill("#report_to", to);
    assert.deepEqual([await page.isVisible("#report_html"), await page.isVisible("#report_csv"), await page.isHidden("#report_over")], [fits, fits, fits], `${from} ${to}`);
    const href = await page.getAttribute("#report_csv", "href");
    assert.equal((await page.request.get(hall.url + href)).status(), fits ? 200 : 400, href);
  }
  await page.fill("#report_from", "2025-01-01");
  assert.match(await page.innerText("#report_over"), /31/);
  await page.selectOption("#report_name", "days");
  assert.ok(await page.isVisible("#report_html") && await page.isHidden("#report_over"));
  await close(page);
});

test("days are a report's in either order, or one alone; what is refused leaves the page there", async () => {
  const page = await open("/admin", "boss");
  await unfold(page, "reports");
  await page.waitForSelector("#report_name option", { state: "attached" });
  for (const [from, to, days] of [["2026-03-02", "2026-03-01", "from=2026-03-01&to=2026-03-02"], ["", "2026-03-01", "from=2026-03-01&to=2026-03-01"],
    ["2026-03-02", "", "from=2026-03-02&to=2026-03-02"]]) {
    await page.fill("#report_from", from);
    await page.fill("#report_to", to);
    for (const format of ["html", "csv"]) {
      const href = await page.getAttribute(`#report_${format}`, "href");
      assert.ok(href.includes(`?${days}&`), href);
      assert.equal((await page.request.get(hall.url + href)).status(), 200);
    }
  }
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#report_csv")]);
  assert.equal(saved.suggestedFilename(), "days-20260302-20260302.csv");
  await page.context().clearCookies();
  const [refused] = await Promise.all([page.waitForEvent("download"), page.click("#report_csv")]);
  assert.notEqual(await refused.failure(), null);
  assert.equal(page.url(), `${hall.url}/admin`);
  await close(page);
});

test("the log: who did what, what was said and is erased, what follows, and whether all is as it was written", async () => {
  hall.ctl(["issue", "A"]);
  hall.ctl(["open", "1"]);
  hall.ctl(["pause", "1", "午餐"]);
  const page = await open("/admin", "boss");
  await unfold(page, "audit");
  await page.selectOption("#audit_kind", "window");
  await page.click("#audit_look");
  await shows(page, "#audit_list", /window\.paused\s+ctl\s+window:1\s+1号窗口\s+午餐/);
  await page.fill("#audit_from", "2001-01-01");
  await page.fill("#audit_to", "2001-01-02");
  await page.click("#audit_look");
  await shows(page, "#audit_none", /^没有这样的记录$/);
  assert.equal(await page.locator("#audit_list li").count(), 0);
  await page.click("#audit_verify");
  await shows(page, "#audit_verified", /^共 \d+ 条，与写入时一致$/);
  const row = (seq, more) => ({ seq, day: "2026-01-02", at: "2026-01-02T10:02:00+08:00", kind: "ticket.held", actor: "staff:3", who: "ann", subject: "ticket:4", about: "A004",
    body: { window: 2 }, said: null, erased: false, ...more });
  await page.route("**/api/v1/audit?*", (route) => route.fulfill({ json: /after=7/.test(route.request().url()) ?
    { events: [row(8, { said: "<b>" })], next: null } : { events: [row(7, { erased: true })], next: 7 } }));
  await page.click("#audit_look");
  await shows(page, "#audit_list", /^2026-01-02 10:02\s+ticket\.held\s+ann\s+A004\s+2号窗口\s+（到期已清除）$/);
  await page.click("#audit_more");
  await shows(page, "#audit_list", /（到期已清除）[^]*<b>$/);
  assert.ok(await page.isHidden("#audit_more"));
  await page.route("**/api/v1/audit/verify", (route) => route.fulfill({ json: { ok: false, from_seq: 1, to_seq: 9, first_wrong_seq: 5, chain: null } }));
  await page.click("#audit_verify");
  await shows(page, "#audit_verified", /^第 5 条与写入时不一致，或缺失$/);
  await close(page);
});

test("the log can be asked for each kind of event that there is, by a name of its own", async () => {
  const kinds = [...readFileSync("daemon/core/fact.c", "utf8").matchAll(/^\t(?:\[\w+\]\s*= \{|RECORD).*$/gm)]
    .flatMap(([line]) => [...line.matchAll(/"([a-z]+)\.[a-z_]+"/g)].map(([, kind]) => kind));
  const page = await open("/admin", "boss");
  await unfold(page, "audit");
  await page.waitForSelector("#audit_kind option", { state: "attached" });
  const offered = await page.$$eval("#audit_kind option", (options) => options.map((each) => [each.value, each.textContent]));
  assert.deepEqual(offered.slice(1).map(([kind]) => kind).sort(), [...new Set(kinds)].sort());
  assert.equal(new Set(offered.map(([, name]) => name)).size, offered.length);
  assert.ok(offered.every(([, name]) => /^[\u4e00-\u9fff]+$/.test(name)), JSON.stringify(offered));
  await close(page);
});

test("what became of a record stands in the log: it is made and ended under one kind", async () => {
  const { id } = hall.ctl(["shifts", "add", "name=夜班", "from=20:00", "to=23:00"]);
  hall.ctl(["shifts", String(id), "end"]);
  const page = await open("/admin", "boss");
  await unfold(page, "audit");
  await page.selectOption("#audit_kind", "staff");
  await page.click("#audit_look");
  await shows(page, "#audit_list", new RegExp(`staff\\.shift\\s+ctl\\s+shift:${id}\\s+在用[^]*staff\\.shift\\s+ctl\\s+shift:${id}\\s+停用`));
  await close(page);
});

test("after midnight, before the hall's day starts, what is asked for is of the day that goes on", async (t) => {
  const night = await Hall.start({ boss: "manager" }, {}, { time: Date.parse("2026-11-29T23:50:00+08:00") });
  t.after(() => night.stop());
  night.ctl(["open", "1"]);
  await night.advance(Date.parse("2026-11-30T03:59:00+08:00"));
  const page = await open_url(chrome, `${night.url}/admin`, { time: night.time });
  await sign_in(page, "boss");
  await page.waitForSelector("#desk:not(.unknown)");
  await unfold(page, "audit");
  await page.click("#audit_look");
  await shows(page, "#audit_list", /window\.opened\s+ctl\s+window:1/);
  await unfold(page, "reports");
  await page.waitForSelector("#report_name option", { state: "attached" });
  assert.match(await page.getAttribute("#report_csv", "href"), /\?from=2026-11-29&to=2026-11-29&/);
  await unfold(page, "roster");
  await shows(page, "#roster_week", /^11\/23.* – 11\/29/);
  await close(page);
});

// What halld says at a path, until it is something else.
const tell = async (page, path, value) => {
  await page.unroute(path);
  await page.route(path, (route) => route.fulfill({ json: value }));
};
// As when the page is looked at again: it asks at once.
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

// When an answer that was held has been taken by the page, or given up: it waits for none as long as it takes here.
const taken = async (page, request) => {
  await (await request.response())?.finished();
  await page.evaluate(() => fetch("/healthz").then(() => {}));
};

test("advice: windows that are not believed, and the best move by one button", async () => {
  const page = await open("/admin", "boss"), at = "2026-11-28T10:30:00+08:00", asked = [];
  const doubts = [{ window: 3, doubt: "idle", since: "2026-11-28T10:02:00+08:00" }, { window: 4, doubt: "long", since: "2026-11-28T10:05:00+08:00" }];
  const queues = [{ service: "A", p90_s: 1200, was_s: 2390 }, { service: "B", p90_s: 60, was_s: null }];
  const move = (window, lend) => ({ window, state: lend ? "idle" : "closed", lend, services: ["A"], queues });
  let advice = { at, doubts, moves: [move(5, false), move(6, true)] };
  await page.route("**/api/v1/advice", (route) => route.fulfill({ json: advice }));
  await page.route("**/api/v1/windows/*/*", (route) => {
    asked.push([route.request().url().split("/v1/")[1], route.request().postDataJSON()]);
    advice = { at, doubts: [], moves: advice.moves.slice(1) };
    return route.fulfill({ json: {} });
  });
  await look(page);
  await shows(page, "#advice", /3号窗口空闲而有人在等，自 10:02\s+4号窗口一个号码办理过久，自 10:05/);
  assert.match(await page.innerText("#moves"), /^开放 5号窗口，办理综合受理\s+综合受理预计等候上限 40→20 分钟；.+现在没有窗口办理，预计等候上限 1 分钟$/);
  await page.click("#moves button");
  await shows(page, "#moves", /^让 6号窗口支援综合受理，60 分钟/);
  assert.deepEqual(asked, [["windows/5/open", {}]]);
  assert.ok(await page.isHidden("#doubts li"));
  await page.click("#moves button");
  await page.waitForSelector("#advice", { state: "hidden" });
  assert.deepEqual(asked.slice(1), [["windows/6/lend", { services: ["A"], minutes: 60 }]]);
  await close(page);
});

test("a move that is refused says why, and opens nothing", async () => {
  const page = await open("/admin", "boss"), asked = [];
  await page.route("**/api/v1/windows/*/*", (route) => {
    asked.push(route.request().url().split("/").pop());
    return route.fulfill({ status: 409, json: { status: 409, title: "", code: "not_allowed", state: "offline", command: "open" } });
  });
  await tell(page, "**/api/v1/advice", { at: "2026-11-28T10:30:00+08:00", doubts: [],
    moves: [{ window: 2, state: "offline", lend: false, services: ["B"], queues: [] }] });
  await look(page);
  await page.click("#moves button");
  await until(async () => await page.innerText("#message") !== "");
  assert.deepEqual(asked, ["open"]);
  await close(page);
});

test("advice is asked for while the page is looked at, and is gone when it cannot be had", async () => {
  const page = await open_url(chrome, "about:blank");
  let asked = 0, answers = true;
  await page.clock.install();
  await page.route("**/api/v1/advice", (route) => {
    asked++;
    return answers ? route.fulfill({ json: { at: "2026-11-28T10:30:00+08:00", doubts: [{ window: 1, doubt: "idle", since: "2026-11-28T10:02:00+08:00" }], moves: [] } }) :
      route.abort();
  });
  await page.goto(`${hall.url}/admin`);
  page.loads = 0;
  await sign_in(page, "boss");
  await page.waitForSelector("#advice");
  const first = asked;
  await page.clock.fastForward(15000);
  await until(() => asked > first);
  answers = false;
  await page.clock.fastForward(15000);
  await page.waitForSelector("#advice", { state: "hidden" });
  await close(page);
});

test("endpoints outside: how each is, since when, and what it would not have", async () => {
  const page = await open("/admin", "boss"), today = status().as_of.slice(0, 10), asked = [];
  assert.ok(await page.isHidden("#uplinks"), "there are none");
  const row = (state, more) => ({ url: `https://${state}.example/push`, state, behind: 0, error: "", ok_at: null, failed_at: null, dead: [], ...more });
  const at = (day, time) => `${day}T${time}:00+08:00`;
  const dead = Array.from({ length: 7 }, (_, i) => ({ seq: 41 + i, status: 400, at: at(today, "09:58") }));
  const endpoints = [row("begins", { behind: 3 }), row("ok", { error: "HTTP 500", ok_at: at(today, "10:30"), failed_at: at("2026-01-02", "10:02"), dead }),
    row("fails", { behind: 12, error: "Could not resolve host", ok_at: at(today, "10:05"), failed_at: at(today, "10:30") }),
    row("disabled", { behind: 2, dead: dead.slice(0, 1) })];
  await page.route("**/api/v1/push/*/again", (route) => {
    asked.push([route.request().url().split("/v1/")[1], route.request().postDataJSON()]);
    return route.fulfill({ json: { endpoints } });
  });
  await tell(page, "**/api/v1/push", { endpoints });
  await look(page);
  await page.waitForSelector("#uplinks");
  const said = async () => (await page.locator("#uplink_list > li").allInnerTexts()).map((words) => words.replace(/\s+/g, " ").trim());
  assert.deepEqual(await said(), [
    "https://begins.example/push 还没有应答 还有 3 个事件没有送到",
    "https://ok.example/push 正常 自 2026-01-02 10:02 对方拒收 7 个事件" + dead.slice(0, 5).map(({ seq }) => ` 事件 ${seq}，09:58 被拒收（400） 重新发送`).join(""),
    "https://fails.example/push 推送不通，正在重试 自 10:05 还有 12 个事件没有送到 Could not resolve host",
    "https://disabled.example/push 对方要求停止推送 还有 2 个事件没有送到 恢复推送 对方拒收 1 个事件 事件 41，09:58 被拒收（400）",
  ]);
  await page.click("#language");
  await shows(page, "#uplinks_title", /^Told outside the hall$/);
  assert.match((await said())[1], /^https:\/\/ok.example\/push Well since 2026-01-02 10:02 7 events that it would not have Event 41, refused at 09:58 \(400\) Send again/);
  await page.click(".letters li:nth-child(2) button");
  await until(() => asked.length === 1);
  await page.click("#uplink_list > .disabled button:not([disabled])");
  await until(() => asked.length === 2);
  assert.deepEqual(asked, [["push/1/again", { seq: 42 }], ["push/3/again", {}]]);
  await close(page);
});

test("an answer that comes behind a later one's takes no endpoint away", async () => {
  const page = await open("/admin", "boss");
  let go, asked = 0;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/push", async (route) => {
    const first = asked++ === 0;
    if (first) await held;
    return route.fulfill({ json: { endpoints: first ? [] : [{ url: "https://ok.example/push", state: "ok", behind: 0, error: "", ok_at: null, failed_at: null, dead: [] }] } });
  });
  const late = page.waitForRequest("**/api/v1/push");
  await look(page);
  await until(() => asked === 1);
  await look(page);
  await page.waitForSelector("#uplinks");
  go();
  await taken(page, await late);
  assert.ok(await page.isVisible("#uplinks"));
  await close(page);
});

test("what an endpoint would not have is sent once more", async () => {
  let status = 400;
  const got = [];
  const endpoint = createServer(async (request, answer) => {
    const { type, data } = JSON.parse((await request.toArray()).join(""));
    if (type.endsWith("ticket.issued")) got.push(data.number);
    answer.writeHead(type.endsWith("ticket.issued") ? status : 200).end("{}");
  });
  await new Promise((ready) => endpoint.listen(0, "127.0.0.1", ready));
  process.env.ADMIN_SECRET = `whsec_${Buffer.alloc(32, "for tests").toString("base64")}`;
  const push = [{ url: `http://127.0.0.1:${endpoint.address().port}/`, secrets: [{ env: "ADMIN_SECRET" }], kinds: ["queue.snapshot", "ticket.issued"] }];
  const outside = await Hall.start({ boss: "manager" }, { push });
  outside.ctl(["issue", "A"]);
  await until(() => outside.ctl(["push"]).endpoints[0].dead.length === 1);
  const page = await open_url(chrome, `${outside.url}/admin`);
  await sign_in(page, "boss");
  await page.waitForSelector(".letters button");
  const before = got.length;
  status = 200;
  await page.click(".letters button");
  await until(() => got.length === before + 1);
  assert.equal(got.pop(), "A001");
  await page.waitForSelector(".letters li", { state: "detached" });
  await close(page);
  await outside.stop();
  endpoint.closeAllConnections();
  endpoint.close();
});

test("how good the estimates of a service were", async () => {
  const page = await open_url(chrome, "about:blank");
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.route("**/api/v1/status*", async (route) => {
    const answer = await route.fetch(), status = await answer.json();
    for (const queue of status.queues)
      queue.wait_error = queue.id === "A" ? { day: "2026-11-27", tickets: 30, mae_s: 204, bias_s: 10, p90: 0.912 } : null;
    await route.fulfill({ response: answer, json: status });
  });
  await page.goto(`${hall.url}/admin`);
  page.loads = 0;
  await sign_in(page, "boss");
  await shows(page, "#services [data-key='A'] .error", /^2026-11-27 的预计：应有九成在所告知的时间内叫到，实际 91%；平均相差 3.4 分钟$/);
  assert.ok(await page.isHidden("#services [data-key='B'] .error"));
  await close(page);
});

test("a drill with words of one's own covers the board until it ends; a notice stands there as well", async () => {
  const page = await open("/admin", "boss"), board = await open_url(chrome, `${hall.url}/board`);
  await page.fill("#notice_zh", "请从东门离开");
  await page.click("#drill");
  await page.waitForSelector("#sure");
  assert.equal(status().evacuation, null, "one act does nothing");
  await page.click("#sure_yes");
  await shows(board, "#evacuation", /疏散演练 请从东门离开/);
  await page.click("#resume");
  await page.click("#sure_yes");
  await board.waitForSelector("#evacuation", { state: "hidden" });
  await page.fill("#notice_zh", "电梯检修");
  await page.click("#notice_put");
  await shows(board, "#state", /电梯检修/);
  await page.click("#notice_end");
  await until(() => status().notice === null);
  await close(page);
  await close(board);
});

test("a notice without its Chinese words is asked for them", async () => {
  const page = await open("/admin", "boss");
  await page.fill("#notice_en", "No lift");
  await page.click("#notice_put");
  await page.waitForSelector("#notice_zh:focus:invalid");
  await page.fill("#notice_zh", "电梯检修");
  await page.click("#notice_put");
  await until(() => status().notice?.text_en === "No lift");
  await page.click("#notice_end");
  await until(() => status().notice === null);
  await close(page);
});

test("a service is closed for today and opened again", async () => {
  const page = await open("/admin", "boss");
  await page.click("#services [data-key=A] button");
  await until(() => !status().queues[0].open);
  await shows(page, "#services [data-key=A] button", /恢复办理/);
  await page.click("#services [data-key=A] button");
  await until(() => status().queues[0].open);
  await close(page);
});

test("a service is open until then, with so many tickets, today; and as on other days again", async (t) => {
  const day = await Hall.start({ boss: "manager" }, {}, { time: Date.parse("2026-11-24T09:10:00+08:00") });
  t.after(() => day.stop());
  const page = await open_url(chrome, `${day.url}/admin`);
  const is_open = async () => {
    await day.advance(day.time + 1000);
    return day.ctl(["status"]).queues.find((each) => each.id === "B").open;
  };
  await sign_in(page, "boss");
  await page.selectOption("#exception_service", "B");
  await page.fill("#exception_until", "23:58");
  await page.fill("#exception_quota", "0");
  await page.click("#exception_put");
  await shows(page, "#services [data-key=B] .today", /23:58.*0 /);
  await until(async () => !await is_open());
  await page.click("#exception_end");
  await until(is_open);
  assert.equal(await page.inputValue("#exception_quota"), "");
  await close(page);
});

test("the form of exceptions shows the one there is: what else it says stays", async (t) => {
  const day = await Hall.start({ boss: "manager" }, {}, { time: Date.parse("2026-11-24T09:10:00+08:00") });
  t.after(() => day.stop());
  const put = async (quota) => {
    day.ctl(["override", "A", "quota", quota]);
    await day.advance(day.time + 1000);
  };
  const says = (page) => Promise.all(["#exception_until", "#exception_quota"].map((each) => page.inputValue(each)));
  day.ctl(["override", "A", "until", "18:00"]);
  const page = await open_url(chrome, `${day.url}/admin`);
  await sign_in(page, "boss");
  await shows(page, "#services [data-key=A] .today", /18:00/);
  assert.deepEqual(await says(page), ["18:00", ""]);
  await page.fill("#exception_quota", "150");
  await page.click("#exception_put");
  await shows(page, "#services [data-key=A] .today", /18:00.*150/);
  await put("90");
  await shows(page, "#services [data-key=A] .today", / 90 /);
  assert.equal((await says(page))[1], "90", "another's is shown");
  await page.fill("#exception_quota", "7");
  await put("80");
  await shows(page, "#services [data-key=A] .today", / 80 /);
  assert.equal((await says(page))[1], "7", "what is being filled in stays");
  await close(page);
});

test("what one has not confirmed is not there for who signs in next to confirm", async () => {
  const page = await open("/admin", "boss");
  await page.click("#suspend");
  await page.waitForSelector("#sure:not([hidden])");
  await page.click("#sign_out");
  await sign_in(page, "eve");
  await page.waitForSelector("#desk:not(.unknown)");
  assert.ok(await page.isHidden("#sure"));
  await close(page);
});

test("what halld would have confirmed is not asked of who has signed in meanwhile", async () => {
  const page = await open("/admin", "boss");
  let go, late;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/hall/evacuate", async (route) => {
    const answer = await route.fetch();
    late = route.request();
    await held;
    return route.fulfill({ response: answer });
  });
  await page.click("#drill");
  await until(() => late !== undefined);
  await page.click("#sign_out");
  await sign_in(page, "eve");
  await page.waitForSelector("#desk:not(.unknown)");
  go();
  await taken(page, late);
  assert.ok(await page.isHidden("#sure"));
  await close(page);
});

test("an answer to who has signed out ends nobody else's session", async () => {
  const page = await open("/admin", "boss");
  let go, late;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/overrides", async (route) => {
    if (late !== undefined) return route.continue();
    late = route.request();
    await held;
    return route.fulfill({ status: 401, json: { status: 401, title: "", code: "unauthorized" } });
  });
  hall.ctl(["issue", "A"]);		// it asks again
  await until(() => late !== undefined);
  await page.click("#sign_out");
  await sign_in(page, "eve");
  await page.waitForSelector("#desk:not(.unknown)");
  go();
  await taken(page, late);
  assert.ok(await page.isVisible("#desk"));
  await close(page);
});

test("a window that is lent says so, in both languages, and is lent no more by one touch", async () => {
  const page = await open("/admin", "boss"), lent = () => status().windows[1].lent;
  assert.equal(await page.isVisible("#windows [data-key='2'] button"), false);
  hall.ctl(["lend", "2", "A,B", "30"]);
  await until(() => lent() !== null);
  const at = lent().until.slice(11, 16);
  await shows(page, "#windows [data-key='2'] .lent", new RegExp(`^支援综合受理 · 社保，到 ${at}$`));
  await page.click("#language");
  await shows(page, "#windows [data-key='2'] .lent", new RegExp(`^Lent to General · Insurance until ${at}$`));
  await page.click("#windows [data-key='2'] button");
  await page.waitForSelector("#windows [data-key='2'] .lent", { state: "hidden" });
  assert.equal(lent(), null);
  assert.equal(await page.isVisible("#windows [data-key='2'] button"), false);
  await close(page);
});

test("a call stands there with its reason", async () => {
  const page = await open("/admin", "boss");
  for (const waiting of hall.ctl(["tickets"]).tickets.filter((each) => each.state === "waiting")) hall.ctl(["void", waiting.number, "x"]);
  const { number } = hall.ctl(["issue", "A"]);
  hall.ctl(["next", "1"]);
  await shows(page, "#calls li:first-child", new RegExp(`${number}.*只有 ${number} 在等`, "s"));
  hall.ctl(["finish", "1"]);
  await close(page);
});

test("a window calls for help: others and the manager see it, one comes, it is over", async () => {
  const ann = await open("/window/1", "ann"), bob = await open("/window/2", "bob"), page = await open("/admin", "boss");
  await ann.click("#alarm");
  await shows(bob, "#alarms", /1号窗口求助/);
  await shows(page, "#alarms", /1号窗口求助/);
  await bob.click("#alarm_list button");
  await shows(ann, "#alarms", /bob 正在赶去/);
  await ann.click("#alarm_list button");
  await bob.waitForSelector("#alarms", { state: "hidden" });
  await page.waitForSelector("#alarms", { state: "hidden" });
  for (const each of [ann, bob, page]) await close(each);
});

test("a call for help stays there when an answer of before it comes late", async () => {
  const ann = await open("/window/1", "ann"), page = await open_url(chrome, `${hall.url}/admin`);
  let go, late;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/alarms", async (route) => {
    if (late !== undefined) return route.continue();
    late = route.request();		// the first
    await held;
    return route.fulfill({ json: { alarms: [] } });
  });
  await sign_in(page, "boss");
  await until(() => late !== undefined);
  await ann.click("#alarm");
  await shows(page, "#alarm_list", /1号窗口求助/);
  go();
  await taken(page, late);
  assert.ok(await page.isVisible("#alarm_list li"));
  await ann.click("#alarm_list button");
  await page.waitForSelector("#alarm_list li", { state: "detached" });
  for (const each of [ann, page]) await close(each);
});

test("a tick is taken from the next call on; what is wrong is marked; what others took is not overwritten", async () => {
  const page = await open("/admin", "boss"), other = await open("/admin", "boss");
  for (const each of [page, other]) {
    await unfold(each, "layout");
    await each.waitForSelector("#grid input");
  }
  await page.click("#grid fieldset:first-child [value=B]");
  assert.deepEqual((await layout(page)).windows[0].services, ["A", "B"]);
  await page.click("#check");
  await shows(page, "#layout_message", /没有问题/);
  await shows(page, "#diff", /\+.*"B"/);
  await page.click("#save");
  await shows(page, "#layout_message", /已启用/);
  await until(() => status().windows[0].services.length === 2);
  await other.click("#save");
  await shows(other, "#layout_message", /他人更改/);

  const was = await page.inputValue("#text");
  await page.fill("#text", was.replace(/"no": ?1,/, '"no":1200,'));
  await page.click("#save");
  await shows(page, "#layout_message", /1200/);
  assert.equal(await page.evaluate(() => document.getSelection().toString() ||
    document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)), "1200");

  await page.fill("#text", JSON.stringify(JSON.parse(was), null, 1).replace('"windows": [', '"windows" ['));
  await page.click("#check");
  await shows(page, "#layout_message", /^第 \d+ 行.*JSON/);
  assert.equal(await page.$eval("#text", (area) => area.value.slice(area.selectionStart, area.selectionEnd)), ' "windows" [');

  hall.ctl(["issue", "B"]);
  await page.fill("#text", JSON.stringify({ ...JSON.parse(was), windows: [{ no: 1, services: ["A"] }] }));
  await page.click("#save");
  await shows(page, "#layout_message", /B001/);

  await page.click("#versions li:last-child .take");
  await until(async () => (await layout(page)).windows.length === 2);
  assert.deepEqual((await layout(page)).windows[0].services, ["A"]);
  await page.click("#versions li:last-child .compare");
  await until(async () => await page.innerText("#diff") === "");
  await close(page);
  await close(other);
});

test("a text that was begun on a version that is no longer in force is not saved over the newer one", async () => {
  const page = await open("/admin", "boss"), other = await open("/admin", "eve");
  for (const each of [page, other]) {
    await unfold(each, "layout");
    await until(async () => (await each.inputValue("#text")) !== "");
  }
  const begun = await page.inputValue("#text");
  await page.fill("#text", begun.replace('"General"', '"Anything"'));
  await other.fill("#text", begun.replace('"Insurance"', '"Pensions"'));
  await other.click("#save");
  await shows(other, "#layout_message", /已启用/);
  await page.click("#sign_out");
  await sign_in(page, "boss");
  await page.waitForSelector("#desk:not([hidden])");
  await shows(page, "#versions", /eve/);
  assert.ok((await page.inputValue("#text")).includes('"Anything"'), "what was typed stays");
  await page.click("#save");
  await shows(page, "#layout_message", /已被他人更改/);
  assert.equal(status().queues[1].name_en, "Pensions");
  await page.click("#reload");
  await until(async () => (await page.inputValue("#text")).includes('"Pensions"'));
  for (const each of [page, other]) await close(each);
});

test("what is typed while the layout is asked for stays", async () => {
  const page = await open("/admin", "boss");
  await unfold(page, "layout");
  await until(async () => await page.inputValue("#text") !== "");
  let go, asked = 0;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/layout", async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  const versions = await page.innerText("#versions"), path = `${hall.url}/api/v1/layout`, was = await page.request.get(path);
  await page.click("#reload");
  await until(() => asked > 0);
  await page.fill("#text", "{ typed");
  const put = await page.request.put(path, { data: (await was.text()).replace('"ordinary"', ' "ordinary"'),
    headers: { "Content-Type": "application/json", "If-Match": was.headers().etag, Origin: hall.url } });
  assert.ok(put.ok(), await put.text());
  go();
  await until(async () => await page.innerText("#versions") !== versions);
  assert.equal(await page.inputValue("#text"), "{ typed");
  await close(page);
});

test("a tick taken away and set again keeps the level of a service at its window", async () => {
  const page = await open("/admin", "boss"), services = ["A", { id: "B", level: 2 }];
  await unfold(page, "layout");
  await page.waitForSelector("#grid input");
  const next = await layout(page);
  next.windows[0].services = services;
  await page.fill("#text", JSON.stringify(next));
  await page.click("#save");
  await shows(page, "#layout_message", /已启用/);
  await shows(page, "#grid fieldset:first-child", /· 2/);
  await page.click("#grid fieldset:first-child [value=B]");
  assert.deepEqual((await layout(page)).windows[0].services, ["A"]);
  await page.click("#grid fieldset:first-child [value=B]");
  assert.deepEqual((await layout(page)).windows[0].services, services);
  await close(page);
});

test("a part that is opened again before it is there is there once", async () => {
  const page = await open("/admin", "boss"), held = [], posted = [];
  await page.route("**/pages/admin/records.js", (route) => held.push(route));
  page.on("request", (request) => { if (request.method() === "POST" && request.url().endsWith("/staff")) posted.push(request); });
  await unfold(page, "records");
  await until(() => held.length > 0);
  await unfold(page, "records");
  await unfold(page, "records");
  assert.ok(await page.isHidden("#record_subject"), "nothing can be pressed in vain");
  for (const route of held) await route.continue();
  await page.waitForSelector("#record_subject option", { state: "attached" });
  await page.selectOption("#record_subject", "staff");
  await page.click("#record_new");
  await page.fill("#record_field_name", "赵六");
  await page.click("#record_save");
  await shows(page, "#record_body", /赵六/);
  assert.equal(posted.length, 1);
  await page.click("#record_new");
  await page.fill("#record_field_name", "别人的字");
  await page.click("#sign_out");
  await sign_in(page, "boss");
  await page.waitForSelector("#desk");
  assert.equal(await page.inputValue("#record_field_name"), "别人的字", "who comes back finds it");
  await page.click("#sign_out");
  await sign_in(page, "eve");
  await shows(page, "#record_body", /赵六/);
  assert.ok(await page.isHidden("#record_form"), "what somebody typed is nobody else's");
  await close(page);
});

test("a part that cannot be had is folded again, and had when it is opened once more", async () => {
  const page = await open("/admin", "boss");
  await page.route("**/pages/admin/stock.js", (route) => route.abort());
  await unfold(page, "stock");
  await shows(page, "#message", /没有收到应答/);
  await page.waitForSelector("#stock:not([open])");
  await page.unroute("**/pages/admin/stock.js");
  await unfold(page, "stock");
  await page.waitForSelector("#stock_kind option", { state: "attached" });
  await close(page);
});

test("the day ends", async () => {
  const page = await open("/admin", "boss");
  await page.click("#endday");
  await page.click("#sure_yes");
  await until(() => status().totals.waiting === 0);
  await close(page);
});

test("a layout that nobody answers can be saved once more", async () => {
  const page = await open_url(chrome, `${hall.url}/admin`, { time: Date.now() });
  await sign_in(page, "boss");
  await page.waitForSelector("#desk:not(.unknown)");
  await unfold(page, "layout");
  await until(async () => await page.inputValue("#text") !== "");
  let sent = 0;
  await page.route("**/api/v1/layout", (route) => route.request().method() === "PUT" ? sent++ : route.continue());
  await page.click("#save");
  await until(async () => sent === 1);
  assert.ok(await page.isDisabled("#save"));
  await page.clock.runFor(31e3);
  await until(() => page.isEnabled("#save"));
  await shows(page, "#layout_message", /没有收到应答/);
  await page.context().close();
});
