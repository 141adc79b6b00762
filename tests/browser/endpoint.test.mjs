// The endpoint that halls push to, against halls that are scripted here.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { signed } from "../../etc/miniprogram/endpoint/signature.js";
import { Hall as RealHall, PATIENCE_ms, browser, free_port } from "./hall.mjs";
import { misplaced, open, until } from "./page.mjs";
import { Endpoint, Hall, hash_of, new_secret, ticket_of, ticket_row } from "./pushing.mjs";

const token = "k7Qm2xW9aBcDeFgHiJkLmN";
const key = () => ({ "Idempotency-Key": new_secret().slice(6) });

let endpoint, hall, chrome;

before(async () => { chrome = await browser(); });
after(() => chrome.close());
beforeEach(async () => {
  endpoint = await Endpoint.start();
  hall = endpoint.hall();
});
afterEach(() => endpoint.stop());

const status = (headers) => endpoint.ask("/api/v1/halls/330106001/status", { headers });
const ticket = (of = token) => endpoint.ask(`/api/v1/tickets/${of}`);
const press = (command, body = {}, more = {}) => endpoint.ask(`/api/v1/tickets/${token}/${command}`, { body, headers: key(), ...more });
const take = (body = { service: "A" }, more = {}) => endpoint.ask("/api/v1/halls/330106001/tickets", { body, headers: key(), ...more });

// What a hall makes of a command.
const taken = (number = "A038") => ({ status: 201, body: ticket_of("tokenOfTheNewTicket0001", { number, remote: true, state: "reserved" }) });

const press_take = () => take().catch(() => {});

// Hand out what there is, once something is there.
async function commands(results, more, from = hall) {
  let list = await from.poll(results, more);
  while (list.length === 0) list = await from.poll([], more);
  return list;
}

/* Signatures: the fixed vectors of Standard Webhooks and of halld's documents. */

const vector_secret = "whsec_aGFsbGQtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q=";
const vectors = [
  { what: "Standard Webhooks' own", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1614265330,
    body: "{\"test\": 2432232314}", signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
  { what: "an envelope", secret: vector_secret, id: "msg_01JD9ZK3T0H1", at: 1795397400,
    body: "{\"specversion\":\"1.0\",\"id\":\"01JD9ZK3T0H1\",\"source\":\"urn:halld:hall:330106001\",\"type\":\"cn.gov.hall.queue.snapshot\"," +
      "\"time\":\"2026-11-23T09:30:00+08:00\",\"datacontenttype\":\"application/json\",\"sequence\":\"0000000000001042\"," +
      "\"data\":{\"hall\":\"330106001\",\"seq\":1042,\"waiting\":37}}", signature: "v1,Nkb3W0n6QQ7BGpU2YKcR8Wlgts8z67gyuptYShytDpE=" },
  { what: "Chinese", secret: vector_secret, id: "msg_utf8", at: 1795397400, body: "{\"hall\":\"330106001\",\"name\":\"西湖区政务服务中心\",\"waiting\":37}",
    signature: "v1,R+eBdOdbloBMVQYFvB///7oZ2aGOgun+8oS+3uMc7uo=" },
];
for (const { what, secret, id, at, body, signature } of vectors)
  test(`signature: ${what}`, () => {
    let now_s = at;
    const headers = { "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": signature };
    const right = (changes, text = body, secrets = [secret]) => signed(Buffer.from(text), { ...headers, ...changes }, secrets, now_s * 1000);
    assert.ok(right());
    assert.ok(right({}, body, [new_secret(), secret]), "the second secret");
    assert.ok(right({ "webhook-signature": `v1,AAAA v1a,x ${signature}` }), "one of a list");
    assert.ok(!right({}, body + " "));
    assert.ok(!right({}, body, [new_secret()]));
    assert.ok(!right({ "webhook-id": id + "x" }));
    assert.ok(!right({ "webhook-timestamp": String(at + 1) }));
    assert.ok(!right({ "webhook-signature": signature.replace("v1,", "v1a,") }));
    for (const [off_s, good] of [[300, true], [-300, true], [301, false], [-301, false]]) {
      now_s = at + off_s;
      assert.equal(right(), good, `${off_s} s off`);
    }
  });

test("only what the hall signed, and now, is taken", async () => {
  const other = { secrets: [new_secret()] };
  assert.equal((await hall.snapshot({}, other)).status, 401);
  assert.equal((await hall.snapshot({}, { sent: () => JSON.stringify({ ...hall.snapshot_data(), seq: 9 }) })).status, 401);
  assert.equal((await hall.snapshot({}, { at_ms: endpoint.now() - 310e3 })).status, 401, "old");
  assert.equal((await hall.snapshot({}, { at_ms: endpoint.now() + 310e3 })).status, 401, "of the future");
  assert.equal((await hall.snapshot({}, { headers: { "webhook-signature": "" } })).status, 401);
  assert.equal((await hall.snapshot({}, { envelope: { source: "urn:halld:hall:999" } })).status, 401, "no such hall");
  assert.ok(endpoint.lines.some(line => line.includes('signed by hall 330106001, and of "urn:halld:hall:999"')), endpoint.lines.join("\n"));
  assert.equal((await hall.snapshot({}, { envelope: { id: "other" } })).status, 400, "its id is that of webhook-id");
  assert.equal((await hall.snapshot({}, { headers: { "Content-Type": "text/plain" } })).status, 400);
  assert.equal((await status()).status, 503, "nothing came of it");
  assert.equal((await hall.snapshot()).status, 200);
  assert.equal((await status()).status, 200);
});

test("a rotation: signed with the old and the new secret, of which one is known", async () => {
  assert.equal((await hall.snapshot({}, { secrets: [new_secret(), endpoint.secrets[0]] })).status, 200);
});

test("gzip: signed over its bytes as they are sent, and no more than the maximum is unzipped", async () => {
  const flipped = (bytes) => Buffer.from(bytes.map((byte, i) => i === 4 ? byte ^ 1 : byte));	// in the time: the text is the same
  assert.equal((await hall.snapshot({}, { gzip: true, sent: flipped })).status, 401, "one bit");
  assert.equal((await hall.snapshot({ note: "x".repeat(8 * 1024 * 1024) }, { gzip: true })).status, 400);
  assert.equal((await hall.snapshot({}, { headers: { "Content-Encoding": "gzip" } })).status, 400, "it is none");
  assert.equal((await status()).status, 503, "nothing came of it");
  assert.equal((await hall.snapshot({}, { gzip: true })).status, 200);
  assert.equal((await status()).body.name, "云岭区政务服务中心");
});

test("what no hall signed is neither unzipped nor read, and counted; the hall behind the same address goes on", async () => {
  const secrets = [new_secret()];
  const rows = [[{ secrets }, 401], [{ secrets, body: "{" }, 401], [{ secrets, headers: { "Content-Encoding": "gzip" } }, 401],
    [{ headers: { "webhook-signature": "" } }, 401], [{ at_ms: 0 }, 401], [{ headers: { "Content-Type": "text/plain" } }, 400]];
  for (let i = 0; i < 30; i++) {
    const [more, right] = rows[i % rows.length];
    assert.equal((await hall.snapshot({}, more)).status, right, JSON.stringify(more));
  }
  for (const [more] of rows) assert.equal((await hall.snapshot({}, more)).status, 429, JSON.stringify(more));
  assert.equal((await hall.snapshot({}, { secrets, from: "203.0.113.9" })).status, 401, "others have their own number");
  assert.equal((await hall.snapshot()).status, 200);
});

test("a hall's secret is good for that hall alone", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{}, {}] });
  assert.equal((await endpoint.hall(0, { secret: endpoint.secrets[1] }).snapshot()).status, 401);
  assert.equal((await endpoint.hall(1).snapshot()).status, 200);
  assert.equal((await status()).status, 503);
});

