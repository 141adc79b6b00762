/*
 * Asking for a rating at a window.  While somebody is served they may choose
 * already; what they chose is not shown, can be changed, and is sent when they
 * are done.  Nobody is asked for long, nothing is chosen for anybody, and a
 * choice is never sent for another number than that which stood above it.
 */
import { Refused, get, post_once, random_key, unsure } from "../common/api.js";

const ASK_ms = 60000;		/* after the end of the service */
const THANKS_ms = 6000;
const LOOK_ms = 10000;		/* they may have rated it on the phone meanwhile */

/*
 * The ratings of window no.  changed() when there is something else to see in
 *
 *	number	who is asked, or ""
 *	is	"asked", "kept" (chosen, not sent yet), "sending", "failed", "given"
 */
export function ratings(no, changed) {
	const path = "windows/" + no + "/rating";
	const rating = { number: "", is: "asked" };
	let kept = null;		/* {number, grade} chosen while being served */
	let owed = null;		/* {number, grade, key} of one without an answer: made again it is the same one */
	let serving = "";		/* who is served now */
	let asked = "";			/* who was finished last, as halld says */
	let seen = [];			/* the two that were at the window last: whom nobody saw here has gone */
	let asked_ms = 0;		/* since when we know that */
	let until_ms = 0;		/* thanks are shown */
	let looked = "", looked_ms = 0;
	let looks = 0;			/* an answer asked for before a later look, or before a rating was sent, may be the older one */

	function show(number, is) {
		if (rating.number === number && rating.is === is)
			return;
		rating.number = number;
		rating.is = is;
		changed();
	}

	/* Whose turn it is: who was just finished, before who is served. */
	function draw() {
		const now = performance.now();

		if (rating.is === "sending" || now < until_ms)
			return;
		if (seen.includes(asked) && now - asked_ms < ASK_ms && serving === "")
			show(asked, rating.number === asked && rating.is === "failed" ? "failed" : "asked");
		else if (serving !== "")
			show(serving, kept === null || kept.number !== serving ? "asked" : "kept");
		else
			show("", "asked");
	}

	async function send(number, grade) {
		const key = owed !== null && owed.number === number && owed.grade === grade ? owed.key : random_key();

		owed = { number, grade, key };
		show(number, "sending");
		try {
			await post_once(path, { number, grade }, key);
			looks++;
			looked = "";
			owed = null;
			asked = asked === number ? "" : asked;
			until_ms = performance.now() + THANKS_ms;
			show(number, "given");
			setTimeout(draw, THANKS_ms);
		} catch (error) {
			if (!unsure(error)) {
				owed = null;
				asked = "";		/* rated on the phone, or too late */
			}
			rating.is = "asked";
			show(number, "failed");
			draw();
		}
	}

	/* Who was finished last?  Rejects when we may not know; without an answer it is asked again when the window is next drawn. */
	async function look() {
		const mine = ++looks;
		let answer;

		try {
			answer = await get(path);
		} catch (error) {
			if (error instanceof Refused)
				throw error;
			if (mine === looks)
				looked = "";
			return;
		}
		if (mine !== looks)
			return;
		if ((answer.number || "") !== asked) {
			asked = answer.number || "";
			asked_ms = performance.now();
		}
		if (kept !== null && kept.number === asked)
			send(asked, kept.grade);
		if (kept !== null && kept.number !== serving)
			kept = null;		/* sent; or they left without being finished */
		draw();
	}

	/* The window as the hall shows it now. */
	rating.follow = async place => {
		const now = place.state + " " + place.ticket;

		serving = place.state === "serving" ? place.ticket : "";
		if (place.ticket !== null && place.ticket !== seen[0])
			seen = [place.ticket, seen[0]];
		draw();
		if (now === looked && (rating.number === "" || performance.now() - looked_ms < LOOK_ms))
			return;
		looked = now;
		looked_ms = performance.now();
		await look();
	};

	rating.choose = grade => {
		if (rating.number === "" || !["asked", "failed"].includes(rating.is))
			return;
		if (rating.number === serving) {
			kept = { number: serving, grade };
			draw();
		} else
			send(rating.number, grade);
	};

	rating.change = () => {
		kept = null;
		draw();
	};

	return rating;
}
