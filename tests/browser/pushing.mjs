// A hall that a test scripts, and the endpoint it pushes to: signs with standardwebhooks, as etc/miniprogram/README.md has it;
// gzip's bytes by hand, since that library signs text.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { config_of } from "../../etc/miniprogram/endpoint/config.js";
import { endpoint_start } from "../../etc/miniprogram/endpoint/endpoint.js";
import { PATIENCE_ms } from "./hall.mjs";

export const hash_of = (token) => createHash("sha256").update(token).digest("hex");
export const new_secret = () => "whsec_" + randomBytes(32).toString("base64");

const wait = { p10: 600, p50: 840, p90: 1500, src: "sim", in_time: 0.99, band: { from_min: 10, to_min: 25 } };

// As GET /api/v1/tickets/{token} of halld answers, but for the token.
export const ticket_row = (token, changes = {}) => ({
  hash: hash_of(token), number: "A037", state: "waiting", print: "none", reprint: false, lang: "zh", printer: null, service: "A",
  service_name: "综合受理", service_name_en: "General", class: "ordinary", ordinary: true, class_name: "普通", class_name_en: "Ordinary",
  count: 0, rehearsal: false, void: false, needs: [], linked: [], remote: false, window: null, issued_at: "2026-11-23T09:00:00+08:00",
  entered_at: "2026-11-23T09:00:00+08:00", called_at: null, started_at: null, ended_at: null, ahead: 5,
  ahead_by: { earlier: 5, returned: 0, class: 0, service: 0 }, wait_s: wait, checkin_until: null, recalls: 0,
  legs: [{ state: "waiting", service: "A", service_name: "综合受理", service_name_en: "General" }], rated: false, booking: null, deferred: false,
  place: "一楼", place_en: "Ground floor", poll_after_s: 15, ...changes,
});

// The ticket itself, as results have it.
export const ticket_of = (token, changes) => ({ ...ticket_row(token, changes), hash: undefined, token });

function signature_of(secret, id, at_ms, bytes) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  if (typeof bytes === "string") return new Webhook(secret).sign(id, new Date(at_ms), bytes);
  return "v1," + createHmac("sha256", key).update(`${id}.${Math.floor(at_ms / 1000)}.`).update(bytes).digest("base64");
}

export class Hall {
  // to.url: where the endpoint is now; to.now: its clock, if it is not the machine's.
  constructor(to, { id = "330106001", secret, epoch = 1795363200000, now = Date.now }) {
    Object.assign(this, { to, id, secret, epoch, now, seq: 1, rev: 0, n: 0, results: [] });
  }

  time(ms = this.now()) {
    return new Date(ms + 8 * 3600e3).toISOString().slice(0, 19) + "+08:00";
  }

  // One signed request.  Whatever is to be wrong with it is in more; sent: what goes instead of the bytes that are signed.
  async send(type, id, data, more = {}) {
    const body = more.body ?? JSON.stringify({ specversion: "1.0", id, source: `urn:halld:hall:${this.id}`, type: `cn.gov.hall.${type}`,
      time: this.time(), datacontenttype: "application/json", sequence: String(data.seq ?? this.seq).padStart(16, "0"), data, ...more.envelope });
    const at_ms = more.at_ms ?? (this.to.now ?? Date.now)();	// by the endpoint's clock
    const bytes = more.gzip ? gzipSync(body) : body;
    const signatures = (more.secrets ?? [this.secret]).map((secret) => signature_of(secret, id, at_ms, bytes));
    const answer = await fetch(`${this.to.url}/push`, {
      method: "POST", body: more.sent?.(bytes) ?? bytes, signal: more.signal,
      headers: { "Content-Type": "application/cloudevents+json", "webhook-id": id, "webhook-timestamp": String(Math.floor(at_ms / 1000)),
        "webhook-signature": signatures.join(" "), "X-Forwarded-For": more.from ?? "192.0.2.1",
        ...(more.gzip ? { "Content-Encoding": "gzip" } : {}), ...more.headers },
    });
    return { status: answer.status, body: await answer.json() };
  }