/* State: the newest wins. */

test("the newest of epoch, seq and as_of wins; a heartbeat of the same id is newer", async () => {
  const waiting = async () => (await status()).body.totals.waiting;
  const with_waiting = (waiting, more) => hall.snapshot({ totals: { waiting }, ...more });
  hall.seq = 10;
  await with_waiting(10);
  assert.equal((await with_waiting(9, { seq: 9 })).status, 200, "late, and no error");
  assert.equal(await waiting(), 10);
  await with_waiting(8, { as_of: hall.time(Date.now() - 60e3) });
  assert.equal(await waiting(), 10);
  const { as_of } = (await status()).body;
  await with_waiting(11, { as_of: hall.time(Date.now() + 30e3) });
  assert.equal(await waiting(), 11);
  assert.notEqual((await status()).body.as_of, as_of);
});

test("a newer epoch replaces all that is known, an older one is not taken", async () => {
  hall.seq = 50;
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  await hall.event("ticket.called", { number: "A036" });
  const restored = endpoint.hall(0, { epoch: hall.epoch + 1 });
  await restored.tickets([]);
  assert.equal((await ticket()).status, 404);
  assert.equal((await status()).status, 503);
  assert.deepEqual((await endpoint.ask("/api/v1/halls/330106001/events")).body, { events: [], gap: false });
  await restored.snapshot({ totals: { waiting: 1 } });
  assert.equal((await status()).body.totals.waiting, 1, "though its seq is smaller");
  hall.seq = 99;
  assert.equal((await hall.snapshot()).status, 200);
  assert.equal((await status()).body.totals.waiting, 1);
  press_take();
  const old = hall.poll();
  assert.equal((await commands([], undefined, restored))[0].command, "take");
  await endpoint.running.stop();
  assert.deepEqual(await old, [], "and has no commands, nor asks in a circle");
  await endpoint.run();
});

test("of a message that is refused nothing stays, in memory neither", async () => {
  await hall.snapshot();
  const newer = endpoint.hall(0, { epoch: hall.epoch + 1 });
  assert.equal((await newer.snapshot({ queues: "none" })).status, 400);
  assert.equal((await status()).status, 200);
  hall.seq++;
  await hall.snapshot({ totals: { waiting: 1 } });
  assert.equal((await status()).body.totals.waiting, 1, "it is the epoch of before");
});

test("events: once each, and a gap is known until a newer snapshot", async () => {
  const events = async () => (await endpoint.ask("/api/v1/halls/330106001/events")).body;
  await hall.snapshot();
  const first = { seq: 2, prev: 1, number: "A036" };
  await hall.event("ticket.called", first);
  const id = `e-${hall.epoch}-2`;
  for (let i = 0; i < 2; i++)
    assert.equal((await hall.send("ticket.called", id, { kind: "ticket.called", epoch: hall.epoch, at: hall.time(), ...first })).status, 200);
  assert.deepEqual((await events()).events.map((event) => event.seq), [2]);
  assert.equal((await events()).gap, false);
  await hall.event("ticket.called", { seq: 5, prev: 4 });
  assert.equal((await events()).gap, true);
  await hall.event("ticket.called", { seq: 3, prev: 2 });
  assert.deepEqual((await events()).events.map((event) => event.seq), [2, 3, 5], "sent again by hand, it is in its place");
  assert.equal((await events()).gap, true);
  await hall.event("ticket.called", { seq: 6, prev: 5 });
  assert.deepEqual((await events()).events.map((event) => event.seq), [2, 3, 5, 6], "it goes on");
  await hall.snapshot({ seq: 4 });
  assert.equal((await events()).gap, true, "older than the gap");
  await hall.snapshot({ seq: 6 });
  assert.equal((await events()).gap, false);
});

