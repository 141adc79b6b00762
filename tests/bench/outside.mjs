// From a key in the hall until the phone outside shows the call, ms each: outside.mjs COUNT.
// halld, a keypad, the endpoint and the phones are all on this machine; three phones wait in the hall's only queue.
import { Hall, Sim, browser } from "../browser/hall.mjs";
import { open } from "../browser/page.mjs";
import { Endpoint } from "../browser/pushing.mjs";

const LIMIT_ms = 20000, LOOK_ms = 10;
const count = Number(process.argv[2]), times = [];
const pause = (ms) => new Promise((r) => setTimeout(r, ms));

async function until(so) {
  for (const end = Date.now() + LIMIT_ms; !await so(); await pause(LOOK_ms))
    if (Date.now() > end) throw new Error(`never so: ${so}`);
}

const shows = (phone, words) => until(async () => (await phone.innerText("#state")) === words);

const endpoint = await Endpoint.start({ halls: [{ id: "test" }], now: Date.now, times: { hold_ms: 25000, wait_ms: 10000 } });
process.env.PUSH_SECRET = endpoint.secrets[0];
const sim = await Sim.start("keypad=keypads,address=1");
const hall = await Hall.start({}, {
  push: [{ url: endpoint.url + "/push", secrets: [{ env: "PUSH_SECRET" }], commands: true }],
  services: [{ id: "A", prefix: "A", name: { zh: "综合受理" } }],
  windows: [{ no: 1, services: ["A"], keypad: { device: "keypads", address: 1 } }],
  devices: [{ id: "keypads", driver: "ff68", port: sim.port("keypads") }],
});
const chrome = await browser();
try {
  while (times.length < count) {
    const phones = [];
    for (let i = 0; i < 3; i++) {
      const { token } = hall.ctl(["issue", "A"]);
      await until(async () => (await endpoint.ask(`/api/v1/tickets/${token}`)).body.state === "waiting");
      phones.push(await open(chrome, `${endpoint.url}/t/${token}`, { viewport: { width: 360, height: 740 } }));
    }
    for (const phone of phones) await shows(phone, "正在排队");
    for (const phone of phones) {
      await pause(3000 + Math.random() * 2000);		// at any moment of its own pace
      const pressed = Date.now();
      sim.control("press keypads/1 0C");
      await shows(phone, "请到1号窗口");
      times.push(Date.now() - pressed);
    }
    for (const phone of phones) await phone.context().close();
  }
  console.log(JSON.stringify(times));
} finally {
  await chrome.close();
  for (const part of [hall, sim, endpoint]) await part.stop();
}
