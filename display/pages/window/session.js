/*
 * Who works here: the form, hand-over and sign-out.  The session is a cookie
 * that scripts cannot read; this page keeps the name alone, to say whose it is.
 */
import { get, post, remove, Refused } from "../common/api.js";
import { find, write_or_hide } from "../common/dom.js";
import { has_text, text } from "../common/text.js";

/* The sentence for an error of api.js. */
export function sentence(error) {
	if (!(error instanceof Refused))
		return text("page.no_answer");

	const key = "code." + error.problem.code;
	return has_text(key) ? text(key, error.problem) : error.problem.title;
}

/* changed() is called after each sign-in and sign-out. */
export function session_at(window_no, changed) {
	const session = {
		name: null,		/* who is signed in here; null: nobody */
		before: null,		/* who was, as far as this page knows */
		asking: false,		/* the form is shown although somebody is signed in */
		error: null,		/* what became of the last try; draws itself anew in another language */
		ended,
		draw,
		start,
	};

	function signed(name) {
		session.name = name;
		session.before = name || session.before;
		session.asking = false;
		session.error = null;
		changed();
	}

	/* halld no longer knows the session. */
	function ended(error) {
		signed(null);
		session.error = error;
		draw();
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

	function draw() {
		const shown = session.name === null || session.asking;
		const began = shown && find("sign_in").hidden;
		const wrong = session.error instanceof Refused && session.error.problem.status === 401;

		find("sign_in").hidden = !shown;
		find("desk").hidden = shown;
		find("hand_over").hidden = find("sign_out").hidden = shown;
		find("back").hidden = !session.asking;
		write_or_hide(find("staff"), session.name === null ? "" : text("page.window.staff", { staff: session.name }));
		write_or_hide(find("before"), session.asking ? text("page.window.takes_over", { staff: session.name }) :
		    session.before !== null ? text("page.window.before", { staff: session.before }) : "");
		write_or_hide(find("wrong"), session.error === null ? "" : wrong ? text("page.window.wrong") : sentence(session.error));
		if (began)
			find("name").focus();
	}

	async function enter(event) {
		event.preventDefault();
		find("enter").disabled = true;
		try {
			const answer = await post("session", { name: find("name").value, password: find("password").value, window: window_no });
			find("name").value = "";
			signed(answer.name);
		} catch (error) {
			session.error = error;
			draw();
		}
		find("password").value = "";
		find("enter").disabled = false;
	}

	async function leave() {
		try {
			await remove("session");
			signed(null);
		} catch (error) {
			ended(error);
		}
	}

	find("form").addEventListener("submit", enter);
	find("sign_out").addEventListener("click", leave);
	find("hand_over").addEventListener("click", () => { session.asking = true; draw(); });
	find("back").addEventListener("click", () => { session.asking = false; session.error = null; draw(); });
	return session;
}
