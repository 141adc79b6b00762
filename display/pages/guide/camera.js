/*
 * Codes before the camera of this tablet or phone, where its browser can read
 * them (Chromium on Android); elsewhere nothing of it is shown.
 */
import { find } from "../common/dom.js";

const LOOK_ms = 200;
const Detector = Reflect.get(window, "BarcodeDetector");	/* undefined: this browser reads none */

async function reads_codes() {
	return Detector !== undefined && navigator.mediaDevices !== undefined &&
	    (await Detector.getSupportedFormats()).includes("qr_code");
}

/* read(code) is called with a code that was seen; failed() when there is no camera, or it may not be used. */
export async function begin_camera(read, failed) {
	let stream = null, timer = 0;

	function stop() {
		clearTimeout(timer);
		if (stream !== null)
			stream.getTracks().forEach(track => track.stop());
		stream = null;
		find("camera").hidden = true;
		find("scan").setAttribute("aria-pressed", false);
	}

	async function look(detector) {
		const from = stream, codes = await detector.detect(find("picture")).catch(() => []);

		if (stream === null || stream !== from)
			return;
		if (codes.length === 0) {
			timer = setTimeout(() => look(detector), LOOK_ms);
			return;
		}
		stop();
		read(codes[0].rawValue);
	}

	async function start() {
		find("scan").setAttribute("aria-pressed", true);
		try {
			stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
			find("picture").srcObject = stream;
			find("camera").hidden = false;
			await find("picture").play();
		} catch (error) {
			stop();
			failed();
			return;
		}
		look(new Detector({ formats: ["qr_code"] }));
	}

	if (!await reads_codes().catch(() => false))
		return;
	find("scan").hidden = false;
	find("scan").addEventListener("click", () => stream === null ? start() : stop());
	document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
}
