/*
 * Bookings at the guide's desk: those of today, the one that was found, and
 * making one: a service, a time, and that time once more.
 */
import { get } from "../common/api.js";
import { business_day, clock_text, date_text, now_ms } from "../common/clock.js";
import { fill, find, write, write_or_hide } from "../common/dom.js";
import { language_tag, name_of, text } from "../common/text.js";

const CODE = /(?:^|[/=#])([2-9A-HJ-NP-Z]{8})$/i;

/* The code of a booking as people type it or a QR code has it; "": it is none. */
export function code_of(word) {
	const code = CODE.exec(word.replace(/[ -]/g, ""));

	return code === null ? "" : code[1].toUpperCase();
}

function date_of(booking) {
	return date_text(booking.from, language_tag());
}

function times_of(booking) {
	return clock_text(booking.from) + "–" + clock_text(booking.to);
}

function joined(texts) {
	return texts.filter(each => each !== "").join(" · ");
}

function who_of(booking) {
	return joined([name_of(booking, "service_name"), booking.id_last ? text("page.guide.id_last", { last: booking.id_last }) : ""]);
}

/* May they still check in? */
function expected(booking) {
	return booking.state === "made" || (booking.state === "no_show" && business_day(booking.from) === business_day(now_ms()));
}

function state_of(booking) {
	return text("booking." + booking.state, booking);
}

/* order(path, body, done) asks halld, and done(answer) follows; came(ticket) is called when somebody checked in, shown() when a booking is. */
export function new_bookings(order, came, shown) {
	const bookings = { draw, hide, load, show, set_services, start_over };
	let today = [], services = [];
	let slots = null;		/* of the service that was chosen; null: not known yet */
	let unfolded = false;
	let one = null;			/* the booking that is shown */
	let sure = false;		/* its cancelling waits for the second touch */
	let shows = 0;			/* a list asked for before it was shown may be older */
	let service = null, time = null;	/* of the one that is being made */

	function hide() {
		one = null;
		sure = false;
	}

	/* Nobody finds what another typed, or saw. */
	function start_over() {
		hide();
		choose(null);
		find("book_id").value = "";
	}

	function choose(id) {
		service = id;
		time = null;
		slots = null;
	}

	/* The list tells who comes, the code's own answer does not. */
	function show(booking) {
		one = Object.assign({ id_last: null }, today.find(each => each.code === booking.code), booking);
		sure = false;
		shows++;
	}

	function set_services(all) {
		services = all.filter(each => each.bookable);
		if (!services.some(each => each.id === service))
			choose(null);
	}

	async function load() {
		const of = service, before = shows;
		const [those, times] = await Promise.all([get("bookings?day=today"),
			of === null ? { slots: null } : get("slots?service=" + encodeURIComponent(of))]);

		today = those.bookings.filter(each => each.code !== null).sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
		if (of === service)
			({ slots } = times);
		if (before === shows && one !== null && today.some(each => each.code === one.code))
			one = Object.assign({}, one, today.find(each => each.code === one.code));
	}

	function draw_today() {
		const missing = today.filter(expected).length;

		find("bookings").hidden = today.length === 0;
		write(find("bookings_title"), text("page.guide.bookings", { count: today.length, missing }));
		find("bookings_title").setAttribute("aria-expanded", unfolded);
		find("booked").hidden = !unfolded;
		fill(find("booked"), find("booking_row"), today, each => each.code, each => ({
			times: times_of(each), who: who_of(each), how: state_of(each),
		}));
	}

	function draw_one() {
		find("booking").hidden = one === null;
		if (one === null)
			return;
		const early = now_ms() < Date.parse(one.checkin_from);

		write(find("code"), one.code);
		write(find("booking_what"), joined([date_of(one) + " " + times_of(one), who_of(one)]));
		write(find("booking_how"), joined([state_of(one),
			one.state === "made" && early ? text("page.guide.checkin_from", { time: clock_text(one.checkin_from) }) : ""]));
		find("come").hidden = !expected(one);
		find("come").disabled = early;
		find("give_up").hidden = one.state !== "made" || now_ms() >= Date.parse(one.from);
		write(find("give_up"), text(sure ? "page.guide.give_up_sure" : "page.public.give_up"));
		find("give_up").setAttribute("aria-pressed", sure);
	}

	function key(slot) {
		return slot.from + " " + slot.to;
	}

	function draw_making() {
		const chosen = services.find(each => each.id === service);

		find("book").hidden = services.length === 0;
		find("book_who").hidden = chosen === undefined || chosen.real_name === "none";
		fill(find("bookables"), find("button_row"), services, each => each.id, (each, row) => {
			row.firstElementChild.setAttribute("aria-pressed", each.id === service);
			return { name: name_of(each), note: name_of(each, "place") };
		});
		fill(find("slots"), find("button_row"), slots || [], key, (slot, row) => {
			const button = row.firstElementChild, mine = key(slot) === time;

			button.disabled = slot.left === 0;
			button.setAttribute("aria-pressed", mine);
			return { name: date_of(slot), note: joined([times_of(slot), text(mine ? "page.guide.book_again" : "page.guide.slot_left", slot)]) };
		});
		write_or_hide(find("no_slots"), chosen !== undefined && slots !== null && slots.length === 0 ? text("page.public.no_times") : "");
	}

	function draw() {
		draw_today();
		draw_one();
		draw_making();
	}

	function take(slot) {
		const body = { service, from: slot.from, to: slot.to };

		if (!find("book_who").hidden && find("book_id").value.trim() !== "")
			body.id_number = find("book_id").value.trim().toUpperCase();
		order("bookings", body, booking => {
			choose(null);
			find("book_id").value = "";
			shown(booking);
		});
	}

	/* The key of the row that was touched; undefined: none. */
	function key_of(event) {
		const button = event.target.closest("button");

		return button === null || button.disabled ? undefined : button.closest("li").dataset.key;
	}

	find("bookings_title").addEventListener("click", () => { unfolded = !unfolded; draw(); });
	find("booked").addEventListener("click", event => {
		const booking = today.find(each => each.code === key_of(event));

		if (booking !== undefined)
			shown(booking);
	});
	find("bookables").addEventListener("click", event => {
		const id = key_of(event);

		if (id === undefined)
			return;
		choose(service === id ? null : id);
		load().catch(() => {}).then(draw);
	});
	find("slots").addEventListener("click", event => {
		const slot = (slots || []).find(each => key(each) === key_of(event));

		if (slot === undefined)
			return;
		if (key(slot) === time)
			take(slot);
		else
			time = key(slot);
		draw();
	});
	find("come").addEventListener("click", () => order("bookings/" + one.code + "/checkin", {}, came));
	find("give_up").addEventListener("click", () => {
		if (sure)
			order("bookings/" + one.code + "/cancel", {}, shown);
		sure = !sure;
		draw();
	});
	find("put_away").addEventListener("click", () => { hide(); draw(); });
	return bookings;
}