  snapshot_data(changes = {}) {
    return {
      schema: 1, hall: this.id, name: "云岭区政务服务中心", name_en: "Yunling Service Hall", epoch: this.epoch, seq: this.seq, as_of: this.time(),
      state: "open", opens: null, note: "", note_en: "", evacuation: null, notice: null, poll_after_s: 15,
      totals: { waiting: 37, serving: 11, windows_open: 12, windows_total: 18, issued_today: 412, served_today: 355, abandoned_today: 20 },
      queues: [{ id: "A", open: true, waiting: 21, windows_open: 5, alarm: false, wait_s: wait, wait_error: null, name: "综合受理", name_en: "General",
        place: "一楼", place_en: "Ground floor", alarm_since: null, last_called: "A036" }],
      windows: [{ no: 5, state: "serving", ticket: "A036", services: ["A"] }], calls: [],
      services: [{ id: "A", open: true, reason: null, waiting: 21, real_name: "none", wait_s: wait, remote: true, bookable: false, opens: null,
        left: 60, name: "综合受理", name_en: "General", place: "一楼", place_en: "Ground floor", bring: "", bring_en: "" }],
      ...changes,
    };
  }

  snapshot(changes, more) {
    const data = this.snapshot_data(changes);
    return this.send("queue.snapshot", `s-${data.epoch}-${data.seq}-${this.rev}`, data, more);
  }

  tickets(rows, changes = {}, more) {
    const data = { schema: 1, hall: this.id, epoch: this.epoch, seq: this.seq, as_of: this.time(), tickets: rows, ...changes };
    return this.send("queue.tickets", `t-${data.epoch}-${data.seq}-${++this.n}`, data, more);
  }

  event(kind, changes = {}, more) {
    const data = { kind, seq: ++this.seq, prev: this.seq - 1, epoch: this.epoch, at: this.time(), ...changes };
    return this.send(kind, `e-${data.epoch}-${data.seq}`, data, more);
  }

  // Ask for commands with what came of those before; they are sent again until a poll was answered.
  async poll(results = [], more) {
    this.results.push(...results);
    const sent = this.results.length;
    const answer = await this.send("commands.poll", `p-${this.epoch}-${++this.n}-${randomBytes(6).toString("hex")}`,
      { hall: this.id, epoch: this.epoch, results: this.results }, more);
    if (answer.status !== 200) throw new Error(`poll: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.results.splice(0, sent);
    return answer.body.commands;
  }
}

// An endpoint in this process, whose clock stands but for what the test moves it: by ahead_ms, or as now() has it.  It holds
// what it is asked for longer than a slow machine takes to press.
export class Endpoint {
  static async start({ halls = [{}], times = {}, now, ...changes } = {}) {
    const endpoint = new Endpoint();
    endpoint.ahead_ms = 0;
    endpoint.lines = [];
    const began_ms = Date.now();
    endpoint.now = now ?? (() => began_ms + endpoint.ahead_ms);
    endpoint.times = { hold_ms: PATIENCE_ms, wait_ms: PATIENCE_ms, ...times };
    endpoint.folder = mkdtempSync(join(tmpdir(), "endpoint-"));
    endpoint.secrets = halls.map(new_secret);
    endpoint.file = {
      listen: "127.0.0.1:0", base_url: "https://queue.example", state: join(endpoint.folder, "state"), pages: resolve("display"),
      halls: halls.map((hall, i) => {
        process.env[`ENDPOINT_SECRET_${i}`] = endpoint.secrets[i];
        return { id: `33010600${i + 1}`, name: { zh: `大厅${i + 1}`, en: `Hall ${i + 1}` }, secrets: [{ env: `ENDPOINT_SECRET_${i}` }], ...hall };
      }), ...changes,
    };
    await endpoint.run();
    return endpoint;
  }

  async run() {
    this.running = await endpoint_start(config_of(this.file), { now: this.now, times: this.times, log: (line) => this.lines.push(line) });
    this.url = this.running.url;		// another port after a restart: no connection of before is used again
  }

  hall(i = 0, changes = {}) {
    return new Hall(this, { id: this.file.halls[i].id, secret: this.secrets[i], ...changes });
  }

  // {status, body, headers} of GET; a body sent makes it a POST.
  async ask(path, { body, headers = {}, from = "198.51.100.7", signal } = {}) {
    const answer = await fetch(this.url + path, {
      method: body === undefined ? "GET" : "POST", body: body === undefined ? undefined : JSON.stringify(body), signal,
      headers: { "Content-Type": "application/json", "X-Forwarded-For": from, ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: /json/.test(answer.headers.get("Content-Type")) ? JSON.parse(text) : text };
  }

  async stop() {
    await this.running.stop();
    rmSync(this.folder, { recursive: true });
  }
}
