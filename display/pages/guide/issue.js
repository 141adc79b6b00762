/*
 * Tickets for somebody else: the first touch of a service chooses it, the second
 * issues.  Class, needs, big print and how many are chosen before or between.
 */
import { post_once, random_key } from "../common/api.js";
import { fill, find, write } from "../common/dom.js";
import { name_of, text } from "../common/text.js";
import { needs } from "./commands.js";

const MOST = 20;		/* of a group */

/* done(tickets, error) is called when they are there, or some of them and why not the others. */
export function new_issue(done) {
	const issue = { draw, start_over, set_hall };
	let hall = { classes: [], services: [] };
	let wishes, chosen, order = null, busy = false;

	function start_over() {
		wishes = { class: null, needs: [], big: false, count: 1 };
		chosen = null;
		order = null;
		find("id_number").value = "";
	}

	function set_hall(to) {
		hall = to;
	}

	function class_id() {
		return wishes.class !== null || hall.classes.length === 0 ? wishes.class : hall.classes[0].id;
	}

	/* Does the service that was chosen ask who takes it? */
	function asks_who() {
		return hall.services.some(each => each.id === chosen && each.real_name !== "none");
	}

	/* What was wished for before is another order. */
	function wish(change) {
		if (busy)
			return;
		order = null;
		change();
		draw();
	}

	/* Each ticket of a group has a key of its own, made of the order's: tried again, none comes twice. */
	async function take() {
		const tickets = [];
		let problem = null;

		if (order === null) {
			const body = { service: chosen, class: class_id(), needs: wishes.needs, big: wishes.big };

			if (asks_who() && find("id_number").value !== "")
				body.id_number = find("id_number").value.trim();
			order = { key: random_key(), count: wishes.count, body };
		}
		busy = true;
		draw();
		try {
			for (let i = 0; i < order.count; i++)
				tickets.push(await post_once("tickets", order.body, order.key + "-" + i));
			start_over();
		} catch (error) {
			problem = error;
		}
		busy = false;
		draw();
		done(tickets, problem);
	}

	function toggles(list, items, pressed) {
		fill(list, find("button_row"), items, each => each.id, (each, row) => {
			row.firstElementChild.setAttribute("aria-pressed", pressed(each));
			return { name: each.name, note: "" };
		});
	}

	function draw_services() {
		fill(find("services"), find("button_row"), hall.services, each => each.id, (each, row) => {
			const button = row.firstElementChild, mine = each.id === chosen;

			button.disabled = busy || !each.open;
			button.setAttribute("aria-pressed", mine);
			return {
				name: name_of(each),
				note: !each.open ? text("page.guide.closed") : busy && mine ? text("page.window.sending") :
				    mine ? text("page.guide.again") : text("page.window.waiting", each),
			};
		});
	}

	function draw() {
		toggles(find("classes"), hall.classes.map(each => ({ id: each.id, name: name_of(each) })), each => each.id === class_id());
		toggles(find("needs"), needs.map(id => ({ id, name: text("page.guide.need." + id) })), each => wishes.needs.includes(each.id));
		find("big").setAttribute("aria-pressed", wishes.big);
		write(find("count"), text("page.guide.count", wishes));
		find("who").hidden = !asks_who();
		draw_services();
	}

	/* By the list that was touched. */
	function touched(event) {
		const row = event.target.closest("li");

		if (row === null || busy || row.firstElementChild.disabled)
			return;
		const id = row.dataset.key;
		if (event.currentTarget.id === "classes")
			wish(() => { wishes.class = id; });
		else if (event.currentTarget.id === "needs")
			wish(() => { wishes.needs = needs.filter(each => wishes.needs.includes(each) !== (each === id)); });
		else if (id === chosen)
			take();
		else
			wish(() => { chosen = id; });
	}

	start_over();
	for (const list of ["classes", "needs", "services"])
		find(list).addEventListener("click", touched);
	find("id_number").addEventListener("input", () => { order = null; });
	find("big").addEventListener("click", () => wish(() => { wishes.big = !wishes.big; }));
	find("fewer").addEventListener("click", () => wish(() => { wishes.count = Math.max(1, wishes.count - 1); }));
	find("more").addEventListener("click", () => wish(() => { wishes.count = Math.min(MOST, wishes.count + 1); }));
	return issue;
}
