/* Sentences in the person's language: the one chosen here, else the phone's. */
const KEY = "language";
const files = { zh: require("../texts/zh.js"), en: require("../texts/en.js") };

function phones() {
	const info = typeof wx.getAppBaseInfo === "function" ? wx.getAppBaseInfo() : wx.getSystemInfoSync();

	return String(info && info.language).startsWith("en") ? "en" : "zh";
}

function language() {
	const chosen = wx.getStorageSync(KEY);

	return chosen in files ? chosen : phones();
}

/* The sentence with each {name} replaced; a key that is missing shows itself. */
function text(key, values = {}) {
	const sentence = files[language()][key];

	return sentence === undefined ? key : sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] === undefined ? "" : values[name]);
}

module.exports = {
	language,
	text,
	has: key => key in files[language()],
	all: () => files[language()],		/* for pages, by their keys */
	change: () => wx.setStorageSync(KEY, language() === "zh" ? "en" : "zh"),
	/* What a thing of the API is called: thing.name, or thing.name_en. */
	name_of: (thing, field = "name") => (language() === "en" && thing[field + "_en"]) || thing[field] || "",
};
