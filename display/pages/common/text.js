/*
 * The sentences of display/text/ that this page says: <html data-page="NAME">.
 * An element with data-text="KEY" has that sentence as its text, with
 * data-label="KEY" as its label.
 */
import { sleep } from "./api.js";

const tags = { zh: "zh-CN", en: "en" };
const files = {};
let current = "zh";
let wished = 0;			/* times that a language was */

/* For lang= and Intl. */
export function language_tag() {
	return tags[current];
}

export function has_text(key) {
	return key in files[current];
}

/* The sentence with each {name} replaced; a key that is missing shows itself. */
export function text(key, values) {
	const known = values || {};

	if (!has_text(key))
		return key;
	return files[current][key].replace(/\{(\w+)\}/g, (_, name) => known[name] === undefined ? "" : known[name]);
}

/* What a thing of the API is called: thing.name, or thing.name_en. */
export function name_of(thing, field) {
	const name = field || "name";

	return (current === "en" && thing[name + "_en"]) || thing[name] || "";
}

/* Of {zh, en}, as halld gives sentences that it made itself. */
export function said(both) {
	return both[current];
}

/* The sentences of what is in it; set_language does so for all that is there by then. */
export function speak(root) {
	for (const node of root.querySelectorAll("[data-text]"))
		node.textContent = text(node.dataset.text);
	for (const node of root.querySelectorAll("[data-label]"))
		node.setAttribute("aria-label", text(node.dataset.label));
}

/* Speak a language, unless another is wished before its sentences come; rejects, changing nothing, if they cannot be had. */
export async function set_language(to) {
	const mine = ++wished;

	if (!(to in files)) {
		const answer = await fetch("/text/" + document.documentElement.dataset.page + "/" + to + ".json", { cache: "no-cache" });

		if (!answer.ok)
			throw new Error("no sentences in " + to);
		files[to] = await answer.json();
	}
	if (mine !== wished)
		return;
	current = to;
	document.documentElement.lang = tags[to];
	speak(document);
}

/* Storage may be forbidden: then the choice lasts as long as the page. */
function remembered() {
	try {
		return localStorage.getItem("language");
	} catch (error) {
		return null;
	}
}

function remember(to) {
	try {
		localStorage.setItem("language", to);
	} catch (error) {
		/* nothing depends on it */
	}
}

/* The language of ?lang=, else the one chosen here before, else otherwise, else Chinese.  Tries until halld answers. */
export async function first_language(otherwise) {
	const wishes = [new URLSearchParams(location.search).get("lang"), remembered(), otherwise];
	const wish = wishes.find(each => Object.keys(tags).includes(each)) || "zh";

	for (;;) {
		try {
			return await set_language(wish);
		} catch (error) {
			await sleep(2000);
		}
	}
}

/* The button changes the language, then calls changed(). */
export function language_button(button, changed) {
	button.addEventListener("click", async () => {
		const to = current === "zh" ? "en" : "zh";

		try {
			await set_language(to);
		} catch (error) {
			return;
		}
		remember(to);
		changed();
	});
}
