// Pictures of the pages for the README, of the sample hall in the middle of a morning: screenshots.mjs FOLDER.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hall, browser, password } from "./hall.mjs";

const folder = process.argv[2];
const shown_ms = Date.parse("2026-03-18T10:24:00+08:00");	// what clocks show, whenever this is run
const begun_ms = Date.now();

const kinds = {
  escpos: (port) => `printer=${port},speed=0`, syn6288: (port) => `voice=${port}`,
  bx: (port) => `sign=${port},address=1-6`, ff68: (port) => `keypad=${port},address=1-6`,
};
const layout = JSON.parse(readFileSync("etc/hall.json", "utf8"));
const ports = mkdtempSync(join(tmpdir(), "ports-"));
for (const device of layout.devices) device.port = join(ports, device.id);
layout.policy.double_press_s = 0;
delete layout.listen;		// the test hall has its own

const sim = spawn(process.env.HALLSIM || "build/hallsim", layout.devices.map((device) => kinds[device.driver](device.port)),
  { stdio: ["pipe", "pipe", "inherit"] });
await new Promise((ready) => sim.stdout.on("data", (said) => String(said).includes("ready\n") && ready()));
const hall = await Hall.start({ "kiosk-1": "kiosk", "李敏": "clerk" }, layout);
const chrome = await browser();

const shift = (time) => new Date(Date.parse(time) - begun_ms + shown_ms + 8 * 3600e3).toISOString().replace("Z", "+08:00");

// A page in a hall whose clock says that it is morning.  The stream, which cannot be told so, is left out.
async function open(path, { width, height, scale, language = "zh", who }) {
  const page = await (await chrome.newContext({ viewport: { width, height }, deviceScaleFactor: scale, reducedMotion: "reduce" })).newPage();
  if (who) await page.request.post(`${hall.url}/api/v1/session`, { data: { password, ...who } });
  await page.route("**/api/v1/**", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      headers: { ...answer.headers(), date: new Date(Date.now() - begun_ms + shown_ms).toUTCString() },
      body: (await answer.text()).replace(/\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d/g, shift),
    });
  });
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.goto(`${hall.url}${path}?lang=${language}`);
  return page;
}

async function shoot(page, name, selector) {
  await page.waitForSelector(selector);
  await page.waitForTimeout(1500);		// pages draw again each second, by what they have measured
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}

// People come, are called and served; two windows pause.  Returns each ticket by its number.
function morning() {
  const tickets = {};
  const next = (...windows) => windows.map((no) => hall.ctl(["next", String(no)]).ticket.number).pop();
  const issue = (services) => [...services].forEach((service) => {
    const ticket = hall.ctl(["issue", service, "-P", "none"]);
    tickets[ticket.number] = ticket;
  });
  for (let no = 1; no <= 6; no++) hall.ctl(["open", String(no)]);
  issue("ABCADBACADBACADBACADABACBDACABDABCADABBDACA");
  next(1, 2, 3, 4, 5, 1, 3, 2, 4, 1, 3, 2, 5, 1, 4, 3);
  for (const no of [2, 5]) {
    hall.ctl(["finish", String(no)]);
    hall.ctl(["pause", String(no)]);
  }
  next(6, 3, 1);
  hall.ctl(["start", "6"]);
  return tickets;
}

async function all() {
  const screen = { width: 1080, height: 1920, scale: 0.5, who: { name: "kiosk-1" } };
  const phone = { width: 375, height: 740, scale: 1 };
  const tickets = morning();
  const called = hall.ctl(["window", "1"]).ticket.number;
  const waiting = Object.keys(tickets).filter((number) => number[0] === "A" && number > called)[3];

  await shoot(await open("/board", { width: 1920, height: 1080, scale: 0.5 }), "board", "#calls li");
  await shoot(await open("/window/1", { width: 1366, height: 768, scale: 0.7, who: { name: "李敏", window: 1 } }), "window", "#number");
  const kiosk = await open("/kiosk", screen);
  await shoot(kiosk, "kiosk", "#groups button");
  await kiosk.click("[data-key='C'] button");
  await kiosk.click("#take");
  await shoot(kiosk, "kiosk-ticket", ".printed #number");
  const english = await open("/kiosk", { ...screen, width: 1920, height: 1080, language: "en" });
  await english.click("#big");
  await shoot(english, "kiosk-english", ".big #groups button");
  await shoot(await open(`/t/${tickets[waiting].token}`, phone), "ticket", ".waiting");
  await shoot(await open(`/t/${tickets[called].token}`, { ...phone, language: "en" }), "ticket-called", ".called");
  await shoot(await open("/", phone), "public", "#queues li");
}

mkdirSync(folder, { recursive: true });
try {
  await all();
} finally {
  await chrome.close();
  await hall.stop();
  sim.kill();
  rmSync(ports, { recursive: true });
}
