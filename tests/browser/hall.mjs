// A halld of its own for a browser test: a hall in a temporary folder, accounts, pretend devices, a Chromium.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync, rmSync, existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const halld = process.env.HALLD || "build/halld";
const hallctl = process.env.HALLCTL || "build/hallctl";
const hallsim = resolve(process.env.HALLSIM || "build/hallsim");
export const password = "password of tests";

// For any one thing that a page or a program is to do: on a slow machine it may take half a minute.
export const PATIENCE_ms = 90000;

const layout = (port) => ({
  hall: { id: "test", name: { zh: "测试政务服务中心", en: "Test Hall" }, languages: ["zh", "en"] },
  listen: `127.0.0.1:${port}`,
  services: [
    { id: "A", prefix: "A", name: { zh: "综合受理", en: "General" }, place: { zh: "一楼", en: "Ground floor" } },
    { id: "B", prefix: "B", name: { zh: "社保", en: "Insurance" } },
  ],
  classes: [
    { id: "ordinary", name: { zh: "普通", en: "Ordinary" } },
    { id: "first", name: { zh: "优先", en: "First" }, proof: "staff" },
  ],
  windows: [
    { no: 1, services: ["A"] },
    { no: 2, services: ["A", "B"], start_key: true },
  ],
  policy: { double_press_s: 0, recall: { max: 2, gap_s: 0 } },
});

// The layout, with business days that do not begin soon: on the kernel's clock a test could begin on one and end on the next.
const hour = new Date(Date.now() + 8 * 3600000).getUTCHours();		// asked once: all halls of a test have the same days
const on_one_day = (layout) => (hour >= 2 && hour < 5 ? { ...layout, hall: { ...layout.hall, day_starts: "00:00" } } : layout);

// Below those that are given to who asks for any: none of them gets it before halld listens.
export const free_port = async () => {
  for (;;) {
    const port = 10240 + Math.floor(Math.random() * 20000), server = createServer();
    const free = await new Promise((r) => server.once("error", () => r(false)).listen(port, "127.0.0.1", () => server.close(() => r(true))));
    if (free) return port;
  }
};

export class Hall {
  // With these accounts {name: role}, in the small hall above but for these members of its hall.json.  With a time
  // (Unix ms) the hall's clock stands there until advance() moves it; prepare(hall) makes its state before.
  static async start(accounts, changes = {}, { time, prepare } = {}) {
    const hall = new Hall();
    hall.time = time;
    hall.folder = mkdtempSync(join(tmpdir(), "hall-"));
    hall.state = join(hall.folder, "state");
    hall.port = await free_port();
    hall.url = `http://127.0.0.1:${hall.port}`;
    const told = { ...layout(hall.port), ...changes };
    writeFileSync(join(hall.folder, "hall.json"), JSON.stringify(time === undefined ? on_one_day(told) : told));
    prepare?.(hall);
    const add_accounts = () => Object.entries(accounts).forEach(([name, role]) => hall.ctl(["user", "add", name, role], password + "\n"));
    // In a time of its own the hall knows no other: one that was here before would count as its day.
    if (time === undefined) add_accounts();
    await hall.run();
    if (time !== undefined) add_accounts();
    return hall;
  }

  async run() {
    const clock = this.time === undefined ? [] : ["--test-clock", join(this.folder, "clock")];
    this.process = spawn(halld, ["-c", join(this.folder, "hall.json"), "-d", this.state, "-p", "display", ...clock],
      { stdio: ["ignore", "ignore", "inherit"] });
    if (this.time !== undefined) await this.hold();
    for (let ready = false; !ready;) {
      if (this.process.exitCode !== null) throw new Error("halld ended");
      ready = await fetch(`${this.url}/healthz`).then((r) => r.ok, () => false);
      if (!ready) await new Promise((r) => setTimeout(r, 20));
    }
  }

  // Take the test clock of a halld that has just been started.
  async hold() {
    for (this.clock = null; this.clock === null;) {
      if (this.process.exitCode !== null) throw new Error("halld ended");
      const socket = connect(join(this.folder, "clock"));
      this.clock = await new Promise((r) => socket.once("connect", () => r(socket)).once("error", () => r(null)));
      if (this.clock === null) await new Promise((r) => setTimeout(r, 20));
    }
    this.clock.on("error", () => {});			// halld may be killed
    await this.advance(this.time);
  }

  // Let the hall's time move on; returns when halld has done all that was due.
  async advance(to) {
    const answered = new Promise((r) => this.clock.once("data", (line) => r(String(line))));
    this.time = to;
    this.clock.write(`advance to ${new Date(to).toISOString()}\n`);
    if (!(await answered).startsWith("idle")) throw new Error(`advance: ${await answered}`);
  }

  async end(signal) {
    const ended = new Promise((r) => this.process.once("exit", r));
    this.process.kill(signal);
    await ended;
  }

  ctl(words, input = "") {
    const done = spawnSync(hallctl, ["-d", this.state, "--json", ...words], { input, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`hallctl ${words.join(" ")}: ${done.stderr}`);
    return done.stdout === "" ? null : JSON.parse(done.stdout);
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true });
  }
}

// Pretend devices in a folder of their own, each as hallsim takes it: "scanner=scanner,end=0".
export class Sim {
  static async start(...devices) {
    const sim = new Sim();
    sim.folder = mkdtempSync(join(tmpdir(), "hallsim-"));
    sim.process = spawn(hallsim, ["-c", "control", ...devices], { cwd: sim.folder, stdio: ["ignore", "pipe", "inherit"] });
    sim.lines = "";
    await new Promise((ready, fail) => {
      sim.process.once("exit", () => fail(new Error("hallsim ended")));
      sim.process.stdout.setEncoding("utf8").on("data", (lines) => { sim.lines += lines; if (/^ready$/m.test(sim.lines)) ready(); });
    });
    return sim;
  }

  // What hall.json says as its port.
  port(name) {
    return join(this.folder, name);
  }

  control(...words) {
    const done = spawnSync(hallsim, ["-s", join(this.folder, "control"), ...words], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`hallsim ${words.join(" ")}: ${done.stderr}`);
  }

  async stop() {
    const ended = new Promise((r) => this.process.once("exit", r));
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

// Answers of a test's own that are on their way when a page goes are nobody's.
function close_quietly(what, pages) {
  const close = what.close.bind(what);
  what.close = async () => {
    for (const page of pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
    await close();
  };
  return what;
}

export async function browser() {
  const chrome = await chromium.launch({
    timeout: PATIENCE_ms,
    executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync),
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-quic"],
  });
  const make = chrome.newContext.bind(chrome);
  chrome.newContext = async (options) => {
    const context = await make(options);
    context.setDefaultTimeout(PATIENCE_ms);
    return close_quietly(context, () => context.pages());
  };
  return close_quietly(chrome, () => chrome.contexts().flatMap((context) => context.pages()));
}
