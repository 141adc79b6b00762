// Whether the hall can open, what it has, and what is to be repaired, on the pages of who runs it and of its guides.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, misplaced, open as open_url, sign_in, until, unfold } from "./page.mjs";

const MORNING = Date.parse("2026-09-01T08:30:00+08:00");
let hall, chrome;

before(async () => {
  hall = await Hall.start({ boss: "manager", eye: "inspector", gil: "guide", cal: "clerk" },
    { devices: [{ id: "printer", driver: "escpos", port: "/nowhere/printer", roll_m: 80 }] }, { time: MORNING });
  hall.ctl(["staff", "add", "name=王芳"]);
  hall.ctl(["equipment", "add", "no=YL-07", "kind=打印机", "place=一楼大厅", "device=printer"]);
  hall.ctl(["equipment", "add", "no=YL-08", "kind=椅子"]);
  await hall.advance(MORNING + 6 * 60e3);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

const open = async (name, path, context) => {
  const page = await open_url(chrome, hall.url + path, context);
  await sign_in(page, name);
  await page.waitForSelector("#desk:not([hidden])");
  return page;
};
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));
const screenshot = (page, what) => process.env.SCREENSHOTS && page.screenshot({ path: `${process.env.SCREENSHOTS}/${what}.png`, fullPage: true });

for (const [name, path] of [["boss", "/admin"], ["eye", "/admin"], ["gil", "/guide"], ["boss", "/guide"]])
  test(`${name} sees on ${path} what is wrong and what to do`, async () => {
    const page = await open(name, path);
    await shows(page, "#ready_title", /还不能正常开门/);
    await shows(page, "#ready_list li:first-child", /设备[\s\S]*printer没有接上[\s\S]*电源/);
    await shows(page, "#ready_list li:last-child", /全天开放/);
    await screenshot(page, `ready-${name}-${path.slice(1)}`);
    await page.click("#language");
    await shows(page, "#ready_list li:first-child", /printer is not connected/);
    await close(page);
  });

test("a clerk at the guide's desk does not", async () => {
  const page = await open("cal", "/guide");
  await page.waitForSelector("#services li", { state: "attached" });	// halld has answered
  assert.ok(await page.isHidden("#ready"));
  await close(page);
});

test("on a phone nothing of it is cut off", async () => {
  const page = await open("gil", "/guide", { viewport: { width: 360, height: 740 } });
  await shows(page, "#ready_title", /还不能/);
  await screenshot(page, "ready-phone");
  assert.deepEqual(await misplaced(page), []);
  await close(page);
});

test("who only looks sees what is broken, and takes no step", async () => {
  const page = await open("eye", "/admin");
  await unfold(page, "equipment");
  await shows(page, "#repair_list", /YL-07[\s\S]*已报修/);
  assert.equal(await page.locator("#repair_list button").count(), 0);
  await close(page);
});

test("a repair from the order to its end", async () => {
  const page = await open("boss", "/admin");
  await unfold(page, "equipment");
  await shows(page, "#asset_list li:first-child", /YL-07[\s\S]*打印机[\s\S]*未接上/);
  await shows(page, "#repair_list", /YL-07[\s\S]*未接上/);
  await page.click("#repair_list [data-key=assign] button");
  await page.selectOption("#repair_person", { label: "王芳" });
  await screenshot(page, "equipment");
  await page.click("#repair_do");
  await shows(page, "#repair_list", /已派工 · 王芳/);
  await page.click("#repair_list [data-key=arrive] button");
  await shows(page, "#repair_list", /已到场/);
  await page.click("#repair_list [data-key=fix] button");
  await page.fill("#repair_quantity", "7");
  await page.click("#repair_cancel");
  await page.click("#repair_list [data-key=fix] button");
  assert.equal(await page.inputValue("#repair_quantity"), "", "what was left is not there again");
  await page.fill("#repair_cost", "12.50");
  const { repairs: [{ id, rev }] } = await (await page.request.get(`${hall.url}/api/v1/repairs`)).json();
  const other = await page.request.put(`${hall.url}/api/v1/repairs/${id}`, { data: { rev, note: "等配件" }, headers: { Origin: hall.url } });
  assert.ok(other.ok(), await other.text());
  await page.click("#repair_do");
  await shows(page, "#message", /\S/);
  assert.equal(await page.inputValue("#repair_cost"), "12.50", "somebody else was quicker: what was typed stays");
  await page.click("#repair_do");
  await page.click("#repair_list [data-key=verify] button");
  await shows(page, "#repair_none", /没有要修的/);
  await close(page);
});
