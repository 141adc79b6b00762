/*
 * Sound and vibration for a call.  Browsers allow them only after a touch: that
 * of the button which turns them on.  No page can wake a locked phone.
 */
const TRY_ms = [200];
const CALL_ms = [400, 200, 400, 200, 400, 1400, 400, 200, 400, 200, 400, 1400, 400, 200, 400, 200, 400];
const TONE_hz = 880;
const LOUD = 0.5;

export const can_vibrate = typeof navigator.vibrate === "function";

export function alarm() {
	const Context = window.AudioContext || window.webkitAudioContext;
	let audio = null;

	function tone(begin_s, end_s) {
		const source = audio.createOscillator(), volume = audio.createGain();

		source.frequency.value = TONE_hz;
		volume.gain.value = LOUD;
		source.connect(volume);
		volume.connect(audio.destination);
		source.start(begin_s);
		source.stop(end_s);
	}

	/* pattern_ms: on, off, on, ... */
	function sound(pattern_ms) {
		let at_s = audio.currentTime;

		pattern_ms.forEach((part_ms, i) => {
			if (i % 2 === 0)
				tone(at_s, at_s + part_ms / 1000);
			at_s += part_ms / 1000;
		});
	}

	function make(pattern_ms) {
		if (can_vibrate)
			navigator.vibrate(pattern_ms);
		if (audio !== null)
			audio.resume().then(() => sound(pattern_ms), () => {});
	}

	return {
		on: false,

		/* To be called in a touch. */
		turn_on() {
			this.on = true;
			if (audio === null && Context)
				audio = new Context();
			make(TRY_ms);
		},
		ring() {
			if (this.on)
				make(CALL_ms);
		},
	};
}