test("a hall of which nothing is heard for 90 s is offline, and says since when", async () => {
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  assert.equal((await status()).body.stale_since, null);
  const { etag } = Object.fromEntries((await status()).headers);
  endpoint.ahead_ms = 89e3;
  assert.equal((await status()).body.state, "open");
  const heard = endpoint.now() - endpoint.ahead_ms;
  endpoint.ahead_ms = 92e3;
  const old = await status({ "If-None-Match": etag });
  assert.equal(old.status, 200, "it is another answer");
  assert.equal(old.body.state, "offline");
  assert.ok(Math.abs(Date.parse(old.body.stale_since) - heard) < 1000, old.body.stale_since);
  assert.equal((await endpoint.ask("/api/v1/halls")).body.halls[0].state, "offline");
  const of_ticket = await ticket();
  assert.equal(of_ticket.body.stale_since, old.body.stale_since);
  assert.match(of_ticket.headers.get("Halld-Answer"), /^stale /);
  assert.equal((await take()).body.code, "hall_offline");
  hall.now = endpoint.now;
  endpoint.ahead_ms = 120e3;
  hall.seq++;
  await hall.snapshot();
  assert.equal((await status()).body.state, "open");
  assert.equal((await ticket()).body.stale_since, null);
});

/* What residents read. */

test("a path that is none is refused, and is no fault of ours", async () => {
  const asked = (path) => new Promise((done, failed) => {
    request(endpoint.url, { path }, (answer) => done(answer.resume().statusCode)).on("error", failed).end();
  });
  for (const [path, right] of [["//", 404], ["//x:y/", 404], ["http://", 400], ["/%zz", 404], ["http://other/api/v1/halls", 200]])
    assert.equal(await asked(path), right, path);
  assert.deepEqual(endpoint.lines, []);
});

test("the list has a line for each hall, heard of or not", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{}, {}] });
  await endpoint.hall(0).snapshot();
  const { halls } = (await endpoint.ask("/api/v1/halls")).body;
  assert.deepEqual(halls.map(({ id, name, state, waiting, windows_open }) => ({ id, name, state, waiting, windows_open })), [
    { id: "330106001", name: "大厅1", state: "open", waiting: 37, windows_open: 12 },
    { id: "330106002", name: "大厅2", state: "offline", waiting: null, windows_open: null },
  ]);
});

test("status: ETag, 304, how long it may be kept; services apart", async () => {
  await hall.snapshot();
  const first = await status();
  assert.equal(first.headers.get("Cache-Control"), "public, max-age=2, s-maxage=5, stale-while-revalidate=15, stale-if-error=300");
  assert.match(first.headers.get("ETag"), new RegExp(`^"e${hall.epoch}-1-[0-9a-f]+"$`));
  assert.equal(first.body.services, undefined);
  assert.equal(first.body.queues[0].wait_s.band.from_min, 10);
  const same = await status({ "If-None-Match": first.headers.get("ETag") });
  assert.deepEqual([same.status, same.body], [304, ""]);
  hall.seq++;
  await hall.snapshot();
  assert.equal((await status({ "If-None-Match": first.headers.get("ETag") })).status, 200);
  const services = await endpoint.ask("/api/v1/halls/330106001/services");
  assert.deepEqual(services.body.services.map((service) => [service.id, service.left]), [["A", 60]]);
  assert.equal((await endpoint.ask("/api/v1/halls/999/status")).body.code, "unknown_hall");
});

test("a ticket by its token, private; guesses are counted", async () => {
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  const { body, headers } = await ticket();
  assert.equal(headers.get("Cache-Control"), "private, no-store");
  assert.deepEqual([body.number, body.state, body.ahead, body.token, body.hall, body.poll_after_s, body.hash],
    ["A037", "waiting", 5, token, "330106001", 15, undefined]);
  const guess = (i, from) => endpoint.ask(`/api/v1/tickets/guess${i}`, { from });
  for (let i = 0; i < 20; i++) assert.equal((await guess(i, "2001:db8::1")).status, 404);
  const refused = await guess(20, "2001:db8:0:0:7::1");
  assert.equal(refused.status, 429, "of the same /64");
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.equal((await guess(21, "2001:db8:0:1::1")).status, 404);
  assert.equal((await endpoint.ask(`/api/v1/tickets/${token}`, { from: "2001:db8::1" })).status, 200, "a holder never waits");
});

test("a ticket that ended stays readable until its day closes; one that vanished is over", async () => {
  await hall.tickets([ticket_row(token, { state: "done", ahead: null }), ticket_row("vanishing", { number: "A040" })]);
  hall.seq++;
  await hall.tickets([]);
  assert.equal((await ticket()).body.state, "done");
  assert.equal((await ticket("vanishing")).status, 410);
  await hall.event("hall.day_closed");
  assert.equal((await ticket()).status, 410);
  endpoint.ahead_ms = 13 * 3600e3;
  endpoint.running.sweep();
  assert.equal((await ticket()).status, 404);
});

test("a hall whose clock was set back goes on telling of its tickets", async () => {
  await hall.tickets([ticket_row(token)]);
  hall.seq++;
  await hall.tickets([ticket_row(token, { ahead: 1 })], { as_of: hall.time(Date.now() - 3600e3) });
  assert.equal((await ticket()).body.ahead, 1);
});

