/*
 * Who works here: the form, hand-over and sign-out.  The session is a cookie
 * that scripts cannot read; this page keeps the name alone, to say whose it is.
 */
import { get, post, remove, Refused } from "../common/api.js";
import { find, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";
import { sentence } from "./refusal.js";

/* changed() is called after each sign-in and sign-out, refused(why) when signing out was. */
export function session_at(window_no, changed, refused) {
	const session = {
		name: null,		/* who is signed in here; null: nobody */
		before: null,		/* who was, as far as this page knows */
		asking: false,		/* the form is shown although somebody is signed in */
		why: () => "",		/* the sentence that says why the form is there */
		draw,
		ended,
		start,
	};

	function signed(name, why) {
		session.name = name;
		session.before = name || session.before;
		session.asking = false;
		session.why = why || (() => "");
		changed();
	}

	/* halld no longer takes the session for this window. */
	function ended(error) {
		signed(null, () => error.problem.status === 401 ? text("page.signin.ended") : sentence(error));
	}

	/* Is somebody signed in already?  Rejects when there is no answer. */
	async function start() {
		try {
			signed((await get("session")).name);
		} catch (error) {
			if (!(error instanceof Refused))
				throw error;
			signed(null);
		}
	}

	function ask(asking) {
		session.asking = asking;
		session.why = () => "";
		draw();
	}

	function draw() {
		const shown = session.name === null || session.asking;
		const begins = shown && find("sign_in").hidden;

		find("sign_in").hidden = !shown;
		find("desk").hidden = shown;
		find("hand_over").hidden = find("alarm").hidden = find("sign_out").hidden = shown;
		find("back").hidden = !session.asking;
		write_or_hide(find("staff"), session.name === null ? "" : text("page.signin.as", { name: session.name }));
		write_or_hide(find("before"), session.asking ? text("page.window.takes_over", { name: session.name }) :
		    session.before !== null ? text("page.window.before", { name: session.before }) : "");
		write_or_hide(find("why"), session.why());
		if (begins)
			find("name").focus();
	}

	let leaving = null;	/* who is told of another open window, and may leave it by entering again */

	async function enter(event) {
		const name = find("name").value;

		event.preventDefault();
		find("enter").disabled = true;
		try {
			const answer = await post("session", { name, password: find("password").value, window: window_no, move: leaving === name });
			find("name").value = "";
			signed(answer.name);
		} catch (error) {
			const wrong = error instanceof Refused && error.problem.status === 401;

			leaving = null;
			if (error instanceof Refused && error.problem.code === "elsewhere") {
				leaving = name;
				session.why = () => text("page.window.elsewhere", error.problem);
			} else
				session.why = () => wrong ? text("page.signin.failed") : sentence(error);
			draw();
		}
		find("password").value = "";
		find("enter").disabled = false;
	}

	/* Without an answer the session goes on, and the page does not hide it. */
	async function leave() {
		try {
			await remove("session");
			signed(null);
		} catch (error) {
			if (error instanceof Refused && error.problem.status === 401)
				signed(null);
			else
				refused(() => sentence(error));
		}
	}

	find("form").addEventListener("submit", enter);
	find("sign_out").addEventListener("click", leave);
	find("hand_over").addEventListener("click", () => ask(true));
	find("back").addEventListener("click", () => ask(false));
	return session;
}
