// Stock on the page of who runs the hall, in a real browser against the real daemon.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, open as open_url, sign_in, until, unfold } from "./page.mjs";

let hall, chrome;

before(async () => {
  hall = await Hall.start({ boss: "manager", eye: "inspector" },
    { devices: [{ id: "lobby", driver: "escpos", port: "/nowhere/printer", roll_m: 50 }] });
  for (const words of [["stock", "add", "code=P80", "name=热敏纸", "unit=卷", "safety=3", "cost=350", "roll_mm=80000", "pack=10"],
    ["stock", "add", "code=T", "name=碳粉", "unit=支"], ["moves", "add", "item=1", "kind=in", "quantity=5", "place=库房"],
    ["moves", "add", "item=2", "kind=in", "quantity=4"], ["orders", "add", "item=2", "quantity=6"],
    ["requests", "add", "item=1", "quantity=2", "device=一楼取号机"], ["requests", "add", "item=2", "quantity=1"]])
    hall.ctl(words);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

const open = async (name) => {
  const page = await open_url(chrome, `${hall.url}/admin`);
  await sign_in(page, name);
  await unfold(page, "stock");
  return page;
};
const shows = (page, selector, pattern) => until(async () => pattern.test(await page.innerText(selector)));

test("what there is, what is asked for, and what becomes too little", async () => {
  const page = await open("boss");
  await shows(page, "#stock_items", /热敏纸[\s\S]*5 卷[\s\S]*库房 5[\s\S]*碳粉[\s\S]*4 支[\s\S]*在途 6/);
  await shows(page, "#stock_requests", /热敏纸 × 2[\s\S]*一楼取号机/);
  await page.click("#stock_requests li:first-child .next");
  await shows(page, "#stock_requests li:first-child", /发放|发出|领用|发料/);
  await page.click("#stock_requests li:first-child .next");
  await shows(page, "#stock_items li.low", /热敏纸[\s\S]*3 卷[\s\S]*再订货点 3/);
  await close(page);
});

test("a move is booked; one that cannot be is told, and what was typed stays", async () => {
  const page = await open("boss");
  await page.selectOption("#stock_item", { label: "碳粉" });
  await page.selectOption("#stock_kind", "out");
  await page.fill("#stock_quantity", "9");
  await page.click("#stock_book");
  await shows(page, "#stock_message", /at most 4/);
  assert.equal(await page.inputValue("#stock_quantity"), "9");
  await page.selectOption("#stock_kind", "count");
  await page.click("#stock_book");
  await shows(page, "#stock_items", /碳粉[\s\S]*9 支/);
  await until(async () => await page.inputValue("#stock_quantity") === "");		// the page also looks by itself, maybe before its answer
  await page.waitForSelector("#stock_message", { state: "hidden" });
  await close(page);
});

test("what goes out of stock goes out, while people are out on business", async () => {
  const page = await open("boss");
  await page.waitForSelector("#stock_kind [value=out]", { state: "attached" });
  assert.equal(await page.innerText("#stock_kind [value=out]"), "出库");
  await unfold(page, "records");
  await until(async () => await page.locator("#record_subject option").count() > 5);
  for (const [path, field, words] of [["moves", "kind", "出库"], ["leave", "kind", "公出"], ["presence", "status", "公出"]]) {
    await page.selectOption("#record_subject", path);
    await page.click("#record_new");
    assert.equal(await page.innerText(`#record_field_${field} [value=out]`), words);
  }
  await page.selectOption("#record_subject", "moves");
  hall.ctl(["moves", "add", "item=2", "kind=out", "quantity=1"]);
  await page.check("#record_past");
  await page.uncheck("#record_past");
  await shows(page, "#record_body", /碳粉\s+出库/);
  await close(page);
});

test("the paper of printers, by the roll that was put in last", async () => {
  const page = await open("boss");
  await shows(page, "#stock_printers", /lobby[\s\S]*剩 50\.0 米/);
  hall.ctl(["roll", "lobby", "new"]);
  await unfold(page, "stock");
  await unfold(page, "stock");
  await shows(page, "#stock_printers", /剩 80\.0 米/);
  if (process.env.SCREENSHOT)
    await page.locator("#stock").screenshot({ path: process.env.SCREENSHOT });
  await close(page);
});

test("nothing is refused without a reason", async () => {
  const page = await open("boss");
  const row = "#stock_requests li:last-child ";
  await shows(page, row, /碳粉/);
  await page.click(row + ".refuse");
  assert.equal(await page.evaluate(() => document.activeElement.id), "stock_why");
  await page.fill("#stock_why", "还有");
  await page.click(row + ".refuse");
  await until(async () => !/碳粉/.test(await page.innerText("#stock_requests")));
  await close(page);
});

test("who only looks sees no button that moves", async () => {
  const page = await open("eye");
  await shows(page, "#stock_items", /热敏纸/);
  assert.ok(await page.isHidden("#stock_move"));
  assert.equal(await page.locator("#stock button:visible, #stock input:visible").count(), 0);
  await close(page);
});

test("a move that is booked again before there is an answer is booked once", async () => {
  const page = await open("boss"), there = () => hall.ctl(["stock"]).stock.find((each) => each.code === "T").stock;
  hall.ctl(["requests", "add", "item=2", "quantity=1"]);
  let go;
  const was = there(), held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/moves", async (route) => {
    await held;
    await route.continue();
  });
  await page.selectOption("#stock_item", { label: "碳粉" });
  await page.selectOption("#stock_kind", "in");
  await page.fill("#stock_quantity", "3");
  await page.dblclick("#stock_book");
  await page.press("#stock_quantity", "Enter");
  go();
  await until(async () => await page.inputValue("#stock_quantity") === "");
  await page.fill("#stock_quantity", "1");
  await page.click("#stock_book");
  await until(async () => await page.inputValue("#stock_quantity") === "");
  assert.equal(there(), was + 4);
  await page.fill("#stock_why", "已另行订购");
  await page.click("#sign_out");
  await sign_in(page, "boss");
  await page.waitForSelector("#stock_items li");
  assert.equal(await page.inputValue("#stock_why"), "", "nobody finds what another typed");
  await close(page);
});

test("what is typed before the answer to a move stays", async () => {
  const page = await open("boss");
  let go, asked = false;
  const held = new Promise((r) => { go = r; });
  await page.route("**/api/v1/moves", async (route) => {
    asked = true;
    await held;
    await route.continue();
  });
  const there = () => hall.ctl(["stock"]).stock.find((each) => each.code === "T").stock, was = there();
  await page.selectOption("#stock_item", { label: "碳粉" });
  await page.selectOption("#stock_kind", "in");
  await page.fill("#stock_quantity", "3");
  await page.click("#stock_book");
  await until(() => asked);
  await page.fill("#stock_quantity", "8");
  go();
  await shows(page, "#stock_items", new RegExp(`${was + 3} 支`));
  assert.equal(await page.inputValue("#stock_quantity"), "8");
  await page.click("#stock_book");
  await until(async () => await page.inputValue("#stock_quantity") === "");
  assert.equal(there(), was + 11);
  await close(page);
});
