// Hall management on the page of who runs the hall, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, open as open_url, sign_in, until, unfold } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({ boss: "manager", eye: "inspector", root: "admin" });
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

const open = async (name) => {
  const page = await open_url(chrome, `${hall.url}/admin`);
  await sign_in(page, name);
  await page.waitForSelector("#records:not([hidden])");
  await unfold(page, "records");
  return page;
};
const choose = async (page, path) => {
  await page.selectOption("#record_subject", path);
};
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));

test("somebody is taken on, gets another post, and leaves", async () => {
  const page = await open("boss");
  await choose(page, "staff");
  await page.click("#record_new");
  await page.fill("#record_field_name", "王芳");
  await page.fill("#record_field_code", "1001");
  await page.fill("#record_field_skills", "A B");
  await page.click("#record_save");
  await shows(page, "#record_body", /王芳[\s\S]*1001[\s\S]*A B[\s\S]*在册/);
  await page.click("#record_body button");
  await page.fill("#record_field_post", "主办");
  await page.click("#record_save");
  await shows(page, "#record_body", /主办/);
  if (process.env.SCREENSHOT) {
    await page.click("#record_body button");
    await page.locator("#records").screenshot({ path: process.env.SCREENSHOT });
    await page.click("#record_cancel");
  }
  await page.click("#record_body button");
  await page.click("#record_steps [data-verb=leave]");
  await shows(page, "#record_none", /没有/);
  await page.check("#record_past");
  await shows(page, "#record_body", /王芳[\s\S]*已离开/);
  await page.click("#record_body button");
  assert.ok(await page.isDisabled("#record_field_name"), "what is over stays as it is");
  assert.ok(await page.isHidden("#record_save"));
  assert.equal(await page.locator("#record_steps button").count(), 0);
  await close(page);
});

test("where somebody is, is said of them, listed, and ended", async () => {
  const page = await open("boss");
  hall.ctl(["staff", "add", "name=赵云"]);
  const { id } = hall.ctl(["staff"]).staff.find((each) => each.name === "赵云");
  await choose(page, "presence");
  await page.click("#record_new");
  await page.fill("#record_field_person", String(id));
  await page.selectOption("#record_field_status", "meeting");
  await page.click("#record_save");
  await shows(page, "#record_body", /^\d+\s+赵云\s+会议[\s\S]*现在$/);
  await page.click("#record_body button");
  await page.click("#record_steps [data-verb=end]");
  await shows(page, "#record_none", /没有/);
  assert.equal(await page.locator("#record_body tr").count(), 0, "nobody of whom nothing was said");
  await page.check("#record_past");
  await shows(page, "#record_body", /^\d+\s+赵云\s+会议[\s\S]*已结束$/);
  await close(page);
});

test("a time is filled in as the hall's clock shows it", async () => {
  hall.ctl(["staff", "add", "name=马超"]);
  const { id } = hall.ctl(["staff"]).staff.find((each) => each.name === "马超");
  const page = await open_url(chrome, `${hall.url}/admin`, { timezoneId: "America/New_York" });
  const said = () => hall.ctl(["presence"]).presence.find((each) => each.person === id);
  await sign_in(page, "boss");
  await unfold(page, "records");
  await choose(page, "presence");
  await page.click("#record_new");
  await page.fill("#record_field_person", String(id));
  await page.selectOption("#record_field_status", "training");
  await page.fill("#record_field_until", "2099-01-31T17:30");
  await page.click("#record_save");
  await shows(page, "#record_body", /2099-01-31 17:30/);
  assert.equal(said().until, "2099-01-31T17:30:00+08:00");
  for (const [change, until] of [["", "2099-01-31T17:30:00+08:00"], ["2099-01-31T18:05:07", "2099-01-31T18:05:07+08:00"]]) {
    await page.click("#record_body tr:has-text('马超') button");
    assert.match(await page.inputValue("#record_field_until"), /^2099-01-31T17:30/);
    if (change) await page.fill("#record_field_until", change);
    const [request] = await Promise.all([page.waitForRequest((each) => each.method() === "PUT"), page.click("#record_save")]);
    assert.equal(request.postDataJSON().until !== undefined, change !== "", "what is as it was is not written");
    await page.waitForSelector("#record_form", { state: "hidden" });
    assert.equal(said().until, until);
  }
  await close(page);
});

