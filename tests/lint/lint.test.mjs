// The texts themselves: pages for the oldest browsers we promise, sentences, the API's paper.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import js from "@eslint/js";
import openapi from "@redocly/openapi-core";
import { ESLint } from "eslint";
import compat from "eslint-plugin-compat";
import globals from "globals";
import { HtmlValidate } from "html-validate";
import stylelint from "stylelint";
import { css_plugin, floors, globals_after, method_rule } from "./floor.mjs";

process.env.BROWSERSLIST_IGNORE_OLD_DATA = "1";	// pinned on purpose
const root = new URL("../../", import.meta.url).pathname;
const folders = readdirSync(root + "display/pages");
const files = (ending) => folders.flatMap((folder) => readdirSync(`${root}display/pages/${folder}`)
  .filter((file) => file.endsWith(ending)).map((file) => `display/pages/${folder}/${file}`));
const read = (path) => readFileSync(root + path, "utf8");
const mini = "etc/miniprogram";		// its own page is for phones, as those of the lower floor
const zh = JSON.parse(read("display/text/zh.json"));

test("each folder of pages has a floor", () => {
  assert.deepEqual(floors.flatMap((floor) => floor.folders).sort(), folders.sort());
});

const html_rules = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    "form-dup-name": ["error", { shared: ["radio", "checkbox"] }],
    // Sentences come by script: axe looks at the pages that have them.
    "empty-title": "off", "empty-heading": "off", "text-content": "off", "wcag/h30": "off", "unique-landmark": "off",
    "no-implicit-button-type": "off", "no-implicit-input-type": "off",	// the defaults are what is meant
    "require-sri": "off",	// all from the same host
  },
};
const html = new HtmlValidate(html_rules);
// Others than index.html are parts of it.
const part = new HtmlValidate({ ...html_rules, extends: ["html-validate:recommended"] });
for (const path of [...files(".html"), `${mini}/endpoint/page/index.html`])
  test(`html-validate ${path}`, async () => {
    const { results } = await (path.endsWith("/index.html") ? html : part).validateFile(root + path);
    assert.deepEqual(results.flatMap((result) => result.messages.map((m) => `${path}:${m.line}: ${m.message} (${m.ruleId})`)), []);
  });

const css_rules = (chrome) => ({
  "halld/floor": chrome,
  "plugin/no-unsupported-browser-features": [true, {
    browsers: [`chrome ${chrome}`], ignorePartialSupport: true,
    // It takes minmax() for max(), which halld/floor knows; and who does not know the wish has nothing moving less.
    ignore: ["css-math-functions", "prefers-reduced-motion"],
  }],
  "block-no-empty": true,
  "color-no-invalid-hex": true,
  "declaration-block-no-duplicate-custom-properties": true,
  "declaration-block-no-duplicate-properties": true,
  "declaration-block-no-shorthand-property-overrides": true,
  "declaration-property-value-no-unknown": true,
  "font-family-no-missing-generic-family-keyword": true,
  "function-no-unknown": true,
  "media-feature-name-no-unknown": true,
  "named-grid-areas-no-invalid": true,
  "no-duplicate-selectors": true,
  "no-invalid-double-slash-comments": true,
  "no-unknown-animations": true,
  "property-no-unknown": true,
  "selector-pseudo-class-no-unknown": true,
  "selector-pseudo-element-no-unknown": true,
  "unit-no-unknown": true,
});
const style = async (chrome, what) => {
  const config = { plugins: [css_plugin, "stylelint-no-unsupported-browser-features"], rules: css_rules(chrome) };
  const { results } = await stylelint.lint({ ...what, config, configBasedir: root + "tests" });
  return results.flatMap((result) => result.warnings.map((w) => `${result.source}:${w.line}: ${w.text}`));
};

