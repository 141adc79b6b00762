// What the oldest browser we promise cannot do, by MDN's data: rules for ESLint and stylelint that their own plugins,
// which look at whole interfaces and features, do not have.
import bcd from "@mdn/browser-compat-data/forLegacyNode";
import stylelint from "stylelint";

// The folders of pages and the Chrome that each must work on: staff's machines are newer than screens and phones.
export const floors = [
  { chrome: 86, ecmaVersion: 2021, folders: ["admin", "guide", "me", "window"] },
  { chrome: 69, ecmaVersion: 2019, folders: ["common", "board", "kiosk", "public", "sign", "ticket"] },
];

// The Chrome that first did it, if only in part; 0 where nothing is known of it.
function since(what) {
  if (what?.__compat === undefined) return 0;
  const rows = [].concat(what.__compat.support.chrome);
  const first = rows.filter((row) => !row.flags && !row.prefix && !row.alternative_name &&
    (!row.version_removed || rows.some((next) => next.version_added === row.version_removed)))
    .map((row) => parseInt(String(row.version_added).replace("≤", ""), 10) || Infinity);
  return Math.min(Infinity, ...first);
}

const { Intl: intl, ...builtins } = bcd.javascript.builtins;
const interfaces = Object.entries({ ...bcd.api, ...builtins, ...intl });

export const globals_after = (chrome) => interfaces.filter(([, what]) => since(what) > chrome).map(([name]) => name);

// Name of a method -> the Chrome in which it first was one of anything that the older one has too.
function methods_after(chrome) {
  const methods = new Map();
  for (const [, what] of interfaces.filter(([, each]) => since(each) <= chrome))
    for (const [key, member] of Object.entries(what)) {
      const name = key.replace(/_static$/, "");
      if (key !== "__compat") methods.set(name, Math.min(since(member), methods.get(name) ?? Infinity));
    }
  return new Map([...methods].filter(([, first]) => first > chrome));
}

export const method_rule = (chrome, methods = methods_after(chrome)) => ({
  create: (context) => ({
    "CallExpression > MemberExpression.callee[computed=false]"({ property }) {
      if (methods.has(property.name)) context.report({ node: property, message: `${property.name}() is of Chrome ${methods.get(property.name)}` });
    },
  }),
});

const functions = new Map();
(function collect(types) {
  for (const [name, type] of Object.entries(types))
    if (name !== "__compat") {
      functions.set(name, since(type));
      collect(type);
    }
})(bcd.css.types);

const name = "halld/floor";
const { properties, selectors, "at-rules": at_rules } = bcd.css;

export const css_plugin = stylelint.createPlugin(name, (chrome) => (root, result) => {
  const need = (node, word, first) => {
    if (first > chrome)
      stylelint.utils.report({ ruleName: name, result, node, word, message: `${word} is of Chrome ${first}` });
  };
  root.walkDecls(/^[a-z]/, (node) => {
    const property = properties[node.prop];
    need(node, node.prop, since(property));
    for (const [word] of node.value.replace(/"[^"]*"/g, "").matchAll(/[a-z][a-z-]*\(?/g))
      need(node, word, word.endsWith("(") ? functions.get(word.slice(0, -1)) : since(property?.[word]));
  });
  root.walkRules((node) => {
    for (const [, word] of node.selector.matchAll(/:([a-z-]+)/g)) need(node, word, since(selectors[word]));
  });
  root.walkAtRules((node) => need(node, node.name, since(at_rules[node.name])));
});
css_plugin.ruleName = name;
