// The page of a month: on paper it is one sheet.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hall, browser } from "./hall.mjs";
import { close, open as open_url, sign_in, until } from "./page.mjs";

const hallyear = join(process.env.BUILD || "build", "hallyear");
let hall, chrome;

before(async () => {
  hall = await Hall.start({ boss: "manager" }, { policy: { double_press_s: 0, max_wait_s: 0, recall: { max: 0, gap_s: 0 }, passed: { after: 3, max: 0 } },
    devices: [{ id: "voice", driver: "syn6288", port: "/nowhere/voice" }, { id: "printer", driver: "escpos", port: "/nowhere/printer" }],
    windows: [{ no: 1, services: ["A"] }, { no: 2, services: ["B"] }] }, { prepare: (made) => {
    mkdirSync(made.state, { mode: 0o700 });
    execFileSync(hallyear, ["--seed", "3", "--days", "62", "--tickets", "40", join(made.folder, "hall.json"), made.state], { stdio: ["ignore", "ignore", "inherit"] });
  } });
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await hall?.stop();
});

for (const lang of ["zh", "en"])
  test(`the month is one A4 sheet, ${lang}`, async () => {
    const page = await open_url(chrome, `${hall.url}/admin`);
    await sign_in(page, "boss");
    await page.waitForSelector("#reports:not([hidden])");
    const sheet = await page.context().newPage();
    await sheet.goto(`${hall.url}/api/v1/reports/month?from=2025-12-01&format=html&lang=${lang}`);
    assert.equal(await sheet.locator(".scroll > table").count(), 2);
    assert.equal(await sheet.locator(".scroll > table > tbody").first().locator("tr").count(), 3);
    assert.equal(await sheet.locator(".scroll > table > tbody").last().locator("tr").count(), 6);
    await sheet.waitForSelector("#chart canvas");
    const paper = await sheet.pdf({ preferCSSPageSize: true });
    assert.equal(paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
    if (process.env.SCREENSHOT) {
      await sheet.emulateMedia({ media: "print" });
      await sheet.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    }
    await sheet.close();
    await close(page);
  });

test("below the chart of many days no name lies over another", async () => {
  const page = await open_url(chrome, `${hall.url}/admin`);
  await sign_in(page, "boss");
  await page.waitForSelector("#reports:not([hidden])");
  const sheet = await page.context().newPage();
  await sheet.addInitScript(() => {
    const write = CanvasRenderingContext2D.prototype.fillText;
    window.written = [];
    CanvasRenderingContext2D.prototype.fillText = function (words, x, ...more) {
      window.written.push({ words, x, width: this.measureText(words).width });
      return write.call(this, words, x, ...more);
    };
  });
  for (const [from, width] of [["2025-11-01", 1280], ["2025-11-01", 390], ["2025-12-22", 1280]]) {
    await sheet.setViewportSize({ width, height: 900 });
    await sheet.goto(`${hall.url}/api/v1/reports/days?from=${from}&to=2025-12-31&format=html&lang=zh`);
    await until(() => sheet.evaluate(() => window.written.length > 0));
    const days = (await sheet.evaluate(() => window.written)).filter(({ words }) => /^\d+-\d\d-\d\d$/.test(words));
    const at = new Map(days.map((each) => [each.words, each])), row = [...at.values()].sort((a, b) => a.x - b.x);
    assert.ok(row.length > 1, `${from} ${width}`);
    row.slice(1).forEach((each, i) => assert.ok(each.x - row[i].x > (each.width + row[i].width) / 2, `${from} ${width}: ${row[i].words} ${each.words}`));
  }
  await sheet.close();
  await close(page);
});