const js_rules = {
  ...js.configs.recommended.rules,
  eqeqeq: "error", "no-var": "error", "prefer-const": ["error", { destructuring: "all" }],
  "no-unused-vars": ["error", { caughtErrors: "none" }],
};
const lint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    ...floors.map(({ chrome, ecmaVersion, folders: of }) => ({
      files: [...of.map((folder) => `display/pages/${folder}/*.js`), ...of.includes("public") ? [`${mini}/endpoint/page/*.js`] : []],
      languageOptions: { ecmaVersion, sourceType: "module", globals: globals.browser },
      linterOptions: { reportUnusedDisableDirectives: "error" },
      plugins: { compat, halld: { rules: { method: method_rule(chrome) } } },
      settings: { browsers: [`chrome ${chrome}`], lintAllEsApis: true },
      rules: {
        ...js_rules, "compat/compat": "error", "halld/method": "error", "no-restricted-globals": ["error", ...globals_after(chrome)],
        "no-restricted-syntax": ["error", { selector: "[property.name=/^(inner|outer)HTML$|^insertAdjacentHTML$/]", message: "No text becomes markup." }],
      },
    })),
    {
      files: [`${mini}/endpoint/**/*.js`],
      ignores: [`${mini}/endpoint/page/**`],
      languageOptions: { globals: globals.node },
      rules: js_rules,
    },
    {
      files: [`${mini}/app/**/*.js`],
      languageOptions: { ecmaVersion: 2018, sourceType: "commonjs",
        globals: { wx: false, App: false, Component: false, module: true, require: false, setTimeout: false, clearTimeout: false } },
      rules: js_rules,
    },
    {
      files: ["tests/**/*.mjs"],
      languageOptions: { globals: { ...globals.node, ...globals.browser } },
      rules: js_rules,
    },
  ],
});
const complaints = (results) => results.flatMap((result) => result.messages.map((m) => `${result.filePath}:${m.line}: ${m.message} (${m.ruleId})`));

for (const { chrome, folders: of } of floors) {
  test(`stylelint ${of.join(", ")}: Chrome ${chrome} shows it`, async () => {
    assert.deepEqual(await style(chrome, { files: of.map((folder) => `${root}display/pages/${folder}/*.css`), allowEmptyInput: false }), []);
  });
  test(`eslint ${of.join(", ")}: Chrome ${chrome} runs it`, async () => {
    assert.deepEqual(complaints(await lint.lintFiles(of.map((folder) => `display/pages/${folder}/*.js`))), []);
  });
}
test("eslint endpoint and mini-program", async () => {
  assert.deepEqual(complaints(await lint.lintFiles([`${mini}/endpoint/*.js`, `${mini}/endpoint/*/*.js`, `${mini}/app/**/*.js`])), []);
});
test("stylelint the endpoint's page", async () => {
  assert.deepEqual(await style(floors.find((floor) => floor.folders.includes("public")).chrome, { files: `${root}${mini}/endpoint/page/*.css` }), []);
});
test("eslint tests", async () => {
  assert.deepEqual(complaints(await lint.lintFiles(["tests/lint/*.mjs", "tests/browser/*.mjs"])), []);
});

// What is too new for the lower floor, and the Chrome that has it.
const newer = {
  css: ["a { inset: 0; }", "a { aspect-ratio: 1; }", "a { display: flex; gap: 1rem; }", "a { width: clamp(1px, 2px, 3px); }",
    "a:focus-visible { top: 0; }", "a:has(b) { top: 0; }", "a { height: 10dvh; }", "@layer x { a { top: 0; } }", "a { b { top: 0; } }",
    "@media (width > 3px) { a { top: 0; } }"],
  js: ["a?.b;", "a ?? b;", "class A { #b; }", "globalThis.a;", "new Intl.RelativeTimeFormat();", "Promise.allSettled([]);",
    "\"\".replaceAll(\"a\", \"b\");", "[].at(1);", "Object.fromEntries([]);", "document.body.replaceChildren();", "queueMicrotask(a);",
    "new ResizeObserver(a).observe(b);\nstructuredClone(a);"],
};
for (const text of newer.css)
  test(`stylelint tells that this is too new: ${text}`, async () => assert.notDeepEqual(await style(69, { code: text }), []));