test("nothing of a hall's tickets is kept half a day after its last word, also when it is out of the config", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{}, {}] });
  const there = async (i) => (await ticket(`of${i}`)).status === 200;
  for (const i of [0, 1]) await endpoint.hall(i).tickets([ticket_row(`of${i}`)]);
  const [one, two] = endpoint.file.halls;
  await endpoint.running.stop();
  endpoint.file.halls = [one];
  await endpoint.run();
  endpoint.ahead_ms = 11 * 3600e3;
  endpoint.running.sweep();
  assert.ok(await there(0));
  endpoint.ahead_ms = 13 * 3600e3;
  endpoint.running.sweep();
  await endpoint.running.stop();
  endpoint.file.halls = [one, two];
  await endpoint.run();
  assert.deepEqual([await there(0), await there(1)], [false, false]);
  await endpoint.hall(0).tickets([ticket_row("of0")], { as_of: new Hall(endpoint, { now: endpoint.now }).time() });
  assert.ok(await there(0), "told of again, it is there again");
});

/* The mailbox. */

test("take: handed to the hall, the result reaches the phone that waits", async () => {
  await hall.snapshot();
  const answer = take({ service: "A", lang: "en" });
  const [command] = await commands();
  assert.match(command.id, /^c[0-9a-f]{32}$/);
  assert.deepEqual({ ...command, id: "" }, { id: "", age_s: 0, command: "take", body: { service: "A", lang: "en", remote: true } });
  const result = taken();
  hall.poll([{ id: command.id, ...result }]);
  const { status: code, body, headers } = await answer;
  assert.equal(code, 201);
  assert.deepEqual(body, JSON.parse(JSON.stringify(result.body)));
  assert.equal(headers.get("Location"), `https://queue.example/t/${body.token}`);
  assert.equal((await ticket(body.token)).body.number, "A038", "known before the hall tells of it");
  await hall.tickets([], { as_of: hall.time(Date.now() - 30e3) });
  assert.equal((await ticket(body.token)).status, 200, "also when an older list comes later");
});

test("a refusal of the hall reaches the phone as it is", async () => {
  await hall.snapshot();
  const answer = take();
  const [{ id }] = await commands();
  const problem = { status: 409, title: "full", code: "quota_full" };
  hall.poll([{ id, status: 409, body: problem }]);
  const { status: code, body, headers } = await answer;
  assert.deepEqual([code, body, headers.get("Content-Type")], [409, problem, "application/problem+json"]);
});

test("a result is taken from the command's own hall, and once", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{}, {}], times: { hold_ms: 20 } });
  hall = endpoint.hall(0);
  await hall.tickets([ticket_row(token)]);
  const answer = press("cancel");
  const [{ id }] = await commands();
  const result = (state) => [{ id, status: 200, body: ticket_of(token, { state, ahead: null }) }];
  await endpoint.hall(1).poll(result("done"));
  assert.equal((await ticket()).body.state, "waiting");
  await hall.poll(result("cancelled"));
  assert.equal((await answer).body.state, "cancelled");
  await hall.poll(result("done"));
  assert.equal((await ticket()).body.state, "cancelled");
});

test("a command is handed out again until its result has come, each with its age", async () => {
  await hall.tickets([ticket_row(token)], { as_of: hall.time(Date.now() - 60e3) });
  const answer = press("cancel");
  const [first] = await commands();
  endpoint.ahead_ms = 40e3;
  hall.now = endpoint.now;
  const [again] = await hall.poll();
  assert.equal(again.id, first.id);
  assert.deepEqual([first.age_s, again.age_s, again.token, again.command, again.body], [0, 40, token, "cancel", {}]);
  const done = hall.poll([{ id: first.id, status: 200, body: ticket_of(token, { state: "cancelled", ahead: null }) }]);
  assert.equal((await answer).body.state, "cancelled");
  assert.equal((await ticket()).body.state, "cancelled", "without another list");
  hall.seq++;
  await hall.tickets([ticket_row(token)], { as_of: hall.time(Date.now() - 30e3) });
  assert.equal((await ticket()).body.state, "cancelled", "also when a list of before comes late");
  const stranger = take({ service: "B" }, { from: "198.51.100.8" });
  assert.deepEqual((await done).map((command) => command.command), ["take"], "the first one is not there any more");
  hall.poll([{ id: (await commands())[0].id, ...taken() }]);
  await stranger;
});

test("a poll that finds nothing is held until something is pressed", async () => {
  await hall.tickets([ticket_row(token)]);
  let held = true;
  const poll = hall.poll().finally(() => { held = false; });
  await status();
  assert.ok(held);
  const answer = press("defer", { places: 2 });
  const [command] = await poll;
  assert.deepEqual([command.command, command.body], ["defer", { places: 2 }]);
  hall.poll([{ id: command.id, status: 409, body: { status: 409, code: "too_late" } }]);
  assert.equal((await answer).body.code, "too_late");
});

test("an answer is never so long that halld cuts it; the rest comes with the next poll", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { wait_ms: 1, hold_ms: 30 } });
  hall = endpoint.hall();
  await hall.tickets([ticket_row(token)]);
  const body = { grade: 5, options: Array(8).fill("\"".repeat(40)), comment: "\"".repeat(400) };
  for (let i = 0; i < 50; i++) await press("rating", body);
  const ids = new Set();
  for (let list = await hall.poll(); list.length > 0; list = await hall.poll(list.map(({ id }) => ({ id, status: 404, body: {} })))) {
    assert.ok(Buffer.byteLength(JSON.stringify(list)) <= 48 * 1024 + 2, String(list.length));
    for (const { id } of list) ids.add(id);
  }
  assert.equal(ids.size, 50);
});

test("and answered empty after a while", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { hold_ms: 30 } });
  assert.deepEqual(await endpoint.hall().poll(), []);
});

