// From the answer to `next` until the number is on the board's screen: board.mjs PORT TOKEN COUNT.
// Somebody takes a ticket just before each call, so that the board is busy with that.
import { browser } from "../browser/hall.mjs";

const [port, token, count] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;

async function post(path, body) {
  const answer = await fetch(`${url}/api/v1/${path}`, { method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

// Keeps when each number was first painted: a frame after it was written, and after that frame.
function watch_numbers() {
  window.painted = {};
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      for (const node of document.querySelectorAll("#calls .number")) {
        const number = node.textContent;
        if (number === "" || number in window.painted) continue;
        window.painted[number] = 0;
        requestAnimationFrame(() => {
          const after = new MessageChannel();
          after.port1.onmessage = () => { window.painted[number] = Date.now(); };
          after.port2.postMessage(null);
        });
      }
    }).observe(document.getElementById("calls"), { childList: true, subtree: true, characterData: true });
  });
}

const chrome = await browser();
try {
  const page = await chrome.newPage({ viewport: { width: 1920, height: 1080 } });
  const times = [];
  await page.addInitScript(watch_numbers);
  await page.goto(`${url}/board`);
  await page.waitForSelector("#queues li");
  for (let i = 0; i < Number(count); i++) {
    await post("tickets", { service: "A", printer: "none" });
    const { ticket } = await post("windows/1/next", {});
    const answered = Date.now();
    let painted = 0;
    for (const end = answered + 20000; painted === 0 && Date.now() < end;)
      painted = await page.evaluate((number) => window.painted[number] || 0, ticket.number);
    if (painted === 0) throw new Error(`${ticket.number} was never on the board`);
    times.push(Math.max(0, painted - answered));
    await new Promise((r) => setTimeout(r, Math.random() * 500));	// at any moment of the board's own pace
  }
  console.log(JSON.stringify(times));
} finally {
  await chrome.close();
}