for (const text of newer.js)
  test(`eslint tells that this is too new: ${text.split("\n").pop()}`, async () => {
    const said = complaints(await lint.lintText(text + "\n", { filePath: "display/pages/common/x.js" })).filter((line) => !/no-undef|no-unused/.test(line));
    assert.notDeepEqual(said, []);
  });

test("no page has a text of its own", () => {
  for (const path of files(".html")) {
    const text = read(path).replace(/<title>halld<\/title>|<kbd>.*?<\/kbd>/g, "");		// what stands on a key is no text
    assert.deepEqual(text.match(/>[^<]*\p{L}[^<]*</gu) ?? [], [], path);
    assert.deepEqual(text.match(/\s(alt|title|placeholder|aria-label|label)="[^"]*"/g) ?? [], [], path);
  }
  for (const path of files(".js")) assert.deepEqual(read(path).match(/\p{Script=Han}/gu) ?? [], [], path);
});

// Keys of sentences in the pages, and beginnings of those that are put together.
const keys = [".html", ".js"].flatMap(files).flatMap((path) =>
  [...read(path).matchAll(/(?:text\(|data-text=|data-label=|(?="page\.))"([a-z0-9_.]+)"( \+)?/g)].map(([, key, part]) => ({ path, key, part })));

test("each sentence that a page names is there", () => {
  assert.ok(keys.length > 100);
  for (const { path, key, part } of keys)
    assert.ok(part ? Object.keys(zh).some((each) => each.startsWith(key)) : key in zh, `${path}: ${key}`);
});

test("pages refer to no other host", () => {
  const known = /xmlns="http:\/\/www\.w3\.org\/2000\/svg"/g;
  for (const path of [".html", ".js", ".css", ".svg"].flatMap(files))
    assert.deepEqual(read(path).replace(known, "").match(/\b[a-z]+:\/\/[^"'\s]*|["'(]\/\/[\w.]+|@import[^;]*|url\([^)]*\)/g) ?? [], [], path);
});

// A module and all that it imports.
const modules = (path, known = new Set()) => {
  if (!known.has(path)) {
    known.add(path);
    for (const [, name] of read(path).matchAll(/ from "(.+)"/g)) modules(posix.join(posix.dirname(path), name), known);
  }
  return known;
};
for (const path of files(".html"))
  test(`${path} asks for its modules at once, not when another is read that needs them`, () => {
    const all = (pattern) => [...read(path).matchAll(pattern)].map(([, url]) => `display${url}`);
    const scripts = all(/<script type="module" src="(.+)"/g);
    assert.deepEqual(all(/<link rel="modulepreload" href="(.+)"/g).concat(scripts).sort(), scripts.flatMap((each) => [...modules(each)]).sort());
  });

test("etc/hall.json is what etc/hall.schema.json says", () => {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  const fits = ajv.compile(JSON.parse(read("etc/hall.schema.json"))), sample = JSON.parse(read("etc/hall.json"));
  assert.ok(fits(sample), ajv.errorsText(fits.errors));
  assert.ok(!fits({ ...sample, windows: [{ no: 1200, services: [] }] }), "and it can say no");
});

test("redocly lint etc/openapi.yaml", async () => {
  const config = await openapi.createConfig({
    extends: ["recommended-strict"],
    rules: {
      "operation-operationId": "off",	// method and path are its name: a test compares them with the program's
      "operation-4xx-response": "off",	// some refuse nobody
      "info-license": "off",
      "no-unused-components": "error",
    },
  });
  const problems = await openapi.lint({ ref: root + "etc/openapi.yaml", config });
  assert.deepEqual(problems.map((problem) => `${problem.location[0].pointer}: ${problem.message} (${problem.ruleId})`), []);
});
