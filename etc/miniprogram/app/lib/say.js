/* What halls say, in words: times, waits, states, how old it is, and why not. */
const { has, text } = require("./text.js");

const OLD_s = 120;		/* an answer of a hall older than this is shown grey */
const SURE = 0.9;		/* a chance to be called today that nobody has to be warned of */

/* HH:MM in the hall, whose time it is. */
function clock(time) {
	return time.slice(11, 16);
}

/* HH:MM by this phone. */
function phone_clock(ms) {
	const date = new Date(ms);

	return String(date.getHours()).padStart(2, "0") + ":" + String(date.getMinutes()).padStart(2, "0");
}

function wait(wait_s) {
	if (!wait_s)
		return "";
	const { from, to, from_min, to_min } = wait_s.band;

	return from === undefined ? text("wait.minutes", { from: from_min, to: to_min }) : text("wait.clock", { from: clock(from), to: clock(to) });
}

function late(wait_s) {
	return wait_s && wait_s.in_time < SURE ? text("wait.late") : "";
}

function hall_state(state) {
	return has("hall." + state) ? text("hall." + state) : state;
}

/* Since when there is nothing newer; "": it is of now. */
function stale(thing) {
	return thing.stale_since ? text("stale", { time: clock(thing.stale_since) }) : "";
}

function is_old(thing, now_ms) {
	return Boolean(thing.stale_since) || (Boolean(thing.as_of) && now_ms - Date.parse(thing.as_of) > OLD_s * 1000);
}

function why({ problem }) {
	const key = problem === null ? "" : "code." + problem.code;

	if (problem && problem.code === "bad_request" && has("wrong." + problem.pointer))
		return text("wrong." + problem.pointer);
	return has(key) ? text(key, problem) : text("no_answer");
}

module.exports = { clock, phone_clock, wait, late, hall_state, stale, is_old, why };