test("in the other language nothing stays in the first one", async () => {
  const page = await open("boss");
  await choose(page, "leave");
  await page.click("#record_new");
  await page.fill("#record_field_reason", "x");
  const chinese = async () => (await page.evaluate(() => document.getElementById("records").textContent)).match(/\p{Script=Han}+/gu);
  assert.match((await chinese()).join(), /公假/);
  await page.click("#language");
  await page.waitForSelector("html[lang=en]", { state: "attached" });
  assert.equal(await chinese(), null);
  assert.match(await page.innerText("#record_fields"), /^Person\s+\*/);
  assert.equal(await page.inputValue("#record_field_reason"), "x");
  await page.click("#language");
  await page.waitForSelector("html[lang=zh-CN]", { state: "attached" });
  assert.match(await page.innerText("#record_fields"), /^人员\s+\*/);
  await close(page);
});

test("what is wrong is said by its field, and what was typed stays", async () => {
  const page = await open("boss");
  await choose(page, "stock");
  await page.click("#record_new");
  await page.fill("#record_field_code", "P80");
  await page.click("#record_save");
  await shows(page, "#record_message", /名称/);
  await page.fill("#record_field_name", "热敏纸");
  await page.fill("#record_field_unit", "卷");
  await page.fill("#record_field_cost", "3.50");
  await page.click("#record_save");
  await shows(page, "#record_body", /P80[\s\S]*3\.50/);
  await close(page);
});

test("in a list a number that nobody filled in is no 0, and a column without anything is none; what is not to be typed opens all the same", async () => {
  const page = await open("boss");
  const item = hall.ctl(["stock", "add", "code=T1", "name=碳粉", "unit=盒", "safety=3"]).id;
  hall.ctl(["stock", "add", "code=T2", "name=标签", "unit=盒"]);
  await choose(page, "stock");
  await shows(page, "#record_body", /T2/);
  const heads = (await page.innerText("#record_head")).split(/\t/).map((head) => head.trim()), safety = heads.indexOf("安全库存");
  assert.ok(!heads.includes("到货天数") && !heads.includes("每千件用量"), heads.join(" "));
  for (const [code, number] of [["T1", "3"], ["T2", ""]])
    assert.equal(await page.locator(`#record_body tr:has-text("${code}") td`).nth(safety).innerText(), number);
  hall.ctl(["moves", "add", `item=${item}`, "kind=in", "quantity=2"]);
  await choose(page, "moves");
  await shows(page, "#record_body", /碳粉\s+入库\s+2/);
  assert.doesNotMatch(await page.innerText("#record_head"), /更正|申请单/);
  await choose(page, "batches");
  await shows(page, "#record_body", /碳粉/);
  await page.click("#record_body button");
  await page.waitForSelector("#record_cancel:focus");
  await page.click("#record_cancel");
  await close(page);
});

test("two change one: the second is told, loses nothing, and may save over it", async () => {
  const first = await open("boss"), second = await open("boss");
  hall.ctl(["shifts", "add", "name=早班", "from=08:30", "to=17:00"]);
  for (const page of [first, second]) {
    await choose(page, "shifts");
    await page.click("#record_body button");
  }
  await first.fill("#record_field_to", "17:30");
  await first.click("#record_save");
  await shows(first, "#record_body", /17:30/);
  await second.fill("#record_field_name", "白班");
  await second.click("#record_save");
  await shows(second, "#record_message", /别人/);
  assert.equal(await second.inputValue("#record_field_name"), "白班");
  await shows(second, "#record_other_to", /17:30/);
  await second.click("#record_save");
  await shows(second, "#record_body", /白班[\s\S]*17:30/);
  await close(first);
  await close(second);
});

test("a record that is saved again before there is an answer is there once", async () => {
  const page = await open("boss");
  let go;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/shifts", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await choose(page, "shifts");
  await page.click("#record_new");
  await page.fill("#record_field_name", "夜班");
  await page.fill("#record_field_from", "18:00");
  await page.fill("#record_field_to", "22:00");
  await page.dblclick("#record_save");
  await page.press("#record_field_name", "Enter");
  go();
  await page.waitForSelector("#record_form", { state: "hidden" });
  await shows(page, "#record_body", /夜班/);
  await page.click("#record_new");
  await page.fill("#record_field_name", "早班");
  await page.fill("#record_field_from", "06:00");
  await page.fill("#record_field_to", "10:00");
  await page.click("#record_save");
  await shows(page, "#record_body", /早班/);
  assert.equal(hall.ctl(["shifts"]).shifts.filter((each) => each.name === "夜班").length, 1);
  await close(page);
});

