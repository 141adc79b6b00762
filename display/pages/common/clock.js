/*
 * The hall's clock.  A screen's own clock and zone may be wrong: both are
 * taken from halld's answers (the Date header; the offset of as_of), and so is
 * when the hall's day starts.
 */
const STEP_ms = 2000;	/* the Date header counts whole seconds: less is the same time */

let ahead_ms = 0;	/* of this machine's clock */
let ran_ms = uneven_ms();
let zone_ms = -new Date().getTimezoneOffset() * 60000;
let starts_ms = 0;		/* after midnight */

/* Stays what it is while this machine's clock goes on evenly. */
function uneven_ms() {
	return Date.now() - performance.now();
}

/* From a Date header. */
export function set_clock(date) {
	const difference_ms = Date.parse(date) - Date.now();

	if (Math.abs(difference_ms - ahead_ms) > STEP_ms)
		ahead_ms = difference_ms;
	ran_ms = uneven_ms();
}

/* Was this machine's clock set, or did it sleep, since the last answer?  Then only another says what time it is. */
export function clock_stepped() {
	return Math.abs(uneven_ms() - ran_ms) > STEP_ms;
}

export function set_zone(time) {
	const match = /([+-])(\d\d):(\d\d)$/.exec(time);

	if (match)
		zone_ms = Number(match[1] + 1) * (Number(match[2]) * 60 + Number(match[3])) * 60000;
}

/* Of halld's status; one that was kept since before an update may not say when the day starts. */
export function set_hall_clock({ as_of, day_starts = "00:00" }) {
	const [hours, minutes] = day_starts.split(":").map(Number);

	set_zone(as_of);
	starts_ms = (hours * 60 + minutes) * 60000;
}

/* Now, by the hall's clock, in ms of Unix time. */
export function now_ms() {
	return Date.now() + ahead_ms;
}

/* Of this machine's time, as Date.now() gives it. */
export function hall_ms(local_ms) {
	return local_ms + ahead_ms;
}

/* The other way. */
export function local_ms(hall) {
	return hall - ahead_ms;
}

/* As clocks in the hall show it: a moment, by the zone of now; a time of halld's, by its own, which may be another on that day. */
function shown_ms(at) {
	return typeof at === "string" ? Date.parse(at.slice(0, 19) + "Z") : at + zone_ms;
}

/* HH:MM in the hall. */
export function clock_text(at) {
	return new Date(shown_ms(at)).toISOString().slice(11, 16);
}

/* HH:MM of a time of halld's that is still to come; "" when it is over, or null. */
export function coming_text(time) {
	return time !== null && Date.parse(time) > now_ms() ? clock_text(time) : "";
}

/* As halld reads times, of one in the hall as an input has it: YYYY-MM-DDTHH:MM, maybe with seconds. */
export function hall_time(local) {
	return new Date(Date.parse(local + "Z") - zone_ms).toISOString();
}

/* YYYY-MM-DD in the hall. */
export function day_text(at) {
	return new Date(shown_ms(at)).toISOString().slice(0, 10);
}

/* The hall's day, YYYY-MM-DD: until it starts, that of the date before goes on. */
export function business_day(at) {
	return new Date(shown_ms(at) - starts_ms).toISOString().slice(0, 10);
}

export function date_text(at, language) {
	return new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", day: "numeric", weekday: "long" })
	    .format(shown_ms(at));
}

/* Whole seconds gone since a time of halld's. */
export function seconds_since(time) {
	return Math.max(0, Math.floor((now_ms() - Date.parse(time)) / 1000));
}

/* Minutes and seconds, "2:07". */
export function span_text(seconds) {
	return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}
