// Opens pages with an empty cache, several times each: paint.mjs TIMES URL...  Says as JSON, for each URL, when something
// was painted first (ms from the request, one for each time) and how many bytes came, the API's apart.
import { browser } from "../browser/hall.mjs";

const [times, ...urls] = process.argv.slice(2);
const chrome = await browser();

// Runs in the page.
const measured = () => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint === undefined) return;
  const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => !new URL(entry.name).pathname.startsWith("/api/"));
  done({ ms: paint.startTime, bytes: files.reduce((sum, file) => sum + file.encodedBodySize, 0) });
}).observe({ type: "paint", buffered: true }));

async function open(url) {
  const context = await chrome.newContext({ viewport: { width: 1080, height: 1920 } });
  const page = await context.newPage();
  await page.goto(new URL("/api/v1/status", url).href);		// a process for the tab is no part of the page
  await page.goto(url);
  const result = await page.evaluate(measured);
  await context.close();
  return result;
}

const results = [];
await open(urls[0]);		// the browser's own start
for (const url of urls) {
  const opened = [];
  for (let i = 0; i < times; i++) opened.push(await open(url));
  results.push({ paints: opened.map(({ ms }) => ms), bytes: Math.max(...opened.map(({ bytes }) => bytes)) });
}
await chrome.close();
console.log(JSON.stringify(results));
