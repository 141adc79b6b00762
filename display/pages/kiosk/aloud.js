/*
 * Reading aloud, where this machine has a voice for the language.  Voices of a
 * distant server are not used: a hall has no such line, and it is nobody
 * else's business what is read here.
 */
const speech = window.speechSynthesis;

function voice_of(tag) {
	return speech === undefined ? undefined : speech.getVoices()
	    .find(voice => voice.localService && voice.lang.slice(0, 2) === tag.slice(0, 2));
}

export function can_read(tag) {
	return voice_of(tag) !== undefined;
}

/* A ticket's number is read digit by digit. */
function spell(line) {
	return line.replace(/\b[A-Z]*\d{3,}\b/g, number => number.split("").join(" "));
}

export function hush() {
	if (speech !== undefined)
		speech.cancel();
}

/* Read line after line; read() after each. */
export function read_aloud(lines, tag, read) {
	hush();
	for (const line of lines) {
		const words = new SpeechSynthesisUtterance(spell(line));

		words.lang = tag;
		words.voice = voice_of(tag);
		words.rate = 0.9;
		words.onend = read;
		speech.speak(words);
	}
}

/* Voices come some time after the page. */
export function on_voices(changed) {
	if (speech !== undefined)
		speech.addEventListener("voiceschanged", changed);
}
