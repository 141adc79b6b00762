/*
 * The buttons of a window: a row says which key presses it, which command it
 * gives and why it cannot be pressed now.  The view is halld's answer to
 * GET windows/{no}; halld decides, the page only says beforehand what it would.
 */
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

/* code: KeyboardEvent.code; verb(view): the path's last part; label(view): of page.window.do.*; bar(view): of page.window.bar.*, or "" */
export const commands = [
	{ id: "next",	 code: "Space", bar: call_pending,
	  verb: () => "next",	 label: () => "next" },
	{ id: "recall",	 code: "KeyR",	bar: not_called,
	  verb: () => "recall",	 label: () => "recall" },
	{ id: "start",	 code: "KeyS",	bar: not_called,
	  verb: () => "start",	 label: () => "start" },
	{ id: "finish",	 code: "KeyF",	bar: no_ticket,
	  verb: () => "finish",	 label: () => "finish" },
	{ id: "pass",	 code: "KeyP",	bar: not_called,
	  verb: () => "pass",	 label: () => "pass" },
	{ id: "abandon", code: "KeyA",	bar: no_ticket,
	  verb: () => "abandon", label: () => "abandon" },
	{ id: "pause",	 code: "KeyB",	bar: view => shut(view) ? "shut" : "",
	  verb: view => view.window.state === "paused" ? "resume" : "pause",
	  label: view => view.window.state === "paused" ? "resume" : view.window.pending === "pause" ? "no_pause" : "pause" },
	{ id: "open",	 code: "KeyO",	bar: () => "",
	  verb: view => shut(view) ? "open" : "close",
	  label: view => shut(view) ? "open" : view.window.pending === "close" ? "no_close" : "close" },
];

/* A key beside the one on the button. */
export const other_codes = { KeyN: "next" };

/* The button that is most likely next. */
export function likely(view) {
	return call_pending(view) ? "start" : "next";
}
