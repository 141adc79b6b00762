/*
 * The buttons of a window: a row says which key presses it, which command it
 * gives and why it cannot be pressed now.  The view is halld's answer to
 * GET windows/{no}; halld decides, the page only says beforehand what it would.
 */
import { now_ms } from "../common/clock.js";
import { text } from "../common/text.js";

function no_ticket(view) {
	return view.ticket === null ? "no_ticket" : "";
}

function not_called(view) {
	return no_ticket(view) || (view.ticket.state === "called" ? "" : "started");
}

function shut(view) {
	return view.window.state === "offline" || view.window.state === "closed";
}

function call_pending(view) {
	return view.window.start_key && view.ticket !== null && view.ticket.state === "called" ? "call_pending" : "";
}

/* What takes the place of the ticket at hand, as next does. */
function busy(view) {
	return call_pending(view) && "busy";
}

function nobody_held(view) {
	return view.waiting.aside.some(ticket => ticket.state === "held") ? busy(view) : "nobody_held";
}

function nobody_there(view) {
	return view.waiting.aside.length + view.waiting.next.length > 0 ? busy(view) : "nobody";
}

/* Who has no number cannot be called anywhere. */
function no_number(view) {
	return no_ticket(view) || (view.ticket.number === null ? "no_number" : "");
}

/* Seconds in which the last command can still be undone. */
function undo_s(view) {
	return view.window.undo_until === null ? 0 : Math.max(0, Math.ceil((Date.parse(view.window.undo_until) - now_ms()) / 1000));
}

/* When a pause of so many minutes is over, by the minute that signs show. */
function in_minutes(minutes) {
	return new Date(Math.ceil(now_ms() / 60000 + minutes) * 60000).toISOString();
}

/* A pause that says how long. */
function pause_for(minutes, code) {
	return { id: "pause_" + minutes, code, small: true, takes: ["reason"],
	  bar: view => shut(view) ? "shut" : view.window.state === "paused" || view.window.pending === "pause" ? "paused" : "",
	  verb: () => "pause",	body: () => ({ until: in_minutes(minutes) }),
	  label: () => "page.window.pause_" + minutes };
}

/*
 * code: KeyboardEvent.code; bar(view): why not now, of page.window.bar.*, or "";
 * verb(view): the path's last part; body(), if any: what goes with it; label(view): a key
 * of display/text/; hint(view), if any: what else its button says; minor: not in a narrow
 * strip; rare: in no strip, where its key works all the same; small: likewise, and apart.
 * takes: what may be filled in beside the buttons and goes with it: reason, minutes.
 * What a command is about is chosen where choose.js has a row of that id.
 */
export const commands = [
	{ id: "next",	 code: "Space", bar: call_pending,
	  verb: () => "next",	 label: () => "page.command.next" },
	{ id: "recall",	 code: "KeyR",	bar: not_called,
	  verb: () => "recall",	 label: () => "page.command.recall" },
	{ id: "start",	 code: "KeyS",	bar: not_called,
	  verb: () => "start",	 label: () => "page.command.start" },
	{ id: "finish",	 code: "KeyF",	bar: no_ticket,
	  verb: () => "finish",	 label: () => "page.command.finish" },
	{ id: "pass",	 code: "KeyP",	bar: not_called,
	  verb: () => "pass",	 label: () => "page.command.pass" },
	{ id: "abandon", code: "KeyA",	bar: no_ticket, minor: true,
	  verb: () => "abandon", label: () => "page.command.abandon" },
	{ id: "undo",	 code: "KeyU",	bar: view => undo_s(view) === 0 ? "no_undo" : "",
	  verb: () => "undo",	 label: () => "page.command.undo",
	  hint: view => text("page.window.undo_left", { seconds: undo_s(view) }) },
	{ id: "pick",	 code: "KeyK",	bar: nobody_there, rare: true,
	  verb: () => "pick",	 label: () => "page.command.pick" },
	{ id: "hold",	 code: "KeyD",	bar: no_number, rare: true, takes: ["reason", "minutes"],
	  verb: () => "hold",	 label: () => "page.command.hold" },
	{ id: "unhold",	 code: "KeyE",	bar: nobody_held, rare: true,
	  verb: () => "unhold",	 label: () => "page.command.unhold" },
	{ id: "transfer", code: "KeyT",	bar: no_number, rare: true,
	  verb: () => "transfer", label: () => "page.command.transfer" },
	{ id: "legs",	 code: "KeyG",	bar: no_number, rare: true,
	  verb: () => "legs",	 label: () => "page.command.legs" },
	{ id: "serve",	 code: "KeyV",	bar: busy, rare: true,
	  verb: () => "serve",	 label: () => "page.command.serve" },
	{ id: "pause",	 code: "KeyB",	bar: view => shut(view) ? "shut" : "", takes: ["reason"],
	  verb: view => view.window.state === "paused" ? "resume" : "pause",
	  label: view => view.window.state === "paused" ? "page.command.resume" :
	      view.window.pending === "pause" ? "page.window.no_pause" : "page.command.pause" },
	{ id: "open",	 code: "KeyO",	bar: () => "", minor: true,
	  verb: view => shut(view) ? "open" : "close",
	  label: view => shut(view) ? "page.command.open" :
	      view.window.pending === "close" ? "page.window.no_close" : "page.command.close" },
	pause_for(10, "Digit1"),
	pause_for(30, "Digit3"),
	pause_for(60, "Digit6"),
];

/* A key beside the one on the button. */
export const other_codes = { KeyN: "next" };

/* The button that is most likely next. */
export function likely(view) {
	return call_pending(view) ? "start" : "next";
}
