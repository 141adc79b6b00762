/* Stock: what there is and how long it lasts, what to order, what is asked for, moves, and the paper in printers. */
import { Refused, get, post_once } from "../common/api.js";
import { clock_text, day_text, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { text } from "../common/text.js";
import { choice_name } from "./choice.js";

const EVERY_ms = 30000;
const KINDS = ["in", "out", "return", "use", "count", "scrap"];
const NEXT = { pending: "approve", approved: "issue", issued: "install" };

function metres(mm) {
	return (mm / 1000).toFixed(1);
}

/* may(): somebody is here who may ask; writes(): and may move things; act(what) does it; sentence(error) for people. */
export function new_stock({ may, writes, act, sentence }) {
	const stock = { draw, load };
	let items = [], requests = [], printers = [], order = { lines: [], cost: 0 };
	let wrong = () => "";
	let looks = 0;			/* an answer that comes behind a later question's is none */
	const underway = new Set();	/* an answer is awaited: what is pressed again is not booked again */

	async function load() {
		const mine = ++looks;

		if (!may()) {
			items = requests = printers = [];
			order = { lines: [], cost: 0 };
			wrong = () => "";
			find("stock_move").reset();
			find("stock_why").value = "";
			draw();
			return;
		}
		try {
			const [all, list, asked, devices] = await Promise.all([get("stock"), get("stock/order-list"), get("requests"), get("devices")]);

			if (mine !== looks)
				return;
			items = all.stock;
			order = list;
			requests = asked.requests;
			printers = devices.devices.filter(each => each.kind === "printer");
		} catch (error) {
			if (!(error instanceof Refused) || mine !== looks)
				return;		/* the next look asks again */
			items = [];
		}
		draw();
	}

	function item_texts(item, row) {
		const places = Object.keys(item.places).filter(place => place !== "").map(place => place + " " + item.places[place]);

		row.classList.toggle("low", item.low);
		return {
			name: item.name,
			there: item.stock + " " + item.unit,
			places: places.join(" · "),
			lasts: item.days_left === null ? "" : text("page.admin.stock_lasts", { days: item.days_left.toFixed(1) }),
			ordered: item.ordered === 0 ? "" : text("page.admin.stock_ordered", item),
			mark: item.below ? text("page.admin.stock_below", { point: item.reorder_point }) : item.low ? text("page.admin.stock_low") : "",
		};
	}

	function line_texts(line) {
		return { name: line.name, what: text("page.admin.stock_line", line), cost: text("page.admin.stock_yuan", { yuan: (line.cost / 100).toFixed(2) }) };
	}

	function request_texts(request) {
		return {
			what: request.item_name + " × " + request.quantity,
			who: [request.by, request.device, request.reason].filter(each => each !== undefined).join(" · "),
			stands: text("record.state." + request.state),
			next: writes() ? text("record.step." + NEXT[request.state]) : "",
			refuse: writes() && request.state === "pending" ? text("record.step.refuse") : "",
		};
	}

	/* Of another day the time alone says little. */
	function ends_text(time) {
		return time === null ? "" : day_text(time) === day_text(now_ms()) ? text("page.admin.paper_ends", { time: clock_text(time) }) :
		    text("page.admin.paper_ends", { time: day_text(time).slice(5) });
	}

	function paper_texts(printer) {
		return {
			printer: printer.id,
			left: printer.left_mm === null ? text("page.admin.paper_used", { metres: metres(printer.used_mm) }) :
			    text("page.admin.paper_left", { metres: metres(printer.left_mm) }),
			ends: ends_text(printer.ends_at),
			drift: printer.drift_mm === null ? "" : text("page.admin.paper_drift", { metres: metres(printer.drift_mm) }),
		};
	}

	/* What is chosen stays. */
	function draw_choice(select, choices) {
		const known = JSON.stringify(choices), { value } = select;

		if (select.dataset.of === known)
			return;
		select.dataset.of = known;
		select.textContent = "";
		for (const [name, words] of choices)
			select.add(new Option(words, name));
		if (choices.some(each => String(each[0]) === value))
			select.value = value;
	}

	function draw() {
		fill(find("stock_items"), find("stock_row"), items, each => each.id, item_texts);
		find("stock_orders").hidden = order.lines.length === 0;
		fill(find("stock_lines"), find("stock_line"), order.lines, each => each.item, line_texts);
		write(find("stock_cost"), text("page.admin.stock_yuan", { yuan: (order.cost / 100).toFixed(2) }));
		find("stock_asked").hidden = requests.length === 0;
		fill(find("stock_requests"), find("stock_request"), requests, each => each.id, request_texts);
		find("stock_because").hidden = !writes() || !requests.some(each => each.state === "pending");
		find("stock_paper").hidden = printers.length === 0;
		fill(find("stock_printers"), find("stock_printer"), printers, each => each.id, paper_texts);
		find("stock_move").hidden = !writes();
		draw_choice(find("stock_item"), items.map(each => [each.id, each.name]));
		draw_choice(find("stock_kind"), KINDS.map(each => [each, text("record.choice." + choice_name("moves", each))]));
		write_or_hide(find("stock_message"), wrong());
	}

	/* What is wrong is said here, and what was typed stays; what was carried out is taken from the input, unless something else is there by then. */
	async function send(path, body, input) {
		const what = JSON.stringify([path, body]), was = input && input.value;

		if (underway.has(what))
			return;
		underway.add(what);
		wrong = () => "";
		await act(async () => {
			try {
				await post_once(path, body);
				if (input && input.value === was)
					input.value = "";
			} catch (error) {
				if (!(error instanceof Refused) || error.problem.status === 401)
					throw error;
				wrong = () => sentence(error) + " " + (error.problem.detail || "");
			}
		});
		underway.delete(what);
		load();
	}

	function moved(event) {
		const place = find("stock_place").value.trim();
		const body = { item: Number(find("stock_item").value), kind: find("stock_kind").value, quantity: Number(find("stock_quantity").value) };

		event.preventDefault();
		if (place !== "")
			body.place = place;
		send("moves", body, find("stock_quantity"));
	}

	/* Nothing is refused without a reason. */
	function stepped(event) {
		const button = event.target.closest("button"), row = button === null ? null : button.closest("li");
		const request = row === null ? undefined : requests.find(each => String(each.id) === row.dataset.key);
		const why = find("stock_why").value.trim();

		if (request === undefined)
			return;
		if (button.className !== "refuse")
			send("requests/" + request.id + "/" + NEXT[request.state], { rev: request.rev });
		else if (why === "")
			find("stock_why").focus();
		else
			send("requests/" + request.id + "/refuse", { rev: request.rev, reason: why }, find("stock_why"));
	}

	find("stock_move").addEventListener("submit", moved);
	find("stock_requests").addEventListener("click", stepped);
	find("stock").addEventListener("toggle", load);
	setInterval(load, EVERY_ms);
	return stock;
}
