// What any page must be, whatever is on it: faults(page) says what is wrong with what it shows now.
import axe from "axe-core";

const TARGET_px = 48, CONTRAST_more = 7;
const SETTLE_ms = 30000;		// a page may measure itself once a second, and a slow machine is late

// Runs in the page.
function look({ targets, contrast, fits }) {
  const wrong = [];
  const { documentElement: root } = document;
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ visibilityProperty: true });		// what closed details have is nowhere, with a box
  };
  const for_readers = (node) => node !== null && (getComputedStyle(node).clip !== "auto" || for_readers(node.parentElement));
  const name = (node) => {
    const id = node.closest("[id]")?.id;
    return `${id === undefined ? "" : `#${id} `}${node.localName} "${node.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;

  // Over the foot of a page a bar may lie; what is there must be seen when one scrolls to it.
  window.scrollTo(0, root.scrollHeight);
  if (root.scrollWidth > innerWidth) wrong.push(`${root.scrollWidth} px wide`);
  if (fits && root.scrollHeight > innerHeight) wrong.push(`${root.scrollHeight} px high`);

  // The boxes that cut off what is in a node, the window's sides last; a table that is scrolled sideways cuts nothing off.
  const window_box = { left: 0, right: innerWidth, top: fits ? 0 : -Infinity, bottom: fits ? innerHeight : Infinity };
  const scrolled = (node) => node.querySelector(":scope > table") !== null && /auto/.test(getComputedStyle(node).overflowX);
  const cutters = (node) => node === document.body || node === root ? [window_box] : scrolled(node) ? [] :
    [.../hidden|clip/.test(getComputedStyle(node).overflow) ? [node.getBoundingClientRect()] : [], ...cutters(node.parentElement)];
  const inside = (box, edge) => box.left > edge.left - 1 && box.right < edge.right + 1 && box.top > edge.top - 1 && box.bottom < edge.bottom + 1;

  // Each text with its boxes, a line each: inside whatever cuts it off, over no other.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode()) !== null;) {
    const node = text.parentElement, { textOverflow, webkitLineClamp } = getComputedStyle(node);
    if (text.data.trim() === "" || !shown(node) || for_readers(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    // The letters themselves: a line's box has room above and below.  What ends in dots is cut off on purpose.
    const end = textOverflow === "ellipsis" ? node.getBoundingClientRect().right : Infinity;
    const last = webkitLineClamp !== "none" ? node.getBoundingClientRect().bottom : Infinity;
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && (box.top + box.bottom) / 2 < last)
      .map(({ left, right, top, bottom, height }) => ({ left, right: Math.min(right, end), top: top + height / 5, bottom: bottom - height / 5 }));
    const edges = cutters(node);
    // A row for which there is no room may be left out, but whole.
    if (node.closest("li") !== null && edges.some((edge) => !boxes.some((box) => meet(box, edge)))) continue;
    if (edges.some((edge) => !boxes.every((box) => inside(box, edge)))) wrong.push(`cut off: ${name(node)}`);
    texts.push({ node, boxes });
  }
  texts.forEach((one, i) => {
    for (const other of texts.slice(0, i))
      if (one.node !== other.node && one.boxes.some((a) => other.boxes.some((b) => meet(a, b))))
        wrong.push(`one over the other: ${name(one.node)} and ${name(other.node)}`);
  });

  for (const table of [...document.querySelectorAll("table")].filter((each) => shown(each) && scrolled(each.parentElement)))
    if (!cutters(table.parentElement.parentElement).every((edge) => inside(table.parentElement.getBoundingClientRect(), edge)))
      wrong.push(`cut off: ${name(table.parentElement)}`);

  // A box to tick is touched by its label.
  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=button]")].filter(shown)
    .map((node) => /radio|checkbox/.test(node.type) ? node.closest("label") : node);
  controls.forEach((one, i) => {
    const box = one.getBoundingClientRect();
    if (!cutters(one).every((edge) => inside(box, edge))) wrong.push(`out of reach: ${name(one)}`);
    if (box.width < targets || box.height < targets) wrong.push(`${box.width.toFixed(1)} x ${box.height.toFixed(1)} px: ${name(one)}`);
    for (const other of controls.slice(0, i))
      if (meet(box, other.getBoundingClientRect())) wrong.push(`one over the other: ${name(one)} and ${name(other)}`);
  });

  const linear = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const rgba = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const mix = (over, under, share) => over.slice(0, 3).map((value, i) => value * share + under[i] * (1 - share));
  const ground = (node) => {
    if (node === null) return [255, 255, 255];
    const color = rgba(getComputedStyle(node).backgroundColor), share = color[3] ?? 1;
    return share === 1 ? color : mix(color, ground(node.parentElement), share);
  };
  for (const { node } of texts) {
    const under = ground(node), color = rgba(getComputedStyle(node).color);
    let share = color[3] ?? 1;
    for (let around = node; around !== null; around = around.parentElement) share *= Number(getComputedStyle(around).opacity);
    const [a, b] = [light(mix(color, under, share)), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < contrast) wrong.push(`contrast ${ratio.toFixed(2)}: ${name(node)}`);
  }

  for (const animation of document.getAnimations())
    if (animation.playState === "running") wrong.push(`moves: ${name(animation.effect.target)}`);
  window.scrollTo(0, 0);
  return [...new Set(wrong)];
}

// Every rule that axe has, the experimental ones too, but that a large number were a heading; the stricter contrast where it is asked for.
async function judge_axe(strict) {
  const without = ["p-as-heading", strict ? "color-contrast" : "color-contrast-enhanced"];
  const rules = Object.fromEntries(window.axe.getRules().map(({ ruleId }) => [ruleId, { enabled: !without.includes(ruleId) }]));
  const { violations } = await window.axe.run(document, { rules, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.html.slice(0, 80)} (${node.failureSummary.split("\n")[1].trim()})`));
}

// fits: all of the page is on the screen at once, and nobody zooms.  contrast: no text has less, whatever its size.
export const screen = { fits: true, contrast: CONTRAST_more };
export const paper = { fits: false, contrast: 0 };		// there axe knows how much

/*
 * sizes: [width, height] in px; each is looked at enlarged twice as well, when targets have grown with the rest.
 */
export async function faults(page, sizes, { fits, contrast }, settle_ms = SETTLE_ms) {
  const found = [];
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe.source);
  for (const [width, height] of sizes)
    for (const zoom of fits ? [1] : [1, 2]) {
      const at = `${width} x ${height}${zoom === 2 ? " at 200 %" : ""}`;
      const look_now = () => page.evaluate(look, { targets: TARGET_px / zoom, contrast, fits });
      await page.setViewportSize({ width: width / zoom, height: height / zoom });
      await page.mouse.move(1, width / zoom % 9);		// somebody is there: a dispenser would go back to its start
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      let wrong = await look_now();
      for (const end = Date.now() + settle_ms; wrong.length > 0 && Date.now() < end; wrong = await look_now())
        await new Promise((r) => setTimeout(r, 100));
      if (zoom === 1) wrong.push(...await page.evaluate(judge_axe, contrast >= CONTRAST_more));
      found.push(...wrong.map((what) => `${at}: ${what}`));
    }
  return found;
}
