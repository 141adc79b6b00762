// A dispenser's screen is switched on: the start page of the local disk, in Chromium with the flags of the unit.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { Hall, PATIENCE_ms } from "./hall.mjs";
import { Proxy } from "./proxy.mjs";

const sentences = ["zh", "en"].map((language) => JSON.parse(readFileSync(`display/text/${language}.json`, "utf8")));
let hall, proxy, folder, context;

before(async () => {
  hall = await Hall.start({ admin: "admin" });
  proxy = await Proxy.start(hall);
});
after(async () => {
  await proxy.stop();
  await hall.stop();
});
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "kiosk-")); });
afterEach(async () => {
  await context.close();
  rmSync(folder, { recursive: true });
  if (hall.process.exitCode !== null) await hall.run();
});

// The command of the unit: its lines joined, comments between them left out, paths and settings filled in.
function words(settings) {
  const unit = readFileSync("etc/kiosk/halld-kiosk.service", "utf8").replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, "");
  return unit.match(/^ExecStart=(.*)$/m)[1].split(" ").map((word) => word.replace("@PREFIX@/share/halld", resolve("etc"))
    .replace(/\$\{(\w+)\}/g, (_, name) => settings[name]));
}

// Chromium as the unit starts it, but for what belongs to the screen and the profile.
async function switch_on(settings) {
  const command = words({ PIN: "", ...settings });
  const flags = command.filter((word) => /^--./.test(word) && !/^--(ozone-platform|user-data-dir)=/.test(word));
  assert.ok(flags.includes("--kiosk") && flags.length > 10);
  context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync),
    args: ["--no-sandbox", "--disable-gpu", ...flags], viewport: { width: 1080, height: 1920 }, timeout: PATIENCE_ms,
  });
  context.setDefaultTimeout(PATIENCE_ms);
  const page = context.pages()[0];
  await page.goto(command.pop());
  return page;
}

const says = async (page, key) => {
  const text = await page.innerText("body");
  return sentences.every((language) => text.includes(language[key]));
};
const seconds = (s) => new Promise((r) => setTimeout(r, s * 1000));

test("browser first, halld later: the dispenser is there without a touch, and stays through a restart of halld", async () => {
  await hall.end("SIGTERM");
  const page = await switch_on({ HALL: hall.url });
  assert.ok(await says(page, "page.start.title") && await says(page, "page.start.wait"));
  assert.ok((await page.innerText("body")).includes(`${hall.url}/kiosk`), "for who has to find out why");
  await seconds(5);
  assert.match(page.url(), /^file:/);
  await hall.run();
  await page.waitForURL(`${hall.url}/kiosk`);
  await page.waitForSelector("#code");
  assert.match(await page.innerText("#code"), /^\d{6}$/);

  await page.evaluate(() => { window.same = true; });
  hall.ctl(["pair", await page.innerText("#code"), "kiosk-1", "kiosk"]);
  await page.waitForSelector("#groups button");
  await hall.end("SIGKILL");
  await page.waitForSelector("#lost");
  await seconds(3);
  await hall.run();
  await page.waitForSelector("#lost", { state: "hidden" });
  await page.waitForSelector("#groups button:enabled");
  assert.ok(await page.evaluate(() => window.same), "the page was never loaded again");
});

test("who is paired stays so when the browser is started again", async () => {
  let page = await switch_on({ HALL: hall.url });
  await page.waitForSelector("#code");
  hall.ctl(["pair", await page.innerText("#code"), "kiosk-2", "kiosk"]);
  await page.waitForSelector("#groups button");
  await context.close();
  page = await switch_on({ HALL: hall.url });
  await page.waitForSelector("#groups button");
  assert.ok(!await page.isVisible("#code"));
});

test("another machine's halld behind nginx: the pinned key is believed", async () => {
  await hall.end("SIGTERM");
  const page = await switch_on({ HALL: proxy.url, PIN: proxy.pin() });
  await seconds(4);
  assert.match(page.url(), /^file:/, "nginx answers, halld does not");
  await hall.run();
  await page.waitForURL(`${proxy.url}/kiosk`);
  await page.waitForSelector("#code");
});

test("another key is not", async () => {
  const page = await switch_on({ HALL: proxy.url, PIN: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" });
  await seconds(4);
  assert.match(page.url(), /^file:/);
});

test("no address: says so, and where it is set", async () => {
  const page = await switch_on({ HALL: "" });
  assert.ok(await says(page, "page.start.no_address"));
});

test("halld goes in the very moment: the page that nginx gives instead goes on by itself", async () => {
  const page = await switch_on({ HALL: proxy.url, PIN: proxy.pin() });
  await page.waitForURL(`${proxy.url}/kiosk`);
  await hall.end("SIGTERM");
  await page.reload();
  assert.ok(await says(page, "page.away.title") && await says(page, "page.away.wait"));
  await hall.run();
  await page.waitForSelector("#code");
});