test("a poll that came twice hands out nothing the second time", async () => {
  await hall.tickets([ticket_row(token)]);
  press("cancel").catch(() => {});
  const data = { hall: hall.id, epoch: hall.epoch, results: [] };
  await commands();
  assert.equal((await hall.send("commands.poll", "p-1", data)).body.commands.length, 1);
  assert.deepEqual((await hall.send("commands.poll", "p-1", data)).body.commands, []);
});

test("no result in time: 202, and later it can be asked for", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { wait_ms: 30 } });
  hall = endpoint.hall();
  await hall.snapshot();
  const answer = await take();
  assert.equal(answer.status, 202);
  const later = () => endpoint.ask(`/api/v1/commands/${answer.body.command}`);
  assert.deepEqual((await later()).body, { command: answer.body.command, state: "waiting", status: null, result: null });
  const [{ id }] = await hall.poll();
  assert.equal(id, answer.body.command);
  hall.poll([{ id, ...taken() }]).catch(() => {});
  await until(async () => (await later()).body.state === "done");
  const { body } = await later();
  assert.deepEqual([body.status, body.result.number], [201, "A038"]);
  assert.equal((await endpoint.ask("/api/v1/commands/cffff")).status, 404);
});

test("a result without a body is one", async () => {
  await hall.snapshot();
  const answer = take();
  const [{ id }] = await commands();
  hall.poll([{ id, status: 409 }]).catch(() => {});
  assert.deepEqual(await answer.then(({ status: code, body }) => [code, body]), [409, {}]);
});

test("the same key is the same command, another body is refused, no ticket twice", async () => {
  await hall.snapshot();
  const headers = key();
  const first = take({ service: "A" }, { headers }), second = take({ service: "A" }, { headers, from: "203.0.113.1" });
  const list = await commands();
  assert.equal(list.length, 1);
  hall.poll([{ id: list[0].id, ...taken() }]).catch(() => {});
  assert.deepEqual((await first).body, (await second).body);
  assert.equal((await take({ service: "A" }, { headers })).body.number, "A038", "also after it is done");
  assert.equal((await take({ service: "B" }, { headers })).body.code, "key_reused");
  assert.equal((await take({ service: "A" }, { headers: { "Idempotency-Key": "1" } })).body.code, "bad_request", "one that others may have too");
});

test("what the hall would not read is refused at once", async () => {
  await hall.tickets([ticket_row(token)]);
  await hall.snapshot();
  const rows = [["defer", {}, "/places"], ["defer", { places: 10 }, "/places"], ["checkin", {}, "/code"], ["rating", { grade: 6 }, "/grade"],
    ["rating", { grade: 5, options: "x" }, "/options"], ["cancel", { reason: "x" }, "/reason"]];
  for (const [command, body, pointer] of rows)
    assert.deepEqual((({ status: code, body: { pointer } }) => [code, pointer])(await press(command, body)), [400, pointer], command);
  assert.equal((await take({})).body.pointer, "/service");
  assert.equal((await take({ service: "A", printer: "p" })).body.pointer, "/printer");
  assert.equal((await endpoint.ask("/api/v1/tickets/unknown/cancel", { body: {} })).status, 404);
});

test("a text that would spoil the hall's whole answer is refused", async () => {
  await hall.tickets([ticket_row(token)]);
  await hall.snapshot();
  const refused = ({ status: code, body: { pointer } }) => [code, pointer];
  for (const bad of ["\0", "\x1f", "\x7f", "\ud800", "\udc00x", "A\n"]) {
    for (const name of ["service", "class", "lang", "id_number"])
      assert.deepEqual(refused(await take({ service: "A", [name]: bad })), [400, `/${name}`], JSON.stringify(bad));
    assert.deepEqual(refused(await press("checkin", { code: bad })), [400, "/code"]);
    assert.deepEqual(refused(await press("rating", { grade: 5, options: [bad] })), [400, "/options"]);
    assert.deepEqual(refused(await press("rating", { grade: 5, comment: bad.replace("\n", "\r") })), [400, "/comment"]);
    assert.deepEqual(refused(await press("cancel", { [bad]: 1 }, { from: "198.51.100.9" })), [400, `/${JSON.parse(JSON.stringify(bad))}`]);
  }
  assert.equal((await take({ service: "A" }, { headers: { "Idempotency-Key": "\xff".repeat(20) } })).status, 400);
  const comment = "很好\n\t𠮷", body = { grade: 5, options: ["", "快"], comment };
  press("rating", body).catch(() => {});
  const list = await commands();
  assert.deepEqual(list.map((command) => command.body), [body], "and nothing of the others");
});

test("six tickets a minute for one address", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { wait_ms: 1 } });
  await endpoint.hall().snapshot();
  const codes = [];
  for (let i = 0; i < 7; i++) codes.push((await take()).status);
  assert.deepEqual(codes, [202, 202, 202, 202, 202, 202, 429]);
  endpoint.ahead_ms = 61e3;
  assert.equal((await take()).status, 202);
});

test("an ID number is in the mailbox only until there is a result, or it is too late", async () => {
  await hall.snapshot();
  const id_number = "11010119500317002X", folder = join(endpoint.folder, "state");
  const on_disk = () => readdirSync(folder).some((name) => readFileSync(join(folder, name), "latin1").includes(id_number));
  const answer = take({ service: "A", id_number });
  const [{ id, body }] = await commands();
  assert.equal(body.id_number, id_number);
  assert.ok(on_disk());
  hall.poll([{ id, ...taken() }]).catch(() => {});
  await answer;
  endpoint.running.sweep();
  assert.ok(!on_disk(), "nor is it left in a file");
  take({ service: "B", id_number }).catch(() => {});
  assert.equal((await commands())[0].body.id_number, id_number);
  endpoint.ahead_ms = 151e3;
  endpoint.running.sweep();
  hall.now = endpoint.now;
  assert.deepEqual((await hall.poll())[0].body, { service: "B", remote: true });
  assert.ok(!on_disk());
});

