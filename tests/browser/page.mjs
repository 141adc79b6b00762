// What browser tests do with a page.
import assert from "node:assert/strict";
import { PATIENCE_ms, password } from "./hall.mjs";

// What the browser says where halld refuses, or is away.
export const no_fault = /status of (4\d\d|503)|ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|ERR_FAILED|ERR_EMPTY/;

// With a time the page's clock stands there until page.clock moves it.
// The page's own errors, and whatever its policy blocks, are kept in page.faults; halld refusing or being away is no error of the page.
export async function open(chrome, url, { start, time, ...context } = {}) {
  const page = await (await chrome.newContext({ locale: "zh-CN", ...context })).newPage();
  page.faults = [];
  page.loads = 0;
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" && !no_fault.test(line.text()))
      page.faults.push(line.text());
  });
  if (start) await page.addInitScript(start);
  if (time !== undefined) {
    await page.clock.install({ time: time - 60e3 });	// it runs until it is stopped, and is not stopped in its past
    await page.clock.pauseAt(time);
  }
  await page.goto(url);
  page.on("load", () => page.loads++);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.faults, []);
  assert.equal(page.loads, 0, "it was never loaded again");
  await page.context().close();
}

// Wait until it is so; the policy of the pages allows no code from outside, so it is asked for from here.
export async function until(so) {
  for (const end = Date.now() + PATIENCE_ms; !await so();) {
    if (Date.now() > end) throw new Error(`never so: ${so}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

// For addInitScript: what a page measures stands still but for pass(), while its timers run.  A dispenser does not go back to
// its start because the machine was slow, nor does what is shown for some seconds go before it was seen.
export function time_stands() {
  window.passed_ms = 0;
  performance.now = () => window.passed_ms;
}
export const pass = (page, ms) => page.evaluate((more) => { window.passed_ms += more; }, ms);

// A key of a window's page: while the answer to one is awaited no other does anything.
export async function press_key(page, key) {
  await answered(page);
  await page.keyboard.press(key);
}
export const answered = (page) => page.waitForSelector("#desk .pressed", { state: "detached" });

// By keyboard alone: the form has the focus when it is shown.
export async function sign_in(page, name, word = password) {
  await page.waitForSelector("#name:focus");
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
}

// A part of /admin that is folded, and loaded when it is opened.
export const unfold = (page, id) => page.click(`#${id} > summary`);

// Where a page fails a reader: what is cut off, lies over something else, is outside, or is too small to hit.
export const misplaced = (page) => page.evaluate(() => {
  const wrong = [];
  const seen = (node) => node.getClientRects().length > 0 && node.checkVisibility({ visibilityProperty: true }) &&	// what closed details have is nowhere
    node.closest(".unseen") === null;
  const has_words = (node) => Array.from(node.childNodes).some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== "");

  // Where the letters of a node are: its lines without the space that the CJK font keeps above and below them.
  const letters = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right, top, bottom } = range.getBoundingClientRect(), em = parseFloat(getComputedStyle(node).fontSize);
    return { left, right, top: top + 0.28 * em, bottom: bottom - 0.16 * em };
  };
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;

  const words = [];
  for (const node of Array.from(document.querySelectorAll("body *")).filter((each) => seen(each) && has_words(each))) {
    const box = letters(node);
    let out_of_sight = false;
    for (let up = node; up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up), edge = up.getBoundingClientRect();
      if (style.textOverflow === "ellipsis") box.right = Math.min(box.right, edge.right);
      else if (style.overflowX === "hidden" && apart(box, edge)) out_of_sight = true;
      else if ((style.overflowX === "hidden" || up.tagName === "BUTTON") && !within(box, edge)) wrong.push(`cut: ${node.innerText}`);
    }
    if (!out_of_sight) words.push({ node, text: node.innerText, box });
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
  for (const a of words) {
    if (a.box.left < -1 || a.box.right > innerWidth + 1) wrong.push(`outside: ${a.text}`);
    for (const b of words.slice(words.indexOf(a) + 1))
      if (!a.node.contains(b.node) && !apart(a.box, b.box)) wrong.push(`over each other: ${a.text} / ${b.text}`);
  }
  for (const node of Array.from(document.querySelectorAll("button, input")).filter(seen)) {
    const box = node.getBoundingClientRect();
    if (box.width < 48 || box.height < 48) wrong.push(`small: ${node.innerText || node.id}, ${box.width}x${box.height}`);
  }
  return wrong;
});

// Every text of less than this contrast, by the formula of WCAG 2.
export const faint = (page, least) => page.evaluate((least) => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => channels(color).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node !== null; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (channels(color).length === 3 || channels(color)[3] === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = Array.from(document.querySelectorAll("body *")).filter((node) => node.getClientRects().length > 0 &&
    Array.from(node.childNodes).some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== ""));

  return texts.map((node) => {
    const pair = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    return [node.innerText, (pair[0] + 0.05) / (pair[1] + 0.05)];
  }).filter(([, contrast]) => contrast < least).map(([words, contrast]) => `${words}: ${contrast.toFixed(2)}`);
}, least);
