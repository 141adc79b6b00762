/* Who works at the guide's desk: the form and sign-out.  The session is a cookie that scripts cannot read. */
import { get, post, remove, Refused } from "../common/api.js";
import { find, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";

/* changed() is called after each sign-in and sign-out; sentence(error) says what an error is. */
export function new_session(changed, sentence) {
	const session = { name: null, draw, ended, start };
	let why = () => "";

	function signed(name, because) {
		session.name = name;
		why = because || (() => "");
		changed();
	}

	function ended() {
		signed(null, () => text("page.signin.ended"));
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
		const begins = session.name === null && find("sign_in").hidden;

		find("sign_in").hidden = session.name !== null;
		find("desk").hidden = find("sign_out").hidden = session.name === null;
		write_or_hide(find("staff"), session.name === null ? "" : text("page.signin.as", { name: session.name }));
		write_or_hide(find("why"), why());
		if (begins)
			find("name").focus();
	}

	async function enter(event) {
		event.preventDefault();
		find("enter").disabled = true;
		try {
			const answer = await post("session", { name: find("name").value, password: find("password").value });
			find("name").value = "";
			signed(answer.name);
		} catch (error) {
			const wrong = error instanceof Refused && error.problem.status === 401;

			why = () => wrong ? text("page.signin.failed") : sentence(error);
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
		}
	}

	find("form").addEventListener("submit", enter);
	find("sign_out").addEventListener("click", leave);
	return session;
}
