/* Copies of the database: which there are and how large, a button that makes one now, and one that puts it back.  For the admin. */
import { get, post, post_once } from "../common/api.js";
import { clock_text, day_text } from "../common/clock.js";
import { fill, find, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";

/* may(): somebody is here who may ask; act(what) does it and says what came of it; ask(what, then) does it when that was confirmed. */
export function new_kept({ may, act, ask }) {
	const kept = { draw, load };
	let known = null;
	let asked = 0;			/* an answer that comes behind a later question's is none */

	function name_of_file(path) {
		return path.slice(path.lastIndexOf("/") + 1);
	}

	async function load() {
		const mine = ++asked, answer = may() ? await get("backup").catch(() => null) : null;

		if (mine !== asked)
			return;
		known = answer;
		draw();
	}

	function draw() {
		fill(find("kept_list"), find("kept_row"), known === null ? [] : known.backups, each => each.path, each => ({
			file: name_of_file(each.path),
			size: text("page.admin.kept_size", { size: (each.bytes / 1e6).toFixed(1) }),
			do: text("page.admin.kept_back"),
		}));
		write_or_hide(find("kept_failed"), known === null || known.error === "" || known.failed_at === null ? "" : text("page.admin.kept_failed",
		    { day: day_text(known.failed_at), time: clock_text(known.failed_at), error: known.error }));
	}

	find("kept_now").addEventListener("click", async () => {
		find("kept_now").disabled = true;
		await act(() => post_once("backup", {}));
		find("kept_now").disabled = false;
		load();
	});
	/* Never tried again by itself: the second time it would take away what came since the first. */
	find("kept_list").addEventListener("click", event => {
		const button = event.target.closest("button"), path = button === null ? null : button.closest("li").dataset.key;

		if (path !== null)
			ask(() => text("page.admin.sure_back", { file: name_of_file(path) }), () => post("backup/restore", { path }));
	});
	return kept;
}
