/* The hall for everybody, most of them on a phone: which queues there are and how long they are. */
import { get } from "../common/api.js";
import { closed_text, hall_text } from "../common/closed.js";
import { clock_text, hall_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { error_text } from "../common/judged.js";
import { follow } from "../common/live.js";
import { first_language, language_button, name_of, text } from "../common/text.js";
import { late_text, wait_text } from "../common/wait.js";
import { begin_far, draw_far, far_services } from "./far.js";
import { draw_times, load_times } from "./times.js";

const EVERY_ms = 5000;		/* many phones look on */
const SERVICES_ms = 60000;	/* what to bring: changes seldom */
const CLOSED_ms = 5000;		/* why one is closed that just was open */
const DRAW_ms = 10000;		/* the time of the data */
const CALLS = 4;
const MODERATE = 3, BUSY = 8;	/* this many waiting for each open window */

let hall;
let services = new Map();	/* id -> row of GET services */
let services_ms = 0;		/* when they were asked for */

/* How full it is, by those waiting for each open window; nothing where none is open. */
function crowd(queue) {
	const each = queue.waiting / queue.windows_open;

	return queue.windows_open === 0 ? "" : each < MODERATE ? "quiet" : each < BUSY ? "moderate" : "busy";
}

function open_text(service, queue) {
	if (service !== undefined && service.open !== true)
		return closed_text(service);
	return queue.windows_open === 0 ? text("page.public.none_open") : text("page.public.open_windows", { open: queue.windows_open });
}

function queue_texts(queue, row) {
	const service = services.get(queue.id);
	const bring = service === undefined ? "" : name_of(service, "bring");
	const level = crowd(queue);

	row.className = level;
	draw_times(queue.id, row);
	return {
		name: name_of(queue),
		place: name_of(queue, "place"),
		waiting: text("page.public.waiting", { waiting: queue.waiting }),
		open: open_text(service, queue),
		crowd: level === "" ? "" : text("page.public.crowd." + level),
		wait: wait_text(queue.wait_s),
		late: late_text(queue.wait_s),
		bring: bring === "" ? "" : text("ticket.bring", { bring }),
	};
}

/* The page does without them until they can be had. */
async function load_services() {
	services_ms = Date.now();
	const answer = await get("services").catch(() => null);

	if (answer === null)
		return;
	services = new Map(answer.services.map(service => [service.id, service]));
	far_services(answer.services);
	draw();
}

function draw() {
	const time = clock_text(hall_ms(hall.heard_ms));

	write_or_hide(find("lost"), hall.live ? "" : text("page.lost_old", { time }));
	if (hall.status === null)
		return;
	const { totals, calls, queues } = hall.status;

	write(find("hall"), name_of(hall.status));
	write(find("state"), hall_text(hall.status));
	write(find("totals"), [text("page.public.waiting", totals),
	    text("page.public.windows", { open: totals.windows_open, total: totals.windows_total })].join(" · "));
	find("called").hidden = calls.length === 0;
	fill(find("calls"), find("call"), calls.slice(0, CALLS), call => call.seq,
	    call => ({ number: call.number, window: text("page.window_no", call) }));
	fill(find("queues"), find("queue_row"), queues, queue => queue.id, queue_texts);
	write_or_hide(find("error"), error_text(queues));
	write(find("from"), text("page.data_from", { time }));
}

function changed() {
	draw();
	const news = hall.status !== null && (hall.status.queues.length !== services.size ||
	    hall.status.queues.some(queue => !services.has(queue.id) || services.get(queue.id).open !== queue.open));

	if (Math.abs(Date.now() - services_ms) > (news ? CLOSED_ms : SERVICES_ms))
		load_services();
	load_times(draw);
}

async function run() {
	await first_language();
	hall = follow(EVERY_ms, changed);
	language_button(find("language"), () => { draw(); draw_far(); });
	begin_far();
	setInterval(changed, DRAW_ms);
}

run();
