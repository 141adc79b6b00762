// Pictures of the pages for the README, of the sample hall on a morning of the test clock: screenshots.mjs FOLDER.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Hall, browser, password } from "./hall.mjs";

const folder = process.argv[2];
const BEGIN = Date.parse("2026-03-18T09:36:00+08:00"), STEP_ms = 55000;

// The sample hall without its devices; that there is paper is said for it.
const layout = JSON.parse(readFileSync("etc/hall.json", "utf8"));
for (const member of ["listen", "devices", "zones"]) delete layout[member];
for (const window of layout.windows) for (const member of ["zone", "sign", "keypad", "rater"]) delete window[member];
layout.policy.double_press_s = 0;
const machine = { name: "kiosk-1", languages: ["zh", "en"], printer: { id: "p", ready: true, answers: true, flags: [], queued: 0 },
  reader: { ready: true }, classes: [{ id: "elderly", age: 60, name: "老年人优先", name_en: "Elderly" }], scanner: false };
const printed = async (route) => {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, json: { ...await answer.json(), print: "printed", printer: "p" } });
};

const hall = await Hall.start({ "kiosk-1": "kiosk", "李敏": "clerk", "王芳": "guide", "赵刚": "manager" }, layout, { time: BEGIN });
const chrome = await browser();

async function open(path, { width, height, scale, language = "zh", who }) {
  const page = await (await chrome.newContext({ viewport: { width, height }, deviceScaleFactor: scale, reducedMotion: "reduce" })).newPage();
  if (who) await page.request.post(`${hall.url}/api/v1/session`, { data: { password, ...who } });
  await page.route("**/api/v1/kiosk", (route) => route.fulfill({ json: machine }));
  await page.route("**/api/v1/tickets", printed);
  await page.goto(`${hall.url}${path}?lang=${language}`);
  return page;
}

async function shoot(page, name, selector) {
  await page.waitForSelector(selector);
  await page.waitForTimeout(1500);		// pages draw again each second, by what they have measured
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}

// A letter: somebody takes a ticket for that service.  A number: that window calls the next one.
const MORNING = "ABCD1A3B4A2C5BDA1CB3AD4A1BC3A2D5AB4CA1DB3A6CAB4DAC1";

// Returns each ticket by its number.
async function morning() {
  const tickets = {};
  for (let no = 1; no <= 6; no++) hall.ctl(["open", String(no)]);
  for (const what of MORNING) {
    if (/\d/.test(what)) hall.ctl(["next", what]);
    if (what === "6") hall.ctl(["start", what]);
    if (/[A-D]/.test(what)) {
      const ticket = hall.ctl(["issue", what, "-P", "none"]);
      tickets[ticket.number] = ticket;
    }
    await hall.advance(hall.time + STEP_ms);
  }
  for (const no of ["2", "5"]) {
    hall.ctl(["finish", no]);
    hall.ctl(["pause", no]);
  }
  return tickets;
}

async function all() {
  const dispenser = { width: 1080, height: 1920, scale: 0.5, who: { name: "kiosk-1" } };
  const phone = { width: 375, height: 740, scale: 1 };
  const tickets = await morning();
  const called = hall.ctl(["window", "1"]).ticket.number;
  const waiting = Object.keys(tickets).filter((number) => number[0] === called[0] && number > called)[3];

  const board = await open("/board", { width: 1920, height: 1080, scale: 0.5 });
  await board.mouse.click(1, 1);		// turns its bell on
  await shoot(board, "board", "#calls li");
  await shoot(await open("/window/1", { width: 1366, height: 768, scale: 0.7, who: { name: "李敏", window: 1 } }), "window", "#number");
  const guide = await open("/guide", { width: 768, height: 1024, scale: 0.6, who: { name: "王芳" } });
  await guide.fill("#sought", waiting);
  await guide.click("#find");
  await guide.click("#commands [data-key='service']");
  await shoot(guide, "guide", "#options button");
  await shoot(await open("/admin", { width: 1366, height: 1600, scale: 0.5, who: { name: "赵刚" } }), "admin", "#windows li");
  await shoot(await open("/sign/1", { width: 1280, height: 800, scale: 0.5 }), "sign", "#number:not([hidden])");
  const kiosk = await open("/kiosk", dispenser);
  await shoot(kiosk, "kiosk", "#groups button");
  await kiosk.click("[data-key='D'] button");
  await kiosk.click("#take");
  await shoot(kiosk, "kiosk-ticket", ".printed #number");
  const english = await open("/kiosk", { ...dispenser, width: 1920, height: 1080, language: "en" });
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
}
