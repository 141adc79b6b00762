// From the key in the hall to the phone outside and back: halld, its keypad, the line, the endpoint, and phones.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { Hall, PATIENCE_ms, Sim, browser, password } from "./hall.mjs";
import { Line } from "./line.mjs";
import { misplaced, open, until } from "./page.mjs";
import { Endpoint } from "./pushing.mjs";

const Database = createRequire(resolve("etc/miniprogram/endpoint/package.json"))("better-sqlite3");
const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const CALL_s = 4;		// from the key to the phone
const SEEN_ms = 50;		// real time for what one step of the world's time sets off

const layout = (line, sim) => ({
  push: [{ url: line.url + "/push", secrets: [{ env: "PUSH_SECRET" }], commands: true, gzip: true }],
  services: [{ id: "A", prefix: "A", name: { zh: "综合受理", en: "General" }, remote: { checkin_s: 600 } }, { id: "B", prefix: "B", name: { zh: "社保" } }],
  windows: [{ no: 1, services: ["A"], keypad: { device: "keypads", address: 1 } }, { no: 2, services: ["B"] }],
  devices: [{ id: "keypads", driver: "ff68", port: sim.port("keypads") }],
});

// With a time (Unix ms) all of it lives in that time, which stands still but for pass().
class World {
  static async start({ time } = {}) {
    const world = new World();
    Object.assign(world, { time, phones: [], parts: [] });
    const part = (one) => { world.parts.unshift(one); return one; };
    try {
      world.endpoint = part(await Endpoint.start({ halls: [{ id: "test", name: { zh: "测试政务服务中心" } }], now: time ? () => world.time : Date.now,
        times: { hold_ms: 25000, wait_ms: time ? 10000 : PATIENCE_ms } }));
      process.env.PUSH_SECRET = world.endpoint.secrets[0];
      world.line = part(await Line.start(world.endpoint));
      world.sim = part(await Sim.start("keypad=keypads,address=1"));
      world.hall = part(await Hall.start({ desk: "guide" }, layout(world.line, world.sim), { time }));
      await world.until(async () => (await world.ask("halls/test/status")).state === "open");
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  async pass(ms) {
    this.time += ms;
    await this.hall.advance(this.time);
    for (const phone of this.phones) await phone.clock.fastForward(ms);
  }

  // Wait until it is so, by the world's time.
  async until(so) {
    await until(async () => {
      if (this.time !== undefined && !await so()) {
        await this.pass(1000);
        await new Promise((r) => setTimeout(r, SEEN_ms));
      }
      return so();
    });
  }

  // Everything that was pressed and has happened is told; what the endpoint has of it.
  async told() {
    let events, gap;
    const mine = () => this.facts().filter((fact) => fact.seq >= events[0].seq && /^(ticket|window|hall)\./.test(fact.kind));
    await this.until(async () => {
      ({ events, gap } = await this.ask("halls/test/events"));
      return events.length > 0 && events.at(-1).seq >= mine().at(-1).seq;
    });
    assert.equal(gap, false);
    assert.deepEqual(events.map(({ seq, kind }) => [seq, kind]), mine().map(({ seq, kind }) => [seq, kind]), "each once, in order");
    events.slice(1).forEach((event, i) => assert.equal(event.prev, events[i].seq));
    return events;
  }

  // All that ever happened in the hall, from its disk: seq, kind, subject, body.
  facts() {
    const db = new Database(join(this.hall.state, "halld.db"), { readonly: true });
    try {
      return db.prepare("SELECT seq, kind, subject, body FROM event ORDER BY seq").all().map((row) => ({ ...row, body: JSON.parse(row.body) }));
    } finally {
      db.close();
    }
  }

  of(kind) {
    return this.facts().filter((fact) => fact.kind === kind).map((fact) => fact.subject);
  }

  async ask(path, body, headers) {
    return (await this.endpoint.ask(`/api/v1/${path}`, { body, headers })).body;
  }

  press(keys) {
    this.sim.control("press keypads/1 " + keys);
  }

  // What the board in the hall shows.
  async code() {
    const ask = (path, more) => fetch(`${this.hall.url}/api/v1/${path}`, more).then((r) => r.json());
    this.session ??= await ask("session", { method: "POST", body: JSON.stringify({ name: "desk", password }), headers: { "Content-Type": "application/json" } });
    return (await ask("board", { headers: { Authorization: `Bearer ${this.session.token}` } })).code;
  }

  async phone(path) {
    const page = await open(chrome, this.endpoint.url + path, { ...small, time: this.time });
    this.phones.push(page);
    return page;
  }

  async shows(page, ...all) {
    for (const words of all) await this.until(async () => (await page.innerText("body")).includes(words));
  }

  async sees(page, selector, there = true) {
    await this.until(async () => await page.isVisible(selector) === there);
  }

  // A phone takes a number on the endpoint's page.
  async take(page) {
    await this.sees(page, ".take");
    await Promise.all([page.waitForURL(/\/t\//), page.tap(".take")]);
    await this.shows(page, "还没有报到");
  }

  async check_in(page) {
    await page.fill("#board", await this.code());
    await page.tap("#here");
    await this.shows(page, "正在排队");
  }

  async stop() {
    for (const page of this.phones) await page.context().close();
    for (const part of this.parts) await part.stop();
    assert.deepEqual(this.phones.flatMap((page) => page.faults), []);
  }
}

let chrome, world;

before(async () => { chrome = await browser(); });
after(() => chrome.close());
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

// Where a process can be reached, by the kernel's tables.
function open_ports(pid) {
  const link = (fd) => { try { return readlinkSync(`/proc/${pid}/fd/${fd}`); } catch { return ""; } };	// closed meanwhile
  const sockets = readdirSync(`/proc/${pid}/fd`).map(link);
  const waits = { tcp: "0A", tcp6: "0A", udp: "07", udp6: "07" };
  return Object.entries(waits).flatMap(([kind, state]) => readFileSync(`/proc/${pid}/net/${kind}`, "utf8").split("\n").slice(1)
    .map((line) => line.trim().split(/\s+/)).filter((row) => row[3] === state && sockets.includes(`socket:[${row[9]}]`)).map((row) => row[1]));
}
const is_loopback = (address) => /^.{6}7F:|^0{24}01000000:/.test(address);

test("a number from afar: taken, checked in, called, and rated", async () => {
  world = await World.start();
  const phone = await world.phone("/");
  await world.shows(phone, "测试政务服务中心");
  await phone.tap("#halls a");
  await world.take(phone);
  assert.equal(await phone.innerText("#number"), "A001");
  await world.check_in(phone);

  // How long it takes is measured elsewhere; that it can be in time, is that the phone looks so often.
  const { poll_after_s } = await world.ask(`tickets/${phone.url().split("/").pop()}`);
  assert.ok(poll_after_s <= CALL_s / 2, `a look every ${poll_after_s} s`);
  world.press("0C");
  await world.shows(phone, "请到1号窗口");
  assert.deepEqual(await misplaced(phone), []);

  world.press("0B");
  await world.shows(phone, "已办完，谢谢您");
  await phone.tap("#rating label:has([value='5'])");
  await phone.tap("#send");
  await world.shows(phone, "收到您的评价，谢谢");
  const [rating, ...more] = world.facts().filter((fact) => fact.kind === "rating.given");
  assert.deepEqual([rating.subject, rating.body.grade, more], ["ticket:1", 5, []]);
  assert.deepEqual((await world.told()).map((event) => event.kind).filter((kind) => kind.startsWith("ticket.")),
    ["ticket.issued", "ticket.checked_in", "ticket.called", "ticket.finished"]);

  const ports = open_ports(world.hall.process.pid);
  assert.ok(ports.includes("0100007F:" + world.hall.port.toString(16).toUpperCase().padStart(4, "0")), String(ports));
  assert.deepEqual(ports.filter((address) => !is_loopback(address)), [], "nothing can come in");
});

// HH:MM in the hall.
const clock_text = (ms) => new Date(ms + 8 * 3600e3).toISOString().slice(11, 16);

// Press, and see that the same press is made again while there is no answer.
async function press_twice(phone, path, press) {
  const keys = [];
  phone.on("request", (request) => { if (request.method() === "POST" && path.test(request.url())) keys.push(request.headers()["idempotency-key"]); });
  await press();
  await world.until(() => keys.length >= 2);
  assert.equal(new Set(keys).size, 1);
}

test("the line is cut for 10 minutes: phones say since when nothing is new, nothing is done twice, no number is given late", async () => {
  world = await World.start({ time: Date.parse("2026-11-24T09:10:00+08:00") });
  const { hall, line } = world;
  const [rater, giver, taker] = [await world.phone("/#test"), await world.phone("/#test"), await world.phone("/#test")];
  await world.take(rater);
  await world.check_in(rater);
  world.press("0C");
  await world.shows(rater, "请到1号窗口");
  world.press("0B");
  await world.shows(rater, "已办完，谢谢您");
  await world.take(giver);
  await world.check_in(giver);
  await world.sees(taker, ".take");

  await world.pass(70e3 - world.time % 60e3);		// what is shown is a minute
  hall.ctl(["issue", "B"]);
  await world.told();
  for (const phone of [rater, giver, taker]) await world.sees(phone, "#lost", false);
  line.cut();
  const since = clock_text(world.time), cut_ms = world.time;

  // Nobody knows yet: a number is asked for, and not given before it is too late.
  await press_twice(taker, /\/tickets$/, () => taker.tap(".take"));
  await world.pass(5 * 60e3);
  hall.ctl(["next", "2"]);
  hall.ctl(["finish", "2"]);
  hall.ctl(["issue", "B"]);
  await world.pass(5 * 60e3);
  assert.ok(world.time - cut_ms >= 10 * 60e3);
  const old = `${since} 起连接中断，所示内容可能已过时`;
  await world.shows(giver, old, `数据来自 ${since}`, "A002", "正在排队");
  await world.shows(rater, old, "A001");
  await world.shows(taker, "没有收到应答，请重试", "暂时联系不上", `${since} 之后没有新数据`);
  assert.equal((await world.ask("halls/test/tickets", { service: "A" })).code, "hall_offline", "and then it is known");

  await press_twice(giver, /\/cancel$/, async () => { await giver.tap("#cancel"); await giver.tap("#yes"); });
  await press_twice(rater, /\/rating$/, async () => { await rater.tap("#rating label:has([value='4'])"); await rater.tap("#send"); });
  await world.pass(60e3);
  for (const phone of [giver, rater]) await world.shows(phone, "没有收到应答，请重试", old);
  assert.deepEqual([world.of("ticket.cancelled"), world.of("rating.given")], [[], []]);

  await line.mend();
  await world.shows(giver, "已取消排队");
  await world.shows(rater, "收到您的评价，谢谢");
  for (const phone of [giver, rater]) await world.sees(phone, "#lost", false);
  await world.sees(taker, ".stale", false);
  await world.sees(taker, ".take");
  await taker.tap(".take");
  await world.shows(taker, "网络延误太久，请重新操作");
  await world.take(taker);
  assert.equal(await taker.innerText("#number"), "A003", "none was given in between");

  await world.told();
  assert.deepEqual([world.of("ticket.cancelled"), world.of("rating.given")], [["ticket:2"], ["ticket:1"]]);
  assert.equal(world.of("ticket.issued").length, 5);
});

test("an answer that is lost with the line: neither commands nor events are taken twice", async () => {
  world = await World.start();
  const { hall, line } = world, keys = { "Idempotency-Key": "a key of 24 characters.." };
  const issue = () => hall.ctl(["issue", "A"]).token;
  const known = async (token, state) => until(async () => (await world.ask(`tickets/${token}`)).state === state);
  const [kept, given] = [issue(), issue()];
  for (const token of [kept, given]) await known(token, "waiting");

  // The hall has the command, and can tell nobody what came of it.
  const cut = line.cut_after(/"commands":\[\{/);
  const pressed = world.ask(`tickets/${given}/cancel`, {}, keys);
  await cut;
  await until(() => world.of("ticket.cancelled").length === 1);
  await line.mend();
  assert.equal((await pressed).state, "cancelled");
  assert.equal((await world.ask(`tickets/${given}/cancel`, {}, keys)).state, "cancelled", "pressed again it is the same");

  // Nor does it know itself any more.
  const taken_cut = line.cut_after(/"commands":\[\{/);
  const taken = world.ask("halls/test/tickets", { service: "A" });
  await taken_cut;
  await until(() => world.of("ticket.issued").length === 3);
  await hall.end("SIGKILL");
  await line.mend();
  await hall.run();
  assert.equal((await taken).number, "A003");

  // The endpoint has the event, and the hall does not know that.
  await world.told();
  line.deafen();
  issue();
  let last;
  await until(async () => (last = (await world.ask("halls/test/events")).events.at(-1)).seq === world.facts().at(-1).seq);
  line.cut();
  issue();
  await line.mend();
  await world.told();
  assert.ok(line.ids.filter((id) => id === `e-${last.epoch}-${last.seq}`).length >= 2, "it was told again");
  assert.deepEqual([world.of("ticket.cancelled"), world.of("ticket.issued").length], [["ticket:2"], 5]);
});
