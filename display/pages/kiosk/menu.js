/* The services as tiles, by group, in as many pages as the screen needs. */
import { closed_text } from "../common/closed.js";
import { fill, find, write } from "../common/dom.js";
import { name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";

const COLUMNS_MAX = 4;

/* What a service stands under: its group, or its place. */
function title_of(service) {
	return name_of(service, service.group === "" ? "place" : "group");
}

/* Groups and services in the order of the hall. */
function by_group(services) {
	const groups = new Map();

	for (const service of services) {
		const title = title_of(service);

		if (!groups.has(title))
			groups.set(title, []);
		groups.get(title).push(service);
	}
	return Array.from(groups.values());
}

/* On which page each tile is: the row that does not fit begins a new one, under its place. */
function pages_of(view, tiles) {
	const room = view.clientHeight + 1;
	let page = 0, top = view.getBoundingClientRect().top;

	return tiles.map(tile => {
		const list = tile.parentNode;
		const title_height = list.getBoundingClientRect().top - list.parentNode.getBoundingClientRect().top;
		const box = tile.getBoundingClientRect();

		if (box.bottom - top > room && box.top - title_height > top + 1) {
			page++;
			top = box.top - title_height;
		}
		return page;
	});
}

/* How the tiles stand: on one page in full, else on one or more with less said of each. */
function count_pages(view, turn) {
	const tiles = Array.from(view.querySelectorAll(".tiles > li"));
	let places;

	view.classList.add("measured");
	for (const node of tiles.concat(Array.from(view.children)))
		node.hidden = false;
	for (const [dense, turns] of [[false, false], [true, false], [true, true]]) {
		view.classList.toggle("dense", dense);
		turn.hidden = !turns;
		places = pages_of(view, tiles);
		if (places[places.length - 1] === 0)
			break;
	}
	return { tiles, places, count: places[places.length - 1] + 1 };
}

/* Show the page that is wished, or the last; returns which. */
function show_page(wish) {
	const view = find("groups");
	const { tiles, places, count } = count_pages(view, find("turn"));
	const page = Math.min(wish, count - 1);

	view.classList.remove("measured");
	tiles.forEach((tile, i) => { tile.hidden = places[i] !== page; });
	for (const group of Array.from(view.children))
		group.hidden = group.querySelector(".tiles > li:not([hidden])") === null;
	write(find("page"), text("page.kiosk.page", { page: page + 1, pages: count }));
	find("back").disabled = page === 0;
	find("on").disabled = page === count - 1;
	return page;
}

/*
 * Draw the tiles of services.  status is the hall's; chosen are ids on the
 * ticket already; usable: tickets can be had at all.  Returns the page shown.
 */
export function draw_tiles(services, status, chosen, usable, page) {
	const queues = new Map(status.queues.map(queue => [queue.id, queue]));

	function tile_texts(service, row) {
		const queue = queues.get(service.id) || service;
		const why = chosen.includes(service.id) ? text("page.kiosk.chosen") : closed_text(service);
		const bring = name_of(service, "bring");

		row.firstElementChild.disabled = why !== "" || !usable;
		return {
			name: name_of(service),
			place: service.group === "" ? "" : name_of(service, "place"),
			waiting: text("page.public.waiting", { waiting: queue.waiting }),
			wait: why === "" ? wait_text(queue.wait_s) : "",
			why: why !== "" ? why : queue.windows_open === 0 ? text("page.kiosk.no_window") : late_text(queue.wait_s),
			bring: bring === "" ? "" : text("ticket.bring", { bring }),
		};
	}

	fill(find("groups"), find("group"), by_group(services), group => group[0].group || group[0].place, (group, row) => {
		row.dataset.columns = Math.min(group.length, COLUMNS_MAX);
		fill(row.lastElementChild, find("tile"), group, service => service.id, tile_texts);
		return { title: title_of(group[0]) };
	});
	return show_page(page);
}
