/*
 * The bell of a board: two soft tones, made here.  A browser may hold back all
 * sound until somebody touches the page (unless it was started otherwise).
 */
const TONES = [{ hz: 659, at_s: 0 }, { hz: 523, at_s: 0.5 }];
const FADE_s = 1.4, STRIKE_s = 0.01;
const LOUD = 0.5, SILENT = 0.001;
const APART_s = 2.5;		/* calls that come together ring once */

/* changed() is called when sound is allowed, or not any more. */
export function new_chime(changed) {
	const audio = new AudioContext();
	let rung_s = -APART_s;

	function strike(hz, at_s) {
		const source = audio.createOscillator(), volume = audio.createGain();

		source.frequency.value = hz;
		volume.gain.setValueAtTime(SILENT, at_s);
		volume.gain.exponentialRampToValueAtTime(LOUD, at_s + STRIKE_s);
		volume.gain.exponentialRampToValueAtTime(SILENT, at_s + FADE_s);
		source.connect(volume);
		volume.connect(audio.destination);
		source.start(at_s);
		source.stop(at_s + FADE_s);
	}

	function allow() {
		audio.resume().catch(() => {});
	}

	audio.addEventListener("statechange", changed);
	for (const touch of ["click", "keydown"])
		document.addEventListener(touch, allow);
	return {
		silent: () => audio.state !== "running",
		ring() {
			const now_s = audio.currentTime;

			if (audio.state !== "running" || now_s - rung_s < APART_s)
				return;
			rung_s = now_s;
			for (const tone of TONES)
				strike(tone.hz, now_s + tone.at_s);
		},
	};
}