test("records that cannot be had are not said to be none", async () => {
  const page = await open("boss");
  await page.waitForSelector("#record_subject option[value='shifts']", { state: "attached" });
  await page.route("**/api/v1/shifts", (route) => route.abort());
  await choose(page, "shifts");
  await shows(page, "#record_none", /没有收到应答/);
  await page.unroute("**/api/v1/shifts");
  await choose(page, "staff");
  await choose(page, "shifts");
  await until(async () => !/没有收到应答/.test(await page.innerText("#records")));
  await close(page);
});

// Requests of a method to a path wait until go() is called.
const hold = async (page, method, path) => {
  let go;
  const held = new Promise((r) => { go = r; });
  await page.route(path, async (route) => {
    if (route.request().method() === method) await held;
    await route.continue();
  });
  return go;
};

test("records that are awaited are not said to be none, and nothing of another list opens meanwhile", async () => {
  const page = await open("boss");
  await choose(page, "stock");
  await shows(page, "#record_body", /P80/);
  const go = await hold(page, "GET", "**/api/v1/shifts");
  await page.evaluate(() => {
    const row = document.querySelector("#record_body button"), select = document.getElementById("record_subject");
    select.value = "shifts";
    select.dispatchEvent(new Event("change"));
    row.click();
  });
  await until(async () => await page.locator("#record_body button").count() === 0);
  assert.equal(await page.innerText("#record_none"), "");
  go();
  await shows(page, "#record_body", /白班/);
  await close(page);
});

test("an answer that comes late closes no form but its own", async () => {
  const page = await open("boss");
  await choose(page, "stock");
  const go = await hold(page, "POST", "**/api/v1/stock");
  for (const code of ["LATE", "NEXT"]) {
    await page.click("#record_new");
    await page.fill("#record_field_code", code);
    await page.fill("#record_field_name", code);
    await page.fill("#record_field_unit", "支");
    if (code === "LATE") {
      await page.click("#record_save");
      await page.click("#record_cancel");
    }
  }
  go();
  await shows(page, "#record_body", /LATE/);
  assert.equal(await page.inputValue("#record_field_code"), "NEXT");
  await page.click("#record_save");
  await shows(page, "#record_body", /NEXT/);
  await close(page);
});

test("repairs that cannot be had are not said to be none; what was typed for one is not there for another", async () => {
  for (const [i, no] of ["取号机甲", "取号机乙"].entries()) {
    hall.ctl(["equipment", "add", `no=${no}`, "kind=kiosk"]);
    hall.ctl(["repairs", "add", `asset=${i + 1}`, "fault=卡纸"]);
  }
  const page = await open("boss"), step = (id, verb) => page.click(`#repair_list > [data-key="${id}"] [data-key="${verb}"] button`);
  await unfold(page, "equipment");
  await shows(page, "#repair_list", /取号机甲[^]*取号机乙/);
  await step(1, "close");
  await page.fill("#repair_note", "换了滚轮");
  await page.click("#repair_cancel");
  await step(2, "close");
  assert.equal(await page.inputValue("#repair_note"), "");
  await page.click("#repair_cancel");
  const asked = [];
  await page.route("**/api/v1/repairs", (route) => { asked.push(1); return route.abort(); });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await until(() => asked.length > 0);
  await new Promise((r) => setTimeout(r, 300));
  assert.match(await page.innerText("#repair_list"), /取号机甲/);
  assert.equal(await page.innerText("#repair_none"), "");
  await close(page);
});

test("who only looks sees no button that writes", async () => {
  const page = await open("eye");
  await choose(page, "shifts");
  await shows(page, "#record_body", /白班/);
  assert.ok(await page.isHidden("#record_new"));
  await page.click("#record_body button");
  assert.ok(await page.isHidden("#record_save"));
  assert.equal(await page.locator("#record_steps button").count(), 0);
  await close(page);
});

test("who only looks sees nothing that halld would refuse", async () => {
  hall.ctl(["open", "1"]);
  hall.ctl(["lend", "1", "B", "30"]);
  const [eye, boss] = await Promise.all(["eye", "boss"].map(open));
  const buttons = (page) => page.$$eval("#desk button, #desk form, #grid", (all) => all.filter((each) => each.checkVisibility())
    .map((each) => each.id || each.closest("[id]").id));
  for (const page of [eye, boss]) {
    await unfold(page, "layout");
    await page.waitForSelector("#versions li");
    await page.waitForSelector("#windows .lent:not([hidden])");
  }
  const may = await buttons(boss), looks = await buttons(eye);
  for (const id of ["suspend", "evacuate", "endday", "notice", "services", "exception", "windows", "check", "save"]) {
    assert.ok(may.includes(id), id);
    assert.ok(!looks.includes(id), id);
  }
  assert.ok(looks.includes("versions") && looks.includes("grid"), "what can be read is there");
  await eye.click("#language");
  await until(async () => (await buttons(eye)).length === looks.length);
  await close(eye);
  await close(boss);
});

