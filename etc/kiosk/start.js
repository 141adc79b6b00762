/*
 * Opened from the local disk when the machine starts, with the page to go to
 * behind the #.  Goes there once halld answers, however long that takes.
 *
 * A page of the disk may not read what others answer, but a picture from there
 * either comes or does not.
 */
"use strict";

const PICTURE = "/pages/common/icon.svg";
const EVERY_ms = 1000;		/* from one try's end to the next */
const ANSWER_ms = 4000;		/* for one: a machine that is off says nothing */

const page = decodeURI(location.hash.slice(1));

function picture_comes(address) {
	return new Promise(done => {
		const picture = new Image();
		const timer = setTimeout(() => { picture.src = ""; done(false); }, ANSWER_ms);

		picture.onload = picture.onerror = event => { clearTimeout(timer); done(event.type === "load"); };
		picture.src = address + "?" + Date.now();	/* not one that the browser has kept */
	});
}

async function run() {
	document.getElementById("address").textContent = page;
	if (!/^https?:\/\/./.test(page)) {
		document.getElementById("none").hidden = false;
		return;
	}
	while (!await picture_comes(new URL(PICTURE, page).href))
		await new Promise(done => setTimeout(done, EVERY_ms));
	location.replace(page);
}

run();
