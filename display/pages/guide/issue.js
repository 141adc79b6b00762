/*
 * Tickets for somebody else: the first touch of a service chooses it, the second
 * issues.  Class, needs, big print and how many are chosen before or between.  With
 * several on one ticket each touch adds a service or takes it away, in the order in
 * which they are wanted, and a button issues.
 */
import { post_once, random_key } from "../common/api.js";
import { fill, find, write } from "../common/dom.js";
import { name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";
import { needs } from "./commands.js";

const MOST = 20;		/* of a group */
const LEGS = 6;			/* services of one ticket */

/* done(tickets, error) is called when they are there, or some of them and why not the others. */
export function new_issue(done) {
	const issue = { draw, start_over, set_hall };
	let hall = { classes: [], services: [] };
	let wishes, chosen, order = null, busy = false;	/* chosen: services, in their order */

	function start_over() {
		wishes = { class: null, needs: [], big: false, count: 1, several: false };
		chosen = [];
		order = null;
		find("id_number").value = "";
	}

	function set_hall(to) {
		hall = to;
	}

	function class_id() {
		return wishes.class !== null || hall.classes.length === 0 ? wishes.class : hall.classes[0].id;
	}

	/* Does a service that was chosen ask who takes it? */
	function asks_who() {
		return hall.services.some(each => chosen.includes(each.id) && each.real_name !== "none");
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
			const body = { class: class_id(), needs: wishes.needs, big: wishes.big };

			if (chosen.length === 1)
				[body.service] = chosen;
			else
				body.services = chosen;

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

	function waiting_text(service) {
		return [text("page.window.waiting", service), wait_text(service.wait_s), late_text(service.wait_s)]
		    .filter(each => each !== "").join(" · ");
	}

	function draw_services() {
		fill(find("services"), find("button_row"), hall.services, each => each.id, (each, row) => {
			const button = row.firstElementChild, place = chosen.indexOf(each.id), mine = place !== -1;

			button.disabled = busy || !each.open || (!mine && chosen.length === LEGS);
			button.setAttribute("aria-pressed", mine);
			return {
				name: name_of(each),
				note: !each.open ? text("page.guide.closed") : busy && mine ? text("page.window.sending") :
				    mine ? (wishes.several ? text("page.guide.place", { place: place + 1 }) : text("page.guide.again")) : waiting_text(each),
			};
		});
	}

	function draw() {
		toggles(find("classes"), hall.classes.map(each => ({ id: each.id, name: name_of(each) })), each => each.id === class_id());
		toggles(find("needs"), needs.map(id => ({ id, name: text("page.guide.need." + id) })), each => wishes.needs.includes(each.id));
		find("big").setAttribute("aria-pressed", wishes.big);
		write(find("count"), text("page.guide.count", wishes));
		find("together").setAttribute("aria-pressed", wishes.several);
		find("take").hidden = !wishes.several || chosen.length === 0;
		find("take").disabled = busy;
		write(find("take"), text("page.guide.take", { count: chosen.length }));
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
		else if (wishes.several)
			wish(() => { chosen = chosen.includes(id) ? chosen.filter(each => each !== id) : chosen.concat(id); });
		else if (chosen[0] === id)
			take();
		else
			wish(() => { chosen = [id]; });
	}

	start_over();
	for (const list of ["classes", "needs", "services"])
		find(list).addEventListener("click", touched);
	find("id_number").addEventListener("input", () => { order = null; });
	find("big").addEventListener("click", () => wish(() => { wishes.big = !wishes.big; }));
	find("together").addEventListener("click", () => wish(() => {
		wishes.several = !wishes.several;
		chosen = chosen.slice(0, wishes.several ? LEGS : 1);
	}));
	find("take").addEventListener("click", () => { if (!busy) take(); });
	find("fewer").addEventListener("click", () => wish(() => { wishes.count = Math.max(1, wishes.count - 1); }));
	find("more").addEventListener("click", () => wish(() => { wishes.count = Math.min(MOST, wishes.count + 1); }));
	return issue;
}