test("nor can it be guessed from what tells requests of one key apart", async () => {
  const body = { service: "A", id_number: "11010119500317002X" }, headers = key(), folder = join(endpoint.folder, "state");
  const plain = hash_of(`/api/v1/halls/330106001/tickets\n${JSON.stringify({ ...body, remote: true })}`);
  await hall.snapshot();
  take(body, { headers }).catch(() => {});
  assert.equal((await commands()).length, 1);
  assert.equal((await take({ service: "B" }, { headers })).body.code, "key_reused");
  take(body, { headers: {} }).catch(() => {});
  await until(async () => (await hall.poll()).length === 2);		// without a key each is its own
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1")).join("");
  assert.ok(!bytes.includes(plain));
  assert.ok(!bytes.includes(headers["Idempotency-Key"]), "the key is not kept");
});

test("rows of the mailbox are erased a day later", async () => {
  await hall.snapshot();
  const answer = take();
  const [{ id }] = await commands();
  hall.poll([{ id, ...taken() }]).catch(() => {});
  await answer;
  endpoint.ahead_ms = 23 * 3600e3;
  endpoint.running.sweep();
  assert.equal((await endpoint.ask(`/api/v1/commands/${id}`)).status, 200);
  endpoint.ahead_ms = 25 * 3600e3;
  endpoint.running.sweep();
  assert.equal((await endpoint.ask(`/api/v1/commands/${id}`)).status, 404);
});

test("a hall that is retired is told to send no more", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{ retired: true }] });
  assert.equal((await endpoint.hall().snapshot()).status, 410);
});

/* The program itself, killed in between. */

class Program {
  constructor(file) {
    this.file = file;
  }

