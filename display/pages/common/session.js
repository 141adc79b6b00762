/*
 * Who works here: the form, sign-out and, at a window, hand-over.  The session
 * is a cookie that scripts cannot read; the page keeps the name and the role
 * alone.  It has the elements sign_in, form, name, password, why, enter, desk,
 * sign_out and staff, and may have before, hand_over and back.
 */
import { get, post, remove, Refused } from "./api.js";
import { find, write_or_hide } from "./dom.js";
import { text } from "./text.js";

/*
 * changed() is called after each sign-in and sign-out; sentence(error) says what
 * an error is; refused(words), if any, is called when signing out was.  window: the one
 * that is signed in at; roles: those whose page it is; with: further elements that are
 * hidden where nobody is signed in.
 */
export function new_session({ changed, sentence, refused, window: no, roles, with: others = [] }) {
	const session = {
		name: null,		/* who is signed in here; null: nobody */
		role: null,
		before: null,		/* who was, as far as this page knows */
		asking: false,		/* the form is shown although somebody is signed in */
		draw,
		ended,
		start,
	};
	let why = () => "";		/* the sentence that says why the form is there */
	let leaving = null;		/* who is told of another open window, and may leave it by entering again */

	function signed(answer, because) {
		session.name = answer === null ? null : answer.name;
		session.role = answer === null ? null : answer.role;
		session.before = session.name || session.before;
		session.asking = false;
		why = because || (() => "");
		changed();
	}

	function let_in(answer) {
		if (roles === undefined || roles.includes(answer.role))
			signed(answer);
		else
			signed(null, () => text("code.forbidden"));
	}

	/* halld takes the session no longer, or not here. */
	function ended(error) {
		signed(null, () => error === undefined || error.problem.status === 401 ? text("page.signin.ended") : sentence(error));
	}

	/* Is somebody signed in already?  Rejects when there is no answer. */
	async function start() {
		try {
			let_in(await get("session"));
		} catch (error) {
			if (!(error instanceof Refused))
				throw error;
			signed(null);
		}
	}

	function ask(asking) {
		session.asking = asking;
		why = () => "";
		draw();
	}

	function before_text() {
		return session.asking ? text("page.signin.takes_over", { name: session.name }) :
		    session.before !== null ? text("page.signin.before", { name: session.before }) : "";
	}

	function draw() {
		const shown = session.name === null || session.asking;
		const begins = shown && find("sign_in").hidden;

		find("sign_in").hidden = !shown;
		for (const id of ["desk", "sign_out", ...others])
			find(id).hidden = shown;
		write_or_hide(find("staff"), session.name === null ? "" : text("page.signin.as", { name: session.name }));
		write_or_hide(find("why"), why());
		if (no !== undefined) {
			find("back").hidden = !session.asking;
			write_or_hide(find("before"), before_text());
		}
		if (begins)
			find("name").focus();
	}

	function is_elsewhere(error) {
		return error instanceof Refused && error.problem.code === "elsewhere";
	}

	/* What is wrong with what was entered. */
	function wrong(error) {
		return is_elsewhere(error) ? text("page.signin.elsewhere", error.problem) :
		    error instanceof Refused && error.problem.status === 401 ? text("page.signin.failed") : sentence(error);
	}

	async function enter(event) {
		const name = find("name").value, body = { name, password: find("password").value };

		event.preventDefault();
		find("enter").disabled = true;
		try {
			const answer = await post("session", no === undefined ? body : Object.assign(body, { window: no, move: leaving === name }));

			find("name").value = "";
			let_in(answer);
		} catch (error) {
			leaving = is_elsewhere(error) ? name : null;
			why = () => wrong(error);
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
			else if (refused !== undefined)
				refused(() => sentence(error));
		}
	}

	find("form").addEventListener("submit", enter);
	find("sign_out").addEventListener("click", leave);
	if (no !== undefined) {
		find("hand_over").addEventListener("click", () => ask(true));
		find("back").addEventListener("click", () => ask(false));
	}
	return session;
}