test("the admin makes a backup by a button, and the opening check is made again", async () => {
  const page = await open_url(chrome, `${hall.url}/admin`, { start: () => {		// which is made each minute anyway
    const every = window.setInterval;
    window.setInterval = (what, ms) => (ms === 60000 ? 0 : every(what, ms));
  } });
  const asked = [];
  page.on("request", (request) => asked.push(`${request.method()} ${request.url().split("/v1/")[1]}`));
  await sign_in(page, "root");
  await unfold(page, "kept");
  await page.click("#kept_now");
  await shows(page, "#kept_list", /^halld-\d{8}-\d{6}\.db\s+\d+\.\d MB\s+恢复$/);
  await until(() => asked.lastIndexOf("GET ready") > asked.indexOf("POST backup"));
  await close(page);
  const other = await open("boss");
  assert.ok(await other.isHidden("#kept"), "nobody else's");
  await close(other);
});

test("the admin puts a copy back, once they are sure; what came since is gone", async () => {
  const own = await Hall.start({ root: "admin" }), page = await open_url(chrome, `${own.url}/admin`);
  const count = () => own.ctl(["tickets"]).tickets.length;
  await sign_in(page, "root");
  own.ctl(["issue", "A"]);
  const file = own.ctl(["backup"]).path.split("/").pop();
  own.ctl(["issue", "A"]);
  await unfold(page, "kept");
  await page.click("#kept_list .do");
  assert.match(await page.innerText("#sure_what"), new RegExp(`恢复 ${file}.*不再算数`));
  await page.click("#sure_no");
  assert.equal(count(), 2);
  await shows(page, "#hall", /等候 2 人/);
  await page.click("#kept_list .do");
  await page.click("#sure_yes");
  await shows(page, "#hall", /等候 1 人/);
  assert.equal(count(), 1);
  await close(page);
  await own.stop();
});

test("tables are handed out as files, the same as hallctl writes them", async () => {
  const time = Date.parse("2036-11-24T09:00:00+08:00"), own = await Hall.start({ boss: "manager" }, {}, { time });	// it stands, so nothing else happens
  for (const service of ["A", "B"]) own.ctl(["issue", service]);
  const page = await open_url(chrome, `${own.url}/admin`, { time }), folder = join(own.folder, "export");
  await sign_in(page, "boss");
  await unfold(page, "reports");
  await until(async () => await page.locator("#export_table option").count() > 5);
  const files = {};
  for (const table of ["event", "ticket", "leg", "window", "record", "layout"]) {	// a browser saves ten files a second, and no more
    await page.selectOption("#export_table", table);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export_now")]);
    files[download.suggestedFilename()] = readFileSync(await download.path(), "utf8");
  }
  own.ctl(["export", folder]);
  for (const [name, text] of Object.entries(files)) assert.equal(text, readFileSync(join(folder, name), "utf8"), name);
  assert.ok(files["event.jsonl"].includes('"kind":"ticket.issued"') && files["ticket.csv"].split("\r\n").length > 3);
  await close(page);
  await own.stop();
});

test("somebody comes by their code, at the guide's desk", async () => {
  const time = Date.parse("2036-11-24T09:00:00+08:00"), own = await Hall.start({ gus: "guide" }, {}, { time });
  own.ctl(["staff", "add", "name=李雷", "code=7001"]);
  own.ctl(["shifts", "add", "name=早班", "from=09:00", "to=17:00"]);
  own.ctl(["roster", "add", "day=2036-11-24", "person=1", "shift=1"]);
  const page = await open_url(chrome, `${own.url}/guide`, { time });
  await sign_in(page, "gus");
  await page.fill("#clock_code", "0000");
  await page.click("#clock_form button");
  await shows(page, "#clock_said", /./);
  await page.fill("#clock_code", "7001");
  await page.click("#clock_form button");
  await shows(page, "#clock_said", /^09:00 到岗:正常$/);
  await close(page);
  await own.stop();
});