  async run() {
    this.process = spawn("node", ["etc/miniprogram/endpoint/main.js", this.file], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise((ready, failed) => {
      this.process.once("exit", () => failed(new Error("it ended")));
      this.process.stderr.setEncoding("utf8").on("data", (line) => /listening/.test(line) && ready());
    });
  }

  async end(signal) {
    const ended = new Promise((r) => this.process.once("exit", r));
    this.process.kill(signal);
    return ended;
  }
}

test("killed between the press and the result: nothing is lost, and nothing done twice", async () => {
  const port = await free_port(), url = `http://127.0.0.1:${port}`, secret = new_secret();
  const file = join(endpoint.folder, "endpoint.json"), secrets = join(endpoint.folder, "secret");
  writeFileSync(secrets, secret + "\n");
  writeFileSync(file, JSON.stringify({ listen: `127.0.0.1:${port}`, base_url: url, state: join(endpoint.folder, "own"), pages: "display",
    halls: [{ id: "330106001", name: { zh: "大厅" }, secrets: [{ file: secrets }] }] }));
  const program = new Program(file), mine = new Hall({ url }, { secret });
  const headers = { ...key(), "Content-Type": "application/json" };
  const take_it = () => fetch(`${url}/api/v1/halls/330106001/tickets`, { method: "POST", body: "{\"service\":\"A\"}", headers });
  await program.run();
  try {
    await mine.snapshot();
    await mine.tickets([ticket_row(token)]);
    const lost = take_it().catch(() => "lost");
    const [command] = await mine.poll();
    await program.end("SIGKILL");
    assert.equal(await lost, "lost");
    await program.run();
    const again = take_it();
    assert.equal((await mine.poll())[0].id, command.id, "it is handed out again");
    mine.poll([{ id: command.id, ...taken() }]).catch(() => {});
    await again;		// in time or not
    await until(async () => (await (await take_it()).json()).number === "A038");
    await program.end("SIGKILL");
    await program.run();
    assert.equal((await (await take_it()).json()).number, "A038", "the result too is kept");
    assert.equal((await (await fetch(`${url}/api/v1/tickets/${token}`)).json()).number, "A037");
    assert.equal((await (await fetch(`${url}/api/v1/halls/330106001/status`)).json()).totals.waiting, 37);
    const held = mine.poll();
    await (await fetch(url + "/healthz")).json();
    assert.equal(await program.end("SIGTERM"), 0, "ends by itself though a poll is held");
    assert.deepEqual(await held, []);
  } finally {
    program.process.kill("SIGKILL");
  }
});

test("a config that is wrong is told in one line with its place", async () => {
  const rows = [[{}, "/base_url"], [{ base_url: "x" }, "/base_url"], [{ base_url: "http://x", state: "s", pages: "p", halls: [{ id: "a b" }] }, "/halls/0/id"],
    [{ base_url: "http://x", state: "s", pages: "p", halls: [], more: 1 }, "/more"]];
  for (const [config, place] of rows) {
    const file = join(endpoint.folder, "wrong.json");
    writeFileSync(file, JSON.stringify(config));
    const program = spawn("node", ["etc/miniprogram/endpoint/main.js", "-n", file], { stdio: ["ignore", "ignore", "pipe"] });
    let lines = "";
    program.stderr.setEncoding("utf8").on("data", (line) => { lines += line; });
    assert.equal(await new Promise((r) => program.once("close", r)), 1);
    assert.ok(lines.includes(place) && lines.trim().split("\n").length === 1, lines);
  }
});

/* The pages, in a real browser. */

const body_of = (page) => page.innerText("body");
const shows = (page, text) => until(async () => (await body_of(page)).includes(text));
const look = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));
const phone = (path) => open(chrome, endpoint.url + path, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test("the ticket's page is the hall's own: state, hall, a press, the call, and how old it is", async () => {
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  const page = await phone(`/t/${token}`);
  for (const words of ["A037", "正在排队", "前面约 5 人", "预计等候 10-25 分钟", "云岭区政务服务中心"]) await shows(page, words);
  const poll = commands();
  await page.tap("#defer");
  const [command] = await poll;
  assert.deepEqual([command.command, command.token, command.body], ["defer", token, { places: 2 }]);
  hall.poll([{ id: command.id, status: 200, body: ticket_of(token, { deferred: true }) }]).catch(() => {});
  await shows(page, "已请后面的人先办");
  hall.seq++;
  await hall.tickets([ticket_row(token, { state: "called", window: 5, ahead: null, ahead_by: null, called_at: hall.time() })]);
  await look(page);
  await shows(page, "请到5号窗口");
  endpoint.ahead_ms = 100e3;
  for (let i = 0; i < 2; i++) {
    const asked = page.waitForResponse(/\/tickets\//);
    await look(page);
    await asked;
  }
  await shows(page, "连接中断");
  await shows(page, "请到5号窗口");
  assert.deepEqual(page.faults, []);
  assert.deepEqual(await misplaced(page), []);
  await page.context().close();
});

test("opened while its hall is silent, the ticket is there, with since when nothing is newer", async () => {
  endpoint.ahead_ms = -3600e3;
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  const { stale_since } = (endpoint.ahead_ms = 0, (await ticket()).body);
  const page = await phone(`/t/${token}`);
  for (const words of ["A037", "前面约 5 人", "所示内容可能已过时"]) await shows(page, words);
  assert.ok((await page.innerText("#from")).includes(stale_since.slice(11, 16)), "when it was heard, not now");
  hall.seq++;
  await hall.tickets([ticket_row(token, { ahead: 4 })]);
  await look(page);
  await shows(page, "前面约 4 人");
  await until(async () => !await page.isVisible("#lost"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a press that the hall is slow to answer is asked again as the same command", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ times: { wait_ms: 30 } });
  hall = endpoint.hall();
  await hall.snapshot();
  await hall.tickets([ticket_row(token)]);
  const page = await phone(`/t/${token}`);
  await shows(page, "A037");
  const [request] = await Promise.all([page.waitForRequest(/\/defer$/), page.tap("#defer")]);
  assert.equal((await request.response()).status(), 202);
  const again = await page.waitForRequest(/\/defer$/);
  assert.equal(await again.headerValue("Idempotency-Key"), await request.headerValue("Idempotency-Key"));
  await shows(page, "正在发送");
  const [command, ...more] = await commands();
  assert.deepEqual([command.command, more], ["defer", []]);
  hall.poll([{ id: command.id, status: 200, body: ticket_of(token, { deferred: true }) }]).catch(() => {});
  await shows(page, "已请后面的人先办");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("with several halls each ticket's page names its own", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{}, {}] });
  const [one, two] = [0, 1].map((i) => endpoint.hall(i));
  await one.snapshot({ name: "第一大厅" });
  await two.snapshot({ name: "第二大厅" });
  await one.tickets([ticket_row("ofTheFirst")]);
  await two.tickets([ticket_row("ofTheSecond", { number: "B007" })]);
  for (const [of, name, number] of [["ofTheFirst", "第一大厅", "A037"], ["ofTheSecond", "第二大厅", "B007"]]) {
    const page = await phone(`/t/${of}`);
    await shows(page, name);
    await shows(page, number);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("what a phone loads is what the hall's folder has, staff's sentences left out", async () => {
  for (const path of ["pages/ticket/ticket.js", "pages/ticket/worker.js", "pages/common/base.css"])
    assert.equal((await endpoint.ask("/" + path)).body, readFileSync("display/" + path, "utf8"), path);
  const worker = await endpoint.ask("/pages/ticket/worker.js");
  assert.equal(worker.headers.get("Service-Worker-Allowed"), "/t/");
  const { body } = await endpoint.ask("/text/public/zh.json"), all = JSON.parse(readFileSync("display/text/zh.json", "utf8"));
  for (const [name, text] of Object.entries(body)) assert.equal(text, all[name], name);
  assert.ok("page.ticket.title" in body && !Object.keys(body).some((name) => /^(why|story|page\.admin)\./.test(name)));
  for (const path of ["/pages/admin/index.html", "/pages/../main.js", "/page/../main.js", "/text/zh.json"])
    assert.equal((await endpoint.ask(path)).status, 404, path);
});

test("the list of halls, and the queues of one", async () => {
  await hall.snapshot();
  const page = await phone("/");
  await shows(page, "大厅1");
  await shows(page, "正常办理");
  await shows(page, "等候 37 人");
  await page.tap("#halls a");
  await shows(page, "综合受理");
  await shows(page, "预计等候 10-25 分钟");
  assert.deepEqual(await misplaced(page), []);
  endpoint.ahead_ms = 100e3;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await shows(page, "暂时联系不上");
  assert.match(await body_of(page), /\d\d:\d\d 之后没有新数据/);
  await page.tap("#language");
  await shows(page, "Queues in all halls");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a look of before that is answered late does not fold up the hall that was opened meanwhile", async () => {
  await hall.snapshot();
  const page = await phone("/");
  await shows(page, "大厅1");
  let let_go, held = 0;
  const late = new Promise((r) => { let_go = r; });
  await page.route("**/api/v1/halls", async (route) => {
    if (held++ === 0) await late;
    await route.continue();
  });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await until(() => held > 0);
  await page.tap("#halls a");
  await shows(page, "综合受理");
  const answered = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/halls"));
  let_go();
  await answered;
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.ok((await body_of(page)).includes("综合受理"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a number from afar on the page, where the hall gives them", async () => {
  const { services: [service] } = hall.snapshot_data();
  const more = (id, changes) => ({ ...service, id, name: id, ...changes });
  const [queue] = hall.snapshot_data().queues;
  await hall.snapshot({ services: [service, more("B", { remote: false }), more("C", { open: false }), more("D", { real_name: "required" })],
    queues: ["A", "B", "C", "D"].map((id) => ({ ...queue, id, name: id })) });
  const page = await phone("/#330106001");
  await shows(page, "预计等候 10-25 分钟");
  assert.deepEqual(await page.locator(".queues .take:visible").count(), 2);
  assert.deepEqual(await misplaced(page), []);
  const of = (id) => page.locator(`.queues [data-key="${id}"]`);
  assert.deepEqual([await of("A").locator("input").isVisible(), await of("D").locator("input").isVisible()], [false, true]);

  // What the hall says to it, in words; each press is another command.
  const asked = async (body, result) => {
    const [command] = await commands();
    assert.deepEqual([command.command, command.body], ["take", { ...body, lang: "zh", remote: true }]);
    hall.poll([{ id: command.id, ...result }]).catch(() => {});
  };
  await of("D").locator("input").fill("11010119500317002x");
  await of("D").locator(".take").tap();
  await asked({ service: "D", id_number: "11010119500317002X" }, { status: 409, body: { status: 409, code: "quota_full" } });
  await shows(page, "已约满或已取完");
  await of("D").locator(".take").tap();
  await asked({ service: "D", id_number: "11010119500317002X" }, { status: 409, body: { status: 409, code: "too_late" } });
  await shows(page, "网络延误太久，请重新操作");
  assert.deepEqual(await misplaced(page), []);
  await of("A").locator(".take").tap();
  await Promise.all([page.waitForURL(/\/t\//), asked({ service: "A" }, taken())]);
  await shows(page, "A038");
  await shows(page, "还没有报到");

  await page.goBack();
  await shows(page, "预计等候 10-25 分钟");
  await page.route("**/tickets", (route) => {		// silent since it was pressed: a look before it would take the button away
    endpoint.ahead_ms = 100e3;
    return route.continue();
  });
  await of("A").locator(".take").tap();
  await shows(page, "暂时联系不上大厅");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await until(async () => await page.locator(".queues .take:visible").count() === 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a token is not kept, only its hash", async () => {
  await hall.tickets([ticket_row(token)]);
  await endpoint.running.stop();
  const bytes = readFileSync(join(endpoint.folder, "state/endpoint.db"), "latin1");
  assert.ok(bytes.includes(hash_of(token)) && !bytes.includes(token));
  await endpoint.run();
});

/* halld itself and the endpoint: what the hall knows reaches phones, what they press reaches the hall. */

test("a ticket from afar, seen, put back, called and cancelled, also across a hall that was killed", async () => {
  await endpoint.stop();
  endpoint = await Endpoint.start({ halls: [{ id: "test" }], now: Date.now, times: { hold_ms: 25000, wait_ms: PATIENCE_ms } });
  process.env.PUSH_SECRET = endpoint.secrets[0];
  let real;
  try {
    real = await RealHall.start({}, {
      push: [{ url: endpoint.url + "/push", secrets: [{ env: "PUSH_SECRET" }], commands: true }],
      services: [{ id: "A", prefix: "A", name: { zh: "综合受理" }, remote: { quota: 5, checkin_s: 600 } }, { id: "B", prefix: "B", name: { zh: "社保" } }],
    });
    const ask = async (path, body, headers) => (await endpoint.ask(`/api/v1/${path}`, { body, headers })).body;
    const issue = () => real.ctl(["issue", "A"]).token;
    await until(async () => (await ask("halls/test/status")).state === "open");
    const headers = { "Idempotency-Key": "a key of 24 characters.." };
    const mine = await ask("halls/test/tickets", { service: "A" }, headers);
    assert.deepEqual([mine.state, mine.number], ["reserved", "A001"]);
    assert.equal((await ask("halls/test/tickets", { service: "A" }, headers)).token, mine.token);
    assert.equal((await ask(`tickets/${mine.token}`)).number, "A001");
    assert.equal((await ask(`tickets/${mine.token}/checkin`, { code: "0000x" })).pointer, "/code");
    assert.equal((await ask("halls/test/tickets", { service: "Z" })).code, "unknown_service");
    const here = issue();
    issue();
    await until(async () => (await ask(`tickets/${here}`)).state === "waiting");
    assert.equal((await ask(`tickets/${here}/defer`, { places: 1 })).deferred, true);
    real.ctl(["next", "1"]);
    await until(async () => (await ask("halls/test/status")).calls[0]?.number === "A003");
    assert.equal((await ask(`tickets/${mine.token}/cancel`, {})).state, "cancelled");
    assert.equal((await ask(`tickets/${mine.token}/rating`, { grade: 5 })).code, "not_allowed");
    await real.end("SIGKILL");
    const pressed = ask(`tickets/${here}/cancel`, {});
    await real.run();
    assert.equal((await pressed).state, "cancelled");
    const kinds = async () => (await ask("halls/test/events")).events.map((event) => event.kind).filter((kind) => /issued|called|cancelled/.test(kind));
    await until(async () => (await kinds()).length === 6);		// a result may overtake its event
    assert.deepEqual(await kinds(), ["ticket.issued", "ticket.issued", "ticket.issued", "ticket.called", "ticket.cancelled", "ticket.cancelled"]);
    assert.equal((await ask("halls/test/events")).gap, false);
  } finally {
    if (real) await real.stop();
  }
});
