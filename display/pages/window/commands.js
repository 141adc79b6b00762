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

/*
 * code: KeyboardEvent.code; bar(view): why not now, of page.window.bar.*, or "";
 * verb(view): the path's last part; label(view): a key of display/text/.
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
	{ id: "abandon", code: "KeyA",	bar: no_ticket,
	  verb: () => "abandon", label: () => "page.command.abandon" },
	{ id: "pause",	 code: "KeyB",	bar: view => shut(view) ? "shut" : "",
	  verb: view => view.window.state === "paused" ? "resume" : "pause",
	  label: view => view.window.state === "paused" ? "page.command.resume" :
	      view.window.pending === "pause" ? "page.window.no_pause" : "page.command.pause" },
	{ id: "undo",	 code: "KeyU",	bar: view => view.window.undo_until === null ? "no_undo" : "",
	  verb: () => "undo",	 label: () => "page.command.undo" },
	{ id: "open",	 code: "KeyO",	bar: () => "",
	  verb: view => shut(view) ? "open" : "close",
	  label: view => shut(view) ? "page.command.open" :
	      view.window.pending === "close" ? "page.window.no_close" : "page.command.close" },
];

/* A key beside the one on the button. */
export const other_codes = { KeyN: "next" };

/* The button that is most likely next. */
export function likely(view) {
	return call_pending(view) ? "start" : "next";
}
